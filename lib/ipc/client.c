#include "ipc/client.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

enum pk_status client_connect(struct client *c, const char *path)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};

	*c = (struct client){.fd = -1, .credit = PK_CREDIT};
	if (strlen(path) >= sizeof(at.sun_path))
		return PK_EINVAL;
	memcpy(at.sun_path, path, strlen(path));
	c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (c->fd < 0)
		return PK_EUNAVAILABLE;
	if (connect(c->fd, (struct sockaddr *)&at, sizeof(at)) == 0)
		return PK_OK;
	close(c->fd);
	c->fd = -1;
	return errno == EACCES ? PK_EPERM : PK_EUNAVAILABLE;
}

void client_close(struct client *c)
{
	if (c->fd >= 0)
		close(c->fd);
	buf_free(&c->in);
	c->fd = -1;
}

static enum pk_status send_all(struct client *c, struct slice bytes)
{
	while (bytes.n) {
		ssize_t n = send(c->fd, bytes.p, bytes.n, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return PK_EUNAVAILABLE;
		bytes = slice_skip(bytes, (size_t)n);
	}
	return PK_OK;
}

static enum pk_status send_frame(struct client *c, const struct frame *f)
{
	struct buf b = {0};
	enum pk_status st;

	frame_put(&b, f);
	st = b.failed ? PK_ENOMEM : send_all(c, buf_slice(&b));
	buf_wipe(&b);
	return st;
}

static enum pk_status receive_more(struct client *c)
{
	struct pollfd p = {.fd = c->fd, .events = POLLIN};
	ssize_t n;

	buf_drop(&c->in, c->used);
	c->used = 0;
	if (!buf_room(&c->in, FRAME_HEAD + PK_FRAME_MAX))
		return PK_ENOMEM;
	do {
		n = poll(&p, 1, c->timeout_ms ? c->timeout_ms : -1);
	} while (n < 0 && errno == EINTR);
	if (n == 0)
		return PK_ERETRY;
	n = recv(c->fd, c->in.p + c->in.n, c->in.cap - c->in.n, 0);
	if (n <= 0)
		return PK_EUNAVAILABLE;
	c->in.n += (size_t)n;
	return PK_OK;
}

/* The next frame of any kind; its payload is valid until the next one is taken. */
static enum pk_status next_frame(struct client *c, struct frame *f)
{
	for (;;) {
		size_t used;
		enum pk_status st = frame_take(slice_skip(buf_slice(&c->in), c->used), f, &used);

		if (st != PK_OK)
			return st;
		if (used) {
			c->used += used;
			return PK_OK;
		}
		st = receive_more(c);
		if (st != PK_OK)
			return st;
	}
}

static void take_credit(struct client *c, const struct frame *f)
{
	struct pk_credit_note note;

	if (f->op == PK_OP_credit && pk_get_credit_note(f->payload, &note) == PK_OK &&
	    note.octets > 0)
		c->credit += (uint64_t)note.octets;
}

/* Gives back at once what a reply used up: tools keep nothing waiting. */
static enum pk_status give_credit(struct client *c, size_t octets)
{
	struct buf b = {0};
	enum pk_status st;

	if (!c->session || !octets)
		return PK_OK;
	pk_put_credit_note(&b, &(struct pk_credit_note){(int64_t)octets});
	st = send_frame(c, &(struct frame){.op = PK_OP_credit,
	                                   .session = c->session,
	                                   .payload = buf_slice(&b)});
	buf_free(&b);
	return st;
}

enum pk_status client_more(struct client *c, struct slice *reply, bool *more)
{
	struct frame f;

	for (;;) {
		enum pk_status st = next_frame(c, &f);

		if (st != PK_OK)
			return st;
		if (f.flags & FRAME_REPLY && f.tag == c->tag)
			break;
		take_credit(c, &f);
	}
	*more = f.flags & FRAME_MORE;
	*reply = f.payload;
	if (f.status == PK_OK)
		return give_credit(c, f.payload.n);
	if (pk_get_error(f.payload, &c->error) != PK_OK)
		c->error = (struct pk_error){.code = f.status};
	return f.status < PK_STATUS_COUNT ? (enum pk_status)f.status : PK_EIO;
}

enum pk_status client_call(struct client *c, enum pk_op op, struct slice request,
                           struct slice *reply, bool *more)
{
	struct frame f = {
		.op = (uint16_t)op, .tag = ++c->tag, .session = c->session, .payload = request};
	enum pk_status st = send_frame(c, &f);

	return st == PK_OK ? client_more(c, reply, more) : st;
}

enum pk_status client_hello(struct client *c, const char *program, struct pk_hello_rep *rep)
{
	struct pk_hello_req q = {
		.major = PK_IPC_MAJOR, .minor = PK_IPC_MINOR, .program = slice_str(program)};
	uint32_t session = c->session;
	struct buf b = {0};
	struct slice reply;
	enum pk_status st;
	bool more;

	pk_put_hello_req(&b, &q);
	c->session = 0;
	st = client_call(c, PK_OP_hello, buf_slice(&b), &reply, &more);
	c->session = session;
	buf_free(&b);
	return st == PK_OK ? pk_get_hello_rep(reply, rep) : st;
}

static enum pk_status wait_for_credit(struct client *c)
{
	while (!c->credit) {
		struct frame f;
		enum pk_status st = next_frame(c, &f);

		if (st != PK_OK)
			return st;
		take_credit(c, &f);
	}
	return PK_OK;
}

enum pk_status client_send_body(struct client *c, uint16_t stream, struct slice bytes)
{
	while (bytes.n) {
		enum pk_status st = wait_for_credit(c);
		struct slice piece = slice_head(bytes, c->credit < PK_DATA_MAX ? (size_t)c->credit
		                                                               : PK_DATA_MAX);
		struct frame f = {.op = PK_OP_data,
		                  .session = c->session,
		                  .stream = stream,
		                  .payload = piece};

		if (st == PK_OK)
			st = send_frame(c, &f);
		if (st != PK_OK)
			return st;
		c->credit -= piece.n;
		bytes = slice_skip(bytes, piece.n);
	}
	return PK_OK;
}
