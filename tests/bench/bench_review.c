/*
 * bench_review: make a database of many incidents, for review.py.
 *
 *     bench_review FILE COUNT OPEN
 *
 * By the intake itself with the rules of Essex, so that every row, index and
 * audit line is what the agent would have written; only nothing is flushed.
 * One incident in ten is about rural crime and is tagged, one in nine has a
 * second message a thousand incidents later; ten years, the whole county.  All
 * that is tagged is decided on by an account of its own, but for the last
 * OPEN, which wait.  Prints how many incidents, how many that wait, seconds.
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/ahead.h"
#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/hash.h"
#include "agent/conf/conf.h"
#include "agent/feeds/feed.h"
#include "agent/geo/geo.h"
#include "agent/intake.h"
#include "agent/store/accounts.h"
#include "agent/store/reviews.h"
#include "agent/store/rulepack.h"
#include "agent/store/store.h"
#include "rules/ruleset.h"

#define BATCH         2000
#define UPDATE_EVERY  9
#define UPDATE_BEHIND 1000
#define RURAL_EVERY   10
#define TEXT_BYTES    600
#define YEARS_MS      (INT64_C(10) * 365 * 86400 * 1000)
#define FIRST_MS      INT64_C(1479081600000) /* November 2016 */

static const char *const ordinary[] = {
	"Informant states that a silver vehicle has been parked across the "
	"drive since about four this afternoon and nobody is with it. ",
	"Caller advised to ring back if anything changes, no further "
	"information at this time. ",
	"Unit assigned from the late turn, estimated arrival in 20 minutes. ",
	"Neighbour heard shouting and a door being slammed, it has gone quiet "
	"since. ",
	"Male described as tall, dark jacket, carrying a rucksack, walking "
	"towards the station. ",
	"Two cars in collision at the roundabout, one lane blocked, no "
	"injuries reported by the drivers. ",
	"Shop manager is holding CCTV until Thursday. ",
	"Ambulance already running, patient is breathing and talking. ",
	"Phone taken from a bag on the train, last seen before the junction. ",
	"Supervisor has reviewed, grade stays as it is. ",
};

static const char *const country[] = {
	"Four males with lurchers hare coursing on his stubble field now, "
	"silver estate car left in the gateway, no permission. ",
	"Tipper seen fly tipping a load of tyres and builders rubble in the "
	"field gateway, track blocked. ",
	"Pile of rubbish on the verge, some of it builders rubble. ",
	"Unauthorised encampment. Eight caravans have pulled onto the "
	"farmer's field, gate chain cut, no permission. ",
	"Quad bike and a trailer stolen overnight from the barn at Example "
	"Farm, padlock cropped. ",
	"Sheep worried by a dog in the field, two of them dead with bites. ",
	"Red diesel stolen from the bowser in the farmyard overnight. ",
};

static const char *const codes[] = { "SUSPICIOUS CIRCS", "THEFT",
	"CONCERN FOR SAFETY", "RTC", "NUISANCE" };

#define PICK(list, i) ((list)[(i) % (sizeof(list) / sizeof((list)[0]))])

struct maker {
	struct intake_parts parts;
	struct conf *conf;
	struct geo *geo;
	struct ruleset *rules;
	struct intake *intake;
	struct ahead *ahead;
	struct reviews *reviews;
	int64_t account_id, count, keep;
	uint64_t state;
};

/* Messages that are being decoded while those before are taken in. */
struct batch {
	struct maker *m;
	struct feed_batch b;
	struct buf bytes;
	int64_t first; /* its first incident's number */
};

static void
stop(const char *what)
{
	(void)fprintf(stderr, "bench_review: %s\n", what);
	exit(4);
}

static uint64_t
next(struct maker *m)
{
	m->state ^= m->state << 13;
	m->state ^= m->state >> 7;
	m->state ^= m->state << 17;
	return m->state >> 11;
}

static int64_t
opened_ms(const struct maker *m, int64_t number)
{
	return FIRST_MS + YEARS_MS / m->count * number;
}

/* --- messages --- */

static void
add_entry(struct batch *b, int entry, int64_t at_ms, int64_t number)
{
	struct buf *out = &b->bytes;
	char when[CLOCK_TEXT_MAX];
	size_t end;

	buf_addf(out, "%s{\"at\":\"%s\",\"by\":\"%s\",\"text\":\"",
	    entry ? "," : "",
	    clock_format_utc(at_ms + INT64_C(60000) * entry, when),
	    entry ? "UNIT" : "CALL");
	end = out->len + TEXT_BYTES / 3;
	if (entry == 0 && number % RURAL_EVERY == 0)
		buf_add_text(out, PICK(country, next(b->m)));
	while (out->len < end)
		buf_addf(out, "%sRef Q%c%c%" PRIu64 ". ",
		    PICK(ordinary, next(b->m)), 'a' + (int)(next(b->m) % 26),
		    'a' + (int)(next(b->m) % 26), next(b->m) % 10000);
	buf_add_text(out, "\"}");
}

static void
make_message(struct batch *b, int64_t number, int revision)
{
	struct maker *m = b->m;
	int64_t at_ms = opened_ms(m, number);
	/* The same place in both messages of an incident. */
	uint64_t place = (uint64_t)number * UINT64_C(2654435761);
	char when[CLOCK_TEXT_MAX];

	buf_reset(&b->bytes);
	buf_addf(&b->bytes,
	    "{\"id\":\"EP-%09" PRId64 "\",\"revision\":%d,\"opened_at\":\"%s\","
	    "\"grade\":%d,\"opening_code\":\"%s\","
	    "\"location_text\":\"off Example Lane\",\"lat\":%.5f,"
	    "\"lon\":%.5f,\"log\":[",
	    number, revision, clock_format_utc(at_ms, when),
	    1 + (int)(place % 5), PICK(codes, place),
	    51.5 + (double)(place % 50021) / 100000,
	    0.1 + (double)(place % 90001) / 100000);
	for (int i = 0; i < 2 + revision; i++)
		add_entry(b, i, at_ms, number);
	buf_add_text(&b->bytes, "]}");
}

static void
add_message(struct batch *b, int64_t number, int revision)
{
	struct feed_item *item = &b->b.items[b->b.count];
	struct err e = { 0 };

	make_message(b, number, revision);
	*item = (struct feed_item){
		.bytes = arena_str(b->b.arena, buf_str(&b->bytes)),
		.line = b->b.count + 1,
		.column = 1,
	};
	hash_sha256(item->bytes, item->hash);
	if (incident_parse(item->bytes, b->b.arena, &item->incident, &e) < 0)
		stop(e.msg);
	b->b.count++;
}

/* Fill a batch from its first incident on: decoded, located, tagged. */
static void *
fill(void *arg)
{
	struct batch *b = arg;
	struct maker *m = b->m;

	arena_reset(b->b.arena);
	b->b.items = arena_alloc(
	    b->b.arena, BATCH + BATCH / UPDATE_EVERY + 1, sizeof(*b->b.items));
	b->b.count = 0;
	for (int64_t n = b->first; n < b->first + BATCH; n++) {
		int64_t before = n - UPDATE_BEHIND;

		if (n <= m->count)
			add_message(b, n, 1);
		if (before > 0 && before <= m->count &&
		    before % UPDATE_EVERY == 0)
			add_message(b, before, 2);
	}
	ahead_batch(m->ahead, &b->b);
	return NULL;
}

/* --- decisions --- */

/* What stands on an incident, to be decided. */
struct standing {
	struct review_wish wishes[REVIEW_ACT_MAX];
	char themes[REVIEW_ACT_MAX][64];
	size_t count;
};

static void
keep_theme(void *user, const struct store_tag *tag)
{
	struct standing *s = user;
	char *text = s->themes[s->count];

	if (s->count == REVIEW_ACT_MAX)
		return;
	(void)snprintf(text, sizeof s->themes[0], "%.*s", STR_ARG(tag->theme));
	s->wishes[s->count++] = (struct review_wish){ .theme = str_of(text) };
}

/* Confirm, and of five reject one. */
static void
decide(struct maker *m, int64_t number, int64_t now_ms)
{
	char version[REVIEW_VERSION_MAX];
	struct standing s = { .count = 0 };
	struct review_act act = { .incident_id = number,
		.version = version,
		.wishes = s.wishes,
		.account_id = m->account_id,
		.actor = "account:bench",
		.note = STR_LIT(""),
		.now_ms = now_ms };
	struct err e = { 0 };

	if (store_tags_list(m->parts.store, number, false, keep_theme, &s, &e) <
	    0)
		stop(e.msg);
	for (size_t i = 0; i < s.count; i++)
		s.wishes[i].verdict =
		    number % 5 == 0 ? REVIEW_REJECTED : REVIEW_CONFIRMED;
	act.count = s.count;
	if (s.count == 0)
		return;
	if (reviews_version(m->reviews, number, version, &e) < 0 ||
	    reviews_decide(m->reviews, &act, &e) <= 0 ||
	    reviews_told(m->reviews, number, &e) < 0)
		stop(e.msg);
}

/* Those of a batch whose time to wait is over. */
static void
decide_batch(struct maker *m, int64_t first)
{
	int64_t last = m->count - m->keep * RURAL_EVERY;
	struct err e = { 0 };

	if (store_begin(m->parts.store, &e) < 0)
		stop(e.msg);
	for (int64_t n = first; n < first + BATCH && n <= last; n++)
		if (n > 0 && n % RURAL_EVERY == 0)
			decide(m, n, opened_ms(m, n) + 3600000);
	if (store_commit(m->parts.store, &e) < 0)
		stop(e.msg);
}

/* --- all of it --- */

static void
take_in(struct maker *m, struct batch *b)
{
	struct err e = { 0 };
	int64_t last =
	    b->first + BATCH < m->count ? b->first + BATCH : m->count;

	if (intake_batch(m->intake, &b->b, opened_ms(m, last), &e) < 0)
		stop(e.msg);
	decide_batch(m, b->first - BATCH);
}

static void
make_all(struct maker *m)
{
	struct batch two[2];
	int64_t end = m->count + UPDATE_BEHIND;
	pthread_t filling;
	size_t at = 0;

	for (size_t i = 0; i < 2; i++)
		two[i] = (struct batch){ .m = m,
			.b = { .feed = "control-room",
			    .file = "bench.ndjson",
			    .arena = arena_new() } };
	two[0].first = 1;
	(void)fill(&two[0]);
	for (int64_t n = 1; n <= end; n += BATCH, at = 1 - at) {
		two[1 - at].first = n + BATCH;
		if (pthread_create(&filling, NULL, fill, &two[1 - at]) != 0)
			stop("cannot start a thread");
		take_in(m, &two[at]);
		(void)pthread_join(filling, NULL);
	}
	decide_batch(m, two[at].first - BATCH);
	for (size_t i = 0; i < 2; i++) {
		arena_free(&two[i].b.arena);
		buf_clear(&two[i].bytes);
	}
}

static void
add_account(struct maker *m)
{
	struct accounts *accounts = NULL;
	char kept[PASSWORD_KEPT_MAX];
	struct account account;
	struct err e = { 0 };

	if (accounts_open(m->parts.store, &accounts, &e) < 0 ||
	    store_begin(m->parts.store, &e) < 0 ||
	    accounts_add(accounts, "bench", ACCOUNT_REVIEWER, "none", FIRST_MS,
		"user:bench", &e) < 0 ||
	    store_commit(m->parts.store, &e) < 0 ||
	    accounts_find(accounts, str_of("bench"), &account, kept, &e) != 1)
		stop(e.msg);
	m->account_id = account.id;
	accounts_close(&accounts);
}

static void
open_all(struct maker *m, const char *path)
{
	static const char text[] =
	    "state: /nowhere\n"
	    "feeds: [{name: control-room, type: directory, path: /nowhere/in}]\n";
	struct buf diag = { 0 };
	struct err e = { 0 };

	if (conf_parse("bench.yaml", str_of(text), &diag, &m->conf) < 0)
		stop(diag.p);
	if (store_open(path, DB_CREATE, &m->parts.store, &e) < 0 ||
	    db_exec(store_db(m->parts.store),
		"PRAGMA synchronous = OFF; PRAGMA cache_size = -400000",
		&e) < 0 ||
	    geo_new(&m->geo, &e) < 0 ||
	    rulepack_load(
		TEST_SOURCE_DIR "/rules/packs/essex", &diag, &m->rules, &e) < 0)
		stop(e.msg);
	m->parts.conf = m->conf;
	m->parts.geo = m->geo;
	m->parts.rules = m->rules;
	if (intake_new(&m->parts, &m->intake, &e) < 0 ||
	    ahead_new(m->geo, m->rules, &m->ahead, &e) < 0 ||
	    reviews_open(m->parts.store, &m->reviews, &e) < 0)
		stop(e.msg);
	buf_clear(&diag);
	add_account(m);
}

static void
close_all(struct maker *m)
{
	reviews_close(&m->reviews);
	ahead_free(&m->ahead);
	intake_free(&m->intake);
	store_close(&m->parts.store);
	ruleset_free(&m->rules);
	geo_free(&m->geo);
	conf_free(&m->conf);
}

int
main(int argc, char **argv)
{
	struct maker m = { .state = UINT64_C(88172645463325252) };
	const struct review_filter all = { .after_rank = -1 };
	int64_t begun_ms = clock_mono_ms(), waiting = 0, oldest_ms;
	struct err e = { 0 };

	m.count = argc == 4 ? strtoll(argv[2], NULL, 10) : 0;
	m.keep = argc == 4 ? strtoll(argv[3], NULL, 10) : -1;
	if (m.count < 1 || m.keep < 0) {
		(void)fprintf(stderr, "usage: bench_review FILE COUNT OPEN\n");
		return 2;
	}
	open_all(&m, argv[1]);
	make_all(&m);
	if (reviews_count(m.reviews, &all, &waiting, &oldest_ms, &e) < 0)
		stop(e.msg);
	printf("%" PRId64 " incidents, %" PRId64 " wait, made in %.0f s\n",
	    m.count, waiting, (double)(clock_mono_ms() - begun_ms) / 1000);
	close_all(&m);
	return 0;
}
