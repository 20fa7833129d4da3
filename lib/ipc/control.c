#include "ipc/control.h"

#include "ipc/wire.h"

#include <errno.h>
#include <sys/socket.h>

union fd_message {
	struct cmsghdr head;
	char space[CMSG_SPACE(sizeof(int))];
};

enum pk_status control_send(int socket, enum control_kind kind, struct slice payload, int fd)
{
	char head[2] = {(char)kind, 0};
	struct iovec parts[2] = {
		{head,			 sizeof(head)},
                {(void *)(uintptr_t)payload.p, payload.n   }
        };
	union fd_message control = {0};
	struct msghdr m = {.msg_iov = parts, .msg_iovlen = 2};
	ssize_t n;

	if (fd >= 0) {
		m.msg_control = control.space;
		m.msg_controllen = sizeof(control.space);
		*CMSG_FIRSTHDR(&m) = (struct cmsghdr){.cmsg_level = SOL_SOCKET,
		                                      .cmsg_type = SCM_RIGHTS,
		                                      .cmsg_len = CMSG_LEN(sizeof(int))};
		memcpy(CMSG_DATA(CMSG_FIRSTHDR(&m)), &fd, sizeof(fd));
	}
	do {
		n = sendmsg(socket, &m, MSG_NOSIGNAL);
	} while (n < 0 && errno == EINTR);
	if (n >= 0)
		return PK_OK;
	return errno == EAGAIN ? PK_ERETRY : PK_EUNAVAILABLE;
}

static int received_fd(struct msghdr *m)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(m);
	int fd = -1;

	if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS &&
	    c->cmsg_len == CMSG_LEN(sizeof(int)))
		memcpy(&fd, CMSG_DATA(c), sizeof(fd));
	return fd;
}

enum pk_status control_receive(int socket, struct buf *into, struct control *c)
{
	union fd_message control = {0};
	struct iovec part;
	struct msghdr m = {.msg_iov = &part,
	                   .msg_iovlen = 1,
	                   .msg_control = control.space,
	                   .msg_controllen = sizeof(control.space)};
	ssize_t n;

	buf_clear(into);
	if (!buf_room(into, CONTROL_MAX))
		return PK_ENOMEM;
	part = (struct iovec){into->p, CONTROL_MAX};
	do {
		n = recvmsg(socket, &m, MSG_CMSG_CLOEXEC);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == EAGAIN ? PK_ERETRY : PK_EUNAVAILABLE;
	if (n == 0)
		return PK_EUNAVAILABLE;
	into->n = (size_t)n;
	c->fd = received_fd(&m);
	if (n < 2 || m.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) {
		if (c->fd >= 0)
			close(c->fd);
		return PK_EPROTO;
	}
	c->kind = (enum control_kind)(unsigned char)into->p[0];
	c->payload = slice_skip(buf_slice(into), 2);
	return PK_OK;
}
