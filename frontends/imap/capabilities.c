#include "imap.h"
#include "sync.h"
#include "view.h"

#include "proto/sasl.h"
#include "proto/say.h"

/* What the server can do, and what of it the client turns on: RFC 3501 6.1.1, RFC 5161. */

static bool always(const struct imap *s)
{
	(void)s;
	return true;
}

static bool plus(const struct imap *s)
{
	return !s->conf->literal_minus;
}

static bool minus(const struct imap *s)
{
	return s->conf->literal_minus;
}

static bool compresses(const struct imap *s)
{
	return s->conf->compress && s->state != IMAP_ANON && !s->deflated;
}

static bool before_tls(const struct imap *s)
{
	return s->state == IMAP_ANON && s->io->can_tls;
}

static bool no_login(const struct imap *s)
{
	return s->state == IMAP_ANON && login_disabled(s);
}

/* Every word of it is true: the extension works whole, and with all the others. */
static const struct capability {
	struct slice word;
	bool (*now)(const struct imap *s);
} capabilities[] = {
	{S("IMAP4rev1"),             always    },
	{S("IMAP4rev2"),             always    },
	{S("SASL-IR"),               always    },
	{S("LITERAL+"),              plus      },
	{S("LITERAL-"),              minus     },
	{S("ENABLE"),                always    },
	{S("ID"),		    always    },
	{S("NAMESPACE"),             always    },
	{S("CHILDREN"),              always    },
	{S("LIST-EXTENDED"),         always    },
	{S("LIST-STATUS"),           always    },
	{S("SPECIAL-USE"),           always    },
	{S("CREATE-SPECIAL-USE"),    always    },
	{S("STATUS=SIZE"),           always    },
	{S("QUOTA"),                 always    },
	{S("QUOTASET"),              always    },
	{S("QUOTA=RES-STORAGE"),     always    },
	{S("QUOTA=RES-MESSAGE"),     always    },
	{S("QUOTA=RES-MAILBOX"),     always    },
	{S("METADATA-SERVER"),       always    },
	{S("UIDPLUS"),               always    },
	{S("UNSELECT"),              always    },
	{S("IDLE"),                  always    },
	{S("MOVE"),                  always    },
	{S("CONDSTORE"),             always    },
	{S("QRESYNC"),               always    },
	{S("ESEARCH"),               always    },
	{S("SEARCHRES"),             always    },
	{S("WITHIN"),                always    },
	{S("SORT"),                  always    },
	{S("SORT=DISPLAY"),          always    },
	{S("THREAD=ORDEREDSUBJECT"), always    },
	{S("THREAD=REFERENCES"),     always    },
	{S("OBJECTID"),              always    },
	{S("SAVEDATE"),              always    },
	{S("MULTIAPPEND"),           always    },
	{S("BINARY"),                always    },
	{S("PREVIEW"),               always    },
	{S("UTF8=ACCEPT"),           always    },
	{S("COMPRESS=DEFLATE"),      compresses},
	{S("STARTTLS"),              before_tls},
	{S("LOGINDISABLED"),         no_login  },
};

static void put_mechanisms(struct imap *s)
{
	for (size_t i = 0; sasl_offer(s->io, s->conf->scram, i).n; i++) {
		put(s, S(" AUTH="));
		put(s, sasl_offer(s->io, s->conf->scram, i));
	}
}

void put_capabilities(struct imap *s)
{
	put(s, S("CAPABILITY"));
	for (size_t i = 0; i < sizeof(capabilities) / sizeof(*capabilities); i++) {
		if (!capabilities[i].now(s))
			continue;
		put(s, S(" "));
		put(s, capabilities[i].word);
	}
	if (s->state == IMAP_ANON && !login_disabled(s))
		put_mechanisms(s);
	if (s->state != IMAP_ANON) /* RFC 7889: the same for all mailboxes */
		say_printf(s->io, " APPENDLIMIT=%" PRIu64, imap_append_limit(s));
}

uint32_t cmd_capability(struct imap *s, struct parser *p)
{
	if (!parse_end(p))
		return imap_bad(s, p->error);
	put(s, S("* "));
	put_capabilities(s);
	put(s, S("\r\n"));
	return imap_done(s);
}

/* The words of ENABLE, and all that each brings with it. */
static const struct {
	struct slice word;
	uint8_t modes;
} switches[] = {
	{S("CONDSTORE"),   MODE_CONDSTORE               },
	{S("QRESYNC"),     MODE_QRESYNC | MODE_CONDSTORE},
	{S("UTF8=ACCEPT"), MODE_UTF8                    },
	{S("IMAP4rev2"),   MODE_REV2                    },
};

static uint8_t find_switch(struct slice word)
{
	for (size_t i = 0; i < sizeof(switches) / sizeof(*switches); i++)
		if (slice_ieq(word, switches[i].word))
			return switches[i].modes;
	return 0;
}

/* RFC 5161 3.1: words that nobody knows are no mistake, and only what is new is told. */
uint32_t cmd_enable(struct imap *s, struct parser *p)
{
	uint8_t modes = 0;
	struct slice word;

	do {
		if (!parse_space(p) || !parse_atom(p, &word))
			return imap_bad(s, p->error);
		modes |= find_switch(word);
	} while (p->in.n);
	put(s, S("* ENABLED"));
	for (size_t i = 0; i < sizeof(switches) / sizeof(*switches); i++) {
		if (switches[i].modes & ~modes || !(switches[i].modes & ~s->modes))
			continue;
		put(s, S(" "));
		put(s, switches[i].word);
	}
	put(s, S("\r\n"));
	if (modes & MODE_CONDSTORE)
		condstore_enable(s);
	if (modes & MODE_REV2 && s->view)
		view_forget_recent(s->view);
	s->modes |= modes;
	return imap_done(s);
}
