/* phones: figures in a row, however they are grouped. */
#include "agent/incident/phones.h"

#include <string.h>

#include "agent/base/arena.h"
#include "agent/incident/idunits.h"

#define DIGITS_MAX 16 /* with a prefix for abroad */

struct number {
	char digits[DIGITS_MAX];
	size_t count, last;
	bool spoken;
};

/* "o7700": figures, some of them written as the letter O. */
static bool
add_mixed(struct str s, struct number *n)
{
	size_t k;

	if (n->count + s.len > DIGITS_MAX)
		return false;
	for (k = 0; k < s.len; k++) {
		char c = idtext_upper(s.p[k]);

		if (c != 'O' && (c < '0' || c > '9'))
			return false;
		n->digits[n->count + k] = c == 'O' ? '0' : c;
	}
	n->count += s.len;
	return true;
}

/* Append the figures that token i says; false if it says none. */
static bool
add_token(const struct idtext *t, size_t i, struct number *n)
{
	struct str s = idtext_str(t, i);
	struct idunit u;

	if (t->tokens[i].kind == IDTEXT_DIGITS) {
		if (n->count + s.len > DIGITS_MAX)
			return false;
		memcpy(n->digits + n->count, s.p, s.len);
		n->count += s.len;
		n->last = i + 1;
		return true;
	}
	if (t->tokens[i].kind == IDTEXT_MIXED && add_mixed(s, n)) {
		n->last = i + 1;
		return true;
	}
	/* "oh", "double seven"; "o" among figures. */
	if (!idunits_read(t, i, &u) ||
	    !(u.is_spoken || (u.len == 1 && u.sym[0] == 'O')) ||
	    n->count + u.len > DIGITS_MAX)
		return false;
	if (u.sym[0] == 'O')
		memset(u.sym, '0', u.len);
	if (u.sym[0] < '0' || u.sym[0] > '9')
		return false;
	memcpy(n->digits + n->count, u.sym, u.len);
	n->count += u.len;
	n->spoken = true;
	n->last = u.last;
	return true;
}

/* May the number go on over this gap? */
static bool
is_within(const struct idtext *t, size_t i)
{
	const struct idtext_token *a = &t->tokens[i - 1];
	size_t k, end = t->tokens[i].start;

	if (end - a->end > 3)
		return false;
	for (k = a->end; k < end; k++)
		if (strchr(" -.()", t->text.p[k]) == NULL)
			return false;
	return true;
}

static size_t
put(struct idtext *t, size_t i, const struct number *n, struct arena *arena,
    struct finding *out)
{
	size_t start = t->tokens[i].start;
	bool british = n->digits[0] == '0' && n->count >= 10 && n->count <= 11;
	bool plus = start > 0 && t->text.p[start - 1] == '+';

	*out = finding_make(FINDING_PHONE, start - plus,
	    t->tokens[n->last - 1].end,
	    british || plus ? "the form of a telephone number"
			    : "as many figures as a telephone number has");
	out->certainty = british || plus ? 97 : 60;
	out->value = arena_strf(
	    arena, "%s%.*s", plus ? "+" : "", (int)n->count, n->digits);
	idtext_take(t, i, n->last, IDTEXT_PHONE);
	return n->last - i;
}

size_t
phones_read(
    struct idtext *t, size_t i, struct arena *arena, struct finding *out)
{
	struct number n = { { '\0' }, 0, i, false };

	if (!add_token(t, i, &n))
		return 0;
	while (n.last < t->count && is_within(t, n.last) &&
	       add_token(t, n.last, &n))
		;
	if (n.count < PHONES_DIGITS_MIN)
		return 0;
	return put(t, i, &n, arena, out);
}
