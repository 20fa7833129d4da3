#include "plugins.h"

#include "session.h"

#include "os/conf.h"
#include "os/elfnote.h"

#include <dlfcn.h>
#include <limits.h>

#define SESSION_MOST 1048576u    /* octets of a plugin's session struct */
#define FILE_MOST    (64u << 20) /* octets */

/* Whether the host can drive it: major equal, minor not greater, structs not smaller than in minor
 * 0, what must be there is there. NULL: yes; else what is wrong. */
static const char *plugin_fault(const struct pk_plugin *p)
{
	if (!p)
		return "it refused this host";
	if (p->major != PK_ABI_MAJOR || p->minor > PK_ABI_MINOR)
		return "its ABI is not the one that its note names";
	if (!PK_HAS(p, close))
		return "its struct pk_plugin is too short";
	if (!p->name || !p->version || !p->open || !p->input || !p->configure)
		return "name, version, configure, open or input is missing";
	if (p->session_bytes > SESSION_MOST)
		return "its sessions are too big";
	if (p->options && (!p->option || p->option_bytes < sizeof(struct pk_option)))
		return "its options are malformed";
	return NULL;
}

/* What its note says, before anything of it runs. */
static enum pk_status check_note(const char *path, char *why, size_t size)
{
	struct elfnote note;
	enum pk_status st;
	size_t n;
	char *octets = conf_slurp(path, FILE_MOST, &n);

	if (!octets) {
		snprintf(why, size, "%s cannot be read", path);
		return PK_EINVAL;
	}
	st = elfnote_check((struct slice){octets, n}, &note, why, size);
	free(octets);
	return st;
}

static enum pk_status open_file(const char *file, void **handle, char *why, size_t size)
{
	char path[PATH_MAX], *where = NULL;
	enum pk_status st = conf_only_ours(file, &where);

	if (st == PK_EPERM)
		snprintf(why, size, "others can change %s", where ? where : file);
	else if (st != PK_OK)
		snprintf(why, size, "%s is not there", file);
	free(where);
	if (st != PK_OK)
		return st;
	if (!realpath(file, path)) /* never a search along LD_LIBRARY_PATH */
		return PK_ENOTFOUND;
	st = check_note(path, why, size);
	if (st != PK_OK)
		return st;
	*handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (*handle)
		return PK_OK;
	snprintf(why, size, "%s", dlerror());
	return PK_EINVAL;
}

enum pk_status plugin_load(const char *file, const struct pk_plugin **plugin, char *why,
                           size_t why_size)
{
	const struct pk_plugin *(*entry)(const struct pk_host *);
	const char *fault;
	void *handle;
	enum pk_status st = open_file(file, &handle, why, why_size);

	*plugin = NULL;
	if (st != PK_OK)
		return st;
	*(void **)&entry = dlsym(handle, "pk_plugin_entry");
	if (!entry) {
		snprintf(why, why_size, "it has no pk_plugin_entry");
		return PK_EINVAL;
	}
	*plugin = entry(service_host());
	fault = plugin_fault(*plugin);
	if (!fault)
		return PK_OK;
	snprintf(why, why_size, "%s", fault);
	*plugin = NULL;
	return PK_ENOTSUP;
}
