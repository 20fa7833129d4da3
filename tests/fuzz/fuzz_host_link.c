/* A session of the host between a client and a store that both say whatever comes. */
/* links: host */
#include "toy_world.h"

/* Each step is one octet that says what happens, and what belongs to it. */

static uint64_t take(struct slice *in, size_t n)
{
	uint64_t v = 0;

	for (; n && in->n; n--) {
		v = v << 8 | (unsigned char)in->p[0];
		*in = slice_skip(*in, 1);
	}
	return v;
}

static struct slice take_octets(struct slice *in)
{
	struct slice s = slice_head(*in, (size_t)take(in, 1));

	s = slice_head(*in, s.n);
	*in = slice_skip(*in, s.n);
	return s;
}

/* A frame that is likely to mean something: of session 1, with a tag that it knows. */
static bool store_says(struct toy_world *w, struct slice *in)
{
	struct frame f = {.op = (uint16_t)take(in, 1),
	                  .flags = (uint16_t)(take(in, 1) & 15),
	                  .status = (uint16_t)take(in, 1),
	                  .session = (uint32_t)take(in, 1) % 4,
	                  .tag = take(in, 1),
	                  .stream = (uint16_t)take(in, 1)};
	struct buf b = {0};
	bool good;

	f.payload = take_octets(in);
	frame_put(&b, &f);
	good = link_feed(w->link, buf_slice(&b)) == PK_OK;
	buf_free(&b);
	return good;
}

static bool store_raves(struct toy_world *w, struct slice *in)
{
	return link_feed(w->link, take_octets(in)) == PK_OK;
}

static bool client_says(struct toy_world *w, struct slice *in)
{
	w->script = take_octets(in);
	toy_client_sends(w, SIZE_MAX);
	return true;
}

static bool client_takes(struct toy_world *w, struct slice *in)
{
	toy_client_gets(w, 1 + (size_t)take(in, 1) * 16);
	buf_clear(&w->got);
	return true;
}

static bool time_passes(struct toy_world *w, struct slice *in)
{
	w->service.mono_ms += (int64_t)take(in, 1) * 100;
	service_tick(&w->service);
	return true;
}

static bool all_turn(struct toy_world *w, struct slice *in)
{
	(void)in;
	service_turn(&w->service);
	toy_changes_layer(w);
	link_sent(w->link, link_output(w->link).n);
	return true;
}

static bool stops(struct toy_world *w, struct slice *in)
{
	session_stop(w->s, (enum pk_stop)(1 + take(in, 1) % 6));
	return true;
}

static bool ends(struct toy_world *w, struct slice *in)
{
	(void)in;
	session_eof(w->s);
	return true;
}

static bool (*const steps[])(struct toy_world *, struct slice *) = {
	client_says, store_says, all_turn, client_takes, store_raves, time_passes, stops, ends,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice in = {(const char *)data, size};
	struct toy_world w = {0};

	toy_world_open(&w, &toy_plugin);
	while (in.n && !w.closed && !w.link->lost) {
		size_t step = (size_t)take(&in, 1) % (sizeof(steps) / sizeof(*steps));

		if (!steps[step](&w, &in))
			link_lost(w.link, 1000);
		if (w.s->io.out_n > w.service.out_high + w.service.out_max)
			abort();
	}
	session_free(w.s);
	link_free(w.link);
	service_free(&w.service);
	buf_free(&w.got);
	return 0;
}
