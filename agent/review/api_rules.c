/*
 * The rules in use: the set, its files, and how often people agreed with each.
 */
#include <math.h>

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/review/api.h"
#include "agent/review/apilist.h"
#include "agent/review/desk.h"
#include "agent/review/rulefiles.h"
#include "agent/review/service_private.h"
#include "agent/store/rulestats.h"

static const char *const no_params[] = { NULL };

/* --- each rule --- */

static const char *const columns[] = { "rule", "theme", "tags", "as_shadow",
	"confirmed", "rejected", "precision", "precision_low", "precision_high",
	NULL };

static const struct apilist_kind kind = {
	.name = "rules",
	.params = no_params,
	.columns = columns,
	.place_count = 1,
};

static void
write_rule(void *user, const struct rulestats_row *r)
{
	struct apilist *l = user;
	int64_t n = r->confirmed + r->rejected;
	double share = (double)NAN, low = share, high = share;

	if (!apilist_counts(l))
		return;
	if (n > 0) {
		share = (double)r->confirmed / (double)n;
		rulestats_wilson(r->confirmed, n, &low, &high);
	}
	apilist_str(l, r->rule);
	apilist_str(l, r->theme);
	apilist_int(l, r->tags);
	apilist_int(l, r->shadows);
	apilist_int(l, r->confirmed);
	apilist_int(l, r->rejected);
	apilist_real(l, share, 4);
	apilist_real(l, low, 4);
	apilist_real(l, high, 4);
	apilist_row_counted(l);
}

static int
fill_rules(void *user, struct apilist *l, struct err *e)
{
	(void)user;
	return rulestats_list(l->v->desk->rulestats, write_rule, l, e);
}

void
api_rules(struct visit *v)
{
	apilist_answer(v, &kind, NULL, fill_rules, NULL);
}

/* --- the set --- */

static int
print_set(void *user, struct visit *v, struct jsonw *w, struct err *e)
{
	struct pulse pulse;
	bool is_known;

	(void)user;
	(void)e;
	service_pulse(v->service, &pulse);
	is_known = pulse.rules.since_ms != CLOCK_NONE;
	jsonw_object(w);
	jsonw_member_text(w, "hash", is_known ? pulse.rules.hash : NULL);
	jsonw_key(w, "rules");
	if (is_known)
		jsonw_int(w, (int64_t)pulse.rules.count);
	else
		jsonw_null(w);
	jsonw_member_time(w, "since_at", pulse.rules.since_ms);
	jsonw_member_text(w, "folder", is_known ? pulse.rules.dir : NULL);
	jsonw_close(w);
	return 1;
}

void
api_rule_set(struct visit *v)
{
	api_record(v, print_set, NULL);
}

/* --- its files --- */

static const char *const file_columns[] = { "name", "bytes", "digest", NULL };

static const struct apilist_kind file_kind = {
	.name = "rule-files",
	.params = no_params,
	.columns = file_columns,
	.place_count = 1,
};

static void
write_file(void *user, const struct rulefile *file)
{
	struct apilist *l = user;

	if (!apilist_counts(l))
		return;
	apilist_text(l, file->name);
	if (file->digest[0])
		apilist_int(l, (int64_t)file->bytes);
	else
		apilist_none(l);
	apilist_text(l, file->digest[0] ? file->digest : NULL);
	apilist_row_counted(l);
}

static int
fill_files(void *user, struct apilist *l, struct err *e)
{
	struct pulse pulse;

	(void)user;
	service_pulse(l->v->service, &pulse);
	if (pulse.rules.since_ms == CLOCK_NONE)
		return 0;
	return rulefiles_each(pulse.rules.dir, write_file, l, e);
}

void
api_rule_files(struct visit *v)
{
	apilist_answer(v, &file_kind, NULL, fill_files, NULL);
}
