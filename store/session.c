#include "call.h"

#include "ipc/frame.h"

#include "auth.h"
#include "notify.h"
#include "reserve.h"
#include "staged.h"
#include "trace_mail.h"

#define CALLS_MAX         8                   /* hosts keep to 4 */
#define SESSION_REQUESTS  ((size_t)512 << 10) /* octets that may be under way of a session */
#define LINK_REQUESTS     ((size_t)64 << 20)  /* and of all sessions of a link */
#define ANNOUNCEMENT_MOST 4096                /* octets; it stays in memory with the session */
#define CREDIT_MOST       (INT64_C(1) << 40)  /* a peer that gives or takes more is not believed */

struct session *session_find(struct peer *p, uint32_t number)
{
	struct session *s;

	HASH_FIND(hh, p->sessions, &number, sizeof(number), s);
	return s;
}

struct session *session_new(struct peer *p, uint32_t number)
{
	struct session *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->number = number;
	s->peer = p;
	s->credit = s->window = s->body_credit = PK_CREDIT;
	HASH_ADD(hh, p->sessions, number, sizeof(number), s);
	p->server->sessions++;
	metrics_add(p->metrics, METRIC_sessions, 1);
	return s;
}

struct handle *session_handle(const struct session *s, uint32_t number)
{
	struct handle *h = s->handles;

	while (h && h->number != number)
		h = h->next;
	return h;
}

void session_event(struct session *s, enum pk_op op, struct slice payload)
{
	struct frame f = {
		.op = (uint16_t)op, .flags = FRAME_EVENT, .session = s->number, .payload = payload};

	if (s->closing)
		return;
	if (s->acct)
		f.flags |= FRAME_BOUND;
	frame_put(&s->peer->out, &f);
	if (s->peer->readable)
		s->peer->readable(s->peer);
}

void session_kick(struct session *s, uint8_t why)
{
	char bytes[1];
	struct buf b = {.p = bytes, .cap = sizeof(bytes)};

	if (s->refused)
		return;
	pk_put_kicked_event(&b, &(struct pk_kicked_event){.why = why});
	session_event(s, PK_OP_kicked, buf_slice(&b));
	s->refused = true;
}

static void free_announced(struct session *s)
{
	if (!s->announced)
		return;
	buf_free(&s->announced->bytes);
	free(s->announced);
	s->announced = NULL;
}

static void session_free(struct session *s)
{
	struct peer *p = s->peer;

	session_drop_all(s);
	staged_free(session_take_staged(s));
	session_close_handles(s);
	trace_abandoned(s);
	reserve_drop(s);
	auth_drop(s);
	auth_leave(s);
	free_announced(s);
	free(s->maildrop);
	HASH_DEL(p->sessions, s);
	p->server->sessions--;
	metrics_add(p->metrics, METRIC_sessions, (uint64_t)-1);
	free(s);
	if (p->closing && !p->sessions)
		peer_free(p);
}

void session_end(struct session *s)
{
	s->closing = true;
	session_pump(s);
}

/* True: the call's next frame may not be put into the link now. The answer to bye needs no credit.
 */
static bool no_room(const struct session *s, const struct call *c)
{
	struct peer *p = s->peer;

	if (p->out.n < PEER_OUT_MOST)
		return s->credit <= 0 && c->op != PK_OP_bye;
	p->held = true;
	return true;
}

/* Nobody will take its replies: who has said bye gives no credit for what was asked before. */
static bool is_unwanted(const struct session *s, const struct call *c)
{
	return s->closing || c->cancelled || (s->leaving && s->credit <= 0 && c->op != PK_OP_bye);
}

/* True: nothing more is made for the link now. */
static bool has_enough(const struct session *s)
{
	struct peer *p = s->peer;

	p->held |= p->replies >= PEER_REPLIES_MOST;
	return p->replies >= PEER_REPLIES_MOST;
}

/* What overlaps another call waits for credit as well; the first one gets its answer ready. */
static bool may_start(const struct session *s, const struct call *c)
{
	for (const struct call *at = s->first; at != c; at = at->next)
		if (!at->finished && !(at->overlaps && c->overlaps))
			return false;
	return c->op == PK_OP_bye ||
	       (!has_enough(s) && (c == s->first || !c->overlaps || !no_room(s, c)));
}

static struct call *next_to_start(struct session *s)
{
	for (struct call *c = s->first; c; c = c->next)
		if (!c->started)
			return may_start(s, c) ? c : NULL;
	return NULL;
}

static void pop(struct session *s)
{
	struct call *c = s->first;

	s->first = c->next;
	if (!s->first)
		s->last = NULL;
	s->calls--;
	s->requests -= c->octets;
	s->peer->requests -= c->octets;
	call_hold(c, 0);
	call_free(c);
}

/* Sends what the oldest call has; true when that call is over. */
static bool send_first(struct session *s)
{
	struct call *c = s->first;
	bool quiet = is_unwanted(s, c);

	if (!c->ready)
		return false;
	if (!quiet && (no_room(s, c) || (c->waits && has_enough(s)))) {
		call_rest(c);
		return false;
	}
	if (!quiet && !c->waits)
		s->credit -= (int64_t)call_send(c);
	c->waits = false;
	if (c->finished || (quiet && !c->is_write)) {
		if (c->op == PK_OP_bye)
			s->closing = true;
		pop(s);
		return true;
	}
	c->waits = !c->is_write && (no_room(s, c) || has_enough(s));
	c->ready = c->waits;
	if (c->waits)
		call_rest(c);
	else
		call_continue(c);
	return false;
}

void session_pump(struct session *s)
{
	struct call *c;

	if (s->pumping) /* a handler that ended at once; the loop below goes on */
		return;
	s->pumping = true;
	for (;;) {
		while (s->first && send_first(s))
			;
		c = s->closing && s->first && !s->first->started ? s->first : NULL;
		if (c) {
			pop(s);
			continue;
		}
		c = next_to_start(s);
		if (!c)
			break;
		call_start(c);
	}
	s->pumping = false;
	if (s->closing && !s->first)
		session_free(s);
}

void session_grant(struct session *s, int64_t octets)
{
	bool sane = octets >= -CREDIT_MOST && octets <= CREDIT_MOST;

	if (sane && s->credit <= CREDIT_MOST && s->credit >= -CREDIT_MOST) {
		s->credit += octets;
		s->window += octets < 0 ? octets : 0;
	}
	if (s->window < s->credit)
		s->window = s->credit;
	session_pump(s);
}

bool session_queue(struct session *s, struct call *c)
{
	struct peer *p = s->peer;

	if (s->calls >= CALLS_MAX || s->requests + c->octets > SESSION_REQUESTS ||
	    p->requests + c->octets > LINK_REQUESTS)
		return false;
	s->leaving |= c->op == PK_OP_bye;
	s->requests += c->octets;
	p->requests += c->octets;
	if (s->last)
		s->last->next = c;
	else
		s->first = c;
	s->last = c;
	s->calls++;
	return true;
}

void op_announce(struct call *c, const struct pk_announce_req *q)
{
	struct session *s = c->session;
	struct announced *a;

	(void)q;
	if (s->acct) {
		call_fail(c, PK_EPERM, "the session is logged in");
		return;
	}
	if (c->in.n > ANNOUNCEMENT_MOST) {
		call_fail(c, PK_ETOOBIG, "the announcement is too long");
		return;
	}
	a = calloc(1, sizeof(*a));
	if (a)
		buf_put(&a->bytes, buf_slice(&c->in));
	if (!a || a->bytes.failed || pk_get_announce_req(buf_slice(&a->bytes), &a->q) != PK_OK) {
		free(a);
		call_done(c, PK_ENOMEM);
		return;
	}
	a->at_ms = s->announced ? s->announced->at_ms : c->write.now_ms;
	free_announced(s);
	s->announced = a;
	call_done(c, PK_OK);
}

void op_bye(struct call *c, const struct pk_bye_req *q)
{
	(void)q;
	call_done(c, PK_OK);
}
