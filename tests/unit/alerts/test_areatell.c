/* Who is told of what units do in areas, in which words, and what is left. */
#include "tests/unit/store/storekit.h"

#include <inttypes.h>

#include "agent/base/files.h"
#include "agent/base/json.h"
#include "agent/conf/conf.h"
#include "agent/store/areastore.h"
#include "agent/store/unitstore.h"
#include "alerts/areatell.h"
#include "alerts/outbox.h"

#define NOW INT64_C(1768387327000) /* 14 January 2026, 10:42:07 UTC */

static const struct conf_channel channels[] = {
	{ .name = "broker", .kind = CONF_CHANNEL_MQTT, .expire_ms = 60000 },
	{ .name = "mail",
	    .kind = CONF_CHANNEL_SMTP,
	    .from = "buzzard@example.org",
	    .expire_ms = 90000 },
};

static const char *const each[] = { "*" };
static const char *const yard[] = { "Depot", "Yard" };
static const char *const goings[] = { "left", "crossed" };

static const struct conf_recipient recipients[] = {
	{ .name = "all",
	    .channel = "broker",
	    .topic = "rural/{theme}/{district}",
	    .areas = each,
	    .area_count = 1 },
	{ .name = "gate",
	    .channel = "mail",
	    .channel_index = 1,
	    .address = "gate@example.org",
	    .areas = yard,
	    .area_count = 2,
	    .area_events = goings,
	    .area_event_count = 2 },
	{ .name = "nobody", .channel = "broker", .topic = "none" },
	{ .name = "partner",
	    .channel = "broker",
	    .topic = "partner",
	    .audience = CONF_AUDIENCE_PARTNER,
	    .areas = each,
	    .area_count = 1 },
};

static const struct conf conf = { .team = "GTRET",
	.marking = "OFFICIAL-SENSITIVE",
	.channels = channels,
	.channel_count = 2,
	.recipients = recipients,
	.recipient_count = 4 };

struct kit {
	struct store *st;
	struct areatell *t;
	struct areastore *areas;
	struct outbox *outbox;
	int64_t unit;
};

static int
set_up(void **state)
{
	struct kit *k = calloc(1, sizeof(*k));
	struct unitstore *units = NULL;
	struct unitstore_unit unit = { .name = str_of("TM01"),
		.source = str_of("phones"),
		.fix = track_fix_at(0),
		.gone_ms = CLOCK_NONE };

	assert_non_null(k);
	k->st = open_store(":memory:");
	OK(areastore_open(store_db(k->st), &k->areas, e));
	OK(unitstore_open(store_db(k->st), &units, e));
	OK(store_begin(k->st, e));
	for (size_t i = 0; i < LENGTH(yard); i++)
		OK(areastore_add(k->areas,
		    &(struct areastore_row){ .name = str_of(yard[i]),
			.geojson = str_of("{}"),
			.actor = str_of("test") },
		    e));
	OK(unitstore_put(units, &unit, e));
	OK(store_commit(k->st, e));
	k->unit = unit.id;
	unitstore_close(&units);
	OK(outbox_open(store_db(k->st), &k->outbox, e));
	OK(areatell_open(k->st, &conf, &k->t, e));
	*state = k;
	return 0;
}

static int
tear_down(void **state)
{
	struct kit *k = *state;

	areatell_close(&k->t);
	areatell_close(&k->t);
	outbox_close(&k->outbox);
	areastore_close(&k->areas);
	store_close(&k->st);
	free(k);
	return 0;
}

/* Keep an event of area 1 or 2 and have it told; how many were. */
static int
tell(struct kit *k, int64_t area, enum area_event_kind kind, bool is_passing)
{
	const struct area_event event = { .kind = kind,
		.time_ms = NOW,
		.lat = 51.812345,
		.lon = 0.712345,
		.uncertainty_m = 5,
		.is_passing = is_passing };
	struct areatell_event news = { .area = str_of(yard[area - 1]),
		.unit = str_of("TM01"),
		.kind = kind,
		.is_passing = is_passing,
		.time_ms = NOW };
	int r = -1;

	OK(store_begin(k->st, e));
	OK(areastore_add_event(
	    k->areas, area, k->unit, &event, NOW, &news.id, e));
	OK(r = areatell_add(k->t, &news, NOW + 1000, e));
	OK(store_commit(k->st, e));
	return r;
}

static void
test_who(void **state)
{
	struct kit *k = *state;

	assert_int_equal(tell(k, 2, AREA_ENTERED, false), 1);
	assert_int_equal(tell(k, 2, AREA_LEFT, false), 2);
	assert_int_equal(tell(k, 1, AREA_DWELT, false), 1);
	assert_int_equal(tell(k, 1, AREA_CROSSED, false), 2);
	assert_int_equal(ask(k->st, "SELECT count(*) FROM outbox"), 6);
	assert_int_equal(
	    ask(k->st, "SELECT count(*) FROM outbox WHERE state = 0"
		       " AND incident_id IS NULL AND theme = 'area'"
		       " AND area_event_id IN (SELECT id FROM area_event)"),
	    6);
	/* The same event has one id for all, each delivery its own. */
	assert_int_equal(
	    ask(k->st, "SELECT count(DISTINCT alert_id) FROM outbox"), 4);
	assert_int_equal(ask(k->st, "SELECT count(*) FROM outbox WHERE"
				    " recipient NOT IN ('all', 'gate')"),
	    0);
	/* What was disclosed is in the log, and of officers nothing is. */
	assert_int_equal(
	    ask(k->st, "SELECT count(*) FROM audit JOIN outbox o"
		       " ON detail = json_object('recipient', o.recipient,"
		       " 'channel', o.channel, 'delivery_id', o.key)"),
	    6);
}

/* The body of the newest delivery to a recipient. */
static struct json *
body_of(struct kit *k, const char *recipient, struct buf *text)
{
	struct db_stmt *q = NULL;
	struct json *root = NULL;
	struct err parsed = { 0 };

	OK(db_prepare(store_db(k->st),
	    "SELECT body FROM outbox WHERE recipient = $1 ORDER BY id DESC", &q,
	    e));
	db_bind_text(q, 1, str_of(recipient));
	GIVES(db_step(q, e), 1);
	buf_reset(text);
	buf_add_str(text, db_col_blob(q, 0));
	db_finish(&q);
	assert_int_equal(json_parse(buf_str(text), &root, NULL, &parsed), 0);
	/* No place, in no form. */
	assert_null(strstr(text->p, "51.8"));
	assert_null(strstr(text->p, "0.71"));
	assert_null(strstr(text->p, "TL "));
	return root;
}

static struct str
member(const struct json *v, const char *name)
{
	return json_text(json_member(v, name));
}

/* Each required member is there, and none that the schema does not name. */
static void
check_payload(const struct json *payload)
{
	struct buf text = { 0 };
	struct json *schema = NULL;
	const struct json *area, *required, *value;
	struct err e = { 0 };
	struct str name;
	size_t next = 0, count = 0;

	assert_int_equal(files_read(TEST_SOURCE_DIR "/docs/alert.schema.json",
			     1 << 20, &text, &e),
	    0);
	assert_int_equal(json_parse(buf_str(&text), &schema, NULL, &e), 0);
	area = json_member(json_member(schema, "$defs"), "area");
	required = json_member(area, "required");
	while (json_next_member(payload, &next, &name, &value)) {
		char *key = str_copy(name);

		if (!json_member(json_member(area, "properties"), key))
			fail_msg("%s is not in the schema", key);
		free(key);
		count++;
	}
	assert_int_equal(count, json_count(required));
	for (size_t i = 0; i < json_count(required); i++) {
		char *key = str_copy(json_text(json_item(required, i)));

		if (!json_member(payload, key))
			fail_msg("%s is required", key);
		free(key);
	}
	json_free(&schema);
	buf_clear(&text);
}

static void
test_words(void **state)
{
	struct kit *k = *state;
	struct buf text = { 0 };
	struct json *m;
	const struct json *p;

	assert_int_equal(tell(k, 2, AREA_LEFT, true), 2);
	m = body_of(k, "all", &text);
	p = json_member(m, "payload");
	assert_true(str_is(member(m, "audience"), "team"));
	assert_true(str_is(member(m, "topic"), "rural/area/yard"));
	assert_true(str_is(member(p, "reason"), "left"));
	assert_true(str_is(member(p, "unit"), "TM01"));
	assert_true(str_is(member(p, "area"), "Yard"));
	assert_true(str_is(member(p, "at"), "2026-01-14T10:42:07Z"));
	assert_true(
	    str_is(member(p, "text"), "Yard: TM01 came through (out again)"));
	check_payload(p);
	json_free(&m);
	m = body_of(k, "gate", &text);
	assert_true(str_is(member(m, "subject"),
	    "OFFICIAL-SENSITIVE - Area Yard: a unit came through (out "
	    "again)"));
	assert_non_null(strstr(text.p, "Unit        TM01"));
	assert_non_null(strstr(text.p, "Wed 14 Jan 2026 10:42 GMT"));
	json_free(&m);
	buf_clear(&text);
}

static void
keep_ref(void *user, const struct outbox_row *row)
{
	buf_addf(user, "%.*s %d %" PRId64 "; ", STR_ARG(row->ref),
	    (int)row->state, row->incident_id);
}

/* Delivered, and then older than positions are kept. */
static void
test_nothing_is_left(void **state)
{
	struct kit *k = *state;
	struct outbox_item item[4];
	struct buf refs = { 0 };
	const struct backoff_policy policy = { 1000, 2000, 0 };

	assert_int_equal(tell(k, 2, AREA_ENTERED, false), 1);
	assert_int_equal(tell(k, 2, AREA_DWELT, false), 1);
	/* No order is kept: the second does not wait for the first. */
	GIVES(
	    outbox_claim(k->outbox, "broker", NOW + 1000, 1000, item, 4, e), 2);
	assert_int_equal(item[0].incident_id, 0);
	assert_int_equal(item[0].area_event_id, 1);
	GIVES(
	    outbox_finish(k->outbox,
		&(struct outbox_end){ item[0].id, OUTBOX_DELIVERED, "PUBACK" },
		1, &policy, NOW + 2000, e),
	    1);
	OK(outbox_list(k->outbox, -1, 9, keep_ref, &refs, e));
	assert_string_equal(refs.p, "area event 2 1 0; area event 1 2 0; ");
	buf_reset(&refs);
	OK(store_begin(k->st, e));
	GIVES(outbox_erase_units(k->outbox, 0, NOW + 3000, e), 1);
	GIVES(areastore_purge(k->areas, NOW + 1, e), 2);
	OK(store_commit(k->st, e));
	OK(outbox_list(k->outbox, -1, 9, keep_ref, &refs, e));
	assert_string_equal(refs.p, "area event 1 0; area event 2 0; ");
	assert_int_equal(ask(k->st, "SELECT count(*) FROM outbox WHERE"
				    " length(body) = 0 AND state = 2"),
	    1);
	/* What is on its way goes on. */
	GIVES(outbox_finish(k->outbox,
		  &(struct outbox_end){ item[1].id, OUTBOX_TRY_LATER, "no" }, 1,
		  &policy, NOW + 2000, e),
	    1);
	assert_int_equal(
	    ask(k->st, "SELECT count(*) FROM outbox WHERE state = 0"
		       " AND length(body) > 0"),
	    1);
	outbox_item_clear(&item[0]);
	outbox_item_clear(&item[1]);
	buf_clear(&refs);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_who, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_words, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_nothing_is_left, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
