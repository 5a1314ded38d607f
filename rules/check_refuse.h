/* check_refuse: what the checker refuses, reported with what to write. */
#ifndef RULES_CHECK_REFUSE_H
#define RULES_CHECK_REFUSE_H

#include "rules/ast.h"
#include "rules/diag.h"
#include "rules/terms.h"

/*
 * Judge a term of a list, cut into parts, and keep what may be half of one.
 * False: it is neither, in whatever list of its kind it stands.
 */
bool check_refuse_term(struct diags *d, struct ast_list *list,
    const struct ast_term *t, const struct term_part *parts, size_t count);

/* Judge a text or name that people will read as a reason. */
void check_refuse_text(struct diags *d, struct str text, struct span at);

/* Judge the joins of a pattern whose lists are resolved. */
void check_refuse_pattern(struct diags *d, const struct ast_pattern *n);

#endif /* RULES_CHECK_REFUSE_H */
