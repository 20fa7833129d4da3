#include "counts.h"

#include "base/log.h"
#include "os/shared.h"
#include "tell.h"

#include <errno.h>

struct counted {
	struct counted *next;
	enum metrics_kind kind;
	char name[80], owner[80];
	struct metrics *cells;
	int fd;
	bool given, shown; /* to who counts, to who tells */
};

static struct counted *find(const struct counts *all, const struct counted_as *as)
{
	struct counted *c = all->first;

	while (c && (c->kind != as->kind || strcmp(c->name, as->name) != 0 ||
	             strcmp(c->owner, as->owner) != 0))
		c = c->next;
	return c;
}

static struct counted *make(struct counts *all, const struct counted_as *as)
{
	struct counted *c = calloc(1, sizeof(*c)), **at = &all->first;

	if (c)
		c->cells = metrics_make(&c->fd);
	if (!c || !c->cells) {
		LOG(PK_LOG_ERROR, "metrics_page_failed", LOG_CSTR("name", as->name),
		    LOG_CSTR("reason", strerror(errno)));
		free(c);
		return NULL;
	}
	c->kind = as->kind;
	snprintf(c->name, sizeof(c->name), "%s", as->name);
	snprintf(c->owner, sizeof(c->owner), "%s", as->owner);
	while (*at)
		at = &(*at)->next;
	*at = c;
	return c;
}

struct metrics *counts_page(struct counts *all, const struct counted_as *as)
{
	struct counted *c = find(all, as);

	if (!c)
		c = make(all, as);
	return c ? c->cells : NULL;
}

void counts_give(struct counts *all, const char *owner, struct outbox *o, bool again)
{
	for (struct counted *c = all->first; c; c = c->next) {
		if (strcmp(c->owner, owner) != 0 || (c->given && !again))
			continue;
		tell_metrics(o, c->kind, c->name, c->fd);
		c->given = true;
	}
}

/* What the reader counts itself it has already. */
void counts_show(struct counts *all, struct outbox *o, bool again)
{
	for (struct counted *c = all->first; c; c = c->next) {
		int fd;

		if (c->kind == METRICS_SCRAPE || (c->shown && !again))
			continue;
		fd = shared_reader(c->fd);
		tell_metrics(o, c->kind, c->name, fd);
		c->shown = true;
		if (fd >= 0)
			close(fd);
	}
}

void counts_rest(struct counts *all, const char *owner)
{
	for (struct counted *c = all->first; c; c = c->next)
		if (strcmp(c->owner, owner) == 0)
			metrics_rest(c->cells);
}

void counts_free(struct counts *all)
{
	while (all->first) {
		struct counted *c = all->first;

		all->first = c->next;
		metrics_unmap(c->cells);
		close(c->fd);
		free(c);
	}
}
