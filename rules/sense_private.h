/* sense_private: what the two files of sense share. */
#ifndef RULES_SENSE_PRIVATE_H
#define RULES_SENSE_PRIVATE_H

#include "rules/norm.h"
#include "rules/sense.h"

/* A look through all rules. */
struct sense {
	struct diags *d;
	const struct ast *ast;
	struct arena *arena; /* for the time of the look */
	unsigned flags;      /* bits of the flags that some rule gives */
};

/*
 * Look at a ground's condition and its parts.  Returns true if all of it is
 * always or never true, which has been said.
 */
bool sense_cond(struct sense *s, const struct ast_cond *n);

/* Look at a rule as a whole; its conditions have been looked at. */
void sense_rule(struct sense *s, const struct ast_rule *r);

/* Look at a weigh. */
void sense_weigh(struct sense *s, const struct ast_rule *w);

/* The line on which a span begins. */
size_t sense_line(const struct sense *s, struct span at);

#endif /* RULES_SENSE_PRIVATE_H */
