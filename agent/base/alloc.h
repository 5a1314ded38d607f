/*
 * alloc: memory that is always there.
 *
 * Out of memory prints one line and aborts; systemd restarts the agent, which
 * is safe because nothing that matters lives only in memory.  All sizes that
 * come from outside are limited by their readers first.  Memory is zeroed.
 */
#ifndef BASE_ALLOC_H
#define BASE_ALLOC_H

#include <stddef.h>

/* count objects of size bytes, zeroed.  Never NULL.  The caller frees. */
void *alloc_zero(size_t count, size_t size)
    __attribute__((malloc, returns_nonnull));

/*
 * Resize p (may be NULL) to count objects of size bytes.  New bytes are not
 * zeroed.  Aborts on overflow of the product.
 */
void *alloc_resize(void *p, size_t count, size_t size)
    __attribute__((returns_nonnull, warn_unused_result));

/* A heap copy of len bytes at p, with a NUL after them.  The caller frees. */
char *alloc_copy(const char *p, size_t len) __attribute__((returns_nonnull));

/* A heap copy of the C string s.  The caller frees. */
char *alloc_text(const char *s) __attribute__((returns_nonnull));

/* free(*p) and set it NULL; for AUTO(alloc_release_text) char *s. */
void alloc_release_text(char **p);

/* Give what is free back to the system, after a piece of work that needed much
 * and keeps little. */
void alloc_trim(void);

#endif /* BASE_ALLOC_H */
