/*
 * landlock: three system calls, which the C library does not wrap.
 *
 * All rights that the kernel knows are taken, so that what is not given back by
 * a rule is refused.  Version 1 knows 13 of them; 2 renames between folders; 3
 * truncate; 4 TCP; 5 ioctl of devices; 6 signals and abstract sockets.  What an
 * older kernel does not know the filter of system calls refuses by itself
 * (sysfilter.h).
 */
#include "agent/base/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "agent/base/err.h"

/* Numbers of rights: those above version 1 may be newer than the headers. */
#define RIGHTS_V1       0x1fffU
#define RIGHT_REFER     (1U << 13)
#define RIGHT_TRUNCATE  (1U << 14)
#define RIGHT_IOCTL_DEV (1U << 15)
#define RIGHTS_TCP      3U
#define SCOPES          3U

#define READ_RIGHTS (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)

/* As the kernel's, which has grown; an older one is given less of it. */
struct attributes {
	uint64_t files, tcp, scopes;
};

static struct attributes
attributes_of(long version, size_t *size)
{
	struct attributes a = { .files = RIGHTS_V1 };

	*size = offsetof(struct attributes, tcp);
	if (version >= 2)
		a.files |= RIGHT_REFER;
	if (version >= 3)
		a.files |= RIGHT_TRUNCATE;
	if (version >= 4) {
		a.tcp = RIGHTS_TCP;
		*size = offsetof(struct attributes, scopes);
	}
	if (version >= 5)
		a.files |= RIGHT_IOCTL_DEV;
	if (version >= 6) {
		a.scopes = SCOPES;
		*size = sizeof(a);
	}
	return a;
}

static uint64_t
rights_of(enum landlock_way way)
{
	switch (way) {
	case LANDLOCK_READ: return READ_RIGHTS;
	case LANDLOCK_RUN: return READ_RIGHTS | LANDLOCK_ACCESS_FS_EXECUTE;
	case LANDLOCK_WRITE: return READ_RIGHTS | LANDLOCK_ACCESS_FS_WRITE_FILE;
	}
	return 0;
}

/* What has to be done where there is none, by what the kernel answers. */
static int
explain(struct err *e)
{
	if (errno == ENOSYS)
		return err_set(e, ERR_PERMANENT,
		    "this kernel has no Landlock, without which no outside "
		    "program is run; it needs Linux 5.13 with "
		    "CONFIG_SECURITY_LANDLOCK");
	if (errno == EOPNOTSUPP)
		return err_set(e, ERR_PERMANENT,
		    "Landlock is switched off, without which no outside program "
		    "is run; add landlock to lsm= of the kernel's command line");
	if (errno == EPERM)
		return err_set(e, ERR_PERMANENT,
		    "Landlock may not be used here, without which no outside "
		    "program is run; allow landlock_create_ruleset, "
		    "landlock_add_rule, landlock_restrict_self in "
		    "SystemCallFilter");
	return err_sys(e, "Landlock cannot be had");
}

static int
add_rule(int rules, const struct landlock_rule *rule, struct err *e)
{
	struct landlock_path_beneath_attr beneath = { 0 };
	struct stat st;
	long r;
	int fd = open(rule->path, O_PATH | O_CLOEXEC);

	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	if (fd < 0 || fstat(fd, &st) < 0) {
		if (fd >= 0)
			close(fd);
		return err_sys(e, "%s cannot be looked at", rule->path);
	}
	beneath.parent_fd = fd;
	beneath.allowed_access = rights_of(rule->way);
	if (!S_ISDIR(st.st_mode))
		beneath.allowed_access &=
		    ~(uint64_t)LANDLOCK_ACCESS_FS_READ_DIR;
	r = syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH,
	    &beneath, 0);
	if (r < 0)
		(void)err_sys(e, "no rule for %s", rule->path);
	close(fd);
	return r < 0 ? -1 : 0;
}

int
landlock_new(const struct landlock_rule *rules, struct err *e)
{
	struct attributes a;
	size_t size;
	int fd;
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0,
	    LANDLOCK_CREATE_RULESET_VERSION);

	if (version < 1)
		return explain(e);
	a = attributes_of(version, &size);
	fd = (int)syscall(SYS_landlock_create_ruleset, &a, size, 0);
	if (fd < 0)
		return explain(e);
	for (; rules->path; rules++)
		if (add_rule(fd, rules, e) < 0) {
			close(fd);
			return -1;
		}
	return fd;
}

int
landlock_restrict(int rules)
{
	return (int)syscall(SYS_landlock_restrict_self, rules, 0);
}
