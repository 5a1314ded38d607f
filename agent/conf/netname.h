/*
 * netname: is this text a host, a domain, an MQTT topic?
 *
 * Pure questions about form; nothing is looked up.  For mailboxes there is
 * mime_address_is_valid().
 */
#ifndef CONF_NETNAME_H
#define CONF_NETNAME_H

#include <stdbool.h>

#include "agent/base/str.h"

#define NETNAME_HOST_MAX  253 /* RFC 1035 2.3.4, without the last dot */
#define NETNAME_TOPIC_MAX 200 /* bytes; MQTT would take 65,535 */

/* A host name (RFC 1123 2.1): labels of letters, digits and hyphens. */
bool netname_is_domain(struct str s);

/* A host name, or an IPv4 or IPv6 address without brackets. */
bool netname_is_host(struct str s);

/* This machine: "localhost", 127.0.0.0/8 or ::1. */
bool netname_is_loopback(struct str host);

/* True if domain and other are the same, in any case of letters. */
bool netname_is_same_domain(struct str domain, struct str other);

/*
 * What keeps s from being a topic to publish to (MQTT 5.0, 4.7): NULL if
 * nothing does, else words for "the topic …".  Braces are not looked at.
 */
const char *netname_topic_fault(struct str s);

/*
 * The same for a filter to subscribe with (4.7.1): + for a level, # for all
 * that follow.
 */
const char *netname_filter_fault(struct str s);

#endif /* CONF_NETNAME_H */
