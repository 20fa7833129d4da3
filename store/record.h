#ifndef STORE_RECORD_H
#define STORE_RECORD_H

#include "txn.h"

#include <postkeep/buf.h>
#include <postkeep/slice.h>
#include <postkeep/status.h>

/*
 * Keys and values of the acct, blob, dedup, seg and sched trees: the only place, with
 * tenant_record.c, that knows octets on disk; pk-store(5) describes each. Keys are big-endian,
 * values little-endian behind a version octet, with optional fields {tag u8, length u16} at their
 * end; those with a tag that this release does not know are skipped. Decoders return PK_EIO for
 * octets that are not such a row, or of a format (base/formats.h) that is not opened here; slices
 * in what they give point into the octets decoded. Encoders append.
 */
#define NAME_MAX_OCTETS 480 /* of a mailbox's name in UTF-8 */
#define KEY_MAX         511 /* LMDB's limit */
#define KEY_ACCT_OCTETS 13  /* of acct, mbox and kind, before the rest of a key */
struct key {
	unsigned char p[KEY_MAX];
	size_t n;
};
static inline struct slice key_slice(const struct key *k)
{
	return (struct slice){(const char *)k->p, k->n};
}

/* An account: tenant << 32 | user. */
#define ACCT(tenant, user) ((uint64_t)(tenant) << 32 | (user))
#define ACCT_TENANT(acct)  ((uint32_t)((acct) >> 32))
#define ACCT_USER(acct)    ((uint32_t)(acct))
#define ACCT_PRIVATE       0xFFFFFFFEu /* mbox number of the private \Seen rows of shared mailboxes */
#define ACCT_VAULT         0xFFFFFFFFu /* mbox number of the vault rows */

/* Kinds below account and mailbox; key: acct u64, mbox u32, kind u8, the rest. */
enum account_kind {
	KIND_ACCOUNT = 0x00,      /* struct account_row */
	KIND_NAME = 0x01,         /* name, "/" as 00 -> struct name_row */
	KIND_SUBSCRIPTION = 0x02, /* name -> empty row */
	KIND_SCRIPT = 0x03,
	KIND_ACL = 0x04,
	KIND_SHARD = 0x05,
	KIND_DOCID = 0x06, /* docid u32 -> struct docid_row */
	KIND_THREAD = 0x07,
	KIND_ENTRY = 0x08,
	KIND_SHARED = 0x09,
	KIND_GONE = 0x0a,      /* modseq u64, mbox u32 -> empty row: a mailbox that was deleted */
	KIND_SENT = 0x0b,      /* 16 octets of a message-id's keyed hash -> struct sent_row */
	KIND_SENT_TIME = 0x0c, /* time i64 (as u64), those 16 octets -> empty row */
};
enum mailbox_kind {
	KIND_COUNTERS = 0x00, /* struct mailbox_row */
	KIND_FLAGS = 0x01,    /* page u32 -> struct flag_page */
	KIND_MESSAGE = 0x02,  /* uid u32 -> struct message_row */
	KIND_EXPUNGED = 0x03, /* modseq u64, first uid u32 -> ranges */
	KIND_KEYWORD = 0x04,  /* bit u8 -> struct keyword_row */
	KIND_POP = 0x05,      /* uid u32 -> struct pop_row */
};
enum vault_kind {
	KIND_VAULT = 0x00,         /* struct vault_counters */
	KIND_EXPIRY = 0x01,        /* expires i64 (as u64), vid u64 -> empty row */
	KIND_VAULTED = 0x02,       /* vid u64 -> struct vault_row */
	KIND_VAULT_MESSAGE = 0x03, /* vid u64 -> struct message_row, as it was */
};

struct key key_acct(uint64_t acct, uint32_t mbox,
                    uint8_t kind); /* also the prefix of all rows of a kind */
struct key key_acct_u32(uint64_t acct, uint32_t mbox, uint8_t kind, uint32_t last);
struct key key_acct_u64(uint64_t acct, uint32_t mbox, uint8_t kind, uint64_t last);
struct key key_acct_pair(uint64_t acct, uint32_t mbox, uint8_t kind, uint64_t a, uint32_t b);
struct key key_acct_expiry(uint64_t acct, uint64_t expires, uint64_t vid);
#define SENT_ID_OCTETS 16
struct key key_sent(uint64_t acct, const unsigned char id[SENT_ID_OCTETS]);
struct key key_sent_time(uint64_t acct, int64_t at_ms, const unsigned char id[SENT_ID_OCTETS]);
struct key key_keyword(uint64_t acct, uint32_t mbox, uint8_t bit);
struct key key_name(uint64_t acct, uint8_t kind,
                    struct slice name); /* "/" becomes 00; name <= 480 octets */
struct slice name_of_key(struct slice key, char out[NAME_MAX_OCTETS + 1]); /* and back */
struct key key_u64(uint64_t id);                                           /* blob, seg */
struct key key_dedup(uint32_t tenant, const unsigned char mac[32]);
struct key key_sched(uint8_t kind, int64_t at_ms, uint64_t id);

bool key_fits(enum tree, struct slice key);       /* long enough to be one of this tree's */
uint32_t key_u32_at(struct slice key, size_t at); /* for rows found by a walk; 0 when too short */
uint64_t key_u64_at(struct slice key, size_t at);

#define LIMIT_NONE UINT64_MAX

/* Account header. The state token of the account is modseq. */
struct account_row {
	uint64_t octets, messages; /* in its mailboxes, whole octets of each copy */
	uint32_t mailboxes;
	uint64_t limit_octets, limit_messages, limit_mailboxes; /* LIMIT_NONE */
	uint32_t domain; /* whose counters it also counts in */
	uint32_t next_mbox, next_docid;
	uint64_t modseq, resync_below;
	uint32_t next_uidvalidity; /* never given twice in an account */
	uint32_t subscriptions;
};
enum pk_status account_decode(struct slice, struct account_row *);
void account_encode(struct buf *, const struct account_row *);

struct name_row {
	uint32_t mbox;       /* 0: a name with children only */
	uint32_t attributes; /* enum pk_attribute: the uses */
};
enum pk_status name_decode(struct slice, struct name_row *);
void name_encode(struct buf *, const struct name_row *);

struct mailbox_row {
	uint32_t exists, unseen, deleted;
	uint64_t octets;
	uint32_t recent_from; /* UIDs from here on are recent for who claims them next */
	uint32_t uidnext, uidvalidity;
	uint64_t modseq, vanished_floor;
	uint32_t expunged_rows; /* of KIND_EXPUNGED */
	int64_t oldest_ms;      /* the smallest savedate that may be in it; INT64_MAX: empty */
	uint64_t limit_octets, limit_messages;
	uint32_t pop_rows; /* of KIND_POP */
	uint32_t pop_from; /* "from now on": POP shows UIDs from here; 0: not said yet */
	struct slice name; /* UTF-8, "/" between the levels */
};
enum pk_status mailbox_decode(struct slice, struct mailbox_row *);
void mailbox_encode(struct buf *, const struct mailbox_row *);

#define PAGE_UIDS 120
struct flag_page {
	uint64_t modseq;     /* the greatest of its messages, also of expunged ones */
	uint64_t present[2]; /* bit i: uid page * 120 + i, uid 0 unused */
	struct flag_entry {
		uint64_t flags, modseq;
	} entry[PAGE_UIDS]; /* of the present ones, at their own index */
};
enum pk_status page_decode(struct slice, struct flag_page *);
void page_encode(struct buf *, const struct flag_page *);
static inline bool page_has(const struct flag_page *page, size_t i)
{
	return page->present[i / 64] >> (i % 64) & 1;
}
/* Looks into an encoded page without decoding it. */
enum pk_status page_peek(struct slice, uint64_t *modseq, uint64_t present[2]);

struct message_row {
	uint8_t guid[16];
	uint64_t blob;
	uint64_t summary_blob; /* 0: the summary is in `sealed` or absent */
	uint64_t octets;       /* prefix and body */
	int64_t internaldate_ms;
	int16_t zone_minutes;
	int64_t savedate_ms, born_ms;
	uint32_t docid;
	struct slice uidl;   /* empty: uidvalidity.uid */
	struct slice sealed; /* seal_row of {u16 length, prefix, summary} */
};
enum pk_status message_decode(struct slice, struct message_row *);
void message_encode(struct buf *, const struct message_row *);

struct docid_row {
	uint32_t mbox, uid;
	uint64_t vid; /* mbox ACCT_VAULT: where it is in the vault; else 0 */
};
enum pk_status docid_decode(struct slice, struct docid_row *);
void docid_encode(struct buf *, const struct docid_row *);

struct keyword_row {
	struct slice name;
};
enum pk_status keyword_decode(struct slice, struct keyword_row *);
void keyword_encode(struct buf *, const struct keyword_row *);

/* What POP remembers of a message, where a policy needs it. */
struct pop_row {
	int64_t fetched_ms; /* when it was first downloaded; 0: it was not */
	uint8_t hidden;     /* from POP only */
};
enum pk_status pop_decode(struct slice, struct pop_row *);
void pop_encode(struct buf *, const struct pop_row *);

/* Expunged UIDs of one modseq, ascending ranges, at most 200 a row. */
struct uid_range {
	uint32_t first, last;
};
#define EXPUNGED_RANGES 200
enum pk_status expunged_decode(struct slice, struct uid_range ranges[EXPUNGED_RANGES], size_t *n);
void expunged_encode(struct buf *, const struct uid_range *, size_t n);

struct vault_counters {
	uint64_t octets, messages, next_vid;
};
enum pk_status vault_counters_decode(struct slice, struct vault_counters *);
void vault_counters_encode(struct buf *, const struct vault_counters *);

enum vault_by {
	BY_CLIENT = 1,
	BY_MAILBOX = 2,
	BY_RETENTION = 3,
	BY_ADMIN = 4
}; /* what removed it */
struct vault_row {
	int64_t removed_ms, expires_ms;
	uint8_t by; /* enum vault_by */
	uint32_t mbox, uid, uidvalidity;
	uint64_t flags;        /* as it was; what its keyword bits meant is below */
	struct slice keywords; /* names between spaces, as many as fit */
	struct slice mailbox;  /* its name then */
};
enum pk_status vault_decode(struct slice, struct vault_row *);
void vault_encode(struct buf *, const struct vault_row *);

/* A message that was put into a mailbox for sent mail, by what brought it. */
enum sent_by { SENT_BY_SUBMIT = 1, SENT_BY_CLIENT = 2 };
struct sent_row {
	int64_t at_ms;
	uint32_t mbox, uid;
	uint8_t by;
};
enum pk_status sent_decode(struct slice, struct sent_row *);
void sent_encode(struct buf *, const struct sent_row *);

/* Kinds of the sched tree; key: kind u8, time i64 ms, id u64 -> empty row. */
enum sched_kind {
	SCHED_VAULT = 1, /* id: an account in whose vault something is due then */
	SCHED_POP = 2,   /* id: an account where mail that POP fetched is due then */
};

struct blob_row {
	uint64_t segment, offset; /* of the record */
	uint64_t record_octets;   /* header, chunks, table: what dies with it */
	uint64_t octets;          /* raw */
	uint32_t tenant;
	uint64_t refs;
	uint8_t key_version, dictionary;
	uint8_t salt[32];
	uint8_t mac[32]; /* under the tenant's key; zeros when not in dedup */
};
enum pk_status blob_decode(struct slice, struct blob_row *);
void blob_encode(struct buf *, const struct blob_row *);

enum segment_state { SEG_OPEN = 1, SEG_SEALED = 2, SEG_DEAD = 3 };
struct segment_row {
	uint8_t state, large;
	uint64_t octets, dead_octets;
	int64_t dead_since_ms; /* of the oldest dead octets; 0: none */
};
enum pk_status segment_decode(struct slice, struct segment_row *);
void segment_encode(struct buf *, const struct segment_row *);

struct dedup_row {
	uint64_t blob;
};
enum pk_status dedup_decode(struct slice, struct dedup_row *);
void dedup_encode(struct buf *, const struct dedup_row *);

void empty_encode(struct buf *); /* a row that says all with its key */

/* Builds one row from struct to txn_put: `struct buf row = {0}; x_encode(&row, &x); put_row(t,
 * tree, &key, &row)`. */
struct txn;
enum pk_status put_row(struct txn *, int tree, const struct key *, struct buf *row); /* frees row */

#endif
