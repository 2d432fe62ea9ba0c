//! Conversions between the contract's types and the types of the rule book: instants, clouds, kinds, states
//! and reasons.

use csp_policy::{Cloud, Day, Enrollment, MpnKind, PartnerKind, Region, Standing, UNNAMED};
use csp_proto::google::rpc::Status as RpcStatus;
use csp_proto::google::r#type::Money;
use csp_proto::partner_registry::v1 as registry;
use csp_proto::policy::v1::{AdvisoryReason, ErrorReason};
use csp_proto::r#type::v1::{Cloud as PbCloud, PartnerKind as PbPartnerKind};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use prost::{Message, Name};
use tonic::Status;

/// Prefix of the values of `ErrorReason`; an `ErrorInfo` leaves the prefix out.
const REASON_PREFIX: &str = "ERROR_REASON_";
/// Prefix of the values of `AdvisoryReason`.
const ADVISORY_REASON_PREFIX: &str = "ADVISORY_REASON_";

/// Millionths of a unit of a currency.
pub(crate) const MICROS: i64 = 1_000_000;
/// Billionths of a unit in a millionth.
pub(crate) const NANOS_IN_MICRO: i32 = 1_000;

/// The contract's form of an amount of money.
pub fn money(currency: &str, micros: i64) -> Money {
    Money {
        currency_code: currency.to_owned(),
        units: micros / MICROS,
        // The remainder is below a million, whatever the amount.
        nanos: i32::try_from(micros % MICROS).unwrap_or_default() * NANOS_IN_MICRO,
    }
}

/// The contract's form of an instant.
pub fn timestamp(instant: Timestamp) -> prost_types::Timestamp {
    // Protobuf requires nanoseconds that count forward, even before 1970.
    let (seconds, nanos) = (instant.as_second(), instant.subsec_nanosecond());
    if nanos < 0 {
        prost_types::Timestamp { seconds: seconds - 1, nanos: nanos + 1_000_000_000 }
    } else {
        prost_types::Timestamp { seconds, nanos }
    }
}

/// The instant in a protobuf timestamp; `None` when the timestamp is malformed or out of range.
pub fn instant(timestamp: &prost_types::Timestamp) -> Option<Timestamp> {
    (0..1_000_000_000)
        .contains(&timestamp.nanos)
        .then(|| Timestamp::new(timestamp.seconds, timestamp.nanos).ok())
        .flatten()
}

/// The rule book's cloud; `None` for an unknown or unspecified value.
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

/// The rule book's kind of partner account; `None` for the unspecified value.
pub fn partner_kind(kind: PbPartnerKind) -> Option<PartnerKind> {
    match kind {
        PbPartnerKind::Unspecified => None,
        PbPartnerKind::IndirectProvider => Some(PartnerKind::IndirectProvider),
        PbPartnerKind::IndirectReseller => Some(PartnerKind::IndirectReseller),
        PbPartnerKind::DirectBill => Some(PartnerKind::DirectBill),
    }
}

/// The rule book's state of an enrolment; `None` for the unspecified value.
pub fn enrollment(state: registry::EnrollmentState) -> Option<Enrollment> {
    match state {
        registry::EnrollmentState::Unspecified => None,
        registry::EnrollmentState::Pending => Some(Enrollment::Pending),
        registry::EnrollmentState::Authorized => Some(Enrollment::Authorized),
        registry::EnrollmentState::Rejected => Some(Enrollment::Rejected),
    }
}

/// The rule book's standing; `None` for the unspecified value.
pub fn standing(standing: registry::Standing) -> Option<Standing> {
    match standing {
        registry::Standing::Unspecified => None,
        registry::Standing::Active => Some(Standing::Active),
        registry::Standing::Restricted => Some(Standing::Restricted),
        registry::Standing::Suspended => Some(Standing::Suspended),
        registry::Standing::Deauthorized => Some(Standing::Deauthorized),
    }
}

/// The rule book's kind of MPN ID; `None` for the unspecified value.
pub fn mpn_kind(kind: registry::MpnKind) -> Option<MpnKind> {
    match kind {
        registry::MpnKind::Unspecified => None,
        registry::MpnKind::Global => Some(MpnKind::Global),
        registry::MpnKind::Location => Some(MpnKind::Location),
    }
}

/// The day of an instant in UTC. An act is judged by the rules of the day on which it happens.
pub fn day_of(at: Timestamp) -> Day {
    TimeZone::UTC.to_datetime(at).date()
}

/// The instant at which the day begins in UTC, at most [`Timestamp::MAX`].
pub fn start_of(day: Day) -> Timestamp {
    day.to_zoned(TimeZone::UTC).map_or(Timestamp::MAX, |start| start.timestamp())
}

/// The resource name of what belongs to a customer: `customers/{customer}/{collection}/{id}`.
pub fn customers_name(customer: &str, collection: &str, id: &str) -> String {
    format!("{customer}/{collection}/{id}")
}

/// The id in a resource name, which is the part after the last slash; the whole text when there is no slash.
pub fn id_of(name: &str) -> &str {
    name.rsplit_once('/').map_or(name, |(_, id)| id)
}

/// The id of a resource in the name of a subject, for the decision about its creation: the id that the caller
/// chose, or [`UNNAMED`]. A refusal then names no resource that is not there.
pub fn subject_id(chosen: Option<&str>) -> &str {
    chosen.unwrap_or(UNNAMED)
}

/// The resource name of a region, for example `regions/united-states`; empty for a country without a region.
pub fn region_name(region: Option<Region>) -> String {
    region.map(|region| format!("regions/{}", region.id())).unwrap_or_default()
}

/// The message as the content of an `Any`.
pub fn packed<M: Message + Name>(message: &M) -> prost_types::Any {
    any::<M>(message.encode_to_vec())
}

/// An encoded message as the content of an `Any`.
pub fn any<M: Name>(value: Vec<u8>) -> prost_types::Any {
    prost_types::Any { type_url: format!("type.googleapis.com/{}", M::full_name()), value }
}

/// The status as a message, with its details.
pub fn status(status: &Status) -> RpcStatus {
    let (code, message) = (status.code().into(), status.message().to_owned());
    match RpcStatus::decode(status.details()) {
        Ok(told) if !told.details.is_empty() => told,
        _ => RpcStatus { code, message, details: Vec::new() },
    }
}

/// The reason code in an `ErrorInfo`: the enum's name without its prefix.
pub fn reason_name(reason: ErrorReason) -> &'static str {
    let name = reason.as_str_name();
    name.strip_prefix(REASON_PREFIX).unwrap_or(name)
}

/// The contract's value for a reason of the rule book.
pub fn reason(reason: csp_policy::Reason) -> ErrorReason {
    ErrorReason::from_str_name(&format!("{REASON_PREFIX}{}", reason.as_str()))
        .unwrap_or(ErrorReason::Unspecified)
}

/// The reason of the rule book; `None` for a reason of the protocol.
pub(crate) fn rule_reason(reason: ErrorReason) -> Option<csp_policy::Reason> {
    let name = reason_name(reason);
    csp_policy::Reason::ALL.iter().copied().find(|known| known.as_str() == name)
}

/// The contract's value for the reason of a notice.
pub fn advisory_reason(reason: csp_policy::AdvisoryReason) -> AdvisoryReason {
    AdvisoryReason::from_str_name(&format!("{ADVISORY_REASON_PREFIX}{}", reason.as_str()))
        .unwrap_or(AdvisoryReason::Unspecified)
}

/// The resource name of the decision with this id; empty without an id.
pub fn decision_name(id: &str) -> String {
    if id.is_empty() { String::new() } else { format!("decisions/{id}") }
}

#[cfg(test)]
mod tests {
    use csp_policy::Reason;

    use super::*;

    /// The lowest number in `ErrorReason` that stands for a reason of the rule book.
    const RULE_BOOK_FIRST: i32 = 101;

    #[test]
    fn every_reason_of_the_rule_book_is_in_the_contract() {
        for known in Reason::ALL {
            let told = reason(*known);
            assert!(told as i32 >= RULE_BOOK_FIRST, "{} is missing in the contract", known.as_str());
            assert_eq!((reason_name(told), rule_reason(told)), (known.as_str(), Some(*known)));
        }
    }

    #[test]
    fn every_reason_of_a_notice_is_in_the_contract() {
        for known in csp_policy::AdvisoryReason::ALL {
            assert_ne!(advisory_reason(*known), AdvisoryReason::Unspecified, "{}", known.as_str());
        }
    }

    #[test]
    fn every_rule_reason_of_the_contract_is_in_the_rule_book() {
        let known: Vec<_> = Reason::ALL.iter().map(|reason| reason.as_str()).collect();
        let told = (RULE_BOOK_FIRST..1000).filter_map(|number| ErrorReason::try_from(number).ok());
        for reason in told.map(reason_name) {
            assert!(known.contains(&reason), "{reason} is missing in the rule book");
        }
    }

    #[test]
    fn the_id_of_a_nested_resource_is_the_last_part_of_its_name() {
        assert_eq!(id_of("customers/tailspin/orders/o-1"), "o-1");
        assert_eq!((id_of("partners/contoso"), id_of("contoso")), ("contoso", "contoso"));
    }

    #[test]
    fn every_region_has_a_resource_name_of_its_own() {
        let names: Vec<String> = Region::ALL.iter().map(|region| region_name(Some(*region))).collect();
        let distinct: std::collections::BTreeSet<&String> = names.iter().collect();
        assert_eq!(distinct.len(), names.len());
        assert!(names.contains(&"regions/middle-east-central-and-eastern-europe".to_owned()), "{names:?}");
        assert_eq!(region_name(None), "");
    }

    #[test]
    fn an_instant_survives_the_wire_unchanged() {
        for text in ["2026-11-21T12:00:00.123456Z", "1969-12-31T23:59:59.5Z", "1970-01-01T00:00:00Z"] {
            let at: Timestamp = text.parse().unwrap();
            assert_eq!(instant(&timestamp(at)), Some(at));
        }
        assert_eq!(instant(&prost_types::Timestamp { seconds: 0, nanos: -1 }), None);
        assert_eq!(instant(&prost_types::Timestamp { seconds: i64::MAX, nanos: 0 }), None);
    }
}
