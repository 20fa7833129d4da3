/* The field codec, the frames, and messages of every shape. */
#include "unit.h"

#include "ipc/frame.h"

#include <postkeep/messages.h>

static void every_short_message_is_refused(void **state)
{
	struct pk_announce_req q = {.listener = S("imap"),
	                            .peer = S("127.0.0.1"),
	                            .peer_port = 4,
	                            .id = 7},
			       got;
	struct buf b = {0};
	const size_t tail = 4 * 4; /* what stands behind SINCE: empty strings */

	(void)state;
	pk_put_announce_req(&b, &q);
	for (size_t n = 0; n < b.n; n++) /* an older peer ends where the tail begins */
		assert_int_equal(pk_get_announce_req(slice_head(buf_slice(&b), n), &got),
		                 n == b.n - tail ? PK_OK : PK_EPROTO);
	assert_int_equal(pk_get_announce_req(buf_slice(&b), &got), PK_OK);
	assert_true(slice_eq(got.peer, q.peer));
	assert_int_equal(got.id, 7);
	buf_free(&b);
}

static void extra_bytes_are_a_newer_peer(void **state)
{
	struct pk_name got;
	struct buf b = {0};

	(void)state;
	pk_put_name(&b, &(struct pk_name){S("x")});
	buf_put(&b, S("more"));
	assert_int_equal(pk_get_name(buf_slice(&b), &got), PK_OK);
	buf_free(&b);
}

static void rows_come_back_in_order(void **state)
{
	struct buf rows = {0}, b = {0};
	struct pk_flags_rep rep;
	struct pk_flag flag;
	uint32_t n = 0;

	(void)state;
	for (uint32_t i = 0; i < 100; i++)
		pk_put_flag_row(&rows, &(struct pk_flag){
					       .uid = i, .flags = UINT64_MAX - i, .modseq = i * 3});
	pk_put_flags_rep(&b, &(struct pk_flags_rep){.flags = PK_ROWS(&rows)});
	assert_int_equal(pk_get_flags_rep(buf_slice(&b), &rep), PK_OK);
	while (pk_next_flag(&rep.flags, &flag)) {
		assert_int_equal(flag.uid, n);
		assert_true(flag.flags == UINT64_MAX - n);
		n++;
	}
	assert_int_equal(n, 100);
	buf_free(&rows);
	buf_free(&b);
}

static void a_broken_row_ends_the_rows(void **state)
{
	static const char raw[] = "\x14\0\0\0"
				  "12345678901234567890"
				  "\xff\xff\0\0"
				  "short";
	struct pk_rows rows = {
		{raw, sizeof(raw) - 1}
        };
	struct pk_flag flag;

	(void)state;
	assert_true(pk_next_flag(&rows, &flag));
	assert_false(pk_next_flag(&rows, &flag));
	assert_false(pk_next_flag(&rows, &flag));
}

static void frames_need_all_their_bytes(void **state)
{
	struct frame f = {.op = PK_OP_open,
	                  .tag = UINT64_MAX - 1,
	                  .session = 9,
	                  .flags = FRAME_MORE,
	                  .stream = 3,
	                  .status = PK_EQUOTA,
	                  .payload = S("payload")},
		     got;
	struct buf b = {0};
	size_t used;

	(void)state;
	frame_put(&b, &f);
	assert_int_equal(b.n, FRAME_HEAD + 7);
	for (size_t n = 0; n < b.n; n++) {
		assert_int_equal(frame_take(slice_head(buf_slice(&b), n), &got, &used), PK_OK);
		assert_int_equal(used, 0);
	}
	assert_int_equal(frame_take(buf_slice(&b), &got, &used), PK_OK);
	assert_int_equal(used, b.n);
	assert_true(got.tag == f.tag && got.op == f.op && got.session == f.session &&
	            got.flags == f.flags && got.stream == f.stream && got.status == f.status &&
	            slice_eq(got.payload, f.payload));
	buf_free(&b);
}

static void a_huge_frame_is_a_framing_fault(void **state)
{
	struct frame got;
	size_t used;

	(void)state;
	assert_int_equal(frame_take(S("\x01\x00\x04\x00"), &got, &used), PK_EPROTO);
	assert_int_equal(frame_take(S("\x00\x00\x04\x00"), &got, &used), PK_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_short_message_is_refused),
		cmocka_unit_test(extra_bytes_are_a_newer_peer),
		cmocka_unit_test(rows_come_back_in_order),
		cmocka_unit_test(a_broken_row_ends_the_rows),
		cmocka_unit_test(frames_need_all_their_bytes),
		cmocka_unit_test(a_huge_frame_is_a_framing_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
