#include "drive.h"

#include "server.h"

#include "link.h"
#include "options.h"
#include "session.h"

#include <ftw.h>
#include <stdarg.h>

#define START_MS    INT64_C(1767225600000) /* 2026-01-01T00:00:00Z */
#define RANDOM_MOST 20000                  /* random steps in one run, then all goes at once */

struct drive_client {
	struct drive *d;
	struct session *s; /* NULL: closed */
	struct buf send;   /* what it has still to send */
	struct buf got;
	unsigned layers;
	bool eof, taken;
};

/* One link: the host's end, the store's, and what is between them. */
struct wire_pair {
	struct link *link;
	struct peer *peer;
	struct buf up; /* frames that are not whole yet */
};

struct drive {
	struct drive_options options;
	struct server server;
	struct service service;
	struct wire_pair wires, lost;
	struct peer *admin;
	struct buf answer;
	struct arena arena;
	const struct pk_value *values;
	struct listener_options listener;
	void *conf;
	struct drive_client clients[DRIVE_CLIENTS];
	unsigned client_count;
	uint64_t schedule, random;
	int64_t now_ms;
	enum pk_status inject;
	char dir[100];
};

[[gnu::format(printf, 1, 2), gnu::noreturn]] static void give_up(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	abort();
}

static void must(enum pk_status st, const char *what)
{
	if (st != PK_OK)
		give_up("drive: %s: %s", what, pk_status_name(st));
}

/* A generator for all: the harness is the same again for the same seed. */
static uint64_t next_random(uint64_t *state)
{
	uint64_t x = *state += UINT64_C(0x9e3779b97f4a7c15);

	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

static uint32_t dice(struct drive *d, uint32_t below)
{
	return (uint32_t)(next_random(&d->schedule) % below);
}

static void fill_random(void *arg, void *p, size_t bytes)
{
	struct drive *d = arg;
	unsigned char *at = p;

	while (bytes--)
		*at++ = (unsigned char)next_random(&d->random);
}

static int64_t store_now(void *arg)
{
	return ((struct drive *)arg)->now_ms;
}

static enum settled settle(void *arg, struct session *s)
{
	(void)arg, (void)s; /* step_client looks at all of them */
	return SETTLED_WELL;
}

static void bindings(void *arg, struct session *s, struct bindings *b)
{
	(void)arg, (void)s;
	memset(b->exporter, 1, sizeof(b->exporter));
	b->exporter_octets = sizeof(b->exporter);
}

static void log_line(void *arg, struct session *s, int level, struct slice line)
{
	(void)arg, (void)s;
	if (level == PK_LOG_ERROR)
		fprintf(stderr, "# %.*s\n", (int)line.n, line.p);
}

static const struct service_hooks hooks = {settle, fill_random, bindings, log_line};

/* Setting up. */

static bool delivers(const struct drive *d)
{
	return !strcmp(d->options.service, "mx") || !strcmp(d->options.service, "lmtp");
}

static void add_link(struct drive *d)
{
	uint32_t roles = delivers(d) ? PK_ROLE_DELIVER : PK_ROLE_ANON | PK_ROLE_SESSION;

	d->wires = (struct wire_pair){
		.link = link_new(&d->service, "drive"),
		.peer = peer_new(&d->server, roles, d->options.service),
	};
	if (!d->wires.link || !d->wires.peer)
		give_up("drive: out of memory");
}

static void open_store(struct drive *d)
{
	struct server_options o = {
		.data = d->dir,
		.operator_key = {7              },
		.default_domain = S("example.test"),
		.volume = { .map_octets = 256 << 20,
	                         .segment_octets = 16 << 20,
	                         .reserve_octets = 1,
	                         .no_sync = true},
		.now_ms = store_now,
		.random = fill_random,
		.arg = d,
	};
	const char *tmp = getenv("TMPDIR");

	if (!tmp)
		tmp = access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm";
	snprintf(d->dir, sizeof(d->dir), "%s/postkeep-drive-XXXXXX", tmp);
	if (!mkdtemp(d->dir))
		give_up("drive: no folder %s", d->dir);
	must(server_open(&d->server, &o), "opening the store");
}

static void configure(struct drive *d)
{
	struct slice why = S("");

	if (options_read(&d->arena, d->options.plugin, d->options.settings, &d->listener,
	                 &d->values, &why) != PK_OK)
		give_up("drive: %.*s", (int)why.n, why.p);
	d->conf = d->options.plugin->configure(service_host(), slice_str(d->options.service),
	                                       d->values);
	if (!d->conf)
		give_up("drive: the plugin refused its options");
}

static void hello_admin(struct drive *d)
{
	struct slice reply;
	struct buf b = {0};

	d->admin = peer_new(&d->server, PK_ROLE_ADMIN, "admin");
	pk_put_hello_req(&b, &(struct pk_hello_req){.major = PK_IPC_MAJOR, .program = S("drive")});
	must(drive_admin(d, PK_OP_hello, buf_slice(&b), &reply), "hello");
	buf_clear(&b);
	pk_put_announce_req(&b, &(struct pk_announce_req){.listener = S("admin")});
	must(drive_admin(d, PK_OP_announce, buf_slice(&b), &reply), "announce");
	buf_free(&b);
}

struct drive *drive_open(const struct drive_options *options)
{
	struct drive *d = calloc(1, sizeof(*d));

	if (!d)
		give_up("drive: out of memory");
	d->options = *options;
	d->schedule = options->seed;
	d->random = 1;
	d->now_ms = START_MS;
	service_init(&d->service, options->plugin, &hooks, d);
	d->service.name = options->service;
	d->service.now_ms = START_MS;
	d->service.mono_ms = 1000000;
	if (options->seed)
		d->service.out_high = 1000 + dice(d, 5000);
	open_store(d);
	configure(d);
	add_link(d);
	hello_admin(d);
	return d;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

static void close_wires(struct wire_pair *w)
{
	if (w->peer)
		peer_close(w->peer);
	link_free(w->link);
	buf_free(&w->up);
}

void drive_close(struct drive *d)
{
	for (unsigned i = 0; i < d->client_count; i++) {
		drive_hang_up(&d->clients[i]);
		buf_free(&d->clients[i].send);
		buf_free(&d->clients[i].got);
	}
	drive_run(d);
	close_wires(&d->wires);
	close_wires(&d->lost);
	peer_close(d->admin);
	server_close(&d->server);
	if (d->options.plugin->retire)
		d->options.plugin->retire(d->conf);
	service_free(&d->service);
	arena_free(&d->arena);
	buf_free(&d->answer);
	nftw(d->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	free(d);
}

/* Administration. */

static void admin_send(struct drive *d, struct frame f)
{
	struct buf b = {0};

	f.session = f.op != PK_OP_hello;
	frame_put(&b, &f);
	peer_feed(d->admin, buf_slice(&b));
	buf_free(&b);
}

enum pk_status drive_admin(struct drive *d, enum pk_op op, struct slice request,
                           struct slice *reply)
{
	struct frame f;
	size_t used = 0;

	buf_clear(&d->admin->out);
	admin_send(d, (struct frame){.op = (uint16_t)op, .tag = 1, .payload = request});
	while (server_run(&d->server))
		;
	buf_clear(&d->answer);
	buf_put(&d->answer, buf_slice(&d->admin->out));
	for (struct slice rest = buf_slice(&d->answer);; rest = slice_skip(rest, used)) {
		if (frame_take(rest, &f, &used) != PK_OK || !used)
			give_up("drive: no answer to %s", pk_op_name(op));
		if (f.flags & FRAME_REPLY)
			break;
	}
	*reply = f.payload;
	return (enum pk_status)f.status;
}

static void ask(struct drive *d, enum pk_op op, struct buf *request)
{
	struct slice reply;
	enum pk_status st = drive_admin(d, op, buf_slice(request), &reply);

	if (st != PK_OK && st != PK_EEXISTS)
		give_up("drive: %s: %s", pk_op_name(op), pk_status_name(st));
	buf_clear(request);
}

void drive_user(struct drive *d, struct slice address, struct slice password)
{
	struct slice domain = address;
	struct buf b = {0}, row = {0};

	slice_cut(&domain, '@');
	pk_put_tenant_create_req(&b, &(struct pk_tenant_create_req){.name = S("test")});
	ask(d, PK_OP_tenant_create, &b);
	pk_put_domain_create_req(
		&b, &(struct pk_domain_create_req){.tenant = S("test"), .domain = domain});
	ask(d, PK_OP_domain_create, &b);
	pk_put_new_user_row(&row, &(struct pk_new_user){.address = address, .secret = password});
	pk_put_user_create_req(&b, &(struct pk_user_create_req){.users = PK_ROWS(&row)});
	ask(d, PK_OP_user_create, &b);
	buf_free(&b);
	buf_free(&row);
}

void drive_mail(struct drive *d, struct slice address, struct slice message)
{
	struct buf b = {0};

	pk_put_recipient_req(&b,
	                     &(struct pk_recipient_req){.address = address, .octets = message.n});
	ask(d, PK_OP_recipient, &b);
	for (struct slice rest = message; rest.n; rest = slice_skip(rest, PK_DATA_MAX)) {
		admin_send(d, (struct frame){.op = PK_OP_data,
		                             .stream = 1,
		                             .payload = slice_head(rest, PK_DATA_MAX)});
		while (server_run(&d->server))
			;
	}
	pk_put_deliver_req(&b, &(struct pk_deliver_req){.body = 1});
	ask(d, PK_OP_deliver, &b);
	buf_free(&b);
	drive_run(d); /* somebody may watch the mailbox */
}

/* Clients. */

static struct drive_client *free_place(struct drive *d)
{
	unsigned i = 0;

	while (i < d->client_count && d->clients[i].taken)
		i++;
	if (i == DRIVE_CLIENTS)
		give_up("drive: too many clients");
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
		give_up("drive: out of memory");
	session_open(c->s, d->options.tls ? 0x0304 : 0, S(""), S(""));
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

	if (!c->s || !session_must_send(c->s))
		return false;
	out = slice_head(session_output(c->s), n);
	buf_put(&c->got, out);
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
	session_layered(c->s, PK_OK, layer == PK_TLS ? 0x0304 : c->s->io.tls, S(""), S(""));
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
	must(link_feed(d->wires.link, buf_slice(&b)), "an injected answer");
	buf_free(&payload);
	buf_free(&b);
}

static bool is_asked(const struct frame *f)
{
	return f->op > PK_OP_bye;
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
		if (d->inject != PK_OK && is_asked(&f))
			inject(d, &f);
		else
			peer_feed(w->peer, slice_head(buf_slice(&w->up), used));
		buf_drop(&w->up, used);
	}
	if (w->peer->dead)
		give_up("drive: the store refused a frame");
	return true;
}

static bool wire_down(struct drive *d, size_t n)
{
	struct buf *out = &d->wires.peer->out;
	struct buf piece = {0};

	if (!out->n)
		return false;
	buf_put(&piece, slice_head(buf_slice(out), n));
	buf_drop(out, piece.n);
	must(link_feed(d->wires.link, buf_slice(&piece)), "the host refused a frame");
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
	unsigned quiet = 0;

	for (unsigned i = 0; d->options.seed && i < RANDOM_MOST && quiet < 60; i++)
		quiet = random_step(d) ? 0 : quiet + 1;
	while (step(d))
		;
}

void drive_send(struct drive_client *c, struct slice bytes)
{
	buf_put(&c->send, bytes);
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
		give_up("drive: only one link can be lost");
	peer_close(d->wires.peer);
	d->wires.peer = NULL;
	d->lost = d->wires;
	add_link(d);
	link_lost(d->lost.link, 0);
	drive_run(d);
	drive_pass(d, 1);
}

void drive_inject(struct drive *d, enum pk_status st)
{
	d->inject = st;
}
