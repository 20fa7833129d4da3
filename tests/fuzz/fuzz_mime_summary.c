/* A summary from anywhere is refused, or reads without harm. Its first 4 octets: the body's size.
 */
/* links: */
#include "mime/scan.h"
#include "mime/summary.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void clean(struct slice s)
{
	assert(!slice_has(s, '\0') && !slice_has(s, '\r') && !slice_has(s, '\n'));
}

static uint64_t walk_lists(struct summary_part *p)
{
	struct slice a, b;
	uint64_t octets = 0;

	while (summary_param_next(&p->params, &a, &b) ||
	       summary_param_next(&p->disposition_params, &a, &b)) {
		clean(a);
		clean(b);
		octets += a.n + b.n;
	}
	while (summary_text_next(&p->languages, &a)) {
		clean(a);
		octets += a.n;
	}
	return octets;
}

static void walk_addresses(struct summary_list l)
{
	struct mime_address a;

	while (summary_address_next(&l, &a)) {
		clean(a.name);
		clean(a.mailbox);
		assert(a.kind != MIME_ADDRESS || (a.mailbox.p && a.host.p));
	}
}

static void walk_part(const struct summary *s, uint32_t i, uint64_t body_bytes)
{
	struct summary_envelope e;
	struct summary_part p;

	assert(summary_part(s, i, &p));
	assert(p.body_offset + p.body_octets <= body_bytes && p.header_offset <= p.body_offset);
	assert(p.next_sibling == SUMMARY_NONE || (p.next_sibling > i && p.next_sibling < s->parts));
	assert(i ? p.parent < i : p.parent == SUMMARY_NONE);
	assert(walk_lists(&p) <= 3 * p.header_octets + 32);
	if (!summary_envelope(s, i, &e)) {
		assert(!p.root);
		return;
	}
	clean(e.subject);
	walk_addresses(e.from);
	walk_addresses(e.bcc);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice in = {(const char *)data, size}, rest, id;
	uint32_t body_bytes;
	struct summary_list l;
	struct summary s;

	if (in.n < sizeof(body_bytes))
		return 0;
	memcpy(&body_bytes, in.p, sizeof(body_bytes));
	if (summary_open(slice_skip(in, sizeof(body_bytes)), body_bytes, &s) != PK_OK)
		return 0;
	rest = s.references;
	while (summary_reference_next(&rest, &id))
		clean(id);
	for (l = summary_delivered_to(&s); summary_text_next(&l, &id);)
		clean(id);
	for (uint32_t i = 0; i < s.parts; i++)
		walk_part(&s, i, body_bytes);
	return 0;
}
