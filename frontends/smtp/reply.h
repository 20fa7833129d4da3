#ifndef SMTP_REPLY_H
#define SMTP_REPLY_H

#include <postkeep/buf.h>
#include <postkeep/plugin.h>

/* Why the store refuses. */
struct refusal {
	enum pk_status status; /* PK_OK: it does not */
	bool lasting;          /* the house wants it refused for good, where it could change */
	struct slice words;    /* to be said instead of ours; may be empty */
};
#define REFUSAL(st) (&(struct refusal){.status = (st)})

/* Of a failed reply of the store; valid as long as that. */
struct refusal refusal_of(const struct pk_in *in);

/*
 * Replies without CRLF. Codes: RFC 5321 4.2.3; enhanced ones: RFC 3463; both say whether to try
 * again, and the words what to do. In the place of the words may come those of the refusal:
 * reply_words().
 */
struct slice reply_to_recipient(const struct refusal *r);
struct slice reply_to_message(const struct refusal *r); /* when all of it has come */
struct slice reply_to_sender(const struct refusal *r);  /* a user's MAIL */
struct slice reply_to_submission(const struct refusal *r);

#define REPLY_WORDS_MAX 300 /* octets; RFC 5321 4.5.3.1.5: a line has at most 512 */
/* The reply, or its codes with the refusal's own words, which are put together in `out`. */
struct slice reply_words(struct slice reply, const struct refusal *r, struct buf *out);

#endif
