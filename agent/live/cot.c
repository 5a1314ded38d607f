/*
 * cot: the attributes of four elements.
 *
 * A stream of events is cut at "</event>", as TAK servers and their clients do
 * it: between events stand white space and XML declarations, which a parser of
 * one document would stumble over.
 */
#include "agent/live/cot.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "agent/base/err.h"
#include "agent/base/xml.h"
#include "agent/tracks/figures.h"

#define BEGIN "<event"
#define END   "</event>"

/* "9999999.0" is how an error or height says that it is not known. */
#define UNKNOWN 999999

struct reading {
	struct cot_event *out;
	bool is_event;
};

static void
copy(char to[COT_TEXT_MAX], struct str s)
{
	if (s.len >= COT_TEXT_MAX)
		s.len = 0;
	if (s.len > 0)
		memcpy(to, s.p, s.len);
	to[s.len] = '\0';
}

/* A number, or NAN if it is absent, damaged or said not to be known. */
static double
number(const char **attributes, const char *name)
{
	struct str s = xml_attribute(attributes, name);
	double v;

	if (!str_is_given(s) || !figures_number(s, &v) || fabs(v) >= UNKNOWN)
		return (double)NAN;
	return v;
}

static void
take_event(struct reading *r, const char **attributes)
{
	struct cot_event *out = r->out;
	bool has_zone;
	int64_t ms;

	r->is_event = true;
	copy(out->type, xml_attribute(attributes, "type"));
	copy(out->uid, xml_attribute(attributes, "uid"));
	if (figures_time(xml_attribute(attributes, "time"), &ms, &has_zone))
		out->fix.time_ms = ms;
}

static void
take_point(struct reading *r, const char **attributes)
{
	struct track_fix *f = &r->out->fix;

	f->lat = number(attributes, "lat");
	f->lon = number(attributes, "lon");
	f->altitude_m = (float)number(attributes, "hae");
	f->uncertainty_m = (float)number(attributes, "ce");
}

static void
on_start(void *user, const char *name, const char **attributes)
{
	struct reading *r = user;

	if (strcmp(name, "event") == 0) {
		take_event(r, attributes);
	} else if (strcmp(name, "point") == 0) {
		take_point(r, attributes);
	} else if (strcmp(name, "contact") == 0) {
		copy(r->out->callsign, xml_attribute(attributes, "callsign"));
	} else if (strcmp(name, "track") == 0) {
		r->out->fix.speed_mps = (float)number(attributes, "speed");
		r->out->fix.course_deg = (float)number(attributes, "course");
	}
}

static void
on_end(void *user, const char *name)
{
	(void)user;
	(void)name;
}

static void
on_text(void *user, struct str piece)
{
	(void)user;
	(void)piece;
}

int
cot_read(struct str text, struct cot_event *out, struct err *e)
{
	static const struct xml_events events = { on_start, on_end, on_text };
	struct reading r = { .out = out };
	struct xml *x = xml_new(&events, &r);
	int result;

	*out = (struct cot_event){ .fix = track_fix_at(0) };
	result = xml_feed(x, text.p, text.len, true, e);
	xml_free(&x);
	if (result == 0 && !r.is_event)
		return err_set(e, ERR_INVALID, "it is XML, but no event");
	return result;
}

bool
cot_is_friend(const struct cot_event *event)
{
	return strncmp(event->type, "a-f-", 4) == 0 ||
	       strcmp(event->type, "a-f") == 0;
}

int
cot_next(struct str stream, struct str *event, size_t *done)
{
	const char *begin, *end;

	*done = 0;
	if (stream.len == 0)
		return 0;
	begin = memmem(stream.p, stream.len, BEGIN, sizeof(BEGIN) - 1);
	if (!begin) {
		/* Nothing, or the first letters of one. */
		*done = stream.len < sizeof(BEGIN)
			    ? 0
			    : stream.len - (sizeof(BEGIN) - 1);
		return 0;
	}
	*done = (size_t)(begin - stream.p);
	end = memmem(begin, stream.len - *done, END, sizeof(END) - 1);
	if (!end)
		return 0;
	end += sizeof(END) - 1;
	*event = str_make(begin, (size_t)(end - begin));
	*done = (size_t)(end - stream.p);
	return 1;
}
