#include "listener_conf.h"

#include "client_ca.h"
#include "service.h"

void listener_conf_drop(struct listener_conf *c)
{
	if (!c || --c->users)
		return;
	if (c->owner->retire && c->plugin)
		c->owner->retire(c->plugin);
	client_ca_free(c->client_ca);
	arena_free(&c->arena);
	free(c);
}

static bool set_client_ca(struct listener_conf *c, struct slice pem)
{
	if (!pem.n)
		return true;
	c->client_ca = client_ca_new(pem, c->name);
	return c->client_ca;
}

struct listener_conf *listener_conf_new(const struct pk_plugin *plugin,
                                        const struct pk_ctl_listener *from, char *why,
                                        size_t why_size)
{
	struct listener_conf *c = calloc(1, sizeof(*c));
	struct slice words = S("");
	enum pk_status st;

	if (!c) {
		snprintf(why, why_size, "out of memory");
		return NULL;
	}
	c->owner = plugin;
	c->users = 1;
	c->tls = from->tls;
	c->name = arena_copy(&c->arena, from->name);
	st = options_read(&c->arena, plugin, from->options, &c->options, &words);
	if (st == PK_OK && !set_client_ca(c, from->client_ca)) {
		words = S("client_ca: no certificates are in it, or a broken one");
		st = PK_EINVAL;
	}
	if (st == PK_OK)
		c->plugin = plugin->configure(service_host(), c->name, c->options.values);
	if (c->plugin)
		return c;
	snprintf(why, why_size, "%.*s", (int)words.n, words.p);
	if (!words.n)
		snprintf(why, why_size, "the plugin refused its configuration");
	listener_conf_drop(c);
	return NULL;
}
