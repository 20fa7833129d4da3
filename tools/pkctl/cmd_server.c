#include "ctl.h"
#include "out.h"

static enum pk_status status_frame(struct slice reply, json_t *doc)
{
	struct pk_status_show_rep rep;
	enum pk_status st = pk_get_status_show_rep(reply, &rep);

	if (st == PK_OK)
		json_object_set_new(doc, "status", out_settings(rep.values));
	return st;
}

static int status(struct ctl *ctl, int count, char **args)
{
	(void)count, (void)args;
	return ctl_gather(ctl, CALL(ctl, status_show), status_frame, ctl->doc, "status");
}

static const struct out_field columns[] = {
	OUT(pk_finding, where),
	OUT(pk_finding, what),
	{0},
};

static enum pk_status verify_frame(struct slice reply, json_t *doc)
{
	struct pk_verify_rep rep;
	enum pk_status st = pk_get_verify_rep(reply, &rep);
	struct pk_finding row;

	if (st != PK_OK)
		return st;
	json_object_set_new(doc, "checked", out_number(rep.checked));
	while (pk_next_finding(&rep.findings, &row))
		out_row(doc, "findings", columns, &row);
	return st;
}

static int verify(struct ctl *ctl, int count, char **args)
{
	struct slice tenant = slice_str(count ? args[0] : "");
	int result;

	ctl->client.timeout_ms = 0;
	json_object_set_new(ctl->doc, "checked", json_integer(0));
	json_object_set_new(ctl->doc, "findings", json_array());
	result = ctl_gather(ctl, CALL(ctl, verify, .tenant = tenant, .bodies = ctl->opt.bodies),
	                    verify_frame, ctl->doc, count ? args[0] : "verify");
	if (result == EX_OK && json_array_size(json_object_get(ctl->doc, "findings")))
		return EXIT_FAILURE;
	return result;
}

static int compact(struct ctl *ctl, int count, char **args)
{
	struct pk_compact_rep rep = {0};
	enum pk_status st;

	(void)count, (void)args;
	ctl->client.timeout_ms = 0;
	st = CALL(ctl, compact);
	if (st == PK_OK)
		st = pk_get_compact_rep(ctl->reply, &rep);
	json_object_set_new(ctl->doc, "freed", out_number(rep.freed));
	return ctl_fail(ctl, st, "compact");
}

/* What the supervisor says to its log, for whoever asked: the lines of `said`, one by one. */
static void take_lines(struct ctl *ctl, struct slice said)
{
	json_t *lines = json_array();

	while (said.n) {
		struct slice line = slice_cut(&said, '\n');

		json_array_append_new(lines, out_text(line));
		for (size_t i = 0; i < line.n && !ctl->opt.json; i++)
			fputc((unsigned char)line.p[i] < ' ' ? '?' : line.p[i], stderr);
		if (!ctl->opt.json)
			fputc('\n', stderr);
	}
	if (ctl->opt.json)
		json_object_set(ctl->doc, "said", lines);
	json_decref(lines);
}

static int reload(struct ctl *ctl, int count, char **args)
{
	struct pk_reload_rep rep = {0};
	enum pk_status st;

	(void)count, (void)args;
	ctl->client.timeout_ms = 0;
	st = CALL(ctl, reload);
	if (st == PK_OK)
		st = pk_get_reload_rep(ctl->reply, &rep);
	if (st != PK_OK)
		return ctl_fail(ctl, st, "reload");
	json_object_set_new(ctl->doc, "result", out_text(rep.result));
	json_object_set_new(ctl->doc, "changes", out_number(rep.changes));
	take_lines(ctl, rep.said);
	if (slice_eq(rep.result, S("ok")))
		return EX_OK;
	return slice_eq(rep.result, S("refused")) ? EX_CONFIG : EX_TEMPFAIL;
}

static int resume(struct ctl *ctl, int count, char **args)
{
	(void)count;
	return ctl_fail(ctl, CALL(ctl, volume_resume, .volume = slice_str(args[0])), args[0]);
}

/* clang-format off */
const struct command server_commands[] = {
	{"status", NULL, "", "",
	 "what the store does and holds", 0, 0, false, status},
	{"verify", NULL, "[TENANT]", "c",
	 "check counters, references and seals; exit 1: findings", 0, 1, false, verify},
	{"compact", NULL, "", "r",
	 "give the disk back what deleted mail took", 0, 0, false, compact},
	{"reload", NULL, "", "r",
	 "read the configuration again; exit 78: it has errors, nothing changed", 0, 0, false, reload},
	{"volume", "resume", "VOLUME", "r",
	 "write again to a volume whose disk had failed", 1, 1, false, resume},
	{0},
};
