#include "supervisor.h"

#include "base/log.h"
#include "notify.h"
#include "os/logfile.h"
#include "remote.h"
#include "tell.h"

#include <errno.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <sysexits.h>

/* What children and signals say. */

static void hear_store(struct supervisor *s, const struct control *m)
{
	if (m->kind == CONTROL_RELOAD)
		s->reload_due = s->reload_asked = true;
	if (m->kind != CONTROL_LATCH)
		return;
	latch_take(&s->latches, m->payload);
	measures_latch(&s->measures, m->payload);
}

bool hear_child(struct supervisor *s, struct child *ch)
{
	struct control m = {.fd = -1};
	enum pk_status st = control_receive(ch->control, &s->in, &m);

	if (ch->remote && (st == PK_EUNAVAILABLE || st == PK_EPROTO)) {
		remote_lost(ch);
		(void)say_status(s);
		return false;
	}
	if (st == PK_EUNAVAILABLE || st == PK_EPROTO) {
		/* It closed its end: SIGCHLD follows, or it is of no use any more. */
		close(ch->control);
		ch->control = -1;
		if (st == PK_EPROTO)
			kill(ch->pid, SIGKILL);
		return false;
	}
	if (st != PK_OK)
		return false;
	if (ch->remote) {
		remote_pass(&s->children, &m, &s->board_reader);
		return true;
	}
	if (m.kind == CONTROL_PROC && m.fd >= 0)
		proc_take(&ch->proc, m.fd);
	else if (m.fd >= 0)
		close(m.fd);
	if (m.kind == CONTROL_READY)
		child_ready(s, ch);
	else if (ch->kind == CHILD_STORE)
		hear_store(s, &m);
	return true;
}

static void child_ended(struct supervisor *s, struct child *ch, int status)
{
	/* What it still had to say, such as a latch, comes first. */
	while (ch->control >= 0 && hear_child(s, ch))
		;
	s->reload_asked &= ch->kind != CHILD_STORE;
	measures_ended(&s->measures, ch, status);
	child_gone(ch, status, !stopping(s) && !ch->leaving);
	if (ch->kind == CHILD_STORE)
		broker_hang_up(&s->broker);
	if (!stopping(s))
		(void)say_status(s);
	if (ch->leaving) {
		children_forget(&s->children, ch);
	} else if (s->phase == STARTING) {
		LOG(PK_LOG_ERROR, "start_aborted", LOG_CSTR("child", ch->name));
		s->status = EX_SOFTWARE;
		stop_hosts(s);
	}
}

static void hear_children_ends(struct supervisor *s)
{
	struct child *ch;
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		ch = store_of(s);
		while (ch && ch->pid != pid)
			ch = ch->next;
		if (ch)
			child_ended(s, ch, status);
	}
}

/* The file was moved away (logrotate(8)): this process and its children go on in a new one. */
static void reopen_log(struct supervisor *s)
{
	int fd = logfile_open(s->c->log);

	if (strcmp(s->c->log, "stderr") == 0 || fd < 0) {
		LOG(fd < 0 ? PK_LOG_ERROR : PK_LOG_INFO, "log_reopened",
		    LOG_CSTR("result", fd < 0 ? "failed" : "stderr"),
		    LOG_CSTR("reason", fd < 0 ? strerror(errno) : ""));
		if (fd >= 0)
			close(fd);
		return;
	}
	close(s->c->log_fd);
	s->c->log_fd = fd;
	dup2(fd, STDERR_FILENO);
	LOG(PK_LOG_INFO, "log_reopened", LOG_CSTR("result", "ok"), LOG_CSTR("reason", ""));
	for (struct child *ch = store_of(s); ch; ch = ch->next)
		if (ch->pid > 0 && ch->control >= 0)
			tell_descriptor(&ch->out, CONTROL_LOG, fd);
}

void hear_signal(struct supervisor *s)
{
	struct signalfd_siginfo info;

	if (read(s->signals, &info, sizeof(info)) != sizeof(info))
		return;
	if (info.ssi_signo == SIGCHLD) {
		hear_children_ends(s);
	} else if (info.ssi_signo == SIGHUP) {
		s->reload_due = true;
	} else if (info.ssi_signo == SIGUSR1) {
		reopen_log(s);
	} else if (stopping(s)) {
		s->kill_ms = 0; /* asked twice: at once */
	} else {
		LOG(PK_LOG_INFO, "stop", LOG_NUMBER("signal", info.ssi_signo));
		stop_hosts(s);
	}
}
