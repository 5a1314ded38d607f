/*
 * What a file says wrong goes to stderr, as the commands print it: it may be
 * many lines, and the log has one.
 */
#include "agent/parts.h"

#include <stdio.h>
#include <stdlib.h>

#include "agent/base/alloc.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/log.h"
#include "agent/base/str.h"
#include "agent/conf/conf.h"
#include "agent/editions.h"
#include "agent/feeds/feed.h"
#include "agent/geo/geo.h"
#include "agent/review/wordings.h"
#include "agent/store/rulepack.h"
#include "rules/ruleset.h"

void
parts_release(struct parts *p)
{
	for (size_t i = 0; p->feeds && p->conf && i < p->conf->feed_count; i++)
		feed_close(&p->feeds[i]);
	free(p->feeds);
	ruleset_free(&p->rules);
	free(p->rules_dir);
	geo_free(&p->geo);
	conf_free(&p->conf);
	*p = (struct parts){ 0 };
}

/* Print what the builder of a configuration or rule set had to say. */
static void
say(struct buf *diag)
{
	if (diag->len > 0)
		fwrite(diag->p, 1, diag->len, stderr);
	buf_clear(diag);
}

/*
 * Run the tests in the rules.  Failures keep a reload from happening; at the
 * start they are only said, since an agent with a doubtful rule is better than
 * none.
 */
static int
test_rules(const struct ruleset *rules, const char *dir, bool is_start,
    struct buf *diag, struct err *e)
{
	size_t run = 0;
	size_t failed = ruleset_run_tests(rules, diag, &run);

	log_info("rules loaded dir=%s rules=%zu tests=%zu failed=%zu hash=%s",
	    dir, ruleset_rule_count(rules), run, failed, ruleset_hash(rules));
	if (failed == 0)
		return 0;
	if (!is_start)
		return err_set(e, ERR_INVALID,
		    "%zu of the %zu tests in the rules of %s fail", failed, run,
		    dir);
	log_error("%zu of the %zu tests in the rules of %s fail: the rules "
		  "are used all the same; \"buzzard rules test\" shows which",
	    failed, run, dir);
	return 0;
}

/*
 * The rules in dir with the force's own files over them.  Where those make them
 * wrong, as a later version of the packs can, a reload is refused; at the start
 * the packs are used alone, since an agent that does not start tells nobody of
 * anything.
 */
static int
load_over(struct parts *p, const char *dir, bool is_start, struct buf *diag,
    struct err *e)
{
	char *own = rulepack_own_dir(p->conf->state);
	int r = rulepack_load_over(dir, own, diag, &p->rules, e);

	if (r < 0 && is_start) {
		struct err why = *e;

		r = rulepack_load(dir, diag, &p->rules, e);
		p->own_left_out = r == 0;
		if (r == 0)
			log_error("the force's own rules are not used, the "
				  "packs are used without them folder=%s: %s",
			    own, why.msg);
	}
	free(own);
	return r;
}

static int
load_rules(struct parts *p, bool is_start, struct err *e)
{
	struct buf diag = { 0 };
	char *dir = NULL;
	int r = 0;

	if (p->conf->rules)
		dir = alloc_text(p->conf->rules);
	else
		r = rulepack_default_dir(&dir, e);
	if (r == 0)
		r = load_over(p, dir, is_start, &diag, e);
	if (r == 0)
		r = test_rules(p->rules, dir, is_start, &diag, e);
	say(&diag);
	p->rules_dir = dir;
	p->rules_ms = clock_wall_ms();
	return r;
}

/* The review service reads them when it is opened; here a reload can still be
 * refused. */
static int
test_wordings(const struct conf *conf, struct err *e)
{
	struct wordings *wordings = NULL;
	int r = wordings_load(conf->review.wordings, &wordings, e);

	wordings_free(&wordings);
	return r;
}

int
parts_load(const char *path, struct parts *p, bool is_start, struct err *e)
{
	struct buf diag = { 0 };
	const struct str *layers;
	size_t layer_count;
	size_t findings = 0;
	int r;

	r = conf_load(path, &diag, &p->conf);
	if (r == 0)
		findings = conf_check_files(p->conf, &diag);
	say(&diag);
	if (r < 0 || findings > 0)
		return err_set(
		    e, ERR_INVALID, "%s: the configuration is invalid", path);
	if (test_wordings(p->conf, e) < 0)
		return -1;
	if (load_rules(p, is_start, e) < 0)
		return -1;
	layer_count = ruleset_layers(p->rules, &layers);
	return editions_load(p->conf, layers, layer_count, &p->geo, e);
}

/* Do both ask for the same layers, in the same order? */
static bool
is_same_layers(const struct ruleset *x, const struct ruleset *y)
{
	const struct str *a, *b;
	size_t count = ruleset_layers(x, &a);

	if (count != ruleset_layers(y, &b))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!str_is_equal(a[i], b[i]))
			return false;
	return true;
}

int
parts_load_rules(
    const struct parts *now, struct parts *new, bool is_start, struct err *e)
{
	const struct str *layers;
	size_t count;

	new->conf = now->conf;
	if (load_rules(new, is_start, e) < 0)
		return -1;
	if (is_same_layers(new->rules, now->rules)) {
		new->geo = now->geo;
		return 0;
	}
	count = ruleset_layers(new->rules, &layers);
	if (editions_load(new->conf, layers, count, &new->geo, e) < 0) {
		e->code = ERR_INVALID;
		return -1;
	}
	return 0;
}

void
parts_release_beside(const struct parts *now, struct parts *p)
{
	ruleset_free(&p->rules);
	free(p->rules_dir);
	if (p->geo != now->geo)
		geo_free(&p->geo);
}
