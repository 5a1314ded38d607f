#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "agent/base/arena.h"
#include "alerts/channel.h"

static const char *const domains[] = { "example.org", "example.net" };

static const struct conf_channel whole = {
	.name = "name",
	.kind = CONF_CHANNEL_SMTP,
	.host = "host",
	.port = 25,
	.ca_file = "ca",
	.username = "user",
	.password_file = "password",
	.v5 = true,
	.client_id = "id",
	.status_topic = "status",
	.keepalive_s = 30,
	.cert_file = "cert",
	.key_file = "key",
	.from = "from@example.org",
	.allow_domains = domains,
	.allow_domain_count = 2,
	.timeout_ms = 1,
	.retry_base_ms = 2,
	.retry_max_ms = 3,
	.expire_ms = 4,
	.max_in_flight = 5,
};

static void
test_copy(void **state)
{
	struct arena *a = arena_new();
	struct conf_channel given = whole;
	const struct conf_channel *copy;

	(void)state;
	given.username = NULL;
	copy = channel_conf_copy(a, &given);
	assert_true(channel_conf_is_equal(copy, &given));
	assert_null(copy->username);
	assert_string_equal(copy->key_file, "key");
	assert_ptr_not_equal(copy->key_file, given.key_file);
	assert_ptr_not_equal(copy->allow_domains, given.allow_domains);
	assert_ptr_not_equal(copy->allow_domains[1], domains[1]);
	arena_free(&a);
}

/* Whatever member differs, the two are not the same. */
static void
test_every_member_counts(void **state)
{
	static const char *const other_domains[] = { "example.org",
		"example.com" };

	(void)state;
#define DIFFERS(member, value)                                       \
	do {                                                         \
		struct conf_channel other = whole;                   \
		other.member = (value);                              \
		assert_false(channel_conf_is_equal(&whole, &other)); \
		assert_false(channel_conf_is_equal(&other, &whole)); \
	} while (0)
	DIFFERS(name, "x");
	DIFFERS(kind, CONF_CHANNEL_MQTT);
	DIFFERS(host, "x");
	DIFFERS(port, 26);
	DIFFERS(tls, CONF_TLS_NONE);
	DIFFERS(ca_file, NULL);
	DIFFERS(username, "x");
	DIFFERS(password_file, "x");
	DIFFERS(v5, false);
	DIFFERS(client_id, "x");
	DIFFERS(status_topic, "x");
	DIFFERS(keepalive_s, 31);
	DIFFERS(cert_file, "x");
	DIFFERS(key_file, "x");
	DIFFERS(from, "x");
	DIFFERS(allow_domain_count, 1);
	DIFFERS(allow_domains, other_domains);
	DIFFERS(timeout_ms, 9);
	DIFFERS(retry_base_ms, 9);
	DIFFERS(retry_max_ms, 9);
	DIFFERS(expire_ms, 9);
	DIFFERS(max_in_flight, 9);
#undef DIFFERS
	assert_true(channel_conf_is_equal(&whole, &whole));
}

static void
test_kinds(void **state)
{
	(void)state;
	assert_string_equal(channel_kind_get(CONF_CHANNEL_MQTT)->name, "mqtt");
	assert_string_equal(channel_kind_get(CONF_CHANNEL_SMTP)->name, "smtp");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_copy),
		cmocka_unit_test(test_every_member_counts),
		cmocka_unit_test(test_kinds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
