/*
 * random: the kernel's random numbers, or splitmix64 from a seed in tests.
 *
 * The seed is process-wide, as the call has no context; it is atomic, so that
 * threads may ask at the same time.
 */
#include "agent/base/random.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/random.h>

#include "agent/base/check.h"

/* The tests' sequence; 0 means the kernel's. */
static _Atomic uint64_t state;

void
random_secret(void *p, size_t len)
{
	ssize_t n = 0;

	do
		n = getrandom(p, len, 0);
	while (n < 0 && errno == EINTR);
	CHECK(n == (ssize_t)len);
}

static uint32_t
ask_kernel(void)
{
	uint32_t v = 0;

	random_secret(&v, sizeof(v));
	return v;
}

/* The next of splitmix64 (Steele, Lea, Flood 2014), its high half. */
static uint32_t
mix(uint64_t z)
{
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return (uint32_t)((z ^ (z >> 31)) >> 32);
}

uint32_t
random_u32(void)
{
	const uint64_t step = UINT64_C(0x9e3779b97f4a7c15);
	uint64_t before = atomic_load(&state);

	do {
		if (before == 0)
			return ask_kernel();
	} while (!atomic_compare_exchange_weak(
	    &state, &before, before + step != 0 ? before + step : step));
	return mix(before + step);
}

void
random_set_seed(uint64_t seed)
{
	atomic_store(&state, seed);
}
