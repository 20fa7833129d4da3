#ifndef SMTP_H
#define SMTP_H

#include <postkeep/buf.h>
#include <postkeep/messages.h>
#include <postkeep/plugin.h>

#include "path.h"
#include "proto/dots.h"
#include "proto/sasl.h"

/*
 * SMTP (RFC 5321) for mail from outside, LMTP (RFC 2033) and submission (RFC 6409), one session
 * each. A message goes from the client through the host to the store while it comes in; nothing is
 * kept here but the envelope.
 */
#define SMTP_VERSION  "1.0"
#define SMTP_LINE_MAX 2048 /* octets of a command; RFC 5321 4.5.3.1.4 and what extensions add */

enum smtp_mode {
	SMTP_MX = 1 << 0,         /* port 25: one answer for all recipients */
	SMTP_LMTP = 1 << 1,       /* behind another server: one answer for each */
	SMTP_SUBMISSION = 1 << 2, /* ports 587 and 465: from who has logged in */
	SMTP_ALL = SMTP_MX | SMTP_LMTP | SMTP_SUBMISSION,
};

/* A listener's options. */
struct smtp_conf {
	enum smtp_mode mode;
	char hostname[PATH_DOMAIN_MAX + 1];
	uint64_t max_octets;     /* of a message */
	uint32_t max_recipients; /* of a message */
	uint32_t max_errors;     /* of a session */
	bool plain;              /* passwords may come without TLS */
	bool scram;              /* it is offered */
	uint32_t
		greeting_ms; /* who talks before the greeting, so long after the start, is closed */
};

/* The order matters: each state begins with what the one before has. */
enum smtp_state {
	SMTP_SILENT, /* the greeting has not been sent */
	SMTP_START,  /* before EHLO */
	SMTP_READY,
	SMTP_MAIL,   /* there is a sender */
	SMTP_RCPT,   /* and an accepted recipient */
	SMTP_CHUNKS, /* and a first BDAT */
};

/* The envelope of a message: zeroed outside a transaction. */
struct smtp_envelope {
	struct path from;
	struct path asked;   /* the recipient that was named last */
	struct path to;      /* the first accepted one */
	uint64_t octets;     /* SIZE; 0: not told */
	bool utf8;           /* SMTPUTF8 (RFC 6531) */
	bool binary;         /* BODY=BINARYMIME (RFC 3030): any octets, behind the header */
	uint32_t recipients; /* accepted */
	struct buf resolved; /* whose mailboxes they are, in their order, each behind it LF */
};

/* A message on its way. */
struct smtp_message {
	uint32_t body;        /* of the host; 0: none, what comes is dropped */
	struct slice verdict; /* why it will be refused, a whole reply; empty: nothing wrong yet */
	uint32_t front;       /* octets put in front of it */
	uint64_t octets;      /* of the text so far */
	struct dots_in text;
	uint8_t head;    /* of BINARYMIME: how the octets so far may end the header */
	size_t owed;     /* octets at the cursor that the body had no room for */
	uint8_t crlf;    /* octets written of a line end that the client left out */
	uint64_t chunk;  /* octets of a BDAT still to come */
	bool last;       /* it is the last BDAT */
	uint32_t small;  /* BDATs of a few octets */
	struct slice id; /* Message-ID without <>, when all has come; in the summary */
};

struct smtp;
typedef uint32_t smtp_then(struct smtp *s, const struct pk_in *reply);

struct smtp {
	struct pk_io *io;
	const struct smtp_conf *conf;
	enum smtp_state state;
	bool extended; /* EHLO or LHLO, not HELO */
	bool draining; /* the host is to end: no further message */
	bool astray;   /* the store could not be told: the session must end */
	bool counted;  /* the BYTES that come are a BDAT's */
	uint16_t hello_n;
	char hello[PATH_DOMAIN_MAX];
	uint32_t errors;   /* since the last message */
	uint32_t unknown;  /* recipients refused, likewise */
	uint32_t messages; /* begun: names them together with the session's id */
	uint32_t answered; /* recipients of the message that have their line */
	uint32_t failures; /* of logins */
	struct sasl sasl;
	struct buf user;     /* the address of who has logged in; empty: nobody */
	uint64_t max_octets; /* of a message */
	uint64_t tag;        /* of the last request */
	smtp_then *then;     /* takes the reply to it; NULL: it is not waited for */
	struct smtp_envelope envelope;
	struct smtp_message message;
};

/* commands.c */
uint32_t smtp_command(struct smtp *s, const struct pk_in *line);
uint32_t smtp_greet(struct smtp *s);
uint32_t smtp_layer(struct smtp *s, const struct pk_in *in); /* TLS is on, or failed */

bool smtp_may_starttls(const struct smtp *s); /* it would work now */

/* ehlo.c */
uint32_t smtp_offer(struct smtp *s);

/* auth.c */
bool smtp_is_stranger(const struct smtp *s);         /* has to log in, and has not */
bool smtp_may_login(const struct smtp *s);           /* passwords are allowed on this connection */
struct slice smtp_login_first(const struct smtp *s); /* the reply to who has not */
uint32_t smtp_cmd_auth(struct smtp *s, struct slice arg);
uint32_t smtp_sasl_line(struct smtp *s, const struct pk_in *line); /* the client's part of it */

/* envelope.c */
uint32_t smtp_cmd_mail(struct smtp *s, struct slice arg);
uint32_t smtp_cmd_rcpt(struct smtp *s, struct slice arg);
/* One line of the log for a recipient that was refused, and why: a word, and the reply. */
void smtp_log_refusal(struct smtp *s, const char *reason, struct slice to, struct slice reply);
/* The transaction is over. told: the store knows (deliver); else it is told to free its places. */
void smtp_forget(struct smtp *s, bool told);

/* data.c */
uint32_t smtp_cmd_data(struct smtp *s, struct slice arg);
uint32_t smtp_cmd_bdat(struct smtp *s, struct slice arg);
uint32_t smtp_data(struct smtp *s, struct pk_in *in); /* octets of a message */

/* deliver.c: the message as a whole */
uint64_t smtp_body_tag(const struct smtp *s); /* of the reply that tells a failure */
void smtp_message_refuse(struct smtp *s,
                         struct slice verdict); /* for the first reason that comes */
bool smtp_message_begin(struct smtp *s);        /* false: the verdict says why */
uint32_t smtp_message_end(struct smtp *s);      /* all has come: deliver it or say why not */

/* received.c: the trace field of RFC 5321 4.4, with its CRLF. */
void smtp_received(const struct smtp *s, struct buf *out);

/* reply.c: whole replies for the store's statuses, RFC 5321 4.2 and RFC 3463. */
struct slice smtp_recipient_reply(enum pk_status st);
struct slice smtp_message_reply(enum pk_status st);

/* plugin.c: what a command's function returns. */
uint32_t smtp_next(struct smtp *s);                      /* it has been answered */
uint32_t smtp_say(struct smtp *s, struct slice reply);   /* and take the next command */
uint32_t smtp_error(struct smtp *s, struct slice reply); /* and count it against max_errors */
/* Refuses a recipient that nobody is. A client that guesses names is slowed down and sent away; in
 * LMTP the other end is a server of the house. */
uint32_t smtp_unknown(struct smtp *s, struct slice reply);
uint32_t smtp_close(struct smtp *s, struct slice reply); /* and end the session */
uint32_t smtp_ask(struct smtp *s, uint32_t op, struct buf *request, smtp_then *then); /* frees it */

#endif
