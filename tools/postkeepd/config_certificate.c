#include "config_parts.h"

#include "pem.h"

#include <errno.h>

#define PEM_MAX ((size_t)64 * 1024) /* a chain and its key must fit into one datagram */

static int by_name(const void *a, const void *b)
{
	const struct certificate *const *one = a, *const *other = b;

	return strcmp((*one)->name, (*other)->name);
}

struct certificate *config_certificate(const struct config *c, const char *name)
{
	const struct certificate wanted = {.name = (char *)(uintptr_t)name}, *key = &wanted;
	struct certificate **found;

	if (!c->certificate_count)
		return NULL;
	found = bsearch(&key, c->certificates, c->certificate_count, sizeof(struct certificate *),
	                by_name);
	return found ? *found : NULL;
}

struct certificate *certificate_hold(struct certificate *c)
{
	c->holders++;
	return c;
}

static void forget_pair(struct certificate *c)
{
	if (c->key)
		explicit_bzero(c->key, strlen(c->key));
	free(c->key);
	free(c->chain);
}

void certificate_drop(struct certificate *c)
{
	if (!c || --c->holders)
		return;
	forget_pair(c);
	free(c->name);
	free(c);
}

void certificates_clear(struct config *c)
{
	for (size_t i = 0; i < c->certificate_count; i++)
		certificate_drop(c->certificates[i]);
	free((void *)c->certificates);
	c->certificates = NULL;
	c->certificate_count = 0;
}

static bool same(const struct certificate *a, const struct certificate *b)
{
	return b && strcmp(a->chain, b->chain) == 0 && strcmp(a->key, b->key) == 0;
}

/* True: they are a pair. What is in use already was looked at when it came. */
static bool read_pair(struct certificate *c, const struct certificate *used,
                      struct pair_files *files)
{
	const char *file = files->chain, *why = NULL;
	size_t n;

	c->chain = conf_slurp(file, PEM_MAX, &n);
	if (c->chain) {
		file = files->key;
		c->key = conf_slurp(file, PEM_MAX, &n);
	}
	if (!c->chain || !c->key) {
		snprintf(files->why, sizeof(files->why), "%s: %s", file, strerror(errno));
		return false;
	}
	if (same(c, used)) {
		c->end_point = used->end_point;
		c->expires = used->expires;
	} else {
		why = pem_check_pair(c->chain, c->key, &c->end_point, &c->expires);
	}
	if (why)
		snprintf(files->why, sizeof(files->why), "%s", why);
	return !why;
}

/* Two files that are no pair leave what is in use. */
static bool keep(struct certificate *c, const struct certificate *used)
{
	if (!used)
		return false;
	forget_pair(c);
	c->end_point = used->end_point;
	c->chain = strdup(used->chain);
	c->key = strdup(used->key);
	c->expires = used->expires;
	return c->chain && c->key;
}

static bool add(struct config *c, struct certificate *new)
{
	struct certificate **all = reallocarray((void *)c->certificates, c->certificate_count + 1,
	                                        sizeof(struct certificate *));

	if (!all)
		return false;
	c->certificates = all;
	all[c->certificate_count++] = certificate_hold(new);
	return true;
}

static struct certificate *new_certificate(const struct pair_files *files)
{
	struct certificate *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->holders = 1;
	c->rank = files->rank;
	c->name = strdup(files->name);
	if (c->name)
		return c;
	certificate_drop(c);
	return NULL;
}

enum pair_loaded load_pair(struct loading *l, struct pair_files *files)
{
	const struct certificate *used =
		l->from->old ? config_certificate(l->from->old, files->name) : NULL;
	struct certificate *new = new_certificate(files);
	bool good = new &&read_pair(new, used, files);
	bool added = new && (good || keep(new, used)) && add(l->c, new);

	if (!new || (good && !added))
		snprintf(files->why, sizeof(files->why), "out of memory");
	certificate_drop(new);
	if (!added)
		return PAIR_NONE;
	return good ? PAIR_GOOD : PAIR_KEPT;
}

static void load_section(struct loading *l, cfg_t *section, uint32_t rank)
{
	struct conf_errors said = {.report = l->errors.report, .said = l->errors.said};
	struct pair_files files = {.name = cfg_title(section),
	                           .chain = cfg_getstr(section, "chain"),
	                           .key = cfg_getstr(section, "key"),
	                           .rank = rank};
	enum pair_loaded loaded;

	if (!files.chain || !files.key) {
		if (loading_whole(l, section))
			conf_error(section, &l->errors, "certificate '%s' needs chain and key",
			           files.name);
		return;
	}
	loaded = load_pair(l, &files);
	if (loaded == PAIR_KEPT)
		conf_error(section, &said, "certificate '%s': %s; the one in use is kept",
		           files.name, files.why);
	else if (loaded == PAIR_NONE)
		conf_error(section, &l->errors, "certificate '%s': %s", files.name, files.why);
}

void load_certificates(struct loading *l)
{
	struct config *c = l->c;
	unsigned n = cfg_size(c->tree, "certificate");

	for (unsigned i = 0; i < n; i++)
		load_section(l, cfg_getnsec(c->tree, "certificate", i), i);
	load_tls_dir(l);
	if (c->certificate_count)
		qsort((void *)c->certificates, c->certificate_count, sizeof(struct certificate *),
		      by_name);
}
