#include "smtp.h"

#include "proto/say.h"
#include "proto/verb.h"

#include <inttypes.h>

#define PIECE     65536 /* octets taken at a time */
#define SMALL     512   /* a BDAT of fewer octets is small */
#define SMALL_MAX 1000  /* so many in a message are meant to cost more than they bring */

static void refuse_nul(struct smtp *s, struct slice text)
{
	if (memchr(text.p, '\0', text.n))
		smtp_message_refuse(s, SMTP_NUL, S("550 5.6.0 the message has a NUL"));
}

/* What is left of the header. False: the body has no room for it now. */
static bool flush(struct smtp *s)
{
	struct smtp_message *m = &s->message;
	size_t n;

	if (m->stage.failed)
		smtp_message_refuse(s, SMTP_FAILED, reply_to_message(REFUSAL(PK_ENOMEM)));
	if (m->fault || !m->stage.n)
		return true;
	n = s->io->host->body_write(s->io, m->body, buf_slice(&m->stage));
	m->written += n;
	buf_drop(&m->stage, n);
	return !m->stage.n;
}

/* Passes text on. Returns the octets taken: fewer when the body has no room now. */
static size_t put_text(struct smtp *s, struct slice text)
{
	struct smtp_message *m = &s->message;
	size_t used = 0, n;

	if (!flush(s))
		return 0;
	if (m->editing && !m->fault)
		used = smtp_edit(s, text);
	if (flush(s) && !m->fault) {
		n = s->io->host->body_write(s->io, m->body, slice_skip(text, used));
		m->written += n;
		used += n;
	}
	if (m->fault)
		used = text.n;
	m->octets += used;
	return used;
}

/* The same of what the client has sent. */
static size_t take_text(struct smtp *s, struct slice text)
{
	if (s->message.octets + text.n > s->max_octets)
		smtp_message_refuse(s, SMTP_BIG, reply_to_message(REFUSAL(PK_ETOOBIG)));
	if (!s->envelope.binary)
		refuse_nul(s, text);
	return put_text(s, text);
}

static uint32_t take_octets(struct smtp *s, uint64_t at_most)
{
	s->io->take = at_most < PIECE ? (uint32_t)at_most : PIECE;
	return PK_BYTES | PK_REPLY;
}

uint32_t smtp_cmd_data(struct smtp *s, struct slice arg)
{
	struct slice verdict;

	(void)arg;
	if (s->envelope.binary) /* RFC 3030 section 3 */
		return smtp_error(s, S("503 5.5.1 a binary message comes by BDAT"));
	if (smtp_message_begin(s)) {
		s->counted = false;
		smtp_await(s);
		pk_put(s->io, S("354 go on, and end with a dot alone\r\n"));
		return take_octets(s, PIECE);
	}
	verdict = s->message.verdict;
	smtp_forget(s, false);
	return smtp_say(s, verdict);
}

enum head { HEAD_LINE, HEAD_TEXT, HEAD_CR, HEAD_BLANK_CR, HEAD_OVER };

/* So much of it belongs to the header, or to the empty line behind that. */
static struct slice take_head(struct smtp_message *m, struct slice text)
{
	size_t n = 0;

	while (n < text.n && m->head != HEAD_OVER) {
		char c = text.p[n++];

		if (c == '\r')
			m->head = m->head == HEAD_LINE ? HEAD_BLANK_CR : HEAD_CR;
		else if (c == '\n' && m->head == HEAD_BLANK_CR)
			m->head = HEAD_OVER;
		else
			m->head = c == '\n' && m->head == HEAD_CR ? HEAD_LINE : HEAD_TEXT;
	}
	return slice_head(text, n);
}

/* RFC 3030: of a binary message only the header is made of lines. */
static void note_octets(struct smtp *s, struct slice text)
{
	if (s->envelope.binary) {
		text = take_head(&s->message, text);
		refuse_nul(s, text);
	}
	dots_check(&s->message.text, text);
}

/* The cursor of an input that comes again is 1 more than the octets of it that have been used. */
static struct slice unused(const struct pk_in *in)
{
	return slice_skip(in->bytes, in->resume ? in->resume - 1 : 0);
}

static uint32_t blocked(struct smtp *s, struct pk_in *in, struct slice left)
{
	in->resume = (uint64_t)(left.p - in->bytes.p) + 1;
	return s->io->want;
}

/* The end of the last line of a BDAT LAST, if the client has left it out. False: no room now. */
static bool end_line(struct smtp *s)
{
	struct smtp_message *m = &s->message;

	if (m->fault || m->crlf == 2 || m->head == HEAD_OVER || dots_ended(&m->text))
		return true;
	m->crlf += put_text(s, slice_skip(S("\r\n"), m->crlf));
	return m->crlf >= 2;
}

/* A header without a body ends here. False: no room now. */
static bool end_text(struct smtp *s)
{
	if (!s->message.fault && s->message.editing)
		smtp_edit_end(s);
	return flush(s);
}

static uint32_t dotted(struct smtp *s, struct pk_in *in)
{
	struct slice rest = unused(in), text;
	struct smtp_message *m = &s->message;

	in->resume = 0;
	while (!m->ended) {
		enum dots got = DOTS_TEXT;
		size_t n;

		if (m->owed) {
			text = slice_head(rest, m->owed);
			rest = slice_skip(rest, m->owed);
		} else {
			got = dots_take(&m->text, &rest, &text);
		}
		if (got == DOTS_MORE)
			return s->io->want;
		if (got == DOTS_END) {
			m->ended = true;
			break;
		}
		n = take_text(s, text);
		m->owed = text.n - n;
		if (m->owed)
			return blocked(s, in, slice_skip(text, n));
	}
	if (!end_text(s))
		return blocked(s, in, rest);
	in->unused = rest.n;
	return smtp_message_end(s);
}

static uint32_t chunk_end(struct smtp *s)
{
	struct smtp_message *m = &s->message;
	struct slice verdict;

	if (s->state == SMTP_CHUNKS && m->last)
		return smtp_message_end(s);
	if (!m->fault) {
		say_printf(s->io, "250 2.0.0 %" PRIu64 " octets so far\r\n", m->octets);
		return smtp_next(s);
	}
	verdict = m->verdict; /* RFC 3030 section 2: the transaction is over */
	smtp_forget(s, false);
	return smtp_error(s, verdict);
}

static uint32_t counted(struct smtp *s, struct pk_in *in)
{
	struct slice rest = unused(in);
	struct smtp_message *m = &s->message;
	size_t n;

	if (!in->resume)
		note_octets(s, rest);
	in->resume = 0;
	n = take_text(s, rest);
	if (n < rest.n)
		return blocked(s, in, slice_skip(rest, n));
	if (m->chunk == in->bytes.n && m->last && !(end_line(s) && end_text(s)))
		return blocked(s, in, slice_skip(rest, n));
	m->chunk -= in->bytes.n;
	return m->chunk ? take_octets(s, m->chunk) : chunk_end(s);
}

uint32_t smtp_data(struct smtp *s, struct pk_in *in)
{
	if (!in->resume)
		smtp_await_longer(s, in->bytes.n);
	return s->counted ? counted(s, in) : dotted(s, in);
}

/* Where a BDAT may come; its octets come anyway, so they are taken before it is refused. */
static void begin_chunks(struct smtp *s)
{
	if (s->state == SMTP_RCPT) {
		(void)smtp_message_begin(s);
		s->state = SMTP_CHUNKS;
	} else if (s->state != SMTP_CHUNKS) {
		smtp_message_refuse(s, SMTP_FAILED,
		                    smtp_is_stranger(s) ? smtp_login_first(s)
		                                        : S("503 5.5.1 no valid recipients"));
	}
}

/* RFC 3030 section 2: BDAT octets [LAST]. */
uint32_t smtp_cmd_bdat(struct smtp *s, struct slice arg)
{
	struct slice number = verb_word(&arg);
	struct smtp_message *m = &s->message;
	uint64_t octets;

	if (!slice_number(number, UINT64_MAX, &octets) || (arg.n && !slice_ieq(arg, S("LAST")))) {
		smtp_forget(s, false);
		/* What follows may be its octets: never to be taken for commands. */
		if (number.n && *number.p >= '0' && *number.p <= '9')
			return smtp_close(s, S("501 5.5.4 BDAT octets [LAST]"));
		return smtp_error(s, S("501 5.5.4 BDAT octets [LAST]"));
	}
	begin_chunks(s);
	smtp_await(s);
	s->counted = true;
	m->chunk = octets;
	m->last = arg.n;
	if (octets < SMALL && !m->last && ++m->small > SMALL_MAX)
		return smtp_close(s, S("421 4.7.0 too many small BDATs"));
	if (octets)
		return take_octets(s, octets);
	if (m->last && !(end_line(s) && end_text(s)))
		smtp_message_refuse(s, SMTP_FAILED, reply_to_message(REFUSAL(PK_ERETRY)));
	return chunk_end(s);
}
