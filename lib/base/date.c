#include "base/date.h"

#include "base/cfws.h"

#define DAY_MS     86400000
#define MINUTE_MS  60000
#define YEAR_MAX   9999
#define ZONE_LIMIT 5999 /* "+9959" */

static const char month_names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
static const char day_names[] = "SunMonTueWedThuFriSat";

/* A moment as its writer put it. */
struct civil {
	int64_t year, month, day, hour, minute, second;
	int64_t zone; /* minutes */
};

/* Days are counted from 1 March of year 0 on: then a leap day is the last of its year. Eras of 400
 * years all have 146097 days; 719468 of these days lie before 1970. */
int64_t date_days_from_civil(int64_t year, unsigned month, unsigned day)
{
	int64_t y = year - (month <= 2);
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t of_era = y - era * 400;
	int64_t of_year = (153 * ((int64_t)month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

void date_civil_from_days(int64_t days, int64_t *year, unsigned *month, unsigned *day)
{
	int64_t z = days + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t of_era = z - era * 146097;
	int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * y + y / 4 - y / 100);
	int64_t m = (5 * of_year + 2) / 153;

	*day = (unsigned)(of_year - (153 * m + 2) / 5 + 1);
	*month = (unsigned)(m < 10 ? m + 3 : m - 9);
	*year = y + era * 400 + (*month <= 2);
}

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

int64_t date_day(int64_t ms, int16_t zone_minutes)
{
	return floor_div(floor_div(ms, MINUTE_MS) + zone_minutes, 1440);
}

static bool leap(int64_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static bool civil_ok(const struct civil *c)
{
	static const int64_t month_days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return c->month >= 1 && c->month <= 12 && c->day >= 1 &&
	       c->day <= month_days[c->month - 1] + (c->month == 2 && leap(c->year)) &&
	       c->hour <= 23 && c->minute <= 59 && c->second <= 60;
}

static int64_t civil_ms(const struct civil *c)
{
	int64_t days = date_days_from_civil(c->year, (unsigned)c->month, (unsigned)c->day);

	return ((days * 24 + c->hour) * 60 + c->minute - c->zone) * MINUTE_MS + c->second * 1000;
}

static bool take(struct slice *s, char c)
{
	cfws_skip(s);
	if (!s->n || s->p[0] != c)
		return false;
	*s = slice_skip(*s, 1);
	return true;
}

/* Digits; what is above 9999 stays there. *digits: how many. False: none. */
static bool take_number(struct slice *s, int64_t *value, size_t *digits)
{
	size_t n = 0;

	cfws_skip(s);
	*value = 0;
	for (; n < s->n && s->p[n] >= '0' && s->p[n] <= '9'; n++)
		*value = *value > YEAR_MAX ? *value : *value * 10 + (s->p[n] - '0');
	if (*value > YEAR_MAX)
		*value = YEAR_MAX;
	*digits = n;
	*s = slice_skip(*s, n);
	return n > 0;
}

static struct slice take_letters(struct slice *s)
{
	struct slice word;
	size_t n = 0;

	cfws_skip(s);
	while (n < s->n &&
	       ((s->p[n] >= 'a' && s->p[n] <= 'z') || (s->p[n] >= 'A' && s->p[n] <= 'Z')))
		n++;
	word = slice_head(*s, n);
	*s = slice_skip(*s, n);
	return word;
}

/* A name by its first three letters: 1..12, or 0. Many write months in full. */
static int64_t month_number(struct slice word)
{
	for (size_t i = 0; word.n >= 3 && i < 12; i++)
		if (slice_ieq(slice_head(word, 3), (struct slice){month_names + 3 * i, 3}))
			return (int64_t)i + 1;
	return 0;
}

/* hour ":" minute [":" second]; a '.' in place of ':' has been seen. */
static bool take_time(struct slice *s, struct civil *c)
{
	size_t digits;

	if (!take_number(s, &c->hour, &digits) || digits > 2 || (!take(s, ':') && !take(s, '.')) ||
	    !take_number(s, &c->minute, &digits) || digits > 2)
		return false;
	if (!take(s, ':') && !take(s, '.'))
		return true;
	return take_number(s, &c->second, &digits) && digits <= 2;
}

/* RFC 5322 4.3: named zones; military and unknown ones count as -0000. */
static int64_t named_zone(struct slice word)
{
	static const struct {
		struct slice name;
		int64_t minutes;
	} zones[] = {
		{S("EDT"), -240},
                {S("EST"), -300},
                {S("CDT"), -300},
                {S("CST"), -360},
		{S("MDT"), -360},
                {S("MST"), -420},
                {S("PDT"), -420},
                {S("PST"), -480},
	};

	for (size_t i = 0; i < sizeof(zones) / sizeof(*zones); i++)
		if (slice_ieq(word, zones[i].name))
			return zones[i].minutes;
	return 0;
}

/* Without a zone, or with one that says nothing: 0. */
static int64_t take_zone(struct slice *s)
{
	int64_t value, sign;
	size_t digits;

	cfws_skip(s);
	if (s->n && (s->p[0] == '+' || s->p[0] == '-')) {
		sign = s->p[0] == '-' ? -1 : 1;
		*s = slice_skip(*s, 1);
		if (!take_number(s, &value, &digits) || digits != 4 || value % 100 > 59)
			return 0;
		return sign * (value / 100 * 60 + value % 100);
	}
	return named_zone(take_letters(s));
}

/* RFC 5322 4.3. */
static void widen_year(struct civil *c, size_t digits)
{
	if (digits == 2)
		c->year += c->year < 50 ? 2000 : 1900;
	else if (digits == 3)
		c->year += 1900;
}

static bool take_year(struct slice *s, struct civil *c)
{
	size_t digits;

	if (!take_number(s, &c->year, &digits) || digits < 2)
		return false;
	widen_year(c, digits);
	return true;
}

/* "13 Feb 2020 10:00:00 +0100", hyphens in the date allowed. */
static bool take_mail_order(struct slice *s, struct civil *c)
{
	size_t digits;

	if (!take_number(s, &c->day, &digits) || digits > 2)
		return false;
	take(s, '-');
	c->month = month_number(take_letters(s));
	take(s, '-');
	if (!c->month || !take_year(s, c) || !take_time(s, c))
		return false;
	c->zone = take_zone(s);
	return true;
}

/* "Feb 13 10:00:00 2020", as asctime has it behind the day's name. */
static bool take_asctime_order(struct slice *s, struct civil *c)
{
	size_t digits;

	return take_number(s, &c->day, &digits) && digits <= 2 && take_time(s, c) &&
	       take_year(s, c);
}

bool date_parse(struct slice text, int64_t *ms, int16_t *zone_minutes)
{
	struct civil c = {0};
	struct slice word = take_letters(&text);
	bool comma = take(&text, ',');

	if (word.n && !comma && !month_number(word)) {
		struct slice after = text, next = take_letters(&after);

		c.month = month_number(next);
		if (c.month)
			text = after;
	} else if (word.n && !comma) {
		c.month = month_number(word);
	}
	if (!(c.month ? take_asctime_order(&text, &c) : take_mail_order(&text, &c)) ||
	    !civil_ok(&c))
		return false;
	*ms = civil_ms(&c);
	*zone_minutes = (int16_t)c.zone;
	return true;
}

/* Exactly `width` octets that are digits, after at most `spaces` spaces among them. */
static bool fixed_number(struct slice *s, size_t width, size_t spaces, int64_t *value)
{
	struct slice field = slice_head(*s, width);
	uint64_t v;

	for (; spaces && field.n && field.p[0] == ' '; spaces--)
		field = slice_skip(field, 1);
	if (s->n < width || !slice_number(field, YEAR_MAX, &v))
		return false;
	*value = (int64_t)v;
	*s = slice_skip(*s, width);
	return true;
}

static bool fixed_char(struct slice *s, char c)
{
	if (!s->n || s->p[0] != c)
		return false;
	*s = slice_skip(*s, 1);
	return true;
}

/* "-Jul-1996" */
static bool fixed_month_year(struct slice *s, struct civil *c)
{
	if (!fixed_char(s, '-'))
		return false;
	c->month = month_number(slice_head(*s, 3));
	*s = slice_skip(*s, 3);
	return c->month && fixed_char(s, '-') && fixed_number(s, 4, 0, &c->year);
}

bool date_parse_imap(struct slice text, int64_t *ms, int16_t *zone_minutes)
{
	struct civil c = {0};
	int64_t zone;
	bool west;

	if (!fixed_number(&text, 2, 1, &c.day) || !fixed_month_year(&text, &c) ||
	    !fixed_char(&text, ' ') || !fixed_number(&text, 2, 0, &c.hour) ||
	    !fixed_char(&text, ':') || !fixed_number(&text, 2, 0, &c.minute) ||
	    !fixed_char(&text, ':') || !fixed_number(&text, 2, 0, &c.second) ||
	    !fixed_char(&text, ' '))
		return false;
	west = fixed_char(&text, '-');
	if (!west && !fixed_char(&text, '+'))
		return false;
	if (!fixed_number(&text, 4, 0, &zone) || zone % 100 > 59 || text.n || !civil_ok(&c))
		return false;
	zone = zone / 100 * 60 + zone % 100;
	c.zone = west ? -zone : zone;
	*ms = civil_ms(&c);
	*zone_minutes = (int16_t)c.zone;
	return true;
}

bool date_parse_day(struct slice text, int64_t *days)
{
	struct civil c = {0};
	size_t width = text.n > 1 && text.p[1] >= '0' && text.p[1] <= '9' ? 2 : 1;

	if (!fixed_number(&text, width, 0, &c.day) || !fixed_month_year(&text, &c) || text.n ||
	    !civil_ok(&c))
		return false;
	*days = date_days_from_civil(c.year, (unsigned)c.month, (unsigned)c.day);
	return true;
}

static const char *month_name(unsigned month) /* 3 letters, not terminated; from 1 */
{
	return month_names + (size_t)3 * (month - 1);
}

struct shown {
	int64_t days, year, of_day; /* of_day: milliseconds */
	unsigned month, day;
	int zone;
};

static struct shown show(int64_t ms, int16_t zone_minutes)
{
	int64_t first = date_days_from_civil(0, 1, 1) * DAY_MS;
	int64_t last = date_days_from_civil(YEAR_MAX + 1, 1, 1) * DAY_MS - 1;
	struct shown v = {.zone = zone_minutes};

	if (v.zone > ZONE_LIMIT)
		v.zone = ZONE_LIMIT;
	if (v.zone < -ZONE_LIMIT)
		v.zone = -ZONE_LIMIT;
	ms = ms < first ? first : ms > last ? last : ms;
	ms += v.zone * (int64_t)MINUTE_MS;
	ms = ms < first ? first : ms > last ? last : ms;
	v.days = floor_div(ms, DAY_MS);
	v.of_day = ms - v.days * DAY_MS;
	date_civil_from_days(v.days, &v.year, &v.month, &v.day);
	return v;
}

/* A number of two digits, two octets; without printf, since lists of messages have one each. */
static void two(char *p, unsigned v)
{
	p[0] = (char)('0' + v / 10 % 10);
	p[1] = (char)('0' + v % 10);
}

static void put_clock_and_zone(struct buf *out, const struct shown *v)
{
	unsigned zone = (unsigned)(v->zone < 0 ? -v->zone : v->zone);
	unsigned seconds = (unsigned)(v->of_day / 1000);
	char text[] = " hh:mm:ss +zzzz";

	two(text + 1, seconds / 3600);
	two(text + 4, seconds / 60 % 60);
	two(text + 7, seconds % 60);
	text[10] = v->zone < 0 ? '-' : '+';
	two(text + 11, zone / 60);
	two(text + 13, zone % 60);
	buf_put(out, (struct slice){text, sizeof(text) - 1});
}

void date_put_mail(struct buf *out, int64_t ms, int16_t zone_minutes)
{
	struct shown v = show(ms, zone_minutes);
	int64_t weekday = v.days + 4 - floor_div(v.days + 4, 7) * 7; /* 1970-01-01: a Thursday */

	buf_printf(out, "%.3s, %u %.3s %04d", day_names + 3 * weekday, v.day, month_name(v.month),
	           (int)v.year);
	put_clock_and_zone(out, &v);
}

void date_put_imap(struct buf *out, int64_t ms, int16_t zone_minutes)
{
	struct shown v = show(ms, zone_minutes);

	char text[] = "dd-mmm-yyyy";

	two(text, v.day);
	memcpy(text + 3, month_name(v.month), 3);
	two(text + 7, (unsigned)v.year / 100);
	two(text + 9, (unsigned)v.year % 100);
	buf_put(out, (struct slice){text, sizeof(text) - 1});
	put_clock_and_zone(out, &v);
}

void date_put_iso(struct buf *out, int64_t ms)
{
	struct shown v = show(ms, 0);
	int seconds = (int)(v.of_day / 1000);

	buf_printf(out, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", (int)v.year, v.month, v.day,
	           seconds / 3600, seconds / 60 % 60, seconds % 60, (int)(v.of_day % 1000));
}
