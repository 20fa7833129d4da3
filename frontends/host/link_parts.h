#ifndef HOST_LINK_PARTS_H
#define HOST_LINK_PARTS_H

#include "session.h"

/* What link.c, link_body.c and link_take.c share; nobody else needs it. */

#define BYE_TAG (UINT64_C(1) << 32) /* no request of a session has it: those have 32 bits */

/* What a number stands for. */
struct link_place {
	struct session *session; /* NULL: none */
	bool leaving;            /* waits for the answer to bye */
};

void link_put(struct link *l, const struct frame *f); /* at the end of `out` */
/* Puts a frame behind what the session has held back, so that their order stays. */
[[nodiscard]] bool link_send(struct session *s, struct frame *f);
[[nodiscard]] bool link_announce(struct session *s);
void link_send_held(struct session *s); /* as far as the credit reaches */

#endif
