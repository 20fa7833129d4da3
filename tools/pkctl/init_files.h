#ifndef INIT_FILES_H
#define INIT_FILES_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * What a new server needs on the disk, made once and never overwritten. Where one of these fails it
 * was said on stderr.
 */
struct init_files {
	const char *data, *key;
	uid_t data_user, key_user; /* (uid_t)-1: whoever runs this */
	gid_t data_group, key_group;
	bool key_made; /* result: there was none before */
};

/* The user's and its group's numbers. False: there is none of that name. */
bool init_user(const char *name, uid_t *uid, gid_t *gid);

/* Looks whether the files may be made: EX_OK, or the exit status. Changes nothing. */
int init_check(const struct init_files *);

/* Makes them. EX_OK or the exit status. */
int init_make(struct init_files *);

#endif
