/*
 * A protocol that tries from inside a host what a taken host would: a line is the name of an
 * attempt of sandbox_attempts.h, the answer is the error it met, or `works`. For
 * tests/sandbox/run.py.
 */
#include <postkeep/plugin.h>

#include "sandbox_attempts.h"

PK_PLUGIN_NOTE("probe", "1");

enum { ADMIN, OUTSIDE, OPTIONS };

static const struct pk_option options[OPTIONS] = {
	[ADMIN] = {.name = "admin",   .initial = "",     .type = PK_TEXT},
	[OUTSIDE] = {.name = "outside", .initial = "/tmp", .type = PK_TEXT},
};

static void *configure(const struct pk_host *h, struct slice l, const struct pk_value *v)
{
	struct surroundings *s = calloc(1, sizeof(*s));

	(void)h, (void)l;
	if (!s)
		return NULL;
	/* The supervisor is the neighbour; sockets there are none to be had. */
	s->neighbour = getppid();
	s->loose = s->listener = s->pair[0] = s->pair[1] = -1;
	s->admin.sun_family = AF_UNIX;
	snprintf(s->admin.sun_path, sizeof(s->admin.sun_path), "%.*s", (int)v[ADMIN].text.n,
	         v[ADMIN].text.p);
	snprintf(s->outside, sizeof(s->outside), "%.*s", (int)v[OUTSIDE].text.n, v[OUTSIDE].text.p);
	snprintf(s->inside, sizeof(s->inside), "%s", s->outside);
	snprintf(s->up, sizeof(s->up), "%s/../climbed", s->inside);
	snprintf(s->link, sizeof(s->link), "%s/link", s->inside);
	return s;
}

struct session {
	const struct surroundings *surroundings;
};

static uint32_t ready(struct pk_io *io)
{
	io->take = 1000;
	return PK_LINE | PK_DONE;
}

static uint32_t probe_open(void *session, struct pk_io *io)
{
	((struct session *)session)->surroundings = io->conf;
	pk_put(io, S("probe\r\n"));
	return ready(io);
}

static void try(const struct surroundings *s, struct slice name, struct pk_io *io)
{
	const char *words = "no such attempt";

	for (size_t i = 0; i < COUNT(attempts); i++)
		if (slice_eq(name, slice_str(attempts[i].name))) {
			int error = attempts[i].run(s);

			words = error ? strerrorname_np(error) : "works";
		}
	pk_put(io, slice_str(words));
	pk_put(io, S("\r\n"));
}

static uint32_t probe_input(void *session, struct pk_io *io, struct pk_in *in)
{
	if (in->kind == PK_IN_EOF || in->kind == PK_IN_STOP)
		return PK_CLOSE;
	if (in->kind != PK_IN_LINE)
		return io->want;
	try(((struct session *)session)->surroundings, in->bytes, io);
	return ready(io);
}

const struct pk_plugin *pk_plugin_entry(const struct pk_host *h)
{
	static const struct pk_plugin p = {
		.size = sizeof(p),
		.major = PK_ABI_MAJOR,
		.minor = PK_ABI_MINOR,
		.name = "probe",
		.version = "1",
		.session_bytes = sizeof(struct session),
		.options = OPTIONS,
		.option_bytes = sizeof(struct pk_option),
		.option = options,
		.configure = configure,
		.retire = free,
		.open = probe_open,
		.input = probe_input,
		.close = NULL,
	};

	return h->major == PK_ABI_MAJOR ? &p : NULL;
}
