/*
 * plateroll: the marks of an incident while its texts are read, each once.
 */
#ifndef INCIDENT_PLATEROLL_H
#define INCIDENT_PLATEROLL_H

#include <stddef.h>

#include "agent/incident/plates.h"

struct arena;

/* The marks so far, in the order of first appearance. */
struct plateroll {
	struct arena *arena;
	struct plate *plates;
	size_t count, cap;
	int entry;         /* being read */
	size_t entry_from; /* the first mark that it added */
};

/* The mark, whether it stands or not; NULL if it is not on the roll. */
struct plate *plateroll_find(struct plateroll *roll, const char *mark);

/* Put a copy of p on the roll; NULL if that is full. */
struct plate *plateroll_add(struct plateroll *roll, const struct plate *p);

/* Characters to change, drop or add to make b of a, both marks. */
size_t plateroll_distance(struct str a, struct str b);

/*
 * The standing whole mark among the first n that is most like mark without
 * being it, at most so many characters different; the later of equals.  NULL if
 * there is none.
 */
struct plate *plateroll_alike(
    struct plateroll *roll, size_t n, struct str mark, size_t most);

#endif /* INCIDENT_PLATEROLL_H */
