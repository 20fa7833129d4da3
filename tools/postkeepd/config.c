#include "config.h"

#include "os/conf.h"
#include "os/sock.h"
#include "pem.h"
#include "schema.h"

#include <errno.h>
#include <grp.h>
#include <libgen.h>
#include <limits.h>
#include <sys/stat.h>

#define PEM_MAX ((size_t)256 * 1024)

/* What links of a service may do. A name that is not here takes logins, like imap. */
static const struct {
	const char *service;
	uint32_t roles;
} roles_of[] = {
	{"mx",   PK_ROLE_DELIVER},
	{"lmtp", PK_ROLE_DELIVER},
};

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

static char *path_in(const char *folder, const char *name)
{
	char *path;

	if (*name == '/')
		return strdup(name);
	return asprintf(&path, "%s/%s", folder, name) < 0 ? NULL : path;
}

static void check_program(struct config *c, cfg_t *section, const char *path, unsigned *errors)
{
	char *where;
	enum pk_status st = path ? conf_only_ours(path, &where) : PK_ENOMEM;

	if (st == PK_EPERM)
		conf_error(section, errors, "%s is refused: others can write to %s", path, where);
	else if (st != PK_OK)
		conf_error(section, errors, "%s: %s", path ? path : c->file, strerror(errno));
	if (st == PK_EPERM)
		free(where);
}

static void load_listener(struct config *c, struct listener *l, cfg_t *section, unsigned *errors)
{
	cfg_t *options = cfg_getsec(section, "options");

	*l = (struct listener){.name = cfg_title(section),
	                       .address = cfg_getstr(section, "address"),
	                       .port = (uint16_t)cfg_getint(section, "port"),
	                       .fd = -1};
	for (unsigned i = 0; options && i < cfg_num(options); i++) {
		cfg_opt_t *opt = cfg_getnopt(options, i);

		pk_put_setting_row(&l->options,
		                   &(struct pk_setting){slice_str(cfg_opt_name(opt)),
		                                        slice_str(cfg_opt_getnstr(opt, 0))});
	}
	if (!schema_tls(cfg_getstr(section, "tls"), &l->tls))
		conf_error(section, errors, "listener '%s': no such tls", l->name);
	if (!l->port)
		conf_error(section, errors, "listener '%s' has no port", l->name);
	if (l->tls != PK_TLS_NONE && !c->certificate_count)
		conf_error(section, errors, "listener '%s' wants TLS, but there is no certificate",
		           l->name);
	if (l->options.failed)
		conf_error(section, errors, "out of memory");
}

static void load_service(struct config *c, struct service *s, cfg_t *section, const char *plugins,
                         unsigned *errors)
{
	const char *plugin = cfg_getstr(section, "plugin");
	unsigned listeners = cfg_size(section, "listener");
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	*s = (struct service){.name = cfg_title(section),
	                      .hosts = (unsigned)cfg_getint(section, "hosts"),
	                      .roles = PK_ROLE_ANON | PK_ROLE_SESSION,
	                      .listeners = calloc(listeners + 1, sizeof(struct listener))};
	if (!s->hosts)
		s->hosts = cores > 0 ? (unsigned)cores : 1;
	for (size_t i = 0; i < sizeof(roles_of) / sizeof(*roles_of); i++)
		if (strcmp(s->name, roles_of[i].service) == 0)
			s->roles = roles_of[i].roles;
	if (plugin)
		s->plugin = path_in(plugins, plugin);
	else
		conf_error(section, errors, "service '%s' has no plugin", s->name);
	if (s->plugin)
		check_program(c, section, s->plugin, errors);
	if (!listeners)
		conf_error(section, errors, "service '%s' has no listener", s->name);
	for (; s->listeners && s->listener_count < listeners; s->listener_count++)
		load_listener(c, &s->listeners[s->listener_count],
		              cfg_getnsec(section, "listener", (unsigned)s->listener_count),
		              errors);
}

static void load_certificate(struct certificate *c, cfg_t *section, unsigned *errors)
{
	const char *why;
	size_t n;

	*c = (struct certificate){.name = cfg_title(section),
	                          .chain_file = cfg_getstr(section, "chain"),
	                          .key_file = cfg_getstr(section, "key")};
	if (!c->chain_file || !c->key_file) {
		conf_error(section, errors, "certificate '%s' needs chain and key", c->name);
		return;
	}
	c->chain = conf_slurp(c->chain_file, PEM_MAX, &n);
	if (!c->chain)
		conf_error(section, errors, "%s: %s", c->chain_file, strerror(errno));
	c->key = conf_slurp(c->key_file, PEM_MAX, &n);
	if (!c->key)
		conf_error(section, errors, "%s: %s", c->key_file, strerror(errno));
	if (!c->chain || !c->key)
		return;
	why = pem_check_pair(c->chain, c->key);
	if (why)
		conf_error(section, errors, "certificate '%s': %s", c->name, why);
}

static void load_lists(struct config *c, const char *plugins, unsigned *errors)
{
	unsigned certificates = cfg_size(c->tree, "certificate");
	unsigned services = cfg_size(c->tree, "service");

	c->certificates = calloc(certificates + 1, sizeof(struct certificate));
	c->services = calloc(services + 1, sizeof(struct service));
	if (!c->certificates || !c->services) {
		conf_error(c->tree, errors, "out of memory");
		return;
	}
	for (; c->certificate_count < certificates; c->certificate_count++)
		load_certificate(
			&c->certificates[c->certificate_count],
			cfg_getnsec(c->tree, "certificate", (unsigned)c->certificate_count),
			errors);
	for (; c->service_count < services; c->service_count++)
		load_service(c, &c->services[c->service_count],
		             cfg_getnsec(c->tree, "service", (unsigned)c->service_count), plugins,
		             errors);
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

/* The key opens everyone's mail: nobody else may read it, and no copy of the data may hold it. */
static void check_key(struct config *c, unsigned *errors)
{
	struct stat st;

	if (stat(c->operator_key, &st) < 0) {
		conf_error(c->tree, errors, "operator_key %s: %s (pkctl init makes one)",
		           c->operator_key, strerror(errno));
		return;
	}
	if (st.st_mode & (S_IRWXG | S_IRWXO) || (st.st_uid != 0 && st.st_uid != geteuid()))
		conf_error(c->tree, errors, "operator_key %s must be its owner's alone (mode 0600)",
		           c->operator_key);
	if (inside(c->operator_key, c->data))
		conf_error(c->tree, errors, "operator_key %s is inside the data directory %s",
		           c->operator_key, c->data);
}

/* Its members may use the admin socket, beside root. Where there is no such group, root alone. */
static gid_t admin_group(void)
{
	const struct group *g = getgrnam("postkeep-admin");

	return g && geteuid() == 0 ? g->gr_gid : (gid_t)-1;
}

static void load_all(struct config *c, unsigned *errors)
{
	char *own = program_folder();
	const char *programs = cfg_getstr(c->tree, "programs"),
		   *plugins = cfg_getstr(c->tree, "plugins"),
		   *admin = cfg_getstr(c->tree, "admin_socket");

	c->data = cfg_getstr(c->tree, "data");
	c->run = cfg_getstr(c->tree, "run");
	c->operator_key = cfg_getstr(c->tree, "operator_key");
	c->default_domain = cfg_getstr(c->tree, "default_domain");
	c->log = cfg_getstr(c->tree, "log");
	c->admin_group = admin_group();
	c->drain_s = (unsigned)cfg_getint(c->tree, "drain_seconds");
	c->admin_socket = admin ? strdup(admin) : path_in(c->run, "admin.sock");
	c->store_program = path_in(programs ? programs : own, "pkstored");
	c->host_program = path_in(programs ? programs : own, "pkfrontd");
	check_program(c, c->tree, c->store_program, errors);
	check_program(c, c->tree, c->host_program, errors);
	check_key(c, errors);
	load_lists(c, plugins ? plugins : own, errors);
	if (!c->service_count)
		conf_error(c->tree, errors, "there is no service");
	free(own);
}

bool config_load(struct config *c, const char *file)
{
	unsigned errors = 0;
	char *where;
	enum pk_status st = conf_only_ours(file, &where);

	*c = (struct config){.file = file,
	                     .log_fd = -1,
	                     .key_fd = -1,
	                     .admin_fd = -1,
	                     .lock_fd = -1,
	                     .admin_group = (gid_t)-1};
	if (st == PK_EPERM) {
		fprintf(stderr, "%s: refused: others can write to %s\n", file, where);
		free(where);
		return false;
	}
	c->tree = schema_read(file, &errors);
	if (c->tree)
		load_all(c, &errors);
	return errors == 0;
}

static void free_service(struct service *s)
{
	for (size_t i = 0; i < s->listener_count; i++) {
		buf_free(&s->listeners[i].options);
		if (s->listeners[i].fd >= 0)
			close(s->listeners[i].fd);
	}
	free(s->listeners);
	free(s->plugin);
}

void config_free(struct config *c)
{
	const int fds[] = {c->log_fd, c->key_fd, c->admin_fd, c->lock_fd};

	for (size_t i = 0; i < c->service_count; i++)
		free_service(&c->services[i]);
	for (size_t i = 0; i < c->certificate_count; i++) {
		if (c->certificates[i].key)
			explicit_bzero(c->certificates[i].key, strlen(c->certificates[i].key));
		free(c->certificates[i].key);
		free(c->certificates[i].chain);
	}
	for (size_t i = 0; i < sizeof(fds) / sizeof(*fds); i++)
		if (fds[i] >= 0)
			close(fds[i]);
	free(c->services);
	free(c->certificates);
	free(c->admin_socket);
	free(c->store_program);
	free(c->host_program);
	if (c->tree)
		cfg_free(c->tree);
}
