/*
 * What tagging costs: incidents of 1 KB of text, already decoded, on one core,
 * with the shipped packs alone and with many generated rules beside them.
 *
 *     bench_rules [DIR]      rules of DIR instead of rules/packs/essex
 *
 * Texts are made from sentences of ordinary control room language with names,
 * numbers and times that differ from one to the next; one in twenty has words
 * that a generated rule looks for.  Generated rules share a tenth of their
 * words.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/files.h"
#include "agent/base/str.h"
#include "agent/geo/place.h"
#include "agent/incident/incident.h"
#include "rules/ruleset.h"

#define TEXTS      2000
#define TEXT_BYTES 1024
#define ROUNDS_MS  1500
#define FILES_MAX  64
#define WORDS_EACH 6

static const char *const sentences[] = {
	"Informant states that a silver vehicle has been parked across the "
	"drive since about four this afternoon and nobody is with it.",
	"Caller advised to ring back if anything changes, no further "
	"information at this time.",
	"Unit assigned from the late turn, estimated arrival in %u minutes.",
	"Neighbour heard shouting from number %u and a door being slammed, "
	"it has gone quiet since.",
	"Male described as tall, dark jacket, carrying a rucksack, walking "
	"towards the station.",
	"Checks done on the address, one previous call in the week for a "
	"similar complaint, log %u refers.",
	"Two cars in collision at the roundabout, one lane blocked, no "
	"injuries reported by the drivers.",
	"Shop manager is holding CCTV until Thursday, reference %u.",
	"Ambulance already running, patient is breathing and talking.",
	"Dog walker found a purse by the bench near the pond, will hand it in.",
	"Farmer reports a gate left open and sheep on the lane, he has got "
	"them back in himself.",
	"Alarm company says activation in zone %u, key holder on the way.",
	"Supervisor has reviewed, grade stays as it is, next review at %u "
	"hundred.",
	"Caller rang again, she can see lights in the building opposite.",
};

static uint32_t state = 12345;

static uint32_t
next(uint32_t below)
{
	state = state * 1664525U + 1013904223U;
	return (state >> 8) % below;
}

/* A made-up word for rule number rule; some are shared between rules. */
static void
add_word(struct buf *out, uint32_t rule, uint32_t i)
{
	static const char *const parts[] = { "bra", "cor", "dul", "fen", "gri",
		"hox", "jat", "kel", "lom", "mip", "nur", "pra", "qui", "rov",
		"sta", "tve" };
	uint32_t seed = i == 0 ? rule % 10 : rule * WORDS_EACH + i;

	for (int k = 0; k < 4; k++, seed >>= 4)
		buf_add_text(out, parts[seed & 15U]);
	buf_addf(out, "%c", 'a' + (int)(i % 26));
}

static void
make_text(struct buf *out, size_t number, uint32_t rules)
{
	size_t begin = out->len;

	while (out->len - begin < TEXT_BYTES) {
		size_t i = next(sizeof sentences / sizeof sentences[0]);

		/* The sentence's own %u, if it has one. */
		const char *mark = strstr(sentences[i], "%u");

		if (mark) {
			buf_add(
			    out, sentences[i], (size_t)(mark - sentences[i]));
			buf_addf(out, "%u%s ", next(90) + 10, mark + 2);
		} else {
			buf_addf(out, "%s ", sentences[i]);
		}
		buf_addf(out, "Name given as Q%c%c%u. ", 'a' + (int)next(26),
		    'a' + (int)next(26), next(1000));
	}
	if (number % 20 == 0 && rules > 0) {
		uint32_t rule = next(rules);

		add_word(out, rule, 1);
		buf_add_char(out, ' ');
		add_word(out, rule, 2);
	}
}

static void
make_rules(struct buf *out, uint32_t rules)
{
	buf_add_text(out, "themes generated\n");
	for (uint32_t r = 0; r < rules; r++) {
		buf_addf(out, "words w%u: ", r);
		for (uint32_t i = 0; i < WORDS_EACH; i++) {
			add_word(out, r, i);
			buf_add_text(out, i + 1 < WORDS_EACH ? ", " : "\n");
		}
		buf_addf(out,
		    "rule g%u \"Generated\"\n theme generated\n"
		    " give 40 when text has @w%u\n"
		    " give 30 when text has @w%u near 5 \"male\"\n"
		    " give 5 when place is rural\n review from 60\n",
		    r, r, r);
	}
}

static size_t
read_rules(const char *dir, struct ruleset_file *files, struct buf *texts)
{
	struct files_list names;
	struct err e;

	if (files_list(dir, ".rules", &names, &e) == -1) {
		fprintf(stderr, "%s\n", e.msg);
		exit(4);
	}
	for (size_t i = 0; i < names.count && i < FILES_MAX - 1; i++) {
		struct buf path = { 0 };

		buf_addf(&path, "%s/%s", dir, names.names[i]);
		if (files_read(path.p, 1 << 22, &texts[i], &e) == -1) {
			fprintf(stderr, "%s\n", e.msg);
			exit(4);
		}
		files[i].name = str_of(names.names[i]);
		files[i].text = buf_str(&texts[i]);
		buf_clear(&path);
	}
	return names.count;
}

static void
measure(const struct ruleset *rs, const struct incident *incidents,
    const char *what)
{
	struct rules_scratch *s = ruleset_scratch_new();
	struct arena *arena = arena_new();
	struct place place = place_unknown();
	int64_t begun = clock_mono_us();
	int64_t took;
	size_t n = 0;
	size_t tags = 0;

	place.class = PLACE_RURAL;
	do {
		for (size_t i = 0; i < TEXTS; i++) {
			struct rules_result r;

			ruleset_tag(rs, &incidents[i], &place, s, arena, &r);
			tags += r.tag_count;
			arena_reset(arena);
		}
		n += TEXTS;
		took = clock_mono_us() - begun;
	} while (took < ROUNDS_MS * 1000);
	printf("%-24s %7zu rules  %9.0f incidents/s  %6.2f us each  %.3f "
	       "tags each\n",
	    what, ruleset_rule_count(rs), (double)n * 1e6 / (double)took,
	    (double)took / (double)n, (double)tags / (double)n);
	arena_free(&arena);
	ruleset_scratch_free(&s);
}

static void
run(const char *dir, uint32_t generated)
{
	struct ruleset_file files[FILES_MAX] = { 0 };
	struct buf texts[FILES_MAX] = { 0 };
	struct buf diag = { 0 };
	struct buf rules = { 0 };
	struct buf all = { 0 };
	struct ruleset *rs = NULL;
	struct incident *incidents = alloc_zero(TEXTS, sizeof *incidents);
	struct incident_entry *log = alloc_zero(TEXTS, sizeof *log);
	size_t count = read_rules(dir, files, texts);
	size_t *at = alloc_zero(TEXTS + 1, sizeof *at);
	char what[64];
	int64_t begun;

	make_rules(&rules, generated);
	files[count].name = str_of("generated.rules");
	files[count].text = buf_str(&rules);
	begun = clock_mono_us();
	if (ruleset_compile(files, count + 1, &diag, &rs) == -1) {
		fprintf(stderr, "%s", diag.p);
		exit(3);
	}
	printf(
	    "compiled in %.1f ms\n", (double)(clock_mono_us() - begun) / 1000);
	for (size_t i = 0; i < TEXTS; i++) {
		make_text(&all, i, generated);
		at[i + 1] = all.len;
	}
	for (size_t i = 0; i < TEXTS; i++) {
		incident_init(&incidents[i]);
		log[i].text = str_make(all.p + at[i], at[i + 1] - at[i]);
		log[i].by = str_of("CALL");
		incidents[i].log = &log[i];
		incidents[i].log_count = 1;
		incidents[i].opened_ms = INT64_C(1768000000000);
	}
	(void)snprintf(what, sizeof what, "packs and %u more", generated);
	measure(rs, incidents, what);
	ruleset_free(&rs);
}

int
main(int argc, char **argv)
{
	const char *dir =
	    argc > 1 ? argv[1] : TEST_SOURCE_DIR "/rules/packs/essex";
	static const uint32_t sizes[] = { 0, 100, 1000, 10000 };

	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
		run(dir, sizes[i]);
	return 0;
}
