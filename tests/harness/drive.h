#ifndef DRIVE_H
#define DRIVE_H

#include <postkeep/buf.h>
#include <postkeep/messages.h>
#include <postkeep/plugin.h>

/*
 * A whole server in one thread and no sockets: sessions of a plugin under the host's session
 * driver, a link, and the store's real code on a data directory of its own. Clock and randomness
 * are the test's. Nothing waits: what is to happen, happens in drive_run, whole or in the random
 * pieces that a seed gives, and then everything is quiet.
 */
#define DRIVE_CLIENTS 9

struct drive_options {
	const struct pk_plugin *plugin;
	const char *service;     /* "imap"; "mx" and "lmtp" deliver, others log in */
	struct pk_rows settings; /* of the listener */
	bool tls;                /* clients begin inside TLS */
	bool can_tls;            /* STARTTLS works */
	bool proven;   /* inside TLS clients have a certificate, its SHA-256 32 octets of 3 */
	uint64_t seed; /* of the schedule; 0: everything as soon as it can */
	size_t piece;  /* octets that a client sends at once; 0: all it has */
};

struct drive;
struct drive_client;

bool drive_logs_in(const char *service); /* its clients do; others deliver */
/* Ends the test program with words when anything fails: it is a harness. */
struct drive *drive_open(const struct drive_options *options);
void drive_close(struct drive *d);

/* One request of an administrator. The reply's fields are the caller's to look at, until the next
 * one. */
enum pk_status drive_admin(struct drive *d, enum pk_op op, struct slice request,
                           struct slice *reply);
/* A user, with its tenant "test" and its domain, if they are not there yet. */
void drive_user(struct drive *d, struct slice address, struct slice password);
/* The certificate of options.proven is one of the user's. */
void drive_certificate(struct drive *d, struct slice address);
void drive_mail(struct drive *d, struct slice address, struct slice message);
void drive_mail_with(struct drive *d, struct slice address, struct slice message,
                     struct slice summary);
/* The same, where the store may refuse it. */
enum pk_status drive_try_mail(struct drive *d, struct slice address, struct slice message,
                              struct slice summary);
const char *drive_warned(const struct drive *d); /* what a plugin warned of last, or "" */

struct drive_client *drive_connect(struct drive *d); /* runs until the greeting is there */
void drive_hang_up(struct drive_client *c);          /* its connection is gone at once */
void drive_forget(struct drive_client *c); /* the same; another client may have its place */

/* The client sends this when the session takes it; then everything runs. The bytes are copied. */
void drive_send(struct drive_client *c, struct slice bytes);
void drive_queue(struct drive_client *c, struct slice bytes); /* nothing runs yet */
void drive_eof(struct drive_client *c);
void drive_run(struct drive *d);
void drive_pass(struct drive *d, int64_t ms);
void drive_hold(struct drive_client *c, bool holds); /* it takes nothing of what comes */

/* What the client got and the test has not taken yet, and whether its connection was closed. */
struct buf *drive_got(struct drive_client *c);
bool drive_closed(const struct drive_client *c);
unsigned drive_layers(const struct drive_client *c); /* TLS handshakes and the like */

void drive_stop(struct drive_client *c, enum pk_stop why);
void drive_lose_link(struct drive *d); /* sessions are told; later ones have a new link */
/* The next request of any session but announce and bye is not asked: it is answered like this. */
void drive_inject(struct drive *d, enum pk_status st);
void drive_inject_at(struct drive *d, enum pk_op op, enum pk_status st); /* the next of these */

/* Octets that gather for a client before it has to read; of clients that connect from here on. */
void drive_out_high(struct drive *d, size_t octets);
/* Another schedule from here on: see struct drive_options. */
void drive_schedule(struct drive *d, uint64_t seed);
/* The machine has slept: so much later by the monotonic clock, and so much by the wall's, at once.
 */
void drive_leap(struct drive *d, int64_t ms, int64_t wall_ms);
/* A setting of the tenant "test", or of a user. */
enum pk_status drive_set(struct drive *d, struct slice selector, struct slice name,
                         struct slice value);
void drive_verify(struct drive *d); /* the store finds nothing wrong with itself */

/* How often anything could be done since the server is there. A run that takes more than `most` of
 * them, and as many as octets came to clients, ends the program: it does not end by itself. */
uint64_t drive_steps(const struct drive *d);
void drive_bound(struct drive *d, uint64_t most);

/* Octets that the server holds, the most of any session or link. */
struct drive_held {
	size_t output;   /* for a client */
	size_t input;    /* of a client, unread */
	size_t command;  /* alloc() and resize() of the plugin */
	size_t up, down; /* between host and store */
};
struct drive_held drive_held(const struct drive *d);

struct server *drive_store(struct drive *d);
void drive_hold_bells(struct drive *d); /* doorbells of changes from here on are late: never come */
/* Damages the store: a message of the INBOX of whoever is logged in has no row any more. */
void drive_lose_row(struct drive *d, uint32_t uid);
/* The body that was stored last, if it has more than 1500 octets that do not compress, cannot be
 * opened any more. */
void drive_spoil_last_body(struct drive *d);
bool drive_store_has_bodies(struct drive *d); /* in memory, of any session */

#endif
