#include "arrivals.h"

static struct arrivals *arrivals_of(struct call *c)
{
	return c->state;
}

void arrivals_free(struct arrivals *a)
{
	for (size_t i = 0; i < a->n; i++) {
		ingest_free(a->of[i].body);
		message_draft_free(&a->of[i].draft);
	}
	a->n = 0;
}

static void one_ready(struct call *c, enum pk_status st)
{
	struct arrivals *a = arrivals_of(c);

	if (st != PK_OK)
		a->status = st;
	if (--a->waiting)
		return;
	if (a->status == PK_OK)
		a->then(c);
	else
		call_done(c, a->status);
}

static void body_ready(void *arg, enum pk_status st)
{
	struct arrival *m = arg;

	one_ready(m->call, st);
}

static void end_bodies(struct call *c)
{
	struct arrivals *a = arrivals_of(c);
	uint32_t tenant = ACCT_TENANT(c->session->acct);

	if (a->status != PK_OK) {
		call_done(c, a->status);
		return;
	}
	a->waiting = a->n + 1;
	for (size_t i = 0; i < a->n; i++)
		ingest_end(a->of[i].body, &tenant, 1, body_ready, &a->of[i]);
	one_ready(c, PK_OK);
}

static enum pk_status seal_row_of(struct keyring *keys, struct arrival *m)
{
	enum pk_status st = message_draft(keys, &m->source, &m->draft);

	return st == PK_OK ? sent_id_make(keys, m->source.tenant, m->q.message_id, &m->sent) : st;
}

static void seal_rows(struct call *c)
{
	struct arrivals *a = arrivals_of(c);

	for (size_t i = 0; a->status == PK_OK && i < a->n; i++)
		a->status = seal_row_of(c->server->keys, &a->of[i]);
}

/* Its body belongs to the call from here on, whatever becomes of it. */
static enum pk_status take_one(struct call *c, struct arrival *m)
{
	m->call = c;
	m->body = session_take_body(c->session, m->q.body);
	if (!m->body)
		return call_error(c, PK_EINVAL, "no such body, or it was refused");
	if (m->q.flags >> PK_FIRST_KEYWORD || m->q.summary.n > (size_t)PK_SUMMARY_MAX)
		return PK_EINVAL; /* keywords come by name */
	m->source = (struct message_source){
		.tenant = ACCT_TENANT(c->session->acct),
		.summary = m->q.summary,
		.body_octets = ingest_octets(m->body),
		.internaldate_ms = m->q.internaldate,
		.zone_minutes = (int16_t)m->q.zone,
		.now_ms = c->write.now_ms,
	};
	server_random(c->server, m->source.guid, sizeof(m->source.guid));
	return PK_OK;
}

static size_t count(struct pk_rows rows)
{
	struct pk_new_message m;
	size_t n = 0;

	while (pk_next_new_message(&rows, &m))
		n++;
	return n;
}

static enum pk_status take(struct call *c, struct pk_rows rows)
{
	struct arrivals *a = arrivals_of(c);
	size_t n = count(rows);
	enum pk_status st = PK_OK;

	if (n > ARRIVALS_MAX)
		return PK_ELIMIT;
	a->of = arena_alloc(&c->arena, n * sizeof(*a->of));
	if (!a->of)
		return PK_ENOMEM;
	while (a->n < n && pk_next_new_message(&rows, &a->of[a->n].q)) {
		struct arrival *m = &a->of[a->n++];
		enum pk_status taken = take_one(c, m);

		a->octets += m->source.body_octets;
		if (st == PK_OK)
			st = taken;
	}
	return st;
}

void arrivals_begin(struct call *c, struct pk_rows rows, enum pk_status st,
                    void (*then)(struct call *))
{
	struct arrivals *a = arrivals_of(c);
	enum pk_status taken = take(c, rows);

	a->then = then;
	if (st == PK_OK)
		st = taken;
	if (st == PK_OK && volume_short_of_disk(c->session->volume))
		st = PK_EFULL;
	if (st == PK_OK)
		call_work(c, seal_rows, end_bodies);
	else
		call_done(c, st);
}
