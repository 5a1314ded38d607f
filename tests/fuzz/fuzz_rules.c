/*
 * Fuzzes the text of rules: up to a zero byte it is a rule file, after it a
 * .list file and, after another, a log.  Whatever compiles must tag without
 * harm, twice alike, and its tests must run.
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The text up to a zero byte; *rest is what follows it. */
static struct str
cut(struct str *rest)
{
	const char *zero = rest->len ? memchr(rest->p, 0, rest->len) : NULL;
	struct str part = *rest;

	if (zero) {
		part.len = (size_t)(zero - part.p);
		*rest = str_make(zero + 1, rest->len - part.len - 1);
	} else {
		*rest = str_make("", 0);
	}
	return part;
}

static void
tag(const struct ruleset *rs, struct str text)
{
	struct rules_scratch *s = ruleset_scratch_new();
	struct arena *arena = arena_new();
	struct incident_entry log[2] = {
		{ .at_ms = CLOCK_NONE, .by = str_of("CALL"), .text = text },
		{ .at_ms = CLOCK_NONE, .by = str_of("UNIT"), .text = text },
	};
	struct place place = place_unknown();
	struct rules_result once;
	struct rules_result twice;
	struct incident in;

	incident_init(&in);
	in.id = str_of("1");
	in.log = log;
	in.log_count = 2;
	in.opened_ms = INT64_C(1768387327000);
	in.location_text = text;
	ruleset_tag(rs, &in, &place, s, arena, &once);
	ruleset_tag(rs, &in, &place, s, arena, &twice);
	CHECK(once.tag_count == twice.tag_count);
	CHECK(once.flag_count == twice.flag_count);
	for (size_t i = 0; i < once.tag_count; i++) {
		CHECK(once.tags[i].score == twice.tags[i].score);
		CHECK(once.tags[i].hit_count == twice.tags[i].hit_count);
	}
	arena_free(&arena);
	ruleset_scratch_free(&s);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rest = str_make((const char *)data, size);
	struct ruleset_file files[2] = {
		{ .name = str_of("fuzz.rules") },
		{ .name = str_of("fuzz.list") },
	};
	struct buf said = { 0 };
	struct ruleset *rs = NULL;
	size_t run;

	files[0].text = cut(&rest);
	files[1].text = cut(&rest);
	if (ruleset_compile(files, 2, &said, &rs) == 0) {
		tag(rs, rest.len ? rest : files[0].text);
		(void)ruleset_run_tests(rs, &said, &run);
		ruleset_free(&rs);
	} else {
		CHECK(said.len > 0);
		CHECK(rs == NULL);
	}
	buf_clear(&said);
	return 0;
}
