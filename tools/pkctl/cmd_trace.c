#include "ctl.h"
#include "out.h"
#include "span.h"

#include <time.h>

#define SINCE_S 86400 /* where --since does not say */

static const struct out_field columns[] = {
	OUT(pk_traced, time),
	OUT(pk_traced, event),
	OUT(pk_traced, result),
	OUT(pk_traced, tenant),
	OUT(pk_traced, address),
	OUT(pk_traced, owner),
	OUT(pk_traced, from),
	OUT(pk_traced, text),
	OUT(pk_traced, mailbox),
	OUT(pk_traced, uid),
	OUT(pk_traced, now),
	OUT(pk_traced, now_mailbox),
	OUT(pk_traced, now_uid),
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
	if (st == PK_OK)
		json_object_set_new(doc, "dropped", out_number(rep.dropped));
	return st;
}

/* For people: an event is a sentence. */

static const char *word(const json_t *event, const char *name)
{
	const char *text = json_string_value(json_object_get(event, name));

	return text ? text : "";
}

static long long number(const json_t *event, const char *name)
{
	return json_integer_value(json_object_get(event, name));
}

/* Where it was put, and where it is. */
static void say_place(struct buf *b, const json_t *e)
{
	const char *now = word(e, "now"), *owner = word(e, "owner");

	buf_printf(b, " is in %s%s%s as UID %lld, %lld octets", word(e, "mailbox"),
	           *owner ? " of " : "", owner, number(e, "uid"), number(e, "octets"));
	if (strcmp(now, "moved") == 0)
		buf_printf(b, "; now in %s as UID %lld", word(e, "now_mailbox"),
		           number(e, "now_uid"));
	else if (strcmp(now, "removed") == 0)
		buf_put(b, S("; removed since, the vault has it"));
	else if (strcmp(now, "gone") == 0)
		buf_put(b, S("; removed since"));
}

static void say_delivered(struct buf *b, const json_t *e)
{
	buf_printf(b, "mail for %s", word(e, "address"));
	say_place(b, e);
}

static void say_copied(struct buf *b, const json_t *e)
{
	buf_printf(b, "the copy of what %s sent", word(e, "address"));
	say_place(b, e);
}

static void say_sender(struct buf *b, const json_t *e)
{
	buf_printf(b, "%s may not send: %s", word(e, "address"), word(e, "text"));
}

static void say_refused(struct buf *b, const json_t *e)
{
	buf_printf(b, "mail for %s was refused: %s", word(e, "address"), word(e, "text"));
}

static void say_accepted(struct buf *b, const json_t *e)
{
	buf_printf(b, "recipient %s was accepted; %s", word(e, "address"), word(e, "text"));
}

static void say_login(struct buf *b, const json_t *e)
{
	bool in = strcmp(word(e, "result"), "OK") == 0;

	buf_printf(b, in ? "login of %s with %s" : "login of %s was refused: %s",
	           word(e, "address"), word(e, "text"));
}

static const struct saying {
	const char *event;
	void (*say)(struct buf *, const json_t *event);
} sayings[] = {
	{"delivered", say_delivered},
        {"refused",   say_refused  },
        {"accepted",  say_accepted },
	{"copied",    say_copied   },
        {"sender",    say_sender   },
        {"login",     say_login    },
};

static json_t *sentence(const json_t *e)
{
	const char *id = word(e, "message_id"), *from = word(e, "from"), *peer = word(e, "peer");
	struct buf b = {0};
	json_t *text;

	for (size_t i = 0; i < sizeof(sayings) / sizeof(*sayings); i++)
		if (strcmp(sayings[i].event, word(e, "event")) == 0)
			sayings[i].say(&b, e);
	if (*from)
		buf_printf(&b, ", from %s", from);
	if (*id)
		buf_printf(&b, ", message %s", id);
	buf_printf(&b, " (%s%s%s)", word(e, "service"), *peer ? ", client " : "", peer);
	text = out_text(buf_slice(&b));
	buf_free(&b);
	return text;
}

static json_t *told(const json_t *events)
{
	json_t *all = json_array(), *e;
	size_t i;

	json_array_foreach(events, i, e)
	{
		json_t *line = json_object();

		json_object_set(line, "time", json_object_get(e, "time"));
		json_object_set(line, "event", json_object_get(e, "event"));
		json_object_set(line, "result", json_object_get(e, "result"));
		json_object_set(line, "session", json_object_get(e, "session"));
		json_object_set_new(line, "what", sentence(e));
		json_array_append_new(all, line);
	}
	return all;
}

/* The table, and beside it what it cannot show. */
static void for_people(json_t *doc, const char *what)
{
	json_t *events = json_object_get(doc, "events");
	long long dropped = number(doc, "dropped");

	if (!json_array_size(events))
		fprintf(stderr, "pkctl: nothing is known of %s in this time\n", what);
	if (dropped)
		fprintf(stderr, "pkctl: %lld events found no room since the server was started\n",
		        dropped);
	json_object_set_new(doc, "events", told(events));
	json_object_del(doc, "dropped");
}

static int trace(struct ctl *ctl, int count, char **args)
{
	uint64_t seconds = SINCE_S;
	struct timespec now;
	int64_t ms;
	int status;

	(void)count;
	if (ctl->opt.since && !span_seconds(ctl->opt.since, &seconds)) {
		fputs("pkctl: since when? --since 90s, 15m, 2h or 7d\n", stderr);
		return EX_USAGE;
	}
	clock_gettime(CLOCK_REALTIME, &now);
	ms = ((int64_t)now.tv_sec - (int64_t)seconds) * 1000;
	json_object_set_new(ctl->doc, "events", json_array());
	status = ctl_gather(ctl,
	                    CALL(ctl, trace, .what = slice_str(args[0]),
	                         .tenant = slice_str(ctl->opt.tenant), .since = ms > 0 ? ms : 0),
	                    frame, ctl->doc, args[0]);
	if (status == EX_OK && !ctl->opt.json)
		for_people(ctl->doc, args[0]);
	return status;
}

/* clang-format off */
const struct command trace_commands[] = {
	{"trace", NULL, "ADDRESS|MESSAGE-ID|SESSION", "iT",
	 "what happened to mail and logins", 1, 1, false, trace},
	{0},
};
