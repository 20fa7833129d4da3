#include "segment_set.h"

#include "disk.h"
#include "format.h"

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
	uint32_t format = 0;
	enum pk_status st = disk_read(s->fd, s->name, head, sizeof head, 0);

	if (st == PK_OK)
		st = segment_head_get(head, s->id, &format);
	if (st == PK_ENOTSUP)
		return format_check("segment", s->name, format, FORMAT_SEGMENT);
	if (st == PK_EIO)
		LOG(PK_LOG_ERROR, "segment", LOG_CSTR("file", s->name),
		    LOG_CSTR("reason", "not this segment"));
	return st;
}

static enum pk_status check_file(const char *name, const unsigned char *head)
{
	uint32_t format;
	uint64_t id;

	if (!segment_is_name(name, &id) || segment_head_get(head, id, &format) != PK_ENOTSUP)
		return PK_OK;
	return format_check("segment", name, format, FORMAT_SEGMENT);
}

enum pk_status segments_check(const char *dir)
{
	return format_each_head(dir, SEGMENT_HEAD_OCTETS, check_file);
}

/* Whether there is a record at `at`: not if it only looks like one, or was cut off by a crash. */
static enum pk_status head_at(struct segment *s, uint64_t size, uint64_t at,
                              struct record_head *head, bool *found)
{
	unsigned char bytes[RECORD_HEAD_OCTETS];
	enum pk_status st = disk_read(s->fd, s->name, bytes, sizeof bytes, at);

	*found = false;
	if (st != PK_OK)
		return st;
	st = record_head_get(bytes, head);
	if (st == PK_ENOTSUP)
		return format_check("record", s->name, head->format, FORMAT_SEGMENT);
	*found = st == PK_OK && head->stored <= size - at - sizeof bytes;
	return PK_OK;
}

enum pk_status segment_scan(struct segment *s,
                            bool (*each)(void *, const struct record_head *, uint64_t offset),
                            void *arg)
{
	uint64_t size, at = SEGMENT_HEAD_OCTETS;
	struct record_head head;
	bool found;
	enum pk_status st = check_head(s);

	if (st == PK_OK)
		st = disk_size(s->fd, s->name, &size);
	while (st == PK_OK && (st = find_head(s, size, &at)) == PK_OK) {
		if (size - at < RECORD_HEAD_OCTETS)
			return PK_OK;
		st = head_at(s, size, at, &head, &found);
		if (st == PK_OK && found && !each(arg, &head, at))
			return PK_OK;
		at += found ? RECORD_HEAD_OCTETS + head.stored : 1;
	}
	return st == PK_ENOTFOUND ? PK_OK : st;
}
