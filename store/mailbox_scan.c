#include "mailbox_scan.h"

#include "mailbox_parts.h"

/* A cursor over the pages of a mailbox. */
struct page_scan {
	struct cursor cursor;
	struct key prefix;
	uint32_t no;         /* of the page at hand */
	uint64_t modseq;     /* of the page */
	uint64_t present[2]; /* bit i: uid no * PAGE_UIDS + i */
};

static enum pk_status look(struct page_scan *s, enum pk_status st)
{
	if (st != PK_OK)
		return st;
	if (!slice_starts(s->cursor.key, key_slice(&s->prefix)))
		return PK_ENOTFOUND;
	s->no = key_u32_at(s->cursor.key, KEY_ACCT_OCTETS);
	st = page_peek(s->cursor.value, &s->modseq, s->present);
	if (st == PK_OK && s->no == 0 && s->present[0] & 1)
		return PK_EIO; /* there is no UID 0 */
	return st;
}

static enum pk_status scan_open(struct mailbox *m, struct page_scan *s)
{
	s->prefix = key_acct(m->account->acct, m->id, KIND_FLAGS);
	return cursor_open(m->txn, TREE_ACCT, &s->cursor);
}

/* The first page at or after `no`; PK_ENOTFOUND: there is none. */
static enum pk_status scan_seek(struct page_scan *s, uint32_t no)
{
	struct key key = key_acct_u32(key_u64_at(key_slice(&s->prefix), 0),
	                              key_u32_at(key_slice(&s->prefix), 8), KIND_FLAGS, no);

	return look(s, cursor_seek(&s->cursor, key_slice(&key)));
}

static enum pk_status scan_next(struct page_scan *s)
{
	return look(s, cursor_next(&s->cursor));
}

static enum pk_status scan_decode(const struct page_scan *s, struct flag_page *page)
{
	return page_decode(s->cursor.value, page);
}

static void scan_close(struct page_scan *s)
{
	cursor_close(&s->cursor);
}

enum pk_status scan_count(struct mailbox *m, uint32_t first, uint32_t *n)
{
	struct page_scan s;
	enum pk_status st;

	*n = 0;
	if (first >= m->row.uidnext)
		return PK_OK;
	st = scan_open(m, &s);
	if (st == PK_OK)
		st = scan_seek(&s, first / PAGE_UIDS);
	for (; st == PK_OK; st = scan_next(&s))
		for (uint32_t i = 0; i < PAGE_UIDS; i++)
			*n += (s.present[i / 64] >> (i % 64) & 1) && s.no * PAGE_UIDS + i >= first;
	scan_close(&s);
	return st == PK_ENOTFOUND ? PK_OK : st;
}

/* Runs of ones, by the lengths of the runs. */
static void add_runs(struct range_rows *out, uint32_t base, uint64_t bits)
{
	unsigned at = 0;

	while (bits) {
		unsigned zeros = (unsigned)__builtin_ctzll(bits), ones;

		bits >>= zeros;
		at += zeros;
		ones = ~bits ? (unsigned)__builtin_ctzll(~bits) : 64;
		range_rows_add(out, base + at, base + at + ones - 1);
		at += ones;
		bits = ones < 64 ? bits >> ones : 0;
	}
}

enum pk_status scan_uids(struct mailbox *m, struct range_rows *out)
{
	struct page_scan s;
	enum pk_status st = scan_open(m, &s);

	if (st == PK_OK)
		st = scan_seek(&s, 0);
	for (; st == PK_OK; st = scan_next(&s)) {
		add_runs(out, s.no * PAGE_UIDS, s.present[0]);
		add_runs(out, s.no * PAGE_UIDS + 64, s.present[1]);
	}
	range_rows_end(out);
	scan_close(&s);
	return st == PK_ENOTFOUND ? PK_OK : st;
}

static enum pk_status stop_at_unseen(void *arg, uint32_t uid, const struct flag_entry *e)
{
	if (e->flags & PK_SEEN)
		return PK_OK;
	*(uint32_t *)arg = uid;
	return PK_ERETRY;
}

enum pk_status scan_first_unseen(struct mailbox *m, uint32_t *uid)
{
	struct uid_range all[1];
	struct uid_set set;
	struct uid_place place = {0};
	struct flag_walk walk = {&set, &place, 0, stop_at_unseen, uid};
	enum pk_status st;

	*uid = 0;
	if (!m->row.unseen)
		return PK_OK;
	uid_set_all(&set, all);
	st = scan_flags(m, &walk);
	return st == PK_ERETRY ? PK_OK : st;
}

struct deleted {
	struct mailbox *mailbox;
	uint64_t octets;
	uint32_t left;
};

static enum pk_status add_deleted(void *arg, uint32_t uid, const struct flag_entry *e)
{
	struct deleted *d = arg;
	struct message_row row;
	enum pk_status st;

	if (!(e->flags & PK_DELETED))
		return PK_OK;
	st = mailbox_message(d->mailbox, uid, &row);
	d->octets += st == PK_OK ? row.octets : 0;
	return st == PK_OK && !--d->left ? PK_ERETRY : st;
}

enum pk_status scan_deleted_octets(struct mailbox *m, uint64_t *octets)
{
	struct uid_range all[1];
	struct uid_set set;
	struct uid_place place = {0};
	struct deleted d = {.mailbox = m, .left = m->row.deleted};
	struct flag_walk walk = {&set, &place, 0, add_deleted, &d};
	enum pk_status st = PK_OK;

	uid_set_all(&set, all);
	if (d.left)
		st = scan_flags(m, &walk);
	*octets = d.octets;
	return st == PK_ERETRY ? PK_OK : st;
}

/* Of the page at hand what lies in the range. */
static enum pk_status walk_page(const struct page_scan *s, const struct flag_walk *w,
                                struct uid_range rest)
{
	struct flag_page page;
	enum pk_status st = scan_decode(s, &page);

	for (uint32_t i = 0; st == PK_OK && i < PAGE_UIDS; i++) {
		uint32_t uid = s->no * PAGE_UIDS + i;

		if (!page_has(&page, i) || uid < rest.first || uid > rest.last)
			continue;
		st = w->fn(w->arg, uid, &page.entry[i]);
		if (st == PK_OK)
			uid_set_pass(w->set, w->place, uid);
		else
			w->place->next = uid;
	}
	return st;
}

/* The last UID of the page, or of the range where that ends before. */
static uint32_t page_end(const struct page_scan *s, struct uid_range rest)
{
	uint64_t end = (uint64_t)s->no * PAGE_UIDS + PAGE_UIDS - 1;

	return end < rest.last ? (uint32_t)end : rest.last;
}

enum pk_status scan_flags(struct mailbox *m, const struct flag_walk *w)
{
	struct page_scan s;
	struct uid_range rest;
	enum pk_status st = scan_open(m, &s), found = PK_ENOTFOUND;

	while (st == PK_OK && uid_set_rest(w->set, w->place, &rest)) {
		uint32_t no = rest.first / PAGE_UIDS;

		if (found == PK_OK && s.no + 1 == no)
			found = scan_next(&s); /* the common case: page after page */
		else if (found != PK_OK || s.no < no)
			found = scan_seek(&s, no);
		if (found != PK_OK) {
			st = found == PK_ENOTFOUND ? PK_OK : found;
			w->place->range = w->set->n;
			break;
		}
		if ((uint64_t)s.no * PAGE_UIDS > rest.last) { /* nothing of this range is left */
			uid_set_pass(w->set, w->place, rest.last);
			continue;
		}
		if (s.modseq > w->since)
			st = walk_page(&s, w, rest);
		if (st == PK_OK)
			uid_set_pass(w->set, w->place, page_end(&s, rest));
	}
	scan_close(&s);
	return st;
}

enum pk_status scan_keywords(struct mailbox *m, struct buf *rows)
{
	enum pk_status st = keywords_load(m);

	for (uint8_t bit = PK_FIRST_KEYWORD; st == PK_OK && bit < 64; bit++) {
		struct slice name = keyword_name(m, bit);

		if (name.n)
			pk_put_keyword_row(rows, &(struct pk_keyword){bit, name});
	}
	return st;
}
