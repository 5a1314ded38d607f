/*
 * Numbers and durations.  Only plain decimal digits are a number: what YAML
 * programs read out of 070, 0x10, 1_000 or 1:30 differs from one to the next.
 */
#include "agent/conf/value_private.h"

#include <string.h>

#define DIGITS_MAX 15 /* fits int64_t, also in milliseconds */

/* How many digits s begins with. */
static size_t
count_digits(struct str s)
{
	size_t n = 0;

	while (n < s.len && s.p[n] >= '0' && s.p[n] <= '9')
		n++;
	return n;
}

static int64_t
to_number(struct str digits)
{
	int64_t v = 0;

	for (size_t i = 0; i < digits.len; i++)
		v = v * 10 + (digits.p[i] - '0');
	return v;
}

/* The cure for digits that begin with 0; false if they do not. */
static bool
note_leading_zero(
    const struct value_reader *r, struct str digits, struct str unit)
{
	size_t zeros = 0;

	while (zeros + 1 < digits.len && digits.p[zeros] == '0')
		zeros++;
	if (zeros == 0)
		return false;
	confdiag_note(r->diag,
	    "write %.*s%.*s: leading zeros mean octal to some programs",
	    (int)(digits.len - zeros), digits.p + zeros, STR_ARG(unit));
	return true;
}

int
value_store_number(const struct value_reader *r, const struct option *o,
    const struct yaml_node *n, void *to)
{
	struct str s = n->text;
	size_t digits = count_digits(s);
	bool clean = n->plain && digits == s.len && digits <= DIGITS_MAX &&
		     (s.p[0] != '0' || s.len == 1);
	int64_t v = clean ? to_number(s) : 0;

	if (clean && v >= o->min && v <= o->max) {
		*(int64_t *)to = v;
		return 0;
	}
	(void)value_refuse(r, o, n);
	if (digits == s.len && !n->plain)
		confdiag_note(r->diag, "write it without quotes");
	else if (digits == s.len)
		(void)note_leading_zero(r, s, str_make("", 0));
	else if (digits > 0)
		confdiag_note(r->diag, "write it with decimal digits only");
	return -1;
}

/* Milliseconds of a unit, or 0. */
static int64_t
unit_ms(struct str unit)
{
	static const struct {
		const char *name;
		int64_t ms;
	} units[] = { { "ms", 1 }, { "s", 1000 }, { "m", 60000 },
		{ "h", 3600000 }, { "d", 86400000 } };

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (str_is(unit, units[i].name))
			return units[i].ms;
	return 0;
}

/* Milliseconds in one of what the option is kept in. */
static int64_t
kept_unit_ms(const struct option *o)
{
	if (o->type == OPTION_SECONDS)
		return 1000;
	return o->type == OPTION_DAYS ? INT64_C(86400000) : 1;
}

static int
refuse_duration(const struct value_reader *r, const struct option *o,
    const struct yaml_node *n)
{
	size_t len = count_digits(n->text);
	struct str digits = str_make(n->text.p, len);
	struct str unit = str_make(n->text.p + len, n->text.len - len);

	(void)value_refuse(r, o, n);
	if (len > 0 && unit.len == 0)
		confdiag_note(r->diag, "it has no unit: write %.*s%s",
		    STR_ARG(value_quoted(digits)),
		    o->type == OPTION_DAYS ? "d" : "s");
	else if (len == 0 || unit_ms(unit) == 0)
		confdiag_note(r->diag, "a duration is a whole number and ms, "
				       "s, m, h or d: 500ms, 30s, 5m, 2h, 7d");
	else if (!note_leading_zero(r, digits, unit) &&
		 kept_unit_ms(o) > unit_ms(unit))
		confdiag_note(r->diag, "it must be whole %s",
		    o->type == OPTION_DAYS ? "days" : "seconds");
	return -1;
}

int
value_store_duration(const struct value_reader *r, const struct option *o,
    const struct yaml_node *n, void *to)
{
	size_t len = count_digits(n->text);
	struct str digits = str_make(n->text.p, len);
	int64_t ms = unit_ms(str_make(n->text.p + len, n->text.len - len));
	int64_t kept = kept_unit_ms(o), v;

	/* 15 digits of days in ms would overflow; 10 are 27 million years. */
	if (len == 0 || len > 10 || ms == 0 || (len > 1 && digits.p[0] == '0'))
		return refuse_duration(r, o, n);
	v = to_number(digits) * ms;
	if (v % kept != 0 || v / kept < o->min || v / kept > o->max)
		return refuse_duration(r, o, n);
	*(int64_t *)to = v / kept;
	return 0;
}
