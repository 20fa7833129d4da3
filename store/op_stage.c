#include "staged.h"

/* stage: the bodies are whole -> they are laid down by a worker -> the session has the rows. */
struct staging {
	struct arrivals arrivals; /* first */
	struct staged *laid;
	enum pk_status status;
};

static void cleanup(struct call *c)
{
	struct staging *g = c->state;

	arrivals_free(&g->arrivals);
	staged_free(g->laid);
}

static void run_lay(struct call *c)
{
	struct staging *g = c->state;

	g->status = staged_lay(g->laid, &g->arrivals);
}

static void laid(struct call *c)
{
	struct staging *g = c->state;

	if (g->status == PK_OK)
		g->status = session_stage(c->session, g->laid);
	if (g->status == PK_OK)
		g->laid = NULL;
	call_done(c, g->status);
}

static void whole(struct call *c)
{
	struct staging *g = c->state;

	if (g->arrivals.n)
		g->laid = staged_new(c->session);
	if (g->laid)
		call_work(c, run_lay, laid);
	else
		call_done(c, g->arrivals.n ? PK_ENOMEM : PK_OK);
}

void op_stage(struct call *c, const struct pk_stage_req *q)
{
	struct staging *g = arena_alloc(&c->arena, sizeof(*g));

	if (!g) {
		call_done(c, PK_ENOMEM);
		return;
	}
	c->state = g;
	c->cleanup = cleanup;
	arrivals_begin(c, q->messages, staged_check(c, q->staged), whole);
}
