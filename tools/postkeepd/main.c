#include "config.h"
#include "inherit.h"
#include "resources.h"
#include "supervise.h"

#include "base/log.h"

#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <sysexits.h>

static const char usage[] =
	"usage: postkeepd [--check] [--only PART] [--ready-fd N] FILE\n"
	"\n"
	"Runs the mailbox server that FILE (postkeep.conf(5)) describes: one store, and the hosts\n"
	"of its services. Stays in the foreground; SIGTERM stops all of it,\n"
	"SIGHUP reads FILE again.\n"
	"\n"
	"  --check       only say what is wrong with FILE and all it names, exit 78 if anything "
	"is\n"
	"  --only PART   run the store alone (PART is store), or this service, with links of that "
	"store\n"
	"  --ready-fd N  write `postkeepd ready` there when every service answers (default 1)\n";

struct settings {
	const char *file, *part;
	bool check;
	int ready_fd;
};

/* -1: go on; else the exit status. */
static int parse_arguments(int argc, char **argv, struct settings *s)
{
	static const struct option options[] = {
		{"check",    no_argument,       NULL, 'c'},
		{"ready-fd", required_argument, NULL, 'r'},
		{"only",     required_argument, NULL, 'o'},
		{"help",     no_argument,       NULL, 'h'},
		{NULL,       0,                 NULL, 0  }
        };
	uint64_t fd;
	int c;

	while ((c = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		if (c == 'h') {
			fputs(usage, stdout);
			return EX_OK;
		}
		if (c == 'c')
			s->check = true;
		else if (c == 'o')
			s->part = optarg;
		else if (c == 'r' && slice_number(slice_str(optarg), 1 << 20, &fd))
			s->ready_fd = (int)fd;
		else
			optind = argc;
	}
	if (optind != argc - 1) {
		fputs(usage, stderr);
		return EX_USAGE;
	}
	s->file = argv[optind];
	return -1;
}

/* A reload or a new log file asked for while it still starts is done when it has begun to serve. */
static void hold_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

/* One uid for all: what was taken over in a frontend is kept from the store by the sandbox alone.
 */
static void say_users(const struct config *c)
{
	bool one = c->store_user.uid == c->front_user.uid;

	LOG(one ? PK_LOG_WARNING : PK_LOG_INFO, "users", LOG_NUMBER("store", c->store_user.uid),
	    LOG_NUMBER("front", c->front_user.uid));
}

int main(int argc, char **argv)
{
	struct settings s = {.ready_fd = STDOUT_FILENO};
	int status = parse_arguments(argc, argv, &s);
	struct inherited inherited;
	struct config c;
	int successes;

	if (status >= 0)
		return status;
	inherit_take(&inherited);
	successes = inherited.successes;
	hold_signals();
	status = EX_CONFIG;
	if (config_load(&c,
	                &(struct config_source){s.file, s.part, NULL, s.check, conf_print, NULL})) {
		fcntl(s.ready_fd, F_SETFD, FD_CLOEXEC);
		if (s.check) {
			printf("%s: no errors\n", s.file);
			status = EX_OK;
		} else if (resources_open(&c, &inherited)) {
			dup2(c.log_fd, STDERR_FILENO);
			say_users(&c);
			sandbox_log(SANDBOX_SUPERVISOR, c.sandbox);
			status = sandbox_enter(SANDBOX_SUPERVISOR, c.sandbox, NULL) == PK_OK
			                 ? supervise(&c, s.ready_fd, successes)
			                 : EX_CONFIG;
			resources_close(&c);
		}
	}
	config_free(&c);
	return status;
}
