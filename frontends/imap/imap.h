#ifndef IMAP_H
#define IMAP_H

#include "parse.h"

#include <postkeep/buf.h>
#include <postkeep/messages.h>
#include <postkeep/plugin.h>

#include <inttypes.h>

/*
 * One IMAP session (RFC 3501). A command is gathered whole, with its literals, parsed, and run by
 * its entry of the table in commands.c; each step ends in the wants of the next. Three lifetimes:
 * the session (struct imap), the selected mailbox (struct view, view.h), the command (struct
 * command and what host->alloc gives; gone at imap_next).
 */
enum imap_state {
	IMAP_ANON,     /* RFC 3501 3.1: not authenticated */
	IMAP_USER,     /* 3.2: authenticated */
	IMAP_SELECTED, /* 3.3 */
};

/*
 * What the client has turned on, for good: by ENABLE (RFC 5161), or by a command that implies it.
 */
enum imap_mode {
	MODE_CONDSTORE = 1 << 0, /* RFC 7162 3.1: modseqs are told */
	MODE_QRESYNC = 1 << 1,   /* RFC 7162 3.2: VANISHED for EXPUNGE; CONDSTORE with it */
	MODE_UTF8 = 1 << 2,      /* RFC 6855: UTF-8 in names and quoted strings */
	MODE_REV2 = 1 << 3,      /* RFC 9051; names are UTF-8 and nothing is recent */
};

/* Limits that no setting changes. */
#define IMAP_ANON_MAX   8192    /* octets of a command before login, with its literals */
#define IMAP_TEXT_MAX   65536   /* and after it; a message's literal does not count */
#define IMAP_BAD_MAX    10      /* BAD answers in a row that end a session */
#define IMAP_TRIES_MAX  4       /* failed logins that end it */
#define IMAP_SILENCE_MS 1860000 /* RFC 3501 5.4: at least 30 minutes */
#define IMAP_CALLS      4       /* requests of one session under way */
#define LITERAL_MINUS   4096    /* RFC 7888 section 5 */

struct imap;

/* Takes the next thing that happened, whatever was wanted; returns wants. */
typedef uint32_t imap_then(struct imap *s, struct pk_in *in);
/* Goes on without anything having happened. */
typedef uint32_t imap_step(struct imap *s);

/* What the listener's options say. */
struct imap_conf {
	uint64_t append_limit; /* octets of one message */
	bool plain;            /* passwords also without TLS */
	bool scram;            /* it is offered */
	bool compress;         /* COMPRESS may be used */
	bool eight_bit;        /* headers of eight bits are taken from everybody (RFC 6855 4) */
	bool literal_minus; /* LITERAL-: none of more than LITERAL_MINUS octets without waiting */
};

enum imap_ending { /* close when the command is over */
	           GOING_ON,
	           ENDING,    /* the client will say no more */
	           ENDING_BYE /* the host wants to end */
};

/* The command under way; in command memory. */
struct command {
	struct slice tag;
	const struct imap_command *entry;
	size_t args;           /* where in the text its arguments begin */
	struct slice given;    /* the first mailbox name in it, as the client wrote it */
	bool denormal;         /* NFC made another of it or of the second one */
	bool uid;              /* UID form: numbers are UIDs */
	struct slice response; /* what follows the tag at the end: "OK done" */
	struct slice saying;   /* what is left of a long text */
	imap_step *said;       /* and what then */
	struct sync *sync;     /* telling the mailbox, at the end (sync.c) */
	struct resync *resync; /* telling what happened before (resync.c) */
	bool numbers;          /* UID form, but with message numbers in it: no EXPUNGE */
	bool highest;          /* its OK tells HIGHESTMODSEQ, to who knows of modseqs */
	void *own;             /* the command's own state, in command memory */
	/* Frees what `own` has besides command memory; NULL: nothing. Also when the session ends.
	 */
	void (*clean)(void *own);
};

struct imap {
	struct pk_io *io;
	const struct imap_conf *conf;
	imap_then *then;
	struct command *cmd;  /* NULL between commands */
	struct view *view;    /* the selected mailbox, or NULL */
	struct buf text;      /* the command as it came: lines and literals */
	struct buf request;   /* the request being encoded */
	struct buf scratch;   /* one line of output being made */
	uint64_t message_max; /* octets of a message that the store takes; known after login */
	uint32_t serial;      /* of the command: in the tags of its requests */
	uint8_t state;        /* enum imap_state */
	uint8_t modes;        /* bits of enum imap_mode */
	uint8_t bad;          /* BAD answers in a row */
	uint8_t tries;        /* failed logins */
	uint8_t ending;       /* enum imap_ending */
	bool deflated;        /* COMPRESS is active */
	bool in_literal;      /* output stopped inside a literal: no other words may follow */
	bool skipping;        /* a literal was announced with "+" and is not taken yet: if the
	                         command ends, it and the rest of its line are dropped */
	uint64_t skip;        /* octets of it */
};

/* What a command may tell about other sessions' work when it ends (RFC 3501 7.4.1, 5.5). */
enum imap_tell {
	TELL_NOTHING,
	TELL_KEEP, /* all but EXPUNGE, unless it is the UID form */
	TELL_ALL,
};

/* One command of the table. */
struct imap_command {
	struct slice name;
	uint8_t states; /* bit 1 << enum imap_state where it is allowed */
	uint8_t tell;   /* enum imap_tell */
	bool uid;       /* has a UID form */
	uint32_t (*run)(struct imap *s, struct parser *args); /* args: what follows the name */
};

/* input.c: lines and literals in, until a command is whole. */
uint32_t imap_next(struct imap *s); /* ends the command, waits for the next */
void imap_forget(struct imap *s);   /* frees what the command had */
/* If this line announces a literal with "+", it is dropped when the command ends, unless taken. */
void imap_skip_announced(struct imap *s, struct slice line);
bool imap_between(const struct imap *s); /* no command is under way, or only IDLE */

/* commands.c */
/* Sets up s->cmd from the tag and the name at the start of s->text. False: the answer has been
 * written, *wants is what follows. */
bool imap_begin(struct imap *s, uint32_t *wants);
uint32_t imap_run(struct imap *s); /* the command is whole */

/* capabilities.c */
void put_capabilities(struct imap *s); /* "CAPABILITY IMAP4rev1 ..." */

/* respond.c: output, beside proto/say.h. */
static inline void put(struct imap *s, struct slice text)
{
	pk_put(s->io, text);
}
static inline bool out_full(const struct imap *s)
{
	return s->io->out_n >= s->io->out_high;
}

/*
 * Ends of a command, each returns the wants that follow. ok and no tell first what else has changed
 * in the mailbox, as the table allows; the text is what follows the tag, without its line end, and
 * is copied.
 */
uint32_t imap_ok(struct imap *s, struct slice text);      /* text: "OK ..." or "NO ..." */
uint32_t imap_respond(struct imap *s, struct slice text); /* the same, of any length, not copied */
uint32_t imap_done(struct imap *s);                       /* "OK NAME completed" */
uint32_t imap_no(struct imap *s, enum pk_status st);      /* words of the status */
uint32_t imap_bad(struct imap *s, struct slice why);      /* without "BAD" */
uint32_t imap_bye(struct imap *s, struct slice reason);   /* "* BYE ...", closes */
struct slice status_words(enum pk_status st);             /* "NO [CODE] words" */

/* NO: octets of some messages could not be read. why: unread_why of all reasons; what is corrupt
 * stays so, the rest is worth another try. */
uint32_t imap_unread(struct imap *s, enum pk_status why);
static inline enum pk_status unread_why(enum pk_status before, enum pk_status now)
{
	return before == PK_EIO || now == PK_EIO ? PK_EIO : PK_EUNAVAILABLE;
}

/* Writes a text of any length, in turns if need be, and goes on. It must stay where it is. */
uint32_t imap_say(struct imap *s, struct slice text, imap_step *after);

/*
 * Requests. Encode into imap_request(), then imap_call with a tag of the command's own, or imap_ask
 * for the only one under way. False: no call is left or memory ran out; imap_ask then ends the
 * session.
 */
struct buf *imap_request(struct imap *s);                    /* emptied */
bool imap_call(struct imap *s, enum pk_op op, uint32_t tag); /* tag: 16 bits */
void imap_cancel(struct imap *s, uint32_t tag);
uint64_t imap_full_tag(const struct imap *s, uint32_t tag); /* as the host is given it */
uint32_t imap_ask(struct imap *s, enum pk_op op, imap_then *next);
#define ASK(s, name, next, ...)                                                              \
	(pk_put_##name##_req(imap_request(s), &(const struct pk_##name##_req){__VA_ARGS__}), \
	 imap_ask(s, PK_OP_##name, next))
#define CALL_STORE(s, name, tag, ...)                                                        \
	(pk_put_##name##_req(imap_request(s), &(const struct pk_##name##_req){__VA_ARGS__}), \
	 imap_call(s, PK_OP_##name, tag))

static inline uint32_t imap_tag(const struct pk_in *reply)
{
	return (uint32_t)reply->tag & 0xffff;
}

/* The cursor of an input that must come again; the host takes one that does not move for the end,
 * so a bit of it always does. 0 the first time. */
static inline uint64_t resumed_at(const struct pk_in *in)
{
	return in->resume >> 2;
}
static inline void resume_at(struct pk_in *in, uint64_t at)
{
	in->resume = at << 2 | 2 | (~in->resume & 1);
}

enum pk_status reply_status(const struct pk_in *in);
void *imap_alloc(struct imap *s, size_t bytes);   /* command memory; NULL: none */
bool imap_copy(struct imap *s, struct slice *of); /* into command memory */

/* A mailbox name as an argument, into command memory as the store wants it. False: p->error is set,
 * or *st is why the name cannot be. */
bool mailbox_arg(struct imap *s, struct parser *p, struct slice *name, enum pk_status *st);
/* A space before it, and nothing behind it if `last`. False: *wants has the answer. */
bool name_arg(struct imap *s, struct parser *p, bool last, struct slice *name, uint32_t *wants);
void put_mailbox(struct imap *s, struct slice utf8); /* as an astring in the form of the mode */

/* RFC 8474 4: what a mailbox keeps through RENAME; for printf. */
#define MAILBOX_ID "F%016" PRIx64

/* What one message may have: the listener's and the store's limit both hold (RFC 7889). */
static inline uint64_t imap_append_limit(const struct imap *s)
{
	uint64_t listener = s->conf->append_limit;

	return s->message_max && s->message_max < listener ? s->message_max : listener;
}
static inline bool names_are_utf8(const struct imap *s)
{
	return s->modes & (MODE_UTF8 | MODE_REV2);
}
/* RFC 9051 appendix E: rev2 has no \Recent, in no answer. */
static inline bool tells_recent(const struct imap *s)
{
	return !(s->modes & MODE_REV2);
}

/* Has the session to hide passwords from the wire now? (RFC 3501 6.2.3, LOGINDISABLED) */
bool login_disabled(const struct imap *s);

/* The commands, one file a noun. */
uint32_t cmd_capability(struct imap *s, struct parser *p);
uint32_t cmd_enable(struct imap *s, struct parser *p);
uint32_t cmd_noop(struct imap *s, struct parser *p);
uint32_t cmd_logout(struct imap *s, struct parser *p);
uint32_t cmd_id(struct imap *s, struct parser *p);
uint32_t cmd_starttls(struct imap *s, struct parser *p);
uint32_t cmd_compress(struct imap *s, struct parser *p);
uint32_t cmd_authenticate(struct imap *s, struct parser *p);
uint32_t cmd_login(struct imap *s, struct parser *p);
uint32_t cmd_namespace(struct imap *s, struct parser *p);
uint32_t cmd_select(struct imap *s, struct parser *p);
uint32_t cmd_examine(struct imap *s, struct parser *p);
uint32_t cmd_create(struct imap *s, struct parser *p);
uint32_t cmd_delete(struct imap *s, struct parser *p);
uint32_t cmd_rename(struct imap *s, struct parser *p);
uint32_t cmd_subscribe(struct imap *s, struct parser *p);
uint32_t cmd_unsubscribe(struct imap *s, struct parser *p);
uint32_t cmd_status(struct imap *s, struct parser *p);
uint32_t cmd_getquota(struct imap *s, struct parser *p);
uint32_t cmd_getquotaroot(struct imap *s, struct parser *p);
uint32_t cmd_setquota(struct imap *s, struct parser *p);
uint32_t cmd_getmetadata(struct imap *s, struct parser *p);
uint32_t cmd_setmetadata(struct imap *s, struct parser *p);
uint32_t cmd_list(struct imap *s, struct parser *p);
uint32_t cmd_lsub(struct imap *s, struct parser *p);
uint32_t cmd_close(struct imap *s, struct parser *p);
uint32_t cmd_unselect(struct imap *s, struct parser *p);
uint32_t cmd_expunge(struct imap *s, struct parser *p);
uint32_t cmd_store(struct imap *s, struct parser *p);
uint32_t cmd_copy(struct imap *s, struct parser *p);
uint32_t cmd_move(struct imap *s, struct parser *p);
uint32_t cmd_fetch(struct imap *s, struct parser *p);
uint32_t cmd_search(struct imap *s, struct parser *p);
uint32_t cmd_sort(struct imap *s, struct parser *p);
uint32_t cmd_thread(struct imap *s, struct parser *p);
uint32_t cmd_idle(struct imap *s, struct parser *p);
uint32_t cmd_append(struct imap *s, struct parser *p);

#endif
