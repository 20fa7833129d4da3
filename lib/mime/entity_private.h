#ifndef MIME_ENTITY_PRIVATE_H
#define MIME_ENTITY_PRIVATE_H

#include "entity.h"

/* What entity.c (fields, content) and envelope.c (envelope, the message's own header) share. */

/* The fields that matter, those of every part first. */
enum field {
	F_TYPE,
	F_ENCODING,
	F_ID,
	F_DESCRIPTION,
	F_MD5,
	F_LOCATION,
	F_DISPOSITION,
	F_LANGUAGE,
	F_DATE,
	F_SUBJECT,
	F_IN_REPLY_TO,
	F_MESSAGE_ID,
	F_REFERENCES,
	F_RECEIVED,
	F_DELIVERED_TO,
	F_LISTS, /* then the address lists, as LIST_FROM ... */
	FIELDS = F_LISTS + LISTS,
};

#define VALUES_MAX    32 /* address fields of one header */
#define DELIVERED_MAX 50 /* more Delivered-To fields are a loop */

/* The values of a header, as they stand; of fields that come once, the first. */
struct values {
	struct slice once[F_LISTS];
	struct slice many[VALUES_MAX]; /* address lists in their order */
	uint8_t list[VALUES_MAX];      /* which */
	size_t many_n;
	struct slice delivered[DELIVERED_MAX];
	size_t delivered_n;
	uint32_t received;
};

/* The value as one line, in r->value; absent stays absent. */
struct slice entity_unfolded(struct entity_reader *r, struct slice value);
/* Puts a field that comes once into r->block. */
void entity_put_once(struct entity_reader *r, const struct values *v, enum field id);

void entity_read_envelope(struct entity_reader *r, const struct values *v, struct entity_top *top,
                          struct entity *out);
void entity_read_top(struct entity_reader *r, const struct values *v, struct entity_top *top);
void entity_read_delivered(struct entity_reader *r, const struct values *v, struct entity_top *top);

#endif
