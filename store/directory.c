#include "directory_entry.h"

#include "format.h"

#include <errno.h>
#include <sys/stat.h>

#define MAP_OCTETS (1ull << 36) /* address space only: the file grows as it is filled */

static enum pk_status open_env(struct directory *d, const char *path)
{
	int rc = mdb_env_create(&d->env);

	if (rc == 0)
		rc = mdb_env_set_mapsize(d->env, MAP_OCTETS);
	if (rc == 0)
		rc = mdb_env_open(d->env, path, MDB_NOTLS | MDB_NORDAHEAD, 0600);
	return entry_trouble("open", rc);
}

/* The first row of a new one is its format. */
static enum pk_status enter(struct directory *d)
{
	enum pk_status st = PK_OK;
	MDB_stat stat;
	MDB_txn *t;
	int rc = mdb_txn_begin(d->env, NULL, 0, &t);

	if (rc)
		return entry_trouble("begin", rc);
	rc = mdb_dbi_open(t, NULL, 0, &d->dbi);
	if (rc == 0)
		rc = mdb_stat(t, d->dbi, &stat);
	if (rc)
		st = entry_trouble("open", rc);
	else if (!stat.ms_entries)
		st = entry_put_format(d, t);
	return entry_finish(t, st);
}

enum pk_status directory_check(const char *path)
{
	uint64_t format;
	enum pk_status st = format_of(path, NULL, ENTRY_FORMAT, &format);

	if (st != PK_OK)
		return st == PK_ENOTFOUND ? PK_OK : st;
	return format_check("directory", path, format, FORMAT_DIRECTORY);
}

enum pk_status directory_open(struct directory **out, const char *path)
{
	enum pk_status st = directory_check(path);
	struct directory *d;

	*out = NULL;
	if (st != PK_OK)
		return st;
	if (mkdir(path, 0700) != 0 && errno != EEXIST)
		return entry_trouble("mkdir", errno);
	d = calloc(1, sizeof(*d));
	if (!d)
		return PK_ENOMEM;
	st = open_env(d, path);
	if (st == PK_OK)
		st = enter(d);
	if (st != PK_OK) {
		directory_close(d);
		return st;
	}
	*out = d;
	return PK_OK;
}

void directory_close(struct directory *d)
{
	if (d && d->env)
		mdb_env_close(d->env);
	free(d);
}

static enum pk_status find(struct directory *d, char kind, struct slice name, struct place *place)
{
	char octets[ENTRY_KEY_MAX];
	struct entry e;
	enum pk_status st;
	MDB_txn *t;
	int rc;

	if (name.n == 0 || name.n > DOMAIN_MAX)
		return PK_ENOTFOUND;
	rc = mdb_txn_begin(d->env, NULL, MDB_RDONLY, &t);
	if (rc)
		return entry_trouble("begin", rc);
	st = entry_get(d, t, entry_key(kind, name, octets), &e);
	mdb_txn_abort(t);
	if (st != PK_OK || e.state != ENTRY_ACTIVE)
		return st == PK_OK ? PK_ENOTFOUND : st;
	*place = e.place;
	return PK_OK;
}

enum pk_status directory_tenant(struct directory *d, struct slice name, struct place *place)
{
	return find(d, ENTRY_TENANT, name, place);
}

enum pk_status directory_domain(struct directory *d, struct slice domain, struct place *place)
{
	return find(d, ENTRY_DOMAIN, domain, place);
}

static enum pk_status claim(struct directory *d, MDB_txn *t, struct slice key,
                            const struct place *place)
{
	struct entry e;
	enum pk_status st = entry_get(d, t, key, &e);

	if (st != PK_ENOTFOUND)
		return st == PK_OK ? PK_EEXISTS : st;
	e = (struct entry){ENTRY_PENDING, *place};
	return entry_put(d, t, key, &e);
}

enum pk_status directory_claim_tenant(struct directory *d, struct slice name, uint16_t volume,
                                      uint32_t *tenant)
{
	char octets[ENTRY_KEY_MAX];
	enum pk_status st;
	MDB_txn *t;
	bool known;
	int rc;

	if (!tenant_name_ok(name))
		return PK_EINVAL;
	rc = mdb_txn_begin(d->env, NULL, 0, &t);
	if (rc)
		return entry_trouble("begin", rc);
	st = entry_next_id(d, t, tenant, &known);
	if (st == PK_OK && *tenant == UINT32_MAX)
		st = PK_ELIMIT;
	if (st == PK_OK)
		st = claim(d, t, entry_key(ENTRY_TENANT, name, octets),
		           &(struct place){*tenant, volume});
	if (st == PK_OK)
		st = entry_put_next_id(d, t, *tenant + 1);
	return entry_finish(t, st);
}

enum pk_status directory_claim_domain(struct directory *d, struct slice domain,
                                      const struct place *place)
{
	char octets[ENTRY_KEY_MAX];
	MDB_txn *t;
	int rc;

	if (domain.n == 0 || domain.n > DOMAIN_MAX)
		return PK_EINVAL;
	rc = mdb_txn_begin(d->env, NULL, 0, &t);
	if (rc)
		return entry_trouble("begin", rc);
	return entry_finish(t, claim(d, t, entry_key(ENTRY_DOMAIN, domain, octets), place));
}

static enum pk_status change(struct directory *d, bool domain, struct slice name,
                             enum pk_status (*fn)(struct directory *, MDB_txn *, struct slice))
{
	char octets[ENTRY_KEY_MAX];
	MDB_txn *t;
	int rc = mdb_txn_begin(d->env, NULL, 0, &t);

	if (rc)
		return entry_trouble("begin", rc);
	return entry_finish(
		t, fn(d, t, entry_key(domain ? ENTRY_DOMAIN : ENTRY_TENANT, name, octets)));
}

enum pk_status directory_activate(struct directory *d, bool domain, struct slice name)
{
	return change(d, domain, name, entry_activate);
}

enum pk_status directory_release(struct directory *d, bool domain, struct slice name)
{
	return change(d, domain, name, entry_del);
}

/* Removes the entry at the cursor if it is the tenant's. */
static enum pk_status release_one(MDB_cursor *c, MDB_val key, MDB_val value, uint32_t tenant)
{
	char kind = entry_text(key).p[0];
	struct entry e;
	enum pk_status st;

	if (kind != ENTRY_TENANT && kind != ENTRY_DOMAIN)
		return PK_OK;
	st = entry_decode(entry_text(value), &e);
	return st == PK_OK && e.place.tenant == tenant ? entry_del_at(c) : st;
}

static enum pk_status release_all(MDB_cursor *c, uint32_t tenant)
{
	enum pk_status st = PK_OK;
	MDB_val k, v;
	int rc = mdb_cursor_get(c, &k, &v, MDB_FIRST);

	while (rc == 0 && st == PK_OK) {
		st = release_one(c, k, v, tenant);
		if (st == PK_OK)
			rc = mdb_cursor_get(c, &k, &v, MDB_NEXT);
	}
	return rc && rc != MDB_NOTFOUND ? entry_trouble("release", rc) : st;
}

enum pk_status directory_release_tenant(struct directory *d, uint32_t tenant)
{
	MDB_cursor *c;
	enum pk_status st;
	MDB_txn *t;
	int rc = mdb_txn_begin(d->env, NULL, 0, &t);

	if (rc)
		return entry_trouble("begin", rc);
	rc = mdb_cursor_open(t, d->dbi, &c);
	if (rc) {
		mdb_txn_abort(t);
		return entry_trouble("release", rc);
	}
	st = release_all(c, tenant);
	mdb_cursor_close(c);
	return entry_finish(t, st);
}

enum pk_status directory_each(struct directory *d, bool domains,
                              enum pk_status (*fn)(void *, struct slice, const struct place *),
                              void *arg)
{
	char kind = domains ? ENTRY_DOMAIN : ENTRY_TENANT;
	MDB_val k = {1, &kind}, v;
	MDB_cursor *c = NULL;
	enum pk_status st = PK_OK;
	struct entry e;
	MDB_txn *t;
	int rc = mdb_txn_begin(d->env, NULL, MDB_RDONLY, &t);

	if (rc)
		return entry_trouble("begin", rc);
	rc = mdb_cursor_open(t, d->dbi, &c);
	if (rc == 0)
		rc = mdb_cursor_get(c, &k, &v, MDB_SET_RANGE);
	while (rc == 0 && st == PK_OK && entry_text(k).p[0] == kind) {
		st = entry_decode(entry_text(v), &e);
		if (st == PK_OK && e.state == ENTRY_ACTIVE)
			st = fn(arg, slice_skip(entry_text(k), 1), &e.place);
		if (st == PK_OK)
			rc = mdb_cursor_get(c, &k, &v, MDB_NEXT);
	}
	if (c)
		mdb_cursor_close(c);
	mdb_txn_abort(t);
	return rc && rc != MDB_NOTFOUND ? entry_trouble("each", rc) : st;
}
