/*
 * Collecting and printing problems.  They are kept newest first and sorted
 * once, when printed; a span of several lines is underlined on its first.
 * Columns count characters, so that the caret stands under what is meant.
 */
#include "rules/diag.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/check.h"
#include "rules/limits.h"

#define MESSAGE_MAX 512

/* Longer lines are cut to this around what is meant. */
#define LINE_MAX_SHOWN 160

struct diag {
	struct diag *next; /* older */
	struct span at;
	enum diag_code code;
	bool is_warning;
	size_t number; /* order of report, breaks ties */
	struct str message;
	struct str note; /* absent if none */
};

static const char *const code_names[] = {
#define DIAG(code, meaning) #code,
#include "rules/diags.def"
#undef DIAG
};

static const char *const code_meanings[] = {
#define DIAG(code, meaning) meaning,
#include "rules/diags.def"
#undef DIAG
};

void
diag_init(struct diags *d, struct arena *arena, struct arena *work,
    const struct ruleset_file *files, size_t file_count)
{
	*d = (struct diags){ .arena = arena,
		.work = work,
		.files = files,
		.file_count = file_count };
}

static void add(struct diags *d, enum diag_code code, struct span at,
    bool is_warning, const char *fmt, va_list ap)
    __attribute__((format(printf, 5, 0)));

bool
diag_is_full(const struct diags *d)
{
	return d->errors + d->warnings >= LIMITS_PROBLEMS_MAX;
}

/* Beyond the limit a problem takes the place of the last one. */
static void
add(struct diags *d, enum diag_code code, struct span at, bool is_warning,
    const char *fmt, va_list ap)
{
	char message[MESSAGE_MAX];
	struct diag *new = d->list;

	(void)vsnprintf(message, sizeof message, fmt, ap);
	if (!diag_is_full(d)) {
		new = arena_alloc(d->arena, 1, sizeof *new);
		new->number = d->errors + d->warnings;
		new->next = d->list;
		d->list = new;
		*(is_warning ? &d->warnings : &d->errors) += 1;
	} else if (is_warning || new->is_warning) {
		/* An error must not be lost behind warnings. */
		if (is_warning)
			return;
		d->warnings--;
		d->errors++;
	}
	new->at = at;
	new->code = code;
	new->is_warning = is_warning;
	new->message = arena_str(d->arena, str_of(message));
	new->note = (struct str){ 0 };
}

void
diag_error(
    struct diags *d, enum diag_code code, struct span at, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(d, code, at, false, fmt, ap);
	va_end(ap);
}

void
diag_warn(
    struct diags *d, enum diag_code code, struct span at, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(d, code, at, true, fmt, ap);
	va_end(ap);
}

void
diag_note(struct diags *d, const char *fmt, ...)
{
	char note[MESSAGE_MAX];
	va_list ap;

	CHECK(d->list != NULL);
	va_start(ap, fmt);
	(void)vsnprintf(note, sizeof note, fmt, ap);
	va_end(ap);
	d->list->note = arena_str(d->arena, str_of(note));
}

const char *
diag_code_name(enum diag_code code)
{
	CHECK(code < DIAG_COUNT);
	return code_names[code];
}

const char *
diag_code_meaning(enum diag_code code)
{
	CHECK(code < DIAG_COUNT);
	return code_meanings[code];
}

size_t
diag_line(struct str text, size_t offset)
{
	size_t line = 1;

	for (size_t i = 0; i < offset && i < text.len; i++)
		line += text.p[i] == '\n';
	return line;
}

struct span
diag_join(struct span a, struct span b)
{
	if (b.start < a.start)
		a.start = b.start;
	if (b.end > a.end)
		a.end = b.end;
	return a;
}

/* Characters in len bytes of UTF-8. */
static size_t
count_characters(const char *p, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += ((unsigned char)p[i] & 0xC0U) != 0x80U;
	return n;
}

/* The line of text around offset, and where offset stands in it. */
static struct str
line_around(struct str text, size_t offset, size_t *in_line)
{
	size_t begin = offset < text.len ? offset : text.len;
	size_t end = begin;

	while (begin > 0 && text.p[begin - 1] != '\n')
		begin--;
	while (end < text.len && text.p[end] != '\n')
		end++;
	*in_line = (offset < text.len ? offset : text.len) - begin;
	if (end > begin && text.p[end - 1] == '\r')
		end--;
	return str_make(text.p ? text.p + begin : "", end - begin);
}

/* A line of more than LINE_MAX_SHOWN bytes is cut before what is meant. */
static struct str
cut_line(struct str line, size_t *in_line)
{
	size_t from = 0;

	if (*in_line > LINE_MAX_SHOWN / 2)
		from = *in_line - LINE_MAX_SHOWN / 2;
	while (
	    from < *in_line && ((unsigned char)line.p[from] & 0xC0U) == 0x80U)
		from++;
	line = str_make(line.p + from, line.len - from);
	*in_line -= from;
	if (line.len > LINE_MAX_SHOWN)
		line.len = LINE_MAX_SHOWN;
	while (line.len > 0 && line.len == LINE_MAX_SHOWN &&
	       ((unsigned char)line.p[line.len - 1] & 0x80U))
		line.len--;
	return line;
}

/* White space below the line, as wide as it. */
static void
print_indent(struct str line, size_t len, struct buf *out)
{
	for (size_t i = 0; i < len; i++) {
		if (line.p[i] == '\t')
			buf_add_char(out, '\t');
		else if (((unsigned char)line.p[i] & 0xC0U) != 0x80U)
			buf_add_char(out, ' ');
	}
}

static void
print_source(struct str text, const struct diag *g, struct buf *out)
{
	size_t in_line;
	struct str line = line_around(text, g->at.start, &in_line);
	size_t under = g->at.end > g->at.start ? g->at.end - g->at.start : 1;

	if (in_line > line.len)
		in_line = line.len;
	line = cut_line(line, &in_line);
	if (in_line > line.len)
		in_line = line.len;
	if (under > line.len - in_line)
		under = line.len - in_line;
	under = count_characters(line.p + in_line, under);
	buf_addf(out, "%6zu | %.*s\n       | ", diag_line(text, g->at.start),
	    STR_ARG(line));
	print_indent(line, in_line, out);
	for (size_t i = 0; i < (under ? under : 1); i++)
		buf_add_char(out, '^');
	buf_add_char(out, '\n');
}

static void
print_one(const struct diags *d, const struct diag *g, struct buf *out)
{
	const struct ruleset_file *file = &d->files[g->at.file];

	buf_addf(out, "%.*s:%zu:%zu: %s: %.*s [%s]\n", STR_ARG(file->name),
	    diag_line(file->text, g->at.start),
	    diag_column(file->text, g->at.start),
	    g->is_warning ? "warning" : "error", STR_ARG(g->message),
	    diag_code_name(g->code));
	print_source(file->text, g, out);
	if (str_is_given(g->note))
		buf_addf(out, "note: %.*s\n", STR_ARG(g->note));
}

size_t
diag_column(struct str text, size_t offset)
{
	size_t in_line;
	struct str line = line_around(text, offset, &in_line);

	return count_characters(line.p, in_line) + 1;
}

static int
compare(const void *left, const void *right)
{
	const struct diag *a = *(const struct diag *const *)left;
	const struct diag *b = *(const struct diag *const *)right;

	if (a->at.file != b->at.file)
		return a->at.file < b->at.file ? -1 : 1;
	if (a->at.start != b->at.start)
		return a->at.start < b->at.start ? -1 : 1;
	return a->number < b->number ? -1 : 1;
}

/* All problems in the order of the text; the arena's. */
static const struct diag **
sorted(const struct diags *d)
{
	size_t count = d->errors + d->warnings;
	const struct diag **all = arena_alloc(d->arena, count + 1, sizeof *all);
	size_t i = 0;

	for (const struct diag *g = d->list; g; g = g->next)
		all[i++] = g;
	qsort(all, count, sizeof *all, compare);
	return all;
}

void
diag_tell(const struct diags *d,
    void (*hear)(void *user, const struct ruleset_problem *p), void *user)
{
	const struct diag **all = sorted(d);

	for (size_t i = 0; i < d->errors + d->warnings; i++) {
		const struct ruleset_file *file = &d->files[all[i]->at.file];
		size_t end = all[i]->at.end;

		hear(user,
		    &(struct ruleset_problem){ .file = file->name,
			.line = diag_line(file->text, all[i]->at.start),
			.column = diag_column(file->text, all[i]->at.start),
			.end_line = diag_line(file->text, end),
			.end_column = diag_column(file->text, end),
			.code = diag_code_name(all[i]->code),
			.is_warning = all[i]->is_warning,
			.message = all[i]->message,
			.note = all[i]->note });
	}
}

void
diag_print(const struct diags *d, struct buf *out)
{
	size_t count = d->errors + d->warnings;
	size_t shown = 0;
	size_t hidden = 0;
	const struct diag **all = sorted(d);

	for (size_t i = 0; i < count; i++) {
		if (all[i]->is_warning || shown++ < LIMITS_ERRORS_MAX)
			print_one(d, all[i], out);
		else
			hidden++;
	}
	if (hidden > 0)
		buf_addf(out, "and %zu more errors\n", hidden);
}
