/*
 * Tables for people.  Breakdowns add up all themes that are shown; by theme they
 * are in the JSON.
 */
#include "agent/cmd/preview_show.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "agent/base/alloc.h"
#include "agent/base/clock.h"
#include "agent/cmd/look.h"
#include "agent/cmd/table.h"

#define KIND_COLUMNS                                                  \
	{ "gained", "gained", true, 0 }, { "lost", "lost", true, 0 }, \
	    { "raised", "raised", true, 0 },                          \
	    { "lowered", "lowered", true, 0 },                        \
	{                                                             \
		"rescored", "rescored", true, 0                       \
	}

static const struct table_column theme_columns[] = {
	{ "theme", "theme", false, 0 },
	{ "live_alert", "live: alert", true, 0 },
	{ "live_review", "review", true, 0 },
	{ "candidate_alert", "candidate: alert", true, 0 },
	{ "candidate_review", "review", true, 0 },
	KIND_COLUMNS,
};
#define THEME_COLUMNS (sizeof theme_columns / sizeof theme_columns[0])

bool
preview_show_wants(const struct preview_show *x, const struct preview_theme *t)
{
	return !x->theme || str_is(t->name, x->theme);
}

const char *
preview_show_month(int month, char out[16])
{
	if (month == PREVIEW_MONTH_NONE)
		(void)snprintf(out, 16, "not known");
	else
		(void)snprintf(
		    out, 16, "%04d-%02d", month / 12, month % 12 + 1);
	return out;
}

/* ---- Themes ---- */

static void
put_counts(struct table *t, const struct preview_counts *c)
{
	for (int k = 0; k < PREVIEW_KIND_COUNT; k++) {
		if (c->n[k] > 0 && k != PREVIEW_RESCORED)
			table_tone(t, OUTPUT_WARN);
		table_int(t, c->n[k]);
	}
}

static void
put_question(
    struct table *t, const char *name, const struct preview_question *q)
{
	table_text(t, name);
	table_none(t);
	table_int(t, q->live);
	table_none(t);
	table_int(t, q->candidate);
	table_int(t, q->gained);
	table_int(t, q->lost);
	table_none(t);
	table_none(t);
	table_none(t);
	table_row(t);
}

static void
print_themes(const struct preview_show *x, const struct output *o)
{
	const struct preview *p = x->preview;
	struct table *t = table_new(o, theme_columns, THEME_COLUMNS);

	for (size_t i = 0; i < p->theme_count; i++) {
		const struct preview_theme *theme = &p->themes[i];

		if (!preview_show_wants(x, theme))
			continue;
		table_str(t, theme->name);
		table_int(t, theme->live[RULES_ALERT]);
		table_int(t, theme->live[RULES_REVIEW]);
		table_int(t, theme->candidate[RULES_ALERT]);
		table_int(t, theme->candidate[RULES_REVIEW]);
		put_counts(t, &theme->counts);
		table_row(t);
	}
	if (!x->theme) {
		put_question(t, "rural crime", &p->rural);
		put_question(t, "in progress", &p->progress);
	}
	table_free(&t);
}

/* ---- Breakdowns ---- */

/* A sum over themes; the names are borrowed. */
struct sum {
	int month;
	const char *name;
	struct preview_counts counts;
};

struct sums {
	struct sum *items; /* owned */
	size_t count;
};

static void
add_sum(struct sums *s, const struct preview_row *row)
{
	struct sum *to = NULL;

	for (size_t i = 0; i < s->count && !to; i++)
		if (s->items[i].month == row->month &&
		    str_is_equal(str_of(s->items[i].name), str_of(row->name)))
			to = &s->items[i];
	if (!to) {
		s->items =
		    alloc_resize(s->items, s->count + 1, sizeof *s->items);
		to = &s->items[s->count++];
		*to = (struct sum){ .month = row->month, .name = row->name };
	}
	for (int k = 0; k < PREVIEW_KIND_COUNT; k++)
		to->counts.n[k] += row->counts.n[k];
}

static int
compare_sums(const void *a, const void *b)
{
	const struct sum *x = a;
	const struct sum *y = b;

	if (x->month != y->month)
		return x->month < y->month ? -1 : 1;
	return str_compare(str_of(x->name), str_of(y->name));
}

static const struct table_column month_columns[] = {
	{ "month", "month", false, 0 },
	KIND_COLUMNS,
};
static const struct table_column district_columns[] = {
	{ "district", "district", false, 32 },
	KIND_COLUMNS,
};
static const struct table_column hour_columns[] = {
	{ "hour", "hour", false, 0 },
	KIND_COLUMNS,
};
#define ROW_COLUMNS (sizeof month_columns / sizeof month_columns[0])

static void
print_rows(const struct preview_show *x, const struct output *o,
    const struct table_column *columns, bool months)
{
	struct table *t = table_new(o, columns, ROW_COLUMNS);
	struct sums sums = { 0 };

	for (size_t i = 0; i < x->preview->theme_count; i++) {
		const struct preview_theme *theme = &x->preview->themes[i];
		const struct preview_rows *rows =
		    months ? &theme->months : &theme->districts;

		for (size_t r = 0;
		     preview_show_wants(x, theme) && r < rows->count; r++)
			add_sum(&sums, &rows->items[r]);
	}
	if (sums.count > 1)
		qsort(sums.items, sums.count, sizeof *sums.items, compare_sums);
	for (size_t i = 0; i < sums.count; i++) {
		char month[16];

		if (months)
			table_text(
			    t, preview_show_month(sums.items[i].month, month));
		else
			table_text(t, sums.items[i].name ? sums.items[i].name
							 : "not known");
		put_counts(t, &sums.items[i].counts);
		table_row(t);
	}
	free(sums.items);
	putchar('\n');
	table_free(&t);
}

static struct preview_counts
sum_hour(const struct preview_show *x, int hour)
{
	struct preview_counts sum = { 0 };

	for (size_t i = 0; i < x->preview->theme_count; i++) {
		const struct preview_theme *theme = &x->preview->themes[i];

		for (int k = 0;
		     preview_show_wants(x, theme) && k < PREVIEW_KIND_COUNT;
		     k++)
			sum.n[k] += theme->hours[hour].n[k];
	}
	return sum;
}

static void
print_hours(const struct preview_show *x, const struct output *o)
{
	struct table *t = table_new(o, hour_columns, ROW_COLUMNS);

	for (int h = 0; h <= PREVIEW_HOUR_NONE; h++) {
		struct preview_counts sum = sum_hour(x, h);
		char name[16];

		if (!preview_counts_any(&sum))
			continue;
		(void)snprintf(name, sizeof name,
		    h == PREVIEW_HOUR_NONE ? "not known" : "%02d:00", h);
		table_text(t, name);
		put_counts(t, &sum);
		table_row(t);
	}
	putchar('\n');
	table_free(&t);
}

/* ---- Examples ---- */

static void
print_side(
    const char *who, enum rules_level level, int score, const char *rules)
{
	printf("  %s: %s", who, rules_level_name(level));
	if (level != RULES_NONE)
		printf(", score %d", score);
	putchar('\n');
	if (rules)
		look_evidence(str_of(rules));
}

static void
print_example(const struct preview_example *ex)
{
	char when[CLOCK_TEXT_MAX];

	printf("\n");
	output_put(str_of(ex->ref), 0);
	printf("  %s", clock_format_local(ex->opened_ms, when));
	if (ex->district) {
		fputs(", ", stdout);
		output_put(str_of(ex->district), 0);
	}
	if (ex->location) {
		fputs(", ", stdout);
		output_put(str_of(ex->location), 0);
	}
	putchar('\n');
	print_side("live", ex->live, ex->live_score, ex->live_rules);
	print_side("candidate", ex->candidate, ex->candidate_score,
	    ex->candidate_rules);
}

static void
print_examples(const struct preview_theme *t, const struct output *o)
{
	for (int k = 0; k < PREVIEW_KIND_COUNT; k++) {
		if (t->example_count[k] == 0)
			continue;
		printf("\n%s%.*s %s: %zu of %" PRId64 "%s\n",
		    output_tone(o, OUTPUT_HEAD), STR_ARG(t->name),
		    preview_kind_name((enum preview_kind)k),
		    t->example_count[k], t->counts.n[k],
		    output_tone(o, OUTPUT_PLAIN));
		for (size_t i = 0; i < t->example_count[k]; i++)
			print_example(&t->examples[k][i]);
	}
}

static void
print_head(const struct preview_show *x)
{
	const struct preview *p = x->preview;
	char first[CLOCK_TEXT_MAX];
	char last[CLOCK_TEXT_MAX];

	printf("live       ");
	output_put(str_of(x->live_dir), 0);
	printf(": %zu rules, %s\ncandidate  ", ruleset_rule_count(x->live),
	    ruleset_hash(x->live));
	output_put(str_of(x->candidate_dir), 0);
	printf(": %zu rules, %s\n", ruleset_rule_count(x->candidate),
	    ruleset_hash(x->candidate));
	printf("%" PRId64 " incidents", p->incidents);
	if (p->first_ms != CLOCK_NONE)
		printf(", %s to %s", clock_format_local(p->first_ms, first),
		    clock_format_local(p->last_ms, last));
	printf("; %" PRId64 " of them otherwise", p->different);
	if (x->unread > 0)
		printf("; %" PRId64 " could not be read", x->unread);
	puts("\n");
}

void
preview_show_tables(const struct preview_show *x, const struct output *o)
{
	const struct preview *p = x->preview;

	print_head(x);
	print_themes(x, o);
	if (p->different == 0)
		return;
	for (size_t i = 0; i < p->theme_count; i++)
		if (preview_show_wants(x, &p->themes[i]))
			print_examples(&p->themes[i], o);
	print_hours(x, o);
	print_rows(x, o, district_columns, false);
	print_rows(x, o, month_columns, true);
}
