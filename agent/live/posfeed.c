/*
 * The table of kinds, and the words for what is set aside.
 */
#include "agent/live/posfeed.h"

#include <inttypes.h>
#include <stdlib.h>

#include "agent/base/alloc.h"
#include "agent/base/err.h"
#include "agent/base/log.h"
#include "agent/live/posfeed_cot.h"
#include "agent/live/posfeed_gpsd.h"
#include "agent/live/posfeed_nmea.h"
#include "agent/live/posfeed_owntracks.h"

static const struct posfeed_kind *const kinds[] = {
	[CONF_SOURCE_GPSD] = &posfeed_gpsd_kind,
	[CONF_SOURCE_OWNTRACKS] = &posfeed_owntracks_kind,
	[CONF_SOURCE_NMEA] = &posfeed_nmea_kind,
	[CONF_SOURCE_COT] = &posfeed_cot_kind,
};

/* What is said of a fault, once; NULL: nothing, it is only counted. */
static const struct {
	const char *name, *says;
} faults[] = {
	[POSFEED_UNREADABLE] = { "unreadable",
	    "what comes cannot be read: check that the peer sends what the "
	    "type of this source says" },
	[POSFEED_ENCRYPTED] = { "encrypted",
	    "messages are encrypted end to end: take the secret out of the "
	    "devices' settings and let TLS protect the way" },
	[POSFEED_NO_PLACE] = { "no-place", NULL },
	[POSFEED_NO_TIME] = { "no-time",
	    "positions come without their own time: have the receiver send it "
	    "(NMEA: the sentence RMC)" },
	[POSFEED_NO_NAME] = { "no-name",
	    "positions come without a unit's name, or with one over 32 bytes: "
	    "check unit_from, and the settings of the devices" },
	[POSFEED_COARSE] = { "coarse",
	    "positions are less certain than \"accuracy\" allows: normal "
	    "indoors; else check the aerial, or raise it" },
	[POSFEED_OLD] = { "old",
	    "positions are older than \"age\" allows: normal after a device "
	    "was without network; else check its clock" },
	[POSFEED_FUTURE] = { "future",
	    "positions are ahead of this machine's clock: check that both "
	    "clocks are set" },
	[POSFEED_RETAINED] = { "retained", NULL },
	[POSFEED_FOREIGN] = { "foreign", NULL },
	[POSFEED_FULL] = { "full",
	    "positions are lost while the disk takes nothing: make room" },
	[POSFEED_CROWD] = { "crowd",
	    "there are 20000 units already, and no more are taken up: see "
	    "buzzard units list for names that are none of yours, and let "
	    "only your devices reach this source" },
};

_Static_assert(sizeof(faults) / sizeof(faults[0]) == POSFEED_FAULTS,
    "every fault has its words");

int
posfeed_open(const struct conf_source *conf, struct loop *loop,
    const struct posfeed_sink *sink, struct posfeed **out, struct err *e)
{
	const struct posfeed_kind *kind = kinds[conf->kind];
	struct posfeed *s = alloc_zero(1, kind->size);

	s->kind = kind;
	s->conf = conf;
	s->sink = sink;
	if (kind->open(s, loop, e) < 0) {
		posfeed_close(&s);
		return err_wrap(e, "position source %s", conf->name);
	}
	*out = s;
	return 0;
}

void
posfeed_close(struct posfeed **s)
{
	if (!*s)
		return;
	(*s)->kind->close(*s);
	free(*s);
	*s = NULL;
}

int
posfeed_probe(const struct conf_source *conf, struct err *e)
{
	return kinds[conf->kind]->probe(conf, e);
}

void
posfeed_aside(struct posfeed *s, enum posfeed_fault fault, const char *detail)
{
	if (s->counts.aside[fault]++ > 0 || !faults[fault].says)
		return;
	log_warn("positions set aside, more are only counted source=%s "
		 "reason=%s: %s%s%s%s",
	    s->conf->name, faults[fault].name, faults[fault].says,
	    detail ? " (" : "", detail ? detail : "", detail ? ")" : "");
}

const char *
posfeed_kind_name(enum conf_source_kind kind)
{
	return kinds[kind]->name;
}

const char *
posfeed_fault_name(enum posfeed_fault fault)
{
	return faults[fault].name;
}
