#ifndef IPC_WIRE_H
#define IPC_WIRE_H

#include <postkeep/buf.h>
#include <postkeep/status.h>

/*
 * Reads little-endian fields from borrowed bytes that another process wrote. A read past the end
 * gives zeros and marks the reader bad; the caller looks once, with wire_end().
 */
struct wire {
	struct slice in;
	bool bad;
};

uint64_t wire_get(struct wire *w, size_t width); /* width: 1, 2, 4 or 8 octets */
struct slice wire_get_str(struct wire *w);       /* behind a u32 length */
struct slice wire_take(struct wire *w, size_t n);
bool wire_more(const struct wire *w); /* something is left, and nothing was bad */
enum pk_status
wire_end(const struct wire *w); /* PK_EPROTO if bad; what is left is a newer minor's */

void wire_put(struct buf *b, uint64_t v, size_t width);
void wire_put_str(struct buf *b, struct slice s);

/* A row: a u32 length that wire_row_end fills in. */
size_t wire_row_begin(struct buf *b);
void wire_row_end(struct buf *b, size_t begin);

#endif
