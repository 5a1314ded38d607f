/*
 * Compiling and testing take a part of a second and are done before the
 * transaction; what they were about is looked at in it.
 */
#include "agent/review/rulechange.h"

#include <stdlib.h>

#include "agent/base/arena.h"
#include "agent/base/err.h"
#include "agent/conf/conf.h"
#include "agent/review/desk.h"
#include "agent/review/service_private.h"
#include "agent/store/rulepack.h"

int
rulechange_place(struct visit *v, struct rulecheck_place *place, struct err *e)
{
	const struct conf *conf = v->service->conf;
	char *own = rulepack_own_dir(conf->state), *packs = NULL;

	place->own = arena_str(v->desk->arena, str_of(own)).p;
	free(own);
	if (conf->rules) {
		place->dir = arena_str(v->desk->arena, str_of(conf->rules)).p;
		return 0;
	}
	if (rulepack_default_dir(&packs, e) < 0)
		return -1;
	place->dir = arena_str(v->desk->arena, str_of(packs)).p;
	free(packs);
	return 0;
}

struct rulebook_hand
rulechange_hand(const struct visit *v)
{
	return (struct rulebook_hand){ .account_id = v->account.id,
		.actor = v->actor,
		.now_ms = v->now_ms };
}

int
rulechange_check(struct visit *v, const struct rulebook_change *c,
    struct rulecheck *out, struct err *e)
{
	struct rulecheck_place place;

	*out = (struct rulecheck){ 0 };
	if (rulechange_place(v, &place, e) < 0)
		return -1;
	return rulecheck_look(&place, c->file, c->text, out, e);
}

int
rulechange_add(void *user, struct visit *v, struct err *e)
{
	struct rulechange_step *s = user;
	const struct rulebook_hand by = rulechange_hand(v);

	return rulebook_add(v->desk->rulebook, s->draft, &by, &s->made_id, e);
}

int
rulechange_write(void *user, struct visit *v, struct err *e)
{
	const struct rulechange_step *s = user;
	const struct rulebook_hand by = rulechange_hand(v);

	return rulebook_write(
	    v->desk->rulebook, s->id, s->seen, s->draft, &by, e);
}

int
rulechange_propose(void *user, struct visit *v, struct err *e)
{
	const struct rulechange_step *s = user;
	const struct rulebook_hand by = rulechange_hand(v);

	return rulebook_propose(v->desk->rulebook, s->id, s->seen, &by, e);
}

int
rulechange_withdraw(void *user, struct visit *v, struct err *e)
{
	const struct rulechange_step *s = user;
	const struct rulebook_hand by = rulechange_hand(v);

	return rulebook_withdraw(v->desk->rulebook, s->id, s->seen, &by, e);
}

int
rulechange_preview(void *user, struct visit *v, struct err *e)
{
	const struct rulechange_step *s = user;
	const struct rulebook_hand by = rulechange_hand(v);

	if (s->days < 1 || s->days > RULECHANGE_DAYS_MAX)
		return err_set(e, ERR_INVALID,
		    "A preview looks back 1 to %d days.", RULECHANGE_DAYS_MAX);
	return rulebook_ask_preview(
	    v->desk->rulebook, s->id, s->seen, s->days, &by, e);
}

int
rulechange_stop(void *user, struct visit *v, struct err *e)
{
	const struct rulechange_step *s = user;
	const struct rulebook_hand by = rulechange_hand(v);

	return rulebook_stop_preview(v->desk->rulebook, s->id, s->seen, &by, e);
}

int
rulechange_approve(void *user, struct visit *v, struct err *e)
{
	const struct rulechange_step *s = user;
	const struct rulebook_hand by = rulechange_hand(v);

	return rulebook_approve(
	    v->desk->rulebook, s->id, s->seen, s->check, &by, e);
}

int
rulechange_send_back(void *user, struct visit *v, struct err *e)
{
	const struct rulechange_step *s = user;
	const struct rulebook_hand by = rulechange_hand(v);

	return rulebook_send_back(
	    v->desk->rulebook, s->id, s->seen, s->why, &by, e);
}

int
rulechange_suspend(void *user, struct visit *v, struct err *e)
{
	struct rulechange_step *s = user;
	const struct rulebook_hand by = rulechange_hand(v);

	return rulebook_suspend(
	    v->desk->rulebook, s->id, s->seen, s->draft, &by, &s->made_id, e);
}
