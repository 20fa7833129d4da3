#include "mailbox_listed.h"

#include "mailbox_parts.h"
#include "mailbox_scan.h"

static enum pk_status is_subscribed(struct account *a, struct slice name, uint8_t *is)
{
	struct key key = key_name(a->acct, KIND_SUBSCRIPTION, name);
	struct slice value;
	enum pk_status st = txn_get(a->txn, TREE_ACCT, key_slice(&key), &value);

	*is = st == PK_OK;
	return st == PK_ENOTFOUND ? PK_OK : st;
}

enum pk_status mailbox_listed(struct account *a, struct slice name, const struct name_row *row,
                              struct pk_mailbox *out)
{
	struct name_row found;
	bool children = false;
	enum pk_status st;

	*out = (struct pk_mailbox){.name = name};
	st = is_subscribed(a, name, &out->subscribed);
	if (st == PK_OK && !row) {
		st = name_find(a, name, &found);
		row = &found;
	}
	if (st != PK_OK)
		return st == PK_ENOTFOUND ? PK_OK : st;
	out->exists = 1;
	out->id = row->mbox ? mailbox_public_id(a->acct, row->mbox) : 0;
	out->attributes = row->attributes | (row->mbox ? 0 : PK_MB_NOSELECT);
	st = name_children(a, name, &children);
	out->attributes |= children ? PK_MB_CHILDREN : 0;
	return st;
}

enum pk_status mailbox_counted(struct mailbox *m, uint32_t want, struct pk_status_rep *out)
{
	enum pk_status st = PK_OK;

	*out = (struct pk_status_rep){
		.id = mailbox_public_id(m->account->acct, m->id),
		.uidvalidity = m->row.uidvalidity,
		.uidnext = m->row.uidnext,
		.exists = m->row.exists,
		.unseen = m->row.unseen,
		.deleted = m->row.deleted,
		.octets = m->row.octets,
		.modseq = m->row.modseq,
	};
	if (want & PK_COUNT_RECENT)
		st = scan_count(m, m->row.recent_from, &out->recent);
	if (st == PK_OK && want & PK_COUNT_DELETED)
		st = scan_deleted_octets(m, &out->deleted_octets);
	return st;
}

void mailbox_put_count(const struct mailbox *m, struct buf *rows)
{
	pk_put_count_row(rows, &(struct pk_count){.id = mailbox_public_id(m->account->acct, m->id),
	                                          .name = m->row.name,
	                                          .uidvalidity = m->row.uidvalidity,
	                                          .uidnext = m->row.uidnext,
	                                          .exists = m->row.exists,
	                                          .unseen = m->row.unseen,
	                                          .modseq = m->row.modseq});
}
