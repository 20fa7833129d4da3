/* Paths of MAIL and RCPT: what is one, and the form it is kept in. */
/* links: smtp */
#include "unit.h"

#include "smtp/path.h"

#define A10 "aaaaaaaaaa"
#define A60 A10 A10 A10 A10 A10 A10
#define D10 "bbbbbbbbb."
#define D50 D10 D10 D10 D10 D10

static const struct {
	struct slice in, text, rest;
	enum pk_status status;
	bool literal, utf8;
} cases[] = {
  /* RFC 5321 4.1.2 */
	{S("<>"),				       S(""),			       S(""),				  PK_OK,     0, 0},
	{S("<> SIZE=1"),				S(""),                               S(" SIZE=1"),                           PK_OK,     0, 0},
	{S("<jane@example.org>"),                       S("jane@example.org"),               S(""),                                  PK_OK,     0, 0},
	{S(" <jane@example.org> X"),                    S("jane@example.org"),               S(" X"),                                PK_OK,     0, 0},
	{S("<j.a+n-e_{}@a-b.example.org>"),             S("j.a+n-e_{}@a-b.example.org"),     S(""),                                  PK_OK,     0, 0},
	{S("<!#$%&'*+-/=?^_`{|}~@x>"),                  S("!#$%&'*+-/=?^_`{|}~@x"),          S(""),                                  PK_OK,     0, 0},
	{S("<\"jane\"@example.org>"),                   S("jane@example.org"),               S(""),                                  PK_OK,     0, 0},
	{S("<\"\\j\\a\\n\\e\"@example.org>"),           S("jane@example.org"),               S(""),                                  PK_OK,     0, 0},
	{S("<\"jane doe\"@example.org>"),               S("\"jane doe\"@example.org"),       S(""),                                  PK_OK,     0, 0},
	{S("<\"a\\\"b\\\\c\"@example.org>"),            S("\"a\\\"b\\\\c\"@example.org"),    S(""),                                  PK_OK,     0, 0},
	{S("<\"a..b\"@example.org>"),                   S("\"a..b\"@example.org"),           S(""),                                  PK_OK,     0, 0},
	{S("<\"a@b>\"@example.org>"),                   S("\"a@b>\"@example.org"),           S(""),                                  PK_OK,     0, 0},
	{S("<jane@[192.0.2.1]>"),                       S("jane@[192.0.2.1]"),               S(""),                                  PK_OK,     1, 0},
	{S("<jane@[IPv6:2001:db8::1]>"),                S("jane@[IPv6:2001:db8::1]"),        S(""),                                  PK_OK,     1, 0},
	{S("<jane@a_b.example.org>"),                   S("jane@a_b.example.org"),           S(""),                                  PK_OK,     0, 0},
	{S("<Postmaster>"),			     S("Postmaster"),                     S(""),                                  PK_OK,     0, 0},
 /* Appendix C: routes are ignored. */
	{S("<@a.example,@b.example:jane@example.org>"), S("jane@example.org"),               S(""),                                  PK_OK,     0, 0},
	{S("<@[192.0.2.1]:jane@example.org>"),          S("jane@example.org"),               S(""),                                  PK_OK,     0, 0},
 /* RFC 6531 3.3 */
	{S("<j\xc3\xb6rg@example.org>"),                S("j\xc3\xb6rg@example.org"),        S(""),                                  PK_OK,     0, 1},
	{S("<jane@b\xc3\xbc"
           "cher.example>"),
         S("jane@b\xc3\xbc"
           "cher.example"),
         S(""),														      PK_OK,     0, 1},
	{S("<\"\xe2\x98\x83 x\"@x>"),                   S("\"\xe2\x98\x83 x\"@x"),           S(""),                                  PK_OK,     0, 1},
 /* 4.5.3.1.1 and 4.5.3.1.2 */
	{S("<" A60 "aaaa@x>"),                          S(A60 "aaaa@x"),                     S(""),                                  PK_OK,     0, 0},
	{S("<" A60 "aaaaa@x>"),                         S(""),                               S("<" A60 "aaaaa@x>"),                  PK_ELIMIT, 0, 0},
	{S("<\"" A60 "a  \"@x>"),                       S(""),                               S("<\"" A60 "a  \"@x>"),                PK_ELIMIT, 0, 0},
	{S("<a@" D50 D50 D50 D50 D50 "bbbbb>"),         S("a@" D50 D50 D50 D50 D50 "bbbbb"), S(""),                                  PK_OK,
         0,																	0},
	{S("<a@" D50 D50 D50 D50 D50 "bbbbbb>"),        S(""),                               S("<a@" D50 D50 D50 D50 D50 "bbbbbb>"),
         PK_ELIMIT,															     0, 0},
};

static void takes_paths(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct slice in = cases[i].in;
		struct path p;

		assert_int_equal(path_take(&in, &p), cases[i].status);
		assert_true(slice_eq(in, cases[i].rest));
		if (cases[i].status != PK_OK)
			continue;
		assert_true(slice_eq(path_text(&p), cases[i].text));
		assert_int_equal(p.literal, cases[i].literal);
		assert_int_equal(p.utf8, cases[i].utf8);
	}
}

static void refuses_what_is_no_path(void **state)
{
	static const struct slice bad[] = {
		S(""),
		S("jane@example.org"),
		S("<"),
		S("<jane@example.org"),
		S("<jane>"),
		S("<jane@>"),
		S("<@example.org>"),
		S("<jane doe@example.org>"),
		S("< jane@example.org>"),
		S("<jane@example.org >"),
		S("<jane@exa mple.org>"),
		S("<jane@@example.org>"),
		S("<jane@-example.org>"),
		S("<jane@example-.org>"),
		S("<jane@example..org>"),
		S("<jane@example.org.>"),
		S("<jane@.example.org>"),
		S("<.jane@example.org>"),
		S("<jane.@example.org>"),
		S("<ja..ne@example.org>"),
		S("<\"\"@example.org>"), /* CVE-2020-10967 */
		S("<\"jane@example.org>"),
		S("<\"jane\\\"@example.org>"),
		S("<\"ja\"ne@example.org>"),
		S("<\"jane\"doe\"@example.org>"),
		S("<ja\\ne@example.org>"),
		S("<ja\0ne@example.org>"),
		S("<\"ja\0ne\"@example.org>"),
		S("<\"ja\rne\"@example.org>"),
		S("<\"ja\x7fne\"@example.org>"),
		S("<jane@exam\0ple.org>"),
		S("<jane@exam\x01ple.org>"),
		S("<jane@[192.0.2.1>"),
		S("<jane@[]>"),
		S("<jane@[a b]>"),
		S("<jane@[a\\b]>"),
		S("<@:jane@example.org>"),
		S("<@a,b:jane@example.org>"),
		S("<@a jane@example.org>"),
		S("<j\xc3@example.org>"),
		S("<j\xc0\xaf@example.org>"),
		S("<j\xed\xa0\x80@example.org>"),
		S("<j\xf5\x80\x80\x80@example.org>"),
		S("<jane@\xffx.org>"),
		S("<;rm -rf /@example.org>"), /* CVE-2020-7247 */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct slice in = bad[i];
		struct path p;

		if (path_take(&in, &p) != PK_EINVAL)
			fail_msg("taken: %.*s", (int)bad[i].n, bad[i].p);
		assert_true(in.p == bad[i].p && in.n == bad[i].n);
	}
}

/* What is kept is a path that is kept the same. */
static void the_one_form_is_stable(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct slice in = cases[i].in;
		struct path once, twice;
		char again[PATH_MAX_TEXT + 2];

		if (cases[i].status != PK_OK || path_take(&in, &once) != PK_OK)
			continue;
		again[0] = '<';
		memcpy(again + 1, once.text, once.n);
		again[1 + once.n] = '>';
		in = (struct slice){again, once.n + 2u};
		assert_int_equal(path_take(&in, &twice), PK_OK);
		assert_true(slice_eq(path_text(&once), path_text(&twice)));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_paths),
		cmocka_unit_test(refuses_what_is_no_path),
		cmocka_unit_test(the_one_form_is_stable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
