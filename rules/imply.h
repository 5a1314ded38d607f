/*
 * imply: which passages are there because others are.
 *
 * Where "@dogs near 5 @hares" is found, so is "@dogs same entry @hares", and
 * @dogs.  Only what the form of two conditions shows is seen.
 */
#ifndef RULES_IMPLY_H
#define RULES_IMPLY_H

#include "rules/ast.h"

/*
 * True if b, a condition about text that the checker has found right, is true
 * wherever a is; false if that cannot be seen.
 */
bool imply_text(const struct ast_cond *a, const struct ast_cond *b);

#endif /* RULES_IMPLY_H */
