/*
 * A cursor that goes over the text once.  Members are found by the same names
 * as in incident_json.c, from tables of their own, since here nothing is
 * judged and nothing refused: a reader that meets what it does not expect says
 * false, and all is read again by the one that knows what to say.  A unit test
 * and a fuzzer hold the two against each other.
 */
#include "agent/incident/incident_skim.h"

#include <string.h>

#include "agent/base/arena.h"
#include "agent/base/clock.h"

/* More levels than a stored message can have. */
#define DEPTH_MAX 64

/* Digits that fit 64 bits whatever they are. */
#define WHOLE_DIGITS_MAX 15

struct cursor {
	const char *p, *end;
	struct arena *arena;
};

/* One member of an object: what reads it, and where it goes. */
struct member {
	struct str name;
	bool (*read)(struct cursor *c, void *at);
	size_t offset;
};

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* ---- Marks, strings, numbers ---- */

static void
skip_space(struct cursor *c)
{
	while (c->p < c->end && (*c->p == ' ' || *c->p == '\n' ||
				    *c->p == '\t' || *c->p == '\r'))
		c->p++;
}

/* Is the next thing mark?  Then it is passed. */
static bool
take(struct cursor *c, char mark)
{
	skip_space(c);
	if (c->p >= c->end || *c->p != mark)
		return false;
	c->p++;
	return true;
}

static bool
take_word(struct cursor *c, const char *word)
{
	size_t len = strlen(word);

	skip_space(c);
	if ((size_t)(c->end - c->p) < len || memcmp(c->p, word, len) != 0)
		return false;
	c->p += len;
	return true;
}

/* The text between quotes as it stands; *has_escape if there is one. */
static bool
take_raw(struct cursor *c, struct str *raw, bool *has_escape)
{
	const char *quote;

	if (!take(c, '"'))
		return false;
	*raw = str_make(c->p, 0);
	*has_escape = false;
	while ((quote = memchr(c->p, '"', (size_t)(c->end - c->p))) != NULL) {
		const char *back = memchr(c->p, '\\', (size_t)(quote - c->p));

		if (!back) {
			raw->len = (size_t)(quote - raw->p);
			c->p = quote + 1;
			return true;
		}
		/* Go on behind what the backslash escapes. */
		*has_escape = true;
		if (c->end - back < 2)
			return false;
		c->p = back + 2;
	}
	return false;
}

/* Four hexadecimal digits at p, or UINT32_MAX. */
static uint32_t
hex4(const char *p, const char *end)
{
	uint32_t v = 0;

	if (end - p < 4)
		return UINT32_MAX;
	for (int i = 0; i < 4; i++) {
		char ch = p[i];
		char low = (char)(ch | 0x20);

		if (ch >= '0' && ch <= '9')
			v = v << 4 | (uint32_t)(ch - '0');
		else if (low >= 'a' && low <= 'f')
			v = v << 4 | (uint32_t)(low - 'a' + 10);
		else
			return UINT32_MAX;
	}
	return v;
}

static size_t
put_utf8(char *to, uint32_t cp)
{
	size_t n = cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
	static const unsigned char lead[] = { 0, 0, 0xC0, 0xE0, 0xF0 };

	for (size_t i = n - 1; i > 0; i--, cp >>= 6)
		to[i] = (char)(0x80 | (cp & 0x3F));
	to[0] = (char)(lead[n] | cp);
	return n;
}

/* The code point of a \u at p, which stands behind the u; 0: none. */
static uint32_t
take_unicode(const char **p, const char *end)
{
	uint32_t high = hex4(*p, end);
	uint32_t low;

	if (high == UINT32_MAX)
		return 0;
	*p += 4;
	if (high < 0xD800 || high > 0xDFFF)
		return high;
	if (end - *p < 6 || (*p)[0] != '\\' || (*p)[1] != 'u')
		return 0;
	low = hex4(*p + 2, end);
	if (high > 0xDBFF || low < 0xDC00 || low > 0xDFFF)
		return 0;
	*p += 6;
	return 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
}

/* What one letter behind a backslash stands for; 0: none. */
static char
plain_escape(char letter)
{
	static const char from[] = "\"\\/bfnrt";
	static const char to[] = "\"\\/\b\f\n\r\t";
	const char *at = letter ? strchr(from, letter) : NULL;

	return at ? to[at - from] : '\0';
}

/* No escape is shorter than what it stands for. */
static bool
unescape(struct arena *arena, struct str raw, struct str *out)
{
	char *to = arena_alloc(arena, raw.len + 1, 1);
	const char *p = raw.p;
	const char *end = raw.p + raw.len;
	size_t len = 0;

	while (p < end) {
		if (*p != '\\') {
			to[len++] = *p++;
			continue;
		}
		if (end - p < 2)
			return false;
		p += 2;
		if (p[-1] == 'u') {
			uint32_t cp = take_unicode(&p, end);

			if (cp == 0)
				return false;
			len += put_utf8(to + len, cp);
		} else {
			to[len] = plain_escape(p[-1]);
			if (to[len++] == '\0')
				return false;
		}
	}
	*out = str_make(to, len);
	return true;
}

static bool
take_text(struct cursor *c, struct str *out)
{
	bool has_escape;

	if (!take_raw(c, out, &has_escape))
		return false;
	return !has_escape || unescape(c->arena, *out, out);
}

/* A whole number from 0 in plain digits, and not many. */
static bool
take_whole(struct cursor *c, int64_t *out)
{
	int64_t n = 0;
	int digits = 0;

	skip_space(c);
	for (; c->p < c->end && *c->p >= '0' && *c->p <= '9'; c->p++) {
		if (++digits > WHOLE_DIGITS_MAX)
			return false;
		n = n * 10 + (*c->p - '0');
	}
	*out = n;
	return digits > 0 && c->p < c->end && *c->p != '.' && *c->p != 'e' &&
	       *c->p != 'E';
}

/* A number or a word, up to the mark behind it. */
static void
skip_scalar(struct cursor *c)
{
	do
		c->p++;
	while (c->p < c->end && !strchr(",:]} \t\r\n\"", *c->p));
}

/* Pass over a value of any kind. */
static bool
skip_value(struct cursor *c)
{
	size_t depth = 0;

	do {
		struct str raw;
		bool has_escape;

		skip_space(c);
		if (c->p >= c->end)
			return false;
		switch (*c->p) {
		case '"':
			if (!take_raw(c, &raw, &has_escape))
				return false;
			break;
		case '{':
		case '[':
			depth++;
			c->p++;
			break;
		case '}':
		case ']':
			if (depth == 0)
				return false;
			depth--;
			c->p++;
			break;
		case ',':
		case ':':
			if (depth == 0)
				return false;
			c->p++;
			break;
		default: skip_scalar(c);
		}
	} while (depth > 0 && depth <= DEPTH_MAX);
	return depth == 0;
}

/* ---- Members ---- */

static bool
read_text(struct cursor *c, void *at)
{
	return take_text(c, at);
}

static bool
read_time(struct cursor *c, void *at)
{
	struct str text;

	if (!take_text(c, &text))
		return false;
	return text.len == 0 || clock_parse(text, at);
}

static bool
read_whole(struct cursor *c, void *at)
{
	return take_whole(c, at);
}

static bool
read_yes(struct cursor *c, void *at)
{
	bool *yes = at;

	*yes = take_word(c, "true");
	return *yes || take_word(c, "false");
}

static bool
read_grade(struct cursor *c, void *at)
{
	struct incident *in = at;
	const char *begin;
	int64_t n;

	skip_space(c);
	begin = c->p;
	if (c->p < c->end && *c->p == '"') {
		if (!take_text(c, &in->grade))
			return false;
	} else {
		if (!take_whole(c, &n))
			return false;
		in->grade = str_make(begin, (size_t)(c->p - begin));
	}
	in->grade_no = incident_grade_number(in->grade);
	return true;
}

/* The members of an object; those that the table has not are passed over. */
static bool
read_object(
    struct cursor *c, const struct member *members, size_t count, void *item)
{
	if (!take(c, '{'))
		return false;
	if (take(c, '}'))
		return true;
	do {
		const struct member *m = members;
		struct str name;
		bool has_escape;

		if (!take_raw(c, &name, &has_escape) || has_escape ||
		    !take(c, ':'))
			return false;
		if (take_word(c, "null"))
			continue;
		while (m < members + count && !str_is_equal(m->name, name))
			m++;
		if (m < members + count ? !m->read(c, (char *)item + m->offset)
					: !skip_value(c))
			return false;
	} while (take(c, ','));
	return take(c, '}');
}

/* Items of a list so far; it grows in the arena, the old one stays there. */
struct list {
	char *items;
	size_t count, cap, size;
};

static void *
add_item(struct cursor *c, struct list *l)
{
	if (l->count == l->cap) {
		char *more;

		l->cap = l->cap ? 2 * l->cap : 8;
		more = arena_alloc(c->arena, l->cap, l->size);
		if (l->count > 0)
			memcpy(more, l->items, l->count * l->size);
		l->items = more;
	}
	return l->items + l->count++ * l->size;
}

static bool
read_list(struct cursor *c, struct list *l,
    bool (*read)(struct cursor *c, void *item))
{
	if (!take(c, '['))
		return false;
	if (take(c, ']'))
		return true;
	do
		if (!read(c, add_item(c, l)))
			return false;
	while (take(c, ','));
	return take(c, ']');
}

#define MEMBER(name, read, type, field)                     \
	{                                                   \
		STR_LIT(name), read, offsetof(type, field), \
	}

static const struct member entry_members[] = {
	MEMBER("at", read_time, struct incident_entry, at_ms),
	MEMBER("by", read_text, struct incident_entry, by),
	MEMBER("text", read_text, struct incident_entry, text),
	MEMBER("seq", read_whole, struct incident_entry, seq),
};

static bool
read_entry(struct cursor *c, void *item)
{
	struct incident_entry *entry = item;

	*entry = (struct incident_entry){ .at_ms = CLOCK_NONE,
		.seq = INCIDENT_NO_NUMBER };
	return read_object(c, entry_members, COUNT(entry_members), entry);
}

static bool
read_log(struct cursor *c, void *at)
{
	struct list l = { .size = sizeof(struct incident_entry) };
	struct incident *in = at;

	if (!read_list(c, &l, read_entry))
		return false;
	in->log = (const struct incident_entry *)(const void *)l.items;
	in->log_count = l.count;
	return true;
}

static bool
read_vehicles(struct cursor *c, void *at)
{
	struct list l = { .size = sizeof(struct str) };
	struct incident *in = at;

	if (!read_list(c, &l, read_text))
		return false;
	in->vehicles = (const struct str *)(const void *)l.items;
	in->vehicle_count = l.count;
	return true;
}

static const struct member resource_members[] = {
	MEMBER("callsign", read_text, struct incident_resource, callsign),
	MEMBER(
	    "allocated_at", read_time, struct incident_resource, allocated_ms),
	MEMBER("enroute_at", read_time, struct incident_resource, enroute_ms),
	MEMBER("arrived_at", read_time, struct incident_resource, arrived_ms),
	MEMBER("cleared_at", read_time, struct incident_resource, cleared_ms),
};

static bool
read_resource(struct cursor *c, void *item)
{
	struct incident_resource *resource = item;

	*resource = (struct incident_resource){ .allocated_ms = CLOCK_NONE,
		.enroute_ms = CLOCK_NONE,
		.arrived_ms = CLOCK_NONE,
		.cleared_ms = CLOCK_NONE };
	return read_object(
	    c, resource_members, COUNT(resource_members), resource);
}

static bool
read_resources(struct cursor *c, void *at)
{
	struct list l = { .size = sizeof(struct incident_resource) };
	struct incident *in = at;

	if (!read_list(c, &l, read_resource))
		return false;
	in->resources = (const struct incident_resource *)(const void *)l.items;
	in->resource_count = l.count;
	return true;
}

static const struct member incident_members[] = {
	MEMBER("id", read_text, struct incident, id),
	MEMBER("partial", read_yes, struct incident, partial),
	MEMBER("revision", read_whole, struct incident, revision),
	MEMBER("opened_at", read_time, struct incident, opened_ms),
	MEMBER("updated_at", read_time, struct incident, updated_ms),
	MEMBER("closed_at", read_time, struct incident, closed_ms),
	MEMBER("status", read_text, struct incident, status),
	{ STR_LIT("grade"), read_grade, 0 },
	MEMBER("opening_code", read_text, struct incident, opening_code),
	MEMBER("closing_code", read_text, struct incident, closing_code),
	MEMBER("location_text", read_text, struct incident, location_text),
	MEMBER("district", read_text, struct incident, district),
	{ STR_LIT("log"), read_log, 0 },
	{ STR_LIT("vehicles"), read_vehicles, 0 },
	{ STR_LIT("resources"), read_resources, 0 },
};

bool
incident_skim(struct str bytes, struct arena *arena, struct incident *out)
{
	struct cursor c = { bytes.p, bytes.p + bytes.len, arena };

	incident_init(out);
	if (!bytes.p ||
	    !read_object(&c, incident_members, COUNT(incident_members), out))
		return false;
	skip_space(&c);
	return c.p == c.end && out->id.len > 0;
}
