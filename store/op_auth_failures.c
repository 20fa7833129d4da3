#include "login.h"

/* Failed logins of late: listed, forgotten. */
void op_auth_failures(struct call *c, const struct pk_auth_failures_req *q)
{
	const struct auth_failures *f = &c->server->auths->failures;
	int64_t now = server_mono(c->server);
	int64_t wall = server_now(c->server);
	const struct auth_failed *e = NULL;

	(void)q;
	while (c->rows.n < CALL_ROWS_OCTETS && auth_next(f, now, &e)) {
		struct pk_failure row = {.count = e->count, .last = wall - (now - e->last_ms)};

		auth_entry(e, &row.address, &row.user);
		row.wait = e->until_ms > now ? e->until_ms - now : 0;
		pk_put_failure_row(&c->rows, &row);
	}
	pk_put_auth_failures_rep(&c->out,
	                         &(struct pk_auth_failures_rep){.failures = PK_ROWS(&c->rows)});
	call_done(c, PK_OK);
}

void op_auth_forgive(struct call *c, const struct pk_auth_forgive_req *q)
{
	struct pk_auth_forgive_rep rep = {
		.removed = auth_forgive(&c->server->auths->failures, q->user, q->address)};

	pk_put_auth_forgive_rep(&c->out, &rep);
	call_done(c, PK_OK);
}
