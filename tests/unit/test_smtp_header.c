/* The header of a user's message on its way, and whose it says it is. */
/* links: smtp */
#include "unit.h"

#include "smtp/header.h"
#include "smtp/sender.h"

#include <postkeep/messages.h>

struct header_case {
	struct slice in, out, body; /* body: what is not the header's, with what was held back */
	uint32_t froms;
	bool has_date, has_id;
	struct slice bcc; /* with a NUL before each */
};

static void feed(struct header *h, struct slice in, size_t piece, struct buf *out, struct buf *body)
{
	while (in.n) {
		struct slice p = slice_head(in, piece);
		size_t used = h->over ? 0 : header_take(h, p, out);

		if (h->over && used) {
			buf_put(body, buf_slice(&h->held));
			buf_clear(&h->held);
		}
		buf_put(body, slice_skip(p, used));
		in = slice_skip(in, p.n);
	}
	header_finish(h, out);
	buf_put(body, buf_slice(&h->held));
}

static void same(struct slice got, struct slice want, struct slice in)
{
	if (!slice_eq(got, want))
		fail_msg("of %.*s\nwanted: %.*s\ngot: %.*s", (int)in.n, in.p, (int)want.n, want.p,
		         (int)got.n, got.p);
}

static void headers(void **state)
{
	static const struct header_case cases[] = {
		{S("From: a@b\r\nDate: x\r\nmessage-id : <y>\r\n\r\nbody\r\n"),
	         S("From: a@b\r\nDate: x\r\nmessage-id : <y>\r\n"),								     S("body\r\n"),                   1, true,  true,
	         S("")																					 },
 /* Bcc goes, with its folds, in any case; what only looks like it stays. */
		{S("Bcc: a@b,\r\n c@d\r\nTo: e\r\nBCC:\r\n\tf\r\nBccs: g\r\nX-Bcc: h\r\n\r\n"),
	         S("To: e\r\nBccs: g\r\nX-Bcc: h\r\n"),										 S(""),                           0, false, false,
	         S("\0 a@b,\r\n c@d\r\n\0\r\n\tf\r\n")																	 },
		{S("Resent-Bcc: a\r\n b\r\nReturn-Path: <x>\r\nA: b\r\n\r\n"),                  S("A: b\r\n"),                          S(""),
	         0,																			 false, false, S("")},
		{S("Bcc : a\r\nA: b\r\n\r\n"),						  S("A: b\r\n"),                          S(""),                           0, false, false,
	         S("\0 a\r\n")																				 },
 /* No body; no empty line; not even a line. */
		{S("A: b\r\n"),								 S("A: b\r\n"),                          S(""),                           0, false, false, S("")},
		{S("A: b"),								     S("A: b\r\n"),                          S(""),                           0, false, false, S("")},
		{S("\r\nbody"),								 S(""),                                  S("body"),                       0, false, false, S("")},
		{S(""),									 S(""),				  S(""),                           0, false, false, S("")},
 /* No header: the first line that is no field begins the body, whatever stands
  behind it. */
		{S("Hello,\r\nFrom: a\r\n\r\nb"),                                               S(""),                                  S("Hello,\r\nFrom: a\r\n\r\nb"), 0, false,
	         false,																				   S("")},
		{S("A: b\r\nHello there\r\nFrom: a\r\n"),                                       S("A: b\r\n"),
	         S("Hello there\r\nFrom: a\r\n"),															0, false, false, S("")},
		{S(" folded\r\nFrom: a\r\n"),						   S(""),                                  S(" folded\r\nFrom: a\r\n"),     0, false, false,
	         S("")																					 },
		{S("A: b\r\n: empty\r\nFrom: a\r\n"),                                           S("A: b\r\n"),                          S(": empty\r\nFrom: a\r\n"),     0,
	         false,																			    false, S("")},
		{S("From jane Thu Jan 1\r\nFrom: a\r\n"),                                       S(""),
	         S("From jane Thu Jan 1\r\nFrom: a\r\n"),														0, false, false, S("")},
		{S("A: b\r\nFrom\r\n: c\r\n"),						  S("A: b\r\n"),                          S("From\r\n: c\r\n"),            0, false, false,
	         S("")																					 },
		{S("A: b\r\nFr\xc3\xb6m: c\r\n"),                                               S("A: b\r\n"),                          S("Fr\xc3\xb6m: c\r\n"),         0, false,
	         false,																				   S("")},
		{S("A: b\r\n \r\n\r\nc"),						       S("A: b\r\n \r\n"),                     S("c"),                          0, false, false, S("")},
		{S("From: a\r\nfrom\t:b\r\nFROM:c\r\n\r\n"),                                    S("From: a\r\nfrom\t:b\r\nFROM:c\r\n"),
	         S(""),																		  3, false, false, S("")},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct header_case *c = &cases[i];

		for (size_t piece = 1; piece < 40; piece++) {
			struct header h = {0};
			struct buf out = {0}, body = {0};

			feed(&h, c->in, piece, &out, &body);
			same(buf_slice(&out), c->out, c->in);
			same(buf_slice(&body), c->body, c->in);
			same(buf_slice(&h.bcc), c->bcc, c->in);
			assert_int_equal(h.fields[HEADER_FROM], c->froms);
			assert_int_equal(h.fields[HEADER_DATE], c->has_date);
			assert_int_equal(h.fields[HEADER_MESSAGE_ID], c->has_id);
			assert_false(h.too_long);
			header_free(&h);
			buf_free(&out);
			buf_free(&body);
		}
	}
}

/* A header without end, a From without end, a name without end, a Bcc without end. */
static void limits(void **state)
{
	static const struct {
		struct slice begin, more;
		size_t times;
		bool too_long, bcc_too_long;
	} cases[] = {
		{S("A: b\r\n"), S("A: b\r\n"),  HEADER_MAX / 6 - 1,  false, false},
		{S("A: b\r\n"), S("A: b\r\n"),  HEADER_MAX / 6 + 1,  true,  false},
		{S("A: b"),     S("bbbbbb"),    HEADER_MAX / 6 + 1,  true,  false},
		{S("From: "),   S("<a@b.de>,"), HEADER_KEPT / 9 - 1, false, false},
		{S("From: "),   S("<a@b.de>,"), HEADER_KEPT / 9 + 1, true,  false},
		{S("Bcc: "),    S("<a@b.de>,"), HEADER_KEPT / 9 + 1, false, true },
		{S("A: b\r\n"), S("AAAAAAAA"),  HEADER_NAME,         false, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct header h = {0};
		struct buf out = {0};

		header_take(&h, cases[i].begin, &out);
		for (size_t n = 0; n < cases[i].times && !h.over; n++)
			header_take(&h, cases[i].more, &out);
		assert_int_equal(h.too_long, cases[i].too_long);
		assert_int_equal(h.bcc_too_long, cases[i].bcc_too_long);
		assert_true(h.held.n <= HEADER_NAME + 1);
		header_free(&h);
		buf_free(&out);
	}
}

/* RFC 5322 3.4 and 3.6.2, and what is made to look different to different readers. */
static void senders(void **state)
{
	static const struct {
		struct slice value;
		const char *addresses; /* "" : not clear */
	} cases[] = {
		{S(" jane@example.org\r\n"),                            "jane@example.org;"       },
		{S(" Jane <jane@example.org>\r\n"),                     "jane@example.org;"       },
		{S(" \"Doe, Jane\" <Jane@Example.org>"),                "Jane@Example.org;"       },
		{S(" Jane A. Doe\r\n\t<jane@example.org>\r\n"),         "jane@example.org;"       },
		{S(" =?utf-8?q?J=C3=BCrgen?= <j@example.org>"),         "j@example.org;"          },
		{S(" J\xc3\xbcrgen <j\xc3\xbc@example.org>"),           "j\xc3\xbc@example.org;"  },
		{S(" jane@example.org (Jane (the (first)))"),           "jane@example.org;"       },
		{S(" (x) jane@example.org"),                            "jane@example.org;"       },
		{S(" \"a\\\"<b@c>\" <jane@example.org>"),               "jane@example.org;"       },
		{S(" (a\\)<b@c>) <jane@example.org>"),                  "jane@example.org;"       },
		{S(" a@b.de, Jane <jane@example.org>"),                 "a@b.de;jane@example.org;"},
		{S(" a@b.de, (nobody <x@y>) \"z\" <jane@example.org>"), "a@b.de;jane@example.org;"},
		{S(" <jane@example.org>"),                              "jane@example.org;"       },
		{S(" Jane [Sales] <jane@example.org>"),                 "jane@example.org;"       },
		{S(" jane@[192.0.2.1]"),                                "jane@[192.0.2.1];"       },
		{S(""),						 ""                        },
		{S(" \r\n"),					    ""                        },
		{S(" <>"),					      ""                        },
		{S(" Jane"),					    ""                        },
		{S(" jane"),					    ""                        },
		{S(" postmaster"),				      ""                        },
		{S(" boss@bank.example <jane@example.org>"),            ""                        },
		{S(" <boss@bank.example> <jane@example.org>"),          ""                        },
		{S(" boss@bank.example jane@example.org"),              ""                        },
		{S(" boss@bank.example@example.org"),                   ""                        },
		{S(" \"boss@bank.example\"@example.org"),               ""                        },
		{S(" <jane@example.org> <boss@bank.example>"),          ""                        },
		{S(" <jane@example.org> boss@bank.example"),            ""                        },
		{S(" <@bank.example:jane@example.org>"),                ""                        },
		{S(" boss@bank.example: jane@example.org;"),            ""                        },
		{S(" undisclosed:;"),                                   ""                        },
		{S(" jane@example.org; boss@bank.example"),             ""                        },
		{S(" \"Jane <jane@example.org>"),                       ""                        },
		{S(" (Jane <jane@example.org>"),                        ""                        },
		{S(" Jane) <jane@example.org>"),                        ""                        },
		{S(" jane(x)@example.org"),                             ""                        },
		{S(" jane @ example.org"),                              ""                        },
		{S(" ja\r\n ne@example.org"),                           ""                        },
		{S(" <jane@example.org\\>"),                            ""                        },
		{S(" <jane@example.org>\\"),                            ""                        },
		{S(" jane@example.org,, boss@bank.example"),            ""                        },
		{S(" jane@exam\x01ple.org"),                            ""                        },
		{S(" J\x7f <jane@example.org>"),                        ""                        },
		{S(" =?utf-8?q?boss=40bank.example?=@example.org"),
	         "=?utf-8?q?boss=40bank.example?=@example.org;"                                   },
		{S(" jane@example.org,"),                               "jane@example.org;"       },
		{S(" j\xff@example.org"),                               ""                        },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buf rows = {0}, got = {0};
		enum pk_status st = sender_addresses(cases[i].value, &rows);
		struct pk_rows all = PK_ROWS(&rows);
		struct pk_name name;

		while (st == PK_OK && pk_next_name(&all, &name)) {
			buf_put(&got, name.name);
			buf_byte(&got, ';');
		}
		same(buf_slice(&got), slice_str(cases[i].addresses), cases[i].value);
		buf_free(&rows);
		buf_free(&got);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(headers),
		cmocka_unit_test(limits),
		cmocka_unit_test(senders),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
