/*
 * The verdict as tables for people.  TP and FP are what was said rightly and
 * wrongly, FN what was missed, TN what was rightly not said.
 */
#include "agent/cmd/verdict.h"

#include <math.h>

#include "agent/cmd/output.h"

#define COUNTS_HEAD "    TP    FP    FN    TN"
#define RATIOS_HEAD "  precision  recall     F1"
#define NAME_WIDTH  16

/* Text of the corpus or of a rule, as one harmless line. */
static void
add_line(struct buf *out, struct str text)
{
	(void)output_escape(out, text, 0);
}

static void
add_ratio(struct buf *out, int width, double v)
{
	if (isnan(v))
		buf_addf(out, "%*s", width, "-");
	else
		buf_addf(out, "%*.3f", width, v);
}

static void
add_counts(struct buf *out, const struct tally_counts *c)
{
	buf_addf(out, " %5zu %5zu %5zu %5zu", c->right, c->wrong, c->missed,
	    c->absent);
}

static void
add_ratios(struct buf *out, const struct tally_ratios *r)
{
	add_ratio(out, 11, r->precision);
	add_ratio(out, 8, r->recall);
	add_ratio(out, 7, r->f1);
}

static void
add_name(struct buf *out, struct str name)
{
	buf_addf(out, "%-*.*s", NAME_WIDTH, STR_ARG(name));
}

/* ---- Figures ---- */

static void
print_head(const struct verdict *v, struct buf *out)
{
	const struct tally *t = &v->tally;

	buf_addf(out,
	    "%zu incidents, %zu of them all right (%.1f %%), %zu refused\n"
	    "%zu rules, %s\nboundaries: %.*s\n",
	    t->incidents, t->all_right,
	    100.0 * (double)t->all_right / (double)t->incidents,
	    v->corpus.refused, ruleset_rule_count(v->rules),
	    ruleset_hash(v->rules), STR_ARG(v->edition));
}

static void
print_theme_row(struct buf *out, struct str name,
    const struct tally_counts *any, const struct tally_counts *alert)
{
	struct tally_ratios r = tally_ratios(any);
	struct tally_ratios a = tally_ratios(alert);

	add_name(out, name);
	add_counts(out, any);
	add_ratios(out, &r);
	buf_addf(out, "  |%5zu %5zu", alert->right, alert->wrong);
	add_ratio(out, 11, a.precision);
	add_ratio(out, 8, a.recall);
}

static void
print_themes(const struct verdict *v, struct buf *out)
{
	const struct tally *t = &v->tally;
	struct tally_ratios macro = tally_macro(t);

	buf_addf(out, "\n%-*s" COUNTS_HEAD RATIOS_HEAD "  | alerts:\n",
	    NAME_WIDTH, "theme");
	buf_addf(out, "%-*s%24s%26s  |   TP    FP  precision  recall\n",
	    NAME_WIDTH, "", "", "");
	for (size_t i = 0; i < t->theme_count; i++) {
		const struct tally_theme *theme = &t->themes[i];

		print_theme_row(out, theme->name, &theme->any, &theme->alert);
		buf_add_text(
		    out, theme->is_declared ? "\n" : "  not declared\n");
	}
	print_theme_row(out, str_of("all (micro)"), &t->micro, &t->micro_alert);
	buf_addf(out, "\n%-*s%24s", NAME_WIDTH, "average (macro)", "");
	add_ratios(out, &macro);
	buf_add_char(out, '\n');
}

static void
print_question(struct buf *out, const char *name, const struct tally_counts *c)
{
	struct tally_ratios r = tally_ratios(c);

	add_name(out, str_of(name));
	add_counts(out, c);
	add_ratios(out, &r);
	add_ratio(out, 10, r.accuracy);
	buf_add_char(out, '\n');
}

static void
print_plates(struct buf *out, const struct tally_counts *c)
{
	struct tally_ratios r = tally_ratios(c);

	add_name(out, str_of("number plates"));
	buf_addf(out, " %5zu %5zu %5zu %5s", c->right, c->wrong, c->missed, "");
	add_ratios(out, &r);
	buf_add_char(out, '\n');
}

static void
print_basis(const struct tally *t, struct buf *out)
{
	buf_addf(out, "\n%-*s  said:", NAME_WIDTH, "basis, labelled");
	for (int b = 0; b < CORPUS_BASIS_COUNT; b++)
		buf_addf(out, "  %s", corpus_basis_name((enum corpus_basis)b));
	buf_add_text(out, "  accuracy");
	add_ratio(out, 7, tally_basis_accuracy(t));
	for (int b = 0; b < CORPUS_BASIS_COUNT; b++) {
		buf_addf(out, "\n  %-*s    ", NAME_WIDTH,
		    corpus_basis_name((enum corpus_basis)b));
		for (int s = 0; s < CORPUS_BASIS_COUNT; s++)
			buf_addf(out, " %8zu", t->basis[b][s]);
	}
	buf_add_char(out, '\n');
}

static void
print_questions(const struct verdict *v, struct buf *out)
{
	buf_addf(out, "\n%-*s" COUNTS_HEAD RATIOS_HEAD "  accuracy\n",
	    NAME_WIDTH, "");
	print_question(out, "rural crime", &v->tally.rural);
	print_question(out, "in progress", &v->tally.progress);
	print_plates(out, &v->tally.plates);
	print_basis(&v->tally, out);
}

static void
print_groups(struct buf *out, const char *what,
    const struct tally_group *groups, size_t count)
{
	buf_addf(out,
	    "\n%-*s incidents  all right    TP    FP    FN" RATIOS_HEAD
	    "  rural crime accuracy\n",
	    NAME_WIDTH, what);
	for (size_t i = 0; i < count; i++) {
		const struct tally_group *g = &groups[i];
		struct tally_ratios r = tally_ratios(&g->themes);
		struct tally_ratios rural = tally_ratios(&g->rural);

		add_name(out, g->name);
		buf_addf(out, " %9zu %10zu %5zu %5zu %5zu", g->incidents,
		    g->all_right, g->themes.right, g->themes.wrong,
		    g->themes.missed);
		add_ratios(out, &r);
		add_ratio(out, 22, rural.accuracy);
		buf_add_char(out, '\n');
	}
}

/* ---- Rules ---- */

static void
print_grounds(struct buf *out, const struct tally_rule *r)
{
	for (size_t i = 0; i < r->ground_count; i++) {
		const struct tally_ground *g = &r->grounds[i];

		buf_addf(out, "      %5zu right %5zu wrong  %+4d  ", g->right,
		    g->wrong, g->points);
		add_line(out, g->why);
		buf_add_char(out, '\n');
	}
}

static void
print_rules(const struct verdict *v, struct buf *out)
{
	const struct tally *t = &v->tally;

	buf_addf(out, "\n%-32s %6s %6s %9s %13s %13s  for\n",
	    "rules that stood", "right", "wrong", "precision", "points right",
	    "points wrong");
	for (size_t i = 0; i < t->rule_count; i++) {
		const struct tally_rule *r = &t->rules[i];
		struct tally_counts c = { .right = r->right,
			.wrong = r->wrong };

		buf_addf(out, "%-32.*s %6zu %6zu", STR_ARG(r->name), r->right,
		    r->wrong);
		add_ratio(out, 10, tally_ratios(&c).precision);
		buf_addf(out, " %13ld %13ld  %s%.*s%s", r->points_right,
		    r->points_wrong, r->is_flag ? "flag " : "",
		    STR_ARG(r->subject), r->is_shadow ? " (shadow)" : "");
		if (r->unjudged > 0)
			buf_addf(
			    out, "; %zu that no label judges", r->unjudged);
		buf_add_char(out, '\n');
		if (v->grounds)
			print_grounds(out, r);
	}
}

static void
print_words(const struct verdict *v, struct buf *out)
{
	if (v->words.count > 0)
		buf_add_text(
		    out, "\ntags that rest on one common word alone\n");
	for (size_t i = 0; i < v->words.count; i++) {
		const struct evidence_word *w = &v->words.items[i];

		buf_addf(out,
		    "  %.*s: \"%.*s\" made %zu tags, %zu of them right, "
		    "first %.*s; it stands in %zu of %zu incidents without "
		    "the theme\n",
		    STR_ARG(w->theme), STR_ARG(w->word), w->tags, w->right,
		    STR_ARG(w->first_id), w->others_with, w->others);
	}
}

/* ---- What is wrong ---- */

static void
print_ground(struct buf *out, const struct verdict_item *i,
    const struct rules_evidence *ev)
{
	buf_addf(out, "      %+4d  ", ev->points);
	if (ev->has_span) {
		buf_add_char(out, '"');
		add_line(out, ev->text);
		buf_addf(out, "\" %.*s", STR_ARG(ev->field));
		if (ev->entry >= 0)
			buf_addf(out, "[%ld]", verdict_entry(i, ev->entry));
		buf_addf(out, " %zu-%zu: ", ev->start, ev->end);
	} else {
		buf_addf(
		    out, "%.*s %.*s: ", STR_ARG(ev->field), STR_ARG(ev->text));
	}
	add_line(out, ev->why);
	buf_add_char(out, '\n');
}

static void
print_hits(
    struct buf *out, const struct verdict_item *i, const struct rules_tag *tag)
{
	for (size_t h = 0; h < tag->hit_count; h++) {
		const struct rules_hit *hit = &tag->hits[h];

		buf_addf(out, "    rule %.*s, %d points\n", STR_ARG(hit->rule),
		    hit->points);
		for (size_t k = 0; k < hit->evidence_count; k++)
			print_ground(out, i, &hit->evidence[k]);
	}
}

static void
print_nearest(const struct verdict *v, const struct verdict_item *i,
    struct str subject, bool is_flag, struct buf *out)
{
	struct nearest n;

	if (!verdict_nearest(v, i, subject, is_flag, &n)) {
		buf_addf(out, "    no rule is for %s%.*s\n",
		    is_flag ? "the flag " : "", STR_ARG(subject));
		return;
	}
	buf_addf(out, "    nearest is rule %.*s with %d of %d points\n",
	    STR_ARG(n.rule), n.score, n.lowest);
	if (str_is_given(n.barred_by)) {
		buf_addf(out, "      barred by %s ",
		    n.is_veto ? "veto" : "need, which does not hold:");
		add_line(out, n.barred_by);
		buf_add_char(out, '\n');
	}
	if (str_is_given(n.lacks)) {
		buf_addf(out, "      lacks %d: %d more for ",
		    n.lowest - n.score, n.lacks_points);
		add_line(out, n.lacks);
		buf_add_char(out, '\n');
	}
}

static void
print_flag(struct buf *out, const struct verdict_item *i, const char *name)
{
	for (size_t f = 0; f < i->result.flag_count; f++) {
		if (!str_is(i->result.flags[f].theme, name))
			continue;
		buf_addf(out, "    by the flag %s\n", name);
		print_hits(out, i, &i->result.flags[f]);
	}
}

static void
print_wrong_themes(
    const struct verdict *v, const struct verdict_item *i, struct buf *out)
{
	const struct rules_result *r = &i->result;

	for (size_t t = 0; t < r->tag_count; t++) {
		const struct rules_tag *tag = &r->tags[t];

		if (corpus_has_theme(i->item, tag->theme))
			continue;
		buf_addf(out, "  said %.*s (%s, score %d), not expected\n",
		    STR_ARG(tag->theme), rules_level_name(tag->level),
		    tag->score);
		print_hits(out, i, tag);
	}
	for (size_t t = 0; t < i->item->theme_count; t++) {
		struct str theme = i->item->themes[t];

		if (tally_find_tag(r, theme))
			continue;
		buf_addf(out, "  missed %.*s\n", STR_ARG(theme));
		print_nearest(v, i, theme, false, out);
	}
}

static void
print_wrong_rural(
    const struct verdict *v, const struct verdict_item *i, struct buf *out)
{
	const struct rules_result *r = &i->result;
	const char *flag = verdict_missing_flag(i);

	if (!(i->wrong & (TALLY_RURAL | TALLY_BASIS)))
		return;
	buf_addf(out,
	    "  expected rural crime %s (%s), said %s (%s); place %s\n",
	    i->item->rural_crime ? "yes" : "no",
	    corpus_basis_name(i->item->basis), r->rural_crime ? "yes" : "no",
	    r->basis, place_class_name(i->place.class));
	if (i->item->rural_crime && !r->rural_crime && flag)
		print_nearest(v, i, str_of(flag), true, out);
	if (!i->item->rural_crime && r->rural_crime) {
		print_flag(out, i, "crime");
		print_flag(out, i, "targeted");
	}
}

static void
print_wrong_progress(
    const struct verdict *v, const struct verdict_item *i, struct buf *out)
{
	if (!(i->wrong & TALLY_PROGRESS))
		return;
	if (i->item->in_progress) {
		buf_add_text(out, "  missed that it is in progress\n");
		print_nearest(v, i, str_of("in-progress"), true, out);
	} else {
		buf_add_text(
		    out, "  said that it is in progress, not expected\n");
		print_flag(out, i, "in-progress");
	}
}

static void
print_wrong_plates(const struct verdict_item *i, struct buf *out)
{
	const struct tally_said said = { &i->result, i->plates,
		i->plate_count };

	for (size_t p = 0; p < i->plate_count; p++)
		if (!tally_has_vrm(i->item, i->plates[p].mark))
			buf_addf(out,
			    "  said number plate %.*s, not expected\n",
			    STR_ARG(i->plates[p].mark));
	for (size_t p = 0; p < i->item->vrm_count; p++)
		if (!tally_has_plate(&said, i->item->vrms[p]))
			buf_addf(out, "  missed number plate %.*s\n",
			    STR_ARG(i->item->vrms[p]));
}

static void
print_item(
    const struct verdict *v, const struct verdict_item *i, struct buf *out)
{
	const struct corpus_item *item = i->item;

	buf_addf(out,
	    "\n%.*s (%s:%zu, %.*s, %.*s): ", STR_ARG(item->incident.id),
	    item->file, item->line, STR_ARG(item->hard),
	    STR_ARG(item->setting));
	add_line(out, item->why);
	buf_add_char(out, '\n');
	print_wrong_themes(v, i, out);
	print_wrong_rural(v, i, out);
	print_wrong_progress(v, i, out);
	print_wrong_plates(i, out);
	if (i->evidence_fault) {
		buf_add_text(out, "  evidence: ");
		add_line(out, str_of(i->evidence_fault));
		buf_add_char(out, '\n');
	}
}

void
verdict_print(const struct verdict *v, struct buf *out)
{
	const struct tally *t = &v->tally;

	print_head(v, out);
	print_themes(v, out);
	print_questions(v, out);
	print_groups(out, "hard", t->hard, t->hard_count);
	print_groups(out, "setting", t->settings, t->setting_count);
	print_rules(v, out);
	print_words(v, out);
	buf_addf(out,
	    "\nevidence: %zu incidents with tags whose words do not "
	    "stand where they say\n",
	    v->fault_count);
	buf_addf(out, "\nwrong%s%s\n", v->theme ? " about " : "",
	    v->theme ? v->theme : "");
	for (size_t i = 0; i < v->corpus.count; i++)
		if (verdict_is_listed(v, &v->items[i]))
			print_item(v, &v->items[i], out);
}
