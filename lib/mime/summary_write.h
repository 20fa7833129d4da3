#ifndef MIME_SUMMARY_WRITE_H
#define MIME_SUMMARY_WRITE_H

#include "entity.h"
#include "summary.h"

#include <postkeep/buf.h>

/* Encodes what a scan has found out; the format is in summary.h. */

/* One part, in terms of its record. */
struct summary_record {
	uint64_t header_offset, header_octets, body_octets, body_lines, decoded_octets;
	uint32_t parent, descendants, content, envelope;
	enum mime_kind kind;
	bool opaque, last, defaulted, root, damaged;
};

#define SUMMARY_RECORDS_MAX \
	163840 /* octets of all records: with POOL_MAX and the rest below SUMMARY_MAX */
#define SUMMARY_RECORD_MAX 64 /* octets of one, at most */

void summary_write_record(struct buf *out, uint32_t index, const struct summary_record *r);

struct summary_source {
	const struct summary_record *records;
	uint32_t parts;
	bool has_attachment;
	struct slice preview;
	struct entity_top *top;
	struct pool *pool;
};

void summary_write(struct buf *out, const struct summary_source *s);

#endif
