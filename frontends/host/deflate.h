#ifndef HOST_DEFLATE_H
#define HOST_DEFLATE_H

#include <postkeep/buf.h>
#include <postkeep/status.h>

/*
 * The compression layer of a connection: raw DEFLATE with a window of 32 KiB in both directions
 * (RFC 4978). Both directions work in pieces, so that a few octets cannot make it write without
 * end: what comes in is inflated only as far as the session has room (HAZARDS 88).
 */
struct deflate;

#define DEFLATE_PIECE 16384u

struct deflate *deflate_new(void); /* NULL: out of memory */
void deflate_free(struct deflate *d);

/* From the client: keeps compressed octets, at most deflate_room of them. */
size_t deflate_room(const struct deflate *d);
void deflate_feed(struct deflate *d, struct slice compressed);
/*
 * Inflates at most `most` octets into `into`; *n of them were made. PK_EPROTO: not what a
 * compressor writes.
 */
enum pk_status deflate_inflate(struct deflate *d, char *into, size_t most, size_t *n);
bool deflate_unread(const struct deflate *d); /* inflate may have more to give */
/* What came and was not inflated: once compression ends it is plain (RFC 8437 section 3). */
struct slice deflate_rest(const struct deflate *d);

/*
 * To the client: compresses a beginning of `plain`; *used octets of it. The octets to send are in
 * deflate_output until deflate_sent has taken them all; then the next piece may come. What is
 * compressed to its end is flushed: the client can read it all.
 */
enum pk_status deflate_compress(struct deflate *d, struct slice plain, size_t *used);
struct slice deflate_output(const struct deflate *d);
void deflate_sent(struct deflate *d, size_t n);

#endif
