#include "search_run.h"

#define AHEAD     3    /* requests for rows under way */
#define SET_TURN  4096 /* messages of stage one in one turn */
#define PLAIN_MAX 2048 /* messages of one request ... */
#define SUMS_MAX  256  /* ... with their summaries */

static uint32_t wanted(const struct search_run *q)
{
	return q->program.want | q->also;
}

/* What is at hand decides, or it is left for later. False: as found says. */
static bool take(struct search_run *q, const struct pk_message *row, const struct summary *sum)
{
	struct search_message m = {.view = q->s->view, .row = row, .sum = sum};
	enum search_truth t;

	if (!roaring_bitmap_contains(q->program.all, row->uid))
		return true;
	t = search_match(&q->program, &m, &q->scratch);
	if (t == SEARCH_MAYBE || (t == SEARCH_YES && q->also & PK_WANT_SUMMARY && !sum)) {
		roaring_bitmap_add(q->late, row->uid);
		return true;
	}
	return t == SEARCH_NO || q->found(q->s, row, sum);
}

static bool only_flags(uint32_t want)
{
	return want == PK_WANT_FLAGS;
}

bool search_ask_rows(struct search_run *q, struct uid_cut *cut, uint32_t messages, uint32_t want)
{
	struct imap *s = q->s;
	uint32_t handle = s->view->handle;

	buf_clear(&q->ranges);
	uid_cut_next(cut, messages, &q->ranges);
	if (q->ranges.failed)
		return false;
	q->calls++;
	if (only_flags(want))
		return CALL_STORE(s, flags, SEARCH_TAG_ROWS, .handle = handle,
		                  .uids = PK_ROWS(&q->ranges));
	return CALL_STORE(s, messages, SEARCH_TAG_ROWS, .handle = handle,
	                  .uids = PK_ROWS(&q->ranges), .want = want);
}

static bool take_row(struct search_run *q, const struct pk_message *row)
{
	struct summary sum;
	bool has = wanted(q) & PK_WANT_SUMMARY && supply_open(&q->supply, row, &sum) == PK_OK;

	return take(q, row, has ? &sum : NULL);
}

static enum pk_status take_rows(struct search_run *q, const struct pk_in *in)
{
	struct pk_messages_rep m;
	struct pk_flags_rep f;
	struct pk_message row;
	struct pk_flag flag;
	enum pk_status st;

	if (!only_flags(wanted(q))) {
		st = pk_get_messages_rep(in->bytes, &m);
		while (st == PK_OK && pk_next_message(&m.messages, &row))
			st = take_row(q, &row) ? PK_OK : q->status;
		return st;
	}
	st = pk_get_flags_rep(in->bytes, &f);
	while (st == PK_OK && pk_next_flag(&f.flags, &flag)) {
		row = (struct pk_message){
			.uid = flag.uid, .flags = flag.flags, .modseq = flag.modseq};
		st = take_row(q, &row) ? PK_OK : q->status;
	}
	return st;
}

static uint32_t on_event(struct imap *s, struct pk_in *in);

static uint32_t ended(struct search_run *q)
{
	if (q->unread != PK_OK) /* what was found is no answer if something may be missing */
		return imap_unread(q->s, q->unread);
	return q->done(q->s);
}

static uint32_t pump_late(struct imap *s, struct search_run *q)
{
	uint32_t wants;

	if (!q->is_late)
		uid_cut_start(&q->l.cut, s->view, q->late);
	q->is_late = true;
	wants = search_late_pump(q);
	return wants ? wants : ended(q);
}

static uint32_t pump(struct imap *s, struct search_run *q)
{
	bool asked = true;

	s->then = on_event;
	while (asked && !q->is_late && q->calls < AHEAD && s->io->calls_left &&
	       uid_cut_more(&q->cut))
		asked = search_ask_rows(
			q, &q->cut, wanted(q) & PK_WANT_SUMMARY ? SUMS_MAX : PLAIN_MAX, wanted(q));
	if (!asked)
		return imap_no(s, PK_ENOMEM);
	return q->calls && !q->is_late ? PK_REPLY : pump_late(s, q);
}

/* Keys that say which messages, and nothing about them: the store need not be asked. */
static uint32_t take_sets(struct imap *s, struct search_run *q)
{
	for (unsigned n = 0; n < SET_TURN && q->set.has_value; n++) {
		struct pk_message row = {.uid = q->set.current_value};

		if (!take(q, &row, NULL))
			return search_refuse(s, q);
		roaring_advance_uint32_iterator(&q->set);
	}
	if (q->set.has_value)
		return PK_AGAIN;
	return pump_late(s, q);
}

static uint32_t on_rows(struct imap *s, struct search_run *q, const struct pk_in *in)
{
	enum pk_status st = reply_status(in);

	if (st == PK_OK)
		st = take_rows(q, in);
	if (st != PK_OK)
		return imap_no(s, st);
	if (in->flags & PK_MORE)
		return PK_REPLY;
	q->calls--;
	return pump(s, q);
}

static uint32_t on_event(struct imap *s, struct pk_in *in)
{
	struct search_run *q = s->cmd->own;
	uint32_t wants;

	if (in->kind == PK_IN_AGAIN && !q->is_late)
		return take_sets(s, q);
	if (in->kind == PK_IN_AGAIN)
		return pump_late(s, q);
	if (in->kind != PK_IN_REPLY)
		return s->io->want;
	if (!q->is_late)
		return on_rows(s, q, in);
	wants = search_late_reply(q, in);
	return wants ? wants : ended(q);
}

uint32_t search_start(struct imap *s, struct search_run *q)
{
	q->s = s;
	q->late = roaring_bitmap_create();
	if (!q->late)
		return imap_no(s, PK_ENOMEM);
	s->then = on_event;
	if (!wanted(q)) {
		roaring_init_iterator(q->program.all, &q->set);
		return take_sets(s, q);
	}
	uid_cut_start(&q->cut, s->view, q->program.all);
	return pump(s, q);
}

uint32_t search_refuse(struct imap *s, const struct search_run *q)
{
	return imap_no(s, q->status == PK_OK ? PK_ENOMEM : q->status);
}

void search_run_free(struct search_run *q)
{
	if (q->calls) {
		imap_cancel(q->s, SEARCH_TAG_ROWS);
		imap_cancel(q->s, SEARCH_TAG_SUPPLY);
		imap_cancel(q->s, SEARCH_TAG_READ);
	}
	search_free(&q->program);
	if (q->late)
		roaring_bitmap_free(q->late);
	search_late_free(&q->l);
	supply_free(&q->supply);
	buf_free(&q->ranges);
	buf_free(&q->scratch);
}
