#ifndef IMAP_CLIENT_H
#define IMAP_CLIENT_H

#include "counted.h"
#include "drive.h"

/*
 * An IMAP client that believes what it is told and nothing else, and holds the server to it: it
 * counts messages as RFC 3501 7.4.1 says, keeps a cache of a mailbox as RFC 7162 section 6 says,
 * and ends the program with words when a response is not allowed where it comes. Its messages have
 * no content.
 */
#define CLIENT_BOXES    2
#define CLIENT_MESSAGES COUNTED_MAX /* in a cache */

enum client_kind {
	CLIENT_PLAIN,     /* RFC 3501 */
	CLIENT_CONDSTORE, /* told modseqs */
	CLIENT_QRESYNC,
};

/* Bits of struct cached.flags. */
enum { FLAG_SEEN, FLAG_ANSWERED, FLAG_FLAGGED, FLAG_DELETED, FLAG_DRAFT, FLAG_WORK, FLAG_LATER };
#define CLIENT_FLAGS 7

struct cached {
	uint32_t uid;
	uint32_t flags;
	uint64_t modseq; /* 0: was not told */
};

/* What it remembers of a mailbox from one connection to the next; by UID, ascending. */
struct cache {
	uint32_t uidvalidity; /* 0: nothing */
	uint64_t highest;     /* HIGHESTMODSEQ as section 6 has it */
	uint32_t listed_to;   /* it has asked for all messages up to this UID */
	unsigned n;
	struct cached of[CLIENT_MESSAGES];
};

/* How flags are changed. */
struct client_store {
	char how; /* '+', '-' or 0: set */
	bool silent;
	uint32_t flags;
};

struct imap_client {
	struct drive *d;
	struct drive_client *c; /* NULL: it is not connected */
	unsigned number;        /* for words */
	bool trace;             /* the talk goes to stderr */
	enum client_kind kind;
	struct cache cache[CLIENT_BOXES];

	int box; /* selected; -1: none */
	struct counted messages;
	uint32_t uidvalidity, uidnext; /* as SELECT said */
	uint64_t selected_modseq;

	/* Of the command under way, or the one before. */
	unsigned tag;
	bool pending, idle;
	bool by_numbers; /* FETCH, STORE, SEARCH: nothing may be expunged */
	bool earlier;    /* VANISHED (EARLIER) may come */
	bool fetching;   /* FETCH may lack UID and MODSEQ */
	bool synced;     /* the cache is as the server said, up to `highest` */
	struct client_store store;
	uint64_t said, code; /* the greatest MODSEQ; HIGHESTMODSEQ, 0: none */
	uint32_t vanished;   /* messages told of as gone */
	unsigned found_n;    /* of SEARCH */
	uint32_t found[CLIENT_MESSAGES];
	char status;      /* of the tagged response: O, N or B */
	char words[4000]; /* behind it */
};

extern const char *const client_flag[CLIENT_FLAGS];

/* A server for such clients. schedule: as in struct drive_options. */
struct drive *client_drive(const struct pk_plugin *plugin, uint64_t schedule);

/* Mailboxes of the user "jane@example.test" with the password "secret". */
const char *client_box(int box);

/* Connects, logs in, turns on what its kind has. */
void client_connect(struct imap_client *c);
/* The connection breaks; of what has come and was not heard, only some lines are. */
void client_break(struct imap_client *c, unsigned lines);

/* Sends a command, which is not run yet. What it may be answered with goes by its name. */
[[gnu::format(printf, 2, 3)]] void client_queue(struct imap_client *c, const char *format, ...);
void client_hear(struct imap_client *c); /* takes what came; the command is over, or is IDLE */
/* Both, and runs. */
#define client_do(c, ...) (client_queue(c, __VA_ARGS__), drive_run((c)->d), client_hear(c))

/* SELECT or EXAMINE; parameters begin with a space. */
void client_select(struct imap_client *c, const char *verb, int box, const char *parameters);
/* Asks for all messages that are new to it. */
void client_list_new(struct imap_client *c);
/* The cache and the numbers are of the same messages; so each has its UID now. */
void client_agrees(struct imap_client *c);

struct cached *cache_find(struct cache *k, uint32_t uid); /* NULL: it has not */
void cache_drop(struct cache *k, uint32_t first, uint32_t last);

[[gnu::format(printf, 2, 3), gnu::noreturn]] void client_fails(struct imap_client *c,
                                                               const char *format, ...);

#endif
