/*
 * Which recordings could show it, and where in the clip.
 */
#include "agent/review/sheet.h"

#include <inttypes.h>
#include <math.h>

#include "agent/review/desk.h"
#include "agent/review/html.h"
#include "agent/review/visit.h"
#include "agent/store/matches.h"
#include "agent/tracks/approach.h"
#include "agent/tracks/clockbasis.h"
#include "agent/tracks/track.h"

/* An offset into a clip: "00:12:31". */
static void
print_clip(struct buf *out, int64_t ms)
{
	if (ms < 0)
		return;
	buf_addf(out,
	    ", at %02" PRId64 ":%02" PRId64 ":%02" PRId64 " of the clip",
	    ms / 3600000, ms / 60000 % 60, ms / 1000 % 60);
}

/* A clock that was judged again, and how good it now is. */
static void
print_judgement(struct buf *out, const struct matches_row *m)
{
	char good[CLOCK_TEXT_MAX];

	if (m->judgement == 0)
		return;
	if (m->correction_ms == CLOCK_NONE)
		buf_addf(out, ", clock unknown by judgement %" PRId64 " of it",
		    m->judgement);
	else
		buf_addf(out,
		    ", clock good to %s by judgement %" PRId64 " of it",
		    clockbasis_span_text(m->clock_ms, good), m->judgement);
}

static void
print_recording(void *user, const struct matches_row *m)
{
	struct buf *out = user;

	buf_add_text(out, "<li><strong>");
	html_text(out, str_is_given(m->clip) ? m->clip : m->name);
	buf_addf(out, "</strong> %s, %s", track_class_name(m->class),
	    approach_word_name(m->word));
	if (!isnan(m->distance_m))
		buf_addf(out, ": %.0f m away", m->distance_m);
	buf_add_text(out, " ");
	html_time(out, m->at_ms);
	print_clip(out, m->at_clip_ms);
	print_judgement(out, m);
	buf_addf(out, " (track %" PRId64 ")</li>", m->track_id);
}

/* Which recordings could show it; whether there are any is for the role. */
int
sheet_recordings(struct sheet *s, struct err *e)
{
	struct buf *out = s->v->out;
	size_t from;

	if (!visit_may(s->v, ACCOUNT_TRACKS))
		return 0;
	buf_add_text(out, "<section aria-labelledby=\"recordings\">"
			  "<h2 id=\"recordings\">Recordings that could show "
			  "it</h2><ul class=\"recordings\">");
	from = out->len;
	if (matches_list(s->v->desk->matches, s->row.id, false, print_recording,
		out, e) < 0)
		return -1;
	if (out->len == from)
		buf_add_text(out, "<li>None that was handed in.</li>");
	buf_add_text(out, "</ul></section>");
	return 0;
}
