/* Verify says nothing of a store that is well, and finds each thing that is made wrong. */
/* links: store */
#include "unit.h"

#include "store_drive.h"

#include "mailbox.h"
#include "segment_set.h"
#include "tenant_record.h"
#include "verify.h"

#include <fcntl.h>

#define BODY S("From: a@b\r\nSubject: x\r\n\r\nhello\r\n")

static struct key key_of_u1(uint32_t mbox, uint8_t kind)
{
	return key_acct(ACCT(1, 1), mbox, kind);
}

/* Tenant 1, users 1 and 2; two messages each, one of user 1's in the vault, one big body. */
static void make(struct drive *d)
{
	struct pk_open_rep opened;
	struct buf big = {0}, uids = {0};
	struct client c;

	drive_make(d, 2);
	client_open(d, &c, DRIVE_DELIVER);
	for (int i = 0; i < 2; i++) {
		OK(ASK(&c, recipient, NULL, .address = S("u1@example.test")));
		OK(ASK(&c, recipient, NULL, .address = S("u2@example.test")));
		if (i == 1)
			for (int n = 0; n < 5000; n++)
				buf_put(&big, S("a line\r\n"));
		OK(ASK(&c, deliver, NULL, .body = client_body(&c, i ? buf_slice(&big) : BODY)));
	}
	client_close(&c);
	client_login(d, &c, "u1");
	OK(ASK(&c, open, &opened, .mailbox = S("INBOX"), .mode = PK_OPEN_WRITE));
	OK(ASK(&c, store, NULL, .handle = opened.handle, .uids = ROW1(&uids, range, 1, 1),
	       .mode = PK_STORE_ADD, .flags = PK_DELETED | PK_SEEN));
	OK(ASK(&c, expunge, NULL, .handle = opened.handle));
	client_close(&c);
	buf_free(&big);
	buf_free(&uids);
}

/* A fault is made and looked for inside one transaction, which is then undone. */
struct fault {
	struct write write;
	enum pk_status (*apply)(struct txn *);
	struct server *server;
	const char *words;
	unsigned count;
	bool found;
};

static enum pk_status fault_apply(struct write *w, struct txn *t)
{
	struct fault *f = (struct fault *)(void *)w;
	struct buf rows = {0};
	struct verify v = {.server = f->server, .rows = &rows, .bodies = true};
	struct pk_rows got;
	struct pk_finding row;

	f->count = 0;
	OK(f->apply(t));
	while (v.phase != VERIFY_DONE)
		OK(verify_step(&v, t));
	got = PK_ROWS(&rows);
	for (; pk_next_finding(&got, &row); f->count++)
		f->found |= slice_eq(row.what, slice_str(f->words));
	buf_free(&rows);
	return PK_ERETRY;
}

static void fault_done(struct write *w)
{
	assert_int_equal(w->status, PK_ERETRY);
}

static enum pk_status fault_keep(struct write *w, struct txn *t)
{
	return ((struct fault *)(void *)w)->apply(t);
}

static void fault_kept(struct write *w)
{
	OK(w->status);
}

/* What the request says; its words are printed when none were expected. */
static unsigned findings(struct drive *d, const char *words)
{
	struct client admin;
	unsigned n = 0, found = 0;

	client_open(d, &admin, DRIVE_ADMIN);
	OK(ASK(&admin, verify, NULL, .bodies = 1));
	EACH_ROW(&admin, verify, findings, finding, f)
	{
		n++;
		found += words && slice_eq(f.what, slice_str(words));
		if (!words)
			print_message("%.*s: %.*s\n", (int)f.where.n, f.where.p, (int)f.what.n,
			              f.what.p);
	}
	client_close(&admin);
	return words ? found : n;
}

static enum pk_status tenant_octets(struct txn *t)
{
	struct tenant_row row;

	OK(tenant_load(t, 1, &row));
	row.use.octets++;
	return tenant_save(t, 1, &row);
}

static enum pk_status domain_messages(struct txn *t)
{
	struct domain_row row;

	OK(domain_load(t, 1, 1, &row));
	row.use.messages--;
	return domain_save(t, 1, 1, &row);
}

static enum pk_status domain_users(struct txn *t)
{
	struct domain_row row;

	OK(domain_load(t, 1, 1, &row));
	row.users++;
	return domain_save(t, 1, 1, &row);
}

static enum pk_status account_messages(struct txn *t)
{
	struct account a;

	OK(account_load(t, ACCT(1, 1), &a));
	a.row.messages++;
	return account_save(&a);
}

static enum pk_status mailbox_counter(struct txn *t)
{
	struct account a;
	struct mailbox m;

	OK(account_load(t, ACCT(1, 1), &a));
	OK(mailbox_find(&a, S("INBOX"), &m));
	m.row.unseen++;
	m.changed = true;
	OK(mailbox_save(&m));
	mailbox_drop(&m);
	return PK_OK;
}

static enum pk_status put_pop(struct txn *t, uint32_t uid, struct slice value)
{
	struct key k = key_acct_u32(ACCT(1, 1), 1, KIND_POP, uid);

	return txn_put(t, TREE_ACCT, key_slice(&k), value);
}

static enum pk_status pop_row_stray(struct txn *t)
{
	struct buf row = {0};
	enum pk_status st;

	pop_encode(&row, &(struct pop_row){.hidden = 1});
	st = put_pop(t, 77777, buf_slice(&row));
	buf_free(&row);
	return st;
}

static enum pk_status pop_row_cut(struct txn *t)
{
	return put_pop(t, 1, S("\1"));
}

static enum pk_status del(struct txn *t, enum tree tree, const struct key *k)
{
	return txn_del(t, tree, key_slice(k));
}

/* Deletes the first row that begins with the prefix. */
static enum pk_status del_first(struct txn *t, enum tree tree, const struct key *prefix)
{
	struct slice key, value;

	OK(txn_first(t, tree, key_slice(prefix), S(""), &key, &value));
	return txn_del(t, tree, key);
}

static enum pk_status user_name(struct txn *t)
{
	struct key k = key_user_name(1, 1, S("u1"));

	return del(t, TREE_TENANT, &k);
}

static enum pk_status user_row(struct txn *t)
{
	struct key k = key_tenant_u32(1, KIND_USER, 2);

	return del(t, TREE_TENANT, &k);
}

static enum pk_status domain_name(struct txn *t)
{
	struct key k = key_domain_name(1, S("example.test"));

	return del(t, TREE_TENANT, &k);
}

static enum pk_status credential(struct txn *t)
{
	struct key from = key_credential(1, 1, 0), to = key_credential(1, 2, 0);
	struct slice value;
	char copy[2000];

	/* One user's sealed secret in another's place. */
	OK(txn_get(t, TREE_TENANT, key_slice(&from), &value));
	memcpy(copy, value.p, value.n);
	return txn_put(t, TREE_TENANT, key_slice(&to), (struct slice){copy, value.n});
}

static enum pk_status mailbox_name_row(struct txn *t)
{
	struct key k = key_name(ACCT(1, 1), KIND_NAME, S("Trash"));

	return del(t, TREE_ACCT, &k);
}

static enum pk_status mailbox_row_gone(struct txn *t)
{
	struct key k = key_of_u1(3, KIND_COUNTERS);

	return del(t, TREE_ACCT, &k);
}

static enum pk_status flags_gone(struct txn *t)
{
	struct key k = key_of_u1(1, KIND_FLAGS);

	return del_first(t, TREE_ACCT, &k);
}

static enum pk_status message_gone(struct txn *t)
{
	struct key k = key_of_u1(1, KIND_MESSAGE);

	return del_first(t, TREE_ACCT, &k);
}

static enum pk_status docid_gone(struct txn *t)
{
	struct key k = key_of_u1(0, KIND_DOCID);

	return del_first(t, TREE_ACCT, &k);
}

static enum pk_status seal_broken(struct txn *t)
{
	struct key k = key_of_u1(1, KIND_MESSAGE);
	struct slice key, value;
	char copy[ROW_MAX];

	OK(txn_first(t, TREE_ACCT, key_slice(&k), S(""), &key, &value));
	memcpy(copy, value.p, value.n);
	copy[value.n - 1] ^= 1;
	return txn_put(t, TREE_ACCT, key, (struct slice){copy, value.n});
}

static enum pk_status row_cut(struct txn *t)
{
	struct key k = key_of_u1(1, KIND_MESSAGE);
	struct slice key, value;
	char copy[ROW_MAX];

	OK(txn_first(t, TREE_ACCT, key_slice(&k), S(""), &key, &value));
	memcpy(copy, value.p, value.n);
	return txn_put(t, TREE_ACCT, key, (struct slice){copy, 20});
}

static enum pk_status vault_counters(struct txn *t)
{
	struct key k = key_of_u1(ACCT_VAULT, KIND_VAULT);

	return del(t, TREE_ACCT, &k);
}

static enum pk_status vault_end(struct txn *t)
{
	struct key k = key_of_u1(ACCT_VAULT, KIND_EXPIRY);

	return del_first(t, TREE_ACCT, &k);
}

static enum pk_status blob_gone(struct txn *t)
{
	struct slice key, value;

	OK(txn_first(t, TREE_BLOB, S(""), S(""), &key, &value));
	return txn_del(t, TREE_BLOB, key);
}

static enum pk_status blob_refs(struct txn *t)
{
	struct slice key, value;
	struct blob_row row;
	struct key k;
	struct buf b = {0};

	OK(txn_first(t, TREE_BLOB, S(""), S(""), &key, &value));
	k = key_u64(key_u64_at(key, 0));
	OK(blob_decode(value, &row));
	row.refs++;
	blob_encode(&b, &row);
	return put_row(t, TREE_BLOB, &k, &b);
}

static enum pk_status dedup_gone(struct txn *t)
{
	struct slice key, value;

	OK(txn_first(t, TREE_DEDUP, S(""), S(""), &key, &value));
	return txn_del(t, TREE_DEDUP, key);
}

static enum pk_status dedup_elsewhere(struct txn *t)
{
	struct slice key, value;
	struct key k;
	struct buf b = {0};

	OK(txn_first(t, TREE_DEDUP, S(""), S(""), &key, &value));
	memcpy(k.p, key.p, key.n);
	k.n = key.n;
	dedup_encode(&b, &(struct dedup_row){12345});
	return put_row(t, TREE_DEDUP, &k, &b);
}

static enum pk_status put_in(struct txn *t, int tree, const struct key *k, const char *value)
{
	return txn_put(t, (enum tree)tree, key_slice(k), slice_str(value));
}

static enum pk_status send_counters(struct txn *t)
{
	struct key k = key_tenant_u32(1, KIND_SEND, 1);

	return put_in(t, TREE_TENANT, &k, "\1");
}

static enum pk_status send_counters_stray(struct txn *t)
{
	struct key k = key_tenant_u32(1, KIND_SEND, 77);
	struct buf row = {0};

	send_encode(&row, &(struct send_row){.counts = {1}});
	return put_row(t, TREE_TENANT, &k, &row);
}

static enum pk_status sendas_address(struct txn *t)
{
	struct key k = key_tenant_u32(1, KIND_SENDAS, 1);
	struct buf row = {0};

	k.p[k.n++] = 'x'; /* no address */
	sendas_encode(&row, &(struct sendas_row){.created_ms = 1});
	return put_row(t, TREE_TENANT, &k, &row);
}

static enum pk_status sendas_stray(struct txn *t)
{
	struct address a;
	struct buf row = {0};
	struct key k;

	OK(address_fold(S("a@example.test"), &a));
	k = key_sendas(1, 77, &a);
	sendas_encode(&row, &(struct sendas_row){.created_ms = 1});
	return put_row(t, TREE_TENANT, &k, &row);
}

static const unsigned char some_id[SENT_ID_OCTETS] = {1, 2, 3};

static enum pk_status sent_without_time(struct txn *t)
{
	struct key k = key_sent(ACCT(1, 1), some_id);
	struct buf row = {0};

	sent_encode(&row, &(struct sent_row){.at_ms = 5, .mbox = 1, .uid = 1, .by = 1});
	return put_row(t, TREE_ACCT, &k, &row);
}

static enum pk_status sent_time_only(struct txn *t)
{
	struct key k = key_sent_time(ACCT(1, 1), 5, some_id);
	struct buf row = {0};

	empty_encode(&row);
	return put_row(t, TREE_ACCT, &k, &row);
}

static enum pk_status sent_broken(struct txn *t)
{
	struct key k = key_sent(ACCT(1, 1), some_id);

	return put_in(t, TREE_ACCT, &k, "\1");
}

static enum pk_status stray_account(struct txn *t)
{
	struct key k = key_acct(ACCT(1, 99), 0, KIND_ACCOUNT);
	struct buf b = {0};

	account_encode(&b, &(struct account_row){.domain = 1});
	return put_row(t, TREE_ACCT, &k, &b);
}

static void everything_wrong_is_found(void **state)
{
	static const struct {
		const char *words;
		enum pk_status (*apply)(struct txn *);
	} cases[] = {
		{"its usage is not the sum of its users'",               tenant_octets      },
		{"its usage is not the sum of its users'",               domain_messages    },
		{"it counts its users wrongly",                          domain_users       },
		{"its usage is not the sum of its mailboxes'",           account_messages   },
		{"its counters are not those of its flags",              mailbox_counter    },
		{"its name leads elsewhere",                             user_name          },
		{"a user's name without the user",                       user_row           },
		{"a credential without its user",                        user_row           },
		{"an account without its user",                          user_row           },
		{"its name leads elsewhere",                             domain_name        },
		{"a credential does not open",                           credential         },
		{"a mailbox without its name",                           mailbox_name_row   },
		{"a name without its mailbox",                           mailbox_row_gone   },
		{"a message without flags",                              flags_gone         },
		{"its counters are not the sum of its messages",         message_gone       },
		{"a document's id without the message",                  message_gone       },
		{"a message's document id leads elsewhere",              docid_gone         },
		{"a message's seal is broken",                           seal_broken        },
		{"a message's row cannot be read",                       row_cut            },
		{"POP remembers a message that is gone",                 pop_row_stray      },
		{"it counts what POP remembers wrongly",                 pop_row_stray      },
		{"what POP remembers of a message cannot be read",       pop_row_cut        },
		{"the vault's counters are not its sums",                vault_counters     },
		{"in the vault without an end",                          vault_end          },
		{"a message without its body",                           blob_gone          },
		{"its references are not the rows that name it",         blob_refs          },
		{"a body that is to be found by its content and is not", dedup_gone         },
		{"contents without their body",                          dedup_elsewhere    },
		{"an account without its user",                          stray_account      },
		{"its counters of mail sent cannot be read",             send_counters      },
		{"counters of mail sent without the user",               send_counters_stray},
		{"a right to send cannot be read",                       sendas_address     },
		{"a right to send without the user",                     sendas_stray       },
		{"what was sent is remembered without an end",           sent_without_time  },
		{"what was sent has other times than messages",          sent_time_only     },
		{"a row of what was sent cannot be read",                sent_broken        },
	};

	struct drive d = {0};

	(void)state;
	make(&d);
	assert_int_equal(findings(&d, NULL), 0);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct fault fault = {
			.write = {.apply = fault_apply, .done = fault_done},
			.apply = cases[i].apply,
			.server = &d.server,
			.words = cases[i].words
                };

		writer_submit(d.server.volumes[0]->writer, &fault.write);
		drive_turn(&d);
		if (!fault.found)
			fail_msg("not found: %s (of %u)", cases[i].words, fault.count);
	}
	assert_int_equal(findings(&d, NULL), 0);
	drive_remove(&d);
}

/* One flipped bit in a segment: found when bodies are read. */
static void a_flipped_bit_is_found(void **state)
{
	struct drive d = {0};
	struct slice key, value;
	struct blob_row row;
	char path[400], name[20], octet;
	struct txn t;
	int fd;

	(void)state;
	make(&d);
	OK(txn_begin_read(d.server.volumes[0], &t));
	OK(txn_first(&t, TREE_BLOB, S(""), S(""), &key, &value));
	OK(blob_decode(value, &row));
	txn_end_read(&t);
	segment_name(row.segment, name);
	snprintf(path, sizeof(path), "%s/volumes/01/segments/%s", d.dir.path, name);
	fd = open(path, O_RDWR);
	assert_true(fd >= 0);
	assert_int_equal(pread(fd, &octet, 1, (off_t)(row.offset + row.record_octets - 1)), 1);
	octet ^= 0x10;
	assert_int_equal(pwrite(fd, &octet, 1, (off_t)(row.offset + row.record_octets - 1)), 1);
	close(fd);
	assert_true(findings(&d, "a body cannot be read") > 0);
	drive_remove(&d);
}

static void one_tenant_alone(void **state)
{
	struct fault fault = {
		.write = {.apply = fault_keep, .done = fault_kept},
                  .apply = domain_users
        };
	struct drive d = {0};
	struct client admin;
	struct pk_verify_rep rep;

	(void)state;
	make(&d);
	writer_submit(d.server.volumes[0]->writer, &fault.write);
	drive_turn(&d);
	client_open(&d, &admin, DRIVE_ADMIN);
	OK(ASK(&admin, tenant_create, NULL, .name = S("other")));
	OK(ASK(&admin, verify, &rep, .tenant = S("other")));
	EACH_ROW(&admin, verify, findings, finding, f) fail_msg("%.*s", (int)f.what.n, f.what.p);
	assert_int_equal(ASK(&admin, verify, NULL, .tenant = S("nobody")), PK_ENOTFOUND);
	client_close(&admin);
	assert_int_equal(findings(&d, "it counts its users wrongly"), 1);
	drive_remove(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_wrong_is_found),
		cmocka_unit_test(a_flipped_bit_is_found),
		cmocka_unit_test(one_tenant_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
