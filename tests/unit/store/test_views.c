/* Names for filters: whose they are, who may change them, where one starts. */
#include "tests/unit/store/storekit.h"

#include "agent/store/accounts.h"
#include "agent/store/views.h"

#define NOW INT64_C(1800000000000)

static const struct views_by maker = { 1, "account:maker", false, NOW };
static const struct views_by other = { 2, "account:other", false, NOW };
static const struct views_by chief = { 3, "account:chief", true, NOW };

struct kit {
	struct store *st;
	struct accounts *a;
	struct views *v;
};

static int
set_up(void **state)
{
	struct kit *k = calloc(1, sizeof *k);

	assert_non_null(k);
	k->st = open_store(":memory:");
	OK(accounts_open(k->st, &k->a, e));
	OK(views_open(k->st, &k->v, e));
	OK(store_begin(k->st, e));
	OK(accounts_add(
	    k->a, "maker", ACCOUNT_REVIEWER, "kept", NOW, "user:admin", e));
	OK(accounts_add(
	    k->a, "other", ACCOUNT_REVIEWER, "kept", NOW, "user:admin", e));
	OK(accounts_add(k->a, "chief", ACCOUNT_ADMINISTRATOR, "kept", NOW,
	    "user:admin", e));
	*state = k;
	return 0;
}

static int
tear_down(void **state)
{
	struct kit *k = *state;

	store_rollback(k->st);
	views_close(&k->v);
	views_close(&k->v);
	accounts_close(&k->a);
	store_close(&k->st);
	free(k);
	return 0;
}

static int64_t
add(struct kit *k, const struct views_by *by, const char *name, bool shared)
{
	const struct view_wish wish = { str_of(name),
		str_of("theme=fuel&progress=yes"), shared };
	int64_t id = 0;

	OK(id = views_add(k->v, by, &wish, e));
	return id;
}

static void
add_name(void *user, const struct view *view)
{
	struct buf *names = user;

	buf_addf(names, "%.*s%s%s,", STR_ARG(view->name),
	    view->may_change ? "!" : "", view->is_start ? "*" : "");
}

static void
expect(struct kit *k, const struct views_by *by, const char *want)
{
	struct buf names = { 0 };

	OK(views_list(k->v, by, add_name, &names, e));
	assert_string_equal(names.p ? names.p : "", want);
	buf_clear(&names);
}

static void
test_whose_they_are(void **state)
{
	struct kit *k = *state;
	int64_t own;

	expect(k, &maker, "");
	(void)add(k, &maker, "north", true);
	own = add(k, &maker, "Mine", false);
	(void)add(k, &other, "an east", false);
	expect(k, &maker, "Mine!,north!,");
	expect(k, &other, "an east!,north,");
	expect(k, &chief, "north!,");
	GIVES(views_find(k->v, &other, own, add_name, NULL, e), 0);
	GIVES(views_delete(k->v, &other, own, 1, e), 0);
	GIVES(views_set_start(k->v, &other, own, e), 0);
}

static void
test_who_may_change(void **state)
{
	struct kit *k = *state;
	int64_t id = add(k, &maker, "north", true);
	const struct view_wish wish = { .name = str_of("far north"),
		.is_shared = true };

	FAILS(views_change(k->v, &other, id, 1, &wish, e), ERR_INVALID,
	    "whoever made it or an administrator");
	FAILS(views_delete(k->v, &other, id, 1, e), ERR_INVALID,
	    "whoever made it or an administrator");
	GIVES(views_change(k->v, &chief, id, 1, &wish, e), 1);
	expect(k, &other, "far north,");
	/* Who comes second sees what the first did. */
	GIVES(views_change(k->v, &maker, id, 1, &wish, e), 0);
	GIVES(views_delete(k->v, &maker, id, 1, e), 0);
	GIVES(views_delete(k->v, &maker, id, 2, e), 1);
	GIVES(views_delete(k->v, &maker, id, 2, e), 0);
	assert_int_equal(ask(k->st, "SELECT count(*) FROM audit WHERE"
				    " event = 2 AND detail LIKE"
				    " '{\"view\":1,\"change\":\"%\"}'"),
	    3);
	assert_int_equal(ask(k->st, "SELECT count(*) FROM audit"
				    " WHERE detail LIKE '%north%'"),
	    0);
}

static void
test_names(void **state)
{
	struct kit *k = *state;
	struct view_wish wish = { .query = str_of("theme=fuel") };
	char text[VIEWS_QUERY_MAX + 2];
	int64_t id = add(k, &maker, "north", false);

	memset(text, 'x', sizeof text);
	wish.name = str_of("NORTH");
	FAILS(views_add(k->v, &maker, &wish, e), ERR_INVALID,
	    "of that name already");
	GIVES(views_change(k->v, &maker, id, 1, &wish, e), 1);
	expect(k, &maker, "NORTH!,");
	(void)add(k, &other, "north", false); /* another's own */
	wish.name = str_make("", 0);
	FAILS(views_add(k->v, &maker, &wish, e), ERR_INVALID, "has a name");
	wish.name = str_make(text, VIEWS_NAME_MAX + 1);
	FAILS(views_add(k->v, &maker, &wish, e), ERR_INVALID, "80 bytes");
	wish.name = str_of("south");
	wish.query = str_make(text, VIEWS_QUERY_MAX + 1);
	FAILS(views_add(k->v, &maker, &wish, e), ERR_INVALID, "500 bytes");
	for (int i = 1; i < VIEWS_OF_ONE; i++) {
		(void)snprintf(text, sizeof text, "view %d", i);
		(void)add(k, &maker, text, false);
	}
	wish.query = str_of("");
	FAILS(views_add(k->v, &maker, &wish, e), ERR_INVALID, "40 views");
}

static void
test_where_one_starts(void **state)
{
	struct kit *k = *state;
	int64_t first = add(k, &maker, "a", true);
	int64_t second = add(k, &maker, "b", true);
	const struct view_wish hide = { .is_shared = false };
	struct buf names = { 0 };

	GIVES(views_start(k->v, &other, add_name, &names, e), 0);
	GIVES(views_set_start(k->v, &other, first, e), 1);
	GIVES(views_set_start(k->v, &other, second, e), 1);
	expect(k, &other, "a,b*,");
	expect(k, &maker, "a!,b!,");
	/* What is not seen any more is no start. */
	GIVES(views_change(k->v, &maker, second, 1, &hide, e), 1);
	GIVES(views_start(k->v, &other, add_name, &names, e), 0);
	GIVES(views_set_start(k->v, &maker, first, e), 1);
	GIVES(views_set_start(k->v, &maker, 0, e), 1);
	GIVES(views_start(k->v, &maker, add_name, &names, e), 0);
	GIVES(views_delete(k->v, &maker, second, 2, e), 1);
	assert_int_equal(ask(k->st, "SELECT count(*) FROM view_start"), 0);
	buf_clear(&names);
}

static void
test_page_by_number(void **state)
{
	struct kit *k = *state;
	struct buf names = { 0 };

	(void)add(k, &maker, "c", false);
	(void)add(k, &other, "b", false);
	(void)add(k, &maker, "a", true);
	OK(views_page(k->v, &maker, 0, 1, add_name, &names, e));
	OK(views_page(k->v, &maker, 1, 5, add_name, &names, e));
	assert_string_equal(names.p, "c!,a!,");
	buf_clear(&names);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_whose_they_are),
		TEST(test_who_may_change),
		TEST(test_names),
		TEST(test_where_one_starts),
		TEST(test_page_by_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
