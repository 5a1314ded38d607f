/*
 * incident_json: canonical JSON in and out, from one table.
 *
 * Each struct of the record has a table of its members, in the order in which
 * they are written: name, how to read, how to write, where in the struct.
 * Reading walks the JSON object once and finds each name in the table, starting
 * after the one found last, since sources write members in a settled order.
 * Reading and writing therefore know the same members, and a member is added
 * with one row (and one line in docs/incident.schema.json).
 * What each kind of member is in JSON is in incident_member.c.
 */
#include "agent/incident/incident.h"

#include <math.h>
#include <string.h>

#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/json.h"
#include "agent/base/jsonw.h"
#include "agent/incident/incident_member.h"

/* A struct that JSON objects are read into. */
struct shape {
	const struct incident_member *members;
	size_t member_count;
	size_t bytes;
	void (*init)(void *item);
	/* Takes a member that the table has not; NULL: it is passed over. */
	int (*other)(struct incident_member_reader *r, struct str name,
	    const struct json *v, void *item);
};

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

/* The member of that name; the search begins at *next and goes round. */
static const struct incident_member *
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
check_required(
    struct incident_member_reader *r, const struct shape *shape, uint64_t seen)
{
	size_t i;

	for (i = 0; i < shape->member_count; i++)
		if (shape->members[i].required && (seen >> i & 1) == 0)
			return incident_member_refuse(
			    r, shape->members[i].name, "is missing");
	return 0;
}

/* Read an object into item; members that the shape has not are passed over. */
static int
read_object(struct incident_member_reader *r, const struct shape *shape,
    const struct json *v, void *item)
{
	const struct json *value = NULL;
	const struct incident_member *m;
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
	const struct incident_member *m = shape->members;
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
check_list(struct incident_member_reader *r, const struct incident_member *m,
    const struct json *v, size_t max)
{
	if (json_kind(v) != JSON_KIND_ARRAY)
		return incident_member_refuse_kind(r, m->name, v, "a list");
	if (json_count(v) > max)
		return err_set(r->e, ERR_LIMIT, "%.*s has more than %zu items",
		    STR_ARG(m->name), max);
	return 0;
}

/* A list of objects, each read into shape->bytes; NULL on failure. */
static void *
read_objects(struct incident_member_reader *r, const struct incident_member *m,
    const struct json *v, const struct shape *shape, size_t max)
{
	struct incident_member_reader inner = *r;
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
			(void)incident_member_refuse_kind(
			    &inner, str_make("", 0), item, "an object");
			return NULL;
		}
		if (read_object(&inner, shape, item, items + i * shape->bytes))
			return NULL;
	}
	return items;
}

#define TEXT(field, type)                                                    \
	{                                                                    \
		STR_LIT(#field), incident_member_read_text,                  \
		    incident_member_print_text, offsetof(type, field), 0, 0, \
		    0, false                                                 \
	}
#define TIME(name, type, field)                                              \
	{                                                                    \
		STR_LIT(name), incident_member_read_time,                    \
		    incident_member_print_time, offsetof(type, field), 0, 0, \
		    0, false                                                 \
	}
#define WHOLE(field, type)                                                    \
	{                                                                     \
		STR_LIT(#field), incident_member_read_whole,                  \
		    incident_member_print_whole, offsetof(type, field), 0, 0, \
		    0, false                                                  \
	}
#define NUMBER(field, min, max, decimals)                                 \
	{                                                                 \
		STR_LIT(#field), incident_member_read_number,             \
		    incident_member_print_number,                         \
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

static const struct incident_member entry_members[] = {
	TIME("at", struct incident_entry, at_ms),
	TEXT(by, struct incident_entry),
	{ STR_LIT("text"), incident_member_read_text,
	    incident_member_print_text, offsetof(struct incident_entry, text),
	    0, 0, 0, true },
	WHOLE(seq, struct incident_entry),
};

static const struct shape entry_shape = { entry_members, COUNT(entry_members),
	sizeof(struct incident_entry), init_entry, NULL };

static int
read_log(struct incident_member_reader *r, const struct incident_member *m,
    const struct json *v, void *at)
{
	struct incident *in = at;

	in->log = read_objects(r, m, v, &entry_shape, INCIDENT_ENTRIES_MAX);
	in->log_count = json_count(v);
	return in->log != NULL ? 0 : -1;
}

/* A whole record shows its log even if empty. */
static void
print_log(struct jsonw *w, const struct incident_member *m, const void *at)
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

static const struct incident_member resource_members[] = {
	{ STR_LIT("callsign"), incident_member_read_text,
	    incident_member_print_text,
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
read_resources(struct incident_member_reader *r,
    const struct incident_member *m, const struct json *v, void *at)
{
	struct incident *in = at;

	in->resources =
	    read_objects(r, m, v, &resource_shape, INCIDENT_LIST_MAX);
	in->resource_count = json_count(v);
	return in->resources != NULL ? 0 : -1;
}

static void
print_resources(
    struct jsonw *w, const struct incident_member *m, const void *at)
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

static const struct incident_member informant_members[] = {
	TEXT(name, struct incident_informant),
	TEXT(phone, struct incident_informant),
	TEXT(address, struct incident_informant),
	{ STR_LIT("contact_ok"), incident_member_read_tristate,
	    incident_member_print_tristate,
	    offsetof(struct incident_informant, contact_ok), 0, 0, 0, false },
};

static const struct shape informant_shape = { informant_members,
	COUNT(informant_members), sizeof(struct incident_informant),
	init_informant, NULL };

static int
read_informant(struct incident_member_reader *r,
    const struct incident_member *m, const struct json *v, void *at)
{
	struct incident_member_reader inner = *r;

	if (json_kind(v) != JSON_KIND_OBJECT)
		return incident_member_refuse_kind(r, m->name, v, "an object");
	inner.inside = m->name.p;
	inner.index = INCIDENT_MEMBER_ALONE;
	return read_object(&inner, &informant_shape, v, at);
}

static void
print_informant(
    struct jsonw *w, const struct incident_member *m, const void *at)
{
	const struct incident_informant *informant = at;

	if (!informant->is_given)
		return;
	jsonw_key_str(w, m->name);
	print_object(w, &informant_shape, informant);
}

static int
read_vehicles(struct incident_member_reader *r, const struct incident_member *m,
    const struct json *v, void *at)
{
	struct incident_member_reader inner = *r;
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
			return incident_member_refuse_kind(
			    &inner, str_make("", 0), item, "text");
		vehicles[i] = arena_str(r->arena, json_text(item));
	}
	in->vehicles = vehicles;
	in->vehicle_count = json_count(v);
	return 0;
}

static void
print_vehicles(struct jsonw *w, const struct incident_member *m, const void *at)
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
take_extra(struct incident_member_reader *r, struct str name,
    const struct json *v, void *item)
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

static const struct incident_member incident_members[] = {
	{ STR_LIT("id"), incident_member_read_id, incident_member_print_text,
	    offsetof(struct incident, id), 0, 0, 0, true },
	{ STR_LIT("partial"), incident_member_read_yes,
	    incident_member_print_yes, offsetof(struct incident, partial), 0, 0,
	    0, false },
	WHOLE(revision, struct incident),
	TIME("opened_at", struct incident, opened_ms),
	TIME("updated_at", struct incident, updated_ms),
	TIME("closed_at", struct incident, closed_ms),
	TEXT(status, struct incident),
	{ STR_LIT("grade"), incident_member_read_grade,
	    incident_member_print_grade, 0, 0, 0, 0, false },
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
	struct incident_member_reader r = { arena, e, NULL,
		INCIDENT_MEMBER_ALONE, NULL, json_count(root) };

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
