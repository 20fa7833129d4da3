/* IMAP commands that get only so far: what was done is told, and what was not is not. */
/* links: imap harness host store */
#include "imap_talk.h"

#define MESSAGES 2560 /* more than the store moves in one transaction */

static void fill_inbox(struct talk *t)
{
	for (int i = 0; i < 5; i++)
		append(t, S("x"));
	assert_true(has(say(t, "a SELECT INBOX"), "a OK "));
	for (int n = 5; n < MESSAGES; n *= 2)
		assert_true(has(say(t, "a COPY 1:* INBOX"), "a OK "));
}

/* RFC 6851 4.3, RFC 9051 6.4.8: each message is moved or not, and COPYUID comes before EXPUNGE. */
static void a_move_that_fails_half_way(void **state)
{
	struct talk t;
	struct slice got;

	(void)state;
	talk_open(&t, 0);
	log_in(&t);
	fill_inbox(&t);
	drive_lose_row(t.d, 2300);
	got = say(&t, "c MOVE 1:* Junk");
	assert_true(slice_starts(got, S("* OK [COPYUID ")));
	assert_true(has(slice_cut(&got, '\n'), " 1:2000 1:2000] Moved"));
	assert_true(slice_starts(got, S("* 2000 EXPUNGE\r\n")));
	assert_true(has(got, "* 1 EXPUNGE\r\n"));
	assert_true(has(got, "c NO [SERVERBUG] "));
	assert_true(has(say(&t, "e UID FETCH 1:2001 UID"), "* 1 FETCH (UID 2001)\r\ne OK "));
	assert_true(has(say(&t, "f STATUS Junk (MESSAGES)"), "(MESSAGES 2000)"));
	talk_close(&t);
}

/* Octets that zstd makes no shorter. */
static void noise(struct buf *b, size_t n)
{
	uint64_t x = 1;

	while (n--) {
		x = x * UINT64_C(6364136223846793005) + 1442695040888963407;
		buf_byte(b, (char)(' ' + (x >> 33) % 95));
	}
}

/* RFC 5530 3: what is corrupt, and not for a while. RFC 3501 6.4.5: nobody has seen it. */
static void a_body_that_cannot_be_read(void **state)
{
	static const char *const fetches[] = {
		"b FETCH 1:2 BODY[]",
		"b FETCH 1:2 (BINARY[1] UID)",
		"b FETCH 1:2 BODY[TEXT]<5.10>",
	};
	struct buf message = {0};
	struct talk t;
	struct slice got;

	(void)state;
	talk_open(&t, 0);
	log_in(&t);
	buf_put(&message, S("Subject: noise\r\n\r\n"));
	noise(&message, 6000);
	append(&t, S("Subject: good\r\n\r\nbody"));
	append(&t, buf_slice(&message));
	drive_spoil_last_body(t.d);
	assert_true(has(say(&t, "a SELECT INBOX"), "a OK "));
	for (size_t i = 0; i < COUNT(fetches); i++) {
		got = say(&t, fetches[i]);
		assert_true(has(got, "* 2 FETCH (BO") || has(got, "* 2 FETCH (BI"));
		assert_true(has(got, " NIL"));
		assert_true(has(got, "b NO [CORRUPTION] "));
		assert_false(has(got, "* 2 FETCH (FLAGS"));
		assert_true(i > 0 || has(got, "* 1 FETCH (FLAGS (\\Seen \\Recent))"));
	}
	assert_true(has(say(&t, "c SEARCH UNSEEN"), "* SEARCH 2\r\n"));
	assert_true(has(say(&t, "d SEARCH BODY nowhere"), "d NO [CORRUPTION] "));
	assert_true(has(say(&t, "e SEARCH SUBJECT noise"), "* SEARCH 2\r\n"));
	drive_inject_at(t.d, PK_OP_read, PK_EUNAVAILABLE);
	assert_true(has(say(&t, "f FETCH 1 BODY[]"), "f NO [UNAVAILABLE] "));
	assert_true(has(say(&t, "g FETCH 1 BODY[]"), "g OK "));
	buf_free(&message);
	talk_close(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_move_that_fails_half_way),
		cmocka_unit_test(a_body_that_cannot_be_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
