/*
 * buzzard incident: what is stored, for an administrator or an analyst at a
 * terminal.  Every look is recorded before anything is shown.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/jsonw.h"
#include "agent/cmd/cmd.h"
#include "agent/cmd/hits.h"
#include "agent/cmd/look.h"
#include "agent/cmd/options.h"
#include "agent/cmd/output.h"
#include "agent/cmd/table.h"
#include "agent/conf/conf.h"
#include "agent/incident/incident.h"
#include "agent/store/digests.h"
#include "agent/store/holds.h"
#include "agent/store/record.h"
#include "agent/store/store.h"

#define USAGE                                                               \
	"incident list [--theme T] [--since TIME] [--limit N] [--json]\n"   \
	"       buzzard incident show REFERENCE [--history] [--json]\n"     \
	"       buzzard incident hold REFERENCE --why TEXT [--until DAY]\n" \
	"       buzzard incident release REFERENCE"

/* The command line, and what it works on. */
struct request {
	const char *conf_path, *theme, *since, *why, *until;
	bool json, history;
	struct output output;
	int64_t limit;
	struct conf *conf;
	struct store *store;
	struct digests *digests;
	struct arena *arena;
	struct store_incident *found; /* show: those with the reference */
	size_t found_count;
};

static void
print_place(struct jsonw *w, const struct place *place)
{
	jsonw_member_text(w, "place", place_class_name(place->class));
	jsonw_member_str(w, "area", place->area);
	jsonw_member_str(w, "district", place->district);
	jsonw_member_str(w, "edition", place->edition);
	jsonw_member_str(w, "grid_ref", place->grid_ref);
	jsonw_member_str(w, "located_by", place->how);
	jsonw_member_str(w, "doubt", place->doubt);
}

static void
print_columns(struct jsonw *w, const struct store_incident *row)
{
	jsonw_member_str(w, "ref", row->ref);
	jsonw_member_str(w, "feed", row->feed);
	jsonw_member_time(w, "opened_at", row->opened_ms);
	jsonw_member_time(w, "updated_at", row->updated_ms);
	jsonw_member_str(w, "grade", row->grade);
	print_place(w, &row->place);
	jsonw_member_bool(w, "rural_crime", row->rural_crime);
	jsonw_member_str(w, "basis", row->basis);
	jsonw_member_bool(w, "in_progress", row->in_progress);
	jsonw_member_int(w, "messages", row->message_count);
	jsonw_member_str(w, "rule_set", row->rule_set);
}

/* The listing: on the terminal what tells incidents apart. */
static const struct table_column columns[] = {
	{ .key = "ref", .title = "reference" },
	{ .key = "feed" },
	{ .key = "opened_at", .title = "opened" },
	{ .key = "updated_at" },
	{ .key = "grade", .title = "grade", .width_max = 8 },
	{ .key = "place", .title = "place" },
	{ .key = "area" },
	{ .key = "district", .title = "district", .width_max = 24 },
	{ .key = "edition" },
	{ .key = "grid_ref" },
	{ .key = "rural_crime", .title = "rural crime" },
	{ .key = "basis" },
	{ .key = "in_progress", .title = "in progress" },
	{ .key = "messages" },
	{ .key = "rule_set" },
	{ .key = "themes", .title = "themes" },
};

static void
list_row(void *user, const struct store_incident *row)
{
	struct table *t = user;

	table_str(t, row->ref);
	table_str(t, row->feed);
	table_time(t, row->opened_ms);
	table_time(t, row->updated_ms);
	table_str(t, row->grade);
	table_text(t, place_class_name(row->place.class));
	table_str(t, row->place.area);
	table_str(t, row->place.district);
	table_str(t, row->place.edition);
	table_str(t, row->place.grid_ref);
	table_bool(t, row->rural_crime);
	table_str(t, row->basis);
	table_tone(t, row->in_progress ? OUTPUT_WARN : OUTPUT_PLAIN);
	table_bool(t, row->in_progress);
	table_int(t, row->message_count);
	table_str(t, row->rule_set);
	table_str(t, row->themes);
	table_row(t);
}

static int
list(struct request *rq)
{
	struct store_filter filter = { .theme = str_of(rq->theme),
		.since_ms = CLOCK_NONE,
		.limit = rq->limit };
	struct err e = { 0 };
	struct table *t;
	int r;

	if (rq->since && !clock_parse(str_of(rq->since), &filter.since_ms))
		return cmd_usage("--since wants a date and time such as "
				 "2026-01-14T10:42:07Z, not \"%s\"",
		    rq->since);
	r = look_record(rq->store, 0, "incident list", rq->theme);
	if (r != CMD_OK)
		return r;
	t = table_new(&rq->output, columns, sizeof columns / sizeof columns[0]);
	r = store_incident_list(rq->store, &filter, list_row, t, &e);
	table_free(&t);
	return r < 0 ? cmd_fail(&e) : CMD_OK;
}

static void
keep_found(void *user, const struct store_incident *row)
{
	struct request *rq = user;
	struct store_incident *f;

	rq->found = alloc_resize(rq->found, rq->found_count + 1, sizeof(*f));
	f = &rq->found[rq->found_count++];
	*f = *row;
	f->feed = arena_str(rq->arena, row->feed);
	f->ref = arena_str(rq->arena, row->ref);
}

static void
tag_json(void *user, const struct store_tag *tag)
{
	struct jsonw *w = user;

	jsonw_object(w);
	jsonw_member_str(w, "theme", tag->theme);
	jsonw_member_text(w, "level", rules_level_name(tag->level));
	jsonw_member_int(w, "score", tag->score);
	jsonw_key(w, "rules");
	jsonw_raw(w, tag->evidence);
	jsonw_member_str(w, "rule_set", tag->rule_set);
	jsonw_member_str(w, "edition", tag->edition);
	jsonw_member_time(w, "made_at", tag->made_ms);
	jsonw_member_time(w, "ended_at", tag->ended_ms);
	jsonw_close(w);
}

/* "at-risk, in-progress" as a list. */
static void
flags_json(struct jsonw *w, struct str flags)
{
	jsonw_key(w, "flags");
	jsonw_array(w);
	while (flags.len > 0) {
		const char *comma = memchr(flags.p, ',', flags.len);
		size_t len = comma ? (size_t)(comma - flags.p) : flags.len;

		jsonw_str(w, str_trim(str_make(flags.p, len)));
		len += comma != NULL;
		flags = str_make(flags.p + len, flags.len - len);
	}
	jsonw_close(w);
}

/* A series that counts this incident, on another one. */
static void
link_json(void *user, const struct digests_link *link)
{
	struct jsonw *w = user;

	jsonw_object(w);
	jsonw_member_str(w, "series", link->series);
	jsonw_member_str(w, "feed", link->feed);
	jsonw_member_str(w, "ref", link->ref);
	jsonw_close(w);
}

static int
show_json(struct request *rq, const struct store_incident *row,
    const struct incident *record, struct err *e)
{
	struct buf out = { 0 }, canonical = { 0 };
	struct jsonw w;
	int r;

	incident_print(record, &canonical);
	jsonw_init(&w, &out);
	jsonw_object(&w);
	print_columns(&w, row);
	flags_json(&w, row->flags);
	jsonw_key(&w, "record");
	jsonw_raw(&w, buf_str(&canonical));
	jsonw_key(&w, "tags");
	jsonw_array(&w);
	r = store_tags_list(rq->store, row->id, rq->history, tag_json, &w, e);
	jsonw_close(&w);
	jsonw_key(&w, "shadows");
	jsonw_array(&w);
	if (r == 0)
		r = store_shadows_list(
		    rq->store, row->id, rq->history, tag_json, &w, e);
	jsonw_close(&w);
	jsonw_key(&w, "counted_by");
	jsonw_array(&w);
	if (r == 0)
		r = digests_link_list(rq->digests, row->id, link_json, &w, e);
	jsonw_close(&w);
	if (r == 0)
		r = hits_json_stored(&w, rq->store, row->id, rq->history, e);
	jsonw_close(&w);
	if (r == 0)
		puts(out.p);
	buf_clear(&out);
	buf_clear(&canonical);
	return r;
}

static void
print_time(const char *what, int64_t ms)
{
	char when[CLOCK_TEXT_MAX];

	if (ms != CLOCK_NONE)
		printf("%-12s %s\n", what, clock_format_local(ms, when));
}

static void
print_text(const char *what, struct str s)
{
	if (s.len == 0)
		return;
	printf("%-12s ", what);
	output_put(s, 0);
	putchar('\n');
}

static void
tag_text(void *user, const struct store_tag *tag)
{
	char when[CLOCK_TEXT_MAX];

	(void)user;
	printf("\n%.*s: %s, score %" PRId64 ", made %s\n", STR_ARG(tag->theme),
	    rules_level_name(tag->level), tag->score,
	    clock_format_local(tag->made_ms, when));
	if (tag->ended_ms != CLOCK_NONE)
		printf("  no longer stands since %s\n",
		    clock_format_local(tag->ended_ms, when));
	look_evidence(tag->evidence);
	printf("  rules %.20s, boundaries %.*s\n", tag->rule_set.p,
	    STR_ARG(tag->edition));
}

/* A tag that no longer stands, on one line below a heading. */
static void
ended_text(void *user, const struct store_tag *tag)
{
	bool *has_heading = user;
	char from[CLOCK_TEXT_MAX];
	char to[CLOCK_TEXT_MAX];

	if (tag->ended_ms == CLOCK_NONE)
		return;
	if (!*has_heading)
		puts("\nsaid before (with the reasons: --history)");
	*has_heading = true;
	printf("  %.*s: %s, score %" PRId64 ", from %s to %s, rules %.20s\n",
	    STR_ARG(tag->theme), rules_level_name(tag->level), tag->score,
	    clock_format_local(tag->made_ms, from),
	    clock_format_local(tag->ended_ms, to), tag->rule_set.p);
}

static void
shadow_text(void *user, const struct store_tag *tag)
{
	bool *has_heading = user;

	if (!*has_heading)
		puts("\nby shadow rules, which tag nothing and tell nobody:");
	*has_heading = true;
	tag_text(NULL, tag);
}

/* What stands, what stood, and what shadow rules say. */
static int
show_tags(struct request *rq, int64_t id, struct err *e)
{
	bool has_heading = false;
	int r = store_tags_list(rq->store, id, rq->history, tag_text, NULL, e);

	if (r == 0 && !rq->history)
		r = store_tags_list(
		    rq->store, id, true, ended_text, &has_heading, e);
	has_heading = false;
	if (r == 0)
		r = store_shadows_list(
		    rq->store, id, rq->history, shadow_text, &has_heading, e);
	return r;
}

static void
link_text(void *user, const struct digests_link *link)
{
	(void)user;
	printf("\ncounted by %.*s, with ", STR_ARG(link->series));
	output_put(link->ref, 0);
	fputs(" of ", stdout);
	output_put(link->feed, 0);
	putchar('\n');
}

static void
print_entry(const struct incident_entry *entry)
{
	char when[CLOCK_TEXT_MAX];

	printf("%s  ", entry->at_ms == CLOCK_NONE
			   ? "(no time)"
			   : clock_format_local(entry->at_ms, when));
	output_put(entry->by, 0);
	fputs("  ", stdout);
	output_put(entry->text, 0);
	putchar('\n');
}

static int
show_text(struct request *rq, const struct store_incident *row,
    const struct incident *record, struct err *e)
{
	print_text("reference", row->ref);
	print_text("feed", row->feed);
	print_time("opened", row->opened_ms);
	print_time("updated", row->updated_ms);
	print_text("grade", row->grade);
	print_text("opened as", record->opening_code);
	print_text("location", record->location_text);
	printf("%-12s %s ", "place", place_class_name(row->place.class));
	output_put(row->place.grid_ref, 0);
	putchar(' ');
	output_put(row->place.district, 0);
	putchar('\n');
	print_text("located by", row->place.how);
	print_text("", row->place.doubt);
	printf("%-12s %s (basis: %.*s)%s\n", "rural crime",
	    row->rural_crime ? "yes" : "no", STR_ARG(row->basis),
	    row->in_progress ? ", in progress" : "");
	print_text("flags", row->flags);
	printf("%-12s %" PRId64 "\n\n", "messages", row->message_count);
	for (size_t i = 0; i < record->log_count; i++)
		print_entry(&record->log[i]);
	if (show_tags(rq, row->id, e) < 0)
		return -1;
	if (digests_link_list(rq->digests, row->id, link_text, NULL, e) < 0)
		return -1;
	return hits_print_stored(rq->store, row->id, rq->history, e);
}

static int
show_one(struct request *rq, const struct store_incident *row)
{
	struct store_incident full;
	struct incident record = { 0 };
	struct err e = { 0 };
	int r;

	r = look_record(rq->store, row->id, "incident show", NULL);
	if (r != CMD_OK)
		return r;
	if (store_incident_find_id(rq->store, row->id, rq->arena, &full, &e) <
		0 ||
	    record_load(rq->store, row->id, rq->arena, look_unreadable, &record,
		&e) < 0)
		return cmd_fail(&e);
	if (rq->output.is_json)
		r = show_json(rq, &full, &record, &e);
	else
		r = show_text(rq, &full, &record, &e);
	return r < 0 ? cmd_fail(&e) : CMD_OK;
}

static int
show(struct request *rq, const char *ref)
{
	struct err e = { 0 };
	int r = CMD_OK;

	if (store_incident_list_ref(
		rq->store, str_of(ref), keep_found, rq, &e) < 0)
		return cmd_fail(&e);
	if (rq->found_count == 0) {
		cmd_complain(
		    "buzzard: no incident has the reference \"%s\"\n", ref);
		return CMD_FINDINGS;
	}
	if (digests_open(rq->store, &rq->digests, &e) < 0)
		return cmd_fail(&e);
	for (size_t i = 0; i < rq->found_count && r == CMD_OK; i++)
		r = show_one(rq, &rq->found[i]);
	digests_close(&rq->digests);
	return r;
}

/* --- held --- */

/* The one incident with a reference that a hold is put on or ended. */
static int
find_one(struct request *rq, const char *ref)
{
	struct err e = { 0 };

	if (store_incident_list_ref(
		rq->store, str_of(ref), keep_found, rq, &e) < 0)
		return cmd_fail(&e);
	if (rq->found_count == 1)
		return CMD_OK;
	cmd_complain("buzzard: %zu incidents have the reference \"%s\"%s\n",
	    rq->found_count, ref,
	    rq->found_count > 1
		? ": hold the right one on its page of the review service"
		: "");
	return CMD_FINDINGS;
}

/* The end of a day in London, or CLOCK_NONE without one. */
static int
read_until(const struct request *rq, int64_t *until_ms)
{
	*until_ms = CLOCK_NONE;
	if (!rq->until || clock_parse_day(str_of(rq->until), until_ms))
		return CMD_OK;
	return cmd_usage(
	    "--until wants a day such as 2027-03-31, not \"%s\"", rq->until);
}

/* In a transaction of its own: 1, 0 if it stands so already, -1. */
static int
change_hold(struct request *rq, struct holds *holds, bool is_put,
    int64_t until_ms, struct err *e)
{
	struct buf actor = { 0 };
	int64_t id = rq->found[0].id;
	int r;

	if (store_begin(rq->store, e) < 0)
		return -1;
	look_actor(&actor);
	r = is_put ? holds_put(holds, id, str_of(rq->why), until_ms, actor.p,
			 clock_wall_ms(), e)
		   : holds_end(holds, id, actor.p, clock_wall_ms(), e);
	buf_clear(&actor);
	if (r <= 0)
		store_rollback(rq->store);
	else if (store_commit(rq->store, e) < 0)
		r = -1;
	return r;
}

static int
hold(struct request *rq, const char *ref, bool is_put)
{
	struct holds *holds = NULL;
	struct err e = { 0 };
	int64_t until_ms;
	int r = read_until(rq, &until_ms);

	if (r == CMD_OK)
		r = find_one(rq, ref);
	if (r != CMD_OK)
		return r;
	if (holds_open(rq->store, &holds, &e) < 0)
		return cmd_fail(&e);
	r = change_hold(rq, holds, is_put, until_ms, &e);
	holds_close(&holds);
	if (r < 0 && e.code == ERR_INVALID)
		return cmd_usage("%s", e.msg);
	if (r < 0)
		return cmd_fail(&e);
	printf("%s is %s\n", ref,
	    is_put  ? r > 0 ? "held: nothing of it is erased" : "held already"
	    : r > 0 ? "held no more"
		    : "not held");
	return r > 0 ? CMD_OK : CMD_FINDINGS;
}

static int
dispatch(struct request *rq, int argc, char **argv)
{
	if (argc == 2)
		return list(rq);
	if (strcmp(argv[1], "show") == 0)
		return show(rq, argv[2]);
	return hold(rq, argv[2], strcmp(argv[1], "hold") == 0);
}

static bool
is_understood(int argc, char **argv)
{
	if (argc == 2)
		return strcmp(argv[1], "list") == 0;
	return argc == 3 &&
	       (strcmp(argv[1], "show") == 0 || strcmp(argv[1], "hold") == 0 ||
		   strcmp(argv[1], "release") == 0);
}

int
cmd_incident(int argc, char **argv)
{
	struct request rq = { .limit = 50 };
	const struct option_row rows[] = {
		{ "-c", "FILE", NULL, &rq.conf_path, NULL,
		    "the agent's configuration" },
		{ "--theme", "T", NULL, &rq.theme, NULL,
		    "list: only where this theme stands" },
		{ "--since", "TIME", NULL, &rq.since, NULL,
		    "list: only those opened then or later" },
		{ "--limit", "N", NULL, NULL, &rq.limit,
		    "list: at most so many, newest first (50)" },
		{ "--history", NULL, &rq.history, NULL, NULL,
		    "show: tags and matches that no longer stand, too" },
		{ "--why", "TEXT", NULL, &rq.why, NULL,
		    "hold: why it must be kept" },
		{ "--until", "DAY", NULL, &rq.until, NULL,
		    "hold: the last day of it, such as 2027-03-31" },
		{ "--json", NULL, &rq.json, NULL, NULL,
		    "one JSON object a line (so when piped)" },
	};
	int r = options_read(
	    USAGE, rows, sizeof(rows) / sizeof(rows[0]), &argc, argv);

	if (r != 0)
		return r < 0 ? CMD_USAGE : CMD_OK;
	if (!is_understood(argc, argv))
		return cmd_usage("say list, or show, hold or release and a "
				 "reference");
	output_init(&rq.output, rq.json);
	r = cmd_open_store(rq.conf_path, 1, &rq.conf, &rq.store);
	if (r != CMD_OK)
		return r;
	rq.arena = arena_new();
	r = dispatch(&rq, argc, argv);
	free(rq.found);
	arena_free(&rq.arena);
	store_close(&rq.store);
	conf_free(&rq.conf);
	return r;
}
