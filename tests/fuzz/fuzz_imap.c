/* An IMAP session over a small mailbox: well-formed answers, the same whatever the pieces. */
/* links: imap harness host store */
#include "fuzz_pieces.h"

#include "imap_grammar.h"

#define MESSAGES 6

/* The mailbox behind the session; what a request does to it is simple, and the same each time. */
struct model {
	struct fake *f;
	bool split; /* each row in a frame of its own */
	bool alive[MESSAGES + 1];
	uint64_t flags[MESSAGES + 1], modseq;
};

static const struct slice bodies[MESSAGES + 1] = {
	S(""),
	S("Subject: one\r\nFrom: a@x\r\n\r\ntext\r\n"),
	S("Subject: =?utf-8?q?=C3=A4?=\r\nTo: \"q \\\" uote\" <b@y>, g: c@z;\r\nX: "
          "\x80\r\n\r\n\x80\n"),
	S("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\none\r\n--b\r\nContent-Type: "
          "message/rfc822\r\n\r\nSubject: in\r\n\r\ntwo\r\n--b--\r\n"),
	S("no header"),
	S("\r\n"),
	S("Content-Type: multipart/mixed\r\nSubject: {3}\r\n x\r\n\r\n)\r\n"),
};

static void answer(struct model *m, uint64_t tag, struct buf *b, bool more)
{
	fake_reply(m->f, tag, PK_OK, more, buf_slice(b));
	buf_free(b);
}

static bool wanted(struct pk_rows uids, uint32_t uid)
{
	struct pk_range r;
	bool any = false;

	while (pk_next_range(&uids, &r)) {
		if (uid >= r.first && uid <= r.last)
			return true;
		any = true;
	}
	return !any;
}

static void refuse(struct model *m, uint64_t tag, enum pk_status st)
{
	struct buf b = {0};

	pk_put_error(&b, &(struct pk_error){.code = (uint16_t)st});
	fake_reply(m->f, tag, (uint16_t)st, false, buf_slice(&b));
	buf_free(&b);
}

static void op_auth(struct model *m, uint64_t tag, struct slice request)
{
	struct buf b = {0};

	if (slice_has(request, 'w')) {
		refuse(m, tag, PK_EAUTH);
		return;
	}
	m->f->io.bound = 1;
	pk_put_auth_rep(&b, &(struct pk_auth_rep){.done = 1, .user = S("j@x"), .scopes = 1});
	answer(m, tag, &b, false);
}

static void op_open(struct model *m, uint64_t tag, struct slice request)
{
	struct pk_open_rep r = {.handle = 3, .id = 9, .uidvalidity = 7, .uidnext = MESSAGES + 1};
	struct buf b = {0}, uids = {0}, keywords = {0};

	(void)request;
	for (uint32_t u = 1; u <= MESSAGES; u++)
		if (m->alive[u])
			pk_put_range_row(&uids, &(struct pk_range){u, u});
	pk_put_keyword_row(&keywords, &(struct pk_keyword){8, S("Work")});
	r.recent_from = 3;
	r.first_unseen = 2;
	r.modseq = m->modseq;
	r.rights = PK_RIGHT_ALL;
	r.uids = PK_ROWS(&uids);
	r.keywords = PK_ROWS(&keywords);
	pk_put_open_rep(&b, &r);
	buf_free(&uids);
	buf_free(&keywords);
	answer(m, tag, &b, false);
}

static void op_list(struct model *m, uint64_t tag, struct slice request)
{
	static const struct pk_mailbox rows[] = {
		{.name = S("INBOX"),         .attributes = PK_MB_CHILDREN,         .subscribed = 1, .exists = 1},
		{.name = S("INBOX/a b"),               .exists = 1,                                                   .messages = 7, .octets = 1ull << 40},
		{.name = S("x"), .attributes = PK_MB_NOSELECT | PK_MB_CHILDREN,.exists = 1},
		{.name = S("x/\xc3\xa4\"\\&"),                          .attributes = PK_MB_TRASH,                                                 .exists = 1},
		{.name = S("x/\xc3\xa4\"\\&/z"),               .subscribed = 1									     },
		{.name = S("y"),.subscribed = 1},
	};
	const size_t last = sizeof(rows) / sizeof(*rows) - 1;
	struct buf b = {0}, list = {0};

	(void)request;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		pk_put_mailbox_row(&list, &rows[i]);
		if (!m->split && i < last)
			continue;
		pk_put_list_rep(&b, &(struct pk_list_rep){PK_ROWS(&list)});
		buf_clear(&list);
		answer(m, tag, &b, i < last);
	}
	buf_free(&list);
}

/* Names with an 'n' do not exist, those with a 'q' are over quota. */
static bool refused(struct model *m, uint64_t tag, struct slice request)
{
	if (slice_has(request, 'n'))
		refuse(m, tag, PK_ENOTFOUND);
	else if (slice_has(request, 'q'))
		refuse(m, tag, PK_EQUOTA);
	else
		return false;
	return true;
}

static void op_create(struct model *m, uint64_t tag, struct slice request)
{
	struct buf b = {0};

	if (refused(m, tag, request))
		return;
	pk_put_create_rep(&b, &(struct pk_create_rep){.id = 10, .uidvalidity = 8});
	answer(m, tag, &b, false);
}

static void op_remove(struct model *m, uint64_t tag, struct slice request)
{
	struct buf b = {0};

	if (refused(m, tag, request))
		return;
	pk_put_remove_rep(&b, &(struct pk_remove_rep){.id = slice_has(request, 's') ? 9 : 10});
	answer(m, tag, &b, false);
}

static void op_quota(struct model *m, uint64_t tag, struct slice request)
{
	static const struct pk_quota rows[] = {
		{PK_SCOPE_MAILBOX, S("a b"),      PK_RES_OCTETS,    1025, 5000      },
		{PK_SCOPE_MAILBOX, S("a b"),      PK_RES_MESSAGES,  2,    UINT64_MAX},
		{PK_SCOPE_USER,    S("j@x"),      PK_RES_OCTETS,    1,    INT64_MAX },
		{PK_SCOPE_USER,    S("j@x"),      9,                1,    1         },
		{PK_SCOPE_TENANT,  S("\xc3\xa4"), PK_RES_MAILBOXES, 3,    4         },
	};
	struct buf b = {0}, list = {0};

	if (refused(m, tag, request))
		return;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		pk_put_quota_row(&list, &rows[i]);
	pk_put_quota_rep(&b, &(struct pk_quota_rep){PK_ROWS(&list)});
	answer(m, tag, &b, false);
	buf_free(&list);
}

static void op_flags(struct model *m, uint64_t tag, struct slice request)
{
	struct pk_flags_req q;
	struct buf b = {0}, rows = {0};

	if (pk_get_flags_req(request, &q) != PK_OK)
		abort();
	for (uint32_t u = 1; u <= MESSAGES; u++)
		if (m->alive[u] && wanted(q.uids, u) && m->modseq > q.since)
			pk_put_flag_row(&rows, &(struct pk_flag){u, m->flags[u], m->modseq});
	pk_put_flags_rep(&b, &(struct pk_flags_rep){PK_ROWS(&rows)});
	buf_free(&rows);
	answer(m, tag, &b, false);
}

/* Made once; never freed. */
static struct slice summary_of(uint32_t uid)
{
	static struct buf made[MESSAGES + 1];
	struct mime_scan *scan = made[uid].n ? NULL : mime_scan_new();

	if (scan) {
		mime_scan_feed(scan, bodies[uid]);
		if (mime_scan_end(scan, &made[uid]) != PK_OK)
			abort();
		mime_scan_free(scan);
	}
	return buf_slice(&made[uid]);
}

static struct slice prefix_of(uint32_t uid)
{
	return uid % 2 ? S("Return-Path: <>\r\n") : S("");
}

static struct pk_message row_of(const struct model *m, uint32_t uid)
{
	return (struct pk_message){.uid = uid,
	                           .flags = m->flags[uid],
	                           .modseq = m->modseq,
	                           .octets = prefix_of(uid).n + bodies[uid].n,
	                           .internaldate = (int64_t)uid * 100000000000};
}

static void op_messages(struct model *m, uint64_t tag, struct slice request)
{
	struct pk_messages_req q;
	struct buf b = {0}, rows = {0};

	if (pk_get_messages_req(request, &q) != PK_OK)
		abort();
	for (uint32_t u = 1; u <= MESSAGES; u++) {
		struct pk_message row = row_of(m, u);

		if (!m->alive[u] || !wanted(q.uids, u))
			continue;
		if (u != 4) /* one has none, one a wrong one */
			row.summary = summary_of(u == 5 ? 1 : u);
		row.prefix = prefix_of(u);
		pk_put_message_row(&rows, &row);
		if (!m->split)
			continue;
		pk_put_messages_rep(&b, &(struct pk_messages_rep){PK_ROWS(&rows)});
		buf_clear(&rows);
		answer(m, tag, &b, true);
	}
	pk_put_messages_rep(&b, &(struct pk_messages_rep){PK_ROWS(&rows)});
	buf_free(&rows);
	answer(m, tag, &b, false);
}

/* With a row, sizes are not known before. */
static void cut_piece(struct pk_piece *p, size_t all, bool row)
{
	if (p->uid < 1 || p->uid > MESSAGES || !p->octets)
		abort();
	if (!row && (p->offset > all || p->octets > all - p->offset))
		abort(); /* the session knows the sizes */
	if (p->offset > all)
		p->offset = all;
	if (p->octets > all - p->offset)
		p->octets = all - p->offset;
}

static void read_piece(struct model *m, struct pk_piece *p, uint32_t number, bool row,
                       struct buf *rows)
{
	struct pk_chunk c = {.piece = number};
	struct buf all = {0}, told = {0};
	size_t at = 0;

	buf_put(&all, prefix_of(p->uid));
	buf_put(&all, bodies[p->uid]);
	cut_piece(p, all.n, row);
	c.offset = p->offset;
	c.status = m->alive[p->uid] ? PK_OK : PK_EEXPUNGED;
	if (row && c.status == PK_OK) {
		struct pk_message message = row_of(m, p->uid);

		pk_put_message(&told, &message);
	}
	c.row = buf_slice(&told);
	do {
		c.bytes = slice_head(slice_skip(buf_slice(&all), p->offset + at), p->octets - at);
		c.bytes = slice_head(c.bytes, m->split ? 3 : p->octets);
		if (c.status != PK_OK)
			c.bytes.n = 0;
		pk_put_chunk_row(rows, &c);
		c.row.n = 0;
		at += c.bytes.n;
	} while (c.status == PK_OK && at < p->octets);
	buf_free(&told);
	buf_free(&all);
}

static void op_read(struct model *m, uint64_t tag, struct slice request)
{
	struct pk_read_req q;
	struct pk_piece p;
	struct buf b = {0}, rows = {0};
	uint32_t number = 0;

	if (pk_get_read_req(request, &q) != PK_OK)
		abort();
	while (pk_next_piece(&q.pieces, &p)) {
		read_piece(m, &p, number++, q.want, &rows);
		if (!m->split)
			continue;
		pk_put_read_rep(&b, &(struct pk_read_rep){PK_ROWS(&rows)});
		buf_clear(&rows);
		answer(m, tag, &b, true);
	}
	pk_put_read_rep(&b, &(struct pk_read_rep){PK_ROWS(&rows)});
	buf_free(&rows);
	answer(m, tag, &b, false);
}

static void op_store(struct model *m, uint64_t tag, struct slice request)
{
	struct pk_store_req q;
	struct buf b = {0}, rows = {0}, keywords = {0}, refused = {0};

	if (pk_get_store_req(request, &q) != PK_OK)
		abort();
	m->modseq++;
	for (uint32_t u = 1; u <= MESSAGES; u++) {
		if (!m->alive[u] || !wanted(q.uids, u))
			continue;
		if ((q.unchanged_since && u > q.unchanged_since) || (q.absent && u % 2)) {
			pk_put_range_row(&refused, &(struct pk_range){u, u});
			continue;
		}
		m->flags[u] = q.mode == PK_STORE_ADD      ? m->flags[u] | q.flags
		              : q.mode == PK_STORE_REMOVE ? m->flags[u] & ~q.flags
		                                          : q.flags;
		m->flags[u] |= q.keywords.raw.n ? 512u : 0;
		pk_put_flag_row(&rows, &(struct pk_flag){u, m->flags[u], m->modseq});
	}
	pk_put_keyword_row(&keywords, &(struct pk_keyword){9, S("New")});
	pk_put_store_rep(&b, &(struct pk_store_rep){.modseq = m->modseq,
	                                            .flags = PK_ROWS(&rows),
	                                            .refused = PK_ROWS(&refused),
	                                            .keywords = PK_ROWS(&keywords)});
	buf_free(&refused);
	buf_free(&rows);
	buf_free(&keywords);
	answer(m, tag, &b, false);
}

static void op_expunge(struct model *m, uint64_t tag, struct slice request)
{
	struct pk_expunge_req q;
	struct buf b = {0}, rows = {0};

	if (pk_get_expunge_req(request, &q) != PK_OK)
		abort();
	m->modseq++;
	for (uint32_t u = 1; u <= MESSAGES; u++) {
		if (!m->alive[u] || !wanted(q.uids, u) || !(m->flags[u] & PK_DELETED))
			continue;
		m->alive[u] = false;
		pk_put_range_row(&rows, &(struct pk_range){u, u});
	}
	pk_put_expunge_rep(&b, &(struct pk_expunge_rep){m->modseq, PK_ROWS(&rows)});
	buf_free(&rows);
	answer(m, tag, &b, false);
}

static void op_copy(struct model *m, uint64_t tag, struct slice request)
{
	struct pk_copy_req q;
	struct buf b = {0}, from = {0}, to = {0};
	uint32_t n = 100;

	if (pk_get_copy_req(request, &q) != PK_OK)
		abort();
	if (!slice_has(q.mailbox, 'I')) {
		refuse(m, tag, PK_ENOTFOUND);
		return;
	}
	m->modseq += q.move;
	for (uint32_t u = 1; u <= MESSAGES; u++) {
		if (!m->alive[u] || !wanted(q.uids, u))
			continue;
		m->alive[u] = !q.move;
		pk_put_range_row(&from, &(struct pk_range){u, u});
		pk_put_range_row(&to, &(struct pk_range){n, n});
		n += u;
	}
	pk_put_copy_rep(&b, &(struct pk_copy_rep){m->modseq, 5, PK_ROWS(&from), PK_ROWS(&to)});
	buf_free(&from);
	buf_free(&to);
	answer(m, tag, &b, false);
}

static void answer_changes(struct model *m, uint64_t tag, struct pk_changes_rep r, bool more)
{
	struct buf b = {0};

	r.modseq = m->modseq;
	r.uidnext = MESSAGES + 1;
	r.recent_from = 3;
	pk_put_changes_rep(&b, &r);
	answer(m, tag, &b, more);
}

/* Message 6 goes and comes back as others see fit; what else happened is told as it is. Now and
 * then too much happened. */
static void op_changes(struct model *m, uint64_t tag, struct slice request)
{
	struct pk_changes_req q;
	struct pk_changes_rep r = {0};
	struct buf rows = {0}, gone = {0};

	if (pk_get_changes_req(request, &q) != PK_OK)
		abort();
	m->modseq++;
	if (m->modseq % 5 == 0)
		m->alive[6] = false;
	r.resync = m->modseq % 4 == 0 ? (uint8_t)(m->modseq % 3) : PK_RESYNC_NONE;
	for (uint32_t u = 1; u <= MESSAGES; u++)
		if (!m->alive[u] && !r.resync)
			pk_put_range_row(&gone, &(struct pk_range){u, u});
	r.vanished = PK_ROWS(&gone);
	if (m->split) {
		answer_changes(m, tag, r, true);
		r.vanished = (struct pk_rows){0};
	}
	for (uint32_t u = 1; u <= MESSAGES; u++) {
		if (!m->alive[u] || (!r.resync && m->modseq % 3 != u % 3))
			continue;
		pk_put_flag_row(&rows, &(struct pk_flag){u, m->flags[u], m->modseq});
		if (!m->split)
			continue;
		r.flags = PK_ROWS(&rows);
		answer_changes(m, tag, r, true);
		buf_clear(&rows);
	}
	r.flags = PK_ROWS(&rows);
	answer_changes(m, tag, r, false);
	buf_free(&rows);
	buf_free(&gone);
}

static void op_append(struct model *m, uint64_t tag, struct slice request)
{
	struct buf b = {0}, uids = {0};

	(void)request;
	pk_put_range_row(&uids, &(struct pk_range){50, 50});
	pk_put_append_rep(&b, &(struct pk_append_rep){9, 7, PK_ROWS(&uids)});
	buf_free(&uids);
	answer(m, tag, &b, false);
}

static void op_status(struct model *m, uint64_t tag, struct slice request)
{
	struct buf b = {0};

	(void)request;
	pk_put_status_rep(&b, &(struct pk_status_rep){.id = 9, .uidnext = 4, .exists = 3});
	answer(m, tag, &b, false);
}

static void store(struct fake *f, uint64_t tag, uint32_t op, struct slice request)
{
	static void (*const ops[256])(struct model *, uint64_t, struct slice) = {
		[PK_OP_auth] = op_auth,         [PK_OP_open] = op_open,
		[PK_OP_list] = op_list,         [PK_OP_flags] = op_flags,
		[PK_OP_messages] = op_messages, [PK_OP_read] = op_read,
		[PK_OP_store] = op_store,       [PK_OP_expunge] = op_expunge,
		[PK_OP_copy] = op_copy,         [PK_OP_changes] = op_changes,
		[PK_OP_append] = op_append,     [PK_OP_status] = op_status,
		[PK_OP_create] = op_create,     [PK_OP_remove] = op_remove,
		[PK_OP_quota] = op_quota,
	};
	struct model *m = f->test;

	if (ops[op])
		ops[op](m, tag, request);
	else if (!refused(m, tag, request))
		refuse(m, tag, PK_OK);
}

/* Each response keeps to the grammar, eight bits being for who has turned them on. */
static void check_output(struct slice said)
{
	bool utf8 = false;

	while (said.n) {
		struct imap_response r = imap_response(&said, utf8);

		if (r.kind == SAID_NOTHING || r.kind == SAID_WRONG) {
			fprintf(stderr, "%s: %.*s\n", r.why ? r.why : "no end", (int)said.n,
			        said.p);
			abort();
		}
		utf8 |= imap_turns_on_utf8(&r);
	}
}

static struct buf run(struct slice in, const struct fuzz_way *way)
{
	struct pk_value options[16] = {{.number = 1}, {.number = 1}, {.number = 5000}};
	struct model m = {.split = way->split, .modseq = 10};
	struct fake f = {.store = store, .test = &m, .io = {.out_high = way->high}};

	m.f = &f;
	for (int i = 1; i <= MESSAGES; i++)
		m.alive[i] = true;
	m.flags[1] = PK_SEEN;
	m.flags[3] = PK_DELETED | 256;
	fake_open(&f, pk_plugin_entry(&f.host), options);
	if (way->odd)
		fake_feed(&f, S("a LOGIN j p\r\nb SELECT INBOX\r\n"), SIZE_MAX);
	fake_feed(&f, in, way->piece);
	if (!f.closed && f.io.want & (PK_LINE | PK_BYTES | PK_EXACT))
		fake_event(&f, PK_IN_EOF, 0);
	return fuzz_said(&f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	return fuzz_pieces(data, n, run, check_output);
}
