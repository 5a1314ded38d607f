/* The tables of fields, texts and the words for their values. */
#include "rules/fields.h"

#include "agent/base/check.h"
#include "agent/geo/place.h"

static const struct field fields[] = {
#define FIELD(id, name, type, help) { name, FIELD_TYPE_##type, help },
#include "rules/fields.def"
#undef FIELD
};

_Static_assert(sizeof fields / sizeof fields[0] == FIELD_COUNT, "fields.def");

static const struct {
	const char *name, *help;
} texts[] = {
#define TEXT(id, name, help) { name, help },
#include "rules/texts.def"
#undef TEXT
};

_Static_assert(sizeof texts / sizeof texts[0] == FIELD_TEXT_COUNT, "texts.def");

/* Word, value; the first word of a value is the one shown. */
struct value {
	const char *word;
	int value;
};

static const struct value places[] = {
	{ "rural", PLACE_RURAL },
	{ "urban", PLACE_URBAN },
	{ "edge", PLACE_EDGE },
	{ "unknown", PLACE_UNKNOWN },
	{ NULL, 0 },
};

static const struct value months[] = {
	{ "jan", 1 },
	{ "feb", 2 },
	{ "mar", 3 },
	{ "apr", 4 },
	{ "may", 5 },
	{ "jun", 6 },
	{ "jul", 7 },
	{ "aug", 8 },
	{ "sep", 9 },
	{ "oct", 10 },
	{ "nov", 11 },
	{ "dec", 12 },
	{ "january", 1 },
	{ "february", 2 },
	{ "march", 3 },
	{ "april", 4 },
	{ "june", 6 },
	{ "july", 7 },
	{ "august", 8 },
	{ "sept", 9 },
	{ "september", 9 },
	{ "october", 10 },
	{ "november", 11 },
	{ "december", 12 },
	{ NULL, 0 },
};

static const struct value weekdays[] = {
	{ "mon", 0 },
	{ "tue", 1 },
	{ "wed", 2 },
	{ "thu", 3 },
	{ "fri", 4 },
	{ "sat", 5 },
	{ "sun", 6 },
	{ "monday", 0 },
	{ "tuesday", 1 },
	{ "wednesday", 2 },
	{ "thursday", 3 },
	{ "friday", 4 },
	{ "saturday", 5 },
	{ "sunday", 6 },
	{ NULL, 0 },
};

static const struct value seasons[] = {
	{ "winter", 0 },
	{ "spring", 1 },
	{ "summer", 2 },
	{ "autumn", 3 },
	{ NULL, 0 },
};

static const struct value daylights[] = {
	{ "dark", 0 },
	{ "twilight", 1 },
	{ "light", 2 },
	{ NULL, 0 },
};

static const struct value yes_no[] = {
	{ "yes", 1 },
	{ "no", 0 },
	{ NULL, 0 },
};

static const struct value numbers[] = { { NULL, 0 } };

static const struct {
	const struct value *values;
	const char *list;
	bool is_cyclic;
} types[] = {
	[FIELD_TYPE_NUMBER] = { numbers, "", false },
	[FIELD_TYPE_PLACE] = { places, "rural, urban, edge, unknown", false },
	[FIELD_TYPE_MONTH] = { months, "jan to dec", true },
	[FIELD_TYPE_WEEKDAY] = { weekdays, "mon to sun", true },
	[FIELD_TYPE_SEASON] = { seasons, "winter, spring, summer, autumn",
	    true },
	[FIELD_TYPE_TIME] = { numbers, "00:00 to 23:59", true },
	[FIELD_TYPE_DAYLIGHT] = { daylights, "dark, twilight, light", false },
	[FIELD_TYPE_YES_NO] = { yes_no, "yes, no", false },
};

_Static_assert(
    sizeof types / sizeof types[0] == FIELD_TYPE_COUNT, "a row a type");

/* What a condition can begin with: facts, texts, and the rest. */
static const char *const begins[] = {
#define FIELD(id, name, type, help) name,
#include "rules/fields.def"
#undef FIELD
#define TEXT(id, name, help) name,
#include "rules/texts.def"
#undef TEXT
	"text", "last", "first", "any", "another", "number", "flag", "not",
	"inside", "distance"
};

size_t
field_words(const char *const **out)
{
	*out = begins;
	return sizeof begins / sizeof begins[0];
}

const struct field *
field_get(enum field_id id)
{
	CHECK(id < FIELD_COUNT);
	return &fields[id];
}

int
field_find(struct str name)
{
	for (int i = 0; i < FIELD_COUNT; i++)
		if (str_is(name, fields[i].name))
			return i;
	return -1;
}

const char *
field_text_name(enum field_text id)
{
	CHECK(id < FIELD_TEXT_COUNT);
	return texts[id].name;
}

const char *
field_text_help(enum field_text id)
{
	CHECK(id < FIELD_TEXT_COUNT);
	return texts[id].help;
}

int
field_text_find(struct str name)
{
	for (int i = 0; i < FIELD_TEXT_COUNT; i++)
		if (str_is(name, texts[i].name))
			return i;
	return -1;
}

int
field_value_find(enum field_type type, struct str word)
{
	for (const struct value *v = types[type].values; v->word; v++)
		if (str_is(word, v->word))
			return v->value;
	return -1;
}

const char *
field_value_name(enum field_type type, int value)
{
	for (const struct value *v = types[type].values; v->word; v++)
		if (v->value == value)
			return v->word;
	return NULL;
}

const char *
field_value_list(enum field_type type)
{
	return types[type].list;
}

bool
field_type_is_cyclic(enum field_type type)
{
	return types[type].is_cyclic;
}
