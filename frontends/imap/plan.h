#ifndef IMAP_PLAN_H
#define IMAP_PLAN_H

#include "fetch.h"
#include "view.h"

#include "mime/decode.h"
#include "mime/summary.h"

/*
 * The answer for messages, before their octets are there: text, cut by steps. A step stands for
 * octets that have to be read from the store.
 */
enum step_kind {
	STEP_OCTETS, /* the piece as it is, a literal */
	STEP_FIELDS, /* the wanted fields of the header that is read */
	STEP_COUNT,  /* the same of a large header, only their length ... */
	STEP_SEND,   /* ... and, read once more, themselves */
	STEP_DECODE, /* the piece without its transfer encoding, gathered */
	STEP_STREAM, /* the same of a large part, as it comes */
};

/* Where the decoding of a part stands. */
struct binary_place {
	uint64_t at;   /* the next octet of the message */
	uint64_t made; /* octets that came of those of the part before it */
	struct mime_decoder decoder;
};

/* Where the last window of a part ended. */
struct binary_cursor {
	uint32_t uid;  /* 0: nowhere */
	uint64_t part; /* where it begins in the message */
	struct binary_place place;
};

struct step {
	size_t text; /* where in the text it stands */
	uint32_t uid;
	uint64_t at, octets; /* its piece */
	/* The window of what is made of the piece that the client asked for; not of STEP_OCTETS. */
	uint64_t from, limit;
	const struct fetch_item *item;
	uint8_t kind; /* enum step_kind */
	/* Of STEP_DECODE and STEP_STREAM; binary.h. */
	uint8_t encoding;    /* enum mime_encoding */
	bool goes_on;        /* where the plan's cursor is; else where the part begins */
	uint64_t part, rest; /* where the part begins; its octets behind the piece */
};

struct plan {
	struct buf text;
	struct buf steps;            /* struct step each */
	struct binary_cursor cursor; /* that steps go on from, as it was when they were planned */
	bool unknown_cte;            /* a part could not be decoded (RFC 3516 4.3) */
};

void plan_clear(struct plan *p); /* keeps memory */
void plan_free(struct plan *p);
size_t plan_steps(const struct plan *p);
struct step *plan_step(const struct plan *p, size_t i);
void plan_pieces(const struct plan *p, size_t first,
                 struct buf *rows); /* of the steps from there */

/* Appends "* n FETCH (...)". sum: NULL if the items do not need it. False: out of memory. */
bool plan_message(struct plan *p, const struct fetch_items *items, const struct view *v,
                  const struct pk_message *row, const struct summary *sum);

#endif
