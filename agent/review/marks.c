#include "agent/review/marks.h"

#include <stdlib.h>
#include <string.h>

#include "agent/base/arena.h"
#include "agent/base/json.h"
#include "agent/review/html.h"
#include "rules/uncounted.h"

/* Room for one more of each of size bytes: the array, moved if need be. */
static void *
grown(struct arena *arena, const void *old, size_t count, size_t *room,
    size_t size)
{
	void *new;

	if (count < *room)
		return NULL;
	*room = *room ? *room * 2 : 16;
	new = arena_alloc(arena, *room, size);
	if (count > 0)
		memcpy(new, old, count * size);
	return new;
}

/* The place of a reason, which is added if it is new. */
static size_t
reason_of(struct mark_list *l, struct str theme, struct str why, int points)
{
	size_t was = l->reason_room;
	struct mark_reason *moved;

	for (size_t i = 0; i < l->reason_count; i++)
		if (!l->reasons[i].is_weighed &&
		    str_is_equal(l->reasons[i].theme, theme) &&
		    str_is_equal(l->reasons[i].why, why)) {
			if (abs(points) > abs(l->reasons[i].points))
				l->reasons[i].points = points;
			return i;
		}
	moved = grown(l->arena, l->reasons, l->reason_count, &l->reason_room,
	    sizeof *moved);
	if (moved) {
		bool *words =
		    arena_alloc(l->arena, l->reason_room, sizeof *words);

		memset(words, 0, l->reason_room * sizeof *words);
		if (was > 0)
			memcpy(words, l->has_words, was * sizeof *words);
		l->has_words = words;
		l->reasons = moved;
	}
	l->reasons[l->reason_count] = (struct mark_reason){
		.theme = theme,
		.why = arena_str(l->arena, why),
		.points = points,
	};
	return l->reason_count++;
}

static void
add_mark(struct mark_list *l, const struct mark *m)
{
	struct mark *moved =
	    grown(l->arena, l->marks, l->count, &l->room, sizeof *moved);

	if (moved)
		l->marks = moved;
	l->marks[l->count++] = *m;
	l->has_words[m->reason] = true;
}

/* Is word one of the words in list, "a, b, c"? */
static bool
has_word(struct str list, struct str word)
{
	for (size_t at = 0; at + word.len <= list.len; at++) {
		bool begins = at == 0 || list.p[at - 1] == ' ';
		size_t end = at + word.len;

		if (begins && memcmp(list.p + at, word.p, word.len) == 0 &&
		    (end == list.len || list.p[end] == ','))
			return true;
	}
	return false;
}

/*
 * One word of a weigh: all of a theme that give are one reason, and all that
 * take; in the log they would be half of it.
 */
static void
add_weighed(struct mark_list *l, struct str theme, struct str word, int points)
{
	struct mark_reason *r = NULL;

	if (word.len == 0)
		return;
	for (size_t i = 0; i < l->reason_count && !r; i++)
		if (l->reasons[i].is_weighed &&
		    l->reasons[i].points == (points > 0 ? 1 : -1) &&
		    str_is_equal(l->reasons[i].theme, theme))
			r = &l->reasons[i];
	if (!r) {
		/* Adding one may move them all. */
		size_t added = reason_of(l, theme, word, 0);

		r = &l->reasons[added];
		r->is_weighed = true;
		r->points = points > 0 ? 1 : -1;
	} else if (!has_word(r->why, word)) {
		r->why = arena_strf(
		    l->arena, "%.*s, %.*s", STR_ARG(r->why), STR_ARG(word));
	}
}

/*
 * Is it that the log is also, or more, about something else?  A rule that asks
 * for a flag says itself what that means.
 */
static bool
is_rival(const struct json *piece)
{
	struct str field = json_text(json_member(piece, "field"));

	return str_is(field, "theme") ||
	       (str_is(field, "flag") &&
		   json_is_true(json_member(piece, "weighed")));
}

/* "told more as something else: machinery" */
static struct str
rival_text(struct mark_list *l, const struct json *piece)
{
	struct str why = json_text(json_member(piece, "why"));
	struct str text = json_text(json_member(piece, "text"));

	return arena_strf(l->arena, "%.*s: %.*s", STR_ARG(why), STR_ARG(text));
}

static void
add_piece(struct mark_list *l, struct str theme, const struct json *piece)
{
	const struct json *start = json_member(piece, "start");
	const struct json *entry = json_member(piece, "entry");
	int points = (int)json_int(json_member(piece, "points"));
	struct mark m = { .entry = -1 };

	if (points == 0)
		return;
	if (json_is_true(json_member(piece, "weighed"))) {
		if (json_kind(start) == JSON_KIND_INT)
			add_weighed(l, theme,
			    json_text(json_member(piece, "text")), points);
		if (!is_rival(piece))
			return;
	}
	m.reason = reason_of(l, theme,
	    is_rival(piece) ? rival_text(l, piece)
			    : json_text(json_member(piece, "why")),
	    points);
	if (json_kind(start) != JSON_KIND_INT || json_int(start) < 0)
		return;
	m.field = arena_str(l->arena, json_text(json_member(piece, "field")));
	if (json_kind(entry) == JSON_KIND_INT)
		m.entry = (int)json_int(entry);
	m.start = (size_t)json_int(start);
	m.end = (size_t)json_int(json_member(piece, "end"));
	add_mark(l, &m);
}

int
marks_add(struct mark_list *list, struct str theme, struct str evidence,
    struct err *e)
{
	struct json *rules = NULL;

	theme = arena_str(list->arena, theme);
	if (json_parse(evidence, &rules, NULL, e) < 0)
		return -1;
	for (size_t i = 0; i < json_count(rules); i++) {
		const struct json *pieces =
		    json_member(json_item(rules, i), "evidence");

		for (size_t k = 0; k < json_count(pieces); k++)
			add_piece(list, theme, json_item(pieces, k));
	}
	json_free(&rules);
	return 0;
}

/* What a context is called beside the words that stand in it. */
static const struct {
	const char *name, *says;
} contexts[] = {
	{ "denied", "denied" },
	{ "supposed", "supposed, not seen" },
	{ "past", "of the past" },
	{ "name", "part of a name" },
	{ "question", "asked, not said" },
	{ "exercise", "an exercise" },
	{ "cancelled", "cancelled later" },
};

static struct str
say_context(struct str name)
{
	for (size_t i = 0; i < sizeof contexts / sizeof contexts[0]; i++)
		if (str_is(name, contexts[i].name))
			return str_of(contexts[i].says);
	return name;
}

/* Does anything that counts stand where m does? */
static bool
is_counted(const struct mark_list *l, const struct mark *m)
{
	for (size_t i = 0; i < l->count; i++) {
		const struct mark *old = &l->marks[i];

		if (!l->reasons[old->reason].is_uncounted &&
		    old->entry == m->entry && old->start < m->end &&
		    m->start < old->end && str_is_equal(old->field, m->field))
			return true;
	}
	return false;
}

void
marks_add_uncounted(
    struct mark_list *list, const struct uncounted *found, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct uncounted *u = &found[i];
		struct mark m = { .field = str_of(u->field),
			.entry = u->entry,
			.start = u->start,
			.end = u->end };

		if (is_counted(list, &m))
			continue;
		m.reason = reason_of(list, arena_str(list->arena, u->theme),
		    say_context(u->why), 0);
		list->reasons[m.reason].is_uncounted = true;
		add_mark(list, &m);
	}
}

static int
by_start(const void *a, const void *b)
{
	const struct mark *const *x = a;
	const struct mark *const *y = b;

	if ((*x)->start != (*y)->start)
		return (*x)->start < (*y)->start ? -1 : 1;
	return ((*x)->end < (*y)->end) - ((*x)->end > (*y)->end);
}

/* Those of one text, in its order; count by the return. */
static size_t
select_marks(const struct mark_list *list, const char *field, int entry,
    size_t len, const struct mark ***out)
{
	size_t n = 0;

	*out = arena_alloc(list->arena, list->count + 1, sizeof **out);
	for (size_t i = 0; i < list->count; i++) {
		const struct mark *m = &list->marks[i];

		if (m->end > m->start && m->end <= len && m->entry == entry &&
		    str_is(m->field, field))
			(*out)[n++] = m;
	}
	if (n > 0)
		qsort(*out, n, sizeof **out, by_start);
	return n;
}

/* The end of what overlaps marks[i]; *next is the first that does not. */
static size_t
run_of(const struct mark **marks, size_t count, size_t i, size_t *next)
{
	size_t end = marks[i]->end;

	for (*next = i + 1; *next < count && marks[*next]->start < end;
	     (*next)++)
		if (marks[*next]->end > end)
			end = marks[*next]->end;
	return end;
}

/* The numbers behind the words of a run, each once. */
static void
print_numbers(struct buf *out, const struct mark **marks, size_t from,
    size_t to, int entry, bool *is_used)
{
	buf_add_text(out, "<sup>");
	for (size_t i = from; i < to; i++) {
		size_t n = marks[i]->reason;
		size_t k = from;

		while (k < i && marks[k]->reason != n)
			k++;
		if (k < i)
			continue;
		is_used[n] = true;
		buf_addf(out, "%s<a href=\"#e%dr%zu\">%zu</a>",
		    i > from ? " " : "", entry, n + 1, n + 1);
	}
	buf_add_text(out, "</sup>");
}

static void
print_reason(struct buf *out, const struct mark_reason *r)
{
	if (r->is_uncounted) {
		buf_add_text(out, "<em>Not counted, ");
		html_text(out, r->why);
		buf_add_text(out, "</em>: ");
		html_theme(out, r->theme);
		return;
	}
	html_theme(out, r->theme);
	buf_add_text(out, ": ");
	html_text(out, r->why);
	buf_addf(out, " <span class=\"points\">%+d</span>", r->points);
}

static void
print_reasons(
    struct buf *out, const struct mark_list *l, int entry, const bool *is_used)
{
	bool any = false;

	for (size_t i = 0; i < l->reason_count; i++) {
		if (!is_used[i])
			continue;
		buf_addf(out, "%s<li id=\"e%dr%zu\" value=\"%zu\">",
		    any ? "" : "<ol class=\"reasons\">", entry, i + 1, i + 1);
		print_reason(out, &l->reasons[i]);
		buf_add_text(out, "</li>");
		any = true;
	}
	if (any)
		buf_add_text(out, "</ol>");
}

void
marks_print(struct buf *out, const struct mark_list *list, const char *field,
    int entry, struct str text)
{
	const struct mark **marks;
	size_t count = select_marks(list, field, entry, text.len, &marks);
	size_t at = 0, next;
	bool is_uncounted;
	bool *is_used =
	    arena_alloc(list->arena, list->reason_count + 1, sizeof *is_used);

	memset(is_used, 0, (list->reason_count + 1) * sizeof *is_used);
	buf_add_text(out, "<div class=\"text\">");
	for (size_t i = 0; i < count; i = next) {
		size_t start = marks[i]->start;
		size_t end = run_of(marks, count, i, &next);

		html_text(out, str_make(text.p + at, start - at));
		is_uncounted = list->reasons[marks[i]->reason].is_uncounted;
		buf_add_text(out,
		    is_uncounted ? "<span class=\"uncounted\">" : "<mark>");
		html_text(out, str_make(text.p + start, end - start));
		buf_add_text(out, is_uncounted ? "</span>" : "</mark>");
		print_numbers(out, marks, i, next, entry, is_used);
		at = end;
	}
	html_text(out, str_make(text.p + at, text.len - at));
	buf_add_text(out, "</div>");
	print_reasons(out, list, entry, is_used);
}

void
marks_print_whole(
    struct buf *out, const struct mark_list *list, struct str theme)
{
	bool any = false;

	for (size_t i = 0; i < list->reason_count; i++) {
		const struct mark_reason *r = &list->reasons[i];

		if (!r->is_weighed || !str_is_equal(r->theme, theme))
			continue;
		if (!any)
			buf_add_text(out, "<details><summary>The log as a whole"
					  "</summary>");
		any = true;
		buf_addf(out, "<p>%s: ",
		    r->points > 0 ? "Words that such logs have"
				  : "Words that other logs have");
		html_text(out, r->why);
		buf_add_text(out, "</p>");
	}
	if (any)
		buf_add_text(out, "</details>");
}

void
marks_print_wordless(
    struct buf *out, const struct mark_list *list, struct str theme)
{
	for (size_t i = 0; i < list->reason_count; i++) {
		const struct mark_reason *r = &list->reasons[i];

		if (list->has_words[i] || r->is_weighed ||
		    !str_is_equal(r->theme, theme))
			continue;
		buf_add_text(out, "<li>");
		html_text(out, r->why);
		buf_addf(
		    out, " <span class=\"points\">%+d</span></li>", r->points);
	}
}
