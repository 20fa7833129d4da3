#include "config_parts.h"

#include "pem.h"

#include <errno.h>

#define PEM_MAX ((size_t)256 * 1024)

const struct certificate *config_certificate(const struct config *c, const char *name)
{
	for (size_t i = 0; i < c->certificate_count; i++)
		if (strcmp(c->certificates[i].name, name) == 0)
			return &c->certificates[i];
	return NULL;
}

static void forget_pair(struct certificate *c)
{
	if (c->key)
		explicit_bzero(c->key, strlen(c->key));
	free(c->key);
	free(c->chain);
	c->key = c->chain = NULL;
}

void certificates_clear(struct config *c)
{
	for (size_t i = 0; i < c->certificate_count; i++)
		forget_pair(&c->certificates[i]);
	free(c->certificates);
	c->certificates = NULL;
	c->certificate_count = 0;
}

/* Reads both files. NULL: they are a pair; else what is wrong, perhaps made in `words`. */
static const char *read_pair(struct certificate *c, char *words, size_t size)
{
	const char *file = c->chain_file;
	size_t n;

	c->chain = conf_slurp(file, PEM_MAX, &n);
	if (c->chain) {
		file = c->key_file;
		c->key = conf_slurp(file, PEM_MAX, &n);
	}
	if (c->chain && c->key)
		return pem_check_pair(c->chain, c->key);
	snprintf(words, size, "%s: %s", file, strerror(errno));
	return words;
}

/* The one in use under this name goes on. False: there is none. */
static bool keep_old(struct certificate *c, const struct config *old)
{
	const struct certificate *kept = old ? config_certificate(old, c->name) : NULL;

	if (!kept)
		return false;
	forget_pair(c);
	c->chain = strdup(kept->chain);
	c->key = strdup(kept->key);
	return c->chain && c->key;
}

static void load_certificate(struct loading *l, struct certificate *c, cfg_t *section)
{
	struct conf_errors said = {.report = l->errors.report};
	char words[400];
	const char *why;

	c->name = cfg_title(section);
	c->chain_file = cfg_getstr(section, "chain");
	c->key_file = cfg_getstr(section, "key");
	if (!c->chain_file || !c->key_file) {
		if (loading_whole(l, section))
			conf_error(section, &l->errors, "certificate '%s' needs chain and key",
			           c->name);
		return;
	}
	why = read_pair(c, words, sizeof(words));
	if (!why)
		return;
	if (keep_old(c, l->old))
		conf_error(section, &said, "certificate '%s': %s; the one in use is kept", c->name,
		           why);
	else
		conf_error(section, &l->errors, "certificate '%s': %s", c->name, why);
}

void load_certificates(struct loading *l)
{
	struct config *c = l->c;
	unsigned n = cfg_size(c->tree, "certificate");

	c->certificates = calloc(n + 1, sizeof(struct certificate));
	if (!c->certificates) {
		conf_error(c->tree, &l->errors, "out of memory");
		return;
	}
	for (unsigned i = 0; i < n; i++) {
		struct certificate *one = &c->certificates[c->certificate_count++];

		one->rank = i;
		load_certificate(l, one, cfg_getnsec(c->tree, "certificate", i));
	}
}
