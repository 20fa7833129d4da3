/* The grammar by which tests read IMAP responses: what the RFCs have, and what they have not. */
/* links: harness host store */
#include "unit.h"

#include "imap_grammar.h"

#include <string.h>

static const char *const good_status[] = {
	"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n",
	"* OK [UNSEEN 12] Message 12 is first unseen\r\n",
	"* OK [PERMANENTFLAGS (\\Deleted $x \\*)] Limited\r\n",
	"* OK [HIGHESTMODSEQ 715194045007] Highest\r\n",
	"* OK [MAILBOXID (F2212ea87-6097)] Ok\r\n",
	"* BYE bye\r\n",
};
static const char *const good_tagged[] = {
	"a OK [APPENDUID 38505 3955:3957,4000] APPEND completed\r\n",
	"a] OK [COPYUID 38505 304,319:320 3956:3958] Done\r\n",
	"a OK [MODIFIED 7,9] Conditional STORE failed\r\n",
	"a NO [BADCHARSET (UTF-8 \"x y\")] no\r\n",
};
static const char *const good_go_on[] = {
	"+ \r\n",
	"+ idling\r\n",
};
static const char *const good_data[] = {
	"* CAPABILITY IMAP4rev1 X-Y\r\n",
	"* ENABLED\r\n",
	"* FLAGS (\\Answered $Forwarded)\r\n",
	"* LIST (\\HasNoChildren) \"/\" \"a \\\"b\\\"\" (\"OLDNAME\" (x))\r\n",
	"* LIST () NIL INBOX\r\n",
	"* LSUB (\\Noselect) \"/\" {3}\r\na\r\n\r\n",
	"* STATUS a (MESSAGES 1 MAILBOXID (F1))\r\n",
	"* SEARCH\r\n",
	"* SEARCH 2 3 (MODSEQ 917162500)\r\n",
	"* SORT 3 2 1\r\n",
	"* ESEARCH (TAG \"a\") UID MIN 2 MAX 7 ALL 2,4:7 COUNT 5 MODSEQ 9\r\n",
	"* THREAD (2)(3 6 (4 23)(44 7 96))((1)(5))\r\n",
	"* THREAD\r\n",
	"* NAMESPACE ((\"\" \"/\")) NIL NIL\r\n",
	"* ID (\"name\" \"Postkeep\")\r\n",
	"* QUOTA \"\" (STORAGE 10 512)\r\n",
	"* QUOTAROOT INBOX \"\" x\r\n",
	"* VANISHED (EARLIER) 41,43:116\r\n",
};
static const char *const good_number[] = {
	"* 172 EXISTS\r\n",
	"* 0 RECENT\r\n",
	"* 1 EXPUNGE\r\n",
	"* 1 FETCH (FLAGS () UID 5 MODSEQ (7))\r\n",
	"* 1 FETCH (INTERNALDATE \"17-Jul-1996 02:44:25 -0700\" SAVEDATE NIL)\r\n",
	"* 1 FETCH (INTERNALDATE \" 7-Jul-1996 02:44:25 +0000\" RFC822.SIZE 4)\r\n",
	"* 1 FETCH (RFC822 {2}\r\n)\r RFC822.HEADER \"\" RFC822.TEXT NIL)\r\n",
	"* 1 FETCH (BODY[] NIL BODY[1.2.MIME] \"\" BODY[HEADER.FIELDS.NOT (a \"b c\")]<7> "
	"\"\")\r\n",
	"* 1 FETCH (BINARY[1.2]<0> ~{3}\r\na\0b BINARY.SIZE[] 4 BINARY[1] NIL)\r\n",
	"* 1 FETCH (EMAILID (M6d99) THREADID NIL PREVIEW \"a\")\r\n",
	"* 1 FETCH (ENVELOPE (NIL \"s\" ((NIL NIL \"a\" \"b\")(\"n\" NIL \"a\" \"\")) NIL NIL "
	"((NIL NIL \"g\" NIL)(NIL NIL \"a\" \"b\")(NIL NIL NIL NIL)) NIL NIL NIL \"<i>\"))\r\n",
	"* 1 FETCH (BODY (\"text\" \"plain\" (\"charset\" \"x\") NIL NIL \"7BIT\" 3 0))\r\n",
	"* 1 FETCH (BODY ((\"image\" \"png\" NIL NIL NIL \"7BIT\" 3)(\"TEXT\" \"x\" NIL NIL NIL "
	"\"7BIT\" 3 0) \"mixed\"))\r\n",
	"* 1 FETCH (BODYSTRUCTURE (\"message\" \"rfc822\" NIL NIL NIL \"7BIT\" 9 (NIL NIL NIL NIL "
	"NIL NIL NIL NIL NIL NIL) (\"text\" \"x\" NIL NIL NIL \"7BIT\" 1 0 NIL NIL NIL NIL) 4 "
	"NIL (\"inline\" (\"a\" \"b\")) (\"en\" \"de\") \"x\"))\r\n",
};

static const struct {
	enum imap_said kind;
	const char *const *text;
	size_t n;
} good[] = {
	{SAID_STATUS,   good_status, COUNT(good_status)},
	{SAID_TAGGED,   good_tagged, COUNT(good_tagged)},
	{SAID_CONTINUE, good_go_on,  COUNT(good_go_on) },
	{SAID_DATA,     good_data,   COUNT(good_data)  },
	{SAID_NUMBER,   good_number, COUNT(good_number)},
};

static const char *const bad[] = {
	"* OK\r\n",
	"* OK \r\n",
	"* OK [UNSEEN 0] x\r\n",
	"* OK [UNSEEN 1]x\r\n",
	"* OK [FROB] x\r\n",
	"* OK a\tb\r\n",
	"* OK \xc3\xa4\r\n",
	"* OK x\n",
	"* PREAUTH x\r\n",
	"+OK\r\n",
	"a+ OK x\r\n",
	"a FROB x\r\n",
	"a BYE x\r\n",
	"OK x\r\n",
	" OK x\r\n",
	"\r\n",
	"a OK [APPENDUID 3 3:2] x\r\n",
	"a OK [APPENDUID 3 1,] x\r\n",
	"a OK [COPYUID 3 1:*  2] x\r\n",
	"* FLAGS ()x\r\n",
	"* FLAGS (\\Seen  x)\r\n",
	"* FLAGS (\\Seen )\r\n",
	"* FLAGS (a]b)\r\n",
	"* LIST () \".\" x\r\n",
	"* LIST () \"/\" NIL\r\n",
	"* LIST () \"/\" a b\r\n",
	"* LIST () \"/\" \"a\\b\"\r\n",
	"* LIST () \"/\" \"a\r\n",
	"* LIST () \"/\" \"\xc3\xa4\"\r\n",
	"* STATUS x (MESSAGES)\r\n",
	"* STATUS x (MESSAGES 01)\r\n",
	"* STATUS x (MESSAGES -1)\r\n",
	"* SEARCH \r\n",
	"* SEARCH 0\r\n",
	"* SEARCH 4294967296\r\n",
	"* SEARCH (MODSEQ 1) 2\r\n",
	"* ESEARCH (TAG a) ALL 1\r\n",
	"* ESEARCH (TAG \"a\") FROB 1\r\n",
	"* THREAD ()\r\n",
	"* THREAD (1 (2))\r\n",
	"* THREAD ((1))\r\n",
	"* THREAD (1\r\n",
	"* THREAD (1 (2)(3) 4)\r\n",
	"* VANISHED\r\n",
	"* VANISHED 1:*\r\n",
	"* 1 FROB\r\n",
	"* 1 EXISTS x\r\n",
	"* 01 EXISTS\r\n",
	"* 5000000000 EXISTS\r\n",
	"* 1 FETCH ()\r\n",
	"* 1 FETCH (UID 0)\r\n",
	"* 1 FETCH (UID 1))\r\n",
	"* 1 FETCH (UID 1 )\r\n",
	"* 1 FETCH (UID 1\r\n",
	"* 1 FETCH (FROB 1)\r\n",
	"* 1 FETCH (BODY[1.] \"\")\r\n",
	"* 1 FETCH (BODY[MIME] \"\")\r\n",
	"* 1 FETCH (BODY[0] \"\")\r\n",
	"* 1 FETCH (BODY[TEXT]<1.2> \"\")\r\n",
	"* 1 FETCH (BODY[] ~{1}\r\nx)\r\n",
	"* 1 FETCH (BINARY[TEXT] \"\")\r\n",
	"* 1 FETCH (BODY[] {2}\r\nabc)\r\n",
	"* 1 FETCH (INTERNALDATE \"1-Jul-1996 02:44:25 -0700\")\r\n",
	"* 1 FETCH (INTERNALDATE \"01-Jux-1996 02:44:25 -0700\")\r\n",
	/* nine fields; a host without mailbox; groups that open in groups, stay open, never opened
         */
	"* 1 FETCH (ENVELOPE (NIL NIL NIL NIL NIL NIL NIL NIL NIL))\r\n",
	"* 1 FETCH (ENVELOPE (NIL NIL () NIL NIL NIL NIL NIL NIL NIL))\r\n",
	"* 1 FETCH (ENVELOPE (NIL NIL ((NIL NIL NIL \"b\")) NIL NIL NIL NIL NIL NIL NIL))\r\n",
	"* 1 FETCH (ENVELOPE (NIL NIL ((NIL NIL \"g\" NIL)) NIL NIL NIL NIL NIL NIL NIL))\r\n",
	"* 1 FETCH (ENVELOPE (NIL NIL ((NIL NIL NIL NIL)) NIL NIL NIL NIL NIL NIL NIL))\r\n",
	"* 1 FETCH (ENVELOPE (NIL NIL ((NIL NIL \"a\" \"b\") (NIL NIL \"a\" \"b\")) NIL NIL NIL "
	"NIL "
	"NIL NIL NIL))\r\n",
	/* text without lines, another with them; a multipart of none; what BODY does not have */
	"* 1 FETCH (BODY (\"text\" \"plain\" NIL NIL NIL \"7BIT\" 3))\r\n",
	"* 1 FETCH (BODY (\"image\" \"png\" NIL NIL NIL \"7BIT\" 3 0))\r\n",
	"* 1 FETCH (BODY (\"multipart\" \"mixed\" NIL NIL NIL \"7BIT\" 3))\r\n",
	"* 1 FETCH (BODY (\"mixed\"))\r\n",
	"* 1 FETCH (BODY (\"text\" \"plain\" NIL NIL NIL NIL 3 0))\r\n",
	"* 1 FETCH (BODY (\"text\" \"plain\" () NIL NIL \"7BIT\" 3 0))\r\n",
	"* 1 FETCH (BODY (\"text\" \"plain\" (\"a\") NIL NIL \"7BIT\" 3 0))\r\n",
	"* 1 FETCH (BODY (\"text\" \"plain\" NIL NIL NIL \"7BIT\" 3 0 NIL NIL NIL NIL))\r\n",
	"* 1 FETCH (BODY (\"message\" \"rfc822\" NIL NIL NIL \"7BIT\" 3))\r\n",
	"* 1 FETCH (BODYSTRUCTURE (\"text\" \"plain\" NIL NIL NIL \"7BIT\" 3 0))\r\n",
	("* 1 FETCH (BODYSTRUCTURE (\"text\" \"plain\" NIL NIL NIL \"7BIT\" 3 0 NIL () NIL "
         "NIL))\r\n"),
};

/* Octets of an example, in which "a\0b" stands. */
static struct slice octets(const char *text)
{
	const char *nul = strstr(text, "~{3}\r\na");

	if (!nul)
		return slice_str(text);
	return (struct slice){text, (size_t)(nul - text) + 8 + strlen(nul + 8)};
}

static void is_good(struct slice all, enum imap_said kind)
{
	struct slice in = all;
	struct imap_response r = imap_response(&in, false);

	if (r.kind != kind)
		fail_msg("%s: %d, %s", all.p, r.kind, r.why);
	assert_int_equal(in.n, 0);
}

static void good_responses(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(good); i++)
		for (size_t k = 0; k < good[i].n; k++)
			is_good(octets(good[i].text[k]), good[i].kind);
}

static void bad_responses(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct slice in = slice_str(bad[i]);
		struct imap_response r = imap_response(&in, false);

		if (r.kind != SAID_WRONG)
			fail_msg("taken for %d: %s", r.kind, bad[i]);
	}
}

/* None before all of it is there. */
static void whole_responses(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(good_number); i++) {
		struct slice all = octets(good_number[i]);

		for (size_t n = 0; n < all.n; n++) {
			struct slice in = slice_head(all, n);

			assert_int_equal(imap_response(&in, false).kind, SAID_NOTHING);
			assert_int_equal(in.n, n);
		}
	}
}

/* RFC 6855 section 3, RFC 9051 4.3. */
static void eight_bits(void **state)
{
	struct slice name = S("* LIST () \"/\" \"\xc3\xa4\"\r\n");
	struct slice broken = S("* LIST () \"/\" \"\xc3\"\r\n");

	(void)state;
	assert_int_equal(imap_response(&name, true).kind, SAID_DATA);
	assert_int_equal(imap_response(&broken, true).kind, SAID_WRONG);
}

static void parts_of_a_response(void **state)
{
	struct slice in = S("* 7 FETCH (UID 9)\r\na OK [X");
	struct imap_response r = imap_response(&in, false);

	(void)state;
	assert_int_equal(r.number, 7);
	assert_true(slice_eq(r.word, S("FETCH")));
	assert_true(slice_eq(r.rest, S("(UID 9)")));
	assert_true(slice_eq(in, S("a OK [X")));
	in = S("a.1 NO not now\r\n");
	r = imap_response(&in, false);
	assert_true(slice_eq(r.tag, S("a.1")));
	assert_true(slice_eq(r.word, S("NO")));
	assert_true(slice_eq(r.rest, S("not now")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_responses),      cmocka_unit_test(bad_responses),
		cmocka_unit_test(whole_responses),     cmocka_unit_test(eight_bits),
		cmocka_unit_test(parts_of_a_response),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
