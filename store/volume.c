#include "volume.h"

#include "format.h"
#include "segment.h"

#include "base/log.h"
#include "ipc/wire.h"

#include <errno.h>
#include <lmdb.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

/* The only row whose place every format shares: TREE_TENANT, tenant 0, kind 0. */
static const struct slice header_key = {"\0\0\0\0\0", 5};

struct header {
	uint16_t format, number;
	uint32_t epoch;
};

static const char *const tree_names[TREE_COUNT] = {
	[TREE_ACCT] = "acct",   [TREE_TENANT] = "tenant", [TREE_BLOB] = "blob",
	[TREE_DEDUP] = "dedup", [TREE_SEG] = "seg",       [TREE_SCHED] = "sched",
	[TREE_QUEUE] = "queue", [TREE_JOB] = "job",       [TREE_AUDIT] = "audit",
	[TREE_TRACE] = "trace",
};

static enum pk_status complain(const struct volume *v, const char *what, const char *why)
{
	LOG(PK_LOG_ERROR, "volume_error", LOG_NUMBER("volume", v->number),
	    LOG_CSTR("path", v->path), LOG_CSTR("call", what), LOG_CSTR("error", why));
	return PK_EIO;
}

static void set_defaults(struct volume_options *o)
{
	if (!o->map_octets)
		o->map_octets = (uint64_t)16 << 40;
	if (!o->segment_octets)
		o->segment_octets = (uint64_t)128 << 20;
	if (!o->readers)
		o->readers = 512;
}

static enum pk_status open_trees(struct volume *v)
{
	MDB_txn *mdb;
	int rc = mdb_txn_begin(v->env, NULL, v->options.read_only ? MDB_RDONLY : 0, &mdb);

	if (rc)
		return complain(v, "begin", mdb_strerror(rc));
	for (int i = 0; i < TREE_COUNT; i++) {
		rc = mdb_dbi_open(mdb, tree_names[i], v->options.read_only ? 0 : MDB_CREATE,
		                  &v->dbi[i]);
		if (rc) {
			mdb_txn_abort(mdb);
			return complain(v, tree_names[i], mdb_strerror(rc));
		}
	}
	rc = mdb_txn_commit(mdb);
	return rc ? complain(v, "commit", mdb_strerror(rc)) : PK_OK;
}

static enum pk_status open_env(struct volume *v)
{
	const struct volume_options *o = &v->options;
	unsigned flags = MDB_NOTLS | MDB_NORDAHEAD | (o->read_only ? MDB_RDONLY : 0) |
	                 (o->no_sync ? MDB_NOSYNC : 0);
	int dead, rc = mdb_env_create(&v->env);
	MDB_stat stat = {0};

	if (!rc)
		rc = mdb_env_set_maxdbs(v->env, TREE_COUNT);
	if (!rc)
		rc = mdb_env_set_mapsize(v->env, o->map_octets);
	if (!rc)
		rc = mdb_env_set_maxreaders(v->env, o->readers);
	if (!rc)
		rc = mdb_env_open(v->env, v->path, flags, 0600);
	if (!rc)
		rc = mdb_reader_check(v->env, &dead);
	if (!rc)
		rc = mdb_env_stat(v->env, &stat);
	v->page_octets = stat.ms_psize;
	return rc ? complain(v, "open", mdb_strerror(rc)) : PK_OK;
}

static enum pk_status header_decode(struct slice row, struct header *h)
{
	struct wire w = {.in = row};

	h->format = (uint16_t)wire_get(&w, 2);
	h->number = (uint16_t)wire_get(&w, 2);
	h->epoch = (uint32_t)wire_get(&w, 4);
	return w.bad ? PK_EIO : PK_OK;
}

static enum pk_status header_put(struct txn *t, const struct header *h)
{
	struct buf row = {0};
	enum pk_status st;

	wire_put(&row, h->format, 2);
	wire_put(&row, h->number, 2);
	wire_put(&row, h->epoch, 4);
	st = row.failed ? PK_ENOMEM : txn_put(t, TREE_TENANT, header_key, buf_slice(&row));
	buf_free(&row);
	return st;
}

/* Checks whose volume this is and draws the epoch of this opening. */
static enum pk_status enter(struct volume *v, struct txn *t)
{
	struct header h = {.format = FORMAT_VOLUME, .number = v->number};
	struct slice row;
	enum pk_status st = txn_get(t, TREE_TENANT, header_key, &row);

	if (st == PK_OK)
		st = header_decode(row, &h);
	else if (st == PK_ENOTFOUND)
		st = PK_OK;
	if (st != PK_OK)
		return st;
	if (h.number != v->number)
		return complain(v, "header", "another volume's number");
	v->epoch = h.epoch += !v->options.read_only;
	return v->options.read_only ? PK_OK : header_put(t, &h);
}

static enum pk_status new_epoch(struct volume *v)
{
	struct txn t = {.volume = v, .write = !v->options.read_only};
	int rc = mdb_txn_begin(v->env, NULL, v->options.read_only ? MDB_RDONLY : 0, &t.mdb);
	enum pk_status st;

	if (rc)
		return complain(v, "begin", mdb_strerror(rc));
	st = enter(v, &t);
	if (st != PK_OK) {
		mdb_txn_abort(t.mdb);
		return st;
	}
	rc = mdb_txn_commit(t.mdb);
	return rc ? complain(v, "commit", mdb_strerror(rc)) : PK_OK;
}

enum pk_status volume_create(const char *path)
{
	if (mkdir(path, 0700) == 0)
		return PK_OK;
	return errno == EEXIST ? PK_EEXISTS : errno == ENOSPC ? PK_EFULL : PK_EIO;
}

enum pk_status volume_check(const char *path)
{
	uint64_t format;
	enum pk_status st = format_of(path, tree_names[TREE_TENANT], header_key, &format);
	struct buf segments = {0};

	if (st == PK_OK)
		st = format_check("volume", path, format, FORMAT_VOLUME);
	if (st != PK_OK && st != PK_ENOTFOUND)
		return st;
	buf_printf(&segments, "%s/segments", path);
	st = segments.failed ? PK_ENOMEM : segments_check(segments.p);
	buf_free(&segments);
	return st;
}

enum pk_status volume_open(struct volume *v, const char *path, uint16_t number,
                           const struct volume_options *options, struct keyring *keys)
{
	enum pk_status st;

	*v = (struct volume){
		.number = number, .path = strdup(path), .options = *options, .keys = keys};
	if (!v->path)
		return PK_ENOMEM;
	set_defaults(&v->options);
	st = volume_check(path);
	if (st == PK_OK)
		st = open_env(v);
	if (st == PK_OK)
		st = open_trees(v);
	if (st == PK_OK)
		st = new_epoch(v);
	if (st == PK_OK)
		st = segments_open(v);
	if (st != PK_OK)
		volume_close(v);
	return st;
}

void volume_close(struct volume *v)
{
	if (v->segments)
		segments_close(v);
	if (v->env)
		mdb_env_close(v->env);
	free(v->path);
	*v = (struct volume){0};
}

uint64_t volume_blob_id(struct volume *v)
{
	return (uint64_t)v->epoch << 32 | (uint32_t)(1 + atomic_fetch_add(&v->next_blob, 1));
}

bool volume_short_of_disk(struct volume *v)
{
	uint64_t reserve = v->options.reserve_octets, floor = (uint64_t)512 << 20;
	struct statvfs fs;

	if (statvfs(v->path, &fs))
		return false;
	if (!reserve) {
		reserve = (uint64_t)fs.f_blocks * fs.f_frsize / 100;
		if (reserve < floor)
			reserve = floor;
	}
	return (uint64_t)fs.f_bavail * fs.f_frsize < reserve;
}
