/*
 * One incident: all that its page shows, and deciding about it.
 */
#include <string.h>

#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/json.h"
#include "agent/incident/incident.h"
#include "agent/review/api.h"
#include "agent/review/desk.h"
#include "agent/review/html.h"
#include "agent/review/visit.h"
#include "agent/store/record.h"
#include "agent/store/reviews.h"
#include "agent/store/store.h"

/* --- reading --- */

static void
write_place(struct jsonw *w, const struct place *p)
{
	jsonw_key(w, "place");
	jsonw_object(w);
	jsonw_member_text(w, "class", place_class_name(p->class));
	jsonw_member_real(w, "lat", p->lat, 6);
	jsonw_member_real(w, "lon", p->lon, 6);
	jsonw_member_real(w, "uncertainty_m", p->uncertainty_m, 0);
	jsonw_member_str(w, "located_by", p->how);
	jsonw_member_str(w, "doubt", p->doubt);
	jsonw_member_str(w, "district", p->district);
	jsonw_member_str(w, "area", p->area);
	jsonw_member_str(w, "edition", p->edition);
	jsonw_member_str(w, "grid_ref", p->grid_ref);
	jsonw_member_str(w, "near", p->near_name);
	jsonw_member_real(w, "near_m", p->near_m, 0);
	jsonw_member_str(w, "near_bearing", p->near_bearing);
	jsonw_close(w);
}

static void
write_columns(struct jsonw *w, const struct store_incident *row)
{
	jsonw_member_int(w, "id", row->id);
	jsonw_member_str(w, "ref", row->ref);
	jsonw_member_str(w, "feed", row->feed);
	jsonw_member_time(w, "opened_at", row->opened_ms);
	jsonw_member_time(w, "changed_at", row->last_ms);
	jsonw_member_time(w, "closed_at", row->closed_ms);
	jsonw_member_bool(w, "in_progress", row->in_progress);
	jsonw_member_bool(w, "rural_crime", row->rural_crime);
	jsonw_member_bool(w, "targeted", row->targeted);
	jsonw_member_str(w, "basis", row->basis);
	jsonw_key(w, "flags");
	api_words(w, row->flags);
	jsonw_member_int(w, "messages", row->message_count);
	write_place(w, &row->place);
}

static void
write_tag(void *user, const struct store_tag *tag)
{
	struct jsonw *w = user;

	jsonw_object(w);
	jsonw_member_str(w, "theme", tag->theme);
	jsonw_member_text(w, "level", rules_level_name(tag->level));
	jsonw_member_int(w, "score", tag->score);
	jsonw_key(w, "rules");
	jsonw_raw(w, tag->evidence);
	jsonw_member_str(w, "rule_set", tag->rule_set);
	jsonw_member_time(w, "made_at", tag->made_ms);
	jsonw_close(w);
}

static void
write_decision(void *user, const struct review_decision *d)
{
	struct jsonw *w = user;

	jsonw_object(w);
	jsonw_member_int(w, "act", d->act_id);
	jsonw_member_str(w, "theme", d->theme);
	jsonw_member_text(w, "verdict", review_verdict_name(d->verdict));
	jsonw_member_str(w, "by", d->by);
	jsonw_member_time(w, "at", d->at_ms);
	jsonw_member_str(w, "note", d->note);
	jsonw_member_time(w, "undone_at", d->undone_ms);
	jsonw_member_str(w, "undone_by", d->undone_by);
	jsonw_close(w);
}

/* What its messages come to; null if none can be read any more. */
static int
write_record(struct visit *v, int64_t id, struct jsonw *w, struct err *e)
{
	struct err why = { 0 };
	struct buf canonical = { 0 };
	struct incident record;
	int r = record_load(
	    v->desk->store, id, v->desk->arena, NULL, &record, &why);

	jsonw_key(w, "record");
	if (r < 0 && why.code != ERR_CORRUPT) {
		*e = why;
		return -1;
	}
	if (r < 0) {
		jsonw_null(w);
		return 0;
	}
	incident_print(&record, &canonical);
	jsonw_raw(w, buf_str(&canonical));
	buf_clear(&canonical);
	return 0;
}

static int
write_lists(struct visit *v, int64_t id, struct jsonw *w, struct err *e)
{
	jsonw_key(w, "tags");
	jsonw_array(w);
	if (store_tags_list(v->desk->store, id, false, write_tag, w, e) < 0)
		return -1;
	jsonw_close(w);
	jsonw_key(w, "decisions");
	jsonw_array(w);
	if (reviews_list(v->desk->reviews, id, write_decision, w, e) < 0)
		return -1;
	jsonw_close(w);
	return 0;
}

/*
 * The version is read first: whatever comes in while the rest is read makes it
 * an old one.  The look is recorded before anything is read to be shown.
 */
static int
write_incident(void *user, struct visit *v, struct jsonw *w, struct err *e)
{
	const int64_t *id = user;
	char version[REVIEW_VERSION_MAX];
	struct store_incident row;
	int r;

	if (*id == 0)
		return 0;
	if (reviews_version(v->desk->reviews, *id, version, e) < 0)
		return -1;
	r = store_incident_find_id(
	    v->desk->store, *id, v->desk->arena, &row, e);
	if (r <= 0)
		return r;
	if (visit_record_look(v, *id, "v1/incident", e) < 0)
		return -1;
	api_etag(v, version);
	jsonw_object(w);
	write_columns(w, &row);
	if (write_lists(v, *id, w, e) < 0 || write_record(v, *id, w, e) < 0)
		return -1;
	jsonw_close(w);
	return 1;
}

void
api_incident(struct visit *v)
{
	int64_t id = visit_number(v->arg);

	api_record(v, write_incident, &id);
}

/* --- deciding --- */

/* A change that is asked for. */
struct change {
	int64_t incident_id;
	const struct json *body;
	int (*make)(struct change *c, struct visit *v, struct err *e);
};

static const char *const verdict_words[] = {
	[REVIEW_CONFIRMED] = "confirmed",
	[REVIEW_REJECTED] = "rejected",
	[REVIEW_ADDED] = "added",
};

/* One of the decisions of the body: 0 or -1. */
static int
read_wish(const struct json *item, struct review_wish *wish, struct err *e)
{
	struct str verdict = json_text(json_member(item, "verdict"));

	wish->theme = json_text(json_member(item, "theme"));
	wish->verdict = (enum review_verdict)0;
	for (int i = REVIEW_CONFIRMED; i <= REVIEW_ADDED; i++)
		if (str_is(verdict, verdict_words[i]))
			wish->verdict = (enum review_verdict)i;
	if (json_count(item) != 2 || !str_is_given(wish->theme) ||
	    !str_is_given(verdict))
		return err_set(e, ERR_INVALID,
		    "a decision is an object with \"theme\" and \"verdict\"");
	if ((int)wish->verdict == 0)
		return err_set(e, ERR_INVALID,
		    "a verdict is \"confirmed\", \"rejected\" or \"added\"");
	if (wish->verdict == REVIEW_ADDED && !html_is_theme(wish->theme))
		return err_set(e, ERR_INVALID,
		    "\"theme\" is none of the themes that there are");
	return 0;
}

/* Does an earlier wish have the theme of the last? */
static bool
is_twice(const struct review_wish *wishes, size_t last)
{
	for (size_t i = 0; i < last; i++)
		if (str_is_equal(wishes[i].theme, wishes[last].theme))
			return true;
	return false;
}

static int
read_wishes(const struct json *list, struct review_wish *wishes, size_t *count,
    struct err *e)
{
	*count = json_count(list);
	if (json_kind(list) != JSON_KIND_ARRAY || *count < 1 ||
	    *count > REVIEW_ACT_MAX)
		return err_set(e, ERR_INVALID,
		    "\"decisions\" is a list of 1 to %d decisions",
		    REVIEW_ACT_MAX);
	for (size_t i = 0; i < *count; i++) {
		if (read_wish(json_item(list, i), &wishes[i], e) < 0)
			return err_wrap(e, "decisions[%zu]", i);
		if (is_twice(wishes, i))
			return err_set(e, ERR_INVALID,
			    "decisions[%zu]: its theme is decided before it",
			    i);
	}
	return 0;
}

static int
decide(struct change *c, struct visit *v, struct err *e)
{
	struct review_wish wishes[REVIEW_ACT_MAX];
	char version[REVIEW_VERSION_MAX];
	struct review_act act = { .incident_id = c->incident_id,
		.version = version,
		.wishes = wishes,
		.account_id = v->account.id,
		.actor = v->actor,
		.note = api_text(v, c->body, "note"),
		.now_ms = v->now_ms };
	int64_t made;

	if (read_wishes(
		json_member(c->body, "decisions"), wishes, &act.count, e) < 0 ||
	    reviews_version(v->desk->reviews, c->incident_id, version, e) < 0)
		return -1;
	made = reviews_decide(v->desk->reviews, &act, e);
	return made > 0 ? 1 : (int)made;
}

static int
undo(struct change *c, struct visit *v, struct err *e)
{
	const struct review_undo undo = {
		.act_id = json_int(json_member(c->body, "act")),
		.account_id = v->account.id,
		.actor = v->actor,
		.now_ms = v->now_ms,
	};
	int64_t of = 0;
	int r;

	if (undo.act_id <= 0)
		return err_set(e, ERR_INVALID, "\"act\" is a number of one");
	r = reviews_undo(v->desk->reviews, &undo, &of, e);
	if (r < 0)
		return -1;
	if (r == 0 || of != c->incident_id)
		return err_set(e, ERR_INVALID,
		    "no act %lld of this incident stands",
		    (long long)undo.act_id);
	return 1;
}

/* In the transaction: what was seen is still what there is, then make it. */
static int
change(void *user, struct visit *v, struct err *e)
{
	struct change *c = user;
	char version[REVIEW_VERSION_MAX];
	struct store_incident row;
	int r = store_incident_find_id(
	    v->desk->store, c->incident_id, v->desk->arena, &row, e);

	if (r <= 0)
		return r;
	if (reviews_version(v->desk->reviews, c->incident_id, version, e) < 0)
		return -1;
	return api_saw(v, version) ? c->make(c, v, e) : 0;
}

static void
answer_change(struct visit *v, const char *const *members,
    int (*make)(struct change *c, struct visit *v, struct err *e))
{
	struct change c = { .incident_id = visit_number(v->arg), .make = make };
	struct json *body;
	struct err e = { 0 };
	int r;

	if (!api_says_what_it_saw(v))
		return;
	body = api_body(v, members);
	if (!body)
		return;
	c.body = body;
	r = visit_change(v, change, &c, &e);
	json_free(&body);
	if (r > 0)
		api_record(v, write_incident, &c.incident_id);
	else
		api_refuse(v, r, write_incident, &c.incident_id, &e);
}

void
api_incident_decide(struct visit *v)
{
	static const char *const members[] = { "decisions", "note", NULL };

	answer_change(v, members, decide);
}

void
api_incident_undo(struct visit *v)
{
	static const char *const members[] = { "act", NULL };

	answer_change(v, members, undo);
}
