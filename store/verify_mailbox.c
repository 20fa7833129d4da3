#include "verify.h"

#include "seal.h"
#include "volume.h"

#include <postkeep/messages.h>

/* A mailbox: its counters are what its flag pages and message rows say. */
struct look {
	struct verify *v;
	struct mailbox *m;
	uint32_t exists, unseen, deleted, rows, pop_rows;
	uint64_t octets;
	struct flag_page page; /* the one at hand for the message rows */
	uint32_t page_no;
	bool page_loaded;
};

static void found(struct look *l, const char *what)
{
	verify_found(l->v, what, "tenant %u user %u mailbox %u (%s)",
	             ACCT_TENANT(l->m->account->acct), ACCT_USER(l->m->account->acct), l->m->id,
	             l->m->name);
}

static enum pk_status each(struct look *l, uint8_t kind, verify_row *fn)
{
	struct key prefix = key_acct(l->m->account->acct, l->m->id, kind);

	return verify_rows(l->v, TREE_ACCT, key_slice(&prefix), fn, l);
}

static void count_entry(struct look *l, const struct flag_entry *e, uint64_t uid,
                        uint64_t page_modseq)
{
	l->exists++;
	l->unseen += !(e->flags & PK_SEEN);
	l->deleted += (e->flags & PK_DELETED) != 0;
	if (uid == 0 || uid >= l->m->row.uidnext)
		found(l, "a UID will be given again");
	if (e->modseq > page_modseq)
		found(l, "a message is ahead of its page's modseq");
}

static enum pk_status one_page(void *arg, struct slice key, struct slice value)
{
	struct look *l = arg;
	uint64_t no = key_u32_at(key, KEY_ACCT_OCTETS);

	if (page_decode(value, &l->page) != PK_OK) {
		found(l, "a page of flags cannot be read");
		return PK_OK;
	}
	if (l->page.modseq > l->m->row.modseq)
		found(l, "a page is ahead of its mailbox's modseq");
	for (size_t i = 0; i < PAGE_UIDS; i++)
		if (page_has(&l->page, i))
			count_entry(l, &l->page.entry[i], no * PAGE_UIDS + i, l->page.modseq);
	return PK_OK;
}

static bool has_flags(struct look *l, uint32_t uid)
{
	uint32_t no = uid / PAGE_UIDS;
	struct key k = key_acct_u32(l->m->account->acct, l->m->id, KIND_FLAGS, no);
	struct slice value;

	if (!l->page_loaded || l->page_no != no) {
		l->page_no = no;
		l->page_loaded = true;
		if (txn_get(l->v->txn, TREE_ACCT, key_slice(&k), &value) != PK_OK ||
		    page_decode(value, &l->page) != PK_OK)
			l->page = (struct flag_page){0};
	}
	return page_has(&l->page, uid % PAGE_UIDS);
}

/* One blob that a row names. */
static void check_blob(struct verify *v, uint64_t acct, uint64_t id, const char *what)
{
	struct key k = key_u64(id);
	struct blob_row blob;
	struct slice value;
	enum pk_status st = txn_get(v->txn, TREE_BLOB, key_slice(&k), &value);

	if (st == PK_OK)
		st = blob_decode(value, &blob);
	if (st == PK_OK && blob.tenant != ACCT_TENANT(acct))
		st = PK_EIO;
	verify_good(v, st, what, acct, id);
}

enum pk_status verify_message(struct verify *v, uint64_t acct, const struct docid_row *at,
                              struct slice value, uint64_t *octets)
{
	uint64_t id = at->mbox == ACCT_VAULT ? at->vid : (uint64_t)at->mbox << 32 | at->uid;
	struct docid_row back = {0};
	struct message_row row;
	struct buf plain = {0};
	struct slice found;
	struct key k;
	enum pk_status st;

	*octets = 0;
	if (!verify_good(v, message_decode(value, &row), "a message's row cannot be read", acct,
	                 id))
		return PK_OK;
	*octets = row.octets;
	st = seal_open(v->txn->volume->keys, ACCT_TENANT(acct), row.guid, row.sealed, &plain);
	buf_wipe(&plain);
	if (st == PK_ENOMEM)
		return st;
	verify_good(v, st, "a message's seal is broken", acct, id);
	check_blob(v, acct, row.blob, "a message without its body");
	if (row.summary_blob)
		check_blob(v, acct, row.summary_blob, "a message without its summary");
	k = key_acct_u32(acct, 0, KIND_DOCID, row.docid);
	st = txn_get(v->txn, TREE_ACCT, key_slice(&k), &found);
	if (st == PK_OK)
		st = docid_decode(found, &back);
	if (st == PK_OK && (back.mbox != at->mbox || back.uid != at->uid || back.vid != at->vid))
		st = PK_ENOTFOUND;
	verify_good(v, st, "a message's document id leads elsewhere", acct, id);
	return PK_OK;
}

static enum pk_status one_message(void *arg, struct slice key, struct slice value)
{
	struct look *l = arg;
	struct docid_row at = {.mbox = l->m->id, .uid = key_u32_at(key, KEY_ACCT_OCTETS)};
	uint64_t octets = 0;
	enum pk_status st = verify_message(l->v, l->m->account->acct, &at, value, &octets);

	l->rows++;
	l->octets += octets;
	if (!has_flags(l, at.uid))
		found(l, "a message without flags");
	return st;
}

static enum pk_status one_expunged(void *arg, struct slice key, struct slice value)
{
	struct look *l = arg;
	struct uid_range ranges[EXPUNGED_RANGES];
	size_t n;

	(void)key;
	if (expunged_decode(value, ranges, &n) != PK_OK)
		found(l, "a row of the expunge log cannot be read");
	return PK_OK;
}

static enum pk_status one_pop(void *arg, struct slice key, struct slice value)
{
	struct look *l = arg;
	struct pop_row row;

	l->pop_rows++;
	if (pop_decode(value, &row) != PK_OK)
		found(l, "what POP remembers of a message cannot be read");
	if (!has_flags(l, key_u32_at(key, KEY_ACCT_OCTETS)))
		found(l, "POP remembers a message that is gone");
	return PK_OK;
}

enum pk_status verify_mailbox(struct verify *v, struct mailbox *m)
{
	struct look l = {.v = v, .m = m};
	enum pk_status st = each(&l, KIND_FLAGS, one_page);

	if (st == PK_OK)
		st = each(&l, KIND_MESSAGE, one_message);
	if (st == PK_OK)
		st = each(&l, KIND_EXPUNGED, one_expunged);
	if (st == PK_OK)
		st = each(&l, KIND_POP, one_pop);
	if (st != PK_OK)
		return st;
	if (l.exists != m->row.exists || l.unseen != m->row.unseen || l.deleted != m->row.deleted)
		found(&l, "its counters are not those of its flags");
	if (l.rows != m->row.exists || l.octets != m->row.octets)
		found(&l, "its counters are not the sum of its messages");
	if (l.pop_rows != m->row.pop_rows)
		found(&l, "it counts what POP remembers wrongly");
	return PK_OK;
}
