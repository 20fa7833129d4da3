#ifndef ROLE_REQUEST_H
#define ROLE_REQUEST_H

/*
 * Requests for the matrix of roles, made from messages.def: every field gets a value that a real
 * peer might send, and those that say whose something is get what belongs to the party asked for.
 * The kinds HANDLE, BODY, ACCOUNT and TENANT say so by themselves; the others by their name, which
 * must be in texts[] or numbers[]: a new name there fails the test until it is taught.
 */
#include "store_drive.h"

#include <postkeep/arena.h>

/* Whose things a request names. */
enum whose { OWN, NEIGHBOUR /* same tenant */, STRANGER /* other tenant */, WHOSE };

struct party {
	const char *tenant, *domain, *account;
	const char *mailbox; /* one it has and the others have not */
	const char *sasl;    /* a PLAIN message; its NULs are written as "|" */
	const char *secret;  /* is in its mail, and in no request */
	uint32_t handle;     /* the number of its opened mailbox */
	uint16_t stream;     /* of a body it is sending */
};

static const struct party parties[WHOSE] = {
	[OWN] = {.tenant = "acme",
                 .domain = "example.test",
                 .account = "u1@example.test",
                 .mailbox = "Things",
                 .sasl = "|u1@example.test|secret",
                 .secret = "SECRET-u1",
                 .handle = 11,
                 .stream = 101},
	[NEIGHBOUR] = {.tenant = "acme",
                 .domain = "example.test",
                 .account = "u2@example.test",
                 .mailbox = "Neighbour",
                 .sasl = "u2@example.test|u1@example.test|secret",
                 .secret = "SECRET-u2",
                 .handle = 21,
                 .stream = 201},
	[STRANGER] = {.tenant = "globex",
                 .domain = "other.test",
                 .account = "u3@other.test",
                 .mailbox = "Stranger",
                 .sasl = "|u3@other.test|secret",
                 .secret = "SECRET-u3",
                 .handle = 31,
                 .stream = 301},
};

/* What is being made, and the memory it points into. */
struct maker {
	enum whose whose;
	bool names_session; /* a HANDLE or a BODY was put: what belongs to one session only */
	bool names_account; /* an ACCOUNT or a TENANT */
	const char *rows;   /* the field whose row is being made */
	struct arena arena;
};

static struct slice of_kind(struct maker *m, const char *kind)
{
	const struct party *p = &parties[m->whose];

	m->names_account = true;
	return slice_str(!strcmp(kind, "tenant") ? p->tenant : p->account);
}

static struct slice sasl_of(struct maker *m)
{
	struct slice words = slice_str(parties[m->whose].sasl);
	char *copy = arena_alloc(&m->arena, words.n);

	for (size_t i = 0; i < words.n; i++)
		copy[i] = words.p[i] == '|' ? '\0' : words.p[i];
	return (struct slice){copy, words.n};
}

#define PARTY(member) ((size_t)offsetof(struct party, member) + 1)

/* Texts by the name of their field: the member of a party, or the same for all. */
static const struct word {
	const char *field;
	size_t party;
	const char *same;
} texts[] = {
	{"mailbox",          PARTY(mailbox), NULL                   },
	{"to",	       0,              "Elsewhere"            },
	{"domain",           PARTY(domain),  NULL                   },
	{"selector",         PARTY(account), NULL                   },
	{"data",             0,              NULL                   }, /* sasl_of */
	{"address",          PARTY(account), NULL                   },
	{"return_path",      PARTY(account), NULL                   },
	{"name",             0,              "newcomer"             }, /* of what is created, of keywords */
	{"key",              0,              "pop3.leave_days"      },
	{"value",            0,              "7"                    },
	{"program",          0,              "test"                 },
	{"listener",         0,              "test"                 },
	{"peer",             0,              "127.0.0.1"            },
	{"local",            0,              "127.0.0.1"            },
	{"exporter",         0,              ""                     },
	{"server_end_point", 0,              ""                     },
	{"reason",           0,              "a reason"             },
	{"as",	       0,              "an admin"             },
	{"certificate",      0,              ""                     },
	{"certificate_name", 0,              ""                     },
	{"kind",             0,              "app-password"         },
	{"label",            0,              "phone"                },
	{"prefix",           0,              ""                     },
	{"fingerprint",      0,              ""                     },
	{"user",             PARTY(account), NULL                   },
	{"mechanism",        0,              "PLAIN"                },
	{"keywords",         0,              "$Label1"              },
	{"summary",          0,              "a summary"            },
	{"message_id",       0,              "1@example.org"        },
	{"secret",           0,              "a new password"       },
	{"volume",           0,              "01"                   },
	{"service",          0,              ""                     },
	{"what",             PARTY(account), NULL                   },
	{"bcc",              0,              "x@example.test"       },
	{"uidl",             0,              "an-id"                },
	{"original",         0,              "rfc822;x@example.test"},
};

static struct slice word_of(struct maker *m, const char *field)
{
	if (m->rows && !strcmp(m->rows, "senders"))
		field = "address";
	for (size_t i = 0; i < COUNT(texts); i++) {
		const struct word *w = &texts[i];

		if (strcmp(w->field, field) != 0)
			continue;
		if (w->party)
			return slice_str(*(const char *const *)((const char *)&parties[m->whose] +
			                                        w->party - 1));
		return w->same ? slice_str(w->same) : sasl_of(m);
	}
	fail_msg("messages.def has a text \"%s\" that role_request.h does not know", field);
	return S("");
}

static const struct number {
	const char *field;
	uint64_t value;
} numbers[] = {
	{"major",           PK_IPC_MAJOR   },
	{"minor",           PK_IPC_MINOR   },
	{"peer_port",       1000           },
	{"local_port",      143            },
	{"tls",             0x304          },
	{"id",              1              },
	{"step",            0              },
	{"which",           0              },
	{"mode",            PK_OPEN_WRITE  },
	{"attributes",      0              },
	{"on",              1              },
	{"since",           0              },
	{"first",           1              },
	{"last",            100            },
	{"want",            0x7f           },
	{"uid",             1              },
	{"offset",          0              },
	{"octets",          1000           },
	{"flags",           PK_SEEN        },
	{"unchanged_since", 0              },
	{"absent",          0              },
	{"move",            0              },
	{"internaldate",    DRIVE_NOW      },
	{"zone",            60             },
	{"each",            1              },
	{"hashed",          0              },
	{"resource",        PK_RES_MESSAGES},
	{"limit",           1000           },
	{"octets_limit",    1 << 30        },
	{"messages_limit",  1000           },
	{"messages",        1              },
	{"staged",          0              },
	{"bodies",          1              },
	{"before",          0              },
	{"protocols",       0              },
	{"expires",         0              },
	{"number",          1              },
	{"seconds",         60             },
	{"port",            1000           },
};

static uint64_t number_of(const struct maker *m, const char *field)
{
	if (!strcmp(field, "stream")) /* of a note */
		return parties[m->whose].stream;
	for (size_t i = 0; i < COUNT(numbers); i++)
		if (!strcmp(numbers[i].field, field))
			return numbers[i].value;
	fail_msg("messages.def has a number \"%s\" that role_request.h does not know", field);
	return 0;
}

static uint32_t handle_of(struct maker *m)
{
	m->names_session = true;
	return parties[m->whose].handle;
}

static uint16_t body_of(struct maker *m)
{
	m->names_session = true;
	return parties[m->whose].stream;
}

static struct pk_rows keep_rows(struct maker *m, struct buf *b)
{
	struct pk_rows rows = {arena_copy(&m->arena, buf_slice(b))};

	buf_free(b);
	return rows;
}

/* Rows as well: one of each. */
#define U8(f)      r->f = (uint8_t)number_of(m, #f);
#define U16(f)     r->f = (uint16_t)number_of(m, #f);
#define U32(f)     r->f = (uint32_t)number_of(m, #f);
#define U64(f)     r->f = number_of(m, #f);
#define I64(f)     r->f = (int64_t)number_of(m, #f);
#define STR(f)     r->f = word_of(m, #f);
#define HANDLE(f)  r->f = handle_of(m);
#define BODY(f)    r->f = body_of(m);
#define ACCOUNT(f) r->f = of_kind(m, "account");
#define TENANT(f)  r->f = of_kind(m, "tenant");
#define SINCE(n)
#define ROWS(f, name)                              \
	{                                          \
		struct pk_##name row = {0};        \
		struct buf rows_ = {0};            \
		m->rows = #f;                      \
		fill_##name(m, &row);              \
		m->rows = NULL;                    \
		pk_put_##name##_row(&rows_, &row); \
		r->f = keep_rows(m, &rows_);       \
	}
#define REC(name, fields)                                                              \
	[[maybe_unused]] static void fill_##name(struct maker *m, struct pk_##name *r) \
	{                                                                              \
		(void)m, (void)r;                                                      \
		fields                                                                 \
	}
#define NOTE(number, name, roles, fields)                            \
	static void make_##name(struct maker *m, struct buf *b)      \
	{                                                            \
		struct pk_##name##_note message = {}, *r = &message; \
		(void)m, (void)r;                                    \
		fields pk_put_##name##_note(b, &message);            \
	}
#define CALL(number, name, roles, request, reply)                   \
	static void make_##name(struct maker *m, struct buf *b)     \
	{                                                           \
		struct pk_##name##_req message = {}, *r = &message; \
		(void)r;                                            \
		m->names_session = false;                           \
		request pk_put_##name##_req(b, &message);           \
	}
#include <postkeep/messages.def>

#define ANON    PK_ROLE_ANON
#define SESSION PK_ROLE_SESSION
#define SUBMIT  PK_ROLE_SUBMIT
#define DELIVER PK_ROLE_DELIVER
#define RELAY   PK_ROLE_RELAY
#define JOB     PK_ROLE_JOB
#define ADMIN   PK_ROLE_ADMIN
#define VIEW    PK_ROLE_VIEW
#define LINK    PK_ROLE_LINK
static const struct op {
	uint16_t number;
	uint32_t roles;
	const char *name;
	void (*make)(struct maker *, struct buf *);
} ops[] = {
#define CALL(number, name, roles, request, reply) {number, roles, #name, make_##name},
#include <postkeep/messages.def>
};

/* What is never answered. */
[[maybe_unused]] static const struct op notes[] = {
#define NOTE(number, name, roles, fields) {number, roles, #name, make_##name},
#include <postkeep/messages.def>
};

#endif
