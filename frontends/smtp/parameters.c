#include "parameters.h"

#include "xtext.h"

#include "proto/verb.h"

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
		{S("SIZE"),     SMTP_ALL,        take_size},
		{S("BODY"),     SMTP_ALL,        take_body},
		{S("SMTPUTF8"), SMTP_ALL,        take_utf8},
		{S("AUTH"),     SMTP_SUBMISSION, take_auth},
	};

	return take_all(s, in, table, sizeof(table) / sizeof(*table));
}
