/* Mail from users: as whom it may be sent, and what becomes of it. */
/* links: store */
#include "unit.h"

#include "store_drive.h"

static int setup(void **state)
{
	struct drive *d = calloc(1, sizeof(*d));

	drive_make(d, 5);
	*state = d;
	return 0;
}

static int teardown(void **state)
{
	struct drive *d = *state;

	drive_remove(d);
	free(d);
	return 0;
}

#define DRIVE_SUBMIT (PK_ROLE_ANON | PK_ROLE_SESSION | PK_ROLE_SUBMIT)
#define BODY         S("From: u1@example.test\r\nSubject: x\r\n\r\nhello\r\n")
#define LIST(...)    ((const char *const[]){__VA_ARGS__, NULL})

/* A session of a user on a link that takes mail. */
static void user_open(struct drive *d, struct client *c, const char *user)
{
	client_login(d, c, user);
	c->link->roles = DRIVE_SUBMIT;
}

static enum pk_status submit_from(struct client *c, const char *path, const char *from)
{
	uint16_t stream = client_body(c, BODY);
	struct buf senders = {0};
	enum pk_status st = ASK(c, submit, NULL, .body = stream, .return_path = slice_str(path),
	                        .senders = ROW1(&senders, name, slice_str(from)));

	buf_free(&senders);
	return st;
}

static enum pk_status rcpt(struct client *c, const char *address)
{
	return ASK(c, recipient, NULL, .address = slice_str(address));
}

static enum pk_status sender(struct client *c, const char *address)
{
	return ASK(c, sender, NULL, .address = slice_str(address));
}

static uint32_t count(struct drive *d, const char *user, const char *mailbox)
{
	struct pk_status_rep rep = {0};
	struct client c;
	enum pk_status st;

	client_login(d, &c, user);
	st = ASK(&c, status, &rep, .mailbox = slice_str(mailbox));
	assert_true(st == PK_OK || st == PK_ENOTFOUND);
	client_close(&c);
	return rep.exists;
}

static void admin_alias(struct drive *d, const char *address, const char *const *targets)
{
	struct client admin;
	struct buf b = {0};

	for (; *targets; targets++)
		pk_put_name_row(&b, &(struct pk_name){slice_str(*targets)});
	client_open(d, &admin, DRIVE_ADMIN);
	OK(ASK(&admin, alias_create, NULL, .address = slice_str(address), .targets = PK_ROWS(&b)));
	client_close(&admin);
	buf_free(&b);
}

static void a_message_reaches_its_recipients(void **state)
{
	struct drive *d = *state;
	struct client c;

	user_open(d, &c, "u1");
	OK(sender(&c, "u1@example.test"));
	OK(rcpt(&c, "u2@example.test"));
	OK(rcpt(&c, "u3@example.test"));
	OK(submit_from(&c, "u1@example.test", "u1@example.test"));
	assert_int_equal(count(d, "u2", "INBOX"), 1);
	assert_int_equal(count(d, "u3", "INBOX"), 1);
	/* The session goes on, as it was. */
	OK(rcpt(&c, "u2@example.test"));
	OK(ASK(&c, reset, NULL));
	assert_int_equal(submit_from(&c, "u1@example.test", "u1@example.test"), PK_EINVAL);
	OK(rcpt(&c, "u2@example.test"));
	OK(submit_from(&c, "", "u1@example.test"));
	assert_int_equal(count(d, "u2", "INBOX"), 2);
	client_close(&c);
}

static void only_the_own_addresses(void **state)
{
	static const struct {
		const char *address;
		enum pk_status st;
	} cases[] = {
		{"u1@example.test",         PK_OK   },
		{"U1@EXAMPLE.test",         PK_OK   },
		{"u1+shop@example.test",    PK_OK   },
		{"one@example.test",        PK_OK   }, /* an alias of u1 */
		{"one+shop@example.test",   PK_OK   },
		{"deep@example.test",       PK_OK   }, /* an alias of it */
		{"u2@example.test",         PK_EPERM},
		{"team@example.test",       PK_EPERM}, /* u1 and u2 */
		{"x@catch.test",            PK_EPERM}, /* u1's catch-all */
		{"nobody@example.test",     PK_EPERM},
		{"u1@elsewhere.test",       PK_EPERM},
		{"u1",                      PK_EPERM},
		{"u1@example.test\r\nX: y", PK_EPERM},
	};
	struct drive *d = *state;
	struct client c, admin;
	enum pk_status st;

	client_open(d, &admin, DRIVE_ADMIN);
	OK(ASK(&admin, domain_create, NULL, .tenant = S("acme"), .domain = S("catch.test")));
	client_close(&admin);
	admin_alias(d, "@catch.test", LIST("u1@example.test"));
	admin_alias(d, "one@example.test", LIST("u1@example.test"));
	admin_alias(d, "deep@example.test", LIST("one@example.test", "u1+x@example.test"));
	admin_alias(d, "team@example.test", LIST("u1@example.test", "u2@example.test"));
	user_open(d, &c, "u1");
	OK(sender(&c, ""));
	for (size_t i = 0; i < COUNT(cases); i++) {
		if (sender(&c, cases[i].address) != cases[i].st)
			fail_msg("sender %s", cases[i].address);
		OK(rcpt(&c, "u3@example.test"));
		st = strchr(cases[i].address, '\n') ? PK_EINVAL : cases[i].st;
		if (submit_from(&c, cases[i].address, "u1@example.test") != st)
			fail_msg("return path %s", cases[i].address);
		OK(rcpt(&c, "u3@example.test"));
		if (submit_from(&c, "", cases[i].address) != cases[i].st)
			fail_msg("From %s", cases[i].address);
	}
	assert_int_equal(count(d, "u3", "INBOX"), 12);
	client_close(&c);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_message_reaches_its_recipients),
		CASE(only_the_own_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
