/* The toy protocol as a loadable plugin, for tests/host/run.py. */
#include "toy_plugin.h"

PK_PLUGIN_NOTE("toy", "1");

enum { GREETING, MODE, OPTIONS };

static const struct pk_option options[OPTIONS] = {
	[GREETING] = {.name = "size", .initial = "1k",   .max = 1 << 20,      .type = PK_BYTE_SIZE},
	[MODE] = {.name = "mode", .initial = "fast", .help = "fast slow", .type = PK_WORD     },
};

static void *toy_configure(const struct pk_host *host, struct slice listener,
                           const struct pk_value *v)
{
	char line[100];
	int n = snprintf(line, sizeof(line), "listener=%.*s size=%d mode=%d", (int)listener.n,
	                 listener.p, (int)v[GREETING].number, (int)v[MODE].number);

	host->log(NULL, PK_LOG_INFO, (struct slice){line, (size_t)n});
	return v[GREETING].number == 13 ? NULL : calloc(1, 1);
}

static void toy_close(void *session, struct pk_io *io)
{
	(void)session;
	io->host->count(io, "toys", 1);
	io->host->log(io, PK_LOG_INFO, S("toy=closed"));
}

const struct pk_plugin *pk_plugin_entry(const struct pk_host *host)
{
	static struct pk_plugin plugin;

	plugin = toy_plugin;
	plugin.alpn = "toy toy2";
	plugin.options = OPTIONS;
	plugin.option_bytes = sizeof(struct pk_option);
	plugin.option = options;
	plugin.configure = toy_configure;
	plugin.retire = free;
	plugin.close = toy_close;
	return host->major == PK_ABI_MAJOR ? &plugin : NULL;
}
