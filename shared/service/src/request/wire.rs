//! The contract's words for instants and codes, and the rule book's for what the contract calls alike.

use csp_policy::{Cloud, Day, Enrollment, MpnKind, PartnerKind, Standing};
use csp_proto::partner_registry::v1 as registry;
use csp_proto::policy::v1::ErrorReason;
use csp_proto::r#type::v1::{Cloud as PbCloud, PartnerKind as PbPartnerKind};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Prefix of the values of `ErrorReason` in the contract; an `ErrorInfo` leaves it out.
const REASON_PREFIX: &str = "ERROR_REASON_";

/// An instant as the contract writes it.
pub fn timestamp(instant: Timestamp) -> prost_types::Timestamp {
    // The contract wants nanoseconds that count forward, even before 1970.
    let (seconds, nanos) = (instant.as_second(), instant.subsec_nanosecond());
    if nanos < 0 {
        prost_types::Timestamp { seconds: seconds - 1, nanos: nanos + 1_000_000_000 }
    } else {
        prost_types::Timestamp { seconds, nanos }
    }
}

/// The instant that a request names; `None` when it is none, or out of range.
pub fn instant(timestamp: &prost_types::Timestamp) -> Option<Timestamp> {
    (0..1_000_000_000)
        .contains(&timestamp.nanos)
        .then(|| Timestamp::new(timestamp.seconds, timestamp.nanos).ok())
        .flatten()
}

/// The rule book's cloud; `None` for a value that names none.
pub fn cloud_of(value: i32) -> Option<Cloud> {
    match PbCloud::try_from(value).ok()? {
        PbCloud::Unspecified => None,
        PbCloud::Global => Some(Cloud::Global),
        PbCloud::UsGovernment => Some(Cloud::UsGovernment),
        PbCloud::Germany => Some(Cloud::Germany),
        PbCloud::China => Some(Cloud::China),
    }
}

/// The contract's cloud.
pub fn cloud(cloud: Cloud) -> PbCloud {
    match cloud {
        Cloud::Global => PbCloud::Global,
        Cloud::UsGovernment => PbCloud::UsGovernment,
        Cloud::Germany => PbCloud::Germany,
        Cloud::China => PbCloud::China,
    }
}

/// The rule book's kind of account; `None` for a value that names none.
pub fn partner_kind(kind: PbPartnerKind) -> Option<PartnerKind> {
    match kind {
        PbPartnerKind::Unspecified => None,
        PbPartnerKind::IndirectProvider => Some(PartnerKind::IndirectProvider),
        PbPartnerKind::IndirectReseller => Some(PartnerKind::IndirectReseller),
        PbPartnerKind::DirectBill => Some(PartnerKind::DirectBill),
    }
}

/// The rule book's state of an enrolment; `None` for a value that names none.
pub fn enrollment(state: registry::EnrollmentState) -> Option<Enrollment> {
    match state {
        registry::EnrollmentState::Unspecified => None,
        registry::EnrollmentState::Pending => Some(Enrollment::Pending),
        registry::EnrollmentState::Authorized => Some(Enrollment::Authorized),
        registry::EnrollmentState::Rejected => Some(Enrollment::Rejected),
    }
}

/// The rule book's standing; `None` for a value that names none.
pub fn standing(standing: registry::Standing) -> Option<Standing> {
    match standing {
        registry::Standing::Unspecified => None,
        registry::Standing::Active => Some(Standing::Active),
        registry::Standing::Restricted => Some(Standing::Restricted),
        registry::Standing::Suspended => Some(Standing::Suspended),
        registry::Standing::Deauthorized => Some(Standing::Deauthorized),
    }
}

/// The rule book's kind of MPN ID; `None` for a value that names none.
pub fn mpn_kind(kind: registry::MpnKind) -> Option<MpnKind> {
    match kind {
        registry::MpnKind::Unspecified => None,
        registry::MpnKind::Global => Some(MpnKind::Global),
        registry::MpnKind::Location => Some(MpnKind::Location),
    }
}

/// The day of an instant, UTC: the day for which an act at that instant is judged.
pub fn day_of(at: Timestamp) -> Day {
    TimeZone::UTC.to_datetime(at).date()
}

/// The id in a resource name `{collection}/{id}`.
pub fn id_of(name: &str) -> &str {
    name.split_once('/').map_or(name, |(_, id)| id)
}

/// The code as an `ErrorInfo` carries it: without the enum's prefix.
pub fn reason_name(reason: ErrorReason) -> &'static str {
    let name = reason.as_str_name();
    name.strip_prefix(REASON_PREFIX).unwrap_or(name)
}

/// The contract's value for a reason of the rule book.
pub fn reason(reason: csp_policy::Reason) -> ErrorReason {
    ErrorReason::from_str_name(&format!("{REASON_PREFIX}{}", reason.as_str()))
        .unwrap_or(ErrorReason::Unspecified)
}

#[cfg(test)]
mod tests {
    use csp_policy::Reason;

    use super::*;

    /// First number of the rule book's group in `ErrorReason`.
    const RULE_BOOK_FIRST: i32 = 101;

    #[test]
    fn every_reason_of_the_rule_book_is_in_the_contract() {
        for known in Reason::ALL {
            let told = reason(*known);
            assert!(told as i32 >= RULE_BOOK_FIRST, "{} is missing in the contract", known.as_str());
            assert_eq!(reason_name(told), known.as_str());
        }
    }

    #[test]
    fn the_contract_has_no_rule_book_reason_of_its_own() {
        let known: Vec<_> = Reason::ALL.iter().map(|reason| reason.as_str()).collect();
        let told = (RULE_BOOK_FIRST..1000).filter_map(|number| ErrorReason::try_from(number).ok());
        for reason in told.map(reason_name) {
            assert!(known.contains(&reason), "{reason} is missing in the rule book");
        }
    }

    #[test]
    fn instants_go_over_the_wire_and_back() {
        for text in ["2026-11-21T12:00:00.123456Z", "1969-12-31T23:59:59.5Z", "1970-01-01T00:00:00Z"] {
            let at: Timestamp = text.parse().unwrap();
            assert_eq!(instant(&timestamp(at)), Some(at));
        }
        assert_eq!(instant(&prost_types::Timestamp { seconds: 0, nanos: -1 }), None);
        assert_eq!(instant(&prost_types::Timestamp { seconds: i64::MAX, nanos: 0 }), None);
    }
}
