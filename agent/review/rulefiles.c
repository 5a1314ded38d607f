#include "agent/review/rulefiles.h"

#include "agent/base/err.h"
#include "agent/base/files.h"
#include "agent/base/str.h"

#define FILE_MAX (4U << 20)

static void
look_at(const char *dir, struct rulefile *file)
{
	struct buf path = { 0 }, content = { 0 };
	uint8_t digest[HASH_BYTES];
	struct err e = { 0 };

	buf_addf(&path, "%s/%s", dir, file->name);
	if (files_read(path.p, FILE_MAX, &content, &e) == 0) {
		hash_sha256(buf_str(&content), digest);
		(void)hash_text(digest, file->digest);
		file->bytes = content.len;
	}
	buf_clear(&content);
	buf_clear(&path);
}

int
rulefiles_each(const char *dir,
    void (*each)(void *user, const struct rulefile *file), void *user,
    struct err *e)
{
	struct files_list list = { 0 };

	if (files_list(dir, "", &list, e) < 0)
		return -1;
	for (size_t i = 0; i < list.count; i++) {
		struct rulefile file = { .name = list.names[i] };

		look_at(dir, &file);
		each(user, &file);
	}
	files_list_release(&list);
	return 0;
}
