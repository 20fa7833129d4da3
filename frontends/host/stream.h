#ifndef HOST_STREAM_H
#define HOST_STREAM_H

#include <postkeep/status.h>

#include "deflate.h"
#include "tls.h"

/*
 * A client's socket with the layers on it. Reads and writes do not block; each says at its end what
 * the socket has to be watched for.
 */
struct stream {
	int fd;
	SSL *ssl;                /* NULL: plain */
	struct deflate *deflate; /* NULL: not compressed */
	size_t compressed;       /* octets of the session's output that are in deflate_output */
	bool wants_read, wants_write; /* before it can go on writing or shaking hands */
	bool eof;                     /* the client has ended its side */
	uint64_t in, out;             /* octets on the wire; with TLS: inside of it */
};

/* PK_OK: n octets, 0 at the end (eof); PK_ERETRY: nothing there now; else the connection broke. */
enum pk_status stream_read(struct stream *s, char *raw, char *into, size_t most, size_t *n);
/* Whether there are octets that were received and not read: the socket will not tell. */
bool stream_pending(const struct stream *s);

/* PK_OK: *used octets were sent, at least one; PK_ERETRY: none now. */
enum pk_status stream_write(struct stream *s, struct slice plain, size_t *used);

/* PK_OK: TLS is up; PK_ERETRY: not yet. */
enum pk_status stream_handshake(struct stream *s);

void stream_shutdown(struct stream *s); /* tells the client that no more comes */
void stream_free(struct stream *s);

#endif
