/* check_private: what the checker's files share and nobody else sees. */
#ifndef RULES_CHECK_PRIVATE_H
#define RULES_CHECK_PRIVATE_H

#include "rules/ast.h"
#include "rules/diag.h"
#include "rules/limits.h"

struct namemap;

/* One check of all files; names map to what the author wrote under them. */
struct checker {
	bool in_weigh;            /* what is checked belongs to a weigh */
	struct namemap *harmless; /* words that are never refused, by key */
	struct diags *d;
	struct ast *ast;
	struct namemap *lists, *contexts, *rules, *weighs, *series, *themes;
	struct str writers[LIMITS_WRITERS_MAX];
	size_t writer_count;
	struct str layers[LIMITS_LAYERS_MAX];
	size_t layer_count;
};

/* Note "did you mean", with mark before the nearest name of m, or else_note. */
void check_note_nearest(struct checker *c, const struct namemap *m,
    struct str name, const char *mark, const char *else_note);

/* Report a theme that is not declared. */
void check_theme(struct checker *c, struct ast_name name);

/* Report a flag that does not exist. */
void check_flag(struct checker *c, struct ast_name name);

/* Check all series; names have been collected. */
void check_series(struct checker *c);

#endif /* RULES_CHECK_PRIVATE_H */
