#include "session.h"

#include "base/log.h"

#include <stdalign.h>

/* The functions that a plugin is given (struct pk_host). */

static bool host_grow(struct pk_io *io, size_t more)
{
	struct session *s = session_of(io);
	size_t need = io->out_n + more, cap = s->out_cap ? s->out_cap : 256;
	char *out;

	if (s->over || more > s->service->out_max ||
	    need > s->service->out_high + s->service->out_max) {
		s->over = true;
		return false;
	}
	if (need <= s->out_cap) {
		memmove(s->out, io->out, io->out_n);
	} else {
		while (cap < need)
			cap *= 2;
		out = malloc(cap);
		if (!out) {
			s->over = true;
			return false;
		}
		if (io->out_n)
			memcpy(out, io->out, io->out_n);
		free(s->out);
		s->out = out;
		s->out_cap = cap;
	}
	io->out = s->out;
	io->out_cap = s->out_cap;
	return true;
}

static bool too_much(const struct session *s, size_t more)
{
	size_t max = s->service->session_max;

	return more > max || s->command.used + s->resized > max - more;
}

static void *host_alloc(struct pk_io *io, size_t bytes)
{
	struct session *s = session_of(io);

	return too_much(s, bytes) ? NULL : arena_alloc(&s->command, bytes);
}

struct block {
	struct block *next, *before;
	size_t octets;
	alignas(max_align_t) char mem[];
};

/* Enters a block that is new, or not where it was. */
static void enter_block(struct session *s, struct block *b, size_t octets)
{
	if (b->before)
		b->before->next = b;
	else
		s->blocks = b;
	if (b->next)
		b->next->before = b;
	s->resized += octets - b->octets;
	b->octets = octets;
}

static void free_block(struct session *s, struct block *b)
{
	if (b->before)
		b->before->next = b->next;
	else
		s->blocks = b->next;
	if (b->next)
		b->next->before = b->before;
	s->resized -= b->octets;
	free(b);
}

static void *host_resize(struct pk_io *io, void *p, size_t bytes)
{
	struct session *s = session_of(io);
	struct block *old = p ? (struct block *)((char *)p - offsetof(struct block, mem)) : NULL;
	struct block *b;
	size_t was = old ? old->octets : 0;

	if (!bytes) {
		if (old)
			free_block(s, old);
		return NULL;
	}
	if (bytes > was && too_much(s, bytes - was))
		return NULL;
	b = realloc(old, sizeof(*b) + bytes);
	if (!b)
		return NULL;
	if (!old)
		*b = (struct block){.next = s->blocks};
	enter_block(s, b, bytes);
	return b->mem;
}

void host_free_blocks(struct session *s)
{
	while (s->blocks) /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): the head moves */
		free_block(s, s->blocks);
}

static bool host_call(struct pk_io *io, uint64_t tag, uint32_t op, struct slice request)
{
	struct session *s = session_of(io);

	if (s->closing || s->over)
		return false;
	if (!link_of(s)) {
		session_stop(s, PK_STOP_LINK);
		return true;
	}
	if (link_calls(s) == LINK_CALLS || !link_call(s, tag, op, request))
		return false;
	io->calls_left = LINK_CALLS - link_calls(s);
	return true;
}

static void host_cancel(struct pk_io *io, uint64_t tag)
{
	struct session *s = session_of(io);

	link_cancel(s, tag);
	session_forget_reply(s, tag);
	io->calls_left = LINK_CALLS - link_calls(s);
}

/* The next four come with the relay; until then there is nothing behind them. */
static bool host_resolve(struct pk_io *io, uint64_t tag, uint32_t rrtype, struct slice name)
{
	(void)io, (void)tag, (void)rrtype, (void)name;
	return false;
}

static bool host_dial(struct pk_io *io, const struct pk_dial *dial)
{
	(void)io, (void)dial;
	return false;
}

static uint64_t host_spawn(struct pk_io *io, struct slice arg)
{
	(void)io, (void)arg;
	return 0;
}

static bool host_tell(struct pk_io *io, uint64_t peer_id, struct slice words)
{
	(void)io, (void)peer_id, (void)words;
	return false;
}

static uint32_t host_body_open(struct pk_io *io, uint64_t tag, uint64_t expected_bytes)
{
	(void)expected_bytes; /* the store takes a body by what comes of it */
	return body_open(session_of(io), tag);
}

static size_t host_body_write(struct pk_io *io, uint32_t body, struct slice bytes)
{
	return body_write(session_of(io), body, bytes);
}

static struct slice host_body_end(struct pk_io *io, uint32_t body)
{
	return body_end(session_of(io), body);
}

static void host_body_drop(struct pk_io *io, uint32_t body)
{
	body_drop(session_of(io), body);
}

/* configure() has no session, and so no service that would know better than descriptor 2. */
static void host_log(struct pk_io *io, int level, struct slice line)
{
	struct session *s = io ? session_of(io) : NULL;

	if (s)
		service_log(s->service, s, level, line);
	else
		LOG((enum pk_log_level)level, "plugin", LOG_PAIRS(line));
}

static void host_count(struct pk_io *io, const char *counter, int64_t by)
{
	service_count(session_of(io)->service, counter, by);
}

static void host_random(struct pk_io *io, void *p, size_t bytes)
{
	struct service *v = session_of(io)->service;

	v->hooks->random(v->arg, p, bytes);
}

static bool host_unchanged(struct pk_io *io, uint32_t place, uint64_t count)
{
	const struct session *s = session_of(io);

	return s->service->board && place < BOARD_PLACES && link_of(s) &&
	       board_count(s->service->board, place) == count;
}

const struct pk_host *service_host(void)
{
	static const struct pk_host host = {
		.size = sizeof(host),
		.major = PK_ABI_MAJOR,
		.minor = PK_ABI_MINOR,
		.grow = host_grow,
		.alloc = host_alloc,
		.resize = host_resize,
		.call = host_call,
		.cancel = host_cancel,
		.resolve = host_resolve,
		.dial = host_dial,
		.spawn = host_spawn,
		.tell = host_tell,
		.body_open = host_body_open,
		.body_write = host_body_write,
		.body_end = host_body_end,
		.body_drop = host_body_drop,
		.log = host_log,
		.count = host_count,
		.random = host_random,
		.unchanged = host_unchanged,
	};

	return &host;
}
