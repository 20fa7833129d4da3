#include "tenant_admin.h"
#include "verify.h"

/* Checks of one tenant, or of all volumes one after the other; findings as they come. */
struct checking {
	struct verify verify;
	size_t volume; /* index of the one at hand, when all are checked */
	bool all;
};

static enum pk_status run(struct call *c, struct checking *k, struct txn *t)
{
	struct volume *v = k->all ? c->server->volumes[k->volume] : t->volume;
	struct txn other;
	enum pk_status st;

	if (v == t->volume)
		return verify_step(&k->verify, t);
	st = txn_begin_read(v, &other);
	if (st == PK_OK)
		st = verify_step(&k->verify, &other);
	txn_end_read(&other);
	return st;
}

static enum pk_status step(struct call *c, struct txn *t)
{
	struct checking *k = c->state;
	enum pk_status st;

	buf_clear(&c->rows);
	st = run(c, k, t);
	if (st != PK_OK)
		return st;
	c->again = k->verify.phase != VERIFY_DONE;
	if (!c->again && k->all && ++k->volume < c->server->volume_count) {
		struct verify next = {.server = c->server,
		                      .rows = &c->rows,
		                      .checked = k->verify.checked,
		                      .findings = k->verify.findings,
		                      .bodies = k->verify.bodies};

		k->verify = next;
		c->again = true;
	}
	pk_put_verify_rep(&c->out, &(struct pk_verify_rep){.checked = k->verify.checked,
	                                                   .findings = PK_ROWS(&c->rows)});
	return PK_OK;
}

void op_verify(struct call *c, const struct pk_verify_req *q)
{
	struct checking *k = arena_alloc(&c->arena, sizeof(*k));
	struct target at = {.volume = c->server->volumes[0]};

	if (!k) {
		call_done(c, PK_ENOMEM);
		return;
	}
	if (q->tenant.n && !admin_tenant(c, q->tenant, &at))
		return;
	c->state = k;
	k->all = !q->tenant.n;
	k->verify = (struct verify){.server = c->server,
	                            .rows = &c->rows,
	                            .tenant = at.tenant,
	                            .bodies = q->bodies != 0};
	call_read(c, at.volume, step);
}
