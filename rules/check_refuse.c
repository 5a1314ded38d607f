/* Every refusal is R050 and says what may be written instead. */
#include "rules/check_refuse.h"

#include "agent/base/arena.h"
#include "rules/refuse.h"

static void
note_instead(struct diags *d)
{
	diag_note(d,
	    "say what was done instead (vehicles, caravans, dogs, land, "
	    "damage); the name of an animal or a place may stand in a list "
	    "that begins with animals or names (Equality Act 2010 s149; "
	    "docs/RULES.md, What is refused)");
}

static void
report_word(struct diags *d, struct span at, struct str word)
{
	diag_error(d, DIAG_R050, at,
	    "'%.*s' says who people are, and is evidence of nothing",
	    STR_ARG(word));
	note_instead(d);
}

/* The author did not write the word, but would find it. */
static void
report_found(struct diags *d, struct span at, struct str word)
{
	diag_error(d, DIAG_R050, at,
	    "this would find '%.*s', which says who people are and is "
	    "evidence of nothing",
	    STR_ARG(word));
	diag_note(d, "take the * or ~ away and write the spellings that you "
		     "mean (Equality Act 2010 s149; docs/RULES.md, What is "
		     "refused)");
}

bool
check_refuse_term(struct diags *d, struct ast_list *list,
    const struct ast_term *t, const struct term_part *parts, size_t count)
{
	struct str word = refuse_find(parts, count, t->slack, list->kind);
	struct str plain = word;
	struct term_part exact[LIMITS_PHRASE_WORDS_MAX];
	bool is_shard = refuse_is_shard(parts, count);

	if (is_shard) {
		struct ast_name *n = arena_alloc(d->arena, 1, sizeof *n);

		*n = (struct ast_name){ list->shards,
			arena_str(d->arena, parts[0].word), t->span };
		list->shards = n;
	}
	if (!str_is_given(word))
		return is_shard;
	for (size_t i = 0; i < count; i++) {
		exact[i] = parts[i];
		if (exact[i].kind == TERM_STEM)
			exact[i].kind = TERM_WORD;
	}
	plain = refuse_find(exact, count, 0, list->kind);
	if (str_is_given(plain))
		report_word(d, t->span, plain);
	else
		report_found(d, t->span, word);
	return true;
}

void
check_refuse_text(struct diags *d, struct str text, struct span at)
{
	struct str word = refuse_find_text(d->work, text);

	if (str_is_given(word))
		report_word(d, at, word);
}

void
/* NOLINTNEXTLINE(misc-no-recursion): the parser bounds the depth */
check_refuse_pattern(struct diags *d, const struct ast_pattern *n)
{
	struct str words;

	if (n->kind == AST_PATTERN_LIST)
		return;
	words = refuse_find_join(d->work, n);
	if (str_is_given(words)) {
		diag_error(d, DIAG_R050, n->span,
		    "side by side, '%.*s' says who people are, and is evidence "
		    "of nothing",
		    STR_ARG(words));
		note_instead(d);
		return;
	}
	check_refuse_pattern(d, n->left);
	check_refuse_pattern(d, n->right);
}
