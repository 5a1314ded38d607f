/*
 * The evaluator: a stack machine of eight codes over three truths.
 *
 * Each true leaf leaves a reason; a part that turns out not to be true takes
 * its reasons with it, so that what is left at the end is the evidence.
 */
#include "rules/eval.h"

#include <string.h>
#include <strings.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/check.h"
#include "agent/geo/place.h"
#include "rules/facts.h"
#include "rules/fold.h"
#include "rules/occurs.h"
#include "rules/stand.h"

/* A number belongs to a word at most this many words after it. */
#define NUMBER_REACH 3

/* Leaves of one joined passage: the nodes of a pattern at most. */
#define LEAVES_MAX LIMITS_PATTERN_NODES_MAX

struct machine {
	const struct ruleset *rs;
	struct rules_scratch *s;
	size_t depth; /* of the stack, which is the scratch's */
};

static void
push(struct machine *m, enum eval_truth truth, size_t reasons)
{
	CHECK(m->depth < ENGINE_TRUTHS_MAX);
	m->s->truths[m->depth++] =
	    (struct engine_truth){ truth, (uint32_t)reasons };
	if (truth != EVAL_TRUE)
		m->s->reasons.count = reasons;
}

static void
reason(struct machine *m, uint32_t op, struct engine_run run)
{
	struct engine_reason r = { m->rs->ops[op].code, op, run };

	ENGINE_PUSH(m->s->reasons, r);
}

static void
do_text(struct machine *m, uint32_t op)
{
	struct engine_run run = occurs_pattern(m->rs, m->s, m->rs->ops[op].a);
	size_t before = m->s->reasons.count;

	if (run.count > 0)
		reason(m, op, run);
	push(m, run.count > 0 ? EVAL_TRUE : EVAL_FALSE, before);
}

static bool
is_number_token(const struct rules_scratch *s, uint32_t at)
{
	const uint32_t *ids = s->ids.items + s->tokens.items[at].ids;

	return ids[0] > 0 && ids[1] == WORDS_NUMBER;
}

/* The word at token at, folded; borrowed from f. */
static struct str
folded_at(const struct rules_scratch *s, uint32_t at, struct fold *f)
{
	const struct engine_token *t = &s->tokens.items[at];

	fold_init(f, str_make(s->entries.items[t->entry].content.p + t->start,
			 t->end - t->start));
	return fold_next(f) ? fold_word(f) : str_of("");
}

static long
number_at(const struct rules_scratch *s, uint32_t at)
{
	struct fold f;

	return is_number_token(s, at) ? words_number(folded_at(s, at, &f)) : -1;
}

/* Does word stand right before token at, in its clause? */
static bool
is_after(const struct rules_scratch *s, uint32_t at, const char *word)
{
	const struct engine_token *tokens = s->tokens.items;
	struct fold f;

	return at > 0 && tokens[at - 1].clause == tokens[at].clause &&
	       str_is(folded_at(s, at - 1, &f), word);
}

/* "half dozen", "half a dozen": does "half" stand right before token at? */
static bool
is_half(const struct rules_scratch *s, uint32_t at)
{
	return is_after(s, is_after(s, at, "a") ? at - 1 : at, "half");
}

/*
 * The number that ends with token at: "twenty five", "two dozen", "three
 * hundred", "half a dozen" are one.
 */
static long
number_ending(const struct rules_scratch *s, uint32_t at)
{
	const struct engine_token *tokens = s->tokens.items;
	long n = number_at(s, at);
	long before = -1;
	struct fold f;

	if (n < 0)
		return -1;
	if (str_is(folded_at(s, at, &f), "dozen") && is_half(s, at))
		return n / 2;
	if (at > 0 && tokens[at - 1].clause == tokens[at].clause)
		before = number_at(s, at - 1);
	if (before < 0)
		return n;
	if (before >= 20 && before < 100 && before % 10 == 0 && n > 0 && n < 10)
		return before + n;
	if (str_is(folded_at(s, at, &f), "dozen") ||
	    str_is(folded_at(s, at, &f), "hundred"))
		return before < 1000 ? before * n : n;
	return n;
}

/* The number stated at most NUMBER_REACH words before token at, or -1. */
static long
stated_before(const struct rules_scratch *s, uint32_t at)
{
	const struct engine_token *tokens = s->tokens.items;

	for (uint32_t i = at; i > 0 && at - i < NUMBER_REACH; i--) {
		if (tokens[i - 1].clause != tokens[at].clause)
			return -1;
		if (is_number_token(s, i - 1))
			return number_ending(s, i - 1);
	}
	return -1;
}

/* The largest number stated counts; without any it is not known. */
static void
do_number(struct machine *m, uint32_t at)
{
	const struct engine_op *op = &m->rs->ops[at];
	struct engine_run run = occurs_pattern(m->rs, m->s, op->a);
	size_t before = m->s->reasons.count;
	long most = -1;
	uint32_t where = 0;

	for (uint32_t i = 0; i < run.count; i++) {
		long n =
		    stated_before(m->s, m->s->work.items[run.begin + i].first);

		if (n > most) {
			most = n;
			where = run.begin + i;
		}
	}
	if (most < 0) {
		push(m, EVAL_UNKNOWN, before);
		return;
	}
	if (most >= op->low && most <= op->high)
		reason(m, at, (struct engine_run){ where, 1 });
	push(m, most >= op->low && most <= op->high ? EVAL_TRUE : EVAL_FALSE,
	    before);
}

static enum eval_truth
compare_fact(const struct engine_op *op, int64_t value)
{
	bool holds = false;

	switch (op->fact) {
	case AST_FACT_KNOWN: return EVAL_TRUE;
	case AST_FACT_ONE_OF:
		holds = value >= 0 && value < 64 && (op->mask >> value & 1);
		break;
	case AST_FACT_RANGE:
		holds = op->low <= op->high
			    ? value >= op->low && value <= op->high
			    : value >= op->low || value <= op->high;
		break;
	}
	return holds ? EVAL_TRUE : EVAL_FALSE;
}

static void
do_fact(struct machine *m, uint32_t at)
{
	const struct engine_op *op = &m->rs->ops[at];
	size_t before = m->s->reasons.count;
	enum eval_truth truth =
	    op->fact == AST_FACT_KNOWN ? EVAL_FALSE : EVAL_UNKNOWN;

	if (m->s->facts_known >> op->a & 1U)
		truth = compare_fact(op, m->s->facts[op->a]);
	if (truth == EVAL_TRUE)
		reason(m, at, (struct engine_run){ 0, 0 });
	push(m, truth, before);
}

static void
do_flag(struct machine *m, uint32_t at)
{
	size_t before = m->s->reasons.count;
	bool stands = m->s->flags >> m->rs->ops[at].a & 1U;

	if (stands)
		reason(m, at, (struct engine_run){ 0, 0 });
	push(m, stands ? EVAL_TRUE : EVAL_FALSE, before);
}

static void
do_rival(struct machine *m, uint32_t at)
{
	size_t before = m->s->reasons.count;
	bool stands = stand_rival(m->s) != NULL;

	if (stands)
		reason(m, at, (struct engine_run){ 0, 0 });
	push(m, stands ? EVAL_TRUE : EVAL_FALSE, before);
}

/* A layer that is not loaded, or a place off the map: not known. */
static void
do_layer(struct machine *m, uint32_t at)
{
	const struct engine_op *op = &m->rs->ops[at];
	const struct place_layer *layer = m->s->layers[op->a];
	size_t before = m->s->reasons.count;
	bool holds;

	if (!layer) {
		push(m, EVAL_UNKNOWN, before);
		return;
	}
	holds = op->code == ENGINE_INSIDE ? layer->is_inside
					  : facts_metres(layer) >= op->low &&
						facts_metres(layer) <= op->high;
	if (holds)
		reason(m, at, (struct engine_run){ 0, 0 });
	push(m, holds ? EVAL_TRUE : EVAL_FALSE, before);
}

static void
do_both(struct machine *m, bool is_and)
{
	enum eval_truth b = m->s->truths[--m->depth].truth;
	enum eval_truth a = m->s->truths[--m->depth].truth;
	size_t reasons = m->s->truths[m->depth].reasons;

	push(m, is_and == (a < b) ? a : b, reasons);
}

static void
do_not(struct machine *m)
{
	enum eval_truth a = m->s->truths[--m->depth].truth;
	size_t reasons = m->s->truths[m->depth].reasons;

	m->s->reasons.count = reasons;
	push(m, (enum eval_truth)(EVAL_TRUE - a), reasons);
}

bool
eval_is_leaf(enum engine_code code)
{
	return code == ENGINE_TEXT || code == ENGINE_NUMBER ||
	       code == ENGINE_FACT || code == ENGINE_FLAG ||
	       code == ENGINE_RIVAL || code == ENGINE_INSIDE ||
	       code == ENGINE_DISTANCE;
}

/* What the leaf is by the facts, or is said to be. */
static void
do_leaf(struct machine *m, uint32_t at)
{
	const struct engine_watch *watch = m->s->watch;

	if (watch && watch->forced && watch->forced[at]) {
		push(m, (enum eval_truth)(watch->forced[at] - 1),
		    m->s->reasons.count);
		return;
	}
	switch (m->rs->ops[at].code) {
	case ENGINE_TEXT: do_text(m, at); break;
	case ENGINE_NUMBER: do_number(m, at); break;
	case ENGINE_FACT: do_fact(m, at); break;
	case ENGINE_FLAG: do_flag(m, at); break;
	case ENGINE_RIVAL: do_rival(m, at); break;
	case ENGINE_INSIDE:
	case ENGINE_DISTANCE: do_layer(m, at); break;
	case ENGINE_AND:
	case ENGINE_OR:
	case ENGINE_NOT:
	case ENGINE_SKIP: break;
	}
	if (watch && watch->seen)
		watch->seen[at] |=
		    (uint8_t)(1U << m->s->truths[m->depth - 1].truth);
}

enum eval_truth
eval_condition(const struct ruleset *rs, struct rules_scratch *s,
    const struct engine_ground *g)
{
	struct machine m = { .rs = rs, .s = s };

	for (uint32_t i = g->ops; i < g->ops + g->op_count; i++) {
		const struct engine_op *op = &rs->ops[i];

		switch (op->code) {
		case ENGINE_TEXT:
		case ENGINE_NUMBER:
		case ENGINE_FACT:
		case ENGINE_INSIDE:
		case ENGINE_DISTANCE:
		case ENGINE_FLAG:
		case ENGINE_RIVAL: do_leaf(&m, i); break;
		case ENGINE_AND: do_both(&m, true); break;
		case ENGINE_OR: do_both(&m, false); break;
		case ENGINE_NOT: do_not(&m); break;
		case ENGINE_SKIP:
			if (s->truths[m.depth - 1].truth == EVAL_FALSE)
				i += op->a;
			break;
		}
	}
	CHECK(m.depth == 1);
	return s->truths[0].truth;
}

/* The text of a passage as it stands in the log. */
static struct str
passage_text(const struct rules_scratch *s, const struct engine_occur *o)
{
	const struct engine_token *first = &s->tokens.items[o->first];
	const struct engine_token *last = &s->tokens.items[o->last];

	return str_make(s->entries.items[first->entry].content.p + first->start,
	    last->end - first->start);
}

static bool
is_same_text(struct str a, struct str b)
{
	return a.len == b.len && strncasecmp(a.p, b.p, a.len) == 0;
}

/* Does an earlier passage of the run say the same? */
static bool
is_said_before(
    const struct rules_scratch *s, struct engine_run run, uint32_t at)
{
	struct str text = passage_text(s, &s->work.items[run.begin + at]);

	for (uint32_t i = 0; i < at; i++)
		if (is_same_text(
			text, passage_text(s, &s->work.items[run.begin + i])))
			return true;
	return false;
}

/* How often a run counts, which of a weigh is once for each wording. */
static long
count_passages(const struct rules_scratch *s, const struct engine_ground *g,
    struct engine_run run)
{
	uint32_t looked = run.count;
	long n = 0;

	if (!g->is_weighed)
		return run.count;
	if (looked > LIMITS_WORDINGS_MAX)
		looked = LIMITS_WORDINGS_MAX;
	for (uint32_t i = 0; i < looked && n * g->points < g->cap; i++)
		n += !is_said_before(s, run, i);
	return n;
}

/* How often what made a ground true counts. */
static long
count_reason(const struct rules_scratch *s, const struct engine_ground *g,
    const struct engine_reason *r, uint32_t flag)
{
	if (r->code == ENGINE_FLAG)
		return s->flag_tens[flag];
	if (r->code == ENGINE_RIVAL)
		return stand_rival(s)->tens;
	return count_passages(s, g, r->run);
}

/* Points for each passage found, up to the cap. */
static int
count_points(const struct ruleset *rs, const struct rules_scratch *s,
    const struct engine_ground *g, const struct eval_ground *found)
{
	long passages = 0;

	if (!g->is_each)
		return g->points;
	for (uint32_t i = 0; i < found->reason_count; i++) {
		const struct engine_reason *r =
		    &s->reasons.items[found->reasons + i];

		passages += count_reason(s, g, r, rs->ops[r->op].a);
	}
	if (passages == 0)
		passages = 1;
	return passages * g->points > g->cap ? g->cap
					     : (int)passages * g->points;
}

static void
eval_ground(const struct ruleset *rs, struct rules_scratch *s,
    const struct engine_ground *g, struct eval_ground *out)
{
	out->reasons = (uint32_t)s->reasons.count;
	out->truth = eval_condition(rs, s, g);
	out->reason_count = (uint32_t)s->reasons.count - out->reasons;
	out->points = 0;
	if (out->truth != EVAL_TRUE)
		return;
	if (g->kind == AST_GIVE)
		out->points = count_points(rs, s, g, out);
	else if (g->kind == AST_TAKE)
		out->points = -count_points(rs, s, g, out);
}

int
eval_points(const struct ruleset *rs, struct rules_scratch *s,
    const struct engine_ground *g, bool *holds)
{
	size_t reasons = s->reasons.count;
	struct eval_ground found;

	eval_ground(rs, s, g, &found);
	s->reasons.count = reasons;
	*holds = found.truth == EVAL_TRUE;
	return found.points;
}

/* Can ground number g hold, by the words that were found? */
static bool
can_hold(const struct rules_scratch *s, uint32_t g)
{
	return s->open[g / 64] >> (g % 64) & 1U;
}

/* Work out ground i of rule, if every one is wanted or it can hold. */
static void
eval_one(const struct ruleset *rs, struct rules_scratch *s,
    const struct engine_rule *rule, uint32_t i, bool every,
    struct eval_ground *out)
{
	if (every || can_hold(s, rule->grounds + i))
		eval_ground(rs, s, &rs->grounds[rule->grounds + i], out);
	else
		*out = (struct eval_ground){ .truth = EVAL_FALSE };
}

/* How many entries of the log there are up to the last of found's passages. */
static uint32_t
entries_to(const struct rules_scratch *s, const struct eval_ground *found)
{
	uint32_t most = 0;

	for (uint32_t i = 0; i < found->reason_count; i++) {
		struct engine_run run =
		    s->reasons.items[found->reasons + i].run;

		for (uint32_t k = 0; k < run.count; k++) {
			uint32_t last = s->work.items[run.begin + k].last;
			uint32_t entry = s->tokens.items[last].entry;

			if (entry + 1 > most)
				most = entry + 1;
		}
	}
	return most;
}

/*
 * Where the log turns: a cancelling entry takes all that stands up to and with
 * it, a confirming one after it gives that back.
 */
static void
find_turns(const struct ruleset *rs, struct rules_scratch *s,
    const struct engine_rule *rule, bool every, struct eval_rule *out)
{
	uint32_t cancelled = 0;
	uint32_t confirmed = 0;

	for (uint32_t i = 0; i < rule->ground_count; i++) {
		const struct engine_ground *g = &rs->grounds[rule->grounds + i];
		uint32_t *most =
		    g->kind == AST_CANCEL ? &cancelled : &confirmed;
		uint32_t to;

		if (g->kind != AST_CANCEL && g->kind != AST_CONFIRM)
			continue;
		eval_one(rs, s, rule, i, every, &out->grounds[i]);
		to = entries_to(s, &out->grounds[i]);
		if (to > *most)
			*most = to;
	}
	s->cancelled = confirmed > cancelled ? 0 : cancelled;
	s->confirmed = confirmed > 0 ? confirmed - 1 : 0;
}

static int
clamp_score(int points)
{
	return points < 0                   ? 0
	       : points > LIMITS_POINTS_MAX ? LIMITS_POINTS_MAX
					    : points;
}

enum rules_level
eval_level(const struct engine_rule *rule, int points)
{
	int score = clamp_score(points);

	return score >= rule->alert    ? RULES_ALERT
	       : score >= rule->review ? RULES_REVIEW
				       : RULES_NONE;
}

/*
 * The most points that the rule can come to by the words that were found;
 * -1 if one that it needs is missing.
 */
static int
most_points(const struct ruleset *rs, const struct rules_scratch *s,
    const struct engine_rule *rule)
{
	int most = 0;

	for (uint32_t i = 0; i < rule->ground_count; i++) {
		const struct engine_ground *g = &rs->grounds[rule->grounds + i];

		if (g->kind == AST_NEED && !can_hold(s, rule->grounds + i))
			return -1;
		if (g->kind == AST_GIVE && can_hold(s, rule->grounds + i))
			most += g->cap;
	}
	return most;
}

/* Does what was found of a ground rule out the whole rule? */
static bool
is_bar(const struct engine_ground *g, const struct eval_ground *found)
{
	return (g->kind == AST_VETO && found->truth == EVAL_TRUE) ||
	       (g->kind == AST_NEED && found->truth != EVAL_TRUE);
}

/*
 * Work out the grounds of rule, one after the other; most is what they can
 * give.  Returns the points they came to.
 */
static int
eval_grounds(const struct ruleset *rs, struct rules_scratch *s,
    const struct engine_rule *rule, bool all, int most, struct eval_rule *out)
{
	bool every = all || s->watch;
	int score = 0;

	if (rule->has_turns)
		find_turns(rs, s, rule, every, out);
	for (uint32_t i = 0; i < rule->ground_count; i++) {
		const struct engine_ground *g = &rs->grounds[rule->grounds + i];
		struct eval_ground *found = &out->grounds[i];

		if (g->kind != AST_CANCEL && g->kind != AST_CONFIRM)
			eval_one(rs, s, rule, i, every, found);
		out->ground_count++;
		score += found->points;
		out->is_barred = out->is_barred || is_bar(g, found);
		if (g->kind == AST_GIVE && can_hold(s, rule->grounds + i))
			most -= g->cap;
		if ((out->is_barred && !all) ||
		    (!every && eval_level(rule, score + most) == RULES_NONE))
			break;
	}
	return score;
}

void
eval_rule(const struct ruleset *rs, struct rules_scratch *s, uint32_t index,
    bool all, struct eval_rule *out)
{
	const struct engine_rule *rule = &rs->rules[index];
	int most = most_points(rs, s, rule);
	int score;

	s->theme = rule->theme;
	out->score = out->points = 0;
	out->level = RULES_NONE;
	out->is_barred = false;
	out->ground_count = 0;
	if (!all && !s->watch &&
	    (most < 0 || eval_level(rule, most) == RULES_NONE))
		return;
	occurs_mark_contexts(rs, s);
	s->work.count = 0;
	s->reasons.count = 0;
	s->cancelled = s->confirmed = 0;
	score = eval_grounds(rs, s, rule, all, most, out);
	out->points = score;
	out->score = clamp_score(score);
	if (!out->is_barred)
		out->level = eval_level(rule, score);
}

/* ---- Evidence ---- */

struct collector {
	const struct ruleset *rs;
	struct rules_scratch *s;
	struct arena *arena;
	const struct engine_ground *ground;
	int points;
	size_t from; /* where this ground's evidence begins */
};

static bool
is_repeat(const struct collector *c, const struct rules_evidence *e)
{
	for (size_t i = c->from; i < c->s->evidence.count; i++) {
		const struct rules_evidence *o = &c->s->evidence.items[i];

		if (o->has_span != e->has_span)
			continue;
		if (e->has_span ? o->start == e->start && o->end == e->end &&
				      o->text.p == e->text.p
				: str_is_equal(o->field, e->field) &&
				      str_is_equal(o->text, e->text))
			return true;
	}
	return false;
}

static void
add_evidence(struct collector *c, struct rules_evidence e)
{
	e.why = c->ground->why;
	e.points = c->points;
	e.is_weighed = c->ground->is_weighed;
	if (!is_repeat(c, &e))
		ENGINE_PUSH(c->s->evidence, e);
}

/*
 * Words that name people by a group count as people, and are never shown as
 * what a tag rests on.
 */
static bool
has_group(const struct rules_scratch *s, uint32_t first, uint32_t last)
{
	for (uint32_t i = first; i <= last; i++)
		if (s->tokens.items[i].is_group)
			return true;
	return false;
}

static void
add_passage(struct collector *c, uint32_t first, uint32_t last)
{
	const struct engine_token *a = &c->s->tokens.items[first];
	const struct engine_token *b = &c->s->tokens.items[last];
	const struct engine_entry *entry = &c->s->entries.items[a->entry];

	if (has_group(c->s, first, last))
		return;
	add_evidence(c, (struct rules_evidence){
			    .field = str_of(field_text_name(entry->text)),
			    .entry = entry->log_index,
			    .has_span = true,
			    .start = a->start,
			    .end = b->end,
			    .text = str_make(entry->content.p + a->start,
				b->end - a->start) });
}

/* The words of a joined passage, each by itself. */
static void
add_leaves(struct collector *c, uint32_t occur)
{
	uint32_t stack[LEAVES_MAX];
	size_t depth = 0;

	stack[depth++] = occur;
	while (depth > 0) {
		struct engine_occur o = c->s->work.items[stack[--depth]];

		if (o.left == ENGINE_NONE) {
			add_passage(c, o.first, o.last);
			continue;
		}
		CHECK(depth + 2 <= LEAVES_MAX);
		stack[depth++] = o.right;
		stack[depth++] = o.left;
	}
}

/* A fact's value in the author's words, or as a number. */
static struct str
fact_text(struct collector *c, const struct field *field, int64_t value)
{
	const char *word = field_value_name(field->type, (int)value);

	if (word)
		return str_of(word);
	if (field->type == FIELD_TYPE_TIME)
		return arena_strf(c->arena, "%02d:%02d", (int)(value / 60),
		    (int)(value % 60));
	return arena_strf(c->arena, "%lld", (long long)value);
}

static void
add_fact(struct collector *c, const struct engine_op *op)
{
	const struct field *field = field_get((enum field_id)op->a);
	struct rules_evidence e = { .field = str_of(field->name),
		.entry = -1,
		.text = fact_text(c, field, c->s->facts[op->a]) };

	add_evidence(c, e);
}

/* "inside sssi", "120 m from sssi" */
static void
add_layer(struct collector *c, const struct engine_op *op)
{
	const struct place_layer *layer = c->s->layers[op->a];
	struct rules_evidence e = { .field = str_of("layer"), .entry = -1 };

	if (op->code == ENGINE_INSIDE || layer->is_inside)
		e.text =
		    arena_strf(c->arena, "inside %.*s", STR_ARG(layer->name));
	else
		e.text = arena_strf(c->arena, "%ld m from %.*s",
		    facts_metres(layer), STR_ARG(layer->name));
	add_evidence(c, e);
}

static void
add_reason(struct collector *c, const struct engine_reason *r)
{
	const struct engine_op *op = &c->rs->ops[r->op];

	if (r->code == ENGINE_FACT) {
		add_fact(c, op);
	} else if (r->code == ENGINE_INSIDE || r->code == ENGINE_DISTANCE) {
		add_layer(c, op);
	} else if (r->code == ENGINE_FLAG) {
		add_evidence(c,
		    (struct rules_evidence){ .field = str_of("flag"),
			.entry = -1,
			.text =
			    str_of(check_flag_name((enum check_flag)op->a)) });
	} else if (r->code == ENGINE_RIVAL) {
		add_evidence(
		    c, (struct rules_evidence){ .field = str_of("theme"),
			   .entry = -1,
			   .text = c->rs->themes[stand_rival(c->s)->subject] });
	} else {
		for (uint32_t i = 0;
		     i < r->run.count && i < LIMITS_EVIDENCE_MAX; i++)
			add_leaves(c, r->run.begin + i);
	}
}

static void
add_ground(struct collector *c, const struct eval_ground *found)
{
	c->from = c->s->evidence.count;
	for (uint32_t i = 0; i < found->reason_count; i++)
		add_reason(c, &c->s->reasons.items[found->reasons + i]);
	/* "not …" has nothing to show, but its points are accounted for. */
	if (c->s->evidence.count == c->from)
		add_evidence(c, (struct rules_evidence){
				    .field = str_of("absence"), .entry = -1 });
}

size_t
eval_evidence(const struct ruleset *rs, struct rules_scratch *s, uint32_t index,
    const struct eval_rule *found, struct arena *arena,
    const struct rules_evidence **out)
{
	struct collector c = { .rs = rs, .s = s, .arena = arena };
	struct rules_evidence *copy;

	s->evidence.count = 0;
	for (uint32_t i = 0; i < found->ground_count; i++) {
		c.ground = &rs->grounds[rs->rules[index].grounds + i];
		c.points = found->grounds[i].points;
		if (found->grounds[i].truth == EVAL_TRUE &&
		    c.ground->kind != AST_VETO)
			add_ground(&c, &found->grounds[i]);
	}
	copy = arena_alloc(arena, s->evidence.count + 1, sizeof *copy);
	if (s->evidence.count > 0)
		memcpy(
		    copy, s->evidence.items, s->evidence.count * sizeof *copy);
	*out = copy;
	return s->evidence.count;
}
