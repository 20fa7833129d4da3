#ifndef HOST_INTAKE_H
#define HOST_INTAKE_H

#include <postkeep/slice.h>

/*
 * What a client has sent and its session has not used yet, and how lines and pieces are cut from
 * it. Zeroed memory is a valid empty intake. Bytes are lent to it and stay where they are; only
 * what is left over when the loan ends is copied, so an idle session holds no memory here.
 */
struct intake {
	char *p;     /* the unread octets: in `own`, or lent */
	size_t n;    /* how many */
	size_t seen; /* of them, known to hold no end of a line */
	char *own;   /* allocated, own_cap octets; NULL: none */
	size_t own_cap;
	bool skipping; /* inside the rest of a line that was too long */
	bool failed;   /* memory ran out: bytes were lost, the stream is worthless */
};

/* What was cut. It stays in the intake until intake_take; cut again, it is the same. */
struct cut {
	struct slice bytes;
	size_t used;    /* octets that leave the intake with it */
	uint32_t flags; /* PK_LONG, PK_BARE_LF */
	bool unended;   /* the end of a long line has not come yet */
};

/* Adds bytes. They may be borrowed until intake_keep, which ends the loan. */
void intake_lend(struct intake *in, char *bytes, size_t n);
void intake_keep(struct intake *in);

/*
 * A line of at most `take` octets without its CRLF or LF (enum pk_want, PK_LINE). A longer one is
 * cut as soon as that is known, with PK_LONG; its rest is dropped by later calls. Whether a line is
 * long or ends in a bare LF does not depend on how the bytes were split.
 */
bool intake_line(struct intake *in, size_t take, struct cut *cut);
bool intake_bytes(struct intake *in, size_t at_most, struct cut *cut); /* 1 to at_most octets */
bool intake_exact(struct intake *in, size_t take, struct cut *cut);

/* Takes away what was cut; wipe: overwrites it, it was a secret. */
void intake_take(struct intake *in, const struct cut *cut, bool wipe);
void intake_drop(struct intake *in); /* all that is unread, overwritten */
void intake_free(struct intake *in);

#endif
