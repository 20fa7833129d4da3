#include "verify.h"

#include "tenant_record.h"

/* An account: its header is the sum of its mailboxes; names, ids, docids and vault agree. */
struct look {
	struct verify *v;
	struct account a;
	uint64_t octets, messages, vaulted, vaulted_octets, expiries, docids, sent, sent_times;
	uint32_t mailboxes, subscriptions;
};

static void found(struct look *l, const char *what)
{
	verify_found(l->v, what, "tenant %u user %u", ACCT_TENANT(l->a.acct), ACCT_USER(l->a.acct));
}

static enum pk_status each(struct look *l, uint32_t mbox, uint8_t kind, verify_row *fn)
{
	struct key prefix = key_acct(l->a.acct, mbox, kind);

	return verify_rows(l->v, TREE_ACCT, key_slice(&prefix), fn, l);
}

static enum pk_status one_name(void *arg, struct slice key, struct slice value)
{
	struct look *l = arg;
	char octets[NAME_MAX_OCTETS + 1];
	struct slice name = name_of_key(key, octets);
	struct name_row row;
	struct mailbox m;
	enum pk_status st;

	if (name_decode(value, &row) != PK_OK) {
		found(l, "a mailbox's name cannot be read");
		return PK_OK;
	}
	if (!row.mbox)
		return PK_OK;
	st = mailbox_load(&l->a, row.mbox, 0, &m);
	if (st != PK_OK || !slice_eq(m.row.name, name))
		verify_found(l->v, "a name without its mailbox", "tenant %u user %u %s",
		             ACCT_TENANT(l->a.acct), ACCT_USER(l->a.acct), octets);
	mailbox_drop(&m);
	return PK_OK;
}

static enum pk_status one_subscription(void *arg, struct slice key, struct slice value)
{
	struct look *l = arg;
	(void)key, (void)value;
	l->subscriptions++;
	return PK_OK;
}

/* Where a docid says its message is, the row says the same docid. */
static enum pk_status one_docid(void *arg, struct slice key, struct slice value)
{
	struct look *l = arg;
	uint32_t docid = key_u32_at(key, KEY_ACCT_OCTETS);
	struct docid_row at;
	struct message_row row;
	struct slice message;
	struct key k;

	l->docids++;
	if (docid >= l->a.row.next_docid)
		found(l, "a document's id will be given again");
	if (docid_decode(value, &at) != PK_OK) {
		found(l, "a document's row cannot be read");
		return PK_OK;
	}
	k = at.mbox == ACCT_VAULT ? key_acct_u64(l->a.acct, ACCT_VAULT, KIND_VAULT_MESSAGE, at.vid)
	                          : key_acct_u32(l->a.acct, at.mbox, KIND_MESSAGE, at.uid);
	if (txn_get(l->v->txn, TREE_ACCT, key_slice(&k), &message) != PK_OK ||
	    message_decode(message, &row) != PK_OK || row.docid != docid)
		verify_good(l->v, PK_ENOTFOUND, "a document's id without the message", l->a.acct,
		            docid);
	return PK_OK;
}

/* What was sent, by its id and by its time. */
static enum pk_status one_sent(void *arg, struct slice key, struct slice value)
{
	struct look *l = arg;
	struct slice id = slice_skip(key, KEY_ACCT_OCTETS), got;
	struct sent_row row;
	struct key time;

	l->sent++;
	if (id.n != SENT_ID_OCTETS || sent_decode(value, &row) != PK_OK) {
		found(l, "a row of what was sent cannot be read");
		return PK_OK;
	}
	time = key_sent_time(l->a.acct, row.at_ms, (const unsigned char *)id.p);
	if (txn_get(l->v->txn, TREE_ACCT, key_slice(&time), &got) != PK_OK)
		found(l, "what was sent is remembered without an end");
	return PK_OK;
}

static enum pk_status one_sent_time(void *arg, struct slice key, struct slice value)
{
	struct look *l = arg;

	(void)key, (void)value;
	l->sent_times++;
	return PK_OK;
}

static enum pk_status one_mailbox(struct look *l, uint32_t id)
{
	struct name_row name = {0};
	struct slice value;
	struct mailbox m;
	struct key k;
	enum pk_status st = mailbox_load(&l->a, id, 0, &m);

	l->mailboxes++;
	if (!verify_good(l->v, st, "a mailbox has rows and cannot be read", l->a.acct, id)) {
		mailbox_drop(&m);
		return PK_OK;
	}
	k = key_name(l->a.acct, KIND_NAME, m.row.name);
	if (txn_get(l->v->txn, TREE_ACCT, key_slice(&k), &value) != PK_OK ||
	    name_decode(value, &name) != PK_OK || name.mbox != id)
		verify_good(l->v, PK_ENOTFOUND, "a mailbox without its name", l->a.acct, id);
	if (id >= l->a.row.next_mbox)
		found(l, "a mailbox's id will be given again");
	if (m.row.modseq > l->a.row.modseq)
		found(l, "a mailbox is ahead of its account's modseq");
	if (m.row.uidvalidity >= l->a.row.next_uidvalidity)
		found(l, "a uidvalidity will be given again");
	l->octets += m.row.octets;
	l->messages += m.row.exists;
	st = verify_mailbox(l->v, &m);
	mailbox_drop(&m);
	return st;
}

/* Each id that has rows. */
static enum pk_status mailboxes(struct look *l)
{
	uint32_t id = 1;
	enum pk_status st = PK_OK;

	while (st == PK_OK) {
		struct key prefix = key_acct(l->a.acct, 0, 0), from = key_acct(l->a.acct, id, 0);
		struct slice key, value;

		st = txn_first(l->v->txn, TREE_ACCT, slice_head(key_slice(&prefix), 8),
		               key_slice(&from), &key, &value);
		if (st != PK_OK)
			break;
		id = key_u32_at(key, 8);
		if (id >= ACCT_PRIVATE)
			break;
		st = one_mailbox(l, id);
		id++;
	}
	return st == PK_ENOTFOUND ? PK_OK : st;
}

static enum pk_status one_vaulted(void *arg, struct slice key, struct slice value)
{
	struct look *l = arg;
	struct docid_row at = {.mbox = ACCT_VAULT, .vid = key_u64_at(key, KEY_ACCT_OCTETS)};
	struct key message = key_acct_u64(l->a.acct, ACCT_VAULT, KIND_VAULT_MESSAGE, at.vid);
	struct vault_row row;
	struct key expiry;
	uint64_t octets = 0;
	struct slice got;
	enum pk_status st;

	l->vaulted++;
	if (!verify_good(l->v, vault_decode(value, &row), "a vault row cannot be read", l->a.acct,
	                 at.vid))
		return PK_OK;
	expiry = key_acct_expiry(l->a.acct, (uint64_t)row.expires_ms, at.vid);
	verify_good(l->v, txn_get(l->v->txn, TREE_ACCT, key_slice(&expiry), &got),
	            "in the vault without an end", l->a.acct, at.vid);
	st = txn_get(l->v->txn, TREE_ACCT, key_slice(&message), &got);
	if (!verify_good(l->v, st, "in the vault without the message", l->a.acct, at.vid))
		return PK_OK;
	st = verify_message(l->v, l->a.acct, &at, got, &octets);
	l->vaulted_octets += octets;
	return st;
}

static enum pk_status one_expiry(void *arg, struct slice key, struct slice value)
{
	struct look *l = arg;
	(void)key, (void)value;
	l->expiries++;
	return PK_OK;
}

static enum pk_status vault(struct look *l)
{
	struct key k = key_acct(l->a.acct, ACCT_VAULT, KIND_VAULT);
	struct vault_counters counters = {0};
	struct slice value;
	enum pk_status st = txn_get(l->v->txn, TREE_ACCT, key_slice(&k), &value);

	if (st == PK_OK)
		st = vault_counters_decode(value, &counters);
	if (st == PK_ENOTFOUND)
		st = PK_OK;
	if (!verify_good(l->v, st, "the vault's counters cannot be read", l->a.acct, 0))
		return PK_OK;
	st = each(l, ACCT_VAULT, KIND_VAULTED, one_vaulted);
	if (st == PK_OK)
		st = each(l, ACCT_VAULT, KIND_EXPIRY, one_expiry);
	if (st == PK_OK && (counters.messages != l->vaulted || l->expiries != l->vaulted ||
	                    counters.octets != l->vaulted_octets))
		found(l, "the vault's counters are not its sums");
	return st;
}

static void sums(struct look *l, const struct user_row *user)
{
	const struct account_row *row = &l->a.row;

	if (row->octets != l->octets || row->messages != l->messages)
		found(l, "its usage is not the sum of its mailboxes'");
	if (row->mailboxes != l->mailboxes)
		found(l, "it counts its mailboxes wrongly");
	if (row->subscriptions != l->subscriptions)
		found(l, "it counts its subscriptions wrongly");
	if (row->domain != user->domain)
		found(l, "its account is of another domain");
	if (l->sent != l->sent_times)
		found(l, "what was sent has other times than messages");
	if (l->docids != l->messages + l->vaulted)
		found(l, "it has other documents than messages");
}

enum pk_status verify_account(struct verify *v, uint64_t acct)
{
	struct look l = {.v = v};
	struct user_row user;
	enum pk_status st = user_load(v->txn, acct, &user);

	if (st != PK_OK || user.state == STATE_DELETING)
		return st == PK_EIO || st == PK_ENOTFOUND ? PK_OK : st; /* told of by its tenant */
	st = account_load(v->txn, acct, &l.a);
	if (st != PK_OK)
		return st == PK_EIO || st == PK_ENOTFOUND ? PK_OK : st;
	st = each(&l, 0, KIND_NAME, one_name);
	if (st == PK_OK)
		st = each(&l, 0, KIND_SUBSCRIPTION, one_subscription);
	if (st == PK_OK)
		st = mailboxes(&l);
	if (st == PK_OK)
		st = each(&l, 0, KIND_DOCID, one_docid);
	if (st == PK_OK)
		st = each(&l, 0, KIND_SENT, one_sent);
	if (st == PK_OK)
		st = each(&l, 0, KIND_SENT_TIME, one_sent_time);
	if (st == PK_OK)
		st = vault(&l);
	if (st == PK_OK)
		sums(&l, &user);
	return st;
}
