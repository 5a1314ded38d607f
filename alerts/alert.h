/*
 * alert: one reason to tell people about one theme of one incident.
 *
 * Policy makes alerts; rendering turns one into the text of each channel; the
 * outbox keeps one delivery for each recipient.  Everything here is borrowed
 * for the time of one decision.
 */
#ifndef ALERTS_ALERT_H
#define ALERTS_ALERT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/str.h"
#include "agent/conf/conf.h"
#include "agent/geo/place.h"
#include "agent/incident/incident.h"
#include "agent/incident/plates.h"
#include "agent/tracks/nearby.h"
#include "rules/ruleset.h"

/* Units that stand in an alert, at most. */
#define ALERT_UNITS_MAX 3

#define ALERT_ID_MAX 64 /* with the NUL */

/* Why people are told.  Stored: never renumber, only append. */
enum alert_reason {
	ALERT_NONE = 0,      /* nothing to say */
	ALERT_FIRST = 1,     /* not told of this theme before */
	ALERT_RAISED = 2,    /* told "review", now "alert" */
	ALERT_LOWERED = 3,   /* told "alert", now "review" */
	ALERT_WITHDRAWN = 4, /* told, and the theme no longer stands */
	ALERT_TAKEN = 5,     /* told, and somebody has it now */
	ALERT_RELEASED = 6,  /* told that somebody had it, and nobody has */
	ALERT_ENTERED = 7,   /* a unit came into an area (areatell.h) */
	ALERT_LEFT = 8,      /* likewise, left it */
	ALERT_DWELT = 9,     /* is in it for long */
	ALERT_CROSSED = 10   /* crossed a line */
};

struct alert {
	char alert_id[ALERT_ID_MAX];
	enum alert_reason reason;
	struct str feed;
	struct str theme;
	enum rules_level level;      /* what is true now */
	enum rules_level told_level; /* what was last told */
	const struct rules_tag *tag; /* NULL when withdrawn */
	const struct incident *incident;
	const struct place *place;
	bool in_progress;
	bool rural_crime;
	const char *rule_set; /* "sha256:…" */
	const struct plate *plates;
	size_t plate_count;
	const struct nearby *units; /* the nearest that are not stale */
	size_t unit_count;
	struct str taker; /* who has it (takers.h); absent: nobody */
	int64_t taken_ms; /* since when */
	int64_t taker_turns;
	/* Its distinct messages, and how often others have changed its tags. */
	int64_t revision;
	int64_t now_ms; /* when it was decided */
};

/* "first", "raised", "lowered", …; "entered" and so on of areas. */
const char *alert_reason_name(enum alert_reason reason);

#endif /* ALERTS_ALERT_H */
