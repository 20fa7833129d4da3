#include "mailbox_parts.h"
#include "mailbox_copy.h"
#include "quota.h"

/* CREATE, DELETE, RENAME: the tree of names together with the mailboxes it names. */

#define GONE_ROWS 1000 /* deleted mailboxes that `counts` can still tell of */

/* Never given twice in an account, and never below what a client may have seen of an account of
 * the same name before: it follows the clock where that is ahead. */
static enum pk_status new_uidvalidity(struct account *a, uint32_t *v)
{
	int64_t now_s = a->txn->now_ms / 1000;

	*v = a->row.next_uidvalidity;
	if (now_s > *v && now_s < UINT32_MAX)
		*v = (uint32_t)now_s;
	if (*v == UINT32_MAX)
		return PK_ELIMIT;
	a->row.next_uidvalidity = *v + 1;
	return PK_OK;
}

/* Has another mailbox one of them? */
static enum pk_status check_uses(struct account *a, uint32_t uses)
{
	struct name_row row;
	enum pk_status st = uses ? name_of_use(a, uses, &row) : PK_ENOTFOUND;

	if (st == PK_OK)
		return PK_ENOTSUP;
	return st == PK_ENOTFOUND ? PK_OK : st;
}

enum pk_status mailbox_may_create(struct account *a, struct slice name, uint32_t uses)
{
	struct name_row row;
	enum pk_status st = name_find(a, name, &row);

	if (uses & ~(uint32_t)PK_MB_USES)
		return PK_EINVAL;
	if (uses & (PK_MB_ALL | PK_MB_FLAGGED))
		return PK_ENOTSUP; /* they would be views of other mailboxes (RFC 6154 2) */
	if (st != PK_ENOTFOUND && st != PK_OK)
		return st;
	if (st == PK_OK && row.mbox)
		return PK_EEXISTS;
	if (a->row.mailboxes >= MAILBOXES_MAX || a->row.next_mbox >= ACCT_PRIVATE)
		return PK_ELIMIT;
	st = uses ? check_uses(a, uses) : PK_OK;
	return st == PK_OK ? quota_check_mailboxes(a, 1) : st;
}

static enum pk_status make(struct account *a, struct slice name, uint32_t uses, struct mailbox *m)
{
	enum pk_status st = new_uidvalidity(a, &m->row.uidvalidity);

	if (st != PK_OK)
		return st;
	m->account = a;
	m->txn = a->txn;
	m->id = a->row.next_mbox++;
	memcpy(m->name, name.p, name.n);
	m->row.name = (struct slice){m->name, name.n};
	m->row.uidnext = m->row.recent_from = 1;
	m->row.oldest_ms = INT64_MAX;
	m->row.limit_octets = m->row.limit_messages = LIMIT_NONE;
	mailbox_change(m);
	txn_touch(a->txn, a->acct, 0);
	st = name_parents_make(a, name);
	if (st == PK_OK)
		st = name_put(a, name, &(struct name_row){m->id, uses});
	return st == PK_OK ? quota_add(a, 0, 0, 1) : st;
}

enum pk_status mailbox_create(struct account *a, struct slice name, uint32_t uses,
                              struct mailbox *m)
{
	char space[NAME_MAX_OCTETS + 1];
	enum pk_status st = mailbox_name(name, space, &name);

	memset(m, 0, sizeof(*m));
	if (st == PK_OK)
		st = mailbox_may_create(a, name, uses);
	return st == PK_OK ? make(a, name, uses, m) : st;
}

static enum pk_status to_vault(void *arg, uint32_t uid, const struct flag_entry *e)
{
	(void)e;
	return mailbox_remove(arg, uid, TO_VAULT, BY_MAILBOX);
}

/* So that `counts` can tell that it is gone. */
static enum pk_status note_gone(struct mailbox *m)
{
	struct account *a = m->account;
	struct key key = key_acct_pair(a->acct, 0, KIND_GONE, account_modseq(a), m->id);
	struct key prefix = key_acct(a->acct, 0, KIND_GONE);
	struct buf row = {0};
	struct cursor c;
	size_t n = 0;
	enum pk_status st;

	empty_encode(&row);
	st = put_row(a->txn, TREE_ACCT, &key, &row);
	if (st == PK_OK)
		st = cursor_open(a->txn, TREE_ACCT, &c);
	if (st != PK_OK)
		return st;
	for (st = cursor_seek(&c, key_slice(&prefix));
	     st == PK_OK && slice_starts(c.key, key_slice(&prefix)); st = cursor_next(&c))
		n++;
	cursor_close(&c);
	n = n > GONE_ROWS ? n - GONE_ROWS : 0;
	return st == PK_OK || st == PK_ENOTFOUND ? rows_delete(a->txn, key_slice(&prefix), &n) : st;
}

/* The messages to the vault, then every row of the mailbox. */
static enum pk_status destroy(struct account *a, uint32_t id)
{
	struct key prefix = key_acct(a->acct, id, 0);
	size_t all = SIZE_MAX;
	struct mailbox m;
	enum pk_status st = mailbox_load(a, id, 0, &m);

	prefix.n--; /* without the kind */
	if (st == PK_OK && m.row.exists > ONE_TRANSACTION)
		st = PK_ELIMIT;
	if (st == PK_OK)
		st = mailbox_each(&m, 1, UINT32_MAX, to_vault, &m);
	if (st == PK_OK)
		st = note_gone(&m);
	if (st == PK_OK)
		st = quota_add(a, m.octets_delta, m.messages_delta, -1);
	if (st == PK_OK)
		st = rows_delete(a->txn, key_slice(&prefix), &all);
	txn_touch(a->txn, a->acct, id);
	txn_touch(a->txn, a->acct, 0);
	mailbox_drop(&m);
	return st;
}

/* The name of a mailbox that is no more. */
static enum pk_status forget_name(struct account *a, struct slice name, bool children)
{
	struct key key = key_name(a->acct, KIND_NAME, name);
	enum pk_status st;

	if (children)
		return name_put(a, name, &(struct name_row){0});
	st = txn_del(a->txn, TREE_ACCT, key_slice(&key));
	return st == PK_OK ? name_parents_prune(a, name) : st;
}

enum pk_status mailbox_delete(struct account *a, struct slice name)
{
	char space[NAME_MAX_OCTETS + 1];
	struct name_row row;
	bool children;
	enum pk_status st = mailbox_name(name, space, &name);

	if (st != PK_OK)
		return st;
	if (slice_eq(name, S("INBOX")))
		return PK_EPERM;
	st = name_find(a, name, &row);
	if (st == PK_OK)
		st = name_children(a, name, &children);
	if (st == PK_OK && !row.mbox)
		return children ? PK_EEXISTS : PK_EIO; /* bare names go with their last child */
	if (st == PK_OK)
		st = destroy(a, row.mbox);
	return st == PK_OK ? forget_name(a, name, children) : st;
}

/* A subtree being renamed; `old` and `new` are of its root. */
struct renaming {
	struct account *account;
	struct slice old, new;
	char name[NAME_MAX_OCTETS + 1]; /* the new name of one in it */
	struct slice now;
};

static enum pk_status new_name(struct renaming *r, struct slice old)
{
	struct slice rest = slice_skip(old, r->old.n);
	char space[NAME_MAX_OCTETS + 1];
	struct slice same;

	if (r->new.n + rest.n > NAME_MAX_OCTETS)
		return PK_ELIMIT;
	memcpy(r->name, r->new.p, r->new.n);
	memcpy(r->name + r->new.n, rest.p, rest.n);
	r->now = (struct slice){r->name, r->new.n + rest.n};
	return mailbox_name(r->now, space, &same); /* its levels */
}

/* Whether all names below fit. */
static enum pk_status check_subtree(struct renaming *r)
{
	struct key prefix = key_name(r->account->acct, KIND_NAME, r->old);
	struct cursor c;
	enum pk_status st = cursor_open(r->account->txn, TREE_ACCT, &c);
	char old[NAME_MAX_OCTETS + 1];

	prefix.p[prefix.n++] = 0;
	if (st == PK_OK)
		st = cursor_seek(&c, key_slice(&prefix));
	while (st == PK_OK && slice_starts(c.key, key_slice(&prefix))) {
		st = new_name(r, name_of_key(c.key, old));
		if (st == PK_OK)
			st = cursor_next(&c);
	}
	cursor_close(&c);
	return st == PK_ENOTFOUND ? PK_OK : st;
}

static enum pk_status tell_mailbox(struct renaming *r, uint32_t id)
{
	struct mailbox m;
	enum pk_status st = mailbox_load(r->account, id, 0, &m);

	if (st == PK_OK) {
		memcpy(m.name, r->now.p, r->now.n);
		m.row.name.n = r->now.n;
		mailbox_change(&m);
		st = mailbox_save(&m);
	}
	mailbox_drop(&m);
	return st;
}

static enum pk_status rename_one(struct renaming *r, struct slice old)
{
	struct key key = key_name(r->account->acct, KIND_NAME, old);
	struct name_row row;
	enum pk_status st = name_find(r->account, old, &row);

	if (st == PK_OK)
		st = new_name(r, old);
	if (st == PK_OK)
		st = txn_del(r->account->txn, TREE_ACCT, key_slice(&key));
	if (st == PK_OK)
		st = name_put(r->account, r->now, &row);
	return st == PK_OK && row.mbox ? tell_mailbox(r, row.mbox) : st;
}

static enum pk_status rename_subtree(struct renaming *r)
{
	struct key prefix = key_name(r->account->acct, KIND_NAME, r->old);
	enum pk_status st = rename_one(r, r->old);

	prefix.p[prefix.n++] = 0;
	while (st == PK_OK) {
		struct slice key, value;
		char old[NAME_MAX_OCTETS + 1];

		st = txn_first(r->account->txn, TREE_ACCT, key_slice(&prefix), (struct slice){0},
		               &key, &value);
		if (st == PK_OK)
			st = rename_one(r, name_of_key(key, old));
	}
	return st == PK_ENOTFOUND ? PK_OK : st;
}

/* RFC 3501 6.3.5: the messages move, INBOX stays, empty; names below it stay as they are. */
static enum pk_status rename_inbox(struct account *a, struct slice to)
{
	struct mailbox inbox, m = {0};
	enum pk_status st = mailbox_find(a, S("INBOX"), &inbox);

	if (st == PK_OK && inbox.row.exists > ONE_TRANSACTION)
		st = PK_ELIMIT;
	if (st == PK_OK)
		st = mailbox_create(a, to, 0, &m);
	if (st == PK_OK)
		st = mailbox_move_all(&inbox, &m);
	if (st == PK_OK)
		st = mailbox_save(&inbox);
	if (st == PK_OK)
		st = mailbox_save(&m);
	mailbox_drop(&inbox);
	mailbox_drop(&m);
	return st;
}

static enum pk_status rename_checked(struct renaming *r)
{
	struct account *a = r->account;
	struct name_row row;
	enum pk_status st = name_find(a, r->new, &row);

	if (st != PK_ENOTFOUND)
		return st == PK_OK ? PK_EEXISTS : st;
	st = name_find(a, r->old, &row);
	if (st != PK_OK)
		return st;
	if (slice_eq(r->old, S("INBOX")))
		return rename_inbox(a, r->new);
	if (slice_starts(r->new, r->old) && r->new.p[r->old.n] == '/')
		return PK_EINVAL;
	st = check_subtree(r);
	if (st == PK_OK)
		st = name_parents_make(a, r->new);
	if (st == PK_OK)
		st = rename_subtree(r);
	return st == PK_OK ? name_parents_prune(a, r->old) : st;
}

enum pk_status mailbox_rename(struct account *a, struct slice name, struct slice to)
{
	char old[NAME_MAX_OCTETS + 1], new[NAME_MAX_OCTETS + 1];
	struct renaming r = {.account = a};
	enum pk_status st = mailbox_name(name, old, &r.old);

	if (st == PK_OK)
		st = mailbox_name(to, new, &r.new);
	if (st == PK_OK)
		st = rename_checked(&r);
	if (st == PK_OK)
		txn_touch(a->txn, a->acct, 0);
	return st;
}
