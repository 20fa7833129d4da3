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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_move_that_fails_half_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
