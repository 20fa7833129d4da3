#ifndef STORE_DELIVERY_H
#define STORE_DELIVERY_H

#include "message_new.h"
#include "reserve.h"

/*
 * A message on its way to the mailboxes of its recipients. In the transaction everything is checked
 * first, with what the message itself adds along the way counted; then the body gets its name once
 * a tenant, with as many references as rows, and then the rows are written. All or none: the first
 * refusal ends it before a write. Each for itself: who is refused is left out.
 */
/* Octets of a body that a host adds to what its client has sent: Received, and fields that a user's
 * message lacks. A limit of messages is of the client's. */
#define TRACE_MAX 2048

struct copy { /* one mailbox that gets the message */
	struct goal goal;
	const char *address;   /* its own, in its first recipient */
	struct slice original; /* of that; may be empty */
	struct message_draft draft;
	bool taken;          /* in the transaction: it gets the message */
	bool loaded;         /* the mailbox is loaded */
	uint32_t uid, docid; /* once it is stored */
	bool told;           /* the trace has it */
	struct owner *owner;
	struct mailbox mailbox;
	struct slice make; /* it is made first, under this name, for sent mail */
};

struct owner { /* of one or several of these mailboxes */
	uint64_t acct;
	bool loaded;
	struct account account;
	struct quota_need need; /* what it gets of the message */
};

struct share {                   /* what one tenant, or domain of it, gets of the message */
	uint32_t tenant, domain; /* domain 0: all of the tenant */
	struct quota_need need;
	uint64_t blob;
};

struct answer {
	enum pk_status status;
	uint8_t scope;            /* of a quota */
	bool lasting;             /* refused for good */
	struct slice asked, text; /* text: the tenant's words for a refusal */
};

struct delivery {
	struct slice return_path, summary, message_id; /* of the request */
	bool each;                                     /* every recipient for itself */
	uint64_t sender; /* who submits it, and may get a copy, with this Bcc; 0: nobody does */
	uint32_t sender_domain;
	struct slice bcc;
	enum pk_status (*prepare)(struct call *); /* on the work pool, before; may be NULL */
	enum pk_status (*apply)(struct call *, struct txn *);
	void (*answer)(struct call *); /* after the commit, when it was stored: fills c->out */
	void *more;                    /* the request's own */
	struct ingest *body;
	struct rcpt *rcpts; /* their places are held until the end */
	struct copy *copies;
	struct copy *own; /* behind them: the sender's; NULL. It is nobody's delivery. */
	struct owner *owners;
	size_t count, owner_count;
	struct answer *answers; /* of the recipients, in their order */
	size_t answered;
	uint32_t *tenants;
	size_t tenant_count;
	struct share *shares; /* at most two a copy */
	size_t share_count;
	uint64_t octets;      /* that were stored, of all copies */
	uint32_t traces;      /* the number of the first row of the trace */
	uint32_t trace_count; /* rows so far */
	struct volume *volume;
	bool stored;
	enum pk_status status;
};

/*
 * A delivery with the first group of its members set becomes c->state, and takes the body and the
 * session's recipients; false: it has ended the call in clear words. Then it is sent on its way,
 * which answers the call.
 */
/* Nothing is in it that could end a line of a header. */
bool delivery_header_text(struct slice text);
bool delivery_take(struct call *, const struct delivery *, uint16_t body);
void delivery_send(struct call *);
void delivery_put_answers(struct call *); /* struct pk_result for each recipient, in c->rows */

struct copy *delivery_copy(struct delivery *, const struct goal *); /* NULL */

/* For who checks the sender's copy, which is loaded, or its owner is and its mailbox will be made:
 * it is taken, unless quota forbids it: PK_EQUOTA. */
enum pk_status delivery_load_owner(struct txn *, struct owner *, uint32_t domain);
enum pk_status delivery_take_copy(struct delivery *, struct txn *, struct copy *, uint8_t *scope);

/* What the transaction does, in this order. */
enum pk_status delivery_check(struct call *, struct txn *);
enum pk_status delivery_store(struct call *, struct txn *);
void delivery_free(struct delivery *, struct server *);

#endif
