/* Header fields, parameters, message ids: lib/mime/header.c and params.c. */
#include "unit.h"

#include "mime/header.h"

#include <postkeep/buf.h>

static void fields_one_by_one(void **state)
{
	static const char block[] =
		"Subject: a\r\n b\r\nno field\r\n folded on\r\n: no name\r\nX-Empty:\r\n"
		"Bad Name: x\r\nOld \t : y\n\tz\nTo:a\r\n\r\nNot: here\r\n";
	static const struct {
		const char *name, *value;
		size_t raw;
	} want[] = {
		{"Subject", " a\r\n b", 16},
		{"X-Empty", "",         10},
		{"Old",     " y\n\tz",  13},
		{"To",      "a",        6 }
        };
	struct slice rest = {block, sizeof(block) - 1};
	struct header_field f;

	(void)state;
	for (size_t i = 0; i < COUNT(want); i++) {
		assert_true(header_next(&rest, &f));
		assert_true(slice_eq(f.name, slice_str(want[i].name)));
		assert_true(slice_eq(f.value, slice_str(want[i].value)));
		assert_int_equal(f.raw.n, want[i].raw);
	}
	assert_false(header_next(&rest, &f));
	rest = S(" fold first\r\nA: b");
	assert_true(header_next(&rest, &f));
	assert_true(slice_eq(f.raw, S("A: b")));
	assert_false(header_next(&rest, &f));
	rest = (struct slice){0};
	assert_false(header_next(&rest, &f));
}

static void unfolding(void **state)
{
	static const struct {
		struct slice value;
		const char *line;
	} cases[] = {
		{S(" a\r\n b"),        "a b"    },
		{S("a\n\tb \r\n "),    "a\tb"   },
		{S("\r\n"),            ""       },
		{S(" \t "),            ""       },
		{S("a\0b\rc"),         "a?b?c"  },
		{S("a\r\nb\r\n\r\nc"), "abc"    },
		{S("a  \r\n   b"),     "a     b"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buf b = {0};

		header_unfold(cases[i].value, &b);
		buf_byte(&b, '\0');
		assert_string_equal(b.p, cases[i].line);
		buf_free(&b);
	}
}

static struct buf shown(struct slice value)
{
	struct header_param params[64];
	struct buf scratch = {0}, b = {0};
	struct slice token;
	size_t n = header_params(value, &token, params, 64, &scratch);

	assert_false(scratch.failed);
	buf_put(&b, token);
	for (size_t i = 0; i < n; i++) {
		buf_byte(&b, '|');
		buf_put(&b, params[i].name);
		buf_byte(&b, '=');
		buf_put(&b, params[i].value);
	}
	buf_byte(&b, '\0');
	buf_free(&scratch);
	return b;
}

static void parameters(void **state)
{
	/* clang-format off */
	static const struct {
		struct slice value;
		const char *shown;
	} cases[] = {
		{S("text/plain; charset=us-ascii (Plain text)"), "text/plain|charset=us-ascii"}, /* RFC 2045 5.1 */
		{S("text/plain; charset=\"us-ascii\""), "text/plain|charset=us-ascii"},
		{S("attachment; filename=genome.jpeg; modification-date=\"Wed, 12 Feb 1997 16:29:51 -0500\";"),
		 "attachment|filename=genome.jpeg|modification-date=Wed, 12 Feb 1997 16:29:51 -0500"},
		{S("a ; B = c ; d=\"e;f\\\"g\\\\\" ; h=(c)i"), "a|B=c|d=e;f\"g\\|h=i"},
		{S("text / (c) plain;x=y"), "text/plain|x=y"},
		{S("text/plain charset=utf-8; x=y"), "text/plain|charset=utf-8|x=y"},
		{S("; x=y"), "|x=y"},
		{S(""), ""},
		{S("a;;;"), "a"},
		{S("a; b; c=; =d; e=f"), "a|c=|e=f"},
		{S("a; b=c d=e; f=g"), "a|b=c|f=g"},
		{S("a; b=\"c\"junk;d=e"), "a|b=c|d=e"},
		{S("a; b=c=d"), "a|b=c=d"},
		{S("a; b=\"open; c=d"), "a|b=open; c=d"},
		{S("a; b=\"c\\"), "a|b=c\\"},
		{S("a; b=\""), "a|b="},
		{S("a; b=(open; c=d"), "a|b="},
		{S("a; x y=z; \377=\376"), "a|\377=\376"},
		/* RFC 2231 3 and 4.1 */
		{S("message/external-body; access-type=URL; URL*0=\"ftp://\"; URL*1=\"cs.utk.edu/pub/\""),
		 "message/external-body|access-type=URL|URL=ftp://cs.utk.edu/pub/"},
		{S("application/x-stuff; title*=us-ascii'en-us'This%20is%20%2A%2A%2Afun%2A%2A%2A"),
		 "application/x-stuff|title*=us-ascii'en-us'This%20is%20%2A%2A%2Afun%2A%2A%2A"},
		{S("application/x-stuff; title*0*=us-ascii'en'This%20is%20even%20more%20; "
		   "title*1*=%2A%2A%2Afun%2A%2A%2A%20; title*2=\"isn't it!\""),
		 "application/x-stuff|title*=us-ascii'en'This%20is%20even%20more%20%2A%2A%2Afun%2A%2A%2A%20isn't it!"},
		{S("a; n*0*=''x; n*1=\"5%\""), "a|n*=''x5%25"},
		{S("a; n*1=b; N*0=a; n*2=c"), "a|N=abc"}, /* in any order */
		{S("a; n*0=a; n*2=c"), "a|n=a|n*2=c"},    /* a gap */
		{S("a; n*1=b"), "a|n*1=b"},
		{S("a; n*00=b; n*=c; *0=d; n*x=e; n**=f"), "a|n*00=b|n*=c|*0=d|n*x=e|n**=f"},
		{S("a; n*0=x; n*0=y; n*1=z"), "a|n=xz|n=y"},
		{S("a; n*99999999999999999999=b"), "a|n*99999999999999999999=b"},
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buf b = shown(cases[i].value);

		assert_string_equal(b.p, cases[i].shown);
		buf_free(&b);
	}
}

/* Hazard 95. */
static void parameters_have_a_limit(void **state)
{
	struct header_param params[100];
	struct buf value = {0}, scratch = {0};
	struct slice token;

	(void)state;
	buf_put(&value, S("a"));
	for (int i = 0; i < 5000; i++)
		buf_printf(&value, "; n*%d*=%%%%%%%%%%%%", i);
	assert_int_equal(header_params(buf_slice(&value), &token, params, 100, &scratch), 1);
	assert_int_equal(params[0].value.n, 64 * 6);
	buf_clear(&value);
	buf_put(&value, S("a"));
	for (int i = 0; i < 5000; i++)
		buf_printf(&value, ";n%d=", i);
	assert_int_equal(header_params(buf_slice(&value), &token, params, 100, &scratch), 64);
	assert_int_equal(header_params(buf_slice(&value), &token, params, 3, &scratch), 3);
	buf_free(&value);
	buf_free(&scratch);
}

static void parameter_texts(void **state)
{
	static const struct {
		struct slice value;
		const char *text;
	} cases[] = {
		{S("a; filename=plain"),                          "plain"        },
		{S("a; FileName=\"=?utf-8?q?=C3=A4?=\""),         "\303\244"     },
		{S("a; filename=x; filename*=utf-8''%C3%A4%20"),  "\303\244 "    },
		{S("a; filename*=iso-8859-1'de'%E4"),             "\303\244"     },
		{S("a; filename*0*=utf-8''%c3; filename*1*=%a4"), "\303\244"     },
		{S("a; filename*=no%20charset"),                  "no charset"   },
		{S("a; filename*=''100%"),                        "100%"         },
		{S("a; filename*=x-none''%41%E4"),                "A\357\277\275"},
		{S("a; name=x"),				  NULL           },
		{S("a; filenames=x"),                             NULL           },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct header_param params[64];
		struct buf scratch = {0}, out = {0};
		struct slice token;
		size_t n = header_params(cases[i].value, &token, params, 64, &scratch);

		assert_int_equal(header_param_text(params, n, S("filename"), &out),
		                 cases[i].text != NULL);
		assert_true(slice_eq(buf_slice(&out), slice_str(cases[i].text)));
		buf_free(&scratch);
		buf_free(&out);
	}
}

static void message_ids(void **state)
{
	static const struct {
		struct slice value;
		const char *ids;
	} cases[] = {
		{S("<1234@local.machine.example>"),         "1234@local.machine.example;"    },
		{S("<a@b> <c@d>\t<e@f>"),                   "a@b;c@d;e@f;"                   },
		{S("<a@b><c@d>"),                           "a@b;c@d;"                       },
 /* RFC 5256 2.2: quotes that need not be */
		{S("<\"01KF8JCEOCBS0045PS\"@xxx.yyy.com>"), "01KF8JCEOCBS0045PS@xxx.yyy.com;"},
		{S("<\"a b\"@x>"),                          "\"ab\"@x;"                      },
		{S("<\"a>b\"@x>"),                          "\"a>b\"@x;"                     },
		{S("< a @ b >"),                            "a@b;"                           },
		{S("Your message of Monday <a@b> (c)"),     "a@b;"                           },
		{S("a@b"),				  ""			       },
		{S("<a@b"),				 ""			       },
		{S("<>"),				   ""			       },
		{S("<a<b@c>"),                              "b@c;"                           },
		{S("<no-at>"),                              "no-at;"                         },
		{S(""),				     ""			       },
		{S("<\""),				  ""			       },
		{S("<\"\\"),				""			       },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct slice rest = cases[i].value;
		struct buf id = {0}, all = {0};

		while (header_message_id(&rest, &id)) {
			buf_put(&all, buf_slice(&id));
			buf_byte(&all, ';');
		}
		buf_byte(&all, '\0');
		assert_string_equal(all.p, cases[i].ids);
		buf_free(&id);
		buf_free(&all);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_one_by_one), cmocka_unit_test(unfolding),
		cmocka_unit_test(parameters),        cmocka_unit_test(parameters_have_a_limit),
		cmocka_unit_test(parameter_texts),   cmocka_unit_test(message_ids),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
