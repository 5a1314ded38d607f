/*
 * feed: what every source of incidents gives to the intake.
 *
 * A kind of feed is one file and one row in the table of feed.c; the agent
 * opens, asks and closes feeds of all kinds through the functions at the end.
 *
 * A feed reads its source, splits it into messages and decodes them, and
 * offers them to its sink in batches.  Only when the sink has said that a
 * batch is on disk does the feed acknowledge its source.  A message that cannot
 * be read is an item of its batch too (a fault), so that it is set aside in
 * the same transaction as its neighbours, in its place.
 *
 * The sink's functions are called on the loop thread, never two at once and
 * never from within a call of the sink's owner to the feed; ahead() alone is
 * called on the thread that decodes, where that is another.
 */
#ifndef FEEDS_FEED_H
#define FEEDS_FEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/hash.h"
#include "agent/base/own.h"
#include "agent/base/str.h"
#include "agent/incident/incident.h"

struct arena;
struct conf_feed;
struct err;
struct loop;
struct loop_wake;

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
	const void *ahead;        /* what the sink's ahead() left; else NULL */
};

#define FEED_FAULT_BYTES_MAX 65536

/*
 * Which file, exactly, and how far its messages have been taken.  All zero for
 * a source that is no file and cannot be gone back in.
 */
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
	const char *file; /* name in its folder; no file: a constant word */
	struct arena
	    *arena; /* holds all text; the sink may take more from it */
	struct feed_item *items;
	size_t count; /* may be 0 at the end of a file */
	struct feed_position after;
};

/* A file that is taken whole and not cut into messages. */
struct feed_whole {
	const char *feed; /* the configured name */
	const char *path;
	const char *class;      /* as configured: "dashcam" */
	const char *unit;       /* as configured, or NULL */
	struct loop_wake *wake; /* woken when there is an answer */
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
	/* The file has been moved to done/ or removed: its position may be
	 * forgotten. */
	void (*finished)(void *user, const char *feed, const char *file);
	void *user; /* passed to each but ahead() and ahead_end() */
	/*
	 * All three NULL, or: work that can be done before a batch's turn has
	 * come.  A feed that decodes in a thread of its own asks for a context
	 * before that begins (NULL: there is none, and nothing is done ahead),
	 * calls ahead() in the thread for each batch, and gives the context
	 * back when the thread has ended and before the feed is closed.
	 * ahead() may set items' ahead, from the batch's arena.
	 */
	void *(*ahead_begin)(void *user);
	void (*ahead)(void *context, struct feed_batch *b);
	void (*ahead_end)(void *context);
	/*
	 * For feeds of whole files.  whole_begin() begins one, which is copied,
	 * and gives a ticket that is not 0; whole_ask() tells what became of
	 * it: 0 not done yet, 1 on disk as is a copy of the file, 2 refused, 3
	 * on disk without a copy, -1 to be begun again later (e says why);
	 * whole_cancel(): nobody waits, the wake is not
	 * woken any more.
	 */
	uint64_t (*whole_begin)(void *user, const struct feed_whole *file);
	int (*whole_ask)(void *user, uint64_t ticket, struct err *e);
	void (*whole_cancel)(void *user, uint64_t ticket);
};

/* An open feed.  The struct of a kind begins with it. */
struct feed {
	const struct feed_kind *kind;
};

/* What every feed can say of itself. */
struct feed_status {
	bool has_work;          /* something waits or is in hand */
	int64_t last_commit_ms; /* wall clock, or CLOCK_NONE */
	int64_t stuck_since_ms; /* wall clock; CLOCK_NONE: not stuck */
};

/* One kind of source.  All of it is called on the loop thread. */
struct feed_kind {
	const char *name; /* as "type" in the configuration */
	/*
	 * Begin.  Borrows conf for the call, loop and what sink points to
	 * until close; copies sink.  The sink is not called before the loop's
	 * next turn.  A source that comes and goes and is away is no error; a
	 * folder that is missing is.
	 */
	int (*open)(const struct conf_feed *conf, struct loop *loop,
	    const struct feed_sink *sink, struct feed **out, struct err *e);
	/* What it is about, now. */
	void (*status)(const struct feed *f, struct feed_status *out);
	/* Begin nothing new; what was offered may be offered again. */
	void (*drain)(struct feed *f);
	/*
	 * Stop at once: what was not committed stays unacknowledged with its
	 * source.  *f becomes NULL.
	 */
	void (*close)(struct feed **f);
};

/* The kind called type, or NULL. */
const struct feed_kind *feed_kind_find(const char *type);

/*
 * Open the feed that conf describes.  The caller owns *out (feed_close); its
 * errors name the feed.
 */
NODISCARD int feed_open(const struct conf_feed *conf, struct loop *loop,
    const struct feed_sink *sink, struct feed **out, struct err *e);

/* What the feed is about, now. */
void feed_status(const struct feed *f, struct feed_status *out);

/* Begin nothing new: the agent is to stop.  Cannot fail. */
void feed_drain(struct feed *f);

/* Stop, release *f and set it NULL.  NULL is fine. */
void feed_close(struct feed **f);

#endif /* FEEDS_FEED_H */
