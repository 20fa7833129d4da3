#include "pop3.h"

/* What the store is asked by more than one command. */

uint32_t pop3_ask(struct pop3 *s, uint32_t op, struct buf *request, pop3_then *then)
{
	bool sent = !request->failed && s->io->host->call(s->io, ++s->tag, op, buf_slice(request));

	buf_free(request);
	s->then = then;
	return sent ? PK_REPLY : then(s, &(struct pk_in){.status = PK_ERETRY});
}

uint32_t pop3_ask_messages(struct pop3 *s, uint32_t first, uint32_t last, uint32_t want,
                           pop3_then *then)
{
	struct buf rows = {0}, b = {0};

	pk_put_range_row(&rows, &(struct pk_range){first, last});
	pk_put_messages_req(&b, &(struct pk_messages_req){
					.handle = s->handle, .uids = PK_ROWS(&rows), .want = want});
	b.failed |= rows.failed;
	buf_free(&rows);
	return pop3_ask(s, PK_OP_messages, &b, then);
}
