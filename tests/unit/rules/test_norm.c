/*
 * The normal form of conditions: what it looks like, and that it is true.
 * Random conditions are held against random incidents: what the form says of
 * two of them (equal, one within the other, always, never) must be so in every
 * incident.  The seed is printed; BUZZARD_SEED gives it.
 */
#include "tests/unit/rules/ruleskit.h"

#include <string.h>

#include "agent/base/clock.h"
#include "rules/engine.h"
#include "rules/eval.h"
#include "rules/facts.h"
#include "rules/match.h"
#include "rules/norm.h"
#include "rules/print.h"

#define CONDITIONS 120
#define INCIDENTS  300
#define ROUNDS     6

static const char head[] =
    "themes t\n"
    "context denied\n next 3: no\n"
    "words dogs: dog, @hounds, not \"hot dog\"\n"
    "words hounds: hound, lurcher\n"
    "words beasts: @hounds, cow\n"
    "rule f \"F\"\n flag crime\n give 60 when text has \"theft\"\n"
    " review from 60\n";

/* One rule that never loses its points, and takes some when cond is true. */
static void
add_rule(struct buf *out, size_t number, const char *cond)
{
	buf_addf(out,
	    "rule r%zu \"R\"\n theme t\n give 60 when text has \"zz\"\n"
	    " take 1 when %s\n review from 30\n",
	    number, cond);
}

/* The condition of rule number, which add_rule() wrote. */
static const struct ast_cond *
cond_of(const struct ruleset *rs, size_t number)
{
	const struct ast_rule *r = rs->ast->rules->next;

	while (number-- > 0)
		r = r->next;
	return r->grounds->next->cond;
}

static const struct {
	const char *cond, *key;
} forms[] = {
	{ "text has \"Dog\"", "text has \"dog\"" },
	{ "not not text has \"dog\"", "text has \"dog\"" },
	{ "not (place is rural or place is edge)", "place is unknown|urban" },
	{ "place is rural and (place is edge or month in aug..mar)",
	    "month is aug..mar and place is rural" },
	{ "place is rural or place is not rural", "always" },
	{ "grade at least 3 and grade < 3", "never" },
	{ "grade at least 3 or grade < 3", "grade is known" },
	{ "not grade is known and grade is 2", "never" },
	{ "not grade is known or grade is known", "always" },
	{ "time in 22:00..05:00 and time in 04:00..23:00",
	    "time is 04:00..05:00|22:00..23:00" },
	{ "log has \"b\" near 3 \"a\" or log has \"a\" near 3 \"b\"",
	    "log has \"a\" near 3 \"b\"" },
	{ "log has \"a\" near 3 \"b\" and text has \"a\"",
	    "log has \"a\" near 3 \"b\"" },
	{ "log has \"a\" near 3 \"b\" or text has \"a\"", "text has \"a\"" },
	{ "log has @hounds and log has @beasts", "log has @hounds" },
	{ "log has @hounds and log has @dogs",
	    "log has @dogs and log has @hounds" },
	{ "log has \"cow\" | @hounds and log has @beasts",
	    "log has \"cow\" | @hounds" },
	{ "not (log has \"a\" and log has \"b\")",
	    "not log has \"a\" or not log has \"b\"" },
	{ "text has \"a\" and (text has \"b\" or (text has \"c\" and "
	  "text has \"a\"))",
	    "((text has \"a\" and text has \"c\") or text has \"b\") and "
	    "text has \"a\"" },
	{ "number of \"dog\" at least 3 or not number of \"dog\" at least 3",
	    "not number of \"dog\" at least 3 or "
	    "number of \"dog\" at least 3" },
};

static void
test_forms(void **state)
{
	struct arena *arena = arena_new();
	struct buf text = { 0 };
	struct ruleset *rs;
	size_t wrong = 0;

	(void)state;
	buf_add_text(&text, head);
	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
		add_rule(&text, i, forms[i].cond);
	rs = ruleskit_compile(text.p);
	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
		struct str key = norm_cond(arena, cond_of(rs, i))->key;

		if (str_is(key, forms[i].key))
			continue;
		print_message("%s is\n  %.*s, not\n  %s\n", forms[i].cond,
		    STR_ARG(key), forms[i].key);
		wrong++;
	}
	assert_int_equal(wrong, 0);
	ruleset_free(&rs);
	arena_free(&arena);
	buf_clear(&text);
}

/* ---- Chance ---- */

static uint64_t seed;

static uint32_t
chance(uint32_t below)
{
	seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (uint32_t)(seed >> 33) % below;
}

static const char *
one_of(const char *const *words, size_t count)
{
	return words[chance((uint32_t)count)];
}

#define ONE_OF(words) one_of(words, sizeof(words) / sizeof(words)[0])

static void
write_pattern(struct buf *out)
{
	static const char *const lists[] = { "@dogs", "@hounds", "@beasts",
		"\"dog\"", "\"dog\"|\"cow\"", "@hounds|\"cow\"", "\"hare\"",
		"any @dogs", "denied @hounds", "even denied \"dog\"" };
	static const char *const joins[] = { "near 2", "near 6", "before 3",
		"before", "after 2", "same entry", "same sentence", "later",
		"not near 2", "after" };

	buf_add_text(out, ONE_OF(lists));
	if (chance(2) == 0)
		buf_addf(out, " %s %s", ONE_OF(joins), ONE_OF(lists));
}

static void
write_leaf(struct buf *out)
{
	static const char *const facts[] = { "place is rural",
		"place is rural|edge", "place is not urban", "grade is known",
		"grade at least 2", "grade at most 3", "grade is 1|4",
		"month in aug..mar", "month is jan", "not grade is known",
		"flag crime", "entries at least 2",
		"number of @dogs at least 2" };
	static const char *const scopes[] = { "text", "log", "last entry",
		"log by CALL", "first entry" };

	if (chance(3) == 0) {
		buf_add_text(out, ONE_OF(facts));
		return;
	}
	buf_addf(out, "%s has ", ONE_OF(scopes));
	write_pattern(out);
}

static void
// NOLINTNEXTLINE(misc-no-recursion): depth is a parameter
write_cond(struct buf *out, int depth)
{
	const char *join = chance(2) ? " and " : " or ";

	if (chance(5) == 0)
		buf_add_text(out, "not ");
	if (depth == 0 || chance(3) == 0) {
		write_leaf(out);
		return;
	}
	buf_add_char(out, '(');
	for (uint32_t i = 0, n = 2 + chance(2); i < n; i++) {
		buf_add_text(out, i ? join : "");
		write_cond(out, depth - 1);
	}
	buf_add_char(out, ')');
}

static struct ruleset *
random_rules(void)
{
	struct buf text = { 0 };
	struct ruleset *rs;

	buf_add_text(&text, head);
	for (size_t i = 0; i < CONDITIONS; i++) {
		struct buf cond = { 0 };

		write_cond(&cond, 2);
		add_rule(&text, i, cond.p);
		buf_clear(&cond);
	}
	rs = ruleskit_compile(text.p);
	buf_clear(&text);
	return rs;
}

struct made {
	struct incident in;
	struct incident_entry log[3];
	struct place place;
};

static void
make_incident(struct made *m, struct arena *arena)
{
	static const char *const words[] = { "dog", "hound", "lurcher", "cow",
		"hare", "no", "hot dog", "and", "theft", "3 dog", ".", "," };
	size_t count = 1 + chance(3);

	incident_init(&m->in);
	m->in.id = str_of("x");
	m->in.opened_ms =
	    chance(4) ? clock_from_utc(2026, 1 + (int)chance(12), 9, 10, 0, 0)
		      : CLOCK_NONE;
	if (chance(3))
		m->in.grade_no = 1 + chance(5);
	m->place = place_unknown();
	m->place.class = (enum place_class)chance(4);
	for (size_t i = 0; i < count; i++) {
		struct buf text = { 0 };

		for (uint32_t k = chance(8); k > 0; k--)
			buf_addf(&text, "%s ", ONE_OF(words));
		m->log[i] = (struct incident_entry){ .at_ms = CLOCK_NONE,
			.by = str_of(chance(2) ? "CALL" : "UNIT"),
			.text = arena_str(arena, buf_str(&text)) };
		if (!m->log[i].text.p)
			m->log[i].text = str_of("");
		buf_clear(&text);
	}
	m->in.log = m->log;
	m->in.log_count = count;
}

/* Is the condition of each rule true? */
static void
work_out(const struct ruleset *rs, struct rules_scratch *s,
    const struct made *m, bool *truths)
{
	struct eval_rule found;

	match_prepare(rs, s);
	match_incident(rs, &m->in, &m->place, s);
	facts_compute(rs, &m->in, &m->place, s);
	s->flags = 0;
	eval_rule(rs, s, 0, true, &found);
	if (found.level != RULES_NONE)
		s->flags |= 1U << CHECK_FLAG_CRIME;
	for (uint32_t i = 0; i < CONDITIONS; i++) {
		eval_rule(rs, s, i + 1, true, &found);
		truths[i] = found.grounds[1].truth == EVAL_TRUE;
	}
}

static void
say_wrong(const struct ruleset *rs, const char *what, size_t a, size_t b)
{
	struct buf out = { 0 };
	const struct print p = { &out, NULL };

	print_cond(&p, cond_of(rs, a));
	buf_addf(&out, "\n  %s\n", what);
	print_cond(&p, cond_of(rs, b));
	print_message("%s\n", out.p);
	buf_clear(&out);
}

/* How many claims of the forms are wrong in one of the incidents. */
static size_t
judge(const struct ruleset *rs, struct arena *arena,
    bool truths[INCIDENTS][CONDITIONS], size_t *claims)
{
	const struct norm *n[CONDITIONS];
	size_t wrong = 0;

	for (size_t i = 0; i < CONDITIONS; i++)
		n[i] = norm_cond(arena, cond_of(rs, i));
	for (size_t a = 0; a < CONDITIONS; a++) {
		for (size_t b = 0; b < CONDITIONS; b++) {
			bool both =
			    norm_both(arena, n[a], n[b])->kind != NORM_NEVER;
			bool within = norm_implies(n[a], n[b]);

			*claims += a != b && (within || !both);
			for (size_t k = 0; k < INCIDENTS; k++) {
				bool x = truths[k][a];
				bool y = truths[k][b];

				if (!(within && x && !y) && (both || !x || !y))
					continue;
				say_wrong(rs,
				    within ? "is not within" : "goes with", a,
				    b);
				wrong++;
				break;
			}
		}
	}
	return wrong;
}

static size_t
judge_constants(const struct ruleset *rs, struct arena *arena,
    bool truths[INCIDENTS][CONDITIONS])
{
	size_t wrong = 0;

	for (size_t i = 0; i < CONDITIONS; i++) {
		const struct norm *n = norm_cond(arena, cond_of(rs, i));

		for (size_t k = 0; k < INCIDENTS; k++) {
			if ((n->kind != NORM_ALWAYS || truths[k][i]) &&
			    (n->kind != NORM_NEVER || !truths[k][i]))
				continue;
			say_wrong(rs, "is not constant", i, i);
			wrong++;
			break;
		}
	}
	return wrong;
}

static void
test_claims(void **state)
{
	static bool truths[INCIDENTS][CONDITIONS];
	const char *given = getenv("BUZZARD_SEED");
	size_t claims = 0;

	(void)state;
	seed = given ? strtoull(given, NULL, 10) : (uint64_t)clock_wall_ms();
	print_message("BUZZARD_SEED=%llu\n", (unsigned long long)seed);
	for (int round = 0; round < ROUNDS; round++) {
		struct arena *arena = arena_new();
		struct rules_scratch *s = ruleset_scratch_new();
		struct ruleset *rs = random_rules();

		for (size_t k = 0; k < INCIDENTS; k++) {
			struct made m;

			make_incident(&m, arena);
			work_out(rs, s, &m, truths[k]);
		}
		assert_int_equal(judge(rs, arena, truths, &claims), 0);
		assert_int_equal(judge_constants(rs, arena, truths), 0);
		ruleset_free(&rs);
		ruleset_scratch_free(&s);
		arena_free(&arena);
	}
	print_message("%zu claims\n", claims);
	assert_true(claims > 500);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_claims),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
