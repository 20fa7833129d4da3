#ifndef MIME_ENTITY_H
#define MIME_ENTITY_H

#include "decode.h"
#include "header.h"
#include "pool.h"
#include "scan.h"
#include "summary.h"

#include <postkeep/buf.h>
#include <postkeep/slice.h>

/*
 * What one header block says about its part, for the scanner. Writes its content and envelope
 * into the pool.
 */
struct entity {
	enum mime_kind kind;
	bool root, opaque, defaulted;
	bool digest;     /* multipart/digest: what is inside is message/rfc822 by default */
	bool attachment; /* it is one, as people see it */
	bool text, html; /* a leaf fit for a preview */
	enum mime_encoding encoding;
	uint32_t content, envelope; /* places in the pool; envelope of a root only */
	char boundary[MIME_BOUNDARY_MAX];
	size_t boundary_n; /* 0: not a multipart */
	char charset[40];
	size_t charset_n;
};

/* What only the message's own header has. */
struct entity_top {
	bool has_date, reply_or_forward;
	int64_t date_ms;
	int16_t zone_minutes;
	uint16_t received;
	uint32_t delivered; /* how many texts are in delivered_to */
	/* As in summary.h; `references` in its stored form: "<a> <b>". */
	struct buf message_id, in_reply_to, references, base_subject;
	struct buf sort[3];      /* of LIST_FROM, LIST_TO, LIST_CC */
	struct buf delivered_to; /* encoded */
};

enum { LIST_FROM, LIST_SENDER, LIST_REPLY_TO, LIST_TO, LIST_CC, LIST_BCC, LISTS };

/* A structured field, cut by header_params. */
struct entity_field {
	struct buf value, scratch;
	struct slice token;
	struct header_param params[MIME_PARAMS_MAX];
	size_t n;
};

/* Zeroed memory is ready. Working memory, kept from header to header. */
struct entity_reader {
	struct pool pool;
	struct entity_field type, encoding, disposition;
	struct buf value, block, word;
	struct {
		struct buf bytes;
		uint32_t n;
	} list[LISTS];
	uint32_t addresses;           /* of all envelopes so far */
	uint32_t fallback_content[3]; /* place + 1, by enum mime_kind: when the pool is full */
	uint32_t fallback_envelope;   /* likewise */
};

/* Where a header stands. */
struct entity_place {
	bool root;              /* it is a message's, not a part's */
	bool in_digest;         /* directly in a multipart/digest */
	struct entity_top *top; /* the whole message's own: filled in too; else NULL */
};
void entity_read(struct entity_reader *r, struct slice header, const struct entity_place *place,
                 struct entity *out);
/* A part without a header that is not looked into. */
void entity_opaque(struct entity_reader *r, struct entity *out);

bool entity_reader_failed(const struct entity_reader *r); /* memory ran out somewhere */
void entity_reader_free(struct entity_reader *r);
bool entity_top_failed(const struct entity_top *t);
void entity_top_free(struct entity_top *t);

#endif
