#ifndef MAIL_MODEL_H
#define MAIL_MODEL_H

/*
 * What an account must look like, the plain way: arrays, no rows, no pages. Messages stand in the
 * order of their UIDs; keywords are bits of a pool that every mailbox shares.
 */
#include <postkeep/messages.h>

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MODEL_MAILBOXES 64
#define MODEL_MESSAGES  400 /* of a mailbox, at most */
#define MODEL_KEYWORDS  6

static const char *const model_keywords[MODEL_KEYWORDS] = {"$Forwarded", "$Junk", "NonJunk",
                                                           "work",       "later", "$MDNSent"};

struct model_message {
	uint32_t uid;
	uint64_t flags;    /* system */
	unsigned keywords; /* bits of model_keywords */
	unsigned content;  /* which body */
};
struct model_mailbox {
	bool exists;
	char name[64];
	uint64_t id;
	uint32_t uidvalidity, uidnext;
	struct model_message messages[MODEL_MESSAGES];
	unsigned n;
};
struct model {
	struct model_mailbox mailboxes[MODEL_MAILBOXES];
	unsigned delivered; /* copies ever made, by APPEND and COPY */
	unsigned vaulted;   /* expunged, kept */
	unsigned destroyed; /* and those that are no more */
};

static inline struct model_mailbox *model_find(struct model *m, const char *name)
{
	for (unsigned i = 0; i < MODEL_MAILBOXES; i++)
		if (m->mailboxes[i].exists && !strcmp(m->mailboxes[i].name, name))
			return &m->mailboxes[i];
	return NULL;
}

static inline struct model_mailbox *model_by_id(struct model *m, uint64_t id)
{
	for (unsigned i = 0; i < MODEL_MAILBOXES; i++)
		if (m->mailboxes[i].exists && m->mailboxes[i].id == id)
			return &m->mailboxes[i];
	return NULL;
}

static inline struct model_mailbox *model_create(struct model *m, const char *name, uint64_t id,
                                                 uint32_t uidvalidity)
{
	for (unsigned i = 0; i < MODEL_MAILBOXES; i++) {
		struct model_mailbox *b = &m->mailboxes[i];

		if (b->exists)
			continue;
		memset(b, 0, sizeof(*b));
		b->exists = true;
		b->id = id;
		b->uidvalidity = uidvalidity;
		b->uidnext = 1;
		snprintf(b->name, sizeof(b->name), "%s", name);
		return b;
	}
	return NULL;
}

static inline struct model_message *model_message(struct model_mailbox *b, uint32_t uid)
{
	for (unsigned i = 0; i < b->n; i++)
		if (b->messages[i].uid == uid)
			return &b->messages[i];
	return NULL;
}

/* A copy of `like` under the next UID. */
static inline uint32_t model_add(struct model_mailbox *b, struct model_message like)
{
	assert(b->n < MODEL_MESSAGES);
	like.uid = b->uidnext++;
	b->messages[b->n++] = like;
	return like.uid;
}

static inline void model_take_out(struct model_mailbox *b, struct model_message *gone)
{
	unsigned at = (unsigned)(gone - b->messages);

	memmove(gone, gone + 1, (b->n - at - 1) * sizeof(*gone));
	b->n--;
}

static inline void model_expunge(struct model *m, struct model_mailbox *b,
                                 struct model_message *gone)
{
	model_take_out(b, gone);
	m->vaulted++;
}

static inline unsigned model_count(const struct model *m)
{
	unsigned n = 0;

	for (unsigned i = 0; i < MODEL_MAILBOXES; i++)
		n += m->mailboxes[i].exists ? m->mailboxes[i].n : 0;
	return n;
}

#endif
