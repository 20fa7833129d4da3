#include "fetching.h"

/* FETCH: rows of messages, and the answers that are made of them. */

unsigned fetch_new_batch(struct fetch *f)
{
	unsigned slot = (f->first + f->count++) % BATCHES;
	struct batch *b = &f->batch[slot];

	b->state = BATCH_ASKED;
	b->reading = b->again = b->begun = false;
	b->planned = b->said = b->step = b->got = 0;
	b->asked = 0;
	b->pieces = 0;
	buf_clear(&b->rows);
	plan_clear(&b->plan);
	return slot;
}

bool fetch_ask_rows(struct imap *s, struct fetch *f)
{
	unsigned slot = fetch_new_batch(f);
	struct batch *b = &f->batch[slot];
	uint32_t handle = s->view->handle;
	bool asked;

	buf_clear(&f->ranges);
	b->missing = uid_cut_next(&f->cut, f->messages, &f->ranges);
	if (f->items.changed) /* not all of them are to come */
		b->missing = 0;
	if (fetch_only_flags(f))
		asked = CALL_STORE(s, flags, TAG_ROWS + slot, .handle = handle,
		                   .uids = PK_ROWS(&f->ranges), .since = f->items.changed_since);
	else
		asked = CALL_STORE(s, messages, TAG_ROWS + slot, .handle = handle,
		                   .uids = PK_ROWS(&f->ranges), .want = f->items.want);
	f->calls++;
	return asked;
}

/* A row as it came: taken off *rows. */
static bool next_row(const struct fetch *f, struct pk_rows *rows, struct pk_message *row)
{
	struct pk_flag flag;

	if (!fetch_only_flags(f))
		return pk_next_message(rows, row);
	if (!pk_next_flag(rows, &flag))
		return false;
	*row = (struct pk_message){.uid = flag.uid, .flags = flag.flags, .modseq = flag.modseq};
	return true;
}

enum planned fetch_plan_row(struct imap *s, struct fetch *f, struct batch *b,
                            const struct pk_message *row)
{
	struct summary sum;
	enum pk_status st = PK_OK;
	bool has = f->items.summary;

	if (!roaring_bitmap_contains(s->view->told, row->uid))
		return PLANNED;
	if (has)
		st = supply_open(&f->supply, row, &sum);
	if (st == PK_ENOTFOUND) {
		if (f->items.scan)
			return PLAN_WAITS;
		has = false;
	} else if (st != PK_OK) {
		fetch_unread(f, row->uid, st);
		return PLANNED;
	}
	if (f->items.modseq)
		view_said(s->view, row->modseq);
	if (f->items.seen && f->unseen && !(row->flags & PK_SEEN))
		roaring_bitmap_add(f->unseen, row->uid);
	if (!plan_message(&b->plan, &f->items, s->view, row, has ? &sum : NULL))
		return PLAN_FAILED;
	f->unknown_cte |= b->plan.unknown_cte;
	return PLANNED;
}

/* Plans what is left of a batch's rows, or a part of it if that is a lot. */
static enum planned plan_batch(struct imap *s, struct fetch *f, struct batch *b)
{
	struct pk_rows rows = {slice_skip(buf_slice(&b->rows), b->planned)};
	struct pk_message row;
	bool more = true;

	while (b->plan.text.n < TEXT_MAX && (more = next_row(f, &rows, &row))) {
		enum planned p = fetch_plan_row(s, f, b, &row);

		if (p == PLAN_WAITS) {
			bool busy = f->supply.scan || !fetch_may_call(s, f);

			if (busy)
				return p;
			f->calls++;
			return supply_start(&f->supply, s, &row, TAG_SUPPLY) ? p : PLAN_FAILED;
		}
		if (p == PLAN_FAILED)
			return p;
		b->planned = b->rows.n - rows.raw.n;
	}
	b->state = BATCH_READY;
	if (!more || b->planned == b->rows.n)
		b->planned = b->rows.n = 0;
	return PLANNED;
}

/* Asks for the octets of a batch's steps, if a call is left. False: no memory. */
static bool ask_octets(struct imap *s, struct fetch *f, unsigned slot)
{
	struct batch *b = &f->batch[slot];

	if (!fetch_may_call(s, f))
		return true;
	buf_clear(&f->ranges);
	plan_pieces(&b->plan, b->step, &f->ranges);
	if (f->ranges.failed || !CALL_STORE(s, read, TAG_READ + slot, .handle = s->view->handle,
	                                    .pieces = PK_ROWS(&f->ranges)))
		return false;
	b->asked = b->step;
	b->reading = true;
	f->calls++;
	return true;
}

bool fetch_plan(struct imap *s, struct fetch *f)
{
	for (unsigned i = 0; i < f->count; i++) {
		unsigned slot = (f->first + i) % BATCHES;
		struct batch *b = &f->batch[slot];

		if (b->state == BATCH_ASKED)
			return true;
		if (b->state == BATCH_ROWS) {
			enum planned p = plan_batch(s, f, b);

			if (p != PLANNED)
				return p == PLAN_WAITS;
		}
		if (b->step < plan_steps(&b->plan) && !b->reading && !ask_octets(s, f, slot))
			return false;
		/* Octets come in the order of the requests: those behind have to wait. */
		if (b->planned < b->rows.n || (b->step < plan_steps(&b->plan) && !b->reading))
			return true;
	}
	return true;
}

/* Renders rows as they come. False: output is full, they must come again. */
static bool say_rows(struct imap *s, struct fetch *f, struct batch *b, struct slice raw,
                     struct pk_in *in)
{
	struct pk_rows rows = {slice_skip(raw, resumed_at(in))};
	struct slice rest = rows.raw;
	struct pk_message row;

	for (;;) {
		if (!fetch_say_text(s, b, b->plan.text.n)) {
			resume_at(in, raw.n - rest.n);
			return false;
		}
		plan_clear(&b->plan);
		b->said = 0;
		if (!f->direct || !next_row(f, &rows, &row))
			break;
		if (fetch_plan_row(s, f, b, &row) == PLAN_WAITS) { /* from here on the long way */
			f->direct = false;
			break;
		}
		b->missing -= b->missing > 0;
		rest = rows.raw;
	}
	if (!f->direct)
		buf_put(&b->rows, rest);
	return true;
}

static void count_rows(const struct fetch *f, struct batch *b)
{
	struct pk_rows rows = {buf_slice(&b->rows)};
	struct pk_message row;

	while (b->missing && next_row(f, &rows, &row))
		b->missing--;
}

static struct slice raw_rows(const struct fetch *f, const struct pk_in *in, enum pk_status *st)
{
	struct pk_messages_rep m = {0};
	struct pk_flags_rep flags = {0};

	*st = reply_status(in);
	if (*st != PK_OK)
		return (struct slice){0};
	if (fetch_only_flags(f)) {
		*st = pk_get_flags_rep(in->bytes, &flags);
		return flags.flags.raw;
	}
	*st = pk_get_messages_rep(in->bytes, &m);
	return m.messages.raw;
}

uint32_t fetch_on_rows(struct imap *s, struct fetch *f, struct batch *b, struct pk_in *in)
{
	enum pk_status st;
	struct slice raw = raw_rows(f, in, &st);

	if (st != PK_OK)
		return imap_no(s, st);
	if (f->direct) {
		if (!say_rows(s, f, b, raw, in))
			return PK_REPLY;
		in->resume = 0;
	} else {
		buf_put(&b->rows, raw);
	}
	if (b->rows.failed)
		return imap_no(s, PK_ENOMEM);
	if (in->flags & PK_MORE)
		return PK_REPLY;
	f->calls--;
	if (b->rows.n)
		count_rows(f, b);
	f->gone |= b->missing > 0;
	b->state = BATCH_ROWS;
	return fetch_pump(s, f);
}
