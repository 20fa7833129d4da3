#include "call.h"
#include "tidy.h"

/* One volume after the other, each until nothing is left to free; the reply comes at the end. */
struct compact {
	size_t volume;
	uint64_t freed;
};

static void next_run(struct call *c);

static void run_done(void *arg, enum pk_status st, uint64_t freed)
{
	struct call *c = arg;
	struct compact *s = c->state;

	s->freed += freed;
	s->volume += freed == 0;
	if (st != PK_OK)
		call_done(c, st);
	else
		next_run(c);
}

static void next_run(struct call *c)
{
	struct server *server = c->server;
	struct compact *s = c->state;
	struct volume *v;
	enum pk_status st;

	while (s->volume < server->volume_count && server->volumes[s->volume]->options.read_only)
		s->volume++;
	if (s->volume == server->volume_count) {
		pk_put_compact_rep(&c->out, &(struct pk_compact_rep){.freed = s->freed});
		call_done(c, PK_OK);
		return;
	}
	v = server->volumes[s->volume];
	st = tidy_start(server, v, run_done, c);
	if (st != PK_OK)
		call_done(c, st);
}

void op_compact(struct call *c, const struct pk_compact_req *q)
{
	(void)q;
	c->state = arena_alloc(&c->arena, sizeof(struct compact));
	if (!c->state)
		call_done(c, PK_ENOMEM);
	else
		next_run(c);
}
