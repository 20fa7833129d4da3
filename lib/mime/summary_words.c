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

/* Where the words are, sorted by length and then by octets. How a writer finds them is not part of
 * the format. */
/* clang-format off */
static const struct {
	uint16_t at, n;
} places[] = {
	{145, 3}, {1292, 3}, {806, 3}, {447, 3}, {884, 3}, {354, 3}, {796, 3}, {775, 3},
	{874, 3}, {154, 3}, {1373, 3}, {370, 3}, {1582, 4}, {1587, 4}, {1143, 4}, {34, 4},
	{1148, 4}, {39, 4}, {1069, 4}, {2076, 4}, {1535, 4}, {1053, 4}, {1565, 4}, {1296, 4},
	{841, 4}, {73, 4}, {2024, 4}, {785, 4}, {386, 4}, {863, 4}, {1381, 4}, {1447, 4},
	{1592, 4}, {0, 4}, {852, 4}, {1399, 4}, {1342, 4}, {830, 4}, {1084, 5}, {1058, 5},
	{1488, 5}, {78, 5}, {1347, 5}, {857, 5}, {1813, 5}, {1367, 5}, {1807, 5}, {1801, 5},
	{1819, 5}, {779, 5}, {202, 5}, {1381, 5}, {5, 5}, {1404, 5}, {19, 5}, {878, 5},
	{1136, 6}, {1153, 6}, {1177, 6}, {1494, 6}, {1558, 6}, {1794, 6}, {2100, 6}, {61, 6},
	{1112, 6}, {290, 6}, {1335, 6}, {1360, 6}, {474, 6}, {1285, 6}, {1022, 6}, {1895, 6},
	{1776, 6}, {1278, 6}, {1473, 6}, {1410, 6}, {403, 6}, {273, 6}, {163, 6}, {1421, 6},
	{1432, 6}, {236, 6}, {1910, 6}, {1509, 7}, {1501, 7}, {1480, 7}, {1917, 7}, {11, 7},
	{1902, 7}, {904, 7}, {755, 7}, {2007, 7}, {984, 7}, {218, 7}, {1439, 7}, {2029, 7},
	{816, 7}, {1526, 8}, {1517, 8}, {2081, 8}, {1540, 8}, {1549, 8}, {1184, 8}, {84, 8},
	{131, 8}, {183, 8}, {1377, 8}, {2015, 8}, {704, 8}, {1452, 8}, {140, 8}, {149, 8},
	{25, 8}, {2119, 9}, {1074, 9}, {2090, 9}, {1064, 9}, {868, 9}, {253, 9}, {1377, 9},
	{307, 9}, {1825, 9}, {800, 9}, {790, 9}, {93, 9}, {894, 9}, {1629, 9}, {1325, 9},
	{1662, 9}, {68, 9}, {878, 9}, {1874, 9}, {1783, 10}, {1228, 10}, {1053, 10},
	{115, 10}, {857, 10}, {1884, 10}, {835, 10}, {779, 10}, {846, 10}, {824, 10},
	{1725, 10}, {1217, 10}, {1417, 10}, {1428, 10}, {629, 10}, {2037, 10}, {1973, 10},
	{1639, 10}, {0, 10}, {1748, 10}, {1100, 11}, {1313, 11}, {1205, 11}, {2107, 11},
	{1984, 11}, {103, 11}, {317, 11}, {1925, 11}, {1949, 11}, {1937, 11}, {1387, 11},
	{1862, 11}, {1301, 11}, {1193, 11}, {1850, 11}, {1461, 11}, {1650, 11}, {1736, 11},
	{1570, 11}, {1252, 12}, {1686, 12}, {1699, 12}, {1712, 12}, {329, 12}, {422, 12},
	{1265, 12}, {1239, 12}, {2062, 13}, {1597, 13}, {1000, 13}, {810, 13}, {2048, 13},
	{678, 13}, {652, 13}, {1672, 13}, {126, 13}, {178, 13}, {1835, 14}, {1014, 14},
	{904, 14}, {163, 14}, {1074, 15}, {435, 15}, {342, 15}, {763, 15}, {358, 15},
	{927, 15}, {1037, 15}, {976, 15}, {192, 15}, {601, 15}, {888, 15}, {1119, 16},
	{1160, 16}, {374, 16}, {280, 16}, {263, 16}, {226, 16}, {44, 16}, {1759, 16},
	{1611, 17}, {208, 17}, {725, 17}, {391, 18}, {743, 19}, {243, 19}, {297, 19},
	{158, 19}, {692, 20}, {1090, 21}, {992, 21}, {93, 21}, {1984, 22}, {617, 22},
	{1961, 22}, {2076, 23}, {919, 23}, {1029, 23}, {317, 24}, {410, 24}, {951, 24},
	{666, 25}, {640, 25}, {589, 27}, {713, 29}, {943, 32}, {535, 53}, {463, 59},
	{523, 65}, {451, 71},
};
/* clang-format on */

bool summary_word(struct slice word, size_t *at)
{
	size_t low = 0, high = sizeof(places) / sizeof(*places);

	while (low < high) {
		size_t middle = (low + high) / 2, n = places[middle].n;
		int order = word.n == n  ? memcmp(word.p, summary_words + places[middle].at, n)
		            : word.n < n ? -1
		                         : 1;

		if (!order) {
			*at = places[middle].at;
			return true;
		}
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return false;
}
