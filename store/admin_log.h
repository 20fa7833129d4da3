#ifndef STORE_ADMIN_LOG_H
#define STORE_ADMIN_LOG_H

#include "call.h"

/*
 * One line `event=change` for each administrative request that changes something, done or refused:
 * op, subject (what it names), peer (uid of who asked), reason (of `announce`), result. For a call
 * that has ended; says nothing for all others.
 */
void admin_log(const struct call *);

#endif
