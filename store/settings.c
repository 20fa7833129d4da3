#include "settings.h"

#include "mailbox.h"
#include "tenant_name.h"
#include "tenant_record.h"

#include <postkeep/messages.h>

#include <assert.h>

#define T (1u << PK_SCOPE_TENANT)
#define D (1u << PK_SCOPE_DOMAIN)
#define U (1u << PK_SCOPE_USER)

const struct setting settings[] = {
	{"suspended",             SETTING_BOOL,    IN_STATE,   T | D | U, 0,          0,                "off"                    },
	{"quota.octets",          SETTING_LIMIT,   IN_LIMIT,   T | D | U, 0,          PK_RES_OCTETS,    "none"                   },
	{"quota.messages",        SETTING_LIMIT,   IN_LIMIT,   T | D | U, 0,          PK_RES_MESSAGES,  "none"                   },
	{"quota.mailboxes",       SETTING_LIMIT,   IN_LIMIT,   T | D | U, 0,          PK_RES_MAILBOXES, "none"                   },
	{"quota.shared",          SETTING_BOOL,    IN_SETTING, T | D,     0,          0,                "off"                    },
	{"quota.self",            SETTING_BOOL,    IN_SETTING, T | D | U, 0,          0,                "off"                    },
	{"mailbox.drafts",        SETTING_MAILBOX, IN_SETTING, T | D,     0,          0,                "Drafts"                 },
	{"mailbox.sent",          SETTING_MAILBOX, IN_SETTING, T | D,     0,          0,                "Sent"                   },
	{"mailbox.junk",          SETTING_MAILBOX, IN_SETTING, T | D,     0,          0,                "Junk"                   },
	{"mailbox.trash",         SETTING_MAILBOX, IN_SETTING, T | D,     0,          0,                "Trash"                  },
	{"mailbox.archive",       SETTING_MAILBOX, IN_SETTING, T | D,     0,          0,                "Archive"                },
	{"vault.days",            SETTING_NUMBER,  IN_SETTING, T | D | U, 3650,       0,                "14"                     },
	{"plus",		  SETTING_BOOL,    IN_SETTING, T | D,     0,          0,                "on"                     },
	{"message_max",           SETTING_NUMBER,  IN_SETTING, T | D | U, 1ull << 32, 0,                "0"                      },
	{"recipients_max",        SETTING_NUMBER,  IN_SETTING, T | D,     1000,       0,                "1000"                   },
	{"login.imap",            SETTING_BOOL,    IN_SETTING, T | D | U, 0,          0,                "on"                     },
	{"login.pop3",            SETTING_BOOL,    IN_SETTING, T | D | U, 0,          0,                "on"                     },
	{"login.submission",      SETTING_BOOL,    IN_SETTING, T | D | U, 0,          0,                "on"                     },
	{"login.other",           SETTING_BOOL,    IN_SETTING, T | D | U, 0,          0,                "on"                     },
	{"sessions_max",          SETTING_NUMBER,  IN_SETTING, T | D | U, 1000000,    0,                "200"                    },
	{"pop3.access",           SETTING_WORD,    IN_SETTING, T | D | U, 0,          0,                "all from-now disabled"  },
	{"pop3.after",            SETTING_WORD,    IN_SETTING, T | D | U, 0,          0,                "keep read archive trash"},
	{"pop3.delete",           SETTING_WORD,    IN_SETTING, T | D | U, 0,          0,                "expunge trash hide"     },
	{"pop3.leave_days",       SETTING_NUMBER,  IN_SETTING, T | D | U, 3650,       0,                "0"                      },
	{"pop3.mailbox",          SETTING_MAILBOX, IN_SETTING, T | D | U, 1,          0,                "INBOX"                  },
	{"pop3.folders",          SETTING_BOOL,    IN_SETTING, T | D | U, 0,          0,                "on"                     },
	{"pop3.self",             SETTING_BOOL,    IN_SETTING, T | D | U, 0,          0,                "off"                    },
	{"pop3.login_delay",      SETTING_NUMBER,  IN_SETTING, T | D | U, 86400,      0,                "0"                      },
	{"submit.hour",           SETTING_NUMBER,  IN_SETTING, T | D | U, 1000000,    0,                "400"                    },
	{"submit.tenant_hour",    SETTING_NUMBER,  IN_SETTING, T,         100000000,  0,                "0"                      },
	{"submit.recipients_max", SETTING_NUMBER,  IN_SETTING, T | D | U, 1000,       0,                "50"                     },
	{"submit.copy",           SETTING_BOOL,    IN_SETTING, T | D | U, 0,          0,                "on"                     },
	{"refuse.suspended",      SETTING_BOOL,    IN_SETTING, T | D,     0,          0,                "off"                    },
	{"refuse.quota",          SETTING_BOOL,    IN_SETTING, T | D,     0,          0,                "off"                    },
	{"refuse.quota_text",     SETTING_TEXT,    IN_SETTING, T | D,     0,          0,                ""                       },
	{"plus.folder",           SETTING_BOOL,    IN_SETTING, T | D | U, 0,          0,                "off"                    },
	{"scram",                 SETTING_BOOL,    IN_SETTING, T,         0,          0,                "on"                     },
	{"alias_of",              SETTING_DOMAIN,  IN_SETTING, D,         0,          0,                ""                       },
};
const size_t settings_count = sizeof(settings) / sizeof(*settings);

const struct setting *setting_find(struct slice name)
{
	for (size_t i = 0; i < settings_count; i++)
		if (slice_eq(name, slice_str(settings[i].name)))
			return &settings[i];
	return NULL;
}

static enum pk_status check_bool(struct slice in, struct slice *value)
{
	static const struct {
		struct slice word;
		bool on;
	} words[] = {
		{S("on"),    true },
                {S("yes"),   true },
                {S("true"),  true },
                {S("1"),     true },
		{S("off"),   false},
                {S("no"),    false},
                {S("false"), false},
                {S("0"),     false},
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (slice_ieq(in, words[i].word)) {
			*value = words[i].on ? S("on") : S("off");
			return PK_OK;
		}
	return PK_EINVAL;
}

static_assert(SETTING_OCTETS > NAME_MAX_OCTETS && SETTING_OCTETS > DOMAIN_MAX);

static enum pk_status check_mailbox(const struct setting *s, struct slice in, char *out,
                                    struct slice *value)
{
	bool inbox = s->maximum;
	enum pk_status st = slice_eq(in, S("-")) ? PK_OK : mailbox_name(in, out, value);

	if (st == PK_OK && (inbox ? slice_eq(in, S("-")) : slice_eq(*value, S("INBOX"))))
		return PK_EINVAL;
	return st;
}

static enum pk_status check_word(const struct setting *s, struct slice in, struct slice *value)
{
	struct slice words = slice_str(s->value);

	while (words.n) {
		*value = slice_cut(&words, ' ');
		if (slice_ieq(*value, in))
			return PK_OK;
	}
	return PK_EINVAL;
}

/* From 0; a word that is none of them counts as the first. */
static uint64_t word_position(struct slice words, struct slice word)
{
	for (uint64_t i = 0; words.n; i++)
		if (slice_eq(slice_cut(&words, ' '), word))
			return i;
	return 0;
}

/* It goes into a line of SMTP as it is. */
static enum pk_status check_text(struct slice in)
{
	for (size_t i = 0; i < in.n; i++)
		if (in.p[i] < ' ' || in.p[i] > '~')
			return PK_EINVAL;
	return in.n <= SETTING_TEXT_MAX ? PK_OK : PK_EINVAL;
}

enum pk_status setting_check(const struct setting *s, struct slice in, char *out,
                             struct slice *value)
{
	uint64_t number;

	*value = in;
	switch (s->type) {
	case SETTING_BOOL: return check_bool(in, value);
	case SETTING_LIMIT:
		if (slice_eq(in, S("none")))
			return PK_OK;
		return slice_number(in, INT64_MAX, &number) ? PK_OK : PK_EINVAL;
	case SETTING_NUMBER: return slice_number(in, s->maximum, &number) ? PK_OK : PK_EINVAL;
	case SETTING_WORD: return check_word(s, in, value);
	case SETTING_MAILBOX: return check_mailbox(s, in, out, value);
	case SETTING_TEXT: return check_text(in);
	case SETTING_DOMAIN: return in.n ? domain_fold(in, out, value) : PK_OK;
	}
	return PK_EINVAL;
}

enum pk_status setting_own(struct txn *t, const struct scope *scope, const char *name,
                           struct slice *value)
{
	struct key k = key_setting(scope->tenant, scope->kind, scope->id, slice_str(name));
	struct slice row;
	enum pk_status st = txn_get(t, TREE_TENANT, key_slice(&k), &row);

	return st == PK_OK ? text_decode(row, value) : st;
}

enum pk_status setting_put(struct txn *t, const struct scope *scope, const char *name,
                           struct slice value)
{
	struct key k = key_setting(scope->tenant, scope->kind, scope->id, slice_str(name));
	struct buf row = {0};
	enum pk_status st;

	if (value.n == 0) {
		st = txn_del(t, TREE_TENANT, key_slice(&k));
		return st == PK_ENOTFOUND ? PK_OK : st;
	}
	text_encode(&row, value);
	return put_row(t, TREE_TENANT, &k, &row);
}

enum pk_status setting_get(struct txn *t, uint64_t acct, uint32_t domain, const char *name,
                           struct slice *value)
{
	const struct setting *s = setting_find(slice_str(name));
	const struct scope near[] = {
		{ACCT_TENANT(acct), PK_SCOPE_USER,   ACCT_USER(acct)},
		{ACCT_TENANT(acct), PK_SCOPE_DOMAIN, domain         },
		{ACCT_TENANT(acct), PK_SCOPE_TENANT, 0              },
	};

	if (!s || s->place != IN_SETTING)
		return PK_EINVAL;
	for (size_t i = 0; i < sizeof(near) / sizeof(*near); i++) {
		bool given = near[i].id || near[i].kind == PK_SCOPE_TENANT;
		enum pk_status st;

		if (!given || !(s->scopes & 1u << near[i].kind))
			continue;
		st = setting_own(t, &near[i], name, value);
		if (st != PK_ENOTFOUND)
			return st;
	}
	*value = slice_str(s->value);
	if (s->type == SETTING_WORD)
		*value = slice_cut(value, ' ');
	return PK_OK;
}

enum pk_status setting_number(struct txn *t, uint64_t acct, uint32_t domain, const char *name,
                              uint64_t *value)
{
	struct slice text;
	enum pk_status st = setting_get(t, acct, domain, name, &text);

	if (st != PK_OK)
		return st;
	if (setting_find(slice_str(name))->type == SETTING_WORD)
		*value = word_position(slice_str(setting_find(slice_str(name))->value), text);
	else if (slice_eq(text, S("on")) || slice_eq(text, S("off")))
		*value = slice_eq(text, S("on"));
	else if (!slice_number(text, UINT64_MAX, value))
		return PK_EIO;
	return PK_OK;
}
