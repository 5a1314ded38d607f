/*
 * buzzard tag: what the rules say of incidents in files, storing nothing.
 *
 * The answer is the contract of docs/incident.schema.json's neighbour, one
 * object a line for each incident, in the order of first appearance.  All
 * messages are read before the first answer, because the last line may be an
 * update of the first incident.  "entry" counts in the log as it was given; of
 * several messages in the one that they come to, which merge.h describes.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/err.h"
#include "agent/cmd/cmd.h"
#include "agent/cmd/options.h"
#include "agent/editions.h"
#include "agent/feeds/reader.h"
#include "agent/geo/geo.h"
#include "agent/incident/merge.h"
#include "agent/incident/plates.h"
#include "agent/rulepack.h"
#include "agent/store/tagjson.h"
#include "rules/ruleset.h"

#define USAGE                                                                    \
	"tag [--rules DIR] [--boundaries FILE] [FILE ...]   (no FILE: standard " \
	"input)"

/* The messages of one incident. */
struct group {
	struct str id;
	struct merge_message *messages; /* owned */
	size_t count;
};

struct request {
	const char *rules_dir, *boundaries;
	struct geo *geo;
	struct ruleset *rules;
	struct group *groups; /* in order of first appearance */
	size_t group_count, group_cap;
	uint32_t *table; /* open addressing: index + 1 into groups, or 0 */
	size_t table_size;
	struct reader_batch *
	    *batches; /* all that was read; they own the text */
	size_t batch_count;
	bool refused; /* a message could not be read */
};

static uint32_t
hash_id(struct str id)
{
	uint32_t h = 2166136261u; /* FNV-1a */

	for (size_t i = 0; i < id.len; i++)
		h = (h ^ (unsigned char)id.p[i]) * 16777619u;
	return h;
}

/* The slot of id in the table: where it is, or where it goes. */
static uint32_t *
find_slot(struct request *rq, struct str id)
{
	size_t i = hash_id(id) & (rq->table_size - 1);

	while (rq->table[i] != 0 &&
	       !str_is_equal(rq->groups[rq->table[i] - 1].id, id))
		i = (i + 1) & (rq->table_size - 1);
	return &rq->table[i];
}

static void
grow_table(struct request *rq)
{
	rq->table_size = rq->table_size ? rq->table_size * 2 : 1024;
	free(rq->table);
	rq->table = alloc_zero(rq->table_size, sizeof(*rq->table));
	for (size_t i = 0; i < rq->group_count; i++)
		*find_slot(rq, rq->groups[i].id) = (uint32_t)i + 1;
}

static struct group *
group_of(struct request *rq, struct str id)
{
	uint32_t *slot;

	if (rq->group_count * 2 >= rq->table_size)
		grow_table(rq);
	slot = find_slot(rq, id);
	if (*slot != 0)
		return &rq->groups[*slot - 1];
	if (rq->group_count == rq->group_cap) {
		rq->group_cap = rq->group_cap ? rq->group_cap * 2 : 256;
		rq->groups = alloc_resize(
		    rq->groups, rq->group_cap, sizeof(*rq->groups));
	}
	*slot = (uint32_t)++rq->group_count;
	rq->groups[*slot - 1] = (struct group){ .id = id };
	return &rq->groups[*slot - 1];
}

static bool
is_known(const struct group *g, const struct feed_item *item)
{
	for (size_t i = 0; i < g->count; i++)
		if (memcmp(g->messages[i].hash, item->hash, HASH_BYTES) == 0)
			return true;
	return false;
}

static void
add_message(struct request *rq, const struct feed_item *item)
{
	struct group *g = group_of(rq, item->incident.id);
	struct merge_message *m;

	if (is_known(g, item))
		return;
	g->messages =
	    alloc_resize(g->messages, g->count + 1, sizeof(*g->messages));
	m = &g->messages[g->count++];
	m->incident = &item->incident;
	memcpy(m->hash, item->hash, HASH_BYTES);
}

static void
take_batch(struct request *rq, const struct feed_batch *b)
{
	for (size_t i = 0; i < b->count; i++) {
		const struct feed_item *item = &b->items[i];

		if (!item->is_fault) {
			add_message(rq, item);
			continue;
		}
		rq->refused = true;
		cmd_complain("%s:%" PRIu64 ":%" PRIu64 ": %s\n", b->file,
		    item->line, item->column, item->fault);
	}
}

static int
read_open(struct request *rq, int fd, const char *name, struct err *e)
{
	const struct feed_position start = { 0 };
	struct reader *reader =
	    reader_new(fd, "tag", name, &start, 512, 1 << 20);
	struct reader_batch *b;
	bool at_end = false;
	int r = 0;

	while (!at_end && (r = reader_next(reader, &b, e)) == 0) {
		at_end = b->batch.after.at_end;
		take_batch(rq, &b->batch);
		rq->batches = alloc_resize(rq->batches, rq->batch_count + 1,
		    sizeof(struct reader_batch *));
		rq->batches[rq->batch_count++] = b;
	}
	reader_free(&reader);
	return r;
}

static int
read_files(struct request *rq, int count, char **names)
{
	struct err e = { 0 };

	if (count == 0 && read_open(rq, STDIN_FILENO, "standard input", &e) < 0)
		return cmd_fail(&e);
	for (int i = 0; i < count; i++) {
		int fd = open(names[i], O_RDONLY | O_CLOEXEC);
		int r;

		if (fd < 0) {
			err_sys(&e, "%s cannot be read", names[i]);
			return cmd_fail(&e);
		}
		r = read_open(rq, fd, names[i], &e);
		close(fd);
		if (r < 0)
			return cmd_fail(&e);
	}
	return CMD_OK;
}

static int
answer_all(struct request *rq)
{
	struct rules_scratch *scratch = ruleset_scratch_new();
	struct arena *arena = arena_new();
	struct buf line = { 0 };

	for (size_t i = 0; i < rq->group_count; i++) {
		struct group *g = &rq->groups[i];
		struct tagjson_input in = { .rule_set =
						ruleset_hash(rq->rules) };
		struct incident record;
		struct place place;
		struct rules_result result;

		arena_reset(arena);
		buf_reset(&line);
		merge_fold(g->messages, g->count, arena, &record);
		geo_locate(rq->geo, &record, arena, &place);
		ruleset_tag(
		    rq->rules, &record, &place, scratch, arena, &result);
		in.incident = &record;
		in.place = &place;
		in.result = &result;
		in.entry_places =
		    g->count == 1
			? merge_places(g->messages[0].incident, &record, arena)
			: NULL;
		in.plate_count = plates_find(&record, arena, &in.plates);
		tagjson_line(&in, &line);
		buf_add_char(&line, '\n');
		fwrite(line.p, 1, line.len, stdout);
	}
	buf_clear(&line);
	arena_free(&arena);
	ruleset_scratch_free(&scratch);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		cmd_complain("buzzard: standard output: %s\n", strerror(errno));
		return CMD_IO;
	}
	return rq->refused ? CMD_FINDINGS : CMD_OK;
}

static int
load_rules(struct request *rq)
{
	struct buf diag = { 0 };
	struct err e = { 0 };
	char *dir = NULL;
	int r = 0;

	if (rq->rules_dir)
		dir = alloc_text(rq->rules_dir);
	else
		r = rulepack_default_dir(&dir, &e);
	if (r == 0)
		r = rulepack_load(dir, &diag, &rq->rules, &e);
	cmd_put(stderr, buf_str(&diag));
	if (r < 0)
		cmd_complain("buzzard: %s\n", e.msg);
	buf_clear(&diag);
	free(dir);
	return r < 0 ? CMD_INVALID : CMD_OK;
}

static int
load_geo(struct request *rq)
{
	struct err e = { 0 };

	if (geo_new(&rq->geo, &e) < 0)
		return cmd_fail(&e);
	if (rq->boundaries && editions_add_file(rq->geo, rq->boundaries,
				  rq->boundaries, NULL, &e) < 0)
		return cmd_fail(&e);
	return CMD_OK;
}

static void
release(struct request *rq)
{
	for (size_t i = 0; i < rq->group_count; i++)
		free(rq->groups[i].messages);
	for (size_t i = 0; i < rq->batch_count; i++)
		reader_batch_free(&rq->batches[i]);
	free(rq->groups);
	free(rq->batches);
	free(rq->table);
	ruleset_free(&rq->rules);
	geo_free(&rq->geo);
}

int
cmd_tag(int argc, char **argv)
{
	struct request rq = { 0 };
	const struct option_row rows[] = {
		{ "--rules", "DIR", NULL, &rq.rules_dir, NULL,
		    "the rule files (the packs installed)" },
		{ "--boundaries", "FILE", NULL, &rq.boundaries, NULL,
		    "GeoJSON areas with a rural-urban class (built-in towns)" },
	};
	int r = options_read(
	    USAGE, rows, sizeof(rows) / sizeof(rows[0]), &argc, argv);

	if (r != 0)
		return r < 0 ? CMD_USAGE : CMD_OK;
	r = load_rules(&rq);
	if (r == CMD_OK)
		r = load_geo(&rq);
	if (r == CMD_OK)
		r = read_files(&rq, argc - 1, argv + 1);
	if (r == CMD_OK)
		r = answer_all(&rq);
	release(&rq);
	return r;
}
