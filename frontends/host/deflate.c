#include "deflate.h"

#include <zlib.h>

#define WINDOW (-15) /* negative: raw, RFC 4978 section 4 */
#define MEMORY 5     /* 16 KiB of hash table; 8 would be 128 KiB */

struct deflate {
	z_stream in, out;
	char waiting[DEFLATE_PIECE]; /* compressed, not inflated yet */
	size_t waiting_at, waiting_n;
	bool more;  /* the last inflate filled all it was given */
	bool ended; /* the client has finished its stream */
	struct buf written;
	size_t sent;
};

struct deflate *deflate_new(void)
{
	struct deflate *d = calloc(1, sizeof(*d));

	if (!d)
		return NULL;
	if (inflateInit2(&d->in, WINDOW) != Z_OK) {
		free(d);
		return NULL;
	}
	if (deflateInit2(&d->out, Z_DEFAULT_COMPRESSION, Z_DEFLATED, WINDOW, MEMORY,
	                 Z_DEFAULT_STRATEGY) != Z_OK) {
		inflateEnd(&d->in);
		free(d);
		return NULL;
	}
	return d;
}

void deflate_free(struct deflate *d)
{
	if (!d)
		return;
	inflateEnd(&d->in);
	deflateEnd(&d->out);
	buf_free(&d->written);
	explicit_bzero(d->waiting, sizeof(d->waiting));
	free(d);
}

size_t deflate_room(const struct deflate *d)
{
	return sizeof(d->waiting) - d->waiting_n;
}

void deflate_feed(struct deflate *d, struct slice compressed)
{
	if (!compressed.n)
		return;
	memmove(d->waiting, d->waiting + d->waiting_at, d->waiting_n);
	memcpy(d->waiting + d->waiting_n, compressed.p, compressed.n);
	d->waiting_at = 0;
	d->waiting_n += compressed.n;
}

bool deflate_unread(const struct deflate *d)
{
	return !d->ended && (d->waiting_n || d->more);
}

struct slice deflate_rest(const struct deflate *d)
{
	return (struct slice){d->waiting + d->waiting_at, d->waiting_n};
}

enum pk_status deflate_inflate(struct deflate *d, char *into, size_t most, size_t *n)
{
	int result;

	*n = 0;
	if (d->ended)
		return PK_OK;
	d->in.next_in = (unsigned char *)d->waiting + d->waiting_at;
	d->in.avail_in = (unsigned)d->waiting_n;
	d->in.next_out = (unsigned char *)into;
	d->in.avail_out = (unsigned)most;
	result = inflate(&d->in, Z_SYNC_FLUSH);
	d->waiting_at += d->waiting_n - d->in.avail_in;
	d->waiting_n = d->in.avail_in;
	*n = most - d->in.avail_out;
	d->more = !d->in.avail_out;
	d->ended = result == Z_STREAM_END;
	/* Z_BUF_ERROR: there was nothing to do. */
	return result == Z_OK || result == Z_BUF_ERROR || d->ended ? PK_OK : PK_EPROTO;
}

enum pk_status deflate_compress(struct deflate *d, struct slice plain, size_t *used)
{
	struct slice piece = slice_head(plain, DEFLATE_PIECE);
	int flush = piece.n == plain.n ? Z_SYNC_FLUSH : Z_NO_FLUSH;

	d->out.next_in = (unsigned char *)(uintptr_t)piece.p;
	d->out.avail_in = (unsigned)piece.n;
	do {
		if (!buf_room(&d->written, DEFLATE_PIECE / 4))
			return PK_ENOMEM;
		d->out.next_out = (unsigned char *)d->written.p + d->written.n;
		d->out.avail_out = (unsigned)(d->written.cap - d->written.n);
		if (deflate(&d->out, flush) == Z_STREAM_ERROR)
			return PK_EPROTO;
		d->written.n = d->written.cap - d->out.avail_out;
	} while (!d->out.avail_out);
	*used = piece.n;
	return PK_OK;
}

struct slice deflate_output(const struct deflate *d)
{
	return slice_skip(buf_slice(&d->written), d->sent);
}

void deflate_sent(struct deflate *d, size_t n)
{
	d->sent += n;
	if (d->sent < d->written.n)
		return;
	d->sent = 0;
	buf_free(&d->written);
}
