#include "entity.h"

#include "address.h"
#include "charset.h"
#include "words.h"

#include "base/date.h"

/* The fields that matter, those of every part first. */
enum field {
	F_TYPE,
	F_ENCODING,
	F_ID,
	F_DESCRIPTION,
	F_MD5,
	F_LOCATION,
	F_DISPOSITION,
	F_LANGUAGE,
	F_DATE,
	F_SUBJECT,
	F_IN_REPLY_TO,
	F_MESSAGE_ID,
	F_REFERENCES,
	F_RECEIVED,
	F_DELIVERED_TO,
	F_LISTS, /* then the address lists, as LIST_FROM ... */
	FIELDS = F_LISTS + LISTS,
};

static const struct slice field_names[FIELDS] = {
	[F_TYPE] = S("Content-Type"),
	[F_ENCODING] = S("Content-Transfer-Encoding"),
	[F_ID] = S("Content-ID"),
	[F_DESCRIPTION] = S("Content-Description"),
	[F_MD5] = S("Content-MD5"),
	[F_LOCATION] = S("Content-Location"),
	[F_DISPOSITION] = S("Content-Disposition"),
	[F_LANGUAGE] = S("Content-Language"),
	[F_DATE] = S("Date"),
	[F_SUBJECT] = S("Subject"),
	[F_IN_REPLY_TO] = S("In-Reply-To"),
	[F_MESSAGE_ID] = S("Message-ID"),
	[F_REFERENCES] = S("References"),
	[F_RECEIVED] = S("Received"),
	[F_DELIVERED_TO] = S("Delivered-To"),
	[F_LISTS + LIST_FROM] = S("From"),
	[F_LISTS + LIST_SENDER] = S("Sender"),
	[F_LISTS + LIST_REPLY_TO] = S("Reply-To"),
	[F_LISTS + LIST_TO] = S("To"),
	[F_LISTS + LIST_CC] = S("Cc"),
	[F_LISTS + LIST_BCC] = S("Bcc"),
};

#define VALUES_MAX       32    /* address fields of one header, and Delivered-To fields apart */
#define DELIVERED_MAX    50    /* more Delivered-To fields are a loop */
#define FIELD_MAX        16384 /* octets of a field that is no address list */
#define REFERENCES_MAX   100
#define REFERENCE_OCTETS 4096

/* The values of a header, as they stand; of fields that come once, the first. */
struct values {
	struct slice once[F_LISTS];
	struct slice many[VALUES_MAX]; /* address lists in their order */
	uint8_t list[VALUES_MAX];      /* which */
	size_t many_n;
	struct slice delivered[DELIVERED_MAX];
	size_t delivered_n;
	uint32_t received;
};

static enum field field_of(struct slice name)
{
	for (size_t i = 0; i < FIELDS; i++)
		if (name.n == field_names[i].n && slice_ieq(name, field_names[i]))
			return (enum field)i;
	return FIELDS;
}

static void note_field(struct values *v, enum field id, struct slice value)
{
	if (id == F_RECEIVED) {
		v->received++;
	} else if (id == F_DELIVERED_TO) {
		if (v->delivered_n < DELIVERED_MAX)
			v->delivered[v->delivered_n++] = slice_head(value, FIELD_MAX);
	} else if (id >= F_LISTS) {
		if (v->many_n == VALUES_MAX)
			return;
		v->list[v->many_n] = (uint8_t)(id - F_LISTS);
		v->many[v->many_n++] = value;
	} else if (!v->once[id].p) {
		v->once[id] = slice_head(value, FIELD_MAX);
	}
}

static void read_values(struct slice header, struct values *v)
{
	struct header_field f;

	while (header_next(&header, &f)) {
		enum field id = field_of(f.name);

		if (id != FIELDS)
			note_field(v, id, f.value);
	}
}

/* The value as one line, in r->value; absent stays absent. */
static struct slice unfolded(struct entity_reader *r, struct slice value)
{
	buf_clear(&r->value);
	if (!value.p)
		return value;
	header_unfold(value, &r->value);
	return (struct slice){r->value.p ? r->value.p : "", r->value.n};
}

static void put_once(struct entity_reader *r, const struct values *v, enum field id)
{
	pool_text(&r->pool, &r->block, unfolded(r, v->once[id]));
}

/* ---- content ---- */

static void cut_field(struct entity_field *f, struct slice value)
{
	buf_clear(&f->value);
	header_unfold(value, &f->value);
	f->n = header_params(buf_slice(&f->value), &f->token, f->params, MIME_PARAMS_MAX,
	                     &f->scratch);
}

static struct slice param(const struct entity_field *f, struct slice name)
{
	for (size_t i = 0; i < f->n; i++)
		if (slice_ieq(f->params[i].name, name))
			return f->params[i].value;
	return (struct slice){0};
}

static bool has_param(const struct entity_field *f, struct slice name)
{
	for (size_t i = 0; i < f->n; i++)
		if (slice_istarts(f->params[i].name, name))
			return true;
	return false;
}

static void put_params(struct entity_reader *r, const struct entity_field *f)
{
	pool_number(&r->block, f->n);
	for (size_t i = 0; i < f->n; i++) {
		pool_text(&r->pool, &r->block, f->params[i].name);
		pool_text(&r->pool, &r->block, f->params[i].value);
	}
}

/* RFC 3282: tags with commas between them. */
static void put_languages(struct entity_reader *r, struct slice value)
{
	struct slice tags[MIME_PARAMS_MAX], rest = unfolded(r, value);
	size_t n = 0;

	while (rest.n && n < MIME_PARAMS_MAX) {
		struct slice tag = slice_trim(slice_cut(&rest, ','));

		if (tag.n)
			tags[n++] = tag;
	}
	pool_number(&r->block, n);
	for (size_t i = 0; i < n; i++)
		pool_text(&r->pool, &r->block, tags[i]);
}

static uint32_t fallback_content(struct entity_reader *r, enum mime_kind kind)
{
	static const struct slice names[][2] = {
		[MIME_LEAF] = {S("application"), S("octet-stream")},
		[MIME_MULTIPART] = {S("multipart"),   S("mixed")       },
		[MIME_MESSAGE] = {S("message"),     S("rfc822")      },
	};

	if (!r->fallback_content[kind]) {
		buf_clear(&r->block);
		pool_text(&r->pool, &r->block, names[kind][0]);
		pool_text(&r->pool, &r->block, names[kind][1]);
		for (int i = 0; i < 9; i++) /* six texts absent, three lists empty */
			pool_number(&r->block, 0);
		r->fallback_content[kind] = pool_block(&r->pool, buf_slice(&r->block), 0) + 1;
	}
	return r->fallback_content[kind] - 1;
}

static void put_type(struct entity_reader *r, const struct values *v, struct slice type,
                     struct slice subtype)
{
	r->pool.full = false;
	buf_clear(&r->block);
	pool_text(&r->pool, &r->block, type);
	pool_text(&r->pool, &r->block, subtype);
	pool_text(&r->pool, &r->block,
	          v->once[F_ENCODING].p ? r->encoding.token : v->once[F_ENCODING]);
}

/* When there is no room, what can be left out is: first all but the type, then that, too. */
static void write_content(struct entity_reader *r, const struct values *v, struct slice type,
                          struct slice subtype, struct entity *out)
{
	put_type(r, v, type, subtype);
	put_once(r, v, F_ID);
	put_once(r, v, F_DESCRIPTION);
	put_once(r, v, F_MD5);
	put_once(r, v, F_LOCATION);
	pool_text(&r->pool, &r->block,
	          v->once[F_DISPOSITION].p ? r->disposition.token : v->once[F_DISPOSITION]);
	put_params(r, &r->type);
	put_params(r, &r->disposition);
	put_languages(r, v->once[F_LANGUAGE]);
	out->content = SUMMARY_NONE;
	if (!r->pool.full)
		out->content = pool_block(&r->pool, buf_slice(&r->block), POOL_RESERVE);
	if (out->content != SUMMARY_NONE)
		return;
	put_type(r, v, type, subtype);
	for (int i = 0; i < 8; i++) /* five texts absent, three lists empty */
		pool_number(&r->block, 0);
	if (!r->pool.full)
		out->content = pool_block(&r->pool, buf_slice(&r->block), POOL_RESERVE);
	if (out->content == SUMMARY_NONE)
		out->content = fallback_content(r, out->kind);
}

static void set_boundary(const struct entity_field *type, struct entity *out)
{
	struct slice boundary = slice_trim(param(type, S("boundary")));
	struct buf decoded = {0};

	/* Nobody writes a boundary in the extended form, but some could. */
	if (!boundary.n && has_param(type, S("boundary*")) &&
	    header_param_text(type->params, type->n, S("boundary"), &decoded))
		boundary = slice_trim(buf_slice(&decoded));
	if (boundary.n <= MIME_BOUNDARY_MAX && boundary.n) {
		memcpy(out->boundary, boundary.p, boundary.n);
		out->boundary_n = boundary.n;
	}
	buf_free(&decoded);
}

static void set_kind(const struct entity_reader *r, struct slice type, struct slice subtype,
                     struct entity *out)
{
	bool encoded = out->encoding == MIME_BASE64 || out->encoding == MIME_QUOTED_PRINTABLE;

	if (slice_ieq(type, S("multipart"))) {
		set_boundary(&r->type, out);
		out->digest = slice_ieq(subtype, S("digest"));
		out->kind = out->boundary_n ? MIME_MULTIPART : MIME_LEAF;
		out->opaque = !out->boundary_n;
	} else if (slice_ieq(type, S("message")) &&
	           (slice_ieq(subtype, S("rfc822")) || slice_ieq(subtype, S("global")))) {
		out->kind = encoded ? MIME_LEAF : MIME_MESSAGE;
		out->opaque = encoded;
	}
	/* RFC 2045 6.4: what holds others is not encoded, whatever it says. */
	if (out->kind != MIME_LEAF)
		out->encoding = MIME_IDENTITY;
}

static void set_use(const struct entity_reader *r, struct slice type, struct slice subtype,
                    struct entity *out)
{
	struct slice charset = param(&r->type, S("charset"));
	bool named = has_param(&r->disposition, S("filename")) || has_param(&r->type, S("name"));

	out->attachment = slice_ieq(r->disposition.token, S("attachment")) ||
	                  (named && !out->root && out->kind != MIME_MULTIPART &&
	                   !slice_ieq(r->disposition.token, S("inline")));
	out->html = slice_ieq(subtype, S("html"));
	out->text = out->kind == MIME_LEAF && !out->attachment && slice_ieq(type, S("text")) &&
	            (out->html || slice_ieq(subtype, S("plain")));
	if (charset.n && charset.n <= sizeof(out->charset)) {
		memcpy(out->charset, charset.p, charset.n);
		out->charset_n = charset.n;
	}
}

static void read_content(struct entity_reader *r, const struct values *v, bool in_digest,
                         struct entity *out)
{
	struct slice type, subtype;

	cut_field(&r->type, v->once[F_TYPE]);
	cut_field(&r->encoding, v->once[F_ENCODING]);
	cut_field(&r->disposition, v->once[F_DISPOSITION]);
	subtype = r->type.token;
	type = slice_trim(slice_cut(&subtype, '/'));
	subtype = slice_trim(subtype);
	out->defaulted = !type.n || !subtype.n;
	if (out->defaulted) { /* RFC 2045 5.2, RFC 2046 5.1.5 */
		type = in_digest ? S("message") : S("text");
		subtype = in_digest ? S("rfc822") : S("plain");
	}
	out->encoding = mime_encoding(r->encoding.token);
	set_kind(r, type, subtype, out);
	set_use(r, type, subtype, out);
	write_content(r, v, type, subtype, out);
}

/* ---- envelope ---- */

/* RFC 5957: the name as it is shown, or the address. */
static void display(struct entity_reader *r, const struct mime_address *a, struct buf *out)
{
	buf_clear(&r->word);
	if (a->name.n)
		words_decode(a->name, &r->word);
	if (!slice_trim(buf_slice(&r->word)).n) {
		buf_clear(&r->word);
		(void)charset_to_utf8(S("utf-8"), a->mailbox, &r->word);
		buf_byte(&r->word, '@');
		(void)charset_to_utf8(S("utf-8"), a->host, &r->word);
	}
	words_casemap(slice_trim(buf_slice(&r->word)), out);
}

static struct buf *sort_key(struct entity_top *top, unsigned list)
{
	struct buf *key = list == LIST_FROM ? &top->sort[0]
	                  : list == LIST_TO ? &top->sort[1]
	                  : list == LIST_CC ? &top->sort[2]
	                                    : NULL;

	return key && !key->n ? key : NULL;
}

static void encode_address(struct entity_reader *r, struct buf *b, const struct mime_address *a)
{
	buf_byte(b, (char)a->kind);
	if (a->kind == MIME_ADDRESS) {
		pool_text(&r->pool, b, a->name);
		pool_text(&r->pool, b, a->route);
	}
	if (a->kind != MIME_GROUP_END)
		pool_text(&r->pool, b, a->mailbox);
	if (a->kind == MIME_ADDRESS)
		pool_text(&r->pool, b, a->host);
}

static size_t lists_octets(const struct entity_reader *r)
{
	size_t n = r->pool.bytes.n;

	for (size_t i = 0; i < LISTS; i++)
		n += r->list[i].bytes.n;
	return n;
}

/* False: there is no room for it and what may follow. A group's end always has some. */
static bool put_address(struct entity_reader *r, unsigned list, const struct mime_address *a)
{
	struct buf *b = &r->list[list].bytes;
	size_t before = b->n, pool_before = r->pool.bytes.n;

	encode_address(r, b, a);
	if (a->kind != MIME_GROUP_END &&
	    (r->addresses >= MIME_ADDRESSES_MAX - VALUES_MAX || lists_octets(r) > POOL_LISTS_MAX)) {
		b->n = before;
		r->pool.bytes.n = pool_before;
		return false;
	}
	r->list[list].n++;
	r->addresses++;
	return true;
}

static void read_list(struct entity_reader *r, unsigned list, struct slice value,
                      struct entity_top *top)
{
	struct address_parser p;
	struct mime_address a;

	address_start(&p, value);
	while (address_next(&p, &a)) {
		struct buf *key = top && a.kind == MIME_ADDRESS ? sort_key(top, list) : NULL;

		if (key)
			display(r, &a, key);
		if (!put_address(r, list, &a)) {
			if (p.in_group && a.kind != MIME_GROUP_START)
				(void)put_address(r, list,
				                  &(struct mime_address){.kind = MIME_GROUP_END});
			break;
		}
	}
	r->word.failed |= p.text.failed || p.comment.failed;
	address_free(&p);
}

static uint32_t fallback_envelope(struct entity_reader *r)
{
	if (r->fallback_envelope)
		return r->fallback_envelope - 1;
	buf_clear(&r->block);
	for (int i = 0; i < 4 + LISTS; i++) /* all absent or empty */
		pool_number(&r->block, 0);
	r->fallback_envelope = pool_block(&r->pool, buf_slice(&r->block), 0) + 1;
	return r->fallback_envelope - 1;
}

static void read_envelope(struct entity_reader *r, const struct values *v, struct entity_top *top,
                          struct entity *out)
{
	static const enum field texts[] = {F_DATE, F_SUBJECT, F_IN_REPLY_TO, F_MESSAGE_ID};

	for (size_t i = 0; i < LISTS; i++) {
		buf_clear(&r->list[i].bytes);
		r->list[i].n = 0;
	}
	buf_clear(&r->block);
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		put_once(r, v, texts[i]);
	for (size_t i = 0; i < v->many_n; i++)
		read_list(r, v->list[i], v->many[i], top);
	for (size_t i = 0; i < LISTS; i++) {
		pool_number(&r->block, r->list[i].n);
		buf_put(&r->block, buf_slice(&r->list[i].bytes));
	}
	out->envelope = pool_block(&r->pool, buf_slice(&r->block), POOL_RESERVE);
	if (out->envelope == SUMMARY_NONE)
		out->envelope = fallback_envelope(r);
}

/* ---- the message's own header ---- */

static void first_id(struct entity_reader *r, struct slice value, struct buf *out)
{
	struct slice rest = unfolded(r, value);

	if (!header_message_id(&rest, out))
		buf_clear(out);
}

/* All ids as "<a> <b>", then without as many behind the first as are too much. */
static void read_references(struct entity_reader *r, struct slice value, struct buf *out)
{
	struct slice rest = unfolded(r, value), all, first;
	size_t n = 0;

	while (header_message_id(&rest, &r->word)) {
		if (n++)
			buf_byte(out, ' ');
		buf_byte(out, '<');
		buf_put(out, buf_slice(&r->word));
		buf_byte(out, '>');
	}
	all = buf_slice(out);
	if (n <= REFERENCES_MAX && all.n <= REFERENCE_OCTETS)
		return;
	first = slice_cut(&all, ' ');
	while (all.n && (n > REFERENCES_MAX || first.n + 1 + all.n > REFERENCE_OCTETS)) {
		slice_cut(&all, ' ');
		n--;
	}
	if (all.n)
		memmove(out->p + first.n + 1, all.p, all.n);
	out->n = first.n + (all.n ? all.n + 1 : 0);
}

static void read_delivered(struct entity_reader *r, const struct values *v, struct entity_top *top)
{
	struct address_parser p;
	struct mime_address a;

	for (size_t i = 0; i < v->delivered_n; i++) {
		address_start(&p, v->delivered[i]);
		if (address_next(&p, &a) && a.kind == MIME_ADDRESS && a.mailbox.n) {
			buf_clear(&r->word);
			buf_put(&r->word, a.mailbox);
			if (a.host.n) {
				buf_byte(&r->word, '@');
				buf_put(&r->word, a.host);
			}
			pool_text(&r->pool, &top->delivered_to, buf_slice(&r->word));
			top->delivered++;
		}
		r->word.failed |= p.text.failed;
		address_free(&p);
	}
}

static void read_top(struct entity_reader *r, const struct values *v, struct entity_top *top)
{
	first_id(r, v->once[F_MESSAGE_ID], &top->message_id);
	first_id(r, v->once[F_IN_REPLY_TO], &top->in_reply_to);
	read_references(r, v->once[F_REFERENCES], &top->references);
	if (top->references.n) {
		/* First into the pool: ids and addresses are often part of it. */
		buf_clear(&r->block);
		pool_text(&r->pool, &r->block, buf_slice(&top->references));
	}
	words_base_subject(unfolded(r, v->once[F_SUBJECT]), &top->base_subject,
	                   &top->reply_or_forward);
	top->has_date = date_parse(v->once[F_DATE], &top->date_ms, &top->zone_minutes);
	top->received = v->received < UINT16_MAX ? (uint16_t)v->received : UINT16_MAX;
}

void entity_read(struct entity_reader *r, struct slice header, bool root, bool in_digest,
                 struct entity_top *top, struct entity *out)
{
	struct values v = {0};

	*out = (struct entity){.kind = MIME_LEAF, .root = root};
	read_values(header, &v);
	if (top)
		read_top(r, &v, top);
	if (root)
		read_envelope(r, &v, top, out);
	if (top)
		read_delivered(r, &v, top);
	read_content(r, &v, in_digest, out);
}

void entity_opaque(struct entity_reader *r, struct entity *out)
{
	*out = (struct entity){.kind = MIME_LEAF, .opaque = true, .defaulted = true};
	out->content = fallback_content(r, MIME_LEAF);
}

bool entity_reader_failed(const struct entity_reader *r)
{
	bool failed = r->pool.bytes.failed || r->value.failed || r->block.failed ||
	              r->word.failed || r->type.value.failed || r->type.scratch.failed ||
	              r->encoding.value.failed || r->encoding.scratch.failed ||
	              r->disposition.value.failed || r->disposition.scratch.failed;

	for (size_t i = 0; i < LISTS; i++)
		failed |= r->list[i].bytes.failed;
	return failed;
}

static void field_free(struct entity_field *f)
{
	buf_free(&f->value);
	buf_free(&f->scratch);
}

void entity_reader_free(struct entity_reader *r)
{
	buf_free(&r->pool.bytes);
	field_free(&r->type);
	field_free(&r->encoding);
	field_free(&r->disposition);
	buf_free(&r->value);
	buf_free(&r->block);
	buf_free(&r->word);
	for (size_t i = 0; i < LISTS; i++)
		buf_free(&r->list[i].bytes);
}

bool entity_top_failed(const struct entity_top *t)
{
	return t->message_id.failed || t->in_reply_to.failed || t->references.failed ||
	       t->base_subject.failed || t->sort[0].failed || t->sort[1].failed ||
	       t->sort[2].failed || t->delivered_to.failed;
}

void entity_top_free(struct entity_top *t)
{
	buf_free(&t->message_id);
	buf_free(&t->in_reply_to);
	buf_free(&t->references);
	buf_free(&t->base_subject);
	for (size_t i = 0; i < 3; i++)
		buf_free(&t->sort[i]);
	buf_free(&t->delivered_to);
}
