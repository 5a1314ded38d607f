/* compile_private: what the compiler's files share. */
#ifndef RULES_COMPILE_PRIVATE_H
#define RULES_COMPILE_PRIVATE_H

#include "rules/engine.h"

struct namemap;

/* One entry of an index while it grows. */
struct compile_pair {
	uint32_t key, value;
};

/* Such entries, in the order they came. */
struct compile_pairs {
	struct compile_pair *items;
	size_t count, cap;
};

/* Tables while they grow; copied to the rule set's arena when done. */
struct compiler {
	struct ruleset *rs;
	const struct ast *ast;
	struct arena *scratch; /* owned */
	struct arena *words;   /* owned; of the term that is being added */
	struct namemap *terms_by_key;
	ENGINE_POOL(struct engine_term) terms;
	ENGINE_POOL(uint32_t) parts;
	ENGINE_POOL(uint32_t) subs;
	ENGINE_POOL(struct engine_scope) scopes;
	ENGINE_POOL(struct str) writers;
	ENGINE_POOL(struct engine_node) nodes;
	ENGINE_POOL(struct engine_pattern) patterns;
	ENGINE_POOL(struct engine_op) ops;
	ENGINE_POOL(struct engine_ground) grounds;
	struct compile_pairs anchors, term_lists;
};

/* Remember that key leads to value. */
void compile_pair(struct compile_pairs *p, uint32_t key, uint32_t value);

/* Make an index of the pairs for keys 0 to keys - 1, in *out. */
void compile_index(struct arena *arena, const struct compile_pairs *p,
    uint32_t keys, struct engine_index *out);

/* The series of ast, whose themes are in rs already. */
void compile_series(struct ruleset *rs, const struct ast *ast);

/* Decide which lists wake which rules; the last step. */
void compile_wakes(struct ruleset *rs, const struct ast *ast);

#endif /* RULES_COMPILE_PRIVATE_H */
