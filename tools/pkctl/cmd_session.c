#include "ctl.h"
#include "out.h"
#include "span.h"

#define TRACE_S 900 /* where --for does not say */

static const struct out_field columns[] = {
	OUT(pk_session, id),      OUT(pk_session, service), OUT(pk_session, user),
	OUT(pk_session, address), OUT(pk_session, since),   {0},
};

/* enum of the version on the wire (RFC 8446 4.2.1), as people call it. */
static struct slice tls_word(uint32_t version)
{
	return version == 0x304   ? S("1.3")
	       : version == 0x303 ? S("1.2")
	       : version          ? S("other")
	                          : S("none");
}

static enum pk_status list_frame(struct slice reply, json_t *doc)
{
	struct pk_session_list_rep rep;
	enum pk_status st = pk_get_session_list_rep(reply, &rep);
	struct pk_session row;

	while (st == PK_OK && pk_next_session(&rep.sessions, &row)) {
		json_t *o = json_object();

		out_fields(o, columns, &row);
		json_object_set_new(o, "port", out_number(row.port));
		json_object_set_new(o, "tls", out_text(tls_word(row.tls)));
		out_add(doc, "sessions", o);
	}
	return st;
}

static int list(struct ctl *ctl, int count, char **args)
{
	const char *selector = count ? args[0] : "";

	json_object_set_new(ctl->doc, "sessions", json_array());
	return ctl_gather(ctl,
	                  CALL(ctl, session_list, .selector = slice_str(selector),
	                       .service = slice_str(ctl->opt.service)),
	                  list_frame, ctl->doc, count ? selector : "sessions");
}

/* Digits alone are a session's id. */
static bool is_id(const char *word, uint64_t *id)
{
	return slice_number(slice_str(word), UINT64_MAX, id);
}

static int kick(struct ctl *ctl, int count, char **args)
{
	struct slice selector = slice_str(args[0]);
	struct pk_session_kick_rep rep = {0};
	enum pk_status st;
	uint64_t id = 0;

	(void)count;
	if (is_id(args[0], &id))
		selector = (struct slice){0};
	st = CALL(ctl, session_kick, .selector = selector, .id = id);
	if (st == PK_OK)
		st = pk_get_session_kick_rep(ctl->reply, &rep);
	json_object_set_new(ctl->doc, "kicked", out_number(rep.kicked));
	return ctl_fail(ctl, st, args[0]);
}

static int trace(struct ctl *ctl, int count, char **args)
{
	bool on = strcmp(args[1], "on") == 0;
	uint64_t id, seconds = TRACE_S;

	(void)count;
	if (!is_id(args[0], &id) || (!on && strcmp(args[1], "off") != 0) ||
	    (ctl->opt.span && (!on || !span_seconds(ctl->opt.span, &seconds) || seconds > 3600))) {
		fputs("pkctl: the number of a session, on or off, and --for 15m, at most 1h\n",
		      stderr);
		return EX_USAGE;
	}
	return ctl_fail(ctl,
	                CALL(ctl, session_trace, .id = id, .seconds = on ? (uint32_t)seconds : 0),
	                args[0]);
}

/* clang-format off */
const struct command session_commands[] = {
	{"session", "list", "[SELECTOR]", "s",
	 "who is connected", 0, 1, false, list},
	{"session", "kick", "ID|SELECTOR", "r",
	 "end sessions", 1, 1, false, kick},
	{"session", "trace", "ID on|off", "Fr",
	 "its protocol into the log, without passwords and mail", 2, 2, false, trace},
	{0},
};
