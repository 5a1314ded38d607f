/*
 * posfeed_cot: Cursor on Target events from a TAK server or from devices.
 *
 * Friendly units' events are positions; markers, chats and everybody else's
 * are counted and left.  The binary form of newer TAK (which begins with the
 * byte 0xbf) is not read: servers send XML to who does not ask for it.
 */
#include "agent/live/posfeed_cot.h"
#include "agent/base/err.h"
#include "agent/live/cot.h"
#include "agent/live/inlet.h"

#define BINARY 0xbf

struct posfeed_cot {
	struct inlet inlet;
};

static void
take_event(struct posfeed *base, struct str text)
{
	struct cot_event event;
	struct err e = { 0 };
	const char *unit;

	if (cot_read(text, &event, &e) < 0) {
		posfeed_aside(base, POSFEED_UNREADABLE, e.msg);
		return;
	}
	if (!cot_is_friend(&event)) {
		posfeed_aside(base, POSFEED_FOREIGN, NULL);
		return;
	}
	unit = base->conf->unit_from == CONF_UNIT_FROM_UID ? event.uid
							   : event.callsign;
	base->sink->report(base->sink->user, base, str_of(unit), &event.fix);
}

static bool
is_binary(struct str data)
{
	return data.len > 0 && (unsigned char)data.p[0] == BINARY;
}

static size_t
take(struct inlet *in, struct str data)
{
	size_t done = 0, step;
	struct str event;

	if (is_binary(data)) {
		posfeed_aside(&in->base, POSFEED_UNREADABLE,
		    "TAK's binary form: have the peer send XML, protocol "
		    "version 0");
		return data.len;
	}
	while (cot_next(str_make(data.p + done, data.len - done), &event,
		   &step) > 0) {
		take_event(&in->base, event);
		done += step;
	}
	if (in->base.conf->transport == CONF_TRANSPORT_UDP && done == 0)
		posfeed_aside(
		    &in->base, POSFEED_UNREADABLE, "a packet without an event");
	return done + step;
}

static int
open_cot(struct posfeed *base, struct loop *loop, struct err *e)
{
	return inlet_open((struct inlet *)(void *)base, loop, take, e);
}

static void
close_cot(struct posfeed *base)
{
	inlet_close((struct inlet *)(void *)base);
}

const struct posfeed_kind posfeed_cot_kind = {
	.name = "cot",
	.size = sizeof(struct posfeed_cot),
	.open = open_cot,
	.close = close_cot,
	.probe = inlet_probe,
};
