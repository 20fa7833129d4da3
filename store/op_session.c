#include "auth.h"
#include "record.h"
#include "tenant.h"
#include "tenant_admin.h"

/* Sessions of hosts, for the administrator: who is there, sending them away, watching one. */

#define TRACE_MOST_S 3600

struct listing {
	struct target at; /* of the selector */
	bool all;         /* there is none */
	struct slice service;
	struct buf rows; /* all of them, as they were at once */
	size_t sent;
};

/* Of a host, and announced: what an administrator does is no session of theirs. */
static bool listed(const struct session *s)
{
	return s->announced && !s->closing && !(s->peer->roles & (PK_ROLE_ADMIN | PK_ROLE_VIEW));
}

static struct session *session_by_id(const struct server *server, uint64_t id)
{
	for (struct peer *p = server->peers; p; p = p->next)
		for (struct session *s = p->sessions; s; s = s->hh.next)
			if (listed(s) && s->announced->q.id == id)
				return s;
	return NULL;
}

static void add_row(struct listing *l, struct txn *t, const struct session *s)
{
	const struct pk_announce_req *q = &s->announced->q;
	struct pk_session row = {.id = q->id,
	                         .service = slice_str(s->peer->service),
	                         .address = q->peer,
	                         .port = q->peer_port,
	                         .tls = q->tls,
	                         .since = s->announced->at_ms};
	struct user_row user;

	if (s->acct && user_load(t, s->acct, &user) == PK_OK)
		row.user = user.address;
	pk_put_session_row(&l->rows, &row);
}

static bool wanted(const struct listing *l, const struct volume *v, const struct session *s)
{
	if (!listed(s) || (s->acct ? s->volume : s->peer->server->volumes[0]) != v)
		return false;
	if (l->service.n && !slice_eq(l->service, slice_str(s->peer->service)))
		return false;
	return l->all || auth_concerns(s, l->at.tenant, l->at.domain, ACCT_USER(l->at.acct));
}

/* Those of one volume, whose rows know the names of its users. */
static enum pk_status gather(struct call *c, struct volume *v)
{
	struct listing *l = c->state;
	struct txn t;
	enum pk_status st = txn_begin_read(v, &t);

	for (struct peer *p = c->server->peers; st == PK_OK && p; p = p->next)
		for (struct session *s = p->sessions; s; s = s->hh.next)
			if (wanted(l, v, s))
				add_row(l, &t, s);
	txn_end_read(&t);
	return st;
}

static enum pk_status step(struct call *c, struct txn *t)
{
	struct listing *l = c->state;
	struct pk_rows left = {slice_skip(buf_slice(&l->rows), l->sent)};
	size_t whole = left.raw.n;
	struct pk_session row;

	(void)t;
	buf_clear(&c->rows);
	while (c->rows.n < CALL_ROWS_OCTETS && pk_next_session(&left, &row))
		pk_put_session_row(&c->rows, &row);
	l->sent += whole - left.raw.n;
	c->again = left.raw.n > 0;
	pk_put_session_list_rep(&c->out, &(struct pk_session_list_rep){PK_ROWS(&c->rows)});
	return PK_OK;
}

static enum pk_status find_ids(struct call *c, struct target *at)
{
	struct txn t;
	enum pk_status st = txn_begin_read(at->volume, &t);

	if (st == PK_OK)
		st = target_ids(c, &t, at);
	txn_end_read(&t);
	return st;
}

static void cleanup(struct call *c)
{
	struct listing *l = c->state;

	buf_free(&l->rows);
}

void op_session_list(struct call *c, const struct pk_session_list_req *q)
{
	struct listing *l = arena_alloc(&c->arena, sizeof(*l));
	enum pk_status st = l ? PK_OK : PK_ENOMEM;

	if (l) {
		c->state = l;
		c->cleanup = cleanup;
		l->service = q->service;
		l->all = !q->selector.n;
		if (!l->all && !admin_selector(c, q->selector, &l->at))
			return;
		if (!l->all)
			st = find_ids(c, &l->at);
	}
	for (size_t i = 0; st == PK_OK && i < c->server->volume_count; i++)
		st = gather(c, c->server->volumes[i]);
	if (st == PK_OK && l->rows.failed)
		st = PK_ENOMEM;
	if (st == PK_OK)
		call_point(c, c->server->volumes[0], step);
	else
		call_done(c, st);
}

static void kicked(struct call *c, uint32_t count)
{
	pk_put_session_kick_rep(&c->out, &(struct pk_session_kick_rep){count});
	call_done(c, PK_OK);
}

void op_session_kick(struct call *c, const struct pk_session_kick_req *q)
{
	struct session *s = q->id ? session_by_id(c->server, q->id) : NULL;
	struct target *at = arena_alloc(&c->arena, sizeof(*at));
	enum pk_status st;

	if (!q->selector.n == !q->id) {
		call_fail(c, PK_EINVAL, "either a session or a selector");
	} else if (s) {
		session_kick(s, PK_KICK_ADMIN);
		kicked(c, 1);
	} else if (q->id) {
		call_fail(c, PK_ENOTFOUND, "there is no such session");
	} else if (!at) {
		call_done(c, PK_ENOMEM);
	} else if (admin_selector(c, q->selector, at)) {
		st = find_ids(c, at);
		if (st == PK_OK)
			kicked(c, target_kick(c->server, at, PK_KICK_ADMIN));
		else
			call_done(c, st);
	}
}

void op_session_trace(struct call *c, const struct pk_session_trace_req *q)
{
	struct session *s = session_by_id(c->server, q->id);
	struct buf b = {0};

	if (!s) {
		call_fail(c, PK_ENOTFOUND, "there is no such session");
	} else if (q->seconds > TRACE_MOST_S) {
		call_fail(c, PK_EINVAL, "at most an hour");
	} else {
		pk_put_traced_event(&b, &(struct pk_traced_event){q->seconds});
		session_event(s, PK_OP_traced, buf_slice(&b));
		buf_free(&b);
		call_done(c, PK_OK);
	}
}
