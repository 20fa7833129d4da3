#include "ipc/frame.h"
#include "ipc/wire.h"

void frame_put(struct buf *b, const struct frame *f)
{
	if (!buf_room(b, FRAME_HEAD + f->payload.n))
		return;
	wire_put(b, f->payload.n, 4);
	wire_put(b, f->op, 2);
	wire_put(b, f->status, 2);
	wire_put(b, f->tag, 8);
	wire_put(b, f->session, 4);
	wire_put(b, f->flags, 2);
	wire_put(b, f->stream, 2);
	buf_put(b, f->payload);
}

enum pk_status frame_take(struct slice in, struct frame *f, size_t *used)
{
	struct wire w = {.in = in};
	uint64_t length = in.n >= 4 ? wire_get(&w, 4) : 0;

	*used = 0;
	if (length > PK_FRAME_MAX)
		return PK_EPROTO;
	if (in.n < FRAME_HEAD + length)
		return PK_OK;
	f->op = (uint16_t)wire_get(&w, 2);
	f->status = (uint16_t)wire_get(&w, 2);
	f->tag = wire_get(&w, 8);
	f->session = (uint32_t)wire_get(&w, 4);
	f->flags = (uint16_t)wire_get(&w, 2);
	f->stream = (uint16_t)wire_get(&w, 2);
	f->payload = wire_take(&w, length);
	*used = FRAME_HEAD + length;
	return PK_OK;
}
