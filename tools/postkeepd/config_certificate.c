#include "config_parts.h"

#include "pem.h"

#include <errno.h>

#define PEM_MAX ((size_t)64 * 1024) /* a chain and its key must fit into one datagram */

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct certificate *)a)->name, ((const struct certificate *)b)->name);
}

const struct certificate *config_certificate(const struct config *c, const char *name)
{
	const struct certificate wanted = {.name = (char *)(uintptr_t)name};

	if (!c->certificate_count)
		return NULL;
	return bsearch(&wanted, c->certificates, c->certificate_count, sizeof(wanted), by_name);
}

static void clear(struct certificate *c)
{
	if (c->key)
		explicit_bzero(c->key, strlen(c->key));
	free(c->key);
	free(c->chain);
	free(c->name);
	*c = (struct certificate){0};
}

void certificates_clear(struct config *c)
{
	for (size_t i = 0; i < c->certificate_count; i++)
		clear(&c->certificates[i]);
	free(c->certificates);
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
	if (!same(c, used))
		why = pem_check_pair(c->chain, c->key);
	if (why)
		snprintf(files->why, sizeof(files->why), "%s", why);
	return !why;
}

static bool copy(struct certificate *c, const struct certificate *from)
{
	*c = (struct certificate){.chain = strdup(from->chain), .key = strdup(from->key)};
	return c->chain && c->key;
}

static bool add(struct config *c, struct certificate *new, const struct pair_files *files)
{
	struct certificate *all =
		reallocarray(c->certificates, c->certificate_count + 1, sizeof(*all));

	new->name = strdup(files->name);
	new->rank = files->rank;
	if (all)
		c->certificates = all;
	if (!all || !new->name)
		return false;
	all[c->certificate_count++] = *new;
	return true;
}

enum pair_loaded load_pair(struct loading *l, struct pair_files *files)
{
	const struct certificate *used =
		l->from->old ? config_certificate(l->from->old, files->name) : NULL;
	struct certificate new = {0};
	bool good = read_pair(&new, used, files);

	if (!good)
		clear(&new);
	if ((good || (used && copy(&new, used))) && add(l->c, &new, files))
		return good ? PAIR_GOOD : PAIR_KEPT;
	clear(&new);
	if (good)
		snprintf(files->why, sizeof(files->why), "out of memory");
	return PAIR_NONE;
}

static void load_section(struct loading *l, cfg_t *section, uint32_t rank)
{
	struct conf_errors said = {.report = l->errors.report};
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
		qsort(c->certificates, c->certificate_count, sizeof(*c->certificates), by_name);
}
