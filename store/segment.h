#ifndef STORE_SEGMENT_H
#define STORE_SEGMENT_H

#include "txn.h"

/* Append-only files of sealed bodies; opened with their volume, closed with it. See blob.h. */
struct segments;

enum pk_status segments_open(struct volume *);
void segments_close(struct volume *);

/* Writer thread: everything that the batch appended is on the disk after this. */
enum pk_status segments_sync(struct volume *);
/* Writer thread: the batch was aborted; what it appended is dead, the next append follows it. */
void segments_abort(struct volume *);
/* Writer thread, after the commit: the batch's rows are durable. */
void segments_committed(struct volume *);

#endif
