/* Recording who looked: see look.h. */
#include "agent/cmd/look.h"

#include <errno.h>
#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/json.h"
#include "agent/base/jsonw.h"
#include "agent/cmd/cmd.h"
#include "agent/cmd/output.h"
#include "agent/store/audit.h"
#include "agent/store/store.h"

int64_t
look_id(const char *text)
{
	char *end;
	long long v;

	errno = 0;
	v = strtoll(text, &end, 10);
	return errno != 0 || end == text || *end != '\0' || v < 1 ? 0 : v;
}

void
look_unreadable(int64_t message_id, const char *why)
{
	cmd_complain("buzzard: message %" PRId64
		     " of the incident cannot be read any more: %s\n",
	    message_id, why);
}

static struct str
describe(struct buf *out, const char *command, const char *what)
{
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_object(&w);
	jsonw_key(&w, "command");
	jsonw_text(&w, command);
	if (what) {
		jsonw_key(&w, "what");
		jsonw_text(&w, what);
	}
	jsonw_close(&w);
	return buf_str(out);
}

void
look_actor(struct buf *out)
{
	const struct passwd *user = getpwuid(getuid());

	if (user)
		buf_addf(out, "user:%.40s", user->pw_name);
	else
		buf_addf(out, "user:%u", (unsigned)getuid());
}

/* Append a line about this user, inside the open transaction. */
static int
append(struct store *store, enum audit_event event, int64_t incident_id,
    struct str detail, struct err *e)
{
	struct buf actor = { 0 };
	int r;

	look_actor(&actor);
	r = audit_add(store_audit(store),
	    &(struct audit_row){ .at_ms = clock_wall_ms(),
		.actor = buf_str(&actor),
		.event = event,
		.incident_id = incident_id,
		.detail = detail },
	    e);
	buf_clear(&actor);
	return r;
}

int
look_alteration(
    struct store *store, const char *command, const char *what, struct err *e)
{
	struct buf detail = { 0 };
	int r = append(
	    store, AUDIT_ALTERATION, 0, describe(&detail, command, what), e);

	buf_clear(&detail);
	return r;
}

/* A line in a transaction of its own. */
static int
record(struct store *store, enum audit_event event, int64_t incident_id,
    struct str detail, struct err *e)
{
	if (store_begin(store, e) < 0)
		return -1;
	if (append(store, event, incident_id, detail, e) < 0 ||
	    store_commit(store, e) < 0) {
		store_rollback(store);
		return -1;
	}
	return 0;
}

static int
record_or_refuse(struct store *store, enum audit_event event,
    int64_t incident_id, struct str detail)
{
	struct err e = { 0 };

	if (record(store, event, incident_id, detail, &e) == 0)
		return CMD_OK;
	fputs("buzzard: nothing is shown, because that it was looked at "
	      "could not be recorded\n",
	    stderr);
	return cmd_fail(&e);
}

int
look_record(struct store *store, int64_t incident_id, const char *command,
    const char *filter)
{
	struct buf detail = { 0 };
	int r = record_or_refuse(store, AUDIT_CONSULTATION, incident_id,
	    describe(&detail, command, filter));

	buf_clear(&detail);
	return r;
}

int
look_combination(struct store *store, int64_t incident_id, const char *command,
    const char *with, struct err *e)
{
	struct buf detail = { 0 };
	int r = record(store, AUDIT_COMBINATION, incident_id,
	    describe(&detail, command, with), e);

	buf_clear(&detail);
	return r;
}

int
look_disclosure(struct store *store, const char *command, const char *what)
{
	struct buf detail = { 0 };
	int r = record_or_refuse(
	    store, AUDIT_DISCLOSURE, 0, describe(&detail, command, what));

	buf_clear(&detail);
	return r;
}

static void
print_ground(const struct json *ev)
{
	const struct json *entry = json_member(ev, "entry");
	struct str text = json_text(json_member(ev, "text"));

	if (json_member(ev, "incident")) {
		fputs("        with ", stdout);
		output_put(text, 0);
		putchar('\n');
		return;
	}
	printf("  %+4" PRId64 "  ", json_int(json_member(ev, "points")));
	output_put(json_text(json_member(ev, "why")), 0);
	if (text.len > 0) {
		fputs(": \"", stdout);
		output_put(text, 0);
		putchar('"');
	}
	fputs(" (", stdout);
	output_put(json_text(json_member(ev, "field")), 0);
	if (entry)
		printf(" %" PRId64, json_int(entry) + 1);
	puts(")");
}

void
look_evidence(struct str json)
{
	struct json *rules;
	struct err e = { 0 };

	if (json_parse(json, &rules, NULL, &e) < 0) {
		printf("  stored evidence cannot be read: %s\n", e.msg);
		return;
	}
	for (size_t i = 0; i < json_count(rules); i++) {
		const struct json *hit = json_item(rules, i);
		const struct json *evidence = json_member(hit, "evidence");

		for (size_t k = 0; k < json_count(evidence); k++)
			print_ground(json_item(evidence, k));
	}
	json_free(&rules);
}
