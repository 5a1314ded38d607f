/*
 * mqtt: one connection to one broker, for publishing or for receiving.  The
 * one door to libmosquitto.
 *
 * Each connection has a thread of its own that only moves messages; all else,
 * the callbacks included, is on the loop thread.  The connection is made, and
 * made again after a wait whenever it is lost, for as long as it is open.
 * Messages go with QoS 1.  The library's own queue is never relied on: a
 * message is taken only between the broker's CONNACK and the loss of the
 * connection, and each new connection is a new client object that knows
 * nothing of the last one's messages.  Those not acknowledged when down() is
 * called will never be: the owner publishes them again.
 *
 * With a filter the connection is for receiving.  Messages come in batches, in
 * the order of their arrival, and the broker is told that it is rid of a batch
 * only when the owner has settled it; no more come meanwhile.  The broker keeps
 * what comes while we are away, if the session is not clean, and sends again
 * what was not settled.
 *
 * The owner of a status topic sees there, retained: online after each connect,
 * offline on a clean stop, lost (the last will) otherwise.
 *
 * The program ignores SIGPIPE (loop_new() sees to it).
 */
#ifndef BASE_MQTT_H
#define BASE_MQTT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"

struct err;
struct loop;
struct mqtt; /* opaque; belongs to the loop thread */

/* Answers to a message that are not about this moment (MQTT 5, 3.4.2.1). */
enum mqtt_reason {
	MQTT_SUCCESS = 0,
	MQTT_REFUSAL = 128, /* from here on */
	MQTT_NOT_AUTHORISED = 135,
	MQTT_TOPIC_INVALID = 144,
	MQTT_TOO_LARGE = 149,
	MQTT_PAYLOAD_INVALID = 153
};

/* How to connect.  Texts are copied by mqtt_open(). */
struct mqtt_options {
	const char *name; /* for messages: "channel broker" */
	const char *host;
	int64_t port;
	bool v5;                   /* MQTT 5, else 3.1.1 */
	bool clean;                /* forget the session at connect */
	const char *client_id;     /* unique at the broker */
	const char *username;      /* NULL: no login */
	const char *password_file; /* read at each connect; NULL: none */
	bool tls;              /* from the first byte; the name is checked */
	const char *ca_file;   /* NULL: the system's authorities */
	const char *cert_file; /* client certificate; NULL: none */
	const char *key_file;
	const char *status_topic; /* NULL: none of the three below */
	const char *status_online, *status_offline, *status_lost;
	int64_t keepalive_s;
	int64_t timeout_ms;  /* from TCP connection to CONNACK */
	int64_t wait_min_ms; /* first wait before connecting again */
	int64_t wait_max_ms; /* no wait is longer; the wait after a refusal */
	const char *filter;  /* topics to receive, with QoS 1; NULL: none */
};

/* Bytes of a payload beyond which it is not kept. */
#define MQTT_PAYLOAD_MAX 65536

/* A message that came; borrowed for the call. */
struct mqtt_arrival {
	struct str topic;
	struct str payload;
	bool is_retained;  /* it was there before we asked */
	bool is_too_large; /* payload is absent */
};

/* What the owner is told, from the loop and never from within a call. */
struct mqtt_events {
	/* Messages are taken from now on. */
	void (*up)(void *user);
	/*
	 * The connection is lost or could not be made; what is not
	 * acknowledged is lost with it.  why names cause and cure.
	 */
	void (*down)(void *user, const char *why);
	/*
	 * The broker answered message mid with an MQTT 5 reason code: 0 on
	 * 3.1.1, from 128 on a refusal.  Other mids than the owner's may come.
	 */
	void (*acked)(void *user, int mid, int reason);
	/*
	 * Only with a filter: messages have come.  mqtt_settle() follows,
	 * within the call or later, when they are where they cannot be lost.
	 */
	void (*arrived)(
	    void *user, const struct mqtt_arrival *messages, size_t count);
	void *user;
};

/* A message; all borrowed for the call. */
struct mqtt_message {
	const char *topic;
	struct str payload;
	const char *content_type;     /* MQTT 5 only, as all below */
	int64_t expiry_s;             /* 0: none */
	const char *const (*user)[2]; /* user properties: name, value */
	size_t user_count;
};

/*
 * Begin to connect.  Borrows loop until mqtt_close().  A broker that is away
 * is no error.  The caller owns *out (mqtt_close).
 */
NODISCARD int mqtt_open(const struct mqtt_options *options, struct loop *loop,
    const struct mqtt_events *events, struct mqtt **out, struct err *e);

/* True between up() and down(). */
bool mqtt_is_up(const struct mqtt *m);

/*
 * Publish with QoS 1; acked() or down() follows.  Sets *mid, which is unique
 * among the unacknowledged of this connection.  Errors: ERR_TEMPORARY, the
 * connection is gone, down() follows; ERR_INVALID, no broker can take it
 * (topic, UTF-8); ERR_PERMANENT, this broker does not (size).
 */
NODISCARD int mqtt_publish(
    struct mqtt *m, const struct mqtt_message *msg, int *mid, struct err *e);

/* What arrived() gave last is on disk: the broker may forget it. */
void mqtt_settle(struct mqtt *m);

/* Give the connection up as dead and make a new one; why as for down(). */
void mqtt_restart(struct mqtt *m, const char *why);

/*
 * Say offline, disconnect, release *m and set it NULL.  No callback comes any
 * more.  Waits for a broker that hangs at most 2 s.  NULL is fine.
 */
void mqtt_close(struct mqtt **m);

/*
 * Connect, log in and leave, blocking for at most options->timeout_ms (and 2 s
 * to leave).  The error says what to do about it.
 */
NODISCARD int mqtt_probe(const struct mqtt_options *options, struct err *e);

/* The words for an MQTT 5 reason code, such as "Not authorized". */
const char *mqtt_reason_text(int reason);

#endif /* BASE_MQTT_H */
