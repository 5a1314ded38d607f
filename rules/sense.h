/*
 * sense: what is right by the grammar and surely not meant.
 *
 * Conditions that are always or never true, the same said twice, rules that
 * always agree: warnings, after a check without errors.
 */
#ifndef RULES_SENSE_H
#define RULES_SENSE_H

#include "rules/ast.h"
#include "rules/diag.h"

/* Look through all rules of ast; warnings go to d. */
void sense_check(struct diags *d, const struct ast *ast);

#endif /* RULES_SENSE_H */
