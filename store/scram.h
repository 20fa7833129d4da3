#ifndef STORE_SCRAM_H
#define STORE_SCRAM_H

#include <postkeep/buf.h>
#include <postkeep/status.h>

/*
 * The server's side of SCRAM-SHA-256 and SCRAM-SHA-256-PLUS (RFC 5802, RFC 7677): the messages and
 * the proofs. It knows no users: who asks looks the keys up between the two steps.
 */
#define SCRAM_HASH       32
#define SCRAM_SALT       16    /* octets of the salts made here */
#define SCRAM_ITERATIONS 15000 /* of the keys made here */
/* Of keys that were given: at least as RFC 7677 section 3 has it, at most what a login may cost. */
#define SCRAM_ITERATIONS_MIN 4096
#define SCRAM_ITERATIONS_MAX 200000
#define SCRAM_BINDING        64   /* octets of a channel binding, most */
#define SCRAM_MESSAGE        1024 /* octets of a client's message, most */

struct scram_keys { /* RFC 5802 section 3 */
	uint32_t iterations;
	size_t salt_octets;
	unsigned char salt[64], stored[SCRAM_HASH], server[SCRAM_HASH];
};

/* StoredKey and ServerKey of a password (saslprep is done here) under k->salt and k->iterations:
 * milliseconds. PK_EINVAL: not a password that SASLprep takes; PK_ENOMEM. */
enum pk_status scram_derive(struct slice password, struct scram_keys *k);

/* What the connection offers for binding; empty: none. On both sides of a TLS layer they are the
 * same, so a man in the middle cannot pass a proof on. */
struct scram_channel {
	struct slice exporter;  /* tls-exporter, RFC 9266 */
	struct slice end_point; /* tls-server-end-point, RFC 5929 section 4 */
};

/* An exchange. Zeroed memory is ready; scram_free wipes it. */
struct scram {
	bool plus;         /* the mechanism is the one with -PLUS */
	struct buf header; /* gs2-header, and the binding's octets behind it */
	struct buf name;   /* the user, unescaped */
	struct buf as;     /* authzid, unescaped; empty: none */
	struct buf auth;   /* AuthMessage as it grows */
	struct buf nonce;  /* the client's and ours */
	struct scram_keys keys;
};

/*
 * client-first-message. Leaves the names in s->name and s->as. PK_EPROTO: not by the grammar of
 * section 7, an extension we do not know, a binding that does not go with the mechanism or that
 * this connection does not have, or a client that thinks we have none (section 6: somebody took
 * it from the list of mechanisms).
 */
enum pk_status scram_first(struct scram *s, struct slice message, const struct scram_channel *);

/* server-first-message, with s->keys set; random: octets that nobody can guess. */
#define SCRAM_RANDOM 18
enum pk_status scram_challenge(struct scram *s, const unsigned char random[SCRAM_RANDOM],
                               struct buf *out);

/*
 * client-final-message. PK_OK: the proof is right, and out has the server-final-message.
 * PK_EAUTH: it is wrong, or the binding is another's; PK_EPROTO: not by the grammar.
 */
enum pk_status scram_final(struct scram *s, struct slice message, struct buf *out);

void scram_free(struct scram *s);

#endif
