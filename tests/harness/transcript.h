#ifndef TRANSCRIPT_H
#define TRANSCRIPT_H

#include "drive.h"

/*
 * Talks between clients and a server, as text. A line is a mark and, behind one space, what it is
 * about; lines that begin with '#' and empty ones are nothing.
 *
 *	U: ADDRESS PASSWORD   before all: a user
 *	M: FILE [ADDRESS]     before all: a message, for the first user or the one named; the file
 *	                      lies beside the transcript, its lines get CRLF
 *	O: NAME=VALUE         before all: an option of the listener; tls=implicit, tls=starttls
 *	                      and tls=none too. Preset: plain=yes and STARTTLS where the plugin has
 *	                      the option `plain`, and the service's name for an option `mode`.
 *	                      certificate=yes: inside TLS clients have proven one, which the first
 *	                      user has registered
 *	C: TEXT               the client sends the text and CRLF; several in a row go at once
 *	C. TEXT               the same without CRLF
 *	S: TEXT               the next line that the client gets is this
 *	S~ PATTERN            the same, where * stands for any octets
 *	S* PATTERN            as many lines as there are that look like this, perhaps none
 *	S! ...                the connection is closed, nothing more was said
 *	T: +30s               so much time passes (ms, s, m, h)
 *	E: WORD               kick: an administrator ends the session; drain: the server is to
 *	                      end; link: the store is gone; eof: the client has ended its side
 *	I: STATUS             the next request is answered with this, without asking the store
 *	A: SELECTOR NAME=VALUE   an administrator sets it: of the tenant, which is "test", or of a
 *	                      user, ADDRESS
 *
 * C, S and E may have a number behind them, which client it is: C2, S2~; 1 without. <0d0a> in what
 * a client sends are octets in hexadecimal; in S and S~ a text with such an escape is compared as
 * octets and as it stands. A client exists from its first line on. What a client gets and nobody
 * expects is a failure: before it sends again, and at the end.
 */
struct transcript_play {
	const struct pk_plugin *plugin;
	const char *service;
	uint64_t seed; /* see struct drive_options */
	size_t piece;
};

/* Plays the file. NULL: all was as it says; else what was not, allocated. */
char *transcript_play(const char *file, const struct transcript_play *how);

#endif
