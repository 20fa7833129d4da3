#ifndef PROTO_SASL_H
#define PROTO_SASL_H

#include <postkeep/buf.h>
#include <postkeep/plugin.h>

/*
 * SASL (RFC 4422) as text protocols carry it: base64 lines to and fro, an initial response, "*" to
 * cancel. The mechanisms themselves run in the store; this is the way between a client's lines and
 * the store's `auth` call. A protocol adds its own words around the lines:
 *
 *	SASL_WAIT    the store has been asked: want PK_REPLY, give the reply to sasl_reply
 *	SASL_ASK     send sasl_challenge() behind "+ " or "334 ", want PK_LINE | PK_SECRET with
 *	             io->take of SASL_LINE_MAX, give the line to sasl_answer
 *	SASL_DONE    logged in; x->user is the address, until sasl_clear
 *	SASL_CANCEL  the client gave up (RFC 4954: 501, RFC 5034: -ERR)
 *	SASL_FAIL    x->status says why: PK_EPROTO the client's line is no base64, too long, or has
 *	             a NUL where there may be none; PK_ENOTSUP there is no such mechanism; PK_EAUTH
 *	             wrong; others as the store has them
 *
 * After DONE, CANCEL and FAIL call sasl_clear, which wipes what was kept; a new exchange may begin
 * then. If io->bound is set although it did not end in SASL_DONE, close the session: the store
 * takes the user for logged in. Whether a mechanism may be used on this connection at all (PLAIN
 * without TLS) is for the protocol to check before. Zeroed memory is ready.
 */
#define SASL_LINE_MAX 8192 /* octets of a client's line */
#define SASL_DATA_MAX 4096 /* octets of its data, decoded; a longer one is PK_EPROTO */

enum sasl_next { SASL_WAIT, SASL_ASK, SASL_DONE, SASL_CANCEL, SASL_FAIL };

struct sasl {
	uint64_t tag;            /* of the calls to the store; set it before sasl_begin */
	enum pk_status status;   /* of SASL_FAIL */
	char mechanism[21];      /* terminated, upper case */
	uint8_t step;            /* calls made */
	bool finished;           /* the store is done; its last challenge is still to be answered */
	bool has_held;           /* held: an initial response that came before its challenge */
	struct buf held;         /* decoded */
	struct buf challenge;    /* base64 */
	struct buf user;         /* address of who logged in */
	uint64_t message_max;    /* octets of a message that the store takes; 0: it did not say */
	uint32_t recipients_max; /* of a message that the user sends; 0: likewise */
};

/*
 * Begins an exchange. initial: the initial response as the client wrote it, "=" for an empty one;
 * p NULL when there is none.
 */
enum sasl_next sasl_begin(struct sasl *x, struct pk_io *io, struct slice mechanism,
                          struct slice initial);

/* Begins and ends one with a name and a password from the protocol's own command: USER, LOGIN. */
enum sasl_next sasl_password(struct sasl *x, struct pk_io *io, struct slice user,
                             struct slice password);

enum sasl_next sasl_answer(struct sasl *x, struct pk_io *io, struct slice line);
enum sasl_next sasl_reply(struct sasl *x, struct pk_io *io, const struct pk_in *reply);

/*
 * The i-th mechanism to be offered on this connection, where logins are allowed at all; empty
 * after the last. -PLUS binds the login to the TLS layer (RFC 5802 section 6). Clients take SCRAM
 * where it is offered and do not fall back: without `scram` it is not. EXTERNAL is for clients that
 * have proven a certificate (RFC 4422 appendix A).
 */
struct slice sasl_offer(const struct pk_io *io, bool scram, size_t i);

/* Whether it is one of these, in any case of its letters. */
bool sasl_offers(const struct pk_io *io, bool scram, struct slice mechanism);

/* Where they are not allowed: the log hears of a client that tried without TLS. */
void sasl_without_tls(struct pk_io *io);

struct slice sasl_challenge(const struct sasl *x); /* base64, without "+ " and CRLF */
void sasl_clear(struct sasl *x);                   /* wipes; call it also in close() */

#endif
