/*
 * Made-up words are five syllables, so that none stands in a text by chance,
 * none is part of another, and they begin and go on as variously as the words
 * of a language: what looks for the letters of words is not put at a loss.
 */
#include "agent/rulebench.h"

#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/geo/place.h"
#include "rules/ruleset.h"

static const char *const sentences[] = {
	"Informant states that a silver vehicle has been parked across the "
	"drive since about four this afternoon and nobody is with it.",
	"Caller advised to ring back if anything changes, no further "
	"information at this time.",
	"Unit assigned from the late turn, estimated arrival in # minutes.",
	"Neighbour heard shouting from number # and a door being slammed, "
	"it has gone quiet since.",
	"Male described as tall, dark jacket, carrying a rucksack, walking "
	"towards the station.",
	"Checks done on the address, one previous call in the week for a "
	"similar complaint, log # refers.",
	"Two cars in collision at the roundabout, one lane blocked, no "
	"injuries reported by the drivers.",
	"Shop manager is holding CCTV until Thursday, reference #.",
	"Ambulance already running, patient is breathing and talking.",
	"Dog walker found a purse by the bench near the pond, will hand it in.",
	"Farmer reports a gate left open and sheep on the lane, he has got "
	"them back in himself.",
	"Alarm company says activation in zone #, key holder on the way.",
	"Supervisor has reviewed, grade stays as it is, next review at # "
	"hundred.",
	"Caller rang again, she can see lights in the building opposite.",
};

/* Numbers that are the same everywhere: no cryptography here. */
static uint32_t
next(uint32_t *state, uint32_t below)
{
	*state = *state * 1664525U + 1013904223U;
	return (*state >> 8) % below;
}

void
rulebench_word(uint32_t rule, uint32_t i, struct buf *out)
{
	static const char consonants[] = "bcdfghjklmnpqrstvwz";
	static const char vowels[] = "aeiou";
	uint32_t seed = i == 0
			    ? rule / RULEBENCH_SHARE
			    : RULEBENCH_RULES_MAX + rule * RULEBENCH_WORDS + i;

	/* Odd, so that no two seeds meet; and 95^5 is above 2^32. */
	seed *= 2654435761U;
	for (int k = 0; k < 5; k++, seed /= 95) {
		buf_add_char(out, consonants[seed % 95 / 5]);
		buf_add_char(out, vowels[seed % 5]);
	}
}

void
rulebench_rules(uint32_t count, struct buf *out)
{
	buf_add_text(out, "themes made-up\n"
			  "words made_up_people: male, female, youth*\n");
	for (uint32_t r = 0; r < count; r++) {
		buf_addf(out, "words made_up_%u: ", r);
		for (uint32_t i = 0; i < RULEBENCH_WORDS; i++) {
			rulebench_word(r, i, out);
			buf_add_text(out, i == 3 ? "*" : i == 4 ? " ~1" : "");
			buf_add_text(
			    out, i + 1 < RULEBENCH_WORDS ? ", " : "\n");
		}
		buf_addf(out,
		    "rule made_up_%u \"Made up\"\n theme made-up\n"
		    " give 40 when text has @made_up_%u\n"
		    " give 30 when text has @made_up_%u near 5 "
		    "@made_up_people\n"
		    " give 5 when place is rural\n"
		    " alert from 60, review from 40\n",
		    r, r, r);
	}
}

/* A sentence with each "#" of it a number. */
static void
add_sentence(struct buf *out, uint32_t *state)
{
	const char *s =
	    sentences[next(state, sizeof sentences / sizeof sentences[0])];

	for (; *s; s++)
		if (*s == '#')
			buf_addf(out, "%u", next(state, 90) + 10);
		else
			buf_add_char(out, *s);
}

static void
add_text(struct buf *out, size_t number, uint32_t rules, uint32_t *state)
{
	size_t begin = out->len;
	uint32_t rule = rules > 0 ? next(state, rules) : 0;

	if (rules > 0 && number % RULEBENCH_HIT_EVERY == 0) {
		rulebench_word(rule, 1 + next(state, 9), out);
		buf_add_char(out, ' ');
	}
	while (out->len - begin < RULEBENCH_TEXT_BYTES) {
		add_sentence(out, state);
		buf_addf(out, " Name given as Q%c%c%u. ",
		    'a' + (int)next(state, 26), 'a' + (int)next(state, 26),
		    next(state, 1000));
	}
	out->len = begin + RULEBENCH_TEXT_BYTES;
}

void
rulebench_texts_make(struct rulebench_texts *t, uint32_t rules)
{
	uint32_t state = 12345;

	*t = (struct rulebench_texts){ .incidents = alloc_zero(RULEBENCH_TEXTS,
					   sizeof *t->incidents),
		.log = alloc_zero(RULEBENCH_TEXTS, sizeof *t->log) };
	for (size_t i = 0; i < RULEBENCH_TEXTS; i++)
		add_text(&t->text, i, rules, &state);
	for (size_t i = 0; i < RULEBENCH_TEXTS; i++) {
		incident_init(&t->incidents[i]);
		t->log[i].text = str_make(
		    t->text.p + i * RULEBENCH_TEXT_BYTES, RULEBENCH_TEXT_BYTES);
		t->log[i].by = str_of("CALL");
		t->incidents[i].log = &t->log[i];
		t->incidents[i].log_count = 1;
		t->incidents[i].opened_ms = INT64_C(1768000000000);
	}
}

void
rulebench_texts_release(struct rulebench_texts *t)
{
	free(t->incidents);
	free(t->log);
	buf_clear(&t->text);
	*t = (struct rulebench_texts){ 0 };
}

/* All incidents once; how many have a tag. */
static size_t
tag_all(const struct ruleset *rs, const struct rulebench_texts *t,
    struct rules_scratch *s, struct arena *arena)
{
	struct place place = place_unknown();
	size_t tagged = 0;

	place.class = PLACE_RURAL;
	for (size_t i = 0; i < RULEBENCH_TEXTS; i++) {
		struct rules_result r;

		ruleset_tag(rs, &t->incidents[i], &place, s, arena, &r);
		tagged += r.tag_count > 0;
		arena_reset(arena);
	}
	return tagged;
}

void
rulebench_measure(const struct ruleset *rs, const struct rulebench_texts *t,
    int64_t ms, struct rulebench_figures *out)
{
	struct rules_scratch *s = ruleset_scratch_new();
	struct arena *arena = arena_new();
	int64_t begun_us = clock_mono_us();
	int64_t best_us = INT64_MAX;
	size_t tagged;

	do {
		int64_t pass_us = clock_thread_us();

		tagged = tag_all(rs, t, s, arena);
		pass_us = clock_thread_us() - pass_us;
		best_us = pass_us < best_us ? pass_us : best_us;
	} while (clock_mono_us() - begun_us < ms * 1000);
	out->us = (double)best_us / RULEBENCH_TEXTS;
	out->tagged = (double)tagged / RULEBENCH_TEXTS;
	arena_free(&arena);
	ruleset_scratch_free(&s);
}
