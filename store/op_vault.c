#include "tenant_admin.h"
#include "vault.h"

/* vault_list, vault_purge: what was expunged and is still kept. */

#define CHUNK_ROWS 1000

struct vaulting {
	struct target at; /* first */
	uint64_t next;    /* list: the vid to go on with */
	uint32_t removed; /* purge: so far, committed */
	size_t chunk;     /* and in the chunk under way */
};

static struct vaulting *begin(struct call *c, struct slice account)
{
	struct vaulting *v = arena_alloc(&c->arena, sizeof(*v));

	c->state = v;
	if (!v)
		call_done(c, PK_ENOMEM);
	return v && admin_user(c, account, &v->at) ? v : NULL;
}

static struct slice by_word(uint8_t by)
{
	static const char *const words[] = {[BY_CLIENT] = "client",
	                                    [BY_MAILBOX] = "mailbox",
	                                    [BY_RETENTION] = "retention",
	                                    [BY_ADMIN] = "admin"};

	return slice_str(by < sizeof(words) / sizeof(*words) && words[by] ? words[by] : "?");
}

static enum pk_status put_one(struct call *c, struct account *a, uint64_t vid, struct slice value)
{
	struct vault_row row;
	struct message_row message;
	enum pk_status st = vault_decode(value, &row);

	if (st == PK_OK)
		st = vault_message(a, vid, &message);
	if (st == PK_OK)
		pk_put_vaulted_row(&c->rows, &(struct pk_vaulted){.vid = vid,
		                                                  .mailbox = row.mailbox,
		                                                  .uid = row.uid,
		                                                  .octets = message.octets,
		                                                  .removed = row.removed_ms,
		                                                  .expires = row.expires_ms,
		                                                  .by = by_word(row.by)});
	return st;
}

static enum pk_status list_rows(struct call *c, struct account *a)
{
	struct vaulting *v = c->state;
	struct key prefix = key_acct(a->acct, ACCT_VAULT, KIND_VAULTED);
	struct key from = key_acct_u64(a->acct, ACCT_VAULT, KIND_VAULTED, v->next);
	struct cursor at;
	enum pk_status st = cursor_open(a->txn, TREE_ACCT, &at);

	if (st == PK_OK)
		st = cursor_seek(&at, key_slice(&from));
	while (st == PK_OK && slice_starts(at.key, key_slice(&prefix))) {
		v->next = key_u64_at(at.key, KEY_ACCT_OCTETS);
		if (c->rows.n >= CALL_ROWS_OCTETS) {
			c->again = true;
			break;
		}
		st = put_one(c, a, v->next, at.value);
		if (st == PK_OK)
			st = cursor_next(&at);
	}
	cursor_close(&at);
	return st == PK_ENOTFOUND ? PK_OK : st;
}

static enum pk_status list_step(struct call *c, struct txn *t)
{
	struct vaulting *v = c->state;
	struct pk_vault_list_rep rep;
	struct account a;
	enum pk_status st = target_ids(c, t, &v->at);

	buf_clear(&c->rows);
	if (st == PK_OK)
		st = account_load(t, v->at.acct, &a);
	if (st == PK_OK)
		st = list_rows(c, &a);
	rep.messages = PK_ROWS(&c->rows);
	pk_put_vault_list_rep(&c->out, &rep);
	return st;
}

void op_vault_list(struct call *c, const struct pk_vault_list_req *q)
{
	struct vaulting *v = begin(c, q->account);

	if (v)
		call_read(c, v->at.volume, list_step);
}

/* vids are given in the order of removal: the first ones are the oldest. */
static enum pk_status purge_apply(struct call *c, struct txn *t)
{
	const struct pk_vault_purge_req *q = c->q;
	struct vaulting *v = c->state;
	struct key prefix;
	struct account a;
	enum pk_status st = target_ids(c, t, &v->at);

	v->chunk = 0;
	if (st == PK_OK)
		st = account_load(t, v->at.acct, &a);
	if (st != PK_OK)
		return st;
	prefix = key_acct(v->at.acct, ACCT_VAULT, KIND_VAULTED);
	while (st == PK_OK && v->chunk < CHUNK_ROWS) {
		struct slice key, value;
		struct vault_row row;

		st = txn_first(t, TREE_ACCT, key_slice(&prefix), (struct slice){0}, &key, &value);
		if (st == PK_OK)
			st = vault_decode(value, &row);
		if (st == PK_OK && row.removed_ms >= q->before)
			st = PK_ENOTFOUND;
		if (st == PK_OK)
			st = vault_destroy(&a, key_u64_at(key, KEY_ACCT_OCTETS));
		v->chunk += st == PK_OK;
	}
	return st == PK_OK || st == PK_ENOTFOUND ? account_save(&a) : st;
}

static void purged(struct call *c)
{
	struct vaulting *v = c->state;

	v->removed += (uint32_t)v->chunk;
	if (c->status != PK_OK) {
		call_done(c, c->status);
	} else if (v->chunk == CHUNK_ROWS) {
		call_write_then(c, v->at.volume, purge_apply, purged);
	} else {
		buf_clear(&c->out);
		pk_put_vault_purge_rep(&c->out, &(struct pk_vault_purge_rep){v->removed});
		call_done(c, PK_OK);
	}
}

void op_vault_purge(struct call *c, const struct pk_vault_purge_req *q)
{
	struct vaulting *v = begin(c, q->account);

	if (v)
		call_write_then(c, v->at.volume, purge_apply, purged);
}
