#include "agent/review/apilist.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agent/base/arena.h"
#include "agent/base/check.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/hash.h"
#include "agent/review/api.h"
#include "agent/review/desk.h"
#include "agent/review/html.h"
#include "agent/review/visit.h"

#define LIMIT_PRESET     100
#define LIMIT_PRESET_ALL 5000 /* of a file, which is wanted whole */
#define LIMIT_MAX        5000

/* No list that is read from its start is as long. */
#define COUNTED_MAX 1000000

/* Digits of a number of a cursor, and of what shows that it is whole. */
#define NUMBER_DIGITS 16
#define CHECK_DIGITS  8
#define CURSOR_MAX    (APILIST_PLACE_MAX * NUMBER_DIGITS + CHECK_DIGITS + 1)

/* The forms, by what asks for them. */
static const struct form {
	const char *word, *type;
} forms[] = {
	[APILIST_JSON] = { "json", "application/json" },
	[APILIST_CSV] = { "csv", "text/csv" },
	[APILIST_GEOJSON] = { "geojson", "application/geo+json" },
};
#define FORM_COUNT (sizeof forms / sizeof forms[0])

static const char *const common[] = { "after", "limit", "format" };

/* --- what is asked for --- */

/* Is name a parameter of the kind? */
static bool
is_param(const struct apilist_kind *kind, struct str name)
{
	for (size_t i = 0; i < sizeof common / sizeof common[0]; i++)
		if (str_is(name, common[i]))
			return true;
	for (size_t i = 0; kind->params[i]; i++)
		if (str_is(name, kind->params[i]))
			return true;
	return false;
}

/* A parameter that is not of the list would be passed over in silence. */
struct stranger {
	const struct apilist_kind *kind;
	struct str name;
};

static void
find_stranger(void *user, struct str name, struct str value)
{
	struct stranger *s = user;

	(void)value;
	if (!str_is_given(s->name) && !is_param(s->kind, name))
		s->name = name;
}

static bool
has_form(const struct apilist_kind *kind, size_t form)
{
	return form != APILIST_GEOJSON || kind->has_point;
}

static int
read_form(struct apilist *l)
{
	struct str word = apilist_param(l, "format");
	struct str accept = http_head(l->v->rq, "Accept");
	size_t first = accept.len, place;

	for (size_t i = 0; i < FORM_COUNT && has_form(l->kind, i); i++) {
		const char *at =
		    accept.p ? strstr(accept.p, forms[i].type) : NULL;

		if (str_is(word, forms[i].word)) {
			l->form = (enum apilist_form)i;
			return 0;
		}
		place = at ? (size_t)(at - accept.p) : accept.len;
		if (!word.p && place < first) {
			first = place;
			l->form = (enum apilist_form)i;
		}
	}
	if (!word.p)
		return 0;
	api_problem_of(l->v, 400, "format",
	    l->kind->has_point ? "The formats are json, csv and geojson."
			       : "The formats are json and csv.");
	return -1;
}

static int
read_limit(struct apilist *l)
{
	struct str limit = apilist_param(l, "limit");

	l->limit = l->form == APILIST_JSON ? LIMIT_PRESET : LIMIT_PRESET_ALL;
	if (!limit.p)
		return 0;
	l->limit = visit_number(limit);
	if (l->limit >= 1 && l->limit <= LIMIT_MAX)
		return 0;
	api_problem_of(
	    l->v, 400, "limit", "The limit is a number from 1 to 5000.");
	return -1;
}

/* --- cursors --- */

/*
 * What stands behind the numbers, so that a cursor cut short, or of another
 * list, is none.  It is no secret: whoever makes one up gets a page of a list
 * that they may read anyway.
 */
static void
add_check(const struct apilist *l, char *cursor, size_t len)
{
	uint8_t digest[HASH_BYTES];
	struct str head;

	head = arena_strf(
	    l->v->desk->arena, "%s %.*s", l->kind->name, (int)len, cursor);
	hash_sha256(head, digest);
	hash_hex(digest, CHECK_DIGITS / 2, cursor + len);
}

static void
print_cursor(const struct apilist *l, char out[CURSOR_MAX])
{
	for (size_t i = 0; i < l->kind->place_count; i++)
		(void)snprintf(out + i * NUMBER_DIGITS, NUMBER_DIGITS + 1,
		    "%016" PRIx64, (uint64_t)l->last[i]);
	add_check(l, out, l->kind->place_count * NUMBER_DIGITS);
}

static int
hex_digit(char c)
{
	const char *digits = "0123456789abcdef";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* Does the cursor name a place?  Sets after. */
static bool
is_cursor(struct apilist *l, struct str text)
{
	size_t len = l->kind->place_count * NUMBER_DIGITS;
	char again[CURSOR_MAX];

	if (text.len != len + CHECK_DIGITS)
		return false;
	for (size_t i = 0; i < l->kind->place_count; i++) {
		uint64_t n = 0;

		for (size_t k = 0; k < NUMBER_DIGITS; k++) {
			int digit = hex_digit(text.p[i * NUMBER_DIGITS + k]);

			if (digit < 0)
				return false;
			n = n << 4 | (unsigned)digit;
		}
		l->after[i] = l->last[i] = (int64_t)n;
	}
	print_cursor(l, again);
	return str_is(text, again);
}

static int
read_cursor(struct apilist *l)
{
	struct str text = apilist_param(l, "after");

	l->is_begun = text.p != NULL;
	if (!text.p || is_cursor(l, text))
		return 0;
	api_problem_of(l->v, 400, "after",
	    "This is no place in this list. Begin without it, and follow "
	    "what \"next\" says.");
	return -1;
}

int
apilist_read(
    struct apilist *l, struct visit *v, const struct apilist_kind *kind)
{
	struct stranger s = { .kind = kind };

	CHECK(kind->place_count <= APILIST_PLACE_MAX);
	*l = (struct apilist){ .v = v, .kind = kind };
	http_query_each(v->rq, find_stranger, &s);
	if (str_is_given(s.name)) {
		api_problem_of(v, 400, arena_str(v->desk->arena, s.name).p,
		    "This list has no such parameter.");
		return -1;
	}
	if (read_form(l) < 0 || read_limit(l) < 0)
		return -1;
	return read_cursor(l);
}

struct str
apilist_param(const struct apilist *l, const char *name)
{
	struct str value = http_query(l->v->rq, name);

	return value.len > 0 ? value : (struct str){ 0 };
}

int
apilist_time(struct apilist *l, const char *name, int64_t *ms)
{
	struct str text = apilist_param(l, name);

	if (!text.p || visit_time(text, ms))
		return 0;
	api_problem_of(l->v, 400, name,
	    "This is no date or time, such as 2026-01-14 or "
	    "2026-01-14T10:42:07Z.");
	return -1;
}

int
apilist_choice(
    const struct apilist *l, const char *name, const char *const *words)
{
	struct str word = apilist_param(l, name);
	struct buf say = { 0 };
	int i = 0;

	if (!word.p)
		return 0;
	for (; words[i]; i++)
		if (str_is(word, words[i]))
			return i;
	buf_add_text(&say, "It is");
	for (i = 0; words[i]; i++)
		if (words[i][0])
			buf_addf(&say, "%s \"%s\"",
			    say.len > sizeof "It is" - 1 ? " or" : "",
			    words[i]);
	buf_add_text(&say, ", or left out.");
	api_problem_of(l->v, 400, name, say.p);
	buf_clear(&say);
	return -1;
}

int64_t
apilist_wanted(const struct apilist *l)
{
	return l->limit + 1;
}

int64_t
apilist_wanted_counted(const struct apilist *l)
{
	int64_t before = l->is_begun ? l->after[0] : 0;

	/* Anybody can make up a cursor. */
	if (before < 0 || before > COUNTED_MAX)
		before = COUNTED_MAX;
	return before + apilist_wanted(l);
}

/* --- writing --- */

void
apilist_begin(struct apilist *l)
{
	struct buf *out = l->v->out;

	l->v->reply->status = 200;
	http_reply_field(l->v->reply, "Cache-Control", "no-store");
	http_reply_field(l->v->reply, "Vary", "Accept");
	if (l->form == APILIST_CSV) {
		for (size_t i = 0; l->kind->columns[i]; i++)
			buf_addf(
			    out, "%s%s", i ? "," : "", l->kind->columns[i]);
		buf_add_text(out, "\r\n");
		return;
	}
	jsonw_init(&l->w, out);
	jsonw_object(&l->w);
	if (l->form == APILIST_GEOJSON) {
		jsonw_member_text(&l->w, "type", "FeatureCollection");
	}
	jsonw_key(&l->w, l->form == APILIST_GEOJSON ? "features" : "items");
	jsonw_array(&l->w);
}

bool
apilist_has_room(struct apilist *l)
{
	if ((int64_t)l->row_count < l->limit)
		return true;
	l->has_more = true;
	return false;
}

struct jsonw *
apilist_end_rows(struct apilist *l)
{
	if (l->form == APILIST_CSV)
		return NULL;
	jsonw_close(&l->w);
	return l->form == APILIST_JSON ? &l->w : NULL;
}

static void
add_param(void *user, struct str name, struct str value)
{
	struct buf *path = user;

	if (str_is(name, "after"))
		return;
	buf_addf(path, "%.*s=", STR_ARG(name));
	html_url(path, value);
	buf_add_char(path, '&');
}

/* Where the next page is; the other parameters stay. */
static void
print_next(const struct apilist *l, struct buf *path)
{
	char cursor[CURSOR_MAX];

	print_cursor(l, cursor);
	buf_addf(path, "%s?", l->v->rq->path);
	http_query_each(l->v->rq, add_param, path);
	buf_addf(path, "after=%s", cursor);
}

static void
add_fields(struct apilist *l, const struct buf *next)
{
	struct buf line = { 0 };

	buf_addf(&line, "%s%s", forms[l->form].type,
	    l->form == APILIST_CSV ? "; charset=utf-8; header=present" : "");
	http_reply_field(l->v->reply, "Content-Type", line.p);
	buf_reset(&line);
	if (l->form == APILIST_CSV) {
		buf_addf(
		    &line, "attachment; filename=\"%s.csv\"", l->kind->name);
		http_reply_field(l->v->reply, "Content-Disposition", line.p);
		buf_reset(&line);
	}
	if (next->len > 0) {
		buf_addf(&line, "<%s>; rel=\"next\"", next->p);
		http_reply_field(l->v->reply, "Link", line.p);
	}
	buf_clear(&line);
}

/*
 * A file goes where nobody sees who reads it: its rows are counted.  So are
 * those of an answer that is longer than a page, or goes on from one: a program
 * walks through all there is.
 */
static bool
is_counted(const struct apilist *l)
{
	return l->kind->is_of_incidents &&
	       (l->form != APILIST_JSON || l->row_count > LIMIT_PRESET ||
		   str_is_given(http_query(l->v->rq, "after")));
}

static int
record_look(struct apilist *l, struct err *e)
{
	if (!l->kind->look)
		return 0;
	if (!is_counted(l))
		return visit_record_look(l->v, 0, l->kind->look, e);
	visit_record_file(
	    l->v, l->kind->look, forms[l->form].word, (int64_t)l->row_count);
	return 0;
}

void
apilist_end(struct apilist *l)
{
	struct buf next = { 0 };
	struct err e = { 0 };

	if (record_look(l, &e) < 0) {
		visit_fail(l->v, &e);
		return;
	}
	if (l->has_more)
		print_next(l, &next);
	if (l->form != APILIST_CSV) {
		jsonw_member_text(&l->w, "next", next.p);
		jsonw_close(&l->w);
		buf_add_char(l->v->out, '\n');
	}
	add_fields(l, &next);
	buf_clear(&next);
}

/* --- a list whole --- */

bool
apilist_counts(struct apilist *l)
{
	l->counted++;
	return (!l->is_begun || l->counted > l->after[0]) &&
	       apilist_has_room(l);
}

void
apilist_row_counted(struct apilist *l)
{
	apilist_row(l, &l->counted);
}

void
apilist_answer(struct visit *v, const struct apilist_kind *kind,
    int (*read)(void *user, struct apilist *l),
    int (*fill)(void *user, struct apilist *l, struct err *e), void *user)
{
	struct err e = { 0 };
	struct apilist l;

	if (apilist_read(&l, v, kind) < 0 || (read && read(user, &l) < 0))
		return;
	apilist_begin(&l);
	if (fill(user, &l, &e) < 0) {
		visit_fail(v, &e);
		return;
	}
	(void)apilist_end_rows(&l);
	apilist_end(&l);
}
