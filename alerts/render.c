/*
 * The bodies that the outbox keeps.  A mail's words are a sheet printed twice;
 * an MQTT payload is written from the alert, member by member, in the order of
 * docs/alert.schema.json.
 */
#include "alerts/render.h"

#include <math.h>

#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/hash.h"
#include "agent/base/jsonw.h"
#include "alerts/clean.h"
#include "alerts/sheet.h"

#define PAYLOAD_VERSION 1

#define ID_MAX       128
#define WORDS_MAX    200
#define LOCATION_MAX 300

/* Bytes of a thread's id that are digest; 64 bits of 256 would do. */
#define THREAD_BYTES 16

struct writer {
	struct jsonw w;
	struct arena *arena;
	const struct alert *alert;
	const struct render_delivery *to;
	bool team;
	/* A ground's reason stands by each of its words: cleaned once. */
	struct str reason;       /* borrowed */
	struct buf reason_clean; /* owned; of reason */
};

const char *
render_theme_title(struct str theme)
{
	static const struct {
		const char *theme, *title;
	} titles[] = {
		{ "encampment", "Unauthorised encampment" },
		{ "equine", "Horse crime" },
		{ "fly-tipping", "Fly-tipping" },
		{ "fuel", "Fuel theft" },
		{ "hare-coursing", "Hare coursing" },
		{ "heritage", "Heritage crime" },
		{ "livestock", "Livestock crime" },
		{ "machinery", "Farm machinery theft" },
		{ "poaching", "Poaching" },
		{ "rural-asb", "Rural anti-social behaviour" },
		{ "wildlife", "Wildlife crime" },
	};

	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++)
		if (str_is(theme, titles[i].theme))
			return titles[i].title;
	return NULL;
}

/* A text value from outside: cleaned, null if absent. */
static void
put_line(struct writer *j, const char *key, struct str s, size_t max)
{
	struct buf clean = { 0 };

	jsonw_key(&j->w, key);
	if (str_is_given(s)) {
		clean_line(s, max, &clean);
		jsonw_str(&j->w, str_make(clean.p ? clean.p : "", clean.len));
	} else {
		jsonw_null(&j->w);
	}
	buf_clear(&clean);
}

/* A text value made by one of the other cleaners; null if it kept nothing. */
static void
put_with(struct writer *j, const char *key, struct str s,
    void (*cleaner)(struct str, struct buf *))
{
	struct buf clean = { 0 };

	cleaner(s, &clean);
	jsonw_key(&j->w, key);
	jsonw_str(&j->w, buf_str(&clean));
	buf_clear(&clean);
}

/* The same for an identifier. */
static void
put_id(struct writer *j, const char *key, struct str s)
{
	struct buf clean = { 0 };

	jsonw_key(&j->w, key);
	if (str_is_given(s)) {
		clean_id(s, ID_MAX, &clean);
		jsonw_str(&j->w, str_make(clean.p ? clean.p : "", clean.len));
	} else {
		jsonw_null(&j->w);
	}
	buf_clear(&clean);
}

static void
put_text(struct writer *j, const char *key, const char *s)
{
	jsonw_key(&j->w, key);
	jsonw_text(&j->w, s);
}

static void
put_bool(struct writer *j, const char *key, bool v)
{
	jsonw_key(&j->w, key);
	jsonw_bool(&j->w, v);
}

static void
put_time(struct writer *j, const char *key, int64_t ms)
{
	jsonw_key(&j->w, key);
	jsonw_time(&j->w, ms);
}

/* A number, null if it is not known. */
static void
put_real(struct writer *j, const char *key, double v, int decimals)
{
	jsonw_key(&j->w, key);
	if (isfinite(v))
		jsonw_real(&j->w, v, decimals);
	else
		jsonw_null(&j->w);
}

static void
put_rural(struct writer *j)
{
	const struct place *p = j->alert->place;

	jsonw_key(&j->w, "rural");
	jsonw_object(&j->w);
	put_bool(j, "crime", j->alert->rural_crime);
	put_text(j, "place", place_class_name(p->class));
	put_with(j, "district", p->district, clean_name);
	/* In a town a census area is smaller than a partner's square. */
	if (j->team)
		put_id(j, "area", p->area);
	put_id(j, "edition", p->edition);
	jsonw_close(&j->w);
}

static void
put_near(struct writer *j)
{
	const struct place *p = j->alert->place;

	jsonw_key(&j->w, "near");
	if (!str_is_given(p->near_name)) {
		jsonw_null(&j->w);
		return;
	}
	jsonw_object(&j->w);
	put_line(j, "name", p->near_name, WORDS_MAX);
	if (j->team) {
		put_real(j, "distance_m", p->near_m, 0);
		put_id(j, "bearing", p->near_bearing);
	}
	jsonw_close(&j->w);
}

static void
put_position(struct writer *j)
{
	const struct place *p = j->alert->place;

	jsonw_key(&j->w, "position");
	jsonw_object(&j->w);
	if (j->team) {
		put_real(j, "lat", p->lat, 6);
		put_real(j, "lon", p->lon, 6);
		put_real(j, "uncertainty_m", p->uncertainty_m, 0);
		put_id(j, "grid_ref", p->grid_ref);
		put_line(j, "located_by", p->how, WORDS_MAX);
		put_line(j, "doubt", p->doubt, WORDS_MAX);
		put_line(j, "location_text", j->alert->incident->location_text,
		    LOCATION_MAX);
	} else {
		put_id(j, "grid_ref", sheet_square(p->grid_ref, j->arena));
	}
	put_near(j);
	jsonw_close(&j->w);
}

static bool
is_of_series(const struct rules_evidence *e)
{
	return e->link || str_is(e->field, "series");
}

/* The rule's words; they may repeat what it looks for in the text. */
static void
put_reason(struct writer *j, struct str why)
{
	if (why.p != j->reason.p || why.len != j->reason.len) {
		buf_reset(&j->reason_clean);
		clean_line(why, WORDS_MAX, &j->reason_clean);
		j->reason = why;
	}
	jsonw_key(&j->w, "why");
	jsonw_str(&j->w, str_is_given(why) ? buf_str(&j->reason_clean) : why);
}

static void
put_evidence(struct writer *j, const struct rules_evidence *e)
{
	jsonw_object(&j->w);
	put_id(j, "field", e->field);
	if (e->entry >= 0) {
		jsonw_key(&j->w, "entry");
		jsonw_int(&j->w, e->entry);
	}
	if (e->has_span && j->team) {
		jsonw_key(&j->w, "start");
		jsonw_int(&j->w, (int64_t)e->start);
		jsonw_key(&j->w, "end");
		jsonw_int(&j->w, (int64_t)e->end);
		put_line(j, "text", e->text, WORDS_MAX);
	}
	/* What a series counted: other incidents, perhaps with a plate. */
	if (!e->has_span && j->team && is_of_series(e))
		put_line(j, "text", e->text, WORDS_MAX);
	if (j->team)
		put_reason(j, e->why);
	jsonw_key(&j->w, "points");
	jsonw_int(&j->w, e->points);
	jsonw_close(&j->w);
}

/* The words of weighs are many and each says little: what they come to. */
static void
put_whole(struct writer *j, const struct rules_hit *hit)
{
	const struct rules_evidence whole = { .field = str_of("log"),
		.entry = -1,
		.why = str_of("the log as a whole"),
		.points = sheet_whole_points(hit) };

	if (whole.points != 0)
		put_evidence(j, &whole);
}

static void
put_why(struct writer *j)
{
	const struct rules_tag *tag = j->alert->tag;

	jsonw_key(&j->w, "why");
	jsonw_array(&j->w);
	for (size_t h = 0; tag && h < tag->hit_count; h++) {
		const struct rules_hit *hit = &tag->hits[h];

		jsonw_object(&j->w);
		put_id(j, "rule", hit->rule);
		jsonw_key(&j->w, "points");
		jsonw_int(&j->w, hit->points);
		jsonw_key(&j->w, "evidence");
		jsonw_array(&j->w);
		for (size_t i = 0; i < hit->evidence_count; i++)
			if (!hit->evidence[i].is_weighed)
				put_evidence(j, &hit->evidence[i]);
		put_whole(j, hit);
		jsonw_close(&j->w);
		jsonw_close(&j->w);
	}
	jsonw_close(&j->w);
}

static void
put_vehicles(struct writer *j)
{
	const struct alert *al = j->alert;

	jsonw_key(&j->w, "vehicles");
	jsonw_array(&j->w);
	for (size_t i = 0; i < al->plate_count; i++)
		jsonw_str(&j->w, al->plates[i].mark);
	jsonw_close(&j->w);
}

/* Who was near when it was decided; the team's alone. */
static void
put_units(struct writer *j)
{
	const struct alert *al = j->alert;

	jsonw_key(&j->w, "units_near");
	jsonw_array(&j->w);
	for (size_t i = 0; i < al->unit_count; i++) {
		const struct nearby *u = &al->units[i];

		jsonw_object(&j->w);
		put_line(j, "unit", u->unit, WORDS_MAX);
		put_real(j, "distance_m", u->distance_m, 0);
		put_text(j, "bearing", nearby_compass(u->bearing_deg));
		put_real(j, "uncertainty_m", u->uncertainty_m, 0);
		put_time(j, "at", u->time_ms);
		jsonw_close(&j->w);
	}
	jsonw_close(&j->w);
}

static void
put_incident(struct writer *j)
{
	const struct alert *al = j->alert;
	const struct incident *in = al->incident;

	put_id(j, "reference", in->id);
	put_id(j, "feed", al->feed);
	put_with(j, "grade", in->grade, clean_grade);
	put_time(j, "opened_at", in->opened_ms);
	put_time(j, "last_entry_at", incident_last_ms(in));
	put_bool(j, "in_progress", al->in_progress);
	put_bool(j, "unit_allocated", in->resource_count > 0);
}

/* What is told, and why it is told now. */
static void
put_alert(struct writer *j)
{
	const struct alert *al = j->alert;

	put_text(j, "alert_id", al->alert_id);
	put_text(j, "delivery_id", j->to->delivery_id);
	put_text(j, "reason", alert_reason_name(al->reason));
	put_id(j, "theme", al->theme);
	jsonw_key(&j->w, "title");
	jsonw_str(&j->w, sheet_theme(al->theme, j->arena));
	put_text(j, "level", rules_level_name(al->level));
	put_text(j, "told_level", rules_level_name(al->told_level));
	jsonw_key(&j->w, "score");
	if (al->tag)
		jsonw_int(&j->w, al->tag->score);
	else
		jsonw_null(&j->w);
}

/* Who has it and since when, if anybody has. */
static void
put_taker(struct writer *j)
{
	const struct alert *al = j->alert;

	if (al->taker.len == 0)
		return;
	put_line(
	    j, "taken_by", sheet_taker(al, j->to->conf, j->team), WORDS_MAX);
	put_time(j, "taken_at", al->taken_ms);
}

/* Whom the words were made for: render_is_fit_for(). */
static void
put_audience(struct writer *j)
{
	put_text(j, "audience", j->team ? "team" : "partner");
}

static void
put_payload(struct writer *j)
{
	const struct alert *al = j->alert;

	jsonw_object(&j->w);
	jsonw_key(&j->w, "version");
	jsonw_int(&j->w, PAYLOAD_VERSION);
	put_text(j, "marking", j->to->conf->marking);
	jsonw_key(&j->w, "text");
	jsonw_str(&j->w, sheet_summary(al, j->arena));
	put_alert(j);
	put_incident(j);
	put_rural(j);
	put_position(j);
	put_why(j);
	if (j->team)
		put_vehicles(j);
	if (j->team && al->unit_count > 0)
		put_units(j);
	put_audience(j);
	put_taker(j);
	if (j->to->link)
		put_text(j, "link", j->to->link);
	put_text(j, "rule_set", al->rule_set);
	put_time(j, "decided_at", al->now_ms);
	jsonw_close(&j->w);
}

/* The topic of to with its placeholders filled in. */
static struct str
make_topic(struct writer *j)
{
	struct str t = str_of(j->to->recipient->topic);
	struct buf out = { 0 }, name = { 0 };
	struct str copy;

	while (t.len > 0) {
		size_t n = 1;

		if (str_has_prefix(t, "{district}")) {
			n = sizeof("{district}") - 1;
			clean_name(j->alert->place->district, &name);
			clean_slug(buf_str(&name), &out);
			buf_reset(&name);
		} else if (str_has_prefix(t, "{theme}")) {
			n = sizeof("{theme}") - 1;
			clean_slug(j->alert->theme, &out);
		} else {
			buf_add_char(&out, t.p[0]);
		}
		t = str_make(t.p + n, t.len - n);
	}
	copy = arena_str(j->arena, buf_str(&out));
	buf_clear(&out);
	buf_clear(&name);
	return copy;
}

static void
put_message(struct writer *j)
{
	jsonw_object(&j->w);
	put_audience(j);
	jsonw_key(&j->w, "topic");
	jsonw_str(&j->w, make_topic(j));
	put_text(j, "content_type", "application/json");
	jsonw_key(&j->w, "payload");
	put_payload(j);
	jsonw_close(&j->w);
}

/*
 * One thread for an incident: the same for every alert of it, and nothing
 * that can be read in it.
 */
static struct str
make_thread(struct writer *j)
{
	uint8_t digest[HASH_BYTES];
	char hex[2 * THREAD_BYTES + 1];
	struct hash *h = hash_new();

	hash_add(h, j->alert->feed);
	hash_add(h, str_make("", 1));
	hash_add(h, j->alert->incident->id);
	hash_finish(&h, digest);
	hash_hex(digest, THREAD_BYTES, hex);
	return arena_strf(j->arena, "incident-%s", hex);
}

static void
put_mail(struct writer *j)
{
	const struct conf *conf = j->to->conf;
	struct str summary = sheet_summary(j->alert, j->arena);
	struct buf text = { 0 }, html = { 0 };
	struct sheet sheet = { 0 };

	sheet_make(
	    j->alert, conf, j->to->recipient->audience, j->arena, &sheet);
	sheet.link = j->to->link;
	sheet_print_text(&sheet, &text);
	sheet_print_html(&sheet, &html);
	jsonw_object(&j->w);
	put_audience(j);
	jsonw_key(&j->w, "subject");
	jsonw_str(&j->w,
	    arena_strf(j->arena, "%s - %.*s", conf->marking, STR_ARG(summary)));
	jsonw_key(&j->w, "text");
	jsonw_str(&j->w, buf_str(&text));
	jsonw_key(&j->w, "html");
	jsonw_str(&j->w, buf_str(&html));
	jsonw_key(&j->w, "thread");
	jsonw_str(&j->w, make_thread(j));
	put_text(j, "marking", conf->marking);
	jsonw_close(&j->w);
	buf_clear(&text);
	buf_clear(&html);
}

bool
render_is_fit_for(struct str body, enum conf_audience audience)
{
	return audience == CONF_AUDIENCE_TEAM ||
	       str_has_prefix(body, "{\"audience\":\"partner\"");
}

void
render_body(const struct alert *alert, const struct render_delivery *to,
    struct buf *out)
{
	struct writer j = { .alert = alert,
		.to = to,
		.arena = arena_new(),
		.team = to->recipient->audience == CONF_AUDIENCE_TEAM };

	jsonw_init(&j.w, out);
	switch (to->channel->kind) {
	case CONF_CHANNEL_MQTT: put_message(&j); break;
	case CONF_CHANNEL_SMTP: put_mail(&j); break;
	}
	buf_clear(&j.reason_clean);
	arena_free(&j.arena);
}
