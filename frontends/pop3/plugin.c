#include "pop3.h"

#include <stdlib.h>

enum { PLAIN, SCRAM, LANGUAGE, OPTIONS };

static const struct pk_option options[OPTIONS] = {
	{"plain",    "no",  "passwords may come without TLS", 0, 1, PK_BOOL, 0},
	{"scram",    "yes", "offer SCRAM",                    0, 1, PK_BOOL, 0},
	{"language", "en",  "en de id",                       0, 0, PK_WORD, 0},
};

static void *configure(const struct pk_host *host, struct slice listener, const struct pk_value *v)
{
	struct pop3_conf *c = calloc(1, sizeof(*c));

	(void)host, (void)listener;
	if (!c)
		return NULL;
	*c = (struct pop3_conf){.plain = v[PLAIN].number, .scram = v[SCRAM].number};
	(void)pop3_language_find(v[LANGUAGE].text, &c->language);
	return c;
}

static void retire(void *conf)
{
	free(conf);
}

static uint32_t open_session(void *session, struct pk_io *io)
{
	struct pop3 *s = session;

	s->io = io;
	s->conf = io->conf;
	if (!io->idle_ms || io->idle_ms > POP3_SILENCE_MS)
		io->idle_ms = POP3_SILENCE_MS;
	s->language = s->conf->language;
	return pop3_say(s, S("+OK Postkeep"));
}

uint32_t pop3_line(struct pop3 *s, struct slice line, bool too_long)
{
	if (too_long)
		return pop3_close(s, S("-ERR the line is too long"));
	if (s->sasl.mechanism[0])
		return pop3_sasl_line(s, line);
	return pop3_command(s, line);
}

static uint32_t line(struct pop3 *s, const struct pk_in *in)
{
	bool too_long = in->flags & PK_LONG;

	return s->reading.count || s->reading.calls ? pop3_line_behind(s, in->bytes, too_long)
	                                            : pop3_line(s, in->bytes, too_long);
}

/* RFC 2595 section 4: what was said before TLS, by whomever, is forgotten. */
static uint32_t layer(struct pop3 *s, const struct pk_in *in)
{
	if (in->status != PK_OK)
		return PK_CLOSE;
	s->user_n = 0;
	s->language = s->conf->language;
	return pop3_next(s);
}

static uint32_t stop(struct pop3 *s, uint32_t why)
{
	if (why == PK_STOP_IDLE || why == PK_STOP_LOGIN)
		return PK_CLOSE; /* RFC 1939 section 3: without a word, and nothing is deleted */
	if (why != PK_STOP_DRAIN && s->amid)
		return PK_CLOSE; /* words would be taken for a part of it */
	if (why != PK_STOP_DRAIN)
		return pop3_close(s, S("-ERR [SYS/TEMP] the session was ended"));
	s->draining = true;
	return s->io->want & PK_DONE ? pop3_next(s) : s->io->want;
}

static uint32_t input(void *session, struct pk_io *io, struct pk_in *in)
{
	struct pop3 *s = session;

	switch ((enum pk_kind)in->kind) {
	case PK_IN_LINE: return line(s, in);
	case PK_IN_REPLY: return s->then(s, in);
	case PK_IN_AGAIN: return s->more(s);
	case PK_IN_LAYER: return layer(s, in);
	case PK_IN_STOP: return stop(s, in->what);
	case PK_IN_EOF: return s->reading.count ? io->want : PK_CLOSE;
	case PK_IN_BYTES:
	case PK_IN_NEWS:
	case PK_IN_TIMER: break;
	}
	return io->want;
}

static void close_session(void *session, struct pk_io *io)
{
	struct pop3 *s = session;

	sasl_clear(&s->sasl);
	maildrop_free(&s->drop, io);
	ahead_free(&s->reading.ahead, io);
}

static const struct pk_plugin plugin = {
	.size = sizeof(plugin),
	.major = PK_ABI_MAJOR,
	.minor = PK_ABI_MINOR,
	.name = "pop3",
	.version = POP3_VERSION,
	.alpn = "pop3",
	.session_bytes = sizeof(struct pop3),
	.options = OPTIONS,
	.option_bytes = sizeof(struct pk_option),
	.option = options,
	.configure = configure,
	.retire = retire,
	.open = open_session,
	.input = input,
	.close = close_session,
};

const struct pk_plugin *pk_plugin_entry(const struct pk_host *host)
{
	(void)host;
	return &plugin;
}

PK_PLUGIN_NOTE("pop3", POP3_VERSION);
