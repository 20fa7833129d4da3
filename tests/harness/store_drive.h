#ifndef STORE_DRIVE_H
#define STORE_DRIVE_H

/*
 * A whole store in the test's own process and thread, driven over its links as hosts and tools
 * drive it: frames in, frames out. Requests are written with ASK, which also decodes the reply.
 */
#include "scratch.h"

#include "end_points.h"
#include "server.h"

#include "ipc/frame.h"

#define DRIVE_NOW 1700000000000

struct drive {
	struct scratch dir;
	struct server server;
	int64_t now_ms;
	int64_t jumped_ms; /* of now_ms: what the clock was set by; the rest has passed */
	unsigned threads;
	unsigned volumes;    /* 0: one */
	struct board *board; /* the test's; NULL: none */
	int successes;       /* memory for them, the test's; 0: none */
	struct end_points end_points;
	struct buf unheard; /* rows of the next set of end points, which the supervisor has sent */
};

#define DRIVE_ADMIN   PK_ROLE_ADMIN
#define DRIVE_SESSION (PK_ROLE_ANON | PK_ROLE_SESSION)
#define DRIVE_DELIVER PK_ROLE_DELIVER

/* A session on a link of its own, with what the last call answered: its frames one after the other.
 */
struct client {
	struct drive *drive;
	struct peer *link;
	uint32_t number;
	uint64_t tag;
	struct buf frames[512]; /* payloads */
	size_t n;
	unsigned rung; /* doorbells heard */
	unsigned kicked;
	uint16_t next_stream;
	char error[320]; /* of the last failure */
	uint32_t retry_s;
	bool lasting, worded;
};

static inline int64_t drive_clock(void *arg)
{
	return ((struct drive *)arg)->now_ms;
}

static inline int64_t drive_mono(void *arg)
{
	return ((struct drive *)arg)->now_ms - ((struct drive *)arg)->jumped_ms;
}

static inline void drive_supervisor(void *arg)
{
	struct drive *d = arg;

	if (d->unheard.n)
		end_points_take(&d->end_points,
		                &(struct pk_ctl_end_points){.hashes = PK_ROWS(&d->unheard)},
		                drive_mono(d));
	buf_free(&d->unheard);
}

static inline void drive_turn(struct drive *d)
{
	while (server_run(&d->server))
		;
}

static inline void drive_send(struct client *c, struct frame f)
{
	struct buf b = {0};

	f.session = c->number;
	frame_put(&b, &f);
	peer_feed(c->link, buf_slice(&b));
	assert_false(c->link->dead);
	buf_free(&b);
}

/* Gives back what the reply cost, as a host does when its plugin has read it. */
static inline void drive_credit(struct client *c, int64_t octets)
{
	struct buf b = {0};

	pk_put_credit_note(&b, &(struct pk_credit_note){octets});
	drive_send(c, (struct frame){.op = PK_OP_credit, .payload = buf_slice(&b)});
	buf_free(&b);
}

static inline void drive_event(struct client *c, const struct frame *f)
{
	c->rung += f->op == PK_OP_changed;
	c->kicked += f->op == PK_OP_kicked;
}

static inline void drive_keep(struct client *c, const struct frame *f)
{
	assert_true(c->n < sizeof(c->frames) / sizeof(*c->frames));
	buf_clear(&c->frames[c->n]);
	buf_put(&c->frames[c->n++], f->payload);
}

/* Takes what the link says. True: the reply to c->tag is whole. */
static inline bool drive_hear(struct client *c, enum pk_status *st)
{
	struct frame f;
	size_t used = 1, spent = 0;
	bool done = false;

	while (!done && used) {
		assert_int_equal(frame_take(buf_slice(&c->link->out), &f, &used), PK_OK);
		if (!used)
			break;
		if (f.flags & FRAME_EVENT) {
			drive_event(c, &f);
		} else if (f.session == c->number && f.tag == c->tag) {
			*st = (enum pk_status)f.status;
			drive_keep(c, &f);
			spent += f.payload.n;
			done = !(f.flags & FRAME_MORE);
		}
		buf_drop(&c->link->out, used);
	}
	if (spent)
		drive_credit(c, (int64_t)spent);
	return done;
}

/* Sends a request and works until its reply is there. Frees payload. */
static inline enum pk_status drive_call(struct client *c, enum pk_op op, struct buf *payload)
{
	enum pk_status st = PK_OK;
	bool done = false;

	c->n = 0;
	c->tag++;
	drive_send(c, (struct frame){.op = op, .tag = c->tag, .payload = buf_slice(payload)});
	buf_free(payload);
	while (!done) {
		while (!done && server_run(&c->drive->server))
			done = drive_hear(c, &st);
		if (!done)
			done = drive_hear(c, &st);
		if (!done && c->drive->threads)
			usleep(50);
	}
	*c->error = '\0';
	c->retry_s = 0;
	c->lasting = c->worded = false;
	if (st != PK_OK) {
		struct pk_error e;

		assert_int_equal(pk_get_error(buf_slice(&c->frames[c->n - 1]), &e), PK_OK);
		snprintf(c->error, sizeof(c->error), "%.*s", (int)e.text.n, e.text.p);
		c->retry_s = e.retry_s;
		c->lasting = e.lasting;
		c->worded = e.worded;
	}
	return st;
}

/* ASK(client, open, &rep, .mailbox = S("INBOX")): the status; rep is of the first frame. */
#define ASK_ENCODE(name, buf, ...) pk_put_##name##_req(buf, &(struct pk_##name##_req){__VA_ARGS__})
#define ASK(client, name, rep, ...)                                                               \
	({                                                                                        \
		struct buf drive_payload_ = {0};                                                  \
		struct pk_##name##_rep *drive_rep_ = (rep);                                       \
		enum pk_status drive_st_;                                                         \
		ASK_ENCODE(name, &drive_payload_, __VA_ARGS__);                                   \
		drive_st_ = drive_call((client), PK_OP_##name, &drive_payload_);                  \
		if (drive_st_ == PK_OK && drive_rep_)                                             \
			assert_int_equal(                                                         \
				pk_get_##name##_rep(buf_slice(&(client)->frames[0]), drive_rep_), \
				PK_OK);                                                           \
		drive_st_;                                                                        \
	})
#define OK(call) assert_int_equal((call), PK_OK)

/* For each row of a ROWS field of the last reply, over all its frames. */
#define EACH_ROW(client, call, field, row_type, row)                                          \
	for (size_t each_i_ = 0, each_go_ = 1; each_go_ && each_i_ < (client)->n; each_i_++)  \
		for (struct pk_##call##_rep each_rep_, *each_once_ = &each_rep_;              \
		     each_once_ && pk_get_##call##_rep(buf_slice(&(client)->frames[each_i_]), \
		                                       &each_rep_) == PK_OK;                  \
		     each_once_ = NULL)                                                       \
			for (struct pk_##row_type row; pk_next_##row_type(&each_rep_.field, &row);)

/* One row, encoded, of REC(type); put into a buffer of the caller's. */
#define ROW1(buf, type, ...)                                                \
	({                                                                  \
		buf_clear(buf);                                             \
		pk_put_##type##_row(buf, &(struct pk_##type){__VA_ARGS__}); \
		PK_ROWS(buf);                                               \
	})

static inline void drive_hello(struct peer *p)
{
	struct buf payload = {0}, b = {0};

	pk_put_hello_req(&payload, &(struct pk_hello_req){PK_IPC_MAJOR, PK_IPC_MINOR, S("test")});
	frame_put(&b, &(struct frame){.op = PK_OP_hello, .payload = buf_slice(&payload)});
	peer_feed(p, buf_slice(&b));
	buf_clear(&p->out);
	buf_free(&b);
	buf_free(&payload);
}

static inline void client_open(struct drive *d, struct client *c, uint32_t roles)
{
	memset(c, 0, sizeof(*c));
	c->drive = d;
	c->link = peer_new(&d->server, roles, "test");
	c->number = 1;
	drive_hello(c->link);
	OK(ASK(c, announce, NULL, .peer = S("127.0.0.1"), .tls = 1, .listener = S("test")));
}

static inline void client_close(struct client *c)
{
	OK(ASK(c, bye, NULL));
	peer_close(c->link);
	for (size_t i = 0; i < sizeof(c->frames) / sizeof(*c->frames); i++)
		buf_free(&c->frames[i]);
}

/* Logs in with the password "secret". */
static inline void client_login(struct drive *d, struct client *c, const char *user)
{
	struct buf data = {0};

	client_open(d, c, DRIVE_SESSION);
	buf_byte(&data, '\0');
	buf_put(&data, slice_str(user));
	buf_byte(&data, '\0');
	buf_put(&data, S("secret"));
	OK(ASK(c, auth, NULL, .mechanism = S("PLAIN"), .data = buf_slice(&data)));
	buf_free(&data);
}

/* Opens what is in d->dir. */
static inline void drive_open(struct drive *d)
{
	struct server_options o = {
		.data = d->dir.path,
		.default_domain = S("example.test"),
		.board = d->board,
		.threads = d->threads,
		.volumes = d->volumes,
		.volume = {.map_octets = 8ull << 30, .reserve_octets = 1, .no_sync = true},
		.now_ms = drive_clock,
		.mono_ms = drive_mono,
		.end_points = &d->end_points,
		.hear = drive_supervisor,
		.arg = d,
		.successes = d->successes,
	};

	memset(o.operator_key, 7, sizeof(o.operator_key));
	OK(server_open(&d->server, &o));
}

static inline void drive_close(struct drive *d)
{
	server_close(&d->server);
	end_points_free(&d->end_points);
	buf_free(&d->unheard);
}

/* A new store with tenant acme, domain example.test and users u1 ... uN. */
static inline void drive_make(struct drive *d, unsigned users)
{
	struct client admin;
	struct buf rows = {0};
	char name[64];

	d->now_ms = DRIVE_NOW;
	scratch_make(&d->dir);
	drive_open(d);
	client_open(d, &admin, DRIVE_ADMIN);
	OK(ASK(&admin, tenant_create, NULL, .name = S("acme")));
	OK(ASK(&admin, domain_create, NULL, .tenant = S("acme"), .domain = S("example.test")));
	for (unsigned i = 1; i <= users; i++) {
		snprintf(name, sizeof(name), "u%u@example.test", i);
		pk_put_new_user_row(&rows, &(struct pk_new_user){slice_str(name), S("secret"), 0});
	}
	OK(ASK(&admin, user_create, NULL, .users = PK_ROWS(&rows)));
	buf_free(&rows);
	client_close(&admin);
}

static inline void drive_remove(struct drive *d)
{
	drive_close(d);
	scratch_remove(&d->dir);
}

/* Sends a body; its stream. */
static inline uint16_t client_body(struct client *c, struct slice body)
{
	uint16_t stream = ++c->next_stream ? c->next_stream : ++c->next_stream;

	while (body.n) { /* small ones: within the credit */
		struct slice piece = slice_head(body, PK_DATA_MAX / 2);

		drive_send(c, (struct frame){.op = PK_OP_data, .stream = stream, .payload = piece});
		body = slice_skip(body, piece.n);
		drive_turn(c->drive);
	}
	return stream;
}

#endif
