/*
 * Changes of the force's own rules: the list, one, and the steps of it.
 */
#include <inttypes.h>
#include <stdio.h>

#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/hash.h"
#include "agent/base/json.h"
#include "agent/review/api.h"
#include "agent/review/apilist.h"
#include "agent/review/desk.h"
#include "agent/review/rulechange.h"
#include "agent/review/ruleform.h"
#include "agent/review/visit.h"

/* --- the list --- */

static const char *const params[] = { "state", NULL };

static const char *const columns[] = { "id", "file", "state", "kind",
	"proposed_by", "proposed_at", "decided_by", "decided_at", "version",
	"in_force_at", "ended_at", "sha256", "errors", "failed_tests",
	"preview", "reason", "answer", NULL };

static const struct apilist_kind kind = {
	.name = "rule-changes",
	.look = "v1/rule-changes",
	.params = params,
	.columns = columns,
	.place_count = 1,
};

/* A digest in hexadecimal; absent if there is none. */
static struct str
hex_of(struct str digest, char out[2 * HASH_BYTES + 1])
{
	if (!str_is_given(digest))
		return (struct str){ 0 };
	hash_hex((const uint8_t *)digest.p, HASH_BYTES, out);
	return str_make(out, (size_t)2 * HASH_BYTES);
}

static void
write_row(void *user, const struct rulebook_change *c)
{
	struct apilist *l = user;
	char hex[2 * HASH_BYTES + 1];

	if (!apilist_has_room(l))
		return;
	apilist_int(l, c->id);
	apilist_str(l, c->file);
	apilist_text(l, rulebook_state_name(c->state));
	apilist_text(l, rulebook_kind_name(c->kind));
	apilist_str(l, c->proposer);
	apilist_time_ms(l, c->made_ms);
	apilist_str(l, c->decider);
	apilist_time_ms(l, c->decided_ms);
	if (c->version > 0)
		apilist_int(l, c->version);
	else
		apilist_none(l);
	apilist_time_ms(l, c->effected_ms);
	apilist_time_ms(l, c->ended_ms);
	apilist_str(l, hex_of(c->digest, hex));
	apilist_int(l, c->errors);
	apilist_int(l, c->failed);
	apilist_text(l, rulebook_preview_name(c->preview_state));
	apilist_str(l, c->reason);
	apilist_str(l, c->answer);
	apilist_row(l, &c->id);
}

void
api_rule_changes(struct visit *v)
{
	struct err e = { 0 };
	struct apilist l;
	struct str state;

	if (apilist_read(&l, v, &kind) < 0)
		return;
	state = apilist_param(&l, "state");
	if (str_is_given(state) && !rulebook_state_of(state)) {
		api_problem_of(v, 400, "state",
		    "It is one of the states that a change has.");
		return;
	}
	apilist_begin(&l);
	if (rulebook_list(v->desk->rulebook,
		l.is_begun ? l.after[0] : INT64_MAX, rulebook_state_of(state),
		apilist_wanted(&l), write_row, &l, &e) < 0) {
		visit_fail(v, &e);
		return;
	}
	(void)apilist_end_rows(&l);
	apilist_end(&l);
}

/* --- one --- */

static void
write_str(struct jsonw *w, const char *name, struct str text)
{
	jsonw_key(w, name);
	jsonw_str(w, text);
}

static void
write_time(struct jsonw *w, const char *name, int64_t ms)
{
	jsonw_key(w, name);
	jsonw_time(w, ms);
}

static void
write_int(struct jsonw *w, const char *name, int64_t n)
{
	jsonw_key(w, name);
	jsonw_int(w, n);
}

static void
write_who(struct jsonw *w, const struct rulebook_change *c)
{
	char hex[2 * HASH_BYTES + 1];

	write_int(w, "id", c->id);
	write_str(w, "file", c->file);
	write_str(w, "state", str_of(rulebook_state_name(c->state)));
	write_str(w, "kind", str_of(rulebook_kind_name(c->kind)));
	write_str(w, "proposed_by", c->proposer);
	write_time(w, "proposed_at", c->made_ms);
	write_str(w, "decided_by", c->decider);
	write_time(w, "decided_at", c->decided_ms);
	jsonw_key(w, "version");
	if (c->version > 0)
		jsonw_int(w, c->version);
	else
		jsonw_null(w);
	write_time(w, "in_force_at", c->effected_ms);
	write_time(w, "ended_at", c->ended_ms);
	write_str(w, "base", hex_of(c->base, hex));
	write_str(w, "sha256", hex_of(c->digest, hex));
	write_str(w, "reason", c->reason);
	write_str(w, "answer", c->answer);
}

static void
write_found(struct jsonw *w, const struct rulebook_change *c)
{
	jsonw_key(w, "check");
	jsonw_object(w);
	write_int(w, "errors", c->errors);
	write_int(w, "warnings", c->warnings);
	write_int(w, "tests", c->tests);
	write_int(w, "failed_tests", c->failed);
	write_str(w, "rule_set", c->checked_set);
	jsonw_key(w, "report");
	jsonw_raw(w, c->report);
	jsonw_close(w);
	jsonw_key(w, "preview");
	jsonw_object(w);
	write_str(w, "state", str_of(rulebook_preview_name(c->preview_state)));
	write_int(w, "done", c->preview_done);
	write_int(w, "of", c->preview_of);
	write_time(w, "at", c->preview_ms);
	jsonw_key(w, "figures");
	if (str_is_given(c->preview))
		jsonw_raw(w, c->preview);
	else
		jsonw_null(w);
	jsonw_close(w);
}

static int
write_change(void *user, struct visit *v, struct jsonw *w, struct err *e)
{
	const int64_t *id = user;
	struct rulebook_change c;
	char version[32];
	int r = rulebook_find(v->desk->rulebook, *id, v->desk->arena, &c, e);

	if (r <= 0)
		return r;
	if (visit_record_look(v, 0, "v1/rule-change", e) < 0)
		return -1;
	(void)snprintf(version, sizeof version, "%" PRId64, c.changes);
	api_etag(v, version);
	jsonw_object(w);
	write_who(w, &c);
	write_found(w, &c);
	write_str(w, "text", c.text);
	jsonw_close(w);
	return 1;
}

void
api_rule_change(struct visit *v)
{
	int64_t id = visit_number(v->arg);

	api_record(v, write_change, &id);
}

/* --- making one --- */

/* Is base the digest of what is in force, or null where nothing is? */
static int
check_base(
    const struct json *body, const struct rulecheck *check, struct err *e)
{
	const struct json *base = json_member(body, "base");
	char hex[2 * HASH_BYTES + 1];
	bool is_right = json_kind(base) == JSON_KIND_NULL && !check->has_base;

	if (check->has_base) {
		hash_hex(check->base, HASH_BYTES, hex);
		is_right = str_is(json_text(base), hex);
	}
	return is_right ? 0
			: err_set(e, ERR_INVALID,
			      "\"base\" is to be the SHA-256 of the file that "
			      "is in force, in hexadecimal, or null if there "
			      "is none: read it again and change that");
}

static int
read_draft(struct visit *v, const struct json *body,
    struct rulebook_draft *draft, struct rulecheck *check, struct err *e)
{
	const struct json *text = json_member(body, "text");

	draft->kind = RULEBOOK_TEXT;
	draft->file = api_text(v, body, "file");
	draft->reason = api_text(v, body, "reason");
	if (json_kind(text) != JSON_KIND_TEXT &&
	    json_kind(text) != JSON_KIND_NULL)
		return err_set(e, ERR_INVALID,
		    "\"text\" is the text of the file, or null to leave it "
		    "out");
	if (ruleform_take(v, json_text(text), draft, check, e) < 0)
		return -1;
	return check_base(body, check, e);
}

void
api_rule_change_make(struct visit *v)
{
	static const char *const members[] = { "file", "text", "reason", "base",
		NULL };
	struct rulebook_draft draft = { .restores_id = 0 };
	struct rulecheck check = { 0 };
	struct rulechange_step step = { .draft = &draft };
	struct json *body = api_body(v, members);
	struct err e = { 0 };
	int r;

	if (!body)
		return;
	r = read_draft(v, body, &draft, &check, &e);
	if (r == 0)
		r = visit_change(v, rulechange_add, &step, &e);
	if (r > 0)
		api_record(v, write_change, &step.made_id);
	else
		api_refuse(v, r, write_change, &step.made_id, &e);
	rulecheck_release(&check);
	json_free(&body);
}

/* --- its steps --- */

/* A step that is asked for. */
struct asked {
	struct rulechange_step step;
	int (*make)(void *user, struct visit *v, struct err *e);
};

/* In the transaction: what was seen is still what there is, then make it. */
static int
change(void *user, struct visit *v, struct err *e)
{
	struct asked *a = user;
	struct rulebook_change c;
	char version[32];
	int r =
	    rulebook_find(v->desk->rulebook, a->step.id, v->desk->arena, &c, e);

	if (r <= 0)
		return r;
	(void)snprintf(version, sizeof version, "%" PRId64, c.changes);
	if (!api_saw(v, version))
		return 0;
	a->step.seen = c.changes;
	return a->make(&a->step, v, e);
}

static void
answer(struct visit *v, struct asked *a, int r, const struct err *e)
{
	if (r > 0)
		api_record(v, write_change, &a->step.id);
	else
		api_refuse(v, r, write_change, &a->step.id, e);
}

/* Read the body, of these members, and make the step. */
static void
take(struct visit *v, const char *const *members,
    int (*make)(void *user, struct visit *v, struct err *e))
{
	struct asked a = { .step = { .id = visit_number(v->arg) },
		.make = make };
	struct json *body;
	struct err e = { 0 };
	int r;

	if (!api_says_what_it_saw(v))
		return;
	body = api_body(v, members);
	if (!body)
		return;
	a.step.why = api_text(v, body, "why");
	a.step.days = json_int(json_member(body, "days"));
	r = visit_change(v, change, &a, &e);
	answer(v, &a, r, &e);
	json_free(&body);
}

static const char *const no_members[] = { NULL };

void
api_rule_change_propose(struct visit *v)
{
	take(v, no_members, rulechange_propose);
}

void
api_rule_change_withdraw(struct visit *v)
{
	take(v, no_members, rulechange_withdraw);
}

void
api_rule_change_preview(struct visit *v)
{
	static const char *const members[] = { "days", NULL };

	take(v, members, rulechange_preview);
}

void
api_rule_change_send_back(struct visit *v)
{
	static const char *const members[] = { "why", NULL };

	take(v, members, rulechange_send_back);
}

/* The rules are compiled and tested before the transaction. */
void
api_rule_change_approve(struct visit *v)
{
	struct asked a = { .step = { .id = visit_number(v->arg) },
		.make = rulechange_approve };
	struct rulecheck check = { 0 };
	struct rulebook_change c;
	struct json *body;
	struct err e = { 0 };
	int r;

	if (!api_says_what_it_saw(v))
		return;
	body = api_body(v, no_members);
	if (!body)
		return;
	r = rulebook_find(v->desk->rulebook, a.step.id, v->desk->arena, &c, &e);
	if (r > 0)
		r = rulechange_check(v, &c, &check, &e) < 0 ? -1 : 1;
	a.step.check = &check;
	if (r > 0)
		r = visit_change(v, change, &a, &e);
	answer(v, &a, r, &e);
	rulecheck_release(&check);
	json_free(&body);
}
