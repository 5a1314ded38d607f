/*
 * The engine against a naive evaluator that shares no code with it, on random
 * pairs of a rule and an incident: verdicts, points, grounds, evidence, the
 * same from tagging and from explain.
 *
 * BUZZARD_PAIRS=1000000 asks for so many; BUZZARD_SEED=N repeats a run, or
 * what a failure names.  Each construct of the language (proof_tree.h) must
 * have been true, or have made the difference, once in a thousand pairs.
 */
#include "tests/unit/rules/ruleskit.h"

#include <string.h>

#include "rules/explain.h"
#include "tests/unit/rules/naive_say.h"

/* What fits into a few seconds under the sanitizers. */
#define PAIRS          25000
#define CASES_OF_A_SET 12

struct proof {
	struct rules_scratch *scratch;
	struct naive_doc *doc;
	struct naive_answer *answer;
	struct proof_counts counts;
	size_t pairs, sets, refused;
	struct buf text, expected, found;
};

/* ---- The engine's answer as text ---- */

static struct str
content_of(const struct proof_case *x, const struct rules_evidence *e)
{
	if (e->entry >= 0)
		return x->in.log[e->entry].text;
	if (str_is(e->field, "location_text"))
		return x->in.location_text;
	if (str_is(e->field, "opening_code"))
		return x->in.opening_code;
	if (str_is(e->field, "closing_code"))
		return x->in.closing_code;
	return x->place.district.p ? x->place.district : x->in.district;
}

static void
say_evidence(
    const struct proof_case *x, const struct rules_evidence *e, struct buf *out)
{
	struct str content = content_of(x, e);

	if (str_is(e->field, "absence")) {
		buf_addf(out, "    absence %d\n", e->points);
		return;
	}
	if (!e->has_span) {
		buf_addf(out, "    %.*s '%.*s' %d\n", STR_ARG(e->field),
		    STR_ARG(e->text), e->points);
		return;
	}
	/* The text is what stands at the offsets, byte for byte. */
	assert_true(e->start < e->end && e->end <= content.len);
	assert_int_equal(e->text.len, e->end - e->start);
	assert_memory_equal(e->text.p, content.p + e->start, e->end - e->start);
	buf_addf(out, "    %.*s %d %zu..%zu '%.*s' %d\n", STR_ARG(e->field),
	    e->entry, e->start, e->end, STR_ARG(e->text), e->points);
}

static void
say_tags(const struct proof_case *x, const char *group,
    const struct rules_tag *tags, size_t count, struct buf *out)
{
	for (size_t i = 0; i < count; i++) {
		const struct rules_tag *t = &tags[i];

		buf_addf(out, "%s %.*s %s %d\n", group, STR_ARG(t->theme),
		    rules_level_name(t->level), t->score);
		for (size_t k = 0; k < t->hit_count; k++) {
			const struct rules_hit *h = &t->hits[k];

			buf_addf(
			    out, "  %.*s %d\n", STR_ARG(h->rule), h->points);
			for (size_t n = 0; n < h->evidence_count; n++)
				say_evidence(x, &h->evidence[n], out);
		}
	}
}

static void
say_explained(const struct explain_rule *r, struct buf *out)
{
	buf_addf(out, "%.*s %s %d%s\n", STR_ARG(r->rule),
	    rules_level_name(r->level), r->score,
	    r->is_barred ? " barred" : "");
	for (size_t i = 0; i < r->ground_count; i++) {
		const struct explain_ground *g = &r->grounds[i];
		bool has_reason = str_is(g->why, "so it is");

		buf_addf(out, "  %.*s %d %d%s\n", (int)strcspn(g->kind, " "),
		    g->kind, g->holds, g->points,
		    has_reason ? " so it is" : "");
	}
}

static void
say_all(struct proof *p, const struct ruleset *rs, const struct proof_case *x,
    struct arena *arena, struct buf *out)
{
	const struct explain_rule *explained;
	struct rules_result result;
	size_t count = explain_rules(rs, &x->in, &x->place, p->scratch,
	    (struct str){ 0 }, arena, &explained);

	for (size_t i = 0; i < count; i++)
		say_explained(&explained[i], out);
	ruleset_tag(rs, &x->in, &x->place, p->scratch, arena, &result);
	say_tags(x, "theme", result.tags, result.tag_count, out);
	say_tags(x, "flag", result.flags, result.flag_count, out);
	say_tags(x, "shadow", result.shadows, result.shadow_count, out);
	buf_addf(out, "in_progress %d targeted %d rural_crime %d %s\n",
	    result.in_progress, result.targeted, result.rural_crime,
	    result.basis);
}

/* ---- Running ---- */

static void
print_case(const struct proof_case *x)
{
	for (size_t i = 0; i < x->in.log_count; i++)
		print_message("log[%zu] %.*s \"%.*s\"\n", i,
		    STR_ARG(x->log[i].by), STR_ARG(x->log[i].text));
	print_message("location_text \"%.*s\"\nopening_code \"%.*s\"\n"
		      "closing_code \"%.*s\"\ndistrict \"%.*s\"\n",
	    STR_ARG(x->in.location_text), STR_ARG(x->in.opening_code),
	    STR_ARG(x->in.closing_code),
	    STR_ARG(x->place.district.p ? x->place.district : x->in.district));
	print_message("place %d, grade %lld, %d-%d-%d %d:%d UTC\n",
	    (int)x->place.class, (long long)x->in.grade_no, x->year, x->month,
	    x->day, x->hour, x->minute);
}

/* cmocka cuts long messages. */
static void
print_text(const struct buf *text)
{
	(void)fwrite(text->p, 1, text->len, stdout);
	(void)fflush(stdout);
}

/* The lines in which two answers differ. */
static void
print_difference(const char *expected, const char *found)
{
	while (*expected && *found) {
		size_t a = strcspn(expected, "\n");
		size_t b = strcspn(found, "\n");

		if (a != b || strncmp(expected, found, a) != 0)
			break;
		expected += a + (expected[a] != '\0');
		found += b + (found[b] != '\0');
	}
	print_message(
	    "---- naive, from the first difference:\n%.900s\n", expected);
	print_message("---- engine:\n%.900s\n", found);
}

/* The expected and found answers of one case; false if they differ. */
static bool
run_case(struct proof *p, const struct proof_set *set, const struct ruleset *rs,
    uint64_t seed)
{
	struct arena *arena = arena_new();
	struct proof_case x;
	struct naive_case c = { .arena = arena,
		.set = set,
		.x = &x,
		.doc = p->doc,
		.counts = &p->counts };
	bool equal;

	proof_log(set, arena, &x);
	buf_reset(&p->expected);
	buf_reset(&p->found);
	naive_say(&c, p->answer, &p->expected);
	say_all(p, rs, &x, arena, &p->found);
	equal = strcmp(p->expected.p, p->found.p) == 0;
	if (!equal) {
		print_text(&p->text);
		print_case(&x);
		print_difference(p->expected.p, p->found.p);
		print_message("BUZZARD_SEED=%llu begins with this rule set\n",
		    (unsigned long long)seed);
	}
	p->pairs += set->rule_count;
	arena_free(&arena);
	return equal;
}

/* Is this why a rule set may be refused?  A rule that can never stand. */
static bool
is_refused(struct proof *p, const struct buf *diag)
{
	const char *at = diag->p;

	while (at && (at = strstr(at, "error: ")) != NULL) {
		const char *code = strchr(at, '[');

		if (!code || strncmp(code, "[R043]", 6) != 0) {
			print_text(&p->text);
			print_text(diag);
			return false;
		}
		at = code;
	}
	p->refused++;
	return true;
}

/* One rule set and its incidents; false if an answer differs. */
static bool
run_set(struct proof *p, uint64_t seed)
{
	struct ruleset_file file = { str_of("proof.rules"), { 0 } };
	struct proof_set *set;
	struct arena *arena;
	struct ruleset *rs = NULL;
	struct buf diag = { 0 };
	bool equal = true;

	random_set_seed(seed);
	set = proof_grow();
	arena = set->arena;
	buf_reset(&p->text);
	proof_print(set, &p->text);
	file.text = buf_str(&p->text);
	p->sets++;
	if (ruleset_compile(&file, 1, &diag, &rs) == -1)
		equal = is_refused(p, &diag);
	for (size_t i = 0; rs && equal && i < CASES_OF_A_SET; i++)
		equal = run_case(p, set, rs, seed);
	buf_clear(&diag);
	ruleset_free(&rs);
	arena_free(&arena);
	return equal;
}

static uint64_t
number_of(const char *variable, uint64_t otherwise)
{
	const char *given = getenv(variable);

	return given ? strtoull(given, NULL, 10) : otherwise;
}

/* Has each construct fired once in a thousand pairs? */
static void
check_counts(const struct proof *p)
{
	size_t missing = 0;

	for (size_t i = 0; i < PROOF_CONSTRUCT_COUNT; i++) {
		bool enough = p->counts.of[i] >= p->pairs / 1000;

		print_message("%10llu %s%s\n",
		    (unsigned long long)p->counts.of[i],
		    proof_construct_name((enum proof_construct)i),
		    enough ? "" : ": TOO FEW");
		missing += !enough;
	}
	assert_int_equal(missing, 0);
}

static void
test_engine_is_naive(void **state)
{
	struct proof p = { .scratch = ruleset_scratch_new(),
		.doc = alloc_zero(1, sizeof *p.doc),
		.answer = alloc_zero(1, sizeof *p.answer) };
	uint64_t pairs = number_of("BUZZARD_PAIRS", PAIRS);
	uint64_t seed = number_of("BUZZARD_SEED", random_u32() | 1U);
	bool equal = true;

	(void)state;
	print_message("BUZZARD_SEED=%llu BUZZARD_PAIRS=%llu\n",
	    (unsigned long long)seed, (unsigned long long)pairs);
	while (equal && p.pairs < pairs)
		equal = run_set(&p, seed + p.sets);
	random_set_seed(0);
	print_message("%zu pairs of %zu rule sets, %zu more refused\n", p.pairs,
	    p.sets - p.refused, p.refused);
	if (equal && pairs >= PAIRS)
		check_counts(&p);
	ruleset_scratch_free(&p.scratch);
	free(p.doc);
	free(p.answer);
	buf_clear(&p.text);
	buf_clear(&p.expected);
	buf_clear(&p.found);
	assert_true(equal);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_engine_is_naive),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
