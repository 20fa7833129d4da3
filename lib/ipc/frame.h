#ifndef IPC_FRAME_H
#define IPC_FRAME_H

#include <postkeep/buf.h>
#include <postkeep/messages.h>

/* A frame's head as on the wire (DESIGN: pk-ipc(7)): 24 octets, little-endian. */
#define FRAME_HEAD 24

enum frame_flag {
	FRAME_MORE = 1 << 0,  /* reply: not the last frame of this tag */
	FRAME_EVENT = 1 << 1, /* store to peer, unasked */
	FRAME_BOUND = 1 << 2, /* reply or event: the store knows the user of this session */
	FRAME_REPLY = 1 << 3,
};

struct frame {
	uint16_t op;      /* enum pk_op */
	uint16_t status;  /* reply: enum pk_status */
	uint16_t flags;   /* enum frame_flag */
	uint16_t stream;  /* data: which body */
	uint32_t session; /* 0: the link itself */
	uint64_t tag;     /* of the request, chosen by who asks */
	struct slice payload;
};

void frame_put(struct buf *b, const struct frame *f);

/*
 * Looks at the start of `in`. PK_OK and *used > 0: a whole frame, its payload points into `in`.
 * PK_OK and *used 0: not all there yet. PK_EPROTO: a framing fault, the link must go.
 */
enum pk_status frame_take(struct slice in, struct frame *f, size_t *used);

#endif
