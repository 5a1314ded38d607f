/*
 * Who has an incident, what was said of it, and saying that.
 */
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/review/api.h"
#include "agent/review/deed.h"
#include "agent/review/desk.h"
#include "agent/review/visit.h"
#include "agent/store/store.h"

/* In the order of enum taker_word. */
static const char *const words[] = { NULL, "take", "release", "not-for-us",
	"note", "take" };

static bool
is_link(struct str actor)
{
	return str_has_prefix(actor, "link:");
}

static void
write_said(void *user, const struct taker_row *row)
{
	struct jsonw *w = user;

	jsonw_object(w);
	jsonw_member_time(w, "at", row->at_ms);
	jsonw_member_str(w, "by", taker_name(row->actor));
	jsonw_member_bool(w, "by_link", is_link(row->actor));
	jsonw_member_text(w, "word", words[row->word]);
	jsonw_member_str(w, "note", row->note);
	jsonw_close(w);
}

static int
write_job(struct visit *v, int64_t id, struct jsonw *w, struct err *e)
{
	struct taker_now now;
	int r = takers_now(v->desk->takers, id, &now, e);

	if (r < 0)
		return -1;
	jsonw_object(w);
	jsonw_member_int(w, "incident_id", id);
	jsonw_member_str(w, "holder",
	    r > 0 ? taker_name(str_of(now.actor)) : (struct str){ 0 });
	jsonw_member_time(w, "since_at", r > 0 ? now.at_ms : CLOCK_NONE);
	jsonw_key(w, "said");
	jsonw_array(w);
	if (takers_list(v->desk->takers, id, write_said, w, e) < 0)
		return -1;
	jsonw_close(w);
	jsonw_close(w);
	return 1;
}

static int
print_job(void *user, struct visit *v, struct jsonw *w, struct err *e)
{
	int64_t id = *(const int64_t *)user;
	char version[DEED_VERSION_MAX];
	struct store_incident row;
	int r = id > 0 ? store_incident_find_id(
			     v->desk->store, id, v->desk->arena, &row, e)
		       : 0;

	if (r <= 0)
		return r;
	if (visit_record_part(v, id, "v1/incident/job", e) < 0 ||
	    deed_job_version(v, id, version, e) < 0)
		return -1;
	api_etag(v, version);
	return write_job(v, id, w, e);
}

void
api_job(struct visit *v)
{
	int64_t id = visit_number(v->arg);

	api_record(v, print_job, &id);
}

void
api_job_say(struct visit *v)
{
	static const char *const members[] = { "word", "note", NULL };
	static const struct api_change c = {
		.members = members, .make = deed_job_say, .print = print_job
	};
	int64_t id = visit_number(v->arg);

	api_change(v, &c, &id);
}
