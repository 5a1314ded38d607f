/*
 * Deciding once how to print.  A width that cannot be asked is not guessed:
 * long lines are then left to the terminal.  Escapes are shown as bytes, not
 * left out, for a log that tries to steer a terminal is worth seeing.
 */
#include "agent/cmd/output.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "agent/base/check.h"
#include "agent/base/clock.h"
#include "agent/conf/oneline.h"

#define PROGRESS_FIRST_MS 500
#define PROGRESS_EVERY_MS 200

static bool
wants_colour(void)
{
	const char *no = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	return (!no || no[0] == '\0') && term && strcmp(term, "dumb") != 0;
}

void
output_init(struct output *o, bool json)
{
	bool is_terminal = isatty(STDOUT_FILENO);
	struct winsize size;

	*o = (struct output){ .is_json = json || !is_terminal };
	if (o->is_json)
		return;
	o->has_colour = wants_colour();
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
		o->width = size.ws_col;
}

const char *
output_tone(const struct output *o, enum output_tone tone)
{
	static const char *const codes[] = {
		[OUTPUT_PLAIN] = "\x1b[0m",
		[OUTPUT_HEAD] = "\x1b[1m",
		[OUTPUT_GOOD] = "\x1b[32m",
		[OUTPUT_WARN] = "\x1b[33m",
		[OUTPUT_BAD] = "\x1b[31m",
		[OUTPUT_FAINT] = "\x1b[2m",
	};

	_Static_assert(
	    sizeof codes / sizeof codes[0] == OUTPUT_TONE_COUNT, "tones");
	CHECK(tone < OUTPUT_TONE_COUNT);
	return o->has_colour ? codes[tone] : "";
}

/* ---- Text from outside ---- */

/* Append the character of n bytes at p; returns its columns. */
static size_t
add_one(struct buf *out, const char *p, size_t n, bool as_is)
{
	if (as_is) {
		buf_add(out, p, n);
		return 1;
	}
	for (size_t i = 0; i < n; i++)
		buf_addf(out, "\\x%02x", (unsigned char)p[i]);
	return 4 * n;
}

/* As output_escape(); the characters of stands are kept too. */
static size_t
escape(struct buf *out, struct str s, size_t width_max, const char *stands)
{
	size_t columns = 0;
	size_t keep_len = out->len; /* what would leave room for "…" */
	size_t keep_columns = 0;

	while (s.len > 0) {
		bool harmless;
		size_t n = oneline_step(s, &harmless);

		harmless =
		    harmless || (s.p[0] != '\0' && strchr(stands, s.p[0]));
		columns += add_one(out, s.p, n, harmless);
		s = str_make(s.p + n, s.len - n);
		if (width_max == 0)
			continue;
		if (columns > width_max) {
			out->len = keep_len;
			buf_add_text(out, "…");
			return keep_columns + 1;
		}
		if (columns < width_max) {
			keep_len = out->len;
			keep_columns = columns;
		}
	}
	return columns;
}

size_t
output_escape(struct buf *out, struct str s, size_t width_max)
{
	return escape(out, s, width_max, "");
}

static size_t
put_escaped(struct str s, const char *stands)
{
	struct buf out = { 0 };
	size_t columns = escape(&out, s, 0, stands);

	if (out.len > 0)
		fwrite(out.p, 1, out.len, stdout);
	buf_clear(&out);
	return columns;
}

void
output_put(struct str s, size_t width)
{
	for (size_t at = put_escaped(s, ""); at < width; at++)
		putchar(' ');
}

void
output_put_lines(struct str s)
{
	(void)put_escaped(s, "\n\t");
}

void
output_line(struct buf *line)
{
	buf_add_char(line, '\n');
	fwrite(line->p, 1, line->len, stdout);
	buf_reset(line);
}

/* ---- Progress ---- */

void
output_progress_begin(struct output_progress *p, const char *what, size_t total)
{
	*p = (struct output_progress){ .what = what,
		.total = total,
		.is_on = isatty(STDERR_FILENO),
		.next_ms = clock_mono_ms() + PROGRESS_FIRST_MS };
}

void
output_progress_set(struct output_progress *p, size_t done)
{
	int64_t now_ms;

	if (!p->is_on || (now_ms = clock_mono_ms()) < p->next_ms)
		return;
	p->next_ms = now_ms + PROGRESS_EVERY_MS;
	p->is_shown = true;
	if (p->total > 0)
		fprintf(stderr, "\r%zu of %zu %s ", done, p->total, p->what);
	else
		fprintf(stderr, "\r%zu %s ", done, p->what);
	fflush(stderr);
}

void
output_progress_end(struct output_progress *p)
{
	if (p->is_shown)
		fputs("\r\x1b[K", stderr);
	p->is_on = p->is_shown = false;
}
