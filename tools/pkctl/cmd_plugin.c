#include "ctl.h"
#include "out.h"

#include "os/conf.h"
#include "os/elfnote.h"

#include <errno.h>

#define FILE_MAX_OCTETS (64u << 20)

static void describe(struct ctl *ctl, const char *file, const struct elfnote *note)
{
	json_t *plugin = json_object();
	char abi[16];

	json_object_set_new(ctl->doc, "plugin", plugin);
	snprintf(abi, sizeof(abi), "%u.%u", note->major, note->minor);
	json_object_set_new(plugin, "file", json_string(file));
	json_object_set_new(plugin, "name", out_text(note->name));
	json_object_set_new(plugin, "version", out_text(note->version));
	json_object_set_new(plugin, "abi", json_string(abi));
}

/* The host looks at this again before it loads the file. */
static const char *check_rights(const char *file)
{
	char *where = NULL;
	enum pk_status st = conf_only_ours(file, &where);

	free(where);
	return st == PK_EPERM ? "others can change the file or a folder above it" : NULL;
}

static int plugin_check(struct ctl *ctl, int count, char **arguments)
{
	const char *why, *file = arguments[0];
	struct elfnote note;
	char words[100];
	size_t n;
	char *p = conf_slurp(file, FILE_MAX_OCTETS, &n);

	(void)count;
	if (!p) {
		fprintf(stderr, "pkctl: %s: %s\n", file, strerror(errno));
		return EX_NOINPUT;
	}
	why = elfnote_check((struct slice){p, n}, &note, words, sizeof(words)) == PK_OK
	              ? check_rights(file)
	              : words;
	if (note.name.n)
		describe(ctl, file, &note);
	if (why)
		fprintf(stderr, "pkctl: %s: %s\n", file, why);
	free(p);
	return why ? EX_DATAERR : EX_OK;
}

/* clang-format off */
const struct command plugin_commands[] = {
	{"plugin", "check", "FILE", "",
	 "whether a plugin fits this version", 1, 1, true, plugin_check},
	{0},
};
