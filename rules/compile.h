/* compile: a checked tree as the engine's tables. */
#ifndef RULES_COMPILE_H
#define RULES_COMPILE_H

#include "rules/engine.h"

/*
 * Fill the tables of rs from ast, which a check has found without errors and
 * which lives in rs's arena.  Cannot fail.
 */
void compile_all(struct ruleset *rs, const struct ast *ast);

#endif /* RULES_COMPILE_H */
