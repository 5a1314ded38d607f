/* The verdict as one JSON object; a ratio without cases is null. */
#include "agent/cmd/verdict.h"

#include <math.h>

#include "agent/base/jsonw.h"
#include "agent/store/tagjson.h"

#define RATIO_DECIMALS 6

static void
put_str(struct jsonw *w, const char *key, struct str v)
{
	jsonw_key(w, key);
	jsonw_str(w, v);
}

static void
put_size(struct jsonw *w, const char *key, size_t v)
{
	jsonw_key(w, key);
	jsonw_int(w, (int64_t)v);
}

static void
put_bool(struct jsonw *w, const char *key, bool v)
{
	jsonw_key(w, key);
	jsonw_bool(w, v);
}

static void
put_ratio(struct jsonw *w, const char *key, double v)
{
	jsonw_key(w, key);
	if (isnan(v))
		jsonw_null(w);
	else
		jsonw_real(w, v, RATIO_DECIMALS);
}

/* The members of counts; what is asked decides which there are. */
static void
put_counts(struct jsonw *w, const struct tally_counts *c, bool has_absent)
{
	struct tally_ratios r = tally_ratios(c);

	put_size(w, "true_positives", c->right);
	put_size(w, "false_positives", c->wrong);
	put_size(w, "false_negatives", c->missed);
	if (has_absent)
		put_size(w, "true_negatives", c->absent);
	put_ratio(w, "precision", r.precision);
	put_ratio(w, "recall", r.recall);
	put_ratio(w, "f1", r.f1);
	if (has_absent)
		put_ratio(w, "accuracy", r.accuracy);
}

static void
put_question(struct jsonw *w, const char *key, const struct tally_counts *c,
    bool has_absent)
{
	jsonw_key(w, key);
	jsonw_object(w);
	put_counts(w, c, has_absent);
	jsonw_close(w);
}

static void
put_themes(struct jsonw *w, const struct tally *t)
{
	struct tally_ratios macro = tally_macro(t);

	jsonw_key(w, "themes");
	jsonw_array(w);
	for (size_t i = 0; i < t->theme_count; i++) {
		jsonw_object(w);
		put_str(w, "theme", t->themes[i].name);
		put_bool(w, "declared", t->themes[i].is_declared);
		put_counts(w, &t->themes[i].any, true);
		put_question(w, "alert", &t->themes[i].alert, true);
		jsonw_close(w);
	}
	jsonw_close(w);
	put_question(w, "micro", &t->micro, true);
	put_question(w, "micro_alert", &t->micro_alert, true);
	jsonw_key(w, "macro");
	jsonw_object(w);
	put_ratio(w, "precision", macro.precision);
	put_ratio(w, "recall", macro.recall);
	put_ratio(w, "f1", macro.f1);
	jsonw_close(w);
}

static void
put_basis(struct jsonw *w, const struct tally *t)
{
	jsonw_key(w, "basis");
	jsonw_object(w);
	put_ratio(w, "accuracy", tally_basis_accuracy(t));
	jsonw_key(w, "labelled");
	jsonw_object(w);
	for (int b = 0; b < CORPUS_BASIS_COUNT; b++) {
		jsonw_key(w, corpus_basis_name((enum corpus_basis)b));
		jsonw_object(w);
		for (int s = 0; s < CORPUS_BASIS_COUNT; s++)
			put_size(w, corpus_basis_name((enum corpus_basis)s),
			    t->basis[b][s]);
		jsonw_close(w);
	}
	jsonw_close(w);
	jsonw_close(w);
}

static void
put_groups(struct jsonw *w, const char *key, const struct tally_group *groups,
    size_t count)
{
	jsonw_key(w, key);
	jsonw_array(w);
	for (size_t i = 0; i < count; i++) {
		jsonw_object(w);
		put_str(w, "name", groups[i].name);
		put_size(w, "incidents", groups[i].incidents);
		put_size(w, "all_right", groups[i].all_right);
		put_question(w, "themes", &groups[i].themes, false);
		put_question(w, "rural_crime", &groups[i].rural, true);
		jsonw_close(w);
	}
	jsonw_close(w);
}

static void
put_rule(struct jsonw *w, const struct tally_rule *r)
{
	jsonw_object(w);
	put_str(w, "rule", r->name);
	put_str(w, r->is_flag ? "flag" : "theme", r->subject);
	put_bool(w, "shadow", r->is_shadow);
	put_size(w, "right", r->right);
	put_size(w, "wrong", r->wrong);
	put_size(w, "not_judged", r->unjudged);
	jsonw_key(w, "points_right");
	jsonw_int(w, r->points_right);
	jsonw_key(w, "points_wrong");
	jsonw_int(w, r->points_wrong);
	jsonw_key(w, "grounds");
	jsonw_array(w);
	for (size_t i = 0; i < r->ground_count; i++) {
		jsonw_object(w);
		put_str(w, "why", r->grounds[i].why);
		jsonw_key(w, "points");
		jsonw_int(w, r->grounds[i].points);
		put_size(w, "right", r->grounds[i].right);
		put_size(w, "wrong", r->grounds[i].wrong);
		jsonw_close(w);
	}
	jsonw_close(w);
	jsonw_close(w);
}

static void
put_words(struct jsonw *w, const struct evidence_words *words)
{
	jsonw_key(w, "common_words");
	jsonw_array(w);
	for (size_t i = 0; i < words->count; i++) {
		const struct evidence_word *x = &words->items[i];

		jsonw_object(w);
		put_str(w, "theme", x->theme);
		put_str(w, "word", x->word);
		put_size(w, "tags", x->tags);
		put_size(w, "right", x->right);
		put_str(w, "first", x->first_id);
		put_size(w, "others", x->others);
		put_size(w, "others_with", x->others_with);
		jsonw_close(w);
	}
	jsonw_close(w);
}

/* ---- What is wrong ---- */

static void
put_nearest(struct jsonw *w, const struct verdict *v,
    const struct verdict_item *i, struct str subject, bool is_flag)
{
	struct nearest n;

	jsonw_key(w, "nearest");
	if (!verdict_nearest(v, i, subject, is_flag, &n)) {
		jsonw_null(w);
		return;
	}
	jsonw_object(w);
	put_str(w, "rule", n.rule);
	jsonw_key(w, "points");
	jsonw_int(w, n.score);
	jsonw_key(w, "from");
	jsonw_int(w, n.lowest);
	put_str(w, n.is_veto ? "veto" : "need", n.barred_by);
	put_str(w, "lacks", n.lacks);
	jsonw_close(w);
}

static void
put_rules(
    struct jsonw *w, const struct verdict_item *i, const struct rules_tag *tag)
{
	struct buf rules = { 0 };

	tagjson_rules_placed(tag, i->places, &rules);
	jsonw_key(w, "rules");
	jsonw_raw(w, buf_str(&rules));
	buf_clear(&rules);
}

static void
put_said_themes(struct jsonw *w, const struct verdict_item *i)
{
	jsonw_key(w, "said");
	jsonw_array(w);
	for (size_t t = 0; t < i->result.tag_count; t++) {
		const struct rules_tag *tag = &i->result.tags[t];

		if (corpus_has_theme(i->item, tag->theme))
			continue;
		jsonw_object(w);
		put_str(w, "theme", tag->theme);
		put_str(w, "level", str_of(rules_level_name(tag->level)));
		jsonw_key(w, "score");
		jsonw_int(w, tag->score);
		put_rules(w, i, tag);
		jsonw_close(w);
	}
	jsonw_close(w);
}

static void
put_missed_themes(
    struct jsonw *w, const struct verdict *v, const struct verdict_item *i)
{
	jsonw_key(w, "missed");
	jsonw_array(w);
	for (size_t t = 0; t < i->item->theme_count; t++) {
		struct str theme = i->item->themes[t];

		if (tally_find_tag(&i->result, theme))
			continue;
		jsonw_object(w);
		put_str(w, "theme", theme);
		put_nearest(w, v, i, theme, false);
		jsonw_close(w);
	}
	jsonw_close(w);
}

/* The evidence of a flag that stands. */
static void
put_flag(struct jsonw *w, const struct verdict_item *i, const char *name)
{
	for (size_t f = 0; f < i->result.flag_count; f++) {
		if (!str_is(i->result.flags[f].theme, name))
			continue;
		jsonw_key(w, name);
		jsonw_object(w);
		put_rules(w, i, &i->result.flags[f]);
		jsonw_close(w);
	}
}

static void
put_rural(
    struct jsonw *w, const struct verdict *v, const struct verdict_item *i)
{
	const struct rules_result *r = &i->result;
	const char *flag = verdict_missing_flag(i);

	if (!(i->wrong & (TALLY_RURAL | TALLY_BASIS)))
		return;
	jsonw_key(w, "rural_crime");
	jsonw_object(w);
	put_bool(w, "expected", i->item->rural_crime);
	put_str(w, "expected_basis", str_of(corpus_basis_name(i->item->basis)));
	put_bool(w, "said", r->rural_crime);
	put_str(w, "said_basis", str_of(r->basis));
	if (i->item->rural_crime && !r->rural_crime && flag) {
		put_str(w, "missing_flag", str_of(flag));
		put_nearest(w, v, i, str_of(flag), true);
	}
	if (!i->item->rural_crime && r->rural_crime) {
		put_flag(w, i, "crime");
		put_flag(w, i, "targeted");
	}
	jsonw_close(w);
}

static void
put_progress(
    struct jsonw *w, const struct verdict *v, const struct verdict_item *i)
{
	if (!(i->wrong & TALLY_PROGRESS))
		return;
	jsonw_key(w, "in_progress");
	jsonw_object(w);
	put_bool(w, "expected", i->item->in_progress);
	put_bool(w, "said", i->result.in_progress);
	if (i->item->in_progress)
		put_nearest(w, v, i, str_of("in-progress"), true);
	put_flag(w, i, "in-progress");
	jsonw_close(w);
}

static void
put_plates(struct jsonw *w, const struct verdict_item *i)
{
	const struct tally_said said = { &i->result, i->plates,
		i->plate_count };

	if (!(i->wrong & TALLY_PLATES))
		return;
	jsonw_key(w, "vehicles");
	jsonw_object(w);
	jsonw_key(w, "said");
	jsonw_array(w);
	for (size_t p = 0; p < i->plate_count; p++)
		if (!tally_has_vrm(i->item, i->plates[p].mark))
			jsonw_str(w, i->plates[p].mark);
	jsonw_close(w);
	jsonw_key(w, "missed");
	jsonw_array(w);
	for (size_t p = 0; p < i->item->vrm_count; p++)
		if (!tally_has_plate(&said, i->item->vrms[p]))
			jsonw_str(w, i->item->vrms[p]);
	jsonw_close(w);
	jsonw_close(w);
}

static void
put_item(struct jsonw *w, const struct verdict *v, const struct verdict_item *i)
{
	jsonw_object(w);
	put_str(w, "id", i->item->incident.id);
	put_str(w, "file", str_of(i->item->file));
	put_size(w, "line", i->item->line);
	put_str(w, "hard", i->item->hard);
	put_str(w, "setting", i->item->setting);
	put_str(w, "place", str_of(place_class_name(i->place.class)));
	put_str(w, "why", i->item->why);
	put_said_themes(w, i);
	put_missed_themes(w, v, i);
	put_rural(w, v, i);
	put_progress(w, v, i);
	put_plates(w, i);
	if (i->evidence_fault)
		put_str(w, "evidence_fault", str_of(i->evidence_fault));
	jsonw_close(w);
}

void
verdict_json(const struct verdict *v, struct buf *out)
{
	const struct tally *t = &v->tally;
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_object(&w);
	put_size(&w, "incidents", t->incidents);
	put_size(&w, "all_right", t->all_right);
	put_size(&w, "refused", v->corpus.refused);
	put_size(&w, "rule_count", ruleset_rule_count(v->rules));
	put_str(&w, "rule_set", str_of(ruleset_hash(v->rules)));
	put_str(&w, "boundaries", v->edition);
	put_themes(&w, t);
	put_question(&w, "rural_crime", &t->rural, true);
	put_question(&w, "in_progress", &t->progress, true);
	put_question(&w, "vehicles", &t->plates, false);
	put_basis(&w, t);
	put_groups(&w, "hard", t->hard, t->hard_count);
	put_groups(&w, "setting", t->settings, t->setting_count);
	jsonw_key(&w, "rules");
	jsonw_array(&w);
	for (size_t i = 0; i < t->rule_count; i++)
		put_rule(&w, &t->rules[i]);
	jsonw_close(&w);
	put_words(&w, &v->words);
	put_size(&w, "evidence_faults", v->fault_count);
	jsonw_key(&w, "wrong");
	jsonw_array(&w);
	for (size_t i = 0; i < v->corpus.count; i++)
		if (verdict_is_listed(v, &v->items[i]))
			put_item(&w, v, &v->items[i]);
	jsonw_close(&w);
	jsonw_close(&w);
	buf_add_char(out, '\n');
}
