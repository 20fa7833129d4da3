#ifndef FAKE_HOST_H
#define FAKE_HOST_H

/*
 * A host for one session, in memory, with the test itself for a store: so small that a plugin's
 * unit test shows the plugin's faults and not the host's. Output is gathered in `sent`; requests go
 * to f->store, which answers with fake_reply, at once or later.
 */
#include <postkeep/arena.h>
#include <postkeep/messages.h>
#include <postkeep/plugin.h>

#include "mime/scan.h"

#define FAKE_REPLIES 512
#define FAKE_CALLS   4

struct fake {
	struct pk_io io; /* first: the host's functions find the rest by it */
	struct pk_host host;
	struct pk_peer peer;
	const struct pk_plugin *plugin;
	void *session;
	void (*store)(struct fake *f, uint64_t tag, uint32_t op, struct slice request);
	void *test; /* the store's own */
	struct buf in, sent, body, summary, log;
	struct arena command; /* of alloc() */
	struct fake_reply {
		uint64_t tag;
		uint16_t status;
		bool more, freed; /* freed: another call may start */
		struct buf bytes;
	} replies[FAKE_REPLIES];
	unsigned reply_first, reply_count;
	size_t body_room; /* octets that the next body_write takes; 0: always all */
	uint32_t bodies_open, bodies_ended, bodies_dropped;
	uint64_t body_expected;
	uint64_t resume; /* of the input that must come again */
	bool closed, hold_replies;
	bool body_blocked; /* the last body_write took less than it was given */
	unsigned layers;   /* TLS layers put on */
	unsigned waits;    /* times that only time could pass */
};

static inline bool fake_grow(struct pk_io *io, size_t more)
{
	char *p = realloc(io->out, io->out_cap + more + 4096);

	if (!p)
		return false;
	io->out = p;
	io->out_cap += more + 4096;
	return true;
}

static inline void *fake_alloc(struct pk_io *io, size_t bytes)
{
	return arena_alloc(&((struct fake *)io)->command, bytes);
}

static inline void *fake_resize(struct pk_io *io, void *p, size_t bytes)
{
	(void)io;
	if (!bytes) {
		free(p);
		return NULL;
	}
	return realloc(p, bytes);
}

static inline bool fake_call(struct pk_io *io, uint64_t tag, uint32_t op, struct slice request)
{
	struct fake *f = (struct fake *)io;

	if (!io->calls_left)
		return false;
	io->calls_left--;
	f->store(f, tag, op, request);
	return true;
}

/* What came for it already is given as the reply of a tag that nobody uses. */
static inline void fake_cancel(struct pk_io *io, uint64_t tag)
{
	struct fake *f = (struct fake *)io;

	for (unsigned i = 0; i < f->reply_count; i++) {
		struct fake_reply *r = &f->replies[(f->reply_first + i) % FAKE_REPLIES];

		if (r->tag == tag)
			r->tag = UINT64_MAX;
	}
}

static inline uint32_t fake_body_open(struct pk_io *io, uint64_t tag, uint64_t expected)
{
	struct fake *f = (struct fake *)io;

	(void)tag;
	f->bodies_open++;
	f->body_expected = expected;
	buf_clear(&f->body);
	return f->bodies_open;
}

static inline size_t fake_body_write(struct pk_io *io, uint32_t body, struct slice s)
{
	struct fake *f = (struct fake *)io;

	(void)body;
	f->body_blocked = f->body_room && s.n > f->body_room;
	if (f->body_room)
		s = slice_head(s, f->body_room);
	buf_put(&f->body, s);
	return s.n;
}

static inline struct slice fake_body_end(struct pk_io *io, uint32_t body)
{
	struct fake *f = (struct fake *)io;
	struct mime_scan *scan = mime_scan_new();

	(void)body;
	f->bodies_ended++;
	buf_clear(&f->summary);
	if (scan)
		mime_scan_feed(scan, buf_slice(&f->body));
	if (!scan || mime_scan_end(scan, &f->summary) != PK_OK)
		abort();
	mime_scan_free(scan);
	return buf_slice(&f->summary);
}

static inline void fake_body_drop(struct pk_io *io, uint32_t body)
{
	(void)body;
	((struct fake *)io)->bodies_dropped++;
}

static inline void fake_log(struct pk_io *io, int level, struct slice line)
{
	(void)level;
	if (!io)
		return;
	buf_put(&((struct fake *)io)->log, line);
	buf_byte(&((struct fake *)io)->log, '\n');
}

static inline void fake_count(struct pk_io *io, const char *counter, int64_t by)
{
	(void)io, (void)counter, (void)by;
}

static inline void fake_random(struct pk_io *io, void *p, size_t bytes)
{
	(void)io;
	memset(p, 7, bytes);
}

/* Who polls has to ask. */
static inline bool fake_unchanged(struct pk_io *io, uint32_t place, uint64_t count)
{
	(void)io, (void)place, (void)count;
	return false;
}

/* The store's answer to a request. */
static inline void fake_reply(struct fake *f, uint64_t tag, uint16_t status, bool more,
                              struct slice bytes)
{
	struct fake_reply *r = &f->replies[(f->reply_first + f->reply_count++) % FAKE_REPLIES];

	if (f->reply_count > FAKE_REPLIES)
		abort();
	*r = (struct fake_reply){.tag = tag, .status = status, .more = more};
	buf_put(&r->bytes, bytes);
}

static inline void fake_flush(struct fake *f)
{
	buf_put(&f->sent, (struct slice){f->io.out, f->io.out_n});
	f->io.out_n = 0;
}

static inline void fake_input(struct fake *f, struct pk_in *in)
{
	in->size = sizeof(*in);
	in->resume = f->resume;
	f->resume = 0;
	if (f->io.out_n >= f->io.out_high)
		fake_flush(f);
	{
		struct pk_in given = *in;

		given.resume = in->resume;
		f->body_blocked = false;
		f->io.want = f->plugin->input(f->session, &f->io, &given);
		f->resume = given.resume != in->resume || f->body_blocked ? given.resume : 0;
		in->unused = given.unused;
		if (f->io.want & PK_DONE)
			arena_free(&f->command);
	}
}

static inline void fake_event(struct fake *f, uint16_t kind, uint32_t what)
{
	struct pk_in in = {.kind = kind, .what = what};

	fake_input(f, &in);
	fake_flush(f);
	f->closed |= (f->io.want & PK_CLOSE) != 0;
}

static inline bool fake_give_line(struct fake *f)
{
	struct pk_in in = {.kind = PK_IN_LINE};
	char *lf = f->in.n ? memchr(f->in.p, '\n', f->in.n) : NULL;
	struct buf copy = {0};
	size_t n;

	if (!lf)
		return false;
	n = (size_t)(lf - f->in.p);
	if (n && lf[-1] == '\r')
		n--;
	else
		in.flags |= PK_BARE_LF;
	if (n > f->io.take) {
		n = f->io.take;
		in.flags |= PK_LONG;
	}
	buf_put(&copy, (struct slice){f->in.p, n});
	in.bytes = buf_slice(&copy);
	buf_drop(&f->in, (size_t)(lf - f->in.p) + 1);
	f->io.pending = f->in.n;
	fake_input(f, &in);
	buf_free(&copy);
	return true;
}

static inline bool fake_give_bytes(struct fake *f)
{
	struct pk_in in = {.kind = PK_IN_BYTES};
	struct buf copy = {0};

	if (!f->in.n)
		return false;
	buf_put(&copy, slice_head(buf_slice(&f->in), f->io.take));
	in.bytes = buf_slice(&copy);
	f->io.pending = f->in.n - in.bytes.n;
	fake_input(f, &in);
	if (!f->resume)
		buf_drop(&f->in, in.bytes.n - in.unused);
	buf_free(&copy);
	return true;
}

static inline bool fake_give_exact(struct fake *f)
{
	struct pk_in in = {.kind = PK_IN_BYTES};
	struct buf copy = {0};

	if (f->in.n < f->io.take)
		return false;
	buf_put(&copy, slice_head(buf_slice(&f->in), f->io.take));
	in.bytes = buf_slice(&copy);
	buf_drop(&f->in, copy.n);
	fake_input(f, &in);
	buf_free(&copy);
	return true;
}

static inline bool fake_give_reply(struct fake *f)
{
	struct fake_reply *r = &f->replies[f->reply_first];
	struct pk_in in = {.kind = PK_IN_REPLY,
	                   .tag = r->tag,
	                   .status = r->status,
	                   .flags = r->more ? PK_MORE : 0,
	                   .bytes = buf_slice(&r->bytes)};

	if (!f->reply_count || f->hold_replies)
		return false;
	if (!r->more && !r->freed)
		f->io.calls_left++;
	r->freed = true;
	fake_input(f, &in);
	if (f->resume)
		return true;
	buf_free(&r->bytes);
	f->reply_first = (f->reply_first + 1) % FAKE_REPLIES;
	f->reply_count--;
	return true;
}

static inline bool fake_step(struct fake *f)
{
	uint32_t want = f->io.want;

	if (want & PK_CLOSE) {
		f->closed = true;
		return false;
	}
	if (want & PK_TLS) {
		struct pk_in in = {.kind = PK_IN_LAYER, .what = PK_TLS};

		buf_clear(&f->in);
		f->io.tls = 0x0304;
		f->io.can_tls = 0;
		f->layers++;
		fake_input(f, &in);
		return true;
	}
	if (want & PK_REPLY && fake_give_reply(f))
		return true;
	if (want & PK_LINE && fake_give_line(f))
		return true;
	if (want & PK_BYTES && fake_give_bytes(f))
		return true;
	if (want & PK_EXACT && fake_give_exact(f))
		return true;
	if (want & PK_AGAIN) {
		struct pk_in in = {.kind = PK_IN_AGAIN};

		fake_input(f, &in);
		return true;
	}
	if (want || !f->io.wake_ms)
		return false;
	fake_event(f, PK_IN_TIMER, 0); /* nothing else can happen: time passes */
	f->waits++;
	return true;
}

static inline void fake_pump(struct fake *f)
{
	while (!f->closed && fake_step(f))
		;
	fake_flush(f);
}

/* Input from the client, in pieces of so many octets. */
static inline void fake_feed(struct fake *f, struct slice bytes, size_t piece)
{
	while (bytes.n && !f->closed) {
		struct slice p = slice_head(bytes, piece);

		buf_put(&f->in, p);
		bytes = slice_skip(bytes, p.n);
		fake_pump(f);
	}
}

static inline void fake_begin(struct fake *f)
{
	f->host = (struct pk_host){
		.size = sizeof(f->host),
		.major = PK_ABI_MAJOR,
		.minor = PK_ABI_MINOR,
		.grow = fake_grow,
		.alloc = fake_alloc,
		.resize = fake_resize,
		.call = fake_call,
		.cancel = fake_cancel,
		.body_open = fake_body_open,
		.body_write = fake_body_write,
		.body_end = fake_body_end,
		.body_drop = fake_body_drop,
		.log = fake_log,
		.count = fake_count,
		.random = fake_random,
		.unchanged = fake_unchanged,
	};
	f->peer = (struct pk_peer){.size = sizeof(f->peer),
	                           .kind = PK_PEER_CLIENT,
	                           .id = 0x1234,
	                           .listener = S("test"),
	                           .addr = S("192.0.2.7"),
	                           .local = S("192.0.2.1"),
	                           .port = 4000};
	f->io.size = sizeof(f->io);
	f->io.host = &f->host;
	f->io.peer = &f->peer;
	f->io.out_high = f->io.out_high ? f->io.out_high : 4096;
	f->io.calls_left = FAKE_CALLS;
	f->io.now_ms = 1700000000000;
}

/* Opens a session of the plugin; options: all values in the plugin's order. */
static inline void fake_open(struct fake *f, const struct pk_plugin *plugin,
                             const struct pk_value *options)
{
	fake_begin(f);
	f->plugin = plugin;
	f->io.conf = plugin->configure(&f->host, S("test"), options);
	f->session = calloc(1, plugin->session_bytes);
	f->io.want = plugin->open(f->session, &f->io);
	fake_pump(f);
}

static inline void fake_close(struct fake *f)
{
	f->plugin->close(f->session, &f->io);
	f->plugin->retire(f->io.conf);
	free(f->session);
	free(f->io.out);
	while (f->reply_count--)
		buf_free(&f->replies[f->reply_first++ % FAKE_REPLIES].bytes);
	arena_free(&f->command);
	buf_free(&f->in);
	buf_free(&f->sent);
	buf_free(&f->body);
	buf_free(&f->summary);
	buf_free(&f->log);
}

#endif
