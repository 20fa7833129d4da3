#ifndef MIME_SCAN_PRIVATE_H
#define MIME_SCAN_PRIVATE_H

#include "decode.h"
#include "entity.h"
#include "preview.h"
#include "scan.h"
#include "summary_write.h"

/* What scan.c (lines) and scan_parts.c (parts) share. */

#define PEEK_MAX 512 /* octets of a line in which its kind must show; see scan.h */

enum state { IN_HEADER, IN_BODY };

/* A part that has not ended. */
struct open_part {
	uint32_t index, last_child; /* last_child: SUMMARY_NONE at first */
	uint64_t body_lines_from;   /* s->lines where the body began */
	size_t boundary_at;         /* in s->boundaries */
	uint32_t boundary_n, hash;  /* 0: none, or its closing has been seen */
	bool digest;
};

struct mime_scan {
	enum state state;
	bool line_start; /* the next octet begins a line */
	bool text_done;  /* the preview has been made */
	bool previewing; /* the open leaf gives text for it */
	bool attachment, failed;
	uint64_t offset, lines;  /* octets and LFs so far */
	char last[2];            /* the last two octets so far */
	char peek[PEEK_MAX + 2]; /* the beginning of a line whose kind does not show yet */
	size_t peek_n;
	char held[2]; /* a line end in the leaf's body that may belong to a boundary */
	size_t held_n;
	struct buf header, boundaries, preview_text, record;
	struct mime_decoder decoder;
	struct preview preview;
	struct entity_reader reader;
	struct entity_top top;
	struct summary_record *parts;
	uint32_t parts_n, parts_cap, depth;
	uint32_t boundaries_open; /* parts whose boundary counts */
	uint64_t record_octets;   /* of the parts that have ended */
	struct open_part open[MIME_DEPTH_MAX];
};

static inline struct open_part *innermost(struct mime_scan *s)
{
	return &s->open[s->depth - 1];
}

static inline struct summary_record *record_of(struct mime_scan *s, const struct open_part *o)
{
	return &s->parts[o->index];
}

/* FNV-1a */
#define SCAN_HASH 2166136261U
uint32_t scan_hash(uint32_t hash, struct slice text);

bool scan_parts_left(const struct mime_scan *s); /* false: no more parts after the next */
/* A new part begins here, inside the innermost open one; its header comes. */
void scan_begin_part(struct mime_scan *s);
/* No further part fits: a new one takes all that is left. */
void scan_take_rest(struct mime_scan *s);
/* The header of the innermost part ends here; a message in it begins at once. */
void scan_end_header(struct mime_scan *s);
/* The body of the innermost part, a leaf, goes on. A line end behind it is held back. */
void scan_leaf_octets(struct mime_scan *s, struct slice octets);
void scan_release_held(struct mime_scan *s);
void scan_forget_boundary(struct mime_scan *s, struct open_part *o);
/* The innermost part ends, but for the `eol` octets of a line end before the boundary here. Returns
 * how many of them its holder leaves out, too: none if they end this part's header. */
unsigned scan_end_part(struct mime_scan *s, unsigned eol);

#endif
