/*
 * log: one line for one thing that happened, to standard error.
 *
 * A line is a short sentence and then key=value pairs in a fixed order.  When
 * the journal reads standard error (JOURNAL_STREAM names it) a line begins
 * with the journal's level prefix "<3>", else with a word.  error: a person
 * must act.  warn: degraded, will retry.  info: state changes.  debug: off
 * unless asked for.  Errors and warnings that repeat (same format, more than
 * five in a minute) are counted, and summarised when the minute is over: "…
 * repeated 41 times".  No personal data and no message bodies: names of files,
 * ids, counts and causes only.  Line breaks and control characters in values
 * are escaped.  Safe from any thread.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>

/* How much a line matters, most first; what each means stands above. */
enum log_level {
	LOG_ERROR,
	LOG_WARN,
	LOG_INFO,
	LOG_DEBUG
};

/* A place that receives every line instead of standard error, for tests. */
typedef void (*log_sink)(void *user, enum log_level level, const char *line);

/* Print lines up to level; the default is LOG_INFO. */
void log_set_level(enum log_level level);

/*
 * Send lines to sink; NULL restores standard error.  Counts of repeats are
 * forgotten.  The sink is called under the log's lock: it may not log.
 */
void log_set_sink(log_sink sink, void *user);

/* Summarise now what was counted and not printed.  For the end. */
void log_flush(void);

/* Write one line.  Use the four macros' short names below. */
void log_line(enum log_level level, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#define log_error(...) log_line(LOG_ERROR, __VA_ARGS__)
#define log_warn(...)  log_line(LOG_WARN, __VA_ARGS__)
#define log_info(...)  log_line(LOG_INFO, __VA_ARGS__)
#define log_debug(...) log_line(LOG_DEBUG, __VA_ARGS__)

#endif /* BASE_LOG_H */
