/*
 * edition: from GeoJSON features to polygons, one feature at a time.
 *
 * The properties of published files are called many things, so each thing we
 * need has a table of the names it goes by.  A class that is not in the tables
 * is an error and not "urban": a file with a new classification must be looked
 * at by a person.
 */
#include "agent/geo/edition.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/err.h"
#include "agent/base/json.h"
#include "agent/geo/features.h"
#include "agent/geo/shape.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *const code_names[] = { "lsoa_code", "LSOA21CD", "LSOA11CD",
	"OA21CD", "OA11CD", "MSOA21CD", "MSOA11CD", "area_code", "geo_code",
	"geography_code", "code" };

static const char *const district_names[] = { "lad_name", "LAD25NM", "LAD24NM",
	"LAD23NM", "LAD22NM", "LAD21NM", "LAD20NM", "LAD19NM", "LAD11NM",
	"district", "district_name" };

static const char *const class_names[] = { "RUC21CD", "RUC11CD", "ruc_code",
	"ruc21_code", "ruc11_code", "RU11IND", "RUC21", "RUC11", "RUC21NM",
	"RUC11NM", "ruc_name", "Urban_rural_flag", "rural_urban", "is_rural",
	"rural" };

/*
 * What the values say.  Codes of the Rural-Urban Classification of 2011 (GSS)
 * and 2021 (ONS, final 2025), the beginnings of their names, and yes and no.
 */
static const struct {
	const char *text;
	bool is_beginning; /* more may follow */
	bool is_rural;
} classes[] = {
	{ "A1", false, false },
	{ "B1", false, false },
	{ "C1", false, false },
	{ "C2", false, false },
	{ "D1", false, true },
	{ "D2", false, true },
	{ "E1", false, true },
	{ "E2", false, true },
	{ "F1", false, true },
	{ "F2", false, true },
	{ "UN1", false, false },
	{ "UF1", false, false },
	{ "RLN1", false, true },
	{ "RLF1", false, true },
	{ "RSN1", false, true },
	{ "RSF1", false, true },
	{ "urban", true, false },
	{ "rural", true, true },
	{ "larger rural", true, true },
	{ "smaller rural", true, true },
	{ "true", false, true },
	{ "false", false, false },
	{ "1", false, true },
	{ "0", false, false },
};

struct edition {
	char *name;                /* owned */
	struct arena *arena;       /* owned; codes and districts */
	struct polygons *polygons; /* owned */
	struct str *districts;     /* owned; distinct, text in arena */
	struct edition_counts counts;
};

/* A known property that a feature has. */
struct property {
	const char *known;        /* the name in our table */
	const struct json *value; /* never null or absent */
};

/* The next property of the feature that stands in the table from *row on. */
static bool
next_property(const struct json *properties, const char *const *table,
    size_t count, size_t *row, struct property *out)
{
	while (*row < count) {
		const char *known = table[(*row)++];
		const struct json *value;
		struct str name;
		size_t next = 0;

		while (json_next_member(properties, &next, &name, &value))
			if (str_is_given(name) && strlen(known) == name.len &&
			    strncasecmp(known, name.p, name.len) == 0 &&
			    json_kind(value) != JSON_KIND_NULL) {
				*out = (struct property){ known, value };
				return true;
			}
	}
	return false;
}

/* The text of a property that must be text. */
static int
read_text(const struct property *p, struct str *out, struct err *e)
{
	*out = json_text(p->value);
	if (!str_is_given(*out))
		return err_set(e, ERR_INVALID, "property %s is %s, not text",
		    p->known, json_kind_name(json_kind(p->value)));
	*out = str_trim(*out);
	if (out->len == 0)
		return err_set(
		    e, ERR_INVALID, "property %s is empty", p->known);
	return 0;
}

static int
read_code(const struct json *properties, struct str *code, struct err *e)
{
	struct property p;
	size_t row = 0;

	if (!next_property(properties, code_names, COUNT(code_names), &row, &p))
		return err_set(e, ERR_INVALID,
		    "it has no property with the area's code, such as %s, %s "
		    "or %s",
		    code_names[0], code_names[1], code_names[3]);
	return read_text(&p, code, e);
}

static int
read_district(const struct json *properties, struct str *name, struct err *e)
{
	struct property p;
	size_t row = 0;

	*name = str_make(NULL, 0);
	if (!next_property(
		properties, district_names, COUNT(district_names), &row, &p))
		return 0;
	return read_text(&p, name, e);
}

/* Look a class up; false if it is none. */
static bool
class_of_text(struct str s, bool *is_rural)
{
	for (size_t i = 0; i < COUNT(classes); i++) {
		size_t len = strlen(classes[i].text);

		if (s.len < len || (s.len > len && !classes[i].is_beginning) ||
		    strncasecmp(s.p, classes[i].text, len) != 0)
			continue;
		*is_rural = classes[i].is_rural;
		return true;
	}
	return false;
}

/* What one class property says. */
static int
class_of(const struct property *p, bool *is_rural, struct err *e)
{
	struct str text = json_text(p->value);

	if (json_kind(p->value) == JSON_KIND_BOOL) {
		*is_rural = json_is_true(p->value);
		return 0;
	}
	if (json_kind(p->value) == JSON_KIND_INT &&
	    (json_int(p->value) == 0 || json_int(p->value) == 1)) {
		*is_rural = json_int(p->value) == 1;
		return 0;
	}
	if (class_of_text(str_trim(text), is_rural))
		return 0;
	if (str_is_given(text))
		return err_set(e, ERR_INVALID,
		    "property %s is \"%.*s\", which is no rural-urban class",
		    p->known, text.len > 40 ? 40 : (int)text.len, text.p);
	return err_set(e, ERR_INVALID, "property %s is %s, not a class",
	    p->known, json_kind_name(json_kind(p->value)));
}

static int
read_class(const struct json *properties, bool *is_rural, struct err *e)
{
	struct property p, first = { .known = NULL };
	size_t row = 0;

	while (next_property(
	    properties, class_names, COUNT(class_names), &row, &p)) {
		bool says = false;

		if (class_of(&p, &says, e) != 0)
			return -1;
		if (first.known && says != *is_rural)
			return err_set(e, ERR_INVALID,
			    "property %s says %s and %s says %s", first.known,
			    *is_rural ? "rural" : "urban", p.known,
			    says ? "rural" : "urban");
		*is_rural = says;
		if (!first.known)
			first = p;
	}
	if (!first.known)
		return err_set(e, ERR_INVALID,
		    "it has no property with a rural-urban class, such as %s, "
		    "%s or is_rural",
		    class_names[0], class_names[1]);
	return 0;
}

/* The one copy of a district's name. */
static struct str
keep_district(struct edition *ed, struct str name)
{
	size_t count = ed->counts.districts;

	if (!str_is_given(name))
		return name;
	/* Files are sorted by district more often than not: last first. */
	for (size_t i = count; i > 0; i--)
		if (str_is_equal(ed->districts[i - 1], name))
			return ed->districts[i - 1];
	ed->districts =
	    alloc_resize(ed->districts, count + 1, sizeof(*ed->districts));
	ed->districts[count] = arena_str(ed->arena, name);
	ed->counts.districts++;
	return ed->districts[count];
}

int
edition_read_area(
    const struct json *feature, struct polygons_area *out, struct err *e)
{
	const struct json *properties = json_member(feature, "properties");

	*out = (struct polygons_area){ .is_rural = false };
	if (!str_is(json_text(json_member(feature, "type")), "Feature"))
		return err_set(e, ERR_INVALID, "it is no GeoJSON Feature");
	if (read_code(properties, &out->code, e) != 0)
		return -1;
	if (read_class(properties, &out->is_rural, e) == 0 &&
	    read_district(properties, &out->district, e) == 0)
		return 0;
	return err_wrap(e, "%.*s", out->code.len > 40 ? 40 : (int)out->code.len,
	    out->code.p);
}

/* Add a parsed feature. */
static int
add_feature(struct edition *ed, const struct json *feature, struct shape *shape,
    struct err *e)
{
	struct polygons_area area;
	struct polygons_shape view;
	struct str code;
	int mended = -1;

	if (edition_read_area(feature, &area, e) != 0)
		return -1;
	code = area.code;
	if (shape_read(shape, json_member(feature, "geometry"), e) == 0) {
		area.code = arena_str(ed->arena, code);
		area.district = keep_district(ed, area.district);
		view = shape_view(shape);
		mended = polygons_add(ed->polygons, &view, &area, e);
	}
	if (mended < 0)
		return err_wrap(
		    e, "%.*s", code.len > 40 ? 40 : (int)code.len, code.p);
	ed->counts.areas++;
	ed->counts.rural += area.is_rural ? 1 : 0;
	ed->counts.mended += mended == 1 ? 1 : 0;
	return 0;
}

/* Parse a feature's text and add it. */
static int
parse_feature(
    struct edition *ed, struct str text, struct shape *shape, struct err *e)
{
	AUTO(json_free) struct json *feature = NULL;
	struct json_place where;

	if (text.len > EDITION_FEATURE_BYTES_MAX)
		return err_set(e, ERR_LIMIT,
		    "it has %zu bytes; %d is the most that is taken", text.len,
		    EDITION_FEATURE_BYTES_MAX);
	if (ed->counts.areas == EDITION_FEATURES_MAX)
		return err_set(e, ERR_LIMIT,
		    "%d features is the most that is taken",
		    EDITION_FEATURES_MAX);
	if (json_parse(text, &feature, &where, e) != 0)
		return err_wrap(
		    e, "its line %d, column %d", where.line, where.column);
	return add_feature(ed, feature, shape, e);
}

/* Add all features of the text. */
static int
add_features(struct edition *ed, struct str geojson, struct err *e)
{
	AUTO(shape_release) struct shape shape = { .points = NULL };
	struct features features;
	struct str text;

	if (features_open(&features, geojson, e) != 0)
		return -1;
	while (features_next(&features, &text) == 1)
		if (parse_feature(ed, text, &shape, e) != 0)
			return err_wrap(e, "feature %zu", features.count);
	if (ed->counts.areas == 0)
		return err_set(e, ERR_INVALID, "it has no features");
	return 0;
}

int
edition_load(const char *name, struct str geojson, const struct grid *grid,
    struct edition **out, struct err *e)
{
	AUTO(edition_free) struct edition *ed = alloc_zero(1, sizeof(*ed));

	ed->name = alloc_text(name);
	ed->arena = arena_new();
	if (polygons_new(&ed->polygons, e) != 0)
		return -1;
	if (add_features(ed, geojson, e) != 0)
		return -1;
	if (polygons_finish(ed->polygons, grid, e) != 0)
		return -1;
	*out = TAKE(ed);
	return 0;
}

void
edition_free(struct edition **ed)
{
	if (!*ed)
		return;
	polygons_free(&(*ed)->polygons);
	arena_free(&(*ed)->arena);
	free((*ed)->districts);
	free((*ed)->name);
	free(*ed);
	*ed = NULL;
}

struct str
edition_name(const struct edition *ed)
{
	return str_of(ed->name);
}

const struct polygons *
edition_polygons(const struct edition *ed)
{
	return ed->polygons;
}

struct edition_counts
edition_counts(const struct edition *ed)
{
	return ed->counts;
}
