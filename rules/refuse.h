/*
 * refuse: words that are evidence of nothing.
 *
 * Conduct, not identity: no word for an ethnic or national group or a religion
 * said of people, and no appearance code, may give, take, need or veto
 * (Equality Act 2010 s149; docs/RULES.md, "What is refused").  The names of
 * animals and of places that contain such a word ("german shepherd", "gypsy
 * lane") may stand in lists that say so: animals and names.
 */
#ifndef RULES_REFUSE_H
#define RULES_REFUSE_H

#include <stdbool.h>
#include <stddef.h>

#include "rules/ast.h"
#include "rules/terms.h"

/*
 * The refused word that these parts would match, or absent.  slack is the
 * number of letters that may be wrong.
 */
struct str refuse_find(const struct term_part *parts, size_t count, int slack,
    enum ast_list_kind kind);

/* The refused word in a title or name that people will read, or absent. */
struct str refuse_find_text(struct str text);

#endif /* RULES_REFUSE_H */
