/*
 * quote: two questions to each byte.  Decided against: saying nothing of the
 * value, since the form of a bad time is what its sender must mend.
 */
#include "agent/incident/quote.h"

#include <stdbool.h>
#include <string.h>

#define KEPT_MAX     (QUOTE_TEXT_MAX - 4)
#define PHONE_DIGITS 9 /* in one run, as in alerts/clean.h */

/*
 * Could a bad value be somebody's name or number?  A time or a figure, even a
 * wrong one, has none but these letters and no long run of digits.
 */
static bool
may_be_personal(struct str s)
{
	size_t i, digits = 0;

	for (i = 0; i < s.len; i++) {
		char c = s.p[i];

		if (c >= '0' && c <= '9')
			digits++;
		else if (c == '\0' || !strchr(" -.()", c))
			digits = 0;
		if (digits >= PHONE_DIGITS || (unsigned char)c >= 0x80 ||
		    (((c | 0x20) >= 'a' && (c | 0x20) <= 'z') &&
			!strchr("TZEtze", c)))
			return true;
	}
	return false;
}

/* The same with what it says taken out: "07700 900123" is "99999 999999". */
static char
mask(char c)
{
	if (c >= '0' && c <= '9')
		return '9';
	return (unsigned char)c >= 0x80 ||
		       ((c | 0x20) >= 'a' && (c | 0x20) <= 'z')
		   ? 'x'
		   : c;
}

const char *
quote_value(struct str s, char out[QUOTE_TEXT_MAX])
{
	bool is_masked = may_be_personal(s);
	size_t n = s.len < KEPT_MAX ? s.len : KEPT_MAX;
	size_t i;

	while (n > 0 && n < s.len && ((unsigned char)s.p[n] & 0xc0) == 0x80)
		n--;
	for (i = 0; i < n; i++) {
		char c = s.p[i];

		if ((unsigned char)c < ' ' || c == 0x7f)
			c = ' ';
		out[i] = is_masked ? mask(c) : c;
	}
	memcpy(out + n, n < s.len ? "..." : "", n < s.len ? 4 : 1);
	return out;
}
