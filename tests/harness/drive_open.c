#include "drive_parts.h"

#include <ftw.h>
#include <stdarg.h>

/* A server for tests, its beginning and end, and what its administrator asks. */

#define START_MS INT64_C(1767225600000) /* 2026-01-01T00:00:00Z */

void drive_give_up(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	abort();
}

void drive_must(enum pk_status st, const char *what)
{
	if (st != PK_OK)
		drive_give_up("drive: %s: %s", what, pk_status_name(st));
}

uint64_t drive_random(uint64_t *state)
{
	uint64_t x = *state += UINT64_C(0x9e3779b97f4a7c15);

	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

static void fill_random(void *arg, void *p, size_t bytes)
{
	struct drive *d = arg;
	unsigned char *at = p;

	while (bytes--)
		*at++ = (unsigned char)drive_random(&d->random);
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
	(void)arg;
	memset(b->exporter, 1, sizeof(b->exporter));
	b->exporter_octets = sizeof(b->exporter);
	if (!s->io.proven)
		return;
	memset(b->certificate, 3, sizeof(b->certificate));
	b->certificate_octets = sizeof(b->certificate);
}

static void log_line(void *arg, struct session *s, int level, struct slice line)
{
	struct drive *d = arg;

	(void)s;
	if (level == PK_LOG_WARNING)
		snprintf(d->warned, sizeof(d->warned), "%.*s", (int)line.n, line.p);
	if (level == PK_LOG_ERROR)
		fprintf(stderr, "# %.*s\n", (int)line.n, line.p);
}

static const struct service_hooks hooks = {settle, fill_random, bindings, log_line};

bool drive_logs_in(const char *service)
{
	return strcmp(service, "mx") && strcmp(service, "lmtp");
}

void drive_add_link(struct drive *d)
{
	uint32_t roles = drive_logs_in(d->options.service) ? PK_ROLE_ANON | PK_ROLE_SESSION
	                                                   : PK_ROLE_DELIVER;

	if (!strcmp(d->options.service, "submission"))
		roles |= PK_ROLE_SUBMIT;

	d->wires = (struct wire_pair){
		.link = link_new(&d->service, "drive"),
		.peer = peer_new(&d->server, roles, d->options.service),
	};
	if (!d->wires.link || !d->wires.peer)
		drive_give_up("drive: out of memory");
}

static void open_store(struct drive *d)
{
	struct server_options o = {
		.data = d->dir,
		.operator_key = {7              },
		.default_domain = S("example.test"),
		.board = d->board,
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
		drive_give_up("drive: no folder %s", d->dir);
	drive_must(server_open(&d->server, &o), "opening the store");
}

static void configure(struct drive *d)
{
	struct slice why = S("");

	if (options_read(&d->arena, d->options.plugin, d->options.settings, &d->listener, &why) !=
	    PK_OK)
		drive_give_up("drive: %.*s", (int)why.n, why.p);
	d->conf = d->options.plugin->configure(service_host(), slice_str(d->options.service),
	                                       d->listener.values);
	if (!d->conf)
		drive_give_up("drive: the plugin refused its options");
}

static void hello_admin(struct drive *d)
{
	struct slice reply;
	struct buf b = {0};

	d->admin = peer_new(&d->server, PK_ROLE_ADMIN, "admin");
	pk_put_hello_req(&b, &(struct pk_hello_req){.major = PK_IPC_MAJOR, .program = S("drive")});
	drive_must(drive_admin(d, PK_OP_hello, buf_slice(&b), &reply), "hello");
	buf_clear(&b);
	pk_put_announce_req(&b, &(struct pk_announce_req){.listener = S("admin")});
	drive_must(drive_admin(d, PK_OP_announce, buf_slice(&b), &reply), "announce");
	buf_free(&b);
}

struct drive *drive_open(const struct drive_options *options)
{
	struct drive *d = calloc(1, sizeof(*d));

	if (!d)
		drive_give_up("drive: out of memory");
	d->options = *options;
	d->schedule = options->seed;
	d->random = 1;
	d->now_ms = START_MS;
	d->board = calloc(1, sizeof(*d->board));
	service_init(&d->service, options->plugin, &hooks, d);
	d->service.board = d->board;
	d->service.name = options->service;
	d->service.now_ms = START_MS;
	d->service.mono_ms = 1000000;
	if (options->seed)
		d->service.out_high = 1000 + (uint32_t)(drive_random(&d->schedule) % 5000);
	open_store(d);
	configure(d);
	drive_add_link(d);
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
	free(d->board);
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
			drive_give_up("drive: no answer to %s", pk_op_name(op));
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
		drive_give_up("drive: %s: %s", pk_op_name(op), pk_status_name(st));
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

void drive_certificate(struct drive *d, struct slice address)
{
	char print[32];
	struct buf b = {0};

	memset(print, 3, sizeof(print));
	pk_put_credential_create_req(&b, &(struct pk_credential_create_req){
						 .account = address,
						 .kind = S("certificate"),
						 .label = S("laptop"),
						 .fingerprint = {print, sizeof(print)}
        });
	ask(d, PK_OP_credential_create, &b);
	buf_free(&b);
}

const char *drive_warned(const struct drive *d)
{
	return d->warned;
}

void drive_mail(struct drive *d, struct slice address, struct slice message)
{
	drive_mail_with(d, address, message, S(""));
}

void drive_mail_with(struct drive *d, struct slice address, struct slice message,
                     struct slice summary)
{
	drive_must(drive_try_mail(d, address, message, summary), "mail");
}

enum pk_status drive_try_mail(struct drive *d, struct slice address, struct slice message,
                              struct slice summary)
{
	struct slice reply;
	struct buf b = {0};
	enum pk_status st;

	pk_put_recipient_req(&b,
	                     &(struct pk_recipient_req){.address = address, .octets = message.n});
	st = drive_admin(d, PK_OP_recipient, buf_slice(&b), &reply);
	buf_clear(&b);
	for (struct slice rest = message; rest.n && st == PK_OK;
	     rest = slice_skip(rest, PK_DATA_MAX)) {
		admin_send(d, (struct frame){.op = PK_OP_data,
		                             .stream = 1,
		                             .payload = slice_head(rest, PK_DATA_MAX)});
		while (server_run(&d->server))
			;
	}
	pk_put_deliver_req(&b, &(struct pk_deliver_req){.body = 1, .summary = summary});
	if (st == PK_OK)
		st = drive_admin(d, PK_OP_deliver, buf_slice(&b), &reply);
	buf_free(&b);
	drive_run(d); /* somebody may watch the mailbox */
	return st;
}
