/*
 * lineform: a line for an entry of the register of encampments, as a form or
 * the API sends it.
 *
 * kind, or line (to be corrected; in the API corrects); of (in the API
 * deadline), at, and the fields of the kind (campwords.h).
 */
#ifndef REVIEW_LINEFORM_H
#define REVIEW_LINEFORM_H

#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"
#include "agent/review/dossier.h"
#include "agent/store/campwords.h"

struct err;
struct visit;

/* A line being asked for or sent; the caller clears body and the dossier. */
struct lineform {
	struct visit *v;
	struct dossier d;
	enum campword_kind kind;
	int64_t turns;
	int64_t corrects_id, refers_id; /* 0: none */
	const struct dossier_line *was; /* the line corrected, or NULL */
	int64_t at_ms;
	const char *bad; /* the field that was refused, or NULL */
	struct buf body;
	int64_t line_id; /* that was made */
};

/*
 * What is asked for of the entry that is the visit's arg: 1; 0 if there is no
 * such entry (then d.camp.id is 0), kind or line; or -1.  Records the look.
 */
NODISCARD int lineform_read(struct lineform *f, struct visit *v, struct err *e);

/* What a field holds: as it was sent, else as it was, else as asked for. */
struct str lineform_value(void *user, const char *name);

/* Read time and fields: 0, or -1 with a sentence about the field bad. */
NODISCARD int lineform_check(struct lineform *f, struct err *e);

/* For visit_change(): add the line, if the version is turns. */
NODISCARD int lineform_add(void *user, struct visit *v, struct err *e);

#endif /* REVIEW_LINEFORM_H */
