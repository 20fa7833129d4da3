/* Transfer encodings, charsets, encoded words, subjects: lib/mime/decode.c, charset.c, words.c,
 * subject.c. */
#include "unit.h"

#include "mime/charset.h"
#include "mime/decode.h"
#include "mime/words.h"

#include <postkeep/buf.h>

static void expect(struct buf *b, struct slice want)
{
	if (!slice_eq(buf_slice(b), want))
		fail_msg("got '%.*s', not '%.*s'", (int)b->n, b->p, (int)want.n, want.p);
	buf_free(b);
}

/* Decodes in pieces of `step`, writing or only counting: both give the same number. */
static struct buf decode(enum mime_encoding encoding, struct slice in, size_t step, bool *damaged)
{
	struct mime_decoder d = {.encoding = encoding}, count = d;
	struct buf out = {0};
	uint64_t n = 0, counted = 0;

	while (in.n) {
		n += mime_decode(&d, slice_head(in, step), &out);
		counted += mime_decode(&count, slice_head(in, step), NULL);
		in = slice_skip(in, step);
	}
	n += mime_decode_end(&d, &out);
	counted += mime_decode_end(&count, NULL);
	assert_int_equal(n, out.n);
	assert_int_equal(counted, n);
	assert_int_equal(d.damaged, count.damaged);
	*damaged = d.damaged;
	return out;
}

static void transfer_encodings(void **state)
{
	static const struct {
		enum mime_encoding encoding;
		struct slice in, out;
		bool damaged;
	} cases[] = {
		{MIME_BASE64,           S("Zm9vYmFy"),            S("foobar"),         false}, /* RFC 4648 10 */
		{MIME_BASE64,           S("Zm9vYmE="),            S("fooba"),          false},
		{MIME_BASE64,           S("Zm9vYg=="),            S("foob"),           false},
		{MIME_BASE64,           S("Zm9v\r\n Ym\tFy\r\n"), S("foobar"),         false},
		{MIME_BASE64,           S("Zm9vYg"),              S("foob"),           false},
		{MIME_BASE64,           S("Zm9vY"),               S("foo"),            true },
		{MIME_BASE64,           S("Zg==Zg=="),            S("ff"),             false},
		{MIME_BASE64,           S("Zg=Zg"),               S("ff"),             false},
		{MIME_BASE64,           S("====Z==g"),            S(""),               true },
		{MIME_BASE64,           S("Z!m9\0v"),             S("foo"),            true },
		{MIME_BASE64,           S("+/+/"),                S("\373\377\277"),   false},
		{MIME_BASE64,           S("-_"),                  S(""),               true },
		{MIME_BASE64,           S(""),                    S(""),               false},
		{MIME_QUOTED_PRINTABLE, S("a=3D=\r\nb=C3=a4"),    S("a=b\303\244"),    false},
		{MIME_QUOTED_PRINTABLE, S("a \t\r\n b \nc  "),    S("a\r\n b\nc"),
	         false								      }, /* RFC 2045 6.7 (3) */
		{MIME_QUOTED_PRINTABLE, S("a= \t\r\nb=\nc="),     S("abc"),            false},
		{MIME_QUOTED_PRINTABLE, S("a=20\r\n"),            S("a \r\n"),         false},
		{MIME_QUOTED_PRINTABLE, S("=4"),                  S("=4"),             true },
		{MIME_QUOTED_PRINTABLE, S("=4x=x4="),             S("=4x=x4"),         true },
		{MIME_QUOTED_PRINTABLE, S("==41"),                S("=A"),             true },
		{MIME_QUOTED_PRINTABLE, S("= x"),                 S("= x"),            true },
		{MIME_QUOTED_PRINTABLE, S("=4=41"),               S("=4A"),            true },
		{MIME_QUOTED_PRINTABLE, S("=\r="),                S("=\r"),            true },
		{MIME_QUOTED_PRINTABLE, S("a\rb \r\r\nc\r"),      S("a\rb \r\r\nc\r"), false},
		{MIME_QUOTED_PRINTABLE, S("\0\377"),              S("\0\377"),         false},
		{MIME_IDENTITY,         S("a=3D \r\n"),           S("a=3D \r\n"),      false},
		{MIME_UNKNOWN,          S("a=3D \r\n"),           S("a=3D \r\n"),      false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		for (size_t step = 1; step < 12; step++) {
			bool damaged;
			struct buf out = decode(cases[i].encoding, cases[i].in, step, &damaged);

			assert_int_equal(damaged, cases[i].damaged);
			expect(&out, cases[i].out);
		}
}

/* White space that never ends a line, or does, is not kept without limit. */
static void long_white_space(void **state)
{
	struct buf in = {0}, out;
	bool damaged;

	(void)state;
	for (int i = 0; i < 1000; i++)
		buf_put(&in, S(" \t"));
	buf_put(&in, S("x"));
	out = decode(MIME_QUOTED_PRINTABLE, buf_slice(&in), 17, &damaged);
	assert_int_equal(out.n, 2001);
	buf_free(&out);
	in.p[in.n - 1] = '\n';
	out = decode(MIME_QUOTED_PRINTABLE, buf_slice(&in), 17, &damaged);
	assert_int_equal(out.n, 2000 - 96 + 1);
	buf_free(&out);
	buf_free(&in);
}

static void encodings_have_names(void **state)
{
	(void)state;
	assert_int_equal(mime_encoding(S("BASE64")), MIME_BASE64);
	assert_int_equal(mime_encoding(S("Quoted-Printable")), MIME_QUOTED_PRINTABLE);
	assert_int_equal(mime_encoding(S("8BIT")), MIME_IDENTITY);
	assert_int_equal(mime_encoding(S("")), MIME_IDENTITY);
	assert_int_equal(mime_encoding(S("uuencode")), MIME_UNKNOWN);
}

#define BAD "\357\277\275" /* U+FFFD */

static void charsets(void **state)
{
	static const struct {
		struct slice charset, in, out;
		bool known;
	} cases[] = {
		{S("utf-8"),           S("\303\244\xF0\x9F\x98\x80"), S("\303\244\xF0\x9F\x98\x80"), true },
		{S(""),                S("\303\244"),                 S("\303\244"),                 true },
		{S("US-ASCII"),        S("a\303\244"),                S("a\303\244"),
	         true										     }, /* RFC 6532 mail says so wrongly */
		{S("ISO-8859-1"),      S("\344\200"),                 S("\303\244\342\202\254"),     true },
		{S("koi8-r"),          S("\360\322\311"),             S("\320\237\321\200\320\270"), true },
		{S("iso-2022-jp"),     S("\x1B$B$3$s\x1B(B"),         S("\343\201\223\343\202\223"), true },
		{S("Shift_JIS"),       S("\x82\xB1\x82\xF1"),         S("\343\201\223\343\202\223"), true },
		{S("gb2312"),          S("\xD6\xD0"),                 S("\344\270\255"),             true },
		{S("utf-16le"),        S("a\0\0\xD8"),                S("a" BAD),                    true },
		{S("utf-7"),           S("Hi +AOQ-"),                 S("Hi \303\244"),              true },
 /* invalid: cut, overlong, surrogate, too large, NUL (hazard 98) */
		{S("utf-8"),           S("a\303"),                    S("a" BAD),                    true },
		{S("utf-8"),           S("\xF0\x9F\x98"),             S(BAD BAD BAD),                true },
		{S("utf-8"),           S("\300\200\355\240\200"),     S(BAD BAD BAD BAD BAD),        true },
		{S("utf-8"),           S("\xF4\x90\x80\x80\xF5\377"), S(BAD BAD BAD BAD BAD BAD),    true },
		{S("utf-8"),           S("a\0b"),                     S("a" BAD "b"),                true },
		{S("utf-16be"),        S("\0\0\0a"),                  S(BAD "a"),                    true },
		{S("euc-kr"),          S("\xB0"),                     S(BAD),                        true },
		{S("shift_jis"),       S("\x82\xFFz"),                S(BAD BAD "z"),                true },
 /* iconv knows these, but nobody shall make it load them */
		{S("IBM1047"),         S("a\344"),                    S("a" BAD),                    false},
		{S("utf-8//TRANSLIT"), S("a"),                        S("a"),                        false},
		{S("../../x"),         S("\303\244"),                 S("\303\244"),                 false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buf out = {0};

		assert_int_equal(charset_to_utf8(cases[i].charset, cases[i].in, &out),
		                 cases[i].known);
		expect(&out, cases[i].out);
		assert_int_equal(charset_known(cases[i].charset),
		                 cases[i].known && cases[i].charset.n);
	}
}

static void every_charset_of_the_list_opens(void **state)
{
	struct charsets *held = charsets_hold();

	(void)state;
	assert_non_null(held);
	assert_int_equal(charsets_missing(held), 0);
	charsets_release(held);
	charsets_release(NULL);
}

static void utf8_helpers(void **state)
{
	struct slice s = S("a\303\244\377\xF0\x9F\x98\x80");
	static const uint32_t want[] = {'a', 0xE4, 0xFFFD, 0x1F600};
	struct buf b = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(want); i++)
		assert_int_equal(utf8_next(&s), want[i]);
	assert_int_equal(s.n, 0);
	utf8_put(&b, 'a');
	utf8_put(&b, 0x7FF);
	utf8_put(&b, 0xFFFF);
	utf8_put(&b, 0x10FFFF);
	expect(&b, S("a\337\277\357\277\277\364\217\277\277"));
	assert_int_equal(utf8_cut(S("a\303\244b"), 2), 1);
	assert_int_equal(utf8_cut(S("a\303\244b"), 3), 3);
	assert_int_equal(utf8_cut(S("a\303\244b"), 9), 4);
	assert_int_equal(utf8_cut(S("\200\200\200\200\200\200"), 4), 1);
	assert_int_equal(utf8_cut(S(""), 0), 0);
	assert_true(utf8_valid(S("123456789\303\244")));
	assert_false(utf8_valid(S("123456789\303")));
	assert_false(utf8_valid(S("\200")));
}

static void encoded_words(void **state)
{
	static const struct {
		struct slice in, out;
	} cases[] = {
  /* RFC 2047 8 */
		{S("=?ISO-8859-1?Q?a?="),                             S("a")                 },
		{S("=?ISO-8859-1?Q?a?= b"),                           S("a b")               },
		{S("=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?="),          S("ab")                },
		{S("=?ISO-8859-1?Q?a?=  \r\n    =?ISO-8859-1?Q?b?="), S("ab")                },
		{S("=?ISO-8859-1?Q?a_b?="),                           S("a b")               },
		{S("=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?="),         S("a b")               },
		{S("=?ISO-8859-1?B?SWYgeW91IGNhbiByZWFkIHRoaXMgeW8=?= "
	           "=?ISO-8859-2?B?dSB1bmRlcnN0YW5kIHRoZSBl"
	           "eGFtcGxlLg==?="),
	         S("If you can read this you understand the example.")                       },
		{S("=?us-ascii*en?q?x?="),                            S("x")                 }, /* RFC 2231 5 */
  /* a character over two words */
		{S("=?utf-8?q?=C3?= =?UTF-8?b?pA==?="),               S("\303\244")          },
		{S("=?utf-8?q?=C3?= x"),                              S(BAD " x")            },
 /* broken, unknown, in the middle of a word */
		{S("=?utf-8?q?open"),                                 S("=?utf-8?q?open")    },
		{S("=?utf-8?x?a?="),                                  S("=?utf-8?x?a?=")     },
		{S("=?x-none?q?a?= b"),                               S("=?x-none?q?a?= b")  },
		{S("=?utf-8?"
	           "?a?="),
	         S("=?utf-8?"
	           "?a?=")								   },
		{S("=?=?=?utf-8?q?a?="),                              S("=?=?a")             },
		{S("a=?utf-8?q?b?=c"),                                S("abc")               },
		{S("=?utf-8?q?"
	           "?="),
	         S("")								       },
		{S("=?utf-8?q?=?="),                                  S("")                  },
		{S("=?utf-8?q?=3D?="),                                S("=")                 },
		{S("=?utf-8?b?!?="),                                  S("")                  },
		{S("=?"),					     S("=?")                },
 /* nothing gets out that does not belong into a line */
		{S("=?utf-8?q?a=0D=0Ab=00c?="),                       S("a  b" BAD "c")      },
		{S("a\344 \303"),				     S("a\303\244 \303\203")},
		{S("a\0"),					    S("a" BAD)             },
		{S(""),					       S("")                  },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buf out = {0};

		words_decode(cases[i].in, &out);
		expect(&out, cases[i].out);
	}
}

static void base_subjects(void **state)
{
	static const struct {
		struct slice in, out;
		bool said;
	} cases[] = {
		{S("Hello"),				    S("HELLO"),           false},
		{S("Re: Hello"),                                S("HELLO"),           true },
		{S("re : Fwd:FW : [list] Re[2]: Hello (fwd) "), S("HELLO"),           true },
		{S("[a] [b] Hello [c]"),                        S("HELLO [C]"),       false},
		{S("[a] Re: [b] Hello"),                        S("HELLO"),           true },
		{S("[only]"),				   S("[ONLY]"),          false},
		{S("[a] [only]"),                               S("[ONLY]"),          false},
		{S("[fwd: Re: Hello]"),                         S("HELLO"),           true },
		{S("[Fwd: [fwd: a] ] (FWD)"),                   S("A"),               true },
		{S("Re:"),				      S(""),                true },
		{S("Fw [a] : x"),                               S("X"),               true },
		{S("Re: [fwd: Fwd: [b] x (fwd)](fwd)"),         S("X"),               true },
		{S("[a] Re:"),				  S(""),                true },
		{S("[a][b]Re[c]:[d]x[e]"),                      S("X[E]"),            true },
		{S("[fwd: x] y"),                               S("Y"),               false},
		{S("Reply: x"),				 S("REPLY: X"),        false},
		{S("Re Hello"),				 S("RE HELLO"),        false},
		{S("[unclosed Re: x"),                          S("[UNCLOSED RE: X"), false},
		{S("  a \t\t  b  "),                            S("A B"),             false},
		{S("=?utf-8?q?Re=3A_=C3=A4?="),                 S("A\xCC\x88"),       true },
		{S("\305\277\357\254\201"),                     S("Sfi"),
	         false								     }, /* RFC 5051 2.1: only simple titlecase */
		{S(""),					 S(""),                false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buf out = {0};
		bool said = !cases[i].said;

		words_base_subject(cases[i].in, &out, &said);
		expect(&out, cases[i].out);
		assert_int_equal(said, cases[i].said);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(transfer_encodings),
		cmocka_unit_test(long_white_space),
		cmocka_unit_test(encodings_have_names),
		cmocka_unit_test(charsets),
		cmocka_unit_test(every_charset_of_the_list_opens),
		cmocka_unit_test(utf8_helpers),
		cmocka_unit_test(encoded_words),
		cmocka_unit_test(base_subjects),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
