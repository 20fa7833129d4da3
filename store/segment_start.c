/* What a start does to the segments of earlier epochs: nothing is ever appended to them. */
#include "disk.h"
#include "record.h"
#include "segment_set.h"

#include "base/log.h"

#include <errno.h>
#include <lmdb.h>

struct ids {
	uint64_t *p;
	size_t n, cap;
	enum pk_status st;
};

static void ids_add(struct ids *ids, uint64_t id)
{
	if (ids->n == ids->cap) {
		size_t cap = ids->cap ? 2 * ids->cap : 64;
		uint64_t *more = realloc(ids->p, cap * sizeof *more);

		if (!more) {
			ids->st = PK_ENOMEM;
			return;
		}
		ids->p = more;
		ids->cap = cap;
	}
	ids->p[ids->n++] = id;
}

static void add_file(void *arg, const char *name)
{
	uint64_t id;

	if (segment_is_name(name, &id))
		ids_add(arg, id);
}

static enum pk_status unlink_id(struct segments *all, uint64_t id)
{
	enum pk_status st;
	char name[20];

	segment_name(id, name);
	st = disk_unlink(all->dir, name);
	return st == PK_ENOTFOUND ? PK_OK : st;
}

/* The row of a segment that was open when the store ended. Its file's end counts: what no commit
 * named there is dead. */
static enum pk_status seal(struct segments *all, struct txn *t, uint64_t id,
                           struct segment_row *row)
{
	struct key key = key_u64(id);
	struct segment *s;
	struct buf value = {0};
	enum pk_status st;
	uint64_t size;

	st = segment_pin(all->volume, id, &s);
	if (st != PK_OK)
		return st == PK_ENOTFOUND ? PK_EIO : st;
	st = disk_size(s->fd, s->name, &size);
	segment_unpin(all->volume, s);
	if (st != PK_OK)
		return st;
	if (size > row->octets) {
		row->dead_octets += size - row->octets;
		row->octets = size;
	}
	row->state = row->dead_octets >= row->octets ? SEG_DEAD : SEG_SEALED;
	segment_encode(&value, row);
	return put_row(t, TREE_SEG, &key, &value);
}

static void complain(uint64_t id, const char *why)
{
	char name[20];

	segment_name(id, name);
	LOG(PK_LOG_ERROR, "segment", LOG_CSTR("file", name), LOG_CSTR("reason", why));
}

/* One row: seals it when it was open, removes it (and, later, its file) when it is dead. */
static enum pk_status settle_row(struct segments *all, struct txn *t, struct ids *rows, uint64_t id)
{
	struct key key = key_u64(id);
	struct segment_row row;
	struct slice value;
	enum pk_status st = txn_get(t, TREE_SEG, key_slice(&key), &value);

	if (st == PK_OK)
		st = segment_decode(value, &row);
	if (st != PK_OK)
		return st;
	if (row.state == SEG_OPEN)
		st = seal(all, t, id, &row);
	if (st == PK_EIO) { /* bodies are missing: what can be read is still served */
		complain(id, "its row stands, its file does not open");
		st = PK_OK;
	}
	if (st == PK_OK && row.state == SEG_DEAD)
		return txn_del(t, TREE_SEG, key_slice(&key));
	ids_add(rows, id);
	return st == PK_OK ? rows->st : st;
}

static enum pk_status settle_rows(struct segments *all, struct txn *t, struct ids *live)
{
	struct slice key, value;
	struct key from = key_u64(0);
	enum pk_status st;

	while ((st = txn_first(t, TREE_SEG, S(""), key_slice(&from), &key, &value)) == PK_OK) {
		uint64_t id = key_u64_at(key, 0);

		st = settle_row(all, t, live, id);
		if (st != PK_OK || id == UINT64_MAX)
			break;
		from = key_u64(id + 1);
	}
	return st == PK_ENOTFOUND ? PK_OK : st;
}

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* Files that no row names: of a body that was never committed, or of a segment that is dead. */
static enum pk_status remove_rest(struct segments *all, const struct ids *files,
                                  const struct ids *live)
{
	enum pk_status st = PK_OK;

	for (size_t i = 0; i < files->n && st == PK_OK; i++)
		if (!live->n || !bsearch(&files->p[i], live->p, live->n, sizeof *live->p, by_value))
			st = unlink_id(all, files->p[i]);
	return st;
}

/* A file of this epoch or a later one: the environment is older than its segments. */
static enum pk_status check_epochs(const struct segments *all, const struct ids *files)
{
	for (size_t i = 0; i < files->n; i++) {
		if (files->p[i] >> 32 < all->volume->epoch)
			continue;
		complain(files->p[i], "it is newer than the volume's environment: restored from a "
		                      "backup without it?");
		return PK_EIO;
	}
	return PK_OK;
}

static enum pk_status commit_rows(struct segments *all, struct ids *live)
{
	struct txn t = {.volume = all->volume, .write = true};
	enum pk_status st = PK_OK;
	int rc = mdb_txn_begin(all->volume->env, NULL, 0, &t.mdb);

	if (rc)
		return PK_EIO;
	st = settle_rows(all, &t, live);
	if (st == PK_OK && t.changed) {
		rc = mdb_txn_commit(t.mdb);
		return rc == 0 ? PK_OK : rc == ENOSPC ? PK_EFULL : PK_EIO;
	}
	mdb_txn_abort(t.mdb);
	return st;
}

enum pk_status segments_recover(struct segments *all)
{
	struct ids files = {0}, live = {0};
	enum pk_status st;

	if (all->volume->options.read_only)
		return PK_OK;
	st = disk_list(all->dir, add_file, &files);
	if (st == PK_OK)
		st = files.st;
	if (st == PK_OK)
		st = check_epochs(all, &files);
	if (st == PK_OK)
		st = commit_rows(all, &live);
	if (st == PK_OK)
		st = remove_rest(all, &files, &live);
	free(files.p);
	free(live.p);
	return st;
}
