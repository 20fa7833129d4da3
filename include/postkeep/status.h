#ifndef PK_STATUS_H
#define PK_STATUS_H

/*
 * What every function that can fail returns, and what a reply frame carries. X(name, number,
 * words): numbers are forever; a reader treats a number that it does not know as PK_EIO.
 */
#define PK_STATUS_LIST(X)                                     \
	X(OK, 0, "success")                                   \
	X(EPROTO, 1, "the peer broke the protocol")           \
	X(EAUTH, 2, "wrong name or password")                 \
	X(EPERM, 3, "not permitted")                          \
	X(ENOTFOUND, 4, "no such thing")                      \
	X(EEXISTS, 5, "it exists already")                    \
	X(EQUOTA, 6, "over quota")                            \
	X(ELIMIT, 7, "a limit was reached")                   \
	X(ETOOBIG, 8, "too big")                              \
	X(EBUSY, 9, "in use by another session")              \
	X(ESUSPENDED, 10, "suspended")                        \
	X(EHELD, 11, "kept by a hold")                        \
	X(EEXPUNGED, 12, "the message is gone")               \
	X(ESTALE, 13, "the mailbox is gone or was made anew") \
	X(ERETRY, 14, "try again later")                      \
	X(EUNAVAILABLE, 15, "not available now")              \
	X(ENOTSUP, 16, "not supported")                       \
	X(EIO, 17, "storage failed, see the log")             \
	X(EINVAL, 18, "a value is not allowed")               \
	X(ENOMEM, 19, "out of memory")                        \
	X(EFULL, 20, "the disk is full")

/* clang-format off */
enum [[nodiscard]] pk_status {
#define X(name, number, words) PK_##name = number,
	PK_STATUS_LIST(X)
#undef X
	PK_STATUS_COUNT
};
/* clang-format on */

const char *pk_status_name(enum pk_status st);  /* "EQUOTA": for logs */
const char *pk_status_words(enum pk_status st); /* for people; never NULL */

#endif
