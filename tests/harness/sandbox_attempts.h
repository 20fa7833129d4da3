#ifndef SANDBOX_ATTEMPTS_H
#define SANDBOX_ATTEMPTS_H

#include "unit.h"

#include "os/sandbox_parts.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * What a taken process would try, and what an honest one has to be able to do. Each returns 0 when
 * it worked, else errno; whether it may is said by the profiles' table.
 */
struct surroundings {
	char inside[300], outside[300], up[400], link[400];
	struct sockaddr_un admin;
	int listener, pair[2], loose; /* a socket that is connected to nobody */
	pid_t neighbour;              /* a process of the same user */
};

/* In which way an attempt depends on the profile. */
enum asks {
	ASKS_KIND,    /* calls of this kind */
	ASKS_OUTSIDE, /* files that are not below the folder */
	ASKS_REST     /* something that the table does not name */
};

struct attempt {
	const char *name;
	enum asks asks;
	enum sandbox_kind kind;
	int (*run)(const struct surroundings *);
};

static inline int result(long returned)
{
	return returned < 0 ? errno : 0;
}

static inline int open_at(const char *folder, const char *name, int flags)
{
	char path[800];

	snprintf(path, sizeof(path), "%s%s%s", folder, *name ? "/" : "", name);
	return result(open(path, flags, 0600));
}

static inline int open_passwd(const struct surroundings *s)
{
	(void)s;
	return result(open("/etc/passwd", O_RDONLY));
}

static inline int open_own_memory(const struct surroundings *s)
{
	(void)s;
	return result(open("/proc/self/mem", O_RDWR));
}

static inline int list_root(const struct surroundings *s)
{
	(void)s;
	return result(open("/", O_RDONLY | O_DIRECTORY));
}

static inline int make_outside(const struct surroundings *s)
{
	return open_at(s->outside, "new", O_WRONLY | O_CREAT);
}

static inline int climb_out(const struct surroundings *s)
{
	return open_at(s->up, "", O_WRONLY | O_CREAT);
}

static inline int follow_link(const struct surroundings *s)
{
	return open_at(s->link, "", O_RDONLY);
}

static inline int rename_out(const struct surroundings *s)
{
	char from[400], to[400];

	snprintf(from, sizeof(from), "%s/kept", s->inside);
	snprintf(to, sizeof(to), "%s/kept", s->outside);
	return result(rename(from, to));
}

static inline int read_inside(const struct surroundings *s)
{
	return open_at(s->inside, "kept", O_RDONLY);
}

/* What the store does with a segment or a key. */
static inline int live_inside(const struct surroundings *s)
{
	int fd, dir = open(s->inside, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct flock lock = {.l_type = F_WRLCK, .l_len = 1};

	if (dir < 0 || (mkdirat(dir, "sub", 0700) && errno != EEXIST))
		return errno;
	fd = openat(dir, "new", O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0 || fallocate(fd, 0, 0, 8192) || pwrite(fd, "x", 1, 4096) != 1 || fdatasync(fd) ||
	    fcntl(fd, F_SETLK, &lock) || ftruncate(fd, 4096) ||
	    mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED)
		return errno;
	return result(renameat(dir, "new", dir, "sub/new") || unlinkat(dir, "sub/new", 0) ||
	                              fsync(dir)
	                      ? -1
	                      : 0);
}

static inline int make_sockets(const struct surroundings *s)
{
	static const int families[] = {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK, AF_PACKET};

	(void)s;
	for (size_t i = 0; i < COUNT(families); i++)
		if (socket(families[i], families[i] == AF_PACKET ? SOCK_DGRAM : SOCK_STREAM, 0) <
		            0 &&
		    errno == EPERM && families[i] != AF_PACKET)
			return errno;
	return 0;
}

static inline int connect_admin(const struct surroundings *s)
{
	return result(connect(s->loose, (const struct sockaddr *)&s->admin, sizeof(s->admin)));
}

static inline int listen_again(const struct surroundings *s)
{
	return result(listen(s->listener, 1));
}

static inline int run_program(const struct surroundings *s)
{
	char name[] = "true", *const argv[] = {name, NULL};

	(void)s;
	return result(execve("/bin/true", argv, argv + 1));
}

static inline int make_process(const struct surroundings *s)
{
	long pid = syscall(SYS_fork);

	(void)s;
	if (pid == 0)
		_exit(0);
	return result(pid);
}

static inline int signal_neighbour(const struct surroundings *s)
{
	return result(kill(s->neighbour, 0));
}

static inline int signal_thread_of_neighbour(const struct surroundings *s)
{
	return result(syscall(SYS_tgkill, s->neighbour, s->neighbour, 0));
}

static inline int change_user(const struct surroundings *s)
{
	(void)s;
	return result(syscall(SYS_setuid, getuid()));
}

static inline int trace_neighbour(const struct surroundings *s)
{
	return result(ptrace(PTRACE_SEIZE, s->neighbour, NULL, NULL));
}

static inline int mount_something(const struct surroundings *s)
{
	return result(mount("none", s->inside, "tmpfs", 0, NULL));
}

static inline int leave_namespace(const struct surroundings *s)
{
	(void)s;
	return result(unshare(CLONE_NEWNS));
}

static inline int map_code(const struct surroundings *s)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)s;
	return p == MAP_FAILED ? errno : 0;
}

static inline int turn_into_code(const struct surroundings *s)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)s;
	return p == MAP_FAILED ? 0 : result(mprotect(p, 4096, PROT_READ | PROT_EXEC));
}

static inline int dump_again(const struct surroundings *s)
{
	(void)s;
	return result(prctl(PR_SET_DUMPABLE, 1));
}

static inline int make_memfd(const struct surroundings *s)
{
	(void)s;
	return result(memfd_create("m", 0));
}

static inline int signal_itself(const struct surroundings *s)
{
	(void)s;
	signal(SIGUSR1, SIG_IGN);
	return result(raise(SIGUSR1));
}

static inline void *nothing(void *arg)
{
	return arg;
}

/* Threads, memory, time, waiting: every process lives of these. */
static inline int live(const struct surroundings *s)
{
	struct epoll_event event = {.events = EPOLLIN};
	struct timespec now;
	pthread_t thread;
	char some[16];
	int poll = epoll_create1(EPOLL_CLOEXEC), bell = eventfd(1, EFD_CLOEXEC);

	(void)s;
	if (poll < 0 || bell < 0 || epoll_ctl(poll, EPOLL_CTL_ADD, bell, &event) ||
	    epoll_wait(poll, &event, 1, 1000) != 1 || getrandom(some, sizeof(some), 0) < 0 ||
	    clock_gettime(CLOCK_BOOTTIME, &now))
		return errno;
	free(calloc(1, 64 << 20));
	return pthread_create(&thread, NULL, nothing, NULL) || pthread_join(thread, NULL);
}

/* Descriptors come over the control socket; connections over a socket that listens. */
static inline int take_descriptors(const struct surroundings *s)
{
	char octet = 'x', space[CMSG_SPACE(sizeof(int))] = {0};
	struct iovec part = {&octet, 1};
	struct msghdr m = {.msg_iov = &part,
	                   .msg_iovlen = 1,
	                   .msg_control = space,
	                   .msg_controllen = sizeof(space)};
	struct cmsghdr *head = CMSG_FIRSTHDR(&m);

	*head = (struct cmsghdr){CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS};
	memcpy(CMSG_DATA(head), &s->listener, sizeof(int));
	if (sendmsg(s->pair[0], &m, 0) != 1 || recvmsg(s->pair[1], &m, 0) != 1)
		return errno;
	return result(accept4(s->listener, NULL, NULL, SOCK_CLOEXEC));
}

static const struct attempt attempts[] = {
	{"live",			ASKS_KIND,    CALLS_COMMON, live                      },
	{"take descriptors",            ASKS_KIND,    CALLS_COMMON, take_descriptors          },
	{"signal itself",               ASKS_KIND,    CALLS_COMMON, signal_itself             },
	{"read inside",                 ASKS_KIND,    CALLS_FILES,  read_inside               },
	{"live inside",                 ASKS_KIND,    CALLS_FILES,  live_inside               },
	{"open /etc/passwd",            ASKS_OUTSIDE, CALLS_FILES,  open_passwd               },
	{"open /proc/self/mem",         ASKS_OUTSIDE, CALLS_FILES,  open_own_memory           },
	{"list /",		      ASKS_OUTSIDE, CALLS_FILES,  list_root                 },
	{"make a file outside",         ASKS_OUTSIDE, CALLS_FILES,  make_outside              },
	{"climb out by ..",             ASKS_OUTSIDE, CALLS_FILES,  climb_out                 },
	{"follow a link out",           ASKS_OUTSIDE, CALLS_FILES,  follow_link               },
	{"rename out",                  ASKS_OUTSIDE, CALLS_FILES,  rename_out                },
	{"make sockets",                ASKS_KIND,    CALLS_ATTACK, make_sockets              },
	{"connect to the admin socket", ASKS_KIND,    CALLS_ATTACK, connect_admin             },
	{"listen",		      ASKS_KIND,    CALLS_ATTACK, listen_again              },
	{"execve",		      ASKS_KIND,    CALLS_ATTACK, run_program               },
	{"fork",			ASKS_KIND,    CALLS_ATTACK, make_process              },
	{"kill another",                ASKS_KIND,    CALLS_ATTACK, signal_neighbour          },
	{"tgkill another",              ASKS_KIND,    CALLS_ATTACK, signal_thread_of_neighbour},
	{"setuid",		      ASKS_KIND,    CALLS_ATTACK, change_user               },
	{"ptrace",		      ASKS_KIND,    CALLS_SYSTEM, trace_neighbour           },
	{"mount",		       ASKS_KIND,    CALLS_SYSTEM, mount_something           },
	{"unshare",		     ASKS_KIND,    CALLS_SYSTEM, leave_namespace           },
	{"map code",                    ASKS_REST,    0,            map_code                  },
	{"turn memory into code",       ASKS_REST,    0,            turn_into_code            },
	{"be dumpable again",           ASKS_REST,    0,            dump_again                },
	{"make a memfd",                ASKS_REST,    0,            make_memfd                },
};

#endif
