#include "ctl.h"
#include "out.h"
#include "span.h"

#define SINCE_S 86400 /* where --since does not say */

static const struct out_field columns[] = {
	OUT(pk_traced, time),
	OUT(pk_traced, event),
	OUT(pk_traced, result),
	OUT(pk_traced, address),
	OUT(pk_traced, owner),
	OUT(pk_traced, from),
	OUT(pk_traced, text),
	OUT(pk_traced, service),
	OUT(pk_traced, session),
	OUT(pk_traced, peer),
	OUT(pk_traced, octets),
	OUT(pk_traced, message_id),
	{0},
};

static enum pk_status frame(struct slice reply, json_t *doc)
{
	struct pk_trace_rep rep;
	enum pk_status st = pk_get_trace_rep(reply, &rep);
	struct pk_traced row;

	while (st == PK_OK && pk_next_traced(&rep.events, &row))
		out_row(doc, "events", columns, &row);
	return st;
}

static int trace(struct ctl *ctl, int count, char **args)
{
	uint64_t seconds = SINCE_S;
	int64_t ms;
	struct timespec now;

	(void)count;
	if (ctl->opt.since && !span_seconds(ctl->opt.since, &seconds)) {
		fputs("pkctl: since when? --since 90s, 15m, 2h or 7d\n", stderr);
		return EX_USAGE;
	}
	clock_gettime(CLOCK_REALTIME, &now);
	ms = ((int64_t)now.tv_sec - (int64_t)seconds) * 1000;
	json_object_set_new(ctl->doc, "events", json_array());
	return ctl_gather(ctl,
	                  CALL(ctl, trace, .what = slice_str(args[0]), .since = ms > 0 ? ms : 0),
	                  frame, ctl->doc, args[0]);
}

/* clang-format off */
const struct command trace_commands[] = {
	{"trace", NULL, "ADDRESS|MESSAGE-ID|SESSION", "i",
	 "what happened to mail and logins", 1, 1, false, trace},
	{0},
};
