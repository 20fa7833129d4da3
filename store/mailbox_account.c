#include "mailbox_parts.h"
#include "blob.h"
#include "quota.h"
#include "vault.h"

static struct key header_key(uint64_t acct)
{
	return key_acct(acct, 0, KIND_ACCOUNT);
}

static void account_init(struct txn *t, uint64_t acct, struct account *a)
{
	memset(a, 0, sizeof(*a));
	a->txn = t;
	a->acct = acct;
	a->vault_keep_ms = -1;
}

enum pk_status account_load(struct txn *t, uint64_t acct, struct account *a)
{
	struct key key = header_key(acct);
	struct slice value;
	enum pk_status st = txn_get(t, TREE_ACCT, key_slice(&key), &value);

	account_init(t, acct, a);
	if (st == PK_OK)
		st = account_decode(value, &a->row);
	a->loaded = a->row;
	return st;
}

/* Appends the row as it shall be; whether it is another one than on the disk. */
static bool changed(const struct account *a, struct buf *row)
{
	struct buf before = {0};
	bool differs;

	account_encode(row, &a->row);
	account_encode(&before, &a->loaded);
	differs = row->failed || !slice_eq(buf_slice(row), buf_slice(&before));
	buf_free(&before);
	return differs;
}

enum pk_status account_save(struct account *a)
{
	struct key key = header_key(a->acct);
	struct buf row = {0};
	enum pk_status st = vault_save(a);

	if (st != PK_OK || !changed(a, &row)) {
		buf_free(&row);
		return st;
	}
	a->loaded = a->row;
	return put_row(a->txn, TREE_ACCT, &key, &row);
}

uint64_t account_modseq(struct account *a)
{
	if (!a->modseq)
		a->modseq = ++a->row.modseq;
	return a->modseq;
}

static enum pk_status first_mailbox(struct account *a, struct slice name, uint32_t uses)
{
	struct mailbox m;
	enum pk_status st = mailbox_create(a, name, uses, &m);

	if (st == PK_OK)
		st = mailbox_save(&m);
	mailbox_drop(&m);
	return st == PK_OK ? mailbox_subscribe(a, name, true) : st;
}

enum pk_status account_create(struct txn *t, uint64_t acct, uint32_t domain,
                              const struct first_mailboxes *first)
{
	struct account a;
	enum pk_status st = account_load(t, acct, &a);

	if (st != PK_ENOTFOUND)
		return st == PK_OK ? PK_EEXISTS : st;
	a.row.domain = domain;
	a.row.next_mbox = a.row.next_docid = 1;
	a.row.next_uidvalidity = 1;
	a.row.limit_octets = a.row.limit_messages = a.row.limit_mailboxes = LIMIT_NONE;
	st = first_mailbox(&a, S("INBOX"), 0);
	for (size_t i = 0; st == PK_OK && i < first->n; i++)
		st = first_mailbox(&a, slice_str(first->of[i].name), first->of[i].uses);
	return st == PK_OK ? account_save(&a) : st;
}

enum pk_status message_destroy(struct account *a, const struct message_row *r)
{
	struct key docid = key_acct_u32(a->acct, 0, KIND_DOCID, r->docid);
	enum pk_status st = txn_del(a->txn, TREE_ACCT, key_slice(&docid));

	if (st == PK_OK || st == PK_ENOTFOUND)
		st = blob_ref(a->txn, r->blob, -1);
	if (st == PK_OK && r->summary_blob)
		st = blob_ref(a->txn, r->summary_blob, -1);
	return st;
}

enum pk_status rows_delete(struct txn *t, struct slice prefix, size_t *left)
{
	struct slice key, value;
	enum pk_status st = PK_OK;

	while (st == PK_OK && *left) {
		st = txn_first(t, TREE_ACCT, prefix, (struct slice){0}, &key, &value);
		if (st == PK_OK)
			st = txn_del(t, TREE_ACCT, key);
		*left -= st == PK_OK;
	}
	return st == PK_ENOTFOUND ? PK_OK : st;
}

/* Gives back what a row of the account holds elsewhere: references to blobs. */
static enum pk_status row_release(struct account *a, struct slice key, struct slice value)
{
	uint32_t mbox = key_u32_at(key, 8);
	uint8_t kind = key.n >= KEY_ACCT_OCTETS ? (uint8_t)key.p[12] : 0;
	struct message_row row;
	enum pk_status st;

	if (!mbox ||
	    kind != (mbox == ACCT_VAULT ? (uint8_t)KIND_VAULT_MESSAGE : (uint8_t)KIND_MESSAGE))
		return PK_OK;
	st = message_decode(value, &row);
	return st == PK_OK ? message_destroy(a, &row) : st;
}

/* Everything behind the account's header, which names its usage until the end. */
static enum pk_status rows_release(struct account *a, size_t *left)
{
	struct key prefix = key_u64(a->acct), header = header_key(a->acct);
	enum pk_status st = PK_OK;

	header.p[header.n++] = 0; /* just behind it */
	while (st == PK_OK && *left) {
		struct slice key, value;
		char copy[KEY_MAX];

		st = txn_first(a->txn, TREE_ACCT, key_slice(&prefix), key_slice(&header), &key,
		               &value);
		if (st != PK_OK)
			break;
		memcpy(copy, key.p, key.n);
		key.p = copy;
		st = row_release(a, key, value);
		if (st == PK_OK)
			st = txn_del(a->txn, TREE_ACCT, key);
		--*left;
	}
	return st;
}

enum pk_status account_destroy(struct txn *t, uint64_t acct, size_t rows, bool *done)
{
	struct key header = header_key(acct);
	struct account a;
	enum pk_status st = account_load(t, acct, &a);

	*done = st == PK_ENOTFOUND;
	if (st != PK_OK)
		return *done ? PK_OK : st;
	st = rows_release(&a, &rows);
	if (st != PK_ENOTFOUND)
		return st;
	st = quota_add(&a, -(int64_t)a.row.octets, -(int64_t)a.row.messages,
	               -(int64_t)a.row.mailboxes);
	*done = st == PK_OK;
	return st == PK_OK ? txn_del(t, TREE_ACCT, key_slice(&header)) : st;
}
