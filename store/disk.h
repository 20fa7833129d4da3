#ifndef STORE_DISK_H
#define STORE_DISK_H

#include <postkeep/slice.h>
#include <postkeep/status.h>

#include <fcntl.h>

/*
 * Every file operation of segments and key files. Names are relative to an open directory `dir`;
 * files are made 0600. PK_EFULL: no space or quota; PK_ENOTFOUND and PK_EEXISTS as they say;
 * PK_EIO: the rest, told once in the log with the name and errno. Thread-safe.
 */
#define DISK_CWD AT_FDCWD /* for a path that starts anywhere */
enum pk_status disk_open_dir(int at, const char *path, bool create, int *dir);
enum pk_status disk_create(int dir, const char *name, int *fd); /* to read and write; PK_EEXISTS */
enum pk_status disk_open(int dir, const char *name, bool write, int *fd); /* PK_ENOTFOUND */
enum pk_status disk_write(int fd, const char *name, struct slice bytes, uint64_t offset); /* all */
enum pk_status disk_read(int fd, const char *name, void *to, size_t n, uint64_t offset);  /* all */
enum pk_status disk_sync(int fd, const char *name);      /* fdatasync */
enum pk_status disk_sync_dir(int dir, const char *name); /* what was made, renamed, removed in it */
enum pk_status disk_rename(int dir, const char *from, const char *to);
enum pk_status disk_unlink(int dir, const char *name); /* PK_ENOTFOUND */
enum pk_status disk_size(int fd, const char *name, uint64_t *octets);
/* Calls each(arg, name) for what is in dir, in no order, but for names that begin with a dot. */
enum pk_status disk_list(int dir, void (*each)(void *, const char *name), void *arg);
void disk_close(int fd);

/*
 * For tests: before() sees each operation that can fail and gives 0 or the errno to fail with. Set
 * while no other thread runs; NULL: none.
 */
enum disk_op {
	DISK_OPEN,
	DISK_CREATE,
	DISK_WRITE,
	DISK_READ,
	DISK_SYNC,
	DISK_SYNC_DIR,
	DISK_RENAME,
	DISK_UNLINK,
};
struct disk_hook {
	int (*before)(void *arg, enum disk_op op, const char *name, uint64_t offset, size_t octets);
	void *arg;
};
void disk_hook(const struct disk_hook *hook);

#endif
