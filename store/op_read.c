#include "mailbox_handle.h"
#include "message_new.h"
#include "message_tell.h"

#include "blob.h"
#include "volume.h"

#include "ipc/wire.h"

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
	uint64_t at, end;      /* octets of the message as readers see it */
	uint64_t body_at;      /* before it are octets of the prefix */
	struct buf prefix;     /* when they are wanted */
	struct blob blob;
	bool blob_is_open;
	uint32_t want;  /* of the message's row */
	struct buf row; /* as it is told; empty once it is, or when nothing is wanted of it */
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
	buf_wipe(&r->row);
}

static void rest(struct call *c)
{
	struct reading *r = c->state;

	if (r->blob_is_open)
		blob_rest(&r->blob);
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
	if (st == PK_OK && r->prefix.n != r->body_at)
		st = r->prefix.failed ? PK_ENOMEM : PK_EIO;
	return st;
}

static enum pk_status tell_row(struct reading *r, struct mailbox *m, const struct message_row *row)
{
	struct message_teller teller = {.m = m, .want = r->want};
	struct flag_entry flags = {0};
	struct pk_message told;
	enum pk_status st = PK_OK;

	if (r->want & PK_WANT_FLAGS)
		st = mailbox_flags(m, r->piece.uid, &flags);
	if (st == PK_OK)
		st = message_tell(&teller, r->piece.uid, &flags, row, &told);
	if (st == PK_OK)
		pk_put_message(&r->row, &told);
	message_teller_drop(&teller);
	return r->row.failed ? PK_ENOMEM : st;
}

static enum pk_status open_body(struct reading *r, struct mailbox *m, const struct message_row *row)
{
	enum pk_status st = blob_open(m->txn, row->blob, &r->blob);

	r->blob_is_open = st == PK_OK;
	if (st != PK_OK)
		return st;
	if (r->blob.octets > row->octets)
		return PK_EIO;
	r->body_at = row->octets - r->blob.octets;
	return r->at < r->body_at ? open_prefix(r, m, row) : PK_OK;
}

static enum pk_status piece_begin(struct reading *r, struct mailbox *m)
{
	struct message_row row;
	enum pk_status st = mailbox_message(m, r->piece.uid, &row);

	r->at = r->piece.offset;
	buf_clear(&r->row);
	if (st == PK_OK && r->want)
		st = tell_row(r, m, &row);
	if (st != PK_OK)
		return st;
	r->at = r->piece.offset < row.octets ? r->piece.offset : row.octets;
	r->end = r->piece.octets < row.octets - r->at ? r->at + r->piece.octets : row.octets;
	return open_body(r, m, &row);
}

/* Appends the next `want` octets of the piece. */
static enum pk_status piece_bytes(struct reading *r, uint64_t want, struct buf *out)
{
	size_t before = out->n;
	enum pk_status st = PK_OK;

	if (!buf_room(out, want))
		return PK_ENOMEM;
	if (r->at < r->body_at)
		buf_put(out, slice_head(slice_skip(buf_slice(&r->prefix), r->at), want));
	if (out->n - before < want)
		st = blob_read(&r->blob, r->at + (out->n - before) - r->body_at,
		               want - (out->n - before), out);
	if (st == PK_OK && out->n - before != want)
		st = PK_EIO; /* the row says that it is longer */
	return st;
}

/* The next chunk of up to `most` octets, which are written where they leave. After a failure `out`
 * is as it was. */
static enum pk_status put_octets(struct reading *r, uint64_t most, struct buf *out)
{
	struct pk_chunk chunk = {.piece = r->number - 1, .status = PK_OK, .offset = r->at};
	uint64_t want = r->end - r->at < most ? r->end - r->at : most;
	size_t before = out->n, row = wire_row_begin(out), bytes;
	enum pk_status st;

	pk_put_chunk(out, &chunk);
	out->n -= wire_str_octets(chunk.row); /* it comes behind the octets */
	bytes = out->n;
	st = piece_bytes(r, want, out);
	wire_row_end(out, bytes);
	wire_put_str(out, buf_slice(&r->row));
	wire_row_end(out, row);
	if (st != PK_OK) {
		out->n = before;
		return st;
	}
	r->at += want;
	buf_clear(&r->row);
	return PK_OK;
}

static void put_failure(struct reading *r, enum pk_status st, struct buf *out)
{
	struct pk_chunk chunk = {.piece = r->number - 1,
	                         .status = (uint16_t)st,
	                         .offset = r->at,
	                         .row = buf_slice(&r->row)};

	pk_put_chunk_row(out, &chunk);
}

/* One chunk of the piece at hand, or its end. */
static void advance(struct reading *r, struct mailbox *m, uint64_t most, struct buf *out)
{
	enum pk_status st = PK_OK;

	if (!r->begun)
		st = piece_begin(r, m);
	r->begun = st == PK_OK;
	if (st == PK_OK)
		st = put_octets(r, most, out);
	if (st != PK_OK)
		put_failure(r, st, out);
	if (st != PK_OK || r->at >= r->end)
		piece_end(r);
}

/* The reply is its chunks alone, so they are gathered where it is. */
static enum pk_status read_step(struct call *c, struct txn *t)
{
	struct reading *r = c->state;
	struct account a;
	struct mailbox m;
	enum pk_status st = opened_load(t, &r->opened, &a, &m);
	size_t chunks = wire_row_begin(&c->out);

	while (st == PK_OK && c->out.n + 64 < c->room &&
	       (r->begun || pk_next_piece(&r->pieces, &r->piece))) {
		r->number += !r->begun;
		advance(r, &m, c->room - c->out.n, &c->out);
	}
	c->again = r->begun || r->pieces.raw.n > 0;
	mailbox_drop(&m);
	wire_row_end(&c->out, chunks);
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
	r->want = q->want & ~(uint32_t)(PK_WANT_PREFIX | PK_WANT_SUMMARY);
	c->state = r;
	c->rest = rest;
	c->cleanup = cleanup;
	call_read(c, c->session->volume, read_step);
}
