#ifndef POP3_AHEAD_H
#define POP3_AHEAD_H

#include <postkeep/plugin.h>

/*
 * Messages that were read before the client asked for them. One that takes message after message,
 * each only when it has the one before, would else wait for the store at every one of them. What
 * is not taken goes when another message is asked for. Zeroed memory holds nothing.
 */
#define AHEAD_OCTETS \
	65536 /* of all that is held, and of a request in which something is read ahead */

struct ahead {
	uint32_t next, end; /* numbers of the first message that is held, and behind the last */
	bool over;          /* one could not be read: nothing behind it is kept */
	size_t at;          /* where `next` begins */
	size_t n, cap;      /* octets that have come, and that were asked for */
	char *octets;
};

/* So many more octets will come, of the messages from `next` to `end`: the first ones, or those
 * behind what is held. False: out of memory. */
bool ahead_more(struct ahead *, struct pk_io *, uint32_t next, uint32_t end, size_t octets);
/* The next of them. False: more than were asked for. */
bool ahead_put(struct ahead *, struct slice octets);
/* One of the messages cannot be read, or not be asked for. */
void ahead_stop(struct ahead *);
/* No more will come of what was asked for. */
void ahead_end(struct ahead *);
/* Octets that are held and not taken. */
size_t ahead_left(const struct ahead *);
/* The whole message, if it is the next one; else empty. */
struct slice ahead_find(const struct ahead *, uint32_t number, uint64_t octets);
/* The next one, of so many octets, was sent. */
void ahead_taken(struct ahead *, struct pk_io *, size_t octets);
void ahead_free(struct ahead *, struct pk_io *);

#endif
