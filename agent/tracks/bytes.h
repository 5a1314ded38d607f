/*
 * bytes: numbers at a place in bytes whose length was looked at before.
 */
#ifndef TRACKS_BYTES_H
#define TRACKS_BYTES_H

#include <stdint.h>
#include <string.h>

/* The two bytes at p, most significant first. */
static inline uint16_t
bytes_be16(const char *p)
{
	const unsigned char *u = (const unsigned char *)p;

	return (uint16_t)(u[0] << 8 | u[1]);
}

/* The four bytes at p, most significant first. */
static inline uint32_t
bytes_be32(const char *p)
{
	return (uint32_t)bytes_be16(p) << 16 | bytes_be16(p + 2);
}

/* The eight bytes at p, most significant first. */
static inline uint64_t
bytes_be64(const char *p)
{
	return (uint64_t)bytes_be32(p) << 32 | bytes_be32(p + 4);
}

/* The four bytes at p, least significant first. */
static inline uint32_t
bytes_le32(const char *p)
{
	const unsigned char *u = (const unsigned char *)p;

	return (uint32_t)u[3] << 24 | (uint32_t)u[2] << 16 |
	       (uint32_t)u[1] << 8 | u[0];
}

/* The same as an IEEE 754 number. */
static inline float
bytes_le_float(const char *p)
{
	uint32_t v = bytes_le32(p);
	float f;

	memcpy(&f, &v, sizeof(f));
	return f;
}

#endif /* TRACKS_BYTES_H */
