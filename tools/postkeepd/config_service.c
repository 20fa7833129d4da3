#include "config_parts.h"

#include "schema.h"

#include <errno.h>
#include <grp.h>

#define CLIENT_CA_MAX ((size_t)64 * 1024) /* must fit into a datagram */

/* What links of a service may do. A name that is not here takes logins, like imap. */
static const struct {
	const char *service;
	uint32_t roles;
} roles_of[] = {
	{"mx",         PK_ROLE_DELIVER				},
	{"lmtp",       PK_ROLE_DELIVER				},
	{"submission", PK_ROLE_ANON | PK_ROLE_SESSION | PK_ROLE_SUBMIT},
};

const struct service *config_service(const struct config *c, const char *name)
{
	for (size_t i = 0; i < c->service_count; i++)
		if (strcmp(c->services[i].name, name) == 0)
			return &c->services[i];
	return NULL;
}

const struct listener *service_listener(const struct service *s, const char *name)
{
	for (size_t i = 0; i < s->listener_count; i++)
		if (strcmp(s->listeners[i].name, name) == 0)
			return &s->listeners[i];
	return NULL;
}

bool listener_same_socket(const struct listener *a, const struct listener *b)
{
	if (a->path || b->path)
		return a->path && b->path && strcmp(a->path, b->path) == 0;
	return a->port == b->port && strcmp(a->address, b->address) == 0;
}

void services_clear(struct config *c)
{
	for (size_t i = 0; i < c->service_count; i++) {
		struct service *s = &c->services[i];

		for (size_t k = 0; k < s->listener_count; k++) {
			buf_free(&s->listeners[k].options);
			free(s->listeners[k].client_ca);
			if (s->listeners[k].fd >= 0)
				close(s->listeners[k].fd);
		}
		free(s->listeners);
		free(s->plugin);
	}
	free(c->services);
	c->services = NULL;
	c->service_count = 0;
}

static bool has_options(cfg_t *section)
{
	return cfg_size(section, "options") > 0;
}

static void load_options(struct loading *l, struct listener *to, cfg_t *section)
{
	cfg_t *options = has_options(section) ? cfg_getsec(section, "options") : NULL;

	for (unsigned i = 0; options && i < cfg_num(options); i++) {
		cfg_opt_t *opt = cfg_getnopt(options, i);

		pk_put_setting_row(&to->options,
		                   &(struct pk_setting){slice_str(cfg_opt_name(opt)),
		                                        slice_str(cfg_opt_getnstr(opt, 0))});
	}
	if (to->options.failed)
		conf_error(section, &l->errors, "out of memory");
}

/* One socket cannot be two listeners'. */
void check_unique_socket(struct loading *l, const struct listener *new)
{
	for (size_t i = 0; i < l->c->service_count; i++) {
		const struct service *s = &l->c->services[i];

		for (size_t k = 0; k < s->listener_count; k++) {
			const struct listener *other = &s->listeners[k];

			if (other == new || !listener_same_socket(other, new))
				continue;
			conf_error(new->section, &l->errors,
			           "listener '%s' has %s of listener '%s' of service '%s'",
			           new->name, new->path ? "the path" : "address and port",
			           other->name, s->name);
			return;
		}
	}
}

void load_socket_file(struct loading *l, struct listener *new)
{
	const char *group = cfg_getstr(new->section, "group");
	const struct group *g = group ? getgrnam(group) : NULL;

	new->path = cfg_getstr(new->section, "path");
	new->group = g ? g->gr_gid : (gid_t)-1;
	(void)schema_mode(cfg_getstr(new->section, "mode"), &new->mode);
	if (group && !g)
		conf_error(new->section, &l->errors, "listener '%s': there is no group '%s'",
		           new->name, group);
	if (new->path &&new->port)
		conf_error(new->section, &l->errors, "listener '%s' has both a path and a port",
		           new->name);
}

/* What is in the file is looked at by the host that answers for the options. */
static void load_client_ca(struct loading *l, struct listener *new)
{
	const char *file = cfg_getstr(new->section, "client_ca");
	size_t n = 0;

	if (file && new->tls == PK_TLS_NONE)
		conf_error(new->section, &l->errors, "listener '%s' has client_ca without TLS",
		           new->name);
	if (!file)
		return;
	new->client_ca = conf_slurp(file, CLIENT_CA_MAX, &n);
	if (!new->client_ca)
		conf_error(new->section, &l->errors, "listener '%s': %s: %s", new->name, file,
		           strerror(errno));
	else if (!n)
		conf_error(new->section, &l->errors, "listener '%s': %s is empty", new->name, file);
}

static void load_listener(struct loading *l, struct service *s, cfg_t *section)
{
	struct listener *new = &s->listeners[s->listener_count++];
	bool whole = loading_whole(l, s->section);

	*new = (struct listener){.section = section,
	                         .name = cfg_title(section),
	                         .address = cfg_getstr(section, "address"),
	                         .port = (uint16_t)cfg_getint(section, "port"),
	                         .fd = -1};
	load_options(l, new, section);
	if (!schema_tls(cfg_getstr(section, "tls"), &new->tls))
		conf_error(section, &l->errors, "listener '%s': no such tls", new->name);
	load_socket_file(l, new);
	load_client_ca(l, new);
	if (!new->port && !new->path && whole)
		conf_error(section, &l->errors, "listener '%s' has no port", new->name);
	if (new->tls != PK_TLS_NONE && !l->c->certificate_count && loading_whole(l, NULL))
		conf_error(section, &l->errors,
		           "listener '%s' wants TLS, but there is no certificate", new->name);
	if (new->port || new->path)
		check_unique_socket(l, new);
}

static uint32_t find_roles(const char *service)
{
	for (size_t i = 0; i < sizeof(roles_of) / sizeof(*roles_of); i++)
		if (strcmp(service, roles_of[i].service) == 0)
			return roles_of[i].roles;
	return PK_ROLE_ANON | PK_ROLE_SESSION;
}

static unsigned find_hosts(cfg_t *section)
{
	long asked = cfg_getint(section, "hosts"), cores = sysconf(_SC_NPROCESSORS_ONLN);

	if (asked > 0)
		return (unsigned)asked;
	return cores > 0 ? (unsigned)cores : 1;
}

static void load_plugin(struct loading *l, struct service *s)
{
	const char *plugin = cfg_getstr(s->section, "plugin");

	if (!plugin && loading_whole(l, s->section))
		conf_error(s->section, &l->errors, "service '%s' has no plugin", s->name);
	if (!plugin)
		return;
	s->plugin = path_in(l->plugins, plugin);
	loading_check_program(l, s->section, s->plugin);
}

/* It is part of the names of files and processes, and of what the store knows of a link. */
static void check_name(struct loading *l, const struct service *s)
{
	static const char may[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
	size_t n = strlen(s->name);

	if (!n || n > SERVICE_NAME_MAX || strspn(s->name, may) != n)
		conf_error(s->section, &l->errors,
		           "service '%s': a name is at most %d letters, digits, - and _", s->name,
		           SERVICE_NAME_MAX);
	if (strcmp(s->name, PART_STORE) == 0)
		conf_error(s->section, &l->errors, "service '%s' has the name of the store",
		           s->name);
}

static void load_service(struct loading *l, struct service *s, cfg_t *section)
{
	unsigned listeners = cfg_size(section, "listener"), before = l->errors.count;

	*s = (struct service){.section = section,
	                      .name = cfg_title(section),
	                      .roles = find_roles(cfg_title(section))};
	check_name(l, s);
	load_plugin(l, s);
	if (!config_runs_services(l->c))
		return;
	s->hosts = find_hosts(section);
	s->listeners = calloc(listeners + 1, sizeof(struct listener));
	if (!listeners && loading_whole(l, section))
		conf_error(section, &l->errors, "service '%s' has no listener", s->name);
	for (unsigned i = 0; s->listeners && i < listeners; i++)
		load_listener(l, s, cfg_getnsec(section, "listener", i));
	if (!s->listeners)
		conf_error(section, &l->errors, "out of memory");
	else if (s->plugin && l->errors.count == before)
		check_service_options(l, s);
}

static bool is_wanted(const struct config *c, cfg_t *section)
{
	return config_runs_store(c) || strcmp(cfg_title(section), c->part) == 0;
}

void load_services(struct loading *l)
{
	struct config *c = l->c;
	unsigned n = cfg_size(c->tree, "service");

	if (!n && loading_whole(l, NULL))
		conf_error(c->tree, &l->errors, "there is no service");
	c->services = calloc(n + 1, sizeof(struct service));
	if (!c->services) {
		conf_error(c->tree, &l->errors, "out of memory");
		return;
	}
	for (unsigned i = 0; i < n; i++)
		if (is_wanted(c, cfg_getnsec(c->tree, "service", i)))
			load_service(l, &c->services[c->service_count++],
			             cfg_getnsec(c->tree, "service", i));
	if (n && !c->service_count && loading_whole(l, NULL))
		conf_error(c->tree, &l->errors, "there is no service '%s'", c->part);
}
