/* Mail from users: as whom it may be sent, and what becomes of it. */
/* links: store */
#include "unit.h"

#include "store_drive.h"

#include "call.h"
#include "delivery.h"
#include "record.h"

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

static void admin_set(struct drive *d, const char *selector, const char *key, const char *value)
{
	struct client admin;
	struct buf b = {0};
	struct pk_rows rows = ROW1(&b, setting, slice_str(key), slice_str(value));

	client_open(d, &admin, DRIVE_ADMIN);
	if (strchr(selector, '@'))
		OK(ASK(&admin, user_set, NULL, .account = slice_str(selector), .settings = rows));
	else if (strchr(selector, '.'))
		OK(ASK(&admin, domain_set, NULL, .domain = slice_str(selector), .settings = rows));
	else
		OK(ASK(&admin, tenant_set, NULL, .tenant = slice_str(selector), .settings = rows));
	client_close(&admin);
	buf_free(&b);
}

static void healthy(struct drive *d)
{
	struct client admin;

	client_open(d, &admin, DRIVE_ADMIN);
	OK(ASK(&admin, verify, NULL, .bodies = 1));
	EACH_ROW(&admin, verify, findings, finding, f)
	fail_msg("%.*s: %.*s", (int)f.where.n, f.where.p, (int)f.what.n, f.what.p);
	client_close(&admin);
}

/* One message from a user to u5. */
static enum pk_status send_one(struct client *c, const char *from)
{
	OK(rcpt(c, "u5@example.test"));
	return submit_from(c, from, from);
}

/* A tenant of its own beside acme, with x@other.test. */
static void other_tenant(struct drive *d)
{
	struct client admin;
	struct buf b = {0};

	client_open(d, &admin, DRIVE_ADMIN);
	OK(ASK(&admin, tenant_create, NULL, .name = S("other")));
	OK(ASK(&admin, domain_create, NULL, .tenant = S("other"), .domain = S("other.test")));
	OK(ASK(&admin, user_create, NULL,
	       .users = ROW1(&b, new_user, S("x@other.test"), S("secret"), 0)));
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

/* Who is refused is charged nothing, and neither is a message that is not taken. */
static void the_hour_is_used_up(void **state)
{
	struct drive *d = *state;
	struct client a, b, other;

	admin_set(d, "u1@example.test", "submit.hour", "3");
	user_open(d, &a, "u1");
	user_open(d, &b, "u1");
	OK(send_one(&a, "u1@example.test"));
	OK(rcpt(&a, "u5@example.test"));
	assert_int_equal(submit_from(&a, "u1@example.test", "u2@example.test"), PK_EPERM);
	d->now_ms += 10 * 60L * 1000;
	OK(send_one(&b, "u1@example.test"));
	OK(send_one(&a, "u1@example.test"));
	assert_int_equal(sender(&b, "u1@example.test"), PK_ELIMIT);
	assert_in_range(b.retry_s, 50 * 60, 51 * 60);
	assert_non_null(strstr(b.error, "3 messages an hour are sent"));
	assert_int_equal(send_one(&b, "u1@example.test"), PK_ELIMIT); /* who asked before */
	assert_in_range(b.retry_s, 50 * 60, 51 * 60);
	assert_int_equal(sender(&b, ""), PK_ELIMIT);
	client_close(&a);
	client_close(&b);
	/* A restart forgets nothing, and others may go on. */
	drive_close(d);
	drive_open(d);
	user_open(d, &a, "u1");
	user_open(d, &other, "u2");
	assert_int_equal(sender(&a, "u1@example.test"), PK_ELIMIT);
	OK(send_one(&other, "u2@example.test"));
	d->now_ms += (int64_t)a.retry_s * 1000;
	OK(sender(&a, "u1@example.test"));
	OK(send_one(&a, "u1@example.test"));
	assert_int_equal(sender(&a, "u1@example.test"), PK_ELIMIT);
	admin_set(d, "u1@example.test", "submit.hour", "0");
	for (int i = 0; i < 10; i++)
		OK(send_one(&a, "u1@example.test"));
	assert_int_equal(count(d, "u5", "INBOX"), 15);
	client_close(&a);
	client_close(&other);
	healthy(d);
}

/* What holds where nobody set anything: 400 messages an hour, 50 recipients a message. */
static void bounds_that_are_built_in(void **state)
{
	struct drive *d = *state;
	struct client c;
	char to[32];

	user_open(d, &c, "u1");
	for (int i = 0; i < 50; i++) {
		snprintf(to, sizeof(to), "u2+%d@example.test", i);
		OK(rcpt(&c, to));
	}
	assert_int_equal(rcpt(&c, "u2+51@example.test"), PK_ELIMIT);
	OK(submit_from(&c, "u1@example.test", "u1@example.test"));
	assert_int_equal(count(d, "u2", "INBOX"), 1);
	for (int i = 1; i < 400; i++)
		OK(send_one(&c, "u1@example.test"));
	assert_int_equal(send_one(&c, "u1@example.test"), PK_ELIMIT);
	assert_int_equal(count(d, "u5", "INBOX"), 399);
	client_close(&c);
	healthy(d);
}

static void the_hour_of_the_tenant(void **state)
{
	struct drive *d = *state;
	struct client a, b, other;

	other_tenant(d);
	admin_set(d, "acme", "submit.tenant_hour", "3");
	user_open(d, &a, "u1");
	user_open(d, &b, "u2");
	user_open(d, &other, "x@other.test");
	OK(send_one(&a, "u1@example.test"));
	OK(send_one(&a, "u1@example.test"));
	OK(send_one(&b, "u2@example.test"));
	assert_int_equal(sender(&b, "u2@example.test"), PK_ELIMIT);
	assert_non_null(strstr(b.error, "of all users"));
	assert_int_equal(send_one(&a, "u1@example.test"), PK_ELIMIT);
	OK(send_one(&other, "x@other.test"));
	client_close(&a);
	client_close(&b);
	client_close(&other);
	assert_int_equal(count(d, "u5", "INBOX"), 4);
	healthy(d);
}

/* Many sessions at once for the last message of the hour: one has it. */
#define RACERS 32
static void the_last_of_the_hour(void **state)
{
	struct drive *d = *state;
	struct client *c = calloc(RACERS, sizeof(*c));
	unsigned won = 0, lost = 0;
	struct buf b = {0}, senders = {0};

	drive_close(d);
	d->threads = 2;
	drive_open(d);
	for (size_t i = 0; i < RACERS; i++) {
		user_open(d, &c[i], "u1");
		OK(rcpt(&c[i], "u2@example.test"));
	}
	admin_set(d, "example.test", "submit.hour", "1");
	for (size_t i = 0; i < RACERS; i++) {
		uint16_t stream = client_body(&c[i], BODY);

		buf_clear(&b);
		pk_put_submit_req(&b,
		                  &(struct pk_submit_req){
					  .body = stream,
					  .senders = ROW1(&senders, name, S("u1@example.test"))});
		c[i].n = 0;
		c[i].tag++;
		drive_send(&c[i], (struct frame){.op = PK_OP_submit,
		                                 .tag = c[i].tag,
		                                 .payload = buf_slice(&b)});
	}
	for (size_t i = 0; i < RACERS; i++) {
		enum pk_status st = PK_OK;

		while (!drive_hear(&c[i], &st))
			if (!server_run(&d->server))
				usleep(50);
		won += st == PK_OK;
		lost += st == PK_ELIMIT;
		client_close(&c[i]);
	}
	assert_true(won == 1 && lost == RACERS - 1);
	assert_int_equal(count(d, "u2", "INBOX"), 1);
	healthy(d);
	buf_free(&b);
	buf_free(&senders);
	free(c);
}

static void a_right_to_send_as_another(void **state)
{
	struct drive *d = *state;
	struct client c, admin;
	unsigned n = 0;

	other_tenant(d);
	client_open(d, &admin, DRIVE_ADMIN);
	user_open(d, &c, "u1");
#define GIVE(address_) \
	ASK(&admin, sendas_create, NULL, .account = S("u1@example.test"), .address = S(address_))
#define TAKE(address_) \
	ASK(&admin, sendas_delete, NULL, .account = S("u1@example.test"), .address = S(address_))
	assert_int_equal(sender(&c, "u2@example.test"), PK_EPERM);
	OK(GIVE("U2@Example.test"));
	assert_int_equal(GIVE("u2@example.test"), PK_EEXISTS);
	OK(GIVE("noreply@example.test")); /* nobody has it */
	assert_int_equal(GIVE("x@other.test"), PK_ENOTFOUND);
	assert_non_null(strstr(admin.error, "no domain of this tenant"));
	assert_int_equal(GIVE("nonsense"), PK_EINVAL);
	OK(sender(&c, "u2@example.test"));
	OK(sender(&c, "u2+shop@example.test"));
	OK(send_one(&c, "noreply@example.test"));
	assert_int_equal(sender(&c, "u3@example.test"), PK_EPERM);
	assert_int_equal(sender(&c, "x@other.test"), PK_EPERM);
	OK(ASK(&admin, sendas_list, NULL, .selector = S("acme")));
	EACH_ROW(&admin, sendas_list, rights, sendas, r)
	{
		assert_true(slice_eq(r.account, S("u1@example.test")));
		assert_true(slice_eq(r.address,
		                     n++ ? S("u2@example.test") : S("noreply@example.test")));
		assert_int_equal(r.created, d->now_ms);
	}
	assert_int_equal(n, 2);
	OK(ASK(&admin, sendas_list, NULL, .selector = S("u2@example.test")));
	EACH_ROW(&admin, sendas_list, rights, sendas, none)
	fail_msg("a right of u2 %zu", none.address.n);
	healthy(d);
	OK(TAKE("u2@example.test"));
	assert_int_equal(TAKE("u2@example.test"), PK_ENOTFOUND);
	assert_int_equal(sender(&c, "u2@example.test"), PK_EPERM);
	assert_int_equal(send_one(&c, "u2@example.test"), PK_EPERM);
	client_close(&c);
	/* With the user it goes; with the domain it is good for nothing, whoever has that next. */
	OK(ASK(&admin, user_delete, NULL, .account = S("u1@example.test")));
	n = 0;
	OK(ASK(&admin, sendas_list, NULL, .selector = S("acme")));
	EACH_ROW(&admin, sendas_list, rights, sendas, left)
	n += left.address.n > 0;
	assert_int_equal(n, 0);
	client_close(&admin);
	healthy(d);
}

static void a_domain_that_went_to_another_tenant(void **state)
{
	struct drive *d = *state;
	struct client c, admin;

	client_open(d, &admin, DRIVE_ADMIN);
	OK(ASK(&admin, domain_create, NULL, .tenant = S("acme"), .domain = S("moved.test")));
	OK(GIVE("info@moved.test"));
	user_open(d, &c, "u1");
	OK(sender(&c, "info@moved.test"));
	admin_set(d, "moved.test", "suspended", "on");
	assert_int_equal(sender(&c, "info@moved.test"), PK_EPERM);
	OK(ASK(&admin, domain_delete, NULL, .domain = S("moved.test")));
	other_tenant(d);
	OK(ASK(&admin, domain_create, NULL, .tenant = S("other"), .domain = S("moved.test")));
	assert_int_equal(sender(&c, "info@moved.test"), PK_EPERM);
	client_close(&c);
	client_close(&admin);
	healthy(d);
}

static void others_that_are_suspended(void **state)
{
	struct drive *d = *state;
	struct client c, admin;
	struct buf b = {0};

	admin_alias(d, "pair@example.test", LIST("u1@example.test", "u2@example.test"));
	admin_alias(d, "ghost@example.test", LIST("u1@example.test", "gone@example.test"));
	client_open(d, &admin, DRIVE_ADMIN);
	user_open(d, &c, "u1");
	/* Who is suspended keeps his half of a list; who is not there has none. */
	OK(ASK(&admin, user_set, NULL, .account = S("u2@example.test"),
	       .settings = ROW1(&b, setting, S("suspended"), S("on"))));
	assert_int_equal(sender(&c, "pair@example.test"), PK_EPERM);
	OK(sender(&c, "ghost@example.test"));
	/* Aliases that lead round in a circle: a domain became another's alias later. */
	OK(ASK(&admin, domain_create, NULL, .tenant = S("acme"), .domain = S("round.test")));
	admin_alias(d, "a@example.test", LIST("a@round.test"));
	admin_set(d, "round.test", "alias_of", "example.test");
	assert_int_equal(sender(&c, "a@example.test"), PK_EPERM);
	assert_int_equal(sender(&c, "a@round.test"), PK_EPERM);
	OK(sender(&c, "u1@round.test"));
	client_close(&c);
	client_close(&admin);
	buf_free(&b);
}

/* Suspended or deleted while the session is there: it is told, and nothing goes out. */
static void a_sender_who_is_no_more(void **state)
{
	struct drive *d = *state;
	struct client c, admin;
	struct buf b = {0};

	client_open(d, &admin, DRIVE_ADMIN);
	user_open(d, &c, "u1");
	OK(rcpt(&c, "u5@example.test"));
	session_find(c.link, c.number)->acct = 0; /* its host is deaf to the kick */
	OK(ASK(&admin, user_set, NULL, .account = S("u1@example.test"),
	       .settings = ROW1(&b, setting, S("suspended"), S("on"))));
	session_find(c.link, c.number)->acct = ACCT(1, 1);
	assert_int_equal(sender(&c, "u1@example.test"), PK_EAUTH);
	assert_int_equal(submit_from(&c, "u1@example.test", "u1@example.test"), PK_EAUTH);
	OK(rcpt(&c, "u5@example.test"));
	session_find(c.link, c.number)->acct = 0;
	OK(ASK(&admin, user_delete, NULL, .account = S("u1@example.test")));
	session_find(c.link, c.number)->acct = ACCT(1, 1);
	assert_int_equal(submit_from(&c, "u1@example.test", "u1@example.test"), PK_EAUTH);
	assert_int_equal(count(d, "u5", "INBOX"), 0);
	client_close(&c);
	client_close(&admin);
	buf_free(&b);
	healthy(d);
}

/* At once, also for who is there already: that is what it is for. */
static void sending_that_is_switched_off(void **state)
{
	struct drive *d = *state;
	struct client c;

	user_open(d, &c, "u1");
	snprintf(c.link->service, sizeof(c.link->service), "submission");
	OK(sender(&c, "u1@example.test"));
	OK(rcpt(&c, "u2@example.test"));
	admin_set(d, "u1@example.test", "login.submission", "off");
	assert_int_equal(sender(&c, "u1@example.test"), PK_EAUTH);
	assert_int_equal(submit_from(&c, "u1@example.test", "u1@example.test"), PK_EAUTH);
	admin_set(d, "u1@example.test", "login.submission", "on");
	OK(rcpt(&c, "u2@example.test"));
	OK(submit_from(&c, "u1@example.test", "u1@example.test"));
	client_close(&c);
	assert_int_equal(count(d, "u2", "INBOX"), 1);
	healthy(d);
}

static void bounds_of_a_message(void **state)
{
	struct drive *d = *state;
	struct client c;
	struct buf b = {0}, many = {0};
	char big[50 + TRACE_MAX + 1];

	memset(big, 'x', sizeof(big));
	admin_set(d, "u1@example.test", "submit.recipients_max", "2");
	admin_set(d, "u1@example.test", "message_max", "50");
	user_open(d, &c, "u1");
	assert_int_equal(ASK(&c, sender, NULL, .address = S("u1@example.test"), .octets = 51),
	                 PK_ETOOBIG);
	OK(ASK(&c, sender, NULL, .address = S("u1@example.test"), .octets = 50));
	OK(rcpt(&c, "u2@example.test"));
	OK(rcpt(&c, "u3@example.test"));
	assert_int_equal(rcpt(&c, "u4@example.test"), PK_ELIMIT);
	assert_int_equal(rcpt(&c, "somebody@elsewhere.test"), PK_EPERM);
	/* No senders, too many, a Bcc that is none: refused, and the transaction is over. */
	assert_int_equal(ASK(&c, submit, NULL, .body = client_body(&c, BODY)), PK_EINVAL);
	OK(rcpt(&c, "u2@example.test"));
	for (int i = 0; i < 51; i++)
		pk_put_name_row(&many, &(struct pk_name){S("u1@example.test")});
	assert_int_equal(
		ASK(&c, submit, NULL, .body = client_body(&c, BODY), .senders = PK_ROWS(&many)),
		PK_EINVAL);
	OK(rcpt(&c, "u2@example.test"));
	assert_int_equal(ASK(&c, submit, NULL, .body = client_body(&c, BODY),
	                     .senders = ROW1(&b, name, S("u1@example.test")),
	                     .bcc = S("a\r\nX-Other: y")),
	                 PK_EINVAL);
	assert_int_equal(submit_from(&c, "u1@example.test", "u1@example.test"), PK_EINVAL);
	OK(rcpt(&c, "u2@example.test"));
	assert_int_equal(ASK(&c, submit, NULL,
	                     .body = client_body(&c, (struct slice){big, sizeof(big)}),
	                     .senders = ROW1(&b, name, S("u1@example.test"))),
	                 PK_ETOOBIG);
	assert_int_equal(count(d, "u2", "INBOX"), 0);
	/* What the host puts in front of the message is not the sender's. */
	OK(rcpt(&c, "u2@example.test"));
	OK(ASK(&c, submit, NULL, .body = client_body(&c, (struct slice){big, sizeof(big) - 1}),
	       .senders = ROW1(&b, name, S("u1@example.test"))));
	client_close(&c);
	buf_free(&b);
	buf_free(&many);
}

/* One transaction is of one volume, the sender's. */
static void two_volumes(void **state)
{
	struct drive d = {.volumes = 2};
	struct client c;

	(void)state;
	drive_make(&d, 5);
	other_tenant(&d);
	user_open(&d, &c, "u1");
	assert_int_equal(rcpt(&c, "x@other.test"), PK_ENOTSUP);
	assert_non_null(strstr(c.error, "is not delivered yet"));
	OK(send_one(&c, "u1@example.test"));
	client_close(&c);
	assert_int_equal(count(&d, "u5", "INBOX"), 1);
	healthy(&d);
	drive_remove(&d);
}

/* Recipients of two tenants: each has the body under its own key, and the sender a copy. */
static void to_another_tenant(void **state)
{
	struct drive *d = *state;
	struct client c;

	other_tenant(d);
	user_open(d, &c, "u1");
	OK(rcpt(&c, "x@other.test"));
	OK(submit_from(&c, "u1@example.test", "u1@example.test"));
	OK(rcpt(&c, "x@other.test"));
	OK(rcpt(&c, "u2@example.test"));
	OK(submit_from(&c, "u1@example.test", "u1@example.test"));
	client_close(&c);
	assert_int_equal(count(d, "x@other.test", "INBOX"), 2);
	assert_int_equal(count(d, "u2", "INBOX"), 1);
	assert_int_equal(count(d, "u1", "Sent"), 2);
	admin_set(d, "acme", "submit.copy", "off");
	user_open(d, &c, "u1");
	OK(rcpt(&c, "x@other.test"));
	OK(submit_from(&c, "u1@example.test", "u1@example.test"));
	client_close(&c);
	assert_int_equal(count(d, "x@other.test", "INBOX"), 3);
	healthy(d);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_message_reaches_its_recipients),
		CASE(only_the_own_addresses),
		CASE(the_hour_is_used_up),
		CASE(bounds_that_are_built_in),
		CASE(the_hour_of_the_tenant),
		CASE(the_last_of_the_hour),
		CASE(a_right_to_send_as_another),
		CASE(a_domain_that_went_to_another_tenant),
		CASE(others_that_are_suspended),
		CASE(a_sender_who_is_no_more),
		CASE(sending_that_is_switched_off),
		CASE(bounds_of_a_message),
		CASE(to_another_tenant),
		cmocka_unit_test(two_volumes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
