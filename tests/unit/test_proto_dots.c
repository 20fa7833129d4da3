/* Dot-stuffing both ways, in pieces of every size. */
#include "unit.h"

#include "fake_host.h"
#include "proto/dots.h"

/* What comes in behind DATA, what it means, and what stands behind its end. */
static const struct {
	struct slice wire, text, rest;
	bool ends, bare;
} incoming[] = {
	{S(".\r\n"),               S(""),              S(""),         true,  false},
	{S("a\r\n.\r\n"),          S("a\r\n"),         S(""),         true,  false},
	{S("a\r\n.\r\nQUIT\r\n"),  S("a\r\n"),         S("QUIT\r\n"), true,  false},
	{S("..\r\n.\r\n"),         S(".\r\n"),         S(""),         true,  false},
	{S("...\r\n..a\r\n.\r\n"), S("..\r\n.a\r\n"),  S(""),         true,  false},
 /* RFC 5321 4.5.2: one dot goes, also when the client had not added it. */
	{S(".a\r\n.\r\n"),         S("a\r\n"),         S(""),         true,  false},
	{S("a.\r\n.b.c\r\n.\r\n"), S("a.\r\nb.c\r\n"), S(""),         true,  false},
	{S("\r\n\r\n.\r\n"),       S("\r\n\r\n"),      S(""),         true,  false},
 /* Nothing else is an end (CVE-2023-51764 and its kin). */
	{S("a\n.\nb\r\n.\r\n"),    S("a\n.\nb\r\n"),   S(""),         true,  true },
	{S("a\n.\r\nb\r\n.\r\n"),  S("a\n.\r\nb\r\n"), S(""),         true,  true },
	{S("a\r.\r\nb\r\n.\r\n"),  S("a\r.\r\nb\r\n"), S(""),         true,  true },
	{S("a\r\r\nb\r\n.\r\n"),   S("a\r\r\nb\r\n"),  S(""),         true,  true },
	{S("a\r\n.\nb\r\n.\r\n"),  S("a\r\n\nb\r\n"),  S(""),         true,  true },
	{S("\n.\r\n"),             S("\n.\r\n"),       S(""),         false, true },
	{S("a\r\n.\n"),            S("a\r\n\n"),       S(""),         false, true },
	{S("a\r\n."),              S("a\r\n"),         S(""),         false, false},
	{S("a\r\n.\r"),            S("a\r\n"),         S(""),         false, false},
	{S("a\r\n\0.\r\n"),        S("a\r\n\0.\r\n"),  S(""),         false, false},
};

static bool take_all(struct dots_in *d, struct slice *in, struct buf *text)
{
	for (;;) {
		struct slice piece;
		enum dots got = dots_take(d, in, &piece);

		if (got != DOTS_TEXT)
			return got == DOTS_END;
		buf_put(text, piece);
	}
}

static void takes_text_in_any_pieces(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(incoming); i++) {
		for (size_t piece = 1; piece <= incoming[i].wire.n; piece++) {
			struct slice left = incoming[i].wire, in = {0};
			struct dots_in d = {0};
			struct buf text = {0};
			bool end = false;

			while (left.n && !end) {
				in = slice_head(left, piece);
				left = slice_skip(left, piece);
				end = take_all(&d, &in, &text);
			}
			assert_int_equal(end, incoming[i].ends);
			assert_int_equal(d.bare, incoming[i].bare);
			assert_int_equal(in.n + left.n, incoming[i].rest.n);
			assert_true(slice_eq(buf_slice(&text), incoming[i].text));
			buf_free(&text);
		}
	}
}

/* The CR of a line's ".CR" is not passed on when no LF follows; the text is refused anyway. */
static void dot_cr_without_lf_is_bare(void **state)
{
	struct slice in = S("a\r\n.\rb\r\n.\r\nc");
	struct dots_in d = {0};
	struct buf text = {0};

	(void)state;
	assert_true(take_all(&d, &in, &text));
	assert_true(d.bare);
	assert_true(slice_eq(in, S("c")));
	buf_free(&text);
}

static void checks_counted_text(void **state)
{
	static const struct {
		struct slice text;
		bool ended, bare;
	} cases[] = {
		{S(""),                 true,  false},
		{S("a\r\n"),            true,  false},
		{S("a\r\n.\r\n..\r\n"), true,  false},
		{S("a"),                false, false},
		{S("\r\na"),            false, false},
		{S("a\n"),              false, true },
		{S("\n"),               false, true },
		{S("a\r"),              false, true },
		{S("a\rb\r\n"),         true,  true },
		{S("a\r\r\n"),          true,  true },
		{S("a\nb\r\n"),         true,  true },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		for (size_t piece = 1; piece <= cases[i].text.n + 1; piece++) {
			struct slice left = cases[i].text;
			struct dots_in d = {0};

			for (; left.n; left = slice_skip(left, piece))
				dots_check(&d, slice_head(left, piece));
			assert_int_equal(dots_ended(&d), cases[i].ended);
			assert_int_equal(d.bare, cases[i].bare);
		}
	}
}

static const struct {
	struct slice text, wire;
} outgoing[] = {
	{S(""),		 S(".\r\n")                 },
	{S("a\r\n"),            S("a\r\n.\r\n")            },
	{S("a"),                S("a\r\n.\r\n")            },
	{S("."),                S("..\r\n.\r\n")           },
	{S(".\r\n"),            S("..\r\n.\r\n")           },
	{S("..\r\n.a.b\r\n"),   S("...\r\n..a.b\r\n.\r\n") },
	{S("a\r\n.\r\nb.\r\n"), S("a\r\n..\r\nb.\r\n.\r\n")},
	{S("a\n.\nb\r\n"),      S("a\n.\nb\r\n.\r\n")      },
	{S("a\r.\rb\n"),        S("a\r.\rb\n\r\n.\r\n")    },
	{S("a\r"),              S("a\r\r\n.\r\n")          },
	{S("\r\n.\r\n.\r\n"),   S("\r\n..\r\n..\r\n.\r\n") },
};

static void stuffs_in_any_pieces(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(outgoing); i++) {
		for (size_t piece = 1; piece <= outgoing[i].text.n + 1; piece++) {
			struct slice left = outgoing[i].text;
			struct dots_out d = {0};
			struct fake f = {0};

			fake_begin(&f);
			while (left.n) {
				dots_put(&d, &f.io, slice_head(left, piece));
				left = slice_skip(left, piece);
			}
			dots_end(&d, &f.io);
			assert_int_equal(f.io.out_n, outgoing[i].wire.n);
			assert_memory_equal(f.io.out, outgoing[i].wire.p, f.io.out_n);
			free(f.io.out);
		}
	}
}

/* What goes out comes back the same, whatever it is made of, if it has no bare CR or LF. */
static void round_trip(void **state)
{
	static const char *const words[] = {".", "\r\n", "a", ".\r\n", "\r\n.", "..", "x.y"};
	uint32_t seed = 1;

	(void)state;
	for (int round = 0; round < 2000; round++) {
		struct buf text = {0}, back = {0};
		struct dots_out out = {0};
		struct dots_in in = {0};
		struct fake f = {0};
		struct slice wire;

		for (int i = 0; i < 12; i++) {
			seed = seed * 1664525 + 1013904223;
			buf_put(&text, slice_str(words[(seed >> 16) % COUNT(words)]));
		}
		buf_put(&text, S("\r\n"));
		fake_begin(&f);
		dots_put(&out, &f.io, buf_slice(&text));
		dots_end(&out, &f.io);
		wire = (struct slice){f.io.out, f.io.out_n};
		assert_true(take_all(&in, &wire, &back));
		assert_int_equal(wire.n, 0);
		assert_false(in.bare);
		assert_true(slice_eq(buf_slice(&text), buf_slice(&back)));
		buf_free(&text);
		buf_free(&back);
		free(f.io.out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_text_in_any_pieces),
		cmocka_unit_test(dot_cr_without_lf_is_bare),
		cmocka_unit_test(checks_counted_text),
		cmocka_unit_test(stuffs_in_any_pieces),
		cmocka_unit_test(round_trip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
