#ifndef OS_HELP_H
#define OS_HELP_H

#include <stdbool.h>

/* Whether --help is all that was asked of a program. Then its usage has been written to stdout. */
bool help_given(int argc, char *const *argv, const char *usage);

#endif
