#ifndef BASE_BANNED_H
#define BASE_BANNED_H

/*
 * The Makefile puts this before every file. The names below do not compile: each has a
 * counterpart that knows the size of what it writes, or is safe with threads.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

/* Some of them are macros of the C library's checks: those go first. */
#undef strcpy
#undef strcat
#undef strncpy
#undef strncat
#undef stpcpy
#undef sprintf
#undef vsprintf
#undef strtok
#undef gets

#pragma GCC poison strcpy strcat strncpy strncat stpcpy sprintf vsprintf strtok gets
#pragma GCC poison atoi atol atoll gmtime localtime ctime asctime mktemp tmpnam tempnam

#endif
