#include "fetch.h"
#include "filter.h"
#include "messages.h"
#include "plan.h"
#include "supply.h"
#include "view.h"

/*
 * FETCH. The messages are cut into batches; a batch asks the store for its rows, then, if octets of
 * messages are wanted, for those, while the rows of the batches behind it are under way already.
 * Replies come in the order of the requests, so the octets of a batch arrive when all before it has
 * been said. What is held in memory is the rows and the text around the octets of a few batches.
 *
 * Without octets, rows are rendered as they come and nothing is held (`direct`).
 */
#define BATCHES 4

enum {
	TAG_ROWS = 0x100,
	TAG_READ = 0x200,
	TAG_SUPPLY = 0x300,
	TAG_SEEN = 0x400,
	TAG_KIND = 0xff00
};

enum batch_state {
	BATCH_ASKED, /* its rows are coming */
	BATCH_ROWS,  /* they are there */
	BATCH_READY, /* planned: text, and steps whose octets are coming */
};

struct batch {
	uint8_t state;    /* enum batch_state */
	bool reading;     /* its octets are under way */
	uint32_t missing; /* messages asked for whose rows have not come */
	struct buf rows;  /* of struct pk_message, as they came */
	size_t planned;   /* octets of rows that are in the plan */
	struct plan plan;
	size_t said;  /* octets of the plan's text */
	size_t step;  /* the one at hand */
	bool begun;   /* something of it may have been said */
	uint64_t got; /* octets of its piece */
};

struct fetch {
	struct imap *s;
	struct fetch_items items;
	roaring_bitmap_t *uids;
	roaring_bitmap_t *unseen; /* messages that have been read and are to be marked so */
	struct uid_cut cut;
	struct batch batch[BATCHES];
	unsigned first, count; /* the batches in use, a ring */
	unsigned calls;        /* under way */
	uint32_t messages;     /* of one batch */
	bool direct;
	bool gone;             /* some messages are not there any more */
	enum pk_status failed; /* of octets that could not be read */
	struct supply supply;
	struct filter filter;
	struct buf fields;      /* what it kept */
	uint64_t fields_octets; /* STEP_COUNT: how much it keeps */
	struct buf ranges;
};

/* A command that ends early leaves calls behind. */
static void free_fetch(void *own)
{
	struct fetch *f = own;

	for (unsigned i = 0; i < f->count; i++) {
		unsigned slot = (f->first + i) % BATCHES;

		if (f->batch[slot].state == BATCH_ASKED)
			imap_cancel(f->s, TAG_ROWS + slot);
		if (f->batch[slot].reading)
			imap_cancel(f->s, TAG_READ + slot);
	}
	if (f->supply.scan)
		imap_cancel(f->s, TAG_SUPPLY);
	for (size_t i = 0; i < BATCHES; i++) {
		buf_free(&f->batch[i].rows);
		plan_free(&f->batch[i].plan);
	}
	if (f->uids)
		roaring_bitmap_free(f->uids);
	if (f->unseen)
		roaring_bitmap_free(f->unseen);
	supply_free(&f->supply);
	buf_free(&f->fields);
	buf_free(&f->ranges);
}

static struct batch *batch_at(struct fetch *f, unsigned i)
{
	return &f->batch[(f->first + i) % BATCHES];
}

static bool may_call(const struct imap *s, const struct fetch *f)
{
	return f->calls < IMAP_CALLS && s->io->calls_left;
}

static uint32_t lost(struct imap *s)
{
	return imap_bye(s, S("[UNAVAILABLE] A message could not be read"));
}

/* Requests for rows. Only flags: they have pages of their own, which cost less. */
static bool only_flags(const struct fetch *f)
{
	return f->items.want == PK_WANT_FLAGS;
}

static bool ask_rows(struct imap *s, struct fetch *f)
{
	unsigned slot = (f->first + f->count) % BATCHES;
	struct batch *b = &f->batch[slot];
	uint32_t handle = s->view->handle;
	bool asked;

	buf_clear(&f->ranges);
	b->missing = uid_cut_next(&f->cut, f->messages, &f->ranges);
	b->state = BATCH_ASKED;
	b->reading = b->begun = false;
	b->planned = b->said = b->step = b->got = 0;
	buf_clear(&b->rows);
	plan_clear(&b->plan);
	if (only_flags(f))
		asked = CALL_STORE(s, flags, TAG_ROWS + slot, .handle = handle,
		                   .uids = PK_ROWS(&f->ranges));
	else
		asked = CALL_STORE(s, messages, TAG_ROWS + slot, .handle = handle,
		                   .uids = PK_ROWS(&f->ranges), .want = f->items.want);
	f->count++;
	f->calls++;
	return asked;
}

/* A row as it came: taken off *rows. */
static bool next_row(const struct fetch *f, struct pk_rows *rows, struct pk_message *row)
{
	struct pk_flag flag;

	if (!only_flags(f))
		return pk_next_message(rows, row);
	if (!pk_next_flag(rows, &flag))
		return false;
	*row = (struct pk_message){.uid = flag.uid, .flags = flag.flags, .modseq = flag.modseq};
	return true;
}

enum planned { PLANNED, PLAN_WAITS, PLAN_FAILED };

/* Plans one message. PLAN_WAITS: its summary is to be supplied first. */
static enum planned plan_row(struct imap *s, struct fetch *f, struct batch *b,
                             const struct pk_message *row)
{
	struct summary sum;
	enum pk_status st = PK_OK;

	if (!roaring_bitmap_contains(s->view->told, row->uid))
		return PLANNED;
	if (f->items.summary)
		st = supply_open(&f->supply, row, &sum);
	if (st == PK_ENOTFOUND)
		return PLAN_WAITS;
	if (st != PK_OK) {
		f->failed = PK_EUNAVAILABLE;
		return PLANNED;
	}
	if (f->items.seen && f->unseen && !(row->flags & PK_SEEN))
		roaring_bitmap_add(f->unseen, row->uid);
	return plan_message(&b->plan, &f->items, s->view, row, f->items.summary ? &sum : NULL)
	               ? PLANNED
	               : PLAN_FAILED;
}

/* Plans what is left of a batch's rows. */
static enum planned plan_batch(struct imap *s, struct fetch *f, struct batch *b)
{
	struct pk_rows rows = {slice_skip(buf_slice(&b->rows), b->planned)};
	struct pk_message row;

	while (next_row(f, &rows, &row)) {
		enum planned p = plan_row(s, f, b, &row);

		if (p == PLAN_WAITS) {
			bool busy = f->supply.scan || !may_call(s, f);

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
	buf_free(&b->rows);
	return PLANNED;
}

/* Plans batches and asks for their octets, in their order. */
static bool plan_ahead(struct imap *s, struct fetch *f)
{
	for (unsigned i = 0; i < f->count; i++) {
		struct batch *b = batch_at(f, i);
		unsigned slot = (f->first + i) % BATCHES;

		if (b->state == BATCH_ASKED)
			return true;
		if (b->state == BATCH_ROWS) {
			enum planned p = plan_batch(s, f, b);

			if (p != PLANNED)
				return p == PLAN_WAITS;
		}
		if (b->reading || b->step == plan_steps(&b->plan))
			continue;
		if (!may_call(s, f))
			return true;
		if (!CALL_STORE(s, read, TAG_READ + slot, .handle = s->view->handle,
		                .pieces = PK_ROWS(&b->plan.pieces)))
			return false;
		buf_free(&b->plan.pieces);
		b->reading = true;
		f->calls++;
	}
	return true;
}

/* Says the plan's text up to `end`. False: output is full. */
static bool say_text(struct imap *s, struct batch *b, size_t end)
{
	while (b->said < end) {
		struct slice text = {b->plan.text.p + b->said, end - b->said};
		struct slice piece = slice_head(text, 16384);

		if (out_full(s))
			return false;
		put(s, piece);
		b->said += piece.n;
	}
	return true;
}

/* Says what can be said without waiting for octets. False: output is full. */
static bool say_ready(struct imap *s, struct fetch *f)
{
	while (f->count) {
		struct batch *b = batch_at(f, 0);

		if (b->state != BATCH_READY || b->step < plan_steps(&b->plan) || b->reading)
			return true;
		if (!say_text(s, b, b->plan.text.n))
			return false;
		f->first = (f->first + 1) % BATCHES;
		f->count--;
	}
	return true;
}

static uint32_t on_fetch(struct imap *s, struct pk_in *in);
static uint32_t mark_seen(struct imap *s);

static uint32_t end_fetch(struct imap *s)
{
	struct fetch *f = s->cmd->own;

	if (f->failed != PK_OK)
		return imap_no(s, f->failed);
	/* Silence about UIDs that are gone is right (RFC 3501 6.4.8), about numbers it is not. */
	if (f->gone && !s->cmd->uid)
		return imap_no(s, PK_EEXPUNGED);
	return messages_done(s, f->uids);
}

/* Moves everything on as far as it goes; the wants. */
static uint32_t pump(struct imap *s, struct fetch *f)
{
	bool room;

	s->then = on_fetch;
	room = say_ready(s, f);
	if (!plan_ahead(s, f))
		return lost(s);
	room = room && say_ready(s, f);
	while (f->count < BATCHES && f->calls < IMAP_CALLS - 1 && s->io->calls_left &&
	       uid_cut_more(&f->cut))
		if (!ask_rows(s, f))
			return lost(s);
	if (!f->count && !uid_cut_more(&f->cut)) {
		if (f->unseen && !roaring_bitmap_is_empty(f->unseen))
			return mark_seen(s);
		return end_fetch(s);
	}
	return PK_REPLY | (room ? 0 : PK_AGAIN);
}

/* Renders rows as they come. False: output is full, they must come again. */
static bool say_rows(struct imap *s, struct fetch *f, struct batch *b, struct slice raw,
                     struct pk_in *in)
{
	struct pk_rows rows = {slice_skip(raw, resumed_at(in))};
	struct slice rest = rows.raw;
	struct pk_message row;

	while (f->direct && next_row(f, &rows, &row)) {
		if (b->missing)
			b->missing--;
		plan_clear(&b->plan);
		if (plan_row(s, f, b, &row) == PLAN_WAITS) { /* from here on the long way */
			f->direct = false;
			b->missing++;
			break;
		}
		put(s, buf_slice(&b->plan.text));
		plan_clear(&b->plan);
		rest = rows.raw;
		if (out_full(s) && rest.n) {
			resume_at(in, raw.n - rest.n);
			return false;
		}
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
	if (only_flags(f)) {
		*st = pk_get_flags_rep(in->bytes, &flags);
		return flags.flags.raw;
	}
	*st = pk_get_messages_rep(in->bytes, &m);
	return m.messages.raw;
}

static uint32_t on_rows(struct imap *s, struct fetch *f, struct batch *b, struct pk_in *in)
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
	return pump(s, f);
}

/* The octets of a literal that a filter has kept, with the client's partial. */
static struct slice partial_of(const struct fetch_item *item, struct slice all)
{
	return item->partial ? slice_head(slice_skip(all, item->from), item->octets) : all;
}

static void put_literal_head(struct imap *s, uint64_t octets)
{
	char head[32];
	int n = snprintf(head, sizeof(head), "{%llu}\r\n", (unsigned long long)octets);

	put(s, (struct slice){head, (size_t)n});
}

static void end_step(struct imap *s, struct batch *b)
{
	s->in_literal = false;
	b->step++;
	b->got = 0;
	b->begun = false;
}

static uint64_t partial_octets(const struct fetch_item *item, uint64_t all)
{
	uint64_t left = item->from < all ? all - item->from : 0;

	if (!item->partial)
		return all;
	return left < item->octets ? left : item->octets;
}

static void begin_step(struct imap *s, struct fetch *f, const struct step *step)
{
	if (step->kind == STEP_OCTETS) {
		put_literal_head(s, step->octets);
		s->in_literal = true;
		return;
	}
	f->filter = (struct filter){.section = &step->item->section};
	buf_clear(&f->fields);
	if (step->kind == STEP_SEND) {
		put_literal_head(s, partial_octets(step->item, f->fields_octets));
		s->in_literal = true;
	}
	f->fields_octets = 0;
}

/* Says what lies inside the client's partial of the fields kept just now. */
static void send_fields(struct imap *s, struct fetch *f, const struct step *step)
{
	const struct fetch_item *item = step->item;
	struct slice kept = buf_slice(&f->fields);
	uint64_t at = f->fields_octets;

	f->fields_octets += kept.n;
	if (item->partial) {
		uint64_t end = item->from + item->octets;

		if (at < item->from)
			kept = slice_skip(kept, item->from - at);
		if (f->fields_octets > end)
			kept.n -= kept.n < f->fields_octets - end ? kept.n : f->fields_octets - end;
	}
	put(s, kept);
	buf_clear(&f->fields);
}

/* Octets of the step at hand; how many were taken. */
static size_t take_octets(struct imap *s, struct fetch *f, const struct step *step,
                          struct slice octets)
{
	if (step->kind == STEP_OCTETS) {
		size_t room = s->io->out_high - s->io->out_n;
		struct slice piece = slice_head(octets, room);

		put(s, piece);
		return piece.n;
	}
	filter_feed(&f->filter, octets, &f->fields);
	if (step->kind == STEP_SEND) {
		send_fields(s, f, step);
	} else if (step->kind == STEP_COUNT) {
		f->fields_octets += f->fields.n;
		buf_clear(&f->fields);
	}
	return octets.n;
}

static void finish_step(struct imap *s, struct fetch *f, struct batch *b, const struct step *step)
{
	if (step->kind == STEP_FIELDS) {
		struct slice kept = partial_of(step->item, buf_slice(&f->fields));

		put_literal_head(s, kept.n);
		put(s, kept);
	}
	end_step(s, b);
}

/* A piece that cannot be read: NIL, if nothing of it has been said. */
static bool skip_step(struct imap *s, struct fetch *f, struct batch *b, uint16_t status)
{
	const struct step *step = plan_step(&b->plan, b->step);

	if (s->in_literal || step->kind == STEP_COUNT)
		return false;
	if (status == PK_EEXPUNGED)
		f->gone = true;
	else
		f->failed = PK_EUNAVAILABLE;
	put(s, S("NIL"));
	end_step(s, b);
	return true;
}

enum taken { TAKEN, TAKE_FULL, TAKE_BROKEN };

/*
 * One chunk, from octet *at of it on. A chunk of a later piece says that those between ended early,
 * which must not be. TAKE_FULL: output is full, *at octets are done.
 */
static enum taken take_chunk(struct imap *s, struct fetch *f, struct batch *b,
                             const struct pk_chunk *chunk, size_t *at)
{
	const struct step *step = plan_step(&b->plan, b->step);

	if (b->step >= plan_steps(&b->plan) || chunk->piece != b->step)
		return TAKE_BROKEN;
	if (out_full(s) || !say_text(s, b, step->text))
		return TAKE_FULL;
	if (chunk->status != PK_OK)
		return skip_step(s, f, b, chunk->status) ? TAKEN : TAKE_BROKEN;
	if (chunk->bytes.n > step->octets - b->got + *at)
		return TAKE_BROKEN;
	if (!b->begun)
		begin_step(s, f, step);
	b->begun = true;
	while (*at < chunk->bytes.n) {
		size_t n;

		if (out_full(s))
			return TAKE_FULL;
		n = take_octets(s, f, step, slice_skip(chunk->bytes, *at));
		*at += n;
		b->got += n;
	}
	if (f->fields.failed)
		return TAKE_BROKEN;
	if (b->got == step->octets)
		finish_step(s, f, b, step);
	return TAKEN;
}

/* The cursor of a reply of chunks: which one, and how many of its octets are done. */
#define CHUNK_BITS 24
#define ALL_CHUNKS (UINT64_C(1) << 48)

static enum taken take_chunks(struct imap *s, struct fetch *f, struct batch *b, struct pk_rows rows,
                              struct pk_in *in)
{
	uint64_t skip = resumed_at(in) >> CHUNK_BITS, index = 0;
	size_t at = resumed_at(in) & ((1u << CHUNK_BITS) - 1);
	struct pk_chunk chunk;

	while (pk_next_chunk(&rows, &chunk)) {
		enum taken t;

		if (index++ < skip)
			continue;
		t = take_chunk(s, f, b, &chunk, &at);
		if (t == TAKE_FULL)
			resume_at(in, (index - 1) << CHUNK_BITS | at);
		if (t != TAKEN)
			return t;
		at = 0;
	}
	return TAKEN;
}

static uint32_t on_chunks(struct imap *s, struct fetch *f, struct batch *b, struct pk_in *in)
{
	struct pk_read_rep r = {0};
	enum pk_status st = reply_status(in);
	enum taken t;

	if (!say_ready(s, f)) {
		resume_at(in, 0);
		return PK_REPLY;
	}
	if (st == PK_OK)
		st = pk_get_read_rep(in->bytes, &r);
	if (b != batch_at(f, 0) || (st != PK_OK && s->in_literal))
		return lost(s);
	if (st == PK_OK) {
		t = take_chunks(s, f, b, r.chunks, in);
		if (t == TAKE_FULL)
			return PK_REPLY;
		if (t == TAKE_BROKEN)
			return lost(s);
		if (in->flags & PK_MORE) {
			in->resume = 0;
			return PK_REPLY;
		}
	}
	while (b->step < plan_steps(&b->plan)) { /* what has not come */
		if (!say_text(s, b, plan_step(&b->plan, b->step)->text)) {
			resume_at(in, ALL_CHUNKS);
			return PK_REPLY;
		}
		if (!skip_step(s, f, b, (uint16_t)st))
			return lost(s);
	}
	in->resume = 0;
	f->calls--;
	b->reading = false;
	return pump(s, f);
}

static uint32_t on_fetch(struct imap *s, struct pk_in *in)
{
	struct fetch *f = s->cmd->own;
	uint64_t tag = imap_tag(in);
	struct batch *b = &f->batch[tag % BATCHES];

	if (in->kind != PK_IN_REPLY)
		return pump(s, f);
	switch (tag & TAG_KIND) {
	case TAG_ROWS: return on_rows(s, f, b, in);
	case TAG_READ: return on_chunks(s, f, b, in);
	default: break;
	}
	supply_take(&f->supply, in);
	if (in->flags & PK_MORE)
		return PK_REPLY;
	f->calls--;
	return pump(s, f);
}

/* The messages whose bodies went out are seen now; the client hears of it before the end. */
static uint32_t on_seen(struct imap *s, struct pk_in *in)
{
	struct pk_store_rep r;
	enum pk_status st = reply_status(in);

	if (st == PK_OK)
		st = pk_get_store_rep(in->bytes, &r);
	if (st != PK_OK)
		return imap_no(s, st);
	if (!in->resume)
		view_wrote(s->view, r.modseq, true);
	if (!put_flag_rows(s, r.flags, in))
		return PK_REPLY;
	in->resume = 0;
	return in->flags & PK_MORE ? PK_REPLY : mark_seen(s);
}

static uint32_t mark_seen(struct imap *s)
{
	struct fetch *f = s->cmd->own;
	struct uid_cut cut;
	uint32_t last;

	uid_cut_start(&cut, s->view, f->unseen);
	buf_clear(&f->ranges);
	if (!uid_cut_next(&cut, 8192, &f->ranges))
		return end_fetch(s);
	last = uid_cut_more(&cut) ? cut.wanted.current_value - 1 : UINT32_MAX;
	roaring_bitmap_remove_range_closed(f->unseen, 0, last);
	return ASK(s, store, on_seen, .handle = s->view->handle, .uids = PK_ROWS(&f->ranges),
	           .mode = PK_STORE_ADD, .flags = PK_SEEN);
}

/* A batch is so large that the store is kept busy, and so small that little is held. */
static uint32_t batch_messages(const struct fetch_items *items)
{
	if (items->bodies)
		return items->summary ? 16 : 32;
	return items->summary ? 256 : 1024;
}

uint32_t cmd_fetch(struct imap *s, struct parser *p)
{
	struct fetch *f = imap_alloc(s, sizeof(*f));
	enum pk_status st = PK_OK;
	uint32_t wants;

	if (!f)
		return imap_no(s, PK_ENOMEM);
	f->s = s;
	s->cmd->own = f;
	s->cmd->clean = free_fetch;
	if (!messages_arg(s, p, &f->uids, &wants))
		return wants;
	if (!parse_fetch(s, p, &f->items, &st))
		return st == PK_OK ? imap_bad(s, p->error) : imap_no(s, st);
	if (f->items.seen && s->view->writable) {
		f->items.want |= PK_WANT_FLAGS;
		f->unseen = roaring_bitmap_create();
		if (!f->unseen)
			return imap_no(s, PK_ENOMEM);
	}
	f->direct = !f->items.bodies;
	f->messages = batch_messages(&f->items);
	uid_cut_start(&f->cut, s->view, f->uids);
	return pump(s, f);
}
