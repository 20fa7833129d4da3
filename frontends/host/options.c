#include "options.h"

#include <stdarg.h>

struct unit {
	struct slice word;
	int64_t factor;
};

static const struct unit sizes[] = {
	{S("G"), INT64_C(1) << 30},
	{S("M"), 1 << 20         },
	{S("k"), 1 << 10         },
	{S("K"), 1 << 10         },
};

static const struct unit durations[] = {
	{S("ms"), 1       },
        {S("s"),  1000    },
        {S("m"),  60000   },
        {S("h"),  3600000 },
        {S("d"),  86400000},
};

static const struct unit booleans[] = {
	{S("yes"),   1},
        {S("on"),    1},
        {S("true"),  1},
        {S("1"),     1},
	{S("no"),    0},
        {S("off"),   0},
        {S("0"),     0},
        {S("false"), 0},
};

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

static enum pk_status parse_amount(struct slice text, const struct unit *units, size_t n,
                                   int64_t *out)
{
	int64_t factor = 1;
	uint64_t v;

	for (size_t i = 0; i < n; i++)
		if (slice_ends(text, units[i].word)) {
			factor = units[i].factor;
			text.n -= units[i].word.n;
			break;
		}
	if (!slice_number(text, (uint64_t)(INT64_MAX / factor), &v))
		return PK_EINVAL;
	*out = (int64_t)v * factor;
	return PK_OK;
}

static enum pk_status parse_number(struct slice text, int64_t *out)
{
	bool minus = text.n && text.p[0] == '-';
	uint64_t v;

	if (!slice_number(slice_skip(text, minus), INT64_MAX, &v))
		return PK_EINVAL;
	*out = minus ? -(int64_t)v : (int64_t)v;
	return PK_OK;
}

static enum pk_status parse_bool(struct slice text, int64_t *out)
{
	for (size_t i = 0; i < COUNT(booleans); i++)
		if (slice_ieq(text, booleans[i].word)) {
			*out = booleans[i].factor;
			return PK_OK;
		}
	return PK_EINVAL;
}

enum pk_status option_parse(uint32_t type, struct slice text, struct pk_value *value)
{
	*value = (struct pk_value){.text = text};
	switch (type) {
	case PK_BOOL: return parse_bool(text, &value->number);
	case PK_NUMBER: return parse_number(text, &value->number);
	case PK_BYTE_SIZE: return parse_amount(text, sizes, COUNT(sizes), &value->number);
	case PK_DURATION: return parse_amount(text, durations, COUNT(durations), &value->number);
	case PK_TEXT:
	case PK_WORD: return PK_OK;
	default: return PK_ENOTSUP;
	}
}

static enum pk_status find_word(struct slice words, struct pk_value *value)
{
	int64_t n = 0;

	while (words.n) {
		struct slice word = slice_cut(&words, ' ');

		if (word.n && slice_eq(word, value->text)) {
			value->number = n;
			return PK_OK;
		}
		n += word.n > 0;
	}
	return PK_EINVAL;
}

[[gnu::format(printf, 2, 3)]] static struct slice words(struct arena *a, const char *format, ...)
{
	char text[300];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return arena_copy(a, slice_str(text));
}

/* Options of a plugin that is newer or older than this host have another size. */
static const struct pk_option *option_at(const struct pk_plugin *p, uint32_t i)
{
	return (const struct pk_option *)((const char *)p->option + (size_t)i * p->option_bytes);
}

static enum pk_status parse_one(struct arena *a, const struct pk_option *o, struct slice text,
                                struct pk_value *value, struct slice *why)
{
	enum pk_status st = option_parse(o->type, arena_copy(a, text), value);
	bool bounded = o->type == PK_NUMBER || o->type == PK_BYTE_SIZE || o->type == PK_DURATION;

	if (st == PK_OK && o->type == PK_WORD)
		st = find_word(slice_str(o->help), value);
	if (st == PK_OK && bounded && (o->min || o->max) &&
	    (value->number < o->min || value->number > o->max))
		st = PK_EINVAL;
	if (st != PK_OK)
		*why = words(a, "option %s: '%.*s' is not allowed (%s)", o->name,
		             (int)(text.n < 100 ? text.n : 100), text.p, o->help ? o->help : "");
	return st;
}

static const struct {
	struct pk_option option;
	size_t offset;
} standard[] = {
	{{"login_ms", "60s", "time until a login", 0, INT32_MAX, PK_DURATION, 0},
         offsetof(struct listener_options, login_ms)   },
	{{"idle_ms", "30m", "silence of a client", 0, INT32_MAX, PK_DURATION, 0},
         offsetof(struct listener_options, idle_ms)    },
	{{"connections_per_address", "256", "connections from one address", 0, INT32_MAX, PK_NUMBER,
          0},
         offsetof(struct listener_options, per_address)},
	{{"proxy", "", "addresses and prefixes of proxies, between spaces", 0, 0, PK_TEXT, 0},
         offsetof(struct listener_options, proxy)      },
};

static bool is_known(const struct pk_plugin *p, struct slice key)
{
	for (size_t i = 0; i < COUNT(standard); i++)
		if (slice_eq(key, slice_str(standard[i].option.name)))
			return true;
	for (uint32_t i = 0; i < p->options; i++)
		if (slice_eq(key, slice_str(option_at(p, i)->name)))
			return true;
	return false;
}

/* What is set for an option; the last one counts. */
static struct slice setting_of(struct pk_rows settings, const struct pk_option *o)
{
	struct slice text = slice_str(o->initial);
	struct pk_setting s;

	while (pk_next_setting(&settings, &s))
		if (slice_eq(s.key, slice_str(o->name)))
			text = s.value;
	return text;
}

static enum pk_status read_standard(struct arena *a, struct pk_rows settings,
                                    struct listener_options *own, struct slice *why)
{
	enum pk_status st = PK_OK;

	for (size_t i = 0; st == PK_OK && i < COUNT(standard); i++) {
		const struct pk_option *o = &standard[i].option;
		void *place = (char *)own + standard[i].offset;
		struct pk_value v;

		st = parse_one(a, o, setting_of(settings, o), &v, why);
		if (o->type == PK_TEXT)
			*(struct slice *)place = v.text;
		else
			*(int64_t *)place = v.number;
	}
	return st;
}

static enum pk_status read_proxies(struct arena *a, struct listener_options *own, struct slice *why)
{
	struct slice bad = S("");
	enum pk_status st = networks_parse(a, own->proxy, &own->proxies, &bad);

	if (st == PK_EINVAL)
		*why = words(a, "option proxy: '%.*s' is no address or prefix",
		             (int)(bad.n < 100 ? bad.n : 100), bad.p);
	return st;
}

static enum pk_status check_known(struct arena *a, const struct pk_plugin *p,
                                  struct pk_rows settings, struct slice *why)
{
	struct pk_setting s;

	while (pk_next_setting(&settings, &s))
		if (!is_known(p, s.key)) {
			*why = words(a, "there is no option %.*s",
			             (int)(s.key.n < 100 ? s.key.n : 100), s.key.p);
			return PK_EINVAL;
		}
	return PK_OK;
}

enum pk_status options_read(struct arena *a, const struct pk_plugin *plugin,
                            struct pk_rows settings, struct listener_options *options,
                            struct slice *why)
{
	struct pk_value *v = arena_alloc(a, (plugin->options + 1) * sizeof(*v));
	enum pk_status st = v ? check_known(a, plugin, settings, why) : PK_ENOMEM;

	if (st == PK_OK)
		st = read_standard(a, settings, options, why);
	if (st == PK_OK)
		st = read_proxies(a, options, why);
	for (uint32_t i = 0; st == PK_OK && i < plugin->options; i++) {
		const struct pk_option *o = option_at(plugin, i);

		st = parse_one(a, o, setting_of(settings, o), &v[i], why);
	}
	options->values = v;
	return st;
}
