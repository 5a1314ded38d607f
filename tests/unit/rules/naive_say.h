/*
 * naive_say: all that the rules say of an incident, as text: what each rule
 * came to, then tags, flags and shadows with their evidence.  proof_engine.h
 * says the same of the engine's answer, and the two texts must be equal.
 */
#ifndef TESTS_NAIVE_SAY_H
#define TESTS_NAIVE_SAY_H

#include "tests/unit/rules/naive_eval.h"
#include "tests/unit/rules/proof_print.h"

#define NAIVE_EVIDENCE_MAX 6 /* passages shown for one part of a ground */

static const char *const naive_levels[] = { "none", "review", "alert" };
static const char *const naive_kinds[] = { "give", "take", "need", "veto",
	"cancelled", "confirmed" };

/* All answers of one incident. */
struct naive_answer {
	struct naive_rule rules[PROOF_RULES_MAX];
	struct naive_stands stands;
};

/* ---- Counting what fired ---- */

static inline void
naive_count_scope(struct naive_case *c, const struct proof_scope *s)
{
	static const enum proof_construct which[] = { PROOF_C_LOG_HAS,
		PROOF_C_ANY_ENTRY, PROOF_C_FIRST_ENTRY, PROOF_C_LAST_ENTRY };
	static const enum proof_construct texts[] = { PROOF_C_LOG_HAS,
		PROOF_C_LOCATION_HAS, PROOF_C_OPENING_HAS, PROOF_C_CLOSING_HAS,
		PROOF_C_DISTRICT_HAS };

	naive_count(c, s->is_text             ? PROOF_C_TEXT_HAS
		       : s->text == PROOF_LOG ? which[s->which]
					      : texts[s->text]);
	if (s->writers)
		naive_count(c, PROOF_C_BY_WRITER);
}

static inline void
naive_count_reason(struct naive_case *c, const struct naive_reason *reason)
{
	const struct proof_cond *cond = reason->cond;
	uint64_t how = 0;

	for (size_t i = 0; i < reason->run.count; i++)
		how |= reason->run.items[i].how;
	for (unsigned i = 0; i < 64; i++)
		if (how >> i & 1U)
			naive_count(c, (enum proof_construct)i);
	if (cond->kind == PROOF_HAS)
		naive_count_scope(c, &cond->scope);
	if (cond->kind == PROOF_NUMBER_OF)
		naive_count(c, PROOF_C_NUMBER_OF);
	if (cond->kind >= PROOF_FLAG)
		naive_count(
		    c, PROOF_C_FLAG_STANDS + (unsigned)cond->kind - PROOF_FLAG);
	if (cond->kind != PROOF_FACT)
		return;
	naive_count(c, PROOF_C_FACT_PLACE + (unsigned)cond->field);
	naive_count(c, PROOF_C_OP_IS + (unsigned)cond->op);
	if (cond->op == PROOF_IN && cond->low > cond->high)
		naive_count(c, PROOF_C_WRAPPED);
}

static inline void
naive_count_rule(struct naive_case *c, const struct proof_rule *rule,
    const struct naive_rule *r)
{
	for (size_t i = 0; i < rule->count; i++) {
		enum proof_ground_kind kind = rule->grounds[i].kind;

		if (r->grounds[i].truth != NAIVE_TRUE)
			continue;
		if (kind < PROOF_CANCELLED)
			naive_count(c, PROOF_C_GIVE + (unsigned)kind);
		if (rule->grounds[i].has_reason)
			naive_count(c, PROOF_C_REASON);
		for (size_t k = 0; k < r->grounds[i].count; k++)
			naive_count_reason(
			    c, &r->reasons[r->grounds[i].first + k]);
	}
	if (r->level > 0) {
		naive_count(c, r->level == 2 ? PROOF_C_ALERT : PROOF_C_REVIEW);
		if (rule->is_shadow)
			naive_count(c, PROOF_C_SHADOW);
		if (rule->is_flag)
			naive_count(c, PROOF_C_BY_FLAG_RULE);
	}
}

/* ---- Evidence ---- */

/* Append line unless the ground has it already. */
static inline void
naive_say_once(struct buf *out, size_t from, const struct buf *line)
{
	if (out->len > from && strstr(out->p + from, line->p))
		return;
	buf_add_str(out, buf_str(line));
}

/* One passage, or the parts of a joined one from left to right. */
static inline void
// NOLINTNEXTLINE(misc-no-recursion): as deep as the pattern
naive_say_passage(const struct naive_case *c, const struct naive_occur *o,
    int points, size_t from, struct buf *out)
{
	const struct naive_token *a = &c->doc->tokens[o->first];
	const struct naive_token *b = &c->doc->tokens[o->last];
	const struct naive_entry *e = &c->doc->entries[a->entry];
	struct buf line = { 0 };

	if (o->left) {
		naive_say_passage(c, o->left, points, from, out);
		naive_say_passage(c, o->right, points, from, out);
		return;
	}
	/* A word for a group is never shown as what a tag rests on. */
	for (size_t i = o->first; i <= o->last; i++)
		if (c->doc->tokens[i].is_people)
			return;
	buf_addf(&line, "    %s %d %zu..%zu '%.*s' %d\n", proof_texts[e->text],
	    e->index, a->start, b->end, (int)(b->end - a->start),
	    e->content.p + a->start, points);
	naive_say_once(out, from, &line);
	buf_clear(&line);
}

static inline void
naive_say_fact(const struct naive_case *c, const struct naive_rule *r,
    const struct proof_cond *cond, int points, size_t from, struct buf *out)
{
	struct buf line = { 0 };
	const struct place_layer *l;
	long value;

	if (cond->kind == PROOF_FLAG) {
		buf_addf(&line, "    flag '%s'", proof_flags[cond->name]);
	} else if (cond->kind == PROOF_RIVAL) {
		buf_addf(&line, "    theme '%s'", proof_themes[!r->theme]);
	} else if (cond->kind == PROOF_FACT) {
		(void)naive_fact(c, cond->field, &value);
		buf_addf(&line, "    %s '", proof_field_names[cond->field]);
		proof_print_value(&line, cond->field, value);
		buf_add_char(&line, '\'');
	} else {
		l = naive_layer(c->x, cond);
		CHECK(l != NULL);
		if (l->is_inside)
			buf_addf(&line, "    layer 'inside %s'",
			    proof_layers[cond->name]);
		else
			buf_addf(&line, "    layer '%ld m from %s'",
			    lround(l->distance_m), proof_layers[cond->name]);
	}
	buf_addf(&line, " %d\n", points);
	naive_say_once(out, from, &line);
	buf_clear(&line);
}

/* What a rule that stands rests on; a veto rests on nothing. */
static inline void
naive_say_evidence(const struct naive_case *c, const struct proof_rule *rule,
    const struct naive_rule *r, struct buf *out)
{
	for (size_t i = 0; i < rule->count; i++) {
		const struct naive_ground *g = &r->grounds[i];
		size_t from = out->len;

		if (g->truth != NAIVE_TRUE ||
		    rule->grounds[i].kind == PROOF_VETO)
			continue;
		for (size_t k = 0; k < g->count; k++) {
			const struct naive_reason *x =
			    &r->reasons[g->first + k];

			if (x->cond->kind > PROOF_NUMBER_OF)
				naive_say_fact(
				    c, r, x->cond, g->points, from, out);
			for (size_t p = 0;
			     p < x->run.count && p < NAIVE_EVIDENCE_MAX; p++)
				naive_say_passage(
				    c, &x->run.items[p], g->points, from, out);
		}
		if (out->len == from)
			buf_addf(out, "    absence %d\n", g->points);
	}
}

/* ---- Tags ---- */

/* All rules that stand for one theme or flag, if any does. */
static inline void
naive_say_subject(struct naive_case *c, const struct naive_answer *a,
    const char *group, bool is_flag, bool is_shadow, size_t subject,
    struct buf *out)
{
	struct buf hits = { 0 };
	int level = 0;
	int score = 0;
	size_t count = 0;

	for (size_t i = 0; i < c->set->rule_count; i++) {
		const struct proof_rule *rule = &c->set->rules[i];
		const struct naive_rule *r = &a->rules[i];

		if (rule->is_flag != is_flag || rule->is_shadow != is_shadow ||
		    rule->subject != subject || r->level == 0)
			continue;
		count++;
		level = r->level > level ? r->level : level;
		score = r->score > score ? r->score : score;
		buf_addf(&hits, "  %s %d\n", rule->name, r->score);
		naive_say_evidence(c, rule, r, &hits);
	}
	if (count > 1)
		naive_count(c, PROOF_C_TOGETHER);
	if (count > 0)
		buf_addf(out, "%s %s %s %d\n%s", group,
		    is_flag ? proof_flags[subject] : proof_themes[subject],
		    naive_levels[level], score, hits.p);
	buf_clear(&hits);
}

/* Does a rule speak for the flag? */
static inline bool
naive_knows(const struct proof_set *set, const char *flag)
{
	for (size_t i = 0; i < set->rule_count; i++)
		if (set->rules[i].is_flag && !set->rules[i].is_shadow &&
		    strcmp(proof_flags[set->rules[i].subject], flag) == 0)
			return true;
	return false;
}

/* Does a theme stand, at level alert if rules can say crime of a review? */
static inline bool
naive_has_crime(const struct naive_case *c, const struct naive_answer *a)
{
	int least = naive_knows(c->set, "crime") ? 2 : 1;

	for (size_t i = 0; i < c->set->rule_count; i++)
		if (!c->set->rules[i].is_flag && !c->set->rules[i].is_shadow &&
		    a->rules[i].level >= least)
			return true;
	return a->stands.flags[1] > 0;
}

static inline void
naive_say_crime(
    struct naive_case *c, const struct naive_answer *a, struct buf *out)
{
	enum place_class class = c->x->place.class;
	bool crime = naive_has_crime(c, a);
	bool by_place = class == PLACE_RURAL ||
			(class == PLACE_EDGE && !naive_knows(c->set, "rural"));
	bool by_flag = a->stands.flags[6] > 0;
	bool targeted = a->stands.flags[7] > 0;
	bool stands = crime && (by_place || by_flag || targeted);

	buf_addf(out, "in_progress %d targeted %d rural_crime %d %s\n",
	    a->stands.flags[3] > 0, targeted, stands,
	    !stands               ? "none"
	    : by_place || by_flag ? "location"
				  : "targeted");
	if (stands)
		naive_count(c, by_place  ? PROOF_C_RURAL_BY_PLACE
			       : by_flag ? PROOF_C_RURAL_BY_FLAG
					 : PROOF_C_RURAL_BY_TARGET);
}

/* What explain says of each rule: flags first, for rules ask for them. */
static inline void
naive_say_rules(
    const struct naive_case *c, const struct naive_answer *a, struct buf *out)
{
	for (size_t i = 0; i < c->set->rule_count; i++) {
		const struct proof_rule *rule = &c->set->rules[i];
		const struct naive_rule *r = &a->rules[i];

		buf_addf(out, "%s %s %d%s\n", rule->name,
		    naive_levels[r->level], r->score,
		    r->is_barred ? " barred" : "");
		for (size_t k = 0; k < rule->count; k++)
			buf_addf(out, "  %s %d %d%s\n",
			    naive_kinds[rule->grounds[k].kind],
			    r->grounds[k].truth == NAIVE_TRUE,
			    r->grounds[k].points,
			    rule->grounds[k].has_reason ? " so it is" : "");
	}
}

/* Work out the rules for flags, or those for themes. */
static inline void
naive_work_out_all(struct naive_case *c, struct naive_answer *a, bool flags,
    const struct naive_stands *given)
{
	for (size_t i = 0; i < c->set->rule_count; i++)
		if (c->set->rules[i].is_flag == flags)
			naive_work_out(
			    c, &c->set->rules[i], given, &a->rules[i]);
}

/* How firmly each flag or theme stands: as its firmest rule. */
static inline void
naive_stand(const struct naive_case *c, const struct naive_answer *a,
    bool flags, int *out)
{
	for (size_t i = 0; i < c->set->rule_count; i++) {
		const struct proof_rule *rule = &c->set->rules[i];
		int firmly = naive_firmly(rule, &a->rules[i]);

		if (rule->is_flag == flags && !rule->is_shadow &&
		    firmly > out[rule->subject])
			out[rule->subject] = firmly;
	}
}

/*
 * Flags first, which ask for nothing; then themes, which ask for flags; then
 * themes once more, which know of each other.
 */
static inline void
naive_answer(struct naive_case *c, struct naive_answer *a)
{
	static const struct naive_stands none;
	struct naive_stands flags = { 0 };

	naive_work_out_all(c, a, true, &none);
	naive_stand(c, a, true, flags.flags);
	naive_work_out_all(c, a, false, &flags);
	a->stands = flags;
	naive_stand(c, a, false, a->stands.themes);
	naive_work_out_all(c, a, false, &a->stands);
	for (size_t i = 0; i < c->set->rule_count; i++)
		naive_count_rule(c, &c->set->rules[i], &a->rules[i]);
}

/* All that the rule set says of the case. */
static inline void
naive_say(struct naive_case *c, struct naive_answer *a, struct buf *out)
{
	naive_read(c->doc, c->x);
	naive_mark_all(c);
	naive_answer(c, a);
	naive_say_rules(c, a, out);
	for (size_t i = 0; i < 2; i++)
		naive_say_subject(c, a, "theme", false, false, i, out);
	for (size_t i = 0; i < PROOF_FLAGS; i++)
		naive_say_subject(c, a, "flag", true, false, i, out);
	for (size_t i = 0; i < 2; i++)
		naive_say_subject(c, a, "shadow", false, true, i, out);
	for (size_t i = 0; i < PROOF_FLAGS; i++)
		naive_say_subject(c, a, "shadow", true, true, i, out);
	naive_say_crime(c, a, out);
}

#endif /* TESTS_NAIVE_SAY_H */
