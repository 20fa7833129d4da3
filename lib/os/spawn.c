#include "os/spawn.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* The child's copies wait here, above every number that they are to get. */
#define PARKING (SPAWN_FIRST_FD + SPAWN_FDS)

static bool place_fds(const struct spawn *s)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int from[SPAWN_FIRST_FD + SPAWN_FDS] = {null, s->log, s->log};
	size_t count = SPAWN_FIRST_FD + s->count;

	for (size_t i = 0; i < s->count; i++)
		from[SPAWN_FIRST_FD + i] = s->fds[i];
	for (size_t i = 0; i < count; i++) {
		from[i] = fcntl(from[i], F_DUPFD_CLOEXEC, PARKING);
		if (from[i] < 0)
			return false;
	}
	for (size_t i = 0; i < count; i++)
		if (dup2(from[i], (int)i) < 0)
			return false;
	/* All others are close-on-exec by rule; this holds also where a library forgot it. */
	close_range((unsigned)count, ~0U, CLOSE_RANGE_CLOEXEC);
	return true;
}

static void default_signals(void)
{
	sigset_t none;

	for (int i = 1; i < NSIG; i++)
		if (i != SIGKILL && i != SIGSTOP)
			signal(i, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

[[gnu::noreturn]] static void give_up(int report)
{
	int error = errno ? errno : ESRCH;

	if (write(report, &error, sizeof(error)) < 0)
		_exit(126);
	_exit(127);
}

[[gnu::noreturn]] static void become(const struct spawn *s, pid_t parent, int report)
{
	const char *journal = getenv("JOURNAL_STREAM");
	char pair[64], *environment[2] = {NULL};

	if (journal && snprintf(pair, sizeof(pair), "JOURNAL_STREAM=%s", journal) > 0)
		environment[0] = pair;

	default_signals();
	setsid(); /* ^C at a terminal is for the one who started all */
	/* What root or a unit of systemd gave is not inherited; a change of user would leave it. */
	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	if (s->user && !priv_become(s->user))
		give_up(report);
	/* After the change of user, which takes it back. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == parent) {
		report = fcntl(report, F_DUPFD_CLOEXEC, PARKING);
		if (report >= 0 && place_fds(s))
			execve(s->path, (char *const *)(uintptr_t)s->argv, environment);
	}
	give_up(report);
}

enum pk_status spawn_start(const struct spawn *s, pid_t *pid)
{
	pid_t parent = getpid(), child;
	int report[2], error = 0;
	ssize_t n;

	assert(s->count <= SPAWN_FDS);
	if (pipe2(report, O_CLOEXEC) < 0)
		return PK_EUNAVAILABLE;
	child = fork();
	if (child == 0)
		become(s, parent, report[1]);
	close(report[1]);
	if (child < 0) {
		close(report[0]);
		return PK_EUNAVAILABLE;
	}
	do {
		n = read(report[0], &error, sizeof(error)); /* its end: the program runs */
	} while (n < 0 && errno == EINTR);
	close(report[0]);
	if (n == 0) {
		*pid = child;
		return PK_OK;
	}
	waitpid(child, NULL, 0);
	errno = error;
	return PK_EUNAVAILABLE;
}
