/*
 * clockbasis: each kind of evidence a function, in the order of what outranks
 * what; a later one may overturn an earlier one and says so.
 */
#include "agent/tracks/clockbasis.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/clock.h"

#define SECOND INT64_C(1000)
#define MINUTE (60 * SECOND)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

/* What a receiver's week count loses when it rolls over. */
#define ROLLOVER (INT64_C(1024) * 7 * DAY)

/* How far a clock may be off. */
#define RECEIVER_MS SECOND
#define SOFTWARE_MS (2 * SECOND)
#define DRONE_MS    MINUTE       /* set by a telephone or its satellites */
#define HAND_MS     (5 * MINUTE) /* set by hand, some day */

/* Times later than the import by more than this are wrong. */
#define FUTURE_MS (2 * MINUTE)

/* So far apart drive the cars of a convoy, at one pace. */
#define CONVOY_MS (10 * MINUTE)

/* So long before its first and behind its last position a clip may begin and
 * end. */
#define CLIP_MS (10 * MINUTE)

/* An hour of summer time shows to within this. */
#define NEAR_HOUR_MS (3 * MINUTE)

void
clockbasis_release(struct clockbasis *b)
{
	buf_clear(&b->why);
}

static void say(struct clockbasis *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* One more sentence. */
static void
say(struct clockbasis *b, const char *fmt, ...)
{
	va_list ap;

	if (b->why.len > 0)
		buf_add_text(&b->why, "; ");
	va_start(ap, fmt);
	buf_addv(&b->why, fmt, ap);
	va_end(ap);
}

const char *
clockbasis_span_text(int64_t ms, char out[CLOCK_TEXT_MAX])
{
	int64_t s;

	ms = ms < 0 ? -ms : ms;
	s = ms / 1000;
	if (ms < 10 * SECOND)
		snprintf(out, CLOCK_TEXT_MAX, "%.1f s", (double)ms / 1000);
	else if (s < 60)
		snprintf(out, CLOCK_TEXT_MAX, "%" PRId64 " s", s);
	else if (s < 3600)
		snprintf(out, CLOCK_TEXT_MAX, "%" PRId64 " min %" PRId64 " s",
		    s / 60, s % 60);
	else if (s < INT64_C(48) * 3600)
		snprintf(out, CLOCK_TEXT_MAX,
		    "%" PRId64 " h %" PRId64 " min %" PRId64 " s", s / 3600,
		    s / 60 % 60, s % 60);
	else
		snprintf(out, CLOCK_TEXT_MAX, "%" PRId64 " days", s / 86400);
	return out;
}

bool
clockbasis_is_receiver(const char *format, enum track_clock clock)
{
	static const char *const formats[] = { "nmea", "igc", "video",
		"owntracks", "live" };

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (strcmp(format, formats[i]) == 0)
			return clock == TRACK_CLOCK_UTC ||
			       clock == TRACK_CLOCK_GPS;
	return false;
}

/*
 * The British Isles: a box less the coast of France.  Ireland has the same
 * time.
 */
bool
clockbasis_is_british(double lat, double lon)
{
	bool is_france = (lat < 51.1 && lon > 1.3) || (lat < 50.3 && lon > -3);

	return lat > 49.8 && lat < 61 && lon > -11 && lon < 1.9 && !is_france;
}

/* ---- The name ---- */

/* The next count digits of *s, separators before them passed over. */
static bool
take_digits(struct str *s, int count, int *out)
{
	int v = 0;

	while (s->len > 0 && strchr("-_. :T", s->p[0]))
		*s = str_make(s->p + 1, s->len - 1);
	for (int i = 0; i < count; i++) {
		if (s->len == 0 || s->p[0] < '0' || s->p[0] > '9')
			return false;
		v = v * 10 + (s->p[0] - '0');
		*s = str_make(s->p + 1, s->len - 1);
	}
	*out = v;
	return true;
}

/* The date and time that begins exactly at s. */
static int64_t
time_at(struct str s)
{
	static const int days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30,
		31 };
	int y, mo, d, h, mi, sec;

	if (!take_digits(&s, 4, &y) || !take_digits(&s, 2, &mo) ||
	    !take_digits(&s, 2, &d) || !take_digits(&s, 2, &h) ||
	    !take_digits(&s, 2, &mi) || !take_digits(&s, 2, &sec))
		return CLOCK_NONE;
	if (y < 1990 || y > 2100 || mo < 1 || mo > 12 || d < 1 ||
	    d > days[mo - 1] || h > 23 || mi > 59 || sec > 59 ||
	    (mo == 2 && d == 29 && (y % 4 != 0 || y == 2100)))
		return CLOCK_NONE;
	return clock_from_utc(y, mo, d, h, mi, sec);
}

int64_t
clockbasis_name_time(struct str name)
{
	for (size_t i = 0; i < name.len; i++) {
		bool begins =
		    name.p[i] >= '0' && name.p[i] <= '9' &&
		    (i == 0 || name.p[i - 1] < '0' || name.p[i - 1] > '9');
		int64_t ms = begins
				 ? time_at(str_make(name.p + i, name.len - i))
				 : CLOCK_NONE;

		if (ms != CLOCK_NONE)
			return ms;
	}
	return CLOCK_NONE;
}

/* ---- London ---- */

/*
 * What is to be added to a time on a wall in Britain to get UTC: 0 or less an
 * hour.  is_twice: the wall showed it twice that night.
 */
static int64_t
london_correction(int64_t wall_ms, bool *is_twice)
{
	bool summer = clock_to_local(wall_ms - HOUR).offset_min == 60;
	bool winter = clock_to_local(wall_ms).offset_min == 0;

	*is_twice = summer && winter;
	return summer && !winter ? -HOUR : 0;
}

/* Times are a British wall's, known to within ms. */
static void
take_as_london(
    const struct clockbasis_facts *f, int64_t ms, struct clockbasis *b)
{
	bool first_twice, last_twice;
	int64_t first = london_correction(f->first_ms, &first_twice);
	int64_t last = london_correction(f->last_ms, &last_twice);

	b->clock = TRACK_CLOCK_LOCAL;
	b->correction_ms = first;
	b->uncertainty_ms = ms;
	say(b, "it was recorded in Britain, where clocks show %s on that day",
	    first == 0 ? "GMT" : "BST, an hour ahead of UTC");
	if (first_twice || last_twice || first != last) {
		b->uncertainty_ms += HOUR;
		say(b,
		    "the clocks were changed that night, and which hour it is "
		    "cannot be told");
	}
}

/* ---- What it says itself ---- */

static void
judge_utc(const struct clockbasis_facts *f, struct clockbasis *b)
{
	bool is_receiver = clockbasis_is_receiver(f->format, f->clock);

	b->correction_ms = 0;
	b->uncertainty_ms = is_receiver ? RECEIVER_MS : SOFTWARE_MS;
	say(b, "%s",
	    is_receiver ? "the times are the receiver's, from the satellites"
			: "its times say that they are UTC");
}

static void
judge_gps(const struct clockbasis_facts *f, struct clockbasis *b)
{
	int64_t ahead = track_gps_ahead_ms(f->first_ms);

	b->correction_ms = -ahead;
	b->uncertainty_ms = RECEIVER_MS;
	say(b,
	    "the times are GPS time, %" PRId64
	    " s ahead of UTC on that day by the leap seconds since 1980",
	    ahead / 1000);
}

static void
judge_local(const struct clockbasis_facts *f, struct clockbasis *b)
{
	bool is_drone = strcmp(f->format, "dji-srt") == 0 ||
			strcmp(f->format, "drone-csv") == 0;

	if (f->is_by_name)
		say(b, "its fixes have no times: they are those of the file's "
		       "name and of the place in the clip");
	else
		say(b, "its times are a wall clock's, which does not say its "
		       "zone");
	if (f->has_place && clockbasis_is_british(f->lat, f->lon)) {
		take_as_london(f, is_drone ? DRONE_MS : HAND_MS, b);
		return;
	}
	say(b, "it was not recorded in Britain, so the zone is not known");
}

/*
 * What the camera's own clock says of a video's positions in summer: of which
 * of the two times they are, -HOUR or 0; or CLOCK_NONE if it is the same clock,
 * or none that fits.  is_same: it fits, and is the same.
 */
static int64_t
compare_own(const struct clockbasis_facts *f, int64_t own_ms, bool *is_same)
{
	/* It is written when the clip begins or ends, in which there may be no
	 * position yet or any more. */
	int64_t low = own_ms - f->last_ms, high = own_ms - f->first_ms;
	int64_t hours[] = { HOUR, -HOUR };

	*is_same = low <= CLIP_MS && high >= -CLIP_MS;
	for (size_t i = 0; i < 2 && !*is_same; i++)
		if (low <= hours[i] + CLIP_MS && high >= hours[i] - CLIP_MS)
			return hours[i] == HOUR ? 0 : -HOUR;
	return CLOCK_NONE;
}

/*
 * Cameras with such blocks write the satellites' time into them or what their
 * own clock shows, by model and setting.  Where their own clock is an hour
 * apart from the positions' times that tells which is which.
 */
static void
judge_own_clock(const struct clockbasis_facts *f, struct clockbasis *b)
{
	const struct {
		const char *what;
		int64_t ms;
	} own[] = { { "name", clockbasis_name_time(f->name) },
		{ "creation time",
		    f->created_ms ? f->created_ms : CLOCK_NONE } };
	bool has_same = false;

	for (size_t i = 0; i < 2; i++) {
		bool is_same = false;
		int64_t hour = own[i].ms == CLOCK_NONE
				   ? CLOCK_NONE
				   : compare_own(f, own[i].ms, &is_same);

		if (is_same)
			say(b,
			    "its %s is of the clock that its times are of, "
			    "which may show either",
			    own[i].what);
		has_same = has_same || is_same;
		if (hour == CLOCK_NONE || has_same ||
		    b->correction_ms != CLOCK_NONE)
			continue;
		/* Not UTC: that would be taken for the satellites'. */
		b->clock = hour == 0 ? TRACK_CLOCK_UNKNOWN : TRACK_CLOCK_LOCAL;
		b->correction_ms = hour;
		b->uncertainty_ms = HAND_MS;
		say(b, "its %s is an hour %s them: they are %s", own[i].what,
		    hour == 0 ? "ahead of" : "behind",
		    hour == 0 ? "UTC" : "London's time");
	}
	if (own[0].ms == CLOCK_NONE && own[1].ms == CLOCK_NONE)
		say(b, "it has neither a time in its name nor a creation time "
		       "to compare them with");
}

static void
judge_unsaid(const struct clockbasis_facts *f, struct clockbasis *b)
{
	bool twice;

	say(b, "its times do not say whether they are UTC or a wall clock's");
	if (!f->has_place || !clockbasis_is_british(f->lat, f->lon))
		return;
	if (london_correction(f->first_ms, &twice) != 0 || twice ||
	    london_correction(f->last_ms, &twice) != 0 || twice) {
		say(b, "in Britain's summer these differ by an hour");
		if (strcmp(f->format, "video") == 0)
			judge_own_clock(f, b);
		return;
	}
	b->correction_ms = 0;
	b->uncertainty_ms = HAND_MS;
	say(b, "it was recorded in Britain in winter, where both are the same");
}

/* ---- What speaks against it ---- */

/* Nothing was recorded after it was brought in. */
static void
judge_future(const struct clockbasis_facts *f, struct clockbasis *b)
{
	int64_t ahead;
	bool twice;
	char text[CLOCK_TEXT_MAX];

	if (b->correction_ms == CLOCK_NONE)
		return;
	ahead = f->last_ms + b->correction_ms - f->imported_ms;
	if (ahead <= FUTURE_MS)
		return;
	say(b, "it ends %s after it was brought in",
	    clockbasis_span_text(ahead, text));
	if (b->correction_ms == 0 && ahead <= HOUR + FUTURE_MS &&
	    f->has_place && clockbasis_is_british(f->lat, f->lon) &&
	    london_correction(f->last_ms, &twice) == -HOUR) {
		say(b, "local time was written as if it were UTC: an hour is "
		       "taken off");
		take_as_london(f, HAND_MS, b);
		return;
	}
	b->clock = TRACK_CLOCK_UNKNOWN;
	b->correction_ms = CLOCK_NONE;
	say(b, "so its clock is wrong by an unknown time");
}

/* A receiver that is 1,024 weeks behind the date in its file's name. */
static void
judge_rollover(const struct clockbasis_facts *f, struct clockbasis *b)
{
	int64_t name = clockbasis_name_time(f->name);
	int64_t off;

	if (b->correction_ms == CLOCK_NONE || name == CLOCK_NONE ||
	    !clockbasis_is_receiver(f->format, f->clock))
		return;
	off = name - (f->first_ms + ROLLOVER);
	if (off > 2 * DAY || off < -2 * DAY)
		return;
	b->clock = TRACK_CLOCK_DRIFT;
	b->correction_ms += ROLLOVER;
	say(b, "its week count has rolled over: it is 1,024 weeks behind the "
	       "date in its name, which are added");
}

/* The camera's own clock, by the name, beside the satellites'. */
static void
judge_name(const struct clockbasis_facts *f, struct clockbasis *b)
{
	int64_t name = clockbasis_name_time(f->name);
	int64_t wall, off;
	char text[CLOCK_TEXT_MAX];

	if (name == CLOCK_NONE || f->is_by_name ||
	    b->correction_ms == CLOCK_NONE ||
	    !clockbasis_is_receiver(f->format, f->clock))
		return;
	wall = f->first_ms + b->correction_ms;
	wall += (int64_t)clock_to_local(wall).offset_min * MINUTE;
	off = name - wall;
	if (off > 12 * HOUR || off < -12 * HOUR)
		return;
	if (off > -SOFTWARE_MS && off < SOFTWARE_MS)
		say(b, "the recorder's own clock, by the file's name, agrees");
	else
		say(b,
		    "the recorder's own clock, by the file's name, is %s %s "
		    "of the satellites' by London time",
		    clockbasis_span_text(off, text),
		    off > 0 ? "ahead" : "behind");
}

/* How far a time is outside of the track's: 0 if it is within. */
static int64_t
outside(const struct clockbasis_facts *f, const struct clockbasis *b,
    int64_t utc_ms)
{
	int64_t first = f->first_ms + b->correction_ms;
	int64_t last = f->last_ms + b->correction_ms;

	if (utc_ms < first)
		return utc_ms - first;
	return utc_ms > last ? utc_ms - last : 0;
}

/*
 * The camera's own clock, by a video's creation time, read as UTC or as
 * London's, whichever is nearer.
 */
static void
judge_created(const struct clockbasis_facts *f, struct clockbasis *b)
{
	int64_t london, by_utc, by_london;
	bool twice, is_utc;
	char text[CLOCK_TEXT_MAX];

	if (f->created_ms == 0 || b->correction_ms == CLOCK_NONE)
		return;
	london = f->created_ms + london_correction(f->created_ms, &twice);
	by_utc = outside(f, b, f->created_ms);
	by_london = outside(f, b, london);
	is_utc = llabs(by_utc) <= llabs(by_london);
	if (!is_utc)
		by_utc = by_london;
	if (llabs(by_utc) <= CLIP_MS)
		say(b, "the video's creation time, as %s, agrees",
		    is_utc ? "UTC" : "London's time");
	else
		say(b,
		    "by the video's creation time the camera's own clock is "
		    "%s %s %s: that is not believed",
		    clockbasis_span_text(by_utc, text),
		    by_utc > 0 ? "ahead of" : "behind",
		    is_utc ? "UTC" : "London's time");
}

/* ---- The same journey in another track ---- */

/* Is one of the two an hour of summer time off? */
static bool
is_summer_hour(const struct clockbasis_facts *f, int64_t off)
{
	bool twice;

	return off > HOUR - NEAR_HOUR_MS && off < HOUR + NEAR_HOUR_MS &&
	       f->has_place && clockbasis_is_british(f->lat, f->lon) &&
	       london_correction(f->first_ms, &twice) == -HOUR;
}

static void
take_from_twin(const struct clockbasis_twin *t, enum track_clock clock,
    struct clockbasis *b)
{
	b->clock = clock;
	b->correction_ms = -t->ahead_ms;
	b->uncertainty_ms = t->uncertainty_ms + SOFTWARE_MS;
}

static void
judge_twin(const struct clockbasis_facts *f, struct clockbasis *b)
{
	const struct clockbasis_twin *t = f->twin;
	int64_t off;
	char text[CLOCK_TEXT_MAX];

	if (!t)
		return;
	if (b->correction_ms == CLOCK_NONE) {
		say(b, "the same journey is track %" PRId64 ", in UTC %s %s",
		    t->id, clockbasis_span_text(t->ahead_ms, text),
		    t->ahead_ms > 0 ? "earlier" : "later");
		take_from_twin(t, TRACK_CLOCK_LOCAL, b);
		return;
	}
	off = t->ahead_ms + b->correction_ms;
	if (off <= b->uncertainty_ms + t->uncertainty_ms + SOFTWARE_MS &&
	    -off <= b->uncertainty_ms + t->uncertainty_ms + SOFTWARE_MS) {
		say(b, "track %" PRId64 ", the same journey, agrees", t->id);
		if (t->uncertainty_ms + SOFTWARE_MS < b->uncertainty_ms)
			take_from_twin(t, b->clock, b);
		return;
	}
	say(b, "the same journey is track %" PRId64 ", %s %s", t->id,
	    clockbasis_span_text(off, text), off > 0 ? "earlier" : "later");
	if (clockbasis_is_receiver(f->format, f->clock)) {
		say(b, "the satellites' time is believed");
	} else if (is_summer_hour(f, off)) {
		say(b, "local time was written here as if it were UTC");
		take_from_twin(t, TRACK_CLOCK_LOCAL, b);
	} else if (t->is_receiver || t->is_set) {
		say(b, "that one%s: this clock is adrift",
		    t->is_set ? "'s clock was set by a known place and time"
			      : " has the satellites' time");
		take_from_twin(t, TRACK_CLOCK_DRIFT, b);
	} else if (is_summer_hour(f, -off)) {
		say(b, "local time was written there as if it were UTC");
	} else if (off < CONVOY_MS && -off < CONVOY_MS) {
		say(b, "as if one car drove behind the other: each is left as "
		       "it says");
	} else if (b->uncertainty_ms >= DRONE_MS &&
		   t->uncertainty_ms < DRONE_MS) {
		say(b, "that one's time is no wall clock's: this clock is "
		       "adrift");
		take_from_twin(t, TRACK_CLOCK_DRIFT, b);
	} else if (b->uncertainty_ms < DRONE_MS &&
		   t->uncertainty_ms >= DRONE_MS) {
		say(b, "that one's time is a wall clock's, and is not "
		       "believed");
	} else {
		b->clock = TRACK_CLOCK_UNKNOWN;
		b->correction_ms = CLOCK_NONE;
		say(b, "which of them is right cannot be told");
	}
}

void
clockbasis_judge(const struct clockbasis_facts *f, struct clockbasis *out)
{
	*out = (struct clockbasis){ .clock = f->clock,
		.correction_ms = CLOCK_NONE };
	if (f->first_ms == CLOCK_NONE) {
		out->clock = TRACK_CLOCK_UNKNOWN;
		say(out, "no fix has a time");
		return;
	}
	switch (f->clock) {
	case TRACK_CLOCK_UTC: judge_utc(f, out); break;
	case TRACK_CLOCK_GPS: judge_gps(f, out); break;
	case TRACK_CLOCK_LOCAL: judge_local(f, out); break;
	case TRACK_CLOCK_DRIFT:
		say(out, "its recorder's clock is known to be wrong");
		break;
	case TRACK_CLOCK_UNKNOWN: judge_unsaid(f, out); break;
	}
	judge_rollover(f, out);
	judge_future(f, out);
	judge_twin(f, out);
	judge_name(f, out);
	judge_created(f, out);
	if (out->correction_ms == CLOCK_NONE) {
		out->uncertainty_ms = 0;
		say(out, "the time in UTC is unknown");
	}
}
