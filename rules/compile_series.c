/*
 * Series as the engine's tables: their signs become numbers of one sorted list
 * of texts, by which digests know them too, so that what was noted of an
 * incident under one rule set means the same under the next.
 */
#include "rules/compile.h"

#include <stdlib.h>

#include "agent/base/arena.h"
#include "agent/base/check.h"
#include "rules/compile_private.h"

#define MINUTE_MS INT64_C(60000)

static int
compare_signs(const void *a, const void *b)
{
	return str_compare(*(const struct str *)a, *(const struct str *)b);
}

static struct str
sign_text(struct arena *arena, const struct ast_sign *sign)
{
	static const char *const kinds[] = { [AST_SIGN_THEME] = "theme",
		[AST_SIGN_FLAG] = "flag",
		[AST_SIGN_RULE] = "rule" };

	return arena_strf(arena, "%s %.*s%s", kinds[sign->kind],
	    STR_ARG(sign->name.text), sign->is_alert ? " alert" : "");
}

/* All signs of all series, sorted, each once. */
static void
collect_signs(struct ruleset *rs, const struct ast *ast)
{
	uint32_t count = 0;

	rs->signs =
	    arena_alloc(rs->arena, LIMITS_SERIES_SIGNS_MAX, sizeof *rs->signs);
	for (const struct ast_series *s = ast->series; s; s = s->next)
		for (const struct ast_stage *g = s->stages; g; g = g->next)
			for (const struct ast_sign *i = g->signs; i;
			     i = i->next) {
				CHECK(count < LIMITS_SERIES_SIGNS_MAX);
				rs->signs[count++] = sign_text(rs->arena, i);
			}
	qsort(rs->signs, count, sizeof *rs->signs, compare_signs);
	for (uint32_t i = 0; i < count; i++)
		if (i == 0 ||
		    !str_is_equal(rs->signs[i], rs->signs[rs->sign_count - 1]))
			rs->signs[rs->sign_count++] = rs->signs[i];
}

static void
add_sign(const struct ruleset *rs, const struct ast_sign *sign,
    struct engine_signs *out)
{
	struct str text = sign_text(rs->arena, sign);
	const struct str *at = bsearch(
	    &text, rs->signs, rs->sign_count, sizeof text, compare_signs);
	size_t n;

	CHECK(at);
	n = (size_t)(at - rs->signs);
	out->bits[n / 64] |= UINT64_C(1) << n % 64;
}

/* ---- In its own words ---- */

static void
say_time(struct buf *out, int64_t ms)
{
	static const struct {
		const char *unit;
		int64_t ms;
	} units[] = { { "week", MINUTE_MS * 60 * 24 * 7 },
		{ "day", MINUTE_MS * 60 * 24 }, { "hour", MINUTE_MS * 60 },
		{ "minute", MINUTE_MS } };
	size_t i = 0;

	while (i < 3 && ms % units[i].ms != 0)
		i++;
	buf_addf(out, "%lld %s%s", (long long)(ms / units[i].ms), units[i].unit,
	    ms == units[i].ms ? "" : "s");
}

static void
say_metres(struct buf *out, long metres)
{
	if (metres % 1000 == 0)
		buf_addf(out, "%ld km", metres / 1000);
	else
		buf_addf(out, "%ld m", metres);
}

static void
say_stages(struct buf *out, const struct ast_series *s, struct arena *arena)
{
	const char *word = s->is_ordered ? "first " : "";

	if (!s->is_ordered)
		buf_addf(out, "at least %ld of ", s->least);
	for (const struct ast_stage *g = s->stages; g; g = g->next) {
		const char *joint = word;

		for (const struct ast_sign *i = g->signs; i; i = i->next) {
			buf_add_text(out, joint);
			buf_add_str(out, sign_text(arena, i));
			joint = " or ";
		}
		word = ", then ";
	}
}

static struct str
say_series(const struct ast_series *s, struct arena *arena)
{
	struct buf out = { 0 };
	struct str copy;

	say_stages(&out, s, arena);
	buf_add_text(&out, " within ");
	say_time(&out, s->window_ms);
	if (s->within_m > 0) {
		buf_add_text(&out, " and ");
		say_metres(&out, s->within_m);
	}
	if (s->same_vehicle)
		buf_add_text(&out, ", same vehicle");
	if (s->same_place_m > 0) {
		buf_add_text(&out, ", same place within ");
		say_metres(&out, s->same_place_m);
	}
	if (s->distinct & AST_DISTINCT_PLACES) {
		buf_add_text(&out, ", distinct places ");
		say_metres(&out, s->apart_m);
		buf_add_text(&out, " apart");
	}
	if (s->distinct & AST_DISTINCT_DAYS)
		buf_add_text(&out, ", distinct days");
	if (s->distinct & AST_DISTINCT_VEHICLES)
		buf_add_text(&out, ", distinct vehicles");
	copy = arena_str(arena, buf_str(&out));
	buf_clear(&out);
	return copy;
}

/* ---- Tables ---- */

static uint32_t
theme_of(const struct ruleset *rs, struct str name)
{
	const struct str *at = bsearch(
	    &name, rs->themes, rs->theme_count, sizeof name, compare_signs);

	CHECK(at);
	return (uint32_t)(at - rs->themes);
}

static void
fill_stages(const struct ruleset *rs, const struct ast_series *s,
    struct engine_series *out)
{
	const struct ast_stage *g = s->stages;

	for (size_t i = 0; i < s->stage_count; i++, g = g->next)
		for (const struct ast_sign *sign = g->signs; sign;
		     sign = sign->next) {
			add_sign(rs, sign, &out->stages[i]);
			add_sign(rs, sign, &out->any);
		}
}

static void
add_series(struct ruleset *rs, const struct ast_series *s)
{
	struct engine_series row = { .name = s->name.text,
		.title = s->title,
		.why = str_is_given(s->why) ? s->why : s->title,
		.theme = theme_of(rs, s->theme.text),
		.is_shadow = s->is_shadow,
		.is_ordered = s->is_ordered,
		.same_vehicle = s->same_vehicle,
		.level = (enum rules_level)s->level,
		.points = (int)s->points,
		.least = s->is_ordered ? s->stage_count : (size_t)s->least,
		.window_ms = s->window_ms,
		.within_m = (double)s->within_m,
		.same_place_m = (double)s->same_place_m,
		.distinct = s->distinct,
		.apart_m = (double)s->apart_m,
		.says = say_series(s, rs->arena) };

	fill_stages(rs, s, &row);
	rs->series[rs->series_count++] = row;
}

void
compile_series(struct ruleset *rs, const struct ast *ast)
{
	rs->series =
	    arena_alloc(rs->arena, ast->series_count + 1, sizeof *rs->series);
	collect_signs(rs, ast);
	for (const struct ast_series *s = ast->series; s; s = s->next)
		add_series(rs, s);
}
