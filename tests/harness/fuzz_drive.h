#ifndef FUZZ_DRIVE_H
#define FUZZ_DRIVE_H

/*
 * For fuzz targets: a client of one plugin says whatever comes to a server with the store's real
 * code (drive.h). The server stays for FUZZ_INPUTS inputs, so that what one leaves behind is there
 * for the next: a crash may need the inputs before it.
 */
#include "drive.h"

#define FUZZ_INPUTS 300

static struct fuzz_drive {
	struct drive *d;
	unsigned inputs;
} fuzz_drive;

/* At exit, so that no folder stays. */
static inline void fuzz_drive_close(void)
{
	if (fuzz_drive.d)
		drive_close(fuzz_drive.d);
	fuzz_drive.d = NULL;
}

/* hello: what every client says first. */
static inline int fuzz_drive_run(const char *service, struct slice hello, struct slice input)
{
	struct fuzz_drive *f = &fuzz_drive;
	struct drive_options o = {
		.plugin = pk_plugin_entry(service_host()), .service = service, .can_tls = true};
	struct buf settings = {0};
	struct drive_client *c;

	if (!f->d) {
		for (uint32_t i = 0; i < o.plugin->options; i++) {
			struct pk_setting s = {.key = slice_str(o.plugin->option[i].name)};

			s.value = slice_eq(s.key, S("mode")) ? slice_str(service) : S("yes");
			if (slice_eq(s.key, S("mode")) || slice_eq(s.key, S("plain")))
				pk_put_setting_row(&settings, &s);
		}
		o.settings = PK_ROWS(&settings);
		f->d = drive_open(&o);
		buf_free(&settings);
		drive_user(f->d, S("u@example.test"), S("p"));
		drive_mail(f->d, S("u@example.test"), S("Subject: a\r\n\r\nb\r\n"));
	}
	c = drive_connect(f->d);
	drive_send(c, hello);
	drive_send(c, input);
	drive_eof(c);
	drive_pass(f->d, 1000);
	drive_forget(c);
	drive_run(f->d);
	if (f->inputs == 0)
		atexit(fuzz_drive_close);
	if (++f->inputs % FUZZ_INPUTS == 0)
		fuzz_drive_close();
	return 0;
}

#endif
