/*
 * Any bytes as the texts of a log ("\n" parts its entries; the first is the
 * location).  What is found lies within its text, a mark is of a known form,
 * and what was found in one text is found in it again.
 */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/arena.h"
#include "agent/base/check.h"
#include "agent/base/clock.h"
#include "agent/incident/identifiers.h"
#include "agent/incident/plates.h"

#define ENTRIES_MAX 8

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
make_incident(struct str text, struct incident_entry *log, struct incident *in)
{
	incident_init(in);
	in->log = log;
	for (size_t n = 0; n <= ENTRIES_MAX && text.len > 0; n++) {
		const char *end = memchr(text.p, '\n', text.len);
		size_t len =
		    end && n < ENTRIES_MAX ? (size_t)(end - text.p) : text.len;
		struct str s = str_make(text.p, len);

		if (n == 0)
			in->location_text = s;
		else
			log[in->log_count++] =
			    (struct incident_entry){ CLOCK_NONE,
				    INCIDENT_NO_NUMBER, { NULL, 0 }, s };
		len += len < text.len;
		text = str_make(text.p + len, text.len - len);
	}
}

static void
check_finding(const struct incident *in, const struct finding *f)
{
	struct str text =
	    f->entry < 0 ? in->location_text : in->log[f->entry].text;

	CHECK(f->entry == FINDING_IN_LOCATION ||
	      (f->entry >= 0 && (size_t)f->entry < in->log_count));
	CHECK(f->start < f->end && f->end <= text.len);
	CHECK(f->value.len > 0 && f->certainty > 0 && f->certainty <= 100);
	CHECK(isnan(f->lat) == isnan(f->lon));
	CHECK(isfinite(f->uncertainty_m) ==
	      (isfinite(f->lat) || isfinite(f->easting)));
	CHECK(!isfinite(f->lat) || (fabs(f->lat) <= 90 && fabs(f->lon) <= 180));
}

static void
check_plates(const struct incident *in, struct arena *arena)
{
	const struct plate *plates;
	size_t n = plates_find(in, arena, &plates);

	for (size_t i = 0; i < n; i++) {
		struct plateform_fit fit;

		CHECK(
		    plateform_find(plates[i].mark.p, plates[i].mark.len, &fit));
		CHECK(fit.changed == 0 && fit.kind == plates[i].kind);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	struct incident_entry log[ENTRIES_MAX];
	struct identifiers ids, again;
	struct incident in;

	make_incident(str_make((const char *)data, size), log, &in);
	identifiers_find(&in, NULL, arena, &ids);
	for (size_t i = 0; i < ids.count; i++)
		check_finding(&in, &ids.findings[i]);
	identifiers_find(&in, NULL, arena, &again);
	CHECK(ids.count == again.count);
	check_plates(&in, arena);
	arena_free(&arena);
	return 0;
}
