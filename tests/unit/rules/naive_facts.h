/* naive_facts: what an incident says besides its texts. */
#ifndef TESTS_NAIVE_FACTS_H
#define TESTS_NAIVE_FACTS_H

#include "agent/incident/plates.h"
#include "tests/unit/rules/naive_mark.h"

enum naive_truth {
	NAIVE_FALSE,
	NAIVE_UNKNOWN,
	NAIVE_TRUE
};

/* A moment of 2026 in London. */
struct naive_moment {
	int month, day, hour, minute;
};

/* Summer time is from 29 March to 25 October, one o'clock. */
static inline struct naive_moment
naive_london(const struct proof_case *x)
{
	static const int days[] = { 0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31,
		30, 31 };
	struct naive_moment m = { x->month, x->day, x->hour, x->minute };
	int at = (m.month * 100 + m.day) * 100 + m.hour;

	if (at < 32901 || at >= 102501)
		return m;
	m.hour++;
	if (m.hour == 24) {
		m.hour = 0;
		m.day++;
	}
	if (m.day > days[m.month]) {
		m.day = 1;
		m.month++;
	}
	return m;
}

/* Days since Monday; 1 January 2026 was a Thursday. */
static inline long
naive_weekday(struct naive_moment m)
{
	static const int before[] = { 0, 0, 31, 59, 90, 120, 151, 181, 212, 243,
		273, 304, 334 };

	return (3 + before[m.month] + m.day - 1) % 7;
}

/* What a mark is, is no matter of rules: that has tests of its own. */
static inline long
naive_plates(const struct naive_case *c)
{
	const struct plate *plates;

	return (long)plates_find(&c->x->in, c->arena, &plates);
}

/* The value of a field, as its place among its names; false: not known. */
static inline bool
naive_fact(const struct naive_case *c, enum proof_field field, long *value)
{
	const struct proof_case *x = c->x;
	struct naive_moment m = naive_london(x);
	bool timed = x->year != 0;

	*value = 0;
	switch (field) {
	case PROOF_PLACE: *value = x->place.class; return true;
	case PROOF_GRADE:
		*value = (long)x->in.grade_no;
		return x->in.grade_no != INCIDENT_NO_NUMBER;
	case PROOF_MONTH: *value = m.month - 1; return timed;
	case PROOF_WEEKDAY: *value = timed ? naive_weekday(m) : 0; return timed;
	case PROOF_SEASON:
		*value = m.month == 12 ? 0 : m.month / 3;
		return timed;
	case PROOF_TIME: *value = m.hour * 60 + m.minute; return timed;
	case PROOF_DAYLIGHT: *value = x->daylight; return x->daylight >= 0;
	case PROOF_BANK_HOLIDAY:
		*value = x->bank_holiday;
		return x->bank_holiday >= 0;
	case PROOF_ENTRIES: *value = (long)x->in.log_count; return true;
	case PROOF_VEHICLES: *value = (long)x->in.vehicle_count; return true;
	case PROOF_PLATES: *value = naive_plates(c); return true;
	case PROOF_RESOURCES: *value = (long)x->in.resource_count; return true;
	case PROOF_FIELD_COUNT: break;
	}
	return false;
}

static inline enum naive_truth
naive_truth_of(bool holds)
{
	return holds ? NAIVE_TRUE : NAIVE_FALSE;
}

/* Does n compare as c says? */
static inline bool
naive_compare(const struct proof_cond *c, long n)
{
	switch (c->op) {
	case PROOF_AT_LEAST: return n >= c->low;
	case PROOF_AT_MOST: return n <= c->low;
	case PROOF_LESS: return n < c->low;
	case PROOF_MORE: return n > c->low;
	case PROOF_EQUAL: return n == c->low;
	case PROOF_IN:
		return c->low <= c->high ? n >= c->low && n <= c->high
					 : n >= c->low || n <= c->high;
	case PROOF_IS:
		for (size_t i = 0; i < c->value_count; i++)
			if (c->values[i] == n)
				return true;
		return false;
	case PROOF_KNOWN: return true;
	case PROOF_OP_COUNT: break;
	}
	return false;
}

/* The truth of a condition about a fact. */
static inline enum naive_truth
naive_ask_fact(const struct naive_case *c, const struct proof_cond *cond)
{
	long value;

	if (!naive_fact(c, cond->field, &value))
		return cond->op == PROOF_KNOWN ? NAIVE_FALSE : NAIVE_UNKNOWN;
	return naive_truth_of(naive_compare(cond, value));
}

/* The layer that c asks about, or NULL: not known. */
static inline const struct place_layer *
naive_layer(const struct proof_case *x, const struct proof_cond *c)
{
	for (size_t i = 0; i < x->place.layer_count; i++)
		if (str_is(x->layers[i].name, proof_layers[c->name]))
			return &x->layers[i];
	return NULL;
}

/* The truth of a condition about a layer. */
static inline enum naive_truth
naive_ask_layer(const struct proof_case *x, const struct proof_cond *c)
{
	const struct place_layer *l = naive_layer(x, c);

	if (!l)
		return NAIVE_UNKNOWN;
	if (c->kind == PROOF_INSIDE)
		return naive_truth_of(l->is_inside);
	return naive_truth_of(naive_compare(c, lround(l->distance_m)));
}

#endif /* TESTS_NAIVE_FACTS_H */
