#include "conn.h"

#include "session.h"
#include "stream.h"
#include "uplink.h"

#include "base/log.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#define READS       8    /* in one turn, then the others have theirs */
#define WRITES      16   /* likewise */
#define LINGER_MS   2000 /* how long octets that nobody wants are waited for */
#define LINGER_MOST (256 * 1024)

struct conn {
	uv_poll_t poll;
	struct front *front;
	struct conn *next, **prev; /* in front->conns, or among the lingering */
	struct session *session;   /* NULL: it is over, the rest is lingering */
	struct listener_conf *conf;
	struct address *address;
	struct stream stream;
	const char *why; /* it was closed; for the log */
	int64_t began_ms, linger_ms;
	int watched; /* events the poll is set to */
	bool shaking, blocked, broken, more, lingering;
};

static void on_event(uv_poll_t *poll, int status, int events);

static void watch(struct conn *c, int events)
{
	if (events == c->watched)
		return;
	c->watched = events;
	if (events)
		uv_poll_start(&c->poll, events, on_event);
	else
		uv_poll_stop(&c->poll);
}

static void watch_what_is_wanted(struct conn *c)
{
	const struct stream *st = &c->stream;
	int events = 0;

	if (c->shaking || c->blocked)
		events = (st->wants_read ? UV_READABLE : 0) | (st->wants_write ? UV_WRITABLE : 0);
	if (!c->shaking && !st->eof && session_room(c->session))
		events |= UV_READABLE;
	watch(c, events);
}

static void on_closed(uv_handle_t *handle)
{
	struct conn *c = handle->data;

	stream_free(&c->stream);
	free(c);
}

static void log_end(struct conn *c)
{
	const struct session *s = c->session;
	struct front *f = c->front;

	FRONT_LOG(f, PK_LOG_INFO, "disconnect", LOG_NUMBER("session", (int64_t)s->peer.id),
	          LOG_CSTR("service", f->service.name), LOG_TEXT("rip", s->peer.addr),
	          LOG_NUMBER("in", (int64_t)c->stream.in),
	          LOG_NUMBER("out", (int64_t)c->stream.out),
	          LOG_NUMBER("ms", f->service.mono_ms - c->began_ms),
	          LOG_CSTR("why", c->why ? c->why : "closed"));
}

static void end_session(struct conn *c)
{
	if (!c->session)
		return;
	log_end(c);
	session_free(c->session);
	c->session = NULL;
	listener_conf_drop(c->front, c->conf);
}

static void leave_list(struct conn *c)
{
	*c->prev = c->next;
	if (c->next)
		c->next->prev = c->prev;
}

static void conn_close(struct conn *c)
{
	end_session(c);
	leave_list(c);
	addresses_leave(&c->front->addresses, c->address);
	c->front->conn_count--;
	uv_close((uv_handle_t *)&c->poll, on_closed);
}

/*
 * A socket that is closed with unread octets in it resets the connection, and the client loses
 * what was sent to it last. So those are read first, for a short while.
 */
static void linger(struct conn *c)
{
	struct front *f = c->front;
	char octet;

	stream_shutdown(&c->stream);
	if (c->stream.eof || recv(c->stream.fd, &octet, 1, MSG_PEEK | MSG_DONTWAIT) <= 0) {
		conn_close(c);
		return;
	}
	end_session(c);
	leave_list(c);
	c->lingering = true;
	c->linger_ms = f->service.mono_ms + LINGER_MS;
	c->next = f->lingering;
	c->prev = &f->lingering;
	if (c->next)
		c->next->prev = &c->next;
	f->lingering = c;
	c->stream.in = 0;
	watch(c, UV_READABLE);
}

static void read_nothing(struct conn *c)
{
	ssize_t n = recv(c->stream.fd, c->front->scratch, FRONT_SCRATCH, 0);

	if (n > 0)
		c->stream.in += (uint64_t)n;
	if (n == 0 || (n < 0 && errno != EAGAIN) || c->stream.in > LINGER_MOST)
		conn_close(c);
}

/* What the client sent, as far as the session has room. */
static void read_some(struct conn *c)
{
	struct front *f = c->front;
	struct stream *st = &c->stream;
	enum pk_status status = PK_OK;

	c->more = false;
	for (unsigned i = 0; i < READS && !st->eof; i++) {
		size_t room = session_room(c->session), n;

		c->more = stream_pending(st);
		if (!room)
			return;
		status = stream_read(st, f->raw, f->scratch,
		                     room < FRONT_SCRATCH ? room : FRONT_SCRATCH, &n);
		if (status != PK_OK || st->eof)
			break;
		session_feed(c->session, f->scratch, n);
		c->more = stream_pending(st);
		if (!c->more)
			return;
	}
	if (status != PK_OK || st->eof)
		c->more = false;
	if (st->eof) {
		c->why = "client";
		session_eof(c->session);
	} else if (status != PK_OK && status != PK_ERETRY) {
		c->why = "broken";
		c->broken = true;
		service_wake(&f->service, c->session);
	}
}

/* False: the connection broke. */
static bool write_some(struct conn *c)
{
	enum pk_status st = PK_OK;
	size_t used;

	c->blocked = false;
	for (unsigned i = 0; i < WRITES && session_must_send(c->session); i++) {
		st = stream_write(&c->stream, session_output(c->session), &used);
		if (st != PK_OK)
			break;
		session_sent(c->session, used);
	}
	c->blocked = session_must_send(c->session);
	if (c->blocked && st == PK_OK)
		c->stream.wants_write = true; /* more may go; but the others first */
	if (st == PK_OK || st == PK_ERETRY)
		return true;
	c->why = "broken";
	return false;
}

static void shaken(struct conn *c)
{
	const SSL *ssl = c->stream.ssl;
	struct session *s = c->session;

	c->shaking = false;
	if (s->open)
		session_layered(s, PK_OK, tls_version(ssl), tls_sni(ssl), tls_alpn(ssl));
	else
		session_open(s, tls_version(ssl), tls_sni(ssl), tls_alpn(ssl));
	c->more = stream_pending(&c->stream);
}

/* PK_OK: TLS is up; PK_ERETRY: not yet. */
static enum pk_status shake(struct conn *c)
{
	enum pk_status st = stream_handshake(&c->stream);

	if (st == PK_OK)
		shaken(c);
	if (st == PK_EPROTO) {
		FRONT_LOG(c->front, PK_LOG_INFO, "tls_failed",
		          LOG_NUMBER("session", (int64_t)c->session->peer.id),
		          LOG_TEXT("rip", c->session->peer.addr), LOG_CSTR("reason", tls_fault()));
		c->why = "tls";
	}
	return st;
}

static enum pk_status begin_tls(struct conn *c)
{
	if (c->stream.ssl)
		return PK_ENOTSUP;
	c->stream.ssl = tls_accept(c->front->tls, c->stream.fd);
	c->shaking = true;
	return c->stream.ssl ? PK_OK : PK_ENOMEM;
}

static enum pk_status begin_deflate(struct conn *c)
{
	struct buf unread;
	enum pk_status st = PK_ENOMEM;

	if (c->stream.deflate)
		return PK_ENOTSUP;
	unread = session_unread(c->session);
	c->stream.deflate = deflate_new();
	if (c->stream.deflate && unread.n <= deflate_room(c->stream.deflate)) {
		deflate_feed(c->stream.deflate, buf_slice(&unread));
		session_layered(c->session, PK_OK, 0, S(""), S(""));
		c->more = unread.n;
		st = PK_OK;
	}
	buf_wipe(&unread);
	return st;
}

static enum pk_status end_deflate(struct conn *c)
{
	struct slice rest = S("");

	if (c->stream.deflate)
		rest = deflate_rest(c->stream.deflate);
	if (rest.n)
		memcpy(c->front->raw, rest.p, rest.n);
	deflate_free(c->stream.deflate);
	c->stream.deflate = NULL;
	session_layered(c->session, PK_OK, 0, S(""), S(""));
	if (rest.n)
		session_feed(c->session, c->front->raw, rest.n);
	return PK_OK;
}

static const struct {
	uint32_t layer;
	enum pk_status (*change)(struct conn *c);
} layers[] = {
	{PK_TLS,     begin_tls    },
	{PK_DEFLATE, begin_deflate},
	{PK_PLAIN,   end_deflate  },
};

static enum pk_status change_layer(struct conn *c, uint32_t layer)
{
	for (size_t i = 0; i < sizeof(layers) / sizeof(*layers); i++)
		if (layers[i].layer == layer)
			return layers[i].change(c);
	return PK_ENOTSUP;
}

static enum settled gone(struct conn *c)
{
	conn_close(c);
	return SETTLED_GONE;
}

enum settled conn_settle(void *arg, struct session *s)
{
	struct conn *c = s->owner;
	uint32_t layer;

	(void)arg;
	for (;;) {
		if (c->broken || session_over(s))
			return gone(c);
		if (c->shaking) {
			enum pk_status st = shake(c);

			if (st == PK_EPROTO)
				return gone(c);
			if (st == PK_ERETRY)
				break;
			continue;
		}
		if (!write_some(c))
			return gone(c);
		layer = session_layer(s);
		if (layer == PK_CLOSE) {
			linger(c);
			return SETTLED_GONE;
		}
		if (!layer)
			break;
		if (change_layer(c, layer) != PK_OK)
			return gone(c);
	}
	watch_what_is_wanted(c);
	if (!c->more || c->shaking || !session_room(s))
		return SETTLED_WELL;
	s->settling = false;
	read_some(c);
	return SETTLED_AGAIN;
}

static void on_event(uv_poll_t *poll, int status, int events)
{
	struct conn *c = poll->data;

	front_clock(c->front);
	if (c->lingering) {
		read_nothing(c);
		return;
	}
	if (status < 0) {
		c->why = "broken";
		c->broken = true;
	} else if (events & UV_READABLE && !c->shaking) {
		read_some(c);
	}
	service_wake(&c->front->service, c->session);
}

static void set_options(int fd)
{
	int on = 1;

	/* Neither exists for unix sockets, where neither is needed. */
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	(void)setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
}

static struct session *begin(struct conn *c, const struct listener *l,
                             const struct sockaddr_storage *from)
{
	struct sockaddr_storage here = {0};
	socklen_t n = sizeof(here);
	char addr[64], local[64];
	struct session_setup setup = {
		.owner = c,
		.conf = l->conf->plugin,
		.link = uplink_choose(l->front),
		.peer = {.kind = PK_PEER_CLIENT, .listener = slice_str(l->name)},
		.idle_ms = (uint32_t)l->conf->options.idle_ms,
		.login_ms = l->conf->options.login_ms,
		.can_tls = l->tls == PK_TLS_START && tls_ready(l->front->tls),
		.handshake = l->tls == PK_TLS_IMPLICIT,
	};

	if (getsockname(c->stream.fd, (struct sockaddr *)&here, &n))
		return NULL;
	address_text(from, addr, sizeof(addr), &setup.peer.port);
	address_text(&here, local, sizeof(local), &setup.peer.local_port);
	setup.peer.addr = slice_str(addr);
	setup.peer.local = slice_str(local);
	return session_begin(&l->front->service, &setup);
}

static void enter_list(struct conn *c)
{
	struct front *f = c->front;

	c->next = f->conns;
	c->prev = &f->conns;
	if (c->next)
		c->next->prev = &c->next;
	f->conns = c;
	f->conn_count++;
}

void conn_open(struct listener *l, int fd, const struct sockaddr_storage *from,
               struct address *address)
{
	struct front *f = l->front;
	struct conn *c = calloc(1, sizeof(*c));

	if (!c || uv_poll_init(f->loop, &c->poll, fd)) {
		addresses_leave(&f->addresses, address);
		free(c);
		close(fd);
		return;
	}
	c->poll.data = c;
	c->front = f;
	c->conf = l->conf;
	c->address = address;
	c->stream.fd = fd;
	c->began_ms = f->service.mono_ms;
	enter_list(c);
	set_options(fd);
	c->session = begin(c, l, from);
	if (!c->session) {
		conn_close(c);
		return;
	}
	c->conf->users++;
	FRONT_LOG(f, PK_LOG_INFO, "connect", LOG_NUMBER("session", (int64_t)c->session->peer.id),
	          LOG_CSTR("service", f->service.name), LOG_CSTR("listener", l->name),
	          LOG_TEXT("rip", c->session->peer.addr),
	          LOG_NUMBER("rport", c->session->peer.port));
	if (l->tls == PK_TLS_IMPLICIT)
		service_wake(&f->service, c->session);
	else
		session_open(c->session, 0, S(""), S(""));
}

void conn_bindings(void *arg, struct session *s, struct bindings *b)
{
	struct conn *c = s->owner;

	(void)arg;
	if (c && c->stream.ssl)
		tls_bindings(c->stream.ssl, b);
}

void conn_log(void *arg, struct session *s, int level, struct slice line)
{
	struct front *f = arg;

	if (!s) {
		FRONT_LOG(f, level, "service", LOG_CSTR("service", f->service.name),
		          LOG_PAIRS(line));
		return;
	}
	FRONT_LOG(f, level, "session", LOG_NUMBER("session", (int64_t)s->peer.id),
	          LOG_CSTR("service", f->service.name), LOG_TEXT("rip", s->peer.addr),
	          LOG_PAIRS(line));
}

void conns_tick(struct front *f)
{
	struct conn *next;

	if (f->service.mono_ms < f->linger_look_ms)
		return;
	f->linger_look_ms = f->service.mono_ms + LINGER_MS / 4;
	for (struct conn *c = f->lingering; c; c = next) {
		next = c->next;
		if (c->linger_ms <= f->service.mono_ms)
			conn_close(c);
	}
}

void conns_stop(struct front *f, enum pk_stop why)
{
	for (struct conn *c = f->conns; c; c = c->next)
		session_stop(c->session, why);
}

void conns_close(struct front *f)
{
	while (f->conns)
		conn_close(f->conns);
	while (f->lingering)
		conn_close(f->lingering);
}
