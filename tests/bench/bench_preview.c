/*
 * bench_preview: make a database of many stored incidents, for preview.py.
 *
 *     bench_preview FILE [COUNT]      1,000,000 without COUNT
 *
 * Through the store, as the agent does it, but that nothing is flushed.  Each
 * incident has 1 KB of text in 3 to 6 entries, ordinary control room language
 * with a tenth about the country; one in five has a second message, which comes
 * a thousand incidents later.  Ten years, fourteen districts, all hours.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/hash.h"
#include "agent/incident/incident.h"
#include "agent/store/store.h"

#define COUNT         1000000
#define BATCH         2000
#define UPDATE_EVERY  5
#define UPDATE_BEHIND 1000
#define TEXT_BYTES    1024
#define YEARS_MS      (INT64_C(10) * 365 * 86400 * 1000)
#define FIRST_MS      INT64_C(1451606400000) /* 2016 */

static const char *const ordinary[] = {
	"Informant states that a silver vehicle has been parked across the "
	"drive since about four this afternoon and nobody is with it. ",
	"Caller advised to ring back if anything changes, no further "
	"information at this time. ",
	"Unit assigned from the late turn, estimated arrival in 20 minutes. ",
	"Neighbour heard shouting and a door being slammed, it has gone quiet "
	"since. ",
	"Male described as tall, dark jacket, carrying a rucksack, walking "
	"towards the station. ",
	"Two cars in collision at the roundabout, one lane blocked, no "
	"injuries reported by the drivers. ",
	"Shop manager is holding CCTV until Thursday. ",
	"Ambulance already running, patient is breathing and talking. ",
	"Phone taken from a bag on the train, last seen before the junction. ",
	"Supervisor has reviewed, grade stays as it is. ",
};
static const char *const country[] = {
	"Three males with lurchers walking the stubble in a line. ",
	"Fridge and builders rubble dumped in the gateway overnight. ",
	"Two caravans and a transit on the recreation ground, no permission. ",
	"Quad bike stolen from the barn, the padlock was cut. ",
	"Sheep found dead in the field, dog bites to the neck. ",
};
static const char *const districts[] = { "Basildon", "Braintree", "Brentwood",
	"Castle Point", "Chelmsford", "Colchester", "Epping Forest", "Harlow",
	"Maldon", "Rochford", "Southend-on-Sea", "Tendring", "Thurrock",
	"Uttlesford" };

#define PICK(list, i) ((list)[(i) % (sizeof(list) / sizeof((list)[0]))])

struct maker {
	struct store *store;
	struct buf bytes;
	uint64_t state;
};

static uint64_t
next(struct maker *m)
{
	m->state ^= m->state << 13;
	m->state ^= m->state >> 7;
	m->state ^= m->state << 17;
	return m->state >> 11;
}

static void
stop(const struct err *e)
{
	(void)fprintf(stderr, "bench_preview: %s\n", e->msg);
	exit(4);
}

static void
add_entry(struct maker *m, int entry, size_t bytes, bool rural)
{
	size_t end = m->bytes.len + bytes;

	buf_addf(&m->bytes,
	    "%s{\"at\":\"2026-01-14T10:%02d:07Z\",\"by\":\"%s\",\"seq\":%d,"
	    "\"text\":\"",
	    entry ? "," : "", entry, entry ? "UNIT" : "CALL", entry + 1);
	if (rural && entry == 0)
		buf_add_text(&m->bytes, PICK(country, next(m)));
	while (m->bytes.len < end)
		buf_addf(&m->bytes, "%sRef Q%c%c%" PRIu64 ". ",
		    PICK(ordinary, next(m)), 'a' + (int)(next(m) % 26),
		    'a' + (int)(next(m) % 26), next(m) % 10000);
	buf_add_text(&m->bytes, "\"}");
}

static int64_t
opened_ms(int64_t number, int64_t count)
{
	return FIRST_MS + YEARS_MS / count * number;
}

static void
make_message(struct maker *m, int64_t number, int64_t count, int revision)
{
	int entries = 3 + (int)(next(m) % 4);
	char when[CLOCK_TEXT_MAX];

	buf_reset(&m->bytes);
	buf_addf(&m->bytes,
	    "{\"id\":\"EP-%09" PRId64 "\",\"revision\":%d,\"opened_at\":\"%s\","
	    "\"grade\":%d,\"opening_code\":\"SUSPICIOUS\","
	    "\"location_text\":\"off Example Lane\",\"log\":[",
	    number, revision, clock_format_utc(opened_ms(number, count), when),
	    1 + (int)(next(m) % 5));
	for (int i = 0; i < entries; i++)
		add_entry(m, i, TEXT_BYTES / (size_t)entries, number % 10 == 0);
	buf_add_text(&m->bytes, "]}");
}

static void
add_message(struct maker *m, int64_t incident_id, int revision)
{
	struct store_message msg = { .revision = revision,
		.received_ms = FIRST_MS,
		.file = STR_LIT("bench.ndjson"),
		.line = 1,
		.bytes = buf_str(&m->bytes) };
	struct err e;

	hash_sha256(msg.bytes, msg.hash);
	if (store_message_add(m->store, incident_id, &msg, &e) != 1)
		stop(&e);
}

static void
add_incident(struct maker *m, int64_t number, int64_t count)
{
	char ref[32];
	struct store_incident row = { .feed = STR_LIT("bench"),
		.first_ms = FIRST_MS,
		.last_ms = FIRST_MS,
		.opened_ms = opened_ms(number, count),
		.updated_ms = CLOCK_NONE,
		.closed_ms = CLOCK_NONE,
		.tagged_ms = CLOCK_NONE,
		.place = place_unknown(),
		.message_count = number % UPDATE_EVERY == 0 ? 2 : 1 };
	struct err e;

	row.ref.len =
	    (size_t)snprintf(ref, sizeof ref, "EP-%09" PRId64, number);
	row.ref.p = ref;
	row.place.class = next(m) % 2 ? PLACE_RURAL : PLACE_URBAN;
	row.place.lat = 51.5 + (double)(next(m) % 5000) / 10000;
	row.place.lon = 0.1 + (double)(next(m) % 9000) / 10000;
	row.place.uncertainty_m = 50;
	row.place.source = str_of("coordinates");
	row.place.district = str_of(PICK(districts, next(m)));
	row.place.edition = str_of("towns");
	if (store_incident_put(m->store, &row, &e) < 0)
		stop(&e);
	make_message(m, number, count, 1);
	add_message(m, row.id, 1);
}

/* Row ids are the numbers, from 1, since there is no other incident. */
static void
add_update(struct maker *m, int64_t number, int64_t count)
{
	make_message(m, number, count, 2);
	add_message(m, number, 2);
}

int
main(int argc, char **argv)
{
	struct maker m = { .state = UINT64_C(88172645463325252) };
	int64_t count = argc > 2 ? strtoll(argv[2], NULL, 10) : COUNT;
	struct err e;

	if (argc < 2 || argv[1][0] == '-' || count < 1) {
		(void)fprintf(stderr, "usage: bench_preview FILE [COUNT]\n");
		return 2;
	}
	if (store_open(argv[1], DB_CREATE, &m.store, &e) < 0 ||
	    db_exec(store_db(m.store), "PRAGMA synchronous = OFF", &e) < 0)
		stop(&e);
	for (int64_t i = 1; i <= count + UPDATE_BEHIND; i++) {
		int64_t before = i - UPDATE_BEHIND;

		if ((i - 1) % BATCH == 0 && store_begin(m.store, &e) < 0)
			stop(&e);
		if (i <= count)
			add_incident(&m, i, count);
		if (before > 0 && before % UPDATE_EVERY == 0)
			add_update(&m, before, count);
		if ((i % BATCH == 0 || i == count + UPDATE_BEHIND) &&
		    store_commit(m.store, &e) < 0)
			stop(&e);
	}
	store_close(&m.store);
	buf_clear(&m.bytes);
	return 0;
}
