#ifndef OUT_H
#define OUT_H

#include <postkeep/messages.h>

#include <jansson.h>

/* The answer of a command as JSON values, and its two printed forms. */

json_t *out_text(struct slice s);     /* octets that are no UTF-8 become '?' */
json_t *out_number(uint64_t v);       /* UINT64_MAX: null, which is "none" */
json_t *out_time(int64_t ms);         /* RFC 3339, UTC; 0: null */
json_t *out_settings(struct pk_rows); /* an object: name -> value */
json_t *out_names(struct pk_rows);    /* REC(name) rows: an array of texts */

/* What a decoded row or reply is told as: a table of its members, {0} at the end. */
struct out_field {
	const char *name;
	enum { OUT_TEXT, OUT_U32, OUT_U64, OUT_TIME, OUT_SETTINGS, OUT_NAMES } kind;
	size_t offset; /* of the member */
};
/* clang-format off */
#define OUT_KIND(type, member)                                     \
	_Generic(((struct type *)NULL)->member,                    \
		struct slice: OUT_TEXT, uint32_t: OUT_U32,         \
		uint64_t: OUT_U64, int64_t: OUT_TIME)
#define OUT_AS(name, type, member)   {name, OUT_KIND(type, member), offsetof(struct type, member)}
#define OUT(type, member)            OUT_AS(#member, type, member)
#define OUT_ROWS(type, member, kind) {#member, kind, offsetof(struct type, member)}
/* clang-format on */
void out_fields(json_t *to, const struct out_field *, const void *from);
void out_row(json_t *doc, const char *list, const struct out_field *, const void *from);

/* Adds to doc[name], an array that is made when missing. */
void out_add(json_t *doc, const char *name, json_t *value);

/* {"version": 1, ...} on one line. */
void out_json(json_t *doc);
/* Arrays of objects as tables, objects as lines of name and value. */
void out_people(json_t *doc);

#endif
