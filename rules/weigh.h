/*
 * weigh: points that count in every rule of a theme or flag.
 *
 * What a log says as a whole, many words of which each says little, belongs to
 * no rule alone.  A weigh says it once; its grounds are put behind those of
 * each rule of its subject, shadow rules too, so that all that reads rules
 * (the engine, explain, the smallest change that would flip one) meets them as
 * grounds like any other, at their own place in their own file.
 */
#ifndef RULES_WEIGH_H
#define RULES_WEIGH_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct ast;
struct ast_rule;

/* How many grounds the weighs of rule's subject have. */
size_t weigh_count(const struct ast *ast, const struct ast_rule *rule);

/* How many points they give at the most. */
long weigh_points(const struct ast *ast, const struct ast_rule *rule);

/* Is there a rule for the subject of weigh? */
bool weigh_has_rule(const struct ast *ast, const struct ast_rule *weigh);

/* Put the grounds of all weighs into the rules; copies are the arena's. */
void weigh_spread(struct arena *arena, struct ast *ast);

#endif /* RULES_WEIGH_H */
