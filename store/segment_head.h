#ifndef STORE_SEGMENT_HEAD_H
#define STORE_SEGMENT_HEAD_H

#include <postkeep/slice.h>
#include <postkeep/status.h>

/*
 * What segment files and the records in them begin with (pk-store(5)), little-endian:
 *
 *	file:    magic "PKSG", format u32, segment id u64
 *	record:  magic "PKRC", format u8, key version u8, dictionary u8, flags u8, head length u16,
 *	         2 zero octets, tenant u32, blob id u64, stored length u64, raw length u64, salt 32,
 *	         CRC-32 of all that u32
 *
 * The stored length counts what follows the head: sealed chunks and, when there are several, their
 * sealed table. A record says all about itself, so the blob tree can be made again from segments.
 */
#define SEGMENT_HEAD_OCTETS 16
#define RECORD_HEAD_OCTETS  76
#define SALT_OCTETS         32

struct record_head {
	uint8_t format; /* when read; what is written has FORMAT_SEGMENT */
	uint8_t key_version, dictionary;
	uint32_t tenant;
	uint64_t blob, stored, raw;
	uint8_t salt[SALT_OCTETS];
};

void segment_head_put(unsigned char out[SEGMENT_HEAD_OCTETS], uint64_t id);
/* PK_EIO: not the head of this segment. PK_ENOTSUP: not of a format that is opened here. */
enum pk_status segment_head_get(const unsigned char in[SEGMENT_HEAD_OCTETS], uint64_t id,
                                uint32_t *format);
void record_head_put(unsigned char out[RECORD_HEAD_OCTETS], const struct record_head *);
/* Likewise; with PK_ENOTSUP nothing but the format is set. */
enum pk_status record_head_get(const unsigned char in[RECORD_HEAD_OCTETS], struct record_head *);

#endif
