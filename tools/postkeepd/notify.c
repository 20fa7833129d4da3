#include "notify.h"

#include <postkeep/slice.h>

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

/* False: there is no such socket. A name that begins with @ is no file's. */
static bool find_socket(struct sockaddr_un *at, socklen_t *size)
{
	const char *path = getenv("NOTIFY_SOCKET");
	size_t n = path ? strlen(path) : 0;

	if (n < 2 || n >= sizeof(at->sun_path) || (*path != '/' && *path != '@'))
		return false;
	*at = (struct sockaddr_un){.sun_family = AF_UNIX};
	memcpy(at->sun_path, path, n);
	if (*path == '@')
		at->sun_path[0] = 0;
	*size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n);
	return true;
}

/* With a descriptor, if `with` is none of -1. The manager may be gone, or its queue full: this
 * server goes on without it. */
static void tell(struct slice text, int with)
{
	union {
		struct cmsghdr head;
		char octets[CMSG_SPACE(sizeof(int))];
	} control = {0};
	struct sockaddr_un at;
	struct iovec iov = {(char *)text.p, text.n};
	struct msghdr m = {.msg_name = &at, .msg_iov = &iov, .msg_iovlen = 1};
	int fd;

	if (!find_socket(&at, &m.msg_namelen))
		return;
	if (with >= 0) {
		control.head = (struct cmsghdr){CMSG_LEN(sizeof(with)), SOL_SOCKET, SCM_RIGHTS};
		memcpy(CMSG_DATA(&control.head), &with, sizeof(with));
		m.msg_control = &control;
		m.msg_controllen = sizeof(control);
	}
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	(void)sendmsg(fd, &m, MSG_NOSIGNAL | MSG_DONTWAIT);
	close(fd);
}

void notify_say(const char *format, ...)
{
	char text[512];
	va_list values;
	int n;

	va_start(values, format);
	n = vsnprintf(text, sizeof(text), format, values);
	va_end(values);
	if (n > 0 && (size_t)n < sizeof(text))
		tell((struct slice){text, (size_t)n}, -1);
}

void notify_keep(const char *name, int fd)
{
	char text[100];
	int n = snprintf(text, sizeof(text), "FDSTORE=1\nFDNAME=%s", name);

	notify_say("FDSTOREREMOVE=1\nFDNAME=%s", name);
	tell((struct slice){text, (size_t)n}, fd);
}

void notify_reloading(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	notify_say("RELOADING=1\nMONOTONIC_USEC=%lld\nSTATUS=reads its configuration again",
	           (long long)now.tv_sec * 1000000 + now.tv_nsec / 1000);
}

static uint64_t number_of(const char *variable)
{
	uint64_t v;

	return slice_number(slice_str(getenv(variable)), INT64_MAX, &v) ? v : 0;
}

int64_t notify_watchdog_ms(void)
{
	uint64_t pid = number_of("WATCHDOG_PID"), every = number_of("WATCHDOG_USEC") / 2000;

	if (pid && pid != (uint64_t)getpid())
		return 0;
	return every ? (int64_t)every : number_of("WATCHDOG_USEC") > 0;
}
