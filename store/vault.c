#include "vault.h"

#include "mailbox_parts.h"
#include "tenant.h"

#include <assert.h>

#define DAY_MS       ((int64_t)86400000)
#define HOUR_MS      ((int64_t)3600000)
#define DAYS_MAX     36500
#define KEYWORDS_MAX 1400 /* octets of a row's keyword names; with all else it fits ROW_MAX */

static struct key vault_key(const struct account *a, uint8_t kind, uint64_t vid)
{
	return key_acct_u64(a->acct, ACCT_VAULT, kind, vid);
}

static struct key counters_key(const struct account *a)
{
	return key_acct(a->acct, ACCT_VAULT, KIND_VAULT);
}

enum pk_status vault_load(struct account *a)
{
	struct key key = counters_key(a);
	struct slice value;
	enum pk_status st;

	if (a->vault_loaded)
		return PK_OK;
	st = txn_get(a->txn, TREE_ACCT, key_slice(&key), &value);
	if (st == PK_OK)
		st = vault_counters_decode(value, &a->vault);
	else if (st == PK_ENOTFOUND)
		a->vault = (struct vault_counters){.next_vid = 1};
	a->vault_loaded = st == PK_OK || st == PK_ENOTFOUND;
	return a->vault_loaded ? PK_OK : st;
}

enum pk_status vault_save(struct account *a)
{
	struct key key = counters_key(a);
	struct buf row = {0};

	if (!a->vault_changed)
		return PK_OK;
	a->vault_changed = false;
	vault_counters_encode(&row, &a->vault);
	return put_row(a->txn, TREE_ACCT, &key, &row);
}

static enum pk_status keep_time(struct account *a)
{
	uint64_t days;
	enum pk_status st;

	if (a->vault_keep_ms >= 0)
		return PK_OK;
	st = setting_number(a->txn, a->acct, a->row.domain, "vault.days", &days);
	if (st == PK_OK)
		a->vault_keep_ms = (int64_t)(days < DAYS_MAX ? days : DAYS_MAX) * DAY_MS;
	return st;
}

/* Asks the sweep to come when this expires; it comes on the full hour. */
static enum pk_status set_alarm(struct account *a, int64_t expires_ms)
{
	int64_t at = (expires_ms / HOUR_MS + 1) * HOUR_MS;
	struct key key = key_sched(SCHED_VAULT, at, a->acct);
	struct buf row = {0};

	if (a->vault_alarm_ms == at)
		return PK_OK;
	a->vault_alarm_ms = at;
	empty_encode(&row);
	return put_row(a->txn, TREE_SCHED, &key, &row);
}

/* Names of the keywords among flags, between spaces. */
static enum pk_status name_keywords(struct mailbox *m, uint64_t flags, struct buf *names)
{
	enum pk_status st = flags >> PK_FIRST_KEYWORD ? keywords_load(m) : PK_OK;

	for (uint8_t bit = PK_FIRST_KEYWORD; st == PK_OK && bit < 64; bit++) {
		struct slice name = flags >> bit & 1 ? keyword_name(m, bit) : (struct slice){0};

		if (!name.n || names->n + 1 + name.n > KEYWORDS_MAX)
			continue;
		if (names->n)
			buf_byte(names, ' ');
		buf_put(names, name);
	}
	return names->failed ? PK_ENOMEM : st;
}

static enum pk_status put_origin(struct mailbox *m, uint32_t uid, const struct flag_entry *e,
                                 uint64_t vid, enum vault_by by)
{
	struct account *a = m->account;
	struct key key = vault_key(a, KIND_VAULTED, vid);
	struct vault_row row = {
		.removed_ms = a->txn->now_ms,
		.expires_ms = a->txn->now_ms + a->vault_keep_ms,
		.by = (uint8_t)by,
		.mbox = m->id,
		.uid = uid,
		.uidvalidity = m->row.uidvalidity,
		.flags = e->flags,
		.mailbox = m->row.name,
	};
	struct buf names = {0}, encoded = {0};
	enum pk_status st = name_keywords(m, e->flags, &names);

	row.keywords = buf_slice(&names);
	vault_encode(&encoded, &row);
	buf_free(&names);
	if (st != PK_OK) {
		buf_free(&encoded);
		return st;
	}
	return put_row(a->txn, TREE_ACCT, &key, &encoded);
}

static enum pk_status put_index(struct account *a, uint64_t vid, uint32_t docid)
{
	struct key expiry =
		key_acct_expiry(a->acct, (uint64_t)(a->txn->now_ms + a->vault_keep_ms), vid);
	struct key key = key_acct_u32(a->acct, 0, KIND_DOCID, docid);
	struct buf row = {0};
	enum pk_status st;

	empty_encode(&row);
	st = put_row(a->txn, TREE_ACCT, &expiry, &row);
	if (st != PK_OK)
		return st;
	docid_encode(&row, &(struct docid_row){.mbox = ACCT_VAULT, .vid = vid});
	st = put_row(a->txn, TREE_ACCT, &key, &row);
	return st == PK_OK ? set_alarm(a, a->txn->now_ms + a->vault_keep_ms) : st;
}

enum pk_status vault_put(struct mailbox *m, uint32_t uid, const struct flag_entry *e,
                         struct slice raw, enum vault_by by)
{
	struct account *a = m->account;
	struct message_row row;
	struct key key;
	uint64_t vid;
	enum pk_status st = keep_time(a);

	if (st == PK_OK)
		st = vault_load(a);
	if (st == PK_OK)
		st = message_decode(raw, &row);
	if (st != PK_OK)
		return st;
	if (!a->vault_keep_ms)
		return message_destroy(a, &row);
	vid = a->vault.next_vid++;
	a->vault.octets += row.octets;
	a->vault.messages++;
	a->vault_changed = true;
	key = vault_key(a, KIND_VAULT_MESSAGE, vid);
	st = txn_put(a->txn, TREE_ACCT, key_slice(&key), raw);
	if (st == PK_OK)
		st = put_origin(m, uid, e, vid, by);
	return st == PK_OK ? put_index(a, vid, row.docid) : st;
}

enum pk_status vault_get(struct account *a, uint64_t vid, struct vault_row *row)
{
	struct key key = vault_key(a, KIND_VAULTED, vid);
	struct slice value;
	enum pk_status st = txn_get(a->txn, TREE_ACCT, key_slice(&key), &value);

	return st == PK_OK ? vault_decode(value, row) : st;
}

enum pk_status vault_message(struct account *a, uint64_t vid, struct message_row *row)
{
	struct key key = vault_key(a, KIND_VAULT_MESSAGE, vid);
	struct slice value;
	enum pk_status st = txn_get(a->txn, TREE_ACCT, key_slice(&key), &value);

	return st == PK_OK ? message_decode(value, row) : st;
}

enum pk_status vault_destroy(struct account *a, uint64_t vid)
{
	struct key origin = vault_key(a, KIND_VAULTED, vid);
	struct key message = vault_key(a, KIND_VAULT_MESSAGE, vid);
	struct key expiry;
	struct message_row row;
	struct vault_row was;
	enum pk_status st = vault_get(a, vid, &was);

	if (st == PK_OK)
		st = vault_load(a);
	if (st == PK_OK)
		st = vault_message(a, vid, &row);
	if (st != PK_OK)
		return st;
	expiry = key_acct_expiry(a->acct, (uint64_t)was.expires_ms, vid);
	a->vault.octets -= row.octets;
	a->vault.messages--;
	a->vault_changed = true;
	row.sealed = row.uidl = (struct slice){0}; /* they end with the next write */
	st = message_destroy(a, &row);
	if (st == PK_OK)
		st = txn_del(a->txn, TREE_ACCT, key_slice(&expiry));
	if (st == PK_OK)
		st = txn_del(a->txn, TREE_ACCT, key_slice(&origin));
	if (st == PK_OK)
		st = txn_del(a->txn, TREE_ACCT, key_slice(&message));
	return st == PK_ENOTFOUND ? PK_EIO : st; /* its rows come and go together */
}

enum pk_status vault_expire(struct account *a, int64_t at_ms, size_t rows, size_t *done)
{
	struct key prefix = key_acct(a->acct, ACCT_VAULT, KIND_EXPIRY);
	enum pk_status st = PK_OK;

	for (*done = 0; st == PK_OK && *done < rows;) {
		struct slice key, value;

		st = txn_first(a->txn, TREE_ACCT, key_slice(&prefix), (struct slice){0}, &key,
		               &value);
		if (st == PK_OK && (int64_t)key_u64_at(key, KEY_ACCT_OCTETS) >= at_ms)
			st = PK_ENOTFOUND;
		if (st == PK_OK)
			st = vault_destroy(a, key_u64_at(key, KEY_ACCT_OCTETS + 8));
		*done += st == PK_OK;
	}
	return st == PK_ENOTFOUND ? PK_OK : st;
}
