#ifndef SMTP_PARAMETERS_H
#define SMTP_PARAMETERS_H

#include "smtp.h"

/* What may stand behind the address of MAIL: into the envelope. Returns the refusal, a whole reply;
 * empty: all is well. */
struct slice smtp_mail_parameters(struct smtp *s, struct slice in);
/* Likewise of RCPT. */
struct slice smtp_rcpt_parameters(struct smtp *s, struct slice in);

#endif
