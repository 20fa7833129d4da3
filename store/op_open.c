#include "mailbox_handle.h"
#include "mailbox_listed.h"
#include "mailbox_scan.h"
#include "notify.h"

/* open, close, watch. */

/*
 * The reply is one snapshot: all is gathered in the first step; later ones send what is left of
 * the UIDs. Claiming the recent messages is a write of its own before it, only when there are
 * some.
 */
struct opening {
	struct opened opened;
	uint32_t recent_from; /* before they were claimed */
	bool claim, gathered;
	struct pk_open_rep rep;
	struct buf keywords;
	struct range_rows uids;
	struct slice left; /* of uids */
};

static void cleanup(struct call *c)
{
	struct opening *o = c->state;
	struct handle *h = session_handle(c->session, o->rep.handle);

	if (h && (c->status != PK_OK || c->cancelled)) /* nobody learned of it */
		handle_close(c->session, h);
	buf_free(&o->keywords);
	range_rows_free(&o->uids);
}

static enum pk_status gather(struct opening *o, struct mailbox *m)
{
	struct pk_open_rep *r = &o->rep;
	struct pk_mailbox listed;
	enum pk_status st = scan_first_unseen(m, &r->first_unseen);

	r->id = mailbox_public_id(m->account->acct, m->id);
	r->uidvalidity = m->row.uidvalidity;
	r->uidnext = m->row.uidnext;
	r->exists = m->row.exists;
	r->unseen = m->row.unseen;
	r->recent_from = o->recent_from;
	r->octets = m->row.octets;
	r->modseq = m->row.modseq;
	r->vanished_floor = m->row.vanished_floor;
	if (m->account->row.resync_below > r->vanished_floor)
		r->vanished_floor = m->account->row.resync_below;
	if (st == PK_OK)
		st = scan_keywords(m, &o->keywords);
	if (st == PK_OK)
		st = scan_uids(m, &o->uids);
	if (st == PK_OK && (o->keywords.failed || o->uids.rows.failed))
		st = PK_ENOMEM;
	if (st == PK_OK)
		st = mailbox_listed(m->account, m->row.name, NULL, &listed);
	if (st != PK_OK)
		return st;
	r->attributes = listed.attributes;
	r->subscribed = listed.subscribed;
	r->keywords = PK_ROWS(&o->keywords);
	o->left = buf_slice(&o->uids.rows);
	return PK_OK;
}

static enum pk_status open_step(struct call *c, struct txn *t)
{
	struct opening *o = c->state;
	struct account a;
	struct mailbox m;
	enum pk_status st = PK_OK;

	if (!o->gathered) {
		st = opened_load(t, &o->opened, &a, &m);
		if (st == PK_OK)
			st = gather(o, &m);
		mailbox_drop(&m);
		o->gathered = true;
	}
	if (st != PK_OK)
		return st;
	o->rep.uids = rows_take(&o->left, CALL_ROWS_OCTETS);
	c->again = o->left.n > 0;
	pk_put_open_rep(&c->out, &o->rep);
	o->rep.keywords = (struct pk_rows){0};
	return PK_OK;
}

/* Those that come from now on are recent for the next who asks (RFC 3501 2.3.2). */
static enum pk_status claim_apply(struct call *c, struct txn *t)
{
	struct opening *o = c->state;
	struct account a;
	struct mailbox m;
	enum pk_status st = opened_load(t, &o->opened, &a, &m);

	if (st == PK_OK) {
		o->recent_from = m.row.recent_from;
		m.changed |= m.row.recent_from != m.row.uidnext;
		m.row.recent_from = m.row.uidnext;
		st = mailbox_save(&m);
	}
	mailbox_drop(&m);
	return st;
}

static void open_read(struct call *c)
{
	if (c->status == PK_OK)
		call_read(c, c->session->volume, open_step);
	else
		call_done(c, c->status);
}

/* Which mailbox it is and whether there is something to claim. */
static enum pk_status look(struct call *c, struct opening *o)
{
	const struct pk_open_req *q = c->q;
	struct account a;
	struct mailbox m = {0};
	struct txn t;
	enum pk_status st = txn_begin_read(c->session->volume, &t);

	if (st == PK_OK)
		st = account_load(&t, c->session->acct, &a);
	if (st == PK_OK)
		st = mailbox_find(&a, q->mailbox, &m);
	o->opened = (struct opened){c->session->acct, m.id, m.row.uidvalidity};
	o->recent_from = m.row.recent_from;
	o->claim = q->mode == PK_OPEN_WRITE && m.row.recent_from != m.row.uidnext;
	txn_end_read(&t);
	return st;
}

void op_open(struct call *c, const struct pk_open_req *q)
{
	struct opening *o = arena_alloc(&c->arena, sizeof(*o));
	struct handle *h;
	enum pk_status st = q->mode <= PK_OPEN_DROP ? PK_OK : PK_EINVAL;

	if (!o)
		st = PK_ENOMEM;
	if (st == PK_OK)
		st = look(c, o);
	if (st == PK_OK)
		st = handle_open(c->session, &o->opened, q->mode, &h);
	if (st != PK_OK) {
		call_done(c, st);
		return;
	}
	c->state = o;
	c->cleanup = cleanup;
	o->rep.handle = h->number;
	o->rep.rights = h->rights;
	c->status = PK_OK;
	if (o->claim && !c->session->volume->options.read_only)
		call_write_then(c, c->session->volume, claim_apply, open_read);
	else
		open_read(c);
}

void op_close(struct call *c, const struct pk_close_req *q)
{
	struct handle *h = session_handle(c->session, q->handle);

	if (h)
		handle_close(c->session, h);
	call_done(c, h ? PK_OK : PK_ESTALE);
}

void op_watch(struct call *c, const struct pk_watch_req *q)
{
	struct handle *h = q->handle ? session_handle(c->session, q->handle) : NULL;
	enum pk_status st = PK_ESTALE;

	if (!q->handle || h)
		st = watch_set(c->session, h, q->on);
	if (st == PK_OK)
		pk_put_watch_rep(&c->out, &(struct pk_watch_rep){watch_place(c->session, h)});
	call_done(c, st);
}
