#ifndef IPC_CONTROL_H
#define IPC_CONTROL_H

#include <postkeep/buf.h>
#include <postkeep/status.h>

/*
 * Supervisor and children talk in datagrams over a SOCK_SEQPACKET pair: one of the ctl_ records
 * of messages.def behind its kind, and the file descriptors that belong to it.
 */
enum control_kind {
	CONTROL_LINK = 1, /* ctl_link and one stream socket: a new link to store or host */
	CONTROL_LISTENER =
		2, /* ctl_listener and a listening socket: to a host. One of a name it has
	              is changed, for new sessions; without a socket it keeps its own */
	CONTROL_CERTIFICATE = 3, /* ctl_certificate: to a host, in place of the one of its name */
	CONTROL_START = 4,       /* no payload: all that a child needs has been sent */
	CONTROL_READY = 5,       /* ctl_ready: the child serves now */
	CONTROL_DRAIN = 6,       /* ctl_drain: finish and end */
	CONTROL_LATCH = 7,       /* ctl_latch: the store could not sync a volume */
	CONTROL_UNLISTEN = 8,    /* ctl_name: a host's listener closes, its sessions go on */
	CONTROL_FORGET = 9,      /* ctl_name: a host shows this certificate to nobody new */
	CONTROL_REFUSED = 10,    /* ctl_refusal: what pkfrontd --check found */
	CONTROL_LOG = 11,        /* no payload, a descriptor: the log goes there from now on */
	CONTROL_BOARD = 12,      /* no payload, a descriptor of the board (board.h) */
	CONTROL_END_POINTS = 13, /* ctl_end_points: to the store */
	CONTROL_RELOAD = 14,     /* no payload: the store's wish, for pkctl(1) */
	CONTROL_RELOADED = 15,   /* ctl_reloaded: what came of it, to the store */
	CONTROL_METRICS = 16,    /* ctl_metrics and a page (os/metrics.h) */
	CONTROL_PROC = 17,       /* no payload, a descriptor: a child shows what /proc has of it */
	CONTROL_SUCCESSES = 18,  /* no payload, memory of SUCCESSES_OCTETS: in it a store that ends
	                            leaves its success cache to the next one */
};

#define SUCCESSES_OCTETS ((size_t)4 << 20)

#define CONTROL_MAX (512 << 10) /* octets of one datagram */

/* What was received. The descriptor, if any, is the receiver's to close; -1: none. */
struct control {
	enum control_kind kind;
	int fd;
	struct slice payload; /* points into the buffer given to control_receive */
};

/* Sends one datagram; fd -1: none. While the peer's queue is full it blocks, or is PK_ERETRY on a
 * non-blocking socket. */
enum pk_status control_send(int socket, enum control_kind kind, struct slice payload, int fd);

/*
 * Receives one. PK_ERETRY: nothing there (non-blocking socket); PK_EUNAVAILABLE: the peer is
 * gone; PK_EPROTO: not a control datagram.
 */
enum pk_status control_receive(int socket, struct buf *into, struct control *c);

#endif
