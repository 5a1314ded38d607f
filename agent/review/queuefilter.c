/*
 * One row for each parameter and value, by which it is read and written.
 */
#include "agent/review/queuefilter.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/arena.h"
#include "agent/base/err.h"
#include "agent/base/http.h"
#include "agent/review/html.h"
#include "agent/review/visit.h"
#include "agent/store/reviews.h"

/* What the asker has seen of it; the order of enum review_mark. */
static const struct {
	const char *value, *choice, *words;
} marks[] = {
	{ "", "All", "" },
	{ "new", "New to me", "new to me" },
	{ "changed", "Changed since I looked", "changed since I looked" },
};

#define MARKS (sizeof marks / sizeof marks[0])

/* Who has it; the order of enum review_who. */
static const struct {
	const char *value, *choice, *words;
} whos[] = {
	{ "", "Anybody or nobody", "" },
	{ "mine", "I have it", "what I have" },
	{ "nobody", "Nobody has it", "what nobody has" },
};

#define WHOS (sizeof whos / sizeof whos[0])

/* --- reading --- */

static enum queuefilter_taken
take_text(struct str *text, struct str value)
{
	if (!text->p)
		*text = value;
	return QUEUEFILTER_TAKEN;
}

static enum queuefilter_taken
take_theme(struct review_filter *f, struct str value)
{
	return take_text(&f->theme, value);
}

static enum queuefilter_taken
take_district(struct review_filter *f, struct str value)
{
	return take_text(&f->district, value);
}

static enum queuefilter_taken
take_progress(struct review_filter *f, struct str value)
{
	if (!str_is(value, "yes"))
		return QUEUEFILTER_NO_VALUE;
	f->in_progress = true;
	return QUEUEFILTER_TAKEN;
}

static enum queuefilter_taken
take_level(struct review_filter *f, struct str value)
{
	if (!str_is(value, "review"))
		return QUEUEFILTER_NO_VALUE;
	f->level = RULES_REVIEW;
	return QUEUEFILTER_TAKEN;
}

static enum queuefilter_taken
take_seen(struct review_filter *f, struct str value)
{
	for (size_t i = 1; i < MARKS; i++)
		if (str_is(value, marks[i].value)) {
			f->mark = (enum review_mark)i;
			return QUEUEFILTER_TAKEN;
		}
	return QUEUEFILTER_NO_VALUE;
}

static enum queuefilter_taken
take_who(struct review_filter *f, struct str value)
{
	for (size_t i = 1; i < WHOS; i++)
		if (str_is(value, whos[i].value)) {
			f->who = (enum review_who)i;
			return QUEUEFILTER_TAKEN;
		}
	return QUEUEFILTER_NO_VALUE;
}

static const struct {
	const char *name;
	enum queuefilter_taken (*take)(
	    struct review_filter *f, struct str value);
} params[] = {
	{ "theme", take_theme },
	{ "district", take_district },
	{ "progress", take_progress },
	{ "level", take_level },
	{ "seen", take_seen },
	{ "who", take_who },
};

enum queuefilter_taken
queuefilter_take(struct review_filter *f, struct str name, struct str value)
{
	for (size_t i = 0; i < sizeof params / sizeof params[0]; i++)
		if (str_is(name, params[i].name))
			return value.len == 0 ? QUEUEFILTER_TAKEN
					      : params[i].take(f, value);
	return QUEUEFILTER_NO_NAME;
}

/* Where the page begins: "rank.since.id". */
static void
read_after(struct str after, struct review_filter *f)
{
	char *end = NULL;

	if (after.len == 0)
		return;
	f->after_rank = strtoll(after.p, &end, 10);
	if (*end == '.')
		f->after_since_ms = strtoll(end + 1, &end, 10);
	if (*end == '.')
		f->after_id = strtoll(end + 1, &end, 10);
}

static void
add_read(void *user, struct str name, struct str value)
{
	(void)queuefilter_take(user, name, value);
}

void
queuefilter_read(struct visit *v, struct review_filter *f)
{
	*f = (struct review_filter){ .after_rank = -1,
		.account_id = v->account.id,
		.limit = QUEUEFILTER_PAGE };
	http_query_each(v->rq, add_read, f);
	read_after(http_query(v->rq, "after"), f);
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Undo html_url(). */
static struct str
decode(struct arena *arena, struct str s)
{
	struct buf out = { 0 };
	struct str kept;

	for (size_t i = 0; i < s.len; i++) {
		int high = i + 2 < s.len ? hex_digit(s.p[i + 1]) : -1;
		int low = i + 2 < s.len ? hex_digit(s.p[i + 2]) : -1;

		if (s.p[i] == '%' && high >= 0 && low >= 0) {
			buf_add_char(&out, (char)(high * 16 + low));
			i += 2;
		} else
			buf_add_char(&out, s.p[i]);
	}
	kept = arena_str(arena, buf_str(&out));
	buf_clear(&out);
	return kept;
}

static int
parse_pair(struct arena *arena, struct str pair, struct review_filter *f,
    struct err *e)
{
	const char *mark = memchr(pair.p, '=', pair.len);
	size_t len = mark ? (size_t)(mark - pair.p) : pair.len;
	size_t from = len + (mark ? 1 : 0);
	struct str name = str_make(pair.p, len);
	struct str value =
	    decode(arena, str_make(pair.p + from, pair.len - from));
	enum queuefilter_taken taken = queuefilter_take(f, name, value);

	if (!str_is_utf8(value) ||
	    (value.len > 0 && memchr(value.p, '\0', value.len)))
		return err_set(
		    e, ERR_INVALID, "The filter is no text: make it anew.");
	if (taken == QUEUEFILTER_NO_NAME)
		return err_set(e, ERR_INVALID,
		    "There is no filter called \"%.*s\" (any more).",
		    STR_ARG(name));
	if (taken == QUEUEFILTER_NO_VALUE ||
	    (str_is(name, "theme") && !html_is_theme(value)))
		return err_set(e, ERR_INVALID,
		    "There is no %.*s \"%.*s\" (any more).", STR_ARG(name),
		    STR_ARG(value));
	return 0;
}

int
queuefilter_parse(struct arena *arena, struct str query,
    struct review_filter *f, struct err *e)
{
	struct str rest = query;

	*f = (struct review_filter){ .after_rank = -1 };
	while (rest.len > 0) {
		const char *end = memchr(rest.p, '&', rest.len);
		size_t len = end ? (size_t)(end - rest.p) : rest.len;
		size_t gone = len + (end ? 1 : 0);

		if (parse_pair(arena, str_make(rest.p, len), f, e) < 0)
			return -1;
		rest = str_make(rest.p + gone, rest.len - gone);
	}
	return 0;
}

/* --- writing --- */

bool
queuefilter_is_any(const struct review_filter *f)
{
	return f->theme.p || f->district.p || f->in_progress ||
	       f->level != RULES_NONE || f->mark != REVIEW_ANY ||
	       f->who != REVIEW_ANYBODY;
}

/* Call each for the parameters that are not as they are without. */
static void
walk(const struct review_filter *f,
    void (*each)(struct buf *out, const char *name, struct str value),
    struct buf *out)
{
	if (f->theme.p)
		each(out, "theme", f->theme);
	if (f->district.p)
		each(out, "district", f->district);
	if (f->in_progress)
		each(out, "progress", str_of("yes"));
	if (f->level == RULES_REVIEW)
		each(out, "level", str_of("review"));
	if (f->mark != REVIEW_ANY)
		each(out, "seen", str_of(marks[f->mark].value));
	if (f->who != REVIEW_ANYBODY)
		each(out, "who", str_of(whos[f->who].value));
}

static void
add_param(struct buf *out, const char *name, struct str value)
{
	if (out->len > 0)
		buf_add_char(out, '&');
	buf_addf(out, "%s=", name);
	html_url(out, value);
}

void
queuefilter_query(struct buf *out, const struct review_filter *f)
{
	struct buf text = { 0 };

	walk(f, add_param, &text);
	buf_add_str(out, buf_str(&text));
	buf_clear(&text);
}

struct str
queuefilter_text(struct arena *arena, const struct review_filter *f)
{
	struct buf text = { 0 };
	struct str out;

	queuefilter_query(&text, f);
	out = arena_str(arena, buf_str(&text));
	buf_clear(&text);
	return out;
}

void
queuefilter_link(struct buf *out, const struct review_filter *f)
{
	struct buf text = { 0 };

	queuefilter_query(&text, f);
	html_text(out, buf_str(&text));
	buf_clear(&text);
}

static void
add_field(struct buf *out, const char *name, struct str value)
{
	buf_addf(out, "<input type=\"hidden\" name=\"%s\" value=\"", name);
	html_text(out, value);
	buf_add_text(out, "\">");
}

void
queuefilter_fields(struct buf *out, const struct review_filter *f)
{
	walk(f, add_field, out);
}

/* The next part of a sentence. */
static void
begin_part(struct buf *out, size_t from)
{
	if (out->len > from)
		buf_add_text(out, ", ");
}

void
queuefilter_words(struct buf *out, const struct review_filter *f)
{
	size_t from = out->len;

	if (f->theme.p)
		html_theme(out, f->theme);
	if (f->district.p) {
		begin_part(out, from);
		buf_add_text(out, "in ");
		html_text(out, f->district);
	}
	if (f->in_progress) {
		begin_part(out, from);
		buf_add_text(out, "in progress only");
	}
	if (f->level == RULES_REVIEW) {
		begin_part(out, from);
		buf_add_text(out, "no alerts");
	}
	if (f->mark != REVIEW_ANY) {
		begin_part(out, from);
		buf_add_text(out, marks[f->mark].words);
	}
	if (f->who != REVIEW_ANYBODY) {
		begin_part(out, from);
		buf_add_text(out, whos[f->who].words);
	}
	if (out->len == from)
		buf_add_text(out, "all of the queue");
}

void
queuefilter_form(struct buf *out, const struct review_filter *f)
{
	buf_add_text(out, "<p><label for=\"theme\">Theme</label>"
			  "<select id=\"theme\" name=\"theme\">"
			  "<option value=\"\">All themes</option>");
	html_theme_options(out, f->theme);
	buf_add_text(out,
	    "</select></p><p><label for=\"district\">District</label>"
	    "<input id=\"district\" name=\"district\" value=\"");
	html_text(out, f->district);
	buf_addf(out,
	    "\"></p><p><label><input type=\"checkbox\" name=\"progress\" "
	    "value=\"yes\"%s> In progress only</label></p>"
	    "<p><label><input type=\"checkbox\" name=\"level\" "
	    "value=\"review\"%s> No alerts</label></p>"
	    "<p><label for=\"seen\">Seen</label>"
	    "<select id=\"seen\" name=\"seen\">",
	    f->in_progress ? " checked" : "",
	    f->level == RULES_REVIEW ? " checked" : "");
	for (size_t i = 0; i < MARKS; i++)
		buf_addf(out, "<option value=\"%s\"%s>%s</option>",
		    marks[i].value,
		    (enum review_mark)i == f->mark ? " selected" : "",
		    marks[i].choice);
	buf_add_text(out, "</select></p><p><label for=\"who\">Who has it"
			  "</label><select id=\"who\" name=\"who\">");
	for (size_t i = 0; i < WHOS; i++)
		buf_addf(out, "<option value=\"%s\"%s>%s</option>",
		    whos[i].value,
		    (enum review_who)i == f->who ? " selected" : "",
		    whos[i].choice);
	buf_add_text(out, "</select></p>");
}
