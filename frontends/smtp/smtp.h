#ifndef SMTP_H
#define SMTP_H

#include <postkeep/buf.h>
#include <postkeep/messages.h>
#include <postkeep/plugin.h>

#include "header.h"
#include "path.h"
#include "reply.h"
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
	bool success;        /* NOTIFY of `asked` wants a report */
	struct buf original; /* ORCPT of `asked`, as a field has it; empty: none */
	struct buf envid;    /* decoded; empty: none */
	struct buf reports;  /* of accepted recipients with NOTIFY=SUCCESS: address LF ORCPT LF */
	bool binary;         /* BODY=BINARYMIME (RFC 3030): any octets, behind the header */
	uint32_t recipients; /* accepted */
	struct buf resolved; /* whose mailboxes they are, in their order, each behind it LF */
};

/* Of several faults the last of these is told, however the text was cut into pieces. */
enum smtp_fault { SMTP_FINE, SMTP_HEADER, SMTP_BARE, SMTP_NUL, SMTP_BIG, SMTP_FAILED };

/* A message on its way. */
struct smtp_message {
	uint32_t body;         /* of the host; 0: none, what comes is dropped */
	enum smtp_fault fault; /* why it will be refused */
	struct slice verdict;  /* the whole reply; empty: nothing wrong yet */
	uint64_t octets;       /* of the text so far */
	uint64_t written;      /* of the body: with what is put in front of the text, and into it */
	struct dots_in text;
	uint8_t head;    /* of BINARYMIME: how the octets so far may end the header */
	size_t owed;     /* octets at the cursor that the body had no room for */
	bool ended;      /* the dot has come */
	uint8_t crlf;    /* octets written of a line end that the client left out */
	uint64_t chunk;  /* octets of a BDAT still to come */
	bool last;       /* it is the last BDAT */
	uint32_t small;  /* BDATs of a few octets */
	struct slice id; /* Message-ID without <>, when all has come; in the summary */
	bool editing;    /* the header of a user's message is on its way */
	struct header header;
	struct buf stage;   /* of the body: what is still to be written of the header */
	struct buf senders; /* a row of `name` for each address that From and its kin have */
	uint8_t copied;     /* enum pk_copied */
	struct buf kept;    /* the header, for a report; cut behind a line if it is long */
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
	uint32_t idle;     /* commands that bring no message nearer, likewise */
	uint32_t messages; /* begun: names them together with the session's id */
	uint32_t answered; /* recipients of the message that have their line */
	uint32_t failures; /* of logins */
	struct sasl sasl;
	struct buf user;         /* the address of who has logged in; empty: nobody */
	uint64_t max_octets;     /* of a message; the listener's, or less for the user */
	uint32_t max_recipients; /* likewise */
	struct buf words;        /* of a reply that is put together */
	int64_t due_ms;          /* when what the client sends must be whole; monotonic */
	uint64_t tag;            /* of the last request */
	smtp_then *then;         /* takes the reply to it; NULL: it is not waited for */
	struct smtp_envelope envelope;
	struct smtp_message message;
};

/* commands.c */
uint32_t smtp_command(struct smtp *s, const struct pk_in *line);
uint32_t smtp_greet(struct smtp *s);
uint32_t smtp_layer(struct smtp *s, const struct pk_in *in); /* TLS is on, or failed */

bool smtp_may_starttls(const struct smtp *s); /* it would work now */

/* deadline.c */
void smtp_await(struct smtp *s);                       /* the client's next turn begins */
void smtp_await_longer(struct smtp *s, size_t octets); /* so many of a message have come */
uint32_t smtp_look_at_clock(struct smtp *s);           /* the timer has rung */

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
void smtp_envelope_free(struct smtp_envelope *e);
/* The transaction is over. told: the store knows (deliver); else it is told to free its places. */
void smtp_forget(struct smtp *s, bool told);

/* data.c */
uint32_t smtp_cmd_data(struct smtp *s, struct slice arg);
uint32_t smtp_cmd_bdat(struct smtp *s, struct slice arg);
uint32_t smtp_data(struct smtp *s, struct pk_in *in); /* octets of a message */

/* deliver.c: the message as a whole */
uint64_t smtp_body_tag(const struct smtp *s); /* of the reply that tells a failure */
void smtp_message_refuse(struct smtp *s, enum smtp_fault fault, struct slice verdict);
bool smtp_message_begin(struct smtp *s); /* false: the verdict says why */
void smtp_message_free(struct smtp_message *m);
uint32_t smtp_message_end(struct smtp *s); /* all has come: deliver it or say why not */

/* The answer for all recipients, of one or more replies. r: whether they could be read. */
uint32_t smtp_answer_one(struct smtp *s, const struct pk_in *in, struct refusal r,
                         struct pk_rows *results);

/* submit.c: a user's message */
size_t smtp_edit(struct smtp *s, struct slice text); /* the header, on its way; octets used */
void smtp_edit_end(struct smtp *s);                  /* no more text comes */
uint32_t smtp_submit(struct smtp *s, struct slice summary);

/* report.c: to the user, that the message has been delivered. Then smtp_answer_stored. */
#define SMTP_REPORT_HEADER 16384 /* octets of the header that it shows */
bool smtp_wants_report(const struct smtp *s);
uint32_t smtp_report(struct smtp *s);
uint32_t smtp_answer_stored(struct smtp *s);

/* received.c: the trace field of RFC 5321 4.4, with its CRLF. */
void smtp_received(const struct smtp *s, struct buf *out);

/* plugin.c: a refusal names the session, by which the log and `pkctl trace` know more. */
void smtp_put_reply(struct smtp *s, struct slice reply);
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
