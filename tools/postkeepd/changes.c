#include "changes.h"

#include "base/log.h"

static const char *const words[CHANGE_KINDS] = {
	[CERTIFICATE_ADDED] = "certificate_added",
	[CERTIFICATE_CHANGED] = "certificate_changed",
	[SERVICE_REMOVED] = "service_removed",
	[SERVICE_REPLACED] = "service_replaced",
	[HOSTS_CHANGED] = "hosts_changed",
	[LISTENER_REMOVED] = "listener_removed",
	[LISTENER_MOVED] = "listener_moved",
	[LISTENER_CHANGED] = "listener_changed",
	[LISTENER_ADDED] = "listener_added",
	[SERVICE_ADDED] = "service_added",
	[CERTIFICATE_REMOVED] = "certificate_removed",
	[METRICS_REMOVED] = "metrics_removed",
	[METRICS_ADDED] = "metrics_added",
};

/* Every finder calls this for each thing of either side; it keeps those of the kind at hand. */
struct finder {
	struct changes *to;
	enum change_kind kind; /* looked for now */
	bool failed;
};

static void found(struct finder *f, struct change c)
{
	struct change *list;

	if (c.kind != f->kind || f->failed)
		return;
	list = reallocarray(f->to->list, f->to->n + 1, sizeof(*list));
	if (!list) {
		f->failed = true;
		return;
	}
	list[f->to->n++] = c;
	f->to->list = list;
}

static bool same_pair(const struct certificate *a, const struct certificate *b)
{
	return a->rank == b->rank && strcmp(a->chain, b->chain) == 0 && strcmp(a->key, b->key) == 0;
}

static void find_certificates(struct finder *f, const struct config *old, const struct config *new)
{
	for (size_t i = 0; i < new->certificate_count; i++) {
		struct certificate *now = new->certificates[i];
		const struct certificate *was = config_certificate(old, now->name);

		if (!was || !same_pair(was, now))
			found(f,
			      (struct change){.kind = was ? CERTIFICATE_CHANGED : CERTIFICATE_ADDED,
			                      .certificate = now});
	}
	for (size_t i = 0; i < old->certificate_count; i++)
		if (!config_certificate(new, old->certificates[i]->name))
			found(f, (struct change){.kind = CERTIFICATE_REMOVED,
			                         .certificate = old->certificates[i]});
}

static void find_listeners(struct finder *f, const struct service *old, const struct service *new)
{
	for (size_t i = 0; i < new->listener_count; i++) {
		const struct listener *now = &new->listeners[i];
		const struct listener *was = service_listener(old, now->name);
		struct change c = {.service = new, .listener = now};

		c.kind = !was                              ? LISTENER_ADDED
		         : !listener_same_socket(was, now) ? LISTENER_MOVED
		                                           : LISTENER_CHANGED;
		if (c.kind != LISTENER_CHANGED || was->tls != now->tls ||
		    !slice_eq(buf_slice(&was->options), buf_slice(&now->options)) ||
		    !slice_eq(slice_str(was->client_ca), slice_str(now->client_ca)))
			found(f, c);
	}
	for (size_t i = 0; i < old->listener_count; i++)
		if (!service_listener(new, old->listeners[i].name))
			found(f, (struct change){.kind = LISTENER_REMOVED,
			                         .service = new,
			                         .listener = &old->listeners[i]});
}

static void find_services(struct finder *f, const struct config *old, const struct config *new)
{
	for (size_t i = 0; i < new->service_count; i++) {
		const struct service *now = &new->services[i],
				     *was = config_service(old, now->name);

		if (!was) {
			found(f, (struct change){.kind = SERVICE_ADDED, .service = now});
		} else if (strcmp(was->plugin, now->plugin) != 0) {
			found(f, (struct change){.kind = SERVICE_REPLACED, .service = now});
		} else {
			if (was->hosts != now->hosts)
				found(f, (struct change){.kind = HOSTS_CHANGED, .service = now});
			find_listeners(f, was, now);
		}
	}
	for (size_t i = 0; i < old->service_count; i++)
		if (!config_service(new, old->services[i].name))
			found(f, (struct change){.kind = SERVICE_REMOVED,
			                         .service = &old->services[i]});
}

static void find_metrics(struct finder *f, const struct metrics_conf *old,
                         const struct metrics_conf *new)
{
	if (old->listener && new->listener &&
	    old->user.uid == new->user.uid &&listener_same_socket(old->listener, new->listener))
		return;
	if (old->listener)
		found(f, (struct change){.kind = METRICS_REMOVED, .listener = old->listener});
	if (new->listener)
		found(f, (struct change){.kind = METRICS_ADDED, .listener = new->listener});
}

bool changes_find(struct changes *all, const struct config *old, const struct config *new)
{
	struct finder f = {.to = all};

	*all = (struct changes){0};
	for (int kind = 0; kind < CHANGE_KINDS; kind++) {
		f.kind = (enum change_kind)kind;
		find_certificates(&f, old, new);
		find_services(&f, old, new);
		find_metrics(&f, &old->metrics, &new->metrics);
	}
	return !f.failed;
}

void changes_log(const struct changes *all)
{
	for (size_t i = 0; i < all->n; i++) {
		const struct change *c = &all->list[i];
		const char *name = c->certificate ? c->certificate->name
		                   : c->listener  ? c->listener->name
		                                  : c->service->name;

		LOG(PK_LOG_INFO, "config_change", LOG_CSTR("what", words[c->kind]),
		    LOG_CSTR("name", name),
		    LOG_CSTR("service", c->service ? c->service->name : "*"));
	}
}

void changes_free(struct changes *all)
{
	free(all->list);
	*all = (struct changes){0};
}
