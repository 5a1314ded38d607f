/*
 * plateform: the forms of UK registration marks (DVLA INF104 for the current
 * one), and which of them a run of letters and figures has.
 *
 * O is read as 0 and I as 1 where only a figure can stand, 0 as O and 1 as I
 * where only a letter can; of several readings the one that changes least
 * stands.
 */
#ifndef INCIDENT_PLATEFORM_H
#define INCIDENT_PLATEFORM_H

#include <stdbool.h>
#include <stddef.h>

#define PLATEFORM_LEN_MAX 7

/* The forms. */
enum plateform_kind {
	PLATEFORM_NONE,
	PLATEFORM_CURRENT,    /* AB12CDE, since 1 September 2001 */
	PLATEFORM_PREFIX,     /* A123BCD, 1983 to 2001 */
	PLATEFORM_SUFFIX,     /* ABC123D, 1963 to 1983 */
	PLATEFORM_Q,          /* Q123ABC, of unknown age */
	PLATEFORM_NI,         /* AIG1234, Northern Ireland */
	PLATEFORM_DATELESS,   /* ABC123, 1234AB: before 1963, or personal */
	PLATEFORM_DIPLOMATIC, /* 123D456 */
	PLATEFORM_MILITARY    /* 12AB34 */
};

/* A run that fits. */
struct plateform_fit {
	enum plateform_kind kind;
	char mark[PLATEFORM_LEN_MAX + 1]; /* put right, NUL at its end */
	unsigned changed; /* characters read as the other of their look */
};

/*
 * The form of len capitals and figures at raw; false if it has none.  All but
 * the current form need a figure among them as written.
 */
bool plateform_find(const char *raw, size_t len, struct plateform_fit *out);

/*
 * True if raw, in which '?' is an unread character, can be a current, prefix or
 * suffix mark, with at least three characters read, a figure among them.
 */
bool plateform_is_pattern(const char *raw, size_t len);

/*
 * True if a dateless mark is more likely a part of another form: AB12, A123,
 * 12AB.
 */
bool plateform_is_head(const struct plateform_fit *fit);

/* "current", "prefix", … */
const char *plateform_name(enum plateform_kind kind);

#endif /* INCIDENT_PLATEFORM_H */
