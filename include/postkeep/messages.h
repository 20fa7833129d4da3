#ifndef PK_MESSAGES_H
#define PK_MESSAGES_H

#include <postkeep/buf.h>
#include <postkeep/slice.h>
#include <postkeep/status.h>

/*
 * The store protocol as C: structs and codecs made from messages.def. Slices in a decoded struct
 * point into the bytes that were decoded.
 */
#define PK_VERSION     "0.1.0"
#define PK_IPC_MAJOR   1
#define PK_IPC_MINOR   3
#define PK_FRAME_MAX   (256 << 10) /* octets that may follow a frame's head */
#define PK_DATA_MAX    (64 << 10)  /* octets of one data frame */
#define PK_SUMMARY_MAX (200 << 10) /* octets of an encoded summary: it fits a frame */
#define PK_CREDIT      (64 << 10)  /* a session's credit at its start, each way */
#define PK_APPEND_MAX  10000       /* messages of one append, with those staged for it */

enum pk_role {
	PK_ROLE_ANON = 1 << 0,
	PK_ROLE_SESSION = 1 << 1,
	PK_ROLE_DELIVER = 1 << 2,
	PK_ROLE_RELAY = 1 << 3,
	PK_ROLE_JOB = 1 << 4,
	PK_ROLE_ADMIN = 1 << 5,
	PK_ROLE_VIEW = 1 << 6, /* an administrator who may only look */
	PK_ROLE_AUTH = 1 << 7, /* reserved */
	PK_ROLE_SUBMIT = 1 << 8,
	PK_ROLE_LINK = 0x1ff, /* whatever the link may be */
};

/* Bits of a message's flags; a keyword has one of the bits 8 to 63 of its mailbox. */
enum pk_message_flag {
	PK_SEEN = 1 << 0,
	PK_ANSWERED = 1 << 1,
	PK_FLAGGED = 1 << 2,
	PK_DELETED = 1 << 3,
	PK_DRAFT = 1 << 4,
	PK_SYSTEM_FLAGS = 0x1f,
	PK_FIRST_KEYWORD = 8,
	PK_KEYWORDS_MAX = 56,
};

enum pk_message_want {
	PK_WANT_FLAGS = 1 << 0, /* flags, modseq */
	PK_WANT_SIZE = 1 << 1,
	PK_WANT_DATES = 1 << 2,
	PK_WANT_GUID = 1 << 3, /* guid, docid */
	PK_WANT_UIDL = 1 << 4,
	PK_WANT_PREFIX = 1 << 5,
	PK_WANT_SUMMARY = 1 << 6,
};

enum pk_open_mode {
	PK_OPEN_READ = 0,  /* EXAMINE */
	PK_OPEN_WRITE = 1, /* SELECT: claims the recent messages */
	PK_OPEN_DROP = 2,  /* POP3: the exclusive lock of a maildrop (RFC 1939 section 4); PK_EBUSY
	                      when taken */
};

enum pk_list {
	PK_LIST_NAMES = 0,      /* what there is */
	PK_LIST_SUBSCRIBED = 1, /* what is subscribed to, whether it is there or not */
	PK_LIST_LEVELS = 2,     /* and the names above those */
};

enum pk_count_want {
	PK_COUNT_ALL = 1 << 0,     /* the counters that are at hand */
	PK_COUNT_RECENT = 1 << 1,  /* recent: takes a look at the mailbox */
	PK_COUNT_DELETED = 1 << 2, /* deleted_octets: takes a look at its messages */
};

/* What changes tells of messages besides those that changed. */
enum pk_resync {
	PK_RESYNC_NONE = 0,
	PK_RESYNC_GONE = 1, /* all that are there, since what is gone is not remembered */
	PK_RESYNC_ALL = 2,  /* besides, modseqs up to `since` say nothing: it was restored */
};

enum pk_store_mode { PK_STORE_SET = 0, PK_STORE_ADD = 1, PK_STORE_REMOVE = 2 };

enum pk_right { /* RFC 4314 section 2.1 */
	        PK_RIGHT_LOOKUP = 1 << 0,
	        PK_RIGHT_READ = 1 << 1,
	        PK_RIGHT_SEEN = 1 << 2,
	        PK_RIGHT_WRITE = 1 << 3,
	        PK_RIGHT_INSERT = 1 << 4,
	        PK_RIGHT_POST = 1 << 5,
	        PK_RIGHT_CREATE = 1 << 6,
	        PK_RIGHT_REMOVE = 1 << 7,
	        PK_RIGHT_DELETE = 1 << 8,
	        PK_RIGHT_EXPUNGE = 1 << 9,
	        PK_RIGHT_ADMIN = 1 << 10,
	        PK_RIGHT_ALL = 0x7ff,
};

enum pk_attribute {                          /* of a mailbox; RFC 6154 for the uses */
	            PK_MB_NOSELECT = 1 << 0, /* a name with children and no mailbox of its own */
	            PK_MB_CHILDREN = 1 << 1,
	            PK_MB_ALL = 1 << 8,
	            PK_MB_ARCHIVE = 1 << 9,
	            PK_MB_DRAFTS = 1 << 10,
	            PK_MB_FLAGGED = 1 << 11,
	            PK_MB_JUNK = 1 << 12,
	            PK_MB_SENT = 1 << 13,
	            PK_MB_TRASH = 1 << 14,
	            PK_MB_USES = 0x7f00,
};

/* What became of the copy for the mailbox of sent mail. */
enum pk_copied {
	PK_COPIED_NOT = 0,   /* none is wanted */
	PK_COPIED = 1,       /* it is there */
	PK_COPIED_THERE = 2, /* a message of this Message-ID was there already */
	PK_COPIED_FULL = 3,  /* there was no room for it */
};

enum pk_kick { PK_KICK_ADMIN = 1, PK_KICK_ROLE = 2, PK_KICK_CREDENTIAL = 3, PK_KICK_STALE = 4 };
enum pk_scope { PK_SCOPE_TENANT = 1, PK_SCOPE_DOMAIN = 2, PK_SCOPE_USER = 3, PK_SCOPE_MAILBOX = 4 };
enum pk_resource { PK_RES_OCTETS = 1, PK_RES_MESSAGES = 2, PK_RES_MAILBOXES = 3 };
enum pk_listener_tls { PK_TLS_NONE = 0, PK_TLS_START = 1, PK_TLS_IMPLICIT = 2 };

/* The rows of a ROWS field: as received, or as gathered with pk_put_NAME_row. */
struct pk_rows {
	struct slice raw;
};

/* Structs: struct pk_NAME for a REC, EVENT or NOTE; struct pk_NAME_req and _rep for a CALL. */
#define U8(f)         uint8_t f;
#define U16(f)        uint16_t f;
#define U32(f)        uint32_t f;
#define U64(f)        uint64_t f;
#define I64(f)        int64_t f;
#define STR(f)        struct slice f;
#define HANDLE(f)     uint32_t f;
#define BODY(f)       uint16_t f;
#define ACCOUNT(f)    struct slice f;
#define TENANT(f)     struct slice f;
#define ROWS(f, name) struct pk_rows f;
#define SINCE(n)
#define REC(name, fields)  \
	struct pk_##name { \
		fields     \
	};
#define CALL(number, name, roles, request, reply) \
	struct pk_##name##_req {                  \
		request                           \
	};                                        \
	struct pk_##name##_rep {                  \
		reply                             \
	};
#define EVENT(number, name, roles, fields) REC(name##_event, fields)
#define NOTE(number, name, roles, fields)  REC(name##_note, fields)
#include <postkeep/messages.def>

/* Operation numbers: PK_OP_login ... */
enum pk_op {
#define CALL(number, name, roles, request, reply) PK_OP_##name = number,
#define EVENT(number, name, roles, fields)        PK_OP_##name = number,
#define NOTE(number, name, roles, fields)         PK_OP_##name = number,
#include <postkeep/messages.def>
	PK_OP_MAX = 255,
};

/*
 * pk_put_X appends the encoded struct (b->failed when memory ran out); pk_put_X_row appends it as a
 * row. pk_get_X decodes all of `in`: PK_EPROTO when it is short or a length is wrong. pk_next_X
 * takes the next row off *rows: false at the end or at a row that does not decode, which ends the
 * rows.
 */
#define REC(name, fields)                                                   \
	void pk_put_##name(struct buf *b, const struct pk_##name *m);       \
	void pk_put_##name##_row(struct buf *b, const struct pk_##name *m); \
	enum pk_status pk_get_##name(struct slice in, struct pk_##name *m); \
	bool pk_next_##name(struct pk_rows *rows, struct pk_##name *m);
#define PK_CODEC(name)                                                \
	void pk_put_##name(struct buf *b, const struct pk_##name *m); \
	enum pk_status pk_get_##name(struct slice in, struct pk_##name *m);
#define CALL(number, name, roles, request, reply) PK_CODEC(name##_req) PK_CODEC(name##_rep)
#define EVENT(number, name, roles, fields)        PK_CODEC(name##_event)
#define NOTE(number, name, roles, fields)         PK_CODEC(name##_note)
#include <postkeep/messages.def>
#undef PK_CODEC

const char *pk_op_name(unsigned op); /* "open"; "?" when there is none */

#define PK_ROWS(b) ((struct pk_rows){buf_slice(b)}) /* the rows gathered in a buffer */

#endif
