/* lib/os: settings files with all their errors, sockets, who may change a path. */
#include "unit.h"

#include "os/board.h"
#include "os/conf.h"
#include "os/sock.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sys/mman.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

static char folder[] = "/tmp/pk-test-os.XXXXXX";

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	char command[64];

	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", folder);
	return system(command);
}

static const char *file_with(const char *text)
{
	static char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "%s/conf", folder);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
	return path;
}

static void prepare(cfg_t *cfg)
{
	cfg_set_validate_func(cfg, "box|port", conf_check_port);
	cfg_set_validate_func(cfg, "count", conf_check_positive);
}

/* Reads the text; what was said goes to `said`. Returns how many errors. */
static unsigned errors_of(const char *text, char *said, size_t n)
{
	cfg_opt_t extra[] = {CFG_END()};
	cfg_opt_t box[] = {CFG_INT("port", 25, CFGF_NONE), CFG_SEC("extra", extra, CFGF_KEYSTRVAL),
	                   CFG_END()};
	cfg_opt_t top[] = {CFG_INT("count", 1, CFGF_NONE), CFG_STR("name", "", CFGF_NONE),
	                   CFG_SEC("box", box, CFGF_MULTI | CFGF_TITLE), CFG_END()};
	int before = dup(STDERR_FILENO), file = open(folder, O_TMPFILE | O_RDWR, 0600);
	struct conf_errors errors = {.report = conf_print};
	ssize_t got;
	cfg_t *cfg;

	dup2(file, STDERR_FILENO);
	cfg = conf_read(&(struct conf_grammar){top, prepare}, file_with(text), &errors);
	dup2(before, STDERR_FILENO);
	got = pread(file, said, n - 1, 0);
	said[got > 0 ? got : 0] = 0;
	close(file);
	close(before);
	assert_non_null(cfg); /* what can be read is there to be looked at */
	cfg_free(cfg);
	return errors.count;
}

static void test_conf_errors(void **state)
{
	static const struct {
		const char *text;
		unsigned errors;
		const char *said[3]; /* behind the file's name */
	} cases[] = {
		{"",							       0, {0}								      },
		{"count = 3\nbox a { port = 143 }\n",                              0, {0}								      },
		{"box a { extra { anything = 1 goes = \"x y\" } }\n",              0, {0}                                                                      },
		{"count = 0\n",						    1, {":1: count must be above 0"}                                            },
		{"count = 0\n\nnmae = \"x\"\n",                                    2, {":1: count", ":3: no such option 'nmae'"}                               },
		{"box a { port = 0 }\nbox b {\n  prot = 1\n}\ncount = -1\n",
	         3,	                                                           {":1: port must be 1 to 65535", ":3: no such option 'prot'", ":5: count"}},
		{"box a {\n  port = 70000\n  extra { k = 1 }\n  nope = 2 }\n",
	         2,	                                                           {":2: port", ":4: no such"}					      },
		{"bxo a {\n  port = 1\n  extra { k = \"}\" } # }\n}\ncount = 0\n",
	         2,	                                                           {":1: no such option 'bxo'", ":5: count"}                                },
		{"box {\n",							1, {":1: "}								 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char said[4096];

		assert_int_equal(errors_of(cases[i].text, said, sizeof(said)), cases[i].errors);
		for (size_t k = 0; k < 3 && cases[i].said[k]; k++)
			assert_non_null(strstr(said, cases[i].said[k]));
	}
}

static void test_only_ours(void **state)
{
	static const struct {
		mode_t folder, file;
		enum pk_status st;
	} cases[] = {
		{0700,  0600, PK_OK   },
                {0755,  0644, PK_OK   },
                {0700,  0620, PK_EPERM},
		{0700,  0602, PK_EPERM},
                {0770,  0600, PK_EPERM},
                {01777, 0600, PK_OK   },
	};
	const char *path = file_with("");

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char *where;

		assert_int_equal(chmod(path, cases[i].file), 0);
		assert_int_equal(chmod(folder, cases[i].folder), 0);
		assert_int_equal(conf_only_ours(path, &where), cases[i].st);
		assert_int_equal(where != NULL, cases[i].st == PK_EPERM);
		free(where);
	}
	assert_int_equal(chmod(folder, 0700), 0);
}

static void test_slurp_limit(void **state)
{
	size_t n;
	char *text = conf_slurp(file_with("12345"), 5, &n);

	(void)state;
	assert_non_null(text);
	assert_int_equal(n, 5);
	assert_string_equal(text, "12345");
	free(text);
	assert_null(conf_slurp(file_with("123456"), 5, &n));
	assert_int_equal(errno, EFBIG);
}

static void test_listen(void **state)
{
	static const struct {
		const char *address;
		enum pk_status st;
	} cases[] = {
		{"127.0.0.1", PK_OK    },
		{"*",         PK_OK    },
		{"localhost", PK_EINVAL},
		{"",          PK_EINVAL},
	};
	struct sockaddr_storage at;
	socklen_t size = sizeof(at);
	int fd, second;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		fd = -1;
		assert_int_equal(sock_listen(cases[i].address, 0, &fd), cases[i].st);
		if (fd >= 0) {
			assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
			close(fd);
		}
	}
	assert_int_equal(sock_listen("127.0.0.1", 0, &fd), PK_OK);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &size), 0);
	assert_int_equal(
		sock_listen("127.0.0.1", ntohs(((struct sockaddr_in *)&at)->sin_port), &second),
		PK_EBUSY);
	close(fd);
}

static void test_unix_socket(void **state)
{
	char path[64], too_long[200];
	struct sock_peer peer;
	struct stat st;
	int fd, other, pair[2];

	(void)state;
	snprintf(path, sizeof(path), "%s/socket", folder);
	memset(too_long, 'x', sizeof(too_long) - 1);
	too_long[sizeof(too_long) - 1] = 0;
	for (int i = 0; i < 2; i++) { /* the second takes the place of the first */
		assert_int_equal(sock_listen_unix(path, 0660, (gid_t)-1, &fd), PK_OK);
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_mode & 0777, 0660);
		close(fd);
	}
	assert_int_equal(sock_listen_unix(path, 0600, (gid_t)-1, &fd), PK_OK);
	assert_int_equal(sock_listen_unix(path, 0660, (gid_t)-1, &other),
	                 PK_EBUSY); /* it is heard */
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	close(fd);
	assert_int_equal(unlink(path), 0);
	fd = creat(path, 0600);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(sock_listen_unix(path, 0660, (gid_t)-1, &fd), PK_EBUSY); /* a file */
	assert_int_equal(access(path, F_OK), 0);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(sock_listen_unix(too_long, 0660, (gid_t)-1, &fd), PK_EINVAL);
	assert_int_equal(sock_pair(SOCK_STREAM, pair), PK_OK);
	assert_int_equal(sock_peer(pair[0], &peer), PK_OK);
	assert_int_equal(peer.uid, geteuid());
	assert_int_equal(peer.pid, getpid());
	close(pair[0]);
	close(pair[1]);
}

/*
 * Who is in a group only by its list of members is in it: by the groups of the process, as the
 * kernel knows them. Without rights to change them, those that the process has are asked for.
 */
static int groups_as_seen(void)
{
	gid_t mine[64] = {0};
	int pair[2], n, bad = 0;

	if (geteuid() == 0 && (setgroups(1, &(gid_t){getgrnam("mail")->gr_gid}) || setgid(65534)))
		return 10;
	n = getgroups(64, mine);
	if (sock_pair(SOCK_STREAM, pair) != PK_OK || n < 0)
		return 11;
	for (int i = 0; i < n; i++)
		bad += !sock_peer_in_group(pair[0], mine[i]);
	if (geteuid() == 0)
		bad += !sock_peer_in_group(pair[0], getgrnam("mail")->gr_gid) +
		       sock_peer_in_group(pair[0], getgrnam("adm")->gr_gid);
	return bad + sock_peer_in_group(pair[0], (gid_t)-1);
}

static void test_peer_groups(void **state)
{
	pid_t child = fork();
	int status;

	(void)state;
	if (child == 0)
		_exit(groups_as_seen());
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

/* Who reads sees what is written and cannot write; nobody cuts the page off. */
static void test_board(void **state)
{
	struct board *writes, *reads;
	int writer, reader;

	(void)state;
	assert_int_equal(board_make(&writer, &reader), PK_OK);
	writes = board_map(writer, true);
	reads = board_map(reader, false);
	assert_true(writes && reads);
	assert_null(board_map(reader, true));
	assert_int_equal(mprotect(reads, sizeof(*reads), PROT_READ | PROT_WRITE), -1);
	assert_int_equal(ftruncate(writer, 0), -1);
	assert_int_equal(board_count(reads, 7), 0);
	board_bump(writes, 7);
	board_bump(writes, 7);
	assert_int_equal(board_count(reads, 7), 2);
	assert_int_equal(board_count(reads, 8), 0);
	board_bump(writes, BOARD_NOWHERE);
	assert_int_equal(board_count(reads, BOARD_NOWHERE), 0);
	assert_int_equal(board_count(NULL, 7), 0);
	board_unmap(writes);
	board_unmap(reads);
	board_unmap(NULL);
	close(writer);
	close(reader);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_board),       cmocka_unit_test(test_conf_errors),
		cmocka_unit_test(test_only_ours),   cmocka_unit_test(test_slurp_limit),
		cmocka_unit_test(test_listen),      cmocka_unit_test(test_unix_socket),
		cmocka_unit_test(test_peer_groups),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
