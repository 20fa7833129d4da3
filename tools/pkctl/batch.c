#include "batch.h"

#include "out.h"

#include <ctype.h>

#define WORDS_MAX 2048

/* A command line, as it gathers. */
struct words {
	char *word[WORDS_MAX + 1];
	int count;
	bool full;
};

static void put(struct words *w, const char *text)
{
	char *copy = w->count < WORDS_MAX ? strdup(text) : NULL;

	if (copy)
		w->word[w->count++] = copy;
	else
		w->full = true;
	/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): words_free() has it */
}

[[gnu::format(printf, 2, 3)]] static void put_format(struct words *w, const char *format, ...)
{
	char *text = NULL;
	va_list values;

	va_start(values, format);
	if (vasprintf(&text, format, values) < 0)
		text = NULL;
	va_end(values);
	if (text)
		put(w, text);
	else
		w->full = true;
	free(text);
}

static void words_free(struct words *w)
{
	for (int i = 0; i < w->count; i++) {
		explicit_bzero(w->word[i], strlen(w->word[i]));
		free(w->word[i]);
	}
	*w = (struct words){0};
}

/* A text, a number or a truth as an argument. False: it is none of them. */
static bool put_value(struct words *w, const char *before, json_t *value)
{
	if (json_is_string(value) && strlen(json_string_value(value)) == json_string_length(value))
		put_format(w, "%s%s", before, json_string_value(value));
	else if (json_is_integer(value))
		put_format(w, "%s%lld", before, (long long)json_integer_value(value));
	else
		return false;
	return true;
}

/* "[TENANT/]DOMAIN" is the member "domain", "TARGET..." is "targets", "KEY=VALUE..." "settings",
 * "on|off" "value". */
static void member_name(const char *word, size_t n, char name[32])
{
	size_t end = n, from, length = 0;

	if (n > 3 && memmem(word, n, "KEY=VALUE", 9)) {
		memcpy(name, "settings", 9);
		return;
	}
	while (end && !isupper((unsigned char)word[end - 1]))
		end--;
	if (!end) {
		memcpy(name, "value", 6);
		return;
	}
	for (from = end; from && isupper((unsigned char)word[from - 1]);)
		from--;
	while (from < end && length < 30)
		name[length++] = (char)tolower((unsigned char)word[from++]);
	if (memmem(word, n, "...", 3))
		name[length++] = 's';
	name[length] = 0;
}

/* The argument of that name. NULL: it went in, or may be missing; else what is the matter. */
static const char *put_argument(struct words *w, json_t *line, const char *name, bool optional)
{
	json_t *value = json_object_get(line, name), *each;
	const char *key;
	size_t i;

	if (!value)
		return optional ? NULL : name;
	if (json_is_object(value)) {
		json_object_foreach(value, key, each)
		{
			char before[256];

			if ((size_t)snprintf(before, sizeof(before), "%s=", key) >=
			            sizeof(before) ||
			    !put_value(w, before, each))
				return name;
		}
	} else if (json_is_array(value)) {
		json_array_foreach(value, i, each) if (!put_value(w, "", each)) return name;
	} else if (!put_value(w, "", value)) {
		return name;
	}
	json_object_del(line, name);
	return NULL;
}

static const char *put_arguments(struct words *w, const struct command *c, json_t *line,
                                 char name[32])
{
	const char *word = c->arguments, *wrong = NULL;

	while (*word && !wrong) {
		size_t n = strcspn(word, " ");

		member_name(word, n, name);
		wrong = put_argument(w, line, name, *word == '[' && word[n - 1] == ']');
		word += n + strspn(word + n, " ");
	}
	return wrong;
}

/* What is left of the line are options. */
static const char *put_options(struct words *w, json_t *line)
{
	const char *key;
	json_t *value, *each;
	size_t i;

	json_object_foreach(line, key, value)
	{
		char before[64];
		int n = snprintf(before, sizeof(before), "--%s%s", key,
		                 json_is_true(value) ? "" : "=");

		if (n >= (int)sizeof(before) || json_is_false(value))
			return key;
		if (json_is_true(value))
			put(w, before);
		else if (!json_is_array(value) && !put_value(w, before, value))
			return key;
		json_array_foreach(value, i, each) if (!put_value(w, before, each)) return key;
	}
	return NULL;
}

/* A password comes beside the command line. */
static void take_secret(struct ctl *ctl, json_t *line, struct buf *secret)
{
	static const char *const names[] = {"password", "hash"};

	ctl->secret = NULL;
	for (size_t i = 0; i < 2; i++) {
		const char *text = json_string_value(json_object_get(line, names[i]));

		if (!text)
			continue;
		buf_put(secret, slice_str(text));
		ctl->secret = secret;
		json_object_del(line, names[i]);
		if (i == 1)
			json_object_set_new(line, "hashed", json_true());
	}
}

static int refuse(struct ctl *ctl, const char *why, const char *what)
{
	snprintf(ctl->error, sizeof(ctl->error), "%s%s", why, what);
	return EX_USAGE;
}

static int run_line(struct ctl *ctl, const struct command *c, json_t *line, batch_run_one *run)
{
	struct words options = {0}, arguments = {0};
	struct buf secret = {0};
	char name[32];
	const char *wrong;
	int status;

	take_secret(ctl, line, &secret);
	put(&options, "pkctl");
	wrong = put_arguments(&arguments, c, line, name);
	if (!wrong)
		wrong = put_options(&options, line);
	put(&options, "--");
	put(&options, c->noun);
	if (c->verb)
		put(&options, c->verb);
	for (int i = 0; i < arguments.count; i++)
		put(&options, arguments.word[i]);
	if (wrong)
		status = refuse(ctl, "missing, unknown or of a wrong kind: ", wrong);
	else if (options.full || arguments.full)
		status = refuse(ctl, "too many arguments", "");
	else
		status = run(ctl, options.count, options.word);
	words_free(&options);
	words_free(&arguments);
	buf_wipe(&secret);
	ctl->secret = NULL;
	return status;
}

static int take_line(struct ctl *ctl, const struct command *c, json_t *line, batch_run_one *run)
{
	if (!json_is_object(line))
		return refuse(ctl, "no JSON object", "");
	return run_line(ctl, c, line, run);
}

static void tell(struct ctl *ctl, unsigned number, int status)
{
	if (status != EX_OK && !json_object_get(ctl->doc, "deliveries"))
		json_object_clear(ctl->doc);
	json_object_set_new(ctl->doc, "line", json_integer(number));
	json_object_set_new(ctl->doc, "status", json_integer(status));
	if (status != EX_OK)
		json_object_set_new(ctl->doc, "error", out_text(slice_str(ctl->error)));
	out_json(ctl->doc);
	fflush(stdout);
}

int batch_run(struct ctl *ctl, const struct command *c, batch_run_one *run)
{
	char *text = NULL;
	size_t cap = 0;
	ssize_t n;
	int result = EX_OK;

	for (unsigned i = 1; (n = getline(&text, &cap, stdin)) > 0; i++) {
		json_t *line;
		int status;

		if (strspn(text, " \t\r\n") == (size_t)n)
			continue;
		line = json_loadb(text, (size_t)n, 0, NULL);
		explicit_bzero(text, cap);
		json_object_clear(ctl->doc);
		*ctl->error = 0;
		status = take_line(ctl, c, line, run);
		json_decref(line);
		tell(ctl, i, status);
		if (status != EX_OK)
			result = EXIT_PARTLY;
		if (status == EX_UNAVAILABLE) {
			result = status;
			break;
		}
	}
	free(text);
	return result;
}
