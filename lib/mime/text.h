#ifndef MIME_TEXT_H
#define MIME_TEXT_H

#include "charset.h"
#include "decode.h"
#include "html.h"
#include "summary.h"

#include <postkeep/buf.h>
#include <postkeep/slice.h>

/*
 * What can be read in a message, as UTF-8: the fields of its headers, without folds and encoded
 * words (RFC 2047), their parameters in the form of RFC 2231 decoded besides, and the bodies of its
 * text parts, without transfer encoding and charset. For searching: RFC 9051 6.4.4 lets parts be
 * left out whose type is neither text nor message. HTML is what a reader sees of it (mime/html.h).
 * Multiparts that show no part, opaque parts that call themselves multipart or message, and parts
 * of no usable type are text, too.
 *
 * A message is a row of regions in the order of its octets: the header of a part, then its body if
 * it is text. The summary says where they are, so that the rest need not be read.
 */
enum text_wanted {
	TEXT_TOP = 1 << 0,     /* the message's own header */
	TEXT_HEADERS = 1 << 1, /* that, and those of all parts and of messages inside */
	TEXT_BODIES = 1 << 2,
};

struct text_region {
	uint64_t offset, octets; /* in the message; octets are never 0 */
	uint32_t part;
	bool header;
};

/* A walk over them: begin with {.of = summary, .wanted = what}. */
struct text_regions {
	const struct summary *of;
	unsigned wanted; /* enum text_wanted */
	uint32_t part;   /* private: the next one */
	bool in_part;    /* private: its header is through */
};
[[nodiscard]] bool text_region_next(struct text_regions *w, struct text_region *out);

/* Who is told. Texts are valid during the call. */
struct text_sink {
	void (*field)(void *own, struct slice name, struct slice value);
	void (*body)(void *own, struct slice utf8); /* a piece, characters whole */
	void *own;
};

/* Reads one region, in pieces of any size; zeroed memory is ready. Of a field at most
 * TEXT_FIELD_MAX octets are taken together: the rest comes as another field of the same name. */
#define TEXT_FIELD_MAX 262144

struct text_reader {
	const struct text_sink *sink;
	bool header;
	bool line_end; /* of a header: the octet before ended a line */
	struct buf field, decoded, utf8;
	struct buf name;
	struct mime_decoder decoder;
	struct charset_reader charset;
	bool is_html;
	struct html_reader html;
	struct buf shown;          /* of HTML */
	struct buf scratch, value; /* of parameters */
	bool failed;               /* out of memory: something may not have been told */
};

/* Ends what it read before. */
void text_start(struct text_reader *r, const struct summary *s, const struct text_region *region,
                const struct text_sink *sink);
void text_feed(struct text_reader *r, struct slice octets);
void text_end(struct text_reader *r); /* the region is complete */
void text_free(struct text_reader *r);

#endif
