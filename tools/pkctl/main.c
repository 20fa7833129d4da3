#include "ctl.h"
#include "batch.h"
#include "out.h"

#include <getopt.h>
#include <signal.h>

#define DEFAULT_SOCKET "/run/postkeep/admin.sock"

const struct command *const nouns[] = {
	init_commands,    tenant_commands,     domain_commands,
	user_commands,    user_pop3_commands,  alias_commands,
	sendas_commands,  quota_commands,      mailbox_commands,
	message_commands, vault_commands,      server_commands,
	plugin_commands,  credential_commands, session_commands,
	trace_commands,   complete_commands,   NULL,
};

/* An option's letter stands in the `options` of the commands that take it; those without go with
 * all. */
/* clang-format off */
static const struct option_row {
	const char *name;
	char letter;
	enum { FLAG, TEXT, MANY } kind;
	size_t member; /* of struct options */
	const char *value, *help;
} options[] = {
	{"socket", 0, TEXT, offsetof(struct options, socket), " PATH",
	 "of the admin socket; default $POSTKEEP_SOCKET, else " DEFAULT_SOCKET},
	{"json", 0, FLAG, offsetof(struct options, json), "",
	 "print JSON"},
	{"yes", 0, FLAG, offsetof(struct options, yes), "",
	 "destroy without asking"},
	{"dry-run", 0, FLAG, offsetof(struct options, dry_run), "",
	 "only say what would be destroyed"},
	{"reason", 'r', TEXT, offsetof(struct options, reason), " TEXT",
	 "why: for the log"},
	{"as", 'r', TEXT, offsetof(struct options, as), " NAME",
	 "who asks, where many are one user of this system: for the log"},
	{"batch", 'B', FLAG, offsetof(struct options, batch), "",
	 "once for each line of JSON on stdin: its arguments by name, its options"},
	{"hashed", 'h', FLAG, offsetof(struct options, hashed), "",
	 "it is a hash that is given: of crypt(3), or {SCHEME}..."},
	{"no-password", 'n', FLAG, offsetof(struct options, no_password), "",
	 "no password: nobody can log in"},
	{"to", 't', MANY, 0, " ADDRESS",
	 "who gets it; may be given again"},
	{"from", 'f', TEXT, offsetof(struct options, from), " ADDRESS",
	 "the sender, for Return-Path"},
	{"octets", 'O', TEXT, offsetof(struct options, octets), " N",
	 "limit: a number, with K, M, G or T behind it, or none"},
	{"messages", 'M', TEXT, offsetof(struct options, messages), " N",
	 "limit: a number or none"},
	{"mailboxes", 'X', TEXT, offsetof(struct options, mailboxes), " N",
	 "limit: a number or none"},
	{"protocols", 'P', TEXT, offsetof(struct options, protocols), " LIST",
	 "what it is good for: of imap,pop3,submission,other; default all"},
	{"since", 'i', TEXT, offsetof(struct options, since), " TIME",
	 "from so long ago on: 90s, 15m, 12h, 7d; default 1d"},
	{"service", 's', TEXT, offsetof(struct options, service), " NAME",
	 "of this service only"},
	{"for", 'F', TEXT, offsetof(struct options, span), " TIME",
	 "how long: a number with s, m, h or d behind it"},
	{"before", 'b', TEXT, offsetof(struct options, before), " TIME",
	 "2026-01-31 or 2026-01-31T12:00:00Z"},
	{"all", 'a', FLAG, offsetof(struct options, all), "",
	 "all of it"},
	{"bodies", 'c', FLAG, offsetof(struct options, bodies), "",
	 "read every body as well"},
	{"data", 'D', TEXT, offsetof(struct options, data), " FOLDER",
	 "of the mail; default /var/lib/postkeep"},
	{"key", 'K', TEXT, offsetof(struct options, key), " FILE",
	 "of the operator key; default /etc/postkeep/operator.key"},
	{"owner", 'o', TEXT, offsetof(struct options, owner), " USER",
	 "of the key: who runs postkeepd; for root postkeep, where it exists"},
	{"store-owner", 'S', TEXT, offsetof(struct options, store_owner), " USER",
	 "of the data; for root postkeep-store, where it exists"},
	{"tenant", 'T', TEXT, offsetof(struct options, tenant), " NAME",
	 "only what is this tenant's; init: the first one, for what it prints as next"},
	{"domain", 'd', TEXT, offsetof(struct options, domain), " NAME",
	 "its domain"},
	{"user", 'u', TEXT, offsetof(struct options, user), " ADDRESS",
	 "its first user"},
};
/* clang-format on */
#define OPTIONS (sizeof(options) / sizeof(*options))

const char *ctl_option(size_t i, const struct command *c)
{
	const char *letters = c ? c->options : "";
	char letter;

	if (i >= OPTIONS)
		return NULL;
	letter = options[i].letter;
	if (letter == 'B' && strchr(letters, 'r'))
		letter = 'r';
	return letter && !strchr(letters, letter) ? "" : options[i].name;
}

bool ctl_option_takes_value(const char *name)
{
	for (size_t i = 0; i < OPTIONS; i++)
		if (strcmp(options[i].name, name) == 0)
			return options[i].kind != FLAG;
	return false;
}

static void print_options(FILE *to, const char *letters)
{
	for (size_t i = 0; i < OPTIONS; i++) {
		const struct option_row *o = &options[i];

		if (letters ? !o->letter || !strchr(letters, o->letter) : o->letter)
			continue;
		fprintf(to, "  --%s%-*s %s\n", o->name, (int)(18 - strlen(o->name)), o->value,
		        o->help);
	}
}

static void print_command(FILE *to, const struct command *c)
{
	char line[128];

	snprintf(line, sizeof(line), "%s%s%s %s", c->noun, c->verb ? " " : "",
	         c->verb ? c->verb : "", c->arguments);
	fprintf(to, "  %-38s %s\n", line, c->help);
}

static const char *const introduction =
	"usage: pkctl NOUN VERB [ARGUMENTS] [--json] [--yes]\n"
	"\n"
	"Looks after the tenants, users and mail of a running Postkeep. A tenant is a customer; "
	"it\n"
	"has domains, these have users. For example, a first user:\n"
	"\n"
	"  pkctl tenant create acme\n"
	"  pkctl domain create acme/example.org\n"
	"  pkctl user create jane@example.org\n"
	"  pkctl alias create postmaster@example.org jane@example.org\n"
	"\n"
	"A selector names what a command is about: acme (tenant), acme/example.org (domain),\n"
	"jane@example.org (user), jane@example.org:Trash (mailbox). Data goes to stdout, all else "
	"to\n"
	"stderr. `pkctl NOUN --help` shows one noun.\n"
	"\n";

/* noun NULL: all of them. */
static void help(FILE *to, const char *noun)
{
	bool known = false;

	if (!noun)
		fputs(introduction, to);
	for (const struct command *const *each = nouns; *each; each++)
		for (const struct command *c = *each; c->noun; c++)
			if (!noun || strcmp(c->noun, noun) == 0) {
				print_command(to, c);
				if (noun)
					print_options(to, c->options);
				known = true;
			}
	if (noun && !known)
		fprintf(to, "pkctl: there is no noun '%s'\n", noun);
	fputs("\nWith all commands:\n", to);
	print_options(to, NULL);
	fputs("Exit status: 0 done, 2 partly failed, 64 wrong usage, 67 no such user or thing,\n"
	      "69 not running, 75 try again, 77 refused; others as in sysexits.h.\n",
	      to);
}

const struct command *ctl_command(const char *noun, const char *verb)
{
	for (const struct command *const *each = nouns; *each; each++)
		for (const struct command *c = *each; c->noun; c++)
			if (strcmp(c->noun, noun) == 0 &&
			    (!c->verb || (verb && strcmp(c->verb, verb) == 0)))
				return c;
	return NULL;
}

struct request {
	char given[OPTIONS + 1]; /* letters of the options that were given */
	size_t given_count;
	bool help, wrong, quiet;
};

static void take_option(struct options *opt, struct request *r, const struct option_row *o)
{
	char *member = (char *)opt + o->member;

	if (o->letter && !strchr(r->given, o->letter))
		r->given[r->given_count++] = o->letter;
	if (o->kind == FLAG)
		*(bool *)(void *)member = true;
	else if (o->kind == TEXT)
		*(const char **)(void *)member = optarg;
	else if (opt->to_count < RECIPIENTS_MAX)
		opt->to[opt->to_count++] = optarg;
	else
		r->wrong = true;
}

static void parse_options(struct options *opt, struct request *r, int argc, char **argv)
{
	struct option list[OPTIONS + 2] = {0};
	const char *environment = getenv("POSTKEEP_SOCKET");
	int c;

	if (!opt->socket)
		opt->socket = environment ? environment : DEFAULT_SOCKET;
	for (size_t i = 0; i < OPTIONS; i++)
		list[i] = (struct option){options[i].name, options[i].kind != FLAG, NULL,
		                          256 + (int)i};
	list[OPTIONS] = (struct option){"help", 0, NULL, 'h'};
	while ((c = getopt_long(argc, argv, "h", list, NULL)) != -1) {
		if (c >= 256)
			take_option(opt, r, &options[c - 256]);
		else if (c == 'h')
			r->help = true;
		else
			r->wrong = true;
	}
}

/* What the table says of a command is checked here, before it runs. NULL: wrong, it was said. */
static const struct command *check_command(const struct request *r, char **words, int count)
{
	const struct command *c = ctl_command(words[0], count > 1 ? words[1] : NULL);
	int arguments = count - (c && c->verb ? 2 : 1);

	bool batch = strchr(r->given, 'B') && c && !strchr(c->options, 'B');

	if (!c || (batch ? arguments : arguments < c->min) || arguments > c->max) {
		if (!r->quiet)
			help(stderr, words[0]);
		return NULL;
	}
	for (const char *letter = r->given; *letter; letter++)
		if (!strchr(c->options, *letter == 'B' ? 'r' : *letter)) {
			fprintf(stderr, "pkctl: an option that %s %s does not take\n", words[0],
			        c->verb ? c->verb : "");
			if (!r->quiet)
				help(stderr, words[0]);
			return NULL;
		}
	return c;
}

/* The first argument's form, where it is a selector. */
static bool take_selector(struct ctl *ctl, const struct command *c, int count, char **arguments)
{
	unsigned kinds = selector_kinds(c->arguments);

	ctl->selector = (struct selector){0};
	if (!kinds || !count || selector_parse(slice_str(*arguments), kinds, &ctl->selector))
		return true;
	snprintf(ctl->error, sizeof(ctl->error), "'%s' is no %.*s", *arguments,
	         (int)strcspn(c->arguments, " "), c->arguments);
	fprintf(stderr, "pkctl: %s\n", ctl->error);
	return false;
}

/* A line may have a reason of its own; behind it that of all holds again. */
static enum pk_status announce_line(struct ctl *ctl, const struct request *r)
{
	bool own = strchr(r->given, 'r');
	enum pk_status st = own || ctl->own_reason ? ctl_announce(ctl) : PK_OK;

	ctl->own_reason = own;
	return st;
}

/* One line of a batch: the connection is there, options are this line's and those of all. */
static int run_one(struct ctl *ctl, int argc, char **argv)
{
	const struct options all = ctl->opt;
	struct request r = {.quiet = true};
	const struct command *c;
	int status = EX_USAGE, skip;

	optind = 0;
	parse_options(&ctl->opt, &r, argc, argv);
	c = r.wrong || r.help ? NULL : check_command(&r, argv + optind, argc - optind);
	if (c) {
		skip = optind + (c->verb ? 2 : 1);
		status = ctl_fail(ctl, announce_line(ctl, &r), "announce");
		if (status == EX_OK && !take_selector(ctl, c, argc - skip, argv + skip))
			status = EX_USAGE;
		if (status == EX_OK)
			status = c->run(ctl, argc - skip, argv + skip);
	} else {
		snprintf(ctl->error, sizeof(ctl->error), "wrong usage");
	}
	ctl->opt = all;
	return status == CTL_DRY ? EX_OK : status;
}

static void print(struct ctl *ctl, int status)
{
	if (status != EX_OK && status != EXIT_PARTLY && status != EXIT_FAILURE &&
	    !json_object_get(ctl->doc, "deliveries") && !json_object_get(ctl->doc, "result"))
		return;
	if (ctl->opt.json)
		out_json(ctl->doc);
	else
		out_people(ctl->doc);
}

static int run(struct ctl *ctl, const struct command *c, int count, char **arguments)
{
	bool batch = ctl->opt.batch && !strchr(c->options, 'B');
	int status = EX_USAGE;

	ctl->doc = json_object();
	if (take_selector(ctl, c, count, arguments))
		status = c->local ? EX_OK : ctl_connect(ctl);
	if (status == EX_OK && batch)
		status = batch_run(ctl, c, run_one);
	else if (status == EX_OK)
		status = c->run(ctl, count, arguments);
	if (status == CTL_DRY)
		status = EX_OK;
	if (!batch)
		print(ctl, status);
	json_decref(ctl->doc);
	ctl_close(ctl);
	if (fflush(stdout) != 0)
		status = EX_IOERR;
	return status;
}

int main(int argc, char **argv)
{
	struct ctl ctl = {0};
	struct request r = {0};
	const struct command *c;
	int words;

	signal(SIGPIPE, SIG_IGN);
	parse_options(&ctl.opt, &r, argc, argv);
	words = argc - optind;
	if (r.help) {
		help(stdout, words ? argv[optind] : NULL);
		return EX_OK;
	}
	if (r.wrong || !words) {
		help(stderr, words ? argv[optind] : NULL);
		return EX_USAGE;
	}
	c = check_command(&r, argv + optind, words);
	if (!c)
		return EX_USAGE;
	words -= c->verb ? 2 : 1;
	return run(&ctl, c, words, argv + argc - words);
}
