/*
 * gather: the messages of files, by incident.
 *
 * For commands that answer for incidents and must have read all messages first,
 * because the last line may be an update of the first incident.  All that was
 * read stays in memory.
 */
#ifndef CMD_GATHER_H
#define CMD_GATHER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"
#include "agent/incident/merge.h"

struct err;
struct reader_batch;

/* The messages of one incident, each distinct one once. */
struct gather_group {
	struct str id;
	struct merge_message *messages; /* owned */
	size_t count;
};

/* All that was read.  Begin with zeroes. */
struct gather {
	struct gather_group *groups; /* in order of first appearance */
	size_t group_count, group_cap;
	uint32_t *table; /* open addressing: index + 1 into groups, or 0 */
	size_t table_size;
	struct reader_batch **batches; /* owned; they own the text */
	size_t batch_count;
	bool refused; /* a message could not be read, which was said */
};

/*
 * Read the files, or standard input if count is 0, into g.  A message that
 * cannot be read is named on standard error and passed over.  -1: a file
 * cannot be read.
 */
NODISCARD int gather_files(
    struct gather *g, int count, char **names, struct err *e);

/* Release what g has. */
void gather_release(struct gather *g);

#endif /* CMD_GATHER_H */
