#ifndef CONFIG_H
#define CONFIG_H

#include "os/conf.h"
#include "os/end_point.h"
#include "os/priv.h"
#include "os/sandbox.h"

#include <postkeep/buf.h>
#include <postkeep/messages.h>

#include <sys/types.h>

/*
 * postkeep.conf(5), read and checked. Strings that are not owned belong to `tree`. The descriptors
 * are opened by resources.h; -1 before.
 */
struct listener {
	cfg_t *section;
	const char *name, *address;
	uint16_t port;
	const char *path;   /* of a unix socket, instead of address and port; NULL: none */
	mode_t mode;        /* of its file */
	gid_t group;        /* its group; -1: that of the process */
	uint8_t tls;        /* enum pk_listener_tls */
	struct buf options; /* rows of REC(setting) */
	char *client_ca;    /* PEM, owned; NULL: clients are asked for no certificate */
	int fd;
	bool inherited; /* opened by the service manager, whose file it is too */
};

struct service {
	cfg_t *section;
	const char *name;
	char *plugin;   /* path of the shared object, owned */
	unsigned hosts; /* processes */
	uint32_t roles; /* of its links: enum pk_role */
	struct listener *listeners;
	size_t listener_count;
};

/* Shared by a configuration and what still has to be told of it. */
struct certificate {
	unsigned holders;
	char *name; /* owned, like these: PEM */
	char *chain, *key;
	uint32_t rank; /* its place in the file: REC(ctl_certificate) */
	struct end_point end_point;
	int64_t expires; /* Unix time, seconds */
};

/* Where Prometheus asks, and who answers. */
struct metrics_conf {
	struct listener *listener; /* owned; NULL: nobody does */
	struct priv_user user;
};

struct config {
	cfg_t *tree;
	const char *file;
	const char
		*part; /* what of it this process runs: PART_STORE, a service's name; NULL: all */
	/* Owned, and fixed as long as the server runs: reload.c. */
	char *data, *run, *operator_key, *default_domain, *log, *admin_socket, *programs;
	mode_t admin_mode; /* of the socket */
	char *admin_readers;
	gid_t admin_group;                       /* -1: none */
	struct priv_user store_user, front_user; /* of children that start from now on */
	unsigned drain_s;
	unsigned sessions_per_link;
	unsigned trace_days;       /* of the store, when it starts */
	enum sandbox_mode sandbox; /* of children that start from now on */
	struct service *services;
	size_t service_count;
	struct certificate **certificates; /* sorted by name */
	size_t certificate_count;
	struct metrics_conf metrics;
	int log_fd, key_fd, admin_fd, lock_fd;
};

#define PART_STORE       "store"
#define SERVICE_NAME_MAX 31 /* octets; the store keeps so many */

struct config_source {
	const char *file;
	const char *part;         /* as in struct config */
	const struct config *old; /* what is in use now, or NULL */
	bool strict;              /* what a start leaves out is an error: --check */
	cfg_errfunc_t report;
	struct buf *said; /* as in struct conf_errors */
};

/*
 * Reads the file and all that it names for the part, and asks plugins about their options. Every
 * error is reported; false if there was one. The config is then to be freed as well. With an old
 * one a certificate that cannot be used is no error if there is one of its name, which is kept:
 * that is reported, but not counted; nor is, unless strict, a certificate of tls_dir that cannot be
 * used.
 */
bool config_load(struct config *c, const struct config_source *from);
void config_free(struct config *c);

/* What this process does of it. A store's has the services too, by name and without hosts. */
bool config_runs_store(const struct config *c);
bool config_runs_services(const struct config *c);

/* Whom spawn_start is to make of a child: NULL where that is this process's own user. */
const struct priv_user *config_other_user(const struct priv_user *user);

const struct service *config_service(const struct config *c, const char *name);
struct certificate *config_certificate(const struct config *c, const char *name);
struct certificate *certificate_hold(struct certificate *c);
void certificate_drop(struct certificate *c); /* the last holder frees it; NULL: nothing */
const struct listener *service_listener(const struct service *s, const char *name);
bool listener_same_socket(const struct listener *a, const struct listener *b);

#endif
