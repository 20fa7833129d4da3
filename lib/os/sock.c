#include "os/sock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#define BACKLOG 1024

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	struct sockaddr_un unix_path;
};

static enum pk_status status_of_errno(void)
{
	switch (errno) {
	case EADDRINUSE: return PK_EBUSY;
	case EACCES:
	case EPERM: return PK_EPERM;
	case ENOMEM: return PK_ENOMEM;
	case EMFILE:
	case ENFILE: return PK_ELIMIT;
	default: return PK_EUNAVAILABLE;
	}
}

static enum pk_status give_up(int fd)
{
	enum pk_status st = status_of_errno();
	int error = errno;

	if (fd >= 0)
		close(fd);
	errno = error;
	return st;
}

static void share_port(int fd, int share)
{
	setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &share, sizeof(share));
}

/* beside: share the port with other sockets that do so at this moment. */
static enum pk_status listen_at(const union address *at, socklen_t length, int type, bool beside,
                                int *fd)
{
	const int on = 1, off = 0;
	int s = socket(at->any.sa_family, type | SOCK_CLOEXEC, 0);

	if (s < 0)
		return give_up(s);
	if (at->any.sa_family != AF_UNIX)
		setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (at->any.sa_family == AF_INET6)
		setsockopt(s, IPPROTO_IPV6, IPV6_V6ONLY,
		           IN6_IS_ADDR_UNSPECIFIED(&at->v6.sin6_addr) ? &off : &on, sizeof(on));
	if (beside)
		share_port(s, 1);
	if (bind(s, &at->any, length) < 0 || listen(s, BACKLOG) < 0)
		return give_up(s);
	if (beside)
		share_port(s, 0);
	*fd = s;
	return PK_OK;
}

static enum pk_status listen_on(const char *address, uint16_t port, bool beside, int *fd)
{
	bool every = strcmp(address, "*") == 0;
	union address v4 = {
		.v4 = {.sin_family = AF_INET, .sin_port = htons(port)}
        };
	union address v6 = {
		.v6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)}
        };

	if (inet_pton(AF_INET, every ? "0.0.0.0" : address, &v4.v4.sin_addr) != 1)
		v4.any.sa_family = AF_UNSPEC;
	if (inet_pton(AF_INET6, every ? "::" : address, &v6.v6.sin6_addr) != 1)
		v6.any.sa_family = AF_UNSPEC;
	if (v6.any.sa_family == AF_INET6) {
		enum pk_status st = listen_at(&v6, sizeof(v6.v6), SOCK_STREAM, beside, fd);

		if (st == PK_OK || !every || (errno != EAFNOSUPPORT && errno != EADDRNOTAVAIL))
			return st;
	}
	if (v4.any.sa_family == AF_INET)
		return listen_at(&v4, sizeof(v4.v4), SOCK_STREAM, beside, fd);
	errno = EINVAL;
	return PK_EINVAL;
}

enum pk_status sock_listen(const char *address, uint16_t port, int *fd)
{
	return listen_on(address, port, false, fd);
}

enum pk_status sock_listen_beside(const char *address, uint16_t port, int other, int *fd)
{
	enum pk_status st;

	share_port(other, 1);
	st = listen_on(address, port, true, fd);
	share_port(other, 0);
	return st;
}

static bool is_socket(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISSOCK(st.st_mode);
}

/* Takes away a socket that nobody listens on any more, and nothing else. */
static enum pk_status clear_path(const char *path, const union address *at)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), found;

	if (fd < 0)
		return status_of_errno();
	found = connect(fd, &at->any, sizeof(at->unix_path)) < 0 ? errno : 0;
	close(fd);
	if (found == ENOENT)
		return PK_OK;
	errno = EADDRINUSE;
	if (found != ECONNREFUSED || !is_socket(path))
		return status_of_errno();
	return unlink(path) < 0 && errno != ENOENT ? status_of_errno() : PK_OK;
}

enum pk_status sock_unix_rights(const char *path, mode_t mode, gid_t group)
{
	if ((group != (gid_t)-1 && chown(path, (uid_t)-1, group) < 0) || chmod(path, mode) < 0)
		return status_of_errno();
	return PK_OK;
}

static enum pk_status find_path(const char *path, union address *at)
{
	*at = (union address){.unix_path = {.sun_family = AF_UNIX}};
	if (strlen(path) >= sizeof(at->unix_path.sun_path)) {
		errno = ENAMETOOLONG;
		return PK_EINVAL;
	}
	memcpy(at->unix_path.sun_path, path, strlen(path));
	return PK_OK;
}

static enum pk_status listen_unix(const char *path, int type, int *fd)
{
	union address at;
	enum pk_status st = find_path(path, &at);
	mode_t before;

	if (st == PK_OK)
		st = clear_path(path, &at);
	if (st != PK_OK)
		return st;
	/* Nobody may connect before mode and group are as they should be. */
	before = umask(0777);
	st = listen_at(&at, sizeof(at.unix_path), type, false, fd);
	umask(before);
	return st;
}

static enum pk_status give_rights(const char *path, mode_t mode, gid_t group, int *fd)
{
	enum pk_status st;

	if (sock_unix_rights(path, mode, group) == PK_OK)
		return PK_OK;
	st = give_up(*fd);
	*fd = -1;
	return st;
}

enum pk_status sock_listen_unix(const char *path, mode_t mode, gid_t group, int *fd)
{
	enum pk_status st = listen_unix(path, SOCK_STREAM, fd);

	return st == PK_OK ? give_rights(path, mode, group, fd) : st;
}

enum pk_status sock_listen_packets(const char *path, int *fd)
{
	enum pk_status st = listen_unix(path, SOCK_SEQPACKET, fd);

	return st == PK_OK ? give_rights(path, 0600, (gid_t)-1, fd) : st;
}

enum pk_status sock_connect_packets(const char *path, int *fd)
{
	union address at;
	enum pk_status st = find_path(path, &at);
	int s;

	if (st != PK_OK)
		return st;
	s = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (s < 0 || connect(s, &at.any, sizeof(at.unix_path)) < 0)
		return give_up(s);
	*fd = s;
	return PK_OK;
}

enum pk_status sock_pair(int type, int fd[2])
{
	return socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, fd) < 0 ? status_of_errno() : PK_OK;
}

enum pk_status sock_peer(int fd, struct sock_peer *peer)
{
	struct ucred who;
	socklen_t size = sizeof(who);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &size) < 0)
		return status_of_errno();
	*peer = (struct sock_peer){who.pid, who.uid, who.gid};
	return PK_OK;
}

static bool has_group(int fd, gid_t wanted)
{
	gid_t *groups = NULL;
	socklen_t size = 0;
	bool found = false;

	/* Asked without room the kernel tells how much it takes. */
	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, NULL, &size) < 0 && errno == ERANGE)
		groups = malloc(size);
	if (groups && getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &size) == 0)
		for (size_t i = 0; i < size / sizeof(*groups); i++)
			found |= groups[i] == wanted;
	free(groups);
	return found;
}

bool sock_peer_in_group(int fd, gid_t group)
{
	struct sock_peer peer;

	return sock_peer(fd, &peer) == PK_OK && (peer.gid == group || has_group(fd, group));
}
