#include "config_parts.h"

#include "ipc/control.h"
#include "os/sock.h"
#include "os/spawn.h"
#include "tell.h"

#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>

/*
 * Only a plugin knows its options, and no plugin's code runs in this process. So a host is started
 * that does nothing but say which listeners its plugin refuses.
 */
#define ANSWER_S 10 /* how long one step of it may take */

struct checker {
	pid_t pid;
	int control;
};

static bool start(struct checker *ch, const struct loading *l, const struct service *s)
{
	const struct timeval timeout = {.tv_sec = ANSWER_S};
	const char *argv[] = {"pkfrontd",
	                      "--check",
	                      "--control-fd",
	                      "3",
	                      "--plugin",
	                      s->plugin,
	                      "--service",
	                      s->name,
	                      "--sandbox",
	                      sandbox_mode_word(l->c->sandbox),
	                      NULL};
	char *program = path_in(l->c->programs, "pkfrontd");
	enum pk_status st = PK_ENOMEM;
	int pair[2];

	if (program && sock_pair(SOCK_SEQPACKET, pair) == PK_OK) {
		ch->control = pair[0];
		setsockopt(pair[0], SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof(timeout));
		setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
		st = spawn_start(&(struct spawn){program, argv, &pair[1], 1, STDERR_FILENO,
		                                 config_other_user(&l->c->front_user)},
		                 &ch->pid);
		close(pair[1]);
	}
	free(program);
	return st == PK_OK;
}

static bool ask(const struct checker *ch, const struct service *s)
{
	struct outbox all = {0};
	enum pk_status st = PK_OK;

	for (size_t i = 0; i < s->listener_count; i++)
		tell_listener(&all, s, &s->listeners[i], -1);
	tell_start(&all);
	while (st == PK_OK && all.first)
		st = outbox_send(&all, ch->control, 0);
	outbox_clear(&all);
	return st == PK_OK;
}

static void report(struct loading *l, const struct service *s, const struct pk_ctl_refusal *r)
{
	const struct listener *of = NULL;

	for (size_t i = 0; i < s->listener_count; i++)
		if (slice_eq(slice_str(s->listeners[i].name), r->listener))
			of = &s->listeners[i];
	if (of)
		conf_error(of->section, &l->errors, "listener '%s': %.*s", of->name, (int)r->why.n,
		           r->why.p);
	else
		conf_error(s->section, &l->errors, "service '%s': %.*s", s->name, (int)r->why.n,
		           r->why.p);
}

/* False: it ended, or fell silent, before it had answered for all. */
static bool hear(struct loading *l, const struct checker *ch, const struct service *s)
{
	struct control c = {.kind = CONTROL_START};
	struct buf b = {0};
	struct pk_ctl_refusal r;

	while (c.kind != CONTROL_READY && control_receive(ch->control, &b, &c) == PK_OK) {
		if (c.fd >= 0)
			close(c.fd);
		if (c.kind == CONTROL_REFUSED && pk_get_ctl_refusal(c.payload, &r) == PK_OK)
			report(l, s, &r);
	}
	buf_free(&b);
	return c.kind == CONTROL_READY;
}

void check_service_options(struct loading *l, const struct service *s)
{
	struct checker ch = {.control = -1};
	bool answered = false;

	if (!start(&ch, l, s))
		conf_error(s->section, &l->errors, "service '%s': cannot be checked: %s", s->name,
		           strerror(errno));
	else
		answered = ask(&ch, s) && hear(l, &ch, s);
	if (ch.pid > 0 && !answered)
		conf_error(s->section, &l->errors,
		           "service '%s': its plugin ended or hung when it was asked about its "
		           "options",
		           s->name);
	if (ch.control >= 0)
		close(ch.control);
	if (ch.pid <= 0)
		return;
	kill(ch.pid, SIGKILL);
	waitpid(ch.pid, NULL, 0);
}
