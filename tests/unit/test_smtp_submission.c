/* Mode submission against a canned store: who may send, and what becomes of the message. */
/* links: smtp */
#include "unit.h"

#include "smtp_store.h"

#include "smtp/smtp.h"

#define EHLO  "EHLO client.example.net\r\n"
#define LOGIN "AUTH PLAIN AGphbmUAc2VjcmV0\r\n"
#define MAIL  "MAIL FROM:<jane@example.org>\r\n"
#define JIM   "RCPT TO:<jim@example.org>\r\n"
#define JANE  "RCPT TO:<jane@example.org>\r\n"
#define BEGUN EHLO LOGIN MAIL JIM

#define MISSING_DATE "Date: Tue, 14 Nov 2023 22:13:20 +0000\r\n"
#define MISSING_ID   "Message-ID: <07070707070707070707070707070707@mx.example.org>\r\n"
#define MISSING_FROM "From: jane@example.org\r\n"

static void begin(struct fake *f, struct told *t)
{
	f->io.tls = 0x304;
	told_begin(f, t, "submission", 0);
}

/* Behind the Received field, which is two lines and a third for the one recipient. */
static struct slice behind_received(const struct fake *f)
{
	struct slice body = buf_slice(&f->body);

	assert_true(slice_starts(body, S("Received: from client.example.net ([192.0.2.7])\r\n")));
	for (unsigned line = 0; line < 3; line++)
		slice_cut(&body, '\n');
	return body;
}

static void messages(void **state)
{
	static const struct {
		struct slice in, out;
		const char *senders, *bcc;
	} cases[] = {
		{S("DATA\r\nFrom: Jane <jane@example.org>\r\nDate: x\r\nMessage-ID: "
	           "<y>\r\n\r\nz\r\n.\r\n"),
	         S("From: Jane <jane@example.org>\r\nDate: x\r\nMessage-ID: <y>\r\n\r\nz\r\n"),
	         "jane@example.org;",														 ""},
		{S("DATA\r\nTo: x\r\n\r\nz\r\n.\r\n"),
	         S("To: x\r\n" MISSING_FROM MISSING_DATE MISSING_ID "\r\nz\r\n"),
	         "jane@example.org;",														 ""},
		{S("DATA\r\n.\r\n"),					     S(MISSING_FROM MISSING_DATE MISSING_ID "\r\n"),
	         "jane@example.org;",														 ""},
		{S("DATA\r\nHello,\r\n..\r\nJane\r\n.\r\n"),
	         S(MISSING_FROM MISSING_DATE MISSING_ID "\r\nHello,\r\n.\r\nJane\r\n"),
	         "jane@example.org;",														 ""},
		{S("DATA\r\nFrom: a@b.de\r\nSender: c@d.de\r\nResent-From: "
	           "e@f.de\r\nResent-Sender: g@h.de\r\n.\r\n"),
	         S("From: a@b.de\r\nSender: c@d.de\r\nResent-From: e@f.de\r\nResent-Sender: "
	           "g@h.de\r\n" MISSING_DATE MISSING_ID "\r\n"),
	         "a@b.de;c@d.de;e@f.de;g@h.de;",												      ""},
		{S("DATA\r\nBcc: jim@example.org,\r\n \"J\" <j@k>\r\nTo: x\r\nBcc: "
	           "(l)\r\n\r\n.\r\n"),
	         S("To: x\r\n" MISSING_FROM MISSING_DATE MISSING_ID "\r\n"),                                                     "jane@example.org;",
	         "jim@example.org, \"J\" <j@k>, (l)"												    },
		{S("BDAT 4\r\nTo: BDAT 5 LAST\r\nx\r\n\r\n"),
	         S("To: x\r\n" MISSING_FROM MISSING_DATE MISSING_ID "\r\n"),                                                     "jane@example.org;",
	         ""																     },
		{S("BDAT 5\r\nTo: xBDAT 0 LAST\r\n"),
	         S("To: x\r\n" MISSING_FROM MISSING_DATE MISSING_ID "\r\n"),                                                     "jane@example.org;",
	         ""																     },
		{S("BDAT 0 LAST\r\n"),					   S(MISSING_FROM MISSING_DATE MISSING_ID "\r\n"),
	         "jane@example.org;",														 ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		for (size_t piece = 1; piece < 60; piece++) {
			struct told t = {0};
			struct fake f = {0};

			begin(&f, &t);
			fake_feed(&f, S(BEGUN), 99);
			fake_feed(&f, slice_head(cases[i].in, 6), 99);
			if (slice_starts(cases[i].in, S("DATA")) && piece % 2)
				f.body_room = 1 + piece / 2;
			fake_feed(&f, slice_skip(cases[i].in, 6), piece);
			assert_int_equal(t.deliveries, 1);
			told_check(behind_received(&f), cases[i].out, cases[i].in);
			assert_string_equal(t.senders, cases[i].senders);
			assert_string_equal(t.bcc, cases[i].bcc);
			assert_string_equal(t.delivered, "jane@example.org>jim@example.org;");
			assert_int_equal(f.bodies_dropped, 0);
			fake_close(&f);
		}
	}
}

/* RFC 3848, RFC 6531 4.3, RFC 8314 4.3. */
static void received_fields(void **state)
{
	static const struct {
		struct slice mail;
		uint32_t tls;
		struct slice cipher;
		const char *words;
	} cases[] = {
		{S(MAIL),					0x304, S("TLS_AES_256_GCM_SHA384"),
	         " with ESMTPSA id 4660.1\r\n\tfor <jim@example.org>\r\n"
	         "\ttls TLS_AES_256_GCM_SHA384 (TLSv1.3); Tue"												},
		{S("MAIL FROM:<jane@example.org> SMTPUTF8\r\n"), 0x303,
	         S("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
	         " with UTF8SMTPSA id 4660.1\r\n\tfor <jim@example.org>\r\n"
	         "\ttls TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 (TLSv1.2); Tue"										 },
		{S(MAIL),					0x304, S(""),                       " with ESMTPSA id 4660.1\r\n\tfor <jim@example.org>; Tue"},
		{S(MAIL),					0,     S("TLS_X"),                  " with ESMTPA id 4660.1\r\n\tfor <jim@example.org>; Tue" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct told t = {0};
		struct fake f = {0};
		struct slice body;

		begin(&f, &t);
		fake_feed(&f, S(EHLO LOGIN), 99);
		f.io.tls = cases[i].tls;
		f.peer.cipher = cases[i].cipher;
		fake_feed(&f, cases[i].mail, 99);
		fake_feed(&f, S(JIM "DATA\r\n.\r\n"), 99);
		body = buf_slice(&f.body);
		assert_non_null(memmem(body.p, body.n, cases[i].words, strlen(cases[i].words)));
		fake_close(&f);
	}
}

/* Each is refused at the end, in step, and the next message goes through. */
static void refused_headers(void **state)
{
	static const struct {
		struct slice header, reply;
	} cases[] = {
		{S("From: a@b\r\nFrom: a@b\r\n"),
	         S("550 5.6.0 the header has two fields From, or two fields Sender\r\n")                   },
		{S("From: a@b\r\nSender: a@b\r\nSender: a@b\r\n"),
	         S("550 5.6.0 the header has two fields From, or two fields Sender\r\n")                   },
		{S("From:\r\n"),
	         S("550 5.6.0 From or Sender is not clear: \"name\" <address>, please\r\n")                },
		{S("From: a@b\r\nSender: x\r\n"),
	         S("550 5.6.0 From or Sender is not clear: \"name\" <address>, please\r\n")                },
		{S("From: g: a@b;\r\n"),
	         S("550 5.6.0 From or Sender is not clear: \"name\" <address>, please\r\n")                },
		{S("From: a@b\nTo: c@d\r\n"),
	         S("550 5.6.0 a CR or LF stands alone: lines end in CRLF\r\n")                             },
		{S("From: a@b\r\nTo: x\nFrom: c@d\r\n"),
	         S("550 5.6.0 a CR or LF stands alone: lines end in CRLF\r\n")                             },
		{S("To: x\rFrom: c@d\r\n"),
	         S("550 5.6.0 a CR or LF stands alone: lines end in CRLF\r\n")                             },
		{S("From: a@b\r\nX: \0\r\n"),                      S("550 5.6.0 the message has a NUL\r\n")},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		for (size_t piece = 1; piece < 100; piece += 7) {
			struct told t = {0};
			struct fake f = {0};

			begin(&f, &t);
			fake_feed(&f, S(BEGUN "DATA\r\n"), piece);
			buf_clear(&f.sent);
			fake_feed(&f, cases[i].header, piece);
			fake_feed(&f, S("\r\nx\r\n.\r\n"), piece);
			told_check_replies(buf_slice(&f.sent), cases[i].reply, cases[i].header);
			assert_int_equal(t.deliveries, 0);
			assert_int_equal(t.resets, 1);
			fake_feed(&f, S(MAIL JIM "DATA\r\n.\r\n"), piece);
			assert_int_equal(t.deliveries, 1);
			fake_close(&f);
		}
	}
}

/* Nobody looks at what is behind the end of the room for it. */
static void a_header_too_long(void **state)
{
	struct told t = {0};
	struct fake f = {0};
	struct buf line = {0};

	(void)state;
	begin(&f, &t);
	((struct smtp *)f.session)->max_octets = 1 << 20;
	buf_put(&line, S("X: "));
	while (line.n < 498)
		buf_byte(&line, 'x');
	buf_put(&line, S("\r\n"));
	fake_feed(&f, S(BEGUN "DATA\r\n"), 99);
	buf_clear(&f.sent);
	for (size_t n = 0; n <= HEADER_MAX; n += line.n)
		fake_feed(&f, buf_slice(&line), 999);
	fake_feed(&f, S("From: somebody@else\r\n\r\n.\r\n"), 99);
	told_check_replies(buf_slice(&f.sent), S("552 5.3.4 the header is too long\r\n"), S(""));
	assert_int_equal(t.deliveries, 0);
	fake_close(&f);
	buf_free(&line);
}

/* The store binds the session, and then its answer says that it did not. */
static void a_login_cut_in_two(void **state)
{
	struct told t = {.broken_login = true};
	struct fake f = {0};

	(void)state;
	begin(&f, &t);
	fake_feed(&f, S(EHLO), 99);
	buf_clear(&f.sent);
	fake_feed(&f, S(LOGIN), 99);
	told_check_replies(buf_slice(&f.sent), S("421 4.7.0 the login was interrupted\r\n"), S(""));
	assert_true(f.closed);
	fake_close(&f);
}

/* What the store says of the sender and of the message, in the words of SMTP. */
static void verdicts(void **state)
{
	static const struct {
		struct told told;
		struct slice in, reply;
	} cases[] = {
		{{.sender = PK_EPERM},
	         S(MAIL),
	         S("553 5.7.1 this address is not yours: send from your own, or an alias of "
	           "it\r\n")								   },
		{{.sender = PK_ELIMIT,
	          .why = {.retry_s = 700,
	                  .worded = 1,
	                  .text = S("9 messages an hour are sent: try again in 12 minutes")}},
	         S(MAIL),
	         S("450 4.7.1 9 messages an hour are sent: try again in 12 minutes\r\n")       },
		{{.sender = PK_ELIMIT},
	         S(MAIL),
	         S("450 4.7.1 too many messages in an hour, try again later\r\n")              },
		{{.sender = PK_ETOOBIG},
	         S(MAIL),
	         S("552 5.3.4 the message is too big: make it smaller\r\n")                    },
		{{.sender = PK_EAUTH},
	         S(MAIL),
	         S("550 5.7.13 this account may not send any more: ask your administrator\r\n")},
		{{.deliver = PK_EAUTH},
	         S(MAIL JIM JANE "DATA\r\n.\r\n"),
	         S("550 5.7.13 this account may not send any more: ask your administrator\r\n")},
		{{.sender = PK_EUNAVAILABLE},
	         S(MAIL),
	         S("451 4.3.0 temporary failure, try again later\r\n")                         },
		{{.deliver = PK_EPERM},
	         S(MAIL JIM "DATA\r\n.\r\n"),
	         S("550 5.7.1 the sender in the header is not yours: From takes your own "
	           "addresses\r\n")							    },
		{{.deliver = PK_EPERM},
	         S(MAIL JIM JANE "DATA\r\n.\r\n"),
	         S("550 5.7.1 the sender in the header is not yours: From takes your own "
	           "addresses\r\n")							    },
		{{.deliver = PK_ELIMIT,
	          .why = {.retry_s = 60, .worded = 1, .text = S("wait\r\nQUIT \x80 a minute")}},
	         S(MAIL JIM "DATA\r\n.\r\n"),
	         S("450 4.7.1 wait??QUIT ? a minute\r\n")                                      },
		{{.results = {PK_EQUOTA}},
	         S(MAIL JIM "DATA\r\n.\r\n"),
	         S("452 4.2.2 the mailbox is full, try again later\r\n")                       },
		{{.results = {PK_EQUOTA}, .why = {.lasting = 1}},
	         S(MAIL JIM "DATA\r\n.\r\n"),
	         S("552 5.2.2 the mailbox is full: its owner has to make room\r\n")            },
		{{.results = {PK_OK, PK_EQUOTA}, .why = {.lasting = 1}},
	         S(MAIL JIM JANE "DATA\r\n.\r\n"),
	         S("451 4.3.0 a recipient cannot take it now\r\n")                             },
		{{.copied = PK_COPIED},
	         S(MAIL JIM "DATA\r\n.\r\n"),
	         S("250 2.0.0 stored as 4660.1\r\n")                                           },
		{{.copied = PK_COPIED_FULL},
	         S(MAIL JIM "DATA\r\n.\r\n"),
	         S("250 2.0.0 stored as 4660.1, without a copy in Sent: no room\r\n")          },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct told t = cases[i].told;
		struct fake f = {0};
		struct slice last;
		const char *end;

		begin(&f, &t);
		fake_feed(&f, S(EHLO LOGIN), 99);
		fake_feed(&f, cases[i].in, 99);
		last = slice_head(buf_slice(&f.sent), f.sent.n - 2);
		end = memrchr(last.p, '\n', last.n);
		last = slice_skip(buf_slice(&f.sent), (size_t)(end + 1 - f.sent.p));
		told_check_replies(last, cases[i].reply, cases[i].in);
		fake_close(&f);
	}
}

/* RFC 5321 4.2.3, RFC 3463: what the tenant has chosen for full and suspended mailboxes. */
static void recipients(void **state)
{
	static const struct {
		struct pk_error why;
		struct slice in, reply;
	} cases[] = {
		{{0},
	         S("RCPT TO:<full@example.org>\r\n"),
	         S("452 4.2.2 the mailbox is full, try again later\r\n")                 },
		{{.lasting = 1},
	         S("RCPT TO:<full@example.org>\r\n"),
	         S("552 5.2.2 the mailbox is full: its owner has to make room\r\n")      },
		{{.lasting = 1, .worded = 1, .text = S("call 555")},
	         S("RCPT TO:<full@example.org>\r\n"),
	         S("552 5.2.2 call 555\r\n")					     },
		{{0},
	         S("RCPT TO:<gone@example.org>\r\n"),
	         S("450 4.2.1 the mailbox is suspended, try again later\r\n")            },
		{{.lasting = 1},
	         S("RCPT TO:<gone@example.org>\r\n"),
	         S("550 5.2.1 the mailbox is suspended: reach its owner another way\r\n")},
		{{.text = S("over the quota of the user")},
	         S("RCPT TO:<full@example.org>\r\n"),
	         S("452 4.2.2 the mailbox is full, try again later\r\n")                 },
		{{.text = S("no such user")},
	         S("RCPT TO:<nobody@example.org>\r\n"),
	         S("550 5.1.1 no such mailbox here: check the address\r\n")              },
		{{.text = S("over")},
	         S("RCPT TO:<other@example.org>\r\n"),
	         S("452 4.5.3 too many recipients, send them in another message\r\n")    },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct told t = {.why = cases[i].why};
		struct fake f = {0};

		begin(&f, &t);
		fake_feed(&f, S(EHLO LOGIN MAIL), 99);
		buf_clear(&f.sent);
		fake_feed(&f, cases[i].in, 99);
		told_check_replies(buf_slice(&f.sent), cases[i].reply, cases[i].in);
		fake_close(&f);
	}
}

#define NOTIFY_WORDS "501 5.5.4 NOTIFY is NEVER, or some of SUCCESS, FAILURE, DELAY\r\n"
#define ORCPT_WORDS \
	"501 5.5.4 ORCPT is a type of address, \";\", and up to 500 characters of xtext\r\n"
#define X100                                                                                       \
	"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" \
	"xxxxxxxxxxxx"

/* RFC 3461 sections 4 and 5.4, RFC 6533 section 3. */
static const struct {
	struct slice mail, rcpt, reply; /* to the last of the two */
	const char *original;
} notifications[] = {
	{S(" RET=FULL ENVID=QQ314159"), S(" NOTIFY=success,failure"),                            S("250 2.1.5 ok\r\n"),                                    ";"                          },
	{S(" ret=hdrs"),                S(" NOTIFY=NEVER ORCPT=rfc822;Bob+2B1+20x@Example.COM"),
         S("250 2.1.5 ok\r\n"),															    "rfc822;Bob+1 x@Example.COM;"},
	{S(" ENVID=" X100),             S(" ORCPT=x-400;/c+3Dus/"),                              S("250 2.1.5 ok\r\n"),                                    "x-400;/c=us/;"              },
	{S(""),			 S(" ORCPT=rfc822;" X100 X100 X100 X100 X100),            S(ORCPT_WORDS),                                           ""                           },
	{S(""),			 S(" ORCPT=utf-8;j\\x{F6}rg@example.org"),                S("250 2.1.5 ok\r\n"),
         "utf-8;j\\x{F6}rg@example.org;"																		},
	{S(" SMTPUTF8"),                S(" ORCPT=UTF-8;j\xc3\xb6@example.org"),                 S("250 2.1.5 ok\r\n"),
         "UTF-8;j\xc3\xb6@example.org;"																		 },
	{S(""),			 S(" ORCPT=utf-8;j\xc3\xb6@example.org"),                 S(ORCPT_WORDS),                                           ""                           },
	{S(" SMTPUTF8"),                S(" ORCPT=utf-8;j\xc3@example.org"),                     S(ORCPT_WORDS),                                           ""                           },
	{S(" RET=ALL"),                 S(""),						   S("501 5.5.4 RET is FULL or HDRS\r\n"),                   ""                           },
	{S(" RET"),		     S(""),						   S("501 5.5.4 RET is FULL or HDRS\r\n"),                   ""                           },
	{S(" RET=FULL RET=FULL"),       S(""),						   S("501 5.5.4 a parameter is there twice\r\n"),            ""                           },
	{S(" ENVID="),                  S(""),						   S("501 5.5.4 ENVID is 1 to 100 characters of xtext\r\n"), ""                           },
	{S(" ENVID=" X100 "x"),         S(""),						   S("501 5.5.4 ENVID is 1 to 100 characters of xtext\r\n"),
         ""																					     },
	{S(" ENVID=a+0D+0Ab"),          S(""),						   S("501 5.5.4 ENVID is 1 to 100 characters of xtext\r\n"), ""                           },
	{S(" ENVID=a+zz"),              S(""),						   S("501 5.5.4 ENVID is 1 to 100 characters of xtext\r\n"), ""                           },
	{S(" ENVID=a ENVID=b"),         S(""),						   S("501 5.5.4 a parameter is there twice\r\n"),            ""                           },
	{S(""),			 S(" NOTIFY=NEVER,SUCCESS"),                              S(NOTIFY_WORDS),                                          ""                           },
	{S(""),			 S(" NOTIFY=SUCCESS,NEVER"),                              S(NOTIFY_WORDS),                                          ""                           },
	{S(""),			 S(" NOTIFY=SUCCESS,"),                                   S(NOTIFY_WORDS),                                          ""                           },
	{S(""),			 S(" NOTIFY=SUCCESS,,DELAY"),                             S(NOTIFY_WORDS),                                          ""                           },
	{S(""),			 S(" NOTIFY=ALWAYS"),				     S(NOTIFY_WORDS),                                          ""                           },
	{S(""),			 S(" NOTIFY="),					   S(NOTIFY_WORDS),                                          ""                           },
	{S(""),			 S(" NOTIFY"),					    S(NOTIFY_WORDS),                                          ""                           },
	{S(""),			 S(" NOTIFY=DELAY NOTIFY=DELAY"),                         S("501 5.5.4 a parameter is there twice\r\n"),            ""                           },
	{S(""),			 S(" ORCPT=jane@example.org"),                            S(ORCPT_WORDS),                                           ""                           },
	{S(""),			 S(" ORCPT=;jane@example.org"),                           S(ORCPT_WORDS),                                           ""                           },
	{S(""),			 S(" ORCPT=rfc822;"),				     S(ORCPT_WORDS),                                           ""                           },
	{S(""),			 S(" ORCPT=rfc 822;a"),                                   S(ORCPT_WORDS),                                           ""                           },
	{S(""),			 S(" ORCPT=rfc(822);a"),                                  S(ORCPT_WORDS),                                           ""                           },
	{S(""),			 S(" ORCPT=rfc822;a+0Db"),                                S(ORCPT_WORDS),                                           ""                           },
	{S(""),			 S(" ORCPT=rfc822;a+E4b"),                                S(ORCPT_WORDS),                                           ""                           },
	{S(""),			 S(" ORCPT=rfc822;a=b"),                                  S(ORCPT_WORDS),                                           ""                           },
	{S(""),			 S(" RET=FULL"),					  S("555 5.5.4 this parameter is not known here\r\n"),      ""                           },
	{S(" NOTIFY=NEVER"),            S(""),						   S("555 5.5.4 this parameter is not known here\r\n"),      ""                           },
};

static void notification_parameters(void **state)
{

	(void)state;
	for (size_t i = 0; i < COUNT(notifications); i++) {
		struct told t = {0};
		struct fake f = {0};

		begin(&f, &t);
		fake_feed(&f, S(EHLO LOGIN "MAIL FROM:<jane@example.org>"), 99);
		if (notifications[i].rcpt.n)
			fake_feed(&f, notifications[i].mail, 99);
		else
			buf_clear(&f.sent);
		fake_feed(&f, notifications[i].rcpt.n ? S("\r\n") : notifications[i].mail, 99);
		if (notifications[i].rcpt.n)
			buf_clear(&f.sent);
		if (notifications[i].rcpt.n) {
			fake_feed(&f, S("RCPT TO:<jim@example.org>"), 99);
			fake_feed(&f, notifications[i].rcpt, 99);
		}
		fake_feed(&f, S("\r\n"), 99);
		told_check_replies(buf_slice(&f.sent), notifications[i].reply,
		                   notifications[i].rcpt);
		assert_string_equal(t.originals, notifications[i].original);
		fake_close(&f);
	}
}

static const char report[] = "Return-Path: <>\r\n"
			     "From: Mail Delivery System <postmaster@mx.example.org>\r\n"
			     "To: jane@example.org\r\n"
			     "Date: Tue, 14 Nov 2023 22:13:20 +0000\r\n"
			     "Message-ID: <07070707070707070707070707070707@mx.example.org>\r\n"
			     "Subject: Delivered: what you sent\r\n"
			     "Auto-Submitted: auto-replied\r\n"
			     "MIME-Version: 1.0\r\n"
			     "Content-Type: multipart/report; report-type=delivery-status;\r\n"
			     "\tboundary=\"07070707070707070707070707070707\"\r\n\r\n"
			     "--07070707070707070707070707070707\r\n"
			     "Content-Type: text/plain; charset=utf-8\r\n"
			     "Content-Transfer-Encoding: 8bit\r\n\r\n"
			     "Your message is in the mailbox of\r\n\r\n"
			     "  jim@example.org\r\n\r\n"
			     "You asked to be told when it is; nothing is to be done.\r\n\r\n"
			     "--07070707070707070707070707070707\r\n"
			     "Content-Type: message/delivery-status\r\n\r\n"
			     "Reporting-MTA: dns; mx.example.org\r\n"
			     "Original-Envelope-Id: a b\r\n"
			     "Arrival-Date: Tue, 14 Nov 2023 22:13:20 +0000\r\n\r\n"
			     "Original-Recipient: rfc822;Jim@Example.org\r\n"
			     "Final-Recipient: rfc822; jim@example.org\r\n"
			     "Action: delivered\r\n"
			     "Status: 2.0.0\r\n\r\n"
			     "--07070707070707070707070707070707\r\n"
			     "Content-Type: text/rfc822-headers\r\n"
			     "Content-Transfer-Encoding: 8bit\r\n\r\n"
			     "Subject: x\r\n" MISSING_FROM MISSING_DATE MISSING_ID "\r\n"
			     "--07070707070707070707070707070707--\r\n";

/* RFC 3461 5.2.3 and 6, RFC 3464: to who asked, of whom it was asked, when it is true. */
static void reports_of_success(void **state)
{
	static const struct {
		struct slice mail;
		enum pk_status deliver, report;
		unsigned reports;
	} cases[] = {
		{S("MAIL FROM:<jane@example.org> ENVID=a+20b\r\n"), PK_OK,  PK_OK,     1},
		{S("MAIL FROM:<jane@example.org> ENVID=a+20b\r\n"), PK_OK,  PK_EQUOTA, 1},
		{S("MAIL FROM:<jane@example.org>\r\n"),             PK_EIO, PK_OK,     0},
		{S("MAIL FROM:<>\r\n"),                             PK_OK,  PK_OK,     0}, /* 5.2: there is nobody to tell */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		for (size_t piece = 1; piece < 50; piece += 4) {
			struct told t = {.deliver = cases[i].deliver, .report = cases[i].report};
			struct fake f = {0};

			begin(&f, &t);
			fake_feed(&f, S(EHLO LOGIN), 99);
			fake_feed(&f, cases[i].mail, 99);
			fake_feed(&f,
			          S("RCPT TO:<jim@example.org> NOTIFY=SUCCESS,DELAY "
			            "ORCPT=rfc822;Jim@Example.org\r\n"
			            "RCPT TO:<jane@example.org> NOTIFY=FAILURE\r\n"
			            "RCPT TO:<full@example.org> NOTIFY=SUCCESS\r\n"),
			          99);
			buf_clear(&f.sent);
			fake_feed(&f, S("DATA\r\nSubject: x\r\nBcc: y\r\n\r\nz\r\n.\r\nNOOP\r\n"),
			          piece);
			assert_int_equal(t.deliveries, 1);
			assert_int_equal(t.reports, cases[i].reports);
			if (t.reports)
				told_check(buf_slice(&f.body), slice_str(report), S(""));
			told_check_replies(
				buf_slice(&f.sent),
				t.deliver == PK_OK
					? S("354 go on, and end with a dot alone\r\n"
			                    "250 2.0.0 stored as 4660.1\r\n250 2.0.0 ok\r\n")
					: S("354 go on, and end with a dot alone\r\n"
			                    "451 4.3.0 temporary failure, try again later\r\n"
			                    "250 2.0.0 ok\r\n"),
				S(""));
			fake_close(&f);
		}
	}
}

/* HAZARDS 52: in the middle of a header. */
static void aborted_header(void **state)
{
	struct told t = {0};
	struct fake f = {0};

	(void)state;
	begin(&f, &t);
	fake_feed(&f, S(BEGUN "DATA\r\nBcc: x\r\nFrom: a@b\r\nSub"), 99);
	fake_event(&f, PK_IN_EOF, 0);
	assert_true(f.closed);
	assert_int_equal(t.deliveries, 0);
	fake_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages),           cmocka_unit_test(received_fields),
		cmocka_unit_test(refused_headers),    cmocka_unit_test(a_header_too_long),
		cmocka_unit_test(a_login_cut_in_two), cmocka_unit_test(verdicts),
		cmocka_unit_test(recipients),         cmocka_unit_test(notification_parameters),
		cmocka_unit_test(reports_of_success), cmocka_unit_test(aborted_header),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
