/*
 * decide: themes by recipients, one question to policy each.
 *
 * The themes are those of the tags that stand and of the rows that say what
 * was told; both lists are in the order of their themes and are walked
 * together.  Nearly every incident has neither, which costs one look at the
 * table of what was told.
 */
#include "alerts/decide.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/check.h"
#include "agent/base/db.h"
#include "agent/base/err.h"
#include "agent/base/hash.h"
#include "agent/base/jsonw.h"
#include "agent/base/log.h"
#include "agent/store/audit.h"
#include "agent/store/store.h"
#include "alerts/joblink.h"
#include "alerts/outbox.h"
#include "alerts/policy.h"
#include "alerts/render.h"
#include "alerts/told.h"

#define ALERT_ID_BYTES     16
#define RECIPIENT_ID_BYTES 8
_Static_assert(
    2 * ALERT_ID_BYTES + 1 + 2 * RECIPIENT_ID_BYTES < OUTBOX_KEY_MAX &&
	OUTBOX_KEY_MAX == ALERT_ID_MAX,
    "both ids fit where they are kept");

struct decide {
	struct store *store;     /* borrowed */
	const struct conf *conf; /* borrowed */
	struct outbox *outbox;   /* owned */
	struct told *told;       /* owned */
	struct joblink *links;   /* owned; NULL: alerts carry none */
	struct arena *arena;     /* owned; one decision's working memory */
	struct buf body, detail; /* owned; reused */
	struct buf link;         /* likewise */
};

/* One decision: an incident and the theme in hand. */
struct question {
	struct decide *d;
	int64_t incident_id;
	const struct alert *base;
	bool stands; /* some theme of the incident does */
	struct str theme;
	const struct rules_tag *tag; /* NULL: it does not stand */
	const struct told_row *told; /* of that theme */
	size_t told_count;
	int added;
	bool *heard;     /* by recipient: this decision told it something */
	bool has_plates; /* they are sought once somebody is told */
	const struct plate *plates;
	size_t plate_count;
};

/*
 * Alerts matter more than their links: without the key they go out without,
 * and that is said at each start and reload.
 */
static void
open_links(struct decide *d)
{
	struct err e = { 0 };

	if (joblink_open(d->conf, &d->links, &e) < 0)
		log_error("alerts carry no links: %s", e.msg);
}

int
decide_open(struct store *store, const struct conf *conf, struct decide **out,
    struct err *e)
{
	struct decide *d = alloc_zero(1, sizeof(*d));

	d->store = store;
	d->conf = conf;
	d->arena = arena_new();
	open_links(d);
	if (outbox_open(store_db(store), &d->outbox, e) < 0 ||
	    told_open(store_db(store), &d->told, e) < 0) {
		decide_close(&d);
		return -1;
	}
	*out = d;
	return 0;
}

void
decide_close(struct decide **d)
{
	if (!*d)
		return;
	joblink_close(&(*d)->links);
	told_close(&(*d)->told);
	outbox_close(&(*d)->outbox);
	arena_free(&(*d)->arena);
	buf_clear(&(*d)->body);
	buf_clear(&(*d)->detail);
	buf_clear(&(*d)->link);
	free(*d);
	*d = NULL;
}

void
decide_alert_id(const struct alert *alert, char out[ALERT_ID_MAX])
{
	uint8_t digest[HASH_BYTES];
	struct hash *h = hash_new();
	const struct str nul = { "", 1 };
	char number[24];

	hash_add(h, alert->feed);
	hash_add(h, nul);
	hash_add(h, alert->incident->id);
	hash_add(h, nul);
	hash_add(h, alert->theme);
	hash_add(h, nul);
	hash_add(h, str_of(alert_reason_name(alert->reason)));
	hash_add(h, nul);
	(void)snprintf(number, sizeof(number), "%" PRId64, alert->revision);
	hash_add(h, str_of(number));
	hash_finish(&h, digest);
	hash_hex(digest, ALERT_ID_BYTES, out);
}

void
decide_delivery_id(
    const char *alert_id, const char *recipient, char out[ALERT_ID_MAX])
{
	uint8_t digest[HASH_BYTES];
	size_t len = strlen(alert_id);

	CHECK(len + 1 + 2 * (size_t)RECIPIENT_ID_BYTES < ALERT_ID_MAX);
	(void)snprintf(out, ALERT_ID_MAX, "%s-", alert_id);
	hash_sha256(str_of(recipient), digest);
	hash_hex(digest, RECIPIENT_ID_BYTES, out + len + 1);
}

/* The "disclosure" line: to whom, by which channel, under which id. */
static int
log_disclosure(struct question *q, const struct outbox_new *item,
    int64_t now_ms, struct err *e)
{
	struct buf *detail = &q->d->detail;
	struct jsonw w;

	buf_reset(detail);
	jsonw_init(&w, detail);
	jsonw_object(&w);
	jsonw_key(&w, "recipient");
	jsonw_text(&w, item->recipient);
	jsonw_key(&w, "channel");
	jsonw_text(&w, item->channel);
	jsonw_key(&w, "delivery_id");
	jsonw_text(&w, item->key);
	jsonw_close(&w);
	const struct audit_row row = { .at_ms = now_ms,
		.actor = STR_LIT("agent"),
		.event = AUDIT_DISCLOSURE,
		.incident_id = q->incident_id,
		.detail = buf_str(detail) };
	return audit_add(store_audit(q->d->store), &row, e);
}

/* The link for a recipient, or NULL; good until the next. */
static const char *
make_link(struct question *q, const struct alert *alert,
    const struct conf_recipient *to)
{
	struct decide *d = q->d;
	struct joblink_claim claim = { .incident_id = q->incident_id,
		.feed = alert->feed,
		.ref = alert->incident->id,
		.recipient = str_of(to->name) };

	if (!d->links)
		return NULL;
	buf_reset(&d->link);
	joblink_add(d->links, &claim, alert->now_ms, &d->link);
	return d->link.p;
}

/* The delivery of alert to a recipient, into the outbox.  1, 0 or -1. */
static int
add_delivery(struct question *q, const struct alert *alert,
    const struct conf_recipient *to, struct err *e)
{
	struct decide *d = q->d;
	const struct conf_channel *channel =
	    &d->conf->channels[to->channel_index];
	char key[OUTBOX_KEY_MAX];
	const struct render_delivery delivery = { key, d->conf, to, channel,
		make_link(q, alert, to) };
	struct outbox_new item = {
		.incident_id = q->incident_id,
		.created_ms = alert->now_ms,
		.expires_ms = alert->now_ms + channel->expire_ms,
		.level = (int)alert->level,
		.reason = (int)alert->reason,
		.alert_id = alert->alert_id,
		.key = key,
		.channel = channel->name,
		.recipient = to->name,
		.theme = alert->theme,
	};
	int r;

	decide_delivery_id(alert->alert_id, to->name, key);
	buf_reset(&d->body);
	render_body(alert, &delivery, &d->body);
	item.body = buf_str(&d->body);
	r = outbox_add(d->outbox, &item, e);
	if (r > 0 && log_disclosure(q, &item, alert->now_ms, e) < 0)
		return -1;
	return r;
}

static enum rules_level
told_level(const struct question *q, const char *recipient)
{
	for (size_t i = 0; i < q->told_count; i++)
		if (str_is(q->told[i].recipient, recipient))
			return q->told[i].level;
	return RULES_NONE;
}

/* The plates of the incident, which are told while a theme of it stands. */
static void
add_plates(struct question *q, struct alert *alert)
{
	if (!q->has_plates && q->stands)
		q->plate_count =
		    plates_find(alert->incident, q->d->arena, &q->plates);
	q->has_plates = true;
	alert->plates = q->plates;
	alert->plate_count = q->plate_count;
}

/* Ask policy for one recipient, and do what it says. */
static int
ask_for(struct question *q, const struct conf_recipient *to, struct err *e)
{
	enum rules_level threshold =
	    to->review_too ? RULES_REVIEW : RULES_ALERT;
	enum rules_level now = q->tag ? q->tag->level : RULES_NONE;
	struct alert alert = *q->base;
	struct told_row row = { .theme = q->theme,
		.recipient = str_of(to->name),
		.level = policy_clip(now, threshold) };
	int r;

	alert.told_level = told_level(q, to->name);
	alert.reason = policy_reason(alert.told_level, now, threshold);
	if (alert.reason == ALERT_NONE)
		return 0;
	alert.theme = q->theme;
	alert.level = now;
	alert.tag = q->tag;
	add_plates(q, &alert);
	decide_alert_id(&alert, alert.alert_id);
	r = add_delivery(q, &alert, to, e);
	if (r < 0)
		return -1;
	q->added += r;
	q->heard[to - q->d->conf->recipients] = true;
	row.alert_id = str_of(alert.alert_id);
	return told_put(q->d->told, q->incident_id, &row, e);
}

static bool
wants_theme(const struct conf_recipient *to, struct str theme)
{
	if (to->no_incidents)
		return false;
	if (to->theme_count == 0)
		return true;
	for (size_t i = 0; i < to->theme_count; i++)
		if (str_is(theme, to->themes[i]))
			return true;
	return false;
}

static int
ask_all(struct question *q, struct err *e)
{
	const struct conf *conf = q->d->conf;

	for (size_t i = 0; i < conf->recipient_count; i++) {
		const struct conf_recipient *to = &conf->recipients[i];
		if (wants_theme(to, q->theme) && ask_for(q, to, e) < 0)
			return -1;
	}
	return 0;
}

/* How many rows from the first on are of its theme. */
static size_t
count_theme(const struct told_row *told, size_t count)
{
	size_t n = 0;

	while (n < count && str_is_equal(told[n].theme, told[0].theme))
		n++;
	return n;
}

static int
ask_themes(struct question *q, const struct told_row *told, size_t told_count,
    const struct rules_tag *tags, size_t tag_count, struct err *e)
{
	while (told_count > 0 || tag_count > 0) {
		int order = told_count == 0 ? 1
			    : tag_count == 0
				? -1
				: str_compare(told->theme, tags->theme);
		size_t n = order <= 0 ? count_theme(told, told_count) : 0;

		q->theme = order <= 0 ? told->theme : tags->theme;
		q->told = told;
		q->told_count = n;
		q->tag = order >= 0 ? tags : NULL;
		if (ask_all(q, e) < 0)
			return -1;
		told += n;
		told_count -= n;
		tags += order >= 0;
		tag_count -= order >= 0;
	}
	return q->added;
}

/* --- who has it --- */

/*
 * Of what to speak to a recipient when somebody has it: the gravest theme that
 * stands and that the recipient hears of, or NULL.
 */
static const struct rules_tag *
theme_for(const struct conf_recipient *to, const struct rules_tag *tags,
    size_t tag_count)
{
	enum rules_level threshold =
	    to->review_too ? RULES_REVIEW : RULES_ALERT;
	const struct rules_tag *best = NULL;

	for (size_t i = 0; i < tag_count; i++)
		if (wants_theme(to, tags[i].theme) &&
		    policy_clip(tags[i].level, threshold) != RULES_NONE &&
		    (!best || tags[i].level > best->level))
			best = &tags[i];
	return best;
}

static struct str
told_taker_of(
    const struct told_taker *told, size_t count, const char *recipient)
{
	for (size_t i = 0; i < count; i++)
		if (str_is(told[i].recipient, recipient))
			return told[i].actor;
	return (struct str){ 0 };
}

/* An alert that says who has it now.  Numbered by its own turns. */
static int
add_taken(struct question *q, const struct rules_tag *tag,
    const struct conf_recipient *to, enum alert_reason reason, struct err *e)
{
	struct alert alert = *q->base;
	int r;

	alert.reason = reason;
	alert.theme = tag->theme;
	alert.level = alert.told_level = tag->level;
	alert.tag = tag;
	alert.revision += alert.taker_turns;
	add_plates(q, &alert);
	decide_alert_id(&alert, alert.alert_id);
	r = add_delivery(q, &alert, to, e);
	q->added += r > 0 ? r : 0;
	return r;
}

/* Tell the recipients who has it, unless what they heard just now said so. */
static int
tell_taker(struct question *q, const struct rules_tag *tags, size_t tag_count,
    struct err *e)
{
	const struct conf *conf = q->d->conf;
	struct told_taker *told = NULL, row = { .actor = q->base->taker };
	size_t told_count = 0;

	if (q->base->taker_turns == 0)
		return 0;
	if (told_load_takers(q->d->told, q->incident_id, q->d->arena, &told,
		&told_count, e) < 0)
		return -1;
	for (size_t i = 0; i < conf->recipient_count; i++) {
		const struct conf_recipient *to = &conf->recipients[i];
		const struct rules_tag *tag = theme_for(to, tags, tag_count);
		struct str was = told_taker_of(told, told_count, to->name);
		enum alert_reason reason =
		    policy_taken(was, q->base->taker, to->name);

		if (!tag || (was.len == 0 && row.actor.len == 0))
			continue;
		if (reason != ALERT_NONE && !q->heard[i] &&
		    add_taken(q, tag, to, reason, e) < 0)
			return -1;
		row.recipient = str_of(to->name);
		if (told_put_taker(q->d->told, q->incident_id, &row, e) < 0)
			return -1;
	}
	return q->added;
}

int
decide_alerts(struct decide *d, int64_t incident_id, const struct alert *base,
    const struct rules_tag *tags, size_t tag_count, struct err *e)
{
	struct question q = { .d = d,
		.incident_id = incident_id,
		.base = base,
		.stands = tag_count > 0 };
	struct told_row *told = NULL;
	size_t told_count = 0;

	CHECK(db_is_in_transaction(store_db(d->store)));
	arena_reset(d->arena);
	if (told_load(d->told, incident_id, d->arena, &told, &told_count, e) <
	    0)
		return -1;
	q.heard =
	    arena_alloc(d->arena, d->conf->recipient_count + 1, sizeof(bool));
	if (ask_themes(&q, told, told_count, tags, tag_count, e) < 0)
		return -1;
	return tell_taker(&q, tags, tag_count, e) < 0 ? -1 : q.added;
}
