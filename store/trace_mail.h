#ifndef STORE_TRACE_MAIL_H
#define STORE_TRACE_MAIL_H

#include "delivery.h"

/* What `pkctl trace` tells of recipients (trace.h). */

/* Refused when it was asked for, in c->status and c->error; tenant 0: no domain that is served. */
void trace_recipient(struct call *, struct volume *, uint32_t tenant, uint64_t octets);
/* Accepted recipients for whom no message came. */
void trace_abandoned(struct session *);

/* Of a delivery: a row for each mailbox that gets it and each recipient who is refused. */
uint32_t trace_mail_rows(const struct delivery *);          /* at most */
enum pk_status trace_mail_put(struct call *, struct txn *); /* in its transaction */
void trace_mail_failed(struct call *);                      /* nobody has it; c->status says why */

#endif
