#include "proto/sasl.h"

#include "base/base64.h"
#include "proto/say.h"

#include <postkeep/messages.h>

static enum sasl_next fail(struct sasl *x, enum pk_status st)
{
	x->status = st;
	return SASL_FAIL;
}

static struct slice mechanism(const struct sasl *x)
{
	return slice_str(x->mechanism);
}

/* RFC 4422 3.1: 1 to 20 letters, digits, hyphens, underscores. */
static bool set_mechanism(struct sasl *x, struct slice name)
{
	if (!name.n || name.n >= sizeof(x->mechanism))
		return false;
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];

		if (c >= 'a' && c <= 'z')
			c -= 'a' - 'A';
		if (!(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') && c != '-' && c != '_')
			return false;
		x->mechanism[i] = c;
	}
	x->mechanism[name.n] = '\0';
	return true;
}

/* LOGIN is the one mechanism left in which the server speaks first. */
static bool server_speaks_first(const struct sasl *x)
{
	return slice_eq(mechanism(x), S("LOGIN"));
}

/* A NUL in a name or a password would cut it short somewhere. PLAIN puts two between its parts. */
static bool nuls_are_right(const struct sasl *x, struct slice data)
{
	size_t nuls = 0;

	for (size_t i = 0; i < data.n; i++)
		nuls += data.p[i] == '\0';
	return nuls == (slice_eq(mechanism(x), S("PLAIN")) ? 2 : 0);
}

/* Room is made before, so that no half of a password stays behind where a buffer has grown. */
static bool get_data(const struct sasl *x, struct slice text, struct buf *out)
{
	return text.n <= SASL_LINE_MAX && buf_room(out, text.n) && base64_decode(text, out) &&
	       out->n <= SASL_DATA_MAX && nuls_are_right(x, buf_slice(out));
}

static enum sasl_next ask_store(struct sasl *x, struct pk_io *io, struct slice data)
{
	struct pk_auth_req q = {.mechanism = mechanism(x), .data = data, .step = x->step};
	struct buf b = {0};
	bool sent;

	if (buf_room(&b, data.n + 64))
		pk_put_auth_req(&b, &q);
	sent = !b.failed && io->host->call(io, x->tag, PK_OP_auth, buf_slice(&b));
	buf_wipe(&b);
	if (!sent || ++x->step == 0)
		return fail(x, PK_ERETRY);
	return SASL_WAIT;
}

static enum sasl_next challenge(struct sasl *x, struct slice data)
{
	buf_clear(&x->challenge);
	base64_encode(data, &x->challenge);
	return x->challenge.failed ? fail(x, PK_ENOMEM) : SASL_ASK;
}

/* Data from the client, in base64, goes to the store. */
static enum sasl_next pass_on(struct sasl *x, struct pk_io *io, struct slice text)
{
	struct buf b = {0};
	enum sasl_next next;

	if (!get_data(x, text, &b))
		next = fail(x, PK_EPROTO);
	else
		next = ask_store(x, io, buf_slice(&b));
	buf_wipe(&b);
	return next;
}

/* An initial response of a mechanism that begins with a challenge answers that challenge. */
static enum sasl_next hold(struct sasl *x, struct pk_io *io, struct slice text)
{
	if (!get_data(x, text, &x->held))
		return fail(x, PK_EPROTO);
	x->has_held = true;
	return ask_store(x, io, S(""));
}

enum sasl_next sasl_begin(struct sasl *x, struct pk_io *io, struct slice name, struct slice initial)
{
	x->step = 0;
	x->finished = x->has_held = false;
	if (!set_mechanism(x, name))
		return fail(x, PK_ENOTSUP);
	if (!initial.p)
		return ask_store(x, io, S("")); /* which knows what there is, and says its part */
	/* "=" is an empty response; without one the store would take it for none at all. */
	if (slice_eq(initial, S("=")))
		return hold(x, io, S(""));
	return server_speaks_first(x) ? hold(x, io, initial) : pass_on(x, io, initial);
}

enum sasl_next sasl_password(struct sasl *x, struct pk_io *io, struct slice user,
                             struct slice password)
{
	struct buf b = {0};
	enum sasl_next next;

	x->step = 0;
	x->finished = x->has_held = false;
	(void)set_mechanism(x, S("PLAIN"));
	(void)buf_room(&b, user.n + password.n + 2);
	buf_byte(&b, '\0');
	buf_put(&b, user);
	buf_byte(&b, '\0');
	buf_put(&b, password);
	if (b.failed)
		next = fail(x, PK_ENOMEM);
	else if (b.n > SASL_DATA_MAX || !nuls_are_right(x, buf_slice(&b)))
		next = fail(x, PK_EPROTO);
	else
		next = ask_store(x, io, buf_slice(&b));
	buf_wipe(&b);
	return next;
}

enum sasl_next sasl_answer(struct sasl *x, struct pk_io *io, struct slice line)
{
	if (slice_eq(line, S("*")))
		return SASL_CANCEL;
	if (x->finished)
		return line.n ? fail(x, PK_EPROTO) : SASL_DONE;
	return pass_on(x, io, line);
}

enum sasl_next sasl_reply(struct sasl *x, struct pk_io *io, const struct pk_in *reply)
{
	enum pk_status st = (enum pk_status)reply->status;
	struct pk_auth_rep r = {0};
	enum sasl_next next;

	if (st == PK_OK)
		st = pk_get_auth_rep(reply->bytes, &r);
	if (st != PK_OK)
		return fail(x, st);
	if (r.done) {
		buf_clear(&x->user);
		buf_put(&x->user, r.user);
		if (x->user.failed)
			return fail(x, PK_ENOMEM);
		x->finished = true;
		x->message_max = r.message_max;
		x->recipients_max = r.recipients_max;
		/* Words of the server at the end, such as SCRAM's proof, need an empty answer. */
		return r.challenge.n ? challenge(x, r.challenge) : SASL_DONE;
	}
	if (!x->has_held)
		return challenge(x, r.challenge);
	x->has_held = false;
	next = ask_store(x, io, buf_slice(&x->held));
	buf_wipe(&x->held);
	return next;
}

struct slice sasl_offer(const struct pk_io *io, bool scram, size_t i)
{
	bool proven = PK_HAS(io, proven) && io->proven;
	const struct {
		struct slice word;
		bool offered;
	} all[] = {
		{S("PLAIN"),              true            },
                {S("LOGIN"),              true            },
		{S("SCRAM-SHA-256"),      scram           },
                {S("SCRAM-SHA-256-PLUS"), scram && io->tls},
		{S("EXTERNAL"),           proven          },
	};

	for (size_t at = 0; at < sizeof(all) / sizeof(*all); at++)
		if (all[at].offered && !i--)
			return all[at].word;
	return (struct slice){0};
}

bool sasl_offers(const struct pk_io *io, bool scram, struct slice name)
{
	struct slice word = sasl_offer(io, scram, 0);

	for (size_t i = 1; word.n && !slice_ieq(word, name); i++)
		word = sasl_offer(io, scram, i);
	return word.n;
}

struct slice sasl_challenge(const struct sasl *x)
{
	return buf_slice(&x->challenge);
}

void sasl_clear(struct sasl *x)
{
	buf_wipe(&x->held);
	buf_wipe(&x->challenge);
	buf_free(&x->user);
	*x = (struct sasl){.tag = x->tag};
}

void sasl_without_tls(struct pk_io *io)
{
	SAY_LOG(io, PK_LOG_INFO, "login_refused", LOG_CSTR("reason", "no_tls"));
}
