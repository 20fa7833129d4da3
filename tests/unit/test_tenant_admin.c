/* Tenants, domains, users and aliases, as administrators make and take them away. */
/* links: store */
#include "unit.h"

#include "store_drive.h"

#include "tenant_edit.h"

static int setup(void **state)
{
	struct drive *d = calloc(1, sizeof(*d));

	d->now_ms = DRIVE_NOW;
	scratch_make(&d->dir);
	drive_open(d);
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

static void reopen(struct drive *d)
{
	drive_close(d);
	drive_open(d);
}

static struct pk_rows settings(struct buf *b, const char *const *pairs)
{
	buf_clear(b);
	for (; *pairs; pairs += 2)
		pk_put_setting_row(b,
		                   &(struct pk_setting){slice_str(pairs[0]), slice_str(pairs[1])});
	return PK_ROWS(b);
}
#define PAIRS(...) ((const char *const[]){__VA_ARGS__, NULL})

static struct pk_rows names(struct buf *b, const char *const *list)
{
	buf_clear(b);
	for (; *list; list++)
		pk_put_name_row(b, &(struct pk_name){slice_str(*list)});
	return PK_ROWS(b);
}

/* One user; the status that the store gives it. */
static enum pk_status user_new(struct client *c, const char *address, const char *secret)
{
	struct pk_user_create_rep rep;
	struct pk_result result = {0};
	struct buf b = {0};

	OK(ASK(c, user_create, &rep,
	       .users = ROW1(&b, new_user, slice_str(address), slice_str(secret), 0)));
	assert_true(pk_next_result(&rep.results, &result));
	assert_int_equal(rep.created, result.code == PK_OK);
	buf_free(&b);
	return (enum pk_status)result.code;
}

static void acme(struct client *c)
{
	OK(ASK(c, tenant_create, NULL, .name = S("acme")));
	OK(ASK(c, domain_create, NULL, .tenant = S("acme"), .domain = S("example.test")));
}

static void a_tenant_comes_and_goes(void **state)
{
	struct drive *d = *state;
	struct pk_tenant_create_rep made;
	struct pk_tenant_show_rep shown;
	struct client c;
	uint32_t first;

	client_open(d, &c, DRIVE_ADMIN);
	OK(ASK(&c, tenant_create, &made, .name = S("acme")));
	first = made.id;
	assert_int_equal(ASK(&c, tenant_create, NULL, .name = S("acme")), PK_EEXISTS);
	assert_int_equal(ASK(&c, tenant_create, NULL, .name = S("Acme")), PK_EINVAL);
	OK(ASK(&c, tenant_show, &shown, .tenant = S("acme")));
	assert_int_equal(shown.id, first);
	assert_true(slice_eq(shown.state, S("active")));
	OK(ASK(&c, domain_create, NULL, .tenant = S("acme"), .domain = S("example.test")));
	OK(ASK(&c, tenant_delete, NULL, .tenant = S("acme")));
	assert_int_equal(ASK(&c, tenant_show, NULL, .tenant = S("acme")), PK_ENOTFOUND);
	assert_int_equal(ASK(&c, domain_show, NULL, .domain = S("example.test")), PK_ENOTFOUND);
	client_close(&c);
	reopen(d);
	client_open(d, &c, DRIVE_ADMIN);
	OK(ASK(&c, tenant_create, &made, .name = S("acme")));
	assert_true(made.id > first); /* never again the same */
	client_close(&c);
}

/* The place of a setting in the rows of a reply; "" when it is not there. */
static struct slice setting_in(struct pk_rows rows, const char *key)
{
	struct pk_setting s;

	while (pk_next_setting(&rows, &s))
		if (slice_eq(s.key, slice_str(key)))
			return s.value;
	return S("");
}

/* The mailboxes of a user, with their messages' room left out: "INBOX Drafts ". */
static const char *mailboxes(struct client *c, const char *account)
{
	static char text[512];
	size_t n = 0;

	*text = '\0';
	OK(ASK(c, mailbox_list, NULL, .account = slice_str(account)));
	EACH_ROW(c, mailbox_list, mailboxes, count, m)
	n += (size_t)snprintf(text + n, sizeof(text) - n, "%.*s ", (int)m.name.n, m.name.p);
	return text;
}

static void new_users_get_what_the_settings_say(void **state)
{
	static const struct {
		const char *key, *value;
		enum pk_status st;
	} cases[] = {
		{"mailbox.sent",   "Gesendet",         PK_OK    },
		{"mailbox.drafts", "Entwu\xcc\x88rfe", PK_OK    }, /* becomes NFC */
		{"mailbox.junk",   "inbox",            PK_EINVAL},
		{"mailbox.junk",   "a//b",             PK_EINVAL},
		{"mailbox.junk",   "/",                PK_EINVAL},
		{"mailbox.junk",   "INBOX/Spam",       PK_OK    },
		{"mailbox.trash",  "INBOX/Spam",       PK_OK    }, /* one mailbox for both */
	};
	struct drive *d = *state;
	struct pk_tenant_show_rep tenant;
	struct buf b = {0};
	struct client c, u;

	client_open(d, &c, DRIVE_ADMIN);
	acme(&c);
	OK(user_new(&c, "before@example.test", "secret"));
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(ASK(&c, tenant_set, NULL, .tenant = S("acme"),
		                     .settings = settings(&b, PAIRS(cases[i].key, cases[i].value))),
		                 cases[i].st);
	OK(ASK(&c, domain_set, NULL, .domain = S("example.test"),
	       .settings = settings(&b, PAIRS("mailbox.archive", "-"))));
	OK(ASK(&c, tenant_show, &tenant, .tenant = S("acme")));
	assert_true(slice_eq(setting_in(tenant.settings, "mailbox.drafts"), S("Entw\xc3\xbcrfe")));
	OK(user_new(&c, "jane@example.test", "secret"));
	assert_string_equal(mailboxes(&c, "before@example.test"),
	                    "Archive Drafts INBOX Junk Sent Trash ");
	assert_string_equal(mailboxes(&c, "jane@example.test"),
	                    "Entw\xc3\xbcrfe Gesendet INBOX INBOX/Spam ");
	client_login(d, &u, "jane");
	OK(ASK(&u, list, NULL));
	EACH_ROW(&u, list, mailboxes, mailbox, m)
	{
		assert_true(m.subscribed);
		if (slice_eq(m.name, S("INBOX/Spam")))
			assert_int_equal(m.attributes, PK_MB_JUNK | PK_MB_TRASH);
	}
	/* Room is asked for as many as there will be: four of them. */
	OK(ASK(&c, tenant_set, NULL, .tenant = S("acme"),
	       .settings = settings(&b, PAIRS("quota.mailboxes", "13"))));
	assert_int_equal(user_new(&c, "jo@example.test", "secret"), PK_EQUOTA);
	OK(ASK(&c, tenant_set, NULL, .tenant = S("acme"),
	       .settings = settings(&b, PAIRS("quota.mailboxes", "14"))));
	OK(user_new(&c, "jo@example.test", "secret"));
	OK(ASK(&c, verify, NULL));
	EACH_ROW(&c, verify, findings, finding, f) fail_msg("%.*s", (int)f.what.n, f.what.p);
	client_close(&u);
	client_close(&c);
	buf_free(&b);
}

static void settings_are_checked_and_inherited(void **state)
{
	static const struct {
		const char *key, *value;
		enum pk_status st;
	} cases[] = {
		{"vault.days",     "30",           PK_OK    },
		{"vault.days",     "x",            PK_EINVAL},
		{"vault.days",     "4000",         PK_EINVAL},
		{"plus",           "maybe",        PK_EINVAL},
		{"plus",           "No",           PK_OK    },
		{"nonsense",       "1",            PK_EINVAL},
		{"alias_of",       "example.test", PK_EINVAL}, /* of domains */
		{"quota.octets",   "1000",         PK_OK    },
		{"quota.octets",   "-1",           PK_EINVAL},
		{"quota.messages", "none",         PK_OK    },
		{"suspended",      "",             PK_OK    },
		{"quota.messages", "",             PK_OK    },
	};
	struct drive *d = *state;
	struct pk_tenant_show_rep tenant;
	struct pk_user_show_rep user;
	struct buf b = {0};
	struct client c;

	client_open(d, &c, DRIVE_ADMIN);
	acme(&c);
	OK(user_new(&c, "jane@example.test", "secret"));
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(ASK(&c, tenant_set, NULL, .tenant = S("acme"),
		                     .settings = settings(&b, PAIRS(cases[i].key, cases[i].value))),
		                 cases[i].st);
	OK(ASK(&c, tenant_show, &tenant, .tenant = S("acme")));
	assert_true(slice_eq(setting_in(tenant.settings, "vault.days"), S("30")));
	assert_true(slice_eq(setting_in(tenant.settings, "plus"), S("off")));
	assert_true(slice_eq(setting_in(tenant.settings, "quota.octets"), S("1000")));
	OK(ASK(&c, user_show, &user, .account = S("jane@example.test")));
	assert_true(slice_eq(setting_in(user.settings, "vault.days"), S("30")));
	assert_true(slice_eq(setting_in(user.settings, "quota.octets"), S("none")));
	OK(ASK(&c, user_set, NULL, .account = S("Jane@Example.test"),
	       .settings = settings(&b, PAIRS("vault.days", "1"))));
	OK(ASK(&c, user_show, &user, .account = S("jane@example.test")));
	assert_true(slice_eq(setting_in(user.settings, "vault.days"), S("1")));
	OK(ASK(&c, user_set, NULL, .account = S("jane@example.test"),
	       .settings = settings(&b, PAIRS("vault.days", ""))));
	OK(ASK(&c, user_show, &user, .account = S("jane@example.test")));
	assert_true(slice_eq(setting_in(user.settings, "vault.days"), S("30")));
	client_close(&c);
	buf_free(&b);
}

/* Also of those that no farther scope could say instead: then what is built in holds. */
static void an_empty_value_takes_every_setting_away(void **state)
{
	struct drive *d = *state;
	struct pk_user_show_rep user;
	struct buf b = {0};
	struct client c;

	client_open(d, &c, DRIVE_ADMIN);
	acme(&c);
	OK(user_new(&c, "jane@example.test", "secret"));
	OK(ASK(&c, user_set, NULL, .account = S("jane@example.test"),
	       .settings = settings(
		       &b, PAIRS("suspended", "on", "quota.octets", "1000", "submit.hour", "5"))));
	OK(ASK(&c, user_set, NULL, .account = S("jane@example.test"),
	       .settings = settings(
		       &b, PAIRS("suspended", "", "quota.octets", "", "submit.hour", ""))));
	OK(ASK(&c, user_show, &user, .account = S("jane@example.test")));
	assert_true(slice_eq(setting_in(user.settings, "suspended"), S("off")));
	assert_true(slice_eq(setting_in(user.settings, "quota.octets"), S("none")));
	assert_true(slice_eq(setting_in(user.settings, "submit.hour"), S("400")));
	client_close(&c);
	buf_free(&b);
}

/* Whoever looks at a user sees what keeps it from working. */
static void the_state_is_that_of_what_it_is_in(void **state)
{
	static const struct {
		const char *tenant, *domain, *user, *of_domain, *of_user;
	} cases[] = {
		{"off", "off", "off", "active",           "active"          },
		{"on",  "off", "off", "tenant suspended", "tenant suspended"},
		{"off", "on",  "off", "suspended",        "domain suspended"},
		{"on",  "on",  "off", "suspended",        "domain suspended"},
		{"on",  "off", "on",  "tenant suspended", "suspended"       },
	};
	struct pk_domain_show_rep domain;
	struct pk_user_show_rep user;
	struct drive *d = *state;
	struct buf b = {0};
	struct client c;

	client_open(d, &c, DRIVE_ADMIN);
	acme(&c);
	OK(user_new(&c, "jane@example.test", "secret"));
	for (size_t i = 0; i < COUNT(cases); i++) {
		OK(ASK(&c, tenant_set, NULL, .tenant = S("acme"),
		       .settings = settings(&b, PAIRS("suspended", cases[i].tenant))));
		OK(ASK(&c, domain_set, NULL, .domain = S("example.test"),
		       .settings = settings(&b, PAIRS("suspended", cases[i].domain))));
		OK(ASK(&c, user_set, NULL, .account = S("jane@example.test"),
		       .settings = settings(&b, PAIRS("suspended", cases[i].user))));
		OK(ASK(&c, domain_show, &domain, .domain = S("example.test")));
		assert_true(slice_eq(domain.state, slice_str(cases[i].of_domain)));
		OK(ASK(&c, user_show, &user, .account = S("jane@example.test")));
		assert_true(slice_eq(user.state, slice_str(cases[i].of_user)));
	}
	client_close(&c);
	buf_free(&b);
}

static void a_domain_has_one_tenant(void **state)
{
	struct drive *d = *state;
	struct pk_domain_show_rep shown;
	struct client c;

	client_open(d, &c, DRIVE_ADMIN);
	acme(&c);
	OK(ASK(&c, tenant_create, NULL, .name = S("other")));
	assert_int_equal(
		ASK(&c, domain_create, NULL, .tenant = S("other"), .domain = S("Example.TEST")),
		PK_EEXISTS);
	assert_int_equal(
		ASK(&c, domain_create, NULL, .tenant = S("nobody"), .domain = S("example.org")),
		PK_ENOTFOUND);
	assert_int_equal(ASK(&c, domain_create, NULL, .tenant = S("other"), .domain = S("a b")),
	                 PK_EINVAL);
	OK(ASK(&c, domain_show, &shown, .domain = S("EXAMPLE.test")));
	assert_true(slice_eq(shown.tenant, S("acme")));
	OK(ASK(&c, domain_delete, NULL, .domain = S("example.test")));
	OK(ASK(&c, domain_create, NULL, .tenant = S("other"), .domain = S("example.test")));
	client_close(&c);
}

static void each_new_user_has_its_own_result(void **state)
{
	static const struct {
		const char *address, *secret;
		bool hashed;
		enum pk_status st;
	} cases[] = {
		{"jane@example.test",  "secret",                                            false, PK_OK       },
		{"Jane@EXAMPLE.test",  "secret",                                            false, PK_EEXISTS  },
		{"joe@example.test",   "",						  false, PK_OK       },
		{"joe@example.org",    "secret",                                            false, PK_ENOTFOUND},
		{"sales@example.test", "secret",                                            false, PK_EEXISTS  }, /* alias */
		{"a b@example.test",   "secret",                                            false, PK_EINVAL   },
		{"nobody",             "secret",					    false, PK_EINVAL   },
		{"max@example.test",   "\xff",					      false, PK_EINVAL   },
		{"max@example.test",   "plain text",                                        true,  PK_EINVAL   },
		{"max@example.test",   "{MD5}abc",                                          true,  PK_EINVAL   },
		{"max@example.test",   "$argon2id$v=19$m=9999999,t=2,p=1$c2FsdHNhbHQ$YWJj", true,
	         PK_EINVAL										     },
		{"max@example.test",
	         "{CRYPT}$6$saltsalt$qFmFH.bQmmtXzyBY0s9v7Oicd2z4XSIecDzlB5KiA2/"
	         "jctKu9YterLp8wwnSq.qc.eoxqOmSuNp2xS0ktL3nh/",	                     true,  PK_OK       },
	};
	struct drive *d = *state;
	struct pk_user_create_rep rep;
	struct pk_result result;
	struct buf rows = {0}, b = {0};
	struct client c;
	size_t n = 0;

	client_open(d, &c, DRIVE_ADMIN);
	acme(&c);
	OK(ASK(&c, alias_create, NULL, .address = S("sales@example.test"),
	       .targets = names(&b, PAIRS("jane@example.test"))));
	for (size_t i = 0; i < COUNT(cases); i++)
		pk_put_new_user_row(&rows, &(struct pk_new_user){slice_str(cases[i].address),
		                                                 slice_str(cases[i].secret),
		                                                 cases[i].hashed});
	OK(ASK(&c, user_create, &rep, .users = PK_ROWS(&rows)));
	while (pk_next_result(&rep.results, &result))
		assert_int_equal(result.code, cases[n++].st);
	assert_int_equal(n, COUNT(cases));
	assert_int_equal(rep.created, 3);
	client_close(&c);
	buf_free(&rows);
	buf_free(&b);
}

static void thousands_of_users_take_few_transactions(void **state)
{
	struct drive *d = *state;
	struct pk_user_create_rep rep;
	struct buf rows = {0};
	char address[64];
	struct client c;
	struct writer_counts before, after;
	unsigned n = 0;

	client_open(d, &c, DRIVE_ADMIN);
	acme(&c);
	for (unsigned i = 0; i < 2000; i++) {
		snprintf(address, sizeof(address), "u%u@example.test", i);
		pk_put_new_user_row(&rows, &(struct pk_new_user){slice_str(address), S(""), 0});
	}
	before = writer_counts(d->server.volumes[0]->writer);
	OK(ASK(&c, user_create, &rep, .users = PK_ROWS(&rows)));
	after = writer_counts(d->server.volumes[0]->writer);
	assert_int_equal(rep.created, 2000);
	assert_int_equal(after.batches - before.batches, 4);
	OK(ASK(&c, user_list, NULL, .selector = S("acme/example.test")));
	assert_true(c.n > 1); /* several frames */
	EACH_ROW(&c, user_list, users, user, u)
	{
		assert_int_equal(u.mailboxes, 6);
		n++;
	}
	assert_int_equal(n, 2000);
	OK(ASK(&c, domain_delete, NULL, .domain = S("example.test")));
	OK(ASK(&c, user_list, NULL, .selector = S("acme")));
	EACH_ROW(&c, user_list, users, user, u) fail_msg("%.*s", (int)u.address.n, u.address.p);
	client_close(&c);
	buf_free(&rows);
}

static void a_deleted_user_leaves_nothing(void **state)
{
	struct drive *d = *state;
	struct pk_tenant_show_rep shown;
	struct pk_verify_rep checked;
	struct client c, jane;
	uint32_t id;
	struct pk_user_show_rep user;

	client_open(d, &c, DRIVE_ADMIN);
	acme(&c);
	OK(user_new(&c, "jane@example.test", "secret"));
	OK(ASK(&c, user_show, &user, .account = S("jane@example.test")));
	id = user.id;
	client_login(d, &jane, "jane@example.test");
	OK(ASK(&c, user_delete, NULL, .account = S("jane@example.test")));
	assert_int_equal(ASK(&jane, status, NULL, .mailbox = S("INBOX")), PK_EPERM); /* kicked */
	assert_int_equal(ASK(&c, user_delete, NULL, .account = S("jane@example.test")),
	                 PK_ENOTFOUND);
	OK(ASK(&c, tenant_show, &shown, .tenant = S("acme")));
	assert_int_equal(shown.users, 0);
	OK(user_new(&c, "jane@example.test", "secret"));
	OK(ASK(&c, user_show, &user, .account = S("jane@example.test")));
	assert_true(user.id > id);
	OK(ASK(&c, verify, &checked, .bodies = 1));
	EACH_ROW(&c, verify, findings, finding, f)
	fail_msg("%.*s: %.*s", (int)f.where.n, f.where.p, (int)f.what.n, f.what.p);
	client_close(&c);
	client_close(&jane);
}

/* "@domain" is an alias's address and no user's, nor is it taken for the domain. */
static void a_catch_all_is_no_user(void **state)
{
	struct drive *d = *state;
	struct buf b = {0};
	struct client c;

	client_open(d, &c, DRIVE_ADMIN);
	acme(&c);
	assert_int_equal(ASK(&c, user_show, NULL, .account = S("@example.test")), PK_EINVAL);
	assert_int_equal(ASK(&c, user_set, NULL, .account = S("@example.test"),
	                     .settings = settings(&b, PAIRS("suspended", "on"))),
	                 PK_EINVAL);
	assert_int_equal(
		ASK(&c, user_passwd, NULL, .account = S("@example.test"), .secret = S("x")),
		PK_EINVAL);
	assert_int_equal(ASK(&c, user_delete, NULL, .account = S("@example.test")), PK_EINVAL);
	client_close(&c);
	buf_free(&b);
}

static void aliases(void **state)
{
	const struct {
		const char *address;
		const char *const *targets;
		enum pk_status st;
	} cases[] = {
		{"sales@example.test", PAIRS("jane@example.test", "Joe@example.test"),  PK_OK},
		{"sales@example.test",                    PAIRS("jane@example.test"),                          PK_EEXISTS},
		{"jane@example.test",                    PAIRS("joe@example.test"),                           PK_EEXISTS  },
		{"a@example.test",                    PAIRS("jane@elsewhere.test"),                              PK_ENOTFOUND},
		{"a@example.test",                    PAIRS("jane"),                              PK_EINVAL                 },
		{"a@example.test",                    PAIRS("a@example.test"),                              PK_EINVAL},
		{"a@example.test",                    PAIRS("b@example.test"),                              PK_OK                 },
		{"b@example.test",                    PAIRS("c@example.test"),                              PK_OK},
		{"c@example.test",                    PAIRS("jane@example.test",                              "a@example.test"),                PK_EINVAL},
		{"@example.test",           PAIRS("jane@example.test"),                                    PK_OK                          },
		{"x@elsewhere.test",               PAIRS("jane@example.test"),     PK_ENOTFOUND},
		{"d@example.test",        (const char *const[]){NULL},                             PK_ELIMIT                                                    },
	};
	struct drive *d = *state;
	struct pk_user_show_rep user;
	struct pk_alias_show_rep shown;
	struct pk_name name;
	struct buf b = {0};
	struct client c;
	unsigned n = 0;

	client_open(d, &c, DRIVE_ADMIN);
	acme(&c);
	OK(user_new(&c, "jane@example.test", "secret"));
	OK(user_new(&c, "joe@example.test", "secret"));
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(ASK(&c, alias_create, NULL, .address = slice_str(cases[i].address),
		                     .targets = names(&b, cases[i].targets)),
		                 cases[i].st);
	OK(ASK(&c, alias_list, NULL, .selector = S("acme")));
	EACH_ROW(&c, alias_list, aliases, alias, a)
	{
		if (slice_eq(a.address, S("sales@example.test")))
			assert_true(slice_eq(a.targets, S("jane@example.test joe@example.test")));
		n++;
	}
	assert_int_equal(n, 4);
	OK(ASK(&c, user_show, &user, .account = S("joe@example.test")));
	assert_true(pk_next_name(&user.aliases, &name));
	assert_true(slice_eq(name.name, S("sales@example.test")));
	assert_false(pk_next_name(&user.aliases, &name));
	OK(ASK(&c, alias_set, NULL, .address = S("sales@example.test"),
	       .targets = names(&b, PAIRS("joe@example.test"))));
	OK(ASK(&c, alias_show, &shown, .address = S("SALES@example.test")));
	assert_true(pk_next_name(&shown.targets, &name) &&
	            slice_eq(name.name, S("joe@example.test")));
	assert_false(pk_next_name(&shown.targets, &name));
	OK(ASK(&c, alias_delete, NULL, .address = S("sales@example.test")));
	assert_int_equal(ASK(&c, alias_delete, NULL, .address = S("sales@example.test")),
	                 PK_ENOTFOUND);
	assert_int_equal(ASK(&c, alias_show, NULL, .address = S("sales@example.test")),
	                 PK_ENOTFOUND);
	client_close(&c);
	buf_free(&b);
}

static void a_domain_alias_makes_no_circle(void **state)
{
	struct drive *d = *state;
	struct buf b = {0};
	struct client c;

	client_open(d, &c, DRIVE_ADMIN);
	acme(&c);
	OK(ASK(&c, domain_create, NULL, .tenant = S("acme"), .domain = S("b.test"),
	       .settings = settings(&b, PAIRS("alias_of", "Example.test"))));
	OK(ASK(&c, domain_create, NULL, .tenant = S("acme"), .domain = S("c.test"),
	       .settings = settings(&b, PAIRS("alias_of", "b.test"))));
	assert_int_equal(ASK(&c, domain_set, NULL, .domain = S("example.test"),
	                     .settings = settings(&b, PAIRS("alias_of", "c.test"))),
	                 PK_EINVAL);
	assert_int_equal(ASK(&c, domain_set, NULL, .domain = S("example.test"),
	                     .settings = settings(&b, PAIRS("alias_of", "not.test"))),
	                 PK_EINVAL);
	assert_int_equal(ASK(&c, domain_create, NULL, .tenant = S("acme"), .domain = S("d.test"),
	                     .settings = settings(&b, PAIRS("alias_of", "not.test"))),
	                 PK_EINVAL);
	/* What failed left no claim behind. */
	OK(ASK(&c, domain_create, NULL, .tenant = S("acme"), .domain = S("d.test")));
	client_close(&c);
	buf_free(&b);
}

/* A crash between the steps: the next start finishes or frees what was claimed. */
static void repair(void **state)
{
	struct drive *d = *state;
	struct pk_tenant_create_rep made;
	struct place p;
	struct client c;
	uint32_t id;

	client_open(d, &c, DRIVE_ADMIN);
	acme(&c);
	client_close(&c);
	OK(directory_claim_tenant(d->server.directory, S("half"), 1, &id));
	OK(keyring_create(d->server.keys, id));
	OK(directory_tenant(d->server.directory, S("acme"), &p));
	OK(directory_claim_domain(d->server.directory, S("half.test"), &p));
	reopen(d);
	assert_int_equal(directory_claim_domain(d->server.directory, S("half.test"), &p), PK_OK);
	assert_int_equal(keyring_destroy(d->server.keys, id), PK_ENOTFOUND);
	client_open(d, &c, DRIVE_ADMIN);
	OK(ASK(&c, tenant_create, &made, .name = S("half")));
	assert_true(made.id > id);
	client_close(&c);
}

static void a_lost_directory_comes_back(void **state)
{
	struct drive *d = *state;
	struct pk_tenant_create_rep made;
	struct pk_domain_show_rep shown;
	char path[400];
	struct client c;
	uint32_t id;

	client_open(d, &c, DRIVE_ADMIN);
	acme(&c);
	OK(ASK(&c, tenant_create, &made, .name = S("other")));
	id = made.id;
	client_close(&c);
	drive_close(d);
	snprintf(path, sizeof(path), "%s/directory/data.mdb", d->dir.path);
	assert_int_equal(unlink(path), 0);
	drive_open(d);
	client_open(d, &c, DRIVE_ADMIN);
	OK(ASK(&c, domain_show, &shown, .domain = S("example.test")));
	assert_true(slice_eq(shown.tenant, S("acme")));
	OK(ASK(&c, tenant_create, &made, .name = S("third")));
	assert_true(made.id > id + 100); /* some that were deleted may be forgotten */
	client_close(&c);
}

/* A second server of the same data does not start; the first goes on. */
static void the_data_has_one_server(void **state)
{
	struct drive *d = *state;
	struct server_options o = d->server.options;
	struct server second;
	struct client c;

	assert_int_equal(server_open(&second, &o), PK_EBUSY);
	client_open(d, &c, DRIVE_ADMIN);
	OK(ASK(&c, tenant_create, NULL, .name = S("acme")));
	client_close(&c);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_tenant_comes_and_goes),
		CASE(new_users_get_what_the_settings_say),
		CASE(settings_are_checked_and_inherited),
		CASE(an_empty_value_takes_every_setting_away),
		CASE(the_state_is_that_of_what_it_is_in),
		CASE(a_domain_has_one_tenant),
		CASE(each_new_user_has_its_own_result),
		CASE(thousands_of_users_take_few_transactions),
		CASE(a_deleted_user_leaves_nothing),
		CASE(a_catch_all_is_no_user),
		CASE(aliases),
		CASE(a_domain_alias_makes_no_circle),
		CASE(repair),
		CASE(a_lost_directory_comes_back),
		CASE(the_data_has_one_server),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
