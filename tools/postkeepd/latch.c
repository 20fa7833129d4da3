#include "latch.h"

#include "base/log.h"
#include "outbox.h"

#include <postkeep/messages.h>

static void drop(struct latch **at)
{
	struct latch *l = *at;

	*at = l->next;
	buf_free(&l->record);
	free(l);
}

void latch_take(struct latch **all, struct slice record)
{
	struct latch **at = all, *l;
	struct pk_ctl_latch m;

	if (pk_get_ctl_latch(record, &m) != PK_OK)
		return;
	while (*at && !slice_eq((*at)->volume, m.volume))
		at = &(*at)->next;
	if (*at)
		drop(at);
	LOG(PK_LOG_ERROR, m.why.n ? "latch" : "latch_lifted", LOG_TEXT("volume", m.volume),
	    LOG_TEXT("reason", m.why));
	l = m.why.n ? calloc(1, sizeof(*l)) : NULL;
	if (!l)
		return;
	buf_put(&l->record, record);
	if (pk_get_ctl_latch(buf_slice(&l->record), &m) != PK_OK) {
		buf_free(&l->record);
		free(l);
		return;
	}
	l->volume = m.volume;
	l->next = *all;
	*all = l;
}

void latch_tell(const struct latch *all, struct outbox *to)
{
	for (const struct latch *l = all; l; l = l->next)
		outbox_put(to, CONTROL_LATCH, buf_slice(&l->record), -1);
}

void latch_free(struct latch **all)
{
	while (*all)
		drop(all);
}
