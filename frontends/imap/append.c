#include "append.h"
#include "keywords.h"
#include "view.h"

#include "base/date.h"

/*
 * APPEND: RFC 3501 6.3.11, APPENDUID of RFC 4315. The message goes through the host to the store
 * as it comes; nothing of it is kept here. Room is asked for before the client sends it.
 */
#define PIECE 65536

enum { TAG_ROOM = 1, TAG_BODY = 2, TAG_APPEND = 3 };

struct append {
	struct imap *s;
	struct slice mailbox;
	struct flag_args flags;
	int64_t date_ms;
	int16_t zone_minutes;
	bool sync;             /* the client waits before it sends the literal */
	uint64_t octets, left; /* of the literal */
	uint32_t body;         /* 0: none open */
	enum pk_status failed; /* of the body on its way */
	struct slice summary;
	struct buf keywords, row;
};

static void free_append(void *own)
{
	struct append *a = own;

	if (a->body)
		a->s->io->host->body_drop(a->s->io, a->body);
	buf_free(&a->keywords);
	buf_free(&a->row);
}

static uint32_t refuse(struct imap *s, enum pk_status st)
{
	return st == PK_ENOTFOUND ? imap_ok(s, S("NO [TRYCREATE] No such mailbox"))
	                          : imap_no(s, st);
}

static uint32_t on_appended(struct imap *s, struct pk_in *in)
{
	struct append *a = s->cmd->own;
	enum pk_status st = reply_status(in);
	struct pk_append_rep r;
	struct pk_range uid = {0};
	char text[80];
	int n;

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
	if (!pk_next_range(&r.uids, &uid))
		return imap_done(s);
	n = snprintf(text, sizeof(text), "OK [APPENDUID %u %u] APPEND completed", r.uidvalidity,
	             uid.first);
	return imap_ok(s, (struct slice){text, (size_t)n});
}

static uint32_t commit(struct imap *s, struct append *a)
{
	struct pk_new_message m = {
		.body = (uint16_t)a->body,
		.flags = a->flags.system,
		.internaldate = a->date_ms,
		.zone = (uint16_t)a->zone_minutes,
		.keywords = buf_slice(&a->keywords),
		.summary = a->summary,
	};

	pk_put_new_message_row(&a->row, &m);
	if (a->row.failed || a->keywords.failed ||
	    !CALL_STORE(s, append, TAG_APPEND, .mailbox = a->mailbox, .messages = PK_ROWS(&a->row)))
		return imap_no(s, PK_ENOMEM);
	a->body = 0;
	s->then = on_appended;
	return PK_REPLY;
}

/* What stands behind the literal: the end of the command. */
static uint32_t on_tail(struct imap *s, struct pk_in *in)
{
	struct append *a = s->cmd->own;
	uint64_t n = 0;
	bool sync;

	if (in->kind == PK_IN_REPLY) {
		a->failed = reply_status(in);
		return s->io->want;
	}
	if (in->flags & PK_LONG)
		return imap_bye(s, S("Line is too long"));
	if (!in->bytes.n)
		return commit(s, a);
	s->skipping = parse_literal_end(in->bytes, &n, &sync) && !sync;
	s->skip = n;
	return imap_bad(s, S("Unexpected text behind the message"));
}

static uint32_t on_body(struct imap *s, struct pk_in *in);

static uint32_t want_body(struct imap *s, struct append *a)
{
	if (a->left) {
		s->then = on_body;
		s->io->take = a->left < PIECE ? (uint32_t)a->left : PIECE;
		return PK_BYTES | PK_REPLY;
	}
	a->summary = s->io->host->body_end(s->io, a->body);
	s->then = on_tail;
	s->io->take = IMAP_ANON_MAX;
	return PK_LINE | PK_REPLY;
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
	return want_body(s, a);
}

static uint32_t on_room(struct imap *s, struct pk_in *in)
{
	struct append *a = s->cmd->own;
	enum pk_status st = reply_status(in);

	if (st != PK_OK)
		return refuse(s, st);
	a->body = s->io->host->body_open(s->io, imap_full_tag(s, TAG_BODY), a->octets);
	if (!a->body)
		return imap_no(s, PK_EUNAVAILABLE);
	s->skipping = false;
	if (a->sync)
		put(s, S("+ Ready for the message\r\n"));
	return want_body(s, a);
}

/* "{123}" or "{123+}" to the end: what announced the message. */
static bool parse_announcement(struct parser *p)
{
	uint64_t n;

	if (!parse_char(p, '{') || !parse_number(p, UINT64_MAX, &n))
		return false;
	if (parse_peek(p, '+') && !parse_char(p, '+'))
		return false;
	return parse_char(p, '}') && parse_end(p);
}

static bool parse_date(struct parser *p, struct append *a)
{
	struct slice date;

	if (!parse_peek(p, '"'))
		return true;
	if (!parse_string(p, &date) || !parse_space(p))
		return false;
	return date_parse_imap(date, &a->date_ms, &a->zone_minutes) || parse_fail(p, S("Bad date"));
}

static bool parse_options(struct parser *p, struct append *a)
{
	if (!parse_space(p))
		return false;
	if (parse_peek(p, '(') && (!parse_flag_list(p, &a->flags) || !parse_space(p)))
		return false;
	return parse_date(p, a) && parse_announcement(p);
}

static uint32_t begin(struct imap *s, struct parser *p, struct append *a)
{
	enum pk_status st = PK_OK;

	if ((!mailbox_arg(s, p, &a->mailbox, &st) && st == PK_OK) ||
	    (st == PK_OK && !parse_options(p, a)))
		return imap_bad(s, p->error);
	if (st != PK_OK)
		return imap_no(s, st);
	if (a->octets > s->conf->append_limit)
		return imap_no(s, PK_ETOOBIG);
	if (!a->octets)
		return imap_ok(s, S("NO [CANNOT] The message is empty"));
	for (size_t i = 0; i < a->flags.keywords; i++) {
		if (i)
			buf_byte(&a->keywords, ' ');
		buf_put(&a->keywords, a->flags.keyword[i]);
	}
	return ASK(s, room, on_room, .mailbox = a->mailbox, .octets = a->octets);
}

bool append_begin(struct imap *s, struct parser *p, uint64_t octets, bool sync, uint32_t *wants)
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
	*a = (struct append){.s = s, .octets = octets, .left = octets, .sync = sync};
	a->date_ms = s->io->now_ms;
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
