#ifndef MEASURES_H
#define MEASURES_H

#include "child.h"
#include "counts.h"

/* What the supervisor itself counts (pk-metrics(5)), and the pages that it makes for its children.
 */
struct measures {
	struct counts counts;
	struct metrics *server; /* of the server as a whole */
	struct child self;      /* this process, as far as it is measured */
	int64_t next_ms;
};

void measures_open(struct measures *, const struct config *);
void measures_close(struct measures *);

/* Makes the pages that a new child counts in, and sends them; to pkmetrics those of all others. */
void measures_equip(struct measures *, struct child *, const struct config *);
/* What was made for others since: pages of new services to the store, of all to pkmetrics. */
void measures_renew(struct measures *, struct child *);

/* What happens to a child. */
void measures_started(struct measures *, struct child *);
void measures_ready(const struct child *);
void measures_ended(struct measures *, struct child *, int status);

void measures_config(const struct measures *, const struct config *); /* is in use from now on */
/* result: of reload(). */
void measures_reload(const struct measures *, const char *result, const struct config *);
void measures_latch(struct measures *, struct slice record); /* ctl_latch */

/* Once a second: what the children use. Returns ms to the next time. */
int64_t measures_look(struct measures *, struct child *first, int64_t now_ms);

#endif
