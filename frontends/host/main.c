/* pkfrontd(8): one service's host process. The supervisor starts it. */
#include "check.h"
#include "orders.h"
#include "plugins.h"

#include "base/log.h"
#include "os/help.h"

#include <getopt.h>
#include <signal.h>

enum { EXIT_USAGE = 64, EXIT_SOFTWARE = 70, EXIT_CONFIG = 78 };

struct args {
	const char *plugin, *service;
	int control_fd;
	bool check;
	enum sandbox_mode sandbox;
};

static const char usage[] =
	"usage: pkfrontd [--check] --control-fd N --plugin FILE --service NAME\n"
	"                [--sandbox require|best-effort|off]\n"
	"Holds the connections of one service's clients. Started by postkeepd(8), which hands it\n"
	"its sockets, certificates and links.\n";

static bool parse(int argc, char **argv, struct args *a)
{
	static const struct option options[] = {
		{"check",      no_argument,       NULL, 'k'},
		{"control-fd", required_argument, NULL, 'c'},
		{"plugin",     required_argument, NULL, 'p'},
		{"service",    required_argument, NULL, 's'},
		{"sandbox",    required_argument, NULL, 'b'},
		{NULL,         0,                 NULL, 0  }
        };
	uint64_t fd;
	int c;

	*a = (struct args){.control_fd = -1};
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == 'k')
			a->check = true;
		else if (c == 'p')
			a->plugin = optarg;
		else if (c == 's')
			a->service = optarg;
		else if (c == 'b' && sandbox_mode_of(optarg, &a->sandbox))
			continue;
		else if (c == 'c' && slice_number(slice_str(optarg), INT32_MAX, &fd))
			a->control_fd = (int)fd;
		else
			return false;
	}
	return optind == argc && a->plugin && a->service && a->control_fd >= 0;
}

static int serve(const struct args *a, const struct pk_plugin *plugin)
{
	struct front *f = calloc(1, sizeof(*f));
	int code;

	if (!f || front_open(f, plugin, a->service, a->control_fd) != PK_OK ||
	    orders_watch(f, a->sandbox) != PK_OK) {
		LOG(PK_LOG_ERROR, "start_failed", LOG_CSTR("service", a->service));
		return EXIT_SOFTWARE;
	}
	front_run(f);
	code = f->exit_code;
	front_close(f);
	free(f);
	return code;
}

int main(int argc, char **argv)
{
	const struct pk_plugin *plugin = NULL;
	struct args a;
	char why[300];

	if (help_given(argc, argv, usage))
		return 0;
	if (!parse(argc, argv, &a))
		return fputs(usage, stderr) < 0 ? EXIT_SOFTWARE : EXIT_USAGE;
	sandbox_no_dump(); /* certificates' keys, passwords */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGINT, SIG_IGN); /* a terminal's: the supervisor decides */
	signal(SIGHUP, SIG_IGN);
	if (plugin_load(a.plugin, &plugin, why, sizeof(why)) != PK_OK) {
		plugin = NULL;
		if (!a.check)
			LOG(PK_LOG_ERROR, "plugin_refused", LOG_CSTR("plugin", a.plugin),
			    LOG_CSTR("reason", why));
	}
	if (a.check && sandbox_enter(SANDBOX_HOST, a.sandbox, NULL) != PK_OK)
		return EXIT_SOFTWARE;
	if (a.check)
		return check_options(plugin, why, a.control_fd);
	return plugin ? serve(&a, plugin) : EXIT_CONFIG;
}
