#include "trace_login.h"

#include "trace.h"

/* The log's words (pk-log(5)) for people; what is not here is told as it is. */
static const struct reason {
	const char *word;
	enum pk_status status;
	const char *text;
} reasons[] = {
	{"user",         PK_EAUTH,        "there is no such user"                                       },
	{"password",     PK_EAUTH,        "wrong password"                                              },
	{"no-password",  PK_EAUTH,        "there is no password, or none of the label that was named"   },
	{"no-keys",      PK_EAUTH,        "SCRAM needs a login by PLAIN first, or is off"               },
	{"certificate",  PK_EAUTH,        "the certificate is not one of the user's"                    },
	{"expired",      PK_EAUTH,        "right, but its time is over"                                 },
	{"protocol",     PK_EAUTH,        "right, but good for other protocols only"                    },
	{"malformed",    PK_EAUTH,        "what the client sent is no proof of the mechanism"           },
	{"changed",      PK_EAUTH,        "the password was changed at the same time"                   },
	{"suspended",    PK_ESUSPENDED,   "right, but the user, its domain or its tenant is suspended"  },
	{"switched-off", PK_ESUSPENDED,   "right, but this protocol is switched off for the account"    },
	{"busy",         PK_EUNAVAILABLE, "not looked at: too many logins at once"                      },
	{"unavailable",  PK_EUNAVAILABLE, "not looked at: the store could not read or write"            },
	{"too-many",     PK_EAUTH,        "not looked at: too many failures for this name or from there"},
};

static const struct reason *reason_of(const char *word)
{
	for (size_t i = 0; i < sizeof(reasons) / sizeof(*reasons); i++)
		if (strcmp(reasons[i].word, word) == 0)
			return &reasons[i];
	return NULL;
}

void trace_login(struct call *c, const char *word, const char *by)
{
	const struct subject *who = &((const struct login *)c->state)->who;
	const struct reason *r = reason_of(word);
	struct trace_event e = {.kind = TRACE_LOGIN,
	                        .code = *word ? PK_EAUTH : PK_OK,
	                        .tenant = who->volume ? who->tenant : 0,
	                        .address = buf_slice(&who->user),
	                        .text = slice_str(*word ? word : by)};

	if (r) {
		e.code = (uint16_t)r->status;
		e.text = slice_str(r->text);
	}
	trace_note(c->session, who->volume, &e);
}
