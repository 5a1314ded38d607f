/* The control socket: see control.h. */
#include "agent/control.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "agent/base/alloc.h"
#include "agent/base/err.h"
#include "agent/base/loop.h"

struct control {
	struct sockaddr_un at;
	struct loop_source *source;
	void (*wake)(void *user);
	void *user;
};

/* False if the path is longer than the kernel takes. */
static bool
make_address(const char *state, struct sockaddr_un *at)
{
	int n;

	*at = (struct sockaddr_un){ .sun_family = AF_UNIX };
	n = snprintf(at->sun_path, sizeof(at->sun_path), "%s/control", state);
	return n > 0 && (size_t)n < sizeof(at->sun_path);
}

static void
on_datagram(void *user, int fd, unsigned events)
{
	struct control *c = user;
	char bytes[64];
	bool any = false;

	(void)events;
	while (recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT) >= 0)
		any = true;
	if (any)
		c->wake(c->user);
}

static int
listen_at(struct control *c, struct loop *loop, struct err *e)
{
	int fd;

	if (unlink(c->at.sun_path) < 0 && access(c->at.sun_path, F_OK) == 0)
		return err_sys(e, "%s cannot be replaced", c->at.sun_path);
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return err_sys(e, "no socket can be made");
	if (bind(fd, (const struct sockaddr *)&c->at, sizeof(c->at)) < 0 ||
	    chmod(c->at.sun_path, 0660) < 0) {
		err_sys(e, "%s cannot be made", c->at.sun_path);
		close(fd);
		return -1;
	}
	return loop_add_fd(
	    loop, fd, LOOP_READ | LOOP_OWN_FD, on_datagram, c, &c->source, e);
}

int
control_open(const char *state, struct loop *loop, void (*wake)(void *user),
    void *user, struct control **out, struct err *e)
{
	struct control *c = alloc_zero(1, sizeof(*c));

	c->wake = wake;
	c->user = user;
	if (!make_address(state, &c->at)) {
		free(c);
		return err_set(e, ERR_INVALID,
		    "%s/control is too long a name for a socket: choose a "
		    "shorter state folder",
		    state);
	}
	if (listen_at(c, loop, e) < 0) {
		free(c);
		return -1;
	}
	*out = c;
	return 0;
}

void
control_close(struct control **c)
{
	struct control *x = *c;

	if (!x)
		return;
	loop_remove(&x->source);
	unlink(x->at.sun_path);
	free(x);
	*c = NULL;
}

bool
control_wake(const char *state)
{
	struct sockaddr_un at;
	int fd;
	bool sent;

	if (!make_address(state, &at))
		return false;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return false;
	sent = sendto(fd, "wake", 4, 0, (const struct sockaddr *)&at,
		   sizeof(at)) == 4;
	close(fd);
	return sent;
}
