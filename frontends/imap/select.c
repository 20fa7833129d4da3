#include "list_line.h"
#include "select_args.h"
#include "sync.h"
#include "view.h"

#include "proto/say.h"

#include <inttypes.h>

/* SELECT, EXAMINE, CLOSE, UNSELECT: RFC 3501 6.3.1, 6.3.2, 6.4.2; RFC 3691; RFC 7162. */

enum { TAG_CLOSE = 1, TAG_OPEN = 2, TAG_EXPUNGE = 3 };

struct selecting {
	struct select_args args;
	struct resync resync;
};

static void free_selecting(void *own)
{
	struct selecting *g = own;

	select_args_free(&g->args);
	resync_free(&g->resync);
}

static uint32_t out_of_memory(struct imap *s)
{
	return imap_bye(s, S("[UNAVAILABLE] Out of memory"));
}

static void deselect(struct imap *s)
{
	view_free(s->view);
	s->view = NULL;
	s->state = IMAP_USER;
}

/* RFC 9051 6.3.2: what the mailbox is, and its name if the client wrote another one. */
static void put_mailbox_line(struct imap *s, const struct pk_open_rep *r)
{
	put_list_line(s, &(struct list_line){
				 .name = s->view->name,
				 .attributes = r->attributes,
				 .children_known = true,
				 .subscribed = r->subscribed,
				 .oldname = s->cmd->denormal ? s->cmd->given : (struct slice){0},
			 });
}

static void put_selected(struct imap *s, const struct pk_open_rep *r)
{
	struct view *v = s->view;

	put_flag_lists(s);
	v->exists_told = v->recent_told = UINT32_MAX; /* both are said, also when 0 */
	sync_counts(s);
	if (!(s->modes & MODE_REV2) && r->first_unseen &&
	    roaring_bitmap_contains(v->told, r->first_unseen))
		say_printf(s->io, "* OK [UNSEEN %u] First unseen\r\n",
		           view_number(v, r->first_unseen));
	say_printf(s->io, "* OK [UIDVALIDITY %u] UIDs are valid\r\n", v->uidvalidity);
	say_printf(s->io, "* OK [UIDNEXT %u] Predicted next UID\r\n", v->uidnext);
	say_printf(s->io, "* OK [HIGHESTMODSEQ %" PRIu64 "] Highest\r\n", v->modseq);
	say_printf(s->io, "* OK [MAILBOXID (" MAILBOX_ID ")] Its id\r\n", v->id); /* RFC 8474 4.2 */
	if (s->modes & MODE_REV2)
		put_mailbox_line(s, r);
}

static void add_uids(struct imap *s, const struct pk_open_rep *r)
{
	struct view *v = s->view;
	struct pk_rows rows = r->uids;
	struct pk_range u;

	while (pk_next_range(&rows, &u)) {
		if (!u.first || u.first > u.last)
			continue;
		view_add(v, u.first, u.last, false);
		if (tells_recent(s) && u.last >= r->recent_from)
			view_add(v, u.first > r->recent_from ? u.first : r->recent_from, u.last,
			         true);
	}
}

static uint32_t end_select(struct imap *s)
{
	bool writable = s->view->writable;

	sync_highest(s, false);
	if (s->cmd->entry->run == cmd_examine)
		return imap_ok(s, S("OK [READ-ONLY] EXAMINE completed"));
	return imap_ok(s, writable ? S("OK [READ-WRITE] SELECT completed")
	                           : S("OK [READ-ONLY] SELECT completed"));
}

/* The client knows what happened since it was here; or it could not be told, so that what it knows
 * must stay as it was. */
static uint32_t resynced(struct imap *s)
{
	struct selecting *g = s->cmd->own;

	if (g->resync.status == PK_OK)
		return end_select(s);
	if (!CALL_STORE(s, close, TAG_CLOSE, .handle = s->view->handle))
		return out_of_memory(s);
	deselect(s);
	return imap_no(s, g->resync.status);
}

static uint32_t selected(struct imap *s, const struct pk_open_rep *r)
{
	struct selecting *g = s->cmd->own;
	struct view *v = s->view;

	v->handle = r->handle;
	v->id = r->id;
	v->uidvalidity = r->uidvalidity;
	v->uidnext = r->uidnext;
	v->modseq = v->highest = r->modseq;
	view_pack(v);
	s->state = IMAP_SELECTED;
	put_selected(s, r);
	/* RFC 7162 3.2.5: of another mailbox the client knows nothing. */
	if (!g->args.qresync || g->args.uidvalidity != r->uidvalidity ||
	    (g->args.modseq >= r->modseq && g->args.modseq >= r->vanished_floor))
		return end_select(s);
	g->resync.after = resynced;
	if (!select_resync(&g->args, v, &g->resync))
		return out_of_memory(s);
	return resync(s, &g->resync);
}

static uint32_t on_open(struct imap *s, struct pk_in *in)
{
	struct pk_open_rep r;
	enum pk_status st = reply_status(in);

	if (imap_tag(in) == TAG_CLOSE)
		return PK_REPLY;
	if (st == PK_OK)
		st = pk_get_open_rep(in->bytes, &r);
	if (st != PK_OK) {
		deselect(s);
		return imap_no(s, st);
	}
	keywords_learn(&s->view->keywords, r.keywords);
	add_uids(s, &r);
	if (in->flags & PK_MORE)
		return PK_REPLY;
	if (!(r.rights & (PK_RIGHT_SEEN | PK_RIGHT_WRITE | PK_RIGHT_DELETE | PK_RIGHT_EXPUNGE)))
		s->view->writable = false;
	return selected(s, &r);
}

/* RFC 3501 6.3.1: whatever comes of it, the mailbox selected before is not any more; RFC
 * 7162 3.2.11 says so. False: out of memory. */
static bool leave(struct imap *s)
{
	if (!CALL_STORE(s, close, TAG_CLOSE, .handle = s->view->handle))
		return false;
	deselect(s);
	put(s, S("* OK [CLOSED] The mailbox before is closed\r\n"));
	return true;
}

static uint32_t open_mailbox(struct imap *s, struct parser *p, bool writable)
{
	enum pk_open_mode mode = writable ? PK_OPEN_WRITE : PK_OPEN_READ;
	struct selecting *g = imap_alloc(s, sizeof(*g));
	struct slice name;
	enum pk_status st = PK_OK;

	if (!g)
		return imap_no(s, PK_ENOMEM);
	s->cmd->own = g;
	s->cmd->clean = free_selecting;
	if (!parse_space(p) || (!mailbox_arg(s, p, &name, &st) && st == PK_OK) ||
	    (st == PK_OK && !parse_select_args(s, p, &g->args)))
		return imap_bad(s, p->error);
	if (s->view && !leave(s))
		return out_of_memory(s);
	if (g->args.condstore || g->args.qresync)
		condstore_enable(s);
	if (st != PK_OK)
		return imap_no(s, st);
	s->view = view_new(name);
	if (!s->view)
		return imap_no(s, PK_ENOMEM);
	s->view->writable = writable;
	if (!CALL_STORE(s, open, TAG_OPEN, .mailbox = name, .mode = (uint8_t)mode))
		return out_of_memory(s);
	s->then = on_open;
	return PK_REPLY;
}

uint32_t cmd_select(struct imap *s, struct parser *p)
{
	return open_mailbox(s, p, true);
}

uint32_t cmd_examine(struct imap *s, struct parser *p)
{
	return open_mailbox(s, p, false);
}

static uint32_t on_closed(struct imap *s, struct pk_in *in)
{
	enum pk_status *expunged = s->cmd->own;

	if (imap_tag(in) == TAG_EXPUNGE) {
		if (!(in->flags & PK_MORE))
			*expunged = reply_status(in);
		return PK_REPLY;
	}
	deselect(s);
	return *expunged == PK_OK ? imap_done(s) : imap_no(s, *expunged);
}

static uint32_t close_mailbox(struct imap *s, struct parser *p, bool expunge)
{
	uint32_t handle = s->view->handle;

	if (!parse_end(p))
		return imap_bad(s, p->error);
	s->cmd->own = imap_alloc(s, sizeof(enum pk_status));
	if (!s->cmd->own)
		return imap_no(s, PK_ENOMEM);
	if (expunge && !CALL_STORE(s, expunge, TAG_EXPUNGE, .handle = handle))
		return out_of_memory(s);
	if (!CALL_STORE(s, close, TAG_CLOSE, .handle = handle))
		return out_of_memory(s);
	s->then = on_closed;
	return PK_REPLY;
}

uint32_t cmd_close(struct imap *s, struct parser *p)
{
	return close_mailbox(s, p, s->view->writable);
}

uint32_t cmd_unselect(struct imap *s, struct parser *p)
{
	return close_mailbox(s, p, false);
}
