/*
 * Every construct of the language, one row each: a condition, a log, and the
 * passages that are the evidence, or NULL if the condition is not true.
 */
#include "tests/unit/rules/ruleskit.h"

#include <string.h>

#include "agent/base/clock.h"

/* What every row has before its rule. */
static const char preamble[] =
    "themes t\n"
    "context denied\n"
    "    next 4: no, \"no sign of\", not\n"
    "    previous 3: \"not seen\"\n"
    "    until: but\n"
    "    corrections: correction, \"i meant\"\n"
    "context feared\n"
    "    next 5: \"worried about\"\n"
    "    until confirmed\n"
    "context past\n"
    "    clause: \"last year\"\n"
    "context old\n"
    "    sentence: previously\n"
    "context drill\n"
    "    entry: exercise\n"
    "context overtaken\n"
    "    earlier: \"disregard all above\"\n"
    "context name\n"
    "    itself: \"hare and hounds\"\n"
    "    previous 2: lane, ph\n"
    "    until: the, in\n"
    "context question\n"
    "    questions\n"
    "    corrections: mistaken\n"
    "words dogs: dog*, lurcher ~1, @hounds, not \"hot dog*\", not dogma\n"
    "words hounds: hound, hounds\n"
    "words hares: hare, hares\n"
    "words unused_here: @dogs, @hares, @hounds\n"
    "rule keep \"Keep the lists used\"\n"
    "    theme t\n"
    "    give 1 when text has @unused_here\n"
    "    alert from 1\n"
    "rule r \"The row\"\n"
    "    flag at-risk\n"
    "    give 60 when ";

static const char ending[] = "\n    review from 60\n";

/* More lines of the rule, after a row's condition. */
#define CANCELLED "\n    cancelled when log by UNIT has \"all in order\""
#define CONFIRMED "\n    confirmed when log by UNIT has \"confirmed\""

struct row {
	const char *cond;
	const char *log;      /* entries with "|" between; "BY:" before each */
	const char *evidence; /* passages with "|" between; NULL: not true */
};

static const struct row rows[] = {
	/* Words. */
	{ "text has \"dog\"", "CALL:A DOG in the road", "DOG" },
	{ "text has \"dog\"", "CALL:dogs in the road", NULL },
	{ "text has \"dog*\"", "CALL:dogs in the road", "dogs" },
	{ "text has \"cours*\"", "CALL:coursing of course", "coursing|course" },
	{ "text has \"lurcher\" ~1", "CALL:a lurtcher and a lercher",
	    "lurtcher|lercher" },
	{ "text has \"lurcher\" ~1", "CALL:a luchre", NULL },
	{ "text has \"lurcher\" ~1", "CALL:a lurhcer", "lurhcer" },
	{ "text has \"greyhound\" ~2", "CALL:a grayhoud", "grayhoud" },
	{ "text has \"greyhound\" ~2", "CALL:a grayhud", NULL },
	{ "text has \"farmers\"", "CALL:the farmer's gate", "farmer's" },
	{ "text has \"farmer's\"", "CALL:the farmer\u2019s gate",
	    "farmer\u2019s" },
	{ "text has \"cafe\"", "CALL:in the CAF\u00C9 now", "CAF\u00C9" },
	{ "text has \"café\"", "CALL:in the cafe now", "cafe" },
	{ "text has \"3 males\"", "CALL:three males here", "three males" },
	{ "text has \"three males\"", "CALL:3 males here", "3 males" },
	{ "text has \"3 males\"", "CALL:x3 males, 3x males",
	    "x3 males|3x males" },
	{ "text has \"hare\"", "CALL:", NULL },
	{ "text has \"flytip\"", "CALL:fly tip, fly-tip, flytip",
	    "fly tip|fly-tip|flytip" },
	{ "text has \"flytip*\"", "CALL:a fly tipper", "fly tipper" },
	{ "text has \"lay by\"", "CALL:layby, lay-by", "layby|lay-by" },
	{ "text has \"farmer\"", "CALL:the far mer, a fa rmer", "far mer" },
	{ "text has \"25 sheep\"", "CALL:twenty five sheep, twenty-five sheep",
	    "twenty five sheep|twenty-five sheep" },
	{ "text has \"twenty five sheep\"", "CALL:25 sheep, 26 sheep",
	    "25 sheep" },
	{ "text has \"sixty\"", "CALL:60 ewes", "60" },
	/* Phrases. */
	{ "text has \"fly tip\"", "CALL:a fly-tip, flytip and Fly  Tip",
	    "fly-tip|flytip|Fly  Tip" },
	{ "text has \"fly tip*\"", "CALL:flytipping", "flytipping" },
	{ "text has \"hare coursing\" ~1", "CALL:hare corsing",
	    "hare corsing" },
	{ "text has \"hare coursing\" ~1", "CALL:have coursing", NULL },
	{ "text has \"c/van\"", "CALL:6 x C/VAN on rec", "C/VAN" },
	{ "text has \"hare and hounds\"", "CALL:hares & hounds", NULL },
	{ "text has any \"hare and hounds\"", "CALL:Hare & Hounds",
	    "Hare & Hounds" },
	{ "text has \"cut * chain\"", "CALL:cut the chain", "cut the chain" },
	{ "text has \"cut * chain\"", "CALL:cut chain", NULL },
	{ "text has \"cut ... chain\"", "CALL:cut the big old gate chain",
	    "cut the big old gate chain" },
	{ "text has \"cut ... chain\"", "CALL:cut chain", "cut chain" },
	{ "text has \"cut ... chain\"", "CALL:cut a b c d e chain", NULL },
	{ "text has \"cut ... chain ... gate\"",
	    "CALL:cut the chain of his gate", "cut the chain of his gate" },
	{ "text has \"# caravans\"", "CALL:twelve caravans, no caravans",
	    "twelve caravans" },
	{ "text has \"# males\"", "CALL:six males", "six males" },
	{ "text has \"6 males\"", "CALL:six males", "six males" },
	{ "text has \"dog field\"", "CALL:a dog. Field gate open", NULL },
	{ "text has \"dog field\"", "CALL:a dog|CALL:field", NULL },
	/* Lists. */
	{ "text has @dogs", "CALL:dogs and a hound", "dogs|hound" },
	{ "text has @dogs", "CALL:hot dogs, dogma", NULL },
	{ "text has @dogs | @hares", "CALL:hares then dogs", "hares|dogs" },
	{ "text has \"cat\" | @hares | \"fox\"", "CALL:fox after hares",
	    "fox|hares" },
	/* Nearness and order. */
	{ "text has \"dog\" near 3 \"hare\"", "CALL:hare a b dog", "dog|hare" },
	{ "text has \"dog\" near 3 \"hare\"", "CALL:hare a b c dog", NULL },
	{ "text has \"dog\" near 3 \"hare\"", "CALL:hare|CALL:dog", NULL },
	{ "text has \"dog\" near 3 \"dog\"", "CALL:a dog", NULL },
	{ "text has \"dog\" near 3 \"hare\"", "CALL:hare x x dog x hare",
	    "dog|hare" },
	{ "text has \"dog\" before 3 \"hare\"", "CALL:dog a b hare",
	    "dog|hare" },
	{ "text has \"dog\" before \"hare\"",
	    "CALL:dog a b c d e f g h. i j hare", "dog|hare" },
	{ "text has \"dog\" before \"hare\"", "CALL:hare dog", NULL },
	{ "text has \"dog\" after 3 \"hare\"", "CALL:hare dog", "dog|hare" },
	{ "text has \"dog\" after 3 \"hare\"", "CALL:dog hare", NULL },
	{ "text has \"dog\" same sentence \"hare\"",
	    "CALL:a hare, and then a dog", "dog|hare" },
	{ "text has \"dog\" same sentence \"hare\"", "CALL:hare. dog", NULL },
	{ "text has \"dog\" same entry \"hare\"", "CALL:hare. dog",
	    "dog|hare" },
	{ "text has \"dog\" same entry \"hare\"", "CALL:hare|CALL:dog", NULL },
	{ "text has \"dog\" later \"hare\"", "CALL:dog|UNIT:hare", "dog|hare" },
	{ "text has \"dog\" later \"hare\"", "CALL:hare|UNIT:dog", NULL },
	{ "text has \"dog\" not later \"hare\"", "CALL:dog|UNIT:hare", NULL },
	{ "text has \"dog\" not later \"hare\"", "CALL:hare|UNIT:dog", "dog" },
	{ "text has \"dog\" not near 3 \"police\"",
	    "CALL:police dog, and so much more, a dog", "dog" },
	{ "text has \"dog\" not after 1 \"police\"", "CALL:police dog", NULL },
	{ "text has \"dog\" not before 1 \"unit\"", "CALL:dog unit", NULL },
	{ "text has \"dog\" near 3 \"hare\" near 5 \"field\"",
	    "CALL:dog hare in a field", "dog|hare|field" },
	{ "text has (\"dog\" near 2 \"hare\") near 9 "
	  "(\"man\" near 2 \"field\")",
	    "CALL:dog hare x x x x man field", "dog|hare|man|field" },
	/* Scopes. */
	{ "location_text has \"farm\"", "LOC:Old Farm|CALL:nothing", "Farm" },
	{ "log has \"farm\"", "LOC:Old Farm|CALL:nothing", NULL },
	{ "text has \"farm\"", "LOC:Old Farm|CALL:nothing", "Farm" },
	{ "opening_code has \"theft\"", "OPEN:THEFT|CALL:x", "THEFT" },
	{ "log by UNIT has \"dog\"", "CALL:dog|UNIT:a dog too", "dog" },
	{ "log by UNIT has \"dog\"", "CALL:dog", NULL },
	{ "log by CALL|WEB has \"dog\"", "WEB:dog", "dog" },
	{ "log by CALL or WEB has \"dog\"", "web:dog", "dog" },
	{ "last entry has \"dog\"", "CALL:dog|CALL:cat", NULL },
	{ "last entry has \"cat\"", "CALL:dog|CALL:cat", "cat" },
	{ "first entry has \"dog\"", "CALL:dog|CALL:dog", "dog" },
	{ "any entry has \"dog\"", "CALL:dog|CALL:dog", "dog|dog" },
	{ "last entry by UNIT has \"dog\"", "UNIT:dog|CALL:dog", NULL },
	/* Contexts. */
	{ "text has \"dog\"", "CALL:no sign of any dog", NULL },
	{ "text has \"dog\"", "CALL:no. A dog", "dog" },
	{ "text has \"dog\"", "CALL:no cars, a dog", "dog" },
	{ "text has \"dog\"", "CALL:no cars but a dog", "dog" },
	{ "text has \"dog\"", "CALL:no a b c d dog", "dog" },
	{ "text has \"dog\"", "CALL:dog was not seen", NULL },
	{ "text has denied \"dog\"", "CALL:no dog|CALL:a dog", "dog" },
	{ "text has even denied \"dog\"", "CALL:no dog|CALL:a dog", "dog|dog" },
	{ "text has even denied, past \"dog\"", "CALL:last year no dog",
	    "dog" },
	{ "text has even denied \"dog\"", "CALL:last year no dog", NULL },
	{ "text has any \"dog\"", "CALL:last year no dog", "dog" },
	{ "text has \"no dog\"", "CALL:no dog", "no dog" },
	{ "text has \"dog\"", "CALL:a dog last year, now a dog", "dog" },
	{ "text has \"dog\"", "CALL:previously, so, a dog. A dog", "dog" },
	{ "text has \"dog\"", "CALL:A dog. exercise", NULL },
	{ "text has \"dog\"", "CALL:a dog|OPERATOR:disregard all above", NULL },
	{ "text has \"hounds\"", "CALL:at the Hare and Hounds", NULL },
	{ "text has \"hare\"", "CALL:in Hare Lane", NULL },
	{ "text has \"hare\"", "CALL:a hare in the lane", "hare" },
	{ "text has \"dog\"", "CALL:Is it a dog? Not sure", NULL },
	{ "text has question \"dog\"", "CALL:Is it a dog?", "dog" },
	{ "text has question \"dog\"", "CALL:'Is it a dog'?? Wants to know",
	    "dog" },
	{ "text has question \"dog\"", "CALL:(a dog)? a cat", "dog" },
	{ "text has \"dog\"", "CALL:a dog in EK05 ??L", "dog" },
	{ "text has \"dog\"", "CALL:a dog in EK?? KLT", "dog" },
	{ "text has \"dog\"", "CALL:a dog in EK05 K?? blue", "dog" },
	{ "text has \"dog\"", "CALL:a dog in EK05??", "dog" },
	/* A later entry corrects: the same word, also in the other number. */
	{ "text has \"hares\"",
	    "CALL:two hares|CALL:correction, deer, not hare", NULL },
	{ "text has @hares | \"fox\"",
	    "CALL:hare and fox|CALL:i meant deer. Not a hare, a fox",
	    "fox|fox" },
	{ "text has \"hare\"", "CALL:hare|CALL:not a hare, then", "hare" },
	{ "text has \"hare\"",
	    "CALL:hare|CALL:correction, Hall Lane. On scene. No hare here",
	    "hare" },
	{ "text has \"hare\"",
	    "CALL:correction, not a hare|CALL:hare after all", "hare" },
	{ "text has @dogs", "CALL:a lercher|CALL:correction: no lurcher",
	    NULL },
	{ "text has even denied \"hare\"",
	    "CALL:hare|CALL:correction, not a hare", "hare|hare" },
	{ "text has \"ferret\"",
	    "CALL:ferret|CALL:correction, cat, not ferrets", NULL },
	{ "text has \"hare\"", "CALL:hare|CALL:mistaken, was it a hare?",
	    NULL },
	/* A later entry cancels: what stood before it counts no more. */
	{ "text has \"dog\"" CANCELLED, "CALL:a dog|UNIT:all in order", NULL },
	{ "text has \"dog\"" CANCELLED, "UNIT:all in order|CALL:a dog", "dog" },
	{ "text has \"dog\"" CANCELLED,
	    "CALL:a dog|UNIT:all in order|CALL:the dog is back", "dog" },
	{ "text has \"dog\"" CANCELLED, "CALL:dog|UNIT:dog, all in order",
	    NULL },
	{ "text has \"dog\"" CANCELLED, "CALL:dog|CALL:all in order", "dog" },
	{ "text has \"dog\"" CANCELLED, "CALL:dog|UNIT:not all in order",
	    "dog" },
	{ "text has \"dog\"" CANCELLED,
	    "CALL:dog|UNIT:all in order|CALL:dog|UNIT:all in order", NULL },
	{ "text has \"dog\" later \"hare\"" CANCELLED,
	    "CALL:dog|UNIT:all in order|CALL:hare", NULL },
	{ "opening_code has \"theft\"" CANCELLED,
	    "OPEN:THEFT|UNIT:all in order", NULL },
	{ "location_text has \"farm\"" CANCELLED, "LOC:Farm|UNIT:all in order",
	    "Farm" },
	{ "number of @dogs at least 2" CANCELLED,
	    "CALL:3 dogs|UNIT:all in order|CALL:1 dog", NULL },
	/* A later entry confirms: after a cancellation, and what was feared. */
	{ "text has \"dog\"" CANCELLED CONFIRMED,
	    "CALL:dog|UNIT:all in order|UNIT:confirmed", "dog" },
	{ "text has \"dog\"" CANCELLED CONFIRMED,
	    "CALL:dog|UNIT:confirmed|UNIT:all in order", NULL },
	{ "text has \"dog\"" CONFIRMED, "CALL:worried about a dog", NULL },
	{ "text has \"dog\"" CONFIRMED,
	    "CALL:worried about a dog|UNIT:confirmed", "dog" },
	{ "text has \"dog\"" CONFIRMED,
	    "UNIT:confirmed|CALL:worried about a dog", NULL },
	{ "text has \"dog\"" CONFIRMED, "CALL:no dog|UNIT:confirmed", NULL },
	/* Conditions. */
	{ "text has \"dog\" and text has \"hare\"", "CALL:dog hare",
	    "dog|hare" },
	{ "text has \"dog\" and \"hare\"", "CALL:dog", NULL },
	{ "text has \"dog\" or \"hare\"", "CALL:hare", "hare" },
	{ "text has \"dog\" or \"hare\"", "CALL:hare dog", "dog|hare" },
	{ "text has \"dog\" and not text has \"hare\"", "CALL:dog", "dog" },
	{ "text has \"dog\" and not \"hare\"", "CALL:dog hare", NULL },
	{ "text has no \"hare\" and place is rural", "CALL:dog", "rural" },
	{ "(text has \"dog\" and \"cat\") or text has \"hare\"",
	    "CALL:dog hare", "hare" },
	{ "not text has \"hare\"", "CALL:dog", "" },
	{ "text has \"dog\" or inside \"sssi\"", "CALL:dog", "dog" },
	/* Facts: rural, grade 2, 14 January 2026, a Wednesday, 22:42. */
	{ "place is rural", "CALL:x", "rural" },
	{ "place is urban or edge", "CALL:x", NULL },
	{ "place is not urban", "CALL:x", "" },
	{ "grade is 1|2", "CALL:x", "2" },
	{ "grade at least 3", "CALL:x", NULL },
	{ "grade <= 2", "CALL:x", "2" },
	{ "grade is known", "CALL:x", "2" },
	{ "grade is 2 and (grade at least 1 or month is feb)", "CALL:x", "2" },
	{ "month in aug..mar", "CALL:x", "jan" },
	{ "month in feb..dec", "CALL:x", NULL },
	{ "month is january", "CALL:x", "jan" },
	{ "weekday is wed", "CALL:x", "wed" },
	{ "weekday in sat..sun", "CALL:x", NULL },
	{ "season is winter", "CALL:x", "winter" },
	{ "time in 22:00..05:00", "CALL:x", "22:42" },
	{ "time in 05:00..22:00", "CALL:x", NULL },
	{ "daylight is dark", "CALL:x", "dark" },
	{ "bank_holiday is no", "CALL:x", "no" },
	{ "bank_holiday is yes", "CALL:x", NULL },
	{ "plates is 2", "CALL:black Subaru AB12CDE, VRM AB12CDE and FG63HJK",
	    "2" },
	{ "plates at least 1", "CALL:a Subaru", NULL },
	{ "district has \"braintree\"", "DIST:Braintree|CALL:x", "Braintree" },
	{ "text has \"braintree\"", "DIST:Braintree|CALL:x", NULL },
	{ "entries is 2", "CALL:x|CALL:y", "2" },
	{ "vehicles at least 1", "CALL:x", NULL },
	{ "resources < 1", "CALL:x", "0" },
	{ "number of @dogs at least 4", "CALL:4 big dogs", "dogs" },
	{ "number of @dogs at least 4", "CALL:three dogs", NULL },
	{ "number of @dogs at least 4", "CALL:dogs", NULL },
	{ "not number of @dogs at least 4", "CALL:dogs", NULL },
	{ "not number of @dogs at least 4", "CALL:2 dogs", "" },
	{ "number of @dogs = 25", "CALL:twenty five dogs", "dogs" },
	{ "number of @dogs = 6", "CALL:half a dozen dogs", "dogs" },
	{ "number of @dogs = 6", "CALL:half dozen dogs", "dogs" },
	{ "number of @dogs = 6", "CALL:six dogs", "dogs" },
	{ "number of @dogs = 6", "CALL:open by half, dozen dogs", NULL },
	{ "number of @dogs = 6", "CALL:open by half|CALL:dozen dogs", NULL },
	{ "number of @dogs = 24", "CALL:two dozen dogs", "dogs" },
	{ "number of @dogs = 300", "CALL:three hundred dogs", "dogs" },
	{ "number of @dogs = 3", "CALL:2-3 dogs", "dogs" },
	{ "number of @dogs at most 2", "CALL:x2 dogs", "dogs" },
};

/* A row's log as an incident; its texts borrow from the row's copy. */
static void
make_incident(char *text, struct incident *in, struct incident_entry *log)
{
	char *save = NULL;

	incident_init(in);
	in->id = str_of("row");
	in->log = log;
	in->opened_ms = clock_from_utc(2026, 1, 14, 22, 42, 7);
	in->grade_no = 2;
	for (char *part = strtok_r(text, "|", &save); part;
	     part = strtok_r(NULL, "|", &save)) {
		char *colon = strchr(part, ':');

		*colon = '\0';
		if (strcmp(part, "LOC") == 0)
			in->location_text = str_of(colon + 1);
		else if (strcmp(part, "OPEN") == 0)
			in->opening_code = str_of(colon + 1);
		else if (strcmp(part, "DIST") == 0)
			in->district = str_of(colon + 1);
		else
			log[in->log_count++] =
			    (struct incident_entry){ .at_ms = CLOCK_NONE,
				    .by = str_of(part),
				    .text = str_of(colon + 1) };
	}
}

static struct str
text_of(const struct incident *in, const struct rules_evidence *e)
{
	if (str_is(e->field, "log"))
		return in->log[e->entry].text;
	if (str_is(e->field, "district"))
		return in->district;
	return str_is(e->field, "location_text") ? in->location_text
						 : in->opening_code;
}

/* The passages with "|" between; each must be what it says at its offset. */
static void
list_evidence(
    const struct incident *in, const struct rules_tag *tag, struct buf *out)
{
	const struct rules_hit *hit = &tag->hits[0];
	bool any = false;

	for (size_t i = 0; i < hit->evidence_count; i++) {
		const struct rules_evidence *e = &hit->evidence[i];

		if (str_is(e->field, "absence") || e->points == 0)
			continue;
		buf_addf(out, "%s%.*s", any ? "|" : "", STR_ARG(e->text));
		any = true;
		assert_int_equal(e->points, 60);
		if (!e->has_span)
			continue;
		assert_true(str_is_equal(e->text,
		    str_make(text_of(in, e).p + e->start, e->end - e->start)));
	}
}

static bool
run_row(const struct row *row, struct rules_scratch *s)
{
	struct buf text = { 0 };
	struct buf got = { 0 };
	struct incident_entry log[8];
	struct incident in;
	struct place place = place_unknown();
	struct rules_result result;
	struct arena *arena = arena_new();
	struct ruleset *rs;
	char *copy = alloc_text(row->log);
	bool ok;

	buf_addf(&text, "%s%s%s", preamble, row->cond, ending);
	rs = ruleskit_compile(text.p);
	make_incident(copy, &in, log);
	place.class = PLACE_RURAL;
	place.lat = 51.8;
	place.lon = 0.6;
	ruleset_tag(rs, &in, &place, s, arena, &result);
	ok = (result.flag_count > 0) == (row->evidence != NULL);
	if (result.flag_count > 0) {
		list_evidence(&in, &result.flags[0], &got);
		ok = ok && str_is(buf_str(&got), row->evidence);
	}
	if (!ok)
		print_message("%s in '%s': %s instead of %s\n", row->cond,
		    row->log,
		    result.flag_count ? got.p ? got.p : "" : "not true",
		    row->evidence ? row->evidence : "not true");
	buf_clear(&text);
	buf_clear(&got);
	free(copy);
	arena_free(&arena);
	ruleset_free(&rs);
	return ok;
}

static void
test_rows(void **state)
{
	struct rules_scratch *s = ruleset_scratch_new();
	size_t wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		wrong += !run_row(&rows[i], s);
	ruleset_scratch_free(&s);
	print_message("%zu rows\n", sizeof rows / sizeof rows[0]);
	assert_int_equal(wrong, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
