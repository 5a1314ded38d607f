/*
 * What people are told: golden bodies for team and partner, mail and MQTT, and
 * each reason; hostile text; and what must never leave, looked for in all.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/json.h"
#include "alerts/clean.h"
#include "alerts/render.h"
#include "alerts/sheet.h"
#include "tests/unit/conf/golden.h"

#define GOLDEN TEST_SOURCE_DIR "/tests/golden/alerts"

/* 14 January 2026, 10:42:07 UTC. */
#define OPENED INT64_C(1768387327000)

/* An alert with all that it points to. */
struct scene {
	struct incident incident;
	struct incident_entry log[2];
	struct incident_resource resource;
	struct place place;
	struct rules_evidence evidence[3];
	struct rules_hit hit;
	struct rules_tag tag;
	struct plate plate;
	struct nearby units[2];
	struct alert alert;
	struct conf conf;
	struct conf_channel channel;
	struct conf_recipient recipient;
	struct render_delivery delivery;
};

static void
make_incident(struct scene *s)
{
	incident_init(&s->incident);
	s->incident.id = str_of("EP-20260114-0412");
	s->incident.grade = str_of("2");
	s->incident.opened_ms = OPENED;
	s->incident.location_text =
	    str_of("field off Hedge Lane, ring 07700 900123 at gate");
	s->incident.informant =
	    (struct incident_informant){ true, str_of("A Caller"),
		    str_of("07700900456"), str_of("1 Invented Cottages"), 1 };
	s->log[0] =
	    (struct incident_entry){ OPENED, INCIDENT_NO_NUMBER, str_of("CALL"),
		    str_of("3 males w lurchers hare coursing, silver Subaru") };
	s->log[1] = (struct incident_entry){ OPENED + 780000,
		INCIDENT_NO_NUMBER, str_of("OPERATOR"),
		str_of("still there, motor AB12CDE in the gateway") };
	s->incident.log = s->log;
	s->incident.log_count = 2;
}

static void
make_place(struct scene *s)
{
	s->place = place_unknown();
	s->place.class = PLACE_RURAL;
	s->place.lat = 51.894366;
	s->place.lon = 0.553211;
	s->place.uncertainty_m = 100;
	s->place.source = str_of("coordinates");
	s->place.how =
	    str_of("coordinates given with the incident, within 100 m");
	s->place.edition = str_of("2021");
	s->place.area = str_of("E01021400");
	s->place.district = str_of("Braintree");
	s->place.grid_ref = str_of("TL 757 247");
	s->place.near_name = str_of("Great Notley");
	s->place.near_m = 3187.4;
	s->place.near_bearing = str_of("NW");
}

static void
make_tag(struct scene *s)
{
	s->evidence[0] = (struct rules_evidence){ str_of("log"), 0, true, 17,
		30, str_of("hare coursing"), str_of("hare coursing is named"),
		60, false, NULL };
	s->evidence[1] = (struct rules_evidence){ str_of("place"), -1, false, 0,
		0, str_make(NULL, 0), str_of("place is rural"), 15, false,
		NULL };
	s->evidence[2] = (struct rules_evidence){ str_of("location_text"), -1,
		true, 0, 5, str_of("field"), str_of("said to be on land"), 5,
		false, NULL };
	s->hit =
	    (struct rules_hit){ str_of("hare_coursing"), 80, s->evidence, 3 };
	s->tag = (struct rules_tag){ str_of("hare-coursing"), RULES_ALERT, 80,
		&s->hit, 1 };
	s->plate = (struct plate){
		.mark = str_of("AB12CDE"), .entry = 1, .start = 19, .end = 26
	};
}

static void
make_scene(struct scene *s)
{
	memset(s, 0, sizeof(*s));
	make_incident(s);
	make_place(s);
	make_tag(s);
	s->alert = (struct alert){ .alert_id = "a-0123456789abcdef",
		.reason = ALERT_FIRST,
		.feed = str_of("storm"),
		.theme = str_of("hare-coursing"),
		.level = RULES_ALERT,
		.tag = &s->tag,
		.incident = &s->incident,
		.place = &s->place,
		.in_progress = true,
		.rural_crime = true,
		.rule_set = "sha256:00112233445566778899aabbccddeeff",
		.plates = &s->plate,
		.plate_count = 1,
		.revision = 2,
		.now_ms = OPENED + 781000 };
	s->conf.team = "Rural Engagement Team";
	s->conf.marking = "OFFICIAL-SENSITIVE";
	s->channel.name = "c";
	s->recipient.name = "r";
	s->recipient.topic = "rural/v1/alert/{district}/{theme}";
	s->delivery = (struct render_delivery){ "d-fedcba9876543210", &s->conf,
		&s->recipient, &s->channel, NULL };
}

static void
set_raised(struct scene *s)
{
	s->alert.reason = ALERT_RAISED;
	s->alert.told_level = RULES_REVIEW;
	s->resource = (struct incident_resource){ str_of("RT01"),
		OPENED + 60000, OPENED + 120000, CLOCK_NONE, CLOCK_NONE };
	s->incident.resources = &s->resource;
	s->incident.resource_count = 1;
}

static void
set_units(struct scene *s)
{
	s->units[0] = (struct nearby){ .unit = str_of("TM01"),
		.uncertainty_m = 12,
		.time_ms = OPENED + 741000,
		.distance_m = 2412.6,
		.bearing_deg = 45,
		.age_ms = 40000 };
	s->units[1] = (struct nearby){ .unit = str_of("<b>TM02"),
		.uncertainty_m = (double)NAN,
		.time_ms = OPENED + 541000,
		.distance_m = 12750,
		.bearing_deg = 271,
		.age_ms = 240000 };
	s->alert.units = s->units;
	s->alert.unit_count = 2;
}

static void
set_lowered(struct scene *s)
{
	s->alert.reason = ALERT_LOWERED;
	s->alert.level = RULES_REVIEW;
	s->alert.told_level = RULES_ALERT;
	s->alert.in_progress = false;
	s->tag.level = RULES_REVIEW;
	s->tag.score = 40;
	s->evidence[2].points = -40;
	s->evidence[2].field = str_of("log");
	s->evidence[2].entry = 1;
	s->evidence[2].text = str_of("still there");
	s->evidence[2].why = str_of("a later entry cancels it");
}

static void
set_withdrawn(struct scene *s)
{
	s->alert.reason = ALERT_WITHDRAWN;
	s->alert.level = RULES_NONE;
	s->alert.told_level = RULES_ALERT;
	s->alert.tag = NULL;
}

/* Somebody has it now, and the alert has a link. */
static void
set_taken(struct scene *s)
{
	s->alert.reason = ALERT_TAKEN;
	s->alert.told_level = RULES_ALERT;
	s->alert.taker = str_of("account:rc07");
	s->alert.taken_ms = OPENED + 600000;
	s->delivery.link = "https://buzzard.example.org/go/17~1768430527~r~"
			   "0123456789abcdef0123456789abcdef";
}

static void
set_released(struct scene *s)
{
	set_taken(s);
	s->alert.reason = ALERT_RELEASED;
	s->alert.taker = str_make("", 0);
}

/* No coordinates came: the position is from the text, and there is a doubt. */
static void
set_located(struct scene *s)
{
	s->incident.location_text = str_of("Hedge Lane, Great Notley");
	s->place.source = str_of("text");
	s->place.uncertainty_m = 141.4;
	s->place.how =
	    str_of("grid reference TL 757 247 in the log, within 141 m");
	s->place.doubt = str_of(
	    "but the name Finchingfield in the location text is 23 km away");
}

/* A name is all there is. */
static void
set_named(struct scene *s)
{
	s->incident.location_text = str_of("Great Notley");
	s->place.source = str_of("text");
	s->place.uncertainty_m = 2000;
	s->place.grid_ref = str_of("TL 7 2");
	s->place.near_m = 40;
	s->place.how =
	    str_of("the name Great Notley in the location text, within 2.0 km");
}

/* Everything from outside tries to be something else. */
static void
set_hostile(struct scene *s)
{
	static char location[10240];

	memset(location, 'x', sizeof(location));
	memcpy(location, "<script>alert(1)</script> \xe2\x80\xae", 29);
	memcpy(location + 40, "\r\nBcc: a@example.org\r\n", 22);
	s->incident.location_text = str_make(location, sizeof(location));
	s->incident.id = str_of("REF\r\nBcc: x@example.org\xe2\x80\xae<b>&\"'");
	s->incident.grade = str_of("2\n3 07700 900123");
	s->place.district =
	    str_of("Brain\r\ntree/+/#\xff\xfe ring (07700) 900-123");
	s->place.near_name = str_of("<i>Notley\x01\x7f");
	s->place.grid_ref = str_of("nowhere");
	s->place.source = str_of("text");
	s->place.how =
	    str_of("the name <b>07700 900123\r\nBcc: y@example.org</b>");
	s->place.doubt = str_of("but </p>\xe2\x80\xae is 2 km away");
	s->alert.theme = str_of("new_theme<b>");
	s->evidence[0].text =
	    str_of("</dd><img src=x> 0 7 7 0 0 9 0 0 1 2 3\xe2\x80\x8f");
	s->evidence[0].why = str_of("why </dl> \xc2\x85 this");
	s->hit.rule = str_of("rule<br>");
}

/* Nothing is known but that there is an incident. */
static void
set_bare(struct scene *s)
{
	incident_init(&s->incident);
	s->incident.id = str_of("7");
	s->place = place_unknown();
	s->alert.in_progress = false;
	s->alert.level = RULES_REVIEW;
	s->alert.plate_count = 0;
	s->tag.level = RULES_REVIEW;
	s->tag.hit_count = 0;
	s->tag.score = 30;
}

static void
set_first(struct scene *s)
{
	(void)s;
}

static const struct {
	const char *name;
	void (*set)(struct scene *s);
} scenes[] = {
	{ "first", set_first },
	{ "raised", set_raised },
	{ "lowered", set_lowered },
	{ "withdrawn", set_withdrawn },
	{ "located", set_located },
	{ "named", set_named },
	{ "hostile", set_hostile },
	{ "units", set_units },
	{ "bare", set_bare },
	{ "taken", set_taken },
	{ "released", set_released },
};

#define SCENES (sizeof(scenes) / sizeof(scenes[0]))

/* Break compact JSON into lines. */
static void
add_indented(struct str json, struct buf *out)
{
	bool text = false;
	int depth = 0;

	for (size_t i = 0; i < json.len; i++) {
		char c = json.p[i];

		if (text && c == '\\') {
			buf_add(out, json.p + i++, 2);
			continue;
		}
		if (c == '"')
			text = !text;
		if (!text && (c == '}' || c == ']'))
			buf_addf(out, "\n%*s", 2 * --depth, "");
		buf_add_char(out, c);
		if (!text && (c == '{' || c == '['))
			buf_addf(out, "\n%*s", 2 * ++depth, "");
		if (!text && c == ',')
			buf_addf(out, "\n%*s", 2 * depth, "");
	}
	buf_add_char(out, '\n');
}

static struct str
member(const struct json *root, const char *name)
{
	struct str s = json_text(json_member(root, name));

	assert_true(str_is_given(s));
	return s;
}

static void
render(size_t scene, enum conf_channel_kind kind, enum conf_audience audience,
    struct buf *out)
{
	struct scene s;

	make_scene(&s);
	scenes[scene].set(&s);
	s.channel.kind = kind;
	s.recipient.audience = audience;
	render_body(&s.alert, &s.delivery, out);
}

static const char *
name_of(enum conf_audience audience)
{
	return audience == CONF_AUDIENCE_TEAM ? "team" : "partner";
}

static bool
check_file(size_t scene, enum conf_audience audience, const char *ending,
    struct str got)
{
	struct buf path = { 0 };
	bool same;

	buf_addf(&path, GOLDEN "/%s-%s.%s", scenes[scene].name,
	    name_of(audience), ending);
	same = golden_matches(path.p, got);
	buf_clear(&path);
	return same;
}

static bool
check_mail(size_t scene, enum conf_audience audience)
{
	struct buf body = { 0 }, text = { 0 };
	struct json *root = NULL;
	struct err e = { 0 };
	bool same;

	render(scene, CONF_CHANNEL_SMTP, audience, &body);
	assert_int_equal(json_parse(buf_str(&body), &root, NULL, &e), 0);
	assert_int_equal(json_count(root), 6);
	assert_true(render_is_fit_for(buf_str(&body), audience));
	assert_int_equal(
	    render_is_fit_for(buf_str(&body), CONF_AUDIENCE_PARTNER),
	    audience == CONF_AUDIENCE_PARTNER);
	buf_addf(&text, "Subject: %.*s\nThread: %.*s\nMarking: %.*s\n\n%.*s",
	    STR_ARG(member(root, "subject")), STR_ARG(member(root, "thread")),
	    STR_ARG(member(root, "marking")), STR_ARG(member(root, "text")));
	same = check_file(scene, audience, "txt", buf_str(&text)) &
	       check_file(scene, audience, "html", member(root, "html"));
	json_free(&root);
	buf_clear(&body);
	buf_clear(&text);
	return same;
}

static bool
check_message(size_t scene, enum conf_audience audience)
{
	struct buf body = { 0 }, text = { 0 };
	bool same;

	render(scene, CONF_CHANNEL_MQTT, audience, &body);
	assert_int_equal(
	    render_is_fit_for(buf_str(&body), CONF_AUDIENCE_PARTNER),
	    audience == CONF_AUDIENCE_PARTNER);
	add_indented(buf_str(&body), &text);
	same = check_file(scene, audience, "json", buf_str(&text));
	buf_clear(&body);
	buf_clear(&text);
	return same;
}

static void
test_golden(void **state)
{
	size_t failed = 0;

	(void)state;
	for (size_t i = 0; i < SCENES; i++) {
		failed += !check_mail(i, CONF_AUDIENCE_TEAM);
		failed += !check_mail(i, CONF_AUDIENCE_PARTNER);
		failed += !check_message(i, CONF_AUDIENCE_TEAM);
		failed += !check_message(i, CONF_AUDIENCE_PARTNER);
	}
	assert_int_equal(failed, 0);
}

/* What stands nowhere, and what only the team may read. */
static void
test_privacy(void **state)
{
	static const char *const never[] = { "07700", "900123", "900 123",
		"900456", "A Caller", "Invented Cottages", "\\r", "\\u00",
		"\xe2\x80\xae", "\xe2\x80\x8f" };
	static const char *const team[] = { "AB12CDE", "hare coursing\\\"",
		"Hedge Lane", "51.89", "0.553", "757", "E01021400", "3187",
		"3.2 km", "RT01", "still there", "is named", "place is rural",
		"vehicles\"", "rc07", "TM01", "TM02", "units_near" };

	(void)state;
	for (size_t i = 0; i < 4 * SCENES; i++) {
		enum conf_audience audience =
		    i % 2 == 0 ? CONF_AUDIENCE_TEAM : CONF_AUDIENCE_PARTNER;
		struct buf body = { 0 };

		render(i / 4,
		    i / 2 % 2 == 0 ? CONF_CHANNEL_MQTT : CONF_CHANNEL_SMTP,
		    audience, &body);
		for (size_t n = 0; n < sizeof(never) / sizeof(never[0]); n++)
			if (strstr(body.p, never[n]))
				fail_msg("case %zu has %s", i, never[n]);
		for (size_t n = 0; n < sizeof(team) / sizeof(team[0]); n++)
			if (audience == CONF_AUDIENCE_PARTNER &&
			    strstr(body.p, team[n]))
				fail_msg("case %zu has %s", i, team[n]);
		buf_clear(&body);
	}
}

/* The HTML has no tag but ours and fetches nothing, whatever comes in. */
static void
test_html(void **state)
{
	static const char *const never[] = { "<script", "<img", "<i>", "<b>",
		"http:", "https:", "href", "src=\"", "url(" };
	struct buf body = { 0 };
	struct json *root = NULL;
	struct err e = { 0 };
	char *html;

	(void)state;
	render(4, CONF_CHANNEL_SMTP, CONF_AUDIENCE_TEAM, &body);
	assert_int_equal(json_parse(buf_str(&body), &root, NULL, &e), 0);
	html = str_copy(member(root, "html"));
	for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
		if (strstr(html, never[i]))
			fail_msg("%s in %s", never[i], html);
	assert_true(strlen(html) < 8192);
	free(html);
	json_free(&root);
	buf_clear(&body);
}

/* Subjects and topics: theme, reference, grade and district only. */
static void
test_subject(void **state)
{
	static const struct {
		size_t scene;
		const char *subject, *topic;
	} cases[] = {
		{ 0,
		    "OFFICIAL-SENSITIVE - Hare coursing (in progress?) - "
		    "EP-20260114-0412 - grade 2 - Braintree",
		    "rural/v1/alert/braintree/hare-coursing" },
		{ 3,
		    "OFFICIAL-SENSITIVE - Withdrawn: Hare coursing - "
		    "EP-20260114-0412 - grade 2 - Braintree",
		    "rural/v1/alert/braintree/hare-coursing" },
		{ 8, "OFFICIAL-SENSITIVE - For review: Hare coursing - 7",
		    "rural/v1/alert/unknown/hare-coursing" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf mail = { 0 }, message = { 0 };
		struct json *m = NULL, *q = NULL;
		struct err e = { 0 };

		render(cases[i].scene, CONF_CHANNEL_SMTP, CONF_AUDIENCE_TEAM,
		    &mail);
		render(cases[i].scene, CONF_CHANNEL_MQTT, CONF_AUDIENCE_TEAM,
		    &message);
		assert_int_equal(json_parse(buf_str(&mail), &m, NULL, &e), 0);
		assert_int_equal(
		    json_parse(buf_str(&message), &q, NULL, &e), 0);
		assert_true(str_is(member(m, "subject"), cases[i].subject));
		assert_true(str_is(member(q, "topic"), cases[i].topic));
		assert_true(
		    str_is(member(q, "content_type"), "application/json"));
		json_free(&m);
		json_free(&q);
		buf_clear(&mail);
		buf_clear(&message);
	}
}

/* Every member of v is in the schema, and every required one is in v. */
static void
check_object(const struct json *schema, const struct json *v)
{
	const struct json *properties = json_member(schema, "properties");
	const struct json *required = json_member(schema, "required");
	const struct json *value;
	struct str name;
	size_t next = 0;

	while (json_next_member(v, &next, &name, &value)) {
		char *key = str_copy(name);
		const struct json *rule = json_member(properties, key);

		if (!rule)
			fail_msg("%s is not in the schema", key);
		free(key);
		if (json_kind(value) == JSON_KIND_OBJECT)
			check_object(rule, value);
		for (size_t i = 0; i < json_count(value) &&
				   json_kind(value) == JSON_KIND_ARRAY;
		     i++)
			if (json_kind(json_item(value, i)) == JSON_KIND_OBJECT)
				check_object(json_member(rule, "items"),
				    json_item(value, i));
	}
	for (size_t i = 0; i < json_count(required); i++) {
		char *key = str_copy(json_text(json_item(required, i)));

		if (!json_member(v, key))
			fail_msg("%s is required", key);
		free(key);
	}
}

static void
test_schema(void **state)
{
	struct buf text = { 0 };
	struct json *schema = NULL;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(files_read(TEST_SOURCE_DIR "/docs/alert.schema.json",
			     1 << 20, &text, &e),
	    0);
	if (json_parse(buf_str(&text), &schema, NULL, &e) < 0)
		fail_msg("%s", e.msg);
	for (size_t i = 0; i < 2 * SCENES; i++) {
		struct buf body = { 0 };
		struct json *root = NULL;

		render(i / 2, CONF_CHANNEL_MQTT,
		    i % 2 == 0 ? CONF_AUDIENCE_TEAM : CONF_AUDIENCE_PARTNER,
		    &body);
		assert_int_equal(
		    json_parse(buf_str(&body), &root, NULL, &e), 0);
		check_object(
		    json_member(json_member(schema, "$defs"), "incident"),
		    json_member(root, "payload"));
		json_free(&root);
		buf_clear(&body);
	}
	json_free(&schema);
	buf_clear(&text);
}

static void
test_clean_line(void **state)
{
	static const struct {
		const char *in;
		size_t max;
		const char *out;
	} cases[] = {
		{ "", 10, "" },
		{ "  a \r\n\t b  ", 10, "a b" },
		{ "abcdef", 3, "abc…" },
		{ "aéb", 2, "a…" },
		{ "ring 07700 900123 now", 99, "ring [number hidden] now" },
		{ "ring oh double seven oh oh nine double oh one two three ok",
		    99, "ring [number hidden] ok" },
		{ "ring o7700 900123", 99, "ring [number hidden]" },
		/* As few words as nine figures can be said in. */
		{ "nineteen eleven twelve thirteen 3", 99, "[number hidden]" },
		{ "treble 7 treble 0 treble 9", 99, "[number hidden]" },
		{ "o7oo9oo12", 99, "[number hidden]" },
		{ "index echo alpha one nine x-ray papa zulu", 99,
		    "index echo alpha one nine x-ray papa zulu" },
		{ "tango lima six zero three three seven nine", 99,
		    "tango lima six zero three three seven nine" },
		{ "+44 7700 900123", 99, "[number hidden]" },
		{ "+44(0)7700900123", 99, "[number hidden]" },
		{ "(07700) 900-123", 99, "([number hidden]" },
		{ "07700\xc2\xa0"
		  "900123",
		    99, "[number hidden]" },
		{ "07700\xe2\x80\x93"
		  "900123",
		    99, "[number hidden]" },
		{ "07700\xe2\x80\x8b"
		  "900123",
		    99, "[number hidden]" },
		{ "\xef\xbc\x90\xef\xbc\x97"
		  "700900123",
		    99, "[number hidden]" },
		{ "0-7-7-0-0-9-0-0-1-2-3", 99, "[number hidden]" },
		{ "TL 70590 06830", 99, "TL 70590 06830" },
		{ "at TL7059006830 by", 99, "at TL7059006830 by" },
		{ "TEL 77009 00123", 99, "TEL [number hidden]" },
		{ "MO 77009 00123", 99, "MO [number hidden]" },
		{ "42/12345/26", 99, "42/12345/26" },
		{ "TQ 715 994", 99, "TQ 715 994" },
		{ "12345678", 99, "12345678" },
		{ "a + b", 99, "a + b" },
		{ "a\xff\xfe"
		  "b",
		    99, "a b" },
		{ "a\xe2\x80\xae"
		  "b\xe2\x81\xa6"
		  "c",
		    99, "a b c" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf out = { 0 };

		clean_line(str_of(cases[i].in), cases[i].max, &out);
		assert_string_equal(out.p ? out.p : "", cases[i].out);
		buf_clear(&out);
	}
}

/* A number across the limit of what is read does not show its beginning. */
static void
test_clean_long(void **state)
{
	static char text[9000];
	struct buf out = { 0 };

	(void)state;
	memset(text, 'x', sizeof(text));
	memcpy(text + 8184, "07700900123", 11);
	clean_line(str_make(text, sizeof(text)), sizeof(text), &out);
	assert_null(strchr(out.p, '0'));
	assert_true(out.len <= 8192);
	buf_clear(&out);
}

static void
test_clean_slug(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{ "Braintree", "braintree" },
		{ "Castle Point", "castle-point" },
		{ "a/+/#\r\n$b", "a-b" },
		{ "", "unknown" },
		{ "/#+", "unknown" },
		{ "--a--", "a" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf out = { 0 };

		clean_slug(str_of(cases[i].in), &out);
		assert_string_equal(out.p, cases[i].out);
		buf_clear(&out);
	}
}

static void
test_square(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{ "TL 7059 0683", "TL 70 06" },
		{ "TL 705 068", "TL 70 06" },
		{ "TL 70 06", "TL 70 06" },
		{ "TL 7 0", "TL 7 0" },
		{ "TL70590683", "TL 70 06" },
		{ "TL 7059 068", "" },
		{ "nowhere", "" },
		{ "TL", "" },
		{ "TL 70x9", "" },
		{ "TL 705901 068302", "" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_true(
		    str_is(sheet_square(str_of(cases[i].in), a), cases[i].out));
	arena_free(&a);
}

static void
test_names(void **state)
{
	(void)state;
	assert_string_equal(alert_reason_name(ALERT_NONE), "none");
	assert_string_equal(alert_reason_name(ALERT_FIRST), "first");
	assert_string_equal(alert_reason_name(ALERT_RAISED), "raised");
	assert_string_equal(alert_reason_name(ALERT_LOWERED), "lowered");
	assert_string_equal(alert_reason_name(ALERT_WITHDRAWN), "withdrawn");
	assert_string_equal(alert_reason_name(ALERT_TAKEN), "taken");
	assert_string_equal(alert_reason_name(ALERT_RELEASED), "released");
	assert_string_equal(
	    render_theme_title(str_of("hare-coursing")), "Hare coursing");
	assert_null(render_theme_title(str_of("nonsense")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden),
		cmocka_unit_test(test_privacy),
		cmocka_unit_test(test_html),
		cmocka_unit_test(test_subject),
		cmocka_unit_test(test_schema),
		cmocka_unit_test(test_clean_line),
		cmocka_unit_test(test_clean_long),
		cmocka_unit_test(test_clean_slug),
		cmocka_unit_test(test_square),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
