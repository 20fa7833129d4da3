#include "mailbox_use.h"

#include "first_mailboxes.h"
#include "mailbox_parts.h"

/* "": none is wanted. */
static enum pk_status name_set(struct account *a, uint32_t use, struct slice *name)
{
	enum pk_status st =
		first_mailbox_name(a->txn, ACCT_TENANT(a->acct), a->row.domain, use, name);

	if (st == PK_ENOTFOUND)
		*name = S("");
	return st == PK_ENOTFOUND ? PK_OK : st;
}

enum pk_status mailbox_use_find(struct account *a, uint32_t use, struct use_place *p)
{
	struct name_row row;
	struct slice name;
	enum pk_status st = name_set(a, use, &name);

	p->mbox = 0;
	if (st != PK_OK)
		return st;
	name = slice_head(name, NAME_MAX_OCTETS);
	memcpy(p->octets, name.p, name.n);
	p->name = (struct slice){p->octets, name.n};
	st = name_of_use(a, use, &row);
	if (st == PK_ENOTFOUND && name.n)
		st = name_find(a, p->name, &row);
	if (st == PK_OK)
		p->mbox = row.mbox;
	return st == PK_ENOTFOUND ? PK_OK : st;
}

enum pk_status mailbox_of_use(struct account *a, uint32_t use, struct mailbox *m)
{
	struct use_place p;
	enum pk_status st = mailbox_use_find(a, use, &p);

	memset(m, 0, sizeof(*m));
	if (st == PK_OK && p.mbox)
		return mailbox_load(a, p.mbox, 0, m);
	if (st == PK_OK)
		st = p.name.n ? mailbox_create(a, p.name, use, m) : PK_ENOTFOUND;
	return st == PK_OK ? mailbox_subscribe(a, m->row.name, true) : st;
}

enum pk_status mailbox_serves(struct mailbox *m, uint32_t use, bool *serves)
{
	struct name_row row;
	struct slice name;
	enum pk_status st = name_find(m->account, m->row.name, &row);

	*serves = st == PK_OK && row.attributes & use;
	if (st != PK_OK || *serves)
		return st;
	st = name_set(m->account, use, &name);
	*serves = st == PK_OK && slice_eq(name, m->row.name);
	return st;
}
