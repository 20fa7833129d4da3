#include "mailbox_handle.h"
#include "mailbox_scan.h"
#include "message_tell.h"

#include "ipc/wire.h"

/* flags, messages: rows by UID, in frames, from where the step before stopped. */

#define ROWS_BEGIN 4 /* octets of a reply in front of its rows */

struct listing {
	struct opened opened;
	struct uid_set set;
	struct uid_place place;
	uint32_t want;
};

/* One step's. */
struct step {
	struct call *call;
	struct mailbox *m;
	struct cursor rows;     /* messages: of the message rows */
	uint64_t since;         /* flags: only what is above */
	struct message_row row; /* messages: the one at hand */
	struct message_teller teller;
};

static struct listing *begin(struct call *c, uint32_t handle, struct pk_rows uids)
{
	struct listing *l = arena_alloc(&c->arena, sizeof(*l));
	enum pk_status st;

	if (!l) {
		call_done(c, PK_ENOMEM);
		return NULL;
	}
	if (!call_opened(c, handle, false, &l->opened))
		return NULL;
	st = uid_set_get(&c->arena, uids, &l->set);
	if (st != PK_OK) {
		call_done(c, st);
		return NULL;
	}
	c->state = l;
	return l;
}

static bool is_full(const struct call *c)
{
	return c->out.n >= c->room;
}

static enum pk_status flag_row(void *arg, uint32_t uid, const struct flag_entry *e)
{
	struct step *s = arg;

	if (is_full(s->call))
		return PK_ERETRY;
	if (e->modseq > s->since)
		pk_put_flag_row(&s->call->out, &(struct pk_flag){uid, e->flags, e->modseq});
	return PK_OK;
}

/* Walks on from where the last step stopped; c->again when the frame is full. The reply is its rows
 * alone, so they are gathered where it is. */
static enum pk_status walk(struct step *s, struct txn *t, uint64_t since,
                           enum pk_status (*fn)(void *, uint32_t, const struct flag_entry *))
{
	struct listing *l = s->call->state;
	struct flag_walk w = {&l->set, &l->place, 0, fn, s};
	struct account a;
	struct mailbox m;
	enum pk_status st = opened_load(t, &l->opened, &a, &m);
	size_t rows = wire_row_begin(&s->call->out);

	s->m = s->teller.m = &m;
	if (st == PK_OK && since >= a.row.resync_below) /* else all may have changed */
		w.since = s->since = since;
	if (st == PK_OK)
		st = cursor_open(t, TREE_ACCT, &s->rows);
	if (st == PK_OK)
		st = scan_flags(&m, &w);
	s->call->again = st == PK_ERETRY;
	cursor_close(&s->rows);
	mailbox_drop(&m);
	wire_row_end(&s->call->out, rows);
	return st == PK_ERETRY ? PK_OK : st;
}

static enum pk_status flags_step(struct call *c, struct txn *t)
{
	const struct pk_flags_req *q = c->q;
	struct step s = {.call = c};

	return walk(&s, t, q->since, flag_row);
}

void op_flags(struct call *c, const struct pk_flags_req *q)
{
	if (begin(c, q->handle, q->uids))
		call_read(c, c->session->volume, flags_step);
}

/* The row of a message that is present; mostly the one behind the last. */
static enum pk_status find_row(struct step *s, uint32_t uid, struct message_row *row)
{
	struct key key = key_acct_u32(s->m->account->acct, s->m->id, KIND_MESSAGE, uid);
	enum pk_status st = s->rows.key.n ? cursor_next(&s->rows) : PK_ENOTFOUND;

	if (st != PK_OK || !slice_eq(s->rows.key, key_slice(&key)))
		st = cursor_seek(&s->rows, key_slice(&key));
	if (st != PK_OK || !slice_eq(s->rows.key, key_slice(&key)))
		return PK_EIO; /* it is present, so it has a row */
	return message_decode(s->rows.value, row);
}

static enum pk_status message_row(void *arg, uint32_t uid, const struct flag_entry *e)
{
	struct step *s = arg;
	const struct listing *l = s->call->state;
	struct pk_message m;
	struct buf *out = &s->call->out;
	size_t before = out->n;
	enum pk_status st;
	bool shows;

	if (is_full(s->call))
		return PK_ERETRY;
	st = drop_shows(s->m, &l->opened.view, uid, &shows);
	if (st != PK_OK || !shows)
		return st;
	if (message_tells_row(&s->teller))
		st = find_row(s, uid, &s->row);
	if (st == PK_OK)
		st = message_tell(&s->teller, uid, e, &s->row, &m);
	if (st == PK_OK)
		pk_put_message_row(out, &m);
	if (st == PK_OK && before > ROWS_BEGIN && out->n > PK_FRAME_MAX) {
		out->n = before; /* a long summary gets a frame of its own */
		return PK_ERETRY;
	}
	return st;
}

static enum pk_status messages_step(struct call *c, struct txn *t)
{
	struct step s = {.call = c, .teller.want = ((struct listing *)c->state)->want};
	enum pk_status st = walk(&s, t, 0, message_row);

	message_teller_drop(&s.teller);
	return st;
}

void op_messages(struct call *c, const struct pk_messages_req *q)
{
	struct listing *l = begin(c, q->handle, q->uids);

	if (!l)
		return;
	l->want = q->want;
	call_read(c, c->session->volume, messages_step);
}
