/* What the trace tells, and by which names it is found. */
/* links: store */
#include "trace_drive.h"

static void a_delivery_is_found_by_each_name(void **state)
{
	static const char *const names[] = {"u1@example.test", "U1@EXAMPLE.TEST", "joe@x.example",
	                                    "1@x.example",     "<1@X.example>",   "4294967301"};
	struct drive *d = *state;

	deliver(d, "u1@example.test", "joe@x.example", "1@x.example");
	deliver(d, "u2@example.test", "", "2@y.example");
	for (size_t i = 0; i < 5; i++) {
		struct found f = look(d, names[i], 0);

		assert_int_equal(f.n, 1);
		assert_string_equal(f.event, "delivered");
		assert_string_equal(f.result, "OK");
		assert_string_equal(f.tenant, "acme");
		assert_string_equal(f.mailbox, "INBOX");
		assert_string_equal(f.now, "there");
		assert_int_equal(f.uid, 1);
		assert_true(f.octets > BODY.n);
		assert_string_equal(f.address, "u1@example.test");
		assert_string_equal(f.owner, "");
		assert_string_equal(f.id, "1@x.example");
		assert_int_equal(f.session, 4294967301);
	}
	assert_int_equal(look(d, names[5], 0).n, 2);
	assert_int_equal(look(d, "u3@example.test", 0).n, 0);
	assert_int_equal(look(d, "1@x.example", d->now_ms + 1).n, 0);
	assert_string_equal(look(d, "u2@example.test", 0).id, "2@y.example");
	deliver(d, "u1+tag@example.test", "", "3@y.example");
	assert_string_equal(look(d, "3@y.example", 0).owner, "u1@example.test");
	assert_int_equal(look(d, "u1@example.test", 0).n, 2);
}

/* The delivery is there with its message; what has no transaction comes a few seconds later. */
static void refusals_and_logins_are_gathered(void **state)
{
	struct drive *d = *state;
	uint64_t before = writer_counts(d->server.volumes[0]->writer).batches;
	struct client c;
	struct found f;

	for (unsigned i = 0; i < 20; i++)
		assert_int_equal(refused(d, "nobody@example.test"), PK_ENOTFOUND);
	assert_int_equal(refused(d, "u1@elsewhere.test"), PK_EPERM);
	client_login(d, &c, "u1@example.test");
	client_close(&c);
	assert_int_equal(writer_counts(d->server.volumes[0]->writer).batches, before);
	assert_int_equal(look(d, "nobody@example.test", 0).n, 0);
	later(d, TRACE_FLUSH_MS);
	later(d, TRACE_FLUSH_MS);
	assert_int_equal(writer_counts(d->server.volumes[0]->writer).batches, before + 1);
	f = look(d, "nobody@example.test", 0);
	assert_int_equal(f.n, 20);
	assert_string_equal(f.event, "refused");
	assert_string_equal(f.result, "ENOTFOUND");
	f = look(d, "u1@elsewhere.test", 0);
	assert_string_equal(f.result, "EPERM");
	assert_string_equal(f.text, "mail for this domain is not taken");
	f = look(d, "u1@example.test", 0);
	assert_string_equal(f.event, "login");
	assert_string_equal(f.result, "OK");
}

/* Of several mailboxes each has an event of its own; who is refused has one that says why. */
static void each_mailbox_and_each_refusal(void **state)
{
	struct drive *d = *state;
	struct client admin, c;
	struct buf targets = {0};
	uint16_t stream;
	struct found f;

	client_open(d, &admin, DRIVE_ADMIN);
	pk_put_name_row(&targets, &(struct pk_name){S("u1@example.test")});
	pk_put_name_row(&targets, &(struct pk_name){S("u2@example.test")});
	OK(ASK(&admin, alias_create, NULL, .address = S("team@example.test"),
	       .targets = PK_ROWS(&targets)));
	OK(ASK(&admin, quota_set, NULL, .selector = S("u3@example.test"), .resource = PK_RES_OCTETS,
	       .limit = 300));
	client_close(&admin);
	client_open(d, &c, DRIVE_DELIVER);
	OK(ASK(&c, recipient, NULL, .address = S("team@example.test")));
	OK(ASK(&c, recipient, NULL, .address = S("u2@example.test")));
	OK(ASK(&c, recipient, NULL, .address = S("u3@example.test"), .octets = 10));
	stream = client_body(&c, LONG_BODY);
	OK(ASK(&c, deliver, NULL, .body = stream, .return_path = S("joe@x.example"), .each = 1,
	       .message_id = S("many@x")));
	client_close(&c);
	assert_int_equal(look(d, "many@x", 0).n, 4);
	f = look(d, "u1@example.test", 0);
	assert_int_equal(f.n, 1);
	assert_string_equal(f.address, "team@example.test");
	assert_string_equal(f.owner, "u1@example.test");
	assert_int_equal(look(d, "team@example.test", 0).n, 2);
	assert_int_equal(look(d, "u2@example.test", 0).n, 2);
	f = look(d, "u3@example.test", 0);
	assert_int_equal(f.n, 1);
	assert_string_equal(f.event, "refused");
	assert_string_equal(f.result, "EQUOTA");
	assert_string_equal(f.text, "over the quota of the user");
	assert_string_equal(f.from, "joe@x.example");
	buf_free(&targets);
}

static enum pk_status submit(struct client *c, const char *to, const char *from, const char *id)
{
	struct buf senders = {0};
	uint16_t stream;
	enum pk_status st;

	OK(ASK(c, recipient, NULL, .address = slice_str(to), .return_path = slice_str(from)));
	stream = client_body(c, BODY);
	st = ASK(c, submit, NULL, .body = stream, .return_path = slice_str(from),
	         .senders = ROW1(&senders, name, slice_str(from)), .message_id = slice_str(id));
	buf_free(&senders);
	return st;
}

/* Where it went, where the sender's copy is, and why a sender was not let. */
static void what_users_send(void **state)
{
	struct drive *d = *state;
	struct client c;
	struct found f;

	client_login(d, &c, "u1");
	c.link->roles |= PK_ROLE_SUBMIT;
	OK(submit(&c, "u2@example.test", "u1@example.test", "sent@x"));
	f = look(d, "sent@x", 0);
	assert_int_equal(f.n, 2);
	assert_string_equal(f.event, "copied");
	assert_string_equal(f.address, "u1@example.test");
	assert_string_equal(f.mailbox, "Sent");
	assert_string_equal(f.now, "there");
	assert_int_equal(f.uid, 1);
	f = look(d, "u2@example.test", 0);
	assert_int_equal(f.n, 1);
	assert_string_equal(f.event, "delivered");
	assert_string_equal(f.from, "u1@example.test");
	assert_int_equal(submit(&c, "u2@example.test", "u3@example.test", "false@x"), PK_EPERM);
	assert_int_equal(ASK(&c, sender, NULL, .address = S("boss@example.test")), PK_EPERM);
	client_close(&c);
	later(d, TRACE_FLUSH_MS);
	later(d, TRACE_FLUSH_MS);
	f = look(d, "false@x", 0);
	assert_int_equal(f.n, 1);
	assert_string_equal(f.event, "refused");
	assert_string_equal(f.text, "u3@example.test is no address of this login");
	f = look(d, "boss@example.test", 0);
	assert_int_equal(f.n, 1);
	assert_string_equal(f.event, "sender");
	assert_string_equal(f.address, "u1@example.test");
	assert_string_equal(f.text, "boss@example.test is no address of this login");
}

/* Whatever keeps a message from being stored is told of all that waited for it. */
static void a_delivery_that_fails_is_told(void **state)
{
	struct drive *d = *state;
	struct client c;
	uint16_t stream;
	struct found f;

	client_open(d, &c, DRIVE_DELIVER);
	OK(ASK(&c, recipient, NULL, .address = S("u1@example.test")));
	OK(ASK(&c, recipient, NULL, .address = S("u2@example.test")));
	stream = client_body(&c, BODY);
	assert_int_equal(ASK(&c, deliver, NULL, .body = stream, .return_path = S("a\nb@c"),
	                     .message_id = S("bad@x")),
	                 PK_EINVAL);
	client_close(&c);
	later(d, TRACE_FLUSH_MS);
	assert_int_equal(look(d, "bad@x", 0).n, 2);
	f = look(d, "u2@example.test", 0);
	assert_int_equal(f.n, 1);
	assert_string_equal(f.event, "refused");
	assert_string_equal(f.result, "EINVAL");
	assert_string_equal(f.text, "this is no return path");
	assert_string_equal(f.tenant, "acme");
}

static void recipients_without_a_message(void **state)
{
	struct drive *d = *state;
	struct client c;
	struct found f;

	client_open(d, &c, DRIVE_DELIVER);
	OK(ASK(&c, recipient, NULL, .address = S("u1@example.test"),
	       .return_path = S("joe@x.example")));
	OK(ASK(&c, reset, NULL));
	OK(ASK(&c, recipient, NULL, .address = S("u2@example.test"),
	       .return_path = S("joe@x.example")));
	client_close(&c);
	later(d, TRACE_FLUSH_MS);
	assert_int_equal(look(d, "joe@x.example", 0).n, 2);
	f = look(d, "u1@example.test", 0);
	assert_int_equal(f.n, 1);
	assert_string_equal(f.event, "accepted");
	assert_int_equal(look(d, "u2@example.test", 0).n, 1);
	deliver(d, "u3@example.test", "", "1@x.example");
	later(d, TRACE_FLUSH_MS);
	assert_int_equal(look(d, "u3@example.test", 0).n, 1);
}

/* Where is it: also after its owner moved it, or threw it away. */
static void a_message_is_followed(void **state)
{
	struct drive *d = *state;
	struct pk_open_rep opened;
	struct client u;
	struct buf set = {0};
	struct found f;

	deliver(d, "u1@example.test", "", "1@x.example");
	client_login(d, &u, "u1@example.test");
	OK(ASK(&u, open, &opened, .mailbox = S("INBOX"), .mode = PK_OPEN_WRITE));
	OK(ASK(&u, copy, NULL, .handle = opened.handle, .uids = ROW1(&set, range, 1, 1),
	       .mailbox = S("Archive"), .move = 1));
	f = look(d, "1@x.example", 0);
	assert_string_equal(f.mailbox, "INBOX");
	assert_string_equal(f.now, "moved");
	assert_string_equal(f.now_mailbox, "Archive");
	assert_int_equal(f.now_uid, 1);
	OK(ASK(&u, open, &opened, .mailbox = S("Archive"), .mode = PK_OPEN_DROP));
	OK(ASK(&u, drop_messages, NULL, .handle = opened.handle, .uids = ROW1(&set, range, 1, 1)));
	client_close(&u);
	f = look(d, "1@x.example", 0);
	assert_string_equal(f.now, "removed");
	assert_string_equal(f.now_mailbox, "");
	buf_free(&set);
}

static enum pk_status try_login(struct drive *d, const char *user, const char *password)
{
	struct client c;
	char plain[128];
	int n = snprintf(plain, sizeof(plain), "%c%s%c%s", 0, user, 0, password);
	enum pk_status st;

	client_open(d, &c, DRIVE_SESSION);
	snprintf(c.link->service, sizeof(c.link->service), "imap");
	st = ASK(&c, auth, NULL, .mechanism = S("PLAIN"), .data = (struct slice){plain, (size_t)n});
	client_close(&c);
	return st;
}

/* What a client must not learn an administrator does. */
static void logins_say_why(void **state)
{
	static const struct {
		const char *user, *password, *set, *result, *text;
	} cases[] = {
		{"u1@example.test", "wrong one", "",               "EAUTH",      "wrong password"       },
		{"u9@example.test", "secret",    "",               "EAUTH",      "there is no such user"},
		{"u2@example.test", "secret",    "login.imap=off", "ESUSPENDED",
	         "right, but this protocol is switched off for the account"                             },
		{"u3@example.test", "secret",    "suspended=on",   "ESUSPENDED",
	         "right, but the user, its domain or its tenant is suspended"                           },
	};
	struct drive *d = *state;
	struct buf row = {0};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct slice value = slice_str(cases[i].set), key = slice_cut(&value, '=');
		struct client admin;
		struct found f;

		client_open(d, &admin, DRIVE_ADMIN);
		if (key.n)
			OK(ASK(&admin, user_set, NULL, .account = slice_str(cases[i].user),
			       .settings = ROW1(&row, setting, key, value)));
		client_close(&admin);
		assert_int_not_equal(try_login(d, cases[i].user, cases[i].password), PK_OK);
		later(d, TRACE_FLUSH_MS);
		f = look(d, cases[i].user, 0);
		assert_int_equal(f.n, 1);
		assert_string_equal(f.event, "login");
		assert_string_equal(f.result, cases[i].result);
		assert_string_equal(f.text, cases[i].text);
		assert_string_equal(f.tenant, "acme");
	}
	buf_free(&row);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_delivery_is_found_by_each_name),
		CASE(refusals_and_logins_are_gathered),
		CASE(each_mailbox_and_each_refusal),
		CASE(what_users_send),
		CASE(a_delivery_that_fails_is_told),
		CASE(recipients_without_a_message),
		CASE(a_message_is_followed),
		CASE(logins_say_why),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
