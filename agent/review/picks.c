#include "agent/review/picks.h"

#include <inttypes.h>

#include "agent/base/http.h"
#include "agent/review/html.h"
#include "agent/review/queuefilter.h"
#include "agent/review/visit.h"
#include "agent/store/joint.h"
#include "agent/store/reviews.h"

/* Without scripts a link ticks the whole page: the same address with this. */
static bool
is_whole_page(const struct visit *v)
{
	return str_is(http_query(v->rq, "pick"), "page");
}

bool
picks_may(const struct visit *v)
{
	return visit_may(v, ACCOUNT_REVIEWER);
}

void
picks_box(struct visit *v, int64_t incident_id, struct str ref)
{
	buf_addf(v->out,
	    "<p class=\"pick\"><label><input type=\"checkbox\" name=\"item\" "
	    "value=\"%" PRId64 "\" form=\"picks\" autocomplete=\"off\"%s> "
	    "Select<span class=\"unseen\"> ",
	    incident_id, is_whole_page(v) ? " checked" : "");
	html_text(v->out, ref);
	buf_add_text(v->out, "</span></label></p>");
}

/* The link that ticks all of the page, or none of it again. */
static void
print_page_link(struct visit *v, const struct review_filter *f)
{
	bool is_all = is_whole_page(v);

	buf_addf(v->out, "<p><a href=\"/?%s", is_all ? "" : "pick=page");
	if (queuefilter_is_any(f) && !is_all)
		buf_add_text(v->out, "&amp;");
	if (queuefilter_is_any(f))
		queuefilter_link(v->out, f);
	if (f->after_rank >= 0)
		buf_addf(v->out, "&amp;after=%" PRId64 ".%" PRId64 ".%" PRId64,
		    f->after_rank, f->after_since_ms, f->after_id);
	buf_addf(v->out, "\" data-pick=\"page\">Select %s on this page</a></p>",
	    is_all ? "none" : "all");
}

void
picks_bar(struct visit *v, const struct review_filter *f, int64_t count)
{
	buf_addf(v->out,
	    "<link rel=\"stylesheet\" href=\"/static/batch.css\">"
	    "<script type=\"module\" src=\"/static/batch.js\"></script>"
	    "<details class=\"picks\"%s><summary>Decide several together"
	    "<span class=\"picked\" role=\"status\"></span></summary>"
	    "<form id=\"picks\" method=\"get\" action=\"/batch\">"
	    "<p class=\"hint\">Tick incidents in the list. You are shown what "
	    "will change for each before anything is recorded.</p>",
	    is_whole_page(v) ? " open" : "");
	queuefilter_fields(v->out, f);
	print_page_link(v, f);
	buf_addf(v->out,
	    "<p class=\"box\"><label><input type=\"checkbox\" name=\"all\" "
	    "value=\"yes\" autocomplete=\"off\"> All %" PRId64 " that match: ",
	    count);
	queuefilter_words(v->out, f);
	if (count > JOINT_MAX)
		buf_addf(v->out, " (the first %d)", JOINT_MAX);
	buf_add_text(v->out,
	    "</label></p><p class=\"acts\">"
	    "<button name=\"verdict\" value=\"confirm\">Confirm…</button> "
	    "<button name=\"verdict\" value=\"reject\">Reject…</button></p>"
	    "<p class=\"acts\"><label for=\"picks-to\">It is</label>"
	    "<select id=\"picks-to\" name=\"to\">");
	html_theme_options(v->out, (struct str){ 0 });
	buf_add_text(v->out,
	    "</select> <button name=\"verdict\" value=\"change\">Change "
	    "theme…</button></p><p class=\"keys\">Keys: <kbd>j</kbd> and "
	    "<kbd>k</kbd> go down and up, <kbd>x</kbd> selects the incident "
	    "you are at, <kbd>b</kbd> comes here. Shift and a click selects "
	    "all between. <a href=\"/batches\">Decided together before</a>"
	    "</p></form></details>");
}
