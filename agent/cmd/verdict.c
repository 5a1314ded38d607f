/* What both ways of showing ask: see verdict.h. */
#include "agent/cmd/verdict.h"

static bool
is_theme_wrong(const struct verdict_item *i, struct str theme)
{
	return corpus_has_theme(i->item, theme) !=
	       (tally_find_tag(&i->result, theme) != NULL);
}

bool
verdict_is_listed(const struct verdict *v, const struct verdict_item *i)
{
	if (v->theme)
		return is_theme_wrong(i, str_of(v->theme));
	return i->wrong != 0 || i->evidence_fault != NULL;
}

long
verdict_entry(const struct verdict_item *i, int entry)
{
	return i->places && entry >= 0 ? (long)i->places[entry] : entry;
}

bool
verdict_nearest(const struct verdict *v, const struct verdict_item *i,
    struct str subject, bool is_flag, struct nearest *out)
{
	return nearest_find(
	    v->rules, &i->record, &i->place, v->scratch, subject, is_flag, out);
}

const char *
verdict_missing_flag(const struct verdict_item *i)
{
	const struct rules_result *r = &i->result;

	if (r->rural_crime)
		return NULL;
	if (!r->crime)
		return "crime";
	if (i->item->basis == CORPUS_BASIS_TARGETED ||
	    i->place.class == PLACE_URBAN)
		return "targeted";
	return i->place.class == PLACE_UNKNOWN ? "rural" : NULL;
}
