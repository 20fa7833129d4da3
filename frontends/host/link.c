#include "session.h"

#include "base/log.h"

#include <assert.h>

#define BYE_TAG     (UINT64_C(1) << 32) /* no request of a session has it: those have 32 bits */
#define EAT_BATCH   (32 * 1024)         /* credit goes back when so much has gathered */
#define OUT_KEEP    (256 * 1024)        /* memory of `out` that is kept while it is empty */
#define CREDIT_MOST (INT64_C(1) << 40)  /* a store that gives more is not believed */

/* What a number stands for. */
struct link_place {
	struct session *session; /* NULL: none */
	bool leaving;            /* waits for the answer to bye */
};

static void put_frame(struct link *l, const struct frame *f)
{
	l->data_at = 0;
	l->secret |= f->op == PK_OP_auth;
	frame_put(&l->out, f);
}

struct link *link_new(struct service *v, const char *program)
{
	struct link *l = calloc(1, sizeof(*l));
	struct pk_hello_req q = {
		.major = PK_IPC_MAJOR, .minor = PK_IPC_MINOR, .program = slice_str(program)};
	struct buf b = {0};

	if (!l)
		return NULL;
	l->service = v;
	pk_put_hello_req(&b, &q);
	put_frame(l, &(struct frame){.op = PK_OP_hello, .tag = 1, .payload = buf_slice(&b)});
	if (b.failed || l->out.failed) {
		link_free(l);
		l = NULL;
	}
	buf_free(&b);
	return l;
}

struct link *link_of(const struct session *s)
{
	return s->end.link && !s->end.link->lost ? s->end.link : NULL;
}

void link_join(struct link *l, struct session *s)
{
	s->end = (struct link_end){.link = l, .credit = PK_CREDIT};
	l->joined++;
}

void link_free(struct link *l)
{
	if (!l)
		return;
	assert(!l->joined);
	buf_wipe(&l->out);
	buf_wipe(&l->in);
	free(l->places);
	free(l->unused);
	free(l);
}

struct slice link_output(const struct link *l)
{
	return slice_skip(buf_slice(&l->out), l->sent);
}

void link_sent(struct link *l, size_t n)
{
	l->sent += n;
	l->data_at = 0;
	if (l->sent < l->out.n)
		return;
	if (l->secret)
		explicit_bzero(l->out.p, l->out.n);
	l->secret = false;
	l->sent = 0;
	l->out.n = 0;
	if (l->out.cap > OUT_KEEP)
		buf_free(&l->out);
}

/* Numbers. */

static bool more_places(struct link *l)
{
	uint32_t cap = l->cap ? l->cap * 2 : 64;
	struct link_place *places = realloc(l->places, cap * sizeof(*places));
	uint32_t *unused;

	if (!places)
		return false;
	l->places = places;
	unused = realloc(l->unused, cap * sizeof(*unused));
	if (!unused)
		return false;
	l->unused = unused;
	l->cap = cap;
	return true;
}

static bool take_number(struct link *l, struct session *s)
{
	uint32_t number;

	if (l->unused_count)
		number = l->unused[--l->unused_count];
	else if (l->numbers < l->cap || more_places(l))
		number = ++l->numbers;
	else
		return false;
	l->places[number - 1] = (struct link_place){.session = s};
	s->end.number = number;
	return true;
}

static struct link_place *place_of(struct link *l, uint32_t number)
{
	return number && number <= l->numbers ? &l->places[number - 1] : NULL;
}

/* From sessions to the store. */

/* Puts a frame behind what the session has held back, so that their order stays. */
static bool send_frame(struct session *s, struct frame *f)
{
	struct link *l = s->end.link;

	f->session = s->end.number;
	if (s->end.held.n) {
		frame_put(&s->end.held, f);
		return !s->end.held.failed;
	}
	put_frame(l, f);
	return !l->out.failed;
}

static bool send_call(struct session *s, uint64_t tag, uint32_t op, struct slice request)
{
	struct link_call *c = s->end.calls;

	while (c->wire)
		c++;
	if (!++s->end.last_tag)
		s->end.last_tag = 1;
	*c = (struct link_call){.tag = tag, .wire = s->end.last_tag};
	return send_frame(
		s, &(struct frame){.op = (uint16_t)op, .tag = s->end.last_tag, .payload = request});
}

static bool announce(struct session *s)
{
	struct bindings b = {0};
	struct buf q = {0};
	bool sent;

	if (!s->end.number && !take_number(s->end.link, s))
		return false;
	if (s->io.tls)
		s->service->hooks->bindings(s->service->arg, s, &b);
	pk_put_announce_req(&q, &(struct pk_announce_req){
					.listener = s->peer.listener,
					.peer = s->peer.addr,
					.peer_port = s->peer.port,
					.local = s->peer.local,
					.local_port = s->peer.local_port,
					.tls = s->io.tls,
					.exporter = {b.exporter,  b.exporter_octets },
					.server_end_point = {b.end_point, b.end_point_octets},
					.id = s->peer.id,
        });
	if (!++s->end.last_tag)
		s->end.last_tag = 1;
	s->end.announce_tag = s->end.last_tag;
	sent = !q.failed && send_frame(s, &(struct frame){.op = PK_OP_announce,
	                                                  .tag = s->end.last_tag,
	                                                  .payload = buf_slice(&q)});
	s->end.announced = true;
	buf_free(&q);
	return sent;
}

bool link_call(struct session *s, uint64_t tag, uint32_t op, struct slice request)
{
	if (request.n > PK_FRAME_MAX || op > UINT16_MAX)
		return false;
	if (!s->end.announced && !announce(s))
		return false;
	return send_call(s, tag, op, request);
}

unsigned link_calls(const struct session *s)
{
	unsigned n = 0;

	for (size_t i = 0; i < LINK_CALLS; i++)
		n += s->end.calls[i].wire != 0;
	return n;
}

void link_answered(struct session *s, uint32_t wire)
{
	for (size_t i = 0; i < LINK_CALLS; i++)
		if (s->end.calls[i].wire == wire)
			s->end.calls[i].wire = 0;
}

void link_cancel(struct session *s, uint64_t tag)
{
	for (size_t i = 0; i < LINK_CALLS; i++) {
		struct link_call *c = &s->end.calls[i];
		struct frame f = {.op = PK_OP_cancel, .tag = c->wire};

		if (!c->wire || c->tag != tag)
			continue;
		c->wire = 0;
		if (link_of(s) && !send_frame(s, &f))
			s->over = true;
	}
}

void link_eaten(struct session *s, size_t octets)
{
	struct link *l = link_of(s);
	struct buf b = {0};

	s->end.eaten += (uint32_t)octets;
	if (!l || s->end.eaten < EAT_BATCH)
		return;
	pk_put_credit_note(&b, &(struct pk_credit_note){s->end.eaten});
	put_frame(l, &(struct frame){.op = PK_OP_credit,
	                             .session = s->end.number,
	                             .payload = buf_slice(&b)});
	buf_free(&b);
	s->end.eaten = 0;
}

/* Bodies. */

/* Lets the last frame of `out` grow when it is this body's: a body written in many pieces goes in
 * few frames. */
static struct slice grow_last(struct link *l, const struct frame *f)
{
	struct frame last;
	struct slice more = {0};
	char length[4];
	size_t used;

	if (!l->data_at)
		return f->payload;
	if (frame_take(slice_skip(buf_slice(&l->out), l->data_at - 1), &last, &used) != PK_OK ||
	    last.session != f->session || last.stream != f->stream)
		return f->payload;
	more = slice_head(f->payload, PK_DATA_MAX - last.payload.n);
	buf_put(&l->out, more);
	for (size_t i = 0; i < 4; i++)
		length[i] = (char)((last.payload.n + more.n) >> 8 * i);
	if (!l->out.failed)
		memcpy(l->out.p + l->data_at - 1, length, sizeof(length));
	return slice_skip(f->payload, more.n);
}

static void send_data(struct link *l, struct frame f)
{
	struct slice rest = grow_last(l, &f);

	while (rest.n) {
		f.payload = slice_head(rest, PK_DATA_MAX);
		rest = slice_skip(rest, f.payload.n);
		put_frame(l, &f);
		l->data_at = l->out.n - f.payload.n - FRAME_HEAD + 1;
	}
}

static void hold_data(struct session *s, struct frame f)
{
	struct slice rest = f.payload;

	while (rest.n) {
		f.payload = slice_head(rest, PK_DATA_MAX);
		rest = slice_skip(rest, f.payload.n);
		frame_put(&s->end.held, &f);
	}
	s->over |= s->end.held.failed;
}

void link_data(struct session *s, uint16_t stream, struct slice bytes)
{
	struct link *l = link_of(s);
	struct frame f = {.op = PK_OP_data, .stream = stream};
	size_t now = 0;

	if (!l || !bytes.n)
		return;
	if (!s->end.announced && !announce(s)) {
		s->over = true;
		return;
	}
	f.session = s->end.number;
	if (!s->end.held.n && s->end.credit > 0)
		now = bytes.n < (size_t)s->end.credit ? bytes.n : (size_t)s->end.credit;
	f.payload = slice_head(bytes, now);
	send_data(l, f);
	s->end.credit -= (int64_t)now;
	f.payload = slice_skip(bytes, now);
	hold_data(s, f);
}

void link_drop(struct session *s, uint16_t stream)
{
	struct buf b = {0};

	if (!link_of(s) || !s->end.number)
		return;
	pk_put_drop_note(&b, &(struct pk_drop_note){stream});
	if (!send_frame(s, &(struct frame){.op = PK_OP_drop, .payload = buf_slice(&b)}))
		s->over = true;
	buf_free(&b);
}

size_t link_held(const struct session *s)
{
	return s->end.held.n - s->end.held_used;
}

/* The first n octets of a held data frame's payload are gone: it gets a new head behind them. */
static void shorten(struct link_end *e, size_t payload, size_t n)
{
	char *head = e->held.p + e->held_used + n;

	memmove(head, e->held.p + e->held_used, FRAME_HEAD);
	for (size_t i = 0; i < 4; i++)
		head[i] = (char)((payload - n) >> 8 * i);
	e->held_used += n;
}

/* Sends what was held, as far as the credit reaches. */
static void send_held(struct session *s)
{
	struct link_end *e = &s->end;
	struct frame f;
	size_t used;

	while (frame_take(slice_skip(buf_slice(&e->held), e->held_used), &f, &used) == PK_OK &&
	       used) {
		size_t payload = f.payload.n;

		if (f.op != PK_OP_data) {
			put_frame(e->link, &f);
			e->held_used += used;
			continue;
		}
		if (e->credit <= 0)
			return;
		f.payload = slice_head(f.payload, (size_t)e->credit);
		send_data(e->link, f);
		e->credit -= (int64_t)f.payload.n;
		if (f.payload.n == payload)
			e->held_used += used;
		else
			shorten(e, payload, f.payload.n);
	}
	buf_free(&e->held);
	e->held_used = 0;
}

void link_leave(struct session *s)
{
	struct link *l = s->end.link;
	struct frame f = {.op = PK_OP_bye, .session = s->end.number, .tag = BYE_TAG};

	if (!l)
		return;
	if (f.session) {
		l->places[f.session - 1] = (struct link_place){.leaving = true};
		put_frame(l, &f);
	}
	l->joined--;
	buf_wipe(&s->end.held);
	s->end = (struct link_end){0};
}

/* From the store to sessions. */

static void take_reply(struct link *l, struct link_place *at, const struct frame *f)
{
	struct session *s = at->session;
	struct reply r = {.flags = f->flags & FRAME_MORE ? PK_MORE : 0,
	                  .status = f->status,
	                  .counts = (uint32_t)f->payload.n,
	                  .bytes = f->payload};

	if (!s && at->leaving && f->tag == BYE_TAG) {
		*at = (struct link_place){0};
		l->unused[l->unused_count++] = f->session;
	}
	if (!s)
		return;
	if (f->flags & FRAME_BOUND && s->end.announced)
		s->io.bound = 1;
	for (size_t i = 0; i < LINK_CALLS && !r.wire; i++)
		if (s->end.calls[i].wire && s->end.calls[i].wire == f->tag) {
			r.wire = s->end.calls[i].wire;
			r.tag = s->end.calls[i].tag;
		}
	if (r.wire) {
		session_reply(s, &r);
		return;
	}
	link_eaten(s, f->payload.n);
	if (f->tag != s->end.announce_tag)
		return;
	s->end.announce_tag = 0;
	if (f->status != PK_OK)
		session_stop(s, PK_STOP_LINK);
}

static void take_credit(struct session *s, const struct frame *f)
{
	struct pk_credit_note note;

	if (pk_get_credit_note(f->payload, &note) != PK_OK || s->end.credit > CREDIT_MOST)
		return;
	s->end.credit += note.octets;
	send_held(s);
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

static const struct {
	uint16_t op;
	void (*take)(struct session *s, const struct frame *f);
} unasked[] = {
	{PK_OP_credit,      take_credit     },
	{PK_OP_body_failed, take_body_failed},
	{PK_OP_kicked,      take_kicked     },
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
		take_reply(l, at, f);
	else if (at->session)
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

void link_lost(struct link *l, int64_t spread_ms)
{
	const struct service *v = l->service;

	l->lost = true;
	for (uint32_t i = 0; i < l->numbers; i++) {
		struct session *s = l->places[i].session;
		uint32_t random = 0;

		if (!s)
			continue;
		if (link_calls(s)) {
			session_stop(s, PK_STOP_LINK);
			continue;
		}
		v->hooks->random(v->arg, &random, sizeof(random));
		s->lonely_ms = v->mono_ms + 1 + (spread_ms ? random % spread_ms : 0);
		session_schedule(s);
	}
}
