#ifndef PK_PLUGIN_H
#define PK_PLUGIN_H

#include <postkeep/slice.h>
#include <postkeep/status.h>

#include <string.h>

/*
 * The plugin ABI: what a protocol is to Postkeep.
 *
 * A session is a state machine over one byte stream. The host tells it one thing that happened
 * (input), the session writes output, starts requests, and returns the set of things it can take
 * next. It never waits and does no I/O of its own.
 *
 * Rules that keep old plugins loading. The major number must match; the minor number only grows,
 * and a host refuses one that is greater than its own. Structs that may grow begin with their own
 * size and grow at the end only. No number is reused. Nothing but slices and the structs of this
 * file crosses the border: buffers, arenas and codecs are the plugin's own copy, from
 * libpostkeep.a. An input kind that a session does not know is answered with io->want; a want bit
 * that the host does not know closes the session. Members that came after minor 0 are touched only
 * behind PK_HAS(). A plugin has no mutable globals: what belongs to the process hangs on its conf,
 * and the host is reached through io->host.
 */
#define PK_ABI_MAJOR 1
#define PK_ABI_MINOR 3
#define PK_HAS(obj, member) \
	((obj)->size >= offsetof(__typeof__(*(obj)), member) + sizeof((obj)->member))

/*
 * What a session can take next: at most one of LINE, BYTES and EXACT, and what else may come; the
 * first thing to happen is delivered. The last group stands alone.
 */
enum pk_want {
	PK_LINE = 1 << 0,  /* a line without its end, at most io->take bytes; the rest of a longer
	                      one is dropped (PK_LONG) */
	PK_BYTES = 1 << 1, /* 1 to io->take bytes as they come; never more than the body opened last
	                      has room for */
	PK_EXACT = 1 << 2, /* io->take bytes in one piece, at most 64 KiB */
	PK_REPLY = 1 << 3, /* answers to requests, words of other sessions */
	PK_NEWS = 1 << 4,  /* the store's doorbell; only while all output has been sent */
	PK_AGAIN = 1 << 5, /* one more call after the others had their turn: long work in pieces of
	                      about 1 ms */

	PK_DONE = 1 << 6,  /* besides the above: the command is over, its alloc() memory and idle
	                      buffers go back */
	PK_FLUSH = 1 << 7, /* besides the above: send now; otherwise output is gathered until only
	                      the client can go on */
	PK_SECRET =
		1 << 8, /* besides the above: the next bytes are not traced, and wiped after use */

	PK_TLS = 1 << 9, /* send all, drop unread input, shake hands; PK_IN_LAYER follows, never a
	                    second open() */
	PK_DEFLATE =
		1 << 10,    /* send all, compress both directions from here; PK_IN_LAYER follows */
	PK_PLAIN = 1 << 11, /* send all, stop compressing (RFC 8437), unread input stays;
	                       PK_IN_LAYER follows */
	PK_CLOSE = 1 << 12, /* send all, close */
};

/*
 * Back-pressure is the host's affair: while io->out_n >= io->out_high nothing but PK_IN_STOP is
 * delivered. A session writes until out_high, sets in->resume to its own cursor and returns; the
 * same BYTES or REPLY comes again when there is room.
 */
enum pk_kind {
	PK_IN_LINE = 1,
	PK_IN_BYTES = 2, /* for PK_BYTES and PK_EXACT */
	PK_IN_NEWS = 3,  /* what: the event's number. No payload: the session asks the store */
	PK_IN_AGAIN = 4,
	PK_IN_REPLY = 5, /* tag, status; bytes: the encoded reply, or struct pk_error, a DNS answer,
	                    words; PK_MORE */
	PK_IN_TIMER = 6, /* io->wake_ms has passed */
	PK_IN_EOF = 7,   /* the client will send no more; comes after all its lines */
	PK_IN_LAYER =
		8, /* what: PK_TLS, PK_DEFLATE, PK_PLAIN, or 0 after dial; status; io->tls is set */
	PK_IN_STOP = 9, /* what: enum pk_stop. Once, at any want: say goodbye and PK_CLOSE (DRAIN
	                   may go on to PK_DONE) */
};

enum pk_stop {
	PK_STOP_IDLE = 1,  /* the client was silent for io->idle_ms */
	PK_STOP_LOGIN = 2, /* no login within the listener's deadline */
	PK_STOP_KICK = 3,  /* an admin, or a changed password, ended the session */
	PK_STOP_DRAIN = 4, /* the host is to end: finish the command, then close */
	PK_STOP_LINK = 5,  /* the store went away: a temporary failure in the protocol's words */
	PK_STOP_LIMIT = 6, /* the session used more than it may */
};

enum pk_in_flag {
	PK_LONG = 1 << 0,    /* LINE: it was longer than io->take; this is its beginning */
	PK_BARE_LF = 1 << 1, /* LINE: it ended in LF without CR */
	PK_MORE = 1 << 2,    /* REPLY: more come for this tag */
	PK_SECURE = 1 << 3,  /* REPLY of resolve: the AD bit; LAYER: the peer is verified as dial()
	                        asked */
};

/* One thing that happened. Valid, like all it points to, during the call only. */
struct pk_in {
	uint32_t size;
	uint16_t kind;   /* enum pk_kind */
	uint16_t status; /* status.h; a number that is newer than the plugin is a failure */
	uint32_t flags;  /* enum pk_in_flag */
	uint32_t what;
	uint64_t tag; /* of the request */
	struct slice bytes;
	uint64_t resume; /* 0 at first; the session's cursor when the same input must come again */
	size_t unused; /* BYTES: set by the session: so many at the end are not for this want; they
	                  stay unread and come as what is wanted next */
};

enum pk_peer_kind {
	PK_PEER_CLIENT = 1, /* somebody connected */
	PK_PEER_TASK = 2,   /* the one session without a stream that flags = 1 asks for */
	PK_PEER_CHILD = 3,  /* made by spawn() */
};

/* Who is at the other end, a PROXY header already applied. */
struct pk_peer {
	uint32_t size;
	uint32_t kind; /* enum pk_peer_kind */
	uint64_t id;   /* the session's name in logs and in pkctl session */
	struct slice listener, addr, local, sni, alpn;
	struct slice arg; /* of spawn() */
	uint16_t port, local_port;

	/* Since 1.3. The registered name of the cipher suite of TLS, for trace lines (RFC 8314
	 * section 4.3); empty: there is no TLS, or it has no name. */
	struct slice cipher;
};

/* Connects the session's stream. PK_TLS uses the TLS members later, or at once with tls_now. */
struct pk_dial {
	uint32_t size;
	struct slice addr, bind; /* addresses as text; bind may be empty */
	uint16_t port;
	uint16_t tls_now;
	uint16_t tls; /* 0: any certificate, 1: WebPKI for names, 2: DANE with tlsa and names */
	struct slice names; /* one a line */
	struct slice tlsa;  /* RDATA records, each behind a u16 length, little-endian */
	struct slice sni;
};

/* The host's half of a session, from open() to close(). */
struct pk_io {
	uint32_t size;
	uint32_t want; /* what the session returned last */
	const struct pk_host *host;
	const struct pk_peer *peer; /* read it again after each PK_IN_LAYER */
	void *conf;                 /* of configure(); this session keeps it over a reload */
	char *out;                  /* output; written by pk_put() only */
	size_t out_n, out_cap, out_high;
	size_t pending;      /* bytes received beyond this input: pipelining, early talkers */
	int64_t now_ms;      /* wall clock, UTC, of this call */
	int64_t mono_ms;     /* monotonic clock of this call. A session reads no other clocks */
	uint32_t calls_left; /* requests that may start now */
	uint32_t tls;        /* 0, 0x0303 or 0x0304 */
	uint32_t bound;      /* 1 when the store knows the user of this session */
	uint32_t take;       /* set by the session: see PK_LINE, PK_BYTES, PK_EXACT */
	uint32_t idle_ms;    /* set by the session: how long the client may be silent */
	uint32_t wake_ms;    /* set by the session: PK_IN_TIMER after this time; 0: none */
	uint32_t can_tls;    /* 1 while PK_TLS would work: to be offered (STARTTLS, STLS) */

	/* Since 1.1. 1: in the TLS handshake the client has proven a certificate that the
	 * listener's authorities signed: SASL EXTERNAL is to be offered (RFC 4422 appendix A). Of
	 * 64 bits, to lie behind what was the struct's end: 1.0 had four octets to spare there. */
	uint64_t proven;
};

/* What the host does for a session. Each may be called from open, input and close; none calls back.
 */
struct pk_host {
	uint32_t size;
	uint16_t major, minor;

	/* For pk_put. False: the session is lost, nothing may be written. */
	bool (*grow)(struct pk_io *, size_t more);
	/* Zeroed memory until PK_DONE; NULL beyond the session's limit. */
	void *(*alloc)(struct pk_io *, size_t bytes);
	/* realloc until close, counted; 0 bytes frees. */
	void *(*resize)(struct pk_io *, void *, size_t bytes);

	/*
	 * Requests. The session chooses the tag; each is answered by PK_IN_REPLY, calls to the
	 * store in order. False: none left. The host announces the session to the store by itself
	 * and names it in each frame. After cancel no more replies of that tag come.
	 */
	bool (*call)(struct pk_io *, uint64_t tag, uint32_t op, struct slice request);
	void (*cancel)(struct pk_io *, uint64_t tag);
	bool (*resolve)(struct pk_io *, uint64_t tag, uint32_t rrtype, struct slice name);
	bool (*dial)(
		struct pk_io *,
		const struct pk_dial *); /* ends in PK_IN_LAYER; an open stream is closed first */
	uint64_t (*spawn)(
		struct pk_io *,
		struct slice arg); /* a CHILD session without a stream; 0: limit or not supported */
	bool (*tell)(struct pk_io *, uint64_t peer_id,
	             struct slice words); /* a REPLY there, its tag my id; false: gone or full */

	/*
	 * Message bodies on their way to the store, 1 to 65535. The host scans what passes and
	 * makes the summary. The first 64 KiB always fit. A body that fails is a REPLY with its
	 * tag; from then on it takes and drops everything. The request that commits names bodies by
	 * number.
	 */
	uint32_t (*body_open)(struct pk_io *, uint64_t tag,
	                      uint64_t expected_bytes); /* 0: none left */
	size_t (*body_write)(struct pk_io *, uint32_t body,
	                     struct slice); /* bytes taken; fewer: use in->resume */
	struct slice (*body_end)(struct pk_io *, uint32_t body); /* the summary (pk-store(5)), until
	                                                            PK_DONE or body_drop */
	void (*body_drop)(struct pk_io *, uint32_t body);

	/* Escaped by the host, session id added; io NULL in configure. What begins with event=NAME,
	 * [a-z_] and at most 31 octets, is that event in the log, others are "session". */
	void (*log)(struct pk_io *, int level, struct slice line);
	void (*count)(struct pk_io *, const char *counter, int64_t by);
	void (*random)(struct pk_io *, void *,
	               size_t bytes); /* the only randomness: tests seed it */

	/* Since 1.2. True: nothing has changed in the mailbox whose `watch` gave this place since
	 * its `changes` gave this count, also nothing that another client was told already; there
	 * is nothing to ask for. */
	bool (*unchanged)(struct pk_io *, uint32_t place, uint64_t count);
};

enum pk_log_level { PK_LOG_ERROR = 1, PK_LOG_WARNING = 2, PK_LOG_INFO = 3, PK_LOG_DEBUG = 4 };

enum pk_type {
	PK_BOOL = 1,
	PK_NUMBER,
	PK_BYTE_SIZE,
	PK_DURATION,
	PK_TEXT,
	PK_WORD
}; /* DURATION: ms; WORD: one of help's list */

/* One option of a listener, as the plugin declares it. */
struct pk_option {
	const char *name, *initial, *help;
	int64_t min, max;
	uint32_t type; /* enum pk_type */
	uint32_t flags;
};

struct pk_value { /* never grows */
	int64_t number;
	struct slice text;
};

struct pk_plugin {
	uint32_t size;
	uint16_t major, minor;
	const char *name, *version;
	const char *alpn;       /* words between spaces, or NULL */
	uint32_t session_bytes; /* zeroed memory that the host gives each session */
	uint32_t flags;         /* 1: open one TASK session, without a stream, at start */
	uint32_t options;       /* how many */
	uint32_t option_bytes;  /* sizeof(struct pk_option) as the plugin saw it */
	const struct pk_option *option;

	/* One conf a listener; called again at a reload, for new sessions. NULL refuses: the old
	 * one stays. */
	void *(*configure)(const struct pk_host *, struct slice listener, const struct pk_value *);
	bool (*ready)(void *conf);  /* once, before the sandbox: open what is needed for ever */
	void (*retire)(void *conf); /* after a reload, when the conf's last session is gone */

	uint32_t (*open)(void *session, struct pk_io *);
	uint32_t (*input)(void *session, struct pk_io *, struct pk_in *);
	void (*close)(void *session,
	              struct pk_io *); /* the store has been told; requests are ignored */
};

/* The one symbol that a plugin exports. */
__attribute__((visibility("default"))) const struct pk_plugin *
pk_plugin_entry(const struct pk_host *);

/*
 * The plugin's name and ABI as an ELF note, for `pkctl plugin check`, which runs nothing. Once, at
 * file scope: PK_PLUGIN_NOTE("pop3", "1.0"). Type 1, owner "Postkeep", the descriptor is major and
 * minor as u16 in the machine's order, then name and version, each terminated.
 */
#define PK_PLUGIN_NOTE(name_, version_)                                                   \
	struct pk_plugin_note {                                                           \
		uint32_t owner_bytes, desc_bytes, type;                                   \
		char owner[12];                                                           \
		uint16_t major, minor;                                                    \
		char name[sizeof(name_)];                                                 \
		char version[sizeof(version_)];                                           \
	};                                                                                \
	__attribute__((section(".note.postkeep"), used, retain,                           \
	               aligned(4))) static const struct pk_plugin_note pk_plugin_note = { \
		9,                                                                        \
		4 + sizeof(name_) + sizeof(version_),                                     \
		1,                                                                        \
		"Postkeep",                                                               \
		PK_ABI_MAJOR,                                                             \
		PK_ABI_MINOR,                                                             \
		name_,                                                                    \
		version_}

static inline void pk_put(struct pk_io *io, struct slice s)
{
	if (s.n > io->out_cap - io->out_n && !io->host->grow(io, s.n))
		return;
	if (s.n)
		memcpy(io->out + io->out_n, s.p, s.n);
	io->out_n += s.n;
}

#endif
