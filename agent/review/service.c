/*
 * The desks, and which requests have one.
 *
 * Many threads make pages, since one whose page is made waits until the look is
 * on disk.  But only a few at once have a desk, which they take in the order
 * they came: more than the processors can make at once would be no faster, and
 * each keeps memory and is in the way of the loop, for which alerts wait.
 */
#include "agent/review/service.h"
#include "agent/review/desk.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/db.h"
#include "agent/base/err.h"
#include "agent/base/http.h"
#include "agent/base/log.h"
#include "agent/conf/conf.h"
#include "agent/geo/gazetteer.h"
#include "agent/geo/grid.h"
#include "agent/review/api.h"
#include "agent/review/api_map.h"
#include "agent/review/camp.h"
#include "agent/review/guests.h"
#include "agent/review/mapground.h"
#include "agent/review/news.h"
#include "agent/review/page.h"
#include "agent/review/service_private.h"
#include "agent/review/wordings.h"
#include "agent/store/areastore.h"
#include "agent/store/audit_pages.h"
#include "agent/store/camps.h"
#include "agent/store/contacts.h"
#include "agent/store/digests.h"
#include "agent/store/duties.h"
#include "agent/store/feedday.h"
#include "agent/store/followups.h"
#include "agent/store/handover.h"
#include "agent/store/holds.h"
#include "agent/store/joint.h"
#include "agent/store/linkcount.h"
#include "agent/store/links.h"
#include "agent/store/linksets.h"
#include "agent/store/mapstore.h"
#include "agent/store/matches.h"
#include "agent/store/quarantine.h"
#include "agent/store/retention.h"
#include "agent/store/reviews.h"
#include "agent/store/rulebook.h"
#include "agent/store/rulestats.h"
#include "agent/store/search.h"
#include "agent/store/sightings.h"
#include "agent/store/store.h"
#include "agent/store/store_pages.h"
#include "agent/store/takers.h"
#include "agent/store/tippings.h"
#include "agent/store/trackstore.h"
#include "agent/store/unitstore.h"
#include "agent/store/views.h"
#include "agent/store/wordindex.h"
#include "alerts/outbox.h"
#include "alerts/outbox_desk.h"

#define THREADS     16U /* most wait for the disk, to which looks go */
#define LOG_INS_MAX 8U  /* at once, one at work and the others waiting */
#define DESKS_MIN   2U  /* pages that are being made at once */
#define DESKS_MAX   8U
#define CONNECTIONS 256U
#define PER_ADDRESS 64U
#define REQUEST_MS  15000
#define ANSWER_MS   60000

/* --- desks --- */

static void
desk_free(struct desk **d)
{
	struct desk *desk = *d;

	if (!desk)
		return;
	*d = NULL;
	rulebook_close(&desk->rulebook);
	rulestats_close(&desk->rulestats);
	retention_close(&desk->retention);
	holds_close(&desk->holds);
	quarantine_close(&desk->quarantine);
	feedday_close(&desk->days);
	ruleset_scratch_free(&desk->scratch);
	grid_free(&desk->grid);
	linksets_close(&desk->linksets);
	linkcount_close(&desk->linkcounts);
	links_close(&desk->links);
	search_close(&desk->search);
	sightings_close(&desk->sightings);
	wordindex_close(&desk->words);
	tippings_close(&desk->tippings);
	camps_close(&desk->camps);
	outbox_desk_close(&desk->alerts);
	outbox_close(&desk->outbox);
	trackstore_close(&desk->tracks);
	areastore_close(&desk->areas);
	unitstore_close(&desk->units);
	mapstore_close(&desk->map);
	views_close(&desk->views);
	takers_close(&desk->takers);
	handover_close(&desk->handover);
	duties_close(&desk->duties);
	followups_close(&desk->followups);
	contacts_close(&desk->contacts);
	matches_close(&desk->matches);
	digests_close(&desk->digests);
	joint_close(&desk->batches);
	reviews_close(&desk->reviews);
	accounts_close(&desk->accounts);
	audit_pages_close(&desk->audit_pages);
	store_pages_close(&desk->pages);
	store_close(&desk->store);
	arena_free(&desk->arena);
	free(desk);
}

static struct desk *
desk_new(const struct service *s, struct err *e)
{
	struct desk *d = alloc_zero(1, sizeof *d);

	d->arena = arena_new();
	d->scratch = ruleset_scratch_new();
	if (store_open(s->path, DB_WRITE, &d->store, e) < 0 ||
	    store_pages_open(d->store, &d->pages, e) < 0 ||
	    audit_pages_open(store_db(d->store), &d->audit_pages, e) < 0 ||
	    accounts_open(d->store, &d->accounts, e) < 0 ||
	    reviews_open(d->store, &d->reviews, e) < 0 ||
	    joint_open(d->store, d->reviews, &d->batches, e) < 0 ||
	    digests_open(d->store, &d->digests, e) < 0 ||
	    matches_open(store_db(d->store), &d->matches, e) < 0 ||
	    outbox_open(store_db(d->store), &d->outbox, e) < 0 ||
	    outbox_desk_open(store_db(d->store), &d->alerts, e) < 0 ||
	    feedday_open(store_db(d->store), &d->days, e) < 0 ||
	    quarantine_open(store_db(d->store), &d->quarantine, e) < 0 ||
	    holds_open(d->store, &d->holds, e) < 0 ||
	    retention_open(d->store, &d->retention, e) < 0 ||
	    rulestats_open(store_db(d->store), &d->rulestats, e) < 0 ||
	    rulebook_open(d->store, &d->rulebook, e) < 0 ||
	    takers_open(d->store, &d->takers, e) < 0 ||
	    views_open(d->store, &d->views, e) < 0 ||
	    contacts_open(d->store, &d->contacts, e) < 0 ||
	    followups_open(d->store, &d->followups, e) < 0 ||
	    wordindex_open(d->store, &d->words, e) < 0 ||
	    sightings_open(store_db(d->store), &d->sightings, e) < 0 ||
	    search_open(d->store, d->sightings, &d->search, e) < 0 ||
	    links_open(d->store, d->sightings, &d->links, e) < 0 ||
	    linksets_open(store_db(d->store), &d->linksets, e) < 0 ||
	    linkcount_open(d->store, &d->linkcounts, e) < 0 ||
	    grid_new(&d->grid, e) < 0 ||
	    duties_open(d->store, &d->duties, e) < 0 ||
	    camps_open(store_db(d->store), &d->camps, e) < 0 ||
	    mapstore_open(d->store, &d->map, e) < 0 ||
	    unitstore_open(store_db(d->store), &d->units, e) < 0 ||
	    areastore_open(store_db(d->store), &d->areas, e) < 0 ||
	    trackstore_open(store_db(d->store), &d->tracks, e) < 0 ||
	    handover_open(d->store, &d->handover, e) < 0 ||
	    tippings_open(store_db(d->store), &d->tippings, e) < 0)
		desk_free(&d);
	else
		db_take_turns(store_db(d->store), s->turns, false);
	return d;
}

/* d may be used by the next; NULL: the place of one that could not be made. */
static void
put_back(struct service *s, struct desk *d)
{
	pthread_mutex_lock(&s->lock);
	if (d) {
		d->next = s->idle;
		s->idle = d;
	}
	s->returned++;
	pthread_cond_broadcast(&s->freed);
	pthread_mutex_unlock(&s->lock);
}

/* Wait for one of the desks, in the order of asking; NULL: it cannot be made. */
static struct desk *
desk_take(struct service *s, struct err *e)
{
	struct desk *d;
	uint64_t number;

	pthread_mutex_lock(&s->lock);
	number = s->asked++;
	while (number >= s->returned + s->desks)
		(void)pthread_cond_wait(&s->freed, &s->lock);
	d = s->idle;
	if (d)
		s->idle = d->next;
	pthread_mutex_unlock(&s->lock);
	if (d)
		return d;
	d = desk_new(s, e);
	if (!d)
		put_back(s, NULL);
	return d;
}

static void
desk_give(struct service *s, struct desk *d)
{
	store_rollback(d->store);
	db_end_read(store_db(d->store));
	arena_reset(d->arena);
	put_back(s, d);
}

/*
 * A log-in costs as much as ten pages and anybody may ask for one: one is
 * worked at, a few wait, and more are sent away before they take a desk.
 */
static bool
log_in_begin(struct service *s)
{
	bool may;

	pthread_mutex_lock(&s->lock);
	may = s->log_ins < LOG_INS_MAX;
	if (may) {
		s->log_ins++;
		while (s->is_logging_in)
			(void)pthread_cond_wait(&s->freed, &s->lock);
		s->is_logging_in = true;
	}
	pthread_mutex_unlock(&s->lock);
	return may;
}

static void
log_in_end(struct service *s)
{
	pthread_mutex_lock(&s->lock);
	s->log_ins--;
	s->is_logging_in = false;
	pthread_cond_broadcast(&s->freed);
	pthread_mutex_unlock(&s->lock);
}

/* --- answers --- */

/* There is no such page, or not with this method (RFC 9110, 15.5.6). */
static void
say_not_found(struct visit *v)
{
	bool is_post = v->rq->is_post;

	if (v->is_api && service_find_route(v, !is_post)) {
		http_reply_field(
		    v->reply, "Allow", is_post ? "GET, HEAD" : "POST");
		api_problem(v, 405,
		    is_post ? "This can be read, with GET, and not changed."
			    : "This is changed with POST; there is nothing "
			      "to read.");
		return;
	}
	visit_say(v, 404, "Not found",
	    v->is_api ? "There is no such resource: /v1 says which there are."
		      : "There is no such page. It may have been an old "
			"link.");
}

static bool
is_login(const struct service_route *r)
{
	return r && (r->page == page_login || r->page == page_log_in);
}

/* What may be done with a password that somebody else made. */
static bool
is_before_all(const struct service_route *r)
{
	return r && (r->page == page_password || r->page == page_set_password ||
			r->page == page_log_out);
}

static void
ask_for_own_password(struct visit *v)
{
	if (v->is_api)
		api_problem(v, 403,
		    "Somebody else made this account's password: choose one "
		    "of your own at /password first.");
	else
		visit_redirect(v, "/password");
}

/* Is anything in the way of the page?  Then that has been answered. */
static bool
is_stopped(struct visit *v, const struct service_route *r)
{
	if (is_login(r) && v->is_named) {
		visit_redirect(v, "/");
		return true;
	}
	if (r && r->roles == ANYBODY && !(is_login(r) && v->refused))
		return false;
	if (v->refused) {
		visit_say(v, 403, "Not signed on", v->refused);
		return true;
	}
	if (!v->is_in && v->is_api)
		api_log_in_first(v);
	else if (!v->is_in)
		visit_redirect(v, "/login");
	else if (v->account.must_change && !v->is_named && !is_before_all(r))
		ask_for_own_password(v);
	else if (!r)
		say_not_found(v);
	else if (!visit_may(v, r->roles))
		visit_say(v, 403, "Not allowed",
		    "Your account does not have the role this page needs. "
		    "Ask an administrator if it should.");
	else if (r->is_post && !visit_is_ours(v))
		visit_say(v, 403, "Please try again",
		    v->is_api ? "A change carries the \"form\" of "
				"/v1/session in the field X-Buzzard-Form. "
				"Nothing was changed."
			      : "This form was not sent from a page of your "
				"present session. Nothing was changed.");
	else
		return false;
	return true;
}

/* What a page may fetch: from here alone, and pictures from the tiles' server. */
static char *
make_policy(const struct mapground *ground)
{
	const char *tiles = mapground_origin(ground);
	struct buf policy = { 0 };

	buf_addf(&policy,
	    "default-src 'self'; %s%s%sobject-src 'none'; base-uri 'none'; "
	    "form-action 'self'; frame-ancestors 'none'",
	    tiles ? "img-src 'self' " : "", tiles ? tiles : "",
	    tiles ? "; " : "");
	return buf_take(&policy);
}

/* Fields that every answer carries, good or bad. */
static void
add_fields(const struct service *s, struct http_reply *reply)
{
	if (s->is_secure)
		http_reply_field(
		    reply, "Strict-Transport-Security", "max-age=31536000");
	http_reply_field(reply, "Content-Security-Policy", s->policy);
	http_reply_field(reply, "X-Content-Type-Options", "nosniff");
	http_reply_field(reply, "X-Frame-Options", "DENY");
	http_reply_field(reply, "Referrer-Policy", "no-referrer");
	http_reply_field(reply, "Cross-Origin-Opener-Policy", "same-origin");
	http_reply_field(reply, "Permissions-Policy",
	    "camera=(), geolocation=(), microphone=()");
}

static bool
is_api(const char *path)
{
	return strcmp(path, "/v1") == 0 || strncmp(path, "/v1/", 4) == 0;
}

/*
 * A page is of one moment, whatever is written while it is made; and what was
 * read for one part of it need not be read again for the next.
 */
static int
begin_page(struct visit *v, struct err *e)
{
	if (visit_begin(v, e) < 0)
		return -1;
	return v->rq->is_post ? 0 : db_begin_read(store_db(v->desk->store), e);
}

static void
make_page(struct visit *v, const struct service_route *r)
{
	struct service *s = v->service;
	struct err e = { 0 };

	v->desk = desk_take(s, &e);
	if (!v->desk) {
		visit_fail(v, &e);
		return;
	}
	if (begin_page(v, &e) < 0)
		visit_fail(v, &e);
	else if (!is_stopped(v, r))
		r->page(v);
	desk_give(s, v->desk);
	if (scribe_wait(s->scribe, &v->looks, &e) < 0)
		visit_fail(v, &e);
}

static void
log_in(struct visit *v, const struct service_route *r)
{
	if (log_in_begin(v->service)) {
		make_page(v, r);
		log_in_end(v->service);
		return;
	}
	v->reply->status = 503;
	http_reply_field(v->reply, "Content-Type", "text/plain; charset=utf-8");
	http_reply_field(v->reply, "Cache-Control", "no-store");
	http_reply_field(v->reply, "Retry-After", "1");
	buf_add_text(v->out,
	    "Too many people log in at this moment. Try again in a second.\n");
}

static void
on_request(void *user, const struct http_request *rq, struct http_reply *reply)
{
	struct service *s = user;
	struct visit v = { .service = s,
		.rq = rq,
		.reply = reply,
		.out = &reply->body,
		.is_api = is_api(rq->path),
		.now_ms = clock_wall_ms() };
	const struct service_route *r = service_find_route(&v, rq->is_post);

	add_fields(s, reply);
	if (r && strncmp(rq->path, "/static/", 8) == 0) {
		r->page(&v);
		return;
	}
	if (r && r->page == page_log_in) {
		log_in(&v, r);
		return;
	}
	make_page(&v, r);
}

/* --- opening --- */

static void
service_free(struct service *s)
{
	while (s->idle) {
		struct desk *d = s->idle;

		s->idle = d->next;
		desk_free(&d);
	}
	gazetteer_free(&s->places);
	news_free(&s->news);
	scribe_free(&s->scribe);
	pthread_cond_destroy(&s->freed);
	pthread_mutex_destroy(&s->lock);
	free(s->path);
	free(s->signon.field);
	mapground_free(&s->ground);
	free(s->policy);
	guests_free(&s->guests);
	free(s->team);
	free(s->marking);
	wordings_free(&s->wordings);
	free(s);
}

/* The roles of accounts that the sign-on makes: 0 for "none". */
static unsigned
new_roles(const char *word)
{
	unsigned roles = 0;
	struct err e = { 0 };

	return accounts_parse_roles(str_of(word), &roles, &e) < 0 ? 0 : roles;
}

/* A processor for each, but one for the loop where there are more than two. */
static unsigned
count_desks(void)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	if (processors <= (long)DESKS_MIN)
		return DESKS_MIN;
	return processors > (long)DESKS_MAX ? DESKS_MAX
					    : (unsigned)processors - 1;
}

static struct service *
make(const struct conf *conf, void (*wake)(void *user), void *user)
{
	struct service *s = alloc_zero(1, sizeof *s);
	struct buf path = { 0 };

	buf_addf(&path, "%s/%s", conf->state, STORE_FILE_NAME);
	s->path = buf_take(&path);
	s->team = alloc_text(conf->team);
	s->marking = alloc_text(conf->marking);
	s->guests = guests_new(conf);
	s->ground = mapground_new(conf);
	s->policy = make_policy(s->ground);
	s->limits = (struct accounts_limits){ .idle_ms = conf->review.idle_ms,
		.whole_ms = conf->review.whole_ms };
	s->is_secure = conf->review.cert_file || conf->review.behind_tls;
	s->unusual = (struct watch_limits){ .hour = conf->review.unusual_hour,
		.factor = conf->review.unusual_factor };
	s->signon = (struct service_signon){
		.field = alloc_text(conf->review.socket_header),
		.new_roles = new_roles(conf->review.new_accounts),
		.by_certificate = conf->review.client_ca != NULL,
		.by_mail = strcmp(conf->review.client_name, "email") == 0,
	};
	s->camp_rule = (struct campcount_rule){ conf->camps.return_days,
		conf->camps.move_m };
	s->prohibited_months =
	    (int)visit_number(str_of(conf->camps.prohibited));
	s->wake = wake;
	s->user = user;
	s->conf = conf;
	s->retry_keep_ms = conf_retry_keep_ms(conf);
	s->pulse.at_ms = CLOCK_NONE;
	s->pulse.rules.since_ms = CLOCK_NONE;
	s->desks = count_desks();
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->freed, NULL);
	return s;
}

/* Where the text of a file of rules is sent. */
static const char *const large[] = { "/rules/", "/v1/rule-changes", NULL };

/* What is the same of the port and the socket. */
static struct http_options
options_of(struct service *s)
{
	return (struct http_options){
		.handle = on_request,
		.user = s,
		.threads = THREADS,
		.connections = CONNECTIONS,
		.per_address = CONNECTIONS,
		.request_ms = REQUEST_MS,
		.answer_ms = ANSWER_MS,
		.large = large,
	};
}

static int
open_port(struct service *s, const struct conf_review *conf, struct err *e)
{
	struct http_options options = options_of(s);

	if (conf->port == 0)
		return 0;
	options.address = conf->address;
	options.port = conf->port;
	options.cert_file = conf->cert_file;
	options.key_file = conf->key_file;
	options.client_ca = conf->client_ca;
	/* Behind a proxy all come from one. */
	if (!conf->behind_tls)
		options.per_address = PER_ADDRESS;
	return http_open(&options, &s->http, e);
}

static int
open_socket(struct service *s, const struct conf_review *conf, struct err *e)
{
	struct http_options options = options_of(s);

	if (!conf->socket)
		return 0;
	options.socket = conf->socket;
	options.socket_mode = (unsigned)strtoul(conf->socket_mode, NULL, 8);
	return http_open(&options, &s->socket, e);
}

int
service_open(const struct conf *conf, struct db_turns *turns,
    void (*wake)(void *user), void *user, struct service **out, struct err *e)
{
	struct service *s = make(conf, wake, user);
	struct desk *first = NULL;

	s->turns = turns;
	if (wordings_load(conf->review.wordings, &s->wordings, e) == 0 &&
	    shifts_parse(str_of(conf->review.shifts), &s->shifts, e) == 0)
		first = desk_take(s, e);
	if (first) {
		s->places = gazetteer_new(first->grid);
		desk_give(s, first);
	}
	if (!first ||
	    scribe_new(s->path, turns, &s->unusual, &s->scribe, e) < 0 ||
	    news_new(s->path, &s->limits, &s->news, e) < 0 ||
	    open_port(s, &conf->review, e) < 0 ||
	    open_socket(s, &conf->review, e) < 0) {
		service_close(&s);
		return err_wrap(e, "review service");
	}
	*out = s;
	return 0;
}

void
service_close(struct service **s)
{
	struct service *was = *s;

	if (!was)
		return;
	*s = NULL;
	news_end(was->news);
	http_close(&was->socket);
	http_close(&was->http);
	service_free(was);
}

void
service_tell(struct service *s, const struct pulse *pulse)
{
	pthread_mutex_lock(&s->lock);
	s->pulse = *pulse;
	pthread_mutex_unlock(&s->lock);
}

void
service_pulse(struct service *s, struct pulse *out)
{
	pthread_mutex_lock(&s->lock);
	*out = s->pulse;
	pthread_mutex_unlock(&s->lock);
}

void
service_use_rules(struct service *s, const struct ruleset *rules)
{
	s->rules = rules;
}

int64_t
service_port(const struct service *s)
{
	return s->http ? http_port(s->http) : 0;
}
