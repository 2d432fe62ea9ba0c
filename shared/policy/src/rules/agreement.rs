//! The partner agreement: AGR-01 to AGR-08.

use crate::source::{
    PARTNER_AGREEMENT, PARTNER_AGREEMENT_FAQ, document, partnering_with_providers, working_with_partners,
};
use crate::{
    Caller, Chain, Day, Denial, Enrollment, Finding, Partner, PartnerKind, Reason, Remedy, Role, Rule,
    Verdict,
};
use jiff::civil::date;

/// Applies to the partner that submits; AGR-02 and AGR-03 apply to its reseller.
pub static AGR_01: Rule = Rule::deny(
    "AGR-01",
    "whoever transacts in CSP has signed the Microsoft Partner Agreement",
    &[Denial::of(Reason::PartnerAgreementUnsigned, &[SIGN])],
    &[working_with_partners("144-145")],
)
.since(IN_FORCE_SINCE);

const SIGN: Remedy = Remedy::by(
    "SignPartnerAgreement",
    "Have a global admin of this partner sign the partner agreement for its region, then repeat the call.",
);

/// The first day on which a partner must have signed the agreement.
const IN_FORCE_SINCE: Day = date(2020, 2, 1);

/// Judges AGR-01 for the partner that submits.
pub fn submitter_must_have_signed(submitter: &Partner, day: Day) -> Verdict {
    Verdict::require(submitter.has_signed_by(day), || {
        unsigned(submitter, day, "cannot submit: whoever transacts must have signed the partner agreement")
    })
}

pub static AGR_02: Rule = Rule::deny(
    "AGR-02",
    "a reseller's MPN ID is put on a subscription only when the reseller has signed the partner agreement",
    &[Denial::of(
        Reason::PartnerAgreementUnsigned,
        &[SIGN, Remedy::of("Name another reseller that has signed.")],
    )],
    &[working_with_partners("146-147")],
)
.since(IN_FORCE_SINCE);

/// Judges AGR-02 for the reseller of record; not applicable without a reseller.
pub fn reseller_of_record_must_have_signed(reseller: Option<&Partner>, day: Day) -> Verdict {
    let Some(reseller) = reseller else { return Verdict::NotApplicable };
    Verdict::require(reseller.has_signed_by(day), || {
        unsigned(reseller, day, "cannot be reseller of record: it has not signed the partner agreement")
    })
}

pub static AGR_03: Rule = Rule::deny(
    "AGR-03",
    "a provider transacts new business with a reseller only when the reseller has signed the partner \
     agreement",
    &[Denial::of(
        Reason::PartnerAgreementUnsigned,
        &[SIGN, Remedy::of("Name another reseller that has signed.")],
    )],
    &[working_with_partners("148")],
)
.since(IN_FORCE_SINCE);

/// Judges AGR-03 for the reseller of the act; not applicable without a reseller.
pub fn reseller_must_have_signed_for_new_business(reseller: Option<&Partner>, day: Day) -> Verdict {
    let Some(reseller) = reseller else { return Verdict::NotApplicable };
    Verdict::require(reseller.has_signed_by(day), || {
        unsigned(reseller, day, "cannot take part in new business: it has not signed the partner agreement")
    })
}

fn unsigned(partner: &Partner, day: Day, consequence: &str) -> Finding {
    let name = &partner.name;
    Finding::new(Reason::PartnerAgreementUnsigned, name, format!("partner `{name}` {consequence} by {day}"))
        .fact("partner", name)
        .fact("as_of_date", day)
}

/// Three steps come before new business: onboard, enrol as reseller, sign (`working_with_partners`, sentences
/// 149–152). This rule refuses for the first step, ENR-11 for the second, AGR-02 and AGR-03 for the third.
pub static AGR_04: Rule = Rule::shape_and_deny(
    "AGR-04",
    "a reseller is ready for new business when it is onboarded, enrolled and has signed; every missing step \
     is readable",
    &[Denial::of(
        Reason::ResellerNotOnboarded,
        &[Remedy::by("AssociateMpnId", "Associate the reseller's location MPN ID with its account.")],
    )],
    &[working_with_partners("149-152"), partnering_with_providers("163-171")],
);

/// A step that a reseller must take before new business (rule AGR-04).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReadinessStep {
    /// The registry associates a location MPN ID with the reseller's account.
    Onboard,
    /// The reseller is enrolled as indirect reseller.
    Enroll,
    /// The reseller signs the partner agreement.
    SignAgreement,
}

/// The steps that the reseller lacks on `day`, in order; empty for a reseller that is ready for new business.
pub fn missing_steps(reseller: &Partner, day: Day) -> Vec<ReadinessStep> {
    let enrolled =
        reseller.kind == PartnerKind::IndirectReseller && reseller.enrollment == Enrollment::Authorized;
    let signed = reseller.has_signed_by(day) || !AGR_03.is_in_force(day);
    [
        (ReadinessStep::Onboard, reseller.onboarded),
        (ReadinessStep::Enroll, enrolled),
        (ReadinessStep::SignAgreement, signed),
    ]
    .into_iter()
    .filter_map(|(step, done)| (!done).then_some(step))
    .collect()
}

/// Judges AGR-04 for each reseller of the chain, also for one that acts without a provider; not applicable
/// without an indirect reseller.
pub fn resellers_must_be_onboarded(chain: Chain<'_>) -> Verdict {
    chain.each(|partner| {
        if partner.kind != PartnerKind::IndirectReseller {
            return Verdict::NotApplicable;
        }
        Verdict::require(partner.onboarded, || {
            let name = &partner.name;
            let message = format!(
                "reseller `{name}` is not onboarded: no location MPN ID is associated with its account"
            );
            Finding::new(Reason::ResellerNotOnboarded, name, message).fact("reseller", name)
        })
    })
}

pub static AGR_05: Rule = Rule::deny(
    "AGR-05",
    "a global admin of the CSP tenant signs, once the enrolment is authorized and an MPN ID is associated",
    &[
        Denial::of(
            Reason::SignerNotGlobalAdmin,
            &[Remedy::of("Sign in as a global admin of the CSP tenant.")],
        ),
        Denial::of(
            Reason::EnrollmentNotAuthorized,
            &[Remedy::by(
                "ReviewEnrollment",
                "Have an operator finish the review of the enrolment, then sign.",
            )],
        ),
        Denial::of(
            Reason::MpnNotAssociated,
            &[Remedy::by("AssociateMpnId", "Associate a location MPN ID, then sign.")],
        ),
    ],
    &[partnering_with_providers("169"), PARTNER_AGREEMENT, PARTNER_AGREEMENT_FAQ],
);

/// Judges AGR-05 by the caller; not applicable when an operator records an earlier signature.
pub fn signer_must_be_global_admin(caller: &Caller, partner: &Partner, recorded: bool) -> Verdict {
    if recorded {
        return Verdict::NotApplicable;
    }
    Verdict::require(caller.is_partner(&partner.tenant) && caller.holds(Role::GlobalAdmin), || {
        let name = &partner.name;
        let message = format!(
            "the partner agreement of `{name}` can be signed by a global admin of its CSP tenant only"
        );
        Finding::new(Reason::SignerNotGlobalAdmin, name, message).fact("partner", name)
    })
}

/// Judges AGR-05 by the enrolment.
pub fn signer_must_be_authorized(partner: &Partner) -> Verdict {
    Verdict::require(partner.enrollment == Enrollment::Authorized, || {
        let (name, enrollment) = (&partner.name, partner.enrollment);
        let message = format!(
            "`{name}` cannot sign the partner agreement: its enrolment is {enrollment}, not authorized"
        );
        Finding::new(Reason::EnrollmentNotAuthorized, name, message)
            .fact("partner", name)
            .fact("enrollment", enrollment)
    })
}

/// Judges AGR-05 by the MPN ID.
pub fn signer_must_have_an_mpn_id(partner: &Partner) -> Verdict {
    Verdict::require(partner.onboarded, || {
        let name = &partner.name;
        let message =
            format!("`{name}` cannot sign the partner agreement: no MPN ID is associated with its account");
        Finding::new(Reason::MpnNotAssociated, name, message).fact("partner", name)
    })
}

pub static AGR_06: Rule = Rule::shape(
    "AGR-06",
    "a signature keeps signer, date, version and region; it is valid for the whole region, without expiry, \
     and a direct-bill signature serves the same company's reseller account there",
    &[working_with_partners("143"), PARTNER_AGREEMENT, PARTNER_AGREEMENT_FAQ],
);

pub static AGR_07: Rule = Rule::shape(
    "AGR-07",
    "the agreement status of another partner is readable by MPN ID or tenant, with distinct answers for \
     unknown, other region, not a reseller, unsigned and signed",
    &[
        partnering_with_providers("170-171"),
        document("Verify an indirect reseller's Microsoft Partner Agreement status (API reference)"),
    ],
);

pub static AGR_08: Rule = Rule::invariant(
    "AGR-08",
    "a missing signature blocks new business only: the partner stays enrolled and existing subscriptions go \
     on",
    &[PARTNER_AGREEMENT, PARTNER_AGREEMENT_FAQ],
);
