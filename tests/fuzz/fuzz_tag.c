/*
 * Fuzzes the text of logs against rules that have every construct.  Each line
 * is an entry, by CALL and UNIT in turn; a line that begins with "@" is the
 * location.  Every passage must be what stands at its offsets, points must add
 * up, and a scratch that has seen all logs before must say the same as a new
 * one.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "agent/base/arena.h"
#include "agent/base/check.h"
#include "agent/base/clock.h"
#include "agent/geo/place.h"
#include "agent/incident/incident.h"
#include "rules/ruleset.h"

#define ENTRIES_MAX 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char rules[] =
    "themes a, b\n"
    "context denied\n next 4: no, not\n previous 3: \"not seen\"\n"
    " until: but\n corrections: correction\n until confirmed\n"
    "context past\n clause: \"last year\"\n sentence: previously\n"
    " entry: exercise\n earlier: disregard\n itself: \"hare and hounds\"\n"
    "context question\n questions\n"
    "words dogs: dog*, lurcher ~1, greyhound ~2, not \"hot dog*\"\n"
    "words hares: hare, hares, @dogs, \"fly tip*\", \"cut ... chain\",\n"
    " \"cut * gate\", \"# caravans\", 3\n"
    "rule one \"One\"\n theme a\n"
    " give 20 when text has @dogs near 5 @hares\n"
    " give 10 each up to 40 when text has any @dogs\n"
    " give 15 when log by UNIT has @hares before 3 @dogs\n"
    " give 15 when text has @dogs not near 2 \"police\"\n"
    " give 15 when last entry has @hares same sentence @dogs\n"
    " take 10 when text has denied @dogs\n"
    " alert from 60, review from 20\n"
    "rule two \"Two\"\n theme b\n"
    " give 30 when text has (@dogs near 2 \"man\") near 9 \"field\"\n"
    " give 30 when text has @dogs later @hares\n"
    " give 30 when text has @hares not later \"gone\"\n"
    " give 30 when number of @dogs at least 3\n"
    " give 10 when not text has \"cat\" and not grade is 2\n"
    " veto text has \"cat\" same entry \"cat\"\n"
    " review from 30\n"
    "rule three \"Three\"\n flag crime\n"
    " give 50 when location_text has @hares or text has question @dogs\n"
    " review from 50\n"
    "rule four \"Four\"\n theme a\n"
    " give 40 when text has @dogs | \"flytip\" | \"25 sheep\"\n"
    " give 20 when number of \"sheep\" at least 6 or inside \"sssi\"\n"
    " cancelled when log by UNIT has \"cat\" or last entry has \"gone\"\n"
    " confirmed when log has \"confirmed\"\n"
    " review from 20\n";

static struct ruleset *
compile(void)
{
	struct ruleset_file file = { STR_LIT("fuzz.rules"), STR_LIT(rules) };
	struct buf said = { 0 };
	struct ruleset *rs = NULL;

	CHECK(ruleset_compile(&file, 1, &said, &rs) == 0);
	buf_clear(&said);
	return rs;
}

static void
read_log(struct str text, struct incident_entry *log, struct incident *in)
{
	incident_init(in);
	in->id = str_of("1");
	in->log = log;
	while (text.len > 0 && in->log_count < ENTRIES_MAX) {
		const char *end = memchr(text.p, '\n', text.len);
		size_t len = end ? (size_t)(end - text.p) : text.len;
		struct str line = str_make(text.p, len);

		text = str_make(text.p + len + (end != NULL),
		    text.len - len - (end != NULL));
		if (line.len > 0 && line.p[0] == '@') {
			in->location_text = line;
			continue;
		}
		log[in->log_count] = (struct incident_entry){
			.at_ms = CLOCK_NONE,
			.by = str_of(in->log_count % 2 ? "UNIT" : "CALL"),
			.text = line,
		};
		in->log_count++;
	}
}

static void
check_evidence(const struct incident *in, const struct rules_evidence *e)
{
	struct str text = in->location_text;

	if (!e->has_span)
		return;
	if (str_is(e->field, "log")) {
		CHECK(e->entry >= 0 && (size_t)e->entry < in->log_count);
		text = in->log[e->entry].text;
	}
	CHECK(e->start < e->end && e->end <= text.len);
	CHECK(e->text.p == text.p + e->start);
	CHECK(e->text.len == e->end - e->start);
}

static void
check_tags(
    const struct incident *in, const struct rules_tag *tags, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		CHECK(tags[i].score >= 1 && tags[i].score <= 100);
		CHECK(tags[i].level != RULES_NONE && tags[i].hit_count > 0);
		for (size_t h = 0; h < tags[i].hit_count; h++)
			for (size_t k = 0; k < tags[i].hits[h].evidence_count;
			     k++)
				check_evidence(
				    in, &tags[i].hits[h].evidence[k]);
	}
}

static void
check_same(const struct rules_tag *a, const struct rules_tag *b, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		CHECK(a[i].score == b[i].score);
		CHECK(a[i].hit_count == b[i].hit_count);
		for (size_t h = 0; h < a[i].hit_count; h++)
			CHECK(a[i].hits[h].evidence_count ==
			      b[i].hits[h].evidence_count);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct ruleset *rs;
	static struct rules_scratch *used;
	struct rules_scratch *new = ruleset_scratch_new();
	struct arena *arena = arena_new();
	struct incident_entry log[ENTRIES_MAX];
	struct place place = place_unknown();
	struct rules_result a;
	struct rules_result b;
	struct incident in;

	if (!rs) {
		rs = compile();
		used = ruleset_scratch_new();
	}
	read_log(str_make((const char *)data, size), log, &in);
	ruleset_tag(rs, &in, &place, used, arena, &a);
	ruleset_tag(rs, &in, &place, new, arena, &b);
	check_tags(&in, a.tags, a.tag_count);
	check_tags(&in, a.flags, a.flag_count);
	CHECK(a.tag_count == b.tag_count && a.flag_count == b.flag_count);
	check_same(a.tags, b.tags, a.tag_count);
	check_same(a.flags, b.flags, a.flag_count);
	arena_free(&arena);
	ruleset_scratch_free(&new);
	return 0;
}
