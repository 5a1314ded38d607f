/* A note for the officers who come next. */
#include "agent/review/deed.h"

#include "agent/review/desk.h"
#include "agent/review/visit.h"
#include "agent/store/handover.h"

int
deed_note(void *user, struct visit *v, struct err *e)
{
	int64_t *id = user;

	v->bad = "note";
	*id = handover_add_note(v->desk->handover, v->account.id, v->actor,
	    visit_field(v, "note"), v->now_ms, e);
	return *id < 0 ? -1 : 1;
}
