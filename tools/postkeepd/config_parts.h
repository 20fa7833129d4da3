#ifndef CONFIG_PARTS_H
#define CONFIG_PARTS_H

#include "config.h"

/* What the files that read a configuration share; nobody else needs it. */
struct loading {
	struct config *c;
	const struct config_source *from;
	struct conf_errors errors;
	const char *plugins; /* the folder of those that are named without one */
};

/*
 * Whether a thing may be called missing in this section of the top level, or NULL: in the whole
 * file. Not where a line was taken out that may have said it.
 */
bool loading_whole(const struct loading *l, const cfg_t *section);

/* A program or plugin, and every folder above it, must be its owner's alone. */
void loading_check_program(struct loading *l, cfg_t *section, const char *path);

char *path_in(const char *folder, const char *name); /* allocated; the name may be a whole path */

/*
 * Adds the certificate of these two files. When they are no pair `why` says so, and nothing is
 * added but the one of this name that is in use, if there is one.
 */
struct pair_files {
	const char *name, *chain, *key;
	uint32_t rank;
	char why[500];
};
enum pair_loaded { PAIR_GOOD, PAIR_KEPT, PAIR_NONE };
enum pair_loaded load_pair(struct loading *l, struct pair_files *files);

void load_users(struct loading *l);
void load_certificates(struct loading *l);
void load_tls_dir(
	struct loading *l); /* behind those of sections: these count where both have one */
void certificates_clear(struct config *c);
void load_services(struct loading *l);
void load_metrics(struct loading *l); /* behind these: their listeners and its may not be one */
void metrics_clear(struct config *c);
void services_clear(struct config *c);

/* Of a listener's section: a unix socket's path, mode and group. */
void load_socket_file(struct loading *l, struct listener *new);
void check_unique_socket(struct loading *l, const struct listener *new);

/* The user of a child; wanted NULL: `initial`, where this process may start others at all. */
struct wanted_user {
	cfg_t *section;
	const char *setting, *wanted, *initial;
};
void load_user(struct loading *l, const struct wanted_user *w, struct priv_user *user);

/* Whether the plugin takes the options of the service's listeners. */
void check_service_options(struct loading *l, const struct service *s);

#endif
