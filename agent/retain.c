#include "agent/retain.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/base/alloc.h"
#include "agent/base/check.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/failpoint.h"
#include "agent/base/files.h"
#include "agent/base/log.h"
#include "agent/base/str.h"
#include "agent/conf/conf.h"
#include "agent/store/certificates.h"
#include "agent/store/copylist.h"
#include "agent/store/store.h"
#include "agent/store/wordindex.h"

#define DAY_MS     INT64_C(86400000)
#define STEP_NAMES 500 /* noted in one transaction */
#define STEP_FILES 100 /* erased between two */

struct retain {
	struct store *store;         /* borrowed */
	struct retention *retention; /* owned */
	struct copylist *copies;     /* owned */
	struct wordindex *words;     /* owned */
};

int
retain_open(struct store *store, struct retain **out, struct err *e)
{
	struct retain *r = alloc_zero(1, sizeof *r);

	r->store = store;
	if (retention_open(store, &r->retention, e) < 0 ||
	    copylist_open(store_db(store), &r->copies, e) < 0 ||
	    wordindex_open(store, &r->words, e) < 0) {
		retain_close(&r);
		return -1;
	}
	*out = r;
	return 0;
}

void
retain_close(struct retain **r)
{
	if (!*r)
		return;
	wordindex_close(&(*r)->words);
	copylist_close(&(*r)->copies);
	retention_close(&(*r)->retention);
	free(*r);
	*r = NULL;
}

struct retention *
retain_retention(struct retain *r)
{
	return r->retention;
}

/* --- files in done folders --- */

/* A feed's done folder while its files are erased. */
struct folder {
	struct retain *r;
	const struct retention_run *run;
	const char *feed;
	char *path; /* owned */
	int fd;
	char **names; /* owned: those marked, and then erased */
	size_t count;
};

static void
folder_release(struct folder *f)
{
	for (size_t i = 0; i < f->count; i++)
		free(f->names[i]);
	free(f->names);
	files_close(&f->fd);
	free(f->path);
}

/*
 * Note names from a to b, and at the end forget what is there no more, in a
 * transaction.
 */
static int
note_some(struct folder *f, const struct files_list *list, size_t a, size_t b,
    struct err *e)
{
	int r = 0;

	if (store_begin(f->r->store, e) < 0)
		return -1;
	for (size_t i = a; r == 0 && i < b; i++)
		r = copylist_note(
		    f->r->copies, f->feed, list->names[i], f->run->now_ms, e);
	if (r == 0 && b == list->count)
		r = copylist_settle(f->r->copies, f->feed, f->run->now_ms, e);
	if (r < 0) {
		store_rollback(f->r->store);
		return -1;
	}
	return store_commit(f->r->store, e);
}

/* What stands in the folder is known, since now or before. */
static int
note_files(struct folder *f, struct err *e)
{
	struct files_list list = { 0 };
	size_t at = 0;
	int r = files_list_at(f->fd, f->path, "", &list, e);

	while (r == 0) {
		size_t end = at + STEP_NAMES;

		end = end < list.count ? end : list.count;
		r = note_some(f, &list, at, end, e);
		at = end;
		if (at == list.count)
			break;
	}
	files_list_release(&list);
	return r;
}

static void
keep_name(void *user, const char *name)
{
	struct folder *f = user;

	f->names = alloc_resize(f->names, f->count + 1, sizeof *f->names);
	f->names[f->count++] = alloc_text(name);
}

/* Mark some that are too old, or take up those that were marked. */
static int
mark_files(struct folder *f, struct err *e)
{
	int64_t before_ms =
	    f->run->now_ms - f->run->conf->copies_keep_days * DAY_MS;

	if (store_begin(f->r->store, e) < 0)
		return -1;
	if (copylist_mark(f->r->copies, f->feed, before_ms, STEP_FILES, e) <
	    0) {
		store_rollback(f->r->store);
		return -1;
	}
	if (store_commit(f->r->store, e) < 0)
		return -1;
	FAILPOINT("retention-marked");
	return copylist_marked(f->r->copies, f->feed, keep_name, f, e);
}

/* One that is gone was removed by a run that was killed. */
static int
unlink_file(struct folder *f, const char *name, struct err *e)
{
	if (unlinkat(f->fd, name, 0) == 0 || errno == ENOENT)
		return 0;
	return err_sys(e,
	    "%s/%s is too old and cannot be erased: see that the agent may "
	    "write in that folder",
	    f->path, name);
}

/* They are gone: count and forget them. */
static int
forget_files(struct folder *f, struct err *e)
{
	const struct certificate_counts n = { .files = (int64_t)f->count };
	struct certificates *c = retention_certificates(f->r->retention);
	int64_t id = 0;

	for (size_t i = 0; i < f->count; i++)
		if (copylist_forget(f->r->copies, f->feed, f->names[i], e) < 0)
			return -1;
	if (retention_copies_certificate(f->r->retention, f->run, &id, e) < 0)
		return -1;
	return certificates_count(c, id, &n, e);
}

static int
erase_marked(struct folder *f, struct err *e)
{
	for (size_t i = 0; i < f->count; i++) {
		if (unlink_file(f, f->names[i], e) < 0)
			return -1;
		FAILPOINT("retention-unlinked");
	}
	if (files_sync_dir(f->path, e) < 0 || store_begin(f->r->store, e) < 0)
		return -1;
	if (forget_files(f, e) < 0) {
		store_rollback(f->r->store);
		return -1;
	}
	return store_commit(f->r->store, e);
}

/* Some files of a feed's done folder, which is read first: 1 if there may be more, 0, -1. */
static int
step_folder(struct retain *r, const struct retention_run *run,
    const struct conf_feed *feed, bool is_first, struct err *e)
{
	struct folder f = { .r = r, .run = run, .feed = feed->name, .fd = -1 };
	struct buf path = { 0 };
	int result;

	buf_addf(&path, "%s/done", feed->path);
	f.path = buf_take(&path);
	if (access(f.path, F_OK) < 0) {
		folder_release(&f);
		return 0; /* the feed was never opened */
	}
	f.fd = files_open_dir(f.path, e);
	result = f.fd < 0 || (is_first && note_files(&f, e) < 0) ||
			 mark_files(&f, e) < 0
		     ? -1
		     : 0;
	if (result == 0 && f.count > 0)
		result = erase_marked(&f, e) < 0 ? -1 : f.count >= STEP_FILES;
	folder_release(&f);
	return result;
}

static int
run_folders(struct retain *r, const struct retention_run *run,
    bool (*pause)(void *user), void *user, struct err *e)
{
	for (size_t i = 0; i < run->conf->feed_count; i++) {
		bool is_first = true;
		int more = 1;

		while (more > 0) {
			more = step_folder(
			    r, run, &run->conf->feeds[i], is_first, e);
			is_first = false;
			if (more < 0)
				return -1;
			if (!pause(user))
				return 0;
		}
	}
	return 1;
}

/* --- the run --- */

static int
run_quarantine(struct retain *r, const struct retention_run *run,
    bool (*pause)(void *user), void *user, struct err *e)
{
	int more;

	while ((more = retention_step_quarantine(r->retention, run, e)) > 0)
		if (!pause(user))
			return 0;
	return more < 0 ? -1 : 1;
}

static int
run_incidents(struct retain *r, struct retention_run *run,
    bool (*pause)(void *user), void *user, struct err *e)
{
	int more;

	while ((more = retention_step(r->retention, run, e)) > 0)
		if (!pause(user))
			return 0;
	return more < 0 ? -1 : 1;
}

/* The full-text index keeps words of what was erased until it is merged. */
static int
clean_words(
    struct retain *r, bool (*pause)(void *user), void *user, struct err *e)
{
	int more;

	while ((more = wordindex_clean(r->words, e)) > 0)
		if (!pause(user))
			return 0;
	return more < 0 ? -1 : 1;
}

int
retain_run(struct retain *r, struct retention_run *run,
    bool (*pause)(void *user), void *user, struct err *e)
{
	struct err files = { 0 };
	int result;

	if (retention_begin(r->retention, run, e) < 0)
		return -1;
	/* A folder that cannot be written keeps nothing else. */
	result = run_folders(r, run, pause, user, &files);
	if (result != 0)
		result = run_quarantine(r, run, pause, user, e);
	if (result > 0)
		result = run_incidents(r, run, pause, user, e);
	if (result > 0)
		result = clean_words(r, pause, user, e);
	if (result <= 0)
		return result;
	if (retention_end(r->retention, run, e) < 0)
		return -1;
	if (files.code == ERR_NONE)
		return 1;
	*e = files;
	return -1;
}
