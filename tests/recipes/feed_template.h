/*
 * feed_template: a local socket on which each packet is one message.
 *
 * The configured path is the folder of the socket, which is called "socket"
 * (SOCK_SEQPACKET).  One client at a time; it sends a message and reads "taken"
 * when that is on disk, or "refused" when it cannot be read and was set aside.
 * A message without an answer must be sent again: coming twice is harmless.
 */
#ifndef RECIPES_FEED_TEMPLATE_H
#define RECIPES_FEED_TEMPLATE_H

struct feed_kind;

/* The row for the table of kinds: type "template". */
extern const struct feed_kind feed_template_kind;

#endif /* RECIPES_FEED_TEMPLATE_H */
