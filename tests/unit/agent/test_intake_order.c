/*
 * Order and repetition do not matter: whatever way the messages of an incident
 * come in, it ends as the same record with the same tags, and everybody was
 * last told the same.
 *
 * Many random incidents, each offered in many random orders with repeats, in
 * batches of random sizes, worked on ahead or not, each order under a feed of
 * its own (the feed is part of an incident's identity, so nothing of one order
 * is seen by another).
 */
#include "intake_test.h"

#define MESSAGES_MAX 10
#define REPEATS_MAX  8
#define ORDERS       200
#define SMALL_COUNT  16 /* incidents under the small pack */
#define PACKS_COUNT  6  /* and under the pack that comes with the program */

/* What messages are made of. */
struct words {
	const char *const *texts;
	size_t count;
};

static const char *const small_texts[] = { "coursing", "lurchers", "rubble",
	"tyres", "it is the shoot", "skip lorry hired by the owner",
	"nothing more", "van left", "it is at TL 994 257",
	"correction grid TL 603 379" };

static const char *const pack_texts[] = {
	"Males hare coursing on the stubble field with lurchers now",
	"Three males with long dogs walking the field in a line",
	"Tipper fly tipping rubble and tyres in the field gateway",
	"Eight caravans on the farmer's field, gate chain cut, trespass",
	"Caller rings back: false alarm, it was the organised shoot",
	"Farmer's own contractor clearing the waste, no offences",
	"Unit on scene: area search, no trace of vehicles or dogs",
	"Silver Subaru AB12 CDE left towards the church",
	"They are at TL 603 379 now",
	"Correction, the grid is TL 563 231",
	"In the fields at Radwinter",
	"51.8901, 0.9012 from his phone",
};

/* What came out of one order, to be compared. */
struct outcome {
	struct buf record, tags, told, columns;
};

/* How often something happened, so that the test is known to test it. */
static struct {
	unsigned tagged, told, raised, lowered, withdrawn;
} seen;

static uint32_t
below(uint32_t n)
{
	return n > 0 ? random_u32() % n : 0;
}

static void
add_time(struct buf *b, const char *name)
{
	buf_addf(b, ",\"%s\":\"2026-11-14T18:%02u:%02uZ\"", name, below(5),
	    below(3) * 20);
}

static void
add_entries(struct buf *b, const struct words *words)
{
	uint32_t count = below(4);

	buf_add_text(b, ",\"log\":[");
	for (uint32_t i = 0; i < count; i++) {
		buf_addf(b, "%s{\"text\":\"%s\"", i > 0 ? "," : "",
		    words->texts[below((uint32_t)words->count)]);
		if (below(5) != 0)
			add_time(b, "at");
		if (below(3) == 0)
			buf_addf(b, ",\"seq\":%u", below(6));
		buf_addf(b, ",\"by\":\"%s\"}", below(2) ? "CALL" : "UNIT");
	}
	buf_add_char(b, ']');
}

static void
add_place(struct buf *b)
{
	switch (below(4)) {
	case 0: buf_add_text(b, ",\"lat\":51.95,\"lon\":0.45"); break;
	case 1: buf_add_text(b, ",\"lat\":51.7343,\"lon\":0.4691"); break;
	case 2:
		buf_add_text(b, ",\"easting\":563000,\"northing\":231000");
		break;
	default: break;
	}
	if (below(3) == 0)
		buf_addf(b, ",\"location_text\":\"%s\"",
		    below(2) ? "Great Sampford" : "Moulsham St, Chelmsford");
}

/* One random message; numbered: the source gives revisions. */
static char *
make_message(const struct words *words, bool numbered)
{
	struct buf b = { 0 };
	bool partial = below(2) != 0;

	buf_add_text(&b, "{\"id\":\"R-1\"");
	if (partial)
		buf_add_text(&b, ",\"partial\":true");
	if (!partial || below(3) == 0)
		add_time(&b, "opened_at");
	if (numbered)
		buf_addf(&b, ",\"revision\":%u", below(8));
	if (below(2))
		add_time(&b, "updated_at");
	if (below(2))
		buf_addf(&b, ",\"grade\":%u", 1 + below(3));
	if (below(3) == 0)
		buf_addf(
		    &b, ",\"status\":\"%s\"", below(2) ? "open" : "closed");
	add_place(&b);
	add_entries(&b, words);
	if (below(4) == 0)
		buf_addf(
		    &b, ",\"vehicles\":[\"AB12CD%c\"]", (char)('E' + below(3)));
	if (below(4) == 0)
		buf_addf(&b, ",\"x\":%u", below(3));
	buf_add_char(&b, '}');
	return buf_take(&b);
}

static size_t
make_incident(const struct words *words, char **messages)
{
	size_t count = 3 + below(MESSAGES_MAX - 2);
	uint32_t numbering = below(3); /* none, all, some */

	for (size_t i = 0; i < count; i++)
		messages[i] = make_message(
		    words, numbering == 1 || (numbering == 2 && below(2)));
	return count;
}

static void
shuffle(const char **list, size_t count)
{
	for (size_t i = count; i > 1; i--) {
		size_t k = below((uint32_t)i);
		const char *other = list[k];

		list[k] = list[i - 1];
		list[i - 1] = other;
	}
}

/* Offer list in batches of random sizes, every other one worked on ahead. */
static void
take_all(struct rig *r, const char *feed, const char *const *list, size_t count)
{
	struct ahead *ahead = r->ahead;

	for (size_t at = 0, n; at < count; at += n) {
		n = 1 + below(3);
		if (n > count - at)
			n = count - at;
		r->ahead = below(2) ? ahead : NULL;
		take(r, feed, list + at, n);
	}
	r->ahead = ahead;
	arena_reset(r->arena);
}

static void
note_outcome(struct rig *r, const char *feed, struct outcome *out)
{
	struct str f = str_of(feed);

	print_record(r, feed, "R-1", &out->record);
	ask(r,
	    "SELECT t.theme, t.level, t.score, t.evidence FROM tag t"
	    " JOIN incident i ON i.id = t.incident_id"
	    " JOIN feed f ON f.id = i.feed_id"
	    " WHERE f.name = $1 AND t.ended_ms IS NULL ORDER BY t.theme",
	    4, f, &out->tags);
	ask(r,
	    "SELECT d.theme, d.recipient, d.level FROM told d"
	    " JOIN incident i ON i.id = d.incident_id"
	    " JOIN feed f ON f.id = i.feed_id"
	    " WHERE f.name = $1 AND d.level > 0"
	    " ORDER BY d.theme, d.recipient",
	    3, f, &out->told);
	ask(r,
	    "SELECT opened_ms, updated_ms, closed_ms, message_count,"
	    " rural_crime, in_progress, targeted, basis, place, lat, lon,"
	    " edition, district, grid_ref, how, doubt, status, grade"
	    " FROM incident i"
	    " JOIN feed f ON f.id = i.feed_id WHERE f.name = $1",
	    18, f, &out->columns);
}

static void
outcome_clear(struct outcome *out)
{
	buf_clear(&out->record);
	buf_clear(&out->tags);
	buf_clear(&out->told);
	buf_clear(&out->columns);
}

/* The last row of each table that a repeat might have added to. */
static void
note_rows(struct rig *r, struct buf *out)
{
	ask(r,
	    "SELECT (SELECT max(id) FROM incident),"
	    " (SELECT max(id) FROM message), (SELECT max(id) FROM tag),"
	    " (SELECT max(id) FROM outbox), (SELECT max(id) FROM audit),"
	    " (SELECT max(id) FROM quarantine)",
	    6, (struct str){ 0 }, out);
}

/*
 * The last that each recipient was sent agrees with what is noted as told:
 * "first" and "raised" of something, "lowered" of a review or nothing,
 * "withdrawn" of nothing.
 */
static void
check_last_sent(struct rig *r, const char *feed)
{
	struct buf out = { 0 };

	ask(r,
	    "SELECT l.theme, l.recipient, l.level, l.reason, d.level FROM"
	    " (SELECT o.incident_id, o.theme, o.recipient, o.level, o.reason,"
	    "  max(o.id) FROM outbox o"
	    "  JOIN incident i ON i.id = o.incident_id"
	    "  JOIN feed f ON f.id = i.feed_id"
	    "  WHERE f.name = $1 AND o.state < 2"
	    "  GROUP BY o.theme, o.recipient) l"
	    " LEFT JOIN told d ON d.incident_id = l.incident_id"
	    "  AND d.theme = l.theme AND d.recipient = l.recipient"
	    " WHERE CASE l.reason WHEN 1 THEN d.level NOT IN (1, 2)"
	    "  WHEN 2 THEN d.level <> 2 WHEN 3 THEN d.level NOT IN (0, 1)"
	    "  WHEN 4 THEN d.level <> 0 END OR d.level IS NULL",
	    5, str_of(feed), &out);
	if (out.len > 0)
		fail_msg("feed %s: last sent is not what was told:\n%s", feed,
		    out.p);
	buf_clear(&out);
}

static void
assert_same(const char *what, const struct buf *a, const struct buf *b,
    const char *const *list, size_t count)
{
	if (str_is_equal(buf_str(a), buf_str(b)))
		return;
	for (size_t i = 0; i < count; i++)
		print_error("%zu  %s\n", i, list[i]);
	/* Longer than cmocka's messages may be. */
	fprintf(stderr, "this order gives\n%s\nthe first gave\n%s\n",
	    b->p ? b->p : "", a->p ? a->p : "");
	fail_msg("%s: this order gives others than the first", what);
}

/* One order: take it in, compare, and offer it once more for nothing. */
static void
try_order(struct rig *r, int number, const char **list, size_t count,
    size_t distinct, struct outcome *first)
{
	struct outcome now = { 0 };
	struct buf before = { 0 }, after = { 0 };
	char feed[16];

	snprintf(feed, sizeof(feed), "f%03d", number);
	take_all(r, feed, list, count);
	note_outcome(r, feed, number == 0 ? first : &now);
	if (number > 0) {
		assert_same("record", &first->record, &now.record, list, count);
		assert_same("tags", &first->tags, &now.tags, list, count);
		assert_same("told", &first->told, &now.told, list, count);
		assert_same(
		    "columns", &first->columns, &now.columns, list, count);
	}
	check_last_sent(r, feed);
	note_rows(r, &before);
	shuffle(list, count);
	take_all(r, feed, list, count < distinct ? count : distinct);
	note_rows(r, &after);
	assert_same("rows after a repeat", &before, &after, list, count);
	outcome_clear(&now);
	buf_clear(&before);
	buf_clear(&after);
}

static unsigned
count_reason(struct rig *r, int reason)
{
	char table[64];

	snprintf(table, sizeof(table), "outbox WHERE reason = %d", reason);
	return count_rows(r, table) > 0;
}

static void
try_incident(struct rig *r, const struct words *words)
{
	char *messages[MESSAGES_MAX];
	const char *list[MESSAGES_MAX + REPEATS_MAX];
	size_t count = make_incident(words, messages);
	struct outcome first = { 0 };

	for (int order = 0; order < ORDERS; order++) {
		size_t n = count;

		for (size_t i = 0; i < count; i++)
			list[i] = messages[i];
		for (uint32_t k = below(REPEATS_MAX + 1); k > 0; k--)
			list[n++] = messages[below((uint32_t)count)];
		if (order > 0)
			shuffle(list, n);
		try_order(r, order, list, n, count, &first);
	}
	seen.tagged += first.tags.len > 0;
	seen.told += first.told.len > 0;
	seen.raised += count_reason(r, 2);
	seen.lowered += count_reason(r, 3);
	seen.withdrawn += count_reason(r, 4);
	outcome_clear(&first);
	for (size_t i = 0; i < count; i++)
		free(messages[i]);
}

/* Has chance had what the test is about? */
static bool
is_covered(bool all_ways)
{
	return seen.tagged > 0 && seen.told > 0 && seen.withdrawn > 0 &&
	       (!all_ways || (seen.raised > 0 && seen.lowered > 0));
}

/* At least count incidents, and as many more as it takes to cover all. */
static void
try_many(struct ruleset *(*rules)(void), const struct words *words, int count,
    bool all_ways)
{
	int i;

	memset(&seen, 0, sizeof(seen));
	for (i = 0; i < count || (!is_covered(all_ways) && i < 10 * count);
	     i++) {
		struct rig r;

		rig_open(&r, rules(), SMALL_CONF);
		try_incident(&r, words);
		rig_close(&r);
	}
	print_message("%d incidents, %d orders each: tags stood at the end of "
		      "%u, somebody told of %u; raised in %u, lowered in %u, "
		      "withdrawn in %u\n",
	    i, ORDERS, seen.tagged, seen.told, seen.raised, seen.lowered,
	    seen.withdrawn);
	assert_true(is_covered(all_ways));
}

static struct ruleset *
small_rules(void)
{
	return compile_rules(SMALL_PACK);
}

static void
test_small_pack(void **state)
{
	const struct words words = { small_texts, LENGTH(small_texts) };

	(void)state;
	try_many(small_rules, &words, SMALL_COUNT, true);
}

static void
test_packs_of_the_program(void **state)
{
	const struct words words = { pack_texts, LENGTH(pack_texts) };

	(void)state;
	try_many(load_packs, &words, PACKS_COUNT, false);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_small_pack),
		cmocka_unit_test(test_packs_of_the_program),
	};
	const char *given = getenv("BUZZARD_SEED");
	uint64_t seed =
	    given ? strtoull(given, NULL, 10) : 1 + random_u32() % 1000000;

	print_message(
	    "seed %llu (BUZZARD_SEED repeats it)\n", (unsigned long long)seed);
	random_set_seed(seed);
	log_set_level(LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
