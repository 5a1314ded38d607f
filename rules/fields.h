/*
 * fields: the tables of what rules can ask of an incident.
 *
 * The parser, the evaluator and the manual read the same rows.
 */
#ifndef RULES_FIELDS_H
#define RULES_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/str.h"

/* What kind of value a field has, and so how it may be compared. */
enum field_type {
	FIELD_TYPE_NUMBER,
	FIELD_TYPE_PLACE,
	FIELD_TYPE_MONTH,
	FIELD_TYPE_WEEKDAY,
	FIELD_TYPE_SEASON,
	FIELD_TYPE_TIME, /* minutes after midnight */
	FIELD_TYPE_DAYLIGHT,
	FIELD_TYPE_YES_NO,
	FIELD_TYPE_COUNT
};

/* Facts, from fields.def. */
enum field_id {
#define FIELD(id, name, type, help) FIELD_##id,
#include "rules/fields.def"
#undef FIELD
	FIELD_COUNT
};

/* Texts, from texts.def. */
enum field_text {
#define TEXT(id, name, help) FIELD_TEXT_##id,
#include "rules/texts.def"
#undef TEXT
	FIELD_TEXT_COUNT
};

/* "text" in a rule: what people wrote about the incident. */
#define FIELD_TEXTS_ALL                                         \
	((1U << FIELD_TEXT_LOG) | (1U << FIELD_TEXT_LOCATION) | \
	    (1U << FIELD_TEXT_OPENING) | (1U << FIELD_TEXT_CLOSING))

/* A row of fields.def. */
struct field {
	const char *name;
	enum field_type type;
	const char *help;
};

/* The row of a field. */
const struct field *field_get(enum field_id id);

/* The field called name, or -1. */
int field_find(struct str name);

/* The name of a text, and its help line. */
const char *field_text_name(enum field_text id);
const char *field_text_help(enum field_text id);

/* The text called name, or -1 ("text" itself is none). */
int field_text_find(struct str name);

/*
 * The value that word stands for in a field of this type ("jan", "January" and
 * so on; numbers are not words), or -1.
 */
int field_value_find(enum field_type type, struct str word);

/* The names of all that a condition can begin with, for "did you mean". */
size_t field_words(const char *const **out);

/* The word for a value, or NULL if the type has no words for it. */
const char *field_value_name(enum field_type type, int value);

/* The words a field can have, "rural, urban, edge, unknown"; "" for numbers. */
const char *field_value_list(enum field_type type);

/* True if values go round, as months do: "aug..mar" is a range. */
bool field_type_is_cyclic(enum field_type type);

#endif /* RULES_FIELDS_H */
