#ifndef IMAP_LIST_OPTIONS_H
#define IMAP_LIST_OPTIONS_H

#include "glob.h"
#include "list_line.h"

/* What bounds the work of a LIST, whatever its patterns: a name costs its octets times those of
 * the patterns with wildcards; one without is a comparison. */
#define LIST_PATTERNS_MAX    1000
#define LIST_WILD_OCTETS_MAX 2048

struct list_pattern {
	struct glob *glob;
	struct list_pattern *next;
};

/* The arguments of LIST and LSUB: RFC 3501 6.3.8, RFC 5258 section 6, RFC 5819, RFC 6154. */
struct list_query {
	bool extended;                 /* it has options or several patterns */
	bool root;                     /* LIST "" "": what separates the levels (RFC 3501 6.3.8) */
	bool say_subscribed;           /* RETURN (SUBSCRIBED), also implied */
	bool levels;                   /* what is above a selected name may be told for it */
	unsigned select;               /* enum list_select */
	unsigned status;               /* items of RETURN (STATUS (...)), status_items.h */
	struct list_pattern *patterns; /* those that a name can match; in command memory */
	struct buf prefix;             /* all names that match one begin so */
	size_t count, wild_octets;
};

/* False: p->error is set, or *st says why not. */
bool parse_list(struct imap *s, struct parser *p, struct list_query *q, enum pk_status *st);
/* LSUB takes none of the extensions. */
bool parse_lsub(struct imap *s, struct parser *p, struct list_query *q, enum pk_status *st);
void list_query_free(struct list_query *q);

bool list_matches(const struct list_query *q, struct slice name);

#endif
