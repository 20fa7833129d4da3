#ifndef OS_PROC_H
#define OS_PROC_H

#include <stdint.h>
#include <stdbool.h>
#include <sys/types.h>

/*
 * What the kernel says of a child: memory and open descriptors. A supervisor that is not root may
 * not look into /proc for its children, least of all where ProtectProc= hides them; so each child
 * opens its own files there, before the sandbox takes files away, and passes them on
 * (CONTROL_PROC).
 */
bool proc_show(int control);

/* The supervisor's end. Zeroed descriptors are -1: none. */
struct proc {
	int statm, fds;
};

void proc_take(struct proc *, int fd); /* takes it; what is none of the two is closed */
void proc_forget(struct proc *);

int64_t proc_memory(const struct proc *); /* octets; -1: not known */
int64_t proc_fds(const struct proc *);    /* how many; -1 */
int64_t proc_cpu_ns(pid_t);               /* processor time of the run; -1 */

#endif
