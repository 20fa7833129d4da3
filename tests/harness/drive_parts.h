#ifndef DRIVE_PARTS_H
#define DRIVE_PARTS_H

#include "drive.h"

#include "server.h"

#include "link.h"
#include "options.h"
#include "session.h"

/* What drive.c and drive_open.c share. */
struct drive_client {
	struct drive *d;
	struct session *s; /* NULL: closed */
	struct buf send;   /* what it has still to send */
	struct buf got;
	unsigned layers;
	bool eof, taken;
	bool holds; /* takes nothing */
};

/* One link: the host's end, the store's, and what is between them. */
struct wire_pair {
	struct link *link;
	struct peer *peer;
	struct buf up; /* frames that are not whole yet */
};

struct drive {
	struct drive_options options;
	struct server server;
	struct service service;
	struct board *board;
	struct wire_pair wires, lost;
	struct peer *admin;
	struct buf answer;
	struct arena arena;
	struct listener_options listener;
	void *conf;
	struct drive_client clients[DRIVE_CLIENTS];
	unsigned client_count;
	uint64_t schedule, random;
	uint64_t steps, steps_max; /* of drive_run; 0: no limit */
	uint64_t heard;            /* octets that all clients got */
	int64_t now_ms;
	uint64_t told; /* octets that the store has said to sessions' links */
	enum pk_status inject;
	uint16_t inject_op; /* 0: any */
	char dir[100];
	char warned[200]; /* what a plugin warned of last */
};

[[gnu::format(printf, 1, 2), gnu::noreturn]] void drive_give_up(const char *format, ...);
void drive_must(enum pk_status st, const char *what);
/* A generator for all: the harness is the same again for the same seed. */
uint64_t drive_random(uint64_t *state);
void drive_add_link(struct drive *d);

#endif
