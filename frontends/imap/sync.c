#include "sync.h"
#include "text.h"
#include "view.h"

#include "proto/say.h"

enum { TAG_WATCH = 1, TAG_CHANGES = 2 };

/* What a sync under way has to know; in command memory. */
struct sync {
	bool expunge;
	imap_step *after;
};

void put_flag_lists(struct imap *s)
{
	struct buf b = {0};

	buf_put(&b, S("* FLAGS "));
	flags_put_all(&b, &s->view->keywords, false);
	buf_put(&b, S("\r\n* OK [PERMANENTFLAGS "));
	if (s->view->writable)
		flags_put_all(&b, &s->view->keywords, true);
	else
		buf_put(&b, S("()"));
	buf_put(&b, s->view->writable ? S("] Flags kept\r\n") : S("] Read-only\r\n"));
	put(s, buf_slice(&b));
	buf_free(&b);
}

void sync_keywords(struct imap *s, struct pk_rows rows)
{
	if (keywords_learn(&s->view->keywords, rows))
		put_flag_lists(s);
}

void sync_counts(struct imap *s)
{
	struct view *v = s->view;
	uint32_t exists = view_exists(v), recent = view_recent(v);

	if (exists != v->exists_told)
		say_printf(s->io, "* %u EXISTS\r\n", exists);
	if (tells_recent(s) && (exists != v->exists_told || recent != v->recent_told))
		say_printf(s->io, "* %u RECENT\r\n", recent);
	v->exists_told = exists;
	v->recent_told = recent;
}

void put_fetch_flags(struct imap *s, const struct pk_flag *row)
{
	struct view *v = s->view;
	struct buf *b = &s->scratch;

	buf_clear(b);
	text_put(b, S("* "));
	text_number(b, view_number(v, row->uid));
	text_put(b, S(" FETCH ("));
	if (s->cmd->uid) {
		text_put(b, S("UID "));
		text_number(b, row->uid);
		text_char(b, ' ');
	}
	text_put(b, S("FLAGS "));
	flags_put(b, &v->keywords, row->flags, view_is_recent(v, row->uid));
	text_put(b, S(")\r\n"));
	put(s, buf_slice(b));
}

/*
 * EXPUNGE from the highest number down, so that each is right without renumbering the others. What
 * has been said leaves the view in one go.
 */
static bool put_expunged(struct imap *s)
{
	struct view *v = s->view;
	roaring_uint32_iterator_t it;
	uint32_t last = 0;

	roaring_init_iterator_last(v->gone, &it);
	if (!it.has_value)
		return true;
	while (it.has_value && !out_full(s)) {
		last = it.current_value;
		say_printf(s->io, "* %u EXPUNGE\r\n", view_number(v, last));
		v->exists_told--;
		roaring_previous_uint32_iterator(&it);
	}
	if (!last)
		return false;
	if (it.has_value) {
		roaring_bitmap_t *said = roaring_bitmap_copy(v->gone);

		if (!said)
			return false;
		roaring_bitmap_remove_range_closed(said, 0, last - 1);
		roaring_bitmap_andnot_inplace(v->told, said);
		roaring_bitmap_andnot_inplace(v->recent, said);
		roaring_bitmap_andnot_inplace(v->gone, said);
		roaring_bitmap_free(said);
		return false;
	}
	roaring_bitmap_andnot_inplace(v->told, v->gone);
	roaring_bitmap_andnot_inplace(v->recent, v->gone);
	roaring_bitmap_clear(v->gone);
	return true;
}

static struct sync *sync_of(struct imap *s)
{
	return s->cmd->sync;
}

static uint32_t on_room(struct imap *s, struct pk_in *in)
{
	imap_step *after = sync_of(s)->after;

	if (in->kind != PK_IN_AGAIN)
		return s->io->want;
	if (put_expunged(s)) {
		sync_counts(s);
		return after(s);
	}
	return PK_AGAIN;
}

static uint32_t finish(struct imap *s)
{
	struct sync *y = sync_of(s);

	if (y->expunge && !put_expunged(s)) {
		s->then = on_room;
		return PK_AGAIN;
	}
	sync_counts(s);
	return y->after(s);
}

static bool prepare(struct imap *s, bool expunge, imap_step *after)
{
	struct sync *y = s->cmd->sync;

	if (!y)
		y = s->cmd->sync = imap_alloc(s, sizeof(*y));
	if (!y)
		return false;
	*y = (struct sync){expunge, after};
	return true;
}

/* One row of changes: a new message, or other flags of an old one. */
static void take_row(struct imap *s, const struct pk_changes_rep *r, const struct pk_flag *row)
{
	struct view *v = s->view;

	if (v->present)
		roaring_bitmap_add(v->present, row->uid);
	if (row->uid >= v->uidnext)
		view_add(v, row->uid, row->uid, tells_recent(s) && row->uid >= r->recent_from);
	else if (roaring_bitmap_contains(v->told, row->uid) && !view_is_own(v, row->modseq))
		put_fetch_flags(s, row);
}

/* The rows of a reply from octet *at of them on. False: output is full, *at says where. */
static bool take_rows(struct imap *s, const struct pk_changes_rep *r, uint64_t *at)
{
	struct pk_rows rows = {slice_skip(r->flags.raw, *at)};
	struct pk_flag row;

	while (!out_full(s)) {
		if (!pk_next_flag(&rows, &row))
			return true;
		take_row(s, r, &row);
		*at = r->flags.raw.n - rows.raw.n;
	}
	return !rows.raw.n;
}

/* The whole mailbox has been told: what did not come is gone. */
static void end_resync(struct view *v)
{
	roaring_bitmap_t *gone = roaring_bitmap_andnot(v->told, v->present);

	if (gone) {
		roaring_bitmap_or_inplace(v->gone, gone);
		roaring_bitmap_free(gone);
	}
	roaring_bitmap_free(v->present);
	v->present = NULL;
}

static void end_changes(struct view *v, const struct pk_changes_rep *r)
{
	if (v->present)
		end_resync(v);
	if (r->uidnext > v->uidnext)
		v->uidnext = r->uidnext;
	if (r->modseq > v->modseq)
		v->modseq = r->modseq;
	v->count = r->count;
	v->own_n = 0;
	view_pack(v);
}

static void on_watch(struct view *v, const struct pk_in *in)
{
	struct pk_watch_rep r;

	v->watched = reply_status(in) == PK_OK && pk_get_watch_rep(in->bytes, &r) == PK_OK;
	if (v->watched)
		v->place = r.place;
}

static uint32_t on_changes(struct imap *s, struct pk_in *in)
{
	struct view *v = s->view;
	struct pk_changes_rep r;
	enum pk_status st = reply_status(in);
	uint64_t at = resumed_at(in); /* octets of rows taken */

	if (in->kind != PK_IN_REPLY)
		return s->io->want;
	if (imap_tag(in) == TAG_WATCH) {
		on_watch(v, in);
		return PK_REPLY;
	}
	if (st == PK_OK)
		st = pk_get_changes_rep(in->bytes, &r);
	if (st != PK_OK) {
		put(s, S("* "));
		put(s, status_words(st));
		put(s, S("\r\n"));
		if (st == PK_ESTALE || st == PK_EPROTO)
			return imap_bye(s, S("[UNAVAILABLE] The selected mailbox is gone"));
		v->news = true;
		return finish(s);
	}
	if (!in->resume) {
		if (r.resync && !v->present)
			v->present = roaring_bitmap_create();
		sync_keywords(s, r.keywords);
		view_vanished(v, r.vanished);
	}
	if (!take_rows(s, &r, &at)) {
		resume_at(in, at);
		return PK_REPLY;
	}
	if (in->flags & PK_MORE)
		return PK_REPLY;
	end_changes(v, &r);
	return finish(s);
}

void sync_poll(struct imap *s)
{
	const struct pk_host *host = s->io->host;
	struct view *v = s->view;

	if (v)
		v->news |= !PK_HAS(host, unchanged) || !host->unchanged(s->io, v->place, v->count);
}

uint32_t sync_mailbox(struct imap *s, bool expunge, imap_step *after)
{
	struct view *v = s->view;
	bool asked = true;

	if (!v)
		return after(s);
	if (!prepare(s, expunge, after))
		return imap_bye(s, S("[UNAVAILABLE] Out of memory"));
	if (v->watched && !v->news)
		return finish(s);
	if (!v->watched)
		asked = CALL_STORE(s, watch, TAG_WATCH, .handle = v->handle, .on = 1);
	v->news = false;
	asked = asked &&
	        CALL_STORE(s, changes, TAG_CHANGES, .handle = v->handle, .since = v->modseq);
	if (!asked)
		return imap_bye(s, S("[UNAVAILABLE] Out of memory"));
	s->then = on_changes;
	return PK_REPLY;
}
