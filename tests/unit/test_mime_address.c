/* Address lists: lib/mime/address.c. */
#include "unit.h"

#include "mime/address.h"

#include <postkeep/buf.h>

static void put(struct buf *b, struct slice s)
{
	if (s.p)
		buf_put(b, s);
	else
		buf_put(b, S("NIL"));
}

/* name|route|mailbox|host; a group as {name ... } */
static struct buf shown(struct slice list)
{
	struct address_parser p;
	struct mime_address a;
	struct buf b = {0};

	address_start(&p, list);
	while (address_next(&p, &a)) {
		if (b.n)
			buf_byte(&b, ' ');
		if (a.kind == MIME_GROUP_END) {
			buf_byte(&b, '}');
			continue;
		}
		if (a.kind == MIME_GROUP_START) {
			buf_byte(&b, '{');
			put(&b, a.mailbox);
			continue;
		}
		put(&b, a.name);
		buf_byte(&b, '|');
		put(&b, a.route);
		buf_byte(&b, '|');
		put(&b, a.mailbox);
		buf_byte(&b, '|');
		put(&b, a.host);
	}
	assert_false(p.text.failed);
	address_free(&p);
	buf_byte(&b, '\0');
	return b;
}

static void parses_lists(void **state)
{
	/* clang-format off */
	static const struct {
		struct slice list;
		const char *shown;
	} cases[] = {
		/* RFC 5322 A.1.1 to A.1.3 */
		{S("John Doe <jdoe@machine.example>"), "John Doe|NIL|jdoe|machine.example"},
		{S("\"Joe Q. Public\" <john.q.public@example.com>"), "Joe Q. Public|NIL|john.q.public|example.com"},
		{S("Mary Smith <mary@x.test>, jdoe@example.org, Who? <one@y.test>"),
		 "Mary Smith|NIL|mary|x.test NIL|NIL|jdoe|example.org Who?|NIL|one|y.test"},
		{S("<boss@nil.test>, \"Giant; \\\"Big\\\" Box\" <sysservices@example.net>"),
		 "NIL|NIL|boss|nil.test Giant; \"Big\" Box|NIL|sysservices|example.net"},
		{S("A Group:Ed Jones <c@a.test>,joe@where.test,John <jdoe@one.test>;"),
		 "{A Group Ed Jones|NIL|c|a.test NIL|NIL|joe|where.test John|NIL|jdoe|one.test }"},
		{S("Undisclosed recipients:;"), "{Undisclosed recipients }"},
		/* RFC 5322 A.5: comments and folds wherever they may stand */
		{S("Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>"), "Pete|NIL|pete|silly.test"},
		{S("A Group(Some people)\r\n     :Chris Jones <c@(Chris's host.)public.example>,\r\n"
		   "         joe@example.org,\r\n  John <jdoe@one.test> (my dear friend); (the end of the group)"),
		 "{A Group Chris Jones|NIL|c|public.example NIL|NIL|joe|example.org John|NIL|jdoe|one.test }"},
		{S("(Empty list)(start)Hidden recipients  :(nobody(that I know))  ;"), "{Hidden recipients }"},
		/* RFC 5322 A.6: obsolete routes, dots, empty members */
		{S("Joe Q. Public <john.q.public@example.com>"), "Joe Q. Public|NIL|john.q.public|example.com"},
		{S("Mary Smith <@node.test:mary@example.net>, , jdoe@test  . example"),
		 "Mary Smith|@node.test|mary|example.net NIL|NIL|jdoe|test.example"},
		{S("<@a.test,@b.test,,@c.test:x@y>"), "NIL|@a.test,@b.test,,@c.test|x|y"},
		{S("John Doe <jdoe@machine(comment).  example>"), "John Doe|NIL|jdoe|machine.example"},
		{S("john (c) . \"q r\" . (d) public @ example"), "NIL|NIL|john.q r.public|example"},
		/* names in comments, words without quotes */
		{S("jane@example.org (Jane Doe)"), "Jane Doe|NIL|jane|example.org"},
		{S("<jane@example.org> (Jane (J.) Doe)"), "Jane (J.) Doe|NIL|jane|example.org"},
		{S("Jane Doe jane@example.org"), "Jane Doe|NIL|jane|example.org"},
		{S("jane@example.org <jane@example.net>"), "jane@example.org|NIL|jane|example.net"},
		{S("=?utf-8?q?J=C3=A9?= =?utf-8?q?r?= <j@x>"), "=?utf-8?q?J=C3=A9?= =?utf-8?q?r?=|NIL|j|x"},
		{S("J\303\251r\303\264me <j\303\251@\303\251x.test>"), "J\303\251r\303\264me|NIL|j\303\251|\303\251x.test"},
		{S("\377 <\376@x>"), "\377|NIL|\376|x"},
		{S("x@[IPv6:2001:db8::1]"), "NIL|NIL|x|[IPv6:2001:db8::1]"},
		{S("\"\" <\"\"@x>"), "|NIL||x"},
		{S("\"\" \"\" <\"\" a \"\"@x>"), " |NIL|a|x"},
		/* what is missing */
		{S("jane"), "NIL|NIL|jane|"},
		{S("Jane Doe"), "NIL|NIL|Jane Doe|"},
		{S("Jane <jane>"), "Jane|NIL|jane|"},
		{S("<>"), "NIL|NIL||"},
		{S("MAILER-DAEMON <>"), "MAILER-DAEMON|NIL||"},
		{S("@example.org"), "NIL|NIL||example.org"},
		{S("jane@"), "NIL|NIL|jane|"},
		{S("<jane@x"), "NIL|NIL|jane|x"},
		{S("Jane <jane@x, bob@y"), "Jane|NIL|jane|x NIL|NIL|bob|y"},
		{S("g: a@x, b@y"), "{g NIL|NIL|a|x NIL|NIL|b|y }"},
		{S(": a@x;"), "{ NIL|NIL|a|x }"},
		/* what does not belong */
		{S("a@b@c, d@e"), "NIL|NIL|a|b NIL|NIL|d|e"},
		{S("a@b <c@d> <e@f> g"), "a@b|NIL|c|d NIL|NIL|e|f"},
		{S("<<a@b>>"), "NIL|NIL|a|b"},
		{S("g: h: a@b; c@d; e@f;"), "{g NIL|NIL|a|b } NIL|NIL|c|d NIL|NIL|e|f"},
		{S(" ,;, ;,"), ""},
		{S(")>] a@b"), "NIL|NIL|a|b"},
		{S("a)b <c>d@e>"), "a b|NIL|c|"},
		{S(""), ""},
		/* an escape or a quote that the end cuts (hazard 99) */
		{S("\"a\\"), "NIL|NIL|a\\|"},
		{S("(\\"), ""},
		{S("a (b\\"), "b\\|NIL|a|"},
		{S("x@[\\"), "NIL|NIL|x|[\\"},
		{S("\"open <a@b>"), "NIL|NIL|open <a@b>|"},
		{S("a@b (open"), "open|NIL|a|b"},
		{S("\\"), "NIL|NIL|\\|"},
		/* no line end and no NUL comes out */
		{S("\"a\r\n b\0c\" <d@e\0f>"), "a b?c|NIL|d|e?f"},
		{S("a\0b (c\r\nd)"), "cd|NIL|a?b|"},
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buf b = shown(cases[i].list);

		assert_string_equal(b.p, cases[i].shown);
		buf_free(&b);
	}
}

/* Hazard 96: what looks cheap to write must be cheap to read; a hundred times as much in a hundred
 * times the time would not end here. */
static void long_lists_are_read_to_the_end(void **state)
{
	static const struct slice units[] = {
		S("a@b,"), S("("), S("<"),  S("\""), S("@"),        S("g:"),  S("(a)"),   S("\\"),
		S(",;"),   S("."), S("a "), S("[a"), S("<@a:b@c "), S(": ;"), S("\"a\" ")};

	(void)state;
	for (size_t i = 0; i < COUNT(units); i++) {
		struct buf list = {0}, b;

		for (int n = 0; n < 200000; n++)
			buf_put(&list, units[i]);
		b = shown(buf_slice(&list));
		assert_true(b.n <= 4 * list.n + 1000);
		buf_free(&list);
		buf_free(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parses_lists),
		cmocka_unit_test(long_lists_are_read_to_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
