/*
 * The road of an incident, a function a stage, in the order of the road.
 * Other incidents that a message has judged again (correlate.h) go down the
 * same road after it, in the same transaction.
 *
 * The record of an incident is folded anew from its messages each time one
 * comes: the messages are the truth, so order and repetition cannot matter,
 * and nothing derived can disagree with them.  Nearly all incidents have a
 * handful of messages, and the first one, which most batches consist of, is
 * folded from memory without a question to the database.  What the decoding
 * thread has found of it ahead (ahead.h) is used if it is about the same.
 */
#include "agent/intake.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/aftercare.h"
#include "agent/ahead.h"
#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/check.h"
#include "agent/base/err.h"
#include "agent/base/failpoint.h"
#include "agent/base/hash.h"
#include "agent/base/log.h"
#include "agent/conf/conf.h"
#include "agent/correlate.h"
#include "agent/feeds/feed.h"
#include "agent/geo/geo.h"
#include "agent/incident/merge.h"
#include "agent/store/audit.h"
#include "agent/store/feedday.h"
#include "agent/store/position.h"
#include "agent/store/quarantine.h"
#include "agent/store/reviews.h"
#include "agent/store/store.h"
#include "agent/store/takers.h"
#include "agent/store/unitstore.h"
#include "agent/store/wordindex.h"
#include "agent/unitsnear.h"
#include "alerts/decide.h"
#include "alerts/deliver.h"
#include "rules/ruleset.h"
#include "rules/series.h"

/* A file that has been moved away: its position goes with the next commit. */
struct done_file {
	char *feed, *file; /* owned */
};

struct intake {
	struct intake_parts parts;   /* borrowed */
	struct decide *decide;       /* owned; made for parts.conf */
	struct correlate *correlate; /* owned */
	struct aftercare *aftercare; /* owned */
	struct position_store *positions;
	struct feedday *days;
	struct reviews *reviews;
	struct takers *takers; /* who has what */
	struct quarantine *quarantine;
	struct unitstore *units;
	struct wordindex *words;
	struct rules_scratch *scratch;
	struct arena *arena;        /* one message's working memory */
	struct arena *replay_arena; /* what came from quarantine */
	struct intake_counts counts;
	int64_t newest_ms;      /* entry that the batch in hand brought */
	int64_t overdue_after;  /* id; intake_overdue() goes on behind it */
	struct done_file *done; /* owned; positions no longer needed */
	size_t done_count;
};

/*
 * One message on its way down the road, or an incident that another one's
 * message has judged again.
 */
struct passage {
	const struct feed_item *item; /* NULL: no message of its own */
	struct str feed, file;
	int64_t now_ms;
	struct store_incident row; /* id 0: not seen before */
	struct incident record;    /* all that is known, this message too */
	struct rules_result result;
	struct correlate_answer series;
};

static int
open_parts(struct intake *in, struct err *e)
{
	struct db *db = store_db(in->parts.store);

	if (quarantine_open(db, &in->quarantine, e) < 0 ||
	    position_open(db, &in->positions, e) < 0 ||
	    feedday_open(db, &in->days, e) < 0 ||
	    unitstore_open(db, &in->units, e) < 0 ||
	    reviews_open(in->parts.store, &in->reviews, e) < 0 ||
	    takers_open(in->parts.store, &in->takers, e) < 0 ||
	    wordindex_open(in->parts.store, &in->words, e) < 0 ||
	    aftercare_open(in->parts.store, &in->aftercare, e) < 0 ||
	    correlate_new(in->parts.store, &in->correlate, e) < 0)
		return -1;
	return decide_open(in->parts.store, in->parts.conf, &in->decide, e);
}

int
intake_new(const struct intake_parts *parts, struct intake **out, struct err *e)
{
	struct intake *in = alloc_zero(1, sizeof(*in));

	in->parts = *parts;
	in->scratch = ruleset_scratch_new();
	ruleset_scratch_set_brief(in->scratch);
	in->arena = arena_new();
	in->replay_arena = arena_new();
	if (open_parts(in, e) < 0) {
		intake_free(&in);
		return -1;
	}
	*out = in;
	return 0;
}

/* The positions of the files in done are off the disk: forget the list. */
static void
drop_done(struct intake *in)
{
	for (size_t i = 0; i < in->done_count; i++) {
		free(in->done[i].feed);
		free(in->done[i].file);
	}
	in->done_count = 0;
}

void
intake_free(struct intake **in)
{
	struct intake *i = *in;

	if (!i)
		return;
	decide_close(&i->decide);
	correlate_free(&i->correlate);
	aftercare_close(&i->aftercare);
	takers_close(&i->takers);
	reviews_close(&i->reviews);
	position_close(&i->positions);
	feedday_close(&i->days);
	unitstore_close(&i->units);
	wordindex_close(&i->words);
	quarantine_close(&i->quarantine);
	ruleset_scratch_free(&i->scratch);
	arena_free(&i->arena);
	arena_free(&i->replay_arena);
	drop_done(i);
	free(i->done);
	free(i);
	*in = NULL;
}

int
intake_swap(struct intake *in, const struct intake_parts *parts, struct err *e)
{
	struct decide *decide;

	CHECK(parts->store == in->parts.store);
	if (decide_open(parts->store, parts->conf, &decide, e) < 0)
		return -1;
	decide_close(&in->decide);
	in->decide = decide;
	/* What is kept of series borrows the rules that go. */
	correlate_forget(in->correlate);
	in->parts = *parts;
	return 0;
}

/* Keep the message.  Returns 1 if it is new, 0 if these bytes are known. */
static int
keep_message(struct intake *in, struct passage *p, struct err *e)
{
	struct store_message msg = {
		.revision = p->item->incident.revision,
		.received_ms = p->now_ms,
		.file = p->file,
		.line = (int64_t)p->item->line,
		.bytes = p->item->bytes,
	};

	memcpy(msg.hash, p->item->hash, sizeof(msg.hash));
	return store_message_add(in->parts.store, p->row.id, &msg, e);
}

static int hold(
    struct intake *in, const struct quarantine_item *q, struct err *e);

/*
 * A stored message that can no longer be read (after an upgrade, say) is set
 * aside with the reason.  It stays stored and is left out of the record, since
 * the incident's next message must not wait for it.
 */
static int
hold_stored(struct intake *in, const struct passage *p,
    const struct store_message *stored, const char *why, struct err *e)
{
	struct str reason = arena_strf(in->arena,
	    "message %" PRId64 " was taken in and cannot be read any more: %s",
	    stored->id, why);
	const struct quarantine_item q = {
		.feed = p->feed,
		.file = stored->file,
		.line = stored->line,
		.column = 1,
		.reason = reason,
		.bytes = stored->bytes,
		.first_ms = p->now_ms,
	};

	return hold(in, &q, e);
}

/*
 * A stored message, decoded; the one in hand has been already.  Returns 1, or
 * 0 if it cannot be read.
 */
static int
read_stored(struct intake *in, const struct passage *p,
    const struct store_message *stored, struct incident *out, struct err *e)
{
	struct err fault = { 0 };

	if (p->item && memcmp(stored->hash, p->item->hash, HASH_BYTES) == 0) {
		*out = p->item->incident;
		return 1;
	}
	if (incident_parse(stored->bytes, in->arena, out, &fault) == 0)
		return 1;
	return hold_stored(in, p, stored, fault.msg, e) < 0 ? -1 : 0;
}

/*
 * Fold all messages of a stored incident.  Returns 1, or 0 if none of them can
 * be read any more.
 */
static int
fold_stored(struct intake *in, struct passage *p, struct err *e)
{
	struct store_message *stored;
	struct merge_message *messages;
	struct incident *incidents;
	size_t count, readable = 0;

	if (store_messages_load(
		in->parts.store, p->row.id, in->arena, &stored, &count, e) < 0)
		return -1;
	messages = arena_alloc(in->arena, count, sizeof(*messages));
	incidents = arena_alloc(in->arena, count, sizeof(*incidents));
	for (size_t i = 0; i < count; i++) {
		int r = read_stored(in, p, &stored[i], &incidents[readable], e);

		if (r < 0)
			return -1;
		if (r == 0)
			continue;
		messages[readable].incident = &incidents[readable];
		memcpy(messages[readable].hash, stored[i].hash, HASH_BYTES);
		readable++;
	}
	p->row.message_count = (int64_t)count;
	if (readable == 0)
		return 0;
	merge_fold(messages, readable, in->arena, &p->record);
	return 1;
}

/*
 * What was found ahead of this message by itself, if geography and rules are
 * those it was found with; else NULL.
 */
static const struct ahead_answer *
answer_ahead(const struct intake *in, const struct passage *p)
{
	const struct ahead_answer *a = p->item ? p->item->ahead : NULL;

	if (!a || a->geo != in->parts.geo || a->rules != in->parts.rules)
		return NULL;
	return a;
}

/* The record of an incident that has only this message. */
static void
fold_only(struct intake *in, struct passage *p)
{
	const struct ahead_answer *ahead = answer_ahead(in, p);
	struct merge_message only = { .incident = &p->item->incident };

	if (ahead) {
		p->record = ahead->record;
		return;
	}
	memcpy(only.hash, p->item->hash, sizeof(only.hash));
	merge_fold(&only, 1, in->arena, &p->record);
}

/*
 * Merge: the record of the incident with this message in it.  Returns 1, or 0
 * if the message changes nothing because it is known.
 */
static int
merge_message(struct intake *in, struct passage *p, struct err *e)
{
	int found, is_new;

	found = store_incident_find(in->parts.store, p->feed,
	    p->item->incident.id, in->arena, &p->row, e);
	if (found < 0)
		return -1;
	if (found == 0) {
		p->row = (struct store_incident){ .feed = p->feed,
			.ref = p->item->incident.id,
			.first_ms = p->now_ms,
			.message_count = 1 };
		fold_only(in, p);
		return 1;
	}
	is_new = keep_message(in, p, e);
	if (is_new <= 0)
		return is_new;
	return fold_stored(in, p, e);
}

/* Locate: where it is, and whether that is rural. */
static void
locate_record(struct intake *in, struct passage *p)
{
	const struct ahead_answer *ahead = answer_ahead(in, p);

	if (ahead && geo_is_same_input(&ahead->record, &p->record))
		p->row.place = ahead->place;
	else
		geo_locate(in->parts.geo, &p->record, in->arena, &p->row.place);
}

/* Tag: what the rules say of it. */
static void
tag_record(struct intake *in, struct passage *p)
{
	const struct ahead_answer *ahead = answer_ahead(in, p);

	if (ahead && p->row.id == 0)
		p->result = ahead->result;
	else
		ruleset_tag(in->parts.rules, &p->record, &p->row.place,
		    in->scratch, in->arena, &p->result);
}

/* The names of the flags that stand, "at-risk, in-progress". */
static struct str
flags_of(struct intake *in, const struct rules_result *r)
{
	struct buf names = { 0 };
	struct str text = str_of("");

	for (size_t i = 0; i < r->flag_count; i++)
		buf_addf(&names, "%s%.*s", i > 0 ? ", " : "",
		    STR_ARG(r->flags[i].theme));
	if (names.len > 0)
		text = arena_str(in->arena, buf_str(&names));
	buf_clear(&names);
	return text;
}

/* The columns that follow from the record and from what the rules said. */
static void
fill_row(struct intake *in, struct passage *p)
{
	struct store_incident *row = &p->row;

	row->opened_ms = incident_first_ms(&p->record);
	row->updated_ms = incident_last_ms(&p->record);
	row->closed_ms = p->record.closed_ms;
	row->status = p->record.status;
	row->grade = p->record.grade;
	row->rural_crime = p->result.rural_crime;
	row->in_progress = p->result.in_progress;
	row->targeted = p->result.targeted;
	row->basis = str_of(p->result.basis);
	row->flags = flags_of(in, &p->result);
	row->rule_set = str_of(ruleset_hash(in->parts.rules));
	row->tagged_ms = p->now_ms;
}

/* Record: the columns, words and marks it is found by, and the message. */
static int
record_message(struct intake *in, struct passage *p, struct err *e)
{
	bool is_first = p->row.id == 0;

	p->row.last_ms = p->now_ms;
	fill_row(in, p);
	if (store_incident_put(in->parts.store, &p->row, e) < 0)
		return -1;
	if (is_first && keep_message(in, p, e) < 0)
		return -1;
	if (wordindex_put(in->words, p->row.id, &p->record, &p->row.place,
		in->arena, e) < 0)
		return -1;
	in->counts.messages++;
	in->counts.incidents += is_first;
	if (p->row.updated_ms != CLOCK_NONE &&
	    p->row.updated_ms > in->newest_ms)
		in->newest_ms = p->row.updated_ms;
	return 0;
}

/* Correlate: what the series say of it with the incidents before it. */
static int
judge_series(struct intake *in, struct passage *p, bool is_first, struct err *e)
{
	struct series_digest digest;

	series_digest_make(in->parts.rules, p->feed, &p->record, &p->row.place,
	    &p->result, in->arena, &digest);
	digest.id = p->row.id;
	if (correlate_judge(in->correlate, in->parts.rules, &digest, is_first,
		in->arena, &p->series, e) < 0)
		return -1;
	series_apply(p->series.hits, p->series.count, in->arena, &p->result);
	return 0;
}

/* Record: the tags and why, and what was combined for them. */
static int
record_tags(struct intake *in, struct passage *p, struct err *e)
{
	int changed =
	    store_tags_put(in->parts.store, &p->row, &p->result, p->now_ms, e);

	if (changed < 0)
		return -1;
	if ((changed > 0 || p->result.tag_count > 0) &&
	    reviews_refresh(in->reviews, p->row.id, e) < 0)
		return -1;
	if (changed == 0)
		return 0;
	return correlate_log(
	    in->correlate, p->row.id, &p->series, p->now_ms, e);
}

/* Who is near now, by positions that are not stale. */
static int
find_units(struct intake *in, const struct passage *p, struct alert *alert,
    struct err *e)
{
	const struct unitsnear q = { .lat = p->row.place.lat,
		.lon = p->row.place.lon,
		.now_ms = p->now_ms,
		.stale_ms = in->parts.conf->stale_ms };
	struct nearby *units;
	size_t count, fresh = 0;

	if (!isfinite(q.lat))
		return 0;
	if (unitsnear_find(in->units, &q, in->arena, &units, &count, e) < 0)
		return -1;
	while (
	    fresh < count && fresh < ALERT_UNITS_MAX && !units[fresh].is_stale)
		fresh++;
	alert->units = fresh > 0 ? units : NULL;
	alert->unit_count = fresh;
	return 0;
}

/*
 * Positions of units were looked at for an alert: how many, not whose, for
 * where an officer was must not stand in this log for ever.
 */
static int
log_units(struct intake *in, const struct passage *p, const struct alert *alert,
    struct err *e)
{
	char detail[64];

	if (alert->unit_count == 0)
		return 0;
	(void)snprintf(
	    detail, sizeof(detail), "{\"units_near\":%zu}", alert->unit_count);
	return audit_add(store_audit(in->parts.store),
	    &(struct audit_row){ .at_ms = p->now_ms,
		.actor = STR_LIT("agent"),
		.event = AUDIT_CONSULTATION,
		.incident_id = p->row.id,
		.detail = str_of(detail) },
	    e);
}

/* Who has it, for what is told; alert borrows from now. */
static int
find_taker(struct intake *in, const struct passage *p, struct taker_now *now,
    struct alert *alert, struct err *e)
{
	if (takers_now(in->takers, p->row.id, now, e) < 0)
		return -1;
	alert->taker = str_of(now->actor);
	alert->taken_ms = now->at_ms;
	alert->taker_turns = now->turns;
	return 0;
}

/* Aftercare: what it gives people to see to. */
static int
see_to_it(struct intake *in, const struct passage *p,
    const struct rules_tag *tags, size_t tag_count, struct err *e)
{
	const struct aftercare_case c = { .row = &p->row,
		.record = &p->record,
		.tags = tags,
		.tag_count = tag_count,
		.is_first = p->item && p->row.message_count == 1,
		.now_ms = p->now_ms };

	return aftercare_judge(in->aftercare, in->parts.conf, &c, e);
}

/* Tell: whom, of what has changed; what people decided outranks the rules. */
static int
tell_people(struct intake *in, struct passage *p, struct err *e)
{
	struct alert alert = {
		.feed = p->feed,
		.incident = &p->record,
		.place = &p->row.place,
		.in_progress = p->result.in_progress,
		.rural_crime = p->result.rural_crime,
		.rule_set = ruleset_hash(in->parts.rules),
		.revision = p->row.message_count + p->series.turns,
		.now_ms = p->now_ms,
	};
	const struct rules_tag *tags = p->result.tags;
	size_t tag_count = p->result.tag_count;
	struct taker_now taker;
	int64_t turns;
	int added;

	if (reviews_apply(in->reviews, p->row.id, in->arena, &tags, &tag_count,
		&turns, e) < 0)
		return -1;
	alert.revision += turns;
	if (tag_count > 0 && (find_units(in, p, &alert, e) < 0 ||
				 find_taker(in, p, &taker, &alert, e) < 0))
		return -1;
	added =
	    decide_alerts(in->decide, p->row.id, &alert, tags, tag_count, e);
	if (added < 0 || (added > 0 && log_units(in, p, &alert, e) < 0))
		return -1;
	in->counts.deliveries += (uint64_t)added;
	return see_to_it(in, p, tags, tag_count, e);
}

/*
 * An incident of which the series say something else, now that another one is
 * as it is: down the road once more, without a message of its own.
 */
static int
judge_again(struct intake *in, int64_t id, int64_t now_ms, struct err *e)
{
	struct passage p = { .now_ms = now_ms };
	struct series_digest who = { .id = id };
	int r;

	arena_reset(in->arena);
	r = store_incident_find_id(in->parts.store, id, in->arena, &p.row, e);
	p.feed = who.feed = p.row.feed;
	who.ref = p.row.ref;
	if (r > 0)
		r = fold_stored(in, &p, e);
	if (r <= 0)
		return r;
	locate_record(in, &p);
	tag_record(in, &p);
	fill_row(in, &p);
	if (correlate_again(in->correlate, in->parts.rules, &who, in->arena,
		&p.series, e) < 0)
		return -1;
	series_apply(p.series.hits, p.series.count, in->arena, &p.result);
	if (store_incident_put(in->parts.store, &p.row, e) < 0 ||
	    record_tags(in, &p, e) < 0)
		return -1;
	return tell_people(in, &p, e);
}

/* Those after it whose answer this message has changed. */
static int
judge_touched(struct intake *in, int64_t now_ms, struct err *e)
{
	int64_t id;

	while (correlate_next(in->correlate, &id) > 0)
		if (judge_again(in, id, now_ms, e) < 0)
			return -1;
	return 0;
}

/* One message, down the whole road, inside the batch's transaction. */
static int
take_message(struct intake *in, struct passage *p, struct err *e)
{
	bool is_first;
	int changed;

	arena_reset(in->arena);
	changed = merge_message(in, p, e);
	if (changed < 0)
		return -1;
	if (changed == 0) {
		in->counts.repeated++;
		return 0;
	}
	is_first = p->row.id == 0;
	locate_record(in, p);
	tag_record(in, p);
	if (record_message(in, p, e) < 0 ||
	    judge_series(in, p, is_first, e) < 0 || record_tags(in, p, e) < 0)
		return -1;
	in->counts.tagged += p->result.tag_count > 0;
	if (tell_people(in, p, e) < 0)
		return -1;
	return judge_touched(in, p->now_ms, e);
}

/* Into quarantine, which is said the first time.  0 or -1. */
static int
hold(struct intake *in, const struct quarantine_item *q, struct err *e)
{
	int added = quarantine_add(in->quarantine, q, e);

	if (added > 0) {
		in->counts.quarantined++;
		log_error("input set aside: see buzzard quarantine list "
			  "feed=%.*s file=%.*s line=%" PRId64 " column=%" PRId64
			  " reason=\"%.*s\"",
		    STR_ARG(q->feed), STR_ARG(q->file), q->line, q->column,
		    STR_ARG(q->reason));
	}
	return added < 0 ? -1 : 0;
}

/* A message that cannot be read: set aside with its bytes and its place. */
static int
set_aside(struct intake *in, const struct passage *p, struct err *e)
{
	const struct quarantine_item q = {
		.feed = p->feed,
		.file = p->file,
		.line = (int64_t)p->item->line,
		.column = (int64_t)p->item->column,
		.offset = (int64_t)p->item->offset,
		.reason = str_of(p->item->fault),
		.bytes = p->item->bytes,
		.size_bytes = (int64_t)p->item->bytes.len,
		.first_ms = p->now_ms,
	};

	return hold(in, &q, e);
}

static int
put_position(struct intake *in, const struct feed_batch *batch, struct err *e)
{
	const struct feed_position *after = &batch->after;
	const struct position pos = {
		.dev = (int64_t)after->dev,
		.inode = (int64_t)after->inode,
		.size_bytes = (int64_t)after->size,
		.mtime_ns = after->mtime_ns,
		.offset = (int64_t)after->offset,
		.line = (int64_t)after->line,
		.in_array = after->in_array,
		.at_end = after->at_end,
	};

	return position_put(
	    in->positions, str_of(batch->feed), str_of(batch->file), &pos, e);
}

/* Add what the batch came to to its feed's day. */
static int
count_batch(struct intake *in, const struct feed_batch *batch,
    const struct intake_counts *before, int64_t now_ms, struct err *e)
{
	const struct intake_counts *n = &in->counts;
	const struct feedday_row row = {
		.feed = str_of(batch->feed),
		.messages = (int64_t)(n->messages - before->messages),
		.repeated = (int64_t)(n->repeated - before->repeated),
		.incidents = (int64_t)(n->incidents - before->incidents),
		.faults = (int64_t)(n->quarantined - before->quarantined),
		.last_ms = now_ms,
		.file = str_of(batch->file),
		.behind_ms = in->newest_ms == CLOCK_NONE ? -1
			     : in->newest_ms > now_ms    ? 0
						      : now_ms - in->newest_ms,
	};

	return batch->count > 0 ? feedday_add(in->days, &row, e) : 0;
}

/* Remove the positions of files that have been moved away. */
static int
forget_done(struct intake *in, struct err *e)
{
	for (size_t i = 0; i < in->done_count; i++)
		if (position_remove(in->positions, str_of(in->done[i].feed),
			str_of(in->done[i].file), e) < 0)
			return -1;
	return 0;
}

/* All of a batch, inside its transaction. */
static int
take_batch(struct intake *in, const struct feed_batch *batch, int64_t now_ms,
    struct err *e)
{
	if (forget_done(in, e) < 0)
		return -1;
	for (size_t i = 0; i < batch->count; i++) {
		struct passage p = { .item = &batch->items[i],
			.feed = str_of(batch->feed),
			.file = str_of(batch->file),
			.now_ms = now_ms };
		int r = p.item->is_fault ? set_aside(in, &p, e)
					 : take_message(in, &p, e);

		if (r < 0)
			return -1;
	}
	return put_position(in, batch, e);
}

/* Claim what the batch has put in the outbox, for the same commit. */
static int
claim_added(struct intake *in, uint64_t deliveries_before, struct err *e)
{
	if (!in->parts.deliver || in->counts.deliveries == deliveries_before)
		return 0;
	return deliver_claim(in->parts.deliver, e);
}

/* As before the transaction. */
static void
undo(struct intake *in, const struct intake_counts *before)
{
	store_rollback(in->parts.store);
	correlate_forget(in->correlate);
	in->counts = *before;
}

int
intake_batch(struct intake *in, const struct feed_batch *batch, int64_t now_ms,
    struct err *e)
{
	struct intake_counts before = in->counts;

	if (store_begin(in->parts.store, e) < 0)
		return -1;
	in->newest_ms = CLOCK_NONE;
	if (correlate_begin(in->correlate, e) < 0 ||
	    take_batch(in, batch, now_ms, e) < 0 ||
	    count_batch(in, batch, &before, now_ms, e) < 0 ||
	    claim_added(in, before.deliveries, e) < 0)
		goto fail;
	FAILPOINT("before-commit");
	if (store_commit(in->parts.store, e) < 0)
		goto unclaim;
	FAILPOINT("after-commit");
	drop_done(in);
	in->counts.batches++;
	return 0;

unclaim:
	if (in->parts.deliver)
		deliver_unclaim(in->parts.deliver);
fail:
	undo(in, &before);
	return -1;
}

int
intake_resume(struct intake *in, const char *feed, const char *file,
    struct feed_position *pos, struct err *e)
{
	struct position was;
	int r;

	r = position_find(in->positions, str_of(feed), str_of(file), &was, e);
	if (r <= 0)
		return r;
	if ((uint64_t)was.dev != pos->dev ||
	    (uint64_t)was.inode != pos->inode ||
	    (uint64_t)was.size_bytes != pos->size ||
	    was.mtime_ns != pos->mtime_ns)
		return 0;
	pos->offset = (uint64_t)was.offset;
	pos->line = (uint64_t)was.line;
	pos->in_array = was.in_array;
	pos->at_end = was.at_end;
	return 1;
}

void
intake_forget(struct intake *in, const char *feed, const char *file)
{
	struct done_file *d;

	in->done = alloc_resize(in->done, in->done_count + 1, sizeof(*d));
	d = &in->done[in->done_count++];
	d->feed = alloc_text(feed);
	d->file = alloc_text(file);
}

int
intake_tidy(struct intake *in, struct err *e)
{
	if (in->done_count == 0)
		return 0;
	if (store_begin(in->parts.store, e) < 0)
		return -1;
	if (forget_done(in, e) < 0 || store_commit(in->parts.store, e) < 0) {
		store_rollback(in->parts.store);
		return -1;
	}
	drop_done(in);
	return 0;
}

/* Read what a person wants read again; a fault leaves the reason in e. */
static int
read_replay(struct intake *in, const struct quarantine_item *q,
    struct feed_item *item, struct err *e)
{
	item->bytes = str_is_given(q->replacement) ? q->replacement : q->bytes;
	item->line = (uint64_t)q->line;
	item->column = 1;
	hash_sha256(item->bytes, item->hash);
	return incident_parse(
	    item->bytes, in->replay_arena, &item->incident, e);
}

/* One replay, inside its transaction: 1 taken in, 0 held again, -1. */
static int
replay_one(struct intake *in, const struct quarantine_item *q, int64_t now_ms,
    struct err *e)
{
	struct feed_item item = { 0 };
	struct passage p = { .item = &item,
		.feed = q->feed,
		.file = q->file,
		.now_ms = now_ms };
	struct err fault = { 0 };

	if (read_replay(in, q, &item, &fault) < 0) {
		log_warn("replay is still faulty quarantine=%" PRId64
			 " reason=\"%s\"",
		    q->id, fault.msg);
		return quarantine_resolve(in->quarantine, q->id,
		    QUARANTINE_HELD, str_of(fault.msg), now_ms, e);
	}
	if (take_message(in, &p, e) < 0 ||
	    quarantine_resolve(in->quarantine, q->id, QUARANTINE_REPLAYED,
		(struct str){ 0 }, now_ms, e) < 0)
		return -1;
	log_info("replayed quarantine=%" PRId64 " incident=%" PRId64, q->id,
	    p.row.id);
	return 1;
}

int
intake_replay(struct intake *in, int64_t now_ms, struct err *e)
{
	struct quarantine_item q;
	int taken = 0, r;

	for (;;) {
		struct intake_counts before = in->counts;

		arena_reset(in->replay_arena);
		r = quarantine_next_replay(
		    in->quarantine, in->replay_arena, &q, e);
		if (r <= 0)
			return r < 0 ? -1 : taken;
		if (store_begin(in->parts.store, e) < 0)
			return -1;
		r = correlate_begin(in->correlate, e);
		if (r == 0)
			r = replay_one(in, &q, now_ms, e);
		if (r < 0 || store_commit(in->parts.store, e) < 0) {
			undo(in, &before);
			return -1;
		}
		taken += r;
	}
}

/* One incident with something that nobody was told of, in a transaction. */
static int
tell_decided(struct intake *in, int64_t id, int64_t now_ms, struct err *e)
{
	struct intake_counts before = in->counts;
	int r;

	if (store_begin(in->parts.store, e) < 0)
		return -1;
	r = correlate_begin(in->correlate, e);
	if (r == 0)
		r = judge_again(in, id, now_ms, e);
	if (r == 0)
		r = reviews_told(in->reviews, id, e);
	if (r == 0)
		r = takers_told(in->takers, id, e);
	if (r == 0)
		r = aftercare_seen(in->aftercare, id, now_ms, e);
	if (r < 0 || store_commit(in->parts.store, e) < 0) {
		undo(in, &before);
		return -1;
	}
	return 0;
}

/* The next incident after *id with something that nobody was told of. */
static int
next_untold(struct intake *in, int64_t *id, struct err *e)
{
	int64_t decided = INT64_MAX, taken = INT64_MAX;

	if (reviews_untold(in->reviews, *id, &decided, e) < 0 ||
	    takers_untold(in->takers, *id, &taken, e) < 0)
		return -1;
	*id = decided < taken ? decided : taken;
	return *id < INT64_MAX;
}

int
intake_decided(struct intake *in, int64_t now_ms, struct err *e)
{
	int64_t id = 0;
	int told = 0, r;
	bool failed = false;

	/* One that fails does not hold back the others. */
	while ((r = next_untold(in, &id, e)) > 0) {
		if (tell_decided(in, id, now_ms, e) < 0)
			failed = true;
		else
			told++;
	}
	return r < 0 || failed ? -1 : told;
}

int
intake_overdue(
    struct intake *in, int64_t now_ms, int64_t budget_ms, struct err *e)
{
	const int64_t begun_ms = clock_mono_ms();
	bool failed = false;
	int64_t id;
	int r;

	while ((r = aftercare_next(
		    in->aftercare, now_ms, in->overdue_after, &id, e)) > 0) {
		failed |= tell_decided(in, id, now_ms, e) < 0;
		in->overdue_after = id;
		if (clock_mono_ms() - begun_ms >= budget_ms)
			return failed ? -1 : 1;
	}
	in->overdue_after = 0;
	return r < 0 || failed ? -1 : 0;
}

struct intake_counts
intake_counts(const struct intake *in)
{
	return in->counts;
}
