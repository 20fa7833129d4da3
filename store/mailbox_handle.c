#include "mailbox_handle.h"

#include "notify.h"

/* Maildrops in use: the exclusive lock of RFC 1939 section 4. */
struct lock {
	UT_hash_handle hh;
	struct lock_key {
		uint64_t acct, mbox;
	} key;
};
struct locks {
	struct lock *all;
};

static struct lock *lock_find(const struct server *s, uint64_t acct, uint32_t mbox)
{
	struct lock_key key = {acct, mbox};
	struct lock *l = NULL;

	if (s->locks)
		/* All octets of the key are set: NOLINTNEXTLINE(clang-analyzer-core.*) */
		HASH_FIND(hh, s->locks->all, &key, sizeof(key), l);
	return l;
}

static enum pk_status lock_take(struct server *s, uint64_t acct, uint32_t mbox)
{
	struct lock *l;

	if (lock_find(s, acct, mbox))
		return PK_EBUSY;
	if (!s->locks)
		s->locks = calloc(1, sizeof(*s->locks));
	l = calloc(1, sizeof(*l));
	if (!s->locks || !l) {
		free(l);
		return PK_ENOMEM;
	}
	l->key = (struct lock_key){acct, mbox};
	HASH_ADD(hh, s->locks->all, key, sizeof(l->key), l);
	return PK_OK;
}

static void lock_release(struct server *s, uint64_t acct, uint32_t mbox)
{
	struct lock *l = lock_find(s, acct, mbox);

	if (!l)
		return;
	HASH_DEL(s->locks->all, l);
	free(l);
	if (s->locks->all)
		return;
	free(s->locks);
	s->locks = NULL;
}

enum pk_status handle_open(struct session *s, const struct opened *t, uint8_t mode,
                           struct handle **out)
{
	struct handle *h;
	enum pk_status st = PK_OK;
	unsigned n = 0;

	for (h = s->handles; h; h = h->next)
		n++;
	if (n >= HANDLES_MAX)
		return PK_ELIMIT;
	if (mode == PK_OPEN_DROP)
		st = lock_take(s->peer->server, t->acct, t->mbox);
	if (st != PK_OK)
		return st;
	h = calloc(1, sizeof(*h));
	if (!h) {
		if (mode == PK_OPEN_DROP)
			lock_release(s->peer->server, t->acct, t->mbox);
		return PK_ENOMEM;
	}
	do
		h->number = ++s->next_handle;
	while (!h->number || session_handle(s, h->number));
	h->acct = t->acct;
	h->mbox = t->mbox;
	h->uidvalidity = t->uidvalidity;
	h->mode = mode;
	h->rights = PK_RIGHT_ALL;
	h->next = s->handles;
	*out = s->handles = h;
	return PK_OK;
}

void handle_close(struct session *s, struct handle *h)
{
	struct handle **at = &s->handles;

	watch_end(s, h);
	if (h->mode == PK_OPEN_DROP)
		lock_release(s->peer->server, h->acct, h->mbox);
	while (*at != h)
		at = &(*at)->next;
	*at = h->next;
	free(h);
}

void session_close_handles(struct session *s)
{
	while (s->handles)
		handle_close(s, s->handles);
	watch_end(s, NULL);
}

bool call_opened(struct call *c, uint32_t number, bool writes, struct opened *t)
{
	struct handle *h = session_handle(c->session, number);

	if (!h) {
		call_fail(c, PK_ESTALE, "no mailbox is open under this number");
		return false;
	}
	if (writes && h->mode == PK_OPEN_READ) {
		call_fail(c, PK_EPERM, "the mailbox is open for reading only");
		return false;
	}
	*t = (struct opened){h->acct, h->mbox, h->uidvalidity, h->view};
	return true;
}

enum pk_status opened_load(struct txn *t, const struct opened *o, struct account *a,
                           struct mailbox *m)
{
	enum pk_status st = account_load(t, o->acct, a);

	memset(m, 0, sizeof(*m));
	if (st != PK_OK)
		return st == PK_ENOTFOUND ? PK_ESTALE : st;
	return mailbox_load(a, o->mbox, o->uidvalidity, m);
}
