/*
 * The smallest change, held against the tagger: rules and incidents are made by
 * chance from words that say nothing of each other, and every answer is made to
 * the incident.  If there is no answer of one change, no one change that can be
 * made does it.  The seed is printed; BUZZARD_SEED gives it.
 */
#include "tests/unit/rules/ruleskit.h"

#include <string.h>

#include "agent/base/clock.h"
#include "rules/engine.h"
#include "rules/eval.h"
#include "rules/facts.h"
#include "rules/flip.h"
#include "rules/match.h"

#define WORDS  6
#define ROUNDS 150

static const char *const words[WORDS] = { "alder", "birch", "cedar", "elder",
	"hazel", "maple" };

struct scene {
	struct ruleset *rs;
	struct rules_scratch *s;
	struct arena *arena;
	bool has[WORDS];
	long grade; /* -1: not given */
	int place, month;
};

static uint64_t seed;

static uint32_t
chance(uint32_t below)
{
	seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (uint32_t)(seed >> 33) % below;
}

/* ---- Rules ---- */

static void
add_leaf(struct buf *out)
{
	static const char *const facts[] = { "place is rural", "place is urban",
		"place is rural|edge", "grade is 1|2", "grade at least 3",
		"grade is known", "month in nov..feb", "month in jan..jun" };

	if (chance(3) == 0)
		buf_add_text(out, facts[chance(8)]);
	else
		buf_addf(out, "log has \"%s\"", words[chance(WORDS)]);
}

static void
// NOLINTNEXTLINE(misc-no-recursion): depth is a parameter
add_cond(struct buf *out, int depth)
{
	const char *join = chance(2) ? " and " : " or ";

	buf_add_text(out, chance(4) ? "" : "not ");
	if (depth == 0 || chance(2)) {
		add_leaf(out);
		return;
	}
	buf_add_char(out, '(');
	add_cond(out, depth - 1);
	buf_add_text(out, join);
	add_cond(out, depth - 1);
	buf_add_char(out, ')');
}

/* Rules that cannot stand are refused: another is made then. */
static struct ruleset *
make_rules(void)
{
	struct ruleset *rs = NULL;

	while (!rs) {
		struct buf text = { 0 };
		struct buf diag = { 0 };
		struct ruleset_file file = { .name = str_of("a.rules") };

		buf_add_text(&text, "themes t\nrule r \"R\"\n theme t\n");
		for (uint32_t k = 2 + chance(4); k > 0; k--) {
			buf_addf(&text, " give %u when ", 20 + chance(40));
			add_cond(&text, 1);
			buf_add_char(&text, '\n');
		}
		for (uint32_t k = chance(3); k > 0; k--) {
			buf_addf(&text, " take %u when ", 10 + chance(30));
			add_cond(&text, 1);
			buf_add_char(&text, '\n');
		}
		for (uint32_t k = chance(3); k > 0; k--) {
			buf_add_text(&text, chance(2) ? " need " : " veto ");
			add_cond(&text, 1);
			buf_add_char(&text, '\n');
		}
		buf_add_text(&text, " alert from 70, review from 40\n");
		file.text = buf_str(&text);
		if (ruleset_compile(&file, 1, &diag, &rs) < 0)
			rs = NULL;
		buf_clear(&text);
		buf_clear(&diag);
	}
	return rs;
}

/* ---- Incidents ---- */

/* Make what the engine reads; it borrows from log and text. */
static void
fill(const struct scene *c, struct incident *in, struct place *place,
    struct incident_entry *log, struct buf *text)
{
	for (size_t i = 0; i < WORDS; i++)
		if (c->has[i])
			buf_addf(text, "%s. ", words[i]);
	buf_add_text(text, "end");
	*log = (struct incident_entry){
		.at_ms = CLOCK_NONE, .by = str_of("CALL"), .text = buf_str(text)
	};
	incident_init(in);
	in->id = str_of("1");
	in->log = log;
	in->log_count = 1;
	if (c->grade >= 0)
		in->grade_no = c->grade;
	if (c->month > 0)
		in->opened_ms = clock_from_utc(2026, c->month, 9, 12, 0, 0);
	*place = place_unknown();
	place->class = (enum place_class)c->place;
}

static enum rules_level
level_of(const struct scene *c)
{
	struct buf text = { 0 };
	struct incident_entry log;
	struct eval_rule found;
	struct incident in;
	struct place place;

	fill(c, &in, &place, &log, &text);
	match_prepare(c->rs, c->s);
	match_incident(c->rs, &in, &place, c->s);
	facts_compute(c->rs, &in, &place, c->s);
	c->s->flags = 0;
	eval_rule(c->rs, c->s, 0, true, &found);
	buf_clear(&text);
	return found.level;
}

static size_t
find(struct scene *c, bool down, const struct flip **out)
{
	struct buf text = { 0 };
	struct incident_entry log;
	struct eval_rule found;
	struct incident in;
	struct place place;
	size_t count;

	fill(c, &in, &place, &log, &text);
	match_prepare(c->rs, c->s);
	match_incident(c->rs, &in, &place, c->s);
	facts_compute(c->rs, &in, &place, c->s);
	c->s->flags = 0;
	eval_rule(c->rs, c->s, 0, true, &found);
	count = flip_find(c->rs, c->s, 0, down, c->arena, out);
	buf_clear(&text);
	return count;
}

/* Make one change to the incident. */
static void
apply(struct scene *c, const struct flip_change *change)
{
	struct span at = c->rs->ops[change->op].span;
	struct str source =
	    str_make(c->rs->files[0].text.p + at.start, at.end - at.start);

	if (change->kind == FLIP_FACT) {
		int value = (int)change->ranges[0].low;

		if (change->field == FIELD_PLACE)
			c->place = value;
		else if (change->field == FIELD_GRADE)
			c->grade = value;
		else
			c->month = value;
		return;
	}
	assert_int_equal(change->kind, FLIP_LEAF);
	for (size_t i = 0; i < WORDS; i++)
		if (memmem(source.p, source.len, words[i], strlen(words[i])))
			c->has[i] = change->to;
}

/* ---- Laws ---- */

static bool
is_moved(enum rules_level now, enum rules_level then, bool down)
{
	return down ? then < now : then > now;
}

/* Does any one change to the incident move the rule? */
static bool
can_be_moved_by_one(const struct scene *c, enum rules_level now, bool down)
{
	struct scene then;
	bool moved = false;

	for (size_t i = 0; i < WORDS && !moved; i++) {
		then = *c;
		then.has[i] = !then.has[i];
		moved = is_moved(now, level_of(&then), down);
	}
	for (int v = 0; v < 4 && !moved; v++) {
		then = *c;
		then.place = v;
		moved = is_moved(now, level_of(&then), down);
	}
	for (int v = 0; v <= 5 && !moved; v++) {
		then = *c;
		then.grade = v;
		moved = is_moved(now, level_of(&then), down);
	}
	for (int v = 1; v <= 12 && !moved; v++) {
		then = *c;
		then.month = v;
		moved = is_moved(now, level_of(&then), down);
	}
	return moved;
}

/* Returns how many answers were made and seen to do it. */
static size_t
check(struct scene *c, bool down)
{
	const struct flip *flips;
	enum rules_level now = level_of(c);
	size_t count = find(c, down, &flips);

	for (size_t i = 0; i < count; i++) {
		struct scene then = *c;

		for (size_t k = 0; k < flips[i].count; k++)
			apply(&then, flips[i].changes[k]);
		if (!is_moved(now, level_of(&then), down))
			fail_msg("of\n%.*s\nanswer %zu does not do it",
			    STR_ARG(c->rs->files[0].text), i);
	}
	if (can_be_moved_by_one(c, now, down) !=
	    (count > 0 && flips[0].count == 1))
		fail_msg("of\n%.*s\none change %s",
		    STR_ARG(c->rs->files[0].text),
		    count > 0 ? "would do, or would not" : "was not found");
	return count;
}

static void
test_answers(void **state)
{
	const char *given = getenv("BUZZARD_SEED");
	size_t made = 0;

	(void)state;
	seed = given ? strtoull(given, NULL, 10) : (uint64_t)clock_wall_ms();
	print_message("BUZZARD_SEED=%llu\n", (unsigned long long)seed);
	for (int round = 0; round < ROUNDS; round++) {
		struct scene c = { .rs = make_rules(),
			.s = ruleset_scratch_new(),
			.arena = arena_new() };

		for (int k = 0; k < 4; k++) {
			enum rules_level now;

			for (size_t i = 0; i < WORDS; i++)
				c.has[i] = chance(2);
			c.grade = (long)chance(7) - 1;
			c.place = (int)chance(4);
			c.month = (int)chance(13);
			now = level_of(&c);
			if (now < RULES_ALERT)
				made += check(&c, false);
			if (now > RULES_NONE)
				made += check(&c, true);
		}
		ruleset_free(&c.rs);
		ruleset_scratch_free(&c.s);
		arena_free(&c.arena);
	}
	print_message("%zu answers did it\n", made);
	assert_true(made > 500);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
