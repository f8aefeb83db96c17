use std::fmt;

const SECONDS_PER_DAY: i64 = 86_400;
/// 9999-12-31 23:59:59, after which a year has five digits.
const LAST: i64 = 253_402_300_799;
/// Days from 1 March of the year 0 to 1 January 1970.
const EPOCH: i64 = 719_468;
/// Days in 400 years, after which the calendar repeats.
const ERA: i64 = 146_097;

/// Seconds since 1970 as `2012-07-27 13:37:00 UTC`; as the number where that is before 1970 or after 9999.
pub(super) struct Date(pub(super) i64);

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !(0..=LAST).contains(&self.0) {
            return write!(f, "{} seconds since 1970", self.0);
        }
        let (days, second) = (self.0 / SECONDS_PER_DAY, self.0 % SECONDS_PER_DAY);
        let (year, month, day) = civil(days + EPOCH);
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        write!(
            f,
            "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02} UTC"
        )
    }
}

/// Year, month and day of a day counted from 1 March of the year 0: with years that begin in March, the day that comes
/// only every few years is the last one.
fn civil(days: i64) -> (i64, i64, i64) {
    let (era, day) = (days / ERA, days % ERA);
    // One day more every 4 years (1,460 days and one), but for every 100 (36,524) and not every 400.
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    // Five months from March on have 153 days, and so on.
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let year = 400 * era + year;
    if month < 10 {
        (year, month + 3, day)
    } else {
        (year + 1, month - 9, day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_leap(year: i64) -> bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    #[test]
    fn every_day_to_the_year_9999_is_the_one_that_counting_finds() {
        let mut days = EPOCH;
        for year in 1970..10_000 {
            let february = if is_leap(year) { 29 } else { 28 };
            let lengths = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
            for (month, length) in (1..).zip(lengths) {
                for day in 1..=length {
                    assert_eq!(civil(days), (year, month, day));
                    days += 1;
                }
            }
        }
        assert_eq!((days - EPOCH) * SECONDS_PER_DAY, LAST + 1);
    }

    #[test]
    fn dates_are_written_with_their_time_and_odd_ones_as_numbers() {
        for (seconds, expect) in [
            (0, "1970-01-01 00:00:00 UTC"),
            (1_343_396_220, "2012-07-27 13:37:00 UTC"),
            (LAST, "9999-12-31 23:59:59 UTC"),
            (LAST + 1, "253402300800 seconds since 1970"),
            (-1, "-1 seconds since 1970"),
        ] {
            assert_eq!(Date(seconds).to_string(), expect);
        }
    }
}
