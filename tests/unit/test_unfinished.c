/* Crashes between the steps of making and deleting: the next start brings each to its end. */
/* links: store */
#include "unit.h"

#include "trace_count.h"

#include "tenant_edit.h"

/* Rows for several transactions of ERASE_ROWS each. */
#define USERS    250
#define MESSAGES 1500

static struct drive drive;
static struct client admin;

/* Mail for one of them. */
static void deliver_mail(void)
{
	struct client c;

	client_open(&drive, &c, DRIVE_DELIVER);
	for (unsigned i = 0; i < MESSAGES; i++) {
		OK(ASK(&c, recipient, NULL, .address = S("u0@two.test"), .octets = 10));
		OK(ASK(&c, deliver, NULL, .body = client_body(&c, S("text\r\n"))));
	}
	client_close(&c);
}

static int set_up(void **state)
{
	struct buf rows = {0};
	char name[64];

	(void)state;
	memset(&drive, 0, sizeof(drive));
	drive_make(&drive, 2);
	client_open(&drive, &admin, DRIVE_ADMIN);
	OK(ASK(&admin, tenant_create, NULL, .name = S("globex")));
	OK(ASK(&admin, domain_create, NULL, .tenant = S("globex"), .domain = S("one.test")));
	OK(ASK(&admin, domain_create, NULL, .tenant = S("globex"), .domain = S("two.test")));
	for (unsigned i = 0; i < USERS; i++) {
		snprintf(name, sizeof(name), "u%u@%s.test", i, i % 2 ? "one" : "two");
		pk_put_new_user_row(&rows, &(struct pk_new_user){slice_str(name), S(""), 0});
	}
	OK(ASK(&admin, user_create, NULL, .users = PK_ROWS(&rows)));
	OK(ASK(&admin, alias_create, NULL, .address = S("all@one.test"),
	       .targets = ROW1(&rows, name, S("u1@one.test"))));
	deliver_mail();
	buf_free(&rows);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	client_close(&admin);
	drive_remove(&drive);
	return 0;
}

/* What a crash now would leave: a store of its own. */
static void crash(struct drive *copy)
{
	char command[1024];

	memset(copy, 0, sizeof(*copy));
	copy->now_ms = drive.now_ms;
	scratch_make(&copy->dir);
	snprintf(command, sizeof(command), "cp -r --sparse=always %s/. %s", drive.dir.path,
	         copy->dir.path);
	assert_int_equal(system(command), 0);
	drive_open(copy);
	drive_turn(copy);
}

static void verify_is_silent(struct client *c)
{
	unsigned n = 0;

	OK(ASK(c, verify, NULL, .tenant = S(""), .bodies = 1));
	EACH_ROW(c, verify, findings, finding, f)
	{
		n++;
		print_error("%.*s: %.*s\n", (int)f.where.n, f.where.p, (int)f.what.n, f.what.p);
	}
	assert_int_equal(n, 0);
}

static unsigned done; /* copies in which the request was done */

/* Sends a request and crashes after each turn of the loop until nothing happens any more. */
static unsigned at_every_turn(enum pk_op op, struct buf *payload,
                              void (*check)(struct drive *, struct client *))
{
	unsigned turns = 0;

	done = 0;
	drive_send(&admin, (struct frame){.op = op, .tag = 1000, .payload = buf_slice(payload)});
	buf_free(payload);
	do {
		struct drive copy;
		struct client c;

		crash(&copy);
		client_open(&copy, &c, DRIVE_ADMIN);
		check(&copy, &c);
		verify_is_silent(&c);
		client_close(&c);
		drive_remove(&copy);
		turns++;
	} while (loop_turn(drive.server.loop));
	buf_clear(&admin.link->out);
	return turns;
}

/* The request goes through in `least` turns or more; in the last copy it was done. */
#define CUT(name, check, least, ...)                                                \
	{                                                                           \
		struct buf payload_ = {0};                                          \
		ASK_ENCODE(name, &payload_, __VA_ARGS__);                           \
		assert_true(at_every_turn(PK_OP_##name, &payload_, check) > least); \
		assert_true(done > 0);                                              \
	}

/* All of it, or nothing of it and its names are free. */
static void tenant_is_whole_or_gone(struct drive *d, struct client *c)
{
	struct pk_tenant_show_rep rep;

	if (ASK(c, tenant_show, &rep, .tenant = S("globex")) == PK_OK) {
		assert_true(slice_eq(rep.state, S("active")));
		assert_true(rep.users == USERS && rep.domains == 2 && rep.messages == MESSAGES);
		return;
	}
	done++;
	assert_int_equal(keyring_destroy(d->server.keys, 2), PK_ENOTFOUND);
	assert_int_equal(rows_of(d, 2), 0);
	assert_int_equal(ASK(c, domain_show, NULL, .domain = S("one.test")), PK_ENOTFOUND);
	OK(ASK(c, tenant_create, NULL, .name = S("globex")));
	OK(ASK(c, domain_create, NULL, .tenant = S("globex"), .domain = S("one.test")));
	OK(ASK(c, domain_create, NULL, .tenant = S("acme"), .domain = S("two.test")));
}

static void domain_is_whole_or_gone(struct drive *d, struct client *c)
{
	struct pk_tenant_show_rep tenant;
	struct pk_domain_show_rep rep;

	(void)d;
	OK(ASK(c, tenant_show, &tenant, .tenant = S("globex")));
	if (ASK(c, domain_show, &rep, .domain = S("two.test")) == PK_OK) {
		assert_true(slice_eq(rep.state, S("active")));
		assert_true(rep.users == USERS / 2 && rep.messages == MESSAGES);
		return;
	}
	done++;
	assert_true(tenant.domains == 1 && tenant.users == USERS / 2 && !tenant.messages);
	OK(ASK(c, domain_create, NULL, .tenant = S("acme"), .domain = S("two.test")));
}

static void user_is_whole_or_gone(struct drive *d, struct client *c)
{
	struct pk_tenant_show_rep tenant;
	struct pk_user_show_rep rep;
	struct buf rows = {0};

	(void)d;
	OK(ASK(c, tenant_show, &tenant, .tenant = S("globex")));
	if (ASK(c, user_show, &rep, .account = S("u0@two.test")) == PK_OK) {
		assert_true(slice_eq(rep.state, S("active")) && rep.messages == MESSAGES);
		return;
	}
	done++;
	assert_true(tenant.users == USERS - 1 && !tenant.messages);
	OK(ASK(c, user_create, NULL, .users = ROW1(&rows, new_user, S("u0@two.test"), S(""), 0)));
	OK(ASK(c, user_show, &rep, .account = S("u0@two.test")));
	assert_int_equal(rep.messages, 0);
	buf_free(&rows);
}

static void tenant_was_made_or_can_be(struct drive *d, struct client *c)
{
	enum pk_status st = ASK(c, tenant_create, NULL, .name = S("third"));

	(void)d;
	assert_true(st == PK_OK || st == PK_EEXISTS);
	done += st == PK_EEXISTS;
	OK(ASK(c, domain_create, NULL, .tenant = S("third"), .domain = S("third.test")));
}

static void domain_was_made_or_can_be(struct drive *d, struct client *c)
{
	enum pk_status st =
		ASK(c, domain_create, NULL, .tenant = S("globex"), .domain = S("late.test"));

	(void)d;
	assert_true(st == PK_OK || st == PK_EEXISTS);
	done += st == PK_EEXISTS;
	OK(ASK(c, domain_set, NULL, .domain = S("late.test")));
}

static void a_cut_deletion_of_a_tenant_goes_on(void **state)
{
	(void)state;
	CUT(tenant_delete, tenant_is_whole_or_gone, 5, .tenant = S("globex"));
}

static void a_cut_deletion_of_a_domain_goes_on(void **state)
{
	(void)state;
	CUT(domain_delete, domain_is_whole_or_gone, 3, .domain = S("two.test"));
}

static void a_cut_deletion_of_a_user_goes_on(void **state)
{
	(void)state;
	CUT(user_delete, user_is_whole_or_gone, 2, .account = S("u0@two.test"));
}

static void a_cut_claim_of_a_tenant_is_settled(void **state)
{
	(void)state;
	CUT(tenant_create, tenant_was_made_or_can_be, 2, .name = S("third"));
}

static void a_cut_claim_of_a_domain_is_settled(void **state)
{
	(void)state;
	CUT(domain_create, domain_was_made_or_can_be, 2, .tenant = S("globex"),
	    .domain = S("late.test"));
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_cut_deletion_of_a_tenant_goes_on), CASE(a_cut_deletion_of_a_domain_goes_on),
		CASE(a_cut_deletion_of_a_user_goes_on),   CASE(a_cut_claim_of_a_tenant_is_settled),
		CASE(a_cut_claim_of_a_domain_is_settled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
