#ifndef IMAP_FETCHING_H
#define IMAP_FETCHING_H

#include "binary.h"
#include "fetch.h"
#include "filter.h"
#include "plan.h"
#include "resync.h"
#include "supply.h"
#include "view.h"

/*
 * FETCH. The messages are cut into batches; a batch asks the store for its rows, then, if octets of
 * messages are wanted, for those, while the rows of the batches behind it are under way already.
 * Replies come in the order of the requests, so the octets of a batch arrive when all before it has
 * been said. What is held in memory is the rows and the text around the octets of a few batches.
 *
 * Without octets, rows are rendered as they come and nothing is held (`direct`). When the octets
 * are those of whole messages, no row is needed to know which: one request has them and the rows,
 * and each message is planned when it comes (`whole`).
 */
/* Octets of a plan's text, or one message: then it is said before more is planned. */
#define TEXT_MAX ((size_t)1 << 20)
#define BATCHES  4

enum {
	TAG_ROWS = 0x100,
	TAG_READ = 0x200,
	TAG_SUPPLY = 0x300,
	TAG_SEEN = 0x400,
	TAG_CHANGED = 0x500,
	TAG_KIND = 0xff00
};

enum batch_state {
	BATCH_ASKED, /* its rows are coming */
	BATCH_ROWS,  /* they are there */
	BATCH_READY, /* planned: text, and steps whose octets are coming */
};

struct batch {
	uint8_t state;    /* enum batch_state */
	bool reading;     /* its octets are under way */
	bool again;       /* they end too early: the rest is asked for when they have come */
	size_t asked;     /* from which step on */
	uint32_t missing; /* messages asked for whose rows have not come */
	struct buf rows;  /* of struct pk_message, as they came */
	size_t planned;   /* octets of rows that are in the plan */
	struct plan plan;
	uint32_t pieces; /* of whole messages: how many have come, with the one at hand */
	size_t said;     /* octets of the plan's text */
	size_t step;     /* the one at hand */
	bool begun;      /* something of it may have been said */
	uint64_t got;    /* octets of its piece */
};

struct fetch {
	struct imap *s;
	struct fetch_items items;
	roaring_bitmap_t *uids;
	roaring_bitmap_t *unseen; /* messages that have been read and are to be marked so */
	roaring_bitmap_t *kept;   /* of uids: those that have changed */
	struct resync resync;
	struct uid_cut cut;
	struct batch batch[BATCHES];
	unsigned first, count;      /* the batches in use, a ring */
	unsigned calls;             /* under way */
	unsigned batches;           /* in use at most */
	uint32_t messages;          /* of one batch */
	uint64_t told, told_octets; /* whole messages that have come, and theirs that were wanted */
	const struct fetch_item *whole; /* the one item of octets, when it is of whole messages */
	bool direct;
	bool gone;             /* some messages are not there any more */
	enum pk_status failed; /* of octets that could not be read */
	bool unknown_cte;      /* a part could not be decoded */
	struct supply supply;
	struct filter filter;
	struct binary_place place; /* of the part that is being decoded */
	struct binary_place last;  /* the last one within the window */
	struct buf made;           /* what came of the octets so far, filtered or decoded */
	uint64_t made_octets;      /* how much of it is not in `made` any more */
	struct buf ranges, pieces; /* of the request being made */
};

static inline struct batch *batch_at(struct fetch *f, unsigned i)
{
	return &f->batch[(f->first + i) % BATCHES];
}

static inline bool fetch_may_call(const struct imap *s, const struct fetch *f)
{
	return f->calls < IMAP_CALLS && s->io->calls_left;
}

/* Only flags: they have pages of their own, which cost less. */
static inline bool fetch_only_flags(const struct fetch *f)
{
	return f->items.want == PK_WANT_FLAGS;
}

/* fetch_changed.c */
/* Leaves of f->uids those that changed and tells what vanished, as the modifiers say; then fetches.
 * set: the UIDs as the client wrote them. */
uint32_t fetch_changed(struct imap *s, struct fetch *f, struct slice set);

/* A message could not be read, whole or in part: so nobody has seen it (RFC 3501 6.4.5). */
static inline void fetch_unread(struct fetch *f, uint32_t uid, enum pk_status why)
{
	f->failed = unread_why(f->failed, why);
	if (f->unseen)
		roaring_bitmap_remove(f->unseen, uid);
}

/* fetch.c */
uint32_t fetch_begin(struct imap *s, struct fetch *f); /* uids are what is wanted */
uint32_t fetch_pump(struct imap *s, struct fetch *f);  /* moves all on as far as it goes; wants */
uint32_t fetch_lost(struct imap *s);                   /* ends the session */

/* fetch_rows.c */
/* A batch at the end of the ring, empty. */
unsigned fetch_new_batch(struct fetch *f);
bool fetch_ask_rows(struct imap *s, struct fetch *f); /* of the next batch; false: no memory */
/* Plans batches and asks for their octets, in their order. False: no memory. */
bool fetch_plan(struct imap *s, struct fetch *f);
uint32_t fetch_on_rows(struct imap *s, struct fetch *f, struct batch *b, struct pk_in *in);
enum planned { PLANNED, PLAN_WAITS /* its summary is to be supplied first */, PLAN_FAILED };
enum planned fetch_plan_row(struct imap *s, struct fetch *f, struct batch *b,
                            const struct pk_message *row);

/* fetch_octets.c */
enum said { SAID, SAID_FULL /* output is */, SAID_PART /* rows are left to plan */ };
/* Says what can be said without waiting for octets. */
enum said fetch_say(struct imap *s, struct fetch *f);
bool fetch_say_text(struct imap *s, struct batch *b, size_t end); /* false: output is full */
enum taken { TAKEN, TAKE_FULL /* output is */, TAKE_BROKEN, TAKE_AGAIN };
uint32_t fetch_on_octets(struct imap *s, struct fetch *f, struct batch *b, struct pk_in *in);

/* fetch_whole.c */
/* The item of octets that stands for whole messages, if there is no other; or NULL. */
const struct fetch_item *fetch_whole(const struct fetch_items *items);
bool fetch_ask_whole(struct imap *s, struct fetch *f); /* the next batch; false: no memory */
/* Plans the message that a chunk is the first of; nothing else is left of the one before. */
enum taken fetch_take_row(struct imap *s, struct fetch *f, struct batch *b,
                          const struct pk_chunk *chunk);

/* fetch_steps.c: octets of the step at hand; how many were taken. More: at the end of its piece,
 * another one is to be read. False at the end: what was announced could not be said, or memory ran
 * out. */
void step_begin(struct imap *s, struct fetch *f, const struct step *step);
size_t step_take(struct imap *s, struct fetch *f, const struct step *step, struct slice octets);
bool step_more(struct fetch *f, struct step *step);
bool step_end(struct imap *s, struct fetch *f, const struct step *step);

#endif
