/*
 * BM25 (Robertson and Zaragoza, 2009) without the rarity of the words: all
 * rows that are ranked have all the words that were asked for, so that it
 * would weigh little, and it is what costs.
 */
#include "agent/base/db_rank.h"

#include <sqlite3.h>
#include <stddef.h>

#define SATURATION 1.2  /* how soon more places of a word give little more */
#define LENGTH     0.75 /* how much a long row loses */
#define PHRASES    64   /* of a query that are counted; the rest is not */

/* Places of each phrase in the present row, by the columns' weights. */
static int
weigh(const Fts5ExtensionApi *api, Fts5Context *ctx, int count,
    sqlite3_value **weights, double sums[PHRASES])
{
	int places = 0;
	int rc = api->xInstCount(ctx, &places);

	for (int i = 0; i < places && rc == SQLITE_OK; i++) {
		int phrase, column, offset;

		rc = api->xInst(ctx, i, &phrase, &column, &offset);
		if (rc == SQLITE_OK && phrase < PHRASES)
			sums[phrase] += column < count ? sqlite3_value_double(
							     weights[column])
						       : 1.0;
	}
	return rc;
}

/* The row's length in words, the average being 1. */
static int
measure(const Fts5ExtensionApi *api, Fts5Context *ctx, double *length)
{
	sqlite3_int64 all = 0, rows = 0;
	int words = 0;
	int rc = api->xColumnTotalSize(ctx, -1, &all);

	if (rc == SQLITE_OK)
		rc = api->xRowCount(ctx, &rows);
	if (rc == SQLITE_OK)
		rc = api->xColumnSize(ctx, -1, &words);
	*length = all > 0 ? (double)words * (double)rows / (double)all : 1.0;
	return rc;
}

static void
rank(const Fts5ExtensionApi *api, Fts5Context *ctx, sqlite3_context *answer,
    int count, sqlite3_value **weights)
{
	double sums[PHRASES] = { 0 };
	double length = 1.0, score = 0;
	int rc = weigh(api, ctx, count, weights, sums);

	if (rc == SQLITE_OK)
		rc = measure(api, ctx, &length);
	if (rc != SQLITE_OK) {
		sqlite3_result_error_code(answer, rc);
		return;
	}
	for (int i = 0; i < PHRASES; i++)
		score +=
		    sums[i] /
		    (sums[i] + SATURATION * (1 - LENGTH + LENGTH * length));
	sqlite3_result_double(answer, score);
}

int
db_rank_install(struct sqlite3 *handle)
{
	fts5_api *api = NULL;
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(handle, "SELECT fts5(?1)", -1, &st, NULL);

	if (rc != SQLITE_OK)
		return rc;
	(void)sqlite3_bind_pointer(st, 1, &api, "fts5_api_ptr", NULL);
	(void)sqlite3_step(st);
	rc = sqlite3_finalize(st);
	if (rc != SQLITE_OK || !api)
		return rc != SQLITE_OK ? rc : SQLITE_ERROR;
	return api->xCreateFunction(api, "db_rank", NULL, rank, NULL);
}
