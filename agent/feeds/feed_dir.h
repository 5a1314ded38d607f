/*
 * feed_dir: a folder that files of incidents are put into.
 *
 * A file is taken when it is closed after writing or moved in (inotify), and
 * otherwise by a sweep of the whole folder, at the start, every sweep_ms and
 * after an overflow of inotify, once it has not changed for 2 s.  Names that
 * begin with a dot or end in .tmp or .part are left, and so is all that is no
 * regular file (symbolic links are not followed).  A file whose last batch is
 * on disk is moved to done/ in the folder, never before; if done/ has the
 * name already it becomes name.1.ndjson, name.2.ndjson and so on.
 *
 * Files up to 256 KiB are read, decoded and committed at once, on the loop
 * thread.  Larger ones are decoded ahead by one helper thread, at most three
 * batches of them in memory, of which the loop takes one a turn, so that a
 * small file never waits behind a large one.
 *
 * A folder of recordings ("tracks") is watched in the same way, but each file is
 * taken whole, one at a time, by somebody else's thread (feed.h).  What that
 * has a copy of on disk is removed here, so that erasing the copy erases all
 * there is; what it took without a copy is moved to done/, and what is refused
 * there to refused/.
 *
 * Nothing is remembered here: kill the program at any instant, and the next
 * start takes what is in the folder, going on in a half committed file where
 * its sink says (feed.h).
 */
#ifndef FEEDS_FEED_DIR_H
#define FEEDS_FEED_DIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/own.h"

struct err;
struct feed_dir; /* opaque; belongs to the loop thread */
struct feed_kind;
struct feed_sink;
struct loop;

/* The row for the table of kinds: type "directory". */
extern const struct feed_kind feed_dir_kind;

/* The same for type "tracks". */
extern const struct feed_kind feed_dir_tracks_kind;

/* What a directory feed needs to know; copied. */
struct feed_dir_config {
	const char *name;       /* for the sink and the log */
	const char *path;       /* the folder; must exist at the start */
	size_t batch_max;       /* items in one batch; 0: 512 */
	size_t batch_bytes_max; /* their bytes, more or less; 0: 1 MiB */
	int64_t sweep_ms;       /* between two sweeps; 0: 60,000 */
	bool is_whole;          /* files are taken whole */
	const char *class;      /* of what is taken whole */
	const char *unit;       /* likewise, or NULL */
};

/* What the feed is about. */
struct feed_dir_status {
	size_t waiting_count;   /* files known and not yet begun */
	uint64_t waiting_bytes; /* their size */
	char file[256];         /* the large file in hand, or "" */
	uint64_t file_bytes;    /* its size */
	uint64_t file_done;     /* how much of it is committed */
	uint64_t files_done;    /* moved to done/ since the start */
	uint64_t messages_done; /* messages committed since the start */
	uint64_t faults_done;   /* faults committed since the start */
	int64_t last_commit_ms; /* wall clock, or CLOCK_NONE */
	int64_t stuck_since_ms; /* wall clock; CLOCK_NONE: not stuck */
	char stuck_why[256];    /* one sentence, or "" */
};

/*
 * Watch a folder.  done/ is made in it if missing.  The first sweep is made
 * before this returns; files are taken from the loop's next turn on.  loop and
 * sink are borrowed until feed_dir_close().  The caller owns *out.  Fails with
 * ERR_SYSTEM if the folder cannot be read or written.
 */
NODISCARD int feed_dir_open(const struct feed_dir_config *cfg,
    struct loop *loop, const struct feed_sink *sink, struct feed_dir **out,
    struct err *e);

/* Look at the whole folder in the loop's next turn. */
void feed_dir_rescan(struct feed_dir *f);

/* What the feed is about, now. */
void feed_dir_status(const struct feed_dir *f, struct feed_dir_status *out);

/*
 * Begin nothing new.  A batch that is decoded may still be offered; files half
 * taken stay where they are, to be resumed.  Cannot fail.
 */
void feed_dir_drain(struct feed_dir *f);

/*
 * Stop: end the helper thread, leave what was not committed in the folder,
 * release *f and set it NULL.  NULL is fine.
 */
void feed_dir_close(struct feed_dir **f);

#endif /* FEEDS_FEED_DIR_H */
