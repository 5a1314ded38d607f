/* A byte for each step of the compiled conditions: see coverage.h. */
#include "rules/coverage.h"

#include <stdlib.h>

#include "agent/base/alloc.h"
#include "rules/diag.h"
#include "rules/engine.h"
#include "rules/eval.h"

struct coverage {
	const struct ruleset *rs; /* borrowed */
	struct engine_watch watch;
	uint8_t *seen; /* owned; of each op */
	uint32_t op_count;
};

/* Steps of all rules together; they stand one after the other. */
static uint32_t
count_ops(const struct ruleset *rs)
{
	uint32_t count = 0;

	for (uint32_t r = 0; r < rs->rule_count; r++)
		for (uint32_t i = 0; i < rs->rules[r].ground_count; i++)
			count += rs->grounds[rs->rules[r].grounds + i].op_count;
	return count;
}

struct coverage *
coverage_new(const struct ruleset *rs)
{
	struct coverage *c = alloc_zero(1, sizeof *c);

	c->rs = rs;
	c->op_count = count_ops(rs);
	c->seen = alloc_zero((size_t)c->op_count + 1, 1);
	c->watch.seen = c->seen;
	return c;
}

void
coverage_free(struct coverage **c)
{
	if (!*c)
		return;
	free((*c)->seen);
	free(*c);
	*c = NULL;
}

void
coverage_look(struct coverage *c, struct rules_scratch *s)
{
	struct eval_rule found;

	s->watch = &c->watch;
	for (uint32_t i = 0; i < c->rs->rule_count; i++)
		eval_rule(c->rs, s, i, false, &found);
	s->watch = NULL;
}

/* The rule that a step belongs to. */
static const struct engine_rule *
rule_of(const struct coverage *c, size_t op)
{
	const struct engine_rule *r = c->rs->rules;
	const struct engine_ground *last;

	for (;; r++) {
		last = &c->rs->grounds[r->grounds + r->ground_count - 1];
		if (op < last->ops + last->op_count)
			return r;
	}
}

static void
fill(const struct coverage *c, size_t op, struct coverage_leaf *out)
{
	struct span at = c->rs->ops[op].span;
	const struct ruleset_file *file = &c->rs->files[at.file];
	unsigned seen = c->seen[op];

	out->file = file->name;
	out->line = diag_line(file->text, at.start);
	out->column = diag_column(file->text, at.start);
	out->rule = rule_of(c, op)->name;
	out->text = str_make(file->text.p + at.start, at.end - at.start);
	out->seen_true = (seen & 1U << EVAL_TRUE) != 0;
	out->seen_false = (seen & 1U << EVAL_FALSE) != 0;
	out->seen_unknown = (seen & 1U << EVAL_UNKNOWN) != 0;
}

bool
coverage_next(const struct coverage *c, size_t *at, struct coverage_leaf *out)
{
	while (*at < c->op_count && !eval_is_leaf(c->rs->ops[*at].code))
		(*at)++;
	if (*at == c->op_count)
		return false;
	fill(c, (*at)++, out);
	return true;
}

bool
coverage_is_covered(const struct coverage_leaf *leaf)
{
	return leaf->seen_true && leaf->seen_false;
}

size_t
coverage_count(const struct coverage *c, size_t *covered)
{
	unsigned both = 1U << EVAL_TRUE | 1U << EVAL_FALSE;
	size_t count = 0;

	*covered = 0;
	for (uint32_t i = 0; i < c->op_count; i++) {
		if (!eval_is_leaf(c->rs->ops[i].code))
			continue;
		count++;
		*covered += (c->seen[i] & both) == both;
	}
	return count;
}
