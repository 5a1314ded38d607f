/*
 * parse: the tokens of rule files as a tree.
 *
 * Recursive descent; brackets are limited, so is the stack.  After a problem
 * the rest of the item (rule, list, context or test) is left out and reading
 * goes on at the next line that begins one.
 */
#ifndef RULES_PARSE_H
#define RULES_PARSE_H

#include "rules/ast.h"
#include "rules/diag.h"

/*
 * Add what file number index of d says to ast.  Problems go to d.  Files that
 * end in .list are no rules and are not for this function.
 */
void parse_file(struct diags *d, uint32_t index, struct ast *ast);

/*
 * The terms of a .list file, one a line, "#" begins a comment; chained in
 * *out.  Problems go to d.
 */
void parse_list_file(struct diags *d, uint32_t index, struct ast_term **out);

#endif /* RULES_PARSE_H */
