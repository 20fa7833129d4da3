/* Names of mailboxes in IMAP sessions over the real store: rev2's answers, long lists. */
/* links: imap harness host store */
#include "imap_talk.h"

#include "imap/imap.h"

/* Sessions that speak rev2 from their beginning. */
static uint32_t open_rev2(void *session, struct pk_io *io)
{
	uint32_t wants = pk_plugin_entry(service_host())->open(session, io);

	((struct imap *)session)->modes = MODE_REV2;
	return wants;
}

static void open_as(struct talk *t, bool rev2, uint64_t seed)
{
	t->plugin = *pk_plugin_entry(service_host());
	if (rev2)
		t->plugin.open = open_rev2;
	t->d = client_drive(&t->plugin, seed);
	t->c = drive_connect(t->d);
	assert_true(has(say(t, "a LOGIN jane@example.test secret"), "a OK "));
}

/*
 * RFC 9051 6.3.2 to 6.3.6, 6.3.9.7: LIST in the answer of SELECT, and OLDNAME wherever a name was
 * not in NFC.
 */
static void rev2_tells_names(void **state)
{
	static const struct {
		const char *line;
		const char *has[3], *hasnt;
	} cases[] = {
		{"1 CREATE Plain",                       {"1 OK [MAILBOXID (F"},                            "* LIST"},
		{"2 CREATE \"Ko\xcc\x88ln/\"",
	         {"* LIST () \"/\" \"K\xc3\xb6ln\" (\"OLDNAME\" (\"Ko\xcc\x88ln/\"))\r\n2 OK "},
	         NULL											       },
		{"3 CREATE \"u\xcc\x88\" (USE (\\All))", {"3 NO [USEATTR]"},                                "* LIST"},
		{"4 SELECT \"Ko\xcc\x88ln\"",
	         {"* LIST (\\HasNoChildren) \"/\" \"K\xc3\xb6ln\" (\"OLDNAME\" "
	          "(\"Ko\xcc\x88ln\"))\r\n",
	          "* OK [MAILBOXID (F", "4 OK [READ-WRITE]"},
	         "RECENT"											   },
		{"5 EXAMINE inbox",
	         {"* LIST (\\HasNoChildren \\Subscribed) \"/\" INBOX\r\n", "* OK [CLOSED]",
	          "5 OK [READ-ONLY]"},
	         "OLDNAME"											  },
		{"6 SELECT Drafts",
	         {"* LIST (\\HasNoChildren \\Drafts \\Subscribed) \"/\" Drafts\r\n"},
	         NULL											       },
		{"7 RENAME \"Ko\xcc\x88ln\" Rhein",
	         {"* LIST () \"/\" Rhein (\"OLDNAME\" (\"Ko\xcc\x88ln\"))\r\n7 OK "},
	         NULL											       },
		{"8 RENAME Rhein \"Ko\xcc\x88ln\"",
	         {"* LIST () \"/\" \"K\xc3\xb6ln\" (\"OLDNAME\" (Rhein))\r\n8 OK "},
	         NULL											       },
		{"9 RENAME Plain plain",                 {"9 OK "},                                         "* LIST"},
		{"10 DELETE \"Ko\xcc\x88ln\"",
	         {"* LIST (\\NonExistent) \"/\" \"K\xc3\xb6ln\" (\"OLDNAME\" "
	          "(\"Ko\xcc\x88ln\"))\r\n"
	          "10 OK "},
	         NULL											       },
		{"11 DELETE \"Ko\xcc\x88ln\"",           {"11 NO [NONEXISTENT]"},                           "* LIST"},
		{"12 LSUB \"\" inb%",                    {"* LSUB (\\HasNoChildren) \"/\" INBOX\r\n12 OK"}, NULL    },
		{"13 CREATE \"K\xff\"",                  {"13 BAD Not UTF-8"},                              NULL    },
		{"14 CREATE {2+}\r\nK\xff",              {"14 NO [CANNOT]"},                                NULL    },
	};
	struct talk t;

	(void)state;
	open_as(&t, true, 0);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct slice got = say(&t, cases[i].line);

		for (size_t k = 0; k < COUNT(cases[i].has) && cases[i].has[k]; k++)
			if (!has(got, cases[i].has[k]))
				fail_msg("%s: %.*s", cases[i].line, (int)got.n, got.p);
		if (cases[i].hasnt && has(got, cases[i].hasnt))
			fail_msg("%s: %.*s", cases[i].line, (int)got.n, got.p);
	}
	drive_close(t.d);
}

/* A client of rev1 gets no extended data it did not ask for (RFC 5258 3). */
static void rev1_gets_no_oldname(void **state)
{
	struct talk t;

	(void)state;
	open_as(&t, false, 0);
	assert_false(has(say(&t, "1 CREATE \"Ko&AwgBbA-ln\""), "* LIST"));
	assert_false(has(say(&t, "2 SELECT inbox"), "* LIST"));
	drive_close(t.d);
}

static size_t count(struct slice text, const char *what)
{
	size_t n = 0;

	for (const char *at = text.p; at; n++) {
		at = memmem(at, (size_t)(text.p + text.n - at), what, strlen(what));
		if (!at)
			break;
		at += strlen(what);
	}
	return n;
}

#define MANY 1500

/* Lists of many frames, to clients that take them slowly: each line once, parents in time. */
static void long_lists(void **state)
{
	static const struct {
		const char *line;
		size_t lists, childinfo, statuses;
	} cases[] = {
		{"1 LIST \"\" *",					 6 + 2,    0,  0    },
		{"2 LIST (SUBSCRIBED) \"\" name*",                        MANY,     0,  0    },
		{"3 LIST (SUBSCRIBED RECURSIVEMATCH) \"\" name%",         15,       15, 0    },
		{"4 LIST (SUBSCRIBED RECURSIVEMATCH) \"\" (name% *7)",    15 + 150, 15, 0    },
		{"5 LIST () \"\" * RETURN (STATUS (MESSAGES MAILBOXID))", 6 + 2,    0,  6 + 2},
	};
	struct talk t;
	struct buf b = {0};

	(void)state;
	open_as(&t, false, 7);
	say(&t, "c CREATE other");
	say(&t, "c CREATE third");
	for (unsigned i = 0; i < MANY; i++)
		buf_printf(&b, "s SUBSCRIBE name%0100u/%0100u\r\n", i / 100, i);
	drive_send(t.c, buf_slice(&b));
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct slice got = say(&t, cases[i].line);

		assert_int_equal(count(got, "* LIST ("), cases[i].lists);
		assert_int_equal(count(got, "CHILDINFO"), cases[i].childinfo);
		assert_int_equal(count(got, "* STATUS "), cases[i].statuses);
		assert_int_equal(count(got, " OK LIST completed\r\n"), 1);
	}
	drive_close(t.d);
	buf_free(&b);
}

/* HAZARDS 73: how much a LIST may ask for is bounded, whatever its patterns are. */
static void many_patterns(void **state)
{
	static const struct {
		const char *pattern;
		unsigned times;
		const char *answer;
	} cases[] = {
		{"other",        999,  "* LIST (\\HasNoChildren) \"/\" other\r\n1 OK "},
		{"other",        1001, "1 NO [LIMIT]"                                 },
		{"%*%*%*%*%*x%", 100,  "1 OK "                                        },
		{"%*%*%*%*%*x%", 200,  "1 NO [LIMIT]"                                 },
	};
	struct talk t;
	struct buf b = {0};

	(void)state;
	open_as(&t, false, 0);
	say(&t, "c CREATE other");
	for (size_t i = 0; i < COUNT(cases); i++) {
		buf_clear(&b);
		buf_put(&b, S("1 LIST \"\" ("));
		for (unsigned k = 0; k < cases[i].times; k++)
			buf_printf(&b, "%s%s", k ? " " : "", cases[i].pattern);
		buf_put(&b, S(")"));
		buf_byte(&b, '\0');
		assert_true(has(say(&t, b.p), cases[i].answer));
	}
	drive_close(t.d);
	buf_free(&b);
}

/* What was open of a mailbox that its own session deletes is closed: the store keeps few. */
static void deleting_what_is_selected(void **state)
{
	struct talk t;

	(void)state;
	open_as(&t, false, 0);
	for (unsigned i = 0; i < 300; i++) {
		say(&t, "1 CREATE passing");
		assert_true(has(say(&t, "2 SELECT passing"), "2 OK [READ-WRITE]"));
		assert_true(has(say(&t, "3 DELETE passing"), "3 OK "));
		assert_true(has(say(&t, "4 CLOSE"), "4 BAD No mailbox is selected"));
	}
	drive_close(t.d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rev2_tells_names),
		cmocka_unit_test(rev1_gets_no_oldname),
		cmocka_unit_test(long_lists),
		cmocka_unit_test(many_patterns),
		cmocka_unit_test(deleting_what_is_selected),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
