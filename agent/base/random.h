/* random: the only source of chance; replaceable in tests. */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* A uniformly random value: from the kernel, or from the seed if one is set. */
uint32_t random_u32(void);

/* Fill p with len (at most 256) bytes that nobody can guess; never the seed's. */
void random_secret(void *p, size_t len);

/* For tests: a fixed sequence from seed.  0 returns to the kernel. */
void random_set_seed(uint64_t seed);

#endif /* BASE_RANDOM_H */
