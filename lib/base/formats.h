#ifndef BASE_FORMATS_H
#define BASE_FORMATS_H

#include <stdint.h>

/*
 * The formats of what stays on the disk (pk-store(5)): a number for each kind, from 1. What a
 * program of the number before would misread or spoil is a new number. A program opens its own
 * number and the one before it; all others it refuses by their number, and changes nothing.
 */
#define FORMAT_VOLUME    1 /* an environment of LMDB with its trees */
#define FORMAT_DIRECTORY 1
#define FORMAT_SEGMENT   1 /* a file of bodies, and each record in it */
#define FORMAT_ROW       1 /* the octet that a value begins with */
#define FORMAT_KEY       1 /* a file in keys/ */
#define FORMAT_SUMMARY   1 /* mime/summary.h */

#define FORMAT_WORDS 96
/* Why a program whose own number is `own` refuses `found`: words in out; NULL: it opens it. */
const char *format_fault(uint64_t found, uint64_t own, char out[FORMAT_WORDS]);

#endif
