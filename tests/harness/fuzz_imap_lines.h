#ifndef FUZZ_IMAP_LINES_H
#define FUZZ_IMAP_LINES_H

/* Lines of fuzz_imap_sessions that often make sense. */
#define FUZZ_LINES fuzz_imap_line
#include "fuzz_lines.h"

#include <stdio.h>

/* '?' is one of the clients' letters. What was returned stays for a while. */
static struct slice fuzz_imap_line(uint32_t number)
{
	static const char *const lines[] = {
		"?n NOOP",
		"?i IDLE",
		"?DONE",
		"?s STORE 1:* +FLAGS (\\Deleted)",
		"?s STORE 1 FLAGS (\\Seen x)",
		"?s UID STORE 1:* -FLAGS.SILENT (\\Flagged)",
		"?e EXPUNGE",
		"?e UID EXPUNGE 1:2",
		"?f FETCH 1:* (UID FLAGS)",
		"?f FETCH 1:* BODY[]",
		"?f UID FETCH 1:* (FLAGS) (CHANGEDSINCE 3 VANISHED)",
		"?c COPY 1:* Work",
		"?c MOVE 1 Work",
		"?c UID MOVE 2 INBOX",
		"?t SELECT Work",
		"?t SELECT INBOX",
		"?t EXAMINE INBOX",
		"?t SELECT INBOX (QRESYNC (1767225600 1))",
		"?t SELECT Work (CONDSTORE)",
		"?t CLOSE",
		"?t UNSELECT",
		"?q ENABLE QRESYNC",
		"?q ENABLE IMAP4rev2",
		"?m RENAME Work Play",
		"?m RENAME INBOX Old",
		"?m DELETE Work",
		"?m CREATE Work",
		"?a APPEND INBOX {3+}",
		"?abc",
		"?h SEARCH RETURN (SAVE) ALL",
		"?h SEARCH UNSEEN",
		"?h UID STORE $ +FLAGS (y)",
		"?h SORT (SUBJECT) UTF-8 ALL",
		"?h THREAD REFERENCES UTF-8 ALL",
		"?o LOGOUT",
		"?l LIST \"\" *",
		"?l STATUS INBOX (MESSAGES UNSEEN)",
		"?f UID FETCH 1:* (BODY.PEEK[2] BINARY[1] BINARY[1]<70000.9> "
		"BODY.PEEK[HEADER.FIELDS (X)])",
		"M0X: *|Content-Type: multipart/mixed; boundary=b||"
		"--b|Content-Transfer-Encoding: base64||******|--b||*|--b--|",
		"h0",
		"h1",
		"h3",
		"g1",
		"m0Subject: x||y|",
		"m1Subject: x||y|",
		"r",
		"s0",
		"s3",
		"(0",
		"(1",
		")0",
		")1",
		"-0",
		"-1",
		"k1",
		"+0",
		"+3",
		"+5",
		"+7",
		"!0",
		"!1",
		"!4",
		"!5",
	};
	static char buffers[8][200];
	static unsigned next;
	char *line = buffers[next++ % 8];
	uint32_t which = number % (sizeof(lines) / sizeof(*lines));
	int n = snprintf(line, sizeof(*buffers), "%s", lines[which]);

	if (line[0] == '?')
		line[0] = "AABBCDaabbcd"[number / 64 % 12];
	return (struct slice){line, (size_t)n};
}

#endif
