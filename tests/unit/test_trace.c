/* What happened of late: found by each name, bounded, gone in time. */
/* links: store */
#include "unit.h"

#include "store_drive.h"

#include "trace.h"

static int setup(void **state)
{
	struct drive *d = calloc(1, sizeof(*d));

	drive_make(d, 3);
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

#define BODY S("From: a@b\r\nMessage-ID: <1@x.example>\r\n\r\nhello\r\n")

static void deliver(struct drive *d, const char *to, const char *from, const char *id)
{
	struct client c;
	uint16_t stream;

	client_open(d, &c, DRIVE_DELIVER);
	OK(ASK(&c, announce, NULL, .peer = S("192.0.2.7"), .id = 4294967301));
	OK(ASK(&c, recipient, NULL, .address = slice_str(to)));
	stream = client_body(&c, BODY);
	OK(ASK(&c, deliver, NULL, .body = stream, .return_path = slice_str(from),
	       .message_id = slice_str(id)));
	client_close(&c);
}

static enum pk_status refused(struct drive *d, const char *to)
{
	struct client c;
	enum pk_status st;

	client_open(d, &c, DRIVE_DELIVER);
	st = ASK(&c, recipient, NULL, .address = slice_str(to));
	client_close(&c);
	return st;
}

static void later(struct drive *d, int64_t ms)
{
	d->now_ms += ms;
	server_tick(&d->server);
	drive_turn(d);
}

/* How many events there are of a name; of one, its words are kept. */
struct found {
	size_t n;
	char event[32], result[32], text[256], address[256], owner[256], id[256];
	uint64_t session;
};

#define KEEP(f, member, from) \
	snprintf((f)->member, sizeof((f)->member), "%.*s", (int)(from).n, (from).p)

static struct found look(struct drive *d, const char *what, int64_t since)
{
	struct found f = {0};
	struct client admin;

	client_open(d, &admin, DRIVE_ADMIN);
	OK(ASK(&admin, trace, NULL, .what = slice_str(what), .since = since));
	EACH_ROW(&admin, trace, events, traced, row)
	{
		f.n++;
		f.session = row.session;
		KEEP(&f, event, row.event);
		KEEP(&f, result, row.result);
		KEEP(&f, text, row.text);
		KEEP(&f, address, row.address);
		KEEP(&f, owner, row.owner);
		KEEP(&f, id, row.message_id);
	}
	client_close(&admin);
	return f;
}

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
		assert_string_equal(f.text, "INBOX");
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
static void rows_are_sealed(void **state)
{
	struct drive *d = *state;
	struct trace_event e = {.kind = TRACE_DELIVERED,
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

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_delivery_is_found_by_each_name), CASE(refusals_and_logins_are_gathered),
		CASE(events_outlive_the_store),         CASE(a_flood_is_dropped_and_counted),
		CASE(events_go_after_their_days),       CASE(rows_are_sealed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
