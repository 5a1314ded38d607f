/*
 * Options that are right alone and wrong together.  Each check is a function
 * over one item; a member that was refused by itself is NULL or 0 here and is
 * passed over, since its error has been reported.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "agent/base/err.h"
#include "agent/base/mime.h"
#include "agent/conf/conf_private.h"
#include "agent/conf/nearest.h"
#include "agent/conf/netname.h"
#include "agent/conf/shifts.h"

struct cross {
	struct conf *conf;
	struct confdiag *diag;
};

static struct confdiag_place
place_of(const struct cross *x, enum option_section section, size_t index,
    const char *path)
{
	const struct conf_item *item =
	    conf_private_item(x->conf->origin, section, index);

	return item ? conf_private_place(item, path)
		    : (struct confdiag_place){ 0, 0, 0 };
}

/* Is the option path of an item written in the file? */
static bool
is_given(const struct cross *x, enum option_section section, size_t i,
    const char *path)
{
	const struct conf_item *item =
	    conf_private_item(x->conf->origin, section, i);

	return item && conf_private_is_given(item, path);
}

/* Its type was not understood, so that nothing of it was stored. */
static bool
is_unusable(const struct cross *x, enum option_section section, size_t i)
{
	const struct conf_item *item =
	    conf_private_item(x->conf->origin, section, i);

	return !item || item->unusable;
}

static bool
is_same(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

static const char *
name_of(const struct conf *c, enum option_section section, size_t i)
{
	if (section == OPTION_FEED)
		return c->feeds[i].name;
	if (section == OPTION_SOURCE)
		return c->sources[i].name;
	if (section == OPTION_CLASS)
		return c->classes[i].name;
	return section == OPTION_CHANNEL ? c->channels[i].name
					 : c->recipients[i].name;
}

static void
check_names(const struct cross *x, enum option_section section, size_t count)
{
	for (size_t i = 1; i < count; i++)
		for (size_t j = 0; j < i; j++) {
			const char *name = name_of(x->conf, section, i);

			if (!is_same(name, name_of(x->conf, section, j)))
				continue;
			confdiag_error(x->diag, place_of(x, section, i, "name"),
			    "there are two %s called \"%s\"",
			    option_list_of(section)->key, name);
			confdiag_note(x->diag, "the other is in line %d",
			    place_of(x, section, j, "name").line);
			break;
		}
}

static void
check_feeds(const struct cross *x)
{
	const struct conf *c = x->conf;

	if (c->feed_count == 0) {
		confdiag_error(x->diag, (struct confdiag_place){ 0, 0, 0 },
		    "there is no feed");
		confdiag_note(x->diag, "write feeds: and below it \"- name: "
				       "…\", \"type: directory\" and "
				       "\"path: …\"");
	}
	for (size_t i = 0; i < c->feed_count; i++) {
		struct confdiag_place place =
		    place_of(x, OPTION_FEED, i, "path");

		if (is_same(c->feeds[i].path, c->state))
			confdiag_error(x->diag, place,
			    "the feed watches the state folder");
		for (size_t j = 0; j < i; j++)
			if (is_same(c->feeds[i].path, c->feeds[j].path))
				confdiag_error(x->diag, place,
				    "feed \"%s\" watches this folder already",
				    c->feeds[j].name ? c->feeds[j].name : "");
	}
}

/* What is said of TLS and the login, of a channel or a source alike. */
struct peer {
	enum option_section section;
	size_t index;
	bool is_mqtt;
	enum conf_tls tls;
	const char *host, *password_file;
	const char *what; /* would go in the clear */
};

/* A password goes in the clear only to this machine. */
static void
check_clear_text(const struct cross *x, const struct peer *p)
{
	struct confdiag_place place = place_of(x, p->section, p->index, "tls");

	if (p->tls != CONF_TLS_NONE || !p->host ||
	    netname_is_loopback(str_of(p->host)))
		return;
	if (p->password_file) {
		confdiag_error(x->diag, place,
		    "the password would go over the network in the clear");
		confdiag_note(x->diag, "write tls: required");
		return;
	}
	confdiag_warn(x->diag, place, "%s %s in the clear", p->what, p->host);
	confdiag_note(x->diag, "write tls: required");
}

static void
check_tls_files(const struct cross *x, const struct peer *p)
{
	static const char *const files[] = { "ca_file", "cert_file",
		"key_file" };
	bool cert = is_given(x, p->section, p->index, "cert_file");
	bool key = is_given(x, p->section, p->index, "key_file");

	for (size_t f = 0; f < 3 && p->tls == CONF_TLS_NONE; f++)
		if (is_given(x, p->section, p->index, files[f]))
			confdiag_error(x->diag,
			    place_of(x, p->section, p->index, files[f]),
			    "\"%s\" has no effect with tls: none", files[f]);
	if (cert != key) {
		confdiag_error(x->diag,
		    place_of(x, p->section, p->index,
			cert ? "cert_file" : "key_file"),
		    "\"cert_file\" and \"key_file\" go together");
		confdiag_note(x->diag, "give both, or neither");
	}
	if (p->is_mqtt && p->tls == CONF_TLS_NONE &&
	    !is_given(x, p->section, p->index, "port")) {
		confdiag_error(x->diag,
		    place_of(x, p->section, p->index, "tls"),
		    "without TLS the port must be given");
		confdiag_note(x->diag,
		    "brokers usually listen on 1883 for it: port: 1883");
	}
}

static void
check_login(const struct cross *x, const struct peer *p)
{
	bool user = is_given(x, p->section, p->index, "username");
	bool password = is_given(x, p->section, p->index, "password_file");

	if (password && !user) {
		confdiag_error(x->diag,
		    place_of(x, p->section, p->index, "password_file"),
		    "a password without a \"username\"");
		confdiag_note(x->diag, "give both, or neither");
	}
	if (user && !password && !p->is_mqtt) {
		confdiag_error(x->diag,
		    place_of(x, p->section, p->index, "username"),
		    "a login without a \"password_file\"");
		confdiag_note(x->diag, "give both, or neither");
	}
}

static void
check_peer(const struct cross *x, const struct peer *p)
{
	check_clear_text(x, p);
	check_tls_files(x, p);
	check_login(x, p);
}

static void
check_retry(const struct cross *x, size_t i)
{
	const struct conf_channel *ch = &x->conf->channels[i];

	if (ch->retry_base_ms > 0 && ch->retry_max_ms > 0 &&
	    ch->retry_max_ms < ch->retry_base_ms)
		confdiag_error(x->diag,
		    place_of(x, OPTION_CHANNEL, i,
			is_given(x, OPTION_CHANNEL, i, "retry.max")
			    ? "retry.max"
			    : "retry.base"),
		    "\"retry.max\" is shorter than \"retry.base\"");
	if (ch->retry_base_ms > 0 && ch->expire_ms > 0 &&
	    ch->expire_ms < ch->retry_base_ms)
		confdiag_error(x->diag,
		    place_of(x, OPTION_CHANNEL, i,
			is_given(x, OPTION_CHANNEL, i, "retry.expire")
			    ? "retry.expire"
			    : "retry.base"),
		    "\"retry.expire\" is shorter than \"retry.base\": nothing "
		    "would be tried again");
}

/* Two clients of one broker with one id push each other out for ever. */
static void
check_client(const struct cross *x, size_t i)
{
	const struct conf_channel *a = &x->conf->channels[i];

	for (size_t j = 0; j < i; j++) {
		const struct conf_channel *b = &x->conf->channels[j];

		if (is_unusable(x, OPTION_CHANNEL, j) ||
		    a->kind != CONF_CHANNEL_MQTT ||
		    b->kind != CONF_CHANNEL_MQTT || a->port != b->port ||
		    !is_same(a->host, b->host) ||
		    !is_same(a->client_id, b->client_id))
			continue;
		confdiag_error(x->diag,
		    place_of(x, OPTION_CHANNEL, i, "client_id"),
		    "channel \"%s\" has the client id \"%s\" at this broker "
		    "already",
		    b->name ? b->name : "", a->client_id);
		confdiag_note(x->diag, "give each channel a \"client_id\" of "
				       "its own");
		return;
	}
}

static void
check_channel(const struct cross *x, size_t i)
{
	const struct conf_channel *ch = &x->conf->channels[i];
	const struct peer peer = { .section = OPTION_CHANNEL,
		.index = i,
		.is_mqtt = ch->kind == CONF_CHANNEL_MQTT,
		.tls = ch->tls,
		.host = ch->host,
		.password_file = ch->password_file,
		.what = "alerts go to" };

	if (is_unusable(x, OPTION_CHANNEL, i))
		return;
	check_peer(x, &peer);
	check_retry(x, i);
	check_client(x, i);
}

/* Two clients of one broker with one id: those of sources count too. */
static void
check_source_client(const struct cross *x, size_t i)
{
	const struct conf *c = x->conf;
	const struct conf_source *a = &c->sources[i];
	const char *other = NULL;

	for (size_t j = 0; j < c->channel_count; j++)
		if (!is_unusable(x, OPTION_CHANNEL, j) &&
		    c->channels[j].kind == CONF_CHANNEL_MQTT &&
		    c->channels[j].port == a->port &&
		    is_same(c->channels[j].host, a->host) &&
		    is_same(c->channels[j].client_id, a->client_id))
			other = c->channels[j].name;
	for (size_t j = 0; j < i; j++)
		if (!is_unusable(x, OPTION_SOURCE, j) &&
		    c->sources[j].kind == CONF_SOURCE_OWNTRACKS &&
		    c->sources[j].port == a->port &&
		    is_same(c->sources[j].host, a->host) &&
		    is_same(c->sources[j].client_id, a->client_id))
			other = c->sources[j].name;
	if (!other)
		return;
	confdiag_error(x->diag, place_of(x, OPTION_SOURCE, i, "client_id"),
	    "\"%s\" has the client id \"%s\" at this broker already", other,
	    a->client_id);
	confdiag_note(x->diag, "give each a \"client_id\" of its own");
}

/* Two cannot listen on one port. */
static void
check_listening(const struct cross *x, size_t i)
{
	const struct conf_source *a = &x->conf->sources[i];

	for (size_t j = 0; j < i; j++) {
		const struct conf_source *b = &x->conf->sources[j];

		if (is_unusable(x, OPTION_SOURCE, j) ||
		    b->transport != CONF_TRANSPORT_UDP || a->port != b->port ||
		    !is_same(a->host, b->host))
			continue;
		confdiag_error(x->diag, place_of(x, OPTION_SOURCE, i, "port"),
		    "position source \"%s\" listens on this port already",
		    b->name ? b->name : "");
		return;
	}
}

static void
check_source(const struct cross *x, size_t i)
{
	const struct conf_source *s = &x->conf->sources[i];
	const struct peer peer = { .section = OPTION_SOURCE,
		.index = i,
		.is_mqtt = true,
		.tls = s->tls,
		.host = s->host,
		.password_file = s->password_file,
		.what = "units' positions come from" };

	if (is_unusable(x, OPTION_SOURCE, i))
		return;
	if (s->kind == CONF_SOURCE_OWNTRACKS) {
		check_peer(x, &peer);
		check_source_client(x, i);
	} else if (s->transport == CONF_TRANSPORT_UDP) {
		check_listening(x, i);
	}
}

/* Worth saying of a configuration that is right otherwise. */
static void
warn_unused(const struct cross *x)
{
	const struct conf *c = x->conf;

	if (c->recipient_count == 0)
		confdiag_warn(x->diag, (struct confdiag_place){ 0, 0, 0 },
		    "there are no recipients: nobody is told of anything");
	for (size_t i = 0; i < c->channel_count && c->recipient_count > 0;
	     i++) {
		size_t r = 0;

		while (r < c->recipient_count &&
		       c->recipients[r].channel_index != i)
			r++;
		if (r == c->recipient_count)
			confdiag_warn(x->diag,
			    place_of(x, OPTION_CHANNEL, i, "name"),
			    "no recipient is told through channel \"%s\"",
			    c->channels[i].name);
	}
}

static void
refuse_channel(const struct cross *x, size_t i)
{
	const struct conf *c = x->conf;
	struct nearest near;

	confdiag_error(x->diag, place_of(x, OPTION_RECIPIENT, i, "channel"),
	    "there is no channel \"%s\"", c->recipients[i].channel);
	nearest_init(&near, str_of(c->recipients[i].channel));
	for (size_t j = 0; j < c->channel_count; j++)
		if (c->channels[j].name)
			nearest_offer(&near, str_of(c->channels[j].name));
	if (str_is_given(near.best))
		confdiag_note(
		    x->diag, "did you mean \"%.*s\"?", STR_ARG(near.best));
	else
		confdiag_note(
		    x->diag, "a channel is described below \"channels\"");
}

/* Exactly one of address and topic, as the channel's kind wants. */
static void
check_target(const struct cross *x, size_t i, enum conf_channel_kind kind)
{
	const struct conf_item *item =
	    conf_private_item(x->conf->origin, OPTION_RECIPIENT, i);
	bool mail = kind == CONF_CHANNEL_SMTP;
	const char *wanted = mail ? "address" : "topic";
	const char *other = mail ? "topic" : "address";
	const char *type = mail ? "smtp" : "mqtt";

	if (conf_private_is_given(item, other)) {
		confdiag_error(x->diag, conf_private_place(item, other),
		    "\"%s\" is not for a recipient on an %s channel", other,
		    type);
		confdiag_note(x->diag, "write %s: …", wanted);
	} else if (!conf_private_is_given(item, wanted)) {
		confdiag_error(x->diag, item->place,
		    "a recipient on an %s channel has no \"%s\"", type, wanted);
		confdiag_note(x->diag, "write %s: %s", wanted,
		    mail ? "name@example.org"
			 : "rural/v1/alert/{district}/{theme}");
	}
}

/* Mail goes to the domains that the channel allows, and nowhere else. */
static void
check_domain(const struct cross *x, size_t i, const struct conf_channel *ch)
{
	const struct conf_recipient *r = &x->conf->recipients[i];
	struct str domain;
	struct buf allowed = { 0 };

	if (!r->address || !ch->allow_domains)
		return;
	domain = mime_address_domain(str_of(r->address));
	for (size_t d = 0; d < ch->allow_domain_count; d++) {
		if (netname_is_same_domain(
			domain, str_of(ch->allow_domains[d]))) {
			buf_clear(&allowed);
			return;
		}
		buf_addf(
		    &allowed, "%s%s", d > 0 ? ", " : "", ch->allow_domains[d]);
	}
	confdiag_error(x->diag, place_of(x, OPTION_RECIPIENT, i, "address"),
	    "channel \"%s\" does not allow mail to %.*s",
	    ch->name ? ch->name : "", STR_ARG(domain));
	confdiag_note(x->diag, "its allow_domains are %s", allowed.p);
	buf_clear(&allowed);
}

/* Where units were is for those who send them, and for nobody else. */
static void
check_areas(const struct cross *x, const struct conf_recipient *r, size_t i)
{
	const struct conf_item *item =
	    conf_private_item(x->conf->origin, OPTION_RECIPIENT, i);

	if (r->area_count > 0 && r->audience == CONF_AUDIENCE_PARTNER) {
		confdiag_error(x->diag, conf_private_place(item, "areas"),
		    "a partner is not told where units are");
		confdiag_note(x->diag, "leave \"areas\" out, or write "
				       "audience: team");
	}
	if (r->area_count == 0 && r->area_event_count > 0) {
		confdiag_error(x->diag, conf_private_place(item, "area_events"),
		    "\"area_events\" has no effect without \"areas\"");
		confdiag_note(x->diag, "write areas: [\"*\"], or names");
	}
	if (r->area_count == 0 && r->no_incidents) {
		confdiag_error(x->diag, conf_private_place(item, "incidents"),
		    "the recipient is told of nothing");
		confdiag_note(x->diag, "name the areas it is told of, or leave "
				       "it out");
	}
}

static void
check_recipient(const struct cross *x, struct conf_recipient *r, size_t i)
{
	const struct conf *c = x->conf;

	if (!is_unusable(x, OPTION_RECIPIENT, i))
		check_areas(x, r, i);
	if (!r->channel)
		return;
	for (size_t j = 0; j < c->channel_count; j++) {
		if (!is_same(c->channels[j].name, r->channel))
			continue;
		r->channel_index = j;
		check_target(x, i, c->channels[j].kind);
		check_domain(x, i, &c->channels[j]);
		return;
	}
	/* A channel whose type or name was refused may be the one meant. */
	for (size_t j = 0; j < c->channel_count; j++)
		if (is_unusable(x, OPTION_CHANNEL, j) || !c->channels[j].name)
			return;
	refuse_channel(x, i);
}

static bool
is_address(const char *s)
{
	unsigned char bytes[16];

	return inet_pton(AF_INET, s, bytes) == 1 ||
	       inet_pton(AF_INET6, s, bytes) == 1;
}

/* What keeps text from being an address that browsers reach, or NULL. */
static const char *
url_fault(struct str url, const char *allowed)
{
	const char *rest = url.p + (str_has_prefix(url, "https://") ? 8 : 7);
	struct str host = str_make(rest, strcspn(rest, ":/"));

	if (!str_has_prefix(url, "https://") && !str_has_prefix(url, "http://"))
		return "begin it with https://";
	if (!netname_is_host(host))
		return "behind https:// stands the name of a host";
	if (str_has_prefix(url, "http://") && !netname_is_loopback(host))
		return "only https:// may leave this machine";
	if (url.p[url.len - 1] == '/')
		return "leave out the slash at its end";
	for (size_t i = 0; i < url.len; i++)
		if (!isalnum((unsigned char)url.p[i]) &&
		    !strchr(allowed, url.p[i]))
			return "it holds something that does not belong in it";
	return NULL;
}

/* Tiles have their place in the address, and only that in braces. */
static const char *
tiles_fault(struct str url)
{
	static const char *const marks[] = { "{z}", "{x}", "{y}" };
	const char *fault = url_fault(url, "-._:/{}?=&%");

	for (size_t i = 0; i < 3 && !fault; i++)
		if (!strstr(url.p, marks[i]))
			fault = "it needs {z}, {x} and {y}";
	return fault;
}

static void
say_fault(const struct cross *x, const char *option, const char *url,
    const char *fault)
{
	if (!fault)
		return;
	confdiag_error(x->diag, place_of(x, OPTION_TOP, 0, option),
	    "\"%s\" is no address that browsers reach", url);
	confdiag_note(x->diag, "%s", fault);
}

/* RFC 9110, 5.1: can it be the name of a field? */
static bool
is_field(const char *s)
{
	for (size_t i = 0; s[i]; i++)
		if (!strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwx"
			    "yz0123456789-",
			s[i]))
			return false;
	return true;
}

/* What a browser sends of itself is no proof of who somebody is. */
static bool
is_common_field(const char *s)
{
	static const char *const common[] = { "authorization", "cookie", "host",
		"user-agent", "accept", "referer", "origin", "content-type",
		"content-length", "if-match", "x-buzzard-form" };

	for (size_t i = 0; i < sizeof common / sizeof common[0]; i++)
		if (strcasecmp(s, common[i]) == 0)
			return true;
	return false;
}

/* The ways in without a password. */
static void
check_sign_on(const struct cross *x, const struct conf_review *r)
{
	const char *field = r->socket_header;

	if (r->client_ca && !r->cert_file) {
		confdiag_error(x->diag,
		    place_of(x, OPTION_TOP, 0, "review.client_ca"),
		    "certificates of people need TLS");
		confdiag_note(x->diag, "give cert_file and key_file, too");
	}
	if (field && (!is_field(field) || is_common_field(field))) {
		confdiag_error(x->diag,
		    place_of(x, OPTION_TOP, 0, "review.socket_header"),
		    "\"%s\" is no field for a proxy to name an account in",
		    field);
		confdiag_note(x->diag,
		    "write one that browsers do not send, of letters, digits "
		    "and -, such as X-Remote-User");
	}
}

static void
check_urls(const struct cross *x, const struct conf_review *r)
{
	if (r->url)
		say_fault(x, "review.url", r->url,
		    url_fault(str_of(r->url), "-._:/"));
	if (r->tiles)
		say_fault(
		    x, "review.tiles", r->tiles, tiles_fault(str_of(r->tiles)));
}

static void
check_shifts(const struct cross *x, const char *text)
{
	struct shifts shifts;
	struct err e = { 0 };

	if (text && shifts_parse(str_of(text), &shifts, &e) < 0)
		confdiag_error(x->diag,
		    place_of(x, OPTION_TOP, 0, "review.shifts"), "%s", e.msg);
}

/* Passwords go to the review service: in the clear only on this machine. */
static void
check_review(const struct cross *x)
{
	const struct conf_review *r = &x->conf->review;
	struct confdiag_place at_address =
	    place_of(x, OPTION_TOP, 0, "review.address");

	if (!r->cert_file != !r->key_file) {
		confdiag_error(x->diag,
		    place_of(x, OPTION_TOP, 0,
			r->cert_file ? "review.cert_file" : "review.key_file"),
		    "\"cert_file\" and \"key_file\" go together");
		confdiag_note(x->diag, "give both, or neither");
	}
	check_shifts(x, r->shifts);
	check_sign_on(x, r);
	check_urls(x, r);
	if (!r->address)
		return;
	if (!is_address(r->address)) {
		confdiag_error(x->diag, at_address,
		    "\"%s\" is no address to listen on", r->address);
		confdiag_note(x->diag,
		    "write an address of this machine, such as 127.0.0.1, or "
		    "0.0.0.0 for all of them");
	} else if (!r->cert_file && !r->key_file &&
		   !netname_is_loopback(str_of(r->address))) {
		confdiag_error(x->diag, at_address,
		    "passwords would go over the network in the clear");
		confdiag_note(x->diag,
		    "give cert_file and key_file, or listen on 127.0.0.1 and "
		    "put a proxy with TLS before it");
	}
	if (r->idle_ms > 0 && r->whole_ms > 0 && r->whole_ms < r->idle_ms)
		confdiag_error(x->diag,
		    place_of(x, OPTION_TOP, 0, "review.session"),
		    "\"review.session\" is shorter than \"review.idle\"");
}

/* Is theme among those of the class; an empty list has none but itself? */
static bool
has_theme(const struct conf_class *c, const char *theme)
{
	for (size_t i = 0; i < c->theme_count; i++)
		if (is_same(c->themes[i], theme))
			return true;
	return c->theme_count == 0 && !theme;
}

/* A theme, or all others, is in one class only. */
static void
check_class_themes(const struct cross *x, size_t i)
{
	const struct conf_class *c = &x->conf->classes[i];
	size_t count = c->theme_count > 0 ? c->theme_count : 1;

	for (size_t t = 0; t < count; t++) {
		const char *theme = c->theme_count > 0 ? c->themes[t] : NULL;

		for (size_t j = 0; j < i; j++)
			if (has_theme(&x->conf->classes[j], theme))
				confdiag_error(x->diag,
				    place_of(x, OPTION_CLASS, i, "themes"),
				    "%s is in class \"%s\" already",
				    theme ? theme : "what no other class has",
				    x->conf->classes[j].name
					? x->conf->classes[j].name
					: "");
	}
}

/* A copy may not outlive the incident. */
static void
check_retention(const struct cross *x)
{
	const struct conf *c = x->conf;
	int64_t least = c->untagged_keep_days;

	for (size_t i = 0; i < c->class_count; i++) {
		check_class_themes(x, i);
		if (c->classes[i].keep_days < least)
			least = c->classes[i].keep_days;
	}
	if (c->copies_keep_days <= least)
		return;
	confdiag_error(x->diag, place_of(x, OPTION_TOP, 0, "retention.copies"),
	    "copies would be kept for longer than the incidents they are of");
	confdiag_note(
	    x->diag, "write at most retention.copies: %lldd", (long long)least);
}

void
conf_private_cross_check(struct conf *c, struct confdiag *diag)
{
	struct cross x = { c, diag };
	const struct conf_item *first =
	    conf_private_item(c->origin, OPTION_RECIPIENT, 0);
	struct conf_recipient *recipients = first ? first->base : NULL;

	check_names(&x, OPTION_FEED, c->feed_count);
	check_names(&x, OPTION_CHANNEL, c->channel_count);
	check_names(&x, OPTION_RECIPIENT, c->recipient_count);
	check_names(&x, OPTION_SOURCE, c->source_count);
	check_names(&x, OPTION_CLASS, c->class_count);
	check_feeds(&x);
	check_review(&x);
	check_retention(&x);
	for (size_t i = 0; i < c->channel_count; i++)
		check_channel(&x, i);
	for (size_t i = 0; i < c->source_count; i++)
		check_source(&x, i);
	for (size_t i = 0; i < c->recipient_count && recipients; i++)
		check_recipient(&x, &recipients[i], i);
	if (diag->errors == 0)
		warn_unused(&x);
}
