#include "fetching.h"
#include "messages.h"
#include "sync.h"

/* FETCH: the command. How it works: fetching.h. */

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
	if (f->kept)
		roaring_bitmap_free(f->kept);
	resync_free(&f->resync);
	supply_free(&f->supply);
	buf_free(&f->made);
	buf_free(&f->ranges);
	buf_free(&f->pieces);
}

uint32_t fetch_lost(struct imap *s)
{
	return imap_bye(s, S("[UNAVAILABLE] A message could not be read"));
}

static uint32_t on_fetch(struct imap *s, struct pk_in *in);
static uint32_t mark_seen(struct imap *s);

static uint32_t end_fetch(struct imap *s)
{
	struct fetch *f = s->cmd->own;

	if (f->failed != PK_OK)
		return imap_unread(s, f->failed);
	if (f->unknown_cte)
		return imap_ok(s, S("NO [UNKNOWN-CTE] A part cannot be decoded"));
	/* Silence about UIDs that are gone is right (RFC 3501 6.4.8), about numbers it is not. */
	if (f->gone && !s->cmd->uid)
		return imap_no(s, PK_EEXPUNGED);
	return messages_done(s, f->uids);
}

/* Another batch. What has octets in a request of its own needs a call for that. */
static bool may_ask(const struct imap *s, const struct fetch *f)
{
	unsigned calls = f->whole ? IMAP_CALLS : IMAP_CALLS - 1;

	return f->count < f->batches && f->calls < calls && s->io->calls_left &&
	       uid_cut_more(&f->cut);
}

/* Moves everything on as far as it goes; the wants. */
uint32_t fetch_pump(struct imap *s, struct fetch *f)
{
	enum said said = SAID_PART;

	s->then = on_fetch;
	while (said == SAID_PART) {
		if (!fetch_plan(s, f))
			return fetch_lost(s);
		said = fetch_say(s, f);
	}
	while (may_ask(s, f))
		if (!(f->whole ? fetch_ask_whole(s, f) : fetch_ask_rows(s, f)))
			return fetch_lost(s);
	if (!f->count && !uid_cut_more(&f->cut)) {
		if (f->unseen && !roaring_bitmap_is_empty(f->unseen))
			return mark_seen(s);
		return end_fetch(s);
	}
	return PK_REPLY | (said == SAID_FULL ? PK_AGAIN : 0);
}

static uint32_t on_fetch(struct imap *s, struct pk_in *in)
{
	struct fetch *f = s->cmd->own;
	uint64_t tag = imap_tag(in);
	struct batch *b = &f->batch[tag % BATCHES];

	if (in->kind != PK_IN_REPLY)
		return fetch_pump(s, f);
	switch (tag & TAG_KIND) {
	case TAG_ROWS: return fetch_on_rows(s, f, b, in);
	case TAG_READ: return fetch_on_octets(s, f, b, in);
	default: break;
	}
	supply_take(&f->supply, in);
	if (in->flags & PK_MORE)
		return PK_REPLY;
	f->calls--;
	return fetch_pump(s, f);
}

static void tell_seen(struct imap *s, const struct pk_flag *row, void *arg)
{
	(void)arg;
	if (roaring_bitmap_contains(s->view->told, row->uid))
		put_fetch_flags(s, row, true);
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
	if (!in->resume) {
		sync_keywords(s, r.keywords); /* the flags may have names that came since */
		view_wrote(s->view, r.before, r.modseq, true);
	}
	if (!each_flag_row(s, r.flags, in, tell_seen, NULL) || in->flags & PK_MORE)
		return PK_REPLY;
	return mark_seen(s);
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

/*
 * A batch is so large that the store is kept busy, and so small that little is held: where octets
 * are wanted besides, the rows of all batches are, and a summary may have PK_SUMMARY_MAX octets.
 */
static void set_batches(struct fetch *f)
{
	static const struct {
		uint32_t messages;
		unsigned batches;
	} sizes[2][2] = {
		{{1024, BATCHES}, {256, BATCHES}}, /* rows alone; with summaries */
		{{64, BATCHES},   {32, 3}       }, /* with octets */
	};

	f->messages = sizes[f->items.bodies][f->items.summary].messages;
	f->batches = sizes[f->items.bodies][f->items.summary].batches;
}

uint32_t fetch_begin(struct imap *s, struct fetch *f)
{
	f->direct = !f->items.bodies;
	f->whole = fetch_whole(&f->items);
	set_batches(f);
	uid_cut_start(&f->cut, s->view, f->uids);
	return fetch_pump(s, f);
}

uint32_t cmd_fetch(struct imap *s, struct parser *p)
{
	struct fetch *f = imap_alloc(s, sizeof(*f));
	enum pk_status st = PK_OK;
	struct slice set = slice_skip(p->in, 1);
	uint32_t wants;

	if (!f)
		return imap_no(s, PK_ENOMEM);
	f->s = s;
	s->cmd->own = f;
	s->cmd->clean = free_fetch;
	if (!messages_arg(s, p, &f->uids, &wants))
		return wants;
	set.n -= p->in.n;
	if (!parse_fetch(s, p, &f->items, &st))
		return st == PK_OK ? imap_bad(s, p->error) : imap_no(s, st);
	if (f->items.modseq)
		condstore_enable(s);
	if (f->items.seen && s->view->writable) {
		f->items.want |= PK_WANT_FLAGS;
		f->unseen = roaring_bitmap_create();
		if (!f->unseen)
			return imap_no(s, PK_ENOMEM);
	}
	return f->items.changed ? fetch_changed(s, f, set) : fetch_begin(s, f);
}
