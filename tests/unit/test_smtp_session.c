/* An SMTP or LMTP session against a canned store: all replies, all states, any pieces. */
/* links: smtp */
#include "unit.h"

#include "smtp_store.h"

#define JOHN     "MAIL FROM:<john@example.net>\r\n"
#define JANE     "RCPT TO:<jane@example.org>\r\n"
#define JIM      "RCPT TO:<jim@example.org>\r\n"
#define GREETING "220 mx.example.org ESMTP Postkeep\r\n"
#define EHLO     "EHLO client.example.net\r\n"
#define LHLO     "LHLO client.example.net\r\n"
#define OFFER                                                                       \
	"250-mx.example.org\r\n250-PIPELINING\r\n250-SIZE 2000\r\n250-8BITMIME\r\n" \
	"250-ENHANCEDSTATUSCODES\r\n250-CHUNKING\r\n250-BINARYMIME\r\n"             \
	"250-LIMITS RCPTMAX=100\r\n250 SMTPUTF8\r\n"
#define BEGUN     GREETING OFFER
#define LMTP      "220 mx.example.org LMTP Postkeep\r\n" OFFER
#define SENDER_OK "250 2.1.0 ok\r\n"
#define RCPT_OK   "250 2.1.5 ok\r\n"
#define GO_ON     "354 go on, and end with a dot alone\r\n"
#define STORED(n) "250 2.0.0 stored as 4660." #n "\r\n"
#define FORGOTTEN "250 2.0.0 forgotten\r\n"
#define BYE       "221 2.0.0 bye\r\n"

static void begin(struct fake *f, struct told *t, const char *mode)
{
	told_begin(f, t, mode, 0);
}

struct talk {
	struct slice in, out;
	const char *delivered; /* NULL: nothing was */
	bool closed;
};

/* The same answers, whatever the pieces, with output that drains at once or drop by drop. */
static void talk(const char *mode, const struct talk *c, const struct told *start)
{
	static const size_t pieces[] = {1, 2, 7, 1000000};

	for (size_t i = 0; i < 2 * COUNT(pieces); i++) {
		struct told t = start ? *start : (struct told){0};
		struct fake f = {.io = {.out_high = i % 2 ? 1 : 65536}};

		begin(&f, &t, mode);
		fake_feed(&f, c->in, pieces[i / 2]);
		told_check_replies(buf_slice(&f.sent), c->out, c->in);
		assert_int_equal(f.closed, c->closed);
		assert_int_equal(t.deliveries, c->delivered != NULL);
		if (c->delivered)
			assert_string_equal(t.delivered, c->delivered);
		fake_close(&f);
	}
}

static void mx_talks(void **state)
{
	static const struct talk talks[] = {
  /* RFC 5321 appendix D.1 */
		{S(EHLO JOHN JANE JIM
	           "RCPT TO:<nobody@example.org>\r\nDATA\r\nBlah blah blah...\r\n"
	           "etc.\r\n.\r\nQUIT\r\n"),
	         S(BEGUN SENDER_OK RCPT_OK RCPT_OK
	           "550 5.1.1 no such mailbox here: check the address\r\n" GO_ON STORED(1) BYE),
	         "john@example.net>jane@example.org;jim@example.org;",											true },
 /* D.2: aborted */
		{S(EHLO JOHN JANE "RSET\r\nQUIT\r\n"),                                              S(BEGUN SENDER_OK RCPT_OK FORGOTTEN BYE),
	         NULL,																	true },
		{S("HELO client.example.net\r\n" JOHN JANE "DATA\r\nx\r\n.\r\n"),
	         S(GREETING "250 mx.example.org\r\n" SENDER_OK RCPT_OK GO_ON STORED(1)),
	         "john@example.net>jane@example.org;",													false},
 /* 4.5.5: the null sender; 4.5.1: postmaster; spaces and cases as they come */
		{S("ehlo [192.0.2.7]\r\nmail from: <>\r\nrcpt to: <postmaster> \r\ndata\r\n.\r\n"),
	         S(BEGUN SENDER_OK RCPT_OK GO_ON STORED(1)),										  ">postmaster;", false},
 /* RFC 6152, RFC 1870, RFC 6531 */
		{S(EHLO "MAIL FROM:<j\xc3\xb6@example.net> SIZE=2000 BODY=8BITMIME SMTPUTF8\r\n"
	                "RCPT TO:<j\xc3\xb6@example.org>\r\nDATA\r\n.\r\n"),
	         S(BEGUN SENDER_OK RCPT_OK GO_ON STORED(1)),
	         "j\xc3\xb6@example.net>j\xc3\xb6@example.org;",											      false},
 /* RFC 3030 section 4.1: BDAT, also of nothing, also in pieces */
		{S(EHLO JOHN JANE "BDAT 8 LAST\r\nTo: x\r\n\nQUIT\r\n"),
	         S(BEGUN SENDER_OK RCPT_OK
	           "550 5.6.0 a CR or LF stands alone: lines end in CRLF\r\n" BYE),
	         NULL,																	true },
		{S(EHLO JOHN JANE "BDAT 7 LAST\r\nTo: x\r\nBDAT 0 LAST\r\n"),
	         S(BEGUN SENDER_OK RCPT_OK STORED(1) "503 5.5.1 no valid recipients\r\n"),
	         "john@example.net>jane@example.org;",													false},
		{S(EHLO JOHN JANE "BDAT 3\r\n.\r\nBDAT 0\r\nBDAT 2\r\n..BDAT 0 LAST\r\nQUIT\r\n"),
	         S(BEGUN SENDER_OK RCPT_OK
	           "250 2.0.0 3 octets so far\r\n250 2.0.0 3 octets so far\r\n"
	           "250 2.0.0 5 octets so far\r\n" STORED(1) BYE),
	         "john@example.net>jane@example.org;",													true },
 /* All in one go, and the next one behind it (RFC 2920 3.1) */
		{S(EHLO JOHN JANE "DATA\r\n..\r\n.\r\n" JOHN "RSET\r\nQUIT\r\n"),
	         S(BEGUN SENDER_OK RCPT_OK GO_ON STORED(1) SENDER_OK FORGOTTEN BYE),
	         "john@example.net>jane@example.org;",													true },
 /* A second EHLO forgets (RFC 5321 4.1.4). */
		{S(EHLO JOHN JANE EHLO "DATA\r\n"),
	         S(BEGUN SENDER_OK RCPT_OK OFFER "503 5.5.1 no valid recipients\r\n"),                                                        NULL,           false},
		{S(EHLO "VRFY jane\r\nEXPN x\r\nHELP\r\nNOOP x\r\nRSET\r\n"),
	         S(BEGUN
	           "252 2.5.2 send some mail, delivery will be tried\r\n"
	           "502 5.5.1 not offered\r\n214 2.0.0 see RFC 5321, and RFC 2033 for LMTP\r\n"
	           "250 2.0.0 ok\r\n" FORGOTTEN),
	         NULL,																	false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(talks); i++)
		talk("mx", &talks[i], NULL);
}

/* HAZARDS 9, 29 to 42, 51. Each leaves the session as it was, unless it is closed. */
static const struct {
	struct slice in, out;
	bool closed;
} refused[] = {
	{S("MAIL FROM:john@example.net\r\n"),                 S("501 5.1.7 this is no sender's address\r\n"),        0},
	{S("MAIL TO:<john@example.net>\r\n"),                 S("501 5.5.4 MAIL FROM:<address>\r\n"),                0},
	{S("MAIL FROM:<postmaster>\r\n"),                     S("501 5.1.7 this is no sender's address\r\n"),        0},
	{S("MAIL FROM:<\"\"@example.net>\r\n"),               S("501 5.1.7 this is no sender's address\r\n"),        0},
	{S("MAIL FROM:<a@b>SIZE=1\r\n"),                      S("501 5.5.4 a space goes before parameters\r\n"),     0},
	{S("MAIL FROM:<a@b> SIZE=2001\r\n"),
         S("552 5.3.4 the message is too big: make it smaller\r\n"),                                                 0},
	{S("MAIL FROM:<a@b> SIZE=18446744073709551617\r\n"),
         S("552 5.3.4 the message is too big: make it smaller\r\n"),                                                 0},
	{S("MAIL FROM:<a@b> SIZE=111111111111111111111\r\n"), S("501 5.5.4 SIZE is a number\r\n"),
         0													    },
	{S("MAIL FROM:<a@b> SIZE=-1\r\n"),                    S("501 5.5.4 SIZE is a number\r\n"),                   0},
	{S("MAIL FROM:<a@b> SIZE\r\n"),                       S("501 5.5.4 SIZE is a number\r\n"),                   0},
	{S("MAIL FROM:<a@b> SIZE=1 SIZE=1\r\n"),              S("501 5.5.4 a parameter is there twice\r\n"),         0},
	{S("MAIL FROM:<a@b> BODY=OCTETS\r\n"),
         S("501 5.5.4 BODY is 7BIT, 8BITMIME or BINARYMIME\r\n"),                                                    0},
	{S("MAIL FROM:<a@b> SMTPUTF8=1\r\n"),                 S("501 5.5.4 SMTPUTF8 has no value\r\n"),              0},
	{S("MAIL FROM:<a@b> AUTH=<>\r\n"),                    S("555 5.5.4 this parameter is not known here\r\n"),   0},
	{S("MAIL FROM:<a@b> ENVID=x+0Ay\r\n"),
         S("501 5.5.4 ENVID is 1 to 100 characters of xtext\r\n"),                                                   0},
	{S("MAIL FROM:<j\xc3\xb6@b>\r\n"),                    S("553 5.6.7 this address needs SMTPUTF8\r\n"),        0},
	{S("MAIL FROM:<a\0@b>\r\n"),                          S("501 5.1.7 this is no sender's address\r\n"),        0},
	{S("RCPT TO:<jane@example.org>\r\n"),                 S("503 5.5.1 MAIL first\r\n"),                         0},
	{S("MAIL\r\n"),				       S("501 5.5.4 an argument is missing\r\n"),             0},
	{S("EHLO\r\n"),				       S("501 5.5.4 an argument is missing\r\n"),             0},
	{S("EHLO \x7f\r\n"),				  S("501 5.5.4 a domain name or [address], please\r\n"), 0},
	{S("EHLO a\x01"
           "b\r\n"),
         S("501 5.5.4 a domain name or [address], please\r\n"),                                                      0},
	{S("HELO a\x1f\r\n"),				 S("501 5.5.4 a domain name, please\r\n"),              0},
	{S("LHLO a\r\n"),				     S("500 5.5.1 unknown command\r\n"),                    0},
	{S("XCLIENT ADDR=1.2.3.4\r\n"),                       S("500 5.5.1 unknown command\r\n"),                    0},
	{S("AUTH PLAIN AAA\r\n"),                             S("500 5.5.1 unknown command\r\n"),                    0},
	{S("\r\n"),					   S("500 5.5.1 unknown command\r\n"),                    0},
	{S("DATA x\r\n"),				     S("503 5.5.1 no valid recipients\r\n"),                0},
	{S("RSET x\r\n"),				     S("501 5.5.4 this command has no argument\r\n"),       0},
	{S("STARTTLS\r\n"),				   S("502 5.5.1 not offered\r\n"),                        0},
	{S("BDAT\r\n"),				       S("501 5.5.4 an argument is missing\r\n"),             0},
	{S("BDAT x LAST\r\n"),				S("501 5.5.4 BDAT octets [LAST]\r\n"),                 0},
	{S("BDAT -1\r\n"),				    S("501 5.5.4 BDAT octets [LAST]\r\n"),                 0},
	{S("BDAT 9 FIRST\r\n"),                               S("501 5.5.4 BDAT octets [LAST]\r\n"),                 1},
	{S("BDAT 99999999999999999999\r\n"),                  S("501 5.5.4 BDAT octets [LAST]\r\n"),                 1},
 /* Its octets are never commands. */
	{S("BDAT 6 LAST\r\nQUIT\r\n"),                        S("503 5.5.1 no valid recipients\r\n"),                0},
	{S("GET / HTTP/1.1\r\n"),                             S("421 4.7.0 this is not a web server\r\n"),           1},
	{S("POST / HTTP/1.1\r\nMAIL FROM:<a@b>\r\n"),         S("421 4.7.0 this is not a web server\r\n"),
         1													    },
	{S("NOOP\nMAIL FROM:<a@b>\r\n"),                      S("421 4.5.2 lines end in CRLF, not in LF\r\n"),       1},
};

static void refusals(void **state)
{

	(void)state;
	for (size_t i = 0; i < COUNT(refused); i++) {
		struct buf in = {0}, out = {0};
		struct talk c = {.closed = refused[i].closed};

		buf_put(&in, S(EHLO));
		buf_put(&in, refused[i].in);
		buf_put(&out, S(BEGUN));
		buf_put(&out, refused[i].out);
		if (!c.closed) { /* nothing is left over, octets of a BDAT are no commands */
			buf_put(&in, S("BDAT 6 LAST\r\nQUIT\r\n" JOHN JANE "DATA\r\nx\r\n.\r\n"));
			buf_put(&out, S("503 5.5.1 no valid recipients\r\n" SENDER_OK RCPT_OK GO_ON
			                        STORED(1)));
			c.delivered = "john@example.net>jane@example.org;";
		}
		c.in = buf_slice(&in);
		c.out = buf_slice(&out);
		talk("mx", &c, NULL);
		buf_free(&in);
		buf_free(&out);
	}
}

static void recipients(void **state)
{
	static const struct {
		struct slice line, reply;
	} cases[] = {
		{S("RCPT TO:<JANE@Example.org>\r\n"),                                         S(RCPT_OK)                                       },
		{S("RCPT TO:<@a,@b:jane@example.org>\r\n"),                                   S(RCPT_OK)                                       },
		{S("RCPT TO:<\"jane\"@example.org>\r\n"),                                     S(RCPT_OK)                                       },
		{S("RCPT TO:<nobody@example.org>\r\n"),
	         S("550 5.1.1 no such mailbox here: check the address\r\n")                                                                    },
		{S("RCPT TO:<jane@example.com>\r\n"),
	         S("550 5.7.1 no relaying: this domain is not served here\r\n")                                                                },
		{S("RCPT TO:<jane%example.com@[192.0.2.1]>\r\n"),
	         S("550 5.7.1 no relaying: this domain is not served here\r\n")                                                                },
		{S("RCPT TO:<full@example.org>\r\n"),
	         S("452 4.2.2 the mailbox is full, try again later\r\n")                                                                       },
		{S("RCPT TO:<gone@example.org>\r\n"),
	         S("450 4.2.1 the mailbox is suspended, try again later\r\n")                                                                  },
		{S("RCPT TO:<small@example.org>\r\n"),
	         S("552 5.3.4 the message is too big for this mailbox: make it smaller\r\n")                                                   },
		{S("RCPT TO:<other@example.org>\r\n"),
	         S("452 4.5.3 too many recipients, send them in another message\r\n")                                                          },
		{S("RCPT TO:<disk@example.org>\r\n"),
	         S("452 4.3.1 no space left on the system, try again later\r\n")                                                               },
		{S("RCPT TO:<odd@example.org>\r\n"),                                          S("501 5.1.3 this is no address\r\n")            },
		{S("RCPT TO:<busy@example.org>\r\n"),
	         S("451 4.3.0 temporary failure, try again later\r\n")									 },
		{S("RCPT TO:<>\r\n"),							 S("501 5.1.3 this is no recipient's address\r\n")},
		{S("RCPT TO:<jane>\r\n"),						     S("501 5.1.3 this is no recipient's address\r\n")},
		{S("RCPT TO:<jane@example.org> NOTIFY=NEVER\r\n"),                            S(RCPT_OK)                                       },
		{S("RCPT TO:<jane@example.org> NOTIFY=delay,FAILURE ORCPT=rfc822;a+20b\r\n"),
	         S(RCPT_OK)														    },
		{S("RCPT TO:<jane@example.org> NOTIFY=SUCCESS\r\n"),
	         S("555 5.5.4 success is told in the reply alone\r\n")									 },
		{S("RCPT TO:<jane@example.org> XRCPT=1\r\n"),
	         S("555 5.5.4 this parameter is not known here\r\n")									   },
		{S("RCPT TO:<j\xc3\xb6@example.org>\r\n"),
	         S("553 5.6.7 this address needs SMTPUTF8\r\n")										},
		{S("RCPT FROM:<jane@example.org>\r\n"),                                       S("501 5.5.4 RCPT TO:<address>\r\n")             },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buf in = {0}, out = {0};
		struct talk c = {0};

		buf_put(&in, S(EHLO JOHN));
		buf_put(&in, cases[i].line);
		buf_put(&in, S("RSET\r\n"));
		buf_put(&out, S(BEGUN SENDER_OK));
		buf_put(&out, cases[i].reply);
		buf_put(&out, S(FORGOTTEN));
		c.in = buf_slice(&in);
		c.out = buf_slice(&out);
		talk("mx", &c, NULL);
		buf_free(&in);
		buf_free(&out);
	}
}

static void bodies_arrive_as_sent(void **state)
{
	static const struct {
		struct slice in, body;
	} cases[] = {
		{S("DATA\r\n.\r\n"),                             S("")                        },
		{S("DATA\r\nTo: x\r\n\r\n..a\r\n.b\r\n.\r\n"),   S("To: x\r\n\r\n.a\r\nb\r\n")},
		{S("BDAT 5 LAST\r\n.\r\n.a"),                    S(".\r\n.a\r\n")             },
		{S("BDAT 1\r\naBDAT 3\r\n\r\nbBDAT 0 LAST\r\n"), S("a\r\nb\r\n")              },
		{S("BDAT 2\r\na\rBDAT 1 LAST\r\n\n"),            S("a\r\n")                   },
	};
	static const struct slice received =
		S("Received: from client.example.net ([192.0.2.7])\r\n"
	          "\tby mx.example.org with ESMTP id 4660.1\r\n"
	          "\tfor <jane@example.org>; Tue, 14 Nov 2023 22:13:20 +0000\r\n");

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		for (size_t piece = 1; piece < 50; piece++) {
			struct told t = {0};
			struct fake f = {0};

			begin(&f, &t, "mx");
			fake_feed(&f, S(EHLO JOHN JANE), piece);
			fake_feed(&f, cases[i].in, piece);
			assert_int_equal(t.deliveries, 1);
			assert_true(slice_starts(buf_slice(&f.body), received));
			told_check(slice_skip(buf_slice(&f.body), received.n), cases[i].body,
			           cases[i].in);
			fake_close(&f);
		}
	}
}

/* RFC 3030 section 3: behind the header all bits of each octet are kept, also those of its end. */
static void binary_bodies(void **state)
{
	static const struct {
		struct slice in, body;
		const char *reply; /* NULL: it is stored */
	} cases[] = {
		{S("BDAT 12 LAST\r\nA: b\r\n\r\n\0\n\r\xff"),    S("A: b\r\n\r\n\0\n\r\xff"), NULL                             },
		{S("BDAT 7\r\nA: b\r\n\rBDAT 3 LAST\r\n\n\r\r"), S("A: b\r\n\r\n\r\r"),       NULL                             },
		{S("BDAT 3 LAST\r\n\r\n\0"),                     S("\r\n\0"),                 NULL                             },
		{S("BDAT 4 LAST\r\nA: b"),                       S("A: b\r\n"),               NULL                             },
		{S("BDAT 7 LAST\r\nA: b\n\n\r"),                 S(""),                       "550 5.6.0 a CR"                 },
		{S("BDAT 8 LAST\r\nA: b\r\r\n\n"),               S(""),                       "550 5.6.0 a CR"                 },
		{S("BDAT 8 LAST\r\nA: \0b\r\n\r"),               S(""),                       "550 5.6.0 the message has a NUL"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		for (size_t piece = 1; piece < 20; piece++) {
			struct told t = {0};
			struct fake f = {0};

			begin(&f, &t, "mx");
			fake_feed(&f, S(EHLO "MAIL FROM:<a@b> BODY=BINARYMIME\r\n" JANE), piece);
			buf_clear(&f.sent);
			fake_feed(&f, cases[i].in, piece);
			assert_int_equal(t.deliveries, !cases[i].reply);
			if (cases[i].reply)
				assert_non_null(memmem(f.sent.p, f.sent.n, cases[i].reply,
				                       strlen(cases[i].reply)));
			else
				assert_true(slice_ends(buf_slice(&f.body), cases[i].body));
			fake_close(&f);
		}
	}
}

/* HAZARDS 29: what some take for the end of a message, and the message that hides behind it. */
static void smuggling(void **state)
{
	static const struct {
		struct slice end, reply;
	} cases[] = {
		{S("\n.\n"),                     S("550 5.6.0 a CR or LF stands alone: lines end in CRLF\r\n")},
		{S("\n.\r\n"),                   S("550 5.6.0 a CR or LF stands alone: lines end in CRLF\r\n")},
		{S("\r\n.\n"),                   S("550 5.6.0 a CR or LF stands alone: lines end in CRLF\r\n")},
		{S("\r.\r"),                     S("550 5.6.0 a CR or LF stands alone: lines end in CRLF\r\n")},
		{S("\r.\r\n"),                   S("550 5.6.0 a CR or LF stands alone: lines end in CRLF\r\n")},
		{S("\r\n.\r"),                   S("550 5.6.0 a CR or LF stands alone: lines end in CRLF\r\n")},
		{S("\r.\n"),                     S("550 5.6.0 a CR or LF stands alone: lines end in CRLF\r\n")},
		{S("\n.\r"),                     S("550 5.6.0 a CR or LF stands alone: lines end in CRLF\r\n")},
		{S("\r\r\n.\r\r\n"),             S("550 5.6.0 a CR or LF stands alone: lines end in CRLF\r\n")},
		{S("\n\r\n.\r\r\n"),             S("550 5.6.0 a CR or LF stands alone: lines end in CRLF\r\n")},
		{S("\r\n\r.\r\n"),               S("550 5.6.0 a CR or LF stands alone: lines end in CRLF\r\n")},
		{S("\n\n.\r\n"),                 S("550 5.6.0 a CR or LF stands alone: lines end in CRLF\r\n")},
		{S("\r\n\0.\r\n"),               S("550 5.6.0 the message has a NUL\r\n")                     },
		{S("\r\n.\0\r\n"),               S("550 5.6.0 the message has a NUL\r\n")                     },
		{S("\x85.\x85"),                 S(STORED(1))						 },
		{S("\xe2\x80\xa8.\xe2\x80\xa8"), S(STORED(1))                                                 },
		{S("\v.\f"),                     S(STORED(1))						 },
		{S("\r\n. \r\n"),                S(STORED(1))						 },
		{S("\r\n..\r\n"),                S(STORED(1))						 },
		{S("\r\n .\r\n"),                S(STORED(1))						 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		for (int lmtp = 0; lmtp < 2; lmtp++) {
			struct buf in = {0}, out = {0};
			struct talk c = {0};

			buf_put(&in, lmtp ? S(LHLO) : S(EHLO));
			buf_put(&in, S(JOHN JANE "DATA\r\nA: b\r\n\r\none"));
			buf_put(&in, cases[i].end);
			buf_put(&in,
			        S("MAIL FROM:<evil@example.net>\r\n" JIM "DATA\r\ntwo\r\n.\r\n"));
			buf_put(&out, lmtp ? S(LMTP) : S(BEGUN));
			buf_put(&out, S(SENDER_OK RCPT_OK GO_ON));
			if (lmtp && cases[i].reply.p[0] == '2')
				buf_put(&out, S("250 2.0.0 delivered\r\n"));
			else
				buf_put(&out, cases[i].reply);
			c.in = buf_slice(&in);
			c.out = buf_slice(&out);
			c.delivered = cases[i].reply.p[0] == '2'
			                      ? "john@example.net>jane@example.org;"
			                      : NULL;
			talk(lmtp ? "lmtp" : "mx", &c, NULL);
			buf_free(&in);
			buf_free(&out);
		}
	}
}

/* A body that has room for little at a time: the same octets, once each. */
static void slow_bodies(void **state)
{
	static const struct slice cases[] = {
		S("DATA\r\n..0123456789\r\n..\r\nabc\r\n.\r\nNOOP\r\n"),
		S("BDAT 12\r\n.0123456789\rBDAT 9 LAST\r\n\n.\r\nabc\r\nNOOP\r\n"),
		S("BDAT 19 LAST\r\n.0123456789\r\n.\r\nabcNOOP\r\n"),
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		for (size_t room = 1; room < 12; room++) {
			struct told t = {0};
			struct fake f = {0};

			begin(&f, &t, "mx");
			fake_feed(&f, S(EHLO JOHN JANE), 99);
			fake_feed(&f, slice_head(cases[i], i ? 14 : 6), 99); /* one octet or none */
			f.body_room = room;
			fake_feed(&f, slice_skip(cases[i], i ? 14 : 6), 7);
			assert_int_equal(t.deliveries, 1);
			assert_true(slice_ends(buf_slice(&f.body),
			                       S("+0000\r\n.0123456789\r\n.\r\nabc\r\n")));
			assert_true(slice_ends(buf_slice(&f.sent), S("250 2.0.0 ok\r\n")));
			fake_close(&f);
		}
	}
}

/* RFC 3848, RFC 6531 4.3, RFC 5321 4.4 and 7.2. */
static void received_fields(void **state)
{
	static const struct {
		const char *mode;
		struct slice in, addr;
		uint32_t tls;
		struct slice field;
	} cases[] = {
		{"mx",   S("HELO x\r\n" JOHN JANE "DATA\r\n.\r\n"),                   S("192.0.2.7"),   0,
	         S("from x ([192.0.2.7])\r\n\tby mx.example.org with SMTP id 4660.1\r\n\tfor "
	           "<jane@example.org>; ")                   },
		{"mx",   S("EHLO [192.0.2.9]\r\n" JOHN JANE JIM "DATA\r\n.\r\n"),     S("2001:db8::1"),
	         0x303,	                                                                                S("from [192.0.2.9] ([IPv6:2001:db8::1])\r\n\tby mx.example.org with ESMTPS id "
	           "4660.1; ")        },
 /* RFC 5321 4.1.4: what calls itself by no name is not refused for that. */
		{"mx",   S("EHLO Jane's (old) phone.\r\n" JOHN JANE "DATA\r\n.\r\n"), S("192.0.2.7"),
	         0,	                                                                                    S("from unknown ([192.0.2.7])\r\n\tby mx.example.org with ESMTP id "
	           "4660.1\r\n\tfor "
	           "<jane@example.org>; ")},
		{"mx",
	         S("EHLO x\r\nEHLO b\xc3\xbc"
	           "ro\r\n" JOHN JANE "DATA\r\n.\r\n"),
	         S(""),										 0,
	         S("from unknown\r\n\tby mx.example.org with ESMTP id 4660.1\r\n\tfor "
	           "<jane@example.org>; ")                   },
		{"lmtp", S(LHLO JOHN JANE "DATA\r\n.\r\n"),                           S("unix:x"),      0,
	         S("from client.example.net\r\n\tby mx.example.org with LMTP id 4660.1\r\n\tfor "
	           "<jane@example.org>; ")                   },
		{"lmtp", S(LHLO "MAIL FROM:<> SMTPUTF8\r\n" JANE "DATA\r\n.\r\n"),    S(""),            0x304,
	         S("from client.example.net\r\n\tby mx.example.org with UTF8LMTPS id "
	           "4660.1\r\n\tfor "
	           "<jane@example.org>; ")                   },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct told t = {0};
		struct fake f = {0};
		struct slice body;

		begin(&f, &t, cases[i].mode);
		f.peer.addr = cases[i].addr;
		f.io.tls = cases[i].tls;
		fake_feed(&f, cases[i].in, 99);
		body = buf_slice(&f.body);
		assert_true(slice_starts(body, S("Received: ")));
		body = slice_skip(body, 10);
		told_check(slice_head(body, cases[i].field.n), cases[i].field, cases[i].in);
		fake_close(&f);
	}
}

/* RFC 1870 6.2: refused at the end, in step, nothing kept. */
static void too_big(void **state)
{
	struct buf in = {0};
	struct talk c = {0};

	(void)state;
	buf_put(&in, S(EHLO JOHN JANE "DATA\r\n"));
	for (int i = 0; i < 201; i++)
		buf_put(&in, S("12345678\r\n"));
	buf_put(&in, S(".\r\n" JOHN JANE "BDAT 2001 LAST\r\n"));
	for (int i = 0; i < 2001; i++)
		buf_byte(&in, 'N');
	buf_put(&in, S(JOHN JANE "DATA\r\nsmall\r\n.\r\n"));
	c = (struct talk){
		buf_slice(&in),
		S(BEGUN SENDER_OK RCPT_OK GO_ON
	          "552 5.3.4 the message is too big: make it smaller\r\n" SENDER_OK RCPT_OK
	          "552 5.3.4 the message is too big: make it smaller\r\n" SENDER_OK RCPT_OK GO_ON
	                  STORED(3)),
		"john@example.net>jane@example.org;", false};
	talk("mx", &c, NULL);
	buf_free(&in);
}

/* All or none, and one reply; what only some cannot take is not bounced for all (DESIGN 2). */
static void mx_delivery_failures(void **state)
{
	static const struct {
		struct told told;
		struct slice recipients, reply;
	} cases[] = {
		{{.results = {PK_EQUOTA}},
	         S(JANE),
	         S("452 4.2.2 the mailbox is full, try again later\r\n")                            },
		{{.results = {PK_ENOTFOUND}},        S(JANE), S("550 5.1.1 the mailbox is gone\r\n")},
		{{.results = {PK_OK, PK_ENOTFOUND}},
	         S(JANE JIM),
	         S("451 4.3.0 a recipient cannot take it now\r\n")                                  },
		{{.results = {PK_OK, PK_EQUOTA}},
	         S(JANE JIM),
	         S("452 4.2.2 the mailbox is full, try again later\r\n")                            },
		{{.deliver = PK_EQUOTA},
	         S(JANE JIM),
	         S("452 4.2.2 the mailbox is full, try again later\r\n")                            },
		{{.deliver = PK_EFULL},
	         S(JANE),
	         S("452 4.3.1 no space left on the system, try again later\r\n")                    },
		{{.deliver = PK_EIO},
	         S(JANE),
	         S("451 4.3.0 temporary failure, try again later\r\n")                              },
		{{.deliver = PK_ETOOBIG},
	         S(JANE),
	         S("552 5.3.4 the message is too big: make it smaller\r\n")                         },
		{{.deliver = (enum pk_status)999},
	         S(JANE),
	         S("451 4.3.0 temporary failure, try again later\r\n")                              },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct told t = cases[i].told;
		struct fake f = {0};

		begin(&f, &t, "mx");
		fake_feed(&f, S(EHLO JOHN), 99);
		fake_feed(&f, cases[i].recipients, 99);
		buf_clear(&f.sent);
		fake_feed(&f, S("DATA\r\nx\r\n.\r\n"), 99);
		told_check_replies(slice_skip(buf_slice(&f.sent), sizeof(GO_ON) - 1),
		                   cases[i].reply, S(""));
		assert_int_equal(f.bodies_dropped, 1);
		fake_close(&f);
	}
}

/* RFC 2033 4.2: as many replies as accepted recipients, in their order, whatever happens. */
static void lmtp_talks(void **state)
{
	static const struct {
		struct told told;
		struct talk talk;
	} cases[] = {
		{{.results = {PK_OK, PK_EQUOTA}},
	         {S(LHLO JOHN JANE "RCPT TO:<nobody@example.org>\r\n" JIM
	                           "DATA\r\nx\r\n.\r\nQUIT\r\n"),
	          S(LMTP SENDER_OK RCPT_OK
	            "550 5.1.1 no such mailbox here: check the address\r\n" RCPT_OK GO_ON
	            "250 2.0.0 delivered\r\n452 4.2.2 the mailbox is full, "
	            "try again later\r\n" BYE),
	          "john@example.net>jane@example.org;jim@example.org;", true} },
		{{.results = {PK_OK, PK_EQUOTA},
	          .why = {.lasting = 1, .worded = 1, .text = S("call 555")}},
	         {S(LHLO JOHN JANE JIM "DATA\r\nx\r\n.\r\n"),
	          S(LMTP SENDER_OK RCPT_OK RCPT_OK GO_ON
	            "250 2.0.0 delivered\r\n552 5.2.2 call 555\r\n"),
	          "john@example.net>jane@example.org;jim@example.org;", false}},
		{{.deliver = PK_EUNAVAILABLE},
	         {S(LHLO JOHN JANE JIM "BDAT 1 LAST\r\nx"),
	          S(LMTP SENDER_OK RCPT_OK RCPT_OK
	            "451 4.3.0 temporary failure, try again later\r\n"
	            "451 4.3.0 temporary failure, try again later\r\n"),
	          "john@example.net>jane@example.org;jim@example.org;", false}},
		{{0},
	         {S(LHLO JOHN JANE JIM "DATA\r\nx\ny\r\n.\r\n"),
	          S(LMTP SENDER_OK RCPT_OK RCPT_OK GO_ON
	            "550 5.6.0 a CR or LF stands alone: lines end in CRLF\r\n"
	            "550 5.6.0 a CR or LF stands alone: lines end in CRLF\r\n"),
	          NULL, false}						},
		{{0},
	         {S(LHLO JOHN "RCPT TO:<nobody@example.org>\r\nDATA\r\n"),
	          S(LMTP SENDER_OK "550 5.1.1 no such mailbox here: check the address\r\n503 5.5.1 "
	                           "no valid recipients\r\n"),
	          NULL, false}						},
		{{0},
	         {S("EHLO x\r\nHELO x\r\n"),
	          S("220 mx.example.org LMTP Postkeep\r\n500 5.5.1 unknown command\r\n"
	            "500 5.5.1 unknown command\r\n"),
	          NULL, false}						},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		talk("lmtp", &cases[i].talk, &cases[i].told);
}

/* RFC 5321 6.3: 50 hops, or a recipient's own Delivered-To. */
static void loops(void **state)
{
	static const struct {
		const char *mode;
		unsigned hops;
		struct slice header, reply;
		unsigned deliveries;
	} cases[] = {
		{"mx",   49, S(""),								   S(STORED(1)),                                        1},
		{"mx",   50, S(""),								   S("554 5.4.6 the message has been here before\r\n"), 0},
		{"mx",   0,  S("Delivered-To: Jane@Example.org\r\n"),
	         S("554 5.4.6 the message has been here before\r\n"),										      0},
		{"mx",   0,  S("Delivered-To: joe@example.org\r\n"),                                  S(STORED(1)),                                        1},
		{"mx",   0,  S("Delivered-To: joe@example.org\r\nDelivered-To: jim@example.org\r\n"),
	         S("554 5.4.6 the message has been here before\r\n"),										      0},
		{"lmtp", 50, S(""),
	         S("554 5.4.6 the message has been here before\r\n"
	           "554 5.4.6 the message has been here before\r\n"),
	         0																	  },
		{"lmtp", 0,  S("Delivered-To: jim@example.org\r\n"),
	         S("451 4.3.0 another recipient of this message loops, try again\r\n"
	           "554 5.4.6 the message has been here before\r\n"),
	         0																	  },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		bool lmtp = !strcmp(cases[i].mode, "lmtp");
		struct told t = {0};
		struct fake f = {0};

		begin(&f, &t, cases[i].mode);
		fake_feed(&f, lmtp ? S(LHLO JOHN JANE JIM) : S(EHLO JOHN JANE JIM), 99);
		fake_feed(&f, S("DATA\r\n"), 99);
		buf_clear(&f.sent);
		fake_feed(&f, cases[i].header, 99);
		for (unsigned hop = 0; hop < cases[i].hops; hop++)
			fake_feed(&f, S("Received: by x\r\n"), 99);
		fake_feed(&f, S("Subject: x\r\n\r\ny\r\n.\r\n"), 99);
		told_check_replies(buf_slice(&f.sent), cases[i].reply, S(""));
		assert_int_equal(t.deliveries, cases[i].deliveries);
		assert_string_equal(t.recipients, ""); /* delivered to, or reset */
		fake_close(&f);
	}
}

/* A store that answers for fewer recipients than there are must not shift the replies. */
static void a_short_answer_is_filled_up(void **state)
{
	struct told t = {0};
	struct fake f = {0};

	(void)state;
	begin(&f, &t, "lmtp");
	fake_feed(&f, S(LHLO JOHN JANE JIM), 99);
	*strchr(t.recipients, ';') = ',';
	buf_clear(&f.sent);
	fake_feed(&f, S("DATA\r\nx\r\n.\r\n"), 99);
	told_check_replies(
		buf_slice(&f.sent),
		S(GO_ON "250 2.0.0 delivered\r\n451 4.3.0 temporary failure, try again later\r\n"),
		S(""));
	fake_close(&f);
}

static void a_body_that_fails(void **state)
{
	struct told t = {0};
	struct fake f = {0};

	(void)state;
	begin(&f, &t, "mx");
	fake_feed(&f, S(EHLO JOHN JANE "DATA\r\nx"), 99);
	fake_reply(&f, UINT64_C(1) << 63 | 1, PK_EFULL, false, S(""));
	buf_clear(&f.sent);
	fake_feed(&f, S("y\r\n.\r\n" JOHN), 99);
	told_check_replies(
		buf_slice(&f.sent),
		S("452 4.3.1 no space left on the system, try again later\r\n" SENDER_OK), S(""));
	assert_int_equal(t.deliveries, 0);
	assert_int_equal(f.bodies_dropped, 1);
	/* The same news once more is about a message that is over. */
	fake_feed(&f, S(JANE "DATA\r\nx"), 99);
	fake_reply(&f, UINT64_C(1) << 63 | 1, PK_EFULL, false, S(""));
	fake_feed(&f, S("y\r\n.\r\n"), 99);
	assert_int_equal(t.deliveries, 1);
	fake_close(&f);
}

static void errors_and_limits(void **state)
{
	static const struct talk talks[] = {
		{S("X\r\nX\r\nX\r\nX\r\nX\r\nX\r\nX\r\n"),
	         S(GREETING "500 5.5.1 unknown command\r\n500 5.5.1 unknown command\r\n"
	                    "500 5.5.1 unknown command\r\n500 5.5.1 unknown command\r\n"
	                    "500 5.5.1 unknown command\r\n500 5.5.1 unknown command\r\n"
	                    "421 4.7.0 too many errors\r\n"),
	         NULL, true},
	};
	struct buf in = {0}, out = {0};
	struct talk c = {.closed = true};

	(void)state;
	talk("mx", &talks[0], NULL);
	buf_put(&in, S(EHLO JOHN));
	buf_put(&out, S(BEGUN SENDER_OK));
	for (int i = 0; i < 30; i++) {
		buf_put(&in, S("RCPT TO:<nobody@example.org>\r\n"));
		buf_put(&out, S("550 5.1.1 no such mailbox here: check the address\r\n"));
	}
	buf_put(&out, S("421 4.7.0 too many unknown recipients\r\n"));
	c.in = buf_slice(&in);
	c.out = buf_slice(&out);
	talk("mx", &c, NULL);
	buf_clear(&in);
	buf_clear(&out);
	buf_put(&in, S(EHLO JOHN));
	buf_put(&out, S(BEGUN SENDER_OK));
	for (int i = 0; i < 102; i++) { /* RFC 5321 4.5.3.1.10: 452 beyond the limit, no error */
		buf_put(&in, S("RCPT TO:<jane@example.org>\r\n"));
		buf_put(&out, i < 100 ? S(RCPT_OK)
		                      : S("452 4.5.3 too many recipients, send them in another "
		                          "message\r\n"));
	}
	c = (struct talk){buf_slice(&in), buf_slice(&out), NULL, false};
	{
		struct told t = {0};
		struct fake f = {0};

		begin(&f, &t, "mx");
		t.recipients[sizeof(t.recipients) - 1] = '\0';
		fake_feed(&f, c.in, 7);
		told_check_replies(buf_slice(&f.sent), c.out, c.in);
		assert_int_equal(f.waits, 0);
		fake_close(&f);
	}
	buf_free(&in);
	buf_free(&out);
}

/* HAZARDS 54: the 4th of 6 errors is answered, and then the client waits. */
/* HAZARDS 33: more chunks than a message can need. */
static void many_small_chunks(void **state)
{
	struct told t = {0};
	struct fake f = {0};

	(void)state;
	begin(&f, &t, "mx");
	fake_feed(&f, S(EHLO JOHN JANE), 99);
	for (int i = 0; i < 1000; i++)
		fake_feed(&f, S("BDAT 1\r\nx"), 99);
	assert_false(f.closed);
	buf_clear(&f.sent);
	fake_feed(&f, S("BDAT 1\r\nx"), 99);
	told_check_replies(buf_slice(&f.sent), S("421 4.7.0 too many small BDATs\r\n"), S(""));
	assert_true(f.closed);
	assert_int_equal(t.deliveries, 0);
	fake_close(&f);
}

/* The store was not told that its places are free again: it is, when the session ends. */
static void a_reset_that_cannot_be_asked(void **state)
{
	struct told t = {0};
	struct fake f = {0};

	(void)state;
	begin(&f, &t, "mx");
	fake_feed(&f, S(EHLO JOHN JANE), 99);
	buf_clear(&f.sent);
	f.io.calls_left = 0;
	fake_feed(&f, S("RSET\r\n"), 99);
	told_check_replies(buf_slice(&f.sent),
	                   S("250 2.0.0 forgotten\r\n421 4.3.0 temporary failure\r\n"), S(""));
	assert_true(f.closed);
	fake_close(&f);
}

/* As Postfix counts them: five times as many as of errors, until a message has gone through. */
static void commands_without_a_message(void **state)
{
	static const struct slice lines[] = {S("NOOP\r\n"), S("RSET\r\n"), S("VRFY x\r\n"),
	                                     S("HELP\r\n"), S(EHLO)};

	(void)state;
	for (size_t i = 0; i < COUNT(lines); i++) {
		struct told t = {0};
		struct fake f = {0};

		begin(&f, &t, "mx");
		fake_feed(&f, S(EHLO), 99);
		for (int n = 1; n < 30; n++)
			fake_feed(&f, lines[i], 99);
		fake_feed(&f, S(JOHN JANE "DATA\r\n.\r\n"), 99);
		assert_int_equal(t.deliveries, 1);
		for (int n = 0; n < 30; n++)
			fake_feed(&f, lines[i], 99);
		assert_false(f.closed);
		buf_clear(&f.sent);
		fake_feed(&f, lines[i], 99);
		told_check_replies(buf_slice(&f.sent),
		                   S("421 4.7.0 too many commands without a message\r\n"), S(""));
		assert_true(f.closed);
		fake_close(&f);
	}
}

/* A relay keeps its connection for as long as there is mail, and says RSET before each message. */
static void thousands_of_messages(void **state)
{
	struct told t = {0};
	struct fake f = {0};

	(void)state;
	begin(&f, &t, "mx");
	fake_feed(&f, S(EHLO), 99);
	for (unsigned n = 1; n <= 3000; n++) {
		buf_clear(&f.sent);
		fake_feed(&f, S("RSET\r\nNOOP\r\n" JOHN JANE "DATA\r\n.\r\n"), 99);
		assert_int_equal(t.deliveries, n);
	}
	assert_false(f.closed);
	fake_close(&f);
}

/* Another server of the house looks whether the connection is still there, and may. */
static void servers_of_the_house_may_idle(void **state)
{
	struct told t = {0};
	struct fake f = {0};

	(void)state;
	begin(&f, &t, "lmtp");
	fake_feed(&f, S(LHLO), 99);
	for (int n = 0; n < 100; n++)
		fake_feed(&f, S("NOOP\r\n"), 99);
	assert_false(f.closed);
	fake_close(&f);
}

static void many_errors_are_slow(void **state)
{
	static const struct slice answer = S("500 5.5.1 unknown command\r\n");

	(void)state;
	for (int lmtp = 0; lmtp < 2; lmtp++) {
		struct told t = {0};
		struct fake f = {0};

		begin(&f, &t, lmtp ? "lmtp" : "mx");
		for (unsigned i = 0; i < 5; i++) {
			buf_clear(&f.sent);
			fake_feed(&f, S("X\r\n"), 99);
			told_check_replies(buf_slice(&f.sent), answer, S(""));
			assert_int_equal(f.waits, i < 3 || lmtp ? 0 : i - 2);
		}
		fake_close(&f);
	}
}

static void long_lines(void **state)
{
	struct buf in = {0};
	struct talk c = {0};

	(void)state;
	buf_put(&in, S("NOOP "));
	for (int i = 0; i < 3000; i++)
		buf_byte(&in, 'x');
	buf_put(&in, S("\r\nNOOP\r\n"));
	c = (struct talk){buf_slice(&in),
	                  S(GREETING "500 5.5.2 the line is too long\r\n250 2.0.0 ok\r\n"), NULL,
	                  false};
	talk("mx", &c, NULL);
	buf_free(&in);
}

/* RFC 3207 4.2, HAZARDS 1 to 4. */
static void starttls(void **state)
{
	struct told t = {0};
	struct fake f = {.io = {.can_tls = 1}};

	(void)state;
	begin(&f, &t, "mx");
	fake_feed(&f, S("STARTTLS\r\n" EHLO), 99);
	assert_true(slice_starts(buf_slice(&f.sent), S(GREETING "503 5.5.1 not now")));
	assert_non_null(memmem(f.sent.p, f.sent.n, "250-STARTTLS\r\n", 14));
	buf_clear(&f.sent);
	fake_feed(&f, S("STARTTLS x\r\nSTARTTLS\r\nMAIL FROM:<evil@example.net>\r\n"), 99);
	told_check_replies(buf_slice(&f.sent),
	                   S("501 5.5.4 this command has no argument\r\n220 2.0.0 begin TLS\r\n"),
	                   S(""));
	assert_int_equal(f.layers, 1);
	buf_clear(&f.sent);
	fake_feed(&f, S(JOHN EHLO "STARTTLS\r\n"), 99);
	told_check_replies(buf_slice(&f.sent),
	                   S("503 5.5.1 not now: EHLO, then one MAIL\r\n" OFFER
	                     "503 5.5.1 TLS is on already\r\n"),
	                   S(""));
	fake_close(&f);
}

static void early_talkers(void **state)
{
	struct told t = {0};
	struct fake f = {0};

	(void)state;
	told_begin(&f, &t, "mx", 1000);
	assert_int_equal(f.sent.n, 0);
	assert_int_equal(f.io.wake_ms, 1000);
	fake_event(&f, PK_IN_TIMER, 0);
	told_check_replies(buf_slice(&f.sent), S(GREETING), S(""));
	fake_feed(&f, S(EHLO), 99);
	told_check_replies(buf_slice(&f.sent), S(BEGUN), S(""));
	fake_close(&f);

	f = (struct fake){0};
	told_begin(&f, &t, "mx", 1000);
	fake_feed(&f, S(EHLO), 99);
	told_check_replies(buf_slice(&f.sent), S("554 5.5.1 you talk before the greeting\r\n"),
	                   S(""));
	assert_true(f.closed);
	fake_close(&f);
}

static void stops(void **state)
{
	static const struct {
		struct slice before;
		enum pk_stop why;
		struct slice said;
		bool closed;
	} cases[] = {
		{S(EHLO),                       PK_STOP_IDLE,  S("421 4.4.2 nothing heard for too long\r\n"),  true },
		{S(EHLO),                       PK_STOP_LOGIN, S("421 4.4.2 this takes too long\r\n"),         true },
		{S(EHLO),                       PK_STOP_KICK,  S("421 4.3.2 closed by the administrator\r\n"), true },
		{S(EHLO),                       PK_STOP_DRAIN, S("421 4.3.2 the server is going down\r\n"),    true },
		{S(EHLO JOHN),                  PK_STOP_DRAIN, S(""),                                          false},
		{S(EHLO JOHN JANE "DATA\r\nx"), PK_STOP_LINK,
	         S("421 4.3.0 storage is not available now\r\n"),                                              true },
		{S(EHLO JOHN JANE "DATA\r\nx"), PK_STOP_LIMIT,
	         S("421 4.7.0 this session uses too much\r\n"),                                                true },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct told t = {0};
		struct fake f = {0};

		begin(&f, &t, "mx");
		fake_feed(&f, cases[i].before, 99);
		buf_clear(&f.sent);
		fake_event(&f, PK_IN_STOP, cases[i].why);
		told_check_replies(buf_slice(&f.sent), cases[i].said, S(""));
		assert_int_equal(f.closed, cases[i].closed);
		if (!f.closed) { /* the message under way, then no other */
			buf_clear(&f.sent);
			fake_feed(&f, S(JANE "DATA\r\nx\r\n.\r\n"), 99);
			told_check_replies(
				buf_slice(&f.sent),
				S(RCPT_OK GO_ON STORED(1) "421 4.3.2 the server is going down\r\n"),
				S(""));
			assert_true(f.closed);
		}
		assert_int_equal(t.deliveries, cases[i].closed ? 0 : 1);
		fake_close(&f);
	}
}

/* HAZARDS 52: a client that goes away in the middle leaves nothing. */
static void aborted_data(void **state)
{
	struct told t = {0};
	struct fake f = {0};

	(void)state;
	begin(&f, &t, "mx");
	fake_feed(&f, S(EHLO JOHN JANE "DATA\r\nhalf a mess"), 99);
	fake_event(&f, PK_IN_EOF, 0);
	assert_true(f.closed);
	assert_int_equal(t.deliveries, 0);
	fake_close(&f);
}

static void a_hostname_that_is_none(void **state)
{
	struct pk_value options[] = {
		{.text = S("mx")}, {.text = S("not a name")},
		{.number = 2000},  {.number = 100},
		{.number = 6},     {.number = 0},
		{.number = 0},     {.number = 1},
	};
	struct fake f = {0};

	(void)state;
	fake_begin(&f);
	assert_null(pk_plugin_entry(NULL)->configure(&f.host, S("x"), options));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mx_talks),
		cmocka_unit_test(refusals),
		cmocka_unit_test(recipients),
		cmocka_unit_test(bodies_arrive_as_sent),
		cmocka_unit_test(smuggling),
		cmocka_unit_test(binary_bodies),
		cmocka_unit_test(slow_bodies),
		cmocka_unit_test(received_fields),
		cmocka_unit_test(too_big),
		cmocka_unit_test(mx_delivery_failures),
		cmocka_unit_test(lmtp_talks),
		cmocka_unit_test(loops),
		cmocka_unit_test(a_short_answer_is_filled_up),
		cmocka_unit_test(a_body_that_fails),
		cmocka_unit_test(errors_and_limits),
		cmocka_unit_test(many_small_chunks),
		cmocka_unit_test(a_reset_that_cannot_be_asked),
		cmocka_unit_test(commands_without_a_message),
		cmocka_unit_test(thousands_of_messages),
		cmocka_unit_test(servers_of_the_house_may_idle),
		cmocka_unit_test(many_errors_are_slow),
		cmocka_unit_test(long_lines),
		cmocka_unit_test(starttls),
		cmocka_unit_test(early_talkers),
		cmocka_unit_test(stops),
		cmocka_unit_test(aborted_data),
		cmocka_unit_test(a_hostname_that_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
