#include "sent_mailbox.h"

#include "mailbox_parts.h"
#include "tenant.h"

static enum pk_status name_set(struct account *a, struct slice *name)
{
	enum pk_status st = setting_get(a->txn, a->acct, a->row.domain, "mailbox.sent", name);

	if (st == PK_OK && slice_eq(*name, S("-")))
		*name = S("");
	return st;
}

/* That with the use, whatever its name is. */
static enum pk_status find_use(struct account *a, uint32_t *mbox)
{
	struct key prefix = key_acct(a->acct, 0, KIND_NAME);
	struct cursor c;
	enum pk_status st = cursor_open(a->txn, TREE_ACCT, &c);

	if (st == PK_OK)
		st = cursor_seek(&c, key_slice(&prefix));
	while (st == PK_OK && !*mbox && slice_starts(c.key, key_slice(&prefix))) {
		struct name_row row;

		st = name_decode(c.value, &row);
		if (st == PK_OK && row.attributes & PK_MB_SENT)
			*mbox = row.mbox;
		if (st == PK_OK)
			st = cursor_next(&c);
	}
	cursor_close(&c);
	return st == PK_ENOTFOUND ? PK_OK : st;
}

enum pk_status sent_mailbox_find(struct account *a, struct sent_place *p)
{
	struct name_row row = {0};
	struct slice name;
	enum pk_status st = name_set(a, &name);

	p->mbox = 0;
	if (st != PK_OK)
		return st;
	name = slice_head(name, NAME_MAX_OCTETS);
	memcpy(p->octets, name.p, name.n);
	p->name = (struct slice){p->octets, name.n};
	if (name.n)
		st = name_find(a, p->name, &row);
	if (st == PK_ENOTFOUND)
		st = PK_OK;
	if (st == PK_OK && row.attributes & PK_MB_SENT)
		p->mbox = row.mbox;
	else if (st == PK_OK)
		st = find_use(a, &p->mbox);
	if (!p->mbox)
		p->mbox = row.mbox;
	return st;
}

enum pk_status sent_mailbox_is(struct mailbox *m, bool *sent)
{
	struct name_row row;
	struct slice name;
	enum pk_status st = name_find(m->account, m->row.name, &row);

	if (st == PK_OK && !(row.attributes & PK_MB_SENT))
		st = name_set(m->account, &name);
	else
		name = m->row.name;
	*sent = st == PK_OK && slice_eq(name, m->row.name);
	return st;
}
