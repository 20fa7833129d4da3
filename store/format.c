#include "format.h"

#include "disk.h"

#include "base/log.h"

#include <errno.h>
#include <lmdb.h>
#include <stdatomic.h>

enum pk_status format_check(const char *kind, const char *path, uint64_t found, uint64_t own)
{
	char words[FORMAT_WORDS];
	const char *why = format_fault(found, own, words);

	if (!why)
		return PK_OK;
	LOG(PK_LOG_ERROR, "format", LOG_CSTR("kind", kind), LOG_CSTR("path", path),
	    LOG_CSTR("reason", why));
	return PK_ENOTSUP;
}

/* Tells of a row's format, once. */
static void tell_row(uint8_t found, const char *why)
{
	static _Atomic uint64_t told[4]; /* a bit for each format */
	uint64_t bit = (uint64_t)1 << (found & 63);

	if (!(atomic_fetch_or(&told[found >> 6], bit) & bit))
		LOG(PK_LOG_ERROR, "format", LOG_CSTR("kind", "row"), LOG_CSTR("reason", why));
}

struct wire format_row(struct slice row)
{
	struct wire w = {.in = row};
	uint8_t found = (uint8_t)wire_get(&w, 1);
	char words[FORMAT_WORDS];
	const char *why;

	if (found == FORMAT_ROW || w.bad)
		return w;
	why = format_fault(found, FORMAT_ROW, words);
	if (why)
		tell_row(found, why);
	w.bad = why;
	return w;
}

static int peek(MDB_txn *t, const char *tree, struct slice key, uint64_t *format)
{
	MDB_val k = {key.n, (void *)(uintptr_t)key.p}, v;
	MDB_stat stat;
	MDB_dbi dbi;
	int rc = mdb_dbi_open(t, tree, 0, &dbi);

	if (rc == 0)
		rc = mdb_stat(t, dbi, &stat);
	if (rc == 0 && stat.ms_entries == 0)
		return MDB_NOTFOUND;
	*format = 0;
	if (rc == 0 && (rc = mdb_get(t, dbi, &k, &v)) == MDB_NOTFOUND)
		return 0;
	for (size_t i = 0; rc == 0 && i < 2 && i < v.mv_size; i++)
		*format |= (uint64_t)((unsigned char *)v.mv_data)[i] << (8 * i);
	return rc;
}

enum pk_status format_of(const char *path, const char *tree, struct slice key, uint64_t *format)
{
	MDB_env *env;
	MDB_txn *t = NULL;
	int rc = mdb_env_create(&env);

	if (rc)
		return PK_ENOMEM;
	rc = mdb_env_set_maxdbs(env, 1);
	if (rc == 0)
		rc = mdb_env_open(env, path, MDB_RDONLY | MDB_NOLOCK | MDB_NOTLS, 0);
	if (rc == 0)
		rc = mdb_txn_begin(env, NULL, MDB_RDONLY, &t);
	if (rc == 0)
		rc = peek(t, tree, key, format);
	if (t)
		mdb_txn_abort(t);
	mdb_env_close(env);
	/* What is broken otherwise is told by who opens it for good. */
	return rc == 0 ? PK_OK : rc == ENOMEM ? PK_ENOMEM : PK_ENOTFOUND;
}

struct heads {
	int dir;
	size_t octets;
	format_head *each;
	enum pk_status st;
};

static void read_head(void *arg, const char *name)
{
	unsigned char head[FORMAT_HEAD];
	struct heads *h = arg;
	uint64_t size;
	int fd;

	if (h->st != PK_OK || disk_open(h->dir, name, false, &fd) != PK_OK)
		return;
	if (disk_size(fd, name, &size) == PK_OK && size >= h->octets &&
	    disk_read(fd, name, head, h->octets, 0) == PK_OK)
		h->st = h->each(name, head);
	disk_close(fd);
}

enum pk_status format_each_head(const char *path, size_t octets, format_head *each)
{
	struct heads h = {.octets = octets, .each = each};
	enum pk_status st = disk_open_dir(DISK_CWD, path, false, &h.dir);

	if (st != PK_OK)
		return st == PK_ENOTFOUND ? PK_OK : st;
	st = disk_list(h.dir, read_head, &h);
	disk_close(h.dir);
	return st == PK_OK ? h.st : st;
}
