/*
 * From rules to a digest, and from what a series found to a tag.
 *
 * The evidence of a series is a line that says what was counted, and a line
 * for each incident with its reference, feed, time, sign, distance and plate,
 * so that whoever reads it later can look each of them up.
 */
#include "rules/series.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/arena.h"
#include "agent/base/check.h"
#include "agent/base/clock.h"
#include "agent/incident/plates.h"
#include "rules/series_private.h"

/* ---- Digests ---- */

static int
compare_str(const void *a, const void *b)
{
	return str_compare(*(const struct str *)a, *(const struct str *)b);
}

static const struct rules_tag *
find_tag(const struct rules_tag *tags, size_t count, struct str name)
{
	for (size_t i = 0; i < count; i++)
		if (str_is_equal(tags[i].theme, name))
			return &tags[i];
	return NULL;
}

static bool
has_rule(const struct rules_tag *tags, size_t count, struct str name)
{
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < tags[i].hit_count; k++)
			if (str_is_equal(tags[i].hits[k].rule, name))
				return true;
	return false;
}

/* s without prefix, which it begins with; absent if it does not. */
static struct str
after(struct str s, const char *prefix)
{
	size_t len = strlen(prefix);

	if (!str_has_prefix(s, prefix))
		return (struct str){ 0 };
	return str_make(s.p + len, s.len - len);
}

static bool
has_theme(const struct rules_result *own, struct str name)
{
	static const char suffix[] = " alert";
	size_t len = sizeof suffix - 1;
	bool is_alert =
	    name.len > len && memcmp(name.p + name.len - len, suffix, len) == 0;
	const struct rules_tag *tag = find_tag(own->tags, own->tag_count,
	    str_make(name.p, name.len - (is_alert ? len : 0)));

	return tag && (!is_alert || tag->level == RULES_ALERT);
}

/* Does own have the sign, which is written as compile_series.c does? */
static bool
has_sign(const struct rules_result *own, struct str sign)
{
	struct str theme = after(sign, "theme ");
	struct str flag = after(sign, "flag ");
	struct str rule = after(sign, "rule ");

	if (str_is_given(theme))
		return has_theme(own, theme);
	if (str_is_given(flag))
		return find_tag(own->flags, own->flag_count, flag) != NULL;
	return has_rule(own->tags, own->tag_count, rule) ||
	       has_rule(own->flags, own->flag_count, rule);
}

/* Complete plates in the text and the input's member, sorted. */
static void
add_plates(const struct incident *record, struct arena *arena,
    struct series_digest *out)
{
	const struct plate *plates;
	size_t count = plates_find(record, arena, &plates);
	struct str *marks = arena_alloc(arena, count + 1, sizeof *marks);

	for (size_t i = 0; i < count; i++)
		marks[i] = plates[i].mark;
	qsort(marks, count, sizeof *marks, compare_str);
	out->plates = marks;
	out->plate_count = count;
}

void
series_digest_make(const struct ruleset *rs, struct str feed,
    const struct incident *record, const struct place *place,
    const struct rules_result *own, struct arena *arena,
    struct series_digest *out)
{
	struct str *signs;

	*out = (struct series_digest){ .feed = feed,
		.ref = record->id,
		.at_ms = incident_first_ms(record),
		.lat = place->lat,
		.lon = place->lon,
		.uncertainty_m = place->uncertainty_m };
	if (rs->sign_count == 0 || out->at_ms == CLOCK_NONE)
		return;
	signs = arena_alloc(arena, rs->sign_count, sizeof *signs);
	for (uint32_t i = 0; i < rs->sign_count; i++)
		if (has_sign(own, rs->signs[i]))
			signs[out->sign_count++] = rs->signs[i];
	out->signs = signs;
	if (out->sign_count > 0)
		add_plates(record, arena, out);
}

static bool
are_equal(
    const struct str *a, size_t a_count, const struct str *b, size_t b_count)
{
	for (size_t i = 0; i < a_count && i < b_count; i++)
		if (!str_is_equal(a[i], b[i]))
			return false;
	return a_count == b_count;
}

static bool
is_same_number(double a, double b)
{
	return a == b || (isnan(a) && isnan(b));
}

bool
series_digest_is_equal(
    const struct series_digest *a, const struct series_digest *b)
{
	/* What takes part in nothing is all one. */
	if (a->sign_count == 0 && b->sign_count == 0)
		return true;
	return a->at_ms == b->at_ms && str_is_equal(a->ref, b->ref) &&
	       str_is_equal(a->feed, b->feed) &&
	       is_same_number(a->lat, b->lat) &&
	       is_same_number(a->lon, b->lon) &&
	       is_same_number(a->uncertainty_m, b->uncertainty_m) &&
	       are_equal(
		   a->plates, a->plate_count, b->plates, b->plate_count) &&
	       are_equal(a->signs, a->sign_count, b->signs, b->sign_count);
}

/* ---- Evidence ---- */

/* The sign by which the incident, at is ago from the newest, counts. */
static struct str
sign_of(const struct ruleset *rs, const struct engine_series *s,
    const struct series_entry *e, size_t at)
{
	const struct engine_signs *stage =
	    &s->stages[s->is_ordered ? s->least - 2 - at : 0];

	for (uint32_t i = 0; i < rs->sign_count; i++)
		if (e->signs.bits[i / 64] & stage->bits[i / 64] &
		    UINT64_C(1) << i % 64)
			return rs->signs[i];
	return (struct str){ 0 };
}

static void
add_distance(struct buf *out, const struct rules_link *link)
{
	double m = link->distance_m;

	if (!isfinite(m))
		return;
	buf_add_text(out, ", ");
	if (m < 995)
		buf_addf(out, "%.0f m away", round(m / 10) * 10);
	else
		buf_addf(out, "%.1f km away", m / 1000);
	buf_addf(out, ", give or take %.0f m", ceil(link->uncertainty_m));
}

/* "A-1 of control-room, Fri 13 Nov 2026 18:02 GMT, flag precursor, …" */
static struct str
link_text(const struct rules_link *link, struct arena *arena)
{
	char when[CLOCK_TEXT_MAX];
	struct buf out = { 0 };
	struct str copy;

	buf_addf(&out, "%.*s of %.*s, %s, %.*s", STR_ARG(link->ref),
	    STR_ARG(link->feed), clock_format_local(link->at_ms, when),
	    STR_ARG(link->sign));
	add_distance(&out, link);
	copy = arena_str(arena, buf_str(&out));
	buf_clear(&out);
	return copy;
}

static struct rules_evidence
link_evidence(const struct ruleset *rs, const struct engine_series *s,
    const struct series_found *found, size_t at, struct arena *arena)
{
	const struct series_member *m = &found->members[at];
	const struct series_digest *d = &m->entry->digest;
	struct rules_link *link = arena_alloc(arena, 1, sizeof *link);

	*link = (struct rules_link){ .id = d->id,
		.feed = arena_str(arena, d->feed),
		.ref = arena_str(arena, d->ref),
		.at_ms = d->at_ms,
		.sign = sign_of(rs, s, m->entry, at),
		.distance_m = m->distance_m,
		.uncertainty_m = m->uncertainty_m,
		.plate = arena_str(arena, found->plate) };
	return (struct rules_evidence){ .field = str_of("incident"),
		.entry = -1,
		.text = link_text(link, arena),
		.why = s->why,
		.points = s->points,
		.link = link };
}

/*
 * "3 incidents with AB12CDE: …".  More than are named are not counted: else
 * each that comes late would make all later ones say something else.
 */
static struct str
series_text(const struct engine_series *s, const struct series_found *found,
    struct arena *arena)
{
	bool is_more = found->count > LIMITS_SERIES_EVIDENCE_MAX;

	return arena_strf(arena, "%s%zu incidents%s%.*s: %.*s",
	    is_more ? "more than " : "",
	    is_more ? (size_t)LIMITS_SERIES_EVIDENCE_MAX : found->count + 1,
	    found->plate.len > 0 ? " with " : "", STR_ARG(found->plate),
	    STR_ARG(s->says));
}

void
series_evidence(const struct ruleset *rs, const struct engine_series *s,
    const struct series_found *found, struct arena *arena,
    struct rules_hit *out)
{
	size_t shown = found->count < LIMITS_SERIES_EVIDENCE_MAX
			   ? found->count
			   : LIMITS_SERIES_EVIDENCE_MAX;
	struct rules_evidence *list =
	    arena_alloc(arena, shown + 1, sizeof *list);

	list[0] = (struct rules_evidence){ .field = str_of("series"),
		.entry = -1,
		.text = series_text(s, found, arena),
		.why = s->why,
		.points = s->points };
	for (size_t i = 0; i < shown; i++)
		list[i + 1] = link_evidence(rs, s, found, i, arena);
	*out = (struct rules_hit){ .rule = s->name,
		.points = s->points,
		.evidence = list,
		.evidence_count = shown + 1 };
}

/* ---- Answers ---- */

static bool
is_same_evidence(const struct rules_evidence *a, const struct rules_evidence *b)
{
	const struct rules_link *x = a->link;
	const struct rules_link *y = b->link;

	if (!str_is_equal(a->text, b->text) || !str_is_equal(a->why, b->why) ||
	    a->points != b->points || !x != !y)
		return false;
	return !x ||
	       (str_is_equal(x->ref, y->ref) &&
		   str_is_equal(x->feed, y->feed) && x->at_ms == y->at_ms &&
		   str_is_equal(x->sign, y->sign) &&
		   is_same_number(x->distance_m, y->distance_m) &&
		   is_same_number(x->uncertainty_m, y->uncertainty_m) &&
		   str_is_equal(x->plate, y->plate));
}

static bool
is_same_hit(const struct series_hit *a, const struct series_hit *b)
{
	if (!str_is_equal(a->theme, b->theme) || a->level != b->level ||
	    a->is_shadow != b->is_shadow ||
	    !str_is_equal(a->hit.rule, b->hit.rule) ||
	    a->hit.evidence_count != b->hit.evidence_count)
		return false;
	for (size_t i = 0; i < a->hit.evidence_count; i++)
		if (!is_same_evidence(&a->hit.evidence[i], &b->hit.evidence[i]))
			return false;
	return true;
}

bool
series_hits_are_equal(const struct series_hit *a, size_t a_count,
    const struct series_hit *b, size_t b_count)
{
	for (size_t i = 0; i < a_count && i < b_count; i++)
		if (!is_same_hit(&a[i], &b[i]))
			return false;
	return a_count == b_count;
}

/* ---- Tags ---- */

/* tag with hit added to what made it. */
static void
add_hit(
    struct rules_tag *tag, const struct series_hit *hit, struct arena *arena)
{
	struct rules_hit *hits =
	    arena_alloc(arena, tag->hit_count + 1, sizeof *hits);

	if (tag->hit_count > 0)
		memcpy(hits, tag->hits, tag->hit_count * sizeof *hits);
	hits[tag->hit_count++] = hit->hit;
	tag->hits = hits;
	if (hit->level > tag->level)
		tag->level = hit->level;
	if (hit->hit.points > tag->score)
		tag->score = hit->hit.points;
}

/* tags with hit in that of its theme, which may be a new one. */
static void
add_to(const struct series_hit *hit, struct arena *arena,
    const struct rules_tag **tags, size_t *count)
{
	struct rules_tag *list = arena_alloc(arena, *count + 1, sizeof *list);
	size_t at = 0;
	bool is_new;

	while (at < *count && str_compare((*tags)[at].theme, hit->theme) < 0)
		at++;
	is_new = at == *count || !str_is_equal((*tags)[at].theme, hit->theme);
	if (at > 0)
		memcpy(list, *tags, at * sizeof *list);
	if (*count > at)
		memcpy(list + at + is_new, *tags + at,
		    (*count - at) * sizeof *list);
	if (is_new)
		list[at] = (struct rules_tag){ .theme = hit->theme };
	add_hit(&list[at], hit, arena);
	*tags = list;
	*count += is_new;
}

void
series_apply(const struct series_hit *hits, size_t count, struct arena *arena,
    struct rules_result *result)
{
	for (size_t i = 0; i < count; i++) {
		if (hits[i].is_shadow)
			add_to(&hits[i], arena, &result->shadows,
			    &result->shadow_count);
		else
			add_to(
			    &hits[i], arena, &result->tags, &result->tag_count);
	}
}

/* ---- For people ---- */

struct series_about
series_about(const struct ruleset *rs, size_t i)
{
	const struct engine_series *s;

	CHECK(i < rs->series_count);
	s = &rs->series[i];
	return (struct series_about){ .name = s->name,
		.title = s->title,
		.theme = rs->themes[s->theme],
		.is_shadow = s->is_shadow,
		.level = s->level,
		.points = s->points,
		.says = s->says };
}

size_t
series_describe(const struct ruleset *rs, struct str name, struct buf *out)
{
	size_t count = 0;

	for (size_t i = 0; i < rs->series_count; i++) {
		struct series_about s = series_about(rs, i);

		if (str_is_given(name) && !str_is_equal(s.name, name))
			continue;
		buf_addf(out,
		    "%.*s (series, theme %.*s%s): not judged here, for it is "
		    "about several incidents; the agent and rules preview "
		    "judge it\n  %s with %d points when %.*s\n",
		    STR_ARG(s.name), STR_ARG(s.theme),
		    s.is_shadow ? ", shadow" : "", rules_level_name(s.level),
		    s.points, STR_ARG(s.says));
		count++;
	}
	return count;
}
