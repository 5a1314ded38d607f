/*
 * Fuzzes the decoder and what reads its records.  What was taken must print to
 * something that is taken again and prints the same, and a merge of a message
 * with itself must be that of one.  A skim of it must be a part of it.
 */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "agent/base/arena.h"
#include "agent/base/check.h"
#include "agent/base/err.h"
#include "agent/base/hash.h"
#include "agent/incident/incident.h"
#include "agent/incident/incident_skim.h"
#include "agent/incident/merge.h"
#include "agent/incident/plates.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_print(const struct incident *in, struct arena *arena)
{
	struct buf once = { NULL, 0, 0 }, twice = { NULL, 0, 0 };
	struct incident again;
	struct err e;

	incident_print(in, &once);
	CHECK(incident_parse(buf_str(&once), arena, &again, &e) == 0);
	incident_print(&again, &twice);
	CHECK(str_is_equal(buf_str(&once), buf_str(&twice)));
	buf_clear(&once);
	buf_clear(&twice);
}

static void
check_merge(const struct incident *in, struct str text, struct arena *arena)
{
	struct merge_message messages[2] = { { in, { 0 } }, { in, { 0 } } };
	struct buf one = { NULL, 0, 0 }, two = { NULL, 0, 0 };
	struct incident record;

	hash_sha256(text, messages[0].hash);
	hash_sha256(text, messages[1].hash);
	merge_fold(messages, 1, arena, &record);
	incident_print(&record, &one);
	merge_fold(messages, 2, arena, &record);
	incident_print(&record, &two);
	CHECK(str_is_equal(buf_str(&one), buf_str(&two)));
	buf_clear(&one);
	buf_clear(&two);
}

static void
check_plates(const struct incident *in, struct arena *arena)
{
	const struct plate *plates;
	size_t i, n = plates_find(in, arena, &plates);

	CHECK(n <= PLATES_MAX);
	for (i = 0; i < n; i++) {
		struct str from = plates[i].entry < 0
				      ? str_make(NULL, 0)
				      : in->log[plates[i].entry].text;

		CHECK(plates[i].mark.len >= 2 && plates[i].mark.len <= 7);
		CHECK(plates[i].entry < 0 || plates[i].end <= from.len);
		CHECK(plates[i].start < plates[i].end);
	}
}

/* What a skim does not read. */
static void
clear_unread(struct incident *in)
{
	in->crime_no = in->beat = str_make(NULL, 0);
	in->lat = in->lon = in->easting = in->northing = (double)NAN;
	in->accuracy_m = (double)NAN;
	in->informant = (struct incident_informant){ .contact_ok = -1 };
	in->extra_count = 0;
}

/* The quick reading of what was taken is a part of the thorough one. */
static void
check_skim(const struct incident *in, struct str text, struct arena *arena)
{
	struct buf once = { NULL, 0, 0 }, twice = { NULL, 0, 0 };
	struct incident whole = *in, quick;

	if (!incident_skim(text, arena, &quick))
		return;
	clear_unread(&whole);
	incident_print(&whole, &once);
	incident_print(&quick, &twice);
	CHECK(str_is_equal(buf_str(&once), buf_str(&twice)));
	CHECK(whole.grade_no == quick.grade_no);
	buf_clear(&once);
	buf_clear(&twice);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	struct str text = str_make((const char *)data, size);
	struct incident in;
	struct err e;

	if (incident_parse(text, arena, &in, &e) == 0) {
		check_print(&in, arena);
		check_merge(&in, text, arena);
		check_plates(&in, arena);
		check_skim(&in, text, arena);
	} else {
		/* Whatever comes of it, it ends. */
		(void)incident_skim(text, arena, &in);
	}
	arena_free(&arena);
	return 0;
}
