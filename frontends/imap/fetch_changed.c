#include "fetching.h"

/*
 * FETCH with CHANGEDSINCE and VANISHED: RFC 7162 3.1.4.1, 3.2.6. What vanished is told first. Then,
 * if rows cost more than flags, the pages of flags say which messages have changed, so that nothing
 * is read of the others.
 */

static uint32_t on_flags(struct imap *s, struct pk_in *in);

static bool ask_flags(struct imap *s, struct fetch *f)
{
	buf_clear(&f->ranges);
	uid_cut_next(&f->cut, UINT32_MAX, &f->ranges);
	s->then = on_flags;
	return CALL_STORE(s, flags, TAG_CHANGED, .handle = s->view->handle,
	                  .uids = PK_ROWS(&f->ranges), .since = f->items.changed_since);
}

static uint32_t next_flags(struct imap *s, struct fetch *f)
{
	if (uid_cut_more(&f->cut))
		return ask_flags(s, f) ? PK_REPLY : fetch_lost(s);
	roaring_bitmap_and_inplace(f->uids, f->kept);
	return fetch_begin(s, f);
}

static uint32_t on_flags(struct imap *s, struct pk_in *in)
{
	struct fetch *f = s->cmd->own;
	enum pk_status st = reply_status(in);
	struct pk_flags_rep r;
	struct pk_flag row;

	if (in->kind != PK_IN_REPLY)
		return s->io->want;
	if (st == PK_OK)
		st = pk_get_flags_rep(in->bytes, &r);
	if (st != PK_OK)
		return imap_no(s, st);
	while (pk_next_flag(&r.flags, &row))
		roaring_bitmap_add(f->kept, row.uid);
	return in->flags & PK_MORE ? PK_REPLY : next_flags(s, f);
}

static uint32_t keep_changed(struct imap *s)
{
	struct fetch *f = s->cmd->own;

	if (f->resync.status != PK_OK)
		return imap_no(s, f->resync.status);
	if (fetch_only_flags(f)) /* the requests themselves say since when */
		return fetch_begin(s, f);
	f->kept = roaring_bitmap_create();
	if (!f->kept)
		return imap_no(s, PK_ENOMEM);
	uid_cut_start(&f->cut, s->view, f->uids);
	return next_flags(s, f);
}

/* Whatever is gone is not in "$" (RFC 5182 2.1); "*" is here the last UID that there ever was. */
static enum pk_status known_of(struct imap *s, struct slice text, roaring_bitmap_t **known)
{
	bool saved = view_cut_saved(&text);
	struct seqset set = {0};
	enum pk_status st = PK_OK;

	if (text.n || !saved)
		st = seqset_parse(text, s->view->uidnext - 1, &set);
	if (st == PK_OK)
		*known = resync_known(s->view, &set);
	seqset_free(&set);
	return st == PK_OK && !*known ? PK_ENOMEM : st;
}

uint32_t fetch_changed(struct imap *s, struct fetch *f, struct slice text)
{
	enum pk_status st;

	if (!f->items.vanished)
		return keep_changed(s);
	s->view->news = true; /* what is told as gone at the end is as new as what vanished */
	f->resync = (struct resync){.since = f->items.changed_since, .after = keep_changed};
	st = known_of(s, text, &f->resync.known);
	return st == PK_OK ? resync(s, &f->resync) : imap_no(s, st);
}
