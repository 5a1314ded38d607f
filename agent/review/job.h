/*
 * job: one incident on an officer's phone: what, where, when, who has it, and
 * three buttons.  The same screen for whoever is logged in and for whoever
 * followed the link in an alert, each as far as they may see.
 */
#ifndef REVIEW_JOB_H
#define REVIEW_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"
#include "agent/incident/incident.h"
#include "agent/store/store.h"
#include "agent/store/takers.h"

struct err;
struct guest;
struct visit;

/* The way back to what a press came to: "?once=…". */
#define JOB_ONCE "once"

/* All that the screen shows; texts are the desk's arena's. */
struct job {
	struct visit *v;
	const struct guest *guest; /* who came by a link; NULL: an account */
	const char *path;          /* of the screen: "/job/17" */
	struct store_incident row;
	struct incident record;
	bool is_unreadable;     /* the log cannot be read any more */
	struct str themes;      /* "Hare coursing, Fuel theft"; or empty */
	bool is_alert;          /* one of them is */
	struct taker_now now;   /* who has it */
	struct taker_row *said; /* all that was said, oldest first */
	size_t said_count;
};

/* May the visitor see plates, notes and the exact place? */
bool job_is_team(const struct job *j);

/* The name of whoever that actor is, as the visitor may know it. */
struct str job_name_of(const struct job *j, struct str actor);

/* Write the whole screen. */
void job_print(struct job *j);

/* A whole screen that says one thing, with a status and a way back. */
void job_say(struct visit *v, unsigned status, const char *title,
    const char *what, const char *back);

#endif /* REVIEW_JOB_H */
