#ifndef IMAP_FETCH_H
#define IMAP_FETCH_H

#include "imap.h"

#include "mime/scan.h"

/*
 * What a FETCH asks for: RFC 3501 6.4.5 and fetch-att of section 9. In command memory.
 */
#define FETCH_ITEMS_MAX 64
#define FETCH_DEPTH_MAX (MIME_DEPTH_MAX + 1) /* numbers of a part's path: all that there can be */
#define FETCH_NAMES_MAX 256                  /* field names of one list */
#define FETCH_NAME_MAX  256                  /* octets of one */

enum fetch_kind {
	FETCH_UID,
	FETCH_FLAGS,
	FETCH_INTERNALDATE,
	FETCH_SIZE,
	FETCH_ENVELOPE,
	FETCH_BODY, /* BODYSTRUCTURE without extensions */
	FETCH_BODYSTRUCTURE,
	FETCH_SECTION,     /* octets of the message */
	FETCH_BINARY_SIZE, /* RFC 3516 4.2 */
	FETCH_SAVEDATE,    /* RFC 8514 4.2 */
	FETCH_EMAILID,     /* RFC 8474 5.2 */
	FETCH_THREADID,    /* 5.3 */
	FETCH_PREVIEW,     /* RFC 8970 3.1 */
	FETCH_MODSEQ,      /* RFC 7162 3.1.4.2 */
};

enum section_what {
	SECTION_ALL, /* of the message, or of a part's body */
	SECTION_HEADER,
	SECTION_FIELDS,     /* HEADER.FIELDS */
	SECTION_FIELDS_NOT, /* HEADER.FIELDS.NOT */
	SECTION_TEXT,
	SECTION_MIME,
};

struct section {
	uint8_t what; /* enum section_what */
	uint32_t depth, names;
	uint32_t *path;     /* of part numbers, each 1 or more */
	struct slice *name; /* of fields */
};

struct fetch_item {
	uint8_t kind; /* enum fetch_kind */
	bool partial;
	bool binary; /* FETCH_SECTION without its transfer encoding: RFC 3516 4.2 */
	bool lazy;   /* FETCH_PREVIEW if there is one: RFC 8970 4.1 */
	uint8_t how; /* FETCH_BODY and FETCH_BODYSTRUCTURE: enum structure_how */
	struct section section;
	uint64_t from, octets; /* of partial */
	struct slice label;    /* what stands before the value: "BODY[TEXT]<0> " */
};

struct fetch_items {
	size_t n;
	struct fetch_item item[FETCH_ITEMS_MAX];
	uint32_t want; /* enum pk_message_want: what the rows must have */
	bool summary;  /* the summary is needed ... */
	bool scan;     /* ... and made where there is none */
	bool bodies;   /* octets of messages are needed */
	bool seen;     /* sets \Seen */
	bool modseq;   /* MODSEQ is one of them */
	bool changed;  /* CHANGEDSINCE, RFC 7162 3.1.4.1: only messages above changed_since */
	bool vanished; /* VANISHED, 3.2.6 */
	uint64_t changed_since;
};

/* " items (modifiers)" to the end of the command. False: p->error, or *st. */
bool parse_fetch(struct imap *s, struct parser *p, struct fetch_items *out, enum pk_status *st);
/* " (modifiers)", if there are any: RFC 4466 2.4. */
bool parse_fetch_modifiers(const struct imap *s, struct parser *p, struct fetch_items *out);

#endif
