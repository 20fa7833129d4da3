/* Quota at four scopes: told, set, held to by everything that makes a mailbox grow. */
/* links: store */
#include "unit.h"

#include "store_drive.h"

#include "quota.h"

static int setup(void **state)
{
	struct drive *d = calloc(1, sizeof(*d));

	drive_make(d, 2);
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

static enum pk_status limit(struct client *admin, const char *selector, uint8_t resource,
                            uint64_t limit)
{
	return ASK(admin, quota_set, NULL, .selector = slice_str(selector), .resource = resource,
	           .limit = limit);
}

static enum pk_status append(struct client *c, const char *mailbox, size_t octets)
{
	static char text[100000];
	struct buf b = {0};
	uint16_t stream;
	enum pk_status st;

	memset(text, 'x', sizeof(text));
	assert_true(octets <= sizeof(text));
	stream = client_body(c, (struct slice){text, octets});
	st = ASK(c, append, NULL, .mailbox = slice_str(mailbox),
	         .messages = ROW1(&b, new_message, .body = stream));
	buf_free(&b);
	return st;
}

/* used/limit of a resource of a scope in the last quota_show. */
static void level(struct client *admin, uint8_t scope, uint8_t resource, uint64_t used,
                  uint64_t limit)
{
	unsigned n = 0;

	EACH_ROW(admin, quota_show, quotas, quota, q)
	{
		if (q.scope != scope || q.resource != resource)
			continue;
		assert_int_equal(q.used, used);
		assert_true(q.limit == limit);
		n++;
	}
	assert_int_equal(n, 1);
}

static void usage_is_counted_at_every_scope(void **state)
{
	struct drive *d = *state;
	struct client admin, u1;

	client_open(d, &admin, DRIVE_ADMIN);
	client_login(d, &u1, "u1");
	OK(append(&u1, "INBOX", 1000));
	OK(append(&u1, "Trash", 500));
	OK(limit(&admin, "acme", PK_RES_MESSAGES, 77));
	OK(limit(&admin, "u1@example.test:Trash", PK_RES_OCTETS, 5000));
	OK(ASK(&admin, quota_show, NULL, .selector = S("u1@example.test:Trash")));
	level(&admin, PK_SCOPE_MAILBOX, PK_RES_OCTETS, 500, 5000);
	level(&admin, PK_SCOPE_MAILBOX, PK_RES_MESSAGES, 1, LIMIT_NONE);
	level(&admin, PK_SCOPE_USER, PK_RES_OCTETS, 1500, LIMIT_NONE);
	level(&admin, PK_SCOPE_USER, PK_RES_MAILBOXES, 6, LIMIT_NONE);
	level(&admin, PK_SCOPE_DOMAIN, PK_RES_MESSAGES, 2, LIMIT_NONE);
	level(&admin, PK_SCOPE_TENANT, PK_RES_MESSAGES, 2, 77);
	level(&admin, PK_SCOPE_TENANT, PK_RES_MAILBOXES, 12, LIMIT_NONE);
	OK(ASK(&admin, quota_show, NULL, .selector = S("acme/example.test")));
	level(&admin, PK_SCOPE_DOMAIN, PK_RES_OCTETS, 1500, LIMIT_NONE);
	OK(ASK(&admin, quota_show, NULL, .selector = S("acme")));
	level(&admin, PK_SCOPE_TENANT, PK_RES_OCTETS, 1500, LIMIT_NONE);
	client_close(&admin);
	client_close(&u1);
}

static void limits_hold(void **state)
{
	static const struct {
		const char *selector;
		uint8_t resource;
		uint64_t limit;
		size_t fits, over;
	} cases[] = {
		{"acme",                  PK_RES_OCTETS,   1000, 1000, 1001},
		{"acme/example.test",     PK_RES_OCTETS,   1000, 1000, 1001},
		{"u1@example.test",       PK_RES_OCTETS,   1000, 1000, 1001},
		{"u1@example.test:INBOX", PK_RES_OCTETS,   1000, 1000, 1001},
		{"acme",                  PK_RES_MESSAGES, 1,    10,   0   },
		{"u1@example.test:INBOX", PK_RES_MESSAGES, 1,    10,   0   },
		{"u1@example.test",       PK_RES_MESSAGES, 0,    0,    10  },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct drive d = {0};
		struct client admin, u1;

		(void)state;
		drive_make(&d, 1);
		client_open(&d, &admin, DRIVE_ADMIN);
		client_login(&d, &u1, "u1");
		OK(limit(&admin, cases[i].selector, cases[i].resource, cases[i].limit));
		if (cases[i].over)
			assert_int_equal(append(&u1, "INBOX", cases[i].over), PK_EQUOTA);
		if (cases[i].fits) {
			OK(append(&u1, "INBOX", cases[i].fits));
			assert_int_equal(append(&u1, "INBOX", 1), PK_EQUOTA);
		}
		OK(limit(&admin, cases[i].selector, cases[i].resource, LIMIT_NONE));
		OK(append(&u1, "INBOX", 1));
		client_close(&admin);
		client_close(&u1);
		drive_remove(&d);
	}
}

static void room(void **state)
{
	static const struct {
		const char *mailbox;
		uint64_t octets;
		enum pk_status st;
	} cases[] = {
		{"INBOX", 1000,       PK_OK       },
		{"INBOX", 1001,       PK_EQUOTA   },
		{"INBOX", 1ull << 40, PK_ETOOBIG  },
		{"INBOX", UINT64_MAX, PK_ETOOBIG  },
		{"none",  1,          PK_ENOTFOUND},
	};
	struct drive *d = *state;
	struct client admin, u1;

	client_open(d, &admin, DRIVE_ADMIN);
	OK(limit(&admin, "u1@example.test", PK_RES_OCTETS, 1000));
	client_login(d, &u1, "u1");
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(ASK(&u1, room, NULL, .mailbox = slice_str(cases[i].mailbox),
		                     .octets = cases[i].octets),
		                 cases[i].st);
	client_close(&admin);
	client_close(&u1);
}

/* The scopes that a session is told of, as bits. */
static unsigned scopes_of(struct client *c, const char *mailbox)
{
	struct pk_quota_rep rep;
	struct pk_quota q;
	unsigned scopes = 0;

	OK(ASK(c, quota, &rep, .mailbox = slice_str(mailbox)));
	while (pk_next_quota(&rep.quotas, &q))
		scopes |= 1u << q.scope;
	return scopes;
}

static void set(struct client *admin, const char *key, const char *value)
{
	struct buf b = {0};

	OK(ASK(admin, tenant_set, NULL, .tenant = S("acme"),
	       .settings = ROW1(&b, setting, slice_str(key), slice_str(value))));
	buf_free(&b);
}

/* RFC 9208 GETQUOTAROOT and its section 8: what applies to a mailbox, and what of it concerns
 * others too. */
static void sessions_see_their_own(void **state)
{
	const unsigned user = 1u << PK_SCOPE_USER, mailbox = 1u << PK_SCOPE_MAILBOX;
	const unsigned shared = 1u << PK_SCOPE_TENANT | 1u << PK_SCOPE_DOMAIN;
	struct drive *d = *state;
	struct client admin, u1;

	client_open(d, &admin, DRIVE_ADMIN);
	client_login(d, &u1, "u1");
	assert_int_equal(scopes_of(&u1, "inbox"), user | mailbox);
	assert_int_equal(scopes_of(&u1, "yet to be"), user);
	assert_int_equal(scopes_of(&u1, ""), user);
	set(&admin, "quota.shared", "on");
	assert_int_equal(scopes_of(&u1, "inbox"), user | mailbox | shared);
	assert_int_equal(scopes_of(&u1, ""), user | shared);
	assert_int_equal(ASK(&u1, quota, NULL, .mailbox = S("a//b")), PK_EINVAL);
	assert_int_equal(ASK(&admin, quota, NULL, .mailbox = S("INBOX")), PK_EPERM);
	client_close(&admin);
	client_close(&u1);
}

static enum pk_status limit_self(struct client *c, const char *mailbox, uint64_t octets,
                                 uint64_t messages)
{
	return ASK(c, quota_self, NULL, .mailbox = slice_str(mailbox), .octets_limit = octets,
	           .messages_limit = messages);
}

/* HAZARDS 69: nobody sets quota by himself, unless he may limit his own mailboxes. */
static void users_limit_what_they_may(void **state)
{
	struct drive *d = *state;
	struct client admin, u1;

	client_open(d, &admin, DRIVE_ADMIN);
	client_login(d, &u1, "u1");
	assert_int_equal(limit_self(&u1, "INBOX", 1000, 1), PK_EPERM);
	assert_int_equal(limit_self(&u1, "none", 1000, 1), PK_EPERM);
	set(&admin, "quota.self", "on");
	assert_int_equal(limit_self(&u1, "none", 1000, 1), PK_ENOTFOUND);
	assert_int_equal(limit_self(&u1, "INBOX", (uint64_t)INT64_MAX + 1, 1), PK_EINVAL);
	OK(limit_self(&u1, "INBOX", 1000, 1));
	OK(append(&u1, "INBOX", 10));
	assert_int_equal(append(&u1, "INBOX", 10), PK_EQUOTA);
	OK(append(&u1, "Drafts", 10));
	OK(ASK(&admin, quota_show, NULL, .selector = S("u1@example.test:INBOX")));
	level(&admin, PK_SCOPE_MAILBOX, PK_RES_MESSAGES, 1, 1);
	level(&admin, PK_SCOPE_MAILBOX, PK_RES_OCTETS, 10, 1000);
	OK(limit_self(&u1, "INBOX", LIMIT_NONE, LIMIT_NONE));
	OK(append(&u1, "INBOX", 2000));
	client_close(&admin);
	client_close(&u1);
}

/* Messages first to last go to Junk. */
static enum pk_status move(struct client *c, uint32_t handle, uint32_t first, uint32_t last)
{
	struct buf b = {0};
	enum pk_status st =
		ASK(c, copy, NULL, .handle = handle, .uids = ROW1(&b, range, first, last),
	            .mailbox = S("Junk"), .move = 1);

	buf_free(&b);
	return st;
}

static void mailboxes_are_limited(void **state)
{
	struct drive *d = *state;
	struct pk_user_create_rep made;
	struct client admin, u1;
	struct buf b = {0};

	client_open(d, &admin, DRIVE_ADMIN);
	client_login(d, &u1, "u1");
	OK(limit(&admin, "u1@example.test", PK_RES_MAILBOXES, 7));
	OK(ASK(&u1, create, NULL, .mailbox = S("one")));
	assert_int_equal(ASK(&u1, create, NULL, .mailbox = S("two")), PK_EQUOTA);
	/* A user has six to begin with: with room for five nobody is made, and nothing of him. */
	OK(limit(&admin, "acme", PK_RES_MAILBOXES, 13 + 5));
	OK(ASK(&admin, user_create, &made,
	       .users = ROW1(&b, new_user, S("u3@example.test"), S(""), 0)));
	assert_int_equal(made.created, 0);
	OK(limit(&admin, "acme", PK_RES_MAILBOXES, 13 + 6));
	OK(ASK(&admin, user_create, &made,
	       .users = ROW1(&b, new_user, S("u3@example.test"), S(""), 0)));
	assert_int_equal(made.created, 1);
	OK(ASK(&admin, verify, NULL));
	EACH_ROW(&admin, verify, findings, finding, f) fail_msg("%.*s", (int)f.what.n, f.what.p);
	client_close(&admin);
	client_close(&u1);
	buf_free(&b);
}

static void what_cannot_be_limited(void **state)
{
	static const struct {
		const char *selector;
		uint8_t resource;
		uint64_t limit;
		enum pk_status st;
	} cases[] = {
		{"acme",                  9,                1,                       PK_EINVAL   },
		{"acme",                  0,                1,                       PK_EINVAL   },
		{"u1@example.test:INBOX", PK_RES_MAILBOXES, 1,                       PK_EINVAL   },
		{"acme",                  PK_RES_OCTETS,    (uint64_t)INT64_MAX + 1, PK_EINVAL   },
		{"nobody",                PK_RES_OCTETS,    1,                       PK_ENOTFOUND},
		{"acme/none.test",        PK_RES_OCTETS,    1,                       PK_ENOTFOUND},
		{"u9@example.test",       PK_RES_OCTETS,    1,                       PK_ENOTFOUND},
		{"u1@example.test:none",  PK_RES_OCTETS,    1,                       PK_ENOTFOUND},
		{"???",                   PK_RES_OCTETS,    1,                       PK_EINVAL   },
	};
	struct drive *d = *state;
	struct client admin;

	client_open(d, &admin, DRIVE_ADMIN);
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(
			limit(&admin, cases[i].selector, cases[i].resource, cases[i].limit),
			cases[i].st);
		assert_true(*admin.error != '\0');
	}
	client_close(&admin);
}

/* RFC 6851, RFC 9208 4.3.1: what is moved counts against the mailbox it goes to, and nothing else.
 */
static void a_move_weighs_what_it_moves(void **state)
{
	struct drive *d = *state;
	struct client admin, u1;
	struct pk_open_rep inbox;
	struct pk_status_rep status;

	client_open(d, &admin, DRIVE_ADMIN);
	client_login(d, &u1, "u1");
	OK(append(&u1, "INBOX", 1000));
	OK(append(&u1, "INBOX", 1000));
	OK(append(&u1, "INBOX", 5000));
	OK(limit(&admin, "u1@example.test:Junk", PK_RES_MESSAGES, 2));
	OK(limit(&admin, "u1@example.test:Junk", PK_RES_OCTETS, 2500));
	OK(limit(&admin, "u1@example.test", PK_RES_MESSAGES, 1)); /* is over it: moves go on */
	OK(ASK(&u1, open, &inbox, .mailbox = S("INBOX"), .mode = PK_OPEN_WRITE));
	OK(move(&u1, inbox.handle, 1, 1));
	assert_int_equal(move(&u1, inbox.handle, 3, 3), PK_EQUOTA); /* octets */
	assert_int_equal(move(&u1, inbox.handle, 2, 3), PK_EQUOTA);
	OK(ASK(&u1, status, &status, .mailbox = S("INBOX")));
	assert_int_equal(status.exists, 2);
	OK(limit(&admin, "u1@example.test:Junk", PK_RES_OCTETS, 10000));
	assert_int_equal(move(&u1, inbox.handle, 2, 3), PK_EQUOTA); /* messages */
	OK(move(&u1, inbox.handle, 2, 2));
	OK(ASK(&u1, status, &status, .mailbox = S("Junk")));
	assert_true(status.exists == 2 && status.octets == 2000);
	client_close(&admin);
	client_close(&u1);
}

/* RFC 6851 4.3: of a move that ends half-way is told what was moved. */
static void a_move_that_fails_tells_what_it_moved(void **state)
{
	struct drive *d = *state;
	struct client admin, u1, other;
	struct pk_open_rep inbox, trash;
	struct pk_status_rep status;
	struct buf payload = {0}, b = {0};
	enum pk_status st = PK_OK;
	uint32_t moved = 0;

	client_open(d, &admin, DRIVE_ADMIN);
	client_login(d, &u1, "u1");
	client_login(d, &other, "u1");
	OK(append(&u1, "Trash", 10));
	for (int i = 0; i < 10; i++)
		OK(append(&u1, "INBOX", 10));
	OK(ASK(&u1, open, &inbox, .mailbox = S("INBOX"), .mode = PK_OPEN_WRITE));
	OK(ASK(&other, open, &trash, .mailbox = S("Trash"), .mode = PK_OPEN_WRITE));
	for (int i = 0; i < 8; i++) /* 2560 */
		OK(ASK(&u1, copy, NULL, .handle = inbox.handle,
		       .uids = ROW1(&b, range, 1, UINT32_MAX), .mailbox = S("INBOX")));
	OK(limit(&admin, "u1@example.test:Junk", PK_RES_MESSAGES, 2560));
	ASK_ENCODE(copy, &payload, .handle = inbox.handle, .uids = ROW1(&b, range, 1, UINT32_MAX),
	           .mailbox = S("Junk"), .move = 1);
	u1.n = 0;
	drive_send(&u1, (struct frame){
				.op = PK_OP_copy, .tag = ++u1.tag, .payload = buf_slice(&payload)});
	OK(move(&other, trash.handle, 1, 1)); /* between two chunks */
	while (!drive_hear(&u1, &st))
		assert_true(server_run(&d->server));
	assert_int_equal(st, PK_EQUOTA);
	u1.n--; /* the failure */
	EACH_ROW(&u1, copy, from, range, r)
	moved += r.last - r.first + 1;
	OK(ASK(&u1, status, &status, .mailbox = S("INBOX")));
	assert_true(moved > 0 && moved == 2560 - status.exists);
	OK(ASK(&u1, status, &status, .mailbox = S("Junk")));
	assert_int_equal(status.exists, moved + 1);
	client_close(&admin);
	client_close(&u1);
	client_close(&other);
	buf_free(&payload);
	buf_free(&b);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(usage_is_counted_at_every_scope),
		cmocka_unit_test(limits_hold),
		CASE(room),
		CASE(sessions_see_their_own),
		CASE(users_limit_what_they_may),
		CASE(mailboxes_are_limited),
		CASE(what_cannot_be_limited),
		CASE(a_move_weighs_what_it_moves),
		CASE(a_move_that_fails_tells_what_it_moved),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
