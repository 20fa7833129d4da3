#include "parameters.h"

#include "xtext.h"

#include "mime/charset.h"
#include "proto/verb.h"

#define ENVID_MAX 100 /* octets; RFC 3461 5.4 */
#define ORCPT_MAX 500

/* RFC 1870 section 4: up to 20 digits. More than fits is more than is taken. */
static struct slice take_size(struct smtp *s, struct slice value)
{
	for (size_t i = 0; i < value.n; i++)
		if (value.p[i] < '0' || value.p[i] > '9')
			value.n = 0;
	if (!value.n || value.n > 20)
		return S("501 5.5.4 SIZE is a number");
	if (!slice_number(value, s->max_octets, &s->envelope.octets))
		return reply_to_message(REFUSAL(PK_ETOOBIG));
	return S("");
}

/* RFC 6152; RFC 3030 section 3. */
static struct slice take_body(struct smtp *s, struct slice value)
{
	s->envelope.binary = slice_ieq(value, S("BINARYMIME"));
	if (s->envelope.binary || slice_ieq(value, S("7BIT")) || slice_ieq(value, S("8BITMIME")))
		return S("");
	return S("501 5.5.4 BODY is 7BIT, 8BITMIME or BINARYMIME");
}

static struct slice take_utf8(struct smtp *s, struct slice value)
{
	s->envelope.utf8 = true;
	return value.n ? S("501 5.5.4 SMTPUTF8 has no value") : S("");
}

/* RFC 4954 section 5: who sends says whom it is from; nobody is believed. */
static struct slice take_auth(struct smtp *s, struct slice value)
{
	struct buf b = {0};
	struct slice in;
	struct path who;
	bool ok;

	(void)s;
	if (slice_eq(value, S("<>")))
		return S("");
	buf_byte(&b, '<');
	ok = xtext_decode(value, &b);
	buf_byte(&b, '>');
	in = buf_slice(&b);
	ok = ok && path_take(&in, &who) == PK_OK && !in.n && slice_has(path_text(&who), '@');
	buf_free(&b);
	return ok ? S("") : S("501 5.5.4 AUTH is <> or an address in xtext");
}

/*
 * Delivery status notifications (RFC 3461). What fails is told in the reply, so that there is
 * nothing to be reported later: RET, and NOTIFY but for SUCCESS, ask for what is so anyway. A user
 * who asks for SUCCESS gets a report; servers are not promised any (report.c).
 */
static struct slice take_ret(struct smtp *s, struct slice value)
{
	(void)s;
	return slice_ieq(value, S("FULL")) || slice_ieq(value, S("HDRS"))
	               ? S("")
	               : S("501 5.5.4 RET is FULL or HDRS");
}

static bool is_printable(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < ' ' || s.p[i] > '~')
			return false;
	return true;
}

static struct slice take_envid(struct smtp *s, struct slice value)
{
	struct buf *id = &s->envelope.envid;

	if (!value.n || value.n > ENVID_MAX || !xtext_decode(value, id) ||
	    !is_printable(buf_slice(id)))
		return S("501 5.5.4 ENVID is 1 to 100 characters of xtext");
	return S("");
}

static struct slice take_notify(struct smtp *s, struct slice value)
{
	static const struct slice words[] = {S("SUCCESS"), S("FAILURE"), S("DELAY")};
	struct smtp_envelope *e = &s->envelope;
	size_t n;

	if (slice_ieq(value, S("NEVER")))
		return S("");
	if (slice_ends(value, S(",")))
		value.n = 0;
	do {
		struct slice word = slice_cut(&value, ',');

		for (n = 0; n < 3 && !slice_ieq(word, words[n]); n++)
			;
		e->success |= n == 0;
	} while (n < 3 && value.n);
	if (n == 3)
		return S("501 5.5.4 NOTIFY is NEVER, or some of SUCCESS, FAILURE, DELAY");
	if (e->success && s->conf->mode != SMTP_SUBMISSION)
		return S("555 5.5.4 success is told in the reply alone");
	return S("");
}

/* RFC 6533 section 3: printable, but for "+", "=" and spaces, which are \x{HEX}, or UTF-8. */
static bool is_utf8_address(struct slice s, bool eight_bits)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '+' || s.p[i] == '=' || s.p[i] == 0x7f ||
		    (s.p[i] >= 0 && s.p[i] <= ' ') || (s.p[i] < 0 && !eight_bits))
			return false;
	return s.n && utf8_valid(s);
}

/* It is kept as a field of a header will have it: "rfc822;" and the address, decoded. */
static struct slice take_orcpt(struct smtp *s, struct slice value)
{
	static const struct slice refusal =
		S("501 5.5.4 ORCPT is a type of address, \";\", and up to 500 characters of xtext");
	struct buf *to = &s->envelope.original;
	struct slice type = slice_head(value, ORCPT_MAX + 1), address;
	bool ok;

	type = slice_cut(&type, ';');
	address = slice_skip(value, type.n + 1);
	buf_put(to, type);
	buf_byte(to, ';');
	if (!path_is_atom(type) || type.n == value.n || value.n > ORCPT_MAX)
		return refusal;
	if (slice_ieq(type, S("utf-8"))) {
		buf_put(to, address);
		return is_utf8_address(address, s->envelope.utf8) ? S("") : refusal;
	}
	ok = address.n && xtext_decode(address, to);
	return ok && is_printable(buf_slice(to)) ? S("") : refusal;
}

struct parameter {
	struct slice name;
	unsigned modes;
	struct slice (*take)(struct smtp *s, struct slice value); /* returns the refusal */
};

/* RFC 5321 4.1.1.11: words between spaces, each at most once. */
static struct slice take_all(struct smtp *s, struct slice in, const struct parameter *table,
                             size_t count)
{
	unsigned seen = 0;

	if (in.n && *in.p != ' ')
		return S("501 5.5.4 a space goes before parameters");
	for (struct slice value = verb_word(&in); value.n; value = verb_word(&in)) {
		const struct parameter *p =
			verb_find(slice_cut(&value, '='), table, count, sizeof(*table));
		struct slice refusal;

		if (!p || !s->extended || !(p->modes & s->conf->mode))
			return S("555 5.5.4 this parameter is not known here");
		if (seen & 1u << (p - table))
			return S("501 5.5.4 a parameter is there twice");
		seen |= 1u << (p - table);
		refusal = p->take(s, value);
		if (refusal.n)
			return refusal;
	}
	return S("");
}

struct slice smtp_mail_parameters(struct smtp *s, struct slice in)
{
	static const struct parameter table[] = {
		{S("SIZE"),     SMTP_ALL,        take_size },
                {S("BODY"),     SMTP_ALL,        take_body },
		{S("SMTPUTF8"), SMTP_ALL,        take_utf8 },
                {S("AUTH"),     SMTP_SUBMISSION, take_auth },
		{S("RET"),      SMTP_ALL,        take_ret  },
                {S("ENVID"),    SMTP_ALL,        take_envid},
	};

	return take_all(s, in, table, sizeof(table) / sizeof(*table));
}

struct slice smtp_rcpt_parameters(struct smtp *s, struct slice in)
{
	static const struct parameter table[] = {
		{S("NOTIFY"), SMTP_ALL, take_notify},
		{S("ORCPT"),  SMTP_ALL, take_orcpt },
	};

	s->envelope.success = false;
	buf_clear(&s->envelope.original);
	return take_all(s, in, table, sizeof(table) / sizeof(*table));
}
