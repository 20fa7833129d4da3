#ifndef HOST_ORDERS_H
#define HOST_ORDERS_H

#include "front.h"

/* What the supervisor says on the control socket (ipc/control.h). When it is gone the process ends.
 */
enum pk_status orders_watch(struct front *f, enum sandbox_mode sandbox);

#endif
