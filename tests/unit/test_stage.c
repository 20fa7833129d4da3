/* Messages staged for an append (RFC 3502): any number, all or none. */
/* links: store */
#include "unit.h"

#include "store_drive.h"

#include "call.h"
#include "disk.h"
#include "segment_set.h"
#include "staged.h"
#include "volume.h"

#include <errno.h>

static struct drive drive;
static struct client one, admin;

static int set_up(void **state)
{
	(void)state;
	memset(&drive, 0, sizeof(drive));
	drive_make(&drive, 2);
	client_login(&drive, &one, "u1");
	client_open(&drive, &admin, DRIVE_ADMIN);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	disk_hook(NULL);
	client_close(&one);
	client_close(&admin);
	drive_remove(&drive);
	return 0;
}

/* What a message is made of. */
struct made {
	struct buf body, keyword, summary;
};

static void make(struct made *m, unsigned number, size_t octets, size_t summary)
{
	memset(m, 0, sizeof(*m));
	buf_printf(&m->body, "body %u ", number);
	for (uint32_t n = number + 1; m->body.n < octets;) {
		n = n * 1664525 + 1013904223;
		buf_byte(&m->body, (char)(n >> 24));
	}
	buf_printf(&m->keyword, "kw%u", number % 5);
	buf_printf(&m->summary, "summary %u ", number);
	while (m->summary.n < summary)
		buf_byte(&m->summary, 's');
}

static void unmake(struct made *m)
{
	buf_free(&m->body);
	buf_free(&m->keyword);
	buf_free(&m->summary);
}

static void put_made(struct buf *rows, struct client *c, const struct made *m, unsigned number)
{
	pk_put_new_message_row(rows, &(struct pk_new_message){
					     .body = client_body(c, buf_slice(&m->body)),
					     .flags = number % 2 ? PK_SEEN : 0,
					     .internaldate = 1000 + number,
					     .keywords = buf_slice(&m->keyword),
					     .summary = buf_slice(&m->summary),
				     });
}

static void put(struct buf *rows, unsigned number)
{
	struct made m;

	make(&m, number, 0, 0);
	put_made(rows, &one, &m, number);
	unmake(&m);
}

static enum pk_status stage(unsigned staged, struct buf *rows)
{
	enum pk_status st = ASK(&one, stage, NULL, .staged = staged, .messages = PK_ROWS(rows));

	buf_free(rows);
	return st;
}

static enum pk_status append(unsigned staged, struct buf *rows, struct pk_append_rep *rep)
{
	enum pk_status st = ASK(&one, append, rep, .mailbox = S("INBOX"), .staged = staged,
	                        .messages = PK_ROWS(rows));

	buf_free(rows);
	return st;
}

/* Stages messages first .. last - 1 of few octets. */
static enum pk_status stage_some(unsigned first, unsigned last)
{
	struct buf rows = {0};

	for (unsigned i = first; i < last; i++)
		put(&rows, i);
	return stage(first, &rows);
}

static uint32_t exists(void)
{
	struct pk_status_rep rep;

	OK(ASK(&one, status, &rep, .mailbox = S("INBOX")));
	return rep.exists;
}

static struct segments *segments(void)
{
	return drive.server.volumes[0]->segments;
}

/* Octets written to large segments that are still open for more. */
static uint64_t laid_octets(void)
{
	uint64_t n = 0;

	for (struct segment *s = segments()->large; s; s = s->next)
		n += s->tail - SEGMENT_HEAD_OCTETS;
	return n;
}

/* No memory is taken, and no segment waits to be told what becomes of it. */
static void nothing_is_held(void)
{
	struct segment *s;

	assert_int_equal(one.link->staged, 0);
	assert_int_equal(segments()->reserved, 0);
	for (s = segments()->by_id; s; s = s->hh.next)
		assert_true(!s->pending && !s->busy);
}

static void nothing_is_wrong(void)
{
	OK(ASK(&admin, verify, NULL, .bodies = 1));
	EACH_ROW(&admin, verify, findings, finding, f)
	fail_msg("%.*s: %.*s", (int)f.where.n, f.where.p, (int)f.what.n, f.what.p);
}

/* The message with this UID of the mailbox is the one that was made so. */
static void is_made(uint32_t handle, uint32_t uid, const struct made *m, unsigned number)
{
	struct buf row = {0}, got = {0};
	unsigned n = 0;

	OK(ASK(&one, messages, NULL, .handle = handle, .uids = ROW1(&row, range, uid, uid),
	       .want = PK_WANT_FLAGS | PK_WANT_SIZE | PK_WANT_DATES | PK_WANT_SUMMARY));
	EACH_ROW(&one, messages, messages, message, w)
	{
		n++;
		assert_int_equal(w.uid, uid);
		assert_int_equal(w.octets, m->body.n);
		assert_int_equal(w.internaldate, 1000 + number);
		assert_int_equal(!!(w.flags & PK_SEEN), number % 2);
		assert_true(w.flags >> PK_FIRST_KEYWORD == 1ull << number % 5);
		assert_true(slice_eq(w.summary, buf_slice(&m->summary)));
	}
	assert_int_equal(n, 1);
	OK(ASK(&one, read, NULL, .handle = handle,
	       .pieces = ROW1(&row, piece, .uid = uid, .octets = UINT64_MAX)));
	EACH_ROW(&one, read, chunks, chunk, k)
	{
		assert_int_equal(k.status, PK_OK);
		buf_put(&got, k.bytes);
	}
	assert_true(slice_eq(buf_slice(&got), buf_slice(&m->body)));
	buf_free(&row);
	buf_free(&got);
}

static uint32_t open_inbox(void)
{
	struct pk_open_rep rep;

	OK(ASK(&one, open, &rep, .mailbox = S("INBOX"), .mode = PK_OPEN_READ));
	return rep.handle;
}

static void in_their_order(void **state)
{
	struct pk_append_rep rep;
	struct buf rows = {0};
	unsigned ranges = 0;
	uint32_t handle;

	(void)state;
	for (unsigned i = 0; i < 300; i += 100) {
		OK(stage_some(i, i + 100));
		assert_int_equal(segments()->reserved, 0);
		assert_true(one.link->staged > 0);
		assert_int_equal(exists(), 0);
	}
	for (unsigned i = 300; i < 350; i++)
		put(&rows, i);
	OK(append(300, &rows, &rep));
	EACH_ROW(&one, append, uids, range, r)
	{
		ranges++;
		assert_true(r.first == 1 && r.last == 350);
	}
	assert_int_equal(ranges, 1);
	handle = open_inbox();
	for (unsigned i = 0; i < 350; i++) {
		struct made m;

		make(&m, i, 0, 0);
		is_made(handle, i + 1, &m, i);
		unmake(&m);
	}
	assert_int_equal(exists(), 350);
	nothing_is_held();
	nothing_is_wrong();
}

/* What an append has named is not written over by the next one. */
static void it_stays(void **state)
{
	struct buf rows = {0};
	uint32_t handle;

	(void)state;
	for (unsigned n = 0; n < 3; n++) {
		OK(stage_some(0, 40));
		OK(append(40, &rows, NULL));
		OK(stage_some(0, 20));
		OK(stage(0, &rows));
	}
	handle = open_inbox();
	for (unsigned i = 0; i < 120; i++) {
		struct made m;

		make(&m, i % 40, 0, 0);
		is_made(handle, i + 1, &m, i % 40);
		unmake(&m);
	}
	nothing_is_wrong();
}

static unsigned bodies_kept(void)
{
	struct cursor c;
	struct txn t;
	unsigned n = 0;

	OK(txn_begin_read(drive.server.volumes[0], &t));
	OK(cursor_open(&t, TREE_BLOB, &c));
	for (enum pk_status st = cursor_seek(&c, S("")); st == PK_OK; st = cursor_next(&c))
		n++;
	cursor_close(&c);
	txn_end_read(&t);
	return n;
}

/* Large bodies and summaries too long for a row; bodies that are the same are kept once. */
static void of_all_sizes(void **state)
{
	static const struct {
		unsigned number;
		size_t octets, summary;
	} all[] = {
		{0, 300000, 0    },
                {1, 10,     99000},
                {2, 40000,  0    },
                {2, 40000,  0    },
                {3, 900000, 5000 },
		{4, 0,      0    },
                {5, 250000, 0    },
                {6, 300000, 0    },
                {6, 300000, 0    },
	};
	struct pk_status_rep status;
	struct buf rows = {0};
	struct made m[COUNT(all)];
	uint64_t octets = 0;
	uint32_t handle;

	(void)state;
	for (unsigned i = 0; i < COUNT(all); i++) {
		make(&m[i], all[i].number, all[i].octets, all[i].summary);
		put_made(&rows, &one, &m[i], all[i].number);
		octets += m[i].body.n;
		if (i % 3 == 1)
			OK(stage(i > 2 ? i - 2 : 0, &rows));
	}
	OK(append(COUNT(all) - 1, &rows, NULL));
	handle = open_inbox();
	for (unsigned i = 0; i < COUNT(all); i++) {
		is_made(handle, i + 1, &m[i], all[i].number);
		unmake(&m[i]);
	}
	OK(ASK(&one, status, &status, .mailbox = S("INBOX")));
	assert_int_equal(status.octets, octets);
	assert_int_equal(bodies_kept(), COUNT(all) - 2 + 2);
	nothing_is_held();
	nothing_is_wrong();
}

/* Whatever ends an append, nothing is staged any more. */
static void all_or_none(void **state)
{
	struct buf rows = {0};

	(void)state;
	OK(stage_some(0, 90));
	pk_put_new_message_row(&rows, &(struct pk_new_message){.body = client_body(&one, S("x")),
	                                                       .keywords = S("bad(keyword")});
	assert_int_equal(append(90, &rows, NULL), PK_EINVAL);
	nothing_is_held();
	assert_int_equal(append(90, &rows, NULL), PK_EINVAL);

	OK(stage_some(0, 90));
	pk_put_new_message_row(&rows, &(struct pk_new_message){.body = client_body(&one, S("x")),
	                                                       .keywords = S("bad(keyword")});
	OK(stage(90, &rows));
	put(&rows, 91);
	assert_int_equal(append(91, &rows, NULL), PK_EINVAL);
	nothing_is_held();

	OK(stage_some(0, 90));
	put(&rows, 90);
	assert_int_equal(ASK(&one, append, NULL, .mailbox = S("nosuch"), .staged = 90,
	                     .messages = PK_ROWS(&rows)),
	                 PK_ENOTFOUND);
	buf_free(&rows);
	nothing_is_held();

	/* Those that nobody speaks of are dropped. */
	OK(stage_some(0, 90));
	put(&rows, 0);
	assert_int_equal(append(89, &rows, NULL), PK_EINVAL);
	OK(stage_some(0, 90));
	assert_int_equal(stage_some(91, 92), PK_EINVAL);
	assert_int_equal(append(0, &rows, NULL), PK_EINVAL); /* nor has it any of its own */
	nothing_is_held();
	assert_int_equal(exists(), 0);
	OK(stage_some(0, 90));
	put(&rows, 7);
	OK(append(0, &rows, NULL));
	assert_int_equal(exists(), 1);
	OK(stage_some(0, 2)); /* no message besides */
	OK(append(2, &rows, NULL));
	assert_int_equal(exists(), 3);
	nothing_is_wrong();
}

static void the_quota_is_of_the_sum(void **state)
{
	struct buf rows = {0};

	(void)state;
	OK(ASK(&admin, quota_set, NULL, .selector = S("u1@example.test"),
	       .resource = PK_RES_MESSAGES, .limit = 100));
	OK(ASK(&one, room, NULL, .mailbox = S("INBOX"), .octets = 1000, .messages = 100));
	assert_int_equal(
		ASK(&one, room, NULL, .mailbox = S("INBOX"), .octets = 1000, .messages = 101),
		PK_EQUOTA);
	OK(stage_some(0, 90));
	OK(stage_some(90, 100));
	put(&rows, 100);
	assert_int_equal(append(100, &rows, NULL), PK_EQUOTA);
	assert_int_equal(exists(), 0);
	OK(stage_some(0, 90));
	for (unsigned i = 90; i < 100; i++)
		put(&rows, i);
	OK(append(90, &rows, NULL));
	assert_int_equal(exists(), 100);

	OK(ASK(&admin, quota_set, NULL, .selector = S("u1@example.test"),
	       .resource = PK_RES_MESSAGES, .limit = 1000));
	OK(ASK(&admin, quota_set, NULL, .selector = S("u1@example.test"), .resource = PK_RES_OCTETS,
	       .limit = 1400));
	OK(stage_some(0, 100));
	assert_int_equal(append(100, &rows, NULL), PK_EQUOTA);
	assert_int_equal(exists(), 100);
	nothing_is_held();
	nothing_is_wrong();
}

/* One message is never larger than it may be, all of them together are. */
static void room_is_asked_for_many(void **state)
{
	uint64_t most = drive.server.options.message_max;

	(void)state;
	assert_int_equal(ASK(&one, room, NULL, .mailbox = S("INBOX"), .octets = most + 1),
	                 PK_ETOOBIG);
	OK(ASK(&one, room, NULL, .mailbox = S("INBOX"), .octets = most + 1, .messages = 2));
}

/* What was written for an append that did not come is written over. */
static void dropped(void **state)
{
	struct buf rows = {0};

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		OK(stage_some(0, 100));
		OK(stage_some(100, 200));
		assert_true(laid_octets() > 0);
		if (i == 0) {
			client_close(&one);
			client_login(&drive, &one, "u1");
		} else {
			if (i == 1)
				OK(stage_some(0, 1)); /* begins anew */
			OK(stage(0, &rows));
		}
		nothing_is_held();
		assert_int_equal(laid_octets(), 0);
	}
	assert_int_equal(exists(), 0);
}

/* The store ends before the append: nothing of it is there, and its octets are not kept. */
static void a_crash_before_the_append(void **state)
{
	struct buf rows = {0};
	struct pk_append_rep rep;

	(void)state;
	OK(stage_some(0, 100));
	put(&rows, 0);
	OK(append(100, &rows, &rep)); /* in the same segment: it stays */
	OK(stage_some(0, 128));
	one.link->sessions->staged->named = true; /* killed, it gives nothing back */
	client_close(&one);
	client_close(&admin);
	drive_close(&drive);
	drive_open(&drive);
	client_login(&drive, &one, "u1");
	client_open(&drive, &admin, DRIVE_ADMIN);
	assert_true(segments()->large == NULL);
	assert_int_equal(exists(), 101);
	nothing_is_wrong();
}

static void compaction_leaves_it(void **state)
{
	struct buf rows = {0};
	struct made m;

	(void)state;
	make(&m, 5, 400000, 0);
	put_made(&rows, &one, &m, 5);
	OK(stage(0, &rows));
	put(&rows, 1);
	OK(stage(1, &rows));
	OK(ASK(&admin, compact, NULL));
	OK(append(2, &rows, NULL));
	OK(ASK(&admin, compact, NULL));
	is_made(open_inbox(), 1, &m, 5);
	unmake(&m);
	nothing_is_held();
	nothing_is_wrong();
}

static void as_many_as_may_be(void **state)
{
	struct buf rows = {0};
	unsigned n;

	(void)state;
	for (n = 0; n + 100 <= PK_APPEND_MAX; n += 100)
		OK(stage_some(n, n + 100));
	put(&rows, n);
	assert_int_equal(append(PK_APPEND_MAX, &rows, NULL), PK_ELIMIT);
	nothing_is_held();
	for (n = 0; n + 100 <= PK_APPEND_MAX; n += 100)
		OK(stage_some(n, n + 100));
	assert_int_equal(stage_some(n, n + 1), PK_ELIMIT);
	assert_true(one.link->staged < (size_t)10 << 20);
	OK(append(PK_APPEND_MAX, &rows, NULL));
	assert_int_equal(exists(), PK_APPEND_MAX);
	nothing_is_held();
	nothing_is_wrong();
}

/* The memory is the link's: who is refused has what he had. */
static void the_link_has_a_limit(void **state)
{
	struct buf rows = {0};
	size_t hundred;

	(void)state;
	OK(stage_some(0, 100));
	hundred = one.link->staged;
	one.link->staged += LINK_STAGED_OCTETS - 2 * hundred;
	assert_int_equal(stage_some(100, 228), PK_ELIMIT);
	assert_int_equal(one.link->staged, LINK_STAGED_OCTETS - hundred);
	OK(stage_some(100, 199));
	one.link->staged -= LINK_STAGED_OCTETS - 2 * hundred;
	put(&rows, 199);
	OK(append(199, &rows, NULL));
	assert_int_equal(exists(), 200);
	nothing_is_held();
}

/* The n-th operation on a segment fails. */
struct failing {
	int left;
	enum disk_op op;
};

static int fail_at(void *arg, enum disk_op op, const char *name, uint64_t offset, size_t octets)
{
	struct failing *f = arg;

	(void)name, (void)offset, (void)octets;
	if (op != f->op || f->left < 0)
		return 0;
	return f->left-- ? 0 : EIO;
}

static void a_disk_that_fails(void **state)
{
	static const enum disk_op ops[] = {DISK_CREATE, DISK_WRITE};
	struct made big, small;
	unsigned failed = 0;

	(void)state;
	make(&big, 0, 2000000, 60000);
	make(&small, 0, 250000, 5000);
	for (size_t i = 0; i < COUNT(ops); i++)
		for (int n = 0; n < 40; n++) {
			struct failing f = {n, ops[i]};
			struct disk_hook hook = {fail_at, &f};
			struct buf rows = {0};
			enum pk_status st;

			disk_hook(&hook);
			for (unsigned k = 0; k < 8; k++)
				put_made(&rows, &one, k == 4 ? &big : &small, 0);
			st = stage(0, &rows);
			disk_hook(NULL);
			failed += st != PK_OK;
			OK(stage_some(0, 1));
			put(&rows, 0);
			OK(append(1, &rows, NULL));
			nothing_is_held();
			session_drop_all(one.link->sessions);
		}
	assert_true(failed > 5);
	unmake(&big);
	unmake(&small);
	nothing_is_wrong();
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(in_their_order),
		TEST(it_stays),
		TEST(of_all_sizes),
		TEST(all_or_none),
		TEST(the_quota_is_of_the_sum),
		TEST(room_is_asked_for_many),
		TEST(dropped),
		TEST(a_crash_before_the_append),
		TEST(compaction_leaves_it),
		TEST(as_many_as_may_be),
		TEST(the_link_has_a_limit),
		TEST(a_disk_that_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
