/* Lines and pieces cut from what a client sends, however it was split. */
/* links: host */
#include "unit.h"

#include "intake.h"

#include <postkeep/buf.h>
#include <postkeep/plugin.h>

/* What a session with a take of 4 sees of some bytes: [line], with L long, B bare LF. */
static const struct {
	struct slice bytes;
	const char *lines;
} cases[] = {
	{S("a\r\n"),			"[a]"          },
	{S("a\n"),			  "[a]B"         },
	{S("\r\n"),			 "[]"           },
	{S("\n"),			   "[]B"          },
	{S("abcd\r\n"),                     "[abcd]"       },
	{S("abcd\n"),		       "[abcd]B"      },
	{S("abcde\r\n"),                    "[abcd]L"      },
	{S("abcde\nx\r\n"),                 "[abcd]L[x]"   },
	{S("abcdefghijklmnop\r\nquit\r\n"), "[abcd]L[quit]"},
	{S("a\rb\r\n"),                     "[a\rb]"       },
	{S("abcd\r\r\n"),                   "[abcd]L"      },
	{S("abc\r\r\n"),                    "[abc\r]"      },
	{S("abcd\rX\r\nb\r\n"),             "[abcd]L[b]"   },
	{S("abcd"),			 ""             },
	{S("abcd\r"),		       ""             },
	{S("abcde"),			"[abcd]L"      },
	{S("abcdef"),		       "[abcd]L"      },
	{S("abcdef\r\n\r\n"),               "[abcd]L[]"    },
	{S("a\r\nb\nc"),                    "[a][b]B"      },
};

static void cut_lines(struct intake *in, struct buf *seen)
{
	struct cut cut;

	while (intake_line(in, 4, &cut)) {
		buf_byte(seen, '[');
		buf_put(seen, cut.bytes);
		buf_put(seen, S("]"));
		buf_put(seen, cut.flags & PK_LONG ? S("L") : S(""));
		buf_put(seen, cut.flags & PK_BARE_LF ? S("B") : S(""));
		intake_take(in, &cut, false);
	}
}

static void lines_do_not_depend_on_the_split(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		for (size_t at = 0; at <= cases[i].bytes.n; at++)
			for (size_t piece = 1; piece < 4; piece++) {
				struct intake in = {0};
				struct buf seen = {0};
				struct slice rest = cases[i].bytes;

				while (rest.n) {
					size_t n = rest.n > cases[i].bytes.n - at ? piece : rest.n;
					struct slice head = slice_head(rest, n);
					char lent[64];

					memcpy(lent, head.p, head.n);
					intake_lend(&in, lent, head.n);
					cut_lines(&in, &seen);
					intake_keep(&in);
					memset(lent, '#', sizeof(lent));
					rest = slice_skip(rest, head.n);
				}
				if (!slice_eq(buf_slice(&seen), slice_str(cases[i].lines)))
					fail_msg("case %zu at %zu: %.*s", i, at, (int)seen.n,
					         seen.p);
				buf_free(&seen);
				intake_free(&in);
			}
}

static void pieces(void **state)
{
	struct intake in = {0};
	struct cut cut;
	char bytes[] = "hello world";

	(void)state;
	assert_false(intake_bytes(&in, 5, &cut));
	intake_lend(&in, bytes, 11);
	assert_false(intake_exact(&in, 12, &cut));
	assert_true(intake_exact(&in, 5, &cut));
	assert_true(slice_eq(cut.bytes, S("hello")));
	intake_take(&in, &cut, true);
	assert_memory_equal(bytes, "\0\0\0\0\0", 5); /* it was a secret */
	assert_false(intake_bytes(&in, 0, &cut));
	assert_true(intake_bytes(&in, 100, &cut));
	assert_true(slice_eq(cut.bytes, S(" world")));
	cut.used = 1; /* the session takes less than it was given */
	intake_take(&in, &cut, false);
	assert_int_equal(in.n, 5);
	intake_keep(&in);
	memset(bytes, '#', sizeof(bytes));
	assert_true(intake_exact(&in, 5, &cut));
	assert_true(slice_eq(cut.bytes, S("world")));
	intake_take(&in, &cut, false);
	intake_keep(&in);
	assert_null(in.own); /* an idle session holds nothing */
	intake_free(&in);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_do_not_depend_on_the_split),
		cmocka_unit_test(pieces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
