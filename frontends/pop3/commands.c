#include "pop3.h"

#include "proto/sasl.h"
#include "proto/say.h"
#include "proto/verb.h"

#include <inttypes.h>

#define IN(state) (1u << POP3_##state)
#define ANY       (IN(AUTHORIZATION) | IN(TRANSACTION))

#define DROP_ROWS 8000 /* ranges that fit a request */

/* RFC 2449. What is listed works now, on this connection. */
static uint32_t cmd_capa(struct pop3 *s, struct slice arg)
{
	(void)arg;
	pk_put(s->io, S("+OK\r\nTOP\r\nUIDL\r\nRESP-CODES\r\nAUTH-RESP-CODE\r\nPIPELINING\r\n"));
	if (pop3_may_login(s)) {
		pk_put(s->io, S("USER\r\nSASL"));
		for (size_t i = 0; sasl_offer(s->io, s->conf->scram, i).n; i++) {
			pk_put(s->io, S(" "));
			pk_put(s->io, sasl_offer(s->io, s->conf->scram, i));
		}
		pk_put(s->io, S("\r\n"));
	}
	if (s->io->can_tls && !s->io->tls)
		pk_put(s->io, S("STLS\r\n"));
	return pop3_say(s, S("IMPLEMENTATION Postkeep\r\n."));
}

static uint32_t cmd_stls(struct pop3 *s, struct slice arg)
{
	(void)arg;
	if (s->io->tls)
		return pop3_error(s, S("-ERR TLS is on already"));
	if (!s->io->can_tls)
		return pop3_error(s, S("-ERR not offered"));
	say_line(s->io, S("+OK begin TLS"));
	return PK_TLS;
}

static uint32_t cmd_noop(struct pop3 *s, struct slice arg)
{
	(void)arg;
	return pop3_say(s, S("+OK"));
}

static uint32_t cmd_stat(struct pop3 *s, struct slice arg)
{
	(void)arg;
	say_printf(s->io, "+OK %" PRIu32 " %" PRIu64, s->drop.left, s->drop.left_octets);
	return pop3_say(s, S(""));
}

static uint32_t cmd_dele(struct pop3 *s, struct slice arg)
{
	uint32_t i;

	if (!maildrop_number(&s->drop, arg, &i))
		return pop3_error(s, S("-ERR no such message"));
	if (maildrop_marked(&s->drop, i))
		return pop3_error(s, S("-ERR the message is deleted already"));
	maildrop_mark(&s->drop, i);
	return pop3_say(s, S("+OK deleted"));
}

static uint32_t cmd_rset(struct pop3 *s, struct slice arg)
{
	(void)arg;
	maildrop_unmark_all(&s->drop);
	return pop3_say(s, S("+OK nothing is deleted"));
}

/* The next of the marked messages, as many as fit a request; *more: some are left. */
static void put_marked(struct pop3 *s, struct buf *rows, bool *more)
{
	struct pk_range r;

	for (uint32_t n = 0; n < DROP_ROWS; n++) {
		*more = maildrop_marked_range(&s->drop, &s->cursor, &r.first, &r.last);
		if (!*more)
			return;
		pk_put_range_row(rows, &r);
	}
}

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

static uint32_t drop_more(struct pop3 *s, struct pk_in *reply)
{
	struct buf rows = {0}, b = {0};
	bool more;

	if (reply->status != PK_OK)
		return pop3_close(s, S("-ERR [SYS/TEMP] some deleted messages are not removed"));
	put_marked(s, &rows, &more);
	if (!rows.n) {
		buf_free(&rows);
		return release(s);
	}
	pk_put_drop_messages_req(
		&b, &(struct pk_drop_messages_req){.handle = s->handle, .uids = PK_ROWS(&rows)});
	b.failed |= rows.failed;
	buf_free(&rows);
	return pop3_ask(s, PK_OP_drop_messages, &b, drop_more);
}

/* RFC 1939 section 6: only now is anything deleted, and +OK says that it is. */
static uint32_t cmd_quit(struct pop3 *s, struct slice arg)
{
	(void)arg;
	s->cursor = 0;
	return drop_more(s, &(struct pk_in){.status = PK_OK});
}

enum arguments { NONE, MAYBE, SOME };

static const struct command {
	struct slice verb;
	unsigned states; /* where it is allowed */
	enum arguments arguments;
	uint32_t (*run)(struct pop3 *s, struct slice arg); /* returns wants */
} commands[] = {
	{S("CAPA"), ANY,               NONE,  cmd_capa     },
	{S("STLS"), IN(AUTHORIZATION), NONE,  cmd_stls     },
	{S("USER"), IN(AUTHORIZATION), SOME,  pop3_cmd_user},
	{S("PASS"), IN(AUTHORIZATION), SOME,  pop3_cmd_pass},
	{S("AUTH"), IN(AUTHORIZATION), SOME,  pop3_cmd_auth},
	{S("STAT"), IN(TRANSACTION),   NONE,  cmd_stat     },
	{S("LIST"), IN(TRANSACTION),   MAYBE, pop3_cmd_list},
	{S("UIDL"), IN(TRANSACTION),   MAYBE, pop3_cmd_uidl},
	{S("RETR"), IN(TRANSACTION),   SOME,  pop3_cmd_retr},
	{S("TOP"),  IN(TRANSACTION),   SOME,  pop3_cmd_top },
	{S("DELE"), IN(TRANSACTION),   SOME,  cmd_dele     },
	{S("RSET"), IN(TRANSACTION),   NONE,  cmd_rset     },
	{S("NOOP"), IN(TRANSACTION),   NONE,  cmd_noop     },
	{S("QUIT"), ANY,               NONE,  cmd_quit     },
};

/* Arguments are words, but a password is the rest of its line, spaces and all (RFC 1939 7). */
static struct slice argument(const struct command *c, struct slice rest)
{
	return c->run == pop3_cmd_pass ? rest : slice_trim(rest);
}

uint32_t pop3_command(struct pop3 *s, struct slice line)
{
	struct slice rest = line;
	const struct command *c = VERB_FIND(slice_cut(&rest, ' '), commands);

	if (!c && verb_is_http(line))
		return pop3_close(s, S("-ERR this is not a web server"));
	if (!c)
		return pop3_error(s, S("-ERR unknown command"));
	if (!(c->states & 1u << s->state))
		return pop3_error(s, S("-ERR not now"));
	rest = argument(c, rest);
	if (c->arguments == NONE && rest.n)
		return pop3_error(s, S("-ERR this command has no argument"));
	if (c->arguments == SOME && !rest.n)
		return pop3_error(s, S("-ERR an argument is missing"));
	return c->run(s, rest);
}
