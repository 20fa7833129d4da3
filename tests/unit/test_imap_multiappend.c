/* APPEND of thousands of messages (RFC 3502), over the real host and store. */
/* links: imap harness host store */
#include "unit.h"

#include "drive_parts.h"
#include "imap_client.h"

static struct drive *drive;
static struct drive_client *client;

/* Sends what is in b and takes what it brings, until the text is freed by the next call. */
static const char *say(struct drive_client *c, struct buf *b)
{
	static char *text;
	struct buf *got;

	free(text);
	drive_send(c, buf_slice(b));
	buf_clear(b);
	got = drive_got(c);
	text = strndup(got->n ? got->p : "", got->n);
	buf_clear(got);
	return text;
}

static const char *command(struct drive_client *c, const char *line)
{
	struct buf b = {0};
	const char *answer;

	buf_printf(&b, "%s\r\n", line);
	answer = say(c, &b);
	buf_free(&b);
	return answer;
}

#define SAYS(text, what)                                                                    \
	do {                                                                                \
		const char *says_ = (text);                                                 \
		if (!strstr(says_, what))                                                   \
			fail_msg("%s is not in: %.300s", what, *says_ ? says_ : "nothing"); \
	} while (0)

static struct drive_client *join(void)
{
	struct drive_client *c = drive_connect(drive);

	SAYS(command(c, "a LOGIN jane@example.test secret"), "a OK");
	return c;
}

static void begin(uint64_t schedule)
{
	drive = client_drive(pk_plugin_entry(service_host()), schedule);
	client = join();
}

static int set_up(void **state)
{
	(void)state;
	begin(0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	drive_close(drive);
	return 0;
}

/* Octets in memory of the session in the host; its rows in the store. */
static size_t held_by_host(void)
{
	return client->s->command.used + client->s->resized;
}

static size_t staged(void)
{
	return drive->wires.peer->staged;
}

/* Message number n: a line, flags by its number. Sizes differ. */
static void put_message(struct buf *b, unsigned n)
{
	struct buf text = {0};

	buf_printf(&text, "Subject: number %u\r\n\r\n", n);
	for (unsigned i = 0; i < n % 7; i++)
		buf_put(&text, S("more of it\r\n"));
	buf_printf(b, "%s{%zu+}\r\n", n % 2 ? " (\\Seen) " : " ", text.n);
	buf_put(b, buf_slice(&text));
	buf_free(&text);
}

static void put_messages(struct buf *b, unsigned first, unsigned n)
{
	for (unsigned i = first; i < first + n; i++)
		put_message(b, i);
}

static unsigned messages(void)
{
	const char *at = strstr(command(client, "n STATUS INBOX (MESSAGES)"), "(MESSAGES ");

	assert_non_null(at);
	return (unsigned)strtoul(at + strlen("(MESSAGES "), NULL, 10);
}

/* Each message of the mailbox, in its place. */
static void are_there(unsigned n)
{
	char line[64];

	SAYS(command(client, "s EXAMINE INBOX"), "s OK");
	for (unsigned i = 0; i < n; i++) {
		struct buf wanted = {0};

		put_message(&wanted, i);
		buf_byte(&wanted, '\0');
		snprintf(line, sizeof(line), "f FETCH %u (FLAGS BODY.PEEK[])", i + 1);
		SAYS(command(client, line), strchr(wanted.p, '}') + 3);
		buf_free(&wanted);
	}
	SAYS(command(client, "u UNSELECT"), "u OK");
}

static void nothing_is_left(void)
{
	assert_int_equal(staged(), 0);
	assert_false(drive_store_has_bodies(drive));
	assert_true(held_by_host() < 20000);
}

static void many(unsigned n, char *uids)
{
	struct buf b = {0};
	size_t rows = 0;

	buf_put(&b, S("m APPEND INBOX"));
	for (unsigned i = 0; i < n; i += 100) {
		put_messages(&b, i, n - i < 100 ? n - i : 100);
		assert_string_equal(say(client, &b), "");
		assert_true(held_by_host() < 120000);
		if (n >= 1000)
			assert_true(staged() >= rows);
		rows = staged();
	}
	buf_put(&b, S("\r\n"));
	snprintf(uids, 40, "1:%u] ", n);
	SAYS(say(client, &b), uids);
	buf_free(&b);
	assert_int_equal(messages(), n);
	nothing_is_left();
}

static void thousands(void **state)
{
	char uids[40];

	(void)state;
	many(3000, uids);
	are_there(300);
}

/* Pieces of any size, answers that are late. */
static void in_any_pieces(void **state)
{
	(void)state;
	drive_close(drive);
	for (uint64_t seed = 1; seed < 5; seed++) {
		char uids[40];

		begin(seed);
		many(63 + (unsigned)seed * 2, uids); /* where staging begins */
		are_there(20);
		if (seed < 4)
			drive_close(drive);
	}
}

/* Rows with long summaries, and messages that are not small. */
static void not_small(void **state)
{
	struct buf b = {0}, head = {0}, body = {0};

	(void)state;
	for (unsigned i = 0; i < 2000; i++)
		buf_printf(&head, "To: person%u@example.org\r\n", i);
	for (unsigned i = 0; i < 20000; i++)
		buf_put(&body, S("0123456789012345678901234567890123456789\r\n"));
	buf_put(&b, S("m APPEND INBOX"));
	for (unsigned i = 0; i < 30; i++) {
		buf_printf(&b, " {%zu+}\r\n", head.n + 2 + body.n + 10);
		buf_put(&b, buf_slice(&head));
		buf_put(&b, S("\r\n"));
		buf_put(&b, buf_slice(&body));
		buf_printf(&b, "%010u", i);
		assert_string_equal(say(client, &b), "");
		assert_true(held_by_host() < 600000);
	}
	buf_put(&b, S("\r\n"));
	SAYS(say(client, &b), "1:30] ");
	assert_true(staged() == 0);
	SAYS(command(client, "s EXAMINE INBOX"), "s OK");
	for (unsigned i = 0; i < 30; i++) {
		char line[64], end[32];

		snprintf(line, sizeof(line), "f FETCH %u BODY[]<%zu.10>", i + 1,
		         head.n + 2 + body.n);
		snprintf(end, sizeof(end), "{10}\r\n%010u)", i);
		SAYS(command(client, line), end);
	}
	SAYS(command(client, "f FETCH 30 ENVELOPE"), "person9");
	buf_free(&b);
	buf_free(&head);
	buf_free(&body);
}

/* Whatever becomes of the last one, none is there. */
static void all_or_none(void **state)
{
	static const struct {
		const char *end, *answer;
	} ends[] = {
		{" junk\r\n",			       "m BAD"        },
		{" (\\Bad {3+}\r\nabc\r\n",                 "m BAD"        },
		{" {0+}\r\n\r\n",                           "m NO [CANNOT]"},
		{" {99999999999}\r\n",                      "m NO [TOOBIG]"},
		{" {14+}\r\n\xc3\xa4: b\r\n\r\nbody!\r\n",  "m NO [CANNOT]"},
		{" (one two) {3+}\r\nabc (\\Seen) {3}\r\n", "+ "           },
	};
	struct buf b = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(ends); i++) {
		buf_put(&b, S("m APPEND INBOX"));
		put_messages(&b, 0, 200);
		assert_string_equal(say(client, &b), "");
		assert_true(staged() > 0);
		buf_printf(&b, "%s", ends[i].end);
		SAYS(say(client, &b), ends[i].answer);
		if (ends[i].answer[0] == '+') { /* it goes instead of sending it */
			drive_hang_up(client);
			client = join();
		}
		assert_int_equal(messages(), 0);
		nothing_is_left();
	}
	buf_free(&b);
}

/* RFC 3502 6.3.11: the mailbox may go while the messages come. */
static void the_mailbox_goes(void **state)
{
	struct drive_client *other = join();
	struct buf b = {0};

	(void)state;
	SAYS(command(other, "c CREATE there"), "c OK");
	buf_put(&b, S("m APPEND there"));
	put_messages(&b, 0, 200);
	assert_string_equal(say(client, &b), "");
	SAYS(command(other, "d DELETE there"), "d OK");
	buf_put(&b, S("\r\n"));
	SAYS(say(client, &b), "m NO [TRYCREATE]");
	nothing_is_left();
	buf_free(&b);
}

/* Room is asked for all of them together: refused before it is sent. */
static void no_room(void **state)
{
	struct buf b = {0}, q = {0};
	struct slice reply;

	(void)state;
	pk_put_quota_set_req(&q, &(struct pk_quota_set_req){.selector = S("jane@example.test"),
	                                                    .resource = PK_RES_MESSAGES,
	                                                    .limit = 150});
	assert_int_equal(drive_admin(drive, PK_OP_quota_set, buf_slice(&q), &reply), PK_OK);
	buf_free(&q);
	buf_put(&b, S("m APPEND INBOX"));
	put_messages(&b, 0, 150);
	buf_put(&b, S(" {5}\r\n"));
	SAYS(say(client, &b), "m NO [OVERQUOTA]");
	assert_int_equal(messages(), 0);
	nothing_is_left();
	buf_put(&b, S("m APPEND INBOX"));
	put_messages(&b, 0, 150);
	buf_put(&b, S("\r\n"));
	SAYS(say(client, &b), "1:150] ");
	buf_free(&b);
}

static void not_more_than_the_limit(void **state)
{
	struct buf b = {0};

	(void)state;
	buf_put(&b, S("m APPEND INBOX"));
	put_messages(&b, 0, PK_APPEND_MAX);
	assert_string_equal(say(client, &b), "");
	buf_put(&b, S(" {5}\r\n"));
	SAYS(say(client, &b), "m NO [LIMIT]");
	nothing_is_left();
	buf_put(&b, S("m APPEND INBOX"));
	put_messages(&b, 0, PK_APPEND_MAX);
	buf_put(&b, S("\r\n"));
	SAYS(say(client, &b), "1:10000] ");
	nothing_is_left();
	buf_free(&b);
}

/* The store cannot take any more: NO, and the next one has nothing to do with it. */
static void the_store_refuses(void **state)
{
	static const enum pk_op ops[] = {PK_OP_stage, PK_OP_room, PK_OP_append};
	static const struct {
		enum pk_status st;
		const char *answer;
	} all[] = {
		{PK_ELIMIT, "m NO [LIMIT]"      },
		{PK_EFULL,  "m NO [UNAVAILABLE]"},
		{PK_ENOMEM, "m NO [UNAVAILABLE]"},
		{PK_EINVAL, "m NO [CANNOT]"     },
	};
	struct buf b = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(ops) * COUNT(all); i++) {
		drive_inject_at(drive, ops[i / COUNT(all)], all[i % COUNT(all)].st);
		buf_put(&b, S("m APPEND INBOX"));
		put_messages(&b, 0, 200);
		buf_put(&b, S("\r\n"));
		SAYS(say(client, &b), all[i % COUNT(all)].answer);
		assert_int_equal(messages(), 0);
	}
	buf_put(&b, S("m APPEND INBOX"));
	put_messages(&b, 0, 3);
	buf_put(&b, S("\r\n"));
	SAYS(say(client, &b), "1:3] ");
	nothing_is_left();
	buf_free(&b);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(thousands),
		TEST(in_any_pieces),
		TEST(not_small),
		TEST(all_or_none),
		TEST(the_mailbox_goes),
		TEST(no_room),
		TEST(not_more_than_the_limit),
		TEST(the_store_refuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
