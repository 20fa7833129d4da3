#ifndef HOST_BODY_H
#define HOST_BODY_H

#include <postkeep/buf.h>

/*
 * Message bodies on their way to the store: pk_host's body functions. Each passes through the MIME
 * scanner (mime/scan.h) while it is copied into data frames.
 *
 * A session's memory is bounded: a body takes its first 64 KiB always and beyond that what the
 * store has given credit for; and the host asks the client for no more while octets are held for
 * lack of credit (body_room).
 */
struct session;
struct mime_scan;

#define BODY_ALWAYS 65536u /* octets of each body that fit without credit */
#define BODY_OPEN   1024   /* bodies a session may have between open and end */

struct body {
	struct body *next; /* the one opened before */
	uint64_t tag;
	uint64_t octets; /* taken so far */
	struct mime_scan *scan;
	struct buf summary; /* once it has ended; counted with the session's memory */
	uint16_t stream;
	bool ended, failed;
};

uint32_t body_open(struct session *s, uint64_t tag);
size_t body_write(struct session *s, uint32_t stream, struct slice bytes);
struct slice body_end(struct session *s, uint32_t stream); /* while there is the body */
void body_drop(struct session *s, uint32_t stream);

/* Octets that the body opened last, if it has not ended, has room for; else SIZE_MAX. */
size_t body_room(const struct session *s);

/* The store refuses it. Returns false if there is none; else the tag that must be told. */
bool body_fail(struct session *s, uint16_t stream, uint64_t *tag);

/* At PK_DONE: those that ended go, here and in the store, and their numbers are free. */
void bodies_drop_ended(struct session *s);
void bodies_free(struct session *s);

#endif
