#ifndef IMAP_BINARY_H
#define IMAP_BINARY_H

#include "plan.h"
#include "section.h"

/*
 * Windows of what a part decodes to (RFC 3516 4.2, partial). A window is read and decoded from
 * where the last one of this part ended, and little more of it than it takes: who fetches a part
 * piece by piece has it decoded once, not from its beginning for each.
 */

/* Where to begin, and what to read. step: uid, from and limit are set; the window is in the part.
 * last: of the session; NULL. */
void binary_plan(struct plan *p, struct step *step, struct span part, const struct decoded *d,
                 const struct binary_cursor *last);
struct binary_place binary_start(const struct plan *p, const struct step *step);

/* Decodes what the window takes of these octets, and appends it. *last: the last place that is not
 * behind the window. */
void binary_feed(const struct step *step, struct slice octets, struct binary_place *place,
                 struct binary_place *last, struct buf *out);

/* The piece is at its end, and it is not the window's: true, and the step has the next piece. */
bool binary_more(const struct plan *p, struct step *step, const struct binary_place *place);

/* Where the next window may begin. No memory: nowhere. */
void binary_keep(struct view *v, const struct step *step, const struct binary_place *last);

#endif
