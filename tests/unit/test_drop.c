/* What POP3 shows and what becomes of it, by the settings pop3.*, seen from IMAP. */
/* links: store */
#include "unit.h"

#include "store_drive.h"

#include "mailbox.h"

#define USER   "u1@example.test"
#define DAY_MS (INT64_C(24) * 3600 * 1000)

static struct drive drive;
static struct client imap, admin;
static char user[64]; /* whom it is about */

static int set_up(void **state)
{
	(void)state;
	memset(&drive, 0, sizeof(drive));
	snprintf(user, sizeof(user), "%s", USER);
	drive_make(&drive, 2);
	client_login(&drive, &imap, user);
	client_open(&drive, &admin, DRIVE_ADMIN);
	return 0;
}

static int tear_down(void **state)
{
	struct pk_verify_rep rep;

	(void)state;
	OK(ASK(&admin, verify, &rep));
	EACH_ROW(&admin, verify, findings, finding, f)
	fail_msg("%.*s: %.*s", (int)f.where.n, f.where.p, (int)f.what.n, f.what.p);
	client_close(&imap);
	client_close(&admin);
	drive_remove(&drive);
	return 0;
}

static enum pk_status set(const char *key, const char *value)
{
	struct buf rows = {0};
	enum pk_status st;

	pk_put_setting_row(&rows, &(struct pk_setting){slice_str(key), slice_str(value)});
	st = ASK(&admin, user_set, NULL, .account = slice_str(user), .settings = PK_ROWS(&rows));
	buf_free(&rows);
	return st;
}

static void append(const char *mailbox, unsigned n)
{
	struct buf row = {0};

	for (unsigned i = 0; i < n; i++) {
		struct pk_new_message m = {.body = client_body(&imap, S("Subject: x\r\n\r\ny\r\n")),
		                           .summary = S("a summary")};

		OK(ASK(&imap, append, NULL, .mailbox = slice_str(mailbox),
		       .messages = ROW1(&row, new_message, .body = m.body, .summary = m.summary)));
	}
	buf_free(&row);
}

/* Over a link of the service pop3. */
static enum pk_status login_with(struct client *c, const char *name, const char *password)
{
	struct buf data = {0};
	enum pk_status st;

	client_open(&drive, c, DRIVE_SESSION);
	snprintf(c->link->service, sizeof(c->link->service), "pop3");
	buf_byte(&data, '\0');
	buf_put(&data, slice_str(name));
	buf_byte(&data, '\0');
	buf_put(&data, slice_str(password));
	st = ASK(c, auth, NULL, .mechanism = S("PLAIN"), .data = buf_slice(&data));
	buf_free(&data);
	return st;
}

static enum pk_status pop_login(struct client *c, const char *name)
{
	return login_with(c, name, "secret");
}

static void wrong_password(const char *name)
{
	struct client c;

	assert_int_equal(login_with(&c, name, "wrong"), PK_EAUTH);
	client_close(&c);
}

static enum pk_status pop_open(struct client *c, struct pk_open_rep *rep)
{
	return ASK(c, open, rep, .mode = PK_OPEN_DROP);
}

/* "1 2 3": what a mailbox shows to who has opened it. */
static const char *shown(struct client *c, uint32_t handle)
{
	static char text[256];
	struct buf all = {0};
	size_t n = 0;

	OK(ASK(c, messages, NULL, .handle = handle, .uids = ROW1(&all, range, 1, UINT32_MAX),
	       .want = PK_WANT_SIZE));
	*text = '\0';
	EACH_ROW(c, messages, messages, message, m)
	n += (size_t)snprintf(text + n, sizeof(text) - n, n ? " %u" : "%u", m.uid);
	buf_free(&all);
	return text;
}

/* The same of a whole POP3 session that does nothing. */
static const char *popped(const char *name)
{
	struct client c;
	struct pk_open_rep rep;
	const char *text;

	OK(pop_login(&c, name));
	OK(pop_open(&c, &rep));
	text = shown(&c, rep.handle);
	client_close(&c);
	return text;
}

/* A whole POP3 session; 0: nothing of that kind. */
static void session_of(const char *front, uint32_t deleted, uint32_t retrieved)
{
	struct client c;
	struct pk_open_rep rep;
	struct buf dele = {0}, retr = {0};
	char name[80];

	snprintf(name, sizeof(name), "%s%s", front, user);
	OK(pop_login(&c, name));
	OK(pop_open(&c, &rep));
	if (deleted)
		pk_put_range_row(&dele, &(struct pk_range){deleted, deleted});
	if (retrieved)
		pk_put_range_row(&retr, &(struct pk_range){retrieved, retrieved});
	OK(ASK(&c, drop_messages, NULL, .handle = rep.handle, .uids = PK_ROWS(&dele),
	       .retrieved = PK_ROWS(&retr)));
	buf_free(&dele);
	buf_free(&retr);
	client_close(&c);
}

static void session(uint32_t deleted, uint32_t retrieved)
{
	session_of("", deleted, retrieved);
}

/* "1 2S": the UIDs of a mailbox, and which are \Seen. */
static const char *looked(const char *mailbox)
{
	static char text[256];
	struct pk_open_rep rep;
	struct buf all = {0};
	size_t n = 0;

	OK(ASK(&imap, open, &rep, .mailbox = slice_str(mailbox), .mode = PK_OPEN_READ));
	OK(ASK(&imap, flags, NULL, .handle = rep.handle, .uids = ROW1(&all, range, 1, UINT32_MAX)));
	*text = '\0';
	EACH_ROW(&imap, flags, flags, flag, f)
	n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%u%s", n ? " " : "", f.uid,
	                      f.flags & PK_SEEN ? "S" : "");
	OK(ASK(&imap, close, NULL, .handle = rep.handle));
	buf_free(&all);
	return text;
}

static unsigned vaulted(void)
{
	unsigned n = 0;

	OK(ASK(&admin, vault_list, NULL, .account = slice_str(user)));
	EACH_ROW(&admin, vault_list, messages, vaulted, v)
	n++;
	return n;
}

/* c1, c2 ... with one hash: that takes its time. */
static void make_users(size_t n)
{
	struct pk_user_hash_rep hash;
	struct buf rows = {0};
	char name[64];

	OK(ASK(&admin, user_hash, &hash, .secret = S("secret")));
	for (size_t i = 1; i <= n; i++) {
		snprintf(name, sizeof(name), "c%zu@example.test", i);
		pk_put_new_user_row(&rows, &(struct pk_new_user){slice_str(name), hash.hash, 1});
	}
	OK(ASK(&admin, user_create, NULL, .users = PK_ROWS(&rows)));
	buf_free(&rows);
}

/* A session is good for a day. */
static void pass(int64_t ms)
{
	drive.now_ms += ms;
	server_tick(&drive.server);
	drive_turn(&drive);
	client_close(&imap);
	client_login(&drive, &imap, user);
}

/* Of the messages that a user has and a session shows: 3 is deleted, 4 retrieved, 5 left alone. */
struct cell {
	bool from_now, disabled, recent;
	enum { KEEP, READ, ARCHIVE, TRASH } after;
	enum { EXPUNGE, TO_TRASH, HIDE } delete;
	bool leaves; /* for three days */
	bool later;  /* four days later */
};

static const char *const access_words[] = {"all", "from-now", "disabled"};
static const char *const after_words[] = {"keep", "read", "archive", "trash"};
static const char *const delete_words[] = {"expunge", "trash", "hide"};
#define CELLS                                                                              \
	(COUNT(access_words) * COUNT(after_words) * COUNT(delete_words) * 2 /* leaves */ * \
	 2 /* recent */)

static struct cell cell_of(size_t i)
{
	size_t access = i / 48;

	return (struct cell){.from_now = access == 1,
	                     .disabled = access == 2,
	                     .after = i % 4,
	                     .delete = i / 4 % 3,
	                     .leaves = i / 12 % 2,
	                     .recent = i / 24 % 2};
}

/* 4 is gone from INBOX: at once, or when its days are over. */
static bool has_left(const struct cell *c)
{
	return !c->disabled && (c->after >= ARCHIVE || (c->leaves && c->later));
}

static void expect_mailboxes(const struct cell *c)
{
	bool moved = !c->disabled && c->after >= ARCHIVE, expired = has_left(c) && !moved;
	unsigned trash = (moved && c->after == TRASH) + (!c->disabled && c->delete == TO_TRASH) +
	                 (expired && c->delete == TO_TRASH);
	unsigned vault =
		(!c->disabled && c->delete == EXPUNGE) + (expired && c->delete != TO_TRASH);
	static const char *const counted[] = {"", "1", "1 2", "1 2 3"};
	char inbox[32], in_trash[32];

	snprintf(in_trash, sizeof(in_trash), "%s%s", counted[trash],
	         expired && c->delete == TO_TRASH && c->after == READ ? "S" : "");
	snprintf(inbox, sizeof(inbox), "1 2%s%s%s 5", c->disabled || c->delete == HIDE ? " 3" : "",
	         has_left(c) ? "" : " 4",
	         !c->disabled && c->after == READ && !has_left(c) ? "S" : "");
	assert_string_equal(looked("INBOX"), inbox);
	assert_string_equal(looked("Archive"), counted[moved && c->after == ARCHIVE]);
	assert_string_equal(looked("Trash"), in_trash);
	assert_int_equal(vaulted(), vault);
}

/* What the next session shows: `recent:` also what is old or hidden. */
static void expect_view(const struct cell *c)
{
	bool all = c->recent || !c->from_now;
	char view[32], name[80];

	snprintf(name, sizeof(name), "%s%s", c->recent ? "recent:" : "", user);
	snprintf(view, sizeof(view), "%s%s%s5", all ? "1 2 " : "",
	         c->recent && c->delete == HIDE ? "3 " : "", has_left(c) ? "" : "4 ");
	assert_string_equal(popped(name), view);
}

static void one_cell(const struct cell *c, size_t access)
{
	struct cell now = *c;

	append("INBOX", 2);
	OK(set("pop3.after", after_words[c->after]));
	OK(set("pop3.delete", delete_words[c->delete]));
	OK(set("pop3.leave_days", c->leaves ? "3" : "0"));
	OK(set("pop3.access", access_words[access]));
	append("INBOX", 3);
	if (!c->disabled)
		session_of(c->recent ? "recent:" : "", 3, 4);
	for (now.later = false;; now.later = true) {
		expect_mailboxes(&now);
		if (!c->disabled)
			expect_view(&now);
		if (now.later)
			return;
		pass(4 * DAY_MS);
	}
}

/* Every access, what becomes of what was downloaded, and of what was deleted, with days and
 * without, in both kinds of sessions; as IMAP shows it at once and later. */
static void policy_matrix(void **state)
{
	(void)state;
	make_users(CELLS);
	for (size_t i = 0; i < CELLS; i++) {
		struct cell c = cell_of(i);

		snprintf(user, sizeof(user), "c%zu@example.test", i + 1);
		client_close(&imap);
		client_login(&drive, &imap, user);
		one_cell(&c, i / 48);
	}
}

/* What a client takes away: downloaded and deleted in one session. */
static void downloaded_and_deleted(void **state)
{
	static const struct {
		const char *after, *delete, *inbox, *archive, *trash;
		unsigned vault;
	} cases[] = {
		{"keep",    "expunge", "",   "",  "",   1},
                {"keep",    "trash",   "",   "",  "1",  0},
		{"keep",    "hide",    "1",  "",  "",   0},
                {"read",    "expunge", "",   "",  "",   1},
		{"read",    "trash",   "",   "",  "1S", 0},
                {"read",    "hide",    "1S", "",  "",   0},
		{"archive", "expunge", "",   "1", "",   0},
                {"archive", "trash",   "",   "1", "",   0},
		{"archive", "hide",    "",   "1", "",   0},
                {"trash",   "expunge", "",   "",  "1",  0},
		{"trash",   "hide",    "",   "",  "1",  0},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		if (i)
			assert_int_equal(set_up(state), 0);
		OK(set("pop3.after", cases[i].after));
		OK(set("pop3.delete", cases[i].delete));
		append("INBOX", 1);
		session(1, 1);
		assert_string_equal(looked("INBOX"), cases[i].inbox);
		assert_string_equal(looked("Archive"), cases[i].archive);
		assert_string_equal(looked("Trash"), cases[i].trash);
		assert_int_equal(vaulted(), cases[i].vault);
		assert_string_equal(popped(USER), "");
		if (i + 1 < COUNT(cases))
			assert_int_equal(tear_down(state), 0);
	}
}

static void from_now_is_a_position(void **state)
{
	(void)state;
	append("INBOX", 2);
	OK(set("pop3.access", "from-now"));
	append("INBOX", 1);
	assert_string_equal(popped(USER), "3");
	drive.now_ms += 400 * DAY_MS; /* no clock */
	assert_string_equal(popped(USER), "3");
	OK(set("pop3.access", "all"));
	assert_string_equal(popped(USER), "1 2 3");
	OK(set("pop3.access", "from-now"));
	assert_string_equal(popped(USER), "");
	append("INBOX", 1);
	assert_string_equal(popped(USER), "4");
}

/* What a whole tenant gets begins for each user with the next login. */
static void from_now_of_a_tenant(void **state)
{
	struct buf rows = {0};

	(void)state;
	append("INBOX", 2);
	OK(ASK(&admin, tenant_set, NULL, .tenant = S("acme"),
	       .settings = ROW1(&rows, setting, S("pop3.access"), S("from-now"))));
	buf_free(&rows);
	assert_string_equal(popped(USER), "");
	append("INBOX", 1);
	assert_string_equal(popped(USER), "3");
}

static enum pk_status set_self(struct client *c, const char *key, const char *value, unsigned times)
{
	struct buf rows = {0};
	enum pk_status st;

	for (unsigned i = 0; i < times; i++)
		pk_put_setting_row(&rows, &(struct pk_setting){slice_str(key), slice_str(value)});
	st = ASK(c, set_self, NULL, .settings = PK_ROWS(&rows));
	buf_free(&rows);
	return st;
}

/* Users set what is theirs where they may, and no other sees anything of it. */
static void users_own_policy(void **state)
{
	struct pk_settings_self_rep rep;
	struct client other;

	(void)state;
	OK(ASK(&imap, settings_self, &rep));
	assert_int_equal(rep.may, 0);
	assert_int_equal(set_self(&imap, "pop3.after", "read", 1), PK_EPERM);
	assert_string_equal(imap.error, "the settings of POP3 are the administrator's");
	OK(set("pop3.self", "on"));
	OK(set_self(&imap, "pop3.after", "read", 1));
	OK(ASK(&imap, settings_self, &rep));
	assert_int_equal(rep.may, 1);
	assert_int_equal(set_self(&imap, "pop3.login_delay", "0", 1), PK_ENOTFOUND);
	assert_int_equal(set_self(&imap, "quota.octets", "none", 1), PK_ENOTFOUND);
	assert_int_equal(set_self(&imap, "pop3.after", "burn", 1), PK_EINVAL);
	assert_int_equal(set_self(&imap, "pop3.access", "from-now", 6), PK_ELIMIT);
	append("INBOX", 1);
	session(0, 1);
	assert_string_equal(looked("INBOX"), "1S");
	OK(set_self(&imap, "pop3.access", "from-now", 1)); /* now is now */
	assert_string_equal(popped(USER), "");
	client_login(&drive, &other, "u2@example.test");
	assert_int_equal(set_self(&other, "pop3.after", "read", 1), PK_EPERM);
	client_close(&other);
	OK(set_self(&imap, "pop3.access", "", 1));
	assert_string_equal(popped(USER), "1");
}

static void switched_off(void **state)
{
	struct client c;

	(void)state;
	OK(set("pop3.access", "disabled"));
	OK(pop_login(&c, USER));
	assert_int_equal(pop_open(&c, NULL), PK_EPERM);
	assert_string_equal(c.error,
	                    "POP3 is switched off for this account: ask your administrator");
	client_close(&c);
}

/* Fetched mail goes after its days, also when nobody logs in again. */
static void left_for_days(void **state)
{
	(void)state;
	OK(set("pop3.leave_days", "3"));
	append("INBOX", 2);
	session(0, 1);
	pass(2 * DAY_MS);
	session(0, 2);
	session(0, 1); /* what was fetched first counts */
	pass(DAY_MS + 2 * 3600 * 1000);
	assert_string_equal(looked("INBOX"), "2");
	assert_int_equal(vaulted(), 1);
	pass(2 * DAY_MS);
	assert_string_equal(looked("INBOX"), "");
	append("INBOX", 1);
	pass(30 * DAY_MS);
	assert_string_equal(looked("INBOX"), "3"); /* never fetched */
}

/* A shorter time holds at the next login, a longer one at once. */
static void days_are_changed(void **state)
{
	(void)state;
	OK(set("pop3.leave_days", "3"));
	OK(set("pop3.delete", "trash"));
	append("INBOX", 2);
	session(0, 1);
	OK(set("pop3.leave_days", "9"));
	pass(5 * DAY_MS);
	assert_string_equal(looked("INBOX"), "1 2");
	pass(5 * DAY_MS);
	assert_string_equal(looked("INBOX"), "2");
	assert_string_equal(looked("Trash"), "1");
	session(0, 2);
	OK(set("pop3.leave_days", "1"));
	drive.now_ms += 2 * DAY_MS;
	assert_string_equal(popped(USER), "");
	assert_string_equal(looked("Trash"), "1 2");
}

static void recent_shows_the_last_days(void **state)
{
	(void)state;
	OK(set("pop3.delete", "hide"));
	append("INBOX", 1);
	drive.now_ms += 20 * DAY_MS;
	append("INBOX", 2);
	OK(set("pop3.access", "from-now"));
	append("INBOX", 1);
	session(4, 0);
	assert_string_equal(popped(USER), "");
	assert_string_equal(popped("recent:" USER), "1 2 3 4");
	drive.now_ms += 11 * DAY_MS;
	assert_string_equal(popped("recent:" USER), "2 3 4");
	assert_string_equal(popped("Recent:u1"), "2 3 4"); /* in the default domain */
}

static void one_lock_for_all_views(void **state)
{
	struct client a, b;
	struct pk_open_rep rep;

	(void)state;
	OK(pop_login(&a, "recent:" USER));
	OK(pop_open(&a, &rep));
	OK(pop_login(&b, USER));
	assert_int_equal(pop_open(&b, &rep), PK_EBUSY);
	client_close(&a);
	OK(pop_open(&b, &rep));
	client_close(&b);
}

static void folders_by_name(void **state)
{
	struct client c;
	struct pk_open_rep rep;

	(void)state;
	append("Archive", 2);
	append("INBOX", 1);
	assert_string_equal(popped("u1+Archive@example.test"), "1 2");
	assert_string_equal(popped("recent:u1+Archive@example.test"), "1 2");
	OK(set("pop3.mailbox", "Archive"));
	assert_string_equal(popped(USER), "1 2");
	assert_string_equal(popped("u1+INBOX"), "1");
	OK(pop_login(&c, "u1+Nowhere@example.test"));
	assert_int_equal(pop_open(&c, &rep), PK_ENOTFOUND);
	assert_string_equal(c.error, "there is no mailbox Nowhere");
	client_close(&c);
	OK(set("pop3.folders", "off"));
	assert_int_equal(pop_login(&c, "u1+Archive@example.test"), PK_EAUTH);
	client_close(&c);
	assert_int_equal(set("pop3.mailbox", "-"), PK_EINVAL);
	assert_int_equal(set("pop3.after", "burn"), PK_EINVAL);
}

/* Names with a folder guess no faster. */
static void guesses_count_for_the_user(void **state)
{
	unsigned n = 0;

	(void)state;
	wrong_password("u1+a@example.test");
	wrong_password("recent:u1+b@example.test");
	OK(ASK(&admin, auth_failures, NULL));
	EACH_ROW(&admin, auth_failures, failures, failure, f)
	{
		n++;
		assert_true(slice_eq(f.user, S(USER)));
		assert_int_equal(f.count, 2);
	}
	assert_int_equal(n, 1);
}

/* IMAP is never in the way, and what it expunged meanwhile needs nothing more. */
static void imap_goes_on(void **state)
{
	struct client c;
	struct pk_open_rep pop, other;
	struct buf rows = {0};

	(void)state;
	OK(set("pop3.delete", "hide"));
	append("INBOX", 3);
	session(1, 0);
	OK(pop_login(&c, USER));
	OK(pop_open(&c, &pop));
	OK(ASK(&imap, open, &other, .mailbox = S("INBOX"), .mode = PK_OPEN_WRITE));
	OK(ASK(&imap, store, NULL, .handle = other.handle, .uids = ROW1(&rows, range, 1, 2),
	       .mode = PK_STORE_ADD, .flags = PK_DELETED));
	OK(ASK(&imap, expunge, NULL, .handle = other.handle));
	OK(ASK(&c, drop_messages, NULL, .handle = pop.handle, .uids = ROW1(&rows, range, 2, 3)));
	buf_free(&rows);
	client_close(&c);
	assert_string_equal(looked("INBOX"), "3");
	assert_string_equal(popped(USER), "");
}

/* Nobody's Trash is made where the tenant wants none: then the vault has it. */
static void no_trash(void **state)
{
	struct buf rows = {0};

	(void)state;
	OK(set("pop3.delete", "trash"));
	OK(ASK(&imap, remove, NULL, .mailbox = S("Trash")));
	append("INBOX", 2);
	session(1, 0);
	assert_string_equal(looked("Trash"), "1"); /* it was made again */
	OK(ASK(&imap, remove, NULL, .mailbox = S("Trash")));
	OK(ASK(&admin, tenant_set, NULL, .tenant = S("acme"),
	       .settings = ROW1(&rows, setting, S("mailbox.trash"), S("-"))));
	buf_free(&rows);
	session(2, 0);
	assert_string_equal(looked("INBOX"), "");
	assert_int_equal(vaulted(), 2);
}

static void capabilities(void **state)
{
	static const struct {
		const char *key, *value;
		uint32_t days;
	} cases[] = {
		{"pop3.login_delay", "0",       UINT32_MAX},
		{"pop3.leave_days",  "30",      30        },
		{"pop3.after",       "archive", 0         },
		{"pop3.after",       "read",    30        },
	};
	struct client c;
	struct pk_open_rep rep;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		OK(set(cases[i].key, cases[i].value));
		OK(pop_login(&c, USER));
		OK(pop_open(&c, &rep));
		assert_int_equal(rep.expire_days, cases[i].days);
		client_close(&c);
	}
}

static void logins_are_apart(void **state)
{
	struct client c;
	struct pk_open_rep rep;

	(void)state;
	OK(set("pop3.login_delay", "60"));
	OK(pop_login(&c, USER));
	OK(pop_open(&c, &rep));
	assert_int_equal(rep.login_delay, 60);
	client_close(&c);
	drive.now_ms += 20500;
	OK(pop_login(&c, USER));
	assert_int_equal(pop_open(&c, &rep), PK_ELIMIT);
	assert_string_equal(c.error, "wait 40 seconds between two logins");
	client_close(&c);
	drive.now_ms += 39500;
	OK(pop_login(&c, USER));
	OK(pop_open(&c, &rep));
	client_close(&c);
	OK(set("pop3.login_delay", "0"));
	popped(USER);
	popped(USER);
}

/* Who was to wait for a day waits no longer than what is set now. */
static void delays_that_become_shorter(void **state)
{
	struct client c;
	struct pk_open_rep rep;

	(void)state;
	OK(set("pop3.login_delay", "86400"));
	popped(USER);
	drive.now_ms += 30000;
	OK(set("pop3.login_delay", "60"));
	OK(pop_login(&c, USER));
	assert_int_equal(pop_open(&c, &rep), PK_ELIMIT);
	assert_string_equal(c.error, "wait 30 seconds between two logins");
	client_close(&c);
	drive.now_ms += 30000;
	popped(USER);
}

/* RFC 2449 6.5: the time runs from a login, not from one that was refused. */
static void refused_logins_do_not_count(void **state)
{
	struct client a, b;
	struct pk_open_rep rep;

	(void)state;
	OK(set("pop3.login_delay", "60"));
	OK(pop_login(&a, USER));
	OK(pop_open(&a, &rep));
	drive.now_ms += 61000;
	OK(pop_login(&b, USER));
	assert_int_equal(pop_open(&b, &rep), PK_EBUSY);
	client_close(&a);
	OK(pop_open(&b, &rep));
	client_close(&b);
}

static enum pk_status set_uidl_in(const char *mailbox, uint32_t uid, const char *uidl)
{
	return ASK(&admin, message_set_uidl, NULL, .account = S(USER),
	           .mailbox = slice_str(mailbox), .uid = uid, .uidl = slice_str(uidl));
}

static enum pk_status set_uidl(uint32_t uid, const char *uidl)
{
	return set_uidl_in("INBOX", uid, uidl);
}

/* RFC 1939 section 7: unique within a maildrop, also after messages came from another one. */
static void unique_ids_do_not_meet(void **state)
{
	static const uint8_t moves[] = {0, 1};
	struct pk_open_rep from, to;
	struct buf rows = {0};

	(void)state;
	append("INBOX", 2);
	append("Archive", 1);
	OK(set_uidl(1, "an-id"));
	OK(set_uidl(2, "another-id"));
	OK(set_uidl_in("Archive", 1, "an-id"));
	OK(ASK(&imap, open, &from, .mailbox = S("INBOX"), .mode = PK_OPEN_WRITE));
	for (size_t i = 0; i < COUNT(moves); i++)
		OK(ASK(&imap, copy, NULL, .handle = from.handle, .uids = ROW1(&rows, range, 1, 1),
		       .mailbox = S("Archive"), .move = moves[i]));
	OK(ASK(&imap, open, &to, .mailbox = S("Archive"), .mode = PK_OPEN_READ));
	OK(ASK(&imap, messages, NULL, .handle = to.handle,
	       .uids = ROW1(&rows, range, 1, UINT32_MAX), .want = PK_WANT_UIDL));
	EACH_ROW(&imap, messages, messages, message, m)
	assert_int_equal(slice_eq(m.uidl, S("an-id")), m.uid == 1);
	buf_free(&rows);
}

static void unique_ids(void **state)
{
	struct pk_open_rep rep;
	struct buf all = {0};
	char made[64], text[256] = "";
	size_t n = 0;

	(void)state;
	append("INBOX", 3);
	OK(ASK(&imap, open, &rep, .mailbox = S("INBOX"), .mode = PK_OPEN_READ));
	snprintf(made, sizeof(made), "%u.3", rep.uidvalidity);
	OK(set_uidl(1, "GmailId17c0ffee"));
	assert_int_equal(set_uidl(2, "GmailId17c0ffee"), PK_EEXISTS);
	assert_int_equal(set_uidl(2, made), PK_EEXISTS); /* it is the third one's */
	OK(set_uidl(3, made));
	assert_int_equal(set_uidl(2, "with space"), PK_EINVAL);
	assert_int_equal(set_uidl(2, "x123456789y123456789z123456789x123456789y123456789z123456789"
	                             "12345678901"),
	                 PK_EINVAL);
	assert_int_equal(set_uidl(9, "a"), PK_ENOTFOUND);
	OK(set_uidl(2, "~!"));
	OK(set_uidl(2, ""));
	OK(ASK(&imap, messages, NULL, .handle = rep.handle, .uids = ROW1(&all, range, 1, 3),
	       .want = PK_WANT_UIDL));
	EACH_ROW(&imap, messages, messages, message, m)
	n += (size_t)snprintf(text + n, sizeof(text) - n, "%.*s\n", (int)m.uidl.n, m.uidl.p);
	buf_free(&all);
	snprintf(made, sizeof(made), "GmailId17c0ffee\n%u.2\n%u.3\n", rep.uidvalidity,
	         rep.uidvalidity);
	assert_string_equal(text, made);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(policy_matrix),
		CASE(downloaded_and_deleted),
		CASE(from_now_is_a_position),
		CASE(from_now_of_a_tenant),
		CASE(users_own_policy),
		CASE(switched_off),
		CASE(left_for_days),
		CASE(days_are_changed),
		CASE(recent_shows_the_last_days),
		CASE(one_lock_for_all_views),
		CASE(folders_by_name),
		CASE(guesses_count_for_the_user),
		CASE(imap_goes_on),
		CASE(no_trash),
		CASE(capabilities),
		CASE(logins_are_apart),
		CASE(delays_that_become_shorter),
		CASE(refused_logins_do_not_count),
		CASE(unique_ids),
		CASE(unique_ids_do_not_meet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
