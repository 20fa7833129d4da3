/* Each change that an administrator asks for is a line of the log: who, as whom, why. */
/* links: store */
#include "unit.h"

#include "heard_log.h"
#include "role_request.h"

/* Change nothing: a hash is only made, and of a delivery its last request is the line. */
static const uint16_t changes_nothing[] = {PK_OP_user_hash, PK_OP_recipient, PK_OP_reset};

static bool is_change(const struct op *op)
{
	for (size_t i = 0; i < COUNT(changes_nothing); i++)
		if (op->number == changes_nothing[i])
			return false;
	return op->roles & PK_ROLE_ADMIN && !(op->roles & (PK_ROLE_VIEW | PK_ROLE_ANON));
}

/* With the request that messages.def describes, done or refused: the line is there. */
static void every_change_has_its_line(void **state)
{
	struct drive d = {0};
	struct client admin;
	struct heard h;
	unsigned seen = 0;

	(void)state;
	drive_make(&d, 1);
	client_open(&d, &admin, DRIVE_ADMIN);
	snprintf(admin.link->who, sizeof(admin.link->who), "uid=7");
	OK(ASK(&admin, announce, NULL, .listener = S("admin"), .as = S("jo@desk"),
	       .reason = S("ticket")));
	listen_to_log(&h);
	for (size_t i = 0; i < COUNT(ops); i++) {
		struct maker m = {0};
		struct buf b = {0};
		char words[100];

		if (!is_change(&ops[i]))
			continue;
		ops[i].make(&m, &b);
		drive_send(&admin, (struct frame){.op = ops[i].number,
		                                  .tag = 1000 + i,
		                                  .payload = buf_slice(&b)});
		drive_turn(&d);
		buf_clear(&admin.link->out);
		snprintf(words, sizeof(words), "event=change op=%s subject=", ops[i].name);
		if (lines_with(&h, words) != 1)
			fail_msg("no line of %s", ops[i].name);
		assert_int_equal(lines_with(&h, " peer=\"uid=7\" as=jo@desk reason=ticket result="),
		                 1);
		forget_log(&h);
		buf_free(&b);
		arena_free(&m.arena);
		seen++;
	}
	stop_listening(&h);
	assert_true(seen >= 20);
	client_close(&admin);
	drive_remove(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_change_has_its_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
