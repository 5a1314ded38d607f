/*
 * villages: the built-in table of smaller places, clearly approximate, by which
 * an incident is found that has no position but a name.
 */
#ifndef GEO_VILLAGES_H
#define GEO_VILLAGES_H

#include <stddef.h>

/* A place said by such a name is within this of the table's position. */
#define VILLAGES_RADIUS_M 2000

/* One place. */
struct village {
	const char *name;
	double lat, lon; /* to 0.01 degrees */
};

/* A short form and the name, of this table or of towns.h, that it is for. */
struct villages_alias {
	const char *alias, *name;
};

/* How many places the table has. */
size_t villages_count(void);

/* Place i, below villages_count(). */
const struct village *villages_get(size_t i);

/* How many short forms there are. */
size_t villages_alias_count(void);

/* Short form i, below villages_alias_count(). */
const struct villages_alias *villages_get_alias(size_t i);

#endif /* GEO_VILLAGES_H */
