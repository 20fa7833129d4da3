#include "notify.h"

/* By account and mailbox (0: the whole account), who shall hear of changes. */
struct watch {
	UT_hash_handle hh;
	struct watch_key {
		uint64_t acct, mbox;
	} key;
	uint32_t place; /* on the board */
	struct watcher {
		struct session *session;
		struct watcher *next;
	} * first;
};
struct watches {
	struct watch *all;
	uint32_t places;   /* of the board that were ever given out */
	struct buf unused; /* uint32_t each: those that came back */
};

static uint32_t take_place(struct watches *all)
{
	uint32_t place;

	if (!all->unused.n)
		return all->places < BOARD_PLACES ? all->places++ : BOARD_NOWHERE;
	all->unused.n -= sizeof(place);
	memcpy(&place, all->unused.p + all->unused.n, sizeof(place));
	return place;
}

/* Short of memory it is not given out again. */
static void give_place_back(struct watches *all, uint32_t place)
{
	if (place == BOARD_NOWHERE || !buf_room(&all->unused, sizeof(place)))
		return;
	buf_put(&all->unused, (struct slice){(const char *)&place, sizeof(place)});
}

static struct watch *find(const struct server *s, uint64_t acct, uint32_t mbox)
{
	struct watch_key key = {acct, mbox};
	struct watch *w = NULL;

	if (s->watches)
		/* All octets of the key are set: NOLINTNEXTLINE(clang-analyzer-core.*) */
		HASH_FIND(hh, s->watches->all, &key, sizeof(key), w);
	return w;
}

static struct watch *make(struct server *s, uint64_t acct, uint32_t mbox)
{
	struct watch *w = find(s, acct, mbox);

	if (w)
		return w;
	if (!s->watches)
		s->watches = calloc(1, sizeof(*s->watches));
	w = s->watches ? calloc(1, sizeof(*w)) : NULL;
	if (!w)
		return NULL;
	w->key = (struct watch_key){acct, mbox};
	w->place = take_place(s->watches);
	HASH_ADD(hh, s->watches->all, key, sizeof(w->key), w);
	return w;
}

/* NULL: the session does not watch it. */
static struct watcher **place_of(struct watch *w, const struct session *s)
{
	for (struct watcher **at = &w->first; *at; at = &(*at)->next)
		if ((*at)->session == s)
			return at;
	return NULL;
}

static enum pk_status add(struct session *s, uint64_t acct, uint32_t mbox)
{
	struct watch *w = make(s->peer->server, acct, mbox);
	struct watcher *new = w ? calloc(1, sizeof(*new)) : NULL;

	if (!new)
		return PK_ENOMEM;
	*new = (struct watcher){s, w->first};
	w->first = new;
	return PK_OK;
}

static void take_off(struct session *s, uint64_t acct, uint32_t mbox)
{
	struct server *server = s->peer->server;
	struct watch *w = find(server, acct, mbox);
	struct watcher **at = w ? place_of(w, s) : NULL, *old;

	if (!at)
		return;
	old = *at;
	*at = old->next;
	free(old);
	if (w->first)
		return;
	HASH_DEL(server->watches->all, w);
	give_place_back(server->watches, w->place);
	free(w);
}

static bool watches_account(const struct session *s)
{
	struct watch *w = find(s->peer->server, s->acct, 0);

	return w && place_of(w, s);
}

void watch_end(struct session *s, struct handle *h)
{
	if (!h)
		take_off(s, s->acct, 0);
	else if (h->watched)
		take_off(s, h->acct, h->mbox);
	if (h)
		h->watched = false;
}

enum pk_status watch_set(struct session *s, struct handle *h, bool on)
{
	enum pk_status st;

	if (!on) {
		watch_end(s, h);
		return PK_OK;
	}
	if (h ? h->watched : watches_account(s))
		return PK_OK;
	st = h ? add(s, h->acct, h->mbox) : add(s, s->acct, 0);
	if (st == PK_OK && h)
		h->watched = true;
	return st;
}

static const struct watch *watch_of(const struct session *s, const struct handle *h)
{
	return h ? find(s->peer->server, h->acct, h->mbox) : find(s->peer->server, s->acct, 0);
}

uint32_t watch_place(const struct session *s, const struct handle *h)
{
	const struct watch *w = s->peer->server->options.board ? watch_of(s, h) : NULL;

	return w ? w->place : BOARD_NOWHERE;
}

uint64_t watch_count(const struct session *s, const struct handle *h)
{
	return board_count(s->peer->server->options.board, watch_place(s, h));
}

void watch_answered(struct session *s)
{
	s->rung = false;
}

static void ring(const struct server *s, const struct watch *w)
{
	if (w)
		board_bump(s->options.board, w->place);
	for (struct watcher *at = w ? w->first : NULL; at; at = at->next) {
		if (at->session->rung)
			continue;
		at->session->rung = true;
		session_event(at->session, PK_OP_changed, (struct slice){0});
	}
}

void watches_ring(struct server *s, const struct touched *touched)
{
	for (; touched; touched = touched->next) {
		if (touched->mbox)
			ring(s, find(s, touched->acct, touched->mbox));
		ring(s, find(s, touched->acct, 0));
	}
}

void notify_free(struct server *s)
{
	if (s->watches)
		buf_free(&s->watches->unused);
	free(s->watches); /* its sessions are gone, and their entries with them */
	s->watches = NULL;
}
