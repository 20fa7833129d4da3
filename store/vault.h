#ifndef STORE_VAULT_H
#define STORE_VAULT_H

#include "mailbox.h"

/*
 * What was expunged, for the days of the setting "vault.days": the message's row, where it was,
 * its flags, when and by what it was removed. Outside of the user's quota. The counters are kept
 * in the account's struct until account_save.
 */

/* Takes a message in; with 0 days it is destroyed instead. `raw` is its row, not in the map. */
enum pk_status vault_put(struct mailbox *, uint32_t uid, const struct flag_entry *,
                         struct slice raw, enum vault_by);
enum pk_status vault_get(struct account *, uint64_t vid, struct vault_row *);
enum pk_status vault_message(struct account *, uint64_t vid, struct message_row *);
enum pk_status vault_destroy(struct account *, uint64_t vid); /* PK_ENOTFOUND */

/* Destroys what expires before `at`, oldest first, up to `rows`; *done counts them. */
enum pk_status vault_expire(struct account *, int64_t at_ms, size_t rows, size_t *done);

enum pk_status vault_load(struct account *); /* its counters, into account->vault */
enum pk_status vault_save(struct account *);

#endif
