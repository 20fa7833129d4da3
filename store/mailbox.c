#include "drop.h"
#include "mailbox_parts.h"
#include "quota.h"
#include "vault.h"

#include <assert.h>

#define EMPTY_MS INT64_MAX

static struct key row_key(const struct mailbox *m, uint8_t kind, uint32_t last)
{
	return key_acct_u32(m->account->acct, m->id, kind, last);
}

uint64_t mailbox_change(struct mailbox *m)
{
	m->changed = true;
	m->row.modseq = account_modseq(m->account);
	return m->row.modseq;
}

/* The page at hand. */

static enum pk_status page_store(struct mailbox *m)
{
	struct key key = row_key(m, KIND_FLAGS, m->page_no);
	struct buf row = {0};
	enum pk_status st;

	if (!m->page_dirty)
		return PK_OK;
	m->page_dirty = false;
	if (!m->page.present[0] && !m->page.present[1]) {
		st = txn_del(m->txn, TREE_ACCT, key_slice(&key));
		return st == PK_ENOTFOUND ? PK_OK : st;
	}
	page_encode(&row, &m->page);
	return put_row(m->txn, TREE_ACCT, &key, &row);
}

/* Makes it the page at hand; an absent one is empty. The page before is written if it changed. */
static enum pk_status page_load(struct mailbox *m, uint32_t no)
{
	struct key key = row_key(m, KIND_FLAGS, no);
	struct slice value;
	enum pk_status st;

	if (m->page_loaded && m->page_no == no)
		return PK_OK;
	st = page_store(m);
	if (st != PK_OK)
		return st;
	m->page_loaded = false;
	m->page_no = no;
	st = txn_get(m->txn, TREE_ACCT, key_slice(&key), &value);
	if (st == PK_ENOTFOUND)
		memset(&m->page, 0, sizeof(m->page));
	else if (st == PK_OK)
		st = page_decode(value, &m->page);
	if (st == PK_OK && no == 0 && page_has(&m->page, 0))
		st = PK_EIO; /* there is no UID 0 */
	m->page_loaded = st == PK_OK || st == PK_ENOTFOUND;
	return m->page_loaded ? PK_OK : st;
}

/* Makes the page of a present UID the one at hand. */
static enum pk_status page_of(struct mailbox *m, uint32_t uid, struct flag_entry **entry)
{
	enum pk_status st = page_load(m, uid / PAGE_UIDS);

	*entry = &m->page.entry[uid % PAGE_UIDS];
	if (st == PK_OK && !page_has(&m->page, uid % PAGE_UIDS))
		st = PK_EEXPUNGED;
	return st;
}

static void page_change(struct mailbox *m)
{
	m->page.modseq = mailbox_change(m);
	m->page_dirty = true;
}

/* Load and save. */

enum pk_status mailbox_load(struct account *a, uint32_t id, uint32_t uidvalidity, struct mailbox *m)
{
	struct key key = key_acct(a->acct, id, KIND_COUNTERS);
	struct slice value;
	enum pk_status st = txn_get(a->txn, TREE_ACCT, key_slice(&key), &value);

	memset(m, 0, sizeof(*m));
	m->account = a;
	m->txn = a->txn;
	m->id = id;
	if (st == PK_OK)
		st = mailbox_decode(value, &m->row);
	if (st == PK_ENOTFOUND)
		return PK_ESTALE;
	if (st != PK_OK)
		return st;
	if (m->row.name.n > NAME_MAX_OCTETS)
		return PK_EIO;
	memcpy(m->name, m->row.name.p, m->row.name.n);
	m->row.name.p = m->name;
	return uidvalidity && uidvalidity != m->row.uidvalidity ? PK_ESTALE : PK_OK;
}

static enum pk_status save_row(struct mailbox *m)
{
	struct key key = key_acct(m->account->acct, m->id, KIND_COUNTERS);
	struct buf row = {0};

	if (!m->changed)
		return PK_OK;
	m->changed = false;
	if (!m->row.exists)
		m->row.oldest_ms = EMPTY_MS;
	if (m->row.modseq == m->account->modseq)
		txn_touch(m->txn, m->account->acct, m->id);
	mailbox_encode(&row, &m->row);
	return put_row(m->txn, TREE_ACCT, &key, &row);
}

enum pk_status mailbox_save(struct mailbox *m)
{
	enum pk_status st = page_store(m);

	if (st == PK_OK)
		st = expunged_write(m);
	if (st == PK_OK && (m->octets_delta || m->messages_delta))
		st = quota_add(m->account, m->octets_delta, m->messages_delta, 0);
	m->octets_delta = m->messages_delta = 0;
	return st == PK_OK ? save_row(m) : st;
}

void mailbox_drop(struct mailbox *m)
{
	expunged_free(m);
	free(m->keywords);
	m->keywords = NULL;
}

/* Messages. */

/* A message with these flags and octets comes (1) or goes (-1). */
static void count(struct mailbox *m, const struct flag_entry *e, uint64_t octets, int one)
{
	m->row.exists += (uint32_t)one;
	m->row.unseen += e->flags & PK_SEEN ? 0 : (uint32_t)one;
	m->row.deleted += e->flags & PK_DELETED ? (uint32_t)one : 0;
	m->row.octets += one > 0 ? octets : -octets;
	m->octets_delta += one > 0 ? (int64_t)octets : -(int64_t)octets;
	m->messages_delta += one;
}

static enum pk_status put_message(struct mailbox *m, uint32_t uid, const struct message_row *r)
{
	struct key key = row_key(m, KIND_MESSAGE, uid);
	struct key docid = key_acct_u32(m->account->acct, 0, KIND_DOCID, r->docid);
	struct docid_row where = {.mbox = m->id, .uid = uid};
	struct buf row = {0};
	enum pk_status st;

	message_encode(&row, r);
	st = put_row(m->txn, TREE_ACCT, &key, &row);
	if (st != PK_OK)
		return st;
	docid_encode(&row, &where);
	return put_row(m->txn, TREE_ACCT, &docid, &row);
}

enum pk_status mailbox_add(struct mailbox *m, const struct message_new *new, uint32_t *uid)
{
	struct message_row row = new->row;
	struct flag_entry *e;
	enum pk_status st;

	*uid = m->row.uidnext;
	if (*uid == UINT32_MAX || m->account->row.next_docid == UINT32_MAX)
		return PK_ELIMIT;
	st = page_load(m, *uid / PAGE_UIDS);
	if (st != PK_OK)
		return st;
	if (!row.docid)
		row.docid = m->account->row.next_docid++;
	st = put_message(m, *uid, &row);
	if (st != PK_OK)
		return st;
	page_change(m);
	e = &m->page.entry[*uid % PAGE_UIDS];
	*e = (struct flag_entry){new->flags, m->page.modseq};
	m->page.present[*uid % PAGE_UIDS / 64] |= 1ull << (*uid % PAGE_UIDS % 64);
	m->row.uidnext++;
	if (row.savedate_ms < m->row.oldest_ms)
		m->row.oldest_ms = row.savedate_ms;
	count(m, e, row.octets, 1);
	return PK_OK;
}

static enum pk_status message_raw(struct mailbox *m, uint32_t uid, struct slice *raw)
{
	struct key key = row_key(m, KIND_MESSAGE, uid);

	return txn_get(m->txn, TREE_ACCT, key_slice(&key), raw);
}

enum pk_status mailbox_message(struct mailbox *m, uint32_t uid, struct message_row *row)
{
	struct slice raw;
	enum pk_status st = message_raw(m, uid, &raw);

	if (st == PK_ENOTFOUND)
		return PK_EEXPUNGED;
	return st == PK_OK ? message_decode(raw, row) : st;
}

enum pk_status mailbox_flags(struct mailbox *m, uint32_t uid, struct flag_entry *out)
{
	struct flag_entry *e;
	enum pk_status st = page_of(m, uid, &e);

	if (st == PK_OK)
		*out = *e;
	return st;
}

enum pk_status mailbox_set_flags(struct mailbox *m, uint32_t uid, uint64_t flags)
{
	struct flag_entry *e;
	enum pk_status st = page_of(m, uid, &e);

	if (st != PK_OK || e->flags == flags)
		return st;
	m->row.unseen += (uint32_t)((flags & PK_SEEN) == 0) - (uint32_t)((e->flags & PK_SEEN) == 0);
	m->row.deleted +=
		(uint32_t)((flags & PK_DELETED) != 0) - (uint32_t)((e->flags & PK_DELETED) != 0);
	page_change(m);
	*e = (struct flag_entry){flags, m->page.modseq};
	return PK_OK;
}

enum pk_status mailbox_remove(struct mailbox *m, uint32_t uid, enum destination to,
                              enum vault_by by)
{
	struct key key = row_key(m, KIND_MESSAGE, uid);
	char copy[ROW_MAX]; /* rows move while others are written */
	struct flag_entry *e, was;
	struct message_row row;
	struct slice raw;
	enum pk_status st = page_of(m, uid, &e);

	if (st != PK_OK)
		return st;
	was = *e;
	st = message_raw(m, uid, &raw);
	if (st != PK_OK)
		return PK_EIO; /* it is present, so it has a row */
	assert(raw.n <= sizeof(copy));
	memcpy(copy, raw.p, raw.n);
	raw.p = copy;
	st = txn_del(m->txn, TREE_ACCT, key_slice(&key));
	if (st == PK_OK)
		st = message_decode(raw, &row);
	if (st == PK_OK)
		count(m, &was, row.octets, -1);
	if (st == PK_OK && to == TO_VAULT)
		st = vault_put(m, uid, &was, raw, by);
	else if (st == PK_OK && to == TO_DESTROY)
		st = message_destroy(m->account, &row);
	if (st == PK_OK)
		st = drop_forget(m, uid);
	if (st == PK_OK)
		st = expunged_add(m, uid);
	page_change(m);
	*e = (struct flag_entry){0};
	m->page.present[uid % PAGE_UIDS / 64] &= ~(1ull << (uid % PAGE_UIDS % 64));
	return st;
}

/* The number of the first page at or after `no`. */
static enum pk_status page_after(struct mailbox *m, uint32_t *no)
{
	struct key prefix = key_acct(m->account->acct, m->id, KIND_FLAGS);
	struct key from = row_key(m, KIND_FLAGS, *no);
	struct slice key, value;
	enum pk_status st = page_store(m); /* it may be a new one */

	if (st == PK_OK)
		st = txn_first(m->txn, TREE_ACCT, key_slice(&prefix), key_slice(&from), &key,
		               &value);
	if (st == PK_OK)
		*no = key_u32_at(key, KEY_ACCT_OCTETS);
	return st;
}

enum pk_status mailbox_each(struct mailbox *m, uint32_t first, uint32_t last,
                            enum pk_status (*fn)(void *, uint32_t, const struct flag_entry *),
                            void *arg)
{
	uint64_t uid = first ? first : 1;
	enum pk_status st = PK_OK;

	while (st == PK_OK && uid <= last) {
		uint32_t no = (uint32_t)(uid / PAGE_UIDS);

		st = page_after(m, &no);
		if (st != PK_OK)
			return st == PK_ENOTFOUND ? PK_OK : st;
		if ((uint64_t)no * PAGE_UIDS > uid)
			uid = (uint64_t)no * PAGE_UIDS;
		for (; st == PK_OK && uid <= last && uid / PAGE_UIDS == no; uid++) {
			struct flag_entry e;

			st = page_load(m, no); /* fn may have gone elsewhere */
			if (st != PK_OK || !page_has(&m->page, uid % PAGE_UIDS))
				continue;
			e = m->page.entry[uid % PAGE_UIDS];
			st = fn(arg, (uint32_t)uid, &e);
		}
	}
	return st;
}
