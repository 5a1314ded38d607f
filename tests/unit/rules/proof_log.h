/*
 * proof_log: random incidents in which the words of a rule set are likely.
 *
 * Texts are made of the rules' own phrases, written as people write them, and
 * of words between: misspelt, accented, hyphenated, in other figures.
 */
#ifndef TESTS_PROOF_LOG_H
#define TESTS_PROOF_LOG_H

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "agent/base/clock.h"
#include "agent/geo/place.h"
#include "agent/incident/incident.h"
#include "tests/unit/rules/proof_grow.h"

#define PROOF_ENTRIES_MAX 5

/* An incident with its place, and what the generator knows of it. */
struct proof_case {
	struct incident in;
	struct place place;
	struct incident_entry log[PROOF_ENTRIES_MAX];
	struct incident_resource resources[3];
	struct str vehicles[3];
	struct place_layer layers[2];
	long daylight; /* as the table has it; -1: not known */
	long bank_holiday;
	int year, month, day, hour, minute; /* UTC; year 0: not given */
};

/* Instants of which the sun and the calendar are known; Chelmsford. */
static const struct {
	int month, day, hour, minute;
	long daylight, bank_holiday;
} proof_instants[] = {
	{ 1, 15, 12, 0, 2, 0 },
	{ 1, 15, 2, 30, 0, 0 },
	{ 1, 15, 16, 35, 1, 0 },
	{ 6, 20, 12, 10, 2, 0 },
	{ 6, 20, 0, 20, 0, 0 },
	{ 12, 25, 11, 0, 2, 1 },
	{ 12, 28, 23, 59, 0, 1 },
	{ 4, 3, 10, 0, 2, 1 },
	{ 3, 29, 0, 30, 0, 0 },  /* the clocks go forward at one */
	{ 3, 29, 23, 30, 0, 0 }, /* 00:30 of Monday in London */
	{ 8, 30, 23, 10, 0, 1 }, /* 00:10 of the bank holiday */
	{ 8, 31, 23, 10, 0, 0 }, /* 00:10 of the day after */
	{ 10, 25, 0, 30, 0, 0 }, /* 01:30 in London, the first of two */
	{ 10, 25, 1, 30, 0, 0 }, /* 01:30 again */
	{ 11, 30, 23, 30, 0, 0 },
	{ 9, 1, 0, 0, 0, 0 },
};

static const char *const proof_fillers[] = { "the", "a", "in", "of", "big",
	"old", "seen", "males", "but", "last", "x", "two", "travellers", "half",
	"couple", "&", "R&B", "white" };
static const char *const proof_numbers[] = { "3", "three", "x3", "3x", "12",
	"twelve", "dozen", "hundred", "25", "twenty five", "twenty-five",
	"forty seven", "47", "6", "six", "two dozen", "half a dozen",
	"three hundred", "couple", "100", "60", "sixty", "2-3", "0", "7" };

/* ---- Words ---- */

/* One letter missing, changed, doubled, or two swapped. */
static inline void
proof_misspell(char *word)
{
	size_t len = strlen(word);
	size_t at = proof_pick(len);
	char c;

	if (len < 3 || len + 2 > PROOF_WORD_MAX)
		return;
	switch (proof_pick(4)) {
	case 0: memmove(word + at, word + at + 1, len - at); break;
	case 1: word[at] = (char)('a' + proof_pick(26)); break;
	case 2: memmove(word + at + 1, word + at, len - at + 1); break;
	default:
		if (at + 1 == len)
			break;
		c = word[at];
		word[at] = word[at + 1];
		word[at + 1] = c;
		break;
	}
}

/* Append word as somebody typed it: capitals, accents, apostrophes. */
static inline void
proof_type(struct buf *out, const char *word)
{
	bool loud = proof_chance(12);
	bool odd = proof_chance(10);

	for (size_t i = 0; word[i]; i++) {
		char c = word[i];

		if (odd && c == 'e' && proof_chance(60))
			buf_add_text(out, proof_chance(40) ? "\u00e9"
					  : loud           ? "\u00c9"
							   : "e\u0301");
		else if (odd && c == 'u' && proof_chance(50))
			buf_add_text(out, "\u00fc");
		else if (i > 0 && odd && c == 's' && !word[i + 1])
			buf_add_text(out, proof_chance(50) ? "\u2019s" : "'s");
		else
			buf_add_char(
			    out, c >= 'a' && c <= 'z' &&
					 (loud || (i == 0 && proof_chance(15)))
				     ? (char)(c - 'a' + 'A')
				     : c);
	}
}

/* What stands between two words of a phrase. */
static inline void
proof_join(struct buf *out)
{
	static const char *const between[] = { " ", " ", " ", " ", " ", "-", "",
		"  ", "/", "\u2010", "\u00a0", ", ", " - ", ". " };

	buf_add_text(out, PROOF_ONE_OF(between));
}

static inline void
proof_type_part(struct buf *out, const struct proof_term *t, size_t i)
{
	static const char *const endings[] = { "", "s", "ing", "er", "e" };
	char word[PROOF_WORD_MAX + 8];
	size_t len = strlen(t->parts[i].word);

	(void)snprintf(word, sizeof word, "%s", t->parts[i].word);
	if (t->parts[i].kind == PROOF_STEM)
		(void)snprintf(
		    word + len, sizeof word - len, "%s", PROOF_ONE_OF(endings));
	for (int k = 0; k < (t->slack ? t->slack : 1); k++)
		if (proof_chance(t->slack ? 50 : 4))
			proof_misspell(word);
	proof_type(out, word);
}

/* Append a term as a log has it, or nearly. */
static inline void
proof_type_term(struct buf *out, const struct proof_term *t)
{
	for (size_t i = 0; i < t->count; i++) {
		if (i > 0)
			proof_join(out);
		switch (t->parts[i].kind) {
		case PROOF_WORD:
			if (proof_chance(20) && t->count > 1 && i == 0 &&
			    strlen(t->parts[i].word) < 7) {
				buf_add_text(out, PROOF_ONE_OF(proof_numbers));
				break;
			}
			proof_type_part(out, t, i);
			break;
		case PROOF_STEM: proof_type_part(out, t, i); break;
		case PROOF_NUMBER:
			buf_add_text(out, PROOF_ONE_OF(proof_numbers));
			break;
		case PROOF_ANY:
			proof_type(out, PROOF_ONE_OF(proof_fillers));
			break;
		case PROOF_GAP:
			for (size_t n = proof_pick(6); n > 0; n--)
				buf_addf(
				    out, "%s ", PROOF_ONE_OF(proof_fillers));
			break;
		}
	}
}

/* Some term of the rule set's lists and phrases. */
static inline const struct proof_term *
proof_some_term(const struct proof_set *set)
{
	const struct proof_list *l;
	const struct proof_term *t;

	if (set->phrase_count > 0 && proof_chance(40))
		l = set->phrases[proof_pick(set->phrase_count)];
	else if (set->context_count > 0 && proof_chance(25)) {
		const struct proof_context *c =
		    &set->contexts[proof_pick(set->context_count)];

		l = &c->marks[proof_pick(c->count)].list;
	} else
		l = &set->lists[proof_pick(set->list_count)];
	t = &l->terms[proof_pick(l->count)];
	return t->list ? &t->list->terms[0] : t;
}

/* A word in two pieces, anywhere. */
static inline void
proof_type_split(struct buf *out, const char *word)
{
	size_t at = 1 + proof_pick(strlen(word) - 1);

	buf_addf(out, "%.*s%s%s", (int)at, word, proof_chance(50) ? " " : "-",
	    word + at);
}

/* A context's own words with what ends its reach beside them. */
static inline void
proof_type_reach(struct buf *out, const struct proof_context *c)
{
	const struct proof_mark *until = &c->marks[c->count - 1];
	const struct proof_mark *m = &c->marks[proof_pick(c->count)];
	bool before = m->reach == PROOF_PREVIOUS;

	if (until->reach != PROOF_UNTIL || until->list.terms[0].list ||
	    m->list.terms[0].list)
		return;
	proof_type_term(out, &(before ? until : m)->list.terms[0]);
	buf_addf(out, " %s", proof_chance(50) ? "two " : "");
	proof_type_term(out, &(before ? m : until)->list.terms[0]);
	buf_add_char(out, ' ');
}

/* ---- Texts ---- */

static inline void
proof_type_chunk(const struct proof_set *set, struct buf *out)
{
	static const char *const again[] = { "twenty five ", "25 ",
		"forty-seven ", "x3 ", "two dozen ", "half a dozen ",
		"three hundred ", "6 " };
	const struct proof_term *t = proof_some_term(set);

	if (set->context_count > 0 && proof_chance(6))
		proof_type_reach(
		    out, &set->contexts[proof_pick(set->context_count)]);
	if (proof_chance(15))
		buf_add_text(out, PROOF_ONE_OF(again));
	if (t->list == NULL && proof_chance(60))
		proof_type_term(out, t);
	else if (proof_chance(20))
		proof_type_split(out, PROOF_ONE_OF(proof_words));
	else if (proof_chance(15))
		buf_add_text(out, PROOF_ONE_OF(proof_numbers));
	else if (proof_chance(25))
		proof_type(out, PROOF_ONE_OF(proof_triggers));
	else
		proof_type(out, proof_chance(50) ? PROOF_ONE_OF(proof_fillers)
						 : PROOF_ONE_OF(proof_words));
}

/* The text of one entry, in the arena. */
static inline struct str
proof_text_of(const struct proof_set *set, struct arena *arena, size_t chunks)
{
	static const char *const marks[] = { " ", " ", " ", " ", " ", " ", ", ",
		". ", "? ", "; ", " - ", "\n", " \u2013 ", ": ", " (", ") ",
		"! ", " \u201c", "\u201d ", "... ", ".", " '", "\u2026 ",
		"?? " };
	struct buf out = { 0 };
	struct str text;

	for (size_t i = 0; i < chunks; i++) {
		if (i > 0)
			buf_add_text(&out, PROOF_ONE_OF(marks));
		proof_type_chunk(set, &out);
	}
	if (proof_chance(30))
		buf_add_text(&out, proof_chance(60) ? "?" : ".");
	text = arena_str(arena, buf_str(&out));
	buf_clear(&out);
	return text;
}

/* ---- Facts ---- */

static inline void
proof_set_time(struct proof_case *x)
{
	size_t i = proof_pick(sizeof proof_instants / sizeof proof_instants[0]);
	bool has_position = proof_chance(75);

	x->daylight = x->bank_holiday = -1;
	if (has_position) {
		x->place.lat = 51.7356;
		x->place.lon = 0.4685;
	}
	if (proof_chance(15))
		return;
	x->year = 2026;
	x->month = proof_instants[i].month;
	x->day = proof_instants[i].day;
	x->hour = proof_instants[i].hour;
	x->minute = proof_instants[i].minute;
	x->bank_holiday = proof_instants[i].bank_holiday;
	if (has_position)
		x->daylight = proof_instants[i].daylight;
	x->in.opened_ms =
	    clock_from_utc(x->year, x->month, x->day, x->hour, x->minute, 0);
}

static inline void
proof_set_facts(struct proof_case *x, struct arena *arena)
{
	x->place.class = (enum place_class)proof_pick(4);
	if (proof_chance(75))
		x->in.grade_no = (int64_t)proof_pick(5);
	x->in.resources = x->resources;
	x->in.resource_count = proof_pick(4);
	for (size_t i = 0; i < 3; i++)
		x->resources[i].callsign = str_of("U1");
	x->in.vehicles = x->vehicles;
	x->in.vehicle_count = proof_pick(4);
	for (size_t i = 0; i < 3; i++)
		x->vehicles[i] = arena_strf(arena, "AB%zu2 %s",
		    proof_pick(2) + 1, proof_chance(50) ? "CDE" : "CDF");
	x->place.layers = x->layers;
	for (size_t i = 0; i < 2; i++) {
		struct place_layer *l = &x->layers[x->place.layer_count];

		if (proof_chance(30))
			continue;
		l->name = str_of(proof_layers[i]);
		l->is_inside = proof_chance(40);
		l->distance_m =
		    l->is_inside ? 0 : (double)proof_pick(6000) / 10.0;
		x->place.layer_count++;
	}
}

/* A random incident; its texts are the arena's. */
static inline void
proof_log(
    const struct proof_set *set, struct arena *arena, struct proof_case *x)
{
	static const char *const writers[] = { "CALL", "UNIT", "WEB", "unit",
		"Call", "OPERATOR" };

	*x = (struct proof_case){ 0 };
	incident_init(&x->in);
	x->place = place_unknown();
	x->in.id = str_of("case");
	x->in.log = x->log;
	x->in.log_count = proof_pick(PROOF_ENTRIES_MAX + 1);
	for (size_t i = 0; i < x->in.log_count; i++)
		x->log[i] = (struct incident_entry){ .at_ms = CLOCK_NONE,
			.seq = INCIDENT_NO_NUMBER,
			.by = str_of(PROOF_ONE_OF(writers)),
			.text = proof_text_of(set, arena, proof_pick(9)) };
	if (proof_chance(60))
		x->in.location_text =
		    proof_text_of(set, arena, 1 + proof_pick(3));
	if (proof_chance(60))
		x->in.opening_code =
		    proof_text_of(set, arena, 1 + proof_pick(2));
	if (proof_chance(50))
		x->in.closing_code =
		    proof_text_of(set, arena, 1 + proof_pick(2));
	if (proof_chance(50))
		x->in.district = proof_text_of(set, arena, 1 + proof_pick(3));
	if (proof_chance(30))
		x->place.district =
		    proof_text_of(set, arena, 1 + proof_pick(3));
	proof_set_time(x);
	proof_set_facts(x, arena);
}

#endif /* TESTS_PROOF_LOG_H */
