/*
 * Finding marks by a part of them.
 *
 * What is asked has at least one run of characters.  The longest leads to
 * candidates through an index: at the beginning by the mark itself, elsewhere
 * by its tails; each is then held against all that was asked.  A pattern that
 * lacks some of the run is found by two characters in a row that both have,
 * or, where a whole mark was asked, by trying each way to have not read some
 * of it, of which there are few.
 */
#include "agent/store/sightings.h"

#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/db.h"
#include "agent/base/err.h"
#include "agent/incident/identifiers.h"
#include "agent/incident/plates.h"
#include "agent/store/stmts.h"

#define SCAN_MAX 4000 /* rows that one look into an index may read */

enum {
	ST_HAD,
	ST_CLEAR,
	ST_MARK_ADD,
	ST_MARK_ID,
	ST_ADD,
	ST_EXACT,
	ST_HEAD,
	ST_TAIL,
	ST_LAST,
	ST_INCIDENTS,
	ST_OF,
	ST_WITH,
	ST_COUNT
};

#define LISTED                                                       \
	"SELECT m.id, m.text, m.is_partial, s.entry FROM sighting s" \
	" JOIN mark m ON m.id = s.mark_id WHERE s.incident_id = $1"

static const char *const sql[ST_COUNT] = {
	[ST_HAD] = LISTED " ORDER BY m.text",
	[ST_CLEAR] = "DELETE FROM sighting WHERE incident_id = $1",
	[ST_MARK_ADD] = "INSERT INTO mark (text, is_partial) VALUES ($1, $2)"
			" ON CONFLICT (text) DO NOTHING",
	[ST_MARK_ID] = "SELECT id FROM mark WHERE text = $1",
	[ST_ADD] = "INSERT INTO sighting (mark_id, incident_id, entry)"
		   " VALUES ($1, $2, $3)",
	[ST_EXACT] = "SELECT id, text, is_partial FROM mark WHERE text = $1",
	[ST_HEAD] = "SELECT id, text, is_partial FROM mark"
		    " WHERE text >= $1 AND text < $2 LIMIT $3",
	[ST_TAIL] = "SELECT m.id, m.text, m.is_partial FROM mark_tail t"
		    " JOIN mark m ON m.id = t.mark_id"
		    " WHERE t.is_partial = $1 AND t.tail >= $2 AND t.tail < $3"
		    " LIMIT $4",
	[ST_LAST] = "SELECT count(*), max(incident_id) FROM"
		    " (SELECT incident_id FROM sighting WHERE mark_id = $1"
		    " ORDER BY incident_id DESC LIMIT 1000)",
	[ST_INCIDENTS] = "SELECT incident_id, entry FROM sighting"
			 " WHERE mark_id = $1 AND incident_id < $2"
			 " ORDER BY incident_id DESC LIMIT $3",
	[ST_WITH] = "SELECT m.id, m.text, m.is_partial, count(*),"
		    " max(o.incident_id) FROM (SELECT incident_id FROM sighting"
		    " WHERE mark_id = $1 ORDER BY incident_id DESC LIMIT 500) s"
		    " JOIN sighting o ON o.incident_id = s.incident_id"
		    " JOIN mark m ON m.id = o.mark_id WHERE m.id <> $2"
		    " GROUP BY m.id ORDER BY 4 DESC, 5 DESC LIMIT $3",
	[ST_OF] = LISTED " ORDER BY m.is_partial, m.text",
};

struct sightings {
	struct db *db; /* borrowed */
	struct db_stmt *st[ST_COUNT];
};

int
sightings_open(struct db *db, struct sightings **out, struct err *e)
{
	struct sightings *s = alloc_zero(1, sizeof *s);

	s->db = db;
	if (stmts_prepare(db, sql, ST_COUNT, s->st, e) < 0) {
		sightings_close(&s);
		return -1;
	}
	*out = s;
	return 0;
}

void
sightings_close(struct sightings **s)
{
	struct sightings *x = *s;

	if (!x)
		return;
	*s = NULL;
	stmts_finish(x->st, ST_COUNT);
	free(x);
}

/* --- keeping --- */

/* A mark of an incident and the log entry it stands in. */
struct seen {
	struct str text;
	int64_t entry;
	bool is_partial;
};

static int
by_text(const void *a, const void *b)
{
	const struct seen *x = a;
	const struct seen *y = b;

	return str_compare(x->text, y->text);
}

/* The marks of record that stand, each once, by text. */
static size_t
find_marks(
    const struct incident *record, struct arena *arena, struct seen **out)
{
	struct identifiers found;
	size_t n = 0, kept = 0;

	identifiers_find(record, NULL, arena, &found);
	*out = arena_alloc(arena, found.count + 1, sizeof **out);
	for (size_t i = 0; i < found.count; i++) {
		const struct finding *f = &found.findings[i];

		if (f->is_gone ||
		    (f->kind != FINDING_PLATE && f->kind != FINDING_PLATE_PART))
			continue;
		(*out)[n++] = (struct seen){ f->value, f->entry,
			f->kind == FINDING_PLATE_PART };
	}
	if (n > 0)
		qsort(*out, n, sizeof **out, by_text);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || !str_is_equal((*out)[i].text, (*out)[i - 1].text))
			(*out)[kept++] = (*out)[i];
	return kept;
}

/* Are the incident's marks those, in those entries?  1, 0 or -1. */
static int
has_already(struct sightings *s, int64_t incident_id, const struct seen *marks,
    size_t count, struct err *e)
{
	struct db_stmt *st = s->st[ST_HAD];
	bool is_same = true;
	size_t n = 0;
	int r;

	db_bind_int(st, 1, incident_id);
	while ((r = db_step(st, e)) > 0) {
		is_same = is_same && n < count &&
			  str_is_equal(db_col_text(st, 1), marks[n].text) &&
			  db_col_int(st, 3) == marks[n].entry;
		n++;
	}
	db_reset(st);
	return r < 0 ? -1 : is_same && n == count;
}

static int
add(struct sightings *s, int64_t incident_id, const struct seen *mark,
    struct err *e)
{
	int64_t id = 0;

	db_bind_text(s->st[ST_MARK_ADD], 1, mark->text);
	db_bind_int(s->st[ST_MARK_ADD], 2, mark->is_partial);
	if (db_run(s->st[ST_MARK_ADD], e) < 0)
		return -1;
	db_bind_text(s->st[ST_MARK_ID], 1, mark->text);
	if (db_step(s->st[ST_MARK_ID], e) < 0) {
		db_reset(s->st[ST_MARK_ID]);
		return -1;
	}
	id = db_col_int(s->st[ST_MARK_ID], 0);
	db_reset(s->st[ST_MARK_ID]);
	db_bind_int(s->st[ST_ADD], 1, id);
	db_bind_int(s->st[ST_ADD], 2, incident_id);
	db_bind_int(s->st[ST_ADD], 3, mark->entry);
	return db_run(s->st[ST_ADD], e);
}

int
sightings_put(struct sightings *s, int64_t incident_id,
    const struct incident *record, struct arena *arena, struct err *e)
{
	struct seen *marks;
	size_t count = find_marks(record, arena, &marks);
	int r = has_already(s, incident_id, marks, count, e);

	if (r != 0)
		return r < 0 ? -1 : 0;
	db_bind_int(s->st[ST_CLEAR], 1, incident_id);
	if (db_run(s->st[ST_CLEAR], e) < 0)
		return -1;
	for (size_t i = 0; i < count; i++)
		if (add(s, incident_id, &marks[i], e) < 0)
			return -1;
	return 0;
}

/* --- asking --- */

/* Characters of asked that are not "*" or "?". */
static int
count_read(const char *asked)
{
	int n = 0;

	for (; *asked; asked++)
		n += *asked != '*' && *asked != '?';
	return n;
}

static char
upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static bool
is_kept(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '?' ||
	       c == '*';
}

/* Is it a mark from end to end? */
static bool
is_whole(const char *asked)
{
	struct plateform_fit fit;
	size_t len = strlen(asked);

	return !strpbrk(asked, "*?") && len <= PLATEFORM_LEN_MAX &&
	       plateform_find(asked, len, &fit) && !plateform_is_head(&fit);
}

bool
sightings_ask(struct str typed, char out[SIGHTINGS_ASK_MAX + 1])
{
	size_t n = 0;

	for (size_t i = 0; i < typed.len && n < SIGHTINGS_ASK_MAX - 2; i++) {
		char c = upper(typed.p[i]);

		if (is_kept(c) && !(c == '*' && n > 0 && out[n - 1] == '*'))
			out[n++] = c;
	}
	out[n] = '\0';
	if (count_read(out) < 2)
		return false;
	/* A short mark, "B12CDE", may be a part of a longer one as well. */
	if (!strpbrk(out, "*?") && (n < PLATEFORM_LEN_MAX || !is_whole(out))) {
		memmove(out + 1, out, n);
		out[0] = out[n + 1] = '*';
		out[n + 2] = '\0';
	}
	return true;
}

/*
 * best[n]: the most characters that the asked so far and the first n of text
 * have in common, -1 if they cannot be the same.  One character of asked more.
 */
static void
agree_step(char asked, struct str text, int best[SIGHTINGS_ASK_MAX + 1])
{
	int before = best[0]; /* of what is asked so far, one place back */

	if (asked != '*')
		best[0] = -1;
	for (size_t n = 1; n <= text.len; n++) {
		char c = text.p[n - 1];
		int old = best[n];

		if (asked == '*')
			best[n] = old > best[n - 1] ? old : best[n - 1];
		else if (before < 0 || (asked != '?' && c != '?' && asked != c))
			best[n] = -1;
		else
			best[n] = before + (asked == c && c != '?');
		before = old;
	}
}

int
sightings_agree(const char *asked, struct str text)
{
	int best[SIGHTINGS_ASK_MAX + 1];

	if (text.len > SIGHTINGS_ASK_MAX)
		return -1;
	best[0] = 0;
	for (size_t n = 1; n <= text.len; n++)
		best[n] = -1;
	for (; *asked; asked++)
		agree_step(*asked, text, best);
	return best[text.len];
}

/* --- finding --- */

/* A question on its way through the indexes. */
struct hunt {
	struct sightings *s;
	struct arena *arena;
	struct sightings_found *out;
	int wanted; /* characters that are asked for */
};

/* Keep the mark of the present row, once, if it is one that is looked for. */
static void
consider(struct hunt *h, struct db_stmt *st)
{
	struct sightings_found *f = h->out;
	struct str text = db_col_text(st, 1);
	int agree = sightings_agree(f->asked, text);
	struct sightings_mark m = { .id = db_col_int(st, 0),
		.is_partial = db_col_int(st, 2) != 0,
		.is_answer = agree == h->wanted,
		.agree = agree };

	if (agree < 0 || (!m.is_answer && agree < SIGHTINGS_AGREE_MIN))
		return;
	for (size_t i = 0; i < f->count; i++)
		if (f->marks[i].id == m.id)
			return;
	if (f->count == SIGHTINGS_MARKS_MAX) {
		f->is_capped = true;
		return;
	}
	m.text = arena_str(h->arena, text);
	f->marks[f->count++] = m;
}

/* All rows of st, which is bound. */
static int
walk(struct hunt *h, struct db_stmt *st, struct err *e)
{
	int64_t rows = 0;
	int r;

	while ((r = db_step(st, e)) > 0) {
		consider(h, st);
		rows++;
	}
	db_reset(st);
	h->out->is_capped |= rows == SCAN_MAX;
	return r;
}

/* Those that begin with run. */
static int
walk_heads(struct hunt *h, struct str run, struct err *e)
{
	struct db_stmt *st = h->s->st[ST_HEAD];

	db_bind_text(st, 1, run);
	db_bind_text(st, 2, arena_strf(h->arena, "%.*s~", STR_ARG(run)));
	db_bind_int(st, 3, SCAN_MAX);
	return walk(h, st, e);
}

/* Those that have run anywhere, or end with it. */
static int
walk_tails(
    struct hunt *h, bool is_partial, struct str run, bool at_end, struct err *e)
{
	struct db_stmt *st = h->s->st[ST_TAIL];

	db_bind_int(st, 1, is_partial);
	db_bind_text(st, 2, run);
	/* "!" comes before, "~" behind all that a mark has. */
	db_bind_text(st, 3,
	    arena_strf(h->arena, "%.*s%c", STR_ARG(run), at_end ? '!' : '~'));
	db_bind_int(st, 4, SCAN_MAX);
	return walk(h, st, e);
}

/* The longest run of characters without "*" and "?". */
static struct str
longest_run(const char *asked)
{
	struct str best = str_make(asked, 0);

	while (*asked) {
		size_t len = strcspn(asked, "*?");

		if (len > best.len)
			best = str_make(asked, len);
		asked += len + (asked[len] != '\0');
	}
	return best;
}

/* What has the longest run. */
static int
find_answers(struct hunt *h, struct err *e)
{
	const char *asked = h->out->asked;
	struct str run = longest_run(asked);
	bool at_end = run.p[run.len] == '\0';

	if (run.p == asked)
		return walk_heads(h, run, e);
	for (int is_partial = 0; is_partial <= 1; is_partial++)
		if (walk_tails(h, is_partial != 0, run, at_end, e) < 0)
			return -1;
	return 0;
}

/* Patterns that a whole mark may be: each way to have not read some of it. */
static int
find_unread(struct hunt *h, struct err *e)
{
	size_t len = strlen(h->out->asked);
	char text[SIGHTINGS_ASK_MAX + 1];
	struct db_stmt *st = h->s->st[ST_EXACT];

	for (unsigned mask = 1; mask < 1U << len; mask++) {
		memcpy(text, h->out->asked, len + 1);
		for (size_t i = 0; i < len; i++)
			if (mask & 1U << i)
				text[i] = '?';
		if (count_read(text) < SIGHTINGS_AGREE_MIN)
			continue;
		db_bind_text(st, 1, str_of(text));
		if (walk(h, st, e) < 0)
			return -1;
	}
	return 0;
}

/* Patterns that have two characters in a row of what is asked. */
static int
find_pairs(struct hunt *h, struct err *e)
{
	for (const char *p = h->out->asked; p[0] && p[1]; p++)
		if (!strchr("*?", p[0]) && !strchr("*?", p[1]) &&
		    walk_tails(h, true, str_make(p, 2), false, e) < 0)
			return -1;
	return 0;
}

/* In how many incidents each is, and the newest. */
static int
count_all(struct hunt *h, struct err *e)
{
	struct db_stmt *st = h->s->st[ST_LAST];

	for (size_t i = 0; i < h->out->count; i++) {
		struct sightings_mark *m = &h->out->marks[i];

		db_bind_int(st, 1, m->id);
		if (db_step(st, e) < 0) {
			db_reset(st);
			return -1;
		}
		m->count = db_col_int(st, 0);
		m->last_id = db_col_int(st, 1);
		db_reset(st);
	}
	return 0;
}

static int
by_worth(const void *a, const void *b)
{
	const struct sightings_mark *x = a;
	const struct sightings_mark *y = b;

	if (x->is_answer != y->is_answer)
		return y->is_answer - x->is_answer;
	if (x->is_partial != y->is_partial)
		return x->is_partial - y->is_partial;
	if (x->agree != y->agree)
		return y->agree - x->agree;
	if (x->text.len != y->text.len)
		return x->text.len < y->text.len ? -1 : 1;
	return (x->last_id < y->last_id) - (x->last_id > y->last_id);
}

int
sightings_find(struct sightings *s, const char *asked, struct arena *arena,
    struct sightings_found *out, struct err *e)
{
	struct hunt h = { s, arena, out, count_read(asked) };
	int r;

	*out = (struct sightings_found){ .marks = arena_alloc(arena,
					     SIGHTINGS_MARKS_MAX,
					     sizeof *out->marks) };
	memcpy(out->asked, asked, strlen(asked) + 1);
	r = find_answers(&h, e);
	if (r == 0)
		r = is_whole(asked) ? find_unread(&h, e) : find_pairs(&h, e);
	if (r == 0)
		r = count_all(&h, e);
	if (r == 0 && out->count > 0)
		qsort(out->marks, out->count, sizeof *out->marks, by_worth);
	return r;
}

int
sightings_incidents(struct sightings *s, int64_t mark_id, int64_t before_id,
    int64_t limit, void (*each)(void *user, int64_t incident_id, int64_t entry),
    void *user, struct err *e)
{
	struct db_stmt *st = s->st[ST_INCIDENTS];
	int r;

	db_bind_int(st, 1, mark_id);
	db_bind_int(st, 2, before_id);
	db_bind_int(st, 3, limit);
	while ((r = db_step(st, e)) > 0)
		each(user, db_col_int(st, 0), db_col_int(st, 1));
	db_reset(st);
	return r;
}

int
sightings_of(struct sightings *s, int64_t incident_id,
    void (*each)(void *user, const struct sightings_mark *mark), void *user,
    struct err *e)
{
	struct db_stmt *st = s->st[ST_OF];
	int r;

	db_bind_int(st, 1, incident_id);
	while ((r = db_step(st, e)) > 0) {
		const struct sightings_mark m = { .id = db_col_int(st, 0),
			.text = db_col_text(st, 1),
			.is_partial = db_col_int(st, 2) != 0 };

		each(user, &m);
	}
	db_reset(st);
	return r;
}

int
sightings_with(struct sightings *s, int64_t mark_id, int64_t limit,
    void (*each)(void *user, const struct sightings_mark *mark), void *user,
    struct err *e)
{
	struct db_stmt *st = s->st[ST_WITH];
	int r;

	db_bind_int(st, 1, mark_id);
	db_bind_int(st, 2, mark_id);
	db_bind_int(st, 3, limit);
	while ((r = db_step(st, e)) > 0) {
		const struct sightings_mark m = { .id = db_col_int(st, 0),
			.text = db_col_text(st, 1),
			.is_partial = db_col_int(st, 2) != 0,
			.count = db_col_int(st, 3),
			.last_id = db_col_int(st, 4) };

		each(user, &m);
	}
	db_reset(st);
	return r;
}
