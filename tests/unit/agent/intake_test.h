/*
 * intake_test: an intake with real rules, real geography and a database in
 * memory, and what tests of it ask.
 *
 * Included once by each test program; includes cmocka and what it needs.
 */
#ifndef INTAKE_TEST_H
#define INTAKE_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "agent/ahead.h"
#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/db.h"
#include "agent/base/err.h"
#include "agent/base/hash.h"
#include "agent/base/log.h"
#include "agent/base/random.h"
#include "agent/base/str.h"
#include "agent/conf/conf.h"
#include "agent/feeds/feed.h"
#include "agent/geo/geo.h"
#include "agent/incident/merge.h"
#include "agent/intake.h"
#include "agent/store/rulepack.h"
#include "agent/store/store.h"
#include "rules/ruleset.h"

#define LENGTH(array) (sizeof(array) / sizeof(*(array)))

/* Now, in these tests: a Saturday evening in November. */
#define NOW_MS INT64_C(1794679200000)

/* Points and levels that a reader can add up in the head. */
#define SMALL_PACK                                                     \
	"themes hare-coursing, fly-tipping\n"                          \
	"\n"                                                           \
	"rule coursing \"Hare coursing\"\n"                            \
	"    theme hare-coursing\n"                                    \
	"    give 30 when text has \"coursing\"\n"                     \
	"    give 30 when text has \"lurchers\"\n"                     \
	"    give 10 when place is rural\n"                            \
	"    take 90 when text has \"shoot\"\n"                        \
	"    alert from 60, review from 30\n"                          \
	"\n"                                                           \
	"rule tipping \"Fly-tipping\"\n"                               \
	"    theme fly-tipping\n"                                      \
	"    give 40 when text has \"rubble\" or text has \"tyres\"\n" \
	"    give 25 when grade is 1\n"                                \
	"    take 90 when text has \"skip lorry\"\n"                   \
	"    alert from 60, review from 40\n"

/* Somebody for every way of being told. */
#define RECIPIENT(name, more)                           \
	"  - {name: " name ", channel: broker, topic: " \
	"\"t/" name "/{theme}\", " more "}\n"
#define SMALL_CONF_HEAD                                                  \
	"state: /nowhere\n"                                              \
	"feeds: [{name: control, type: directory, path: /nowhere/in}]\n" \
	"channels:\n"                                                    \
	"  - {name: broker, type: mqtt, host: localhost, port: 1883, "   \
	"tls: none, client_id: t}\n"                                     \
	"  - {name: mail, type: smtp, host: localhost, port: 2525, "     \
	"tls: none, from: a@example.org, "                               \
	"allow_domains: [example.org]}\n"                                \
	"recipients:\n"
#define SMALL_CONF                                                        \
	SMALL_CONF_HEAD RECIPIENT("map", "audience: partner")             \
	    RECIPIENT("desk", "audience: team, levels: [alert, review]")  \
		RECIPIENT("waste",                                        \
		    "audience: team, levels: [alert, review], "           \
		    "themes: [fly-tipping]") "  - {name: team, channel: " \
					     "mail, audience: team, "     \
					     "address: "                  \
					     "team@example.org}\n"

/* All that an intake stands on. */
struct rig {
	struct intake_parts parts;
	struct store *store;
	struct conf *conf;
	struct geo *geo;
	struct ruleset *rules;
	struct intake *intake;
	struct arena *arena; /* of the batches offered */
	struct ahead *ahead; /* NULL: batches are offered as they are */
};

__attribute__((unused)) static struct conf *
parse_conf(const char *text)
{
	struct buf diag = { 0 };
	struct conf *conf = NULL;

	if (conf_parse("test.yaml", str_of(text), &diag, &conf) < 0)
		fail_msg("%s", diag.p);
	buf_clear(&diag);
	return conf;
}

__attribute__((unused)) static struct ruleset *
compile_rules(const char *text)
{
	const struct ruleset_file file = { str_of("test.rules"), str_of(text) };
	struct buf diag = { 0 };
	struct ruleset *rules = NULL;

	if (ruleset_compile(&file, 1, &diag, &rules) < 0)
		fail_msg("%s", diag.p);
	buf_clear(&diag);
	return rules;
}

/* The pack that comes with the program. */
__attribute__((unused)) static struct ruleset *
load_packs(void)
{
	struct buf diag = { 0 };
	struct ruleset *rules = NULL;
	struct err e = { 0 };

	if (rulepack_load(
		TEST_SOURCE_DIR "/rules/packs/essex", &diag, &rules, &e) < 0)
		fail_msg("%s\n%s", e.msg, diag.p ? diag.p : "");
	buf_clear(&diag);
	return rules;
}

/* Everything new; takes rules. */
__attribute__((unused)) static void
rig_open(struct rig *r, struct ruleset *rules, const char *conf)
{
	struct err e = { 0 };

	*r = (struct rig){ .rules = rules, .conf = parse_conf(conf) };
	r->arena = arena_new();
	if (store_open(":memory:", DB_CREATE, &r->store, &e) < 0 ||
	    geo_new(&r->geo, &e) < 0)
		fail_msg("%s", e.msg);
	r->parts = (struct intake_parts){ .store = r->store,
		.conf = r->conf,
		.geo = r->geo,
		.rules = r->rules };
	if (intake_new(&r->parts, &r->intake, &e) < 0)
		fail_msg("%s", e.msg);
}

__attribute__((unused)) static void
rig_close(struct rig *r)
{
	ahead_free(&r->ahead);
	intake_free(&r->intake);
	store_close(&r->store);
	ruleset_free(&r->rules);
	geo_free(&r->geo);
	conf_free(&r->conf);
	arena_free(&r->arena);
}

/* text as a feed would hand it over: a message, or a fault of it. */
__attribute__((unused)) static struct feed_item
make_item(struct arena *arena, const char *text, uint64_t line)
{
	struct feed_item item = { .line = line, .column = 1 };
	struct err e = { 0 };

	item.bytes = arena_str(arena, str_of(text));
	item.offset = 100 * (line - 1);
	hash_sha256(item.bytes, item.hash);
	if (incident_parse(item.bytes, arena, &item.incident, &e) < 0) {
		item.is_fault = true;
		item.fault = arena_strf(arena, "%s", e.msg).p;
	}
	return item;
}

/* Offer lines as one batch of feed; what intake_batch() says. */
__attribute__((unused)) static int
offer(struct rig *r, const char *feed, const char *const *lines, size_t count,
    struct err *e)
{
	struct feed_batch batch = { .feed = feed,
		.file = "in.ndjson",
		.arena = r->arena,
		.count = count,
		.after = { .offset = 100 * count,
		    .line = count,
		    .at_end = true,
		    .dev = 1,
		    .inode = 2,
		    .size = 100 * count,
		    .mtime_ns = 3 } };

	batch.items = arena_alloc(r->arena, count + 1, sizeof(*batch.items));
	for (size_t i = 0; i < count; i++)
		batch.items[i] = make_item(r->arena, lines[i], i + 1);
	if (r->ahead)
		ahead_batch(r->ahead, &batch);
	return intake_batch(r->intake, &batch, NOW_MS, e);
}

/* The same, and it must be taken in. */
__attribute__((unused)) static void
take(struct rig *r, const char *feed, const char *const *lines, size_t count)
{
	struct err e = { 0 };

	if (offer(r, feed, lines, count, &e) < 0)
		fail_msg("%s", e.msg);
}

__attribute__((unused)) static void
take_one(struct rig *r, const char *line)
{
	take(r, "control", &line, 1);
}

/* Append the answer to a question: a row a line, columns split by " | ". */
__attribute__((unused)) static void
ask(struct rig *r, const char *sql, int columns, struct str parameter,
    struct buf *out)
{
	struct db_stmt *st = NULL;
	struct err e = { 0 };
	int more = db_prepare(store_db(r->store), sql, &st, &e);

	if (more == 0 && strstr(sql, "$1"))
		db_bind_text(st, 1, parameter);
	while (more == 0 && (more = db_step(st, &e)) > 0) {
		for (int i = 0; i < columns; i++) {
			buf_add_text(out, i > 0 ? " | " : "");
			buf_add_str(out, db_col_text(st, i));
		}
		buf_add_char(out, '\n');
		more = 0;
	}
	if (more < 0)
		fail_msg("%s: %s", sql, e.msg);
	db_finish(&st);
}

/* Fails unless the question's answer is expected. */
__attribute__((unused)) static void
assert_answer(struct rig *r, const char *sql, int columns, const char *expected)
{
	struct buf out = { 0 };

	buf_add_text(&out, "");
	buf_reserve(&out, 1);
	ask(r, sql, columns, (struct str){ 0 }, &out);
	if (!str_is(buf_str(&out), expected))
		fail_msg(
		    "%s\nis:\n%s\nnot:\n%s", sql, out.p ? out.p : "", expected);
	buf_clear(&out);
}

__attribute__((unused)) static int64_t
count_rows(struct rig *r, const char *table)
{
	struct db_stmt *st = NULL;
	struct buf sql = { 0 };
	struct err e = { 0 };
	int64_t n = -1;

	buf_addf(&sql, "SELECT count(*) FROM %s", table);
	if (db_prepare(store_db(r->store), sql.p, &st, &e) < 0 ||
	    db_step(st, &e) <= 0)
		fail_msg("%s: %s", sql.p, e.msg);
	n = db_col_int(st, 0);
	db_finish(&st);
	buf_clear(&sql);
	return n;
}

/* Append the folded record of an incident as JSON. */
__attribute__((unused)) static void
print_record(struct rig *r, const char *feed, const char *ref, struct buf *out)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct store_incident row;
	struct store_message *stored = NULL;
	struct merge_message *messages;
	struct incident *incidents, record;
	struct err e = { 0 };
	size_t count = 0;

	if (store_incident_find(
		r->store, str_of(feed), str_of(ref), arena, &row, &e) != 1 ||
	    store_messages_load(r->store, row.id, arena, &stored, &count, &e) <
		0)
		fail_msg("%s/%s: %s", feed, ref, e.msg);
	messages = arena_alloc(arena, count, sizeof(*messages));
	incidents = arena_alloc(arena, count, sizeof(*incidents));
	for (size_t i = 0; i < count; i++) {
		if (incident_parse(stored[i].bytes, arena, &incidents[i], &e) <
		    0)
			fail_msg("%s", e.msg);
		messages[i].incident = &incidents[i];
		memcpy(messages[i].hash, stored[i].hash, HASH_BYTES);
	}
	merge_fold(messages, count, arena, &record);
	incident_print(&record, out);
	buf_add_char(out, '\n');
}

#endif /* INTAKE_TEST_H */
