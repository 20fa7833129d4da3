#ifndef CHANGES_H
#define CHANGES_H

#include "config.h"

/* What stands between two configurations, each in the words of one kind. */
enum change_kind {
	CERTIFICATE_ADDED,
	CERTIFICATE_CHANGED, /* the files' content, or its place among the others */
	SERVICE_REMOVED,
	SERVICE_REPLACED, /* another plugin */
	HOSTS_CHANGED,
	LISTENER_REMOVED,
	LISTENER_MOVED,   /* another address or port, perhaps other options too */
	LISTENER_CHANGED, /* options or tls */
	LISTENER_ADDED,
	SERVICE_ADDED,
	CERTIFICATE_REMOVED,
	METRICS_REMOVED, /* also before it comes back with another socket or user */
	METRICS_ADDED,
	CHANGE_KINDS,
};

/* Points into the new configuration; of what was removed into the old one. */
struct change {
	enum change_kind kind;
	const struct service *service;
	const struct listener *listener;
	struct certificate *certificate;
};

struct changes {
	struct change *list; /* in the order in which they are to be made */
	size_t n;
};

/* False: out of memory. */
bool changes_find(struct changes *all, const struct config *old, const struct config *new);
void changes_log(const struct changes *all); /* a line each */
void changes_free(struct changes *all);

#endif
