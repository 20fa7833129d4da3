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

/* Adds to doc[name], an array that is made when missing. */
void out_add(json_t *doc, const char *name, json_t *value);

/* {"version": 1, ...} on one line. */
void out_json(json_t *doc);
/* Arrays of objects as tables, objects as lines of name and value. */
void out_people(json_t *doc);

#endif
