#include "imap.h"
#include "messages.h"
#include "text.h"
#include "view.h"

/* COPY, MOVE, EXPUNGE: RFC 3501 6.4.3, 6.4.7; RFC 4315; RFC 6851; RFC 7162 3.2.7, 3.2.9. */

bool messages_arg(struct imap *s, struct parser *p, roaring_bitmap_t **uids, uint32_t *wants)
{
	struct slice set;
	enum pk_status st;

	*uids = NULL;
	if (!parse_space(p) || !parse_set(p, &set)) {
		*wants = imap_bad(s, p->error);
		return false;
	}
	st = view_resolve(s->view, set, s->cmd->uid, uids);
	if (st == PK_OK)
		return true;
	*wants = st == PK_EPROTO ? imap_bad(s, S("Bad message set")) : imap_no(s, st);
	return false;
}

uint32_t messages_done(struct imap *s, const roaring_bitmap_t *uids)
{
	/* RFC 2180 4.1: numbers whose EXPUNGE is still to be told. */
	if (!s->cmd->uid && roaring_bitmap_intersect(uids, s->view->gone))
		return imap_no(s, PK_EEXPUNGED);
	return imap_done(s);
}

struct copy_args {
	roaring_bitmap_t *uids;
	struct slice mailbox;
	struct buf ranges;
	struct buf from, to; /* UID sets of the answer */
	struct buf response;
	uint32_t uidvalidity;
	bool move;
	enum pk_status failed;
};

static void free_copy(void *own)
{
	struct copy_args *a = own;

	if (a->uids)
		roaring_bitmap_free(a->uids);
	buf_free(&a->ranges);
	buf_free(&a->from);
	buf_free(&a->to);
	buf_free(&a->response);
}

void put_uid_set(struct buf *out, struct pk_rows ranges)
{
	struct pk_range r;

	for (bool first = !out->n || out->p[out->n - 1] == ' '; pk_next_range(&ranges, &r);
	     first = false)
		text_range(out, first, r.first, r.last);
}

/* RFC 4315 section 3. */
static struct slice copied_words(struct copy_args *a)
{
	struct buf *b = &a->response;

	buf_put(b, a->move ? S("* OK") : S("OK"));
	if (a->from.n && a->to.n) {
		buf_printf(b, " [COPYUID %u ", a->uidvalidity);
		buf_put(b, buf_slice(&a->from));
		buf_byte(b, ' ');
		buf_put(b, buf_slice(&a->to));
		buf_byte(b, ']');
	}
	buf_put(b, a->move ? S(" Moved\r\n") : S(" Copied"));
	return b->failed || a->from.failed || a->to.failed ? S("OK Done") : buf_slice(b);
}

/* What came, the client does not know yet. Names may change; no two mailboxes of a user ever have
 * the same UIDVALIDITY. */
static bool into_selected(const struct imap *s)
{
	const struct copy_args *a = s->cmd->own;

	return a->uidvalidity == s->view->uidvalidity;
}

static uint32_t refused(struct imap *s)
{
	const struct copy_args *a = s->cmd->own;

	if (a->failed == PK_ENOTFOUND)
		return imap_ok(s, S("NO [TRYCREATE] No such mailbox"));
	return imap_no(s, a->failed);
}

/* RFC 6851 4.3: COPYUID before the EXPUNGEs, also of what was moved before the rest failed. */
static uint32_t moved(struct imap *s, imap_step *then)
{
	struct slice words = copied_words(s->cmd->own);

	s->view->news |= into_selected(s);
	return slice_starts(words, S("*")) ? imap_say(s, words, then) : then(s);
}

static uint32_t copied(struct imap *s)
{
	struct copy_args *a = s->cmd->own;

	if (a->move)
		return moved(s, imap_done);
	s->view->news |= into_selected(s);
	return imap_respond(s, copied_words(a));
}

static uint32_t on_copied(struct imap *s, struct pk_in *in)
{
	struct copy_args *a = s->cmd->own;
	struct pk_copy_rep r;

	a->failed = reply_status(in);
	if (a->failed == PK_OK)
		a->failed = pk_get_copy_rep(in->bytes, &r);
	if (a->failed != PK_OK)
		return a->move && a->from.n ? moved(s, refused) : refused(s);
	a->uidvalidity = r.uidvalidity;
	put_uid_set(&a->from, r.from);
	put_uid_set(&a->to, r.to);
	if (a->move) {
		s->cmd->highest |= r.from.raw.n > 0;
		view_vanished(s->view, r.from);
		if (!into_selected(s))
			view_wrote(s->view, 0, r.modseq, true);
	}
	return in->flags & PK_MORE ? PK_REPLY : copied(s);
}

static uint32_t copy(struct imap *s, struct parser *p, bool move)
{
	struct copy_args *a = imap_alloc(s, sizeof(*a));
	struct uid_cut cut;
	enum pk_status st = PK_OK;
	uint32_t wants;

	if (!a)
		return imap_no(s, PK_ENOMEM);
	s->cmd->own = a;
	s->cmd->clean = free_copy;
	a->move = move;
	if (!messages_arg(s, p, &a->uids, &wants))
		return wants;
	if (!parse_space(p) || (!mailbox_arg(s, p, &a->mailbox, &st) && st == PK_OK) ||
	    (st == PK_OK && !parse_end(p)))
		return imap_bad(s, p->error);
	if (st != PK_OK)
		return imap_no(s, st);
	if (move && !s->view->writable)
		return imap_ok(s, S("NO [NOPERM] Mailbox is read-only"));
	if (!s->cmd->uid && roaring_bitmap_intersect(a->uids, s->view->gone))
		return imap_no(s, PK_EEXPUNGED);
	if (roaring_bitmap_is_empty(a->uids))
		return imap_done(s);
	uid_cut_start(&cut, s->view, a->uids);
	uid_cut_next(&cut, UINT32_MAX, &a->ranges);
	if (uid_cut_more(&cut)) /* all of them or none, so in one request */
		return imap_ok(s, S("NO [LIMIT] Too many ranges"));
	return ASK(s, copy, on_copied, .handle = s->view->handle, .uids = PK_ROWS(&a->ranges),
	           .mailbox = a->mailbox, .move = move);
}

uint32_t cmd_copy(struct imap *s, struct parser *p)
{
	return copy(s, p, false);
}

uint32_t cmd_move(struct imap *s, struct parser *p)
{
	return copy(s, p, true);
}

struct expunge_args {
	roaring_bitmap_t *uids; /* NULL: all */
	struct uid_cut cut;
	struct buf ranges;
};

static void free_expunge(void *own)
{
	struct expunge_args *a = own;

	if (a->uids)
		roaring_bitmap_free(a->uids);
	buf_free(&a->ranges);
}

static uint32_t on_expunged(struct imap *s, struct pk_in *in);

static uint32_t expunge_next(struct imap *s)
{
	struct expunge_args *a = s->cmd->own;

	buf_clear(&a->ranges);
	if (a->uids) {
		/* No range would mean all of the mailbox. */
		if (!uid_cut_next(&a->cut, UINT32_MAX, &a->ranges))
			return imap_done(s);
	}
	return ASK(s, expunge, on_expunged, .handle = s->view->handle, .uids = PK_ROWS(&a->ranges));
}

static uint32_t on_expunged(struct imap *s, struct pk_in *in)
{
	struct expunge_args *a = s->cmd->own;
	enum pk_status st = reply_status(in);
	struct pk_expunge_rep r;

	if (st == PK_OK)
		st = pk_get_expunge_rep(in->bytes, &r);
	if (st != PK_OK)
		return imap_no(s, st);
	s->cmd->highest |= r.vanished.raw.n > 0;
	view_vanished(s->view, r.vanished);
	view_wrote(s->view, 0, r.modseq, true);
	if (in->flags & PK_MORE)
		return PK_REPLY;
	return a->uids ? expunge_next(s) : imap_done(s);
}

uint32_t cmd_expunge(struct imap *s, struct parser *p)
{
	struct expunge_args *a = imap_alloc(s, sizeof(*a));
	uint32_t wants;

	if (!a)
		return imap_no(s, PK_ENOMEM);
	s->cmd->own = a;
	s->cmd->clean = free_expunge;
	if (s->cmd->uid && !messages_arg(s, p, &a->uids, &wants))
		return wants;
	if (!parse_end(p))
		return imap_bad(s, p->error);
	if (!s->view->writable)
		return imap_ok(s, S("NO [NOPERM] Mailbox is read-only"));
	if (a->uids)
		uid_cut_start(&a->cut, s->view, a->uids);
	return expunge_next(s);
}
