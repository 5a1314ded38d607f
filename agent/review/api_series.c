/*
 * The series that people made, one with its incidents, and those that series of
 * the rules found.
 */
#include <inttypes.h>

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/hash.h"
#include "agent/review/api.h"
#include "agent/review/apilist.h"
#include "agent/review/desk.h"
#include "agent/review/linkwords.h"
#include "agent/review/visit.h"
#include "agent/store/linksets.h"

static const char *const no_params[] = { NULL };

/* Lists that begin with the newest number. */
static int64_t
before(const struct apilist *l)
{
	return l->is_begun ? l->after[0] : INT64_MAX;
}

/* --- made by people --- */

static const char *const columns[] = { "id", "name", "incidents", "first_at",
	"last_at", "made_by", "made_at", NULL };

static const struct apilist_kind kind = {
	.name = "series",
	.look = "v1/series",
	.params = no_params,
	.columns = columns,
	.place_count = 1,
};

static void
write_set(void *user, const struct linkset *s)
{
	struct apilist *l = user;

	if (!apilist_has_room(l))
		return;
	apilist_int(l, s->id);
	apilist_str(l, s->name);
	apilist_int(l, s->member_count);
	apilist_time_ms(l, s->first_ms);
	apilist_time_ms(l, s->last_ms);
	apilist_str(l, s->by);
	apilist_time_ms(l, s->made_ms);
	apilist_row(l, &s->id);
}

static int
fill_sets(void *user, struct apilist *l, struct err *e)
{
	(void)user;
	return linksets_list(l->v->desk->linksets, before(l), apilist_wanted(l),
	    write_set, l, e);
}

void
api_series(struct visit *v)
{
	apilist_answer(v, &kind, NULL, fill_sets, NULL);
}

/* --- found by the rules --- */

static const char *const found_columns[] = { "incident_id", "ref", "series",
	"others_counted", "themes", "opened_at", NULL };

static const struct apilist_kind found_kind = {
	.name = "series-found",
	.look = "v1/series/found",
	.is_of_incidents = true,
	.params = no_params,
	.columns = found_columns,
	.place_count = 1,
};

static void
write_found(void *user, const struct linkset_found *f)
{
	struct apilist *l = user;

	if (!apilist_has_room(l))
		return;
	apilist_int(l, f->incident_id);
	apilist_str(l, f->ref);
	apilist_str(l, f->series);
	apilist_int(l, f->count);
	apilist_words(l, f->themes);
	apilist_time_ms(l, f->opened_ms);
	apilist_row(l, &f->incident_id);
}

static int
fill_found(void *user, struct apilist *l, struct err *e)
{
	(void)user;
	return linksets_found(l->v->desk->linksets, before(l),
	    apilist_wanted(l), write_found, l, e);
}

void
api_series_found(struct visit *v)
{
	apilist_answer(v, &found_kind, NULL, fill_found, NULL);
}

/* --- one --- */

/* A series while it is written, and what its version comes of. */
struct showing {
	struct jsonw *w;
	struct buf seen;
};

static void
write_head(void *user, const struct linkset *s)
{
	struct showing *of = user;
	struct jsonw *w = of->w;

	jsonw_object(w);
	jsonw_member_int(w, "id", s->id);
	jsonw_member_str(w, "name", s->name);
	jsonw_member_int(w, "incidents", s->member_count);
	jsonw_member_time(w, "first_at", s->first_ms);
	jsonw_member_time(w, "last_at", s->last_ms);
	jsonw_member_str(w, "made_by", s->by);
	jsonw_member_time(w, "made_at", s->made_ms);
	jsonw_key(w, "members");
	jsonw_array(w);
}

static void
write_member(void *user, const struct linkset_member *m)
{
	struct showing *of = user;
	struct jsonw *w = of->w;

	buf_addf(
	    &of->seen, "%" PRId64 ":%d ", m->id, m->undone_ms != CLOCK_NONE);
	jsonw_object(w);
	jsonw_member_int(w, "member", m->id);
	jsonw_member_int(w, "incident_id", m->incident_id);
	jsonw_member_str(w, "ref", m->ref);
	jsonw_key(w, "themes");
	api_words(w, m->themes);
	jsonw_member_time(w, "opened_at", m->opened_ms);
	jsonw_member_str(w, "near", m->near_name);
	jsonw_member_text(w, "kind", linkwords_value(m->kind));
	jsonw_member_str(w, "reason", m->reason);
	jsonw_member_str(w, "by", m->by);
	jsonw_member_time(w, "at", m->at_ms);
	jsonw_member_time(w, "taken_out_at", m->undone_ms);
	jsonw_member_str(w, "taken_out_by", m->undone_by);
	jsonw_close(w);
}

static void
put_etag(struct visit *v, const struct buf *seen)
{
	uint8_t digest[HASH_BYTES];
	char version[2 * HASH_BYTES + 1];

	hash_sha256(buf_str(seen), digest);
	hash_hex(digest, 12, version);
	api_etag(v, version);
}

static int
print_set(void *user, struct visit *v, struct jsonw *w, struct err *e)
{
	struct linksets *sets = v->desk->linksets;
	int64_t id = *(const int64_t *)user;
	struct showing of = { .w = w };
	int r = id > 0 ? linksets_find(sets, id, write_head, &of, e) : 0;

	if (r <= 0)
		return r;
	if (visit_record_look(v, 0, "v1/series", e) < 0 ||
	    linksets_members(sets, id, write_member, &of, e) < 0)
		r = -1;
	else {
		put_etag(v, &of.seen);
		jsonw_close(w);
		jsonw_close(w);
	}
	buf_clear(&of.seen);
	return r;
}

void
api_linkset(struct visit *v)
{
	int64_t id = visit_number(v->arg);

	api_record(v, print_set, &id);
}
