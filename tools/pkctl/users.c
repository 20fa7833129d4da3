#include "users.h"

#include "out.h"

#define BATCH_OCTETS (PK_FRAME_MAX / 2)

struct batch {
	struct ctl *ctl;
	const struct buf *settings;
	struct buf rows;      /* of the next request */
	struct buf addresses; /* of its users, each with a NUL behind it */
	uint64_t created;
	int status;
};

static void refuse(struct batch *b, const char *address, const char *why)
{
	json_t *o = json_object();

	fprintf(stderr, "pkctl: %s: %s\n", address, why);
	json_object_set_new(o, "address", out_text(slice_str(address)));
	json_object_set_new(o, "error", out_text(slice_str(why)));
	out_add(b->ctl->doc, "failed", o);
	b->status = EXIT_PARTLY;
}

static void take_results(struct batch *b, struct pk_rows results)
{
	const char *address = b->addresses.p, *end = address + b->addresses.n;
	struct pk_result row;

	for (; address < end && pk_next_result(&results, &row); address += strlen(address) + 1)
		if (row.code != PK_OK)
			refuse(b, address, pk_status_words((enum pk_status)row.code));
}

/* EX_OK, or the status that ends the run: the request as a whole failed. */
static int flush(struct batch *b)
{
	struct pk_user_create_rep rep;
	enum pk_status st;

	if (!b->rows.n)
		return EX_OK;
	st = CALL(b->ctl, user_create, .users = PK_ROWS(&b->rows),
	          .settings = PK_ROWS(b->settings));
	buf_clear(&b->rows);
	if (st == PK_OK)
		st = pk_get_user_create_rep(b->ctl->reply, &rep);
	if (st != PK_OK)
		return ctl_fail(b->ctl, st, "user create");
	b->created += rep.created;
	take_results(b, rep.results);
	buf_clear(&b->addresses);
	return EX_OK;
}

/* "user" as in other batches, or "address". NULL: neither. */
static const char *address_of(json_t *user)
{
	const char *address = json_string_value(json_object_get(user, "user"));

	return address ? address : json_string_value(json_object_get(user, "address"));
}

static void add(struct batch *b, json_t *user)
{
	const char *address = address_of(user);
	const char *password = json_string_value(json_object_get(user, "password"));
	const char *hash = json_string_value(json_object_get(user, "hash"));

	pk_put_new_user_row(&b->rows,
	                    &(struct pk_new_user){slice_str(address),
	                                          slice_str(hash ? hash : password), hash != NULL});
	buf_put(&b->addresses, (struct slice){address, strlen(address) + 1});
}

static int take_line(struct batch *b, const char *line, size_t n, unsigned number)
{
	json_error_t error;
	json_t *user = json_loadb(line, n, 0, &error);

	if (address_of(user)) {
		add(b, user);
	} else {
		char where[32];

		snprintf(where, sizeof(where), "line %u", number);
		refuse(b, where, user ? "no address" : error.text);
	}
	json_decref(user);
	return b->rows.n >= BATCH_OCTETS ? flush(b) : EX_OK;
}

int users_batch(struct ctl *ctl, const struct buf *settings)
{
	struct batch b = {.ctl = ctl, .settings = settings};
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;
	int status = EX_OK;

	for (unsigned i = 1; status == EX_OK && (n = getline(&line, &cap, stdin)) > 0; i++)
		if (strspn(line, " \t\r\n") < (size_t)n)
			status = take_line(&b, line, (size_t)n, i);
	if (status == EX_OK)
		status = flush(&b);
	json_object_set_new(ctl->doc, "created", out_number(b.created));
	if (line)
		explicit_bzero(line, cap);
	free(line);
	buf_wipe(&b.rows);
	buf_free(&b.addresses);
	return status == EX_OK ? b.status : status;
}
