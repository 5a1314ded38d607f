/*
 * Putting an incident in a series and taking it out; saying whether a link is
 * one.
 */
#include "agent/review/deed.h"

#include <inttypes.h>
#include <stdio.h>

#include "agent/base/err.h"
#include "agent/base/hash.h"
#include "agent/review/api.h"
#include "agent/review/desk.h"
#include "agent/review/linkwords.h"
#include "agent/review/visit.h"
#include "agent/store/linksets.h"
#include "agent/store/store.h"

static struct linksets_by
who(const struct visit *v)
{
	return (struct linksets_by){ v->account.id, v->now_ms };
}

/* --- versions --- */

/* Which stand, as a digest of their numbers. */
static void
digest_of(const struct buf *numbers, char version[DEED_VERSION_MAX])
{
	uint8_t digest[HASH_BYTES];

	hash_sha256(buf_str(numbers), digest);
	hash_hex(digest, 12, version);
}

static void
add_membership(void *user, const struct linkset_member *m)
{
	buf_addf(user, "%" PRId64 " ", m->id);
}

int
deed_series_version(struct visit *v, int64_t incident_id,
    char version[DEED_VERSION_MAX], struct err *e)
{
	struct buf numbers = { 0 };
	int r;

	buf_addf(&numbers, "s%" PRId64 ":", incident_id);
	r = linksets_of(
	    v->desk->linksets, incident_id, add_membership, &numbers, e);
	digest_of(&numbers, version);
	buf_clear(&numbers);
	return r;
}

static void
add_verdict(void *user, const struct linkset_verdict *k)
{
	buf_addf(user, "%" PRId64 " ", k->id);
}

int
deed_links_version(struct visit *v, int64_t incident_id,
    char version[DEED_VERSION_MAX], struct err *e)
{
	struct buf numbers = { 0 };
	int r;

	buf_addf(&numbers, "l%" PRId64 ":", incident_id);
	r = linksets_verdicts(
	    v->desk->linksets, incident_id, add_verdict, &numbers, e);
	digest_of(&numbers, version);
	buf_clear(&numbers);
	return r;
}

/* 1, 0 if there is no such incident, or -1. */
static int
is_there(struct visit *v, int64_t id, struct err *e)
{
	struct store_incident row;

	return id > 0 ? store_incident_find_id(
			    v->desk->store, id, v->desk->arena, &row, e)
		      : 0;
}

/*
 * In the API: is the incident there, and as it was seen?  The forms of pages
 * say it of the one link or membership that they are about.
 */
static int
is_current(struct visit *v, int64_t incident_id,
    int (*version_of)(struct visit *v, int64_t incident_id,
	char version[DEED_VERSION_MAX], struct err *e),
    struct err *e)
{
	char version[DEED_VERSION_MAX];
	int r;

	if (!v->is_api)
		return 1;
	r = is_there(v, incident_id, e);
	if (r <= 0)
		return r;
	if (version_of(v, incident_id, version, e) < 0)
		return -1;
	return api_saw(v, version);
}

/* --- series --- */

static int
make_series(struct visit *v, int64_t *set_id, struct err *e)
{
	const struct linksets_by by = who(v);

	v->bad = "name";
	*set_id =
	    linksets_make(v->desk->linksets, visit_field(v, "name"), &by, e);
	if (*set_id < 0)
		return -1;
	v->bad = NULL;
	return 0;
}

static int
put_in(struct visit *v, struct deed_series *s, int kind, struct err *e)
{
	const struct linksets_by by = who(v);
	char detail[96];
	int r = linksets_add(v->desk->linksets, s->set_id, s->incident_id, kind,
	    visit_field(v, "reason"), &by, e);

	if (r == 0 && v->is_api)
		return visit_bad(
		    v, "series", "There is no such series any more.", e);
	if (r <= 0)
		return r;
	(void)snprintf(detail, sizeof detail, "{\"series_put_in\":%" PRId64 "}",
	    s->set_id);
	return visit_record_change(v, s->incident_id, detail, e) < 0 ? -1 : 1;
}

int
deed_series_put(void *user, struct visit *v, struct err *e)
{
	struct deed_series *s = user;
	int kind = linkwords_read(visit_field(v, "kind"));
	int r = is_current(v, s->incident_id, deed_series_version, e);

	if (r <= 0)
		return r;
	if (kind == 0)
		return visit_bad(v, "kind", "Choose a kind of link.", e);
	s->set_id = visit_number(visit_field(v, "series"));
	if (s->set_id == 0 && make_series(v, &s->set_id, e) < 0)
		return -1;
	return put_in(v, s, kind, e);
}

/* Does a membership stand on the incident? */
struct wanted {
	int64_t id;
	bool is_there;
};

static void
see_membership(void *user, const struct linkset_member *m)
{
	struct wanted *w = user;

	w->is_there |= m->id == w->id;
}

/* In the API the member is one of the incident's. */
static int
read_member(struct visit *v, const struct deed_series *s, int64_t *member,
    struct err *e)
{
	struct wanted w = { .id = visit_number(visit_field(v, "member")) };

	*member = w.id;
	if (!v->is_api) {
		*member = visit_number(v->arg);
		return 0;
	}
	if (linksets_of(
		v->desk->linksets, s->incident_id, see_membership, &w, e) < 0)
		return -1;
	return w.is_there ? 0
			  : visit_bad(v, "member",
				"It is not in that series any more.", e);
}

int
deed_series_take(void *user, struct visit *v, struct err *e)
{
	struct deed_series *s = user;
	const struct linksets_by by = who(v);
	char detail[96];
	int64_t member = 0;
	int r = is_current(v, s->incident_id, deed_series_version, e);

	if (r <= 0)
		return r;
	if (read_member(v, s, &member, e) < 0)
		return -1;
	r = linksets_undo_member(
	    v->desk->linksets, member, &by, &s->incident_id, e);
	if (r < 0)
		return -1;
	if (r == 0)
		return err_set(
		    e, ERR_INVALID, "It is not in that series any more.");
	(void)snprintf(detail, sizeof detail,
	    "{\"series_taken_out\":%" PRId64 "}", member);
	return visit_record_change(v, s->incident_id, detail, e) < 0 ? -1 : 1;
}

/* --- links --- */

static enum linksets_verdict
read_verdict(struct visit *v)
{
	struct str word = visit_field(v, "verdict");

	if (str_is(word, "confirm"))
		return LINKSETS_CONFIRMED;
	return str_is(word, "reject") ? LINKSETS_REJECTED
				      : (enum linksets_verdict)0;
}

static void
see_standing(void *user, const struct linkset_verdict *k)
{
	struct linksets_wish *w = user;

	if (k->other_id == w->other_id && k->kind == w->kind)
		w->seen = k->id;
}

/* What the form says, or the API: there its ETag says what was seen. */
static int
read_wish(struct visit *v, struct linksets_wish *w, struct err *e)
{
	int r;

	w->other_id = visit_number(visit_field(v, "other"));
	w->kind = linkwords_read(visit_field(v, "kind"));
	w->verdict = read_verdict(v);
	if (w->kind == 0)
		return visit_bad(v, "kind", "Say which kind of link.", e);
	if (w->verdict == 0)
		return visit_bad(v, "verdict",
		    "Say whether it is one: confirm or reject.", e);
	r = is_there(v, w->other_id, e);
	if (r < 0)
		return -1;
	if (r == 0 || w->other_id == w->incident_id)
		return visit_bad(
		    v, "other", "There is no such other incident.", e);
	w->seen = visit_number(visit_field(v, "seen"));
	if (!v->is_api)
		return 0;
	w->seen = 0;
	return linksets_verdicts(
	    v->desk->linksets, w->incident_id, see_standing, w, e);
}

int
deed_link_judge(void *user, struct visit *v, struct err *e)
{
	const struct linksets_by by = who(v);
	struct linksets_wish w = { .incident_id = *(const int64_t *)user };
	char detail[128];
	int r = is_current(v, w.incident_id, deed_links_version, e);

	if (r <= 0)
		return r;
	if (read_wish(v, &w, e) < 0)
		return -1;
	r = linksets_decide(v->desk->linksets, &w, &by, e);
	if (r <= 0)
		return r;
	(void)snprintf(detail, sizeof detail,
	    "{\"link\":\"%s\",\"other\":%" PRId64 "}",
	    w.verdict == LINKSETS_CONFIRMED ? "confirmed" : "rejected",
	    w.other_id);
	return visit_record_change(v, w.incident_id, detail, e) < 0 ? -1 : 1;
}

static void
see_verdict(void *user, const struct linkset_verdict *k)
{
	struct wanted *w = user;

	w->is_there |= k->id == w->id;
}

int
deed_link_undo(void *user, struct visit *v, struct err *e)
{
	int64_t incident_id = *(const int64_t *)user;
	const struct linksets_by by = who(v);
	struct wanted w = { .id = visit_number(v->arg) };
	int r = is_current(v, incident_id, deed_links_version, e);

	if (r <= 0)
		return r;
	if (v->is_api) {
		w.id = visit_number(visit_field(v, "verdict"));
		if (linksets_verdicts(
			v->desk->linksets, incident_id, see_verdict, &w, e) < 0)
			return -1;
		if (!w.is_there)
			return visit_bad(v, "verdict",
			    "No such verdict about a link stands.", e);
	}
	r = linksets_undo_verdict(
	    v->desk->linksets, w.id, &by, &incident_id, e);
	if (r < 0)
		return -1;
	if (r == 0)
		return err_set(e, ERR_INVALID, "That was undone already.");
	return visit_record_change(v, incident_id, "{\"link\":\"undone\"}", e) <
		       0
		   ? -1
		   : 1;
}
