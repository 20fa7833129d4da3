#ifndef TRACE_COUNT_H
#define TRACE_COUNT_H

#include "store_drive.h"

#include "trace.h"

/* Rows on the disk, of a tenant. */
static inline unsigned rows_of(struct drive *d, uint32_t tenant)
{
	struct cursor at = {0};
	struct txn t;
	unsigned n = 0;

	OK(txn_begin_read(d->server.volumes[0], &t));
	OK(cursor_open(&t, TREE_TRACE, &at));
	for (enum pk_status st = cursor_seek(&at, S("")); st == PK_OK; st = cursor_next(&at))
		n += trace_tenant(at.value) == tenant;
	cursor_close(&at);
	txn_end_read(&t);
	return n;
}

#endif
