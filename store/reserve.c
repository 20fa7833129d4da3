#include "reserve.h"

#include <utlist.h>

/*
 * Promises are summed up by what they are held against: a tenant, a domain, an account. They end
 * in the order in which they were made, as all last equally long.
 */
struct scope_key {
	uint64_t id; /* tenant; tenant and domain; acct */
	uint64_t scope;
};
struct sum {
	UT_hash_handle hh;
	struct scope_key key;
	struct quota_need need;
	size_t count; /* promises in it */
};
struct holder { /* a link */
	UT_hash_handle hh;
	const struct peer *peer;
	size_t goals;
};
struct promise {
	struct rcpt *of;
	struct holder *holder;
	int64_t until_ms;
	struct promise *prev, *next;
};
struct reserves {
	struct sum *sums;
	struct holder *holders;
	struct promise *promises; /* oldest first */
};

#define SCOPES 3

enum pk_status goal_mailbox(struct account *a, const struct goal *g, struct mailbox *m)
{
	return g->mbox ? mailbox_load(a, g->mbox, 0, m) : mailbox_find(a, S("INBOX"), m);
}

static void keys_of(const struct goal *g, struct scope_key keys[SCOPES])
{
	uint64_t tenant = ACCT_TENANT(g->acct);

	keys[0] = (struct scope_key){tenant, PK_SCOPE_TENANT};
	keys[1] = (struct scope_key){tenant << 32 | g->domain, PK_SCOPE_DOMAIN};
	keys[2] = (struct scope_key){g->acct, PK_SCOPE_USER};
}

static struct sum *sum_find(const struct reserves *r, const struct scope_key *key)
{
	struct sum *s = NULL;

	if (r)
		HASH_FIND(hh, r->sums, key, sizeof(*key), s);
	return s;
}

void reserve_sum(const struct server *server, const struct goal *g, struct quota_needs *out)
{
	struct quota_need *needs[SCOPES] = {&out->tenant, &out->domain, &out->user};
	struct scope_key keys[SCOPES] = {0};

	*out = (struct quota_needs){0};
	keys_of(g, keys);
	for (size_t i = 0; i < SCOPES; i++) {
		struct sum *s = sum_find(server->reserves, &keys[i]);

		if (s)
			*needs[i] = s->need;
	}
	out->mailbox = out->user; /* as if all of it went there, as it mostly does */
}

static void sum_take(struct reserves *r, const struct scope_key *key, uint64_t octets)
{
	struct sum *s = sum_find(r, key);

	if (!s)
		return;
	s->need.octets -= octets;
	s->need.messages--;
	if (--s->count == 0) {
		HASH_DEL(r->sums, s);
		free(s);
	}
}

static bool sum_add(struct reserves *r, const struct scope_key *key, uint64_t octets)
{
	struct sum *s = sum_find(r, key);

	if (!s) {
		s = calloc(1, sizeof(*s));
		if (!s)
			return false;
		s->key = *key;
		HASH_ADD(hh, r->sums, key, sizeof(s->key), s);
	}
	s->need.octets += octets;
	s->need.messages++;
	s->count++;
	return true;
}

/* Undoes the first n of the sums of a recipient: SCOPES for each goal. */
static void take_sums(struct reserves *r, const struct rcpt *of, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct scope_key keys[SCOPES] = {0};

		keys_of(&of->goals[i / SCOPES], keys);
		if (!of->goals[i / SCOPES].again)
			sum_take(r, &keys[i % SCOPES], of->octets);
	}
}

static bool add_sums(struct reserves *r, const struct rcpt *of)
{
	for (size_t i = 0; i < of->count * SCOPES; i++) {
		struct scope_key keys[SCOPES] = {0};

		keys_of(&of->goals[i / SCOPES], keys);
		if (!of->goals[i / SCOPES].again && !sum_add(r, &keys[i % SCOPES], of->octets)) {
			take_sums(r, of, i);
			return false;
		}
	}
	return true;
}

static struct holder *holder_of(struct reserves *r, const struct peer *peer)
{
	struct holder *h;

	HASH_FIND_PTR(r->holders, &peer, h);
	if (h)
		return h;
	h = calloc(1, sizeof(*h));
	if (!h)
		return NULL;
	h->peer = peer;
	HASH_ADD_PTR(r->holders, peer, h);
	return h;
}

static void holder_take(struct reserves *r, struct holder *h, size_t goals)
{
	h->goals -= goals;
	if (h->goals)
		return;
	HASH_DEL(r->holders, h);
	free(h);
}

static void end_promise(struct reserves *r, struct promise *p)
{
	take_sums(r, p->of, p->of->count * SCOPES);
	holder_take(r, p->holder, p->of->count);
	DL_DELETE(r->promises, p);
	p->of->held = NULL;
	free(p);
}

enum pk_status reserve_add(struct session *session, struct rcpt *of)
{
	struct server *server = session->peer->server;
	struct reserves *r = server->reserves;
	struct promise *p;
	struct holder *h;

	if (!r)
		r = server->reserves = calloc(1, sizeof(*r));
	if (!r)
		return PK_ENOMEM;
	h = holder_of(r, session->peer);
	if (h && h->goals + of->count > RESERVE_PER_LINK)
		return PK_ELIMIT;
	p = h ? calloc(1, sizeof(*p)) : NULL;
	if (!p || !add_sums(r, of)) {
		if (h)
			holder_take(r, h, 0);
		free(p);
		return PK_ENOMEM;
	}
	h->goals += of->count;
	*p = (struct promise){.of = of, .holder = h, .until_ms = server_mono(server) + RESERVE_MS};
	DL_APPEND(r->promises, p);
	of->held = p;
	return PK_OK;
}

void rcpt_free(struct server *server, struct rcpt *of)
{
	if (!of)
		return;
	if (of->held)
		end_promise(server->reserves, of->held);
	buf_free(&of->asked);
	buf_free(&of->from);
	buf_free(&of->original);
	buf_free(&of->addresses);
	free(of->goals);
	free(of);
}

void reserve_drop(struct session *s)
{
	while (s->rcpts) {
		struct rcpt *of = s->rcpts;

		s->rcpts = of->next;
		rcpt_free(s->peer->server, of);
	}
	if (!s->acct) {
		s->volume = NULL;
		s->body_tenant = 0;
	}
}

void reserve_tick(struct server *server)
{
	struct reserves *r = server->reserves;
	int64_t now = server_mono(server);

	while (r && r->promises &&
	       (r->promises->until_ms <= now || r->promises->until_ms - now > RESERVE_MS))
		end_promise(r, r->promises);
}

void reserve_free(struct server *server)
{
	struct reserves *r = server->reserves;

	if (!r)
		return;
	while (r->promises)
		end_promise(r, r->promises);
	free(r);
	server->reserves = NULL;
}
