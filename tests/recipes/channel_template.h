/*
 * channel_template: each alert as one datagram, which the peer acknowledges.
 *
 * The peer, at the configured host (an address) and port, answers with the
 * delivery id; delivered means that it has.  What is not answered within the
 * time-out is sent again under the same id, by which the peer knows a repeat.
 */
#ifndef RECIPES_CHANNEL_TEMPLATE_H
#define RECIPES_CHANNEL_TEMPLATE_H

struct channel_kind;

/* The row for the table of kinds. */
extern const struct channel_kind channel_template_kind;

#endif /* RECIPES_CHANNEL_TEMPLATE_H */
