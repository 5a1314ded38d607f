/*
 * str: text with a length, and a buffer that grows.
 *
 * A struct str borrows: it points into bytes that somebody else owns and is
 * not NUL-terminated.  p may be NULL only when len is 0 and means "absent";
 * an empty text that was given has p != NULL.  A struct buf owns its bytes and
 * keeps a NUL after them.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct str {
	const char *p;
	size_t len;
};

struct buf {
	char *p;    /* owned; NULL until the first byte is added */
	size_t len; /* bytes used, without the NUL */
	size_t cap; /* bytes allocated */
};

/* For printf: "%.*s" with STR_ARG(s). */
#define STR_ARG(s) (int)(s).len, (s).p ? (s).p : ""

/* A literal as a struct str, usable in initialisers. */
#define STR_LIT(lit)                   \
	{                              \
		(lit), sizeof(lit) - 1 \
	}

/* Borrow the C string s (NULL gives an absent str). */
struct str str_of(const char *s);

/* Borrow len bytes at p. */
struct str str_make(const char *p, size_t len);

/* True if a value was given, even an empty one. */
bool str_is_given(struct str s);

/* True if both have the same bytes (absent equals empty). */
bool str_is_equal(struct str a, struct str b);

/* True if s has the bytes of the C string c. */
bool str_is(struct str s, const char *c);

/* True if s begins with the C string prefix. */
bool str_has_prefix(struct str s, const char *prefix);

/* Bytewise order, shorter first on a tie: <0, 0, >0. */
int str_compare(struct str a, struct str b);

/* s without ASCII white space at both ends. */
struct str str_trim(struct str s);

/* A heap copy with a NUL; NULL if s is absent.  The caller frees. */
char *str_copy(struct str s);

/* True if the bytes are well-formed UTF-8 (RFC 3629) without NUL. */
bool str_is_utf8(struct str s);

/*
 * Bytes of the well-formed UTF-8 character at s, of which left bytes may be
 * read: 1 to 4, or 0 if there is none (the end, NUL or a bad sequence).
 */
size_t str_utf8_len(const char *s, size_t left);

/*
 * The code of the character of len bytes at s, if it is one of two or three
 * bytes that should not stand as it is: the C1 controls, by which some
 * terminals are steered, line separators, and the marks that turn the
 * direction of writing, with which a text reads otherwise than it is.  0 for
 * any other.
 */
unsigned str_hidden(const char *s, size_t len);

/* Make room for at least more bytes beyond len. */
void buf_reserve(struct buf *b, size_t more);

/* Append len bytes.  p may not point into b. */
void buf_add(struct buf *b, const char *p, size_t len);

/* Append s. */
void buf_add_str(struct buf *b, struct str s);

/* Append the C string s. */
void buf_add_text(struct buf *b, const char *s);

/* Append one byte. */
static inline void
buf_add_char(struct buf *b, char c)
{
	if (b->cap - b->len < 2)
		buf_reserve(b, 1);
	b->p[b->len++] = c;
	b->p[b->len] = '\0';
}

/* Append v in figures. */
void buf_add_int(struct buf *b, int64_t v);

/* Append formatted text. */
void buf_addf(struct buf *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* The same for a function that has arguments of its own. */
void buf_addv(struct buf *b, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0)));

/* Borrow the content; good until b next changes. */
struct str buf_str(const struct buf *b);

/* Forget the content, keep the memory. */
void buf_reset(struct buf *b);

/* Free the memory and leave b empty and usable. */
void buf_clear(struct buf *b);

/* The content as a heap C string the caller frees; b is left empty. */
char *buf_take(struct buf *b);

#endif /* BASE_STR_H */
