#include "imap.h"

#include "proto/verb.h"

#define IN(state) (1u << IMAP_##state)
#define ANY       (IN(ANON) | IN(USER) | IN(SELECTED))
#define USER      (IN(USER) | IN(SELECTED))
#define SELECTED  IN(SELECTED)

/* In the order of RFC 3501 section 6. */
static const struct imap_command commands[] = {
	{S("CAPABILITY"),   ANY,      TELL_ALL,     false, cmd_capability  },
	{S("NOOP"),         ANY,      TELL_ALL,     false, cmd_noop        },
	{S("LOGOUT"),       ANY,      TELL_NOTHING, false, cmd_logout      },
	{S("ID"),           ANY,      TELL_ALL,     false, cmd_id          },
	{S("STARTTLS"),     IN(ANON), TELL_NOTHING, false, cmd_starttls    },
	{S("AUTHENTICATE"), IN(ANON), TELL_NOTHING, false, cmd_authenticate},
	{S("LOGIN"),        IN(ANON), TELL_NOTHING, false, cmd_login       },
	{S("COMPRESS"),     USER,     TELL_NOTHING, false, cmd_compress    },
	{S("ENABLE"),       USER,     TELL_ALL,     false, cmd_enable      },
	{S("SELECT"),       USER,     TELL_NOTHING, false, cmd_select      },
	{S("EXAMINE"),      USER,     TELL_NOTHING, false, cmd_examine     },
	{S("CREATE"),       USER,     TELL_ALL,     false, cmd_create      },
	{S("DELETE"),       USER,     TELL_ALL,     false, cmd_delete      },
	{S("RENAME"),       USER,     TELL_ALL,     false, cmd_rename      },
	{S("SUBSCRIBE"),    USER,     TELL_ALL,     false, cmd_subscribe   },
	{S("UNSUBSCRIBE"),  USER,     TELL_ALL,     false, cmd_unsubscribe },
	{S("LIST"),         USER,     TELL_ALL,     false, cmd_list        },
	{S("LSUB"),         USER,     TELL_ALL,     false, cmd_lsub        },
	{S("STATUS"),       USER,     TELL_ALL,     false, cmd_status      },
	{S("GETQUOTA"),     USER,     TELL_ALL,     false, cmd_getquota    },
	{S("GETQUOTAROOT"), USER,     TELL_ALL,     false, cmd_getquotaroot},
	{S("SETQUOTA"),     USER,     TELL_ALL,     false, cmd_setquota    },
	{S("GETMETADATA"),  USER,     TELL_ALL,     false, cmd_getmetadata },
	{S("SETMETADATA"),  USER,     TELL_ALL,     false, cmd_setmetadata },
	{S("NAMESPACE"),    USER,     TELL_ALL,     false, cmd_namespace   },
	{S("APPEND"),       USER,     TELL_ALL,     false, cmd_append      },
	{S("IDLE"),         USER,     TELL_ALL,     false, cmd_idle        },
	{S("CHECK"),        SELECTED, TELL_ALL,     false, cmd_noop        },
	{S("CLOSE"),        SELECTED, TELL_NOTHING, false, cmd_close       },
	{S("UNSELECT"),     SELECTED, TELL_NOTHING, false, cmd_unselect    },
	{S("EXPUNGE"),      SELECTED, TELL_ALL,     true,  cmd_expunge     },
	{S("SEARCH"),       SELECTED, TELL_KEEP,    true,  cmd_search      },
	{S("SORT"),         SELECTED, TELL_KEEP,    true,  cmd_sort        },
	{S("THREAD"),       SELECTED, TELL_KEEP,    true,  cmd_thread      },
	{S("FETCH"),        SELECTED, TELL_KEEP,    true,  cmd_fetch       },
	{S("STORE"),        SELECTED, TELL_KEEP,    true,  cmd_store       },
	{S("COPY"),         SELECTED, TELL_ALL,     true,  cmd_copy        },
	{S("MOVE"),         SELECTED, TELL_ALL,     true,  cmd_move        },
};

/* The name, with "UID " before it: RFC 3501 6.4.8. */
static const struct imap_command *find(struct parser *p, bool *uid)
{
	const struct imap_command *entry;
	struct slice name;

	*uid = parse_word(p, S("UID"));
	if ((*uid && !parse_space(p)) || !parse_atom(p, &name))
		return NULL;
	entry = VERB_FIND(name, commands);
	return entry && *uid && !entry->uid ? NULL : entry;
}

static struct slice wrong_state(const struct imap *s, const struct imap_command *entry)
{
	if (entry->states & (1u << s->state))
		return (struct slice){0};
	if (s->state == IMAP_ANON)
		return S("Log in first");
	return entry->states == SELECTED ? S("No mailbox is selected") : S("Already logged in");
}

bool imap_begin(struct imap *s, uint32_t *wants)
{
	struct parser p = {.in = buf_slice(&s->text)};
	struct command *c = imap_alloc(s, sizeof(*c));
	struct slice tag, why;

	if (!parse_tag(&p, &tag) || (p.in.n && !parse_peek(&p, ' '))) {
		*wants = imap_bad(s, S("Missing tag"));
		return false;
	}
	if (!c || !imap_copy(s, &tag)) {
		*wants = imap_bye(s, S("[UNAVAILABLE] Out of memory"));
		return false;
	}
	s->cmd = c;
	s->serial++;
	c->tag = tag;
	c->entry = parse_space(&p) ? find(&p, &c->uid) : NULL;
	why = c->entry ? wrong_state(s, c->entry) : S("Unknown command");
	if (why.n) {
		*wants = imap_bad(s, why);
		return false;
	}
	c->args = s->text.n - p.in.n;
	return true;
}

uint32_t imap_run(struct imap *s)
{
	struct parser args = {.utf8 = names_are_utf8(s)};
	uint32_t wants;

	if (!s->cmd && !imap_begin(s, &wants))
		return wants;
	args.in = slice_skip(buf_slice(&s->text), s->cmd->args);
	return s->cmd->entry->run(s, &args);
}
