#ifndef IMAP_SUPPLY_H
#define IMAP_SUPPLY_H

#include "imap.h"

#include "mime/scan.h"
#include "mime/summary.h"

/*
 * The summary of a message whose row has none, or none that is right: its body is read and scanned,
 * in pieces as they come. One message at a time; the command that uses it gives the call its tag
 * and hands the replies over. Zeroed memory is ready.
 */
struct supply {
	uint32_t uid;           /* of the message at hand; 0: none */
	bool done;              /* summary is what there is to have; empty: reading failed */
	enum pk_status status;  /* why it failed */
	struct mime_scan *scan; /* while it is read */
	struct buf summary;
};

/* Asks for the body. False: out of memory, or no call is left. */
bool supply_start(struct supply *u, struct imap *s, const struct pk_message *row, uint32_t tag);
/* A reply of that tag. */
void supply_take(struct supply *u, const struct pk_in *in);
void supply_free(struct supply *u);

/*
 * Opens the row's summary, or the supplied one. PK_ENOTFOUND: it has to be supplied first. Other
 * statuses: there is none to be had.
 */
enum pk_status supply_open(const struct supply *u, const struct pk_message *row,
                           struct summary *out);

#endif
