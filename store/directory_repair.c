#include "directory_entry.h"

#include "keyring.h"
#include "tenant_record.h"
#include "volume.h"

#include "base/log.h"

#define ID_MARGIN 1000 /* ids skipped when the counter was lost: some may have been deleted */

/*
 * Repair. First what the directory says is held against the volumes, then what the volumes say is
 * entered where it is missing: so a lost directory comes back whole.
 */
struct repair {
	struct directory *directory;
	MDB_txn *txn;
	struct volume *const *volumes;
	size_t count;
	uint32_t greatest; /* tenant id seen */
};

static struct volume *volume_of(const struct repair *r, uint16_t number)
{
	for (size_t i = 0; i < r->count; i++)
		if (r->volumes[i]->number == number)
			return r->volumes[i];
	return NULL;
}

/* PK_ENOTFOUND: the volume denies it; PK_EUNAVAILABLE: the volume is not there to ask. */
static enum pk_status ask_volume(const struct repair *r, struct slice key, const struct entry *e)
{
	struct volume *volume = volume_of(r, e->place.volume);
	struct tenant_row tenant;
	struct key k = key_domain_name(e->place.tenant, slice_skip(key, 1));
	struct slice row;
	struct txn t;
	enum pk_status st;

	if (!volume)
		return PK_EUNAVAILABLE;
	st = txn_begin_read(volume, &t);
	if (st != PK_OK)
		return st;
	st = tenant_load(&t, e->place.tenant, &tenant);
	if (st == PK_OK && key.p[0] == ENTRY_DOMAIN)
		st = txn_get(&t, TREE_TENANT, key_slice(&k), &row);
	else if (st == PK_OK && !slice_eq(tenant.name, slice_skip(key, 1)))
		st = PK_ENOTFOUND;
	txn_end_read(&t);
	return st;
}

static enum pk_status repair_entry(struct repair *r, struct slice key, const struct entry *e)
{
	struct volume *volume = volume_of(r, e->place.volume);
	enum pk_status st = ask_volume(r, key, e);

	if (st == PK_OK && e->state == ENTRY_PENDING)
		return entry_activate(r->directory, r->txn, key);
	if (st != PK_ENOTFOUND)
		return st == PK_EUNAVAILABLE ? PK_OK : st;
	LOG(PK_LOG_WARNING, "directory", LOG_CSTR("op", "free"),
	    LOG_TEXT("name", slice_skip(key, 1)), LOG_NUMBER("tenant", e->place.tenant));
	/* A tenant that never came to be: nothing was sealed with its key. */
	if (key.p[0] == ENTRY_TENANT && e->state == ENTRY_PENDING &&
	    keyring_destroy(volume->keys, e->place.tenant) == PK_EIO)
		return PK_EIO;
	return entry_del(r->directory, r->txn, key);
}

static enum pk_status repair_entries(struct repair *r, char kind)
{
	char octets[ENTRY_KEY_MAX] = {kind};
	struct slice at = {octets, 1};

	for (;;) {
		MDB_val k = entry_val(at), v;
		MDB_cursor *c;
		struct entry e;
		enum pk_status st;
		int rc = mdb_cursor_open(r->txn, r->directory->dbi, &c);

		if (rc)
			return entry_trouble("repair", rc);
		rc = mdb_cursor_get(c, &k, &v, MDB_SET_RANGE);
		if (rc == 0 && slice_eq(entry_text(k), at) && at.n > 1)
			rc = mdb_cursor_get(c, &k, &v, MDB_NEXT);
		mdb_cursor_close(c);
		if (rc == MDB_NOTFOUND || (rc == 0 && entry_text(k).p[0] != kind))
			return PK_OK;
		if (rc)
			return entry_trouble("repair", rc);
		st = entry_decode(entry_text(v), &e);
		if (st != PK_OK)
			return st;
		at = entry_key(kind, slice_skip(entry_text(k), 1), octets);
		if (e.place.tenant > r->greatest)
			r->greatest = e.place.tenant;
		st = repair_entry(r, at, &e);
		if (st != PK_OK)
			return st;
	}
}

static enum pk_status enter(struct repair *r, char kind, struct slice name,
                            const struct place *place)
{
	char octets[ENTRY_KEY_MAX];
	struct slice key = entry_key(kind, name, octets);
	struct entry have, e = {ENTRY_ACTIVE, *place};
	enum pk_status st = entry_get(r->directory, r->txn, key, &have);

	if (st == PK_ENOTFOUND)
		return entry_put(r->directory, r->txn, key, &e);
	if (st == PK_OK && have.place.tenant != place->tenant)
		LOG(PK_LOG_ERROR, "directory", LOG_CSTR("op", "conflict"), LOG_TEXT("name", name),
		    LOG_NUMBER("tenant", place->tenant), LOG_NUMBER("has", have.place.tenant));
	return st;
}

static enum pk_status enter_domains(struct repair *r, struct cursor *c, const struct place *place)
{
	struct key prefix = key_tenant(place->tenant, KIND_DOMAIN_NAME);
	enum pk_status st = cursor_seek(c, key_slice(&prefix));

	while (st == PK_OK && slice_starts(c->key, key_slice(&prefix))) {
		st = enter(r, ENTRY_DOMAIN, slice_skip(c->key, prefix.n), place);
		if (st == PK_OK)
			st = cursor_next(c);
	}
	return st == PK_ENOTFOUND ? PK_OK : st;
}

static enum pk_status enter_tenant(struct repair *r, struct cursor *c, const struct place *place)
{
	struct tenant_row row;
	enum pk_status st = tenant_load(c->txn, place->tenant, &row);

	if (st == PK_OK)
		st = enter(r, ENTRY_TENANT, row.name, place);
	if (st == PK_OK)
		st = enter_domains(r, c, place);
	return st;
}

static enum pk_status enter_volume(struct repair *r, struct volume *volume)
{
	struct cursor c = {0};
	struct txn t;
	enum pk_status st = txn_begin_read(volume, &t);

	if (st != PK_OK)
		return st;
	st = cursor_open(&t, TREE_TENANT, &c);
	for (uint32_t id = 1; st == PK_OK && id; id++) {
		struct key k = key_tenant(id, KIND_TENANT);
		struct place place = {id, volume->number};

		st = cursor_seek(&c, key_slice(&k));
		if (st != PK_OK)
			break;
		id = place.tenant = key_u32_at(c.key, 0);
		if (id > r->greatest)
			r->greatest = id;
		st = enter_tenant(r, &c, &place);
		if (st == PK_ENOTFOUND) /* rows without a tenant: verify tells of them */
			st = PK_OK;
	}
	cursor_close(&c);
	txn_end_read(&t);
	return st == PK_ENOTFOUND ? PK_OK : st;
}

static enum pk_status repair_counter(struct repair *r)
{
	bool known;
	uint32_t id;
	enum pk_status st = entry_next_id(r->directory, r->txn, &id, &known);

	if (st != PK_OK || id > r->greatest)
		return st;
	id = r->greatest + 1 + (known ? 0 : ID_MARGIN);
	return entry_put_next_id(r->directory, r->txn, id);
}

enum pk_status directory_repair(struct directory *d, struct volume *const *volumes, size_t count)
{
	struct repair r = {.directory = d, .volumes = volumes, .count = count};
	enum pk_status st;
	int rc = mdb_txn_begin(d->env, NULL, 0, &r.txn);

	if (rc)
		return entry_trouble("begin", rc);
	st = repair_entries(&r, ENTRY_TENANT);
	if (st == PK_OK)
		st = repair_entries(&r, ENTRY_DOMAIN);
	for (size_t i = 0; st == PK_OK && i < count; i++)
		st = enter_volume(&r, volumes[i]);
	if (st == PK_OK)
		st = repair_counter(&r);
	return entry_finish(r.txn, st);
}
