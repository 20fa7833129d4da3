/* What a link may ask the store to keep for it (DESIGN 9): a host that is not ours says it all. */
/* links: store */
#include "unit.h"

#include "store_drive.h"

#include "call.h"

#include <lmdb.h>

#define PIECE PK_DATA_MAX

static void put(struct buf *b, enum pk_op op, uint32_t session, uint64_t tag, struct slice payload)
{
	frame_put(b, &(struct frame){.op = op, .session = session, .tag = tag, .payload = payload});
}

/* The status of the last reply on the link, -1: there was none. */
static int last_status(struct peer *p)
{
	struct frame f;
	size_t used = 1;
	int status = -1;

	for (size_t at = 0; used; at += used) {
		OK(frame_take(slice_skip(buf_slice(&p->out), at), &f, &used));
		if (used && f.flags & FRAME_REPLY)
			status = f.status;
	}
	buf_clear(&p->out);
	return status;
}

static int announce(struct drive *d, struct peer *p, uint32_t session, struct slice listener)
{
	struct buf payload = {0}, b = {0};

	pk_put_announce_req(
		&payload,
		&(struct pk_announce_req){.listener = listener, .peer = S("127.0.0.1"), .tls = 1});
	put(&b, PK_OP_announce, session, 1, buf_slice(&payload));
	peer_feed(p, buf_slice(&b));
	drive_turn(d);
	buf_free(&payload);
	buf_free(&b);
	return last_status(p);
}

static struct peer *link_as(struct drive *d, uint32_t roles)
{
	struct peer *p = peer_new(&d->server, roles, "test");

	drive_hello(p);
	return p;
}

static void sessions_of_a_link_are_bounded(void **state)
{
	struct drive d = {0};
	struct peer *p, *other;

	(void)state;
	drive_make(&d, 0);
	d.server.options.sessions_per_link = 3;
	p = link_as(&d, DRIVE_SESSION);
	other = link_as(&d, DRIVE_SESSION);
	for (uint32_t i = 1; i <= 3; i++)
		assert_int_equal(announce(&d, p, i, S("test")), PK_OK);
	assert_int_equal(announce(&d, p, 4, S("test")), PK_ELIMIT);
	assert_int_equal(announce(&d, p, 3, S("test")), PK_OK); /* again: as after STARTTLS */
	assert_int_equal(announce(&d, other, 4, S("test")), PK_OK);
	assert_int_equal(d.server.sessions, 4);
	peer_close(p);
	peer_close(other);
	assert_int_equal(d.server.sessions, 0);
	drive_remove(&d);
}

static void an_announcement_has_a_size(void **state)
{
	static char listener[8192];
	struct drive d = {0};
	struct peer *p;

	(void)state;
	memset(listener, 'x', sizeof(listener));
	drive_make(&d, 0);
	p = link_as(&d, DRIVE_SESSION);
	assert_int_equal(announce(&d, p, 1, (struct slice){listener, sizeof(listener)}),
	                 PK_ETOOBIG);
	assert_int_equal(announce(&d, p, 1, (struct slice){listener, 100}), PK_OK);
	peer_close(p);
	drive_remove(&d);
}

/* Requests wait behind one that is slow: so many octets, then they are refused. */
static void requests_under_way_are_bounded(void **state)
{
	static char big[PK_FRAME_MAX];
	struct drive d = {0};
	struct peer *p;
	struct buf b = {0};

	(void)state;
	drive_make(&d, 0);
	p = link_as(&d, DRIVE_ADMIN);
	for (uint32_t s = 1; s <= 400; s++)
		assert_int_equal(announce(&d, p, s, S("test")), PK_OK);
	for (uint32_t s = 1; s <= 400; s++) {
		put(&b, PK_OP_verify, s, 2, (struct slice){big, 5}); /* waits for a reader */
		for (uint64_t tag = 3; tag < 6; tag++)
			put(&b, PK_OP_tenant_list, s, tag, (struct slice){big, sizeof(big)});
		peer_feed(p, buf_slice(&b));
		buf_clear(&b);
		assert_true(p->requests <= (size_t)64 << 20);
		assert_true(session_find(p, s)->requests <= (size_t)512 << 10);
	}
	assert_true(p->requests > (size_t)63 << 20);
	assert_int_equal(last_status(p), PK_ELIMIT);
	drive_turn(&d);
	assert_int_equal(p->requests, 0);
	assert_int_equal(announce(&d, p, 401, S("test")), PK_OK);
	peer_close(p);
	buf_free(&b);
	drive_remove(&d);
}

static size_t whole_frames(struct peer *p)
{
	struct frame f;
	size_t n = 0, used = 1;

	for (size_t at = 0; used; at += used, n++)
		OK(frame_take(slice_skip(buf_slice(&p->out), at), &f, &used));
	return n - 1;
}

/* A user with large messages in INBOX, and what asks for all their octets. */
struct reader {
	struct drive d;
	struct client c;
	struct buf ask;  /* a read from handle 1 */
	struct buf note; /* credit without end */
	struct buf out;  /* frames that are to be fed */
};

static void reader_make(struct reader *r, uint32_t messages)
{
	struct buf body = {0}, row = {0};

	*r = (struct reader){0};
	drive_make(&r->d, 1);
	client_login(&r->d, &r->c, "u1");
	for (size_t i = 0; i < 40000; i++)
		buf_put(&body, slice_str("Subject: x\r\n"));
	for (uint32_t i = 0; i < messages; i++) {
		uint16_t stream = client_body(&r->c, buf_slice(&body));

		OK(ASK(&r->c, append, NULL, .mailbox = S("INBOX"),
		       .messages = ROW1(&row, new_message, .body = stream)));
	}
	buf_clear(&row);
	for (uint32_t uid = 1; uid <= messages; uid++)
		pk_put_piece_row(&row, &(struct pk_piece){.uid = uid, .octets = 1 << 20});
	pk_put_read_req(&r->ask, &(struct pk_read_req){.handle = 1, .pieces = PK_ROWS(&row)});
	pk_put_credit_note(&r->note, &(struct pk_credit_note){INT64_C(1) << 40});
	buf_free(&body);
	buf_free(&row);
}

static void reader_open(struct reader *r, uint8_t mode)
{
	OK(ASK(&r->c, open, NULL, .mailbox = S("INBOX"), .mode = mode));
}

static void reader_feed(struct reader *r)
{
	peer_feed(r->c.link, buf_slice(&r->out));
	buf_clear(&r->out);
}

static void reader_remove(struct reader *r)
{
	client_close(&r->c);
	buf_free(&r->ask);
	buf_free(&r->note);
	buf_free(&r->out);
	drive_remove(&r->d);
}

/* Credit without end and a peer that does not read: what it is owed stays in the store's files. */
static void replies_wait_for_a_reader(void **state)
{
	struct reader r;
	size_t frames = 0;

	(void)state;
	reader_make(&r, 40);
	reader_open(&r, PK_OPEN_READ);
	put(&r.out, PK_OP_credit, 1, 0, buf_slice(&r.note));
	put(&r.out, PK_OP_read, 1, 99, buf_slice(&r.ask));
	reader_feed(&r);
	for (;;) {
		size_t n;

		drive_turn(&r.d);
		assert_true(r.c.link->out.n <= PEER_OUT_MOST + 2 * PK_FRAME_MAX);
		n = whole_frames(r.c.link);
		frames += n;
		buf_clear(&r.c.link->out);
		if (!r.c.link->held)
			break;
		peer_drained(r.c.link);
	}
	assert_true(frames > 60); /* 19 MB, all of it */
	assert_null(session_find(r.c.link, 1)->first);
	reader_remove(&r);
}

/* Reads that overlap in many sessions: only so much is made ahead, and in the end all is answered.
 */
static void what_is_made_ahead_is_bounded(void **state)
{
	struct reader r;
	size_t most = 0;
	bool over = false;

	(void)state;
	reader_make(&r, 1);
	for (r.c.number = 2; r.c.number < 62; r.c.number++) {
		OK(ASK(&r.c, announce, NULL, .peer = S("127.0.0.1"), .tls = 1));
		OK(ASK(&r.c, auth, NULL, .mechanism = S("PLAIN"),
		       .data = (struct slice){"\0u1\0secret", 10}));
		reader_open(&r, PK_OPEN_READ);
	}
	for (uint32_t s = 2; s < 62; s++) {
		put(&r.out, PK_OP_credit, s, 0, buf_slice(&r.note));
		for (uint64_t tag = 900; tag < 908; tag++)
			put(&r.out, PK_OP_read, s, tag, buf_slice(&r.ask));
	}
	reader_feed(&r);
	for (unsigned i = 0; !over && i < 10000; i++) {
		drive_turn(&r.d);
		most = r.c.link->replies > most ? r.c.link->replies : most;
		assert_true(r.c.link->replies <= PEER_REPLIES_MOST + PK_FRAME_MAX);
		over = !r.c.link->held;
		buf_clear(&r.c.link->out);
		peer_drained(r.c.link);
	}
	assert_true(over && most > PEER_REPLIES_MOST / 2);
	for (uint32_t s = 2; s < 62; s++)
		assert_null(session_find(r.c.link, s)->first);
	assert_int_equal(r.c.link->replies, 0);
	r.c.number = 1;
	reader_remove(&r);
}

/* Whether a read transaction is open: LMDB lists its slots, "-" where there is none. */
static int look_for_reader(const char *line, void *open)
{
	*(bool *)open |= strspn(line, " 0123456789abcdefghijklmnopqrstuvwxyz") &&
	                 !strchr(line, '-') && !strstr(line, "txnid") && !strstr(line, "(no");
	return 0;
}

static bool reads_now(struct drive *d)
{
	bool open = false;

	assert_true(mdb_reader_list(d->server.volumes[0]->env, look_for_reader, &open) >= 0);
	return open;
}

/* No frame is made for a client that has no room for it, and no transaction waits for one. */
static void nothing_is_made_without_credit(void **state)
{
	struct reader r;
	struct call *read;
	MDB_txn *txn;

	(void)state;
	reader_make(&r, 1);
	reader_open(&r, PK_OPEN_READ);
	put(&r.out, PK_OP_read, 1, 99, buf_slice(&r.ask));
	reader_feed(&r);
	drive_turn(&r.d);
	read = session_find(r.c.link, 1)->first;
	assert_non_null(read);
	assert_true(read->waits);
	assert_int_equal(read->out.n, 0);
	assert_false(reads_now(&r.d));
	assert_int_equal(mdb_txn_begin(r.d.server.volumes[0]->env, NULL, MDB_RDONLY, &txn), 0);
	assert_true(reads_now(&r.d)); /* it would be seen */
	mdb_txn_abort(txn);
	put(&r.out, PK_OP_cancel, 1, 99, S("")); /* who does not want it is not held up by it */
	reader_feed(&r);
	assert_null(session_find(r.c.link, 1)->first);
	drive_credit(&r.c, 1 << 20);
	reader_remove(&r);
}

/* A client that goes away amid a large reply: its host says bye, and gives no credit any more. */
static void who_leaves_needs_no_credit(void **state)
{
	struct reader r;

	(void)state;
	reader_make(&r, 1);
	reader_open(&r, PK_OPEN_DROP);
	for (uint64_t tag = 90; tag < 94; tag++)
		put(&r.out, PK_OP_read, 1, tag, buf_slice(&r.ask));
	reader_feed(&r);
	drive_turn(&r.d);
	buf_clear(&r.c.link->out);
	put(&r.out, PK_OP_bye, 1, 99, S(""));
	reader_feed(&r);
	drive_turn(&r.d);
	assert_int_equal(last_status(r.c.link), PK_OK);
	assert_null(session_find(r.c.link, 1));
	assert_null(r.d.server.locks); /* the maildrop is free */
	OK(ASK(&r.c, announce, NULL, .peer = S("127.0.0.1"), .tls = 1));
	reader_remove(&r);
}

static void bodies_of_a_link_are_bounded(void **state)
{
	struct drive d = {0};
	struct peer *p;
	struct buf b = {0};

	(void)state;
	drive_make(&d, 0);
	p = link_as(&d, DRIVE_DELIVER);
	for (uint32_t s = 1; s <= 40; s++) {
		assert_int_equal(announce(&d, p, s, S("test")), PK_OK);
		for (uint16_t stream = 1; stream <= 200; stream++)
			frame_put(&b, &(struct frame){.op = PK_OP_data,
			                              .session = s,
			                              .stream = stream,
			                              .payload = S("x")});
		peer_feed(p, buf_slice(&b));
		buf_clear(&b);
		assert_true(p->bodies <= s * 128 && p->bodies <= 4096);
	}
	assert_int_equal(p->bodies, 4096);
	put(&b, PK_OP_bye, 1, 7, S(""));
	peer_feed(p, buf_slice(&b));
	drive_turn(&d);
	assert_int_equal(p->bodies, 4096 - 128);
	peer_close(p);
	buf_free(&b);
	drive_remove(&d);
}

/* What comes behind a framing fault is not kept. */
static void a_dead_link_keeps_nothing(void **state)
{
	static char garbage[1 << 20];
	struct drive d = {0};
	struct peer *p;

	(void)state;
	memset(garbage, 0xff, sizeof(garbage));
	drive_make(&d, 0);
	p = link_as(&d, DRIVE_SESSION);
	for (unsigned i = 0; i < 8; i++) {
		peer_feed(p, (struct slice){garbage, sizeof(garbage)});
		assert_true(p->dead);
		assert_int_equal(p->in.cap, 0);
	}
	peer_close(p);
	drive_remove(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sessions_of_a_link_are_bounded),
		cmocka_unit_test(an_announcement_has_a_size),
		cmocka_unit_test(requests_under_way_are_bounded),
		cmocka_unit_test(replies_wait_for_a_reader),
		cmocka_unit_test(what_is_made_ahead_is_bounded),
		cmocka_unit_test(nothing_is_made_without_credit),
		cmocka_unit_test(who_leaves_needs_no_credit),
		cmocka_unit_test(bodies_of_a_link_are_bounded),
		cmocka_unit_test(a_dead_link_keeps_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
