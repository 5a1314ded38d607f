#include "agent/review/batchwords.h"

#include "agent/base/check.h"

static const struct {
	const char *verb, *done, *ask, *title;
} verdicts[] = {
	[JOINT_CONFIRM] = { "Confirm", "confirmed", "Confirm several?",
	    "Will be confirmed" },
	[JOINT_REJECT] = { "Reject", "rejected", "Reject several?",
	    "Will be rejected" },
	[JOINT_CHANGE] = { "Change", "changed to ",
	    "Change the theme of several?", "Will be changed" },
};

static const char *const outcomes[] = {
	[JOINT_DECIDED] = "Decided",
	[JOINT_GONE] = "There is no such incident any more",
	[JOINT_NOTHING] = "Already decided",
	[JOINT_CHANGED] = "Changed after it was shown",
	[JOINT_HELD] = "Somebody else has it",
	[JOINT_GRAVE] =
	    "In progress, an alert or told of, and not ticked by itself",
	[JOINT_THEME] = "Somebody rejected that theme for it",
};

static const char *const backs[] = {
	[JOINT_RESTORED] = "Again as it was before",
	[JOINT_UNDONE_BEFORE] =
	    "Left as it is: undone or decided otherwise before",
	[JOINT_DECIDED_SINCE] = "Left as it is: more was decided since",
};

const char *
batchwords_verb(enum joint_verdict verdict)
{
	return verdicts[verdict].verb;
}

const char *
batchwords_done(enum joint_verdict verdict)
{
	return verdicts[verdict].done;
}

const char *
batchwords_ask(enum joint_verdict verdict)
{
	return verdicts[verdict].ask;
}

const char *
batchwords_title(enum joint_verdict verdict)
{
	return verdicts[verdict].title;
}

const char *
batchwords_outcome(enum joint_outcome outcome)
{
	CHECK(outcome >= JOINT_DECIDED && outcome <= JOINT_THEME);
	return outcomes[outcome];
}

const char *
batchwords_back(enum joint_back back)
{
	CHECK(back >= JOINT_RESTORED && back <= JOINT_DECIDED_SINCE);
	return backs[back];
}
