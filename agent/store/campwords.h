/*
 * campwords: what a line of the encampment register can say.
 *
 * A line is of one kind; a kind has fields; a field is a count, a choice of
 * words or a short text.  So the register holds what was seen and done, and has
 * no place for who somebody is: there is no field for a name, an origin, a
 * religion or anybody's health, and a text that holds a word for a group of
 * people is refused (rules/refuse.h).
 *
 * The statutory tests stand here word by word as what evidence is entered for.
 * Nothing here or above weighs them: a person decides.
 *
 * All that is given out is constant text.
 */
#ifndef STORE_CAMPWORDS_H
#define STORE_CAMPWORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"

struct arena;
struct buf;
struct err;
struct json;

/* Kinds of lines.  Stored: never renumber, only append. */
enum campword_kind {
	CAMP_PLACE = 1,
	CAMP_VISIT = 2,
	CAMP_STEP = 3,
	CAMP_WELFARE = 4,
	CAMP_POWER = 5,
	CAMP_EVIDENCE = 6,
	CAMP_DECISION = 7,
	CAMP_DEADLINE = 8,
	CAMP_MET = 9,
	CAMP_CLOSED = 10,
	CAMP_REOPENED = 11,
	CAMP_WITHDRAWN = 12
};
#define CAMP_KIND_COUNT 13

/* What a field holds. */
enum campword_field_type {
	CAMP_COUNT,  /* a whole number up to most */
	CAMP_CHOICE, /* one word of choices */
	CAMP_TEXT    /* at most so many bytes */
};

/* A word as it is stored, and for people. */
struct campword_choice {
	const char *word, *label;
};

/* One field of a line. */
struct campword_field {
	const char *name, *label;
	enum campword_field_type type;
	const struct campword_choice *choices; /* ended by a NULL word */
	int64_t most;
	bool is_required;
};

/* A kind: its words and its fields. */
struct campword_form {
	const char *word, *title;            /* "visit", "Visit" */
	const char *when;                    /* what its time is called */
	const struct campword_field *fields; /* ended by a NULL name */
	bool is_correctable; /* by a line in its place, or by none */
};

/* One thing that evidence is entered for. */
struct campword_test {
	const char *word;  /* "s61-reside" */
	const char *power; /* "s61"; "all": considered whatever the power */
	const char *text;
};

/* The outcomes that are not counted in figures begin with this. */
#define CAMP_NOT_COUNTED "not-"

/* The words of a kind, and the kind with that word (0: none). */
const struct campword_form *campwords_kind(enum campword_kind kind);
enum campword_kind campwords_find(struct str word);

/* The tests, and the powers; count by *count, or ended by a NULL word. */
const struct campword_test *campwords_tests(size_t *count);
const struct campword_choice *campwords_powers(void);
const struct campword_choice *campwords_lands(void);
const struct campword_choice *campwords_outcomes(void);

/* The label of a word among choices, or NULL. */
const char *campwords_label(
    const struct campword_choice *choices, struct str word);

/* The test with that word, or NULL. */
const struct campword_test *campwords_test(struct str word);

/*
 * Read fields, ended by a NULL name, from what get gives (absent or empty: not
 * given), and append them to body as a JSON object.  Returns 0, or -1 with
 * ERR_INVALID, a sentence for whoever filled it in, and in *field its name.
 */
NODISCARD int campwords_read(const struct campword_field *fields,
    struct str (*get)(void *user, const char *name), void *user,
    struct arena *arena, struct buf *body, const char **field, struct err *e);

/*
 * Is a text fit to be kept: one of at most most bytes, without control
 * characters and without words for who people are?  0, or -1 with a sentence
 * in which label names it.
 */
NODISCARD int campwords_check_text(struct arena *arena, const char *label,
    struct str text, int64_t most, struct err *e);

/* A field of a line's body for people: absent if it was not given. */
struct str campwords_show(struct arena *arena,
    const struct campword_field *field, const struct json *body);

#endif /* STORE_CAMPWORDS_H */
