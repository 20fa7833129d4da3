#ifndef CTL_H
#define CTL_H

#include "ipc/client.h"
#include "selector.h"

#include <jansson.h>
#include <sysexits.h>

/* One run of pkctl: what was asked for, the link to the store, and the answer that gathers. */
#define RECIPIENTS_MAX 1000

struct options {
	const char *socket, *reason, *as, *from, *data, *key, *before;
	const char *owner, *store_owner, *tenant, *domain, *user; /* of init */
	const char *octets, *messages, *mailboxes, *protocols;
	const char *to[RECIPIENTS_MAX];
	size_t to_count;
	const char *service, *since, *span; /* of time: back, ahead */
	bool json, yes, dry_run, batch, hashed, no_password, all, bodies;
};

struct ctl {
	struct options opt;
	struct client client;
	bool connected;
	struct slice reply;       /* frame of the last call; until the next one */
	bool more;                /* others follow: ctl_more */
	json_t *doc;              /* the answer: printed at the end, as JSON or for people */
	struct selector selector; /* the first argument, where it is one */
	bool own_reason; /* the last line of a batch had one of its own, or was as another */
	const struct buf *secret; /* a password that came with a line of a batch; else NULL */
	char error[256];          /* what ctl_fail said last */
};

/*
 * Every command is one row. `options` are the letters of those in main.c's table that it takes
 * beside the general ones. Its run function gets what stands behind the verb and returns the exit
 * status: EX_OK, or what ctl_fail made of a failure.
 */
struct command {
	const char *noun, *verb; /* verb NULL: the noun says it all */
	const char *arguments, *options, *help;
	int min, max; /* arguments */
	bool local;   /* talks to no server */
	int (*run)(struct ctl *, int count, char **arguments);
};

/* All of them, noun by noun; NULL at the end. */
extern const struct command *const nouns[];

/* NOUN VERB, or NOUN where that says it all, whatever verb is then. NULL: there is none. */
const struct command *ctl_command(const char *noun, const char *verb);

/* The i-th option's name, "" where the command does not take it; NULL: no more. */
const char *ctl_option(size_t i, const struct command *);
bool ctl_option_takes_value(const char *name);

/* Each ends with a noun of NULL. */
extern const struct command tenant_commands[], domain_commands[], user_commands[],
	user_pop3_commands[], alias_commands[], mailbox_commands[], message_commands[],
	quota_commands[], vault_commands[], server_commands[], init_commands[], plugin_commands[],
	credential_commands[], session_commands[], trace_commands[], sendas_commands[],
	complete_commands[];

#define EXIT_PARTLY 2 /* some of many failed */

/* Connects, says hello, announces session 1. EX_OK or the exit status; it was said why. */
int ctl_connect(struct ctl *);
/* Says for whom and why the next requests are; ctl_connect does it too. */
enum pk_status ctl_announce(struct ctl *);
void ctl_close(struct ctl *);

/* Sends the request in b and frees b; then ctl->reply is the first frame of the answer. */
enum pk_status ctl_call(struct ctl *, enum pk_op, struct buf *b);
enum pk_status ctl_more(struct ctl *);

/* enum pk_status st = CALL(ctl, domain_create, .tenant = name, .domain = domain); */
#define CALL(ctl, op, ...)                                                          \
	({                                                                          \
		struct buf request_ = {0};                                          \
		pk_put_##op##_req(&request_, &(struct pk_##op##_req){__VA_ARGS__}); \
		ctl_call(ctl, PK_OP_##op, &request_);                               \
	})

/*
 * Takes all frames of an answer: each(reply, into) for every one. st: of the call. Returns the
 * exit status; `what` names the thing in the error.
 */
int ctl_gather(struct ctl *, enum pk_status st, enum pk_status (*each)(struct slice, json_t *),
               json_t *into, const char *what);

/*
 * A list of what there is below a selector, or below each tenant where it is NULL: ask() sends the
 * request for one. Otherwise as ctl_gather.
 */
struct ctl_list {
	enum pk_status (*ask)(struct ctl *, struct slice selector);
	enum pk_status (*each)(struct slice reply, json_t *doc);
	const char *name; /* of the array in ctl->doc */
};
int ctl_list(struct ctl *, const struct ctl_list *, const char *selector);

/* Says what failed, and why, on stderr; returns the exit status for it. PK_OK: EX_OK. */
int ctl_fail(struct ctl *, enum pk_status st, const char *what);

/*
 * For commands that destroy: says what will happen, asks on the terminal, or wants --yes. EX_OK:
 * go on. A no is EX_NOPERM, no terminal EX_USAGE. With --dry-run it is said and no more: CTL_DRY,
 * which the command returns.
 */
[[gnu::format(printf, 2, 3)]] int ctl_confirm(struct ctl *, const char *format, ...);
#define CTL_DRY (-1)

/* KEY=VALUE arguments as rows of REC(setting). False: one has no '=', it was said. */
bool ctl_settings(struct buf *rows, int count, char **arguments);

#endif
