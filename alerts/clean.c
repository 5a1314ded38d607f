/*
 * First the text is made one line, then phone numbers are looked for, then it
 * is cut: cut first, and half a number would pass.
 */
#include "alerts/clean.h"

#include <stdbool.h>
#include <string.h>

#include "agent/base/arena.h"
#include "agent/conf/oneline.h"
#include "agent/incident/identifiers.h"
#include "agent/incident/phones.h"

#define READ_MAX       8192 /* bytes looked at, whatever the length */
#define SLUG_MAX       48
#define NAME_MAX_BYTES 48
#define GRADE_MAX      12
#define GAP_MAX        3 /* characters between two digits of one number */

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static char
to_lower(char c)
{
	if (is_upper(c))
		return (char)(c - 'A' + 'a');
	return c;
}

/*
 * Bytes of a space or other white space of Unicode at the start of s, or 0.
 * s is not empty.
 */
static size_t
blank_len(struct str s)
{
	static const char *const blanks[] = { "\xc2\xa0", "\xe1\x9a\x80",
		"\xe2\x80\x80", "\xe2\x80\x81", "\xe2\x80\x82", "\xe2\x80\x83",
		"\xe2\x80\x84", "\xe2\x80\x85", "\xe2\x80\x86", "\xe2\x80\x87",
		"\xe2\x80\x88", "\xe2\x80\x89", "\xe2\x80\x8a", "\xe2\x80\xaf",
		"\xe2\x81\x9f", "\xe3\x80\x80" };

	if ((unsigned char)s.p[0] < 0x80)
		return s.p[0] == ' ';
	for (size_t i = 0; i < sizeof(blanks) / sizeof(blanks[0]); i++)
		if (str_has_prefix(s, blanks[i]))
			return strlen(blanks[i]);
	return 0;
}

/* The bytes at the start of s that anybody sees as they are. */
static size_t
visible_len(struct str s)
{
	size_t n = 0;

	while (n < s.len && s.p[n] > ' ' && s.p[n] < 0x7f)
		n++;
	return n;
}

/* Append s as one line, without blanks at its ends. */
static void
add_one_line(struct str s, struct buf *out)
{
	size_t start = out->len;
	bool blank = false;

	while (s.len > 0) {
		size_t n = visible_len(s);
		bool harmless = true;

		if (n == 0)
			n = oneline_step(s, &harmless);
		if (!harmless || blank_len(s) > 0) {
			blank = true;
		} else {
			if (blank && out->len > start)
				buf_add_char(out, ' ');
			blank = false;
			/* Full-width digits are digits to a reader. */
			if (n == 3 && memcmp(s.p, "\xef\xbc", 2) == 0 &&
			    (unsigned char)s.p[2] >= 0x90 &&
			    (unsigned char)s.p[2] <= 0x99)
				buf_add_char(out,
				    (char)('0' + (unsigned char)s.p[2] - 0x90));
			else
				buf_add(out, s.p, n);
		}
		s = str_make(s.p + n, s.len - n);
	}
}

/* Bytes of what may stand between two digits of a number, or 0. */
static size_t
gap_len(struct str s)
{
	if (s.len == 0)
		return 0;
	if (strchr(" -.()", s.p[0]))
		return 1;
	/* Hyphens and dashes, U+2010 to U+2015. */
	if (s.len >= 3 && memcmp(s.p, "\xe2\x80", 2) == 0 &&
	    (unsigned char)s.p[2] >= 0x90 && (unsigned char)s.p[2] <= 0x95)
		return 3;
	return 0;
}

/* The bytes of the run of digits at the start of s, and their number. */
static size_t
number_len(struct str s, size_t *digits)
{
	size_t i = 0, end = 0;
	int gaps = 0;

	*digits = 0;
	if (s.p[0] == '+')
		i++;
	while (i < s.len && gaps <= GAP_MAX) {
		size_t gap;

		if (is_digit(s.p[i])) {
			++*digits;
			end = ++i;
			gaps = 0;
			continue;
		}
		gap = gap_len(str_make(s.p + i, s.len - i));
		if (gap == 0)
			break;
		i += gap;
		gaps++;
	}
	return end;
}

/*
 * "TL 70590 06830": ten digits in one or two groups after two capitals, of
 * which the first is one of the National Grid's.
 */
static bool
is_grid_reference(struct str line, size_t at, size_t len)
{
	struct str s = str_make(line.p + at, len);
	size_t before = at;

	if (len != 10 && !(len == 11 && s.p[5] == ' '))
		return false;
	if (before > 0 && line.p[before - 1] == ' ')
		before--;
	if (before < 2 || !is_upper(line.p[before - 1]) ||
	    !strchr("HNOST", line.p[before - 2]))
		return false;
	return before == 2 || !is_upper(line.p[before - 3]);
}

/* The end of the phone number that is found to begin at byte i, or i. */
static size_t
found_end(const struct finding *found, size_t count, size_t i)
{
	for (size_t k = 0; k < count; k++)
		if (found[k].kind == FINDING_PHONE && found[k].start == i)
			return found[k].end;
	return i;
}

/* The bytes from i on before a figure, a plus or a number that is found. */
static size_t
quiet_len(struct str line, size_t i, const struct finding *found, size_t count)
{
	size_t end = i;

	while (end < line.len && !is_digit(line.p[end]) && line.p[end] != '+')
		end++;
	for (size_t k = 0; k < count; k++)
		if (found[k].kind == FINDING_PHONE && found[k].start >= i &&
		    found[k].start < end)
			end = found[k].start;
	return end - i;
}

/*
 * Append what begins with a figure or plus at byte i, or is found to be a
 * number up to byte end, unless it is to be hidden.  Returns its bytes.
 */
static size_t
add_number(struct str line, size_t i, size_t end, struct buf *out)
{
	size_t digits = 0, n = 0;

	if (is_digit(line.p[i]) || line.p[i] == '+')
		n = number_len(str_make(line.p + i, line.len - i), &digits);
	if (n == 0)
		n = 1;
	if (digits >= CLEAN_PHONE_DIGITS &&
	    !(digits == 10 && is_grid_reference(line, i, n))) {
		buf_add_text(out, CLEAN_HIDDEN);
	} else if (end > i) {
		buf_add_text(out, CLEAN_HIDDEN);
		n = end - i;
	} else {
		buf_add(out, line.p + i, n);
	}
	return n;
}

/*
 * Too short a line to say a phone number: a word says two figures at most
 * ("seventeen", "triple seven"), and a run with figures in it one a letter.
 */
static bool
is_too_short(struct str line)
{
	size_t figures = 0, run = 0;
	bool has_figure = false;

	for (size_t i = 0; i <= line.len; i++) {
		char c = i < line.len ? to_lower(line.p[i]) : ' ';

		if (is_digit(c) || (c >= 'a' && c <= 'z')) {
			run++;
			has_figure = has_figure || is_digit(c);
			continue;
		}
		figures += has_figure ? run : run > 0 ? 2 : 0;
		run = 0;
		has_figure = false;
	}
	return figures < PHONES_DIGITS_MIN;
}

/*
 * Append line with its phone numbers hidden: runs of figures, and what the
 * finder of identifiers takes for one ("oh double seven …").
 */
static void
hide_numbers(struct str line, struct buf *out)
{
	struct arena *arena = arena_new();
	const struct finding *found = NULL;
	size_t count = 0;

	if (!is_too_short(line))
		count = identifiers_find_text(line, NULL, arena, &found);
	for (size_t i = 0; i < line.len;) {
		size_t n = quiet_len(line, i, found, count);

		buf_add(out, line.p + i, n);
		i += n;
		if (i < line.len)
			i += add_number(
			    line, i, found_end(found, count, i), out);
	}
	arena_free(&arena);
}

/* Append line, cut to max bytes between two characters. */
static void
add_cut(struct str line, size_t max, struct buf *out)
{
	size_t end = max;

	if (line.len <= max) {
		buf_add_str(out, line);
		return;
	}
	while (end > 0 && ((unsigned char)line.p[end] & 0xc0) == 0x80)
		end--;
	buf_add(out, line.p, end);
	buf_add_text(out, "…");
}

static struct str
head(struct str s, size_t max)
{
	return s.len > max ? str_make(s.p, max) : s;
}

void
clean_line(struct str s, size_t max, struct buf *out)
{
	struct buf line = { 0 }, hidden = { 0 };
	struct str text;

	add_one_line(head(s, READ_MAX), &line);
	text = buf_str(&line);
	/* What was cut off here may have been the rest of a number. */
	while (s.len > READ_MAX && text.len > 0 &&
	       (is_digit(text.p[text.len - 1]) || text.p[text.len - 1] < ' ' ||
		   strchr(" -.()", text.p[text.len - 1])))
		text.len--;
	if (text.len > 0)
		hide_numbers(text, &hidden);
	add_cut(buf_str(&hidden), max, out);
	buf_clear(&line);
	buf_clear(&hidden);
}

void
clean_id(struct str s, size_t max, struct buf *out)
{
	struct buf line = { 0 };

	add_one_line(head(s, READ_MAX), &line);
	add_cut(buf_str(&line), max, out);
	buf_clear(&line);
}

/* Letters, what is not ASCII, and the marks in extra. */
static bool
has_only(struct str s, bool figures, const char *extra)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i];

		if (!is_upper(c) && (c < 'a' || c > 'z') &&
		    (unsigned char)c < 0x80 && !(figures && is_digit(c)) &&
		    !strchr(extra, c))
			return false;
	}
	return true;
}

void
clean_name(struct str s, struct buf *out)
{
	struct buf line = { 0 };

	add_one_line(head(s, READ_MAX), &line);
	if (line.len <= NAME_MAX_BYTES &&
	    has_only(buf_str(&line), false, " -'.&,"))
		buf_add_str(out, buf_str(&line));
	buf_clear(&line);
}

void
clean_grade(struct str s, struct buf *out)
{
	struct buf line = { 0 };

	clean_line(s, GRADE_MAX, &line);
	if (line.len <= GRADE_MAX && has_only(buf_str(&line), true, " -"))
		buf_add_str(out, buf_str(&line));
	buf_clear(&line);
}

void
clean_slug(struct str s, struct buf *out)
{
	size_t start = out->len;
	bool gap = false;

	for (size_t i = 0; i < s.len && out->len - start < SLUG_MAX; i++) {
		char c = to_lower(s.p[i]);

		if (!is_digit(c) && (c < 'a' || c > 'z')) {
			gap = true;
			continue;
		}
		if (gap && out->len > start)
			buf_add_char(out, '-');
		gap = false;
		buf_add_char(out, c);
	}
	if (out->len == start)
		buf_add_text(out, "unknown");
}
