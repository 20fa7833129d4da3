#include "imap.h"
#include "view.h"

enum {
	OPTION_PLAIN,
	OPTION_SCRAM,
	OPTION_APPEND_LIMIT,
	OPTION_COMPRESS,
	OPTION_EIGHT_BIT,
	OPTION_LITERAL_MINUS,
	OPTIONS
}; /* in this order */

static const struct pk_option options[OPTIONS] = {
	{"plain",         "no",  "take passwords without TLS",                 0,    1,                PK_BOOL,      0},
	{"scram",         "yes", "offer SCRAM",                                0,    1,                PK_BOOL,      0},
	{"append_limit",  "64M", "octets of one message",                      1024, INT64_C(1) << 40, PK_BYTE_SIZE, 0},
	{"compress",      "no",  "offer COMPRESS",                             0,    1,                PK_BOOL,      0},
	{"eight_bit",     "no",  "take headers of 8 bits without UTF8=ACCEPT", 0,    1,                PK_BOOL,      0},
	{"literal_minus", "no",  "long literals have to wait: LITERAL-",       0,    1,                PK_BOOL,      0},
};

static void *configure(const struct pk_host *host, struct slice listener, const struct pk_value *v)
{
	struct imap_conf *conf = calloc(1, sizeof(*conf));

	(void)host, (void)listener;
	if (conf)
		*conf = (struct imap_conf){
			.plain = v[OPTION_PLAIN].number,
			.scram = v[OPTION_SCRAM].number,
			.append_limit = (uint64_t)v[OPTION_APPEND_LIMIT].number,
			.compress = v[OPTION_COMPRESS].number,
			.eight_bit = v[OPTION_EIGHT_BIT].number,
			.literal_minus = v[OPTION_LITERAL_MINUS].number,
		};
	return conf;
}

static uint32_t imap_open(void *session, struct pk_io *io)
{
	struct imap *s = session;

	s->io = io;
	s->conf = io->conf;
	put(s, S("* OK ["));
	put_capabilities(s);
	put(s, S("] Postkeep ready\r\n"));
	return imap_next(s) & ~(uint32_t)PK_DONE;
}

static uint32_t stop(struct imap *s, uint32_t why)
{
	switch (why) {
	case PK_STOP_IDLE: return imap_bye(s, S("Silent for too long"));
	case PK_STOP_LOGIN: return imap_bye(s, S("No login in time"));
	case PK_STOP_KICK: return imap_bye(s, S("[UNAVAILABLE] The session was ended"));
	case PK_STOP_LINK: return imap_bye(s, S("[UNAVAILABLE] Temporary failure"));
	case PK_STOP_DRAIN: break;
	default: return imap_bye(s, S("[LIMIT] The session used too much"));
	}
	s->ending = ENDING_BYE;
	return imap_between(s) ? imap_bye(s, S("[UNAVAILABLE] Server is going down")) : s->io->want;
}

/* The client has closed its side. What it asked for before is still answered. */
static uint32_t at_eof(struct imap *s)
{
	if (s->io->want & (PK_LINE | PK_BYTES | PK_EXACT))
		return PK_CLOSE;
	s->ending = ENDING;
	return s->io->want;
}

static uint32_t imap_input(void *session, struct pk_io *io, struct pk_in *in)
{
	struct imap *s = session;

	s->io = io;
	switch (in->kind) {
	case PK_IN_STOP: return stop(s, in->what);
	case PK_IN_EOF: return at_eof(s);
	case PK_IN_REPLY:
		if (in->tag >> 16 != s->serial) /* of a command that is over */
			return io->want;
		return s->then ? s->then(s, in) : PK_CLOSE;
	case PK_IN_LINE:
	case PK_IN_BYTES:
	case PK_IN_NEWS:
	case PK_IN_AGAIN:
	case PK_IN_LAYER: return s->then ? s->then(s, in) : PK_CLOSE;
	default: return io->want;
	}
}

static void imap_close(void *session, struct pk_io *io)
{
	struct imap *s = session;

	s->io = io;
	imap_forget(s);
	view_free(s->view);
	s->view = NULL;
}

PK_PLUGIN_NOTE("imap", PK_VERSION);

const struct pk_plugin *pk_plugin_entry(const struct pk_host *host)
{
	static const struct pk_plugin plugin = {
		.size = sizeof(plugin),
		.major = PK_ABI_MAJOR,
		.minor = PK_ABI_MINOR,
		.name = "imap",
		.version = PK_VERSION,
		.alpn = "imap",
		.session_bytes = sizeof(struct imap),
		.options = OPTIONS,
		.option_bytes = sizeof(struct pk_option),
		.option = options,
		.configure = configure,
		.retire = free,
		.open = imap_open,
		.input = imap_input,
		.close = imap_close,
	};

	(void)host; /* it compares the versions (plugin.h) */
	return &plugin;
}
