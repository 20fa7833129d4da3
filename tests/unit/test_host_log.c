/* Log lines: what comes from outside ends neither a value nor a line. */
#include "unit.h"

#include "base/log.h"
#include "os/logfile.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>

static const struct {
	struct slice value;
	const char *written;
} values[] = {
	{S("jane@example.org"),              "v=jane@example.org\n"                       },
	{S("2001:db8::1"),                   "v=2001:db8::1\n"                            },
	{S(""),			      "v=\"\"\n"				   },
	{S("a b"),			   "v=\"a b\"\n"				},
	{S("x\r\nlevel=error event=forged"), "v=\"x\\x0d\\x0alevel=error event=forged\"\n"},
	{S("a=b"),			   "v=\"a=b\"\n"				},
	{S("\"\\"),			  "v=\"\\x22\\x5c\"\n"                         },
	{S("\xc3\xa9\x7f\x1b[0m"),           "v=\"\\xc3\\xa9\\x7f\\x1b[0m\"\n"            },
	{S("a\0b"),			  "v=\"a\\x00b\"\n"                            },
};

static void values_are_escaped(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(values); i++) {
		struct log_field f = LOG_TEXT("v", values[i].value);
		struct buf b = {0};

		log_format(&b,
		           &(struct log_line){
				   .level = PK_LOG_INFO, .event = "e", .fields = &f, .count = 1});
		buf_byte(&b, '\0');
		assert_non_null(strstr(b.p, values[i].written));
		assert_int_equal(strcspn(b.p, "\n"), b.n - 2);
		buf_free(&b);
	}
}

static void whole_line(void **state)
{
	struct log_field fields[] = {LOG_NUMBER("n", -5), LOG_PAIRS(S("auth=fail user=\"a\"\nb"))};
	struct buf b = {0};

	(void)state;
	log_format(&b, &(struct log_line){951782400123, 77, PK_LOG_WARNING, "login", fields,
	                                  COUNT(fields), false});
	assert_true(
		slice_eq(buf_slice(&b),
	                 S("time=2000-02-29T00:00:00.123Z level=warning pid=77 event=login n=-5 "
	                   "auth=fail user=\"a\"\\x0ab\n")));
	buf_free(&b);
}

static void long_values_are_cut(void **state)
{
	static char big[LOG_VALUE_MAX + 1];
	struct log_field f = LOG_TEXT("v", ((struct slice){big, sizeof(big)}));
	struct buf b = {0};

	(void)state;
	memset(big, 'x', sizeof(big));
	log_format(&b, &(struct log_line){
			       .level = PK_LOG_INFO, .event = "e", .fields = &f, .count = 1});
	assert_true(slice_ends(buf_slice(&b), S("xx...\"\n")));
	assert_true(b.n < LOG_VALUE_MAX + 120);
	buf_free(&b);
}

/* As many values as a line of the longest ones cannot hold. */
static void long_lines_are_cut(void **state)
{
	static char big[LOG_VALUE_MAX];
	struct log_field fields[12];
	struct buf b = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(fields); i++)
		fields[i] = (struct log_field)LOG_TEXT("v", ((struct slice){big, sizeof(big)}));
	fields[11] = (struct log_field)LOG_NUMBER("last", 7);
	log_format(&b, &(struct log_line){.level = PK_LOG_INFO,
	                                  .event = "e",
	                                  .fields = fields,
	                                  .count = COUNT(fields)});
	assert_true(b.n <= LOG_LINE_MAX);
	assert_true(slice_ends(buf_slice(&b), S("\" last=7 cut=1\n")));
	assert_int_equal(strcspn(b.p, "\n"), b.n - 1);
	buf_free(&b);
}

static void journal_lines_have_priorities(void **state)
{
	static const struct {
		enum pk_log_level level;
		const char *begins;
	} cases[] = {
		{PK_LOG_ERROR,   "<3>time="},
		{PK_LOG_WARNING, "<4>time="},
		{PK_LOG_INFO,    "<6>time="}
        };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buf b = {0};

		log_format(&b, &(struct log_line){
				       .level = cases[i].level, .event = "e", .journal = true});
		assert_true(slice_starts(buf_slice(&b), slice_str(cases[i].begins)));
		buf_free(&b);
	}
	setenv("JOURNAL_STREAM", "1:2", 1);
	assert_true(log_is_journal());
	unsetenv("JOURNAL_STREAM");
	assert_false(log_is_journal());
}

/* Runs with `fd` as descriptor 2. */
static unsigned write_to(int fd, struct slice lines)
{
	int was = dup(STDERR_FILENO);
	unsigned dropped;

	dup2(fd, STDERR_FILENO);
	dropped = log_write(lines);
	dup2(was, STDERR_FILENO);
	close(was);
	return dropped;
}

static struct slice many_lines(struct buf *b, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		buf_printf(b, "line %06u of some octets\n", i);
	return buf_slice(b);
}

/* A reader that has stalled costs lines, whole ones, and no time. */
static void stalled_readers_do_not_block(void **state)
{
	enum { LINES = 10000 };
	static const int kinds[] = {0, SOCK_STREAM, SOCK_DGRAM};

	(void)state;
	for (size_t i = 0; i < COUNT(kinds); i++) {
		struct buf b = {0}, got = {0};
		char some[8192];
		unsigned dropped, lines = 0;
		int pair[2];
		ssize_t n;

		if (kinds[i])
			assert_int_equal(socketpair(AF_UNIX, kinds[i] | SOCK_NONBLOCK, 0, pair), 0);
		else
			assert_int_equal(pipe2(pair, O_NONBLOCK), 0);
		if (kinds[i]) { /* what writes has a blocking one, as under systemd */
			fcntl(pair[1], F_SETFL, 0);
		}
		dropped = write_to(pair[1], many_lines(&b, LINES));
		assert_true(dropped > 0 && dropped < LINES);
		while ((n = read(pair[0], some, sizeof(some))) > 0)
			buf_put(&got, (struct slice){some, (size_t)n});
		for (size_t at = 0; at < got.n; at++)
			lines += got.p[at] == '\n';
		assert_int_equal(lines, LINES - dropped);
		assert_int_equal(got.n, lines * strlen("line 000000 of some octets\n"));
		close(pair[0]);
		close(pair[1]);
		buf_free(&b);
		buf_free(&got);
	}
}

/* A file on a full disk, and one that takes all. */
static void full_disks_do_not_block(void **state)
{
	int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	struct buf b = {0};
	struct slice lines = many_lines(&b, 1000);

	(void)state;
	assert_true(full >= 0 && null >= 0);
	assert_int_equal(write_to(full, lines), 1000);
	assert_int_equal(write_to(null, lines), 0);
	close(full);
	close(null);
	buf_free(&b);
}

/* What others write to a terminal or a pipe stays as it is: only ours does not wait. */
static void stderr_is_opened_anew(void **state)
{
	int was = dup(STDERR_FILENO), pair[2], fd;

	(void)state;
	assert_int_equal(pipe2(pair, 0), 0);
	dup2(pair[1], STDERR_FILENO);
	fd = logfile_open("stderr");
	dup2(was, STDERR_FILENO);
	close(was);
	assert_true(fd >= 0);
	assert_true(fcntl(fd, F_GETFL) & O_NONBLOCK);
	assert_false(fcntl(pair[1], F_GETFL) & O_NONBLOCK);
	assert_int_equal(write(fd, "x", 1), 1);
	close(fd);
	close(pair[0]);
	close(pair[1]);
}

static void journal_is_what_stderr_is(void **state)
{
	char name[64];
	struct stat st;

	(void)state;
	assert_int_equal(fstat(STDERR_FILENO, &st), 0);
	snprintf(name, sizeof(name), "%ju:%ju", (uintmax_t)st.st_dev, (uintmax_t)st.st_ino);
	setenv("JOURNAL_STREAM", name, 1);
	logfile_settle_journal("stderr");
	assert_true(log_is_journal());
	logfile_settle_journal("/var/log/file");
	assert_false(log_is_journal());
	setenv("JOURNAL_STREAM", "0:0", 1);
	logfile_settle_journal("stderr");
	assert_false(log_is_journal());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_escaped),
		cmocka_unit_test(whole_line),
		cmocka_unit_test(long_values_are_cut),
		cmocka_unit_test(long_lines_are_cut),
		cmocka_unit_test(journal_lines_have_priorities),
		cmocka_unit_test(stalled_readers_do_not_block),
		cmocka_unit_test(full_disks_do_not_block),
		cmocka_unit_test(stderr_is_opened_anew),
		cmocka_unit_test(journal_is_what_stderr_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
