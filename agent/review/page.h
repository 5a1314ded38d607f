/*
 * page: what the routes of service.c lead to.  Each fills the visit's answer;
 * that the visitor may was seen to before.
 */
#ifndef REVIEW_PAGE_H
#define REVIEW_PAGE_H

#include <stdint.h>

#include "agent/base/own.h"

struct err;
struct visit;

/* The form to log in with; who is in goes to the queue. */
void page_login(struct visit *v);

/* That form, sent: a session, or the form again with a reason. */
void page_log_in(struct visit *v);

/* End the session. */
void page_log_out(struct visit *v);

/* What waits for a decision; parameters theme, district, progress, level, seen, after. */
void page_queue(struct visit *v);

/* The incident whose number is the visit's arg. */
void page_incident(struct visit *v);

/* A decision about it, sent by one of sheet_decide()'s forms; then on to what waits next. */
void page_decide(struct visit *v);

/*
 * What would change if several were decided together, with the form to do it;
 * parameters verdict, to (a theme), item (an incident) any number of times, or
 * all=yes with the queue's filter.
 */
void page_batch(struct visit *v);

/* That form, sent: they are decided as one act, which is shown. */
void page_batch_do(struct visit *v);

/* The acts by which several were decided; parameter before. */
void page_batches(struct visit *v);

/* The one whose number is the visit's arg; undo it. */
void page_batch_done(struct visit *v);
void page_batch_undo(struct visit *v);

/* Undo the act whose number is the visit's arg, and show its incident. */
void page_undo(struct visit *v);

/*
 * The outbox: what waits, is dead, was sent or set aside, and how the channels
 * are; parameters view, channel, recipient, after.
 */
void page_alerts(struct visit *v);

/* One delivery and its attempts. */
void page_alert(struct visit *v);

/* Try it again; set it aside with a reason; try all that are dead again. */
void page_alert_retry(struct visit *v);
void page_alert_aside(struct visit *v);
void page_alerts_retry_dead(struct visit *v);
/* Contact with an informant, sent by contactform_print()'s form. */
void page_contact(struct visit *v);

/* The informant's reference card, as a page and as plain text. */
void page_card(struct visit *v);
void page_card_text(struct visit *v);

/* What is promised and due; parameters who, after. */
void page_followups(struct visit *v);

/* One of these, with its history and the forms to change it. */
void page_followup(struct visit *v);

/* One of those forms, sent. */
void page_followup_change(struct visit *v);

/*
 * What happened on a shift; parameters shift, from-day, from-time, to-day,
 * to-time.  A note for those who come next, sent by its form.
 */
void page_handover(struct visit *v);
void page_handover_note(struct visit *v);

/* One entry of that log, with the form to correct it. */
void page_correct(struct visit *v);

/* How each feed is and what it brought. */
void page_feeds(struct visit *v);

/*
 * What could not be read, by kind and one by one; parameters state, feed,
 * reason, before, since (what became of what was asked for then).
 */
void page_quarantine(struct visit *v);

/* One of it, with its first bytes; take it in again; throw it away. */
void page_quarantined(struct visit *v);
void page_quarantined_replay(struct visit *v);
void page_quarantined_drop(struct visit *v);

/* Take in again all of a kind. */
void page_quarantine_replay_kind(struct visit *v);

/* The search: words, plate, place, time, tags. */
void page_search(struct visit *v);

/* Series that people made and that the rules found; parameters before, found. */
void page_series(struct visit *v);

/* The series whose number is the visit's arg. */
void page_linkset(struct visit *v);

/* Append the series that an incident is in, if any, to an item of a list. */
NODISCARD int page_series_line(
    struct visit *v, int64_t incident_id, struct err *e);

/* Put an incident in a series; take a member out. */
void page_series_put(struct visit *v);
void page_series_take(struct visit *v);

/* Say whether a proposed link is one; undo that. */
void page_link_judge(struct visit *v);
void page_link_undo(struct visit *v);

/* Why an incident has not the other themes; arg is its number. */
void page_whynot(struct visit *v);

/* A plate or part of one: where it was, and with what; parameter plate. */
void page_vehicles(struct visit *v);

/* The saved views of the queue; keep one, which is sent by the queue's form. */
void page_views(struct visit *v);
void page_view_add(struct visit *v);

/* The one whose number is the visit's arg; change it; start with it or not. */
void page_view(struct visit *v);
void page_view_change(struct visit *v);
void page_view_start(struct visit *v);

/* Ask whether to delete it; delete it. */
void page_view_ask_delete(struct visit *v);
void page_view_delete(struct visit *v);

/*
 * What is erased by age; parameters due and id (reviews), hold, before
 * (certificates): where the lists go on.
 */
void page_retention(struct visit *v);

/* The rules in use, and how often people agreed with each. */
void page_rules(struct visit *v);

/*
 * Changes of the force's own rule files (rulebook.h), newest first; parameters
 * state, before.
 */
void page_rule_changes(struct visit *v);

/* The form for one, parameter file; and sent. */
void page_rule_new(struct visit *v);
void page_rule_add(struct visit *v);

/* One: its text, check, difference, preview, and what can be done with it. */
void page_rule_change(struct visit *v);

/* Its forms, sent: the proposer's, */
void page_rule_write(struct visit *v);
void page_rule_propose(struct visit *v);
void page_rule_withdraw(struct visit *v);

/* either's, */
void page_rule_preview(struct visit *v);
void page_rule_stop(struct visit *v);
void page_rule_put_back(struct visit *v);

/* the approver's. */
void page_rule_approve(struct visit *v);
void page_rule_send_back(struct visit *v);
void page_rule_suspend(struct visit *v);

/* Append the part of the page Rules about changes: files in force, links. */
NODISCARD int page_rule_summary(struct visit *v, struct err *e);

/* Hold the incident; end the hold; record the review of one that is due. */
void page_hold(struct visit *v);
void page_release(struct visit *v);
void page_keep(struct visit *v);

/* What people did, newest first; parameter before. */
void page_audit(struct visit *v);

/* An incident on an officer's phone; the visit's arg is its number. */
void page_job(struct visit *v);

/* What was pressed there. */
void page_job_say(struct visit *v);

/* The same for whoever followed the link in an alert, which is the arg. */
void page_job_link(struct visit *v);
void page_job_link_say(struct visit *v);

/* Write who has an incident as a paragraph: 1, 0 and nothing if nobody, -1. */
NODISCARD int page_job_line(
    struct visit *v, int64_t incident_id, struct err *e);

/* All accounts, and the form for another one. */
void page_accounts(struct visit *v);

/* That form, sent: the account is made, its password shown once. */
void page_accounts_add(struct visit *v);

/* The account whose number is the visit's arg, and what can be changed of it. */
void page_account(struct visit *v);

/* Forms of that page: roles, a new password shown once, close, open. */
void page_account_roles(struct visit *v);
void page_account_password(struct visit *v);
void page_account_close(struct visit *v);
void page_account_open(struct visit *v);

/* The visitor's own password: the form, and that sent. */
void page_password(struct visit *v);
void page_set_password(struct visit *v);

/*
 * The register of encampments: what is due, the entries, the months' figures;
 * parameters state, land, district, after.
 */
void page_camps(struct visit *v);

/* The entry whose number is the visit's arg. */
void page_camp(struct visit *v);

/*
 * The form for a line of it, and what it sends; parameters kind, line (to be
 * corrected), of (a deadline), and any field of the kind.
 */
void page_camp_line(struct visit *v);
void page_camp_line_add(struct visit *v);

/* Join an incident to it, or take one out, sent by forms. */
void page_camp_join(struct visit *v);
void page_camp_part(struct visit *v);

/* Open an entry from the incident whose number is the arg: form, and sent. */
void page_camp_open(struct visit *v);
void page_camp_begin(struct visit *v);

/* The map and the list beside it; parameters as api_map_filter(), and after. */
void page_map(struct visit *v);

/* Fly-tipping: the records; parameters size, waste, land, month, after. */
void page_tippings(struct visit *v);

/* What is recorded of the incident's: form and history; and sent. */
void page_tipping(struct visit *v);
void page_tipping_put(struct visit *v);

/* The file of static/ whose name is the visit's arg. */
void page_asset(struct visit *v);

/* What the pages are for and how they are used (help.h). */
void page_help(struct visit *v);

/*
 * What changed while a page is open: where its listening begins, and what it
 * shows of one incident (0: a list).
 */
struct page_bar {
	int64_t after_id; /* of the audit log */
	int64_t incident_id, message_id;
};

/* Before anything of the page is read: sets after_id.  1, 0 or -1. */
NODISCARD int page_live_begin(
    struct visit *v, struct page_bar *bar, struct err *e);

/* At the end of its content: the bar that says what came; hidden without. */
void page_live_bar(struct visit *v, const struct page_bar *bar);

/* Server-sent events (news.h); parameter after, or Last-Event-ID. */
void page_live(struct visit *v);

/*
 * How many entries the log of the incident that is the visit's arg has that
 * were not there at the message of that parameter, as JSON.
 */
void page_since(struct visit *v);

/* The incident that waits first for a decision: 1, 0 or -1. */
NODISCARD int page_queue_next(
    struct visit *v, int64_t *incident_id, struct err *e);

#endif /* REVIEW_PAGE_H */
