#include <postkeep/slice.h>

struct slice slice_str(const char *terminated)
{
	return (struct slice){terminated, terminated ? strlen(terminated) : 0};
}

bool slice_eq(struct slice a, struct slice b)
{
	return a.n == b.n && (!a.n || !memcmp(a.p, b.p, a.n));
}

static unsigned char lower(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

bool slice_ieq(struct slice a, struct slice b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (lower(a.p[i]) != lower(b.p[i]))
			return false;
	return true;
}

int slice_cmp(struct slice a, struct slice b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int diff = n ? memcmp(a.p, b.p, n) : 0;

	if (diff)
		return diff;
	return a.n < b.n ? -1 : a.n > b.n;
}

bool slice_starts(struct slice s, struct slice prefix)
{
	return slice_eq(slice_head(s, prefix.n), prefix);
}

bool slice_istarts(struct slice s, struct slice prefix)
{
	return slice_ieq(slice_head(s, prefix.n), prefix);
}

bool slice_ends(struct slice s, struct slice suffix)
{
	return s.n >= suffix.n && slice_eq(slice_skip(s, s.n - suffix.n), suffix);
}

bool slice_has(struct slice s, char c)
{
	return s.n && memchr(s.p, c, s.n);
}

struct slice slice_skip(struct slice s, size_t n)
{
	if (n > s.n)
		n = s.n;
	return (struct slice){n ? s.p + n : s.p, s.n - n};
}

struct slice slice_head(struct slice s, size_t n)
{
	return (struct slice){s.p, n < s.n ? n : s.n};
}

static bool blank(char c)
{
	return c == ' ' || c == '\t';
}

struct slice slice_trim(struct slice s)
{
	while (s.n && blank(s.p[0]))
		s = slice_skip(s, 1);
	while (s.n && blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

struct slice slice_cut(struct slice *s, char c)
{
	const char *at = s->n ? memchr(s->p, c, s->n) : NULL;
	struct slice before = at ? slice_head(*s, (size_t)(at - s->p)) : *s;

	*s = slice_skip(*s, before.n + (at != NULL));
	return before;
}

bool slice_number(struct slice s, uint64_t max, uint64_t *out)
{
	uint64_t v = 0;

	if (!s.n)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		uint64_t digit = (uint64_t)(unsigned char)s.p[i] - '0';

		if (digit > 9 || digit > max || v > (max - digit) / 10)
			return false;
		v = v * 10 + digit;
	}
	*out = v;
	return true;
}
