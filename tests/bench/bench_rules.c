/*
 * What tagging costs: incidents of 1 KB of text, already decoded, on one core.
 *
 *     bench_rules [DIR]      rules of DIR instead of rules/packs/essex
 *
 * First the packs alone and with ten times and a hundred times as many made-up
 * rules.  Then made-up rules alone, from 100 to 10,000, and beside them, on the
 * same texts and with the same words, libyara (the words as case-insensitive
 * strings, a scanner that is kept; one rule each, and many rules' words in one:
 * the faster counts) and a loop of strcasestr(): the two that whoever has no
 * language for rules would take.
 * All three must find the same incidents.  The last lines are ratios against
 * the aims, which are limits and not records.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef HAVE_YARA
#include <yara.h>
#endif

#include "agent/base/alloc.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/str.h"
#include "agent/rulebench.h"
#include "agent/store/rulepack.h"
#include "rules/ruleset.h"

#define MEASURE_MS 1500
#define POOLED     500

/* Aims. */
#define YARA_TIMES_MIN 3.0
#define GROWTH_MAX     2.0

static const uint32_t sizes[] = { 100, 300, 1000, 3000, 10000 };
#define SIZE_COUNT (sizeof sizes / sizeof sizes[0])

/* Who is measured, in microseconds an incident; 0: not. */
struct contest {
	double ours, yara, loop;
};

/* ---- Ours ---- */

/* The rules of dir (NULL: none) and so many made-up ones. */
static struct ruleset *
compile(const char *dir, uint32_t made_up)
{
	struct ruleset_file extra = { .name = STR_LIT("made-up.rules") };
	struct buf rules = { 0 };
	struct buf diag = { 0 };
	struct ruleset *rs;
	struct err e = { 0 };
	int r;

	rulebench_rules(made_up, &rules);
	extra.text = buf_str(&rules);
	if (dir)
		r = rulepack_load_with(
		    dir, made_up > 0 ? &extra : NULL, &diag, &rs, &e);
	else
		r = ruleset_compile(&extra, 1, &diag, &rs);
	if (r == -1) {
		fprintf(stderr, "%s%s\n", diag.p ? diag.p : "", e.msg);
		exit(3);
	}
	buf_clear(&diag);
	buf_clear(&rules);
	return rs;
}

static double
measure_ours(const char *dir, uint32_t made_up,
    const struct rulebench_texts *texts, double *tagged)
{
	struct rulebench_figures figures;
	int64_t begun_us = clock_mono_us();
	struct ruleset *rs = compile(dir, made_up);
	double compiled_ms = (double)(clock_mono_us() - begun_us) / 1000;

	rulebench_measure(rs, texts, MEASURE_MS, &figures);
	printf("%7zu rules  %9.0f incidents/s  %6.2f us each  %5.1f %% tagged"
	       "  compiled in %.0f ms\n",
	    ruleset_rule_count(rs), 1e6 / figures.us, figures.us,
	    100 * figures.tagged, compiled_ms);
	ruleset_free(&rs);
	*tagged = figures.tagged;
	return figures.us;
}

/* ---- The others ---- */

static void
check_found(const char *who, size_t found, double tagged)
{
	if ((double)found / RULEBENCH_TEXTS == tagged)
		return;
	fprintf(stderr, "%s finds %zu incidents, not %.0f\n", who, found,
	    tagged * RULEBENCH_TEXTS);
	exit(1);
}

static void
report(const char *who, double us, double ours)
{
	printf("   %-12s  %9.0f incidents/s  %6.2f us each, %.1f times ours\n",
	    who, 1e6 / us, us, us / ours);
}

#ifdef HAVE_YARA
static int
on_yara(YR_SCAN_CONTEXT *context, int message, void *data, void *user)
{
	(void)context;
	(void)data;
	if (message == CALLBACK_MSG_RULE_MATCHING)
		*(bool *)user = true;
	return CALLBACK_CONTINUE;
}

/* The strings of rules first to end; a shared word once. */
static void
add_strings(struct buf *text, uint32_t first, uint32_t end)
{
	for (uint32_t r = first; r < end; r++) {
		for (uint32_t i = 0; i < RULEBENCH_WORDS; i++) {
			if (i == 0 && r > first && r % RULEBENCH_SHARE != 0)
				continue;
			buf_addf(text, " $w%u_%u = \"", r, i);
			rulebench_word(r, i, text);
			buf_add_text(text, "\" nocase\n");
		}
	}
}

/* So many rules, with the words of pooled rules in each of libyara's. */
static YR_RULES *
compile_yara(uint32_t rules, uint32_t pooled)
{
	struct buf text = { 0 };
	YR_COMPILER *compiler;
	YR_RULES *compiled;

	for (uint32_t r = 0; r < rules; r += pooled) {
		uint32_t end = r + pooled < rules ? r + pooled : rules;

		buf_addf(&text, "rule r%u { strings:\n", r);
		add_strings(&text, r, end);
		buf_add_text(&text, "condition: any of them }\n");
	}
	if (yr_compiler_create(&compiler) != ERROR_SUCCESS ||
	    yr_compiler_add_string(compiler, text.p, NULL) != 0 ||
	    yr_compiler_get_rules(compiler, &compiled) != ERROR_SUCCESS) {
		fprintf(stderr, "libyara does not take the rules\n");
		exit(4);
	}
	yr_compiler_destroy(compiler);
	buf_clear(&text);
	return compiled;
}

static size_t
scan_all(YR_SCANNER *scanner, const struct rulebench_texts *t)
{
	size_t found = 0;

	for (size_t i = 0; i < RULEBENCH_TEXTS; i++) {
		bool matches = false;

		yr_scanner_set_callback(scanner, on_yara, &matches);
		if (yr_scanner_scan_mem(scanner,
			(const uint8_t *)t->log[i].text.p,
			t->log[i].text.len) != ERROR_SUCCESS)
			exit(4);
		found += matches;
	}
	return found;
}

static double
measure_pooled(uint32_t rules, uint32_t pooled, const struct rulebench_texts *t,
    double tagged)
{
	YR_RULES *compiled = compile_yara(rules, pooled);
	YR_SCANNER *scanner;
	int64_t begun_us;
	int64_t best_us = INT64_MAX;

	if (yr_scanner_create(compiled, &scanner) != ERROR_SUCCESS)
		exit(4);
	yr_scanner_set_flags(
	    scanner, SCAN_FLAGS_FAST_MODE | SCAN_FLAGS_REPORT_RULES_MATCHING);
	begun_us = clock_mono_us();
	do {
		int64_t pass_us = clock_thread_us();
		size_t found = scan_all(scanner, t);

		pass_us = clock_thread_us() - pass_us;
		best_us = pass_us < best_us ? pass_us : best_us;
		check_found("libyara", found, tagged);
	} while (clock_mono_us() - begun_us < MEASURE_MS * 1000);
	yr_scanner_destroy(scanner);
	yr_rules_destroy(compiled);
	return (double)best_us / RULEBENCH_TEXTS;
}

/* One rule each, and pooled, which is less to work out: the faster. */
static double
measure_yara(uint32_t rules, const struct rulebench_texts *t, double tagged)
{
	double alone;
	double pooled;

	if (yr_initialize() != ERROR_SUCCESS)
		exit(4);
	alone = measure_pooled(rules, 1, t, tagged);
	pooled = measure_pooled(rules, POOLED, t, tagged);
	yr_finalize();
	return alone < pooled ? alone : pooled;
}
#else
static double
measure_yara(uint32_t rules, const struct rulebench_texts *t, double tagged)
{
	(void)rules;
	(void)t;
	(void)tagged;
	return 0;
}
#endif

/* As few texts as take a second or so: this one is slow. */
static double
measure_loop(uint32_t rules, const struct rulebench_texts *t, double tagged)
{
	size_t count = RULEBENCH_TEXTS * 100 / (rules > 100 ? rules : 100);
	size_t words = (size_t)rules * RULEBENCH_WORDS;
	char text[RULEBENCH_TEXT_BYTES + 1] = "";
	struct buf word = { 0 };
	char **all = alloc_zero(words, sizeof *all);
	int64_t took_us = 0;
	size_t found = 0;

	for (size_t w = 0; w < words; w++) {
		buf_reset(&word);
		rulebench_word((uint32_t)(w / RULEBENCH_WORDS),
		    (uint32_t)(w % RULEBENCH_WORDS), &word);
		all[w] = buf_take(&word);
	}
	for (size_t i = 0; i < count; i++) {
		bool is_found = false;
		int64_t begun_us;

		memcpy(text, t->log[i].text.p, RULEBENCH_TEXT_BYTES);
		begun_us = clock_thread_us();
		/* All words, for all rules that match are wanted. */
		for (size_t w = 0; w < words; w++)
			is_found = strcasestr(text, all[w]) || is_found;
		took_us += clock_thread_us() - begun_us;
		found += is_found;
	}
	if (count == RULEBENCH_TEXTS)
		check_found("strcasestr", found, tagged);
	for (size_t w = 0; w < words; w++)
		free(all[w]);
	free(all);
	return (double)took_us / (double)count;
}

/* ---- The two parts ---- */

static void
run_packs(const char *dir)
{
	struct ruleset *rs = compile(dir, 0);
	uint32_t shipped = (uint32_t)ruleset_rule_count(rs);
	double alone = 0;

	ruleset_free(&rs);
	printf("packs, and 0, 10 and 100 times as many made-up rules\n");
	for (uint32_t times = 0; times <= 100;
	     times = times ? times * 10 : 10) {
		struct rulebench_texts texts;
		double tagged;
		double us;

		rulebench_texts_make(&texts, shipped * times);
		us = measure_ours(dir, shipped * times, &texts, &tagged);
		alone = times ? alone : us;
		if (times)
			printf("   %u times as many rules cost %.2f times "
			       "as much\n",
			    times + 1, us / alone);
		rulebench_texts_release(&texts);
	}
}

static void
run_contest(uint32_t rules, struct contest *c)
{
	struct rulebench_texts texts;
	double tagged;

	rulebench_texts_make(&texts, rules);
	c->ours = measure_ours(NULL, rules, &texts, &tagged);
	c->yara = measure_yara(rules, &texts, tagged);
	if (c->yara > 0)
		report("libyara", c->yara, c->ours);
	else
		puts("   libyara       is missing: install libyara-dev and "
		     "build again");
	c->loop = measure_loop(rules, &texts, tagged);
	report("strcasestr", c->loop, c->ours);
	rulebench_texts_release(&texts);
}

static void
report_aim(const char *what, double is, const char *side, double aim, bool met)
{
	printf("%-52s %6.2f, aim %s %.0f: %s\n", what, is, side, aim,
	    met ? "met" : "MISSED");
}

int
main(int argc, char **argv)
{
	const char *dir =
	    argc > 1 ? argv[1] : TEST_SOURCE_DIR "/rules/packs/essex";
	struct contest contests[SIZE_COUNT] = { 0 };
	double growth;

	run_packs(dir);
	puts("\nmade-up rules alone, and others with their words");
	for (size_t i = 0; i < SIZE_COUNT; i++)
		run_contest(sizes[i], &contests[i]);
	puts("");
	growth = contests[SIZE_COUNT - 1].ours / contests[0].ours;
	report_aim("cost of 10,000 rules in costs of 100", growth, "below",
	    GROWTH_MAX, growth < GROWTH_MAX);
	if (contests[2].yara > 0) {
		double times = contests[2].yara / contests[2].ours;

		report_aim("throughput at 1,000 rules in libyara's", times,
		    "at least", YARA_TIMES_MIN, times >= YARA_TIMES_MIN);
	}
	return 0;
}
