#include "call.h"

/*
 * The configuration is the supervisor's: it is asked over the control socket, and what came of it
 * is passed on. One at a time.
 */
void op_reload(struct call *c, const struct pk_reload_req *q)
{
	struct server *s = c->server;

	(void)q;
	if (s->reload)
		call_fail(c, PK_EBUSY, "a reload is under way");
	else if (!s->options.reload || !s->options.reload(s->options.arg))
		call_fail(c, PK_EUNAVAILABLE, "the supervisor does not listen");
	else
		s->reload = c;
}

void server_reloaded(struct server *s, const struct pk_ctl_reloaded *r)
{
	struct call *c = s->reload;

	s->reload = NULL;
	if (!c)
		return;
	pk_put_reload_rep(&c->out, &(struct pk_reload_rep){r->result, r->changes, r->said});
	call_done(c, PK_OK);
}

void reload_stop(struct server *s)
{
	if (s->reload)
		call_fail(s->reload, PK_EUNAVAILABLE, "the store ends");
	s->reload = NULL;
}
