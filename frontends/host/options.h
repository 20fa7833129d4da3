#ifndef HOST_OPTIONS_H
#define HOST_OPTIONS_H

#include <postkeep/arena.h>
#include <postkeep/messages.h>
#include <postkeep/plugin.h>

#include "networks.h"

/*
 * Options of a listener: text from the configuration becomes the values that a plugin declared
 * (struct pk_option). As text:
 *
 *	PK_BOOL       yes no on off true false 1 0
 *	PK_NUMBER     decimal, perhaps with a minus
 *	PK_BYTE_SIZE  a number, perhaps with k, M or G (1024 each)
 *	PK_DURATION   a number of ms, or with ms, s, m, h or d; the value is in ms
 *	PK_TEXT       anything
 *	PK_WORD       one of the words of `help`, which has only them, between spaces; number: which
 */
enum pk_status option_parse(uint32_t type, struct slice text, struct pk_value *value);

/* The options of a listener: the host's own, the same for every plugin, and the plugin's. A plugin
 * that declares one of the host's names is given that value too. */
struct listener_options {
	int64_t login_ms;              /* until a login; 0: no limit */
	int64_t idle_ms;               /* io->idle_ms at the start; 0: no limit */
	int64_t per_address;           /* connections from one address; 0: no limit */
	struct slice proxy;            /* as it is configured; empty: clients come without one */
	struct networks proxies;       /* the same: whose PROXY header is believed, and asked for */
	const struct pk_value *values; /* as the plugin declared them; in the arena */
};

/*
 * Reads REC(setting) rows. PK_EINVAL: an option is unknown or its value is not allowed; *why says
 * so, in the arena.
 */
enum pk_status options_read(struct arena *a, const struct pk_plugin *plugin,
                            struct pk_rows settings, struct listener_options *options,
                            struct slice *why);

#endif
