#include "smtp.h"

#include "proto/say.h"

#include <inttypes.h>
#include <stdlib.h>

#define TARPIT_MS 1000

enum { MODE, HOSTNAME, MAX_SIZE, RECIPIENTS, ERRORS, GREETING, PLAIN, SCRAM, OPTIONS };

static const struct pk_option options[OPTIONS] = {
	{"mode",           "mx",        "mx lmtp submission",                          0,    0,         PK_WORD,      0},
	{"hostname",       "localhost", "name in the greeting and in Received",        0,    0,         PK_TEXT,      0},
	{"max_size",       "44M",       "largest message",                             1024, INT64_MAX, PK_BYTE_SIZE, 0},
	{"recipients",     "1000",      "recipients of a message",                     100,  100000,    PK_NUMBER,    0},
	{"errors",         "20",        "bad commands until the connection is closed", 1,    1000,      PK_NUMBER,    0},
	{"greeting_delay", "0",         "who talks sooner is closed",                  0,    60000,     PK_DURATION,  0},
	{"plain",          "no",        "passwords may come without TLS",              0,    1,         PK_BOOL,      0},
	{"scram",          "yes",       "offer SCRAM",                                 0,    1,         PK_BOOL,      0},
};

static enum smtp_mode find_mode(struct slice word)
{
	if (slice_eq(word, S("submission")))
		return SMTP_SUBMISSION;
	return slice_eq(word, S("lmtp")) ? SMTP_LMTP : SMTP_MX;
}

static void refuse(const struct pk_host *host, struct slice why)
{
	host->log(NULL, PK_LOG_ERROR, why);
}

static void *smtp_configure(const struct pk_host *host, struct slice listener,
                            const struct pk_value *v)
{
	struct slice name = v[HOSTNAME].text;
	struct smtp_conf *c;

	(void)listener;
	if (!path_is_domain(name, false)) {
		refuse(host, S("reason=\"smtp: hostname is not a domain name\""));
		return NULL;
	}
	c = calloc(1, sizeof(*c));
	if (!c)
		return NULL;
	c->mode = find_mode(v[MODE].text);
	memcpy(c->hostname, name.p, name.n);
	c->max_octets = (uint64_t)v[MAX_SIZE].number;
	c->max_recipients = (uint32_t)v[RECIPIENTS].number;
	c->max_errors = (uint32_t)v[ERRORS].number;
	c->greeting_ms = (uint32_t)v[GREETING].number;
	c->plain = v[PLAIN].number;
	c->scram = v[SCRAM].number;
	return c;
}

static void smtp_retire(void *conf)
{
	free(conf);
}

uint32_t smtp_next(struct smtp *s)
{
	if (s->astray)
		return smtp_close(s, S("421 4.3.0 temporary failure"));
	s->io->take = smtp_is_stranger(s) ? SASL_LINE_MAX : SMTP_LINE_MAX;
	smtp_await(s);
	if (s->state >= SMTP_MAIL)
		return PK_LINE | PK_REPLY;
	if (!s->draining) /* any line before the login may have a password in it */
		return PK_LINE | PK_REPLY | PK_DONE | (smtp_is_stranger(s) ? PK_SECRET : 0);
	return smtp_close(s, S("421 4.3.2 the server is going down"));
}

void smtp_put_reply(struct smtp *s, struct slice reply)
{
	if (reply.n && reply.p[0] < '4')
		say_line(s->io, reply);
	else
		say_printf(s->io, "%.*s (session %" PRIu64 ")\r\n", (int)reply.n, reply.p,
		           s->io->peer->id);
}

uint32_t smtp_say(struct smtp *s, struct slice reply)
{
	smtp_put_reply(s, reply);
	return smtp_next(s);
}

/* Who makes many errors is answered, and then has to wait. */
static uint32_t next_slowly(struct smtp *s, bool slowly)
{
	uint32_t want = smtp_next(s);

	if (!slowly || s->conf->mode == SMTP_LMTP || want & PK_CLOSE)
		return want;
	s->io->wake_ms = TARPIT_MS;
	return 0;
}

uint32_t smtp_error(struct smtp *s, struct slice reply)
{
	smtp_put_reply(s, reply);
	if (++s->errors >= s->conf->max_errors)
		return smtp_close(s, S("421 4.7.0 too many errors"));
	return next_slowly(s, s->errors > s->conf->max_errors / 2);
}

uint32_t smtp_unknown(struct smtp *s, struct slice reply)
{
	smtp_put_reply(s, reply);
	if (s->conf->mode != SMTP_LMTP && ++s->unknown >= 5 * s->conf->max_errors)
		return smtp_close(s, S("421 4.7.0 too many unknown recipients"));
	return next_slowly(s, s->unknown > s->conf->max_errors);
}

uint32_t smtp_close(struct smtp *s, struct slice reply)
{
	smtp_put_reply(s, reply);
	return PK_CLOSE;
}

uint32_t smtp_ask(struct smtp *s, uint32_t op, struct buf *request, smtp_then *then)
{
	bool sent = !request->failed && s->io->host->call(s->io, ++s->tag, op, buf_slice(request));

	buf_free(request);
	s->then = sent ? then : NULL;
	if (sent)
		return PK_REPLY;
	if (then)
		return then(s, &(struct pk_in){.status = PK_ERETRY});
	return PK_CLOSE;
}

static uint32_t smtp_open(void *session, struct pk_io *io)
{
	struct smtp *s = session;

	s->io = io;
	s->conf = io->conf;
	s->max_octets = s->conf->max_octets;
	s->max_recipients = s->conf->max_recipients;
	if (!s->conf->greeting_ms)
		return smtp_greet(s);
	io->wake_ms = s->conf->greeting_ms;
	io->take = SMTP_LINE_MAX;
	return PK_LINE;
}

/* Only the reply that is waited for; those to `reset` pass by. */
static uint32_t reply(struct smtp *s, const struct pk_in *in)
{
	smtp_then *then = s->then;

	if (in->tag == smtp_body_tag(s)) {
		smtp_message_refuse(s, SMTP_FAILED,
		                    reply_to_message(REFUSAL((enum pk_status)in->status)));
		return s->io->want;
	}
	if (!then || in->tag != s->tag)
		return s->io->want & ~(uint32_t)PK_DONE;
	if (!(in->flags & PK_MORE))
		s->then = NULL;
	return then(s, in);
}

static uint32_t stop(struct smtp *s, uint32_t why)
{
	switch ((enum pk_stop)why) {
	case PK_STOP_IDLE: return smtp_close(s, S("421 4.4.2 nothing heard for too long"));
	case PK_STOP_LOGIN: return smtp_close(s, S("421 4.4.2 this takes too long"));
	case PK_STOP_KICK: return smtp_close(s, S("421 4.3.2 closed by the administrator"));
	case PK_STOP_LINK: return smtp_close(s, S("421 4.3.0 storage is not available now"));
	case PK_STOP_LIMIT: return smtp_close(s, S("421 4.7.0 this session uses too much"));
	case PK_STOP_DRAIN: break;
	}
	s->draining = true;
	if (s->state < SMTP_MAIL && !s->then)
		return smtp_close(s, S("421 4.3.2 the server is going down"));
	return s->io->want;
}

static uint32_t timer(struct smtp *s)
{
	if (s->state == SMTP_SILENT)
		return smtp_greet(s);
	s->io->wake_ms = 0;
	return s->io->want ? smtp_look_at_clock(s) : smtp_next(s);
}

static uint32_t smtp_input(void *session, struct pk_io *io, struct pk_in *in)
{
	struct smtp *s = session;

	switch ((enum pk_kind)in->kind) {
	case PK_IN_LINE: return smtp_command(s, in);
	case PK_IN_BYTES: return smtp_data(s, in);
	case PK_IN_REPLY: return reply(s, in);
	case PK_IN_LAYER: return smtp_layer(s, in);
	case PK_IN_TIMER: return timer(s);
	case PK_IN_STOP: return stop(s, in->what);
	case PK_IN_EOF: return PK_CLOSE;
	case PK_IN_NEWS:
	case PK_IN_AGAIN: break;
	}
	return io->want;
}

static void smtp_close_session(void *session, struct pk_io *io)
{
	struct smtp *s = session;

	(void)io;
	sasl_clear(&s->sasl);
	buf_free(&s->user);
	buf_free(&s->words);
	smtp_envelope_free(&s->envelope);
	smtp_message_free(&s->message);
}

static const struct pk_plugin plugin = {
	.size = sizeof(plugin),
	.major = PK_ABI_MAJOR,
	.minor = PK_ABI_MINOR,
	.name = "smtp",
	.version = SMTP_VERSION,
	.session_bytes = sizeof(struct smtp),
	.options = OPTIONS,
	.option_bytes = sizeof(struct pk_option),
	.option = options,
	.configure = smtp_configure,
	.retire = smtp_retire,
	.open = smtp_open,
	.input = smtp_input,
	.close = smtp_close_session,
};

const struct pk_plugin *pk_plugin_entry(const struct pk_host *host)
{
	(void)host;
	return &plugin;
}

PK_PLUGIN_NOTE("smtp", SMTP_VERSION);
