#ifndef IMAP_THREAD_PRIVATE_H
#define IMAP_THREAD_PRIVATE_H

#include "thread.h"

/* What thread.c (what there is, and the order of things) and thread_tree.c (the trees) share. */
struct thread_message {
	int64_t sent_ms;
	uint32_t uid;
	uint32_t node;       /* its own; before thread_link: that of its id, or THREAD_NONE */
	uint32_t references; /* where they begin */
	uint32_t references_n;
	uint32_t subject; /* THREAD_NONE: empty */
	bool reply;
};

static inline struct thread_message *message_of(const struct threads *t, uint32_t i)
{
	return (struct thread_message *)(void *)t->messages.p + i;
}

/* One step of a phase for the i-th thing; each is O(log n) amortised. */
void thread_link(struct threads *t, uint32_t i);  /* step 1, for the message at order.at[i] */
void thread_group(struct threads *t, uint32_t i); /* ORDEREDSUBJECT, all of it, likewise by date */
void thread_prune(struct threads *t, uint32_t i); /* steps 2 and 3, for message i */
void thread_prune_top(struct threads *t, uint32_t i);  /* the rest of 3, likewise */
void thread_hang(struct threads *t, uint32_t i);       /* step 4 or 6, for the message at date i */
void thread_unhang(struct threads *t, uint32_t node);  /* before that */
void thread_subject(struct threads *t, uint32_t root); /* step 5 B */
void thread_merge(struct threads *t, uint32_t root);   /* step 5 C */

#endif
