/* What needs no server; the rest is in tests/peers/test_mail.py. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "agent/base/err.h"
#include "alerts/channel_smtp.h"

static const char *const domains[] = { "example.org", "rural.example.net" };

static const struct conf_channel conf = {
	.name = "mail",
	.kind = CONF_CHANNEL_SMTP,
	.from = "buzzard@example.org",
	.allow_domains = domains,
	.allow_domain_count = 2,
};

#define GOOD "{\"subject\":\"S\",\"text\":\"T\",\"thread\":\"i-1\"}"

struct compose_case {
	const char *from;
	const char *address;
	const char *body;
	const char *error; /* NULL: composed */
};

static const struct compose_case cases[] = {
	{ "buzzard@example.org", "duty@example.org", GOOD, NULL },
	{ "buzzard@example.org", "duty@Example.ORG", GOOD, NULL },
	{ "buzzard@example.org", "duty@rural.example.net", GOOD, NULL },
	{ "buzzard@example.org", "duty@example.net", GOOD, "allow_domains" },
	{ "buzzard@example.org", "duty@sub.example.org", GOOD,
	    "allow_domains" },
	{ "buzzard@example.org", "duty@example.or", GOOD, "allow_domains" },
	{ "buzzard@example.org", "duty", GOOD, "recipient team" },
	{ "buzzard@example.org", "", GOOD, "recipient team" },
	{ "buzzard@example.org", "a@b\r\nDATA", GOOD, "recipient team" },
	{ "buzzard", "duty@example.org", GOOD, "from of channel mail" },
	{ "buzzard@example.org", "duty@example.org", "{", "cannot be read" },
	{ "buzzard@example.org", "duty@example.org", "{\"subject\":\"S\"}",
	    "no subject or no text" },
	{ "buzzard@example.org", "duty@example.org", "{\"text\":\"T\"}",
	    "no subject or no text" },
};

static void
check_case(const struct compose_case *row)
{
	struct conf_channel channel = conf;
	struct outbox_item item = { .id = 1, .key = "d-1", .alert_id = "a-1" };
	const struct conf_recipient to = { .name = "team",
		.address = row->address };
	char body[200] = "";
	struct buf out = { 0 };
	struct err e = { 0 };
	int rc;

	channel.from = row->from;
	(void)strncat(body, row->body, sizeof(body) - 1);
	item.body = body;
	item.body_len = strlen(body);
	rc = channel_smtp_compose(&channel, &item, &to, 0, &out, &e);
	if (row->error) {
		assert_int_equal(rc, -1);
		if (!strstr(e.msg, row->error) || strchr(e.msg, '@'))
			fail_msg("%s: %s", row->error, e.msg);
		assert_int_equal(out.len, 0);
	} else {
		assert_int_equal(rc, 0);
		assert_non_null(
		    strstr(out.p, "\r\nMessage-ID: <d-1@example.org>\r\n"));
		assert_non_null(
		    strstr(out.p, "\r\nReferences: <i-1@example.org>\r\n"));
		assert_non_null(strstr(out.p, "\r\nX-Buzzard-Alert: a-1\r\n"));
	}
	buf_clear(&out);
}

static void
test_compose(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check_case(&cases[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_compose) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
