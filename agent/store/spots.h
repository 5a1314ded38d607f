/*
 * spots: place and time as the table incident_spot counts them, in whole
 * 100,000ths of a degree and seconds.
 */
#ifndef STORE_SPOTS_H
#define STORE_SPOTS_H

#include <stdint.h>

struct db_stmt;

/* The second from which it counts, of those since 1970: 2020. */
#define SPOTS_EPOCH_S 1577836800

/* It does not go beyond this many before or after. */
#define SPOTS_MAX_S 2000000000

/* The second of a time. */
int64_t spots_second(int64_t ms);

/*
 * Bind east, west, north and south of a box that holds all within reach_m of a
 * place to four parameters from first on.
 */
void spots_bind_box(
    struct db_stmt *st, int first, double lat, double lon, double reach_m);

#endif /* STORE_SPOTS_H */
