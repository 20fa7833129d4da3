#ifndef STORE_DICTIONARY_H
#define STORE_DICTIONARY_H

#include <postkeep/slice.h>

/*
 * The zstd dictionaries that ship with the program, by number. None is ever changed or removed:
 * bodies name theirs. They are made from synthetic mail only (store/dict/).
 */
#define DICTIONARY_NONE   0
#define DICTIONARY_NEWEST 1
#define DICTIONARY_COUNT  2

struct slice dictionary_bytes(uint8_t number); /* empty when there is no such dictionary */

#endif
