/*
 * health: whether a channel is up, and how many items it may be given.
 *
 * A channel's health is kept apart from the retries of its items: when a peer
 * is away, not every item must learn it.  After HEALTH_STREAK_MAX verdicts
 * "later" in a row, or when the channel says so itself, it is down: its items
 * stay queued with their own due times and one at a time is tried, a backoff
 * step apart.  When one gets through (or the channel says it is connected) it
 * is up again and takes one, then two, then four at a time.
 *
 *            later x 3, told "down"
 *        UP ------------------------> DOWN --+ later: next step
 *         ^                            |  ^--+
 *         +--- delivered or refused ---+
 *              told "up"
 *
 * Pure: time (monotonic, ms) and chance are passed in.
 */
#ifndef ALERTS_HEALTH_H
#define ALERTS_HEALTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alerts/backoff.h"
#include "alerts/outbox.h"

#define HEALTH_STREAK_MAX 3

/* The health of one channel. */
struct health {
	bool down;
	uint32_t streak;       /* verdicts "later" in a row */
	uint32_t step;         /* probes that failed; 0 while up */
	int64_t down_since_ms; /* while down */
	int64_t probe_ms;      /* while down: one item from then on */
	size_t window;         /* how many may be in flight while up */
	size_t window_max;
};

/* What an event changed. */
enum health_change {
	HEALTH_SAME,
	HEALTH_WENT_DOWN,
	HEALTH_CAME_UP
};

/* Up, with room for window_max. */
void health_init(struct health *h, size_t window_max);

/* An attempt ended with verdict.  policy and jitter time the next probe. */
enum health_change health_note(struct health *h, enum outbox_verdict verdict,
    const struct backoff_policy *policy, int64_t now_ms, uint32_t jitter);

/* The channel itself says that its peer is there, or is not. */
enum health_change health_tell(struct health *h, bool up,
    const struct backoff_policy *policy, int64_t now_ms, uint32_t jitter);

/* How many more items may be sent while in_flight are under way. */
size_t health_room(const struct health *h, size_t in_flight, int64_t now_ms);

/*
 * When time alone will next make room: now_ms or before if there is some,
 * INT64_MAX if what is in flight must end first.
 */
int64_t health_room_at(
    const struct health *h, size_t in_flight, int64_t now_ms);

#endif /* ALERTS_HEALTH_H */
