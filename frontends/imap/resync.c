#include "resync.h"
#include "expunged.h"
#include "sync.h"

enum { TAG_RESYNC = 0x600 };

void resync_free(struct resync *r)
{
	if (r->known)
		roaring_bitmap_free(r->known);
	if (r->vanished)
		roaring_bitmap_free(r->vanished);
	r->known = r->vanished = NULL;
}

roaring_bitmap_t *resync_known(const struct view *v, const struct seqset *set)
{
	roaring_bitmap_t *known = roaring_bitmap_create();

	for (size_t i = 0; known && i < seqset_count(set); i++) {
		const struct set_range *r = seqset_at(set, i);
		uint32_t last = r->last < v->uidnext ? r->last : v->uidnext - 1;

		if (r->first <= last)
			roaring_bitmap_add_range_closed(known, r->first, last);
	}
	return known;
}

/* The first answer to a part of the changes: what vanished comes before all flags. */
static void take_vanished(struct resync *r, struct pk_rows ranges)
{
	struct pk_range gone;

	while (pk_next_range(&ranges, &gone))
		if (gone.first && gone.first <= gone.last)
			roaring_bitmap_add_range_closed(r->vanished, gone.first, gone.last);
}

/* What vanished is whole. Where the store does not remember, it is all that is not there. */
static void begin_telling(struct imap *s, struct resync *r, uint8_t resync)
{
	if (resync)
		roaring_bitmap_or_inplace(r->vanished, r->known);
	else
		roaring_bitmap_and_inplace(r->vanished, r->known);
	roaring_bitmap_andnot_inplace(r->vanished, s->view->told);
	roaring_bitmap_remove_range_closed(r->vanished, 0, r->agreed);
	roaring_init_iterator(r->vanished, &r->said);
	r->all = resync == PK_RESYNC_ALL;
	r->telling = true;
}

static void tell_flags(struct imap *s, const struct pk_flag *row, void *arg)
{
	const struct resync *r = arg;

	if ((r->all || row->modseq > r->since) && roaring_bitmap_contains(r->known, row->uid) &&
	    roaring_bitmap_contains(s->view->told, row->uid))
		put_fetch_flags(s, row, true);
}

static uint32_t end(struct imap *s, struct pk_in *in)
{
	in->resume = 0;
	return s->cmd->resync->after(s);
}

static uint32_t on_resync(struct imap *s, struct pk_in *in)
{
	struct resync *r = s->cmd->resync;
	struct pk_changes_rep rep;

	if (in->kind != PK_IN_REPLY)
		return s->io->want;
	r->status = reply_status(in);
	if (r->status == PK_OK)
		r->status = pk_get_changes_rep(in->bytes, &rep);
	if (r->status != PK_OK)
		return end(s, in);
	if (!in->resume) {
		sync_keywords(s, rep.keywords);
		take_vanished(r, rep.vanished);
	}
	if (!r->telling && (rep.flags.raw.n || !(in->flags & PK_MORE)))
		begin_telling(s, r, rep.resync);
	if (r->telling && !put_earlier(s, &r->said)) {
		resume_at(in, 0);
		return PK_REPLY;
	}
	if (r->telling && !r->flags) {
		if (in->flags & PK_MORE)
			imap_cancel(s, TAG_RESYNC);
		return end(s, in);
	}
	if (!each_flag_row(s, rep.flags, in, tell_flags, r))
		return PK_REPLY;
	return in->flags & PK_MORE ? PK_REPLY : end(s, in);
}

uint32_t resync(struct imap *s, struct resync *r)
{
	r->vanished = roaring_bitmap_create();
	s->cmd->resync = r;
	if (!r->vanished ||
	    !CALL_STORE(s, changes, TAG_RESYNC, .handle = s->view->handle, .since = r->since))
		return imap_bye(s, S("[UNAVAILABLE] Out of memory"));
	s->then = on_resync;
	return PK_REPLY;
}
