#include "inherit.h"
#include "supervise.h"

#include "ipc/control.h"
#include "os/shared.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	struct sockaddr_un unix_path;
};

static bool is_listening(int fd)
{
	int type = 0, accepts = 0;
	socklen_t size = sizeof(type);

	return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_STREAM &&
	       getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &accepts, &size) == 0 && accepts;
}

static void take_one(struct inherited *all, int fd, const char *name)
{
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	if (all->successes < 0 && strcmp(name, KEPT_SUCCESSES) == 0 &&
	    shared_is(fd, SUCCESSES_OCTETS)) {
		all->successes = fd;
		return;
	}
	if (is_listening(fd)) {
		all->list[all->n++] = (struct inherited_fd){name, fd};
		return;
	}
	fprintf(stderr, "postkeepd: inherited descriptor %d '%s' is no listening stream socket\n",
	        fd, name);
	close(fd);
}

/* Cuts the names, which stand between colons, in place. */
static const char *next_name(char **rest)
{
	char *name = *rest, *colon = name ? strchr(name, ':') : NULL;

	if (colon)
		*colon = 0;
	*rest = colon ? colon + 1 : NULL;
	return name ? name : "";
}

void inherit_take(struct inherited *all)
{
	const char *names = getenv("LISTEN_FDNAMES");
	uint64_t pid = 0, count = 0;
	char *rest;

	*all = (struct inherited){.names = names ? strdup(names) : NULL, .successes = -1};
	rest = all->names;
	if (slice_number(slice_str(getenv("LISTEN_PID")), INT32_MAX, &pid) &&
	    slice_number(slice_str(getenv("LISTEN_FDS")), INHERIT_MAX, &count) &&
	    pid == (uint64_t)getpid())
		for (uint64_t i = 0; i < count; i++)
			take_one(all, INHERIT_FIRST + (int)i, next_name(&rest));
	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_FDNAMES");
}

static bool is_bound_to_address(const union address *at, const struct listener *l)
{
	bool every = strcmp(l->address, "*") == 0;
	struct in_addr v4 = {INADDR_ANY};
	struct in6_addr v6 = in6addr_any;

	if (at->any.sa_family == AF_INET)
		return ntohs(at->v4.sin_port) == l->port &&
		       (every || inet_pton(AF_INET, l->address, &v4) == 1) &&
		       at->v4.sin_addr.s_addr == v4.s_addr;
	if (at->any.sa_family == AF_INET6)
		return ntohs(at->v6.sin6_port) == l->port &&
		       (every || inet_pton(AF_INET6, l->address, &v6) == 1) &&
		       IN6_ARE_ADDR_EQUAL(&at->v6.sin6_addr, &v6);
	return false;
}

static bool is_bound_to(int fd, const struct listener *l)
{
	union address at = {0};
	socklen_t size = sizeof(at) - 1; /* a path ends in a NUL then */

	if (getsockname(fd, &at.any, &size) < 0)
		return false;
	if (l->path)
		return at.any.sa_family == AF_UNIX && strcmp(at.unix_path.sun_path, l->path) == 0;
	return is_bound_to_address(&at, l);
}

static int take_out(struct inherited_fd *one)
{
	int fd = one->fd;

	one->fd = -1;
	return fd;
}

int inherit_find(struct inherited *all, const struct listener *l)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->list[i].fd >= 0 && is_bound_to(all->list[i].fd, l))
			return take_out(&all->list[i]);
	for (size_t i = 0; i < all->n; i++)
		if (all->list[i].fd >= 0 && strcmp(all->list[i].name, l->name) == 0)
			return take_out(&all->list[i]);
	return -1;
}

void inherit_drop(struct inherited *all)
{
	for (size_t i = 0; i < all->n; i++) {
		if (all->list[i].fd < 0)
			continue;
		fprintf(stderr, "postkeepd: inherited socket %d '%s' is no listener's\n",
		        all->list[i].fd, all->list[i].name);
		close(all->list[i].fd);
	}
	free(all->names);
	*all = (struct inherited){0};
}
