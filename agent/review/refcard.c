/*
 * A card is made of what is known to be safe, not of the record with what is
 * unsafe taken out.  Decided against: the place in words, for a parish with
 * three farms names the farmer; and any text of the log.
 */
#include "agent/review/refcard.h"

#include <string.h>

#include "agent/base/clock.h"
#include "agent/geo/place.h"
#include "agent/incident/incident.h"
#include "agent/review/html.h"
#include "agent/review/wordings.h"

#define REF_MAX      40
#define PHONE_DIGITS 10 /* so many digits and nothing else: a number to ring */
#define TELLING      4  /* letters and digits that fewer are by chance */

static const char *const month_names[] = { "January", "February", "March",
	"April", "May", "June", "July", "August", "September", "October",
	"November", "December" };

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The letters and digits of s, as capitals: what is left of how it is written. */
static void
reduce(struct str s, struct buf *out)
{
	buf_reset(out);
	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i];

		if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		if (is_digit(c) || is_letter(c))
			buf_add_char(out, c);
	}
}

/* Is one within the other, however it is written? */
static bool
tells_of(struct str ref, struct str other)
{
	struct buf a = { 0 }, b = { 0 };
	bool found = false;

	reduce(ref, &a);
	reduce(other, &b);
	if (a.len >= TELLING && b.len >= TELLING)
		found = memmem(a.p, a.len, b.p, b.len) != NULL ||
			memmem(b.p, b.len, a.p, a.len) != NULL;
	buf_clear(&a);
	buf_clear(&b);
	return found;
}

static bool
tells_of_record(struct str ref, const struct incident *record)
{
	const struct incident_informant *who = &record->informant;
	bool found = tells_of(ref, who->name) || tells_of(ref, who->phone) ||
		     tells_of(ref, who->address);

	for (size_t i = 0; i < record->vehicle_count; i++)
		found = found || tells_of(ref, record->vehicles[i]);
	for (size_t i = 0; i < record->resource_count; i++)
		found = found || tells_of(ref, record->resources[i].callsign);
	return found;
}

bool
refcard_may_show(struct str ref, const struct incident *record)
{
	size_t digits = 0, others = 0;

	for (size_t i = 0; i < ref.len; i++) {
		if (is_digit(ref.p[i]))
			digits++;
		else if (is_letter(ref.p[i]) || strchr("/._-", ref.p[i]))
			others += is_letter(ref.p[i]);
		else
			return false;
	}
	return ref.len > 0 && ref.len <= REF_MAX && digits > 0 &&
	       (others > 0 || digits < PHONE_DIGITS) &&
	       !tells_of_record(ref, record);
}

static void
print_wording(struct buf *out, const struct refcard *card, const char *outcome)
{
	struct str theme =
	    str_is_given(card->theme) ? card->theme : str_of("any");
	const struct wording *one =
	    wordings_find(card->wordings, theme, str_of(outcome));

	/* A paragraph is one line: each chat wraps it as it needs. */
	buf_addf(
	    out, "\n%.*s\n%.*s\n", STR_ARG(one->title), STR_ARG(one->text));
}

/* "hare-coursing" as "Hare coursing": our own words, which need no escaping. */
static void
print_theme(struct buf *out, struct str theme)
{
	buf_add_text(out, "About: ");
	html_theme(out, theme);
	buf_add_char(out, '\n');
}

void
refcard_print(struct buf *out, const struct refcard *card)
{
	int64_t ms = incident_first_ms(card->record);

	buf_add_text(out, "Your report to the police\n\nReference: ");
	if (refcard_may_show(card->ref, card->record))
		buf_add_str(out, card->ref);
	else
		buf_add_text(out, "please ask us for it");
	buf_add_char(out, '\n');
	if (ms != CLOCK_NONE) {
		struct clock_local t = clock_to_local(ms);

		buf_addf(out, "Date: %d %s %d\n", t.day,
		    month_names[t.month - 1], t.year);
	}
	if (str_is_given(card->theme))
		print_theme(out, card->theme);
	if (str_is_given(card->place->area) &&
	    str_is_given(card->place->district))
		buf_addf(
		    out, "District: %.*s\n", STR_ARG(card->place->district));
	print_wording(out, card, WORDINGS_CARD);
	print_wording(out, card, WORDINGS_RING);
}
