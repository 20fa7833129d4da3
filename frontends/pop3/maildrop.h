#ifndef POP3_MAILDROP_H
#define POP3_MAILDROP_H

#include <postkeep/messages.h>
#include <postkeep/plugin.h>

/*
 * The messages that a session sees (RFC 1939 section 3): fixed at login, numbered from 1 on the
 * wire and from 0 here, in ascending order of their UIDs. What is deleted is only marked, until
 * QUIT. A message takes 12 octets and a bit. Zeroed memory is a valid empty maildrop.
 */
enum maildrop_mark { MAILDROP_DELETED, MAILDROP_RETRIEVED, MAILDROP_MARKS };

struct maildrop {
	uint32_t count; /* messages, also the marked ones */
	uint32_t left;  /* of them not marked */
	uint64_t left_octets;
	uint32_t uidvalidity;
	bool tells_retrieved; /* the store wants to hear what was retrieved */
	bool own_uidls;       /* some message has a unique-id of its own: ask the store for them */
	uint32_t cap;
	uint32_t *uids;
	uint64_t *octets;
	uint8_t *marks[MAILDROP_MARKS]; /* a bit each */
};

/* Adds the next message. False: out of memory, or its UID is not above the last one's. */
bool maildrop_add(struct maildrop *d, struct pk_io *io, uint32_t uid, uint64_t octets);
bool maildrop_marked(const struct maildrop *d, uint32_t i); /* as deleted */
void maildrop_mark(struct maildrop *d, uint32_t i);         /* it is not marked yet */
void maildrop_unmark_all(struct maildrop *d);
void maildrop_retrieved(struct maildrop *d, uint32_t i);
void maildrop_free(struct maildrop *d, struct pk_io *io);

/*
 * The next messages with a mark, from *i on, which goes behind them, whose UIDs follow one another:
 * what lies between others is not shown and nothing may become of it. Returns how many, at most
 * `most`; 0: there are no more.
 */
uint32_t maildrop_range(const struct maildrop *d, enum maildrop_mark mark, uint32_t most,
                        uint32_t *i, struct pk_range *range);

/* A message number of a client: decimal digits, 1 to count. False: there is no such message. */
bool maildrop_number(const struct maildrop *d, struct slice text, uint32_t *i);
/* The same, of one that is not deleted. */
bool maildrop_find(const struct maildrop *d, struct slice text, uint32_t *i);

/* The unique-id of who has none of its own: UIDVALIDITY.UID, which never come twice together. */
struct maildrop_uidl {
	char text[21];
};
struct slice maildrop_uidl(const struct maildrop *, uint32_t uid, struct maildrop_uidl *room);

#endif
