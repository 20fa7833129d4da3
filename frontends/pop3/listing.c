#include "pop3.h"

#include "proto/say.h"

/*
 * LIST and UIDL. Long answers are written as far as io->out_high. Then the session asks for another
 * turn, which comes when there is room again, and goes on at its cursor.
 */

/* Goes to the next message that is not marked. */
static bool next_message(struct pop3 *s)
{
	while (s->cursor < s->drop.count && maildrop_marked(&s->drop, s->cursor))
		s->cursor++;
	return s->cursor < s->drop.count;
}

static void put_number(struct pop3 *s, uint32_t i)
{
	say_number(s->io, i + UINT64_C(1));
	pk_put(s->io, S(" "));
}

static void put_size(struct pop3 *s, uint32_t i)
{
	put_number(s, i);
	say_number(s->io, s->drop.octets[i]);
	pk_put(s->io, S("\r\n"));
}

/* RFC 1939 section 7: 1 to 70 octets from 0x21 to 0x7E. */
static bool is_unique_id(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < 0x21 || s.p[i] > 0x7e)
			return false;
	return s.n && s.n <= 70;
}

/* own: the message's own unique-id. */
static void put_uidl(struct pop3 *s, uint32_t i, struct slice own)
{
	struct maildrop_uidl made;

	put_number(s, i);
	say_line(s->io, is_unique_id(own) ? own : maildrop_uidl(&s->drop, s->drop.uids[i], &made));
}

static uint32_t end_of_list(struct pop3 *s)
{
	return pop3_say(s, S("."));
}

static uint32_t list_more(struct pop3 *s)
{
	for (; next_message(s); s->cursor++) {
		if (!pop3_room(s))
			return PK_AGAIN;
		put_size(s, s->cursor);
	}
	return end_of_list(s);
}

static uint32_t uidl_more(struct pop3 *s)
{
	for (; next_message(s); s->cursor++) {
		if (!pop3_room(s))
			return PK_AGAIN;
		put_uidl(s, s->cursor, S(""));
	}
	return end_of_list(s);
}

uint32_t pop3_cmd_list(struct pop3 *s, struct slice arg)
{
	uint32_t i;

	if (arg.n && !maildrop_find(&s->drop, arg, &i))
		return pop3_no_such_message(s);
	if (arg.n) {
		pk_put(s->io, S("+OK "));
		put_size(s, i);
		return pop3_answered(s);
	}
	pop3_put_sum(s);
	s->amid = true;
	s->cursor = 0;
	s->more = list_more;
	return list_more(s);
}

/*
 * Rows from the store beside the messages of the view, both by UID. Somebody may have expunged
 * some since the login: they keep their numbers, and new ones have none.
 */
static uint32_t take_uidls(struct pop3 *s, struct pk_in *in)
{
	struct pk_messages_rep rep = {0};
	struct pk_message row;

	if (in->status != PK_OK || pk_get_messages_rep(in->bytes, &rep) != PK_OK)
		return PK_CLOSE; /* in the middle of an answer there is no -ERR */
	in->resume = 0;
	while (next_message(s) && pk_next_message(&rep.messages, &row)) {
		while (next_message(s) && s->drop.uids[s->cursor] <= row.uid) {
			bool is_it = s->drop.uids[s->cursor] == row.uid;

			if (!pop3_room(s)) {
				in->resume = s->cursor + UINT64_C(1);
				return PK_REPLY;
			}
			put_uidl(s, s->cursor++, is_it ? row.uidl : S(""));
		}
	}
	return in->flags & PK_MORE ? PK_REPLY : uidl_more(s);
}

static void begin_uidls(struct pop3 *s)
{
	pk_put(s->io, S("+OK\r\n"));
	s->amid = true;
}

static uint32_t take_first_uidls(struct pop3 *s, struct pk_in *in)
{
	if (in->status != PK_OK)
		return pop3_fail(s, (enum pk_status)in->status);
	begin_uidls(s);
	s->then = take_uidls;
	return take_uidls(s, in);
}

static uint32_t take_uidl(struct pop3 *s, struct pk_in *in)
{
	struct pk_messages_rep rep = {0};
	struct pk_message row = {0};

	if (in->status != PK_OK)
		return pop3_fail(s, (enum pk_status)in->status);
	if (pk_get_messages_rep(in->bytes, &rep) == PK_OK)
		(void)pk_next_message(&rep.messages, &row);
	pk_put(s->io, S("+OK "));
	put_uidl(s, s->cursor, row.uidl);
	return pop3_answered(s);
}

static uint32_t uidl_all(struct pop3 *s)
{
	s->cursor = 0;
	s->more = uidl_more;
	if (s->drop.own_uidls && s->drop.left)
		return pop3_ask_messages(s, 1, s->drop.uids[s->drop.count - 1], PK_WANT_UIDL,
		                         take_first_uidls);
	begin_uidls(s);
	return uidl_more(s);
}

uint32_t pop3_cmd_uidl(struct pop3 *s, struct slice arg)
{
	uint32_t i;

	if (arg.n && !maildrop_find(&s->drop, arg, &i))
		return pop3_no_such_message(s);
	if (!arg.n)
		return uidl_all(s);
	s->cursor = i;
	if (s->drop.own_uidls)
		return pop3_ask_messages(s, s->drop.uids[i], s->drop.uids[i], PK_WANT_UIDL,
		                         take_uidl);
	pk_put(s->io, S("+OK "));
	put_uidl(s, i, S(""));
	return pop3_answered(s);
}
