#ifndef BASE_DATE_H
#define BASE_DATE_H

#include <postkeep/buf.h>
#include <postkeep/slice.h>

/*
 * Dates of mail. A moment is milliseconds since 1970-01-01 00:00 UTC (negative before it) with a
 * zone, minutes east of UTC, in which it was written. No leap seconds; the proleptic Gregorian
 * calendar; own arithmetic, so no locale and no TZ. All of it is safe in every thread.
 *
 * What is written is clamped to the years 0000 to 9999 and zones of less than 100 hours: then each
 * form has its fixed width.
 */

/*
 * RFC 5322 3.3 and 4.3: day name, comments and seconds are optional, years of two and three
 * digits, named and military zones (an unknown one counts as -0000), also asctime's order. A year
 * above 9999 counts as 9999, second 60 as the next minute's 0. False: not a date, results
 * untouched.
 */
[[nodiscard]] bool date_parse(struct slice text, int64_t *ms, int16_t *zone_minutes);

/* RFC 9051 date-time without its quotes: "17-Jul-1996 02:44:25 -0700" or " 7-Jul-1996 ...". */
[[nodiscard]] bool date_parse_imap(struct slice text, int64_t *ms, int16_t *zone_minutes);

/* RFC 9051 date-text without quotes, as SEARCH has it: "1-Feb-1994". Days since 1970-01-01. */
[[nodiscard]] bool date_parse_day(struct slice text, int64_t *days);

void date_put_mail(struct buf *out, int64_t ms,
                   int16_t zone_minutes); /* Wed, 17 Jul 1996 02:44:25 -0700 */
void date_put_imap(struct buf *out, int64_t ms,
                   int16_t zone_minutes);       /* 17-Jul-1996 02:44:25 -0700 */
void date_put_iso(struct buf *out, int64_t ms); /* 1996-07-17T09:44:25.000Z */

/* The day, since 1970-01-01, that a calendar at that zone shows: for SEARCH SINCE, ON, SENTON. */
int64_t date_day(int64_t ms, int16_t zone_minutes);

int64_t date_days_from_civil(int64_t year, unsigned month, unsigned day); /* month and day from 1 */
void date_civil_from_days(int64_t days, int64_t *year, unsigned *month, unsigned *day);

#endif
