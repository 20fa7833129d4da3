#ifndef PROTO_DOTS_H
#define PROTO_DOTS_H

#include <postkeep/plugin.h>

/*
 * Text that ends in a line with nothing but a dot, in which each other line that begins with a dot
 * gets one more: DATA (RFC 5321 4.5.2) and RETR, TOP (RFC 1939 section 3). Both directions take
 * pieces of any size and hold nothing back but a state of one octet.
 *
 * Lines end in CRLF and in nothing else. Servers that also took LF.LF or CR.CR for the end have let
 * people hide one message in another (CVE-2023-51764 and its kin), so a lone CR or LF is never a
 * line's end here: incoming text goes on, and `bare` says that it must be refused.
 */

/* Incoming. Zeroed memory is ready for the first octet. */
struct dots_in {
	uint8_t at; /* private */
	bool bare;  /* there was a CR without LF or an LF without CR */
};

enum dots {
	DOTS_MORE, /* all of *in is used */
	DOTS_TEXT, /* *text is the next piece of the text, inside *in */
	DOTS_END,  /* the last line has come; *in is what stands behind it */
};

/* Takes from *in until it can say something. Call it again until DOTS_MORE or DOTS_END. */
enum dots dots_take(struct dots_in *d, struct slice *in, struct slice *text);

/* For text that comes counted (BDAT): dots mean nothing, but lone CRs and LFs are noted all the
 * same.
 */
void dots_check(struct dots_in *d, struct slice text);
/* The text so far ends in CRLF, or is empty. If not, and no more will come, a CR at its end is
 * bare. */
bool dots_ended(struct dots_in *d);

/* Outgoing. Zeroed memory is ready for the first octet. */
struct dots_out {
	uint8_t at; /* private */
};

/* Writes a piece of the text. */
void dots_put(struct dots_out *d, struct pk_io *io, struct slice text);
/* Writes the last line, behind a CRLF if the text does not end in one. */
void dots_end(struct dots_out *d, struct pk_io *io);

#endif
