#ifndef STORE_KEYFILE_H
#define STORE_KEYFILE_H

#include <postkeep/status.h>

#include <stdint.h>

/*
 * The files of the tenants' data keys in data/keys/ (pk-store(5)), one each, wrapped by the
 * operator key. Each is there whole or not at all: written new, synced, renamed, and the directory
 * synced. Nothing is cached; the caller sees to it that one thread at a time writes a file.
 */
#define KEY_BYTES 32

/* The directory, and the key that opens its files: the caller's, WRAP_KEY_OCTETS, borrowed. */
struct key_files {
	int dir; /* -1: not open */
	const unsigned char *operator_key;
};

/* Before it is opened: PK_ENOTSUP, said in the log, if a file's format is not opened here. */
enum pk_status key_files_check(const char *dir);

/* Opens the directory and checks the operator key against what is in it: PK_EAUTH when it is not
 * theirs. key_files_close() also after a failure. */
enum pk_status key_files_open(struct key_files *, const char *dir);
void key_files_close(struct key_files *);

/* Writes the first key of a tenant and tells its version; one that was there is lost. */
enum pk_status key_file_write(struct key_files *, uint32_t tenant,
                              const unsigned char key[KEY_BYTES], uint8_t *version);

/* PK_ENOTFOUND; PK_EIO, logged: damaged, of another release, or not under this operator key. */
enum pk_status key_file_read(struct key_files *, uint32_t tenant, unsigned char key[KEY_BYTES],
                             uint8_t *version);

/* Overwrites the file, removes it, and syncs both. PK_ENOTFOUND. */
enum pk_status key_file_destroy(struct key_files *, uint32_t tenant);

#endif
