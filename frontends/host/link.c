#include "link_parts.h"

#include "base/log.h"

#include <assert.h>

#define OUT_KEEP 262144u /* memory of `out` that is kept while it is empty */

void link_put(struct link *l, const struct frame *f)
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
	link_put(l, &(struct frame){.op = PK_OP_hello, .tag = 1, .payload = buf_slice(&b)});
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
	s->end.window = PK_CREDIT;
	return true;
}

/* From sessions to the store. */

bool link_send(struct session *s, struct frame *f)
{
	struct link *l = s->end.link;

	f->session = s->end.number;
	if (s->end.held.n) {
		frame_put(&s->end.held, f);
		return !s->end.held.failed;
	}
	link_put(l, f);
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
	return link_send(
		s, &(struct frame){.op = (uint16_t)op, .tag = s->end.last_tag, .payload = request});
}

bool link_announce(struct session *s)
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
					.exporter = {b.exporter,    b.exporter_octets   },
					.server_end_point = end_point_slice(&b.end_point),
					.id = s->peer.id,
					.certificate = {b.certificate, b.certificate_octets},
					.certificate_name = {b.address,     b.address_octets    },
        });
	if (!++s->end.last_tag)
		s->end.last_tag = 1;
	s->end.announce_tag = s->end.last_tag;
	sent = !q.failed && link_send(s, &(struct frame){.op = PK_OP_announce,
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
	if (!s->end.announced && !link_announce(s))
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
		if (link_of(s) && !link_send(s, &f))
			s->over = true;
	}
}

void link_leave(struct session *s)
{
	struct link *l = s->end.link;
	struct frame f = {.op = PK_OP_bye, .session = s->end.number, .tag = BYE_TAG};

	if (!l)
		return;
	link_narrow(s);
	if (f.session) {
		l->places[f.session - 1] = (struct link_place){.leaving = true};
		link_put(l, &f);
	}
	l->joined--;
	buf_wipe(&s->end.held);
	s->end = (struct link_end){0};
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
