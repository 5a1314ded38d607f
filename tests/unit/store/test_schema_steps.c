/* The steps are frozen, are made one by one, and never half. */
#include "tests/unit/store/storekit.h"

#include "agent/store/schema.h"

/* SHA-256 of each released step: a change is a new step, not another text. */
static const char *const frozen[] = {
	"2016840d8af958ba47a43ebdf954dbe416808459fdb642a69335a7a97120e4e1",
	"656ce6642dd6f543a79252a709480339dac40a54d06e3c65effef545884b0ad9",
	"3b7e8047c99a7072a3a62833be9e076e787667c29faec038a91861f24cb62b72",
	"2f0ec760ca0d4fcc53cc1b7fe66ee681d7c748e3e8f1a9fb71a8520ee07d7380",
	"62f122efe0cf93bb40f1b2afaf138c45b1d471f3317a06973a32145a8a0c8e65",
	"7d0e0c1b1d47538d395b535f0247f3a800473a4847a2fd1b2fe867c7950c4d99",
	"1d3d2ce8ff9c2a9496924414d22dbd4f05636e48bd96d4b66a13498a7fb73636",
	"de748f8cbd7f0c816fd19ff02354591cbf0e7ca48de31381b6dfd6f4e7af98e6",
	"b33ef19665b9650a691886127449d9771c7bd6d9ef8f5f0c13c93d17152ee1c9",
	"401c6291a51ee745236070e3e5b3375191377fd7325eedb45f6f2852b0e89097",
	"6371c5a5a9ceba23e5754e91543020a379e07b2a44cf3f6d4aefa1d92282989e",
	"6a0dbb180cb7d9d7661392f5855f0121f9ef0088807c4f4b583cbbe181e2be70",
	"5e4cd443f778a29bbd320b2134bb07fa10f0ddfa13fee89f3e10fc8b651ba24e",
	"f081e3b2a3c62b635716522106f7dd00c1879450f7b6942a18bb55ddd80c528a",
	"34e7be7664cd139656576492175953619dec9ff6b6525c2ece2acbfca75be879",
	"9ca2ee36ffdd5292496152d5a37343bfe9766e60ed60d5ccc99aafeddaef1883",
	"d245ac7b71afdc4395f2f804428a6bb5a2094d5752a2dca1a7f3795ed268100a",
	"7cd9725ea2b90a15349b5cbc1536ee9fbf43de64d72c047dad3d0f6354753641",
	"204cd1465829193cfb97cd2a3ffdde4836cf5679bf8bcbbafe0dbc0edf1fe110",
	"2cacb90d609d2386ad4de72472142e75479e06e91ae8f4046cb696f69f2d4f31",
	"d23f41737538b7cf0d8840bbbcf969eacbbdcf0afbe3626fdc56500d8160f291",
	"0e31eb90e137721f320aa7ed7d416a6d14bb4a955fa099240ba748d196cfd3bf",
	"c2b4e1eb9bc4526d87319e22b06a3fee342ad7bb99d7f72aa6d2a6e6415a760a",
	"7e8474e9411919b1f4909f3d022c334f79f80bd5f2fb165caeca6f0b7fd86129",
	"d5a3613305a28677140f90e8358358eaf834afef5644171ccf4eba701edb8620",
	"47db1da290d40144476b4f816b5ce029406a330a6bb0a64b5badd097fb15325e",
	"1f2a0a15d2a4a487de66c96f9ef73bd0ea4696d9cb924d22d0035a4932f9ba14",
	"c8006ac8335bbb835678c2acd880180026ae25669dc5a777a9726115a0507781",
	"595d562af755c3912327b2fe95315e2f0a2bcd2f43435bedfa5d275cc1120383",
	"34bde0a218faa8cf3263f81f3b3a95f64e528d223624106f1cb2e9e9bdbabd58",
	"d50f12993a337bcfac3a5957bad53dbf485c9c74ce7d62b0cc18207f40717756",
	"3779a80c8688c739107c7cb7d8e2f04f1c4e6c949422140478f2602455488738",
	"435d4c9a177280de0c674cff8e5300246ba1ca4ef83718ceb4de5715627cfa4b",
};

static struct db *
open_memory(void)
{
	struct db *db = NULL;

	OK(db_open(":memory:", DB_CREATE, &db, e));
	return db;
}

static int
version(struct db *db)
{
	int v = -1;

	OK(db_version(db, &v, e));
	return v;
}

static void
test_steps_are_frozen(void **state)
{
	size_t count;
	const struct schema_step *steps = schema_steps(&count);

	(void)state;
	assert_int_equal(count, LENGTH(frozen));
	for (size_t i = 0; i < count; i++) {
		uint8_t digest[HASH_BYTES];
		char hex[2 * HASH_BYTES + 1];
		struct hash *h = hash_new();
		for (size_t k = 0; k < SCHEMA_PARTS_MAX; k++)
			hash_add(h, str_of(steps[i].sql[k]));
		hash_finish(&h, digest);
		hash_hex(digest, HASH_BYTES, hex);
		assert_string_equal(hex, frozen[i]);
	}
}

static void
test_new_file(void **state)
{
	size_t count;
	const struct schema_step *steps = schema_steps(&count);
	struct db *db = open_memory();

	(void)state;
	GIVES(schema_upgrade(db, steps, count, e), (int)count);
	assert_int_equal(version(db), (int)count);
	GIVES(schema_upgrade(db, steps, count, e), 0);
	GIVES(schema_require(db, count, e), 0);
	db_close(&db);
}

/* A file of step 1 with rows in it takes the later steps and keeps them. */
static void
test_upgrade_from_step_1(void **state)
{
	char path[256];
	char newer[32];
	char own[64];
	size_t count;
	const struct schema_step *steps = schema_steps(&count);
	struct schema_step more[64] = { 0 };
	struct store *st;
	struct db *db = NULL;

	assert_true(count + 1 < LENGTH(more));
	memcpy(more, steps, count * sizeof(*steps));
	more[count] = (struct schema_step){
		{ "ALTER TABLE incident ADD COLUMN owner TEXT;",
		    "CREATE TABLE shift (id INTEGER PRIMARY KEY) STRICT;" }
	};
	OK(db_open(db_path(state, path), DB_CREATE, &db, e));
	GIVES(schema_upgrade(db, steps, 1, e), 1);
	db_close(&db);
	st = open_store(path);
	OK(store_begin(st, e));
	(void)add_incident(st, "EP-1");
	OK(store_commit(st, e));
	store_close(&st);
	OK(db_open(path, DB_WRITE, &db, e));
	GIVES(schema_upgrade(db, more, count + 1, e), 1);
	assert_int_equal(version(db), (int)count + 1);
	OK(db_exec(db,
	    "UPDATE incident SET owner = 'GTRET' WHERE ref = 'EP-1';"
	    "INSERT INTO shift VALUES (1);",
	    e));
	assert_int_equal(db_changes(db), 1);
	db_close(&db);
	/* And now this program meets a file that is newer than itself. */
	(void)snprintf(newer, sizeof(newer), "at schema step %zu", count + 1);
	(void)snprintf(own, sizeof(own), "knows only up to step %zu", count);
	FAILS(store_open(path, DB_CREATE, &st, e), ERR_PERMANENT, newer);
	FAILS(store_open(path, DB_WRITE, &st, e), ERR_PERMANENT, own);
	FAILS(store_open(path, DB_READ, &st, e), ERR_PERMANENT,
	    "install the buzzard that wrote it");
	assert_null(st);
}

/* The place of the step that makes a table. */
static size_t
step_with(const char *words)
{
	size_t count, i = 0;
	const struct schema_step *steps = schema_steps(&count);

	while (
	    i < count && (!steps[i].sql[0] || !strstr(steps[i].sql[0], words)))
		i++;
	assert_true(i < count);
	return i;
}

/*
 * What is tagged already has its informants put there; a message that is no
 * JSON any more keeps nobody from the upgrade.
 */
static void
test_upgrade_finds_informants(void **state)
{
	size_t before = step_with("CREATE TABLE informant"), count;
	const struct schema_step *steps = schema_steps(&count);
	struct db *db = open_memory();
	struct db_stmt *q = NULL;
	struct buf got = { 0 };

	(void)state;
	OK(schema_upgrade(db, steps, before, e));
	OK(db_exec(db,
	    "INSERT INTO feed VALUES (1, 'cad');"
	    "INSERT INTO rule_set VALUES (1, 'x');"
	    "WITH n(i) AS (VALUES (1), (2), (3), (4), (5), (6))"
	    " INSERT INTO incident (id, feed_id, ref, first_ms, last_ms,"
	    " closed_ms, message_count, rural_crime, in_progress, targeted,"
	    " basis, place) SELECT i, 1, i, 0, 0, 9, 1, 0, 0, 0, 'none', 0"
	    " FROM n;"
	    "INSERT INTO tag (incident_id, theme, level, score, rule_set_id,"
	    " evidence, made_ms) SELECT id, 'fuel', 2, 60, 1, '[]', 0"
	    " FROM incident WHERE id < 6;"
	    "WITH m(i, t) AS (VALUES"
	    " (1, '{\"informant\":{\"phone\":\"07700 900123\"}}'),"
	    " (1, '{\"log\":[]}'),"
	    " (2, '{\"informant\":{\"phone\":\"07700 900123\","
	    "\"contact_ok\":false}}'),"
	    " (3, '{\"informant\":{\"name\":\"a farmer\"}}'),"
	    " (4, '{\"informant\":null}'), (5, 'no JSON'),"
	    " (6, '{\"informant\":{\"address\":\"Example Farm\"}}'))"
	    " INSERT INTO message (incident_id, hash, received_ms, line, bytes)"
	    " SELECT i, randomblob(32), 0, 0, CAST(t AS BLOB) FROM m;",
	    e));
	GIVES(schema_upgrade(db, steps, before + 1, e), 1);
	OK(db_prepare(db,
	    "SELECT group_concat(incident_id || ':' || reach || ':' ||"
	    " closed_ms, ' ') FROM informant",
	    &q, e));
	GIVES(db_step(q, e), 1);
	buf_add_str(&got, db_col_text(q, 0));
	assert_string_equal(got.p, "1:1:9 2:2:9 3:2:9");
	buf_clear(&got);
	db_finish(&q);
	db_close(&db);
}

/* What is in the outbox stays as it is when the table is made anew. */
static void
test_upgrade_keeps_outbox(void **state)
{
	size_t count;
	const struct schema_step *steps = schema_steps(&count);
	struct db *db = open_memory();
	struct db_stmt *st = NULL;

	(void)state;
	GIVES(schema_upgrade(db, steps, 22, e), 22);
	OK(db_exec(db,
	    "INSERT INTO feed VALUES (1, 'cad');"
	    "INSERT INTO incident (id, feed_id, ref, first_ms, last_ms,"
	    " message_count, rural_crime, in_progress, targeted, basis, place)"
	    " VALUES (7, 1, 'EP-1', 1, 1, 1, 0, 0, 0, '', 0);"
	    "INSERT INTO outbox (id, incident_id, channel, recipient, theme,"
	    " level, reason, alert_id, key, state, attempts, created_ms,"
	    " due_ms, expires_ms, done_ms, last_error, body, aside_ms,"
	    " aside_why) VALUES (3, 7, 'c', 'r', 't', 2, 1, 'a', 'a-1', 3, 2,"
	    " 10, 11, 12, 13, 'no', x'7b7d', 14, 1);"
	    "INSERT INTO attempt VALUES (3, 1, 20, 21, 1, 'no'),"
	    " (3, 2, 22, NULL, NULL, NULL);",
	    e));
	GIVES(schema_upgrade(db, steps, count, e), (int)count - 22);
	OK(db_prepare(db,
	    "SELECT count(*) FROM outbox o JOIN attempt ON outbox_id = o.id"
	    " WHERE (o.id, incident_id, channel, recipient, theme, level,"
	    " reason, alert_id, key, state, attempts, created_ms, due_ms,"
	    " expires_ms, done_ms, last_error, body, aside_ms, aside_why)"
	    " = (3, 7, 'c', 'r', 't', 2, 1, 'a', 'a-1', 3, 2, 10, 11, 12, 13,"
	    " 'no', x'7b7d', 14, 1) AND area_event_id IS NULL",
	    &st, e));
	GIVES(db_step(st, e), 1);
	assert_int_equal(db_col_int(st, 0), 2);
	db_finish(&st);
	/* An attempt still refers to the outbox. */
	FAILS(db_exec(db, "DELETE FROM outbox", e), ERR_SYSTEM, "FOREIGN");
	db_close(&db);
}

static void
test_step_that_fails_leaves_nothing(void **state)
{
	const struct schema_step steps[] = { { { "CREATE TABLE a (x);" } },
		{ { "CREATE TABLE b (x); INSERT INTO b VALUES (1);",
		    "INSERT INTO c VALUES (1);" } } };
	struct db *db = open_memory();
	struct db_stmt *q = NULL;

	(void)state;
	FAILS(schema_upgrade(db, steps, 2, e), ERR_SYSTEM, "schema step 2");
	assert_int_equal(version(db), 1);
	assert_false(db_is_in_transaction(db));
	OK(db_exec(db, "INSERT INTO a VALUES (1)", e));
	FAILS(db_prepare(db, "SELECT * FROM b", &q, e), ERR_SYSTEM, "b");
	db_close(&db);
}

static void
test_older_is_named(void **state)
{
	struct db *db = open_memory();

	(void)state;
	FAILS(schema_require(db, 1, e), ERR_PERMANENT, "start the agent once");
	db_close(&db);
}

static void
test_all_tables_are_strict(void **state)
{
	struct store *st = open_store(":memory:");

	(void)state;
	assert_int_equal(ask(st, "SELECT count(*) FROM pragma_table_list"
				 " WHERE schema = 'main' AND name NOT LIKE"
				 " 'sqlite_%' AND type = 'table'"
				 " AND NOT strict"),
	    0);
	assert_true(ask(st, "SELECT count(*) FROM pragma_table_list"
			    " WHERE strict") >= 11);
	store_close(&st);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_steps_are_frozen),
		cmocka_unit_test(test_new_file),
		cmocka_unit_test_setup_teardown(
		    test_upgrade_from_step_1, make_folder, remove_folder),
		cmocka_unit_test(test_upgrade_finds_informants),
		cmocka_unit_test(test_upgrade_keeps_outbox),
		cmocka_unit_test(test_step_that_fails_leaves_nothing),
		cmocka_unit_test(test_older_is_named),
		cmocka_unit_test(test_all_tables_are_strict),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
