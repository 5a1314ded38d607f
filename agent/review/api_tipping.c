/*
 * What is recorded of one incident's fly-tipping, what stood before, and
 * recording it.
 */
#include <inttypes.h>
#include <stdio.h>

#include "agent/base/err.h"
#include "agent/base/json.h"
#include "agent/review/api.h"
#include "agent/review/deed.h"
#include "agent/review/desk.h"
#include "agent/review/tippingform.h"
#include "agent/review/visit.h"

static void
print_version(const struct tippingform *f, char version[DEED_VERSION_MAX])
{
	(void)snprintf(version, DEED_VERSION_MAX, "%" PRId64 ".%" PRId64,
	    f->row.id, f->was.id);
}

/* What is being written, and which record stands. */
struct listing {
	struct jsonw *w;
	int64_t stands_id;
};

static void
write_record(void *user, const struct tipping *r)
{
	struct listing *l = user;
	struct jsonw *w = l->w;

	jsonw_object(w);
	jsonw_member_int(w, "record", r->id);
	jsonw_member_bool(w, "stands", r->id == l->stands_id);
	jsonw_member_time(w, "recorded_at", r->made_ms);
	jsonw_member_str(w, "recorded_by", r->by);
	jsonw_member_str(w, "size", r->size);
	jsonw_member_str(w, "waste", r->waste);
	jsonw_member_str(w, "land", r->land);
	jsonw_member_str(w, "witnessed", r->witnessed);
	jsonw_member_str(w, "evidence", r->evidence);
	jsonw_member_str(w, "referred", r->referred);
	jsonw_member_str(w, "reference", r->reference);
	jsonw_member_time(w, "referred_at", r->referred_ms);
	jsonw_member_time(w, "cleared_at", r->cleared_ms);
	jsonw_close(w);
}

static int
write_records(struct tippingform *f, struct jsonw *w, struct err *e)
{
	struct listing l = { w, f->was.id };

	jsonw_object(w);
	jsonw_member_int(w, "incident_id", f->row.id);
	jsonw_member_str(w, "ref", f->row.ref);
	jsonw_key(w, "records");
	jsonw_array(w);
	if (tippings_history(
		f->v->desk->tippings, f->row.id, write_record, &l, e) < 0)
		return -1;
	jsonw_close(w);
	jsonw_close(w);
	return 1;
}

static int
print_tipping(void *user, struct visit *v, struct jsonw *w, struct err *e)
{
	char version[DEED_VERSION_MAX];
	struct tippingform f;
	int r = tippingform_load(&f, v, e);

	(void)user;
	if (r > 0)
		r = visit_record_part(
			v, f.row.id, "v1/incident/fly-tipping", e) < 0
			? -1
			: 1;
	if (r > 0) {
		print_version(&f, version);
		api_etag(v, version);
		r = write_records(&f, w, e);
	}
	tippingform_clear(&f);
	return r;
}

void
api_tipping(struct visit *v)
{
	api_record(v, print_tipping, NULL);
}

static int
make_record(void *user, struct visit *v, struct err *e)
{
	struct tippingform *f = user;
	char version[DEED_VERSION_MAX];
	int r = tippingform_load(f, v, e);

	if (r <= 0)
		return r;
	print_version(f, version);
	if (!api_saw(v, version))
		return 0;
	if (tippingform_check(f, e) < 0) {
		visit_blame(v, f->bad);
		return -1;
	}
	return tippingform_put(f, v, e);
}

void
api_tipping_put(struct visit *v)
{
	static const char *const members[] = { "size", "waste", "land",
		"witnessed", "evidence", "referred", "reference", "referred_at",
		"cleared_at", NULL };
	static const struct api_change c = {
		.members = members, .make = make_record, .print = print_tipping
	};
	struct tippingform f = { .v = v };

	api_change(v, &c, &f);
	tippingform_clear(&f);
}
