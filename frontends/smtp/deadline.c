#include "smtp.h"

/*
 * How long a client may take (HAZARDS 110): octets now and then do not keep a connection. A timer
 * that rings too early is set again, so that a command costs none.
 */
#define COMMAND_MS 300000 /* RFC 5321 4.5.3.2.7: at least five minutes for the next command */
#define OCTET_MS   2      /* of a message, behind as much for its beginning */

void smtp_await(struct smtp *s)
{
	s->due_ms = s->io->mono_ms + COMMAND_MS;
	if (!s->io->wake_ms)
		s->io->wake_ms = COMMAND_MS;
}

void smtp_await_longer(struct smtp *s, size_t octets)
{
	s->due_ms += (int64_t)octets * OCTET_MS;
}

uint32_t smtp_look_at_clock(struct smtp *s)
{
	int64_t left = s->due_ms - s->io->mono_ms;
	bool for_client = s->io->want & (PK_LINE | PK_BYTES);

	if (for_client && left <= 0)
		return smtp_close(s, S("421 4.4.2 this takes too long"));
	s->io->wake_ms = for_client && left < COMMAND_MS ? (uint32_t)left : COMMAND_MS;
	return s->io->want;
}
