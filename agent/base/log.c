/*
 * log: lines to standard error, and the counting of repeats.
 *
 * Warnings and errors are counted by their format: in any minute the first
 * FOLD_AFTER lines of a format are printed, the rest only counted, and a
 * summary follows when the minute is over.  Information is never folded, as
 * each of its lines is something that an operator may search for (a delivery,
 * a file taken).  A small table of formats is enough: a format that finds no
 * room is printed.
 *
 * This file has the program's only logger and so its own state; a mutex keeps
 * lines whole and counts right.
 */
#include "agent/base/log.h"

#include <pthread.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/base/clock.h"
#include "agent/base/str.h"

#define TEXT_MAX    1024
#define LINE_MAX    (TEXT_MAX * 4 + 16)
#define FOLD_SLOTS  64
#define FOLD_AFTER  5
#define FOLD_MS     60000
#define FOLDED_WORD "repeated"

/* What is known of one format in its present minute. */
struct fold {
	const char *fmt; /* borrowed literal; NULL if the slot is free */
	enum log_level level;
	int64_t begun_ms; /* monotonic */
	unsigned printed, hidden;
	char last[160]; /* the last hidden line's beginning */
};

static struct {
	pthread_mutex_t mutex;
	enum log_level level;
	log_sink sink;
	void *user;
	bool asked_journal, is_journal;
	struct fold folds[FOLD_SLOTS];
} state = { .mutex = PTHREAD_MUTEX_INITIALIZER, .level = LOG_INFO };

/* The journal's level, and the word for a terminal. */
static const struct {
	const char *journal, *word;
} prefixes[] = {
	[LOG_ERROR] = { "<3>", "error: " },
	[LOG_WARN] = { "<4>", "warning: " },
	[LOG_INFO] = { "<6>", "" },
	[LOG_DEBUG] = { "<7>", "debug: " },
};

/* JOURNAL_STREAM names the device and inode that the journal reads (sd(3)). */
static bool
is_journal_stderr(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	char here[64];
	struct stat st;

	if (!stream || fstat(STDERR_FILENO, &st) != 0)
		return false;
	(void)snprintf(here, sizeof(here), "%ju:%ju", (uintmax_t)st.st_dev,
	    (uintmax_t)st.st_ino);
	return strcmp(stream, here) == 0;
}

static void
write_all(const char *p, size_t len)
{
	while (len > 0) {
		ssize_t n = write(STDERR_FILENO, p, len);
		if (n <= 0)
			return; /* there is nobody left to tell */
		p += n;
		len -= (size_t)n;
	}
}

static void
emit(enum log_level level, const char *text)
{
	char line[LINE_MAX];

	if (state.sink) {
		state.sink(state.user, level, text);
		return;
	}
	if (!state.asked_journal) {
		state.is_journal = is_journal_stderr();
		state.asked_journal = true;
	}
	int len = snprintf(line, sizeof(line), "%s%s\n",
	    state.is_journal ? prefixes[level].journal : prefixes[level].word,
	    text);
	if (len > 0)
		write_all(line, (size_t)len);
}

/* text with control characters and what is not UTF-8 as \n, \t or \xNN. */
static void
escape(const char *text, char out[LINE_MAX])
{
	static const char digits[] = "0123456789abcdef";
	size_t left = strlen(text);
	size_t at = 0;

	while (left > 0) {
		unsigned char c = (unsigned char)*text;
		size_t len = str_utf8_len(text, left);
		if (len > 0 && c >= 0x20 && c != 0x7f) {
			memcpy(out + at, text, len);
			at += len;
		} else {
			len = 1;
			out[at++] = '\\';
			if (c == '\n' || c == '\t') {
				out[at++] = c == '\n' ? 'n' : 't';
			} else {
				out[at++] = 'x';
				out[at++] = digits[c >> 4];
				out[at++] = digits[c & 15];
			}
		}
		text += len;
		left -= len;
	}
	out[at] = '\0';
}

/* Keep the beginning of line, in whole characters. */
static void
keep_last(struct fold *f, const char *line)
{
	size_t len = strnlen(line, sizeof(f->last) - 1);

	while (len > 0 && ((unsigned char)line[len] & 0xc0) == 0x80)
		len--;
	memcpy(f->last, line, len);
	f->last[len] = '\0';
}

static void
summarise(struct fold *f)
{
	char text[sizeof(f->last) + 64];

	if (f->hidden > 0) {
		(void)snprintf(text, sizeof(text),
		    "%s " FOLDED_WORD " %u times", f->last, f->hidden);
		emit(f->level, text);
	}
	*f = (struct fold){ 0 };
}

static void
summarise_due(int64_t now_ms, bool all)
{
	for (size_t i = 0; i < FOLD_SLOTS; i++) {
		struct fold *f = &state.folds[i];
		if (f->fmt && (all || now_ms - f->begun_ms >= FOLD_MS))
			summarise(f);
	}
}

static struct fold *
find_fold(const char *fmt)
{
	struct fold *room = NULL;

	for (size_t i = 0; i < FOLD_SLOTS; i++) {
		if (state.folds[i].fmt == fmt)
			return &state.folds[i];
		if (!room && !state.folds[i].fmt)
			room = &state.folds[i];
	}
	return room;
}

/* True if the line is counted and not printed. */
static bool
is_folded(enum log_level level, const char *fmt, const char *line)
{
	int64_t now_ms = clock_mono_ms();

	summarise_due(now_ms, false);
	if (level > LOG_WARN)
		return false;
	struct fold *f = find_fold(fmt);
	if (!f)
		return false;
	if (!f->fmt)
		*f = (struct fold){
			.fmt = fmt, .level = level, .begun_ms = now_ms
		};
	if (f->printed < FOLD_AFTER) {
		f->printed++;
		return false;
	}
	f->hidden++;
	keep_last(f, line);
	return true;
}

void
log_set_level(enum log_level level)
{
	pthread_mutex_lock(&state.mutex);
	state.level = level;
	pthread_mutex_unlock(&state.mutex);
}

void
log_set_sink(log_sink sink, void *user)
{
	pthread_mutex_lock(&state.mutex);
	state.sink = sink;
	state.user = user;
	memset(state.folds, 0, sizeof(state.folds));
	pthread_mutex_unlock(&state.mutex);
}

void
log_flush(void)
{
	pthread_mutex_lock(&state.mutex);
	summarise_due(0, true);
	pthread_mutex_unlock(&state.mutex);
}

void
log_line(enum log_level level, const char *fmt, ...)
{
	char text[TEXT_MAX] = "";
	char line[LINE_MAX];
	va_list ap;

	pthread_mutex_lock(&state.mutex);
	if (level <= state.level) {
		va_start(ap, fmt);
		(void)vsnprintf(text, sizeof(text), fmt, ap);
		va_end(ap);
		escape(text, line);
		if (!is_folded(level, fmt, line))
			emit(level, line);
	}
	pthread_mutex_unlock(&state.mutex);
}
