#ifndef UNIT_H
#define UNIT_H

/* cmocka wants these before it; a unit test includes this header first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

#endif
