/*
 * when: the words that tell of an earlier time, as a table.
 *
 * A word opens the window and never closes it: a "last night" that was said of
 * something else costs a longer list of recordings, one that was not believed
 * costs the recording.  Numbers of hours and days are read as figures or words
 * in front of "ago".
 */
#include "agent/incident/when.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "agent/base/clock.h"

#define MINUTE_MS INT64_C(60000)
#define HOUR_MS   (60 * MINUTE_MS)
#define DAY_MS    (24 * HOUR_MS)

/* So many entries are read: who reports later speaks of now. */
#define ENTRIES_MAX 20

/* Words, and since when it may have been: an hour some days before. */
static const struct word {
	const char *words;
	int days, hour;
	bool from_friday; /* the Friday before, instead of days */
} WHEN_WORDS[] = {
	{ "last night", 1, 18, false },
	{ "overnight", 1, 18, false },
	{ "over night", 1, 18, false },
	{ "during the night", 1, 18, false },
	{ "in the night", 1, 18, false },
	{ "early hours", 0, 0, false },
	{ "this morning", 0, 4, false },
	{ "this afternoon", 0, 12, false },
	{ "this evening", 0, 16, false },
	{ "earlier today", 0, 0, false },
	{ "earlier on today", 0, 0, false },
	{ "yesterday", 1, 0, false },
	{ "day before yesterday", 2, 0, false },
	{ "two nights ago", 2, 18, false },
	{ "the weekend", 0, 16, true },
	{ "since friday", 0, 16, true },
};

/* Numbers as they are said before "ago". */
static const struct number {
	const char *word;
	int halves; /* twice the number */
} NUMBERS[] = {
	{ "half an", 1 },
	{ "half", 1 },
	{ "a couple of", 4 },
	{ "couple of", 4 },
	{ "a few", 8 },
	{ "few", 8 },
	{ "several", 12 },
	{ "an", 2 },
	{ "a", 2 },
	{ "one", 2 },
	{ "two", 4 },
	{ "three", 6 },
	{ "four", 8 },
	{ "five", 10 },
	{ "six", 12 },
	{ "ten", 20 },
	{ "fifteen", 30 },
	{ "twenty", 40 },
	{ "thirty", 60 },
	{ "forty", 80 },
};

static const struct unit {
	const char *word;
	int64_t ms;
} UNITS[] = {
	{ "minutes", MINUTE_MS },
	{ "minute", MINUTE_MS },
	{ "mins", MINUTE_MS },
	{ "min", MINUTE_MS },
	{ "hours", HOUR_MS },
	{ "hour", HOUR_MS },
	{ "hrs", HOUR_MS },
	{ "hr", HOUR_MS },
	{ "days", DAY_MS },
	{ "day", DAY_MS },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool
is_letter(struct str text, size_t i)
{
	return i < text.len && isalnum((unsigned char)text.p[i]);
}

/* Where words stand in text as whole words, or text.len. */
static size_t
find_words(struct str text, const char *words)
{
	size_t len = strlen(words);

	for (size_t i = 0; i + len <= text.len; i++)
		if (strncasecmp(text.p + i, words, len) == 0 &&
		    !is_letter(text, i + len) &&
		    (i == 0 || !is_letter(text, i - 1)))
			return i;
	return text.len;
}

/* Does text end in word, as a whole one ("20mins" too)?  It is taken off. */
static bool
take_last(struct str *text, const char *word)
{
	struct str t = str_trim(*text);
	size_t len = strlen(word);

	if (t.len < len || strncasecmp(t.p + t.len - len, word, len) != 0 ||
	    (t.len > len && isalpha((unsigned char)t.p[t.len - len - 1])))
		return false;
	*text = str_make(t.p, t.len - len);
	return true;
}

/* A number in figures at the end of text, taken off, in halves; or 0. */
static int
take_figures(struct str *text)
{
	struct str t = str_trim(*text);
	int value = 0, place = 1;

	while (t.len > 0 && isdigit((unsigned char)t.p[t.len - 1]) &&
	       place <= 100) {
		value += place * (t.p[--t.len] - '0');
		place *= 10;
	}
	if (value == 0 || (t.len > 0 && is_letter(t, t.len - 1)))
		return 0;
	*text = t;
	return 2 * value;
}

/* A number at the end of text, taken off, in halves; 0 if there is none. */
static int
take_number(struct str *text)
{
	for (size_t i = 0; i < COUNT(NUMBERS); i++)
		if (take_last(text, NUMBERS[i].word))
			return NUMBERS[i].halves;
	return take_figures(text);
}

/* Open the window to since_ms, if that is earlier and not too early. */
static void
open_to(struct when *w, int64_t since_ms, struct str said)
{
	int64_t least_ms = w->to_ms - WHEN_LONGEST_MS - WHEN_BACK_MAX_MS;

	if (since_ms >= w->from_ms)
		return;
	w->from_ms = since_ms < least_ms ? least_ms : since_ms;
	w->said = said;
}

/* UTC of an hour of a day, days before the one of at_ms. */
static int64_t
hour_of_day(int64_t at_ms, int days, int hour)
{
	struct clock_local l = clock_to_local(at_ms);

	return clock_from_utc(l.year, l.month, l.day, 0, 0, 0) -
	       l.offset_min * MINUTE_MS - days * DAY_MS + hour * HOUR_MS;
}

static void
read_words(struct when *w, struct str text, int64_t at_ms)
{
	for (size_t i = 0; i < COUNT(WHEN_WORDS); i++) {
		const struct word *row = &WHEN_WORDS[i];
		size_t at = find_words(text, row->words);
		int days = row->days;

		if (at == text.len)
			continue;
		if (row->from_friday)
			days = (clock_to_local(at_ms).weekday + 3) % 7;
		open_to(w, hour_of_day(at_ms, days, row->hour),
		    str_make(text.p + at, strlen(row->words)));
	}
}

/* "two hours ago", and as much again for people's sense of time. */
static void
read_ago(struct when *w, struct str text, int64_t at_ms)
{
	size_t at = find_words(text, "ago");
	size_t end = at + strlen("ago");
	struct str before = str_make(text.p, at);

	if (at == text.len)
		return;
	for (size_t i = 0; i < COUNT(UNITS); i++) {
		struct str t = before;
		int halves;

		if (!take_last(&t, UNITS[i].word))
			continue;
		halves = take_number(&t);
		if (halves > 0)
			open_to(w, at_ms - halves * UNITS[i].ms * 3 / 4,
			    str_trim(str_make(t.p + t.len, end - t.len)));
		return;
	}
}

bool
when_of(const struct incident *in, struct when *out)
{
	int64_t first_ms = incident_first_ms(in);
	int64_t last_ms = incident_last_ms(in);

	if (first_ms == CLOCK_NONE)
		return false;
	if (last_ms == CLOCK_NONE || last_ms < first_ms + WHEN_AFTER_MS)
		last_ms = first_ms + WHEN_AFTER_MS;
	if (last_ms > first_ms + WHEN_LONGEST_MS)
		last_ms = first_ms + WHEN_LONGEST_MS;
	*out = (struct when){ .from_ms = first_ms - WHEN_BEFORE_MS,
		.to_ms = last_ms,
		.spread_ms = WHEN_SPREAD_MS };
	for (size_t i = 0; i < in->log_count && i < ENTRIES_MAX; i++) {
		const struct incident_entry *entry = &in->log[i];
		int64_t at_ms =
		    entry->at_ms == CLOCK_NONE ? first_ms : entry->at_ms;

		read_words(out, entry->text, at_ms);
		read_ago(out, entry->text, at_ms);
	}
	return true;
}
