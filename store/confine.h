#ifndef STORE_CONFINE_H
#define STORE_CONFINE_H

#include "os/sandbox.h"

/*
 * Loads what libraries would load later, makes the data directory when it is missing, and gives up
 * everything but the files below it. Before any thread starts. What fails is logged.
 */
enum pk_status confine(const char *data, enum sandbox_mode mode);

#endif
