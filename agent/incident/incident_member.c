/*
 * incident_member: a reader and a writer for each kind of member.
 *
 * Numbers and times that come as empty text are taken as not given: exports
 * from spreadsheets and older systems write "" for what they do not have, and
 * a call about a crime in progress is not set aside for that.
 */
#include "agent/incident/incident_member.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/json.h"
#include "agent/base/jsonw.h"
#include "agent/incident/incident.h"
#include "agent/incident/quote.h"

#define WHOLE_MAX 9007199254740991 /* 2^53 - 1: exact in every JSON reader */

int
incident_member_refuse(
    struct incident_member_reader *r, struct str name, const char *fmt, ...)
{
	char what[160];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	if (r->inside == NULL)
		return err_set(
		    r->e, ERR_INVALID, "%.*s %s", STR_ARG(name), what);
	if (r->index == INCIDENT_MEMBER_ALONE)
		return err_set(r->e, ERR_INVALID, "%s.%.*s %s", r->inside,
		    STR_ARG(name), what);
	return err_set(r->e, ERR_INVALID, "%s[%zu]%s%.*s %s", r->inside,
	    r->index, name.len > 0 ? "." : "", STR_ARG(name), what);
}

int
incident_member_refuse_kind(struct incident_member_reader *r, struct str name,
    const struct json *v, const char *expected)
{
	return incident_member_refuse(
	    r, name, "is %s, not %s", json_kind_name(json_kind(v)), expected);
}

int
incident_member_read_text(struct incident_member_reader *r,
    const struct incident_member *m, const struct json *v, void *at)
{
	struct str *s = at;

	if (json_kind(v) != JSON_KIND_TEXT)
		return incident_member_refuse_kind(r, m->name, v, "text");
	*s = arena_str(r->arena, json_text(v));
	return 0;
}

void
incident_member_print_text(
    struct jsonw *w, const struct incident_member *m, const void *at)
{
	const struct str *s = at;

	if (!str_is_given(*s))
		return;
	jsonw_key_str(w, m->name);
	jsonw_str(w, *s);
}

/* A C0 or C1 control character or DEL (U+0080 to U+009F are C2 80 to C2 9F). */
static bool
has_control(struct str s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	size_t i;

	for (i = 0; i < s.len; i++) {
		if (p[i] < ' ' || p[i] == 0x7f)
			return true;
		if (p[i] == 0xc2 && i + 1 < s.len && p[i + 1] < 0xa0)
			return true;
	}
	return false;
}

int
incident_member_read_id(struct incident_member_reader *r,
    const struct incident_member *m, const struct json *v, void *at)
{
	struct str s = json_text(v);

	if (json_kind(v) != JSON_KIND_TEXT)
		return incident_member_refuse_kind(r, m->name, v, "text");
	if (s.len == 0)
		return incident_member_refuse(r, m->name, "is empty");
	if (s.len > INCIDENT_ID_MAX)
		return err_set(r->e, ERR_LIMIT,
		    "id is longer than %d bytes (%zu)", INCIDENT_ID_MAX, s.len);
	if (has_control(s))
		return incident_member_refuse(
		    r, m->name, "has a control character in it");
	return incident_member_read_text(r, m, v, at);
}

int
incident_member_read_time(struct incident_member_reader *r,
    const struct incident_member *m, const struct json *v, void *at)
{
	char quoted[QUOTE_TEXT_MAX];
	struct str s = json_text(v);
	int64_t *ms = at;

	if (json_kind(v) != JSON_KIND_TEXT)
		return incident_member_refuse_kind(
		    r, m->name, v, "a date and time");
	if (s.len == 0 || clock_parse(s, ms))
		return 0;
	return incident_member_refuse(r, m->name,
	    "is not a date and time: \"%s\"", quote_value(s, quoted));
}

void
incident_member_print_time(
    struct jsonw *w, const struct incident_member *m, const void *at)
{
	const int64_t *ms = at;

	if (*ms == CLOCK_NONE)
		return;
	jsonw_key_str(w, m->name);
	jsonw_time(w, *ms);
}

int
incident_member_read_yes(struct incident_member_reader *r,
    const struct incident_member *m, const struct json *v, void *at)
{
	bool *yes = at;

	if (json_kind(v) != JSON_KIND_BOOL)
		return incident_member_refuse_kind(
		    r, m->name, v, "true or false");
	*yes = json_is_true(v);
	return 0;
}

void
incident_member_print_yes(
    struct jsonw *w, const struct incident_member *m, const void *at)
{
	const bool *yes = at;

	if (!*yes)
		return;
	jsonw_key_str(w, m->name);
	jsonw_bool(w, true);
}

int
incident_member_read_tristate(struct incident_member_reader *r,
    const struct incident_member *m, const struct json *v, void *at)
{
	bool yes = false;
	int *answer = at;

	if (incident_member_read_yes(r, m, v, &yes) != 0)
		return -1;
	*answer = yes ? 1 : 0;
	return 0;
}

void
incident_member_print_tristate(
    struct jsonw *w, const struct incident_member *m, const void *at)
{
	const int *answer = at;

	if (*answer < 0)
		return;
	jsonw_key_str(w, m->name);
	jsonw_bool(w, *answer > 0);
}

/*
 * A whole number, also if written 3.0, which JSON Schema calls an integer too.
 * Returns false if v is none or outside plus or minus WHOLE_MAX.
 */
static bool
is_whole(const struct json *v, int64_t *out)
{
	double d = json_number(v);

	if (!(fabs(d) <= (double)WHOLE_MAX) || d != floor(d))
		return false;
	*out = json_kind(v) == JSON_KIND_INT ? json_int(v) : (int64_t)d;
	return true;
}

int
incident_member_read_whole(struct incident_member_reader *r,
    const struct incident_member *m, const struct json *v, void *at)
{
	int64_t *n = at;
	int64_t value = 0;

	if (isnan(json_number(v)))
		return incident_member_refuse_kind(
		    r, m->name, v, "a whole number");
	if (!is_whole(v, &value) || value < 0)
		return incident_member_refuse(
		    r, m->name, "is not a whole number from 0 to 2^53 - 1");
	*n = value;
	return 0;
}

void
incident_member_print_whole(
    struct jsonw *w, const struct incident_member *m, const void *at)
{
	const int64_t *n = at;

	if (*n == INCIDENT_NO_NUMBER)
		return;
	jsonw_key_str(w, m->name);
	jsonw_int(w, *n);
}

/* "51.7", "-0.4": digits with at most one point and a sign, nothing else. */
static bool
is_number_text(struct str s, double *out)
{
	char text[32];
	size_t i, digits = 0, points = 0;

	if (s.len >= sizeof(text))
		return false;
	for (i = 0; i < s.len; i++) {
		bool sign = i == 0 && (s.p[i] == '-' || s.p[i] == '+');

		digits += s.p[i] >= '0' && s.p[i] <= '9';
		points += s.p[i] == '.';
		if (!sign && s.p[i] != '.' && (s.p[i] < '0' || s.p[i] > '9'))
			return false;
	}
	if (digits == 0 || points > 1)
		return false;
	memcpy(text, s.p, s.len);
	text[s.len] = '\0';
	*out = strtod(text, NULL);
	return true;
}

int
incident_member_read_number(struct incident_member_reader *r,
    const struct incident_member *m, const struct json *v, void *at)
{
	char quoted[QUOTE_TEXT_MAX];
	struct str s = json_text(v);
	double *number = at;
	double value = json_number(v);

	if (json_kind(v) == JSON_KIND_TEXT) {
		if (s.len == 0)
			return 0;
		if (!is_number_text(s, &value))
			return incident_member_refuse(r, m->name,
			    "is not a number: \"%s\"", quote_value(s, quoted));
	} else if (isnan(value)) {
		return incident_member_refuse_kind(r, m->name, v, "a number");
	}
	if (!(value >= m->min && value <= m->max))
		return incident_member_refuse(r, m->name,
		    "is %g, which is not within %g to %g", value, m->min,
		    m->max);
	*number = value;
	return 0;
}

void
incident_member_print_number(
    struct jsonw *w, const struct incident_member *m, const void *at)
{
	const double *number = at;

	if (isnan(*number))
		return;
	jsonw_key_str(w, m->name);
	jsonw_real(w, *number, m->decimals);
}

/* Grade: text or a whole number.  Fills grade and, beside it, grade_no. */
int
incident_member_read_grade(struct incident_member_reader *r,
    const struct incident_member *m, const struct json *v, void *at)
{
	struct incident *in = at;
	int64_t n = 0;

	if (json_kind(v) == JSON_KIND_TEXT) {
		in->grade = arena_str(r->arena, json_text(v));
	} else if (isnan(json_number(v))) {
		return incident_member_refuse_kind(
		    r, m->name, v, "a number or text");
	} else if (!is_whole(v, &n) || n < 0 || n > 999999999) {
		return incident_member_refuse(r, m->name, "is not a grade");
	} else {
		in->grade = arena_strf(r->arena, "%lld", (long long)n);
	}
	in->grade_no = incident_grade_number(in->grade);
	return 0;
}

/* As a number if it reads back as the same text. */
void
incident_member_print_grade(
    struct jsonw *w, const struct incident_member *m, const void *at)
{
	const struct incident *in = at;
	struct str s = in->grade;

	if (!str_is_given(s))
		return;
	jsonw_key_str(w, m->name);
	if (in->grade_no != INCIDENT_NO_NUMBER && s.p[0] != ' ' &&
	    (s.p[0] != '0' || s.len == 1) && s.p[s.len - 1] > ' ')
		jsonw_int(w, in->grade_no);
	else
		jsonw_str(w, s);
}
