#include "tenant_name.h"

#include <idn2.h>
#include <utf8proc.h>

static bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static char lower(char c)
{
	return (char)(is_upper(c) ? c - 'A' + 'a' : c);
}

bool tenant_name_ok(struct slice name)
{
	if (name.n == 0 || name.n > TENANT_NAME_MAX)
		return false;
	for (size_t i = 0; i < name.n; i++)
		if (!is_alnum(name.p[i]) && name.p[i] != '-')
			return false;
	return true;
}

/* RFC 1123 2.1: letters, digits and hyphens, 1 to 63, no hyphen at an end. */
static bool label_ok(struct slice label)
{
	if (label.n == 0 || label.n > 63 || label.p[0] == '-' || label.p[label.n - 1] == '-')
		return false;
	for (size_t i = 0; i < label.n; i++)
		if (!is_alnum(label.p[i]) && label.p[i] != '-')
			return false;
	return true;
}

static bool labels_ok(struct slice domain)
{
	if (domain.n == 0 || domain.n > DOMAIN_MAX || slice_ends(domain, S(".")))
		return false;
	while (domain.n)
		if (!label_ok(slice_cut(&domain, '.')))
			return false;
	return true;
}

static bool needs_idna(struct slice s)
{
	for (size_t i = 0; i < s.n; i++) {
		if ((unsigned char)s.p[i] >= 0x80)
			return true;
		if ((i == 0 || s.p[i - 1] == '.') && slice_istarts(slice_skip(s, i), S("xn--")))
			return true;
	}
	return false;
}

static enum pk_status idna(struct slice in, char out[DOMAIN_MAX + 1], size_t *n)
{
	uint8_t text[4 * DOMAIN_MAX], *ascii = NULL;

	if (in.n >= sizeof(text) || slice_has(in, '\0'))
		return PK_EINVAL;
	memcpy(text, in.p, in.n);
	text[in.n] = 0;
	if (idn2_lookup_u8(text, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) != IDN2_OK)
		return PK_EINVAL;
	*n = strlen((char *)ascii);
	if (*n <= DOMAIN_MAX)
		memcpy(out, ascii, *n);
	idn2_free(ascii);
	return *n <= DOMAIN_MAX ? PK_OK : PK_EINVAL;
}

enum pk_status domain_fold(struct slice in, char out[DOMAIN_MAX + 1], struct slice *domain)
{
	size_t n = in.n;

	if (needs_idna(in)) {
		if (idna(in, out, &n) != PK_OK)
			return PK_EINVAL;
	} else {
		if (n > DOMAIN_MAX)
			return PK_EINVAL;
		if (n)
			memcpy(out, in.p, n);
	}
	for (size_t i = 0; i < n; i++)
		out[i] = lower(out[i]);
	out[n] = '\0';
	*domain = (struct slice){out, n};
	return labels_ok(*domain) ? PK_OK : PK_EINVAL;
}

/* RFC 5322 3.2.3 atext; UTF-8 has been checked (RFC 6531 3.3). */
static bool is_atext(char c)
{
	static const char others[] = "!#$%&'*+-/=?^_`{|}~";

	return is_alnum(lower(c)) || (unsigned char)c >= 0x80 ||
	       (c && memchr(others, c, sizeof(others) - 1));
}

static bool dot_atom(struct slice s)
{
	if (s.n == 0 || slice_ends(s, S(".")))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '.' ? i == 0 || s.p[i - 1] == '.' : !is_atext(s.p[i]))
			return false;
	return true;
}

/* Other scripts: valid UTF-8, assigned; in NFC, which makes ASCII of a few (U+037E is ";"). */
static enum pk_status to_nfc(struct slice in, char out[LOCAL_MAX + 1], size_t *n)
{
	const utf8proc_option_t options =
		UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_REJECTNA | UTF8PROC_NLF2LS;
	utf8proc_uint8_t *text = NULL;
	utf8proc_ssize_t got;
	enum pk_status st = PK_EINVAL;

	got = utf8proc_map((const utf8proc_uint8_t *)in.p, (utf8proc_ssize_t)in.n, &text, options);
	if (got > 0 && got <= LOCAL_MAX) {
		memcpy(out, text, (size_t)got);
		*n = (size_t)got;
		st = PK_OK;
	}
	free(text);
	return st;
}

static bool is_printable(struct slice s)
{
	utf8proc_int32_t c;

	while (s.n) {
		utf8proc_ssize_t used =
			utf8proc_iterate((const utf8proc_uint8_t *)s.p, (utf8proc_ssize_t)s.n, &c);
		utf8proc_category_t category;

		if (used <= 0)
			return false;
		category = utf8proc_category(c);
		if (category >= UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_CN)
			return false;
		s = slice_skip(s, (size_t)used);
	}
	return true;
}

enum pk_status local_show(struct slice in, char out[LOCAL_MAX + 1], struct slice *local)
{
	size_t n = in.n;
	bool ascii = true;

	if (n > LOCAL_MAX)
		return PK_EINVAL;
	for (size_t i = 0; i < n; i++)
		ascii &= (unsigned char)in.p[i] < 0x80;
	if (!ascii && (to_nfc(in, out, &n) != PK_OK || !is_printable((struct slice){out, n})))
		return PK_EINVAL;
	if (ascii && n)
		memcpy(out, in.p, n);
	out[n] = '\0';
	*local = (struct slice){out, n};
	return dot_atom(*local) ? PK_OK : PK_EINVAL;
}

enum pk_status local_fold(struct slice in, char out[LOCAL_MAX + 1], struct slice *local)
{
	if (local_show(in, out, local) != PK_OK)
		return PK_EINVAL;
	for (size_t i = 0; i < local->n; i++)
		out[i] = lower(out[i]);
	return PK_OK;
}

static bool split_address(struct slice in, struct slice *local, struct slice *domain)
{
	size_t at = in.n;

	while (at > 0 && in.p[at - 1] != '@')
		at--;
	if (at == 0)
		return false;
	*local = slice_head(in, at - 1);
	*domain = slice_skip(in, at);
	return true;
}

/* RFC 5321 4.1.2 Quoted-string: without quotes and backslashes. False: not one. */
static bool unquote(struct slice in, char out[LOCAL_MAX], size_t *n)
{
	*n = 0;
	for (size_t i = 1; i + 1 < in.n; i++) {
		if (in.p[i] == '"' || *n == LOCAL_MAX)
			return false;
		if (in.p[i] == '\\' && ++i + 1 >= in.n)
			return false;
		out[(*n)++] = in.p[i];
	}
	return in.n >= 2 && in.p[in.n - 1] == '"';
}

enum pk_status address_fold(struct slice in, struct address *a)
{
	struct slice local, domain;
	char plain[LOCAL_MAX];
	size_t n;

	if (!split_address(in, &local, &domain))
		return PK_EINVAL;
	if (slice_starts(local, S("\""))) {
		if (!unquote(local, plain, &n))
			return PK_EINVAL;
		local = (struct slice){plain, n};
	}
	if (domain_fold(domain, a->domain_octets, &a->domain) != PK_OK)
		return PK_EINVAL;
	return local_fold(local, a->local_octets, &a->local);
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* A mailbox of a selector: %XX stands for an octet that is awkward on a command line. */
static enum pk_status mailbox_part(struct slice in, struct selector *s)
{
	size_t n = 0;

	for (size_t i = 0; i < in.n; i++) {
		char c = in.p[i];

		if (n + 1 >= sizeof(s->mailbox_octets))
			return PK_EINVAL;
		if (c == '%') {
			int high = i + 2 < in.n ? hex_digit(in.p[i + 1]) : -1;
			int low = i + 2 < in.n ? hex_digit(in.p[i + 2]) : -1;

			if (high < 0 || low < 0)
				return PK_EINVAL;
			c = (char)(high << 4 | low);
			i += 2;
		}
		s->mailbox_octets[n++] = c;
	}
	s->mailbox = (struct slice){s->mailbox_octets, n};
	return n ? PK_OK : PK_EINVAL;
}

static enum pk_status tenant_part(struct slice in, struct selector *s)
{
	bool whole = !slice_has(in, '/');
	struct slice name = slice_cut(&in, '/');

	if (!tenant_name_ok(name))
		return PK_EINVAL;
	memcpy(s->tenant_octets, name.p, name.n);
	s->tenant = (struct slice){s->tenant_octets, name.n};
	return whole ? PK_OK : domain_fold(in, s->address.domain_octets, &s->domain);
}

enum pk_status selector_parse(struct slice in, struct selector *s)
{
	bool mailbox = slice_has(in, ':');
	struct slice head = slice_cut(&in, ':');

	*s = (struct selector){0};
	if (!slice_has(head, '@'))
		return mailbox ? PK_EINVAL : tenant_part(head, s);
	if (address_fold(head, &s->address) != PK_OK)
		return PK_EINVAL;
	s->local = s->address.local;
	s->domain = s->address.domain;
	return mailbox ? mailbox_part(in, s) : PK_OK;
}
