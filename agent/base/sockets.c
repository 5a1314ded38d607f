/* sockets: getaddrinfo(3) and what follows from it. */
#include "agent/base/sockets.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/base/err.h"

/* Some seconds of a busy region; the system may give less. */
#define UDP_BUFFER_BYTES (4 << 20)

static int
look_up(const char *host, int64_t port, int type, struct addrinfo **out,
    struct err *e)
{
	const struct addrinfo hints = { .ai_socktype = type,
		.ai_flags =
		    AI_NUMERICSERV |
		    (type == SOCK_DGRAM ? AI_PASSIVE | AI_NUMERICHOST : 0) };
	char service[8];
	int rc;

	(void)snprintf(service, sizeof(service), "%d", (int)port);
	rc = getaddrinfo(host, service, &hints, out);
	if (rc == 0)
		return 0;
	if (type == SOCK_DGRAM)
		return err_set(e, ERR_INVALID,
		    "%s is no address (%s): with transport udp, write the "
		    "address to listen on, such as 0.0.0.0",
		    host, gai_strerror(rc));
	return err_set(e, ERR_TEMPORARY, "%s is not found (%s): check host",
	    host, gai_strerror(rc));
}

static int
set_nonblocking(int fd)
{
	return fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

int
sockets_connect(const char *host, int64_t port, struct err *e)
{
	struct addrinfo *all;
	int fd = -1;
	int why = 0;

	if (look_up(host, port, SOCK_STREAM, &all, e) < 0)
		return -1;
	for (const struct addrinfo *a = all; a && fd < 0; a = a->ai_next) {
		fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
		if (fd >= 0 && connect(fd, a->ai_addr, a->ai_addrlen) == 0 &&
		    set_nonblocking(fd) == 0)
			break;
		why = errno;
		if (fd >= 0)
			close(fd);
		fd = -1;
	}
	freeaddrinfo(all);
	if (fd >= 0)
		return fd;
	return err_set(e, ERR_TEMPORARY,
	    "cannot connect to %s port %d (%s): check that it is on, and host "
	    "and port",
	    host, (int)port, strerror(why));
}

/* Join the group that a is, if it is one. */
static int
join(int fd, const struct addrinfo *a)
{
	struct group_req group = { .gr_interface = 0 };
	int level = a->ai_family == AF_INET ? IPPROTO_IP : IPPROTO_IPV6;
	bool is_group;

	if (a->ai_family == AF_INET) {
		struct sockaddr_in in;

		memcpy(&in, a->ai_addr, sizeof(in));
		is_group = IN_MULTICAST(ntohl(in.sin_addr.s_addr));
	} else {
		struct sockaddr_in6 in6;

		memcpy(&in6, a->ai_addr, sizeof(in6));
		is_group = IN6_IS_ADDR_MULTICAST(&in6.sin6_addr);
	}
	if (!is_group)
		return 0;
	memcpy(&group.gr_group, a->ai_addr, a->ai_addrlen);
	return setsockopt(fd, level, MCAST_JOIN_GROUP, &group, sizeof(group));
}

static int
listen_on(const struct addrinfo *a)
{
	int bytes = UDP_BUFFER_BYTES;
	int fd =
	    socket(a->ai_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -1;
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
	if (bind(fd, a->ai_addr, a->ai_addrlen) == 0 && join(fd, a) == 0)
		return fd;
	close(fd);
	return -1;
}

int
sockets_listen_udp(const char *host, int64_t port, struct err *e)
{
	struct addrinfo *all;
	int fd, why;

	if (look_up(host, port, SOCK_DGRAM, &all, e) < 0)
		return -1;
	fd = listen_on(all);
	why = errno;
	freeaddrinfo(all);
	if (fd >= 0)
		return fd;
	return err_set(e, ERR_TEMPORARY,
	    "cannot listen on %s port %d (%s): check that the address is this "
	    "machine's and that nothing else listens there",
	    host, (int)port, strerror(why));
}
