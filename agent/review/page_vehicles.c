/*
 * Vehicles: a plate or a part of one, the marks that have it, and each time it
 * was seen.
 *
 * What a caller read in part stands beside what another read whole, with what
 * agrees and what is open.  Nothing here completes it: which vehicle it was is
 * for a person to say.
 */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/incident/identifiers.h"
#include "agent/review/desk.h"
#include "agent/review/found.h"
#include "agent/review/html.h"
#include "agent/review/page.h"
#include "agent/review/visit.h"
#include "agent/store/record.h"
#include "agent/store/search.h"
#include "agent/store/sightings.h"
#include "agent/store/store.h"

#define MARKS_SHOWN 40
#define PAGE_ROWS   15
#define WITH_SHOWN  20
#define AROUND      90 /* bytes shown of a log before and after a mark */
#define BESIDE      8  /* words before and after it that may describe it */

/* What was asked and found. */
struct asked {
	struct visit *v;
	struct str typed;
	char mark[SIGHTINGS_ASK_MAX + 1];
	struct sightings_found found;
	int64_t month; /* of the sighting shown last; year * 12 + month */
};

/* A link to a list about the plate as a file. */
static void
print_csv(struct asked *a, const char *path, const char *what)
{
	struct buf full = { 0 };

	buf_addf(&full, "%s?plate=", path);
	html_url(&full, a->typed);
	visit_csv(a->v, full.p, what);
	buf_clear(&full);
}

/* --- the marks --- */

/* A mark, the characters that agree with what was asked in <mark>. */
static void
print_mark(struct buf *out, struct str text, const char *asked)
{
	/* Where "*" may stand for some, which of them agree is not one answer.
	 */
	bool is_aligned = !strchr(asked, '*') && strlen(asked) == text.len;

	for (size_t i = 0; i < text.len; i++) {
		bool agrees =
		    is_aligned && text.p[i] == asked[i] && text.p[i] != '?';

		if (text.p[i] == '?')
			buf_add_text(out, "<span class=\"open\">?</span>");
		else if (agrees)
			buf_addf(out, "<mark>%c</mark>", text.p[i]);
		else
			html_text(out, str_make(text.p + i, 1));
	}
}

static size_t
count_open(struct str text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.len; i++)
		n += text.p[i] == '?';
	return n;
}

/* What agrees and what is open, in words. */
static void
print_agreement(struct buf *out, const struct sightings_mark *m)
{
	size_t open = count_open(m->text);

	if (m->is_answer && !m->is_partial) {
		buf_add_text(out, "All that was asked");
		return;
	}
	if (m->is_answer)
		buf_add_text(out, "All that was asked");
	else
		buf_addf(out, "%d characters agree", m->agree);
	buf_addf(out, "; %zu not read", open);
}

/* The newest incident that has it, with its time. */
static int
print_newest(struct asked *a, const struct sightings_mark *m, struct err *e)
{
	struct desk *d = a->v->desk;
	struct store_incident row;
	int r = store_incident_find_id(d->store, m->last_id, d->arena, &row, e);

	if (r <= 0)
		return r;
	buf_addf(a->v->out, "<a href=\"/incident/%" PRId64 "\">", m->last_id);
	html_time(a->v->out, row.opened_ms);
	buf_add_text(a->v->out, "</a>");
	return 0;
}

static int
print_mark_row(struct asked *a, const struct sightings_mark *m, struct err *e)
{
	struct buf *out = a->v->out;

	buf_add_text(out, "<tr><th scope=\"row\"><a class=\"plate\" "
			  "href=\"/vehicles?plate=");
	html_url(out, m->text);
	buf_add_text(out, "\">");
	print_mark(out, m->text, a->found.asked);
	buf_addf(out, "</a></th><td>%s</td><td>",
	    m->is_partial ? "Read in part" : "Complete");
	print_agreement(out, m);
	buf_addf(out, "</td><td class=\"number\">%s%" PRId64 "</td><td>",
	    m->count >= 1000 ? "over " : "", m->count);
	if (print_newest(a, m, e) < 0)
		return -1;
	buf_add_text(out, "</td></tr>");
	return 0;
}

/* Answers, or what could be the same: a table, or nothing. */
static int
print_marks(struct asked *a, bool are_answers, const char *title,
    const char *says, struct err *e)
{
	struct buf *out = a->v->out;
	size_t shown = 0;

	for (size_t i = 0; i < a->found.count && shown < MARKS_SHOWN; i++) {
		const struct sightings_mark *m = &a->found.marks[i];

		if (m->is_answer != are_answers)
			continue;
		if (shown++ == 0)
			buf_addf(out,
			    "<h2>%s</h2><p>%s</p><div class=\"scroll\" "
			    "tabindex=\"0\" role=\"region\" aria-label=\"%s\">"
			    "<table><thead><tr><th scope=\"col\">Plate</th>"
			    "<th scope=\"col\">Read</th><th scope=\"col\">"
			    "Agrees</th><th scope=\"col\" class=\"number\">"
			    "Incidents</th><th scope=\"col\">Newest</th></tr>"
			    "</thead><tbody>",
			    title, says, title);
		if (print_mark_row(a, m, e) < 0)
			return -1;
	}
	if (shown > 0)
		buf_add_text(out, "</tbody></table></div>");
	return 0;
}

/* --- seen with --- */

static void
print_with(void *user, const struct sightings_mark *m)
{
	struct buf *out = user;

	buf_add_text(out, "<li><a class=\"plate\" href=\"/vehicles?plate=");
	html_url(out, m->text);
	buf_add_text(out, "\">");
	html_text(out, m->text);
	buf_addf(out, "</a>%s, in %" PRId64 " %s</li>",
	    m->is_partial ? " (read in part)" : "", m->count,
	    m->count == 1 ? "incident" : "incidents");
}

/* The one mark that was asked for, if it is one. */
static const struct sightings_mark *
only_mark(const struct asked *a)
{
	const struct sightings_mark *m = a->found.marks;

	if (a->found.count == 0 || !m->is_answer ||
	    (a->found.count > 1 && m[1].is_answer))
		return NULL;
	return m;
}

static int
print_seen_with(struct asked *a, struct err *e)
{
	const struct sightings_mark *m = only_mark(a);
	struct buf *out = a->v->out;
	size_t before;

	if (!m)
		return 0;
	buf_add_text(out, "<h2>Seen with</h2><ul class=\"with\">");
	before = out->len;
	if (sightings_with(a->v->desk->sightings, m->id, WITH_SHOWN, print_with,
		out, e) < 0)
		return -1;
	if (out->len == before)
		buf_add_text(out, "<li>No other plate stands in the same "
				  "incidents.</li>");
	buf_add_text(out, "</ul>");
	print_csv(a, "/v1/vehicles/with", "seen with");
	return 0;
}

/* --- sightings --- */

/* Is the finding a plate that was asked for? */
static bool
is_asked(const struct asked *a, const struct finding *f)
{
	if (f->is_gone ||
	    (f->kind != FINDING_PLATE && f->kind != FINDING_PLATE_PART))
		return false;
	for (size_t i = 0; i < a->found.count; i++)
		if (a->found.marks[i].is_answer &&
		    str_is_equal(a->found.marks[i].text, f->value))
			return true;
	return false;
}

/* Where near at a text may be cut: a space, or what is left of the text. */
static size_t
cut_at(struct str text, size_t at, bool is_before)
{
	size_t far = at;

	if (is_before) {
		far = at > AROUND ? at - AROUND : 0;
		while (far > 0 && far < at && text.p[far] != ' ')
			far++;
		return far;
	}
	far = text.len - at > AROUND ? at + AROUND : text.len;
	while (far < text.len && far > at && text.p[far] != ' ')
		far--;
	return far;
}

/* The words of a text round a mark, which is marked. */
static void
print_excerpt(struct buf *out, struct str text, const struct finding *f)
{
	size_t from = cut_at(text, f->start, true);
	size_t to = cut_at(text, f->end, false);

	if (from > 0)
		buf_add_text(out, "… ");
	html_text(out, str_make(text.p + from, f->start - from));
	buf_add_text(out, "<mark>");
	html_text(out, str_make(text.p + f->start, f->end - f->start));
	buf_add_text(out, "</mark>");
	html_text(out, str_make(text.p + f->end, to - f->end));
	if (to < text.len)
		buf_add_text(out, " …");
}

/* The words beside a mark that are makes, kinds and colours of vehicles. */
static void
print_beside(struct buf *out, const struct idtext *t, struct str text,
    const struct finding *f)
{
	size_t at = 0, shown = 0;

	while (at < t->count && t->tokens[at].end <= f->start)
		at++;
	for (size_t i = at > BESIDE ? at - BESIDE : 0;
	     i < t->count && i < at + 2 + BESIDE; i++) {
		const struct idtext_token *k = &t->tokens[i];

		if (!k->word || !(k->word->flags & W_VEHICLE) ||
		    (k->start >= f->start && k->end <= f->end))
			continue;
		buf_add_text(out, shown++ > 0 ? ", "
					      : "<p class=\"beside\">Beside "
						"it: ");
		html_text(out, str_make(text.p + k->start, k->end - k->start));
	}
	if (shown > 0)
		buf_add_text(out, "</p>");
}

/* The text that a finding stands in, with its tokens. */
static struct str
text_of(const struct incident *in, const struct identifiers *ids,
    const struct finding *f, const struct idtext **tokens)
{
	*tokens = NULL;
	if (f->entry == FINDING_IN_LOCATION) {
		*tokens = &ids->texts[0];
		return in->location_text;
	}
	if (f->entry < 0 || (size_t)f->entry >= in->log_count)
		return (struct str){ 0 };
	*tokens = &ids->texts[1 + f->entry];
	return in->log[f->entry].text;
}

static void
print_quote(struct asked *a, const struct incident *in,
    const struct identifiers *ids, const struct finding *f)
{
	const struct idtext *tokens;
	struct str text = text_of(in, ids, f, &tokens);
	struct buf *out = a->v->out;

	buf_add_text(out, "<p class=\"snippet\"><span class=\"plate\">");
	html_text(out, f->value);
	buf_add_text(out, "</span> ");
	if (!tokens || f->end > text.len) {
		buf_add_text(out, "given as a vehicle by the source</p>");
		return;
	}
	print_excerpt(out, text, f);
	buf_add_text(out, "</p>");
	print_beside(out, tokens, text, f);
}

/* Each plate that was asked for, where the log has it first. */
static void
print_quotes(struct asked *a, int64_t incident_id)
{
	struct desk *d = a->v->desk;
	struct identifiers ids;
	struct incident in;
	struct err why = { 0 };

	if (record_load(d->store, incident_id, d->arena, NULL, &in, &why) < 0) {
		buf_add_text(a->v->out, "<p class=\"limit\">The log cannot be "
					"read.</p>");
		return;
	}
	identifiers_find(&in, NULL, d->arena, &ids);
	for (size_t i = 0; i < ids.count; i++)
		if (is_asked(a, &ids.findings[i]))
			print_quote(a, &in, &ids, &ids.findings[i]);
}

static const char *const months[] = { "January", "February", "March", "April",
	"May", "June", "July", "August", "September", "October", "November",
	"December" };

/* A heading where another month begins. */
static void
print_month(struct asked *a, int64_t ms)
{
	struct clock_local l;
	int64_t month = -1;

	if (ms != CLOCK_NONE) {
		l = clock_to_local(ms);
		month = l.year * 12 + l.month - 1;
	}
	if (month == a->month)
		return;
	if (a->month != 0)
		buf_add_text(a->v->out, "</ol>");
	if (month < 0)
		buf_add_text(a->v->out, "<h3>Time not known</h3>");
	else
		buf_addf(a->v->out, "<h3>%s %" PRId64 "</h3>",
		    months[month % 12], month / 12);
	buf_add_text(a->v->out, "<ol class=\"timeline\">");
	a->month = month;
}

static void
print_sighting(void *user, const struct search_row *row)
{
	struct asked *a = user;

	print_month(a, row->opened_ms);
	found_print_brief(a->v, row);
	print_quotes(a, row->incident_id);
	buf_add_text(a->v->out, "</li>");
}

static int
print_sightings(struct asked *a, struct err *e)
{
	const struct search_query q = { .mark = a->mark,
		.lat = (double)NAN,
		.lon = (double)NAN,
		.from_ms = CLOCK_NONE,
		.to_ms = CLOCK_NONE,
		.cursor = http_query(a->v->rq, "after"),
		.limit = PAGE_ROWS };
	struct buf *out = a->v->out;
	struct search_answer answer;

	buf_add_text(out, "<h2>Sightings</h2>");
	if (search_find(a->v->desk->search, &q, a->v->desk->arena,
		print_sighting, a, &answer, e) < 0)
		return -1;
	if (answer.count > 0) {
		buf_add_text(out, "</ol>");
		print_csv(a, "/v1/search", "sightings");
	} else
		buf_add_text(out, "<p>None.</p>");
	if (answer.is_mark_cut)
		buf_add_text(out, "<p class=\"limit\">Many plates have this "
				  "part: not all were looked at. Give more of "
				  "it.</p>");
	if (answer.next[0] == '\0')
		return 0;
	buf_add_text(out, "<p class=\"next\"><a rel=\"next\" "
			  "href=\"/vehicles?plate=");
	html_url(out, a->typed);
	buf_addf(out, "&amp;after=%s\">Older sightings</a></p>", answer.next);
	return 0;
}

/* --- the page --- */

static void
print_form(struct asked *a, bool is_wrong)
{
	struct buf *out = a->v->out;

	buf_addf(out,
	    "<form class=\"search\" role=\"search\" method=\"get\" "
	    "action=\"/vehicles\"><div class=\"main\"><p%s>"
	    "<label for=\"plate\">Number plate, or part of one</label>"
	    "<span class=\"hint\" id=\"plate-hint\">AB12* begins so, *CDE "
	    "ends so, ? is one character that was not read</span>",
	    is_wrong ? " class=\"wrong\"" : "");
	if (is_wrong)
		buf_add_text(out, "<strong class=\"mistake\" "
				  "id=\"plate-wrong\">Give at least two "
				  "letters or figures.</strong>");
	buf_addf(out,
	    "<input id=\"plate\" name=\"plate\" type=\"search\" "
	    "autocapitalize=\"characters\" spellcheck=\"false\"%s "
	    "aria-describedby=\"plate-hint%s\" value=\"",
	    is_wrong ? " aria-invalid=\"true\"" : "",
	    is_wrong ? " plate-wrong" : "");
	html_text(out, a->typed);
	buf_add_text(out, "\"></p></div><p><button>Show</button></p></form>");
}

static int
print_found(struct asked *a, struct err *e)
{
	struct desk *d = a->v->desk;

	if (sightings_find(d->sightings, a->mark, d->arena, &a->found, e) < 0)
		return -1;
	if (a->found.count == 0) {
		buf_add_text(a->v->out, "<p class=\"count\">No incident has "
					"such a plate, complete or in part."
					"</p>");
		return 0;
	}
	if (print_marks(a, true, "Plates that have it",
		"How many incidents each stands in, and the newest.", e) < 0 ||
	    print_marks(a, false, "Could be the same",
		"Plates that were read in part and disagree in nothing. What "
		"is open stays open: compare make, colour, place and time.",
		e) < 0)
		return -1;
	print_csv(a, "/v1/vehicles", "plates");
	if (a->found.is_capped)
		buf_add_text(a->v->out, "<p class=\"limit\">Many plates have "
					"this part: not all were looked at."
					"</p>");
	return print_seen_with(a, e) < 0 ? -1 : print_sightings(a, e);
}

static int
print_page(struct asked *a, bool is_understood, struct err *e)
{
	struct visit *v = a->v;
	bool is_wrong = a->typed.len > 0 && !is_understood;

	visit_page(v, "Vehicles");
	found_style(v);
	if (is_wrong)
		v->reply->status = 400;
	print_form(a, is_wrong);
	if (is_understood && print_found(a, e) < 0)
		return -1;
	if (a->typed.len == 0)
		buf_add_text(v->out,
		    "<p>Where a plate was seen stands here: each incident with "
		    "the words of its log, plates that were read in part and "
		    "could be the same, and the plates it was seen with.</p>");
	visit_page_end(v);
	return 0;
}

void
page_vehicles(struct visit *v)
{
	struct asked *a = arena_alloc(v->desk->arena, 1, sizeof *a);
	struct err e = { 0 };
	bool is_understood;

	*a = (struct asked){ .v = v,
		.typed = str_trim(http_query(v->rq, "plate")) };
	is_understood = sightings_ask(a->typed, a->mark);
	if ((is_understood && visit_record_look(v, 0, "vehicles", &e) < 0) ||
	    print_page(a, is_understood, &e) < 0)
		visit_fail(v, &e);
}
