#include "call.h"

/* One volume after the other; the reply comes when all are done. */
struct compact {
	size_t volume;
	uint64_t freed;
};

static void next_volume(struct call *c);

static void volume_done(void *arg, enum pk_status st, uint64_t freed)
{
	struct call *c = arg;
	struct compact *s = c->state;

	s->freed += freed;
	if (st != PK_OK)
		call_done(c, st);
	else
		next_volume(c);
}

static void next_volume(struct call *c)
{
	struct server *server = c->server;
	struct compact *s = c->state;
	struct volume *v;

	if (s->volume == server->volume_count) {
		pk_put_compact_rep(&c->out, &(struct pk_compact_rep){.freed = s->freed});
		call_done(c, PK_OK);
		return;
	}
	v = server->volumes[s->volume++];
	if (v->options.read_only)
		next_volume(c);
	else if (!compaction_start(v, server->work, volume_done, c))
		call_done(c, PK_ENOMEM);
}

void op_compact(struct call *c, const struct pk_compact_req *q)
{
	(void)q;
	c->state = arena_alloc(&c->arena, sizeof(struct compact));
	if (!c->state)
		call_done(c, PK_ENOMEM);
	else
		next_volume(c);
}
