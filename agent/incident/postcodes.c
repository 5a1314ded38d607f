/* postcodes: two halves, each against what it may be. */
#include "agent/incident/postcodes.h"

#include <stdlib.h>
#include <string.h>

#include "agent/base/arena.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))
#define OUTWARD_MAX  4
#define INWARD_LEN   3
#define LEAD         4 /* tokens from the word "postcode" to it */

/* All postcode areas; sorted. */
static const char *const areas[] = { "AB", "AL", "B", "BA", "BB", "BD", "BH",
	"BL", "BN", "BR", "BS", "BT", "CA", "CB", "CF", "CH", "CM", "CO", "CR",
	"CT", "CV", "CW", "DA", "DD", "DE", "DG", "DH", "DL", "DN", "DT", "DY",
	"E", "EC", "EH", "EN", "EX", "FK", "FY", "G", "GL", "GU", "GY", "HA",
	"HD", "HG", "HP", "HR", "HS", "HU", "HX", "IG", "IM", "IP", "IV", "JE",
	"KA", "KT", "KW", "KY", "L", "LA", "LD", "LE", "LL", "LN", "LS", "LU",
	"M", "ME", "MK", "ML", "N", "NE", "NG", "NN", "NP", "NR", "NW", "OL",
	"OX", "PA", "PE", "PH", "PL", "PO", "PR", "RG", "RH", "RM", "S", "SA",
	"SE", "SG", "SK", "SL", "SM", "SN", "SO", "SP", "SR", "SS", "ST", "SW",
	"SY", "TA", "TD", "TF", "TN", "TQ", "TR", "TS", "TW", "UB", "W", "WA",
	"WC", "WD", "WF", "WN", "WR", "WS", "WV", "YO", "ZE" };

/* Those of the county; sorted. */
static const char *const county[] = { "CB", "CM", "CO", "EN", "IG", "RM",
	"SS" };

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(char c)
{
	return c >= 'A' && c <= 'Z';
}

static int
compare_area(const void *key, const void *row)
{
	return strcmp(key, *(const char *const *)row);
}

/* The letters at the start of raw, if they are one of count sorted areas. */
static size_t
area_len(const char *raw, size_t len, const char *const *list, size_t count)
{
	char area[3] = { '\0' };
	size_t n = 0;

	while (n < len && n < 2 && is_letter(raw[n])) {
		area[n] = raw[n];
		n++;
	}
	if (n == 0 || !bsearch(area, list, count, sizeof(*list), compare_area))
		return 0;
	return n;
}

/* "CM1", "CM77", "W1A", "EC1A". */
static bool
is_outward(const char *raw, size_t len)
{
	size_t n = area_len(raw, len, areas, COUNT(areas));

	if (n == 0 || n == len || len > n + 2 || !is_digit(raw[n]))
		return false;
	if (len == n + 1)
		return true;
	/* A second figure follows no 0; a letter stands for central London. */
	return is_digit(raw[n + 1])
		   ? raw[n] != '0'
		   : strchr("ABCDEFGHJKMNPRSTUVWXY", raw[n + 1]) != NULL;
}

/* "2AB", with O read as 0 if so asked. */
static bool
is_inward(const char *raw, bool read_o)
{
	return (is_digit(raw[0]) || (read_o && raw[0] == 'O')) &&
	       is_letter(raw[1]) && !strchr("CIKMOV", raw[1]) &&
	       is_letter(raw[2]) && !strchr("CIKMOV", raw[2]);
}

/* Token i in capitals; its length, 0 if it is longer than max. */
static size_t
copy_token(const struct idtext *t, size_t i, char *out, size_t max)
{
	struct str s;
	size_t k;

	if (i >= t->count || t->tokens[i].kind == IDTEXT_SIGNS)
		return 0;
	s = idtext_str(t, i);
	if (s.len > max)
		return 0;
	for (k = 0; k < s.len; k++)
		out[k] = idtext_upper(s.p[k]);
	return s.len;
}

/* Does one of these flags stand within a few tokens before token i? */
static bool
is_led_by(const struct idtext *t, size_t i, uint32_t flags, const char *word)
{
	size_t n;

	for (n = 0; n < LEAD && i > 0; n++, i--)
		if ((idtext_flags(t, i - 1) & flags) ||
		    (word && idtext_is(t, i - 1, word)))
			return true;
	return false;
}

static size_t
put_whole(struct idtext *t, size_t i, size_t tokens, const char *raw,
    size_t outward, struct arena *arena, struct finding *out)
{
	*out = finding_make(FINDING_POSTCODE, t->tokens[i].start,
	    t->tokens[i + tokens - 1].end, "the form of a postcode");
	out->certainty = is_led_by(t, i, 0, "POSTCODE") ? 99 : 90;
	if (area_len(raw, outward, county, COUNT(county)) == 0)
		out->certainty -= 20;
	out->value = arena_strf(arena, "%.*s %c%.2s", (int)outward, raw,
	    raw[outward] == 'O' ? '0' : raw[outward], raw + outward + 1);
	idtext_take(t, i, i + tokens, IDTEXT_POSTCODE);
	return tokens;
}

/* Two tokens with a space or hyphen between. */
static size_t
read_pair(struct idtext *t, size_t i, struct arena *arena, struct finding *out)
{
	char raw[OUTWARD_MAX + INWARD_LEN];
	size_t len = copy_token(t, i, raw, OUTWARD_MAX);
	bool read_o;

	if (len == 0 || !is_outward(raw, len) ||
	    (t->tokens[i].gap != IDTEXT_SPACE &&
		t->tokens[i].gap != IDTEXT_DASH) ||
	    copy_token(t, i + 1, raw + len, INWARD_LEN) != INWARD_LEN)
		return 0;
	read_o = area_len(raw, len, county, COUNT(county)) > 0 &&
		 !is_led_by(t, i, W_REG | W_VEHICLE, NULL);
	if (!is_inward(raw + len, read_o) ||
	    (raw[len + 1] == 'N' && raw[len + 2] == 'D') ||
	    (raw[len + 1] == 'R' && raw[len + 2] == 'D') ||
	    (raw[len + 1] == 'S' && raw[len + 2] == 'T') ||
	    (raw[len + 1] == 'T' && raw[len + 2] == 'H') ||
	    (raw[len + 1] == 'H' && raw[len + 2] == 'R'))
		return 0;
	return put_whole(t, i, 2, raw, len, arena, out);
}

/* One token, "CM12AB". */
static size_t
read_joined(
    struct idtext *t, size_t i, struct arena *arena, struct finding *out)
{
	char raw[OUTWARD_MAX + INWARD_LEN];
	size_t len = copy_token(t, i, raw, sizeof(raw));

	if (len < 5 || t->tokens[i].kind != IDTEXT_MIXED ||
	    !is_outward(raw, len - INWARD_LEN) ||
	    !is_inward(raw + len - INWARD_LEN, false) ||
	    is_led_by(t, i, W_REG, NULL))
		return 0;
	return put_whole(t, i, 1, raw, len - INWARD_LEN, arena, out);
}

/* "CM77" alone. */
static size_t
read_outward(
    struct idtext *t, size_t i, struct arena *arena, struct finding *out)
{
	char raw[OUTWARD_MAX];
	size_t len = copy_token(t, i, raw, sizeof(raw));
	bool said;

	if (len < 2 || t->tokens[i].kind != IDTEXT_MIXED ||
	    !is_outward(raw, len))
		return 0;
	said = is_led_by(t, i, 0, "POSTCODE");
	if (!said && (area_len(raw, len, county, COUNT(county)) != 2 ||
			 is_led_by(t, i, W_REG | W_PARTIAL, NULL)))
		return 0;
	*out = finding_make(FINDING_DISTRICT, t->tokens[i].start,
	    t->tokens[i].end, "the first half of a postcode");
	out->certainty = said ? 80 : 50;
	out->value = arena_str(arena, str_make(raw, len));
	return 1; /* left free: it may be the beginning of a plate */
}

size_t
postcodes_read(
    struct idtext *t, size_t i, struct arena *arena, struct finding *out)
{
	size_t n = read_pair(t, i, arena, out);

	if (n == 0)
		n = read_joined(t, i, arena, out);
	return n > 0 ? n : read_outward(t, i, arena, out);
}
