#ifndef MIME_SUMMARY_H
#define MIME_SUMMARY_H

#include "address.h"

#include <postkeep/slice.h>
#include <postkeep/status.h>

/*
 * What the store keeps of a message beside its bytes: enough for ENVELOPE, BODYSTRUCTURE, SORT,
 * THREAD, PREVIEW and for the place of every part, so that nothing is parsed again. mime_scan makes
 * it (scan.h), struct summary reads it.
 *
 * FORMAT 1. Numbers of the head are little-endian. A "number" elsewhere is LEB128: 7 bits an octet,
 * low bits first, top bit set on all but the last octet, at most 10 octets, below 2^64.
 *
 *   head      0  u8   format, 1: FORMAT_SUMMARY
 *             1  u8   flags: 1 a date follows, 2 has an attachment, 4 the subject says reply or
 *                     forward; other bits 0
 *             2  u16  Received fields of the message's header (65535: that many or more)
 *             4  u32  length of the whole summary
 *             8  u32  parts, 1..10000
 *            12  u32  where the pool begins
 *            16  i64  Date, milliseconds UTC; 0 without one
 *            24  i16  its zone, minutes east; 0 without one
 *   texts    26  message-id, in-reply-to, references, base subject, sort from, sort to, sort cc,
 *                preview; then Delivered-To: a number (how many) and that many texts
 *   marks        u32 each: where the record of part 16, 32, 48 ... begins
 *   records      one a part, in the order of their headers (a part before what it holds)
 *   pool         texts, contents and envelopes; to the end
 *
 *   text      a number: 0 = absent, else its length + 1; unless empty, a number: where it begins.
 *             Places below SUMMARY_WORDS are in the fixed text of frequent words (summary_words.c,
 * part of the format), others, less SUMMARY_WORDS, in the pool. Texts may share octets. None has
 * NUL, CR or LF; base subject, sort keys and preview are UTF-8, the others raw, as in the header.
 *   record    u8: bits 0-1 enum mime_kind, 2 opaque, 3 no sibling follows, 4 no usable
 * Content-Type, 5 a decoded size follows, 6 the root of a message: an envelope follows, 7 damaged
 * encoding numbers: own index less the parent's (0 for part 0); header offset; header octets; body
 * octets; body lines; [bit 5: decoded octets]; [not a leaf: how many parts are inside, at any
 * depth]; place of the content in the pool; [bit 6: place of the envelope in the pool] content
 * texts type, subtype, encoding, id, description, md5, location, disposition; then number of
 * parameters, each two texts; the same for the disposition's; number of languages, each a text
 *   envelope  texts date, subject, in-reply-to, message-id; lists from, sender, reply-to, to, cc,
 *             bcc, each a number (how many) and that many addresses
 *   address   u8 enum mime_address_kind; for an address texts name, route, mailbox, host; for a
 *             group's start its name; for its end nothing
 *
 * What holds, and summary_open checks: part 0 spans the body; a part lies within its parent's body,
 * behind its elder sibling; a MIME_MESSAGE holds one part, of exactly its body; a leaf none; depth,
 * counts and lengths keep to the limits of scan.h; lines and decoded octets are not above the
 * body's octets; the texts of a part are not longer than 3 times its header + 32.
 */
#define SUMMARY_MAX  245760 /* octets: it fits into one frame */
#define SUMMARY_NONE UINT32_MAX

enum mime_kind {
	MIME_LEAF,
	MIME_MULTIPART, /* may hold no part at all: a boundary that never comes */
	MIME_MESSAGE,   /* message/rfc822 or /global: its one child is the root of that message */
};

/*
 * An opened summary: a view, valid as long as the bytes and while it stays where it is. The fields
 * are for reading. A text that is absent has p NULL, an empty one has not.
 */
struct summary {
	struct slice bytes;
	uint32_t parts; /* part 0 is the message */
	bool has_date, has_attachment, reply_or_forward;
	int64_t date_ms;          /* of the Date field, UTC; 0 if there is none or it is none */
	int16_t zone_minutes;     /* of the Date field */
	uint16_t received;        /* Received fields at the top */
	struct slice message_id;  /* normal form, without <> */
	struct slice in_reply_to; /* its first id, likewise */
	struct slice references;  /* walk it with summary_reference_next */
	struct slice preview;     /* UTF-8, one line, at most 200 characters */
	/* Sort forms: compare octets. The subject of RFC 5256 2.1; the first address of each list
	 * as RFC 5957 displays it (RFC 5256's own FROM, TO, CC: the mailbox of that address). */
	struct slice base_subject, sort_from, sort_to, sort_cc;
	uint32_t delivered_at, marks_at, records_at, pool_at; /* private */
};

/*
 * Checks all of it: `bytes` may come from anywhere. body_bytes is the size of the message it was
 * made of (without the row's prefix). PK_EPROTO: not a summary of such a message; PK_ENOTSUP: of a
 * format (base/formats.h) that is not opened here.
 */
enum pk_status summary_open(struct slice bytes, uint64_t body_bytes, struct summary *out);

/* So much was there that envelopes may lack something: addresses at the end of lists, texts. */
[[nodiscard]] bool summary_is_cut(const struct summary *s);

/* A place in a list inside the summary; copy it to walk twice. Zeroed: the empty list. */
struct summary_list {
	const struct summary *of;
	uint32_t at, left; /* left: how many entries are still to come */
};

struct summary_part {
	uint32_t parent, first_child, next_sibling; /* indexes, or SUMMARY_NONE */
	uint32_t descendants; /* the part after all inside this one is i + 1 + this */
	enum mime_kind kind;
	bool opaque; /* could not be looked into: IMAP calls it application/octet-stream if its type
	                says multipart or message/rfc822 */
	bool defaulted; /* no usable Content-Type: type and subtype are text/plain, or
	                   message/rfc822 in a digest */
	bool damaged;   /* its encoding has octets that do not belong: BINARY answers UNKNOWN-CTE */
	bool root;      /* of the message or of a MIME_MESSAGE: summary_envelope has its envelope */
	uint64_t header_offset, header_octets; /* with the empty line, if it has one */
	uint64_t body_offset, body_octets;     /* body_offset = header_offset + header_octets */
	uint64_t body_lines;                   /* line ends (LF) in the body */
	uint64_t decoded_octets; /* of a leaf: without its transfer encoding; else body_octets */
	/* As they stand in the header (letters' case too), unfolded. encoding, id, description,
	   md5, location, disposition: absent if there is no such field. */
	struct slice type, subtype, encoding, id, description, md5, location, disposition;
	struct summary_list params, disposition_params; /* summary_param_next */
	struct summary_list languages;                  /* summary_text_next */
};

/* Part i (below parts). False only if i is not, or the bytes have changed since summary_open. */
[[nodiscard]] bool summary_part(const struct summary *s, uint32_t i, struct summary_part *out);

/* The envelope of a part that is a root: part 0, or the child of a MIME_MESSAGE. As they stand in
 * the header, unfolded, still encoded. An empty field is empty, a missing one absent. Lists of
 * several fields of the same name are one. Sender and Reply-To as they stand too: IMAP's defaults
 * (from) are the renderer's. */
struct summary_envelope {
	struct slice date, subject, in_reply_to, message_id;
	struct summary_list from, sender, reply_to, to, cc, bcc; /* summary_address_next */
};
[[nodiscard]] bool summary_envelope(const struct summary *s, uint32_t root,
                                    struct summary_envelope *out);

/* Walking: false at the end. RFC 2231 names and values: see header_params. */
[[nodiscard]] bool summary_param_next(struct summary_list *l, struct slice *name,
                                      struct slice *value);
[[nodiscard]] bool summary_text_next(struct summary_list *l, struct slice *text);
[[nodiscard]] bool summary_address_next(struct summary_list *l, struct mime_address *out);

/* Addresses of the Delivered-To fields at the top, newest first, at most 50: summary_text_next. */
struct summary_list summary_delivered_to(const struct summary *s);

/* The ids of References, oldest first, normal form without <>: at most 100 (the first and the last
 * 99) and 4096 octets. Start with *rest = s->references. */
[[nodiscard]] bool summary_reference_next(struct slice *rest, struct slice *id);

#endif
