/* The rules of health.h, one event a function. */
#include "alerts/health.h"

void
health_init(struct health *h, size_t window_max)
{
	*h = (struct health){ .window = window_max, .window_max = window_max };
}

static void
set_probe(struct health *h, const struct backoff_policy *policy, int64_t now_ms,
    uint32_t jitter)
{
	h->step++;
	h->probe_ms = backoff_next(policy, h->step, now_ms, jitter);
}

static enum health_change
go_down(struct health *h, const struct backoff_policy *policy, int64_t now_ms,
    uint32_t jitter)
{
	h->down = true;
	h->down_since_ms = now_ms;
	h->step = 0;
	set_probe(h, policy, now_ms, jitter);
	return HEALTH_WENT_DOWN;
}

static enum health_change
come_up(struct health *h)
{
	h->down = false;
	h->streak = 0;
	h->step = 0;
	h->window = 1;
	return HEALTH_CAME_UP;
}

enum health_change
health_note(struct health *h, enum outbox_verdict verdict,
    const struct backoff_policy *policy, int64_t now_ms, uint32_t jitter)
{
	if (verdict == OUTBOX_TRY_LATER) {
		if (h->streak < HEALTH_STREAK_MAX)
			h->streak++;
		/* What was under way when it went down is no probe. */
		if (h->down && now_ms >= h->probe_ms)
			set_probe(h, policy, now_ms, jitter);
		else if (!h->down && h->streak == HEALTH_STREAK_MAX)
			return go_down(h, policy, now_ms, jitter);
		return HEALTH_SAME;
	}
	h->streak = 0;
	if (h->down)
		return come_up(h);
	h->window *= 2;
	if (h->window > h->window_max)
		h->window = h->window_max;
	return HEALTH_SAME;
}

enum health_change
health_tell(struct health *h, bool up, const struct backoff_policy *policy,
    int64_t now_ms, uint32_t jitter)
{
	if (up && h->down)
		return come_up(h);
	if (!up && !h->down)
		return go_down(h, policy, now_ms, jitter);
	return HEALTH_SAME;
}

size_t
health_room(const struct health *h, size_t in_flight, int64_t now_ms)
{
	if (h->down)
		return in_flight == 0 && now_ms >= h->probe_ms ? 1 : 0;
	return in_flight < h->window ? h->window - in_flight : 0;
}

int64_t
health_room_at(const struct health *h, size_t in_flight, int64_t now_ms)
{
	if (h->down)
		return in_flight == 0 ? h->probe_ms : INT64_MAX;
	return in_flight < h->window ? now_ms : INT64_MAX;
}
