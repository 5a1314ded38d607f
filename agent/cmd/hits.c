/*
 * hits: what was found, said so that no figure stands without what it may be
 * off by.
 */
#include "agent/cmd/hits.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/hash.h"
#include "agent/base/jsonw.h"
#include "agent/base/str.h"
#include "agent/cmd/output.h"
#include "agent/finder.h"
#include "agent/store/matches.h"
#include "agent/store/store.h"

void
hits_put_time(int64_t ms, bool is_clock_known)
{
	struct clock_local l = clock_to_local(ms);
	char text[CLOCK_TEXT_MAX];
	const char *zone;

	if (!is_clock_known) {
		(void)clock_format_utc(ms, text);
		text[strcspn(text, "Z")] = '\0';
		printf("%s by its own clock", text);
		return;
	}
	zone = strrchr(clock_format_local(ms, text), ' ');
	printf("%.*s:%02d%s", (int)(zone - text), text, l.second, zone);
}

/* "43 m (12 to 80 m)". */
static void
put_distance(double distance_m, double least_m, double most_m)
{
	printf("%.0f m (", distance_m);
	if (isfinite(most_m))
		printf("%.0f to %.0f m)", least_m, most_m);
	else
		printf("%.0f m or more)", least_m);
}

static void
put_clip(const char *before, int64_t clip_ms, const char *after)
{
	char text[CLOCK_TEXT_MAX];

	if (clip_ms >= 0)
		printf(
		    "%s%s%s", before, approach_clip_text(clip_ms, text), after);
}

static void
put_nearest(const struct approach *a, bool is_clock_known)
{
	if (isnan(a->distance_m))
		return;
	fputs("   nearest ", stdout);
	put_distance(a->distance_m, a->least_m, a->most_m);
	if (a->at_ms != CLOCK_NONE) {
		fputs(" at ", stdout);
		hits_put_time(a->at_ms, is_clock_known);
	}
	put_clip(", in the clip at ", a->at_clip_ms, "");
	putchar('\n');
}

static void
put_passes(const struct approach *a, bool is_clock_known)
{
	for (size_t i = 0; i < a->pass_count && i < APPROACH_PASSES_MAX; i++) {
		const struct approach_pass *p = &a->passes[i];

		fputs("   in range", stdout);
		if (p->from_ms != CLOCK_NONE) {
			printf(" %.0f s from ",
			    (double)(p->to_ms - p->from_ms) / 1000);
			hits_put_time(p->from_ms, is_clock_known);
		}
		put_clip(", clip ", p->from_clip_ms, "");
		put_clip(" to ", p->to_clip_ms, "");
		putchar('\n');
	}
	if (a->pass_count > APPROACH_PASSES_MAX)
		printf("   and %zu times more\n",
		    a->pass_count - APPROACH_PASSES_MAX);
}

static void
put_view(const struct approach *a, const struct approach_question *q)
{
	if (isnan(a->distance_m))
		return;
	printf("   %s", approach_view_name(a->view));
	put_clip(", clip ", a->view_from_clip_ms, "");
	put_clip(" to ", a->view_to_clip_ms, "");
	printf("; where it was nearest the place was at %.0f degrees",
	    a->bearing_deg);
	if (!isnan(a->looking_deg))
		printf(a->is_by_movement ? ", it moved towards %.0f"
					 : ", it looked towards %.0f",
		    a->looking_deg);
	if (!isnan(q->fov_deg) && !(a->is_by_movement && !q->is_ahead))
		printf(", taken to see %.0f", q->fov_deg);
	putchar('\n');
}

static void
put_name(enum track_class class, struct str name, struct str unit, int64_t id)
{
	output_put(name, 0);
	printf(" (%s", track_class_name(class));
	if (unit.len > 0) {
		putchar(' ');
		output_put(unit, 0);
	}
	printf(", track %" PRId64 ")", id);
}

void
hits_print(size_t n, const struct finder_hit *hit)
{
	const struct trackstore_row *t = &hit->track;
	const struct approach *a = &hit->approach;
	bool is_known = hit->question.is_clock_known;

	printf("\n%zu. %s: ", n, approach_word_name(a->word));
	put_name(t->class, t->name, t->unit, t->id);
	putchar('\n');
	if (t->clip.len > 0 && !str_is_equal(t->clip, t->name)) {
		fputs("   clip ", stdout);
		output_put(t->clip, 0);
		putchar('\n');
	}
	put_nearest(a, is_known);
	put_passes(a, is_known);
	put_view(a, &hit->question);
	if (a->gap_from_ms != CLOCK_NONE) {
		fputs("   no positions between ", stdout);
		hits_put_time(a->gap_from_ms, is_known);
		fputs(" and ", stdout);
		hits_put_time(a->gap_to_ms, is_known);
		fputs(", in which it could have been there\n", stdout);
	}
	if (is_known)
		printf("   clock good to %.1f s: ",
		    (double)t->uncertainty_ms / 1000);
	else
		fputs("   clock not known, so only the place is: ", stdout);
	output_put(t->clock_why, 0);
	putchar('\n');
}

static void
json_track(struct jsonw *w, int64_t id, enum track_class class, struct str name,
    struct str unit, struct str clip)
{
	jsonw_key(w, "track");
	jsonw_int(w, id);
	jsonw_key(w, "class");
	jsonw_text(w, track_class_name(class));
	jsonw_key(w, "name");
	jsonw_str(w, name);
	jsonw_key(w, "unit");
	jsonw_str(w, unit);
	jsonw_key(w, "clip");
	jsonw_str(w, clip);
}

void
hits_json(struct jsonw *w, const struct finder_hit *hit)
{
	const struct trackstore_row *t = &hit->track;
	char sha[2 * HASH_BYTES + 1];

	hash_hex(t->sha256, HASH_BYTES, sha);
	json_track(w, t->id, t->class, t->name, t->unit, t->clip);
	jsonw_key(w, "sha256");
	jsonw_text(w, t->is_live ? NULL : sha);
	jsonw_key(w, "clock_why");
	jsonw_str(w, t->clock_why);
	finder_json(w, hit);
}

static void
print_match(void *user, const struct matches_row *m)
{
	bool *has_heading = user;

	if (!*has_heading)
		puts("\nrecordings that could show it:");
	*has_heading = true;
	printf("  %s: ", approach_word_name(m->word));
	put_name(m->class, m->name, m->unit, m->track_id);
	if (!isnan(m->distance_m)) {
		fputs(", ", stdout);
		put_distance(m->distance_m, m->least_m, m->most_m);
		if (m->at_ms != CLOCK_NONE) {
			fputs(" at ", stdout);
			hits_put_time(m->at_ms, true);
		}
		put_clip(", clip ", m->at_clip_ms, "");
		printf(", %s", approach_view_name(m->view));
	} else {
		fputs(", no positions while it could have been there", stdout);
	}
	if (m->judgement)
		printf("; clock by judgement %" PRId64, m->judgement);
	if (m->ended_ms != CLOCK_NONE) {
		fputs("; no longer since ", stdout);
		hits_put_time(m->ended_ms, true);
	}
	putchar('\n');
}

int
hits_print_stored(
    struct store *store, int64_t incident_id, bool history, struct err *e)
{
	struct matches *m;
	bool has_heading = false;
	int r;

	if (matches_open(store_db(store), &m, e) < 0)
		return -1;
	r = matches_list(m, incident_id, history, print_match, &has_heading, e);
	matches_close(&m);
	return r;
}

static void
json_match(void *user, const struct matches_row *m)
{
	struct jsonw *w = user;

	jsonw_object(w);
	json_track(w, m->track_id, m->class, m->name, m->unit, m->clip);
	jsonw_key(w, "made_at");
	jsonw_time(w, m->made_ms);
	jsonw_key(w, "ended_at");
	jsonw_time(w, m->ended_ms);
	jsonw_key(w, "clock_judgement");
	if (m->judgement)
		jsonw_int(w, m->judgement);
	else
		jsonw_null(w);
	jsonw_key(w, "match");
	jsonw_raw(w, m->detail);
	jsonw_close(w);
}

int
hits_json_stored(struct jsonw *w, struct store *store, int64_t incident_id,
    bool history, struct err *e)
{
	struct matches *m;
	int r;

	if (matches_open(store_db(store), &m, e) < 0)
		return -1;
	jsonw_key(w, "recordings");
	jsonw_array(w);
	r = matches_list(m, incident_id, history, json_match, w, e);
	jsonw_close(w);
	matches_close(&m);
	return r;
}
