/*
 * ruleeffect: the file first, then the reload, then the database.
 *
 * The other way round a crash between would leave the database saying that
 * rules are in force that nobody has.  Decided against: telling from the file
 * after a crash whether the reload had come.  Doing it all again is harmless,
 * and needs no second truth.
 */
#include "agent/ruleeffect.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/err.h"
#include "agent/base/failpoint.h"
#include "agent/base/files.h"
#include "agent/base/log.h"
#include "agent/store/rulebook.h"
#include "agent/store/rulepack.h"
#include "agent/store/store.h"
#include "rules/limits.h"

struct ruleeffect {
	struct store *store; /* borrowed */
	struct rulebook *book;
	struct ruleeffect_agent agent;
	char *own;          /* the folder */
	bool holds_refused; /* the agent could not let go of such rules yet */
};

int
ruleeffect_open(struct store *store, const char *state,
    const struct ruleeffect_agent *agent, struct ruleeffect **out,
    struct err *e)
{
	struct ruleeffect *r = alloc_zero(1, sizeof *r);

	r->store = store;
	r->agent = *agent;
	r->own = rulepack_own_dir(state);
	if (rulebook_open(store, &r->book, e) < 0) {
		ruleeffect_close(&r);
		return -1;
	}
	*out = r;
	return 0;
}

void
ruleeffect_close(struct ruleeffect **r)
{
	if (!*r)
		return;
	rulebook_close(&(*r)->book);
	free((*r)->own);
	free(*r);
	*r = NULL;
}

/* A change on its way. */
struct step {
	struct ruleeffect *r;
	const struct rulebook_change *next;
	const char *path;
	struct str former; /* what lay there before; absent: nothing */
	bool was_there;    /* it lies there already, from before a crash */
	int64_t now_ms;
};

/* --- the file --- */

/* Nothing more of it is there, also after a power failure. */
static int
remove_file(const char *folder, const char *path, struct err *e)
{
	if (unlink(path) != 0 && errno != ENOENT)
		return err_sys(e, "%s cannot be removed", path);
	return files_sync_dir(folder, e);
}

/* Make the file hold text, or not be there if it is absent. */
static int
put_file(const struct ruleeffect *r, const char *path, struct str text,
    struct err *e)
{
	if (files_make_dirs(r->own, 0750, e) < 0)
		return -1;
	return str_is_given(text) ? files_write_atomic(path, 0640, text, e)
				  : remove_file(r->own, path, e);
}

/*
 * What lay there before: the file as it is, unless that is the new one already,
 * from before a crash; then what the database says was in force.
 */
static int
find_former(struct step *s, struct arena *arena, struct err *e)
{
	struct rulebook_change before = { 0 };
	struct buf there = { 0 };
	struct stat st;
	bool is_there = stat(s->path, &st) == 0;
	int found = 0;

	buf_reserve(&there, 1);
	if (is_there &&
	    files_read(s->path, LIMITS_FILE_BYTES_MAX, &there, e) < 0) {
		buf_clear(&there);
		return -1;
	}
	s->was_there = is_there == str_is_given(s->next->text) &&
		       str_is_equal(buf_str(&there), s->next->text);
	if (s->was_there)
		found = rulebook_find_in_force(
		    s->r->book, s->next->file, arena, &before, e);
	else if (is_there)
		s->former = arena_str(arena, buf_str(&there));
	if (found > 0)
		s->former = before.text;
	buf_clear(&there);
	return found < 0 ? -1 : 0;
}

/* --- the database --- */

static int
note(struct ruleeffect *r, int64_t id, const char *why, int64_t now_ms,
    struct err *e)
{
	int done;

	if (store_begin(r->store, e) < 0)
		return -1;
	done = why ? rulebook_refuse(r->book, id, str_of(why), now_ms, e)
		   : rulebook_effect(r->book, id, now_ms, e);
	FAILPOINT("rule-before-commit");
	if (done > 0 && store_commit(r->store, e) < 0)
		done = -1;
	if (done <= 0)
		store_rollback(r->store);
	FAILPOINT("rule-after-commit");
	return done;
}

/* --- all of it --- */

/*
 * The rules could not be used: as it was before.  Where the agent began with
 * the file that was refused, it has to let go of that, too, before the database
 * says so.
 */
static int
undo(const struct step *s, const struct err *why, struct err *e)
{
	struct ruleeffect *r = s->r;

	log_error("a change of rules that was approved is not used, what was "
		  "before it stays in force change=%" PRId64 " file=%.*s: %s",
	    s->next->id, STR_ARG(s->next->file), why->msg);
	if (put_file(r, s->path, s->former, e) < 0)
		return -1;
	FAILPOINT("rule-put-back");
	r->holds_refused = r->holds_refused || s->was_there;
	if (r->holds_refused && r->agent.reload(r->agent.user, true, e) < 0)
		return -1;
	r->holds_refused = false;
	return note(r, s->next->id, why->msg, s->now_ms, e);
}

static int
effect(struct step *s, struct arena *arena, struct err *e)
{
	struct ruleeffect *r = s->r;
	struct err why = { 0 };

	if (find_former(s, arena, e) < 0)
		return -1;
	FAILPOINT("rule-before-write");
	if (put_file(r, s->path, s->next->text, e) < 0)
		return -1;
	FAILPOINT("rule-written");
	if (r->agent.reload(r->agent.user, false, &why) < 0) {
		if (why.code == ERR_INVALID)
			return undo(s, &why, e);
		*e = why; /* not the rules' fault: approved as before */
		return -1;
	}
	r->holds_refused = false;
	FAILPOINT("rule-reloaded");
	if (note(r, s->next->id, NULL, s->now_ms, e) < 0)
		return -1;
	log_info("a change of rules is in force change=%" PRId64 " file=%.*s",
	    s->next->id, STR_ARG(s->next->file));
	return 1;
}

int
ruleeffect_settle(struct ruleeffect *r, int64_t now_ms, struct err *e)
{
	struct arena *arena = arena_new();
	struct rulebook_change next;
	struct buf path = { 0 };
	struct step step;
	int found = rulebook_next(r->book, arena, &next, e);

	if (found > 0) {
		buf_addf(&path, "%s/%.*s", r->own, STR_ARG(next.file));
		step = (struct step){
			.r = r, .next = &next, .path = path.p, .now_ms = now_ms
		};
		found = effect(&step, arena, e);
	}
	buf_clear(&path);
	arena_free(&arena);
	return found;
}

/* --- is it as it was approved? --- */

static void
say_finding(void *user, const struct rulebook_finding *f)
{
	const struct ruleeffect *r = user;

	log_error("a file of rules %s folder=%s file=%.*s; \"buzzard rules "
		  "history\" shows what was approved",
	    f->what, r->own, STR_ARG(f->file));
}

int
ruleeffect_verify(struct ruleeffect *r, struct err *e)
{
	return rulebook_verify(r->book, r->own, say_finding, r, e);
}
