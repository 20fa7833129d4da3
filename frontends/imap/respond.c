#include "imap.h"
#include "sync.h"
#include "view.h"

#include "mutf7.h"

#include "proto/say.h"

#include <inttypes.h>

#define SAY_PIECE 16384

/* The response codes of RFC 5530, RFC 7889 (TOOBIG: RFC 4469) and RFC 9051 7.1. */
struct slice status_words(enum pk_status st)
{
	switch (st) {
	case PK_OK: return S("OK Completed");
	case PK_EAUTH: return S("NO [AUTHENTICATIONFAILED] Authentication failed");
	case PK_EPERM: return S("NO [NOPERM] Not permitted");
	case PK_ENOTFOUND: return S("NO [NONEXISTENT] No such mailbox");
	case PK_EEXISTS: return S("NO [ALREADYEXISTS] Mailbox exists already");
	case PK_EQUOTA: return S("NO [OVERQUOTA] Over quota");
	case PK_ELIMIT: return S("NO [LIMIT] A limit was reached");
	case PK_ETOOBIG: return S("NO [TOOBIG] Message is too big");
	case PK_EBUSY: return S("NO [INUSE] In use by another session");
	case PK_ESUSPENDED:
		return S("NO [CONTACTADMIN] The account is suspended, or IMAP is switched off for "
		         "it: ask your administrator");
	case PK_EHELD: return S("NO [CANNOT] Kept by a hold");
	case PK_EEXPUNGED: return S("NO [EXPUNGEISSUED] Some of the messages are gone");
	case PK_ESTALE: return S("NO [NONEXISTENT] The mailbox is gone");
	case PK_EINVAL: return S("NO [CANNOT] Not possible");
	case PK_ENOTSUP: return S("NO [CANNOT] Not supported");
	case PK_ERETRY:
	case PK_EUNAVAILABLE:
	case PK_ENOMEM:
	case PK_EFULL: return S("NO [UNAVAILABLE] Not available now, try again later");
	case PK_EPROTO:
	case PK_EIO:
	case PK_STATUS_COUNT: break;
	}
	return S("NO [SERVERBUG] Internal error");
}

enum pk_status reply_status(const struct pk_in *in)
{
	return in->status < PK_STATUS_COUNT ? (enum pk_status)in->status : PK_EIO;
}

void *imap_alloc(struct imap *s, size_t bytes)
{
	return s->io->host->alloc(s->io, bytes);
}

bool imap_copy(struct imap *s, struct slice *of)
{
	char *p = imap_alloc(s, of->n + 1);

	if (!p)
		return false;
	if (of->n)
		memcpy(p, of->p, of->n);
	of->p = p;
	return true;
}

struct buf *imap_request(struct imap *s)
{
	buf_clear(&s->request);
	return &s->request;
}

uint64_t imap_full_tag(const struct imap *s, uint32_t tag)
{
	return (uint64_t)s->serial << 16 | tag;
}

bool imap_call(struct imap *s, enum pk_op op, uint32_t tag)
{
	return !s->request.failed &&
	       s->io->host->call(s->io, imap_full_tag(s, tag), op, buf_slice(&s->request));
}

void imap_cancel(struct imap *s, uint32_t tag)
{
	s->io->host->cancel(s->io, imap_full_tag(s, tag));
}

uint32_t imap_ask(struct imap *s, enum pk_op op, imap_then *next)
{
	s->then = next;
	return imap_call(s, op, 0) ? PK_REPLY : imap_bye(s, S("[UNAVAILABLE] Out of memory"));
}

static void tagged(struct imap *s, struct slice text)
{
	put(s, s->cmd ? s->cmd->tag : S("*"));
	put(s, S(" "));
	put(s, text);
	put(s, S("\r\n"));
}

uint32_t imap_bye(struct imap *s, struct slice reason)
{
	if (!s->in_literal) {
		put(s, S("* BYE "));
		put(s, reason);
		put(s, S("\r\n"));
	}
	s->then = NULL;
	return PK_CLOSE;
}

uint32_t imap_bad(struct imap *s, struct slice why)
{
	if (s->view) /* IDLE has told things */
		sync_highest(s, false);
	if (!s->cmd)
		put(s, S("* BAD "));
	else {
		put(s, s->cmd->tag);
		put(s, S(" BAD "));
	}
	put(s, why);
	put(s, S("\r\n"));
	if (++s->bad >= IMAP_BAD_MAX)
		return imap_bye(s, S("Too many bad commands"));
	return imap_next(s);
}

static uint32_t on_say(struct imap *s, struct pk_in *in)
{
	struct command *c = s->cmd;

	if (in->kind != PK_IN_AGAIN)
		return s->io->want;
	while (c->saying.n && !out_full(s)) {
		struct slice piece = slice_head(c->saying, SAY_PIECE);

		put(s, piece);
		c->saying = slice_skip(c->saying, piece.n);
	}
	return c->saying.n ? PK_AGAIN : c->said(s);
}

uint32_t imap_say(struct imap *s, struct slice text, imap_step *after)
{
	if (text.n <= SAY_PIECE) {
		put(s, text);
		return after(s);
	}
	s->cmd->saying = text;
	s->cmd->said = after;
	s->then = on_say;
	return PK_AGAIN;
}

static uint32_t end_response(struct imap *s)
{
	put(s, S("\r\n"));
	s->bad = 0;
	return imap_next(s);
}

/* RFC 7162 3.2.7, 3.2.9, RFC 6851 4.4: EXPUNGE and MOVE end with the modseq that all is told to. */
static void put_highest_code(struct imap *s)
{
	struct command *c = s->cmd;

	s->view->highest = view_known(s->view);
	say_printf(s->io, "OK [HIGHESTMODSEQ %" PRIu64 "] ", s->view->highest);
	c->response = slice_skip(c->response, strlen("OK "));
}

static uint32_t say_response(struct imap *s)
{
	put(s, s->cmd->tag);
	put(s, S(" "));
	if (s->cmd->highest)
		put_highest_code(s);
	return imap_say(s, s->cmd->response, end_response);
}

uint32_t imap_respond(struct imap *s, struct slice text)
{
	struct command *c = s->cmd;
	enum imap_tell tell = (enum imap_tell)c->entry->tell;

	c->response = text;
	c->highest =
		c->highest && s->view && s->modes & MODE_CONDSTORE && slice_starts(text, S("OK "));
	if (tell == TELL_NOTHING || !s->view)
		return say_response(s);
	return sync_mailbox(s, tell == TELL_ALL || (c->uid && !c->numbers), say_response);
}

uint32_t imap_ok(struct imap *s, struct slice text)
{
	if (!imap_copy(s, &text))
		return imap_bye(s, S("[UNAVAILABLE] Out of memory"));
	return imap_respond(s, text);
}

uint32_t imap_done(struct imap *s)
{
	char text[64];
	int n = snprintf(text, sizeof(text), "OK %s%.*s completed", s->cmd->uid ? "UID " : "",
	                 (int)s->cmd->entry->name.n, s->cmd->entry->name.p);

	return imap_ok(s, (struct slice){text, (size_t)n});
}

uint32_t imap_no(struct imap *s, enum pk_status st)
{
	if (st == PK_ESTALE && s->view) {
		tagged(s, status_words(st));
		return imap_bye(s, S("[UNAVAILABLE] The selected mailbox is gone"));
	}
	return imap_ok(s, status_words(st));
}

uint32_t imap_unread(struct imap *s, enum pk_status why)
{
	return imap_ok(s, why == PK_EIO ? S("NO [CORRUPTION] Some messages cannot be read")
	                                : S("NO [UNAVAILABLE] Some messages could not be read"));
}

bool mailbox_arg(struct imap *s, struct parser *p, struct slice *name, enum pk_status *st)
{
	struct buf utf8 = {0};
	struct slice wire;

	*st = PK_OK;
	if (!parse_astring(p, &wire))
		return false;
	*st = mailbox_from_wire(wire, names_are_utf8(s), &utf8);
	*name = buf_slice(&utf8);
	if (*st == PK_OK && !imap_copy(s, name))
		*st = PK_ENOMEM;
	buf_free(&utf8);
	if (*st != PK_OK)
		return false;
	if (!s->cmd->given.n)
		s->cmd->given = wire;
	s->cmd->denormal |= !slice_ieq(wire, *name); /* INBOX is folded, not made NFC */
	return true;
}

bool name_arg(struct imap *s, struct parser *p, bool last, struct slice *name, uint32_t *wants)
{
	enum pk_status st = PK_OK;

	if (parse_space(p) && mailbox_arg(s, p, name, &st) && (!last || parse_end(p)))
		return true;
	*wants = st == PK_OK ? imap_bad(s, p->error) : imap_no(s, st);
	return false;
}

/* Neither form has controls, so an atom or a quoted string always does: RFC 3501 5.1.3, RFC 6855 3.
 */
void put_mailbox(struct imap *s, struct slice utf8)
{
	struct buf wire = {0};
	struct slice name = utf8;

	if (!names_are_utf8(s)) {
		mutf7_encode(utf8, &wire);
		name = buf_slice(&wire);
	}
	if (is_atom(name) && !slice_ieq(name, S("NIL"))) {
		put(s, name);
	} else {
		put(s, S("\""));
		for (size_t i = 0; i < name.n; i++) {
			if (name.p[i] == '"' || name.p[i] == '\\')
				put(s, S("\\"));
			put(s, (struct slice){name.p + i, 1});
		}
		put(s, S("\""));
	}
	buf_free(&wire);
}
