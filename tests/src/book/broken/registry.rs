//! Breaches of enrolment, agreement and partnership.

use super::{Breach, Scene};
use crate::book::cast::{Cast, DIRECT_BILL, Has, PROVIDER, READY, RESELLER};

const NOTHING: Has = Has { mpn_id: false, agreement: false };
const NO_AGREEMENT: Has = Has { mpn_id: true, agreement: false };
/// A country that belongs to no region of the programme.
pub(super) const NOWHERE: &str = "CU";

pub(super) const BREACHES: &[(&str, Breach)] = &[
    ("organization_with_an_endless_name", organization_with_an_endless_name),
    ("affiliation_before_the_last_change", affiliation_before_the_last_change),
    ("affiliation_of_an_unknown_company", affiliation_of_an_unknown_company),
    ("provider_that_is_new_to_the_programme", provider_that_is_new_to_the_programme),
    ("direct_bill_partner_without_services", direct_bill_partner_without_services),
    ("partner_in_a_country_without_region", partner_in_a_country_without_region),
    ("partner_with_a_taken_tenant", partner_with_a_taken_tenant),
    ("partner_with_web_mail", partner_with_web_mail),
    ("partner_without_registration_id", partner_without_registration_id),
    ("second_account_of_a_kind", second_account_of_a_kind),
    ("mpn_id_of_an_inactive_profile", mpn_id_of_an_inactive_profile),
    ("mpn_id_of_another_country", mpn_id_of_another_country),
    ("mpn_id_of_another_company", mpn_id_of_another_company),
    ("mpn_id_of_another_account", mpn_id_of_another_account),
    ("signature_without_mpn_id", signature_without_mpn_id),
    ("user_with_a_malformed_address", user_with_a_malformed_address),
    ("user_with_a_taken_subject", user_with_a_taken_subject),
    ("partnership_over_regions", partnership_over_regions),
    ("partnership_of_a_direct_bill_partner", partnership_of_a_direct_bill_partner),
    ("partnership_with_a_direct_bill_partner", partnership_with_a_direct_bill_partner),
    ("partnership_with_a_restricted_reseller", partnership_with_a_restricted_reseller),
    ("partnership_with_a_suspended_reseller", partnership_with_a_suspended_reseller),
    ("partnership_with_a_deauthorized_reseller", partnership_with_a_deauthorized_reseller),
    ("partnership_with_a_reseller_that_is_not_onboarded", partnership_with_a_reseller_that_is_not_onboarded),
    ("partnership_over_clouds", partnership_over_clouds),
    ("partnership_in_the_government_cloud", partnership_in_the_government_cloud),
    ("second_partnership_of_the_same_two", second_partnership_of_the_same_two),
];

/// A legal name has 1 to 200 characters.
fn organization_with_an_endless_name(cast: &mut Cast, scene: &Scene<'_>) {
    let id = cast.next("org");
    let name = "x".repeat(201);
    let cells = [("organization_id", id.as_str()), ("legal_name", &name), ("country", scene.country)];
    let at = cast.push("organizations", &id, &[], cells);
    cast.breaks(at, &["-:FIELD_INVALID"]);
}

/// An affiliation must not begin before the company's latest change: history is not rewritten.
fn affiliation_before_the_last_change(cast: &mut Cast, scene: &Scene<'_>) {
    let company = cast.organization(scene.country);
    let group = format!("group-of-{company}");
    cast.affiliation(&company, &group, "2021-01-01");
    cast.affiliation(&company, "", "2023-01-01");
    let at = cast.affiliation(&company, &group, "2022-01-01");
    cast.breaks(at, &["-:STATE_CONFLICT"]);
}

fn affiliation_of_an_unknown_company(cast: &mut Cast, _: &Scene<'_>) {
    let nobody = cast.next("nobody");
    let at = cast.affiliation(&nobody, "group-of-nobody", "2021-01-01");
    cast.breaks(at, &["-:NOT_FOUND"]);
}

/// From 1 October 2020 a partner new to the programme enrols as indirect reseller.
fn provider_that_is_new_to_the_programme(cast: &mut Cast, scene: &Scene<'_>) {
    let provider = cast.partner(PROVIDER, scene.country, READY);
    cast.set(provider.at, "date", "2021-05-05");
    cast.breaks(provider.at, &["ENR-02:NEW_PARTNER_MUST_ENROLL_AS_RESELLER"]);
}

/// Direct-bill requires integration by API, billing, support and managed services.
fn direct_bill_partner_without_services(cast: &mut Cast, scene: &Scene<'_>) {
    let partner = cast.partner(DIRECT_BILL, scene.country, READY);
    cast.set(partner.at, "capabilities", "BILLING;SUPPORT");
    cast.breaks(partner.at, &["ENR-03:DIRECT_BILL_REQUIREMENTS_UNMET"]);
}

fn partner_in_a_country_without_region(cast: &mut Cast, _: &Scene<'_>) {
    let partner = cast.partner(RESELLER, NOWHERE, READY);
    cast.breaks(partner.at, &["RGN-03:COUNTRY_HAS_NO_CSP_REGION"]);
}

/// Every partner account needs a tenant of its own.
fn partner_with_a_taken_tenant(cast: &mut Cast, scene: &Scene<'_>) {
    let first = cast.partner(RESELLER, scene.country, READY);
    let second = cast.account(DIRECT_BILL, scene.country, &first.organization, NOTHING);
    cast.set(second.at, "tenant", &first.tenant);
    cast.breaks(second.at, &["ENR-10:TENANT_ALREADY_ENROLLED"]);
}

fn partner_with_web_mail(cast: &mut Cast, scene: &Scene<'_>) {
    let partner = cast.partner(RESELLER, scene.country, READY);
    let address =
        cast.one_of(&["owner@gmail.com", "owner@yahoo.co.uk", "owner@outlook.com", "owner@icloud.com"]);
    cast.set(partner.at, "contact_email", address);
    cast.breaks(partner.at, &["ENR-06:CONTACT_EMAIL_IS_WEBMAIL"]);
}

/// Poland requires a registration id.
fn partner_without_registration_id(cast: &mut Cast, _: &Scene<'_>) {
    let partner = cast.partner(RESELLER, "PL", READY);
    cast.breaks(partner.at, &["ENR-15:REGISTRATION_ID_REQUIRED"]);
    let good = cast.partner(RESELLER, "PL", READY);
    cast.set(good.at, "registration_id", "PL 525-000-00-00");
    cast.set(good.at, "registration_id_is_not_personal", "yes");
}

/// A company has at most one account of each kind in a region.
fn second_account_of_a_kind(cast: &mut Cast, scene: &Scene<'_>) {
    let first = cast.partner(RESELLER, scene.country, READY);
    let second = cast.account(RESELLER, scene.country, &first.organization, NOTHING);
    cast.breaks(second.at, &["-:RESOURCE_ALREADY_EXISTS"]);
}

fn mpn_id_of_an_inactive_profile(cast: &mut Cast, scene: &Scene<'_>) {
    let partner = cast.partner(RESELLER, scene.country, NOTHING);
    let at = cast.mpn_id(&partner);
    cast.set(at, "active", "no");
    cast.breaks(at, &["ENR-09:MPN_COUNTRY_DIFFERS_FROM_TENANT"]);
}

/// The MPN ID must be of the tenant's country; the same region is not enough.
fn mpn_id_of_another_country(cast: &mut Cast, _: &Scene<'_>) {
    let partner = cast.partner(RESELLER, "DE", NOTHING);
    let at = cast.mpn_id(&partner);
    cast.set(at, "country", "FR");
    cast.breaks(at, &["ENR-09:MPN_COUNTRY_DIFFERS_FROM_TENANT"]);
}

fn mpn_id_of_another_company(cast: &mut Cast, scene: &Scene<'_>) {
    let partner = cast.partner(RESELLER, scene.country, NOTHING);
    let other = cast.organization(scene.country);
    let at = cast.mpn_id(&partner);
    cast.set(at, "organization", other);
    cast.breaks(at, &["ENR-09:MPN_COUNTRY_DIFFERS_FROM_TENANT"]);
}

/// One location MPN ID belongs to exactly one CSP tenant.
fn mpn_id_of_another_account(cast: &mut Cast, scene: &Scene<'_>) {
    let first = cast.partner(RESELLER, scene.country, READY);
    let mut second = cast.account(DIRECT_BILL, scene.country, &first.organization, NOTHING);
    second.mpn_id = first.mpn_id;
    let at = cast.mpn_id(&second);
    cast.breaks(at, &["ENR-10:MPN_ALREADY_ASSOCIATED"]);
}

/// Signing requires an associated MPN ID.
fn signature_without_mpn_id(cast: &mut Cast, scene: &Scene<'_>) {
    let partner = cast.partner(RESELLER, scene.country, NOTHING);
    let at = cast.agreement(&partner);
    cast.breaks(at, &["AGR-05:MPN_NOT_ASSOCIATED"]);
}

fn user_with_a_malformed_address(cast: &mut Cast, scene: &Scene<'_>) {
    let at = cast.user(scene.reseller);
    cast.set(at, "email", "nobody");
    cast.breaks(at, &["-:FIELD_INVALID"]);
}

fn user_with_a_taken_subject(cast: &mut Cast, scene: &Scene<'_>) {
    let (first, second) = (cast.user(scene.reseller), cast.user(scene.reseller));
    let subject = cast.next("subject");
    cast.set(first, "subject", &subject);
    cast.set(second, "subject", &subject);
    cast.breaks(second, &["-:RESOURCE_ALREADY_EXISTS"]);
}

fn partnership_over_regions(cast: &mut Cast, scene: &Scene<'_>) {
    let at = cast.partnership(scene.foreign_provider, scene.reseller);
    cast.breaks(at, &["RGN-01:PARTNERS_IN_DIFFERENT_REGIONS"]);
}

fn partnership_of_a_direct_bill_partner(cast: &mut Cast, scene: &Scene<'_>) {
    let stranger = scene.stranger(cast);
    let at = cast.partnership(scene.direct_bill, &stranger);
    cast.breaks(at, &["PSH-02:NOT_A_PROVIDER"]);
}

fn partnership_with_a_direct_bill_partner(cast: &mut Cast, scene: &Scene<'_>) {
    let at = cast.partnership(scene.provider, scene.direct_bill);
    cast.breaks(at, &["PSH-02:NOT_A_RESELLER"]);
}

fn partnership_with_a_restricted_reseller(cast: &mut Cast, scene: &Scene<'_>) {
    partnership_in_standing(cast, scene, "RESTRICTED", "ENR-14:PARTNER_RESTRICTED");
}

fn partnership_with_a_suspended_reseller(cast: &mut Cast, scene: &Scene<'_>) {
    partnership_in_standing(cast, scene, "SUSPENDED", "ENR-14:PARTNER_SUSPENDED");
}

fn partnership_with_a_deauthorized_reseller(cast: &mut Cast, scene: &Scene<'_>) {
    partnership_in_standing(cast, scene, "DEAUTHORIZED", "ENR-14:PARTNER_DEAUTHORIZED");
}

/// A reseller whose standing is not active gets no new partnership. The row of the account itself is
/// accepted.
fn partnership_in_standing(cast: &mut Cast, scene: &Scene<'_>, standing: &str, breach: &'static str) {
    let reseller = scene.stranger(cast);
    cast.set(reseller.at, "standing", standing);
    let at = cast.partnership(scene.provider, &reseller);
    cast.breaks(at, &[breach]);
}

fn partnership_with_a_reseller_that_is_not_onboarded(cast: &mut Cast, scene: &Scene<'_>) {
    let reseller = cast.partner(RESELLER, scene.country, NOTHING);
    let at = cast.partnership(scene.provider, &reseller);
    cast.breaks(at, &["AGR-04:RESELLER_NOT_ONBOARDED"]);
}

fn partnership_over_clouds(cast: &mut Cast, scene: &Scene<'_>) {
    let reseller = scene.stranger(cast);
    cast.set(reseller.at, "cloud", "GERMANY");
    let at = cast.partnership(scene.provider, &reseller);
    cast.breaks(at, &["RGN-04:CLOUDS_DIFFER"]);
}

/// The US Government cloud has no provider–reseller model.
fn partnership_in_the_government_cloud(cast: &mut Cast, _: &Scene<'_>) {
    let (provider, reseller) =
        (cast.partner(PROVIDER, "US", READY), cast.partner(RESELLER, "US", NO_AGREEMENT));
    cast.set(provider.at, "cloud", "US_GOVERNMENT");
    cast.set(reseller.at, "cloud", "US_GOVERNMENT");
    let at = cast.partnership(&provider, &reseller);
    cast.breaks(at, &["RGN-04:CHAIN_NOT_IN_CLOUD"]);
}

fn second_partnership_of_the_same_two(cast: &mut Cast, scene: &Scene<'_>) {
    let reseller = scene.another_reseller(cast);
    let at = cast.partnership(scene.provider, &reseller);
    cast.breaks(at, &["-:RESOURCE_ALREADY_EXISTS"]);
}
