/*
 * rulecheck: the packs' files, the force's own over them, and the change.
 */
#include "agent/store/rulecheck.h"

#include <stdio.h>
#include <string.h>

#include "agent/base/err.h"
#include "agent/base/jsonw.h"
#include "agent/store/rulepack.h"
#include "rules/ruleset.h"
#include "rules/testrun.h"

/* So many tests that failed are told one by one. */
#define FAILED_MAX 50

/* Both sets of files. */
struct pair {
	struct rulepack live, candidate;
};

static void
pair_release(struct pair *p)
{
	rulepack_release(&p->live);
	rulepack_release(&p->candidate);
}

static int
read_in_force(
    const struct rulecheck_place *place, struct rulepack *p, struct err *e)
{
	if (rulepack_read(p, place->dir, e) < 0)
		return -1;
	return place->own ? rulepack_lay_over(p, place->own, e) : 0;
}

/*
 * The rules in force, from live.  Where the force's own files make them wrong,
 * as a later version of the packs can, the agent uses the packs alone, and live
 * becomes that; else nothing that mends them could be compared with anything.
 * Returns 1 if it is so, 0 if not, -1 if the packs are wrong, too.
 */
static int
compile_live(const struct rulecheck_place *place, struct rulepack *live,
    struct ruleset **out, struct err *e)
{
	struct buf diag = { 0 };
	int r = rulepack_compile(live, place->dir, &diag, out, e);
	bool is_alone = r < 0 && place->own;

	if (is_alone) {
		rulepack_release(live);
		r = rulepack_read(live, place->dir, e);
		if (r == 0)
			r = rulepack_compile(live, place->dir, &diag, out, e);
	}
	buf_clear(&diag);
	return r < 0 ? -1 : is_alone;
}

/* What is in force, and the same with the change. */
static int
pair_read(struct pair *p, const struct rulecheck_place *place, struct str file,
    struct str text, struct err *e)
{
	struct rulepack packs = { 0 };
	const struct ruleset_file *packed;

	if (read_in_force(place, &p->live, e) < 0 ||
	    read_in_force(place, &p->candidate, e) < 0)
		return -1;
	if (str_is_given(text)) {
		rulepack_put(&p->candidate, file, text);
		return 0;
	}
	rulepack_leave_out(&p->candidate, file);
	if (rulepack_read(&packs, place->dir, e) < 0) {
		rulepack_release(&packs);
		return -1;
	}
	packed = rulepack_find(&packs, file);
	if (packed)
		rulepack_put(&p->candidate, file, packed->text);
	rulepack_release(&packs);
	return 0;
}

/* --- the report --- */

/* The report being written. */
struct writing {
	struct rulecheck *check;
	struct jsonw w;
	int64_t told;
};

static void
write_problem(void *user, const struct ruleset_problem *p)
{
	struct writing *x = user;
	struct jsonw *w = &x->w;

	if (p->is_warning)
		x->check->warnings++;
	else
		x->check->errors++;
	jsonw_object(w);
	jsonw_key(w, "file");
	jsonw_str(w, p->file);
	jsonw_key(w, "line");
	jsonw_int(w, (int64_t)p->line);
	jsonw_key(w, "column");
	jsonw_int(w, (int64_t)p->column);
	jsonw_key(w, "end_line");
	jsonw_int(w, (int64_t)p->end_line);
	jsonw_key(w, "end_column");
	jsonw_int(w, (int64_t)p->end_column);
	jsonw_key(w, "code");
	jsonw_text(w, p->code);
	jsonw_key(w, "warning");
	jsonw_bool(w, p->is_warning);
	jsonw_key(w, "message");
	jsonw_str(w, p->message);
	jsonw_key(w, "note");
	jsonw_str(w, p->note);
	jsonw_close(w);
}

static void
write_test(void *user, const struct testrun_case *c)
{
	struct writing *x = user;
	struct jsonw *w = &x->w;

	if (c->passed || x->told++ >= FAILED_MAX)
		return;
	jsonw_object(w);
	jsonw_key(w, "file");
	jsonw_str(w, c->file);
	jsonw_key(w, "line");
	jsonw_int(w, (int64_t)c->line);
	jsonw_key(w, "test");
	jsonw_str(w, c->title);
	jsonw_key(w, "failures");
	jsonw_str(w, c->failures);
	jsonw_close(w);
}

static void
look(const struct rulepack *candidate, struct rulecheck *out)
{
	struct writing x = { .check = out };
	const struct ruleset_ear ear = { write_problem, &x };
	const struct testrun run = { .on_test = write_test, .user = &x };
	struct ruleset *rs = NULL;
	size_t tests = 0;

	jsonw_init(&x.w, &out->report);
	jsonw_object(&x.w);
	jsonw_key(&x.w, "problems");
	jsonw_array(&x.w);
	if (ruleset_look(candidate->files, candidate->count, &ear, &rs) < 0 &&
	    out->errors == 0)
		out->errors = 1;
	jsonw_close(&x.w);
	jsonw_key(&x.w, "tests");
	jsonw_array(&x.w);
	if (rs) {
		out->failed = (int64_t)testrun_all(rs, &run, &tests);
		out->tests = (int64_t)tests;
		(void)snprintf(
		    out->set, sizeof out->set, "%s", ruleset_hash(rs));
	}
	jsonw_close(&x.w);
	jsonw_close(&x.w);
	ruleset_free(&rs);
}

/* What is in force: its hash, and the file as it lies there. */
static void
look_at_live(const struct rulecheck_place *place, struct rulepack *live,
    struct str name, struct rulecheck *out)
{
	const struct ruleset_file *file = rulepack_find(live, name);
	struct ruleset *rs = NULL;
	struct err wrong = { 0 };
	int r;

	if (file) {
		out->has_base = true;
		hash_sha256(file->text, out->base);
		buf_add_str(&out->before, file->text);
	}
	r = compile_live(place, live, &rs, &wrong);
	out->own_left_out = r > 0;
	if (r >= 0)
		(void)snprintf(
		    out->live, sizeof out->live, "%s", ruleset_hash(rs));
	ruleset_free(&rs);
}

int
rulecheck_look(const struct rulecheck_place *place, struct str file,
    struct str text, struct rulecheck *out, struct err *e)
{
	struct pair p = { 0 };
	int r;

	*out = (struct rulecheck){ 0 };
	r = pair_read(&p, place, file, text, e);
	if (r == 0) {
		look_at_live(place, &p.live, file, out);
		look(&p.candidate, out);
	}
	pair_release(&p);
	return r;
}

int
rulecheck_read(const struct rulecheck_place *place, struct str file,
    struct buf *out, struct err *e)
{
	struct rulepack p = { 0 };
	const struct ruleset_file *found = NULL;
	int r = read_in_force(place, &p, e);

	if (r == 0)
		found = rulepack_find(&p, file);
	if (found)
		buf_add_str(out, found->text);
	rulepack_release(&p);
	return r < 0 ? -1 : found != NULL;
}

int
rulecheck_compile(const struct rulecheck_place *place, struct str file,
    struct str text, struct ruleset **live, struct ruleset **candidate,
    struct err *e)
{
	struct pair p = { 0 };
	struct buf diag = { 0 };
	int r = pair_read(&p, place, file, text, e);

	if (r == 0)
		r = compile_live(place, &p.live, live, e);
	if (r >= 0 && rulepack_compile(
			  &p.candidate, place->dir, &diag, candidate, e) < 0) {
		ruleset_free(live);
		r = err_set(e, ERR_INVALID,
		    "The rules with this change are wrong: check it again.");
	}
	buf_clear(&diag);
	pair_release(&p);
	return r < 0 ? -1 : 0;
}

void
rulecheck_release(struct rulecheck *c)
{
	buf_clear(&c->before);
	buf_clear(&c->report);
}
