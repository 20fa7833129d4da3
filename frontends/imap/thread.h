#ifndef IMAP_THREAD_H
#define IMAP_THREAD_H

#include "forest.h"
#include "names.h"
#include "ordering.h"

#include <postkeep/buf.h>
#include <postkeep/status.h>

/*
 * THREAD (RFC 5256 section 3): messages in, in any order; then turns of bounded work; then trees.
 * All of it is n log n, whatever the messages say of one another: a link that would make a loop is
 * found by forest.h, and siblings are sorted by one order of all messages.
 *
 * A node is a message id, seen or only referred to ("dummy"); messages without an id, or with that
 * of an earlier one, have a node of their own, and so have the dummies of step 5.
 */
#define THREAD_NONE     UINT32_MAX
#define THREAD_IDS_MAX  (1u << 21) /* ids of all messages and references; more: NO [LIMIT] */
#define THREAD_TEXT_MAX ((size_t)96 << 20) /* octets of them */

enum thread_algorithm { THREAD_ORDEREDSUBJECT, THREAD_REFERENCES };

/* What is known of a message. */
struct thread_facts {
	uint32_t uid;
	int64_t sent_ms;      /* RFC 5256 2.2 */
	struct slice subject; /* base subject, in the form of words_casemap */
	bool reply_or_forward;
	struct slice id;         /* normal form; empty: none */
	struct slice references; /* for summary_reference_next; empty: none */
	struct slice in_reply_to;
};

struct thread_node {
	uint32_t parent;
	uint32_t message;           /* THREAD_NONE: a dummy */
	uint32_t first, last, next; /* children; siblings */
	uint32_t kids;              /* of a dummy at the top */
};

struct threads {
	enum thread_algorithm algorithm;
	struct names ids, subjects;
	struct buf messages;   /* struct thread_message each */
	struct buf references; /* node numbers */
	uint32_t n;            /* messages */
	/* Since thread_begin. */
	unsigned step;
	uint32_t at; /* how far the step is */
	struct ordering order;
	uint32_t *date_order; /* messages by date */
	struct thread_node *nodes;
	uint32_t nodes_n, nodes_max;
	uint32_t *of_subject; /* the node in the subject table */
	struct forest forest;
	uint32_t roots, last_root; /* the first and the last at the top */
};

/* The keys of the names are random. PK_OK, PK_ENOMEM, PK_ELIMIT. */
enum pk_status thread_add(struct threads *t, const struct thread_facts *facts);

bool thread_begin(struct threads *t); /* all messages are in; false: out of memory */
enum thread_turn {
	THREAD_AGAIN,
	THREAD_DONE,
	THREAD_MEMORY
} thread_turn(struct threads *t, uint32_t steps);
uint32_t thread_uid(const struct threads *t, uint32_t node); /* of a node with a message */
void thread_free(struct threads *t);

#endif
