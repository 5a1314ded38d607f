/*
 * Several incidents in one test, for series: each has a name, and says where
 * and when it is by another one's.
 */
#include "agent/base/arena.h"
#include "rules/limits.h"
#include "rules/parse_private.h"

#define DAY_MS (INT64_C(24) * 3600 * 1000)

static struct ast_test *
find_incident(const struct ast_test *test, struct str name)
{
	struct ast_test *i = test->incidents;

	while (i && !str_is_equal(i->name.text, name))
		i = i->next;
	return i;
}

/* incident NAME: what follows is about it; the test's facts hold for it too. */
bool
parse_incident_line(
    struct parser *p, struct ast_test *test, struct ast_test **current)
{
	struct ast_test **end = &test->incidents;
	struct ast_name name;
	int count = 1;

	(void)parse_take(p);
	if (!parse_name(p, "the incident's name", &name))
		return false;
	*current = find_incident(test, name.text);
	if (*current)
		return true;
	for (; *end; end = &(*end)->next)
		count++;
	if (count > LIMITS_TEST_INCIDENTS_MAX) {
		diag_error(p->d, DIAG_R005, name.span,
		    "this test has more than %d incidents",
		    LIMITS_TEST_INCIDENTS_MAX);
		diag_note(p->d, "write several tests");
		return false;
	}
	*end = arena_alloc(p->d->arena, 1, sizeof **end);
	**end = *test;
	(*end)->next = NULL;
	(*end)->incidents = NULL;
	(*end)->steps = NULL;
	(*end)->name = name;
	*current = *end;
	return true;
}

static bool
report_offset(struct parser *p, struct span at)
{
	diag_error(p->d, DIAG_R062, at, "this says neither where nor when");
	diag_note(p->d, "write for example: 3 km north of first, or 2 days "
			"after first; 'first' is an incident named before");
	return false;
}

/* north, south-west … in degrees, or -1. */
static int
bearing_of(struct str word)
{
	static const char *const words[] = { "north", "north-east", "east",
		"south-east", "south", "south-west", "west", "north-west" };

	for (int i = 0; i < 8; i++)
		if (str_is(word, words[i]))
			return i * 45;
	return -1;
}

/* 3 km north of first, 2 days after first, 1 hour before first */
bool
parse_incident_offset(
    struct parser *p, const struct ast_test *test, struct ast_test *current)
{
	struct parse_quantity q;
	struct ast_offset offset = { 0 };
	const struct lex_token *word;

	if (!parse_quantity(p, &q))
		return false;
	if (q.worth > (q.is_time ? LIMITS_TEST_APART_DAYS_MAX * DAY_MS
				 : LIMITS_TEST_APART_KM_MAX * INT64_C(1000))) {
		diag_error(p->d, DIAG_R062, q.span, "this is too far apart");
		diag_note(p->d, "write at most %d days, or %d km",
		    LIMITS_TEST_APART_DAYS_MAX, LIMITS_TEST_APART_KM_MAX);
		return false;
	}
	word = parse_take(p);
	offset.amount = q.worth;
	offset.bearing = bearing_of(word->text);
	if (q.is_time && str_is(word->text, "before"))
		offset.amount = -q.worth;
	else if (q.is_time ? !str_is(word->text, "after")
			   : offset.bearing < 0 || !parse_skip_word(p, "of"))
		return report_offset(p, diag_join(q.span, word->span));
	if (!parse_name(p, "an incident's name", &offset.from))
		return false;
	offset.base = find_incident(test, offset.from.text);
	if (!offset.base || offset.base == current) {
		diag_error(p->d, DIAG_R062, offset.from.span,
		    "no incident '%.*s' stands before this one",
		    STR_ARG(offset.from.text));
		diag_note(p->d, "name an incident that the test has had: "
				"incident first");
		return false;
	}
	*(q.is_time ? &current->when : &current->where) = offset;
	return true;
}

/* accurate to 100 m */
bool
parse_incident_accuracy(struct parser *p, struct ast_test *current)
{
	struct parse_quantity q;

	(void)parse_take(p);
	if (!parse_skip_word(p, "to")) {
		parse_expected(p, "'to'", "for example: accurate to 100 m");
		return false;
	}
	if (!parse_quantity(p, &q))
		return false;
	current->accuracy_m = (long)q.worth;
	if (!q.is_time && q.worth > 0)
		return true;
	diag_error(p->d, DIAG_R062, q.span, "this is no distance");
	diag_note(p->d, "write for example: accurate to 100 m");
	return false;
}
