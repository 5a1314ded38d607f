/*
 * mqtt_private: what the two files of mqtt share.
 *
 * Two halves meet under one lock.  The worker thread makes client objects,
 * connects and runs mosquitto_loop(); what it learns it puts in a list of notes
 * and rings an eventfd.  The loop thread reads the notes, and publishes
 * straight into the present client object.
 *
 *     loop thread                        worker thread
 *     mqtt_publish --- lock: client ---> mosquitto_loop --> broker
 *     on_wake <------- lock: notes ----- on_connect, on_publish, lost
 *
 * Why so: run from a foreign event loop, libmosquitto 2.0 spins at 100 % after
 * a failed TLS connection; its own thread ends silently or spins; and it
 * answers a publish without connection with an error and queues it all the
 * same.  So there is a thread of our own, and an object that has lost its
 * connection is thrown away with everything it may still hold.
 *
 * Each client object has a generation.  Notes carry it in order, so that an
 * acknowledgement of an old object can never meet a message of the new one
 * that happens to have the same packet id.
 *
 * A worker may be stuck in a name look-up or a connect when the owner wants to
 * stop.  It is then left behind: it holds what it needs itself, and whoever
 * comes last frees it.
 */
#ifndef BASE_MQTT_PRIVATE_H
#define BASE_MQTT_PRIVATE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/err.h"
#include "agent/base/mqtt.h"

struct mosquitto;

#define MQTT_TEXTS_MAX 13 /* in struct mqtt_options */

/* What a note tells. */
enum mqtt_note_kind {
	MQTT_NOTE_UP,
	MQTT_NOTE_DOWN,
	MQTT_NOTE_ACKED,
	MQTT_NOTE_ARRIVED
};

/* Messages that came together. */
struct mqtt_batch {
	struct mqtt_arrival *items; /* owned; their texts are in texts */
	char **texts;               /* owned, two of each item; or NULL */
	size_t count, cap, bytes;
};

/* One thing that the worker has learnt. */
struct mqtt_note {
	enum mqtt_note_kind kind;
	uint64_t generation;
	int mid, reason;         /* MQTT_NOTE_ACKED */
	char *why;               /* MQTT_NOTE_DOWN; owned */
	struct mqtt_batch batch; /* MQTT_NOTE_ARRIVED; owned */
};

/* What both threads see; freed by the last of the two. */
struct mqtt_worker {
	pthread_mutex_t lock;
	struct mosquitto *client; /* lock; NULL: no publishing */
	uint64_t generation;      /* lock; of the present client */
	struct mqtt_note *notes;  /* lock; owned */
	size_t note_count, note_cap;
	char *restart_why; /* lock; owned; NULL: carry on */
	bool stopping;     /* lock */
	int farewell_mid;  /* lock; its PUBACK is awaited; 0: none */
	int holders;       /* lock; 2, then 1 */
	int wake_fd;       /* rung when there are notes */
	int stop_fd;       /* rung to end a wait */
	int ended_fd;      /* rung at the very end */
	int settled_fd;    /* rung when the batch in hand is settled */

	struct mqtt_options options; /* texts owned by texts[] */
	char *texts[MQTT_TEXTS_MAX];
	size_t text_count;

	/* the worker thread's own */
	pthread_t self;
	bool connected; /* CONNACK has come */
	int64_t up_since_ms;
	bool refused;            /* trying again soon cannot help */
	struct mqtt_batch inbox; /* read and not handed over */
	char why[ERR_MSG_MAX];
	char library_error[ERR_MSG_MAX];
};

/* A worker for copies of options; its thread is not running yet. */
struct mqtt_worker *mqtt_worker_new(const struct mqtt_options *options);

/* Free one whose thread never ran. */
void mqtt_worker_free(struct mqtt_worker *w);

/* One of the two holders is done; the last frees. */
void mqtt_worker_release(struct mqtt_worker *w);

/* The thread: connects until it is told to stop, then releases. */
void *mqtt_worker_run(void *worker);

/* Free what came; *batch is empty and can be used again. */
void mqtt_worker_drop(struct mqtt_batch *batch);

/*
 * The receiving half (mqtt_receive.c).  Before the connection is made: have
 * arrivals collected.  Once it stands: ask for the topics.  Then instead of
 * mosquitto_loop(): wait, read, hand over, and answer when it is settled.
 */
void mqtt_receive_prepare(struct mqtt_worker *w, struct mosquitto *client);
void mqtt_receive_subscribe(struct mqtt_worker *w, struct mosquitto *client);
int mqtt_receive_turn(struct mqtt_worker *w, struct mosquitto *client);

/* Fill in why the connection ends; the last word counts. */
void mqtt_worker_set_why(struct mqtt_worker *w, bool refused, const char *fmt,
    ...) __attribute__((format(printf, 3, 4)));

/* Leave a note for the loop thread. */
void mqtt_worker_note(struct mqtt_worker *w, const struct mqtt_note *note);

/* Ring an eventfd, and wait at most ms for one (false: it was not rung). */
void mqtt_worker_ring(int fd);
bool mqtt_worker_wait(int fd, int64_t ms);

#endif /* BASE_MQTT_PRIVATE_H */
