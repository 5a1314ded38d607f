/*
 * incident_json: canonical JSON in and out, from one table.
 *
 * Each struct of the record has a table of its members, in the order in which
 * they are written: name, how to read, how to write, where in the struct.
 * Reading walks the JSON object once and finds each name in the table, starting
 * after the one found last, since sources write members in a settled order.
 * Reading and writing therefore know the same members, and a member is added
 * with one row (and one line in docs/incident.schema.json).
 *
 * Numbers and times that come as empty text are taken as not given: exports
 * from spreadsheets and older systems write "" for what they do not have, and
 * a call about a crime in progress is not set aside for that.
 */
#include "agent/incident/incident.h"

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
#include "agent/incident/quote.h"

#define WHOLE_MAX 9007199254740991 /* 2^53 - 1: exact in every JSON reader */
#define ALONE     ((size_t)-1)     /* an object that stands in no list */

/* Where reading stands, for messages, and what it may use. */
struct reader {
	struct arena *arena;
	struct err *e;
	const char *inside; /* the list or object we are in, or NULL */
	size_t index;       /* item of that list, or ALONE */
	struct incident_extra *extras;
	size_t extra_max; /* what extras has room for */
};

/* One member of one struct.  at points to the member, as do its readers'. */
struct member {
	struct str name;
	int (*read)(struct reader *r, const struct member *m,
	    const struct json *v, void *at);
	void (*print)(struct jsonw *w, const struct member *m, const void *at);
	size_t offset;
	double min, max; /* of a number */
	int decimals;    /* of a number when written */
	bool required;
};

/* A struct that JSON objects are read into. */
struct shape {
	const struct member *members;
	size_t member_count;
	size_t bytes;
	void (*init)(void *item);
	/* Takes a member that the table has not; NULL: it is passed over. */
	int (*other)(struct reader *r, struct str name, const struct json *v,
	    void *item);
};

/* Say what was found wrong with the member name; returns -1. */
__attribute__((format(printf, 3, 4))) static int
refuse(struct reader *r, struct str name, const char *fmt, ...)
{
	char what[160];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	if (r->inside == NULL)
		return err_set(
		    r->e, ERR_INVALID, "%.*s %s", STR_ARG(name), what);
	if (r->index == ALONE)
		return err_set(r->e, ERR_INVALID, "%s.%.*s %s", r->inside,
		    STR_ARG(name), what);
	return err_set(r->e, ERR_INVALID, "%s[%zu]%s%.*s %s", r->inside,
	    r->index, name.len > 0 ? "." : "", STR_ARG(name), what);
}

static int
refuse_kind(struct reader *r, struct str name, const struct json *v,
    const char *expected)
{
	return refuse(
	    r, name, "is %s, not %s", json_kind_name(json_kind(v)), expected);
}

static int
read_text(
    struct reader *r, const struct member *m, const struct json *v, void *at)
{
	struct str *s = at;

	if (json_kind(v) != JSON_KIND_TEXT)
		return refuse_kind(r, m->name, v, "text");
	*s = arena_str(r->arena, json_text(v));
	return 0;
}

static void
print_text(struct jsonw *w, const struct member *m, const void *at)
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

static int
read_id(
    struct reader *r, const struct member *m, const struct json *v, void *at)
{
	struct str s = json_text(v);

	if (json_kind(v) != JSON_KIND_TEXT)
		return refuse_kind(r, m->name, v, "text");
	if (s.len == 0)
		return refuse(r, m->name, "is empty");
	if (s.len > INCIDENT_ID_MAX)
		return err_set(r->e, ERR_LIMIT,
		    "id is longer than %d bytes (%zu)", INCIDENT_ID_MAX, s.len);
	if (has_control(s))
		return refuse(r, m->name, "has a control character in it");
	return read_text(r, m, v, at);
}

static int
read_time(
    struct reader *r, const struct member *m, const struct json *v, void *at)
{
	char quoted[QUOTE_TEXT_MAX];
	struct str s = json_text(v);
	int64_t *ms = at;

	if (json_kind(v) != JSON_KIND_TEXT)
		return refuse_kind(r, m->name, v, "a date and time");
	if (s.len == 0 || clock_parse(s, ms))
		return 0;
	return refuse(r, m->name, "is not a date and time: \"%s\"",
	    quote_value(s, quoted));
}

static void
print_time(struct jsonw *w, const struct member *m, const void *at)
{
	const int64_t *ms = at;

	if (*ms == CLOCK_NONE)
		return;
	jsonw_key_str(w, m->name);
	jsonw_time(w, *ms);
}

static int
read_yes(
    struct reader *r, const struct member *m, const struct json *v, void *at)
{
	bool *yes = at;

	if (json_kind(v) != JSON_KIND_BOOL)
		return refuse_kind(r, m->name, v, "true or false");
	*yes = json_is_true(v);
	return 0;
}

static void
print_yes(struct jsonw *w, const struct member *m, const void *at)
{
	const bool *yes = at;

	if (!*yes)
		return;
	jsonw_key_str(w, m->name);
	jsonw_bool(w, true);
}

static int
read_tristate(
    struct reader *r, const struct member *m, const struct json *v, void *at)
{
	bool yes = false;
	int *answer = at;

	if (read_yes(r, m, v, &yes) != 0)
		return -1;
	*answer = yes ? 1 : 0;
	return 0;
}

static void
print_tristate(struct jsonw *w, const struct member *m, const void *at)
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

static int
read_whole(
    struct reader *r, const struct member *m, const struct json *v, void *at)
{
	int64_t *n = at;
	int64_t value = 0;

	if (isnan(json_number(v)))
		return refuse_kind(r, m->name, v, "a whole number");
	if (!is_whole(v, &value) || value < 0)
		return refuse(
		    r, m->name, "is not a whole number from 0 to 2^53 - 1");
	*n = value;
	return 0;
}

static void
print_whole(struct jsonw *w, const struct member *m, const void *at)
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

static int
read_number(
    struct reader *r, const struct member *m, const struct json *v, void *at)
{
	char quoted[QUOTE_TEXT_MAX];
	struct str s = json_text(v);
	double *number = at;
	double value = json_number(v);

	if (json_kind(v) == JSON_KIND_TEXT) {
		if (s.len == 0)
			return 0;
		if (!is_number_text(s, &value))
			return refuse(r, m->name, "is not a number: \"%s\"",
			    quote_value(s, quoted));
	} else if (isnan(value)) {
		return refuse_kind(r, m->name, v, "a number");
	}
	if (!(value >= m->min && value <= m->max))
		return refuse(r, m->name, "is %g, which is not within %g to %g",
		    value, m->min, m->max);
	*number = value;
	return 0;
}

static void
print_number(struct jsonw *w, const struct member *m, const void *at)
{
	const double *number = at;

	if (isnan(*number))
		return;
	jsonw_key_str(w, m->name);
	jsonw_real(w, *number, m->decimals);
}

int64_t
incident_grade_number(struct str s)
{
	int64_t n = 0;
	size_t i;

	s = str_trim(s);
	if (s.len == 0 || s.len > 9)
		return INCIDENT_NO_NUMBER;
	for (i = 0; i < s.len; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return INCIDENT_NO_NUMBER;
		n = n * 10 + (s.p[i] - '0');
	}
	return n;
}

/* Grade: text or a whole number.  Fills grade and, beside it, grade_no. */
static int
read_grade(
    struct reader *r, const struct member *m, const struct json *v, void *at)
{
	struct incident *in = at;
	int64_t n = 0;

	if (json_kind(v) == JSON_KIND_TEXT) {
		in->grade = arena_str(r->arena, json_text(v));
	} else if (isnan(json_number(v))) {
		return refuse_kind(r, m->name, v, "a number or text");
	} else if (!is_whole(v, &n) || n < 0 || n > 999999999) {
		return refuse(r, m->name, "is not a grade");
	} else {
		in->grade = arena_strf(r->arena, "%lld", (long long)n);
	}
	in->grade_no = incident_grade_number(in->grade);
	return 0;
}

/* As a number if it reads back as the same text. */
static void
print_grade(struct jsonw *w, const struct member *m, const void *at)
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

/* The member of that name; the search begins at *next and goes round. */
static const struct member *
find_member(const struct shape *shape, struct str name, size_t *next)
{
	size_t i, n = shape->member_count;

	for (i = 0; i < n; i++) {
		size_t k = *next + i < n ? *next + i : *next + i - n;

		if (!str_is_equal(shape->members[k].name, name))
			continue;
		*next = k + 1;
		return &shape->members[k];
	}
	return NULL;
}

static int
check_required(struct reader *r, const struct shape *shape, uint64_t seen)
{
	size_t i;

	for (i = 0; i < shape->member_count; i++)
		if (shape->members[i].required && (seen >> i & 1) == 0)
			return refuse(r, shape->members[i].name, "is missing");
	return 0;
}

/* Read an object into item; members that the shape has not are passed over. */
static int
read_object(struct reader *r, const struct shape *shape, const struct json *v,
    void *item)
{
	const struct json *value = NULL;
	const struct member *m;
	struct str name = { NULL, 0 };
	size_t at = 0;
	size_t next = 0;
	uint64_t seen = 0;

	shape->init(item);
	while (json_next_member(v, &at, &name, &value)) {
		m = find_member(shape, name, &next);
		if (json_kind(value) == JSON_KIND_NULL)
			continue;
		if (m == NULL) {
			if (shape->other != NULL &&
			    shape->other(r, name, value, item) != 0)
				return -1;
			continue;
		}
		seen |= UINT64_C(1) << (m - shape->members);
		if (m->read(r, m, value, (char *)item + m->offset) != 0)
			return -1;
	}
	return check_required(r, shape, seen);
}

static void
print_members(struct jsonw *w, const struct shape *shape, const void *item)
{
	const struct member *m = shape->members;
	size_t i;

	for (i = 0; i < shape->member_count; i++)
		m[i].print(w, &m[i], (const char *)item + m[i].offset);
}

static void
print_object(struct jsonw *w, const struct shape *shape, const void *item)
{
	jsonw_object(w);
	print_members(w, shape, item);
	jsonw_close(w);
}

/* Refuse v unless it is a list of at most max items. */
static int
check_list(
    struct reader *r, const struct member *m, const struct json *v, size_t max)
{
	if (json_kind(v) != JSON_KIND_ARRAY)
		return refuse_kind(r, m->name, v, "a list");
	if (json_count(v) > max)
		return err_set(r->e, ERR_LIMIT, "%.*s has more than %zu items",
		    STR_ARG(m->name), max);
	return 0;
}

/* A list of objects, each read into shape->bytes; NULL on failure. */
static void *
read_objects(struct reader *r, const struct member *m, const struct json *v,
    const struct shape *shape, size_t max)
{
	struct reader inner = *r;
	const struct json *item;
	size_t i, n = json_count(v);
	char *items;

	if (check_list(r, m, v, max) != 0)
		return NULL;
	items = arena_alloc(r->arena, n + 1, shape->bytes);
	inner.inside = m->name.p;
	for (i = 0; i < n; i++) {
		item = json_item(v, i);
		inner.index = i;
		if (json_kind(item) != JSON_KIND_OBJECT) {
			(void)refuse_kind(
			    &inner, str_make("", 0), item, "an object");
			return NULL;
		}
		if (read_object(&inner, shape, item, items + i * shape->bytes))
			return NULL;
	}
	return items;
}

#define TEXT(field, type)                                                      \
	{                                                                      \
		STR_LIT(#field), read_text, print_text, offsetof(type, field), \
		    0, 0, 0, false                                             \
	}
#define TIME(name, type, field)                                              \
	{                                                                    \
		STR_LIT(name), read_time, print_time, offsetof(type, field), \
		    0, 0, 0, false                                           \
	}
#define WHOLE(field, type)                                \
	{                                                 \
		STR_LIT(#field), read_whole, print_whole, \
		    offsetof(type, field), 0, 0, 0, false \
	}
#define NUMBER(field, min, max, decimals)                                 \
	{                                                                 \
		STR_LIT(#field), read_number, print_number,               \
		    offsetof(struct incident, field), min, max, decimals, \
		    false                                                 \
	}
#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static void
init_entry(void *item)
{
	struct incident_entry *entry = item;

	entry->at_ms = CLOCK_NONE;
	entry->seq = INCIDENT_NO_NUMBER;
}

static const struct member entry_members[] = {
	TIME("at", struct incident_entry, at_ms),
	TEXT(by, struct incident_entry),
	{ STR_LIT("text"), read_text, print_text,
	    offsetof(struct incident_entry, text), 0, 0, 0, true },
	WHOLE(seq, struct incident_entry),
};

static const struct shape entry_shape = { entry_members, COUNT(entry_members),
	sizeof(struct incident_entry), init_entry, NULL };

static int
read_log(
    struct reader *r, const struct member *m, const struct json *v, void *at)
{
	struct incident *in = at;

	in->log = read_objects(r, m, v, &entry_shape, INCIDENT_ENTRIES_MAX);
	in->log_count = json_count(v);
	return in->log != NULL ? 0 : -1;
}

/* A whole record shows its log even if empty. */
static void
print_log(struct jsonw *w, const struct member *m, const void *at)
{
	const struct incident *in = at;
	size_t i;

	if (in->log_count == 0 && in->partial)
		return;
	jsonw_key_str(w, m->name);
	jsonw_array(w);
	for (i = 0; i < in->log_count; i++)
		print_object(w, &entry_shape, &in->log[i]);
	jsonw_close(w);
}

static void
init_resource(void *item)
{
	struct incident_resource *resource = item;

	resource->allocated_ms = CLOCK_NONE;
	resource->enroute_ms = CLOCK_NONE;
	resource->arrived_ms = CLOCK_NONE;
	resource->cleared_ms = CLOCK_NONE;
}

static const struct member resource_members[] = {
	{ STR_LIT("callsign"), read_text, print_text,
	    offsetof(struct incident_resource, callsign), 0, 0, 0, true },
	TIME("allocated_at", struct incident_resource, allocated_ms),
	TIME("enroute_at", struct incident_resource, enroute_ms),
	TIME("arrived_at", struct incident_resource, arrived_ms),
	TIME("cleared_at", struct incident_resource, cleared_ms),
};

static const struct shape resource_shape = { resource_members,
	COUNT(resource_members), sizeof(struct incident_resource),
	init_resource, NULL };

static int
read_resources(
    struct reader *r, const struct member *m, const struct json *v, void *at)
{
	struct incident *in = at;

	in->resources =
	    read_objects(r, m, v, &resource_shape, INCIDENT_LIST_MAX);
	in->resource_count = json_count(v);
	return in->resources != NULL ? 0 : -1;
}

static void
print_resources(struct jsonw *w, const struct member *m, const void *at)
{
	const struct incident *in = at;
	size_t i;

	if (in->resource_count == 0)
		return;
	jsonw_key_str(w, m->name);
	jsonw_array(w);
	for (i = 0; i < in->resource_count; i++)
		print_object(w, &resource_shape, &in->resources[i]);
	jsonw_close(w);
}

static void
init_informant(void *item)
{
	struct incident_informant *informant = item;

	informant->is_given = true;
	informant->contact_ok = -1;
}

static const struct member informant_members[] = {
	TEXT(name, struct incident_informant),
	TEXT(phone, struct incident_informant),
	TEXT(address, struct incident_informant),
	{ STR_LIT("contact_ok"), read_tristate, print_tristate,
	    offsetof(struct incident_informant, contact_ok), 0, 0, 0, false },
};

static const struct shape informant_shape = { informant_members,
	COUNT(informant_members), sizeof(struct incident_informant),
	init_informant, NULL };

static int
read_informant(
    struct reader *r, const struct member *m, const struct json *v, void *at)
{
	struct reader inner = *r;

	if (json_kind(v) != JSON_KIND_OBJECT)
		return refuse_kind(r, m->name, v, "an object");
	inner.inside = m->name.p;
	inner.index = ALONE;
	return read_object(&inner, &informant_shape, v, at);
}

static void
print_informant(struct jsonw *w, const struct member *m, const void *at)
{
	const struct incident_informant *informant = at;

	if (!informant->is_given)
		return;
	jsonw_key_str(w, m->name);
	print_object(w, &informant_shape, informant);
}

static int
read_vehicles(
    struct reader *r, const struct member *m, const struct json *v, void *at)
{
	struct reader inner = *r;
	struct incident *in = at;
	const struct json *item;
	struct str *vehicles;
	size_t i;

	if (check_list(r, m, v, INCIDENT_LIST_MAX) != 0)
		return -1;
	vehicles = arena_alloc(r->arena, json_count(v) + 1, sizeof(*vehicles));
	inner.inside = m->name.p;
	for (i = 0; i < json_count(v); i++) {
		item = json_item(v, i);
		inner.index = i;
		if (json_kind(item) != JSON_KIND_TEXT)
			return refuse_kind(
			    &inner, str_make("", 0), item, "text");
		vehicles[i] = arena_str(r->arena, json_text(item));
	}
	in->vehicles = vehicles;
	in->vehicle_count = json_count(v);
	return 0;
}

static void
print_vehicles(struct jsonw *w, const struct member *m, const void *at)
{
	const struct incident *in = at;
	size_t i;

	if (in->vehicle_count == 0)
		return;
	jsonw_key_str(w, m->name);
	jsonw_array(w);
	for (i = 0; i < in->vehicle_count; i++)
		jsonw_str(w, in->vehicles[i]);
	jsonw_close(w);
}

/* Members that only the labelled corpus has. */
static bool
is_label(struct str name)
{
	static const char *const labels[] = { "labels", "vrms", "setting",
		"hard", "why" };
	size_t i;

	for (i = 0; i < COUNT(labels); i++)
		if (str_is(name, labels[i]))
			return true;
	return false;
}

static int
take_extra(struct reader *r, struct str name, const struct json *v, void *item)
{
	AUTO(buf_clear) struct buf json = { NULL, 0, 0 };
	struct incident *in = item;
	struct incident_extra *extra;

	if (is_label(name))
		return 0;
	if (in->extra_count >= INCIDENT_LIST_MAX)
		return err_set(r->e, ERR_LIMIT,
		    "there are more than %d unknown members",
		    INCIDENT_LIST_MAX);
	if (r->extras == NULL)
		r->extras =
		    arena_alloc(r->arena, r->extra_max, sizeof(*r->extras));
	json_print(v, &json);
	extra = &r->extras[in->extra_count++];
	extra->name = arena_str(r->arena, name);
	extra->json = arena_str(r->arena, buf_str(&json));
	in->extras = r->extras;
	return 0;
}

static void
init_incident(void *item)
{
	incident_init(item);
}

static const struct member incident_members[] = {
	{ STR_LIT("id"), read_id, print_text, offsetof(struct incident, id), 0,
	    0, 0, true },
	{ STR_LIT("partial"), read_yes, print_yes,
	    offsetof(struct incident, partial), 0, 0, 0, false },
	WHOLE(revision, struct incident),
	TIME("opened_at", struct incident, opened_ms),
	TIME("updated_at", struct incident, updated_ms),
	TIME("closed_at", struct incident, closed_ms),
	TEXT(status, struct incident),
	{ STR_LIT("grade"), read_grade, print_grade, 0, 0, 0, 0, false },
	TEXT(opening_code, struct incident),
	TEXT(closing_code, struct incident),
	TEXT(crime_no, struct incident),
	TEXT(location_text, struct incident),
	NUMBER(lat, -90, 90, 9),
	NUMBER(lon, -180, 180, 9),
	NUMBER(easting, 0, 700000, 3),
	NUMBER(northing, 0, 1300000, 3),
	NUMBER(accuracy_m, 0, 1000000, 3),
	TEXT(district, struct incident),
	TEXT(beat, struct incident),
	{ STR_LIT("log"), read_log, print_log, 0, 0, 0, 0, false },
	{ STR_LIT("informant"), read_informant, print_informant,
	    offsetof(struct incident, informant), 0, 0, 0, false },
	{ STR_LIT("vehicles"), read_vehicles, print_vehicles, 0, 0, 0, 0,
	    false },
	{ STR_LIT("resources"), read_resources, print_resources, 0, 0, 0, 0,
	    false },
};

_Static_assert(COUNT(incident_members) <= 64, "a bit each in read_object");

static const struct shape incident_shape = { incident_members,
	COUNT(incident_members), sizeof(struct incident), init_incident,
	take_extra };

/* What no single member can tell. */
static int
check_incident(const struct incident *in, struct err *e)
{
	if (isnan(in->lat) != isnan(in->lon))
		return err_set(e, ERR_INVALID, "%s is missing beside %s",
		    isnan(in->lat) ? "lat" : "lon",
		    isnan(in->lat) ? "lon" : "lat");
	if (isnan(in->easting) != isnan(in->northing))
		return err_set(e, ERR_INVALID, "%s is missing beside %s",
		    isnan(in->easting) ? "easting" : "northing",
		    isnan(in->easting) ? "northing" : "easting");
	if (!in->partial && in->opened_ms == CLOCK_NONE)
		return err_set(e, ERR_INVALID,
		    "opened_at is missing (only a partial message may do "
		    "without)");
	return 0;
}

int
incident_decode(const struct json *root, struct arena *arena,
    struct incident *out, struct err *e)
{
	struct reader r = { arena, e, NULL, ALONE, NULL, json_count(root) };

	if (json_kind(root) != JSON_KIND_OBJECT)
		return err_set(e, ERR_INVALID,
		    "an incident is an object, not %s",
		    json_kind_name(json_kind(root)));
	if (read_object(&r, &incident_shape, root, out) != 0)
		return -1;
	return check_incident(out, e);
}

int
incident_parse(
    struct str text, struct arena *arena, struct incident *out, struct err *e)
{
	AUTO(json_free) struct json *root = NULL;
	struct json_place where = { 0, 0, 0 };

	if (text.len > INCIDENT_BYTES_MAX)
		return err_set(e, ERR_LIMIT,
		    "the message is longer than %d bytes (%zu)",
		    INCIDENT_BYTES_MAX, text.len);
	if (json_parse(text, &root, &where, e) != 0)
		return err_wrap(
		    e, "line %d column %d", where.line, where.column);
	return incident_decode(root, arena, out, e);
}

void
incident_print(const struct incident *in, struct buf *out)
{
	struct jsonw w;
	size_t i;

	jsonw_init(&w, out);
	jsonw_object(&w);
	print_members(&w, &incident_shape, in);
	for (i = 0; i < in->extra_count; i++) {
		jsonw_key_str(&w, in->extras[i].name);
		jsonw_raw(&w, in->extras[i].json);
	}
	jsonw_close(&w);
}
