/*
 * show: what a rule comes to, once its lists are filled in and its conditions
 * are in normal form.
 *
 * For people who want to know what the engine really looks for: each ground's
 * condition without what says nothing (norm.h), the words of every list with
 * those of the lists in it, and the words that wake the rule.
 */
#ifndef RULES_SHOW_H
#define RULES_SHOW_H

#include "rules/ruleset.h"

struct arena;

/* A list with all its words, as the matcher looks for them. */
struct show_list {
	struct str name; /* "@dogs", or absent for words written in a rule */
	const struct str *words; /* each once, sorted */
	size_t word_count;
	const struct str *except; /* exceptions of this list and those in it */
	size_t except_count;
};

/* A ground in normal form. */
struct show_ground {
	const char *kind; /* give, take, need, veto, … */
	int points, cap;
	bool is_each;
	struct str condition;
	struct str why; /* the author's reason; absent if there is none */
};

/* A rule.  All of it is the arena's or borrowed from the rule set. */
struct show_rule {
	struct str name, title, subject; /* the theme or flag */
	bool is_flag, is_shadow;
	int alert, review; /* from so many points; 0: it has no such level */
	struct str file;
	size_t line;
	bool is_always_awake;          /* no word has to be there */
	const struct show_list *waits; /* one of their words has to be there */
	size_t wait_count;
	const struct show_ground *grounds;
	size_t ground_count;
	const struct show_list *lists; /* the named ones, each once */
	size_t list_count;
};

/*
 * The rule called name, or all rules if name is absent, in the order of the
 * text; *out is the arena's.  Returns how many.  Series are not shown here.
 */
size_t show_rules(const struct ruleset *rs, struct str name,
    struct arena *arena, const struct show_rule **out);

#endif /* RULES_SHOW_H */
