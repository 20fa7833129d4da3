#include "admin_log.h"

#include "base/log.h"

#include <inttypes.h>

#define DIGITS 21 /* of a number, as text */

/* Where in a decoded request stands what it is about. */
struct subject {
	enum { SUBJECT_TEXT = 1, SUBJECT_USERS, SUBJECT_NUMBER, SUBJECT_NONE } kind;
	size_t offset;
};
#define NOTHING(op)      [PK_OP_##op] = {SUBJECT_NONE, 0}
#define TEXT(op, member) [PK_OP_##op] = {SUBJECT_TEXT, offsetof(struct pk_##op##_req, member)}

static const struct subject subjects[PK_OP_MAX] = {
	TEXT(tenant_create, name),
	TEXT(tenant_set, tenant),
	TEXT(tenant_delete, tenant),
	TEXT(domain_create, domain),
	TEXT(domain_set, domain),
	TEXT(domain_delete, domain),
	[PK_OP_user_create] = {SUBJECT_USERS,  offsetof(struct pk_user_create_req,   users)},
	TEXT(user_set, account),
	TEXT(user_delete, account),
	TEXT(user_passwd, account),
	TEXT(credential_create, account),
	TEXT(credential_delete, account),
	TEXT(auth_forgive, user),
	TEXT(alias_create, address),
	TEXT(alias_set, address),
	TEXT(alias_delete, address),
	TEXT(sendas_create, account),
	TEXT(sendas_delete, account),
	TEXT(message_set_uidl, account),
	TEXT(quota_set, selector),
	TEXT(vault_purge, account),
	NOTHING(compact),
	NOTHING(deliver),
	NOTHING(reload),
	TEXT(volume_resume, volume),
	TEXT(session_kick, selector),
	[PK_OP_session_trace] = {SUBJECT_NUMBER, offsetof(struct pk_session_trace_req, id)   },
};

/* Of many users the first; *more: how many others. */
static struct slice first_user(struct pk_rows rows, int64_t *more)
{
	struct pk_new_user row;
	struct slice first = {0};

	for (*more = -1; pk_next_new_user(&rows, &row); ++*more)
		if (!first.p)
			first = row.address;
	return first;
}

static struct slice subject_of(const struct call *c, const struct subject *s, int64_t *more,
                               char digits[DIGITS])
{
	const void *member = (const char *)c->q + s->offset;

	*more = 0;
	if (s->kind == SUBJECT_TEXT)
		return *(const struct slice *)member;
	if (s->kind == SUBJECT_NUMBER) {
		snprintf(digits, DIGITS, "%" PRIu64, *(const uint64_t *)member);
		return slice_str(digits);
	}
	if (s->kind == SUBJECT_USERS)
		return first_user(*(const struct pk_rows *)member, more);
	return S("");
}

void admin_log(const struct call *c)
{
	const struct subject *s = c->op < PK_OP_MAX ? &subjects[c->op] : NULL;
	const struct peer *p = c->session->peer;
	const struct announced *told = c->session->announced;
	struct slice subject;
	char digits[DIGITS];
	int64_t more;

	if (!s || !s->kind || !c->q || !c->finished || !(p->roles & PK_ROLE_ADMIN))
		return;
	subject = subject_of(c, s, &more, digits);
	LOG(PK_LOG_INFO, "change", LOG_CSTR("op", pk_op_name(c->op)), LOG_TEXT("subject", subject),
	    LOG_NUMBER("more", more), LOG_CSTR("service", p->service), LOG_CSTR("peer", p->who),
	    LOG_TEXT("as", told->q.as), LOG_TEXT("reason", told->q.reason),
	    LOG_CSTR("result", pk_status_words(c->status)));
}
