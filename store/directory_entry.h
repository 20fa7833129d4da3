#ifndef STORE_DIRECTORY_ENTRY_H
#define STORE_DIRECTORY_ENTRY_H

#include "directory.h"
#include "tenant_name.h"

#include <lmdb.h>

/*
 * Rows of the directory, for directory.c and its repair. One environment, one tree: an octet for
 * the kind, then the name ('n' alone: the id counter; 'f' alone: the format). Entries: version u8,
 * state u8, tenant u32, volume u16; the id counter: version u8, u32; the format: u16. pk-store(5).
 */
#define ENTRY_TENANT  't'
#define ENTRY_DOMAIN  'd'
#define ENTRY_FORMAT  S("f")
#define ENTRY_KEY_MAX (1 + DOMAIN_MAX)

enum entry_state { ENTRY_PENDING = 1, ENTRY_ACTIVE = 2 };

struct entry {
	uint8_t state;
	struct place place;
};

struct directory {
	MDB_env *env;
	MDB_dbi dbi;
};

/* The status of an LMDB or errno code; logs what is neither success nor absence. */
enum pk_status entry_trouble(const char *what, int rc);

struct slice entry_key(char kind, struct slice name, char out[ENTRY_KEY_MAX]);
enum pk_status entry_decode(struct slice, struct entry *);
enum pk_status entry_get(struct directory *, MDB_txn *, struct slice key, struct entry *);
enum pk_status entry_put(struct directory *, MDB_txn *, struct slice key, const struct entry *);
enum pk_status entry_del(struct directory *, MDB_txn *, struct slice key);
enum pk_status entry_del_at(MDB_cursor *); /* where it stands; it goes on to the next */
enum pk_status entry_activate(struct directory *, MDB_txn *, struct slice key);

/* The next tenant id: 1 when none was ever given; *known: the counter was there. */
enum pk_status entry_next_id(struct directory *, MDB_txn *, uint32_t *id, bool *known);
enum pk_status entry_put_next_id(struct directory *, MDB_txn *, uint32_t id);

/* Says in an environment that has nothing yet which format it will have. */
enum pk_status entry_put_format(struct directory *, MDB_txn *);

/* Ends a write transaction: commits (synced) when st is PK_OK. */
enum pk_status entry_finish(MDB_txn *, enum pk_status st);

static inline MDB_val entry_val(struct slice s)
{
	return (MDB_val){s.n, (void *)(uintptr_t)s.p};
}
static inline struct slice entry_text(MDB_val v)
{
	return (struct slice){v.mv_data, v.mv_size};
}

#endif
