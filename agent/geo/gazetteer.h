/*
 * gazetteer: names of places and where they are, found by hash.
 *
 * It begins with the built-in towns and villages; names that are imported are
 * added and outrank them.  A name is looked up by its words in capitals with
 * one space between ("TOLLESHUNT D ARCY", "GREAT DUNMOW"; gazetteer_key()
 * makes it), and may belong to several places.  Immutable once built; any
 * thread may read it.
 */
#ifndef GEO_GAZETTEER_H
#define GEO_GAZETTEER_H

#include <stdbool.h>
#include <stddef.h>

#include "agent/base/own.h"
#include "agent/base/str.h"
#include "agent/incident/idtext.h"

struct grid;
struct gazetteer; /* opaque */

/* Bytes of a key; words beyond are no name. */
#define GAZETTEER_KEY_MAX 96

/* Words of a name at most. */
#define GAZETTEER_WORDS_MAX 6

/* What a name is of. */
enum gazetteer_kind {
	GAZETTEER_TOWN,
	GAZETTEER_VILLAGE, /* and hamlets, suburbs */
	GAZETTEER_ROAD,
	GAZETTEER_POSTCODE,
	GAZETTEER_DISTRICT /* the first half of a postcode */
};

/* One place. */
struct gazetteer_place {
	struct str name; /* as published */
	enum gazetteer_kind kind;
	double easting, northing; /* National Grid metres, its centre */
	double radius_m;          /* what is called so is within this */
	struct str within;   /* the settlement that a road is in, or absent */
	struct str district; /* the local authority, or absent */
};

/* A gazetteer of the built-in names.  The caller owns it (gazetteer_free). */
struct gazetteer *gazetteer_new(const struct grid *grid);

/* Release *g and set it NULL.  NULL is fine. */
void gazetteer_free(struct gazetteer **g);

/*
 * Add a place, whose text is copied.  False if its name has no words or too
 * many to be looked up.
 */
bool gazetteer_add(struct gazetteer *g, const struct gazetteer_place *place);

/* How many places were added to the built-in ones. */
size_t gazetteer_count(const struct gazetteer *g);

/* Append the word of token i as keys have it ("GT" as "GREAT") to key. */
void gazetteer_add_word(
    const struct idtext *t, size_t i, char key[GAZETTEER_KEY_MAX], size_t *len);

/* False if no name begins with that word, which is in capitals. */
bool gazetteer_may_begin(const struct gazetteer *g, struct str word);

/*
 * Call each with all places of that key: the imported ones, else the built-in
 * ones.  Returns their number.
 */
size_t gazetteer_find(const struct gazetteer *g, struct str key,
    void (*each)(void *user, const struct gazetteer_place *place), void *user);

#endif /* GEO_GAZETTEER_H */
