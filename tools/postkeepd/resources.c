#include "resources.h"

#include "os/logfile.h"
#include "os/sock.h"
#include "sockets.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>

#define BUSY_TRIES   60 /* an instance that was killed leaves its ports within moments */
#define BUSY_WAIT_MS 50

static bool fault(const char *what, const char *name)
{
	fprintf(stderr, "postkeepd: %s %s: %s\n", what, name, strerror(errno));
	return false;
}

static bool make_run(struct config *c)
{
	return (mkdir(c->run, 0755) == 0 || errno == EEXIST) ? true
	                                                     : fault("run directory", c->run);
}

static bool take_lock(struct config *c)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s.lock", c->run,
	         config_runs_store(c) ? "postkeepd" : c->part);
	c->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (c->lock_fd < 0)
		return fault("lock", path);
	for (int i = 0; i < BUSY_TRIES; i++) {
		if (flock(c->lock_fd, LOCK_EX | LOCK_NB) == 0)
			return true;
		usleep(BUSY_WAIT_MS * 1000);
	}
	fprintf(stderr, "postkeepd: another one is running, with %s locked\n", path);
	return false;
}

static bool open_log(struct config *c)
{
	logfile_settle_journal(c->log);
	c->log_fd = logfile_open(c->log);
	return c->log_fd >= 0 ? true : fault("log", c->log);
}

static bool open_key(struct config *c)
{
	c->key_fd = open(c->operator_key, O_RDONLY | O_CLOEXEC);
	return c->key_fd >= 0 ? true : fault("operator_key", c->operator_key);
}

static bool check_data(struct config *c)
{
	struct stat st;

	if (stat(c->data, &st) < 0)
		return fault("data directory (pkctl init makes it)", c->data);
	if (!S_ISDIR(st.st_mode) || st.st_mode & S_IRWXO) {
		fprintf(stderr, "postkeepd: data directory %s must be a folder of mode 0700\n",
		        c->data);
		return false;
	}
	if (st.st_uid == c->store_user.uid)
		return true;
	fprintf(stderr,
	        "postkeepd: data directory %s belongs to the uid %u, but the store runs as %u "
	        "(store_user; chown -R)\n",
	        c->data, (unsigned)st.st_uid, (unsigned)c->store_user.uid);
	return false;
}

void resources_pass(struct config *from, struct config *to)
{
	to->log_fd = from->log_fd;
	to->key_fd = from->key_fd;
	to->admin_fd = from->admin_fd;
	to->lock_fd = from->lock_fd;
	from->log_fd = from->key_fd = from->admin_fd = from->lock_fd = -1;
}

/* One socket a connection: as many descriptors as the system lets us have. No core dumps. */
static void raise_limits(void)
{
	const struct rlimit no_core = {0, 0};
	struct rlimit files;

	setrlimit(RLIMIT_CORE, &no_core);
	if (getrlimit(RLIMIT_NOFILE, &files) < 0)
		return;
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
}

/* A store that was killed with its supervisor may listen for a moment still. */
static bool open_admin(struct config *c)
{
	enum pk_status st = PK_EBUSY;

	for (int i = 0; i < BUSY_TRIES && st == PK_EBUSY; i++) {
		if (i)
			usleep(BUSY_WAIT_MS * 1000);
		st = sock_listen_unix(c->admin_socket, c->admin_mode, c->admin_group, &c->admin_fd);
	}
	return st == PK_OK ? true : fault("admin_socket", c->admin_socket);
}

bool resources_open(struct config *c, struct inherited *inherited)
{
	bool store = config_runs_store(c);

	raise_limits();
	if ((store && !check_data(c)) || !make_run(c) || !take_lock(c) || !open_log(c) ||
	    (store && !open_key(c)) || !sockets_open(c, inherited))
		return false;
	return !store || open_admin(c);
}

void resources_close(struct config *c)
{
	if (c->admin_fd >= 0)
		unlink(c->admin_socket);
}
