#include "summary_words.h"

/* A word that is part of another one need not be here; the most frequent come first, where places
 * are short. Never to be changed: see summary.h. */
const char summary_words[] =
	"text/plain charset utf-8 us-ascii 7bit 8bit quoted-printable base64 text/html UTF-8 "
	"boundary multipart/alternative attachment text/calendar text/csv text/xml "
	"text/rfc822-headers text/enriched multipart/mixed multipart/related multipart/signed "
	"multipart/encrypted multipart/report multipart/digest multipart/form-data "
	"application/octet-stream application/pdf application/zip application/json "
	"application/msword application/vnd.ms-excel application/ics "
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document "
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet "
	"application/pkcs7-signature application/pkcs7-mime application/pgp-signature "
	"application/pgp-encrypted application/pgp-keys application/x-pkcs7-signature "
	"application/ms-tnef application/rtf image/jpeg image/png image/gif image/svg+xml "
	"image/webp image/heic image/tiff audio/mpeg audio/wav video/mp4 video/quicktime "
	"message/rfc822 message/delivery-status message/disposition-notification "
	"message/partial message/external-body message/global message/feedback-report "
	"TEXT/PLAIN TEXT/HTML MULTIPART/MIXED MULTIPART/ALTERNATIVE binary QUOTED-PRINTABLE "
	"BASE64 7BIT 8BIT BINARY Quoted-Printable Base64 US-ASCII iso-8859-15 ISO-8859-15 "
	"iso-8859-2 ISO-8859-2 windows-1252 Windows-1252 windows-1251 koi8-r gb2312 gbk big5 "
	"iso-2022-jp ISO-2022-JP shift_jis euc-kr utf8 Utf-8 format flowed delsp yes "
	"filename* filename*0* type start micalg pgp-sha256 pgp-sha512 sha-256 sha1 protocol "
	"report-type method REQUEST REPLY CANCEL Charset CHARSET Boundary BOUNDARY Name "
	"FileName Filename Format Type x-unix-mode 0644 0666 size creation-date "
	"modification-date read-date smime-type signed-data smime.p7s signature.asc "
	"image001.png image002.png image003.jpg invite.ics winmail.dat x-mac-type "
	"x-apple-part-url inline ATTACHMENT INLINE en-US en-GB de-DE fr-FR gmail.com "
	"googlemail.com outlook.com hotmail.com yahoo.com icloud.com gmx.de gmx.net web.de "
	"aol.com example.com example.org example.net undisclosed-recipients Undisclosed "
	"recipients noreply no-reply info support postmaster mailer-daemon MAILER-DAEMON Mail "
	"Delivery Subsystem System UNDISCLOSED GMAIL.COM";

_Static_assert(sizeof(summary_words) - 1 == SUMMARY_WORDS, "part of the format");
