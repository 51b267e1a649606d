//! Figures as people read and write them: three significant digits and a unit.

use std::{fmt::Display, time::Duration};

use jiff::SignedDuration;

use crate::matrix::Metric;

/// Stands for a missing figure.
pub const NO_FIGURE: &str = "–";

/// A figure as `unit` formats it, if there is one.
pub fn shown(figure: Option<f64>, unit: fn(f64) -> String) -> String {
    figure.map_or_else(|| NO_FIGURE.to_owned(), unit)
}

/// How to format a metric's figures.
#[must_use]
pub fn unit(metric: Metric) -> fn(f64) -> String {
    match metric {
        Metric::CapacityPerS | Metric::RequestsPerS => number,
        Metric::P99Us | Metric::ServerCpuUsPerRequest => micros,
        Metric::PeakRssTreeKb => kib,
    }
}

/// A count of things: `1 round`, `5 rounds`.
#[must_use]
pub fn counted<N: Copy + Display + PartialEq + From<u8>>(count: N, thing: &str) -> String {
    let plural = if count == N::from(1) { "" } else { "s" };
    format!("{count} {thing}{plural}")
}

/// A figure with three significant digits: `42,600`, `549`, `38.7`, `0.412`.
#[must_use]
pub fn number(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return if value == 0.0 { "0" } else { NO_FIGURE }.to_owned();
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the exponent of a double has three digits"
    )]
    let digits = value.abs().log10().floor() as i32;
    let unit = 10f64.powi(digits - 2);
    let rounded = (value / unit).round() * unit;
    let decimals = usize::try_from(2 - digits).unwrap_or(0);
    with_commas(&format!("{rounded:.decimals$}"))
}

fn with_commas(plain: &str) -> String {
    let (whole, fraction) = plain.split_once('.').unwrap_or((plain, ""));
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        let left = whole.len() - at;
        if at > 0 && left % 3 == 0 && !grouped.ends_with('-') {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if fraction.is_empty() { grouped } else { format!("{grouped}.{fraction}") }
}

/// A formatted figure without trailing zeros, for an axis: `50 ms` for `50.0 ms`.
#[must_use]
pub fn round(text: &str) -> String {
    let (figure, unit) = text.split_once(' ').unwrap_or((text, ""));
    let short = match figure.split_once('.') {
        Some(_) => figure.trim_end_matches('0').trim_end_matches('.'),
        None => figure,
    };
    if unit.is_empty() { short.to_owned() } else { format!("{short} {unit}") }
}

/// A time from microseconds: `950 µs`, `2.73 ms`, `1.21 s`.
#[must_use]
pub fn micros(us: f64) -> String {
    scaled(us, &[(1e6, "s"), (1e3, "ms"), (1.0, "µs")])
}

/// Memory from KiB: `13.4 MiB`.
#[must_use]
pub fn kib(kib: f64) -> String {
    bytes(kib * 1024.0)
}

/// A count of bytes: `2.68 GiB`.
#[must_use]
pub fn bytes(bytes: f64) -> String {
    const K: f64 = 1024.0;
    scaled(bytes, &[(K * K * K, "GiB"), (K * K, "MiB"), (K, "KiB"), (1.0, "B")])
}

fn scaled(value: f64, units: &[(f64, &str)]) -> String {
    let fits = |&&(scale, _): &&(f64, &str)| value >= scale;
    let (scale, unit) = units.iter().find(fits).or(units.last()).copied().unwrap_or((1.0, ""));
    format!("{} {unit}", number(value / scale))
}

/// The longest duration, so that no sum of several is too large.
const A_YEAR: Duration = Duration::from_hours(366 * 24);

/// A duration as people write it: `5s`, `2m`, `1m 30s`.
///
/// # Errors
/// One sentence that says how to write it.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    if text.parse::<f64>().is_ok() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
    {
        return Err(format!("it has no unit: write {text}s for seconds or {text}m for minutes"));
    }
    let duration = text.parse::<SignedDuration>();
    match duration.ok().and_then(|duration| Duration::try_from(duration).ok()) {
        Some(duration) if duration > A_YEAR => Err("it is longer than a year".to_owned()),
        Some(duration) => Ok(duration),
        None => Err("it is not a duration: write 5s, 2m or 1m 30s".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_has_a_unit_and_without_one_the_message_says_how_to_write_it() {
        assert_eq!(parse_duration("5s"), Ok(Duration::from_secs(5)));
        assert_eq!(parse_duration("1m 30s"), Ok(Duration::from_secs(90)));
        assert!(parse_duration("5").unwrap_err().contains("write 5s"));
        for long in ["9000h", "9223372036854775807s"] {
            assert!(parse_duration(long).unwrap_err().contains("longer than a year"), "{long}");
        }
        for wrong in ["", "five", "-1s", "s"] {
            assert!(parse_duration(wrong).unwrap_err().contains("write 5s"), "{wrong}");
        }
    }

    #[test]
    fn three_digits_count_and_no_more() {
        let cases = [
            (42_571.256, "42,600"),
            (1_234_567.0, "1,230,000"),
            (549.05, "549"),
            (38.714, "38.7"),
            (0.412_34, "0.412"),
            (999.7, "1,000"),
            (0.0, "0"),
            (-1_234.0, "-1,230"),
        ];
        for (value, expected) in cases {
            assert_eq!(number(value), expected);
        }
    }

    #[test]
    fn at_an_axis_there_are_no_idle_zeros() {
        let cases =
            [("50.0 ms", "50 ms"), ("1.00 s", "1 s"), ("20,000", "20,000"), ("0.500", "0.5")];
        for (text, expected) in cases {
            assert_eq!(round(text), expected);
        }
    }

    #[test]
    fn the_unit_is_the_largest_that_fits() {
        assert_eq!(micros(950.0), "950 µs");
        assert_eq!(micros(2733.0), "2.73 ms");
        assert_eq!(micros(1_205_247.0), "1.21 s");
        assert_eq!(kib(13_788.0), "13.5 MiB");
        assert_eq!(bytes(2_877_292_544.0), "2.68 GiB");
        assert_eq!(bytes(10.0), "10.0 B");
    }
}
