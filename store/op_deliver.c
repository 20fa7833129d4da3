#include "delivery.h"

/* Mail from outside, to the accepted recipients. */

static enum pk_status apply(struct call *c, struct txn *t)
{
	enum pk_status st = delivery_check(c, t);

	return st == PK_OK ? delivery_store(c, t) : st;
}

static void answer(struct call *c)
{
	delivery_put_answers(c);
	pk_put_deliver_rep(&c->out, &(struct pk_deliver_rep){.results = PK_ROWS(&c->rows)});
}

void op_deliver(struct call *c, const struct pk_deliver_req *q)
{
	struct delivery d = {.return_path = q->return_path,
	                     .summary = q->summary,
	                     .message_id = q->message_id,
	                     .each = q->each,
	                     .apply = apply,
	                     .answer = answer};

	if (delivery_take(c, &d, q->body))
		delivery_send(c);
}
