/*
 * sim: time, the event loop and the channels, as a scenario wants them.
 *
 * Takes the place of base/loop and of alerts/channel below the real delivery:
 * timers fire in simulated time (base/clock's fake), and a channel answers
 * what it was told to answer, remembering every attempt.
 */
#ifndef REPLAY_SIM_H
#define REPLAY_SIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/loop.h"
#include "alerts/outbox.h"

#define SIM_NAME_MAX 64

/* What a channel says to an attempt. */
enum sim_answer {
	SIM_OK,
	SIM_LATER,
	SIM_REFUSED,
	SIM_NOTHING /* the attempt stays in flight */
};

/* One attempt that a channel was asked for. */
struct sim_attempt {
	int64_t at_ms;
	char channel[SIM_NAME_MAX], recipient[SIM_NAME_MAX];
	char theme[SIM_NAME_MAX], key[SIM_NAME_MAX];
	int64_t incident_id;
	int reason, level;
	char *body;      /* owned */
	bool is_arrived; /* answered with SIM_OK */
	bool is_claimed; /* an expectation was about it */
};

/* All that was attempted, in order; owned by the module until sim_end(). */
struct sim_attempt *sim_attempts(size_t *count);

/* A new loop, no channels, nothing attempted; the clock at now_ms. */
struct loop *sim_begin(int64_t now_ms);

/* Free everything that sim_begin() and the run have made. */
void sim_end(struct loop **loop);

/* Let time pass until until_ms, firing what is due on the way. */
void sim_run(struct loop *loop, int64_t until_ms);

/*
 * From now on the channel called name answers so, saying why; times > 0: only
 * so often, then SIM_OK.
 */
void sim_answers(
    const char *name, enum sim_answer answer, const char *why, int times);

/* The channel called name loses (false) or finds (true) its peer. */
void sim_tell(const char *name, bool up, const char *why);

#endif /* REPLAY_SIM_H */
