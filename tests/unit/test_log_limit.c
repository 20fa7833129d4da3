/* What peers can make the store write into its log, and how much of it. */
/* links: store */
#include "unit.h"

#include "heard_log.h"
#include "store_drive.h"

#include "call.h"
#include "log_limit.h"

static void announce(struct peer *p, uint32_t session)
{
	struct buf payload = {0}, b = {0};

	pk_put_announce_req(&payload, &(struct pk_announce_req){.peer = S("127.0.0.1"), .tls = 1});
	frame_put(&b, &(struct frame){.op = PK_OP_announce,
	                              .session = session,
	                              .tag = 1,
	                              .payload = buf_slice(&payload)});
	peer_feed(p, buf_slice(&b));
	buf_clear(&p->out);
	buf_free(&payload);
	buf_free(&b);
}

/* Asks for what nobody may who has not logged in, in sessions of these numbers. */
static void break_role(struct drive *d, struct peer *p, uint32_t from, uint32_t count)
{
	struct buf b = {0};

	for (uint32_t i = from; i < from + count; i++) {
		announce(p, i);
		frame_put(&b, &(struct frame){.op = PK_OP_compact, .session = i, .tag = 2});
		peer_feed(p, buf_slice(&b));
		buf_clear(&b);
		buf_clear(&p->out);
	}
	drive_turn(d);
	buf_free(&b);
}

static struct peer *link_as(struct drive *d, uint32_t roles, const char *who)
{
	struct peer *p = peer_new(&d->server, roles, "test");

	snprintf(p->who, sizeof(p->who), "%s", who);
	drive_hello(p);
	return p;
}

static void role_violations_are_counted_and_not_all_written(void **state)
{
	struct drive d = {0};
	struct heard h;
	struct peer *p, *other;

	(void)state;
	drive_make(&d, 0);
	p = link_as(&d, DRIVE_SESSION, "imap/1");
	other = link_as(&d, DRIVE_SESSION, "imap/2");
	listen_to_log(&h);
	break_role(&d, p, 1, LOG_LIMIT_LINES + 25);
	assert_int_equal(lines_with(&h, "event=role_violation"), LOG_LIMIT_LINES);
	break_role(&d, other, 1, 1); /* one hides nothing of another */
	assert_int_equal(lines_with(&h, "event=role_violation service=test peer=imap/2"), 1);
	d.now_ms += LOG_LIMIT_MS - 1;
	server_tick(&d.server);
	assert_int_equal(lines_with(&h, "event=suppressed"), 0);
	d.now_ms++;
	server_tick(&d.server);
	assert_int_equal(lines_with(&h, "event=suppressed what=role_violation count=25 "
	                                "service=test peer=imap/1"),
	                 1);
	assert_int_equal(lines_with(&h, "event=suppressed"), 1);
	forget_log(&h);
	break_role(&d, p, 100, LOG_LIMIT_LINES + 3); /* another minute */
	assert_int_equal(lines_with(&h, "event=role_violation"), LOG_LIMIT_LINES);
	peer_close(p);
	assert_int_equal(lines_with(&h, "event=suppressed what=role_violation count=3 "), 1);
	stop_listening(&h);
	peer_close(other);
	drive_remove(&d);
}

/* Tools come and go: who comes again has no more lines for it. */
static void tools_share_their_lines(void **state)
{
	struct drive d = {0};
	struct heard h;

	(void)state;
	drive_make(&d, 0);
	listen_to_log(&h);
	for (int i = 0; i < 5; i++) {
		struct peer *p = link_as(&d, PK_ROLE_VIEW, "uid=1");

		break_role(&d, p, 1, LOG_LIMIT_LINES - 5);
		peer_close(p);
	}
	assert_int_equal(lines_with(&h, "event=role_violation"), LOG_LIMIT_LINES);
	d.now_ms += LOG_LIMIT_MS;
	server_tick(&d.server);
	assert_int_equal(lines_with(&h, "event=suppressed what=role_violation count=15 "
	                                "service=admin peer=\"\""),
	                 1);
	stop_listening(&h);
	drive_remove(&d);
}

static void a_full_link_is_told_of(void **state)
{
	struct drive d = {0};
	struct heard h;
	struct peer *p;

	(void)state;
	drive_make(&d, 0);
	d.server.options.sessions_per_link = 3;
	p = link_as(&d, DRIVE_SESSION, "imap/1");
	listen_to_log(&h);
	for (uint32_t i = 1; i <= 3; i++)
		announce(p, i);
	assert_int_equal(lines_with(&h, "event=session_limit"), 0);
	for (uint32_t i = 4; i < 4 + LOG_LIMIT_LINES + 7; i++)
		announce(p, i);
	assert_int_equal(lines_with(&h, "event=session_limit service=test peer=imap/1 most=3"),
	                 LOG_LIMIT_LINES);
	peer_close(p);
	assert_int_equal(lines_with(&h, "event=suppressed what=session_limit count=7 "), 1);
	stop_listening(&h);
	drive_remove(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(role_violations_are_counted_and_not_all_written),
		cmocka_unit_test(tools_share_their_lines),
		cmocka_unit_test(a_full_link_is_told_of),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
