/* What sessions are told of names: list in its kinds, counters with it, uses, ids. */
/* links: store */
#include "unit.h"

#include "store_drive.h"

static struct drive drive;
static struct client one;

static int set_up(void **state)
{
	(void)state;
	memset(&drive, 0, sizeof(drive));
	drive_make(&drive, 2);
	client_login(&drive, &one, "u1");
	for (size_t i = 0; i < 6; i++) { /* those that it began with would be in the way */
		static const char *const first[] = {"INBOX", "Drafts", "Sent",
		                                    "Junk",  "Trash",  "Archive"};

		OK(ASK(&one, subscribe, NULL, .mailbox = slice_str(first[i]), .on = 0));
		if (i)
			OK(ASK(&one, remove, NULL, .mailbox = slice_str(first[i])));
	}
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	client_close(&one);
	drive_remove(&drive);
	return 0;
}

static void create(const char *name, uint32_t uses, enum pk_status st)
{
	assert_int_equal(ASK(&one, create, NULL, .mailbox = slice_str(name), .attributes = uses),
	                 st);
}

static void subscribe(const char *name)
{
	OK(ASK(&one, subscribe, NULL, .mailbox = slice_str(name), .on = 1));
}

/* The names of a list, each with a mark: ! not there, - without a mailbox, + subscribed to, / with
 * children. */
static const char *listed(enum pk_list which, const char *prefix)
{
	static char text[4096];
	size_t n = 0;

	*text = '\0';
	OK(ASK(&one, list, NULL, .which = (uint8_t)which, .prefix = slice_str(prefix)));
	EACH_ROW(&one, list, mailboxes, mailbox, m)
	n += (size_t)snprintf(text + n, sizeof(text) - n, "%.*s%s%s%s%s ", (int)m.name.n, m.name.p,
	                      m.exists ? "" : "!", m.attributes & PK_MB_NOSELECT ? "-" : "",
	                      m.subscribed ? "+" : "", m.attributes & PK_MB_CHILDREN ? "/" : "");
	return text;
}

static void kinds_of_lists(void **state)
{
	(void)state;
	create("a", 0, PK_OK);
	create("a/b/c", 0, PK_OK);
	create("a b", 0, PK_OK);
	subscribe("a/b/c");
	subscribe("gone/far/x");
	subscribe("gone/far/y");
	subscribe("gone");
	assert_string_equal(listed(PK_LIST_NAMES, ""), "INBOX a/ a/b-/ a/b/c+ a b ");
	assert_string_equal(listed(PK_LIST_SUBSCRIBED, ""),
	                    "a/b/c+ gone!+ gone/far/x!+ gone/far/y!+ ");
	/* Each level once, before what is below it. */
	assert_string_equal(listed(PK_LIST_LEVELS, ""),
	                    "a/ a/b-/ a/b/c+ gone!+ gone/far! gone/far/x!+ gone/far/y!+ ");
	assert_int_equal(ASK(&one, list, NULL, .which = PK_LIST_LEVELS + 1), PK_EINVAL);
}

static void only_what_begins_so(void **state)
{
	char longest[600];

	(void)state;
	create("a/b/c", 0, PK_OK);
	create("a b", 0, PK_OK);
	create("ab", 0, PK_OK);
	subscribe("a/b/c");
	subscribe("ab");
	assert_string_equal(listed(PK_LIST_NAMES, "a/"), "a/b-/ a/b/c+ ");
	assert_string_equal(listed(PK_LIST_NAMES, "a"), "a-/ a/b-/ a/b/c+ a b ab+ ");
	assert_string_equal(listed(PK_LIST_SUBSCRIBED, "ab"), "ab+ ");
	assert_string_equal(listed(PK_LIST_NAMES, "INB"), "INBOX ");
	assert_string_equal(listed(PK_LIST_NAMES, "b"), "");
	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	assert_string_equal(listed(PK_LIST_NAMES, longest), "");
}

/* Levels that stand at the end of a frame are not told again in the next. */
static void levels_over_frames(void **state)
{
	char name[420];
	size_t levels = 0, rows = 0;

	(void)state;
	memset(name, 'n', sizeof(name));
	for (unsigned i = 0; i < 400; i++) {
		snprintf(name + 300, sizeof(name) - 300, "%u/x/%u", i / 50, i);
		subscribe(name);
	}
	OK(ASK(&one, list, NULL, .which = PK_LIST_LEVELS));
	assert_true(one.n > 1);
	EACH_ROW(&one, list, mailboxes, mailbox, m)
	{
		rows++;
		levels += !m.subscribed;
	}
	assert_int_equal(rows, 400 + levels);
	assert_int_equal(levels, 8 * 2);
}

static void append(const char *mailbox, const char *text, uint64_t flags)
{
	struct buf rows = {0};

	OK(ASK(&one, append, NULL, .mailbox = slice_str(mailbox),
	       .messages = ROW1(&rows, new_message, .body = client_body(&one, slice_str(text)),
	                        .flags = flags)));
	buf_free(&rows);
}

/* The row of a mailbox in a list with counters. */
static struct pk_mailbox counted(const char *name, uint32_t want)
{
	struct pk_mailbox found = {0};

	OK(ASK(&one, list, NULL, .want = want));
	EACH_ROW(&one, list, mailboxes, mailbox, m)
	if (slice_eq(m.name, slice_str(name)))
		found = m;
	return found;
}

static void counters_with_a_list(void **state)
{
	struct pk_status_rep r;
	struct pk_mailbox m;

	(void)state;
	create("x/y", 0, PK_OK);
	append("x/y", "12345", 0);
	append("x/y", "123", PK_DELETED | PK_SEEN);
	append("x/y", "1", PK_DELETED);
	OK(ASK(&one, status, &r, .mailbox = S("x/y")));
	assert_true(r.deleted == 2 && r.recent == 3 && r.octets == 9 && !r.deleted_octets);
	OK(ASK(&one, status, &r, .mailbox = S("x/y"), .want = PK_COUNT_DELETED));
	assert_int_equal(r.deleted_octets, 4);
	m = counted("x/y", PK_COUNT_ALL | PK_COUNT_RECENT | PK_COUNT_DELETED);
	assert_true(m.id == r.id && m.uidvalidity == r.uidvalidity && m.uidnext == 4);
	assert_true(m.messages == 3 && m.unseen == 2 && m.deleted == 2 && m.recent == 3);
	assert_true(m.octets == 9 && m.modseq == r.modseq && m.deleted_octets == 4);
	m = counted("x/y", PK_COUNT_ALL);
	assert_true(m.messages == 3 && !m.recent && !m.deleted_octets);
	m = counted("x/y", 0);
	assert_true(m.id && !m.messages && !m.uidnext);
	m = counted("x", PK_COUNT_ALL); /* a level */
	assert_true(m.exists && !m.id && !m.uidnext);
}

/* RFC 6154 3: one place of each. */
static void a_use_is_given_once(void **state)
{
	struct pk_open_rep opened;

	(void)state;
	create("Gesendet", PK_MB_SENT | PK_MB_DRAFTS, PK_OK);
	create("Other", PK_MB_DRAFTS, PK_ENOTSUP);
	assert_non_null(strstr(one.error, "use"));
	create("Other", PK_MB_ALL, PK_ENOTSUP);
	create("Other", PK_MB_TRASH, PK_OK);
	OK(ASK(&one, rename, NULL, .mailbox = S("Gesendet"), .to = S("Mail/Sent")));
	subscribe("Mail/Sent");
	create("Mail/Sent/2026", 0, PK_OK);
	OK(ASK(&one, open, &opened, .mailbox = S("Mail/Sent"), .mode = PK_OPEN_READ));
	assert_int_equal(opened.attributes, PK_MB_SENT | PK_MB_DRAFTS | PK_MB_CHILDREN);
	assert_int_equal(opened.subscribed, 1);
	OK(ASK(&one, remove, NULL, .mailbox = S("Mail/Sent"))); /* a level now, without a use */
	create("Sent", PK_MB_SENT, PK_OK);
	OK(ASK(&one, open, &opened, .mailbox = S("Sent"), .mode = PK_OPEN_READ));
	assert_true(opened.attributes == PK_MB_SENT && !opened.subscribed);
}

static void a_mailbox_keeps_its_id(void **state)
{
	struct pk_create_rep made;
	struct pk_status_rep r;
	struct pk_remove_rep gone;

	(void)state;
	OK(ASK(&one, create, &made, .mailbox = S("a/b")));
	OK(ASK(&one, rename, NULL, .mailbox = S("a"), .to = S("c")));
	OK(ASK(&one, status, &r, .mailbox = S("c/b")));
	assert_true(r.id == made.id);
	OK(ASK(&one, remove, &gone, .mailbox = S("c/b")));
	assert_true(gone.id == made.id);
	OK(ASK(&one, create, &made, .mailbox = S("c/b")));
	assert_true(gone.id != made.id);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(kinds_of_lists),       TEST(only_what_begins_so), TEST(levels_over_frames),
		TEST(counters_with_a_list), TEST(a_use_is_given_once), TEST(a_mailbox_keeps_its_id),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
