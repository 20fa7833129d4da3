#include "os/logfile.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int open_stderr(void)
{
	int fd = open("/proc/self/fd/2", O_WRONLY | O_APPEND | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	/* Sockets cannot be opened anew; log_write() tells them not to wait. */
	return fd >= 0 ? fd : fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0);
}

int logfile_open(const char *where)
{
	if (strcmp(where, "stderr") == 0)
		return open_stderr();
	return open(where, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0640);
}

void logfile_settle_journal(const char *where)
{
	const char *said = getenv("JOURNAL_STREAM");
	char is[64];
	struct stat st;

	if (!said || fstat(STDERR_FILENO, &st) != 0)
		return;
	snprintf(is, sizeof(is), "%ju:%ju", (uintmax_t)st.st_dev, (uintmax_t)st.st_ino);
	if (strcmp(where, "stderr") != 0 || strcmp(said, is) != 0)
		unsetenv("JOURNAL_STREAM");
}

void logfile_use(int fd)
{
	dup2(fd, STDERR_FILENO);
	dup2(fd, STDOUT_FILENO);
	close(fd);
}
