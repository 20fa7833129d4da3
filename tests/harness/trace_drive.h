#ifndef TRACE_DRIVE_H
#define TRACE_DRIVE_H

/* A store with three users whose trace is asked for: shared by the tests of it. */
#include "store_drive.h"

#include "trace_count.h"

static inline int setup(void **state)
{
	struct drive *d = calloc(1, sizeof(*d));

	drive_make(d, 3);
	*state = d;
	return 0;
}

static inline int teardown(void **state)
{
	struct drive *d = *state;

	drive_remove(d);
	free(d);
	return 0;
}

#define BODY S("From: a@b\r\nMessage-ID: <1@x.example>\r\n\r\nhello\r\n")

#define LONG_BODY                                                                                  \
	S("Subject: long\r\n\r\n0123456789012345678901234567890123456789012345678901234567890"     \
	  "01234567890123456789012345678901234567890123456789012345678901234567890123456789012345" \
	  "6"                                                                                      \
	  "01234567890123456789012345678901234567890123456789012345678901234567890123456789012345" \
	  "6"                                                                                      \
	  "012345678901234567890123456789012345678901234567890123456789012345678901234567890123\r" \
	  "\n")

static inline void deliver(struct drive *d, const char *to, const char *from, const char *id)
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

static inline enum pk_status refused(struct drive *d, const char *to)
{
	struct client c;
	enum pk_status st;

	client_open(d, &c, DRIVE_DELIVER);
	st = ASK(&c, recipient, NULL, .address = slice_str(to));
	client_close(&c);
	return st;
}

static inline void later(struct drive *d, int64_t ms)
{
	d->now_ms += ms;
	server_tick(&d->server);
	drive_turn(d);
}

/* How many events there are of a name; of one, its words are kept. */
struct found {
	size_t n;
	char event[32], result[32], text[256], address[256], owner[256], id[256], tenant[64];
	char from[256], mailbox[64], now[32], now_mailbox[64];
	uint64_t session, octets, dropped;
	uint32_t uid, now_uid;
};

#define KEEP(f, member, from) \
	snprintf((f)->member, sizeof((f)->member), "%.*s", (int)(from).n, (from).p)

static inline struct found look_in(struct drive *d, const char *tenant, const char *what,
                                   int64_t since)
{
	struct pk_trace_rep rep;
	struct found f = {0};
	struct client admin;

	client_open(d, &admin, DRIVE_ADMIN);
	OK(ASK(&admin, trace, &rep, .what = slice_str(what), .tenant = slice_str(tenant),
	       .since = since));
	f.dropped = rep.dropped;
	EACH_ROW(&admin, trace, events, traced, row)
	{
		f.n++;
		f.session = row.session;
		f.octets = row.octets;
		f.uid = row.uid;
		f.now_uid = row.now_uid;
		KEEP(&f, tenant, row.tenant);
		KEEP(&f, from, row.from);
		KEEP(&f, mailbox, row.mailbox);
		KEEP(&f, now, row.now);
		KEEP(&f, now_mailbox, row.now_mailbox);
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

static inline struct found look(struct drive *d, const char *what, int64_t since)
{
	return look_in(d, "", what, since);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

#endif
