#include "mailbox_handle.h"
#include "mailbox_listed.h"
#include "mailbox_scan.h"
#include "notify.h"
#include "settings.h"
#include "tenant_admin.h"

/* open, close, watch. */

/*
 * The reply is one snapshot: all is gathered in the first step; later ones send what is left of
 * the UIDs. Claiming the recent messages is a write of its own before it, only when there are
 * some.
 */
struct opening {
	struct opened opened;
	uint32_t recent_from;                                  /* before they were claimed */
	enum pk_status (*before)(struct call *, struct txn *); /* a write before it; NULL */
	bool gathered;
	struct drop_rules rules; /* of a maildrop */
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

/* What the maildrop shows, as it is after `before`. The lock keeps it so. */
static enum pk_status set_view(struct call *c, struct opening *o)
{
	const struct maildrop_name *n = c->session->maildrop;
	struct handle *h = session_handle(c->session, o->rep.handle);
	struct account a;
	struct mailbox m;
	struct txn t;
	enum pk_status st = txn_begin_read(c->session->volume, &t);

	if (st == PK_OK)
		st = opened_load(&t, &o->opened, &a, &m);
	if (st == PK_OK)
		h->view = drop_view(&m, &o->rules, n && n->recent, c->write.now_ms);
	txn_end_read(&t);
	return st;
}

static void open_read(struct call *c)
{
	struct opening *o = c->state;
	const struct pk_open_req *q = c->q;
	enum pk_status st = c->status;

	if (st == PK_OK && q->mode == PK_OPEN_DROP)
		st = set_view(c, o);
	if (st == PK_OK)
		call_read(c, c->session->volume, open_step);
	else
		call_done(c, st);
}

static enum pk_status prepare_apply(struct call *c, struct txn *t)
{
	struct opening *o = c->state;
	struct account a;
	struct mailbox m;
	enum pk_status st = opened_load(t, &o->opened, &a, &m);

	if (st == PK_OK)
		st = drop_prepare(&m, &o->rules);
	if (st == PK_OK)
		st = account_save(&a);
	mailbox_drop(&m);
	return st;
}

/* Of which mailbox POP3 shows the messages: the request's, the login's, or the usual one. */
static enum pk_status find_maildrop(struct call *c, struct account *a, struct mailbox *m)
{
	const struct pk_open_req *q = c->q;
	const struct maildrop_name *n = c->session->maildrop;
	struct slice name = q->mailbox;
	enum pk_status st = PK_OK;

	if (!name.n && n && n->n)
		name = (struct slice){n->folder, n->n};
	else if (!name.n)
		st = setting_get(a->txn, a->acct, a->row.domain, "pop3.mailbox", &name);
	if (st == PK_OK)
		st = mailbox_find(a, name, m);
	if (st == PK_ENOTFOUND || st == PK_EINVAL)
		return call_error(c, PK_ENOTFOUND, "there is no mailbox %.*s", WORDS(name));
	return st;
}

static enum pk_status look_at_maildrop(struct call *c, struct opening *o, struct account *a,
                                       struct mailbox *m)
{
	enum pk_status st = find_maildrop(c, a, m);

	if (st == PK_OK)
		st = drop_rules_load(a, &o->rules);
	if (st != PK_OK)
		return st;
	if (o->rules.access == DROP_DISABLED)
		return call_error(c, PK_EPERM,
		                  "POP3 is switched off for this account: ask your administrator");
	if (drop_wants_write(m, &o->rules, c->write.now_ms))
		o->before = prepare_apply;
	return PK_OK;
}

/* Which mailbox it is and whether something must be written first. */
static enum pk_status look(struct call *c, struct opening *o)
{
	const struct pk_open_req *q = c->q;
	struct account a;
	struct mailbox m = {0};
	struct txn t;
	enum pk_status st = txn_begin_read(c->session->volume, &t);

	t.now_ms = c->write.now_ms;
	if (st == PK_OK)
		st = account_load(&t, c->session->acct, &a);
	if (st == PK_OK)
		st = q->mode == PK_OPEN_DROP ? look_at_maildrop(c, o, &a, &m)
		                             : mailbox_find(&a, q->mailbox, &m);
	o->opened = (struct opened){
		.acct = c->session->acct, .mbox = m.id, .uidvalidity = m.row.uidvalidity};
	o->recent_from = m.row.recent_from;
	if (q->mode == PK_OPEN_WRITE && m.row.recent_from != m.row.uidnext)
		o->before = claim_apply;
	txn_end_read(&t);
	return st;
}

/* The lock is the maildrop's: no two sessions log in to it closer than the setting says. */
static enum pk_status check_delay(struct call *c, const struct opening *o)
{
	int64_t wait = drop_delay(&c->server->delays, c->session->acct, o->rules.login_delay_s,
	                          server_mono(c->server));

	if (wait <= 0)
		return PK_OK;
	c->retry_s = (uint32_t)((wait + 999) / 1000);
	return call_error(c, PK_ELIMIT, "wait %u seconds between two logins", c->retry_s);
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
	if (st == PK_OK && q->mode == PK_OPEN_DROP)
		st = check_delay(c, o);
	if (st == PK_OK)
		st = handle_open(c->session, &o->opened, q->mode, &h);
	if (st != PK_OK) {
		call_done(c, st);
		return;
	}
	if (q->mode == PK_OPEN_DROP)
		drop_delay_begin(&c->server->delays, c->session->acct, o->rules.login_delay_s,
		                 server_mono(c->server));
	c->state = o;
	c->cleanup = cleanup;
	o->rep.handle = h->number;
	o->rep.rights = h->rights;
	o->rep.expire_days = drop_expire_days(&o->rules);
	o->rep.login_delay = o->rules.login_delay_s;
	o->rep.tells_retrieved = drop_wants_retrieved(&o->rules);
	c->status = PK_OK;
	if (o->before && !c->session->volume->options.read_only)
		call_write_then(c, c->session->volume, o->before, open_read);
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
