/* All messages of an incident, folded: see record.h. */
#include "agent/store/record.h"

#include <inttypes.h>
#include <string.h>

#include "agent/base/arena.h"
#include "agent/base/err.h"
#include "agent/incident/merge.h"
#include "agent/store/store.h"

/* Those up to message until_id. */
static int
load(struct store *store, int64_t id, struct arena *arena, int64_t until_id,
    void (*unreadable)(int64_t message_id, const char *why),
    struct incident *out, struct err *e)
{
	struct store_message *stored;
	struct merge_message *messages;
	struct incident *incidents;
	size_t count, readable = 0;

	if (store_messages_load(store, id, arena, &stored, &count, e) < 0)
		return -1;
	messages = arena_alloc(arena, count, sizeof(*messages));
	incidents = arena_alloc(arena, count, sizeof(*incidents));
	for (size_t i = 0; i < count; i++) {
		struct merge_message *m = &messages[readable];

		if (stored[i].id > until_id)
			continue;
		if (incident_parse(
			stored[i].bytes, arena, &incidents[readable], e) < 0) {
			if (unreadable)
				unreadable(stored[i].id, e->msg);
			continue;
		}
		m->incident = &incidents[readable++];
		memcpy(m->hash, stored[i].hash, HASH_BYTES);
	}
	if (readable == 0)
		return err_set(e, ERR_CORRUPT,
		    "incident %" PRId64 " has no message that can be read", id);
	merge_fold(messages, readable, arena, out);
	return 0;
}

int
record_load(struct store *store, int64_t id, struct arena *arena,
    void (*unreadable)(int64_t message_id, const char *why),
    struct incident *out, struct err *e)
{
	return load(store, id, arena, INT64_MAX, unreadable, out, e);
}

int
record_load_until(struct store *store, int64_t id, struct arena *arena,
    int64_t message_id, struct incident *out, struct err *e)
{
	return load(store, id, arena, message_id, NULL, out, e);
}
