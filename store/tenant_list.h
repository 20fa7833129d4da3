#ifndef STORE_TENANT_LIST_H
#define STORE_TENANT_LIST_H

#include "call.h"
#include "record.h"
#include "tenant_admin.h"

/*
 * Lists of tenants and domains: the names come from the directory, in order, the rest from each
 * one's volume, in frames of about 56 KiB.
 */
struct listed {
	struct slice name;
	struct place place;
};
struct listing {
	bool domains;
	uint32_t tenant; /* only this one's; 0: all */
	/* Appends a row to c->rows; PK_ENOTFOUND: it is gone, no row. */
	enum pk_status (*row)(struct call *, struct txn *, const struct listed *);
	void (*put)(struct call *); /* the reply of c->rows to c->out */
	/* Its own: */
	struct listed *names;
	size_t count, room, at;
	struct call *call;
};
void list_start(struct call *, const struct listing *); /* ends the call */

/* Appends what a row stands for to c->rows. */
typedef enum pk_status range_row(struct call *, struct txn *, struct slice key, struct slice value);

/*
 * A walk over a range of the tenant tree that goes on in later frames. The key of the first row
 * not yet told is kept.
 */
struct range_walk {
	struct key prefix, from;
	range_row *row;
};
/* One step; sets c->again when the frame is full. */
enum pk_status walk_step(struct call *, struct txn *, struct range_walk *);

/* A walk over what a request names: c->state of its steps and rows. */
struct target_walk {
	struct range_walk walk;
	struct target at;
};
/* Finds it and reads by steps, each of which sets the prefix and makes walk_step. row NULL: the
 * first step chooses. */
void walk_start(struct call *, admin_find *, struct slice name, range_row *row,
                enum pk_status (*step)(struct call *, struct txn *));

#endif
