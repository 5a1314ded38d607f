/*
 * refuse: words that are evidence of nothing.
 *
 * Conduct, not identity: no word for an ethnic or national group or a religion
 * said of people, and no appearance code, may give, take, need or veto
 * (Equality Act 2010 s149; docs/RULES.md, "What is refused").  The names of
 * animals and of places that contain such a word ("german shepherd", "gypsy
 * lane") may stand in lists that say so, animals and names, if the word after
 * it is what such a name ends in: a breed or a kind of animal, a kind of road
 * or building.
 */
#ifndef RULES_REFUSE_H
#define RULES_REFUSE_H

#include <stdbool.h>
#include <stddef.h>

#include "rules/ast.h"
#include "rules/terms.h"

struct arena;

/*
 * The refused word that these parts would match, or absent.  slack is the
 * number of letters that may be wrong.  Gaps may be empty in a text, so the
 * words on both sides of one count as neighbours.
 */
struct str refuse_find(const struct term_part *parts, size_t count, int slack,
    enum ast_list_kind kind);

/*
 * The refused word in a title, reason or name that people will read, or
 * absent.  Names of animals and places are no such words.
 */
struct str refuse_find_text(struct arena *arena, struct str text);

/*
 * Could this one word be half of what refuse_find_join() refuses?  The checker
 * keeps such words at their list.
 */
bool refuse_is_shard(const struct term_part *parts, size_t count);

/*
 * The refused word or words that the two sides of a join would find next to
 * each other ("black" near 2 "males", "gyp" before 1 "sy"), or absent.
 */
struct str refuse_find_join(
    struct arena *arena, const struct ast_pattern *join);

#endif /* RULES_REFUSE_H */
