#include "mailbox_handle.h"
#include "message_new.h"

#include "blob.h"
#include "volume.h"

/*
 * read: octets of messages. The blob of the piece at hand stays open, and so pinned, from frame to
 * frame; the read transaction does not.
 */
struct reading {
	struct opened opened;
	struct pk_rows pieces; /* not begun yet */
	struct pk_piece piece; /* at hand */
	uint32_t number;       /* of the next piece */
	bool begun;            /* piece, prefix and blob are set */
	bool told;             /* at least one chunk of it left */
	uint64_t at, end;      /* octets of the message as readers see it */
	struct buf prefix;
	struct blob blob;
	bool blob_is_open;
	struct buf bytes; /* one chunk's */
};

static void piece_end(struct reading *r)
{
	if (r->blob_is_open)
		blob_close(&r->blob);
	r->blob_is_open = r->begun = false;
}

static void cleanup(struct call *c)
{
	struct reading *r = c->state;

	piece_end(r);
	buf_wipe(&r->prefix);
	buf_wipe(&r->bytes);
}

static enum pk_status open_prefix(struct reading *r, struct mailbox *m,
                                  const struct message_row *row)
{
	struct buf plain = {0};
	struct slice prefix, summary;
	enum pk_status st = seal_open(m->txn->volume->keys, ACCT_TENANT(m->account->acct),
	                              row->guid, row->sealed, &plain);

	if (st == PK_OK)
		st = message_opened(buf_slice(&plain), &prefix, &summary);
	buf_clear(&r->prefix);
	if (st == PK_OK)
		buf_put(&r->prefix, prefix);
	buf_wipe(&plain);
	return r->prefix.failed ? PK_ENOMEM : st;
}

static enum pk_status piece_begin(struct reading *r, struct mailbox *m)
{
	struct message_row row;
	enum pk_status st = mailbox_message(m, r->piece.uid, &row);

	if (st == PK_OK)
		st = open_prefix(r, m, &row);
	if (st == PK_OK)
		st = blob_open(m->txn, row.blob, &r->blob);
	r->blob_is_open = st == PK_OK;
	if (st != PK_OK)
		return st;
	r->at = r->piece.offset < row.octets ? r->piece.offset : row.octets;
	r->end = r->piece.octets < row.octets - r->at ? r->at + r->piece.octets : row.octets;
	r->told = false;
	return PK_OK;
}

/* Up to `most` octets of the piece from r->at on, into r->bytes. */
static enum pk_status piece_bytes(struct reading *r, size_t most)
{
	uint64_t want = r->end - r->at < most ? r->end - r->at : most;
	enum pk_status st = PK_OK;

	buf_clear(&r->bytes);
	if (r->at < r->prefix.n)
		buf_put(&r->bytes,
		        slice_head(slice_skip(buf_slice(&r->prefix), (size_t)r->at), (size_t)want));
	if (r->bytes.n < want)
		st = blob_read(&r->blob, r->at + r->bytes.n - r->prefix.n, want - r->bytes.n,
		               &r->bytes);
	if (st == PK_OK && r->bytes.n != want)
		st = PK_EIO; /* the row says that it is longer */
	return r->bytes.failed ? PK_ENOMEM : st;
}

static void put_chunk(struct call *c, struct reading *r, enum pk_status st)
{
	struct pk_chunk chunk = {.piece = r->number - 1, .status = (uint16_t)st, .offset = r->at};

	if (st == PK_OK)
		chunk.bytes = buf_slice(&r->bytes);
	pk_put_chunk_row(&c->rows, &chunk);
	r->at += chunk.bytes.n;
	r->told = true;
}

/* One chunk of the piece at hand, or its end. */
static void advance(struct call *c, struct reading *r, struct mailbox *m)
{
	enum pk_status st = r->begun ? PK_OK : piece_begin(r, m);

	if (!r->begun && st != PK_OK)
		r->at = r->piece.offset;
	r->begun = st == PK_OK;
	if (st == PK_OK)
		st = piece_bytes(r, CALL_ROWS_OCTETS - c->rows.n);
	put_chunk(c, r, st);
	if (st != PK_OK || r->at >= r->end)
		piece_end(r);
}

static enum pk_status read_step(struct call *c, struct txn *t)
{
	struct reading *r = c->state;
	struct pk_read_rep rep;
	struct account a;
	struct mailbox m;
	enum pk_status st = opened_load(t, &r->opened, &a, &m);

	buf_clear(&c->rows);
	while (st == PK_OK && c->rows.n + 64 < CALL_ROWS_OCTETS &&
	       (r->begun || pk_next_piece(&r->pieces, &r->piece))) {
		r->number += !r->begun;
		advance(c, r, &m);
	}
	c->again = r->begun || r->pieces.raw.n > 0;
	mailbox_drop(&m);
	rep.chunks = PK_ROWS(&c->rows);
	pk_put_read_rep(&c->out, &rep);
	return st;
}

void op_read(struct call *c, const struct pk_read_req *q)
{
	struct reading *r = arena_alloc(&c->arena, sizeof(*r));

	if (!r) {
		call_done(c, PK_ENOMEM);
		return;
	}
	if (!call_opened(c, q->handle, false, &r->opened))
		return;
	r->pieces = q->pieces;
	c->state = r;
	c->cleanup = cleanup;
	call_read(c, c->session->volume, read_step);
}
