#include "login.h"

#include <sodium.h>

/*
 * EXTERNAL (RFC 4422 appendix A): the client's certificate, which the TLS layer saw proven, is one
 * that the user has registered. That it was proven is the host's word.
 */
static enum pk_status look(struct call *c, struct txn *t)
{
	struct login *l = c->state;
	struct slice given = c->session->announced->q.certificate;
	uint16_t n = 0;
	enum pk_status st;

	for (;;) {
		buf_wipe(&l->plain);
		st = credential_next(t, l->who.acct, &n, &l->plain, &l->row);
		if (st != PK_OK)
			return st;
		if (l->row.kind == CREDENTIAL_CERTIFICATE && l->row.hash.n == given.n &&
		    sodium_memcmp(l->row.hash.p, given.p, given.n) == 0)
			break;
	}
	l->why = login_credential_unfit(c, &l->row, t->now_ms);
	l->right = !l->why;
	l->who.number = n;
	l->who.kind = CREDENTIAL_CERTIFICATE;
	buf_put(&l->who.label, l->row.label);
	return PK_OK;
}

static void begin(struct call *c)
{
	const struct login *l = c->state;
	enum pk_status st = login_find(c, look);

	if (l->right)
		login_admit(c);
	else if (st == PK_OK || st == PK_ENOTFOUND)
		login_fail(c, login_why(l, "certificate"));
	else
		login_unavailable(c);
}

void external_step(struct call *c, const struct pk_auth_req *q)
{
	const struct announced *told = c->session->announced;
	struct slice name = q->data;

	if (q->step == 0 && !name.n) {
		auth_challenge(c, S(""));
		return;
	}
	auth_drop(c->session);
	if (!login_new(c))
		return;
	if (!name.n)
		name = told->q.certificate_name;
	if (!login_name(c, name) || !told->q.certificate.n)
		login_fail(c, "malformed");
	else
		login_wait(c, begin);
}
