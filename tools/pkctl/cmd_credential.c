#include "ctl.h"
#include "out.h"
#include "span.h"

#include <openssl/pem.h>
#include <openssl/x509.h>

/* What users log in with beside their password; and logins that failed. */

static const struct {
	const char *name;
	uint32_t bit;
} protocols[] = {
	{"imap",       1u << 0 },
	{"pop3",       1u << 1 },
	{"submission", 1u << 2 },
	{"other",      1u << 31},
};

/* "imap,pop3": false, and said, if a word is none of them. NULL: all, 0. */
static bool take_protocols(const char *text, uint32_t *bits)
{
	struct slice rest = slice_str(text);

	*bits = 0;
	while (rest.n) {
		struct slice word = slice_cut(&rest, ',');
		uint32_t bit = 0;

		for (size_t i = 0; i < sizeof(protocols) / sizeof(*protocols); i++)
			if (slice_eq(word, slice_str(protocols[i].name)))
				bit = protocols[i].bit;
		if (!bit) {
			fprintf(stderr,
			        "pkctl: %.*s: protocols are imap, pop3, submission, other\n",
			        (int)word.n, word.p);
			return false;
		}
		*bits |= bit;
	}
	return true;
}

static json_t *told_protocols(uint32_t bits)
{
	struct buf text = {0};
	json_t *told;

	for (size_t i = 0; i < sizeof(protocols) / sizeof(*protocols); i++)
		if (bits & protocols[i].bit)
			buf_printf(&text, "%s%s", text.n ? "," : "", protocols[i].name);
	told = out_text(text.n ? buf_slice(&text) : S("all"));
	buf_free(&text);
	return told;
}

static enum pk_status list_frame(struct slice reply, json_t *doc)
{
	struct pk_credential_list_rep rep;
	enum pk_status st = pk_get_credential_list_rep(reply, &rep);
	struct pk_credential row;

	while (st == PK_OK && pk_next_credential(&rep.credentials, &row)) {
		json_t *told = json_object();

		json_object_set_new(told, "number", out_number(row.number));
		json_object_set_new(told, "kind", out_text(row.kind));
		json_object_set_new(told, "label", out_text(row.label));
		json_object_set_new(told, "protocols", told_protocols(row.protocols));
		json_object_set_new(told, "scram", json_boolean(row.scram));
		json_object_set_new(told, "created", out_time(row.created));
		json_object_set_new(told, "expires", out_time(row.expires));
		out_add(doc, "credentials", told);
	}
	return st;
}

static int list(struct ctl *ctl, int count, char **args)
{
	(void)count;
	json_object_set_new(ctl->doc, "credentials", json_array());
	return ctl_gather(ctl, CALL(ctl, credential_list, .account = slice_str(args[0])),
	                  list_frame, ctl->doc, args[0]);
}

/* When --for is over; without it never, 0. False: it is none, it was said. */
static bool take_end(const struct ctl *ctl, int64_t *ms)
{
	struct timespec now;
	uint64_t seconds;

	*ms = 0;
	if (!ctl->opt.span)
		return true;
	if (!span_seconds(ctl->opt.span, &seconds) || !seconds) {
		fprintf(stderr, "pkctl: %s: a time is a number and s, m, h or d\n", ctl->opt.span);
		return false;
	}
	clock_gettime(CLOCK_REALTIME, &now);
	*ms = ((int64_t)now.tv_sec + (int64_t)seconds) * 1000;
	return true;
}

static int make(struct ctl *ctl, const char *account, struct pk_credential_create_req *q)
{
	struct pk_credential_create_rep rep;
	enum pk_status st;

	q->account = slice_str(account);
	if (!take_protocols(ctl->opt.protocols, &q->protocols) || !take_end(ctl, &q->expires))
		return EX_USAGE;
	st = CALL(ctl, credential_create, .account = q->account, .kind = q->kind, .label = q->label,
	          .protocols = q->protocols, .expires = q->expires, .fingerprint = q->fingerprint);
	if (st == PK_OK)
		st = pk_get_credential_create_rep(ctl->reply, &rep);
	if (st == PK_OK) {
		json_t *told = json_object();

		json_object_set_new(told, "number", out_number(rep.number));
		if (rep.secret.n)
			json_object_set_new(told, "secret", out_text(rep.secret));
		json_object_set_new(told, "expires", out_time(q->expires));
		json_object_set_new(ctl->doc, "credential", told);
	}
	return ctl_fail(ctl, st, account);
}

static int app_password(struct ctl *ctl, int count, char **args)
{
	(void)count;
	return make(ctl, args[0],
	            &(struct pk_credential_create_req){.kind = S("app-password"),
	                                               .label = slice_str(args[1])});
}

/* The reason is the label: it stands in the log at each login. */
static int token(struct ctl *ctl, int count, char **args)
{
	(void)count;
	if (!ctl->opt.span || !ctl->opt.reason) {
		fputs("pkctl: a token needs --for and --reason\n", stderr);
		return EX_USAGE;
	}
	return make(ctl, args[0],
	            &(struct pk_credential_create_req){.kind = S("token"),
	                                               .label = slice_str(ctl->opt.reason)});
}

static bool fingerprint_of(const char *path, unsigned char out[32])
{
	FILE *f = fopen(path, "re");
	X509 *x = f ? PEM_read_X509(f, NULL, NULL, NULL) : NULL;
	unsigned n = 0;
	bool good = x && X509_digest(x, EVP_sha256(), out, &n) == 1 && n == 32;

	if (!good)
		fprintf(stderr, "pkctl: %s: no certificate in PEM form\n", path);
	X509_free(x);
	if (f)
		fclose(f);
	return good;
}

static int certificate(struct ctl *ctl, int count, char **args)
{
	unsigned char print[32];

	(void)count;
	if (!fingerprint_of(args[2], print))
		return EX_NOINPUT;
	return make(ctl, args[0],
	            &(struct pk_credential_create_req){
			    .kind = S("certificate"),
			    .label = slice_str(args[1]),
			    .fingerprint = {(const char *)print, sizeof(print)},
        });
}

static int erase(struct ctl *ctl, int count, char **args)
{
	uint64_t number;
	int status;

	(void)count;
	if (!slice_number(slice_str(args[1]), UINT16_MAX, &number)) {
		fputs("pkctl: a number, as `credential list` shows it\n", stderr);
		return EX_USAGE;
	}
	status = ctl_confirm(ctl, "Credential %s of %s ends, and the sessions it opened.", args[1],
	                     args[0]);
	if (status != EX_OK)
		return status;
	return ctl_fail(ctl,
	                CALL(ctl, credential_delete, .account = slice_str(args[0]),
	                     .number = (uint16_t)number),
	                args[0]);
}

static const struct out_field failure_columns[] = {
	OUT(pk_failure, user),
	OUT(pk_failure, address),
	OUT(pk_failure, count),
	OUT_ROWS(pk_failure, last, OUT_TIME),
	{0},
};

static enum pk_status failures_frame(struct slice reply, json_t *doc)
{
	struct pk_auth_failures_rep rep;
	enum pk_status st = pk_get_auth_failures_rep(reply, &rep);
	struct pk_failure row;

	while (st == PK_OK && pk_next_failure(&rep.failures, &row))
		out_row(doc, "failures", failure_columns, &row);
	return st;
}

static int failures(struct ctl *ctl, int count, char **args)
{
	(void)count, (void)args;
	json_object_set_new(ctl->doc, "failures", json_array());
	return ctl_gather(ctl, CALL(ctl, auth_failures, ), failures_frame, ctl->doc, "failures");
}

/* An address of a user has an "@", one of a client has none. */
static int forgive(struct ctl *ctl, int count, char **args)
{
	struct pk_auth_forgive_req q = {0};
	struct pk_auth_forgive_rep rep;
	enum pk_status st;

	if (!count && !ctl->opt.all) {
		fputs("pkctl: whose failures? A user, an address, both, or --all\n", stderr);
		return EX_USAGE;
	}
	for (int i = 0; i < count; i++)
		*(strchr(args[i], '@') ? &q.user : &q.address) = slice_str(args[i]);
	st = CALL(ctl, auth_forgive, .user = q.user, .address = q.address);
	if (st == PK_OK)
		st = pk_get_auth_forgive_rep(ctl->reply, &rep);
	if (st == PK_OK)
		json_object_set_new(ctl->doc, "removed", out_number(rep.removed));
	return ctl_fail(ctl, st, "failures");
}

/* clang-format off */
const struct command credential_commands[] = {
	{"credential", "list", "USER", "",
	 "what the user logs in with: password, app passwords, tokens, certificates", 1, 1, false, list},
	{"credential", "app-password", "USER LABEL", "PFr",
	 "make a password for one program or device; it is shown once", 2, 2, false, app_password},
	{"credential", "token", "USER", "PFr",
	 "make a password to act for the user, for support and migration", 1, 1, false, token},
	{"credential", "certificate", "USER LABEL FILE", "PFr",
	 "let a client's certificate log in (SASL EXTERNAL)", 3, 3, false, certificate},
	{"credential", "delete", "USER NUMBER", "r",
	 "take one away", 2, 2, false, erase},
	{"auth", "failures", "", "",
	 "logins that failed of late, by user and address", 0, 0, false, failures},
	{"auth", "forgive", "[ADDRESS] [IP]", "ar",
	 "forget them, so that the next login does not wait", 0, 2, false, forgive},
	{0},
};
