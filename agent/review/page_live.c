/*
 * What changed, as it comes (news.h), and how much of it an open page lacks.
 * The pages work without: live.js only says that there is more to be shown.
 */
#include <inttypes.h>

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/jsonw.h"
#include "agent/review/desk.h"
#include "agent/review/html.h"
#include "agent/review/news.h"
#include "agent/review/page.h"
#include "agent/review/service_private.h"
#include "agent/review/sheet.h"
#include "agent/store/audit.h"
#include "agent/store/record.h"
#include "agent/store/store.h"

int
page_live_begin(struct visit *v, struct page_bar *bar, struct err *e)
{
	uint8_t hash[HASH_BYTES];

	return audit_head(store_audit(v->desk->store), &bar->after_id, hash, e);
}

void
page_live_bar(struct visit *v, const struct page_bar *bar)
{
	buf_addf(v->out,
	    "<div id=\"live\" class=\"live\" hidden data-after=\"%" PRId64
	    "\" data-incident=\"%" PRId64 "\" data-seen=\"%" PRId64 "\">"
	    "<p role=\"status\"></p> "
	    "<button type=\"button\">Show</button></div>"
	    "<script type=\"module\" src=\"/static/live.js\"></script>",
	    bar->after_id, bar->incident_id, bar->message_id);
}

void
page_live(struct visit *v)
{
	struct str last = http_head(v->rq, "Last-Event-ID");
	struct news_asker who = { .account_id = v->account.id,
		.after_id = visit_number(
		    last.len > 0 ? last : http_query(v->rq, "after")) };

	token_keep(v->token, who.session);
	if (news_listen(v->service->news, &who, v->rq, v->reply) == 0) {
		visit_say(v, 503, "Too many listen",
		    "This page does not say what changes: too many are open. "
		    "Close some, or reload it to see.");
		return;
	}
	v->reply->status = 200;
	http_reply_field(v->reply, "Content-Type", "text/event-stream");
	http_reply_field(v->reply, "Cache-Control", "no-store");
	/* A proxy is to hand on each event at once. */
	http_reply_field(v->reply, "X-Accel-Buffering", "no");
}

/* Entries of now that were not there before. */
static size_t
count_new(const struct incident *now, const struct incident *before)
{
	size_t count = 0;

	for (size_t i = 0; i < now->log_count; i++)
		count += !sheet_has_entry(before, &now->log[i]);
	return count;
}

static int
count_since(
    struct visit *v, int64_t id, int64_t seen, size_t *count, struct err *e)
{
	struct desk *d = v->desk;
	struct incident now, before;

	if (record_load(d->store, id, d->arena, NULL, &now, e) < 0 ||
	    record_load_until(d->store, id, d->arena, seen, &before, e) < 0)
		return -1;
	*count = count_new(&now, &before);
	return 0;
}

void
page_since(struct visit *v)
{
	struct err e = { 0 };
	size_t count = 0;
	int r = count_since(v, visit_number(v->arg),
	    visit_number(http_query(v->rq, "message")), &count, &e);

	if (r < 0 && e.code != ERR_CORRUPT) {
		visit_fail(v, &e);
		return;
	}
	v->reply->status = 200;
	http_reply_field(v->reply, "Content-Type", "application/json");
	http_reply_field(v->reply, "Cache-Control", "no-store");
	buf_addf(v->out, "{\"entries\":%zu}\n", count);
}
