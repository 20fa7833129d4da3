#ifndef STORE_FORMAT_H
#define STORE_FORMAT_H

#include "base/formats.h"

#include "ipc/wire.h"

#include <postkeep/slice.h>
#include <postkeep/status.h>

/*
 * Refusing what another release made (base/formats.h). PK_ENOTSUP: this program does not open it;
 * the log has the event "format" with kind, path, and a sentence with the number.
 */
enum pk_status format_check(const char *kind, const char *path, uint64_t found, uint64_t own);

/*
 * The reader of a row, behind the octet of its format: `bad` if that is not opened here. Then the
 * log says so, once a format.
 */
struct wire format_row(struct slice row);

/*
 * The format of the environment in the folder `path`, which nobody has open; nothing of it is
 * changed. It is the u16 at the beginning of the row `key` of `tree` (NULL: the unnamed one).
 * PK_ENOTFOUND: there is no environment, or nothing in it. Rows, but none with that key: 0.
 */
enum pk_status format_of(const char *path, const char *tree, struct slice key, uint64_t *format);

/*
 * The first `octets` (at most FORMAT_HEAD) of each file in the folder `path` that has so many,
 * until each() says other than PK_OK. No folder, or a file that cannot be read: PK_OK.
 */
#define FORMAT_HEAD 16
typedef enum pk_status format_head(const char *name, const unsigned char *head);
enum pk_status format_each_head(const char *path, size_t octets, format_head *each);

/*
 * Looks at all of a data directory before anything of it is opened: a start that is refused leaves
 * every file as it was. PK_ENOTSUP, as above.
 */
enum pk_status format_check_data(const char *data, size_t volumes);

#endif
