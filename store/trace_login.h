#ifndef STORE_TRACE_LOGIN_H
#define STORE_TRACE_LOGIN_H

#include "login.h"

/* A login that was decided (trace.h); reason is that of the log, "": it is in; `by` with what. */
void trace_login(struct call *, const char *reason, const char *by);

#endif
