/*
 * whynot: the themes that do not stand on an incident, each with the rule that
 * came nearest, by the rules that run now.
 */
#ifndef REVIEW_WHYNOT_H
#define REVIEW_WHYNOT_H

#include <stddef.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"
#include "agent/incident/incident.h"
#include "agent/store/store.h"
#include "rules/nearest.h"

struct err;
struct ruleset;
struct visit;

#define WHYNOT_THEMES_MAX 64

/* A theme that does not stand. */
struct whynot_absent {
	struct str theme;
	struct nearest near;
};

/* What is asked about; v and rules are set by the caller, else zero. */
struct whynot {
	struct visit *v;
	const struct ruleset *rules;
	struct store_incident row;
	struct incident record;
	struct str standing[WHYNOT_THEMES_MAX];
	size_t standing_count;
	struct whynot_absent absent[WHYNOT_THEMES_MAX]; /* the nearest first */
	size_t absent_count;
};

/*
 * Read the incident and what stands: 1; 0 if there is none; or -1, ERR_CORRUPT
 * if its log cannot be read any more.
 */
NODISCARD int whynot_load(struct whynot *w, int64_t id, struct err *e);

/* Then: find the themes that do not. */
void whynot_find(struct whynot *w);

/* How many points the nearest rule lacked. */
int whynot_missing(const struct nearest *n);

#endif /* REVIEW_WHYNOT_H */
