/*
 * A protocol that uses what the ABI has, built once for every minor number of it and kept as it was
 * built then (tests/abi/make). Each line is a command; most answer with a line.
 *
 *	ECHO text           the text
 *	LINES n             n lines, as fast as they are read
 *	TAKE n              the next n octets (at most 64 KiB), then their sum
 *	REST n              the next n octets as they come, then their sum
 *	AGAIN n             "again n" after so many turns
 *	LATER ms            "rang" after that time
 *	RANDOM              "random", of 16 octets that are not all the same
 *	MEMORY n            "memory n": allocated for the command, and for the session
 *	STARTTLS            "begin", the handshake, "tls"
 *	DEFLATE, PLAIN      "begin", the change, "layer"
 *	LOGIN user password
 *	KEEP text           a message with this subject into INBOX
 *	UNREAD              "n unread", or with WATCH before it also as it changes, until a line
 *	WHO                 listener, option, whether bound
 *	PROVEN              "proven" and whether the client has proven a certificate (1.1)
 *	UNCHANGED           whether the host takes a mailbox without a place for unchanged (1.2)
 *	CIPHER              whether the cipher suite of TLS has a name (1.3)
 *	QUIT
 */
#include <postkeep/buf.h>
#include <postkeep/messages.h>
#include <postkeep/plugin.h>

#include <stdio.h>
#include <stdlib.h>

struct sample {
	uint32_t (*then)(struct sample *, struct pk_io *, struct pk_in *);
	unsigned long left, sum;
	uint32_t body;
	bool watching;
};

struct conf {
	char listener[64], word[32];
	int64_t number;
};

static uint32_t command(struct sample *s, struct pk_io *io, struct pk_in *in);

static uint32_t next_command(struct sample *s, struct pk_io *io)
{
	s->then = command;
	s->left = s->sum = 0;
	io->take = 1000;
	return PK_LINE | PK_DONE;
}

static void say(struct pk_io *io, const char *format, unsigned long n)
{
	char line[100];
	int used = snprintf(line, sizeof(line), format, n);

	pk_put(io, (struct slice){line, (size_t)used});
	pk_put(io, S("\r\n"));
}

static uint32_t answer(struct sample *s, struct pk_io *io, const char *format, unsigned long n)
{
	say(io, format, n);
	return next_command(s, io);
}

static unsigned long number(struct slice arg)
{
	uint64_t n = 0;

	return slice_number(arg, 1u << 30, &n) ? (unsigned long)n : 0;
}

static uint32_t cmd_echo(struct sample *s, struct pk_io *io, struct slice arg)
{
	pk_put(io, arg);
	pk_put(io, S("\r\n"));
	return next_command(s, io);
}

static uint32_t lines(struct sample *s, struct pk_io *io, struct pk_in *in)
{
	while (s->sum < s->left && io->out_n < io->out_high)
		say(io, "line %lu", ++s->sum);
	if (s->sum == s->left)
		return next_command(s, io);
	in->resume = s->sum;
	return PK_LINE;
}

static uint32_t add(struct sample *s, struct pk_io *io, struct pk_in *in)
{
	for (size_t i = 0; i < in->bytes.n; i++)
		s->sum += (unsigned char)in->bytes.p[i];
	s->left -= in->bytes.n;
	if (!s->left)
		return answer(s, io, "sum %lu", s->sum);
	io->take = (uint32_t)s->left;
	return PK_BYTES;
}

static uint32_t take(struct sample *s, struct pk_io *io, struct slice arg, uint32_t want)
{
	s->left = number(arg);
	if (!s->left || s->left > 65536)
		return answer(s, io, "no", 0);
	s->then = add;
	io->take = (uint32_t)s->left;
	return want;
}

static uint32_t cmd_take(struct sample *s, struct pk_io *io, struct slice arg)
{
	return take(s, io, arg, PK_EXACT);
}

static uint32_t cmd_rest(struct sample *s, struct pk_io *io, struct slice arg)
{
	return take(s, io, arg, PK_BYTES);
}

static uint32_t again(struct sample *s, struct pk_io *io, struct pk_in *in)
{
	if (in->kind != PK_IN_AGAIN)
		return answer(s, io, "not again but %lu", in->kind);
	return ++s->sum < s->left ? PK_AGAIN : answer(s, io, "again %lu", s->sum);
}

static uint32_t cmd_again(struct sample *s, struct pk_io *io, struct slice arg)
{
	(void)io;
	s->left = number(arg);
	s->then = again;
	return PK_AGAIN;
}

static uint32_t rang(struct sample *s, struct pk_io *io, struct pk_in *in)
{
	return answer(s, io, in->kind == PK_IN_TIMER ? "rang" : "not the timer but %lu", in->kind);
}

static uint32_t cmd_later(struct sample *s, struct pk_io *io, struct slice arg)
{
	io->wake_ms = (uint32_t)number(arg);
	s->then = rang;
	return PK_LINE;
}

static uint32_t cmd_random(struct sample *s, struct pk_io *io, struct slice arg)
{
	unsigned char octets[16] = {0};
	unsigned long other = 0;

	(void)arg;
	io->host->random(io, octets, sizeof(octets));
	for (size_t i = 1; i < sizeof(octets); i++)
		other += octets[i] != octets[0];
	return answer(s, io, other ? "random" : "not random", 0);
}

static uint32_t cmd_memory(struct sample *s, struct pk_io *io, struct slice arg)
{
	unsigned long n = number(arg), good = 0;
	char *command_s = io->host->alloc(io, n), *session_s = io->host->resize(io, NULL, n);

	for (unsigned long i = 0; command_s && session_s && i < n; i++) {
		session_s[i] = 1;
		good += !command_s[i];
	}
	io->host->resize(io, session_s, 0);
	return answer(s, io, "memory %lu", good);
}

static uint32_t layer(struct sample *s, struct pk_io *io, struct pk_in *in)
{
	if (in->kind != PK_IN_LAYER)
		return io->want;
	return answer(s, io, in->what == PK_TLS ? "tls" : "layer", 0);
}

static uint32_t change(struct sample *s, struct pk_io *io, uint32_t want)
{
	say(io, "begin", 0);
	s->then = layer;
	return want;
}

static uint32_t cmd_starttls(struct sample *s, struct pk_io *io, struct slice arg)
{
	(void)arg;
	return io->can_tls ? change(s, io, PK_TLS) : answer(s, io, "no", 0);
}

static uint32_t cmd_deflate(struct sample *s, struct pk_io *io, struct slice arg)
{
	(void)arg;
	return change(s, io, PK_DEFLATE);
}

static uint32_t cmd_plain(struct sample *s, struct pk_io *io, struct slice arg)
{
	(void)arg;
	return change(s, io, PK_PLAIN);
}

/* Sends a request whose reply goes to `then`. */
static uint32_t ask(struct sample *s, struct pk_io *io, enum pk_op op, struct buf *request,
                    uint32_t (*then)(struct sample *, struct pk_io *, struct pk_in *))
{
	bool asked = !request->failed && io->calls_left &&
	             io->host->call(io, 100 + op, op, buf_slice(request));

	buf_wipe(request);
	s->then = then;
	return asked ? PK_REPLY : PK_CLOSE;
}

static uint32_t done(struct sample *s, struct pk_io *io, struct pk_in *in)
{
	if (in->status == PK_OK)
		return answer(s, io, io->bound ? "done" : "done, unbound", 0);
	return answer(s, io, "failed %lu", in->status);
}

static uint32_t cmd_login(struct sample *s, struct pk_io *io, struct slice arg)
{
	struct slice user = slice_cut(&arg, ' ');
	struct buf b = {0}, data = {0};

	buf_byte(&data, '\0');
	buf_put(&data, user);
	buf_byte(&data, '\0');
	buf_put(&data, arg);
	pk_put_auth_req(&b,
	                &(struct pk_auth_req){.mechanism = S("PLAIN"), .data = buf_slice(&data)});
	buf_wipe(&data);
	return ask(s, io, PK_OP_auth, &b, done);
}

static uint32_t cmd_keep(struct sample *s, struct pk_io *io, struct slice arg)
{
	struct buf text = {0}, row = {0}, b = {0};
	struct pk_new_message m = {.internaldate = io->now_ms};
	uint32_t body = io->host->body_open(io, 7, 1000), wants;
	size_t taken;

	buf_put(&text, S("Subject: "));
	buf_put(&text, arg);
	buf_put(&text, S("\r\n\r\nkept\r\n"));
	taken = io->host->body_write(io, body, buf_slice(&text));
	m.body = (uint16_t)body;
	m.summary = io->host->body_end(io, body);
	pk_put_new_message_row(&row, &m);
	pk_put_append_req(
		&b, &(struct pk_append_req){.mailbox = S("INBOX"), .messages = PK_ROWS(&row)});
	wants = taken == text.n && m.summary.n ? ask(s, io, PK_OP_append, &b, done)
	                                       : answer(s, io, "no body", 0);
	buf_free(&text);
	buf_free(&row);
	buf_free(&b);
	return wants;
}

static uint32_t ask_unread(struct sample *s, struct pk_io *io);

static uint32_t watching(struct sample *s, struct pk_io *io, struct pk_in *in)
{
	if (in->kind == PK_IN_NEWS)
		return ask_unread(s, io);
	s->watching = false;
	return answer(s, io, "enough", 0);
}

static uint32_t counted(struct sample *s, struct pk_io *io, struct pk_in *in)
{
	struct pk_counts_rep rep;
	struct pk_count c;

	if (in->status != PK_OK || pk_get_counts_rep(in->bytes, &rep) != PK_OK)
		return answer(s, io, "failed %lu", in->status);
	while (pk_next_count(&rep.mailboxes, &c))
		s->sum += c.unseen;
	if (in->flags & PK_MORE)
		return PK_REPLY;
	if (!s->watching)
		return answer(s, io, "%lu unread", s->sum);
	say(io, "%lu unread", s->sum);
	s->then = watching;
	return PK_LINE | PK_NEWS;
}

static uint32_t ask_unread(struct sample *s, struct pk_io *io)
{
	struct buf b = {0};

	s->sum = 0;
	pk_put_counts_req(&b, &(struct pk_counts_req){.since = 0});
	return ask(s, io, PK_OP_counts, &b, counted);
}

static uint32_t cmd_unread(struct sample *s, struct pk_io *io, struct slice arg)
{
	(void)arg;
	return io->bound ? ask_unread(s, io) : answer(s, io, "log in first", 0);
}

static uint32_t watched(struct sample *s, struct pk_io *io, struct pk_in *in)
{
	if (in->status != PK_OK)
		return answer(s, io, "failed %lu", in->status);
	s->watching = true;
	return ask_unread(s, io);
}

static uint32_t cmd_watch(struct sample *s, struct pk_io *io, struct slice arg)
{
	struct buf b = {0};

	(void)arg;
	pk_put_watch_req(&b, &(struct pk_watch_req){.handle = 0, .on = 1});
	return ask(s, io, PK_OP_watch, &b, watched);
}

static uint32_t cmd_who(struct sample *s, struct pk_io *io, struct slice arg)
{
	const struct conf *conf = io->conf;

	(void)arg;
	pk_put(io, slice_str(conf->listener));
	pk_put(io, S(" "));
	pk_put(io, slice_str(conf->word));
	pk_put(io, io->peer->kind == PK_PEER_CLIENT && io->peer->addr.n ? S(" client") : S(" ?"));
	say(io, " %lu", (unsigned long)conf->number);
	return answer(s, io, "bound %lu", io->bound);
}

static uint32_t cmd_proven(struct sample *s, struct pk_io *io, struct slice arg)
{
	(void)arg;
	return answer(s, io, "proven %lu", PK_HAS(io, proven) ? (unsigned long)io->proven : 9);
}

static uint32_t cmd_unchanged(struct sample *s, struct pk_io *io, struct slice arg)
{
	(void)arg;
	return answer(s, io, "unchanged %lu",
	              PK_HAS(io->host, unchanged) ? io->host->unchanged(io, UINT32_MAX, 0) : 9ul);
}

static uint32_t cmd_cipher(struct sample *s, struct pk_io *io, struct slice arg)
{
	(void)arg;
	return answer(s, io, "cipher %lu",
	              PK_HAS(io->peer, cipher) ? slice_starts(io->peer->cipher, S("TLS_")) : 9ul);
}

static uint32_t cmd_quit(struct sample *s, struct pk_io *io, struct slice arg)
{
	(void)s, (void)arg;
	pk_put(io, S("bye\r\n"));
	return PK_CLOSE;
}

static const struct {
	struct slice verb;
	uint32_t (*run)(struct sample *, struct pk_io *, struct slice arg);
} commands[] = {
	{S("ECHO"),      cmd_echo     },
        {S("TAKE"),      cmd_take     },
        {S("REST"),      cmd_rest     },
	{S("AGAIN"),     cmd_again    },
        {S("LATER"),     cmd_later    },
        {S("RANDOM"),    cmd_random   },
	{S("MEMORY"),    cmd_memory   },
        {S("STARTTLS"),  cmd_starttls },
        {S("DEFLATE"),   cmd_deflate  },
	{S("PLAIN"),     cmd_plain    },
        {S("LOGIN"),     cmd_login    },
        {S("KEEP"),      cmd_keep     },
	{S("UNREAD"),    cmd_unread   },
        {S("WATCH"),     cmd_watch    },
        {S("WHO"),       cmd_who      },
	{S("PROVEN"),    cmd_proven   },
        {S("UNCHANGED"), cmd_unchanged},
        {S("CIPHER"),    cmd_cipher   },
	{S("QUIT"),      cmd_quit     },
};

static uint32_t command(struct sample *s, struct pk_io *io, struct pk_in *in)
{
	struct slice arg = in->bytes, verb = slice_cut(&arg, ' ');

	if (in->flags & PK_LONG)
		return answer(s, io, "too long", 0);
	if (slice_eq(verb, S("LINES"))) { /* the same input again, with a cursor */
		s->left = number(arg);
		s->sum = (unsigned long)in->resume;
		in->resume = 0;
		return lines(s, io, in);
	}
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		if (slice_eq(verb, commands[i].verb))
			return commands[i].run(s, io, arg);
	return answer(s, io, "what?", 0);
}

static uint32_t sample_open(void *session, struct pk_io *io)
{
	return answer(session, io, "sample", 0);
}

static uint32_t sample_input(void *session, struct pk_io *io, struct pk_in *in)
{
	struct sample *s = session;

	if (in->kind == PK_IN_EOF)
		return PK_CLOSE;
	if (in->kind == PK_IN_STOP) {
		say(io, "stop %lu", in->what);
		return PK_CLOSE;
	}
	return s->then(s, io, in);
}

static void sample_close(void *session, struct pk_io *io)
{
	(void)session;
	io->host->count(io, "samples", 1);
	io->host->log(io, PK_LOG_INFO, S("sample=closed"));
}

enum { NUMBER, WORD, OPTIONS };
static const struct pk_option options[OPTIONS] = {
	[NUMBER] = {.name = "number", .initial = "4k", .max = 1 << 20,  .type = PK_BYTE_SIZE},
	[WORD] = {.name = "word",                .initial = "some",                  .type = PK_TEXT},
};

static void *sample_configure(const struct pk_host *host, struct slice listener,
                              const struct pk_value *values)
{
	struct conf *conf = calloc(1, sizeof(*conf));

	if (!conf)
		return NULL;
	snprintf(conf->listener, sizeof(conf->listener), "%.*s", (int)listener.n, listener.p);
	snprintf(conf->word, sizeof(conf->word), "%.*s", (int)values[WORD].text.n,
	         values[WORD].text.p);
	conf->number = values[NUMBER].number;
	host->log(NULL, PK_LOG_INFO, S("sample=configured"));
	return conf;
}

static bool sample_ready(void *conf)
{
	return ((struct conf *)conf)->number != 13;
}

PK_PLUGIN_NOTE("sample", "1");

const struct pk_plugin *pk_plugin_entry(const struct pk_host *host)
{
	static const struct pk_plugin plugin = {
		.size = sizeof(plugin),
		.major = PK_ABI_MAJOR,
		.minor = PK_ABI_MINOR,
		.name = "sample",
		.version = "1",
		.alpn = "sample",
		.session_bytes = sizeof(struct sample),
		.options = OPTIONS,
		.option_bytes = sizeof(struct pk_option),
		.option = options,
		.configure = sample_configure,
		.ready = sample_ready,
		.retire = free,
		.open = sample_open,
		.input = sample_input,
		.close = sample_close,
	};

	return host->major == PK_ABI_MAJOR ? &plugin : NULL;
}
