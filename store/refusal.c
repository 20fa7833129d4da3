#include "refusal.h"

static const struct {
	enum pk_status why;
	const char *lasting, *text;
} settings_of[] = {
	{PK_ESUSPENDED, "refuse.suspended", NULL               },
	{PK_EQUOTA,     "refuse.quota",     "refuse.quota_text"},
};

enum pk_status refusal_read(struct txn *t, uint32_t tenant, uint32_t domain, enum pk_status why,
                            struct refusal *r)
{
	uint64_t lasting = 0;
	struct slice text = {0};
	enum pk_status st = PK_OK;

	for (size_t i = 0; i < sizeof(settings_of) / sizeof(*settings_of); i++) {
		if (settings_of[i].why != why)
			continue;
		st = setting_number(t, ACCT(tenant, 0), domain, settings_of[i].lasting, &lasting);
		if (st == PK_OK && settings_of[i].text)
			st = setting_get(t, ACCT(tenant, 0), domain, settings_of[i].text, &text);
	}
	r->lasting = lasting;
	text = slice_head(text, SETTING_TEXT_MAX);
	snprintf(r->text, sizeof(r->text), "%.*s", (int)text.n, text.p);
	return st;
}
