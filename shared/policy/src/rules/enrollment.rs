//! Enrolment and identity: ENR-01 to ENR-10.

use crate::rules::webmail_domains;
use crate::source::{
    PARTNER_AGREEMENT, PARTNER_AGREEMENT_FAQ, document, partnering_with_providers, working_with_partners,
};
use crate::{
    Act, Country, Denial, DirectBillCapabilities, EmailToken, Enrollment, Finding, MpnKind, MpnProfile,
    Partner, PartnerKind, Reason, Remedy, Rule, Verdict,
};
use jiff::civil::date;

pub static ENR_01: Rule = Rule::shape(
    "ENR-01",
    "an account has one kind, one region and its own CSP tenant; a company may hold one account per kind and \
     region",
    &[working_with_partners("118-121"), PARTNER_AGREEMENT, PARTNER_AGREEMENT_FAQ],
);

/// A company that holds an authorized account is not new to the programme: it may apply for a direct-bill
/// account.
pub static ENR_02: Rule = Rule::deny(
    "ENR-02",
    "a partner that is new to the programme enrols as indirect reseller; a company of the programme may add \
     a direct-bill account; no new indirect provider enrols",
    &[Denial::of(
        Reason::NewPartnerMustEnrollAsReseller,
        &[
            Remedy::by("EnrollPartner", "Enrol as indirect reseller."),
            Remedy::of("For a direct-bill account, apply once the company is authorized as reseller."),
            Remedy::by(
                "RecordPartner",
                "If the account was established before that date, ask an operator to record it with its \
             evidence.",
            ),
        ],
    )],
    &[partnering_with_providers("124")],
)
.since(date(2020, 10, 1));

/// Judges ENR-02 by the kind of account that the company applies for with this `tenant`.
pub fn newcomer_must_enroll_as_reseller(
    kind: PartnerKind,
    organization_is_in_csp: bool,
    tenant: &str,
    act: &Act,
) -> Verdict {
    let (is_open, why) = match kind {
        PartnerKind::IndirectReseller => return Verdict::Holds,
        PartnerKind::DirectBill => {
            (organization_is_in_csp, "a partner new to the programme enrols as indirect reseller")
        }
        PartnerKind::IndirectProvider => (false, "the programme takes in no new provider"),
    };
    Verdict::require(is_open, || {
        let subject = act.told(tenant);
        let message = format!("`{subject}` cannot enrol as {kind}: {why}");
        Finding::new(Reason::NewPartnerMustEnrollAsReseller, subject, message)
            .fact("partner", subject)
            .fact("kind", kind)
    })
}

pub static ENR_03: Rule = Rule::deny(
    "ENR-03",
    "a direct-bill partner integrates by API and offers billing, support and managed services on an ongoing \
     basis",
    &[Denial::of(
        Reason::DirectBillRequirementsUnmet,
        &[
            Remedy::by("EnrollPartner", "Meet both requirements and apply again."),
            Remedy::of("Enrol as indirect reseller: a provider then supplies what is missing."),
        ],
    )],
    &[working_with_partners("137-139")],
);

/// Judges ENR-03; not applicable to other kinds of account than direct-bill.
pub fn direct_bill_requirements_must_be_met(
    kind: PartnerKind,
    declared: DirectBillCapabilities,
    tenant: &str,
    act: &Act,
) -> Verdict {
    if kind != PartnerKind::DirectBill {
        return Verdict::NotApplicable;
    }
    Verdict::require(declared.api_integration && declared.ongoing_services, || {
        let subject = act.told(tenant);
        let message = format!(
            "`{subject}` cannot enrol as direct-bill partner: it must be able to integrate by API and offer billing, support and managed services on an ongoing basis"
        );
        Finding::new(Reason::DirectBillRequirementsUnmet, subject, message)
            .fact("partner", subject)
            .fact("api_integration", declared.api_integration)
            .fact("ongoing_services", declared.ongoing_services)
    })
}

pub static ENR_04: Rule = Rule::shape(
    "ENR-04",
    "provider and reseller may declare managed services, support and billing as optional capabilities",
    &[working_with_partners("126,130")],
);

pub static ENR_05: Rule = Rule::shape(
    "ENR-05",
    "an enrolment gives legal name, address, primary contact, customer-support contact, CSP tenant and MPN \
     ID; a company already in CSP supplies only what is missing",
    &[partnering_with_providers("122,126-136")],
);

/// Free web-mail providers are, for example, Gmail, Yahoo! Mail, iCloud, AOL and Outlook.com (sentences
/// 150–151). The full list is `data/webmail_domains.txt`.
pub static ENR_06: Rule = Rule::deny(
    "ENR-06",
    "the primary contact has an e-mail address of the company, not of a free web-mail provider",
    &[Denial::of(
        Reason::ContactEmailIsWebmail,
        &[Remedy::of("Give an address in a domain of your company.")],
    )],
    &[partnering_with_providers("150-151")],
);

/// Judges ENR-06 by the domain of the address; not applicable when no address is given.
pub fn contact_email_must_be_of_the_company(email: Option<&str>, Act { subject, .. }: &Act) -> Verdict {
    let Some(email) = email else { return Verdict::NotApplicable };
    Verdict::require(!webmail_domains::is_webmail(email), || {
        let message = format!(
            "primary contact `{email}` uses a free web-mail provider: the address must belong to the company"
        );
        Finding::new(Reason::ContactEmailIsWebmail, subject, message)
            .fact("contact_email", email)
            .at_field("primary_contact.email")
    })
}

/// The proof is a token that can be used once and expires. An operator may reject an enrolment without the
/// proof.
pub static ENR_07: Rule = Rule::shape_and_deny(
    "ENR-07",
    "the review goes on only after the primary contact proved ownership of the e-mail address",
    &[Denial::of(
        Reason::ContactEmailUnverified,
        &[
            Remedy::by(
                "VerifyContactEmail",
                "Present the unused token that was sent to the primary contact.",
            ),
            Remedy::by("ResendContactEmailToken", "Ask for a new token when this one expired."),
        ],
    )],
    &[partnering_with_providers("152-154")],
);

/// Judges ENR-07 for a presented token.
pub fn email_token_must_be_good(token: EmailToken, Act { subject, at, .. }: &Act) -> Verdict {
    let (flaw, has_expired) = match token {
        EmailToken { matches: false, .. } => ("is not the one that was sent to the primary contact", false),
        EmailToken { used: true, .. } => ("was used before", false),
        EmailToken { expire_time, .. } if expire_time < *at => ("has expired", true),
        EmailToken { .. } => return Verdict::Holds,
    };
    let expire_time = token.expire_time;
    let compared = if has_expired {
        format!(": it was valid until {expire_time}, and it is {at}")
    } else {
        String::new()
    };
    let message = format!("e-mail address of `{subject}` stays unverified: the token {flaw}{compared}");
    let finding = Finding::new(Reason::ContactEmailUnverified, subject, message)
        .fact("partner", subject)
        .fact("flaw", flaw);
    if has_expired {
        finding.fact("expire_time", expire_time).fact("decide_time", at).into()
    } else {
        finding.into()
    }
}

/// Judges ENR-07 for a step of the review; not applicable to a rejection.
pub fn contact_email_must_be_verified(goes_on: bool, verified: bool, Act { subject, .. }: &Act) -> Verdict {
    if !goes_on {
        return Verdict::NotApplicable;
    }
    Verdict::require(verified, || {
        let message = format!(
            "review of `{subject}` cannot go on: its primary contact has not proved ownership of the e-mail address"
        );
        Finding::new(Reason::ContactEmailUnverified, subject, message).fact("partner", subject)
    })
}

pub static ENR_08: Rule = Rule::shape(
    "ENR-08",
    "a review is asynchronous: pending until authorized or rejected; an appeal puts a rejected enrolment \
     back to pending",
    &[partnering_with_providers("137-138"), document("The account verification process")],
);

pub static ENR_09: Rule = Rule::deny(
    "ENR-09",
    "the MPN ID belongs to the company's active profile, in the country of the CSP tenant",
    &[Denial::of(
        Reason::MpnCountryDiffersFromTenant,
        &[Remedy::of(
            "Associate an MPN ID of your company's active profile, of a location in the tenant's \
            country: the same region is not enough.",
        )],
    )],
    &[partnering_with_providers("145"), PARTNER_AGREEMENT, PARTNER_AGREEMENT_FAQ],
);

/// Judges ENR-09 by company and profile.
///
/// A refusal does not reveal facts of another company's profile. Until an enrolment is authorized, nobody has
/// checked that the applicant belongs to the company that it names. So the refusal says that the MPN ID does
/// not fit, and gives no reason.
pub fn mpn_id_must_be_of_the_active_profile(
    profile: &MpnProfile,
    tenant: Country,
    partner: &Partner,
) -> Verdict {
    let company = &partner.organization.name;
    if partner.enrollment != Enrollment::Authorized {
        return Verdict::require(fits(profile, tenant, partner), || {
            let id = &profile.mpn.id;
            let message = format!(
                "MPN ID `{id}` cannot be associated with `{}`: it is no free location of an active profile of `{company}` in `{tenant}`",
                partner.name
            );
            Finding::new(Reason::MpnCountryDiffersFromTenant, &partner.name, message)
                .fact("mpn_id", id)
                .fact("partner", &partner.name)
                .fact("organization", company)
                .fact("tenant_country", tenant)
        });
    }
    let is_own = profile.is_of_company_of(partner);
    Verdict::require(is_own && profile.active, || {
        let id = &profile.mpn.id;
        let message = format!(
            "MPN ID `{id}` cannot be associated with `{}`: it does not belong to an active profile of `{company}`",
            partner.name
        );
        let finding = Finding::new(Reason::MpnCountryDiffersFromTenant, &partner.name, message)
            .fact("mpn_id", id)
            .fact("partner", &partner.name)
            .fact("organization", company);
        if is_own { finding.fact("profile_active", profile.active) } else { finding }
    })
}

/// Whether the MPN ID is a free location of an active profile of the partner's company, in the tenant's
/// country.
fn fits(profile: &MpnProfile, tenant: Country, partner: &Partner) -> bool {
    profile.is_of_company_of(partner)
        && profile.active
        && profile.country == tenant
        && profile.mpn.kind == MpnKind::Location
        && is_free_for(profile, partner)
}

fn is_free_for(profile: &MpnProfile, partner: &Partner) -> bool {
    profile.mpn.partner.as_ref().is_none_or(|holder| *holder == partner.name)
}

/// Judges ENR-09 by country; not applicable to a profile whose facts the caller must not learn.
pub fn mpn_id_must_be_of_the_tenants_country(
    profile: &MpnProfile,
    tenant: Country,
    partner: &Partner,
) -> Verdict {
    if !profile.may_be_told_to(partner) {
        return Verdict::NotApplicable;
    }
    Verdict::require(profile.country == tenant, || {
        let (id, country) = (&profile.mpn.id, profile.country);
        let message = format!(
            "MPN ID `{id}` of country `{country}` cannot be associated with `{}` whose CSP tenant is in `{tenant}`: both must be in one country",
            partner.name
        );
        Finding::new(Reason::MpnCountryDiffersFromTenant, &partner.name, message)
            .fact("mpn_id", id)
            .fact("mpn_country", country)
            .fact("partner", &partner.name)
            .fact("tenant_country", tenant)
    })
}

pub static ENR_10: Rule = Rule::deny(
    "ENR-10",
    "a CSP tenant belongs to exactly one partner account, a location MPN ID to exactly one CSP tenant",
    &[
        Denial::of(
            Reason::TenantAlreadyEnrolled,
            &[
                Remedy::by("EnrollPartner", "Enrol with another tenant."),
                Remedy::of("Use the account that this tenant already has."),
            ],
        ),
        Denial::of(
            Reason::MpnAlreadyAssociated,
            &[Remedy::by("AssociateMpnId", "Associate the MPN ID of another location.")],
        ),
    ],
    &[document("Partner Center account structure"), document("Manage locations")],
);

/// Judges ENR-10 for a CSP tenant.
pub fn tenant_must_be_free(tenant: &str, enrolled_by: Option<&str>, Act { subject, .. }: &Act) -> Verdict {
    // The message leaves out the other account's name: the caller may have no right to see that account.
    Verdict::require(enrolled_by.is_none(), || {
        let message = format!(
            "tenant `{tenant}` already belongs to a partner account: a CSP tenant belongs to exactly one"
        );
        Finding::new(Reason::TenantAlreadyEnrolled, subject, message).fact("tenant_id", tenant)
    })
}

/// Judges ENR-10 for a location MPN ID. Repeating an association is not a breach.
///
/// Not applicable to a global MPN ID, which all accounts of a company share, nor to an MPN ID whose facts the
/// caller must not learn: the answer would reveal whether that MPN ID is free.
pub fn mpn_id_must_be_free(profile: &MpnProfile, partner: &Partner) -> Verdict {
    let mpn = &profile.mpn;
    if mpn.kind != MpnKind::Location || !profile.may_be_told_to(partner) {
        return Verdict::NotApplicable;
    }
    Verdict::require(is_free_for(profile, partner), || {
        let message = format!(
            "MPN ID `{}` is already associated with another CSP tenant: a location MPN ID has exactly one",
            mpn.id
        );
        Finding::new(Reason::MpnAlreadyAssociated, &partner.name, message).fact("mpn_id", &mpn.id)
    })
}
