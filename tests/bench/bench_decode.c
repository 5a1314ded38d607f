/*
 * How fast messages are decoded: 100,000 of 1 KB, parsed, decoded and hashed,
 * each stage measured by itself.  Reports; asserts nothing about time.
 */
#include <stdio.h>
#include <stdlib.h>

#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/hash.h"
#include "agent/base/json.h"
#include "agent/feeds/format_json.h"
#include "agent/incident/incident.h"
#include "agent/incident/merge.h"
#include "agent/incident/plates.h"

#define MESSAGES 100000
#define BATCH    512
#define CHUNK    65536

/* Microseconds spent, all messages together. */
struct spent {
	int64_t split, parse, decode, hash, merge, plates;
};

static const char *const says[] = {
	"Inft states 4 males with lurchers walking the stubble in a line",
	"Silver Subaru Forester parked across the field gate, AE05 KLT",
	"Vehicle left towards the A120, one dog still loose on the headland",
	"THRIVE done, no threats made, caller will stay in own vehicle",
	"Fridge and builders rubble dumped in the gateway overnight",
	"Two caravans and a transit on the rec, bollard removed",
};

static void
add_message(struct buf *b, int i)
{
	int entries = 3 + i % 4, k;

	buf_addf(b,
	    "{\"id\":\"EP-20260114-%06d\",\"revision\":%d,"
	    "\"opened_at\":\"2026-01-14T10:%02d:%02dZ\",\"grade\":%d,"
	    "\"opening_code\":\"SUSPICIOUS\",\"location_text\":\"field off "
	    "Example Lane\",\"lat\":51.%06d,\"lon\":0.%06d,\"log\":[",
	    i, i % 5, i % 60, i % 59, 1 + i % 5, i, i);
	for (k = 0; k < entries; k++)
		buf_addf(b,
		    "%s{\"at\":\"2026-01-14T11:%02d:07Z\",\"by\":\"CALL\","
		    "\"text\":\"%s. %s.\",\"seq\":%d}",
		    k > 0 ? "," : "", k, says[(i + k) % 6],
		    says[(i * 7 + k) % 6], k + 1);
	buf_add_text(b, "]}\n");
}

static int64_t
since(int64_t *mark_us)
{
	int64_t now_us = clock_mono_us(), spent_us = now_us - *mark_us;

	*mark_us = now_us;
	return spent_us;
}

static void
take_message(struct str bytes, struct arena *arena, struct spent *spent)
{
	struct merge_message message;
	struct incident in, record;
	const struct plate *plates;
	struct json *root = NULL;
	struct err e;
	int64_t mark_us = clock_mono_us();

	if (json_parse(bytes, &root, NULL, &e) != 0)
		abort();
	spent->parse += since(&mark_us);
	if (incident_decode(root, arena, &in, &e) != 0)
		abort();
	spent->decode += since(&mark_us);
	json_free(&root);
	spent->parse += since(&mark_us);
	message.incident = &in;
	hash_sha256(bytes, message.hash);
	spent->hash += since(&mark_us);
	merge_fold(&message, 1, arena, &record);
	spent->merge += since(&mark_us);
	(void)plates_find(&record, arena, &plates);
	spent->plates += since(&mark_us);
}

static size_t
take_all(struct str text, struct spent *spent)
{
	struct format_json *fj = format_json_new(NULL);
	struct arena *arena = arena_new();
	struct format_json_piece piece;
	size_t i, n, count = 0;
	int64_t mark_us;

	for (i = 0; i < text.len; i += n) {
		n = text.len - i < CHUNK ? text.len - i : CHUNK;
		mark_us = clock_mono_us();
		format_json_push(fj, text.p + i, n);
		while (format_json_next(fj, &piece) > 0) {
			spent->split += since(&mark_us);
			take_message(piece.bytes, arena, spent);
			if (++count % BATCH == 0)
				arena_reset(arena);
			mark_us = clock_mono_us();
		}
	}
	format_json_free(&fj);
	arena_free(&arena);
	return count;
}

static void
report(const char *stage, int64_t spent_us, size_t count)
{
	printf("%-8s %7.2f us a message\n", stage,
	    (double)spent_us / (double)count);
}

int
main(void)
{
	struct buf text = { NULL, 0, 0 };
	struct spent spent = { 0, 0, 0, 0, 0, 0 };
	size_t count;
	int64_t all;
	int i;

	for (i = 0; i < MESSAGES; i++)
		add_message(&text, i);
	count = take_all(buf_str(&text), &spent);
	all = spent.split + spent.parse + spent.decode + spent.hash;
	printf("%zu messages of %zu bytes\n", count, text.len / count);
	report("split", spent.split, count);
	report("parse", spent.parse, count);
	report("decode", spent.decode, count);
	report("hash", spent.hash, count);
	report("merge", spent.merge, count);
	report("plates", spent.plates, count);
	printf("split to hash: %.0f messages a second on one core\n",
	    (double)count / (double)all * 1e6);
	buf_clear(&text);
	return 0;
}
