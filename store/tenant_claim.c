#include "tenant_claim.h"

static void undo_run(struct call *c)
{
	struct making *m = c->state;

	/* What cannot be undone now is freed at the next start. */
	if (m->claimed && (!m->kind->unmake || m->kind->unmake(c, m)))
		(void)!directory_release(c->server->directory, m->kind->domain, m->name);
}

static void undone(struct call *c)
{
	struct making *m = c->state;

	if (m->status == PK_EEXISTS)
		call_fail(c, m->status, "the %s %.*s is there already",
		          m->kind->domain ? "domain" : "tenant", WORDS(m->name));
	else
		call_done(c, m->status);
}

static void give_up(struct call *c, enum pk_status st)
{
	struct making *m = c->state;

	m->status = st;
	call_work(c, undo_run, undone);
}

static void activate_run(struct call *c)
{
	struct making *m = c->state;

	m->status = directory_activate(c->server->directory, m->kind->domain, m->name);
}

static void activated(struct call *c)
{
	struct making *m = c->state;

	call_done(c, m->status);
}

static enum pk_status write_apply(struct call *c, struct txn *t)
{
	struct making *m = c->state;

	return m->kind->write(c, t, m);
}

static void written(struct call *c)
{
	if (c->status != PK_OK)
		give_up(c, c->status);
	else
		call_work(c, activate_run, activated);
}

static void claim_run(struct call *c)
{
	struct making *m = c->state;

	m->status = m->kind->claim(c, m);
}

static void claimed(struct call *c)
{
	struct making *m = c->state;

	if (m->status != PK_OK)
		give_up(c, m->status);
	else
		call_write_then(c, m->volume, write_apply, written);
}

void making_start(struct call *c, struct making *m)
{
	c->state = m;
	call_work(c, claim_run, claimed);
}
