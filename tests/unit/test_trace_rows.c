/* The rows of the trace: bounded, sealed, gone in time and with their tenant. */
/* links: store */
#include "trace_drive.h"

/* It is found by who asks for this tenant, goes with it, and others' stays. */
static void a_tenant_has_its_own(void **state)
{
	struct drive *d = *state;
	struct client admin;
	struct buf rows = {0};

	client_open(d, &admin, DRIVE_ADMIN);
	OK(ASK(&admin, tenant_create, NULL, .name = S("other")));
	OK(ASK(&admin, domain_create, NULL, .tenant = S("other"), .domain = S("other.test")));
	pk_put_new_user_row(&rows, &(struct pk_new_user){S("o@other.test"), S("secret"), 0});
	OK(ASK(&admin, user_create, NULL, .users = PK_ROWS(&rows)));
	for (unsigned i = 0; i < 3; i++)
		deliver(d, "u1@example.test", "joe@x.example", "1@x.example");
	deliver(d, "o@other.test", "joe@x.example", "1@x.example");
	assert_int_equal(refused(d, "x@elsewhere.test"), PK_EPERM);
	assert_int_equal(refused(d, "nobody@example.test"), PK_ENOTFOUND);
	later(d, TRACE_FLUSH_MS);
	assert_int_equal(look(d, "joe@x.example", 0).n, 4);
	assert_int_equal(look_in(d, "acme", "joe@x.example", 0).n, 3);
	assert_int_equal(look_in(d, "other", "1@x.example", 0).n, 1);
	assert_int_equal(look_in(d, "other", "u1@example.test", 0).n, 0);
	assert_int_equal(ASK(&admin, trace, NULL, .what = S("x"), .tenant = S("nobody")),
	                 PK_ENOTFOUND);
	assert_int_equal(refused(d, "nobody@example.test"), PK_ENOTFOUND); /* still gathered */
	assert_int_equal(rows_of(d, 1), 4);
	OK(ASK(&admin, tenant_delete, NULL, .tenant = S("acme")));
	client_close(&admin);
	later(d, TRACE_FLUSH_MS);
	assert_int_equal(rows_of(d, 1), 0);
	assert_int_equal(rows_of(d, 2), 1);
	assert_int_equal(rows_of(d, 0), 1);
	assert_int_equal(look(d, "joe@x.example", 0).n, 1);
	buf_free(&rows);
}

static void events_outlive_the_store(void **state)
{
	struct drive *d = *state;

	deliver(d, "u1@example.test", "", "1@x.example");
	(void)refused(d, "nobody@example.test");
	drive_close(d); /* what is gathered is written when it ends in order */
	drive_open(d);
	assert_int_equal(look(d, "u1@example.test", 0).n, 1);
	assert_int_equal(look(d, "nobody@example.test", 0).n, 1);
}

static void a_flood_is_dropped_and_counted(void **state)
{
	struct drive *d = *state;

	for (unsigned i = 0; i < TRACE_GATHER + 50; i++)
		(void)refused(d, "nobody@example.test");
	assert_int_equal(trace_dropped(&d->server), 50);
	deliver(d, "u1@example.test", "", "1@x.example");
	assert_int_equal(look(d, "u1@example.test", 0).n, 1);
	later(d, TRACE_FLUSH_MS);
	later(d, TRACE_FLUSH_MS);
	assert_int_equal(look(d, "nobody@example.test", 0).n, TRACE_GATHER);
}

/* For days on end: refusals get half of the rows, and what became of mail is not driven out. */
static void floods_leave_room_for_mail(void **state)
{
	struct drive *d = *state;
	uint64_t first;

	d->server.options.trace_days = 100;
	d->server.options.trace_rows = 4000;
	deliver(d, "u1@example.test", "", "1@x.example");
	later(d, 1); /* the allowance is a burst now: more than a day's 20 rows */
	for (unsigned i = 0; i < TRACE_GATHER; i++)
		(void)refused(d, "nobody@example.test");
	assert_int_equal(trace_dropped(&d->server), 0);
	later(d, TRACE_FLUSH_MS);
	for (unsigned i = 0; i < 100; i++)
		(void)refused(d, "nobody@example.test");
	first = trace_dropped(&d->server);
	assert_true(first >= 99); /* a row an hour and a quarter */
	later(d, 24 * 3600 * 1000);
	for (unsigned i = 0; i < 100; i++)
		(void)refused(d, "nobody@example.test");
	assert_in_range(trace_dropped(&d->server) - first, 79, 81);
	later(d, TRACE_FLUSH_MS);
	assert_int_equal(look(d, "1@x.example", 0).n, 1);
	assert_in_range(look(d, "nobody@example.test", 0).dropped, 178, 182);
}

static void rows_are_so_many_at_most(void **state)
{
	struct drive *d = *state;

	d->server.options.trace_rows = 10;
	for (unsigned i = 0; i < 25; i++) {
		char id[32];

		snprintf(id, sizeof(id), "%u@x", i);
		deliver(d, "u1@example.test", "", id);
		d->now_ms += 1000;
	}
	later(d, 60000);
	assert_int_equal(rows_of(d, 1), 10);
	assert_int_equal(look(d, "24@x", 0).n, 1);
	assert_int_equal(look(d, "15@x", 0).n, 1);
	assert_int_equal(look(d, "14@x", 0).n, 0);
}

/* What could not be written is no secret either. */
static void lost_rows_are_counted(void **state)
{
	struct drive *d = *state;

	for (unsigned i = 0; i < 3; i++)
		(void)refused(d, "nobody@example.test");
	d->server.volumes[0]->options.read_only = true;
	later(d, TRACE_FLUSH_MS);
	d->server.volumes[0]->options.read_only = false;
	assert_int_equal(look(d, "nobody@example.test", 0).n, 0);
	assert_int_equal(look(d, "nobody@example.test", 0).dropped, 3);
}

static void events_go_after_their_days(void **state)
{
	struct drive *d = *state;

	deliver(d, "u1@example.test", "", "1@x.example");
	for (unsigned day = 0; day < TRACE_DAYS; day++)
		for (unsigned i = 0; i < 24 * 12; i++)
			later(d, 5 * 60 * 1000 - (day == 0 && i == 0));
	assert_int_equal(look(d, "u1@example.test", 0).n, 1);
	deliver(d, "u1@example.test", "", "2@x.example");
	later(d, 5 * 60 * 1000);
	assert_int_equal(look(d, "1@x.example", 0).n, 0);
	assert_int_equal(look(d, "2@x.example", 0).n, 1);
}

/* Of the texts nothing is on the disk in the clear, and what was changed there is no event. */
static void sealed_under(struct drive *d, uint32_t tenant)
{
	struct trace_event e = {.kind = TRACE_DELIVERED,
	                        .tenant = tenant,
	                        .session = 77,
	                        .address = S("jane@example.org"),
	                        .message_id = S("secret@id")};
	struct trace_event out;
	struct trace_key key = trace_key(DRIVE_NOW, 5), other = trace_key(DRIVE_NOW, 6);
	struct slice k = {(char *)key.p, sizeof(key.p)};
	struct trace_tags tags;
	struct buf row = {0}, plain = {0};

	OK(trace_tags_open(&tags, d->server.keys));
	OK(trace_encode(d->server.keys, &tags, &e, &key, &row));
	assert_null(memmem(row.p, row.n, "jane", 4));
	assert_null(memmem(row.p, row.n, "secret", 6));
	assert_true(trace_has_tag(buf_slice(&row), trace_tag(&tags, S("<SECRET@id>"))));
	assert_false(trace_has_tag(buf_slice(&row), trace_tag(&tags, S("other@id"))));
	OK(trace_decode(d->server.keys, k, buf_slice(&row), &plain, &out));
	assert_true(slice_eq(out.address, S("jane@example.org")));
	assert_int_equal(out.session, 77);
	buf_clear(&plain);
	assert_int_equal(trace_decode(d->server.keys, (struct slice){(char *)other.p, k.n},
	                              buf_slice(&row), &plain, &out),
	                 PK_EIO);
	for (size_t n = 0; n < row.n; n++) {
		buf_clear(&plain);
		assert_int_equal(trace_decode(d->server.keys, k, slice_head(buf_slice(&row), n),
		                              &plain, &out),
		                 PK_EIO);
		(void)trace_has_tag(slice_head(buf_slice(&row), n), 1);
	}
	for (size_t at = row.n - 50; at < row.n; at++) {
		buf_clear(&plain);
		row.p[at] ^= 1;
		assert_int_equal(trace_decode(d->server.keys, k, buf_slice(&row), &plain, &out),
		                 PK_EIO);
		row.p[at] ^= 1;
	}
	buf_free(&row);
	buf_free(&plain);
}

static void rows_are_sealed(void **state)
{
	struct drive *d = *state;
	struct trace_event e = {.tenant = 7};
	struct trace_key key = trace_key(DRIVE_NOW, 5);
	struct trace_tags tags;
	struct buf row = {0};

	sealed_under(d, 0);
	sealed_under(d, 1);
	OK(trace_tags_open(&tags, d->server.keys));
	assert_int_equal(trace_encode(d->server.keys, &tags, &e, &key, &row), PK_ENOTFOUND);
	buf_free(&row);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_tenant_has_its_own),       CASE(floods_leave_room_for_mail),
		CASE(rows_are_so_many_at_most),   CASE(lost_rows_are_counted),
		CASE(events_outlive_the_store),   CASE(a_flood_is_dropped_and_counted),
		CASE(events_go_after_their_days), CASE(rows_are_sealed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
