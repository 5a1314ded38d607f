/*
 * Ends are recorded when nothing else is ready, so that a burst of them is one
 * commit, and logged when they are on disk.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "agent/base/alloc.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/log.h"
#include "alerts/deliver_private.h"

/* The outbox gives up what failed and is too old. */
static bool
is_dead(const struct deliver_flight *f)
{
	return f->verdict == OUTBOX_REFUSED ||
	       (f->verdict == OUTBOX_TRY_LATER &&
		   f->recorded_ms >= f->item.expires_ms);
}

/* One line for each outcome, the same for all channels. */
static void
say_outcome(const struct deliver_flight *f)
{
	static const char *const words[] = { [OUTBOX_DELIVERED] = "delivered",
		[OUTBOX_TRY_LATER] = "later",
		[OUTBOX_REFUSED] = "refused" };
	const struct outbox_item *item = &f->item;
	const struct conf_channel *c = f->line->conf;
	const char *what = f->verdict == OUTBOX_DELIVERED ? "delivered"
			   : is_dead(f)                   ? "dead"
							  : "delayed";

	log_info("alert %s outbox=%" PRId64 " %s=%" PRId64
		 " channel=%s peer=%s:%" PRId64
		 " recipient=%s attempt=%u delay_ms=%" PRId64
		 " verdict=%s reason=\"%s\"",
	    what, item->id, item->incident_id ? "incident" : "area_event",
	    item->incident_id ? item->incident_id : item->area_event_id,
	    c->name, c->host, c->port, item->recipient, item->attempts,
	    f->recorded_ms - item->created_ms, words[f->verdict], f->why);
	if (is_dead(f))
		log_error("alert given up outbox=%" PRId64
			  " channel=%s recipient=%s reason=\"%s\": mend the "
			  "cause, then \"buzzard outbox retry\"",
		    item->id, c->name, item->recipient, f->why);
}

/* Record the ends of one line; all or none. */
static int
record_line(struct deliver_line *line, struct err *e)
{
	struct deliver *d = line->owner;
	int64_t now_ms = clock_wall_ms();
	struct outbox_end *ends;
	size_t count = 0;
	int rc = 0;

	ends = alloc_zero(line->in_flight + 1, sizeof(ends[0]));
	for (struct deliver_flight *f = d->flights; f; f = f->next) {
		if (f->line != line || !f->ended)
			continue;
		f->recorded_ms = now_ms;
		ends[count++] = (struct outbox_end){
			.id = f->item.id, .verdict = f->verdict, .why = f->why
		};
	}
	if (count > 0)
		rc = outbox_finish(
		    d->outbox, ends, count, &line->policy, now_ms, e);
	free(ends);
	return rc < 0 ? -1 : 0;
}

/* Log and drop what line's transaction has recorded. */
static void
forget_recorded(struct deliver_line *line)
{
	struct deliver *d = line->owner;
	struct deliver_flight **at = &d->flights;

	while (*at) {
		struct deliver_flight *f = *at;

		if (f->line != line || !f->ended) {
			at = &f->next;
			continue;
		}
		say_outcome(f);
		*at = f->next;
		outbox_item_clear(&f->item);
		free(f->why);
		free(f);
		line->in_flight--;
		d->flight_count--;
		d->ended_count--;
	}
}

int
deliver_record(struct deliver *d)
{
	struct deliver_line **at = &d->retired;
	struct err e;

	for (size_t i = 0; i < d->line_count; i++) {
		if (record_line(d->lines[i], &e) < 0)
			goto fail;
		forget_recorded(d->lines[i]);
	}
	while (*at) {
		struct deliver_line *line = *at;

		if (record_line(line, &e) < 0)
			goto fail;
		forget_recorded(line);
		*at = line->next_retired;
		deliver_free_line(line);
	}
	deliver_pump_note(d, NULL);
	return 0;

fail:
	deliver_pump_note(d, &e);
	return -1;
}
