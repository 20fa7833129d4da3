/* Logins by SCRAM, app passwords, tokens, certificates; old hashes made new; switches. */
/* links: store */
#include "unit.h"

#include "store_drive.h"

#include "auth.h"
#include "scram_client.h"

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

#define EXPORTER  "0123456789abcdef0123456789abcdef"
#define END_POINT "a hash of the server certificate"

static enum pk_status plain(struct drive *d, const char *user, const char *password)
{
	struct client c;
	struct buf data = {0};
	enum pk_status st;

	buf_printf(&data, "%c%s%c%s", '\0', user, '\0', password);
	client_open(d, &c, DRIVE_SESSION);
	st = ASK(&c, auth, NULL, .mechanism = S("PLAIN"), .data = buf_slice(&data));
	client_close(&c);
	buf_free(&data);
	d->now_ms += 3600 * 1000; /* no delays */
	return st;
}

/* A whole exchange on an open client; header: gs2-header. The salt is left in *k. */
static enum pk_status scram_on(struct client *c, const char *user, const char *password,
                               const char *header, struct scram_keys *k)
{
	bool plus = *header == 'p';
	struct slice name = plus ? S("SCRAM-SHA-256-PLUS") : S("SCRAM-SHA-256");
	struct buf first = {0}, auth = {0}, last = {0}, binding = {0};
	struct pk_auth_rep rep;
	struct slice nonce = {0};
	enum pk_status st;

	buf_printf(&first, "%sn=%s,r=fyko+d2lbbFgONRv9qkxdawL", header, user);
	st = ASK(c, auth, &rep, .mechanism = name, .data = buf_slice(&first));
	if (st == PK_OK) {
		assert_true(!rep.done && scram_challenged(rep.challenge, k, &nonce));
		buf_put(&auth, slice_skip(buf_slice(&first), strlen(header)));
		buf_byte(&auth, ',');
		buf_put(&auth, rep.challenge);
		buf_put(&binding, slice_str(header));
		if (plus)
			buf_put(&binding, strstr(header, "exporter") ? S(EXPORTER) : S(END_POINT));
		scram_answer(k, buf_slice(&auth), slice_str(password), buf_slice(&binding), nonce,
		             &last);
		st = ASK(c, auth, &rep, .mechanism = name, .data = buf_slice(&last), .step = 1);
		if (st == PK_OK)
			assert_true(rep.done && slice_starts(rep.challenge, S("v=")));
	}
	buf_free(&first);
	buf_free(&auth);
	buf_free(&last);
	buf_free(&binding);
	return st;
}

static void announce_tls(struct client *c)
{
	OK(ASK(c, announce, NULL, .peer = S("192.0.2.1"), .tls = 1, .exporter = S(EXPORTER),
	       .server_end_point = S(END_POINT)));
}

static enum pk_status scram(struct drive *d, const char *user, const char *password,
                            const char *header)
{
	struct scram_keys k;
	struct client c;
	enum pk_status st;

	client_open(d, &c, DRIVE_SESSION);
	announce_tls(&c);
	st = scram_on(&c, user, password, header, &k);
	if (st == PK_OK)
		OK(ASK(&c, status, NULL, .mailbox = S("INBOX")));
	client_close(&c);
	d->now_ms += 3600 * 1000;
	return st;
}

static void set(struct drive *d, const char *name, const char *value)
{
	struct client admin;
	struct buf b = {0};
	struct pk_rows rows = ROW1(&b, setting, slice_str(name), slice_str(value));

	client_open(d, &admin, DRIVE_ADMIN);
	OK(ASK(&admin, tenant_set, NULL, .tenant = S("acme"), .settings = rows));
	client_close(&admin);
	buf_free(&b);
}

static void passwd(struct drive *d, const char *secret, bool hashed)
{
	struct client admin;

	client_open(d, &admin, DRIVE_ADMIN);
	OK(ASK(&admin, user_passwd, NULL, .account = S("u1@example.test"),
	       .secret = slice_str(secret), .hashed = hashed));
	client_close(&admin);
}

/* How many of u1's credentials there are, and how many have SCRAM keys. */
static unsigned credentials(struct drive *d, unsigned *scram_keys)
{
	struct pk_credential_list_rep rep;
	struct pk_credential row;
	struct client admin;
	unsigned n = 0;

	*scram_keys = 0;
	client_open(d, &admin, DRIVE_ADMIN);
	OK(ASK(&admin, credential_list, &rep, .account = S("u1@example.test")));
	for (; pk_next_credential(&rep.credentials, &row); n++)
		*scram_keys += row.scram;
	client_close(&admin);
	return n;
}

static enum pk_status make(struct drive *d, const char *kind, const char *label, uint32_t protocols,
                           int64_t expires, struct slice fingerprint, char secret[64])
{
	struct pk_credential_create_rep rep;
	struct client admin;
	enum pk_status st;

	client_open(d, &admin, DRIVE_ADMIN);
	st = ASK(&admin, credential_create, &rep, .account = S("u1@example.test"),
	         .kind = slice_str(kind), .label = slice_str(label), .protocols = protocols,
	         .expires = expires, .fingerprint = fingerprint);
	if (st == PK_OK)
		snprintf(secret, 64, "%.*s", (int)rep.secret.n, rep.secret.p);
	client_close(&admin);
	return st;
}

/* RFC 5802, RFC 7677. */
static void scram_logs_in(void **state)
{
	static const struct {
		const char *user, *password, *header;
		enum pk_status st;
	} cases[] = {
		{"u1@example.test", "other", "n,,",              PK_OK   },
		{"u1",              "other", "n,,",              PK_OK   },
		{"U1",              "other", "n,a=U1,",          PK_OK   },
		{"u1",              "other", "p=tls-exporter,,", PK_OK   },
		{"u1",              "wrong", "n,,",              PK_EAUTH},
		{"u1",              "wrong", "p=tls-exporter,,", PK_EAUTH},
		{"u1",              "other", "y,,",              PK_EAUTH}, /* -PLUS was taken away */
		{"u1",              "other", "p=tls-unique,,",   PK_EAUTH},
		{"u1",              "other", "n,a=u2,",          PK_EAUTH},
		{"nobody",          "other", "n,,",              PK_EAUTH},
		{"nobody",          "wrong", "n,,",              PK_EAUTH},
	};
	struct drive *d = *state;

	passwd(d, "other", false);
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(scram(d, cases[i].user, cases[i].password, cases[i].header),
		                 cases[i].st);
}

/* The supervisor has said which there are, and will be heard when somebody asks. */
static void say_end_point(struct drive *d, struct slice hash)
{
	pk_put_ctl_end_point_row(&d->unheard, &(struct pk_ctl_end_point){hash});
}

/*
 * RFC 5929 section 4: the hash is of the certificate that the client saw. A host that gives the one
 * of a server in the middle, which no supervisor knows, gets nobody in by it.
 */
static void only_certificates_of_ours_bind(void **state)
{
	static const char binds[] = "p=tls-server-end-point,,";
	struct drive *d = *state;

	passwd(d, "other", false);
	assert_int_equal(scram(d, "u1", "other", binds), PK_EAUTH); /* none is known */
	say_end_point(d, S("another's"));
	assert_int_equal(scram(d, "u1", "other", binds), PK_EAUTH);
	assert_int_equal(scram(d, "u1", "other", "p=tls-exporter,,"), PK_OK);
	assert_int_equal(scram(d, "u1", "other", "y,,"), PK_EAUTH);
	say_end_point(d, S(END_POINT));
	assert_int_equal(scram(d, "u1", "other", binds), PK_OK);
	assert_int_equal(scram(d, "u1", "wrong", binds), PK_EAUTH);
}

/* A new certificate is good at once, the old one for a while. */
static void certificates_of_ours_change(void **state)
{
	static const char binds[] = "p=tls-server-end-point,,";
	struct drive *d = *state;
	struct client early, late;
	struct scram_keys k;

	passwd(d, "other", false);
	say_end_point(d, S(END_POINT));
	assert_int_equal(scram(d, "u1", "other", binds), PK_OK);
	client_open(d, &early, DRIVE_SESSION);
	client_open(d, &late, DRIVE_SESSION);
	announce_tls(&early);
	announce_tls(&late);
	say_end_point(d, S("a new one"));
	drive_supervisor(d);
	d->now_ms += END_POINTS_GRACE_MS - 1;
	assert_int_equal(scram_on(&early, "u1", "other", binds, &k), PK_OK);
	d->now_ms++;
	assert_int_equal(scram_on(&late, "u1", "other", binds, &k), PK_EAUTH);
	client_close(&early);
	client_close(&late);
}

/* Whoever asks for a name that is not there learns as little as for one that is. */
static void nobody_has_a_salt(void **state)
{
	struct drive *d = *state;
	struct scram_keys first, again, other;
	struct client c;

	client_open(d, &c, DRIVE_SESSION);
	assert_int_equal(scram_on(&c, "nobody", "x", "n,,", &first), PK_EAUTH);
	d->now_ms += 3600 * 1000;
	assert_int_equal(scram_on(&c, "nobody", "x", "n,,", &again), PK_EAUTH);
	d->now_ms += 3600 * 1000;
	assert_int_equal(scram_on(&c, "somebody", "x", "n,,", &other), PK_EAUTH);
	assert_memory_equal(&first, &again, sizeof(first));
	assert_memory_not_equal(first.salt, other.salt, SCRAM_SALT);
	assert_int_equal(first.iterations, SCRAM_ITERATIONS);
	client_close(&c);
}

static void a_step_out_of_turn(void **state)
{
	struct drive *d = *state;
	struct client c;

	client_open(d, &c, DRIVE_SESSION);
	assert_int_equal(ASK(&c, auth, NULL, .mechanism = S("SCRAM-SHA-256"), .data = S("c=biws"),
	                     .step = 1),
	                 PK_EPROTO);
	assert_int_equal(ASK(&c, auth, NULL, .mechanism = S("SCRAM-SHA-256"), .data = S("n,,n=u1")),
	                 PK_EAUTH);
	assert_int_equal(ASK(&c, auth, NULL, .mechanism = S("SCRAM-SHA-256"),
	                     .data = S("n,,n=u1,r=abc"), .step = 1),
	                 PK_EPROTO); /* nothing of it was kept */
	OK(ASK(&c, auth, NULL, .mechanism = S("SCRAM-SHA-256"), .data = S("n,,n=u1,r=abc")));
	OK(ASK(&c, auth, NULL, .mechanism = S("SCRAM-SHA-256"), .data = S("n,,n=u1,r=abc")));
	assert_int_equal(
		ASK(&c, auth, NULL, .mechanism = S("SCRAM-SHA-256"), .data = S(""), .step = 1),
		PK_EAUTH);
	client_close(&c);
}

/* Hashes that came from elsewhere; HASHES 1 a login, whatever the hash and the answer. */
static void an_old_hash_is_made_new(void **state)
{
	static const char *const hashes[] = {
		"{SSHA}dYRZ56w3bufb/0KkFXUT5FL20PXhJh3p",
		"{SHA256}K7gNU3sdo+OL0wNhqoVWhr3g6s1xYv72ol/pe/Unols=",
		"{BLF-CRYPT}$2y$05$MvDvJwXNHC0tkjUxTI386uAuOH7Tyth.8hL9WXXyYzrPXxn8FfdOq",
		"{PBKDF2}$1$J1p3PfpHq2Kf.qcY$5000$f643664922089adc467ada6d24a51c7372f00389",
	};
	struct drive *d = *state;
	unsigned keys;

	for (size_t i = 0; i < COUNT(hashes); i++) {
		uint64_t before;

		passwd(d, hashes[i], true);
		assert_int_equal(credentials(d, &keys), 1);
		assert_int_equal(keys, 0);
		assert_int_equal(scram(d, "u1", "secret", "n,,"), PK_EAUTH);
		before = auth_counts(&d->server).hashes;
		assert_int_equal(plain(d, "u1", "wrong"), PK_EAUTH);
		assert_int_equal(auth_counts(&d->server).hashes, before + 1);
		assert_int_equal(plain(d, "u1", "secret"), PK_OK);
		assert_int_equal(auth_counts(&d->server).hashes, before + 2);
		assert_int_equal(credentials(d, &keys), 1);
		assert_int_equal(keys, 1);
		assert_int_equal(scram(d, "u1", "secret", "n,,"), PK_OK);
	}
}

/* What Dovecot keeps for SCRAM serves PLAIN too, and is made new. */
static void scram_keys_that_were_given(void **state)
{
	struct drive *d = *state;

	passwd(d,
	       "{SCRAM-SHA-256}4096,zDeU75cb7iIn3o6lKVV59A==,"
	       "AinyGa6dPDtDeQnW7+6tFNz6/KlRQkI5W7Ktaki+0wc=,yAR9MDAjnQ+6Ygr/"
	       "ohzGNqGqrmTudwTHGL9Z2izsCEY=",
	       true);
	assert_int_equal(scram(d, "u1", "secret", "n,,"), PK_OK);
	assert_int_equal(scram(d, "u1", "Secret", "n,,"), PK_EAUTH);
	assert_int_equal(plain(d, "u1", "Secret"), PK_EAUTH);
	assert_int_equal(plain(d, "u1", "secret"), PK_OK);
	assert_int_equal(scram(d, "u1", "secret", "n,,"), PK_OK);
}

/* A hash as the server tells it serves every mechanism at once. */
static void a_hash_that_was_told(void **state)
{
	struct drive *d = *state;
	struct pk_user_hash_rep rep;
	struct client admin;
	char text[512];

	client_open(d, &admin, DRIVE_ADMIN);
	OK(ASK(&admin, user_hash, &rep, .secret = S("third")));
	snprintf(text, sizeof(text), "%.*s", (int)rep.hash.n, rep.hash.p);
	assert_int_equal(ASK(&admin, user_hash, NULL, .secret = S("")), PK_EINVAL);
	client_close(&admin);
	passwd(d, text, true);
	assert_int_equal(scram(d, "u1", "third", "n,,"), PK_OK);
	assert_int_equal(plain(d, "u1", "third"), PK_OK);
	assert_int_equal(plain(d, "u1", "secret"), PK_EAUTH);
}

/* A session that is open when its password is kept anew goes on. */
static void making_new_ends_nothing(void **state)
{
	struct drive *d = *state;
	struct client in;

	passwd(d, "{SSHA}dYRZ56w3bufb/0KkFXUT5FL20PXhJh3p", true);
	assert_int_equal(plain(d, "u1", "secret"), PK_OK);
	client_login(d, &in, "u1");
	assert_int_equal(plain(d, "u1", "secret"), PK_OK);
	OK(ASK(&in, status, NULL, .mailbox = S("INBOX")));
	client_close(&in);
}

static void a_tenant_without_scram(void **state)
{
	struct drive *d = *state;
	unsigned keys;

	set(d, "scram", "off");
	passwd(d, "other", false);
	assert_int_equal(plain(d, "u1", "other"), PK_OK);
	credentials(d, &keys);
	assert_int_equal(keys, 0);
	assert_int_equal(scram(d, "u1", "other", "n,,"), PK_EAUTH);
	set(d, "scram", "on");
	d->now_ms += 3600 * 1000; /* past the cache */
	assert_int_equal(plain(d, "u1", "other"), PK_OK);
	assert_int_equal(scram(d, "u1", "other", "n,,"), PK_OK);
	set(d, "scram", "off"); /* keys that are there serve nobody */
	assert_int_equal(scram(d, "u1", "other", "n,,"), PK_EAUTH);
	set(d, "scram", "on");
	assert_int_equal(plain(d, "u1", "other"), PK_OK);
	assert_int_equal(scram(d, "u1", "other", "n,,"), PK_OK);
}

static void app_passwords(void **state)
{
	struct drive *d = *state;
	struct client in, admin;
	char phone[64], laptop[64], spaced[80] = "";
	unsigned keys;
	uint64_t before;

	assert_int_equal(make(d, "app-password", "Phone", 0, 0, S(""), phone), PK_OK);
	assert_int_equal(make(d, "app-password", "laptop", 1u << 1, 0, S(""), laptop), PK_OK);
	assert_int_equal(make(d, "app-password", "phone", 0, 0, S(""), spaced), PK_EEXISTS);
	assert_int_equal(credentials(d, &keys), 3);
	before = auth_counts(&d->server).hashes;
	assert_int_equal(plain(d, "u1", phone), PK_OK);
	snprintf(spaced, sizeof(spaced), "%.5s %.5s-%s", phone, phone + 5, phone + 10);
	assert_int_equal(plain(d, "u1", spaced), PK_OK);
	assert_int_equal(auth_counts(&d->server).hashes, before);
	assert_int_equal(plain(d, "u2", phone), PK_EAUTH);
	assert_int_equal(plain(d, "u1", laptop), PK_EAUTH); /* for POP3 only */
	assert_int_equal(scram(d, "u1+phone", phone, "n,,"), PK_OK);
	assert_int_equal(scram(d, "u1+Phone@example.test", phone, "p=tls-exporter,,"), PK_OK);
	assert_int_equal(scram(d, "u1+laptop", laptop, "n,,"), PK_EAUTH);
	assert_int_equal(scram(d, "u1+tablet", phone, "n,,"), PK_EAUTH);
	/* Taken away: its session ends, those of others go on. */
	client_open(d, &in, DRIVE_SESSION);
	assert_int_equal(scram_on(&in, "u1+phone", phone, "n,,", &(struct scram_keys){0}), PK_OK);
	client_open(d, &admin, DRIVE_ADMIN);
	assert_int_equal(
		ASK(&admin, credential_delete, NULL, .account = S("u1@example.test"), .number = 7),
		PK_ENOTFOUND);
	OK(ASK(&admin, credential_delete, NULL, .account = S("u1@example.test"), .number = 1));
	assert_int_equal(ASK(&in, status, NULL, .mailbox = S("INBOX")), PK_EPERM);
	assert_int_equal(in.kicked, 1);
	client_close(&admin);
	client_close(&in);
	assert_int_equal(plain(d, "u1", phone), PK_EAUTH);
	assert_int_equal(plain(d, "u1", "secret"), PK_OK);
}

static void a_token_ends(void **state)
{
	struct drive *d = *state;
	char token[64], none[64];

	assert_int_equal(make(d, "token", "ticket 4711", 0, 0, S(""), none), PK_EINVAL);
	assert_int_equal(make(d, "token", "ticket 4711", 0, d->now_ms - 1, S(""), none), PK_EINVAL);
	assert_int_equal(make(d, "token", "ticket 4711", 0, d->now_ms + 7200 * 1000, S(""), token),
	                 PK_OK);
	assert_int_equal(plain(d, "u1", token), PK_OK);
	assert_int_equal(plain(d, "u1", token), PK_OK);
	assert_int_equal(plain(d, "u1", token), PK_EAUTH); /* two hours have gone */
}

/* RFC 4422 appendix A. */
static void certificates(void **state)
{
	static const struct {
		struct slice certificate, name, as;
		enum pk_status st;
	} cases[] = {
		{S(EXPORTER),                           S(""),                S("u1"), PK_OK   },
		{S(EXPORTER),                           S("u1@example.test"), S(""),   PK_OK   },
		{S(EXPORTER),                           S("u1@example.test"), S("u2"), PK_EAUTH},
		{S("fedcba9876543210fedcba9876543210"), S("u1@example.test"), S("u1"), PK_EAUTH},
		{S(""),				 S(""),                S("u1"), PK_EAUTH},
		{S(EXPORTER),                           S(""),                S(""),   PK_EAUTH},
		{S(EXPORTER),                           S(""),                S("x"),  PK_EAUTH},
	};
	struct drive *d = *state;
	char none[64];

	assert_int_equal(make(d, "certificate", "card", 0, 0, S("short"), none), PK_EINVAL);
	assert_int_equal(make(d, "certificate", "card", 0, 0, S(EXPORTER), none), PK_OK);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct pk_auth_rep rep;
		struct client c;

		client_open(d, &c, DRIVE_SESSION);
		d->now_ms += 3600 * 1000;
		OK(ASK(&c, announce, NULL, .peer = S("192.0.2.1"), .tls = 1,
		       .certificate = cases[i].certificate, .certificate_name = cases[i].name));
		OK(ASK(&c, auth, &rep, .mechanism = S("EXTERNAL")));
		assert_true(!rep.done);
		assert_int_equal(ASK(&c, auth, &rep, .mechanism = S("EXTERNAL"),
		                     .data = cases[i].as, .step = 1),
		                 cases[i].st);
		client_close(&c);
	}
}

static void a_protocol_is_switched_off(void **state)
{
	struct drive *d = *state;

	set(d, "login.other", "off"); /* "test" is a service of its own */
	assert_int_equal(plain(d, "u1", "wrong"), PK_EAUTH);
	assert_int_equal(plain(d, "u1", "secret"), PK_ESUSPENDED);
	set(d, "login.other", "on");
	set(d, "login.imap", "off");
	assert_int_equal(plain(d, "u1", "secret"), PK_OK);
}

static void failures_can_be_forgiven(void **state)
{
	struct drive *d = *state;
	struct pk_auth_failures_rep list;
	struct pk_auth_forgive_rep rep;
	struct client c, admin;
	struct pk_failure row;

	client_open(d, &c, DRIVE_SESSION);
	client_open(d, &admin, DRIVE_ADMIN);
	OK(ASK(&c, announce, NULL, .peer = S("192.0.2.1"), .tls = 1));
	for (int i = 0; i < 2; i++)
		assert_int_equal(
			ASK(&c, auth, NULL, .mechanism = S("PLAIN"), .data = S("\0u1\0wrong")),
			PK_EAUTH);
	OK(ASK(&admin, auth_failures, &list));
	assert_true(pk_next_failure(&list.failures, &row));
	assert_int_equal(row.count, 2);
	assert_true(slice_eq(row.user, S("u1@example.test")));
	assert_true(slice_eq(row.address, S("192.0.2.1")));
	OK(ASK(&admin, auth_forgive, &rep, .user = S("u1@example.test")));
	assert_int_equal(rep.removed, 1);
	client_close(&admin);
	client_close(&c);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(scram_logs_in),
		CASE(only_certificates_of_ours_bind),
		CASE(certificates_of_ours_change),
		CASE(nobody_has_a_salt),
		CASE(a_step_out_of_turn),
		CASE(an_old_hash_is_made_new),
		CASE(scram_keys_that_were_given),
		CASE(a_hash_that_was_told),
		CASE(making_new_ends_nothing),
		CASE(a_tenant_without_scram),
		CASE(app_passwords),
		CASE(a_token_ends),
		CASE(certificates),
		CASE(a_protocol_is_switched_off),
		CASE(failures_can_be_forgiven),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
