/*
 * A condition is not copied: nothing changes one once it has been checked.
 */
#include "rules/weigh.h"

#include "agent/base/arena.h"
#include "rules/ast.h"

/* Does the weigh speak for what the rule speaks for? */
static bool
concerns(const struct ast_rule *weigh, const struct ast_rule *rule)
{
	if (str_is_given(weigh->theme.text))
		return str_is_equal(weigh->theme.text, rule->theme.text);
	return str_is_given(weigh->flag.text) &&
	       str_is_equal(weigh->flag.text, rule->flag.text);
}

static long
most_points(const struct ast_rule *weigh)
{
	long points = 0;

	for (const struct ast_ground *g = weigh->grounds; g; g = g->next)
		if (g->kind == AST_GIVE)
			points += g->cap;
	return points;
}

size_t
weigh_count(const struct ast *ast, const struct ast_rule *rule)
{
	size_t count = 0;

	for (const struct ast_rule *w = ast->weighs; w; w = w->next)
		if (concerns(w, rule))
			count += w->ground_count;
	return count;
}

long
weigh_points(const struct ast *ast, const struct ast_rule *rule)
{
	long points = 0;

	for (const struct ast_rule *w = ast->weighs; w; w = w->next)
		if (concerns(w, rule))
			points += most_points(w);
	return points;
}

bool
weigh_has_rule(const struct ast *ast, const struct ast_rule *weigh)
{
	for (const struct ast_rule *r = ast->rules; r; r = r->next)
		if (concerns(weigh, r))
			return true;
	return false;
}

static void
spread_one(
    struct arena *arena, const struct ast_rule *weigh, struct ast_rule *rule)
{
	struct ast_ground **end = &rule->grounds;

	while (*end)
		end = &(*end)->next;
	for (const struct ast_ground *g = weigh->grounds; g; g = g->next) {
		*end = arena_alloc(arena, 1, sizeof **end);
		**end = *g;
		(*end)->next = NULL;
		(*end)->is_weighed = true;
		end = &(*end)->next;
		rule->ground_count++;
	}
}

void
weigh_spread(struct arena *arena, struct ast *ast)
{
	for (const struct ast_rule *w = ast->weighs; w; w = w->next)
		for (struct ast_rule *r = ast->rules; r; r = r->next)
			if (concerns(w, r))
				spread_one(arena, w, r);
}
