#include "config_parts.h"

#include "schema.h"

#include <errno.h>
#include <grp.h>
#include <libgen.h>
#include <limits.h>
#include <pwd.h>
#include <sys/stat.h>

/* Where the other programs are unless the file says so: beside this one, or where they are
 * installed. */
static char *program_folder(void)
{
	char self[PATH_MAX], *folder = NULL, *store = NULL;
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (n < 0)
		return NULL;
	self[n] = 0;
	dirname(self);
	if (asprintf(&store, "%s/pkstored", self) < 0)
		return NULL;
	if (access(store, F_OK) == 0)
		folder = strdup(self);
	else if (asprintf(&folder, "%s/../lib/postkeep", self) < 0)
		folder = NULL;
	free(store);
	return folder;
}

char *path_in(const char *folder, const char *name)
{
	char *path;

	if (*name == '/')
		return strdup(name);
	return asprintf(&path, "%s/%s", folder, name) < 0 ? NULL : path;
}

void loading_check_program(struct loading *l, cfg_t *section, const char *path)
{
	char *where;
	enum pk_status st = path ? conf_only_ours(path, &where) : PK_ENOMEM;

	if (st == PK_EPERM)
		conf_error(section, &l->errors, "%s is refused: others can write to %s", path,
		           where);
	else if (st != PK_OK)
		conf_error(section, &l->errors, "%s: %s", path ? path : "program", strerror(errno));
	if (st == PK_EPERM)
		free(where);
}

/* The last line of the section that ends before this one does. */
static int end_before(const struct loading *l, int line)
{
	static const char *const kinds[] = {"certificate", "service", "metrics"};
	int before = 0;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		for (unsigned k = 0; k < cfg_size(l->c->tree, kinds[i]); k++) {
			int end = cfg_getnsec(l->c->tree, kinds[i], k)->line;

			if (end < line && end > before)
				before = end;
		}
	return before;
}

bool loading_whole(const struct loading *l, const cfg_t *section)
{
	if (!section)
		return !conf_hurt(&l->errors, 0, INT_MAX);
	return !conf_hurt(&l->errors, end_before(l, section->line) + 1, section->line);
}

static bool inside(const char *path, const char *folder)
{
	char file[PATH_MAX], top[PATH_MAX];
	size_t n;

	if (!realpath(path, file) || !realpath(folder, top))
		return false;
	n = strlen(top);
	return strncmp(file, top, n) == 0 && (file[n] == '/' || n == 1);
}

/* Root, who runs this, or, where that is root, the user that runs it otherwise. */
static bool is_ours(uid_t uid)
{
	const struct passwd *own = geteuid() == 0 ? getpwnam("postkeep") : NULL;

	return uid == 0 || uid == geteuid() || (own && uid == own->pw_uid);
}

/* The key opens everyone's mail: nobody else may read it, and no copy of the data may hold it. */
static void check_key(struct loading *l)
{
	const char *key = l->c->operator_key;
	struct stat st;

	if (stat(key, &st) < 0) {
		conf_error(l->c->tree, &l->errors, "operator_key %s: %s (pkctl init makes one)",
		           key, strerror(errno));
		return;
	}
	if (st.st_mode & (S_IRWXG | S_IRWXO) || !is_ours(st.st_uid))
		conf_error(l->c->tree, &l->errors,
		           "operator_key %s must be its owner's alone (mode 0600)", key);
	if (inside(key, l->c->data))
		conf_error(l->c->tree, &l->errors,
		           "operator_key %s is inside the data directory %s", key, l->c->data);
}

/* Its members may use the admin socket, beside root. Where there is no such group, or this process
 * may not give the socket to it, root alone. */
static gid_t admin_group(void)
{
	const struct group *g = getgrnam("postkeep-admin");

	return g && (geteuid() == 0 || group_member(g->gr_gid)) ? g->gr_gid : (gid_t)-1;
}

/* The store looks who connects; the file lets in whoever it may allow. */
static mode_t admin_mode(const char *readers)
{
	return getgrnam(readers) ? 0666 : 0660;
}

static char *copy_of(const char *text)
{
	return text ? strdup(text) : NULL;
}

/* False: out of memory. */
static bool load_settings(struct config *c, const char *own)
{
	const char *programs = cfg_getstr(c->tree, "programs"),
		   *admin = cfg_getstr(c->tree, "admin_socket");

	c->data = copy_of(cfg_getstr(c->tree, "data"));
	c->run = copy_of(cfg_getstr(c->tree, "run"));
	c->operator_key = copy_of(cfg_getstr(c->tree, "operator_key"));
	c->default_domain = copy_of(cfg_getstr(c->tree, "default_domain"));
	c->log = copy_of(cfg_getstr(c->tree, "log"));
	c->admin_socket = c->run ? path_in(c->run, admin ? admin : "admin.sock") : NULL;
	c->programs = copy_of(programs ? programs : own);
	c->admin_readers = copy_of(cfg_getstr(c->tree, "admin_readers"));
	c->admin_group = admin_group();
	c->admin_mode = c->admin_readers ? admin_mode(c->admin_readers) : 0660;
	c->drain_s = (unsigned)cfg_getint(c->tree, "drain_seconds");
	c->sessions_per_link = (unsigned)cfg_getint(c->tree, "sessions_per_link");
	c->trace_days = (unsigned)cfg_getint(c->tree, "trace_days");
	if (!sandbox_mode_of(cfg_getstr(c->tree, "sandbox"), &c->sandbox))
		c->sandbox = SANDBOX_REQUIRE;
	return c->data && c->run && c->operator_key && c->default_domain && c->log &&
	       c->admin_socket && c->programs && c->admin_readers;
}

static void check_programs(struct loading *l)
{
	static const char *const names[] = {"pkstored", "pkfrontd"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		char *path = path_in(l->c->programs, names[i]);

		loading_check_program(l, l->c->tree, path);
		free(path);
	}
}

bool config_runs_store(const struct config *c)
{
	return !c->part || strcmp(c->part, PART_STORE) == 0;
}

bool config_runs_services(const struct config *c)
{
	return !c->part || strcmp(c->part, PART_STORE) != 0;
}

static void load_all(struct loading *l)
{
	char *own = program_folder();
	const char *plugins = cfg_getstr(l->c->tree, "plugins");

	if (!load_settings(l->c, own)) {
		conf_error(l->c->tree, &l->errors, "out of memory");
		free(own);
		return;
	}
	l->plugins = plugins ? plugins : own ? own : l->c->programs;
	load_users(l);
	check_programs(l);
	if (config_runs_store(l->c))
		check_key(l);
	if (config_runs_services(l->c))
		load_certificates(l);
	load_services(l);
	load_metrics(l);
	free(own);
}

bool config_load(struct config *c, const struct config_source *from)
{
	struct loading l = {
		.c = c, .from = from, .errors = {.report = from->report, .said = from->said}
        };
	char *where;

	*c = (struct config){.file = from->file,
	                     .part = from->part,
	                     .log_fd = -1,
	                     .key_fd = -1,
	                     .admin_fd = -1,
	                     .lock_fd = -1,
	                     .admin_group = (gid_t)-1};
	if (conf_only_ours(from->file, &where) == PK_EPERM) {
		conf_file_error(from->file, &l.errors, "refused: others can write to %s", where);
		free(where);
		return false;
	}
	c->tree = schema_read(from->file, &l.errors);
	if (c->tree)
		load_all(&l);
	return l.errors.count == 0;
}

void config_free(struct config *c)
{
	char *const texts[] = {c->data, c->run,          c->operator_key, c->default_domain,
	                       c->log,  c->admin_socket, c->programs,     c->admin_readers};
	const int fds[] = {c->log_fd, c->key_fd, c->admin_fd, c->lock_fd};

	services_clear(c);
	metrics_clear(c);
	certificates_clear(c);
	for (size_t i = 0; i < sizeof(fds) / sizeof(*fds); i++)
		if (fds[i] >= 0)
			close(fds[i]);
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		free(texts[i]);
	if (c->tree)
		cfg_free(c->tree);
}
