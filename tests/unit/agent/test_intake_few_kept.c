/*
 * The same as test_intake_series.c where hardly any incidents are kept in
 * memory, so that most are read anew for each message: the answers are the
 * same.  The tests' own correlate.c stands before the library's.
 */
#define KEPT_MAX 6
#define SETS     2
#include "agent/correlate.c"

#include "test_intake_series.c"
