#include "imap.h"
#include "append.h"
#include "view.h"

#include "proto/verb.h"

/*
 * Lines and literals in, until a command is whole. Text and argument literals together keep to one
 * limit. A literal with "+" that is refused is read and dropped after the answer, or the session
 * ends: its octets are never taken for commands (RFC 7888 section 4).
 */

#define SKIP_PIECE 65536u /* octets dropped at a time */

static uint32_t on_line(struct imap *s, struct pk_in *in);

static size_t text_max(const struct imap *s)
{
	return s->state == IMAP_ANON ? IMAP_ANON_MAX : IMAP_TEXT_MAX;
}

static uint32_t want_line(struct imap *s, uint32_t besides)
{
	size_t room = text_max(s) - s->text.n;

	s->then = on_line;
	s->io->take = (uint32_t)room;
	return PK_LINE | besides;
}

void imap_forget(struct imap *s)
{
	if (s->cmd && s->cmd->clean)
		s->cmd->clean(s->cmd->own);
	s->cmd = NULL;
	buf_wipe(&s->text);
	buf_wipe(&s->request);
	buf_free(&s->scratch);
}

bool imap_between(const struct imap *s)
{
	return s->then == on_line ? !s->cmd : s->cmd && s->cmd->entry->run == cmd_idle;
}

void imap_skip_announced(struct imap *s, struct slice line)
{
	bool sync;

	s->skipping = parse_literal_end(line, &s->skip, &sync) && !sync;
}

/* After a refused literal comes the rest of its line, perhaps with another literal. */
static uint32_t on_rest(struct imap *s, struct pk_in *in)
{
	if (in->flags & PK_LONG)
		return imap_bye(s, S("Line is too long"));
	imap_skip_announced(s, in->bytes);
	return imap_next(s);
}

static uint32_t on_skip(struct imap *s, struct pk_in *in);

static uint32_t skip_literal(struct imap *s)
{
	if (s->skip) {
		s->then = on_skip;
		s->io->take = s->skip < SKIP_PIECE ? (uint32_t)s->skip : SKIP_PIECE;
		return PK_BYTES;
	}
	s->then = on_rest;
	s->io->take = IMAP_TEXT_MAX;
	return PK_LINE;
}

static uint32_t on_skip(struct imap *s, struct pk_in *in)
{
	s->skip -= in->bytes.n;
	return skip_literal(s);
}

uint32_t imap_next(struct imap *s)
{
	bool news = s->view && s->view->watched;

	imap_forget(s);
	if (s->ending == ENDING_BYE)
		return imap_bye(s, S("[UNAVAILABLE] Server is going down"));
	if (s->ending)
		return PK_CLOSE;
	if (s->skipping && s->state == IMAP_ANON)
		return imap_bye(s, S("Literal is too long"));
	if (s->skipping)
		return skip_literal(s) | PK_DONE;
	s->io->idle_ms = IMAP_SILENCE_MS;
	return want_line(s, PK_DONE | (news ? PK_NEWS : 0));
}

static uint32_t on_literal(struct imap *s, struct pk_in *in)
{
	buf_put(&s->text, in->bytes);
	return want_line(s, 0);
}

/* The line so far ends in a literal of an argument. */
static uint32_t argument_literal(struct imap *s, uint64_t n, bool sync)
{
	/* Besides the literal: its line's end, and at least one octet to go on. */
	if (n > text_max(s) || s->text.n + 3 + n > text_max(s)) {
		if (!sync && s->state == IMAP_ANON)
			return imap_bye(s, S("Literal is too long"));
		return imap_bad(s, S("[TOOBIG] Literal is too long"));
	}
	s->skipping = false;
	buf_put(&s->text, S("\r\n"));
	if (sync)
		put(s, S("+ Ready for the literal\r\n"));
	if (!n)
		return want_line(s, 0);
	s->then = on_literal;
	s->io->take = (uint32_t)n;
	return PK_EXACT;
}

static uint32_t line_with_literal(struct imap *s, uint64_t n, bool sync)
{
	struct parser args = {.utf8 = names_are_utf8(s)};
	uint32_t wants;

	s->skipping = !sync;
	s->skip = n;
	if (!s->cmd && !imap_begin(s, &wants))
		return wants;
	if (s->conf->literal_minus && !sync && n > LITERAL_MINUS)
		return imap_bad(s, S("[TOOBIG] Only short literals come without waiting"));
	args.in = slice_skip(buf_slice(&s->text), s->cmd->args);
	if (s->cmd->entry->run == cmd_append && append_begin(s, &args, sync, &wants))
		return wants;
	return argument_literal(s, n, sync);
}

static uint32_t on_line(struct imap *s, struct pk_in *in)
{
	uint64_t n;
	bool sync;

	if (in->kind == PK_IN_NEWS) {
		s->view->news = true;
		return s->io->want;
	}
	if (s->state == IMAP_ANON && !s->cmd && verb_is_http(in->bytes))
		return PK_CLOSE;
	buf_put(&s->text, in->bytes);
	/* What was cut off may have announced a literal, whose octets would then look like
	 * commands: the end. */
	if (in->flags & PK_LONG || s->text.n >= text_max(s) || s->text.failed) {
		put(s, S("* BAD Command is too long\r\n"));
		return imap_bye(s, S("Command is too long"));
	}
	if (parse_literal_end(in->bytes, &n, &sync))
		return line_with_literal(s, n, sync);
	return imap_run(s);
}
