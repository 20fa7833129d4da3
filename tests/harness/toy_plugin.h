#ifndef TOY_PLUGIN_H
#define TOY_PLUGIN_H

/*
 * A protocol that has one command for each thing that a plugin can do. Every command answers with
 * lines of its own, so that what a session says does not depend on when things happen to it.
 */
#include <postkeep/buf.h>
#include <postkeep/messages.h>
#include <postkeep/plugin.h>

#include "ipc/wire.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct toy {
	uint32_t (*then)(struct toy *t, struct pk_io *io, struct pk_in *in);
	char *arena; /* of alloc(): must be zeroed and stay until PK_DONE */
	uint64_t left, sum;
	uint32_t body;
	struct slice summary;
	uint16_t failed; /* status of a body that was refused */
	bool opened_twice;
};

enum { TOY_TAKE = 60, TOY_LINES = PK_LINE | PK_DONE };

[[gnu::format(printf, 2, 3)]] static inline void toy_say(struct pk_io *io, const char *format, ...)
{
	char line[256];
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	pk_put(io, (struct slice){line, (size_t)n});
	pk_put(io, S("\r\n"));
}

static inline uint32_t toy_command(struct toy *t, struct pk_io *io, struct pk_in *in);

static inline uint32_t toy_done(struct toy *t, struct pk_io *io)
{
	t->then = toy_command;
	t->arena = NULL;
	io->take = TOY_TAKE;
	return TOY_LINES;
}

static inline uint64_t toy_sum(uint64_t sum, struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		sum = sum * 31 + (unsigned char)s.p[i];
	return sum;
}

/* A reply's octets go out in pieces of 100, as far as there is room. */
static inline uint32_t toy_replied(struct toy *t, struct pk_io *io, struct pk_in *in)
{
	size_t at = in->resume;

	if (in->status) {
		struct pk_error e;

		toy_say(io, "refused %d %d", in->status,
		        pk_get_error(in->bytes, &e) == PK_OK ? e.code : -1);
		return toy_done(t, io);
	}
	while (at < in->bytes.n && io->out_n < io->out_high) {
		pk_put(io, slice_head(slice_skip(in->bytes, at), 100));
		at += 100;
	}
	if (at < in->bytes.n) {
		in->resume = at;
		return PK_REPLY;
	}
	if (in->flags & PK_MORE)
		return PK_REPLY;
	toy_say(io, ".");
	return toy_done(t, io);
}

static inline bool toy_ask(struct pk_io *io, uint64_t tag, uint32_t n)
{
	char raw[4] = {(char)n, (char)(n >> 8), (char)(n >> 16), (char)(n >> 24)};

	return io->host->call(io, tag, PK_OP_list, (struct slice){raw, 4});
}

static inline uint32_t toy_get(struct toy *t, struct pk_io *io, uint64_t n)
{
	if (!toy_ask(io, 7, (uint32_t)n))
		toy_say(io, "call refused");
	t->then = toy_replied;
	return PK_REPLY;
}

/* Four requests at once; the answers come in their order. */
static inline uint32_t toy_four_replied(struct toy *t, struct pk_io *io, struct pk_in *in)
{
	if (in->flags & PK_MORE)
		return PK_REPLY;
	toy_say(io, "answer %d left %u", (int)in->tag, io->calls_left);
	return --t->left ? PK_REPLY : toy_done(t, io);
}

static inline uint32_t toy_four(struct toy *t, struct pk_io *io, uint64_t n)
{
	for (t->left = 0; toy_ask(io, 100 + t->left, (uint32_t)n); t->left++)
		;
	toy_say(io, "asked %d", (int)t->left);
	t->then = toy_four_replied;
	return PK_REPLY;
}

/* Cancels the first of two: only the second is answered. */
static inline uint32_t toy_cancel(struct toy *t, struct pk_io *io, uint64_t n)
{
	(void)toy_ask(io, 1, (uint32_t)n);
	(void)toy_ask(io, 2, 3);
	io->host->cancel(io, 1);
	t->left = 1;
	t->then = toy_four_replied;
	return PK_REPLY;
}

static inline uint32_t toy_committed(struct toy *t, struct pk_io *io, struct pk_in *in)
{
	if (in->tag == 9) { /* the body was refused; the commit is still to be answered */
		t->failed = in->status;
		return PK_REPLY;
	}
	toy_say(io, "body %d sum %llx summary %s alloc %s", in->status, (unsigned long long)t->sum,
	        t->summary.n ? "yes" : "no",
	        t->arena && !t->arena[0] && t->arena[99] == 'x' ? "kept" : "lost");
	return toy_done(t, io);
}

static inline uint32_t toy_octets(struct toy *t, struct pk_io *io, struct pk_in *in)
{
	size_t taken = in->resume;
	struct slice rest = slice_skip(in->bytes, taken);
	char raw[2] = {(char)t->body, (char)(t->body >> 8)};

	if (in->kind == PK_IN_REPLY) {
		t->failed = in->status;
		return PK_BYTES | PK_REPLY;
	}
	taken = io->host->body_write(io, t->body, rest);
	t->sum = toy_sum(t->sum, slice_head(rest, taken));
	t->left -= taken;
	if (taken < rest.n) {
		in->resume += taken;
		return PK_BYTES;
	}
	io->take = (uint32_t)t->left;
	if (t->left)
		return PK_BYTES | PK_REPLY;
	t->summary = io->host->body_end(io, t->body);
	(void)io->host->call(io, 8, PK_OP_deliver, (struct slice){raw, 2});
	t->then = toy_committed;
	return PK_REPLY;
}

static inline uint32_t toy_body(struct toy *t, struct pk_io *io, uint64_t n)
{
	t->body = io->host->body_open(io, 9, n);
	t->arena = io->host->alloc(io, 100);
	t->arena[99] = 'x';
	t->left = n;
	t->sum = 0;
	t->failed = 0;
	io->take = (uint32_t)n;
	t->then = toy_octets;
	return PK_BYTES | PK_REPLY;
}

static inline uint32_t toy_piece(struct toy *t, struct pk_io *io, struct pk_in *in)
{
	toy_say(io, "piece %zu sum %llx", in->bytes.n, (unsigned long long)toy_sum(0, in->bytes));
	return toy_done(t, io);
}

static inline uint32_t toy_exact(struct toy *t, struct pk_io *io, uint64_t n)
{
	io->take = (uint32_t)n;
	t->then = toy_piece;
	return PK_EXACT | PK_SECRET;
}

/* Octets up to a '!', which may come with octets of the next command. */
static inline uint32_t toy_until(struct toy *t, struct pk_io *io, struct pk_in *in)
{
	struct slice rest = in->bytes, mine = slice_cut(&rest, '!');

	t->sum = toy_sum(t->sum, mine);
	if (mine.n == in->bytes.n)
		return PK_BYTES;
	in->unused = rest.n;
	toy_say(io, "until %llx", (unsigned long long)t->sum);
	return toy_done(t, io);
}

static inline uint32_t toy_until_begin(struct toy *t, struct pk_io *io, uint64_t n)
{
	io->take = (uint32_t)n;
	t->sum = 0;
	t->then = toy_until;
	return PK_BYTES;
}

static inline uint32_t toy_worked(struct toy *t, struct pk_io *io, struct pk_in *in)
{
	if (in->kind != PK_IN_AGAIN)
		toy_say(io, "unexpected %d", in->kind);
	if (--t->left)
		return PK_AGAIN;
	toy_say(io, "worked");
	return toy_done(t, io);
}

static inline uint32_t toy_work(struct toy *t, struct pk_io *io, uint64_t n)
{
	(void)io;
	t->left = n;
	t->then = toy_worked;
	return PK_AGAIN;
}

/* As many lines as asked for: AGAIN is the input that is resumed. */
static inline uint32_t toy_count(struct toy *t, struct pk_io *io, struct pk_in *in)
{
	uint64_t i = in->resume;

	while (i < t->left && io->out_n < io->out_high)
		toy_say(io, "line %d", (int)++i);
	if (i == t->left)
		return toy_done(t, io);
	in->resume = i;
	return PK_AGAIN;
}

static inline uint32_t toy_lines(struct toy *t, struct pk_io *io, uint64_t n)
{
	(void)io;
	t->left = n;
	t->then = toy_count;
	return PK_AGAIN;
}

static inline uint32_t toy_idle_end(struct toy *t, struct pk_io *io, struct pk_in *in)
{
	if (in->kind == PK_IN_NEWS) {
		toy_say(io, "news %u%s", in->what, io->out_n ? " early" : "");
		return PK_LINE | PK_NEWS;
	}
	toy_say(io, "idle over");
	return toy_done(t, io);
}

static inline uint32_t toy_idle(struct toy *t, struct pk_io *io, uint64_t n)
{
	(void)n;
	toy_say(io, "+");
	t->then = toy_idle_end;
	return PK_LINE | PK_NEWS;
}

static inline uint32_t toy_woken(struct toy *t, struct pk_io *io, struct pk_in *in)
{
	toy_say(io, "woken %d", in->kind == PK_IN_TIMER);
	return toy_done(t, io);
}

static inline uint32_t toy_sleep(struct toy *t, struct pk_io *io, uint64_t n)
{
	io->wake_ms = (uint32_t)n;
	t->then = toy_woken;
	return 0;
}

static inline uint32_t toy_layered(struct toy *t, struct pk_io *io, struct pk_in *in)
{
	toy_say(io, "layer %u status %d tls %x pending %zu bound %u", in->what, in->status, io->tls,
	        io->pending, io->bound);
	return toy_done(t, io);
}

static inline uint32_t toy_layer(struct toy *t, struct pk_io *io, uint64_t n)
{
	toy_say(io, "go");
	t->then = toy_layered;
	return (uint32_t)n;
}

static inline uint32_t toy_idle_ms(struct toy *t, struct pk_io *io, uint64_t n)
{
	io->idle_ms = (uint32_t)n;
	return toy_done(t, io);
}

static inline uint32_t toy_random(struct toy *t, struct pk_io *io, uint64_t n)
{
	unsigned char octet = 0;

	for (; n; n--)
		io->host->random(io, &octet, 1);
	toy_say(io, "random %02x", octet);
	return toy_done(t, io);
}

static inline uint32_t toy_resize(struct toy *t, struct pk_io *io, uint64_t n)
{
	char *p = io->host->resize(io, NULL, 10);
	char *q = p ? io->host->resize(io, p, n + 1) : NULL;

	toy_say(io, "resize %s", q ? "yes" : "no");
	io->host->resize(io, q ? q : p, n % 2 ? 0 : 20); /* an even one is left for close */
	return toy_done(t, io);
}

static inline uint32_t toy_quit(struct toy *t, struct pk_io *io, uint64_t n)
{
	(void)t, (void)n;
	toy_say(io, "bye");
	return PK_CLOSE;
}

static const struct toy_cmd {
	struct slice verb;
	uint32_t (*run)(struct toy *t, struct pk_io *io, uint64_t n);
} toy_commands[] = {
	{S("get "),    toy_get        },
        {S("four "),   toy_four       },
        {S("cancel "), toy_cancel     },
	{S("body "),   toy_body       },
        {S("exact "),  toy_exact      },
        {S("until "),  toy_until_begin},
	{S("work "),   toy_work       },
        {S("lines "),  toy_lines      },
        {S("idle "),   toy_idle       },
	{S("sleep "),  toy_sleep      },
        {S("layer "),  toy_layer      },
        {S("silent "), toy_idle_ms    },
	{S("random "), toy_random     },
        {S("resize "), toy_resize     },
        {S("quit "),   toy_quit       },
};

static inline uint32_t toy_command(struct toy *t, struct pk_io *io, struct pk_in *in)
{
	uint64_t n = 0;

	for (size_t i = 0; i < sizeof(toy_commands) / sizeof(*toy_commands); i++)
		if (slice_starts(in->bytes, toy_commands[i].verb) && !in->flags &&
		    slice_number(slice_skip(in->bytes, toy_commands[i].verb.n), UINT32_MAX, &n))
			return toy_commands[i].run(t, io, n);
	toy_say(io, "%s%s%zu %.*s", in->flags & PK_LONG ? "long " : "",
	        in->flags & PK_BARE_LF ? "bare " : "", in->bytes.n, (int)in->bytes.n, in->bytes.p);
	return toy_done(t, io);
}

static inline uint32_t toy_open(void *session, struct pk_io *io)
{
	struct toy *t = session;

	t->opened_twice = t->then;
	toy_say(io, "hello%s", t->opened_twice ? " again" : "");
	return toy_done(t, io);
}

static inline uint32_t toy_input(void *session, struct pk_io *io, struct pk_in *in)
{
	struct toy *t = session;

	if (in->kind == PK_IN_EOF) {
		toy_say(io, "eof");
		return PK_CLOSE;
	}
	if (in->kind != PK_IN_STOP)
		return t->then(t, io, in);
	toy_say(io, "stop %u", in->what);
	return in->what == PK_STOP_DRAIN && t->then != toy_command ? io->want : PK_CLOSE;
}

static const struct pk_plugin toy_plugin = {
	.size = sizeof(toy_plugin),
	.major = PK_ABI_MAJOR,
	.minor = PK_ABI_MINOR,
	.name = "toy",
	.version = "1",
	.session_bytes = sizeof(struct toy),
	.open = toy_open,
	.input = toy_input,
};

#endif
