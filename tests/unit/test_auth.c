/* Logins over the protocol: who gets in, what others learn, what it costs. */
/* links: store */
#include "unit.h"

#include "store_drive.h"

#include "auth.h"
#include "ipc/control.h"
#include "os/shared.h"

#include <crypt.h>

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

static enum pk_status plain(struct client *c, struct slice data)
{
	return ASK(c, auth, NULL, .mechanism = S("PLAIN"), .data = data);
}

/* Changes who the client says it is. */
static void announce(struct client *c, const char *peer, bool tls)
{
	OK(ASK(c, announce, NULL, .peer = slice_str(peer), .tls = tls, .listener = S("imap")));
}

static void set(struct drive *d, const char *kind, const char *value)
{
	struct client admin;
	struct buf b = {0};
	struct pk_rows rows = ROW1(&b, setting, S("suspended"), slice_str(value));

	client_open(d, &admin, DRIVE_ADMIN);
	if (*kind == 't')
		OK(ASK(&admin, tenant_set, NULL, .tenant = S("acme"), .settings = rows));
	else if (*kind == 'd')
		OK(ASK(&admin, domain_set, NULL, .domain = S("example.test"), .settings = rows));
	else
		OK(ASK(&admin, user_set, NULL, .account = S("u1@example.test"), .settings = rows));
	client_close(&admin);
	buf_free(&b);
}

/* RFC 4616 section 2, and what may be wrong with it. */
static void plain_messages(void **state)
{
	static const struct {
		struct slice data;
		enum pk_status st;
	} cases[] = {
		{S("\0u1@example.test\0secret"),                PK_OK   },
		{S("\0u1\0secret"),                             PK_OK   }, /* the house's domain */
		{S("\0U1@Example.Test\0secret"),                PK_OK   },
		{S("u1@example.test\0u1@example.test\0secret"), PK_OK   },
		{S("u2@example.test\0u1@example.test\0secret"), PK_EAUTH}, /* for another */
		{S("\0u1@example.test\0Secret"),                PK_EAUTH},
		{S("\0u1@example.test\0secret\0"),              PK_EAUTH},
		{S("\0u1@example.test\0secret\0more"),          PK_EAUTH},
		{S("\0u1@example.test\0"),                      PK_EAUTH},
		{S("\0u1@example.test"),                        PK_EAUTH},
		{S("u1@example.test"),                          PK_EAUTH},
		{S("\0\0"),				     PK_EAUTH},
		{S("\0u1@example.test\0secret\xff"),            PK_EAUTH},
		{S("\0\xff@example.test\0secret"),              PK_EAUTH},
		{S("\0nobody@example.test\0secret"),            PK_EAUTH},
		{S("\0u1@nowhere.test\0secret"),                PK_EAUTH},
		{S("\0%u@example.test\0secret"),                PK_EAUTH},
	};
	struct drive *d = *state;
	char words[256] = "";

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct client c;

		client_open(d, &c, DRIVE_SESSION);
		d->now_ms += 3600 * 1000; /* no delays */
		assert_int_equal(plain(&c, cases[i].data), cases[i].st);
		if (cases[i].st == PK_EAUTH && !*words)
			memcpy(words, c.error, sizeof(words));
		if (cases[i].st == PK_EAUTH) /* the same words for all of them */
			assert_string_equal(c.error, words);
		client_close(&c);
	}
}

static void a_long_password_is_not_hashed(void **state)
{
	struct drive *d = *state;
	char data[2000] = "\0u1@example.test";
	struct auth_counts before = auth_counts(&d->server);
	struct client c;

	client_open(d, &c, DRIVE_SESSION);
	memset(data + 17, 'a', sizeof(data) - 17);
	assert_int_equal(plain(&c, (struct slice){data, sizeof(data)}), PK_EAUTH);
	assert_int_equal(auth_counts(&d->server).hashes, before.hashes);
	client_close(&c);
}

static void an_unknown_user_costs_a_hash(void **state)
{
	struct drive *d = *state;
	struct auth_counts before = auth_counts(&d->server);
	struct client c;

	client_open(d, &c, DRIVE_SESSION);
	assert_int_equal(plain(&c, S("\0nobody@example.test\0secret")), PK_EAUTH);
	assert_int_equal(auth_counts(&d->server).hashes, before.hashes + 1);
	assert_int_equal(plain(&c, S("\0u1@example.test\0wrong")), PK_EAUTH);
	assert_int_equal(auth_counts(&d->server).hashes, before.hashes + 2);
	assert_int_equal(plain(&c, S("\0u1@nowhere.test\0wrong")), PK_EAUTH);
	assert_int_equal(auth_counts(&d->server).hashes, before.hashes + 3);
	client_close(&c);
}

static void login_in_steps(void **state)
{
	struct drive *d = *state;
	struct pk_auth_rep rep;
	struct client c;

	client_open(d, &c, DRIVE_SESSION);
	OK(ASK(&c, auth, &rep, .mechanism = S("login")));
	assert_true(!rep.done && slice_eq(rep.challenge, S("Username:")));
	OK(ASK(&c, auth, &rep, .mechanism = S("LOGIN"), .data = S("u1"), .step = 1));
	assert_true(!rep.done && slice_eq(rep.challenge, S("Password:")));
	OK(ASK(&c, auth, &rep, .mechanism = S("LOGIN"), .data = S("secret"), .step = 2));
	assert_true(rep.done && slice_eq(rep.user, S("u1@example.test")));
	client_close(&c);
	/* The name may come at once. */
	client_open(d, &c, DRIVE_SESSION);
	OK(ASK(&c, auth, &rep, .mechanism = S("LOGIN"), .data = S("u1")));
	assert_true(slice_eq(rep.challenge, S("Password:")));
	/* Begun anew in the middle: nothing of it is left. */
	OK(ASK(&c, auth, &rep, .mechanism = S("PLAIN")));
	assert_true(!rep.done && rep.challenge.n == 0);
	assert_int_equal(
		ASK(&c, auth, NULL, .mechanism = S("LOGIN"), .data = S("secret"), .step = 1),
		PK_EPROTO);
	assert_int_equal(ASK(&c, auth, NULL, .mechanism = S("CRAM-MD5")), PK_ENOTSUP);
	OK(ASK(&c, auth, &rep, .mechanism = S("PLAIN"), .data = S("\0u1\0secret")));
	assert_true(rep.done);
	client_close(&c);
}

static void a_session_has_one_identity(void **state)
{
	struct drive *d = *state;
	struct client c;

	client_login(d, &c, "u1");
	assert_int_equal(plain(&c, S("\0u2\0secret")), PK_EPERM);
	assert_int_equal(ASK(&c, announce, NULL, .peer = S("127.0.0.1")), PK_EPERM);
	client_close(&c);
}

static void passwords_need_tls(void **state)
{
	static const struct {
		const char *peer;
		bool tls;
		enum pk_status st;
	} cases[] = {
		{"192.0.2.1", true,  PK_OK   },
                {"192.0.2.1", false, PK_EPERM},
		{"127.0.0.1", false, PK_OK   },
                {"::1",       false, PK_OK   },
		{"",          false, PK_EPERM},
	};
	struct drive *d = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct client c;

		client_open(d, &c, DRIVE_SESSION);
		announce(&c, cases[i].peer, cases[i].tls);
		assert_int_equal(plain(&c, S("\0u1\0secret")), cases[i].st);
		client_close(&c);
	}
}

static void suspended_is_said_after_the_right_password(void **state)
{
	static const char *const kinds[] = {"tenant", "domain", "user"};
	struct drive *d = *state;

	for (size_t i = 0; i < COUNT(kinds); i++) {
		struct client c, in;

		client_login(d, &in, "u1");
		set(d, kinds[i], "on");
		assert_int_equal(in.kicked, 0);
		assert_int_equal(ASK(&in, status, NULL, .mailbox = S("INBOX")), PK_EPERM);
		assert_int_equal(in.kicked, 1);
		client_close(&in);
		client_open(d, &c, DRIVE_SESSION);
		d->now_ms += 3600 * 1000;
		assert_int_equal(plain(&c, S("\0u1\0wrong")), PK_EAUTH);
		assert_int_equal(plain(&c, S("\0u1\0secret")), PK_ESUSPENDED);
		set(d, kinds[i], "off");
		OK(plain(&c, S("\0u1\0secret")));
		client_close(&c);
	}
}

/* DESIGN 9: over all links, and only that user's. */
static void a_user_has_so_many_sessions(void **state)
{
	struct drive *d = *state;
	struct client first, second, other, admin, c;
	struct buf b = {0};

	client_open(d, &admin, DRIVE_ADMIN);
	OK(ASK(&admin, user_set, NULL, .account = S("u1@example.test"),
	       .settings = ROW1(&b, setting, S("sessions_max"), S("2"))));
	client_login(d, &first, "u1");
	client_login(d, &second, "u1");
	client_open(d, &c, DRIVE_SESSION);
	assert_int_equal(plain(&c, S("\0u1\0wrong")), PK_EAUTH); /* said after the right one only */
	assert_int_equal(plain(&c, S("\0u1\0secret")), PK_ELIMIT);
	client_login(d, &other, "u2");
	client_close(&first);
	OK(plain(&c, S("\0u1\0secret")));
	client_close(&c);
	client_close(&second);
	client_close(&other);
	for (int i = 0; i < 3; i++) { /* what has ended counts no more */
		client_login(d, &c, "u1");
		client_close(&c);
	}
	OK(ASK(&admin, user_set, NULL, .account = S("u1@example.test"),
	       .settings = ROW1(&b, setting, S("sessions_max"), S("0"))));
	client_login(d, &first, "u1");
	client_login(d, &second, "u1");
	client_login(d, &c, "u1");
	client_close(&first);
	client_close(&second);
	client_close(&c);
	client_close(&admin);
	buf_free(&b);
}

static void a_second_login_costs_no_hash(void **state)
{
	struct drive *d = *state;
	struct auth_counts before, after;
	struct client c;

	client_login(d, &c, "u1");
	client_close(&c);
	before = auth_counts(&d->server);
	for (int i = 0; i < 5; i++) {
		client_login(d, &c, "u1");
		client_close(&c);
	}
	after = auth_counts(&d->server);
	assert_int_equal(after.hashes, before.hashes);
	assert_int_equal(after.cached, before.cached + 5);
	client_open(d, &c, DRIVE_SESSION);
	assert_int_equal(plain(&c, S("\0u1\0wrong")), PK_EAUTH);
	client_close(&c);
}

static void restart(struct drive *d)
{
	drive_close(d);
	drive_open(d);
}

static void login_counts(struct drive *d, uint64_t hashes, uint64_t cached)
{
	struct client c;

	client_login(d, &c, "u1");
	client_close(&c);
	assert_int_equal(auth_counts(&d->server).hashes, hashes);
	assert_int_equal(auth_counts(&d->server).cached, cached);
}

/* What a store that ends in order leaves the next one takes, and nobody finds it after that. */
static void a_restart_costs_no_hash(void **state)
{
	struct drive *d = *state;
	char mark[8], none[8] = {0};
	struct client c;

	d->successes = shared_make("successes", SUCCESSES_OCTETS);
	assert_true(d->successes > 0);
	restart(d);
	login_counts(d, 1, 0);
	restart(d);
	login_counts(d, 0, 1);
	assert_int_equal(pread(d->successes, mark, sizeof(mark), 0), sizeof(mark));
	assert_memory_equal(mark, none, sizeof(mark));
	client_open(d, &c, DRIVE_SESSION);
	assert_int_equal(plain(&c, S("\0u1\0wrong")), PK_EAUTH);
	client_close(&c);
	restart(d);
	client_open(d, &c, DRIVE_ADMIN);
	OK(ASK(&c, user_passwd, NULL, .account = S("u1@example.test"), .secret = S("other")));
	client_close(&c);
	restart(d);
	client_open(d, &c, DRIVE_SESSION);
	assert_int_equal(plain(&c, S("\0u1\0secret")), PK_EAUTH);
	client_close(&c);
	close(d->successes);
	d->successes = 0;
}

static void a_new_password_ends_the_old_one(void **state)
{
	struct drive *d = *state;
	struct client in, admin, c;

	client_login(d, &in, "u1");
	client_open(d, &admin, DRIVE_ADMIN);
	OK(ASK(&admin, user_passwd, NULL, .account = S("u1@example.test"), .secret = S("other")));
	assert_int_equal(ASK(&in, status, NULL, .mailbox = S("INBOX")), PK_EPERM);
	assert_int_equal(in.kicked, 1);
	client_open(d, &c, DRIVE_SESSION);
	assert_int_equal(plain(&c, S("\0u1\0secret")), PK_EAUTH);
	OK(plain(&c, S("\0u1\0other")));
	client_close(&c);
	/* None at all. */
	OK(ASK(&admin, user_passwd, NULL, .account = S("u1@example.test")));
	client_open(d, &c, DRIVE_SESSION);
	assert_int_equal(plain(&c, S("\0u1\0other")), PK_EAUTH);
	assert_int_equal(plain(&c, S("\0u1\0")), PK_EAUTH);
	client_close(&c);
	client_close(&admin);
	client_close(&in);
}

static void given_hashes(void **state)
{
	static const struct {
		const char *hash; /* of "secret" */
		enum pk_status st;
	} cases[] = {
		{"$6$saltsalt$qFmFH.bQmmtXzyBY0s9v7Oicd2z4XSIecDzlB5KiA2/jctKu9YterLp8wwnSq.qc."
	         "eoxqOmSuNp2xS0ktL3nh/", PK_EAUTH}, /* of another password */
		{"@6",				     PK_OK   },
		{"@5",				     PK_OK   },
		{"@2b",				    PK_OK   },
		{"@y",				     PK_OK   },
	};
	struct drive *d = *state;
	struct client admin;

	client_open(d, &admin, DRIVE_ADMIN);
	for (size_t i = 0; i < COUNT(cases); i++) {
		char made[CRYPT_OUTPUT_SIZE];
		const char *hash = cases[i].hash;
		struct client c;

		if (*hash == '@') {
			char prefix[8], setting[CRYPT_GENSALT_OUTPUT_SIZE];

			snprintf(prefix, sizeof(prefix), "$%s$", hash + 1);
			assert_non_null(
				crypt_gensalt_rn(prefix, 0, NULL, 0, setting, sizeof(setting)));
			snprintf(made, sizeof(made), "%s", crypt("secret", setting));
			hash = made;
		}
		OK(ASK(&admin, user_passwd, NULL, .account = S("u1@example.test"),
		       .secret = slice_str(hash), .hashed = 1));
		client_open(d, &c, DRIVE_SESSION);
		d->now_ms += 3600 * 1000;
		assert_int_equal(plain(&c, S("\0u1\0secret")), cases[i].st);
		client_close(&c);
	}
	client_close(&admin);
}

/* The answer to a failure waits longer and longer; the owner elsewhere does not. */
static void failures_wait(void **state)
{
	struct drive *d = *state;
	struct client c, owner;
	struct buf b = {0};
	size_t before;

	client_open(d, &c, DRIVE_SESSION);
	announce(&c, "192.0.2.1", true);
	assert_int_equal(plain(&c, S("\0u1\0wrong")), PK_EAUTH);
	assert_int_equal(plain(&c, S("\0u1\0wrong")), PK_EAUTH);
	before = c.link->out.n;
	pk_put_auth_req(&b,
	                &(struct pk_auth_req){.mechanism = S("PLAIN"), .data = S("\0u1\0wrong")});
	drive_send(&c, (struct frame){.op = PK_OP_auth, .tag = 77, .payload = buf_slice(&b)});
	drive_turn(d);
	server_tick(&d->server);
	assert_int_equal(c.link->out.n, before); /* not yet */
	client_open(d, &owner, DRIVE_SESSION);
	announce(&owner, "192.0.2.2", true);
	OK(plain(&owner, S("\0u1\0secret")));
	d->now_ms += 1000;
	server_tick(&d->server);
	assert_true(c.link->out.n > before);
	client_close(&c);
	client_close(&owner);
	buf_free(&b);
}

/* A client that leaves while its answer waits, and a store that ends then, lose nothing. */
static void who_waits_may_leave(void **state)
{
	struct drive *d = *state;
	struct client c[2];
	struct buf b = {0};

	pk_put_auth_req(&b,
	                &(struct pk_auth_req){.mechanism = S("PLAIN"), .data = S("\0u1\0wrong")});
	for (size_t i = 0; i < 2; i++) {
		client_open(d, &c[i], DRIVE_SESSION);
		announce(&c[i], "192.0.2.1", true);
		for (uint64_t n = 0; n < 4; n++)
			drive_send(&c[i], (struct frame){.op = PK_OP_auth,
			                                 .tag = 100 + n,
			                                 .payload = buf_slice(&b)});
		drive_turn(d);
	}
	assert_int_equal(d->server.sessions, 2);
	peer_close(c[0].link);
	drive_turn(d);
	server_tick(&d->server);
	assert_int_equal(d->server.sessions, 1);
	for (size_t i = 0; i < 2; i++)
		for (size_t n = 0; n < COUNT(c[i].frames); n++)
			buf_free(&c[i].frames[n]);
	buf_free(&b);
}

static void a_login_ends_after_a_day(void **state)
{
	struct drive *d = *state;
	struct client c;

	client_login(d, &c, "u1");
	d->now_ms += 24 * 3600 * 1000 - 1;
	server_tick(&d->server);
	OK(ASK(&c, status, NULL, .mailbox = S("INBOX")));
	d->now_ms += 60 * 1000;
	server_tick(&d->server);
	assert_int_equal(ASK(&c, status, NULL, .mailbox = S("INBOX")), PK_EPERM);
	assert_int_equal(c.kicked, 1);
	client_close(&c);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(plain_messages),
		CASE(a_long_password_is_not_hashed),
		CASE(an_unknown_user_costs_a_hash),
		CASE(login_in_steps),
		CASE(a_session_has_one_identity),
		CASE(passwords_need_tls),
		CASE(suspended_is_said_after_the_right_password),
		CASE(a_user_has_so_many_sessions),
		CASE(a_second_login_costs_no_hash),
		CASE(a_restart_costs_no_hash),
		CASE(a_new_password_ends_the_old_one),
		CASE(given_hashes),
		CASE(failures_wait),
		CASE(who_waits_may_leave),
		CASE(a_login_ends_after_a_day),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
