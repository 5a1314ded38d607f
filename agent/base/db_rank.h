/*
 * db_rank: how well a row of a full-text table answers what was asked.
 *
 * SQLite's own bm25() weighs each word by how rare it is, for which it walks
 * every row that has it: seconds where millions do.  This one looks at the row
 * alone, so that a ranking costs what its rows cost.
 */
#ifndef BASE_DB_RANK_H
#define BASE_DB_RANK_H

struct sqlite3;

/*
 * Give handle the function db_rank(TABLE, W1, W2, …) for full-text tables, W
 * being the weight of each column.  The more places a row has what was asked
 * in, the more it gives, each less than the one before; a long row less than a
 * short one.  Returns SQLite's result code.
 */
int db_rank_install(struct sqlite3 *handle);

#endif /* BASE_DB_RANK_H */
