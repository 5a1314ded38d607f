#include "agent/review/camp.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/http.h"
#include "agent/review/desk.h"
#include "agent/review/html.h"
#include "agent/review/scribe.h"
#include "agent/review/service_private.h"
#include "agent/review/visit.h"

/* --- the audit log --- */

void
camp_record_look(struct visit *v, int64_t id, const char *page)
{
	char detail[96];
	const struct scribe_look look = { .account_id = v->account.id,
		.actor = v->actor,
		.at_ms = v->now_ms,
		.detail = detail };

	(void)snprintf(detail, sizeof detail,
	    "{\"page\":\"%s\",\"encampment\":%" PRId64 "}", page, id);
	scribe_add(v->service->scribe, &look, &v->looks);
}

int
camp_record_change(struct visit *v, const char *change, int64_t camp_id,
    int64_t line_id, int64_t incident_id, struct err *e)
{
	char detail[128], line[32] = "";

	if (line_id)
		(void)snprintf(
		    line, sizeof line, ",\"line\":%" PRId64, line_id);
	(void)snprintf(detail, sizeof detail,
	    "{\"change\":\"encampment %s\",\"encampment\":%" PRId64 "%s}",
	    change, camp_id, line);
	return visit_record_change(v, incident_id, detail, e) < 0 ? -1 : 1;
}

/* --- answers --- */

void
camp_say_none(struct visit *v)
{
	visit_say(v, 404, "Not found",
	    "There is no such entry in the register. It may have been erased "
	    "with its incidents.");
}

void
camp_go(struct visit *v, int64_t id)
{
	char path[48];

	(void)snprintf(path, sizeof path, "/encampments/%" PRId64, id);
	visit_redirect(v, path);
}

/* --- forms --- */

void
camp_options(struct buf *out, const struct campword_choice *c,
    struct str chosen, const char *what)
{
	if (what)
		buf_addf(out, "<option value=\"\">%s</option>", what);
	for (; c->word; c++) {
		buf_addf(out, "<option value=\"%s\"%s>", c->word,
		    str_is(chosen, c->word) ? " selected" : "");
		html_words(out, c->label);
		buf_add_text(out, "</option>");
	}
}

bool
camp_read_time(struct str text, int64_t *ms)
{
	char moment[CLOCK_TEXT_MAX];
	int64_t utc_ms;

	if (text.len < sizeof "2026-11-14T10:42" - 1)
		return false;
	(void)snprintf(moment, sizeof moment, "%.16s:00Z", text.p);
	if (!clock_parse(str_of(moment), &utc_ms))
		return false;
	*ms = clock_from_local(utc_ms);
	return true;
}

void
camp_print_time_value(struct buf *out, int64_t ms)
{
	struct clock_local t;

	if (ms == CLOCK_NONE)
		return;
	t = clock_to_local(ms);
	buf_addf(out, "%04d-%02d-%02dT%02d:%02d", t.year, t.month, t.day,
	    t.hour, t.minute);
}

/* What a field that was refused carries. */
static const char *
mark_of(const char *name, const char *bad)
{
	return bad && strcmp(name, bad) == 0 ? " aria-invalid=\"true\"" : "";
}

static void
print_count(struct buf *out, const struct campword_field *f, struct str value,
    const char *mark)
{
	buf_addf(out,
	    "<p class=\"count-field\"><label for=\"f-%s\">%s</label><input "
	    "id=\"f-%s\" name=\"%s\" type=\"number\" inputmode=\"numeric\" "
	    "min=\"0\" max=\"%" PRId64 "\"%s value=\"",
	    f->name, f->label, f->name, f->name, f->most, mark);
	html_text(out, value);
	buf_add_text(out, "\"></p>");
}

static void
print_test(struct buf *out, struct str chosen)
{
	size_t count;
	const struct campword_test *tests = campwords_tests(&count);
	const struct campword_choice *c = campwords_powers();

	buf_add_text(out, "<option value=\"\">Choose a test</option>");
	for (; c->word; c++) {
		buf_add_text(out, "<optgroup label=\"");
		html_words(out, c->label);
		buf_add_text(out, "\">");
		for (size_t i = 0; i < count; i++)
			if (strcmp(tests[i].power, c->word) == 0)
				buf_addf(out,
				    "<option value=\"%s\"%s>%s</option>",
				    tests[i].word,
				    str_is(chosen, tests[i].word) ? " selected"
								  : "",
				    tests[i].text);
		buf_add_text(out, "</optgroup>");
	}
	buf_add_text(out, "<optgroup label=\"Whatever the power\">");
	for (size_t i = 0; i < count; i++)
		if (strcmp(tests[i].power, "all") == 0)
			buf_addf(out, "<option value=\"%s\"%s>%s</option>",
			    tests[i].word,
			    str_is(chosen, tests[i].word) ? " selected" : "",
			    tests[i].text);
	buf_add_text(out, "</optgroup>");
}

static void
print_choice(struct buf *out, const struct campword_field *f, struct str value,
    const char *mark)
{
	buf_addf(out,
	    "<p><label for=\"f-%s\">%s%s</label><select id=\"f-%s\" "
	    "name=\"%s\"%s>",
	    f->name, f->label, f->is_required ? "" : " (may be left out)",
	    f->name, f->name, mark);
	if (strcmp(f->name, "test") == 0)
		print_test(out, value);
	else
		camp_options(out, f->choices, value,
		    f->is_required ? "Choose" : "Not recorded");
	buf_add_text(out, "</select></p>");
}

static void
print_text(struct buf *out, const struct campword_field *f, struct str value,
    const char *mark)
{
	bool is_long = f->most > 120;

	buf_addf(out,
	    "<p><label for=\"f-%s\">%s%s</label><span class=\"hint\" "
	    "id=\"h-%s\">At most %" PRId64 " characters. No names, and "
	    "nothing of anybody's origin, religion or health.</span>",
	    f->name, f->label, f->is_required ? "" : " (may be left out)",
	    f->name, f->most);
	buf_addf(out,
	    "<%s id=\"f-%s\" name=\"%s\" maxlength=\"%" PRId64 "\" "
	    "aria-describedby=\"h-%s\"%s%s",
	    is_long ? "textarea" : "input", f->name, f->name, f->most, f->name,
	    mark, is_long ? " rows=\"4\">" : " value=\"");
	html_text(out, value);
	buf_add_text(out, is_long ? "</textarea></p>" : "\"></p>");
}

void
camp_print_fields(struct buf *out, const struct campword_field *f,
    struct str (*value)(void *user, const char *name), void *user,
    const char *bad)
{
	bool in_counts = false;

	for (; f->name; f++) {
		const char *mark = mark_of(f->name, bad);
		bool is_count = f->type == CAMP_COUNT;

		if (is_count && !in_counts)
			buf_add_text(out, "<fieldset class=\"counts\"><legend>"
					  "Counted (leave empty what was "
					  "not)</legend>");
		else if (!is_count && in_counts)
			buf_add_text(out, "</fieldset>");
		in_counts = is_count;
		switch (f->type) {
		case CAMP_COUNT:
			print_count(out, f, value(user, f->name), mark);
			break;
		case CAMP_CHOICE:
			print_choice(out, f, value(user, f->name), mark);
			break;
		case CAMP_TEXT:
			print_text(out, f, value(user, f->name), mark);
			break;
		}
	}
}

void
camp_print_when(struct buf *out, const char *name, const char *label,
    int64_t at_ms, const char *bad)
{
	buf_addf(out,
	    "<p><label for=\"f-%s\">%s</label><span class=\"hint\" "
	    "id=\"h-%s\">Local time, for example 2026-11-14T10:42</span>",
	    name, label, name);
	buf_addf(out,
	    "<input id=\"f-%s\" name=\"%s\" type=\"datetime-local\" "
	    "aria-describedby=\"h-%s\"%s value=\"",
	    name, name, name, mark_of(name, bad));
	camp_print_time_value(out, at_ms);
	buf_add_text(out, "\"></p>");
}

void
camp_print_problem(struct visit *v, const char *bad, const char *what)
{
	buf_add_text(v->out, "<div class=\"problem\" role=\"alert\"><h2>There "
			     "is a problem</h2><p>");
	if (bad)
		buf_addf(v->out, "<a href=\"#f-%s\">", bad);
	html_words(v->out, what);
	buf_addf(v->out, "%s</p></div>", bad ? "</a>" : "");
}
