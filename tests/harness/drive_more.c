#include "drive_parts.h"

/* What a test does to a server besides its clients, and what it looks at. */

void drive_out_high(struct drive *d, size_t octets)
{
	d->service.out_high = octets;
}

void drive_schedule(struct drive *d, uint64_t seed)
{
	d->options.seed = d->schedule = seed;
}

void drive_leap(struct drive *d, int64_t ms, int64_t wall_ms)
{
	d->now_ms += wall_ms;
	d->service.now_ms += wall_ms;
	d->service.mono_ms += ms;
	server_tick(&d->server);
	service_tick(&d->service);
	drive_run(d);
}

enum pk_status drive_set(struct drive *d, struct slice selector, struct slice name,
                         struct slice value)
{
	struct buf rows = {0}, request = {0};
	enum pk_op op = PK_OP_tenant_set;
	struct slice reply;
	enum pk_status st;

	pk_put_setting_row(&rows, &(struct pk_setting){name, value});
	if (slice_has(selector, '@')) {
		op = PK_OP_user_set;
		pk_put_user_set_req(&request, &(struct pk_user_set_req){selector, PK_ROWS(&rows)});
	} else {
		pk_put_tenant_set_req(&request,
		                      &(struct pk_tenant_set_req){selector, PK_ROWS(&rows)});
	}
	st = drive_admin(d, op, buf_slice(&request), &reply);
	buf_free(&rows);
	buf_free(&request);
	return st;
}

/* It answers in as many frames as it takes steps. */
void drive_verify(struct drive *d)
{
	struct slice reply, rest;
	struct buf request = {0};
	struct frame f;
	size_t used;
	bool more = true;

	pk_put_verify_req(&request, &(struct pk_verify_req){.bodies = 1});
	drive_must(drive_admin(d, PK_OP_verify, buf_slice(&request), &reply), "verify");
	buf_free(&request);
	rest = buf_slice(&d->answer);
	while (frame_take(rest, &f, &used) == PK_OK && used) {
		struct pk_finding found;
		struct pk_verify_rep r;

		rest = slice_skip(rest, used);
		if (f.op != PK_OP_verify)
			continue;
		drive_must((enum pk_status)f.status, "verify");
		drive_must(pk_get_verify_rep(f.payload, &r), "verify's answer");
		if (pk_next_finding(&r.findings, &found))
			drive_give_up("verify: %.*s: %.*s", (int)found.where.n, found.where.p,
			              (int)found.what.n, found.what.p);
		more = f.flags & FRAME_MORE;
	}
	if (more)
		drive_give_up("verify: it does not end");
}

uint64_t drive_steps(const struct drive *d)
{
	return d->steps;
}

void drive_bound(struct drive *d, uint64_t most)
{
	d->steps_max = most;
}

static void raise(size_t *most, size_t n)
{
	if (n > *most)
		*most = n;
}

struct drive_held drive_held(const struct drive *d)
{
	struct drive_held h = {
		.up = link_output(d->wires.link).n + d->wires.up.n,
		.down = d->wires.peer->out.n + d->wires.link->in.n,
	};

	for (unsigned i = 0; i < d->client_count; i++) {
		const struct session *s = d->clients[i].s;

		if (!s)
			continue;
		raise(&h.output, s->io.out_n);
		raise(&h.input, s->intake.n);
		raise(&h.command, s->command.used + s->resized);
		raise(&h.up, s->end.held.n);
	}
	return h;
}
