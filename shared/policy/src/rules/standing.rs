//! Enrolment, roles, directory, standing, registration ids and affiliations of partners: ENR-11 to ENR-16.

use crate::source::{
    OURS, document, partnering_with_providers, partnering_with_resellers, working_with_partners,
};
use crate::{
    Act, Adminship, Caller, Chain, Country, Decision, Denial, Enrollment, Finding, Instant, Partner, Reason,
    RegistrationId, Remedy, Role, Rule, Standing, Verdict, Violation,
};
use jiff::tz::TimeZone;

/// A member of the partner network still has to enrol in the programme (`partnering_with_providers`,
/// sentences 165–167; `partnering_with_resellers`, sentence 134).
pub static ENR_11: Rule = Rule::deny(
    "ENR-11",
    "a partner transacts only when it is enrolled in CSP",
    &[Denial::of(
        Reason::PartnerNotEnrolled,
        &[Remedy::by(
            "EnrollPartner",
            "Complete the enrolment of this partner in the programme: membership of the partner network \
            is not enough.",
        )],
    )],
    &[partnering_with_providers("165-167"), partnering_with_resellers("134")],
);

/// Judges ENR-11 for each partner of the chain.
pub fn sellers_must_be_enrolled(chain: Chain<'_>) -> Verdict {
    chain.each(partner_must_be_enrolled)
}

/// Judges ENR-11 for one partner of the chain.
pub fn partner_must_be_enrolled(partner: &Partner) -> Verdict {
    Verdict::require(partner.enrollment == Enrollment::Authorized, || {
        let (name, enrollment) = (&partner.name, partner.enrollment);
        let message =
            format!("partner `{name}` cannot transact: its enrolment in CSP is {enrollment}, not authorized");
        Finding::new(Reason::PartnerNotEnrolled, name, message)
            .fact("partner", name)
            .fact("enrollment", enrollment)
    })
}

/// The refusal by ENR-11 of a caller whose tenant has no partner account. Without an account there are no
/// facts by which other rules could be judged.
pub fn outsider(boundary: &'static str, at: Instant, subject: &str, tenant: &str) -> Box<Decision> {
    let message = format!("tenant `{tenant}` cannot transact: it is no partner's CSP tenant");
    let finding = Finding::new(Reason::PartnerNotEnrolled, subject, message).fact("tenant_id", tenant);
    Box::new(Decision {
        boundary,
        subject: subject.to_owned(),
        at,
        day: TimeZone::UTC.to_datetime(at).date(),
        revisions: Vec::new(),
        violations: vec![Violation { rule: &ENR_11, finding }],
        advisories: Vec::new(),
    })
}

/// That the last global admin stays is our own: without one, nobody could sign for the partner.
pub static ENR_12: Rule = Rule::shape_and_deny(
    "ENR-12",
    "a person holds roles inside a partner: global admin, user admin, admin agent, sales agent; only a global \
     admin grants or takes the role global admin, and the last one stays",
    &[
        Denial::of(
            Reason::RoleNotGrantable,
            &[Remedy::by(
                "SetUserRoles",
                "Ask a global admin of the account, or an operator, to change who is a global admin.",
            )],
        ),
        Denial::of(
            Reason::LastGlobalAdmin,
            &[Remedy::by("SetUserRoles", "Make another user a global admin first.")],
        ),
    ],
    &[partnering_with_providers("155-161"), partnering_with_resellers("106-109"), OURS],
);

/// Judges ENR-12 by who changes the holders of the role global admin; not applicable when the act changes
/// none. A provider with administrator access (PSH-06) never grants or takes this role.
pub fn role_must_be_grantable(
    caller: &Caller,
    partner: &Partner,
    adminship: Adminship,
    Act { subject, .. }: &Act,
) -> Verdict {
    if adminship.before == adminship.after {
        return Verdict::NotApplicable;
    }
    let is_own_admin = caller.is_partner(&partner.tenant) && caller.holds(Role::GlobalAdmin);
    Verdict::require(caller.is_operator() || is_own_admin, || {
        let message = format!(
            "role `GLOBAL_ADMIN` of `{subject}` can be granted and taken by a global admin of `{}` only",
            partner.name
        );
        Finding::new(Reason::RoleNotGrantable, subject, message)
            .fact("user", subject)
            .fact("role", "GLOBAL_ADMIN")
    })
}

/// Judges ENR-12 by the other global admins of the account; not applicable when the user loses no such role.
pub fn last_global_admin_must_stay(
    partner: &Partner,
    adminship: Adminship,
    Act { subject, .. }: &Act,
) -> Verdict {
    if !adminship.before || adminship.after {
        return Verdict::NotApplicable;
    }
    Verdict::require(adminship.others, || {
        let message = format!("`{subject}` is the last global admin of `{}` and stays one", partner.name);
        Finding::new(Reason::LastGlobalAdmin, subject, message)
            .fact("user", subject)
            .fact("partner", &partner.name)
    })
}

/// In the source, a Microsoft representative changes the listing (`partnering_with_resellers`, sentences
/// 126–127); here an operator does.
pub static ENR_13: Rule = Rule::shape_and_deny(
    "ENR-13",
    "the directory of providers is searchable; a provider reads its own listing and only an operator changes \
     it",
    &[Denial::of(
        Reason::ListingChangedByOperatorOnly,
        &[Remedy::by("UpdateListing", "Ask an operator to change the listing.")],
    )],
    &[partnering_with_providers("113-119"), partnering_with_resellers("126-127")],
);

/// Judges ENR-13 by the caller.
pub fn listing_must_be_changed_by_an_operator(caller: &Caller, Act { subject, .. }: &Act) -> Verdict {
    Verdict::require(caller.is_operator(), || {
        let message = format!("listing `{subject}` can be changed by an operator only");
        Finding::new(Reason::ListingChangedByOperatorOnly, subject, message).fact("listing", subject)
    })
}

/// New business is a purchase, a customer or a relationship request.
pub static ENR_14: Rule = Rule::shape_and_deny(
    "ENR-14",
    "a partner starts new business only in good standing; otherwise it keeps managing what exists",
    &[
        Denial::of(
            Reason::PartnerRestricted,
            &[Remedy::by(
                "SetPartnerStanding",
                "Resolve what the account was restricted for, then repeat the call; existing business goes \
                on.",
            )],
        ),
        Denial::of(
            Reason::PartnerSuspended,
            &[Remedy::by(
                "SetPartnerStanding",
                "Have the suspension lifted, then repeat the call; existing business goes on.",
            )],
        ),
        Denial::of(
            Reason::PartnerDeauthorized,
            &[Remedy::of(
                "Start new business through another partner: this one left the programme and keeps existing \
                business only.",
            )],
        ),
    ],
    &[
        document("Suspended Partner Center account"),
        document("Restricted capabilities of direct-bill partners"),
        document("Annual revenue requirement for indirect resellers"),
    ],
);

/// Judges ENR-14 for each partner of the chain.
pub fn sellers_must_be_in_good_standing(chain: Chain<'_>) -> Verdict {
    chain.each(partner_must_be_in_good_standing)
}

/// Judges ENR-14 for one partner of the chain; not applicable to an account that is not authorized, which has
/// no standing yet.
pub fn partner_must_be_in_good_standing(partner: &Partner) -> Verdict {
    if partner.enrollment != Enrollment::Authorized {
        return Verdict::NotApplicable;
    }
    let (reason, standing) = match partner.standing {
        Standing::Active => return Verdict::Holds,
        Standing::Restricted => (Reason::PartnerRestricted, "restricted"),
        Standing::Suspended => (Reason::PartnerSuspended, "suspended"),
        Standing::Deauthorized => (Reason::PartnerDeauthorized, "deauthorized"),
    };
    let name = &partner.name;
    let message =
        format!("partner `{name}` is {standing}: it keeps managing existing business and cannot start new");
    Finding::new(reason, name, message).fact("partner", name).fact("standing", standing).into()
}

pub static ENR_15: Rule = Rule::deny(
    "ENR-15",
    "partners and customers in certain countries give a registration id, attested to be no personal id",
    &[Denial::of(
        Reason::RegistrationIdRequired,
        &[Remedy::of("Give the company's registration id, and state that it is no personal id.")],
    )],
    &[document("Registration ID number information")],
);

/// Countries in which ENR-15 demands a registration id, sorted.
const REGISTRATION_ID_COUNTRIES: &[&str] = &[
    "AE", "AM", "AZ", "BR", "BY", "HU", "IN", "IQ", "KG", "KZ", "MD", "MM", "PL", "RU", "SA", "SS", "TH",
    "TJ", "TR", "UA", "UZ", "VE", "VN", "ZA",
];

/// Judges ENR-15 by the country of a partner or customer; `subject` names it in the message.
pub fn registration_id_must_be_given(country: Country, given: &RegistrationId, subject: &str) -> Verdict {
    if REGISTRATION_ID_COUNTRIES.binary_search(&country.as_str()).is_err() {
        return Verdict::NotApplicable;
    }
    if given.id.trim().is_empty() {
        let message =
            format!("`{subject}` in country `{country}` needs a registration id: it is mandatory there");
        return Finding::new(Reason::RegistrationIdRequired, subject, message)
            .fact("subject", subject)
            .fact("country", country)
            .at_field("registration_id")
            .into();
    }
    Verdict::require(given.is_not_personal, || {
        let message = format!(
            "the registration id of `{subject}` in country `{country}` lacks the statement that it is no personal id"
        );
        Finding::new(Reason::RegistrationIdRequired, subject, message)
            .fact("subject", subject)
            .fact("country", country)
            .at_field("registration_id_attestation")
    })
}

pub static ENR_16: Rule = Rule::shape(
    "ENR-16",
    "companies are grouped: an affiliation is a dated, symmetric and transitive group, at most one a company \
     at a time",
    &[working_with_partners("177")],
);
