#ifndef FUZZ_DRIVE_H
#define FUZZ_DRIVE_H

/*
 * For fuzz targets: a client of one plugin says whatever comes to a server with the store's real
 * code (drive.h). Each input has a server of its own, so what fails once fails again.
 */
#include "cheap_hashes.h"
#include "drive.h"

/* A server with all options of a listener that take passwords without TLS. */
static inline struct drive *fuzz_drive_open(const char *service)
{
	struct drive_options o = {
		.plugin = pk_plugin_entry(service_host()), .service = service, .can_tls = true};
	struct buf settings = {0};
	struct drive *d;

	for (uint32_t i = 0; i < o.plugin->options; i++) {
		struct pk_setting s = {.key = slice_str(o.plugin->option[i].name)};

		s.value = slice_eq(s.key, S("mode")) ? slice_str(service) : S("yes");
		if (slice_eq(s.key, S("mode")) || slice_eq(s.key, S("plain")) ||
		    slice_eq(s.key, S("compress")))
			pk_put_setting_row(&settings, &s);
	}
	o.settings = PK_ROWS(&settings);
	d = drive_open(&o);
	buf_free(&settings);
	return d;
}

/* hello: what every client says first. */
static inline int fuzz_drive_run(const char *service, struct slice hello, struct slice input)
{
	struct drive *d = fuzz_drive_open(service);
	struct drive_client *c;

	drive_user(d, S("u@example.test"), S("p"));
	drive_mail(d, S("u@example.test"), S("Subject: a\r\n\r\nb\r\n"));
	c = drive_connect(d);
	drive_send(c, hello);
	drive_send(c, input);
	drive_eof(c);
	drive_pass(d, 1000);
	drive_forget(c);
	drive_run(d);
	drive_close(d);
	return 0;
}

#endif
