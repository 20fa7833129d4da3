#include "pop3.h"

/* QUIT: only now is anything deleted, and +OK says that it is (RFC 1939 section 6). */

#define ROWS 4000 /* ranges of each kind that fit a request; mostly one request is all */

static uint32_t released(struct pop3 *s, struct pk_in *reply)
{
	(void)reply; /* the lock goes with the session at the latest */
	return pop3_close(s, S("+OK bye"));
}

/* Whoever hears +OK may log in again at once: the lock goes before it. */
static uint32_t release(struct pop3 *s)
{
	struct buf b = {0};

	if (s->state != POP3_TRANSACTION)
		return pop3_close(s, S("+OK bye"));
	pk_put_close_req(&b, &(struct pk_close_req){.handle = s->handle});
	return pop3_ask(s, PK_OP_close, &b, released);
}

/* The next messages that have a mark, as many as fit a request. */
static void put_ranges(const struct maildrop *d, enum maildrop_mark mark, uint32_t *cursor,
                       struct buf *rows)
{
	struct pk_range r;

	for (uint32_t n = 0; n < ROWS && maildrop_range(d, mark, cursor, &r.first, &r.last); n++)
		pk_put_range_row(rows, &r);
}

/* A request that is repeated changes nothing: who is cut off in the midst may log in and go on. */
static uint32_t drop_more(struct pop3 *s, struct pk_in *reply)
{
	struct buf deleted = {0}, retrieved = {0}, b = {0};

	if (reply->status != PK_OK)
		return pop3_close(s, S("-ERR [SYS/TEMP] some deleted messages are not removed"));
	put_ranges(&s->drop, MAILDROP_DELETED, &s->cursor, &deleted);
	if (s->drop.tells_retrieved)
		put_ranges(&s->drop, MAILDROP_RETRIEVED, &s->told, &retrieved);
	if (!deleted.n && !retrieved.n) {
		buf_free(&deleted);
		buf_free(&retrieved);
		return release(s);
	}
	pk_put_drop_messages_req(&b,
	                         &(struct pk_drop_messages_req){.handle = s->handle,
	                                                        .uids = PK_ROWS(&deleted),
	                                                        .retrieved = PK_ROWS(&retrieved)});
	b.failed |= deleted.failed || retrieved.failed;
	buf_free(&deleted);
	buf_free(&retrieved);
	return pop3_ask(s, PK_OP_drop_messages, &b, drop_more);
}

uint32_t pop3_cmd_quit(struct pop3 *s, struct slice arg)
{
	(void)arg;
	s->cursor = s->told = 0;
	return drop_more(s, &(struct pk_in){.status = PK_OK});
}
