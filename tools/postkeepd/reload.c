#include "reload.h"

#include "base/log.h"
#include "changes.h"
#include "resources.h"
#include "sockets.h"
#include "tell.h"

#include <stddef.h>

/* What was given to processes that are never replaced, or is what they have in common. */
static const struct {
	const char *name;
	size_t offset;
} fixed[] = {
	{"data",           offsetof(struct config, data)          },
	{"run",            offsetof(struct config, run)           },
	{"operator_key",   offsetof(struct config, operator_key)  },
	{"default_domain", offsetof(struct config, default_domain)},
	{"log",            offsetof(struct config, log)           },
	{"admin_socket",   offsetof(struct config, admin_socket)  },
	{"admin_readers",  offsetof(struct config, admin_readers) },
	{"programs",       offsetof(struct config, programs)      },
};

/* Lets the new one have the old values; it gets its own back when it is freed. */
static void keep_fixed(struct config *old, struct config *new, struct buf *said)
{
	for (size_t i = 0; i < sizeof(fixed) / sizeof(*fixed); i++) {
		char **was = (char **)((char *)old + fixed[i].offset);
		char **now = (char **)((char *)new + fixed[i].offset);
		char *swap = *now;

		if (strcmp(*was, *now) != 0) {
			buf_printf(said, "%s: %s needs a restart: %s is kept\n", old->file,
			           fixed[i].name, *was);
			LOG(PK_LOG_ERROR, "needs_restart", LOG_CSTR("setting", fixed[i].name),
			    LOG_CSTR("kept", *was), LOG_CSTR("wanted", *now));
		}
		*now = *was;
		*was = swap;
	}
}

/* One step of a change for one host that serves. */
typedef void step(const struct change *c, struct outbox *o);

static void tell_pair(const struct change *c, struct outbox *o)
{
	outbox_put_certificate(o, c->certificate);
}

static void tell_forget(const struct change *c, struct outbox *o)
{
	tell_name(o, CONTROL_FORGET, c->certificate->name);
}

static void tell_unlisten(const struct change *c, struct outbox *o)
{
	tell_name(o, CONTROL_UNLISTEN, c->listener->name);
}

static void tell_options(const struct change *c, struct outbox *o)
{
	tell_listener(o, c->service, c->listener, -1);
}

static void tell_socket(const struct change *c, struct outbox *o)
{
	tell_listener(o, c->service, c->listener, c->listener->fd);
}

/* hosts: how many the service has before and after, where that is what changes. */
enum hosts { AS_MANY, NONE, ALL, NONE_THEN_ALL, NO_METRICS, THE_METRICS };

static const struct {
	step *tell; /* the service's hosts, or all when the change has no service; NULL: nobody */
	enum hosts hosts;
} actions[CHANGE_KINDS] = {
	[CERTIFICATE_ADDED] = {tell_pair,     AS_MANY      },
	[CERTIFICATE_CHANGED] = {tell_pair,     AS_MANY      },
	[SERVICE_REMOVED] = {NULL,          NONE         },
	[SERVICE_REPLACED] = {NULL,          NONE_THEN_ALL},
	[HOSTS_CHANGED] = {NULL,          ALL          },
	[LISTENER_REMOVED] = {tell_unlisten, AS_MANY      },
	[LISTENER_MOVED] = {tell_socket,   AS_MANY      },
	[LISTENER_CHANGED] = {tell_options,  AS_MANY      },
	[LISTENER_ADDED] = {tell_socket,   AS_MANY      },
	[SERVICE_ADDED] = {NULL,          ALL          },
	[CERTIFICATE_REMOVED] = {tell_forget,   AS_MANY      },
	[METRICS_REMOVED] = {NULL,          NO_METRICS   },
	[METRICS_ADDED] = {NULL,          THE_METRICS  },
};

/* A host that does not run now gets everything when it starts. */
static bool concerns(const struct change *c, const struct child *ch)
{
	if (!ch->service || ch->pid <= 0)
		return false;
	return !c->service || strcmp(c->service->name, ch->service->name) == 0;
}

/* Before a host shows a new certificate, the store has been sent word of it. */
static void tell_store(const struct changes *changes, const struct config *new, struct child *store)
{
	for (size_t i = 0; i < changes->n; i++)
		if (changes->list[i].certificate && child_runs(store)) {
			tell_end_points(&store->out, new);
			break;
		}
	(void)child_send(store, child_now_ms());
}

static bool apply(const struct change *c, struct children *children, unsigned drain_s)
{
	enum hosts hosts = actions[c->kind].hosts;
	step *tell = actions[c->kind].tell;
	bool made = true;

	for (struct child *ch = children->first; tell && ch; ch = ch->next)
		if (concerns(c, ch))
			tell(c, &ch->out);
	if (hosts == NONE || hosts == NONE_THEN_ALL)
		made = children_set_hosts(children, c->service, 0, drain_s);
	if (hosts == ALL || hosts == NONE_THEN_ALL)
		made = children_set_hosts(children, c->service, c->service->hosts, drain_s);
	if (hosts == NO_METRICS || hosts == THE_METRICS)
		made = children_set_metrics(children, hosts == THE_METRICS);
	return made;
}

/* The new configuration is in use; the old one goes, with the sockets that nobody has any more. */
static void exchange(struct config *c, struct config *new)
{
	struct config old = *c;

	*c = *new;
	*new = old;
	config_free(new);
}

static bool prepare(struct config *c, struct config *new, struct changes *changes, struct buf *said)
{
	struct conf_errors errors = {.report = conf_log, .said = said};

	return config_load(new,
	                   &(struct config_source){c->file, c->part, c, false, conf_log, said}) &&
	       sockets_renew(new, c, &errors) && changes_find(changes, c, new);
}

static const char *become(struct config *c, struct config *new, const struct changes *changes,
                          struct children *children)
{
	bool made = true;

	resources_pass(c, new);
	changes_log(changes);
	tell_store(changes, new, children_store(children));
	for (size_t i = 0; i < changes->n; i++)
		made = apply(&changes->list[i], children, new->drain_s) && made;
	children_adopt(children, new);
	sockets_settle(new, c);
	return made ? "ok" : "memory";
}

void reload(struct config *c, struct children *children, struct reloaded *r)
{
	struct config new;
	struct changes changes = {0};
	bool good = prepare(c, &new, &changes, &r->said);

	r->result = "refused";
	if (good) {
		keep_fixed(c, &new, &r->said);
		r->result = become(c, &new, &changes, children);
		r->changes = changes.n;
	}
	LOG(strcmp(r->result, "ok") == 0 ? PK_LOG_INFO : PK_LOG_ERROR, "reload",
	    LOG_CSTR("result", r->result), LOG_NUMBER("changes", (int64_t)r->changes));
	changes_free(&changes);
	if (good)
		exchange(c, &new);
	else
		config_free(&new);
}
