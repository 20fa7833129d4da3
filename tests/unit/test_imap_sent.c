/* What a client appends to its sent mail is known to the store by its Message-ID. */
/* links: imap harness host store */
#include "imap_talk.h"

#include "drive_parts.h"

#include "imap/structure.h"
#include "record.h"
#include "volume.h"

#define MESSAGE(id) "From: jane@example.test\r\n" id "\r\nSubject: x\r\n\r\nhello\r\n"

/* Rows of what was sent, of all accounts. */
static unsigned remembered(struct talk *t)
{
	struct cursor c;
	struct txn txn;
	unsigned n = 0;

	assert_int_equal(txn_begin_read(t->d->server.volumes[0], &txn), PK_OK);
	assert_int_equal(cursor_open(&txn, TREE_ACCT, &c), PK_OK);
	for (enum pk_status st = cursor_seek(&c, S("")); st == PK_OK; st = cursor_next(&c))
		n += c.key.n == KEY_ACCT_OCTETS + SENT_ID_OCTETS && !key_u32_at(c.key, 8) &&
		     c.key.p[KEY_ACCT_OCTETS - 1] == KIND_SENT;
	cursor_close(&c);
	txn_end_read(&txn);
	return n;
}

static void append_to(struct talk *t, const char *mailbox, struct slice message)
{
	struct buf b = {0};

	buf_printf(&b, "ap APPEND %s (\\Seen) {%zu+}\r\n", mailbox, message.n);
	buf_put(&b, message);
	buf_put(&b, S("\r\n"));
	buf_clear(drive_got(t->c));
	drive_send(t->c, buf_slice(&b));
	buf_free(&b);
	assert_true(has(buf_slice(drive_got(t->c)), "ap OK "));
}

static void its_message_id_is_told(void **state)
{
	struct talk t;

	(void)state;
	talk_open(&t, 0);
	log_in(&t);
	append_to(&t, "Sent", S(MESSAGE("Message-ID: <one@x.example>")));
	assert_int_equal(remembered(&t), 1);
	append_to(&t, "Sent", S(MESSAGE("Message-ID:\r\n  <one@x.example> (again)")));
	assert_int_equal(remembered(&t), 1);
	append_to(&t, "Sent", S(MESSAGE("Message-ID: <two@x.example>")));
	assert_int_equal(remembered(&t), 2);
	append_to(&t, "Sent", S(MESSAGE("X-Message-ID: <three@x.example>")));
	append_to(&t, "INBOX", S(MESSAGE("Message-ID: <four@x.example>")));
	assert_int_equal(remembered(&t), 2);
	talk_close(&t);
}

/* The server's copy has its Bcc in front of what the summary describes. */
static void the_envelope_has_its_bcc(void **state)
{
	static const struct {
		struct slice prefix;
		const char *bcc;
	} cases[] = {
		{S("Bcc: jim@x.example, \"J. D.\" <jd@y.example>\r\n"),
	         "((NIL NIL \"jim\" \"x.example\")(\"J. D.\" NIL \"jd\" \"y.example\"))"},
		{S("Bcc: hidden: a@b;\r\n"),
	         "((NIL NIL \"hidden\" NIL)(NIL NIL \"a\" \"b\")(NIL NIL NIL NIL))"     },
		{S("Bcc: ,\r\n"),				       "NIL"           },
		{S("Return-Path: <a@b>\r\nDelivered-To: Bcc: a@b\r\n"), "NIL"           },
		{S(""),						 "NIL"           },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buf got = {0}, want = {0};

		put_envelope(&got, &(struct summary){0}, 0, cases[i].prefix);
		buf_printf(&want, "(NIL NIL NIL NIL NIL NIL NIL %s NIL NIL)", cases[i].bcc);
		assert_true(slice_eq(buf_slice(&got), buf_slice(&want)));
		buf_free(&got);
		buf_free(&want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(its_message_id_is_told),
		cmocka_unit_test(the_envelope_has_its_bcc),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
