#include "record.h"
#include "txn.h"

enum pk_status put_row(struct txn *t, int tree, const struct key *key, struct buf *row)
{
	enum pk_status st = PK_ENOMEM;

	if (!row->failed)
		st = txn_put(t, (enum tree)tree, key_slice(key), buf_slice(row));
	buf_free(row);
	return st;
}
