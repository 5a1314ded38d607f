/*
 * Series on the road of an incident: whatever way the messages of several
 * incidents come in, late, repeated, with a restart between, each incident
 * ends with the same tags and everybody was last told the same.
 */
#include "intake_test.h"

#include <unistd.h>

#define INCIDENTS     7
#define MESSAGES_EACH 3
#define MESSAGES_MAX  (INCIDENTS * MESSAGES_EACH)
#define REPEATS_MAX   6
#define ORDERS        70
#ifndef SETS
#define SETS 5 /* of incidents */
#endif
#define ON_DISK 4 /* orders of each set that close the file between */

#define SERIES_PACK                                                 \
	"themes hare-coursing, machinery\n"                         \
	"rule lock \"Lock\"\n"                                      \
	"    flag precursor\n"                                      \
	"    give 50 when text has \"padlock\"\n"                   \
	"    take 90 when text has \"shoot\"\n"                     \
	"    review from 50\n"                                      \
	"rule coursing \"Hare coursing\"\n"                         \
	"    theme hare-coursing\n"                                 \
	"    give 40 when text has \"lurchers\"\n"                  \
	"    give 30 when text has \"coursing\"\n"                  \
	"    take 90 when text has \"shoot\"\n"                     \
	"    alert from 60, review from 30\n"                       \
	"series locks \"Locks cut at several farms\"\n"             \
	"    theme machinery\n"                                     \
	"    at least 2 of flag precursor within 2 days and 6 km\n" \
	"    distinct places\n"                                     \
	"    give 50 for review\n"                                  \
	"series many_locks \"Locks cut at many farms\"\n"           \
	"    theme machinery\n"                                     \
	"    at least 3 of flag precursor within 2 days and 9 km\n" \
	"    distinct places\n"                                     \
	"    give 80 for alert\n"                                   \
	"series back \"They came back\"\n"                          \
	"    theme hare-coursing\n"                                 \
	"    first flag precursor then theme hare-coursing\n"       \
	"    within 3 days and 4 km\n"                              \
	"    give 90 for alert\n"                                   \
	"series vehicle \"One vehicle\"\n"                          \
	"    theme hare-coursing\n"                                 \
	"    at least 2 of flag precursor or theme hare-coursing\n" \
	"    within 1 week\n"                                       \
	"    same vehicle\n"                                        \
	"    give 45 for review\n"

/* How often something happened, so that the test is known to test it. */
static struct {
	unsigned tags, told, series, turned, withdrawn, raised;
} seen;

static uint32_t
below(uint32_t n)
{
	return random_u32() % n;
}

/* ---- Messages ---- */

static void
add_when(struct buf *b, const char *name)
{
	buf_addf(b, ",\"%s\":\"2026-11-%02uT%02u:%02u:00Z\"", name,
	    10 + below(4), below(24), below(4) * 15);
}

static void
add_where(struct buf *b)
{
	if (below(6) == 0)
		return;
	buf_addf(b, ",\"lat\":%.4f,\"lon\":%.4f", 51.90 + below(8) * 0.012,
	    0.40 + below(3) * 0.02);
	if (below(3) == 0)
		buf_addf(b, ",\"accuracy_m\":%u", below(4) * 200);
}

static void
add_said(struct buf *b)
{
	static const char *const texts[] = { "padlock cut on the gate",
		"lurchers on the field", "coursing with lurchers",
		"padlock and chain gone, lurchers barking",
		"it was the organised shoot", "nothing more seen",
		"padlock cut, silver car VRM AB12 CDE",
		"lurchers in a car VRM EF34 GHJ", "van VRM AB12 CDE seen" };

	buf_addf(b, ",\"log\":[{\"by\":\"CALL\",\"text\":\"%s\"}]",
	    texts[below(LENGTH(texts))]);
}

/* One random message about incident number. */
static char *
make_message(unsigned number, unsigned revision)
{
	struct buf b = { 0 };
	bool partial = revision > 0 && below(2);

	buf_addf(&b, "{\"id\":\"R-%u\",\"revision\":%u", number, revision);
	if (partial)
		buf_add_text(&b, ",\"partial\":true");
	if (!partial || below(6) == 0)
		add_when(&b, "opened_at");
	if (!partial || below(4) == 0)
		add_where(&b);
	add_said(&b);
	if (below(6) == 0)
		buf_add_text(&b, ",\"vehicles\":[\"KL56 MNP\"]");
	buf_add_char(&b, '}');
	return buf_take(&b);
}

static size_t
make_set(char **messages)
{
	size_t count = 0;

	for (unsigned i = 0; i < INCIDENTS; i++) {
		unsigned each = 1 + below(MESSAGES_EACH);

		for (unsigned k = 0; k < each; k++)
			messages[count++] = make_message(i, k);
	}
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

/* ---- A store for each order ---- */

static void
open_store(struct rig *r, const char *path)
{
	struct err e = { 0 };

	if (store_open(path, DB_CREATE, &r->store, &e) < 0)
		fail_msg("%s", e.msg);
	r->parts.store = r->store;
	if (intake_new(&r->parts, &r->intake, &e) < 0)
		fail_msg("%s", e.msg);
}

static void
close_store(struct rig *r)
{
	intake_free(&r->intake);
	store_close(&r->store);
}

static void
remove_file(const char *path)
{
	static const char *const ends[] = { "", "-wal", "-shm" };

	for (size_t i = 0; i < LENGTH(ends); i++) {
		char name[128];

		snprintf(name, sizeof(name), "%s%s", path, ends[i]);
		(void)unlink(name);
	}
}

/* As a restart: what is not in the store is gone. */
static void
restart(struct rig *r, const char *path)
{
	struct err e = { 0 };

	if (strcmp(path, ":memory:") != 0) {
		close_store(r);
		open_store(r, path);
		return;
	}
	intake_free(&r->intake);
	if (intake_new(&r->parts, &r->intake, &e) < 0)
		fail_msg("%s", e.msg);
}

static void
take_all(struct rig *r, const char *path, const char *const *list, size_t count)
{
	size_t middle = below((uint32_t)count);

	for (size_t at = 0, n; at < count; at += n) {
		n = 1 + below(4);
		if (n > count - at)
			n = count - at;
		take(r, "control", list + at, n);
		if (at <= middle && middle < at + n)
			restart(r, path);
	}
	arena_reset(r->arena);
}

/* ---- What came of it ---- */

#define NOBODY ((struct str){ 0 })

static void
note_outcome(struct rig *r, struct buf *out)
{
	ask(r,
	    "SELECT 'tag', i.ref, t.theme, t.level, t.score, t.evidence"
	    " FROM tag t JOIN incident i ON i.id = t.incident_id"
	    " WHERE t.ended_ms IS NULL ORDER BY i.ref, t.theme",
	    6, NOBODY, out);
	ask(r,
	    "SELECT 'told', i.ref, d.theme, d.recipient, d.level"
	    " FROM told d JOIN incident i ON i.id = d.incident_id"
	    " WHERE d.level > 0 ORDER BY i.ref, d.theme, d.recipient",
	    5, NOBODY, out);
	ask(r,
	    "SELECT 'link', i.ref, l.series, o.ref FROM series_link l"
	    " JOIN incident i ON i.id = l.incident_id"
	    " JOIN incident o ON o.id = l.other_id"
	    " ORDER BY i.ref, l.series, o.ref",
	    4, NOBODY, out);
	ask(r,
	    "SELECT 'digest', i.ref, d.at_ms, d.lat, d.lon, d.uncertainty_m,"
	    " d.plates, d.signs FROM series_digest d"
	    " JOIN incident i ON i.id = d.incident_id WHERE d.signs <> ''"
	    " ORDER BY i.ref",
	    8, NOBODY, out);
	ask(r,
	    "SELECT 'sign', s.sign, s.at_ms, s.ref, s.feed, i.ref"
	    " FROM series_sign s JOIN incident i ON i.id = s.incident_id"
	    " ORDER BY 2, 3, 4",
	    6, NOBODY, out);
}

/*
 * Nobody is told the same twice running, and what each recipient was sent last
 * agrees with what is noted as told.
 */
static void
check_sent(struct rig *r)
{
	assert_answer(r,
	    "SELECT ref, theme, recipient, level, reason FROM ("
	    " SELECT i.ref, o.theme, o.recipient, o.level, o.reason,"
	    "  lag(o.level) OVER (PARTITION BY o.incident_id, o.theme,"
	    "  o.recipient ORDER BY o.id) AS was FROM outbox o"
	    "  JOIN incident i ON i.id = o.incident_id) WHERE level = was",
	    5, "");
	assert_answer(r,
	    "SELECT i.ref, l.theme, l.recipient, l.level, l.reason, d.level"
	    " FROM (SELECT incident_id, theme, recipient, level, reason,"
	    "  max(id) FROM outbox GROUP BY incident_id, theme, recipient) l"
	    " JOIN incident i ON i.id = l.incident_id"
	    " LEFT JOIN told d ON d.incident_id = l.incident_id"
	    "  AND d.theme = l.theme AND d.recipient = l.recipient"
	    " WHERE d.level IS NULL OR CASE l.reason"
	    "  WHEN 1 THEN d.level NOT IN (1, 2) WHEN 2 THEN d.level <> 2"
	    "  WHEN 3 THEN d.level NOT IN (0, 1)"
	    "  WHEN 4 THEN d.level <> 0 END",
	    6, "");
}

/* The last row of each table that a repeat might have added to. */
static void
note_rows(struct rig *r, struct buf *out)
{
	ask(r,
	    "SELECT (SELECT max(id) FROM incident),"
	    " (SELECT max(id) FROM message), (SELECT max(id) FROM tag),"
	    " (SELECT max(id) FROM outbox), (SELECT max(id) FROM audit),"
	    " (SELECT sum(turns) FROM series_digest)",
	    6, NOBODY, out);
}

static void
assert_same(const char *what, const struct buf *first, const struct buf *now,
    const char *const *list, size_t count)
{
	if (str_is_equal(buf_str(first), buf_str(now)))
		return;
	for (size_t i = 0; i < count; i++)
		print_error("%zu  %s\n", i, list[i]);
	fprintf(stderr, "this order gives\n%s\nthe first gave\n%s\n",
	    now->p ? now->p : "", first->p ? first->p : "");
	fail_msg("%s: this order gives others than the first", what);
}

static void
note_seen(struct rig *r, const struct buf *outcome)
{
	seen.tags += strstr(outcome->p ? outcome->p : "", "tag |") != NULL;
	seen.told += strstr(outcome->p ? outcome->p : "", "told |") != NULL;
	seen.series += strstr(outcome->p ? outcome->p : "", "link |") != NULL;
	seen.turned += count_rows(r, "series_digest WHERE turns > 0") > 0;
	seen.raised += count_rows(r, "outbox WHERE reason = 2") > 0;
	seen.withdrawn += count_rows(r, "outbox WHERE reason = 4") > 0;
}

static void
try_order(struct rig *r, int number, const char **list, size_t count,
    struct buf *first)
{
	char path[] = "/tmp/buzzard-series-XXXXXX";
	bool on_disk = number < ON_DISK;
	struct buf now = { 0 }, before = { 0 }, after = { 0 };

	if (on_disk)
		assert_true(close(mkstemp(path)) == 0);
	else
		snprintf(path, sizeof(path), ":memory:");
	open_store(r, path);
	take_all(r, path, list, count);
	note_outcome(r, number == 0 ? first : &now);
	if (number > 0)
		assert_same("outcome", first, &now, list, count);
	check_sent(r);
	note_rows(r, &before);
	shuffle(list, count);
	take_all(r, path, list, count);
	note_rows(r, &after);
	assert_same("rows after a repeat", &before, &after, list, count);
	note_seen(r, number == 0 ? first : &now);
	close_store(r);
	if (on_disk)
		remove_file(path);
	buf_clear(&now);
	buf_clear(&before);
	buf_clear(&after);
}

static void
try_set(struct rig *r)
{
	char *messages[MESSAGES_MAX];
	const char *list[MESSAGES_MAX + REPEATS_MAX];
	size_t count = make_set(messages);
	struct buf first = { 0 };

	for (int order = 0; order < ORDERS; order++) {
		size_t n = count;

		for (size_t i = 0; i < count; i++)
			list[i] = messages[i];
		for (uint32_t k = below(REPEATS_MAX + 1); k > 0; k--)
			list[n++] = messages[below((uint32_t)count)];
		if (order > 0)
			shuffle(list, n);
		try_order(r, order, list, n, &first);
	}
	buf_clear(&first);
	for (size_t i = 0; i < count; i++)
		free(messages[i]);
}

static bool
is_covered(void)
{
	return seen.tags && seen.told && seen.series && seen.turned &&
	       seen.raised && seen.withdrawn;
}

static void
test_any_order(void **state)
{
	struct rig r;
	int sets;

	(void)state;
	rig_open(&r, compile_rules(SERIES_PACK), SMALL_CONF);
	close_store(&r);
	for (sets = 0; sets < SETS || (!is_covered() && sets < 5 * SETS);
	     sets++)
		try_set(&r);
	print_message("%d sets, %d orders each: of %d, tags stood in %u, by "
		      "series in %u, somebody told in %u; another's message "
		      "changed an answer in %u, raised in %u, withdrawn in "
		      "%u\n",
	    sets, ORDERS, sets * ORDERS, seen.tags, seen.series, seen.told,
	    seen.turned, seen.raised, seen.withdrawn);
	assert_true(is_covered());
	rig_close(&r);
}

/* ---- One thing at a time ---- */

#define CALL(ref, day, lat, text)                                    \
	"{\"id\":\"" ref "\",\"revision\":1,\"opened_at\":"          \
	"\"2026-11-" day "T18:00:00Z\",\"lat\":" lat ",\"lon\":0.5," \
	"\"log\":[{\"by\":\"CALL\",\"text\":\"" text "\"}]}"
#define LATER(ref, revision, more) \
	"{\"id\":\"" ref "\",\"partial\":true,\"revision\":" revision more "}"
#define SAYS(text) ",\"log\":[{\"by\":\"CALL\",\"text\":\"" text "\"}]"

#define TAGS                                        \
	"SELECT i.ref, t.theme, t.level FROM tag t" \
	" JOIN incident i ON i.id = t.incident_id"  \
	" WHERE t.ended_ms IS NULL ORDER BY i.ref, t.theme"
#define SENT                                                     \
	"SELECT i.ref, o.theme, o.reason, o.level FROM outbox o" \
	" JOIN incident i ON i.id = o.incident_id"               \
	" WHERE o.recipient = 'desk' ORDER BY o.id"

static void
open_rig(struct rig *r)
{
	rig_open(r, compile_rules(SERIES_PACK), SMALL_CONF);
}

static void
test_late_one_completes(void **state)
{
	struct rig r;

	(void)state;
	open_rig(&r);
	take_one(&r, CALL("B-2", "12", "51.92", "padlock cut"));
	assert_answer(&r, TAGS, 3, "");
	/* The earlier one comes later: the tag stands on the later one. */
	take_one(&r, CALL("B-1", "11", "51.90", "padlock cut"));
	assert_answer(&r, TAGS, 3, "B-2 | machinery | 1\n");
	assert_answer(&r, SENT, 4, "B-2 | machinery | 1 | 1\n");
	assert_answer(&r,
	    "SELECT turns FROM series_digest d JOIN incident i"
	    " ON i.id = d.incident_id ORDER BY i.ref",
	    1, "0\n1\n");
	/* Nothing of B-2 itself is newer by it. */
	assert_answer(&r,
	    "SELECT message_count FROM incident WHERE ref = 'B-2'", 1, "1\n");
	rig_close(&r);
}

static void
test_a_change_takes_away(void **state)
{
	struct rig r;

	(void)state;
	open_rig(&r);
	take_one(&r, CALL("B-1", "11", "51.90", "padlock cut"));
	take_one(&r, CALL("B-2", "12", "51.92", "padlock cut"));
	take_one(&r, LATER("B-1", "2", SAYS("it was the shoot")));
	assert_answer(&r, TAGS, 3, "");
	take_one(&r, LATER("B-1", "3", SAYS("nothing more")));
	assert_answer(
	    &r, SENT, 4, "B-2 | machinery | 1 | 1\nB-2 | machinery | 4 | 0\n");
	assert_answer(&r, "SELECT count(*) FROM series_link", 1, "0\n");
	/* And it comes again: told once more, under another id. */
	take_one(&r, CALL("B-0", "12", "51.90", "padlock cut"));
	assert_answer(&r, SENT, 4,
	    "B-2 | machinery | 1 | 1\nB-2 | machinery | 4 | 0\n"
	    "B-2 | machinery | 1 | 1\n");
	assert_answer(&r,
	    "SELECT count(DISTINCT alert_id), count(DISTINCT key)"
	    " FROM outbox WHERE recipient = 'desk'",
	    2, "3 | 3\n");
	rig_close(&r);
}

/* It moves in time, past the one that it was counted for. */
static void
test_a_moved_one(void **state)
{
	struct rig r;

	(void)state;
	open_rig(&r);
	take_one(&r, CALL("B-1", "11", "51.90", "padlock cut"));
	take_one(&r, CALL("B-2", "12", "51.92", "padlock cut"));
	assert_answer(&r, TAGS, 3, "B-2 | machinery | 1\n");
	take_one(
	    &r, LATER("B-1", "2", ",\"opened_at\":\"2026-11-13T18:00:00Z\""));
	assert_answer(&r, TAGS, 3, "B-1 | machinery | 1\n");
	take_one(
	    &r, LATER("B-1", "3", ",\"opened_at\":\"2026-11-20T18:00:00Z\""));
	assert_answer(&r, TAGS, 3, "");
	take_one(&r, LATER("B-1", "4",
			 ",\"lat\":51.95,\"lon\":0.5,"
			 "\"opened_at\":\"2026-11-12T06:00:00Z\""));
	assert_answer(&r, TAGS, 3, "B-2 | machinery | 1\n");
	take_one(&r, LATER("B-1", "5", ",\"lat\":52.15,\"lon\":0.5"));
	assert_answer(&r, TAGS, 3, "");
	rig_close(&r);
}

/* A series raises what a rule has found, and one alert says so. */
static void
test_raised_at_once(void **state)
{
	struct rig r;

	(void)state;
	open_rig(&r);
	take_one(&r, CALL("B-1", "11", "51.90", "padlock cut"));
	take_one(&r, CALL("B-2", "12", "51.91", "lurchers"));
	assert_answer(&r, SENT, 4, "B-2 | hare-coursing | 1 | 2\n");
	assert_answer(&r, "SELECT json_array_length(evidence), score FROM tag",
	    2, "2 | 90\n");
	assert_answer(&r,
	    "SELECT json_extract(evidence, '$[1].rule'),"
	    " json_extract(evidence, '$[1].evidence[1].incident.id'),"
	    " json_extract(evidence, '$[1].evidence[1].incident.feed'),"
	    " json_extract(evidence, '$[1].evidence[1].incident.opened_at'),"
	    " json_extract(evidence, '$[1].evidence[1].incident.counts_by'),"
	    " json_extract(evidence, '$[1].evidence[1].incident.distance_m')"
	    " FROM tag",
	    6,
	    "back | B-1 | control | 2026-11-11T18:00:00Z | flag precursor | "
	    "1112\n");
	rig_close(&r);
}

static void
test_the_log_of_combinations(void **state)
{
	struct rig r;

	(void)state;
	open_rig(&r);
	take_one(&r, CALL("B-1", "11", "51.90", "padlock cut"));
	take_one(&r, CALL("B-2", "12", "51.92", "padlock cut"));
	assert_answer(&r,
	    "SELECT incident_id, detail FROM audit WHERE event = 5", 2,
	    "2 | {\"series\":\"locks\",\"with\":[1]}\n");
	/* A message that changes nothing of it is no new combination. */
	take_one(&r, LATER("B-2", "2", SAYS("nothing more")));
	assert_answer(
	    &r, "SELECT count(*) FROM audit WHERE event = 5", 1, "1\n");
	rig_close(&r);
}

/* Two control rooms: a reference is one's own, a series is not. */
static void
test_across_feeds(void **state)
{
	const char *one = CALL("B-1", "11", "51.90", "padlock cut");
	const char *other = CALL("B-1", "12", "51.92", "padlock cut");
	struct rig r;

	(void)state;
	open_rig(&r);
	take(&r, "north", &one, 1);
	take(&r, "south", &other, 1);
	assert_answer(&r,
	    "SELECT f.name, t.theme FROM tag t JOIN incident i"
	    " ON i.id = t.incident_id JOIN feed f ON f.id = i.feed_id",
	    2, "south | machinery\n");
	rig_close(&r);
}

/* What comes twice in one batch, and what comes with its cause. */
static void
test_in_one_batch(void **state)
{
	const char *const list[] = { CALL("B-3", "12", "51.94", "padlock cut"),
		CALL("B-2", "12", "51.92", "padlock cut"),
		CALL("B-3", "12", "51.94", "padlock cut"),
		CALL("B-1", "11", "51.90", "padlock cut") };
	struct rig r;

	(void)state;
	open_rig(&r);
	take(&r, "control", list, LENGTH(list));
	assert_answer(
	    &r, TAGS, 3, "B-2 | machinery | 1\nB-3 | machinery | 2\n");
	rig_close(&r);
}

/* ---- Another rule set ---- */

static void
reload(struct rig *r, struct ruleset *rules)
{
	struct ruleset *was = r->rules;
	struct err e = { 0 };

	r->rules = rules;
	r->parts.rules = rules;
	if (intake_swap(r->intake, &r->parts, &e) < 0)
		fail_msg("%s", e.msg);
	ruleset_free(&was);
}

static void
test_reload(void **state)
{
	static const char pack[] =
	    "themes hare-coursing, machinery\n"
	    "rule lock \"Lock\"\n"
	    "    flag precursor\n"
	    "    give 50 when text has \"padlock\" | \"chain\"\n"
	    "    review from 50\n"
	    "series locks \"Locks\"\n"
	    "    theme hare-coursing\n"
	    "    at least 3 of flag precursor within 3 days and 9 km\n"
	    "    give 80 for alert\n";
	struct rig r;

	(void)state;
	open_rig(&r);
	take_one(&r, CALL("B-1", "11", "51.90", "padlock cut"));
	take_one(&r, CALL("B-2", "12", "51.92", "padlock cut"));
	take_one(&r, CALL("C-1", "11", "51.91", "chain cut"));
	reload(&r, compile_rules(pack));
	/* What was found stands, until something touches it. */
	assert_answer(&r, TAGS, 3, "B-2 | machinery | 1\n");
	/* An incident counts as what was noted of it. */
	take_one(&r, CALL("B-3", "12", "51.93", "nothing"));
	take_one(&r, LATER("B-3", "2", SAYS("padlock cut")));
	assert_answer(
	    &r, TAGS, 3, "B-2 | machinery | 1\nB-3 | hare-coursing | 2\n");
	/* C-1 was of no interest before; with its own message it is, and then
	 * B-2, which it touches, is judged by the new rules as a whole. */
	take_one(&r, LATER("C-1", "2", SAYS("nothing more")));
	assert_answer(
	    &r, TAGS, 3, "B-2 | hare-coursing | 2\nB-3 | hare-coursing | 2\n");
	assert_answer(&r,
	    "SELECT count(DISTINCT rule_set_id) FROM tag"
	    " WHERE ended_ms IS NULL",
	    1, "1\n");
	/* Rules without series find none, and forget what they counted. */
	reload(&r, compile_rules(SMALL_PACK));
	take_one(&r, LATER("B-1", "2", SAYS("nothing more")));
	assert_answer(&r,
	    "SELECT signs FROM series_digest d JOIN incident i"
	    " ON i.id = d.incident_id WHERE i.ref = 'B-1'",
	    1, "\n");
	take_one(&r, LATER("B-3", "3", SAYS("nothing more")));
	assert_answer(&r, TAGS, 3, "B-2 | hare-coursing | 2\n");
	rig_close(&r);
}

/* What was kept in memory of the rules before is not asked. */
static void
test_reload_of_the_same(void **state)
{
	struct rig r;

	(void)state;
	open_rig(&r);
	take_one(&r, CALL("B-1", "11", "51.90", "padlock cut"));
	take_one(&r, CALL("B-2", "13", "51.92", "padlock cut"));
	/* Late, so that B-2 is judged again. */
	take_one(&r, CALL("B-3", "12", "51.91", "padlock cut"));
	reload(&r, compile_rules(SERIES_PACK));
	take_one(&r, LATER("B-1", "2", SAYS("padlock")));
	take_one(&r, CALL("B-4", "12", "51.90", "padlock cut"));
	reload(&r, compile_rules(SERIES_PACK));
	take_one(&r, LATER("B-1", "3", SAYS("nothing more")));
	take_one(&r, CALL("B-5", "12", "51.90", "padlock cut"));
	assert_answer(&r, "SELECT count(*) > 1 FROM tag WHERE ended_ms IS NULL",
	    1, "1\n");
	rig_close(&r);
}

/* What another process takes away is not counted, kept in memory or not. */
static void
test_another_process_erases(void **state)
{
	char path[] = "/tmp/buzzard-series-XXXXXX";
	struct db *other = NULL;
	struct err e = { 0 };
	struct rig r;

	(void)state;
	open_rig(&r);
	close_store(&r);
	assert_true(close(mkstemp(path)) == 0);
	open_store(&r, path);
	take_one(&r, CALL("B-1", "11", "51.90", "padlock cut"));
	take_one(&r, CALL("C-1", "11", "51.90", "nothing"));
	if (db_open(path, DB_WRITE, &other, &e) < 0 ||
	    db_exec(other,
		"DELETE FROM message WHERE incident_id = 1;"
		"DELETE FROM incident WHERE id = 1;",
		&e) < 0)
		fail_msg("%s", e.msg);
	db_close(&other);
	take_one(&r, CALL("B-2", "12", "51.92", "padlock cut"));
	assert_answer(&r, TAGS, 3, "");
	rig_close(&r);
	remove_file(path);
}

/* A batch that is not committed leaves nothing of what it judged. */
static void
test_nothing_of_what_failed(void **state)
{
	struct rig r;
	struct err e = { 0 };

	(void)state;
	open_rig(&r);
	take_one(&r, CALL("B-2", "12", "51.92", "padlock cut"));
	if (db_exec(store_db(r.store),
		"CREATE TRIGGER full BEFORE INSERT ON tag BEGIN"
		" SELECT raise(FAIL, 'full'); END",
		&e) < 0)
		fail_msg("%s", e.msg);
	const char *line = CALL("B-1", "11", "51.90", "padlock cut");
	assert_int_equal(offer(&r, "control", &line, 1, &e), -1);
	assert_answer(&r, "SELECT count(*) FROM series_sign", 1, "1\n");
	if (db_exec(store_db(r.store), "DROP TRIGGER full", &e) < 0)
		fail_msg("%s", e.msg);
	take(&r, "control", &line, 1);
	assert_answer(&r, TAGS, 3, "B-2 | machinery | 1\n");
	rig_close(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_late_one_completes),
		cmocka_unit_test(test_a_change_takes_away),
		cmocka_unit_test(test_a_moved_one),
		cmocka_unit_test(test_raised_at_once),
		cmocka_unit_test(test_the_log_of_combinations),
		cmocka_unit_test(test_across_feeds),
		cmocka_unit_test(test_in_one_batch),
		cmocka_unit_test(test_reload),
		cmocka_unit_test(test_reload_of_the_same),
		cmocka_unit_test(test_another_process_erases),
		cmocka_unit_test(test_nothing_of_what_failed),
		cmocka_unit_test(test_any_order),
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
