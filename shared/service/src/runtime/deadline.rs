//! Deadlines of calls: the caller's `grpc-timeout` header, a default and a maximum.

use std::time::Duration;

use http::HeaderMap;

use crate::fault::{Fault, Result};

/// Deadline of a call without a `grpc-timeout` header.
pub const DEADLINE_DEFAULT: Duration = Duration::from_secs(30);
/// Maximum deadline of a call that is not a stream.
pub const DEADLINE_MAX: Duration = Duration::from_secs(120);
/// Maximum time that a call may be in flight after its caller stopped waiting: far longer than any deadline.
/// Tombstones that refuse late calls are kept for this time.
pub const LATE_CALL_MAX: Duration = Duration::from_secs(24 * 60 * 60);
const _: () = assert!(LATE_CALL_MAX.as_secs() > 100 * DEADLINE_MAX.as_secs());
/// Maximum time before the caller's deadline at which the server stops working on the call, so that the
/// answer still arrives. The time is a tenth of the deadline, up to this maximum.
const MARGIN_MAX: Duration = Duration::from_millis(20);

const HEADER: &str = "grpc-timeout";
const DIGITS_MAX: usize = 8;

/// The time that the server may work on a call with these headers; `None` for a stream without a deadline.
///
/// # Errors
/// [`Fault::Invalid`] for a malformed `grpc-timeout`.
pub(crate) fn of(headers: &HeaderMap, streaming: bool) -> Result<Option<Duration>> {
    let Some(sent) = headers.get(HEADER) else {
        return Ok((!streaming).then_some(DEADLINE_DEFAULT));
    };
    let text = String::from_utf8_lossy(sent.as_bytes());
    let asked = parse(&text).ok_or_else(|| {
        Fault::field(HEADER, format!("must be 1 to 8 digits and one of H, M, S, m, u and n, was `{text}`"))
    })?;
    let granted = if streaming { asked } else { asked.min(DEADLINE_MAX) };
    Ok(Some(granted - (granted / 10).min(MARGIN_MAX)))
}

fn parse(text: &str) -> Option<Duration> {
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if digits.is_empty() || digits.len() > DIGITS_MAX || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let count: u64 = digits.parse().ok()?;
    match unit {
        "H" => Some(Duration::from_secs(count * 3600)),
        "M" => Some(Duration::from_secs(count * 60)),
        "S" => Some(Duration::from_secs(count)),
        "m" => Some(Duration::from_millis(count)),
        "u" => Some(Duration::from_micros(count)),
        "n" => Some(Duration::from_nanos(count)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn asked(text: &'static str) -> Result<Option<Duration>> {
        of(
            &HeaderMap::from_iter([(http::HeaderName::from_static(HEADER), HeaderValue::from_static(text))]),
            false,
        )
    }

    #[test]
    fn every_unit_is_understood() {
        let units =
            [("1H", 3_600_000), ("2M", 120_000), ("3S", 3_000), ("4m", 4), ("5000u", 5), ("6000000n", 6)];
        for (text, millis) in units {
            assert_eq!(parse(text), Some(Duration::from_millis(millis)), "{text}");
        }
    }

    #[test]
    fn a_malformed_deadline_is_refused_instead_of_ignored() {
        for text in ["", "S", "10", "10x", "123456789S", "-1S", "1.5S", "+1S", "10 S"] {
            assert!(matches!(asked(text), Err(Fault::Invalid(_))), "{text}");
        }
    }

    #[test]
    fn a_deadline_has_a_default_a_maximum_and_a_margin() {
        assert_eq!(of(&HeaderMap::new(), false).unwrap(), Some(DEADLINE_DEFAULT));
        assert_eq!(of(&HeaderMap::new(), true).unwrap(), None);
        assert_eq!(asked("10S").unwrap(), Some(Duration::from_millis(9_980)));
        assert_eq!(asked("10m").unwrap(), Some(Duration::from_millis(9)));
        assert_eq!(asked("99999999H").unwrap(), Some(DEADLINE_MAX - MARGIN_MAX));
    }
}
