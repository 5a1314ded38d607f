/*
 * Merge: what each rule of merge.h says, and that order and repetition of
 * messages make no difference, for many random incidents.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "agent/base/arena.h"
#include "agent/base/err.h"
#include "agent/base/json.h"
#include "agent/base/random.h"
#include "agent/incident/merge.h"

#define MESSAGES_MAX 16
#define SHUFFLED_MAX ((size_t)3 * MESSAGES_MAX)
#define INCIDENTS    150
#define SHUFFLES     200

static struct arena *arena;

static int
set_up(void **state)
{
	(void)state;
	arena = arena_new();
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static void
add_message(struct merge_message *m, const char *text)
{
	struct incident *in = arena_alloc(arena, 1, sizeof(*in));
	struct err e;

	if (incident_parse(str_of(text), arena, in, &e) != 0)
		fail_msg("%s: %s", text, e.msg);
	m->incident = in;
	hash_sha256(str_of(text), m->hash);
}

/* The printed record of messages; the caller releases *out. */
static void
fold(struct merge_message *messages, size_t count, struct buf *out)
{
	struct incident record;

	merge_fold(messages, count, arena, &record);
	buf_reset(out);
	incident_print(&record, out);
}

#define OPENED "\"opened_at\":\"2026-01-14T10:00:00Z\""
#define AT(m)  "\"at\":\"2026-01-14T10:" m ":00Z\""
#define RECORD "{\"id\":\"A\"," OPENED

static const struct {
	const char *name;
	const char *messages[5];
	const char *record;
} cases[] = {
	{ "one message",
	    { "{\"id\":\"A\"," OPENED ",\"log\":[{\"text\":\"a\"}]}" },
	    RECORD ",\"log\":[{\"text\":\"a\"}]}" },
	{ "the highest revision stands, what it lacks is absent",
	    { "{\"id\":\"A\",\"revision\":2," OPENED ",\"status\":\"new\"}",
		"{\"id\":\"A\",\"revision\":1," OPENED
		",\"status\":\"old\",\"beat\":\"B1\"}" },
	    "{\"id\":\"A\",\"revision\":2," OPENED
	    ",\"status\":\"new\",\"log\":[]}" },
	{ "a revision is above none, whatever the time",
	    { "{\"id\":\"A\",\"revision\":0," OPENED ",\"status\":\"r\"}",
		"{\"id\":\"A\"," OPENED ",\"status\":\"late\","
		"\"updated_at\":\"2026-01-15T10:00:00Z\"}" },
	    "{\"id\":\"A\",\"revision\":0," OPENED
	    ",\"status\":\"r\",\"log\":[]}" },
	{ "without revision the later stands",
	    { "{\"id\":\"A\"," OPENED ",\"status\":\"late\","
	      "\"updated_at\":\"2026-01-15T10:00:00Z\"}",
		"{\"id\":\"A\"," OPENED ",\"status\":\"early\"}" },
	    "{\"id\":\"A\"," OPENED ",\"updated_at\":"
	    "\"2026-01-15T10:00:00Z\",\"status\":\"late\",\"log\":[]}" },
	{ "a partial above is laid over, one below adds no member",
	    { "{\"id\":\"A\",\"revision\":2," OPENED
	      ",\"status\":\"whole\",\"beat\":\"B2\"}",
		"{\"id\":\"A\",\"partial\":true,\"revision\":3,"
		"\"status\":\"over\"}",
		"{\"id\":\"A\",\"partial\":true,\"revision\":1,"
		"\"district\":\"under\",\"log\":[{\"text\":\"u\"}]}" },
	    "{\"id\":\"A\",\"revision\":3," OPENED
	    ",\"status\":\"over\",\"beat\":\"B2\",\"log\":["
	    "{\"text\":\"u\"}]}" },
	{ "partials alone are one partial record",
	    { "{\"id\":\"A\",\"partial\":true,\"status\":\"s\","
	      "\"revision\":1}",
		"{\"id\":\"A\",\"partial\":true,\"beat\":\"b\","
		"\"revision\":2,\"informant\":{\"name\":\"N\"}}" },
	    "{\"id\":\"A\",\"partial\":true,\"revision\":2,"
	    "\"status\":\"s\",\"beat\":\"b\",\"informant\":"
	    "{\"name\":\"N\"}}" },
	{ "coordinates are replaced together",
	    { "{\"id\":\"A\"," OPENED ",\"easting\":1,\"northing\":2,"
	      "\"accuracy_m\":5,\"revision\":1}",
		"{\"id\":\"A\",\"partial\":true,\"revision\":2,"
		"\"lat\":51,\"lon\":1}" },
	    "{\"id\":\"A\",\"revision\":2," OPENED
	    ",\"lat\":51,\"lon\":1,\"log\":[]}" },
	{ "accuracy alone keeps them",
	    { "{\"id\":\"A\"," OPENED ",\"lat\":51,\"lon\":1,"
	      "\"accuracy_m\":5,\"revision\":1}",
		"{\"id\":\"A\",\"partial\":true,\"revision\":2,"
		"\"accuracy_m\":9,\"grade\":1}" },
	    "{\"id\":\"A\",\"revision\":2," OPENED
	    ",\"grade\":1,\"lat\":51,\"lon\":1,\"accuracy_m\":9,"
	    "\"log\":[]}" },
	{ "vehicles, resources and extras are added",
	    { "{\"id\":\"A\",\"revision\":1," OPENED
	      ",\"vehicles\":[\"V1\"],\"resources\":["
	      "{\"callsign\":\"C1\",\"allocated_at\":"
	      "\"2026-01-14T10:05:00Z\"}],\"x\":1,\"y\":2}",
		"{\"id\":\"A\",\"partial\":true,\"revision\":2,"
		"\"vehicles\":[\"V2\",\"V1\"],\"resources\":["
		"{\"callsign\":\"C1\",\"arrived_at\":"
		"\"2026-01-14T10:09:00Z\"},{\"callsign\":\"C2\"}],"
		"\"z\":3,\"x\":9}" },
	    "{\"id\":\"A\",\"revision\":2," OPENED ",\"log\":[],"
	    "\"vehicles\":[\"V1\",\"V2\"],\"resources\":["
	    "{\"callsign\":\"C1\",\"allocated_at\":"
	    "\"2026-01-14T10:05:00Z\",\"arrived_at\":"
	    "\"2026-01-14T10:09:00Z\"},{\"callsign\":\"C2\"}],"
	    "\"x\":9,\"y\":2,\"z\":3}" },
	{ "logs are united and sorted, no time last",
	    { "{\"id\":\"A\"," OPENED
	      ",\"log\":[{\"text\":\"n\"},{" AT("09") ",\"text\":\"b\"}]}",
		"{\"id\":\"A\",\"partial\":true,\"log\":[{" AT(
		    "01") ",\"text\":\"a\"},{" AT("09") ",\"text\":\"b\"}]}" },
	    RECORD ",\"log\":[{" AT("01") ",\"text\":\"a\"},{" AT(
		"09") ",\"text\":\"b\"},{\"text\":\"n\"}]}" },
	{ "one entry twice in one message is one",
	    { "{\"id\":\"A\"," OPENED
	      ",\"log\":[{" AT("01") ",\"text\":\"a\"},{" AT(
		  "01") ",\"text\":\"a\"},{" AT("01") ",\"text\":\"a\",\"by\":\"U\"}]}" },
	    RECORD ",\"log\":[{" AT("01") ",\"text\":\"a\"},{" AT(
		"01") ",\"by\":\"U\",\"text\":\"a\"}]}" },
	{ "a seq is corrected by the higher rank",
	    { "{\"id\":\"A\",\"revision\":2," OPENED
	      ",\"log\":[{" AT("01") ",\"text\":\"right\",\"seq\":1}]}",
		"{\"id\":\"A\",\"revision\":1," OPENED
		",\"log\":[{" AT("01") ",\"text\":\"wrong\",\"seq\":1},{" AT(
		    "01") ",\"text\":\"two\",\"seq\":2}]}" },
	    "{\"id\":\"A\",\"revision\":2," OPENED
	    ",\"log\":[{" AT("01") ",\"text\":\"right\",\"seq\":1},{" AT(
		"01") ",\"text\":\"two\",\"seq\":2}]}" },
	{ "an entry without seq is the one with it",
	    { "{\"id\":\"A\",\"revision\":1," OPENED
	      ",\"log\":[{" AT("01") ",\"text\":\"a\"}]}",
		"{\"id\":\"A\",\"revision\":2," OPENED
		",\"log\":[{" AT("01") ",\"text\":\"a\",\"seq\":4},{" AT(
		    "01") ",\"text\":\"a\",\"seq\":5}]}" },
	    "{\"id\":\"A\",\"revision\":2," OPENED
	    ",\"log\":[{" AT("01") ",\"text\":\"a\",\"seq\":4},{" AT(
		"01") ",\"text\":\"a\",\"seq\":5}]}" },
	{ "entries of one minute stay as they were written",
	    { "{\"id\":\"A\",\"revision\":1," OPENED
	      ",\"log\":[{" AT("01") ",\"text\":\"z first\"},{" AT(
		  "01") ",\"text\":\"m then\"}]}",
		"{\"id\":\"A\",\"partial\":true,\"revision\":2,"
		"\"log\":[{" AT("01") ",\"text\":\"a last\"},{" AT(
		    "01") ",\"text\":\"m then\"}]}" },
	    "{\"id\":\"A\",\"revision\":2," OPENED
	    ",\"log\":[{" AT("01") ",\"text\":\"z first\"},{" AT(
		"01") ",\"text\":\"m then\"},{" AT("01") ",\"text\":\"a last\"}]}" },
};

static void
test_rules(void **state)
{
	struct merge_message messages[5];
	struct buf out = { NULL, 0, 0 };
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		for (k = 0; k < 5 && cases[i].messages[k] != NULL; k++)
			add_message(&messages[k], cases[i].messages[k]);
		fold(messages, k, &out);
		if (!str_is(buf_str(&out), cases[i].record))
			fail_msg("%s:\n%s\n%s", cases[i].name, out.p,
			    cases[i].record);
	}
	buf_clear(&out);
}

/* Two whole messages of equal revision and time: the digest decides. */
static void
test_tie(void **state)
{
	static const char *const text[2] = {
		"{\"id\":\"A\"," OPENED ",\"status\":\"one\"}",
		"{\"id\":\"A\"," OPENED ",\"status\":\"two\"}",
	};
	struct merge_message m[2];
	struct incident record;
	const struct incident *higher;

	(void)state;
	add_message(&m[0], text[0]);
	add_message(&m[1], text[1]);
	higher = memcmp(m[0].hash, m[1].hash, HASH_BYTES) > 0 ? m[0].incident
							      : m[1].incident;
	merge_fold(m, 2, arena, &record);
	assert_true(str_is_equal(record.status, higher->status));
}

/* One random message in the making. */
static uint32_t
below(uint32_t n)
{
	return random_u32() % n;
}

static void
add_time(struct buf *b, const char *name)
{
	buf_addf(b, ",\"%s\":\"2026-01-14T10:%02u:%02uZ\"", name, below(4),
	    below(3));
}

static void
add_entries(struct buf *b)
{
	static const char *const words[] = { "dogs", "van", "left", "slipped" };
	uint32_t i, n = below(6);

	buf_add_text(b, ",\"log\":[");
	for (i = 0; i < n; i++) {
		buf_addf(b, "%s{\"text\":\"%s %s\"", i > 0 ? "," : "",
		    words[below(4)], words[below(4)]);
		if (below(4) != 0)
			add_time(b, "at");
		if (below(2) != 0)
			buf_addf(b, ",\"seq\":%u", below(6));
		if (below(3) != 0)
			buf_addf(b, ",\"by\":\"%s\"", words[below(2)]);
		buf_add_char(b, '}');
	}
	buf_add_char(b, ']');
}

static void
add_some(struct buf *b)
{
	if (below(2) != 0)
		add_time(b, "updated_at");
	if (below(2) != 0)
		buf_addf(b, ",\"status\":\"S%u\"", below(5));
	if (below(3) == 0)
		buf_addf(b, ",\"grade\":%u", below(5));
	if (below(3) == 0)
		buf_addf(b, ",\"lat\":51.%u,\"lon\":0.%u", below(9), below(9));
	if (below(3) == 0)
		buf_addf(
		    b, ",\"easting\":%u,\"northing\":%u", below(9), below(9));
	if (below(3) == 0)
		buf_addf(b, ",\"accuracy_m\":%u", below(9));
	if (below(3) == 0)
		buf_addf(b, ",\"informant\":{\"name\":\"N%u\"}", below(9));
	if (below(2) != 0)
		buf_addf(
		    b, ",\"vehicles\":[\"V%u\",\"V%u\"]", below(4), below(4));
	if (below(3) == 0) {
		buf_addf(b, ",\"resources\":[{\"callsign\":\"C%u\"", below(3));
		add_time(b, below(2) != 0 ? "allocated_at" : "arrived_at");
		buf_add_text(b, "}]");
	}
	if (below(3) == 0)
		buf_addf(b, ",\"x%u\":%u", below(3), below(9));
}

static void
make_message(struct buf *b)
{
	bool partial = below(2) != 0;

	buf_reset(b);
	buf_add_text(b, "{\"id\":\"A\"");
	if (partial)
		buf_add_text(b, ",\"partial\":true");
	if (!partial || below(4) == 0)
		add_time(b, "opened_at");
	if (below(3) != 0)
		buf_addf(b, ",\"revision\":%u", below(4));
	add_some(b);
	if (below(4) != 0)
		add_entries(b);
	buf_add_char(b, '}');
}

/* A random sequence in which every message stands at least once. */
static size_t
shuffle(const struct merge_message *from, size_t count,
    struct merge_message *to, size_t max)
{
	size_t i, k, n = count + below((uint32_t)(max - count) + 1);
	struct merge_message swap;

	for (i = 0; i < n; i++)
		to[i] = from[i < count ? i : below((uint32_t)count)];
	for (i = n; i > 1; i--) {
		k = below((uint32_t)i);
		swap = to[i - 1];
		to[i - 1] = to[k];
		to[k] = swap;
	}
	return n;
}

static void
check_one_incident(size_t number)
{
	struct merge_message messages[MESSAGES_MAX], again[SHUFFLED_MAX];
	struct buf text = { NULL, 0, 0 }, first = { NULL, 0, 0 };
	size_t i, n, count = 1 + below(MESSAGES_MAX);

	for (i = 0; i < count; i++) {
		make_message(&text);
		add_message(&messages[i], text.p);
	}
	n = shuffle(messages, count, again, count);
	fold(again, n, &first);
	for (i = 0; i < SHUFFLES; i++) {
		n = shuffle(messages, count, again, SHUFFLED_MAX);
		fold(again, n, &text);
		if (!str_is_equal(buf_str(&first), buf_str(&text)))
			fail_msg("incident %zu, shuffle %zu:\n%s\n%s", number,
			    i, first.p, text.p);
	}
	buf_clear(&text);
	buf_clear(&first);
}

static void
test_order_and_repetition(void **state)
{
	const char *given = getenv("BUZZARD_SEED");
	uint64_t seed = given != NULL ? strtoull(given, NULL, 10) : 0;
	size_t i;

	(void)state;
	while (seed == 0)
		seed = random_u32();
	print_message("BUZZARD_SEED=%llu\n", (unsigned long long)seed);
	random_set_seed(seed);
	for (i = 0; i < INCIDENTS; i++) {
		check_one_incident(i);
		arena_reset(arena);
	}
	random_set_seed(0);
}

/* The record, printed and read again as one message, is the same record. */
static void
test_record_is_stable(void **state)
{
	struct merge_message m[2];
	struct buf once = { NULL, 0, 0 }, twice = { NULL, 0, 0 };

	(void)state;
	add_message(&m[0],
	    "{\"id\":\"A\"," OPENED ",\"log\":[{" AT(
		"01") ",\"text\":\"b\"},{" AT("01") ",\"text\":\"a\"}]}");
	fold(m, 1, &once);
	add_message(&m[0], once.p);
	fold(m, 1, &twice);
	assert_string_equal(once.p, twice.p);
	buf_clear(&once);
	buf_clear(&twice);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_tie),
		cmocka_unit_test(test_record_is_stable),
		cmocka_unit_test(test_order_and_repetition),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
