#ifndef SCHEMA_H
#define SCHEMA_H

#include "os/conf.h"

#include <confuse.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * The grammar of postkeep.conf(5): what may stand where, and which values are possible alone.
 * What needs other settings or files is config.h's.
 */

/* The file as a tree, for cfg_free; after errors what is left of it (conf.h). */
cfg_t *schema_read(const char *file, struct conf_errors *errors);

/* none, starttls or implicit: enum pk_listener_tls. */
bool schema_tls(const char *word, uint8_t *tls);

/* Octal, at most 0777. */
bool schema_mode(const char *text, mode_t *mode);

#endif
