/* The outbox by view, by recipient, of an incident; what is set aside. */
#include "tests/unit/store/storekit.h"

#include "agent/base/random.h"
#include "alerts/outbox.h"
#include "alerts/outbox_desk.c" // NOLINT(bugprone-suspicious-include)

static const struct backoff_policy policy = { 1000, 4000, 1 };

struct kit {
	struct store *st;
	struct outbox *ob;
	struct outbox_desk *desk;
	int64_t incident, other;
	char seen[512]; /* keys in the order they came */
	int64_t last_ms, last_id;
	enum outbox_desk_view view;
};

static int
set_up(void **state)
{
	struct kit *k = calloc(1, sizeof(*k));

	assert_non_null(k);
	random_set_seed(7);
	k->st = open_store(":memory:");
	OK(store_begin(k->st, e));
	k->incident = add_incident(k->st, "EP-1");
	k->other = add_incident(k->st, "EP-2");
	OK(store_commit(k->st, e));
	OK(outbox_open(store_db(k->st), &k->ob, e));
	OK(outbox_desk_open(store_db(k->st), &k->desk, e));
	*state = k;
	return 0;
}

static int
tear_down(void **state)
{
	struct kit *k = *state;

	outbox_desk_close(&k->desk);
	outbox_desk_close(&k->desk);
	outbox_close(&k->ob);
	store_close(&k->st);
	random_set_seed(0);
	free(k);
	return 0;
}

static void
put(struct kit *k, int64_t incident, const char *to, const char *key,
    int64_t created_ms)
{
	const struct outbox_new item = { .incident_id = incident,
		.created_ms = created_ms,
		.expires_ms = created_ms + 60000,
		.level = 2,
		.reason = 1,
		.alert_id = key,
		.key = key,
		.channel = "broker",
		.recipient = to,
		.theme = str_of("hare-coursing"),
		.body = str_of("{}") };

	OK(store_begin(k->st, e));
	GIVES(outbox_add(k->ob, &item, e), 1);
	OK(store_commit(k->st, e));
}

/* Send all that is due and end it with verdict. */
static void
end_all(struct kit *k, enum outbox_verdict verdict, int64_t now_ms)
{
	struct outbox_item items[8] = { 0 };
	int n = -1;

	OK(n = outbox_claim(k->ob, "broker", now_ms, 1000, items, 8, e));
	for (int i = 0; i < n; i++) {
		const struct outbox_end end = { items[i].id, verdict, "451" };

		GIVES(outbox_finish(k->ob, &end, 1, &policy, now_ms + i, e), 1);
		outbox_item_clear(&items[i]);
	}
}

static void
note(void *user, const struct outbox_row *row)
{
	struct kit *k = user;
	size_t len = strlen(k->seen);

	(void)snprintf(
	    k->seen + len, sizeof(k->seen) - len, "%.*s ", STR_ARG(row->key));
	k->last_ms = outbox_desk_place(k->view, row);
	k->last_id = row->id;
}

/* The keys that a view shows from a place on, at most limit. */
static const char *
list(struct kit *k, struct outbox_desk_filter f)
{
	k->seen[0] = '\0';
	k->view = f.view;
	f.limit = f.limit ? f.limit : 10;
	GIVES(outbox_desk_list(k->desk, &f, note, k, e), 0);
	return k->seen;
}

static void
set_aside(struct kit *k, int64_t id, int want)
{
	OK(store_begin(k->st, e));
	GIVES(
	    outbox_desk_set_aside(k->desk, id, OUTBOX_DESK_ASIDE_TOLD, 9000, e),
	    want);
	OK(store_commit(k->st, e));
}

static void
test_views(void **state)
{
	struct kit *k = *state;

	put(k, k->incident, "team", "sent-1", 100);
	put(k, k->other, "team", "sent-2", 200);
	end_all(k, OUTBOX_DELIVERED, 1000);
	put(k, k->incident, "team", "dead-1", 2000);
	put(k, k->other, "desk", "dead-2", 2001);
	end_all(k, OUTBOX_REFUSED, 3000);
	put(k, k->other, "team", "wait-2", 5001);
	put(k, k->incident, "team", "wait-1", 5000);
	assert_string_equal(list(k,
				(struct outbox_desk_filter){
				    .view = OUTBOX_DESK_VIEW_WAITING }),
	    "wait-1 wait-2 ");
	assert_string_equal(
	    list(k,
		(struct outbox_desk_filter){ .view = OUTBOX_DESK_VIEW_SENT }),
	    "sent-2 sent-1 ");
	assert_string_equal(
	    list(k,
		(struct outbox_desk_filter){ .view = OUTBOX_DESK_VIEW_DEAD }),
	    "dead-2 dead-1 ");
	assert_string_equal(
	    list(k, (struct outbox_desk_filter){ .view = OUTBOX_DESK_VIEW_DEAD,
			.recipient = str_of("desk") }),
	    "dead-2 ");
	assert_string_equal(
	    list(k, (struct outbox_desk_filter){ .view = OUTBOX_DESK_VIEW_DEAD,
			.channel = str_of("mail") }),
	    "");
	assert_string_equal(
	    list(k,
		(struct outbox_desk_filter){ .view = OUTBOX_DESK_VIEW_ASIDE }),
	    "");
	k->seen[0] = '\0';
	GIVES(outbox_desk_of(k->desk, k->incident, note, k, e), 0);
	assert_string_equal(k->seen, "sent-1 dead-1 wait-1 ");
}

/* Page by page gives each once, also where times are equal. */
static void
test_cursor(void **state)
{
	static const enum outbox_desk_view views[] = { OUTBOX_DESK_VIEW_WAITING,
		OUTBOX_DESK_VIEW_DEAD };
	static const char *const keys[] = { "a", "b", "c", "d", "e" };
	static const char *const want[] = { "a b c d e ", "e d c b a " };
	struct kit *k = *state;

	for (size_t i = 0; i < LENGTH(keys); i++)
		put(k, k->incident, keys[i], keys[i], 100);
	for (size_t v = 0; v < LENGTH(views); v++) {
		char all[64] = "";
		struct outbox_desk_filter f = { .view = views[v], .limit = 2 };

		for (int page = 0; page < 3; page++) {
			size_t len = strlen(all);

			(void)snprintf(
			    all + len, sizeof(all) - len, "%s", list(k, f));
			f.after_ms = k->last_ms;
			f.after_id = k->last_id;
		}
		assert_string_equal(all, want[v]);
		assert_string_equal(list(k, f), "");
		run(k->st, "UPDATE outbox SET state = 3, done_ms = 700");
	}
}

static void
test_set_aside(void **state)
{
	struct kit *k = *state;
	int64_t counts[OUTBOX_STATE_COUNT];
	enum outbox_desk_aside why;

	put(k, k->incident, "team", "a", 100);
	put(k, k->incident, "desk", "b", 100);
	set_aside(k, 1, 0); /* it waits */
	GIVES(outbox_desk_why(k->desk, 1, &why, e), 0);
	end_all(k, OUTBOX_REFUSED, 1000);
	set_aside(k, 1, 1);
	set_aside(k, 1, 0); /* once */
	set_aside(k, 99, 0);
	GIVES(outbox_desk_why(k->desk, 1, &why, e), 1);
	assert_int_equal(why, OUTBOX_DESK_ASIDE_TOLD);
	assert_string_equal(
	    list(k,
		(struct outbox_desk_filter){ .view = OUTBOX_DESK_VIEW_ASIDE }),
	    "a ");
	assert_string_equal(
	    list(k,
		(struct outbox_desk_filter){ .view = OUTBOX_DESK_VIEW_DEAD }),
	    "b ");
	OK(outbox_count(k->ob, counts, e));
	assert_int_equal(counts[OUTBOX_DEAD], 1);
	/* All that are dead are tried again, and this one by itself alone. */
	OK(store_begin(k->st, e));
	GIVES(outbox_retry_dead(k->ob, 1000, 2000, e), 1);
	OK(store_commit(k->st, e));
	OK(store_begin(k->st, e));
	OK(outbox_retry(k->ob, 1, 1000, 2000, e));
	OK(store_commit(k->st, e));
	GIVES(outbox_desk_why(k->desk, 1, &why, e), 0);
	assert_int_equal(
	    ask(k->st, "SELECT count(*) FROM outbox WHERE state = 0"), 2);
}

static void
note_sum(void *user, const struct outbox_desk_sum *s)
{
	struct kit *k = user;
	size_t len = strlen(k->seen);

	(void)snprintf(k->seen + len, sizeof(k->seen) - len,
	    "%.*s/%.*s %d %d %d %d %d|", STR_ARG(s->recipient),
	    STR_ARG(s->channel), (int)s->queued, (int)s->in_flight,
	    (int)s->dead, (int)s->sent,
	    s->oldest_ms == CLOCK_NONE ? -1 : (int)s->oldest_ms);
}

static void
test_sums(void **state)
{
	struct kit *k = *state;

	put(k, k->incident, "team", "a", 100);
	put(k, k->other, "team", "b", 100);
	end_all(k, OUTBOX_DELIVERED, 1000);
	put(k, k->incident, "team", "c", 2000);
	put(k, k->other, "desk", "d", 2000);
	end_all(k, OUTBOX_REFUSED, 3000);
	put(k, k->incident, "team", "e", 4000);
	put(k, k->incident, "team", "f", 4001);
	GIVES(outbox_desk_sums(k->desk, 1001, note_sum, k, e), 0);
	assert_string_equal(
	    k->seen, "desk/broker 0 0 1 0 -1|team/broker 2 0 1 1 4000|");
	set_aside(k, 4, 1);
	k->seen[0] = '\0';
	GIVES(outbox_desk_sums(k->desk, 9000, note_sum, k, e), 0);
	assert_string_equal(k->seen, "team/broker 2 0 1 0 4000|");
}

static void
test_words(void **state)
{
	enum outbox_desk_aside why;

	(void)state;
	for (int i = 1; i <= OUTBOX_DESK_ASIDE_COUNT; i++) {
		const char *name =
		    outbox_desk_aside_name((enum outbox_desk_aside)i);

		assert_int_equal(outbox_desk_aside_find(str_of(name), &why), 1);
		assert_int_equal(why, i);
		assert_true(strlen(outbox_desk_aside_words(why)) > 5);
	}
	assert_int_equal(outbox_desk_aside_find(str_of("bored"), &why), 0);
}

/* No question reads a table from end to end. */
static void
test_plans(void **state)
{
	struct kit *k = *state;

	for (size_t i = 0; i < DESK_COUNT; i++) {
		struct db_stmt *plan = NULL;
		struct err step_error = { 0 };
		char text[2048];

		(void)snprintf(
		    text, sizeof(text), "EXPLAIN QUERY PLAN %s", sql[i]);
		OK(db_prepare(store_db(k->st), text, &plan, e));
		while (db_step(plan, &step_error) > 0) {
			struct str line = db_col_text(plan, 3);

			if (strncmp(line.p, "SCAN outbox", 11) == 0 &&
			    !strstr(line.p, "USING"))
				fail_msg("%s: %s", sql[i], line.p);
		}
		db_finish(&plan);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_views, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_cursor, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_set_aside, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_sums, set_up, tear_down),
		cmocka_unit_test(test_words),
		cmocka_unit_test_setup_teardown(test_plans, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
