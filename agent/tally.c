/*
 * Counting.  Tables are short (themes, rules that stood, classes), so names
 * are found by looking through them.
 */
#include "agent/tally.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/incident/plates.h"

/* ---- Ratios ---- */

static double
ratio(size_t part, size_t whole)
{
	return whole ? (double)part / (double)whole : (double)NAN;
}

struct tally_ratios
tally_ratios(const struct tally_counts *c)
{
	return (struct tally_ratios){
		.precision = ratio(c->right, c->right + c->wrong),
		.recall = ratio(c->right, c->right + c->missed),
		.f1 = ratio(2 * c->right, 2 * c->right + c->wrong + c->missed),
		.accuracy = ratio(c->right + c->absent,
		    c->right + c->wrong + c->missed + c->absent),
	};
}

static double
or_nothing(double v)
{
	return isnan(v) ? 0 : v;
}

struct tally_ratios
tally_macro(const struct tally *t)
{
	struct tally_ratios sum = { 0 };
	size_t n = 0;

	for (size_t i = 0; i < t->theme_count; i++) {
		const struct tally_counts *c = &t->themes[i].any;
		struct tally_ratios r = tally_ratios(c);

		if (c->right + c->wrong + c->missed == 0)
			continue;
		sum.precision += or_nothing(r.precision);
		sum.recall += or_nothing(r.recall);
		sum.f1 += or_nothing(r.f1);
		n++;
	}
	return (struct tally_ratios){ .precision = sum.precision / (double)n,
		.recall = sum.recall / (double)n,
		.f1 = sum.f1 / (double)n,
		.accuracy = (double)NAN };
}

double
tally_basis_accuracy(const struct tally *t)
{
	size_t right = 0;

	for (size_t b = 0; b < CORPUS_BASIS_COUNT; b++)
		right += t->basis[b][b];
	return ratio(right, t->incidents);
}

/* Count one case; true if what was said is what was to be said. */
static bool
count(struct tally_counts *c, bool expected, bool said)
{
	c->right += expected && said;
	c->wrong += !expected && said;
	c->missed += expected && !said;
	c->absent += !expected && !said;
	return expected == said;
}

/* ---- Names ---- */

static struct tally_theme *
theme_of(struct tally *t, struct str name)
{
	for (size_t i = 0; i < t->theme_count; i++)
		if (str_is_equal(t->themes[i].name, name))
			return &t->themes[i];
	t->themes =
	    alloc_resize(t->themes, t->theme_count + 1, sizeof *t->themes);
	t->themes[t->theme_count] = (struct tally_theme){ .name = name };
	return &t->themes[t->theme_count++];
}

static struct tally_group *
group_of(struct tally_group **groups, size_t *n, struct str name)
{
	struct str shown = str_is_given(name) ? name : str_of("not said");

	for (size_t i = 0; i < *n; i++)
		if (str_is_equal((*groups)[i].name, shown))
			return &(*groups)[i];
	*groups = alloc_resize(*groups, *n + 1, sizeof **groups);
	(*groups)[*n] = (struct tally_group){ .name = shown };
	return &(*groups)[(*n)++];
}

void
tally_init(struct tally *t, const struct ruleset *rs)
{
	const struct str *themes;
	size_t n = ruleset_themes(rs, &themes);

	*t = (struct tally){ 0 };
	for (size_t i = 0; i < n; i++)
		theme_of(t, themes[i])->is_declared = true;
}

const struct rules_tag *
tally_find_tag(const struct rules_result *r, struct str theme)
{
	for (size_t i = 0; i < r->tag_count; i++)
		if (str_is_equal(r->tags[i].theme, theme))
			return &r->tags[i];
	return NULL;
}

bool
tally_has_plate(const struct tally_said *said, struct str mark)
{
	for (size_t i = 0; i < said->plate_count; i++)
		if (str_is_equal(said->plates[i].mark, mark))
			return true;
	return false;
}

bool
tally_has_vrm(const struct corpus_item *item, struct str mark)
{
	for (size_t i = 0; i < item->vrm_count; i++)
		if (str_is_equal(item->vrms[i], mark))
			return true;
	return false;
}

/* ---- Rules ---- */

/* Was a rule right to stand?  1 yes, 0 no, -1: no label speaks of it. */
static int
judge(const struct corpus_item *item, struct str subject, bool is_flag)
{
	if (!is_flag)
		return corpus_has_theme(item, subject);
	if (str_is(subject, "in-progress"))
		return item->in_progress;
	if (str_is(subject, "rural") && str_is_given(item->setting))
		return !str_is(item->setting, "urban");
	/* In a town the labels do not say whether there is a crime. */
	if (str_is(subject, "crime") && !str_is(item->setting, "urban"))
		return item->rural_crime;
	/* In the country they do not say whether it was targeted. */
	if (str_is(subject, "targeted") && str_is(item->setting, "urban"))
		return item->basis == CORPUS_BASIS_TARGETED;
	return -1;
}

static struct tally_rule *
rule_of(struct tally *t, const struct tally_rule *like)
{
	for (size_t i = 0; i < t->rule_count; i++)
		if (t->rules[i].name.p == like->name.p)
			return &t->rules[i];
	t->rules = alloc_resize(t->rules, t->rule_count + 1, sizeof *t->rules);
	t->rules[t->rule_count] = *like;
	return &t->rules[t->rule_count++];
}

static struct tally_ground *
ground_of(struct tally_rule *r, struct str why, int points)
{
	for (size_t i = 0; i < r->ground_count; i++)
		if (r->grounds[i].why.p == why.p)
			return &r->grounds[i];
	r->grounds =
	    alloc_resize(r->grounds, r->ground_count + 1, sizeof *r->grounds);
	r->grounds[r->ground_count] =
	    (struct tally_ground){ .why = why, .points = points };
	return &r->grounds[r->ground_count++];
}

/* Each ground once, however many passages it has. */
static void
count_grounds(struct tally_rule *r, const struct rules_hit *hit, bool right)
{
	struct str last = { 0 };

	for (size_t i = 0; i < hit->evidence_count; i++) {
		const struct rules_evidence *ev = &hit->evidence[i];
		struct tally_ground *g;

		if (ev->points == 0 || ev->why.p == last.p)
			continue;
		last = ev->why;
		g = ground_of(r, ev->why, ev->points);
		g->right += right;
		g->wrong += !right;
	}
}

static void
count_hits(struct tally *t, const struct corpus_item *item,
    const struct rules_tag *tag, bool is_flag, bool is_shadow)
{
	int judged = judge(item, tag->theme, is_flag);

	for (size_t i = 0; i < tag->hit_count; i++) {
		const struct rules_hit *hit = &tag->hits[i];
		struct tally_rule *r =
		    rule_of(t, &(struct tally_rule){ .name = hit->rule,
				   .subject = tag->theme,
				   .is_flag = is_flag,
				   .is_shadow = is_shadow });

		if (judged < 0) {
			r->unjudged++;
			continue;
		}
		*(judged ? &r->right : &r->wrong) += 1;
		*(judged ? &r->points_right : &r->points_wrong) += hit->points;
		count_grounds(r, hit, judged == 1);
	}
}

static bool
is_theme(const struct tally *t, struct str name)
{
	for (size_t i = 0; i < t->theme_count; i++)
		if (t->themes[i].is_declared &&
		    str_is_equal(t->themes[i].name, name))
			return true;
	return false;
}

static void
count_rules(struct tally *t, const struct corpus_item *item,
    const struct rules_result *r)
{
	for (size_t i = 0; i < r->tag_count; i++)
		count_hits(t, item, &r->tags[i], false, false);
	for (size_t i = 0; i < r->flag_count; i++)
		count_hits(t, item, &r->flags[i], true, false);
	for (size_t i = 0; i < r->shadow_count; i++)
		count_hits(t, item, &r->shadows[i],
		    !is_theme(t, r->shadows[i].theme), true);
}

/* ---- One incident ---- */

/* All themes of one incident; true if none is wrong. */
static bool
count_themes(struct tally *t, const struct corpus_item *item,
    const struct rules_result *r, struct tally_counts *here)
{
	for (size_t i = 0; i < item->theme_count; i++)
		(void)theme_of(t, item->themes[i]);
	for (size_t i = 0; i < t->theme_count; i++) {
		struct tally_theme *theme = &t->themes[i];
		bool expected = corpus_has_theme(item, theme->name);
		const struct rules_tag *tag = tally_find_tag(r, theme->name);

		(void)count(&theme->any, expected, tag != NULL);
		(void)count(
		    &theme->alert, expected, tag && tag->level == RULES_ALERT);
		(void)count(here, expected, tag != NULL);
	}
	return here->wrong + here->missed == 0;
}

static bool
count_plates(struct tally *t, const struct corpus_item *item,
    const struct tally_said *said)
{
	struct tally_counts here = { 0 };

	for (size_t i = 0; i < said->plate_count; i++)
		(void)count(
		    &here, tally_has_vrm(item, said->plates[i].mark), true);
	for (size_t i = 0; i < item->vrm_count; i++)
		here.missed += !tally_has_plate(said, item->vrms[i]);
	t->plates.right += here.right;
	t->plates.wrong += here.wrong;
	t->plates.missed += here.missed;
	return here.wrong + here.missed == 0;
}

static void
count_group(struct tally_group *g, const struct tally_counts *themes,
    const struct corpus_item *item, bool said_rural, bool all_right)
{
	g->incidents++;
	g->all_right += all_right;
	g->themes.right += themes->right;
	g->themes.wrong += themes->wrong;
	g->themes.missed += themes->missed;
	(void)count(&g->rural, item->rural_crime, said_rural);
}

unsigned
tally_add(struct tally *t, const struct corpus_item *item,
    const struct tally_said *said)
{
	const struct rules_result *r = said->result;
	enum corpus_basis basis = corpus_basis_find(str_of(r->basis));
	struct tally_counts here = { 0 };
	unsigned wrong = 0;

	t->incidents++;
	t->basis[item->basis][basis]++;
	wrong |= count_themes(t, item, r, &here) ? 0 : TALLY_THEMES;
	wrong |= count(&t->rural, item->rural_crime, r->rural_crime)
		     ? 0
		     : TALLY_RURAL;
	wrong |= item->basis == basis ? 0 : TALLY_BASIS;
	wrong |= count(&t->progress, item->in_progress, r->in_progress)
		     ? 0
		     : TALLY_PROGRESS;
	wrong |= count_plates(t, item, said) ? 0 : TALLY_PLATES;
	t->all_right += wrong == 0;
	count_group(group_of(&t->hard, &t->hard_count, item->hard), &here, item,
	    r->rural_crime, wrong == 0);
	count_group(group_of(&t->settings, &t->setting_count, item->setting),
	    &here, item, r->rural_crime, wrong == 0);
	count_rules(t, item, r);
	return wrong;
}

/* ---- The end ---- */

static int
compare_themes(const void *a, const void *b)
{
	return str_compare(((const struct tally_theme *)a)->name,
	    ((const struct tally_theme *)b)->name);
}

static int
compare_groups(const void *a, const void *b)
{
	return str_compare(((const struct tally_group *)a)->name,
	    ((const struct tally_group *)b)->name);
}

static int
compare_rules(const void *a, const void *b)
{
	const struct tally_rule *x = a;
	const struct tally_rule *y = b;
	int r = (int)x->is_flag - (int)y->is_flag;

	if (r == 0)
		r = str_compare(x->subject, y->subject);
	return r ? r : str_compare(x->name, y->name);
}

static void
sort(void *items, size_t n, size_t size,
    int (*compare)(const void *, const void *))
{
	if (n > 1)
		qsort(items, n, size, compare);
}

static void
add_counts(struct tally_counts *sum, struct tally_counts *c, size_t incidents)
{
	/* A theme first seen late was absent before. */
	c->absent = incidents - c->right - c->wrong - c->missed;
	sum->right += c->right;
	sum->wrong += c->wrong;
	sum->missed += c->missed;
	sum->absent += c->absent;
}

void
tally_finish(struct tally *t)
{
	for (size_t i = 0; i < t->theme_count; i++) {
		add_counts(&t->micro, &t->themes[i].any, t->incidents);
		add_counts(&t->micro_alert, &t->themes[i].alert, t->incidents);
	}
	sort(t->themes, t->theme_count, sizeof *t->themes, compare_themes);
	sort(t->rules, t->rule_count, sizeof *t->rules, compare_rules);
	sort(t->hard, t->hard_count, sizeof *t->hard, compare_groups);
	sort(
	    t->settings, t->setting_count, sizeof *t->settings, compare_groups);
}

void
tally_release(struct tally *t)
{
	for (size_t i = 0; i < t->rule_count; i++)
		free(t->rules[i].grounds);
	free(t->themes);
	free(t->rules);
	free(t->hard);
	free(t->settings);
	*t = (struct tally){ 0 };
}
