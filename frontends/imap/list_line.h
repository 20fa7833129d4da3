#ifndef IMAP_LIST_LINE_H
#define IMAP_LIST_LINE_H

#include "imap.h"

/* What may be selected by (RFC 5258 3.1, RFC 6154 2). */
enum list_select {
	LIST_SUBSCRIBED = 1 << 0,
	LIST_SPECIAL_USE = 1 << 1,
	LIST_REMOTE = 1 << 2,
	LIST_RECURSIVE = 1 << 3,
	LIST_CRITERIA = LIST_SUBSCRIBED | LIST_SPECIAL_USE, /* those that names are held to */
};

/* A LIST response: RFC 9051 7.3.1. */
struct list_line {
	struct slice name; /* UTF-8 */
	bool lsub;
	bool nonexistent;    /* in the words of the extended LIST */
	bool subscribed;     /* and it shall be said */
	uint32_t attributes; /* enum pk_attribute */
	bool children_known; /* the attribute for them is right */
	unsigned childinfo;  /* enum list_select: what a name below it was selected by */
	struct slice oldname;
};
void put_list_line(struct imap *s, const struct list_line *l);

/*
 * RFC 9051 6.3.9.7: the name the client gave was changed by NFC, and it speaks rev2: it is told
 * what the name is now.
 */
void put_oldname(struct imap *s, struct slice now, uint32_t attributes, bool nonexistent);

/* " (\Sent \Trash)" to bits; false: p->error is set. One that nobody knows sets *unknown. */
bool parse_uses(struct parser *p, uint32_t *uses, bool *unknown);

#endif
