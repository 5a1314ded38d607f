/*
 * decide: which alerts follow from what is now known of an incident.
 *
 * For each theme that stands or was told of, and each recipient of the
 * configuration, policy is asked; each reason becomes one delivery in the
 * outbox, one row of what was told, and one "disclosure" line in the audit
 * log, all in the transaction of the incident itself.
 *
 * When somebody has the incident now, or nobody has any more, each recipient
 * who hears of a theme that stands is told that once, of the gravest such
 * theme, unless it was by the recipient's own link.
 *
 * One alert is (incident, theme, reason, revision), whoever is told: its id is
 * made from those and nothing else, so that deciding the same again makes the
 * same id and adds nothing.  Somebody who is added to the configuration is
 * told from the next message of an incident on.
 */
#ifndef ALERTS_DECIDE_H
#define ALERTS_DECIDE_H

#include <stddef.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "alerts/alert.h"

struct conf;
struct decide; /* opaque; one connection, one thread */
struct err;
struct store;

/*
 * Borrows store and conf until decide_close().  On success *out is owned by
 * the caller.
 */
NODISCARD int decide_open(struct store *store, const struct conf *conf,
    struct decide **out, struct err *e);

/* Release *d and set it NULL.  NULL is fine. */
void decide_close(struct decide **d);

/*
 * Decide, inside the caller's transaction.  base gives what all alerts of the
 * incident share; its alert_id, reason, theme, levels, tag and plates are filled
 * here.
 * tags are those that stand now, by theme.  Returns how many deliveries were
 * added to the outbox, or -1.
 */
NODISCARD int decide_alerts(struct decide *d, int64_t incident_id,
    const struct alert *base, const struct rules_tag *tags, size_t tag_count,
    struct err *e);

/*
 * The id of an alert: 32 hex digits of SHA-256 over feed NUL reference NUL
 * theme NUL reason NUL revision.
 */
void decide_alert_id(const struct alert *alert, char out[ALERT_ID_MAX]);

/* The id of its delivery to recipient: alert id, "-", 16 hex digits. */
void decide_delivery_id(
    const char *alert_id, const char *recipient, char out[ALERT_ID_MAX]);

#endif /* ALERTS_DECIDE_H */
