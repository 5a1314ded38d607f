/*
 * arena: a list of blocks, filled from the newest.
 *
 * Blocks double in size, so an arena that is reset every round soon has one
 * block that holds a whole round, and no longer calls malloc().  A reset keeps
 * the largest block, but not one beyond KEEP_MAX: one huge file must not hold
 * its memory for ever.  Under AddressSanitizer what is not taken is poisoned,
 * so that use after a reset is found.
 */
#include "agent/base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/check.h"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(p, len)   ((void)(p), (void)(len))
#define ASAN_UNPOISON_MEMORY_REGION(p, len) ((void)(p), (void)(len))
#endif

#define FIRST_BLOCK_BYTES ((size_t)8192)
#define LAST_BLOCK_BYTES  ((size_t)1 << 18)
#define KEEP_MAX_BYTES    ((size_t)4 << 20)

struct block {
	struct block *next; /* older; owned */
	size_t cap, len;    /* bytes of data, bytes taken */
	max_align_t data[]; /* cap bytes */
};

struct arena {
	struct block *newest; /* owned; NULL until the first allocation */
	size_t used_bytes;
};

struct arena *
arena_new(void)
{
	return alloc_zero(1, sizeof(struct arena));
}

static void
free_block(struct block *b)
{
	ASAN_UNPOISON_MEMORY_REGION(b->data, b->cap);
	free(b);
}

/* Free the blocks but the largest, if that is not too large either. */
static struct block *
keep_largest(struct block *list)
{
	struct block *kept = NULL;

	while (list) {
		struct block *b = list;
		list = b->next;
		if (b->cap > KEEP_MAX_BYTES || (kept && b->cap <= kept->cap)) {
			free_block(b);
			continue;
		}
		if (kept)
			free_block(kept);
		kept = b;
	}
	return kept;
}

void
arena_free(struct arena **a)
{
	if (!*a)
		return;
	struct block *b = (*a)->newest;
	while (b) {
		struct block *older = b->next;
		free_block(b);
		b = older;
	}
	free(*a);
	*a = NULL;
}

void
arena_reset(struct arena *a)
{
	a->newest = keep_largest(a->newest);
	a->used_bytes = 0;
	if (!a->newest)
		return;
	a->newest->next = NULL;
	a->newest->len = 0;
	ASAN_POISON_MEMORY_REGION(a->newest->data, a->newest->cap);
}

static void
add_block(struct arena *a, size_t need)
{
	size_t cap = a->newest ? a->newest->cap * 2 : FIRST_BLOCK_BYTES;

	if (cap > LAST_BLOCK_BYTES)
		cap = LAST_BLOCK_BYTES;
	if (cap < need)
		cap = need;
	struct block *b = alloc_resize(NULL, sizeof(*b) + cap, 1);
	b->next = a->newest;
	b->cap = cap;
	b->len = 0;
	ASAN_POISON_MEMORY_REGION(b->data, cap);
	a->newest = b;
}

/* len bytes, not zeroed. */
static char *
take(struct arena *a, size_t len)
{
	const size_t unit = sizeof(max_align_t);

	CHECK(len < SIZE_MAX / 4);
	size_t whole = (len + unit - 1) / unit * unit;
	if (!a->newest || a->newest->cap - a->newest->len < whole)
		add_block(a, whole);
	char *p = (char *)a->newest->data + a->newest->len;
	a->newest->len += whole;
	a->used_bytes += whole;
	ASAN_UNPOISON_MEMORY_REGION(p, len);
	return p;
}

void *
arena_alloc(struct arena *a, size_t count, size_t size)
{
	size_t len = 0;

	CHECK(!__builtin_mul_overflow(count, size, &len));
	char *p = take(a, len > 0 ? len : 1);
	return memset(p, 0, len > 0 ? len : 1);
}

struct str
arena_str(struct arena *a, struct str s)
{
	if (!s.p)
		return s;
	char *p = take(a, s.len + 1);
	memcpy(p, s.p, s.len);
	p[s.len] = '\0';
	return str_make(p, s.len);
}

struct str
arena_strf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	va_list again;

	va_start(ap, fmt);
	va_copy(again, ap);
	int len = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	CHECK(len >= 0);
	char *p = take(a, (size_t)len + 1);
	(void)vsnprintf(p, (size_t)len + 1, fmt, again);
	va_end(again);
	return str_make(p, (size_t)len);
}

size_t
arena_used_bytes(const struct arena *a)
{
	return a->used_bytes;
}
