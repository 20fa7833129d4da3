#include "text.h"

#include "header.h"
#include "words.h"

static bool is_text(const struct summary_part *p)
{
	if (p->kind != MIME_LEAF) /* a multipart whose boundary never came: all it has is text */
		return p->kind == MIME_MULTIPART && p->first_child == SUMMARY_NONE;
	return p->defaulted || slice_ieq(p->type, S("text")) || slice_ieq(p->type, S("message")) ||
	       (p->opaque && slice_ieq(p->type, S("multipart")));
}

bool text_region_next(struct text_regions *w, struct text_region *out)
{
	struct summary_part p;

	while (w->part < w->of->parts && summary_part(w->of, w->part, &p)) {
		bool header = !w->in_part, wanted;

		*out = (struct text_region){.part = w->part, .header = header};
		out->offset = header ? p.header_offset : p.body_offset;
		out->octets = header ? p.header_octets : p.body_octets;
		wanted = header ? w->wanted & TEXT_HEADERS || (w->wanted & TEXT_TOP && !w->part)
		                : w->wanted & TEXT_BODIES && is_text(&p);
		w->in_part = header;
		w->part += !header;
		if (wanted && out->octets)
			return true;
		if (!(w->wanted & (TEXT_HEADERS | TEXT_BODIES)))
			return false;
	}
	return false;
}

/* RFC 2231 4: charset'language'value */
static struct slice extended(struct slice value)
{
	(void)slice_cut(&value, '\'');
	(void)slice_cut(&value, '\'');
	return value;
}

static struct slice charset_of(const struct summary_part *p)
{
	struct summary_list params = p->params;
	struct slice name, value, found = {0};

	while (!found.n && summary_param_next(&params, &name, &value)) {
		if (slice_ieq(name, S("charset")))
			found = slice_trim(value);
		else if (slice_ieq(name, S("charset*")))
			found = extended(value);
	}
	return found;
}

void text_start(struct text_reader *r, const struct summary *s, const struct text_region *region,
                const struct text_sink *sink)
{
	struct summary_part p;

	text_end(r);
	r->sink = sink;
	r->header = region->header;
	r->line_end = false;
	if (r->header || !summary_part(s, region->part, &p))
		return;
	/* RFC 2045 6.4: what holds others is not encoded, whatever it says. */
	r->decoder = (struct mime_decoder){
		.encoding = p.kind == MIME_LEAF ? mime_encoding(p.encoding) : MIME_IDENTITY};
	charset_start(&r->charset, charset_of(&p));
	r->is_html = slice_ieq(p.type, S("text")) && slice_ieq(p.subtype, S("html"));
	r->html = (struct html_reader){.plain = true};
}

/* ---- headers ---- */

#define PARAMS_MAX 64 /* that are looked at */

static bool has_params(struct slice name, struct slice line)
{
	return (slice_ieq(name, S("Content-Type")) || slice_ieq(name, S("Content-Disposition"))) &&
	       slice_has(line, '*');
}

/* RFC 2231: where a parameter may have its form, all are told as they are meant, "name=value". */
static void tell_params(struct text_reader *r, struct slice name, struct slice line)
{
	struct header_param params[PARAMS_MAX];
	struct slice token;
	size_t n = header_params(line, &token, params, PARAMS_MAX, &r->scratch);

	for (size_t i = 0; i < n; i++) {
		struct slice param;

		buf_clear(&r->value);
		buf_clear(&r->decoded);
		header_param_decode(&params[i], &param, &r->value);
		buf_put(&r->decoded, param);
		buf_byte(&r->decoded, '=');
		buf_put(&r->decoded, buf_slice(&r->value));
		r->sink->field(r->sink->own, name, buf_slice(&r->decoded));
	}
	r->failed |= r->scratch.failed || r->value.failed;
}

/* The field that has been gathered. */
static void tell_field(struct text_reader *r)
{
	struct slice rest = buf_slice(&r->field);
	struct header_field f;

	while (header_next(&rest, &f)) {
		header_unfold(f.value, &r->utf8);
		words_decode(buf_slice(&r->utf8), &r->decoded);
		r->sink->field(r->sink->own, f.name, buf_slice(&r->decoded));
		if (has_params(f.name, buf_slice(&r->utf8)))
			tell_params(r, f.name, buf_slice(&r->utf8));
		r->failed |= r->utf8.failed || r->decoded.failed;
		buf_clear(&r->utf8);
		buf_clear(&r->decoded);
	}
	r->failed |= r->field.failed;
	buf_clear(&r->field);
}

/* What is too long goes in pieces, each with the field's name. */
static void cut_field(struct text_reader *r)
{
	struct slice all = buf_slice(&r->field), name = slice_cut(&all, ':');

	buf_clear(&r->name);
	if (!all.n || name.n > TEXT_FIELD_MAX / 2) {
		tell_field(r);
		return;
	}
	buf_put(&r->name, name);
	buf_byte(&r->name, ':');
	tell_field(r);
	buf_put(&r->field, buf_slice(&r->name));
	r->failed |= r->name.failed;
}

static void feed_header(struct text_reader *r, struct slice octets)
{
	while (octets.n) {
		const char *lf = memchr(octets.p, '\n', octets.n);
		size_t n = lf ? (size_t)(lf - octets.p) + 1 : octets.n;

		if (r->line_end && octets.p[0] != ' ' && octets.p[0] != '\t')
			tell_field(r);
		else if (r->field.n >= TEXT_FIELD_MAX)
			cut_field(r);
		n = n < TEXT_FIELD_MAX ? n : TEXT_FIELD_MAX;
		buf_put(&r->field, slice_head(octets, n));
		r->line_end = octets.p[n - 1] == '\n';
		octets = slice_skip(octets, n);
	}
}

/* ---- bodies ---- */

static void tell_body(struct text_reader *r, bool last)
{
	struct buf *text = r->is_html ? &r->shown : &r->utf8;

	if (r->is_html)
		html_feed(&r->html, buf_slice(&r->utf8), &r->shown);
	if (r->is_html && last)
		html_end(&r->html, &r->shown);
	r->failed |= r->decoded.failed || r->utf8.failed || r->shown.failed;
	if (text->n)
		r->sink->body(r->sink->own, buf_slice(text));
	buf_clear(&r->decoded);
	buf_clear(&r->utf8);
	buf_clear(&r->shown);
}

void text_feed(struct text_reader *r, struct slice octets)
{
	if (!r->sink)
		return;
	if (r->header) {
		feed_header(r, octets);
		return;
	}
	mime_decode(&r->decoder, octets, &r->decoded);
	charset_feed(&r->charset, buf_slice(&r->decoded), &r->utf8);
	tell_body(r, false);
}

void text_end(struct text_reader *r)
{
	if (r->sink && r->header) {
		tell_field(r);
	} else if (r->sink) {
		mime_decode_end(&r->decoder, &r->decoded);
		charset_feed(&r->charset, buf_slice(&r->decoded), &r->utf8);
		charset_end(&r->charset, &r->utf8);
		tell_body(r, true);
	}
	r->sink = NULL;
}

void text_free(struct text_reader *r)
{
	buf_free(&r->field);
	buf_free(&r->decoded);
	buf_free(&r->utf8);
	buf_free(&r->shown);
	buf_free(&r->scratch);
	buf_free(&r->value);
	buf_free(&r->name);
	charset_free(&r->charset);
	*r = (struct text_reader){0};
}
