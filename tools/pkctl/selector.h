#ifndef SELECTOR_H
#define SELECTOR_H

#include <postkeep/slice.h>

/*
 * What a command is about, as its first argument names it: acme (tenant), acme/example.org
 * (domain), jane@example.org (user), jane@example.org:Trash (mailbox, odd octets as %XX). Its form
 * is looked at here, once for all nouns; whether there is such a thing, and what names may be made
 * of, is for the store to say.
 */
enum selector_kind {
	SELECTOR_TENANT = 1,
	SELECTOR_DOMAIN = 2, /* TENANT/DOMAIN */
	SELECTOR_BARE = 4,   /* DOMAIN alone */
	SELECTOR_USER = 8,
	SELECTOR_CATCH = 16, /* @DOMAIN, of an alias */
	SELECTOR_MAILBOX = 32,
};

#define SELECTOR_MAILBOX_MAX 1024

/* Parts that are not given are empty. They point into the text, the mailbox into the struct. */
struct selector {
	enum selector_kind kind;
	struct slice tenant, domain, account, mailbox;
	char octets[SELECTOR_MAILBOX_MAX];
};

/*
 * The kinds of the first word in a command's list of arguments, such as "USER:MAILBOX" or
 * "[TENANT/]DOMAIN". 0: that is no selector.
 */
unsigned selector_kinds(const char *arguments);

/* False: text is of none of these kinds. */
bool selector_parse(struct slice text, unsigned kinds, struct selector *);

#endif
