/* Dates: what is read can be written, and reads as the same moment again. */
/* links: */
#include "base/date.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void round_trip(int64_t ms, int16_t zone)
{
	struct buf mail = {0}, imap = {0};
	int64_t again, year;
	int16_t again_zone;
	unsigned month, day;

	date_civil_from_days(ms / 86400000, &year, &month, &day);
	if (year < 1 || year > 9998) /* what is written is clamped there */
		return;
	date_put_mail(&mail, ms, zone);
	assert(date_parse(buf_slice(&mail), &again, &again_zone) && again == ms &&
	       again_zone == zone);
	date_put_imap(&imap, ms, zone);
	assert(date_parse_imap(buf_slice(&imap), &again, &again_zone) && again == ms &&
	       again_zone == zone);
	buf_free(&mail);
	buf_free(&imap);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice in = {(const char *)data, size};
	int64_t ms = 0, days;
	int16_t zone = 0;
	struct buf any = {0};

	if (date_parse(in, &ms, &zone))
		round_trip(ms, zone);
	if (date_parse_imap(in, &ms, &zone))
		round_trip(ms, zone);
	if (date_parse_day(in, &days))
		assert(days < 3000000 && days > -800000);
	memcpy(&ms, in.p, size < sizeof(ms) ? size : sizeof(ms));
	date_put_mail(&any, ms, (int16_t)ms);
	date_put_imap(&any, ms, (int16_t)ms);
	date_put_iso(&any, ms);
	(void)date_day(ms, (int16_t)ms);
	assert(!any.failed);
	buf_free(&any);
	return 0;
}
