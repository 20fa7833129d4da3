#include "pop3.h"

/* QUIT: only now is anything deleted, and +OK says that it is (RFC 1939 section 6). */

/* What fits a request, and one transaction of the store; mostly one is all. */
#define RANGES   8000
#define MESSAGES 10000

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

struct room {
	uint32_t ranges, messages;
};

/* The next messages that have a mark, as far as there is room. */
static void put_ranges(const struct maildrop *d, enum maildrop_mark mark, uint32_t *cursor,
                       struct buf *rows, struct room *room)
{
	struct pk_range r;
	uint32_t n = 1;

	while (n && room->ranges && room->messages) {
		n = maildrop_range(d, mark, room->messages, cursor, &r);
		if (n)
			pk_put_range_row(rows, &r);
		room->messages -= n;
		room->ranges--;
	}
}

/*
 * First all that was retrieved, then what was deleted. A request that is repeated changes nothing:
 * who is cut off in the midst may log in and go on.
 */
static uint32_t drop_more(struct pop3 *s, struct pk_in *reply)
{
	struct buf deleted = {0}, retrieved = {0}, b = {0};
	struct room room = {RANGES, MESSAGES};
	bool more;

	if (reply->status != PK_OK)
		return pop3_close(s, S("-ERR [SYS/TEMP] some deleted messages are not removed: "
		                       "delete them again"));
	if (s->drop.tells_retrieved)
		put_ranges(&s->drop, MAILDROP_RETRIEVED, &s->told, &retrieved, &room);
	if (!s->drop.tells_retrieved || s->told == s->drop.count)
		put_ranges(&s->drop, MAILDROP_DELETED, &s->cursor, &deleted, &room);
	pk_put_drop_messages_req(&b,
	                         &(struct pk_drop_messages_req){.handle = s->handle,
	                                                        .uids = PK_ROWS(&deleted),
	                                                        .retrieved = PK_ROWS(&retrieved)});
	b.failed |= deleted.failed || retrieved.failed;
	more = b.failed || deleted.n || retrieved.n;
	buf_free(&deleted);
	buf_free(&retrieved);
	if (more)
		return pop3_ask(s, PK_OP_drop_messages, &b, drop_more);
	buf_free(&b);
	return release(s);
}

uint32_t pop3_cmd_quit(struct pop3 *s, struct slice arg)
{
	(void)arg;
	s->cursor = s->told = 0;
	return drop_more(s, &(struct pk_in){.status = PK_OK});
}
