#ifndef STORE_LOGIN_H
#define STORE_LOGIN_H

#include "auth.h"
#include "auth_cache.h"
#include "auth_failures.h"
#include "auth_queue.h"
#include "credential.h"
#include "online.h"
#include "tenant.h"

/*
 * One attempt to log in, by whatever mechanism:
 *
 *	login_name -> login_find -> (the mechanism's own proof) -> login_admit or login_fail
 *
 * A name that does not exist takes the same way with a secret that nobody has. Loop thread, but
 * for the proof.
 */
struct subject {                /* whom the client says it is */
	struct buf user;        /* the name as given, with a domain */
	struct address address; /* folded */
	struct volume *volume;
	uint64_t acct;
	uint32_t tenant; /* of the domain; 0: not served */
	uint32_t domain;
	uint32_t version;   /* user_row.credential_version when it was looked up */
	uint16_t number;    /* of the credential that it proved, or will */
	uint8_t kind;       /* enum credential_kind */
	struct buf label;   /* of that credential */
	struct buf counted; /* the name that failures count for, where it is not `user` */
	/* What else the name says to POP3: */
	bool recent;       /* "recent:" in front of it */
	struct buf folder; /* "+Folder" behind the local part, of a user without it */
};

/* An answer that waits; in its call's arena. */
struct auth_held {
	struct call *call;
	int64_t due_ms;
	void (*release)(struct call *);
	struct auth_held *next;
};

struct login { /* an auth call's state */
	struct subject who;
	struct slice password; /* in c->in */
	struct buf plain;      /* the credential's row, opened */
	struct credential_row row;
	bool found;          /* there is such a user, and row is its credential */
	bool right;          /* set by the proof */
	bool scram;          /* the tenant's users may have SCRAM keys */
	const char *why;     /* what is known of a refusal, a word for the log; or NULL */
	struct secret fresh; /* the password hashed anew; iterations and hash empty: not needed */
	unsigned hashes;     /* Argon2id run for it */
	unsigned char mac[AUTH_MAC];
	struct buf words; /* the mechanism's last ones */
	struct auth_held held;
	struct auth_ticket ticket;
};

struct auths {
	struct auth_cache cache;
	struct auth_failures failures;
	struct auth_queue queue;
	struct online online;
	struct buf dummy;           /* a hash that nobody's password has, of the same price */
	unsigned char salt_key[32]; /* of salts for users that do not exist; the same for ever */
	struct auth_held *held, **held_last;
	struct auth_counts counts;
	int64_t looked_ms; /* for sessions that are too old */
};

/* Of a session, between the steps of one exchange. */
struct auth {
	uint8_t step;
	const struct auth_mechanism *mechanism;
	struct buf user; /* LOGIN's first answer */
	struct subject who;
	struct scram scram;
	bool found;
	const char *why; /* of struct login */
};

/* Puts the state on the call. NULL: it was answered. */
struct login *login_new(struct call *);
/* The account's name, with the house's domain when it has none. False: no address can look so. */
bool login_name(struct call *, struct slice given);
/* POP3: takes "+Folder" off a name that nobody has, for another login_find. False: there is none.
 */
bool login_folder(struct call *);
/* Which maildrop the name meant, where it is not the user's usual one; into the session. */
enum pk_status login_maildrop(struct call *);
/* Finds the account and lets `read` look at its credentials, which leaves PK_OK or PK_ENOTFOUND.
 * Another status: the store cannot look now. */
enum pk_status login_find(struct call *, enum pk_status (*read)(struct call *, struct txn *));
/* What keeps a credential from being used here and now, a word for the log. NULL: nothing does. */
const char *login_credential_unfit(const struct call *, const struct credential_row *,
                                   int64_t now_ms);
/* The word for a proof that is not right; `word`, where nothing better is known. */
const char *login_why(const struct login *, const char *word);

/* End the call. reason: one word for the log. */
void login_admit(struct call *); /* after the right proof only */
void login_fail(struct call *, const char *reason);
void login_refuse(struct call *, const char *reason); /* in the same words, not counted */
void login_busy(struct call *);
void login_unavailable(struct call *);
void login_origin(const struct call *, struct auth_origin *);

void subject_free(struct subject *);
void subject_move(struct subject *to, struct subject *from); /* all but the address */
void auth_hold(struct server *, struct auth_held *);

/* Goes on with `then`, at once or when what this origin did wrong before has been waited for. */
void login_wait(struct call *, void (*then)(struct call *));

/* The mechanisms' steps. */
void auth_challenge(struct call *, struct slice words); /* asks the client for more */
void login_password(struct call *, struct slice user, struct slice password);
void scram_step(struct call *, const struct pk_auth_req *, bool plus);
void external_step(struct call *, const struct pk_auth_req *);

#endif
