/*
 * areatell: one question to each recipient of the configuration, and the words
 * for those who want to know.  A body is made as render.c makes them: the
 * members of docs/alert.schema.json, or a sheet printed twice.
 */
#include "alerts/areatell.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/check.h"
#include "agent/base/clock.h"
#include "agent/base/db.h"
#include "agent/base/err.h"
#include "agent/base/hash.h"
#include "agent/base/jsonw.h"
#include "agent/base/log.h"
#include "agent/base/random.h"
#include "agent/conf/conf.h"
#include "agent/store/areastore.h"
#include "agent/store/audit.h"
#include "agent/store/store.h"
#include "alerts/alert.h"
#include "alerts/clean.h"
#include "alerts/decide.h"
#include "alerts/outbox.h"
#include "alerts/sheet.h"

#define THEME    "area"
#define ID_BYTES 16
#define NAME_MAX 64 /* characters of an area or a unit */

_Static_assert((int)ALERT_ENTERED - (int)AREA_ENTERED ==
		       (int)ALERT_CROSSED - (int)AREA_CROSSED &&
		   (int)ALERT_CROSSED - (int)ALERT_ENTERED ==
		       (int)AREA_CROSSED - (int)AREA_ENTERED,
    "both are in one order");

struct areatell {
	struct store *store;     /* borrowed */
	const struct conf *conf; /* borrowed */
	struct outbox *outbox;   /* owned */
	struct arena *arena;     /* owned; one event's working memory */
	struct buf body, detail; /* owned; reused */
};

/* One event on its way to one recipient; texts are the arena's. */
struct telling {
	struct areatell *t;
	const struct areatell_event *event;
	const struct conf_recipient *to;
	const struct conf_channel *channel;
	int64_t now_ms;
	struct str area, unit; /* clean */
	char alert_id[OUTBOX_KEY_MAX], key[OUTBOX_KEY_MAX];
};

/* --- opening --- */

struct search {
	const char *name;
	bool is_found;
};

static void
look_for(void *user, const struct areastore_row *row)
{
	struct search *s = user;

	if (str_is(row->name, s->name))
		s->is_found = true;
}

/* An area can be drawn later; a name that is mistyped is silent for ever. */
static int
warn_of_names(const struct areatell *t, struct err *e)
{
	struct areastore *areas = NULL;
	int r = areastore_open(store_db(t->store), &areas, e);

	for (size_t i = 0; r == 0 && i < t->conf->recipient_count; i++) {
		const struct conf_recipient *to = &t->conf->recipients[i];

		for (size_t a = 0; r == 0 && a < to->area_count; a++) {
			struct search s = { .name = to->areas[a] };

			if (strcmp(s.name, "*") == 0)
				continue;
			r = areastore_each(areas, look_for, &s, e);
			if (r == 0 && !s.is_found)
				log_warn("recipient %s is to be told of the "
					 "area \"%s\", and none is called so: "
					 "see \"buzzard area list\"",
				    to->name, s.name);
		}
	}
	areastore_close(&areas);
	return r;
}

int
areatell_open(struct store *store, const struct conf *conf,
    struct areatell **out, struct err *e)
{
	struct areatell *t = alloc_zero(1, sizeof(*t));

	t->store = store;
	t->conf = conf;
	t->arena = arena_new();
	if (outbox_open(store_db(store), &t->outbox, e) < 0 ||
	    warn_of_names(t, e) < 0) {
		areatell_close(&t);
		return -1;
	}
	*out = t;
	return 0;
}

void
areatell_close(struct areatell **t)
{
	if (!*t)
		return;
	outbox_close(&(*t)->outbox);
	arena_free(&(*t)->arena);
	buf_clear(&(*t)->body);
	buf_clear(&(*t)->detail);
	free(*t);
	*t = NULL;
}

/* --- words --- */

static struct str
clean_name_of(struct arena *arena, struct str s)
{
	struct buf out = { 0 };
	struct str copy;

	clean_line(s, NAME_MAX, &out);
	copy = arena_str(arena, buf_str(&out));
	buf_clear(&out);
	return copy;
}

static const char *
say_what(const struct areatell_event *event)
{
	if (event->is_passing && event->kind != AREA_CROSSED)
		return event->kind == AREA_ENTERED ? "came through (in)"
						   : "came through (out again)";
	switch (event->kind) {
	case AREA_ENTERED: return "came in";
	case AREA_LEFT: return "left";
	case AREA_DWELT: return "is there for long";
	case AREA_CROSSED: return "crossed it";
	}
	check_failed("an event has words", __FILE__, __LINE__);
}

static const char *
reason_of(const struct areatell_event *event)
{
	return alert_reason_name(
	    (enum alert_reason)(event->kind - AREA_ENTERED + ALERT_ENTERED));
}

static void
put(struct jsonw *w, const char *key, const char *text)
{
	jsonw_key(w, key);
	jsonw_text(w, text);
}

static void
put_str(struct jsonw *w, const char *key, struct str text)
{
	jsonw_key(w, key);
	jsonw_str(w, text);
}

static void
put_payload(const struct telling *x, struct jsonw *w)
{
	struct arena *a = x->t->arena;

	jsonw_object(w);
	jsonw_key(w, "version");
	jsonw_int(w, 1);
	put(w, "marking", x->t->conf->marking);
	put_str(w, "text",
	    arena_strf(a, "%.*s: %.*s %s", STR_ARG(x->area), STR_ARG(x->unit),
		say_what(x->event)));
	put(w, "alert_id", x->alert_id);
	put(w, "delivery_id", x->key);
	put(w, "reason", reason_of(x->event));
	put(w, "theme", THEME);
	put_str(w, "area", x->area);
	put_str(w, "unit", x->unit);
	jsonw_key(w, "at");
	jsonw_time(w, x->event->time_ms);
	jsonw_key(w, "passing");
	jsonw_bool(w, x->event->is_passing);
	put(w, "audience", "team");
	jsonw_key(w, "decided_at");
	jsonw_time(w, x->now_ms);
	jsonw_close(w);
}

/* {district} stands for the area's name, {theme} for "area". */
static struct str
make_topic(const struct telling *x)
{
	struct str t = str_of(x->to->topic), copy;
	struct buf out = { 0 };

	while (t.len > 0) {
		size_t n = 1;

		if (str_has_prefix(t, "{district}")) {
			n = sizeof("{district}") - 1;
			clean_slug(x->area, &out);
		} else if (str_has_prefix(t, "{theme}")) {
			n = sizeof("{theme}") - 1;
			buf_add_text(&out, THEME);
		} else {
			buf_add_char(&out, t.p[0]);
		}
		t = str_make(t.p + n, t.len - n);
	}
	copy = arena_str(x->t->arena, buf_str(&out));
	buf_clear(&out);
	return copy;
}

static void
put_message(const struct telling *x, struct jsonw *w)
{
	put_str(w, "topic", make_topic(x));
	put(w, "content_type", "application/json");
	jsonw_key(w, "payload");
	put_payload(x, w);
}

static void
add_row(struct sheet *s, struct arena *a, const char *label, struct str line)
{
	struct sheet_row *row = &s->rows[s->row_count++];

	row->label = label;
	row->lines = arena_alloc(a, 1, sizeof(*row->lines));
	row->lines[0] = line;
	row->count = 1;
}

/* A subject is read on the way and on locked screens: no unit stands in it. */
static struct str
make_heading(const struct telling *x)
{
	return arena_strf(x->t->arena, "Area %.*s: a unit %s", STR_ARG(x->area),
	    say_what(x->event));
}

static void
make_sheet(const struct telling *x, struct sheet *s)
{
	struct arena *a = x->t->arena;
	char when[CLOCK_TEXT_MAX];

	*s = (struct sheet){ .marking = x->t->conf->marking,
		.heading = make_heading(x) };
	add_row(s, a, "Unit", x->unit);
	add_row(s, a, "Area", x->area);
	add_row(s, a, "What", str_of(say_what(x->event)));
	add_row(s, a, "When",
	    arena_str(a, str_of(clock_format_local(x->event->time_ms, when))));
	s->foot = arena_strf(a,
	    "Buzzard notices by positions that units send, which can be late "
	    "or wrong.  Where a unit was is personal data: keep this no longer "
	    "than you need it.  Alert %s.",
	    x->alert_id);
}

/* One thread for an area, and nothing that can be read in it. */
static struct str
make_thread(const struct telling *x)
{
	uint8_t digest[HASH_BYTES];
	char hex[2 * ID_BYTES + 1];

	hash_sha256(x->event->area, digest);
	hash_hex(digest, ID_BYTES, hex);
	return arena_strf(x->t->arena, "area-%s", hex);
}

static void
put_mail(const struct telling *x, struct jsonw *w)
{
	struct arena *a = x->t->arena;
	struct buf text = { 0 }, html = { 0 };
	struct sheet sheet;

	make_sheet(x, &sheet);
	sheet_print_text(&sheet, &text);
	sheet_print_html(&sheet, &html);
	put_str(w, "subject",
	    arena_strf(
		a, "%s - %.*s", x->t->conf->marking, STR_ARG(sheet.heading)));
	put_str(w, "text", buf_str(&text));
	put_str(w, "html", buf_str(&html));
	put_str(w, "thread", make_thread(x));
	put(w, "marking", x->t->conf->marking);
	buf_clear(&text);
	buf_clear(&html);
}

static void
make_body(const struct telling *x)
{
	struct jsonw w;

	buf_reset(&x->t->body);
	jsonw_init(&w, &x->t->body);
	jsonw_object(&w);
	put(&w, "audience", "team");
	switch (x->channel->kind) {
	case CONF_CHANNEL_MQTT: put_message(x, &w); break;
	case CONF_CHANNEL_SMTP: put_mail(x, &w); break;
	}
	jsonw_close(&w);
}

/* --- telling --- */

static bool
is_among(const char *const *list, size_t count, struct str s)
{
	for (size_t i = 0; i < count; i++)
		if (str_is(s, list[i]))
			return true;
	return false;
}

static bool
wants(const struct conf_recipient *to, const struct areatell_event *event)
{
	/* The configuration refuses others; a second look costs nothing. */
	if (to->audience != CONF_AUDIENCE_TEAM)
		return false;
	if (!is_among(to->areas, to->area_count, event->area) &&
	    !is_among(to->areas, to->area_count, str_of("*")))
		return false;
	return to->area_event_count == 0 ||
	       is_among(to->area_events, to->area_event_count,
		   str_of(area_event_name(event->kind)));
}

/* To whom, by which channel, under which id; no unit and no area. */
static int
log_disclosure(const struct telling *x, struct err *e)
{
	struct buf *detail = &x->t->detail;
	struct jsonw w;

	buf_reset(detail);
	jsonw_init(&w, detail);
	jsonw_object(&w);
	put(&w, "recipient", x->to->name);
	put(&w, "channel", x->channel->name);
	put(&w, "delivery_id", x->key);
	jsonw_close(&w);
	return audit_add(store_audit(x->t->store),
	    &(struct audit_row){ .at_ms = x->now_ms,
		.actor = STR_LIT("agent"),
		.event = AUDIT_DISCLOSURE,
		.detail = buf_str(detail) },
	    e);
}

static int
tell(struct telling *x, struct err *e)
{
	const struct outbox_new item = {
		.area_event_id = x->event->id,
		.created_ms = x->now_ms,
		.expires_ms = x->now_ms + x->channel->expire_ms,
		.reason = (int)x->event->kind - (int)AREA_ENTERED +
			  (int)ALERT_ENTERED,
		.alert_id = x->alert_id,
		.key = x->key,
		.channel = x->channel->name,
		.recipient = x->to->name,
		.theme = STR_LIT(THEME),
		.body = buf_str(&x->t->body),
	};

	if (outbox_add(x->t->outbox, &item, e) < 0)
		return -1;
	return log_disclosure(x, e);
}

int
areatell_add(struct areatell *t, const struct areatell_event *event,
    int64_t now_ms, struct err *e)
{
	struct telling x = { .t = t, .event = event, .now_ms = now_ms };
	uint8_t chance[ID_BYTES];
	int count = 0;

	CHECK(db_is_in_transaction(store_db(t->store)));
	for (size_t i = 0; i < t->conf->recipient_count; i++) {
		x.to = &t->conf->recipients[i];
		if (!wants(x.to, event))
			continue;
		if (count++ == 0) {
			arena_reset(t->arena);
			x.area = clean_name_of(t->arena, event->area);
			x.unit = clean_name_of(t->arena, event->unit);
			random_secret(chance, sizeof(chance));
			hash_hex(chance, ID_BYTES, x.alert_id);
		}
		x.channel = &t->conf->channels[x.to->channel_index];
		decide_delivery_id(x.alert_id, x.to->name, x.key);
		make_body(&x);
		if (tell(&x, e) < 0)
			return -1;
	}
	return count;
}
