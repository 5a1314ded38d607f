/*
 * buzzard track clock: a person's word on a track's clock, by a place and a
 * time at which the vehicle is known to have been.
 *
 * Every pass is shown before anything is changed, and nothing is chosen for the
 * asker where two answers are possible.  Decided against: changing it from an
 * incident's page.  Who does it has the statement or the hit before them,
 * compares passes and tries again with --dry-run, which is a terminal's work.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/cmd/cmd.h"
#include "agent/cmd/cmd_track.h"
#include "agent/cmd/look.h"
#include "agent/cmd/options.h"
#include "agent/cmd/output.h"
#include "agent/cmd/placearg.h"
#include "agent/cmd/table.h"
#include "agent/cmd/trackargs.h"
#include "agent/conf/conf.h"
#include "agent/conf/oneline.h"
#include "agent/control.h"
#include "agent/store/judgements.h"
#include "agent/store/store.h"
#include "agent/store/trackstore.h"
#include "agent/trackclock.h"
#include "agent/tracks/clockbasis.h"

#define USAGE                                                                    \
	"track clock ID [-c FILE] [--json]\n"                                    \
	"       buzzard track clock ID --place PLACE --time TIME [OPTION ...]\n" \
	"       buzzard track clock ID --undo [--why TEXT]"

/* If the place does not say how good it is, and if nobody says of the time. */
#define WITHIN_M INT64_C(50)
#define SPREAD_S INT64_C(60)
/* More than that is no place, and no time. */
#define WITHIN_MAX_M INT64_C(5000)
#define SPREAD_MAX_S INT64_C(86400)

struct request {
	struct trackargs ta;
	const char *id, *place, *time, *why;
	int64_t within_m, spread_s, pass; /* 0: not given */
	bool undo, dry_run, despite;
	struct trackstore_row row;
	struct trackclock *tc;
	struct clockplace walk;
	size_t chosen; /* of the walk's passes, from 1; 0: none */
	struct trackclock_result done; /* its number is 0: nothing */
};

/* ---- What was judged ---- */

static const struct table_column history_columns[] = {
	{ .key = "judgement", .title = "judgement", .is_number = true },
	{ .key = "by", .title = "by" },
	{ .key = "made_at", .title = "made" },
	{ .key = "actor", .title = "who" },
	{ .key = "clock", .title = "clock" },
	{ .key = "correction_ms", .title = "correction ms", .is_number = true },
	{ .key = "uncertainty_ms",
	    .title = "give or take ms",
	    .is_number = true },
	{ .key = "replaces", .title = "replaces", .is_number = true },
	{ .key = "restates" },
	{ .key = "lat" },
	{ .key = "lon" },
	{ .key = "within_m" },
	{ .key = "known_at" },
	{ .key = "known_give_or_take_ms" },
	{ .key = "note" },
	{ .key = "clock_why", .title = "because" },
};

static void
put_number(struct table *t, int64_t v)
{
	if (v)
		table_int(t, v);
	else
		table_none(t);
}

static void
put_known(struct table *t, const struct judgement *j)
{
	if (j->kind != JUDGEMENT_PLACE) {
		for (int i = 0; i < 5; i++)
			table_none(t);
		return;
	}
	table_real(t, j->lat, 6);
	table_real(t, j->lon, 6);
	table_real(t, j->within_m, 0);
	table_time(t, j->known_ms);
	table_int(t, j->spread_ms);
}

static void
put_judgement(void *user, const struct judgement *j)
{
	struct table *t = user;

	table_int(t, j->number);
	table_text(t, judgement_kind_name(j->kind));
	table_time(t, j->made_ms);
	table_str(t, j->actor);
	table_text(t, track_clock_name(j->clock));
	if (j->correction_ms == TRACKSTORE_UNKNOWN)
		table_none(t);
	else
		table_int(t, j->correction_ms);
	table_int(t, j->uncertainty_ms);
	put_number(t, j->former);
	put_number(t, j->restates);
	put_known(t, j);
	table_str(t, j->note);
	table_str(t, j->clock_why);
	table_row(t);
}

static int
print_history(struct request *rq)
{
	struct judgements *j = NULL;
	struct err e = { 0 };
	struct table *t;
	int r = CMD_OK;

	if (judgements_open(store_db(rq->ta.store), &j, &e) < 0)
		return cmd_fail(&e);
	t = table_new(&rq->ta.output, history_columns,
	    sizeof(history_columns) / sizeof(history_columns[0]));
	if (judgements_each(j, &rq->row, put_judgement, t, &e) < 0)
		r = cmd_fail(&e);
	table_free(&t);
	judgements_close(&j);
	return r;
}

/* ---- What the passes say ---- */

static const struct table_column pass_columns[] = {
	{ .key = "pass", .title = "pass", .is_number = true },
	{ .key = "from", .title = "from, by its clock" },
	{ .key = "to", .title = "to" },
	{ .key = "nearest_m", .title = "nearest m", .is_number = true },
	{ .key = "speed_kmh", .title = "km/h", .is_number = true },
	{ .key = "says", .title = "says that its clock is" },
	{ .key = NULL, .title = "give or take" },
	{ .key = "correction_ms" },
	{ .key = "uncertainty_ms" },
	{ .key = "open", .title = "open" },
	{ .key = "agrees", .title = "as it stands" },
	{ .key = "chosen" },
	{ .key = "judgement" },
};

static bool
agrees(const struct request *rq, const struct clockplace_pass *p)
{
	return rq->row.correction_ms != TRACKSTORE_UNKNOWN &&
	       clockplace_agrees(
		   p, rq->row.correction_ms, rq->row.uncertainty_ms);
}

static const char *
open_word(const struct clockplace_pass *p)
{
	if (p->is_open_from && p->is_open_to)
		return "both ends";
	if (p->is_open_from)
		return "begins there";
	return p->is_open_to ? "ends there" : NULL;
}

static void
put_says(
    const struct request *rq, struct table *t, const struct clockplace_pass *p)
{
	struct buf text = { 0 };
	char span[CLOCK_TEXT_MAX];

	clockplace_say(
	    &text, rq->row.clock, p->correction_ms, rq->walk.known.time_ms);
	table_str(t, buf_str(&text));
	table_text(t, clockbasis_span_text(p->uncertainty_ms, span));
	table_int(t, p->correction_ms);
	table_int(t, p->uncertainty_ms);
	buf_clear(&text);
}

static void
put_pass(const struct request *rq, struct table *t, size_t i)
{
	const struct clockplace_pass *p = &rq->walk.passes[i];
	bool is_chosen = rq->chosen == i + 1;
	char text[CLOCK_TEXT_MAX];

	table_int(t, (int64_t)i + 1);
	table_text(t, track_time_text(p->from_ms, TRACK_CLOCK_LOCAL, text));
	table_text(t, track_time_text(p->to_ms, TRACK_CLOCK_LOCAL, text));
	table_real(t, p->at_m, 0);
	if (isfinite(p->speed_mps))
		table_real(t, p->speed_mps * 3.6, 0);
	else
		table_none(t);
	put_says(rq, t, p);
	table_text(t, open_word(p));
	table_bool(t, agrees(rq, p));
	table_bool(t, is_chosen);
	put_number(t, is_chosen ? rq->done.number : 0);
	table_row(t);
}

/* What it was compared with; some of it was not said by the asker. */
static void
print_known(const struct request *rq)
{
	const struct clockplace_known *k = &rq->walk.known;
	char at[CLOCK_TEXT_MAX], span[CLOCK_TEXT_MAX];

	if (rq->ta.output.is_json)
		return;
	printf("Known to have been within %.0f m of %.5f, %.5f at %s, give or "
	       "take %s.\n",
	    k->within_m, k->lat, k->lon, clock_format_utc(k->time_ms, at),
	    clockbasis_span_text(k->spread_ms, span));
}

static void
print_passes(const struct request *rq)
{
	struct table *t = table_new(&rq->ta.output, pass_columns,
	    sizeof(pass_columns) / sizeof(pass_columns[0]));

	for (size_t i = 0; i < rq->walk.count; i++)
		put_pass(rq, t, i);
	table_free(&t);
	if (rq->walk.gaps > 0)
		cmd_complain("buzzard: in %zu gap%s of the recording it could "
			     "have been there, too\n",
		    rq->walk.gaps, rq->walk.gaps == 1 ? "" : "s");
}

/* ---- Which of them ---- */

static int
refuse_none(const struct request *rq)
{
	if (isfinite(rq->walk.least_m))
		cmd_complain(
		    "buzzard: track %s does not come within %.0f m of that "
		    "place: its nearest is %.0f m; --within METRES widens it\n",
		    rq->id, rq->walk.known.within_m, rq->walk.least_m);
	else
		cmd_complain("buzzard: track %s has no position with a time "
			     "that cleaning kept\n",
		    rq->id);
	return CMD_FINDINGS;
}

static int
refuse_several(const struct request *rq)
{
	if (rq->walk.lost > 0)
		cmd_complain("buzzard: track %s passes there more than %d "
			     "times: a nearer --within or another place\n",
		    rq->id, CLOCKPLACE_PASSES_MAX);
	else
		cmd_complain("buzzard: track %s passes there %zu times, and "
			     "which it was cannot be told from this: choose "
			     "with --pass N, or give a place that it passes "
			     "once\n",
		    rq->id, rq->walk.count);
	return CMD_FINDINGS;
}

/* A pass that only bounds the answer wants a person's word for it. */
static int
refuse_open(const struct request *rq)
{
	cmd_complain("buzzard: there are no positions %s that pass, so it may "
		     "have been there longer than it recorded: --pass 1 if it "
		     "is known that it was seen while it recorded\n",
	    rq->walk.passes[0].is_open_from ? "before" : "behind");
	return CMD_FINDINGS;
}

static int
refuse_satellites(const struct request *rq)
{
	cmd_complain("buzzard: the times of track %s are a receiver's, from "
		     "the satellites, and do not agree: the known time may be "
		     "wrong, or it was another vehicle; "
		     "--against-satellites if neither can be\n",
	    rq->id);
	return CMD_FINDINGS;
}

/* The pass to go by.  CMD_OK, or another code after saying why there is none. */
static int
choose(struct request *rq)
{
	const struct clockplace *w = &rq->walk;
	const struct clockplace_pass *p;

	if (w->count == 0)
		return refuse_none(rq);
	if (rq->pass > (int64_t)w->count) {
		cmd_complain(
		    "buzzard: there is no pass %" PRId64 "\n", rq->pass);
		return CMD_FINDINGS;
	}
	if (rq->pass == 0 && (w->count > 1 || w->lost > 0))
		return refuse_several(rq);
	p = &w->passes[rq->pass > 0 ? rq->pass - 1 : 0];
	if (rq->pass == 0 && open_word(p))
		return refuse_open(rq);
	if (!rq->despite && !agrees(rq, p) &&
	    rq->row.correction_ms != TRACKSTORE_UNKNOWN &&
	    clockbasis_is_receiver(rq->row.format.p, rq->row.clock))
		return refuse_satellites(rq);
	rq->chosen = (size_t)(p - w->passes) + 1;
	return CMD_OK;
}

/* Would it only say less exactly what stands already? */
static bool
adds_nothing(const struct request *rq)
{
	const struct clockplace_pass *p = &rq->walk.passes[rq->chosen - 1];

	return agrees(rq, p) && p->uncertainty_ms >= rq->row.uncertainty_ms;
}

/* ---- What is done ---- */

static void
say_done(const struct request *rq)
{
	if (rq->ta.output.is_json)
		return;
	if (rq->done.followed)
		printf("By it, %" PRId64 " other recording%s of the same "
		       "journey %s judged anew.\n",
		    rq->done.followed, rq->done.followed == 1 ? "" : "s",
		    rq->done.followed == 1 ? "was" : "were");
	if (rq->done.number)
		printf("Recorded as judgement %" PRId64 " of track %s; what "
		       "it could show is looked for again.\n",
		    rq->done.number, rq->id);
	else if (rq->chosen && adds_nothing(rq))
		printf("Pass %zu agrees with how the clock stands, and is no "
		       "more exact: nothing is changed.\n",
		    rq->chosen);
	else if (rq->chosen)
		printf("Pass %zu would be recorded; nothing is changed.\n",
		    rq->chosen);
}

static int
change(
    struct request *rq, int (*how)(struct request *rq,
			    const struct trackclock_word *word, struct err *e))
{
	struct buf actor = { 0 };
	struct err e = { 0 };
	struct trackclock_word word = { .note = str_of(rq->why),
		.now_ms = clock_wall_ms() };
	int r;

	look_actor(&actor);
	word.actor = actor.p;
	r = how(rq, &word, &e);
	buf_clear(&actor);
	if (r < 0)
		return cmd_fail(&e);
	(void)control_wake(rq->ta.conf->state); /* to look for incidents */
	return CMD_OK;
}

static int
correct(struct request *rq, const struct trackclock_word *word, struct err *e)
{
	return trackclock_correct(rq->tc, &rq->row, &rq->walk,
	    &rq->walk.passes[rq->chosen - 1], word, &rq->done, e);
}

static int
take_back(struct request *rq, const struct trackclock_word *word, struct err *e)
{
	return trackclock_undo(rq->tc, &rq->row, word, &rq->done, e);
}

static int
undo(struct request *rq)
{
	int r = change(rq, take_back);

	if (r != CMD_OK)
		return r;
	if (rq->done.number == 0) {
		cmd_complain("buzzard: what track %s was first judged to be "
			     "stands: there is nothing to undo\n",
		    rq->id);
		return CMD_FINDINGS;
	}
	if (trackargs_find(&rq->ta, rq->id, &rq->row) != CMD_OK)
		return CMD_IO;
	r = print_history(rq);
	say_done(rq);
	return r;
}

static int
judge(struct request *rq, const struct clockplace_known *known)
{
	struct err e = { 0 };
	int r, refused;

	if (trackclock_look(rq->tc, &rq->row, known, &rq->walk, &e) < 0)
		return cmd_fail(&e);
	refused = choose(rq);
	r = refused;
	if (r == CMD_OK && !rq->dry_run && !adds_nothing(rq))
		r = change(rq, correct);
	if (r == CMD_OK || r == refused) {
		print_known(rq);
		print_passes(rq);
		say_done(rq);
	}
	return r;
}

/* What is known, of the command line. */
static int
read_known(const struct request *rq, const struct placearg *where,
    int64_t time_ms, struct clockplace_known *out)
{
	double within_m = (double)(rq->within_m ? rq->within_m : WITHIN_M);

	if (!rq->within_m && isfinite(where->place.uncertainty_m))
		within_m = fmax(where->place.uncertainty_m, within_m);
	if (within_m > (double)WITHIN_MAX_M) {
		cmd_complain("buzzard: that place is good to %.0f m only: give "
			     "a nearer one, or --within METRES\n",
		    within_m);
		return CMD_FINDINGS;
	}
	*out = (struct clockplace_known){ .lat = where->place.lat,
		.lon = where->place.lon,
		.within_m = within_m,
		.time_ms = time_ms,
		.spread_ms = 1000 * (rq->spread_s ? rq->spread_s : SPREAD_S) };
	return CMD_OK;
}

/* Tracks that no person's word can be about. */
static int
check_track(const struct request *rq)
{
	if (rq->row.is_live) {
		cmd_complain("buzzard: track %s came in live: its times are "
			     "the receivers' and were compared with this "
			     "machine's clock\n",
		    rq->id);
		return CMD_FINDINGS;
	}
	if (rq->row.timed == 0) {
		cmd_complain("buzzard: no position of track %s has a time: "
			     "there is no clock to correct\n",
		    rq->id);
		return CMD_FINDINGS;
	}
	return CMD_OK;
}

static int
judge_by_place(struct request *rq, int64_t time_ms)
{
	struct clockplace_known known;
	struct placearg where;
	int r = check_track(rq);

	if (r == CMD_OK)
		r = placearg_find(
		    rq->ta.store, rq->ta.conf, rq->ta.arena, rq->place, &where);
	if (r == CMD_OK)
		r = read_known(rq, &where, time_ms, &known);
	if (r == CMD_OK)
		r = look_record(
		    rq->ta.store, where.incident_id, "track clock", rq->id);
	return r == CMD_OK ? judge(rq, &known) : r;
}

static int
run(struct request *rq, int64_t time_ms)
{
	struct err e = { 0 };
	int r = trackargs_open(&rq->ta);

	if (r == CMD_OK)
		r = trackargs_find(&rq->ta, rq->id, &rq->row);
	if (r == CMD_OK && trackclock_open(rq->ta.store, &rq->tc, &e) < 0)
		r = cmd_fail(&e);
	if (r == CMD_OK && rq->place) {
		r = judge_by_place(rq, time_ms);
	} else if (r == CMD_OK) {
		r = look_record(rq->ta.store, 0, "track clock", rq->id);
		if (r == CMD_OK)
			r = rq->undo ? undo(rq) : print_history(rq);
	}
	trackclock_close(&rq->tc);
	trackargs_close(&rq->ta);
	return r;
}

/* What goes with what.  CMD_OK, or CMD_USAGE after saying so. */
static int
check_words(const struct request *rq, int64_t *time_ms)
{
	bool is_change = rq->place || rq->time;

	if (is_change && (!rq->place || !rq->time || rq->undo))
		return cmd_usage("--place and --time go together, and without "
				 "--undo");
	if (!is_change && (rq->within_m || rq->spread_s || rq->pass ||
			      rq->dry_run || rq->despite))
		return cmd_usage("that wants --place and --time");
	if (rq->why && !is_change && !rq->undo)
		return cmd_usage("--why goes with a change");
	if (rq->time && !clock_parse(str_of(rq->time), time_ms))
		return cmd_usage("--time wants a date and time with its zone, "
				 "such as 2026-01-14T10:42:07Z or "
				 "2026-07-14T10:42:07+01:00");
	if (rq->why && (strlen(rq->why) > TRACKCLOCK_NOTE_MAX ||
			   !oneline_is(str_of(rq->why))))
		return cmd_usage("--why takes one line of up to %d bytes",
		    TRACKCLOCK_NOTE_MAX);
	if (rq->within_m > WITHIN_MAX_M)
		return cmd_usage(
		    "--within takes up to %" PRId64 " m", WITHIN_MAX_M);
	if (rq->spread_s > SPREAD_MAX_S)
		return cmd_usage(
		    "--give-or-take takes up to %" PRId64 " s", SPREAD_MAX_S);
	return CMD_OK;
}

int
cmd_track_clock(int argc, char **argv)
{
	struct request rq = { 0 };
	const struct option_row rows[] = {
		{ "-c", "FILE", NULL, &rq.ta.conf_path, NULL,
		    "the agent's configuration" },
		{ "--place", "PLACE", NULL, &rq.place, NULL,
		    "where it is known to have been, as of \"units near\"" },
		{ "--time", "TIME", NULL, &rq.time, NULL,
		    "when, with its zone" },
		{ "--within", "METRES", NULL, NULL, &rq.within_m,
		    "how near (what the place is good to, 50 at least)" },
		{ "--give-or-take", "SECONDS", NULL, NULL, &rq.spread_s,
		    "what the time may be off (60)" },
		{ "--pass", "N", NULL, NULL, &rq.pass,
		    "which of several passes it was" },
		{ "--why", "TEXT", NULL, &rq.why, NULL,
		    "how that is known; shown with the track, no personal "
		    "data" },
		{ "--against-satellites", NULL, &rq.despite, NULL, NULL,
		    "believe it more than a receiver's own time" },
		{ "--dry-run", NULL, &rq.dry_run, NULL, NULL,
		    "show what it would come to" },
		{ "--undo", NULL, &rq.undo, NULL, NULL,
		    "let what was replaced hold again" },
		{ "--json", NULL, &rq.ta.json, NULL, NULL,
		    "one JSON object a line (so when piped)" },
	};
	int64_t time_ms = CLOCK_NONE;
	int r = options_read(
	    USAGE, rows, sizeof(rows) / sizeof(rows[0]), &argc, argv);

	if (r != 0)
		return r < 0 ? CMD_USAGE : CMD_OK;
	if (argc != 2)
		return cmd_usage("say which track, by its number");
	rq.id = argv[1];
	r = check_words(&rq, &time_ms);
	return r == CMD_OK ? run(&rq, time_ms) : r;
}
