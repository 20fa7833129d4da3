#ifndef STORE_DIRECTORY_H
#define STORE_DIRECTORY_H

#include <postkeep/slice.h>
#include <postkeep/status.h>

/*
 * data/directory/: which volume a tenant lives in and which tenant a domain belongs to. An index
 * with states (claim pending, write the volume, set active; the reverse to delete). What a volume
 * denies does not count; directory_repair finishes or frees claims at start. Thread-safe.
 */
struct directory;
struct volume;

struct place {
	uint32_t tenant;
	uint16_t volume;
};

/* Before it is opened: PK_ENOTSUP, said in the log, if its format is not opened here. */
enum pk_status directory_check(const char *path);
enum pk_status directory_open(struct directory **, const char *path); /* makes an empty one */
void directory_close(struct directory *);
enum pk_status directory_repair(struct directory *, struct volume *const *, size_t volumes);

enum pk_status directory_tenant(struct directory *, struct slice name,
                                struct place *); /* active ones; PK_ENOTFOUND */
enum pk_status directory_domain(struct directory *, struct slice domain, struct place *);

/* Claims a new tenant id (never used before) or a domain; PK_EEXISTS. Pending until
 * directory_activate. */
enum pk_status directory_claim_tenant(struct directory *, struct slice name, uint16_t volume,
                                      uint32_t *tenant);
enum pk_status directory_claim_domain(struct directory *, struct slice domain,
                                      const struct place *);
enum pk_status directory_activate(struct directory *, bool domain, struct slice name);
enum pk_status directory_release(struct directory *, bool domain,
                                 struct slice name); /* the claim or entry goes */
/* A tenant's name and those of all its domains, at once; no error when there is none. */
enum pk_status directory_release_tenant(struct directory *, uint32_t tenant);

/* All active names in order, those of tenants or of domains. */
enum pk_status directory_each(struct directory *, bool domains,
                              enum pk_status (*)(void *, struct slice name, const struct place *),
                              void *arg);

#endif
