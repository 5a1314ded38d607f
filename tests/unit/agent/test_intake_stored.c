/*
 * The intake and what it has stored already: messages that this program can no
 * longer read hold up nothing.
 */
#include "intake_test.h"

#define OPENED  "\"opened_at\":\"2026-11-14T18:00:00Z\""
#define TEXT(s) ",\"log\":[{\"text\":\"" s "\"}]"
#define FIRST                   \
	"{\"id\":\"A\"," OPENED \
	",\"lat\":51.95,\"lon\":0.45" TEXT("lurchers") "}"
#define LATER(s)                                                      \
	"{\"id\":\"A\",\"partial\":true,\"updated_at\":\"2026-11-14T" \
	"18:05:00Z\"" TEXT(s) "}"
#define HELD "SELECT file, line, bytes, state FROM quarantine ORDER BY id"
#define TOLD "SELECT recipient, level FROM told WHERE level > 0"

static void
break_message(struct rig *r, const char *id)
{
	struct buf sql = { 0 };
	struct err e = { 0 };

	buf_addf(&sql, "UPDATE message SET bytes = x'7b22' WHERE id = %s", id);
	if (db_exec(store_db(r->store), sql.p, &e) < 0)
		fail_msg("%s", e.msg);
	buf_clear(&sql);
}

static void
note_error(void *user, enum log_level level, const char *line)
{
	struct buf *errors = user;

	if (level == LOG_ERROR)
		buf_addf(errors, "%s\n", line);
}

static void
test_what_cannot_be_read_is_left_out(void **state)
{
	struct buf errors = { 0 };
	struct rig r;

	(void)state;
	log_set_sink(note_error, &errors);
	rig_open(&r, compile_rules(SMALL_PACK), SMALL_CONF);
	take_one(&r, FIRST);
	take_one(&r, LATER("coursing"));
	assert_answer(&r, TOLD, 2, "desk | 2\nmap | 2\nteam | 2\n");
	break_message(&r, "2");
	take_one(&r, LATER("van left"));
	/* It is kept, set aside with its reason, and those told are told. */
	assert_answer(&r, HELD, 4, "in.ndjson | 1 | {\" | 0\n");
	assert_answer(&r, "SELECT message_count FROM incident", 1, "3\n");
	assert_answer(&r, TOLD, 2, "desk | 1\n");
	assert_non_null(strstr(errors.p,
	    "message 2 was taken in and cannot be read any more: line 1"));
	/* Said once, and once more for another. */
	buf_reset(&errors);
	take_one(&r, LATER("coursing again"));
	assert_int_equal(errors.len, 0);
	assert_answer(&r, TOLD, 2, "desk | 2\nmap | 2\nteam | 2\n");
	break_message(&r, "1");
	take_one(&r, LATER("gone"));
	assert_answer(&r, "SELECT count(*) FROM message", 1, "5\n");
	rig_close(&r);
	log_set_sink(NULL, NULL);
	buf_clear(&errors);
}

/* None of them can be read: the one that comes is all there is. */
static void
test_none_can_be_read(void **state)
{
	struct buf errors = { 0 };
	struct rig r;

	(void)state;
	log_set_sink(note_error, &errors);
	rig_open(&r, compile_rules(SMALL_PACK), SMALL_CONF);
	take_one(&r, FIRST);
	break_message(&r, "1");
	take_one(&r, LATER("coursing, lurchers"));
	assert_answer(&r, HELD, 4, "in.ndjson | 1 | {\" | 0\n");
	assert_answer(&r, TOLD, 2, "desk | 2\nmap | 2\nteam | 2\n");
	rig_close(&r);
	log_set_sink(NULL, NULL);
	buf_clear(&errors);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_cannot_be_read_is_left_out),
		cmocka_unit_test(test_none_can_be_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
