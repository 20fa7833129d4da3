#include "os/proc.h"

#include "ipc/control.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

static bool show(int control, const char *path, int flags)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | flags);
	bool sent = fd >= 0 && control_send(control, CONTROL_PROC, (struct slice){0}, fd) == PK_OK;

	if (fd >= 0)
		close(fd);
	return sent;
}

bool proc_show(int control)
{
	return show(control, "/proc/self/statm", 0) && show(control, "/proc/self/fd", O_DIRECTORY);
}

void proc_take(struct proc *p, int fd)
{
	struct statfs fs;
	struct stat st;
	int *to = NULL;

	if (fstatfs(fd, &fs) == 0 && fs.f_type == PROC_SUPER_MAGIC && fstat(fd, &st) == 0)
		to = S_ISDIR(st.st_mode) ? &p->fds : S_ISREG(st.st_mode) ? &p->statm : NULL;
	if (to && *to < 0)
		*to = fd;
	else
		close(fd);
}

void proc_forget(struct proc *p)
{
	if (p->statm >= 0)
		close(p->statm);
	if (p->fds >= 0)
		close(p->fds);
	*p = (struct proc){-1, -1};
}

/* proc(5): the second number of statm is the resident set, in pages. */
int64_t proc_memory(const struct proc *p)
{
	char text[200], *end;
	ssize_t n = p->statm >= 0 ? pread(p->statm, text, sizeof(text) - 1, 0) : -1;

	if (n <= 0)
		return -1;
	text[n] = '\0';
	end = strchr(text, ' ');
	return end ? strtoll(end, NULL, 10) * sysconf(_SC_PAGESIZE) : -1;
}

int64_t proc_fds(const struct proc *p)
{
	char entries[8192];
	int64_t count = 0;
	long n;

	if (p->fds < 0 || lseek(p->fds, 0, SEEK_SET) < 0)
		return -1;
	while ((n = syscall(SYS_getdents64, p->fds, entries, sizeof(entries))) > 0)
		for (long at = 0; at < n; count++)
			at += ((const struct dirent64 *)(void *)(entries + at))->d_reclen;
	return n < 0 || count < 2 ? -1 : count - 2; /* . and .. */
}

int64_t proc_cpu_ns(pid_t pid)
{
	struct timespec t;
	clockid_t clock;

	if (clock_getcpuclockid(pid, &clock) || clock_gettime(clock, &t) < 0)
		return -1;
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}
