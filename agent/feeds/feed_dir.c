/*
 * The directory feed: from a name in a folder to a file in done/.
 *
 *     inotify ─┐
 *     sweep ───┴► consider ─► small: take_small, at once
 *                          └► large: waits, then bulk, a batch an idle turn
 *
 * A sweep takes what has not changed for 2 s by its mtime and ctime; the ctime
 * cannot be set by a writer, so no memory of earlier looks is needed.
 *
 * When the sink cannot commit, the batch is kept and offered again after a
 * growing delay; meanwhile nothing else is begun, because whatever ails the
 * sink ails every batch.
 */
#include "agent/feeds/feed_dir.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/base/alloc.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/log.h"
#include "agent/base/loop.h"
#include "agent/conf/conf.h"
#include "agent/feeds/bulk.h"
#include "agent/feeds/feed.h"
#include "agent/feeds/names.h"
#include "agent/feeds/reader.h"

#define SMALL_BYTES  (256 << 10) /* up to this, read on the loop thread */
#define SETTLE_MS    2000        /* a file unchanged so long is complete */
#define RETRY_MIN_MS 1000
#define RETRY_MAX_MS 30000
#define TURN_FILES   32   /* small files taken before others have a turn */
#define WAITING_MAX  1000 /* names kept; the sweep finds the rest again */
#define WATCH                                                         \
	(IN_CLOSE_WRITE | IN_MOVED_TO | IN_ONLYDIR | IN_DELETE_SELF | \
	    IN_MOVE_SELF)

/* The file in hand. */
struct job {
	char *name; /* NULL: no file in hand */
	int fd;
	struct feed_position begun; /* its identity as it was opened */
	struct reader *reader;      /* small */
	struct bulk *bulk;          /* large */
	struct reader_batch *kept;  /* offered and not committed yet */
	uint64_t messages, faults;
	bool is_whole;
	uint64_t ticket; /* whole and begun; 0: it is not */
};

struct feed_dir {
	struct feed feed; /* first: a struct feed is one of these */
	struct feed_dir_config cfg;
	char *name, *path, *class, *unit;
	struct loop *loop;
	struct feed_sink sink;
	int dir, done; /* the folders, open */
	int refused;   /* likewise, of whole files; else -1 */
	struct loop_source *watch, *idle;
	struct loop_timer *sweep, *settle, *retry;
	struct loop_wake *wake;
	char **waiting; /* names to be taken, in order */
	size_t waiting_count;
	char **told; /* names whose fault was logged */
	size_t told_count;
	struct job job;
	int64_t delay_ms; /* before the next offer of a kept batch */
	bool draining;
	bool lost; /* the folder is gone */
	bool more; /* there are names that were not kept: sweep again */
	struct feed_dir_status status;
};

static void take_files(struct feed_dir *f);
static void on_inotify(void *user, const char *name, uint32_t mask);

/* Have the file taken after those that wait already. */
static void
wait_for_turn(struct feed_dir *f, const char *name)
{
	if (names_has(f->waiting, f->waiting_count, name))
		return;
	if (f->waiting_count < WAITING_MAX)
		names_add(&f->waiting, &f->waiting_count, name);
	else
		f->more = true;
}

/* Say what is wrong with a file once, until it is taken. */
static void
tell_once(struct feed_dir *f, const char *name, const char *what)
{
	if (names_has(f->told, f->told_count, name))
		return;
	names_add(&f->told, &f->told_count, name);
	log_error("file not taken, looked at again by the sweep feed=%s "
		  "file=%s reason=\"%s\"",
	    f->name, name, what);
}

static void
forget_telling(struct feed_dir *f, const char *name)
{
	for (size_t i = 0; i < f->told_count; i++)
		if (strcmp(f->told[i], name) == 0) {
			free(names_take(f->told, &f->told_count, i));
			return;
		}
}

/* Moving to done/ */

/* Is the name in that folder the file that was read, and unchanged? */
static bool
is_file_in_hand(const struct feed_dir *f, int folder, const char *name)
{
	const struct feed_position *was = &f->job.begun;
	struct stat st;

	return fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	       st.st_ino == was->inode && st.st_dev == was->dev &&
	       (uint64_t)st.st_size == was->size &&
	       st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec ==
		   was->mtime_ns;
}

static bool
is_same_file(const struct feed_dir *f)
{
	return is_file_in_hand(f, f->dir, f->job.name);
}

/*
 * Somebody put another file in its place between the look and the move, and
 * that one was moved, unread: back with it, under a name that is free.
 */
static void
put_back(struct feed_dir *f, int folder, const char *target)
{
	struct buf back = { 0 };

	if (names_move(folder, target, f->dir, &back) == 0)
		wait_for_turn(f, back.p);
	else
		tell_once(f, target, strerror(errno));
	buf_clear(&back);
}

/* Move the file in hand into a folder as *target: true if it is there. */
static bool
move_to(struct feed_dir *f, int folder, struct buf *target)
{
	const char *name = f->job.name;

	if (f->lost)
		return false; /* found again with its folder */
	if (!is_same_file(f)) {
		/* It grew or was replaced: what is new in it comes again. */
		wait_for_turn(f, name);
		return false;
	}
	if (names_move(f->dir, name, folder, target) < 0) {
		tell_once(f, name, strerror(errno));
		return false;
	}
	if (is_file_in_hand(f, folder, target->p))
		return true;
	put_back(f, folder, target->p);
	return false;
}

static void
move_to_done(struct feed_dir *f)
{
	const char *name = f->job.name;
	struct buf target = { 0 };

	if (move_to(f, f->done, &target)) {
		f->status.files_done++;
		forget_telling(f, name);
		log_info("file taken feed=%s file=%s messages=%" PRIu64
			 " faults=%" PRIu64 " done=%s",
		    f->name, name, f->job.messages, f->job.faults, target.p);
		f->sink.finished(f->sink.user, f->name, name);
	}
	buf_clear(&target);
}

/* The file in hand */

static void
end_job(struct feed_dir *f)
{
	struct job *j = &f->job;

	if (j->ticket)
		f->sink.whole_cancel(f->sink.user, j->ticket);
	bulk_close(&j->bulk);
	reader_batch_free(&j->kept);
	reader_free(&j->reader);
	if (j->name)
		close(j->fd);
	free(j->name);
	*j = (struct job){ 0 };
	f->status.file[0] = '\0';
	f->status.file_bytes = f->status.file_done = 0;
}

/* What was in hand is on disk. */
static void
note_progress(struct feed_dir *f)
{
	f->status.last_commit_ms = clock_wall_ms();
	f->delay_ms = 0;
	if (f->status.stuck_since_ms != CLOCK_NONE) {
		log_info("taking in goes on feed=%s after_ms=%" PRId64, f->name,
		    clock_wall_ms() - f->status.stuck_since_ms);
		f->status.stuck_since_ms = CLOCK_NONE;
		f->status.stuck_why[0] = '\0';
	}
}

static void
note_commit(struct feed_dir *f, const struct feed_batch *b)
{
	for (size_t i = 0; i < b->count; i++)
		if (b->items[i].is_fault)
			f->job.faults++;
		else
			f->job.messages++;
	f->status.file_done = b->after.offset;
	note_progress(f);
}

static void
note_stuck(struct feed_dir *f, const struct err *e)
{
	if (f->status.stuck_since_ms == CLOCK_NONE) {
		f->status.stuck_since_ms = clock_wall_ms();
		if (e->code == ERR_TEMPORARY)
			log_warn("taking in waits, nothing is lost feed=%s "
				 "file=%s reason=\"%s\"",
			    f->name, f->job.name, e->msg);
		else
			log_error("taking in waits, nothing is lost feed=%s "
				  "file=%s reason=\"%s\"",
			    f->name, f->job.name, e->msg);
	}
	snprintf(
	    f->status.stuck_why, sizeof(f->status.stuck_why), "%s", e->msg);
	f->delay_ms = f->delay_ms == 0 ? RETRY_MIN_MS : f->delay_ms * 2;
	if (f->delay_ms > RETRY_MAX_MS)
		f->delay_ms = RETRY_MAX_MS;
	loop_timer_set(f->retry, f->delay_ms);
}

/*
 * Offer a batch, which becomes ours.  1: committed and the file has more; 0:
 * that was the end of the file; -1: kept, to be offered again.
 */
static int
offer(struct feed_dir *f, struct reader_batch *batch)
{
	bool at_end = batch->batch.after.at_end;
	struct err e = { 0 };

	if (f->sink.commit(f->sink.user, &batch->batch, &e) < 0) {
		f->job.kept = batch;
		note_stuck(f, &e);
		return -1;
	}
	note_commit(f, &batch->batch);
	for (size_t i = 0; i < batch->batch.count; i++)
		if (batch->batch.items[i].is_fault)
			f->status.faults_done++;
		else
			f->status.messages_done++;
	reader_batch_free(&batch);
	if (!at_end)
		return 1;
	move_to_done(f);
	end_job(f);
	return 0;
}

/* Give a file up until the sweep comes by again. */
static void
give_up(struct feed_dir *f, const struct err *e)
{
	tell_once(f, f->job.name, e->msg);
	end_job(f);
}

/* Go on with a small file until it is done or the sink cannot. */
static void
take_small(struct feed_dir *f)
{
	struct reader_batch *batch;
	struct err e = { 0 };

	do {
		if (reader_next(f->job.reader, &batch, &e) < 0) {
			give_up(f, &e);
			return;
		}
	} while (offer(f, batch) > 0);
}

/* ---- Whole files ---- */

static void
begin_whole(struct feed_dir *f)
{
	struct buf path = { 0 };
	struct feed_whole file = { .feed = f->name,
		.class = f->class,
		.unit = f->unit,
		.wake = f->wake };

	buf_addf(&path, "%s/%s", f->path, f->job.name);
	file.path = path.p;
	f->job.is_whole = true;
	f->job.ticket = f->sink.whole_begin(f->sink.user, &file);
	buf_clear(&path);
}

/* Remove the file in hand, which somebody else has on disk. */
static void
remove_taken(struct feed_dir *f)
{
	const char *name = f->job.name;

	if (f->lost)
		return; /* found again with its folder */
	if (!is_same_file(f)) {
		/* It grew or was replaced: it is another recording. */
		wait_for_turn(f, name);
		return;
	}
	if (unlinkat(f->dir, name, 0) < 0 || fsync(f->dir) < 0) {
		tell_once(f, name, strerror(errno));
		return;
	}
	f->status.files_done++;
	forget_telling(f, name);
	log_info("file taken and removed, its copy is kept feed=%s file=%s",
	    f->name, name);
	f->sink.finished(f->sink.user, f->name, name);
}

static void
move_to_refused(struct feed_dir *f, const struct err *why)
{
	struct buf target = { 0 };

	if (move_to(f, f->refused, &target)) {
		f->status.faults_done++;
		forget_telling(f, f->job.name);
		log_warn("file refused feed=%s file=%s refused=%s "
			 "reason=\"%s\"",
		    f->name, f->job.name, target.p, why->msg);
	}
	buf_clear(&target);
}

/* Is there an answer for the whole file in hand? */
static void
ask_whole(struct feed_dir *f)
{
	struct err e = { 0 };
	int r = f->sink.whole_ask(f->sink.user, f->job.ticket, &e);

	if (r == 0)
		return;
	f->job.ticket = 0;
	if (r < 0) {
		note_stuck(f, &e);
		return;
	}
	note_progress(f);
	if (r == 2) {
		move_to_refused(f, &e);
	} else {
		f->job.messages = 1;
		f->status.messages_done++;
		if (r == 1)
			remove_taken(f);
		else
			move_to_done(f);
	}
	end_job(f);
	take_files(f);
}

/* When nothing else is to be done: more small files, a batch of a large one. */
static void
on_idle(void *user)
{
	struct feed_dir *f = user;
	struct reader_batch *batch;
	struct err e = { 0 };
	int r;

	if (!f->job.name)
		take_files(f);
	if (f->job.ticket)
		ask_whole(f);
	if (!f->job.bulk || f->job.kept)
		return;
	r = bulk_next(f->job.bulk, &batch, &e);
	if (r < 0)
		give_up(f, &e);
	if (r <= 0) {
		if (r < 0)
			take_files(f);
		return;
	}
	r = offer(f, batch);
	if (r > 0)
		loop_idle_request(f->idle);
	else if (r == 0)
		take_files(f);
}

static void
on_wake(void *user)
{
	struct feed_dir *f = user;

	loop_idle_request(f->idle);
}

static void
on_retry(void *user)
{
	struct feed_dir *f = user;
	struct reader_batch *batch = TAKE(f->job.kept);
	int r;

	if (!batch) {
		if (f->job.is_whole && !f->job.ticket)
			begin_whole(f);
		return;
	}
	r = offer(f, batch);
	if (r > 0 && f->job.bulk)
		loop_idle_request(f->idle);
	else if (r > 0)
		take_small(f);
	if (r >= 0 && !f->job.name)
		take_files(f);
}

/* Open a file to be taken: 1, or 0 if it is none that can be taken now. */
static int
open_file(struct feed_dir *f, const char *name, struct stat *st)
{
	int fd = openat(
	    f->dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0) {
		/* Gone already, or a link: neither is ours to take. */
		if (errno != ENOENT && errno != ELOOP)
			tell_once(f, name, strerror(errno));
		return 0;
	}
	if (fstat(fd, st) < 0 || !S_ISREG(st->st_mode)) {
		close(fd);
		return 0;
	}
	f->job.fd = fd;
	f->job.name = alloc_text(name);
	return 1;
}

static int
start_bulk(struct feed_dir *f, struct reader *reader)
{
	struct err e = { 0 };

	snprintf(f->status.file, sizeof(f->status.file), "%s", f->job.name);
	f->status.file_bytes = f->job.begun.size;
	log_info("large file begun feed=%s file=%s bytes=%" PRIu64
		 " from=%" PRIu64,
	    f->name, f->job.name, f->job.begun.size, f->job.begun.offset);
	if (bulk_open(reader, f->wake, &f->sink, &f->job.bulk, &e) == 0)
		return 0;
	give_up(f, &e);
	return -1;
}

static void
begin_file(struct feed_dir *f, const struct stat *st)
{
	struct feed_position *pos = &f->job.begun;
	struct reader *reader;
	struct err e = { 0 };

	*pos = (struct feed_position){ .dev = st->st_dev,
		.inode = st->st_ino,
		.size = (uint64_t)st->st_size,
		.mtime_ns =
		    st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec };
	if (f->cfg.is_whole) {
		begin_whole(f);
		return;
	}
	if (f->sink.resume(f->sink.user, f->name, f->job.name, pos, &e) < 0) {
		give_up(f, &e);
		return;
	}
	if (pos->offset > 0 &&
	    lseek(f->job.fd, (off_t)pos->offset, SEEK_SET) < 0)
		pos->offset = pos->line = pos->in_array = 0;
	reader = reader_new(f->job.fd, f->name, f->job.name, pos,
	    f->cfg.batch_max, f->cfg.batch_bytes_max);
	if (st->st_size > SMALL_BYTES) {
		(void)start_bulk(f, reader);
		return;
	}
	f->job.reader = reader;
	take_small(f);
}

/*
 * Take what waits, one after the other, until something has to be waited for
 * or the loop should have a look at its other work.
 */
static void
take_files(struct feed_dir *f)
{
	size_t left = TURN_FILES;

	while (
	    !f->job.name && !f->draining && !f->lost && f->waiting_count > 0) {
		struct stat st;
		char *name;

		if (left-- == 0) {
			loop_idle_request(f->idle);
			return;
		}
		name = names_take(f->waiting, &f->waiting_count, 0);

		if (open_file(f, name, &st) > 0)
			begin_file(f, &st);
		free(name);
	}
	if (f->more && f->waiting_count == 0 && !f->job.name) {
		f->more = false;
		loop_timer_set(f->sweep, 0);
	}
}

/*
 * A small file has come while a large one is in hand: put the large one's job
 * aside for the moment it takes.
 */
static void
take_beside(struct feed_dir *f, const char *name, const struct stat *st)
{
	struct job large = f->job;
	struct feed_dir_status status = f->status;

	if (st->st_size > SMALL_BYTES || f->job.kept) {
		wait_for_turn(f, name);
		return;
	}
	f->job = (struct job){ 0 };
	if (open_file(f, name, &(struct stat){ 0 }) > 0)
		begin_file(f, st);
	if (f->job.name) { /* stuck, as the large one will be too */
		wait_for_turn(f, name);
		end_job(f);
		loop_timer_stop(f->retry);
		loop_idle_request(f->idle);
	}
	f->job = large;
	memcpy(f->status.file, status.file, sizeof(status.file));
	f->status.file_bytes = status.file_bytes;
	f->status.file_done = status.file_done;
}

/* A name is complete: take it now, or after what is in hand. */
static void
consider(struct feed_dir *f, const char *name)
{
	struct stat st;

	if (f->draining || !names_is_eligible(name) ||
	    (f->job.name && strcmp(f->job.name, name) == 0))
		return;
	if (fstatat(f->dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
	    !S_ISREG(st.st_mode))
		return;
	if (f->job.bulk) {
		take_beside(f, name, &st);
		return;
	}
	wait_for_turn(f, name);
	take_files(f);
}

/* The folder as a whole */

static void
close_folders(struct feed_dir *f)
{
	loop_remove(&f->watch);
	if (f->dir >= 0)
		close(f->dir);
	if (f->done >= 0)
		close(f->done);
	if (f->refused >= 0)
		close(f->refused);
	f->dir = f->done = f->refused = -1;
}

/* A folder in the folder, made if it is missing. */
static int
open_inner(struct feed_dir *f, const char *name, int *fd, struct err *e)
{
	if (mkdirat(f->dir, name, 0750) < 0 && errno != EEXIST)
		return err_sys(e, "%s/%s cannot be made", f->path, name);
	*fd = openat(
	    f->dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return *fd < 0 ? err_sys(e, "%s/%s cannot be read", f->path, name) : 0;
}

static int
open_folders(struct feed_dir *f, struct err *e)
{
	f->dir = open(f->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (f->dir < 0)
		return err_sys(e, "the folder %s cannot be read", f->path);
	if (open_inner(f, "done", &f->done, e) < 0 ||
	    (f->cfg.is_whole && open_inner(f, "refused", &f->refused, e) < 0))
		return -1;
	if (faccessat(f->dir, ".", W_OK, AT_EACCESS) < 0 ||
	    faccessat(f->done, ".", W_OK, AT_EACCESS) < 0)
		return err_sys(e,
		    "%s or its done folder cannot be written, so that files "
		    "could not be moved to done",
		    f->path);
	return loop_add_inotify(
	    f->loop, f->path, WATCH, on_inotify, f, &f->watch, e);
}

/* Look at the whole folder; names go to the end of what waits. */
static void
sweep(struct feed_dir *f)
{
	char **names = NULL;
	size_t count = 0;
	bool young;

	if (names_list(f->dir, SETTLE_MS, &names, &count, &young) < 0) {
		log_error("folder cannot be read feed=%s path=%s reason=\"%s\"",
		    f->name, f->path, strerror(errno));
		return;
	}
	if (young)
		loop_timer_set(f->settle, SETTLE_MS);
	for (size_t i = 0; i < count; i++) {
		if (!f->job.name || strcmp(f->job.name, names[i]) != 0)
			wait_for_turn(f, names[i]);
		free(names[i]);
	}
	free(names);
}

/* The folder was removed or moved: look for it at every sweep. */
static void
lose_folder(struct feed_dir *f)
{
	if (!f->lost)
		log_error("folder is gone, looked for at every sweep feed=%s "
			  "path=%s: make it again",
		    f->name, f->path);
	f->lost = true;
	close_folders(f);
	loop_timer_set(f->sweep, SETTLE_MS);
}

/* Does the name lead to the folder that is open as fd? */
static bool
is_same_folder(int fd, int at, const char *name)
{
	struct stat open_st, named_st;

	return fstat(fd, &open_st) == 0 &&
	       fstatat(at, name, &named_st, 0) == 0 &&
	       open_st.st_ino == named_st.st_ino &&
	       open_st.st_dev == named_st.st_dev;
}

/*
 * The kernel says that a folder was removed only when nobody has it open any
 * more, and we have: so the sweep asks whether the names still lead to what is
 * open.
 */
static void
check_folders(struct feed_dir *f)
{
	if (!f->lost && (!is_same_folder(f->dir, AT_FDCWD, f->path) ||
			    !is_same_folder(f->done, f->dir, "done")))
		lose_folder(f);
}

static void
on_inotify(void *user, const char *name, uint32_t mask)
{
	struct feed_dir *f = user;

	if (mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED | IN_UNMOUNT)) {
		lose_folder(f);
		return;
	}
	if (mask & IN_Q_OVERFLOW) {
		log_warn("more files than the kernel could report, looking at "
			 "the whole folder feed=%s",
		    f->name);
		loop_timer_set(f->sweep, 0);
		return;
	}
	if (name && !(mask & IN_ISDIR))
		consider(f, name);
}

static void
on_sweep(void *user)
{
	struct feed_dir *f = user;
	struct err e = { 0 };

	check_folders(f);
	loop_timer_set(f->sweep, f->cfg.sweep_ms);
	if (f->lost) {
		if (open_folders(f, &e) < 0) {
			close_folders(f);
			return;
		}
		f->lost = false;
		log_info("folder is back feed=%s path=%s", f->name, f->path);
	}
	sweep(f);
	take_files(f);
}

static int
open_sources(struct feed_dir *f, struct err *e)
{
	if (loop_add_timer(f->loop, on_sweep, f, &f->sweep, e) < 0 ||
	    loop_add_timer(f->loop, on_sweep, f, &f->settle, e) < 0 ||
	    loop_add_timer(f->loop, on_retry, f, &f->retry, e) < 0 ||
	    loop_add_idle(f->loop, on_idle, f, &f->idle, e) < 0)
		return -1;
	return loop_add_wake(f->loop, on_wake, f, &f->wake, e);
}

int
feed_dir_open(const struct feed_dir_config *cfg, struct loop *loop,
    const struct feed_sink *sink, struct feed_dir **out, struct err *e)
{
	struct feed_dir *f = alloc_zero(1, sizeof(*f));

	f->cfg = *cfg;
	if (f->cfg.batch_max == 0)
		f->cfg.batch_max = 512;
	if (f->cfg.batch_bytes_max == 0)
		f->cfg.batch_bytes_max = 1 << 20;
	if (f->cfg.sweep_ms == 0)
		f->cfg.sweep_ms = 60000;
	f->name = alloc_text(cfg->name);
	f->path = alloc_text(cfg->path);
	f->class = cfg->class ? alloc_text(cfg->class) : NULL;
	f->unit = cfg->unit ? alloc_text(cfg->unit) : NULL;
	f->loop = loop;
	f->sink = *sink;
	f->dir = f->done = f->refused = -1;
	f->status.last_commit_ms = CLOCK_NONE;
	f->status.stuck_since_ms = CLOCK_NONE;
	if (open_folders(f, e) < 0 || open_sources(f, e) < 0) {
		feed_dir_close(&f);
		return -1;
	}
	sweep(f);
	loop_timer_set(f->sweep, f->waiting_count > 0 ? 0 : f->cfg.sweep_ms);
	*out = f;
	return 0;
}

void
feed_dir_rescan(struct feed_dir *f)
{
	loop_timer_set(f->sweep, 0);
}

void
feed_dir_status(const struct feed_dir *f, struct feed_dir_status *out)
{
	*out = f->status;
	out->waiting_count = f->waiting_count;
	out->waiting_bytes = 0;
	for (size_t i = 0; i < f->waiting_count; i++) {
		struct stat st;

		if (f->dir >= 0 && fstatat(f->dir, f->waiting[i], &st,
				       AT_SYMLINK_NOFOLLOW) == 0)
			out->waiting_bytes += (uint64_t)st.st_size;
	}
}

void
feed_dir_drain(struct feed_dir *f)
{
	f->draining = true;
	if (!f->job.kept)
		end_job(f);
}

void
feed_dir_close(struct feed_dir **f)
{
	struct feed_dir *x = *f;

	if (!x)
		return;
	end_job(x);
	close_folders(x);
	loop_timer_free(&x->sweep);
	loop_timer_free(&x->settle);
	loop_timer_free(&x->retry);
	loop_remove(&x->idle);
	loop_wake_free(&x->wake);
	while (x->waiting_count > 0)
		free(names_take(x->waiting, &x->waiting_count, 0));
	while (x->told_count > 0)
		free(names_take(x->told, &x->told_count, 0));
	free(x->waiting);
	free(x->told);
	free(x->name);
	free(x->path);
	free(x->class);
	free(x->unit);
	free(x);
	*f = NULL;
}

/* The rows of the table of kinds */

static int
open_kind(const struct conf_feed *conf, struct loop *loop,
    const struct feed_sink *sink, struct feed **out, struct err *e)
{
	const struct feed_dir_config cfg = {
		.name = conf->name,
		.path = conf->path,
		.batch_max = (size_t)conf->batch,
		.sweep_ms = conf->sweep_ms,
		.is_whole = strcmp(conf->type, "tracks") == 0,
		.class = conf->class,
		.unit = conf->unit,
	};
	struct feed_dir *f;

	if (feed_dir_open(&cfg, loop, sink, &f, e) < 0)
		return -1;
	*out = &f->feed;
	return 0;
}

static void
status_kind(const struct feed *feed, struct feed_status *out)
{
	const struct feed_dir *f = (const struct feed_dir *)feed;

	out->has_work = f->waiting_count > 0 || f->job.name;
	/* A long recording takes its time, in another thread. */
	out->last_commit_ms =
	    f->job.ticket ? clock_wall_ms() : f->status.last_commit_ms;
	out->stuck_since_ms = f->status.stuck_since_ms;
}

static void
drain_kind(struct feed *feed)
{
	feed_dir_drain((struct feed_dir *)feed);
}

static void
close_kind(struct feed **feed)
{
	struct feed_dir *f = (struct feed_dir *)*feed;

	feed_dir_close(&f);
	*feed = NULL;
}

const struct feed_kind feed_dir_kind = {
	.name = "directory",
	.open = open_kind,
	.status = status_kind,
	.drain = drain_kind,
	.close = close_kind,
};

const struct feed_kind feed_dir_tracks_kind = {
	.name = "tracks",
	.open = open_kind,
	.status = status_kind,
	.drain = drain_kind,
	.close = close_kind,
};
