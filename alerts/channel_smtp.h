/*
 * channel_smtp: alerts by mail, one mail to one recipient.
 *
 * Delivered means that the server has said 2xx to the final dot.  A repeat has
 * the same Message-ID, made from the delivery's id; all mails of one incident
 * refer to one thread.  Nothing is sent to a domain that the channel does not
 * allow, nor without the TLS and the login that it is told to use.
 */
#ifndef ALERTS_CHANNEL_SMTP_H
#define ALERTS_CHANNEL_SMTP_H

#include "alerts/channel.h"

/* The row for the table of kinds. */
extern const struct channel_kind channel_smtp_kind;

/*
 * Append the mail that item makes for to, with its address.  -1: the stored
 * body or the address is wrong, or the domain is not allowed.
 */
NODISCARD int channel_smtp_compose(const struct conf_channel *conf,
    const struct outbox_item *item, const struct conf_recipient *to,
    int64_t now_ms, struct buf *out, struct err *e);

#endif /* ALERTS_CHANNEL_SMTP_H */
