/*
 * The form: what every call has stands open, the rest is folded away until it
 * is needed (<details>, which needs no script).
 */
#include "agent/review/contactform.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/json.h"
#include "agent/review/desk.h"
#include "agent/review/html.h"
#include "agent/review/london.h"
#include "agent/review/service_private.h"
#include "agent/review/wordings.h"
#include "agent/store/followups.h"

#define FIELD_MAX 64

/* --- pieces --- */

void
contactform_select(struct visit *v, const char *name, const char *label,
    const char *none, enum contactwords_list list, int chosen)
{
	size_t count;
	const struct contactword *rows = contactwords_all(list, &count);

	buf_addf(v->out,
	    "<p><label for=\"%s\">%s</label><select id=\"%s\" name=\"%s\">",
	    name, label, name, name);
	if (none)
		buf_addf(v->out, "<option value=\"\">%s</option>", none);
	for (size_t i = 0; i < count; i++)
		if (list != CONTACTWORDS_ENDINGS ||
		    rows[i].number != FOLLOWUP_WITHDRAWN)
			buf_addf(v->out, "<option value=\"%s\"%s>%s</option>",
			    rows[i].word,
			    rows[i].number == chosen ? " selected" : "",
			    rows[i].label);
	buf_add_text(v->out, "</select></p>");
}

void
contactform_time(
    struct visit *v, const char *name, const char *label, int64_t ms)
{
	buf_addf(v->out,
	    "<p class=\"pair\"><span><label for=\"%s-day\">%s</label>"
	    "<input type=\"date\" id=\"%s-day\" name=\"%s-day\" value=\"",
	    name, label, name, name);
	if (ms != CLOCK_NONE)
		london_add_day(v->out, ms);
	buf_addf(v->out,
	    "\"></span><span><label for=\"%s-time\">At</label>"
	    "<input type=\"time\" id=\"%s-time\" name=\"%s-time\" value=\"",
	    name, name, name);
	if (ms != CLOCK_NONE)
		london_add_time(v->out, ms);
	buf_add_text(v->out, "\"></span></p>");
}

static void
print_box(struct visit *v, const char *name, const char *label, bool is_checked)
{
	buf_addf(v->out,
	    "<p class=\"box\"><label><input type=\"checkbox\" name=\"%s\" "
	    "value=\"yes\"%s> ",
	    name, is_checked ? " checked" : "");
	html_words(v->out, label);
	buf_add_text(v->out, "</label></p>");
}

/* --- the form --- */

static void
print_advice(struct visit *v, int64_t given)
{
	size_t count;
	const struct contactword *rows =
	    contactwords_all(CONTACTWORDS_ADVICE, &count);

	buf_addf(v->out,
	    "<details%s><summary>Crime prevention advice given</summary>"
	    "<fieldset><legend class=\"unseen\">Advice on</legend>",
	    given ? " open" : "");
	for (size_t i = 0; i < count; i++) {
		char name[FIELD_MAX];

		(void)snprintf(name, sizeof name, "advice-%s", rows[i].word);
		print_box(v, name, rows[i].label,
		    (given >> (rows[i].number - 1) & 1) != 0);
	}
	buf_add_text(v->out, "</fieldset></details>");
}

/* The wordings, being written as options. */
struct options {
	struct visit *v;
	struct str chosen;
};

static void
print_wording(void *user, const struct wording *one)
{
	struct options *o = user;
	char key[FIELD_MAX + 16];

	(void)snprintf(key, sizeof key, "%.*s/%.*s", STR_ARG(one->theme),
	    STR_ARG(one->outcome));
	buf_addf(o->v->out, "<option value=\"%s\"%s>", key,
	    str_is(o->chosen, key) ? " selected" : "");
	html_text(o->v->out, one->title);
	buf_add_text(o->v->out, "</option>");
}

static void
print_wordings(struct visit *v, struct str themes, struct str chosen)
{
	struct options o = { .v = v, .chosen = chosen };

	buf_add_text(v->out,
	    "<p><label for=\"told\">Told the outcome, in these words</label>"
	    "<select id=\"told\" name=\"told\">"
	    "<option value=\"\">Not told</option>");
	if (themes.len == 0)
		wordings_each(
		    v->service->wordings, str_of("any"), print_wording, &o);
	while (themes.len > 0) {
		const char *comma = memchr(themes.p, ',', themes.len);
		size_t len = comma ? (size_t)(comma - themes.p) : themes.len;
		struct str theme = str_make(themes.p, len);

		buf_add_text(v->out, "<optgroup label=\"");
		html_theme(v->out, theme);
		buf_add_text(v->out, "\">");
		wordings_each(v->service->wordings, theme, print_wording, &o);
		buf_add_text(v->out, "</optgroup>");
		len += comma ? 1 : 0;
		themes = str_make(themes.p + len, themes.len - len);
	}
	buf_add_text(v->out, "</select></p>");
}

static void
print_promise(struct visit *v)
{
	buf_add_text(v->out,
	    "<details><summary>Something was promised</summary><fieldset>"
	    "<legend class=\"unseen\">Promise</legend>");
	contactform_select(v, "promise", "What was promised",
	    "Nothing was promised", CONTACTWORDS_KINDS, 0);
	contactform_time(v, "due", "By", CLOCK_NONE);
	contactform_select(v, "falls-to", "It falls to", NULL,
	    CONTACTWORDS_FUNCTIONS, FOLLOWUP_DESK);
	print_box(v, "mine", "I will see to it myself", false);
	buf_add_text(v->out, "</fieldset></details>");
}

static void
print_open(void *user, const struct followup *one)
{
	struct visit *v = user;

	if (one->ended_ms != CLOCK_NONE)
		return;
	buf_addf(v->out,
	    "<p class=\"box\"><label><input type=\"checkbox\" "
	    "name=\"done-%" PRId64 "\" value=\"%" PRId64
	    "\"> <span>Done with this: %s, by ",
	    one->id, one->version,
	    contactwords_of(CONTACTWORDS_KINDS, one->kind)->label);
	london_add_due(v->out, one->due_ms);
	buf_add_text(v->out, "</span></label></p>");
}

static void
print_visit(struct visit *v, const struct contact_entry *n)
{
	buf_addf(v->out,
	    "<details%s><summary>A visit</summary><fieldset>"
	    "<legend class=\"unseen\">Visit</legend>",
	    n->visit ? " open" : "");
	contactform_select(v, "visit", "How it stands", "Nothing about a visit",
	    CONTACTWORDS_VISITS, n->visit);
	contactform_select(
	    v, "visit-by", "By", "Nobody", CONTACTWORDS_VISITORS, n->visit_by);
	contactform_time(v, "visit", "Wanted by, or when it was", n->visit_ms);
	buf_add_text(v->out, "</fieldset></details>");
}

static void
print_note(struct visit *v, struct str note)
{
	buf_addf(v->out,
	    "<p><label for=\"contact-note\">Note (not sent to anybody)"
	    "</label><textarea id=\"contact-note\" name=\"note\" rows=\"3\" "
	    "maxlength=\"%d\">",
	    CONTACT_NOTE_MAX / 4);
	html_text(v->out, note);
	buf_add_text(v->out, "</textarea></p>");
}

int
contactform_print(
    struct visit *v, const struct contactform *form, struct err *e)
{
	const struct contact_entry *n = form->entry;

	buf_addf(v->out,
	    "<form class=\"contact-form\" method=\"post\" "
	    "action=\"/incident/%" PRId64 "/contact\">",
	    form->incident_id);
	visit_form_field(v);
	buf_addf(v->out,
	    "<input type=\"hidden\" name=\"corrects\" value=\"%" PRId64 "\">",
	    n->corrects);
	contactform_select(v, "way", "How", NULL, CONTACTWORDS_WAYS, n->way);
	contactform_select(v, "outcome", "What came of the call",
	    "Choose, if it was a call", CONTACTWORDS_OUTCOMES, n->outcome);
	contactform_time(v, "at", "When (empty: now)", n->happened_ms);
	print_wordings(v, form->themes, n->told);
	print_box(v, "card", "Given the reference card", n->card);
	contactform_select(v, "intelligence", "Intelligence",
	    "Nothing said of it", CONTACTWORDS_PASSED, n->intelligence);
	print_advice(v, n->advice);
	print_visit(v, n);
	if (n->corrects == 0)
		print_promise(v);
	if (n->corrects == 0 && followups_of(v->desk->followups,
				    form->incident_id, print_open, v, e) < 0)
		return -1;
	print_note(v, n->note);
	buf_addf(v->out, "<p><button>%s</button></p></form>",
	    n->corrects ? "Record the correction" : "Record the contact");
	return 0;
}

/* --- what was sent --- */

int
contactform_pick(struct visit *v, const char *field,
    enum contactwords_list list, int *number, struct err *e)
{
	struct str word = visit_field(v, field);

	*number = 0;
	if (word.len == 0)
		return 0;
	*number = contactwords_number(list, word);
	if (*number == 0)
		return visit_bad(v, field,
		    v->is_api ? "It is none of the words that there are."
			      : "The form says something that this page does "
				"not offer. Go back, reload it and try again.",
		    e);
	return 0;
}

/* In the API: the member NAME_at, or "at", says of which zone. */
static int
read_moment(struct visit *v, const char *name, int64_t *ms, struct err *e)
{
	char member[FIELD_MAX];
	struct str text;

	(void)snprintf(member, sizeof member, "%s%s", name,
	    strcmp(name, "at") == 0 ? "" : "-at");
	text = visit_field(v, member);
	if (text.len == 0 || visit_time(text, ms))
		return 0;
	return visit_bad(v, arena_str(v->desk->arena, str_of(member)).p,
	    "It is a date and time such as 2026-01-14T17:00:00Z.", e);
}

int
contactform_when(
    struct visit *v, const char *name, int minute, int64_t *ms, struct err *e)
{
	char field[FIELD_MAX];
	struct str day, time;

	if (v->is_api)
		return read_moment(v, name, ms, e);
	(void)snprintf(field, sizeof field, "%s-day", name);
	day = visit_field(v, field);
	(void)snprintf(field, sizeof field, "%s-time", name);
	time = visit_field(v, field);
	if (day.len == 0 && time.len == 0)
		return 0;
	if (day.len == 0)
		return err_set(
		    e, ERR_INVALID, "Give the day as well as the time.");
	if (!london_read(day, time, minute, ms))
		return err_set(e, ERR_INVALID,
		    "That is no date and time: write the day as 2026-01-14 "
		    "and the time as 17:00.");
	return 0;
}

/* In the API the list has no other words. */
static int
check_advice(struct visit *v, struct err *e)
{
	const struct json *list = json_member(v->body, "advice");

	for (size_t i = 0; i < json_count(list); i++)
		if (contactwords_number(CONTACTWORDS_ADVICE,
			json_text(json_item(list, i))) == 0)
			return visit_bad(v, "advice",
			    "One of it is none of the words that there are.",
			    e);
	return 0;
}

static int64_t
read_advice(struct visit *v)
{
	size_t count;
	const struct contactword *rows =
	    contactwords_all(CONTACTWORDS_ADVICE, &count);
	int64_t given = 0;

	for (size_t i = 0; i < count; i++) {
		char name[FIELD_MAX];

		(void)snprintf(name, sizeof name, "advice-%s", rows[i].word);
		if (str_is(visit_field(v, name), "yes"))
			given |= INT64_C(1) << (rows[i].number - 1);
	}
	return given;
}

/* The wording chosen, kept as it is now. */
static int
read_told(struct visit *v, struct contact_entry *out, struct err *e)
{
	struct str key = visit_field(v, "told");
	const struct wording *one;

	if (key.len == 0)
		return 0;
	one = wordings_named(v->service->wordings, key);
	if (!one)
		return visit_bad(v, "told",
		    "There is no such wording. Choose one of the list.", e);
	out->told = key;
	out->told_text = one->text;
	return 0;
}

int
contactform_read(struct visit *v, struct contact_entry *out, struct err *e)
{
	*out = (struct contact_entry){ .account_id = v->account.id,
		.happened_ms = v->now_ms,
		.visit_ms = CLOCK_NONE,
		.corrects = visit_number(visit_field(v, "corrects")),
		.card = str_is(visit_field(v, "card"), "yes"),
		.note = visit_field(v, "note"),
		.advice = read_advice(v) };
	if (check_advice(v, e) < 0 ||
	    contactform_pick(v, "way", CONTACTWORDS_WAYS, &out->way, e) < 0 ||
	    contactform_pick(
		v, "outcome", CONTACTWORDS_OUTCOMES, &out->outcome, e) < 0 ||
	    contactform_pick(v, "visit", CONTACTWORDS_VISITS, &out->visit, e) <
		0 ||
	    contactform_pick(
		v, "visit-by", CONTACTWORDS_VISITORS, &out->visit_by, e) < 0 ||
	    contactform_pick(v, "intelligence", CONTACTWORDS_PASSED,
		&out->intelligence, e) < 0 ||
	    contactform_when(v, "at", 12 * 60, &out->happened_ms, e) < 0 ||
	    contactform_when(v, "visit", LONDON_END_OF_DAY, &out->visit_ms, e) <
		0)
		return -1;
	if (out->way == 0)
		return visit_bad(v, "way", "Say how there was contact.", e);
	return read_told(v, out, e);
}
