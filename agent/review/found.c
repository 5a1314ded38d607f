#include "agent/review/found.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "agent/review/html.h"
#include "agent/review/visit.h"
#include "agent/store/search.h"

void
found_style(struct visit *v)
{
	buf_add_text(v->out, "<link rel=\"stylesheet\" "
			     "href=\"/static/search.css\">");
}

void
found_print_marked(struct buf *out, struct str text)
{
	size_t at = 0;
	bool is_in = false;

	for (size_t i = 0; i <= text.len; i++) {
		bool is_end = i == text.len;

		if (!is_end && text.p[i] != SEARCH_MARK_BEGIN &&
		    text.p[i] != SEARCH_MARK_END)
			continue;
		html_text(out, str_make(text.p + at, i - at));
		at = i + 1;
		if (is_end)
			break;
		if (is_in != (text.p[i] == SEARCH_MARK_BEGIN))
			buf_add_text(out, is_in ? "</mark>" : "<mark>");
		is_in = text.p[i] == SEARCH_MARK_BEGIN;
	}
	if (is_in)
		buf_add_text(out, "</mark>");
}

static void
print_place(struct buf *out, const struct search_row *row)
{
	if (!isnan(row->distance_m))
		buf_addf(out, "%.1f km from there; ", row->distance_m / 1000);
	if (!str_is_given(row->near_name)) {
		buf_add_text(out, "Place not known");
		return;
	}
	if (!isnan(row->near_m) && row->near_m >= 100) {
		buf_addf(out, "%.1f km ", row->near_m / 1000);
		html_text(out, row->near_bearing);
		buf_add_text(out, " of ");
	}
	html_text(out, row->near_name);
	if (str_is_given(row->district)) {
		buf_add_text(out, ", ");
		html_text(out, row->district);
	}
}

static void
print_state(struct buf *out, const struct search_row *row)
{
	if (row->in_progress)
		buf_add_text(out, ", <strong>in progress</strong>");
	if (str_is_given(row->grade) && row->grade.len > 0) {
		buf_add_text(out, ", grade ");
		html_text(out, row->grade);
	}
	if (str_is_given(row->status) && row->status.len > 0) {
		buf_add_text(out, ", ");
		html_text(out, row->status);
	}
}

void
found_print_brief(struct visit *v, const struct search_row *row)
{
	struct buf *out = v->out;

	buf_addf(out,
	    "<li class=\"sighting\"><p><a href=\"/incident/%" PRId64 "\">",
	    row->incident_id);
	html_time(out, row->opened_ms);
	buf_add_text(out, "</a> ");
	if (row->themes.len > 0) {
		buf_add_text(out, "<strong>");
		html_themes(out, row->themes);
		buf_add_text(out, "</strong>");
	} else
		buf_add_text(out, "Not tagged");
	print_state(out, row);
	buf_add_text(out, " <span class=\"ref\">");
	html_text(out, row->ref);
	buf_add_text(out, "</span></p><p class=\"where\">");
	print_place(out, row);
	buf_add_text(out, "</p>");
}

void
found_print(struct visit *v, const struct search_row *row)
{
	struct buf *out = v->out;

	buf_addf(out,
	    "<li class=\"item\"><h2><a href=\"/incident/%" PRId64 "\">",
	    row->incident_id);
	if (row->themes.len > 0)
		html_themes(out, row->themes);
	else
		buf_add_text(out, "Not tagged");
	buf_add_text(out, "</a></h2><p class=\"when\">");
	html_time(out, row->opened_ms);
	print_state(out, row);
	buf_add_text(out, "</p><p class=\"where\">");
	print_place(out, row);
	buf_add_text(out, "</p><p class=\"snippet\">");
	found_print_marked(out, row->snippet);
	buf_add_text(out, "</p><p class=\"ref\">");
	html_text(out, row->ref);
	buf_add_text(out, "</p></li>");
}
