#include "conn_parts.h"

#include "client_ca.h"

#include "base/log.h"

/* What goes through a connection, and the layers that come and go on it. */

#define READS  8  /* in one turn, then the others have theirs */
#define WRITES 16 /* likewise */

static void on_event(uv_poll_t *poll, int status, int events);

void conn_watch(struct conn *c, int events)
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
	conn_watch(c, events);
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
	const struct session_tls tls = {tls_version(ssl), tls_sni(ssl), tls_alpn(ssl),
	                                client_ca_proves(ssl), tls_cipher(ssl)};
	struct session *s = c->session;

	c->shaking = false;
	conn_counts_secure(c);
	if (s->open)
		session_layered(s, PK_OK, &tls);
	else
		session_open(s, &tls);
	c->more = stream_pending(&c->stream);
}

/* Whether the client takes what it was shown is its own affair, of which it need not tell. */
static void tell_name(const struct conn *c)
{
	if (tls_named(c->front->tls, c->stream.ssl))
		return;
	FRONT_LOG(c->front, PK_LOG_INFO, "tls_name",
	          LOG_NUMBER("session", (int64_t)c->session->peer.id),
	          LOG_CSTR("service", c->front->service.name),
	          LOG_TEXT("rip", c->session->peer.addr), LOG_TEXT("name", tls_sni(c->stream.ssl)));
}

/* PK_OK: TLS is up; PK_ERETRY: not yet. */
static enum pk_status shake(struct conn *c)
{
	enum pk_status st = stream_handshake(&c->stream);

	if (st != PK_ERETRY)
		tell_name(c);
	if (st == PK_OK)
		shaken(c);
	if (st == PK_EPROTO) {
		conn_counts_insecure(c);
		FRONT_LOG(c->front, PK_LOG_INFO, "tls_failed",
		          LOG_NUMBER("session", (int64_t)c->session->peer.id),
		          LOG_CSTR("service", c->front->service.name),
		          LOG_TEXT("rip", c->session->peer.addr), LOG_CSTR("reason", tls_fault()));
		c->why = "tls";
	}
	return st;
}

static enum pk_status begin_tls(struct conn *c)
{
	if (c->stream.ssl)
		return PK_ENOTSUP;
	c->stream.ssl = tls_accept(c->front->tls, c->stream.fd, c->conf->client_ca);
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
		session_layered(c->session, PK_OK, &(struct session_tls){0});
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
	session_layered(c->session, PK_OK, &(struct session_tls){0});
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

/* What came of one more step. */
enum progress { MOVED, WAITS, CLOSED, BROKEN };

static enum progress shake_on(struct conn *c)
{
	enum pk_status st = shake(c);

	if (st == PK_OK)
		return MOVED;
	return st == PK_ERETRY ? WAITS : BROKEN;
}

static enum progress step(struct conn *c)
{
	uint32_t layer;

	if (c->broken || session_over(c->session))
		return BROKEN;
	if (c->shaking)
		return shake_on(c);
	if (!write_some(c))
		return BROKEN;
	layer = session_layer(c->session);
	if (layer == PK_CLOSE)
		return CLOSED;
	if (!layer)
		return WAITS;
	return change_layer(c, layer) == PK_OK ? MOVED : BROKEN;
}

enum settled conn_settle(void *arg, struct session *s)
{
	struct conn *c = s->owner;
	enum progress p;

	(void)arg;
	while ((p = step(c)) == MOVED)
		;
	if (p == BROKEN)
		conn_close(c);
	if (p == CLOSED)
		conn_linger(c);
	if (p != WAITS)
		return SETTLED_GONE;
	conn_counts_octets(c);
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
		conn_read_nothing(c);
		return;
	}
	if (status < 0) {
		if (c->shaking && c->stream.ssl) /* it went without a word */
			tell_name(c);
		c->why = "broken";
		c->broken = true;
	} else if (events & UV_READABLE && !c->shaking) {
		read_some(c);
	}
	service_wake(&c->front->service, c->session);
}
