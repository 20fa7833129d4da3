#ifndef MIME_SUMMARY_FORMAT_H
#define MIME_SUMMARY_FORMAT_H

/* Numbers of summary format 1 that its writer and its reader share; the format is in summary.h. */
enum {
	AT_FORMAT = 0,
	AT_FLAGS = 1,
	AT_RECEIVED = 2,
	AT_LENGTH = 4,
	AT_PARTS = 8,
	AT_POOL = 12,
	AT_DATE = 16,
	AT_ZONE = 24,
	AT_TEXTS = 26,

	FLAG_DATE = 1,
	FLAG_ATTACHMENT = 2,
	FLAG_REPLY = 4,

	RECORD_KIND = 3,
	RECORD_OPAQUE = 4,
	RECORD_LAST = 8,
	RECORD_DEFAULTED = 16,
	RECORD_DECODED = 32,
	RECORD_ROOT = 64,
	RECORD_DAMAGED = 128,

	MARK_EVERY = 16, /* parts */
};

#endif
