/* IMAP sessions over the real store: limits, large messages and mailboxes, slow readers. */
/* links: imap harness host store */
#include "imap_talk.h"

#include "drive_parts.h"

#include "imap/imap.h"

#include "base/base64.h"
#include "session.h"

#include "base/formats.h"
#include "mime/scan.h"

#define USER S("jane@example.test")

static void fill(struct buf *b, char c, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_byte(b, c);
}

/* HAZARDS 56 to 59: what comes before the login is bounded, and never kept waiting for more. */
static void before_login_little_is_read(void **state)
{
	static const struct {
		const char *before;
		char fill;
		const char *after;
		bool closed;
		const char *answer;
	} cases[] = {
		{"",				  'a', "",      true,  "* BYE"     },
		{"a LOGIN \"",                        'x', "",      true,  "* BYE"     },
		{"a LOGIN x (",                       '(', ")\r\n", true,  "* BYE"     },
		{"a LOGIN {9000+}\r\n",               'x', "\r\n",  true,  "* BYE"     },
		{"a LOGIN {9000}",                    0,   "\r\n",  false, "a BAD [TOO"},
		{"a LOGIN {99999999999999999999999}", 0,   "\r\n",  false, "a BAD [TOO"},
		{"a LOGIN {4294967297+}",             0,   "\r\n",  true,  "* BYE"     },
		{"GET / HTTP/1.1",                    0,   "\r\n",  true,  ""          },
		{"a NOOP {4}",                        0,   "\r\n",  false, "+ "        },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct talk t;
		struct buf b = {0};
		struct slice got;

		talk_open(&t, 0);
		buf_put(&b, slice_str(cases[i].before));
		if (cases[i].fill)
			fill(&b, cases[i].fill, 9000);
		buf_put(&b, slice_str(cases[i].after));
		drive_send(t.c, buf_slice(&b));
		got = buf_slice(drive_got(t.c));
		assert_int_equal(drive_closed(t.c), cases[i].closed);
		assert_true(cases[i].answer[0] ? has(got, cases[i].answer) : got.n == 0);
		buf_free(&b);
		talk_close(&t);
	}
}

/* After it a command may have 64 KiB, literals and all. */
static void long_commands(void **state)
{
	struct talk t;
	struct buf b = {0};

	(void)state;
	talk_open(&t, 0);
	log_in(&t);
	assert_true(has(say(&t, "a SELECT INBOX"), "a OK "));
	buf_put(&b, S("b UID FETCH 1"));
	while (b.n < 65000)
		buf_printf(&b, ",%zu", b.n);
	buf_put(&b, S(" FLAGS\r\n"));
	buf_clear(drive_got(t.c));
	drive_send(t.c, buf_slice(&b));
	assert_true(has(buf_slice(drive_got(t.c)), "b OK "));
	buf_clear(&b);
	buf_put(&b, S("c SEARCH"));
	for (int i = 0; i < 100; i++)
		buf_put(&b, S(" NOT"));
	buf_put(&b, S(" ALL\r\nd SEARCH ("));
	fill(&b, '(', 1000);
	buf_put(&b, S("\r\ne SEARCH"));
	for (int i = 0; i < 2000; i++)
		buf_put(&b, S(" ALL"));
	buf_put(&b, S("\r\nf UID FETCH 1 (BODY[HEADER.FIELDS (X"));
	for (int i = 0; i < 300; i++)
		buf_put(&b, S(" X"));
	buf_put(&b, S(")])\r\ng UID FETCH 1 BODY[1"));
	for (int i = 0; i < 200; i++)
		buf_put(&b, S(".1"));
	buf_put(&b, S("]\r\nh UID FETCH 1 (FLAGS"));
	for (int i = 0; i < 100; i++)
		buf_put(&b, S(" BODY[]"));
	buf_put(&b, S(")\r\n"));
	buf_clear(drive_got(t.c));
	drive_send(t.c, buf_slice(&b));
	for (char tag = 'c'; tag <= 'h'; tag++) { /* RFC 5530 3 */
		char words[] = "c NO [LIMIT] ";

		words[0] = tag;
		assert_true(has(buf_slice(drive_got(t.c)), words));
	}
	buf_clear(&b);
	fill(&b, 'x', 66000);
	buf_put(&b, S("\r\n"));
	drive_send(t.c, buf_slice(&b));
	assert_true(drive_closed(t.c));
	buf_free(&b);
	talk_close(&t);
}

static void letters(struct buf *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_byte(b, i % 79 == 77   ? '\r'
		            : i % 79 == 78 ? '\n'
		                           : (char)('a' + i % 23 + i % 3));
}

/* Octets of a literal at *rest, which is moved behind it. */
static struct slice literal(struct slice *rest)
{
	const char *open = memchr(rest->p, '{', rest->n);
	struct slice digits, s = slice_skip(*rest, (size_t)(open - rest->p) + 1);
	uint64_t n;

	digits = slice_cut(&s, '}');
	assert_true(slice_number(digits, SIZE_MAX, &n));
	*rest = slice_skip(s, 2 + n);
	return slice_head(slice_skip(s, 2), n);
}

/* A large message comes out as it went in, whole and in parts, whatever the schedule. */
static void large_message(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 3; seed++) {
		struct talk t;
		struct buf m = {0};
		struct slice got;

		talk_open(&t, seed);
		log_in(&t);
		buf_put(&m, S("Subject: large\r\n\r\n"));
		letters(&m, 700001);
		append(&t, buf_slice(&m));
		assert_true(has(say(&t, "b SELECT INBOX"), "b OK "));
		got = say(&t, "c UID FETCH 1 (BODY.PEEK[] RFC822.SIZE BODY.PEEK[TEXT]<65530.20> "
		              "BODY.PEEK[]<600000.200000>)");
		assert_true(slice_eq(literal(&got), buf_slice(&m)));
		assert_true(slice_starts(got, S(" RFC822.SIZE 700019 BODY[TEXT]<65530> {20}")));
		assert_true(
			slice_eq(literal(&got), slice_head(slice_skip(buf_slice(&m), 65548), 20)));
		assert_true(slice_eq(literal(&got), slice_skip(buf_slice(&m), 600000)));
		assert_true(slice_eq(got, S(")\r\nc OK UID FETCH completed\r\n")));
		buf_free(&m);
		talk_close(&t);
	}
}

/* RFC 3516 4.3: a part that is not held to be decoded, and windows of it. */
static void large_part_decoded(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 3; seed++) {
		struct talk t;
		struct buf m = {0}, coded = {0}, plain = {0};
		struct slice got;

		talk_open(&t, seed);
		log_in(&t);
		letters(&plain, 400001);
		base64_encode(buf_slice(&plain), &coded);
		buf_put(&m, S("Subject: large\r\nContent-Transfer-Encoding: base64\r\n\r\n"));
		for (size_t at = 0; at < coded.n; at += 76) {
			buf_put(&m, slice_head(slice_skip(buf_slice(&coded), at), 76));
			buf_put(&m, S("\r\n"));
		}
		append(&t, buf_slice(&m));
		assert_true(has(say(&t, "b SELECT INBOX"), "b OK "));
		got = say(&t,
		          "c UID FETCH 1 (BINARY.PEEK[1] BINARY.SIZE[1] BINARY.PEEK[1]<65530.20> "
		          "BINARY.PEEK[1]<300000.200000>)");
		assert_true(slice_eq(literal(&got), buf_slice(&plain)));
		assert_true(slice_starts(got, S(" BINARY.SIZE[1] 400001 BINARY[1]<65530> {20}")));
		assert_true(slice_eq(literal(&got),
		                     slice_head(slice_skip(buf_slice(&plain), 65530), 20)));
		assert_true(slice_eq(literal(&got), slice_skip(buf_slice(&plain), 300000)));
		assert_true(slice_eq(got, S(")\r\nc OK UID FETCH completed\r\n")));
		buf_free(&m);
		buf_free(&coded);
		buf_free(&plain);
		talk_close(&t);
	}
}

/* Fields of a header that does not fit into memory at once: read twice, the same answer. */
static void large_header(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 3; seed++) {
		struct talk t;
		struct buf m = {0}, x = {0};
		struct slice got;

		talk_open(&t, seed);
		log_in(&t);
		buf_put(&x, S("X-Large: "));
		for (int i = 0; i < 2000; i++)
			buf_printf(&x, "line %d of it with some words that fill it\r\n ", i);
		buf_put(&x, S("end\r\n"));
		buf_put(&m, S("Subject: a\r\n"));
		buf_put(&m, buf_slice(&x));
		buf_put(&m, S("To: b@x\r\n\r\nbody"));
		append(&t, buf_slice(&m));
		assert_true(has(say(&t, "b SELECT INBOX"), "b OK "));
		got = say(&t, "c FETCH 1 (BODY.PEEK[HEADER.FIELDS (x-large)] "
		              "BODY.PEEK[HEADER.FIELDS (subject to)] "
		              "BODY.PEEK[HEADER.FIELDS.NOT (Subject)]<50.100>)");
		buf_put(&x, S("\r\n"));
		assert_true(slice_eq(literal(&got), buf_slice(&x)));
		assert_true(slice_eq(literal(&got), S("Subject: a\r\nTo: b@x\r\n\r\n")));
		assert_true(
			slice_eq(literal(&got), slice_head(slice_skip(buf_slice(&x), 50), 100)));
		assert_true(slice_eq(got, S(")\r\nc OK FETCH completed\r\n")));
		buf_free(&m);
		buf_free(&x);
		talk_close(&t);
	}
}

static const char parts[] =
	"From: a@x\r\nSubject: parts\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
	"--b\r\n\r\none\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\ntwo\r\n"
	"--b--\r\n";

/* A summary of a later format counts as absent: the log tells of it, the message is scanned. */
static void summary_of_a_later_format(void **state)
{
	struct mime_scan *scan = mime_scan_new();
	struct buf summary = {0};
	struct talk t;
	struct slice got, first;

	(void)state;
	mime_scan_feed(scan, slice_str(parts));
	assert_int_equal(mime_scan_end(scan, &summary), PK_OK);
	mime_scan_free(scan);
	talk_open(&t, 0);
	drive_mail_with(t.d, USER, slice_str(parts), buf_slice(&summary));
	summary.p[0] = FORMAT_SUMMARY + 1;
	drive_mail_with(t.d, USER, slice_str(parts), buf_slice(&summary));
	log_in(&t);
	assert_true(has(say(&t, "b SELECT INBOX"), "* 2 EXISTS"));
	assert_true(has(say(&t, "c FETCH 1 ENVELOPE"), "\"parts\""));
	assert_string_equal(drive_warned(t.d), "");
	got = say(&t, "c FETCH 1:2 ENVELOPE");
	first = slice_cut(&got, '\n');
	assert_true(slice_eq(slice_skip(first, 4), slice_skip(slice_cut(&got, '\n'), 4)));
	assert_string_equal(drive_warned(t.d),
	                    "uid=2 summary=\"format 2 is newer than this program, which opens 1\"");
	talk_close(&t);
	buf_free(&summary);
}

/* A message without a summary is scanned when it is looked at, and looks the same then. */
static void summary_is_supplied(void **state)
{
	static const char *const items[] = {
		"ENVELOPE",
		"BODYSTRUCTURE",
		"(BODY.PEEK[1] BODY.PEEK[2.MIME] BODY.PEEK[2.TEXT])",
		"(BODY.PEEK[TEXT] ENVELOPE)",
	};

	(void)state;
	for (uint64_t seed = 0; seed < 3; seed++) {
		struct talk t;
		struct slice got;

		talk_open(&t, seed);
		for (int i = 0; i < 3; i++)
			drive_mail(t.d, USER, slice_str(parts));
		log_in(&t);
		append(&t, slice_str(parts));
		assert_true(has(say(&t, "b SELECT INBOX"), "* 4 EXISTS"));
		for (size_t i = 0; i < COUNT(items); i++) {
			char line[200];
			struct slice one, other;

			snprintf(line, sizeof(line), "c FETCH 1:4 %s", items[i]);
			got = say(&t, line);
			for (int k = 1; k <= 4; k++) {
				char head[32];
				char *end;

				snprintf(head, sizeof(head), "* %d FETCH (", k);
				assert_true(slice_starts(got, slice_str(head)));
				got = slice_skip(got, strlen(head));
				end = memmem(got.p, got.n, k < 4 ? ")\r\n* " : ")\r\nc ", 5);
				assert_non_null(end);
				other = (struct slice){got.p, (size_t)(end - got.p)};
				if (k > 1)
					assert_true(slice_eq(one, other));
				one = other;
				got = slice_skip(got, one.n + 3);
			}
			assert_true(slice_eq(got, S("c OK FETCH completed\r\n")));
		}
		got = say(&t, "d SEARCH SUBJECT parts FROM a@x NOT SUBJECT in");
		assert_true(slice_eq(got, S("* SEARCH 1 2 3 4\r\nd OK SEARCH completed\r\n")));
		talk_close(&t);
	}
}

/* What the store puts before a message is part of what readers see (DESIGN 2). */
static void prefix_is_part_of_the_message(void **state)
{
	struct talk t;
	struct slice got, all, header;
	char line[100];

	(void)state;
	talk_open(&t, 0);
	drive_mail(t.d, USER, slice_str(parts));
	log_in(&t);
	say(&t, "b SELECT INBOX");
	got = say(&t, "c FETCH 1 BODY.PEEK[]");
	all = literal(&got);
	assert_true(slice_ends(all, slice_str(parts)));
	assert_true(all.n > strlen(parts));
	snprintf(line, sizeof(line), "RFC822.SIZE %zu", all.n);
	{
		struct buf copy = {0};

		buf_put(&copy, all);
		assert_true(has(say(&t, "d FETCH 1 RFC822.SIZE"), line));
		got = say(&t, "e FETCH 1 (BODY.PEEK[HEADER] BODY.PEEK[TEXT])");
		header = literal(&got);
		assert_true(slice_eq(header, slice_head(buf_slice(&copy), header.n)));
		assert_true(slice_ends(header, S("boundary=b\r\n\r\n")));
		assert_int_equal(header.n + literal(&got).n, copy.n);
		got = say(&t, "f FETCH 1 BODY.PEEK[1]");
		assert_true(slice_eq(literal(&got), S("one")));
		buf_free(&copy);
	}
	talk_close(&t);
}

static void add_parts(struct buf *m, int n, size_t name)
{
	buf_put(m, S("Content-Type: multipart/mixed; boundary=b\r\n\r\n"));
	for (int i = 0; i < n; i++) {
		buf_put(m, S("--b\r\nContent-Type: text/plain; name="));
		fill(m, 'n', name);
		buf_put(m, S("\r\n\r\nx\r\n"));
	}
	buf_put(m, S("--b--\r\n"));
}

/* A structure is told whole, however large; one that no honest message has, as octets. */
static void large_structures(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 2; seed++) {
		struct talk t;
		struct buf m = {0};
		struct slice got;
		char line[100];

		talk_open(&t, seed);
		log_in(&t);
		add_parts(&m, 9000, 20);
		append(&t, buf_slice(&m));
		buf_clear(&m);
		add_parts(&m, 9000, 400);
		append(&t, buf_slice(&m));
		assert_true(has(say(&t, "b EXAMINE INBOX"), "b OK "));
		got = say(&t, "c FETCH 1 BODY");
		assert_true(got.n > 9000 * 60);
		assert_true(has(got, "NIL NIL \"7BIT\" 1 0) \"mixed\"))\r\nc OK "));
		got = say(&t, "d FETCH 2 (UID BODY BODY.PEEK[9000.MIME])");
		snprintf(
			line, sizeof(line),
			"(UID 2 BODY (\"application\" \"octet-stream\" NIL NIL NIL \"binary\" %zu)",
			m.n - strlen("Content-Type: multipart/mixed; boundary=b\r\n\r\n"));
		assert_true(has(got, line));
		assert_true(has(got, "BODY[9000.MIME] {435}\r\n"));
		buf_free(&m);
		talk_close(&t);
	}
}

#define MANY 1500

/* Many messages: each command tells each of them once, in order, whoever is slow. */
static void many_messages(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 2; seed++) {
		struct talk t;
		struct buf want = {0};
		struct buf send = {0};

		talk_open(&t, seed);
		log_in(&t);
		for (int i = 0; i < MANY; i++)
			buf_printf(&send, "a APPEND INBOX {3+}\r\nm%d\n\r\n", i % 10);
		buf_clear(drive_got(t.c));
		drive_send(t.c, buf_slice(&send));
		assert_true(has(say(&t, "b SELECT INBOX"), "* 1500 EXISTS"));
		for (int i = 1; i <= MANY; i++)
			buf_printf(&want, "* %d FETCH (UID %d BODY[] {3}\r\nm%d\n)\r\n", i, i,
			           (i - 1) % 10);
		buf_put(&want, S("c OK FETCH completed\r\n"));
		assert_true(slice_eq(say(&t, "c FETCH 1:* (UID BODY.PEEK[])"), buf_slice(&want)));
		buf_clear(&want);
		for (int i = 1; i <= MANY; i++)
			buf_printf(&want, "* %d FETCH (FLAGS (\\Flagged \\Recent))\r\n", i);
		buf_put(&want, S("d OK STORE completed\r\n"));
		assert_true(slice_eq(say(&t, "d STORE 1:* FLAGS \\Flagged"), buf_slice(&want)));
		buf_clear(&want);
		buf_put(&want, S("* SEARCH"));
		for (int i = 1; i <= MANY; i++)
			buf_printf(&want, " %d", i);
		buf_put(&want, S("\r\ne OK SEARCH completed\r\n"));
		assert_true(slice_eq(say(&t, "e SEARCH FLAGGED"), buf_slice(&want)));
		assert_true(has(say(&t, "f STORE 1:1400 +FLAGS.SILENT \\Deleted"), "f OK "));
		buf_clear(&want);
		for (int i = 1400; i >= 1; i--)
			buf_printf(&want, "* %d EXPUNGE\r\n", i);
		buf_put(&want, S("* 100 RECENT\r\ng OK EXPUNGE completed\r\n"));
		assert_true(slice_eq(say(&t, "g EXPUNGE"), buf_slice(&want)));
		buf_clear(&want);
		for (int i = 1; i <= 100; i++)
			buf_printf(&want, "* %d FETCH (UID %d)\r\n", i, i + 1400);
		buf_put(&want, S("h OK FETCH completed\r\n"));
		assert_true(slice_eq(say(&t, "h FETCH 1:* UID"), buf_slice(&want)));
		buf_free(&want);
		buf_free(&send);
		talk_close(&t);
	}
}

/* The store refuses the commit before it looks at the body: so it is the host that gives it up. */
static void refused_messages_leave_no_body(void **state)
{
	struct talk t = {0};

	(void)state;
	talk_open(&t, 0);
	log_in(&t);
	for (unsigned i = 0; i < 1000; i++) {
		assert_true(has(say(&t, "r APPEND INBOX {7}"), "+ "));
		drive_inject(t.d, PK_ELIMIT);
		assert_true(has(say(&t, "refused"), "r NO "));
		assert_false(drive_store_has_bodies(t.d));
	}
	append(&t, S("Subject: taken\r\n\r\nx\r\n"));
	assert_true(has(say(&t, "a SELECT INBOX"), "* 1 EXISTS"));
	assert_true(has(say(&t, "a FETCH 1 BODY[]"), "Subject: taken\r\n\r\nx\r\n)"));
	talk_close(&t);
}

/*
 * RFC 3501 6.1.2: NOOP polls. A change that was answered on another link may be ahead of the
 * doorbell on this one; so who polls asks.
 */
static void polling_needs_no_doorbell(void **state)
{
	static const char *const polls[] = {"b NOOP", "b CHECK", "b IDLE"};
	struct drive_client *first;
	struct talk t = {0};

	(void)state;
	talk_open(&t, 0);
	log_in(&t);
	first = t.c;
	say(&t, "a SELECT INBOX");
	t.c = drive_connect(t.d);
	log_in(&t);
	for (unsigned i = 0; i < sizeof(polls) / sizeof(*polls); i++) {
		struct drive_client *second = t.c;
		char line[64];

		drive_hold_bells(t.d);
		append(&t, S("Subject: x\r\n\r\nx\r\n"));
		t.c = first;
		snprintf(line, sizeof(line), "* %u EXISTS\r\n", i + 1);
		assert_true(has(say(&t, polls[i]), line));
		t.c = second;
	}
	talk_close(&t);
}

/* What polls a mailbox that did not change makes no request; the injected answer waits for one. */
static void polling_the_unchanged_asks_nobody(void **state)
{
	static const char *const polls[] = {"b NOOP", "b CHECK", "b IDLE"};
	struct talk t = {0};

	(void)state;
	talk_open(&t, 0);
	log_in(&t);
	say(&t, "a SELECT INBOX");
	say(&t, "a NOOP");
	drive_inject(t.d, PK_EUNAVAILABLE);
	for (unsigned i = 0; i < sizeof(polls) / sizeof(*polls); i++) {
		assert_false(has(say(&t, polls[i]), "UNAVAILABLE"));
		if (!strcmp(polls[i], "b IDLE"))
			assert_true(has(say(&t, "DONE"), "b OK"));
	}
	assert_true(has(say(&t, "c STATUS INBOX (MESSAGES)"), "c NO [UNAVAILABLE]"));
	drive_mail(t.d, USER, S("Subject: x\r\n\r\nx\r\n"));
	assert_true(has(say(&t, "d NOOP"), "* 1 EXISTS\r\n"));
	talk_close(&t);
}

/* FETCH of whole messages: one request has rows and octets. When it fails, what is said is whole.
 */
static void whole_messages_are_one_request(void **state)
{
	static const char fetch[] = "c FETCH 1:* (UID FLAGS BODY.PEEK[] RFC822.SIZE)";
	static const char answer[] =
		"* 1 FETCH (UID 1 FLAGS (\\Recent) BODY[] {17}\r\nSubject: 1\r\n\r\nx\r\n "
		"RFC822.SIZE 17)\r\n"
		"* 2 FETCH (UID 2 FLAGS (\\Recent) BODY[] {17}\r\nSubject: 2\r\n\r\nx\r\n "
		"RFC822.SIZE 17)\r\nc OK ";

	(void)state;
	for (uint64_t seed = 0; seed < 4; seed++) {
		struct talk t = {0};

		talk_open(&t, seed);
		log_in(&t);
		append(&t, S("Subject: 1\r\n\r\nx\r\n"));
		append(&t, S("Subject: 2\r\n\r\nx\r\n"));
		say(&t, "b SELECT INBOX");
		drive_inject_at(t.d, PK_OP_messages, PK_EUNAVAILABLE);
		assert_true(has(say(&t, fetch), answer));
		assert_true(has(say(&t, "d FETCH 1 RFC822.SIZE"), "d NO [UNAVAILABLE]"));
		drive_inject_at(t.d, PK_OP_read, PK_EUNAVAILABLE);
		assert_true(slice_starts(say(&t, fetch), S("c NO [UNAVAILABLE]")));
		assert_true(has(say(&t, fetch), answer));
		drive_inject_at(t.d, PK_OP_read, PK_ESTALE);
		assert_true(has(say(&t, fetch), "c NO [NONEXISTENT]"));
		talk_close(&t);
	}
}

#define MARKS 5000 /* of 16 octets in the body */

static void put_mark(struct buf *b, uint32_t i)
{
	buf_printf(b, "<mark:%08u>\xC3\x84", i);
}

/* Needles that lie where one piece of the text ends and the next begins, many at once: with so many
 * of them the pieces are small. Words are not found across what is no text. */
static void needles_between_pieces(void **state)
{
	struct talk t;
	struct buf message = {0}, command = {0};

	(void)state;
	talk_open(&t, 3);
	log_in(&t);
	buf_put(&message, S("Content-Type: text/plain; charset=utf-8\r\n\r\n"));
	for (uint32_t i = 0; i < MARKS; i++)
		put_mark(&message, i);
	append(&t, buf_slice(&message));
	append(&t, S("Subject: other\r\n\r\n<mark:00000001>"));
	assert_true(has(say(&t, "b SELECT INBOX"), "b OK "));
	for (uint32_t from = 0; from < MARKS; from += 500) {
		buf_clear(&command);
		buf_put(&command, S("c SEARCH"));
		for (uint32_t i = from; i < from + 500; i++)
			buf_printf(&command, " BODY \"<MARK:%08u>\xC3\xA4\"", i);
		buf_byte(&command, '\0');
		assert_true(has(say(&t, command.p), "* SEARCH 1\r\n"));
	}
	assert_true(has(say(&t, "d SEARCH TEXT <mark:00000001>"), "* SEARCH 1 2\r\n"));
	assert_true(has(say(&t, "e SEARCH TEXT <mark:00005000>"), "* SEARCH\r\n"));
	talk_close(&t);
	buf_free(&message);
	buf_free(&command);
}

/* RFC 3501 6.4.4: an address behind all that a summary keeps is found in the header itself. */
static void what_summaries_leave_out(void **state)
{
	struct talk t;
	struct buf message = {0};

	(void)state;
	talk_open(&t, 4);
	log_in(&t);
	buf_put(&message, S("Subject: "));
	fill(&message, 'y', 900);
	for (int i = 0; i < 6; i++) {
		buf_put(&message, S("\r\n "));
		fill(&message, 'y', 900);
	}
	buf_put(&message, S(" end-of-subject\r\nTo: a@example.test"));
	for (int i = 0; i < 4000; i++)
		buf_printf(&message, ",\r\n person%d@example%d.test", i, i);
	buf_put(&message, S("\r\n\r\nx"));
	append(&t, buf_slice(&message));
	append(&t, S("Subject: small\r\nTo: b@example.test\r\n\r\nx"));
	assert_true(has(say(&t, "b SELECT INBOX"), "b OK "));
	assert_true(has(say(&t, "c SEARCH TO person3999@"), "* SEARCH 1\r\n"));
	assert_true(has(say(&t, "d SEARCH HEADER To PERSON3999@"), "* SEARCH 1\r\n"));
	assert_true(has(say(&t, "e SEARCH SUBJECT end-of-subject"), "* SEARCH 1\r\n"));
	assert_true(has(say(&t, "f SEARCH NOT TO person4000@"), "* SEARCH 1 2\r\n"));
	talk_close(&t);
	buf_free(&message);
}

/* RFC 9051 6.4.4: the answer is ESEARCH in any case, and ALL what is not said. */
static void search_in_rev2(void **state)
{
	static const struct {
		const char *command, *answer;
	} cases[] = {
		{"A284 SEARCH TEXT \"not in mailbox\"",         "* ESEARCH (TAG \"A284\")\r\nA284 OK "    },
		{"a SEARCH ALL",                                "* ESEARCH (TAG \"a\") ALL 1:2\r\na OK "  },
		{"b UID SEARCH NOT 1",                          "* ESEARCH (TAG \"b\") UID ALL 2\r\nb OK "},
		{"c SEARCH RETURN () FLAGGED",                  "* ESEARCH (TAG \"c\")\r\nc OK "          },
		{"d SEARCH RETURN (SAVE) ALL",                  "d OK "                                   },
		{"e SEARCH RETURN (COUNT) $",                   "* ESEARCH (TAG \"e\") COUNT 2\r\ne OK "  },
		{"f SEARCH CHARSET UTF-8 SUBJECT \"\xC3\xA4\"",
	         "* ESEARCH (TAG \"f\") ALL 1\r\nf OK "                                                   },
		{"g SEARCH SUBJECT \"\xC3\x84\"",               "* ESEARCH (TAG \"g\") ALL 1\r\ng OK "    },
	};
	struct talk t;

	(void)state;
	talk_open(&t, 5);
	log_in(&t);
	append(&t, S("Subject: =?utf-8?q?=C3=A4?=\r\n\r\nx"));
	append(&t, S("\r\nx"));
	assert_true(has(say(&t, "b SELECT INBOX"), "b OK "));
	((struct imap *)t.c->s->state)->modes |= MODE_REV2 | MODE_UTF8;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct slice got = say(&t, cases[i].command);

		if (!slice_starts(got, slice_str(cases[i].answer)))
			fail_msg("%s: %.*s", cases[i].command, (int)got.n, got.p);
	}
	talk_close(&t);
}

/* "M..." of a message of the selected mailbox. */
static void emailid(struct talk *t, unsigned number, char out[100])
{
	char line[40];
	struct slice got;

	snprintf(line, sizeof(line), "e FETCH %u EMAILID", number);
	got = say(t, line);
	slice_cut(&got, '(');
	slice_cut(&got, '(');
	got = slice_cut(&got, ')');
	snprintf(out, 100, "%.*s", (int)got.n, got.p);
	assert_true(out[0] == 'M' && got.n == 33);
}

/* RFC 8474 5.1: the same for the same message wherever it is copied or moved to, and no other's. */
static void emailids_go_with_the_message(void **state)
{
	char first[100], second[100], copy[100], moved[100], back[100], search[140];
	struct talk t;

	(void)state;
	talk_open(&t, 0);
	log_in(&t);
	append(&t, S("a"));
	append(&t, S("a"));
	say(&t, "b CREATE other");
	say(&t, "c SELECT INBOX");
	emailid(&t, 1, first);
	emailid(&t, 2, second);
	assert_string_not_equal(first, second);
	assert_true(has(say(&t, "d COPY 1 other"), "d OK [COPYUID "));
	assert_true(has(say(&t, "e MOVE 2 other"), "e OK "));
	assert_true(has(say(&t, "f SELECT other"), "* 2 EXISTS"));
	emailid(&t, 1, copy);
	emailid(&t, 2, moved);
	assert_string_equal(copy, first);
	assert_string_equal(moved, second);
	snprintf(search, sizeof(search), "g SEARCH OR EMAILID %s EMAILID M0", second);
	assert_true(has(say(&t, search), "* SEARCH 2\r\n"));
	assert_true(has(say(&t, "h UID MOVE 2 INBOX"), "h OK "));
	assert_true(has(say(&t, "i SELECT INBOX"), "* 2 EXISTS"));
	emailid(&t, 2, back);
	assert_string_equal(back, second);
	say(&t, "j RENAME INBOX old");
	assert_true(has(say(&t, "k SELECT old"), "* 2 EXISTS"));
	emailid(&t, 1, copy);
	assert_string_equal(copy, first);
	talk_close(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(before_login_little_is_read),
		cmocka_unit_test(long_commands),
		cmocka_unit_test(large_message),
		cmocka_unit_test(large_part_decoded),
		cmocka_unit_test(large_header),
		cmocka_unit_test(summary_is_supplied),
		cmocka_unit_test(summary_of_a_later_format),
		cmocka_unit_test(prefix_is_part_of_the_message),
		cmocka_unit_test(large_structures),
		cmocka_unit_test(many_messages),
		cmocka_unit_test(refused_messages_leave_no_body),
		cmocka_unit_test(polling_needs_no_doorbell),
		cmocka_unit_test(polling_the_unchanged_asks_nobody),
		cmocka_unit_test(whole_messages_are_one_request),
		cmocka_unit_test(needles_between_pieces),
		cmocka_unit_test(what_summaries_leave_out),
		cmocka_unit_test(search_in_rev2),
		cmocka_unit_test(emailids_go_with_the_message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
