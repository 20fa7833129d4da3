/* Clocks that jump: what destroys by age waits (HAZARDS 135), deadlines do not notice (136). */
/* links: store */
#include "unit.h"

#include "store_drive.h"

#include <fcntl.h>

#define HOUR ((int64_t)3600 * 1000)
#define DAY  (24 * HOUR)

static struct drive drive;
static int log_fd, kept_fd;

/* What the store logs goes to a file. */
static void log_begin(void)
{
	char path[300];

	snprintf(path, sizeof(path), "%s/log", drive.dir.path);
	kept_fd = dup(2);
	log_fd = open(path, O_RDWR | O_CREAT | O_APPEND, 0600);
	assert_true(kept_fd >= 0 && log_fd >= 0);
	dup2(log_fd, 2);
}

static bool logged(const char *what)
{
	static char text[100000];
	ssize_t n = pread(log_fd, text, sizeof(text) - 1, 0);

	text[n > 0 ? n : 0] = '\0';
	return strstr(text, what);
}

/* A message of u1 that was removed now and stays in the vault for 14 days. */
static int set_up(void **state)
{
	struct buf rows = {0};
	struct pk_open_rep rep;
	struct client c;

	(void)state;
	memset(&drive, 0, sizeof(drive));
	drive_make(&drive, 1);
	log_begin();
	client_login(&drive, &c, "u1");
	OK(ASK(&c, append, NULL, .mailbox = S("INBOX"),
	       .messages = ROW1(&rows, new_message, .body = client_body(&c, S("kept\r\n")),
	                        .flags = PK_DELETED)));
	OK(ASK(&c, open, &rep, .mailbox = S("INBOX"), .mode = PK_OPEN_WRITE));
	OK(ASK(&c, expunge, NULL, .handle = rep.handle));
	client_close(&c);
	buf_free(&rows);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	dup2(kept_fd, 2);
	close(kept_fd);
	close(log_fd);
	drive_remove(&drive);
	return 0;
}

static void tick(void)
{
	server_tick(&drive.server);
	drive_turn(&drive);
}

static void jump(int64_t ms)
{
	drive.now_ms += ms;
	drive.jumped_ms += ms;
	tick();
}

/* Time passes, with a tick each hour. */
static void pass(int64_t ms)
{
	for (; ms > 0; ms -= HOUR) {
		drive.now_ms += HOUR;
		tick();
	}
}

static unsigned in_vault(void)
{
	struct client c;
	unsigned n = 0;

	client_open(&drive, &c, DRIVE_ADMIN);
	OK(ASK(&c, vault_list, NULL, .account = S("u1@example.test")));
	EACH_ROW(&c, vault_list, messages, vaulted, v)
	n++;
	client_close(&c);
	return n;
}

static void time_that_passes_is_no_jump(void **state)
{
	(void)state;
	pass(13 * DAY);
	assert_int_equal(in_vault(), 1);
	drive.now_ms += 2 * DAY; /* asleep */
	tick();
	assert_int_equal(in_vault(), 0);
	assert_false(logged("clock_jump"));
}

static void a_jump_forward_that_is_undone_destroys_nothing(void **state)
{
	(void)state;
	jump(400 * DAY);
	assert_true(logged("clock_jump seen=tick by_s=34560000 off_s=34560000"));
	pass(23 * HOUR);
	assert_int_equal(in_vault(), 1);
	jump(-400 * DAY);
	assert_true(logged("clock_believed"));
	pass(12 * DAY);
	assert_int_equal(in_vault(), 1);
	pass(3 * DAY);
	assert_int_equal(in_vault(), 0);
}

static void a_clock_that_stays_is_believed_after_a_day(void **state)
{
	(void)state;
	jump(400 * DAY);
	pass(23 * HOUR);
	assert_int_equal(in_vault(), 1);
	jump(HOUR); /* the day begins anew */
	pass(23 * HOUR);
	assert_int_equal(in_vault(), 1);
	pass(2 * HOUR);
	assert_int_equal(in_vault(), 0);
}

/* The clock is wrong from the start: of a machine whose battery is empty. */
static void a_jump_between_two_runs_is_seen(void **state)
{
	(void)state;
	pass(DAY);
	for (unsigned i = 0; i < 3; i++) { /* a restart is no way round it */
		drive_close(&drive);
		drive.now_ms += i ? 0 : 400 * DAY;
		drive_open(&drive);
		assert_true(logged("clock_jump seen=start by_s=34560000"));
		tick();
		pass(20 * HOUR);
		assert_int_equal(in_vault(), 1);
	}
	pass(5 * HOUR);
	assert_int_equal(in_vault(), 0);
}

static void a_short_rest_is_no_jump(void **state)
{
	(void)state;
	pass(14 * DAY - 2 * HOUR);
	drive_close(&drive);
	drive.now_ms += 20 * HOUR;
	drive_open(&drive);
	tick();
	assert_int_equal(in_vault(), 0);
	assert_false(logged("clock_jump"));
}

static void a_clock_that_goes_back_stops_no_deadline(void **state)
{
	struct buf rows = {0};
	struct client c;

	(void)state;
	client_open(&drive, &c, DRIVE_ADMIN);
	OK(ASK(&c, quota_set, NULL, .selector = S("u1@example.test"), .resource = PK_RES_OCTETS,
	       .limit = 1000));
	OK(ASK(&c, recipient, NULL, .address = S("u1@example.test"), .octets = 900));
	jump(-400 * DAY);
	assert_true(logged("clock_jump seen=tick by_s=-34560000"));
	assert_int_equal(in_vault(), 1);
	pass(HOUR); /* RFC 5321 4.5.3.2: who promised room has gone by then */
	OK(ASK(&c, recipient, NULL, .address = S("u1@example.test"), .octets = 900));
	client_close(&c);
	buf_free(&rows);
	jump(400 * DAY);
	pass(15 * DAY);
	assert_int_equal(in_vault(), 0);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(time_that_passes_is_no_jump),
		CASE(a_jump_forward_that_is_undone_destroys_nothing),
		CASE(a_clock_that_stays_is_believed_after_a_day),
		CASE(a_jump_between_two_runs_is_seen),
		CASE(a_short_rest_is_no_jump),
		CASE(a_clock_that_goes_back_stops_no_deadline),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
