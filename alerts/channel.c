/*
 * A channel's settings outlive the configuration they were read with: one
 * whose settings a reload does not change stays connected.  So they are copied
 * and compared here, by a table of the members that are texts.
 */
#include "alerts/channel.h"

#include <stddef.h>
#include <string.h>

#include "agent/base/arena.h"
#include "agent/base/check.h"
#include "agent/base/str.h"
#include "alerts/channel_mqtt.h"
#include "alerts/channel_smtp.h"

static const struct channel_kind *const kinds[] = {
	[CONF_CHANNEL_MQTT] = &channel_mqtt_kind,
	[CONF_CHANNEL_SMTP] = &channel_smtp_kind,
};

static const size_t text_members[] = {
	offsetof(struct conf_channel, name),
	offsetof(struct conf_channel, host),
	offsetof(struct conf_channel, ca_file),
	offsetof(struct conf_channel, username),
	offsetof(struct conf_channel, password_file),
	offsetof(struct conf_channel, client_id),
	offsetof(struct conf_channel, status_topic),
	offsetof(struct conf_channel, cert_file),
	offsetof(struct conf_channel, key_file),
	offsetof(struct conf_channel, from),
};

#define TEXT_MEMBERS (sizeof(text_members) / sizeof(text_members[0]))

/*
 * Beside the texts: three enums and truth values, seven numbers, and the list
 * of domains.  A member more is a row more above or a comparison more below.
 */
_Static_assert(sizeof(void *) != 8 || sizeof(struct conf_channel) ==
					  8 * (TEXT_MEMBERS + 3 + 7 + 2),
    "struct conf_channel has changed: look at the table and the comparison");

const struct channel_kind *
channel_kind_get(enum conf_channel_kind kind)
{
	CHECK((size_t)kind < sizeof(kinds) / sizeof(kinds[0]));
	return kinds[kind];
}

static const char *
text_get(const struct conf_channel *c, size_t member)
{
	const char *text;

	memcpy(&text, (const char *)c + text_members[member], sizeof(text));
	return text;
}

const struct conf_channel *
channel_conf_copy(struct arena *a, const struct conf_channel *from)
{
	struct conf_channel *to = arena_alloc(a, 1, sizeof(*to));
	const char **domains;

	*to = *from;
	for (size_t i = 0; i < TEXT_MEMBERS; i++) {
		const char *text = arena_str(a, str_of(text_get(from, i))).p;

		memcpy((char *)to + text_members[i], &text, sizeof(text));
	}
	domains = arena_alloc(a, from->allow_domain_count, sizeof(*domains));
	for (size_t i = 0; i < from->allow_domain_count; i++)
		domains[i] = arena_str(a, str_of(from->allow_domains[i])).p;
	to->allow_domains = domains;
	return to;
}

static bool
texts_are_equal(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool
numbers_are_equal(const struct conf_channel *a, const struct conf_channel *b)
{
	return a->kind == b->kind && a->port == b->port && a->tls == b->tls &&
	       a->v5 == b->v5 && a->keepalive_s == b->keepalive_s &&
	       a->timeout_ms == b->timeout_ms &&
	       a->retry_base_ms == b->retry_base_ms &&
	       a->retry_max_ms == b->retry_max_ms &&
	       a->expire_ms == b->expire_ms &&
	       a->max_in_flight == b->max_in_flight;
}

bool
channel_conf_is_equal(
    const struct conf_channel *a, const struct conf_channel *b)
{
	if (!numbers_are_equal(a, b) ||
	    a->allow_domain_count != b->allow_domain_count)
		return false;
	for (size_t i = 0; i < TEXT_MEMBERS; i++)
		if (!texts_are_equal(text_get(a, i), text_get(b, i)))
			return false;
	for (size_t i = 0; i < a->allow_domain_count; i++)
		if (!texts_are_equal(a->allow_domains[i], b->allow_domains[i]))
			return false;
	return true;
}
