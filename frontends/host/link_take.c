#include "link_parts.h"

#include "trace.h"

/* What the store says on a link: answers, credit, events. */

#define CREDIT_MOST (INT64_C(1) << 40) /* a store that gives more is not believed */

static struct link_place *place_of(struct link *l, uint32_t number)
{
	return number && number <= l->numbers ? &l->places[number - 1] : NULL;
}

/* The call that a frame answers; NULL: none, or its last frame came before. */
static struct link_call *call_of(struct session *s, const struct frame *f)
{
	for (size_t i = 0; i < LINK_CALLS; i++) {
		struct link_call *c = &s->end.calls[i];

		if (c->wire && c->wire == f->tag)
			return c->last ? NULL : c;
	}
	return NULL;
}

static void take_answer(struct session *s, struct link_call *c, struct reply *r)
{
	c->last = !(r->flags & PK_MORE);
	r->wire = c->wire;
	r->tag = c->tag;
	session_reply(s, r);
}

static enum pk_status take_reply(struct link *l, struct link_place *at, const struct frame *f)
{
	struct session *s = at->session;
	struct link_call *c;
	struct reply r = {.flags = f->flags & FRAME_MORE ? PK_MORE : 0,
	                  .status = f->status,
	                  .counts = (uint32_t)f->payload.n,
	                  .bytes = f->payload};

	if (!s && at->leaving && f->tag == BYE_TAG) {
		*at = (struct link_place){0};
		l->unused[l->unused_count++] = f->session;
	}
	if (!s)
		return PK_OK;
	s->end.window -= (int64_t)f->payload.n;
	if (s->end.window < -LINK_OVERDRAFT)
		return PK_EPROTO;
	if (f->flags & FRAME_BOUND && s->end.announced)
		s->io.bound = 1;
	c = call_of(s, f);
	if (c) {
		take_answer(s, c, &r);
		return PK_OK;
	}
	link_eaten(s, f->payload.n);
	if (!f->tag || f->tag != s->end.announce_tag)
		return PK_OK;
	s->end.announce_tag = 0;
	if (f->status != PK_OK)
		session_stop(s, PK_STOP_LINK);
	return PK_OK;
}

static void take_credit(struct session *s, const struct frame *f)
{
	struct pk_credit_note note;

	if (pk_get_credit_note(f->payload, &note) != PK_OK || s->end.credit > CREDIT_MOST ||
	    note.octets < 0 || note.octets > CREDIT_MOST)
		return;
	s->end.credit += note.octets;
	link_send_held(s);
	session_credit(s);
}

static void take_body_failed(struct session *s, const struct frame *f)
{
	struct pk_body_failed_event e;

	if (pk_get_body_failed_event(f->payload, &e) == PK_OK)
		session_body_failed(s, e.stream, e.code);
}

static void take_kicked(struct session *s, const struct frame *f)
{
	(void)f;
	session_stop(s, PK_STOP_KICK);
}

static void take_traced(struct session *s, const struct frame *f)
{
	struct pk_traced_event e;

	if (pk_get_traced_event(f->payload, &e) == PK_OK)
		trace_start(s, e.seconds);
}

static const struct {
	uint16_t op;
	void (*take)(struct session *s, const struct frame *f);
} unasked[] = {
	{PK_OP_credit,      take_credit     },
	{PK_OP_body_failed, take_body_failed},
	{PK_OP_kicked,      take_kicked     },
	{PK_OP_traced,      take_traced     },
};

static void take_unasked(struct session *s, const struct frame *f)
{
	for (size_t i = 0; i < sizeof(unasked) / sizeof(*unasked); i++)
		if (unasked[i].op == f->op) {
			unasked[i].take(s, f);
			return;
		}
	if (f->flags & FRAME_EVENT)
		session_news(s, f->op);
}

static enum pk_status take_hello(struct link *l, const struct frame *f)
{
	struct pk_hello_rep rep;

	if (!(f->flags & FRAME_REPLY) || f->op != PK_OP_hello)
		return PK_OK; /* a newer store's words about the link */
	if (f->status != PK_OK || pk_get_hello_rep(f->payload, &rep) != PK_OK ||
	    rep.major != PK_IPC_MAJOR)
		return PK_EPROTO;
	l->roles = rep.roles;
	return PK_OK;
}

static enum pk_status take_frame(struct link *l, const struct frame *f)
{
	struct link_place *at = place_of(l, f->session);

	if (!f->session)
		return take_hello(l, f);
	if (!at)
		return PK_EPROTO;
	if (f->flags & FRAME_REPLY)
		return take_reply(l, at, f);
	if (at->session)
		take_unasked(at->session, f);
	return PK_OK;
}

enum pk_status link_feed(struct link *l, struct slice bytes)
{
	bool gathered = l->in.n;
	enum pk_status st;
	struct frame f;
	size_t used;

	if (gathered) {
		buf_put(&l->in, bytes);
		bytes = buf_slice(&l->in);
	}
	do {
		st = frame_take(bytes, &f, &used);
		bytes = slice_skip(bytes, used);
		if (st == PK_OK && used)
			st = take_frame(l, &f);
	} while (st == PK_OK && used);
	if (gathered)
		buf_drop(&l->in, l->in.n - bytes.n);
	else
		buf_put(&l->in, bytes);
	return l->in.failed ? PK_ENOMEM : st;
}
