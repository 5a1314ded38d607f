/*
 * Of an incident the last look and the last act are kept: whatever time is
 * asked for ends with now, so the last is in it if any is.  Incidents are in
 * the order of their numbers; what is too old is dropped when there is no room.
 */
#include "agent/store/readers.h"

#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"

#define ROOM_FIRST 64
#define NEVER      INT64_MIN

/* What it did with an incident, last. */
struct seen {
	int64_t incident_id, looked_ms, acted_ms;
};

struct file {
	int64_t rows, at_ms;
};

struct reader {
	struct reader *next;
	char *actor;       /* owned */
	struct seen *seen; /* owned; by incident */
	struct file *files;
	size_t seen_count, seen_cap, file_count, file_cap;
	int64_t keep_ms, last_ms; /* the latest of all that was noted */
	int64_t most, most_ms;    /* busiest day, known when */
};

struct readers {
	struct reader *first;
	int64_t keep_ms;
};

struct readers *
readers_new(int64_t keep_ms)
{
	struct readers *r = alloc_zero(1, sizeof *r);

	r->keep_ms = keep_ms;
	return r;
}

void
readers_clear(struct readers *r)
{
	while (r->first) {
		struct reader *one = r->first;

		r->first = one->next;
		free(one->actor);
		free(one->seen);
		free(one->files);
		free(one);
	}
}

void
readers_free(struct readers **r)
{
	if (!*r)
		return;
	readers_clear(*r);
	free(*r);
	*r = NULL;
}

struct reader *
readers_find(const struct readers *r, const char *actor)
{
	for (struct reader *one = r->first; one; one = one->next)
		if (strcmp(one->actor, actor) == 0)
			return one;
	return NULL;
}

struct reader *
readers_add(struct readers *r, const char *actor)
{
	struct reader *one = alloc_zero(1, sizeof *one);

	one->actor = alloc_text(actor);
	one->keep_ms = r->keep_ms;
	one->last_ms = one->most_ms = NEVER;
	one->next = r->first;
	r->first = one;
	return one;
}

/* --- noting --- */

static int64_t
latest(const struct seen *s)
{
	return s->looked_ms > s->acted_ms ? s->looked_ms : s->acted_ms;
}

/* Drop what no question is about any more. */
static void
drop_old(struct reader *r)
{
	size_t kept = 0;

	for (size_t i = 0; i < r->seen_count; i++)
		if (latest(&r->seen[i]) > r->last_ms - r->keep_ms)
			r->seen[kept++] = r->seen[i];
	r->seen_count = kept;
	kept = 0;
	for (size_t i = 0; i < r->file_count; i++)
		if (r->files[i].at_ms > r->last_ms - r->keep_ms)
			r->files[kept++] = r->files[i];
	r->file_count = kept;
}

/* Room for one more, of half of what there is at least after a dropping. */
static size_t
more_room(size_t count, size_t cap)
{
	if (cap == 0)
		return ROOM_FIRST;
	return count > cap / 2 ? cap * 2 : cap;
}

/* Where an incident is, or would be. */
static size_t
find_place(const struct reader *r, int64_t incident_id)
{
	size_t low = 0, high = r->seen_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (r->seen[middle].incident_id < incident_id)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct seen *
seen_of(struct reader *r, int64_t incident_id)
{
	size_t at = find_place(r, incident_id);

	if (at < r->seen_count && r->seen[at].incident_id == incident_id)
		return &r->seen[at];
	if (r->seen_count == r->seen_cap) {
		drop_old(r);
		r->seen_cap = more_room(r->seen_count, r->seen_cap);
		r->seen = alloc_resize(r->seen, r->seen_cap, sizeof *r->seen);
		at = find_place(r, incident_id);
	}
	memmove(r->seen + at + 1, r->seen + at,
	    (r->seen_count - at) * sizeof *r->seen);
	r->seen_count++;
	r->seen[at] = (struct seen){ incident_id, NEVER, NEVER };
	return &r->seen[at];
}

static void
keep_latest(int64_t at_ms, int64_t *last_ms)
{
	if (at_ms > *last_ms)
		*last_ms = at_ms;
}

void
reader_note(struct reader *r, int64_t incident_id, int64_t at_ms, bool is_look)
{
	struct seen *s;

	keep_latest(at_ms, &r->last_ms);
	s = seen_of(r, incident_id);
	keep_latest(at_ms, is_look ? &s->looked_ms : &s->acted_ms);
}

void
reader_note_file(struct reader *r, int64_t rows, int64_t at_ms)
{
	keep_latest(at_ms, &r->last_ms);
	if (r->file_count == r->file_cap) {
		drop_old(r);
		r->file_cap = more_room(r->file_count, r->file_cap);
		r->files =
		    alloc_resize(r->files, r->file_cap, sizeof *r->files);
	}
	r->files[r->file_count++] = (struct file){ rows, at_ms };
}

/* --- asking --- */

int64_t
reader_count(const struct reader *r, int64_t since_ms)
{
	int64_t count = 0;

	for (size_t i = 0; i < r->seen_count; i++)
		count += r->seen[i].looked_ms >= since_ms &&
			 r->seen[i].acted_ms < since_ms;
	for (size_t i = 0; i < r->file_count; i++)
		if (r->files[i].at_ms >= since_ms)
			count += r->files[i].rows;
	return count;
}

bool
reader_knows(const struct reader *r, int64_t since_ms, int64_t *most)
{
	*most = r->most;
	return r->most_ms != NEVER && r->most_ms >= since_ms;
}

void
reader_know(struct reader *r, int64_t most, int64_t at_ms)
{
	r->most = most;
	r->most_ms = at_ms;
}
