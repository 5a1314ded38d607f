/*
 * alloc: malloc() for a program that does not go on without memory.
 *
 * A request for nothing gives one byte, so that the result is never NULL and
 * may always be freed.
 */
#include "agent/base/alloc.h"

#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* No formatting: there is no memory to format with. */
static _Noreturn void
stop_without_memory(void)
{
	static const char line[] = "out of memory, stopping\n";

	if (write(STDERR_FILENO, line, sizeof(line) - 1) < 0)
		abort();
	abort();
}

/* count * size, at least 1. */
static size_t
total_bytes(size_t count, size_t size)
{
	size_t total = 0;

	if (__builtin_mul_overflow(count, size, &total))
		stop_without_memory();
	return total > 0 ? total : 1;
}

void *
alloc_zero(size_t count, size_t size)
{
	void *p = calloc(1, total_bytes(count, size));

	if (!p)
		stop_without_memory();
	return p;
}

void *
alloc_resize(void *p, size_t count, size_t size)
{
	void *resized = realloc(p, total_bytes(count, size));

	if (!resized)
		stop_without_memory();
	return resized;
}

char *
alloc_copy(const char *p, size_t len)
{
	if (len == SIZE_MAX)
		stop_without_memory();
	char *copy = malloc(len + 1);
	if (!copy)
		stop_without_memory();
	if (len > 0)
		memcpy(copy, p, len);
	copy[len] = '\0';
	return copy;
}

char *
alloc_text(const char *s)
{
	return alloc_copy(s, strlen(s));
}

void
alloc_release_text(char **p)
{
	free(*p);
	*p = NULL;
}

void
alloc_trim(void)
{
	(void)malloc_trim(0);
}
