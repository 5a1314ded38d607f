/*
 * Contact with the informant: what is promised and due, what was said and
 * when, and the form to record more.  Nothing here is sent to anybody.
 */
#include "agent/review/sheet.h"

#include <inttypes.h>
#include <string.h>

#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/review/contactform.h"
#include "agent/review/desk.h"
#include "agent/review/html.h"
#include "agent/review/london.h"
#include "agent/review/visit.h"
#include "agent/store/contactwords.h"
#include "agent/store/followups.h"

/* --- what is due --- */

/* The follow-ups being written. */
struct due {
	struct visit *v;
	size_t count;
};

static void
print_due(void *user, const struct followup *one)
{
	struct due *d = user;
	struct buf *out = d->v->out;

	if (d->count++ == 0)
		buf_add_text(out, "<h3>Promised and due</h3>"
				  "<ul class=\"due\">");
	buf_addf(out, "<li><a href=\"/follow-up/%" PRId64 "\">%s</a>", one->id,
	    contactwords_of(CONTACTWORDS_KINDS, one->kind)->label);
	if (one->ended_ms != CLOCK_NONE) {
		buf_addf(out, ": %s",
		    contactwords_of(CONTACTWORDS_ENDINGS, one->ending)->label);
		buf_add_text(out, "</li>");
		return;
	}
	buf_add_text(out, " by ");
	london_add_due(out, one->due_ms);
	if (one->due_ms < d->v->now_ms)
		buf_add_text(out, " <strong class=\"late\">Overdue</strong>");
	buf_add_text(out, ", falls to ");
	html_words(
	    out, contactwords_of(CONTACTWORDS_FUNCTIONS, one->falls_to)->label);
	if (str_is_given(one->holder)) {
		buf_add_text(out, " (");
		html_text(out, one->holder);
		buf_add_text(out, ")");
	}
	buf_add_text(out, "</li>");
}

/* --- what was said --- */

/* The entries being written. */
struct said {
	struct visit *v;
	size_t count;
	bool is_not_to_be_rung, may_write;
};

static void
print_advice(struct buf *out, int64_t given)
{
	size_t count;
	const struct contactword *rows =
	    contactwords_all(CONTACTWORDS_ADVICE, &count);
	const char *before = "<p>Advice: ";

	for (size_t i = 0; i < count; i++) {
		if ((given >> (rows[i].number - 1) & 1) == 0)
			continue;
		buf_add_text(out, before);
		html_words(out, rows[i].label);
		before = "; ";
	}
	if (given)
		buf_add_text(out, "</p>");
}

static void
print_visit(struct buf *out, const struct contact_entry *n)
{
	if (n->visit == 0)
		return;
	buf_addf(out, "<p>Visit, %s: %s",
	    contactwords_of(CONTACTWORDS_VISITORS, n->visit_by)->label,
	    contactwords_of(CONTACTWORDS_VISITS, n->visit)->label);
	if (n->visit_ms != CLOCK_NONE) {
		buf_add_text(
		    out, n->visit == CONTACT_VISIT_WANTED ? " by " : ", ");
		london_add_due(out, n->visit_ms);
	}
	buf_add_text(out, "</p>");
}

static void
print_told(struct buf *out, const struct contact_entry *n)
{
	if (!str_is_given(n->told))
		return;
	buf_add_text(out, "<p>Told the outcome: <q>");
	html_text(out, n->told_text);
	buf_add_text(out, "</q></p>");
}

static void
print_head(struct buf *out, const struct contact_entry *n)
{
	buf_add_text(out, "<p class=\"head\">");
	html_time(out, n->happened_ms);
	buf_addf(out, " <strong>%s",
	    contactwords_of(CONTACTWORDS_WAYS, n->way)->label);
	if (n->outcome)
		buf_addf(out, ": %s",
		    contactwords_of(CONTACTWORDS_OUTCOMES, n->outcome)->label);
	buf_add_text(out, "</strong>, recorded by ");
	html_text(out, n->by);
	buf_add_text(out, " ");
	html_time(out, n->at_ms);
	buf_add_text(out, "</p>");
}

static void
print_note(struct buf *out, struct str note)
{
	if (note.len == 0)
		return;
	buf_add_text(out, "<p class=\"text\">Note: ");
	html_text(out, note);
	buf_add_text(out, "</p>");
}

static void
print_correct(const struct said *s, const struct contact_entry *n)
{
	if (n->corrected_by)
		buf_add_text(s->v->out, "<p><strong>Corrected by a later "
					"entry; does not count.</strong></p>");
	else if (s->may_write)
		buf_addf(s->v->out,
		    "<p><a href=\"/contact/%" PRId64
		    "\">Correct this entry</a></p>",
		    n->id);
}

static void
print_entry(void *user, const struct contact_entry *n)
{
	struct said *s = user;
	struct buf *out = s->v->out;

	if (s->count++ == 0)
		buf_add_text(out, "<h3>What was said</h3>"
				  "<ol class=\"contacts\">");
	s->is_not_to_be_rung |=
	    n->outcome == CONTACT_NOT_TO_BE_RUNG && !n->corrected_by;
	buf_addf(out, "<li class=\"contact%s\" id=\"contact-%" PRId64 "\">",
	    n->corrected_by ? " corrected" : "", n->id);
	print_head(out, n);
	if (n->corrects)
		buf_add_text(out, "<p>Corrects an earlier entry.</p>");
	print_told(out, n);
	if (n->card)
		buf_add_text(out, "<p>Given the reference card.</p>");
	if (n->intelligence)
		buf_addf(out, "<p>Intelligence: %s</p>",
		    contactwords_of(CONTACTWORDS_PASSED, n->intelligence)
			->label);
	print_advice(out, n->advice);
	print_visit(out, n);
	print_note(out, n->note);
	print_correct(s, n);
	buf_add_text(out, "</li>");
}

/* --- the section --- */

static void
print_csv(struct visit *v, int64_t incident_id)
{
	struct buf path = { 0 };

	buf_addf(&path, "/v1/incidents/%" PRId64 "/contacts", incident_id);
	visit_csv(v, path.p, "contact with the informant");
	buf_clear(&path);
}

/* The themes that stand, "fuel,equine". */
static struct str
themes_of(const struct sheet *s)
{
	struct buf all = { 0 };
	struct str kept;

	for (size_t i = 0; i < s->tag_count; i++) {
		if (i > 0)
			buf_add_char(&all, ',');
		buf_add_str(&all, s->tags[i].theme);
	}
	kept = all.len > 0 ? arena_str(s->v->desk->arena, buf_str(&all))
			   : (struct str){ 0 };
	buf_clear(&all);
	return kept;
}

static int
print_form(struct sheet *s, struct err *e)
{
	const struct contact_entry empty = { .way = CONTACT_WE_RANG,
		.happened_ms = CLOCK_NONE,
		.visit_ms = CLOCK_NONE };
	const struct contactform form = { .incident_id = s->row.id,
		.themes = themes_of(s),
		.entry = &empty };

	buf_add_text(s->v->out, "<details class=\"record\"><summary>Record "
				"contact</summary>");
	if (contactform_print(s->v, &form, e) < 0)
		return -1;
	buf_add_text(s->v->out, "</details>");
	return 0;
}

int
sheet_contact(struct sheet *s, struct err *e)
{
	struct buf *out = s->v->out;
	struct due due = { .v = s->v };
	struct said said = { .v = s->v,
		.may_write = visit_may(s->v, VISIT_CALLERS) };

	buf_add_text(out, "<section class=\"contact-log\" aria-labelledby="
			  "\"contact\"><h2 id=\"contact\">Contact with the "
			  "informant</h2>");
	if (s->record.informant.contact_ok == 0)
		buf_add_text(out, "<p class=\"progress\">The informant does "
				  "not want to be contacted.</p>");
	buf_addf(out,
	    "<p><a href=\"/incident/%" PRId64
	    "/card\">Reference card for the informant</a></p>",
	    s->row.id);
	if (followups_of(s->v->desk->followups, s->row.id, print_due, &due, e) <
	    0)
		return -1;
	buf_add_text(out, due.count > 0 ? "</ul>" : "");
	if (contacts_list(
		s->v->desk->contacts, s->row.id, print_entry, &said, e) < 0)
		return -1;
	buf_add_text(out, said.count > 0 ? "</ol>"
					 : "<p>Nothing is recorded "
					   "yet.</p>");
	if (said.count > 0)
		print_csv(s->v, s->row.id);
	if (said.is_not_to_be_rung)
		buf_add_text(out, "<p class=\"progress\">They asked not to be "
				  "rung.</p>");
	if (said.may_write && print_form(s, e) < 0)
		return -1;
	buf_add_text(out, "</section>");
	return 0;
}
