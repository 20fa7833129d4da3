#ifndef STORE_TRACE_MAIL_H
#define STORE_TRACE_MAIL_H

#include "reserve.h"
#include "trace.h"

/* What `pkctl trace` tells of the recipients of a `deliver`. */
struct trace_mail {
	enum pk_status status; /* of this recipient */
	uint64_t octets;
	uint32_t number; /* of trace_reserve */
};

/* In the transaction that delivers to others, or to it. */
enum pk_status trace_mail_put(struct call *, struct txn *, const struct rcpt *,
                              const struct trace_mail *);
/* Nobody has it: c->status says why, and there is no transaction. */
void trace_mail_failed(struct call *, const struct rcpt *first);

#endif
