/* What a hit is in JSON. */
#include <math.h>

#include "agent/base/clock.h"
#include "agent/base/jsonw.h"
#include "agent/finder.h"

static void
json_metres(struct jsonw *w, const char *key, double m)
{
	jsonw_key(w, key);
	if (isfinite(m))
		jsonw_real(w, m, 1);
	else
		jsonw_null(w);
}

static void
json_time(struct jsonw *w, const char *key, int64_t ms)
{
	jsonw_key(w, key);
	jsonw_time(w, ms);
}

static void
json_clip(struct jsonw *w, const char *key, int64_t clip_ms)
{
	char text[CLOCK_TEXT_MAX];

	jsonw_key(w, key);
	jsonw_text(w, clip_ms < 0 ? NULL : approach_clip_text(clip_ms, text));
}

static void
json_angle(struct jsonw *w, const char *key, double deg)
{
	jsonw_key(w, key);
	if (isnan(deg))
		jsonw_null(w);
	else
		jsonw_real(w, deg, 0);
}

static void
json_passes(struct jsonw *w, const struct approach *a)
{
	jsonw_key(w, "passes");
	jsonw_array(w);
	for (size_t i = 0; i < a->pass_count && i < APPROACH_PASSES_MAX; i++) {
		const struct approach_pass *p = &a->passes[i];

		jsonw_object(w);
		json_time(w, "from", p->from_ms);
		json_time(w, "to", p->to_ms);
		json_time(w, "nearest_at", p->at_ms);
		json_metres(w, "nearest_m", p->at_m);
		json_clip(w, "clip_from", p->from_clip_ms);
		json_clip(w, "clip_to", p->to_clip_ms);
		json_clip(w, "clip_nearest", p->at_clip_ms);
		jsonw_close(w);
	}
	jsonw_close(w);
	jsonw_key(w, "pass_count");
	jsonw_int(w, (int64_t)a->pass_count);
}

static void
json_view(struct jsonw *w, const struct approach *a)
{
	jsonw_key(w, "view");
	jsonw_text(w, approach_view_name(a->view));
	json_time(w, "view_from", a->view_from_ms);
	json_time(w, "view_to", a->view_to_ms);
	json_clip(w, "view_clip_from", a->view_from_clip_ms);
	json_clip(w, "view_clip_to", a->view_to_clip_ms);
	json_angle(w, "bearing_deg", a->bearing_deg);
	json_angle(w, "looking_deg", a->looking_deg);
	jsonw_key(w, "looking_is_movement");
	jsonw_bool(w, a->is_by_movement);
}

void
finder_json(struct jsonw *w, const struct finder_hit *hit)
{
	const struct approach *a = &hit->approach;
	const struct approach_question *q = &hit->question;

	jsonw_key(w, "confidence");
	jsonw_text(w, approach_word_name(a->word));
	json_metres(w, "distance_m", a->distance_m);
	json_metres(w, "least_m", a->least_m);
	json_metres(w, "most_m", a->most_m);
	jsonw_key(w, "clock_known");
	jsonw_bool(w, q->is_clock_known);
	json_time(w, "at", a->at_ms);
	json_clip(w, "clip_at", a->at_clip_ms);
	jsonw_key(w, "offset");
	if (isnan(a->distance_m) || a->offset > INT64_MAX)
		jsonw_null(w);
	else
		jsonw_int(w, (int64_t)a->offset);
	json_view(w, a);
	jsonw_key(w, "in_range_s");
	jsonw_real(w, (double)a->in_range_ms / 1000, 1);
	json_passes(w, a);
	json_time(w, "no_positions_from", a->gap_from_ms);
	json_time(w, "no_positions_to", a->gap_to_ms);
	json_metres(w, "within_m", q->within_m);
	json_metres(w, "place_off_m", q->uncertainty_m);
	json_time(w, "window_from", q->from_ms);
	json_time(w, "window_to", q->to_ms);
	jsonw_key(w, "window_off_s");
	jsonw_real(w, (double)q->spread_ms / 1000, 1);
	jsonw_key(w, "clock_off_s");
	jsonw_real(w, (double)q->clock_ms / 1000, 1);
}
