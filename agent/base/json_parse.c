/*
 * json_parse: one pass over a copy of the text, which keeps the texts in it.
 *
 * No escape is shorter than what it stands for, so texts are put right where
 * they stand in the copy, and a message costs a few allocations however many
 * values it has.  Items that are read wait on a stack until their list ends and
 * then move, in a row, to the arena.
 *
 * Ours and not a library's since no library that is kept well gives all three:
 * jansson takes ten times as long, which was most of what a message cost;
 * simdjson sees no name that stands twice and says nothing of where a fault is.
 * A test holds this against jansson where that is there.
 */
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/err.h"
#include "agent/base/json_private.h"

#define OBJECTS_MAX 65536
#define VALUES_MAX  4194304
#define ENDS_EARLY  "the text ends too early"

/* Members up to which all are compared with all. */
#define FEW_MEMBERS 16

struct parser {
	struct str source;   /* the text as it came, for places */
	char *text;          /* its copy, of the same length, with a NUL */
	size_t at;           /* what comes next */
	struct arena *arena; /* the document's */
	struct json *stack;  /* owned; values whose list has not ended */
	size_t count, cap;
	size_t objects, values;
	bool in_name;    /* the text that is read is a member's name */
	size_t fault_at; /* once something is wrong */
	struct err *e;
};

/* ---- What is wrong ---- */

__attribute__((format(printf, 4, 5))) static int
fail(struct parser *p, size_t at, enum err_code code, const char *fmt, ...)
{
	char words[ERR_MSG_MAX];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(words, sizeof(words), fmt, ap);
	va_end(ap);
	p->fault_at = at;
	return err_set(p->e, code, "%s", words);
}

/* What comes next is not what it should be. */
static int
fail_here(struct parser *p, const char *words)
{
	size_t left = p->source.len - p->at;

	if (left == 0)
		words = ENDS_EARLY;
	else if (p->text[p->at] != '\0' &&
		 str_utf8_len(p->text + p->at, left) == 0)
		words = "not UTF-8";
	return fail(p, p->at, ERR_INVALID, "%s", words);
}

static struct json_place
place_of(struct str text, size_t offset)
{
	struct json_place place = { 1, 1, offset };

	for (size_t i = 0; i < offset && i < text.len; i++) {
		place.column++;
		if (text.p[i] == '\n') {
			place.line++;
			place.column = 1;
		}
	}
	return place;
}

/* ---- Texts ---- */

static void
skip_space(struct parser *p)
{
	const char *s = p->text + p->at;

	while (*s == ' ' || *s == '\n' || *s == '\t' || *s == '\r')
		s++;
	p->at = (size_t)(s - p->text);
}

/* Pass over mark, if it is what comes next. */
static bool
take(struct parser *p, char mark)
{
	if (p->text[p->at] != mark)
		return false;
	p->at++;
	return true;
}

/* Four hexadecimal digits at s, or -1. */
static int32_t
hex4(const char *s)
{
	int32_t v = 0;

	for (int i = 0; i < 4; i++) {
		char low = (char)(s[i] | 0x20);

		if (s[i] >= '0' && s[i] <= '9')
			v = v * 16 + (s[i] - '0');
		else if (low >= 'a' && low <= 'f')
			v = v * 16 + (low - 'a' + 10);
		else
			return -1;
	}
	return v;
}

static char *
put_utf8(char *to, int32_t cp)
{
	static const int leads[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
	int n = cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;

	for (int i = n - 1; i > 0; i--, cp >>= 6)
		to[i] = (char)(0x80 | (cp & 0x3f));
	to[0] = (char)(leads[n] | cp);
	return to + n;
}

/*
 * The character of the escape "\u" that comes next, in two of them if it is
 * beyond 16 bits; -1 if it is none.  begin is where its text begins.
 */
static int32_t
read_unicode(struct parser *p, size_t begin)
{
	const char *s = p->text + p->at;
	int32_t high = hex4(s + 2);
	int32_t low = -1;

	if (high < 0)
		return fail(p, p->at, ERR_INVALID, "invalid escape");
	p->at += 6;
	if (high == 0)
		return fail(p, begin, ERR_INVALID, "NUL (\\u0000) in a %s",
		    p->in_name ? "name" : "text");
	if (high < 0xd800 || high > 0xdfff)
		return high;
	if (high < 0xdc00 && s[6] == '\\' && s[7] == 'u') {
		low = hex4(s + 8);
		if (low < 0)
			return fail(p, p->at, ERR_INVALID, "invalid escape");
		p->at += 6;
	}
	if (low < 0)
		return fail(p, begin, ERR_INVALID, "invalid Unicode '\\u%04X'",
		    (unsigned)high);
	if (low < 0xdc00 || low > 0xdfff)
		return fail(p, begin, ERR_INVALID,
		    "invalid Unicode '\\u%04X\\u%04X'", (unsigned)high,
		    (unsigned)low);
	return 0x10000 + (high - 0xd800) * 0x400 + (low - 0xdc00);
}

/* Put what the escape that comes next stands for at *to. */
static int
read_escape(struct parser *p, size_t begin, char **to)
{
	static const char letters[] = "\"\\/bfnrt";
	static const char meanings[] = "\"\\/\b\f\n\r\t";
	char letter = p->text[p->at + 1];
	const char *found = letter ? strchr(letters, letter) : NULL;
	int32_t cp;

	if (letter == 'u') {
		cp = read_unicode(p, begin);
		if (cp < 0)
			return -1;
		*to = put_utf8(*to, cp);
		return 0;
	}
	if (!found)
		return fail(p, p->at, ERR_INVALID, "invalid escape");
	*(*to)++ = meanings[found - letters];
	p->at += 2;
	return 0;
}

/* How many of the bytes that come next stand for themselves; -1: a fault. */
static ptrdiff_t
count_plain(struct parser *p)
{
	const unsigned char *s = (const unsigned char *)p->text + p->at;
	const unsigned char *begin = s;
	const unsigned char *end =
	    (const unsigned char *)p->text + p->source.len;

	for (;;) {
		size_t len;

		while (*s >= ' ' && *s != '"' && *s != '\\' && *s < 0x80)
			s++;
		if (*s < 0x80)
			return s - begin;
		len = str_utf8_len((const char *)s, (size_t)(end - s));
		if (len == 0)
			return fail(p, p->at + (size_t)(s - begin), ERR_INVALID,
			    "not UTF-8");
		s += len;
	}
}

/* A control character, or the end, stands where a text should go on. */
static int
fail_control(struct parser *p)
{
	unsigned byte = (unsigned char)p->text[p->at];

	if (p->at == p->source.len)
		return fail(p, p->at, ERR_INVALID, ENDS_EARLY);
	if (byte == '\n')
		return fail(p, p->at, ERR_INVALID, "unexpected newline");
	return fail(p, p->at, ERR_INVALID, "control character 0x%x", byte);
}

/* The text whose quote comes next. */
static int
read_text(struct parser *p, struct str *out)
{
	size_t begin = p->at++;
	char *to = p->text + p->at;

	out->p = to;
	for (;;) {
		ptrdiff_t n = count_plain(p);

		if (n < 0)
			return -1;
		if (to != p->text + p->at)
			memmove(to, p->text + p->at, (size_t)n);
		to += n;
		p->at += (size_t)n;
		if (take(p, '"'))
			break;
		if (p->text[p->at] != '\\')
			return fail_control(p);
		if (read_escape(p, begin, &to) < 0)
			return -1;
	}
	out->len = (size_t)(to - out->p);
	*to = '\0';
	return 0;
}

/* ---- Numbers and words ---- */

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Pass over digits; false if there is none. */
static bool
take_digits(struct parser *p)
{
	size_t begin = p->at;

	while (is_digit(p->text[p->at]))
		p->at++;
	return p->at > begin;
}

/* Pass over a number; false if it is none.  *whole: no point, no exponent. */
static bool
take_number(struct parser *p, bool *whole)
{
	(void)take(p, '-');
	if (take(p, '0') ? is_digit(p->text[p->at]) : !take_digits(p))
		return false;
	*whole = true;
	if (take(p, '.')) {
		*whole = false;
		if (!take_digits(p))
			return false;
	}
	if (take(p, 'e') || take(p, 'E')) {
		*whole = false;
		if (!take(p, '+'))
			(void)take(p, '-');
		return take_digits(p);
	}
	return true;
}

static int
read_number(struct parser *p, struct json *out)
{
	size_t begin = p->at;
	const char *s = p->text + begin;
	bool whole;

	if (!take_number(p, &whole))
		return fail(p, begin, ERR_INVALID, "invalid token");
	errno = 0;
	if (whole) {
		out->kind = JSON_KIND_INT;
		out->whole = strtoll(s, NULL, 10);
		if (errno == 0)
			return 0;
	} else {
		out->kind = JSON_KIND_REAL;
		out->real = strtod(s, NULL);
		if (isfinite(out->real))
			return 0;
	}
	return fail(p, begin, ERR_INVALID, "the number is too large");
}

/* "true", "false", "null"; anything else is no value. */
static int
read_word(struct parser *p, struct json *out)
{
	static const struct {
		struct str word;
		enum json_kind kind;
		bool yes;
	} words[] = {
		{ STR_LIT("true"), JSON_KIND_BOOL, true },
		{ STR_LIT("false"), JSON_KIND_BOOL, false },
		{ STR_LIT("null"), JSON_KIND_NULL, false },
	};
	size_t begin = p->at;
	struct str word;

	while ((p->text[p->at] | 0x20) >= 'a' && (p->text[p->at] | 0x20) <= 'z')
		p->at++;
	word = str_make(p->text + begin, p->at - begin);
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (!str_is_equal(words[i].word, word))
			continue;
		out->kind = words[i].kind;
		out->yes = words[i].yes;
		return 0;
	}
	p->at = begin;
	if (p->text[p->at] != '\0' && strchr(",:]}", p->text[p->at]))
		return fail_here(p, "unexpected token");
	return fail_here(p, "invalid token");
}

/* ---- Lists and objects ---- */

static void
push(struct parser *p, const struct json *v)
{
	if (p->count == p->cap) {
		p->cap = p->cap ? 2 * p->cap : 64;
		p->stack = alloc_resize(p->stack, p->cap, sizeof(*p->stack));
	}
	p->stack[p->count++] = *v;
}

/* What stands on the stack from first on becomes what is inside out. */
static void
pop(struct parser *p, size_t first, struct json *out)
{
	size_t count = p->count - first;
	struct json *row = NULL;

	if (count > 0) {
		row = arena_alloc(p->arena, count, sizeof(*row));
		memcpy(row, p->stack + first, count * sizeof(*row));
	}
	out->inside = row;
	out->count = (uint32_t)count;
	p->count = first;
}

static int
compare_names(const void *a, const void *b)
{
	const struct json *const *x = a;
	const struct json *const *y = b;
	int order = str_compare((*x)->name, (*y)->name);

	return order ? order : (*x > *y) - (*x < *y);
}

/* The first member that has an earlier one's name; NULL: none. */
static const struct json *
find_twice(const struct json *members, size_t count)
{
	const struct json **sorted;
	const struct json *found = NULL;

	if (count <= FEW_MEMBERS) {
		for (size_t i = 1; i < count; i++)
			for (size_t k = 0; k < i; k++)
				if (str_is_equal(
					members[i].name, members[k].name))
					return &members[i];
		return NULL;
	}
	sorted = alloc_zero(count, sizeof(struct json *));
	for (size_t i = 0; i < count; i++)
		sorted[i] = &members[i];
	qsort(sorted, count, sizeof(struct json *), compare_names);
	for (size_t i = 1; i < count; i++)
		if (str_is_equal(sorted[i - 1]->name, sorted[i]->name) &&
		    (!found || sorted[i] < found))
			found = sorted[i];
	free(sorted);
	return found;
}

static int read_value(struct parser *p, int depth, struct json *out);

/* The name of a member and the colon behind it. */
static int
read_name(struct parser *p, struct str *name)
{
	skip_space(p);
	if (p->text[p->at] != '"')
		return fail_here(p, "string or '}' expected");
	p->in_name = true;
	if (read_text(p, name) < 0)
		return -1;
	p->in_name = false;
	skip_space(p);
	return take(p, ':') ? 0 : fail_here(p, "':' expected");
}

static int
/* NOLINTNEXTLINE(misc-no-recursion): the depth is bounded in read_here(). */
read_object(struct parser *p, int depth, struct json *out)
{
	size_t first = p->count;
	const struct json *twice;

	if (++p->objects > OBJECTS_MAX)
		return fail(
		    p, p->at, ERR_LIMIT, "more than %d objects", OBJECTS_MAX);
	p->at++;
	out->kind = JSON_KIND_OBJECT;
	skip_space(p);
	if (take(p, '}'))
		return 0;
	do {
		struct json member = { .kind = JSON_KIND_NULL };
		struct str name;

		if (read_name(p, &name) < 0 ||
		    read_value(p, depth + 1, &member) < 0)
			return -1;
		member.name = name;
		push(p, &member);
		skip_space(p);
	} while (take(p, ','));
	if (!take(p, '}'))
		return fail_here(p, "'}' expected");
	pop(p, first, out);
	twice = find_twice(out->inside, out->count);
	if (twice)
		return fail(p, (size_t)(twice->name.p - p->text) - 1,
		    ERR_INVALID, "the same name twice in an object");
	return 0;
}

static int
/* NOLINTNEXTLINE(misc-no-recursion): the depth is bounded in read_here(). */
read_array(struct parser *p, int depth, struct json *out)
{
	size_t first = p->count;

	p->at++;
	out->kind = JSON_KIND_ARRAY;
	skip_space(p);
	if (take(p, ']'))
		return 0;
	do {
		struct json item = { .kind = JSON_KIND_NULL };

		if (read_value(p, depth + 1, &item) < 0)
			return -1;
		push(p, &item);
		skip_space(p);
	} while (take(p, ','));
	if (!take(p, ']'))
		return fail_here(p, "']' expected");
	pop(p, first, out);
	return 0;
}

/* The value that begins here, at most JSON_DEPTH_MAX lists and objects deep. */
static int
/* NOLINTNEXTLINE(misc-no-recursion): the depth is bounded. */
read_here(struct parser *p, int depth, struct json *out)
{
	char mark = p->text[p->at];

	if (mark == '"') {
		out->kind = JSON_KIND_TEXT;
		return read_text(p, &out->text);
	}
	if (mark == '-' || is_digit(mark))
		return read_number(p, out);
	if (mark != '{' && mark != '[')
		return read_word(p, out);
	if (depth == JSON_DEPTH_MAX)
		return fail(p, p->at, ERR_LIMIT,
		    "nested more than %d levels deep", JSON_DEPTH_MAX);
	return mark == '{' ? read_object(p, depth, out)
			   : read_array(p, depth, out);
}

/* The value that comes next. */
static int
/* NOLINTNEXTLINE(misc-no-recursion): the depth is bounded in read_here(). */
read_value(struct parser *p, int depth, struct json *out)
{
	skip_space(p);
	if (++p->values > VALUES_MAX)
		return fail(
		    p, p->at, ERR_LIMIT, "more than %d values", VALUES_MAX);
	out->begin = (uint32_t)p->at;
	if (read_here(p, depth, out) < 0)
		return -1;
	out->end = (uint32_t)p->at;
	return 0;
}

static int
read_document(struct parser *p, struct json *root)
{
	if (read_value(p, 0, root) < 0)
		return -1;
	skip_space(p);
	if (p->at < p->source.len)
		return fail_here(p, "something follows the JSON value");
	return 0;
}

int
json_parse(
    struct str text, struct json **out, struct json_place *where, struct err *e)
{
	struct parser p = { .source = text, .e = e };
	struct json_document *doc;
	struct arena *arena;
	int r;

	/* Places and numbers of values are kept in 32 bits. */
	if (text.len >= UINT32_MAX) {
		if (where)
			*where = (struct json_place){ 1, 1, 0 };
		return err_set(
		    e, ERR_LIMIT, "the text is longer than 4 gigabytes");
	}
	p.arena = arena = arena_new();
	doc = arena_alloc(arena, 1, sizeof(*doc));
	p.text = arena_alloc(arena, text.len + 1, 1);
	if (text.len > 0)
		memcpy(p.text, text.p, text.len);
	doc->arena = arena;
	r = read_document(&p, &doc->root);
	free(p.stack);
	if (r == 0) {
		*out = &doc->root;
		return 0;
	}
	if (where)
		*where = place_of(text, p.fault_at);
	arena_free(&arena);
	return -1;
}
