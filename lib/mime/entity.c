#include "entity_private.h"

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

#define FIELD_MAX 16384 /* octets looked at of a field that is no address list */

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

struct slice entity_unfolded(struct entity_reader *r, struct slice value)
{
	buf_clear(&r->value);
	if (!value.p)
		return value;
	header_unfold(value, &r->value);
	return (struct slice){r->value.p ? r->value.p : "", r->value.n};
}

void entity_put_once(struct entity_reader *r, const struct values *v, enum field id)
{
	pool_text(&r->pool, &r->block, entity_unfolded(r, v->once[id]));
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
	struct slice tags[MIME_PARAMS_MAX], rest = entity_unfolded(r, value);
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
	entity_put_once(r, v, F_ID);
	entity_put_once(r, v, F_DESCRIPTION);
	entity_put_once(r, v, F_MD5);
	entity_put_once(r, v, F_LOCATION);
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

void entity_read(struct entity_reader *r, struct slice header, const struct entity_place *place,
                 struct entity *out)
{
	struct entity_top *top = place->top;
	struct values v = {0};

	*out = (struct entity){.kind = MIME_LEAF, .root = place->root};
	read_values(header, &v);
	if (top)
		entity_read_top(r, &v, top);
	if (place->root)
		entity_read_envelope(r, &v, top, out);
	if (top)
		entity_read_delivered(r, &v, top);
	read_content(r, &v, place->in_digest, out);
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
