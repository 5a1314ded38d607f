/* Who is refused while nothing can be put on disk. */
#include "../base/base_test.h"

#include "agent/live/batch.h"
#include "agent/live/posfeed.h"

static void
answer(struct posfeed *s)
{
	(void)s;
}

/*
 * A broker is answered with the next commit: what it sent must be in it, even
 * when others have filled all the room.
 */
static void
test_refuses_nothing_that_is_answered(void **state)
{
	static const struct posfeed_kind kinds[] = { { .name = "cot" },
		{ .name = "owntracks", .settled = answer } };
	const struct conf_source confs[] = { { .name = "datagrams" },
		{ .name = "phones" } };
	const struct posfeed datagrams = { .kind = &kinds[0],
		.conf = &confs[0] };
	const struct posfeed phones = { .kind = &kinds[1], .conf = &confs[1] };
	struct batch b = { 0 };
	struct ledger_report *r;

	(void)state;
	for (size_t i = 0; i < BATCH_MAX; i++)
		assert_non_null(batch_add(&b, &datagrams, str_of("TM01")));
	assert_null(batch_add(&b, &datagrams, str_of("TM02")));
	assert_int_equal(b.count, BATCH_MAX);
	r = batch_add(&b, &phones, str_of("TM03"));
	assert_non_null(r);
	assert_int_equal(b.count, BATCH_MAX + 1);
	assert_string_equal(r->unit, "TM03");
	assert_string_equal(r->source, "phones");
	assert_false(r->is_gone);
	batch_release(&b);
	assert_null(b.reports);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refuses_nothing_that_is_answered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
