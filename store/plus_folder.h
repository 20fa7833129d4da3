#ifndef STORE_PLUS_FOLDER_H
#define STORE_PLUS_FOLDER_H

#include "mailbox.h"

/*
 * Where mail for jane+detail@ goes when the setting plus.folder is on for her: the mailbox of that
 * name, in whatever case its letters are, with "/" between levels. 0: it is off, there is no such
 * mailbox, or it is INBOX.
 */
enum pk_status plus_folder(struct account *, struct slice detail, uint32_t *mbox);

#endif
