/* Messages by incident: see gather.h. */
#include "agent/cmd/gather.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/base/alloc.h"
#include "agent/base/err.h"
#include "agent/cmd/cmd.h"
#include "agent/feeds/reader.h"

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
find_slot(struct gather *all, struct str id)
{
	size_t i = hash_id(id) & (all->table_size - 1);

	while (all->table[i] != 0 &&
	       !str_is_equal(all->groups[all->table[i] - 1].id, id))
		i = (i + 1) & (all->table_size - 1);
	return &all->table[i];
}

static void
grow_table(struct gather *all)
{
	all->table_size = all->table_size ? all->table_size * 2 : 1024;
	free(all->table);
	all->table = alloc_zero(all->table_size, sizeof(*all->table));
	for (size_t i = 0; i < all->group_count; i++)
		*find_slot(all, all->groups[i].id) = (uint32_t)i + 1;
}

static struct gather_group *
group_of(struct gather *all, struct str id)
{
	uint32_t *slot;

	if (all->group_count * 2 >= all->table_size)
		grow_table(all);
	slot = find_slot(all, id);
	if (*slot != 0)
		return &all->groups[*slot - 1];
	if (all->group_count == all->group_cap) {
		all->group_cap = all->group_cap ? all->group_cap * 2 : 256;
		all->groups = alloc_resize(
		    all->groups, all->group_cap, sizeof(*all->groups));
	}
	*slot = (uint32_t)++all->group_count;
	all->groups[*slot - 1] = (struct gather_group){ .id = id };
	return &all->groups[*slot - 1];
}

static bool
is_known(const struct gather_group *g, const struct feed_item *item)
{
	for (size_t i = 0; i < g->count; i++)
		if (memcmp(g->messages[i].hash, item->hash, HASH_BYTES) == 0)
			return true;
	return false;
}

static void
add_message(struct gather *all, const struct feed_item *item)
{
	struct gather_group *g = group_of(all, item->incident.id);
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
take_batch(struct gather *all, const struct feed_batch *b)
{
	for (size_t i = 0; i < b->count; i++) {
		const struct feed_item *item = &b->items[i];

		if (!item->is_fault) {
			add_message(all, item);
			continue;
		}
		all->refused = true;
		cmd_complain("%s:%" PRIu64 ":%" PRIu64 ": %s\n", b->file,
		    item->line, item->column, item->fault);
	}
}

static int
read_open(struct gather *all, int fd, const char *name, struct err *e)
{
	const struct feed_position start = { 0 };
	struct reader *reader =
	    reader_new(fd, "file", name, &start, 512, 1 << 20);
	struct reader_batch *b;
	bool at_end = false;
	int r = 0;

	while (!at_end && (r = reader_next(reader, &b, e)) == 0) {
		at_end = b->batch.after.at_end;
		take_batch(all, &b->batch);
		all->batches = alloc_resize(all->batches, all->batch_count + 1,
		    sizeof(struct reader_batch *));
		all->batches[all->batch_count++] = b;
	}
	reader_free(&reader);
	return r;
}

int
gather_files(struct gather *g, int count, char **names, struct err *e)
{
	if (count == 0)
		return read_open(g, STDIN_FILENO, "standard input", e);
	for (int i = 0; i < count; i++) {
		int fd = open(names[i], O_RDONLY | O_CLOEXEC);
		int r;

		if (fd < 0)
			return err_sys(e, "%s cannot be read", names[i]);
		r = read_open(g, fd, names[i], e);
		close(fd);
		if (r < 0)
			return -1;
	}
	return 0;
}

void
gather_release(struct gather *g)
{
	for (size_t i = 0; i < g->group_count; i++)
		free(g->groups[i].messages);
	for (size_t i = 0; i < g->batch_count; i++)
		reader_batch_free(&g->batches[i]);
	free(g->groups);
	free(g->batches);
	free(g->table);
	*g = (struct gather){ 0 };
}
