#include "ctl.h"

/* What a shell may offer for the last of the words: one on each line. */

#define OFFERED_MAX 1000

/* Where a running server has names of a kind: what a noun's `list` tells. */
static const struct source {
	unsigned kind;
	const char *noun, *list, *member;
	const char *before; /* a member that stands before it, with a '/' */
	const char *behind;
} sources[] = {
	{SELECTOR_TENANT,  "tenant", "tenants", "name",    NULL,     "" },
	{SELECTOR_DOMAIN,  "domain", "domains", "name",    "tenant", "" },
	{SELECTOR_BARE,    "domain", "domains", "name",    NULL,     "" },
	{SELECTOR_USER,    "user",   "users",   "address", NULL,     "" },
	{SELECTOR_CATCH,   "alias",  "aliases", "address", NULL,     "" },
	{SELECTOR_MAILBOX, "user",   "users",   "address", NULL,     ":"},
};

struct offer {
	struct ctl *ctl;
	const char *current;
	unsigned count;
};

static void offer(struct offer *o, const char *word)
{
	if (strncmp(word, o->current, strlen(o->current)) == 0 && o->count++ < OFFERED_MAX)
		puts(word);
}

/* A mailbox as a selector has it: printable, and nothing that a shell takes for its own. */
static void offer_mailbox(struct offer *o, const char *account, const char *name)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./+";
	struct buf b = {0};

	buf_printf(&b, "%s:", account);
	for (const char *c = name; *c; c++)
		if (strchr(plain, *c))
			buf_byte(&b, *c);
		else
			buf_printf(&b, "%%%02X", (unsigned char)*c);
	buf_byte(&b, 0);
	if (!b.failed)
		offer(o, b.p);
	buf_free(&b);
}

/* Runs NOUN list; its answer is in ctl->doc. */
static json_t *ask(struct ctl *ctl, const char *noun, const char *list, char *argument)
{
	const struct command *c = ctl_command(noun, "list");

	json_object_clear(ctl->doc);
	if (!c || (!ctl->connected && ctl_connect(ctl) != EX_OK) ||
	    c->run(ctl, argument != NULL, &argument) != EX_OK)
		return NULL;
	return json_object_get(ctl->doc, list);
}

static void offer_mailboxes(struct offer *o)
{
	char *account = strdup(o->current);
	json_t *row;
	size_t i;

	if (!account)
		return;
	account[strcspn(account, ":")] = 0;
	json_array_foreach(ask(o->ctl, "mailbox", "mailboxes", account), i, row)
		offer_mailbox(o, account, json_string_value(json_object_get(row, "name")));
	free(account);
}

static void offer_names(struct offer *o, const struct source *s)
{
	json_t *row;
	size_t i;

	json_array_foreach(ask(o->ctl, s->noun, s->list, NULL), i, row)
	{
		const char *name = json_string_value(json_object_get(row, s->member));
		struct buf b = {0};

		if (s->before)
			buf_printf(&b, "%s/", json_string_value(json_object_get(row, s->before)));
		buf_printf(&b, "%s%s", name, s->behind);
		buf_byte(&b, 0);
		if (!b.failed)
			offer(o, b.p);
		buf_free(&b);
	}
}

static void offer_argument(struct offer *o, const struct command *c)
{
	unsigned kinds = selector_kinds(c->arguments);

	if (kinds & SELECTOR_MAILBOX && strchr(o->current, ':')) {
		offer_mailboxes(o);
		return;
	}
	for (size_t i = 0; i < sizeof(sources) / sizeof(*sources); i++)
		if (kinds & sources[i].kind)
			offer_names(o, &sources[i]);
}

static void offer_nouns(struct offer *o)
{
	for (const struct command *const *each = nouns; *each; each++)
		for (const struct command *c = *each; c->noun; c++)
			if (c == *each || strcmp(c->noun, c[-1].noun) != 0)
				offer(o, c->noun);
}

static void offer_verbs(struct offer *o, const char *noun)
{
	for (const struct command *const *each = nouns; *each; each++)
		for (const struct command *c = *each; c->noun; c++)
			if (c->verb && strcmp(c->noun, noun) == 0)
				offer(o, c->verb);
}

static void offer_options(struct offer *o, const struct command *c)
{
	char word[64];
	const char *name;

	for (size_t i = 0; (name = ctl_option(i, c)); i++) {
		if (!*name)
			continue;
		snprintf(word, sizeof(word), "--%s", name);
		offer(o, word);
	}
}

/* The words that are no options and no values of these; --socket is heeded. Returns how many. */
static int plain_words(struct ctl *ctl, int count, char **words, const char **plain)
{
	int n = 0;

	for (int i = 0; i < count; i++) {
		if (strncmp(words[i], "--", 2) != 0) {
			plain[n < 3 ? n : 2] = words[i];
			n++;
		} else if (strcmp(words[i], "--socket") == 0 && i + 1 < count) {
			ctl->opt.socket = words[++i];
		} else if (ctl_option_takes_value(words[i] + 2)) {
			i++;
		}
	}
	return n;
}

static int complete(struct ctl *ctl, int count, char **words)
{
	const char *plain[3] = {NULL};
	struct offer o = {ctl, count ? words[count - 1] : "", 0};
	int before = plain_words(ctl, count ? count - 1 : 0, words, plain);
	const struct command *c = before ? ctl_command(plain[0], plain[1]) : NULL;
	bool value = count > 1 && strncmp(words[count - 2], "--", 2) == 0 &&
	             ctl_option_takes_value(words[count - 2] + 2);

	if (value)
		return EX_OK;
	if (*o.current == '-')
		offer_options(&o, c);
	else if (!before)
		offer_nouns(&o);
	else if (before == 1 && !(c && !c->verb))
		offer_verbs(&o, plain[0]);
	else if (c && before == (c->verb ? 2 : 1))
		offer_argument(&o, c);
	json_object_clear(ctl->doc);
	return EX_OK;
}

/* clang-format off */
const struct command complete_commands[] = {
	{"complete", NULL, "[WORD...]", "",
	 "what may follow, for the completion of a shell", 0, 1000, true, complete},
	{0},
};
