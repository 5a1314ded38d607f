/*
 * check: does what the author wrote make sense?
 *
 * Names are resolved, words judged against the limits and the refusals, rules
 * for being whole and able to fire.  After a check without errors the compiler
 * needs to look for none.
 */
#ifndef RULES_CHECK_H
#define RULES_CHECK_H

#include "rules/ast.h"
#include "rules/diag.h"

/* The flags, from flags.def, in the order of their names. */
enum check_flag {
#define FLAG(id, name, help) CHECK_FLAG_##id,
#include "rules/flags.def"
#undef FLAG
	CHECK_FLAG_COUNT
};

/* Judge and resolve all of ast; problems go to d. */
void check_all(struct diags *d, struct ast *ast);

/* The name of a flag, and its help line. */
const char *check_flag_name(enum check_flag flag);
const char *check_flag_help(enum check_flag flag);

/* The flag called name, or -1. */
int check_flag_find(struct str name);

#endif /* RULES_CHECK_H */
