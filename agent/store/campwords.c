/*
 * The tables, and reading a line by them.
 */
#include "agent/store/campwords.h"

#include <inttypes.h>
#include <string.h>

#include "agent/base/arena.h"
#include "agent/base/check.h"
#include "agent/base/err.h"
#include "agent/base/json.h"
#include "agent/base/jsonw.h"
#include "rules/refuse.h"

#define COUNT_MAX 999
#define NOTE_MAX  300

/* --- choices --- */

#define CHOICES(name) static const struct campword_choice name[]
#define END                \
	{                  \
		NULL, NULL \
	}

CHOICES(lands) = { { "farm", "Private: farm land" },
	{ "private", "Private: other" }, { "county", "County council" },
	{ "district", "District, borough or parish council" },
	{ "highway", "Highway" }, { "public", "Another public body" },
	{ "unknown", "Not known yet" }, END };

CHOICES(yes_no) = { { "yes", "Yes" }, { "no", "No" }, END };

CHOICES(wastes) = { { "none", "None seen" }, { "household", "Household" },
	{ "trade", "Garden or trade" }, { "human", "Human" },
	{ "several", "Several kinds" }, { "unseen", "Not looked at" }, END };

CHOICES(damages) = { { "none", "None seen" },
	{ "entry", "Gate, lock or barrier" },
	{ "bound", "Hedge, fence or ditch" }, { "ground", "Ground or crop" },
	{ "building", "Building or fixture" }, { "several", "Several kinds" },
	{ "unseen", "Not looked at" }, END };

CHOICES(waters) = { { "none", "None on the land" },
	{ "carried", "Carried there" }, { "supply", "A supply on the land" },
	{ "course", "A watercourse or trough" }, { "unseen", "Not looked at" },
	END };

CHOICES(accesses) = { { "clear", "Clear for others" },
	{ "partly", "Partly obstructed" }, { "blocked", "Obstructed" },
	{ "unseen", "Not looked at" }, END };

CHOICES(parties) = { { "owner", "Landowner" },
	{ "occupier", "Occupier or tenant" },
	{ "agent", "Somebody acting for the occupier" },
	{ "county", "County council" },
	{ "district", "District or borough council" },
	{ "parish", "Parish council" },
	{ "site-unit", "The councils' encampment unit" },
	{ "highways", "Highway authority" },
	{ "environment", "Environment Agency" }, { "court", "Court" },
	{ "bailiff", "Enforcement agents" }, { "police", "Police" },
	{ "other", "Another body" }, END };

CHOICES(steps) = { { "informed", "Was informed" },
	{ "ownership", "Ownership of the land confirmed" },
	{ "no-consent", "Said that there is no consent" },
	{ "consent", "Gave consent" }, { "asked", "Asked them to leave" },
	{ "asked-police", "Asked the police to remove them" },
	{ "pitch-asked", "Was asked about a suitable pitch" },
	{ "pitch-yes", "Said that there is a suitable pitch" },
	{ "pitch-no", "Said that there is no suitable pitch" },
	{ "assessed", "Assessed the site" },
	{ "agreed", "Agreed a stay or a code of conduct" },
	{ "notice", "Served a notice to leave" },
	{ "direction", "Served a direction to leave" },
	{ "applied", "Applied to a court" }, { "summons", "Summons served" },
	{ "hearing", "Court hearing" }, { "order", "Order made" },
	{ "order-served", "Order served" },
	{ "enforced", "Carried out an order" },
	{ "secured", "Secured the land" }, { "cleared", "Cleared the land" },
	END };

CHOICES(enquirers) = { { "police", "Police" }, { "council", "Council" },
	{ "together", "Both together" }, END };

CHOICES(powers) = { { "s61", "CJPOA 1994 s61: direction by a police officer" },
	{ "s62a", "CJPOA 1994 s62A: direction where there is a pitch" },
	{ "s60c", "CJPOA 1994 s60C: residing without consent in or with a "
		  "vehicle" },
	{ "s60d", "CJPOA 1994 s60D: seizure" },
	{ "s60e", "CJPOA 1994 s60E: forfeiture by a court" },
	{ "s77", "CJPOA 1994 s77: direction by a council" },
	{ "s78", "CJPOA 1994 s78: order of a magistrates' court" },
	{ "highways", "Powers of the highway authority" },
	{ "possession", "Possession claim, council or landowner (CPR 55)" },
	{ "injunction", "Injunction" },
	{ "common-law", "Landowner's common law rights" }, END };

CHOICES(stages) = { { "considered", "Considered" }, { "used", "Used" },
	{ "not-used", "Considered and not used" },
	{ "asked", "Asked of whom it belongs to" }, END };

CHOICES(roles) = { { "constable", "Constable" }, { "sergeant", "Sergeant" },
	{ "inspector", "Inspector" }, { "chief-inspector", "Chief inspector" },
	{ "superintendent", "Superintendent or above" },
	{ "staff", "Police staff" }, { "council", "Council officer" },
	{ "owner", "Landowner, or somebody for them" }, { "court", "Court" },
	END };

CHOICES(givens) = { { "writing", "In writing, quoting the statute" },
	{ "both", "In writing and spoken" }, { "spoken", "Spoken" },
	{ "not", "Not given" }, END };

CHOICES(interpreters) = { { "used", "Used" },
	{ "offered", "Offered, not wanted" }, { "no", "Not asked for" }, END };

CHOICES(sides) = { { "for", "Shows that it is so" },
	{ "against", "Shows that it is not so" }, END };

CHOICES(sources) = { { "seen", "Seen by police" },
	{ "recorded", "Photograph or body-worn video" },
	{ "owner", "Told by the landowner or occupier" },
	{ "council", "Told by a council" }, { "witness", "Told by a witness" },
	{ "site", "Told by somebody on the land" },
	{ "document", "A document" }, END };

CHOICES(decisions) = { { "watch", "No power used: visit again" },
	{ "talk", "Talk: a date to leave was agreed" },
	{ "tolerate", "Leave as it is for a time" },
	{ "council", "Leave to the council" },
	{ "owner", "Leave to the landowner" }, { "direct", "Direct to leave" },
	{ "enforce", "Enforce" }, { "offence", "Deal with an offence" },
	{ "none", "Nothing further for the police" }, END };

CHOICES(deadlines) = { { "visit", "Visit again" },
	{ "answer", "Answer of the landowner or council" },
	{ "leave", "Time to leave in a direction or notice" },
	{ "agreed", "Date to leave that was agreed" },
	{ "hearing", "Court hearing" }, { "order", "Time in an order" },
	{ "check", "Check that the land is clear" },
	{ "review", "Review of the decision" }, { "other", "Other" }, END };

CHOICES(mets) = { { "met", "Done in time" }, { "late", "Done late" },
	{ "missed", "Not done" }, { "void", "No longer needed" }, END };

CHOICES(outcomes) = { { "left", "Left, nothing asked" },
	{ "moved-on", "Moved on after being asked" },
	{ "notice", "Notice of the landowner or council complied with" },
	{ "direction", "Direction of the police complied with" },
	{ "order", "Order of a court complied with" },
	{ "enforced", "Removed under an order" },
	{ "seized", "Left after vehicles were seized" },
	{ CAMP_NOT_COUNTED "consent", "Not counted: there is consent" },
	{ CAMP_NOT_COUNTED "one", "Not counted: no encampment was there" },
	{ CAMP_NOT_COUNTED "twice", "Not counted: in another entry already" },
	END };

CHOICES(sites) = { { "clear", "Clear" }, { "waste", "Waste left" },
	{ "damage", "Damage left" }, { "both", "Waste and damage left" },
	{ "unseen", "Not looked at" }, END };

CHOICES(reopenings) = { { "returned", "They came back to the same land" },
	{ "some", "Some had stayed" }, { "mistake", "Closed by mistake" },
	END };

CHOICES(withdrawals) = { { "mistake", "It is not so" },
	{ "entry", "It belongs to another entry" },
	{ "twice", "It stands here twice" },
	{ "words", "It says what may not stand here" }, END };

CHOICES(test_choices) = { END }; /* by campwords_tests() */

/* --- fields --- */

#define FIELDS(name) static const struct campword_field name[]
#define NUMBER(n, l)                                     \
	{                                                \
		n, l, CAMP_COUNT, NULL, COUNT_MAX, false \
	}
#define PICK(n, l, c)                         \
	{                                     \
		n, l, CAMP_CHOICE, c, 0, true \
	}
#define MAY(n, l, c)                           \
	{                                      \
		n, l, CAMP_CHOICE, c, 0, false \
	}
#define TEXT(n, l, m)                          \
	{                                      \
		n, l, CAMP_TEXT, NULL, m, true \
	}
#define NOTE(n, l, m)                           \
	{                                       \
		n, l, CAMP_TEXT, NULL, m, false \
	}
#define LAST                                          \
	{                                             \
		NULL, NULL, CAMP_TEXT, NULL, 0, false \
	}

FIELDS(place_fields) = { TEXT("place", "Place", 120),
	PICK("land", "Whose land", lands), LAST };

FIELDS(visit_fields) = { TEXT("unit", "Unit", 40),
	NUMBER("caravans", "Caravans"), NUMBER("motorhomes", "Motorhomes"),
	NUMBER("vans", "Vans"), NUMBER("cars", "Cars"),
	NUMBER("tents", "Tents"), NUMBER("other", "Other vehicles"),
	NUMBER("horses", "Horses"), NUMBER("dogs", "Dogs"),
	NUMBER("animals", "Other animals"), MAY("waste", "Waste", wastes),
	MAY("damage", "Damage", damages), MAY("water", "Water", waters),
	MAY("access", "Access", accesses),
	NOTE("seen", "The land, in words", NOTE_MAX), LAST };

FIELDS(step_fields) = { PICK("who", "Who", parties),
	PICK("what", "What", steps), NOTE("reference", "Their reference", 40),
	NOTE("note", "Note", NOTE_MAX), LAST };

FIELDS(welfare_fields) = { PICK("made", "Welfare enquiries made", yes_no),
	MAY("by", "By", enquirers),
	MAY("passed", "Passed on to the council", yes_no), LAST };

FIELDS(power_fields) = { PICK("power", "Power", powers),
	PICK("stage", "What became of it", stages), PICK("role", "By", roles),
	MAY("given", "How it was given", givens),
	MAY("interpreter", "Interpreter", interpreters), LAST };

FIELDS(evidence_fields) = { PICK("test", "Test", test_choices),
	PICK("side", "What it shows", sides), PICK("source", "Source", sources),
	TEXT("text", "Evidence", 500), LAST };

FIELDS(decision_fields) = { PICK("what", "Decision", decisions),
	PICK("role", "By", roles), TEXT("text", "Rationale", 1000),
	MAY("given", "How it was given", givens), LAST };

FIELDS(deadline_fields) = { PICK("what", "What is due", deadlines),
	NOTE("note", "Note", 120), LAST };

FIELDS(met_fields) = { PICK("outcome", "What became of it", mets), LAST };

FIELDS(closed_fields) = { PICK("outcome", "Outcome", outcomes),
	PICK("site", "The land", sites), LAST };

FIELDS(reopened_fields) = { PICK("reason", "Why", reopenings), LAST };

FIELDS(withdrawn_fields) = { PICK("reason", "Why", withdrawals), LAST };

static const struct campword_form kinds[CAMP_KIND_COUNT] = {
	[CAMP_PLACE] = { "place", "Place", "Known since", place_fields, true },
	[CAMP_VISIT] = { "visit", "Visit", "When", visit_fields, true },
	[CAMP_STEP] = { "step", "Landowner or authority", "When", step_fields,
	    true },
	[CAMP_WELFARE] = { "welfare", "Welfare enquiries", "When",
	    welfare_fields, true },
	[CAMP_POWER] = { "power", "Power", "When", power_fields, true },
	[CAMP_EVIDENCE] = { "evidence", "Evidence", "As of", evidence_fields,
	    true },
	[CAMP_DECISION] = { "decision", "Decision", "When", decision_fields,
	    true },
	[CAMP_DEADLINE] = { "deadline", "Deadline", "Due", deadline_fields,
	    true },
	[CAMP_MET] = { "met", "End of a deadline", "When", met_fields, true },
	[CAMP_CLOSED] = { "closed", "Closing", "They had left by",
	    closed_fields, false },
	[CAMP_REOPENED] = { "reopened", "Reopening", "When", reopened_fields,
	    false },
	[CAMP_WITHDRAWN] = { "withdrawn", "Taken out", "When", withdrawn_fields,
	    false },
};

/* --- the tests --- */

static const struct campword_test tests[] = {
	{ "s61-trespass", "s61",
	    "Two or more persons are trespassing on the "
	    "land" },
	{ "s61-reside", "s61",
	    "They are there with the common purpose of residing there for any "
	    "period" },
	{ "s61-asked", "s61",
	    "Reasonable steps were taken by the occupier, or for them, to ask "
	    "them to leave" },
	{ "s61-harm", "s61",
	    "Any of them has caused damage, disruption or distress (this or "
	    "the next)" },
	{ "s61-six", "s61",
	    "They have six or more vehicles between them (this or the one "
	    "before)" },
	{ "s61-belief", "s61",
	    "The senior police officer present at the scene believes these on "
	    "reasonable grounds" },
	{ "s61-effect", "s61",
	    "What the force's published considerations ask: amenities, "
	    "environment, economy, danger to life, crime that is caused by "
	    "it" },
	{ "s62a-trespass", "s62a",
	    "Two or more persons are trespassing with the common purpose of "
	    "residing there" },
	{ "s62a-vehicle", "s62a",
	    "They have at least one vehicle between "
	    "them" },
	{ "s62a-pitch", "s62a",
	    "There is a suitable pitch on a relevant caravan site for each "
	    "caravan" },
	{ "s62a-consulted", "s62a",
	    "Every local authority for the land was consulted about pitches" },
	{ "s62a-asked", "s62a",
	    "The occupier, or somebody for them, asked the police to remove "
	    "them" },
	{ "s60c-reside", "s60c",
	    "A person aged 18 or over resides, or intends to reside, on the "
	    "land without the occupier's consent" },
	{ "s60c-vehicle", "s60c",
	    "They have, or intend to have, at least one vehicle with them" },
	{ "s60c-asked", "s60c",
	    "The occupier, their representative or a constable asked them to "
	    "leave and to take their property" },
	{ "s60c-failed", "s60c",
	    "They did not comply as soon as reasonably practicable" },
	{ "s60c-harm", "s60c",
	    "Significant damage or disruption was caused or is likely, or "
	    "significant distress" },
	{ "s60d-suspects", "s60d",
	    "A constable reasonably suspects that an offence under section "
	    "60C was committed" },
	{ "s60d-property", "s60d",
	    "What is seized belongs to that person, is in their possession or "
	    "under their control" },
	{ "s60e-convicted", "s60e",
	    "A person was convicted of an offence under section 60C" },
	{ "s60e-seized", "s60e", "The property was seized under section 60D" },
	{ "s77-residing", "s77",
	    "Persons reside in vehicles on highway land, other unoccupied "
	    "land, or occupied land without the occupier's consent" },
	{ "s77-served", "s77", "Notice of the direction was served" },
	{ "s78-stayed", "s78",
	    "Persons and vehicles remain in contravention of a direction "
	    "under section 77" },
	{ "s78-order", "s78", "A magistrates' court made an order" },
	{ "s78-notice", "s78",
	    "Twenty-four hours' notice was given to the owner and occupier "
	    "before entry" },
	{ "highways-land", "highways",
	    "The land is highway, and the highway authority says so" },
	{ "highways-notice", "highways",
	    "What the highway authority served, and when" },
	{ "possession-right", "possession",
	    "The claimant has a right to possession, and gave no consent" },
	{ "possession-claim", "possession", "The claim was issued and served" },
	{ "possession-order", "possession", "A court made an order" },
	{ "injunction-force", "injunction",
	    "An injunction is in force that covers the land" },
	{ "injunction-served", "injunction",
	    "It was served or displayed as it says" },
	{ "common-asked", "common-law",
	    "The landowner, or somebody for them, asked them to leave and "
	    "gave reasonable time" },
	{ "common-police", "common-law",
	    "The police were told beforehand, to prevent a breach of the "
	    "peace" },
	{ "all-legality", "all", "Legality: what the law allows here" },
	{ "all-necessity", "all", "Necessity: why nothing less would do" },
	{ "all-proportion", "all",
	    "Proportionality: private and family life, home, and "
	    "non-discrimination (Articles 8 and 14)" },
	{ "all-equality", "all",
	    "Due regard under section 149 of the Equality Act 2010" },
	{ "all-welfare", "all",
	    "What welfare enquiries found was taken into account (yes or no, "
	    "no detail)" },
	{ "all-instead", "all",
	    "Alternatives: a pitch, negotiated stopping, leaving it to the "
	    "council or the landowner" },
};
#define TEST_COUNT (sizeof tests / sizeof tests[0])

const struct campword_form *
campwords_kind(enum campword_kind kind)
{
	CHECK(kind >= CAMP_PLACE && kind < CAMP_KIND_COUNT);
	return &kinds[kind];
}

enum campword_kind
campwords_find(struct str word)
{
	for (int i = CAMP_PLACE; i < CAMP_KIND_COUNT; i++)
		if (str_is(word, kinds[i].word))
			return (enum campword_kind)i;
	return (enum campword_kind)0;
}

const struct campword_test *
campwords_tests(size_t *count)
{
	*count = TEST_COUNT;
	return tests;
}

const struct campword_choice *
campwords_powers(void)
{
	return powers;
}

const struct campword_choice *
campwords_lands(void)
{
	return lands;
}

const struct campword_choice *
campwords_outcomes(void)
{
	return outcomes;
}

const char *
campwords_label(const struct campword_choice *c, struct str word)
{
	for (; c->word; c++)
		if (str_is(word, c->word))
			return c->label;
	return NULL;
}

const struct campword_test *
campwords_test(struct str word)
{
	for (size_t i = 0; i < TEST_COUNT; i++)
		if (str_is(word, tests[i].word))
			return &tests[i];
	return NULL;
}

/* --- reading --- */

static int
check_word(const struct campword_field *f, struct str word, struct err *e)
{
	bool is_there = f->choices == test_choices
			    ? campwords_test(word) != NULL
			    : campwords_label(f->choices, word) != NULL;

	if (is_there)
		return 0;
	return err_set(
	    e, ERR_INVALID, "Choose one of the answers for “%s”.", f->label);
}

/* A whole number in figures, at most most. */
static bool
parse_count(struct str text, int64_t most, int64_t *n)
{
	*n = 0;
	for (size_t i = 0; i < text.len; i++) {
		if (text.p[i] < '0' || text.p[i] > '9')
			return false;
		*n = *n * 10 + (text.p[i] - '0');
		if (*n > most)
			return false;
	}
	return text.len > 0;
}

static int
read_count(
    const struct campword_field *f, struct str text, int64_t *n, struct err *e)
{
	if (parse_count(text, f->most, n))
		return 0;
	return err_set(e, ERR_INVALID,
	    "“%s” is a whole number from 0 to %" PRId64
	    "; leave it empty if it was not counted.",
	    f->label, f->most);
}

/* A control character other than a line end. */
static bool
has_control(struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if ((c < 0x20 && c != '\n' && c != '\r') || c == 0x7f)
			return true;
	}
	return false;
}

int
campwords_check_text(struct arena *arena, const char *label, struct str text,
    int64_t most, struct err *e)
{
	struct str word;

	if (text.len > (size_t)most)
		return err_set(e, ERR_INVALID,
		    "“%s” is %zu characters too long: at most %" PRId64
		    " are kept.",
		    label, text.len - (size_t)most, most);
	if (has_control(text))
		return err_set(e, ERR_INVALID,
		    "“%s” holds characters that cannot be shown. Type it "
		    "again.",
		    label);
	word = refuse_find_text(arena, text);
	if (!str_is_given(word))
		return 0;
	return err_set(e, ERR_INVALID,
	    "“%s” holds the word “%.*s”, which says who people are. The "
	    "register keeps what was seen and done: write it without that "
	    "word.",
	    label, STR_ARG(word));
}

static int
read_field(const struct campword_field *f, struct str value,
    struct arena *arena, struct jsonw *w, struct err *e)
{
	int64_t n;

	jsonw_key(w, f->name);
	switch (f->type) {
	case CAMP_COUNT:
		if (read_count(f, value, &n, e) < 0)
			return -1;
		jsonw_int(w, n);
		return 0;
	case CAMP_CHOICE:
		if (check_word(f, value, e) < 0)
			return -1;
		break;
	case CAMP_TEXT:
		if (campwords_check_text(arena, f->label, value, f->most, e) <
		    0)
			return -1;
		break;
	}
	jsonw_str(w, value);
	return 0;
}

int
campwords_read(const struct campword_field *fields,
    struct str (*get)(void *user, const char *name), void *user,
    struct arena *arena, struct buf *body, const char **field, struct err *e)
{
	struct jsonw w;

	jsonw_init(&w, body);
	jsonw_object(&w);
	for (const struct campword_field *f = fields; f->name; f++) {
		struct str value = str_trim(get(user, f->name));

		*field = f->name;
		if (value.len == 0 && f->is_required)
			return err_set(e, ERR_INVALID,
			    f->type == CAMP_TEXT
				? "Fill in “%s”."
				: "Choose one of the answers for “%s”.",
			    f->label);
		if (value.len > 0 && read_field(f, value, arena, &w, e) < 0)
			return -1;
	}
	jsonw_close(&w);
	*field = NULL;
	return 0;
}

struct str
campwords_show(struct arena *arena, const struct campword_field *f,
    const struct json *body)
{
	const struct json *value = json_member(body, f->name);
	const struct campword_test *test;
	const char *label;

	switch (f->type) {
	case CAMP_COUNT:
		if (json_kind(value) != JSON_KIND_INT)
			return (struct str){ 0 };
		return arena_strf(arena, "%" PRId64, json_int(value));
	case CAMP_CHOICE:
		test = campwords_test(json_text(value));
		if (f->choices == test_choices)
			return str_of(test ? test->text : NULL);
		label = campwords_label(f->choices, json_text(value));
		return str_of(label);
	case CAMP_TEXT: break;
	}
	return arena_str(arena, json_text(value));
}
