#include "call.h"
#include "delivery.h"

#include "ipc/frame.h"

/*
 * Bodies that a session sends. Credit goes back to the peer as ingest takes octets; a body that
 * failed goes on taking them, so that a pipelining client is never stuck.
 */
struct body {
	struct session *session;
	struct ingest *ingest; /* NULL: failed; the rest is dropped */
	uint16_t stream;
	size_t owed; /* octets taken and not granted anew */
	struct body *next;
};

#define BODIES_MAX      128  /* of a session */
#define LINK_BODIES_MAX 4096 /* of a link: a large one has a file open */

static void grant(struct session *s, size_t octets)
{
	char bytes[8];
	struct buf b = {.p = bytes, .cap = sizeof(bytes)};

	if (!octets || s->closing)
		return;
	s->body_credit += (int64_t)octets;
	pk_put_credit_note(&b, &(struct pk_credit_note){(int64_t)octets});
	session_event(s, PK_OP_credit, buf_slice(&b));
}

static void body_room(void *arg, size_t octets)
{
	struct body *b = arg;

	b->owed -= octets < b->owed ? octets : b->owed;
	grant(b->session, octets);
}

static void tell_failed(struct session *s, uint16_t stream, enum pk_status why)
{
	char bytes[4];
	struct buf payload = {.p = bytes, .cap = sizeof(bytes)};

	pk_put_body_failed_event(
		&payload, &(struct pk_body_failed_event){.stream = stream, .code = (uint16_t)why});
	session_event(s, PK_OP_body_failed, buf_slice(&payload));
}

static void body_failed(void *arg, enum pk_status why)
{
	const struct body *b = arg;

	tell_failed(b->session, b->stream, why);
}

static struct body *find(struct session *s, uint16_t stream)
{
	struct body *b = s->bodies;

	while (b && b->stream != stream)
		b = b->next;
	return b;
}

/* A limit of messages is of the client's: hosts of mail add to them. */
static uint64_t most_octets(const struct peer *p)
{
	bool adds = p->roles & (PK_ROLE_DELIVER | PK_ROLE_SUBMIT);

	return p->server->options.message_max + (adds ? TRACE_MAX : 0);
}

static enum pk_status start(struct body *b)
{
	struct session *s = b->session;
	struct server *server = s->peer->server;
	struct ingest_owner owner = {body_room, body_failed, b};
	struct ingest_want want = {.tenant = s->body_tenant, .max = most_octets(s->peer)};

	if (!s->volume || !s->body_tenant)
		return PK_EPERM;
	b->ingest = ingest_new(s->volume, server->work, &want, &owner);
	return b->ingest ? PK_OK : PK_ENOMEM;
}

static struct body *begin(struct session *s, uint16_t stream)
{
	struct body *b;
	enum pk_status st;
	unsigned n = 0;

	for (b = s->bodies; b; b = b->next)
		n++;
	if (n >= BODIES_MAX || s->peer->bodies >= LINK_BODIES_MAX)
		return NULL;
	b = calloc(1, sizeof(*b));
	if (!b)
		return NULL;
	s->peer->bodies++;
	b->session = s;
	b->stream = stream;
	b->next = s->bodies;
	s->bodies = b;
	st = start(b);
	if (st != PK_OK)
		tell_failed(s, stream, st);
	return b;
}

/* There is no room to remember it in. Of what follows nothing must be taken for a body's beginning;
 * one such at a time is known, and a session with two of them ends. */
static void refuse(struct session *s, uint16_t stream)
{
	if (s->refused_body)
		session_kick(s, PK_KICK_STALE);
	s->refused_body = stream;
	tell_failed(s, stream, PK_EUNAVAILABLE);
}

void session_data(struct session *s, uint16_t stream, struct slice bytes)
{
	struct body *b = find(s, stream);

	s->body_credit -= (int64_t)bytes.n;
	if (!stream || bytes.n > PK_DATA_MAX || s->body_credit < 0) {
		session_kick(s, PK_KICK_ROLE);
		return;
	}
	if (!b && stream != s->refused_body) {
		b = begin(s, stream);
		if (!b)
			refuse(s, stream);
	}
	if (b && b->ingest) {
		b->owed += bytes.n;
		ingest_feed(b->ingest, bytes);
	} else {
		grant(s, bytes.n);
	}
}

static struct ingest *unlink_body(struct session *s, uint16_t stream)
{
	if (s->refused_body == stream)
		s->refused_body = 0;
	for (struct body **at = &s->bodies; *at; at = &(*at)->next) {
		struct body *b = *at;
		struct ingest *i = b->ingest;

		if (b->stream != stream)
			continue;
		*at = b->next;
		s->peer->bodies--;
		grant(s, b->owed);
		free(b);
		return i;
	}
	return NULL;
}

void session_drop(struct session *s, uint16_t stream)
{
	struct ingest *i = unlink_body(s, stream);

	if (i)
		ingest_free(i);
}

void session_drop_all(struct session *s)
{
	while (s->bodies)
		session_drop(s, s->bodies->stream);
}

struct ingest *session_take_body(struct session *s, uint16_t stream)
{
	struct ingest *i = unlink_body(s, stream);

	if (i)
		ingest_disown(i);
	return i;
}
