/* Requests about mailboxes and messages, over a link to a whole store. */
/* links: store */
#include "unit.h"

#include "store_drive.h"

#include "call.h"
#include "mailbox.h"
#include "volume.h"
#include "writer.h"

static struct drive drive;
static struct client one, two;

static int set_up(void **state)
{
	(void)state;
	memset(&drive, 0, sizeof(drive));
	drive.board = calloc(1, sizeof(*drive.board));
	drive_make(&drive, 2);
	client_login(&drive, &one, "u1");
	client_login(&drive, &two, "u1@example.test");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	client_close(&one);
	client_close(&two);
	drive_remove(&drive);
	free(drive.board);
	return 0;
}

/* Appends n messages "body NUMBER of NAME"; the first has number 0. */
static void append(struct client *c, const char *mailbox, unsigned n, uint64_t flags)
{
	struct buf rows = {0}, body = {0};

	for (unsigned i = 0; i < n; i++) {
		buf_clear(&body);
		buf_printf(&body, "body %u of %s", i, mailbox);
		pk_put_new_message_row(&rows, &(struct pk_new_message){
						      .body = client_body(c, buf_slice(&body)),
						      .flags = flags,
						      .internaldate = 1000 + i,
						      .zone = (uint16_t)-90,
						      .keywords = S("$Label1"),
						      .summary = S("a summary"),
					      });
		if (i % 100 != 99 && i != n - 1)
			continue;
		OK(ASK(c, append, NULL, .mailbox = slice_str(mailbox), .messages = PK_ROWS(&rows)));
		buf_clear(&rows);
	}
	buf_free(&rows);
	buf_free(&body);
}

static uint32_t open_as(struct client *c, const char *mailbox, uint8_t mode,
                        struct pk_open_rep *rep)
{
	OK(ASK(c, open, rep, .mailbox = slice_str(mailbox), .mode = mode));
	return rep->handle;
}

static struct pk_rows uids(uint32_t first, uint32_t last)
{
	static struct buf b;

	return ROW1(&b, range, first, last);
}

#define RANGES(client, call, field)                                                        \
	({                                                                                 \
		static char text_[4096];                                                   \
		size_t n_ = 0;                                                             \
		*text_ = '\0';                                                             \
		EACH_ROW(client, call, field, range, r_)                                   \
		n_ += (size_t)snprintf(text_ + n_, sizeof(text_) - n_, "%u:%u ", r_.first, \
		                       r_.last);                                           \
		text_;                                                                     \
	})

static void list_tells_names(void **state)
{
	static const char *const all[] = {"(a) 0",   "a/%*\"\\b 1", "Archive 1", "Drafts 1",
	                                  "INBOX 1", "Junk 1",      "Sent 1",    "Trash 1"};
	struct buf text = {0};
	size_t n = 0;

	(void)state;
	OK(ASK(&one, create, NULL, .mailbox = S("a/%*\"\\b")));
	OK(ASK(&one, subscribe, NULL, .mailbox = S("a/%*\"\\b"), .on = 1));
	OK(ASK(&one, list, NULL));
	EACH_ROW(&one, list, mailboxes, mailbox, m)
	{
		bool bare = m.attributes & PK_MB_NOSELECT, found = false;

		buf_clear(&text);
		buf_printf(&text, bare ? "(%.*s) %u" : "%.*s %u", (int)m.name.n, m.name.p,
		           m.subscribed);
		buf_byte(&text, '\0');
		for (size_t i = 0; i < COUNT(all); i++)
			found |= !strcmp(text.p, all[i]);
		assert_true(found && m.exists && !m.id == bare);
		assert_int_equal(!!(m.attributes & PK_MB_CHILDREN), bare);
		if (slice_eq(m.name, S("Junk")))
			assert_int_equal(m.attributes, PK_MB_JUNK);
		n++;
	}
	assert_int_equal(n, COUNT(all));
	OK(ASK(&one, remove, NULL, .mailbox = S("a/%*\"\\b")));
	OK(ASK(&one, list, NULL, .which = PK_LIST_SUBSCRIBED));
	n = 0;
	EACH_ROW(&one, list, mailboxes, mailbox, m)
	n += !m.exists && slice_eq(m.name, S("a/%*\"\\b"));
	assert_int_equal(n, 1); /* RFC 3501 6.3.9: it stays subscribed */
	buf_free(&text);
}

static void a_long_list_comes_in_frames(void **state)
{
	char name[400];
	size_t n = 0;

	(void)state;
	memset(name, 'n', sizeof(name));
	for (unsigned i = 0; i < 200; i++) {
		snprintf(name + 300, 100, "%u", i);
		OK(ASK(&one, create, NULL, .mailbox = slice_str(name)));
	}
	OK(ASK(&one, list, NULL));
	assert_true(one.n > 1);
	EACH_ROW(&one, list, mailboxes, mailbox, m)
	n += m.name.n > 300;
	assert_int_equal(n, 200);
	n = 0;
	OK(ASK(&one, counts, NULL, .since = 0));
	assert_true(one.n > 1);
	EACH_ROW(&one, counts, mailboxes, count, m)
	n += m.name.n > 300 && m.uidnext == 1;
	assert_int_equal(n, 200);
}

static void row_of_chunk(struct slice row, uint32_t uid)
{
	struct pk_message m;

	assert_int_equal(pk_get_message(row, &m), PK_OK);
	assert_int_equal(m.uid, uid);
	assert_true(m.octets == strlen("body 0 of inbox") && m.guid.n == 16 && m.uidl.n);
	assert_true(m.born == DRIVE_NOW && m.docid && m.modseq);
	assert_int_equal(m.flags & PK_SYSTEM_FLAGS, uid < 4 ? PK_SEEN : 0);
	assert_true(!m.summary.n && !m.prefix.n); /* they may be long */
}

static void read_pieces(uint32_t handle, uint32_t want)
{
	static const struct {
		struct pk_chunk chunk;
		uint32_t uid; /* 0: it is not there */
	} expected[] = {
		{{0, PK_OK, 0, {"body 1 of INBOX", 15}, {0}}, 5},
		{{1, PK_EEXPUNGED, 0, {"", 0}, {0}},          0},
		{{2, PK_OK, 5, {"0 o", 3}, {0}},              1},
		{{3, PK_OK, 15, {"", 0}, {0}},                1},
	};
	struct buf rows = {0};
	unsigned n = 0;

	pk_put_piece_row(&rows, &(struct pk_piece){5, 0, UINT64_MAX});
	pk_put_piece_row(&rows, &(struct pk_piece){99, 0, 10});
	pk_put_piece_row(&rows, &(struct pk_piece){1, 5, 3});
	pk_put_piece_row(&rows, &(struct pk_piece){1, 100, 3});
	OK(ASK(&one, read, NULL, .handle = handle, .pieces = PK_ROWS(&rows), .want = want));
	EACH_ROW(&one, read, chunks, chunk, k)
	{
		assert_int_equal(k.piece, expected[n].chunk.piece);
		assert_int_equal(k.status, expected[n].chunk.status);
		assert_int_equal(k.offset, expected[n].chunk.offset);
		assert_true(slice_eq(k.bytes, expected[n].chunk.bytes));
		assert_int_equal(!k.row.n, !want || !expected[n].uid);
		if (k.row.n)
			row_of_chunk(k.row, expected[n].uid);
		n++;
	}
	assert_int_equal(n, 4);
	buf_free(&rows);
}

static void append_opens_and_reads(void **state)
{
	struct pk_append_rep appended;
	struct pk_status_rep status;
	struct pk_open_rep rep;
	struct buf rows = {0};
	uint32_t handle;
	unsigned n = 0;

	(void)state;
	append(&one, "inbox", 3, PK_SEEN);
	append(&one, "INBOX", 2, 0);
	OK(ASK(&one, status, &status, .mailbox = S("INBOX")));
	assert_true(status.exists == 5 && status.unseen == 2 && status.recent == 5);
	handle = open_as(&one, "INBOX", PK_OPEN_READ, &rep);
	assert_true(rep.recent_from == 1 && rep.first_unseen == 4 && rep.uidnext == 6);
	assert_true(rep.id == status.id && rep.octets == status.octets);
	assert_string_equal(RANGES(&one, open, uids), "1:5 ");
	open_as(&one, "INBOX", PK_OPEN_WRITE, &rep); /* claims the recent ones */
	assert_int_equal(rep.recent_from, 1);
	open_as(&two, "INBOX", PK_OPEN_WRITE, &rep);
	assert_int_equal(rep.recent_from, 6);
	OK(ASK(&one, messages, NULL, .handle = handle, .uids = uids(2, 100),
	       .want = PK_WANT_FLAGS | PK_WANT_SIZE | PK_WANT_DATES | PK_WANT_GUID | PK_WANT_UIDL |
	               PK_WANT_PREFIX | PK_WANT_SUMMARY));
	EACH_ROW(&one, messages, messages, message, m)
	{
		assert_int_equal(m.uid, 2 + n++);
		assert_true(m.octets == strlen("body 0 of inbox") && m.guid.n == 16);
		assert_true((int16_t)m.zone == -90 && m.born == DRIVE_NOW);
		assert_true(slice_eq(m.summary, S("a summary")) && m.prefix.n == 0);
		assert_true(m.uidl.n > 2 && m.docid > 0);
		assert_int_equal(!!(m.flags & PK_SEEN), m.uid < 4);
		assert_true(m.flags >> PK_FIRST_KEYWORD == 1);
	}
	assert_int_equal(n, 4);
	OK(ASK(&one, messages, NULL, .handle = handle, .uids = uids(1, 1), .want = PK_WANT_SIZE));
	EACH_ROW(&one, messages, messages, message, m)
	assert_true(m.octets == 15 && !m.flags && !m.modseq && !m.guid.n && !m.summary.n);
	read_pieces(handle, 0);
	read_pieces(handle, 0x7f);
	assert_int_equal(
		ASK(&one, append, NULL, .mailbox = S("nosuch"),
	            .messages = ROW1(&rows, new_message, .body = client_body(&one, S("x")))),
		PK_ENOTFOUND);
	OK(ASK(&one, append, &appended, .mailbox = S("Drafts"),
	       .messages = ROW1(&rows, new_message, .body = client_body(&one, S("x")))));
	assert_string_equal(RANGES(&one, append, uids), "1:1 ");
	buf_free(&rows);
}

static void a_long_summary_and_body(void **state)
{
	struct buf rows = {0}, body = {0};
	char *summary = malloc(150000);
	struct pk_open_rep rep;
	uint32_t handle;
	size_t n = 0, octets = 0;

	(void)state;
	for (size_t i = 0; i < 150000; i++)
		summary[i] = (char)('a' + i % 23);
	for (unsigned i = 0; i < 200000; i++)
		buf_printf(&body, "%06u\r\n", i);
	for (int i = 0; i < 3; i++)
		OK(ASK(&one, append, NULL, .mailbox = S("INBOX"),
		       .messages =
		               ROW1(&rows, new_message, .body = client_body(&one, buf_slice(&body)),
		                    .summary = {summary, 150000})));
	handle = open_as(&one, "INBOX", PK_OPEN_READ, &rep);
	OK(ASK(&one, messages, NULL, .handle = handle, .uids = uids(1, 9),
	       .want = PK_WANT_SUMMARY));
	assert_int_equal(one.n, 3); /* frames: two do not fit one */
	EACH_ROW(&one, messages, messages, message, m)
	{
		assert_true(slice_eq(m.summary, (struct slice){summary, 150000}));
		n++;
	}
	assert_int_equal(n, 3);
	OK(ASK(&one, read, NULL, .handle = handle, .pieces = ROW1(&rows, piece, 2, 7, 1000000),
	       .want = 0x7f));
	assert_true(one.n > 15);
	EACH_ROW(&one, read, chunks, chunk, k)
	{
		assert_int_equal(!k.row.n, octets > 0); /* once */
		assert_int_equal(k.offset, 7 + octets);
		assert_memory_equal(k.bytes.p, body.p + k.offset, k.bytes.n);
		octets += k.bytes.n;
	}
	assert_int_equal(octets, 1000000);
	free(summary);
	buf_free(&rows);
	buf_free(&body);
}

/* Reads a body of 1.6 MB; the octets of the longest frame. */
static size_t longest_frame(uint32_t handle)
{
	struct buf rows = {0};
	size_t longest = 0;

	OK(ASK(&one, read, NULL, .handle = handle, .pieces = ROW1(&rows, piece, 1, 0, 1600000)));
	for (size_t i = 0; i < one.n; i++)
		longest = one.frames[i].n > longest ? one.frames[i].n : longest;
	buf_free(&rows);
	return longest;
}

static void frames_grow_with_the_credit(void **state)
{
	const int64_t wide = 7 * PK_CREDIT, mad = INT64_C(1) << 62;
	struct buf rows = {0}, body = {0};
	struct pk_open_rep rep;
	uint32_t handle;

	(void)state;
	for (unsigned i = 0; i < 200000; i++)
		buf_printf(&body, "%06u\r\n", i);
	OK(ASK(&one, append, NULL, .mailbox = S("INBOX"),
	       .messages = ROW1(&rows, new_message, .body = client_body(&one, buf_slice(&body)))));
	handle = open_as(&one, "INBOX", PK_OPEN_READ, &rep);
	assert_in_range(longest_frame(handle), 1, PK_CREDIT);
	drive_credit(&one, wide);
	assert_in_range(longest_frame(handle), 3 * PK_CREDIT, PK_FRAME_MAX);
	drive_credit(&one, -wide);
	assert_in_range(longest_frame(handle), 1, PK_CREDIT);
	drive_credit(&one, mad); /* not believed */
	drive_credit(&one, -mad);
	drive_credit(&one, mad);
	assert_in_range(longest_frame(handle), 1, PK_CREDIT);
	drive_credit(&one, -2 * PK_CREDIT); /* nothing may be said now */
	buf_clear(&rows);
	pk_put_counts_req(&rows, &(struct pk_counts_req){0});
	drive_send(
		&one,
		(struct frame){.op = PK_OP_counts, .tag = ++one.tag, .payload = buf_slice(&rows)});
	drive_turn(&drive);
	assert_int_equal(one.link->out.n, 0);
	drive_credit(&one, 2 * PK_CREDIT);
	drive_turn(&drive);
	assert_true(one.link->out.n > 0);
	buf_clear(&one.link->out);
	buf_free(&rows);
	buf_free(&body);
}

/* Also rows: as few frames as the credit allows. */
static void frames_of_rows_grow_with_the_credit(void **state)
{
	static const char summary[500] = "of usual length";
	struct buf rows = {0};
	struct pk_open_rep rep;
	uint32_t handle;

	(void)state;
	for (int i = 0; i < 300; i++) {
		uint16_t body = client_body(&one, S("x"));

		OK(ASK(&one, append, NULL, .mailbox = S("INBOX"),
		       .messages = ROW1(&rows, new_message, .body = body,
		                        .summary = {summary, sizeof(summary)})));
	}
	handle = open_as(&one, "INBOX", PK_OPEN_READ, &rep);
	OK(ASK(&one, messages, NULL, .handle = handle, .uids = uids(1, 300),
	       .want = PK_WANT_SUMMARY));
	assert_in_range(one.n, 3, 4);
	drive_credit(&one, 7 * PK_CREDIT);
	OK(ASK(&one, messages, NULL, .handle = handle, .uids = uids(1, 300),
	       .want = PK_WANT_SUMMARY));
	assert_int_equal(one.n, 1);
	buf_free(&rows);
}

static void several_appends_are_all_or_none(void **state)
{
	struct buf rows = {0};
	struct pk_status_rep status;

	(void)state;
	for (int i = 0; i < 3; i++)
		pk_put_new_message_row(&rows,
		                       &(struct pk_new_message){
					       .body = client_body(&one, S("x")),
					       .keywords = i == 2 ? S("bad(keyword") : S("good")});
	assert_int_equal(ASK(&one, append, NULL, .mailbox = S("INBOX"), .messages = PK_ROWS(&rows)),
	                 PK_EINVAL);
	OK(ASK(&one, status, &status, .mailbox = S("INBOX")));
	assert_int_equal(status.exists, 0);
	assert_int_equal(ASK(&one, append, NULL, .mailbox = S("INBOX"),
	                     .messages = ROW1(&rows, new_message, .body = 77)),
	                 PK_EINVAL);
	buf_free(&rows);
}

static void stores_flags(void **state)
{
	struct pk_store_rep rep;
	struct pk_open_rep opened;
	struct buf names = {0};
	uint32_t handle, n = 0;
	uint64_t before;

	(void)state;
	append(&one, "INBOX", 10, 0);
	handle = open_as(&one, "INBOX", PK_OPEN_WRITE, &opened);
	OK(ASK(&one, store, &rep, .handle = handle, .uids = uids(3, 5), .mode = PK_STORE_ADD,
	       .flags = PK_SEEN, .keywords = ROW1(&names, name, S("NonJunk"))));
	assert_true(rep.modseq == opened.modseq + 1);
	EACH_ROW(&one, store, flags, flag, f)
	{
		assert_int_equal(f.uid, 3 + n++);
		assert_true(f.flags == (PK_SEEN | 3 << PK_FIRST_KEYWORD) && f.modseq == rep.modseq);
	}
	assert_int_equal(n, 3);
	n = 0;
	EACH_ROW(&one, store, keywords, keyword, k)
	n += slice_eq(k.name, k.bit == 8 ? S("$Label1") : S("NonJunk"));
	assert_int_equal(n, 2);
	before = rep.modseq;
	OK(ASK(&one, store, &rep, .handle = handle, .uids = uids(3, 5), .mode = PK_STORE_ADD,
	       .flags = PK_SEEN));
	assert_true(rep.modseq == 0); /* it was so already */
	OK(ASK(&one, store, &rep, .handle = handle, .uids = uids(1, 10), .mode = PK_STORE_SET,
	       .flags = PK_DELETED, .unchanged_since = before - 1));
	assert_string_equal(RANGES(&one, store, refused), "3:5 ");
	assert_true(rep.modseq == before + 1);
	OK(ASK(&one, store, &rep, .handle = handle, .uids = uids(3, 3), .mode = PK_STORE_ADD,
	       .flags = PK_SEEN, .unchanged_since = before));
	assert_string_equal(RANGES(&one, store, refused), "");
	OK(ASK(&one, store, &rep, .handle = handle, .uids = uids(1, 1), .mode = PK_STORE_REMOVE,
	       .flags = PK_DELETED, .keywords = ROW1(&names, name, S("unheard-of"))));
	n = 0;
	EACH_ROW(&one, store, flags, flag, f)
	n += f.flags == 0;
	assert_int_equal(n, 1);
	assert_int_equal(ASK(&one, store, NULL, .handle = handle, .uids = uids(1, 1),
	                     .mode = PK_STORE_ADD, .flags = 1ull << 40),
	                 PK_EINVAL);
	assert_int_equal(ASK(&one, store, NULL, .handle = handle, .uids = uids(0, 1)), PK_EINVAL);
	assert_int_equal(ASK(&one, store, NULL, .handle = handle + 1, .uids = uids(1, 1)),
	                 PK_ESTALE);
	handle = open_as(&one, "INBOX", PK_OPEN_READ, &opened);
	assert_int_equal(ASK(&one, store, NULL, .handle = handle, .uids = uids(1, 1)), PK_EPERM);
	assert_int_equal(ASK(&one, expunge, NULL, .handle = handle), PK_EPERM);
	buf_free(&names);
}

/* DESIGN 3.5: what changed has counted before it is answered; a place is somebody else's later. */
static void the_board_counts_changes(void **state)
{
	struct pk_open_rep opened;
	struct pk_watch_rep inbox, junk, again;
	struct pk_changes_rep rep;
	struct board *board = drive.board;
	uint32_t handle, other;

	(void)state;
	append(&one, "INBOX", 1, 0);
	append(&one, "Junk", 1, 0);
	handle = open_as(&two, "INBOX", PK_OPEN_WRITE, &opened);
	other = open_as(&two, "Junk", PK_OPEN_WRITE, &opened);
	OK(ASK(&two, watch, &inbox, .handle = handle, .on = 1));
	OK(ASK(&two, watch, &junk, .handle = other, .on = 1));
	assert_true(inbox.place != junk.place && inbox.place < BOARD_PLACES);
	OK(ASK(&two, changes, &rep, .handle = handle));
	assert_int_equal(rep.count, board_count(board, inbox.place));
	append(&one, "Junk", 1, 0);
	assert_int_equal(rep.count, board_count(board, inbox.place));
	assert_int_equal(board_count(board, junk.place), 1);
	append(&one, "INBOX", 1, 0);
	append(&one, "INBOX", 1, 0); /* the doorbell has rung; the count goes on */
	assert_int_equal(board_count(board, inbox.place), rep.count + 2);
	OK(ASK(&two, watch, NULL, .handle = handle, .on = 0));
	append(&one, "INBOX", 1, 0);
	assert_int_equal(board_count(board, inbox.place), rep.count + 2);
	OK(ASK(&two, watch, &again, .handle = 0, .on = 1));
	assert_int_equal(again.place, inbox.place);
	drive_hear(&two, NULL);
	two.rung = 0;
}

/* RFC 7162 3.1.3: UNCHANGEDSINCE 0 fails where the flag is there. */
static void stores_flags_that_are_absent(void **state)
{
	struct pk_store_rep rep;
	struct pk_open_rep opened;
	struct buf names = {0};
	struct pk_rows todo;
	uint32_t handle;

	(void)state;
	append(&one, "INBOX", 4, 0);
	handle = open_as(&one, "INBOX", PK_OPEN_WRITE, &opened);
	todo = ROW1(&names, name, S("Todo"));
	OK(ASK(&one, store, &rep, .handle = handle, .uids = uids(2, 3), .mode = PK_STORE_ADD,
	       .keywords = todo, .absent = 1));
	assert_true(rep.modseq == opened.modseq + 1 && !rep.refused.raw.n);
	OK(ASK(&one, store, &rep, .handle = handle, .uids = uids(1, 3), .mode = PK_STORE_ADD,
	       .keywords = todo, .absent = 1));
	assert_string_equal(RANGES(&one, store, refused), "2:3 ");
	OK(ASK(&two, store, NULL, .handle = open_as(&two, "INBOX", PK_OPEN_WRITE, &opened),
	       .uids = uids(4, 4), .mode = PK_STORE_ADD, .keywords = todo));
	OK(ASK(&one, store, &rep, .handle = handle, .uids = uids(4, 4), .mode = PK_STORE_SET,
	       .keywords = todo, .absent = 1));
	assert_true(rep.modseq == 0);
	assert_string_equal(RANGES(&one, store, refused), "4:4 ");
	buf_free(&names);
}

static enum pk_status append_body(struct client *c, uint16_t stream)
{
	struct buf row = {0};
	enum pk_status st;

	st = ASK(c, append, NULL, .mailbox = S("INBOX"),
	         .messages = ROW1(&row, new_message, .body = stream, .summary = S("a summary")));
	buf_free(&row);
	return st;
}

/* A body for whose beginning there was no room is not taken up in its midst. */
static void a_refused_body_stays_refused(void **state)
{
	struct buf drop = {0};
	uint16_t first = 0, late;

	(void)state;
	for (unsigned i = 0; i < 128; i++) {
		uint16_t stream = client_body(&one, S("body"));

		first = first ? first : stream;
	}
	late = client_body(&one, S("the beginning, "));
	pk_put_drop_note(&drop, &(struct pk_drop_note){.stream = first});
	drive_send(&one, (struct frame){.op = PK_OP_drop, .payload = buf_slice(&drop)});
	drive_send(&one, (struct frame){.op = PK_OP_data, .stream = late, .payload = S("the end")});
	drive_turn(&drive);
	assert_int_equal(append_body(&one, late), PK_EINVAL);
	drive_send(&one, (struct frame){.op = PK_OP_data, .stream = late, .payload = S("again")});
	OK(append_body(&one, late)); /* it was named: the number is free */
	buf_free(&drop);
}

static void expunges_and_tells_others(void **state)
{
	struct pk_expunge_rep gone;
	struct pk_changes_rep rep;
	struct pk_open_rep opened;
	struct pk_drop_messages_rep dropped;
	uint32_t mine, theirs, n = 0;

	(void)state;
	append(&one, "INBOX", 10, 0);
	mine = open_as(&one, "INBOX", PK_OPEN_WRITE, &opened);
	theirs = open_as(&two, "INBOX", PK_OPEN_WRITE, &opened);
	OK(ASK(&two, watch, NULL, .handle = theirs, .on = 1));
	OK(ASK(&one, store, NULL, .handle = mine, .uids = uids(2, 6), .mode = PK_STORE_ADD,
	       .flags = PK_DELETED));
	drive_hear(&two, NULL);
	assert_int_equal(two.rung, 1);
	OK(ASK(&one, expunge, &gone, .handle = mine, .uids = uids(3, 4)));
	assert_string_equal(RANGES(&one, expunge, vanished), "3:4 ");
	OK(ASK(&one, expunge, &gone, .handle = mine));
	assert_string_equal(RANGES(&one, expunge, vanished), "2:2 5:6 ");
	append(&one, "INBOX", 1, 0);
	drive_hear(&two, NULL);
	assert_int_equal(two.rung, 1); /* once until it asks */
	OK(ASK(&two, changes, &rep, .handle = theirs, .since = opened.modseq));
	assert_string_equal(RANGES(&two, changes, vanished), "2:6 ");
	EACH_ROW(&two, changes, flags, flag, f)
	n += f.uid;
	assert_true(n == 11 && rep.uidnext == 12 && !rep.resync);
	OK(ASK(&two, changes, &rep, .handle = theirs, .since = gone.modseq));
	assert_string_equal(RANGES(&two, changes, vanished), "");
	append(&one, "Junk", 1, 0); /* not what it watches */
	drive_hear(&two, NULL);
	assert_int_equal(two.rung, 1);
	OK(ASK(&one, drop_messages, &dropped, .handle = mine, .uids = uids(1, 8)));
	assert_int_equal(dropped.removed, 3);
	drive_hear(&two, NULL);
	assert_int_equal(two.rung, 2);
	OK(ASK(&two, watch, NULL, .handle = theirs, .on = 0));
	OK(ASK(&two, changes, &rep, .handle = theirs, .since = rep.modseq));
	append(&one, "INBOX", 1, 0);
	drive_hear(&two, NULL);
	assert_int_equal(two.rung, 2);
}

static void copies_and_moves(void **state)
{
	struct pk_copy_rep rep;
	struct pk_open_rep opened;
	struct pk_status_rep status;
	uint32_t handle;

	(void)state;
	append(&one, "INBOX", 10, PK_SEEN);
	handle = open_as(&one, "INBOX", PK_OPEN_WRITE, &opened);
	OK(ASK(&one, copy, &rep, .handle = handle, .uids = uids(2, 4), .mailbox = S("Junk")));
	assert_string_equal(RANGES(&one, copy, from), "2:4 ");
	assert_string_equal(RANGES(&one, copy, to), "1:3 ");
	OK(ASK(&one, copy, &rep, .handle = handle, .uids = uids(3, UINT32_MAX),
	       .mailbox = S("INBOX")));
	assert_string_equal(RANGES(&one, copy, to), "11:18 ");
	OK(ASK(&one, copy, &rep, .handle = handle, .uids = uids(9, UINT32_MAX),
	       .mailbox = S("inbox"), .move = 1));
	assert_string_equal(RANGES(&one, copy, from), "9:18 ");
	assert_string_equal(RANGES(&one, copy, to), "19:28 ");
	assert_int_equal(
		ASK(&one, copy, NULL, .handle = handle, .uids = uids(1, 2), .mailbox = S("new")),
		PK_ENOTFOUND); /* TRYCREATE */
	OK(ASK(&one, status, &status, .mailbox = S("Junk")));
	assert_true(status.exists == 3 && status.unseen == 0);
	OK(ASK(&one, status, &status, .mailbox = S("INBOX")));
	assert_int_equal(status.exists, 18);
}

/* Who stored alone knows by `before` that there is nothing else to hear of, however many chunks it
 * took and whatever happened in other mailboxes. */
static void stores_tell_what_was_before(void **state)
{
	struct pk_open_rep opened;
	struct pk_store_rep rep;
	struct buf payload = {0};
	enum pk_status st = PK_OK;
	uint32_t mine, theirs;

	(void)state;
	append(&one, "INBOX", 600, 0);
	mine = open_as(&one, "INBOX", PK_OPEN_WRITE, &opened);
	for (int i = 0; i < 5; i++) /* 19,200: two chunks */
		OK(ASK(&one, copy, NULL, .handle = mine, .uids = uids(1, UINT32_MAX),
		       .mailbox = S("INBOX")));
	theirs = open_as(&two, "INBOX", PK_OPEN_WRITE, &opened);
	append(&one, "Junk", 1, 0);
	OK(ASK(&one, store, &rep, .handle = mine, .uids = uids(1, UINT32_MAX), .mode = PK_STORE_ADD,
	       .flags = PK_SEEN));
	assert_int_equal(rep.before, opened.modseq);
	assert_int_equal(rep.modseq, opened.modseq + 3);
	OK(ASK(&one, store, &rep, .handle = mine, .uids = uids(1, 1), .mode = PK_STORE_ADD,
	       .flags = PK_SEEN));
	assert_true(!rep.before && !rep.modseq); /* nothing changed */
	OK(ASK(&two, store, &rep, .handle = theirs, .uids = uids(1, 1), .mode = PK_STORE_REMOVE,
	       .flags = PK_SEEN));
	assert_true(rep.before == opened.modseq + 3 && rep.modseq == rep.before + 1);
	ASK_ENCODE(store, &payload, .handle = mine, .uids = uids(1, UINT32_MAX),
	           .mode = PK_STORE_ADD, .flags = PK_FLAGGED);
	one.n = 0;
	drive_send(&one, (struct frame){.op = PK_OP_store,
	                                .tag = ++one.tag,
	                                .payload = buf_slice(&payload)});
	OK(ASK(&two, store, &rep, .handle = theirs, .uids = uids(1, 1), .mode = PK_STORE_ADD,
	       .flags = PK_SEEN)); /* between the two chunks */
	while (!drive_hear(&one, &st))
		assert_true(server_run(&drive.server));
	OK(st);
	OK(pk_get_store_rep(buf_slice(&one.frames[0]), &rep));
	assert_true(!rep.before && rep.modseq);
	buf_free(&payload);
}

static void long_work_goes_in_chunks(void **state)
{
	struct pk_open_rep opened;
	struct pk_copy_rep rep;
	struct pk_status_rep status;
	uint64_t first = 0, last = 0, n = 0;
	uint32_t handle;

	(void)state;
	append(&one, "INBOX", 600, 0);
	handle = open_as(&one, "INBOX", PK_OPEN_WRITE, &opened);
	for (int i = 0; i < 5; i++) /* 19,200 */
		OK(ASK(&one, copy, &rep, .handle = handle, .uids = uids(1, UINT32_MAX),
		       .mailbox = S("INBOX")));
	OK(ASK(&one, store, NULL, .handle = handle, .uids = uids(1, UINT32_MAX),
	       .mode = PK_STORE_ADD, .flags = PK_DELETED));
	assert_true(one.n > 1);
	EACH_ROW(&one, store, flags, flag, f)
	{
		assert_true(f.uid == ++n && f.flags & PK_DELETED);
		first = n == 1 ? f.modseq : first;
		last = f.modseq;
	}
	assert_int_equal(n, 19200);
	assert_int_equal(last, first + 1); /* two chunks, a step each */
	OK(ASK(&one, copy, &rep, .handle = handle, .uids = uids(1, 9000), .mailbox = S("Junk"),
	       .move = 1));
	OK(ASK(&one, status, &status, .mailbox = S("Junk")));
	assert_true(status.exists == 9000 && status.deleted == 9000);
	OK(ASK(&one, expunge, NULL, .handle = handle));
	n = 0;
	EACH_ROW(&one, expunge, vanished, range, r)
	n += r.last - r.first + 1;
	assert_int_equal(n, 19200 - 9000);
	OK(ASK(&one, status, &status, .mailbox = S("INBOX")));
	assert_true(status.exists == 0 && status.octets == 0);
}

static void maildrop_is_exclusive(void **state)
{
	struct pk_open_rep rep;

	(void)state;
	open_as(&one, "INBOX", PK_OPEN_DROP, &rep);
	assert_int_equal(ASK(&two, open, NULL, .mailbox = S("INBOX"), .mode = PK_OPEN_DROP),
	                 PK_EBUSY);
	OK(ASK(&two, open, NULL, .mailbox = S("INBOX"), .mode = PK_OPEN_WRITE));
	OK(ASK(&two, open, NULL, .mailbox = S("Junk"), .mode = PK_OPEN_DROP));
	OK(ASK(&one, close, NULL, .handle = rep.handle));
	assert_int_equal(ASK(&one, close, NULL, .handle = rep.handle), PK_ESTALE);
	open_as(&two, "INBOX", PK_OPEN_DROP, &rep);
	client_close(&two); /* its end frees the lock */
	client_login(&drive, &two, "u2");
	open_as(&one, "INBOX", PK_OPEN_DROP, &rep);
	open_as(&two, "INBOX", PK_OPEN_DROP, &rep); /* another user's */
	assert_int_equal(ASK(&one, open, NULL, .mailbox = S("nosuch")), PK_ENOTFOUND);
	assert_int_equal(ASK(&one, open, NULL, .mailbox = S("INBOX"), .mode = 9), PK_EINVAL);
}

static void deleted_mailbox_is_stale(void **state)
{
	struct pk_open_rep rep;
	struct pk_counts_rep counts;
	uint32_t handle;
	unsigned gone = 0, renamed = 0;

	(void)state;
	OK(ASK(&one, create, NULL, .mailbox = S("a")));
	OK(ASK(&one, create, NULL, .mailbox = S("b")));
	append(&one, "a", 5, 0);
	handle = open_as(&two, "a", PK_OPEN_WRITE, &rep);
	OK(ASK(&two, counts, &counts, .since = 0));
	OK(ASK(&two, watch, NULL, .handle = 0, .on = 1));
	OK(ASK(&one, remove, NULL, .mailbox = S("a")));
	OK(ASK(&one, rename, NULL, .mailbox = S("b"), .to = S("c")));
	drive_hear(&two, NULL);
	assert_int_equal(two.rung, 1);
	OK(ASK(&two, counts, &counts, .since = counts.modseq));
	EACH_ROW(&two, counts, mailboxes, count, m)
	{
		gone += m.id == rep.id && !m.name.n && !m.exists;
		renamed += slice_eq(m.name, S("c"));
	}
	assert_true(gone == 1 && renamed == 1);
	OK(ASK(&one, create, NULL, .mailbox = S("a"))); /* another one */
	assert_int_equal(ASK(&two, changes, NULL, .handle = handle), PK_ESTALE);
	assert_int_equal(ASK(&two, expunge, NULL, .handle = handle), PK_ESTALE);
	assert_int_equal(ASK(&two, flags, NULL, .handle = handle, .uids = uids(1, 5)), PK_ESTALE);
	OK(ASK(&two, close, NULL, .handle = handle));
}

static void vault_lists_expires_and_is_purged(void **state)
{
	struct client admin;
	struct pk_open_rep rep;
	struct pk_vault_purge_rep purged;
	uint32_t handle, n = 0;

	(void)state;
	append(&one, "INBOX", 30, PK_DELETED);
	handle = open_as(&one, "INBOX", PK_OPEN_WRITE, &rep);
	OK(ASK(&one, expunge, NULL, .handle = handle, .uids = uids(1, 10)));
	drive.now_ms += 86400000;
	OK(ASK(&one, expunge, NULL, .handle = handle, .uids = uids(11, 20)));
	client_open(&drive, &admin, DRIVE_ADMIN);
	OK(ASK(&admin, vault_list, NULL, .account = S("u1@example.test")));
	EACH_ROW(&admin, vault_list, messages, vaulted, v)
	{
		assert_int_equal(v.uid, ++n);
		assert_true(slice_eq(v.mailbox, S("INBOX")) && slice_eq(v.by, S("client")));
		assert_true(v.expires == v.removed + 14 * 86400000ll && v.octets > 10);
	}
	assert_int_equal(n, 20);
	OK(ASK(&admin, vault_purge, &purged, .account = S("u1@example.test"),
	       .before = DRIVE_NOW + 1));
	assert_int_equal(purged.removed, 10);
	OK(ASK(&admin, vault_list, NULL, .account = S("u1@example.test")));
	n = 0;
	EACH_ROW(&admin, vault_list, messages, vaulted, v)
	n += v.uid > 10;
	assert_int_equal(n, 10);
	drive.now_ms += 14 * 86400000ll + 7200000;
	server_tick(&drive.server);
	drive_turn(&drive);
	OK(ASK(&admin, vault_list, NULL, .account = S("u1@example.test")));
	EACH_ROW(&admin, vault_list, messages, vaulted, v)
	fail();
	assert_int_equal(ASK(&admin, vault_list, NULL, .account = S("nobody@example.test")),
	                 PK_ENOTFOUND);
	client_close(&admin);
}

static void administrators_see_mailboxes(void **state)
{
	struct client admin;
	struct pk_mailbox_show_rep show;
	unsigned n = 0;

	(void)state;
	append(&one, "INBOX", 3, 0);
	client_open(&drive, &admin, DRIVE_ADMIN);
	OK(ASK(&admin, mailbox_list, NULL, .account = S("u1@example.test")));
	EACH_ROW(&admin, mailbox_list, mailboxes, count, m)
	{
		n++;
		assert_int_equal(m.exists, slice_eq(m.name, S("INBOX")) ? 3 : 0);
	}
	assert_int_equal(n, 6);
	OK(ASK(&admin, mailbox_show, &show, .account = S("u1@example.test"),
	       .mailbox = S("inbox")));
	assert_true(show.exists == 3 && show.unseen == 3 && show.uidnext == 4);
	assert_int_equal(
		ASK(&admin, mailbox_show, NULL, .account = S("u1@example.test"), .mailbox = S("x")),
		PK_ENOTFOUND);
	client_close(&admin);
}

static void resync_when_the_log_is_too_short(void **state)
{
	struct pk_open_rep opened;
	struct pk_changes_rep rep;
	uint32_t handle, n = 0;

	(void)state;
	append(&one, "INBOX", 1100, 0);
	handle = open_as(&one, "INBOX", PK_OPEN_WRITE, &opened);
	for (uint32_t uid = 1; uid <= 1050; uid++)
		OK(ASK(&one, drop_messages, NULL, .handle = handle, .uids = uids(uid, uid)));
	OK(ASK(&one, changes, &rep, .handle = handle, .since = opened.modseq));
	assert_int_equal(rep.resync, PK_RESYNC_GONE);
	EACH_ROW(&one, changes, flags, flag, f)
	n += f.uid > 1050;
	assert_int_equal(n, 50);
	OK(ASK(&one, changes, &rep, .handle = handle, .since = opened.modseq + 60));
	assert_int_equal(rep.resync, 0);
	assert_string_equal(RANGES(&one, changes, vanished), "61:1050 ");
	n = 0;
	EACH_ROW(&one, changes, flags, flag, f)
	n++;
	assert_int_equal(n, 0);
}

/* What a restore leaves: the account goes on at a later modseq, and what is below says nothing. */
static enum pk_status move_on(struct write *w, struct txn *t)
{
	struct account a;
	enum pk_status st = account_load(t, one.link->sessions->acct, &a);

	(void)w;
	if (st != PK_OK)
		return st;
	a.row.modseq += 1000;
	a.row.resync_below = a.row.modseq;
	return account_save(&a);
}

static void moved_on(struct write *w)
{
	OK(w->status);
}

static void a_restored_mailbox_is_told_whole(void **state)
{
	struct write w = {.apply = move_on, .done = moved_on};
	struct pk_open_rep opened;
	struct pk_changes_rep rep;
	uint32_t handle, n = 0;

	(void)state;
	append(&one, "INBOX", 3, 0);
	handle = open_as(&one, "INBOX", PK_OPEN_READ, &opened);
	writer_submit(drive.server.volumes[0]->writer, &w);
	drive_turn(&drive);
	OK(ASK(&one, changes, &rep, .handle = handle, .since = opened.modseq));
	assert_int_equal(rep.resync, PK_RESYNC_ALL);
	EACH_ROW(&one, changes, flags, flag, f)
	n += f.uid;
	assert_int_equal(n, 6);
	OK(ASK(&one, flags, NULL, .handle = handle, .uids = uids(2, 9), .since = opened.modseq));
	EACH_ROW(&one, flags, flags, flag, f)
	n += f.uid;
	assert_int_equal(n, 11);
	OK(ASK(&one, flags, NULL, .handle = handle, .uids = uids(2, 9),
	       .since = opened.modseq + 1000));
	EACH_ROW(&one, flags, flags, flag, f)
	n += f.uid;
	assert_int_equal(n, 11);
}

static void quota_stops_append_and_copy(void **state)
{
	struct client admin;
	struct buf rows = {0};
	struct pk_status_rep status;
	struct pk_open_rep rep;
	uint32_t handle;

	(void)state;
	append(&one, "INBOX", 10, 0);
	client_open(&drive, &admin, DRIVE_ADMIN);
	OK(ASK(&admin, quota_set, NULL, .selector = S("u1@example.test"),
	       .resource = PK_RES_MESSAGES, .limit = 13));
	handle = open_as(&one, "INBOX", PK_OPEN_WRITE, &rep);
	assert_int_equal(
		ASK(&one, copy, NULL, .handle = handle, .uids = uids(1, 4), .mailbox = S("Junk")),
		PK_EQUOTA);
	OK(ASK(&one, status, &status, .mailbox = S("Junk")));
	assert_true(status.exists == 0 && status.uidnext == 1); /* all or none */
	OK(ASK(&one, copy, NULL, .handle = handle, .uids = uids(1, 3), .mailbox = S("Junk")));
	OK(ASK(&one, copy, NULL, .handle = handle, .uids = uids(4, 10), .mailbox = S("Junk"),
	       .move = 1)); /* a move needs no room */
	assert_int_equal(
		ASK(&one, append, NULL, .mailbox = S("INBOX"),
	            .messages = ROW1(&rows, new_message, .body = client_body(&one, S("x")))),
		PK_EQUOTA);
	assert_non_null(strstr(one.error, "user"));
	client_close(&admin);
	buf_free(&rows);
}

/* A mailbox of its own limit: what is moved counts, not what the source holds, and a move of many
 * chunks that does not fit moves nothing. */
static void limited_mailboxes_take_what_fits(void **state)
{
	enum { ALL = 10 * 15 + 90 * 16 + 900 * 17 + 4000 * 18 /* octets */ };
	static const struct {
		uint64_t octets, messages; /* limits */
		uint32_t first, last;
		enum pk_status status;
	} cases[] = {
		{LIMIT_NONE, 4999, 1, 5000, PK_EQUOTA},
		{ALL - 1,    5000, 1, 5000, PK_EQUOTA},
		{15,         1,    1, 1,    PK_OK    },
		{15 + 29,    9,    2, 3,    PK_EQUOTA},
		{ALL,        5000, 2, 5000, PK_OK    },
	};
	struct pk_status_rep inbox, junk;
	struct pk_open_rep rep;
	struct client admin;
	uint32_t handle, moved = 0;

	(void)state;
	append(&one, "INBOX", 5000, 0);
	client_open(&drive, &admin, DRIVE_ADMIN);
	handle = open_as(&one, "INBOX", PK_OPEN_WRITE, &rep);
	assert_int_equal(rep.octets, ALL);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		OK(ASK(&admin, quota_set, NULL, .selector = S("u1@example.test:Junk"),
		       .resource = PK_RES_OCTETS, .limit = cases[i].octets));
		OK(ASK(&admin, quota_set, NULL, .selector = S("u1@example.test:Junk"),
		       .resource = PK_RES_MESSAGES, .limit = cases[i].messages));
		assert_int_equal(ASK(&one, copy, NULL, .handle = handle,
		                     .uids = uids(cases[i].first, cases[i].last),
		                     .mailbox = S("Junk"), .move = 1),
		                 cases[i].status);
		if (cases[i].status == PK_OK)
			moved += cases[i].last - cases[i].first + 1;
		OK(ASK(&one, status, &inbox, .mailbox = S("INBOX")));
		OK(ASK(&one, status, &junk, .mailbox = S("Junk")));
		assert_true(junk.exists == moved && inbox.exists == 5000 - moved);
	}
	client_close(&admin);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(list_tells_names),
		TEST(a_long_list_comes_in_frames),
		TEST(append_opens_and_reads),
		TEST(a_long_summary_and_body),
		TEST(frames_grow_with_the_credit),
		TEST(frames_of_rows_grow_with_the_credit),
		TEST(several_appends_are_all_or_none),
		TEST(stores_flags),
		TEST(the_board_counts_changes),
		TEST(stores_flags_that_are_absent),
		TEST(a_refused_body_stays_refused),
		TEST(expunges_and_tells_others),
		TEST(copies_and_moves),
		TEST(stores_tell_what_was_before),
		TEST(long_work_goes_in_chunks),
		TEST(maildrop_is_exclusive),
		TEST(deleted_mailbox_is_stale),
		TEST(vault_lists_expires_and_is_purged),
		TEST(administrators_see_mailboxes),
		TEST(resync_when_the_log_is_too_short),
		TEST(a_restored_mailbox_is_told_whole),
		TEST(quota_stops_append_and_copy),
		TEST(limited_mailboxes_take_what_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
