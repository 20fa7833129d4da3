#include "call.h"

#include "base/log.h"
#include "ipc/frame.h"

/*
 * The table of requests, made from messages.def. A decoder fills the request struct, whose slices
 * point into the call's own copy of the frame.
 */
typedef enum pk_status decode_fn(struct slice in, void *q);
typedef void run_fn(struct call *c, const void *q);

/* In messages.def roles stand without their prefix. */
#define ANON    PK_ROLE_ANON
#define SESSION PK_ROLE_SESSION
#define SUBMIT  PK_ROLE_SUBMIT
#define DELIVER PK_ROLE_DELIVER
#define RELAY   PK_ROLE_RELAY
#define JOB     PK_ROLE_JOB
#define ADMIN   PK_ROLE_ADMIN
#define VIEW    PK_ROLE_VIEW
#define LINK    PK_ROLE_LINK
#define CALL(number, name, roles, request, reply)                  \
	static enum pk_status get_##name(struct slice in, void *q) \
	{                                                          \
		return pk_get_##name##_req(in, q);                 \
	}                                                          \
	static void run_##name(struct call *c, const void *q)      \
	{                                                          \
		op_##name(c, q);                                   \
	}
#include <postkeep/messages.def>

static const struct entry {
	uint32_t roles;
	size_t bytes; /* of the request struct */
	decode_fn *decode;
	run_fn *run;
} entries[PK_OP_MAX] = {
#define CALL(number, name, roles, request, reply) \
	[number] = {(roles), sizeof(struct pk_##name##_req), get_##name, run_##name},
#include <postkeep/messages.def>
};

/* Reads that may run beside each other within a session. */
static const bool overlap[PK_OP_MAX] = {
	[PK_OP_list] = true,     [PK_OP_status] = true, [PK_OP_counts] = true, [PK_OP_flags] = true,
	[PK_OP_messages] = true, [PK_OP_read] = true,   [PK_OP_quota] = true,  [PK_OP_room] = true,
};

static const struct entry *entry_of(uint16_t op)
{
	return op < PK_OP_MAX && entries[op].run ? &entries[op] : NULL;
}

/* What the session may do now: what is for users only behind a login. */
static uint32_t roles_now(const struct session *s)
{
	uint32_t roles = s->peer->roles;

	return s->acct ? roles : roles & ~(uint32_t)(PK_ROLE_SESSION | PK_ROLE_SUBMIT);
}

static void refuse(struct call *c, const char *what)
{
	struct peer *p = c->session->peer;

	if (log_allows(p, LIMITED_ROLE))
		LOG(PK_LOG_WARNING, "role_violation", LOG_CSTR("service", p->service),
		    LOG_CSTR("peer", p->who), LOG_CSTR("op", pk_op_name(c->op)),
		    LOG_NUMBER("session", session_id(c->session)), LOG_CSTR("reason", what));
	session_kick(c->session, PK_KICK_ROLE);
	call_done(c, PK_EPERM);
}

void call_start(struct call *c)
{
	const struct entry *e = entry_of(c->op);
	struct session *s = c->session;

	c->started = true;
	c->began_ns = metrics_clock(s->peer->metrics);
	if (!e) {
		call_done(c, PK_ENOTSUP);
	} else if (s->refused && c->op != PK_OP_bye) {
		call_done(c, PK_EPERM);
	} else if (!(e->roles & roles_now(s))) {
		refuse(c, "role");
	} else if (!s->announced && c->op != PK_OP_announce && c->op != PK_OP_bye) {
		refuse(c, "not-announced");
	} else {
		c->q = arena_alloc(&c->arena, e->bytes + 1);
		if (!c->q)
			call_done(c, PK_ENOMEM);
		else if (e->decode(buf_slice(&c->in), c->q) != PK_OK)
			call_done(c, PK_EPROTO);
		else
			e->run(c, c->q);
	}
}

static void answer_link(struct peer *p, const struct frame *f, enum pk_status st,
                        const struct pk_hello_rep *rep)
{
	struct frame out = {.op = f->op,
	                    .status = (uint16_t)st,
	                    .flags = FRAME_REPLY,
	                    .session = f->session,
	                    .tag = f->tag};
	struct pk_error e = {.code = (uint16_t)st, .text = slice_str(pk_status_words(st))};
	char bytes[256];
	struct buf b = {.p = bytes, .cap = sizeof(bytes)};

	if (st == PK_OK)
		pk_put_hello_rep(&b, rep);
	else
		pk_put_error(&b, &e);
	out.payload = buf_slice(&b);
	frame_put(&p->out, &out);
	if (p->readable)
		p->readable(p);
}

/* The one request of the link itself; everything else belongs to a session. */
static void link_request(struct peer *p, const struct frame *f)
{
	struct pk_hello_rep rep = {.major = PK_IPC_MAJOR,
	                           .minor = PK_IPC_MINOR,
	                           .version = slice_str(PK_VERSION),
	                           .roles = p->roles,
	                           .service = slice_str(p->service)};
	struct pk_hello_req q;
	enum pk_status st = f->op == PK_OP_hello ? pk_get_hello_req(f->payload, &q) : PK_EPROTO;

	if (st == PK_OK && q.major != PK_IPC_MAJOR)
		st = PK_ENOTSUP;
	p->hello |= st == PK_OK;
	answer_link(p, f, st, &rep);
}

void op_hello(struct call *c, const struct pk_hello_req *q)
{
	(void)q;
	call_fail(c, PK_EPROTO, "hello belongs to the link, not to a session");
}

static void cancel(struct session *s, uint64_t tag)
{
	for (struct call *c = s->first; c; c = c->next)
		c->cancelled |= c->tag == tag;
	session_pump(s);
}

/* One-way frames. What names a session that is gone came too late and is dropped. */
static bool note(struct peer *p, const struct frame *f)
{
	struct session *s = session_find(p, f->session);
	struct pk_credit_note credit;
	struct pk_drop_note drop;

	switch (f->op) {
	case PK_OP_data:
		if (s)
			session_data(s, f->stream, f->payload);
		return true;
	case PK_OP_credit:
		if (s && pk_get_credit_note(f->payload, &credit) == PK_OK) {
			session_grant(s, credit.octets);
		}
		return true;
	case PK_OP_cancel:
		if (s)
			cancel(s, f->tag);
		return true;
	case PK_OP_drop:
		if (s && pk_get_drop_note(f->payload, &drop) == PK_OK)
			session_drop(s, drop.stream);
		return true;
	default: return false;
	}
}

static struct call *call_new(struct session *s, const struct frame *f)
{
	struct call *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->server = s->peer->server;
	c->session = s;
	c->op = f->op;
	c->tag = f->tag;
	c->overlaps = f->op < PK_OP_MAX && overlap[f->op];
	c->write.now_ms = server_now(c->server);
	c->octets = f->payload.n;
	buf_put(&c->in, f->payload);
	if (!c->in.failed)
		return c;
	call_free(c);
	return NULL;
}

/* The host knows, and tells its client; that clients are turned away has to be seen too. */
static void log_full(struct peer *p)
{
	if (log_allows(p, LIMITED_SESSIONS))
		LOG(PK_LOG_WARNING, "session_limit", LOG_CSTR("service", p->service),
		    LOG_CSTR("peer", p->who),
		    LOG_NUMBER("most", p->server->options.sessions_per_link));
}

void dispatch(struct peer *p, const struct frame *f)
{
	struct session *s;
	struct call *c;

	if (f->op == PK_OP_hello || !f->session) {
		link_request(p, f);
		return;
	}
	if (!p->hello) {
		p->dead = true;
		return;
	}
	if (note(p, f))
		return;
	s = session_find(p, f->session);
	if (!s && f->op != PK_OP_announce) {
		answer_link(p, f, PK_EPROTO, NULL);
		return;
	}
	if (!s && HASH_COUNT(p->sessions) >= p->server->options.sessions_per_link) {
		log_full(p);
		answer_link(p, f, PK_ELIMIT, NULL);
		return;
	}
	if (!s)
		s = session_new(p, f->session);
	if (!s) {
		answer_link(p, f, PK_ENOMEM, NULL);
		return;
	}
	c = call_new(s, f);
	if (!c) {
		answer_link(p, f, PK_ENOMEM, NULL);
	} else if (!session_queue(s, c)) {
		call_free(c);
		answer_link(p, f, PK_ELIMIT, NULL);
	} else {
		session_pump(s);
	}
}
