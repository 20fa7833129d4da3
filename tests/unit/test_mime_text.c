/* Text of messages for searching: charsets in pieces, regions, headers and bodies. */
#include "unit.h"

#include "mime/scan.h"
#include "mime/text.h"

static void expect(struct slice got, struct slice want, size_t i)
{
	if (!slice_eq(got, want))
		fail_msg("case %zu: %.*s", i, (int)got.n, got.p);
}

static void read_cut(struct slice charset, struct slice text, size_t piece, struct buf *out)
{
	struct charset_reader r = {0};

	buf_clear(out);
	charset_start(&r, charset);
	while (text.n) {
		charset_feed(&r, slice_head(text, piece), out);
		text = slice_skip(text, piece);
	}
	charset_end(&r, out);
}

static const struct charset_case {
	struct slice charset, text, utf8;
} charsets[] = {
	{S("utf-8"),       S("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80z"),
         S("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80z")							     },
	{S("utf-8"),       S("\xC3"),				   S("\xEF\xBF\xBD")                        },
	{S("utf-8"),       S("\xE9t\xE9"),                              S("\xEF\xBF\xBDt\xEF\xBF\xBD")           },
	{S("iso-8859-1"),  S("\xE9t\xE9"),                              S("\xC3\xA9t\xC3\xA9")                   },
	{S("iso-8859-15"), S("\xA4"),                                   S("\xE2\x82\xAC")                        },
	{S("koi8-r"),      S("\xF0\xD2"),                               S("\xD0\x9F\xD1\x80")                    },
	{S("iso-2022-jp"), S("a\x1B$B$\"\x1B(Bb"),
         S("a\xE3\x81\x82"
           "b")												  },
	{S("shift_jis"),   S("\x82\xA0z"),                              S("\xE3\x81\x82z")                       },
	{S("gb18030"),     S("\x81\x30\x81\x30z"),                      S("\xC2\x80z")                           },
	{S("utf-16be"),
         S("\x00"
           "a\x20\xAC"),
         S("a\xE2\x82\xAC")										      },
	{S("utf-7"),       S("a+IKw-b"),
         S("a\xE2\x82\xAC"
           "b")												  },
 /* nobody has said: as most likely meant */
	{S(""),            S("caf\xE9 caf\xC3\xA9 \x80"),               S("caf\xC3\xA9 caf\xC3\xA9 \xE2\x82\xAC")},
	{S("us-ascii"),    S("\xC3"),				   S("\xC3\x83")                            },
	{S("x-none"),      S("\xE2\x82"),                               S("\xC3\xA2\xE2\x80\x9A")                },
	{S("x-none"),      S("\xE2\x82\xE9\xC3\xA9"),                   S("\xC3\xA2\xE2\x80\x9A\xC3\xA9\xC3\xA9")},
};

/* RFC 2045 6: the same text however its octets come. */
static void charsets_in_pieces(void **state)
{
	struct buf out = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(charsets); i++)
		for (size_t piece = 1; piece <= charsets[i].text.n; piece++) {
			read_cut(charsets[i].charset, charsets[i].text, piece, &out);
			expect(buf_slice(&out), charsets[i].utf8, i);
		}
	buf_free(&out);
}

/* ---- messages ---- */

static void put_field(void *own, struct slice name, struct slice value)
{
	struct buf *b = own;

	buf_put(b, S("<"));
	buf_put(b, name);
	buf_put(b, S("="));
	buf_put(b, value);
	buf_put(b, S(">"));
}

static void put_body(void *own, struct slice utf8)
{
	buf_put(own, utf8);
}

/* All of a message's text: <Name=value> for fields, bodies in braces. */
static void read_text(struct slice message, unsigned wanted, size_t piece, struct buf *out)
{
	struct mime_scan *scan = mime_scan_new();
	struct buf bytes = {0};
	struct summary sum;
	struct text_regions walk = {.of = &sum, .wanted = wanted};
	struct text_region region;
	struct text_reader reader = {0};
	struct text_sink sink = {put_field, put_body, out};

	buf_clear(out);
	mime_scan_feed(scan, message);
	assert_int_equal(mime_scan_end(scan, &bytes), PK_OK);
	mime_scan_free(scan);
	assert_int_equal(summary_open(buf_slice(&bytes), message.n, &sum), PK_OK);
	while (text_region_next(&walk, &region)) {
		struct slice rest = slice_head(slice_skip(message, region.offset), region.octets);

		if (!region.header)
			buf_put(out, S("{"));
		text_start(&reader, &sum, &region, &sink);
		for (; rest.n; rest = slice_skip(rest, piece))
			text_feed(&reader, slice_head(rest, piece));
		text_end(&reader);
		if (!region.header)
			buf_put(out, S("}"));
	}
	assert_false(reader.failed);
	text_free(&reader);
	buf_free(&bytes);
}

#define ALL (TEXT_HEADERS | TEXT_BODIES)

static const struct message_case {
	struct slice message;
	unsigned wanted;
	struct slice text;
} messages[] = {
	{S("A: b\r\n\r\nbody\r\n"),								    ALL,         S("<A=b>{body\r\n}")                                                        },
	{S("A: b\nB: =?utf-8?q?=C3=A9?=\n\t=?utf-8?q?x?= y\n\n"),                                      ALL,         S("<A=b><B=\xC3\xA9x y>")                                                   },
	{S("A: b"),										    TEXT_TOP,    S("<A=b>")								  },
	{S("A: b\n\nbody"),									    TEXT_BODIES, S("{body}")								 },
	{S("no field\nA: b\n\n"),								      ALL,         S("<A=b>")								  },
	{S("A:\n b\n\nc"),									     ALL,         S("<A=b>{c}")							       },
 /* transfer encoding and charset together, cut anywhere */
	{S("Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n"
           "w6nDqQ\n==\n"),
         TEXT_BODIES,											       S("{\xC3\xA9\xC3\xA9}")						     },
	{S("Content-Type: text/x; charset*=us'en'koi8-r\nContent-Transfer-Encoding: "
           "quoted-printable"
           "\n\n=F0=\n=D2"),
         TEXT_BODIES,											       S("{\xD0\x9F\xD1\x80}")						     },
 /* what is no text is left out; messages inside are looked into */
	{S("Content-Type: multipart/mixed; boundary=x\n\npre\n--x\n\none\n--x\n"
           "Content-Type: image/png\n\ntwo\n--x\nContent-Type: message/rfc822\n\nS: "
           "i\n\nthree\n--x--\n"
           "post"),
         TEXT_BODIES,											       S("{one}{three}")							   },
	{S("Content-Type: multipart/mixed; boundary=x\n\n--x\nC: d\n\n--x\n"
           "Content-Type: image/png\n\ntwo\n--x--\n"),
         TEXT_HEADERS,                                                                                              S("<Content-Type=multipart/mixed; boundary=x><C=d><Content-Type=image/png>")},
	{S("M: 1\nContent-Type: multipart/mixed; boundary=x\n\n--x\nC: d\n\ne\n--x--\n"),              TEXT_TOP,
         S("<M=1><Content-Type=multipart/mixed; boundary=x>")																   },
 /* no part can be seen: all of it is text */
	{S("Content-Type: multipart/mixed\n\nall"),						    TEXT_BODIES, S("{all}")                                                                  },
	{S("Content-Type: multipart/mixed; boundary=x\n\nall"),                                        TEXT_BODIES, S("{all}")                                                                  },
	{S("Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nYQ=="),                 TEXT_BODIES,
         S("{a}")																					       },
 /* RFC 2231: parameters as they are meant, beside how they stand; not of other fields */
	{S("Content-Disposition: attachment; filename*=utf-8''caf%C3%A9.pdf\n\n"),                     TEXT_TOP,
         S("<Content-Disposition=attachment; filename*=utf-8''caf%C3%A9.pdf>"
           "<Content-Disposition=filename=caf\xC3\xA9.pdf>")																    },
	{S("content-type: a/b; name*1=\"two\"; name*0*=iso-8859-1'en'%E9ne; x=y\n\n"),                 TEXT_TOP,
         S("<content-type=a/b; name*1=\"two\"; name*0*=iso-8859-1'en'%E9ne; x=y>"
           "<content-type=name=\xC3\xA9netwo><content-type=x=y>")															       },
	{S("X-Other: a; b*=utf-8''%C3%A9\nContent-Type: a/b; c=d\n\n"),                                TEXT_TOP,
         S("<X-Other=a; b*=utf-8''%C3%A9><Content-Type=a/b; c=d>")															      },
 /* HTML: what is seen of it, behind transfer encoding and charset */
	{S("Content-Type: text/HTML; charset=iso-8859-1\nContent-Transfer-Encoding: "
           "quoted-printable\n\n<p class=3D\"tag\">caf&eac=\nute; =E9<b>t</b>=E9 &amp\n</p"),
         TEXT_BODIES,											       S("{ caf\xC3\xA9 \xC3\xA9t\xC3\xA9 &amp }")                                 },
	{S("Content-Type: text/html; charset=utf-16be\n\n\0<\0p\0>\0a\0&"),                            TEXT_BODIES,
         S("{ a&}")																					     },
	{S("Content-Type: text/plain\n\n<p>&amp;"),						    TEXT_BODIES, S("{<p>&amp;}")                                                             },
	{S("Content-Type: nonsense\n\nall"),							   TEXT_BODIES, S("{all}")                                                                  },
};

static void messages_in_pieces(void **state)
{
	struct buf out = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(messages); i++)
		for (size_t piece = 1; piece <= messages[i].message.n; piece++) {
			read_text(messages[i].message, messages[i].wanted, piece, &out);
			expect(buf_slice(&out), messages[i].text, i);
		}
	buf_free(&out);
}

/* A field without end is told in pieces, all of it. */
static void long_field(void **state)
{
	struct buf message = {0}, out = {0};
	size_t n = TEXT_FIELD_MAX * 2 + 77, seen = 0;

	(void)state;
	buf_put(&message, S("Long: "));
	for (size_t i = 0; i < n; i++)
		buf_byte(&message, i % 100 == 99 ? '\n' : i % 100 == 0 ? ' ' : 'x');
	buf_put(&message, S("\nB: c\n\n"));
	read_text(buf_slice(&message), TEXT_TOP, 8192, &out);
	for (size_t i = 0; i < out.n; i++)
		seen += out.p[i] == 'x';
	assert_int_equal(seen, n - (n + 99) / 100 - n / 100);
	assert_true(slice_starts(buf_slice(&out), S("<Long=")));
	assert_true(slice_ends(buf_slice(&out), S("<B=c>")));
	buf_free(&message);
	buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(charsets_in_pieces),
		cmocka_unit_test(messages_in_pieces),
		cmocka_unit_test(long_field),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
