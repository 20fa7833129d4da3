#include "directory_entry.h"

#include "format.h"
#include "tenant_record.h"

#include "base/log.h"
#include "ipc/wire.h"

#include <errno.h>

enum pk_status entry_trouble(const char *what, int rc)
{
	if (rc == MDB_SUCCESS)
		return PK_OK;
	if (rc == MDB_NOTFOUND)
		return PK_ENOTFOUND;
	LOG(PK_LOG_ERROR, "directory", LOG_CSTR("op", what), LOG_CSTR("error", mdb_strerror(rc)));
	return rc == ENOSPC || rc == MDB_MAP_FULL ? PK_EFULL : PK_EIO;
}

enum pk_status entry_decode(struct slice in, struct entry *e)
{
	struct wire w = format_row(in);

	e->state = (uint8_t)wire_get(&w, 1);
	e->place.tenant = (uint32_t)wire_get(&w, 4);
	e->place.volume = (uint16_t)wire_get(&w, 2);
	return w.bad ? PK_EIO : PK_OK;
}

struct slice entry_key(char kind, struct slice name, char out[ENTRY_KEY_MAX])
{
	size_t n = name.n < DOMAIN_MAX ? name.n : DOMAIN_MAX;

	out[0] = kind;
	if (n)
		memcpy(out + 1, name.p, n);
	return (struct slice){out, 1 + n};
}

enum pk_status entry_get(struct directory *d, MDB_txn *t, struct slice key, struct entry *e)
{
	MDB_val k = entry_val(key), v;
	int rc = mdb_get(t, d->dbi, &k, &v);

	return rc ? entry_trouble("get", rc) : entry_decode(entry_text(v), e);
}

static enum pk_status row_put(struct directory *d, MDB_txn *t, struct slice key, struct buf *row)
{
	MDB_val k = entry_val(key), v = entry_val(buf_slice(row));
	int rc = row->failed ? ENOMEM : mdb_put(t, d->dbi, &k, &v, 0);

	buf_free(row);
	return entry_trouble("put", rc);
}

enum pk_status entry_put(struct directory *d, MDB_txn *t, struct slice key, const struct entry *e)
{
	struct buf row = {0};

	wire_put(&row, FORMAT_ROW, 1);
	wire_put(&row, e->state, 1);
	wire_put(&row, e->place.tenant, 4);
	wire_put(&row, e->place.volume, 2);
	return row_put(d, t, key, &row);
}

enum pk_status entry_del(struct directory *d, MDB_txn *t, struct slice key)
{
	MDB_val k = entry_val(key);

	return entry_trouble("del", mdb_del(t, d->dbi, &k, NULL));
}

enum pk_status entry_del_at(MDB_cursor *c)
{
	return entry_trouble("del", mdb_cursor_del(c, 0));
}

enum pk_status entry_next_id(struct directory *d, MDB_txn *t, uint32_t *id, bool *known)
{
	MDB_val k = entry_val(S("n")), v;
	int rc = mdb_get(t, d->dbi, &k, &v);

	*id = 1;
	*known = rc == 0;
	if (rc)
		return rc == MDB_NOTFOUND ? PK_OK : entry_trouble("get", rc);
	return id_decode(entry_text(v), id);
}

enum pk_status entry_put_next_id(struct directory *d, MDB_txn *t, uint32_t id)
{
	struct buf row = {0};

	id_encode(&row, id);
	return row_put(d, t, S("n"), &row);
}

enum pk_status entry_put_format(struct directory *d, MDB_txn *t)
{
	struct buf row = {0};

	wire_put(&row, FORMAT_DIRECTORY, 2);
	return row_put(d, t, ENTRY_FORMAT, &row);
}

enum pk_status entry_activate(struct directory *d, MDB_txn *t, struct slice key)
{
	struct entry e;
	enum pk_status st = entry_get(d, t, key, &e);

	if (st != PK_OK)
		return st;
	e.state = ENTRY_ACTIVE;
	return entry_put(d, t, key, &e);
}

enum pk_status entry_finish(MDB_txn *t, enum pk_status st)
{
	if (st == PK_OK)
		return entry_trouble("commit", mdb_txn_commit(t));
	mdb_txn_abort(t);
	return st;
}
