/* Names of mailboxes and the tree of them: CREATE, DELETE, RENAME, subscriptions. */
/* links: store */
#include "unit.h"

#include "fake_volume.h"
#include "mailbox_parts.h"
#include "vault.h"

#define USER ACCT(7, 9)

static struct account account;

static void begin(void)
{
	assert_int_equal(account_load(fake_begin(), USER, &account), PK_OK);
}

static void end(void)
{
	assert_int_equal(account_save(&account), PK_OK);
	fake_commit(0, 0);
}

static int set_up(void **state)
{
	(void)state;
	fake_open();
	assert_int_equal(account_create(fake_begin(), USER, 3, &fake_first), PK_OK);
	fake_commit(0, 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	fake_close();
	return 0;
}

static enum pk_status create(const char *name)
{
	struct mailbox m;
	enum pk_status st = mailbox_create(&account, slice_str(name), 0, &m);

	if (st == PK_OK)
		assert_int_equal(mailbox_save(&m), PK_OK);
	mailbox_drop(&m);
	return st;
}

static enum pk_status rename_to(const char *from, const char *to)
{
	return mailbox_rename(&account, slice_str(from), slice_str(to));
}

/* All names in small letters, which a new account has none of; "(a)" for one without a mailbox. */
static void assert_names(const char *expected)
{
	struct key prefix = key_acct(USER, 0, KIND_NAME);
	char space[NAME_MAX_OCTETS + 1];
	struct buf all = {0};
	struct cursor c;

	assert_int_equal(cursor_open(&fake.txn, TREE_ACCT, &c), PK_OK);
	for (enum pk_status st = cursor_seek(&c, key_slice(&prefix));
	     st == PK_OK && slice_starts(c.key, key_slice(&prefix)); st = cursor_next(&c)) {
		struct slice name = name_of_key(c.key, space);
		struct name_row row;
		struct mailbox m;

		assert_int_equal(name_decode(c.value, &row), PK_OK);
		if (row.mbox) {
			assert_int_equal(mailbox_load(&account, row.mbox, 0, &m), PK_OK);
			assert_true(slice_eq(m.row.name, name));
		}
		if (name.p[0] >= 'a')
			buf_printf(&all, row.mbox ? "%s " : "(%s) ", space);
	}
	cursor_close(&c);
	buf_byte(&all, '\0');
	assert_string_equal(all.p, expected);
	buf_free(&all);
}

#define LONG_8  "xxxxxxxx"
#define LONG_64 LONG_8 LONG_8 LONG_8 LONG_8 LONG_8 LONG_8 LONG_8 LONG_8

static void names(void **state)
{
	static const struct {
		struct slice in, out; /* out "": refused */
	} cases[] = {
		{S("a"),								 S("a")               },
		{S("inBox"),							     S("INBOX")           },
		{S("iNBOX/x"),							   S("INBOX/x")         },
		{S("INBOXES"),							   S("INBOXES")         },
		{S("x/inbox"),							   S("x/inbox")         },
		{S("%*\"\\()"),							  S("%*\"\\()")        },
		{S(" a "),							       S(" a ")             },
		{S("a\xcc\x88"),							 S("\xc3\xa4")        }, /* NFC */
		{S("\xc3\xa4"),							  S("\xc3\xa4")        },
		{S("\xf0\x9f\x93\xac"),						  S("\xf0\x9f\x93\xac")},
		{S(".."),								S("..")              },
		{S(""),								  S("")                },
		{S("/"),								 S("")                },
		{S("/a"),								S("")                },
		{S("a/"),								S("")                },
		{S("a//b"),							      S("")                },
		{S("a\0b"),							      S("")                },
		{S("a\nb"),							      S("")                },
		{S("a\x7f"),							     S("")                },
		{S("a\xe2\x80\xa8"),						     S("")                }, /* U+2028 */
		{S("\xe2\x80\xa9"),						      S("")                },
		{S("a\xc2\x85"),							 S("")                }, /* C1 */
		{S("\xff"),							      S("")                }, /* not UTF-8 */
		{S("\xc3"),							      S("")                },
		{S("\xed\xa0\x80"),						      S("")                }, /* a surrogate */
		{S("\xc0\xaf"),							  S("")                }, /* an overlong "/" */
		{S("1/2/3/4/5/6/7/8/9/0/1/2/3/4/5/6/7/8/9/0/1/2/3/4/5/6/7/8/9/0/1/2"),
	         S("1/2/3/4/5/6/7/8/9/0/1/2/3/4/5/6/7/8/9/0/1/2/3/4/5/6/7/8/9/0/1/2")                         },
		{S("1/2/3/4/5/6/7/8/9/0/1/2/3/4/5/6/7/8/9/0/1/2/3/4/5/6/7/8/9/0/1/2/3"), S("")                },
		{S(LONG_64 LONG_64 LONG_64 LONG_64 LONG_64 LONG_64 LONG_64 LONG_8 LONG_8 LONG_8
	           "12345678"),
	         S(LONG_64 LONG_64 LONG_64 LONG_64 LONG_64 LONG_64 LONG_64 LONG_8 LONG_8 LONG_8
	           "12345678")										},
		{S(LONG_64 LONG_64 LONG_64 LONG_64 LONG_64 LONG_64 LONG_64 LONG_8 LONG_8 LONG_8
	           "123456789"),
	         S("")											},
		{S(LONG_64 LONG_64 LONG_64 LONG_64 LONG_64 LONG_64 LONG_64 LONG_8 LONG_8 LONG_8
	           "1234567\xc3\xa4"),
	         S("")											},
	};
	char space[NAME_MAX_OCTETS + 1];
	struct slice name;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		enum pk_status st = mailbox_name(cases[i].in, space, &name);

		assert_int_equal(st, cases[i].out.n       ? PK_OK
		                     : cases[i].in.n > 60 ? PK_ELIMIT
		                                          : PK_EINVAL);
		if (st == PK_OK)
			assert_true(slice_eq(name, cases[i].out));
	}
}

static void parents_come_and_go(void **state)
{
	(void)state;
	begin();
	assert_int_equal(create("a/b/c"), PK_OK);
	assert_names("(a) (a/b) a/b/c ");
	assert_int_equal(create("a/b/c"), PK_EEXISTS);
	assert_int_equal(create("a/b/d"), PK_OK);
	assert_int_equal(mailbox_delete(&account, S("a/b")), PK_EEXISTS); /* RFC 3501 6.3.4 */
	assert_int_equal(create("a"), PK_OK); /* the bare name becomes a mailbox */
	assert_names("a (a/b) a/b/c a/b/d ");
	assert_int_equal(mailbox_delete(&account, S("a/b/c")), PK_OK);
	assert_names("a (a/b) a/b/d ");
	assert_int_equal(mailbox_delete(&account, S("a")), PK_OK); /* children stay */
	assert_names("(a) (a/b) a/b/d ");
	assert_int_equal(mailbox_delete(&account, S("a/b/d")), PK_OK);
	assert_names("");
	assert_int_equal(mailbox_delete(&account, S("a/b/d")), PK_ENOTFOUND);
	assert_int_equal(mailbox_delete(&account, S("inbox")), PK_EPERM);
	assert_int_equal(create("inbox"), PK_EEXISTS);
	assert_int_equal(create("INBOX/e"), PK_OK);
	assert_int_equal(account.row.mailboxes, 7);
	end();
}

static void uses_and_quota(void **state)
{
	struct mailbox m;
	struct name_row row;

	(void)state;
	begin();
	assert_int_equal(mailbox_create(&account, S("x"), PK_MB_ALL, &m), PK_ENOTSUP);
	assert_int_equal(mailbox_create(&account, S("x"), PK_MB_NOSELECT, &m), PK_EINVAL);
	assert_int_equal(mailbox_create(&account, S("x"), PK_MB_JUNK, &m), PK_ENOTSUP);
	assert_int_equal(mailbox_delete(&account, S("Junk")), PK_OK);
	assert_int_equal(mailbox_create(&account, S("x"), PK_MB_JUNK, &m), PK_OK);
	assert_int_equal(name_find(&account, S("x"), &row), PK_OK);
	assert_true(row.attributes == PK_MB_JUNK && row.mbox == m.id);
	fake.mailboxes_limit = account.row.mailboxes;
	assert_int_equal(create("y"), PK_EQUOTA);
	fake.mailboxes_limit = LIMIT_NONE;
	account.row.mailboxes = MAILBOXES_MAX;
	assert_int_equal(create("y"), PK_ELIMIT);
	account.row.mailboxes = 6;
	assert_int_equal(mailbox_save(&m), PK_OK);
	end();
}

static void ids_are_never_reused(void **state)
{
	struct mailbox m;
	uint32_t id, validity;

	(void)state;
	begin();
	assert_int_equal(create("a"), PK_OK);
	assert_int_equal(mailbox_find(&account, S("a"), &m), PK_OK);
	id = m.id;
	validity = m.row.uidvalidity;
	assert_int_equal(mailbox_delete(&account, S("a")), PK_OK);
	fake.txn.now_ms = 1000; /* the clock went back */
	assert_int_equal(create("a"), PK_OK);
	assert_int_equal(mailbox_find(&account, S("a"), &m), PK_OK);
	assert_true(m.id > id && m.row.uidvalidity > validity);
	assert_int_equal(mailbox_load(&account, id, 0, &m), PK_ESTALE);
	assert_int_equal(mailbox_find(&account, S("a"), &m), PK_OK);
	assert_int_equal(mailbox_load(&account, m.id, validity, &m), PK_ESTALE);
	end();
}

static void renames_a_subtree(void **state)
{
	struct mailbox m;
	uint32_t id;
	uint64_t modseq;
	struct slice key, value;
	struct key gone = key_acct(USER, 0, KIND_GONE);

	(void)state;
	begin();
	assert_int_equal(create("a/b/c"), PK_OK);
	assert_int_equal(create("a/b"), PK_OK);
	assert_int_equal(create("a/b c"), PK_OK); /* no child of a/b */
	end();
	begin();
	assert_int_equal(mailbox_find(&account, S("a/b/c"), &m), PK_OK);
	id = m.id;
	modseq = m.row.modseq;
	assert_int_equal(rename_to("a/b", "z/y"), PK_OK);
	assert_names("(a) a/b c (z) z/y z/y/c ");
	assert_int_equal(mailbox_find(&account, S("z/y/c"), &m), PK_OK);
	assert_true(m.id == id && m.row.modseq > modseq); /* `counts` tells the new name */
	assert_int_equal(rename_to("a/b c", "b"), PK_OK);
	assert_names("b (z) z/y z/y/c "); /* "a" went with its last child */
	assert_int_equal(rename_to("z", "z/y/x"), PK_EINVAL);
	assert_int_equal(rename_to("z/y/c", "z/y"), PK_EEXISTS);
	assert_int_equal(rename_to("z/y/c", "z"), PK_EEXISTS);
	assert_int_equal(rename_to("nosuch", "new"), PK_ENOTFOUND);
	assert_int_equal(rename_to("b", "inbox"), PK_EEXISTS);
	assert_int_equal(rename_to("b", "a//b"), PK_EINVAL);
	assert_int_equal(rename_to("z", "z2"), PK_OK); /* a bare name */
	assert_names("b (z2) z2/y z2/y/c ");
	assert_int_equal(
		txn_first(&fake.txn, TREE_ACCT, key_slice(&gone), (struct slice){0}, &key, &value),
		PK_ENOTFOUND);
	end();
}

static void rename_checks_what_is_below(void **state)
{
	char deep[80] = "p", new[NAME_MAX_OCTETS + 1];

	(void)state;
	begin();
	for (size_t n = 1; n < 61; n += 2)
		memcpy(deep + n, "/x", 3);
	assert_int_equal(create(deep), PK_OK); /* 31 levels */
	assert_int_equal(rename_to("p", "q"), PK_OK);
	assert_int_equal(rename_to("q", "q1/q"), PK_OK); /* 32 */
	assert_int_equal(rename_to("q1/q", "q1/q2/q"), PK_ELIMIT);
	memset(new, 'n', 450);
	new[450] = '\0';
	assert_int_equal(rename_to("q1/q", new), PK_ELIMIT); /* 450 + 60 octets */
	new[400] = '\0';
	assert_int_equal(rename_to("q1/q", new), PK_OK);
	end();
}

static void rename_of_inbox_moves_its_messages(void **state)
{
	struct message_new new = {
		.row = {.blob = 1, .octets = 10},
                  .flags = PK_SEEN
        };
	struct mailbox m;
	uint32_t uid, id;

	(void)state;
	begin();
	assert_int_equal(create("INBOX/child"), PK_OK);
	assert_int_equal(mailbox_find(&account, S("INBOX"), &m), PK_OK);
	id = m.id;
	for (int i = 0; i < 200; i++)
		assert_int_equal(mailbox_add(&m, &new, &uid), PK_OK);
	assert_int_equal(mailbox_save(&m), PK_OK);
	end();
	begin();
	assert_int_equal(rename_to("inbox", "old/mail"), PK_OK);
	assert_names("(old) old/mail ");
	assert_int_equal(mailbox_find(&account, S("INBOX"), &m), PK_OK);
	assert_true(m.id == id && m.row.exists == 0 && m.row.uidnext == 201);
	assert_int_equal(mailbox_find(&account, S("INBOX/child"), &m), PK_OK);
	assert_int_equal(mailbox_find(&account, S("old/mail"), &m), PK_OK);
	assert_true(m.row.exists == 200 && m.row.unseen == 0 && m.row.octets == 2000);
	assert_true(account.row.messages == 200 && fake.messages == 200);
	end();
}

static void delete_sends_messages_to_the_vault(void **state)
{
	struct message_new new = {
		.row = {.blob = 1, .octets = 10}
        };
	struct key prefix;
	struct slice key, value;
	struct vault_row v;
	struct mailbox m;
	uint32_t uid;

	(void)state;
	begin();
	assert_int_equal(create("a"), PK_OK);
	assert_int_equal(mailbox_find(&account, S("a"), &m), PK_OK);
	for (int i = 0; i < 500; i++)
		assert_int_equal(mailbox_add(&m, &new, &uid), PK_OK);
	assert_int_equal(mailbox_save(&m), PK_OK);
	assert_int_equal(mailbox_remove(&m, 1, TO_VAULT, BY_CLIENT), PK_OK);
	assert_int_equal(mailbox_save(&m), PK_OK);
	mailbox_drop(&m);
	end();
	begin();
	assert_int_equal(mailbox_delete(&account, S("a")), PK_OK);
	end();
	begin();
	prefix = key_acct(USER, m.id, 0);
	prefix.n--;
	assert_int_equal(txn_first(&fake.txn, TREE_ACCT, key_slice(&prefix), (struct slice){0},
	                           &key, &value),
	                 PK_ENOTFOUND);
	assert_int_equal(vault_load(&account), PK_OK);
	assert_true(account.vault.messages == 500 && account.vault.octets == 5000);
	assert_true(account.row.messages == 0 && account.row.octets == 0);
	assert_int_equal(vault_get(&account, 500, &v), PK_OK);
	assert_true(v.by == BY_MAILBOX && v.uid == 500 && slice_eq(v.mailbox, S("a")));
	prefix = key_acct(USER, 0, KIND_GONE);
	assert_int_equal(txn_first(&fake.txn, TREE_ACCT, key_slice(&prefix), (struct slice){0},
	                           &key, &value),
	                 PK_OK);
	assert_int_equal(key_u32_at(key, KEY_ACCT_OCTETS + 8), m.id);
	end();
}

static void subscriptions(void **state)
{
	(void)state;
	begin();
	assert_int_equal(mailbox_subscribe(&account, S("no/such"), true), PK_OK);
	assert_int_equal(mailbox_subscribe(&account, S("no/such"), true), PK_OK);
	assert_int_equal(account.row.subscriptions, 7);
	assert_int_equal(mailbox_subscribe(&account, S("no//such"), true), PK_EINVAL);
	account.row.subscriptions = SUBSCRIPTIONS_MAX;
	assert_int_equal(mailbox_subscribe(&account, S("more"), true), PK_ELIMIT);
	account.row.subscriptions = 7;
	assert_int_equal(mailbox_subscribe(&account, S("no/such"), false), PK_OK);
	assert_int_equal(mailbox_subscribe(&account, S("no/such"), false), PK_OK);
	assert_int_equal(account.row.subscriptions, 6);
	end();
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		TEST(parents_come_and_go),
		TEST(uses_and_quota),
		TEST(ids_are_never_reused),
		TEST(renames_a_subtree),
		TEST(rename_checks_what_is_below),
		TEST(rename_of_inbox_moves_its_messages),
		TEST(delete_sends_messages_to_the_vault),
		TEST(subscriptions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
