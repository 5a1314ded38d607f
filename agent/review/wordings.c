/*
 * A set is read once and small: it is searched from the front.  The built-in
 * one is the file that officers begin from, in the program itself.
 */
#include "agent/review/wordings.h"

#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/check.h"
#include "agent/base/err.h"
#include "agent/base/files.h"
#include "agent/review/html.h"
#include "agent/store/contacts.h"

#ifndef REVIEW_WORDINGS
#error "REVIEW_WORDINGS is the file of the built-in set, set by CMake"
#endif

#define BYTES_MAX   (256 << 10)
#define COUNT_MAX   256
#define OUTCOME_MAX 32
#define TITLE_MAX   80
#define KEPT_MAX    1024 /* the four texts of each */

__asm__(".section .rodata\n"
	".type wordings_built_in, @object\n"
	"wordings_built_in:\n.incbin \"" REVIEW_WORDINGS "\"\n"
	"wordings_built_in_end:\n.byte 0\n"
	".previous\n");
extern const char wordings_built_in[];
extern const char wordings_built_in_end[];

_Static_assert(KEPT_MAX == 4 * COUNT_MAX, "all texts have room");

struct wordings {
	struct wording all[COUNT_MAX]; /* texts: kept */
	size_t count;
	char *kept[KEPT_MAX]; /* owned */
	size_t kept_count;
};

/* A file being read. */
struct reading {
	struct wordings *w;
	const char *path;
	int line;
	struct buf text; /* of the last wording */
};

static int
fault(const struct reading *r, struct err *e, const char *what)
{
	return err_set(
	    e, ERR_INVALID, "%s:%d: error: %s", r->path, r->line, what);
}

static struct str
keep(struct wordings *w, struct str s)
{
	char *copy = str_copy(s);

	CHECK(w->kept_count < KEPT_MAX);
	w->kept[w->kept_count++] = copy;
	return str_make(copy, s.len);
}

static bool
is_slug(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((s.p[i] < 'a' || s.p[i] > 'z') && s.p[i] != '-')
			return false;
	return s.len > 0 && s.len <= OUTCOME_MAX;
}

static const struct wording *
find(const struct wordings *w, struct str theme, struct str outcome)
{
	for (size_t i = 0; i < w->count; i++)
		if (str_is_equal(w->all[i].theme, theme) &&
		    str_is_equal(w->all[i].outcome, outcome))
			return &w->all[i];
	return NULL;
}

/* The text of the wording that was begun is whole. */
static int
finish(struct reading *r, struct err *e)
{
	struct wording *last;

	if (r->w->count == 0)
		return 0;
	last = &r->w->all[r->w->count - 1];
	if (r->text.len == 0)
		return fault(r, e, "the wording before this has no text");
	if (r->text.len > CONTACT_TOLD_MAX)
		return fault(r, e,
		    "the wording before this is too long: 1,000 bytes at most");
	last->text = keep(r->w, buf_str(&r->text));
	buf_reset(&r->text);
	return 0;
}

/* "[theme/outcome] Title" */
static int
begin(struct reading *r, struct str line, struct err *e)
{
	const char *slash = memchr(line.p, '/', line.len);
	const char *end = memchr(line.p, ']', line.len);
	struct str theme, outcome, title;

	if (finish(r, e) < 0)
		return -1;
	if (!slash || !end || slash > end)
		return fault(r, e, "write [theme/outcome] and a title");
	theme = str_make(line.p + 1, (size_t)(slash - line.p) - 1);
	outcome = str_make(slash + 1, (size_t)(end - slash) - 1);
	title =
	    str_trim(str_make(end + 1, line.len - (size_t)(end - line.p) - 1));
	if (!str_is(theme, "any") && !html_is_theme(theme))
		return fault(r, e,
		    "there is no such theme: write one of the rules' themes, "
		    "or any");
	if (!is_slug(outcome))
		return fault(r, e, "an outcome is letters a-z and hyphens");
	if (title.len == 0 || title.len > TITLE_MAX)
		return fault(
		    r, e, "a wording needs a title of at most 80 bytes");
	if (find(r->w, theme, outcome))
		return fault(r, e, "this wording is there already");
	if (r->w->count == COUNT_MAX)
		return fault(r, e, "there are too many wordings: 256 at most");
	r->w->all[r->w->count++] = (struct wording){ .theme = keep(r->w, theme),
		.outcome = keep(r->w, outcome),
		.title = keep(r->w, title) };
	return 0;
}

static int
read_line(struct reading *r, struct str line, struct err *e)
{
	line = str_trim(line);
	if (line.len == 0 || line.p[0] == '#')
		return 0;
	if (line.p[0] == '[')
		return begin(r, line, e);
	if (r->w->count == 0)
		return fault(r, e, "begin with [theme/outcome] and a title");
	if (r->text.len > 0)
		buf_add_char(&r->text, ' ');
	buf_add_str(&r->text, line);
	return 0;
}

static bool
has_controls(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.p[i] < 0x20 && text.p[i] != '\n' &&
		    text.p[i] != '\r' && text.p[i] != '\t')
			return true;
	return false;
}

static int
read_text(struct reading *r, struct str text, struct err *e)
{
	if (!str_is_utf8(text) || has_controls(text))
		return fault(r, e, "this is no text in UTF-8");
	while (text.len > 0) {
		const char *end = memchr(text.p, '\n', text.len);
		size_t len = end ? (size_t)(end - text.p) : text.len;

		r->line++;
		if (read_line(r, str_make(text.p, len), e) < 0)
			return -1;
		len += end ? 1 : 0;
		text = str_make(text.p + len, text.len - len);
	}
	if (finish(r, e) < 0)
		return -1;
	if (!find(r->w, str_of("any"), str_of(WORDINGS_CARD)) ||
	    !find(r->w, str_of("any"), str_of(WORDINGS_RING)))
		return fault(r, e,
		    "any/" WORDINGS_CARD " and any/" WORDINGS_RING
		    " must be among the wordings: the card needs them");
	return 0;
}

int
wordings_load(const char *path, struct wordings **out, struct err *e)
{
	struct reading r = { .w = alloc_zero(1, sizeof(struct wordings)),
		.path = path ? path : "the built-in wordings" };
	struct buf file = { 0 };
	struct str text;
	int result = 0;

	/* Both ends of one file, which only the assembler knows. */
	text = str_make(wordings_built_in,
	    // cppcheck-suppress comparePointers
	    (size_t)(wordings_built_in_end - wordings_built_in));
	if (path) {
		result = files_read(path, BYTES_MAX, &file, e);
		text = buf_str(&file);
	}
	if (result == 0)
		result = read_text(&r, text, e);
	buf_clear(&file);
	buf_clear(&r.text);
	if (result < 0)
		wordings_free(&r.w);
	else
		*out = r.w;
	return result;
}

void
wordings_free(struct wordings **w)
{
	struct wordings *was = *w;

	if (!was)
		return;
	for (size_t i = 0; i < was->kept_count; i++)
		free(was->kept[i]);
	free(was);
	*w = NULL;
}

const struct wording *
wordings_find(const struct wordings *w, struct str theme, struct str outcome)
{
	const struct wording *own = find(w, theme, outcome);

	return own ? own : find(w, str_of("any"), outcome);
}

static bool
is_for_card(const struct wording *one)
{
	return str_is(one->outcome, WORDINGS_CARD) ||
	       str_is(one->outcome, WORDINGS_RING);
}

const struct wording *
wordings_named(const struct wordings *w, struct str key)
{
	const char *slash = key.len > 0 ? memchr(key.p, '/', key.len) : NULL;
	const struct wording *one;
	size_t at;

	if (!slash)
		return NULL;
	at = (size_t)(slash - key.p);
	one =
	    find(w, str_make(key.p, at), str_make(slash + 1, key.len - at - 1));
	return one && !is_for_card(one) ? one : NULL;
}

void
wordings_each(const struct wordings *w, struct str theme,
    void (*each)(void *user, const struct wording *one), void *user)
{
	for (size_t i = 0; i < w->count; i++) {
		const struct wording *one = &w->all[i];

		if (!is_for_card(one) &&
		    wordings_find(w, theme, one->outcome) == one)
			each(user, one);
	}
}
