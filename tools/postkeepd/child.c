#include "child.h"

#include "base/log.h"
#include "os/sock.h"
#include "os/spawn.h"
#include "tell.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>

#define DEAF_MS        5000 /* how long a child may take nothing of what it is told */
#define LONG_RUN_MS    1000 /* a run that was ready and lasted so long was no failed start */
#define BACKOFF_MS     100  /* doubles with every failed run */
#define BACKOFF_MAX_MS 10000

int64_t child_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void start_failed(const struct child *ch)
{
	LOG(PK_LOG_ERROR, "start_failed", LOG_CSTR("child", ch->name),
	    LOG_CSTR("reason", strerror(errno)));
}

static enum pk_status spawn_store(const struct config *c, const char *program, int control,
                                  pid_t *pid)
{
	const char *domain = *c->default_domain ? "--default-domain" : NULL;
	char sessions[16];
	char days[24];
	const char *argv[] = {"pkstored",
	                      "--data",
	                      c->data,
	                      "--control-fd",
	                      "3",
	                      "--admin-fd",
	                      "4",
	                      "--key-fd",
	                      "5",
	                      "--sandbox",
	                      sandbox_mode_word(c->sandbox),
	                      "--readers",
	                      c->admin_readers,
	                      "--sessions-per-link",
	                      sessions,
	                      "--trace-days",
	                      days,
	                      domain,
	                      c->default_domain,
	                      NULL};
	const int fds[] = {control, c->admin_fd, c->key_fd};

	snprintf(sessions, sizeof(sessions), "%u", c->sessions_per_link);
	snprintf(days, sizeof(days), "%u", c->trace_days);
	lseek(c->key_fd, 0, SEEK_SET); /* the last one has read it */
	return spawn_start(&(struct spawn){program, argv, fds, 3, c->log_fd,
	                                   config_other_user(&c->store_user)},
	                   pid);
}

static enum pk_status spawn_host(const struct config *c, const char *program,
                                 const struct service *s, int control, pid_t *pid)
{
	const char *argv[] = {"pkfrontd", "--control-fd", "3",
	                      "--plugin", s->plugin,      "--service",
	                      s->name,    "--sandbox",    sandbox_mode_word(c->sandbox),
	                      NULL};

	return spawn_start(&(struct spawn){program, argv, &control, 1, c->log_fd,
	                                   config_other_user(&c->front_user)},
	                   pid);
}

static enum pk_status spawn_metrics(const struct config *c, const char *program, int control,
                                    pid_t *pid)
{
	const char *argv[] = {"pkmetrics",
	                      "--control-fd",
	                      "3",
	                      "--listener-fd",
	                      "4",
	                      "--sandbox",
	                      sandbox_mode_word(c->sandbox),
	                      NULL};
	const int fds[] = {control, c->metrics.listener->fd};

	return spawn_start(&(struct spawn){program, argv, fds, 2, c->log_fd,
	                                   config_other_user(&c->metrics.user)},
	                   pid);
}

static enum pk_status spawn(struct child *ch, const struct config *c, int control)
{
	static const char *const programs[] = {[CHILD_STORE] = "pkstored",
	                                       [CHILD_HOST] = "pkfrontd",
	                                       [CHILD_METRICS] = "pkmetrics"};
	char program[PATH_MAX];

	snprintf(program, sizeof(program), "%s/%s", c->programs, programs[ch->kind]);
	if (ch->kind == CHILD_STORE)
		return spawn_store(c, program, control, &ch->pid);
	if (ch->kind == CHILD_METRICS)
		return spawn_metrics(c, program, control, &ch->pid);
	return spawn_host(c, program, ch->service, control, &ch->pid);
}

bool child_start(struct child *ch, const struct config *c)
{
	const int room = 1024 * 1024;
	enum pk_status st;
	int pair[2];

	if (sock_pair(SOCK_SEQPACKET, pair) != PK_OK) {
		start_failed(ch);
		return false;
	}
	fcntl(pair[0], F_SETFL, fcntl(pair[0], F_GETFL) | O_NONBLOCK);
	setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
	st = spawn(ch, c, pair[1]);
	close(pair[1]);
	if (st != PK_OK) {
		start_failed(ch);
		close(pair[0]);
		ch->pid = 0;
		return false;
	}
	ch->control = pair[0];
	ch->ready = false;
	ch->began_ms = child_now_ms();
	LOG(PK_LOG_INFO, "start", LOG_CSTR("child", ch->name), LOG_NUMBER("child_pid", ch->pid));
	return true;
}

static void give_up(struct child *ch, const char *why)
{
	LOG(PK_LOG_ERROR, "control_failed", LOG_CSTR("child", ch->name), LOG_CSTR("reason", why));
	outbox_clear(&ch->out);
	if (ch->remote)
		shutdown(ch->control, SHUT_RDWR); /* its end is heard like any other */
	else
		kill(ch->pid, SIGKILL);
}

/* A store that has been told all it starts with opens its data first, however long it takes. */
static bool may_be_deaf(const struct child *ch)
{
	return ch->kind == CHILD_STORE && !ch->ready;
}

int64_t child_send(struct child *ch, int64_t now_ms)
{
	enum pk_status st = PK_OK;

	if (!child_runs(ch) || ch->control < 0)
		return -1;
	if (ch->out.first || ch->out.failed)
		st = outbox_send(&ch->out, ch->control, now_ms);
	if (st == PK_OK)
		return ch->out.first ? 0 : -1;
	if (st == PK_ERETRY && may_be_deaf(ch))
		return -1;
	if (st == PK_ERETRY && ch->out.moved_ms + DEAF_MS > now_ms)
		return ch->out.moved_ms + DEAF_MS - now_ms;
	give_up(ch, st == PK_ERETRY ? "deaf" : pk_status_words(st));
	return -1;
}

void child_equip(struct child *ch, const struct config *c)
{
	const struct service *s = ch->service;

	for (size_t i = 0; i < c->certificate_count; i++)
		outbox_put_certificate(&ch->out, c->certificates[i]);
	for (size_t i = 0; i < s->listener_count; i++)
		tell_listener(&ch->out, s, &s->listeners[i], s->listeners[i].fd);
}

bool child_runs(const struct child *ch)
{
	return ch->pid > 0 || (ch->remote && ch->control >= 0);
}

bool child_make_link(struct child *store, const struct service *s, const char *name,
                     struct outbox *to)
{
	const struct pk_ctl_link link = {s->roles, slice_str(s->name), slice_str(name)};
	struct buf b = {0};
	int pair[2];

	if (sock_pair(SOCK_STREAM, pair) != PK_OK) {
		LOG(PK_LOG_ERROR, "link_failed", LOG_CSTR("child", name),
		    LOG_CSTR("reason", strerror(errno)));
		return false;
	}
	pk_put_ctl_link(&b, &link);
	to->failed |= b.failed;
	outbox_put(&store->out, CONTROL_LINK, buf_slice(&b), pair[0]);
	outbox_put(to, CONTROL_LINK, buf_slice(&b), pair[1]);
	buf_free(&b);
	return true;
}

bool child_link(struct child *host, struct child *store)
{
	if (!store->remote)
		return child_make_link(store, host->service, host->name, &host->out);
	tell_name(&store->out, CONTROL_LINK, host->name);
	return true;
}

int64_t child_wait(struct child *ch, int64_t at_most_ms)
{
	int64_t now = child_now_ms(), wait = 0;

	if (ch->ready && now - ch->began_ms >= LONG_RUN_MS)
		ch->failed = 0;
	else
		ch->failed++;
	if (ch->failed)
		wait = BACKOFF_MS << (ch->failed < 8 ? ch->failed - 1 : 7);
	if (wait > at_most_ms)
		wait = at_most_ms;
	ch->ready = false;
	ch->start_ms = now + wait;
	return wait;
}

void child_gone(struct child *ch, int status, bool again)
{
	int64_t wait = child_wait(ch, BACKOFF_MAX_MS);

	LOG(again ? PK_LOG_WARNING : PK_LOG_INFO, "exit", LOG_CSTR("child", ch->name),
	    LOG_NUMBER("child_pid", ch->pid), LOG_NUMBER("restart_ms", again ? wait : -1),
	    LOG_NUMBER("signal", WIFSIGNALED(status) ? WTERMSIG(status) : 0),
	    LOG_NUMBER("status", WIFEXITED(status) ? WEXITSTATUS(status) : 0));
	if (ch->control >= 0)
		close(ch->control);
	ch->control = -1;
	outbox_clear(&ch->out);
	ch->pid = 0;
}
