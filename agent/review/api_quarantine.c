/*
 * What could not be read: one by one and by kind, and dealing with it.
 */
#include <inttypes.h>

#include "agent/base/err.h"
#include "agent/review/api.h"
#include "agent/review/apilist.h"
#include "agent/review/deed.h"
#include "agent/review/desk.h"
#include "agent/review/visit.h"
#include "agent/store/quarantine.h"

/* As much of a message is shown as on its page. */
#define SHOWN_BYTES 400

/* In the order of enum quarantine_state. */
static const char *const states[] = { "held", "asked", "replayed", "dropped",
	NULL };
_Static_assert(
    sizeof states / sizeof states[0] == QUARANTINE_STATES + 1, "all states");

/* --- one by one --- */

static const char *const params[] = { "state", "feed", "reason", NULL };

static const char *const columns[] = { "id", "state", "feed", "file", "line",
	"column", "reason", "size_bytes", "set_aside_at", "changed_at", NULL };

static const struct apilist_kind kind = {
	.name = "quarantine",
	.look = "v1/quarantine",
	.params = params,
	.columns = columns,
	.place_count = 1,
};

static void
write_row(void *user, const struct quarantine_item *q)
{
	struct apilist *l = user;

	if (!apilist_has_room(l))
		return;
	apilist_int(l, q->id);
	apilist_text(l, states[q->state]);
	apilist_str(l, q->feed);
	apilist_str(l, q->file);
	apilist_int(l, q->line);
	apilist_int(l, q->column);
	apilist_str(l, q->reason);
	apilist_int(l, q->size_bytes);
	apilist_time_ms(l, q->first_ms);
	apilist_time_ms(l, q->changed_ms);
	apilist_row(l, &q->id);
}

static int
read_list(void *user, struct apilist *l)
{
	struct quarantine_filter *f = user;
	int state = apilist_choice(l, "state", states);

	if (state < 0)
		return -1;
	*f = (struct quarantine_filter){
		.state = (enum quarantine_state)state,
		.feed = apilist_param(l, "feed"),
		.reason = apilist_param(l, "reason"),
		.before_id = l->is_begun ? l->after[0] : 0,
		.limit = apilist_wanted(l),
	};
	return 0;
}

static int
fill_list(void *user, struct apilist *l, struct err *e)
{
	return quarantine_page(l->v->desk->quarantine, user, write_row, l, e);
}

void
api_quarantine(struct visit *v)
{
	struct quarantine_filter f;

	apilist_answer(v, &kind, read_list, fill_list, &f);
}

/* --- by kind --- */

static const char *const no_params[] = { NULL };

static const char *const group_columns[] = { "feed", "reason", "held",
	"first_set_aside_at", "last_set_aside_at", NULL };

static const struct apilist_kind group_kind = {
	.name = "quarantine-kinds",
	.look = "v1/quarantine/kinds",
	.params = no_params,
	.columns = group_columns,
	.place_count = 1,
};

static void
write_group(void *user, const struct quarantine_group *g)
{
	struct apilist *l = user;

	if (!apilist_counts(l))
		return;
	apilist_str(l, g->feed);
	apilist_str(l, g->reason);
	apilist_int(l, g->count);
	apilist_time_ms(l, g->first_ms);
	apilist_time_ms(l, g->last_ms);
	apilist_row_counted(l);
}

static int
fill_groups(void *user, struct apilist *l, struct err *e)
{
	(void)user;
	return quarantine_groups(l->v->desk->quarantine,
	    apilist_wanted_counted(l), write_group, l, e);
}

void
api_quarantine_kinds(struct visit *v)
{
	apilist_answer(v, &group_kind, NULL, fill_groups, NULL);
}

/* --- one --- */

static void
write_item(struct jsonw *w, const struct quarantine_item *q)
{
	size_t len = q->bytes.len < SHOWN_BYTES ? q->bytes.len : SHOWN_BYTES;

	jsonw_object(w);
	jsonw_member_int(w, "id", q->id);
	jsonw_member_text(w, "state", states[q->state]);
	jsonw_member_str(w, "feed", q->feed);
	jsonw_member_str(w, "file", q->file);
	jsonw_member_int(w, "line", q->line);
	jsonw_member_int(w, "column", q->column);
	jsonw_member_str(w, "reason", q->reason);
	jsonw_member_int(w, "size_bytes", q->size_bytes);
	jsonw_member_time(w, "set_aside_at", q->first_ms);
	jsonw_member_time(w, "changed_at", q->changed_ms);
	/* None: they are erased. */
	jsonw_member_str(w, "begins",
	    len > 0 ? str_make(q->bytes.p, len) : (struct str){ 0 });
	jsonw_close(w);
}

static int
print_item(void *user, struct visit *v, struct jsonw *w, struct err *e)
{
	int64_t id = *(const int64_t *)user;
	char version[DEED_VERSION_MAX];
	struct quarantine_item q;
	int r = id > 0 ? quarantine_find(
			     v->desk->quarantine, id, v->desk->arena, &q, e)
		       : 0;

	if (r <= 0)
		return r;
	if (visit_record_look(v, 0, "v1/quarantined", e) < 0)
		return -1;
	deed_quarantine_version(&q, version);
	api_etag(v, version);
	write_item(w, &q);
	return 1;
}

void
api_quarantined(struct visit *v)
{
	int64_t id = visit_number(v->arg);

	api_record(v, print_item, &id);
}

/* --- dealing with it --- */

void
api_quarantined_replay(struct visit *v)
{
	static const char *const members[] = { NULL };
	static const struct api_change c = { .members = members,
		.make = deed_quarantine_replay,
		.print = print_item };
	int64_t id = visit_number(v->arg);

	api_change(v, &c, &id);
}

void
api_quarantined_drop(struct visit *v)
{
	static const char *const members[] = { "why", NULL };
	static const struct api_change c = { .members = members,
		.make = deed_quarantine_drop,
		.print = print_item };
	int64_t id = visit_number(v->arg);

	api_change(v, &c, &id);
}

void
api_quarantine_replay_kind(struct visit *v)
{
	static const char *const members[] = { "feed", "reason", NULL };
	static const struct api_change c = { .members = members,
		.make = deed_quarantine_replay_kind,
		.print = api_count };
	int count = 0;

	api_add(v, &c, &count);
}
