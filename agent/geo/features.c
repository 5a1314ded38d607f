/*
 * features: a scanner that knows only strings, brackets and commas.
 *
 * It finds where each value ends and leaves the grammar inside to the parser.
 * A recursive parser was not wanted: the nesting of a file from outside must
 * cost no stack.
 */
#include "agent/geo/features.h"

#include <string.h>

#include "agent/base/check.h"
#include "agent/base/err.h"

/* What a scan came to. */
enum scan {
	SCAN_OK,
	SCAN_END,  /* the text ended inside the value */
	SCAN_DEEP, /* too many brackets */
	SCAN_WRONG /* not JSON */
};

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void
skip_space(struct str text, size_t *at)
{
	while (*at < text.len && is_space(text.p[*at]))
		(*at)++;
}

/* From an opening quote to behind the closing one. */
static enum scan
skip_string(struct str text, size_t *at)
{
	for (size_t i = *at + 1; i < text.len; i++) {
		if (text.p[i] == '\\') {
			i++;
		} else if (text.p[i] == '"') {
			*at = i + 1;
			return SCAN_OK;
		}
	}
	return SCAN_END;
}

/* A number or a word: to the next delimiter. */
static enum scan
skip_scalar(struct str text, size_t *at)
{
	size_t begin = *at;

	while (*at < text.len && !is_space(text.p[*at]) &&
	       !strchr(",:[]{}\"", text.p[*at]))
		(*at)++;
	if (*at == text.len)
		return SCAN_END;
	return *at > begin ? SCAN_OK : SCAN_WRONG;
}

/* Inside brackets: one step.  Keeps the closers due in stack. */
static enum scan
step(struct str text, size_t *at, char *stack, size_t *depth)
{
	char c = text.p[*at];

	if (c == '"')
		return skip_string(text, at);
	if (c == '{' || c == '[') {
		if (*depth == FEATURES_DEPTH_MAX)
			return SCAN_DEEP;
		stack[(*depth)++] = c == '{' ? '}' : ']';
	} else if (c == '}' || c == ']') {
		if (*depth == 0 || stack[--*depth] != c)
			return SCAN_WRONG;
	}
	(*at)++;
	return SCAN_OK;
}

/* From the first byte of a value to behind its last. */
static enum scan
skip_value(struct str text, size_t *at)
{
	char stack[FEATURES_DEPTH_MAX];
	size_t depth = 0;

	if (*at == text.len)
		return SCAN_END;
	if (text.p[*at] == '"')
		return skip_string(text, at);
	if (text.p[*at] != '{' && text.p[*at] != '[')
		return skip_scalar(text, at);
	do {
		enum scan s = step(text, at, stack, &depth);

		if (s != SCAN_OK)
			return s;
	} while (depth > 0 && *at < text.len);
	return depth > 0 ? SCAN_END : SCAN_OK;
}

/* Fill e for a scan that failed at byte at; number 0: in no feature. */
static int
scan_error(enum scan s, size_t at, size_t number, struct err *e)
{
	int rc = -1;

	switch (s) {
	case SCAN_END:
		rc = err_set(e, ERR_INVALID,
		    "the text ends too soon: the file is cut short");
		break;
	case SCAN_DEEP:
		rc = err_set(e, ERR_LIMIT,
		    "brackets are nested more than %d deep near byte %zu",
		    FEATURES_DEPTH_MAX, at);
		break;
	case SCAN_WRONG:
		rc = err_set(
		    e, ERR_INVALID, "this is not JSON near byte %zu", at);
		break;
	case SCAN_OK: CHECK(s != SCAN_OK);
	}
	return number > 0 ? err_wrap(e, "feature %zu", number) : rc;
}

/*
 * Behind an item of a list or object: step over the comma (1) or the closer
 * (0), or say what is wrong (-1).
 */
static int
skip_comma(
    struct str text, size_t *at, char closer, size_t number, struct err *e)
{
	skip_space(text, at);
	if (*at == text.len)
		return scan_error(SCAN_END, *at, number, e);
	if (text.p[*at] != ',' && text.p[*at] != closer)
		return scan_error(SCAN_WRONG, *at, number, e);
	return text.p[(*at)++] == ',' ? 1 : 0;
}

/* Walk the list of features once, to its end. */
static int
check_list(struct str text, size_t *at, struct err *e)
{
	size_t number = 0;
	int more = 1;

	skip_space(text, at);
	if (*at < text.len && text.p[*at] == ']') {
		(*at)++;
		return 0;
	}
	while (more == 1) {
		enum scan s;

		number++;
		skip_space(text, at);
		s = skip_value(text, at);
		if (s != SCAN_OK)
			return scan_error(s, *at, number, e);
		more = skip_comma(text, at, ']', number, e);
	}
	return more;
}

/* What the top object has. */
struct top {
	struct str type; /* with its quotes */
	size_t list;     /* offset behind the '[' of the features; 0: none */
};

/* One member of the top object, its name first. */
static int
read_member(struct str text, size_t *at, struct top *top, struct err *e)
{
	size_t begin = *at;
	struct str name;
	enum scan s = SCAN_WRONG;

	if (*at < text.len && text.p[*at] == '"')
		s = skip_string(text, at);
	if (s != SCAN_OK)
		return scan_error(*at == text.len ? SCAN_END : s, *at, 0, e);
	name = str_make(text.p + begin, *at - begin);
	skip_space(text, at);
	if (*at < text.len && text.p[*at] != ':')
		return scan_error(SCAN_WRONG, *at, 0, e);
	*at += *at < text.len ? 1 : 0;
	skip_space(text, at);
	begin = *at;
	if (str_is(name, "\"features\"") && *at < text.len &&
	    text.p[*at] == '[') {
		if (top->list > 0)
			return err_set(
			    e, ERR_INVALID, "\"features\" is given twice");
		top->list = ++*at;
		return check_list(text, at, e);
	}
	s = skip_value(text, at);
	if (s != SCAN_OK)
		return scan_error(s, *at, 0, e);
	if (str_is(name, "\"type\""))
		top->type = str_make(text.p + begin, *at - begin);
	return 0;
}

/* The whole of the top object, and nothing behind it. */
static int
read_top(struct str text, size_t *at, struct top *top, struct err *e)
{
	int more = 1;

	skip_space(text, at);
	if (*at < text.len && text.p[*at] == '}') {
		(*at)++;
		more = 0;
	}
	while (more == 1) {
		skip_space(text, at);
		if (read_member(text, at, top, e) != 0)
			return -1;
		more = skip_comma(text, at, '}', 0, e);
	}
	if (more < 0)
		return -1;
	skip_space(text, at);
	if (*at < text.len)
		return err_set(e, ERR_INVALID,
		    "something stands behind the FeatureCollection, at byte "
		    "%zu",
		    *at);
	return 0;
}

int
features_open(struct features *f, struct str text, struct err *e)
{
	struct top top = { .type = STR_LIT("not given") };
	size_t at = str_has_prefix(text, "\xef\xbb\xbf") ? 3 : 0;

	skip_space(text, &at);
	if (at == text.len || text.p[at] != '{')
		return err_set(e, ERR_INVALID,
		    "not a GeoJSON FeatureCollection: it does not begin with "
		    "a {");
	at++;
	if (read_top(text, &at, &top, e) != 0)
		return -1;
	if (!str_is(top.type, "\"FeatureCollection\""))
		return err_set(e, ERR_INVALID,
		    "not a GeoJSON FeatureCollection: its type is %.*s",
		    top.type.len > 40 ? 40 : (int)top.type.len, top.type.p);
	if (top.list == 0)
		return err_set(e, ERR_INVALID,
		    "not a GeoJSON FeatureCollection: it has no list of "
		    "features");
	*f = (struct features){ .text = text, .at = top.list };
	return 0;
}

int
features_next(struct features *f, struct str *feature)
{
	size_t begin;

	/* The walk cannot fail: features_open() has made the same one. */
	skip_space(f->text, &f->at);
	if (f->text.p[f->at] == ',') {
		f->at++;
		skip_space(f->text, &f->at);
	}
	if (f->text.p[f->at] == ']')
		return 0;
	begin = f->at;
	CHECK(skip_value(f->text, &f->at) == SCAN_OK);
	*feature = str_make(f->text.p + begin, f->at - begin);
	f->count++;
	return 1;
}
