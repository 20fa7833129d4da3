#include "txn.h"

#include "record.h"
#include "volume.h"
#include "writer.h"

#include "base/log.h"

#include <errno.h>
#include <lmdb.h>

static MDB_val to_val(struct slice s)
{
	return (MDB_val){s.n, (void *)(uintptr_t)s.p};
}

static struct slice to_slice(MDB_val v)
{
	return (struct slice){v.mv_data, v.mv_size};
}

static enum pk_status status_of(int rc)
{
	switch (rc) {
	case 0: return PK_OK;
	case MDB_NOTFOUND: return PK_ENOTFOUND;
	case MDB_MAP_FULL:
	case ENOSPC:
	case EDQUOT: return PK_EFULL;
	case MDB_READERS_FULL: return PK_EUNAVAILABLE;
	case ENOMEM: return PK_ENOMEM;
	default: return PK_EIO;
	}
}

/* A failure of the storage, as against an answer. */
static enum pk_status storage(struct txn *t, int rc, const char *what)
{
	enum pk_status st = status_of(rc);

	if (st == PK_OK || st == PK_ENOTFOUND)
		return st;
	if (t->failed == PK_OK) {
		t->failed = st;
		LOG(PK_LOG_ERROR, "lmdb_error", LOG_NUMBER("volume", t->volume->number),
		    LOG_CSTR("call", what), LOG_CSTR("error", mdb_strerror(rc)));
	}
	return st;
}

/*
 * LMDB believes its pages, which have no checksums. A row that is too long, or that ends on another
 * page than it begins on, is not one of ours: what lies there may be anybody's. Pages that a
 * transaction has changed stand elsewhere, and were sound when they were read.
 */
static bool sound(const struct txn *t, MDB_val part)
{
	uintptr_t at = (uintptr_t)part.mv_data, page = ~(uintptr_t)(t->volume->page_octets - 1);

	return part.mv_size <= ROW_MAX &&
	       (t->write || !part.mv_size || (at & page) == ((at + part.mv_size - 1) & page));
}

enum pk_status txn_begin_read(struct volume *v, struct txn *t)
{
	*t = (struct txn){.volume = v};
	return storage(t, mdb_txn_begin(v->env, NULL, MDB_RDONLY, &t->mdb), "begin");
}

void txn_end_read(struct txn *t)
{
	if (t->mdb)
		mdb_txn_abort(t->mdb);
	t->mdb = NULL;
}

enum pk_status txn_get(struct txn *t, enum tree tree, struct slice key, struct slice *value)
{
	MDB_val k = to_val(key), v;
	int rc = mdb_get(t->mdb, t->volume->dbi[tree], &k, &v);

	if (!rc && !sound(t, v))
		rc = MDB_CORRUPTED;
	*value = rc ? (struct slice){0} : to_slice(v);
	return storage(t, rc, "get");
}

/* LMDB may move what its own pointers show while it writes, so it is given copies. */
struct copied {
	char bytes[ROW_MAX];
	MDB_val key, value;
};

static bool copy_row(struct copied *c, struct slice key, struct slice value)
{
	if (!key.n || key.n > ROW_MAX || value.n > ROW_MAX - key.n)
		return false;
	memcpy(c->bytes, key.p, key.n);
	if (value.n)
		memcpy(c->bytes + key.n, value.p, value.n);
	c->key = (MDB_val){key.n, c->bytes};
	c->value = (MDB_val){value.n, c->bytes + key.n};
	return true;
}

enum pk_status txn_put(struct txn *t, enum tree tree, struct slice key, struct slice value)
{
	struct copied c;

	if (!t->write)
		return PK_EPERM;
	if (!copy_row(&c, key, value))
		return PK_ETOOBIG;
	t->changed = true;
	return storage(t, mdb_put(t->mdb, t->volume->dbi[tree], &c.key, &c.value, 0), "put");
}

enum pk_status txn_del(struct txn *t, enum tree tree, struct slice key)
{
	struct copied c;

	if (!t->write)
		return PK_EPERM;
	if (!copy_row(&c, key, (struct slice){0}))
		return PK_ETOOBIG;
	t->changed = true;
	return storage(t, mdb_del(t->mdb, t->volume->dbi[tree], &c.key, NULL), "del");
}

void txn_touch(struct txn *t, uint64_t acct, uint32_t mbox)
{
	struct touched *new;

	if (!t->touched)
		return;
	for (struct touched *at = *t->touched; at; at = at->next)
		if (at->acct == acct && at->mbox == mbox)
			return;
	new = malloc(sizeof(*new));
	if (!new)
		return; /* a doorbell that does not ring; the next change rings it */
	*new = (struct touched){acct, mbox, *t->touched};
	*t->touched = new;
}

enum pk_status cursor_open(struct txn *t, enum tree tree, struct cursor *c)
{
	*c = (struct cursor){.txn = t, .tree = tree};
	return storage(t, mdb_cursor_open(t->mdb, t->volume->dbi[tree], &c->mdb), "cursor");
}

/* A walk that goes on from where it was ends only if each step goes forward, and the key has what
 * it goes on from. What a transaction has changed may have moved the row it stands on. */
static bool in_order(const struct cursor *c, struct slice from, MDB_cursor_op op, struct slice key)
{
	if (!key_fits(c->tree, key))
		return false;
	switch ((int)op) {
	case MDB_SET_RANGE: return slice_cmp(key, from) >= 0;
	case MDB_NEXT: return c->txn->write || !c->key.n || slice_cmp(key, c->key) > 0;
	case MDB_PREV: return c->txn->write || !c->key.n || slice_cmp(key, c->key) < 0;
	default: return true;
	}
}

static enum pk_status move(struct cursor *c, struct slice from, MDB_cursor_op op)
{
	MDB_val k = to_val(from), v;
	int rc = mdb_cursor_get(c->mdb, &k, &v, op);

	if (!rc && (!sound(c->txn, k) || !sound(c->txn, v) || !in_order(c, from, op, to_slice(k))))
		rc = MDB_CORRUPTED;
	c->key = rc ? (struct slice){0} : to_slice(k);
	c->value = rc ? (struct slice){0} : to_slice(v);
	return storage(c->txn, rc, "walk");
}

enum pk_status cursor_seek(struct cursor *c, struct slice key)
{
	return move(c, key, key.n ? MDB_SET_RANGE : MDB_FIRST);
}

enum pk_status cursor_next(struct cursor *c)
{
	return move(c, (struct slice){0}, MDB_NEXT);
}

enum pk_status cursor_prev(struct cursor *c)
{
	return move(c, (struct slice){0}, MDB_PREV);
}

enum pk_status cursor_last(struct cursor *c, struct slice prefix)
{
	char after[ROW_MAX];
	enum pk_status st;

	if (prefix.n >= sizeof(after))
		return PK_ETOOBIG;
	memcpy(after, prefix.p, prefix.n);
	memset(after + prefix.n, 0xff, sizeof(after) - prefix.n);
	st = cursor_seek(c, (struct slice){after, prefix.n + 64 < 511 ? prefix.n + 64 : 511});
	st = st == PK_ENOTFOUND ? move(c, (struct slice){0}, MDB_LAST)
	     : st == PK_OK      ? cursor_prev(c)
	                        : st;
	if (st == PK_OK && !slice_starts(c->key, prefix))
		return PK_ENOTFOUND;
	return st;
}

void cursor_close(struct cursor *c)
{
	if (c->mdb)
		mdb_cursor_close(c->mdb);
	c->mdb = NULL;
}

/* A range and the row found in it: NOLINTNEXTLINE(readability-function-size) */
enum pk_status txn_first(struct txn *t, enum tree tree, struct slice prefix, struct slice from,
                         struct slice *key, struct slice *value)
{
	struct cursor c;
	enum pk_status st = cursor_open(t, tree, &c);

	if (st == PK_OK)
		st = cursor_seek(&c, from.n ? from : prefix);
	if (st == PK_OK && !slice_starts(c.key, prefix))
		st = PK_ENOTFOUND;
	*key = c.key;
	*value = c.value;
	cursor_close(&c);
	return st;
}
