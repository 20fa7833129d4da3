#include "segment_set.h"

#include "disk.h"

#include "base/log.h"

#define STEP ((size_t)64 * 1024)

/* The next place at or after *at where a record's head stands. PK_ENOTFOUND: none. */
static enum pk_status find_head(struct segment *s, uint64_t size, uint64_t *at)
{
	char *bytes = malloc(STEP);
	enum pk_status st = bytes ? PK_OK : PK_ENOMEM;

	while (st == PK_OK) {
		size_t n = size - *at < STEP ? (size_t)(size - *at) : STEP;
		const char *hit;

		if (n < RECORD_HEAD_OCTETS) {
			st = PK_ENOTFOUND;
			break;
		}
		st = disk_read(s->fd, s->name, bytes, n, *at);
		if (st != PK_OK)
			break;
		hit = memmem(bytes, n, "PKRC", 4);
		*at += hit ? (size_t)(hit - bytes) : n - 3;
		if (hit)
			break;
	}
	free(bytes);
	return st;
}

static enum pk_status check_head(struct segment *s)
{
	unsigned char head[SEGMENT_HEAD_OCTETS];
	enum pk_status st = disk_read(s->fd, s->name, head, sizeof head, 0);

	if (st == PK_OK)
		st = segment_head_get(head, s->id);
	if (st == PK_EIO || st == PK_ENOTSUP)
		LOG(PK_LOG_ERROR, "segment", LOG_CSTR("file", s->name),
		    LOG_CSTR("reason",
		             st == PK_EIO ? "not this segment" : "made by a newer release"));
	return st;
}

enum pk_status segment_scan(struct segment *s,
                            bool (*each)(void *, const struct record_head *, uint64_t offset),
                            void *arg)
{
	unsigned char bytes[RECORD_HEAD_OCTETS];
	uint64_t size, at = SEGMENT_HEAD_OCTETS;
	struct record_head head;
	enum pk_status st = check_head(s);

	if (st == PK_OK)
		st = disk_size(s->fd, s->name, &size);
	while (st == PK_OK && (st = find_head(s, size, &at)) == PK_OK) {
		if (size - at < sizeof bytes)
			return PK_OK;
		st = disk_read(s->fd, s->name, bytes, sizeof bytes, at);
		if (st != PK_OK)
			return st;
		if (record_head_get(bytes, &head) != PK_OK ||
		    head.stored > size - at - sizeof bytes) {
			at++; /* looked like one; or cut off by a crash */
			continue;
		}
		if (!each(arg, &head, at))
			return PK_OK;
		at += sizeof bytes + head.stored;
	}
	return st == PK_ENOTFOUND ? PK_OK : st;
}
