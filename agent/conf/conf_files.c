/*
 * What the configuration names on this machine.  Opens files to see that they
 * can be read, as the user who asks; makes and changes nothing.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/base/arena.h"
#include "agent/conf/conf_private.h"

struct look {
	struct confdiag *diag;
	const struct conf_item *item;
	const char *option; /* its path in the item */
	const char *path;   /* the file or folder it names */
};

static void
complain(const struct look *l, const char *what)
{
	confdiag_error(l->diag, conf_private_place(l->item, l->option),
	    "%s: %s", l->path, what);
}

/* A folder that we are going to work in. */
static void
look_at_folder(const struct look *l, int rights, const char *cure)
{
	struct stat st;

	if (stat(l->path, &st) < 0) {
		complain(l, strerror(errno));
		if (errno == ENOENT)
			confdiag_note(
			    l->diag, "make the folder: mkdir -p %s", l->path);
		return;
	}
	if (!S_ISDIR(st.st_mode)) {
		complain(l, "is not a folder");
		return;
	}
	if (faccessat(AT_FDCWD, l->path, rights, AT_EACCESS) < 0) {
		complain(l, strerror(errno));
		confdiag_note(l->diag, "%s", cure);
	}
}

/* A file that is read; *st is filled if it can be. */
static bool
look_at_file(const struct look *l, struct stat *st)
{
	int fd = open(l->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	bool good = false;

	if (fd < 0 || fstat(fd, st) < 0)
		complain(l, strerror(errno));
	else if (!S_ISREG(st->st_mode))
		complain(l, "is not a file");
	else if (st->st_size == 0)
		complain(l, "is empty");
	else
		good = true;
	if (fd >= 0)
		close(fd);
	return good;
}

/* A file that holds a secret. */
static void
look_at_secret(const struct look *l)
{
	struct stat st;

	if (!look_at_file(l, &st) || (st.st_mode & S_IRWXO) == 0)
		return;
	complain(l, "can be read or changed by everybody");
	confdiag_note(l->diag, "chmod 0640 %s", l->path);
}

/* The first line of a password file must say something. */
static void
look_at_password(const struct look *l)
{
	char first = '\n';
	int fd;

	look_at_secret(l);
	fd = open(l->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd >= 0) {
		if (read(fd, &first, 1) == 1 && first == '\n')
			complain(l, "its first line is empty");
		close(fd);
	}
}

/* The files of a peer, in the order ca, cert, key, password; NULL: none. */
static void
look_at_peer(struct look *l, const char *const files[4])
{
	struct stat st;

	l->option = "ca_file";
	l->path = files[0];
	if (l->path)
		(void)look_at_file(l, &st);
	l->option = "cert_file";
	l->path = files[1];
	if (l->path)
		(void)look_at_file(l, &st);
	l->option = "key_file";
	l->path = files[2];
	if (l->path)
		look_at_secret(l);
	l->option = "password_file";
	l->path = files[3];
	if (l->path)
		look_at_password(l);
}

static void
look_at_channel(struct look *l, const struct conf_channel *ch)
{
	look_at_peer(l, (const char *const[]){ ch->ca_file, ch->cert_file,
			    ch->key_file, ch->password_file });
}

static void
look_at_source(struct look *l, const struct conf_source *s)
{
	look_at_peer(l, (const char *const[]){ s->ca_file, s->cert_file,
			    s->key_file, s->password_file });
}

static void
look_at_top(struct look *l, const struct conf *c)
{
	struct stat st;

	l->option = "state";
	l->path = c->state;
	look_at_folder(l, R_OK | W_OK | X_OK,
	    "the agent keeps its database there: give it the right to write");
	l->option = "rules";
	l->path = c->rules;
	if (l->path)
		look_at_folder(
		    l, R_OK | X_OK, "the rules in it must be readable");
	l->option = "review.cert_file";
	l->path = c->review.cert_file;
	if (l->path)
		(void)look_at_file(l, &st);
	l->option = "review.client_ca";
	l->path = c->review.client_ca;
	if (l->path)
		(void)look_at_file(l, &st);
	l->option = "review.key_file";
	l->path = c->review.key_file;
	if (l->path)
		look_at_secret(l);
	l->option = "review.wordings";
	l->path = c->review.wordings;
	if (l->path)
		(void)look_at_file(l, &st);
}

size_t
conf_check_files(const struct conf *c, struct buf *diag)
{
	struct arena *a = arena_new();
	struct confdiag found;
	size_t count;

	confdiag_init(&found, a, c->file, c->origin->text);
	for (size_t i = 0; i < c->origin->item_count; i++) {
		const struct conf_item *item = &c->origin->items[i];
		struct look l = { .diag = &found, .item = item };

		if (item->section == OPTION_TOP) {
			look_at_top(&l, c);
		} else if (item->section == OPTION_FEED) {
			l.option = "path";
			l.path = c->feeds[item->index].path;
			look_at_folder(&l, R_OK | W_OK | X_OK,
			    "files are moved to done/ in it: give the agent "
			    "the right to write");
		} else if (item->section == OPTION_CHANNEL) {
			look_at_channel(&l, &c->channels[item->index]);
		} else if (item->section == OPTION_SOURCE) {
			look_at_source(&l, &c->sources[item->index]);
		}
	}
	count = found.errors;
	confdiag_print(&found, diag);
	arena_free(&a);
	return count;
}
