#include "stream.h"

#include <openssl/err.h>

#include <errno.h>
#include <sys/socket.h>

/* What an SSL function that gave nothing means. */
static enum pk_status ssl_status(struct stream *s, int result)
{
	int error = SSL_get_error(s->ssl, result);

	ERR_clear_error();
	s->wants_read = error == SSL_ERROR_WANT_READ;
	s->wants_write = error == SSL_ERROR_WANT_WRITE;
	if (s->wants_read || s->wants_write)
		return PK_ERETRY;
	s->eof = error == SSL_ERROR_ZERO_RETURN;
	return s->eof ? PK_OK : PK_EUNAVAILABLE;
}

static enum pk_status errno_status(void)
{
	return errno == EAGAIN || errno == EINTR ? PK_ERETRY : PK_EUNAVAILABLE;
}

static enum pk_status read_wire(struct stream *s, char *into, size_t most, size_t *n)
{
	ssize_t got;
	int result;

	*n = 0;
	if (s->ssl) {
		result = SSL_read_ex(s->ssl, into, most, n);
		s->in += *n;
		return result == 1 ? PK_OK : ssl_status(s, result);
	}
	got = recv(s->fd, into, most, 0);
	if (got < 0)
		return errno_status();
	*n = (size_t)got;
	s->in += *n;
	s->eof = !got;
	return PK_OK;
}

enum pk_status stream_read(struct stream *s, char *raw, char *into, size_t most, size_t *n)
{
	enum pk_status st;

	if (!s->deflate)
		return read_wire(s, into, most, n);
	*n = 0;
	if (deflate_unread(s->deflate)) {
		st = deflate_inflate(s->deflate, into, most, n);
		if (st != PK_OK || *n)
			return st;
	}
	if (!deflate_room(s->deflate))
		return PK_ERETRY;
	st = read_wire(s, raw, deflate_room(s->deflate), n);
	if (st != PK_OK || s->eof)
		return st;
	deflate_feed(s->deflate, (struct slice){raw, *n});
	st = deflate_inflate(s->deflate, into, most, n);
	return st == PK_OK && !*n ? PK_ERETRY : st;
}

bool stream_pending(const struct stream *s)
{
	return (s->deflate && deflate_unread(s->deflate)) || (s->ssl && SSL_has_pending(s->ssl));
}

static enum pk_status write_wire(struct stream *s, struct slice bytes, size_t *used)
{
	ssize_t sent;
	int result;

	*used = 0;
	if (s->ssl) {
		result = SSL_write_ex(s->ssl, bytes.p, bytes.n, used);
		s->out += *used;
		return result == 1 ? PK_OK : ssl_status(s, result);
	}
	sent = send(s->fd, bytes.p, bytes.n, MSG_NOSIGNAL);
	if (sent < 0) {
		s->wants_write = true;
		return errno_status();
	}
	s->out += *used = (size_t)sent;
	return PK_OK;
}

enum pk_status stream_write(struct stream *s, struct slice plain, size_t *used)
{
	enum pk_status st = PK_OK;
	struct slice out;
	size_t n;

	s->wants_read = s->wants_write = false;
	if (!s->deflate)
		return write_wire(s, plain, used);
	*used = 0;
	if (!s->compressed)
		st = deflate_compress(s->deflate, plain, &s->compressed);
	while (st == PK_OK && (out = deflate_output(s->deflate)).n) {
		st = write_wire(s, out, &n);
		deflate_sent(s->deflate, n);
	}
	if (st != PK_OK)
		return st;
	*used = s->compressed;
	s->compressed = 0;
	return PK_OK;
}

enum pk_status stream_handshake(struct stream *s)
{
	int result = SSL_accept(s->ssl);

	s->wants_read = s->wants_write = false;
	if (result == 1)
		return PK_OK;
	switch (SSL_get_error(s->ssl, result)) {
	case SSL_ERROR_WANT_READ: s->wants_read = true; return PK_ERETRY;
	case SSL_ERROR_WANT_WRITE: s->wants_write = true; return PK_ERETRY;
	default: return PK_EPROTO; /* tls_fault() knows why */
	}
}

void stream_shutdown(struct stream *s)
{
	if (s->ssl && SSL_is_init_finished(s->ssl)) {
		SSL_shutdown(s->ssl);
		ERR_clear_error();
	}
	shutdown(s->fd, SHUT_WR);
}

void stream_free(struct stream *s)
{
	SSL_free(s->ssl);
	deflate_free(s->deflate);
	close(s->fd);
}
