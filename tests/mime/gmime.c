/* mime_gmime FILE ...: what GMime reads in each message, one JSON object a line; see compare.py. */
#include <gmime/gmime.h>

static void put_json(const char *s)
{
	if (!s) {
		printf("null");
		return;
	}
	putchar('"');
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c == '"' || c == '\\')
			printf("\\%c", c);
		else if (c < 32 || c > 126) /* octets, not characters: the reader takes Latin-1 */
			printf("\\u%04x", c);
		else
			putchar(c);
	}
	putchar('"');
}

static void put_field(const char *name, const char *value)
{
	printf("\"%s\":", name);
	put_json(value);
	putchar(',');
}

static void put_addresses(InternetAddressList *list)
{
	int n = list ? internet_address_list_length(list) : 0;

	for (int i = 0; i < n; i++) {
		InternetAddress *a = internet_address_list_get_address(list, i);

		printf("%s[", i ? "," : "");
		put_json(internet_address_get_name(a));
		putchar(',');
		if (INTERNET_ADDRESS_IS_GROUP(a)) {
			putchar('[');
			put_addresses(
				internet_address_group_get_members(INTERNET_ADDRESS_GROUP(a)));
			putchar(']');
		} else {
			put_json(internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(a)));
		}
		putchar(']');
	}
}

static void put_list(const char *name, InternetAddressList *list)
{
	printf("\"%s\":[", name);
	put_addresses(list);
	printf("],");
}

static void put_envelope(GMimeMessage *m)
{
	GDateTime *date = g_mime_message_get_date(m);

	printf("\"envelope\":{");
	if (date)
		printf("\"date\":%lld,", (long long)g_date_time_to_unix(date));
	put_list("from", g_mime_message_get_from(m));
	put_list("sender", g_mime_message_get_sender(m));
	put_list("reply_to", g_mime_message_get_reply_to(m));
	put_list("to", g_mime_message_get_to(m));
	put_list("cc", g_mime_message_get_cc(m));
	put_list("bcc", g_mime_message_get_bcc(m));
	put_field("message_id", g_mime_message_get_message_id(m));
	printf("\"subject\":");
	put_json(g_mime_message_get_subject(m));
	printf("},");
}

static void put_object(GMimeObject *o, GMimeMessage *root_of);

static void put_content(GMimeObject *o)
{
	GMimeDataWrapper *content =
		GMIME_IS_PART(o) ? g_mime_part_get_content(GMIME_PART(o)) : NULL;
	GMimeStream *null = g_mime_stream_null_new();
	long long decoded =
		content ? (long long)g_mime_data_wrapper_write_to_stream(content, null) : 0;

	if (GMIME_IS_PART(o))
		printf("\"decoded\":%lld,", decoded);
	g_object_unref(null);
}

static void put_children(GMimeObject *o)
{
	printf("\"parts\":[");
	if (GMIME_IS_MULTIPART(o)) {
		for (int i = 0; i < g_mime_multipart_get_count(GMIME_MULTIPART(o)); i++) {
			printf(i ? "," : "");
			put_object(g_mime_multipart_get_part(GMIME_MULTIPART(o), i), NULL);
		}
	} else if (GMIME_IS_MESSAGE_PART(o)) {
		GMimeMessage *m = g_mime_message_part_get_message(GMIME_MESSAGE_PART(o));

		if (m)
			put_object(g_mime_message_get_mime_part(m), m);
	}
	printf("]");
}

static void put_object(GMimeObject *o, GMimeMessage *root_of)
{
	GMimeContentType *type = g_mime_object_get_content_type(o);
	GMimeContentDisposition *disposition = g_mime_object_get_content_disposition(o);
	const char *filename = g_mime_object_get_content_disposition_parameter(o, "filename");

	printf("{");
	if (root_of)
		put_envelope(root_of);
	put_field("type", g_mime_content_type_get_media_type(type));
	put_field("subtype", g_mime_content_type_get_media_subtype(type));
	put_field("charset", g_mime_content_type_get_parameter(type, "charset"));
	put_field("name", g_mime_content_type_get_parameter(type, "name"));
	put_field("filename", filename);
	put_field("disposition",
	          disposition ? g_mime_content_disposition_get_disposition(disposition) : NULL);
	put_field("id", g_mime_object_get_content_id(o));
	put_content(o);
	put_children(o);
	printf("}");
}

static void dump(const char *file)
{
	GMimeStream *stream = g_mime_stream_file_open(file, "r", NULL);
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	GMimeMessage *m = g_mime_parser_construct_message(parser, NULL);

	printf("{\"file\":\"%s\"", file);
	if (m) {
		printf(",\"root\":");
		put_object(g_mime_message_get_mime_part(m), m);
		g_object_unref(m);
	}
	printf("}\n");
	g_object_unref(parser);
	g_object_unref(stream);
}

int main(int argc, char **argv)
{
	g_mime_init();
	for (int i = 1; i < argc; i++)
		dump(argv[i]);
	g_mime_shutdown();
	return 0;
}
