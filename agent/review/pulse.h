/*
 * pulse: how the agent's moving parts are, as it last told the review service.
 *
 * What is on disk the pages read there.  Whether a channel has its peer and a
 * feed its folder only the loop knows: it leaves a copy here every few seconds
 * (service_tell), and pages read that (service_pulse).
 */
#ifndef REVIEW_PULSE_H
#define REVIEW_PULSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PULSE_MAX      16 /* channels and feeds: what a configuration has */
#define PULSE_NAME_MAX 33
#define PULSE_WHY_MAX  200

/* A channel. */
struct pulse_channel {
	char name[PULSE_NAME_MAX], kind[16];
	bool is_up;
	int64_t down_ms; /* for how long not; 0 if it is */
	size_t in_flight;
	char why[PULSE_WHY_MAX]; /* it is not; "" if it is */
};

/* A source of incidents or recordings. */
struct pulse_feed {
	char name[PULSE_NAME_MAX], kind[16];
	bool is_open, has_work;
	int64_t last_commit_ms; /* CLOCK_NONE: none since the start */
	int64_t stuck_since_ms; /* CLOCK_NONE: is not */
};

/* The rules in use. */
struct pulse_rules {
	int64_t since_ms; /* start or reload; CLOCK_NONE: not told yet */
	size_t count;
	bool own_left_out; /* the force's own files are wrong: not in use */
	char hash[80];     /* "sha256:…" */
	char dir[1100];
};

/* All of them. */
struct pulse {
	int64_t at_ms; /* CLOCK_NONE: nothing was told yet */
	struct pulse_channel channels[PULSE_MAX];
	size_t channel_count;
	struct pulse_feed feeds[PULSE_MAX];
	size_t feed_count;
	struct pulse_rules rules;
};

#endif /* REVIEW_PULSE_H */
