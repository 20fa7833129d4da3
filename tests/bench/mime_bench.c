/* mime_bench: CPU time to scan messages and to open summaries, as a table. */
#include "mime/scan.h"
#include "mime/summary.h"

#include <time.h>

#define FOR_SECONDS 1.0

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void put_header(struct buf *m)
{
	buf_put(m, S("Return-Path: <jane.doe@mail.example.org>\r\n"
	             "Received: from mx.example.com (mx.example.com [192.0.2.25])\r\n"
	             "\tby mail.example.net (Postkeep) with ESMTPS id 4a5b6c7d8e9f\r\n"
	             "\tfor <bob@example.net>; Fri, 21 Nov 2025 09:55:08 +0100\r\n"
	             "Received: from laptop.example.org (laptop.example.org [198.51.100.7])\r\n"
	             "\tby mx.example.com (Postfix) with ESMTPSA id 0123456789AB\r\n"
	             "\tfor <bob@example.net>; Fri, 21 Nov 2025 09:55:07 +0100 (CET)\r\n"
	             "Date: Fri, 21 Nov 2025 09:55:06 +0100\r\n"
	             "From: =?utf-8?q?Jan=C3=A9?= Doe <jane.doe@mail.example.org>\r\n"
	             "To: Bob Smith <bob@example.net>, Carol Jones <carol@example.net>\r\n"
	             "Cc: \"Team, Numbers\" <numbers@lists.example.org>\r\n"
	             "Subject: Re: The quarterly numbers and what they mean for us\r\n"
	             "Message-ID: <20251121095506.ABCDEF0123@mail.example.org>\r\n"
	             "In-Reply-To: <20251120181500.1234567@mx.example.com>\r\n"
	             "References: <20251119181500.7654321@mx.example.com>\r\n"
	             " <20251120181500.1234567@mx.example.com>\r\n"
	             "User-Agent: Mozilla Thunderbird\r\nMIME-Version: 1.0\r\n"));
}

static void put_text(struct buf *m, size_t octets)
{
	for (size_t end = m->n + octets; m->n < end;)
		buf_put(m, S("Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do "
		             "eiusmod.\r\n"));
}

static void plain(struct buf *m)
{
	put_header(m);
	buf_put(m, S("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: "
	             "8bit\r\n\r\n"));
	put_text(m, 4096 - m->n);
}

static void alternative(struct buf *m)
{
	put_header(m);
	buf_put(m,
	        S("Content-Type: multipart/alternative; boundary=\"----=_Part_12_345.678\"\r\n\r\n"
	          "------=_Part_12_345.678\r\nContent-Type: text/plain; charset=utf-8\r\n"
	          "Content-Transfer-Encoding: quoted-printable\r\n\r\n"));
	put_text(m, 1500);
	buf_put(m, S("------=_Part_12_345.678\r\nContent-Type: text/html; charset=utf-8\r\n"
	             "Content-Transfer-Encoding: quoted-printable\r\n\r\n<html><body><p>"));
	put_text(m, 1500);
	buf_put(m, S("</p></body></html>\r\n------=_Part_12_345.678--\r\n"));
}

static void attachment(struct buf *m)
{
	put_header(m);
	buf_put(m, S("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nSee "
	             "below.\r\n--b\r\n"
	             "Content-Type: application/pdf; name=report.pdf\r\n"
	             "Content-Disposition: attachment; filename=report.pdf\r\n"
	             "Content-Transfer-Encoding: base64\r\n\r\n"));
	while (m->n < 30 << 20)
		buf_put(m, S("JVBERi0xLjQKJcOkw7zDtsOfCjIgMCBvYmoKPDwvTGVuZ3RoIDMgMCBSL0ZpbHRlci9Gb"
		             "GF0ZUR\r\n"));
	buf_put(m, S("--b--\r\n"));
}

static void printable(struct buf *m)
{
	put_header(m);
	buf_put(m, S("Content-Type: text/html\r\nContent-Transfer-Encoding: "
	             "quoted-printable\r\n\r\n"));
	while (m->n < 30 << 20)
		buf_put(m, S("<p style=3D\"margin:0\">Gr=C3=BC=C3=9Fe aus dem Norden, sagt der "
		             "Text hier.</p>=\r\n"));
}

static void many_parts(struct buf *m)
{
	buf_put(m, S("Content-Type: multipart/mixed; boundary=b\r\n\r\n"));
	for (int i = 0; i < 9000; i++)
		buf_put(m, S("--b\r\nContent-Type: text/html\r\n\r\nx\r\n"));
}

/* 99 boundaries are open, and every line might be one. */
static void deep(struct buf *m)
{
	for (int i = 0; i < 99; i++)
		buf_printf(m, "Content-Type: multipart/mixed; boundary=b%02d\r\n\r\n--b%02d\r\n", i,
		           i);
	buf_put(m, S("\r\n"));
	while (m->n < 4 << 20)
		buf_put(m, S("--c00\r\n"));
}

static void scan(const struct buf *m, struct buf *summary)
{
	struct mime_scan *s = mime_scan_new();
	struct slice rest = buf_slice(m);

	if (!s)
		abort();
	buf_clear(summary);
	for (; rest.n; rest = slice_skip(rest, 65536))
		mime_scan_feed(s, slice_head(rest, 65536));
	if (mime_scan_end(s, summary) != PK_OK)
		abort();
	mime_scan_free(s);
}

static void bench(const char *name, void (*make)(struct buf *))
{
	struct buf m = {0}, summary = {0};
	struct summary s;
	double start, scan_s, open_s;
	long scans = 0, opens = 0;

	make(&m);
	for (start = now(); (scan_s = now() - start) < FOR_SECONDS; scans++)
		scan(&m, &summary);
	for (start = now(); (open_s = now() - start) < FOR_SECONDS / 4; opens++)
		if (summary_open(buf_slice(&summary), m.n, &s) != PK_OK)
			abort();
	printf("%-12s %9zu %8zu %12.2f %8.0f %10.2f\n", name, m.n, summary.n, scan_s / scans * 1e6,
	       (double)m.n * scans / scan_s / 1e6, open_s / opens * 1e6);
	buf_free(&m);
	buf_free(&summary);
}

int main(void)
{
	printf("%-12s %9s %8s %12s %8s %10s\n", "message", "octets", "summary", "us a scan", "MB/s",
	       "us to open");
	bench("plain", plain);
	bench("alternative", alternative);
	bench("base64", attachment);
	bench("quoted", printable);
	bench("9000 parts", many_parts);
	bench("deep", deep);
	return 0;
}
