#ifndef HOST_CHECK_H
#define HOST_CHECK_H

#include <postkeep/plugin.h>

/*
 * pkfrontd --check: listeners come over the control socket as for a host that is to serve, and the
 * plugin is asked whether it takes their options. Those that are refused are told with
 * CONTROL_REFUSED, and after the last one CONTROL_READY. plugin NULL: it was refused itself, `why`
 * is told of no listener in particular. Returns the exit code.
 */
int check_options(const struct pk_plugin *plugin, const char *why, int control_fd);

#endif
