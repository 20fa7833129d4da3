#ifndef OS_ELFNOTE_H
#define OS_ELFNOTE_H

#include <postkeep/slice.h>
#include <postkeep/status.h>

/*
 * What a plugin's file says of itself in its note (PK_PLUGIN_NOTE in plugin.h), read from the
 * octets: nothing of the file is run or loaded, and nothing in it is believed.
 */
struct elfnote {
	uint16_t major, minor;      /* of the ABI it was built for */
	struct slice name, version; /* of the plugin; point into the file's octets */
};

/*
 * file: all octets of an ELF file. PK_EINVAL: it is none, or damaged; PK_ENOTSUP: not of this
 * machine's word size and order; PK_ENOTFOUND: no such note.
 */
enum pk_status elfnote_find(struct slice file, struct elfnote *note);

/*
 * The same, and whether a host of this version takes the plugin: its major number is the host's,
 * its minor not greater. If not, PK_ENOTSUP or as above, and why[size] says what is the matter; the
 * note is set with PK_OK and where its numbers are what is the matter.
 */
enum pk_status elfnote_check(struct slice file, struct elfnote *note, char *why, size_t size);

#endif
