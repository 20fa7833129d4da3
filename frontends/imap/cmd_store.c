#include "imap.h"
#include "messages.h"
#include "modifiers.h"
#include "sync.h"
#include "text.h"
#include "view.h"

/* STORE: RFC 3501 6.4.6, RFC 4466 2.5, RFC 7162 3.1.3. */

#define STORE_MESSAGES 8192 /* of one request */

static const struct {
	struct slice name;
	uint8_t mode; /* enum pk_store_mode */
	bool silent;
} store_items[] = {
	{S("FLAGS"),         PK_STORE_SET,    false},
        {S("FLAGS.SILENT"),  PK_STORE_SET,    true },
	{S("+FLAGS"),        PK_STORE_ADD,    false},
        {S("+FLAGS.SILENT"), PK_STORE_ADD,    true },
	{S("-FLAGS"),        PK_STORE_REMOVE, false},
        {S("-FLAGS.SILENT"), PK_STORE_REMOVE, true },
};

struct store_args {
	roaring_bitmap_t *uids;
	roaring_bitmap_t *refused; /* changed since the client knew them */
	struct uid_cut cut;
	struct flag_args flags;
	struct buf keywords, ranges, response;
	uint64_t unchanged_since;
	bool conditional;
	uint8_t mode;
	bool silent;
	uint32_t missing; /* asked for and not answered yet */
	bool gone;        /* some were not there any more */
};

static void free_store(void *own)
{
	struct store_args *a = own;

	if (a->uids)
		roaring_bitmap_free(a->uids);
	if (a->refused)
		roaring_bitmap_free(a->refused);
	buf_free(&a->keywords);
	buf_free(&a->ranges);
	buf_free(&a->response);
}

static bool parse_unchanged_since(struct parser *p, void *out)
{
	struct store_args *a = out;

	a->conditional = true;
	return parse_modseq(p, &a->unchanged_since);
}

static const struct modifier modifiers[] = {
	{S("UNCHANGEDSINCE"), parse_unchanged_since},
};

static bool parse_store_item(struct parser *p, struct store_args *a)
{
	struct slice item;

	if (!parse_atom(p, &item) || !parse_space(p))
		return false;
	for (size_t i = 0; i < sizeof(store_items) / sizeof(*store_items); i++)
		if (slice_ieq(item, store_items[i].name)) {
			a->mode = store_items[i].mode;
			a->silent = store_items[i].silent;
			return parse_store_flags(p, &a->flags) && parse_end(p);
		}
	return parse_fail(p, S("Unknown item"));
}

static bool parse_store(struct parser *p, struct store_args *a)
{
	if (!parse_space(p))
		return false;
	if (parse_peek(p, '(') &&
	    (!parse_modifiers(p, modifiers, sizeof(modifiers) / sizeof(*modifiers), a) ||
	     !parse_space(p)))
		return false;
	return parse_store_item(p, a);
}

/* "1:3,5" of message numbers, or of UIDs. */
static void put_set(struct buf *out, const struct view *v, const roaring_bitmap_t *uids, bool uid)
{
	roaring_uint32_iterator_t it;
	uint32_t first = 0, last = 0;
	bool begun = false;

	for (roaring_init_iterator(uids, &it); it.has_value; roaring_advance_uint32_iterator(&it)) {
		uint32_t n = uid ? it.current_value : view_number(v, it.current_value);

		if (first && n == last + 1) {
			last = n;
			continue;
		}
		if (first)
			text_range(out, !begun, first, last);
		begun |= first > 0;
		first = last = n;
	}
	text_range(out, !begun, first, last);
}

/* RFC 7162 3.1.3: MODIFIED tells what was refused, in OK or, when others are gone, in NO. */
static uint32_t stored(struct imap *s)
{
	struct store_args *a = s->cmd->own;
	bool gone = !s->cmd->uid && (a->gone || roaring_bitmap_intersect(a->uids, s->view->gone));
	struct buf *b = &a->response;

	if (a->gone)
		s->view->news = true;
	if (roaring_bitmap_is_empty(a->refused))
		return gone ? imap_no(s, PK_EEXPUNGED) : imap_done(s);
	s->view->news = true; /* it is told why */
	buf_put(b, gone ? S("NO [MODIFIED ") : S("OK [MODIFIED "));
	put_set(b, s->view, a->refused, s->cmd->uid);
	buf_put(b, gone ? S("] Some of the messages are gone") : S("] Conditional STORE failed"));
	return b->failed ? imap_no(s, PK_ENOMEM) : imap_respond(s, buf_slice(b));
}

static uint32_t on_stored(struct imap *s, struct pk_in *in);

static uint32_t store_next(struct imap *s)
{
	struct store_args *a = s->cmd->own;

	a->gone |= a->missing > 0;
	if (!uid_cut_more(&a->cut))
		return stored(s);
	buf_clear(&a->ranges);
	a->missing = uid_cut_next(&a->cut, STORE_MESSAGES, &a->ranges);
	return ASK(s, store, on_stored, .handle = s->view->handle, .uids = PK_ROWS(&a->ranges),
	           .mode = a->mode, .flags = a->flags.system, .keywords = PK_ROWS(&a->keywords),
	           .unchanged_since = a->unchanged_since,
	           .absent = a->conditional && !a->unchanged_since);
}

static void take_refused(struct store_args *a, struct pk_rows ranges)
{
	struct pk_range r;

	while (pk_next_range(&ranges, &r)) {
		if (!r.first || r.first > r.last)
			continue;
		roaring_bitmap_add_range_closed(a->refused, r.first, r.last);
		a->missing -= r.last - r.first < a->missing ? r.last - r.first + 1 : a->missing;
	}
}

static void tell_stored(struct imap *s, const struct pk_flag *row, void *arg)
{
	struct store_args *a = arg;

	a->missing -= a->missing > 0;
	if (!roaring_bitmap_contains(s->view->told, row->uid))
		return;
	if (!a->silent || s->modes & MODE_CONDSTORE)
		put_fetch_flags(s, row, !a->silent);
}

static uint32_t on_stored(struct imap *s, struct pk_in *in)
{
	struct store_args *a = s->cmd->own;
	enum pk_status st = reply_status(in);
	struct pk_store_rep r;

	if (st == PK_OK)
		st = pk_get_store_rep(in->bytes, &r);
	if (st != PK_OK)
		return imap_no(s, st);
	if (!in->resume) {
		sync_keywords(s, r.keywords);
		view_wrote(s->view, r.before, r.modseq, !a->silent);
		take_refused(a, r.refused);
	}
	if (!each_flag_row(s, r.flags, in, tell_stored, a) || in->flags & PK_MORE)
		return PK_REPLY;
	return store_next(s);
}

/* RFC 7162 3.1.3: what always exists has changed after 0. */
static bool refuses_all(const struct store_args *a)
{
	return a->conditional && !a->unchanged_since &&
	       (a->mode == PK_STORE_SET || a->flags.system);
}

static uint32_t begin_store(struct imap *s, struct store_args *a)
{
	for (size_t i = 0; i < a->flags.keywords; i++)
		pk_put_name_row(&a->keywords, &(struct pk_name){.name = a->flags.keyword[i]});
	if (refuses_all(a)) {
		roaring_bitmap_or_inplace(a->refused, a->uids);
		roaring_bitmap_andnot_inplace(a->refused, s->view->gone);
		return stored(s);
	}
	uid_cut_start(&a->cut, s->view, a->uids);
	return store_next(s);
}

uint32_t cmd_store(struct imap *s, struct parser *p)
{
	struct store_args *a = imap_alloc(s, sizeof(*a));
	uint32_t wants;

	if (!a)
		return imap_no(s, PK_ENOMEM);
	s->cmd->own = a;
	s->cmd->clean = free_store;
	if (!messages_arg(s, p, &a->uids, &wants))
		return wants;
	if (!parse_store(p, a))
		return imap_bad(s, p->error);
	if (a->conditional)
		condstore_enable(s);
	if (!s->view->writable)
		return imap_ok(s, S("NO [NOPERM] Mailbox is read-only"));
	if (a->flags.too_many)
		return imap_no(s, PK_ELIMIT);
	a->refused = roaring_bitmap_create();
	return a->refused ? begin_store(s, a) : imap_no(s, PK_ENOMEM);
}
