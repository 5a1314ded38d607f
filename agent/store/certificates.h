/*
 * certificates: proof of what was erased, that says nothing of what it said.
 *
 * A certificate covers what one run erased by one rule: how many incidents,
 * messages and so on, and for each incident its number here and a digest of
 * its feed and reference with the certificate's salt.  Who has a reference can
 * ask whether it was erased, when and by which rule; from the certificate
 * nobody learns the reference.
 *
 *     item    SHA-256 of salt, feed, LF, reference
 *     digest  SHA-256 of the digest before it (zeros at first) and the item,
 *             item by item
 *
 * One is open while its run goes on; each transaction that erases adds to it,
 * so that a run that was killed is taken up where it was.  When it is ended an
 * "erasure" line of the audit log carries its number and digest, and it keeps
 * that line's number and digest: its place in the chain.
 */
#ifndef STORE_CERTIFICATES_H
#define STORE_CERTIFICATES_H

#include <stdint.h>

#include "agent/base/hash.h"
#include "agent/base/own.h"
#include "agent/base/str.h"

struct arena;
struct certificates; /* opaque; one connection, one thread */
struct err;
struct store;

/* How much was erased. */
struct certificate_counts {
	int64_t incidents, messages, tags, deliveries, decisions;
	int64_t quarantined, files;
};

/* A certificate; text is borrowed for the call that shows it. */
struct certificate {
	int64_t id;
	struct str class; /* of the configuration; "untagged"; "copies" */
	struct str rule;  /* JSON: what it said at the time */
	struct str actor;
	int64_t begun_ms;
	int64_t ended_ms; /* CLOCK_NONE: its run goes on, or was killed */
	struct certificate_counts counts;
	uint8_t digest[HASH_BYTES];
	int64_t audit_id; /* 0 until it is ended */
	uint8_t audit_hash[HASH_BYTES];
};

/* Borrows store until certificates_close().  The caller owns *out. */
NODISCARD int certificates_open(
    struct store *store, struct certificates **out, struct err *e);

/* Release *c and set it NULL.  NULL is fine. */
void certificates_close(struct certificates **c);

/*
 * The open certificate of class, made if there is none: its id in *id.  One
 * of another rule is ended first.  In the caller's transaction, as all below
 * that writes.
 */
NODISCARD int certificates_begin(struct certificates *c, struct str class,
    struct str rule, const char *actor, int64_t now_ms, int64_t *id,
    struct err *e);

/* Incident incident_id is erased in this transaction. */
NODISCARD int certificates_add_incident(struct certificates *c, int64_t id,
    int64_t incident_id, struct str feed, struct str ref, struct err *e);

/* Add what was erased to certificate id. */
NODISCARD int certificates_count(struct certificates *c, int64_t id,
    const struct certificate_counts *counts, struct err *e);

/* End all that are open, each with its line in the audit log. */
NODISCARD int certificates_end(
    struct certificates *c, const char *actor, int64_t now_ms, struct err *e);

/* Is any open?  1, 0 or -1. */
NODISCARD int certificates_is_open(struct certificates *c, struct err *e);

/* Call each for those before id before (0: from the last), at most limit. */
NODISCARD int certificates_list(struct certificates *c, int64_t before,
    int64_t limit, void (*each)(void *user, const struct certificate *one),
    void *user, struct err *e);

/* Call each with the one: 1, 0 if there is none, -1. */
NODISCARD int certificates_find(struct certificates *c, int64_t id,
    void (*each)(void *user, const struct certificate *one), void *user,
    struct err *e);

/*
 * Work out the digest of certificate id anew and compare it, the number of
 * its incidents and its place in the chain.  0: it is as it was written; 1: it
 * is not, and *why (in arena) says how; -1.
 */
NODISCARD int certificates_verify(struct certificates *c, int64_t id,
    struct arena *arena, struct str *why, struct err *e);

/* Call each for the certificates that cover a reference of a feed. */
NODISCARD int certificates_of(struct certificates *c, struct str feed,
    struct str ref, void (*each)(void *user, const struct certificate *one),
    void *user, struct err *e);

#endif /* STORE_CERTIFICATES_H */
