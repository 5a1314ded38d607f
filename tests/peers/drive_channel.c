/*
 * drive_channel: one channel by hand, for the tests with real peers.
 *
 * The channel's settings are arguments "key=value" (main's table).  Lines on
 * standard input:
 *
 *     send ID [ADDRESS]   one item; the same ID is the same alert again
 *     probe               what "check --connect" does
 *     close               close the channel and say so
 *
 * Lines on standard output: "health up|down WHY", "done ID VERDICT MICROSECONDS
 * WHY", "probe ok|WHY", "closed".  Ends at the end of its input.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/base/alloc.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/loop.h"
#include "alerts/channel.h"

#define ITEMS_MAX 100000

struct drive {
	struct conf_channel conf;
	struct loop *loop;
	struct loop_source *input;
	const struct channel_kind *kind;
	struct channel *channel;
	int64_t *sent_us; /* by id */
	struct buf line;
};

static const char *const verdicts[] = { "delivered", "later", "refused" };

static void
on_done(void *user, int64_t id, enum outbox_verdict verdict, const char *why)
{
	struct drive *d = user;

	printf("done %lld %s %lld %s\n", (long long)id, verdicts[verdict],
	    (long long)(clock_mono_us() - d->sent_us[id]), why);
}

static void
on_health(void *user, bool up, const char *why)
{
	(void)user;
	printf("health %s %s\n", up ? "up" : "down", why);
}

static char *
make_body(const struct drive *d, int64_t id, const char *topic)
{
	struct buf b = { 0 };

	if (d->conf.kind == CONF_CHANNEL_MQTT)
		buf_addf(&b,
		    "{\"topic\":\"%s\",\"payload\":{\"alert_id\":\"a-%lld\","
		    "\"lat\":51.894366},\"content_type\":\"application/json\"}",
		    topic ? topic : "rural/v1/alert/test", (long long)id);
	else
		buf_addf(&b,
		    "{\"subject\":\"Rural tag \xe2\x80\x93 %lld\","
		    "\"text\":\"One.\\n.\\nTwo caf\xc3\xa9.\\n\","
		    "\"html\":\"<p>One</p>\\n\",\"thread\":\"i-7\","
		    "\"marking\":\"OFFICIAL-SENSITIVE\"}",
		    (long long)id);
	return buf_take(&b);
}

static void
send_item(struct drive *d, int64_t id, const char *where)
{
	struct outbox_item item = { .id = id };
	const struct conf_recipient to = { .name = "duty",
		.address = where ? where : "duty@example.org" };

	if (id < 0 || id >= ITEMS_MAX || !d->channel)
		return;
	(void)snprintf(
	    item.alert_id, sizeof(item.alert_id), "a-%lld", (long long)id);
	(void)snprintf(item.key, sizeof(item.key), "d-%lld", (long long)id);
	item.created_ms = clock_wall_ms();
	item.expires_ms = item.created_ms + 3600000;
	item.body = make_body(d, id, where);
	item.body_len = strlen(item.body);
	d->sent_us[id] = clock_mono_us();
	d->kind->send(d->channel, &item, &to);
	free(item.body);
}

static void
run_command(struct drive *d, char *line)
{
	char *rest = NULL;
	const char *word = strtok_r(line, " ", &rest);
	struct err e;

	if (!word) {
		return;
	} else if (strcmp(word, "send") == 0) {
		const char *id = strtok_r(NULL, " ", &rest);

		send_item(d, id ? strtoll(id, NULL, 10) : -1,
		    strtok_r(NULL, " ", &rest));
	} else if (strcmp(word, "probe") == 0) {
		if (d->kind->probe(&d->conf, &e) == 0)
			puts("probe ok");
		else
			printf("probe %s\n", e.msg);
	} else if (strcmp(word, "close") == 0) {
		d->kind->close(&d->channel);
		puts("closed");
	}
}

static void
on_input(void *user, int fd, unsigned events)
{
	struct drive *d = user;
	char bytes[4096];
	ssize_t n = read(fd, bytes, sizeof(bytes));
	char *end;

	(void)events;
	if (n <= 0) {
		loop_stop(d->loop);
		return;
	}
	buf_add(&d->line, bytes, (size_t)n);
	while ((end = memchr(d->line.p, '\n', d->line.len))) {
		size_t len = (size_t)(end + 1 - d->line.p);

		*end = '\0';
		run_command(d, d->line.p);
		memmove(d->line.p, d->line.p + len, d->line.len - len);
		d->line.len -= len;
	}
}

/* Put one "key=value" into conf; texts are borrowed from argv. */
static int
set_option(struct conf_channel *c, char *arg)
{
	char *value = strchr(arg, '=');
	const struct {
		const char *name;
		const char **text;
		int64_t *number;
	} options[] = {
		{ "name", &c->name, NULL },
		{ "host", &c->host, NULL },
		{ "port", NULL, &c->port },
		{ "ca_file", &c->ca_file, NULL },
		{ "username", &c->username, NULL },
		{ "password_file", &c->password_file, NULL },
		{ "client_id", &c->client_id, NULL },
		{ "status_topic", &c->status_topic, NULL },
		{ "keepalive_s", NULL, &c->keepalive_s },
		{ "cert_file", &c->cert_file, NULL },
		{ "key_file", &c->key_file, NULL },
		{ "from", &c->from, NULL },
		{ "timeout_ms", NULL, &c->timeout_ms },
		{ "retry_max_ms", NULL, &c->retry_max_ms },
	};

	if (!value)
		return -1;
	*value++ = '\0';
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		if (strcmp(options[i].name, arg) != 0)
			continue;
		if (options[i].text)
			*options[i].text = value;
		else
			*options[i].number = strtoll(value, NULL, 10);
		return 0;
	}
	if (strcmp(arg, "kind") == 0)
		c->kind = strcmp(value, "smtp") == 0 ? CONF_CHANNEL_SMTP
						     : CONF_CHANNEL_MQTT;
	else if (strcmp(arg, "tls") == 0)
		c->tls = strcmp(value, "none") == 0 ? CONF_TLS_NONE
						    : CONF_TLS_REQUIRED;
	else if (strcmp(arg, "v5") == 0)
		c->v5 = strcmp(value, "true") == 0;
	else
		return -1;
	return 0;
}

static int
run(struct drive *d, struct err *e)
{
	const struct channel_events events = {
		.done = on_done, .health = on_health, .user = d
	};

	d->kind = channel_kind_get(d->conf.kind);
	if (loop_new(&d->loop, e) < 0 ||
	    loop_add_fd(d->loop, 0, LOOP_READ, on_input, d, &d->input, e) < 0 ||
	    d->kind->open(&d->conf, d->loop, &events, &d->channel, e) < 0)
		return -1;
	return loop_run(d->loop, e);
}

int
main(int argc, char **argv)
{
	static const char *const domains[] = { "example.org" };
	struct drive d = { .conf = { .name = "test",
			       .host = "localhost",
			       .v5 = true,
			       .client_id = "buzzard-test",
			       .keepalive_s = 5,
			       .from = "buzzard@example.org",
			       .allow_domains = domains,
			       .allow_domain_count = 1,
			       .timeout_ms = 5000,
			       .retry_base_ms = 100,
			       .retry_max_ms = 500,
			       .max_in_flight = 20 } };
	struct err e = { 0 };
	int rc;

	(void)setvbuf(stdout, NULL, _IOLBF, 0);
	for (int i = 1; i < argc; i++) {
		if (set_option(&d.conf, argv[i]) < 0) {
			fprintf(stderr, "no such option: %s\n", argv[i]);
			return 2;
		}
	}
	d.sent_us = alloc_zero(ITEMS_MAX, sizeof(d.sent_us[0]));
	rc = run(&d, &e);
	if (rc < 0)
		fprintf(stderr, "%s\n", e.msg);
	if (d.channel)
		d.kind->close(&d.channel);
	loop_remove(&d.input);
	loop_free(&d.loop);
	buf_clear(&d.line);
	free(d.sent_us);
	return rc < 0 ? 4 : 0;
}
