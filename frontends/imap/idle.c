#include "imap.h"
#include "sync.h"
#include "view.h"

/*
 * IDLE: RFC 2177. The doorbell rings, the session asks what changed and tells it at once. The line
 * that ends it may come at any time; it is taken when the telling is over.
 */
static uint32_t on_idle(struct imap *s, struct pk_in *in);

static uint32_t idle_on(struct imap *s)
{
	s->then = on_idle;
	s->io->take = IMAP_ANON_MAX;
	return PK_LINE | PK_FLUSH | (s->view && s->view->watched ? PK_NEWS : 0);
}

static uint32_t on_idle(struct imap *s, struct pk_in *in)
{
	if (in->kind == PK_IN_NEWS) {
		s->view->news = true;
		return sync_mailbox(s, true, idle_on);
	}
	if (slice_ieq(in->bytes, S("DONE")))
		return imap_done(s);
	if (in->flags & PK_LONG) /* it may have announced a literal */
		return imap_bye(s, S("Line is too long"));
	imap_skip_announced(s, in->bytes);
	return imap_bad(s, S("Expected DONE"));
}

uint32_t cmd_idle(struct imap *s, struct parser *p)
{
	if (!parse_end(p))
		return imap_bad(s, p->error);
	put(s, S("+ idling\r\n"));
	sync_poll(s);
	return sync_mailbox(s, true, idle_on);
}
