/*
 * What is erased by age: the last run, the classes, what waits for a person,
 * what is held, the certificates.  Incidents stand here by reference and class.
 */
#include <inttypes.h>

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/hash.h"
#include "agent/review/api.h"
#include "agent/review/apilist.h"
#include "agent/review/desk.h"
#include "agent/review/service_private.h"
#include "agent/store/certificates.h"
#include "agent/store/holds.h"
#include "agent/store/retention.h"

static const char *const no_params[] = { NULL };

/* An incident's number is for who may read it. */
static void
write_incident_id(struct apilist *l, int64_t id)
{
	apilist_id(l, visit_may(l->v, VISIT_READERS) ? id : 0);
}

static const char *
then_of(const struct conf_class *c)
{
	return c->then == CONF_THEN_ERASE ? "erase" : "review";
}

/* --- the whole --- */

static void
write_last_run(struct jsonw *w, const struct retention_last *last)
{
	jsonw_object(w);
	jsonw_member_time(w, "begun_at", last->begun_ms);
	jsonw_member_time(w, "ended_at", last->ended_ms);
	jsonw_member_int(w, "looked", last->counts.looked);
	jsonw_member_int(w, "erased", last->counts.erased);
	jsonw_member_int(w, "put_up_for_review", last->counts.asked);
	jsonw_member_int(w, "held", last->counts.held);
	jsonw_close(w);
}

static int
print_retention(void *user, struct visit *v, struct jsonw *w, struct err *e)
{
	const struct conf *conf = v->service->conf;
	struct retention_last last;
	int64_t waiting = 0;
	int r = retention_last_run(v->desk->retention, &last, e);

	(void)user;
	if (r < 0 ||
	    retention_review_count(v->desk->retention, &waiting, e) < 0 ||
	    visit_record_look(v, 0, "v1/retention", e) < 0)
		return -1;
	jsonw_object(w);
	jsonw_member_bool(w, "erases_by_itself", conf->erase);
	jsonw_member_int(w, "copies_keep_days", conf->copies_keep_days);
	jsonw_member_int(w, "waiting_for_review", waiting);
	jsonw_key(w, "last_run");
	if (r > 0)
		write_last_run(w, &last);
	else
		jsonw_null(w);
	jsonw_close(w);
	return 1;
}

void
api_retention(struct visit *v)
{
	api_record(v, print_retention, NULL);
}

/* --- the classes --- */

static const char *const class_columns[] = { "name", "review_group", "themes",
	"incidents", "keep_days", "then", "again_days", NULL };

static const struct apilist_kind class_kind = {
	.name = "retention-classes",
	.params = no_params,
	.columns = class_columns,
	.place_count = 1,
};

/* incidents: which ones, where no theme says so. */
static void
write_class(
    struct apilist *l, const struct conf_class *c, const char *incidents)
{
	struct buf themes = { 0 };

	if (!apilist_counts(l))
		return;
	for (size_t i = 0; i < c->theme_count; i++)
		buf_addf(&themes, "%s%s", i > 0 ? "," : "", c->themes[i]);
	apilist_text(l, c->name);
	apilist_int(l, c->group);
	apilist_words(l, buf_str(&themes));
	apilist_text(l, c->theme_count > 0 ? "themes" : incidents);
	apilist_int(l, c->keep_days);
	apilist_text(l, then_of(c));
	apilist_id(l, c->then == CONF_THEN_ERASE ? 0 : c->again_days);
	apilist_row_counted(l);
	buf_clear(&themes);
}

static int
fill_classes(void *user, struct apilist *l, struct err *e)
{
	const struct conf *conf = l->v->service->conf;
	const struct conf_class untagged = { .name = RETENTION_UNTAGGED,
		.group = 4,
		.keep_days = conf->untagged_keep_days,
		.then = CONF_THEN_ERASE };

	(void)user;
	(void)e;
	for (size_t i = 0; i < conf->class_count; i++)
		write_class(l, &conf->classes[i], "other-tags");
	if (conf->class_count == 0)
		write_class(l, retention_preset(), "any-tag");
	write_class(l, &untagged, "no-tag");
	return 0;
}

void
api_retention_classes(struct visit *v)
{
	apilist_answer(v, &class_kind, NULL, fill_classes, NULL);
}

/* --- waiting for a person --- */

static const char *const review_columns[] = { "incident_id", "ref", "feed",
	"class", "due_at", "since_at", NULL };

static const struct apilist_kind review_kind = {
	.name = "retention-reviews",
	.look = "v1/retention/reviews",
	.is_of_incidents = true,
	.params = no_params,
	.columns = review_columns,
	.place_count = 2,
};

static void
write_review(void *user, const struct retention_item *item)
{
	struct apilist *l = user;
	const int64_t place[] = { item->due_ms, item->incident_id };

	if (!apilist_has_room(l))
		return;
	write_incident_id(l, item->incident_id);
	apilist_str(l, item->ref);
	apilist_str(l, item->feed);
	apilist_text(l, item->rule.name);
	apilist_time_ms(l, item->due_ms);
	apilist_time_ms(l, item->since_ms);
	apilist_row(l, place);
}

static int
fill_reviews(void *user, struct apilist *l, struct err *e)
{
	const struct retention_page page = { .conf = l->v->service->conf,
		.now_ms = l->v->now_ms,
		.after_ms = l->after[0],
		.after_id = l->is_begun ? l->after[1] : 0,
		.limit = apilist_wanted(l) };

	(void)user;
	return retention_reviews(
	    l->v->desk->retention, &page, write_review, l, e);
}

void
api_retention_reviews(struct visit *v)
{
	apilist_answer(v, &review_kind, NULL, fill_reviews, NULL);
}

/* --- held --- */

static const char *const hold_columns[] = { "id", "incident_id", "ref", "feed",
	"since_at", "by", "until_at", NULL };

static const struct apilist_kind hold_kind = {
	.name = "holds",
	.look = "v1/retention/holds",
	.is_of_incidents = true,
	.params = no_params,
	.columns = hold_columns,
	.place_count = 1,
};

static void
write_hold(void *user, const struct hold *hold)
{
	struct apilist *l = user;

	if (!apilist_has_room(l))
		return;
	apilist_int(l, hold->id);
	write_incident_id(l, hold->incident_id);
	apilist_str(l, hold->ref);
	apilist_str(l, hold->feed);
	apilist_time_ms(l, hold->at_ms);
	apilist_str(l, hold->actor);
	apilist_time_ms(l, hold->until_ms);
	apilist_row(l, &hold->id);
}

static int
fill_holds(void *user, struct apilist *l, struct err *e)
{
	(void)user;
	return holds_list(l->v->desk->holds, l->v->now_ms,
	    l->is_begun ? l->after[0] : 0, apilist_wanted(l), write_hold, l, e);
}

void
api_holds(struct visit *v)
{
	apilist_answer(v, &hold_kind, NULL, fill_holds, NULL);
}

/* --- certificates --- */

static const char *const proof_columns[] = { "id", "class", "begun_at",
	"ended_at", "incidents", "messages", "tags", "deliveries", "decisions",
	"quarantined", "files", "by", "audit_row", "digest", NULL };

static const struct apilist_kind proof_kind = {
	.name = "certificates",
	.look = "v1/retention/certificates",
	.params = no_params,
	.columns = proof_columns,
	.place_count = 1,
};

static void
write_certificate(void *user, const struct certificate *c)
{
	struct apilist *l = user;
	char hex[2 * HASH_BYTES + 1];

	if (!apilist_has_room(l))
		return;
	hash_hex(c->digest, HASH_BYTES, hex);
	apilist_int(l, c->id);
	apilist_str(l, c->class);
	apilist_time_ms(l, c->begun_ms);
	apilist_time_ms(l, c->ended_ms);
	apilist_int(l, c->counts.incidents);
	apilist_int(l, c->counts.messages);
	apilist_int(l, c->counts.tags);
	apilist_int(l, c->counts.deliveries);
	apilist_int(l, c->counts.decisions);
	apilist_int(l, c->counts.quarantined);
	apilist_int(l, c->counts.files);
	apilist_str(l, c->actor);
	apilist_id(l, c->audit_id);
	apilist_text(l, hex);
	apilist_row(l, &c->id);
}

static int
fill_certificates(void *user, struct apilist *l, struct err *e)
{
	(void)user;
	return certificates_list(retention_certificates(l->v->desk->retention),
	    l->is_begun ? l->after[0] : 0, apilist_wanted(l), write_certificate,
	    l, e);
}

void
api_certificates(struct visit *v)
{
	apilist_answer(v, &proof_kind, NULL, fill_certificates, NULL);
}
