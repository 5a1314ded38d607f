/*
 * replay: play one scenario: the real intake, policy, outbox and delivery, in
 * simulated time, with channels that answer as they are told (sim.h).
 *
 *     replay FILE.scenario       0: it went as expected; 1: it did not
 *
 * README.md says how a scenario is written.  A step is one row in the table
 * below and one function.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/files.h"
#include "agent/base/hash.h"
#include "agent/base/jsonw.h"
#include "agent/base/log.h"
#include "agent/base/random.h"
#include "agent/conf/conf.h"
#include "agent/feeds/feed.h"
#include "agent/geo/geo.h"
#include "agent/intake.h"
#include "agent/store/store.h"
#include "alerts/alert.h"
#include "alerts/deliver.h"
#include "play.h"
#include "rules/ruleset.h"
#include "sim.h"

#define FILE_BYTES_MAX (1 << 20)
#define RETRY_KEEP_MS  3600000
#define LAT_OF_KM      0.0089932
#define START          "2026-01-01T00:00:00Z"

bool
play_parse_duration(const char *text, int64_t *ms)
{
	static const struct {
		const char *unit;
		int64_t ms;
	} units[] = { { "ms", 1 }, { "s", 1000 }, { "m", 60000 },
		{ "h", 3600000 }, { "d", 86400000 } };
	char *end;
	long n = strtol(text, &end, 10);

	for (size_t i = 0; end != text && i < sizeof(units) / sizeof(*units);
	     i++)
		if (strcmp(end, units[i].unit) == 0) {
			*ms = n * units[i].ms;
			return true;
		}
	return false;
}

bool
play_parse_count(const char *text, long *n)
{
	char *end;

	*n = strtol(text, &end, 10);
	return end != text && *end == '\0' && *n >= 0;
}

bool
play_wrong(const struct play *p, const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "%s:%d: ", p->file, p->line);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	return false;
}

bool
play_is_word(const struct play_words *w, size_t i, const char *text)
{
	return i < w->count && strcmp(w->w[i], text) == 0;
}

/* The program, opened and closed as an agent would */

static void
hear(void *user, enum log_level level, const char *line)
{
	struct play *p = user;

	(void)level;
	buf_addf(&p->log, "%s\n", line);
}

static int
agent_start(struct play *p, struct err *e)
{
	struct intake_parts parts = {
		.conf = p->conf, .geo = p->geo, .rules = p->rules
	};
	struct buf path = { 0 };
	int r;

	buf_addf(&path, "%s/" STORE_FILE_NAME, p->folder);
	r = store_open(path.p, DB_CREATE, &p->store, e);
	buf_clear(&path);
	if (r < 0 || outbox_open(store_db(p->store), &p->outbox, e) < 0 ||
	    deliver_open(p->conf, p->loop, p->store, &p->deliver, e) < 0)
		return -1;
	parts.store = p->store;
	parts.deliver = p->deliver;
	return intake_new(&parts, &p->intake, e);
}

/* As a kill would leave it: nothing is finished. */
static void
agent_stop(struct play *p)
{
	intake_free(&p->intake);
	deliver_close(&p->deliver);
	outbox_close(&p->outbox);
	store_close(&p->store);
}

static int
read_beside(const char *name, struct buf *out, struct err *e)
{
	struct buf path = { 0 };
	int r;

	buf_addf(&path, TEST_SOURCE_DIR "/tests/replay/%s", name);
	r = files_read(path.p, FILE_BYTES_MAX, out, e);
	buf_clear(&path);
	return r;
}

static int
load_parts(struct play *p, struct err *e)
{
	struct buf conf = { 0 }, rules = { 0 }, diag = { 0 };
	struct ruleset_file file = { .name = str_of("replay.rules") };
	int r;

	r = read_beside("replay.yaml", &conf, e);
	if (r == 0)
		r = read_beside("replay.rules", &rules, e);
	if (r == 0)
		r = conf_parse("replay.yaml", buf_str(&conf), &diag, &p->conf);
	file.text = buf_str(&rules);
	if (r == 0)
		r = ruleset_compile(&file, 1, &diag, &p->rules);
	if (diag.len > 0)
		r = err_set(e, ERR_INVALID, "%.200s", diag.p);
	if (r == 0)
		r = geo_new(&p->geo, e);
	buf_clear(&conf);
	buf_clear(&rules);
	buf_clear(&diag);
	return r;
}

static int
play_open(struct play *p, struct err *e)
{
	int64_t start_ms;

	if (!clock_parse(str_of(START), &start_ms))
		return err_set(e, ERR_INVALID, "no start");
	p->arena = arena_new();
	p->loop = sim_begin(start_ms);
	snprintf(p->folder, sizeof(p->folder), "/tmp/buzzard-replay-XXXXXX");
	if (!mkdtemp(p->folder))
		return err_sys(e, "no folder");
	return load_parts(p, e);
}

static void
play_close(struct play *p)
{
	static const char *const ends[] = { "", "-wal", "-shm" };

	agent_stop(p);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		struct buf path = { 0 };

		buf_addf(&path, "%s/" STORE_FILE_NAME "%s", p->folder, ends[i]);
		(void)unlink(path.p);
		buf_clear(&path);
	}
	(void)rmdir(p->folder);
	ruleset_free(&p->rules);
	geo_free(&p->geo);
	conf_free(&p->conf);
	arena_free(&p->arena);
	buf_clear(&p->last);
	buf_clear(&p->log);
	sim_end(&p->loop);
}

/* Steps */

static bool
step_scenario(struct play *p, const struct play_words *w)
{
	(void)w;
	p->is_named = true;
	return true;
}

/* As the agent does every few seconds. */
static bool
see_to_what_is_due(struct play *p)
{
	struct err e = { 0 };

	if (intake_decided(p->intake, clock_wall_ms(), &e) < 0 ||
	    intake_overdue(p->intake, clock_wall_ms(), INT64_MAX, &e) < 0)
		return play_wrong(p, "what is due is not seen to: %s", e.msg);
	deliver_kick(p->deliver);
	return true;
}

static bool
step_at(struct play *p, const struct play_words *w)
{
	struct buf text = { 0 };
	int64_t ms = 0;
	bool is_time;

	buf_add_text(&text, w->count > 1 ? w->w[1] : "");
	/* Seconds may be left out. */
	if (text.len == strlen("2026-11-14T18:00Z")) {
		text.p[--text.len] = '\0';
		buf_add_text(&text, ":00Z");
	}
	is_time = clock_parse(buf_str(&text), &ms);
	buf_clear(&text);
	if (!is_time)
		return play_wrong(
		    p, "at wants a time such as 2026-11-14T18:00Z");
	if (ms < clock_wall_ms())
		return play_wrong(p, "that time is over");
	/* What comes before the first step need not be lived through. */
	if (!p->is_begun) {
		clock_set_fake(ms);
		return true;
	}
	sim_run(p->loop, ms);
	return see_to_what_is_due(p);
}

static bool
step_after(struct play *p, const struct play_words *w)
{
	int64_t ms;

	if (w->count != 2 || !play_parse_duration(w->w[1], &ms))
		return play_wrong(p, "after wants a duration such as 10m");
	sim_run(p->loop, clock_wall_ms() + ms);
	return see_to_what_is_due(p);
}

/* Offer the message in p->last, and let the channels answer. */
static bool
offer(struct play *p)
{
	struct feed_item item = { .line = 1, .column = 1 };
	struct feed_batch batch = { .feed = "control-room",
		.file = "replay.ndjson",
		.arena = p->arena,
		.items = &item,
		.count = 1,
		.after = { .at_end = true } };
	struct err e = { 0 };

	arena_reset(p->arena);
	item.bytes = arena_str(p->arena, buf_str(&p->last));
	hash_sha256(item.bytes, item.hash);
	if (incident_parse(item.bytes, p->arena, &item.incident, &e) < 0) {
		item.is_fault = true;
		item.fault = arena_strf(p->arena, "%s", e.msg).p;
	}
	if (intake_batch(p->intake, &batch, clock_wall_ms(), &e) < 0)
		return play_wrong(p, "the message is not taken: %s", e.msg);
	deliver_kick(p->deliver);
	sim_run(p->loop, clock_wall_ms() + 1000);
	return true;
}

static bool
step_message(struct play *p, const struct play_words *w)
{
	if (w->count != 2)
		return play_wrong(p, "message wants JSON, or the word again");
	if (!play_is_word(w, 1, "again")) {
		buf_reset(&p->last);
		buf_add_text(&p->last, w->w[1]);
	}
	return offer(p);
}

/* What may be said of a call beside its words. */
struct call {
	const char *grade;
	long north_km;
	int64_t ago_ms;
};

static bool
read_call(struct play *p, const struct play_words *w, struct call *out)
{
	*out = (struct call){ .grade = "2" };
	if (w->count < 3 || w->count % 2 == 0)
		return play_wrong(
		    p, "call wants a reference and \"what is said\"");
	for (size_t i = 3; i < w->count; i += 2) {
		const char *value = w->w[i + 1];

		if (play_is_word(w, i, "grade"))
			out->grade = value;
		else if (!(play_is_word(w, i, "north") &&
			     play_parse_count(value, &out->north_km)) &&
			 !(play_is_word(w, i, "ago") &&
			     play_parse_duration(value, &out->ago_ms)))
			return play_wrong(p,
			    "after a call come grade 1, north 3 (km) and ago "
			    "36h");
	}
	return true;
}

/* call REF "text" [grade N] [north KM] [ago 36h]: at a place in the country. */
static bool
step_call(struct play *p, const struct play_words *w)
{
	struct call call;
	struct jsonw j;

	if (!read_call(p, w, &call))
		return false;
	buf_reset(&p->last);
	jsonw_init(&j, &p->last);
	jsonw_object(&j);
	jsonw_key(&j, "id");
	jsonw_text(&j, w->w[1]);
	jsonw_key(&j, "opened_at");
	jsonw_time(&j, clock_wall_ms() - call.ago_ms);
	jsonw_key(&j, "grade");
	jsonw_text(&j, call.grade);
	jsonw_key(&j, "lat");
	jsonw_real(&j, 51.95 + (double)call.north_km * LAT_OF_KM, 6);
	jsonw_key(&j, "lon");
	jsonw_raw(&j, str_of("0.45"));
	jsonw_key(&j, "log");
	jsonw_array(&j);
	jsonw_object(&j);
	jsonw_key(&j, "at");
	jsonw_time(&j, clock_wall_ms() - call.ago_ms);
	jsonw_key(&j, "by");
	jsonw_text(&j, "CALL");
	jsonw_key(&j, "text");
	jsonw_text(&j, w->w[2]);
	jsonw_close(&j);
	jsonw_close(&j);
	jsonw_close(&j);
	return offer(p);
}

/* update REF "text": a new entry of its log, now. */
static bool
step_update(struct play *p, const struct play_words *w)
{
	struct jsonw j;

	if (w->count != 3)
		return play_wrong(
		    p, "update wants a reference and \"an entry\"");
	buf_reset(&p->last);
	jsonw_init(&j, &p->last);
	jsonw_object(&j);
	jsonw_key(&j, "id");
	jsonw_text(&j, w->w[1]);
	jsonw_key(&j, "partial");
	jsonw_bool(&j, true);
	jsonw_key(&j, "log");
	jsonw_array(&j);
	jsonw_object(&j);
	jsonw_key(&j, "at");
	jsonw_time(&j, clock_wall_ms());
	jsonw_key(&j, "text");
	jsonw_text(&j, w->w[2]);
	jsonw_close(&j);
	jsonw_close(&j);
	jsonw_close(&j);
	return offer(p);
}

static bool
answer_channel(struct play *p, const struct play_words *w)
{
	static const char *const names[] = { [SIM_OK] = "ok",
		[SIM_LATER] = "later",
		[SIM_REFUSED] = "refused",
		[SIM_NOTHING] = "nothing" };
	long times = 0;

	if (w->count >= 6 && play_is_word(w, w->count - 1, "times") &&
	    !play_parse_count(w->w[w->count - 2], &times))
		return play_wrong(p, "how many times?");
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (play_is_word(w, 3, names[i])) {
			sim_answers(w->w[1], (enum sim_answer)i,
			    w->count > 4 ? w->w[4] : "", (int)times);
			sim_run(p->loop, clock_wall_ms() + 1000);
			return true;
		}
	return play_wrong(p, "a channel answers ok, later, refused or nothing");
}

/* channel NAME answers … | channel NAME is up|down "why" */
static bool
step_channel(struct play *p, const struct play_words *w)
{
	if (w->count >= 4 && !conf_channel_find(p->conf, w->w[1]))
		return play_wrong(p, "there is no channel %s", w->w[1]);
	if (w->count >= 4 && play_is_word(w, 2, "answers"))
		return answer_channel(p, w);
	if (w->count < 4 || !play_is_word(w, 2, "is") ||
	    (!play_is_word(w, 3, "up") && !play_is_word(w, 3, "down")))
		return play_wrong(
		    p, "channel NAME answers …, or is up or down");
	sim_tell(
	    w->w[1], play_is_word(w, 3, "up"), w->count > 4 ? w->w[4] : "");
	sim_run(p->loop, clock_wall_ms() + 1000);
	return true;
}

static bool
step_restart(struct play *p, const struct play_words *w)
{
	struct err e = { 0 };

	(void)w;
	agent_stop(p);
	if (agent_start(p, &e) < 0)
		return play_wrong(p, "it does not start again: %s", e.msg);
	sim_run(p->loop, clock_wall_ms() + 2000);
	return true;
}

/* retry dead: as "buzzard outbox retry dead". */
static bool
step_retry(struct play *p, const struct play_words *w)
{
	struct err e = { 0 };

	if (w->count != 2 || !play_is_word(w, 1, "dead"))
		return play_wrong(p, "say retry dead");
	if (store_begin(p->store, &e) < 0 ||
	    outbox_retry_dead(p->outbox, RETRY_KEEP_MS, clock_wall_ms(), &e) <
		0 ||
	    store_commit(p->store, &e) < 0)
		return play_wrong(p, "retry: %s", e.msg);
	deliver_kick(p->deliver);
	sim_run(p->loop, clock_wall_ms() + 1000);
	return true;
}

struct step {
	const char *name;
	bool (*run)(struct play *p, const struct play_words *w);
};

static const struct step steps[] = {
	{ "scenario", step_scenario },
	{ "at", step_at },
	{ "after", step_after },
	{ "call", step_call },
	{ "update", step_update },
	{ "message", step_message },
	{ "channel", step_channel },
	{ "restart", step_restart },
	{ "retry", step_retry },
	{ "expect", play_expect },
};

/* The program is started by the first step that needs it. */
static bool
begin(struct play *p)
{
	struct err e = { 0 };

	p->is_begun = true;
	if (agent_start(p, &e) < 0)
		return play_wrong(p, "it does not start: %s", e.msg);
	sim_run(p->loop, clock_wall_ms());
	return true;
}

static bool
run_step(struct play *p, const struct play_words *w)
{
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		bool needs_it = steps[i].run != step_at && i > 0;

		if (!play_is_word(w, 0, steps[i].name))
			continue;
		if (!p->is_named && i > 0)
			return play_wrong(p, "a scenario begins with its name");
		if (needs_it && !p->is_begun && !begin(p))
			return false;
		return steps[i].run(p, w);
	}
	return play_wrong(p, "there is no such step");
}

/* Cut a step into words, in its own text. */
static bool
cut(const struct play *p, struct play_words *w)
{
	char *at = w->text;

	for (;;) {
		char *end;

		at += strspn(at, " \t\n");
		if (*at == '\0')
			return true;
		if (w->count == PLAY_WORDS_MAX)
			return play_wrong(
			    p, "more than %d words", PLAY_WORDS_MAX);
		if (*at == '{') {
			w->w[w->count++] = at;
			return true;
		}
		end =
		    *at == '"' ? strchr(++at, '"') : at + strcspn(at, " \t\n");
		if (!end)
			return play_wrong(p, "a quoted text without its end");
		w->w[w->count++] = at;
		at = end + (*end != '\0');
		*end = '\0';
	}
}

static bool
play_step(struct play *p, struct str text)
{
	struct play_words w = { .text = str_copy(text) };
	bool is_fine = cut(p, &w) && (w.count == 0 || run_step(p, &w));

	free(w.text);
	return is_fine;
}

/*
 * All steps of the text.  A line that begins with a blank goes on with the
 * step before; # begins a comment line.
 */
static bool
play_all(struct play *p, struct str text)
{
	size_t at = 0;

	for (int line = 1; at < text.len; line++) {
		size_t begin = at;
		size_t len = strcspn(text.p + at, "\n");

		at += len + 1;
		p->line = line;
		while (at < text.len &&
		       (text.p[at] == ' ' || text.p[at] == '\t')) {
			at += strcspn(text.p + at, "\n") + 1;
			line++;
		}
		if (text.p[begin] == '#' || len == 0)
			continue;
		if (at > text.len)
			at = text.len;
		if (!play_step(p, str_make(text.p + begin, at - begin)))
			return false;
	}
	p->line++;
	return play_expect_nothing(p, &(struct play_words){ 0 });
}

int
main(int argc, char **argv)
{
	struct play p = { .file = argc == 2 ? argv[1] : "" };
	struct buf text = { 0 };
	struct err e = { 0 };
	bool is_fine = false;

	log_set_sink(hear, &p);
	random_set_seed(1);
	if (argc != 2)
		fputs("usage: replay FILE.scenario\n", stderr);
	else if (files_read(argv[1], FILE_BYTES_MAX, &text, &e) < 0)
		fprintf(stderr, "%s\n", e.msg);
	else if (play_open(&p, &e) < 0)
		fprintf(stderr, "%s: cannot begin: %s\n", argv[1], e.msg);
	else
		is_fine = play_all(&p, buf_str(&text));
	if (p.loop)
		play_close(&p);
	log_set_sink(NULL, NULL);
	buf_clear(&text);
	return is_fine ? 0 : 1;
}
