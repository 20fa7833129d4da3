#include "messages.h"
#include "search.h"
#include "supply.h"
#include "sync.h"

#include "proto/say.h"

#include <inttypes.h>

/*
 * SEARCH: RFC 3501 6.4.4. Rows of the messages that can match are asked for, as many columns of
 * them as the keys need, a few requests ahead; what matches is gathered as a bitmap and said at the
 * end. Messages without a summary come last: a few of their rows at a time, each with its body.
 */
enum { TAG_ROWS = 1, TAG_SUPPLY = 2 };

#define AHEAD     3  /* requests for rows under way */
#define LATE_ROWS 32 /* of messages without a summary, held at a time */

struct search {
	struct imap *s;
	struct search_program program;
	struct uid_cut cut;
	roaring_bitmap_t *found;
	roaring_uint32_iterator_t said;
	uint64_t highest; /* modseq of what was found */
	unsigned calls;
	struct supply supply;
	roaring_bitmap_t *late; /* messages whose summary has to be supplied */
	bool supplying;         /* all others are through */
	struct buf rows;        /* then: rows of some of them */
	size_t rows_at;         /* octets of rows that are done */
	struct buf ranges, scratch;
};

static void free_search(void *own)
{
	struct search *q = own;

	if (q->calls)
		imap_cancel(q->s, TAG_ROWS);
	if (q->supply.scan)
		imap_cancel(q->s, TAG_SUPPLY);
	search_free(&q->program);
	if (q->found)
		roaring_bitmap_free(q->found);
	if (q->late)
		roaring_bitmap_free(q->late);
	supply_free(&q->supply);
	buf_free(&q->rows);
	buf_free(&q->ranges);
	buf_free(&q->scratch);
}

static uint32_t say_found(struct imap *s)
{
	struct search *q = s->cmd->own;

	while (q->said.has_value && !out_full(s)) {
		uint32_t uid = q->said.current_value;

		put(s, S(" "));
		say_number(s->io, s->cmd->uid ? uid : view_number(s->view, uid));
		roaring_advance_uint32_iterator(&q->said);
	}
	if (q->said.has_value)
		return PK_AGAIN;
	if (q->program.modseq && q->highest) /* RFC 7162 3.1.6 */
		say_printf(s->io, " (MODSEQ %" PRIu64 ")", q->highest);
	put(s, S("\r\n"));
	return imap_done(s);
}

static uint32_t on_again(struct imap *s, struct pk_in *in)
{
	return in->kind == PK_IN_AGAIN ? say_found(s) : s->io->want;
}

static uint32_t end_search(struct imap *s, struct search *q)
{
	put(s, S("* SEARCH"));
	roaring_init_iterator(q->found, &q->said);
	s->then = on_again;
	return say_found(s);
}

static bool only_flags(const struct search *q)
{
	return q->program.want == PK_WANT_FLAGS;
}

static bool ask_rows(struct imap *s, struct search *q, uint32_t messages)
{
	uint32_t handle = s->view->handle;

	buf_clear(&q->ranges);
	uid_cut_next(&q->cut, messages, &q->ranges);
	q->calls++;
	if (only_flags(q))
		return CALL_STORE(s, flags, TAG_ROWS, .handle = handle,
		                  .uids = PK_ROWS(&q->ranges));
	return CALL_STORE(s, messages, TAG_ROWS, .handle = handle, .uids = PK_ROWS(&q->ranges),
	                  .want = q->program.want);
}

static void add_found(struct search *q, const struct pk_message *row)
{
	roaring_bitmap_add(q->found, row->uid);
	if (row->modseq > q->highest)
		q->highest = row->modseq;
}

static void take_row(struct imap *s, struct search *q, const struct pk_message *row)
{
	struct summary sum;
	enum pk_status st = PK_OK;

	if (!roaring_bitmap_contains(q->program.all, row->uid))
		return;
	if (q->program.summary)
		st = supply_open(&q->supply, row, &sum);
	if (st == PK_ENOTFOUND && q->supplying)
		pk_put_message_row(&q->rows, row);
	else if (st == PK_ENOTFOUND)
		roaring_bitmap_add(q->late, row->uid);
	else if (search_match(&q->program, s->view, row,
	                      q->program.summary && st == PK_OK ? &sum : NULL, &q->scratch))
		add_found(q, row);
}

static enum pk_status take_rows(struct imap *s, struct search *q, const struct pk_in *in)
{
	enum pk_status st = reply_status(in);
	struct pk_messages_rep m;
	struct pk_flags_rep f;
	struct pk_message row;
	struct pk_flag flag;

	if (st != PK_OK)
		return st;
	if (!only_flags(q)) {
		st = pk_get_messages_rep(in->bytes, &m);
		while (st == PK_OK && pk_next_message(&m.messages, &row))
			take_row(s, q, &row);
		return st;
	}
	st = pk_get_flags_rep(in->bytes, &f);
	while (st == PK_OK && pk_next_flag(&f.flags, &flag)) {
		row = (struct pk_message){
			.uid = flag.uid, .flags = flag.flags, .modseq = flag.modseq};
		take_row(s, q, &row);
	}
	return st;
}

/* Goes through the rows at hand: each is matched if its summary is there by now, else that is
 * asked for. False: lost. */
static bool take_late(struct imap *s, struct search *q)
{
	while (q->rows_at < q->rows.n && !q->supply.scan) {
		struct pk_rows rows = {slice_skip(buf_slice(&q->rows), q->rows_at)};
		struct pk_message row;

		if (!pk_next_message(&rows, &row))
			return false;
		if (q->supply.uid != row.uid || !q->supply.done) {
			q->calls++;
			return supply_start(&q->supply, s, &row, TAG_SUPPLY);
		}
		take_row(s, q, &row);
		q->rows_at = q->rows.n - rows.raw.n;
	}
	return true;
}

/* All that have a summary are through. */
static bool next_late(struct imap *s, struct search *q)
{
	if (!q->supplying)
		uid_cut_start(&q->cut, s->view, q->late);
	q->supplying = true;
	if (!take_late(s, q))
		return false;
	if (q->calls || !uid_cut_more(&q->cut))
		return true;
	buf_clear(&q->rows);
	q->rows_at = 0;
	return ask_rows(s, q, LATE_ROWS);
}

static uint32_t on_rows(struct imap *s, struct pk_in *in);

static uint32_t pump(struct imap *s, struct search *q)
{
	bool asked = true;

	s->then = on_rows;
	while (asked && !q->supplying && q->calls < AHEAD && s->io->calls_left &&
	       uid_cut_more(&q->cut))
		asked = ask_rows(s, q, q->program.summary ? 256 : 2048);
	if (asked && !q->calls && q->program.summary)
		asked = next_late(s, q);
	if (!asked || q->rows.failed)
		return imap_no(s, PK_ENOMEM);
	return q->calls ? PK_REPLY : end_search(s, q);
}

static uint32_t on_rows(struct imap *s, struct pk_in *in)
{
	struct search *q = s->cmd->own;

	if (imap_tag(in) == TAG_SUPPLY) {
		supply_take(&q->supply, in);
	} else {
		enum pk_status st = take_rows(s, q, in);

		if (st != PK_OK)
			return imap_no(s, st);
	}
	if (in->flags & PK_MORE)
		return PK_REPLY;
	q->calls--;
	return pump(s, q);
}

/* Keys that say which messages, and nothing about them: the store need not be asked. */
static void take_sets(struct imap *s, struct search *q)
{
	roaring_uint32_iterator_t it;

	for (roaring_init_iterator(q->program.all, &it); it.has_value;
	     roaring_advance_uint32_iterator(&it)) {
		struct pk_message row = {.uid = it.current_value};

		take_row(s, q, &row);
	}
}

static uint32_t refuse(struct imap *s, enum search_parsed why, struct parser *p)
{
	switch (why) {
	case SEARCH_CHARSET:
		return imap_ok(s, S("NO [BADCHARSET (US-ASCII UTF-8)] Unknown charset"));
	case SEARCH_CANNOT: return imap_ok(s, S("NO [CANNOT] This key cannot be searched yet"));
	case SEARCH_MEMORY: return imap_no(s, PK_ENOMEM);
	case SEARCH_BAD:
	case SEARCH_PARSED: break;
	}
	return imap_bad(s, p->error);
}

uint32_t cmd_search(struct imap *s, struct parser *p)
{
	struct search *q = imap_alloc(s, sizeof(*q));
	enum search_parsed parsed;

	if (!q)
		return imap_no(s, PK_ENOMEM);
	q->s = s;
	s->cmd->own = q;
	s->cmd->clean = free_search;
	q->found = roaring_bitmap_create();
	q->late = roaring_bitmap_create();
	if (!q->found || !q->late)
		return imap_no(s, PK_ENOMEM);
	parsed = search_parse(s->view, p, &q->program);
	if (parsed != SEARCH_PARSED)
		return refuse(s, parsed, p);
	s->cmd->numbers = q->program.numbers;
	if (q->program.modseq)
		condstore_enable(s);
	if (!q->program.want) {
		take_sets(s, q);
		return end_search(s, q);
	}
	uid_cut_start(&q->cut, s->view, q->program.all);
	return pump(s, q);
}
