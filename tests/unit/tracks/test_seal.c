/* Originals: copied whole, named by their hash, and gone when erased. */
#include "tracks_test.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/base/files.h"
#include "agent/tracks/seal.h"

struct kit {
	char state[64];
	char original[128];
	struct seal *seal;
	struct seal_file file;
	struct err e;
};

static int
set_up(void **state)
{
	struct kit *k = calloc(1, sizeof(*k));

	snprintf(k->state, sizeof(k->state), "/tmp/buzzard-seal-XXXXXX");
	if (!mkdtemp(k->state))
		return -1;
	snprintf(k->original, sizeof(k->original), "%s/Front.GPX", k->state);
	*state = k;
	return files_write_atomic(
	    k->original, 0640, str_of("bytes of a drive"), &k->e);
}

static int
tear_down(void **state)
{
	struct kit *k = *state;
	char command[128];
	int r;

	seal_release(&k->file);
	seal_close(&k->seal);
	snprintf(command, sizeof(command), "rm -rf %s", k->state);
	r = system(command);
	free(k);
	return r;
}

/* Is there a file, and does it hold the original's bytes? */
static bool
is_there(const char *path)
{
	struct buf b = { 0 };
	struct err e;
	bool there = files_read(path, 1000, &b, &e) == 0;

	if (there)
		assert_true(str_is(buf_str(&b), "bytes of a drive"));
	buf_clear(&b);
	return there;
}

/* The place of the original that k->file is of. */
static const char *
place(const struct kit *k, char out[256])
{
	struct buf b = { 0 };

	seal_path(k->state, k->file.sha256, str_of("Front.GPX"), &b);
	snprintf(out, 256, "%s", b.p);
	buf_clear(&b);
	return out;
}

static void
copy(struct kit *k)
{
	assert_int_equal(seal_open(k->state, &k->seal, &k->e), 0);
	assert_int_equal(
	    seal_copy(k->seal, k->original, NULL, &k->file, &k->e), 0);
}

static void
test_keep_and_erase(void **state)
{
	struct kit *k = *state;
	char kept[256];
	struct stat st;

	copy(k);
	assert_int_equal(k->file.size_bytes, 16);
	assert_true(is_there(k->file.path));
	assert_false(is_there(place(k, kept)));
	assert_int_equal(seal_keep(k->seal, &k->file, &k->e), 0);
	assert_true(is_there(kept));
	assert_string_equal(kept + strlen(kept) - 4, ".gpx");
	assert_int_equal(stat(kept, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0440);
	assert_true(is_there(k->original));
	/* Kept already: not twice. */
	assert_int_equal(seal_keep(k->seal, &k->file, &k->e), -1);
	assert_non_null(strstr(k->e.msg, "has gone"));
	assert_int_equal(
	    seal_part(k->seal, k->file.sha256, str_of("x.GPX"), &k->e), 1);
	assert_false(is_there(kept));
	assert_int_equal(
	    seal_restore(k->seal, k->file.sha256, str_of("x.GPX"), &k->e), 0);
	assert_true(is_there(kept));
	assert_int_equal(
	    seal_part(k->seal, k->file.sha256, str_of("x.GPX"), &k->e), 1);
	assert_int_equal(
	    seal_erase(k->seal, k->file.sha256, str_of("x.GPX"), &k->e), 0);
	assert_int_equal(
	    seal_part(k->seal, k->file.sha256, str_of("x.GPX"), &k->e), 0);
	assert_false(is_there(kept));
}

static int
answer(void *user, const uint8_t sha256[HASH_BYTES], struct buf *name,
    struct err *e)
{
	(void)sha256;
	(void)e;
	buf_add_text(name, "Front.GPX");
	return *(int *)user;
}

/* What is begun is finished by the record: there, or away. */
static void
test_finish(void **state)
{
	struct kit *k = *state;
	int yes = 1, no = 0, bad = -1;
	char kept[256];

	copy(k);
	assert_int_equal(seal_finish(k->seal, answer, &bad, &k->e), -1);
	assert_true(is_there(k->file.path));
	assert_int_equal(seal_finish(k->seal, answer, &yes, &k->e), 0);
	assert_true(is_there(place(k, kept)));
	assert_int_equal(
	    seal_part(k->seal, k->file.sha256, str_of("a.gpx"), &k->e), 1);
	assert_int_equal(seal_finish(k->seal, answer, &yes, &k->e), 0);
	assert_true(is_there(kept));
	assert_int_equal(
	    seal_part(k->seal, k->file.sha256, str_of("a.gpx"), &k->e), 1);
	assert_int_equal(seal_finish(k->seal, answer, &no, &k->e), 0);
	assert_false(is_there(kept));
	seal_release(&k->file);
	seal_close(&k->seal);
	copy(k);
	assert_int_equal(seal_finish(k->seal, answer, &no, &k->e), 0);
	assert_false(is_there(k->file.path));
}

/* Copies under two endings: the record's is kept, the other is not. */
static void
test_finish_by_name(void **state)
{
	struct kit *k = *state;
	char other[128], kept[256], stray[256];
	struct buf b = { 0 };
	int yes = 1;

	snprintf(other, sizeof(other), "%s/Front.bin", k->state);
	assert_int_equal(rename(k->original, other), 0);
	assert_int_equal(seal_open(k->state, &k->seal, &k->e), 0);
	assert_int_equal(seal_copy(k->seal, other, NULL, &k->file, &k->e), 0);
	assert_int_equal(seal_finish(k->seal, answer, &yes, &k->e), 0);
	assert_false(is_there(k->file.path));
	seal_path(k->state, k->file.sha256, str_of("Front.bin"), &b);
	snprintf(stray, sizeof(stray), "%s", b.p);
	assert_false(is_there(stray));
	assert_false(is_there(place(k, kept)));
	/* One that was being copied when the program was killed. */
	snprintf(stray, sizeof(stray), "%s/evidence/copy.tmp", k->state);
	assert_int_equal(rename(other, stray), 0);
	assert_int_equal(seal_finish(k->seal, answer, &yes, &k->e), 0);
	assert_false(is_there(stray));
	buf_clear(&b);
}

/* One that cannot be put in its place is told, and the others are. */
static void
test_finish_goes_on(void **state)
{
	struct kit *k = *state;
	char kept[256], blocked[256];
	struct seal_file second = { 0 };
	int yes = 1;

	copy(k);
	assert_int_equal(files_write_atomic(k->original, 0640,
			     str_of("bytes of another drive"), &k->e),
	    0);
	assert_int_equal(
	    seal_copy(k->seal, k->original, NULL, &second, &k->e), 0);
	snprintf(blocked, sizeof(blocked), "%s/evidence/%02x", k->state,
	    k->file.sha256[0]);
	assert_int_not_equal(k->file.sha256[0], second.sha256[0]);
	assert_int_equal(
	    files_write_atomic(blocked, 0640, str_of("in the way"), &k->e), 0);
	assert_int_equal(seal_finish(k->seal, answer, &yes, &k->e), 1);
	assert_non_null(strstr(k->e.msg, blocked));
	assert_true(is_there(k->file.path));
	assert_int_equal(access(second.path, F_OK), -1);
	assert_int_equal(unlink(blocked), 0);
	assert_int_equal(seal_finish(k->seal, answer, &yes, &k->e), 0);
	assert_true(is_there(place(k, kept)));
	seal_release(&second);
}

static void
test_look_and_refuse(void **state)
{
	struct kit *k = *state;
	struct seal_file looked;
	char path[128];

	copy(k);
	assert_int_equal(seal_look(k->original, NULL, &looked, &k->e), 0);
	assert_memory_equal(looked.sha256, k->file.sha256, HASH_BYTES);
	assert_false(looked.is_copy);
	assert_string_equal(looked.path, k->original);
	seal_drop(&looked); /* no copy: nothing is removed */
	assert_true(is_there(k->original));
	seal_release(&looked);
	assert_int_equal(seal_look(k->state, NULL, &looked, &k->e), -1);
	assert_int_equal(k->e.code, ERR_INVALID);
	snprintf(path, sizeof(path), "%s/none", k->state);
	assert_int_equal(seal_look(path, NULL, &looked, &k->e), -1);
	assert_non_null(strstr(k->e.msg, path));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_keep_and_erase, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_finish, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_finish_by_name, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_finish_goes_on, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_look_and_refuse, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
