#include "rules/stand.h"

#include <string.h>

#include "rules/engine.h"
#include "rules/eval.h"

/* Points for which a flag or a theme stands once more. */
#define POINTS_EACH 10

int
stand_lowest(const struct engine_rule *rule)
{
	return rule->review < rule->alert ? rule->review : rule->alert;
}

void
stand_clear(struct rules_scratch *s)
{
	s->flags = 0;
	memset(s->flag_tens, 0, sizeof s->flag_tens);
	s->themes[0] = s->themes[1] = (struct engine_stand){ .subject = -1 };
	s->knows_rivals = false;
}

/* Keep the two firmest, of different themes. */
static void
note_theme(struct rules_scratch *s, int theme, int tens)
{
	struct engine_stand *first = &s->themes[0];
	struct engine_stand *second = &s->themes[1];

	if (theme == first->subject) {
		first->tens = tens > first->tens ? tens : first->tens;
	} else if (tens > first->tens) {
		*second = *first;
		*first = (struct engine_stand){ theme, tens };
	} else if (tens > second->tens) {
		*second = (struct engine_stand){ theme, tens };
	}
}

void
stand_note(const struct ruleset *rs, struct rules_scratch *s, uint32_t index,
    const struct eval_rule *found)
{
	const struct engine_rule *rule = &rs->rules[index];
	int tens = 1 + (found->points - stand_lowest(rule)) / POINTS_EACH;

	if (found->level == RULES_NONE || rule->is_shadow)
		return;
	if (rule->flag < 0) {
		note_theme(s, rule->theme, tens);
		return;
	}
	s->flags |= 1U << rule->flag;
	if (tens > s->flag_tens[rule->flag])
		s->flag_tens[rule->flag] = tens;
}

bool
stand_tell(const struct ruleset *rs, struct rules_scratch *s)
{
	s->knows_rivals = true;
	return rs->asks_rivals && s->themes[0].subject >= 0;
}

static void
note_all(const struct ruleset *rs, struct rules_scratch *s, bool flags)
{
	struct eval_rule found;

	for (uint32_t i = 0; i < rs->rule_count; i++) {
		if ((rs->rules[i].flag >= 0) != flags)
			continue;
		eval_rule(rs, s, i, false, &found);
		stand_note(rs, s, i, &found);
	}
}

void
stand_find(const struct ruleset *rs, struct rules_scratch *s)
{
	stand_clear(s);
	note_all(rs, s, true);
	if (rs->asks_rivals)
		note_all(rs, s, false);
	(void)stand_tell(rs, s);
}

const struct engine_stand *
stand_rival(const struct rules_scratch *s)
{
	const struct engine_stand *rival =
	    &s->themes[s->themes[0].subject == s->theme];

	return s->knows_rivals && rival->subject >= 0 ? rival : NULL;
}
