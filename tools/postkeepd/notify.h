#ifndef NOTIFY_H
#define NOTIFY_H

#include <stdint.h>

/*
 * What a service manager is told: datagrams to the socket that NOTIFY_SOCKET names (sd_notify(3)),
 * without its library. Where there is none, nothing is said.
 */
[[gnu::format(printf, 1, 2)]] void notify_say(const char *format, ...);

/* The manager is to hold this descriptor and give it back, by this name, to the process that it
 * starts in the place of this one (FDSTORE=1). What it held by that name goes: it has room for one,
 * and it may have been of no use. */
void notify_keep(const char *name, int fd);

/* RELOADING=1 with the time that makes it comparable to READY=1 (systemd.service(5)). */
void notify_reloading(void);

/*
 * How often the manager wants to hear WATCHDOG=1: half of WATCHDOG_USEC, in ms. 0: it does not, or
 * means another process.
 */
int64_t notify_watchdog_ms(void);

#endif
