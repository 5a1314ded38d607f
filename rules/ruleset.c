/*
 * The rule set as others see it: compiling all files or none, and tagging.
 */
#include "rules/ruleset.h"

#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/check.h"
#include "rules/check.h"
#include "rules/compile.h"
#include "rules/eval.h"
#include "rules/facts.h"
#include "rules/match.h"
#include "rules/parse.h"
#include "rules/stand.h"

/* ---- Compiling ---- */

static int
compare_files(const void *a, const void *b)
{
	return str_compare(((const struct ruleset_file *)a)->name,
	    ((const struct ruleset_file *)b)->name);
}

/* The files in name order, copied: the rule set outlives the caller's. */
static struct ruleset_file *
copy_files(struct arena *arena, const struct ruleset_file *files, size_t count)
{
	struct ruleset_file *copy = arena_alloc(arena, count + 1, sizeof *copy);

	for (size_t i = 0; i < count; i++) {
		copy[i].name = arena_str(arena, files[i].name);
		copy[i].text = arena_str(
		    arena, files[i].text.p ? files[i].text : str_of(""));
	}
	qsort(copy, count, sizeof *copy, compare_files);
	return copy;
}

static void
hash_files(struct ruleset *rs)
{
	struct hash *h = hash_new();
	struct buf length = { 0 };

	for (size_t i = 0; i < rs->file_count; i++) {
		buf_reset(&length);
		buf_addf(&length, "%zu", rs->files[i].text.len);
		hash_add(h, rs->files[i].name);
		hash_add(h, str_make("", 1));
		hash_add(h, buf_str(&length));
		hash_add(h, str_make("", 1));
		hash_add(h, rs->files[i].text);
	}
	buf_clear(&length);
	hash_finish(&h, rs->hash);
	(void)hash_text(rs->hash, rs->hash_text);
}

static bool
is_list_file(struct str name)
{
	static const char suffix[] = ".list";
	size_t len = sizeof suffix - 1;

	return name.len >= len &&
	       memcmp(name.p + name.len - len, suffix, len) == 0;
}

static void
parse_all(struct diags *d, struct ast *ast)
{
	if (d->file_count > LIMITS_FILES_MAX) {
		diag_error(d, DIAG_R005, (struct span){ 0 },
		    "there are more than %d files", LIMITS_FILES_MAX);
		diag_note(d, "put several of them into one");
		return;
	}
	/* The tokens of one file are of no use to the next. */
	for (size_t i = 0; i < d->file_count; i++) {
		if (!is_list_file(d->files[i].name))
			parse_file(d, (uint32_t)i, ast);
		arena_reset(d->work);
	}
}

static int
compile_files(const struct ruleset_file *files, size_t count,
    const struct ruleset_ear *ear, struct buf *diag, struct ruleset **out)
{
	struct ruleset *rs = alloc_zero(1, sizeof *rs);
	struct arena *work = arena_new();
	struct ast *ast;
	struct diags d;

	*out = NULL;
	rs->arena = arena_new();
	rs->files = copy_files(rs->arena, files, count);
	rs->file_count = count;
	ast = arena_alloc(rs->arena, 1, sizeof *ast);
	diag_init(&d, rs->arena, work, rs->files, count);
	parse_all(&d, ast);
	/* After a syntax error half the names are missing: no echoes. */
	if (d.errors == 0)
		check_all(&d, ast);
	if (ear)
		diag_tell(&d, ear->hear, ear->user);
	if (diag)
		diag_print(&d, diag);
	arena_free(&work);
	if (d.errors > 0) {
		ruleset_free(&rs);
		return -1;
	}
	hash_files(rs);
	compile_all(rs, ast);
	*out = rs;
	return 0;
}

int
ruleset_compile(const struct ruleset_file *files, size_t count,
    struct buf *diag, struct ruleset **out)
{
	return compile_files(files, count, NULL, diag, out);
}

int
ruleset_look(const struct ruleset_file *files, size_t count,
    const struct ruleset_ear *ear, struct ruleset **out)
{
	return compile_files(files, count, ear, NULL, out);
}

void
ruleset_free(struct ruleset **rs)
{
	if (!*rs)
		return;
	words_free(&(*rs)->words);
	arena_free(&(*rs)->arena);
	free(*rs);
	*rs = NULL;
}

const char *
ruleset_hash(const struct ruleset *rs)
{
	return rs->hash_text;
}

size_t
ruleset_rule_count(const struct ruleset *rs)
{
	return rs->rule_count;
}

size_t
ruleset_themes(const struct ruleset *rs, const struct str **out)
{
	*out = rs->themes;
	return rs->theme_count;
}

size_t
ruleset_layers(const struct ruleset *rs, const struct str **out)
{
	*out = rs->layers;
	return rs->layer_count;
}

const char *
rules_level_name(enum rules_level level)
{
	static const char *const names[] = { [RULES_NONE] = "none",
		[RULES_REVIEW] = "review",
		[RULES_ALERT] = "alert" };

	CHECK(level <= RULES_ALERT);
	return names[level];
}

/* ---- Working memory ---- */

struct rules_scratch *
ruleset_scratch_new(void)
{
	return alloc_zero(1, sizeof(struct rules_scratch));
}

void
ruleset_scratch_set_brief(struct rules_scratch *s)
{
	s->is_brief = true;
}

void
ruleset_scratch_free(struct rules_scratch **s)
{
	struct rules_scratch *x = *s;

	if (!x)
		return;
	free(x->known);
	free(x->known_text.items);
	free(x->ids.items);
	free(x->tokens.items);
	free(x->contexts.items);
	free(x->found_tokens.items);
	free(x->questions.items);
	free(x->entries.items);
	free(x->hits.items);
	free(x->lists);
	free(x->list_pool.items);
	free(x->work.items);
	free(x->order.items);
	free(x->reasons.items);
	free(x->evidence.items);
	free(x->standing.items);
	free(x->awake);
	free(x->open);
	free(x);
	*s = NULL;
}

/* ---- Tagging ---- */

static void
run_rule(const struct ruleset *rs, struct rules_scratch *s, uint32_t index,
    struct arena *arena)
{
	const struct engine_rule *rule = &rs->rules[index];
	struct engine_standing stands = { .rule = index };
	struct eval_rule found;

	eval_rule(rs, s, index, false, &found);
	if (found.level == RULES_NONE)
		return;
	if (!s->knows_rivals)
		stand_note(rs, s, index, &found);
	stands.level = found.level;
	stands.hit.rule = rule->name;
	stands.hit.points = found.score;
	if (rule->flag < 0 || rule->is_shadow || !s->is_brief)
		stands.hit.evidence_count = eval_evidence(
		    rs, s, index, &found, arena, &stands.hit.evidence);
	ENGINE_PUSH(s->standing, stands);
}

/* Run the rules that are awake: those for flags, or those for themes. */
static void
run_awake(const struct ruleset *rs, struct rules_scratch *s, bool flags,
    struct arena *arena)
{
	for (uint32_t w = 0; w < rs->rule_words; w++) {
		uint64_t bits = s->awake[w];

		for (; bits; bits &= bits - 1) {
			uint32_t index =
			    w * 64 + (uint32_t)__builtin_ctzll(bits);

			if ((rs->rules[index].flag >= 0) == flags)
				run_rule(rs, s, index, arena);
		}
	}
}

/* Does a rule stand, a shadow perhaps, beside those of the firmest theme? */
static bool
has_rivals(const struct ruleset *rs, const struct rules_scratch *s)
{
	for (size_t i = 0; i < s->standing.count; i++) {
		int theme = rs->rules[s->standing.items[i].rule].theme;

		if (theme >= 0 && theme != s->themes[0].subject)
			return true;
	}
	return false;
}

/* Take out what rules for themes have noted. */
static void
drop_themes(const struct ruleset *rs, struct rules_scratch *s)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->standing.count; i++)
		if (rs->rules[s->standing.items[i].rule].flag >= 0)
			s->standing.items[kept++] = s->standing.items[i];
	s->standing.count = kept;
}

/* All rules: themes once more if they have something to say of each other. */
static void
run_all(const struct ruleset *rs, struct rules_scratch *s, struct arena *arena)
{
	stand_clear(s);
	s->standing.count = 0;
	run_awake(rs, s, true, arena);
	run_awake(rs, s, false, arena);
	if (!stand_tell(rs, s) || !has_rivals(rs, s))
		return;
	drop_themes(rs, s);
	run_awake(rs, s, false, arena);
}

enum group {
	GROUP_THEMES,
	GROUP_FLAGS,
	GROUP_SHADOWS
};

/* What a standing rule speaks for: its group, and its number there. */
static int
subject_of(
    const struct ruleset *rs, const struct engine_standing *x, enum group group)
{
	const struct engine_rule *rule = &rs->rules[x->rule];

	if (rule->is_shadow != (group == GROUP_SHADOWS))
		return -1;
	if (group == GROUP_SHADOWS)
		return rule->theme >= 0 ? rule->theme
					: (int)rs->theme_count + rule->flag;
	return group == GROUP_FLAGS ? rule->flag : rule->theme;
}

static struct str
subject_name(const struct ruleset *rs, int subject, enum group group)
{
	if (group == GROUP_FLAGS)
		return str_of(check_flag_name((enum check_flag)subject));
	if (subject < (int)rs->theme_count)
		return rs->themes[subject];
	return str_of(
	    check_flag_name((enum check_flag)(subject - (int)rs->theme_count)));
}

/* All standing rules of one subject as one tag. */
static void
fill_tag(const struct ruleset *rs, const struct rules_scratch *s, int subject,
    enum group group, struct rules_hit *hits, struct rules_tag *tag)
{
	tag->theme = subject_name(rs, subject, group);
	tag->hits = hits;
	for (size_t i = 0; i < s->standing.count; i++) {
		const struct engine_standing *x = &s->standing.items[i];

		if (subject_of(rs, x, group) != subject)
			continue;
		hits[tag->hit_count++] = x->hit;
		if (x->level > tag->level)
			tag->level = x->level;
		if (x->hit.points > tag->score)
			tag->score = x->hit.points;
	}
}

/* The smallest subject above last that stands, or -1. */
static int
next_subject(const struct ruleset *rs, const struct rules_scratch *s,
    enum group group, int last)
{
	int best = -1;

	for (size_t i = 0; i < s->standing.count; i++) {
		int subject = subject_of(rs, &s->standing.items[i], group);

		if (subject > last && (best < 0 || subject < best))
			best = subject;
	}
	return best;
}

static size_t
fill_group(const struct ruleset *rs, const struct rules_scratch *s,
    enum group group, struct arena *arena, const struct rules_tag **out)
{
	struct rules_hit *hits;
	struct rules_tag *tags;
	size_t count = 0;
	size_t used = 0;
	int subject = next_subject(rs, s, group, -1);

	*out = NULL;
	if (subject < 0)
		return 0;
	hits = arena_alloc(arena, s->standing.count, sizeof *hits);
	tags = arena_alloc(arena, s->standing.count, sizeof *tags);
	for (; subject >= 0; subject = next_subject(rs, s, group, subject)) {
		fill_tag(rs, s, subject, group, hits + used, &tags[count]);
		used += tags[count++].hit_count;
	}
	*out = tags;
	return count;
}

/*
 * Is it in the country?  The map's areas are too coarse to say so of an edge or
 * of grazing land that a town's area takes in: there the rules judge the text.
 */
static bool
is_country(const struct ruleset *rs, const struct rules_scratch *s,
    const struct place *place)
{
	return place->class == PLACE_RURAL ||
	       (place->class == PLACE_EDGE && !rs->knows_rural) ||
	       (s->flags >> CHECK_FLAG_RURAL & 1U);
}

/*
 * Is it a crime?  What a person is to look at before anybody is called may be
 * none: there the rules judge whether it is.
 */
static bool
is_crime(const struct ruleset *rs, const struct rules_scratch *s,
    const struct rules_result *r)
{
	if (s->flags >> CHECK_FLAG_CRIME & 1U)
		return true;
	for (size_t i = 0; i < r->tag_count; i++)
		if (r->tags[i].level == RULES_ALERT || !rs->knows_crime)
			return true;
	return false;
}

/* The county's definition: a crime in the country, or one aimed at it. */
static void
decide_crime(const struct ruleset *rs, const struct rules_scratch *s,
    const struct place *place, struct rules_result *out)
{
	bool country = is_country(rs, s, place);

	out->in_progress = s->flags >> CHECK_FLAG_IN_PROGRESS & 1U;
	out->targeted = s->flags >> CHECK_FLAG_TARGETED & 1U;
	out->crime = is_crime(rs, s, out);
	out->rural_crime = out->crime && (country || out->targeted);
	out->basis = !out->rural_crime ? "none"
		     : country         ? "location"
				       : "targeted";
}

void
ruleset_tag(const struct ruleset *rs, const struct incident *in,
    const struct place *place, struct rules_scratch *scratch,
    struct arena *arena, struct rules_result *out)
{
	struct rules_scratch *s = scratch;

	*out = (struct rules_result){ 0 };
	match_prepare(rs, s);
	match_incident(rs, in, place, s);
	facts_compute(rs, in, place, s);
	run_all(rs, s, arena);
	out->tag_count = fill_group(rs, s, GROUP_THEMES, arena, &out->tags);
	out->flag_count = fill_group(rs, s, GROUP_FLAGS, arena, &out->flags);
	out->shadow_count =
	    fill_group(rs, s, GROUP_SHADOWS, arena, &out->shadows);
	decide_crime(rs, s, place, out);
}
