#include "out.h"

#include <ctype.h>

json_t *out_text(struct slice s)
{
	json_t *text = json_stringn(s.n ? s.p : "", s.n);
	char *copy;

	if (text)
		return text;
	copy = malloc(s.n + 1);
	if (!copy)
		return NULL;
	for (size_t i = 0; i < s.n; i++)
		copy[i] = (char)((unsigned char)s.p[i] < 0x80 ? s.p[i] : '?');
	text = json_stringn(copy, s.n);
	free(copy);
	return text;
}

json_t *out_number(uint64_t v)
{
	return v > INT64_MAX ? json_null() : json_integer((json_int_t)v);
}

json_t *out_time(int64_t ms)
{
	time_t seconds = (time_t)(ms / 1000);
	char text[40];
	struct tm utc;

	if (!ms || !gmtime_r(&seconds, &utc))
		return json_null();
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &utc);
	return json_string(text);
}

json_t *out_settings(struct pk_rows rows)
{
	json_t *all = json_object();
	struct pk_setting row;

	while (pk_next_setting(&rows, &row)) {
		json_t *key = out_text(row.key);

		json_object_set_new(all, json_string_value(key), out_text(row.value));
		json_decref(key);
	}
	return all;
}

json_t *out_names(struct pk_rows rows)
{
	json_t *all = json_array();
	struct pk_name row;

	while (pk_next_name(&rows, &row))
		json_array_append_new(all, out_text(row.name));
	return all;
}

static json_t *out_member(const struct out_field *f, const void *from)
{
	const void *member = (const char *)from + f->offset;

	switch (f->kind) {
	case OUT_TEXT: return out_text(*(const struct slice *)member);
	case OUT_U32: return out_number(*(const uint32_t *)member);
	case OUT_U64: return out_number(*(const uint64_t *)member);
	case OUT_TIME: return out_time(*(const int64_t *)member);
	case OUT_SETTINGS: return out_settings(*(const struct pk_rows *)member);
	case OUT_NAMES: return out_names(*(const struct pk_rows *)member);
	}
	return NULL;
}

void out_fields(json_t *to, const struct out_field *fields, const void *from)
{
	for (const struct out_field *f = fields; f->name; f++)
		json_object_set_new(to, f->name, out_member(f, from));
}

void out_row(json_t *doc, const char *list, const struct out_field *fields, const void *from)
{
	json_t *o = json_object();

	out_fields(o, fields, from);
	out_add(doc, list, o);
}

void out_add(json_t *doc, const char *name, json_t *value)
{
	json_t *list = json_object_get(doc, name);

	if (!list) {
		list = json_array();
		json_object_set_new(doc, name, list);
	}
	json_array_append_new(list, value);
}

void out_json(json_t *doc)
{
	json_t *whole = json_pack("{s:i}", "version", 1);

	json_object_update(whole, doc);
	json_dumpf(whole, stdout, 0);
	putchar('\n');
	json_decref(whole);
}

/* One value on one line; what would disturb a terminal is shown as '?'. */
static void value_text(json_t *value, struct buf *b)
{
	size_t i;
	json_t *item;

	if (json_is_string(value))
		for (const char *p = json_string_value(value); *p; p++)
			buf_byte(b, (char)(iscntrl((unsigned char)*p) ? '?' : *p));
	else if (json_is_integer(value))
		buf_printf(b, "%lld", (long long)json_integer_value(value));
	else if (json_is_boolean(value))
		buf_put(b, json_is_true(value) ? S("yes") : S("no"));
	else if (json_is_array(value))
		json_array_foreach(value, i, item)
		{
			if (i)
				buf_byte(b, ' ');
			value_text(item, b);
		}
	else
		buf_put(b, S("-"));
}

/* Characters of UTF-8, for the widths of columns. */
static size_t width_of(struct slice s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
	return n;
}

#define COLUMNS_MAX 16

static void measure(json_t *row, size_t *widths)
{
	size_t column = 0;
	const char *key;
	json_t *value;

	json_object_foreach(row, key, value)
	{
		struct buf b = {0};
		size_t width;

		value_text(value, &b);
		width = width_of(buf_slice(&b));
		if (column < COLUMNS_MAX) {
			if (widths[column] < strlen(key))
				widths[column] = strlen(key);
			if (widths[column] < width)
				widths[column] = width;
		}
		column++;
		buf_free(&b);
	}
}

static void print_cell(struct slice text, size_t width, bool right, bool last)
{
	size_t fill = width > width_of(text) ? width - width_of(text) : 0;

	if (right)
		printf("%*s", (int)fill, "");
	fwrite(text.p ? text.p : "", 1, text.n, stdout);
	if (!right && !last)
		printf("%*s", (int)fill, "");
	fputs(last ? "\n" : "  ", stdout);
}

static void print_row(json_t *row, const size_t *widths, bool heads)
{
	size_t column = 0, count = json_object_size(row);
	const char *key;
	json_t *value;

	json_object_foreach(row, key, value)
	{
		size_t width = column < COLUMNS_MAX ? widths[column] : 0;
		struct buf b = {0};

		if (heads)
			for (const char *p = key; *p; p++)
				buf_byte(&b, (char)toupper((unsigned char)*p));
		else
			value_text(value, &b);
		print_cell(buf_slice(&b), width, json_is_integer(value), ++column == count);
		buf_free(&b);
	}
}

static void print_table(json_t *list)
{
	size_t widths[COLUMNS_MAX] = {0}, i;
	json_t *row;

	json_array_foreach(list, i, row) measure(row, widths);
	if (json_array_size(list))
		print_row(json_array_get(list, 0), widths, true);
	json_array_foreach(list, i, row) print_row(row, widths, false);
}

static void print_pairs(json_t *object, const char *before)
{
	const char *key;
	json_t *value;

	json_object_foreach(object, key, value)
	{
		struct buf b = {0};

		if (json_is_object(value)) {
			print_pairs(value, before);
			continue;
		}
		value_text(value, &b);
		printf("%s%-16s %.*s\n", before, key, (int)b.n, b.p ? b.p : "");
		buf_free(&b);
	}
}

void out_people(json_t *doc)
{
	const char *key;
	json_t *value;

	json_object_foreach(doc, key, value)
	{
		if (json_is_array(value) && json_is_object(json_array_get(value, 0))) {
			print_table(value);
		} else if (json_is_object(value)) {
			print_pairs(value, "");
		} else if (!json_is_array(value)) {
			struct buf b = {0};

			value_text(value, &b);
			printf("%-16s %.*s\n", key, (int)b.n, b.p ? b.p : "");
			buf_free(&b);
		}
	}
}
