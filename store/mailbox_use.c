#include "mailbox_use.h"

#include "first_mailboxes.h"
#include "mailbox_parts.h"

static enum pk_status make(struct account *a, uint32_t use, struct mailbox *m)
{
	struct slice name;
	enum pk_status st =
		first_mailbox_name(a->txn, ACCT_TENANT(a->acct), a->row.domain, use, &name);

	if (st != PK_OK)
		return st;
	st = mailbox_find(a, name, m);
	if (st != PK_ENOTFOUND)
		return st;
	st = mailbox_create(a, name, use, m);
	return st == PK_OK ? mailbox_subscribe(a, m->row.name, true) : st;
}

enum pk_status mailbox_of_use(struct account *a, uint32_t use, struct mailbox *m)
{
	struct name_row row;
	enum pk_status st = name_of_use(a, use, &row);

	memset(m, 0, sizeof(*m));
	if (st == PK_ENOTFOUND)
		return make(a, use, m);
	return st == PK_OK ? mailbox_load(a, row.mbox, 0, m) : st;
}
