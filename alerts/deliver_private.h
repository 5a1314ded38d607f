/*
 * deliver_private: what the files of deliver share.
 *
 * deliver.c       opens, reloads, closes; what deliver.h offers
 * deliver_pump.c  claims and sends; what channels tell
 * deliver_record.c  records what ended
 * deliver_look.c  a look now and then at what waits
 *
 * One struct deliver_line for each channel, one struct deliver_flight for each item under way.
 * A flight is made when its claim is committed and dropped when its end is;
 * in between it belongs to the channel until done() gives it a verdict.
 */
#ifndef ALERTS_DELIVER_PRIVATE_H
#define ALERTS_DELIVER_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alerts/backoff.h"
#include "alerts/channel.h"
#include "alerts/deliver.h"
#include "alerts/health.h"
#include "alerts/outbox.h"

struct arena;
struct deliver_line;
struct loop_source;
struct loop_timer;

/* One item under way. */
struct deliver_flight {
	struct deliver_flight *next;
	struct deliver_line *line; /* borrowed; it stays while in_flight > 0 */
	struct outbox_item item;   /* owned; the body only until it is sent */
	int64_t since_ms;          /* monotonic */
	int64_t recorded_ms;       /* when the end was recorded */
	bool ended;                /* verdict and why hold */
	enum outbox_verdict verdict;
	char *why; /* owned */
};

/* An item claimed in a transaction that is not committed yet. */
struct deliver_claimed {
	struct deliver_line *line;
	struct outbox_item item; /* owned */
};

/* One channel. */
struct deliver_line {
	struct deliver *owner;
	struct deliver_line *next_retired;
	struct arena *arena;             /* owned; conf is in it */
	const struct conf_channel *conf; /* a copy: it outlives a reload */
	const struct channel_kind *kind;
	struct channel *channel; /* owned; NULL: closed */
	struct backoff_policy policy;
	struct health health;
	size_t in_flight;  /* flights that are not recorded yet */
	bool known;        /* the channel has said how it is */
	char *last_why;    /* owned; what was logged last */
	int64_t oldest_ms; /* of what waits, as of the last look */
	int64_t warned_ms; /* the age that was warned of */
};

struct deliver {
	const struct conf *conf;
	struct loop *loop;
	struct store *store;
	struct outbox *outbox;
	struct deliver_line **lines; /* owned, in the order of conf->channels */
	size_t line_count;
	struct deliver_line
	    *retired; /* closed by a reload, with flights to record */
	struct deliver_flight *flights;
	size_t flight_count, ended_count;
	struct deliver_claimed *claimed; /* owned; by deliver_claim() */
	size_t claimed_count;
	int64_t erased_ms;        /* what was done before has no units in it */
	struct loop_timer *timer; /* pump */
	struct loop_timer *look;  /* expire, warn, purge */
	struct loop_timer *retry; /* the database may have mended */
	struct loop_source *record; /* idle: record what has ended */
	bool draining;
	bool blocked;    /* the last transaction failed; the retry is set */
	bool in_trouble; /* it is told; until a transaction succeeds */
};

/* Claim what can go now, send it, and set the timer for the rest. */
void deliver_pump(struct deliver *d);

/* Send what deliver_claim() took, now that it is committed. */
void deliver_pump_send_claimed(struct deliver *d);

/* f has ended; copies why.  It is recorded when nothing else is ready. */
void deliver_pump_end(
    struct deliver_flight *f, enum outbox_verdict verdict, const char *why);

/* What a channel calls; user is its struct deliver_line. */
void deliver_pump_on_done(
    void *user, int64_t id, enum outbox_verdict verdict, const char *why);
void deliver_pump_on_health(void *user, bool up, const char *why);

/* Can line's channel be given an item at all? */
bool deliver_pump_can_take(const struct deliver_line *line);

/* How long line's channel may have an item. */
int64_t deliver_pump_lease_ms(const struct deliver_line *line);

/*
 * A transaction failed (e) or succeeded (NULL): said once each.  After a
 * failure nothing is claimed until the retry timer has fired.
 */
void deliver_pump_note(struct deliver *d, const struct err *e);

/* Record all that has ended.  -1: the database could not; it is kept. */
NODISCARD int deliver_record(struct deliver *d);

/* Expire, warn of what has waited for long, purge; sets its own timer. */
void deliver_look(struct deliver *d);

/* Free a line with its channel; for one without flights.  NULL is fine. */
void deliver_free_line(struct deliver_line *line);

#endif /* ALERTS_DELIVER_PRIVATE_H */
