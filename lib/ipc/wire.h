#ifndef IPC_WIRE_H
#define IPC_WIRE_H

#include <postkeep/buf.h>
#include <postkeep/status.h>

#include <endian.h>
#include <string.h>

/*
 * Reads little-endian fields from borrowed bytes that another process wrote. A read past the end
 * gives zeros and marks the reader bad; the caller looks once, with wire_end().
 */
struct wire {
	struct slice in;
	bool bad;
};

/* width: 1, 2, 4 or 8 octets. Here, so that each field of a known width is one load. */
static inline uint64_t wire_get(struct wire *w, size_t width)
{
	uint64_t v = 0;

	if (w->bad || w->in.n < width) {
		w->bad = true;
		return 0;
	}
	memcpy(&v, w->in.p, width);
	w->in = (struct slice){w->in.p + width, w->in.n - width};
	return le64toh(v);
}
struct slice wire_get_str(struct wire *w); /* behind a u32 length */
struct slice wire_take(struct wire *w, size_t n);
bool wire_more(const struct wire *w); /* something is left, and nothing was bad */
enum pk_status
wire_end(const struct wire *w); /* PK_EPROTO if bad; what is left is a newer minor's */

static inline void wire_put(struct buf *b, uint64_t v, size_t width)
{
	uint64_t raw = htole64(v);

	buf_put(b, (struct slice){(const char *)&raw, width});
}
void wire_put_str(struct buf *b, struct slice s);

static inline size_t wire_str_octets(struct slice s)
{
	return 4 + s.n;
}

/* A row: a u32 length that wire_row_end fills in. */
size_t wire_row_begin(struct buf *b);
void wire_row_end(struct buf *b, size_t begin);

#endif
