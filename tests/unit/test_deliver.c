/* Mail from outside: recipients, places held for them, and deliveries all or none or each. */
/* links: store */
#include "unit.h"

#include "store_drive.h"

#include "delivery.h"

#include "mailbox.h"

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

#define BODY S("From: a@b\r\nSubject: x\r\n\r\nhello\r\n")

static enum pk_status rcpt(struct client *c, const char *address)
{
	return ASK(c, recipient, NULL, .address = slice_str(address));
}

static enum pk_status deliver(struct client *c, bool each)
{
	uint16_t stream = client_body(c, BODY);

	return ASK(c, deliver, NULL, .body = stream, .return_path = S("a@b"), .each = each);
}

/* The codes of the last delivery. */
static void codes(struct client *c, uint16_t out[], size_t n)
{
	size_t i = 0;

	EACH_ROW(c, deliver, results, result, r)
	{
		assert_true(i < n);
		out[i++] = r.code;
	}
	assert_int_equal(i, n);
}

static void admin_quota(struct drive *d, const char *selector, uint8_t resource, uint64_t limit)
{
	struct client admin;

	client_open(d, &admin, DRIVE_ADMIN);
	OK(ASK(&admin, quota_set, NULL, .selector = slice_str(selector), .resource = resource,
	       .limit = limit));
	client_close(&admin);
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
#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL})

static void admin_setting(struct drive *d, const char *domain, const char *key, const char *value)
{
	struct client admin;
	struct buf b = {0};

	client_open(d, &admin, DRIVE_ADMIN);
	OK(ASK(&admin, domain_set, NULL, .domain = slice_str(domain),
	       .settings = ROW1(&b, setting, slice_str(key), slice_str(value))));
	client_close(&admin);
	buf_free(&b);
}

static uint32_t exists(struct drive *d, const char *user)
{
	struct pk_status_rep rep;
	struct client c;

	client_login(d, &c, user);
	OK(ASK(&c, status, &rep, .mailbox = S("INBOX")));
	client_close(&c);
	return rep.exists;
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

static void what_an_address_means(void **state)
{
	static const struct {
		const char *address;
		enum pk_status st;
		const char *resolved;
	} cases[] = {
		{"u1@example.test",                 PK_OK,        "u1@example.test"},
		{"U1@EXAMPLE.test",                 PK_OK,        "u1@example.test"},
		{"u1",			      PK_OK,        "u1@example.test"},
		{"u1+shop@example.test",            PK_OK,        "u1@example.test"},
		{"u1+a+b@example.test",             PK_OK,        "u1@example.test"},
		{"sales@example.test",              PK_OK,        "u2@example.test"},
		{"sales+x@example.test",            PK_OK,        "u2@example.test"},
		{"deep@example.test",               PK_OK,        "u2@example.test"},
		{"u3@alias.test",                   PK_OK,        "u3@example.test"},
		{"u3+x@alias.test",                 PK_OK,        "u3@example.test"},
		{"sales@alias.test",                PK_OK,        "u2@example.test"},
		{"nobody@example.test",             PK_ENOTFOUND, NULL             },
		{"nobody@alias.test",               PK_ENOTFOUND, NULL             },
		{"anything@catch.test",             PK_OK,        "u4@example.test"},
		{"u1@elsewhere.test",               PK_EPERM,     NULL             },
		{"@elsewhere.test:u1@example.test", PK_ENOTFOUND, NULL             },
		{"u1%elsewhere.test@example.test",  PK_ENOTFOUND, NULL             },
		{"\"u1\"@example.test",             PK_OK,        "u1@example.test"},
		{"\"u 1\"@example.test",            PK_ENOTFOUND, NULL             },
		{"u1@[127.0.0.1]",                  PK_EPERM,     NULL             },
		{"",				PK_ENOTFOUND, NULL             },
		{"u1@example.test\r\nRCPT TO:<x>",  PK_EPERM,     NULL             },
	};
	struct drive *d = *state;
	struct client c, admin;

	client_open(d, &admin, DRIVE_ADMIN);
	OK(ASK(&admin, domain_create, NULL, .tenant = S("acme"), .domain = S("alias.test")));
	OK(ASK(&admin, domain_create, NULL, .tenant = S("acme"), .domain = S("catch.test")));
	client_close(&admin);
	admin_setting(d, "alias.test", "alias_of", "example.test");
	admin_alias(d, "sales@example.test", LIST("u2@example.test", "u3@example.test"));
	admin_alias(d, "deep@example.test", LIST("sales@example.test", "u2+tag@example.test"));
	admin_alias(d, "@catch.test", LIST("u4@example.test"));
	client_open(d, &c, DRIVE_DELIVER);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct pk_recipient_rep rep;

		assert_int_equal(ASK(&c, recipient, &rep, .address = slice_str(cases[i].address)),
		                 cases[i].st);
		if (cases[i].resolved)
			assert_true(slice_eq(rep.resolved, slice_str(cases[i].resolved)));
	}
	OK(deliver(&c, false));
	client_close(&c);
	/* One copy each, however often they were named. */
	for (unsigned i = 1; i <= 5; i++) {
		char user[8];

		snprintf(user, sizeof(user), "u%u", i);
		assert_int_equal(exists(d, user), i < 5);
	}
	healthy(d);
}

/* RFC 5321 4.5.1, in any case of letters: nobody until an alias says who reads it. */
static void postmaster_is_an_alias(void **state)
{
	static const struct {
		const char *address;
		enum pk_status before, after;
	} cases[] = {
		{"postmaster@example.test", PK_ENOTFOUND, PK_OK       },
		{"PostMaster@Example.Test", PK_ENOTFOUND, PK_OK       },
		{"POSTMASTER",              PK_ENOTFOUND, PK_OK       }, /* of default_domain */
		{"postmaster@alias.test",   PK_ENOTFOUND, PK_OK       },
		{"postmaster@other.test",   PK_ENOTFOUND, PK_ENOTFOUND},
	};
	struct drive *d = *state;
	struct client c;

	client_open(d, &c, DRIVE_ADMIN);
	OK(ASK(&c, domain_create, NULL, .tenant = S("acme"), .domain = S("alias.test")));
	OK(ASK(&c, domain_create, NULL, .tenant = S("acme"), .domain = S("other.test")));
	client_close(&c);
	admin_setting(d, "alias.test", "alias_of", "example.test");
	for (int there = 0; there < 2; there++) {
		for (size_t i = 0; i < COUNT(cases); i++) {
			client_open(d, &c, DRIVE_DELIVER);
			assert_int_equal(rcpt(&c, cases[i].address),
			                 there ? cases[i].after : cases[i].before);
			client_close(&c);
		}
		if (!there)
			admin_alias(d, "postmaster@example.test", LIST("u2@example.test"));
	}
	healthy(d);
}

static void plus_can_be_off(void **state)
{
	struct drive *d = *state;
	struct client c;

	admin_setting(d, "example.test", "plus", "off");
	client_open(d, &c, DRIVE_DELIVER);
	assert_int_equal(rcpt(&c, "u1+x@example.test"), PK_ENOTFOUND);
	client_close(&c);
}

static void suspended(void **state)
{
	struct drive *d = *state;
	struct client c, admin;
	struct buf b = {0};
	struct pk_rows on = ROW1(&b, setting, S("suspended"), S("on"));

	admin_alias(d, "sales@example.test", LIST("u2@example.test", "u3@example.test"));
	admin_alias(d, "only@example.test", LIST("u2@example.test"));
	client_open(d, &admin, DRIVE_ADMIN);
	OK(ASK(&admin, user_set, NULL, .account = S("u2@example.test"), .settings = on));
	client_open(d, &c, DRIVE_DELIVER);
	assert_int_equal(rcpt(&c, "u2@example.test"), PK_ESUSPENDED);
	assert_int_equal(rcpt(&c, "only@example.test"), PK_ESUSPENDED);
	OK(rcpt(&c, "sales@example.test")); /* the other one gets it */
	OK(ASK(&c, reset, NULL));
	OK(ASK(&admin, domain_set, NULL, .domain = S("example.test"), .settings = on));
	assert_int_equal(rcpt(&c, "u1@example.test"), PK_ESUSPENDED);
	client_close(&c);
	client_close(&admin);
	buf_free(&b);
}

static void readers_see_prefix_and_body(void **state)
{
	static const char prefix[] = "Return-Path: <a@b>\r\nDelivered-To: u1@example.test\r\n";
	struct drive *d = *state;
	struct pk_messages_rep messages;
	struct pk_message m = {0};
	struct pk_chunk chunk = {0};
	struct pk_open_rep opened;
	struct buf one = {0};
	struct client c, u1;

	client_open(d, &c, DRIVE_DELIVER);
	OK(rcpt(&c, "u1+detail@example.test"));
	OK(deliver(&c, true));
	client_close(&c);
	client_login(d, &u1, "u1");
	OK(ASK(&u1, open, &opened, .mailbox = S("INBOX"), .mode = PK_OPEN_READ));
	OK(ASK(&u1, messages, &messages, .handle = opened.handle, .uids = ROW1(&one, range, 1, 1),
	       .want = PK_WANT_PREFIX | PK_WANT_SIZE));
	assert_true(pk_next_message(&messages.messages, &m));
	assert_true(slice_eq(m.prefix, slice_str(prefix)));
	assert_int_equal(m.octets, sizeof(prefix) - 1 + BODY.n);
	OK(ASK(&u1, read, NULL, .handle = opened.handle,
	       .pieces = ROW1(&one, piece, 1, 0, 1 << 20)));
	buf_clear(&one);
	EACH_ROW(&u1, read, chunks, chunk, got)
	{
		chunk = got;
		buf_put(&one, got.bytes);
	}
	assert_int_equal(chunk.status, PK_OK);
	assert_int_equal(one.n, m.octets);
	assert_true(slice_starts(buf_slice(&one), slice_str(prefix)) &&
	            slice_ends(buf_slice(&one), BODY));
	client_close(&u1);
	buf_free(&one);
}

/* What stands in front of the newest message. */
static void prefix_of_newest(struct drive *d, const char *user, struct buf *out)
{
	struct pk_messages_rep messages;
	struct pk_message m = {0};
	struct pk_open_rep opened;
	struct buf one = {0};
	struct client c;

	client_login(d, &c, user);
	OK(ASK(&c, open, &opened, .mailbox = S("INBOX"), .mode = PK_OPEN_READ));
	OK(ASK(&c, messages, &messages, .handle = opened.handle,
	       .uids = ROW1(&one, range, opened.uidnext - 1, opened.uidnext - 1),
	       .want = PK_WANT_PREFIX));
	assert_true(pk_next_message(&messages.messages, &m));
	buf_clear(out);
	buf_put(out, m.prefix);
	client_close(&c);
	buf_free(&one);
}

/* RFC 8098 2.3: of each recipient its own, where there is room; the first one's of a mailbox. */
static void original_recipients(void **state)
{
	char longest[600];
	struct drive *d = *state;
	struct buf got = {0};
	struct client c;

	memset(longest, 'x', sizeof(longest));
	memcpy(longest, "rfc822;", 7);
	client_open(d, &c, DRIVE_DELIVER);
	OK(ASK(&c, recipient, NULL, .address = S("u1@example.test"),
	       .original = S("rfc822;Jane+old@example.test")));
	OK(ASK(&c, recipient, NULL, .address = S("u1+x@example.test"), .original = S("rfc822;b")));
	OK(ASK(&c, recipient, NULL, .address = S("u2@example.test"), .original = {longest, 500}));
	OK(rcpt(&c, "u3@example.test"));
	assert_int_equal(ASK(&c, recipient, NULL, .address = S("u4@example.test"),
	                     .original = S("rfc822;a\r\nFrom: b")),
	                 PK_EINVAL);
	assert_int_equal(ASK(&c, recipient, NULL, .address = S("u4@example.test"),
	                     .original = {longest, 501}),
	                 PK_EINVAL);
	OK(deliver(&c, false));
	prefix_of_newest(d, "u1", &got);
	assert_true(slice_eq(buf_slice(&got),
	                     S("Return-Path: <a@b>\r\nDelivered-To: u1@example.test\r\n"
	                       "Original-Recipient: rfc822;Jane+old@example.test\r\n")));
	prefix_of_newest(d, "u2", &got);
	assert_int_equal(got.n, strlen("Return-Path: <a@b>\r\nDelivered-To: u2@example.test\r\n"
	                               "Original-Recipient: \r\n") +
	                                500);
	prefix_of_newest(d, "u3", &got);
	assert_true(slice_eq(buf_slice(&got),
	                     S("Return-Path: <a@b>\r\nDelivered-To: u3@example.test\r\n")));
	/* A long return path leaves no room for it. */
	OK(ASK(&c, recipient, NULL, .address = S("u2@example.test"), .original = {longest, 500}));
	OK(ASK(&c, deliver, NULL, .body = client_body(&c, BODY),
	       .return_path = {longest + 7, 300}));
	prefix_of_newest(d, "u2", &got);
	assert_true(slice_ends(buf_slice(&got), S(">\r\nDelivered-To: u2@example.test\r\n")));
	client_close(&c);
	buf_free(&got);
	healthy(d);
}

static void one_message_is_one_body(void **state)
{
	struct drive *d = *state;
	struct pk_tenant_show_rep shown;
	struct client c, admin;
	struct cursor cursor;
	struct txn t;
	unsigned blobs = 0;

	client_open(d, &c, DRIVE_DELIVER);
	for (int i = 1; i <= 5; i++) {
		char address[32];

		snprintf(address, sizeof(address), "u%d@example.test", i);
		OK(rcpt(&c, address));
	}
	OK(deliver(&c, false));
	client_close(&c);
	OK(txn_begin_read(d->server.volumes[0], &t));
	OK(cursor_open(&t, TREE_BLOB, &cursor));
	for (enum pk_status st = cursor_seek(&cursor, S("")); st == PK_OK;
	     st = cursor_next(&cursor)) {
		struct blob_row row;

		OK(blob_decode(cursor.value, &row));
		assert_int_equal(row.refs, 5);
		blobs++;
	}
	cursor_close(&cursor);
	txn_end_read(&t);
	assert_int_equal(blobs, 1);
	client_open(d, &admin, DRIVE_ADMIN);
	OK(ASK(&admin, tenant_show, &shown, .tenant = S("acme")));
	assert_int_equal(shown.messages, 5);
	client_close(&admin);
	healthy(d);
}

/* DESIGN 2: whoever asks later sees what others were promised. */
static void places_are_held(void **state)
{
	struct drive *d = *state;
	struct client a, b;

	admin_quota(d, "acme", PK_RES_MESSAGES, 2);
	client_open(d, &a, DRIVE_DELIVER);
	client_open(d, &b, DRIVE_DELIVER);
	OK(rcpt(&a, "u1@example.test"));
	OK(rcpt(&a, "u1@example.test")); /* the same mailbox: the same place */
	OK(rcpt(&a, "u2@example.test"));
	assert_int_equal(rcpt(&b, "u3@example.test"), PK_EQUOTA);
	OK(ASK(&a, reset, NULL));
	OK(rcpt(&b, "u3@example.test"));
	OK(rcpt(&a, "u1@example.test"));
	assert_int_equal(rcpt(&a, "u2@example.test"), PK_EQUOTA);
	client_close(&b); /* a link that is gone holds nothing */
	OK(rcpt(&a, "u2@example.test"));
	client_open(d, &b, DRIVE_DELIVER);
	assert_int_equal(rcpt(&b, "u3@example.test"), PK_EQUOTA);
	d->now_ms += 10 * 60 * 1000;
	server_tick(&d->server);
	OK(rcpt(&b, "u3@example.test")); /* nor does one that waits too long */
	OK(deliver(&b, false));
	assert_int_equal(deliver(&a, false), PK_EQUOTA);
	client_close(&a);
	client_close(&b);
	healthy(d);
}

static void octets_are_held_too(void **state)
{
	struct drive *d = *state;
	struct client a, b;

	admin_quota(d, "acme/example.test", PK_RES_OCTETS, 1000);
	client_open(d, &a, DRIVE_DELIVER);
	client_open(d, &b, DRIVE_DELIVER);
	OK(ASK(&a, recipient, NULL, .address = S("u1@example.test"), .octets = 600));
	assert_int_equal(ASK(&b, recipient, NULL, .address = S("u2@example.test"), .octets = 600),
	                 PK_EQUOTA);
	OK(ASK(&b, recipient, NULL, .address = S("u2@example.test"), .octets = 400));
	client_close(&a);
	client_close(&b);
}

/* Three recipients; the second goes over between RCPT and DATA. */
static void all_or_none(void **state)
{
	struct drive *d = *state;
	struct client c;

	client_open(d, &c, DRIVE_DELIVER);
	OK(rcpt(&c, "u1@example.test"));
	OK(rcpt(&c, "u2@example.test"));
	OK(rcpt(&c, "u3@example.test"));
	admin_quota(d, "u2@example.test", PK_RES_MESSAGES, 0);
	assert_int_equal(deliver(&c, false), PK_EQUOTA);
	assert_non_null(strstr(c.error, "u2@example.test"));
	assert_int_equal(exists(d, "u1") + exists(d, "u2") + exists(d, "u3"), 0);
	/* Nothing of it is left: the next one is a transaction of its own. */
	assert_int_equal(deliver(&c, false), PK_EINVAL);
	OK(rcpt(&c, "u1@example.test"));
	OK(deliver(&c, false));
	assert_int_equal(exists(d, "u1"), 1);
	client_close(&c);
	healthy(d);
}

static void each_for_itself(void **state)
{
	struct drive *d = *state;
	uint16_t got[3];
	struct client c;

	client_open(d, &c, DRIVE_DELIVER);
	OK(rcpt(&c, "u1@example.test"));
	OK(rcpt(&c, "u2@example.test"));
	OK(rcpt(&c, "u3@example.test"));
	admin_quota(d, "u2@example.test", PK_RES_MESSAGES, 0);
	OK(deliver(&c, true));
	codes(&c, got, 3);
	assert_true(got[0] == PK_OK && got[1] == PK_EQUOTA && got[2] == PK_OK);
	assert_true(exists(d, "u1") == 1 && exists(d, "u2") == 0 && exists(d, "u3") == 1);
	client_close(&c);
	healthy(d);
}

/* An alias's mailboxes get it together; who is also named alone gets it in any case. */
static void an_alias_is_one_recipient(void **state)
{
	struct drive *d = *state;
	uint16_t got[2];
	struct client c;

	admin_alias(d, "team@example.test", LIST("u1@example.test", "u2@example.test"));
	client_open(d, &c, DRIVE_DELIVER);
	OK(rcpt(&c, "team@example.test"));
	OK(rcpt(&c, "u1@example.test"));
	admin_quota(d, "u2@example.test", PK_RES_MESSAGES, 0);
	OK(deliver(&c, true));
	codes(&c, got, 2);
	assert_true(got[0] == PK_EQUOTA && got[1] == PK_OK);
	assert_true(exists(d, "u1") == 1 && exists(d, "u2") == 0);
	client_close(&c);
	healthy(d);
}

/* Each limit on its own, also when the message itself fills it up. */
static void every_scope_has_its_limit(void **state)
{
	static const struct {
		const char *selector, *words;
	} cases[] = {
		{"acme",                  "tenant" },
		{"acme/example.test",     "domain" },
		{"u2@example.test",       "user"   },
		{"u2@example.test:INBOX", "mailbox"},
	};
	struct drive *d = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct client c;

		client_open(d, &c, DRIVE_DELIVER);
		OK(rcpt(&c, "u1@example.test"));
		OK(rcpt(&c, "u2@example.test"));
		/* Room for one of the two. */
		admin_quota(d, cases[i].selector, PK_RES_OCTETS, i < 2 ? 100 : 10);
		assert_int_equal(deliver(&c, false), PK_EQUOTA);
		assert_non_null(strstr(c.error, cases[i].words));
		admin_quota(d, cases[i].selector, PK_RES_OCTETS, UINT64_MAX);
		client_close(&c);
	}
	assert_int_equal(exists(d, "u1") + exists(d, "u2"), 0);
}

static void limits_of_a_transaction(void **state)
{
	struct drive *d = *state;
	struct client c;
	char big[20 + TRACE_MAX + 1];

	memset(big, 'x', sizeof(big));
	admin_setting(d, "example.test", "recipients_max", "2");
	client_open(d, &c, DRIVE_DELIVER);
	assert_int_equal(deliver(&c, false), PK_EINVAL); /* to nobody */
	OK(rcpt(&c, "u1@example.test"));
	OK(rcpt(&c, "u2@example.test"));
	assert_int_equal(rcpt(&c, "u3@example.test"), PK_ELIMIT);
	assert_int_equal(ASK(&c, deliver, NULL, .body = 99), PK_EINVAL); /* no such body */
	admin_setting(d, "example.test", "message_max", "20");
	OK(rcpt(&c, "u1@example.test"));
	assert_int_equal(
		ASK(&c, deliver, NULL, .body = client_body(&c, (struct slice){big, sizeof(big)})),
		PK_ETOOBIG);
	OK(rcpt(&c, "u1@example.test"));
	OK(ASK(&c, deliver, NULL, .body = client_body(&c, (struct slice){big, sizeof(big) - 1})));
	assert_int_equal(ASK(&c, recipient, NULL, .address = S("u1@example.test"), .octets = 21),
	                 PK_ETOOBIG);
	assert_int_equal(
		ASK(&c, recipient, NULL, .address = S("u1@example.test"), .octets = 1ull << 40),
		PK_ETOOBIG);
	OK(rcpt(&c, "u1@example.test"));
	assert_int_equal(
		ASK(&c, deliver, NULL, .body = client_body(&c, S("x")), .return_path = S("a\r\nb")),
		PK_EINVAL);
	client_close(&c);
	healthy(d);
}

/* What may be of the store's own size arrives, with what its host adds; an APPEND has nothing
 * added. */
static void limit_of_the_store(void **state)
{
	struct drive *d = *state;
	struct client c, imap;
	struct buf row = {0};
	uint64_t usual = d->server.options.message_max;
	char big[100 + TRACE_MAX + 1];
	struct slice all = {big, sizeof(big)};

	memset(big, 'x', sizeof(big));
	d->server.options.message_max = 100;
	client_open(d, &c, DRIVE_DELIVER);
	OK(rcpt(&c, "u1@example.test"));
	OK(ASK(&c, deliver, NULL, .body = client_body(&c, slice_head(all, sizeof(big) - 1))));
	OK(rcpt(&c, "u1@example.test"));
	assert_int_equal(ASK(&c, deliver, NULL, .body = client_body(&c, all)), PK_ETOOBIG);
	client_login(d, &imap, "u1@example.test");
	for (size_t i = 100; i <= 101; i++)
		assert_int_equal(
			ASK(&imap, append, NULL, .mailbox = S("INBOX"),
		            .messages = ROW1(&row, new_message,
		                             .body = client_body(&imap, slice_head(all, i)),
		                             .summary = S("a summary"))),
			i == 100 ? PK_OK : PK_ETOOBIG);
	buf_free(&row);
	client_close(&imap);
	client_close(&c);
	d->server.options.message_max = usual;
	healthy(d);
}

/* Mail over two tenants: each has the body under its own key. */
static void two_tenants(void **state)
{
	struct drive *d = *state;
	struct client c, admin;
	struct buf b = {0};

	client_open(d, &admin, DRIVE_ADMIN);
	OK(ASK(&admin, tenant_create, NULL, .name = S("other")));
	OK(ASK(&admin, domain_create, NULL, .tenant = S("other"), .domain = S("other.test")));
	OK(ASK(&admin, user_create, NULL,
	       .users = ROW1(&b, new_user, S("x@other.test"), S("secret"), 0)));
	client_open(d, &c, DRIVE_DELIVER);
	OK(rcpt(&c, "x@other.test"));
	OK(rcpt(&c, "u1@example.test"));
	OK(deliver(&c, false));
	client_close(&c);
	assert_true(exists(d, "u1") == 1 && exists(d, "x@other.test") == 1);
	healthy(d);
	OK(ASK(&admin, tenant_delete, NULL, .tenant = S("acme")));
	assert_int_equal(exists(d, "x@other.test"), 1);
	client_close(&admin);
	healthy(d);
	buf_free(&b);
}

/* DESIGN 2: one transaction of one volume; a recipient of another one is asked to wait. */
static void two_volumes(void **state)
{
	struct drive d = {.volumes = 2};
	struct place a, b;
	struct client c, admin;
	struct buf rows = {0};
	unsigned n = 0;

	(void)state;
	drive_make(&d, 1);
	client_open(&d, &admin, DRIVE_ADMIN);
	OK(ASK(&admin, tenant_create, NULL, .name = S("other")));
	OK(ASK(&admin, domain_create, NULL, .tenant = S("other"), .domain = S("other.test")));
	OK(ASK(&admin, user_create, NULL,
	       .users = ROW1(&rows, new_user, S("x@other.test"), S("secret"), 0)));
	OK(directory_tenant(d.server.directory, S("acme"), &a));
	OK(directory_tenant(d.server.directory, S("other"), &b));
	assert_int_not_equal(a.volume, b.volume); /* they spread */
	OK(ASK(&admin, tenant_list, NULL));
	EACH_ROW(&admin, tenant_list, tenants, tenant, t)
	n += t.users;
	assert_int_equal(n, 2);
	client_open(&d, &c, DRIVE_DELIVER);
	OK(rcpt(&c, "x@other.test"));
	assert_int_equal(rcpt(&c, "u1@example.test"), PK_ELIMIT);
	OK(deliver(&c, false));
	OK(rcpt(&c, "u1@example.test"));
	OK(deliver(&c, false));
	client_close(&c);
	assert_true(exists(&d, "u1") == 1 && exists(&d, "x@other.test") == 1);
	client_close(&admin);
	healthy(&d);
	drive_close(&d);
	drive_open(&d);
	healthy(&d);
	drive_remove(&d);
	buf_free(&rows);
}

static void a_deleted_tenant_leaves_no_body(void **state)
{
	struct drive *d = *state;
	struct client c, admin;
	struct slice key, value;
	struct txn t;

	client_open(d, &c, DRIVE_DELIVER);
	for (int i = 0; i < 20; i++) {
		OK(rcpt(&c, "u1@example.test"));
		OK(rcpt(&c, "u2@example.test"));
		OK(deliver(&c, false));
	}
	client_close(&c);
	client_open(d, &admin, DRIVE_ADMIN);
	OK(ASK(&admin, tenant_delete, NULL, .tenant = S("acme")));
	client_close(&admin);
	OK(txn_begin_read(d->server.volumes[0], &t));
	for (int tree = TREE_ACCT; tree <= TREE_DEDUP; tree++) {
		enum pk_status st =
			txn_first(&t, (enum tree)tree, S(""), S("\0\0\0\0\1"), &key, &value);

		assert_int_equal(st, PK_ENOTFOUND);
	}
	txn_end_read(&t);
	healthy(d);
}

static void user_set(struct drive *d, const char *user, const char *key, const char *value)
{
	struct client admin;
	struct buf b = {0};

	client_open(d, &admin, DRIVE_ADMIN);
	OK(ASK(&admin, user_set, NULL, .account = slice_str(user),
	       .settings = ROW1(&b, setting, slice_str(key), slice_str(value))));
	client_close(&admin);
	buf_free(&b);
}

static uint32_t count_in(struct drive *d, const char *user, const char *mailbox)
{
	struct pk_status_rep rep;
	struct client c;

	client_login(d, &c, user);
	OK(ASK(&c, status, &rep, .mailbox = slice_str(mailbox)));
	client_close(&c);
	return rep.exists;
}

/* Where mail with a part after "+" goes; it says nothing until the user allows it. */
static void a_part_after_plus_is_a_folder(void **state)
{
	static const struct {
		const char *address, *mailbox;
	} cases[] = {
		{"u1+Shop@example.test",         "Shop"        },
		{"u1+SHOP@example.test",         "Shop"        },
		{"u1+shop@example.test",         "Shop"        },
		{"u1+work/clients@example.test", "Work/Clients"},
		{"u1+work@example.test",         "INBOX"       }, /* a name above one only */
		{"u1+nothing@example.test",      "INBOX"       },
		{"u1+inbox@example.test",        "INBOX"       },
		{"u1+@example.test",             "INBOX"       },
		{"u1@example.test",              "INBOX"       },
		{"lists@example.test",           "Lists"       }, /* an alias of u1+lists */
		{"u1+lists@alias.test",          "Lists"       },
		{"a+lists@example.test",         "INBOX"       }, /* an alias's part is no user's */
		{"u1+two@example.test",          "two"         }, /* there is Two as well */
	};
	struct drive *d = *state;
	struct client c, admin;

	client_open(d, &admin, DRIVE_ADMIN);
	OK(ASK(&admin, domain_create, NULL, .tenant = S("acme"), .domain = S("alias.test")));
	client_close(&admin);
	admin_setting(d, "alias.test", "alias_of", "example.test");
	admin_alias(d, "lists@example.test", LIST("u1+lists@example.test"));
	admin_alias(d, "a@example.test", LIST("u1@example.test"));
	client_login(d, &c, "u1");
	OK(ASK(&c, create, NULL, .mailbox = S("Shop")));
	OK(ASK(&c, create, NULL, .mailbox = S("Work/Clients")));
	OK(ASK(&c, create, NULL, .mailbox = S("Lists")));
	OK(ASK(&c, create, NULL, .mailbox = S("Two")));
	OK(ASK(&c, create, NULL, .mailbox = S("two")));
	client_close(&c);
	for (int on = 0; on < 2; on++) {
		for (size_t i = 0; i < COUNT(cases); i++) {
			const char *mailbox = on ? cases[i].mailbox : "INBOX";
			uint32_t before = count_in(d, "u1", mailbox);

			client_open(d, &c, DRIVE_DELIVER);
			OK(rcpt(&c, cases[i].address));
			OK(deliver(&c, true));
			client_close(&c);
			if (count_in(d, "u1", mailbox) != before + 1)
				fail_msg("%s is not in %s", cases[i].address, mailbox);
		}
		user_set(d, "u1@example.test", "plus.folder", "on");
	}
	admin_setting(d, "example.test", "plus", "off");
	client_open(d, &c, DRIVE_DELIVER);
	assert_int_equal(rcpt(&c, "u1+shop@example.test"), PK_ENOTFOUND);
	client_close(&c);
	healthy(d);
}

/* One copy a mailbox: who is named with two folders has two, and both count. */
static void two_folders_of_one_user(void **state)
{
	struct drive *d = *state;
	uint16_t got[4];
	struct client c, u1;

	user_set(d, "u1@example.test", "plus.folder", "on");
	admin_alias(d, "both@example.test", LIST("u1+shop@example.test", "u1@example.test"));
	client_login(d, &u1, "u1");
	OK(ASK(&u1, create, NULL, .mailbox = S("Shop")));
	client_open(d, &c, DRIVE_DELIVER);
	OK(rcpt(&c, "u1+shop@example.test"));
	OK(rcpt(&c, "u1+Shop@example.test"));
	OK(rcpt(&c, "u1@example.test"));
	OK(rcpt(&c, "u1+other@example.test"));
	OK(deliver(&c, true));
	codes(&c, got, 4);
	assert_true(got[0] == PK_OK && got[1] == PK_OK && got[2] == PK_OK && got[3] == PK_OK);
	OK(rcpt(&c, "both@example.test"));
	OK(deliver(&c, false));
	assert_int_equal(count_in(d, "u1", "Shop"), 2);
	assert_int_equal(count_in(d, "u1", "INBOX"), 2);
	healthy(d);
	/* Four are there: room for one more, and it is asked for two. */
	admin_quota(d, "u1@example.test", PK_RES_MESSAGES, 5);
	assert_int_equal(rcpt(&c, "both@example.test"), PK_EQUOTA);
	OK(rcpt(&c, "u1+shop@example.test"));
	assert_int_equal(rcpt(&c, "u1@example.test"), PK_EQUOTA);
	OK(ASK(&c, reset, NULL));
	admin_quota(d, "u1@example.test", PK_RES_MESSAGES, UINT64_MAX);
	OK(rcpt(&c, "both@example.test"));
	admin_quota(d, "u1@example.test", PK_RES_MESSAGES, 5);
	assert_int_equal(deliver(&c, false), PK_EQUOTA);
	OK(rcpt(&c, "u1+shop@example.test"));
	OK(rcpt(&c, "u2@example.test"));
	admin_quota(d, "u1@example.test:Shop", PK_RES_MESSAGES, 2);
	OK(deliver(&c, true));
	codes(&c, got, 2);
	assert_true(got[0] == PK_EQUOTA && got[1] == PK_OK);
	assert_int_equal(count_in(d, "u1", "Shop"), 2);
	client_close(&c);
	client_close(&u1);
	healthy(d);
}

/* Between RCPT and DATA: renamed, it gets the message; gone, the client is asked to try again. */
static void a_folder_that_goes_meanwhile(void **state)
{
	struct drive *d = *state;
	struct client c, u1;

	user_set(d, "u1@example.test", "plus.folder", "on");
	client_login(d, &u1, "u1");
	OK(ASK(&u1, create, NULL, .mailbox = S("Shop")));
	client_open(d, &c, DRIVE_DELIVER);
	OK(rcpt(&c, "u1+shop@example.test"));
	OK(ASK(&u1, rename, NULL, .mailbox = S("Shop"), .to = S("Shops")));
	OK(deliver(&c, false));
	assert_int_equal(count_in(d, "u1", "Shops"), 1);
	OK(rcpt(&c, "u1+shops@example.test"));
	OK(ASK(&u1, remove, NULL, .mailbox = S("Shops")));
	assert_int_equal(deliver(&c, false), PK_ERETRY);
	OK(rcpt(&c, "u1+shops@example.test"));
	OK(deliver(&c, false));
	assert_int_equal(exists(d, "u1"), 1);
	client_close(&c);
	client_close(&u1);
	healthy(d);
}

/* The tenant says for how long, and in what words. */
static void refusals_as_the_tenant_set_them(void **state)
{
	static const char words[] = "Mailbox full. Call 0800 123.";
	struct drive *d = *state;
	struct client c;
	bool lasting[2];
	size_t n = 0;

	admin_quota(d, "u1@example.test", PK_RES_MESSAGES, 0);
	user_set(d, "u2@example.test", "suspended", "on");
	client_open(d, &c, DRIVE_DELIVER);
	for (int on = 0; on < 2; on++) {
		assert_int_equal(rcpt(&c, "u1@example.test"), PK_EQUOTA);
		assert_true(c.lasting == on && c.worded == on);
		assert_string_equal(c.error, on ? words : "over the quota of the user");
		assert_int_equal(rcpt(&c, "u2@example.test"), PK_ESUSPENDED);
		assert_true(c.lasting == on && !c.worded);
		assert_int_equal(rcpt(&c, "nobody@example.test"), PK_ENOTFOUND);
		assert_false(c.lasting);
		admin_setting(d, "example.test", "refuse.quota", "on");
		admin_setting(d, "example.test", "refuse.quota_text", words);
		admin_setting(d, "example.test", "refuse.suspended", "on");
	}
	/* The same where the commit refuses. */
	OK(rcpt(&c, "u3@example.test"));
	OK(rcpt(&c, "u4@example.test"));
	admin_quota(d, "u4@example.test", PK_RES_MESSAGES, 0);
	assert_int_equal(deliver(&c, false), PK_EQUOTA);
	assert_true(c.lasting && c.worded);
	assert_string_equal(c.error, "u4@example.test: Mailbox full. Call 0800 123.");
	admin_quota(d, "u4@example.test", PK_RES_MESSAGES, UINT64_MAX);
	OK(rcpt(&c, "u3@example.test"));
	OK(rcpt(&c, "u4@example.test"));
	admin_quota(d, "u4@example.test", PK_RES_MESSAGES, 0);
	OK(deliver(&c, true));
	EACH_ROW(&c, deliver, results, result, r)
	{
		lasting[n++] = r.lasting;
		assert_true(n == 1 ? !r.worded : r.worded && slice_eq(r.text, slice_str(words)));
	}
	assert_true(n == 2 && !lasting[0] && lasting[1]);
	client_close(&c);
	healthy(d);
}

static void words_that_are_none(void **state)
{
	struct drive *d = *state;
	struct client admin;
	struct buf b = {0};
	char longest[202];

	memset(longest, 'x', 201);
	longest[201] = '\0';
	client_open(d, &admin, DRIVE_ADMIN);
	assert_int_equal(
		ASK(&admin, domain_set, NULL, .domain = S("example.test"),
	            .settings = ROW1(&b, setting, S("refuse.quota_text"), S("a\r\n250 OK"))),
		PK_EINVAL);
	assert_int_equal(
		ASK(&admin, domain_set, NULL, .domain = S("example.test"),
	            .settings = ROW1(&b, setting, S("refuse.quota_text"), slice_str(longest))),
		PK_EINVAL);
	assert_int_equal(
		ASK(&admin, domain_set, NULL, .domain = S("example.test"),
	            .settings = ROW1(&b, setting, S("refuse.quota_text"), S("v\xc3\xb6ll"))),
		PK_EINVAL);
	longest[200] = '\0';
	OK(ASK(&admin, domain_set, NULL, .domain = S("example.test"),
	       .settings = ROW1(&b, setting, S("refuse.quota_text"), slice_str(longest))));
	client_close(&admin);
	buf_free(&b);
}

/* 64 deliveries at once for one free place: the commit decides, exactly. */
#define RACERS 64
static void one_free_place(void **state)
{
	struct drive *d = *state;
	struct client *c = calloc(RACERS, sizeof(*c));
	unsigned won = 0, lost = 0;
	struct buf b = {0};

	drive_close(d);
	d->threads = 2;
	drive_open(d);
	for (size_t i = 0; i < RACERS; i++) {
		client_open(d, &c[i], DRIVE_DELIVER);
		OK(rcpt(&c[i], i % 2 ? "u1@example.test" : "u2@example.test"));
	}
	admin_quota(d, "acme", PK_RES_MESSAGES, 1);
	for (size_t i = 0; i < RACERS; i++) {
		uint16_t stream = client_body(&c[i], BODY);

		buf_clear(&b);
		pk_put_deliver_req(
			&b, &(struct pk_deliver_req){.body = stream, .return_path = S("a@b")});
		c[i].n = 0;
		c[i].tag++;
		drive_send(&c[i], (struct frame){.op = PK_OP_deliver,
		                                 .tag = c[i].tag,
		                                 .payload = buf_slice(&b)});
	}
	for (size_t i = 0; i < RACERS; i++) {
		enum pk_status st = PK_OK;

		while (!drive_hear(&c[i], &st))
			if (!server_run(&d->server))
				usleep(50);
		won += st == PK_OK;
		lost += st == PK_EQUOTA;
		client_close(&c[i]);
	}
	assert_true(won == 1 && lost == RACERS - 1);
	assert_int_equal(exists(d, "u1") + exists(d, "u2"), 1);
	healthy(d);
	buf_free(&b);
	free(c);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(what_an_address_means),
		CASE(postmaster_is_an_alias),
		CASE(plus_can_be_off),
		CASE(suspended),
		CASE(readers_see_prefix_and_body),
		CASE(original_recipients),
		CASE(one_message_is_one_body),
		CASE(places_are_held),
		CASE(octets_are_held_too),
		CASE(all_or_none),
		CASE(each_for_itself),
		CASE(an_alias_is_one_recipient),
		CASE(every_scope_has_its_limit),
		CASE(limits_of_a_transaction),
		CASE(limit_of_the_store),
		CASE(two_tenants),
		cmocka_unit_test(two_volumes),
		CASE(a_deleted_tenant_leaves_no_body),
		CASE(a_part_after_plus_is_a_folder),
		CASE(two_folders_of_one_user),
		CASE(a_folder_that_goes_meanwhile),
		CASE(refusals_as_the_tenant_set_them),
		CASE(words_that_are_none),
		CASE(one_free_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
