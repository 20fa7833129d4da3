#include "child.h"

#include "base/log.h"
#include "os/sock.h"
#include "os/spawn.h"

#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>

#define SEND_TIMEOUT_S 5
#define LONG_RUN_MS    1000 /* a run that was ready and lasted so long was no failed start */
#define BACKOFF_MS     100  /* doubles with every failed run */
#define BACKOFF_MAX_MS 10000

int64_t child_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void failed(const struct child *ch, const char *event)
{
	LOG(PK_LOG_ERROR, event, LOG_CSTR("child", ch->name), LOG_CSTR("why", strerror(errno)));
}

static enum pk_status spawn_store(const struct config *c, int control, pid_t *pid)
{
	const char *domain = *c->default_domain ? "--default-domain" : NULL;
	const char *argv[] = {
		"pkstored", "--data", c->data, "--control-fd",    "3", "--admin-fd", "4",
		"--key-fd", "5",      domain,  c->default_domain, NULL};
	const int fds[] = {control, c->admin_fd, c->key_fd};

	lseek(c->key_fd, 0, SEEK_SET); /* the last one has read it */
	return spawn_start(&(struct spawn){c->store_program, argv, fds, 3, c->log_fd}, pid);
}

static enum pk_status spawn_host(const struct config *c, const struct service *s, int control,
                                 pid_t *pid)
{
	const char *argv[] = {"pkfrontd", "--control-fd", "3",     "--plugin",
	                      s->plugin,  "--service",    s->name, NULL};

	return spawn_start(&(struct spawn){c->host_program, argv, &control, 1, c->log_fd}, pid);
}

bool child_start(struct child *ch, const struct config *c)
{
	const struct timeval timeout = {.tv_sec = SEND_TIMEOUT_S};
	const int room = 1024 * 1024;
	enum pk_status st;
	int pair[2];

	if (sock_pair(SOCK_SEQPACKET, pair) != PK_OK) {
		failed(ch, "start_failed");
		return false;
	}
	setsockopt(pair[0], SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof(timeout));
	setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
	st = ch->service ? spawn_host(c, ch->service, pair[1], &ch->pid)
	                 : spawn_store(c, pair[1], &ch->pid);
	close(pair[1]);
	if (st != PK_OK) {
		failed(ch, "start_failed");
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

/* A child that does not listen to its supervisor is of no use: it is ended and started anew. */
bool child_send(struct child *ch, enum control_kind kind, struct slice payload, int fd)
{
	if (ch->control >= 0 && control_send(ch->control, kind, payload, fd) == PK_OK)
		return true;
	LOG(PK_LOG_ERROR, "control_failed", LOG_CSTR("child", ch->name), LOG_NUMBER("kind", kind));
	if (ch->pid > 0)
		kill(ch->pid, SIGKILL);
	return false;
}

static bool send_buf(struct child *ch, enum control_kind kind, struct buf *b, int fd)
{
	bool sent = !b->failed && child_send(ch, kind, buf_slice(b), fd);

	buf_wipe(b);
	return sent;
}

bool child_equip(struct child *ch, const struct config *c)
{
	const struct service *s = ch->service;
	bool sent = true;
	struct buf b = {0};

	for (size_t i = 0; sent && i < c->certificate_count; i++) {
		const struct certificate *pair = &c->certificates[i];

		pk_put_ctl_certificate(&b, &(struct pk_ctl_certificate){slice_str(pair->name),
		                                                        slice_str(pair->chain),
		                                                        slice_str(pair->key)});
		sent = send_buf(ch, CONTROL_CERTIFICATE, &b, -1);
	}
	for (size_t i = 0; sent && i < s->listener_count; i++) {
		const struct listener *l = &s->listeners[i];

		pk_put_ctl_listener(&b, &(struct pk_ctl_listener){slice_str(l->name),
		                                                  slice_str(s->name), l->tls,
		                                                  PK_ROWS(&l->options)});
		sent = send_buf(ch, CONTROL_LISTENER, &b, l->fd);
	}
	return sent;
}

bool child_link(struct child *host, struct child *store)
{
	const struct pk_ctl_link link = {host->service->roles, slice_str(host->service->name),
	                                 slice_str(host->name)};
	struct buf b = {0};
	bool sent;
	int pair[2];

	if (sock_pair(SOCK_STREAM, pair) != PK_OK) {
		failed(host, "link_failed");
		return false;
	}
	pk_put_ctl_link(&b, &link);
	sent = !b.failed && child_send(store, CONTROL_LINK, buf_slice(&b), pair[0]) &&
	       child_send(host, CONTROL_LINK, buf_slice(&b), pair[1]);
	close(pair[0]);
	close(pair[1]);
	buf_free(&b);
	return sent;
}

bool child_drain(struct child *ch, unsigned seconds)
{
	struct buf b = {0};

	pk_put_ctl_drain(&b, &(struct pk_ctl_drain){seconds});
	return send_buf(ch, CONTROL_DRAIN, &b, -1);
}

void child_gone(struct child *ch, int status, bool again)
{
	int64_t now = child_now_ms(), wait = 0;

	if (ch->ready && now - ch->began_ms >= LONG_RUN_MS)
		ch->failed = 0;
	else
		ch->failed++;
	if (ch->failed)
		wait = BACKOFF_MS << (ch->failed < 8 ? ch->failed - 1 : 7);
	if (wait > BACKOFF_MAX_MS)
		wait = BACKOFF_MAX_MS;
	LOG(again ? PK_LOG_WARNING : PK_LOG_INFO, "exit", LOG_CSTR("child", ch->name),
	    LOG_NUMBER("child_pid", ch->pid),
	    LOG_NUMBER("signal", WIFSIGNALED(status) ? WTERMSIG(status) : 0),
	    LOG_NUMBER("status", WIFEXITED(status) ? WEXITSTATUS(status) : 0));
	if (ch->control >= 0)
		close(ch->control);
	ch->control = -1;
	ch->pid = 0;
	ch->ready = false;
	ch->start_ms = now + wait;
}
