//! wrk's output as text: that of our windows, and that which the original study published.

use anyhow::{Context, anyhow};

use super::measurement::{Errors, Latency, Measurement};

/// The figures of wrk's text, which are rounded; those of `result` are not.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct WrkText {
    /// Threads of wrk.
    pub threads: u32,
    /// Connections of wrk.
    pub connections: u32,
    /// Latencies, in microseconds.
    pub latency: Latency,
    /// Requests answered.
    pub requests: u64,
    /// Length of the window in seconds.
    pub duration_s: f64,
    /// Bytes read.
    pub bytes: f64,
    /// Errors on the sockets.
    pub errors: Errors,
    /// Responses that are neither 2xx nor 3xx.
    pub non_2xx: u64,
    /// Requests per second.
    pub requests_per_s: f64,
    /// Bytes per second.
    pub bytes_per_s: f64,
}

impl WrkText {
    /// Parses a whole text; a truncated one is an error.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let mut parsed = Self::default();
        let (mut counted, mut ended) = (false, false);
        for line in text.lines() {
            let words: Vec<&str> = line.split_whitespace().collect();
            let read = match words.as_slice() {
                [threads, "threads", "and", connections, "connections"] => (|| {
                    Some(
                        (parsed.threads, parsed.connections) =
                            (threads.parse().ok()?, connections.parse().ok()?),
                    )
                })(),
                ["Latency", mean, stdev, max, _] => {
                    (parsed.latency.mean, parsed.latency.stdev, parsed.latency.max) =
                        (micros(mean), micros(stdev), micros(max));
                    Some(())
                }
                [percent @ ("50%" | "75%" | "90%" | "99%"), value] => {
                    *match *percent {
                        "50%" => &mut parsed.latency.p50,
                        "75%" => &mut parsed.latency.p75,
                        "90%" => &mut parsed.latency.p90,
                        _ => &mut parsed.latency.p99,
                    } = micros(value);
                    Some(())
                }
                [requests, "requests", "in", duration, bytes, "read"] => {
                    counted = true;
                    (|| {
                        parsed.requests = requests.parse().ok()?;
                        parsed.duration_s = micros(duration.trim_end_matches(','))? / 1e6;
                        parsed.bytes = binary(bytes)?;
                        Some(())
                    })()
                }
                ["Socket", "errors:", rest @ ..] => {
                    errors(rest).map(|errors| parsed.errors = errors)
                }
                ["Non-2xx", "or", "3xx", "responses:", count] => {
                    count.parse().ok().map(|count| parsed.non_2xx = count)
                }
                ["Requests/sec:", rate] => {
                    rate.parse().ok().map(|rate| parsed.requests_per_s = rate)
                }
                ["Transfer/sec:", rate] => {
                    ended = true;
                    binary(rate).map(|rate| parsed.bytes_per_s = rate)
                }
                _ => Some(()),
            };
            read.with_context(|| format!("a line of wrk's text cannot be read: {line:?}"))?;
        }
        if !(counted && ended) {
            let last = text.lines().last().unwrap_or_default();
            return Err(anyhow!("wrk's text was cut short; its last line is {last:?}"));
        }
        if parsed.requests == 0 {
            parsed.latency = Latency::default();
        }
        Ok(parsed)
    }

    /// The figures of the window, as far as the text has them.
    #[must_use]
    pub fn into_measurement(self) -> Measurement {
        Measurement {
            elapsed_s: None,
            duration_s: self.duration_s,
            requests: self.requests,
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a count of bytes, rounded by wrk"
            )]
            bytes: self.bytes as u64,
            latency: self.latency,
            non_2xx: self.non_2xx,
            errors: self.errors,
            ..Measurement::default()
        }
    }
}

fn errors(words: &[&str]) -> Option<Errors> {
    let count = |name| {
        let at = words.iter().position(|&word| word == name)?;
        words.get(at + 1)?.trim_end_matches(',').parse().ok()
    };
    Some(Errors {
        connect: count("connect")?,
        read: count("read")?,
        write: count("write")?,
        timeout: count("timeout")?,
    })
}

/// A time with wrk's unit, in microseconds; `-nan` is none.
fn micros(text: &str) -> Option<f64> {
    scaled(text, &[("us", 1.0), ("ms", 1e3), ("s", 1e6), ("m", 60e6), ("h", 3600e6)])
}

/// A count of bytes with wrk's unit, which is binary despite its name.
fn binary(text: &str) -> Option<f64> {
    const K: f64 = 1024.0;
    scaled(text, &[("KB", K), ("MB", K * K), ("GB", K * K * K), ("TB", K * K * K * K), ("B", 1.0)])
}

fn scaled(text: &str, units: &[(&str, f64)]) -> Option<f64> {
    let (number, scale) =
        units.iter().find_map(|(unit, scale)| Some((text.strip_suffix(unit)?, scale)))?;
    let number: f64 = number.parse().ok()?;
    number.is_finite().then_some(number * scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
Running 3s test @ http://127.0.0.1:5000
  12 threads and 120 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     2.25ms    1.50ms   1.02s    66.14%
    Req/Sec     4.77k   631.80     6.36k    71.63%
  Latency Distribution
     50%  950.00us
     75%    2.55ms
     90%    4.01ms
     99%    1.01m 
  171234 requests in 3.10s, 21.50MB read
  Socket errors: connect 1, read 2, write 3, timeout 4
  Non-2xx or 3xx responses: 85617
Requests/sec:  55236.77
Transfer/sec:      6.93MB
";

    #[test]
    #[expect(clippy::float_cmp, reason = "the figures are read, not computed")]
    fn every_figure_is_read_with_its_unit() {
        let text = WrkText::parse(TEXT).unwrap();
        assert_eq!((text.threads, text.connections, text.requests), (12, 120, 171_234));
        assert_eq!(text.duration_s, 3.1);
        assert_eq!(text.bytes, 21.5 * 1024.0 * 1024.0);
        assert_eq!(text.latency.mean, Some(2250.0));
        assert_eq!(text.latency.max, Some(1_020_000.0));
        assert_eq!(text.latency.p50, Some(950.0));
        assert_eq!(text.latency.p99, Some(60_600_000.0));
        assert_eq!(text.errors, Errors { connect: 1, read: 2, write: 3, timeout: 4 });
        assert_eq!((text.non_2xx, text.requests_per_s), (85_617, 55_236.77));
    }

    #[test]
    fn lines_that_wrk_leaves_out_are_zero() {
        let text: String = TEXT
            .lines()
            .filter(|line| {
                !line.contains("Socket") && !line.contains("Non-2xx") && !line.contains('%')
            })
            .flat_map(|line| [line, "\n"])
            .collect();
        let text = WrkText::parse(&text).unwrap();
        assert_eq!((text.errors, text.non_2xx), (Errors::default(), 0));
        assert_eq!(text.latency.p50, None);
    }

    #[test]
    fn a_window_without_an_answer_has_no_latency() {
        let text = TEXT
            .replace("171234 requests", "0 requests")
            .replace("2.25ms    1.50ms   1.02s    66.14%", "0.00us    0.00us   0.00us    -nan%");
        assert_eq!(WrkText::parse(&text).unwrap().latency, Latency::default());
    }

    #[test]
    fn a_text_that_was_cut_short_is_an_error_wherever_the_cut_is() {
        let whole = TEXT.trim_end();
        let last_line = whole.rfind('\n').unwrap();
        for cut in 0..=last_line {
            assert!(WrkText::parse(&whole[..cut]).is_err(), "{:?}", &whole[..cut]);
        }
        assert!(WrkText::parse(&whole[..last_line + "\nTransfer/sec:      6.9".len()]).is_err());
    }

    #[test]
    fn what_is_no_text_of_wrk_is_an_error() {
        for text in ["", "unable to connect to 127.0.0.1:5000 Connection refused\n", "\u{0}\u{1}"] {
            assert!(WrkText::parse(text).is_err());
        }
        assert!(WrkText::parse(&TEXT.replace("171234", "many")).is_err());
    }
}
