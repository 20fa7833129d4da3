#include "sync.h"
#include "expunged.h"
#include "text.h"
#include "view.h"

#include "proto/say.h"

#include <inttypes.h>

enum { TAG_WATCH = 1, TAG_CHANGES = 2 };

/* What a sync under way has to know; in command memory. */
struct sync {
	bool expunge;
	bool vanished; /* has told so */
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

void put_fetch_flags(struct imap *s, const struct pk_flag *row, bool flags)
{
	struct view *v = s->view;
	struct buf *b = &s->scratch;
	bool modseq = s->modes & MODE_CONDSTORE;
	bool uid = s->cmd->uid || s->modes & (MODE_CONDSTORE | MODE_REV2);

	buf_clear(b);
	text_put(b, S("* "));
	text_number(b, view_number(v, row->uid));
	text_put(b, S(" FETCH ("));
	if (uid) {
		text_put(b, S("UID "));
		text_number(b, row->uid);
		text_char(b, ' ');
	}
	if (flags) {
		text_put(b, S("FLAGS "));
		flags_put(b, &v->keywords, row->flags, view_is_recent(v, row->uid));
		text_put(b, modseq ? S(" ") : S(""));
	}
	if (modseq) {
		view_said(v, row->modseq);
		text_modseq(b, row->modseq);
	}
	text_put(b, S(")\r\n"));
	put(s, buf_slice(b));
}

bool each_flag_row(struct imap *s, struct pk_rows rows, struct pk_in *in, flag_row_fn *fn,
                   void *arg)
{
	struct pk_rows left = {slice_skip(rows.raw, resumed_at(in))};
	struct pk_flag row;
	bool more = true;

	while (more && !out_full(s)) {
		more = pk_next_flag(&left, &row);
		if (more)
			fn(s, &row, arg);
	}
	if (more && left.raw.n) {
		resume_at(in, rows.raw.n - left.raw.n);
		return false;
	}
	in->resume = 0;
	return true;
}

static void put_highest(struct imap *s)
{
	s->view->highest = view_known(s->view);
	say_printf(s->io, "* OK [HIGHESTMODSEQ %" PRIu64 "] Highest\r\n", s->view->highest);
}

void sync_highest(struct imap *s, bool raise)
{
	struct view *v = s->view;
	uint64_t known = view_known(v);

	if (!(s->modes & MODE_CONDSTORE) || (s->cmd && s->cmd->highest))
		return;
	if (v->highest > known || (raise && v->highest < known))
		put_highest(s);
}

void condstore_enable(struct imap *s)
{
	if (s->modes & MODE_CONDSTORE)
		return;
	s->modes |= MODE_CONDSTORE;
	if (s->view)
		put_highest(s);
}

static struct sync *sync_of(struct imap *s)
{
	return s->cmd->sync;
}

static uint32_t finish(struct imap *s);

static uint32_t on_room(struct imap *s, struct pk_in *in)
{
	return in->kind == PK_IN_AGAIN ? finish(s) : s->io->want;
}

static uint32_t finish(struct imap *s)
{
	struct sync *y = sync_of(s);

	if (y->expunge) {
		y->vanished |= s->modes & MODE_QRESYNC && !roaring_bitmap_is_empty(s->view->gone);
		if (!put_expunged(s)) {
			s->then = on_room;
			return PK_AGAIN;
		}
	}
	sync_counts(s);
	sync_highest(s, y->vanished);
	return y->after(s);
}

static bool prepare(struct imap *s, bool expunge, imap_step *after)
{
	struct sync *y = s->cmd->sync;

	if (!y)
		y = s->cmd->sync = imap_alloc(s, sizeof(*y));
	if (!y)
		return false;
	*y = (struct sync){.expunge = expunge, .after = after};
	return true;
}

/* One row of changes: a new message, or other flags of an old one. */
static void take_row(struct imap *s, const struct pk_flag *row, void *arg)
{
	const struct pk_changes_rep *r = arg;
	struct view *v = s->view;

	if (v->present)
		roaring_bitmap_add(v->present, row->uid);
	if (row->uid >= v->uidnext)
		view_add(v, row->uid, row->uid, tells_recent(s) && row->uid >= r->recent_from);
	else if ((row->modseq > v->modseq || r->resync == PK_RESYNC_ALL) &&
	         roaring_bitmap_contains(v->told, row->uid) && !view_is_own(v, row->modseq))
		put_fetch_flags(s, row, true);
}

/* The whole mailbox has been told: what did not come is gone. */
static void end_resync(struct view *v)
{
	roaring_bitmap_t *gone = roaring_bitmap_andnot(v->told, v->present);

	if (gone) {
		view_gone(v, gone);
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
	if (!each_flag_row(s, r.flags, in, take_row, &r) || in->flags & PK_MORE)
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

/*
 * Besides the doorbell: a CONDSTORE client that was told a modseq takes all below it for told too
 * (RFC 7162 section 6), and one that is to hear HIGHESTMODSEQ shall hear of its own change.
 */
static bool must_ask(const struct imap *s)
{
	const struct view *v = s->view;

	return v->news || v->highest > v->modseq || (s->cmd->highest && v->own_n);
}

uint32_t sync_mailbox(struct imap *s, bool expunge, imap_step *after)
{
	struct view *v = s->view;
	bool asked = true;

	if (!v)
		return after(s);
	if (!prepare(s, expunge, after))
		return imap_bye(s, S("[UNAVAILABLE] Out of memory"));
	if (v->watched && !must_ask(s))
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
