#include "config_parts.h"

#include "schema.h"

#include <arpa/inet.h>

/* The metrics hold no secret, but are nobody's business outside of this machine. */
static bool is_loopback(const char *address)
{
	struct in6_addr six;
	struct in_addr four;

	if (inet_pton(AF_INET, address, &four) == 1)
		return ntohl(four.s_addr) >> 24 == 127;
	return inet_pton(AF_INET6, address, &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

static void load_address(struct loading *l, struct listener *new)
{
	cfg_t *section = new->section;

	new->address = cfg_getstr(section, "address");
	new->port = (uint16_t)cfg_getint(section, "port");
	load_socket_file(l, new);
	if (!new->port && !new->path && loading_whole(l, section))
		conf_error(section, &l->errors, "metrics has no port and no path");
	if (!new->path && !is_loopback(new->address))
		conf_error(section, &l->errors,
		           "metrics: %s is no address of loopback (127.0.0.0/8, ::1)",
		           new->address);
	if (new->port || new->path)
		check_unique_socket(l, new);
}

static void check_metrics_program(struct loading *l, cfg_t *section)
{
	char *path = path_in(l->c->programs, "pkmetrics");

	loading_check_program(l, section, path);
	free(path);
}

/* Of all that runs here; a service with a supervisor of its own has a section of its own. */
static cfg_t *find_section(const struct config *c)
{
	cfg_t *in = c->tree;

	if (!config_runs_store(c))
		in = c->service_count ? c->services[0].section : NULL;
	return in && cfg_size(in, "metrics") ? cfg_getsec(in, "metrics") : NULL;
}

void load_metrics(struct loading *l)
{
	struct metrics_conf *m = &l->c->metrics;
	cfg_t *section = find_section(l->c);

	if (!section)
		return;
	m->listener = calloc(1, sizeof(*m->listener));
	if (!m->listener) {
		conf_error(section, &l->errors, "out of memory");
		return;
	}
	*m->listener = (struct listener){.section = section, .name = "metrics", .fd = -1};
	load_address(l, m->listener);
	load_user(l,
	          &(struct wanted_user){section, "user", cfg_getstr(section, "user"),
	                                "postkeep-metrics"},
	          &m->user);
	check_metrics_program(l, section);
}

void metrics_clear(struct config *c)
{
	if (c->metrics.listener && c->metrics.listener->fd >= 0)
		close(c->metrics.listener->fd);
	free(c->metrics.listener);
	c->metrics.listener = NULL;
}
