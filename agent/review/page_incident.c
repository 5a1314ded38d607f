/*
 * The page of one incident: what is read of it, and the sections shown of it.
 */
#include "agent/review/sheet.h"

#include <string.h>

#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/review/desk.h"
#include "agent/review/page.h"
#include "agent/review/service_private.h"
#include "agent/store/record.h"
#include "rules/uncounted.h"

/* The sections, in the order they are read in. */
static const struct section {
	const char
	    *column; /* the class of the element around it and its like */
	int (*print)(struct sheet *s, struct err *e);
} sections[] = {
	{ "what", sheet_facts },
	{ "what", sheet_tags },
	{ "story", sheet_log },
	{ "story", sheet_map },
	{ "story", sheet_sun },
	{ "story", sheet_links },
	{ "story", sheet_series },
	{ "act", sheet_takers },
	{ "act", sheet_decide },
	{ "act", sheet_contact },
	{ "act", sheet_history },
	{ "act", sheet_camp },
	{ "act", sheet_tipping },
	{ "act", sheet_alerts },
	{ "act", sheet_recordings },
	{ "act", sheet_retention },
};

/* --- reading --- */

static void
keep_tag(void *user, const struct store_tag *tag)
{
	struct sheet *s = user;
	struct arena *arena = s->v->desk->arena;
	struct err e = { 0 };

	if (s->tag_count == SHEET_TAGS)
		return;
	s->tags[s->tag_count++] = (struct sheet_tag){
		.theme = arena_str(arena, tag->theme),
		.level = tag->level,
		.score = tag->score,
	};
	if (marks_add(&s->marks, tag->theme, tag->evidence, &e) < 0)
		s->is_unreadable = true;
}

static void
keep_decision(void *user, const struct review_decision *d)
{
	struct sheet *s = user;
	struct arena *arena = s->v->desk->arena;
	struct review_decision *kept;

	if (s->decision_count ==
	    SHEET_DECISIONS) /* the latest are of interest */
		memmove(s->decisions, s->decisions + 1,
		    --s->decision_count * sizeof *s->decisions);
	kept = &s->decisions[s->decision_count++];
	*kept = *d;
	kept->theme = arena_str(arena, d->theme);
	kept->by = arena_str(arena, d->by);
	kept->note = arena_str(arena, d->note);
	kept->undone_by = arena_str(arena, d->undone_by);
}

static void
join(struct sheet *s)
{
	for (size_t i = 0; i < s->tag_count; i++)
		for (size_t k = 0; k < s->decision_count; k++)
			if (s->decisions[k].undone_ms == CLOCK_NONE &&
			    str_is_equal(
				s->tags[i].theme, s->decisions[k].theme))
				s->tags[i].decision = &s->decisions[k];
}

/*
 * The log, and as it was when the visitor last looked.  One that cannot be
 * read any more is shown as such: what it was tagged with can still be decided.
 */
static int
load_log(struct sheet *s, int64_t id, struct err *e)
{
	struct desk *d = s->v->desk;
	struct err why = { 0 };

	if (record_load(d->store, id, d->arena, NULL, &s->record, &why) < 0) {
		if (why.code != ERR_CORRUPT) {
			*e = why;
			return -1;
		}
		s->is_unreadable = true;
		incident_init(&s->record);
		return 0;
	}
	if (s->look.at_ms == CLOCK_NONE)
		return 0;
	s->has_before = record_load_until(d->store, id, d->arena,
			    s->look.message_id, &s->before, &why) == 0;
	return 0;
}

/* Words that were found and do not count, by the rules that run now. */
static void
mark_uncounted(struct sheet *s)
{
	const struct ruleset *rules = s->v->service->rules;
	const struct uncounted *found;
	size_t count;

	if (!rules || s->is_unreadable)
		return;
	count = uncounted_find(rules, &s->record, &s->row.place,
	    s->v->desk->scratch, s->v->desk->arena, &found);
	marks_add_uncounted(&s->marks, found, count);
}

/*
 * 1, 0 if there is no such incident, -1.  The version comes first: whatever
 * comes in while the rest is read makes it an old one.  Likewise the look: a
 * message that comes after it is shown now and called new once more.
 */
static int
load(struct sheet *s, int64_t id, struct err *e)
{
	struct visit *v = s->v;
	struct desk *d = v->desk;
	int r;

	s->live.incident_id = id;
	if (page_live_begin(v, &s->live, e) < 0 ||
	    reviews_newest(d->reviews, id, &s->live.message_id, e) < 0 ||
	    reviews_version(d->reviews, id, s->version, e) < 0)
		return -1;
	r = store_incident_find_id(d->store, id, d->arena, &s->row, e);
	if (r <= 0)
		return r;
	s->marks.arena = d->arena;
	if (reviews_look_of(d->reviews, v->account.id, id, &s->look, e) < 0 ||
	    visit_record_look(v, id,
		visit_may(v, ACCOUNT_TRACKS) ? "incident, recordings"
					     : "incident",
		e) < 0 ||
	    load_log(s, id, e) < 0 ||
	    store_tags_list(d->store, id, false, keep_tag, s, e) < 0 ||
	    reviews_list(d->reviews, id, keep_decision, s, e) < 0)
		return -1;
	mark_uncounted(s);
	join(s);
	return 1;
}

/* --- the page --- */

static int
print_sections(struct sheet *s, struct err *e)
{
	struct buf *out = s->v->out;
	const char *column = "";

	buf_add_text(out, "<div class=\"sheet\">");
	for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++) {
		if (strcmp(column, sections[i].column) != 0) {
			buf_addf(out, "%s<div class=\"%s\">",
			    i > 0 ? "</div>" : "", sections[i].column);
			column = sections[i].column;
		}
		if (sections[i].print(s, e) < 0)
			return -1;
	}
	buf_add_text(out, "</div></div>");
	return 0;
}

static int
print_sheet(struct sheet *s, struct err *e)
{
	struct buf title = { 0 };

	buf_addf(&title, "Incident %.*s", STR_ARG(s->row.ref));
	visit_page(s->v, title.p);
	buf_clear(&title);
	if (s->row.in_progress && s->row.closed_ms == CLOCK_NONE)
		buf_add_text(s->v->out,
		    "<p class=\"progress\"><strong>In progress</strong> as of "
		    "the last entry</p>");
	if (print_sections(s, e) < 0)
		return -1;
	page_live_bar(s->v, &s->live);
	visit_page_end(s->v);
	return 0;
}

void
page_incident(struct visit *v)
{
	struct sheet *s = arena_alloc(v->desk->arena, 1, sizeof *s);
	struct err e = { 0 };
	int64_t id = visit_number(v->arg);
	int r;

	*s = (struct sheet){ .v = v };
	r = id > 0 ? load(s, id, &e) : 0;
	if (r == 0)
		visit_say(v, 404, "Not found",
		    "There is no such incident. It may have been erased.");
	else if (r < 0 || print_sheet(s, &e) < 0)
		visit_fail(v, &e);
}
