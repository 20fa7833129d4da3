/*
 * A protocol that Postkeep does not have, built out of the tree from the installed headers alone: a
 * client logs in and asks how many messages it has not seen yet, or is told as that changes.
 *
 *	LOGIN user password    OK, or NO and why
 *	COUNT                  a line `name unseen exists` for each mailbox, then a line with a dot
 *	WATCH                  the same, then `* name unseen exists` as it changes, until any line
 *	QUIT
 */
#include <postkeep/buf.h>
#include <postkeep/messages.h>
#include <postkeep/plugin.h>

#include <stdio.h>
#include <stdlib.h>

struct unread {
	uint64_t modseq; /* seen so far */
	uint32_t (*then)(struct unread *, struct pk_io *,
	                 struct pk_in *); /* takes what comes next */
	bool watching, over;
};

static uint32_t command(struct unread *s, struct pk_io *io, struct pk_in *in);

static uint32_t next_command(struct unread *s, struct pk_io *io)
{
	s->then = command;
	s->watching = s->over = false;
	io->take = 500;
	return PK_LINE | PK_DONE;
}

static uint32_t say(struct unread *s, struct pk_io *io, struct slice line)
{
	pk_put(io, line);
	pk_put(io, S("\r\n"));
	return next_command(s, io);
}

/* Sends a request whose reply goes to `then`. */
static uint32_t ask(struct unread *s, struct pk_io *io, enum pk_op op, struct buf *request,
                    uint32_t (*then)(struct unread *, struct pk_io *, struct pk_in *))
{
	bool asked = !request->failed && io->host->call(io, op, op, buf_slice(request));

	buf_wipe(request);
	s->then = then;
	return asked ? PK_REPLY : PK_CLOSE;
}

static void put_count(struct unread *s, struct pk_io *io, const struct pk_count *c)
{
	char numbers[32];
	int n = snprintf(numbers, sizeof(numbers), " %u %u\r\n", c->unseen, c->exists);

	pk_put(io, s->over ? S("* ") : S(""));
	pk_put(io, c->name);
	pk_put(io, (struct slice){numbers, (size_t)n});
}

static uint32_t ask_counts(struct unread *s, struct pk_io *io);

static uint32_t watching(struct unread *s, struct pk_io *io, struct pk_in *in)
{
	if (in->kind == PK_IN_NEWS)
		return ask_counts(s, io);
	return say(s, io, S("OK"));
}

static uint32_t counted(struct unread *s, struct pk_io *io, struct pk_in *in)
{
	struct pk_counts_rep rep;
	struct pk_count c;

	if (in->status != PK_OK || pk_get_counts_rep(in->bytes, &rep) != PK_OK)
		return say(s, io, S("NO try again later"));
	while (pk_next_count(&rep.mailboxes, &c))
		if (c.name.n)
			put_count(s, io, &c);
	if (in->flags & PK_MORE)
		return PK_REPLY;
	s->modseq = rep.modseq;
	if (!s->over)
		pk_put(io, S(".\r\n"));
	if (!s->watching)
		return next_command(s, io);
	s->over = true; /* from here on they are changes */
	s->then = watching;
	return PK_LINE | PK_NEWS;
}

static uint32_t ask_counts(struct unread *s, struct pk_io *io)
{
	struct buf b = {0};

	pk_put_counts_req(&b, &(struct pk_counts_req){.since = s->over ? s->modseq : 0});
	return ask(s, io, PK_OP_counts, &b, counted);
}

static uint32_t watched(struct unread *s, struct pk_io *io, struct pk_in *in)
{
	if (in->status != PK_OK)
		return say(s, io, S("NO try again later"));
	s->watching = true;
	return ask_counts(s, io);
}

static uint32_t cmd_watch(struct unread *s, struct pk_io *io, struct slice arg)
{
	struct buf b = {0};

	(void)arg;
	if (!io->bound)
		return say(s, io, S("NO log in first"));
	pk_put_watch_req(&b, &(struct pk_watch_req){.handle = 0, .on = 1});
	return ask(s, io, PK_OP_watch, &b, watched);
}

static uint32_t cmd_count(struct unread *s, struct pk_io *io, struct slice arg)
{
	(void)arg;
	return io->bound ? ask_counts(s, io) : say(s, io, S("NO log in first"));
}

static uint32_t logged_in(struct unread *s, struct pk_io *io, struct pk_in *in)
{
	return say(s, io, in->status == PK_OK ? S("OK") : S("NO wrong name or password"));
}

static uint32_t cmd_login(struct unread *s, struct pk_io *io, struct slice arg)
{
	struct slice user = slice_cut(&arg, ' ');
	struct buf b = {0}, data = {0};

	if (!io->tls && !*(const bool *)io->conf)
		return say(s, io, S("NO not without TLS"));
	buf_byte(&data, '\0'); /* RFC 4616: no other identity, the name, the password */
	buf_put(&data, user);
	buf_byte(&data, '\0');
	buf_put(&data, arg);
	pk_put_auth_req(&b,
	                &(struct pk_auth_req){.mechanism = S("PLAIN"), .data = buf_slice(&data)});
	buf_wipe(&data);
	return ask(s, io, PK_OP_auth, &b, logged_in);
}

static uint32_t cmd_quit(struct unread *s, struct pk_io *io, struct slice arg)
{
	(void)s, (void)arg;
	pk_put(io, S("BYE\r\n"));
	return PK_CLOSE;
}

static const struct unread_command {
	struct slice verb;
	uint32_t (*run)(struct unread *, struct pk_io *, struct slice arg);
} commands[] = {
	{S("LOGIN"), cmd_login},
	{S("COUNT"), cmd_count},
	{S("WATCH"), cmd_watch},
	{S("QUIT"),  cmd_quit },
};

static uint32_t command(struct unread *s, struct pk_io *io, struct pk_in *in)
{
	struct slice arg = in->bytes, verb = slice_cut(&arg, ' ');

	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		if (slice_ieq(verb, commands[i].verb))
			return commands[i].run(s, io, arg);
	return say(s, io, S("NO such command"));
}

static uint32_t unread_open(void *session, struct pk_io *io)
{
	return say(session, io, S("OK unread"));
}

static uint32_t unread_input(void *session, struct pk_io *io, struct pk_in *in)
{
	struct unread *s = session;

	if (in->kind == PK_IN_EOF)
		return PK_CLOSE;
	if (in->kind != PK_IN_STOP)
		return s->then(s, io, in);
	pk_put(io, S("BYE the server ends this session\r\n"));
	return PK_CLOSE;
}

static const struct pk_option options[] = {
	{.name = "plain", .initial = "no", .help = "passwords without TLS", .type = PK_BOOL},
};

static void *unread_configure(const struct pk_host *host, struct slice listener,
                              const struct pk_value *values)
{
	bool *plain = malloc(sizeof(*plain));

	(void)host, (void)listener;
	if (plain)
		*plain = values[0].number;
	return plain;
}

PK_PLUGIN_NOTE("unread", "1");

const struct pk_plugin *pk_plugin_entry(const struct pk_host *host)
{
	static const struct pk_plugin plugin = {
		.size = sizeof(plugin),
		.major = PK_ABI_MAJOR,
		.minor = PK_ABI_MINOR,
		.name = "unread",
		.version = "1",
		.session_bytes = sizeof(struct unread),
		.options = 1,
		.option_bytes = sizeof(struct pk_option),
		.option = options,
		.configure = unread_configure,
		.retire = free,
		.open = unread_open,
		.input = unread_input,
	};

	return host->major == PK_ABI_MAJOR ? &plugin : NULL;
}
