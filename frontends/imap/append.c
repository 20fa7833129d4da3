#include "append.h"
#include "list_line.h"
#include "messages.h"
#include "view.h"

#include "mime/summary.h"

/* Of one request: below a frame, with what else is in it. */
#define ROWS_MAX (PK_FRAME_MAX - 4096)

/* When so many, or so many octets of rows, wait for a request and another message comes, they are
 * staged: then whatever the next one's row has fits as well. */
#define STAGE_MESSAGES 64
#define STAGE_OCTETS   (ROWS_MAX - PK_SUMMARY_MAX - IMAP_ANON_MAX - 4096)

/*
 * APPEND: RFC 3501 6.3.11, APPENDUID of RFC 4315, several messages at once as of RFC 3502, octets
 * that are NUL as of RFC 3516 4.4. Messages go through the host to the store as they come; nothing
 * of them is kept here but the rows of some, until the store stages these. Room is asked for before
 * the client sends one. All are stored, or none.
 */
#define PIECE 65536

enum { TAG_ROOM = 1, TAG_BODY = 2, TAG_APPEND = 3, TAG_STAGE = 4, TAG_UNSTAGE = 5 };

struct append {
	struct imap *s;
	struct slice mailbox;
	struct append_args at;    /* the message at hand */
	bool sync;                /* the client waits before it sends the literal */
	uint64_t left;            /* octets of the literal that have not come */
	uint64_t octets;          /* of all messages so far */
	uint32_t messages;        /* with the one at hand */
	uint32_t staged;          /* of them */
	struct buf line;          /* what stands before the one at hand */
	struct header_watch head; /* of the message at hand */
	uint32_t body;            /* of the message at hand; 0: none open */
	struct buf bodies;        /* uint32_t each: of the messages that are whole and not staged */
	enum pk_status failed;    /* of a body on its way */
	struct buf rows;          /* likewise */
};

/* RFC 6855 section 4: from who has not enabled it, none; unless the listener takes them. */
static bool may_append_8bit(const struct imap *s)
{
	return s->modes & (MODE_UTF8 | MODE_REV2) || s->conf->eight_bit;
}

static void drop_bodies(struct append *a)
{
	struct pk_io *io = a->s->io;
	uint32_t body;

	for (size_t at = 0; at < a->bodies.n; at += sizeof(body)) {
		memcpy(&body, a->bodies.p + at, sizeof(body));
		io->host->body_drop(io, body);
	}
	buf_clear(&a->bodies);
}

static void free_append(void *own)
{
	struct append *a = own;
	struct imap *s = a->s;

	if (a->body)
		s->io->host->body_drop(s->io, a->body);
	drop_bodies(a);
	if (a->staged && CALL_STORE(s, stage, TAG_UNSTAGE))
		imap_cancel(s, TAG_UNSTAGE);
	append_args_free(&a->at);
	buf_free(&a->line);
	buf_free(&a->bodies);
	buf_free(&a->rows);
}

static uint32_t refuse(struct imap *s, enum pk_status st)
{
	return st == PK_ENOTFOUND ? imap_ok(s, S("NO [TRYCREATE] No such mailbox"))
	                          : imap_no(s, st);
}

/* RFC 4315 section 3, RFC 3502 section 6.3.11: the UIDs in the order of the messages. */
static uint32_t appended(struct imap *s, const struct pk_append_rep *r)
{
	const struct append *a = s->cmd->own;
	struct buf words = {0};
	uint32_t wants;

	put_oldname(s, a->mailbox, 0, false);
	buf_printf(&words, "OK [APPENDUID %u ", r->uidvalidity);
	put_uid_set(&words, r->uids);
	buf_put(&words, S("] APPEND completed"));
	wants = words.failed ? imap_done(s) : imap_ok(s, buf_slice(&words));
	buf_free(&words);
	return wants;
}

static uint32_t on_appended(struct imap *s, struct pk_in *in)
{
	struct append *a = s->cmd->own;
	enum pk_status st = reply_status(in);
	struct pk_append_rep r;

	if (imap_tag(in) == TAG_BODY) {
		a->failed = st;
		return PK_REPLY;
	}
	if (st == PK_OK)
		st = pk_get_append_rep(in->bytes, &r);
	if (st != PK_OK)
		return refuse(s, a->failed != PK_OK ? a->failed : st);
	if (s->view && s->view->id == r.id)
		s->view->news = true;
	return appended(s, &r);
}

static uint32_t commit(struct imap *s, struct append *a)
{
	if (!CALL_STORE(s, append, TAG_APPEND, .mailbox = a->mailbox, .messages = PK_ROWS(&a->rows),
	                .staged = a->staged))
		return imap_no(s, PK_ENOMEM);
	a->bodies.n = 0;
	a->staged = 0;
	s->then = on_appended;
	return PK_REPLY;
}

static uint32_t ask_room(struct imap *s, struct append *a);
static uint32_t admit(struct imap *s, struct append *a);

static uint32_t on_staged(struct imap *s, struct pk_in *in)
{
	struct append *a = s->cmd->own;
	enum pk_status st = reply_status(in);

	if (imap_tag(in) == TAG_BODY) {
		a->failed = st;
		return PK_REPLY;
	}
	if (st != PK_OK)
		return imap_no(s, a->failed != PK_OK ? a->failed : st);
	a->staged = a->messages - 1;
	drop_bodies(a);
	buf_clear(&a->rows);
	return ask_room(s, a);
}

/* The messages before the one at hand go out of the way. */
static uint32_t stage(struct imap *s, struct append *a)
{
	s->then = on_staged;
	return CALL_STORE(s, stage, TAG_STAGE, .staged = a->staged, .messages = PK_ROWS(&a->rows))
	               ? PK_REPLY
	               : imap_no(s, PK_ENOMEM);
}

/* Another message of the command, announced at the end of the line. */
static uint32_t next_message(struct imap *s, struct append *a, struct slice line)
{
	struct parser p = {0};

	if (s->skipping && s->conf->literal_minus && s->skip > LITERAL_MINUS)
		return imap_bad(s, S("[TOOBIG] Only short literals come without waiting"));
	buf_clear(&a->line);
	buf_put(&a->line, line);
	if (a->line.failed)
		return imap_no(s, PK_ENOMEM);
	p.in = buf_slice(&a->line);
	if (!append_args_parse(&p, &a->at, s->io->now_ms))
		return imap_bad(s, p.error);
	a->sync = !s->skipping;
	return admit(s, a);
}

/* What stands behind the literal: another message, or the end of the command. */
static uint32_t on_tail(struct imap *s, struct pk_in *in)
{
	struct append *a = s->cmd->own;
	struct slice rest = in->bytes;

	if (in->kind == PK_IN_REPLY) {
		a->failed = reply_status(in);
		return s->io->want;
	}
	if (in->flags & PK_LONG)
		return imap_bye(s, S("Line is too long"));
	imap_skip_announced(s, rest);
	if (a->at.utf8 && !slice_starts(rest, S(")")))
		return imap_bad(s, S("Missing ')'"));
	rest = slice_skip(rest, a->at.utf8);
	return rest.n ? next_message(s, a, rest) : commit(s, a);
}

/* By which the store knows the copy of a message that it made itself when the client sent it. */
static struct slice message_id(const struct append *a, struct slice summary)
{
	struct summary sum;

	return summary.n && summary_open(summary, a->at.octets, &sum) == PK_OK ? sum.message_id
	                                                                       : S("");
}

/* The message at hand is whole. */
static uint32_t end_message(struct imap *s, struct append *a)
{
	struct slice summary = s->io->host->body_end(s->io, a->body);
	struct pk_new_message m = {
		.body = (uint16_t)a->body,
		.flags = a->at.flags.system,
		.internaldate = a->at.date_ms,
		.zone = (uint16_t)a->at.zone_minutes,
		.keywords = buf_slice(&a->at.keywords),
		.summary = summary,
		.message_id = message_id(a, summary),
	};

	pk_put_new_message_row(&a->rows, &m);
	buf_put(&a->bodies, (struct slice){(const char *)&a->body, sizeof(a->body)});
	if (a->rows.failed || a->bodies.failed || a->rows.n > ROWS_MAX)
		return imap_no(s, a->rows.n > ROWS_MAX ? PK_ELIMIT : PK_ENOMEM);
	a->body = 0;
	s->then = on_tail;
	s->io->take = IMAP_ANON_MAX;
	return PK_LINE | PK_REPLY;
}

static uint32_t on_body(struct imap *s, struct pk_in *in);

static uint32_t want_body(struct imap *s, struct append *a)
{
	if (!a->left)
		return end_message(s, a);
	s->then = on_body;
	s->io->take = a->left < PIECE ? (uint32_t)a->left : PIECE;
	return PK_BYTES | PK_REPLY;
}

static uint32_t on_body(struct imap *s, struct pk_in *in)
{
	struct append *a = s->cmd->own;
	struct slice rest = slice_skip(in->bytes, resumed_at(in));
	size_t taken;

	if (in->kind == PK_IN_REPLY) {
		a->failed = reply_status(in);
		return s->io->want;
	}
	taken = s->io->host->body_write(s->io, a->body, rest);
	if (taken < rest.n) {
		resume_at(in, resumed_at(in) + taken);
		return s->io->want;
	}
	a->left -= in->bytes.n;
	if (!may_append_8bit(s) && header_is_8bit(&a->head, in->bytes)) {
		/* RFC 6855 section 4. The rest of the literal goes where the beginning went. */
		s->skipping = true;
		s->skip = a->left;
		return imap_ok(
			s, S("NO [CANNOT] 8-bit characters in the header: use ENABLE UTF8=ACCEPT"));
	}
	return want_body(s, a);
}

static uint32_t on_room(struct imap *s, struct pk_in *in)
{
	struct append *a = s->cmd->own;
	enum pk_status st = reply_status(in);

	if (st != PK_OK)
		return refuse(s, st);
	a->body = s->io->host->body_open(s->io, imap_full_tag(s, TAG_BODY), a->at.octets);
	if (!a->body)
		return imap_no(s, a->bodies.n ? PK_ELIMIT : PK_EUNAVAILABLE);
	s->skipping = false;
	if (a->sync)
		put(s, S("+ Ready for the message\r\n"));
	a->left = a->at.octets;
	a->head = (struct header_watch){0};
	return want_body(s, a);
}

static uint32_t ask_room(struct imap *s, struct append *a)
{
	s->then = on_room;
	return CALL_STORE(s, room, TAG_ROOM, .mailbox = a->mailbox, .octets = a->octets,
	                  .messages = a->messages)
	               ? PK_REPLY
	               : imap_no(s, PK_ENOMEM);
}

static uint32_t admit(struct imap *s, struct append *a)
{
	bool full = a->messages - a->staged >= STAGE_MESSAGES || a->rows.n > STAGE_OCTETS;

	if (a->at.octets > imap_append_limit(s))
		return imap_no(s, PK_ETOOBIG);
	if (a->at.flags.too_many)
		return imap_no(s, PK_ELIMIT);
	if (!a->at.octets) /* RFC 3502 6.3.11: an empty literal takes the command back */
		return imap_ok(s, S("NO [CANNOT] The message is empty"));
	if (a->messages == PK_APPEND_MAX)
		return imap_ok(s, S("NO [LIMIT] Too many messages at once"));
	a->messages++;
	a->octets += a->at.octets;
	return full ? stage(s, a) : ask_room(s, a);
}

static uint32_t begin(struct imap *s, struct parser *p, struct append *a)
{
	enum pk_status st = PK_OK;

	if ((!mailbox_arg(s, p, &a->mailbox, &st) && st == PK_OK) ||
	    (st == PK_OK && !append_args_parse(p, &a->at, s->io->now_ms)))
		return imap_bad(s, p->error);
	return st == PK_OK ? admit(s, a) : imap_no(s, st);
}

bool append_begin(struct imap *s, struct parser *p, bool sync, uint32_t *wants)
{
	struct append *a;

	if (!parse_space(p)) {
		*wants = imap_bad(s, p->error);
		return true;
	}
	if (parse_peek(p, '{') && !slice_has(p->in, '\n'))
		return false;
	a = imap_alloc(s, sizeof(*a));
	if (!a) {
		*wants = imap_no(s, PK_ENOMEM);
		return true;
	}
	*a = (struct append){.s = s, .sync = sync};
	s->cmd->own = a;
	s->cmd->clean = free_append;
	*wants = begin(s, p, a);
	return true;
}

/* Whole without a message's literal: something is missing. */
uint32_t cmd_append(struct imap *s, struct parser *p)
{
	(void)p;
	return imap_bad(s, S("Missing message"));
}
