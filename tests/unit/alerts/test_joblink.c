/* A link opens what it was made for, until it ends, and nothing else. */
#include "tests/unit/store/storekit.h"

#include <sys/stat.h>

#include "agent/base/files.h"
#include "agent/conf/conf.h"
#include "alerts/joblink.h"

#define NOW  INT64_C(1800000000500)
#define HOUR INT64_C(3600000)
#define URL  "https://buzzard.example.org"

static struct conf
conf_of(const char *folder)
{
	return (struct conf){ .state = folder,
		.review = { .url = URL, .link_ms = 12 * HOUR } };
}

static const char *
key_path(void **state, char out[256])
{
	(void)snprintf(out, 256, "%s/" JOBLINK_KEY_NAME, (const char *)*state);
	return out;
}

static int
remove_key(void **state)
{
	char path[256];

	(void)unlink(key_path(state, path));
	return remove_folder(state);
}

static struct joblink_claim
claim_of(void)
{
	return (struct joblink_claim){ .incident_id = 17,
		.feed = str_of("storm"),
		.ref = str_of("EP-1"),
		.recipient = str_of("team-mail") };
}

/* The text behind "/go/" of a new link. */
static struct str
make(const struct joblink *j, struct buf *out)
{
	struct joblink_claim c = claim_of();
	size_t head = strlen(URL "/go/");

	joblink_add(j, &c, NOW, out);
	assert_memory_equal(out->p, URL "/go/", head);
	return str_make(out->p + head, out->len - head);
}

static void
test_round_trip(void **state)
{
	const struct conf conf = conf_of(*state);
	struct joblink *j = NULL, *again = NULL;
	struct joblink_claim c;
	struct buf link = { 0 };

	OK(joblink_open(&conf, &j, e));
	assert_true(joblink_read(make(j, &link), &c));
	assert_int_equal(c.incident_id, 17);
	assert_true(str_is(c.recipient, "team-mail"));
	assert_int_equal(c.expires_ms, NOW - 500 + 12 * HOUR);
	c.feed = str_of("storm");
	c.ref = str_of("EP-1");
	assert_true(joblink_is_good(j, &c, NOW));
	assert_true(joblink_is_good(j, &c, c.expires_ms - 1));
	assert_false(joblink_is_good(j, &c, c.expires_ms));
	/* The key stays, for the next start. */
	OK(joblink_open(&conf, &again, e));
	assert_true(joblink_is_good(again, &c, NOW));
	joblink_close(&again);
	joblink_close(&j);
	joblink_close(&j);
	buf_clear(&link);
}

/* Whatever is changed in it, and the number given to another incident. */
static void
test_changed(void **state)
{
	const struct conf conf = conf_of(*state);
	struct joblink *j = NULL;
	struct buf link = { 0 };
	struct str text;

	OK(joblink_open(&conf, &j, e));
	text = make(j, &link);
	for (size_t i = 0; i < text.len; i++) {
		struct joblink_claim c;
		char copy[JOBLINK_TEXT_MAX];

		memcpy(copy, text.p, text.len);
		copy[i] = copy[i] == '1' ? '2' : '1';
		if (!joblink_read(str_make(copy, text.len), &c))
			continue;
		c.feed = str_of("storm");
		c.ref = str_of("EP-1");
		assert_false(joblink_is_good(j, &c, NOW));
	}
	for (int other = 0; other < 2; other++) {
		struct joblink_claim c;

		assert_true(joblink_read(text, &c));
		c.feed = str_of(other ? "storm" : "cad");
		c.ref = str_of(other ? "EP-2" : "EP-1");
		assert_false(joblink_is_good(j, &c, NOW));
	}
	joblink_close(&j);
	buf_clear(&link);
}

static void
test_forms_that_are_none(void **state)
{
	static const char *const bad[] = {
		"",
		"17",
		"17~1800000000~team",
		"17~1800000000~~0123456789abcdef0123456789abcdef",
		"0~1800000000~team~0123456789abcdef0123456789abcdef",
		"-1~1800000000~team~0123456789abcdef0123456789abcdef",
		"17~18000000000000000000~t~0123456789abcdef0123456789abcdef",
		"17~999999999999999999~t~0123456789abcdef0123456789abcdef",
		"17~1800000000~team~0123456789abcdef0123456789abcde",
		"17~1800000000~team~0123456789abcdef0123456789abcdef~x",
		"17~1800000000~team~0123456789abcdef0123456789abcdef~",
		"x17~1800000000~team~0123456789abcdef0123456789abcdef",
		"17~1800000000~"
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		"~0123456789abcdef0123456789abcdef",
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(bad); i++) {
		struct joblink_claim c;

		if (joblink_read(str_of(bad[i]), &c))
			fail_msg("\"%s\" was read", bad[i]);
	}
}

static void
test_the_key(void **state)
{
	const struct conf conf = conf_of(*state);
	struct conf none = conf;
	struct joblink *j = NULL;
	struct stat st;
	char path[256];

	none.review.url = NULL;
	OK(joblink_open(&none, &j, e));
	assert_null(j);
	assert_int_equal(stat(key_path(state, path), &st), -1);
	OK(joblink_open(&conf, &j, e));
	joblink_close(&j);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(st.st_size, 32);
	assert_int_equal(chmod(path, 0640), 0);
	FAILS(joblink_open(&conf, &j, e), ERR_INVALID, "chmod 600");
	assert_null(j);
	OK(files_write_atomic(path, 0600, str_of("short"), e));
	FAILS(joblink_open(&conf, &j, e), ERR_INVALID, "5 bytes");
	assert_null(j);
}

/* With another key all that were sent are void. */
static void
test_another_key(void **state)
{
	const struct conf conf = conf_of(*state);
	struct joblink *one = NULL, *two = NULL;
	struct joblink_claim c;
	struct buf link = { 0 };
	char path[256];

	OK(joblink_open(&conf, &one, e));
	assert_int_equal(unlink(key_path(state, path)), 0);
	OK(joblink_open(&conf, &two, e));
	assert_true(joblink_read(make(one, &link), &c));
	c.feed = str_of("storm");
	c.ref = str_of("EP-1");
	assert_true(joblink_is_good(one, &c, NOW));
	assert_false(joblink_is_good(two, &c, NOW));
	joblink_close(&one);
	joblink_close(&two);
	buf_clear(&link);
}

#define FOLDER(f) cmocka_unit_test_setup_teardown(f, make_folder, remove_key)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FOLDER(test_round_trip),
		FOLDER(test_changed),
		cmocka_unit_test(test_forms_that_are_none),
		FOLDER(test_the_key),
		FOLDER(test_another_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
