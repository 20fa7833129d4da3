#include "drive.h"

/* Sees the store's sessions, whose struct has the name of the host's. */
#include "call.h"

bool drive_store_has_bodies(struct drive *d)
{
	for (struct peer *p = drive_store(d)->peers; p; p = p->next)
		for (struct session *s = p->sessions; s; s = s->hh.next)
			if (s->bodies)
				return true;
	return false;
}

void drive_hold_bells(struct drive *d)
{
	for (struct peer *p = drive_store(d)->peers; p; p = p->next)
		for (struct session *s = p->sessions; s; s = s->hh.next)
			s->rung = true;
}
