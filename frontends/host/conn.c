#include "conn_parts.h"

#include "uplink.h"

#include "base/log.h"
#include "os/sock.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

/* How connections begin and end. */

#define LINGER_MS   2000 /* how long octets that nobody wants are waited for */
#define LINGER_MOST 262144u

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
	          LOG_CSTR("reason", c->why ? c->why : "closed"));
}

static void end_session(struct conn *c)
{
	if (!c->session)
		return;
	log_end(c);
	conn_counts_end(c);
	session_free(c->session);
	c->session = NULL;
	listener_conf_drop(c->conf);
}

static void leave_list(struct conn *c)
{
	*c->prev = c->next;
	if (c->next)
		c->next->prev = c->prev;
}

void conn_close(struct conn *c)
{
	end_session(c);
	leave_list(c);
	addresses_leave(&c->front->addresses, c->address);
	c->front->conn_count--;
	uv_close((uv_handle_t *)&c->poll, on_closed);
}

void conn_linger(struct conn *c)
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
	conn_watch(c, UV_READABLE);
}

void conn_read_nothing(struct conn *c)
{
	ssize_t n = recv(c->stream.fd, c->front->scratch, FRONT_SCRATCH, 0);

	if (n > 0)
		c->stream.in += (uint64_t)n;
	if (n == 0 || (n < 0 && errno != EAGAIN) || c->stream.in > LINGER_MOST)
		conn_close(c);
}

static void set_options(int fd)
{
	int on = 1;

	/* Neither exists for unix sockets, where neither is needed. */
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	(void)setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
}

static struct session *begin(struct conn *c, const struct client_ends *ends)
{
	const struct listener_conf *conf = c->conf;
	char addr[64], local[64];
	struct session_setup setup = {
		.owner = c,
		.conf = conf->plugin,
		.link = uplink_choose(c->front),
		.peer = {.kind = PK_PEER_CLIENT, .listener = conf->name},
		.idle_ms = (uint32_t)conf->options.idle_ms,
		.login_ms = conf->options.login_ms,
		.can_tls = conf->tls == PK_TLS_START && tls_ready(c->front->tls),
		.handshake = conf->tls == PK_TLS_IMPLICIT,
	};

	address_text(&ends->from, addr, sizeof(addr), &setup.peer.port);
	address_text(&ends->to, local, sizeof(local), &setup.peer.local_port);
	setup.peer.addr = slice_str(addr);
	setup.peer.local = slice_str(local);
	return session_begin(&c->front->service, &setup);
}

static void log_begin(const struct conn *c, const struct client_ends *ends)
{
	const struct session *s = c->session;
	uint16_t port;
	char via[64];

	address_text(&ends->via, via, sizeof(via), &port);
	FRONT_LOG(c->front, PK_LOG_INFO, "connect", LOG_NUMBER("session", (int64_t)s->peer.id),
	          LOG_CSTR("service", c->front->service.name), LOG_TEXT("listener", c->conf->name),
	          LOG_TEXT("rip", s->peer.addr), LOG_NUMBER("rport", s->peer.port),
	          LOG_CSTR("via", via));
}

/* Who is behind a unix socket, as the kernel saw it. */
static void log_local(const struct conn *c)
{
	struct sock_peer who;

	if (sock_peer(c->stream.fd, &who) == PK_OK && who.pid > 0)
		FRONT_LOG(c->front, PK_LOG_INFO, "local_peer",
		          LOG_NUMBER("session", (int64_t)c->session->peer.id),
		          LOG_NUMBER("peer_pid", who.pid), LOG_NUMBER("peer_uid", who.uid),
		          LOG_NUMBER("peer_gid", who.gid));
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

void conn_open(struct front *f, struct listener_conf *conf, int fd, const struct client_ends *ends,
               struct address *address)
{
	struct conn *c = calloc(1, sizeof(*c));

	if (!c || uv_poll_init(f->loop, &c->poll, fd)) {
		addresses_leave(&f->addresses, address);
		free(c);
		close(fd);
		return;
	}
	c->poll.data = c;
	c->front = f;
	c->conf = conf;
	c->address = address;
	c->stream.fd = fd;
	c->began_ms = f->service.mono_ms;
	enter_list(c);
	set_options(fd);
	c->session = begin(c, ends);
	if (!c->session) {
		conn_close(c);
		return;
	}
	conf->users++;
	conn_counts_begin(c);
	log_begin(c, ends);
	if (ends->from.ss_family == AF_UNIX || ends->via.ss_family == AF_UNIX)
		log_local(c);
	if (conf->tls == PK_TLS_IMPLICIT)
		service_wake(&f->service, c->session);
	else
		session_open(c->session, &(struct session_tls){0});
}

void conn_bindings(void *arg, struct session *s, struct bindings *b)
{
	struct conn *c = s->owner;

	(void)arg;
	if (c && c->stream.ssl)
		tls_bindings(c->stream.ssl, b);
}

/* What a plugin's line begins with names its event: event=rcpt to=... Takes that off the line. */
static const char *event_of(struct slice *line, char *name, size_t cap)
{
	struct slice rest = *line, word;
	size_t n = 0;

	if (!slice_starts(rest, S("event=")))
		return NULL;
	rest = slice_skip(rest, 6);
	word = slice_cut(&rest, ' ');
	while (n < word.n && ((word.p[n] >= 'a' && word.p[n] <= 'z') || word.p[n] == '_'))
		n++;
	if (!n || n < word.n || n >= cap)
		return NULL;
	memcpy(name, word.p, n);
	name[n] = '\0';
	*line = rest;
	return name;
}

void conn_log(void *arg, struct session *s, int level, struct slice line)
{
	struct front *f = arg;
	char name[32];
	const char *event = event_of(&line, name, sizeof(name));

	if (!s) {
		FRONT_LOG(f, level, "service", LOG_CSTR("service", f->service.name),
		          LOG_PAIRS(line));
		return;
	}
	FRONT_LOG(f, level, event ? event : "session", LOG_NUMBER("session", (int64_t)s->peer.id),
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

void conns_dismiss(struct front *f)
{
	for (struct conn *c = f->conns; c; c = c->next)
		if (!link_calls(c->session))
			session_stop(c->session, PK_STOP_KICK);
}

void conns_close(struct front *f)
{
	while (f->conns)
		conn_close(f->conns);
	while (f->lingering)
		conn_close(f->lingering);
}
