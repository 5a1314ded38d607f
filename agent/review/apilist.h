/*
 * apilist: a list of the API, as JSON, CSV or GeoJSON, page by page.
 *
 * The resource names its parameters and columns once, and gives each row's
 * cells in their order, all of them, then apilist_row().  Which form is wanted
 * says the parameter format, else the field Accept.
 *
 *     JSON     {"items":[{column:value}],"next":"/v1/…" or null}
 *     CSV      RFC 4180, a line of names first, times in UTC; a text that a
 *              spreadsheet would take for a formula stands behind a "'"
 *     GeoJSON  RFC 7946, for lists with a point; "next" is a foreign member
 *
 * A page ends with where the next begins: "next" and, in every form, a Link
 * field (RFC 8288).  The cursor in it is opaque; one that was not made here for
 * this list is answered with 400.
 */
#ifndef REVIEW_APILIST_H
#define REVIEW_APILIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/jsonw.h"
#include "agent/base/own.h"
#include "agent/base/str.h"

struct err;
struct visit;

#define APILIST_PLACE_MAX 4

/* How a list is written. */
enum apilist_form {
	APILIST_JSON,
	APILIST_CSV,
	APILIST_GEOJSON
};

/* What a list is; all of it static. */
struct apilist_kind {
	const char *name;     /* of the file that a CSV is kept as */
	const char *look;     /* it shows personal data: recorded so, before the
	                     answer goes out; NULL: it does not */
	bool is_of_incidents; /* a row is one: those of a file are counted */
	const char *const *params;  /* beside after, limit, format; ends NULL */
	const char *const *columns; /* ends NULL */
	bool has_point;             /* the last two columns are lat and lon */
	size_t place_count;         /* numbers that say where a row stands */
};

/* A list being asked for and written. */
struct apilist {
	struct visit *v;
	const struct apilist_kind *kind;
	enum apilist_form form;
	int64_t limit; /* rows of the page */
	bool is_begun; /* the page begins behind after */
	int64_t after[APILIST_PLACE_MAX];
	/* Being written: */
	struct jsonw w;
	size_t column, row_count;
	int64_t counted; /* rows given to apilist_counts() */
	bool has_more;
	double lat, lon;
	int64_t last[APILIST_PLACE_MAX];
};

/*
 * Read what is asked for: 0, or -1 if it was answered why not (400: an unknown
 * parameter or form, a bad cursor or limit).
 */
NODISCARD int apilist_read(
    struct apilist *l, struct visit *v, const struct apilist_kind *kind);

/*
 * A time parameter, RFC 3339, or a date, which is its first moment in London:
 * 0 and *ms, which stays as it is if it is not given; or -1, answered.
 */
NODISCARD int apilist_time(struct apilist *l, const char *name, int64_t *ms);

/* A parameter of 1 byte at least; else absent. */
struct str apilist_param(const struct apilist *l, const char *name);

/* How many rows to read: one more than the page has, to know if there are. */
int64_t apilist_wanted(const struct apilist *l);

/*
 * Answer a list whole.  read, or NULL, reads what is asked for beside the
 * common parameters: 0, or -1 if it was answered why not.  fill gives the rows:
 * 0, or -1 if the store failed.  Both are called with user.
 */
void apilist_answer(struct visit *v, const struct apilist_kind *kind,
    int (*read)(void *user, struct apilist *l),
    int (*fill)(void *user, struct apilist *l, struct err *e), void *user);

/*
 * The next row of a list whose place is its number, place_count 1: is it to be
 * written?  Then apilist_row_counted() ends it.
 */
bool apilist_counts(struct apilist *l);
void apilist_row_counted(struct apilist *l);

/* How many rows of such a list to read from its start. */
int64_t apilist_wanted_counted(const struct apilist *l);

/* A parameter that is one word of words, ended by NULL: its number, 0 if it is
 * not given; or -1, answered. */
NODISCARD int apilist_choice(
    const struct apilist *l, const char *name, const char *const *words);

/* Begin the answer. */
void apilist_begin(struct apilist *l);

/* Is there room for a row?  If not, it is the next page's: give no cells. */
bool apilist_has_room(struct apilist *l);

/* The next cell.  Absent, CLOCK_NONE and NAN are null, or empty. */
void apilist_str(struct apilist *l, struct str s);
void apilist_text(struct apilist *l, const char *s);
void apilist_int(struct apilist *l, int64_t n);
void apilist_real(struct apilist *l, double x, int decimals);
void apilist_bool(struct apilist *l, bool b);
void apilist_time_ms(struct apilist *l, int64_t ms);
void apilist_none(struct apilist *l);

/* The next cell: a number that is only there if it is positive. */
void apilist_id(struct apilist *l, int64_t id);

/* The next cell: a month, "2026-11". */
void apilist_month(struct apilist *l, int year, int month);

/* The next cell: words with commas between, in JSON an array. */
void apilist_words(struct apilist *l, struct str words);

/* The next cell: JSON of ours, in CSV its text. */
void apilist_json(struct apilist *l, struct str json);

/* The last two cells of a list with a point, in degrees. */
void apilist_point(struct apilist *l, double lat, double lon);

/* The row is whole; place has the kind's place_count numbers. */
void apilist_row(struct apilist *l, const int64_t *place);

/*
 * End the rows.  In JSON more members may be written to what it returns, NULL
 * in other forms.
 */
struct jsonw *apilist_end_rows(struct apilist *l);

/* End the answer, and record the look. */
void apilist_end(struct apilist *l);

#endif /* REVIEW_APILIST_H */
