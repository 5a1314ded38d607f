/*
 * platefind: walk the tokens; where characters of a mark begin, try all runs
 * that begin there, keep the best, and of runs that overlap the better.
 *
 * A run is at most seven characters, so the work for a token is bounded and
 * the whole is one pass.  Context is looked at only for runs that have a form.
 */
#include "agent/incident/platefind.h"

#include <string.h>

#include "agent/base/arena.h"
#include "agent/incident/idunits.h"
#include "agent/incident/platerun.h"

#define NEAR         4  /* tokens between a mark and its vehicle word */
#define NEAR_CURRENT 20 /* like nothing else that stands in a log */
#define OFFICIAL     30 /* tokens to a word of the army */
#define LINK_MAX     9  /* tokens from the word for the plate to the mark */

/* What leads up to a run. */
struct lead {
	bool plate;    /* a word for the plate */
	bool mark;     /* another mark, and this goes on the list */
	bool personal; /* and one that says that it is out of the usual */
	bool official;
	bool serial;  /* another kind of number */
	bool partial; /* "part index" */
	bool starts, ends;
};

/* The walk. */
struct finder {
	const struct idtext *t;
	int newest;
	struct arena *arena;
	struct platefind_mark *marks;
	size_t count, cap, max;
};

int
platefind_half_year(int age)
{
	return age > 50 ? 2 * (age - 50) - 1 : 2 * age - 2;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The mark that ends with token i, or NULL. */
static const struct platefind_mark *
mark_ending(const struct finder *f, size_t last)
{
	const struct platefind_mark *m;

	if (f->count == 0)
		return NULL;
	m = &f->marks[f->count - 1];
	return m->last == last && !m->is_partial ? m : NULL;
}

static void
note_lead(struct lead *lead, uint32_t flags)
{
	lead->personal = lead->personal || (flags & W_PERSONAL) != 0;
	lead->official = lead->official || (flags & W_OFFICIAL) != 0;
	lead->partial = lead->partial || (flags & W_PARTIAL) != 0;
	lead->starts = lead->starts || (flags & W_STARTS) != 0;
	lead->ends = lead->ends || (flags & W_ENDS) != 0;
}

/* May a token stand between the word for the plate and the mark? */
static bool
is_link(const struct idtext *t, size_t i)
{
	uint32_t flags = idtext_flags(t, i);
	const struct idword *w = t->tokens[i].word;

	if (flags & (W_LINK | W_PARTIAL | W_STARTS | W_ENDS | W_CHARACTER |
			W_OFFICIAL | W_FIX | W_OR))
		return true;
	return w != NULL && w->digits != NULL && i > 0 &&
	       (idtext_flags(t, i - 1) & (W_STARTS | W_ENDS));
}

/* "index for log": is the word for the plate right before token i? */
static bool
is_plate_word_near(const struct idtext *t, size_t i)
{
	size_t n;

	for (n = 0; n < 3 && i > 0; n++, i--)
		if (idtext_flags(t, i - 1) & W_REG)
			return true;
	return false;
}

/* Is the talk of an embassy's or the army's vehicles? */
static bool
is_official(const struct idtext *t, size_t first, size_t last)
{
	size_t i = first > OFFICIAL ? first - OFFICIAL : 0;

	for (; i < t->count && i < last + OFFICIAL; i++)
		if (idtext_flags(t, i) & W_OFFICIAL)
			return true;
	return false;
}

/* "there's more": does the text say that the mark goes on? */
static bool
goes_on(const struct idtext *t, size_t last)
{
	size_t i;

	for (i = last; i < t->count && i < last + NEAR; i++) {
		if (idtext_gap_before(t, i) == IDTEXT_STOP)
			return false;
		if (idtext_flags(t, i) & W_MORE)
			return true;
	}
	return false;
}

/* Read backwards from token first what leads up to it. */
static struct lead
read_lead(const struct finder *f, size_t first)
{
	struct lead lead = { .plate = false };
	const struct idtext *t = f->t;
	size_t i, n;

	for (i = first, n = 0; i > 0 && n < LINK_MAX; i--, n++) {
		uint32_t flags = idtext_flags(t, i - 1);

		if (mark_ending(f, i) != NULL) {
			lead.plate = n > 0 ||
				     t->tokens[i - 1].gap == IDTEXT_COMMA ||
				     t->tokens[i - 1].gap == IDTEXT_SLASH;
			break;
		}
		if (t->tokens[i - 1].gap == IDTEXT_STOP && !(flags & W_REG))
			break;
		note_lead(&lead, flags);
		if ((flags & W_SERIAL) && !is_plate_word_near(t, i - 1)) {
			lead.serial = true;
			break;
		}
		if (flags & W_REG) {
			lead.plate = true;
			/* "part index", "private plate" */
			if (i > 1)
				note_lead(&lead, idtext_flags(t, i - 2));
			if (i > 1 && idtext_is(t, i - 2, "P") &&
			    t->tokens[i - 2].gap == IDTEXT_SLASH)
				lead.partial = true; /* "p/vrm" */
			break;
		}
		if (!is_link(t, i - 1))
			break;
	}
	return lead;
}

/* "LVX 417 is the reg". */
static bool
is_followed_by_plate(const struct idtext *t, size_t last)
{
	size_t i;

	if (!idtext_is(t, last, "IS") && !idtext_is(t, last, "WAS") &&
	    !idtext_is(t, last, "ON"))
		return false;
	for (i = last; i < t->count && i < last + NEAR; i++) {
		if (t->tokens[i - 1].gap > IDTEXT_COMMA)
			return false;
		if (idtext_flags(t, i) & W_REG)
			return true;
		if (!(idtext_flags(t, i) & (W_LINK | W_PERSONAL)))
			return false;
	}
	return false;
}

/* Is there a vehicle word within so many tokens of the run? */
static bool
is_near_vehicle(const struct idtext *t, size_t first, size_t last, size_t near)
{
	size_t i, from = first > near ? first - near : 0;

	for (i = from; i < t->count && i < last + near; i++)
		if ((i < first || i >= last) &&
		    (idtext_flags(t, i) & (W_VEHICLE | W_REG)))
			return true;
	return false;
}

/* Does a vehicle word stand a few tokens before, in the same sentence? */
static bool
is_after_vehicle(const struct idtext *t, size_t first)
{
	size_t i, n;

	for (i = first, n = 0; i > 0 && n < NEAR; i--, n++) {
		if (t->tokens[i - 1].gap == IDTEXT_STOP)
			return false;
		if (idtext_flags(t, i - 1) & (W_VEHICLE | W_REG))
			return true;
	}
	return false;
}

/* Is there a mark within so many tokens before the run? */
static bool
is_near_mark(const struct finder *f, size_t first, size_t near)
{
	return f->count > 0 && f->marks[f->count - 1].last + near >= first;
}

/* 2 if it was issued by then; less if it can only be a false one. */
static int
score_current(const struct finder *f, const char *mark)
{
	int age = (mark[2] - '0') * 10 + (mark[3] - '0');
	bool issued = strchr("JTU", mark[0]) == NULL;

	if (f->newest >= 0 && platefind_half_year(age) > f->newest)
		return -1;
	return issued ? 2 : -1;
}

/* Figures in a mark. */
static size_t
count_figures(const char *mark)
{
	size_t n = 0;

	for (; *mark != '\0'; mark++)
		n += is_digit(*mark);
	return n;
}

/*
 * A dateless mark is like much else, the shorter the more; one letter and
 * figures are a road, a collar number or a model of tractor.
 */
static int
score_dateless(const struct plateform_fit *fit, const struct lead *lead)
{
	size_t figures = count_figures(fit->mark);

	if (lead->personal)
		return -1;
	if (plateform_is_head(fit))
		return -5;
	if (strlen(fit->mark) - figures == 1)
		return -4;
	return is_digit(fit->mark[0]) && figures < 3 ? -3 : -2;
}

/* One letter's form: the more figures, the less like anything else. */
static int
score_lettered(const char *mark)
{
	size_t figures = count_figures(mark);

	return (int)figures - (figures == 1 ? 2 : 1);
}

static int
score_form(const struct finder *f, const struct plateform_fit *fit,
    const struct lead *lead)
{
	switch (fit->kind) {
	case PLATEFORM_CURRENT: return score_current(f, fit->mark);
	case PLATEFORM_PREFIX:
	case PLATEFORM_SUFFIX:
	case PLATEFORM_Q: return score_lettered(fit->mark);
	case PLATEFORM_NI:
		return strlen(fit->mark) == 7   ? 1
		       : strlen(fit->mark) == 6 ? 0
						: -3;
	case PLATEFORM_DATELESS: return score_dateless(fit, lead);
	case PLATEFORM_DIPLOMATIC:
	case PLATEFORM_MILITARY: return lead->official ? 2 : -3;
	case PLATEFORM_NONE: return -9;
	}
	return -9;
}

static int
score_company(const struct finder *f, const struct platerun *r,
    enum plateform_kind kind, const struct lead *lead, const char **why)
{
	size_t first = platerun_first(r), last = platerun_last(r);
	bool current = kind == PLATEFORM_CURRENT;

	*why = "a word for the plate leads to it";
	if (lead->plate || is_followed_by_plate(f->t, last))
		return 4;
	*why = "another mark leads to it";
	if (lead->mark && kind <= PLATEFORM_NI)
		return 4;
	*why = "a vehicle word is near";
	if (kind == PLATEFORM_DATELESS
		? is_after_vehicle(f->t, first)
		: is_near_vehicle(f->t, first, last, NEAR))
		return 3;
	*why = "another mark is near";
	if (kind <= PLATEFORM_NI &&
	    is_near_mark(f, first, current ? NEAR_CURRENT : NEAR))
		return 3;
	*why = "a vehicle word is in the text around it";
	if (kind <= PLATEFORM_Q &&
	    is_near_vehicle(f->t, first, last, NEAR_CURRENT))
		return 1;
	*why = "its form";
	return 0;
}

/* Say where the run stands. */
static void
place_mark(
    const struct finder *f, const struct platerun *r, struct platefind_mark *m)
{
	m->first = platerun_first(r);
	m->last = platerun_last(r);
	m->start = f->t->tokens[m->first].start;
	m->end = f->t->tokens[m->last - 1].end;
}

/* Score the run as a whole mark; false if it has no form. */
static bool
try_whole(const struct finder *f, const struct platerun *r,
    const struct lead *lead, struct platefind_mark *m)
{
	struct lead here = *lead;
	struct plateform_fit fit;

	if (r->has_sign || !plateform_find(r->sym, r->len, &fit))
		return false;
	/* "part index P123 ABC" may lack what stood before it. */
	if ((lead->partial || lead->starts || lead->ends ||
		goes_on(f->t, platerun_last(r))) &&
	    fit.kind != PLATEFORM_CURRENT)
		return false;
	memset(m, 0, sizeof(*m));
	memcpy(m->mark, fit.mark, sizeof(fit.mark));
	m->kind = fit.kind;
	place_mark(f, r, m);
	here.official =
	    here.official || ((fit.kind == PLATEFORM_MILITARY ||
				  fit.kind == PLATEFORM_DIPLOMATIC) &&
				 is_official(f->t, m->first, m->last));
	m->score = score_company(f, r, fit.kind, lead, &m->why);
	m->says_plate = m->score == 4;
	m->score += score_form(f, &fit, &here) +
		    platerun_score(f->t, r, &fit, m->says_plate) -
		    (lead->serial ? 6 : 0);
	return true;
}

/* The known characters of a part, with '?' where the rest would be. */
static void
pad_part(const struct platerun *r, bool ends, char mark[PLATEFORM_LEN_MAX + 1])
{
	size_t known = r->len, at = ends ? PLATEFORM_LEN_MAX - known : 0;

	memset(mark, '?', PLATEFORM_LEN_MAX);
	mark[PLATEFORM_LEN_MAX] = '\0';
	memcpy(mark + at, r->sym, known);
}

/* A part of a mark: unread characters in it, or said to be one. */
static bool
try_part(const struct finder *f, const struct platerun *r,
    const struct lead *lead, struct platefind_mark *m)
{
	struct plateform_fit fit;
	size_t first = platerun_first(r), last = platerun_last(r);
	bool pattern = plateform_is_pattern(r->sym, r->len), whole;

	memset(m, 0, sizeof(*m));
	m->is_partial = true;
	m->says_plate = lead->plate || lead->partial;
	m->why = pattern ? "characters of it were not read"
			 : "said to be a part of a mark";
	place_mark(f, r, m);
	if (lead->serial || platerun_has_word(f->t, r) ||
	    platerun_is_taken(f->t, r))
		return false;
	if (pattern) {
		memcpy(m->mark, r->sym, r->len);
		m->score = lead->plate || lead->partial ? 4 : 3;
		return m->score == 4 ||
		       is_near_vehicle(f->t, first, last, NEAR);
	}
	if (r->has_sign || r->len < 2 || r->len > 6)
		return false;
	whole = plateform_find(r->sym, r->len, &fit);
	if (whole && fit.kind == PLATEFORM_CURRENT)
		return false;
	pad_part(r, lead->ends && !lead->starts, m->mark);
	m->score = 2;
	return lead->partial ||
	       (lead->plate && (lead->starts || lead->ends ||
				   (whole && plateform_is_head(&fit))));
}

static bool
is_better(const struct platefind_mark *a, const struct platefind_mark *b)
{
	if (a->is_partial != b->is_partial)
		return !a->is_partial;
	return a->score > b->score ||
	       (a->score == b->score && strlen(a->mark) > strlen(b->mark)) ||
	       (a->is_partial && a->last > b->last);
}

/* The best mark that begins with token i; false if there is none. */
static bool
find_at(const struct finder *f, size_t i, struct platefind_mark *best)
{
	struct platerun r = { .count = 0 };
	struct platefind_mark m;
	struct idunit u;
	struct lead lead;
	bool found = false;
	bool go_on = idunits_read(f->t, i, &u);

	if (!go_on)
		return false;
	lead = read_lead(f, i);
	while (go_on && platerun_add(&r, &u)) {
		if ((try_whole(f, &r, &lead, &m) &&
			m.score >= PLATEFIND_SCORE_MIN) ||
		    try_part(f, &r, &lead, &m)) {
			if (!found || is_better(&m, best))
				*best = m;
			found = true;
		}
		go_on = idunits_next(f->t, &r.units[r.count - 1], &u);
	}
	return found;
}

/* The token after the last whole mark so far. */
static size_t
last_whole(const struct finder *f)
{
	size_t i;

	for (i = f->count; i-- > 0;)
		if (!f->marks[i].is_partial)
			return f->marks[i].last;
	return 0;
}

/* Is there "and", "also", "another" between tokens from and to? */
static bool
is_joined(const struct idtext *t, size_t from, size_t to)
{
	for (; from < to; from++)
		if (idtext_flags(t, from) & W_AND)
			return true;
	return false;
}

static void
add_mark(struct finder *f, const struct platefind_mark *m)
{
	struct platefind_mark *grown;

	if (f->count == f->max)
		return;
	if (f->count == f->cap) {
		f->cap = f->cap == 0 ? 4 : 2 * f->cap;
		grown = arena_alloc(f->arena, f->cap, sizeof(*grown));
		if (f->count > 0)
			memcpy(grown, f->marks, f->count * sizeof(*grown));
		f->marks = grown;
	}
	f->marks[f->count] = *m;
	f->marks[f->count].say =
	    platesay_read(f->t, m->first, m->last, last_whole(f));
	f->marks[f->count].is_joined = is_joined(f->t, last_whole(f), m->first);
	f->count++;
}

/* The other reading: m with its last characters as in u, if that is a mark. */
static bool
swap_tail(struct platefind_mark *m, const struct idunit *u)
{
	struct plateform_fit fit;
	char raw[PLATEFORM_LEN_MAX];
	size_t len = strlen(m->mark);

	if (u->len > 3 || u->len >= len)
		return false;
	memcpy(raw, m->mark, len);
	memcpy(raw + len - u->len, u->sym, u->len);
	if (!plateform_find(raw, len, &fit) || fit.kind != m->kind)
		return false;
	memcpy(m->mark, fit.mark, sizeof(fit.mark));
	return true;
}

/* "AB12CDE or CDF", "AB12CDE/F": returns the tokens taken. */
static size_t
add_other_tail(struct finder *f, const struct platefind_mark *m)
{
	const struct idtext *t = f->t;
	struct platefind_mark other = *m;
	struct idunit u;
	bool slash = t->tokens[m->last - 1].gap == IDTEXT_SLASH;
	size_t i = m->last;

	if (!slash && !(idtext_flags(t, i) & W_OR))
		return 0;
	i += !slash;
	while (i < m->last + NEAR && (idtext_flags(t, i) & W_MAYBE))
		i++;
	if (!idunits_read(t, i, &u) || u.is_common ||
	    t->tokens[i].kind != IDTEXT_LETTERS ||
	    (u.len == 1 && idtext_is(t, i, "A") && !u.is_spoken) ||
	    !swap_tail(&other, &u))
		return 0;
	if (u.is_spoken && idtext_str(t, u.first).len > 1 && u.is_weak)
		return 0;
	other.is_alternative = true;
	other.last = u.last;
	other.end = t->tokens[u.last - 1].end;
	add_mark(f, &other);
	return u.last - m->last;
}

/* Add head and tail as one current mark. */
static bool
add_joined(struct finder *f, const struct platefind_mark *m, const char *head,
    const char *tail)
{
	struct platefind_mark other = *m;
	struct plateform_fit fit;
	char raw[PLATEFORM_LEN_MAX];

	memcpy(raw, head, 4);
	memcpy(raw + 4, tail, 3);
	if (!plateform_find(raw, sizeof(raw), &fit) ||
	    fit.kind != PLATEFORM_CURRENT)
		return false;
	memcpy(other.mark, fit.mark, sizeof(fit.mark));
	other.kind = fit.kind;
	add_mark(f, &other);
	return true;
}

/*
 * "EA18 or EA19 XPZ", "EA18/19 XPZ": both, if there is company for a mark;
 * returns the token after them, or 0.
 */
static size_t
add_either_head(struct finder *f, size_t i)
{
	const struct idtext *t = f->t;
	struct platefind_mark m = { .kind = PLATEFORM_CURRENT, .score = 4 };
	struct idunit a, b, c;
	struct lead lead;
	char second[4];
	bool slash;

	if (!idunits_read(t, i, &a) || a.len != 4 || a.is_spoken ||
	    t->tokens[i].kind != IDTEXT_MIXED)
		return 0;
	slash = t->tokens[a.last - 1].gap == IDTEXT_SLASH;
	if (!slash && !(idtext_flags(t, a.last) & W_OR))
		return 0;
	if (!idunits_read(t, a.last + !slash, &b) ||
	    (b.len != 4 && b.len != 2) || b.is_spoken ||
	    !idunits_next(t, &b, &c) || c.len != 3 || c.is_common)
		return 0;
	lead = read_lead(f, i);
	if (!lead.plate && !is_near_vehicle(t, a.first, c.last, NEAR))
		return 0;
	memcpy(second, a.sym, 4);
	memcpy(second + 4 - b.len, b.sym, b.len);
	m.first = a.first;
	m.last = c.last;
	m.start = t->tokens[m.first].start;
	m.end = t->tokens[m.last - 1].end;
	m.why = "one of two readings left open";
	m.says_plate = lead.plate;
	if (!add_joined(f, &m, a.sym, c.sym))
		return 0;
	m.is_alternative = true;
	(void)add_joined(f, &m, second, c.sym);
	return c.last;
}

/*
 * The best mark that begins with token i or with one that a mark beginning
 * there would overlap.
 */
static bool
find_best(const struct finder *f, size_t i, struct platefind_mark *best)
{
	struct platefind_mark m;
	size_t k;

	if (!find_at(f, i, best))
		return false;
	for (k = i + 1; k < best->last; k++)
		if (find_at(f, k, &m) && m.is_partial <= best->is_partial &&
		    (m.is_partial < best->is_partial || m.score > best->score))
			*best = m;
	return true;
}

size_t
platefind_text(const struct idtext *t, int newest, size_t max,
    struct arena *arena, struct platefind_mark **out)
{
	struct finder f = { t, newest, arena, NULL, 0, 0, max };
	struct platefind_mark m;
	struct idunit u;
	size_t i = 0, after;

	while (i < t->count && f.count < f.max) {
		if (t->tokens[i].kind == IDTEXT_LETTERS &&
		    t->tokens[i].word == NULL &&
		    t->tokens[i].end - t->tokens[i].start > 3 &&
		    !idunits_read(t, i, &u)) {
			i++; /* nearly all tokens: a word and no more */
			continue;
		}
		after = add_either_head(&f, i);
		if (after > 0) {
			i = after;
			continue;
		}
		if (!find_best(&f, i, &m)) {
			i++;
			continue;
		}
		add_mark(&f, &m);
		i = m.last;
		if (!m.is_partial)
			i += add_other_tail(&f, &m);
	}
	*out = f.marks;
	return f.count;
}
