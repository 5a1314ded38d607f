#include "agent/review/linkwords.h"

#include "agent/store/links.h"
#include "agent/store/linksets.h"
#include "rules/series.h"

static const struct {
	int kind;
	const char *value, *says;
} kinds[] = {
	{ LINKS_VEHICLE, "same-vehicle", "Same vehicle" },
	{ LINKS_PARTIAL, "compatible-plate", "Could be the same vehicle" },
	{ LINKS_CALLER, "same-caller", "Same caller" },
	{ LINKS_PLACE, "same-place", "Same place" },
	{ LINKS_NEAR, "near", "Near in time and space" },
	{ LINKS_SERIES, "same-series", "Same series of the rules" },
	{ LINKSETS_OTHER, "other", "Other: the reason says" },
};

#define KIND_COUNT (sizeof kinds / sizeof kinds[0])

const char *
linkwords_say(int kind)
{
	for (size_t i = 0; i < KIND_COUNT; i++)
		if (kinds[i].kind == kind)
			return kinds[i].says;
	return "Linked";
}

const char *
linkwords_value(int kind)
{
	for (size_t i = 0; i < KIND_COUNT; i++)
		if (kinds[i].kind == kind)
			return kinds[i].value;
	return NULL;
}

void
linkwords_options(struct buf *out)
{
	for (size_t i = 0; i < KIND_COUNT; i++)
		buf_addf(out, "<option value=\"%s\">%s</option>",
		    kinds[i].value, kinds[i].says);
}

int
linkwords_read(struct str value)
{
	for (size_t i = 0; i < KIND_COUNT; i++)
		if (str_is(value, kinds[i].value))
			return kinds[i].kind;
	return 0;
}

struct str
linkwords_series(const struct ruleset *rules, struct str name)
{
	size_t count = rules ? series_count(rules) : 0;

	for (size_t i = 0; i < count; i++) {
		struct series_about about = series_about(rules, i);

		if (str_is_equal(about.name, name) && about.title.len > 0)
			return about.title;
	}
	return name;
}
