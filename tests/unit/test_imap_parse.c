/* The parsers of imap: arguments, sequence sets, mailbox names, patterns, flags. */
/* links: imap */
#include "unit.h"

#include "imap/glob.h"
#include "imap/keywords.h"
#include "imap/mutf7.h"
#include "imap/parse.h"
#include "imap/seqset.h"

/* Slices of test tables are not to be written to; quoted strings are unescaped in place. */
static struct parser of(struct slice text, char *copy)
{
	memcpy(copy, text.p, text.n);
	return (struct parser){
		.in = {copy, text.n}
        };
}

static void astrings(void **state)
{
	static const struct {
		struct slice in;
		bool ok;
		struct slice value, rest;
	} cases[] = {
		{S("abc def"),             true,  S("abc"),      S(" def")},
		{S("a]b"),                 true,  S("a]b"),      S("")    },
		{S("\"\""),                true,  S(""),         S("")    },
		{S("\"a b\" c"),           true,  S("a b"),      S(" c")  },
		{S("\"a\\\"b\\\\c\""),     true,  S("a\"b\\c"),  S("")    },
		{S("\"\xc3\xbc\""),        true,  S("\xc3\xbc"), S("")    },
		{S("{3}\r\na(b"),          true,  S("a(b"),      S("")    },
		{S("{3+}\r\na\r\n x"),     true,  S("a\r\n"),    S(" x")  },
		{S("{0}\r\n"),             true,  S(""),         S("")    },
		{S("{4}\r\nabc"),          false, S(""),         S("")    },
		{S("{3}abc"),              false, S(""),         S("")    },
		{S("{3\r\nabc"),           false, S(""),         S("")    },
		{S("{4294967296}\r\nabc"), false, S(""),         S("")    },
		{S("{1}\r\n\0"),           false, S(""),         S("")    },
		{S("\"a"),                 false, S(""),         S("")    },
		{S("\"a\\"),               false, S(""),         S("")    },
		{S("\"a\\b\""),            false, S(""),         S("")    },
		{S("\"a\rb\""),            false, S(""),         S("")    },
		{S("\"a\0b\""),            false, S(""),         S("")    },
		{S(""),                    false, S(""),         S("")    },
		{S("(a"),                  false, S(""),         S("")    },
		{S("%"),                   false, S(""),         S("")    },
		{S("\x80"),                false, S(""),         S("")    },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char copy[64];
		struct parser p = of(cases[i].in, copy);
		struct slice got;
		bool ok = parse_astring(&p, &got);

		assert_int_equal(ok, cases[i].ok);
		assert_int_equal(ok, p.error.n == 0);
		if (ok) {
			assert_true(slice_eq(got, cases[i].value));
			assert_true(slice_eq(p.in, cases[i].rest));
		}
	}
}

static void words_end_at_their_end(void **state)
{
	struct parser p = {.in = S("NIL")};
	struct slice got = S("x");

	(void)state;
	assert_true(parse_nstring(&p, &got));
	assert_null(got.p);
	p.in = S("NILS");
	assert_false(parse_word(&p, S("NIL")));
	p.in = S("uid fetch");
	assert_true(parse_word(&p, S("UID")));
	assert_true(slice_eq(p.in, S(" fetch")));
	assert_int_equal(p.error.n, 0);
}

static void tags(void **state)
{
	static const struct {
		struct slice in;
		bool ok;
	} cases[] = {
		{S("A1 x"),  true },
                {S("a]. x"), true },
                {S("+ x"),   false},
                {S(" x"),    false},
		{S("\"a\""), false},
                {S("*"),     false},
                {S("\x01"),  false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct parser p = {.in = cases[i].in};
		struct slice tag;

		assert_int_equal(parse_tag(&p, &tag), cases[i].ok);
	}
}

/* RFC 7888 section 3; HAZARDS 60, 61. */
static void literals_at_the_end_of_a_line(void **state)
{
	static const struct {
		struct slice in;
		bool is;
		uint64_t octets;
		bool sync;
	} cases[] = {
		{S("a LOGIN {4}"),               true,  4,          true },
		{S("a LOGIN {4+}"),              true,  4,          false},
		{S("{0}"),                       true,  0,          true },
		{S("\"x\" {12}"),                true,  12,         true },
		{S("\"\\\"\" {1}"),              true,  1,          true },
		{S("a {99999999999999999999+}"), true,  UINT64_MAX, false},
		{S("a {4}x"),                    false, 0,          false},
		{S("a {}"),                      false, 0,          false},
		{S("a {+}"),                     false, 0,          false},
		{S("a {4-}"),                    false, 0,          false},
		{S("a {-4}"),                    false, 0,          false},
		{S("a \"{4}"),                   false, 0,          false},
		{S("a \"b\\\" {4}"),             false, 0,          false},
		{S("4}"),                        false, 0,          false},
		{S("}"),			 false, 0,          false},
		{S(""),			  false, 0,          false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		uint64_t n = 0;
		bool sync = false, is = parse_literal_end(cases[i].in, &n, &sync);

		assert_int_equal(is, cases[i].is);
		if (is) {
			assert_true(n == cases[i].octets);
			assert_int_equal(sync, cases[i].sync);
		}
	}
}

/* RFC 3501 section 9: sequence-set; HAZARDS 72. */
static void sequence_sets(void **state)
{
	static const struct {
		struct slice in;
		uint32_t star;
		struct slice out; /* empty: refused */
	} cases[] = {
		{S("1"),            9,  S("1:1 ")                      },
		{S("2,4:7,9,12:*"), 15, S("2:2 4:7 9:9 12:15 ")        },
		{S("*:4,5:7"),      10, S("4:10 ")                     },
		{S("3:1,2"),        9,  S("1:3 ")                      },
		{S("5:*"),          3,  S("3:5 ")                      },
		{S("1,2,3,5"),      9,  S("1:3 5:5 ")                  },
		{S("7,1:2,6"),      9,  S("1:2 6:7 ")                  },
		{S("1:4294967295"), 9,  S("1:4294967295 ")             },
		{S("4294967295,1"), 9,  S("1:1 4294967295:4294967295 ")},
		{S("1:*"),          0,  S("1:1 ")                      },
		{S("0"),            9,  S("")                          },
		{S("1:0"),          9,  S("")                          },
		{S("4294967296"),   9,  S("")                          },
		{S("1,"),           9,  S("")                          },
		{S(",1"),           9,  S("")                          },
		{S("1:"),           9,  S("")                          },
		{S("1:2:3"),        9,  S("")                          },
		{S("1**"),          9,  S("")                          },
		{S(""),             9,  S("")                          },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct seqset set;
		struct buf text = {0};
		enum pk_status st = seqset_parse(cases[i].in, cases[i].star, &set);

		for (size_t k = 0; st == PK_OK && k < seqset_count(&set); k++)
			buf_printf(&text, "%u:%u ", seqset_at(&set, k)->first,
			           seqset_at(&set, k)->last);
		assert_true(slice_eq(buf_slice(&text), cases[i].out));
		assert_int_equal(st, cases[i].out.n ? PK_OK : PK_EPROTO);
		buf_free(&text);
		seqset_free(&set);
	}
}

/* RFC 3501 section 5.1.3; HAZARDS 77. */
static void modified_utf7(void **state)
{
	static const struct {
		struct slice wire, utf8; /* empty utf8: refused */
	} cases[] = {
		{S("Sent"),			    S("Sent")										      },
		{S("a&-b"),			    S("a&b")										       },
		{S("~peter/mail/&U,BTFw-/&ZeVnLIqe-"), S("~peter/mail/\xe5\x8f\xb0\xe5\x8c\x97/"
	                                                 "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e")},
		{S("&2D3eCg-"),                        S("\xf0\x9f\x98\x8a")									  },
		{S("&AGE-"),                           S("")											  },
		{S("&AOQ"),			    S("")											  },
		{S("&AOR-"),                           S("")											  },
		{S("&AOQ-&AOQ-"),                      S("")											  },
		{S("&2D0-"),                           S("")											  },
		{S("&3go-"),                           S("")											  },
		{S("&AAo-"),                           S("")											  },
		{S("&AIE=-"),                          S("")											  },
		{S("\xc3\xa4"),                        S("")											  },
		{S("a\rb"),			    S("")											  },
		{S("a\0b"),			    S("")											  },
		{S("&"),			       S("")											  },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buf out = {0};
		enum pk_status st = mutf7_decode(cases[i].wire, &out);

		assert_int_equal(st, cases[i].utf8.n ? PK_OK : PK_EINVAL);
		if (st == PK_OK) {
			assert_true(slice_eq(buf_slice(&out), cases[i].utf8));
			buf_clear(&out);
			mutf7_encode(cases[i].utf8, &out);
			assert_true(slice_eq(buf_slice(&out), cases[i].wire));
		}
		buf_free(&out);
	}
}

static void names_are_folded_and_composed(void **state)
{
	static const struct {
		struct slice wire, utf8;
	} cases[] = {
		{S("inbox"),   S("INBOX")   },
                {S("InBox/a"), S("INBOX/a") },
		{S("a/inbox"), S("a/inbox") },
                {S("inboxes"), S("inboxes") },
		{S("a&Awg-"),  S("\xc3\xa4")}, /* a with a combining diaeresis */
		{S("&AOQ-"),   S("\xc3\xa4")},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buf out = {0};

		assert_int_equal(mailbox_from_wire(cases[i].wire, false, &out), PK_OK);
		assert_true(slice_eq(buf_slice(&out), cases[i].utf8));
		buf_free(&out);
	}
}

/* RFC 6855 section 3: as they are; "&" is no shift. */
static void names_in_utf8(void **state)
{
	static const struct {
		struct slice wire;
		enum pk_status st;
		struct slice utf8;
	} cases[] = {
		{S("inbox/\xc3\xa4"), PK_OK,     S("INBOX/\xc3\xa4")},
		{S("a\xcc\x88"),      PK_OK,     S("\xc3\xa4")      },
		{S("&AOQ-"),          PK_OK,     S("&AOQ-")         },
		{S("\xff"),           PK_EINVAL, S("")              },
		{S("\xc3"),           PK_EINVAL, S("")              },
		{S("a\x01"),          PK_EINVAL, S("")              },
		{S("\xed\xa0\x80"),   PK_EINVAL, S("")              }, /* half a surrogate pair */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buf out = {0};

		assert_int_equal(mailbox_from_wire(cases[i].wire, true, &out), cases[i].st);
		if (cases[i].st == PK_OK)
			assert_true(slice_eq(buf_slice(&out), cases[i].utf8));
		buf_free(&out);
	}
}

/* RFC 3501 section 6.3.8; HAZARDS 73. */
static void patterns(void **state)
{
	static const struct {
		struct slice pattern, name;
		bool match;
	} cases[] = {
		{S("*"),         S("a/b/c"),     true },
		{S("%"),         S("a"),         true },
		{S("%"),         S("a/b"),       false},
		{S("%/%"),       S("a/b"),       true },
		{S("a/%"),       S("a/"),        true },
		{S("a/%"),       S("a"),         false},
		{S("a*"),        S("a"),         true },
		{S("a*c"),       S("a/b/c"),     true },
		{S("a%c"),       S("a/b/c"),     false},
		{S("%a%b"),      S("xayb"),      true },
		{S("*a%b"),      S("a/ab"),      true },
		{S("*a%b"),      S("a/a/b"),     false},
		{S("**%%*x"),    S("a/x"),       true },
		{S("%%x"),       S("a/x"),       false},
		{S("inbox"),     S("INBOX"),     true },
		{S("inbox/%"),   S("INBOX/a"),   true },
		{S("Inbox2"),    S("INBOX2"),    false},
		{S(""),          S(""),          true },
		{S(""),          S("a"),         false},
		{S("\xc3\xa4%"), S("\xc3\xa4x"), true },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct glob *g;

		assert_int_equal(glob_new(cases[i].pattern, &g), PK_OK);
		assert_int_equal(glob_match(g, cases[i].name), cases[i].match);
		free(g);
	}
}

/* Against the obvious matcher, over all short patterns and names; and no blow-up. */
static bool slow_match(struct slice p, struct slice n)
{
	if (!p.n)
		return !n.n;
	if (p.p[0] != '*' && p.p[0] != '%')
		return n.n && n.p[0] == p.p[0] && slow_match(slice_skip(p, 1), slice_skip(n, 1));
	if (slow_match(slice_skip(p, 1), n))
		return true;
	return n.n && (p.p[0] == '*' || n.p[0] != '/') && slow_match(p, slice_skip(n, 1));
}

static void patterns_as_defined(void **state)
{
	static const char letters[] = "a/*%";
	char pattern[5], name[5];

	(void)state;
	for (unsigned i = 0; i < 1024; i++) {
		struct slice p = {pattern, 5};
		struct glob *g;

		for (unsigned k = 0; k < 5; k++)
			pattern[k] = letters[i >> 2 * k & 3];
		assert_int_equal(glob_new(p, &g), PK_OK);
		for (unsigned j = 0; j < 32; j++) {
			struct slice n = {name, 5};

			for (unsigned k = 0; k < 5; k++)
				name[k] = j >> k & 1 ? '/' : 'a';
			assert_int_equal(glob_match(g, n), slow_match(p, n));
		}
		free(g);
	}
}

static void long_patterns(void **state)
{
	struct buf pattern = {0}, name = {0};
	struct glob *g;

	(void)state;
	for (int i = 0; i < 240; i++) {
		buf_put(&pattern, S("%a*"));
		buf_put(&name, S("aa"));
	}
	assert_int_equal(glob_new(buf_slice(&pattern), &g), PK_OK);
	assert_true(glob_match(g, buf_slice(&name)));
	buf_byte(&name, 'b');
	assert_true(glob_match(g, buf_slice(&name)));
	free(g);
	buf_put(&pattern, S("c"));
	assert_int_equal(glob_new(buf_slice(&pattern), &g), PK_OK);
	assert_false(glob_match(g, buf_slice(&name)));
	free(g);
	for (int i = 0; i < 400; i++)
		buf_put(&pattern, S("a%"));
	assert_int_equal(glob_new(buf_slice(&pattern), &g), PK_ELIMIT);
	buf_free(&pattern);
	buf_free(&name);
}

static void flag_lists(void **state)
{
	static const struct {
		struct slice in;
		bool ok;
		uint64_t system;
		size_t keywords;
	} cases[] = {
		{S("()"),                       true,  0,                     0},
		{S("(\\Seen)"),                 true,  PK_SEEN,               0},
		{S("(\\deleted Work \\DRAFT)"), true,  PK_DELETED | PK_DRAFT, 1},
		{S("\\Seen $Forwarded"),        true,  PK_SEEN,               1},
		{S("(\\Recent)"),               false, 0,                     0},
		{S("(\\Foo)"),                  false, 0,                     0},
		{S("(\\*)"),                    false, 0,                     0},
		{S("(a  b)"),                   false, 0,                     0},
		{S("(a"),                       false, 0,                     0},
		{S("("),                        false, 0,                     0},
		{S("(\"a\")"),                  false, 0,                     0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct parser p = {.in = cases[i].in};
		struct flag_args a = {0};
		bool ok = parse_store_flags(&p, &a) && parse_end(&p);

		assert_int_equal(ok, cases[i].ok);
		if (ok) {
			assert_true(a.system == cases[i].system);
			assert_int_equal(a.keywords, cases[i].keywords);
		}
	}
}

static void keyword_names(void **state)
{
	struct keywords k = {0};
	struct buf rows = {0}, out = {0};
	unsigned bit = 0;

	(void)state;
	pk_put_keyword_row(&rows, &(struct pk_keyword){8, S("Work")});
	pk_put_keyword_row(&rows, &(struct pk_keyword){63, S("$Junk")});
	pk_put_keyword_row(&rows, &(struct pk_keyword){9, S("b\r\nad")});
	pk_put_keyword_row(&rows, &(struct pk_keyword){3, S("low")});
	pk_put_keyword_row(&rows, &(struct pk_keyword){64, S("high")});
	assert_true(keywords_learn(&k, PK_ROWS(&rows)));
	assert_false(keywords_learn(&k, PK_ROWS(&rows)));
	assert_true(keywords_find(&k, S("WORK"), &bit));
	assert_int_equal(bit, 8);
	assert_false(keywords_find(&k, S("low"), &bit));
	flags_put(&out, &k, PK_SEEN | 1u << 8 | 1u << 9 | UINT64_C(1) << 63, true);
	assert_true(slice_eq(buf_slice(&out), S("(\\Seen \\Recent Work $Junk)")));
	buf_clear(&out);
	flags_put_all(&out, &k, true);
	assert_true(slice_eq(buf_slice(&out), S("(\\Answered \\Flagged \\Deleted \\Seen \\Draft "
	                                        "Work $Junk \\*)")));
	keywords_free(&k);
	buf_free(&rows);
	buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(astrings),
		cmocka_unit_test(words_end_at_their_end),
		cmocka_unit_test(tags),
		cmocka_unit_test(literals_at_the_end_of_a_line),
		cmocka_unit_test(sequence_sets),
		cmocka_unit_test(modified_utf7),
		cmocka_unit_test(names_are_folded_and_composed),
		cmocka_unit_test(names_in_utf8),
		cmocka_unit_test(patterns),
		cmocka_unit_test(patterns_as_defined),
		cmocka_unit_test(long_patterns),
		cmocka_unit_test(flag_lists),
		cmocka_unit_test(keyword_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
