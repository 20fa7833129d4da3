#include "os/help.h"

#include <stdio.h>
#include <string.h>

bool help_given(int argc, char *const *argv, const char *usage)
{
	return argc == 2 && strcmp(argv[1], "--help") == 0 && fputs(usage, stdout) >= 0;
}
