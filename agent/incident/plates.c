/*
 * plates: two grammars, each a string of slots, and the company they keep.
 *
 * Text is walked token by token (runs of letters and digits).  A token, or two
 * with one space or hyphen between, that fits a grammar is a candidate; only
 * then are the tokens around it looked at, so that text without candidates
 * costs one pass.  What is decided against a candidate that fits:
 *
 *  - no vehicle word, and no mark already found, within a few tokens;
 *  - last three letters that are a common word: "A12 VAN", "M11 THE" are a
 *    road and what follows;
 *  - a 0 read as O in the first of the last three: "CM12 0AB" is a postcode.
 */
#include "agent/incident/plates.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/arena.h"

/* Tokens between a mark and its vehicle word, prefix and current form. */
#define NEAR         4
#define NEAR_CURRENT 20 /* like nothing else that stands in a log */

#define MARK_MIN     5
#define MARK_MAX     7
#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* Letters that may stand in a place (DVLA INF104; prefix years 1983 to 2001). */
#define CURRENT_AREA   "ABCDEFGHKLMNOPRSVWXY"
#define CURRENT_OFFICE "ABCDEFGHJKLMNOPRSTUVWXY"
#define CURRENT_SERIAL "ABCDEFGHJKLMNOPRSTUVWXYZ"
#define PREFIX_YEAR    "ABCDEFGHJKLMNPRSTVWXY"
#define PREFIX_SERIAL  CURRENT_OFFICE

/* Words that say that a registration mark may stand near.  Sorted. */
static const char *const vehicle_words[] = { "4X4", "AMAROK", "ANPR", "ARTIC",
	"ARTICULATED", "ASTRA", "AUDI", "BEDFORD", "BEIGE", "BERLINGO", "BIKE",
	"BLACK", "BLK", "BLU", "BLUE", "BMW", "BOXER", "BRONZE", "BROWN",
	"CADDY", "CAMPER", "CANTER", "CAR", "CARAVAN", "CHEVROLET", "CITROEN",
	"CIVIC", "CLIO", "CLONED", "COACH", "CONVOY", "CORSA", "CRAFTER", "CRV",
	"DACIA", "DAF", "DAIHATSU", "DEFENDER", "DISCO", "DISCOVERY", "DRIVER",
	"DUCATO", "DUMPER", "DUSTER", "DVLA", "ESCORT", "ESTATE", "FABIA",
	"FIAT", "FIESTA", "FLATBED", "FOCUS", "FORD", "FORESTER", "FORRESTER",
	"FREELANDER", "GOLD", "GOLF", "GRAY", "GREEN", "GREY", "GRN", "GRY",
	"HATCHBACK", "HGV", "HIACE", "HILUX", "HONDA", "HORSEBOX", "HYUNDAI",
	"IMPREZA", "INDEX", "INDX", "ISUZU", "IVECO", "JAGUAR", "JAZZ", "JEEP",
	"JIMNY", "JUKE", "KANGOO", "KEEPER", "KIA", "KUGA", "L200", "LAGUNA",
	"LANDROVER", "LEXUS", "LGV", "LIMO", "LORRIES", "LORRY", "LUTON",
	"MARK", "MAROON", "MAZDA", "MEGANE", "MERC", "MERCEDES", "MERIVA",
	"MICRA", "MINI", "MINIBUS", "MITSUBISHI", "MONDEO", "MOPED", "MOTOR",
	"MOTORBIKE", "MOTORCYCLE", "MOTORHOME", "NAVARA", "NISSAN",
	"NUMBERPLATE", "OCTAVIA", "ORANGE", "OUTLANDER", "PANDA", "PASSAT",
	"PEUGEOT", "PICKUP", "PLATE", "PNC", "POLO", "PORSCHE", "PURPLE",
	"QASHQAI", "QUAD", "QUADBIKE", "RANGER", "RAV4", "RED", "REG",
	"REGISTERED", "REGISTRATION", "REGO", "RENAULT", "ROVER", "RTC",
	"SALOON", "SAXO", "SCANIA", "SCRAMBLER", "SEAT", "SHOGUN", "SIL",
	"SILVER", "SKODA", "SLVR", "SORENTO", "SPORTAGE", "SPRINTER",
	"SSANGYONG", "SUBARU", "SUV", "SUZUKI", "SWIFT", "TAXI", "TERRANO",
	"TESLA", "TIGUAN", "TIPPER", "TOUAREG", "TOURAN", "TOWED", "TOWING",
	"TOYOTA", "TRACTOR", "TRAFIC", "TRAILER", "TRANSIT", "TRANSPORTER",
	"TRUCK", "TUCSON", "VAN", "VAUXHALL", "VECTRA", "VEH", "VEHICLE",
	"VITO", "VIVARO", "VOLKSWAGEN", "VOLVO", "VRM", "VRN", "VW", "WARRIOR",
	"WHI", "WHITE", "WHT", "YARIS", "YELLOW", "ZAFIRA" };

/* Three letters after a road or a number that are no serial.  Sorted. */
static const char *const common_words[] = { "ALL", "AND", "ANY", "APR", "ARE",
	"AUG", "BIG", "BOX", "BUS", "BUT", "CAN", "CAR", "CUT", "DAY", "DEC",
	"DOG", "END", "FAR", "FEB", "FOR", "FRI", "GET", "GOT", "HAD", "HAS",
	"HER", "HGV", "HIM", "HOW", "HRS", "JAN", "JCT", "JUL", "JUN", "KPH",
	"LAD", "LAY", "MAN", "MAR", "MAY", "MEN", "MON", "MPH", "MRS", "NEW",
	"NOT", "NOV", "NOW", "OAK", "OCT", "OFF", "OLD", "ONE", "OUR", "OUT",
	"OWN", "PUT", "RAN", "RED", "SAT", "SAW", "SAY", "SEC", "SEE", "SEP",
	"SET", "SHE", "SUN", "TEN", "THE", "THU", "TOO", "TOP", "TOW", "TUE",
	"TWO", "USE", "VAN", "VEH", "WAS", "WAY", "WED", "WHO", "WHY", "YDS",
	"YES", "YET", "YOU" };

/* What stands before a number that is no part of a mark.  Sorted. */
static const char *const head_words[] = { "A", "AM", "AN", "AS", "AT", "BE",
	"BY", "DO", "GO", "HE", "ME", "MY", "NO", "OF", "ON", "OR", "PC", "PM",
	"SO", "WE" };

/* A run of letters and digits. */
struct token {
	size_t start, end; /* end exclusive */
};

/* What was found, growing. */
struct found {
	struct arena *arena;
	struct plate *plates;
	size_t count, cap;
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static char
upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static bool
is_alnum(char c)
{
	c = upper(c);
	return is_digit(c) || (c >= 'A' && c <= 'Z');
}

/* c as one of letters, 0 read as O; NUL if it is none. */
static char
as_letter(char c, const char *letters)
{
	c = upper(c);
	if (c == '0')
		c = 'O';
	return c != '\0' && strchr(letters, c) != NULL ? c : '\0';
}

/* c as a digit, O read as 0 and I as 1; NUL if it is none. */
static char
as_digit(char c)
{
	c = upper(c);
	if (c == 'O')
		c = '0';
	if (c == 'I')
		c = '1';
	return is_digit(c) ? c : '\0';
}

/* Puts count letters of raw to mark; false if one is not among letters. */
static bool
take_letters(const char *raw, size_t count, const char *letters, char *mark)
{
	size_t i;

	for (i = 0; i < count; i++)
		if ((mark[i] = as_letter(raw[i], letters)) == '\0')
			return false;
	return true;
}

/* Puts count digits of raw to mark; one of them at least must be a digit. */
static bool
take_digits(const char *raw, size_t count, char *mark)
{
	bool any = false;
	size_t i;

	for (i = 0; i < count; i++) {
		if ((mark[i] = as_digit(raw[i])) == '\0')
			return false;
		any = any || is_digit(raw[i]);
	}
	return any;
}

/* AB12CDE; the age is 02 to 50 or 51 to 99. */
static bool
fits_current(const char *raw, size_t len, char mark[MARK_MAX])
{
	return len == MARK_MAX && take_letters(raw, 1, CURRENT_AREA, mark) &&
	       take_letters(raw + 1, 1, CURRENT_OFFICE, mark + 1) &&
	       take_digits(raw + 2, 2, mark + 2) &&
	       take_letters(raw + 4, 3, CURRENT_SERIAL, mark + 4) &&
	       (mark[2] != '0' || mark[3] >= '2');
}

/* A1BCD to A123BCD; no leading 0. */
static bool
fits_prefix(const char *raw, size_t len, char mark[MARK_MAX])
{
	return len >= MARK_MIN && len <= MARK_MAX &&
	       take_letters(raw, 1, PREFIX_YEAR, mark) &&
	       take_digits(raw + 1, len - 4, mark + 1) && mark[1] != '0' &&
	       take_letters(raw + len - 3, 3, PREFIX_SERIAL, mark + len - 3);
}

/* For bsearch(): a struct str key, capitals, against a C string. */
static int
compare_word(const void *key, const void *row)
{
	const struct str *word = key;
	const char *const *c = row;

	return str_compare(*word, str_of(*c));
}

/* True if s, in whatever case, is in a sorted list of short words. */
static bool
is_listed(struct str s, const char *const *list, size_t count)
{
	char word[16];
	struct str key = { word, s.len };
	size_t i;

	if (s.len > sizeof(word))
		return false;
	for (i = 0; i < s.len; i++)
		word[i] = upper(s.p[i]);
	return bsearch(&key, list, count, sizeof(*list), compare_word) != NULL;
}

/* The first token at or after *pos; moves *pos to its end. */
static bool
next_token(struct str text, size_t *pos, struct token *out)
{
	size_t i = *pos;

	while (i < text.len && !is_alnum(text.p[i]))
		i++;
	out->start = i;
	while (i < text.len && is_alnum(text.p[i]))
		i++;
	out->end = *pos = i;
	return out->end > out->start;
}

/* The last token before *pos; moves *pos to its start. */
static bool
previous_token(struct str text, size_t *pos, struct token *out)
{
	size_t i = *pos;

	while (i > 0 && !is_alnum(text.p[i - 1]))
		i--;
	out->end = i;
	while (i > 0 && is_alnum(text.p[i - 1]))
		i--;
	out->start = *pos = i;
	return out->end > out->start;
}

static bool
is_vehicle_word(struct str text, struct token t)
{
	struct str word = str_make(text.p + t.start, t.end - t.start);

	if (is_listed(word, vehicle_words, COUNT(vehicle_words)))
		return true;
	if (word.len < 4 || upper(word.p[word.len - 1]) != 'S')
		return false;
	word.len--; /* more than one of them */
	return is_listed(word, vehicle_words, COUNT(vehicle_words));
}

/* True if there is a vehicle word within near tokens of the mark. */
static bool
is_near_vehicle(struct str text, struct token mark, size_t near)
{
	struct token t = { 0, 0 };
	size_t i, pos = mark.start;

	for (i = 0; i < near && previous_token(text, &pos, &t); i++)
		if (is_vehicle_word(text, t))
			return true;
	pos = mark.end;
	for (i = 0; i < near && next_token(text, &pos, &t); i++)
		if (is_vehicle_word(text, t))
			return true;
	return false;
}

/*
 * True if the raw text of a candidate, without its separator, is a complete
 * mark and nothing more likely.
 */
static bool
is_mark(const char *raw, size_t len, char mark[MARK_MAX])
{
	if (len < MARK_MIN || len > MARK_MAX)
		return false;
	if (!fits_current(raw, len, mark) && !fits_prefix(raw, len, mark))
		return false;
	if (raw[len - 3] == '0')
		return false;
	return !is_listed(
	    str_make(raw + len - 3, 3), common_words, COUNT(common_words));
}

/*
 * True if two tokens with one space or hyphen between are one mark, parted
 * before its last three letters or before its digits.
 */
static bool
is_split_mark(
    struct str text, struct token a, struct token b, char mark[MARK_MAX])
{
	char raw[MARK_MAX] = { 0 };
	size_t a_len = a.end - a.start, b_len = b.end - b.start;
	bool before_digits =
	    !is_digit(text.p[a.end - 1]) && is_digit(text.p[b.start]);

	if (b.start != a.end + 1 || a_len + b_len > MARK_MAX ||
	    (text.p[a.end] != ' ' && text.p[a.end] != '-'))
		return false;
	if (b_len != 3 && !before_digits)
		return false;
	if (is_listed(str_make(text.p + a.start, a_len), head_words,
		COUNT(head_words)))
		return false;
	memcpy(raw, text.p + a.start, a_len);
	memcpy(raw + a_len, text.p + b.start, b_len);
	return is_mark(raw, a_len + b_len, mark);
}

static void
add_plate(struct found *found, const char *mark, size_t len, int entry,
    struct token where)
{
	struct str s = str_make(mark, len);
	struct plate *grown;
	size_t i;

	for (i = 0; i < found->count; i++)
		if (str_is_equal(found->plates[i].mark, s))
			return;
	if (found->count == found->cap) {
		found->cap = found->cap == 0 ? 8 : 2 * found->cap;
		grown = arena_alloc(found->arena, found->cap, sizeof(*grown));
		for (i = 0; i < found->count; i++)
			grown[i] = found->plates[i];
		found->plates = grown;
	}
	found->plates[found->count++] =
	    (struct plate){ arena_str(found->arena, s), entry, where.start,
		    where.end };
}

/* True if a token could be a mark or begin one. */
static bool
may_begin(struct str text, struct token t)
{
	return t.end - t.start <= MARK_MAX && !is_digit(text.p[t.start]);
}

/* The length of the mark that begins with token t, or 0. */
static size_t
find_mark(
    struct str text, struct token t, struct token *where, char mark[MARK_MAX])
{
	struct token second = { 0, 0 };
	size_t after = t.end, len = t.end - t.start;

	*where = t;
	if (is_mark(text.p + t.start, len, mark))
		return len;
	if (len > 4 || !next_token(text, &after, &second) ||
	    !is_split_mark(text, t, second, mark))
		return 0;
	where->end = second.end;
	return where->end - where->start - 1;
}

static void
find_in_text(struct found *found, struct str text, int entry)
{
	struct token t = { 0, 0 }, where = { 0, 0 };
	char mark[MARK_MAX] = { 0 };
	size_t pos = 0, since = NEAR_CURRENT; /* tokens since the last mark */

	while (found->count < PLATES_MAX && next_token(text, &pos, &t)) {
		size_t len =
		    may_begin(text, t) ? find_mark(text, t, &where, mark) : 0;
		size_t near = is_digit(mark[1]) ? NEAR : NEAR_CURRENT;

		since++;
		if (len == 0 ||
		    (since > near && !is_near_vehicle(text, where, near)))
			continue;
		add_plate(found, mark, len, entry, where);
		pos = where.end;
		since = 0;
	}
}

/* text without spaces and hyphens; its length, 0 if it is too long. */
static size_t
squeeze(struct str text, char out[MARK_MAX])
{
	size_t i, len = 0;

	for (i = 0; i < text.len; i++) {
		if (text.p[i] == ' ' || text.p[i] == '-')
			continue;
		if (len == MARK_MAX)
			return 0;
		out[len++] = text.p[i];
	}
	return len;
}

struct str
plates_normalise(struct str text, struct arena *arena)
{
	char raw[MARK_MAX] = { 0 }, mark[MARK_MAX] = { 0 };
	size_t len = squeeze(text, raw);

	if (!fits_current(raw, len, mark) && !fits_prefix(raw, len, mark))
		return str_make(NULL, 0);
	return arena_str(arena, str_make(mark, len));
}

size_t
plates_find(
    const struct incident *in, struct arena *arena, const struct plate **out)
{
	struct found found = { arena, NULL, 0, 0 };
	size_t i;

	for (i = 0; i < in->vehicle_count && found.count < PLATES_MAX; i++) {
		struct str mark = plates_normalise(in->vehicles[i], arena);
		struct token all = { 0, in->vehicles[i].len };

		if (str_is_given(mark))
			add_plate(&found, mark.p, mark.len, -1, all);
	}
	for (i = 0; i < in->log_count; i++)
		find_in_text(&found, in->log[i].text, (int)i);
	*out = found.plates;
	return found.count;
}
