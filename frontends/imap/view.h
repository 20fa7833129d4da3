#ifndef IMAP_VIEW_H
#define IMAP_VIEW_H

#include "keywords.h"
#include "seqset.h"

#include <postkeep/messages.h>

#include <roaring/roaring.h>

/*
 * The selected mailbox as the client knows it. `told` are the UIDs it counts: the message number of
 * a UID is its rank in there, also for messages that are gone but whose EXPUNGE could not be sent
 * yet (those are in `gone` too). A few kilobytes for a million messages.
 */
#define VIEW_OWN_MAX 8

struct view {
	struct slice name; /* UTF-8; its memory is the view's */
	uint64_t id;
	uint32_t handle;
	uint32_t uidvalidity;
	uint32_t uidnext; /* all below it have been told, or were gone before */
	bool writable;    /* SELECT, not EXAMINE */
	bool watched;     /* the store rings when something changes */
	bool news;        /* it has rung */
	uint32_t place;   /* since `watched`: what host->unchanged is asked about */
	uint64_t count;   /* and since when */
	uint32_t exists_told, recent_told; /* in the last EXISTS and RECENT */
	uint64_t modseq;                   /* all changes up to here have been taken in */
	uint64_t told_to; /* while some are in `gone`: all up to here have been told */
	uint64_t highest; /* what a CONDSTORE client takes for HIGHESTMODSEQ: RFC 7162 section 6 */
	uint64_t own[VIEW_OWN_MAX]; /* changes of this session above it, told already */
	uint32_t own_n;
	struct keywords keywords;
	roaring_bitmap_t *told, *gone, *recent;
	roaring_bitmap_t
		*saved; /* RFC 5182: what "$" means, with what has gone since; NULL: none */
	roaring_bitmap_t *present;    /* while the whole mailbox is told anew: what there is */
	struct binary_cursor *binary; /* where the last window of a part ended; NULL: nowhere */
};

struct view *view_new(struct slice name); /* NULL: out of memory */
void view_free(struct view *v);           /* accepts NULL */

/* These came: they are counted from now on. Nothing is forgotten that is to be expunged. */
void view_add(struct view *v, uint32_t first, uint32_t last, bool recent);
/* These are gone: keeps in `gone` those that the client counts. */
void view_vanished(struct view *v, struct pk_rows ranges);
void view_gone(struct view *v, const roaring_bitmap_t *uids); /* the same */
/* These, which were in `gone`, have been told. */
void view_drop(struct view *v, uint32_t first, uint32_t last);
/* Cuts the memory of its bitmaps down to what they need. */
void view_pack(struct view *v);

uint32_t view_exists(const struct view *v);
uint32_t view_recent(const struct view *v);
uint32_t view_number(const struct view *v, uint32_t uid); /* message number, from 1 */
bool view_is_recent(const struct view *v, uint32_t uid);
void view_forget_recent(struct view *v); /* for who knows of none (RFC 9051) */

/* The client has been told of all changes up to here. */
uint64_t view_known(const struct view *v);
/* It was told this modseq of a message. */
static inline void view_said(struct view *v, uint64_t modseq)
{
	if (modseq > v->highest)
		v->highest = modseq;
}

/* A write of this session had this modseq; before: what the mailbox had until then, 0: who knows.
 * all_told: the client knows all flags of the messages it touched, so that the change need not be
 * told again. */
void view_wrote(struct view *v, uint64_t before, uint64_t modseq, bool all_told);
bool view_is_own(const struct view *v, uint64_t modseq);

/* What "$" means from now on; takes the bitmap. NULL: nothing. */
void view_save(struct view *v, roaring_bitmap_t *uids);

/* Takes "$" off a sequence set, where it stands alone or at the end (RFC 9051 section 9). */
bool view_cut_saved(struct slice *set);

/* The UIDs that a sequence set means, a new bitmap. PK_EPROTO: no sequence set, or a message number
 * that is not in use (RFC 9051 6.4.4.4); UIDs that are not are left out (RFC 3501 6.4.8). */
enum pk_status view_resolve(const struct view *v, struct slice set, bool uid,
                            roaring_bitmap_t **out);

/*
 * Cuts a set of UIDs into ranges for requests, ascending. A range may span UIDs that are not in
 * `told`, since those cannot come back; so a fragmented mailbox is still one range.
 */
struct uid_cut {
	const struct view *view;
	roaring_uint32_iterator_t wanted, told;
};
void uid_cut_start(struct uid_cut *c, const struct view *v, const roaring_bitmap_t *wanted);
bool uid_cut_more(const struct uid_cut *c);
/* Appends rows of at most `messages` UIDs and 8192 ranges. Returns how many UIDs that were. */
uint32_t uid_cut_next(struct uid_cut *c, uint32_t messages, struct buf *rows);

#endif
