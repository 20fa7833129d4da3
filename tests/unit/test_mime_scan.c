/* The scanner: where parts are, whatever the message looks like. lib/mime/scan.c. */
#include "unit.h"

#include "mime/scan.h"
#include "mime/summary.h"

#include <postkeep/buf.h>

static struct buf scan_in_pieces(struct slice message, size_t step)
{
	struct mime_scan *scan = mime_scan_new();
	struct buf out = {0};

	assert_non_null(scan);
	while (message.n) {
		size_t n = step < message.n ? step : message.n;

		mime_scan_feed(scan, slice_head(message, n));
		message = slice_skip(message, n);
	}
	assert_int_equal(mime_scan_end(scan, &out), PK_OK);
	mime_scan_free(scan);
	return out;
}

/* One line a part: depth as dots, type, header and body as offset+octets, lines, decoded octets
 * where they differ, and what is odd. */
static void put_shape(const struct summary *s, struct buf *out)
{
	struct summary_part p;

	for (uint32_t i = 0; i < s->parts; i++) {
		uint32_t up;

		assert_true(summary_part(s, i, &p));
		for (up = p.parent; up != SUMMARY_NONE;) {
			struct summary_part above;

			buf_byte(out, '.');
			assert_true(summary_part(s, up, &above));
			up = above.parent;
		}
		buf_printf(out, "%.*s/%.*s %llu+%llu %llu+%llu %llu", (int)p.type.n, p.type.p,
		           (int)p.subtype.n, p.subtype.p, (unsigned long long)p.header_offset,
		           (unsigned long long)p.header_octets, (unsigned long long)p.body_offset,
		           (unsigned long long)p.body_octets, (unsigned long long)p.body_lines);
		if (p.decoded_octets != p.body_octets)
			buf_printf(out, " =%llu", (unsigned long long)p.decoded_octets);
		buf_printf(out, "%s%s%s\n", p.opaque ? " opaque" : "",
		           p.defaulted ? " defaulted" : "", p.damaged ? " damaged" : "");
	}
}

/* Scans in pieces of 1, 7 octets and whole: the same each time. */
static void expect_shape(struct slice message, const char *want)
{
	struct buf whole = scan_in_pieces(message, message.n), shape = {0};
	struct summary s;

	for (size_t step = 1; step <= 7; step += 6) {
		struct buf pieces = scan_in_pieces(message, step);

		assert_true(slice_eq(buf_slice(&pieces), buf_slice(&whole)));
		buf_free(&pieces);
	}
	assert_int_equal(summary_open(buf_slice(&whole), message.n, &s), PK_OK);
	put_shape(&s, &shape);
	buf_byte(&shape, '\0');
	assert_string_equal(shape.p, want);
	buf_free(&shape);
	buf_free(&whole);
}

#define MIXED(b) "Content-Type: multipart/mixed; boundary=" b "\r\n\r\n"

static void finds_every_part(void **state)
{
	/* clang-format off */
	static const struct {
		struct slice message;
		const char *shape;
	} cases[] = {
		{S(""), "text/plain 0+0 0+0 0 defaulted\n"},
		{S("a"), "text/plain 0+1 1+0 0 defaulted\n"},
		{S("\r\n"), "text/plain 0+2 2+0 0 defaulted\n"},
		{S("\n\n"), "text/plain 0+1 1+1 1 defaulted\n"},
		{S("\r\r\n"), "text/plain 0+3 3+0 0 defaulted\n"},
		{S("A: b\r\n\r\nhello\r\n"), "text/plain 0+8 8+7 1 defaulted\n"},
		{S("A: b\n\nhello"), "text/plain 0+6 6+5 0 defaulted\n"},
		{S("A: b\r\n \r\n\r\n-\r\n--\r\n"), "text/plain 0+11 11+7 2 defaulted\n"},
		{S("no header here\r\n\r\nbody"), "text/plain 0+18 18+4 0 defaulted\n"},
		/* two parts, preamble, epilogue */
		{S(MIXED("b") "pre\r\n--b\r\n\r\none\r\n--b\r\nContent-Type: "
		 "text/html\r\n\r\ntwo\r\n\r\n"
		 "--b--\r\nepilogue\r\n--b\r\n"),
		 "multipart/mixed 0+45 45+78 12\n"
		 ".text/plain 55+2 57+3 0 defaulted\n"
		 ".text/html 67+27 94+5 1\n"},
		/* no part at all; nothing but boundaries; header that a boundary ends */
		{S(MIXED("b") "nothing\r\n"), "multipart/mixed 0+45 45+9 1\n"},
		{S(MIXED("b") "--b\r\n--b\r\n\r\n--b\r\n\r\n\r\n--b--"),
		 "multipart/mixed 0+45 45+26 6\n"
		 ".text/plain 50+0 50+0 0 defaulted\n"
		 ".text/plain 55+2 57+0 0 defaulted\n"
		 ".text/plain 62+2 64+0 0 defaulted\n"},
		{S(MIXED("b") "--b\r\nContent-Type: text/html\r\n--b--\r\n"),
		 "multipart/mixed 0+45 45+37 3\n"
		 ".text/html 50+25 75+0 0\n"},
		/* padding, bare LF, a boundary in its own header, boundaries with dashes, quotes, spaces */
		{S("Content-Type: multipart/mixed;\n boundary=\"b \"\n\n--b \t \n\nx\n\n--b--  \n"),
		 "multipart/mixed 0+47 47+19 5\n"
		 ".text/plain 54+1 55+2 1 defaulted\n"},
		{S(MIXED("\"a--\"") "--a\r\n--a--\r\n\r\nx\r\n--a----\r\n"),
		 "multipart/mixed 0+49 49+26 5\n"
		 ".text/plain 61+2 63+1 0 defaulted\n"},
		{S("A: b\r\n--b\r\n" MIXED("b") "--b\r\n\r\n"),
		 "multipart/mixed 0+56 56+7 2\n"
		 ".text/plain 61+2 63+0 0 defaulted\n"},
		/* "b" and "b1" nest; a boundary must be the whole line */
		{S(MIXED("b") "--b\r\n" MIXED("b1") "--b1\r\n\r\n--b2\r\n--bx\r\n--b1--\r\n--b--\r\n"),
		 "multipart/mixed 0+45 45+86 9\n"
		 ".multipart/mixed 50+46 96+26 4\n"
		 "..text/plain 102+2 104+10 1 defaulted\n"},
		/* an outer boundary ends all inside */
		{S(MIXED("o") "--o\r\n" MIXED("i") "--i\r\n\r\nx\r\n--o\r\n\r\ny\r\n--i\r\n--o--\r\n"),
		 "multipart/mixed 0+45 45+82 11\n"
		 ".multipart/mixed 50+45 95+8 2\n"
		 "..text/plain 100+2 102+1 0 defaulted\n"
		 ".text/plain 110+2 112+6 1 defaulted\n"},
		/* the line end before a boundary ends a header: then it ends what holds it, too */
		{S(MIXED("o") "--o\r\n" MIXED("i") "--i\r\n\r\n--o--\r\n"),
		 "multipart/mixed 0+45 45+64 6\n"
		 ".multipart/mixed 50+45 95+7 2\n"
		 "..text/plain 100+2 102+0 0 defaulted\n"},
		/* equal boundaries: the innermost counts */
		{S(MIXED("b") "--b\r\n" MIXED("b") "--b\r\n\r\nx\r\n--b--\r\n--b\r\n\r\ny\r\n--b--\r\n"),
		 "multipart/mixed 0+45 45+84 11\n"
		 ".multipart/mixed 50+45 95+15 3\n"
		 "..text/plain 100+2 102+1 0 defaulted\n"
		 ".text/plain 117+2 119+1 0 defaulted\n"},
		/* messages in messages, digests */
		{S("Content-Type: message/rfc822\r\n\r\nSubject: in\r\nContent-Type: "
		 "message/rfc822\r\n\r\n"
		 "Subject: deeper\r\n\r\nbody\r\n"),
		 "message/rfc822 0+32 32+70 6\n"
		 ".message/rfc822 32+45 77+25 3\n"
		 "..text/plain 77+19 96+6 1 defaulted\n"},
		{S("Content-Type: multipart/digest; boundary=b\r\n\r\n--b\r\n\r\nSubject: "
		 "x\r\n\r\ny\r\n--b--"),
		 "multipart/digest 0+46 46+29 5\n"
		 ".message/rfc822 51+2 53+15 2 defaulted\n"
		 "..text/plain 53+14 67+1 0 defaulted\n"},
		{S("Content-Type: message/rfc822"), "message/rfc822 0+28 28+0 0\n"
		 ".text/plain 28+0 28+0 0 defaulted\n"},
		/* not looked into */
		{S("Content-Type: message/rfc822\r\nContent-Transfer-Encoding: "
		 "base64\r\n\r\nQTogYg0K"),
		 "message/rfc822 0+67 67+8 0 =6 opaque\n"},
		{S("Content-Type: multipart/mixed\r\n\r\n--b\r\n"),
		 "multipart/mixed 0+33 33+5 1 opaque\n"},
		{S("Content-Type: multipart/mixed; boundary=\"\"\r\n\r\n--\r\n"),
		 "multipart/mixed 0+46 46+4 1 opaque\n"},
		{S("Content-Type: text\r\n\r\n"), "text/plain 0+22 22+0 0 defaulted\n"},
		{S("Content-Type: /plain; charset=x\r\n\r\n"),
		 "text/plain 0+35 35+0 0 defaulted\n"},
		{S("Content-type : (c) TEXT / (d) Plain (e); x=y\r\n\r\n"),
		 "TEXT/Plain 0+48 48+0 0\n"},
		/* decoded sizes: the line end before a boundary is not content */
		{S(MIXED("b") "--b\r\nContent-Transfer-Encoding: "
		 "quoted-printable\r\n\r\na=3D=\r\n=\r\nb \r\n--b--"),
		 "multipart/mixed 0+45 45+71 6\n"
		 ".text/plain 50+47 97+12 2 =3 defaulted\n"},
		{S(MIXED("b") "--b\r\nContent-Transfer-Encoding: BASE64\r\n\r\nYQ=\r\n--b--"),
		 "multipart/mixed 0+45 45+52 4\n"
		 ".text/plain 50+37 87+3 0 =1 defaulted\n"},
		{S("Content-Transfer-Encoding: base64 \r\n\r\nYQ==\r\nYWI=\r\n!"),
		 "text/plain 0+38 38+13 2 =3 defaulted damaged\n"},
		{S("Content-Transfer-Encoding: x-uuencode\r\n\r\nYQ=="),
		 "text/plain 0+41 41+4 0 defaulted\n"},
		/* NUL everywhere */
		{S("Content-Type: text/\0html\r\n\0: x\r\n\r\n\0\0\r\n"),
		 "text/?html 0+34 34+4 1\n"},
		/* clang-format on */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		expect_shape(cases[i].message, cases[i].shape);
}

static void depth_has_a_limit(void **state)
{
	struct buf m = {0}, summary;
	struct summary s;
	struct summary_part p;

	(void)state;
	for (int i = 0; i < 5000; i++)
		buf_printf(&m, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i);
	summary = scan_in_pieces(buf_slice(&m), m.n);
	assert_int_equal(summary_open(buf_slice(&summary), m.n, &s), PK_OK);
	assert_int_equal(s.parts, MIME_DEPTH_MAX);
	assert_true(summary_part(&s, MIME_DEPTH_MAX - 1, &p));
	assert_true(p.opaque && p.kind == MIME_LEAF);
	assert_int_equal(p.body_offset + p.body_octets, m.n);
	buf_free(&summary);
	buf_clear(&m);
	for (int i = 0; i < 5000; i++)
		buf_put(&m, S("Content-Type: message/rfc822\n\n"));
	summary = scan_in_pieces(buf_slice(&m), 4096);
	assert_int_equal(summary_open(buf_slice(&summary), m.n, &s), PK_OK);
	assert_int_equal(s.parts, MIME_DEPTH_MAX);
	buf_free(&summary);
	buf_free(&m);
}

static void parts_have_a_limit(void **state)
{
	struct buf m = {0}, summary;
	struct summary s;
	struct summary_part p;
	uint32_t at = 1;

	(void)state;
	buf_put(&m, S(MIXED("b")));
	for (int i = 0; i < 12000; i++)
		buf_printf(&m, "--b\r\nContent-Type: text/plain; n=%d\r\n\r\n%d\r\n", i % 100, i);
	summary = scan_in_pieces(buf_slice(&m), 65536);
	assert_in_range(summary.n, 100000, SUMMARY_MAX);
	assert_int_equal(summary_open(buf_slice(&summary), m.n, &s), PK_OK);
	assert_int_equal(s.parts, MIME_PARTS_MAX);
	for (uint32_t n = 1; n < MIME_PARTS_MAX; n++) {
		assert_int_equal(at, n);
		assert_true(summary_part(&s, at, &p));
		at = p.next_sibling;
	}
	assert_int_equal(at, SUMMARY_NONE);
	assert_true(p.opaque);
	assert_int_equal(p.body_offset + p.body_octets, m.n);
	buf_free(&summary);
	buf_free(&m);
}

/* Every text of every part different and long: the summary keeps within its limit and opens. */
static void texts_have_a_limit(void **state)
{
	struct buf m = {0}, summary;
	struct summary s;

	(void)state;
	buf_put(&m, S("To: g: "));
	for (int i = 0; i < 4000; i++)
		buf_printf(&m, "User Number%d <user%d@host%d.example>,\r\n ", i, i, i);
	buf_put(&m, S("last@example.org;\r\nSubject: s\r\n" MIXED("b")));
	for (int i = 0; i < 12000; i++)
		buf_printf(&m,
		           "--b\r\nContent-ID: <%d.%d.%d@x>\r\nContent-Type: application/x-%d; "
		           "name=n%d\r\n\r\n%d\r\n",
		           i, i * 7, i * 13, i, i, i);
	summary = scan_in_pieces(buf_slice(&m), 65536);
	assert_in_range(summary.n, 150000, SUMMARY_MAX);
	assert_int_equal(summary_open(buf_slice(&summary), m.n, &s), PK_OK);
	buf_free(&summary);
	buf_free(&m);
}

/* A header larger than is looked at: its beginning counts, its place is exact. */
static void huge_headers_are_cut(void **state)
{
	struct buf m = {0}, summary;
	struct summary s;
	struct summary_part p;

	(void)state;
	buf_put(&m, S("Subject: first\r\nX: "));
	for (int i = 0; i < 100000; i++)
		buf_put(&m, S("0123456789"));
	buf_put(&m, S("\r\nSubject: second\r\nContent-Type: text/html\r\n\r\nbody"));
	summary = scan_in_pieces(buf_slice(&m), 10000);
	assert_int_equal(summary_open(buf_slice(&summary), m.n, &s), PK_OK);
	assert_true(slice_eq(s.base_subject, S("FIRST")));
	assert_true(summary_part(&s, 0, &p));
	assert_int_equal(p.header_octets, m.n - 4);
	assert_true(slice_eq(p.subtype, S("plain")));
	buf_free(&summary);
	buf_free(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_every_part),     cmocka_unit_test(depth_has_a_limit),
		cmocka_unit_test(parts_have_a_limit),   cmocka_unit_test(texts_have_a_limit),
		cmocka_unit_test(huge_headers_are_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
