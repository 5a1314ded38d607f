/* Looks are on disk when the wait for them is over, and none is lost. */
#include "tests/unit/store/storekit.h"

#include <pthread.h>

#include "agent/base/db_turns.h"
#include "agent/review/scribe.h"
#include "agent/store/accounts.h"
#include "agent/store/watch.h"

#define NOW     INT64_C(1800000000000)
#define READERS 8
#define LOOKS   20

struct kit {
	char path[256];
	struct store *st; /* another connection, to look from outside */
	struct db_turns *turns;
	struct scribe *scribe;
	int64_t incident;
};

static int
set_up(void **state)
{
	struct kit *k = calloc(1, sizeof *k);
	struct accounts *a = NULL;
	void *folder = NULL;

	assert_non_null(k);
	assert_int_equal(make_folder(&folder), 0);
	(void)snprintf(
	    k->path, sizeof k->path, "%s/buzzard.db", (char *)folder);
	free(folder);
	k->st = open_store(k->path);
	OK(accounts_open(k->st, &a, e));
	OK(store_begin(k->st, e));
	OK(accounts_add(
	    a, "liaison", ACCOUNT_OFFICER, "kept", NOW, "user:admin", e));
	OK(accounts_log_in(a, 1, (const uint8_t[HASH_BYTES]){ 7 }, NOW, e));
	k->incident = add_incident(k->st, "R-1");
	OK(store_commit(k->st, e));
	accounts_close(&a);
	k->turns = db_turns_new();
	OK(scribe_new(k->path, k->turns, &(struct watch_limits){ .hour = 2 },
	    &k->scribe, e));
	*state = k;
	return 0;
}

static int
tear_down(void **state)
{
	struct kit *k = *state;
	char *folder = strdup(k->path);
	void *as_state = folder;

	scribe_free(&k->scribe);
	scribe_free(&k->scribe);
	store_close(&k->st);
	db_turns_free(&k->turns);
	free(k);
	*strrchr(folder, '/') = '\0';
	return remove_folder(&as_state);
}

static void
look(struct kit *k, int64_t incident, int64_t message, struct scribe_wait *w)
{
	const struct scribe_look l = { .account_id = 1,
		.actor = "account:liaison",
		.at_ms = NOW,
		.incident_id = incident,
		.message_id = message,
		.detail = "{\"page\":\"incident\"}" };

	scribe_add(k->scribe, &l, w);
}

static int64_t
count_looks(struct kit *k)
{
	return ask(k->st, "SELECT count(*) FROM audit WHERE event = 3"
			  " AND actor = 'account:liaison'");
}

static void
test_written_when_waited_for(void **state)
{
	struct kit *k = *state;
	struct scribe_wait w = { 0 };

	OK(scribe_wait(k->scribe, &w, e)); /* for nothing */
	look(k, k->incident, 5, &w);
	look(k, 0, 0, &w);
	OK(scribe_wait(k->scribe, &w, e));
	assert_int_equal(count_looks(k), 2);
	assert_int_equal(ask(k->st, "SELECT message_id FROM looked"), 5);
}

static void *
read_pages(void *arg)
{
	struct kit *k = arg;

	for (int i = 0; i < LOOKS; i++) {
		struct scribe_wait w = { 0 };
		struct err e = { 0 };

		look(k, k->incident, 1, &w);
		if (scribe_wait(k->scribe, &w, &e) < 0)
			return k;
	}
	return NULL;
}

static void
test_many_readers(void **state)
{
	struct kit *k = *state;
	pthread_t threads[READERS];
	struct audit_finding found;

	for (int i = 0; i < READERS; i++)
		assert_int_equal(
		    pthread_create(&threads[i], NULL, read_pages, k), 0);
	for (int i = 0; i < READERS; i++) {
		void *why = NULL;

		assert_int_equal(pthread_join(threads[i], &why), 0);
		assert_null(why);
	}
	assert_int_equal(count_looks(k), READERS * LOOKS);
	GIVES(audit_verify(store_audit(k->st), &found, e), 0);
}

/* One that cannot be written is refused alone. */
static void
test_one_that_cannot_be_written(void **state)
{
	struct kit *k = *state;
	struct scribe_wait good = { 0 }, bad = { 0 }, last = { 0 };

	/* A transaction of our own holds the thread until all three wait. */
	db_take_turns(store_db(k->st), k->turns, true);
	OK(store_begin(k->st, e));
	look(k, k->incident, 5, &good);
	look(k, 12345, 5, &bad); /* no such incident */
	look(k, k->incident, 6, &last);
	store_rollback(k->st);
	OK(scribe_wait(k->scribe, &good, e));
	OK(scribe_wait(k->scribe, &last, e));
	FAILS(scribe_wait(k->scribe, &bad, e), ERR_SYSTEM, "FOREIGN KEY");
	assert_int_equal(count_looks(k), 2);
	assert_int_equal(ask(k->st, "SELECT message_id FROM looked"), 6);
}

/* What nobody waits for is written before the end. */
static void
test_the_use_of_a_session(void **state)
{
	struct kit *k = *state;

	scribe_touch(k->scribe, (const uint8_t[HASH_BYTES]){ 7 }, NOW + 60000);
	scribe_free(&k->scribe);
	assert_int_equal(
	    ask(k->st, "SELECT seen_ms FROM session"), NOW + 60000);
}

#define KIT(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

/* The look that is one too many is written with its report, once. */
static void
test_more_than_usual_is_reported(void **state)
{
	struct kit *k = *state;

	for (int64_t i = 1; i <= 4; i++) {
		const struct scribe_look l = { .account_id = 1,
			.actor = "account:liaison",
			.at_ms = NOW,
			.incident_id = i,
			.detail = "{\"page\":\"part\"}",
			.is_counted = true };
		struct scribe_wait w = { 0 };

		scribe_add(k->scribe, &l, &w);
		OK(scribe_wait(k->scribe, &w, e));
		assert_int_equal(
		    ask(k->st,
			"SELECT count(*) FROM audit WHERE actor = 'watch'"),
		    i > 2);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		KIT(test_written_when_waited_for),
		KIT(test_many_readers),
		KIT(test_one_that_cannot_be_written),
		KIT(test_the_use_of_a_session),
		KIT(test_more_than_usual_is_reported),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
