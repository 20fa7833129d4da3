#ifndef TOY_WORLD_H
#define TOY_WORLD_H

/*
 * One session of the toy plugin, the host that drives it, the toy store and a client that sends a
 * script and keeps what it gets: all in memory, with a clock that the test moves.
 */
#include "session.h"
#include "toy_plugin.h"
#include "toy_store.h"

struct toy_world {
	struct service service;
	struct toy_store store;
	struct link *link;
	struct session *s;
	struct slice script; /* what the client has still to send */
	struct buf got;      /* by the client */
	uint64_t seed;
	size_t out_most; /* the most output that ever waited */
	unsigned layers;
	bool closed, hold_layers;
};

static inline uint32_t toy_dice(struct toy_world *w, uint32_t below)
{
	w->seed = w->seed * 6364136223846793005u + 1442695040888963407u;
	return below ? (uint32_t)(w->seed >> 33) % below : 0;
}

static inline enum settled toy_settle(void *arg, struct session *s)
{
	(void)arg, (void)s;
	return SETTLED_WELL;
}

static inline void toy_fill(void *arg, void *p, size_t bytes)
{
	(void)arg;
	memset(p, 0x5a, bytes);
}

static inline void toy_bindings(void *arg, struct session *s, struct bindings *b)
{
	(void)arg, (void)s;
	b->exporter_octets = 32;
}

static inline void toy_log(void *arg, struct session *s, int level, struct slice line)
{
	(void)arg, (void)s, (void)level, (void)line;
}

static const struct service_hooks toy_hooks = {toy_settle, toy_fill, toy_bindings, toy_log};

static inline void toy_world_open(struct toy_world *w, const struct pk_plugin *plugin)
{
	struct session_setup setup = {
		.peer = {.kind = PK_PEER_CLIENT, .listener = S("toy")}
        };

	service_init(&w->service, plugin, &toy_hooks, w);
	w->service.mono_ms = 1000;
	w->service.now_ms = 1700000000000;
	w->service.out_high = 2000;
	w->link = w->store.link = link_new(&w->service, "toy");
	setup.link = w->link;
	setup.can_tls = true;
	setup.login_ms = 60000;
	setup.idle_ms = 600000;
	w->s = session_begin(&w->service, &setup);
	session_open(w->s, &(struct session_tls){0});
}

static inline void toy_world_close(struct toy_world *w)
{
	session_free(w->s);
	toy_read(&w->store, SIZE_MAX);
	while (toy_write(&w->store, 1000))
		;
	link_free(w->link);
	service_free(&w->service);
	toy_free(&w->store);
	buf_free(&w->got);
}

/* The client sends at most n octets. False: nothing could go. */
static inline bool toy_client_sends(struct toy_world *w, size_t n)
{
	struct slice some = slice_head(w->script, n);
	char lent[70000];

	some = slice_head(some, session_room(w->s));
	some = slice_head(some, sizeof(lent));
	if (!some.n || w->closed)
		return false;
	memcpy(lent, some.p, some.n);
	w->script = slice_skip(w->script, some.n);
	session_feed(w->s, lent, some.n);
	return true;
}

/* The client takes at most n octets of what must be sent. */
static inline bool toy_client_gets(struct toy_world *w, size_t n)
{
	struct slice out = slice_head(session_output(w->s), n);

	if (w->s->io.out_n > w->out_most)
		w->out_most = w->s->io.out_n;
	if (!session_must_send(w->s) || w->closed)
		return false;
	buf_put(&w->got, out);
	session_sent(w->s, out.n);
	return true;
}

static inline bool toy_changes_layer(struct toy_world *w)
{
	uint32_t layer = session_layer(w->s);

	if (session_over(w->s) || layer == PK_CLOSE) {
		bool was = w->closed;

		w->closed = true;
		return !was;
	}
	if (!layer || w->hold_layers)
		return false;
	w->layers++;
	session_layered(w->s, PK_OK,
	                &(struct session_tls){.version = layer == PK_TLS ? 0x0304 : 0});
	return true;
}

static inline bool toy_turn(struct toy_world *w)
{
	return w->service.first && (service_turn(&w->service), true);
}

static inline bool toy_store_reads(struct toy_world *w, size_t n)
{
	bool some = link_output(w->link).n;

	toy_read(&w->store, n);
	return some;
}

/* Everything that can happen, in random order and pieces; at last whatever is left. */
static inline void toy_play(struct toy_world *w)
{
	bool any = true;

	for (unsigned i = 0; any || i < 50; i++) {
		bool random = w->seed && i < 3000;
		size_t n = random ? 1 + toy_dice(w, toy_dice(w, 2) ? 7 : 9000) : SIZE_MAX;
		unsigned what = random ? toy_dice(w, 8) : 8;

		any = false;
		if (what == 0 || what == 8)
			any |= toy_client_sends(w, n);
		if (what == 1 || what == 8)
			any |= toy_client_gets(w, n);
		if (what == 2 || what == 8)
			any |= toy_store_reads(w, n);
		if (what == 3 || what == 8)
			any |= toy_write(&w->store, n);
		if (what == 4 || what == 8)
			any |= toy_grant(&w->store, n > 100000 ? 100000 : (uint32_t)n);
		if (what == 5 || what == 8)
			any |= toy_turn(w);
		if (what == 6 || what == 8)
			any |= toy_changes_layer(w);
		if (random)
			any = true;
	}
}

/* Plays one more part of the script; what the client got of it is in w->got. */
static inline void toy_say_all(struct toy_world *w, struct slice script)
{
	w->script = script;
	toy_play(w);
}

static inline void toy_pass(struct toy_world *w, int64_t ms)
{
	w->service.mono_ms += ms;
	w->service.now_ms += ms;
	service_tick(&w->service);
	toy_play(w);
}

#endif
