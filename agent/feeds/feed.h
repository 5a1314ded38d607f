/*
 * feed: what every source of incidents gives to the intake.
 *
 * A feed reads its source, splits it into messages and decodes them, and
 * offers them to its sink in batches.  Only when the sink has said that a
 * batch is on disk does the feed acknowledge its source.  A message that cannot
 * be read is an item of its batch too (a fault), so that it is set aside in
 * the same transaction as its neighbours, in its place.
 *
 * The sink's functions are called on the loop thread, never two at once and
 * never from within a call of the sink's owner to the feed, but for
 * feed_dir_open(), feed_dir_rescan() and feed_dir_close() (which finishes what
 * is in hand).
 */
#ifndef FEEDS_FEED_H
#define FEEDS_FEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/hash.h"
#include "agent/base/str.h"
#include "agent/incident/incident.h"

struct arena;
struct err;

/*
 * One message, or one fault.  A fault's bytes are those of the message that
 * could not be read, cut to FEED_FAULT_BYTES_MAX if it was too large to hold.
 */
struct feed_item {
	struct str bytes;         /* as they came; the batch's arena */
	uint8_t hash[HASH_BYTES]; /* SHA-256 of bytes */
	uint64_t line, column;    /* from 1; of the message's first byte, of
	                           * the fault in it if is_fault */
	uint64_t offset;          /* of the message's first byte, from 0 */
	bool is_fault;
	const char *fault;        /* one sentence, in the arena; else NULL */
	struct incident incident; /* decoded, unless is_fault */
};

#define FEED_FAULT_BYTES_MAX 65536

/* Which file, exactly, and how far its messages have been taken. */
struct feed_position {
	uint64_t offset; /* bytes that need not be read again */
	uint64_t line;   /* line ends among them */
	bool in_array;   /* the file is one JSON array and offset is in it */
	bool at_end;     /* nothing is left to be read */
	uint64_t dev, inode, size;
	int64_t mtime_ns;
};

/* Some messages of one file, in its order.  Borrowed for the call. */
struct feed_batch {
	const char *feed; /* the configured name */
	const char *file; /* name in its folder */
	struct arena
	    *arena; /* holds all text; the sink may take more from it */
	struct feed_item *items;
	size_t count; /* may be 0 at the end of a file */
	struct feed_position after;
};

/* Who takes what feeds deliver. */
struct feed_sink {
	/*
	 * Put all of b on disk.  Returns 0 when it is.  On -1 nothing of it
	 * may be acknowledged; the feed keeps the batch and offers it again
	 * after a growing delay (ERR_TEMPORARY logged as a warning when that
	 * begins, anything else as an error).
	 */
	int (*commit)(void *user, const struct feed_batch *b, struct err *e);
	/*
	 * Where to go on with a file.  pos comes with the file's dev, inode,
	 * size and mtime_ns, and offset 0.  If a batch of just this file was
	 * committed before, set offset, line and in_array to where it
	 * ended.  Otherwise leave pos: the file is read from its start, which
	 * is harmless since messages are known by their hash.
	 */
	int (*resume)(void *user, const char *feed, const char *file,
	    struct feed_position *pos, struct err *e);
	/* The file has been moved to done/: its position may be forgotten. */
	void (*finished)(void *user, const char *feed, const char *file);
	void *user; /* passed to each */
};

#endif /* FEEDS_FEED_H */
