#include "sent_copy.h"

#include "mailbox_copy.h"

#define SENT_MS    ((int64_t)SENT_DAYS * 24 * 3600 * 1000)
#define FORGET_MAX 4 /* at each note: more than one comes */
#define RECENT_MS  ((int64_t)24 * 3600 * 1000)

enum pk_status sent_id_make(struct keyring *keys, uint32_t tenant, struct slice message_id,
                            struct sent_id *id)
{
	unsigned char mac[32];
	enum pk_status st = PK_OK;

	*id = (struct sent_id){.known = message_id.n > 0};
	if (id->known)
		st = keyring_mac(keys, tenant, "message-id", message_id, mac);
	if (id->known && st == PK_OK)
		memcpy(id->p, mac, sizeof(id->p));
	return st;
}

static enum pk_status load(struct account *a, const struct sent_id *id, struct sent_row *row)
{
	struct key k = key_sent(a->acct, id->p);
	struct slice value;
	enum pk_status st = txn_get(a->txn, TREE_ACCT, key_slice(&k), &value);

	return st == PK_OK ? sent_decode(value, row) : st;
}

static bool is_gone(enum pk_status st)
{
	return st == PK_ENOTFOUND || st == PK_ESTALE || st == PK_EEXPUNGED;
}

enum pk_status sent_is_there(struct account *a, const struct sent_id *id, bool *there)
{
	struct mailbox m = {0};
	struct flag_entry e;
	struct sent_row row;
	enum pk_status st = id->known ? load(a, id, &row) : PK_ENOTFOUND;

	if (st == PK_OK)
		st = mailbox_load(a, row.mbox, 0, &m);
	if (st == PK_OK)
		st = mailbox_flags(&m, row.uid, &e);
	mailbox_drop(&m);
	*there = st == PK_OK;
	return is_gone(st) ? PK_OK : st;
}

static enum pk_status forget(struct account *a, int64_t at_ms,
                             const unsigned char id[SENT_ID_OCTETS])
{
	struct key row = key_sent(a->acct, id), time = key_sent_time(a->acct, at_ms, id);
	enum pk_status st = txn_del(a->txn, TREE_ACCT, key_slice(&row));

	if (st == PK_OK || st == PK_ENOTFOUND)
		st = txn_del(a->txn, TREE_ACCT, key_slice(&time));
	return st == PK_ENOTFOUND ? PK_OK : st;
}

static enum pk_status forget_old(struct account *a)
{
	struct key prefix = key_acct(a->acct, 0, KIND_SENT_TIME);
	enum pk_status st = PK_OK;

	for (int i = 0; st == PK_OK && i < FORGET_MAX; i++) {
		unsigned char id[SENT_ID_OCTETS];
		struct slice key, value;
		int64_t at_ms;

		st = txn_first(a->txn, TREE_ACCT, key_slice(&prefix), (struct slice){0}, &key,
		               &value);
		if (st != PK_OK)
			break;
		at_ms = (int64_t)key_u64_at(key, prefix.n);
		if (at_ms > a->txn->now_ms - SENT_MS)
			break;
		if (key.n != prefix.n + 8 + SENT_ID_OCTETS)
			return PK_EIO;
		memcpy(id, key.p + prefix.n + 8, sizeof(id));
		st = forget(a, at_ms, id);
	}
	return st == PK_ENOTFOUND ? PK_OK : st;
}

enum pk_status sent_note(struct account *a, const struct sent_id *id, const struct sent_row *row)
{
	struct key k = key_sent(a->acct, id->p), time = key_sent_time(a->acct, row->at_ms, id->p);
	struct buf b = {0}, empty = {0};
	struct sent_row old;
	enum pk_status st;

	if (!id->known)
		return PK_OK;
	st = load(a, id, &old);
	if (st == PK_OK)
		st = forget(a, old.at_ms, id->p);
	if (st == PK_OK || st == PK_ENOTFOUND)
		st = forget_old(a);
	if (st != PK_OK)
		return st;
	sent_encode(&b, row);
	empty_encode(&empty);
	st = put_row(a->txn, TREE_ACCT, &k, &b);
	if (st != PK_OK) {
		buf_free(&empty);
		return st;
	}
	return put_row(a->txn, TREE_ACCT, &time, &empty);
}

/* The message leaves `from`, and its flags are told as they are in `to`. */
static enum pk_status leave(struct mailbox *from, struct mailbox *to, struct sent_id *id,
                            const struct sent_row *row)
{
	struct copying c = {.from = from, .to = to};
	struct flag_entry e;
	enum pk_status st = mailbox_flags(from, row->uid, &e);

	if (st == PK_OK)
		st = copy_flags(&c, e.flags & ~(uint64_t)PK_SEEN, &id->flags);
	if (st == PK_OK)
		st = mailbox_remove(from, row->uid, TO_DESTROY, BY_CLIENT);
	id->replaced = st == PK_OK;
	return st;
}

/* What has left is still counted outside of it: that is freed when it is saved. */
static enum pk_status leave_here(struct mailbox *m, struct sent_id *id, const struct sent_row *row,
                                 struct quota_need *freed)
{
	struct message_row message;
	enum pk_status st = mailbox_message(m, row->uid, &message);

	if (st != PK_OK)
		return st;
	st = leave(m, m, id, row);
	if (st == PK_OK) {
		freed->octets += message.octets;
		freed->messages++;
	}
	return st;
}

static enum pk_status leave_another(struct mailbox *to, struct sent_id *id,
                                    const struct sent_row *row)
{
	struct mailbox from = {0};
	enum pk_status st = mailbox_load(to->account, row->mbox, 0, &from);

	if (st == PK_OK)
		st = leave(&from, to, id, row);
	if (st == PK_OK)
		st = mailbox_save(&from);
	mailbox_drop(&from);
	return st;
}

enum pk_status sent_give_way(struct mailbox *m, bool sent, struct sent_id *id,
                             struct quota_need *freed)
{
	struct sent_row row;
	enum pk_status st = PK_OK;

	id->here = sent && id->known;
	id->replaced = false;
	id->flags = 0;
	if (!id->here)
		return st;
	st = load(m->account, id, &row);
	if (st == PK_OK && row.by == SENT_BY_SUBMIT)
		st = row.mbox == m->id ? leave_here(m, id, &row, freed)
		                       : leave_another(m, id, &row);
	return is_gone(st) ? PK_OK : st;
}

enum pk_status sent_appended(struct mailbox *m, const struct sent_id *id, uint32_t uid,
                             int64_t internaldate_ms)
{
	bool recent = m->txn->now_ms - internaldate_ms < RECENT_MS;
	struct sent_row row = {
		.at_ms = m->txn->now_ms, .mbox = m->id, .uid = uid, .by = SENT_BY_CLIENT};

	return id->here && (recent || id->replaced) ? sent_note(m->account, id, &row) : PK_OK;
}
