#include "drive_parts.h"

#define CIPHER S("TLS_AES_128_GCM_SHA256")

/* Clients of the server, and everything that goes on between them and the store. */

#define RANDOM_MOST 20000 /* random steps in one run, then all goes at once */

static uint32_t dice(struct drive *d, uint32_t below)
{
	return (uint32_t)(drive_random(&d->schedule) % below);
}

static struct drive_client *free_place(struct drive *d)
{
	unsigned i = 0;

	while (i < d->client_count && d->clients[i].taken)
		i++;
	if (i == DRIVE_CLIENTS)
		drive_give_up("drive: too many clients");
	d->client_count += i == d->client_count;
	return &d->clients[i];
}

struct drive_client *drive_connect(struct drive *d)
{
	struct drive_client *c = free_place(d);
	struct session_setup setup = {
		.owner = c,
		.conf = d->conf,
		.link = d->wires.link,
		.peer = {.kind = PK_PEER_CLIENT,
	                 .listener = slice_str(d->options.service),
	                 .addr = S("127.0.0.1"),
	                 .local = S("127.0.0.1"),
	                 .port = (uint16_t)(4000 + d->client_count),
	                 .local_port = 1},
		.idle_ms = (uint32_t)d->listener.idle_ms,
		.login_ms = d->listener.login_ms,
		.can_tls = d->options.can_tls,
	};

	c->taken = true;
	c->d = d;
	c->s = session_begin(&d->service, &setup);
	if (!c->s)
		drive_give_up("drive: out of memory");
	session_open(c->s, &(struct session_tls){.version = d->options.tls ? 0x0304 : 0,
	                                         .cipher = d->options.tls ? CIPHER : S(""),
	                                         .proven = d->options.tls && d->options.proven});
	drive_run(d);
	return c;
}

void drive_hang_up(struct drive_client *c)
{
	if (c->s)
		session_free(c->s);
	c->s = NULL;
}

void drive_forget(struct drive_client *c)
{
	drive_hang_up(c);
	buf_free(&c->send);
	buf_free(&c->got);
	*c = (struct drive_client){0};
}

struct buf *drive_got(struct drive_client *c)
{
	return &c->got;
}

bool drive_closed(const struct drive_client *c)
{
	return !c->s;
}

unsigned drive_layers(const struct drive_client *c)
{
	return c->layers;
}

struct server *drive_store(struct drive *d)
{
	return &d->server;
}

static bool client_sends(struct drive_client *c, size_t n)
{
	struct slice some = slice_head(buf_slice(&c->send), n);
	char lent[65536];

	some = slice_head(some, c->s ? session_room(c->s) : 0);
	some = slice_head(some, sizeof(lent));
	if (!some.n) {
		if (!c->s || c->send.n || !c->eof)
			return false;
		c->eof = false;
		session_eof(c->s);
		return true;
	}
	memcpy(lent, some.p, some.n);
	buf_drop(&c->send, some.n);
	session_feed(c->s, lent, some.n);
	return true;
}

static bool client_gets(struct drive_client *c, size_t n)
{
	struct slice out;

	if (!c->s || c->holds || !session_must_send(c->s))
		return false;
	out = slice_head(session_output(c->s), n);
	buf_put(&c->got, out);
	c->d->heard += out.n;
	session_sent(c->s, out.n);
	return true;
}

static bool client_changes_layer(struct drive_client *c)
{
	uint32_t layer = c->s ? session_layer(c->s) : 0;

	if (!c->s || (!layer && !session_over(c->s)))
		return false;
	if (session_over(c->s) || layer == PK_CLOSE) {
		drive_hang_up(c);
		return true;
	}
	c->layers++;
	session_layered(c->s, PK_OK,
	                &(struct session_tls){.version = layer == PK_TLS ? 0x0304 : c->s->io.tls,
	                                      .cipher = layer == PK_TLS ? CIPHER : S(""),
	                                      .proven = c->d->options.proven});
	return true;
}

/* The wire. */

static void inject(struct drive *d, const struct frame *asked)
{
	struct pk_error e = {.code = (uint16_t)d->inject};
	struct buf payload = {0}, b = {0};

	pk_put_error(&payload, &e);
	frame_put(&b, &(struct frame){.op = asked->op,
	                              .status = (uint16_t)d->inject,
	                              .flags = FRAME_REPLY,
	                              .session = asked->session,
	                              .tag = asked->tag,
	                              .payload = buf_slice(&payload)});
	d->inject = PK_OK;
	drive_must(link_feed(d->wires.link, buf_slice(&b)), "an injected answer");
	buf_free(&payload);
	buf_free(&b);
}

static bool is_asked(const struct drive *d, const struct frame *f)
{
	return f->op > PK_OP_bye && (!d->inject_op || f->op == d->inject_op);
}

static bool wire_up(struct drive *d, size_t n)
{
	struct wire_pair *w = &d->wires;
	struct slice out = slice_head(link_output(w->link), n);
	struct frame f;
	size_t used;

	if (!out.n)
		return false;
	buf_put(&w->up, out);
	link_sent(w->link, out.n);
	while (frame_take(buf_slice(&w->up), &f, &used) == PK_OK && used) {
		if (d->inject != PK_OK && is_asked(d, &f))
			inject(d, &f);
		else
			peer_feed(w->peer, slice_head(buf_slice(&w->up), used));
		buf_drop(&w->up, used);
	}
	if (w->peer->dead)
		drive_give_up("drive: the store refused a frame");
	return true;
}

static bool wire_down(struct drive *d, size_t n)
{
	struct buf *out = &d->wires.peer->out;
	struct buf piece = {0};

	if (!out->n)
		return false;
	buf_put(&piece, slice_head(buf_slice(out), n));
	d->told += piece.n;
	buf_drop(out, piece.n);
	drive_must(link_feed(d->wires.link, buf_slice(&piece)), "the host refused a frame");
	buf_free(&piece);
	return true;
}

static bool turn(struct drive *d)
{
	if (!d->service.first)
		return false;
	service_turn(&d->service);
	return true;
}

static bool all_clients(struct drive *d, bool (*step)(struct drive_client *, size_t), size_t n)
{
	bool any = false;

	for (unsigned i = 0; i < d->client_count; i++)
		any |= step(&d->clients[i], n);
	return any;
}

static bool all_layers(struct drive *d)
{
	bool any = false;

	for (unsigned i = 0; i < d->client_count; i++)
		any |= client_changes_layer(&d->clients[i]);
	return any;
}

/* Something that may happen; then everything is quiet when nothing of it does any more. */
static bool random_step(struct drive *d)
{
	size_t n = 1 + dice(d, dice(d, 2) ? 9 : 5000);
	struct drive_client *c = d->client_count ? &d->clients[dice(d, d->client_count)] : NULL;

	switch (dice(d, 7)) {
	case 0: return c && client_sends(c, n);
	case 1: return c && client_gets(c, n);
	case 2: return wire_up(d, n);
	case 3: return wire_down(d, n);
	case 4: return server_run(&d->server);
	case 5: return turn(d);
	default: return c && client_changes_layer(c);
	}
}

static bool step(struct drive *d)
{
	bool any = all_clients(d, client_gets, SIZE_MAX);

	any |= turn(d);
	any |= all_layers(d);
	any |= wire_up(d, SIZE_MAX);
	any |= server_run(&d->server);
	any |= wire_down(d, SIZE_MAX);
	/* A client that sends in pieces waits until each has been dealt with. */
	return any || all_clients(d, client_sends, d->options.piece ? d->options.piece : SIZE_MAX);
}

void drive_run(struct drive *d)
{
	uint64_t most = d->steps + d->steps_max - d->heard;
	unsigned quiet = 0;

	for (unsigned i = 0; d->options.seed && i < RANDOM_MOST && quiet < 60; i++)
		quiet = random_step(d) ? 0 : quiet + 1;
	while (step(d))
		if (++d->steps >= most + d->heard && d->steps_max)
			drive_give_up("drive: no end after %llu steps",
			              (unsigned long long)d->steps_max);
}

void drive_hold(struct drive_client *c, bool holds)
{
	c->holds = holds;
}

void drive_queue(struct drive_client *c, struct slice bytes)
{
	buf_put(&c->send, bytes);
}

void drive_send(struct drive_client *c, struct slice bytes)
{
	drive_queue(c, bytes);
	drive_run(c->d);
}

void drive_eof(struct drive_client *c)
{
	c->eof = true;
	drive_run(c->d);
}

void drive_pass(struct drive *d, int64_t ms)
{
	while (ms > 0) {
		int64_t some = ms < 1000 ? ms : 1000;

		d->now_ms += some;
		d->service.now_ms += some;
		d->service.mono_ms += some;
		ms -= some;
		server_tick(&d->server);
		service_tick(&d->service);
		drive_run(d);
	}
}

void drive_stop(struct drive_client *c, enum pk_stop why)
{
	if (c->s)
		session_stop(c->s, why);
	drive_run(c->d);
}

void drive_lose_link(struct drive *d)
{
	if (d->lost.link)
		drive_give_up("drive: only one link can be lost");
	peer_close(d->wires.peer);
	d->wires.peer = NULL;
	d->lost = d->wires;
	drive_add_link(d);
	link_lost(d->lost.link, 0);
	drive_run(d);
	drive_pass(d, 1);
}

void drive_inject(struct drive *d, enum pk_status st)
{
	drive_inject_at(d, (enum pk_op)0, st);
}

void drive_inject_at(struct drive *d, enum pk_op op, enum pk_status st)
{
	d->inject_op = (uint16_t)op;
	d->inject = st;
}
