/* dump FILE ...: what the summary of each message says, one JSON object a line. */
#include "mime/header.h"
#include "mime/scan.h"
#include "mime/summary.h"
#include "mime/words.h"

static void put_json(struct slice s)
{
	if (!s.p) {
		printf("null");
		return;
	}
	putchar('"');
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c == '"' || c == '\\')
			printf("\\%c", c);
		else if (c < 32 || c > 126) /* octets, not characters: the reader takes Latin-1 */
			printf("\\u%04x", c);
		else
			putchar(c);
	}
	putchar('"');
}

static void put_field(const char *name, struct slice s)
{
	printf("\"%s\":", name);
	put_json(s);
	putchar(',');
}

/* The text that people see. */
static void put_decoded(const char *name, struct slice s)
{
	struct buf b = {0};

	if (s.p)
		words_decode(s, &b);
	put_field(name, s.p ? (struct slice){b.p ? b.p : "", b.n} : s);
	buf_free(&b);
}

static void put_param_text(const char *key, struct summary_list l, struct slice name)
{
	struct header_param params[MIME_PARAMS_MAX];
	struct buf b = {0};
	size_t n = 0;
	bool found;

	while (n < MIME_PARAMS_MAX && summary_param_next(&l, &params[n].name, &params[n].value))
		n++;
	found = header_param_text(params, n, name, &b);
	put_field(key, found ? (struct slice){b.p ? b.p : "", b.n} : (struct slice){0});
	buf_free(&b);
}

static void put_params(const char *name, struct summary_list l)
{
	struct slice key, value;
	const char *sep = "";

	printf("\"%s\":[", name);
	for (; summary_param_next(&l, &key, &value); sep = ",") {
		printf("%s[", sep);
		put_json(key);
		putchar(',');
		put_json(value);
		putchar(']');
	}
	printf("],");
}

static void put_texts(const char *name, struct summary_list l)
{
	struct slice text;
	const char *sep = "";

	printf("\"%s\":[", name);
	for (; summary_text_next(&l, &text); sep = ",") {
		printf("%s", sep);
		put_json(text);
	}
	printf("],");
}

static void put_addresses(const char *name, struct summary_list l)
{
	static const char *const kinds[] = {"address", "group", "end"};
	struct mime_address a;
	const char *sep = "";

	printf("\"%s\":[", name);
	for (; summary_address_next(&l, &a); sep = ",") {
		printf("%s{", sep);
		put_field("name", a.name);
		put_decoded("text", a.name);
		put_field("route", a.route);
		put_field("mailbox", a.mailbox);
		put_field("host", a.host);
		printf("\"kind\":\"%s\"}", kinds[a.kind]);
	}
	printf("],");
}

static void put_envelope(const struct summary *s, uint32_t i)
{
	struct summary_envelope e;

	if (!summary_envelope(s, i, &e))
		return;
	printf("\"envelope\":{");
	put_field("date", e.date);
	put_field("subject", e.subject);
	put_decoded("subject_text", e.subject);
	put_addresses("from", e.from);
	put_addresses("sender", e.sender);
	put_addresses("reply_to", e.reply_to);
	put_addresses("to", e.to);
	put_addresses("cc", e.cc);
	put_addresses("bcc", e.bcc);
	put_field("in_reply_to", e.in_reply_to);
	printf("\"message_id\":");
	put_json(e.message_id);
	printf("},");
}

static void put_part(const struct summary *s, uint32_t i)
{
	static const char *const kinds[] = {"leaf", "multipart", "message"};
	struct summary_part p;

	if (!summary_part(s, i, &p))
		return;
	printf("%s{\"kind\":\"%s\",\"parent\":%d,\"opaque\":%s,\"defaulted\":%s,\"damaged\":%s,",
	       i ? "," : "", kinds[p.kind], p.parent == SUMMARY_NONE ? -1 : (int)p.parent,
	       p.opaque ? "true" : "false", p.defaulted ? "true" : "false",
	       p.damaged ? "true" : "false");
	put_field("type", p.type);
	put_field("subtype", p.subtype);
	put_field("encoding", p.encoding);
	put_field("id", p.id);
	put_field("description", p.description);
	put_field("md5", p.md5);
	put_field("location", p.location);
	put_field("disposition", p.disposition);
	put_param_text("charset", p.params, S("charset"));
	put_param_text("name", p.params, S("name"));
	put_param_text("filename", p.disposition_params, S("filename"));
	put_params("params", p.params);
	put_params("disposition_params", p.disposition_params);
	put_texts("languages", p.languages);
	put_envelope(s, i);
	printf("\"header\":[%llu,%llu],\"body\":[%llu,%llu],\"lines\":%llu,\"decoded\":%llu}",
	       (unsigned long long)p.header_offset, (unsigned long long)p.header_octets,
	       (unsigned long long)p.body_offset, (unsigned long long)p.body_octets,
	       (unsigned long long)p.body_lines, (unsigned long long)p.decoded_octets);
}

static void put_summary(const char *file, const struct summary *s)
{
	struct summary_list delivered = summary_delivered_to(s);
	struct slice rest = s->references, id;
	const char *sep = "";

	printf("{\"file\":\"%s\",\"summary_octets\":%zu,", file, s->bytes.n);
	if (s->has_date)
		printf("\"date\":[%lld,%d],", (long long)s->date_ms, s->zone_minutes);
	put_field("message_id", s->message_id);
	put_field("in_reply_to", s->in_reply_to);
	printf("\"references\":[");
	for (; summary_reference_next(&rest, &id); sep = ",") {
		printf("%s", sep);
		put_json(id);
	}
	printf("],");
	put_field("base_subject", s->base_subject);
	put_field("sort_from", s->sort_from);
	put_field("sort_to", s->sort_to);
	put_field("sort_cc", s->sort_cc);
	put_field("preview", s->preview);
	put_texts("delivered_to", delivered);
	printf("\"received\":%u,\"reply\":%s,\"attachment\":%s,\"parts\":[", s->received,
	       s->reply_or_forward ? "true" : "false", s->has_attachment ? "true" : "false");
	for (uint32_t i = 0; i < s->parts; i++)
		put_part(s, i);
	printf("]}\n");
}

static bool dump(const char *file)
{
	FILE *f = fopen(file, "rb");
	struct mime_scan *scan = mime_scan_new();
	struct buf summary = {0};
	struct summary s;
	char piece[16384];
	uint64_t size = 0;
	bool ok = f && scan;

	for (size_t n; ok && (n = fread(piece, 1, sizeof(piece), f)); size += n)
		mime_scan_feed(scan, (struct slice){piece, n});
	ok = ok && mime_scan_end(scan, &summary) == PK_OK &&
	     summary_open(buf_slice(&summary), size, &s) == PK_OK;
	if (ok)
		put_summary(file, &s);
	else
		fprintf(stderr, "%s: cannot be read or summarised\n", file);
	mime_scan_free(scan);
	buf_free(&summary);
	if (f)
		fclose(f);
	return ok;
}

int main(int argc, char **argv)
{
	bool ok = true;

	for (int i = 1; i < argc; i++)
		ok &= dump(argv[i]);
	return ok ? 0 : 1;
}
