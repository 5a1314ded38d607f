/*
 * The routes, and the desks.
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

#define ANYBODY 0U

/* Who sees the saved views: who reads the queue, and who keeps them in order. */
#define VIEWERS (VISIT_READERS | ACCOUNT_ADMINISTRATOR)

/* What is asked for, who may, and what answers. */
static const struct service_route routes[] = {
	{ false, "/", ~0U, page_queue },
	{ false, "/accounts", ACCOUNT_ADMINISTRATOR, page_accounts },
	{ true, "/accounts", ACCOUNT_ADMINISTRATOR, page_accounts_add },
	{ false, "/accounts/*", ACCOUNT_ADMINISTRATOR, page_account },
	{ true, "/accounts/*/roles", ACCOUNT_ADMINISTRATOR,
	    page_account_roles },
	{ true, "/accounts/*/password", ACCOUNT_ADMINISTRATOR,
	    page_account_password },
	{ true, "/accounts/*/close", ACCOUNT_ADMINISTRATOR,
	    page_account_close },
	{ true, "/accounts/*/open", ACCOUNT_ADMINISTRATOR, page_account_open },
	{ false, "/alerts", VISIT_READERS | ACCOUNT_ADMINISTRATOR,
	    page_alerts },
	{ true, "/alerts/retry-dead", ACCOUNT_ADMINISTRATOR,
	    page_alerts_retry_dead },
	{ false, "/alerts/*", VISIT_READERS | ACCOUNT_ADMINISTRATOR,
	    page_alert },
	{ true, "/alerts/*/retry", ACCOUNT_ADMINISTRATOR, page_alert_retry },
	{ true, "/alerts/*/aside", ACCOUNT_ADMINISTRATOR, page_alert_aside },
	{ false, "/audit", ACCOUNT_AUDITOR, page_audit },
	{ false, "/feeds", VISIT_READERS | ACCOUNT_ADMINISTRATOR, page_feeds },
	{ false, "/quarantine", ACCOUNT_ADMINISTRATOR, page_quarantine },
	{ true, "/quarantine/replay", ACCOUNT_ADMINISTRATOR,
	    page_quarantine_replay_kind },
	{ false, "/quarantine/*", ACCOUNT_ADMINISTRATOR, page_quarantined },
	{ true, "/quarantine/*/replay", ACCOUNT_ADMINISTRATOR,
	    page_quarantined_replay },
	{ true, "/quarantine/*/drop", ACCOUNT_ADMINISTRATOR,
	    page_quarantined_drop },
	{ false, "/incident/*", VISIT_READERS, page_incident },
	{ false, "/incident/*/since", VISIT_READERS, page_since },
	{ true, "/incident/*/decide", ACCOUNT_REVIEWER, page_decide },
	{ false, "/encampments", VISIT_READERS, page_camps },
	{ false, "/encampments/*", VISIT_READERS, page_camp },
	{ false, "/encampments/*/line", CAMP_WRITERS, page_camp_line },
	{ true, "/encampments/*/line", CAMP_WRITERS, page_camp_line_add },
	{ true, "/encampments/*/join", CAMP_WRITERS, page_camp_join },
	{ true, "/encampments/*/part", CAMP_WRITERS, page_camp_part },
	{ false, "/incident/*/encampment", CAMP_WRITERS, page_camp_open },
	{ true, "/incident/*/encampment", CAMP_WRITERS, page_camp_begin },
	{ false, "/fly-tipping", VISIT_READERS, page_tippings },
	{ false, "/incident/*/fly-tipping", VISIT_READERS, page_tipping },
	{ true, "/incident/*/fly-tipping", CAMP_WRITERS, page_tipping_put },
	{ true, "/act/*/undo", ACCOUNT_REVIEWER, page_undo },
	{ false, "/batch", ACCOUNT_REVIEWER, page_batch },
	{ true, "/batch", ACCOUNT_REVIEWER, page_batch_do },
	{ false, "/batches", VISIT_READERS, page_batches },
	{ false, "/batches/*", VISIT_READERS, page_batch_done },
	{ true, "/batches/*/undo", ACCOUNT_REVIEWER, page_batch_undo },
	{ false, "/map", VISIT_READERS, page_map },
	{ false, "/rules", VISIT_RULE_PEOPLE, page_rules },
	{ false, "/rules/changes", VISIT_RULE_PEOPLE, page_rule_changes },
	{ false, "/rules/change/new", ACCOUNT_ANALYST, page_rule_new },
	{ true, "/rules/change/new", ACCOUNT_ANALYST, page_rule_add },
	{ false, "/rules/change/*", VISIT_RULE_PEOPLE, page_rule_change },
	{ true, "/rules/change/*/text", ACCOUNT_ANALYST, page_rule_write },
	{ true, "/rules/change/*/preview", ACCOUNT_ANALYST | ACCOUNT_APPROVER,
	    page_rule_preview },
	{ true, "/rules/change/*/stop", ACCOUNT_ANALYST | ACCOUNT_APPROVER,
	    page_rule_stop },
	{ true, "/rules/change/*/propose", ACCOUNT_ANALYST, page_rule_propose },
	{ true, "/rules/change/*/withdraw", ACCOUNT_ANALYST | ACCOUNT_APPROVER,
	    page_rule_withdraw },
	{ true, "/rules/change/*/approve", ACCOUNT_APPROVER,
	    page_rule_approve },
	{ true, "/rules/change/*/send-back", ACCOUNT_APPROVER,
	    page_rule_send_back },
	{ true, "/rules/change/*/put-back", ACCOUNT_ANALYST | ACCOUNT_APPROVER,
	    page_rule_put_back },
	{ true, "/rules/change/*/suspend", ACCOUNT_APPROVER,
	    page_rule_suspend },
	{ false, "/retention",
	    VISIT_READERS | ACCOUNT_ADMINISTRATOR | ACCOUNT_AUDITOR,
	    page_retention },
	{ true, "/incident/*/hold", ACCOUNT_REVIEWER, page_hold },
	{ true, "/incident/*/release", ACCOUNT_REVIEWER, page_release },
	{ true, "/incident/*/keep", ACCOUNT_REVIEWER, page_keep },
	{ false, "/job/*", VISIT_READERS, page_job },
	{ true, "/job/*/say", VISIT_READERS, page_job_say },
	{ false, "/go/*", ANYBODY, page_job_link },
	{ true, "/go/*/say", ANYBODY, page_job_link_say },
	{ true, "/incident/*/contact", VISIT_CALLERS, page_contact },
	{ false, "/incident/*/card", VISIT_READERS, page_card },
	{ false, "/incident/*/card.txt", VISIT_READERS, page_card_text },
	{ false, "/contact/*", VISIT_CALLERS, page_correct },
	{ false, "/hand-over", VISIT_READERS, page_handover },
	{ false, "/help", ANYBODY, page_help },
	{ true, "/hand-over", VISIT_CALLERS, page_handover_note },
	{ false, "/follow-up", VISIT_READERS, page_followups },
	{ false, "/follow-up/*", VISIT_READERS, page_followup },
	{ true, "/follow-up/*/change", VISIT_CALLERS, page_followup_change },
	{ true, "/incident/*/links", ACCOUNT_REVIEWER, page_link_judge },
	{ true, "/incident/*/series", ACCOUNT_REVIEWER, page_series_put },
	{ false, "/incident/*/why-not", VISIT_READERS, page_whynot },
	{ true, "/links/*/undo", ACCOUNT_REVIEWER, page_link_undo },
	{ false, "/live", VISIT_READERS, page_live },
	{ false, "/login", ANYBODY, page_login },
	{ true, "/login", ANYBODY, page_log_in },
	{ true, "/logout", ~0U, page_log_out },
	{ false, "/password", ~0U, page_password },
	{ true, "/password", ~0U, page_set_password },
	{ false, "/search", VISIT_READERS, page_search },
	{ false, "/series", VISIT_READERS, page_series },
	{ true, "/series/member/*/undo", ACCOUNT_REVIEWER, page_series_take },
	{ false, "/series/*", VISIT_READERS, page_linkset },
	{ false, "/static/*", ANYBODY, page_asset },
	{ false, "/vehicles", VISIT_READERS, page_vehicles },
	{ false, "/views", VIEWERS, page_views },
	{ true, "/views", VISIT_READERS, page_view_add },
	{ false, "/views/*", VIEWERS, page_view },
	{ true, "/views/*/change", VIEWERS, page_view_change },
	{ false, "/views/*/delete", VIEWERS, page_view_ask_delete },
	{ true, "/views/*/delete", VIEWERS, page_view_delete },
	{ true, "/views/*/start", VISIT_READERS, page_view_start },
	{ false, "/v1", ~0U, api_index },
	{ false, "/v1/accounts", ACCOUNT_ADMINISTRATOR, api_accounts },
	{ true, "/v1/accounts", ACCOUNT_ADMINISTRATOR, api_account_add },
	{ false, "/v1/accounts/*", ACCOUNT_ADMINISTRATOR, api_account },
	{ true, "/v1/accounts/*/roles", ACCOUNT_ADMINISTRATOR,
	    api_account_roles },
	{ true, "/v1/accounts/*/close", ACCOUNT_ADMINISTRATOR,
	    api_account_close },
	{ true, "/v1/accounts/*/open", ACCOUNT_ADMINISTRATOR,
	    api_account_open },
	{ true, "/v1/accounts/*/password", ACCOUNT_ADMINISTRATOR,
	    api_account_password },
	{ false, "/v1/alerts", VISIT_READERS | ACCOUNT_ADMINISTRATOR,
	    api_alerts },
	{ false, "/v1/alerts/recipients", VISIT_READERS | ACCOUNT_ADMINISTRATOR,
	    api_alert_recipients },
	{ true, "/v1/alerts/retry-dead", ACCOUNT_ADMINISTRATOR,
	    api_alerts_retry_dead },
	{ false, "/v1/alerts/*", VISIT_READERS | ACCOUNT_ADMINISTRATOR,
	    api_alert },
	{ true, "/v1/alerts/*/retry", ACCOUNT_ADMINISTRATOR, api_alert_retry },
	{ true, "/v1/alerts/*/aside", ACCOUNT_ADMINISTRATOR, api_alert_aside },
	{ false, "/v1/channels", VISIT_READERS | ACCOUNT_ADMINISTRATOR,
	    api_channels },
	{ false, "/v1/feeds", VISIT_READERS | ACCOUNT_ADMINISTRATOR,
	    api_feeds },
	{ false, "/v1/feeds/days", VISIT_READERS | ACCOUNT_ADMINISTRATOR,
	    api_feed_days },
	{ false, "/v1/quarantine", ACCOUNT_ADMINISTRATOR, api_quarantine },
	{ false, "/v1/quarantine/kinds", ACCOUNT_ADMINISTRATOR,
	    api_quarantine_kinds },
	{ true, "/v1/quarantine/replay", ACCOUNT_ADMINISTRATOR,
	    api_quarantine_replay_kind },
	{ false, "/v1/quarantine/*", ACCOUNT_ADMINISTRATOR, api_quarantined },
	{ true, "/v1/quarantine/*/replay", ACCOUNT_ADMINISTRATOR,
	    api_quarantined_replay },
	{ true, "/v1/quarantine/*/drop", ACCOUNT_ADMINISTRATOR,
	    api_quarantined_drop },
	{ false, "/v1/retention",
	    VISIT_READERS | ACCOUNT_ADMINISTRATOR | ACCOUNT_AUDITOR,
	    api_retention },
	{ false, "/v1/retention/certificates",
	    VISIT_READERS | ACCOUNT_ADMINISTRATOR | ACCOUNT_AUDITOR,
	    api_certificates },
	{ false, "/v1/retention/classes",
	    VISIT_READERS | ACCOUNT_ADMINISTRATOR | ACCOUNT_AUDITOR,
	    api_retention_classes },
	{ false, "/v1/retention/holds",
	    VISIT_READERS | ACCOUNT_ADMINISTRATOR | ACCOUNT_AUDITOR,
	    api_holds },
	{ false, "/v1/retention/reviews",
	    VISIT_READERS | ACCOUNT_ADMINISTRATOR | ACCOUNT_AUDITOR,
	    api_retention_reviews },
	{ false, "/v1/incidents/*/alerts", VISIT_READERS, api_incident_alerts },
	{ false, "/v1/incidents/*/why-not", VISIT_READERS, api_whynot },
	{ false, "/v1/incidents/*/retention", VISIT_READERS, api_kept },
	{ true, "/v1/incidents/*/hold", ACCOUNT_REVIEWER, api_hold },
	{ true, "/v1/incidents/*/release", ACCOUNT_REVIEWER, api_release },
	{ true, "/v1/incidents/*/keep", ACCOUNT_REVIEWER, api_keep },
	{ false, "/v1/rules",
	    ACCOUNT_ANALYST | ACCOUNT_APPROVER | ACCOUNT_ADMINISTRATOR,
	    api_rules },
	{ false, "/v1/rules/files",
	    ACCOUNT_ANALYST | ACCOUNT_APPROVER | ACCOUNT_ADMINISTRATOR,
	    api_rule_files },
	{ false, "/v1/rules/set",
	    ACCOUNT_ANALYST | ACCOUNT_APPROVER | ACCOUNT_ADMINISTRATOR,
	    api_rule_set },
	{ false, "/v1/audit", ACCOUNT_AUDITOR, api_audit },
	{ false, "/v1/audit/unusual", ACCOUNT_AUDITOR, api_unusual },
	{ false, "/v1/batches", VISIT_READERS, api_batches },
	{ true, "/v1/batches", ACCOUNT_REVIEWER, api_batch_do },
	{ true, "/v1/batches/preview", ACCOUNT_REVIEWER, api_batch_preview },
	{ false, "/v1/batches/*", VISIT_READERS, api_batch },
	{ true, "/v1/batches/*/undo", ACCOUNT_REVIEWER, api_batch_undo },
	{ false, "/v1/encampments", VISIT_READERS, api_camps },
	{ false, "/v1/encampments/figures", VISIT_READERS, api_camp_figures },
	{ false, "/v1/encampments/due", VISIT_READERS, api_camps_due },
	{ false, "/v1/encampments/*", VISIT_READERS, api_camp },
	{ true, "/v1/encampments/*/lines", CAMP_WRITERS, api_camp_line },
	{ true, "/v1/encampments/*/join", CAMP_WRITERS, api_camp_join },
	{ true, "/v1/encampments/*/part", CAMP_WRITERS, api_camp_part },
	{ true, "/v1/incidents/*/encampment", CAMP_WRITERS, api_camp_open },
	{ false, "/v1/fly-tipping", VISIT_READERS, api_tippings },
	{ false, "/v1/fly-tipping/figures", VISIT_READERS,
	    api_tipping_figures },
	{ false, "/v1/incidents", VISIT_READERS, api_incidents },
	{ false, "/v1/incidents/*", VISIT_READERS, api_incident },
	{ true, "/v1/incidents/*/decisions", ACCOUNT_REVIEWER,
	    api_incident_decide },
	{ true, "/v1/incidents/*/undo", ACCOUNT_REVIEWER, api_incident_undo },
	{ false, "/v1/map/areas", VISIT_READERS, api_map_areas },
	{ false, "/v1/map/boundaries", VISIT_READERS, api_map_boundaries },
	{ false, "/v1/map/incidents", VISIT_READERS, api_map_incidents },
	{ false, "/v1/map/list", VISIT_READERS, api_map_list },
	{ false, "/v1/map/names", VISIT_READERS, api_map_names },
	{ false, "/v1/map/tracks", ACCOUNT_TRACKS, api_map_tracks },
	{ false, "/v1/map/units", VISIT_READERS, api_map_units },
	{ false, "/v1/openapi.yaml", ~0U, api_description },
	{ false, "/v1/follow-ups", VISIT_READERS, api_followups },
	{ false, "/v1/follow-ups/*", VISIT_READERS, api_followup },
	{ true, "/v1/follow-ups/*/change", VISIT_CALLERS, api_followup_change },
	{ false, "/v1/incidents/*/contacts", VISIT_READERS, api_contacts },
	{ true, "/v1/incidents/*/contacts", VISIT_CALLERS, api_contact_add },
	{ false, "/v1/incidents/*/fly-tipping", VISIT_READERS, api_tipping },
	{ true, "/v1/incidents/*/fly-tipping", CAMP_WRITERS, api_tipping_put },
	{ false, "/v1/incidents/*/job", VISIT_READERS, api_job },
	{ true, "/v1/incidents/*/job", VISIT_READERS, api_job_say },
	{ false, "/v1/informants-told", VISIT_READERS, api_told },
	{ false, "/v1/queue", VISIT_READERS, api_queue },
	{ false, "/v1/rule-changes", VISIT_RULE_PEOPLE, api_rule_changes },
	{ true, "/v1/rule-changes", ACCOUNT_ANALYST, api_rule_change_make },
	{ false, "/v1/rule-changes/*", VISIT_RULE_PEOPLE, api_rule_change },
	{ true, "/v1/rule-changes/*/propose", ACCOUNT_ANALYST,
	    api_rule_change_propose },
	{ true, "/v1/rule-changes/*/withdraw",
	    ACCOUNT_ANALYST | ACCOUNT_APPROVER, api_rule_change_withdraw },
	{ true, "/v1/rule-changes/*/preview",
	    ACCOUNT_ANALYST | ACCOUNT_APPROVER, api_rule_change_preview },
	{ true, "/v1/rule-changes/*/approve", ACCOUNT_APPROVER,
	    api_rule_change_approve },
	{ true, "/v1/rule-changes/*/send-back", ACCOUNT_APPROVER,
	    api_rule_change_send_back },
	{ false, "/v1/search", VISIT_READERS, api_search },
	{ false, "/v1/series", VISIT_READERS, api_series },
	{ false, "/v1/series/found", VISIT_READERS, api_series_found },
	{ false, "/v1/series/*", VISIT_READERS, api_linkset },
	{ false, "/v1/incidents/*/series", VISIT_READERS, api_memberships },
	{ true, "/v1/incidents/*/series", ACCOUNT_REVIEWER, api_series_put },
	{ true, "/v1/incidents/*/series/undo", ACCOUNT_REVIEWER,
	    api_series_take },
	{ false, "/v1/incidents/*/links", VISIT_READERS, api_links },
	{ true, "/v1/incidents/*/links", ACCOUNT_REVIEWER, api_link_judge },
	{ true, "/v1/incidents/*/links/undo", ACCOUNT_REVIEWER, api_link_undo },
	{ false, "/v1/vehicles", VISIT_READERS, api_vehicles },
	{ false, "/v1/vehicles/with", VISIT_READERS, api_seen_with },
	{ false, "/v1/hand-over/decisions", VISIT_READERS,
	    api_handover_decisions },
	{ false, "/v1/hand-over/holders", VISIT_READERS, api_handover_holders },
	{ false, "/v1/hand-over/incidents", VISIT_READERS,
	    api_handover_incidents },
	{ false, "/v1/hand-over/notes", VISIT_READERS, api_handover_notes },
	{ true, "/v1/hand-over/notes", VISIT_CALLERS, api_handover_note },
	{ false, "/v1/hand-over/standing", VISIT_READERS,
	    api_handover_standing },
	{ false, "/v1/session", ~0U, api_session },
	{ false, "/v1/views", VIEWERS, api_views },
	{ true, "/v1/views", VISIT_READERS, api_view_add },
	{ false, "/v1/views/*", VIEWERS, api_view },
	{ true, "/v1/views/*", VIEWERS, api_view_change },
	{ true, "/v1/views/*/delete", VIEWERS, api_view_delete },
};

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

/* --- routes --- */

/* Is path of that form?  Sets what stands for its "*". */
static bool
fits(const char *form, const char *path, struct str *arg)
{
	const char *star = strchr(form, '*');
	size_t before = star ? (size_t)(star - form) : strlen(form);
	size_t after = star ? strlen(star + 1) : 0, len = strlen(path);

	*arg = (struct str){ 0 };
	if (!star)
		return strcmp(form, path) == 0;
	if (len <= before + after || strncmp(form, path, before) != 0 ||
	    strcmp(star + 1, path + len - after) != 0)
		return false;
	*arg = str_make(path + before, len - before - after);
	return !memchr(arg->p, '/', arg->len);
}

const struct service_route *
service_routes(size_t *count)
{
	*count = sizeof routes / sizeof routes[0];
	return routes;
}

static const struct service_route *
find_route(struct visit *v, bool is_post)
{
	for (size_t i = 0; i < sizeof routes / sizeof routes[0]; i++)
		if (routes[i].is_post == is_post &&
		    fits(routes[i].path, v->rq->path, &v->arg))
			return &routes[i];
	return NULL;
}

/* There is no such page, or not with this method (RFC 9110, 15.5.6). */
static void
say_not_found(struct visit *v)
{
	bool is_post = v->rq->is_post;

	if (v->is_api && find_route(v, !is_post)) {
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
	const struct service_route *r = find_route(&v, rq->is_post);

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
