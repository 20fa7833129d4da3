/* The text of HTML: tags, references, broken ones, in pieces of any size. */
#include "unit.h"

#include "mime/charset.h"
#include "mime/html.h"

static const struct html_case {
	const char *html, *text;
} cases[] = {
	{"a<b>b</b>c",								"abc"					     },
	{"a<br>b<BR/>c<p class=x>d</p>e",					     "a b c d e"                                       },
	{"<tr><td>x</td><td>y</td></tr>",					     " x y "                                           },
	{"b<SPAN style=''>o</span>l<wbr>d<o:p></o:p>er",                              "bolder"                                          },
	{"a \r\n\t b\r\n<br>\r\nc",						   "a b c"					   },
	{"a <br> b <p>c<p> <p>d",						     "a b c d"                                         },
	{"a&nbsp; &#32;&#xA;b",						       "a b"					     },
 /* references: RFC 1866, HTML 4 24, and the numbers that Windows means otherwise */
	{"caf&eacute; &Eacute;&#233;&#xE9;&#XE9;",                                    "caf\xC3\xA9 \xC3\x89\xC3\xA9\xC3\xA9\xC3\xA9"    },
	{"&AElig;&zwnj;&thetasym;&aacute;",                                           "\xC3\x86\xE2\x80\x8C\xCF\x91\xC3\xA1"            },
	{"&euro;&#8364;&#128;&#x92;",						 "\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC\xE2\x80\x99"},
	{"&lt;b&gt; &amp;lt; &quot;",						 "<b> &lt; \""                                     },
	{"AT&T &bogus; &amp x &; &&amp;",					     "AT&T &bogus; &amp x &; &&"                       },
	{"&#0; &#xD800; &#1114112; &#12x; &#;",                                       "&#0; &#xD800; &#1114112; &#12x; &#;"             },
	{"&averyveryverylongname; &eacut\xC3\xA9;",                                   "&averyveryverylongname; &eacut\xC3\xA9;"         },
	{"&l<b></b>t;",							       "&lt;"					    },
 /* what is no tag */
	{"a < b > c 1<2 <3 <",							"a < b > c 1<2 <3 <"                              },
	{"a</>b</ x>c<?php e ?>d",						    "abcd"					    },
	{"<!doctype html>a<![CDATA[b]]>c<![if !mso]>d<![endif]><!x>e<!>f<!->g<!-x>h", "acdefgh"                                         },
	{"a<b",								       "a"					       },
	{"a<b c",								     "a"					       },
	{"&am",								       "&am"					     },
 /* values of attributes */
	{"<a href='>' title=\"<b>\">t</a>",                                           "t"					       },
	{"<a x=\"1\"\">t</a>",							"t"					       },
	{"<i a=it's>x <i b = 'c'd>e <i 'f>g",                                         "x e g"                                           },
	{"<a b=c/d>e<a b=>f<a =b>g",						  "efg"					     },
	{"<averyverylongname x>y</averyverylongname>",                                " y "                                             },
 /* comments */
	{"<!-- a > b -- c -->d<!-->e<!--->f<!-- --!>g<!----->h<!-- -- ->i",           "defgh"                                           },
 /* styles and scripts end at their own tags alone */
	{"a<style>p > b { c: '<i>' }</style>d",                                       "a d"                                             },
	{"a<script>if (a<b) '</b>' </scripty> <</script >c",                          "a c"                                             },
	{"<SCRIPT src='x'>&lt;</Script/>c<style/>d</style>e",                         " c e"                                            },
	{"<style>never<p>ends",						       " "					       },
	{"<title>T &amp; <b>t</b></title><body>b",                                    " T & t b"                                        },
};

static void read_cut(struct html_reader r, struct slice html, size_t piece, struct buf *out)
{
	buf_clear(out);
	for (; html.n; html = slice_skip(html, piece))
		html_feed(&r, slice_head(html, piece), out);
	html_end(&r, out);
}

static void as_browsers_do(void **state)
{
	const struct html_reader plain = {.plain = true};
	struct buf out = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct slice html = slice_str(cases[i].html);

		for (size_t piece = 1; piece <= html.n; piece++) {
			read_cut(plain, html, piece, &out);
			if (!slice_eq(buf_slice(&out), slice_str(cases[i].text)))
				fail_msg("%s by %zu: %.*s", cases[i].html, piece, (int)out.n,
				         out.p);
		}
	}
	buf_free(&out);
}

/* Text as it stands, and no head: what a preview is made of. */
static void not_plain(void **state)
{
	const struct html_reader r = {.body_only = true};
	struct slice html =
		S("x<head>h<title>t</title>h</head>a &amp;\r\n \xE9<td><title>b<body>c");
	struct buf out = {0};

	(void)state;
	for (size_t piece = 1; piece <= html.n; piece++) {
		read_cut(r, html, piece, &out);
		assert_true(slice_eq(buf_slice(&out), S("x a &amp;\r\n \xE9  c")));
	}
	buf_free(&out);
}

/* All names of HTML 4 are found: the table is in order. */
static void references(void **state)
{
	static const struct {
		struct slice name;
		uint32_t c;
	} some[] = {
		{S("AElig"),  0xC6  },
                {S("zwnj"),   0x200C},
                {S("Zeta"),   0x396 },
                {S("aacute"), 0xE1  },
		{S("oelig"),  0x153 },
                {S("there4"), 0x2234},
                {S("sup"),    0x2283},
                {S("sup1"),   0xB9  },
		{S("supe"),   0x2287},
                {S("AEli"),   0     },
                {S("zwnjj"),  0     },
                {S(""),       0     },
		{S("eacutE"), 0     },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(some); i++)
		assert_int_equal(html_reference(some[i].name), some[i].c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_browsers_do),
		cmocka_unit_test(not_plain),
		cmocka_unit_test(references),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
