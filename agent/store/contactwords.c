/*
 * The lists.  The wording is for people: plain, and says nothing of whose
 * fault it is.
 */
#include "agent/store/contactwords.h"

#include "agent/store/contacts.h"
#include "agent/store/followups.h"

static const struct contactword ways[] = {
	{ CONTACT_WE_RANG, "we-rang", "We rang them" },
	{ CONTACT_THEY_RANG, "they-rang", "They rang us" },
	{ CONTACT_TEXT, "text", "Text message" },
	{ CONTACT_MAIL, "e-mail", "E-mail" },
	{ CONTACT_IN_PERSON, "in-person", "In person" },
	{ CONTACT_LETTER, "letter", "Letter" },
	{ CONTACT_NONE, "none", "No contact: for the record" },
};

static const struct contactword outcomes[] = {
	{ CONTACT_REACHED, "reached", "Spoke to them" },
	{ CONTACT_LEFT_MESSAGE, "left-message", "Left a message" },
	{ CONTACT_NO_ANSWER, "no-answer", "No answer" },
	{ CONTACT_ANOTHER_TIME, "another-time", "Asked for another time" },
	{ CONTACT_WRONG_NUMBER, "wrong-number", "Wrong number" },
	{ CONTACT_NO_NUMBER, "no-number", "No number to ring" },
	{ CONTACT_NOT_TO_BE_RUNG, "not-to-be-rung", "Asked not to be rung" },
};

static const struct contactword advice[] = {
	{ 1, "when-to-ring", "When to ring 999 and when 101" },
	{ 2, "stay-safe", "Stay safe: do not approach, note what you see" },
	{ 3, "what-to-note", "What to note: plates, number, direction, dogs" },
	{ 4, "gates", "Gates, locks and hinges" },
	{ 5, "barriers", "Ditches, banks and barriers against vehicles" },
	{ 6, "lighting", "Lighting, alarms and cameras" },
	{ 7, "storage", "Keys, buildings and storing out of sight" },
	{ 8, "marking", "Marking and registering machinery" },
	{ 9, "trackers", "Trackers and immobilisers" },
	{ 10, "guidance", "GPS equipment: take it in, PIN, marking" },
	{ 11, "they-return", "Thieves may come back for the replacement" },
	{ 12, "fuel", "Fuel and oil tanks" },
	{ 13, "livestock", "Livestock: checks, ear tags, field boundaries" },
	{ 14, "waste", "Waste: keep evidence, whom to ask about removal" },
	{ 15, "land", "Land: signs, access, asking people to leave" },
	{ 16, "watch", "Farm Watch and other watch schemes" },
};

static const struct contactword visitors[] = {
	{ CONTACT_DESIGN_OFFICER, "design-officer",
	    "Designing Out Crime Officer" },
	{ CONTACT_TEAM, "team", "Rural team" },
};

static const struct contactword visits[] = {
	{ CONTACT_VISIT_DECLINED, "declined", "Offered, not wanted" },
	{ CONTACT_VISIT_WANTED, "wanted", "Wanted" },
	{ CONTACT_VISIT_DONE, "done", "Done" },
	{ CONTACT_VISIT_NOBODY_THERE, "nobody-there", "Tried, nobody there" },
	{ CONTACT_VISIT_NOT_NEEDED, "not-needed", "Not needed any more" },
};

static const struct contactword intelligence[] = {
	{ CONTACT_INTELLIGENCE_YES, "yes", "Passed on" },
	{ CONTACT_INTELLIGENCE_NO, "no", "Nothing to pass on" },
};

static const struct contactword kinds[] = {
	{ FOLLOWUP_RING, "ring", "Ring back" },
	{ FOLLOWUP_TELL, "tell", "Tell the outcome" },
	{ FOLLOWUP_ADVICE, "advice", "Send crime prevention advice" },
	{ FOLLOWUP_DESIGN_VISIT, "design-visit",
	    "Visit by a Designing Out Crime Officer" },
	{ FOLLOWUP_TEAM_VISIT, "team-visit", "Visit by the rural team" },
	{ FOLLOWUP_PASS_ON, "pass-on",
	    "Pass on to the council or another agency" },
};

static const struct contactword functions[] = {
	{ FOLLOWUP_DESK, "desk", "Review desk" },
	{ FOLLOWUP_TEAM, "team", "Rural team" },
	{ FOLLOWUP_DESIGN_OFFICER, "design-officer",
	    "Designing Out Crime Officer" },
};

static const struct contactword endings[] = {
	{ FOLLOWUP_DONE, "done", "Done" },
	{ FOLLOWUP_DONE_BY_OTHERS, "done-by-others", "Done by somebody else" },
	{ FOLLOWUP_NOT_WANTED, "not-wanted", "Not wanted any more" },
	{ FOLLOWUP_NOT_REACHED, "not-reached", "Nobody could be reached" },
	{ FOLLOWUP_NOT_POSSIBLE, "not-possible",
	    "Not possible, and they were told" },
	{ FOLLOWUP_WITHDRAWN, "withdrawn", "Withdrawn by the agent" },
};

static const struct contactword whats[] = {
	{ FOLLOWUP_OPENED, "opened", "Opened" },
	{ FOLLOWUP_MOVED, "moved", "Moved" },
	{ FOLLOWUP_GIVEN, "given", "Given" },
	{ FOLLOWUP_CLOSED, "closed", "Closed" },
	{ FOLLOWUP_REOPENED, "reopened", "Opened again" },
};

#define LIST(rows)                                     \
	{                                              \
		rows, sizeof(rows) / sizeof((rows)[0]) \
	}

static const struct {
	const struct contactword *rows;
	size_t count;
} lists[] = {
	[CONTACTWORDS_WAYS] = LIST(ways),
	[CONTACTWORDS_OUTCOMES] = LIST(outcomes),
	[CONTACTWORDS_ADVICE] = LIST(advice),
	[CONTACTWORDS_VISITORS] = LIST(visitors),
	[CONTACTWORDS_VISITS] = LIST(visits),
	[CONTACTWORDS_PASSED] = LIST(intelligence),
	[CONTACTWORDS_KINDS] = LIST(kinds),
	[CONTACTWORDS_FUNCTIONS] = LIST(functions),
	[CONTACTWORDS_ENDINGS] = LIST(endings),
	[CONTACTWORDS_WHATS] = LIST(whats),
};
_Static_assert(
    sizeof lists / sizeof lists[0] == CONTACTWORDS_LISTS, "a list each");

const struct contactword *
contactwords_all(enum contactwords_list list, size_t *count)
{
	*count = lists[list].count;
	return lists[list].rows;
}

int
contactwords_number(enum contactwords_list list, struct str word)
{
	for (size_t i = 0; i < lists[list].count; i++)
		if (str_is(word, lists[list].rows[i].word))
			return lists[list].rows[i].number;
	return 0;
}

const struct contactword *
contactwords_of(enum contactwords_list list, int number)
{
	static const struct contactword none = { 0, "not-known", "Not known" };

	for (size_t i = 0; i < lists[list].count; i++)
		if (lists[list].rows[i].number == number)
			return &lists[list].rows[i];
	return &none;
}

bool
contactwords_is_call(int way)
{
	return way == CONTACT_WE_RANG || way == CONTACT_THEY_RANG;
}
