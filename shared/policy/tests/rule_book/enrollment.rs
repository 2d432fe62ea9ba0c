//! ENR-01 to ENR-10.

use crate::cases::{Cases, Expect::*};
use crate::fixtures::*;
use csp_policy::boundaries::*;
use csp_policy::rules::enrollment::*;
use csp_policy::*;

registered! {
    tables: a_newcomer_enrolls_as_reseller, a_direct_bill_partner_meets_both_requirements, a_primary_contact_has_no_web_mail_address, a_review_waits_for_the_proof_of_the_contact_address, an_mpn_id_is_of_the_company_and_of_the_tenants_country, a_csp_tenant_and_a_location_mpn_id_belong_to_one_account;
    tests: a_refusal_tells_nothing_about_another_companys_mpn_id, an_applicant_does_not_learn_why_an_mpn_id_is_refused;
}

fn a_newcomer_enrolls_as_reseller(cases: &mut Cases) {
    let direct = EnrollPartner { kind: PartnerKind::DirectBill, ..enroll_partner() };
    let provider = EnrollPartner { kind: PartnerKind::IndirectProvider, ..enroll_partner() };
    cases.check(
        &ENR_02,
        [
            ("a newcomer enrols as reseller", enroll_partner(), Allowed),
            (
                "a newcomer asks for direct-bill",
                direct.clone(),
                Denied(&[Reason::NewPartnerMustEnrollAsReseller]),
            ),
            (
                "a newcomer asks to be provider",
                provider.clone(),
                Denied(&[Reason::NewPartnerMustEnrollAsReseller]),
            ),
            (
                "a company of the programme asks to be provider",
                EnrollPartner { organization_is_in_csp: true, ..provider.clone() },
                Denied(&[Reason::NewPartnerMustEnrollAsReseller]),
            ),
            (
                "a provider on the day before the rule",
                EnrollPartner { act: on("2020-09-30"), ..provider },
                Irrelevant,
            ),
            (
                "direct-bill on the first day of the rule",
                EnrollPartner { act: on("2020-10-01"), ..direct.clone() },
                Denied(&[Reason::NewPartnerMustEnrollAsReseller]),
            ),
            (
                "direct-bill on the day before the rule",
                EnrollPartner { act: on("2020-09-30"), ..direct.clone() },
                Irrelevant,
            ),
            (
                "a company of the programme asks for direct-bill",
                EnrollPartner { organization_is_in_csp: true, ..direct },
                Allowed,
            ),
            (
                "a company of the programme asks for another reseller account",
                EnrollPartner { organization_is_in_csp: true, ..enroll_partner() },
                Allowed,
            ),
        ],
    );
}

fn a_direct_bill_partner_meets_both_requirements(cases: &mut Cases) {
    let declared = |api_integration, ongoing_services| EnrollPartner {
        kind: PartnerKind::DirectBill,
        direct_bill: DirectBillCapabilities { api_integration, ongoing_services },
        ..enroll_partner()
    };
    cases.check(
        &ENR_03,
        [
            ("both capabilities are declared", declared(true, true), Allowed),
            ("no ongoing services", declared(true, false), Denied(&[Reason::DirectBillRequirementsUnmet])),
            ("no API integration", declared(false, true), Denied(&[Reason::DirectBillRequirementsUnmet])),
            ("a reseller declares nothing", enroll_partner(), Irrelevant),
        ],
    );
}

fn a_primary_contact_has_no_web_mail_address(cases: &mut Cases) {
    let with = |email: &str| EnrollPartner { contact_email: email.to_owned(), ..enroll_partner() };
    const WEBMAIL: &[Reason] = &[Reason::ContactEmailIsWebmail];
    cases.check(
        &ENR_06,
        [
            ("an address of the company", with("anna@new.example"), Allowed),
            ("Gmail", with("anna@gmail.com"), Denied(WEBMAIL)),
            ("Gmail in capitals", with("ANNA@Gmail.Com"), Denied(WEBMAIL)),
            ("a country domain of Yahoo!", with("anna@yahoo.co.uk"), Denied(WEBMAIL)),
            ("iCloud", with("anna@icloud.com"), Denied(WEBMAIL)),
            ("AOL", with("anna@aol.com"), Denied(WEBMAIL)),
            ("a country domain of Outlook.com", with("anna@outlook.de"), Denied(WEBMAIL)),
            ("a domain that only ends like Gmail", with("anna@notgmail.com"), Allowed),
        ],
    );
    let update = |email: Option<&str>| UpdatePartner {
        act: act("partners/fabrikam"),
        contact_email: email.map(str::to_owned),
    };
    cases.check(
        &ENR_06,
        [
            ("another company address", update(Some("bo@fabrikam.example")), Allowed),
            ("a web-mail address", update(Some("bo@hotmail.com")), Denied(WEBMAIL)),
            ("an unchanged address", update(None), Irrelevant),
        ],
    );
}

fn a_review_waits_for_the_proof_of_the_contact_address(cases: &mut Cases) {
    const UNVERIFIED: &[Reason] = &[Reason::ContactEmailUnverified];
    const OPEN: &str = "2023-10-03T12:00:00Z";
    let verify = |matches, expire_time: &str, used| VerifyContactEmail {
        act: act("partners/new"),
        token: EmailToken { matches, expire_time: instant(expire_time), used },
    };
    cases.check(
        &ENR_07,
        [
            ("the token that was sent", verify(true, OPEN, false), Allowed),
            ("another token", verify(false, OPEN, false), Denied(UNVERIFIED)),
            ("a token at its last instant", verify(true, "2023-10-02T12:00:00Z", false), Allowed),
            ("an expired token", verify(true, "2023-10-02T11:59:59Z", false), Denied(UNVERIFIED)),
            ("a used token", verify(true, OPEN, true), Denied(UNVERIFIED)),
        ],
    );
    let review = |goes_on, contact_email_verified| ReviewEnrollment {
        act: act("partners/new"),
        goes_on,
        contact_email_verified,
    };
    cases.check(
        &ENR_07,
        [
            ("the review goes on after the proof", review(true, true), Allowed),
            ("the review goes on without the proof", review(true, false), Denied(UNVERIFIED)),
            ("a rejection needs no proof", review(false, false), Irrelevant),
        ],
    );
}

fn an_mpn_id_is_of_the_company_and_of_the_tenants_country(cases: &mut Cases) {
    let of = |change: fn(&mut MpnProfile)| {
        let mut act = associate_mpn_id();
        change(&mut act.profile);
        act
    };
    cases.check(
        &ENR_09,
        [
            ("the same country", associate_mpn_id(), Allowed),
            (
                "another country of the same region",
                of(|profile| profile.country = country("FR")),
                Denied(&[Reason::MpnCountryDiffersFromTenant]),
            ),
            (
                "an inactive profile",
                of(|profile| profile.active = false),
                Denied(&[Reason::MpnCountryDiffersFromTenant]),
            ),
            (
                "another company's profile",
                of(|profile| profile.organization = "organizations/other".to_owned()),
                Denied(&[Reason::MpnCountryDiffersFromTenant]),
            ),
        ],
    );
}

fn a_refusal_tells_nothing_about_another_companys_mpn_id() {
    let foreign = |change: fn(&mut MpnProfile)| {
        let mut act = associate_mpn_id();
        act.profile.organization = "organizations/other".to_owned();
        change(&mut act.profile);
        decide(act).unwrap_err().violations
    };
    let told = foreign(|_| ());
    assert_eq!(told.len(), 1);
    for changed in [
        foreign(|profile| profile.active = false),
        foreign(|profile| profile.country = country("FR")),
        foreign(|profile| profile.mpn = mpn("5551", MpnKind::Location, Some("partners/other"))),
    ] {
        assert_eq!(changed, told);
    }
}

fn an_applicant_does_not_learn_why_an_mpn_id_is_refused() {
    let applying = |change: fn(&mut MpnProfile)| {
        let mut act = associate_mpn_id();
        act.partner.enrollment = Enrollment::Pending;
        change(&mut act.profile);
        decide(act).map_err(|refused| refused.violations)
    };
    assert!(applying(|_| ()).is_ok());
    let told = applying(|profile| profile.active = false).unwrap_err();
    assert_eq!(told.len(), 1);
    for changed in [
        applying(|profile| profile.country = country("FR")),
        applying(|profile| profile.organization = "organizations/other".to_owned()),
        applying(|profile| profile.mpn = mpn("5551", MpnKind::Global, None)),
        applying(|profile| profile.mpn = mpn("5551", MpnKind::Location, Some("partners/other"))),
    ] {
        assert_eq!(changed.unwrap_err(), told);
    }
}

fn a_csp_tenant_and_a_location_mpn_id_belong_to_one_account(cases: &mut Cases) {
    let taken = EnrollPartner { tenant_enrolled_by: Some("partners/other".to_owned()), ..enroll_partner() };
    cases.check(
        &ENR_10,
        [
            ("a free tenant", enroll_partner(), Allowed),
            ("a tenant of another account", taken, Denied(&[Reason::TenantAlreadyEnrolled])),
        ],
    );
    let held = |kind, holder| {
        let mut act = associate_mpn_id();
        act.profile.mpn = mpn("5551", kind, holder);
        act
    };
    cases.check(
        &ENR_10,
        [
            ("a free location", held(MpnKind::Location, None), Allowed),
            ("the same association again", held(MpnKind::Location, Some("partners/fabrikam")), Allowed),
            (
                "another partner's location",
                held(MpnKind::Location, Some("partners/other")),
                Denied(&[Reason::MpnAlreadyAssociated]),
            ),
            (
                "accounts share a headquarters' MPN ID",
                held(MpnKind::Global, Some("partners/other")),
                Irrelevant,
            ),
        ],
    );
}
