#include "segment_head.h"

#include "base/formats.h"

#include <zlib.h>

#define SEGMENT_MAGIC 0x47534b50u /* "PKSG" */
#define RECORD_MAGIC  0x43524b50u /* "PKRC" */

static void put(unsigned char *p, uint64_t v, size_t width)
{
	for (size_t i = 0; i < width; i++)
		p[i] = (unsigned char)(v >> (8 * i));
}

static uint64_t get(const unsigned char *p, size_t width)
{
	uint64_t v = 0;

	while (width--)
		v = v << 8 | p[width];
	return v;
}

void segment_head_put(unsigned char out[SEGMENT_HEAD_OCTETS], uint64_t id)
{
	put(out, SEGMENT_MAGIC, 4);
	put(out + 4, FORMAT_SEGMENT, 4);
	put(out + 8, id, 8);
}

enum pk_status segment_head_get(const unsigned char in[SEGMENT_HEAD_OCTETS], uint64_t id,
                                uint32_t *format)
{
	char why[FORMAT_WORDS];

	if (get(in, 4) != SEGMENT_MAGIC || get(in + 8, 8) != id)
		return PK_EIO;
	*format = (uint32_t)get(in + 4, 4);
	return format_fault(*format, FORMAT_SEGMENT, why) ? PK_ENOTSUP : PK_OK;
}

static uint32_t checksum(const unsigned char *p)
{
	return (uint32_t)crc32(0, p, RECORD_HEAD_OCTETS - 4);
}

void record_head_put(unsigned char out[RECORD_HEAD_OCTETS], const struct record_head *h)
{
	memset(out, 0, RECORD_HEAD_OCTETS);
	put(out, RECORD_MAGIC, 4);
	out[4] = FORMAT_SEGMENT;
	out[5] = h->key_version;
	out[6] = h->dictionary;
	put(out + 8, RECORD_HEAD_OCTETS, 2);
	put(out + 12, h->tenant, 4);
	put(out + 16, h->blob, 8);
	put(out + 24, h->stored, 8);
	put(out + 32, h->raw, 8);
	memcpy(out + 40, h->salt, SALT_OCTETS);
	put(out + 72, checksum(out), 4);
}

enum pk_status record_head_get(const unsigned char in[RECORD_HEAD_OCTETS], struct record_head *h)
{
	char why[FORMAT_WORDS];

	if (get(in, 4) != RECORD_MAGIC || get(in + 72, 4) != checksum(in))
		return PK_EIO;
	h->format = in[4];
	if (format_fault(h->format, FORMAT_SEGMENT, why))
		return PK_ENOTSUP;
	if (get(in + 8, 2) != RECORD_HEAD_OCTETS)
		return PK_EIO;
	h->key_version = in[5];
	h->dictionary = in[6];
	h->tenant = (uint32_t)get(in + 12, 4);
	h->blob = get(in + 16, 8);
	h->stored = get(in + 24, 8);
	h->raw = get(in + 32, 8);
	memcpy(h->salt, in + 40, SALT_OCTETS);
	return PK_OK;
}
