/*
 * What the mail says was decided and stored with the alert; here it gets its
 * envelope and headers, and base/mail hands it over.
 */
#include "alerts/channel_smtp.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "agent/base/alloc.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/json.h"
#include "agent/base/loop.h"
#include "agent/base/mail.h"
#include "agent/base/mime.h"

/* An item that could not go, until the idle callback reports it. */
struct failure {
	struct failure *next;
	int64_t id;
	char *why; /* owned */
};

struct channel_smtp {
	const struct conf_channel *conf;
	struct channel_events events;
	struct mail *mail;
	struct loop_source *idle;
	struct failure *failures;
};

/* --- composing --- */

static bool
is_domain_allowed(const struct conf_channel *conf, struct str domain)
{
	for (size_t i = 0; i < conf->allow_domain_count; i++) {
		struct str allowed = str_of(conf->allow_domains[i]);

		if (allowed.len == domain.len &&
		    strncasecmp(allowed.p, domain.p, domain.len) == 0)
			return true;
	}
	return false;
}

static int
check_addresses(const struct conf_channel *conf,
    const struct conf_recipient *to, struct err *e)
{
	struct str address = str_of(to->address);

	if (!mime_address_is_valid(str_of(conf->from)))
		return err_set(e, ERR_INVALID,
		    "from of channel %s is no mail address", conf->name);
	if (!mime_address_is_valid(address))
		return err_set(e, ERR_INVALID,
		    "the address of recipient %s is no mail address", to->name);
	if (!is_domain_allowed(conf, mime_address_domain(address)))
		return err_set(e, ERR_INVALID,
		    "the domain of recipient %s is not among allow_domains of "
		    "channel %s",
		    to->name, conf->name);
	return 0;
}

int
channel_smtp_compose(const struct conf_channel *conf,
    const struct outbox_item *item, const struct conf_recipient *to,
    int64_t now_ms, struct buf *out, struct err *e)
{
	AUTO(json_free) struct json *body = NULL;
	struct mime_header extra[] = {
		{ "X-Buzzard-Alert", str_of(item->alert_id) },
		{ "Auto-Submitted", STR_LIT("auto-generated") },
		{ "X-Protective-Marking", { NULL, 0 } },
	};
	struct mime_mail mail;

	if (check_addresses(conf, to, e) < 0)
		return -1;
	if (json_parse(str_make(item->body, item->body_len), &body, NULL, e) <
	    0)
		return err_wrap(e, "the stored message cannot be read");
	extra[2].value = json_text(json_member(body, "marking"));
	mail = (struct mime_mail){
		.from = str_of(conf->from),
		.to = str_of(to->address),
		.message_id = str_of(item->key),
		.thread_id = json_text(json_member(body, "thread")),
		.subject = json_text(json_member(body, "subject")),
		.text = json_text(json_member(body, "text")),
		.html = json_text(json_member(body, "html")),
		.date_ms = now_ms,
		.extra = extra,
		.extra_count = extra[2].value.len > 0 ? 3 : 2,
	};
	if (!str_is_given(mail.subject) || !str_is_given(mail.text))
		return err_set(e, ERR_CORRUPT,
		    "the stored message has no subject or no text");
	mime_compose(&mail, out);
	return 0;
}

/* --- sending --- */

static void
on_idle(void *user)
{
	struct channel_smtp *c = user;
	struct failure *f;

	while ((f = c->failures)) {
		c->failures = f->next;
		c->events.done(c->events.user, f->id, OUTBOX_REFUSED, f->why);
		free(f->why);
		free(f);
	}
}

static void
on_done(void *user, int64_t id, const struct mail_result *result)
{
	static const enum outbox_verdict verdicts[] = {
		[MAIL_TAKEN] = OUTBOX_DELIVERED,
		[MAIL_LATER] = OUTBOX_TRY_LATER,
		[MAIL_REFUSED] = OUTBOX_REFUSED,
	};
	struct channel_smtp *c = user;

	c->events.done(
	    c->events.user, id, verdicts[result->verdict], result->why);
	if (result->is_down)
		c->events.health(c->events.user, false, result->why);
	else if (result->verdict != MAIL_LATER)
		c->events.health(c->events.user, true, result->why);
}

static void
send_item(struct channel *channel, const struct outbox_item *item,
    const struct conf_recipient *to)
{
	struct channel_smtp *c = (struct channel_smtp *)(void *)channel;
	AUTO(buf_clear) struct buf bytes = { 0 };
	struct failure *f;
	struct err e;

	if (channel_smtp_compose(
		c->conf, item, to, clock_wall_ms(), &bytes, &e) == 0) {
		mail_send(c->mail, item->id, str_of(c->conf->from),
		    str_of(to->address), buf_str(&bytes));
		return;
	}
	f = alloc_zero(1, sizeof(*f));
	f->id = item->id;
	f->why = alloc_text(e.msg);
	f->next = c->failures;
	c->failures = f;
	loop_idle_request(c->idle);
}

/* --- open and close --- */

static struct mail_options
to_options(const struct conf_channel *conf)
{
	struct str from = str_of(conf->from);

	return (struct mail_options){ .name = conf->name,
		.host = conf->host,
		.port = conf->port,
		.tls = conf->tls == CONF_TLS_REQUIRED,
		.ca_file = conf->ca_file,
		.username = conf->username,
		.password_file = conf->password_file,
		/* The tail of a C string, so it ends with a NUL. */
		.helo = mime_address_domain(from).p,
		.timeout_ms = conf->timeout_ms };
}

static void
close_channel(struct channel **channel)
{
	struct channel_smtp *c = (struct channel_smtp *)(void *)*channel;
	struct failure *f;

	if (!c)
		return;
	mail_close(&c->mail);
	loop_remove(&c->idle);
	while ((f = c->failures)) {
		c->failures = f->next;
		free(f->why);
		free(f);
	}
	free(c);
	*channel = NULL;
}

static int
open_channel(const struct conf_channel *conf, struct loop *loop,
    const struct channel_events *events, struct channel **out, struct err *e)
{
	struct channel_smtp *c = alloc_zero(1, sizeof(*c));
	struct channel *channel = (struct channel *)(void *)c;
	const struct mail_options options = to_options(conf);

	c->conf = conf;
	c->events = *events;
	if (loop_add_idle(loop, on_idle, c, &c->idle, e) < 0 ||
	    mail_open(&options, loop, on_done, c, &c->mail, e) < 0) {
		close_channel(&channel);
		return -1;
	}
	*out = channel;
	return 0;
}

/* A connection is made when there is something to send. */
static bool
is_ready(const struct channel *channel)
{
	(void)channel;
	return true;
}

static int
probe(const struct conf_channel *conf, struct err *e)
{
	const struct mail_options options = to_options(conf);

	return mail_probe(&options, e);
}

const struct channel_kind channel_smtp_kind = {
	.name = "smtp",
	.open = open_channel,
	.is_ready = is_ready,
	.send = send_item,
	.close = close_channel,
	.probe = probe,
};
