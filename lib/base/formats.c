#include "formats.h"

#include <inttypes.h>
#include <stdio.h>

#define FIRST 1

const char *format_fault(uint64_t found, uint64_t own, char out[FORMAT_WORDS])
{
	const char *is = found > own ? "newer than" : found < FIRST ? "unknown to" : "too old for";

	if (found == own || (found >= FIRST && found + 1 == own))
		return NULL;
	if (own == FIRST)
		snprintf(out, FORMAT_WORDS,
		         "format %" PRIu64 " is %s this program, which opens %" PRIu64, found, is,
		         own);
	else
		snprintf(out, FORMAT_WORDS,
		         "format %" PRIu64 " is %s this program, which opens %" PRIu64
		         " and %" PRIu64,
		         found, is, own - 1, own);
	return out;
}
