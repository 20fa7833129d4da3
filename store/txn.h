#ifndef STORE_TXN_H
#define STORE_TXN_H

#include <postkeep/slice.h>
#include <postkeep/status.h>

struct volume;
struct MDB_txn;
struct MDB_cursor;

/* The trees of a volume; their numbers are on the disk and in deltas (pk-store(5)). */
enum tree {
	TREE_ACCT = 0,
	TREE_TENANT = 1,
	TREE_BLOB = 2,
	TREE_DEDUP = 3,
	TREE_SEG = 4,
	TREE_SCHED = 5,
	TREE_QUEUE = 6,
	TREE_JOB = 7,
	TREE_AUDIT = 8,
	TREE_TRACE = 9,
	TREE_COUNT = 10,
};

#define ROW_MAX 2030 /* octets of key and value together: LMDB then needs no overflow pages */

/*
 * A transaction of one volume. Every put and delete of the store goes through here. Values are
 * copied before LMDB sees them; slices that txn_get and cursors give point into the map and are
 * valid until the next write of this transaction or its end.
 */
struct txn {
	struct volume *volume;
	struct MDB_txn *mdb;
	bool write;
	bool changed; /* something was written since txn_mark */
	enum pk_status
		failed; /* the first failure of the storage itself; the transaction cannot commit */
	int64_t now_ms; /* wall clock of the request; decided before the writer */
	struct touched **
		touched; /* the list of what this request changed, for doorbells; NULL in readers */
};

enum pk_status txn_begin_read(struct volume *, struct txn *);
void txn_end_read(struct txn *);

enum pk_status txn_get(struct txn *, enum tree, struct slice key,
                       struct slice *value); /* PK_ENOTFOUND */
enum pk_status txn_put(struct txn *, enum tree, struct slice key, struct slice value);
enum pk_status txn_del(struct txn *, enum tree, struct slice key); /* PK_ENOTFOUND */

/* Says that a mailbox (0: the account's list) changed, so that its watchers hear it after the
 * commit. */
void txn_touch(struct txn *, uint64_t acct, uint32_t mbox);

/*
 * Walks one tree in key order. After each call that returned PK_OK key and value are set;
 * PK_ENOTFOUND: past the end. After a write in the same transaction seek again before going on.
 */
struct cursor {
	struct MDB_cursor *mdb;
	struct txn *txn;
	enum tree tree;
	struct slice key, value;
};

enum pk_status cursor_open(struct txn *, enum tree, struct cursor *);
enum pk_status cursor_seek(struct cursor *, struct slice key); /* the first row at or after key */
enum pk_status cursor_next(struct cursor *);
enum pk_status cursor_prev(struct cursor *);
enum pk_status cursor_last(struct cursor *,
                           struct slice prefix); /* the last row that begins with prefix */
void cursor_close(struct cursor *);

/* The first row at or after `from` that begins with `prefix`; for short walks that write between
 * rows. */
enum pk_status txn_first(struct txn *, enum tree, struct slice prefix, struct slice from,
                         struct slice *key, struct slice *value);

#endif
