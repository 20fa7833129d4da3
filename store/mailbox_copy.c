#include "mailbox_copy.h"

#include "blob.h"
#include "mailbox_parts.h"

#include <assert.h>

#define NO_ROOM 255

static enum pk_status map_keyword(struct copying *c, uint8_t bit)
{
	enum pk_status st = keywords_load(c->from);
	struct slice name;

	if (st != PK_OK)
		return st;
	name = keyword_name(c->from, bit);
	st = name.n ? mailbox_keyword(c->to, name, true, &c->bits[bit]) : PK_ENOTFOUND;
	if (st == PK_ELIMIT || st == PK_ENOTFOUND || st == PK_EINVAL) {
		c->bits[bit] = NO_ROOM;
		return PK_OK;
	}
	return st;
}

enum pk_status copy_flags(struct copying *c, uint64_t flags, uint64_t *mapped)
{
	enum pk_status st = PK_OK;

	*mapped = flags & PK_SYSTEM_FLAGS;
	flags &= ~(uint64_t)0xff;
	if (c->from == c->to)
		*mapped |= flags;
	while (c->from != c->to && flags && st == PK_OK) {
		uint8_t bit = (uint8_t)__builtin_ctzll(flags);

		flags &= flags - 1;
		if (!c->bits[bit])
			st = map_keyword(c, bit);
		if (st == PK_OK && c->bits[bit] != NO_ROOM)
			*mapped |= 1ull << c->bits[bit];
	}
	return st;
}

enum pk_status copy_finish(struct copying *c)
{
	int64_t refs = c->refs;

	c->refs = 0;
	return refs ? blob_ref(c->from->txn, c->blob, refs) : PK_OK;
}

static enum pk_status refer(struct copying *c, const struct message_row *r)
{
	enum pk_status st = PK_OK;

	if (c->blob != r->blob)
		st = copy_finish(c);
	c->blob = r->blob;
	c->refs++;
	if (st == PK_OK && r->summary_blob)
		st = blob_ref(c->from->txn, r->summary_blob, 1);
	return st;
}

/* e: the message's flags in `from`. */
static enum pk_status copy_message(struct copying *c, uint32_t uid, const struct flag_entry *e,
                                   uint32_t *new_uid)
{
	char copy[ROW_MAX]; /* rows move while others are written */
	struct key key = key_acct_u32(c->from->account->acct, c->from->id, KIND_MESSAGE, uid);
	struct message_new new;
	struct slice raw;
	enum pk_status st = txn_get(c->from->txn, TREE_ACCT, key_slice(&key), &raw);

	if (st != PK_OK)
		return st == PK_ENOTFOUND ? PK_EIO : st; /* it is present, so it has a row */
	assert(raw.n <= sizeof(copy));
	memcpy(copy, raw.p, raw.n);
	raw.p = copy;
	st = message_decode(raw, &new.row);
	if (st == PK_OK)
		st = copy_flags(c, e->flags, &new.flags);
	if (st != PK_OK)
		return st;
	new.row.savedate_ms = c->from->txn->now_ms;
	new.row.uidl = (struct slice){0}; /* unique within a maildrop (RFC 1939 7) */
	if (c->move) {
		st = mailbox_remove(c->from, uid, TO_MAILBOX, BY_CLIENT);
	} else {
		new.row.docid = 0;
		st = refer(c, &new.row);
	}
	return st == PK_OK ? mailbox_add(c->to, &new, new_uid) : st;
}

/* What is present of one page, so that source and destination do not take turns at being at hand.
 */
struct present {
	size_t n;
	struct {
		uint32_t uid;
		struct flag_entry e;
	} of[PAGE_UIDS];
};

static enum pk_status gather(void *arg, uint32_t uid, const struct flag_entry *e)
{
	struct present *p = arg;

	p->of[p->n].uid = uid;
	p->of[p->n].e = *e;
	p->n++;
	return p->n < PAGE_UIDS ? PK_OK : PK_ERETRY;
}

enum pk_status copy_range(struct copying *c, uint64_t *next, uint32_t last, size_t *most,
                          const struct copy_told *told)
{
	enum pk_status st = PK_OK;

	while (st == PK_OK && *next <= last && *most) {
		struct present p = {.n = 0};

		st = mailbox_each(c->from, (uint32_t)*next, last, gather, &p);
		if (st != PK_OK && st != PK_ERETRY)
			return st;
		*next = st == PK_OK ? (uint64_t)last + 1 : (uint64_t)p.of[p.n - 1].uid + 1;
		st = PK_OK;
		for (size_t i = 0; st == PK_OK && i < p.n; i++) {
			uint32_t uid = p.of[i].uid, new_uid;

			if (!*most) {
				*next = uid;
				break;
			}
			--*most;
			st = copy_message(c, uid, &p.of[i].e, &new_uid);
			if (st == PK_OK && told)
				st = told->told(told->arg, uid, new_uid);
		}
	}
	return st;
}

enum pk_status mailbox_move_all(struct mailbox *from, struct mailbox *to)
{
	struct copying c = {.from = from, .to = to, .move = true};
	uint64_t next = 1;
	size_t most = SIZE_MAX;
	enum pk_status st = copy_range(&c, &next, UINT32_MAX, &most, NULL);

	return st == PK_OK ? copy_finish(&c) : st;
}
