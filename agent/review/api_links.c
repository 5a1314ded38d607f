/*
 * What may have to do with an incident, what people said of that, and the
 * series that it was put in.
 */
#include <math.h>

#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/review/api.h"
#include "agent/review/deed.h"
#include "agent/review/desk.h"
#include "agent/review/linkwords.h"
#include "agent/review/visit.h"
#include "agent/store/links.h"
#include "agent/store/linksets.h"
#include "agent/store/store.h"

/* --- links --- */

/* A link while it is written: what people said of it. */
struct judged {
	struct jsonw *w;
	int64_t other_id;
	int kind;
	bool is_judged;
};

static void
write_verdict(void *user, const struct linkset_verdict *k)
{
	struct judged *j = user;

	if (k->other_id != j->other_id || k->kind != j->kind || j->is_judged)
		return;
	j->is_judged = true;
	jsonw_object(j->w);
	jsonw_member_int(j->w, "id", k->id);
	jsonw_member_text(j->w, "verdict",
	    k->verdict == LINKSETS_CONFIRMED ? "confirmed" : "rejected");
	jsonw_member_str(j->w, "by", k->by);
	jsonw_member_time(j->w, "at", k->at_ms);
	jsonw_close(j->w);
}

static int
write_reason(struct visit *v, struct jsonw *w, int64_t id,
    const struct links_other *o, const struct links_reason *r, struct err *e)
{
	struct judged j = { w, o->incident_id, (int)r->kind, false };

	jsonw_object(w);
	jsonw_member_text(w, "kind", links_kind_name(r->kind));
	jsonw_member_str(w, "what", r->what);
	jsonw_member_str(w, "other", r->other);
	jsonw_key(w, "agree");
	if (r->kind == LINKS_PARTIAL)
		jsonw_int(w, r->agree);
	else
		jsonw_null(w);
	jsonw_key(w, "judged");
	if (linksets_verdicts(v->desk->linksets, id, write_verdict, &j, e) < 0)
		return -1;
	if (!j.is_judged)
		jsonw_null(w);
	jsonw_close(w);
	return 0;
}

static int
write_other(struct visit *v, struct jsonw *w, int64_t id,
    const struct links_other *o, struct err *e)
{
	jsonw_object(w);
	jsonw_member_int(w, "incident_id", o->incident_id);
	jsonw_member_str(w, "ref", o->ref);
	jsonw_key(w, "themes");
	api_words(w, o->themes);
	jsonw_member_time(w, "opened_at", o->opened_ms);
	jsonw_member_str(w, "near", o->near_name);
	jsonw_member_real(w, "distance_m", o->distance_m, 0);
	jsonw_key(w, "later_s");
	if (o->apart_ms == CLOCK_NONE)
		jsonw_null(w);
	else
		jsonw_int(w, o->apart_ms / 1000);
	jsonw_key(w, "reasons");
	jsonw_array(w);
	for (size_t i = 0; i < o->reason_count; i++)
		if (write_reason(v, w, id, o, &o->reasons[i], e) < 0)
			return -1;
	jsonw_close(w);
	jsonw_close(w);
	return 0;
}

/* 1, 0 if there is no such incident, or -1; the look is recorded. */
static int
find(struct visit *v, int64_t id, const char *page, struct store_incident *row,
    struct err *e)
{
	int r = id > 0 ? store_incident_find_id(
			     v->desk->store, id, v->desk->arena, row, e)
		       : 0;

	if (r <= 0)
		return r;
	return visit_record_part(v, id, page, e) < 0 ? -1 : 1;
}

static int
print_links(void *user, struct visit *v, struct jsonw *w, struct err *e)
{
	int64_t id = *(const int64_t *)user;
	char version[DEED_VERSION_MAX];
	struct store_incident row;
	struct links_found found;
	int r = find(v, id, "v1/incident/links", &row, e);

	if (r <= 0)
		return r;
	if (deed_links_version(v, id, version, e) < 0 ||
	    links_find(v->desk->links, &row, v->desk->arena, &found, e) < 0)
		return -1;
	api_etag(v, version);
	jsonw_object(w);
	jsonw_member_int(w, "incident_id", id);
	jsonw_key(w, "links");
	jsonw_array(w);
	for (size_t i = 0; i < found.count; i++)
		if (write_other(v, w, id, &found.others[i], e) < 0)
			return -1;
	jsonw_close(w);
	jsonw_member_bool(w, "is_capped", found.is_capped);
	jsonw_member_bool(w, "is_caller_common", found.is_caller_common);
	jsonw_close(w);
	return 1;
}

void
api_links(struct visit *v)
{
	int64_t id = visit_number(v->arg);

	api_record(v, print_links, &id);
}

void
api_link_judge(struct visit *v)
{
	static const char *const members[] = { "other", "kind", "verdict",
		NULL };
	static const struct api_change c = { .members = members,
		.make = deed_link_judge,
		.print = print_links };
	int64_t id = visit_number(v->arg);

	api_change(v, &c, &id);
}

void
api_link_undo(struct visit *v)
{
	static const char *const members[] = { "verdict", NULL };
	static const struct api_change c = {
		.members = members, .make = deed_link_undo, .print = print_links
	};
	int64_t id = visit_number(v->arg);

	api_change(v, &c, &id);
}

/* --- the series of an incident --- */

static void
write_member(void *user, const struct linkset_member *m)
{
	struct jsonw *w = user;

	jsonw_object(w);
	jsonw_member_int(w, "member", m->id);
	jsonw_member_int(w, "series", m->linkset_id);
	jsonw_member_str(w, "name", m->name);
	jsonw_member_text(w, "kind", linkwords_value(m->kind));
	jsonw_member_str(w, "reason", m->reason);
	jsonw_member_str(w, "by", m->by);
	jsonw_member_time(w, "at", m->at_ms);
	jsonw_close(w);
}

static int
print_memberships(void *user, struct visit *v, struct jsonw *w, struct err *e)
{
	int64_t id = visit_number(v->arg);
	char version[DEED_VERSION_MAX];
	struct store_incident row;
	int r = find(v, id, "v1/incident/series", &row, e);

	(void)user;
	if (r <= 0)
		return r;
	if (deed_series_version(v, id, version, e) < 0)
		return -1;
	api_etag(v, version);
	jsonw_object(w);
	jsonw_member_int(w, "incident_id", id);
	jsonw_key(w, "series");
	jsonw_array(w);
	if (linksets_of(v->desk->linksets, id, write_member, w, e) < 0)
		return -1;
	jsonw_close(w);
	jsonw_close(w);
	return 1;
}

void
api_memberships(struct visit *v)
{
	api_record(v, print_memberships, NULL);
}

void
api_series_put(struct visit *v)
{
	static const char *const members[] = { "series", "name", "kind",
		"reason", NULL };
	static const struct api_change c = { .members = members,
		.make = deed_series_put,
		.print = print_memberships };
	struct deed_series s = { .incident_id = visit_number(v->arg) };

	api_change(v, &c, &s);
}

void
api_series_take(struct visit *v)
{
	static const char *const members[] = { "member", NULL };
	static const struct api_change c = { .members = members,
		.make = deed_series_take,
		.print = print_memberships };
	struct deed_series s = { .incident_id = visit_number(v->arg) };

	api_change(v, &c, &s);
}
