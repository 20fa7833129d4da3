#ifndef POP3_H
#define POP3_H

#include <postkeep/buf.h>
#include <postkeep/messages.h>
#include <postkeep/plugin.h>

#include "ahead.h"
#include "maildrop.h"
#include "proto/dots.h"
#include "proto/sasl.h"
#include "texts.h"

/*
 * POP3 (RFC 1939) with CAPA and response codes (RFC 2449, RFC 3206), STLS (RFC 2595), AUTH (RFC
 * 5034), UTF8 and LANG (RFC 6856). If you want to write a protocol of your own, read this plugin
 * first; pk-plugin(7) walks through it. It is made of what is installed for authors and nothing
 * else:
 *
 *	plugin.c    the way in: options, and what can happen to a session
 *	commands.c  the table of commands, and the short ones
 *	answer.c    how commands end; texts.c has the words in other languages
 *	ask.c       requests to the store
 *	session.c   CAPA, LANG, UTF8
 *	login.c     USER, PASS, AUTH, and opening the maildrop (maildrop.c)
 *	listing.c   LIST, UIDL: long answers in turns
 *	retrieve.c  RETR: many under way, octets as there is room, the next ones read
 *	            ahead (ahead.c)
 *	top.c       TOP
 *	quit.c      QUIT: what becomes of it all
 */
#define POP3_VERSION    "1.0"
#define POP3_LINE_MAX   512 /* octets of a command after the login; RFC 2449 section 4 wants 255 */
#define POP3_SILENCE_MS 600000 /* RFC 1939 section 3: at least ten minutes, and others wait */
#define POP3_QUEUE      64     /* RETRs that may be under way */
#define POP3_CALLS      4      /* requests of them */

/* A listener's options. */
struct pop3_conf {
	bool plain;                  /* passwords may come without TLS */
	bool scram;                  /* it is offered */
	enum pop3_language language; /* where a client asks for none, and for "*" */
};

enum pop3_state { POP3_AUTHORIZATION, POP3_TRANSACTION };

/*
 * RETRs under way, oldest first. Those that come in one go are asked for in one request, and some
 * requests may be under way, so that the store never waits for the client nor the other way round.
 * With one that comes alone, for the message behind the last one, the next ones are read ahead.
 */
struct retrieval {
	uint16_t count;             /* messages in the queue */
	uint16_t asked;             /* of them the store has been asked for */
	uint8_t calls;              /* requests under way */
	uint16_t left[POP3_CALLS];  /* messages of each request that are not answered yet */
	uint32_t queue[POP3_QUEUE]; /* numbers of messages */
	uint32_t next;              /* behind the last message that was answered */
	uint64_t sent;              /* octets of the first message */
	struct dots_out dots;
	struct ahead ahead;
};

/* A line waits until the RETRs before it have been answered. */
struct held {
	bool any, too_long;
	uint16_t n;
	char line[POP3_LINE_MAX];
};

/* TOP reads a piece at a time until it has seen enough lines. */
struct top {
	uint32_t number; /* of the message */
	bool in_body;    /* behind the empty line */
	bool has_text;   /* the line at hand is not empty */
	bool enough;
	uint64_t lines; /* of the body still to be sent */
	uint64_t seen;  /* octets */
	struct dots_out dots;
};

struct pop3;
typedef uint32_t pop3_then(struct pop3 *s, struct pk_in *reply);

struct pop3 {
	struct pk_io *io;
	const struct pop3_conf *conf;
	enum pop3_state state;
	bool draining; /* the host is to end */
	bool amid;     /* "+OK" of a long answer has been said: no other words before its end */
	enum pop3_language language;
	uint32_t errors;   /* bad commands one after the other */
	uint32_t failures; /* of logins */
	uint16_t user_n;
	char user[256]; /* of USER */
	struct sasl sasl;
	uint64_t tag;                      /* of the last request */
	pop3_then *then;                   /* takes replies */
	uint32_t handle;                   /* of the opened mailbox */
	uint32_t expire_days, login_delay; /* what the store says of it; UINT32_MAX: never */
	struct maildrop drop;
	struct retrieval reading;
	struct top top;
	uint32_t cursor;                  /* of a long answer: the next message */
	uint32_t told;                    /* QUIT: of those that were retrieved, the next one */
	uint32_t (*more)(struct pop3 *s); /* what goes on at PK_IN_AGAIN */
	struct held held;
};

/* commands.c: the table, and what finds a line's row in it */
struct pop3_command {
	struct slice verb;
	unsigned states;     /* where it is allowed: 1 << enum pop3_state */
	uint8_t least, most; /* arguments */
	uint32_t (*run)(struct pop3 *s, struct slice arg); /* returns wants */
};
extern const struct pop3_command pop3_commands[];
extern const size_t pop3_commands_count;
uint32_t pop3_command(struct pop3 *s, struct slice line);

/* login.c */
uint32_t pop3_cmd_user(struct pop3 *s, struct slice arg);
uint32_t pop3_cmd_pass(struct pop3 *s, struct slice arg);
uint32_t pop3_cmd_auth(struct pop3 *s, struct slice arg);
uint32_t pop3_sasl_line(struct pop3 *s, struct slice line); /* the client's part of AUTH */
bool pop3_may_login(const struct pop3 *s); /* passwords are allowed on this connection */
#define POP3_LOGIN_DELAY_MAX 86400         /* seconds that pop3.login_delay can be: pkctl(1) */

/* session.c: what is said of the session, and in which words */
uint32_t pop3_cmd_capa(struct pop3 *s, struct slice arg);
uint32_t pop3_cmd_lang(struct pop3 *s, struct slice arg);
uint32_t pop3_cmd_utf8(struct pop3 *s, struct slice arg);

/* quit.c */
uint32_t pop3_cmd_quit(struct pop3 *s, struct slice arg);

/* listing.c */
uint32_t pop3_cmd_list(struct pop3 *s, struct slice arg);
uint32_t pop3_cmd_uidl(struct pop3 *s, struct slice arg);

/* retrieve.c */
uint32_t pop3_cmd_retr(struct pop3 *s, struct slice arg);
/* A line while RETRs are under way: another RETR joins them, all else waits until they are over. */
uint32_t pop3_line_behind(struct pop3 *s, struct slice line, bool too_long);

/* top.c */
uint32_t pop3_cmd_top(struct pop3 *s, struct slice arg);

/* plugin.c: a line when it is its turn */
uint32_t pop3_line(struct pop3 *s, struct slice line, bool too_long);

/* answer.c: what a command's function returns */
uint32_t pop3_next(struct pop3 *s);                       /* wants the next command */
uint32_t pop3_answered(struct pop3 *s);                   /* well: so ends a row of errors */
uint32_t pop3_say(struct pop3 *s, struct slice answer);   /* answers it */
uint32_t pop3_error(struct pop3 *s, struct slice answer); /* and counts it */
uint32_t pop3_close(struct pop3 *s, struct slice answer); /* and ends the session */
uint32_t pop3_fail(struct pop3 *s, enum pk_status st);
uint32_t pop3_no_such_message(struct pop3 *s);
struct slice pop3_words(const struct pop3 *s, struct slice english); /* in its language */
void pop3_put_sum(struct pop3 *s);            /* "+OK 2 messages (320 octets)" */
struct slice pop3_failure(enum pk_status st); /* the store's status in POP3's words */
static inline bool
pop3_room(const struct pop3 *s) /* for output: a long answer ends its turn without */
{
	return s->io->out_n < s->io->out_high;
}

/* ask.c: asks the store; `then` takes the reply. Frees the request. */
uint32_t pop3_ask(struct pop3 *s, uint32_t op, struct buf *request, pop3_then *then);
uint32_t pop3_ask_messages(struct pop3 *s, uint32_t first, uint32_t last, uint32_t want,
                           pop3_then *then); /* want: enum pk_message_want */

#endif
