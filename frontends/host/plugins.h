#ifndef HOST_PLUGINS_H
#define HOST_PLUGINS_H

#include <postkeep/plugin.h>

/*
 * Loads the plugin of this process, for its whole life. Refused is a file that others than root
 * and our own user could change, it or a folder above it (HAZARDS 115); a file that does not load;
 * an ABI that does not
 * fit, as its note says, before anything of it runs. *plugin: NULL then, and `why` says so.
 */
enum pk_status plugin_load(const char *file, const struct pk_plugin **plugin, char *why,
                           size_t why_size);

#endif
