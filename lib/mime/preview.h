#ifndef MIME_PREVIEW_H
#define MIME_PREVIEW_H

#include "decode.h"
#include "html.h"

#include <postkeep/buf.h>
#include <postkeep/slice.h>

/*
 * The beginning of a text part as one line of UTF-8 (RFC 8970 3). Gathers decoded octets of the
 * part's charset until there are enough, HTML without its tags, styles and scripts; then converts
 * and cleans. Zeroed memory is ready; memory is bounded whatever comes.
 */
struct preview {
	struct mime_decoder decoder;
	struct buf raw, text;
	uint64_t seen; /* encoded octets looked at */
	struct html_reader reader;
	char charset[40];
	uint32_t charset_n;
	bool html, wide, full;
};

void preview_start(struct preview *p, enum mime_encoding encoding, bool html, struct slice charset);
bool preview_feed(struct preview *p, struct slice body); /* false: it has enough */
/* Appends the line, at most MIME_PREVIEW_CHARS characters; nothing if there is no text. */
void preview_end(struct preview *p, struct buf *out);
void preview_free(struct preview *p);

#endif
