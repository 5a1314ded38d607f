/* Two windows, one for each set; a set without series has none. */
#include "agent/preview_series.h"

#include <pthread.h>
#include <stdlib.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "rules/series.h"

enum {
	LIVE,
	CANDIDATE,
	SIDE_COUNT
};

struct preview_series {
	const struct ruleset *sets[SIDE_COUNT];    /* borrowed */
	struct series_window *windows[SIDE_COUNT]; /* owned, or NULL */
	pthread_mutex_t mutex; /* over the windows, while adding */
	int64_t *numbers;      /* owned */
	size_t count, cap;
};

struct preview_series *
preview_series_new(const struct ruleset *live, const struct ruleset *candidate)
{
	struct preview_series *s = alloc_zero(1, sizeof *s);

	s->sets[LIVE] = live;
	s->sets[CANDIDATE] = candidate;
	for (int i = 0; i < SIDE_COUNT; i++)
		if (series_count(s->sets[i]) > 0)
			s->windows[i] = series_window_new(s->sets[i]);
	pthread_mutex_init(&s->mutex, NULL);
	return s;
}

void
preview_series_free(struct preview_series **s)
{
	if (!*s)
		return;
	for (int i = 0; i < SIDE_COUNT; i++)
		if ((*s)->windows[i])
			series_window_free(&(*s)->windows[i]);
	pthread_mutex_destroy(&(*s)->mutex);
	free((*s)->numbers);
	free(*s);
	*s = NULL;
}

void
preview_series_add(struct preview_series *s, int64_t number,
    const struct preview_case *c, struct arena *arena)
{
	const struct rules_result *own[SIDE_COUNT] = { c->live, c->candidate };

	for (int i = 0; i < SIDE_COUNT; i++) {
		struct series_digest d;

		if (!s->windows[i])
			continue;
		series_digest_make(s->sets[i], c->feed, c->incident, c->place,
		    own[i], arena, &d);
		if (d.sign_count == 0)
			continue;
		d.id = number;
		pthread_mutex_lock(&s->mutex);
		series_window_add(s->windows[i], &d);
		pthread_mutex_unlock(&s->mutex);
	}
}

static int
compare_numbers(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a;
	int64_t y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static void
add_number(struct preview_series *s, int64_t number)
{
	if (s->count == s->cap) {
		s->cap = s->cap ? 2 * s->cap : 64;
		s->numbers =
		    alloc_resize(s->numbers, s->cap, sizeof *s->numbers);
	}
	s->numbers[s->count++] = number;
}

/* Note the incidents of a window that complete a series. */
static void
judge_window(struct preview_series *s, struct series_window *w)
{
	/* What has no time is before all others. */
	const struct series_digest start = { .at_ms = CLOCK_NONE };
	const struct series_digest **all;
	struct arena *list = arena_new();
	struct arena *arena = arena_new();
	size_t count = series_window_after(w, &start, list, &all);

	for (size_t i = 0; i < count; i++) {
		const struct series_hit *hits;

		if (series_window_judge(w, all[i], arena, &hits) > 0)
			add_number(s, all[i]->id);
		arena_reset(arena);
	}
	arena_free(&arena);
	arena_free(&list);
}

size_t
preview_series_numbers(struct preview_series *s, const int64_t **numbers)
{
	size_t kept = 0;

	s->count = 0;
	for (int i = 0; i < SIDE_COUNT; i++)
		if (s->windows[i])
			judge_window(s, s->windows[i]);
	if (s->count > 1)
		qsort(
		    s->numbers, s->count, sizeof *s->numbers, compare_numbers);
	for (size_t i = 0; i < s->count; i++)
		if (kept == 0 || s->numbers[kept - 1] != s->numbers[i])
			s->numbers[kept++] = s->numbers[i];
	s->count = kept;
	*numbers = s->numbers;
	return kept;
}

void
preview_series_apply(struct preview_series *s, const struct preview_case *c,
    struct rules_result *live, struct rules_result *candidate,
    struct arena *arena)
{
	struct rules_result *own[SIDE_COUNT] = { live, candidate };

	for (int i = 0; i < SIDE_COUNT; i++) {
		const struct series_hit *hits;
		struct series_digest d;
		size_t count;

		if (!s->windows[i])
			continue;
		series_digest_make(s->sets[i], c->feed, c->incident, c->place,
		    own[i], arena, &d);
		count = series_window_judge(s->windows[i], &d, arena, &hits);
		series_apply(hits, count, arena, own[i]);
	}
}
