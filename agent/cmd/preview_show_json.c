/* A preview as one JSON object: breakdowns and examples by theme. */
#include "agent/base/jsonw.h"
#include "agent/cmd/preview_show.h"

static void
put_int(struct jsonw *w, const char *key, int64_t v)
{
	jsonw_key(w, key);
	jsonw_int(w, v);
}

static void
put_text(struct jsonw *w, const char *key, const char *v)
{
	jsonw_key(w, key);
	jsonw_text(w, v);
}

static void
put_counts(struct jsonw *w, const struct preview_counts *c)
{
	for (int k = 0; k < PREVIEW_KIND_COUNT; k++)
		put_int(w, preview_kind_name((enum preview_kind)k), c->n[k]);
}

static void
put_set(
    struct jsonw *w, const char *key, const char *dir, const struct ruleset *rs)
{
	jsonw_key(w, key);
	jsonw_object(w);
	put_text(w, "directory", dir);
	put_int(w, "rules", (int64_t)ruleset_rule_count(rs));
	put_text(w, "rule_set", ruleset_hash(rs));
	jsonw_close(w);
}

static void
put_levels(
    struct jsonw *w, const char *key, const int64_t tags[PREVIEW_LEVEL_COUNT])
{
	jsonw_key(w, key);
	jsonw_object(w);
	put_int(w, "alert", tags[RULES_ALERT]);
	put_int(w, "review", tags[RULES_REVIEW]);
	jsonw_close(w);
}

static void
put_question(struct jsonw *w, const char *key, const struct preview_question *q)
{
	jsonw_key(w, key);
	jsonw_object(w);
	put_int(w, "live", q->live);
	put_int(w, "candidate", q->candidate);
	put_int(w, "gained", q->gained);
	put_int(w, "lost", q->lost);
	jsonw_close(w);
}

/* ---- Breakdowns ---- */

static void
put_months(struct jsonw *w, const struct preview_rows *rows)
{
	jsonw_key(w, "months");
	jsonw_array(w);
	for (size_t i = 0; i < rows->count; i++) {
		char month[16];

		jsonw_object(w);
		put_text(w, "month",
		    rows->items[i].month == PREVIEW_MONTH_NONE
			? NULL
			: preview_show_month(rows->items[i].month, month));
		put_counts(w, &rows->items[i].counts);
		jsonw_close(w);
	}
	jsonw_close(w);
}

static void
put_districts(struct jsonw *w, const struct preview_rows *rows)
{
	jsonw_key(w, "districts");
	jsonw_array(w);
	for (size_t i = 0; i < rows->count; i++) {
		jsonw_object(w);
		put_text(w, "district", rows->items[i].name);
		put_counts(w, &rows->items[i].counts);
		jsonw_close(w);
	}
	jsonw_close(w);
}

static void
put_hours(struct jsonw *w, const struct preview_theme *t)
{
	jsonw_key(w, "hours");
	jsonw_array(w);
	for (int h = 0; h <= PREVIEW_HOUR_NONE; h++) {
		if (!preview_counts_any(&t->hours[h]))
			continue;
		jsonw_object(w);
		jsonw_key(w, "hour");
		if (h == PREVIEW_HOUR_NONE)
			jsonw_null(w);
		else
			jsonw_int(w, h);
		put_counts(w, &t->hours[h]);
		jsonw_close(w);
	}
	jsonw_close(w);
}

/* ---- Examples ---- */

static void
put_side(struct jsonw *w, const char *key, enum rules_level level, int score,
    const char *rules)
{
	jsonw_key(w, key);
	jsonw_object(w);
	put_text(w, "level", rules_level_name(level));
	put_int(w, "score", score);
	jsonw_key(w, "rules");
	jsonw_raw(w, str_of(rules ? rules : "[]"));
	jsonw_close(w);
}

static void
put_example(
    struct jsonw *w, enum preview_kind kind, const struct preview_example *x)
{
	jsonw_object(w);
	put_text(w, "kind", preview_kind_name(kind));
	put_text(w, "ref", x->ref);
	put_text(w, "feed", x->feed);
	jsonw_key(w, "opened_at");
	jsonw_time(w, x->opened_ms);
	put_text(w, "district", x->district);
	put_text(w, "location_text", x->location);
	put_side(w, "live", x->live, x->live_score, x->live_rules);
	put_side(w, "candidate", x->candidate, x->candidate_score,
	    x->candidate_rules);
	jsonw_close(w);
}

static void
put_theme(struct jsonw *w, const struct preview_theme *t)
{
	jsonw_object(w);
	jsonw_key(w, "theme");
	jsonw_str(w, t->name);
	put_levels(w, "live", t->live);
	put_levels(w, "candidate", t->candidate);
	put_counts(w, &t->counts);
	put_months(w, &t->months);
	put_districts(w, &t->districts);
	put_hours(w, t);
	jsonw_key(w, "examples");
	jsonw_array(w);
	for (int k = 0; k < PREVIEW_KIND_COUNT; k++)
		for (size_t i = 0; i < t->example_count[k]; i++)
			put_example(
			    w, (enum preview_kind)k, &t->examples[k][i]);
	jsonw_close(w);
	jsonw_close(w);
}

void
preview_show_json(const struct preview_show *x, struct buf *out)
{
	const struct preview *p = x->preview;
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_object(&w);
	put_set(&w, "live", x->live_dir, x->live);
	put_set(&w, "candidate", x->candidate_dir, x->candidate);
	put_int(&w, "incidents", p->incidents);
	put_int(&w, "unread", x->unread);
	put_int(&w, "different", p->different);
	jsonw_key(&w, "first_opened_at");
	jsonw_time(&w, p->first_ms);
	jsonw_key(&w, "last_opened_at");
	jsonw_time(&w, p->last_ms);
	put_question(&w, "rural_crime", &p->rural);
	put_question(&w, "in_progress", &p->progress);
	jsonw_key(&w, "themes");
	jsonw_array(&w);
	for (size_t i = 0; i < p->theme_count; i++)
		if (preview_show_wants(x, &p->themes[i]))
			put_theme(&w, &p->themes[i]);
	jsonw_close(&w);
	jsonw_close(&w);
}
