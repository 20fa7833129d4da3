#include "first_mailboxes.h"

#include "tenant.h"

#include <assert.h>

static const struct {
	const char *setting;
	uint32_t use;
} uses[] = {
	{"mailbox.drafts",  PK_MB_DRAFTS },
        {"mailbox.sent",    PK_MB_SENT   },
	{"mailbox.junk",    PK_MB_JUNK   },
        {"mailbox.trash",   PK_MB_TRASH  },
	{"mailbox.archive", PK_MB_ARCHIVE},
};
static_assert(sizeof(uses) / sizeof(*uses) == FIRST_MAILBOXES);

static void add(struct first_mailboxes *f, struct slice name, uint32_t use)
{
	struct first_mailbox *m = f->of;

	while (m < f->of + f->n && !slice_eq(slice_str(m->name), name))
		m++;
	if (m == f->of + f->n) {
		name = slice_head(name, NAME_MAX_OCTETS);
		memcpy(m->name, name.p, name.n);
		m->name[name.n] = '\0';
		m->uses = 0;
		f->n++;
	}
	m->uses |= use;
}

enum pk_status first_mailbox_name(struct txn *t, uint32_t tenant, uint32_t domain, uint32_t use,
                                  struct slice *name)
{
	size_t i = 0;
	enum pk_status st;

	while (i < FIRST_MAILBOXES && uses[i].use != use)
		i++;
	if (i == FIRST_MAILBOXES)
		return PK_ENOTFOUND;
	st = setting_get(t, ACCT(tenant, 0), domain, uses[i].setting, name);
	return st == PK_OK && slice_eq(*name, S("-")) ? PK_ENOTFOUND : st;
}

enum pk_status first_mailboxes_read(struct txn *t, uint32_t tenant, uint32_t domain,
                                    struct first_mailboxes *f)
{
	enum pk_status st = PK_OK;

	f->n = 0;
	for (size_t i = 0; st == PK_OK && i < FIRST_MAILBOXES; i++) {
		struct slice name;

		st = setting_get(t, ACCT(tenant, 0), domain, uses[i].setting, &name);
		if (st == PK_OK && !slice_eq(name, S("-")))
			add(f, name, uses[i].use);
	}
	return st;
}
