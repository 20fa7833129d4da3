#ifndef CONFIG_H
#define CONFIG_H

#include <postkeep/buf.h>
#include <postkeep/messages.h>

#include <confuse.h>
#include <sys/types.h>

/*
 * postkeep.conf(5), read and checked. Strings belong to `tree`. The descriptors are opened by
 * resources.h; -1 before.
 */
struct listener {
	const char *name, *address;
	uint16_t port;
	uint8_t tls;        /* enum pk_listener_tls */
	struct buf options; /* rows of REC(setting) */
	int fd;
};

struct service {
	const char *name;
	char *plugin;   /* path of the shared object, owned */
	unsigned hosts; /* processes */
	uint32_t roles; /* of its links: enum pk_role */
	struct listener *listeners;
	size_t listener_count;
};

struct certificate {
	const char *name, *chain_file, *key_file;
	char *chain, *key; /* PEM, owned */
};

struct config {
	cfg_t *tree;
	const char *file;
	const char *data, *run, *operator_key, *default_domain, *log;
	char *admin_socket, *store_program, *host_program; /* owned */
	gid_t admin_group;                                 /* -1: none */
	unsigned drain_s;
	struct service *services;
	size_t service_count;
	struct certificate *certificates;
	size_t certificate_count;
	int log_fd, key_fd, admin_fd, lock_fd;
};

/*
 * Reads the file and all it names. Every error is a line on stderr; false if there was one. The
 * config is then to be freed as well.
 */
bool config_load(struct config *c, const char *file);
void config_free(struct config *c);

#endif
