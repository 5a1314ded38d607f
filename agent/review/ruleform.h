/* ruleform: the form with the text of a file of rules. */
#ifndef REVIEW_RULEFORM_H
#define REVIEW_RULEFORM_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"

struct err;
struct rulebook_draft;
struct rulecheck;
struct visit;

/* What it shows; borrowed. */
struct ruleform {
	int64_t id;   /* of the change; 0: a new one */
	int64_t seen; /* its number of changes */
	struct str file, text, reason;
	bool is_left_out;
	bool is_named;       /* the file's name is given, and not asked for */
	const char *problem; /* why it was not taken; NULL */
};

/* Write the form. */
void ruleform_print(struct visit *v, const struct ruleform *form);

/*
 * Read it, tidied, into the desk's arena, and check the text: draft->check is
 * check, which the caller releases in any case.  -1: ERR_INVALID is a sentence.
 */
NODISCARD int ruleform_read(struct visit *v, struct rulebook_draft *draft,
    struct rulecheck *check, struct err *e);

/* The same of what came in another way: text is not tidied yet. */
NODISCARD int ruleform_take(struct visit *v, struct str text,
    struct rulebook_draft *draft, struct rulecheck *check, struct err *e);

#endif /* REVIEW_RULEFORM_H */
