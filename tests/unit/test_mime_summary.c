/* What a summary says of a message, and that a bad one is refused or harmless: lib/mime/summary*.c,
 * entity.c. */
#include "unit.h"

#include "mime/scan.h"
#include "mime/summary.h"
#include "mime/summary_words.h"
#include "mime/summary_write.h"

#include <postkeep/buf.h>

static struct buf scan(struct slice message)
{
	struct mime_scan *s = mime_scan_new();
	struct buf out = {0};

	assert_non_null(s);
	mime_scan_feed(s, message);
	assert_int_equal(mime_scan_end(s, &out), PK_OK);
	mime_scan_free(s);
	return out;
}

static void is(struct slice got, const char *want)
{
	if ((got.p != NULL) != (want != NULL) || !slice_eq(got, slice_str(want)))
		fail_msg("got '%.*s', not '%s'", (int)got.n, got.p, want ? want : "(absent)");
}

static const char full[] =
	"Return-Path: <jane@example.org>\r\n"
	"Delivered-To: bob@example.net\r\n"
	"Delivered-To: <all@example.net>\r\n"
	"Received: from a by b; Fri, 21 Nov 2025 09:55:08 +0100\r\n"
	"Received: from c by d; Fri, 21 Nov 2025 09:55:07 +0100\r\n"
	"Date: Fri, 21 Nov 2025 09:55:06 +0100\r\n"
	"From: =?utf-8?q?J=C3=A9r=C3=B4me?= <jerome@example.org>\r\n"
	"Sender: office@example.org\r\n"
	"To: Friends: \"Bob, Smith\" <bob@example.net>, carol@example.net;\r\n"
	"Cc: \"=?utf-8?q?x?=\" <cc@example.net>\r\n"
	"CC: two@example.net\r\n"
	"Bcc:\r\n"
	"Subject: Re: [list] =?utf-8?b?w6Q=?= and\r\n more\r\n"
	"Subject: second\r\n"
	"Message-ID: <\"1\"@example.org>\r\n"
	"In-Reply-To: Your mail <2@example.net> of today\r\n"
	"References: <0@example.net> junk\r\n <2@example.net>\r\n"
	"MIME-Version: 1.0\r\n"
	"Content-Type: multipart/mixed; boundary=b; x*0=1; x*1=2\r\n"
	"Content-Language: en, de-DE ,,fr\r\n"
	"\r\n"
	"--b\r\n"
	"Content-Type: TEXT/html; charset=iso-8859-1\r\n"
	"Content-Transfer-Encoding: Quoted-Printable (c)\r\n"
	"Content-ID: <part1@example.org>\r\n"
	"Content-Description: first\r\n part\r\n"
	"Content-MD5: Q2hlY2sgSW50ZWdyaXR5IQ==\r\n"
	"Content-Location: http://example.org/x\r\n"
	"\r\n"
	"<head><title>no</title></head><p>Gr=FC=DFe&nbsp;&amp; <b>mehr</b>=20=\r\n"
	"<!-- no --><style>no</style>\r\n"
	"--b\r\n"
	"Content-Type: message/rfc822; name=inner.eml\r\n"
	"Content-Disposition: attachment; filename*=utf-8''%C3%A4.eml\r\n"
	"\r\n"
	"Subject: inner\r\n"
	"From: g:;\r\n"
	"\r\n"
	"inner body\r\n"
	"--b--\r\n";

static void head_fields(void **state)
{
	struct slice message = {full, sizeof(full) - 1}, rest, id, text;
	struct buf bytes = scan(message);
	struct summary_list delivered;
	struct summary s;

	(void)state;
	assert_int_equal(summary_open(buf_slice(&bytes), message.n, &s), PK_OK);
	assert_int_equal(s.parts, 4);
	assert_true(s.has_date && s.has_attachment && s.reply_or_forward);
	assert_int_equal(s.date_ms, 1763715306000);
	assert_int_equal(s.zone_minutes, 60);
	assert_int_equal(s.received, 2);
	is(s.message_id, "1@example.org");
	is(s.in_reply_to, "2@example.net");
	is(s.base_subject, "A\314\210 AND MORE");
	is(s.sort_from, "JE\314\201RO\314\202ME");
	is(s.sort_to, "BOB, SMITH");
	is(s.sort_cc, "X");
	is(s.preview, "Gr\303\274\303\237e & mehr");
	rest = s.references;
	assert_true(summary_reference_next(&rest, &id));
	is(id, "0@example.net");
	assert_true(summary_reference_next(&rest, &id));
	is(id, "2@example.net");
	assert_false(summary_reference_next(&rest, &id));
	delivered = summary_delivered_to(&s);
	assert_true(summary_text_next(&delivered, &text));
	is(text, "bob@example.net");
	assert_true(summary_text_next(&delivered, &text));
	is(text, "all@example.net");
	assert_false(summary_text_next(&delivered, &text));
	buf_free(&bytes);
}

static void expect_param(struct summary_list *l, const char *name, const char *value)
{
	struct slice n, v;

	assert_true(summary_param_next(l, &n, &v));
	is(n, name);
	is(v, value);
}

static void part_fields(void **state)
{
	static const char *const languages[] = {"en", "de-DE", "fr"};
	struct slice message = {full, sizeof(full) - 1}, text, none;
	struct buf bytes = scan(message);
	struct summary_part p;
	struct summary s;

	(void)state;
	assert_int_equal(summary_open(buf_slice(&bytes), message.n, &s), PK_OK);
	assert_true(summary_part(&s, 0, &p));
	assert_true(p.kind == MIME_MULTIPART && p.root && p.parent == SUMMARY_NONE &&
	            p.first_child == 1 && p.next_sibling == SUMMARY_NONE && p.descendants == 3);
	expect_param(&p.params, "boundary", "b");
	expect_param(&p.params, "x", "12");
	assert_false(summary_param_next(&p.params, &text, &none));
	for (size_t i = 0; i < COUNT(languages); i++) {
		assert_true(summary_text_next(&p.languages, &text));
		is(text, languages[i]);
	}
	assert_false(summary_text_next(&p.languages, &text));
	is(p.encoding, NULL);
	is(p.id, NULL);
	assert_true(summary_part(&s, 1, &p));
	assert_true(p.kind == MIME_LEAF && !p.root && p.parent == 0 &&
	            p.first_child == SUMMARY_NONE && p.next_sibling == 2);
	is(p.type, "TEXT");
	is(p.subtype, "html");
	is(p.encoding, "Quoted-Printable");
	is(p.id, "<part1@example.org>");
	is(p.description, "first part");
	is(p.md5, "Q2hlY2sgSW50ZWdyaXR5IQ==");
	is(p.location, "http://example.org/x");
	is(p.disposition, NULL);
	expect_param(&p.params, "charset", "iso-8859-1");
	assert_true(summary_part(&s, 2, &p));
	assert_true(p.kind == MIME_MESSAGE && p.parent == 0 && p.first_child == 3 &&
	            p.next_sibling == SUMMARY_NONE);
	is(p.disposition, "attachment");
	expect_param(&p.disposition_params, "filename*", "utf-8''%C3%A4.eml");
	assert_true(summary_part(&s, 3, &p));
	assert_true(p.root && p.defaulted && p.parent == 2 && p.body_octets == 10 &&
	            p.body_lines == 0);
	assert_false(summary_part(&s, 4, &p));
	buf_free(&bytes);
}

static void expect_address(struct summary_list *l, enum mime_address_kind kind, const char *name,
                           const char *mailbox, const char *host)
{
	struct mime_address a;

	assert_true(summary_address_next(l, &a));
	assert_int_equal(a.kind, kind);
	is(a.name, name);
	is(a.route, NULL);
	is(a.mailbox, mailbox);
	is(a.host, host);
}

static void envelopes(void **state)
{
	struct slice message = {full, sizeof(full) - 1};
	struct buf bytes = scan(message);
	struct summary_envelope e;
	struct mime_address a;
	struct summary s;

	(void)state;
	assert_int_equal(summary_open(buf_slice(&bytes), message.n, &s), PK_OK);
	assert_true(summary_envelope(&s, 0, &e));
	is(e.date, "Fri, 21 Nov 2025 09:55:06 +0100");
	is(e.subject, "Re: [list] =?utf-8?b?w6Q=?= and more");
	is(e.in_reply_to, "Your mail <2@example.net> of today");
	is(e.message_id, "<\"1\"@example.org>");
	expect_address(&e.from, MIME_ADDRESS, "=?utf-8?q?J=C3=A9r=C3=B4me?=", "jerome",
	               "example.org");
	assert_false(summary_address_next(&e.from, &a));
	expect_address(&e.sender, MIME_ADDRESS, NULL, "office", "example.org");
	assert_int_equal(e.reply_to.left, 0);
	expect_address(&e.to, MIME_GROUP_START, NULL, "Friends", NULL);
	expect_address(&e.to, MIME_ADDRESS, "Bob, Smith", "bob", "example.net");
	expect_address(&e.to, MIME_ADDRESS, NULL, "carol", "example.net");
	expect_address(&e.to, MIME_GROUP_END, NULL, NULL, NULL);
	assert_false(summary_address_next(&e.to, &a));
	expect_address(&e.cc, MIME_ADDRESS, "=?utf-8?q?x?=", "cc", "example.net");
	expect_address(&e.cc, MIME_ADDRESS, NULL, "two", "example.net");
	assert_int_equal(e.bcc.left, 0);
	assert_false(summary_envelope(&s, 1, &e));
	assert_false(summary_envelope(&s, 2, &e));
	assert_false(summary_envelope(&s, 4, &e));
	assert_true(summary_envelope(&s, 3, &e));
	is(e.subject, "inner");
	is(e.date, NULL);
	expect_address(&e.from, MIME_GROUP_START, NULL, "g", NULL);
	expect_address(&e.from, MIME_GROUP_END, NULL, NULL, NULL);
	buf_free(&bytes);
}

static void absent_and_empty_differ(void **state)
{
	struct slice message = S("Subject:\r\nDate: \r\nFrom:\r\n\r\n");
	struct buf bytes = scan(message);
	struct summary_envelope e;
	struct summary s;

	(void)state;
	assert_int_equal(summary_open(buf_slice(&bytes), message.n, &s), PK_OK);
	assert_true(summary_envelope(&s, 0, &e));
	is(e.subject, "");
	is(e.date, "");
	is(e.message_id, NULL);
	is(e.in_reply_to, NULL);
	assert_int_equal(e.from.left, 0);
	assert_false(s.has_date);
	is(s.base_subject, NULL);
	is(s.preview, NULL);
	assert_true(bytes.n < 80);
	buf_free(&bytes);
}

static void previews(void **state)
{
	/* clang-format off */
	static const struct {
		struct slice message;
		const char *preview;
	} cases[] = {
		{S("\r\n  Hello,\r\n\r\n\tworld \r\n"), "Hello, world"},
		{S("Content-Type: text/plain; charset=iso-8859-1\r\n\r\n\344\0\1b"), "\303\244\357\277\275 b"},
		{S("\r\n\344 undeclared"), "\303\244 undeclared"},
		{S("Content-Type: text/plain; charset=x-none\r\n\r\na\344b"), "a\357\277\275b"},
		{S("Content-Type: text/plain; charset=utf-16be\r\n\r\n\0H\0i\0 \0 \0!"), "Hi !"},
		{S("Content-Type: text/html\r\n\r\nnot <br>1 <a title=\">\" href='>'>2</a>3<!-- > -- ->-->4&lt;&#8364;&#x41;&bogus;&amp"),
		 "not 1 234<\342\202\254A&bogus;&amp"},
		{S("Content-Type: text/html\r\n\r\n<html><HEAD>x<style>y</style></HEAD><body>z<script>q<p></script>\342\200\213w<"), "z w"},
		{S("Content-Type: text/html; charset=utf-16le\r\n\r\n<\0p\0>\0"), NULL},
		{S("Content-Type: text/calendar\r\n\r\nBEGIN"), NULL},
		{S("Content-Disposition: attachment\r\n\r\ntext"), NULL},
		{S("Content-Transfer-Encoding: base64\r\n\r\nw6Q=\r\n"), "\303\244"},
		{S("Content-Type: image/png\r\n\r\ntext"), NULL},
		/* the first part that has text */
		{S("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n \r\n--b\r\nContent-Type: text/html\r\n\r\n<p>\r\n"
		   "--b\r\n\r\nhere\r\n--b\r\n\r\nnot here\r\n--b--\r\n"), "here"},
		{S("\r\n\342\200\256gnitrevni\342\201\246 \302\240a\302\255b"), "gnitrevni ab"},
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buf bytes = scan(cases[i].message);
		struct summary s;

		assert_int_equal(summary_open(buf_slice(&bytes), cases[i].message.n, &s), PK_OK);
		is(s.preview, cases[i].preview);
		buf_free(&bytes);
	}
}

static size_t characters(struct slice s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xC0) != 0x80;
	return n;
}

static void previews_are_cut_between_characters(void **state)
{
	static const struct slice units[] = {S("ab "), S("\303\244"), S("\xF0\x9F\x98\x80"),
	                                     S("x       y\r\n")};

	(void)state;
	for (size_t i = 0; i < COUNT(units); i++) {
		struct buf message = {0}, bytes;
		struct summary s;

		buf_put(&message, S("Content-Type: text/plain; charset=utf-8\r\n\r\n"));
		while (message.n < 5000)
			buf_put(&message, units[i]);
		bytes = scan(buf_slice(&message));
		assert_int_equal(summary_open(buf_slice(&bytes), message.n, &s), PK_OK);
		assert_in_range(characters(s.preview), MIME_PREVIEW_CHARS - 1, MIME_PREVIEW_CHARS);
		assert_false(slice_ends(s.preview, S("\357\277\275")));
		buf_free(&bytes);
		buf_free(&message);
	}
}

/* RFC 5256 wants the first and the last of a long thread. */
static void references_are_capped(void **state)
{
	struct buf message = {0}, bytes;
	struct slice rest, id;
	struct summary s;
	size_t n = 0;

	(void)state;
	buf_put(&message, S("References:"));
	for (int i = 0; i < 300; i++)
		buf_printf(&message, " <%d@example.org>\r\n", i);
	bytes = scan(buf_slice(&message));
	assert_int_equal(summary_open(buf_slice(&bytes), message.n, &s), PK_OK);
	rest = s.references;
	for (; summary_reference_next(&rest, &id); n++) {
		char want[40];

		snprintf(want, sizeof(want), "%zu@example.org", n ? n + 200 : 0);
		is(id, want);
	}
	assert_int_equal(n, 100);
	buf_free(&bytes);
	buf_free(&message);
}

static void walk(const struct summary *s)
{
	struct slice rest = s->references, a, b;
	struct summary_list l = summary_delivered_to(s);
	struct mime_address address;
	struct summary_envelope e;
	struct summary_part p;

	while (summary_reference_next(&rest, &a) || summary_text_next(&l, &a))
		;
	for (uint32_t i = 0; i < s->parts; i++) {
		assert_true(summary_part(s, i, &p));
		while (summary_param_next(&p.params, &a, &b) ||
		       summary_param_next(&p.disposition_params, &a, &b) ||
		       summary_text_next(&p.languages, &a))
			assert_false(slice_has(a, '\n'));
		if (!summary_envelope(s, i, &e))
			continue;
		while (summary_address_next(&e.from, &address) ||
		       summary_address_next(&e.to, &address) ||
		       summary_address_next(&e.cc, &address))
			assert_false(slice_has(address.mailbox, '\r'));
	}
}

static void bad_summaries_are_refused_or_harmless(void **state)
{
	struct slice message = {full, sizeof(full) - 1};
	struct buf bytes = scan(message);
	struct summary s;
	size_t refused = 0;

	(void)state;
	for (size_t n = 0; n < bytes.n; n++) {
		struct buf part = {0}; /* a copy of its own, so that ASan sees its end */

		buf_put(&part, slice_head(buf_slice(&bytes), n));
		assert_int_equal(summary_open(buf_slice(&part), message.n, &s), PK_EPROTO);
		buf_free(&part);
	}
	for (size_t i = 0; i < bytes.n * 8; i++) {
		bytes.p[i / 8] ^= (char)(1 << i % 8);
		if (summary_open(buf_slice(&bytes), message.n, &s) == PK_OK)
			walk(&s);
		else
			refused++;
		bytes.p[i / 8] ^= (char)(1 << i % 8);
	}
	assert_true(refused > bytes.n);
	assert_int_equal(summary_open(buf_slice(&bytes), message.n - 1, &s), PK_EPROTO);
	assert_int_equal(summary_open(buf_slice(&bytes), message.n + 1, &s), PK_EPROTO);
	buf_byte(&bytes, 0);
	assert_int_equal(summary_open(buf_slice(&bytes), message.n, &s), PK_EPROTO);
	assert_int_equal(summary_open((struct slice){0}, message.n, &s), PK_EPROTO);
	buf_free(&bytes);
}

/* No octet of a text ends a line, wherever it stands in it; what is near these is no fault. */
static void texts_are_lines(void **state)
{
	static const char ends[] = {'\0', '\r', '\n'};
	static const char others[] = {1, 9, 11, 12, 14, ' ', (char)0x80, (char)0x8a, (char)0x8d};

	(void)state;
	for (int n = 1; n <= 40; n++) {
		struct buf message = {0}, bytes;
		struct summary s;
		char *text;

		buf_printf(&message, "Content-Description: %.*s\r\n\r\n", n,
		           "!#$%&'*+-/0123456789=?^_`{|}~!#$%&'*+-/012345");
		bytes = scan(buf_slice(&message));
		text = memmem(bytes.p, bytes.n, message.p + 21, (size_t)n);
		assert_non_null(text);
		for (int i = 0; i < n; i++) {
			char was = text[i];

			for (size_t k = 0; k < COUNT(ends); k++) {
				text[i] = ends[k];
				assert_int_equal(summary_open(buf_slice(&bytes), message.n, &s),
				                 PK_EPROTO);
			}
			for (size_t k = 0; k < COUNT(others); k++) {
				text[i] = others[k];
				assert_int_equal(summary_open(buf_slice(&bytes), message.n, &s),
				                 PK_OK);
			}
			text[i] = was;
		}
		buf_free(&bytes);
		buf_free(&message);
	}
}

/* A multipart of a text and a message, all of it consistent: 0 mixed {1 text, 2 message {3 root}}.
 */
static const struct summary_record sound[4] = {
	{.header_octets = 100,
         .body_octets = 900,
         .body_lines = 9,
         .decoded_octets = 900,
         .descendants = 3,
         .kind = MIME_MULTIPART,
         .last = true,
         .root = true        },
	{.header_offset = 110,
         .header_octets = 40,
         .body_octets = 50,
         .body_lines = 50,
         .decoded_octets = 10},
	{.header_offset = 210,
         .header_octets = 40,
         .body_octets = 700,
         .body_lines = 4,
         .decoded_octets = 700,
         .descendants = 1,
         .kind = MIME_MESSAGE,
         .last = true },
	{.header_offset = 250,
         .header_octets = 100,
         .body_octets = 600,
         .body_lines = 3,
         .decoded_octets = 500,
         .parent = 2,
         .last = true,
         .root = true},
};

static enum pk_status open_records(const struct summary_record *records, struct pool *pool,
                                   uint64_t body_bytes)
{
	struct entity_top top = {0};
	struct summary_source source = {.records = records, .parts = 4, .top = &top, .pool = pool};
	struct buf bytes = {0};
	struct summary s;
	enum pk_status st;

	summary_write(&bytes, &source);
	assert_false(bytes.failed);
	st = summary_open(buf_slice(&bytes), body_bytes, &s);
	buf_free(&bytes);
	return st;
}

static void put_blocks(struct pool *pool, struct slice type, uint32_t *content, uint32_t *envelope)
{
	struct buf block = {0};

	pool_text(pool, &block, type);
	pool_text(pool, &block, S("plain"));
	for (int i = 0; i < 9; i++)
		pool_number(&block, 0);
	*content = pool_block(pool, buf_slice(&block), 0);
	buf_clear(&block);
	for (int i = 0; i < 10; i++)
		pool_number(&block, 0);
	*envelope = pool_block(pool, buf_slice(&block), 0);
	buf_free(&block);
}

/* Each of these breaks one rule of the format, and must be the reason that it is refused. */
static void trees_must_be_sound(void **state)
{
#define FIELD(part, name, value)                                                          \
	{                                                                                 \
		part, offsetof(struct summary_record, name), sizeof(sound[0].name), value \
	}
	static const struct {
		size_t part, offset, size;
		uint64_t value;
	} faults[] = {
		FIELD(0, header_offset, 1),
		FIELD(0, body_octets, 899),
		FIELD(0, body_octets, 901),
		FIELD(0, descendants, 2),
		FIELD(0, kind, MIME_LEAF),
		FIELD(0, last, false),
		FIELD(0, root, false),
		FIELD(0, opaque, true),
		FIELD(0, decoded_octets, 899),
		FIELD(0, body_lines, 901),
		FIELD(0, content, 70000),
		FIELD(0, envelope, 70000),
		FIELD(1, header_offset, 99),
		FIELD(1, header_offset, 200),
		FIELD(1, body_octets, 61),
		FIELD(1, body_lines, 51),
		FIELD(1, decoded_octets, 51),
		FIELD(1, last, true),
		FIELD(1, root, true),
		FIELD(1, kind, MIME_MESSAGE),
		FIELD(1, header_octets, UINT64_MAX),
		FIELD(1, header_octets, INT64_MAX),
		FIELD(1, header_octets, 0),
		FIELD(2, header_offset, 199),
		FIELD(2, parent, 1),
		FIELD(2, last, false),
		FIELD(2, descendants, 0),
		FIELD(2, body_octets, 751),
		FIELD(2, kind, MIME_MULTIPART),
		FIELD(3, parent, 0),
		FIELD(3, header_offset, 251),
		FIELD(3, body_octets, 599),
		FIELD(3, root, false),
		FIELD(3, last, false),
		FIELD(3, kind, MIME_MULTIPART),
		FIELD(3, body_octets, 601),
	};
	struct pool pool = {0};
	struct summary_record base[4];
	uint32_t content, envelope;

	(void)state;
	put_blocks(&pool,
	           S("a type so long that a part with the shortest header, of 40 octets, may just "
	             "have it, "
	             "but none without header"),
	           &content, &envelope);
	memcpy(base, sound, sizeof(base));
	for (size_t i = 0; i < 4; i++) {
		base[i].content = content;
		base[i].envelope = envelope;
	}
	assert_int_equal(open_records(base, &pool, 1000), PK_OK);
	for (size_t i = 0; i < COUNT(faults); i++) {
		struct summary_record broken[4];

		memcpy(broken, base, sizeof(broken));
		memcpy((char *)&broken[faults[i].part] + faults[i].offset, &faults[i].value,
		       faults[i].size);
		if (broken[0].kind == MIME_LEAF)
			broken[0].descendants = 0;
		if (open_records(broken, &pool, 1000) != PK_EPROTO)
			fail_msg("fault %zu passed", i);
	}
	buf_free(&pool.bytes);
}

#define WORDS_HASH 2072272406568146961U /* FNV-1a */

/* The words are part of the format: their text may never change, and the table must find each. */
static void frequent_words_are_found(void **state)
{
	struct slice text = {summary_words, SUMMARY_WORDS};
	uint64_t hash = 14695981039346656037U;
	size_t at;

	(void)state;
	for (size_t i = 0; i < text.n; i++)
		hash = (hash ^ (unsigned char)text.p[i]) * 1099511628211U;
	assert_true(hash == WORDS_HASH);
	while (text.n) {
		struct slice word = slice_cut(&text, ' '), half = word;

		assert_true(summary_word(word, &at));
		assert_true(slice_eq(word, (struct slice){summary_words + at, word.n}));
		if (slice_has(word, '/')) {
			slice_cut(&half, '/');
			assert_true(summary_word(half, &at));
			assert_true(slice_eq(half, (struct slice){summary_words + at, half.n}));
		}
	}
	assert_false(summary_word(S("postkeep"), &at));
	assert_false(summary_word(S(""), &at));
}

/* Usual mail keeps to a row of the store: 2030 octets with its key and prefix. */
static void usual_mail_is_small(void **state)
{
	struct slice message = {full, sizeof(full) - 1};
	struct buf bytes = scan(message);

	(void)state;
	assert_in_range(bytes.n, 200, 800);
	buf_free(&bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(head_fields),
		cmocka_unit_test(part_fields),
		cmocka_unit_test(envelopes),
		cmocka_unit_test(absent_and_empty_differ),
		cmocka_unit_test(previews),
		cmocka_unit_test(previews_are_cut_between_characters),
		cmocka_unit_test(references_are_capped),
		cmocka_unit_test(bad_summaries_are_refused_or_harmless),
		cmocka_unit_test(frequent_words_are_found),
		cmocka_unit_test(usual_mail_is_small),
		cmocka_unit_test(texts_are_lines),
		cmocka_unit_test(trees_must_be_sound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
