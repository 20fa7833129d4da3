#include "os/metrics_set.h"

#include <postkeep/messages.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static bool keep(struct metrics_set *s, const struct pk_ctl_metrics *m, struct metrics *cells)
{
	struct metrics_page *more = reallocarray(s->pages, s->count + 1, sizeof(*more)), *page;

	if (!more)
		return false;
	s->pages = more;
	page = &more[s->count++];
	*page = (struct metrics_page){.kind = (enum metrics_kind)m->kind, .cells = cells};
	snprintf(page->name, sizeof(page->name), "%.*s", (int)m->name.n, m->name.p);
	return true;
}

bool metrics_set_take(struct metrics_set *s, const struct control *c)
{
	struct pk_ctl_metrics m;
	struct metrics *cells = NULL;
	bool kept = false;

	if (c->fd < 0)
		return false;
	if (pk_get_ctl_metrics(c->payload, &m) == PK_OK && m.kind < METRICS_KINDS)
		cells = metrics_map(c->fd, s->to_write);
	close(c->fd);
	if (cells)
		kept = keep(s, &m, cells);
	if (!kept)
		metrics_unmap(cells);
	return kept;
}

struct metrics *metrics_set_find(const struct metrics_set *s, enum metrics_kind kind,
                                 const char *name)
{
	for (size_t i = 0; s && i < s->count; i++)
		if (s->pages[i].kind == kind && strcmp(s->pages[i].name, name) == 0)
			return s->pages[i].cells;
	return NULL;
}

void metrics_set_free(struct metrics_set *s)
{
	for (size_t i = 0; i < s->count; i++)
		metrics_unmap(s->pages[i].cells);
	free(s->pages);
	*s = (struct metrics_set){0};
}
