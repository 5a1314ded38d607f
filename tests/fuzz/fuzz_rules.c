/*
 * Any bytes as a rule file: problems or a rule set, and a rule set can read an
 * incident.  Whatever it says of one points into the incident's text.
 */
#include <stdint.h>
#include <stdlib.h>

#include "agent/base/arena.h"
#include "agent/base/check.h"
#include "agent/base/err.h"
#include "rules/ruleset.h"

static const char *const incident =
    "{\"id\":\"1\",\"opened_at\":\"2025-11-15T16:03:22Z\",\"grade\":2,"
    "\"opening_code\":\"TRESPASS\",\"location_text\":\"field by the wood\","
    "\"log\":[{\"at\":\"2025-11-15T16:03:22Z\",\"by\":\"CALL\",\"text\":"
    "\"3 lads w long dogs walking the stubble, hare coursing. Not ours.\"},"
    "{\"at\":\"2025-11-15T16:09:00Z\",\"by\":\"UNIT\",\"text\":"
    "\"Fly tipped rubble, caravans pulled on, no trace of dogs\"}]}";

static void
check_evidence(const struct rules_tag *tags, size_t count)
{
	for (size_t t = 0; t < count; t++)
		for (size_t h = 0; h < tags[t].hit_count; h++)
			for (size_t i = 0; i < tags[t].hits[h].evidence_count;
			     i++) {
				const struct rules_evidence *e =
				    &tags[t].hits[h].evidence[i];

				CHECK(!e->has_span ||
				      (e->start < e->end &&
					  e->text.len == e->end - e->start));
			}
}

static void
tag(const struct ruleset *rs)
{
	struct arena *arena = arena_new();
	struct rules_scratch *scratch = ruleset_scratch_new();
	struct place place = place_unknown();
	struct rules_result result = { 0 };
	struct incident in;
	struct err e;

	CHECK(incident_parse(str_of(incident), arena, &in, &e) == 0);
	ruleset_tag(rs, &in, &place, scratch, arena, &result);
	check_evidence(result.tags, result.tag_count);
	check_evidence(result.flags, result.flag_count);
	ruleset_scratch_free(&scratch);
	arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct ruleset_file file = { .name = str_of("fuzz.rules"),
		.text = str_make((const char *)data, len) };
	struct buf diag = { 0 }, report = { 0 };
	struct ruleset *rs = NULL;
	size_t run;

	if (ruleset_compile(&file, 1, &diag, &rs) == 0) {
		tag(rs);
		ruleset_run_tests(rs, &report, &run);
		ruleset_free(&rs);
	} else {
		CHECK(diag.len > 0 && rs == NULL);
	}
	buf_clear(&diag);
	buf_clear(&report);
	return 0;
}
