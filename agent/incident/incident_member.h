/*
 * incident_member: one member of the canonical form, read and written.
 *
 * Reading and writing walk tables of members (incident_json.c); here is what
 * each kind of member is in JSON.  A reader fills what is at the member and
 * returns 0, or refuses v in words that name the member and returns -1.  A
 * writer appends the name and the value, or nothing if there is none.
 */
#ifndef INCIDENT_INCIDENT_MEMBER_H
#define INCIDENT_INCIDENT_MEMBER_H

#include <stdbool.h>
#include <stddef.h>

#include "agent/base/own.h"
#include "agent/base/str.h"

struct arena;
struct err;
struct incident_extra;
struct json;
struct jsonw;

/* The index of an object that stands in no list. */
#define INCIDENT_MEMBER_ALONE ((size_t)-1)

/* Where reading stands, for messages, and what it may use. */
struct incident_member_reader {
	struct arena *arena;
	struct err *e;
	const char *inside; /* the list or object we are in, or NULL */
	size_t index;       /* item of that list, or INCIDENT_MEMBER_ALONE */
	struct incident_extra *extras;
	size_t extra_max; /* what extras has room for */
};

/* One member of one struct.  at points to the member, as do its readers'. */
struct incident_member {
	struct str name;
	int (*read)(struct incident_member_reader *r,
	    const struct incident_member *m, const struct json *v, void *at);
	void (*print)(
	    struct jsonw *w, const struct incident_member *m, const void *at);
	size_t offset;
	double min, max; /* of a number */
	int decimals;    /* of a number when written */
	bool required;
};

/* Say what was found wrong with the member name; returns -1. */
int incident_member_refuse(struct incident_member_reader *r, struct str name,
    const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Say that v is not what is expected; returns -1. */
int incident_member_refuse_kind(struct incident_member_reader *r,
    struct str name, const struct json *v, const char *expected);

/* Text, as it is. */
NODISCARD int incident_member_read_text(struct incident_member_reader *r,
    const struct incident_member *m, const struct json *v, void *at);
void incident_member_print_text(
    struct jsonw *w, const struct incident_member *m, const void *at);

/* An id: text that is neither empty nor long, without control characters. */
NODISCARD int incident_member_read_id(struct incident_member_reader *r,
    const struct incident_member *m, const struct json *v, void *at);

/* A date and time; CLOCK_NONE for empty text, and where none was given. */
NODISCARD int incident_member_read_time(struct incident_member_reader *r,
    const struct incident_member *m, const struct json *v, void *at);
void incident_member_print_time(
    struct jsonw *w, const struct incident_member *m, const void *at);

/* True or false; written if true. */
NODISCARD int incident_member_read_yes(struct incident_member_reader *r,
    const struct incident_member *m, const struct json *v, void *at);
void incident_member_print_yes(
    struct jsonw *w, const struct incident_member *m, const void *at);

/* True, false, or not said (-1). */
NODISCARD int incident_member_read_tristate(struct incident_member_reader *r,
    const struct incident_member *m, const struct json *v, void *at);
void incident_member_print_tristate(
    struct jsonw *w, const struct incident_member *m, const void *at);

/* A whole number from 0; INCIDENT_NO_NUMBER: none. */
NODISCARD int incident_member_read_whole(struct incident_member_reader *r,
    const struct incident_member *m, const struct json *v, void *at);
void incident_member_print_whole(
    struct jsonw *w, const struct incident_member *m, const void *at);

/* A number from min to max, perhaps as text; NAN: none. */
NODISCARD int incident_member_read_number(struct incident_member_reader *r,
    const struct incident_member *m, const struct json *v, void *at);
void incident_member_print_number(
    struct jsonw *w, const struct incident_member *m, const void *at);

/* A grade: text or a whole number; grade_no too.  at is the incident. */
NODISCARD int incident_member_read_grade(struct incident_member_reader *r,
    const struct incident_member *m, const struct json *v, void *at);
void incident_member_print_grade(
    struct jsonw *w, const struct incident_member *m, const void *at);

#endif /* INCIDENT_INCIDENT_MEMBER_H */
