/*
 * tippingform: what is recorded of an incident's fly-tipping, as a form or the
 * API sends it: the fields of tippings.h, referred-at, cleared-at; of a form
 * seen, the record that stood.
 */
#ifndef REVIEW_TIPPINGFORM_H
#define REVIEW_TIPPINGFORM_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"
#include "agent/store/store.h"
#include "agent/store/tippings.h"

struct err;
struct json;
struct visit;

/* A record being asked for or sent. */
struct tippingform {
	struct visit *v;
	struct store_incident row;
	struct tipping was; /* id 0: none stands */
	struct json *was_body;
	int64_t seen_id;
	int64_t referred_ms, cleared_ms;
	const char *bad; /* the field that was refused, or NULL */
	struct buf body;
	bool is_theme;
};

/*
 * The record of the incident that is the visit's arg: 1; 0 if there is no such
 * incident, or it is of other themes; or -1.  Ended by tippingform_clear().
 */
NODISCARD int tippingform_load(
    struct tippingform *f, struct visit *v, struct err *e);

/* Release what it owns. */
void tippingform_clear(struct tippingform *f);

/* What a field holds: as it was sent, else as it stands. */
struct str tippingform_value(void *user, const char *name);

/* Read what was sent: 0, or -1 with a sentence about the field bad. */
NODISCARD int tippingform_check(struct tippingform *f, struct err *e);

/* For visit_change(): record it, if the record that stands was seen. */
NODISCARD int tippingform_put(void *user, struct visit *v, struct err *e);

#endif /* REVIEW_TIPPINGFORM_H */
