#ifndef SMTP_PATH_H
#define SMTP_PATH_H

#include <postkeep/slice.h>
#include <postkeep/status.h>

/*
 * Reverse and forward paths (RFC 5321 4.1.2, with RFC 6531 3.3 for other than ASCII). A path is
 * kept in one form: without brackets, without a source route, a local part without quotes wherever
 * it needs none, so that the same mailbox is the same text.
 */
#define PATH_LOCAL_MAX  64  /* octets; RFC 5321 4.5.3.1.1 */
#define PATH_DOMAIN_MAX 255 /* octets; RFC 5321 4.5.3.1.2 */
#define PATH_MAX_TEXT   (PATH_LOCAL_MAX + 1 + PATH_DOMAIN_MAX)

struct path {
	uint16_t n;   /* octets of text; 0: the null path <> */
	bool literal; /* the domain is an address in brackets */
	bool utf8;    /* it has octets above 0x7f; they are valid UTF-8 */
	char text[PATH_MAX_TEXT];
};

static inline struct slice path_text(const struct path *p)
{
	return (struct slice){p->text, p->n};
}

/*
 * Takes a path in its angle brackets off the front of *in. Spaces before it are skipped, as many
 * clients send one. A local part alone is taken only if it is "postmaster" (4.1.1.3). PK_EINVAL:
 * it is none, *in is where it was; PK_ELIMIT: it is one, but too long, and stays.
 */
enum pk_status path_take(struct slice *in, struct path *out);

bool path_is_atom(struct slice s); /* RFC 5322 3.2.3, in ASCII */
/* A name for EHLO and for the domain of a path: letters, digits, hyphens, dots, also underscores,
 * which are sent in spite of the grammar; utf8: U-labels too. */
bool path_is_domain(struct slice s, bool utf8);
/* [192.0.2.1], [IPv6:2001:db8::1] or another address literal; what it says is not looked at. */
bool path_is_literal(struct slice s);

#endif
