/* Hosts, domains, topics and the nearest word, by tables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "agent/conf/nearest.h"
#include "agent/conf/netname.h"
#include "agent/conf/oneline.h"

static void
test_hosts(void **state)
{
	static const struct {
		const char *text;
		bool host, loopback;
	} cases[] = {
		{ "example.org", true, false },
		{ "a", true, false },
		{ "A-1.example", true, false },
		{ "localhost", true, true },
		{ "LOCALHOST", true, true },
		{ "127.0.0.1", true, true },
		{ "127.1.2.3", true, true },
		{ "127.example.org", true, false },
		{ "192.0.2.1", true, false },
		{ "::1", true, true },
		{ "2001:db8::1", true, false },
		{ "::ffff:192.0.2.1", true, false },
		{ "", false, false },
		{ ".", false, false },
		{ "a..b", false, false },
		{ "a.", false, false },
		{ "-a.b", false, false },
		{ "a-.b", false, false },
		{ "a_b", false, false },
		{ "a b", false, false },
		{ "256.1.1.1", false, false },
		{ "1.2.3", false, false },
		{ "[::1]", false, false },
		{ "fe80::1%eth0", false, false },
		{ "example.org:25", false, false },
		{ "ex\xc3\xa4mple.org", false, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str s = str_of(cases[i].text);

		if (netname_is_host(s) != cases[i].host ||
		    (cases[i].host &&
			netname_is_loopback(s) != cases[i].loopback))
			fail_msg("%s", cases[i].text);
	}
}

static void
test_long_names(void **state)
{
	struct buf b = { 0 };

	(void)state;
	for (int i = 0; i < 63; i++)
		buf_add_char(&b, 'a');
	assert_true(netname_is_domain(buf_str(&b)));
	buf_add_char(&b, 'a');
	assert_false(netname_is_domain(buf_str(&b)));
	buf_reset(&b);
	for (int i = 0; i < 126; i++)
		buf_add_text(&b, "a.");
	buf_add_char(&b, 'a');
	assert_int_equal(b.len, 253);
	assert_true(netname_is_domain(buf_str(&b)));
	buf_add_char(&b, 'a');
	assert_false(netname_is_domain(buf_str(&b)));
	buf_clear(&b);
}

static void
test_same_domain(void **state)
{
	(void)state;
	assert_true(netname_is_same_domain(
	    str_of("Example.ORG"), str_of("example.org")));
	assert_false(netname_is_same_domain(
	    str_of("a.example.org"), str_of("example.org")));
	assert_false(netname_is_same_domain(str_of(""), str_of("")));
}

static void
test_topics(void **state)
{
	static const struct {
		const char *text;
		bool good;
	} cases[] = {
		{ "a", true },
		{ "rural/v1/alert/{district}/{theme}", true },
		{ "", false },
		{ "$SYS/a", false },
		{ "a/+/b", false },
		{ "a/#", false },
		{ "a b", false },
		{ "a\x7f", false },
		{ "a\xff", false },
	};
	struct buf b = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(
		    netname_topic_fault(str_of(cases[i].text)) == NULL,
		    cases[i].good);
	assert_non_null(netname_topic_fault(str_make("a\0b", 3)));
	for (int i = 0; i < NETNAME_TOPIC_MAX; i++)
		buf_add_char(&b, 'a');
	assert_null(netname_topic_fault(buf_str(&b)));
	buf_add_char(&b, 'a');
	assert_non_null(netname_topic_fault(buf_str(&b)));
	buf_clear(&b);
}

static void
test_distance(void **state)
{
	static const struct {
		const char *a, *b;
		size_t distance;
	} cases[] = {
		{ "", "", 0 },
		{ "", "abc", 3 },
		{ "abc", "", 3 },
		{ "host", "host", 0 },
		{ "HOST", "host", 0 },
		{ "hsot", "host", 1 },
		{ "hots", "host", 1 },
		{ "hos", "host", 1 },
		{ "hosst", "host", 1 },
		{ "most", "host", 1 },
		{ "kitten", "sitting", 3 },
		{ "ca", "abc", 3 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(
		    nearest_distance(str_of(cases[i].a), str_of(cases[i].b)),
		    cases[i].distance);
}

static void
test_nearest(void **state)
{
	static const struct {
		const char *word, *best;
	} cases[] = {
		{ "prot", "port" },
		{ "timout", "timeout" },
		{ "time_out", "timeout" },
		{ "colour", NULL },
		{ "x", NULL },
		{ "", NULL },
	};
	static char longest[100];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct nearest n;

		nearest_init(&n, str_of(cases[i].word));
		nearest_offer(&n, str_of("timeout"));
		nearest_offer(&n, str_of("port"));
		nearest_offer(&n, str_of("tls"));
		if (cases[i].best)
			assert_true(str_is(n.best, cases[i].best));
		else
			assert_false(str_is_given(n.best));
	}
	for (size_t i = 0; i < sizeof(longest); i++)
		longest[i] = 'a';
	assert_int_equal(nearest_distance(str_make(longest, sizeof(longest)),
			     str_make(longest, sizeof(longest))),
	    NEAREST_LEN_MAX + 1);
}

static void
test_oneline(void **state)
{
	static const struct {
		const char *text;
		bool good;
	} cases[] = {
		{ "", true },
		{ "plain text", true },
		{ "caf\xc3\xa9 \xe2\x80\x93 \xf0\x9f\x90\x95", true },
		{ "a\nb", false },
		{ "a\tb", false },
		{ "a\x7f", false },
		{ "a\xc2\x85", false },
		{ "a\xe2\x80\xa8", false },
		{ "a\xe2\x80\xae", false },
		{ "a\xe2\x81\xa6", false },
		{ "\xef\xbb\xbf", false },
		{ "\xf3\xa0\x81\x81", false },
		{ "a\xff", false },
		{ "a\xc3", false },
		{ "\xed\xa0\x80", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (oneline_is(str_of(cases[i].text)) != cases[i].good)
			fail_msg("case %zu", i);
	assert_false(oneline_is(str_make("a\0b", 3)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hosts),
		cmocka_unit_test(test_long_names),
		cmocka_unit_test(test_same_domain),
		cmocka_unit_test(test_topics),
		cmocka_unit_test(test_distance),
		cmocka_unit_test(test_nearest),
		cmocka_unit_test(test_oneline),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
