#include "secret.h"

#include <errno.h>
#include <fcntl.h>
#include <termios.h>

#define SECRET_MAX 1024

/* One line, octet by octet: nothing behind it is taken from a pipe. */
static bool read_line(int fd, struct buf *line)
{
	char c;
	ssize_t n;

	buf_clear(line);
	if (!buf_room(line, SECRET_MAX + 1))
		return false;
	for (;;) {
		n = read(fd, &c, 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0 || c == '\n')
			break;
		if (line->n == SECRET_MAX)
			return false;
		buf_byte(line, c);
	}
	if (line->n && line->p[line->n - 1] == '\r')
		line->n--;
	return line->n > 0;
}

static bool ask(int tty, struct buf *line, const char *whose, const char *again)
{
	struct termios before, quiet;
	bool got;

	dprintf(tty, "Password of %s%s: ", whose, again);
	if (tcgetattr(tty, &before) < 0)
		return false;
	quiet = before;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	tcsetattr(tty, TCSAFLUSH, &quiet);
	got = read_line(tty, line);
	tcsetattr(tty, TCSAFLUSH, &before);
	dprintf(tty, "\n");
	return got;
}

bool secret_read(struct buf *secret, const char *whose)
{
	struct buf second = {0};
	int tty = isatty(STDIN_FILENO) ? open("/dev/tty", O_RDWR | O_CLOEXEC) : -1;
	bool good;

	if (tty < 0) {
		good = read_line(STDIN_FILENO, secret);
	} else {
		good = ask(tty, secret, whose, "") && ask(tty, &second, whose, ", again") &&
		       slice_eq(buf_slice(secret), buf_slice(&second));
		close(tty);
	}
	buf_wipe(&second);
	if (!good)
		fprintf(stderr, tty < 0 ? "pkctl: no password on stdin\n"
		                        : "pkctl: no password, or not the same twice\n");
	return good;
}

bool secret_take(struct ctl *ctl, struct buf *secret, const char *whose)
{
	if (!ctl->opt.batch)
		return secret_read(secret, whose);
	if (ctl->secret)
		buf_put(secret, buf_slice(ctl->secret));
	else
		snprintf(ctl->error, sizeof(ctl->error), "%s: no password", whose);
	return ctl->secret && !secret->failed;
}
